/* SPDX-License-Identifier: Apache-2.0
 * Jobs in flight: invalidations that meet a walk, CMD_SYNC that waits, slots, stalls at the limit, snapshots.
 * Not here: what one job does alone (test_vectors.c). */
#include <string.h>

#include "rig.h"
#include "unity.h"

#define PAGE3 UINT64_C(0x3008)
#define PAGE3_PA UINT64_C(0x10003008)
#define RW_NG 0xf43u /* AF, SH inner, AP = RW for all, nG, page */

static struct rig rig;
static const struct smmu_txn read_page3 = { .sid = 1, .iova = PAGE3 };

void setUp(void)
{
	rig_init(&rig, NULL);
	rig_map_stream(&rig, 1, 7, RW_NG);
	rig_enable(&rig);
}

/* Steps until the job has read the leaf descriptor (STE, CD, then four levels: six reads) and stops there. */
static int walk_up_to_the_leaf(void)
{
	const int job = smmu_core_job_start(&rig.core, &read_page3);

	for (unsigned i = 0; i < 6; i++) {
		TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
		rig_io(&rig, job);
	}
	TEST_ASSERT_EQUAL_HEX64(0x82003018, smmu_core_job_io(&rig.core, job)->addr);
	return job;
}

static uint32_t cmdq_cons(void) { return smmu_core_read32(&rig.core, SMMU_CMDQ_CONS); }

static void test_a_walk_overtaken_by_a_tlbi_finishes_but_does_not_fill(void)
{
	const int job = walk_up_to_the_leaf();
	struct smmu_xlate out;

	rig_command(&rig, SMMU_CMD_TLBI_NH_VA | UINT64_C(7) << 48, 0x3000);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(1, cmdq_cons());
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, job));
	smmu_core_job_result(&rig.core, job, &out);
	TEST_ASSERT_EQUAL_HEX64(PAGE3_PA, out.pa);
	smmu_core_job_free(&rig.core, job);
	vector_memory_write(&rig.memory, 0x82003018, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, rig_run(&rig, 1, PAGE3, 0, &out));
}

static void test_cmd_sync_waits_for_an_older_walk_and_not_for_a_younger_one(void)
{
	const int older = walk_up_to_the_leaf();
	int younger;

	rig_command(&rig, SMMU_CMD_SYNC, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, cmdq_cons());
	younger = smmu_core_job_start(&rig.core, &read_page3);
	rig_step(&rig, older);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(1, cmdq_cons());
	smmu_core_job_free(&rig.core, older);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, younger));
	smmu_core_job_free(&rig.core, younger);
	rig_command(&rig, SMMU_CMD_SYNC, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(2, cmdq_cons());
}

static void test_cmd_sync_waits_for_an_open_data_phase(void)
{
	const unsigned token = smmu_core_txn_begin(&rig.core);

	rig_command(&rig, SMMU_CMD_SYNC, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, cmdq_cons());
	TEST_ASSERT_FALSE(smmu_core_idle(&rig.core));
	smmu_core_txn_done(&rig.core, token);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(1, cmdq_cons());
	TEST_ASSERT_TRUE(smmu_core_idle(&rig.core));
}

static void test_a_configuration_read_before_cfgi_is_not_cached(void)
{
	const int job = smmu_core_job_start(&rig.core, &read_page3);
	struct smmu_xlate out;

	smmu_core_job_step(&rig.core, job);
	rig_io(&rig, job); /* the STE has been read */
	rig_command(&rig, SMMU_CMD_CFGI_STE | UINT64_C(1) << 32, 1);
	rig_settle(&rig);
	rig_step(&rig, job);
	smmu_core_job_free(&rig.core, job);
	vector_memory_write(&rig.memory, 0x80000040, 0); /* V = 0 */
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, rig_run(&rig, 1, PAGE3, 0, &out));
}

static void test_smmuen_off_is_acknowledged_when_walks_have_drained(void)
{
	const int job = walk_up_to_the_leaf();

	smmu_core_write32(&rig.core, SMMU_CR0, SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK);
	TEST_ASSERT_TRUE(smmu_core_update(&rig.core));
	TEST_ASSERT_EQUAL_HEX32(0xd, smmu_core_read32(&rig.core, SMMU_CR0ACK));
	rig_step(&rig, job);
	smmu_core_job_free(&rig.core, job);
	TEST_ASSERT_FALSE(smmu_core_update(&rig.core));
	TEST_ASSERT_EQUAL_HEX32(0xc, smmu_core_read32(&rig.core, SMMU_CR0ACK));
}

static void test_a_snapshot_in_the_middle_of_a_walk_goes_on_alike(void)
{
	static struct smmu_core snapshot;
	struct smmu_xlate first, second;
	const int job = walk_up_to_the_leaf();

	memcpy(&snapshot, &rig.core, sizeof snapshot);
	rig_step(&rig, job);
	smmu_core_job_result(&rig.core, job, &first);
	memcpy(&rig.core, &snapshot, sizeof snapshot);
	rig_step(&rig, job);
	smmu_core_job_result(&rig.core, job, &second);
	TEST_ASSERT_EQUAL_HEX64(PAGE3_PA, second.pa);
	TEST_ASSERT_EQUAL_HEX64(first.pa, second.pa);
}

static void two_slots(struct smmu_core_config *config) { config->job_slots = 2; }

static void test_a_full_set_of_slots_refuses_the_next_job(void)
{
	int a, b;

	rig_init(&rig, two_slots);
	a = smmu_core_job_start(&rig.core, &read_page3);
	b = smmu_core_job_start(&rig.core, &read_page3);
	TEST_ASSERT_TRUE(a >= 0 && b >= 0);
	TEST_ASSERT_EQUAL_INT(SMMU_JOB_NONE, smmu_core_job_start(&rig.core, &read_page3));
	smmu_core_job_free(&rig.core, a);
	TEST_ASSERT_EQUAL_INT(a, smmu_core_job_start(&rig.core, &read_page3));
}

static void stall_max_1(struct smmu_core_config *config)
{
	config->ids.idr[5] = (config->ids.idr[5] & 0xffffu) | 1u << 16;
}

static void test_the_stall_after_stall_max_is_held_back_and_another_stream_goes_on(void)
{
	const struct smmu_txn fault = { .sid = 1, .iova = UINT64_C(0x10000000) }; /* L2 entry 128 is not mapped */
	struct smmu_xlate out;
	int first, second;
	uint64_t freed;

	rig_init(&rig, stall_max_1);
	rig_map_stream(&rig, 1, 7, RW_NG);
	vector_memory_write(&rig.memory, rig_cd_address(1), vector_memory_read(&rig.memory, rig_cd_address(1)) | SMMU_CD_S_MASK);
	rig_map_stream(&rig, 2, 8, RW_NG);
	rig_enable(&rig);
	first = smmu_core_job_start(&rig.core, &fault);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_STALLED, rig_step(&rig, first));
	second = smmu_core_job_start(&rig.core, &fault);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, second));
	smmu_core_job_result(&rig.core, second, &out);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_HELD, out.status);
	smmu_core_job_free(&rig.core, second);
	TEST_ASSERT_EQUAL_HEX32(1, smmu_core_read32(&rig.core, SMMU_EVENTQ_PROD));
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, 2, PAGE3, 0, &out));
	freed = smmu_core_stalls_freed(&rig.core);
	/* RESUME with Ab = 1 (bit 13): abort. A wrong StreamID and a wrong STAG first, which must do nothing. */
	rig_command(&rig, SMMU_CMD_RESUME | 1u << 13 | UINT64_C(2) << 32, smmu_core_job_stag(&rig.core, first));
	rig_command(&rig, SMMU_CMD_RESUME | 1u << 13 | UINT64_C(1) << 32, smmu_core_job_stag(&rig.core, first) ^ 1u);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_UINT64(freed, smmu_core_stalls_freed(&rig.core));
	rig_command(&rig, SMMU_CMD_RESUME | 1u << 13 | UINT64_C(1) << 32, smmu_core_job_stag(&rig.core, first));
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_UINT64(freed + 1, smmu_core_stalls_freed(&rig.core));
	smmu_core_job_result(&rig.core, first, &out);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, out.status);
}

static void queues_of_one_entry(struct smmu_core_config *config) { config->ids.idr[1] &= ~UINT32_C(0x1f0000); } /* EVENTQS = 0 */

/* A record that waited for room is being written when SMMUEN falls: the abort comes first, CR0ACK after it. */
static void test_smmuen_off_waits_for_the_late_record_of_a_stall(void)
{
	const struct smmu_txn fault = { .sid = 1, .iova = UINT64_C(0x10000000) };
	struct smmu_xlate out;
	int first, late;

	rig_init(&rig, queues_of_one_entry);
	rig_map_stream(&rig, 1, 7, RW_NG);
	vector_memory_write(&rig.memory, rig_cd_address(1), vector_memory_read(&rig.memory, rig_cd_address(1)) | SMMU_CD_S_MASK);
	rig_enable(&rig);
	first = smmu_core_job_start(&rig.core, &fault);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_STALLED, rig_step(&rig, first));
	late = smmu_core_job_start(&rig.core, &fault);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_STALLED, rig_step(&rig, late)); /* the queue is full */
	TEST_ASSERT_EQUAL_HEX32(1, smmu_core_read32(&rig.core, SMMU_EVENTQ_PROD));
	smmu_core_write32(&rig.core, SMMU_EVENTQ_CONS, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, late));
	smmu_core_write32(&rig.core, SMMU_CR0, SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK);
	(void)smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0xd, smmu_core_read32(&rig.core, SMMU_CR0ACK));
	rig_io(&rig, late);
	(void)rig_step(&rig, late);
	(void)smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0xc, smmu_core_read32(&rig.core, SMMU_CR0ACK));
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, smmu_core_job_step(&rig.core, late));
	smmu_core_job_result(&rig.core, late, &out);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, out.status);
}

/* IDR0.SEV = 1: room in a full command queue is an event; room in one that was not full is none. */
static void test_room_in_a_full_command_queue_is_an_event(void)
{
	(void)smmu_core_take_irqs(&rig.core);
	rig_command(&rig, SMMU_CMD_TLBI_NSNH_ALL, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_take_irqs(&rig.core) & SMMU_IRQ_SEV);
	for (unsigned i = 0; i < 1u << (smmu_core_read32(&rig.core, SMMU_CMDQ_BASE) & 0x1fu); i++)
		rig_command(&rig, SMMU_CMD_TLBI_NSNH_ALL, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(SMMU_IRQ_SEV, smmu_core_take_irqs(&rig.core) & SMMU_IRQ_SEV);
}

static void test_statistics_of_a_miss_and_a_hit(void)
{
	struct smmu_xlate out;
	struct smmu_core_stats s;

	rig_run(&rig, 1, PAGE3, 0, &out);
	rig_run(&rig, 1, PAGE3, 0, &out);
	s = rig_stats(&rig);
	TEST_ASSERT_EQUAL_UINT64(2, s.transactions);
	TEST_ASSERT_EQUAL_UINT64(2, s.translations);
	TEST_ASSERT_EQUAL_UINT64(1, s.tlb_hits);
	TEST_ASSERT_EQUAL_UINT64(1, s.tlb_misses);
	TEST_ASSERT_EQUAL_UINT64(1, s.config_misses);
	TEST_ASSERT_EQUAL_UINT64(4, s.table_walk_accesses);
	TEST_ASSERT_EQUAL_UINT64(2, s.config_accesses);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_walk_overtaken_by_a_tlbi_finishes_but_does_not_fill);
	RUN_TEST(test_cmd_sync_waits_for_an_older_walk_and_not_for_a_younger_one);
	RUN_TEST(test_cmd_sync_waits_for_an_open_data_phase);
	RUN_TEST(test_a_configuration_read_before_cfgi_is_not_cached);
	RUN_TEST(test_smmuen_off_is_acknowledged_when_walks_have_drained);
	RUN_TEST(test_a_snapshot_in_the_middle_of_a_walk_goes_on_alike);
	RUN_TEST(test_a_full_set_of_slots_refuses_the_next_job);
	RUN_TEST(test_the_stall_after_stall_max_is_held_back_and_another_stream_goes_on);
	RUN_TEST(test_smmuen_off_waits_for_the_late_record_of_a_stall);
	RUN_TEST(test_room_in_a_full_command_queue_is_an_event);
	RUN_TEST(test_statistics_of_a_miss_and_a_hit);
	return UNITY_END();
}
