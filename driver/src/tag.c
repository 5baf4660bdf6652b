/* SPDX-License-Identifier: Apache-2.0
 * Tag policies: which tag a domain gets on which SMMU, everything an attach needs taken before anything is written, and the end
 * of a tag (see tag.h). Not here: moves (tag_move.c). Proof: driver/test/test_tag.c, test_tag_unconfirmed.c. */
#include "master_internal.h"
#include "tag_internal.h"

enum smmu_inv_type smmu_tag_type(const struct smmu_domain *domain)
{
	return smmu_domain_is_cd(domain) ? SMMU_INV_TLBI_ASID : SMMU_INV_TLBI_VMID;
}

struct smmu_ids *smmu_tag_pool(struct smmu_dev *dev, enum smmu_inv_type type)
{
	return type == SMMU_INV_TLBI_VMID ? &dev->vmids : &dev->asids;
}

uint32_t smmu_tag_of(struct smmu_domain *domain, const struct smmu_dev *dev)
{
	const struct smmu_inv *const entry = smmu_inv_find(&domain->inv, dev, smmu_tag_type(domain));
	return entry ? entry->key.id : 0;
}

/* ---- the claim ---- */

size_t smmu_tag_others(const struct smmu_domain *domain, const struct smmu_master *master)
{
	return (master->ats ? master->sid_count : 0) + (smmu_domain_is_nested(domain) ? 1 : 0);
}

bool smmu_tag_claim_begin(struct smmu_tag_claim *claim, struct smmu_domain *domain, size_t other_capacity)
{
	claim->domain = smmu_domain_owner(domain);
	claim->nested = smmu_domain_is_nested(domain);
	claim->count = 0;
	claim->other = other_capacity ? smmu_mem_alloc(domain->sys, other_capacity * sizeof *claim->other) : NULL;
	claim->other_count = 0;
	claim->other_capacity = other_capacity;
	claim->shared = 0;
	claim->shared_inherited = false;
	claim->moves = NULL;
	claim->change = (struct smmu_inv_change){ 0 };
	return claim->other || !other_capacity;
}

void smmu_tag_claim_end(struct smmu_tag_claim *claim)
{
	if (claim->other)
		smmu_mem_free(claim->domain->sys, claim->other, claim->other_capacity * sizeof *claim->other);
	claim->other = NULL;
}

static bool add_dev(struct smmu_tag_claim *claim, struct smmu_dev *dev, uint32_t users)
{
	for (unsigned i = 0; i < claim->count; i++) {
		if (claim->add[i].key.dev == dev) {
			claim->add[i].users += users;
			return true;
		}
	}
	if (claim->count == SMMU_TAG_DEVS_MAX)
		return false;
	claim->add[claim->count] = (struct smmu_inv_add){ { dev, smmu_tag_type(claim->domain), 0, 0, NULL }, users };
	claim->from[claim->count] = 0;
	claim->taken[claim->count] = false;
	claim->count++;
	return true;
}

static struct smmu_inv_key atc_key(struct smmu_master *master, size_t stream, uint32_t ssid, bool nested)
{
	const enum smmu_inv_type type = nested ? SMMU_INV_ATC_ALL : SMMU_INV_ATC;
	return (struct smmu_inv_key){ master->dev, type, master->sids[stream], ssid, master };
}

static struct smmu_inv_key nested_key(struct smmu_dev *dev)
{
	return (struct smmu_inv_key){ dev, SMMU_INV_TLBI_NESTED, 0, 0, NULL };
}

bool smmu_tag_claim_add(struct smmu_tag_claim *claim, struct smmu_master *master, uint32_t ssid)
{
	for (size_t i = 0; master->ats && i < master->sid_count; i++)
		claim->other[claim->other_count++] = (struct smmu_inv_add){ atc_key(master, i, ssid, claim->nested), 1 };
	if (claim->nested)
		claim->other[claim->other_count++] = (struct smmu_inv_add){ nested_key(master->dev), 1 };
	return add_dev(claim, master->dev, 1);
}

/* Take this number on that SMMU, from its owner if need be. */
static smmu_status take_exactly(struct smmu_tag_claim *claim, unsigned i, uint32_t tag)
{
	struct smmu_dev *const dev = claim->add[i].key.dev;
	if (smmu_ids_take(smmu_tag_pool(dev, claim->add[i].key.type), tag)) {
		claim->taken[i] = true;
	} else {
		struct smmu_domain *const owner = smmu_tag_owner_of(dev, claim->add[i].key.type, tag);
		if (!owner || !smmu_tag_may_vacate(owner, dev, tag))
			return SMMU_E_NO_SPACE;
		const smmu_status status = smmu_tag_plan_move(claim, owner, dev, tag);
		if (status != SMMU_OK)
			return status;
		claim->shared_inherited = claim->shared_inherited || smmu_tag_is_one(owner);
	}
	claim->add[i].key.id = tag;
	return SMMU_OK;
}

static smmu_status resolve_local(struct smmu_tag_claim *claim)
{
	struct smmu_domain *const domain = claim->domain;
	for (unsigned i = 0; i < claim->count; i++) {
		struct smmu_inv_key *const key = &claim->add[i].key;
		key->id = smmu_tag_of(domain, key->dev);
		if (key->id)
			continue;
		if (domain->config.type == SMMU_DOMAIN_SVA && key->dev->btm) {
			const smmu_status status = take_exactly(claim, i, domain->mm.asid);
			if (status != SMMU_OK)
				return status;
		} else {
			claim->taken[i] = smmu_ids_alloc(smmu_tag_pool(key->dev, key->type), &key->id);
			if (!claim->taken[i])
				return SMMU_E_NO_SPACE;
		}
	}
	return SMMU_OK;
}

static uint32_t smallest_pool(const struct smmu_tag_claim *claim)
{
	uint32_t limit = UINT32_MAX;
	for (unsigned i = 0; i < claim->count; i++)
		limit = smmu_min32(limit, smmu_tag_pool(claim->add[i].key.dev, claim->add[i].key.type)->count);
	return limit;
}

/* Can every SMMU of the claim have this number? With make_way: possibly after an owner has moved. */
static bool is_available(const struct smmu_tag_claim *claim, uint32_t tag, bool make_way)
{
	const bool shared_free = smmu_ids_is_free(smmu_tag_shared_pool(claim->domain), tag);
	unsigned heirs = 0;
	for (unsigned i = 0; i < claim->count; i++) {
		const struct smmu_inv_key *const key = &claim->add[i].key;
		if (smmu_ids_is_free(smmu_tag_pool(key->dev, key->type), tag))
			continue;
		struct smmu_domain *const owner = make_way ? smmu_tag_owner_of(key->dev, key->type, tag) : NULL;
		if (!owner || owner == claim->domain || !smmu_tag_may_vacate(owner, key->dev, tag))
			return false;
		heirs += smmu_tag_is_one(owner);
	}
	return shared_free ? heirs == 0 : heirs == 1;
}

static uint32_t pick_shared(const struct smmu_tag_claim *claim, uint32_t limit, bool may_displace)
{
	for (int make_way = 0; make_way <= (may_displace ? 1 : 0); make_way++)
		for (uint32_t tag = 1; tag < limit; tag++)
			if (is_available(claim, tag, make_way != 0))
				return tag;
	return 0;
}

/* Does the tag the domain has suit every SMMU of the claim? */
static smmu_status keep_shared(struct smmu_tag_claim *claim, uint32_t tag)
{
	for (unsigned i = 0; i < claim->count; i++) {
		struct smmu_inv_key *const key = &claim->add[i].key;
		struct smmu_ids *const pool = smmu_tag_pool(key->dev, key->type);
		if (tag >= pool->count)
			return SMMU_E_RANGE;
		if (!smmu_tag_of(claim->domain, key->dev) && !smmu_ids_is_free(pool, tag))
			return SMMU_E_NO_SPACE;
	}
	for (unsigned i = 0; i < claim->count; i++) {
		struct smmu_inv_key *const key = &claim->add[i].key;
		claim->taken[i] = !smmu_tag_of(claim->domain, key->dev) && smmu_ids_take(smmu_tag_pool(key->dev, key->type), tag);
		key->id = tag;
	}
	return SMMU_OK;
}

/* All SMMUs the domain lives on take part in a change of its one tag. */
static bool add_present_devs(struct smmu_tag_claim *claim)
{
	const struct smmu_inv *entry;
	for (size_t n = 0; (entry = smmu_inv_tag_at(&claim->domain->inv, n)); n++) {
		if (entry->leaving || !add_dev(claim, entry->key.dev, atomic_load(&entry->users)))
			return false;
	}
	return true;
}

static smmu_status resolve_shared(struct smmu_tag_claim *claim)
{
	struct smmu_domain *const domain = claim->domain;
	const bool may_move = domain->config.tag_policy == SMMU_TAG_REALLOCATE;
	if (domain->shared_tag) {
		const smmu_status status = keep_shared(claim, domain->shared_tag);
		if (status == SMMU_OK || !may_move)
			return status;
		if (!add_present_devs(claim))
			return SMMU_E_NO_SPACE;
	}
	const uint32_t tag = pick_shared(claim, smallest_pool(claim), may_move);
	if (!tag)
		return SMMU_E_NO_SPACE;
	for (unsigned i = 0; i < claim->count; i++) {
		const smmu_status status = take_exactly(claim, i, tag);
		if (status != SMMU_OK)
			return status;
		claim->from[i] = smmu_tag_of(domain, claim->add[i].key.dev);
	}
	if (!claim->shared_inherited)
		smmu_ids_take(smmu_tag_shared_pool(domain), tag);
	claim->shared = tag;
	return SMMU_OK;
}

void smmu_tag_claim_abandon(struct smmu_tag_claim *claim)
{
	struct smmu_domain *const domain = claim->domain;
	smmu_inv_abandon(&domain->inv, &claim->change);
	for (unsigned i = 0; i < claim->count; i++)
		if (claim->taken[i])
			smmu_ids_free(smmu_tag_pool(claim->add[i].key.dev, claim->add[i].key.type), claim->add[i].key.id);
	if (claim->shared && !claim->shared_inherited)
		smmu_ids_free(smmu_tag_shared_pool(domain), claim->shared);
	smmu_tag_drop_moves(claim, true);
}

smmu_status smmu_tag_claim_resolve(struct smmu_tag_claim *claim)
{
	struct smmu_domain *const domain = claim->domain;
	smmu_status status = smmu_tag_is_one(domain) ? resolve_shared(claim) : resolve_local(claim);
	const struct smmu_inv_adds tags = { claim->add, claim->count }, others = { claim->other, claim->other_count };
	if (status == SMMU_OK && !smmu_inv_prepare(&domain->inv, tags, others, &claim->change))
		status = SMMU_E_NO_MEMORY;
	if (status != SMMU_OK)
		smmu_tag_claim_abandon(claim);
	return status;
}

/* Does the claim bring an SMMU that must not meet block and table of one address at the same time? */
static bool needs_break(const struct smmu_tag_claim *claim)
{
	for (unsigned i = 0; i < claim->count; i++)
		if (claim->add[i].key.dev->features.bbml < 2)
			return true;
	return false;
}

smmu_status smmu_tag_claim_publish(struct smmu_tag_claim *claim, smmu_status *way)
{
	struct smmu_domain *const domain = claim->domain;
	smmu_status status = SMMU_OK;
	*way = smmu_tag_make_way(claim);
	if (*way != SMMU_OK) {
		smmu_tag_claim_abandon(claim);
		return SMMU_OK;
	}
	smmu_tag_drop_moves(claim, false);
	for (unsigned i = 0; i < claim->count; i++)
		if (smmu_tag_of(domain, claim->add[i].key.dev) != claim->add[i].key.id)
			smmu_tag_trace_live(domain->sys, claim->add[i].key.id);
	/* Either a split under way is over before this SMMU walks, or it finds it in the array. */
	const bool wait_for_splits = smmu_domain_has_tables(domain) && needs_break(claim);
	if (wait_for_splits)
		smmu_lock(domain->sys, &domain->lock);
	smmu_inv_commit(&domain->inv, &claim->change);
	if (wait_for_splits)
		smmu_unlock(domain->sys, &domain->lock);
	/* An unmap that cleared a descriptor before it saw the array must not be followed by a walk that read it earlier. */
	smmu_publish(domain->sys);
	const uint32_t old_shared = domain->shared_tag;
	if (claim->shared)
		domain->shared_tag = claim->shared;
	for (unsigned i = 0; i < claim->count; i++) {
		if (!claim->from[i])
			continue;
		struct smmu_inv_key *const key = &claim->add[i].key;
		const smmu_status one = smmu_tag_move_entries(domain, &claim->add[i], claim->from[i]);
		status = smmu_first_failure(status, one);
		if (one != SMMU_OK)
			continue;
		smmu_ids_free(smmu_tag_pool(key->dev, key->type), claim->from[i]);
		smmu_trace_tag(domain->sys, claim->from[i], SMMU_TAG_EVENT_FREE);
	}
	if (claim->shared && old_shared && status == SMMU_OK)
		smmu_ids_free(smmu_tag_shared_pool(domain), old_shared);
	return status;
}

/* A reader that still sees the entries may still ask the device, so it is waited for. */
static void drop_others(struct smmu_domain *owner, struct smmu_master *master, uint32_t ssid, bool nested)
{
	for (size_t i = 0; master->ats && i < master->sid_count; i++) {
		const struct smmu_inv_key key = atc_key(master, i, ssid, nested);
		(void)smmu_inv_release(&owner->inv, &key);
	}
	if (nested) {
		const struct smmu_inv_key key = nested_key(master->dev);
		(void)smmu_inv_release(&owner->inv, &key);
	}
	if (master->ats)
		smmu_inv_quiesce(&owner->inv);
}

/* Nothing on dev carries a tag of the domain any more, confirmed or not: so what moves left behind is done with. */
static smmu_status drop_leaving(struct smmu_domain *domain, struct smmu_dev *dev, bool confirmed)
{
	const enum smmu_inv_type type = smmu_tag_type(domain);
	const struct smmu_inv *entry;
	smmu_status status = SMMU_OK;
	while ((entry = smmu_inv_leaving(&domain->inv, dev, type, 0))) {
		const struct smmu_inv_key old = entry->key;
		const smmu_status one = smmu_inv_flush_tag(&old);
		status = smmu_first_failure(status, one);
		smmu_inv_retire(&domain->inv, &old);
		if (one != SMMU_OK || !confirmed)
			continue;
		smmu_trace_tag(domain->sys, old.id, SMMU_TAG_EVENT_FLUSHED);
		smmu_ids_free(smmu_tag_pool(dev, type), old.id);
		if (smmu_tag_is_one(domain) && smmu_inv_count(&domain->inv, type, old.id) == 0)
			smmu_ids_free(smmu_tag_shared_pool(domain), old.id);
		smmu_trace_tag(domain->sys, old.id, SMMU_TAG_EVENT_FREE);
	}
	return status;
}

smmu_status smmu_tag_drop(struct smmu_domain *attached, struct smmu_master *master, uint32_t ssid, bool confirmed)
{
	struct smmu_domain *const domain = smmu_domain_owner(attached);
	struct smmu_dev *const dev = master->dev;
	drop_others(domain, master, ssid, smmu_domain_is_nested(attached));
	const struct smmu_inv_key key = smmu_inv_find(&domain->inv, dev, smmu_tag_type(domain))->key;
	if (!smmu_inv_release(&domain->inv, &key))
		return SMMU_OK;
	smmu_inv_quiesce(&domain->inv);
	smmu_status status = smmu_inv_flush_tag(&key);
	status = smmu_first_failure(status, drop_leaving(domain, dev, confirmed));
	if (status == SMMU_OK && confirmed) {
		smmu_trace_tag(domain->sys, key.id, SMMU_TAG_EVENT_FLUSHED);
		smmu_ids_free(smmu_tag_pool(dev, key.type), key.id);
		smmu_trace_tag(domain->sys, key.id, SMMU_TAG_EVENT_FREE);
	} else {
		domain->tag_is_retired = true;
	}
	if (domain->shared_tag && !smmu_inv_tag_at(&domain->inv, 0)) {
		if (!domain->tag_is_retired)
			smmu_ids_free(smmu_tag_shared_pool(domain), domain->shared_tag);
		domain->shared_tag = 0;
		domain->tag_is_retired = false;
	}
	return status;
}
