/* SPDX-License-Identifier: Apache-2.0
 * Page requests: who was taken from the queue gets an answer, once, and nobody else. Fields by hand: a record has StreamID at 31:0,
 * SubstreamID at 51:32, R 60, W 61, Last 62, SSV 63, PRGIndex at 8:0 of its second word; CMD_PRI_RESP (0x41) has SSV at 11,
 * SubstreamID at 31:12, StreamID at 63:32, PRGIndex at 8:0 and Resp at 13:12 of its second word. */
#include <stdio.h>

#include "bench.h"

#define R (UINT64_C(1) << 60)
#define LAST (UINT64_C(1) << 62)
#define SSV (UINT64_C(1) << 63)
#define SUCCESS UINT64_C(0x2000)

static uint64_t asked(uint32_t position, uint64_t word0, uint64_t group)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_PRI, .addr = position, .data = { word0, group | 0x10000000 } });
}
static uint64_t answered(uint64_t word0, uint64_t group) { return command(0, 0x41 | word0, group | SUCCESS); }
static uint64_t stream(uint64_t sid) { return sid << 32; }
static void taken(uint32_t cons) { reg_write(0, SMMU_PRIQ_CONS, cons, 4); }

/* With a PRI queue of four entries: positions 0 to 7 with the wrap bit. */
void setUp(void)
{
	bench_open();
	reg_write(0, SMMU_PRIQ_BASE, 0x80040002, 8);
	set_cr0(0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_PRIQEN_MASK);
}
void tearDown(void) { bench_close(); }

static void nothing_found(void)
{
	check_end(check);
	expect_nothing();
}

/* Two groups, one of two records, one under a PASID: each is answered once. */
static void test_answers(void)
{
	enter(SMMU_CALL_DEV_HANDLE_PAGE_REQUESTS);
	asked(0, R | 0x20, 5);
	asked(1, R | LAST | 0x20, 5);
	asked(2, R | LAST | SSV | UINT64_C(7) << 32 | 0x20, 5);
	taken(3);
	answered(stream(0x20), 5);
	answered(stream(0x20) | 0x800 | 7 << 12, 5);
	leave(SMMU_CALL_DEV_HANDLE_PAGE_REQUESTS, 0);
	nothing_found();
}

static void test_a_group_without_an_answer(void)
{
	const uint64_t record = asked(5, R | LAST | 0x20, 5);
	taken(6);
	answered(stream(0x20), 6);              /* another group */
	answered(stream(0x21), 5);              /* another stream */
	answered(stream(0x20) | 0x800 | 7 << 12, 5);    /* another PASID */
	expect_nothing();
	check_end(check);
	char text[32];
	snprintf(text, sizeof text, "since record %u,", (unsigned)record);
	expect(CHECK_LIFE, "life.page", records + 1, text);
}

static void test_each_pasid_has_its_own_answer(void)
{
	asked(0, R | LAST | SSV | UINT64_C(7) << 32 | 0x20, 5);
	taken(1);
	answered(stream(0x20) | 0x800 | 8 << 12, 5);
	check_end(check);
	TEST_ASSERT_EQUAL_STRING("life.page", check_first(check, CHECK_LIFE)->rule);
}

/* Not taken from the queue: software does not know of it yet. Behind the end of the queue is the beginning, and what CONS says when
 * three older ones are still to be read is not that the fourth was. */
static void test_what_is_still_in_the_queue(void)
{
	asked(7, R | LAST | 0x20, 5);
	asked(0, R | LAST | 0x20, 6);
	taken(5);
	taken(0);
	answered(stream(0x20), 5);
	nothing_found();
}

static void test_the_last_place_of_the_queue(void)
{
	asked(7, R | LAST | 0x20, 5);
	taken(0);
	check_end(check);
	TEST_ASSERT_EQUAL_STRING("life.page", check_first(check, CHECK_LIFE)->rule);
}

/* Nobody waits for an answer to a group that is not complete, nor to one that gives up its PASID. */
static void test_who_needs_none(void)
{
	asked(0, R | 0x20, 5);
	asked(1, LAST | SSV | 0x20, 6);
	taken(2);
	nothing_found();
}

static void test_the_end_of_the_queue_answers(void)
{
	asked(0, R | LAST | 0x20, 5);
	taken(1);
	set_cr0(0, SMMU_CR0_SMMUEN_MASK);
	nothing_found();
}

static void test_a_second_answer(void)
{
	asked(0, R | LAST | 0x20, 5);
	taken(1);
	enter(SMMU_CALL_DEV_PAGE_RESPOND);
	answered(stream(0x20), 5);
	expect_nothing();
	const uint64_t record = answered(stream(0x20), 5);
	leave(SMMU_CALL_DEV_PAGE_RESPOND, 0);
	expect(CHECK_COMMANDS, "command.page", record, "group 5 of StreamID 0x20");
}

static void test_an_answer_before_the_last_record(void)
{
	asked(0, R | 0x20, 5);
	taken(1);
	enter(SMMU_CALL_DEV_PAGE_RESPOND);
	const uint64_t record = answered(stream(0x20), 5);
	leave(SMMU_CALL_DEV_PAGE_RESPOND, 0);
	expect(CHECK_COMMANDS, "command.page", record, "waits for no answer");
}

/* Commands that somebody else put together, and those of no driver. */
static void test_who_may_answer_nobody(void)
{
	answered(stream(0x20), 5);
	enter(SMMU_CALL_DEV_SUBMIT);
	answered(stream(0x20), 6);
	leave(SMMU_CALL_DEV_SUBMIT, 0);
	nothing_found();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_answers);
	RUN_TEST(test_a_group_without_an_answer);
	RUN_TEST(test_each_pasid_has_its_own_answer);
	RUN_TEST(test_what_is_still_in_the_queue);
	RUN_TEST(test_the_last_place_of_the_queue);
	RUN_TEST(test_who_needs_none);
	RUN_TEST(test_the_end_of_the_queue_answers);
	RUN_TEST(test_a_second_answer);
	RUN_TEST(test_an_answer_before_the_last_record);
	RUN_TEST(test_who_may_answer_nobody);
	return UNITY_END();
}
