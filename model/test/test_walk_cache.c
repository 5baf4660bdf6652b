/* SPDX-License-Identifier: Apache-2.0
 * The walk cache, stage-2 translations kept for walks, and walks through a window of memory.
 * Not here: the TLB (test_tlb.c). */
#include "rig.h"

#include <string.h>

#include "unity.h"

static struct rig rig;

#define PAGE UINT64_C(0x743) /* page, AF, ISH, EL0 and EL1 read-write, nG = 0 ... */
#define LOCAL (PAGE | UINT64_C(0x800)) /* ... and with nG = 1 */

void setUp(void)
{
	rig_init(&rig, NULL);
	rig_map_stream(&rig, 1, 7, LOCAL);
	rig_enable(&rig);
}

static uint64_t walks(void) { return rig_stats(&rig).table_walk_accesses; }

static uint64_t accesses_of(uint32_t sid, uint64_t iova)
{
	const uint64_t before = walks();
	struct smmu_xlate out;

	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, sid, iova, 0, &out));
	return walks() - before;
}

static void command(uint64_t q0, uint64_t q1)
{
	rig_command(&rig, q0, q1);
	rig_command(&rig, SMMU_CMD_SYNC, 0);
	rig_settle(&rig);
}

/* T0SZ = 16 and 4 KiB: four levels cold. Pages 1 and 2 share the table of level 3: one access with a walk cache. */
static void test_second_page_of_a_table_costs_one_access(void)
{
	TEST_ASSERT_EQUAL_UINT64(4, accesses_of(1, 0x1000));
	TEST_ASSERT_EQUAL_UINT64(1, accesses_of(1, 0x2000));
	TEST_ASSERT_EQUAL_UINT64(0, accesses_of(1, 0x2000));
}

static void without_walk_cache(struct smmu_core_config *config) { config->walk_cache_entries = 0; }

static void test_walk_cache_of_no_entries_walks_every_level(void)
{
	rig_init(&rig, without_walk_cache);
	rig_map_stream(&rig, 1, 7, LOCAL);
	rig_enable(&rig);
	TEST_ASSERT_EQUAL_UINT64(4, accesses_of(1, 0x1000));
	TEST_ASSERT_EQUAL_UINT64(4, accesses_of(1, 0x2000));
}

/* VMID [47:32] 0, ASID [63:48]; Leaf is bit 0 of the second word. */
static void tlbi_va(uint64_t asid, uint64_t va, uint64_t leaf) { command(SMMU_CMD_TLBI_NH_VA | asid << 48, va | leaf); }

/* Leaf = 1 may leave the tables; Leaf = 0 removes every level used for that address, and no table of another gigabyte. */
static void test_leaf_decides_whether_tables_go(void)
{
	accesses_of(1, 0x1000);
	tlbi_va(7, 0x1000, 1);
	TEST_ASSERT_EQUAL_UINT64(1, accesses_of(1, 0x1000));
	tlbi_va(7, 0x1000, 0);
	TEST_ASSERT_EQUAL_UINT64(4, accesses_of(1, 0x1000));
	tlbi_va(8, 0x1000, 0); /* another ASID */
	TEST_ASSERT_EQUAL_UINT64(1, accesses_of(1, 0x3000));
	tlbi_va(7, UINT64_C(0x8000000000), 0); /* another entry of level 0, so no table in common but the root, which is no entry */
	TEST_ASSERT_EQUAL_UINT64(1, accesses_of(1, 0x4000));
}

/* Each drops all tables of the context: by ASID, all of the VMID, everything. */
static void test_wide_invalidations_drop_tables(void)
{
	const uint64_t commands[3] = { SMMU_CMD_TLBI_NH_ASID | UINT64_C(7) << 48, SMMU_CMD_TLBI_NH_ALL, SMMU_CMD_TLBI_NSNH_ALL };

	for (unsigned i = 0; i < 3; i++) {
		accesses_of(1, 0x1000);
		command(commands[i], 0);
		TEST_ASSERT_EQUAL_UINT64(4, accesses_of(1, 0x1000));
	}
	command(SMMU_CMD_TLBI_NH_ASID | UINT64_C(9) << 48, 0);
	TEST_ASSERT_EQUAL_UINT64(1, accesses_of(1, 0x5000));
}

/* The hazard: a table is unlinked and freed after TLBI + SYNC; a cached pointer to it must not be used again. */
static void test_unlinked_table_is_not_walked_after_invalidation(void)
{
	struct smmu_xlate out;

	accesses_of(1, 0x1000);
	vector_memory_write(&rig.memory, 0x82002000, 0); /* level 2 entry */
	tlbi_va(7, 0x1000, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, rig_run(&rig, 1, 0x2000, 0, &out));
	TEST_ASSERT_EQUAL_UINT(SMMU_EVENT_F_TRANSLATION, out.event);
}

/* A walk that read the pointer before the TLBI must not put it into the cache after it. */
static void test_walk_in_progress_fills_nothing_after_an_invalidation(void)
{
	const struct smmu_txn txn = { .sid = 1, .iova = 0x1000 };
	int job = smmu_core_job_start(&rig.core, &txn);
	struct smmu_xlate out;

	do
		TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
	while (smmu_core_job_io(&rig.core, job)->addr != 0x82002000 ? rig_io(&rig, job) : false);
	rig_io(&rig, job); /* the pointer to the table of level 3 is read, not yet used */
	vector_memory_write(&rig.memory, 0x82002000, 0);
	rig_command(&rig, SMMU_CMD_TLBI_NH_ALL, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, job));
	smmu_core_job_free(&rig.core, job);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, rig_run(&rig, 1, 0x2000, 0, &out));
}

/* Stream 2, stage 1 (ASID 5) over stage 2 (VMID 3): IPA = PA in one level-1 block of 1 GiB at 0x80000000 for tables and
 * CD, and pages of 4 KiB for the data at IPA 0x10000000. 39-bit IPA from level 1. */
static void map_nested(void)
{
	struct smmu_ste ste = { { 0 } };

	rig_map_stream(&rig, 2, 5, LOCAL);
	smmu_ste_set_V(&ste, 1);
	smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_NESTED);
	smmu_ste_set_S1ContextPtr(&ste, rig_cd_address(2));
	smmu_ste_set_S2T0SZ(&ste, 25);
	smmu_ste_set_S2SL0(&ste, 1);
	smmu_ste_set_S2AA64(&ste, 1);
	smmu_ste_set_S2PS(&ste, 5);
	smmu_ste_set_S2VMID(&ste, 3);
	smmu_ste_set_S2R(&ste, 1);
	smmu_ste_set_S2TTB(&ste, 0x86000000);
	for (unsigned i = 0; i < 8; i++)
		vector_memory_write(&rig.memory, UINT64_C(0x80000000) + 64 * 2 + 8 * i, ste.qword[i]);
	vector_memory_write(&rig.memory, 0x86000010, 0x800007fd);        /* IPA 0x80000000, 1 GiB block, RW, AF */
	vector_memory_write(&rig.memory, 0x86000000, 0x86001003);        /* IPA 0: level 2 */
	vector_memory_write(&rig.memory, 0x86001000 + 8 * 128, 0x86002003); /* IPA 0x10000000: level 3 */
	for (unsigned i = 0; i < 16; i++)
		vector_memory_write(&rig.memory, 0x86002000 + 8 * i, (UINT64_C(0x40000000) + 0x1000 * i) | 0x7ff);
}

/* Cold: CD 1 + (4 stage-1 descriptors, the first stage-2 block read once) ... with the block of the tables kept, 1 + 4 + 3
 * = 8; the next page of the same tables: 1 stage-1 descriptor + 1 stage-2 leaf = 2. */
static void test_nested_walk_keeps_stage_2_of_its_tables(void)
{
	map_nested();
	TEST_ASSERT_EQUAL_UINT64(8, accesses_of(2, 0x1000));
	TEST_ASSERT_EQUAL_UINT64(2, accesses_of(2, 0x2000));
}

/* TLBI_S2_IPA removes what was kept of stage 2 for that IPA, tables and leaves; TLBI_NH_ALL removes stage 1 and what is
 * combined, and leaves stage 2. */
static void test_stage_2_and_stage_1_are_invalidated_apart(void)
{
	map_nested();
	accesses_of(2, 0x1000);
	command(SMMU_CMD_TLBI_S2_IPA | UINT64_C(3) << 32, 0x80000000); /* the block of the tables */
	TEST_ASSERT_EQUAL_UINT64(1 + 1 + 1, accesses_of(2, 0x2000));
	command(SMMU_CMD_TLBI_S2_IPA | UINT64_C(3) << 32, 0x10003000); /* tables of the data */
	TEST_ASSERT_EQUAL_UINT64(1 + 3, accesses_of(2, 0x3000));
	command(SMMU_CMD_TLBI_NH_ALL | UINT64_C(3) << 32, 0);
	TEST_ASSERT_EQUAL_UINT64(4 + 1, accesses_of(2, 0x4000));
	command(SMMU_CMD_TLBI_S12_VMALL | UINT64_C(3) << 32, 0);
	TEST_ASSERT_EQUAL_UINT64(4 + 1 + 3, accesses_of(2, 0x5000));
}

/* ---- a window of memory ---- */

#define WINDOW_BASE UINT64_C(0x80000000)
#define WINDOW_SIZE UINT64_C(0x2010000)
static unsigned char bytes[WINDOW_SIZE];

static void fill_window(void)
{
	for (uint64_t at = 0; at < 0x1000; at += 8) { /* stream table, CDs, the four tables */
		const uint64_t from[6] = { 0x80000000, 0x80100000, 0x82000000, 0x82001000, 0x82002000, 0x82003000 };

		for (unsigned i = 0; i < 6; i++) {
			const uint64_t word = vector_memory_read(&rig.memory, from[i] + at);

			memcpy(&bytes[from[i] + at - WINDOW_BASE], &word, 8);
		}
	}
}

static enum smmu_xlate_status direct(uint32_t sid, uint64_t iova, uint8_t flags, struct smmu_xlate *out, uint32_t *accesses)
{
	struct smmu_window window = { .base = WINDOW_BASE, .size = WINDOW_SIZE, .bytes = bytes };
	const struct smmu_txn txn = { .sid = sid, .iova = iova, .flags = flags };
	int job;
	const enum smmu_xlate_status status = smmu_core_translate_direct(&rig.core, &txn, &window, out, &job);

	TEST_ASSERT_EQUAL_INT(SMMU_JOB_NONE, job);
	*accesses = window.accesses;
	return status;
}

/* Every kind of page, through jobs and through the window, on two SMMUs: equal answers, equal numbers of accesses. */
static void test_window_gives_what_jobs_give(void)
{
	/* one page each: read-write, read-only (AP[2]), privileged only, execute-never, device type, global; then no AF and invalid */
	const uint64_t kinds[8] = { LOCAL, LOCAL | 0x80, LOCAL & ~UINT64_C(0x40), LOCAL | UINT64_C(1) << 54, LOCAL | 0x4, PAGE, LOCAL & ~UINT64_C(0x400), 0 };
	static struct smmu_xlate by_job[128];
	uint64_t job_walks;
	unsigned n = 0;

	for (unsigned i = 0; i < 8; i++)
		vector_memory_write(&rig.memory, 0x82003000 + 8 * i, kinds[i] == 0 ? 0 : (UINT64_C(0x10000000) + 0x1000 * i) | kinds[i]);
	fill_window();
	for (unsigned i = 0; i < 8; i++)
		for (uint8_t flags = 0; flags < 16; flags++)
			if ((flags & SMMU_TXN_SSV) == 0)
				rig_run(&rig, 1, 0x1000 * i + 0x18, flags, &by_job[n++]);
	job_walks = walks();
	smmu_core_reset(&rig.core);
	rig_enable(&rig);
	n = 0;
	for (unsigned i = 0; i < 8; i++)
		for (uint8_t flags = 0; flags < 16; flags++) {
			struct smmu_window window = { .base = WINDOW_BASE, .size = WINDOW_SIZE, .bytes = bytes };
			const struct smmu_txn txn = { .sid = 1, .iova = 0x1000 * i + 0x18, .flags = flags };
			struct smmu_xlate out;
			int job;

			if ((flags & SMMU_TXN_SSV) != 0)
				continue;
			if (smmu_core_translate_direct(&rig.core, &txn, &window, &out, &job) == SMMU_XLATE_NEED_JOB) { /* its event record is outside */
				rig_step(&rig, job);
				smmu_core_job_result(&rig.core, job, &out);
				smmu_core_job_free(&rig.core, job);
			}
			TEST_ASSERT_EQUAL_UINT8(by_job[n].status, out.status);
			TEST_ASSERT_EQUAL_HEX64(by_job[n].pa, out.pa);
			TEST_ASSERT_EQUAL_UINT8(by_job[n].event, out.event);
			TEST_ASSERT_EQUAL_HEX8(by_job[n].attr, out.attr);
			TEST_ASSERT_EQUAL_UINT8(by_job[n].sh, out.sh);
			TEST_ASSERT_EQUAL_UINT8(by_job[n].size_log2, out.size_log2);
			n++;
		}
	TEST_ASSERT_EQUAL_UINT64(job_walks, walks());
}

/* STE, CD and four levels cold, one level warm; statistics as for jobs. */
static void test_window_counts_its_accesses(void)
{
	struct smmu_xlate out;
	uint32_t accesses;

	fill_window();
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, direct(1, 0x1000, 0, &out, &accesses));
	TEST_ASSERT_EQUAL_UINT32(6, accesses);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, direct(1, 0x2008, 0, &out, &accesses));
	TEST_ASSERT_EQUAL_UINT32(1, accesses);
	TEST_ASSERT_EQUAL_HEX64(0x10002008, out.pa);
	TEST_ASSERT_EQUAL_UINT64(2, rig_stats(&rig).transactions);
	TEST_ASSERT_EQUAL_UINT64(2, rig_stats(&rig).tlb_misses);
	TEST_ASSERT_EQUAL_UINT64(5, walks());
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_second_page_of_a_table_costs_one_access);
	RUN_TEST(test_walk_cache_of_no_entries_walks_every_level);
	RUN_TEST(test_leaf_decides_whether_tables_go);
	RUN_TEST(test_wide_invalidations_drop_tables);
	RUN_TEST(test_unlinked_table_is_not_walked_after_invalidation);
	RUN_TEST(test_walk_in_progress_fills_nothing_after_an_invalidation);
	RUN_TEST(test_nested_walk_keeps_stage_2_of_its_tables);
	RUN_TEST(test_stage_2_and_stage_1_are_invalidated_apart);
	RUN_TEST(test_window_gives_what_jobs_give);
	RUN_TEST(test_window_counts_its_accesses);
	return UNITY_END();
}
