/* SPDX-License-Identifier: Apache-2.0
 * Range arithmetic of TLB invalidation: the vectors, exact coverage by brute force, the per-page form. */
#include "tlbi_range.h"

#include "unity.h"

struct step { unsigned scale, num; };

static unsigned num_of(const struct smmu_cmd *c) { return c->qword[0] >> 12 & 31; }
static unsigned scale_of(const struct smmu_cmd *c) { return c->qword[0] >> 20 & 31; }
static unsigned ttl_of(const struct smmu_cmd *c) { return c->qword[1] >> 8 & 3; }
static unsigned tg_of(const struct smmu_cmd *c) { return c->qword[1] >> 10 & 3; }

static void expect_steps(uint64_t pages, bool tables, const struct step *want, unsigned count)
{
	const uint64_t start = UINT64_C(0x400000000);
	struct smmu_tlbi_range range;
	struct smmu_cmd cmds[8];
	uint64_t at = start;
	smmu_tlbi_range_init(&range, start, start + pages * 4096, 12, 1u << 3, tables, true);
	TEST_ASSERT_EQUAL_UINT64(count, smmu_tlbi_range_fill(&range, cmds, 8));
	for (unsigned i = 0; i < count; i++) {
		TEST_ASSERT_EQUAL_UINT32(want[i].scale, scale_of(&cmds[i]));
		TEST_ASSERT_EQUAL_UINT32(want[i].num, num_of(&cmds[i]));
		TEST_ASSERT_EQUAL_UINT32(1, tg_of(&cmds[i]));
		TEST_ASSERT_EQUAL_UINT32(tables ? 0 : 3, ttl_of(&cmds[i]));
		TEST_ASSERT_EQUAL_UINT32(tables ? 0 : 1, cmds[i].qword[1] & 1);
		TEST_ASSERT_EQUAL_HEX64(at, cmds[i].qword[1] & ~UINT64_C(0xfff));
		at += (uint64_t)(want[i].num + 1) << want[i].scale << 12;
	}
	TEST_ASSERT_EQUAL_UINT64(0, smmu_tlbi_range_fill(&range, cmds, 8));
}

/* proves: AB-54 */
static void test_leaf_vectors(void)
{
	expect_steps(1, false, (struct step[]){ { 0, 0 } }, 1);
	expect_steps(2, false, (struct step[]){ { 1, 0 } }, 1);
	expect_steps(31, false, (struct step[]){ { 0, 30 } }, 1);
	expect_steps(32, false, (struct step[]){ { 5, 0 } }, 1);
	expect_steps(33, false, (struct step[]){ { 0, 0 }, { 5, 0 } }, 2);
	expect_steps(511, false, (struct step[]){ { 0, 30 }, { 5, 14 } }, 2);
	expect_steps(512, false, (struct step[]){ { 9, 0 } }, 1);
	expect_steps(513, false, (struct step[]){ { 0, 0 }, { 9, 0 } }, 2);
	expect_steps(262143, false, (struct step[]){ { 0, 30 }, { 5, 30 }, { 10, 30 }, { 15, 6 } }, 4);
}

/* proves: AB-54. TTL = 0 together with NUM = SCALE = 0 is illegal, so such a request becomes one page longer. */
static void test_non_leaf_vectors(void)
{
	expect_steps(1, true, (struct step[]){ { 1, 0 } }, 1);
	expect_steps(33, true, (struct step[]){ { 1, 16 } }, 1);
	expect_steps(31, true, (struct step[]){ { 0, 30 } }, 1);
}

/* SCALE ends at 31: a larger power of two is counted in NUM. */
static void test_the_largest_ranges(void)
{
	expect_steps(UINT64_C(1) << 32, false, (struct step[]){ { 31, 1 } }, 1);
	expect_steps(UINT64_C(5) << 32, true, (struct step[]){ { 31, 9 } }, 1);
	expect_steps((UINT64_C(1) << 36) + 32, false, (struct step[]){ { 5, 0 }, { 31, 31 } }, 2);
	expect_steps(UINT64_C(3) << 36, true, (struct step[]){ { 31, 31 }, { 31, 31 }, { 31, 31 } }, 3);
}

/* proves: AB-55, the 4 KiB row: leaves at level 3/2/1 give TTL 3/2/1, anything mixed gives 0. */
static void test_ttl(void)
{
	struct smmu_tlbi_range range;
	for (unsigned level = 1; level <= 3; level++) {
		smmu_tlbi_range_init(&range, 0, UINT64_C(1) << 30, 12, 1u << level, false, true);
		TEST_ASSERT_EQUAL_UINT8(level, range.ttl);
	}
	smmu_tlbi_range_init(&range, 0, UINT64_C(1) << 30, 12, 1u << 2 | 1u << 3, false, true);
	TEST_ASSERT_EQUAL_UINT8(0, range.ttl);
	smmu_tlbi_range_init(&range, 0, UINT64_C(1) << 30, 12, 1u << 3, true, true);
	TEST_ASSERT_EQUAL_UINT8(0, range.ttl);
}

/* proves: AB-7. Whatever the length: the pieces follow each other without a gap, cover the range, exceed it by at most one
 * page and only without a level hint, and never have the illegal form. */
static void test_every_length_is_covered(void)
{
	for (uint64_t pages = 1; pages < 70000; pages += pages < 3000 ? 1 : 977) {
		for (unsigned tables = 0; tables < 2; tables++) {
			struct smmu_tlbi_range range;
			struct smmu_cmd cmd;
			uint64_t at = 0x7000;
			smmu_tlbi_range_init(&range, at, at + pages * 4096, 12, 1u << 3, tables, true);
			while (smmu_tlbi_range_fill(&range, &cmd, 1)) {
				TEST_ASSERT_EQUAL_HEX64(at, cmd.qword[1] & ~UINT64_C(0xfff));
				TEST_ASSERT_TRUE(ttl_of(&cmd) || num_of(&cmd) || scale_of(&cmd));
				at += (uint64_t)(num_of(&cmd) + 1) << scale_of(&cmd) << 12;
			}
			TEST_ASSERT_TRUE(at - 0x7000 - pages * 4096 <= (tables ? 4096u : 0u));
		}
	}
}

/* proves: AB-9, AB-52. Without range commands: one per page, or per 2 MiB block; TG, TTL, NUM, SCALE are RES0. */
static void test_single_commands(void)
{
	struct smmu_tlbi_range range;
	struct smmu_cmd cmds[4];
	smmu_tlbi_range_init(&range, 0x5000, 0x8000, 12, 1u << 3, false, false);
	range.tag = 9;
	TEST_ASSERT_EQUAL_UINT64(3, smmu_tlbi_range_fill(&range, cmds, 4));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x0009000000000012), cmds[2].qword[0]);
	TEST_ASSERT_EQUAL_HEX64(0x7001, cmds[2].qword[1]);
	smmu_tlbi_range_init(&range, 0x200000, 0x600000, 12, 1u << 2, false, false);
	TEST_ASSERT_EQUAL_UINT64(2, smmu_tlbi_range_count(&range, 512));
	smmu_tlbi_range_init(&range, 0, 512 * 4096, 12, 1u << 3, false, false);
	TEST_ASSERT_EQUAL_UINT64(512, smmu_tlbi_range_count(&range, 512));
	smmu_tlbi_range_init(&range, 0, 511 * 4096, 12, 1u << 3, false, false);
	TEST_ASSERT_EQUAL_UINT64(511, smmu_tlbi_range_count(&range, 512));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_leaf_vectors);
	RUN_TEST(test_non_leaf_vectors);
	RUN_TEST(test_the_largest_ranges);
	RUN_TEST(test_ttl);
	RUN_TEST(test_every_length_is_covered);
	RUN_TEST(test_single_commands);
	return UNITY_END();
}
