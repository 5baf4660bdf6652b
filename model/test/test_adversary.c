/* SPDX-License-Identifier: Apache-2.0
 * Cache mode "adversary": a sequence that invalidates too little is caught with certainty, a legal one works; and cache
 * mode "off", where nothing is ever stale.
 * Not here: what each invalidation removes (test_tlb.c, test_walk_cache.c). */
#include "rig.h"

#include "unity.h"

static struct rig rig;

#define LOCAL UINT64_C(0xf43) /* page, nG, AF, ISH, EL0 and EL1 read-write */
#define PTE(page) (UINT64_C(0x82003000) + 8 * (page))

static void adversary(struct smmu_core_config *config) { config->cache_mode = SMMU_CACHE_ADVERSARY; }
static void off(struct smmu_core_config *config) { config->cache_mode = SMMU_CACHE_OFF; }

static void start(void (*change)(struct smmu_core_config *config))
{
	rig_init(&rig, change);
	rig_map_stream(&rig, 1, 7, LOCAL);
	rig_enable(&rig);
}

void setUp(void) { start(adversary); }

static uint64_t pa_of(uint64_t iova)
{
	struct smmu_xlate out;

	return rig_run(&rig, 1, iova, 0, &out) == SMMU_XLATE_OK ? out.pa : 0;
}

static unsigned event_of(uint32_t sid, uint64_t iova)
{
	struct smmu_xlate out;

	rig_run(&rig, sid, iova, 0, &out);
	return out.event;
}

static void command(uint64_t q0, uint64_t q1)
{
	rig_command(&rig, q0, q1);
	rig_settle(&rig);
}

static void sync(void) { command(SMMU_CMD_SYNC, 0); }

static void tlbi_va(uint64_t va) { command(SMMU_CMD_TLBI_NH_VA | UINT64_C(7) << 48, va); }

static void test_changed_page_without_invalidation_stays_old(void)
{
	TEST_ASSERT_EQUAL_HEX64(0x10001000, pa_of(0x1000));
	vector_memory_write(&rig.memory, PTE(1), 0x20000000 | LOCAL);
	TEST_ASSERT_EQUAL_HEX64(0x10001000, pa_of(0x1000));
	tlbi_va(0x1000);
	sync();
	TEST_ASSERT_EQUAL_HEX64(0x20000000, pa_of(0x1000));
}

static void test_invalidation_takes_effect_at_its_sync_and_not_before(void)
{
	pa_of(0x1000);
	vector_memory_write(&rig.memory, PTE(1), 0);
	tlbi_va(0x1000);
	TEST_ASSERT_EQUAL_HEX64(0x10001000, pa_of(0x1000)); /* consumed, not complete */
	sync();
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_F_TRANSLATION, event_of(1, 0x1000));
	TEST_ASSERT_EQUAL_UINT64(2, rig_stats(&rig).commands);
}

/* Pages 8 to 15 lie in one line of descriptors. Page 9 is read; page 10 was never touched and is held all the same. */
static void test_neighbours_of_a_page_are_held_too(void)
{
	pa_of(0x9000);
	vector_memory_write(&rig.memory, PTE(10), 0x20000000 | LOCAL);
	TEST_ASSERT_EQUAL_HEX64(0x1000a000, pa_of(0xa000));
	tlbi_va(0xa000);
	sync();
	TEST_ASSERT_EQUAL_HEX64(0x20000000, pa_of(0xa000));
}

/* Invalid to valid needs no TLBI: what would fault is never held, prefetched or not. The same for AF = 0. */
static void test_invalid_neighbours_are_not_held(void)
{
	vector_memory_write(&rig.memory, PTE(10), 0);
	vector_memory_write(&rig.memory, PTE(11), 0x1000b000 | (LOCAL & ~UINT64_C(0x400)));
	pa_of(0x9000);
	vector_memory_write(&rig.memory, PTE(10), 0x20000000 | LOCAL);
	vector_memory_write(&rig.memory, PTE(11), 0x21000000 | LOCAL);
	TEST_ASSERT_EQUAL_HEX64(0x20000000, pa_of(0xa000));
	TEST_ASSERT_EQUAL_HEX64(0x21000000, pa_of(0xb000));
}

/* A table replaced with TLBI Leaf = 1 only: the old table is still walked. */
static void test_replaced_table_needs_leaf_0(void)
{
	pa_of(0x1000);
	vector_memory_write(&rig.memory, 0x82002000, 0x82004003);
	vector_memory_write(&rig.memory, 0x82004008, 0x30000000 | LOCAL);
	command(SMMU_CMD_TLBI_NH_VA | UINT64_C(7) << 48, 0x1000 | 1);
	sync();
	TEST_ASSERT_EQUAL_HEX64(0x10001000, pa_of(0x1000));
	tlbi_va(0x1000);
	sync();
	TEST_ASSERT_EQUAL_HEX64(0x30000000, pa_of(0x1000));
}

/* Configuration has no rule like that of descriptors: V = 0 may be held, so 0 -> 1 needs CFGI. */
static void test_invalid_ste_is_held_until_cfgi(void)
{
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x1000));
	rig_map_stream(&rig, 2, 8, LOCAL);
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x1000));
	command(SMMU_CMD_CFGI_STE | UINT64_C(2) << 32, 1);
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x1000));
	sync();
	TEST_ASSERT_EQUAL_UINT(0, event_of(2, 0x1000));
}

static void test_invalid_cd_is_held_until_cfgi_cd(void)
{
	const uint64_t word = vector_memory_read(&rig.memory, rig_cd_address(1));

	vector_memory_write(&rig.memory, rig_cd_address(1), word & ~(UINT64_C(1) << 31)); /* CD.V */
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_CD, event_of(1, 0x1000));
	vector_memory_write(&rig.memory, rig_cd_address(1), word);
	sync();
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_CD, event_of(1, 0x1000));
	command(SMMU_CMD_CFGI_CD | UINT64_C(1) << 32, 1);
	sync();
	TEST_ASSERT_EQUAL_UINT(0, event_of(1, 0x1000));
}

/* Two levels of stream table, SPLIT 6: an L1STD of Span 0 is held; CFGI_STE with Leaf = 1 need not remove it, Leaf = 0 must. */
static void test_l1std_is_held_until_cfgi_ste_with_leaf_0(void)
{
	rig_init(&rig, adversary);
	rig_map_stream(&rig, 1, 7, LOCAL);
	smmu_core_write64(&rig.core, SMMU_STRTAB_BASE, 0x81000000);
	smmu_core_write32(&rig.core, SMMU_STRTAB_BASE_CFG, 1u << 16 | 6u << 6 | 8);
	smmu_core_write64(&rig.core, SMMU_CMDQ_BASE, RIG_CMDQ | 4);
	smmu_core_write32(&rig.core, SMMU_CR2, SMMU_CR2_RECINVSID_MASK);
	smmu_core_write32(&rig.core, SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_CMDQEN_MASK);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STREAMID, event_of(1, 0x1000));
	vector_memory_write(&rig.memory, 0x81000000, 0x80000000 | 7); /* Span 7: 64 STEs */
	command(SMMU_CMD_CFGI_STE | UINT64_C(1) << 32, 1);
	sync();
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STREAMID, event_of(1, 0x1000));
	command(SMMU_CMD_CFGI_STE | UINT64_C(1) << 32, 0);
	sync();
	TEST_ASSERT_EQUAL_UINT(0, event_of(1, 0x1000));
}

static void test_refused_commands_are_refused_at_once(void)
{
	command(SMMU_CMD_TLBI_NH_VA | UINT64_C(7) << 48, UINT64_C(1) << 10); /* TG = 1 with NUM = SCALE = TTL = 0 */
	TEST_ASSERT_EQUAL_HEX32(SMMU_GERROR_CMDQ_ERR_MASK, smmu_core_read32(&rig.core, SMMU_GERROR));
}

/* More invalidations than can wait: the oldest take effect early, which is always permitted, and none is lost. */
static void test_no_invalidation_is_lost(void)
{
	for (uint64_t page = 0; page < 300; page++)
		pa_of(0x1000 * page);
	for (uint64_t page = 0; page < 300; page++) {
		vector_memory_write(&rig.memory, PTE(page), (0x30000000 + 0x1000 * page) | LOCAL);
		tlbi_va(0x1000 * page);
	}
	sync();
	for (uint64_t page = 0; page < 300; page++)
		TEST_ASSERT_EQUAL_HEX64(0x30000000 + 0x1000 * page, pa_of(0x1000 * page));
}

static void test_off_is_never_stale(void)
{
	start(off);
	pa_of(0x1000);
	vector_memory_write(&rig.memory, PTE(1), 0x20000000 | LOCAL);
	TEST_ASSERT_EQUAL_HEX64(0x20000000, pa_of(0x1000));
	TEST_ASSERT_EQUAL_UINT64(8, rig_stats(&rig).table_walk_accesses);
	TEST_ASSERT_EQUAL_UINT64(4, rig_stats(&rig).config_accesses);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_changed_page_without_invalidation_stays_old);
	RUN_TEST(test_invalidation_takes_effect_at_its_sync_and_not_before);
	RUN_TEST(test_neighbours_of_a_page_are_held_too);
	RUN_TEST(test_invalid_neighbours_are_not_held);
	RUN_TEST(test_replaced_table_needs_leaf_0);
	RUN_TEST(test_invalid_ste_is_held_until_cfgi);
	RUN_TEST(test_invalid_cd_is_held_until_cfgi_cd);
	RUN_TEST(test_l1std_is_held_until_cfgi_ste_with_leaf_0);
	RUN_TEST(test_refused_commands_are_refused_at_once);
	RUN_TEST(test_no_invalidation_is_lost);
	RUN_TEST(test_off_is_never_stale);
	return UNITY_END();
}
