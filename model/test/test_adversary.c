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

/* STE 2: stage 2 of VMID 9 with 4 KiB pages at 0x84000000; page 9 of it and its neighbours identity-mapped. */
static void map_stage2(void)
{
	struct smmu_ste ste = { { 0 } };

	smmu_ste_set_V(&ste, 1);
	smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S2);
	smmu_ste_set_S2VMID(&ste, 9);
	smmu_ste_set_S2T0SZ(&ste, 25);
	smmu_ste_set_S2SL0(&ste, 1);
	smmu_ste_set_S2AA64(&ste, 1);
	smmu_ste_set_S2PS(&ste, 5);
	smmu_ste_set_S2R(&ste, 1);
	smmu_ste_set_S2TTB(&ste, 0x84000000);
	for (unsigned i = 0; i < 8; i++)
		vector_memory_write(&rig.memory, 0x80000000 + 64 * 2 + 8 * i, ste.qword[i]);
	vector_memory_write(&rig.memory, 0x84000000, 0x84001003);
	vector_memory_write(&rig.memory, 0x84001000, 0x84002003);
	for (uint64_t page = 8; page < 16; page++)
		vector_memory_write(&rig.memory, 0x84002000 + 8 * page, (page << 12) | 0x7ff);
}

static uint64_t pa_of_stage2(uint64_t ipa)
{
	struct smmu_xlate out;

	return rig_run(&rig, 2, ipa, 0, &out) == SMMU_XLATE_OK ? out.pa : 0;
}

static void test_neighbours_in_stage_2_are_held_too(void)
{
	map_stage2();
	TEST_ASSERT_EQUAL_HEX64(0x9000, pa_of_stage2(0x9000));
	vector_memory_write(&rig.memory, 0x84002000 + 8 * 10, 0x200007ff);
	vector_memory_write(&rig.memory, 0x84002000 + 8 * 9, 0x210007ff);
	TEST_ASSERT_EQUAL_HEX64(0xa000, pa_of_stage2(0xa000));
	command(SMMU_CMD_TLBI_S2_IPA | UINT64_C(9) << 32, 0xa000);
	sync();
	TEST_ASSERT_EQUAL_HEX64(0x20000000, pa_of_stage2(0xa000));
	TEST_ASSERT_EQUAL_HEX64(0x9000, pa_of_stage2(0x9000));
}

static void write_ste2(const struct smmu_ste *ste, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++)
		vector_memory_write(&rig.memory, 0x80000000 + 64 * 2 + 8 * i, ste->qword[i]);
}

/* Words 1 to 7 and V at once, no CFGI between: the old words 1 to 7 are joined with V = 1. Here S2AA64 is missing. */
static void test_driver_that_sets_v_together_with_the_other_words_is_caught(void)
{
	struct smmu_xlate out;

	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x9000)); /* all zero, and held */
	map_stage2();
	rig_run(&rig, 2, 0x9000, 0, &out);
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, out.event);
	command(SMMU_CMD_CFGI_STE | UINT64_C(2) << 32, 1);
	sync();
	TEST_ASSERT_EQUAL_HEX64(0x9000, pa_of_stage2(0x9000));
}

/* Another legal stream behind the same StreamID, V = 0 in between but no CFGI: its table base is the old one. */
static void test_torn_entry_translates_through_the_old_table(void)
{
	struct smmu_ste ste = { { 0 } };

	map_stage2();
	for (unsigned i = 0; i < 8; i++)
		ste.qword[i] = vector_memory_read(&rig.memory, 0x80000000 + 64 * 2 + 8 * i);
	smmu_ste_set_V(&ste, 0);
	write_ste2(&ste, 0, 0);
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x9000));
	smmu_ste_set_S2TTB(&ste, 0x85000000); /* a table that is empty */
	smmu_ste_set_V(&ste, 1);
	write_ste2(&ste, 0, 7);
	TEST_ASSERT_EQUAL_HEX64(0x9000, pa_of_stage2(0x9000));
}

/* The sequence of the architecture: words 1 to 7, CFGI and SYNC, then V, CFGI and SYNC. A transaction at any point sees the
 * old entry or the new one, never a mixture. */
static void test_legal_update_is_never_torn(void)
{
	struct smmu_ste ste = { { 0 } };

	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x9000));
	map_stage2();
	for (unsigned i = 0; i < 8; i++)
		ste.qword[i] = vector_memory_read(&rig.memory, 0x80000000 + 64 * 2 + 8 * i);
	vector_memory_write(&rig.memory, 0x80000000 + 64 * 2, ste.qword[0] & ~UINT64_C(1));
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x9000));
	command(SMMU_CMD_CFGI_STE | UINT64_C(2) << 32, 1);
	sync();
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x9000));
	vector_memory_write(&rig.memory, 0x80000000 + 64 * 2, ste.qword[0]);
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(2, 0x9000)); /* held until CFGI */
	command(SMMU_CMD_CFGI_STE | UINT64_C(2) << 32, 1);
	sync();
	TEST_ASSERT_EQUAL_HEX64(0x9000, pa_of_stage2(0x9000));
}

/* The CPU stores between two reads of one fetch: word 0 comes after the others. */
static void test_word_0_is_read_after_the_others(void)
{
	const struct smmu_txn txn = { .sid = 2, .iova = 0x9000 };
	const int job = smmu_core_job_start(&rig.core, &txn);
	struct smmu_xlate out;

	TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
	rig_io(&rig, job);
	map_stage2();
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
	TEST_ASSERT_EQUAL_HEX64(0x80000000 + 64 * 2, smmu_core_job_io(&rig.core, job)->addr);
	TEST_ASSERT_EQUAL_UINT(8, smmu_core_job_io(&rig.core, job)->size);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, job));
	smmu_core_job_result(&rig.core, job, &out);
	smmu_core_job_free(&rig.core, job);
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, out.event); /* V = 1 and S2AA64 = 0 */
}

/* As many structures as there is room for: none is given up for another, whatever their StreamIDs. */
static void test_structures_are_never_given_up_while_there_is_room(void)
{
	smmu_core_write32(&rig.core, SMMU_CR0, 0);
	rig_settle(&rig);
	smmu_core_write32(&rig.core, SMMU_STRTAB_BASE_CFG, 10);
	smmu_core_write32(&rig.core, SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_CMDQEN_MASK);
	rig_settle(&rig);
	for (uint32_t sid = 0; sid < 1000; sid++)
		if (sid != 1)
			event_of(sid, 0x1000); /* V = 0 */
	for (uint32_t sid = 2; sid < 1000; sid++)
		vector_memory_write(&rig.memory, UINT64_C(0x80000000) + 64 * sid, 1 | 4 << 1); /* valid, bypass */
	for (uint32_t sid = 2; sid < 1000; sid++)
		TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_C_BAD_STE, event_of(sid, 0x1000));
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

/* Four levels, and the eight descriptors around the last one in a fifth access. */
static void test_every_access_that_is_counted_is_in_the_trace(void)
{
	struct smmu_trace_record record;
	unsigned steps = 0;

	smmu_core_trace_enable(&rig.core, true);
	pa_of(0x1000);
	while (smmu_core_trace_take(&rig.core, &record))
		steps += record.kind == SMMU_TRACE_WALK_STEP;
	TEST_ASSERT_EQUAL_UINT(5, steps);
	TEST_ASSERT_EQUAL_UINT64(5, rig_stats(&rig).table_walk_accesses);
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
	RUN_TEST(test_neighbours_in_stage_2_are_held_too);
	RUN_TEST(test_driver_that_sets_v_together_with_the_other_words_is_caught);
	RUN_TEST(test_torn_entry_translates_through_the_old_table);
	RUN_TEST(test_legal_update_is_never_torn);
	RUN_TEST(test_word_0_is_read_after_the_others);
	RUN_TEST(test_structures_are_never_given_up_while_there_is_room);
	RUN_TEST(test_l1std_is_held_until_cfgi_ste_with_leaf_0);
	RUN_TEST(test_refused_commands_are_refused_at_once);
	RUN_TEST(test_no_invalidation_is_lost);
	RUN_TEST(test_every_access_that_is_counted_is_in_the_trace);
	RUN_TEST(test_off_is_never_stale);
	return UNITY_END();
}
