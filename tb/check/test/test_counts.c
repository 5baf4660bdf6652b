/* SPDX-License-Identifier: Apache-2.0
 * The counters' oracle: a PMCG as its registers show it, transactions and fetches by hand. Proves that each way of counting wrong is found
 * and that what is uncertain is not judged. */
#include "bench.h"

#define PMCG 0x20000u
#define EVCNTR(n) (PMCG + 8u * (n))
#define EVTYPER(n) (PMCG + SMMU_PMCG_EVTYPER0 + 4u * (n))
#define SMR(n) (PMCG + SMMU_PMCG_SMR0 + 4u * (n))
#define SPAN SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK
/* CFGR: 4 counters of 64 bits */
#define CFGR_64 (63u << 8 | 3u)

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

/* Counter n counts event of the streams filter lets through, from 0 on. */
static void counts(unsigned n, uint32_t event, uint32_t span, uint32_t smr)
{
	reg_write(0, EVTYPER(n), event | span, 4);
	reg_write(0, SMR(n), smr, 4);
	reg_write(0, EVCNTR(n), 0, 8);
	reg_write(0, PMCG + SMMU_PMCG_CNTENSET0, UINT64_C(1) << n, 8);
}

static uint64_t reads(unsigned n, uint64_t value)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_READ, .addr = EVCNTR(n), .size = 8, .data = { value } });
}

static void open_group(uint64_t cfgr)
{
	txn_id = 0;
	reg_read(0, PMCG + SMMU_PMCG_CFGR, cfgr);
	reg_write(0, PMCG + SMMU_PMCG_CR, SMMU_PMCG_CR_E_MASK, 4);
}

static void wrong(uint64_t record, const char *part)
{
	expect(CHECK_COUNTS, "count.wrong", record, part);
}

static void test_right_counts_pass(void)
{
	open_group(CFGR_64);
	counts(0, 1, 0, 7);
	counts(1, 1, SPAN, UINT32_MAX);
	counts(2, 5, SPAN, UINT32_MAX);
	txn(7);
	txn(8);
	fetch(SMMU_TRACE_CONFIG_FETCH, 7, STREAMS(0) + 64 * 7, STE_ABORT);
	reads(0, 1);
	reads(1, 2);
	reads(2, 1);
	reg_write(0, PMCG + SMMU_PMCG_CNTENCLR0, 1, 8);
	txn(7);
	reads(0, 1);
	reads(1, 3);
	expect_nothing();
}

/* What gives its translation up for a CMD_SYNC and is translated anew has begun twice and is one transaction. */
static void test_a_transaction_that_begins_again_counts_once(void)
{
	open_group(CFGR_64);
	counts(0, 1, SPAN, UINT32_MAX);
	txn(7);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_BEGIN, .sid = 7, .addr = 0x1000, .size = 64, .data = { 0, 1, 0, ++txn_id } });
	txn_ends(7);
	reads(0, 1);
	expect_nothing();
	wrong(reads(0, 2), "reads 2; by what happened it is 1");
}

static void test_one_too_many(void)
{
	open_group(CFGR_64);
	counts(0, 1, SPAN, UINT32_MAX);
	txn(7);
	wrong(reads(0, 2), "reads 2; by what happened it is 1");
}

/* The group of TBU 1 counts what begins there, the SMMU's all, and a group of a TBU no table accesses. */
static void test_groups_of_tbus(void)
{
	const uint64_t tbu1 = 0x80000;
	open_group(CFGR_64);
	counts(0, 1, SPAN, UINT32_MAX);
	reg_read(0, tbu1 + SMMU_PMCG_CFGR, CFGR_64);
	reg_write(0, tbu1 + SMMU_PMCG_CR, SMMU_PMCG_CR_E_MASK, 4);
	for (unsigned n = 0; n < 2; n++) {
		reg_write(0, tbu1 + SMMU_PMCG_EVTYPER0 + 4 * n, SPAN | (n ? 5 : 1), 4);
		reg_write(0, tbu1 + SMMU_PMCG_SMR0 + 4 * n, UINT32_MAX, 4);
		reg_write(0, tbu1 + 8 * n, 0, 8);
	}
	reg_write(0, tbu1 + SMMU_PMCG_CNTENSET0, 3, 8);
	txn(7);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_BEGIN, .sid = 7, .addr = 0x1000, .size = 64, .data = { 0, 0, 1, ++txn_id } });
	txn_ends(7);
	fetch(SMMU_TRACE_CONFIG_FETCH, 7, STREAMS(0) + 64 * 7, STE_ABORT);
	reads(0, 2);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_READ, .addr = tbu1, .size = 8, .data = { 1 } });
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_READ, .addr = tbu1 + 8, .size = 8, .data = { 0 } });
	expect_nothing();
	txn(7);
	wrong(emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_READ, .addr = tbu1, .size = 8, .data = { 2 } }),
	      "counter 0 of tbu1 of smmu0, event 1, reads 2; by what happened it is 1");
}

/* Span with SMR = 0x47: bits 3:0 are ignored, so 0x40 to 0x4f count and 0x50 does not. */
static void test_a_span_ends_where_it_ends(void)
{
	open_group(CFGR_64);
	counts(0, 1, SPAN, 0x47);
	txn(0x40);
	txn(0x4f);
	txn(0x50);
	reads(0, 2);
	expect_nothing();
	txn(0x3f);
	wrong(reads(0, 3), "it is 2");
}

static void test_an_exact_filter_with_ones_is_no_span(void)
{
	open_group(CFGR_64);
	counts(0, 1, 0, 7);
	txn(6);
	wrong(reads(0, 1), "it is 0");
}

/* With one filter for all, SMR0 and the span of EVTYPER0 decide for counter 1 too. */
static void test_one_filter_for_all_counters(void)
{
	open_group(CFGR_64 | SMMU_PMCG_CFGR_SID_FILTER_TYPE_MASK);
	counts(0, 2, 0, 7);
	counts(1, 1, 0, 9);
	txn(7);
	txn(9);
	txn(9);
	wrong(reads(1, 2), "it is 1");
}

static void test_a_frozen_group_counts_nothing(void)
{
	open_group(CFGR_64);
	counts(0, 1, SPAN, UINT32_MAX);
	reg_write(0, PMCG + SMMU_PMCG_CR, 0, 4);
	txn(7);
	wrong(reads(0, 1), "it is 0");
}

/* 32 bits: stride 4, wraps at 2^32. */
static void test_a_counter_wraps_at_its_width(void)
{
	open_group(31u << 8 | 3u);
	reg_write(0, EVTYPER(1), 1 | SPAN, 4);
	reg_write(0, SMR(1), UINT32_MAX, 4);
	reg_write(0, PMCG + 4, 0xffffffff, 4);
	reg_write(0, PMCG + SMMU_PMCG_CNTENSET0, 2, 4);
	txn(1);
	txn(1);
	reg_read(0, PMCG + 4, 1);
	expect_nothing();
	txn(1);
	wrong(reg_read(0, PMCG + 4, 1), "it is 2");
}

/* Relocated counters are in the second page; there is nothing at their old place. */
static void test_relocated_counters_are_in_page_1(void)
{
	open_group(CFGR_64 | SMMU_PMCG_CFGR_RELOC_CTRS_MASK);
	reg_write(0, EVTYPER(0), 4 | SPAN, 4);
	reg_write(0, SMR(0), UINT32_MAX, 4);
	reg_write(0, 0x30000, 5, 8);
	reg_write(0, PMCG + SMMU_PMCG_CNTENSET0, 1, 8);
	fetch(SMMU_TRACE_WALK_STEP, 7, ROOT(0), 0);
	reads(0, 0);
	expect_nothing();
	wrong(emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_READ, .addr = 0x30000, .size = 8, .data = { 5 } }), "it is 6");
}

/* A transaction under way when a counter starts or is read may be on either side. */
static void test_what_is_under_way_is_not_judged(void)
{
	open_group(CFGR_64);
	txn_begins(7);
	counts(0, 1, SPAN, UINT32_MAX);
	txn_ends(7);
	reads(0, 1);
	txn_begins(7);
	reads(0, 1);
	txn_ends(7);
	reads(0, 2);
	expect_nothing();
	txn(7);
	wrong(reads(0, 2), "it is 3");
}

/* UNKNOWN until written: the first read says where it stands. */
static void test_an_unwritten_counter_starts_anywhere(void)
{
	open_group(CFGR_64);
	reg_write(0, EVTYPER(0), 1 | SPAN, 4);
	reg_write(0, SMR(0), UINT32_MAX, 4);
	reg_write(0, PMCG + SMMU_PMCG_CNTENSET0, 1, 8);
	txn(7);
	reads(0, 1234);
	txn(7);
	reads(0, 1235);
	expect_nothing();
	wrong(reads(0, 1236), "it is 1235");
}

static void test_transactions_of_an_smmu_that_is_off_do_not_count(void)
{
	open_group(CFGR_64);
	counts(0, 1, SPAN, UINT32_MAX);
	reg_write(0, SMMU_CR0, 0, 4);
	txn(7);
	wrong(reads(0, 1), "it is 0");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_right_counts_pass);
	RUN_TEST(test_a_transaction_that_begins_again_counts_once);
	RUN_TEST(test_one_too_many);
	RUN_TEST(test_groups_of_tbus);
	RUN_TEST(test_a_span_ends_where_it_ends);
	RUN_TEST(test_an_exact_filter_with_ones_is_no_span);
	RUN_TEST(test_one_filter_for_all_counters);
	RUN_TEST(test_a_frozen_group_counts_nothing);
	RUN_TEST(test_a_counter_wraps_at_its_width);
	RUN_TEST(test_relocated_counters_are_in_page_1);
	RUN_TEST(test_what_is_under_way_is_not_judged);
	RUN_TEST(test_an_unwritten_counter_starts_anywhere);
	RUN_TEST(test_transactions_of_an_smmu_that_is_off_do_not_count);
	return UNITY_END();
}
