/* SPDX-License-Identifier: Apache-2.0
 * TLB tags and the scope of invalidations: what a command must remove, and what it must leave.
 * Not here: rows of the conformance vectors (test_vectors.c). */
#include "rig.h"
#include "unity.h"

#define RW_NG 0xf43u
#define RW_GLOBAL 0x743u

static struct rig rig;

void setUp(void)
{
	rig_init(&rig, NULL);
	rig_map_stream(&rig, 1, 7, RW_NG);
	rig_map_stream(&rig, 2, 8, RW_NG);
	rig_enable(&rig);
}

static uint64_t misses(void) { return rig_stats(&rig).tlb_misses; }

static void touch(uint32_t sid, uint64_t iova)
{
	struct smmu_xlate out;

	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, sid, iova, 0, &out));
	TEST_ASSERT_EQUAL_HEX64(0x10000000 + iova, out.pa);
}

static bool misses_now(uint32_t sid, uint64_t iova)
{
	const uint64_t before = misses();

	touch(sid, iova);
	return misses() != before;
}

static void command(uint64_t q0, uint64_t q1)
{
	rig_command(&rig, q0, q1);
	rig_command(&rig, SMMU_CMD_SYNC, 0);
	rig_settle(&rig);
}

static void test_an_asid_does_not_see_the_entries_of_another(void)
{
	touch(1, 0x3000);
	TEST_ASSERT_TRUE(misses_now(2, 0x3000));
	TEST_ASSERT_FALSE(misses_now(1, 0x3000));
}

static void test_nh_asid_leaves_the_other_asid_alone(void)
{
	touch(1, 0x3000);
	touch(2, 0x3000);
	command(SMMU_CMD_TLBI_NH_ASID | UINT64_C(7) << 48, 0);
	TEST_ASSERT_FALSE(misses_now(2, 0x3000));
	TEST_ASSERT_TRUE(misses_now(1, 0x3000));
}

static void test_nh_va_leaves_the_neighbour_page_alone(void)
{
	touch(1, 0x3000);
	touch(1, 0x4000);
	command(SMMU_CMD_TLBI_NH_VA | UINT64_C(7) << 48, 0x3000);
	TEST_ASSERT_FALSE(misses_now(1, 0x4000));
	TEST_ASSERT_TRUE(misses_now(1, 0x3000));
}

static void test_nh_va_with_another_asid_removes_a_global_entry(void)
{
	rig_map_stream(&rig, 1, 7, RW_GLOBAL);
	touch(1, 0x3000);
	command(SMMU_CMD_TLBI_NH_VA | UINT64_C(0x55) << 48, 0x3000);
	TEST_ASSERT_TRUE(misses_now(1, 0x3000));
}

static void test_nh_va_with_another_asid_leaves_a_local_entry(void)
{
	touch(1, 0x3000);
	command(SMMU_CMD_TLBI_NH_VA | UINT64_C(0x55) << 48, 0x3000);
	TEST_ASSERT_FALSE(misses_now(1, 0x3000));
}

static void test_el2_all_leaves_ns_el1_entries(void)
{
	touch(1, 0x3000);
	command(SMMU_CMD_TLBI_EL2_ALL, 0);
	TEST_ASSERT_FALSE(misses_now(1, 0x3000));
}

static void test_a_range_ends_where_it_says(void)
{
	/* TG = 1 (4 KiB), NUM = 3, SCALE = 1: (3 + 1) << 1 = 8 pages from page 8, so pages 8 to 15. */
	const uint64_t q0 = SMMU_CMD_TLBI_NH_VA | 3u << 12 | 1u << 20 | UINT64_C(7) << 48;

	for (uint64_t page = 7; page <= 16; page++)
		touch(1, page << 12);
	command(q0, 0x8000 | 1u << 10);
	TEST_ASSERT_FALSE(misses_now(1, 0x7000));
	TEST_ASSERT_FALSE(misses_now(1, 0x10000));
	TEST_ASSERT_TRUE(misses_now(1, 0x8000));
	TEST_ASSERT_TRUE(misses_now(1, 0xf000));
}

static void test_a_range_larger_than_the_tlb_removes_everything_in_it(void)
{
	for (uint64_t page = 0; page < 64; page++)
		touch(1, page << 12);
	/* SCALE = 31, NUM = 31, TG = 1: 2^48 bytes. */
	command(SMMU_CMD_TLBI_NH_VA | 31u << 12 | UINT64_C(31) << 20 | UINT64_C(7) << 48, 1u << 10);
	for (uint64_t page = 0; page < 64; page++)
		TEST_ASSERT_TRUE(misses_now(1, page << 12));
}

static void test_range_with_the_wrong_level_hint_leaves_the_entry(void)
{
	touch(1, 0x3000);
	/* TTL = 2 names 2 MiB blocks; the entry is a level-3 page. NUM = 0, SCALE = 3. */
	command(SMMU_CMD_TLBI_NH_VA | 3u << 20 | UINT64_C(7) << 48, 1u << 10 | 2u << 8);
	TEST_ASSERT_FALSE(misses_now(1, 0x3000));
}

static void test_dropping_a_context_more_often_than_it_has_generations(void)
{
	for (unsigned i = 0; i < 300; i++) {
		TEST_ASSERT_TRUE(misses_now(1, 0x3000));
		TEST_ASSERT_FALSE(misses_now(1, 0x3000));
		command(SMMU_CMD_TLBI_NH_ALL, 0);
	}
}

static void small_tlb(struct smmu_core_config *config) { config->tlb_entries = 16; }

static void test_a_small_tlb_evicts_and_stays_correct(void)
{
	rig_init(&rig, small_tlb);
	rig_map_stream(&rig, 1, 7, RW_NG);
	rig_enable(&rig);
	for (unsigned round = 0; round < 3; round++)
		for (uint64_t page = 0; page < 200; page++)
			touch(1, page << 12 | 0x10);
	TEST_ASSERT_TRUE(rig.core.contexts[0].entries <= 16);
}

static void no_caches(struct smmu_core_config *config)
{
	config->tlb_entries = 0;
	config->config_cache_entries = 0;
}

static void test_caches_can_be_switched_off(void)
{
	rig_init(&rig, no_caches);
	rig_map_stream(&rig, 1, 7, RW_NG);
	rig_enable(&rig);
	touch(1, 0x3000);
	TEST_ASSERT_TRUE(misses_now(1, 0x3000));
	TEST_ASSERT_EQUAL_UINT64(2, rig_stats(&rig).config_misses);
	command(SMMU_CMD_TLBI_NH_VA | UINT64_C(7) << 48, 0x3000);
	command(SMMU_CMD_CFGI_STE_RANGE, 31);
	touch(1, 0x3000);
}

/* A broadcast by ASID spares ASET = 1, one for the whole VMID does not. */
static void test_broadcasts_obey_ptm_and_aset(void)
{
	struct smmu_dvm by_asid = { .kind = SMMU_DVM_ASID, .asid = 7 }, by_vmid = { .kind = SMMU_DVM_VMALL };

	vector_memory_write(&rig.memory, rig_cd_address(1), vector_memory_read(&rig.memory, rig_cd_address(1)) | SMMU_CD_ASET_MASK);
	touch(1, 0x3000);
	smmu_core_broadcast(&rig.core, &by_vmid); /* PTM = 1 after reset: ignored */
	TEST_ASSERT_FALSE(misses_now(1, 0x3000));
	smmu_core_write32(&rig.core, SMMU_CR0, 0);
	rig_settle(&rig);
	smmu_core_write32(&rig.core, SMMU_CR2, 0);
	smmu_core_write32(&rig.core, SMMU_CR0, 0xd);
	rig_settle(&rig);
	smmu_core_broadcast(&rig.core, &by_asid);
	TEST_ASSERT_FALSE(misses_now(1, 0x3000));
	smmu_core_broadcast(&rig.core, &by_vmid);
	TEST_ASSERT_TRUE(misses_now(1, 0x3000));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_an_asid_does_not_see_the_entries_of_another);
	RUN_TEST(test_nh_asid_leaves_the_other_asid_alone);
	RUN_TEST(test_nh_va_leaves_the_neighbour_page_alone);
	RUN_TEST(test_nh_va_with_another_asid_removes_a_global_entry);
	RUN_TEST(test_nh_va_with_another_asid_leaves_a_local_entry);
	RUN_TEST(test_el2_all_leaves_ns_el1_entries);
	RUN_TEST(test_a_range_ends_where_it_says);
	RUN_TEST(test_a_range_larger_than_the_tlb_removes_everything_in_it);
	RUN_TEST(test_range_with_the_wrong_level_hint_leaves_the_entry);
	RUN_TEST(test_dropping_a_context_more_often_than_it_has_generations);
	RUN_TEST(test_a_small_tlb_evicts_and_stays_correct);
	RUN_TEST(test_caches_can_be_switched_off);
	RUN_TEST(test_broadcasts_obey_ptm_and_aset);
	return UNITY_END();
}
