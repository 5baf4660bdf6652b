/* SPDX-License-Identifier: Apache-2.0
 * Attach and detach, with and without SubstreamID. One shape for all: check; take all memory and the tags of every place
 * concerned; publish the invalidation array; write CD and STE in the order that never shows a half-made entry; let the
 * replaced domain go: no entry refers to its tag any more, TLBI by tag and SYNC, only then is the tag free.
 * Not here: the entry steps (entry.c), the CD table (cdtable.c), tags (tag.c), several devices at once (group.c).
 * Proof: driver/test/test_master.c, test_pasid.c, test_failure_atomicity.c. */
#include "ats.h"
#include "cd.h"
#include "pri.h"
#include "ste.h"
#include "tag.h"

#define ATTACH_FLAGS (SMMU_ATTACH_REPLACE | SMMU_ATTACH_LOSSLESS)

static bool is_cd(const struct smmu_domain *domain)
{
	return domain && smmu_domain_is_cd(domain);
}

static bool is_stage2(const struct smmu_domain *domain)
{
	return domain && (domain->config.type == SMMU_DOMAIN_S2 || smmu_domain_is_nested(domain));
}

/* The last step of every call: confirmed tells whether the entry updates were. */
static smmu_status drop_domain(struct smmu_domain *domain, struct smmu_master *master, uint32_t ssid, bool confirmed)
{
	domain->attachments--;
	return smmu_domain_has_tag(domain) ? smmu_tag_drop(domain, master, ssid, confirmed) : SMMU_OK;
}

/* ---- entries ---- */

static void make_cd(const struct smmu_master *master, struct smmu_domain *domain, struct smmu_cd *cd)
{
	const bool sva = domain->config.type == SMMU_DOMAIN_SVA;
	const struct smmu_cd_s1 s1 = {
		.ttb0 = sva ? domain->mm.ttb.v : domain->tables.root_pa,
		.asid = (uint16_t)smmu_tag_of(domain, master->dev),
		.granule_log2 = domain->config.granule_log2,
		.ias_bits = domain->config.ias_bits,
		.oas_bits = domain->config.oas_bits,
		.coherent = master->dev->coherent,
		.can_stall = master->can_stall,
		.shared_asid = sva && master->dev->btm,
		.dirty = domain->config.dirty_tracking,
		.mair = sva ? domain->mm.mair : SMMU_MAIR_VALUE,
	};
	smmu_cd_make_s1(cd, &master->dev->features, &s1);
	if (domain->released)
		smmu_cd_release(cd, &master->dev->features);
}

/* A nested domain is stage 2 of its parent, with what the guest says above it. */
static void make_stage2_ste(const struct smmu_master *master, struct smmu_domain *at, struct smmu_ste *ste)
{
	struct smmu_domain *const rid = smmu_domain_owner(at);
	const struct smmu_ste_s2 s2 = {
		.ttb = rid->tables.root_pa,
		.vmid = (uint16_t)smmu_tag_of(rid, master->dev),
		.granule_log2 = rid->config.granule_log2,
		.ias_bits = rid->config.ias_bits,
		.oas_bits = rid->config.oas_bits,
		.start_level = rid->tables.start_level,
		.coherent = master->dev->coherent,
		.can_stall = master->can_stall,
		.dirty = rid->config.dirty_tracking,
		.ats = smmu_ats_is_allowed(master),
	};
	if (smmu_domain_is_nested(at))
		smmu_ste_make_nested(ste, &master->dev->features, &s2, at->config.guest_ste);
	else
		smmu_ste_make_s2(ste, &master->dev->features, &s2);
}

/* The STE for a RID domain (null: none) with or without PASIDs in use. */
static void make_ste(const struct smmu_master *master, struct smmu_domain *rid, bool pasids_in_use, struct smmu_ste *ste)
{
	const struct smmu_features *const features = &master->dev->features;
	const bool identity = rid && rid->config.type == SMMU_DOMAIN_IDENTITY;
	struct smmu_ste_s1 s1 = {
		.cd_table = master->cd_table.memory.pa,
		.ssid_bits = master->ssid_bits,
		.two_level = master->two_level,
		.coherent = master->dev->coherent,
		.can_stall = master->can_stall,
		.el2 = master->dev->el2,
		.ats = smmu_ats_is_allowed(master),
		.ppar = master->pri && master->ssid_bits > 0 && master->endpoint.response_needs_pasid,
	};
	if (is_cd(rid)) {
		s1.s1dss = master->ssid_bits ? SMMU_STE_S1DSS_SSID0 : 0;
		smmu_ste_make_s1(ste, features, &s1);
	} else if (is_stage2(rid)) {
		make_stage2_ste(master, rid, ste);
	} else if (pasids_in_use) {
		s1.s1dss = identity ? SMMU_STE_S1DSS_BYPASS : SMMU_STE_S1DSS_TERMINATE;
		smmu_ste_make_s1(ste, features, &s1);
	} else if (identity) {
		smmu_ste_make_bypass(ste, features);
	} else {
		smmu_ste_make_abort(ste);
	}
}

smmu_status smmu_attach_rewrite_ste(struct smmu_master *master)
{
	struct smmu_ste target;
	make_ste(master, master->rid, master->pasid_count > 0, &target);
	return smmu_ats_install_ste(master, &target);
}

/* Does the STE in memory let the SMMU reach the CD table? */
static bool cd_table_is_live(struct smmu_master *master)
{
	return smmu_ste_get_Config(smmu_strtab_ste(master->dev, master->sids[0])) == SMMU_STE_CONFIG_S1;
}

static smmu_status write_cd(struct smmu_master *master, uint32_t ssid, struct smmu_domain *domain, bool lossless)
{
	struct smmu_cd cd;
	smmu_status status = smmu_cdtable_show(master, ssid);
	make_cd(master, domain, &cd);
	enum smmu_cd_write how = SMMU_CD_WRITE_DEAD;
	if (cd_table_is_live(master))
		how = lossless ? SMMU_CD_WRITE_LOSSLESS : SMMU_CD_WRITE_LIVE;
	return smmu_first_failure(status, smmu_cdtable_write(master, ssid, &cd, how));
}

/* Always announced: CD 0 goes after the STE has left stage 1, and then CFGI_CD says what memory says. */
static smmu_status clear_cd(struct smmu_master *master, uint32_t ssid)
{
	static const struct smmu_cd empty;
	return smmu_cdtable_write(master, ssid, &empty, SMMU_CD_WRITE_LIVE);
}

static struct smmu_domain *occupant_of(struct smmu_master *master, uint32_t ssid)
{
	return ssid ? smmu_cdtable_domain(master, ssid) : master->rid;
}

/* ---- one place from one domain to another, either may be null; tags are held by the caller ---- */

static smmu_status put_rid(struct smmu_master *master, struct smmu_domain *to, bool lossless)
{
	struct smmu_domain *const from = master->rid;
	smmu_status status = SMMU_OK;
	master->rid = to;
	if (is_cd(to))
		status = write_cd(master, 0, to, lossless);
	status = smmu_first_failure(status, smmu_attach_rewrite_ste(master));
	if (is_cd(from) && !is_cd(to))
		status = smmu_first_failure(status, clear_cd(master, 0));
	return status;
}

static smmu_status put_pasid(struct smmu_master *master, uint32_t ssid, struct smmu_domain *to, bool lossless)
{
	struct smmu_domain *const from = smmu_cdtable_domain(master, ssid);
	smmu_cdtable_set_domain(master, ssid, to);
	smmu_status status = to ? write_cd(master, ssid, to, lossless) : clear_cd(master, ssid);
	if (!from)
		master->pasid_count++;
	if (!to)
		master->pasid_count--;
	if ((to && !from && master->pasid_count == 1) || (from && !to && master->pasid_count == 0))
		status = smmu_first_failure(status, smmu_attach_rewrite_ste(master));
	return status;
}

/* An ATC that was in use before and still is has something of `from`. One that was switched on or off here is empty. */
static smmu_status put(struct smmu_master *master, uint32_t ssid, struct smmu_domain *to, bool lossless)
{
	const bool remembers = master->ats_on && occupant_of(master, ssid);
	const smmu_status status = ssid ? put_pasid(master, ssid, to, lossless) : put_rid(master, to, lossless);
	return remembers && master->ats_on ? smmu_first_failure(status, smmu_ats_forget(master, ssid)) : status;
}

/* ---- attach ---- */

smmu_status smmu_attach_check(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags)
{
	struct smmu_domain *const occupant = occupant_of(master, ssid);
	if (ssid && (!is_cd(domain) || is_stage2(master->rid)))
		return SMMU_E_INVALID;
	if (occupant == domain)
		return SMMU_E_EXISTS;
	if (occupant && !(flags & SMMU_ATTACH_REPLACE))
		return SMMU_E_BUSY;
	if (is_stage2(domain) && master->pasid_count > 0)
		return SMMU_E_BUSY;
	if (domain->released)
		return SMMU_E_STATE;
	if (smmu_domain_has_tag(domain) &&
	    smmu_domain_incompatibility(&domain->config, &master->dev->features, master->dev->coherent) != SMMU_COMPATIBLE)
		return SMMU_E_INCOMPATIBLE;
	return SMMU_OK;
}

static void undo_tables(struct smmu_slot *slots, size_t count)
{
	while (count-- > 0)
		if (!slots[count].skip)
			smmu_cdtable_undo(slots[count].master, slots[count].ssid, &slots[count].fresh);
}

/* Take everything that can run out. */
static smmu_status prepare(struct smmu_domain *domain, struct smmu_slot *slots, size_t count, uint32_t flags,
			   struct smmu_tag_claim *claim)
{
	smmu_status status = SMMU_OK;
	size_t i = 0, others = 0;
	for (size_t k = 0; k < count && smmu_domain_has_tag(domain); k++)
		if (!slots[k].skip)
			others += smmu_tag_others(domain, slots[k].master);
	if (!smmu_tag_claim_begin(claim, domain, others))
		return SMMU_E_NO_MEMORY;
	for (; i < count && status == SMMU_OK; i++) {
		struct smmu_slot *const slot = &slots[i];
		slot->fresh = (struct smmu_cd_fresh){ 0 };
		if (slot->skip)
			continue;
		status = smmu_attach_check(slot->master, domain, slot->ssid, flags);
		if (status == SMMU_OK && is_cd(domain) && !smmu_cdtable_ensure(slot->master, slot->ssid, &slot->fresh))
			status = SMMU_E_NO_MEMORY;
		if (status == SMMU_OK && smmu_domain_has_tag(domain) && !smmu_tag_claim_add(claim, slot->master, slot->ssid))
			status = SMMU_E_NO_SPACE;
	}
	if (status == SMMU_OK && smmu_domain_has_tag(domain))
		status = smmu_tag_claim_resolve(claim);
	if (status != SMMU_OK) {
		undo_tables(slots, i);
		smmu_tag_claim_end(claim);
	}
	return status;
}

smmu_status smmu_attach_slots(struct smmu_domain *domain, struct smmu_slot *slots, size_t count, uint32_t flags, size_t *failed)
{
	struct smmu_tag_claim claim;
	smmu_status way = SMMU_OK;
	const bool lossless = (flags & SMMU_ATTACH_LOSSLESS) != 0;
	*failed = count;
	smmu_status status = prepare(domain, slots, count, flags, &claim);
	if (status != SMMU_OK)
		return status;
	if (smmu_domain_has_tag(domain))
		status = smmu_tag_claim_publish(&claim, &way);
	smmu_tag_claim_end(&claim);
	if (way != SMMU_OK) {
		undo_tables(slots, count);
		return way;
	}
	for (size_t i = 0; i < count; i++) {
		struct smmu_slot *const slot = &slots[i];
		if (slot->skip)
			continue;
		slot->old = occupant_of(slot->master, slot->ssid);
		domain->attachments++;
		slot->done = true;
		const smmu_status one = put(slot->master, slot->ssid, domain, lossless);
		if (!smmu_is_confirmed(one) && *failed == count)
			*failed = i;
		status = smmu_first_failure(status, one);
	}
	return status;
}

/* Another domain is at its place now. Pages the device has asked for are looked for there: it is told to ask again. */
static smmu_status drop_replaced(struct smmu_domain *old, struct smmu_master *master, uint32_t ssid, bool confirmed)
{
	if (!old)
		return SMMU_OK;
	const smmu_status status = smmu_priq_drain(master->dev, master->sids, master->sid_count, ssid, SMMU_PAGE_SUCCESS);
	return smmu_first_failure(status, drop_domain(old, master, ssid, confirmed));
}

static smmu_status attach_one(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags)
{
	struct smmu_slot slot = { .master = master, .ssid = ssid };
	size_t failed;
	const smmu_status status = smmu_attach_slots(domain, &slot, 1, flags, &failed);
	if (!slot.done)
		return status;
	return smmu_first_failure(status, drop_replaced(slot.old, master, ssid, failed != 0));
}

smmu_status smmu_detach_slot(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_domain *const old = occupant_of(master, ssid);
	if (!old)
		return SMMU_E_NOT_FOUND;
	smmu_status status = put(master, ssid, NULL, false);
	status = smmu_first_failure(status, smmu_stalls_terminate(master, ssid));
	status = smmu_first_failure(status, smmu_priq_drain(master->dev, master->sids, master->sid_count, ssid,
							    SMMU_PAGE_INVALID));
	return smmu_first_failure(status, drop_domain(old, master, ssid, smmu_is_confirmed(status)));
}

/* ---- several slots: the second half ---- */

smmu_status smmu_attach_settle(struct smmu_domain *domain, struct smmu_slot *slots, size_t count, smmu_status so_far)
{
	/* A failed SMMU: every slot gets its old domain back; tags of both are still held. */
	const bool confirmed = smmu_is_confirmed(so_far);
	for (size_t i = 0; !confirmed && i < count; i++)
		if (slots[i].done)
			(void)put(slots[i].master, slots[i].ssid, slots[i].old, false);
	smmu_status status = so_far;
	for (size_t i = 0; i < count; i++) {
		if (!slots[i].done)
			continue;
		const struct smmu_slot *const slot = &slots[i];
		status = smmu_first_failure(status, confirmed ? drop_replaced(slot->old, slot->master, slot->ssid, true)
							       : drop_domain(domain, slot->master, slot->ssid, false));
	}
	return status;
}

/* ---- the move of a tag ---- */

struct smmu_domain *smmu_attach_next(struct smmu_dev *dev, struct smmu_attach_walk *walk)
{
	if (!walk->started)
		*walk = (struct smmu_attach_walk){ dev->masters, UINT32_MAX, true };
	while (walk->master) {
		struct smmu_master *const master = walk->master;
		const uint32_t end = master->pasid_count ? UINT32_C(1) << master->ssid_bits : 1;
		while (++walk->ssid < end) {
			struct smmu_domain *const domain = occupant_of(master, walk->ssid);
			if (domain)
				return domain;
			if (walk->ssid && !smmu_cdtable_cd(master, walk->ssid))
				walk->ssid |= (UINT32_C(1) << master->cd_table.leaf_log2) - 1;  /* no leaf: nobody in it */
		}
		walk->master = master->next;
		walk->ssid = UINT32_MAX;
	}
	return NULL;
}

smmu_status smmu_attach_retag(struct smmu_domain *domain, struct smmu_dev *dev, uint32_t tag)
{
	struct smmu_attach_walk walk = { 0 };
	struct smmu_domain *at;
	smmu_status status = SMMU_OK;
	while ((at = smmu_attach_next(dev, &walk))) {
		if (smmu_domain_owner(at) != domain)
			continue;
		if (is_stage2(domain)) {
			status = smmu_first_failure(status, smmu_attach_rewrite_ste(walk.master));
			continue;
		}
		struct smmu_cd cd = *smmu_cdtable_cd(walk.master, walk.ssid);
		smmu_cd_set_ASID(&cd, tag);
		status = smmu_first_failure(status, smmu_cdtable_write(walk.master, walk.ssid, &cd, SMMU_CD_WRITE_LIVE));
	}
	return status;
}

smmu_status smmu_attach_rewrite(struct smmu_domain *domain, struct smmu_dev *dev)
{
	struct smmu_attach_walk walk = { 0 };
	struct smmu_domain *at;
	smmu_status status = SMMU_OK;
	while ((at = smmu_attach_next(dev, &walk)))
		if (at == domain)
			status = smmu_first_failure(status, write_cd(walk.master, walk.ssid, domain, false));
	return status;
}

/* ---- entry points ---- */

static bool call_is_sound(const struct smmu_master *master, const struct smmu_domain *domain, uint32_t flags)
{
	return master && domain && master->sys == domain->sys && (flags & ~ATTACH_FLAGS) == 0;
}

static bool ssid_is_valid(const struct smmu_master *master, uint32_t ssid)
{
	return ssid > 0 && ssid < master->max_pasids;
}

smmu_status smmu_master_attach(struct smmu_master *master, struct smmu_domain *domain, uint32_t flags)
{
	if (!call_is_sound(master, domain, flags))
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_MASTER_ATTACH);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = attach_one(master, domain, 0, flags);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_ATTACH, status);
}

smmu_status smmu_master_detach(struct smmu_master *master)
{
	if (!master)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_MASTER_DETACH);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = smmu_detach_slot(master, 0);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_DETACH, status);
}

/* A number that is globally allocated is right for somebody, only not for this device. */
static smmu_status check_ssid(struct smmu_master *master, uint32_t ssid)
{
	if (ssid_is_valid(master, ssid))
		return SMMU_OK;
	const struct smmu_ids *const pasids = &master->sys->pasids;
	return ssid && ssid < pasids->count && !smmu_ids_is_free(pasids, ssid) ? SMMU_E_OVERFLOW : SMMU_E_INVALID;
}

smmu_status smmu_master_attach_pasid(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags)
{
	if (!call_is_sound(master, domain, flags))
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_MASTER_ATTACH_PASID);
	smmu_lock(sys, &sys->attach_lock);
	smmu_status status = check_ssid(master, ssid);
	if (status == SMMU_OK)
		status = attach_one(master, domain, ssid, flags);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_ATTACH_PASID, status);
}

smmu_status smmu_master_detach_pasid(struct smmu_master *master, uint32_t ssid)
{
	if (!master || !ssid_is_valid(master, ssid))
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_MASTER_DETACH_PASID);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = smmu_detach_slot(master, ssid);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_DETACH_PASID, status);
}
