/* SPDX-License-Identifier: Apache-2.0
 * Snapshots, and a campaign of bus faults: a small run in which the k-th access aborts, for every k, and the documented
 * event or error appears while everything else goes on.
 * Not here: the fields of the records (test_vectors.c). */
#include "rig.h"

#include <string.h>

#include "unity.h"

static struct rig rig, copy;

#define LOCAL UINT64_C(0xf43)

static void start(void)
{
	rig_init(&rig, NULL);
	rig_map_stream(&rig, 1, 7, LOCAL);
	rig_map_stream(&rig, 2, 8, LOCAL);
	rig_enable(&rig);
}

void setUp(void) { start(); }

/* Everything that comes out of a run, folded into one number. */
static uint64_t run_on(struct rig *r, unsigned first)
{
	uint64_t digest = first;

	for (unsigned i = first; i < first + 40; i++) {
		struct smmu_xlate out = { 0 };

		rig_run(r, 1 + i % 3, UINT64_C(0x1000) * (i * 7 % 600), i & 1u, &out);
		digest = digest * 31 + out.pa + out.event + out.status;
		if (i % 5 == 0) {
			rig_command(r, SMMU_CMD_TLBI_NH_ASID | UINT64_C(7) << 48, 0);
			rig_command(r, SMMU_CMD_SYNC, 0);
			rig_settle(r);
		}
		digest = digest * 31 + smmu_core_read32(&r->core, SMMU_CMDQ_CONS) + smmu_core_read32(&r->core, SMMU_EVENTQ_PROD);
		smmu_core_write32(&r->core, SMMU_EVENTQ_CONS, smmu_core_read32(&r->core, SMMU_EVENTQ_PROD));
	}
	return digest;
}

/* Warm caches, counters and queues included: the copy goes on exactly as the original does. */
static void test_copy_taken_in_the_middle_replays_the_rest(void)
{
	uint64_t rest;

	run_on(&rig, 0);
	memcpy(&copy, &rig, sizeof copy);
	rest = run_on(&rig, 40);
	TEST_ASSERT_EQUAL_HEX64(rest, run_on(&copy, 40));
	TEST_ASSERT_EQUAL_MEMORY(&rig.core, &copy.core, sizeof rig.core);
}

/* A copy taken while a walk waits for memory: both finish it alike. */
static void test_copy_taken_inside_a_walk_finishes_it(void)
{
	const struct smmu_txn txn = { .sid = 1, .iova = 0x3000 };
	const int job = smmu_core_job_start(&rig.core, &txn);
	struct smmu_xlate a, b;

	TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
	rig_io(&rig, job);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
	memcpy(&copy, &rig, sizeof copy);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, job));
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&copy, job));
	smmu_core_job_result(&rig.core, job, &a);
	smmu_core_job_result(&copy.core, job, &b);
	TEST_ASSERT_EQUAL_HEX64(0x10003000, a.pa);
	TEST_ASSERT_EQUAL_HEX64(a.pa, b.pa);
	TEST_ASSERT_EQUAL_MEMORY(&rig.core, &copy.core, sizeof rig.core);
}

/* ---- campaign ---- */

struct outcome {
	unsigned aborted_class; /* of the access that was aborted; 0: none, the run was shorter */
	unsigned first_event, second_event;
	uint32_t gerror;
};

static unsigned countdown;

static enum smmu_step step_with_fault(int job, struct outcome *o)
{
	enum smmu_step step;

	while ((step = smmu_core_job_step(&rig.core, job)) == SMMU_STEP_IO) {
		if (--countdown == 0) {
			o->aborted_class = smmu_core_job_io(&rig.core, job)->io_class;
			smmu_core_job_feed(&rig.core, job, false, NULL);
		} else {
			rig_io(&rig, job);
		}
	}
	return step;
}

static unsigned access_with_fault(uint32_t sid, uint64_t iova, struct outcome *o)
{
	const struct smmu_txn txn = { .sid = sid, .iova = iova };
	struct smmu_xlate out;
	int job;

	if (smmu_core_translate(&rig.core, &txn, &out) != SMMU_XLATE_NEED_JOB)
		return out.event;
	job = smmu_core_job_start(&rig.core, &txn);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, step_with_fault(job, o));
	smmu_core_job_result(&rig.core, job, &out);
	smmu_core_job_free(&rig.core, job);
	return out.event;
}

/* A good access, an access of an unmapped page, then TLBI and SYNC with an MSI. */
static struct outcome small_run(unsigned k)
{
	struct outcome o = { 0 };

	start();
	countdown = k;
	vector_memory_write(&rig.memory, 0x82003000 + 8 * 5, 0);
	o.first_event = access_with_fault(1, 0x1000, &o);
	o.second_event = access_with_fault(2, 0x5000, &o);
	rig_command(&rig, SMMU_CMD_TLBI_NH_ALL, 0);
	rig_command(&rig, SMMU_CMD_SYNC | UINT64_C(1) << 12, 0x89000000);
	for (int job; (job = smmu_core_next_job(&rig.core)) != SMMU_JOB_NONE;)
		step_with_fault(job, &o);
	o.gerror = smmu_core_read32(&rig.core, SMMU_GERROR);
	return o;
}

/* What an abort of each class has to show, and that nothing else shows anything. */
static void check(unsigned k, const struct outcome *o)
{
	unsigned event = 0;
	uint32_t gerror = 0;

	switch (o->aborted_class) {
	case SMMU_IO_CLASS_STE: event = SMMU_EVENT_F_STE_FETCH; break;
	case SMMU_IO_CLASS_CD: event = SMMU_EVENT_F_CD_FETCH; break;
	case SMMU_IO_CLASS_S1_TABLE: event = SMMU_EVENT_F_WALK_EABT; break;
	case SMMU_IO_CLASS_EVENTQ: gerror = SMMU_GERROR_EVENTQ_ABT_ERR_MASK; break;
	case SMMU_IO_CLASS_CMDQ: gerror = SMMU_GERROR_CMDQ_ERR_MASK; break;
	case SMMU_IO_CLASS_MSI: gerror = SMMU_GERROR_MSI_CMDQ_ABT_ERR_MASK; break;
	default: TEST_FAIL_MESSAGE("an access of a class that this run does not make"); break;
	}
	TEST_ASSERT_EQUAL_HEX32(gerror, o->gerror);
	/* STE, CD and four levels are the accesses of the first transaction. */
	TEST_ASSERT_EQUAL_UINT(k <= 6 ? event : 0, o->first_event);
	TEST_ASSERT_EQUAL_UINT(k > 6 && event != 0 ? event : SMMU_EVENT_F_TRANSLATION, o->second_event);
}

/* Errors acknowledged, the same addresses translate and the queues run. */
static void check_recovery(void)
{
	struct smmu_xlate out;

	smmu_core_write32(&rig.core, SMMU_GERRORN, smmu_core_read32(&rig.core, SMMU_GERROR));
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(rig.cmdq_prod, smmu_core_read32(&rig.core, SMMU_CMDQ_CONS) & SMMU_CMDQ_CONS_RD_MASK);
	for (uint32_t sid = 1; sid < 3; sid++)
		for (uint64_t page = 1; page < 4; page++) {
			TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, sid, 0x1000 * page, 0, &out));
			TEST_ASSERT_EQUAL_HEX64(0x10000000 + 0x1000 * page, out.pa);
		}
	TEST_ASSERT_TRUE(smmu_core_idle(&rig.core));
}

static void test_every_access_may_abort(void)
{
	unsigned k, classes = 0;

	for (k = 1; k < 100; k++) {
		const struct outcome o = small_run(k);

		if (o.aborted_class == 0)
			break;
		check(k, &o);
		check_recovery();
		classes |= 1u << o.aborted_class;
	}
	/* 6 + event of page 5 after 6 more + 2 commands + 1 MSI; an abort may shorten a run, not lengthen it */
	TEST_ASSERT_EQUAL_UINT(6 + 6 + 1 + 2 + 1 + 1, k);
	TEST_ASSERT_EQUAL_HEX32(1u << SMMU_IO_CLASS_STE | 1u << SMMU_IO_CLASS_CD | 1u << SMMU_IO_CLASS_S1_TABLE | 1u << SMMU_IO_CLASS_EVENTQ |
			      1u << SMMU_IO_CLASS_CMDQ | 1u << SMMU_IO_CLASS_MSI, classes);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_copy_taken_in_the_middle_replays_the_rest);
	RUN_TEST(test_copy_taken_inside_a_walk_finishes_it);
	RUN_TEST(test_every_access_may_abort);
	return UNITY_END();
}
