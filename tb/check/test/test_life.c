/* SPDX-License-Identifier: Apache-2.0
 * The liveness oracle: what begins and does not end is found, what merely takes its time is not. */
#include <stdio.h>

#include "bench.h"
#include "smmuv3/status.h"

#define MS UINT64_C(1000000000)         /* ps */

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

static uint64_t now_ps;

static uint64_t at(uint64_t ps, struct smmu_trace_record record)
{
	now_ps = ps;
	record.time_ps = ps;
	records++;
	check_record(check, &record);
	return records;
}

static uint64_t begins(uint64_t ps, uint32_t sid, uint64_t id)
{
	return at(ps, (struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_BEGIN, .sid = sid, .addr = 0x1000, .data = { 0, 0, 0, id } });
}
static void ends(uint64_t ps, uint32_t sid, uint64_t id)
{
	at(ps, (struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_END, .sid = sid, .addr = 0x1000, .detail = SMMU_TRACE_TXN_ABORTED,
		.data = { 0, 0, 0, id } });
}
/* Something harmless, so that time is seen to pass. */
static uint64_t tick(uint64_t ps) { return at(ps, (struct smmu_trace_record){ .kind = SMMU_TRACE_STEP, .source = 0xffff }); }
static void reg(uint64_t ps, uint64_t offset, uint64_t value)
{
	at(ps, (struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_WRITE, .addr = offset, .size = 4, .data = { value } });
}
/* F_TRANSLATION (0x10) of a stream, at an index of the queue; bit 95 is Stall */
static uint64_t event(uint64_t ps, uint64_t index, uint32_t sid, bool stall)
{
	return at(ps, (struct smmu_trace_record){ .kind = SMMU_TRACE_EVENT, .addr = index,
		.data = { 0x10 | (uint64_t)sid << 32, stall ? UINT64_C(1) << 31 : 0, 0x1000, 0 } });
}
static void irq(uint64_t ps) { at(ps, (struct smmu_trace_record){ .kind = SMMU_TRACE_IRQ, .detail = 0 }); }
static void consumed(uint64_t ps, uint64_t index, uint64_t word0)
{
	at(ps, (struct smmu_trace_record){ .kind = SMMU_TRACE_COMMAND, .addr = index, .data = { word0 } });
}

static void found(const char *rule, uint64_t record, const char *part)
{
	expect(CHECK_LIFE, rule, record, part);
}
static void nothing_found(void)
{
	check_end(check);
	expect_nothing();
}

static void test_what_ends_passes(void)
{
	begins(1 * MS, 7, 1);
	ends(2 * MS, 7, 1);
	begins(3 * MS, 7, 2);
	ends(12 * MS, 7, 2);
	tick(40 * MS);
	nothing_found();
}

static void test_an_access_without_end(void)
{
	const uint64_t record = begins(1 * MS, 7, 1);
	begins(1 * MS, 8, 2);
	ends(2 * MS, 8, 2);
	tick(10 * MS);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	char part[64];
	snprintf(part, sizeof part, "StreamID 0x7 behind smmu0 to 0x1000 has no end since record %llu", (unsigned long long)record);
	found("life.transaction", tick(12 * MS), part);
}

/* A stalled access waits for software, until RESUME; a RESUME of another stream is none of its business. */
static void test_a_stalled_access_may_wait(void)
{
	begins(1 * MS, 7, 1);
	event(1 * MS, 0, 7, true);
	tick(60 * MS);
	consumed(61 * MS, 0, 0x44 | UINT64_C(8) << 32);
	tick(62 * MS);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	consumed(63 * MS, 1, 0x44 | UINT64_C(7) << 32);
	ends(63 * MS, 7, 1);
	begins(63 * MS, 7, 2);
	event(63 * MS, 1, 7, true);
	consumed(64 * MS, 1, 0x44 | UINT64_C(7) << 32);
	consumed(64 * MS, 2, 0x44 | UINT64_C(7) << 32);
	found("life.transaction", tick(75 * MS), "StreamID 0x7");
}

static void test_stall_term_answers_all_of_a_stream(void)
{
	begins(1 * MS, 7, 1);
	begins(1 * MS, 7, 2);
	event(1 * MS, 0, 7, true);
	event(1 * MS, 1, 7, true);
	consumed(2 * MS, 0, 0x45 | UINT64_C(7) << 32);
	ends(3 * MS, 7, 1);
	found("life.transaction", tick(14 * MS), "StreamID 0x7");
}

/* CMDQ_BASE.LOG2SIZE = 2, CMDQ_CONS = 0: PROD = 1 is one command. */
static void open_queue(void)
{
	at(0, (struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_WRITE, .addr = SMMU_CMDQ_BASE, .size = 8, .data = { 2 } });
	reg(0, SMMU_CMDQ_CONS, 0);
	reg(0, SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_CMDQEN_MASK);
}

static void test_a_queue_that_stands_still(void)
{
	open_queue();
	reg(1 * MS, SMMU_CMDQ_PROD, 2);
	consumed(2 * MS, 0, 0x46);
	tick(12 * MS);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	found("life.command", tick(13 * MS + MS / 2), "smmu0 has consumed no command for 10 ms");
}

/* Indices wrap: 3, then 4 with the wrap bit; PROD = 5 leaves nothing behind command 4. */
static void test_an_empty_queue_may_rest(void)
{
	open_queue();
	reg(1 * MS, SMMU_CMDQ_PROD, 5);
	consumed(2 * MS, 3, 0x46);
	consumed(2 * MS, 4, 0x46);
	tick(40 * MS);
	nothing_found();
}

/* At an error the queue stops until GERRORN is written, as long as software likes. */
static void test_a_queue_with_an_error_waits_for_software(void)
{
	open_queue();
	reg(1 * MS, SMMU_CMDQ_PROD, 1);
	at(1 * MS, (struct smmu_trace_record){ .kind = SMMU_TRACE_CMDQ_ERROR, .addr = 0, .data = { 1 } });
	tick(40 * MS);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	reg(41 * MS, SMMU_GERRORN, 1);
	found("life.command", tick(53 * MS), "smmu0");
}

static void test_a_record_without_its_interrupt(void)
{
	reg(0, SMMU_EVENTQ_CONS, 4);
	reg(0, SMMU_IRQ_CTRL, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK);
	begins(1 * MS, 7, 1);
	ends(1 * MS, 7, 1);
	event(1 * MS, 4, 7, false);
	irq(1 * MS);
	event(1 * MS, 5, 7, false);     /* not into an empty queue */
	tick(3 * MS);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	reg(4 * MS, SMMU_EVENTQ_CONS, 6);
	event(5 * MS, 6, 7, false);
	found("life.interrupt", tick(7 * MS), "no interrupt followed");
}

/* Also where what emptied the queue is told after the record: it is what the SMMU saw that counts. */
static void interrupts_twice(void)
{
	reg(0, SMMU_EVENTQ_CONS, 4);
	reg(0, SMMU_IRQ_CTRL, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK);
	for (uint32_t sid = 7; sid < 11; sid++)
		begins(1 * MS, sid, sid);
	event(1 * MS, 4, 7, false);
	irq(1 * MS);
	event(2 * MS, 5, 8, false);
	reg(2 * MS, SMMU_EVENTQ_CONS, 5);
	irq(2 * MS);
	at(2 * MS, (struct smmu_trace_record){ .kind = SMMU_TRACE_IRQ, .detail = 2 });  /* of an error */
	reg(3 * MS, SMMU_EVENTQ_CONS, 6);
	event(3 * MS, 6, 9, false);
	irq(3 * MS);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	event(4 * MS, 7, 10, false);
	irq(4 * MS);
}

/* From here on the SMMU is one that promises no more interrupts than it must. */
static void promise_to_interrupt_only_when_filled(void)
{
	check_free(check);
	check = check_new(&(struct check_config){ .read64 = bench_read, .irq_only_when_filled = { true } });
	TEST_ASSERT_NOT_NULL(check);
	records = 0;
	enable(0);
}

/* The queue is empty after a reset: nobody has written EVENTQ_CONS. */
static void test_the_very_first_record_interrupts(void)
{
	promise_to_interrupt_only_when_filled();
	begins(1 * MS, 7, 1);
	event(1 * MS, 0, 7, false);
	irq(1 * MS);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	irq(2 * MS);
	found("life.interrupt", records, "no record came into an empty queue");
}

static void test_an_interrupt_for_every_record(void)
{
	promise_to_interrupt_only_when_filled();
	interrupts_twice();
	found("life.interrupt", records, "no record came into an empty queue");
}

/* The architecture lets an SMMU interrupt more often than it must. */
static void test_more_interrupts_are_legal(void)
{
	interrupts_twice();
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
}

static void test_no_interrupt_is_owed_while_it_is_off(void)
{
	reg(0, SMMU_IRQ_CTRL, 0);
	begins(1 * MS, 7, 1);
	ends(1 * MS, 7, 1);
	event(1 * MS, 0, 7, false);
	tick(40 * MS);
	nothing_found();
}

static void test_a_call_that_never_returned(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	check_end(check);
	const struct check_finding *const f = check_first(check, CHECK_LIFE);
	TEST_ASSERT_EQUAL_STRING("life.call", f->rule);
}

static void test_an_overflow_that_was_seen_is_acknowledged(void)
{
	const uint32_t overflow = SMMU_EVENTQ_PROD_OVFLG_MASK;
	enter(SMMU_CALL_DEV_ENABLE);
	set_cr0(0, SMMU_CR0_EVENTQEN_MASK);
	reg_read(0, SMMU_EVENTQ_PROD, 3);
	reg_write(0, SMMU_EVENTQ_CONS, 3, 4);
	reg_read(0, SMMU_EVENTQ_PROD, overflow | 9);
	reg_write(0, SMMU_EVENTQ_CONS, overflow | 9, 4);
	TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule);
	reg_write(0, SMMU_EVENTQ_CONS, 10, 4);
	TEST_ASSERT_EQUAL_STRING("life.overflow", check_first(check, CHECK_LIFE)->rule);
}

static void endpoint_is_silent(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_CMDQ_ERROR, .data = { SMMU_CMDQ_CONS_ERR_CERROR_ATC_INV_SYNC } });
}

static void test_a_silent_endpoint_is_told(void)
{
	endpoint_is_silent();
	leave(SMMU_CALL_DOMAIN_UNMAP, SMMU_E_ENDPOINT);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_a_silent_endpoint_that_the_queue_is_blamed_for(void)
{
	endpoint_is_silent();
	expect(CHECK_LIFE, "life.endpoint", leave(SMMU_CALL_DOMAIN_UNMAP, SMMU_E_CMDQ), "did not answer");
}

static void test_an_error_of_the_queue_comes_first(void)
{
	endpoint_is_silent();
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_CMDQ_ERROR, .data = { SMMU_CMDQ_CONS_ERR_CERROR_ABT } });
	leave(SMMU_CALL_DOMAIN_UNMAP, SMMU_E_CMDQ);
	expect_nothing();
}

static void test_a_silent_endpoint_nobody_hears_of(void)
{
	endpoint_is_silent();
	expect(CHECK_LIFE, "life.endpoint", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "did not answer");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_what_ends_passes);
	RUN_TEST(test_an_overflow_that_was_seen_is_acknowledged);
	RUN_TEST(test_an_access_without_end);
	RUN_TEST(test_a_stalled_access_may_wait);
	RUN_TEST(test_stall_term_answers_all_of_a_stream);
	RUN_TEST(test_a_queue_that_stands_still);
	RUN_TEST(test_an_empty_queue_may_rest);
	RUN_TEST(test_a_queue_with_an_error_waits_for_software);
	RUN_TEST(test_a_record_without_its_interrupt);
	RUN_TEST(test_the_very_first_record_interrupts);
	RUN_TEST(test_an_interrupt_for_every_record);
	RUN_TEST(test_more_interrupts_are_legal);
	RUN_TEST(test_no_interrupt_is_owed_while_it_is_off);
	RUN_TEST(test_a_silent_endpoint_is_told);
	RUN_TEST(test_a_silent_endpoint_that_the_queue_is_blamed_for);
	RUN_TEST(test_an_error_of_the_queue_comes_first);
	RUN_TEST(test_a_silent_endpoint_nobody_hears_of);
	RUN_TEST(test_a_call_that_never_returned);
	return UNITY_END();
}
