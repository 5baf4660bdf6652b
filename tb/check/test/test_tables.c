/* SPDX-License-Identifier: Apache-2.0
 * Live table checker: updates in the order the architecture asks for pass; each rule broken once is found at that store or fetch. */
#include "bench.h"

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

/* ---- torn ---- */

static void test_a_hitless_ste_update_passes(void)
{
	/* bypass -> stage 1: word 1 while it means nothing (SHCFG stays), the switch, then SHCFG goes */
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 1), UINT64_C(0x0000100000000000));         /* SHCFG incoming */
	announce_ste(1);
	store(ste(1, 0), STE_BYPASS);
	announce_ste(1);
	store(ste(1, 1), UINT64_C(0x00001000000000d4));         /* S1CIR, S1COR WB, S1CSH ISH */
	announce_ste(1);
	store(ste(1, 0), STE_S1(CDS(0)));
	announce_ste(1);
	store(ste(1, 1), 0xd4);
	store(ste(1, 2), 7);                                    /* S2VMID is in use, SHCFG is not */
	announce_ste(1);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

static void test_switch_and_its_preparation_in_one_go(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 1), 0xd4);
	expect(CHECK_TABLES, "table.torn", store(ste(1, 0), STE_S1(CDS(0))), "STE of StreamID 0x1");
}

static void test_a_disruptive_cd_update_passes(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0), 0);
	announce_cd();
	store(CDS(0) + 8, ROOT(1));
	store(CDS(0) + 24, 0xff);
	announce_cd();
	tlbi_asid(5);
	sync();
	store(CDS(0), CD_S1(6));
	announce_cd();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

static void test_a_valid_cd_whose_other_words_were_not_announced(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0), 0);
	announce_cd();
	store(CDS(0) + 8, ROOT(1));
	expect(CHECK_TABLES, "table.torn", store(CDS(0), CD_S1(6)), "CD of SubstreamID 0x0");
}

static void test_two_words_of_a_live_cd(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0) + 24, 0xff);                       /* MAIR */
	expect(CHECK_TABLES, "table.torn", store(CDS(0), CD_S1(6)), "half old and half new");
}

/* One word, so nobody reads a mix; but what the SMMU remembers under the ASID is of the old table. It may have looked for the new one before. */
static void test_a_live_cd_gets_another_table_under_its_asid(void)
{
	attach(2, 1, 5, 1);
	detach(2, 1, 5);
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	expect(CHECK_TABLES, "table.torn", store(CDS(0) + 8, ROOT(1)),
	       "CD of SubstreamID 0x0 at 0x80002000 got table 0x80024000 in place of 0x80020000 while it is valid and keeps its tag");
}

static void test_a_live_ste_gets_another_stage_2_under_its_vmid(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 2), UINT64_C(0x0008005900000003)); /* VMID 3, T0SZ 25, SL0 = 1, S2AA64 */
	store(ste(1, 3), ROOT(0));
	announce_ste(1);
	store(ste(1, 0), STE_S2);
	announce_ste(1);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	expect_nothing();
	expect(CHECK_TABLES, "table.torn", store(ste(1, 3), ROOT(1)), "STE of StreamID 0x1 at 0x80000040 got table 0x80024000");
}

static void test_epd0_lets_the_table_base_change(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0), CD_S1(6) | CD_EPD0);
	announce_cd();
	tlbi_asid(5);
	sync();
	store(CDS(0) + 8, ROOT(1));
	store(CDS(0) + 24, 0xff);                       /* MAIR is in use, T0SZ below is not */
	store(CDS(0), (CD_S1(6) | CD_EPD0) ^ 1);
	announce_cd();
	store(CDS(0), CD_S1(6));
	announce_cd();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

static void test_a_dead_cd_may_be_written_in_any_order(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0), CD_S1(5));
	store(CDS(0) + 8, ROOT(0));
	store(CDS(0) + 24, 0xff);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

static void test_ats_may_be_switched_off_at_any_time(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 1), STE_EATS);
	announce_ste(1);
	store(ste(1, 0), STE_BYPASS);
	store(ste(1, 1), 0);
	announce_ste(1);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

static void test_a_fetch_of_a_word_that_nobody_stored(void)
{
	attach(1, 0, 5, 0);
	fetch(SMMU_TRACE_CONFIG_FETCH, 1, ste(1, 0), STE_S1(CDS(0)));
	expect_nothing();
	expect(CHECK_TABLES, "table.torn", fetch(SMMU_TRACE_CONFIG_FETCH, 1, ste(1, 0), STE_S1(CDS(1))), "never stored");
}

/* ---- shared ---- */

static void test_tables_of_the_driver_under_an_asid_of_a_cpu(void)
{
	attach(1, 0, 5, 0);
	store(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)));
	attach(2, 1, 6, 1);
	expect_nothing();
	store(ste(2, 0), STE_ABORT);
	announce_ste(2);
	store(CDS(1), CD_S1(6) & ~SMMU_CD_ASET_MASK);
	store(ste(2, 0), STE_S1(CDS(1)));
	expect_nothing();       /* a CPU's tables, as far as anybody knows */
	expect(CHECK_TABLES, "table.shared", store(LEAF(1, 9), PAGE_AT(UINT64_C(0x90009000))), "ASET = 0");
}

static void test_an_asid_of_a_cpu_for_tables_of_the_driver(void)
{
	attach(1, 0, 5, 0);
	store(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)));
	attach(2, 1, 6, 1);
	detach(2, 1, 6);
	store(CDS(1) + 8, ROOT(0));
	store(ste(2, 0), STE_S1(CDS(1)));
	announce_ste(2);
	expect(CHECK_TABLES, "table.shared", store(CDS(1), CD_S1(5) & ~SMMU_CD_ASET_MASK), "ASET = 0");
}

/* ---- contiguous groups ---- */

#define MEMBER(i) (PAGE_AT(UINT64_C(0x90010000) + (i) * UINT64_C(0x1000)) | UINT64_C(1) << 52)

static void map_a_group(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	for (unsigned i = 0; i < 16; i++)
		store(LEAF(0, 16 + i), MEMBER(i));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
}

static void test_a_complete_group_passes(void)
{
	map_a_group();
	enter(SMMU_CALL_DOMAIN_READ_DIRTY);
	store(LEAF(0, 17), MEMBER(1) | UINT64_C(0x80));         /* one of them is clean */
	tlbi_va(5, 0x11000);
	sync();
	leave(SMMU_CALL_DOMAIN_READ_DIRTY, 0);
	expect_nothing();
}

static void test_a_group_without_one_of_its_members(void)
{
	map_a_group();
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 20), 0);
	tlbi_va(5, 0x14000);
	sync();
	expect(CHECK_TABLES, "table.contiguous", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "not in all members");
}

static void test_a_group_that_lost_one_hint(void)
{
	map_a_group();
	enter(SMMU_CALL_DOMAIN_MAP);
	store(LEAF(0, 20), MEMBER(4) & ~(UINT64_C(1) << 52));
	tlbi_va(5, 0x14000);
	sync();
	expect(CHECK_TABLES, "table.contiguous", leave(SMMU_CALL_DOMAIN_MAP, 0), "not in all members");
}

static void test_a_group_that_is_not_one_range(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	for (unsigned i = 0; i < 16; i++)
		store(LEAF(0, 16 + i), MEMBER(i + 1));
	expect(CHECK_TABLES, "table.contiguous", leave(SMMU_CALL_DOMAIN_MAP, 0), "aligned range");
}

/* ---- tags ---- */

static void test_one_tag_for_one_table_on_many_streams(void)
{
	attach(1, 0, 5, 0);
	attach(2, 1, 5, 0);
	attach(3, 2, 6, 1);
	expect_nothing();
}

static void test_one_asid_for_two_tables(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(1) + 8, ROOT(1));
	store(CDS(1), CD_S1(5));
	expect(CHECK_TABLES, "table.tag", store(ste(2, 0), STE_S1(CDS(1))), "ASID 5 of smmu0 stands for two tables");
}

static void test_the_same_asid_on_two_smmus(void)
{
	enable(1);
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(1) + 8, ROOT(1));
	store(CDS(1), CD_S1(5));
	store(STREAMS(1) + 64, STE_S1(CDS(1)));
	command(1, 0x03 | UINT64_C(1) << 32, 1);
	sync_on(1);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

/* ---- break before make ---- */

static void unmap_page_1(bool finish)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	if (finish)
		sync();
}

static void test_break_then_make_passes(void)
{
	attach(1, 0, 5, 0);
	unmap_page_1(true);
	store(LEAF(0, 1), PAGE_AT(UINT64_C(0x9000a000)));
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_make_without_break(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	expect(CHECK_TABLES, "table.bbm", store(LEAF(0, 1), PAGE_AT(UINT64_C(0x9000a000))), "the output address changed");
}

static void test_make_before_the_sync(void)
{
	attach(1, 0, 5, 0);
	unmap_page_1(false);
	expect(CHECK_TABLES, "table.bbm", store(LEAF(0, 1), PAGE_AT(UINT64_C(0x9000a000))), "still owed");
}

static void test_a_block_over_a_table_that_is_remembered(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(ROOT(0) + 0x1000, 0);
	expect(CHECK_TABLES, "table.bbm", store(ROOT(0) + 0x1000, UINT64_C(0xa0000c01)), "still owed");
}

static uint64_t split_block(uint32_t bbml)
{
	reg_read(0, SMMU_IDR3, bbml << SMMU_IDR3_BBML_SHIFT);
	*word_at(ROOT(0) + 0x1000) = UINT64_C(0x90000c01);
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	return store(ROOT(0) + 0x1000, (ROOT(0) + 0x2000) | 3);
}

static void test_a_block_becomes_a_table(void)
{
	expect(CHECK_TABLES, "table.bbm", split_block(0), "a block and a table took turns");
}

static void test_a_block_becomes_a_table_where_that_is_allowed(void)
{
	split_block(2);
	expect_nothing();
}

static void test_permissions_and_access_flag_may_change(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_READ_DIRTY);
	store(LEAF(0, 1), PAGE_AT(UINT64_C(0x90001000)) | 0x80);
	tlbi_va(5, 0x1000);
	sync();
	leave(SMMU_CALL_DOMAIN_READ_DIRTY, 0);
	expect_nothing();
}

/* ---- use after free ---- */

static void take_table_out(bool finish)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(ROOT(0) + 0x1000, 0);
	command(0, UINT64_C(0x12) | UINT64_C(5) << 48, 0);
	if (finish)
		sync();
}

static void test_a_table_may_be_read_until_the_sync(void)
{
	attach(1, 0, 5, 0);
	take_table_out(false);
	fetch(SMMU_TRACE_WALK_STEP, 1, LEAF(0, 3), *word_at(LEAF(0, 3)));
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_a_table_is_read_after_the_sync(void)
{
	attach(1, 0, 5, 0);
	take_table_out(true);
	expect(CHECK_TABLES, "table.free", fetch(SMMU_TRACE_WALK_STEP, 1, LEAF(0, 3), *word_at(LEAF(0, 3))), "was taken out");
}

static void test_a_table_is_used_again_after_the_sync(void)
{
	attach(1, 0, 5, 0);
	take_table_out(true);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	memset(word_at(ROOT(0) + 0x2000), 0, 0x1000);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(ROOT(0) + 0x1010, (ROOT(0) + 0x2000) | 3);
	store(ROOT(0) + 0x2000, PAGE_AT(UINT64_C(0x90000000)));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	fetch(SMMU_TRACE_WALK_STEP, 1, ROOT(0) + 0x2000, *word_at(ROOT(0) + 0x2000));
	expect_nothing();
}

/* A domain that is attached nowhere tells no SMMU what it does with the memory. */
static void test_memory_that_was_given_back_is_no_table_any_more(void)
{
	attach(1, 0, 5, 0);
	take_table_out(true);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	memset(word_at(ROOT(0) + 0x2000), 0, 0x1000);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(ROOT(0) + 0x2000, PAGE_AT(UINT64_C(0x90000000)));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(ROOT(0) + 0x2000, 0);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	check_end(check);
	expect_nothing();
}

/* Domain 0 is gone; its root becomes a table of something unknown, with a word that looks as if it led into the tables of domain 1. */
static void test_memory_of_a_domain_that_is_nowhere_is_no_table_any_more(void)
{
	attach(1, 0, 5, 0);
	attach(2, 1, 6, 1);
	detach(1, 0, 5);
	memset(word_at(ROOT(0)), 0, 0x1000);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(ROOT(0) + 8, (ROOT(1) + 0x2000) | 3);
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	fetch(SMMU_TRACE_WALK_STEP, 2, LEAF(1, 3), *word_at(LEAF(1, 3)));
	expect_nothing();
}

/* A new domain got the memory of a root, its old leaf table became memory of something unknown. */
static void test_a_root_that_is_used_again_leads_where_its_memory_says(void)
{
	attach(1, 0, 5, 0);
	detach(1, 0, 5);
	memset(word_at(ROOT(0)), 0, 0x3000);
	attach(2, 1, 6, 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(LEAF(0, 3), PAGE_AT(UINT64_C(0x90000000)));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 3), 0);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	check_end(check);
	expect_nothing();
}

/* Another table took its place and was taken out as well: that one is still owed, the first one is not. */
static void test_a_table_is_used_again_while_its_successor_is_owed(void)
{
	attach(1, 0, 5, 0);
	take_table_out(true);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	memset(word_at(ROOT(0) + 0x2000), 0, 0x1000);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(ROOT(0) + 0x1000, (ROOT(0) + 0x5000) | 3);
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	take_table_out(false);
	store(ROOT(0) + 0x1010, (ROOT(0) + 0x2000) | 3);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_a_table_is_used_again_before_the_sync(void)
{
	attach(1, 0, 5, 0);
	take_table_out(false);
	expect(CHECK_TABLES, "table.free", store(ROOT(0) + 0x1010, (ROOT(0) + 0x2000) | 3), "got a new use");
}

/* ---- unreachable ---- */

static void test_a_cd_nobody_points_to(void)
{
	attach(1, 0, 5, 0);
	fetch(SMMU_TRACE_CONFIG_FETCH, 1, CDS(0), CD_S1(5));
	expect_nothing();
	detach(1, 0, 5);
	expect(CHECK_TABLES, "table.unreachable", fetch(SMMU_TRACE_CONFIG_FETCH, 1, CDS(0), 0), "fetched a CD");
}

static void test_a_walk_of_a_domain_that_left(void)
{
	attach(1, 0, 5, 0);
	fetch(SMMU_TRACE_WALK_STEP, 1, LEAF(0, 1), *word_at(LEAF(0, 1)));
	expect_nothing();
	detach(1, 0, 5);
	expect(CHECK_TABLES, "table.unreachable", fetch(SMMU_TRACE_WALK_STEP, 1, LEAF(0, 1), *word_at(LEAF(0, 1))), "fetched a descriptor");
}

static void test_a_walk_while_the_entry_is_still_remembered(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_DETACH);
	store(ste(1, 0), STE_ABORT);
	fetch(SMMU_TRACE_CONFIG_FETCH, 1, CDS(0), CD_S1(5));
	fetch(SMMU_TRACE_WALK_STEP, 1, LEAF(0, 1), *word_at(LEAF(0, 1)));
	expect_nothing();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_hitless_ste_update_passes);
	RUN_TEST(test_switch_and_its_preparation_in_one_go);
	RUN_TEST(test_a_disruptive_cd_update_passes);
	RUN_TEST(test_a_valid_cd_whose_other_words_were_not_announced);
	RUN_TEST(test_two_words_of_a_live_cd);
	RUN_TEST(test_a_live_cd_gets_another_table_under_its_asid);
	RUN_TEST(test_a_live_ste_gets_another_stage_2_under_its_vmid);
	RUN_TEST(test_epd0_lets_the_table_base_change);
	RUN_TEST(test_a_dead_cd_may_be_written_in_any_order);
	RUN_TEST(test_ats_may_be_switched_off_at_any_time);
	RUN_TEST(test_a_fetch_of_a_word_that_nobody_stored);
	RUN_TEST(test_tables_of_the_driver_under_an_asid_of_a_cpu);
	RUN_TEST(test_an_asid_of_a_cpu_for_tables_of_the_driver);
	RUN_TEST(test_a_complete_group_passes);
	RUN_TEST(test_a_group_without_one_of_its_members);
	RUN_TEST(test_a_group_that_lost_one_hint);
	RUN_TEST(test_a_group_that_is_not_one_range);
	RUN_TEST(test_one_tag_for_one_table_on_many_streams);
	RUN_TEST(test_one_asid_for_two_tables);
	RUN_TEST(test_the_same_asid_on_two_smmus);
	RUN_TEST(test_break_then_make_passes);
	RUN_TEST(test_make_without_break);
	RUN_TEST(test_make_before_the_sync);
	RUN_TEST(test_a_block_over_a_table_that_is_remembered);
	RUN_TEST(test_a_block_becomes_a_table);
	RUN_TEST(test_a_block_becomes_a_table_where_that_is_allowed);
	RUN_TEST(test_permissions_and_access_flag_may_change);
	RUN_TEST(test_a_table_may_be_read_until_the_sync);
	RUN_TEST(test_a_table_is_read_after_the_sync);
	RUN_TEST(test_a_table_is_used_again_after_the_sync);
	RUN_TEST(test_memory_that_was_given_back_is_no_table_any_more);
	RUN_TEST(test_memory_of_a_domain_that_is_nowhere_is_no_table_any_more);
	RUN_TEST(test_a_root_that_is_used_again_leads_where_its_memory_says);
	RUN_TEST(test_a_table_is_used_again_while_its_successor_is_owed);
	RUN_TEST(test_a_table_is_used_again_before_the_sync);
	RUN_TEST(test_a_cd_nobody_points_to);
	RUN_TEST(test_a_walk_of_a_domain_that_left);
	RUN_TEST(test_a_walk_while_the_entry_is_still_remembered);
	return UNITY_END();
}
