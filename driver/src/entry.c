/* SPDX-License-Identifier: Apache-2.0
 * Planner of live entry updates (see entry.h). Three phases at most: fill in what nobody looks at yet, switch with one
 * 64-bit store, clear what nobody looks at any more. Proof: driver/test/test_entry.c, the whole transition table. */
#include "entry.h"

#include "bits.h"
#include "smmuv3_arch.h"

/* Word 1: attribute overrides apply to every stream that is not aborted. This core leaves them 0. */
#define STE1_OVERRIDES (SMMU_STE_MemAttr_MASK | SMMU_STE_MTCFG_MASK | SMMU_STE_ALLOCCFG_MASK | SMMU_STE_PRIVCFG_MASK | \
			SMMU_STE_INSTCFG_MASK | SMMU_STE_MEV_MASK)
#define STE1_STAGE1 (SMMU_STE_S1DSS_MASK | SMMU_STE_S1CIR_MASK | SMMU_STE_S1COR_MASK | SMMU_STE_S1CSH_MASK | \
		     SMMU_STE_S1STALLD_MASK | SMMU_STE_STRW_MASK | SMMU_STE_EATS_MASK | SMMU_STE_PPAR_MASK)
#define STE2_STAGE2 (SMMU_STE_S2T0SZ_MASK | SMMU_STE_S2SL0_MASK | SMMU_STE_S2IR0_MASK | SMMU_STE_S2OR0_MASK | \
		     SMMU_STE_S2SH0_MASK | SMMU_STE_S2TG_MASK | SMMU_STE_S2PS_MASK | SMMU_STE_S2AA64_MASK | \
		     SMMU_STE_S2ENDI_MASK | SMMU_STE_S2AFFD_MASK | SMMU_STE_S2PTW_MASK | SMMU_STE_S2HD_MASK | \
		     SMMU_STE_S2HA_MASK | SMMU_STE_S2S_MASK | SMMU_STE_S2R_MASK)
#define CD0_TTB0_PART (SMMU_CD_T0SZ_MASK | SMMU_CD_TG0_MASK | SMMU_CD_IR0_MASK | SMMU_CD_OR0_MASK | SMMU_CD_SH0_MASK)

static uint64_t field(uint64_t word, uint64_t mask, unsigned shift)
{
	return (word & mask) >> shift;
}

static void ste_used(const uint64_t *entry, uint64_t *used)
{
	used[0] = SMMU_STE_V_MASK;
	if (!(entry[0] & SMMU_STE_V_MASK))
		return;
	used[0] |= SMMU_STE_Config_MASK;
	const uint64_t config = field(entry[0], SMMU_STE_Config_MASK, SMMU_STE_Config_SHIFT);
	if (!(config & 4))
		return;
	used[1] |= STE1_OVERRIDES;
	if (config == SMMU_STE_CONFIG_BYPASS)
		used[1] |= SMMU_STE_SHCFG_MASK;
	if (config & 1) {
		used[0] |= SMMU_STE_S1Fmt_MASK | SMMU_STE_S1ContextPtr_MASK | SMMU_STE_S1CDMax_MASK;
		used[1] |= STE1_STAGE1;
		used[2] |= SMMU_STE_S2VMID_MASK;
		if (field(entry[1], SMMU_STE_S1DSS_MASK, SMMU_STE_S1DSS_SHIFT) == SMMU_STE_S1DSS_BYPASS)
			used[1] |= SMMU_STE_SHCFG_MASK;
	}
	if (config & 2) {
		used[1] |= SMMU_STE_EATS_MASK | SMMU_STE_SHCFG_MASK | SMMU_STE_S2FWB_MASK;
		used[2] |= SMMU_STE_S2VMID_MASK | STE2_STAGE2;
		used[3] |= SMMU_STE_S2TTB_MASK;
	}
}

static void cd_used(const uint64_t *entry, uint64_t *used)
{
	used[0] = SMMU_CD_V_MASK;
	if (!(entry[0] & SMMU_CD_V_MASK))
		return;
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++)
		used[i] = UINT64_MAX;
	if (entry[0] & SMMU_CD_EPD0_MASK) {
		used[0] &= ~CD0_TTB0_PART;
		used[1] &= ~SMMU_CD_TTB0_MASK;
	}
}

void smmu_entry_used(enum smmu_entry_kind kind, const uint64_t entry[SMMU_ENTRY_WORDS], uint64_t used[SMMU_ENTRY_WORDS])
{
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++)
		used[i] = 0;
	if (kind == SMMU_ENTRY_STE)
		ste_used(entry, used);
	else
		cd_used(entry, used);
}

void smmu_entry_relaxable(enum smmu_entry_kind kind, const uint64_t target[SMMU_ENTRY_WORDS], uint64_t mask[SMMU_ENTRY_WORDS])
{
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++)
		mask[i] = 0;
	if (kind != SMMU_ENTRY_STE)
		return;
	mask[1] = SMMU_STE_MEV_MASK;
	if (!(target[1] & SMMU_STE_EATS_MASK))
		mask[1] |= SMMU_STE_EATS_MASK;
}

/* Append a group that brings the words in `mask` from `now` to `next`; words that do not change are left out. */
static void add_group(struct smmu_entry_plan *plan, uint64_t now[SMMU_ENTRY_WORDS], const uint64_t next[SMMU_ENTRY_WORDS],
		      uint8_t mask)
{
	uint8_t changed = 0;
	uint64_t *const out = plan->word[plan->group_count];
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++) {
		if ((mask & (1u << i)) && now[i] != next[i])
			changed |= (uint8_t)(1u << i);
		if (mask & (1u << i))
			now[i] = next[i];
		out[i] = now[i];
	}
	if (changed)
		plan->mask[plan->group_count++] = changed;
}

/* Words whose used bits cannot be brought to the target without the SMMU noticing. prepared: entry with every bit that
 * nobody looks at already at its new value. */
static uint8_t differing(const uint64_t *entry, const uint64_t *target, const uint64_t *used_now, const uint64_t *used_then,
			 uint64_t *prepared)
{
	uint8_t words = 0;
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++) {
		prepared[i] = (entry[i] & used_now[i]) | (target[i] & ~used_now[i]);
		if ((prepared[i] ^ target[i]) & used_then[i])
			words |= (uint8_t)(1u << i);
	}
	return words;
}

void smmu_entry_plan(enum smmu_entry_kind kind, const uint64_t entry[SMMU_ENTRY_WORDS], const uint64_t target[SMMU_ENTRY_WORDS],
		     struct smmu_entry_plan *plan)
{
	static const uint64_t zero[SMMU_ENTRY_WORDS];
	uint64_t now[SMMU_ENTRY_WORDS], prepared[SMMU_ENTRY_WORDS], used_now[SMMU_ENTRY_WORDS], used_then[SMMU_ENTRY_WORDS];
	const uint64_t valid = kind == SMMU_ENTRY_STE ? SMMU_STE_V_MASK : SMMU_CD_V_MASK;
	*plan = (struct smmu_entry_plan){ .hitless = (entry[0] & valid) && (target[0] & valid) };
	for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++)
		now[i] = entry[i];
	smmu_entry_used(kind, entry, used_now);
	smmu_entry_used(kind, target, used_then);
	uint8_t critical = differing(entry, target, used_now, used_then, prepared);
	if (critical & (critical - 1u)) {       /* two or more: see whether bits that may change at any time are to blame */
		uint64_t relaxed[SMMU_ENTRY_WORDS];
		smmu_entry_relaxable(kind, target, relaxed);
		for (unsigned i = 0; i < SMMU_ENTRY_WORDS; i++)
			used_now[i] &= ~relaxed[i];
		critical = differing(entry, target, used_now, used_then, prepared);
	}
	if (critical & (critical - 1u)) {
		plan->hitless = false;
		add_group(plan, now, zero, 0x01);
		add_group(plan, now, target, 0xfe);
		add_group(plan, now, target, 0x01);
		return;
	}
	if (critical == 0) {
		add_group(plan, now, target, 0xff);
		return;
	}
	add_group(plan, now, prepared, (uint8_t)~critical);
	add_group(plan, now, target, critical);
	add_group(plan, now, target, 0xff);
}
