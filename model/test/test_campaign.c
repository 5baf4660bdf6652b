/* SPDX-License-Identifier: Apache-2.0
 * Snapshots, and a campaign of bus faults: a small run in which the k-th access aborts, for every k, and the documented
 * event or error appears while everything else goes on.
 * Not here: the fields of the records (test_vectors.c). */
#include "rig.h"

#include <string.h>

#include "unity.h"

static struct rig rig, copy;

#define LOCAL UINT64_C(0xf43)

static void with_pri(struct smmu_core_config *config) { config->ids.idr[0] |= SMMU_IDR0_PRI_MASK; }

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

/* ---- campaign over every kind of fetch ---- */

/* Stream 1 of a two-level stream table: nested, PASID 0x41 of a two-level CD table; stage 2 is two identity blocks of 1 GiB. */
static void start_nested(void)
{
	struct smmu_ste ste = { { 0 } };
	struct smmu_cd cd = { { 0 } };

	start();
	smmu_ste_set_V(&ste, 1);
	smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_NESTED);
	smmu_ste_set_S1Fmt(&ste, 1);
	smmu_ste_set_S1CDMax(&ste, 7);
	smmu_ste_set_S1ContextPtr(&ste, 0x80110000);
	smmu_ste_set_S2T0SZ(&ste, 25);
	smmu_ste_set_S2SL0(&ste, 1);
	smmu_ste_set_S2AA64(&ste, 1);
	smmu_ste_set_S2PS(&ste, 5);
	smmu_ste_set_S2R(&ste, 1);
	smmu_ste_set_S2TTB(&ste, 0x84000000);
	for (unsigned i = 0; i < 8; i++) {
		cd.qword[i] = vector_memory_read(&rig.memory, rig_cd_address(1) + 8 * i);
		vector_memory_write(&rig.memory, 0x80000000 + 64 + 8 * i, ste.qword[i]);
		vector_memory_write(&rig.memory, 0x80120040 + 8 * i, cd.qword[i]);
	}
	vector_memory_write(&rig.memory, 0x80110008, 0x80120001); /* L1CD 1: PASIDs 0x40 to 0x7f */
	vector_memory_write(&rig.memory, 0x81000000, 0x80000007); /* L1STD 0: 64 STEs */
	vector_memory_write(&rig.memory, 0x84000000, 0x7fd);
	vector_memory_write(&rig.memory, 0x84000010, 0x800007fd);
	smmu_core_write32(&rig.core, SMMU_CR0, 0);
	rig_settle(&rig);
	smmu_core_write64(&rig.core, SMMU_STRTAB_BASE, 0x81000000);
	smmu_core_write32(&rig.core, SMMU_STRTAB_BASE_CFG, 1u << 16 | 6u << 6 | 8);
	smmu_core_write32(&rig.core, SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK);
	rig_settle(&rig);
}

static const struct smmu_txn nested_txn = { .sid = 1, .ssid = 0x41, .iova = 0x1000, .flags = SMMU_TXN_SSV };

static unsigned nested_access(struct outcome *o, struct smmu_xlate *out)
{
	const int job = smmu_core_job_start(&rig.core, &nested_txn);

	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, step_with_fault(job, o));
	smmu_core_job_result(&rig.core, job, out);
	smmu_core_job_free(&rig.core, job);
	return out->event;
}

static unsigned event_of_class(unsigned io_class)
{
	switch (io_class) {
	case SMMU_IO_CLASS_L1STD: case SMMU_IO_CLASS_STE: return SMMU_EVENT_F_STE_FETCH;
	case SMMU_IO_CLASS_L1CD: case SMMU_IO_CLASS_CD: return SMMU_EVENT_F_CD_FETCH;
	default: return SMMU_EVENT_F_WALK_EABT;
	}
}

/* L1STD, STE, stage 2 of the CD table, L1CD, CD, four levels, stage 2 of the output: ten accesses, six classes. One block of
 * stage 2 covers all tables, so it is read once. */
static void test_every_fetch_class_may_abort(void)
{
	unsigned k, classes = 0;

	for (k = 1; k < 100; k++) {
		struct outcome o = { 0 };
		struct smmu_xlate out;

		start_nested();
		countdown = k;
		nested_access(&o, &out);
		if (o.aborted_class == 0)
			break;
		classes |= 1u << o.aborted_class;
		TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, out.status);
		TEST_ASSERT_EQUAL_UINT(event_of_class(o.aborted_class), out.event);
		TEST_ASSERT_EQUAL_HEX32(1, smmu_core_read32(&rig.core, SMMU_EVENTQ_PROD));
		TEST_ASSERT_EQUAL_HEX32(0, smmu_core_read32(&rig.core, SMMU_GERROR));
		countdown = 0; /* and now without: nothing of the failed fetch was kept */
		TEST_ASSERT_EQUAL_UINT(0, nested_access(&o, &out));
		TEST_ASSERT_EQUAL_HEX64(0x10001000, out.pa);
		TEST_ASSERT_TRUE(smmu_core_idle(&rig.core));
	}
	TEST_ASSERT_EQUAL_UINT(10 + 1, k);
	TEST_ASSERT_EQUAL_HEX32(1u << SMMU_IO_CLASS_L1STD | 1u << SMMU_IO_CLASS_STE | 1u << SMMU_IO_CLASS_L1CD | 1u << SMMU_IO_CLASS_CD |
			      1u << SMMU_IO_CLASS_S1_TABLE | 1u << SMMU_IO_CLASS_S2_TABLE, classes);
}

/* The PRI queue and the MSI of its interrupt. */
static void test_page_request_accesses_may_abort(void)
{
	const struct smmu_page_request request = { .sid = 1, .address = 0x1000, .read = true, .last = true };
	const uint32_t errors[4] = { 0, SMMU_GERROR_PRIQ_ABT_ERR_MASK, SMMU_GERROR_MSI_PRIQ_ABT_ERR_MASK, 0 };

	for (unsigned k = 1; k < 4; k++) {
		struct outcome o = { 0 };
		struct smmu_message m;

		rig_init(&rig, with_pri);
		smmu_core_write64(&rig.core, SMMU_PRIQ_BASE, 0x88200000 | 2);
		smmu_core_write64(&rig.core, SMMU_PRIQ_IRQ_CFG0, 0x89000000);
		smmu_core_write32(&rig.core, SMMU_IRQ_CTRL, SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK);
		smmu_core_write32(&rig.core, SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_PRIQEN_MASK);
		rig_settle(&rig);
		countdown = k;
		TEST_ASSERT_TRUE(smmu_core_page_request(&rig.core, &request));
		for (int job; (job = smmu_core_next_job(&rig.core)) != SMMU_JOB_NONE;)
			step_with_fault(job, &o);
		TEST_ASSERT_EQUAL_HEX32(errors[k], smmu_core_read32(&rig.core, SMMU_GERROR));
		TEST_ASSERT_EQUAL_HEX32(k == 1 ? 0 : 1, smmu_core_read32(&rig.core, SMMU_PRIQ_PROD));
		TEST_ASSERT_EQUAL_INT(k == 1, smmu_core_take_message(&rig.core, &m));
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_copy_taken_in_the_middle_replays_the_rest);
	RUN_TEST(test_copy_taken_inside_a_walk_finishes_it);
	RUN_TEST(test_every_access_may_abort);
	RUN_TEST(test_every_fetch_class_may_abort);
	RUN_TEST(test_page_request_accesses_may_abort);
	return UNITY_END();
}
