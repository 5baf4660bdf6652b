/* SPDX-License-Identifier: Apache-2.0
 * The block pool and the context around it: alignment, exhaustion, merging, state that depends only on what is out. */
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "rig.h"
#include "unity.h"

#define BASE UINT64_C(0x80001000)       /* 4 KiB aligned only: the pool must cope */
#define BYTES (UINT64_C(1) << 20)

static struct smmu_pool pool;
static void *state;
static size_t state_bytes;

void setUp(void)
{
	state_bytes = smmu_pool_state_bytes(BASE, BYTES);
	state = malloc(state_bytes);
	memset(state, 0xee, state_bytes);
	smmu_pool_init(&pool, BASE, BYTES, state);
}

void tearDown(void)
{
	free(state);
}

static void test_blocks_are_aligned_inside_the_arena_and_disjoint(void)
{
	static unsigned char owner[BYTES / 64];
	static const uint64_t sizes[] = { 64, 1, 4096, 65536, 100, 8192, 64, 131072, 32768 };
	memset(owner, 0, sizeof owner);
	unsigned taken = 0;
	for (;; taken++) {
		const uint64_t size = sizes[taken % 9], block = smmu_pool_block_bytes(size);
		const uint64_t at = smmu_pool_alloc(&pool, size);
		if (at == SMMU_POOL_NONE)
			break;
		TEST_ASSERT_EQUAL_HEX64(0, at % block);
		TEST_ASSERT_TRUE(at >= BASE && at + block <= BASE + BYTES);
		for (uint64_t unit = (at - BASE) / 64; unit < (at - BASE + block) / 64; unit++)
			TEST_ASSERT_EQUAL_UINT8(0, owner[unit]++);
	}
	TEST_ASSERT_GREATER_THAN_UINT32(20, taken);
}

static void test_everything_can_be_taken_and_merges_back(void)
{
	static uint64_t at[BYTES / 64];
	unsigned char *const before = malloc(state_bytes);
	memcpy(before, state, state_bytes);
	for (size_t i = 0; i < BYTES / 64; i++) {
		at[i] = smmu_pool_alloc(&pool, 64);
		TEST_ASSERT_TRUE(at[i] != SMMU_POOL_NONE);
	}
	TEST_ASSERT_EQUAL_UINT64(BYTES, pool.used_bytes);
	TEST_ASSERT_TRUE(smmu_pool_alloc(&pool, 1) == SMMU_POOL_NONE);
	for (size_t i = 0; i < BYTES / 64; i++)        /* in an order of its own: 7919 is odd, so it visits every block */
		smmu_pool_free(&pool, at[i * 7919 % (BYTES / 64)], 64);
	TEST_ASSERT_EQUAL_UINT64(0, pool.used_bytes);
	TEST_ASSERT_EQUAL_MEMORY(before, state, state_bytes);
	free(before);
}

/* proves: AB-19 (the allocator's part) */
static void test_state_depends_only_on_what_is_out(void)
{
	const uint64_t a = smmu_pool_alloc(&pool, 64), b = smmu_pool_alloc(&pool, 4096);
	unsigned char *const before = malloc(state_bytes);
	memcpy(before, state, state_bytes);
	const uint64_t c = smmu_pool_alloc(&pool, 64), d = smmu_pool_alloc(&pool, 65536);
	smmu_pool_free(&pool, c, 64);
	smmu_pool_free(&pool, d, 65536);
	TEST_ASSERT_EQUAL_MEMORY(before, state, state_bytes);
	TEST_ASSERT_TRUE(a != b);
	free(before);
}

static void test_too_large_requests_fail(void)
{
	TEST_ASSERT_TRUE(smmu_pool_alloc(&pool, BYTES * 2) == SMMU_POOL_NONE);
	TEST_ASSERT_TRUE(smmu_pool_alloc(&pool, UINT64_C(1) << 60) == SMMU_POOL_NONE);
}

static void test_sys_init_refuses_bad_arenas(void)
{
	struct rig rig;
	struct smmu_sys *sys;
	rig_open(&rig, 0);
	struct smmu_sys_config bad = rig.config;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sys_init(NULL, &sys));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sys_init(&bad, NULL));
	bad.host.now_us = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sys_init(&bad, &sys));
	TEST_ASSERT_NULL(sys);
	bad = rig.config;
	bad.host.unlock = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sys_init(&bad, &sys));
	bad = rig.config;
	bad.dma.pa += 64;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, smmu_sys_init(&bad, &sys));
	bad = rig.config;
	bad.dma.size_bytes = 4096;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sys_init(&bad, &sys));
	bad = rig.config;
	bad.memory.size_bytes = 65536;  /* the bookkeeping of 16 MiB does not fit */
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sys_init(&bad, &sys));
	bad = rig.config;
	bad.dma.pa = (UINT64_C(1) << 52) - 4096;
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, smmu_sys_init(&bad, &sys));
	rig_close(&rig);
}

static void test_sys_exit_waits_for_its_objects(void)
{
	struct rig rig;
	rig_open(&rig, 0);
	struct smmu_domain *domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	struct smmu_sys_stats stats;
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_sys_exit(rig.sys));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_stats(rig.sys, &stats));
	TEST_ASSERT_EQUAL_UINT64(4096, stats.dma_used_bytes);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_stats(rig.sys, &stats));
	TEST_ASSERT_EQUAL_UINT64(0, stats.dma_used_bytes);
	TEST_ASSERT_EQUAL_UINT64(0, stats.memory_used_bytes);
	TEST_ASSERT_EQUAL_PTR(rig.ram, smmu_sys_virt(rig.sys, (smmu_pa){ RIG_RAM_PA }));
	TEST_ASSERT_NULL(smmu_sys_virt(rig.sys, (smmu_pa){ RIG_RAM_PA + RIG_RAM_BYTES }));
	TEST_ASSERT_NULL(smmu_sys_virt(rig.sys, (smmu_pa){ RIG_RAM_PA - 1 }));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_exit(rig.sys));
	rig_close(&rig);
}

/* The largest block is 64 bytes << (SMMU_POOL_ORDERS - 1). An arena of many of those needs bits for its units, not larger blocks:
 * twice the arena is twice the state, but for a word or two of rounding per order. */
static void test_the_state_of_a_huge_arena(void)
{
	const uint64_t largest = UINT64_C(64) << (SMMU_POOL_ORDERS - 1);
	const size_t four = smmu_pool_state_bytes(0, 4 * largest), eight = smmu_pool_state_bytes(0, 8 * largest);
	TEST_ASSERT_TRUE(eight <= 2 * four && eight + 16 * SMMU_POOL_ORDERS >= 2 * four);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_blocks_are_aligned_inside_the_arena_and_disjoint);
	RUN_TEST(test_everything_can_be_taken_and_merges_back);
	RUN_TEST(test_state_depends_only_on_what_is_out);
	RUN_TEST(test_too_large_requests_fail);
	RUN_TEST(test_sys_init_refuses_bad_arenas);
	RUN_TEST(test_sys_exit_waits_for_its_objects);
	RUN_TEST(test_the_state_of_a_huge_arena);
	return UNITY_END();
}
