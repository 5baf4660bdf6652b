/* SPDX-License-Identifier: Apache-2.0
 * The planner of live entry updates: the transition table (sync counts, words per sync, hitless or not) and, for every
 * transition and for random pairs, the invariant that at each sync the used bits are those of the old or of the new entry.
 * "n" in the hitless column means word 0 was zero at some sync, or the entry is or becomes invalid. */
#include "entry.h"

#include <string.h>

#include "cd.h"
#include "ste.h"
#include "unity.h"

#define W0 0x01u
#define W1 0x02u
#define W2 0x04u
#define W3 0x08u
#define W123 0x0eu
#define EATS_FULL (UINT64_C(1) << 28)

static const struct smmu_features features = { .stage1 = true, .stage2 = true, .stall = true, .attr_types_override = true };

static void masked(enum smmu_entry_kind kind, const uint64_t *entry, uint64_t *out)
{
	uint64_t used[8];
	smmu_entry_used(kind, entry, used);
	for (unsigned i = 0; i < 8; i++)
		out[i] = entry[i] & used[i];
}

/* Walk through the plan; check the invariant at every sync; end at the target. Returns whether word 0 was ever 0. */
static bool walk(enum smmu_entry_kind kind, const uint64_t *from, const uint64_t *to, const struct smmu_entry_plan *plan)
{
	uint64_t entry[8], used_from[8], used_to[8], relaxed[8];
	bool seen_zero = from[0] == 0 || to[0] == 0;
	memcpy(entry, from, sizeof entry);
	masked(kind, from, used_from);
	masked(kind, to, used_to);
	smmu_entry_relaxable(kind, to, relaxed);
	for (unsigned g = 0; g < plan->group_count; g++) {
		for (unsigned i = 0; i < 8; i++)
			if (plan->mask[g] & (1u << i))
				entry[i] = plan->word[g][i];
		uint64_t now[8];
		bool old = true, new = true;
		masked(kind, entry, now);
		for (unsigned i = 0; i < 8; i++) {
			old = old && (now[i] & ~relaxed[i]) == (used_from[i] & ~relaxed[i]);
			new = new && (now[i] & ~relaxed[i]) == (used_to[i] & ~relaxed[i]);
		}
		if (entry[0] == 0)
			seen_zero = true;
		else
			TEST_ASSERT_TRUE_MESSAGE(old || new, "the SMMU would see a mixture");
	}
	TEST_ASSERT_EQUAL_MEMORY(to, entry, sizeof entry);
	return seen_zero;
}

static void expect(const char *what, enum smmu_entry_kind kind, const void *from, const void *to, unsigned syncs, bool hitless,
		   unsigned m0, unsigned m1, unsigned m2)
{
	struct smmu_entry_plan plan;
	smmu_entry_plan(kind, from, to, &plan);
	TEST_ASSERT_EQUAL_UINT32_MESSAGE(syncs, plan.group_count, what);
	TEST_ASSERT_EQUAL_INT_MESSAGE(hitless, plan.hitless, what);
	TEST_ASSERT_EQUAL_HEX32_MESSAGE(m0, plan.mask[0], what);
	TEST_ASSERT_EQUAL_HEX32_MESSAGE(m1, syncs > 1 ? plan.mask[1] : 0, what);
	TEST_ASSERT_EQUAL_HEX32_MESSAGE(m2, syncs > 2 ? plan.mask[2] : 0, what);
	TEST_ASSERT_EQUAL_INT_MESSAGE(!hitless, walk(kind, from, to, &plan), what);
}

static struct smmu_ste ste_abort(void)
{
	struct smmu_ste ste;
	smmu_ste_make_abort(&ste);
	return ste;
}

static struct smmu_ste ste_bypass(void)
{
	struct smmu_ste ste;
	smmu_ste_make_bypass(&ste, &features);
	return ste;
}

/* ATS on unless the case is about stalling; the CD table is two-level in the table, which only changes S1Fmt. */
static struct smmu_ste ste_s1(uint64_t table, uint8_t s1dss, bool ats, bool stall)
{
	const struct smmu_ste_s1 s1 = { .cd_table = table, .ssid_bits = 10, .s1dss = s1dss, .coherent = true, .can_stall = stall };
	struct smmu_ste ste;
	smmu_ste_make_s1(&ste, &features, &s1);
	smmu_ste_set_S1Fmt(&ste, 2);
	if (ats)
		ste.qword[1] |= EATS_FULL;
	return ste;
}

static struct smmu_ste ste_s2(bool ats, bool stall)
{
	struct smmu_ste ste = { { 0 } };
	smmu_ste_set_V(&ste, 1);
	smmu_ste_set_Config(&ste, 6);
	smmu_ste_set_SHCFG(&ste, 1);
	smmu_ste_set_S2T0SZ(&ste, 24);
	smmu_ste_set_S2SL0(&ste, 1);
	smmu_ste_set_S2PS(&ste, 4);
	smmu_ste_set_S2AA64(&ste, 1);
	smmu_ste_set_S2R(&ste, 1);
	smmu_ste_set_S2S(&ste, stall);
	smmu_ste_set_S2TTB(&ste, 0x87654000);
	if (ats)
		ste.qword[1] |= EATS_FULL;
	return ste;
}

/* proves: AB-72, AB-73 */
static void test_ste_transition_table(void)
{
	const struct smmu_ste abort_ste = ste_abort(), bypass = ste_bypass();
	const struct smmu_ste s1 = ste_s1(0x10000, 2, true, false), s1_bypass = ste_s1(0x10000, 1, true, false);
	const struct smmu_ste other = ste_s1(0x20000, 1, true, false), s2 = ste_s2(true, false);
	const struct smmu_ste s1_stall = ste_s1(0x10000, 2, false, true), s2_stall = ste_s2(false, true);
	expect("bypass_to_abort", SMMU_ENTRY_STE, &bypass, &abort_ste, 2, true, W0, W1, 0);
	expect("abort_to_bypass", SMMU_ENTRY_STE, &abort_ste, &bypass, 2, true, W1, W0, 0);
	expect("cdtable_to_abort", SMMU_ENTRY_STE, &s1, &abort_ste, 2, true, W0, W1, 0);
	expect("abort_to_cdtable", SMMU_ENTRY_STE, &abort_ste, &s1, 2, true, W1, W0, 0);
	expect("cdtable_to_bypass", SMMU_ENTRY_STE, &s1, &bypass, 3, true, W1, W0, W1);
	expect("bypass_to_cdtable", SMMU_ENTRY_STE, &bypass, &s1, 3, true, W1, W0, W1);
	expect("s1dss_to_bypass", SMMU_ENTRY_STE, &s1, &s1_bypass, 1, true, W1, 0, 0);
	expect("s1dss_to_ssid0", SMMU_ENTRY_STE, &s1_bypass, &s1, 1, true, W1, 0, 0);
	expect("s1dssbypass_to_stebypass", SMMU_ENTRY_STE, &s1_bypass, &bypass, 2, true, W0, W1, 0);
	expect("stebypass_to_s1dssbypass", SMMU_ENTRY_STE, &bypass, &s1_bypass, 2, true, W1, W0, 0);
	expect("s2_to_abort", SMMU_ENTRY_STE, &s2, &abort_ste, 2, true, W0, W123, 0);
	expect("abort_to_s2", SMMU_ENTRY_STE, &abort_ste, &s2, 2, true, W123, W0, 0);
	expect("s2_to_bypass", SMMU_ENTRY_STE, &s2, &bypass, 2, true, W0, W123, 0);
	expect("bypass_to_s2", SMMU_ENTRY_STE, &bypass, &s2, 2, true, W123, W0, 0);
	expect("s1_to_s2", SMMU_ENTRY_STE, &s1, &s2, 3, true, W123, W0, W1);
	expect("s2_to_s1", SMMU_ENTRY_STE, &s2, &s1, 3, true, W1, W0, W123);
	expect("non_hitless", SMMU_ENTRY_STE, &s1, &other, 3, false, W0, W1, W0);
	expect("s1_to_s2_stall", SMMU_ENTRY_STE, &s1_stall, &s2_stall, 3, true, W123, W0, W1);
	expect("s2_to_s1_stall", SMMU_ENTRY_STE, &s2_stall, &s1_stall, 3, true, W1, W0, W123);
}

/* proves: AB-73. The VMID is read in stage 1 and in stage 2. Alone it is one store; with another table, or with another Config, a
 * second word changes that the SMMU reads, so V = 0 comes between. The rows say so by hand: walk() asks the code what is read. */
static void test_a_vmid_is_in_use(void)
{
	const struct smmu_ste s1 = ste_s1(0x10000, 2, true, false);
	struct smmu_ste a = ste_s2(true, false), b = ste_s2(true, false), c = ste_s2(true, false);
	smmu_ste_set_S2VMID(&a, 1);
	smmu_ste_set_S2VMID(&b, 2);
	smmu_ste_set_S2VMID(&c, 2);
	smmu_ste_set_S2TTB(&c, 0x12345000);
	expect("vmid", SMMU_ENTRY_STE, &a, &b, 1, true, W2, 0, 0);
	expect("vmid and table", SMMU_ENTRY_STE, &a, &c, 3, false, W0, W2 | W3, W0);
	expect("stage 1 to a vmid", SMMU_ENTRY_STE, &s1, &a, 3, false, W0, W123, W0);
	expect("a vmid to stage 1", SMMU_ENTRY_STE, &a, &s1, 3, false, W0, W123, W0);
}

static struct smmu_cd cd_s1(uint16_t asid)
{
	const struct smmu_cd_s1 s1 = { .ttb0 = 0x87654000, .asid = asid, .ias_bits = 48, .oas_bits = 44, .coherent = true };
	struct smmu_cd cd;
	smmu_cd_make_s1(&cd, &features, &s1);
	return cd;
}

/* A released CD: EPD0 = 1, S and R cleared, the TTB0 half no longer described. */
static struct smmu_cd cd_released(void)
{
	struct smmu_cd cd = cd_s1(778);
	smmu_cd_set_EPD0(&cd, 1);
	smmu_cd_set_R(&cd, 0);
	smmu_cd_set_S(&cd, 0);
	smmu_cd_set_T0SZ(&cd, 0);
	smmu_cd_set_IR0(&cd, 0);
	smmu_cd_set_OR0(&cd, 0);
	smmu_cd_set_SH0(&cd, 0);
	smmu_cd_set_TTB0(&cd, 0);
	return cd;
}

/* proves: AB-72, AB-73, AB-48 (one store), AB-50 (two syncs, valid throughout) */
static void test_cd_transition_table(void)
{
	const struct smmu_cd empty = { { 0 } }, a = cd_s1(778), b = cd_s1(1997), released = cd_released();
	expect("s1_clear up", SMMU_ENTRY_CD, &empty, &a, 2, false, W1 | W3, W0, 0);
	expect("s1_clear down", SMMU_ENTRY_CD, &a, &empty, 2, false, W0, W1 | W3, 0);
	expect("s1_change_asid", SMMU_ENTRY_CD, &a, &b, 1, true, W0, 0, 0);
	expect("s1_change_asid back", SMMU_ENTRY_CD, &b, &a, 1, true, W0, 0, 0);
	expect("sva_release", SMMU_ENTRY_CD, &a, &released, 2, true, W0, W1, 0);
	expect("sva_release back", SMMU_ENTRY_CD, &released, &a, 2, true, W1, W0, 0);
}

static void test_nothing_to_do_is_no_group(void)
{
	const struct smmu_ste s1 = ste_s1(0x10000, 2, true, false);
	expect("same", SMMU_ENTRY_STE, &s1, &s1, 0, true, 0, 0, 0);
}

/* EATS going off and MEV may change while used: a switch that would otherwise be disruptive is not. */
static void test_relaxable_bits_do_not_force_a_break(void)
{
	const struct smmu_ste ats_on = ste_s1(0x10000, 2, true, false), moved = ste_s1(0x20000, 2, false, false);
	expect("table moves, ATS off", SMMU_ENTRY_STE, &ats_on, &moved, 2, true, W1, W0, 0);
	expect("table moves, ATS on", SMMU_ENTRY_STE, &moved, &ats_on, 3, false, W0, W1, W0);
}

/* proves: AB-73 */
static void test_random_pairs_never_show_a_mixture(void)
{
	uint64_t seed = 42;
	struct smmu_ste pool[64];
	for (unsigned n = 0; n < 64; n++) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		const unsigned r = (unsigned)(seed >> 33);
		switch (r % 5) {
		case 0: pool[n] = ste_abort(); break;
		case 1: pool[n] = ste_bypass(); break;
		case 2: pool[n] = ste_s2(r & 64, r & 128); smmu_ste_set_S2VMID(&pool[n], r >> 8 & 3); break;
		case 3: pool[n] = ste_s1((r >> 8 & 3) * 0x10000u, r >> 10 & 1 ? 2 : 1, r & 64, r & 128); break;
		default: memset(&pool[n], 0, sizeof pool[n]); break;
		}
	}
	for (unsigned i = 0; i < 64; i++) {
		for (unsigned j = 0; j < 64; j++) {
			struct smmu_entry_plan plan;
			smmu_entry_plan(SMMU_ENTRY_STE, pool[i].qword, pool[j].qword, &plan);
			TEST_ASSERT_LESS_OR_EQUAL_UINT32(3, plan.group_count);
			walk(SMMU_ENTRY_STE, pool[i].qword, pool[j].qword, &plan);
		}
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_ste_transition_table);
	RUN_TEST(test_a_vmid_is_in_use);
	RUN_TEST(test_cd_transition_table);
	RUN_TEST(test_nothing_to_do_is_no_group);
	RUN_TEST(test_relaxable_bits_do_not_force_a_break);
	RUN_TEST(test_random_pairs_never_show_a_mixture);
	return UNITY_END();
}
