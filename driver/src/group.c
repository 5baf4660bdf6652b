/* SPDX-License-Identifier: Apache-2.0
 * Attach and detach of several devices that must translate alike, all or none.
 * Memory and tags of all of them are taken before the first entry changes, so only an SMMU that does not answer can stop
 * the call half-way; then every device gets its old domain back.
 * Not here: one device (attach.c). Proof: driver/test/test_group.c. */
#include "master_internal.h"

#define MASTERS_MAX 256u
#define ATTACH_FLAGS (SMMU_ATTACH_REPLACE | SMMU_ATTACH_LOSSLESS)

static bool list_is_sound(struct smmu_master *const *masters, size_t count)
{
	if (!masters || count == 0 || count > MASTERS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!masters[i] || masters[i]->sys != masters[0]->sys)
			return false;
		for (size_t k = 0; k < i; k++)
			if (masters[k] == masters[i])
				return false;
	}
	return true;
}

static bool takes_part(const struct smmu_master *master, uint32_t ssid)
{
	return ssid == 0 || master->max_pasids > 1;
}

static smmu_status attach_all(struct smmu_master *const *masters, size_t count, struct smmu_domain *domain, uint32_t ssid,
			      uint32_t flags)
{
	struct smmu_sys *const sys = domain->sys;
	const size_t bytes = count * sizeof(struct smmu_slot);
	size_t failed;
	for (size_t i = 0; i < count; i++)
		if (takes_part(masters[i], ssid) && ssid >= masters[i]->max_pasids)
			return SMMU_E_OVERFLOW;
	struct smmu_slot *const slots = smmu_mem_alloc(sys, bytes);
	if (!slots)
		return SMMU_E_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		slots[i] = (struct smmu_slot){ .master = masters[i], .ssid = ssid, .skip = !takes_part(masters[i], ssid) };
	smmu_status status = smmu_attach_slots(domain, slots, count, flags, &failed);
	status = smmu_attach_settle(domain, slots, count, status);
	smmu_mem_free(sys, slots, bytes);
	return status;
}

smmu_status smmu_group_attach(struct smmu_master *const *masters, size_t count, struct smmu_domain *domain, uint32_t ssid,
			      uint32_t flags)
{
	if (!domain || !list_is_sound(masters, count) || masters[0]->sys != domain->sys || (flags & ~ATTACH_FLAGS) != 0)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = domain->sys;
	smmu_call_enter(sys, SMMU_CALL_GROUP_ATTACH);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = attach_all(masters, count, domain, ssid, flags);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_GROUP_ATTACH, status);
}

smmu_status smmu_group_detach(struct smmu_master *const *masters, size_t count, uint32_t ssid)
{
	if (!list_is_sound(masters, count))
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = masters[0]->sys;
	smmu_status status = SMMU_E_NOT_FOUND;
	smmu_call_enter(sys, SMMU_CALL_GROUP_DETACH);
	smmu_lock(sys, &sys->attach_lock);
	for (size_t i = 0; i < count; i++) {
		if (ssid >= masters[i]->max_pasids)
			continue;
		const smmu_status one = smmu_detach_slot(masters[i], ssid);
		if (one != SMMU_E_NOT_FOUND && (status == SMMU_OK || status == SMMU_E_NOT_FOUND))
			status = one;
	}
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_GROUP_DETACH, status);
}
