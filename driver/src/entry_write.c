/* SPDX-License-Identifier: Apache-2.0
 * Publishes STEs and CDs: stores the planner's groups, each followed by CFGI for every StreamID concerned and one CMD_SYNC.
 * The streams of a master hold the same STE, so one plan serves them all.
 * Not here: the plan (entry.c), the bytes (ste.c, cd.c). Proof: driver/test/test_master.c, test_pasid.c. */
#include "cmd.h"
#include "dev_internal.h"
#include "entry.h"

#define CFGI_LIST 16u   /* commands on the stack */

static smmu_status first_error(smmu_status a, smmu_status b)
{
	return a != SMMU_OK ? a : b;
}

static void store_group(struct smmu_dev *dev, uint64_t *entry, const struct smmu_entry_plan *plan, unsigned group)
{
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++)
		if (plan->mask[group] & (1u << i))
			smmu_table_store(dev->sys, dev->coherent, &entry[i], plan->word[group][i]);
}

/* The word with EATS has a second writer: a cut (ats.c) sets *silent, then takes EATS away, without the attach lock. What it
 * took must not come back, not even until the next look at *silent. */
static void store_eats_word(struct smmu_dev *dev, uint64_t *word, uint64_t value, const _Atomic bool *silent)
{
	uint64_t old = atomic_load((_Atomic uint64_t *)word), now;
	do
		now = silent && atomic_load(silent) ? value & ~SMMU_STE_EATS_MASK : value;
	while (!atomic_compare_exchange_weak((_Atomic uint64_t *)word, &old, now));
	smmu_trace_store(dev->sys, word, old, now);
	smmu_clean(dev->sys, dev->coherent, word, sizeof *word);
}

/* CFGI_STE, or CFGI_CD at ssid, for every sid, then SYNC. */
static smmu_status announce(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, bool cd, uint32_t ssid)
{
	struct smmu_cmd list[CFGI_LIST];
	smmu_publish(dev->sys);
	while (sid_count > CFGI_LIST) {
		for (size_t i = 0; i < CFGI_LIST; i++)
			list[i] = cd ? smmu_cmd_cfgi_cd(sids[i], ssid, true) : smmu_cmd_cfgi_ste(sids[i], true);
		const smmu_status status = smmu_cmdq_run(dev, list, CFGI_LIST);
		if (status != SMMU_OK)
			return status;
		sids += CFGI_LIST;
		sid_count -= CFGI_LIST;
	}
	for (size_t i = 0; i < sid_count; i++)
		list[i] = cd ? smmu_cmd_cfgi_cd(sids[i], ssid, true) : smmu_cmd_cfgi_ste(sids[i], true);
	return smmu_cmdq_run(dev, list, sid_count);
}

smmu_status smmu_ste_install(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, const struct smmu_ste *target,
			     const _Atomic bool *silent)
{
	const uint8_t eats_word = 1u << SMMU_STE_EATS_WORD;
	struct smmu_entry_plan plan;
	uint64_t live[SMMU_ENTRY_WORDS];
	smmu_status status = SMMU_OK;
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++)
		live[i] = smmu_load64(&smmu_strtab_ste(dev, sids[0])->qword[i]);
	smmu_entry_plan(SMMU_ENTRY_STE, live, target->qword, &plan);
	for (unsigned group = 0; group < plan.group_count; group++) {
		const bool eats = plan.mask[group] & eats_word;
		plan.mask[group] &= (uint8_t)~eats_word;
		for (size_t i = 0; i < sid_count; i++) {
			uint64_t *const entry = smmu_strtab_ste(dev, sids[i])->qword;
			if (eats)
				store_eats_word(dev, &entry[SMMU_STE_EATS_WORD], plan.word[group][SMMU_STE_EATS_WORD], silent);
			store_group(dev, entry, &plan, group);
		}
		status = first_error(status, announce(dev, sids, sid_count, false, 0));
	}
	return status;
}

smmu_status smmu_cd_install(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, uint32_t ssid, struct smmu_cd *cd,
			    const struct smmu_cd *target)
{
	struct smmu_entry_plan plan;
	smmu_status status = SMMU_OK;
	smmu_entry_plan(SMMU_ENTRY_CD, cd->qword, target->qword, &plan);
	for (unsigned group = 0; group < plan.group_count; group++) {
		store_group(dev, cd->qword, &plan, group);
		status = first_error(status, announce(dev, sids, sid_count, true, ssid));
	}
	return status;
}

smmu_status smmu_cd_install_lossless(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, uint32_t ssid,
				     struct smmu_cd *cd, const struct smmu_cd *target)
{
	if (!smmu_cd_get_V(cd) || !smmu_cd_get_V(target))
		return smmu_cd_install(dev, sids, sid_count, ssid, cd, target);
	struct smmu_cd step = *cd;
	step.qword[0] = target->qword[0];
	smmu_cd_set_EPD0(&step, 1);
	smmu_status status = smmu_cd_install(dev, sids, sid_count, ssid, cd, &step);
	step = *target;
	smmu_cd_set_EPD0(&step, 1);
	status = first_error(status, smmu_cd_install(dev, sids, sid_count, ssid, cd, &step));
	return first_error(status, smmu_cd_install(dev, sids, sid_count, ssid, cd, target));
}
