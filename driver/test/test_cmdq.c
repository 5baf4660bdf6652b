/* SPDX-License-Identifier: Apache-2.0
 * Command queue: sizes from two entries, splitting, waiting, error recovery, hostile hardware. */
#include "cmd.h"
#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct fake_smmu *smmu;

static void start(uint8_t log2)
{
	const struct smmu_dev_config config = { .cmdq_log2 = log2 };
	rig_open(&rig, 1);
	smmu = rig.smmu[0];
	rig_start(&rig, 0, &config);
}

static void stop(void) { rig_close(&rig); }

static smmu_status submit(unsigned count, uint32_t first_sid, bool sync)
{
	struct smmu_cmd cmds[64];
	for (unsigned i = 0; i < count; i++)
		cmds[i] = smmu_cmd_cfgi_ste(first_sid + i, true);
	return smmu_dev_submit(rig.dev[0], cmds, count, sync);
}

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
	RUN_TEST(test_bad_input);
	return UNITY_END();
}
