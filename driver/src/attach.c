/* SPDX-License-Identifier: Apache-2.0
 * Attach and detach, with and without SubstreamID. One shape for all: check; take all memory and the tag; publish the
 * invalidation array; write CD and STE in the order that never shows a half-made entry; let the replaced domain go: no
 * entry refers to its tag any more, TLBI by tag and SYNC, only then is the tag free.
 * Not here: the entry steps (entry.c), the CD table (cdtable.c). Proof: driver/test/test_master.c, test_pasid.c,
 * test_failure_atomicity.c. */
#include "cd.h"
#include "master_internal.h"
#include "ste.h"

#define ATTACH_FLAGS (SMMU_ATTACH_REPLACE | SMMU_ATTACH_LOSSLESS)

static smmu_status first_error(smmu_status a, smmu_status b)
{
	return a != SMMU_OK ? a : b;
}

static bool is_stage1(const struct smmu_domain *domain)
{
	return domain && domain->config.type == SMMU_DOMAIN_S1;
}

/* ---- tags ---- */

/* What attaching a stage-1 domain needs on the master's SMMU before anything is written. */
struct tag_claim {
	uint32_t asid;
	bool fresh;               /* allocated by this claim */
	struct smmu_inv_change change;
};

static smmu_status claim_tag(struct smmu_domain *domain, struct smmu_dev *dev, struct tag_claim *claim)
{
	const struct smmu_inv *const there = smmu_inv_find(&domain->inv, dev, SMMU_INV_TLBI_ASID);
	*claim = (struct tag_claim){ .fresh = !there };
	if (there)
		claim->asid = there->key.id;
	else if (!smmu_ids_alloc(&dev->asids, &claim->asid))
		return SMMU_E_NO_SPACE;
	const struct smmu_inv_key key = { dev, SMMU_INV_TLBI_ASID, claim->asid, 0 };
	if (!smmu_inv_prepare(&domain->inv, &key, &claim->change)) {
		if (claim->fresh)
			smmu_ids_free(&dev->asids, claim->asid);
		return SMMU_E_NO_MEMORY;
	}
	return SMMU_OK;
}

static void publish_tag(struct smmu_domain *domain, struct tag_claim *claim)
{
	if (claim->fresh)
		smmu_trace_tag(domain->sys, claim->asid, SMMU_TAG_EVENT_ALLOCATED);
	smmu_inv_commit(&domain->inv, &claim->change);
	/* An unmap that cleared a descriptor before it saw the array must not be followed by a walk that read it earlier. */
	smmu_publish(domain->sys);
	if (claim->fresh)
		smmu_trace_tag(domain->sys, claim->asid, SMMU_TAG_EVENT_LIVE);
}

/* No entry refers to (domain, dev) through this attachment any more. When that was the last one, flush and free the tag.
 * A tag is never given out again when its flush, or the SMMU's forgetting of the entries, was not confirmed. */
static smmu_status drop_tag(struct smmu_domain *domain, struct smmu_dev *dev, bool confirmed)
{
	const struct smmu_inv *const entry = smmu_inv_find(&domain->inv, dev, SMMU_INV_TLBI_ASID);
	if (!entry)
		return SMMU_OK;
	const struct smmu_inv_key key = entry->key;
	if (!smmu_inv_release(&domain->inv, &key))
		return SMMU_OK;
	smmu_status status = smmu_inv_quiesce(&domain->inv);
	status = first_error(status, smmu_inv_flush_tag(&key));
	if (status != SMMU_OK || !confirmed)
		return status;
	smmu_trace_tag(domain->sys, key.id, SMMU_TAG_EVENT_FLUSHED);
	smmu_ids_free(&dev->asids, key.id);
	smmu_trace_tag(domain->sys, key.id, SMMU_TAG_EVENT_FREE);
	return SMMU_OK;
}

/* The last step of every call: so_far is what became of the entry updates. */
static smmu_status drop_domain(struct smmu_domain *domain, struct smmu_dev *dev, smmu_status so_far)
{
	if (!domain)
		return so_far;
	if (is_stage1(domain))
		so_far = first_error(so_far, drop_tag(domain, dev, so_far == SMMU_OK));
	domain->attachments--;
	return so_far;
}

/* ---- entries ---- */

static void make_cd(const struct smmu_master *master, const struct smmu_domain *domain, uint32_t asid, struct smmu_cd *cd)
{
	const struct smmu_cd_s1 s1 = {
		.ttb0 = domain->tables.root_pa,
		.asid = (uint16_t)asid,
		.ias_bits = domain->config.ias_bits,
		.oas_bits = domain->config.oas_bits,
		.coherent = master->dev->coherent,
		.can_stall = master->can_stall,
	};
	smmu_cd_make_s1(cd, &master->dev->features, &s1);
}

/* The STE for a RID domain (null: none) with or without PASIDs in use. */
static void make_ste(const struct smmu_master *master, const struct smmu_domain *rid, bool pasids_in_use, struct smmu_ste *ste)
{
	const struct smmu_features *const features = &master->dev->features;
	const bool identity = rid && rid->config.type == SMMU_DOMAIN_IDENTITY;
	struct smmu_ste_s1 s1 = {
		.cd_table = master->cd_table.pa,
		.ssid_bits = master->ssid_bits,
		.coherent = master->dev->coherent,
		.can_stall = master->can_stall,
	};
	if (is_stage1(rid)) {
		s1.s1dss = master->ssid_bits ? SMMU_STE_S1DSS_SSID0 : 0;
		smmu_ste_make_s1(ste, features, &s1);
	} else if (pasids_in_use) {
		s1.s1dss = identity ? SMMU_STE_S1DSS_BYPASS : SMMU_STE_S1DSS_TERMINATE;
		smmu_ste_make_s1(ste, features, &s1);
	} else if (identity) {
		smmu_ste_make_bypass(ste, features);
	} else {
		smmu_ste_make_abort(ste);
	}
}

static smmu_status write_ste(struct smmu_master *master, const struct smmu_domain *rid, bool pasids_in_use)
{
	struct smmu_ste target;
	make_ste(master, rid, pasids_in_use, &target);
	return smmu_ste_install(master->dev, master->sids, master->sid_count, &target);
}

/* Does the STE in memory let the SMMU reach the CD table? */
static bool cd_table_is_live(struct smmu_master *master)
{
	return smmu_ste_get_Config(smmu_strtab_ste(master->dev, master->sids[0])) == SMMU_STE_CONFIG_S1;
}

/* Always announced: CD 0 goes after the STE has left stage 1, and then CFGI_CD says what memory says. */
static smmu_status clear_cd(struct smmu_master *master, uint32_t ssid)
{
	static const struct smmu_cd empty;
	return smmu_cdtable_write(master, ssid, &empty, true);
}

/* ---- attach ---- */

/* Take everything that can run out. */
static smmu_status prepare(struct smmu_master *master, struct smmu_domain *domain, struct tag_claim *claim)
{
	bool fresh_table;
	if (!is_stage1(domain))
		return SMMU_OK;
	if (smmu_domain_incompatibility(&domain->config, &master->dev->features, master->dev->coherent) != SMMU_COMPATIBLE)
		return SMMU_E_INCOMPATIBLE;
	if (!smmu_cdtable_ensure(master, &fresh_table))
		return SMMU_E_NO_MEMORY;
	const smmu_status status = claim_tag(domain, master->dev, claim);
	if (status != SMMU_OK && fresh_table)
		smmu_cdtable_free(master);
	return status;
}

static smmu_status install_cd(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, struct tag_claim *claim)
{
	struct smmu_cd cd;
	publish_tag(domain, claim);
	make_cd(master, domain, claim->asid, &cd);
	return smmu_cdtable_write(master, ssid, &cd, cd_table_is_live(master));
}

static smmu_status check_slot(const struct smmu_domain *occupant, const struct smmu_domain *domain, uint32_t flags)
{
	if (flags & SMMU_ATTACH_LOSSLESS)
		return SMMU_E_UNSUPPORTED;
	if (occupant == domain)
		return SMMU_E_EXISTS;
	if (occupant && !(flags & SMMU_ATTACH_REPLACE))
		return SMMU_E_BUSY;
	return SMMU_OK;
}

static smmu_status attach_rid(struct smmu_master *master, struct smmu_domain *domain, uint32_t flags)
{
	struct smmu_domain *const old = master->rid;
	struct tag_claim claim;
	smmu_status status = check_slot(old, domain, flags);
	if (status == SMMU_OK)
		status = prepare(master, domain, &claim);
	if (status != SMMU_OK)
		return status;
	domain->attachments++;
	master->rid = domain;
	if (is_stage1(domain))
		status = install_cd(master, domain, 0, &claim);
	status = first_error(status, write_ste(master, domain, master->pasid_count > 0));
	if (is_stage1(old) && !is_stage1(domain))
		status = first_error(status, clear_cd(master, 0));
	return drop_domain(old, master->dev, status);
}

static smmu_status detach_rid(struct smmu_master *master)
{
	struct smmu_domain *const old = master->rid;
	if (!old)
		return SMMU_E_NOT_FOUND;
	master->rid = NULL;
	smmu_status status = write_ste(master, NULL, master->pasid_count > 0);
	if (is_stage1(old))
		status = first_error(status, clear_cd(master, 0));
	return drop_domain(old, master->dev, status);
}

static smmu_status attach_at(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags)
{
	struct smmu_domain *const old = master->pasids ? master->pasids[ssid] : NULL;
	struct tag_claim claim;
	smmu_status status = check_slot(old, domain, flags);
	if (status == SMMU_OK)
		status = prepare(master, domain, &claim);
	if (status != SMMU_OK)
		return status;
	domain->attachments++;
	master->pasids[ssid] = domain;
	status = install_cd(master, domain, ssid, &claim);
	if (!old && ++master->pasid_count == 1)
		status = first_error(status, write_ste(master, master->rid, true));
	return drop_domain(old, master->dev, status);
}

static smmu_status detach_at(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_domain *const old = master->pasids ? master->pasids[ssid] : NULL;
	if (!old)
		return SMMU_E_NOT_FOUND;
	master->pasids[ssid] = NULL;
	smmu_status status = clear_cd(master, ssid);
	if (--master->pasid_count == 0)
		status = first_error(status, write_ste(master, master->rid, false));
	return drop_domain(old, master->dev, status);
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
	const smmu_status status = attach_rid(master, domain, flags);
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
	const smmu_status status = detach_rid(master);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_DETACH, status);
}

smmu_status smmu_master_attach_pasid(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags)
{
	/* Only a CD can sit at an SSID, and of the present types only stage 1 is one. */
	if (!call_is_sound(master, domain, flags) || !ssid_is_valid(master, ssid) || !is_stage1(domain))
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_MASTER_ATTACH_PASID);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = attach_at(master, domain, ssid, flags);
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
	const smmu_status status = detach_at(master, ssid);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_DETACH_PASID, status);
}
