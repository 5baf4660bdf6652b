/* SPDX-License-Identifier: Apache-2.0
 * CD builder against words worked out by hand from the bit ranges of the context descriptor. */
#include <string.h>

#include "cd.h"
#include "unity.h"

/* Word 0, coherent, 48-bit input, 44-bit output, ASID 0x1234, no stall:
 * T0SZ = 16 (0x10), TG0 = 0, IR0 = 1 (0x100), OR0 = 1 (0x400), SH0 = 3 (0x3000), EPD1 = bit 30, V = bit 31: 0xC0003510.
 * IPS = 4 (34:32), AA64 = bit 41 -> 0x200, R = bit 45 -> 0x2000, A = bit 46 -> 0x4000, ASET = bit 47 -> 0x8000: upper half
 * 0xE204 with ASID 0x1234 above it. Word 1: TTB0 in place. Word 3: MAIR Attr0 = 0x44, Attr1 = 0xff, Attr2 = 0x04.
 * proves: AB-1 */
static void test_coherent_stage1_cd(void)
{
	const struct smmu_features features = { .stall = true };
	const struct smmu_cd_s1 s1 = { .ttb0 = UINT64_C(0x0000087654321000), .asid = 0x1234, .ias_bits = 48, .oas_bits = 44,
				       .coherent = true };
	struct smmu_cd cd;
	memset(&cd, 0xff, sizeof cd);
	smmu_cd_make_s1(&cd, &features, &s1);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x1234e204c0003510), cd.qword[0]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x0000087654321000), cd.qword[1]);
	TEST_ASSERT_EQUAL_HEX64(0, cd.qword[2]);
	TEST_ASSERT_EQUAL_HEX64(0x04ff44, cd.qword[3]);
	for (unsigned i = 4; i < 8; i++)
		TEST_ASSERT_EQUAL_HEX64(0, cd.qword[i]);
}

/* proves: AB-23. S is bit 44: the only difference between a master that can stall and one that cannot. */
static void test_stall_ability_changes_only_S(void)
{
	struct smmu_features features = { .stall = true };
	struct smmu_cd_s1 s1 = { .ttb0 = 0x1000, .asid = 1, .ias_bits = 39, .oas_bits = 40, .coherent = true };
	struct smmu_cd plain, stalling;
	smmu_cd_make_s1(&plain, &features, &s1);
	s1.can_stall = true;
	smmu_cd_make_s1(&stalling, &features, &s1);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 44, plain.qword[0] ^ stalling.qword[0]);
	TEST_ASSERT_EQUAL_MEMORY(&plain.qword[1], &stalling.qword[1], 56);
	/* Terminate-only SMMU: S must be 0. Stall-forced SMMU: S must be 1. */
	features.stall = false;
	smmu_cd_make_s1(&stalling, &features, &s1);
	TEST_ASSERT_EQUAL_MEMORY(&plain, &stalling, 64);
	features.stall = features.stall_forced = true;
	s1.can_stall = false;
	smmu_cd_make_s1(&stalling, &features, &s1);
	TEST_ASSERT_EQUAL_HEX64(1, stalling.qword[0] >> 44 & 1);
}

/* Non-coherent walks: IR0 = OR0 = NC, SH0 = OSH (2 << 12); 64 - 25 = T0SZ 39 = 0x27; IPS of 48 bits is 5. */
static void test_non_coherent_walk_attributes(void)
{
	const struct smmu_features features = { 0 };
	const struct smmu_cd_s1 s1 = { .ttb0 = 0x1000, .asid = 1, .ias_bits = 25, .oas_bits = 48 };
	struct smmu_cd cd;
	smmu_cd_make_s1(&cd, &features, &s1);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x0001e205c0002027), cd.qword[0]);
}

static void test_ips_is_the_smallest_encoding_that_covers(void)
{
	static const uint8_t want[][2] = { { 32, 0 }, { 33, 1 }, { 36, 1 }, { 37, 2 }, { 40, 2 }, { 41, 3 }, { 42, 3 }, { 43, 4 },
					   { 44, 4 }, { 45, 5 }, { 48, 5 }, { 49, 6 }, { 52, 6 } };
	for (unsigned i = 0; i < sizeof want / sizeof want[0]; i++)
		TEST_ASSERT_EQUAL_UINT8(want[i][1], smmu_cd_ips(want[i][0]));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_coherent_stage1_cd);
	RUN_TEST(test_stall_ability_changes_only_S);
	RUN_TEST(test_non_coherent_walk_attributes);
	RUN_TEST(test_ips_is_the_smallest_encoding_that_covers);
	return UNITY_END();
}
