/* SPDX-License-Identifier: Apache-2.0
 * CPU address spaces shared with devices (see smmuv3/sva.h).
 * Not here: tags and the move away from an ASID (tag_move.c), contexts (cd.c, attach.c). Proof: driver/test/test_sva.c. */
#include "cd.h"
#include "master_internal.h"
#include "pasid.h"
#include "tag.h"

#define FLUSH_THRESHOLD 512u

static smmu_status complete(const struct smmu_mm *mm, struct smmu_mm *full)
{
	*full = *mm;
	if (full->asid_bits == 0)
		full->asid_bits = 16;
	if (full->granule_log2 == 0)
		full->granule_log2 = 12;
	if (full->ias_bits == 0)
		full->ias_bits = 48;
	if (full->oas_bits == 0)
		full->oas_bits = 48;
	if (full->mair == 0)
		full->mair = SMMU_MAIR_VALUE;
	if (full->asid_bits != 8 && full->asid_bits != 16)
		return SMMU_E_RANGE;
	if (full->asid == 0 || full->asid >> full->asid_bits)
		return SMMU_E_RANGE;
	if (full->granule_log2 != 12 && full->granule_log2 != 14 && full->granule_log2 != 16)
		return SMMU_E_RANGE;
	if (full->ias_bits < 25 || full->ias_bits > 48 || full->oas_bits < 32 || full->oas_bits > 48)
		return SMMU_E_RANGE;
	return (full->ttb.v & ~SMMU_CD_TTB0_MASK) == 0 ? SMMU_OK : SMMU_E_RANGE;
}

/* An address space that is gone is known no more, but its domain stays listed as long as it has its PASID. */
static struct smmu_domain *find(const struct smmu_sys *sys, uint64_t cookie)
{
	struct smmu_domain *domain = sys->sva;
	while (domain && (domain->released || domain->config.mm_cookie != cookie))
		domain = domain->next_sva;
	return domain;
}

static void unlist(struct smmu_domain *domain)
{
	struct smmu_domain **link = &domain->sys->sva;
	while (*link != domain)
		link = &(*link)->next_sva;
	*link = domain->next_sva;
}

void smmu_sva_destroy(struct smmu_domain *domain)
{
	unlist(domain);
	domain->sys->object_count--;
	smmu_pasid_give(domain->sys, domain->pasid);
	smmu_domain_unmake(domain);
}

static smmu_status create(struct smmu_master *master, const struct smmu_mm *mm, struct smmu_domain **out)
{
	struct smmu_sys *const sys = master->sys;
	const struct smmu_domain_config config = {
		.type = SMMU_DOMAIN_SVA,
		.granule_log2 = mm->granule_log2,
		.ias_bits = mm->ias_bits,
		.oas_bits = mm->oas_bits,
		.flush_threshold_pages = FLUSH_THRESHOLD,
		.mm_cookie = mm->cookie,
		.asid_bits = mm->asid_bits,
	};
	uint32_t pasid;
	if (smmu_domain_incompatibility(&config, &master->dev->features, master->dev->coherent) != SMMU_COMPATIBLE)
		return SMMU_E_INCOMPATIBLE;
	smmu_status status = smmu_domain_make(sys, &config, out);
	if (status != SMMU_OK)
		return status;
	status = smmu_pasid_take(master, &pasid);
	if (status != SMMU_OK) {
		smmu_domain_unmake(*out);
		return status;
	}
	(*out)->mm = *mm;
	(*out)->pasid = pasid;
	(*out)->next_sva = sys->sva;
	sys->sva = *out;
	sys->object_count++;
	return SMMU_OK;
}

/* A bind fails without a trace. */
static smmu_status bind(struct smmu_master *master, const struct smmu_mm *mm, struct smmu_domain **out)
{
	struct smmu_slot slot = { .master = master };
	struct smmu_domain *domain = find(master->sys, mm->cookie);
	size_t failed;
	smmu_status status = SMMU_OK;
	const bool fresh = !domain, had_pasids = master->sys->pasids.words != NULL;
	if (master->max_pasids < 2)
		return SMMU_E_INVALID;
	if (fresh)
		status = create(master, mm, &domain);
	if (status != SMMU_OK)
		return status;
	if (domain->pasid >= master->max_pasids)
		return SMMU_E_OVERFLOW;
	slot.ssid = domain->pasid;
	status = smmu_attach_slots(domain, &slot, 1, 0, &failed);
	if (!slot.done && fresh) {
		smmu_sva_destroy(domain);
		if (!had_pasids)
			smmu_ids_exit(master->sys, &master->sys->pasids);
	}
	if (slot.done)
		*out = domain;
	return status;
}

smmu_status smmu_sva_bind(struct smmu_master *master, const struct smmu_mm *mm, struct smmu_domain **domain, uint32_t *pasid)
{
	struct smmu_mm full;
	if (!domain)
		return SMMU_E_INVALID;
	*domain = NULL;
	if (!master || !mm)
		return SMMU_E_INVALID;
	smmu_status status = complete(mm, &full);
	if (status != SMMU_OK)
		return status;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_SVA_BIND);
	smmu_lock(sys, &sys->attach_lock);
	status = bind(master, &full, domain);
	if (*domain && pasid)
		*pasid = (*domain)->pasid;
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_SVA_BIND, status);
}

smmu_status smmu_sva_unbind(struct smmu_master *master, struct smmu_domain *domain)
{
	if (!master || !domain || master->sys != domain->sys || domain->config.type != SMMU_DOMAIN_SVA)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_status status = SMMU_E_NOT_FOUND;
	smmu_call_enter(sys, SMMU_CALL_SVA_UNBIND);
	smmu_lock(sys, &sys->attach_lock);
	if (domain->pasid < master->max_pasids && smmu_cdtable_domain(master, domain->pasid) == domain)
		status = smmu_detach_slot(master, domain->pasid);
	if (status != SMMU_E_NOT_FOUND && domain->attachments == 0)
		smmu_sva_destroy(domain);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_SVA_UNBIND, status);
}

smmu_status smmu_sva_invalidate(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes, bool tables)
{
	if (!domain || domain->config.type != SMMU_DOMAIN_SVA)
		return SMMU_E_INVALID;
	const uint64_t end = iova.v + size_bytes;
	if (size_bytes == 0 || !smmu_is_aligned(iova.v | size_bytes, SMMU_BIT(domain->config.granule_log2)))
		return SMMU_E_ALIGN;
	if (end - 1 < iova.v)
		return SMMU_E_OVERFLOW;
	if ((end - 1) >> domain->config.ias_bits)
		return SMMU_E_RANGE;
	const struct smmu_gather gather = { .start = iova.v, .end = end, .tables = tables };
	smmu_call_enter(domain->sys, SMMU_CALL_SVA_INVALIDATE);
	smmu_publish(domain->sys);
	const smmu_status status = smmu_inv_notifier(&domain->inv, &gather, domain->config.granule_log2,
						     domain->config.flush_threshold_pages);
	return smmu_call_leave(domain->sys, SMMU_CALL_SVA_INVALIDATE, status);
}

static smmu_status release(struct smmu_domain *domain)
{
	smmu_status status = SMMU_OK;
	if (domain->released)
		return SMMU_E_STATE;
	domain->released = true;
	for (struct smmu_dev *dev = domain->sys->devs; dev; dev = dev->next) {
		if (!smmu_tag_of(domain, dev))
			continue;
		const smmu_status one = smmu_attach_rewrite(domain, dev);
		if (status == SMMU_OK)
			status = one;
	}
	const smmu_status flushed = smmu_inv_all(&domain->inv);
	return status != SMMU_OK ? status : flushed;
}

smmu_status smmu_sva_mm_exit(struct smmu_domain *domain)
{
	if (!domain || domain->config.type != SMMU_DOMAIN_SVA)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = domain->sys;
	smmu_call_enter(sys, SMMU_CALL_SVA_MM_EXIT);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = release(domain);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_SVA_MM_EXIT, status);
}
