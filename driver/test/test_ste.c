/* SPDX-License-Identifier: Apache-2.0
 * STE builders against words worked out by hand from the bit ranges of the stream table entry. */
#include <string.h>

#include "ste.h"
#include "unity.h"

static struct smmu_features full(void)
{
	return (struct smmu_features){ .stage1 = true, .stage2 = true, .stall = true, .attr_types_override = true };
}

static void expect(const struct smmu_ste *ste, uint64_t word0, uint64_t word1)
{
	TEST_ASSERT_EQUAL_HEX64(word0, ste->qword[0]);
	TEST_ASSERT_EQUAL_HEX64(word1, ste->qword[1]);
	for (unsigned i = 2; i < 8; i++)
		TEST_ASSERT_EQUAL_HEX64(0, ste->qword[i]);      /* S2VMID = 0 for stage-1 streams, the rest unused */
}

/* proves: AB-75. V is bit 0; Config (3:1) = 0b000: abort without an event. */
static void test_abort_sets_only_V(void)
{
	struct smmu_ste ste;
	memset(&ste, 0xff, sizeof ste);
	smmu_ste_make_abort(&ste);
	expect(&ste, 0x1, 0x0);
}

/* proves: AB-61. Config = 0b100 -> 0x8, V -> 0x9; SHCFG (bits 109:108 = 45:44 of word 1) = 0b01; EATS (93:92) = 0. */
static void test_bypass_sets_V_Config_and_SHCFG_where_the_override_exists(void)
{
	struct smmu_features features = full();
	struct smmu_ste ste;
	memset(&ste, 0xff, sizeof ste);
	smmu_ste_make_bypass(&ste, &features);
	expect(&ste, 0x9, UINT64_C(0x0000100000000000));
	features.attr_types_override = false;
	smmu_ste_make_bypass(&ste, &features);
	expect(&ste, 0x9, 0x0);
}

/* proves: AB-34. Config = 0b101 -> 0xa, V: 0xb; S1ContextPtr in place; S1CDMax = 10 = 0b01010 in 63:59 -> 0x50 in the top byte.
 * Word 1: S1DSS = 2 (1:0), S1CIR = 1 (3:2) -> 0x4, S1COR = 1 (5:4) -> 0x10, S1CSH = 3 (7:6) -> 0xc0: 0xd6; S1STALLD is bit 27. */
static void test_stage1_coherent(void)
{
	const struct smmu_features features = full();
	struct smmu_ste_s1 s1 = { .cd_table = UINT64_C(0x0000123456780000), .ssid_bits = 10, .s1dss = 2, .coherent = true };
	struct smmu_ste ste;
	smmu_ste_make_s1(&ste, &features, &s1);
	expect(&ste, UINT64_C(0x500012345678000b), 0x080000d6);
	s1.can_stall = true;    /* then stalling is not disallowed */
	smmu_ste_make_s1(&ste, &features, &s1);
	expect(&ste, UINT64_C(0x500012345678000b), 0x000000d6);
}

/* proves: AB-32. S1DSS = 1 with SHCFG = use incoming. Non-coherent: S1CIR = S1COR = NC (0), S1CSH = OSH (2 << 6 = 0x80). */
static void test_stage1_with_bypassing_rid_and_non_coherent_table(void)
{
	struct smmu_features features = full();
	features.stall = false; /* STALL_MODEL = 1: S1STALLD must stay 0 */
	const struct smmu_ste_s1 s1 = { .cd_table = 0x40, .ssid_bits = 1, .s1dss = 1 };
	struct smmu_ste ste;
	smmu_ste_make_s1(&ste, &features, &s1);
	expect(&ste, UINT64_C(0x080000000000004b), UINT64_C(0x0000100000000081));
}

/* STALL_MODEL = 2 (forced): S1STALLD is illegal. */
static void test_stage1_never_disallows_a_forced_stall(void)
{
	struct smmu_features features = full();
	features.stall_forced = true;
	const struct smmu_ste_s1 s1 = { .cd_table = 0x40, .coherent = true };
	struct smmu_ste ste;
	smmu_ste_make_s1(&ste, &features, &s1);
	expect(&ste, 0x4b, 0xd4);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_abort_sets_only_V);
	RUN_TEST(test_bypass_sets_V_Config_and_SHCFG_where_the_override_exists);
	RUN_TEST(test_stage1_coherent);
	RUN_TEST(test_stage1_with_bypassing_rid_and_non_coherent_table);
	RUN_TEST(test_stage1_never_disallows_a_forced_stall);
	return UNITY_END();
}
