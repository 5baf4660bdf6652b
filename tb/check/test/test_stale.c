/* SPDX-License-Identifier: Apache-2.0
 * Stale-translation checker: where a data phase may go before and after the CMD_SYNC of an invalidation, whatever began when. */
#include "bench.h"

void setUp(void)
{
	bench_open();
	attach(1, 0, 5, 0);
	/* The driver's own tables: it stores into them while the stream is attached. */
	enter(SMMU_CALL_DOMAIN_MAP);
	store(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
}

void tearDown(void) { bench_close(); }

/* ---- legal ---- */

static void test_mapped_pages_may_be_reached(void)
{
	data_phase(1, 0x1040, UINT64_C(0x90001040));
	data_phase(1, 0x9fc0, UINT64_C(0x90009fc0));
	expect_nothing();
}

static void test_the_old_translation_may_be_used_until_the_sync(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	data_phase(1, 0x1000, UINT64_C(0x90001000));
	tlbi_va(5, 0x1000);
	data_phase(1, 0x1000, UINT64_C(0x90001000));
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_a_page_mapped_again_elsewhere(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(LEAF(0, 1), PAGE_AT(UINT64_C(0x9000a000)));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	data_phase(1, 0x1008, UINT64_C(0x9000a008));
	expect_nothing();
}

static void test_a_block_translates_its_inside(void)
{
	enter(SMMU_CALL_DOMAIN_MAP);
	store(ROOT(0) + 0x1008, UINT64_C(0xa0000c01));          /* 2 MiB at IOVA 0x200000 */
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	data_phase(1, 0x212340, UINT64_C(0xa0012340));
	expect_nothing();
}

static void test_refused_transactions_say_nothing(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_END, .detail = SMMU_TRACE_TXN_ABORTED, .sid = 1, .addr = 0x1000 });
	expect_nothing();
}

static void test_what_somebody_else_writes_is_not_judged(void)
{
	*word_at(ste(1, 0)) = STE_BYPASS;
	data_phase(1, 0x7000000, 0x7000000);
	expect_nothing();
}

/* ---- stale ---- */

static void test_after_the_sync_the_old_page_is_gone(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	sync();
	expect(CHECK_STALE, "stale.translation", data_phase(1, 0x1040, UINT64_C(0x90001040)), "0x90001040 through 0x1040");
}

static void test_a_transaction_that_began_before_is_no_excuse(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_BEGIN, .sid = 1, .addr = 0x1000, .size = 64 });
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	sync();
	expect(CHECK_STALE, "stale.translation", data_phase(1, 0x1000, UINT64_C(0x90001000)), "StreamID 0x1");
}

static void test_a_page_mapped_again_is_not_the_old_one(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(LEAF(0, 1), PAGE_AT(UINT64_C(0x9000a000)));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	expect(CHECK_STALE, "stale.translation", data_phase(1, 0x1000, UINT64_C(0x90001000)), "its tables say 0x9000a000");
}

static void test_an_unmap_elsewhere_is_no_excuse(void)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	store(LEAF(0, 2), 0);
	tlbi_va(5, 0x1000);
	sync();
	/* page 2 is still owed, page 1 is not */
	data_phase(1, 0x2000, UINT64_C(0x90002000));
	expect_nothing();
	expect(CHECK_STALE, "stale.translation", data_phase(1, 0x1000, UINT64_C(0x90001000)), "0x90001000");
}

static void test_after_a_detach_nothing_is_reached(void)
{
	detach(1, 0, 5);
	expect(CHECK_STALE, "stale.translation", data_phase(1, 0x2000, UINT64_C(0x90002000)), "0x90002000");
}

static void test_after_a_replace_the_old_domain_is_gone(void)
{
	detach(1, 0, 5);
	attach(1, 0, 6, 1);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(1, 2), 0);
	tlbi_va(6, 0x2000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect(CHECK_STALE, "stale.translation", data_phase(1, 0x2000, UINT64_C(0x90002000)), "do not map");
}

static void test_stage_2_alone(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(2, 2), UINT64_C(0x040d005900000003));         /* as in test_commands.c: VMID 3, level 1, 39 bits */
	store(ste(2, 3), ROOT(1));
	cfgi_ste(2);
	sync();
	store(ste(2, 0), STE_S2);
	cfgi_ste(2);
	sync();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(1, 3), 0);
	data_phase(2, 0x3000, UINT64_C(0x90003000));
	command(0, UINT64_C(0x2a) | UINT64_C(3) << 32, 0x3000 | 1);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	data_phase(2, 0x4000, UINT64_C(0x90004000));
	expect_nothing();
	expect(CHECK_STALE, "stale.translation", data_phase(2, 0x3000, UINT64_C(0x90003000)), "StreamID 0x2");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_mapped_pages_may_be_reached);
	RUN_TEST(test_the_old_translation_may_be_used_until_the_sync);
	RUN_TEST(test_a_page_mapped_again_elsewhere);
	RUN_TEST(test_a_block_translates_its_inside);
	RUN_TEST(test_refused_transactions_say_nothing);
	RUN_TEST(test_what_somebody_else_writes_is_not_judged);
	RUN_TEST(test_after_the_sync_the_old_page_is_gone);
	RUN_TEST(test_a_transaction_that_began_before_is_no_excuse);
	RUN_TEST(test_a_page_mapped_again_is_not_the_old_one);
	RUN_TEST(test_an_unmap_elsewhere_is_no_excuse);
	RUN_TEST(test_after_a_detach_nothing_is_reached);
	RUN_TEST(test_after_a_replace_the_old_domain_is_gone);
	RUN_TEST(test_stage_2_alone);
	return UNITY_END();
}
