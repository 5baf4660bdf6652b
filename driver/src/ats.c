/* SPDX-License-Identifier: Apache-2.0
 * ATS of a master (see ats.h).
 *   on     EATS in the STEs, CFGI_STE, SYNC; ATC_INV of everything, SYNC; then the device, then its page requests
 *   off    page requests, then the device; STEs without EATS, CFGI_STE, SYNC; ATC_INV of everything, SYNC; nothing after
 *   cut    a silent device: EATS out of the STEs with one atomic store each, CFGI_STE, SYNC. As translated accesses are checked
 *          (CR0.ATSCHK) the SMMU believes nothing more of what the device remembers. The device itself is left to the host.
 * Two flags of a master are shared: atc_live turns true under the attach lock, with EATS in place, before the device is switched
 * on; false when the device is off, or by a cut that its SMMU has confirmed. silent turns true in a cut, before EATS goes, and
 * whoever writes STEs looks at it afterwards: either the cut finds their EATS or they find the flag. It turns false in
 * smmu_master_unquarantine() only, when nobody can be in a cut any more.
 * Proof: driver/test/test_ats.c. */
#include "ats.h"

#include "cmd.h"
#include "pri.h"
#include "tag.h"

#define CFGI_LIST 16u
#define PAGE_LOG2 12u

uint64_t smmu_atc_span(uint64_t start, uint64_t end, unsigned *size_log2)
{
	const uint64_t first = start >> PAGE_LOG2, last = (end - 1) >> PAGE_LOG2;
	unsigned bits = 0;
	while ((first ^ last) >> bits)
		bits++;
	*size_log2 = bits;
	return bits >= SMMU_ATC_SIZE_ALL ? 0 : first >> bits << bits << PAGE_LOG2;
}

bool smmu_ats_is_allowed(const struct smmu_master *master)
{
	return master->ats && !master->ats_refused && !atomic_load(&master->silent);
}

/* ---- the cut ---- */

static smmu_status clear_eats(struct smmu_master *master)
{
	struct smmu_dev *const dev = master->dev;
	struct smmu_cmd list[CFGI_LIST];
	smmu_status status = SMMU_OK;
	for (size_t i = 0; i < master->sid_count; i++) {
		uint64_t *const word = &smmu_strtab_ste(dev, master->sids[i])->qword[SMMU_STE_EATS_WORD];
		const uint64_t old = atomic_fetch_and((_Atomic uint64_t *)word, ~SMMU_STE_EATS_MASK);
		if (old & SMMU_STE_EATS_MASK)
			smmu_trace_store(dev->sys, word, old, old & ~SMMU_STE_EATS_MASK);
		smmu_clean(dev->sys, dev->coherent, word, sizeof *word);
	}
	smmu_publish(dev->sys);
	for (size_t i = 0; i < master->sid_count && status == SMMU_OK;) {
		size_t n = 0;
		while (n < CFGI_LIST && i < master->sid_count)
			list[n++] = smmu_cmd_cfgi_ste(master->sids[i++], true);
		status = smmu_cmdq_run(dev, list, n);
	}
	return status;
}

/* silent is set. */
static smmu_status cut(struct smmu_master *master)
{
	const smmu_status status = clear_eats(master);
	if (status != SMMU_OK)
		return status;
	atomic_store(&master->atc_live, false);
	return SMMU_E_ENDPOINT;
}

smmu_status smmu_ats_cut(struct smmu_master *master)
{
	if (!smmu_ats_is_live(master))
		return SMMU_OK; /* it was switched off, or cut off by another thread */
	if (!atomic_exchange(&master->silent, true))
		atomic_fetch_add_explicit(&master->dev->quarantines, 1, memory_order_relaxed);
	return cut(master);
}

/* ---- ATC_INV of everything ---- */

smmu_status smmu_ats_forget(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_cmd list[SMMU_ATC_MAX];
	uint64_t silent;
	if (!smmu_ats_is_live(master))
		return SMMU_OK;
	for (size_t i = 0; i < master->sid_count; i++)
		list[i] = smmu_cmd_atc_inv(master->sids[i], ssid, 0, SMMU_ATC_SIZE_ALL);
	const smmu_status status = smmu_cmdq_run_atc(master->dev, list, master->sid_count, &silent);
	return silent ? smmu_first_failure(status, smmu_ats_cut(master)) : status;
}

/* ---- the device ---- */

smmu_status smmu_ats_pasid_on(struct smmu_master *master)
{
	const struct smmu_endpoint *const endpoint = &master->endpoint;
	if (master->ssid_bits == 0)
		return SMMU_OK;
	const smmu_status status = endpoint->enable_pasid ? endpoint->enable_pasid(endpoint->ctx, master->ssid_bits) : SMMU_OK;
	master->pasid_on = status == SMMU_OK;
	return status;
}

void smmu_ats_pasid_off(struct smmu_master *master)
{
	if (master->pasid_on && master->endpoint.disable_pasid)
		master->endpoint.disable_pasid(master->endpoint.ctx);
	master->pasid_on = false;
}

/* The SMMU answers translation requests in units of its smallest granule. */
static uint8_t smallest_granule_log2(const struct smmu_features *features)
{
	return features->gran4k ? 12 : features->gran16k ? 14 : 16;
}

/* EATS is in place. */
static smmu_status switch_on(struct smmu_master *master)
{
	const struct smmu_endpoint *const endpoint = &master->endpoint;
	atomic_store(&master->atc_live, true);
	smmu_status status = smmu_ats_forget(master, 0);
	if (status != SMMU_OK) {
		atomic_store(&master->atc_live, false);         /* the device is not on */
		return status;
	}
	if (endpoint->enable_ats &&
	    endpoint->enable_ats(endpoint->ctx, smallest_granule_log2(&master->dev->features)) != SMMU_OK) {
		master->ats_refused = true;
		atomic_store(&master->atc_live, false);
		return clear_eats(master);
	}
	master->ats_on = true;
	if (master->pri)
		master->pri_on = !endpoint->enable_pri || endpoint->enable_pri(endpoint->ctx) == SMMU_OK;
	return SMMU_OK;
}

static void switch_off(struct smmu_master *master)
{
	const struct smmu_endpoint *const endpoint = &master->endpoint;
	if (master->pri_on && endpoint->disable_pri)
		endpoint->disable_pri(endpoint->ctx);
	master->pri_on = false;
	if (master->ats_on && endpoint->disable_ats)
		endpoint->disable_ats(endpoint->ctx);
	master->ats_on = false;
}

smmu_status smmu_ats_install_ste(struct smmu_master *master, const struct smmu_ste *target)
{
	const bool wanted = smmu_ste_get_EATS(target) != 0;
	const bool leaving = master->ats_on && !wanted;
	if (leaving)
		switch_off(master);
	smmu_status status = smmu_ste_install(master->dev, master->sids, master->sid_count, target, &master->silent);
	if (wanted && atomic_load(&master->silent))
		return smmu_first_failure(status, cut(master));
	if (leaving)
		status = smmu_first_failure(status, smmu_ats_forget(master, 0));
	if (leaving)
		atomic_store(&master->atc_live, false);
	if (wanted && !master->ats_on && master->dev->enabled && status == SMMU_OK)
		status = switch_on(master);
	return status;
}

/* ---- the SMMU comes and goes ---- */

static bool has_eats(struct smmu_master *master)
{
	return smmu_load64(&smmu_strtab_ste(master->dev, master->sids[0])->qword[SMMU_STE_EATS_WORD]) & SMMU_STE_EATS_MASK;
}

smmu_status smmu_ats_start_dev(struct smmu_dev *dev)
{
	smmu_status status = SMMU_OK;
	for (struct smmu_master *master = dev->masters; master; master = master->next)
		if (has_eats(master))   /* no device is on while its SMMU is off */
			status = smmu_first_failure(status, switch_on(master));
	return status;
}

smmu_status smmu_ats_stop_dev(struct smmu_dev *dev)
{
	smmu_status status = SMMU_OK;
	for (struct smmu_master *master = dev->masters; master; master = master->next) {
		if (!master->ats_on)
			continue;
		switch_off(master);
		atomic_store(&master->atc_live, false);
		status = smmu_first_failure(status, smmu_priq_drain(dev, master->sids, master->sid_count, SMMU_PRI_EVERY_SSID,
								    SMMU_PAGE_INVALID));
	}
	return status;
}

/* ---- the end of a quarantine ---- */

/* Whoever might be in a cut has left. */
static void wait_for_readers(struct smmu_master *master)
{
	struct smmu_attach_walk walk = { 0 };
	struct smmu_domain *domain;
	while ((domain = smmu_attach_next(master->dev, &walk)))
		if (walk.master == master)
			smmu_inv_quiesce(&smmu_domain_owner(domain)->inv);
}

static smmu_status unquarantine(struct smmu_master *master)
{
	if (!atomic_load(&master->silent))
		return SMMU_E_STATE;
	wait_for_readers(master);
	if (smmu_ats_is_live(master)) {         /* its SMMU did not confirm the cut */
		const smmu_status status = cut(master);
		if (status != SMMU_E_ENDPOINT)
			return status;
		wait_for_readers(master);
	}
	switch_off(master);
	atomic_store(&master->silent, false);
	return smmu_attach_rewrite_ste(master);
}

smmu_status smmu_master_unquarantine(struct smmu_master *master)
{
	if (!master)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_MASTER_UNQUARANTINE);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = unquarantine(master);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_UNQUARANTINE, status);
}
