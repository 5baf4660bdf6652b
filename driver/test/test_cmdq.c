/* SPDX-License-Identifier: Apache-2.0
 * Command queue: sizes from two entries, splitting, waiting, error recovery, hostile hardware.
 * Not here: completion signals (test_cmdq_signals.c). */
#include "cmdq_rig.h"

/* proves: AB-63. Every queue size, list lengths around it, an SMMU that consumes one command per look: all arrive in order,
 * each list is followed by its SYNC, nothing is overwritten. */
static void test_every_size_and_length_arrives_in_order(void)
{
	for (uint8_t log2 = 1; log2 <= 5; log2++) {
		start(log2);
		smmu->lazy = true;
		size_t seen = 0;
		for (unsigned round = 0; round < 5; round++) {
			for (unsigned length = 0; length <= 40; length++) {
				TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(length, length * 100, true));
				TEST_ASSERT_EQUAL_UINT64(seen + length + 1, smmu->command_count);
				for (unsigned i = 0; i < length; i++)
					TEST_ASSERT_EQUAL_HEX64((uint64_t)(length * 100 + i) << 32 | 0x03, smmu->command[seen + i].word[0]);
				TEST_ASSERT_EQUAL_HEX64(0x46, smmu->command[seen + length].word[0]);
				seen += length + 1;
			}
		}
		stop();
	}
}

/* Without sync the call returns although nothing is consumed, until the queue is full; then it waits and gives up. */
static void test_a_full_queue_is_waited_for_and_times_out(void)
{
	start(2);
	smmu->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(4, 0, false));
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, submit(1, 9, false));
	smmu->stop_consuming = false;
	smmu->lazy = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 9, true));
	TEST_ASSERT_EQUAL_UINT64(6, smmu->command_count);
	stop();
}

static void test_a_sync_that_never_completes_times_out_and_the_queue_recovers(void)
{
	start(3);
	smmu->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, submit(2, 0, true));
	smmu->stop_consuming = false;
	smmu->lazy = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(2, 0, true));
	stop();
}

/* proves: AB-65. The second of three commands is illegal: it is replaced by a SYNC, GERRORN toggles once, the rest runs, the
 * submitter is told; the next submitter is not. */
static void test_cerror_ill_is_replaced_acknowledged_and_reported(void)
{
	struct smmu_cmd cmds[3] = { smmu_cmd_cfgi_ste(1, true), { { 0x7f, 0 } }, smmu_cmd_cfgi_ste(2, true) };
	struct smmu_dev_stats stats;
	start(4);
	smmu->bad_opcode = 0x7f;
	smmu->error_code = 1;
	smmu->error_repeat = 1000;
	TEST_ASSERT_EQUAL_INT(SMMU_E_CMDQ, smmu_dev_submit(rig.dev[0], cmds, 3, true));
	TEST_ASSERT_EQUAL_UINT64(4, smmu->command_count);
	TEST_ASSERT_EQUAL_HEX64(0x46, smmu->command[1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(2) << 32 | 0x03, smmu->command[2].word[0]);
	unsigned acknowledgements = 0;
	for (size_t i = 0; i < smmu->access_count; i++)
		acknowledgements += smmu->access[i].write && smmu->access[i].offset == 0x64;
	TEST_ASSERT_EQUAL_UINT32(1, acknowledgements);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(2, 0, true));
	smmu_dev_stats(rig.dev[0], &stats);
	TEST_ASSERT_EQUAL_UINT64(1, stats.command_errors);
	stop();
}

/* proves: AB-66. The fetch aborts three times, then works: no slot is modified, every command arrives. */
static void test_cerror_abt_is_retried(void)
{
	start(4);
	smmu->bad_opcode = 0x03;
	smmu->error_code = 2;
	smmu->error_repeat = 3;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(2, 5, true));
	TEST_ASSERT_EQUAL_UINT64(3, smmu->command_count);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(5) << 32 | 0x03, smmu->command[0].word[0]);
	smmu->error_repeat = UINT32_MAX;        /* never again: told, and bounded */
	TEST_ASSERT_EQUAL_INT(SMMU_E_CMDQ, submit(1, 5, true));
	stop();
}

static void test_cons_beyond_prod_is_a_hardware_error(void)
{
	start(4);
	smmu->cons_beyond_prod = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, submit(1, 0, true));
	stop();
}

static void test_gerror_handler_reports_and_acknowledges_everything(void)
{
	struct smmu_gerror_report report;
	start(4);
	fake_set_reg(smmu, 0x60, 1u << 2 | 1u << 5);    /* EVENTQ_ABT_ERR, MSI_EVENTQ_ABT_ERR */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
	TEST_ASSERT_EQUAL_HEX32(0x24, report.active);
	TEST_ASSERT_EQUAL_HEX32(0x24, fake_reg(smmu, 0x64));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
	TEST_ASSERT_EQUAL_HEX32(0, report.active);
	fake_set_reg(smmu, 0x60, 1u << 8 | 1u << 5);    /* SFM; EVENTQ_ABT_ERR came a second time: a toggle back to 0 */
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, smmu_dev_handle_gerror(rig.dev[0], &report));
	TEST_ASSERT_EQUAL_HEX32(0x104, report.active);
	TEST_ASSERT_EQUAL_HEX32(0x120, fake_reg(smmu, 0x64));
	stop();
}

/* Every error bit the architecture defines, once as a toggle to 1 and once back to 0: reported alone, acknowledged by writing what
 * was read, gone afterwards. Bit 0 (CMDQ_ERR) names the code in CMDQ_CONS 30:24; bit 8 (SFM_ERR) is the one nobody can live with. */
static void test_every_gerror_bit_is_a_toggle(void)
{
	static const unsigned bits[] = { 0, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	struct smmu_gerror_report report;
	start(4);
	for (unsigned i = 0; i < 2 * sizeof bits / sizeof bits[0]; i++) {
		const uint32_t bit = UINT32_C(1) << bits[i / 2], before = fake_reg(smmu, 0x64), now = before ^ bit;
		fake_set_reg(smmu, 0x9c, (fake_reg(smmu, 0x9c) & 0xfffff) | 2u << 24);  /* CERROR_ABT: nothing to repair */
		fake_set_reg(smmu, 0x60, now);
		TEST_ASSERT_EQUAL_INT(bit == 1u << 8 ? SMMU_E_HARDWARE : SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
		TEST_ASSERT_EQUAL_HEX32(bit, report.active);
		TEST_ASSERT_EQUAL_HEX8(bit == 1 ? 2 : 0, report.cmdq_error);
		TEST_ASSERT_EQUAL_HEX32(now, fake_reg(smmu, 0x64));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
		TEST_ASSERT_EQUAL_HEX32(0, report.active);
	}
	fake_set_reg(smmu, 0x60, fake_reg(smmu, 0x64) ^ (1u << 1 | 0xfffff800u));       /* RES0: not an error, left as it is */
	const uint32_t acknowledged = fake_reg(smmu, 0x64);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
	TEST_ASSERT_EQUAL_HEX32(0, report.active);
	TEST_ASSERT_EQUAL_HEX32(acknowledged, fake_reg(smmu, 0x64));
	stop();
}

/* ---- who is told ---- */

/* proves: AB-65. Another submitter's commands lie between the lists of a batch; the one that was refused is nobody else's. */
static void test_only_the_submitter_of_a_refused_command_is_told(void)
{
	const struct smmu_cmd good = smmu_cmd_cfgi_ste(1, true), bad = { { 0x7f, 0 } };
	for (unsigned mine = 0; mine <= 1; mine++) {
		struct smmu_batch batch = { 0 }, other = { 0 };
		start(4);
		smmu->bad_opcode = 0x7f;
		smmu->error_code = 1;
		smmu->error_repeat = 1000;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_push(rig.dev[0], mine ? &bad : &good, 1, &batch, false));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_push(rig.dev[0], mine ? &good : &bad, 1, &other, true));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_push(rig.dev[0], &good, 1, &batch, true));
		TEST_ASSERT_EQUAL_INT(mine ? SMMU_E_CMDQ : SMMU_OK, smmu_cmdq_wait(rig.dev[0], &batch));
		TEST_ASSERT_EQUAL_INT(mine ? SMMU_OK : SMMU_E_CMDQ, smmu_cmdq_wait(rig.dev[0], &other));
		stop();
	}
}

/* A submitter that gave up is forgotten: a later refusal of its command writes to nobody's stack. */
static void test_a_batch_that_timed_out_is_not_told_afterwards(void)
{
	const struct smmu_cmd bad = { { 0x7f, 0 } };
	struct smmu_batch batch = { 0 };
	start(4);
	smmu->bad_opcode = 0x7f;
	smmu->error_code = 1;
	smmu->error_repeat = 1000;
	smmu->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_push(rig.dev[0], &bad, 1, &batch, true));
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_cmdq_wait(rig.dev[0], &batch));
	smmu->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 0, true));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, batch.status);
	TEST_ASSERT_EQUAL_HEX64(0x46, smmu->command[0].word[0]);
	stop();
}

static void test_bad_input(void)
{
	start(4);
	struct smmu_gerror_report report;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_submit(NULL, NULL, 0, true));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_submit(rig.dev[0], NULL, 1, true));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_handle_gerror(NULL, &report));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_resume(rig.dev[0], 0, 0, (enum smmu_resume)3));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_resume(rig.dev[0], 0x20, 7, SMMU_RESUME_RETRY));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x20) << 32 | 0x1044, smmu->command[0].word[0]);
	TEST_ASSERT_EQUAL_UINT64(2, smmu->command_count);
	stop();
}

/* A caller waits for room when another thread closes the queue: it leaves, its commands need no answer any more. */
static void close_the_queue(void *ctx)
{
	((struct rig *)ctx)->clock++;
	atomic_store(&rig.dev[0]->cmdq.enabled, false);
}

static void test_who_waits_for_room_leaves_when_the_queue_is_closed(void)
{
	start(2);
	smmu->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(4, 0, false));
	const uint32_t prod = fake_reg(smmu, 0x98);
	rig.sys->host.relax = close_the_queue;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 9, false));
	TEST_ASSERT_EQUAL_HEX32(prod, fake_reg(smmu, 0x98));
	TEST_ASSERT_EQUAL_UINT32(0, atomic_load(&rig.dev[0]->cmdq.users));
	TEST_ASSERT_LESS_THAN_UINT64(100, rig.clock);           /* at once, not when its time is over */
	stop();
}

/* CMDQ_CONS is somewhere it cannot be while a caller waits for room. */
static void test_cons_beyond_prod_while_waiting_for_room(void)
{
	start(2);
	smmu->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(4, 0, false));
	smmu->cons_beyond_prod = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, submit(1, 9, false));
	smmu->cons_beyond_prod = smmu->stop_consuming = false;
	smmu->lazy = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 9, true));
	TEST_ASSERT_EQUAL_UINT64(6, smmu->command_count);       /* the refused list left no hole */
	stop();
}

/* 130 commands in a queue of 256: the words that tell which slots are filled turn over whole. Then across the end of the queue. */
static void test_lists_longer_than_a_word_of_flags(void)
{
	static struct smmu_cmd list[130];
	start(8);
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < 130; i++)
			list[i] = smmu_cmd_cfgi_ste(i + round, true);
		fake_clear(smmu);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], list, 130, true));
		TEST_ASSERT_EQUAL_UINT64(131, smmu->command_count);
		for (unsigned i = 0; i < 130; i++)
			TEST_ASSERT_EQUAL_HEX64((uint64_t)(i + round) << 32 | 0x03, smmu->command[i].word[0]);
	}
	stop();
}

/* Nobody waits for the commands, and the third is illegal: the handler finds the SMMU two commands further than it was last seen,
 * repairs that slot, and the rest runs. */
static void test_an_error_found_by_the_handler(void)
{
	struct smmu_cmd list[5];
	struct smmu_gerror_report report;
	start(4);
	for (unsigned i = 0; i < 5; i++)
		list[i] = smmu_cmd_cfgi_ste(i, true);
	list[2] = (struct smmu_cmd){ { 0x7f, 0 } };
	smmu->error_in = 3;
	smmu->error_code = 1;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], list, 5, false));
	TEST_ASSERT_EQUAL_UINT64(2, smmu->command_count);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
	TEST_ASSERT_EQUAL_HEX32(1, report.active);
	TEST_ASSERT_EQUAL_UINT8(1, report.cmdq_error);
	TEST_ASSERT_EQUAL_UINT64(5, smmu->command_count);
	TEST_ASSERT_EQUAL_HEX64(0x46, smmu->command[2].word[0]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(4) << 32 | 0x03, smmu->command[4].word[0]);
	stop();
}

/* CMDQ_ERR with CONS where no command is: further than a queue, and at the end of what was queued. Acknowledged, no slot touched. */
static void test_an_error_at_no_command(void)
{
	struct smmu_gerror_report report;
	struct smmu_dev_layout layout;
	uint64_t before[32];
	start(4);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 0, true));
	smmu_dev_layout(rig.dev[0], &layout);
	memcpy(before, rig_words(&rig, layout.cmdq.v), sizeof before);
	const uint32_t prod = fake_reg(smmu, 0x98);
	for (unsigned far = 0; far < 2; far++) {
		fake_set_reg(smmu, 0x9c, ((prod + (far ? 17 : 0)) & 31) | 1u << 24);
		fake_set_reg(smmu, 0x60, fake_reg(smmu, 0x64) ^ 1);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
		TEST_ASSERT_EQUAL_HEX32(1, report.active);
		TEST_ASSERT_EQUAL_HEX32(fake_reg(smmu, 0x60), fake_reg(smmu, 0x64));
		TEST_ASSERT_EQUAL_MEMORY(before, rig_words(&rig, layout.cmdq.v), sizeof before);
	}
	fake_set_reg(smmu, 0x9c, prod);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(3, 0, true));
	stop();
}

/* Between the first look at GERROR and the lock another thread has recovered: there is nothing left to do. */
static struct smmu_lock *busy;
static unsigned others;
static void lock_after_another(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	if (l == busy && others == 0) {
		struct smmu_gerror_report report;
		others++;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
		TEST_ASSERT_EQUAL_HEX32(4, report.active);
	}
	TEST_ASSERT_EQUAL_UINT64(0, l->word[0]);
	l->word[0] = 1;
}

static void test_another_thread_recovers_first(void)
{
	struct smmu_gerror_report report;
	start(4);
	rig.sys->host.lock = lock_after_another;
	busy = &rig.dev[0]->cmdq.lock;
	others = 0;
	fake_set_reg(smmu, 0x60, fake_reg(smmu, 0x64) ^ 4);
	fake_clear(smmu);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
	TEST_ASSERT_EQUAL_HEX32(0, report.active);
	TEST_ASSERT_EQUAL_UINT32(1, others);
	size_t acknowledged = 0;
	for (size_t i = 0; i < smmu->access_count; i++)
		acknowledged += smmu->access[i].write && smmu->access[i].offset == 0x64;
	TEST_ASSERT_EQUAL_UINT64(1, acknowledged);
	stop();
}

/* While one thread reads CMDQ_CONS another one's command is queued, consumed and seen: what the first one has read is ambiguous by
 * then, and it looks again. */
static void other_thread(void *arg, struct fake_smmu *fake)
{
	const struct smmu_cmd cmd = smmu_cmd_cfgi_ste(0x77, true);
	(void)arg;
	(void)fake;
	if (others++ == 0)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], &cmd, 1, true));
}

static void test_another_thread_sees_cons_first(void)
{
	start(4);
	smmu->lazy = true;
	smmu->on_poll = other_thread;
	others = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(3, 0, true));
	TEST_ASSERT_EQUAL_UINT64(6, smmu->command_count);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x77) << 32 | 0x03, smmu->command[4].word[0]);
	stop();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_every_size_and_length_arrives_in_order);
	RUN_TEST(test_a_full_queue_is_waited_for_and_times_out);
	RUN_TEST(test_a_sync_that_never_completes_times_out_and_the_queue_recovers);
	RUN_TEST(test_cerror_ill_is_replaced_acknowledged_and_reported);
	RUN_TEST(test_cerror_abt_is_retried);
	RUN_TEST(test_cons_beyond_prod_is_a_hardware_error);
	RUN_TEST(test_gerror_handler_reports_and_acknowledges_everything);
	RUN_TEST(test_every_gerror_bit_is_a_toggle);
	RUN_TEST(test_only_the_submitter_of_a_refused_command_is_told);
	RUN_TEST(test_a_batch_that_timed_out_is_not_told_afterwards);
	RUN_TEST(test_bad_input);
	RUN_TEST(test_who_waits_for_room_leaves_when_the_queue_is_closed);
	RUN_TEST(test_cons_beyond_prod_while_waiting_for_room);
	RUN_TEST(test_lists_longer_than_a_word_of_flags);
	RUN_TEST(test_an_error_found_by_the_handler);
	RUN_TEST(test_an_error_at_no_command);
	RUN_TEST(test_another_thread_recovers_first);
	RUN_TEST(test_another_thread_sees_cons_first);
	return UNITY_END();
}
