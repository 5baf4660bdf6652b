/* SPDX-License-Identifier: Apache-2.0
 * A CMD_SYNC before the answer of an endpoint, a span that is not aligned, and answers to page requests that nobody waits for are
 * found; an endpoint that is given up, the answers of an SMMU that takes no requests, and an SMMU whose endpoints nobody watches are not. */
#include "bench.h"

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

static uint64_t message(uint64_t what, uint32_t sid, uint64_t address, uint64_t value, uint64_t id)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MESSAGE, .source = 0xffff, .sid = sid, .addr = address, .data = { what, value, id } });
}
static uint64_t told(uint32_t sid, uint64_t address, uint64_t size_log2, uint64_t tag)
{
	return message(SMMU_TRACE_ATC_INVALIDATE, sid, address, size_log2, tag);
}
static uint64_t done(uint64_t tag) { return message(SMMU_TRACE_ATC_COMPLETED, 0, 0, 0, tag); }
static uint64_t asks(uint32_t sid, uint64_t last, uint64_t group) { return message(SMMU_TRACE_PAGE_REQUEST, sid, 0x1000, last, group); }
static uint64_t answer(uint32_t sid, uint64_t code, uint64_t group) { return message(SMMU_TRACE_PAGE_RESPONSE, sid, 0, code, group); }
static void found(const char *rule, uint64_t record, const char *part) { expect(CHECK_LIFE, rule, record, part); }
static void nothing(void) { TEST_ASSERT_NULL(check_first(check, CHECK_LIFE)->rule); }

static void test_a_sync_waits_for_every_endpoint(void)
{
	atc_inv(7, 0x3000, 2);
	told(7, 0, 14, 1);
	atc_inv(8, 0x4000, 0);
	told(8, 0x4000, 12, 2);
	done(2);
	done(1);
	sync();
	nothing();
	atc_inv(8, 0x4000, 0);
	told(8, 0x4000, 12, 1);
	atc_inv(7, 0x5000, 0);
	told(7, 0x5000, 12, 2);
	done(1);
	found("endpoint.sync", sync(), "StreamID 0x7 has not completed the invalidation of 2^12 bytes at 0x5000");
}

static void test_what_is_sent_after_a_sync_is_not_its_own(void)
{
	atc_inv(7, 0x3000, 0);
	told(7, 0x3000, 12, 1);
	done(1);
	sync();
	atc_inv(7, 0x4000, 0);
	told(7, 0x4000, 12, 1);
	nothing();
	done(1);
	sync();
	nothing();
}

static void test_less_than_the_span_is_not_what_was_asked_for(void)
{
	atc_inv(7, 0x8000, 3);
	told(7, 0x8000, 14, 1);
	done(1);
	found("endpoint.sync", sync(), "has not been told of the invalidation of 2^15 bytes at 0x8000");
}

static void test_more_than_the_span_is_enough(void)
{
	atc_inv(7, 0x8000, 3);
	told(7, 0, 64, 1);
	done(1);
	atc_inv(7, 0, 52);
	told(7, 0, 64, 1);
	done(1);
	atc_inv(7, 0, 53);      /* of no known span */
	sync();
	nothing();
}

/* SSV is bit 11, SubstreamID bits 31:12 of word 0. */
static void test_a_pasid_alone_is_less_than_all_of_them(void)
{
	command(0, 0x40 | 1 << 11 | 5 << 12 | UINT64_C(7) << 32, 0x1000);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MESSAGE, .source = 0xffff, .sid = 7, .ssid = 5, .flags = SMMU_TRACE_FLAG_SSV, .addr = 0x1000,
		.data = { SMMU_TRACE_ATC_INVALIDATE, 12, 1 } });
	done(1);
	sync();
	nothing();
	atc_inv(7, 0x1000, 0);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MESSAGE, .source = 0xffff, .sid = 7, .ssid = 5, .flags = SMMU_TRACE_FLAG_SSV, .addr = 0x1000,
		.data = { SMMU_TRACE_ATC_INVALIDATE, 12, 1 } });
	done(1);
	found("endpoint.sync", sync(), "has not been told");
}

static void test_an_endpoint_that_does_not_answer_is_given_up_with_an_error(void)
{
	atc_inv(7, 0x3000, 0);
	told(7, 0x3000, 12, 1);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_CMDQ_ERROR, .data = { 3 } });
	sync();
	nothing();
	atc_inv(7, 0x3000, 0);
	told(7, 0x3000, 12, 1);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_CMDQ_ERROR, .data = { 1 } });    /* an illegal command says nothing about endpoints */
	found("endpoint.sync", sync(), "has not completed");
}

static void test_what_is_ignored_or_forgotten_is_not_waited_for(void)
{
	told(7, 0x3000, 12, 1);
	atc_inv(7, 0x3000, 0);
	reg_write(0, SMMU_CMDQ_BASE, 4, 8);
	sync();
	set_cr0(0, 0);
	atc_inv(7, 0x3000, 0);
	sync();
	nothing();
}

static void test_nobody_watches_the_endpoints(void)
{
	atc_inv(7, 0x3000, 0);
	sync();
	nothing();
	told(7, 0x8000, 12, 1);         /* from now on somebody does, of what comes now */
	done(1);
	sync();
	nothing();
}

static void test_another_endpoint_does_not_count(void)
{
	atc_inv(7, 0x3000, 0);
	told(8, 0x3000, 12, 1);
	done(1);
	found("endpoint.sync", sync(), "StreamID 0x7 has not been told");
}

static void test_a_span_is_aligned(void)
{
	atc_inv(7, 0x3000, 2);
	found("endpoint.span", told(7, 0x3000, 14, 1), "2^14 bytes at 0x3000");
}

static void test_a_group_has_one_answer_after_its_last_request(void)
{
	asks(7, 0, 3);
	asks(7, 1, 3);
	asks(8, 0, 3);          /* of another device */
	answer(7, 0, 3);
	asks(7, 1, 3);
	answer(7, 1, 3);
	nothing();
	found("endpoint.answer", answer(8, 0, 3), "StreamID 0x8 behind smmu0 gets an answer to page request group 3, of which it has not sent the last");
}

static void test_a_second_answer(void)
{
	asks(7, 1, 3);
	answer(7, 0, 3);
	found("endpoint.answer", answer(7, 0, 3), "group 3, which is not open");
}

static void test_an_smmu_that_is_off_refuses_every_request(void)
{
	asks(7, 0, 3);
	answer(7, 0xf, 3);
	asks(7, 1, 3);
	answer(7, 0xf, 3);
	answer(7, 0xf, 3);
	nothing();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_sync_waits_for_every_endpoint);
	RUN_TEST(test_what_is_sent_after_a_sync_is_not_its_own);
	RUN_TEST(test_less_than_the_span_is_not_what_was_asked_for);
	RUN_TEST(test_more_than_the_span_is_enough);
	RUN_TEST(test_a_pasid_alone_is_less_than_all_of_them);
	RUN_TEST(test_an_endpoint_that_does_not_answer_is_given_up_with_an_error);
	RUN_TEST(test_what_is_ignored_or_forgotten_is_not_waited_for);
	RUN_TEST(test_nobody_watches_the_endpoints);
	RUN_TEST(test_another_endpoint_does_not_count);
	RUN_TEST(test_a_span_is_aligned);
	RUN_TEST(test_a_group_has_one_answer_after_its_last_request);
	RUN_TEST(test_a_second_answer);
	RUN_TEST(test_an_smmu_that_is_off_refuses_every_request);
	return UNITY_END();
}
