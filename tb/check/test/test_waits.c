/* SPDX-License-Identifier: Apache-2.0
 * What ends before what it must wait for is found, and what need not wait is not. */
#include "bench.h"

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

static uint64_t begins(uint32_t sid, uint64_t iova, uint64_t id)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_BEGIN, .sid = sid, .addr = iova, .data = { 0, 0, 0, id } });
}
static uint64_t ends(uint32_t sid, uint64_t iova, uint64_t id)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_END, .sid = sid, .addr = iova, .detail = SMMU_TRACE_TXN_ABORTED,
		.data = { 0, 0, 0, id } });
}
/* F_TRANSLATION; bit 95 is Stall, bits 79:64 STAG */
static uint64_t fault(uint64_t index, uint32_t sid, uint64_t iova, bool stall, uint16_t stag)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_EVENT, .addr = index,
		.data = { 0x10 | (uint64_t)sid << 32, (stall ? UINT64_C(1) << 31 : 0) | stag, iova, 0 } });
}
static uint64_t resume(uint64_t sid, uint64_t stag) { return command(0, 0x44 | sid << 32, stag); }

static void open_queues(void)
{
	reg_write(0, SMMU_EVENTQ_BASE, 2, 8);
	reg_write(0, SMMU_EVENTQ_CONS, 0, 4);
}

static void found(const char *rule, uint64_t record, const char *part) { expect(CHECK_LIFE, rule, record, part); }

static void test_a_sync_waits_for_what_began_before_it(void)
{
	open_queues();
	begins(7, 0x1000, 1);
	command(0, 0x30, 0);
	ends(7, 0x1000, 1);
	begins(7, 0x2000, 2);   /* after the command before the SYNC: younger, perhaps */
	sync();
	ends(7, 0x2000, 2);
	expect_nothing();
	begins(8, 0x3000, 3);
	command(0, 0x01, 0);    /* a prefetch: older, but nothing was invalidated that it may have used */
	sync();
	expect_nothing();
	command(0, 0x30, 0);
	found("life.sync", sync(), "StreamID 0x8 to 0x3000");
}

static void test_a_new_prod_makes_older_what_began_before(void)
{
	open_queues();
	reg_write(0, SMMU_CMDQ_PROD, 1, 4);
	begins(8, 0x3000, 3);
	reg_write(0, SMMU_CMDQ_PROD, 2, 4);
	command(0, 0x30, 0);
	found("life.sync", sync(), "StreamID 0x8 to 0x3000");
}

static uint64_t secure(uint64_t index, uint64_t word0)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_SECURE_COMMAND, .addr = index, .data = { word0 } });
}
static void secure_prod(uint32_t value) { reg_write(0, 0x8000 + SMMU_CMDQ_PROD, value, 4); }

static void test_a_sync_of_the_secure_queue_waits_too(void)
{
	open_queues();
	begins(7, 0x1000, 1);
	secure_prod(2);
	secure(0, 0x30);
	ends(7, 0x1000, 1);
	secure(1, 0x46);
	begins(8, 0x2000, 2);
	secure_prod(4);
	secure(2, 0x03 | 1 << 10);      /* of the secure state's own */
	secure(3, 0x46);
	secure_prod(6);
	begins(9, 0x3000, 3);           /* perhaps younger than the invalidation */
	secure_prod(7);                 /* the queue was not empty */
	ends(8, 0x2000, 2);
	secure(4, 0x30);
	secure(5, 0x46);
	command(0, 0x46, 0);            /* of the other queue, where nothing was invalidated */
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	secure(6, 0x30);
	secure_prod(8);
	found("life.sync", secure(7, 0x46), "consumed a CMD_SYNC of the secure queue while the access of StreamID 0x9 to 0x3000");
}

static void test_an_invalidation_of_the_secure_queue_is_none_of_the_other(void)
{
	open_queues();
	secure_prod(1);
	secure(0, 0x46);
	begins(8, 0x2000, 2);
	secure_prod(2);         /* of an empty queue: younger than the access */
	secure(1, 0x30);
	sync();
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	secure_prod(3);
	found("life.sync", secure(2, 0x46), "StreamID 0x8");
}

static void test_a_sync_does_not_wait_for_a_stall(void)
{
	open_queues();
	begins(7, 0x1000, 1);
	fault(0, 7, 0x1000, true, 5);
	command(0, 0x30, 0);
	sync();
	expect_nothing();
}

/* With four records in a queue of four the fifth stall is not written. */
static void test_a_stall_without_room_for_its_record(void)
{
	open_queues();
	for (uint64_t i = 0; i < 4; i++) {
		begins(7, 0x1000 * i, i + 1);
		fault(i, 7, 0x1000 * i, true, (uint16_t)i);
	}
	begins(7, 0x9000, 9);
	command(0, 0x30, 0);
	sync();
	expect_nothing();
}

static void test_a_stall_ends_with_its_own_resume(void)
{
	open_queues();
	begins(7, 0x1000, 1);
	begins(7, 0x2000, 2);
	fault(0, 7, 0x1000, true, 5);
	fault(1, 7, 0x2000, true, 6);
	resume(7, 6);
	ends(7, 0x2000, 2);
	resume(7, 9);
	resume(8, 5);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	ends(7, 0x1000, 1);
	found("life.resume", resume(7, 6), "STAG 0x5");
}

static void test_two_stalls_at_one_address_may_be_taken_for_each_other(void)
{
	open_queues();
	begins(7, 0x1000, 1);
	begins(7, 0x1000, 2);
	fault(0, 7, 0x1000, true, 5);
	fault(1, 7, 0x1000, true, 6);
	resume(7, 5);
	ends(7, 0x1000, 2);
	expect_nothing();
	ends(7, 0x1000, 1);
	check_end(check);
	found("life.resume", records + 1, "STAG 0x6");
}

/* An implementation may show the end before the command that brought it. */
static void test_the_answer_may_be_told_just_after_the_end(void)
{
	open_queues();
	begins(7, 0x1000, 1);
	fault(0, 7, 0x1000, true, 5);
	ends(7, 0x1000, 1);
	resume(7, 5);
	check_end(check);
	expect_nothing();
}

static void test_stall_term_and_disabling_end_stalls(void)
{
	open_queues();
	begins(7, 0x1000, 1);
	fault(0, 7, 0x1000, true, 5);
	command(0, 0x45 | UINT64_C(7) << 32, 0);
	ends(7, 0x1000, 1);
	begins(8, 0x1000, 2);
	fault(1, 8, 0x1000, true, 5);
	reg_write(0, SMMU_CR0, 0, 4);
	ends(8, 0x1000, 2);
	reg_read(0, SMMU_CR0ACK, 0);
	expect_nothing();
}

static void test_disabling_marks_stalls_for_their_end(void)
{
	open_queues();
	begins(8, 0x1000, 2);
	fault(0, 8, 0x1000, true, 5);
	reg_write(0, SMMU_CR0, 0, 4);
	reg_read(0, SMMU_CR0ACK, 0);
	expect_nothing();
}

static void test_disabling_waits_for_what_is_under_way(void)
{
	open_queues();
	begins(8, 0x1000, 2);
	reg_write(0, SMMU_CR0, 0, 4);
	reg_read(0, SMMU_CR0ACK, SMMU_CR0_SMMUEN_MASK);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	found("life.disable", reg_read(0, SMMU_CR0ACK, 0), "StreamID 0x8");
}

static void test_a_stall_whose_record_comes_while_it_is_switched_off_ends_by_itself(void)
{
	open_queues();
	begins(8, 0x1000, 2);
	reg_write(0, SMMU_CR0, 0, 4);
	fault(0, 8, 0x1000, true, 5);
	ends(8, 0x1000, 2);
	reg_read(0, SMMU_CR0ACK, 0);
	expect_nothing();
}

/* Once accesses have stalled, another one without an end may be about to. */
static void test_what_may_stall_is_not_waited_for(void)
{
	open_queues();
	begins(8, 0x1000, 2);
	fault(0, 8, 0x1000, true, 5);
	begins(8, 0x2000, 3);
	reg_write(0, SMMU_CR0, 0, 4);
	reg_read(0, SMMU_CR0ACK, 0);
	expect_nothing();
}

static void test_what_comes_while_it_is_off_is_not_waited_for(void)
{
	reg_write(0, SMMU_CR0, 0, 4);
	begins(8, 0x1000, 2);
	reg_read(0, SMMU_CR0ACK, 0);
	expect_nothing();
}

/* Bit 0 active, acknowledged, active again; then it toggles though nobody acknowledged it, while bit 2 shows that the SMMU is alive. */
static void test_an_active_error_does_not_toggle(void)
{
	reg_read(0, SMMU_GERROR, 1);
	reg_write(0, SMMU_GERRORN, 1, 4);
	reg_read(0, SMMU_GERROR, 0);
	reg_read(0, SMMU_GERROR, 4);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	found("life.gerror", reg_read(0, SMMU_GERROR, 5), "0x1");
}

static void test_a_fault_is_that_of_an_access(void)
{
	begins(7, 0x1008, 1);
	ends(7, 0x1008, 1);
	fault(0, 7, 0x1008, false, 0);
	expect_nothing();
	found("life.event", fault(1, 7, 0x2008, false, 0), "StreamID 0x7 at 0x2008");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_sync_waits_for_what_began_before_it);
	RUN_TEST(test_a_new_prod_makes_older_what_began_before);
	RUN_TEST(test_a_sync_of_the_secure_queue_waits_too);
	RUN_TEST(test_an_invalidation_of_the_secure_queue_is_none_of_the_other);
	RUN_TEST(test_a_sync_does_not_wait_for_a_stall);
	RUN_TEST(test_a_stall_without_room_for_its_record);
	RUN_TEST(test_a_stall_ends_with_its_own_resume);
	RUN_TEST(test_two_stalls_at_one_address_may_be_taken_for_each_other);
	RUN_TEST(test_the_answer_may_be_told_just_after_the_end);
	RUN_TEST(test_stall_term_and_disabling_end_stalls);
	RUN_TEST(test_disabling_marks_stalls_for_their_end);
	RUN_TEST(test_disabling_waits_for_what_is_under_way);
	RUN_TEST(test_a_stall_whose_record_comes_while_it_is_switched_off_ends_by_itself);
	RUN_TEST(test_what_may_stall_is_not_waited_for);
	RUN_TEST(test_what_comes_while_it_is_off_is_not_waited_for);
	RUN_TEST(test_an_active_error_does_not_toggle);
	RUN_TEST(test_a_fault_is_that_of_an_access);
	return UNITY_END();
}
