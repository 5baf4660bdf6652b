/* SPDX-License-Identifier: Apache-2.0
 * Memory types and shareability: of the SMMU's own accesses, and of what transactions become.
 * Types are MAIR bytes, outer nibble first: 0xf write-back RA WA, 0xe RA, 0xc none, 0xb and 0xa write-through RA WA and RA,
 * 0x4 non-cacheable, 0 Device. Shareability: 0 none, 2 outer, 3 inner. Not here: rights (test_parts.c). */
#include "rig.h"
#include "unity.h"

static struct rig rig;

#define PAGE UINT64_C(0xf43) /* page, AF, ISH, EL0 and EL1 read-write, nG, attribute 0 of MAIR */
#define S2_TABLES UINT64_C(0x86000000)
#define CD rig_cd_address(1)
#define STE UINT64_C(0x80000040)

struct seen {
	uint8_t attr[12], sh[12]; /* by enum smmu_io_class, of the last access */
};

void setUp(void) { rig_init(&rig, NULL); }

static void change_word(uint64_t address, uint64_t clear, uint64_t set)
{
	vector_memory_write(&rig.memory, address, (vector_memory_read(&rig.memory, address) & ~clear) | set);
}

/* CR1: TABLE_SH [11:10] = 2, TABLE_OC [9:8] = 1 WB, TABLE_IC [7:6] = 2 WT. STE word 1: S1CIR [3:2] = 1 WB RA, S1COR [5:4] =
 * 2 WT RA, S1CSH [7:6] = 3. CD word 0: IR0 [9:8] = 3 WB no WA, OR0 [11:10] = 1 WB, SH0 [13:12] = 2. */
static void map_stage_1(uint64_t mair)
{
	rig_map_stream(&rig, 1, 7, PAGE);
	change_word(STE + 8, 0, 1u << 2 | 2u << 4 | 3u << 6);
	change_word(CD, 0, 3u << 8 | 1u << 10 | 2u << 12);
	vector_memory_write(&rig.memory, CD + 24, mair);
	smmu_core_write32(&rig.core, SMMU_CR1, 2u << 10 | 1u << 8 | 2u << 6);
	rig_enable(&rig);
}

/* Everything in one block of 1 GiB at 0x80000000 with `tables`, the data in one at 0 with `data`, as MemAttr and SH of
 * stage 2. STE word 2: S2IR0 [41:40] = 2 WT RA, S2OR0 [43:42] = 3 WB RA, S2SH0 [45:44] = 3; 39 bits from level 1. */
static void map_stage_2(unsigned config, uint64_t tables, uint64_t data, bool fwb)
{
	const uint64_t vtcr = UINT64_C(25) << 32 | UINT64_C(1) << 38 | UINT64_C(2) << 40 | UINT64_C(3) << 42 | UINT64_C(3) << 44 |
			      UINT64_C(5) << 48 | UINT64_C(1) << 51;

	change_word(STE, 0xe, config << 1);
	vector_memory_write(&rig.memory, STE + 16, vtcr | 3); /* S2VMID 3 */
	change_word(STE + 8, 0, (uint64_t)fwb << 25);
	vector_memory_write(&rig.memory, STE + 24, S2_TABLES);
	vector_memory_write(&rig.memory, S2_TABLES, 0x4c1 | data);
	vector_memory_write(&rig.memory, S2_TABLES + 16, 0x800004c1 | tables);
}

static uint64_t s2_leaf(unsigned memattr, unsigned sh) { return (uint64_t)memattr << 2 | sh << 8; }

static struct smmu_xlate observe(uint64_t iova, struct seen *seen)
{
	const struct smmu_txn txn = { .sid = 1, .iova = iova };
	const int job = smmu_core_job_start(&rig.core, &txn);
	struct smmu_xlate out;

	while (smmu_core_job_step(&rig.core, job) == SMMU_STEP_IO) {
		const struct smmu_io *io = smmu_core_job_io(&rig.core, job);

		seen->attr[io->io_class] = io->attr;
		seen->sh[io->io_class] = io->sh;
		rig_io(&rig, job);
	}
	smmu_core_job_result(&rig.core, job, &out);
	smmu_core_job_free(&rig.core, job);
	return out;
}

static void expect(const struct seen *seen, enum smmu_io_class io_class, uint8_t attr, uint8_t sh)
{
	TEST_ASSERT_EQUAL_HEX8(attr, seen->attr[io_class]);
	TEST_ASSERT_EQUAL_UINT(sh, seen->sh[io_class]);
}

static void test_own_accesses_of_stage_1_follow_cr1_ste_and_cd(void)
{
	struct seen seen = { { 0 }, { 0 } };

	map_stage_1(0xff);
	observe(0x1000, &seen);
	expect(&seen, SMMU_IO_CLASS_STE, 0xfb, 2);
	expect(&seen, SMMU_IO_CLASS_CD, 0xae, 3);
	expect(&seen, SMMU_IO_CLASS_S1_TABLE, 0xfe, 2);
}

/* Tables in write-through outer-shareable memory at stage 2 (MemAttr 0xa, SH 2). The CD: outer WT with WT, inner WB with WT
 * is WT; 3 with 2 is 2. Stage-1 tables: both WB with WT. The stage-2 table follows the STE alone. */
static void test_own_accesses_of_a_nested_stream_are_combined_with_stage_2(void)
{
	struct seen seen = { { 0 }, { 0 } };

	map_stage_1(0xff);
	map_stage_2(7, s2_leaf(0xa, 2), s2_leaf(0xf, 0), false);
	observe(0x1000, &seen);
	expect(&seen, SMMU_IO_CLASS_STE, 0xfb, 2);
	expect(&seen, SMMU_IO_CLASS_CD, 0xab, 2);
	expect(&seen, SMMU_IO_CLASS_S1_TABLE, 0xbb, 2);
	expect(&seen, SMMU_IO_CLASS_S2_TABLE, 0xea, 3);
}

/* The compare-and-swap of the access flag is an access of the same table; in between stage 2 looked at the data's page. */
static void test_an_update_is_made_like_the_read(void)
{
	struct seen seen = { { 0 }, { 0 } };

	map_stage_1(0xff);
	map_stage_2(7, s2_leaf(0xa, 2), s2_leaf(0x5, 0), false);
	change_word(CD, 0, UINT64_C(1) << 43);                 /* HA */
	change_word(0x82003008, 0x400, 0);                     /* AF of page 1 */
	observe(0x1000, &seen);
	TEST_ASSERT_EQUAL_HEX64(0x10001f43, vector_memory_read(&rig.memory, 0x82003008));
	expect(&seen, SMMU_IO_CLASS_S1_TABLE, 0xbb, 2);
}

static void expect_result(uint64_t iova, uint8_t attr, uint8_t sh)
{
	struct smmu_xlate out;

	for (unsigned i = 0; i < 2; i++) { /* a walk, then a hit */
		TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, 1, iova, 0, &out));
		TEST_ASSERT_EQUAL_HEX8(attr, out.attr);
		TEST_ASSERT_EQUAL_UINT(sh, out.sh);
	}
	TEST_ASSERT_EQUAL_UINT64(1, rig_stats(&rig).tlb_hits);
}

/* Baseline leaves say inner shareable. */
static void test_device_and_non_cacheable_memory_is_outer_shareable(void)
{
	map_stage_1(0xff);
	expect_result(0x1000, 0xff, 3);
	setUp();
	map_stage_1(0x04); /* nGnRE */
	expect_result(0x1000, 0x04, 2);
	setUp();
	map_stage_1(0x44);
	expect_result(0x1000, 0x44, 2);
}

static void nested_result(uint64_t mair, uint64_t data, bool fwb, uint8_t attr, uint8_t sh)
{
	setUp();
	map_stage_1(mair);
	map_stage_2(7, s2_leaf(fwb ? 6 : 0xf, 3), data, fwb);
	expect_result(0x1000, attr, sh);
}

static void test_nested_takes_the_weaker_type_and_the_wider_domain(void)
{
	nested_result(0xff, s2_leaf(0xf, 0), false, 0xff, 3);
	nested_result(0xff, s2_leaf(0xa, 2), false, 0xbb, 2);
	nested_result(0x4f, s2_leaf(0xf, 0), false, 0x4f, 3); /* outer non-cacheable, inner write-back */
	nested_result(0x08, s2_leaf(0x1, 0), false, 0x04, 2); /* nGRE with nGnRE */
	nested_result(0xff, s2_leaf(0x2, 0), false, 0x08, 2);
	nested_result(0xff, s2_leaf(0x3, 0), false, 0x0c, 2); /* GRE, whose bits look cacheable one by one */
}

/* S2FWB: 6 write-back even over Device of stage 1, 7 as stage 1, 5 non-cacheable unless Device, 0 to 3 Device. */
static void test_forced_write_back(void)
{
	nested_result(0x04, s2_leaf(6, 3), true, 0xff, 3);
	nested_result(0x44, s2_leaf(6, 3), true, 0xff, 3);
	nested_result(0x4f, s2_leaf(7, 3), true, 0x4f, 3);
	nested_result(0x08, s2_leaf(7, 3), true, 0x08, 2);
	nested_result(0xff, s2_leaf(5, 3), true, 0x44, 2);
	nested_result(0x04, s2_leaf(5, 3), true, 0x04, 2);
	nested_result(0xff, s2_leaf(1, 3), true, 0x04, 2);
}

/* Stage 2 alone: MTCFG (word 1 bit 36) with MemAttr [35:32], and SHCFG [45:44], stand where stage 1 would. */
static void stage_2_result(uint64_t overrides, uint64_t data, bool fwb, uint8_t attr, uint8_t sh)
{
	setUp();
	map_stage_1(0);
	map_stage_2(6, 0, data, fwb);
	change_word(STE + 8, 0, overrides);
	expect_result(0x1000, attr, sh);
}

static void test_stage_2_alone_is_combined_with_the_overrides(void)
{
	const uint64_t incoming = UINT64_C(1) << 44, outer = UINT64_C(2) << 44, write_through = UINT64_C(1) << 36 | UINT64_C(0xa) << 32;

	stage_2_result(incoming, s2_leaf(0xf, 3), false, 0xff, 3);
	stage_2_result(outer, s2_leaf(0xf, 3), false, 0xff, 2);
	stage_2_result(incoming | write_through, s2_leaf(0xf, 3), false, 0xbb, 3);
	stage_2_result(incoming | write_through, s2_leaf(6, 3), true, 0xff, 3);
	stage_2_result(incoming | write_through, s2_leaf(7, 3), true, 0xbb, 3);
	stage_2_result(incoming, s2_leaf(7, 0), true, 0xff, 0);
}

/* They share what the TLB holds under their VMID; each still has its own overrides. */
static void test_two_streams_of_one_vmid_differ_in_their_overrides(void)
{
	struct smmu_xlate out;

	map_stage_1(0);
	map_stage_2(6, 0, s2_leaf(0xf, 3), false);
	for (unsigned i = 0; i < 8; i++)
		vector_memory_write(&rig.memory, STE + 64 + 8 * i, vector_memory_read(&rig.memory, STE + 8 * i));
	change_word(STE + 64 + 8, 0, UINT64_C(1) << 36 | UINT64_C(5) << 32 | UINT64_C(1) << 44); /* stream 2: non-cacheable */
	rig_run(&rig, 1, 0x1000, 0, &out);
	TEST_ASSERT_EQUAL_HEX8(0xff, out.attr);
	for (unsigned i = 0; i < 2; i++) {
		rig_run(&rig, 2, 0x1000, 0, &out);
		TEST_ASSERT_EQUAL_HEX8(0x44, out.attr);
		TEST_ASSERT_EQUAL_UINT(2, out.sh);
	}
	TEST_ASSERT_EQUAL_UINT64(1, rig_stats(&rig).tlb_misses);
}

static void adversary(struct smmu_core_config *config) { config->cache_mode = SMMU_CACHE_ADVERSARY; }

static void test_a_page_fetched_along_has_the_attributes_of_a_walk(void)
{
	struct smmu_xlate walked, fetched;

	rig_init(&rig, adversary);
	map_stage_1(0x04);
	rig_run(&rig, 1, 0x1000, 0, &walked);
	rig_run(&rig, 1, 0x2000, 0, &fetched);
	TEST_ASSERT_EQUAL_UINT64(1, rig_stats(&rig).tlb_misses);
	TEST_ASSERT_EQUAL_HEX8(walked.attr, fetched.attr);
	TEST_ASSERT_EQUAL_UINT(2, fetched.sh);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_own_accesses_of_stage_1_follow_cr1_ste_and_cd);
	RUN_TEST(test_own_accesses_of_a_nested_stream_are_combined_with_stage_2);
	RUN_TEST(test_an_update_is_made_like_the_read);
	RUN_TEST(test_device_and_non_cacheable_memory_is_outer_shareable);
	RUN_TEST(test_nested_takes_the_weaker_type_and_the_wider_domain);
	RUN_TEST(test_forced_write_back);
	RUN_TEST(test_stage_2_alone_is_combined_with_the_overrides);
	RUN_TEST(test_two_streams_of_one_vmid_differ_in_their_overrides);
	RUN_TEST(test_a_page_fetched_along_has_the_attributes_of_a_walk);
	return UNITY_END();
}
