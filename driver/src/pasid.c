/* SPDX-License-Identifier: Apache-2.0
 * The system-wide PASID numbers. The bitmap is as large as the widest SMMU needs.
 * Not here: attaching at one (attach.c). Proof: driver/test/test_global_pasid.c. */
#include "master_internal.h"
#include "pasid.h"
#include "tag.h"

/* Room for every number an SMMU here can see. False: NO_MEMORY. */
static bool make_room(struct smmu_sys *sys)
{
	struct smmu_ids wider;
	unsigned bits = 1;
	for (const struct smmu_dev *dev = sys->devs; dev; dev = dev->next)
		if (dev->features.ssid_bits > bits)
			bits = dev->features.ssid_bits;
	const uint32_t count = UINT32_C(1) << bits;
	if (sys->pasids.count >= count)
		return true;
	if (!smmu_ids_init(sys, &wider, count))
		return false;
	smmu_ids_take(&wider, 0);       /* PASID 0 is the traffic without SubstreamID */
	for (uint32_t id = 1; id < sys->pasids.count; id++)
		if (!smmu_ids_is_free(&sys->pasids, id))
			smmu_ids_take(&wider, id);
	if (sys->pasids.words)
		smmu_ids_exit(sys, &sys->pasids);
	sys->pasids = wider;
	return true;
}

smmu_status smmu_pasid_take(struct smmu_master *master, uint32_t *pasid)
{
	struct smmu_sys *const sys = master->sys;
	if (master->max_pasids < 2)
		return SMMU_E_INVALID;
	if (!make_room(sys))
		return SMMU_E_NO_MEMORY;
	return smmu_ids_alloc_below(&sys->pasids, master->max_pasids, pasid) ? SMMU_OK : SMMU_E_NO_SPACE;
}

/* Attach lock held. */
static bool is_in_use(const struct smmu_sys *sys, uint32_t pasid)
{
	for (struct smmu_dev *dev = sys->devs; dev; dev = dev->next)
		for (struct smmu_master *master = dev->masters; master; master = master->next)
			if ((pasid >> master->ssid_bits) == 0 && smmu_cdtable_domain(master, pasid))
				return true;
	return false;
}

smmu_status smmu_pasid_give(struct smmu_sys *sys, uint32_t pasid)
{
	if (pasid == 0 || pasid >= sys->pasids.count || smmu_ids_is_free(&sys->pasids, pasid))
		return SMMU_E_NOT_FOUND;
	for (const struct smmu_domain *domain = sys->sva; domain; domain = domain->next_sva)
		if (domain->pasid == pasid)
			return SMMU_E_BUSY;
	if (is_in_use(sys, pasid))
		return SMMU_E_BUSY;
	smmu_ids_free(&sys->pasids, pasid);
	return SMMU_OK;
}

smmu_status smmu_pasid_alloc(struct smmu_master *master, uint32_t *pasid)
{
	if (!master || !pasid)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_PASID_ALLOC);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = smmu_pasid_take(master, pasid);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_PASID_ALLOC, status);
}

smmu_status smmu_pasid_free(struct smmu_sys *sys, uint32_t pasid)
{
	if (!sys)
		return SMMU_E_INVALID;
	smmu_call_enter(sys, SMMU_CALL_PASID_FREE);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = smmu_pasid_give(sys, pasid);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_PASID_FREE, status);
}
