/* SPDX-License-Identifier: Apache-2.0
 * Command-stream oracle: what a careful driver sends passes, and what a change owes and nobody sends is found when the call returns.
 * What must come in which order is in test_order.c. */
#include "bench.h"
#include "smmuv3/status.h"

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

/* ---- legal ---- */

static void test_a_whole_life_passes(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	store(LEAF(0, 2), 0);
	tlbi_va(5, 0x1000);
	tlbi_va(5, 0x2000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	detach(1, 0, 5);
	attach(2, 0, 5, 1);
	check_end(check);
	expect_nothing();
}

static void test_unmap_may_be_paid_by_range_by_tag_or_by_everything(void)
{
	/* pages 1..4; (NUM, SCALE) = (1, 1): 4 pages from 0x1000; TG=1, TTL=3 */
	static const uint64_t ways[][2] = {
		{ UINT64_C(0x12) | 1 << 12 | 1 << 20 | UINT64_C(5) << 48, 0x1000 | 1 << 10 | 3 << 8 | 1 },
		{ UINT64_C(0x13) | 1 << 12 | 1 << 20, 0x1000 | 1 << 10 | 1 },
		{ UINT64_C(0x11) | UINT64_C(5) << 48, 0 }, { 0x10, 0 }, { 0x28, 0 }, { 0x30, 0 },
	};
	attach(1, 0, 5, 0);
	for (unsigned i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		enter(SMMU_CALL_DOMAIN_UNMAP);
		for (unsigned page = 1; page <= 4; page++)
			store(LEAF(0, page), 0);
		command(0, ways[i][0], ways[i][1]);
		sync();
		leave(SMMU_CALL_DOMAIN_UNMAP, 0);
		for (unsigned page = 1; page <= 4; page++)
			store(LEAF(0, page), PAGE_AT(UINT64_C(0x90000000)));
	}
	expect_nothing();
}

static void test_an_unmap_may_put_off_its_invalidation(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	enter(SMMU_CALL_DOMAIN_SYNC);
	tlbi_va(5, 0x1000);
	sync();
	leave(SMMU_CALL_DOMAIN_SYNC, 0);
	check_end(check);
	expect_nothing();
}

static void test_a_block_may_be_split_before_the_rest_is_put_off(void)
{
	*word_at(ROOT(0) + 0x1008) = UINT64_C(0xa0000c01);      /* 2 MiB at IOVA 0x200000 */
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(ROOT(0) + 0x1008, 4);
	tlbi_va(5, 0x200000);
	sync();
	for (unsigned page = 0; page < 2; page++)
		*word_at(ROOT(1) + 0x2000 + 8 * page) = PAGE_AT(UINT64_C(0xa0000000) + page * UINT64_C(0x1000));
	store(ROOT(0) + 0x1008, (ROOT(1) + 0x2000) | 3);
	store(ROOT(1) + 0x2000, 0);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
	enter(SMMU_CALL_DOMAIN_SYNC);
	tlbi_va(5, 0x200000);
	sync();
	leave(SMMU_CALL_DOMAIN_SYNC, 0);
	check_end(check);
	expect_nothing();
}

static void test_a_released_entry_may_be_flushed_once_more(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_SVA_MM_EXIT);
	store(CDS(0), CD_S1(5) | CD_EPD0);
	cfgi_cd(1, 0);
	sync();
	tlbi_asid(5);
	sync();
	leave(SMMU_CALL_SVA_MM_EXIT, 0);
	enter(SMMU_CALL_SVA_UNBIND);
	store(CDS(0), 0);
	cfgi_cd(1, 0);
	sync();
	tlbi_asid(5);
	sync();
	leave(SMMU_CALL_SVA_UNBIND, 0);
	check_end(check);
	expect_nothing();
}

static void test_a_failed_call_promises_nothing(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	leave(SMMU_CALL_DOMAIN_UNMAP, -7);
	check_end(check);
	expect_nothing();
}

static void test_a_failed_call_may_tell_twice_and_go_on(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 1), 0xd4);
	cfgi_ste(1);
	cfgi_ste(1);
	expect(CHECK_COMMANDS, "command.redundant", records, "a second time");
	expect(CHECK_TABLES, "table.torn", store(ste(1, 0), STE_S1(CDS(0))), "half old and half new");
	leave(SMMU_CALL_MASTER_ATTACH, -9);
	expect_nothing();
}

static void test_a_table_nobody_is_attached_to_owes_nothing(void)
{
	attach(1, 0, 5, 0);
	detach(1, 0, 5);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	check_end(check);
	expect_nothing();
}

/* An SMMU that comes back with another stream table reads nothing from the old one: its memory may become CDs, for instance. */
static void test_a_stream_table_that_was_left_is_plain_memory(void)
{
	attach(1, 0, 5, 0);
	detach(1, 0, 5);
	set_cr0(0, 0);
	for (unsigned i = 0; i < 16; i++)
		*word_at(STREAMS(4) + 64 * i) = STE_ABORT;
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(0, SMMU_STRTAB_BASE, STREAMS(4), 8);
	command(0, 0x04, 31);
	command(0, 0x30, 0);
	sync();
	set_cr0(0, SMMU_CR0_SMMUEN_MASK);
	leave(SMMU_CALL_DEV_ENABLE, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(STREAMS(0) + 64 * 9, CD_S1(5));
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	check_end(check);
	expect_nothing();
}

/* The same where only a level-2 array was left: the new level-1 table at the old address does not name it. */
static void test_a_level_2_array_that_was_left_is_plain_memory(void)
{
	const uint64_t l1 = RAM_BASE + 0x60000, l2 = RAM_BASE + 0x61000;
	*word_at(l1) = l2 | 9;
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(1, SMMU_STRTAB_BASE, l1, 8);
	reg_write(1, SMMU_STRTAB_BASE_CFG, 0x10000 | 8 << 6 | 12, 4);
	command(1, 0x04, 31);
	command(1, 0x30, 0);
	sync_on(1);
	set_cr0(1, SMMU_CR0_SMMUEN_MASK);
	leave(SMMU_CALL_DEV_ENABLE, 0);
	set_cr0(1, 0);
	*word_at(l1) = 0;
	enter(SMMU_CALL_DEV_ENABLE);
	command(1, 0x04, 31);
	command(1, 0x30, 0);
	sync_on(1);
	set_cr0(1, SMMU_CR0_SMMUEN_MASK);
	leave(SMMU_CALL_DEV_ENABLE, 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(l2 + 64, PAGE_AT(0x90000000));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	check_end(check);
	expect_nothing();
}

/* Switched off and on with the same table, an SMMU reads it as before. */
static void test_a_stream_table_that_stays_is_watched_on(void)
{
	set_cr0(0, 0);
	enable(0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(STREAMS(0) + 64, STE_BYPASS);
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_ATTACH, 0), "StreamID 0x1");
}

static void test_a_live_tag_may_move(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_SVA_BIND);
	store(CDS(0), CD_S1(9));
	cfgi_cd(1, 0);
	sync();
	tlbi_asid(5);
	sync();
	leave(SMMU_CALL_SVA_BIND, 0);
	expect_nothing();
}

static void attach_with_ats(uint64_t sid)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0) + 8, ROOT(0));
	store(CDS(0), CD_S1(5));
	store(ste(sid, 1), STE_EATS);
	cfgi_ste(sid);
	sync();
	store(ste(sid, 0), STE_S1(CDS(0)));
	cfgi_ste(sid);
	sync();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
}

static void unmap_with_ats(uint64_t sid, uint64_t iova, uint64_t size_log2)
{
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 4), 0);
	store(LEAF(0, 5), 0);
	tlbi_va(5, 0x4000);
	tlbi_va(5, 0x5000);
	sync();
	atc_inv(sid, iova, size_log2);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
}

static void test_tlbi_then_atc_passes(void)
{
	attach_with_ats(1);
	unmap_with_ats(1, 0x4000, 1);
	expect_nothing();
}

static void attach_stage2(uint64_t sid, uint64_t vmid, uint64_t config)
{
	/* S2T0SZ 25, SL0 1 (level 1), 4K, S2PS 48, AA64, R */
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(sid, 2), UINT64_C(0x040d005900000000) | vmid);
	store(ste(sid, 3), ROOT(0));
	cfgi_ste(sid);
	sync();
	store(ste(sid, 0), config);
	cfgi_ste(sid);
	sync();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
}

/* The guest's addresses are in the ATC of the endpoint, intermediate ones are not. */
static void test_an_endpoint_of_a_guest_forgets_everything(void)
{
	for (unsigned all = 2; all-- > 0;) {
		store(ste(1, 1), STE_EATS);
		if (all)
			attach_stage2(1, 3, UINT64_C(0xf) | CDS(0));
		enter(SMMU_CALL_DOMAIN_UNMAP);
		store(LEAF(0, 4 + all), 0);
		command(0, UINT64_C(0x2a) | UINT64_C(3) << 32, (0x4000 + 0x1000 * all) | 1);
		command(0, UINT64_C(0x10) | UINT64_C(3) << 32, 0);
		sync();
		atc_inv(1, all ? 0 : 0x4000, all ? 52 : 0);
		sync();
		if (all)
			leave(SMMU_CALL_DOMAIN_UNMAP, 0);
		else
			expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "CMD_ATC_INV for StreamID 0x1");
		if (all)
			expect_nothing();
	}
}

static void test_a_guest_names_no_vmid_but_its_own(void)
{
	attach_stage2(1, 3, UINT64_C(0xf) | CDS(0));
	enter(SMMU_CALL_GUEST_INVALIDATE);
	command(0, UINT64_C(0x11) | UINT64_C(3) << 32 | UINT64_C(9) << 48, 0);
	sync();
	expect_nothing();
	expect(CHECK_COMMANDS, "command.guest", command(0, UINT64_C(0x11) | UINT64_C(4) << 32 | UINT64_C(9) << 48, 0), "VMID 4");
}

static void test_a_range_of_nothing(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 4), 0);
	store(LEAF(0, 5), 0);
	command(0, UINT64_C(0x12) | UINT64_C(5) << 48 | 1 << 12, 0x4000 | 1 << 10 | 1);
	expect_nothing();
	expect(CHECK_COMMANDS, "command.illegal", command(0, UINT64_C(0x12) | UINT64_C(5) << 48, 0x4000 | 1 << 10 | 1), "NUM and SCALE");
}

static uint64_t queue_stops(uint64_t error)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_CMDQ_ERROR, .addr = 0x13, .data = { error } });
}

/* Whatever the driver makes of it. */
static void test_a_command_that_an_smmu_refuses(void)
{
	uint64_t at;
	enter(SMMU_CALL_DEV_SUBMIT);
	queue_stops(SMMU_CMDQ_CONS_ERR_CERROR_ILL);
	leave(SMMU_CALL_DEV_SUBMIT, SMMU_E_CMDQ);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	queue_stops(SMMU_CMDQ_CONS_ERR_CERROR_ABT);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
	enter(SMMU_CALL_DOMAIN_UNMAP);
	at = queue_stops(SMMU_CMDQ_CONS_ERR_CERROR_ILL);
	leave(SMMU_CALL_DOMAIN_UNMAP, SMMU_E_CMDQ);
	expect(CHECK_COMMANDS, "command.illegal", at, "refused what is at index 0x13 of its command queue as illegal, during domain_unmap");
}

static void test_stage_2_is_paid_by_intermediate_address(void)
{
	attach_stage2(1, 3, STE_S2);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	command(0, UINT64_C(0x2a) | UINT64_C(3) << 32, 0x1000 | 1);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_calls_that_overlap_are_judged_together(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 2), 0);
	tlbi_va(5, 0x2000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	tlbi_va(5, 0x1000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	check_end(check);
	expect_nothing();
}

/* ---- missing ---- */

static void test_ste_without_cfgi(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 0), STE_BYPASS);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_ATTACH, 0), "CMD_CFGI_STE for StreamID 0x1");
}

static void test_ste_with_cfgi_of_another_stream(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 0), STE_BYPASS);
	cfgi_ste(2);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_ATTACH, 0), "CMD_CFGI_STE for StreamID 0x1");
}

static void test_ste_with_cfgi_on_another_smmu(void)
{
	enable(1);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 0), STE_BYPASS);
	command(1, 0x03 | UINT64_C(1) << 32, 1);
	sync_on(1);
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_ATTACH, 0), "smmu0");
}

static void test_cfgi_before_the_store(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	cfgi_ste(1);
	store(ste(1, 0), STE_BYPASS);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_ATTACH, 0), "CMD_CFGI_STE");
}

static void test_cfgi_without_sync(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 0), STE_BYPASS);
	cfgi_ste(1);
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_ATTACH, 0), "the CMD_SYNC after CMD_CFGI_STE");
}

static void test_sync_of_another_smmu(void)
{
	enable(1);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 0), STE_BYPASS);
	cfgi_ste(1);
	sync_on(1);
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_ATTACH, 0), "the CMD_SYNC after CMD_CFGI_STE");
}

static void test_cd_is_announced_to_every_stream(void)
{
	attach(1, 0, 5, 0);
	attach(2, 0, 5, 0);
	enter(SMMU_CALL_SVA_BIND);
	store(CDS(0), CD_S1(9));
	cfgi_cd(1, 0);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_SVA_BIND, 0), "CMD_CFGI_CD for StreamID 0x2");
}

static void unmap_is_missing(uint64_t word0, uint64_t word1, const char *part)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	store(LEAF(0, 2), 0);
	command(0, word0, word1);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_DOMAIN_UNMAP, 0), part);
}

static void test_sync_without_tlbi(void)
{
	unmap_is_missing(0x46, 0, "TLBI of ASID 5 for 0x1000 to 0x2fff");
}

static void test_tlbi_one_page_short(void)
{
	unmap_is_missing(UINT64_C(0x12) | UINT64_C(5) << 48, 0x1000 | 1, "TLBI of ASID 5 for 0x2000 to 0x2fff");
}

static void test_tlbi_of_another_vmid(void)
{
	unmap_is_missing(UINT64_C(0x11) | UINT64_C(5) << 48 | UINT64_C(1) << 32, 0, "0x1000 to 0x2fff");
}

static void test_tlbi_with_the_level_hint_of_a_block(void)
{
	/* (NUM, SCALE) = (0, 1): two pages, but TTL=2 */
	unmap_is_missing(UINT64_C(0x12) | 1 << 20 | UINT64_C(5) << 48, 0x1000 | 1 << 10 | 2 << 8 | 1, "0x1000 to 0x2fff");
}

static void test_tlbi_of_another_granule(void)
{
	/* TG=3: 64 KiB from 0 covers the pages, but only entries of that granule must go */
	unmap_is_missing(UINT64_C(0x12) | 1 << 20 | UINT64_C(5) << 48, 3 << 10 | 1, "0x1000 to 0x2fff");
}

static void test_range_that_ends_early(void)
{
	/* (NUM, SCALE) = (0, 0), TTL=3: one page */
	unmap_is_missing(UINT64_C(0x12) | UINT64_C(5) << 48, 0x1000 | 1 << 10 | 3 << 8 | 1, "0x2000 to 0x2fff");
}

static void test_tlbi_by_asid_leaves_global_pages(void)
{
	*word_at(LEAF(0, 1)) &= ~UINT64_C(0x800);
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_asid(5);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "0x1000 to 0x1fff");
}

static void test_leaf_tlbi_for_a_table(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(ROOT(0) + 0x1000, 0);
	tlbi_va(5, 0x0);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "0x0 to 0x1fffff, tables included");
}

static void test_one_non_leaf_tlbi_drops_a_table(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(ROOT(0) + 0x1000, 0);
	command(0, UINT64_C(0x12) | UINT64_C(5) << 48, 0x3000);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_guests_need_more_than_the_intermediate_address(void)
{
	attach_stage2(1, 3, UINT64_C(0xf) | CDS(1));    /* both stages */
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	command(0, UINT64_C(0x2a) | UINT64_C(3) << 32, 0x1000 | 1);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "VMID 3 for 0x1000 to 0x1fff as combined");
}

static void test_guests_combined_entries_go_with_nh_all(void)
{
	attach_stage2(1, 3, UINT64_C(0xf) | CDS(1));
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	command(0, UINT64_C(0x2a) | UINT64_C(3) << 32, 0x1000 | 1);
	sync();
	command(0, UINT64_C(0x10) | UINT64_C(3) << 32, 0);
	sync();
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
}

static void test_atc_is_forgotten(void)
{
	attach_with_ats(1);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 4), 0);
	tlbi_va(5, 0x4000);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "CMD_ATC_INV for StreamID 0x1");
}

static void test_atc_span_too_small(void)
{
	attach_with_ats(1);
	unmap_with_ats(1, 0x4000, 0);
	expect(CHECK_COMMANDS, "command.missing", records, "0x5000 to 0x5fff");
}

static void test_atc_of_another_substream(void)
{
	attach_with_ats(1);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 4), 0);
	tlbi_va(5, 0x4000);
	sync();
	command(0, UINT64_C(0x40) | UINT64_C(1) << 32 | 1 << 11 | 2 << 12, 0x4000);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "CMD_ATC_INV");
}

static void test_atc_before_the_sync_of_the_tlbi(void)
{
	attach_with_ats(1);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 4), 0);
	tlbi_va(5, 0x4000);
	expect(CHECK_COMMANDS, "command.order", atc_inv(1, 0x4000, 0), "before the CMD_SYNC after TLBI of ASID 5");
}

static void test_the_tag_is_not_flushed_after_the_last_detach(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_DETACH);
	store(ste(1, 0), STE_ABORT);
	cfgi_ste(1);
	sync();
	expect(CHECK_COMMANDS, "command.missing", leave(SMMU_CALL_MASTER_DETACH, 0), "TLBI by ASID 5");
}

static void test_the_tag_stays_while_somebody_uses_it(void)
{
	attach(1, 0, 5, 0);
	attach(2, 1, 5, 0);
	enter(SMMU_CALL_MASTER_DETACH);
	store(ste(1, 0), STE_ABORT);
	cfgi_ste(1);
	sync();
	leave(SMMU_CALL_MASTER_DETACH, 0);
	expect_nothing();
}

static void test_an_invalidation_put_off_for_ever(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	leave(SMMU_CALL_DOMAIN_UNMAP, 0);
	expect_nothing();
	check_end(check);
	expect(CHECK_COMMANDS, "command.missing", records + 1, "before the run ended");
}

/* ---- switches ---- */

static void test_an_oracle_that_is_off_finds_nothing(void)
{
	check_free(check);
	check = check_new(&(struct check_config){ .read64 = bench_read, .off = { [CHECK_COMMANDS] = true } });
	enable(0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 0), STE_BYPASS);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_whole_life_passes);
	RUN_TEST(test_unmap_may_be_paid_by_range_by_tag_or_by_everything);
	RUN_TEST(test_an_unmap_may_put_off_its_invalidation);
	RUN_TEST(test_a_block_may_be_split_before_the_rest_is_put_off);
	RUN_TEST(test_a_released_entry_may_be_flushed_once_more);
	RUN_TEST(test_a_failed_call_promises_nothing);
	RUN_TEST(test_a_failed_call_may_tell_twice_and_go_on);
	RUN_TEST(test_a_table_nobody_is_attached_to_owes_nothing);
	RUN_TEST(test_a_stream_table_that_was_left_is_plain_memory);
	RUN_TEST(test_a_level_2_array_that_was_left_is_plain_memory);
	RUN_TEST(test_a_stream_table_that_stays_is_watched_on);
	RUN_TEST(test_a_live_tag_may_move);
	RUN_TEST(test_tlbi_then_atc_passes);
	RUN_TEST(test_a_command_that_an_smmu_refuses);
	RUN_TEST(test_stage_2_is_paid_by_intermediate_address);
	RUN_TEST(test_calls_that_overlap_are_judged_together);
	RUN_TEST(test_ste_without_cfgi);
	RUN_TEST(test_ste_with_cfgi_of_another_stream);
	RUN_TEST(test_ste_with_cfgi_on_another_smmu);
	RUN_TEST(test_cfgi_before_the_store);
	RUN_TEST(test_cfgi_without_sync);
	RUN_TEST(test_sync_of_another_smmu);
	RUN_TEST(test_cd_is_announced_to_every_stream);
	RUN_TEST(test_sync_without_tlbi);
	RUN_TEST(test_tlbi_one_page_short);
	RUN_TEST(test_tlbi_of_another_vmid);
	RUN_TEST(test_tlbi_with_the_level_hint_of_a_block);
	RUN_TEST(test_tlbi_of_another_granule);
	RUN_TEST(test_range_that_ends_early);
	RUN_TEST(test_tlbi_by_asid_leaves_global_pages);
	RUN_TEST(test_leaf_tlbi_for_a_table);
	RUN_TEST(test_one_non_leaf_tlbi_drops_a_table);
	RUN_TEST(test_guests_need_more_than_the_intermediate_address);
	RUN_TEST(test_guests_combined_entries_go_with_nh_all);
	RUN_TEST(test_atc_is_forgotten);
	RUN_TEST(test_atc_span_too_small);
	RUN_TEST(test_atc_of_another_substream);
	RUN_TEST(test_the_tag_is_not_flushed_after_the_last_detach);
	RUN_TEST(test_the_tag_stays_while_somebody_uses_it);
	RUN_TEST(test_an_invalidation_put_off_for_ever);
	RUN_TEST(test_atc_before_the_sync_of_the_tlbi);
	RUN_TEST(test_an_endpoint_of_a_guest_forgets_everything);
	RUN_TEST(test_a_guest_names_no_vmid_but_its_own);
	RUN_TEST(test_a_range_of_nothing);
	RUN_TEST(test_an_oracle_that_is_off_finds_nothing);
	return UNITY_END();
}
