/* SPDX-License-Identifier: Apache-2.0
 * What the driver answers about counters: the counts that were asked for pass, each way to answer something else is found, and what is uncertain
 * is not judged. */
#include "bench.h"

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

static void call(struct check_counter done)
{
	check_counter_begin(check, 0);
	check_counter_done(check, &done);
	check_counter_end(check, 0);
}
static void starts(uint8_t number) { call((struct check_counter){ .call = CHECK_COUNTER_STARTED, .number = number }); }
static void stops(uint8_t number) { call((struct check_counter){ .call = CHECK_COUNTER_STOPPED, .number = number }); }
static void answers(uint8_t number, uint64_t value) { call((struct check_counter){ .call = CHECK_COUNTER_READ, .number = number, .answer = value }); }

/* Counter 0 counts transactions of 2^span_log2 StreamIDs around sid. */
static void counts_span(uint32_t sid, uint8_t span_log2)
{
	call((struct check_counter){ .call = CHECK_COUNTER_GIVEN, .event = 1, .sid = sid, .span_log2 = span_log2 });
	starts(0);
}
static void counts_every(uint8_t number, uint32_t event)
{
	call((struct check_counter){ .call = CHECK_COUNTER_GIVEN, .number = number, .event = event, .every = true });
	starts(number);
}

static void wrong(const char *part) { expect(CHECK_COUNTS, "count.answer", records, part); }

static void test_right_answers_pass(void)
{
	txn(5);
	counts_every(0, 1);
	counts_every(1, 5);
	counts_every(2, 4);
	txn(7);
	txn(8);
	fetch(SMMU_TRACE_CONFIG_FETCH, 7, STREAMS(0) + 64 * 7, STE_ABORT);
	answers(0, 2);
	answers(1, 1);
	answers(2, 0);
	stops(0);
	txn(9);
	answers(0, 2);
	starts(0);
	txn(9);
	answers(0, 3);
	expect_nothing();
}

static void test_one_too_few(void)
{
	counts_every(0, 1);
	txn(7);
	txn(7);
	answers(0, 1);
	wrong("answers 1 for counter 0 of smmu0, which was asked to count event 1 of every stream; that happened 2 times");
}

/* 0x42 and 0x43 are the two StreamIDs around 0x42, whatever the registers let through. */
static void test_a_span_is_what_was_asked_for(void)
{
	counts_span(0x42, 1);
	txn(0x41);
	txn(0x42);
	txn(0x43);
	txn(0x44);
	answers(0, 2);
	expect_nothing();
	txn(0x40);
	answers(0, 3);
	wrong("event 1 of 2 StreamID(s) around 0x42; that happened 2 times");
}

static void test_one_stream_is_one(void)
{
	counts_span(0x42, 0);
	txn(0x43);
	answers(0, 1);
	wrong("1 StreamID(s) around 0x42; that happened 0 times");
}

/* A register of 32 bits went round: the answer goes on. */
static void test_an_answer_does_not_wrap_with_the_register(void)
{
	counts_every(0, 1);
	reg_write(0, 0x20000, 0xffffffff, 4);   /* nobody told the driver: its next answer is a new beginning */
	answers(0, 0xffffffff);
	txn(7);
	answers(0, UINT64_C(0x100000000));
	expect_nothing();
	txn(7);
	answers(0, 1);
	wrong("that happened 4294967297 times");
}

/* Writes of the driver itself are part of its answer. */
static void test_the_set_up_of_the_driver_excuses_nothing(void)
{
	counts_every(0, 1);
	txn(7);
	check_counter_begin(check, 0);
	reg_write(0, 0x20000, 0, 8);
	check_counter_end(check, 0);
	answers(0, 0);
	wrong("that happened 1 times");
}

/* A transaction under way when the counter starts, stops or is read may be on either side. */
static void test_what_is_under_way_is_not_judged(void)
{
	txn_begins(7);
	counts_every(0, 1);
	txn_ends(7);
	answers(0, 1);
	txn(7);
	answers(0, 2);
	txn_begins(7);
	answers(0, 9);
	txn_ends(7);
	answers(0, 3);
	txn_begins(7);
	stops(0);
	txn_ends(7);
	answers(0, 3);
	expect_nothing();
	answers(0, 4);
	wrong("that happened 3 times");
}

/* So may one that came and went during the call, and one that was under way when it began. */
static void test_what_happens_during_a_call_is_not_judged(void)
{
	counts_every(0, 1);
	check_counter_begin(check, 0);
	txn(7);
	check_counter_done(check, &(struct check_counter){ .call = CHECK_COUNTER_READ, .answer = 0 });
	check_counter_end(check, 0);
	answers(0, 1);
	txn_begins(7);
	check_counter_begin(check, 0);
	txn_ends(7);
	check_counter_done(check, &(struct check_counter){ .call = CHECK_COUNTER_READ, .answer = 1 });
	check_counter_end(check, 0);
	answers(0, 2);
	expect_nothing();
	answers(0, 0);
	wrong("that happened 2 times");
}

static void test_other_events_and_freed_counters_are_not_judged(void)
{
	counts_every(0, 2);
	answers(0, 77);
	counts_every(1, 1);
	call((struct check_counter){ .call = CHECK_COUNTER_FREED, .number = 1 });
	txn(7);
	answers(1, 77);
	expect_nothing();
	counts_every(1, 1);
	answers(1, 77);
	wrong("that happened 0 times");
}

/* The group of TBU 1 counts what begins there. */
static void test_groups_of_tbus(void)
{
	call((struct check_counter){ .call = CHECK_COUNTER_GIVEN, .group = 2, .event = 1, .every = true });
	call((struct check_counter){ .call = CHECK_COUNTER_STARTED, .group = 2 });
	txn(7);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_BEGIN, .sid = 7, .addr = 0x1000, .size = 64, .data = { 0, 0, 1, ++txn_id } });
	txn_ends(7);
	call((struct check_counter){ .call = CHECK_COUNTER_READ, .group = 2, .answer = 1 });
	expect_nothing();
	call((struct check_counter){ .call = CHECK_COUNTER_READ, .group = 2, .answer = 2 });
	wrong("counter 0 of tbu1 of smmu0");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_right_answers_pass);
	RUN_TEST(test_one_too_few);
	RUN_TEST(test_a_span_is_what_was_asked_for);
	RUN_TEST(test_one_stream_is_one);
	RUN_TEST(test_an_answer_does_not_wrap_with_the_register);
	RUN_TEST(test_the_set_up_of_the_driver_excuses_nothing);
	RUN_TEST(test_what_is_under_way_is_not_judged);
	RUN_TEST(test_what_happens_during_a_call_is_not_judged);
	RUN_TEST(test_other_events_and_freed_counters_are_not_judged);
	RUN_TEST(test_groups_of_tbus);
	return UNITY_END();
}
