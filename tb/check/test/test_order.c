/* SPDX-License-Identifier: Apache-2.0
 * Command-stream oracle, what comes when: tables of two levels and streams beyond them, TLBI and entries in their order, registers while a part is off, switching on,
 * commands that say nothing new. What a change owes is in test_commands.c. */
#include "bench.h"

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

/* ---- two levels ---- */

static void use_two_level_streams(void)
{
	set_cr0(0, 0);
	memset(word_at(STREAMS(0)), 0, 0x400);
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(0, SMMU_STRTAB_BASE, STREAMS(0), 8);
	reg_write(0, SMMU_STRTAB_BASE_CFG, 8 | 6 << 6 | 1 << 16, 4);    /* 256 streams, SPLIT 6, two-level */
	command(0, 0x04, 31);
	command(0, 0x30, 0);
	sync();
	set_cr0(0, SMMU_CR0_SMMUEN_MASK);
	leave(SMMU_CALL_DEV_ENABLE, 0);
}

static uint64_t show_stream_leaf(uint64_t leaf)
{
	enter(SMMU_CALL_MASTER_CREATE);
	store(STREAMS(0) + 8, (RAM_BASE + 0x8000) | 7);         /* StreamIDs 64..127, Span 7: 64 STEs */
	command(0, 0x03 | UINT64_C(70) << 32, leaf);
	sync();
	return leave(SMMU_CALL_MASTER_CREATE, 0);
}

static void test_level_1_stream_descriptor_needs_leaf_0(void)
{
	use_two_level_streams();
	expect(CHECK_COMMANDS, "command.missing", show_stream_leaf(1), "Leaf=0 for StreamID 0x40");
}

static void test_level_1_stream_descriptor_and_the_ste_behind_it(void)
{
	use_two_level_streams();
	show_stream_leaf(0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(RAM_BASE + 0x8000 + 64 * 6, STE_BYPASS);
	cfgi_ste(70);
	sync();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	expect_nothing();
}

/* Span 6: the second half of the STEs is beyond it. */
static void test_a_stream_beyond_the_span(void)
{
	use_two_level_streams();
	enter(SMMU_CALL_MASTER_CREATE);
	store(STREAMS(0) + 8, (RAM_BASE + 0x8000) | 6);
	command(0, 0x03 | UINT64_C(96) << 32, 0);               /* of the descriptor: any StreamID of its 64 will do */
	sync();
	leave(SMMU_CALL_MASTER_CREATE, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(RAM_BASE + 0x8000 + 64 * 31, STE_BYPASS);
	cfgi_ste(95);
	sync();
	expect_nothing();
	store(RAM_BASE + 0x8000 + 64 * 32, STE_BYPASS);
	expect(CHECK_TABLES, "table.span", cfgi_ste(96), "StreamID 0x60, which the level-1 descriptor at 0x80000008 does not reach: Span is 6");
}

static void test_a_stream_without_a_level_2_table(void)
{
	use_two_level_streams();
	enter(SMMU_CALL_MASTER_ATTACH);
	expect(CHECK_TABLES, "table.span", cfgi_cd(200, 0), "the level-1 descriptor at 0x80000018 does not reach: Span is 0");
}

/* The descriptor goes, and is announced by a StreamID that had an entry. */
static void test_a_level_2_table_that_goes(void)
{
	use_two_level_streams();
	show_stream_leaf(0);
	enter(SMMU_CALL_MASTER_DESTROY);
	store(STREAMS(0) + 8, 0);
	command(0, 0x03 | UINT64_C(70) << 32, 0);
	sync();
	leave(SMMU_CALL_MASTER_DESTROY, 0);
	expect_nothing();
}

static void test_a_stream_beyond_the_table(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	cfgi_ste(15);
	expect_nothing();
	expect(CHECK_TABLES, "table.span", cfgi_ste(16), "StreamID 0x10, but its stream table of 2^4 entries has none");
}

/* Whoever passes on commands of somebody else sends what that one wants. */
static void test_commands_for_others_may_name_any_stream(void)
{
	enter(SMMU_CALL_DEV_SUBMIT);
	cfgi_ste(16);
	leave(SMMU_CALL_DEV_SUBMIT, 0);
	expect_nothing();
}

/* 4096 SubstreamIDs in leaves of 1024 CDs */
static void attach_with_cd_levels(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 1), SMMU_STE_S1DSS_TERMINATE);
	store(ste(1, 0), STE_S1(CDS(0)) | UINT64_C(12) << 59 | 2 << 4);
	cfgi_ste(1);
	sync();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
}

static uint64_t attach_pasid(bool announce)
{
	const uint64_t leaf = RAM_BASE + 0x50000, cd = leaf + 64 * 3;
	uint64_t shown;
	enter(SMMU_CALL_MASTER_ATTACH_PASID);
	store(CDS(0) + 8, leaf | 1);                            /* SubstreamIDs 1024..2047 */
	if (announce)
		command(0, 0x05 | UINT64_C(1) << 32 | UINT64_C(1027) << 12, 0);
	if (announce)
		sync();
	store(cd + 8, ROOT(0));
	cfgi_cd(1, 1027);
	sync();
	shown = store(cd, CD_S1(5));
	cfgi_cd(1, 1027);
	sync();
	leave(SMMU_CALL_MASTER_ATTACH_PASID, 0);
	return shown;
}

static void test_level_1_cd_descriptor_is_announced_first(void)
{
	attach_with_cd_levels();
	attach_pasid(true);
	expect_nothing();
}

static void test_cd_valid_before_its_level_1_descriptor_is_known(void)
{
	attach_with_cd_levels();
	expect(CHECK_COMMANDS, "command.order", attach_pasid(false), "CMD_CFGI_CD with Leaf=0");
}

/* ---- order ---- */

static void test_tlbi_by_tag_before_the_entry_is_forgotten(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_DETACH);
	store(ste(1, 0), STE_ABORT);
	cfgi_ste(1);
	expect(CHECK_COMMANDS, "command.order", tlbi_asid(5), "TLBI by ASID 5 before the CMD_SYNC of the CFGI");
}

static void test_tag_reused_before_its_flush(void)
{
	uint64_t shown;
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_GROUP_ATTACH);
	store(ste(1, 0), STE_ABORT);
	cfgi_ste(1);
	sync();
	store(CDS(1) + 8, ROOT(1));
	store(CDS(1), CD_S1(5));
	shown = store(ste(2, 0), STE_S1(CDS(1)));
	expect(CHECK_COMMANDS, "command.reuse", shown,
	       "STE of StreamID 0x2 at 0x80000080 gives smmu0 table 0x80024000 under the tag of table 0x80020000 before TLBI by ASID 5");
}

static void test_enable_with_old_entries_of_el2(void)
{
	reg_read(1, SMMU_IDR0, SMMU_IDR0_HYP_MASK);
	enter(SMMU_CALL_DEV_ENABLE);
	command(1, 0x04, 31);
	command(1, 0x30, 0);
	sync_on(1);
	expect(CHECK_COMMANDS, "command.enable", reg_write(1, SMMU_CR0, SMMU_CR0_SMMUEN_MASK, 4), "CMD_TLBI_EL2_ALL");
}

static void test_enable_with_el2_emptied_too(void)
{
	reg_read(1, SMMU_IDR0, SMMU_IDR0_HYP_MASK);
	enter(SMMU_CALL_DEV_ENABLE);
	command(1, 0x04, 31);
	command(1, 0x30, 0);
	command(1, 0x20, 0);
	sync_on(1);
	set_cr0(1, SMMU_CR0_SMMUEN_MASK);
	expect_nothing();
}

/* IIDR: Implementer 0x43b, ProductID 0x487 is an MMU-700. */
static void a_long_list(uint32_t iidr)
{
	reg_read(0, SMMU_IIDR, iidr);
	enter(SMMU_CALL_DEV_SUBMIT);
	for (unsigned i = 0; i < 63; i++)
		cfgi_ste(i);
	expect_nothing();
}

static void test_an_mmu_700_gets_a_sync_after_every_batch(void)
{
	a_long_list(0x4871043b);
	leave(SMMU_CALL_DEV_SUBMIT, 0);         /* who ended without one has not waited: the next call begins anew */
	a_long_list(0x4871043b);
	sync();
	cfgi_ste(63);
	sync();
	leave(SMMU_CALL_DEV_SUBMIT, 0);
	expect_nothing();
}

static void test_others_do_not(void)
{
	a_long_list(0x4831043b);        /* an MMU-600 */
	cfgi_ste(63);
	leave(SMMU_CALL_DEV_SUBMIT, 0);
	a_long_list(0x48710123);
	cfgi_ste(63);
	leave(SMMU_CALL_DEV_SUBMIT, 0);
	expect_nothing();
}

static void test_an_mmu_700_and_a_long_list(void)
{
	a_long_list(0x4871043b);
	expect(CHECK_COMMANDS, "command.erratum", cfgi_ste(63), "without a CMD_SYNC");
}

/* CMDQ_BASE.LOG2SIZE = 2: four places, positions 0 to 7. */
static void open_command_queue(void)
{
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(0, SMMU_CR0, 0, 4);
	reg_read(0, SMMU_CR0ACK, 0);
	reg_write(0, SMMU_CMDQ_BASE, 0x3002, 8);
	reg_write(0, SMMU_CMDQ_CONS, 6, 4);
	set_cr0(0, SMMU_CR0_CMDQEN_MASK);
	reg_write(0, SMMU_CMDQ_PROD, 2, 4);     /* 6, 7, 0, 1 */
	expect_nothing();
}

static void consumed_at(uint64_t position)
{
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_COMMAND, .addr = position, .data = { 0x46 } });
}

static void test_a_queue_holds_as_many_commands_as_it_has_places(void)
{
	open_command_queue();
	consumed_at(6);
	reg_write(0, SMMU_CMDQ_PROD, 3, 4);
	reg_read(0, SMMU_CMDQ_CONS, 1);         /* it may be told before the record comes */
	reg_write(0, SMMU_CMDQ_PROD, 5, 4);
	consumed_at(7);
	reg_write(0, SMMU_CMDQ_PROD, 5, 4);
	consumed_at(0);
	reg_read(0, SMMU_CMDQ_CONS, 6);         /* or after it */
	reg_write(0, SMMU_CMDQ_PROD, 5, 4);
	for (uint64_t position = 1; position < 5; position++)
		consumed_at(position);
	expect_nothing();
	reg_write(0, SMMU_CMDQ_PROD, 1, 4);
	expect_nothing();
	expect(CHECK_COMMANDS, "command.overrun", reg_write(0, SMMU_CMDQ_PROD, 2, 4), "its next command is at 0x5");
}

static void test_a_command_that_was_overwritten(void)
{
	open_command_queue();
	expect(CHECK_COMMANDS, "command.overrun", reg_write(0, SMMU_CMDQ_PROD, 3, 4), "its next command is at 0x6");
}

static void test_registers_are_written_while_things_are_off_one_step_at_a_time(void)
{
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(1, SMMU_STRTAB_BASE, 0x1000, 8);
	reg_write(1, SMMU_EVENTQ_IRQ_CFG0, 0x2000, 8);
	reg_write(1, SMMU_IRQ_CTRL, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK, 4);
	reg_read(1, SMMU_IRQ_CTRLACK, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK);
	reg_write(1, SMMU_CMDQ_BASE, 0x3000, 8);
	reg_write(1, SMMU_CR0, SMMU_CR0_CMDQEN_MASK, 4);
	reg_read(1, SMMU_CR0ACK, 0);
	reg_read(1, SMMU_CR0ACK, SMMU_CR0_CMDQEN_MASK);
	reg_write(1, SMMU_CR0, SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK, 4);
	reg_read(1, SMMU_CR0ACK, SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK);
	/* without power everything is off again, and the driver looks */
	reg_read(1, SMMU_CR0, 0);
	reg_write(1, SMMU_CMDQ_BASE, 0x3000, 8);
	expect_nothing();
	leave(SMMU_CALL_DEV_ENABLE, 0);
}

static void test_a_step_of_cr0_before_the_last_was_shown(void)
{
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(1, SMMU_CR0, SMMU_CR0_CMDQEN_MASK, 4);
	reg_read(1, SMMU_CR0ACK, 0);
	expect(CHECK_COMMANDS, "command.register", reg_write(1, SMMU_CR0, SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK, 4), "CR0 of smmu1 is written again before CR0ACK showed 0x8");
}

static void test_an_interrupt_moves_while_it_is_on(void)
{
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(1, SMMU_IRQ_CTRL, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK, 4);
	reg_read(1, SMMU_IRQ_CTRLACK, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK);
	reg_write(1, SMMU_GERROR_IRQ_CFG0, 0x2000, 8);
	expect(CHECK_COMMANDS, "command.register", reg_write(1, SMMU_EVENTQ_IRQ_CFG0, 0x2000, 8), "0xb0 of an interrupt of smmu1");
}

static void test_a_queue_moves_while_it_is_on(void)
{
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(1, SMMU_CR0, SMMU_CR0_CMDQEN_MASK, 4);
	reg_read(1, SMMU_CR0ACK, SMMU_CR0_CMDQEN_MASK);
	reg_write(1, SMMU_EVENTQ_BASE, 0x4000, 8);
	reg_write(1, SMMU_CMDQ_PROD, 1, 4);
	expect(CHECK_COMMANDS, "command.register", reg_write(1, SMMU_CMDQ_BASE, 0x3000, 8), "bit 0x8 of CR0");
}

static void test_enable_without_invalidation(void)
{
	enter(SMMU_CALL_DEV_ENABLE);
	command(1, 0x04, 31);
	sync_on(1);
	expect(CHECK_COMMANDS, "command.enable", reg_write(1, SMMU_CR0, SMMU_CR0_SMMUEN_MASK, 4), "CMD_TLBI_NSNH_ALL");
}

/* ---- redundant ---- */

static void test_the_same_tlbi_twice(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	expect(CHECK_COMMANDS, "command.redundant", tlbi_va(5, 0x1000), "a second time");
}

/* Between the two only what was there was stored again. */
static void test_the_same_tlbi_after_a_store_that_changes_nothing(void)
{
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	sync();
	store(LEAF(0, 2), *word_at(LEAF(0, 2)));
	expect_nothing();
	expect(CHECK_COMMANDS, "command.redundant", tlbi_va(5, 0x1000), "a second time");
}

static void test_tlbi_for_an_smmu_without_the_tag(void)
{
	enable(1);
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	expect(CHECK_COMMANDS, "command.redundant", command(1, UINT64_C(0x12) | UINT64_C(5) << 48, 0x1000 | 1), "ASID 5");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_level_1_stream_descriptor_needs_leaf_0);
	RUN_TEST(test_level_1_stream_descriptor_and_the_ste_behind_it);
	RUN_TEST(test_a_stream_beyond_the_span);
	RUN_TEST(test_a_stream_without_a_level_2_table);
	RUN_TEST(test_a_level_2_table_that_goes);
	RUN_TEST(test_a_stream_beyond_the_table);
	RUN_TEST(test_commands_for_others_may_name_any_stream);
	RUN_TEST(test_level_1_cd_descriptor_is_announced_first);
	RUN_TEST(test_cd_valid_before_its_level_1_descriptor_is_known);
	RUN_TEST(test_tlbi_by_tag_before_the_entry_is_forgotten);
	RUN_TEST(test_tag_reused_before_its_flush);
	RUN_TEST(test_an_mmu_700_gets_a_sync_after_every_batch);
	RUN_TEST(test_others_do_not);
	RUN_TEST(test_an_mmu_700_and_a_long_list);
	RUN_TEST(test_a_queue_holds_as_many_commands_as_it_has_places);
	RUN_TEST(test_a_command_that_was_overwritten);
	RUN_TEST(test_registers_are_written_while_things_are_off_one_step_at_a_time);
	RUN_TEST(test_a_step_of_cr0_before_the_last_was_shown);
	RUN_TEST(test_an_interrupt_moves_while_it_is_on);
	RUN_TEST(test_a_queue_moves_while_it_is_on);
	RUN_TEST(test_enable_with_old_entries_of_el2);
	RUN_TEST(test_enable_with_el2_emptied_too);
	RUN_TEST(test_enable_without_invalidation);
	RUN_TEST(test_the_same_tlbi_twice);
	RUN_TEST(test_the_same_tlbi_after_a_store_that_changes_nothing);
	RUN_TEST(test_tlbi_for_an_smmu_without_the_tag);
	return UNITY_END();
}
