/* SPDX-License-Identifier: Apache-2.0
 * Domains: create, map, unmap with invalidation, look-up, flush.
 * Not here: tables (pgtable.c), fan-out (inv.c), attaching (master.c). Proof: driver/test/test_domain.c. */
#include "domain_internal.h"

#include "ste.h"
#include "tag.h"

#define IAS_DEFAULT 48u
#define IAS_MIN 25u
#define IAS_MAX 48u
#define OAS_MIN 32u
#define OAS_MAX 48u
#define FLUSH_THRESHOLD_DEFAULT 512u

static uint8_t smallest_oas(const struct smmu_sys *sys)
{
	uint8_t bits = OAS_MAX;
	for (const struct smmu_dev *dev = sys->devs; dev; dev = dev->next)
		if (dev->features.oas_bits < bits)
			bits = dev->features.oas_bits;
	return bits;
}

/* Stage 2 takes what the smallest SMMU can send. */
static uint8_t smallest_ias(const struct smmu_sys *sys)
{
	uint8_t bits = IAS_DEFAULT;
	for (const struct smmu_dev *dev = sys->devs; dev; dev = dev->next)
		if (dev->features.ias_bits < bits)
			bits = dev->features.ias_bits;
	return bits;
}

static void fill_defaults(const struct smmu_sys *sys, struct smmu_domain_config *config)
{
	if (config->granule_log2 == 0)
		config->granule_log2 = SMMU_PT_GRANULE_LOG2;
	if (config->ias_bits == 0)
		config->ias_bits = config->type == SMMU_DOMAIN_S2 ? smallest_ias(sys) : IAS_DEFAULT;
	if (config->oas_bits == 0)
		config->oas_bits = smallest_oas(sys);
	if (config->flush_threshold_pages == 0)
		config->flush_threshold_pages = FLUSH_THRESHOLD_DEFAULT;
}

/* What a guest may say: the rest of its STE is the host's. An STE that aborts may hold anything. */
static smmu_status check_nested(const struct smmu_sys *sys, const struct smmu_domain_config *config)
{
	const uint64_t word0 = SMMU_STE_V_MASK | SMMU_STE_Config_MASK | SMMU_STE_S1Fmt_MASK | SMMU_STE_S1ContextPtr_MASK |
			       SMMU_STE_S1CDMax_MASK;
	const uint64_t word1 = SMMU_STE_S1DSS_MASK | SMMU_STE_S1CIR_MASK | SMMU_STE_S1COR_MASK | SMMU_STE_S1CSH_MASK |
			       SMMU_STE_S1STALLD_MASK | SMMU_STE_EATS_MASK;
	const struct smmu_ste ste = { { config->guest_ste[0], config->guest_ste[1] } };
	if (config->parent->sys != sys || config->parent->config.type != SMMU_DOMAIN_S2)
		return SMMU_E_INVALID;
	if (smmu_guest_config(config->guest_ste) == SMMU_STE_CONFIG_ABORT)
		return SMMU_OK;
	if ((ste.qword[0] & ~word0) || (ste.qword[1] & ~word1) || smmu_ste_get_Config(&ste) > SMMU_STE_CONFIG_S1)
		return SMMU_E_INVALID;
	return smmu_ste_get_EATS(&ste) <= SMMU_STE_EATS_FULL ? SMMU_OK : SMMU_E_INVALID;
}

static smmu_status check_config(const struct smmu_sys *sys, const struct smmu_domain_config *config)
{
	if ((unsigned)config->type > SMMU_DOMAIN_SVA || (unsigned)config->tag_policy > SMMU_TAG_REALLOCATE)
		return SMMU_E_INVALID;
	if ((config->parent != NULL) != (config->type == SMMU_DOMAIN_NESTED))
		return SMMU_E_INVALID;
	if (config->type == SMMU_DOMAIN_NESTED)
		return check_nested(sys, config);
	if (config->granule_log2 != 12 && config->granule_log2 != 14 && config->granule_log2 != 16)
		return SMMU_E_RANGE;
	if (config->ias_bits < IAS_MIN || config->ias_bits > IAS_MAX || config->oas_bits < OAS_MIN || config->oas_bits > OAS_MAX)
		return SMMU_E_RANGE;
	if (config->type == SMMU_DOMAIN_SVA)
		return SMMU_E_UNSUPPORTED;      /* SVA domains come from smmu_sva_bind() */
	/* SMMUs update descriptors in coherent memory only, and one member of a contiguous group for all. */
	if (config->dirty_tracking && (config->noncoherent_walk || config->contiguous_hint))
		return SMMU_E_UNSUPPORTED;
	return SMMU_OK;
}

#define SHARED_TAGS 65536u

/* The pools of numbers that hold on every SMMU come with the first domain that wants one. */
static bool ensure_shared_pools(struct smmu_sys *sys, const struct smmu_domain_config *config)
{
	struct smmu_ids *const pool = config->type == SMMU_DOMAIN_S2 ? &sys->shared_vmids : &sys->shared_asids;
	if (config->tag_policy == SMMU_TAG_LOCAL || config->type == SMMU_DOMAIN_IDENTITY || config->type == SMMU_DOMAIN_BLOCKED ||
	    config->type == SMMU_DOMAIN_NESTED || pool->words)
		return true;
	if (!smmu_ids_init(sys, pool, SHARED_TAGS))
		return false;
	smmu_ids_take(pool, 0);
	return true;
}

smmu_status smmu_domain_make(struct smmu_sys *sys, const struct smmu_domain_config *config, struct smmu_domain **out)
{
	struct smmu_domain *const domain = smmu_mem_alloc(sys, sizeof *domain);
	if (!domain)
		return SMMU_E_NO_MEMORY;
	domain->sys = sys;
	domain->config = *config;
	domain->inv.sys = sys;
	const struct smmu_pgtable_shape shape = {
		.granule_log2 = config->granule_log2,
		.ias_bits = config->ias_bits,
		.oas_bits = config->oas_bits,
		.stage2 = config->type == SMMU_DOMAIN_S2,
		.coherent = !config->noncoherent_walk,
		.shared = sys->host.lock && !config->exclusive,
		.eager = config->free_empty_tables,
		.contiguous = config->contiguous_hint,
	};
	if (smmu_domain_has_tables(domain) && !smmu_pgtable_init(&domain->tables, sys, &shape)) {
		smmu_mem_free(sys, domain, sizeof *domain);
		return SMMU_E_NO_MEMORY;
	}
	*out = domain;
	return SMMU_OK;
}

void smmu_domain_unmake(struct smmu_domain *domain)
{
	smmu_inv_exit(&domain->inv);
	if (smmu_domain_has_tables(domain))
		smmu_pgtable_exit(&domain->tables);
	smmu_mem_free(domain->sys, domain, sizeof *domain);
}

static smmu_status create(struct smmu_sys *sys, const struct smmu_domain_config *config, struct smmu_domain **out)
{
	smmu_status status = smmu_domain_make(sys, config, out);
	if (status != SMMU_OK)
		return status;
	smmu_lock(sys, &sys->attach_lock);
	if (ensure_shared_pools(sys, config)) {
		sys->object_count++;
		if (config->parent)
			config->parent->children++;
	} else {
		status = SMMU_E_NO_MEMORY;
	}
	smmu_unlock(sys, &sys->attach_lock);
	if (status != SMMU_OK) {
		smmu_domain_unmake(*out);
		*out = NULL;
	}
	return status;
}

smmu_status smmu_domain_create(struct smmu_sys *sys, const struct smmu_domain_config *config, struct smmu_domain **out)
{
	if (!out)
		return SMMU_E_INVALID;
	*out = NULL;
	if (!sys || !config)
		return SMMU_E_INVALID;
	struct smmu_domain_config full = *config;
	fill_defaults(sys, &full);
	smmu_status status = check_config(sys, &full);
	if (status != SMMU_OK)
		return status;
	smmu_call_enter(sys, SMMU_CALL_DOMAIN_CREATE);
	status = create(sys, &full, out);
	return smmu_call_leave(sys, SMMU_CALL_DOMAIN_CREATE, status);
}

smmu_status smmu_domain_destroy(struct smmu_domain *domain)
{
	if (!domain)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = domain->sys;
	smmu_call_enter(sys, SMMU_CALL_DOMAIN_DESTROY);
	smmu_lock(sys, &sys->attach_lock);
	const bool busy = domain->attachments != 0 || domain->children != 0, sva = domain->config.type == SMMU_DOMAIN_SVA;
	if (!busy && sva) {
		smmu_sva_destroy(domain);
	} else if (!busy) {
		sys->object_count--;
		if (domain->config.parent)
			domain->config.parent->children--;
	}
	smmu_unlock(sys, &sys->attach_lock);
	if (!busy && !sva)
		smmu_domain_unmake(domain);
	return smmu_call_leave(sys, SMMU_CALL_DOMAIN_DESTROY, busy ? SMMU_E_BUSY : SMMU_OK);
}

enum smmu_domain_type smmu_domain_type_of(const struct smmu_domain *domain)
{
	return domain ? domain->config.type : SMMU_DOMAIN_BLOCKED;
}

/* ---- map ---- */

static smmu_status check_range(const struct smmu_domain *domain, uint64_t iova, uint64_t size_bytes, uint64_t pa)
{
	if (size_bytes == 0 || !smmu_is_aligned(iova | size_bytes | pa, SMMU_BIT(domain->config.granule_log2)))
		return SMMU_E_ALIGN;
	if (iova + size_bytes - 1 < iova || pa + size_bytes - 1 < pa)
		return SMMU_E_OVERFLOW;
	return (iova + size_bytes - 1) >> domain->config.ias_bits ? SMMU_E_RANGE : SMMU_OK;
}

static bool prot_is_valid(uint32_t prot)
{
	return (prot & ~SMMU_PROT_ALL) == 0 && (prot & (SMMU_PROT_READ | SMMU_PROT_WRITE)) != 0 &&
	       (prot & (SMMU_PROT_CACHED | SMMU_PROT_DEVICE)) != (SMMU_PROT_CACHED | SMMU_PROT_DEVICE);
}

smmu_status smmu_domain_map(struct smmu_domain *domain, smmu_iova iova, smmu_pa pa, uint64_t size_bytes, uint32_t prot)
{
	if (!domain || !smmu_domain_has_tables(domain) || !prot_is_valid(prot))
		return SMMU_E_INVALID;
	smmu_status status = check_range(domain, iova.v, size_bytes, pa.v);
	if (status == SMMU_OK && (pa.v + size_bytes - 1) >> domain->config.oas_bits)
		status = SMMU_E_RANGE;
	if (status != SMMU_OK)
		return status;
	struct smmu_sys *const sys = domain->sys;
	struct smmu_pgtable *const tables = &domain->tables;
	smmu_call_enter(sys, SMMU_CALL_DOMAIN_MAP);
	uint64_t attributes = tables->stage2 ? smmu_pgtable_s2_attributes(prot) : smmu_pgtable_attributes(prot);
	if (domain->config.dirty_tracking)
		attributes = smmu_pgtable_dirty_attributes(attributes, tables->stage2);
	const unsigned side = smmu_pgtable_enter(tables);
	status = smmu_pgtable_map(tables, iova.v, pa.v, size_bytes, attributes);
	smmu_pgtable_leave(tables, side);
	smmu_publish_stores(sys);
	return smmu_call_leave(sys, SMMU_CALL_DOMAIN_MAP, status);
}

/* ---- unmap ---- */

static smmu_status invalidate_block(struct smmu_domain *domain, const struct smmu_pt_block *block)
{
	const struct smmu_gather gather = { .start = block->iova, .end = block->iova + block->size_bytes,
					    .leaf_levels = 1u << block->level };
	return smmu_inv_range(&domain->inv, &gather, domain->config.granule_log2, domain->config.flush_threshold_pages);
}

/* Make a page or block start at boundary. Pages come from the chain, so only the invalidation can fail; the tables are then
 * right nevertheless. */
static smmu_status split_at(struct smmu_domain *domain, uint64_t boundary, uint64_t *chain)
{
	struct smmu_pgtable *const tables = &domain->tables;
	struct smmu_pt_block block;
	smmu_status status = SMMU_OK;
	while (smmu_pgtable_find_block(tables, boundary, &block)) {
		/* Break before make, unless every SMMU copes with a block becoming a table (BBML 2). */
		const bool broken = smmu_inv_min_bbml(&domain->inv) < 2;
		uint64_t descriptor = 0;
		if (broken)
			descriptor = smmu_pgtable_break(tables, &block);
		else
			smmu_pgtable_make(tables, &block, false, 0, chain);
		status = smmu_first_failure(status, invalidate_block(domain, &block));
		if (broken)
			smmu_pgtable_make(tables, &block, true, descriptor, chain);
	}
	return status;
}

static bool needs_split(struct smmu_pgtable *tables, uint64_t start, uint64_t end)
{
	struct smmu_pt_block ignored;
	const unsigned side = smmu_pgtable_enter(tables);
	const bool needed = smmu_pgtable_find_block(tables, start, &ignored) || smmu_pgtable_find_block(tables, end, &ignored);
	smmu_pgtable_leave(tables, side);
	return needed;
}

/* Two calls may take parts of one block: the lock lets one of them split it. NO_MEMORY: nothing changed. Other failures: the
 * split is done, an SMMU did not confirm. */
static smmu_status split_ends(struct smmu_domain *domain, uint64_t start, uint64_t end)
{
	struct smmu_pgtable *const tables = &domain->tables;
	smmu_status status = SMMU_E_NO_MEMORY;
	uint64_t chain;
	if (!needs_split(tables, start, end))
		return SMMU_OK;
	smmu_lock(domain->sys, &domain->lock);
	const unsigned cost = smmu_pgtable_split_cost(tables, start) + smmu_pgtable_split_cost(tables, end);
	if (smmu_pgtable_reserve(tables, cost, &chain)) {
		status = split_at(domain, start, &chain);
		status = smmu_first_failure(status, split_at(domain, end, &chain));
		smmu_pgtable_free_chain(tables, chain);         /* both ends in one block: one page too many */
	}
	smmu_unlock(domain->sys, &domain->lock);
	return status;
}

/* Somebody splits a block that the range is part of: until that is done. */
static void wait_for_split(struct smmu_domain *domain)
{
	smmu_lock(domain->sys, &domain->lock);
	smmu_unlock(domain->sys, &domain->lock);
}

/* Checked arguments. *removed is set even when a split's invalidation failed. */
static smmu_status unmap_tables(struct smmu_domain *domain, uint64_t start, uint64_t end, struct smmu_gather *gather,
				uint64_t *removed)
{
	struct smmu_pgtable *const tables = &domain->tables;
	if (smmu_pgtable_unmap_hot(tables, start, end, gather, removed))
		return SMMU_OK;
	const smmu_status status = split_ends(domain, start, end);
	if (status == SMMU_E_NO_MEMORY)
		return status;
	for (uint64_t at = start;;) {
		const unsigned side = smmu_pgtable_enter(tables);
		smmu_pgtable_unmap(tables, start, &at, end, gather, removed);
		smmu_pgtable_leave(tables, side);
		if (at >= end)
			return status;
		wait_for_split(domain);
	}
}

/* Tables that died are free now, or wait until a flush is confirmed. */
static void settle_tables(struct smmu_domain *domain, const struct smmu_gather *gather, bool confirmed)
{
	const uint32_t number = (uint32_t)gather->garbage;
	if (!number)
		return;
	smmu_lock(domain->sys, &domain->lock);
	if (confirmed) {
		smmu_pgtable_reap(&domain->tables, gather->start, gather->end, number);
	} else {
		smmu_pgtable_keep(&domain->tables, gather->start, gather->end, number, SMMU_PT_LIMBO);
		domain->limbo = true;
	}
	smmu_unlock(domain->sys, &domain->lock);
	smmu_pgtable_end_gather(&domain->tables, number);
}

static smmu_status sync_gather(struct smmu_domain *domain, struct smmu_gather *gather)
{
	smmu_status status = SMMU_OK;
	if (gather->start >= gather->end)
		return SMMU_OK;
	if (!domain->sys->host.lock && smmu_inv_is_empty(&domain->inv)) {
		/* Nobody translates with it, and driver calls never overlap: no attach can be under way. */
		settle_tables(domain, gather, true);
		*gather = (struct smmu_gather)SMMU_GATHER_INIT;
		return SMMU_OK;
	}
	smmu_publish(domain->sys);      /* the cleared descriptors before the array is read, and before any command */
	status = smmu_inv_range(&domain->inv, gather, domain->config.granule_log2, domain->config.flush_threshold_pages);
	settle_tables(domain, gather, smmu_is_confirmed(status));
	*gather = (struct smmu_gather)SMMU_GATHER_INIT;
	return status;
}

static smmu_status check_unmap(const struct smmu_domain *domain, uint64_t iova, uint64_t size_bytes)
{
	if (!domain || !smmu_domain_has_tables(domain))
		return SMMU_E_INVALID;
	return check_range(domain, iova, size_bytes, 0);
}

smmu_status smmu_domain_unmap_gather(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes,
				     struct smmu_gather *gather, uint64_t *unmapped)
{
	uint64_t removed = 0;
	if (!gather)
		return SMMU_E_INVALID;
	smmu_status status = check_unmap(domain, iova.v, size_bytes);
	if (status != SMMU_OK)
		return status;
	smmu_call_enter(domain->sys, SMMU_CALL_DOMAIN_UNMAP);
	status = unmap_tables(domain, iova.v, iova.v + size_bytes, gather, &removed);
	if (unmapped)
		*unmapped = removed;
	return smmu_call_leave(domain->sys, SMMU_CALL_DOMAIN_UNMAP, status);
}

smmu_status smmu_domain_unmap(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes, uint64_t *unmapped)
{
	struct smmu_gather gather = SMMU_GATHER_INIT;
	uint64_t removed = 0;
	smmu_status status = check_unmap(domain, iova.v, size_bytes);
	if (status != SMMU_OK)
		return status;
	smmu_call_enter(domain->sys, SMMU_CALL_DOMAIN_UNMAP);
	status = unmap_tables(domain, iova.v, iova.v + size_bytes, &gather, &removed);
	const smmu_status synced = sync_gather(domain, &gather);
	if (unmapped)
		*unmapped = removed;
	return smmu_call_leave(domain->sys, SMMU_CALL_DOMAIN_UNMAP, smmu_first_failure(status, synced));
}

smmu_status smmu_domain_sync(struct smmu_domain *domain, struct smmu_gather *gather)
{
	if (!domain || !gather || !smmu_domain_has_tables(domain))
		return SMMU_E_INVALID;
	smmu_call_enter(domain->sys, SMMU_CALL_DOMAIN_SYNC);
	return smmu_call_leave(domain->sys, SMMU_CALL_DOMAIN_SYNC, sync_gather(domain, gather));
}

smmu_status smmu_domain_flush(struct smmu_domain *domain)
{
	if (!domain)
		return SMMU_E_INVALID;
	domain = smmu_domain_owner(domain);
	smmu_call_enter(domain->sys, SMMU_CALL_DOMAIN_FLUSH);
	struct smmu_gather limbo = { .end = SMMU_BIT(domain->config.ias_bits) };
	smmu_lock(domain->sys, &domain->lock);
	if (domain->limbo)
		limbo.garbage = smmu_pgtable_new_gather(&domain->tables);
	if (limbo.garbage) {
		smmu_pgtable_keep(&domain->tables, 0, limbo.end, SMMU_PT_LIMBO, (uint32_t)limbo.garbage);
		domain->limbo = false;
	}
	smmu_unlock(domain->sys, &domain->lock);
	smmu_publish(domain->sys);
	const smmu_status status = smmu_inv_all(&domain->inv);
	settle_tables(domain, &limbo, smmu_is_confirmed(status));
	return smmu_call_leave(domain->sys, SMMU_CALL_DOMAIN_FLUSH, status);
}

/* ---- dirty state ---- */

static size_t bitmap_words(const struct smmu_domain *domain, uint64_t size_bytes)
{
	return (size_t)(((size_bytes >> domain->config.granule_log2) + 63) / 64);
}

smmu_status smmu_domain_read_dirty(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes, uint32_t flags,
				   uint64_t *bitmap)
{
	if (!domain || !bitmap || !smmu_domain_has_tables(domain) || !domain->config.dirty_tracking || (flags & ~SMMU_DIRTY_KEEP))
		return SMMU_E_INVALID;
	smmu_status status = check_range(domain, iova.v, size_bytes, 0);
	if (status != SMMU_OK)
		return status;
	struct smmu_pgtable *const tables = &domain->tables;
	struct smmu_gather gather = SMMU_GATHER_INIT;
	const uint64_t end = iova.v + size_bytes;
	smmu_call_enter(domain->sys, SMMU_CALL_DOMAIN_READ_DIRTY);
	smmu_zero(bitmap, bitmap_words(domain, size_bytes) * sizeof *bitmap);
	for (uint64_t at = iova.v;;) {
		const unsigned side = smmu_pgtable_enter(tables);
		smmu_pgtable_read_dirty(tables, iova.v, &at, end, bitmap, flags & SMMU_DIRTY_KEEP, &gather);
		smmu_pgtable_leave(tables, side);
		if (at >= end)
			break;
		wait_for_split(domain);
	}
	/* What an SMMU remembers as written it would not mark again. */
	status = sync_gather(domain, &gather);
	return smmu_call_leave(domain->sys, SMMU_CALL_DOMAIN_READ_DIRTY, status);
}

/* ---- observation ---- */

smmu_status smmu_domain_iova_to_phys(const struct smmu_domain *domain, smmu_iova iova, smmu_pa *pa)
{
	if (!domain || !pa)
		return SMMU_E_INVALID;
	if (domain->config.type == SMMU_DOMAIN_IDENTITY) {
		pa->v = iova.v;
		return SMMU_OK;
	}
	if (!smmu_domain_has_tables(domain) || iova.v >> domain->config.ias_bits)
		return SMMU_E_NOT_FOUND;
	struct smmu_pgtable *const tables = (struct smmu_pgtable *)&domain->tables;     /* to be counted as inside */
	const unsigned side = smmu_pgtable_enter(tables);
	const bool found = smmu_pgtable_lookup(tables, iova.v, &pa->v);
	smmu_pgtable_leave(tables, side);
	return found ? SMMU_OK : SMMU_E_NOT_FOUND;
}

smmu_status smmu_domain_inv_entry(struct smmu_domain *domain, size_t index, struct smmu_inv_entry_info *out)
{
	if (!domain || !out)
		return SMMU_E_INVALID;
	smmu_lock(domain->sys, &domain->sys->attach_lock);
	const struct smmu_inv *const entry = smmu_inv_at(&domain->inv, index);
	if (entry)
		*out = (struct smmu_inv_entry_info){ entry->key.dev, entry->key.type, entry->key.id, entry->key.ssid,
						     atomic_load(&entry->users) };
	smmu_unlock(domain->sys, &domain->sys->attach_lock);
	return entry ? SMMU_OK : SMMU_E_NOT_FOUND;
}

smmu_status smmu_domain_tag(struct smmu_domain *domain, const struct smmu_dev *dev, uint32_t *tag)
{
	if (!domain || !dev || !tag)
		return SMMU_E_INVALID;
	domain = smmu_domain_owner(domain);
	smmu_lock(domain->sys, &domain->sys->attach_lock);
	const struct smmu_inv *const entry = smmu_inv_find(&domain->inv, dev, smmu_tag_type(domain));
	if (entry)
		*tag = entry->key.id;
	smmu_unlock(domain->sys, &domain->sys->attach_lock);
	return entry ? SMMU_OK : SMMU_E_NOT_FOUND;
}

smmu_status smmu_domain_stats(const struct smmu_domain *domain, struct smmu_domain_stats *out)
{
	if (!domain || !out)
		return SMMU_E_INVALID;
	*out = (struct smmu_domain_stats){ { domain->tables.root_pa }, domain->tables.pages, domain->attachments };
	return SMMU_OK;
}
