/* SPDX-License-Identifier: Apache-2.0
 * Endpoints that do not answer: every CERROR_ATC_INV_SYNC is acknowledged once, the endpoints are found, the others' commands
 * complete and their submitters hear nothing. */
#include "cmd.h"
#include "dev_internal.h"
#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct fake_smmu *smmu;

static void start(uint8_t log2, uint64_t silent_sids)
{
	const struct smmu_dev_config config = { .cmdq_log2 = log2 };
	rig_open(&rig, 1);
	smmu = rig.smmu[0];
	rig_start(&rig, 0, &config);
	smmu->silent_sids = silent_sids;
}

static void stop(void) { rig_close(&rig); }

/* ATC_INV of everything: Size 52. */
static struct smmu_cmd atc_inv(uint32_t sid)
{
	return (struct smmu_cmd){ { 0x40 | (uint64_t)sid << 32, 52 } };
}

static unsigned acknowledgements(void)
{
	unsigned n = 0;
	for (size_t i = 0; i < smmu->access_count; i++)
		n += smmu->access[i].write && smmu->access[i].offset == 0x64;
	return n;
}

/* ATC_INVs that reached sid. */
static unsigned asked(uint32_t sid)
{
	unsigned n = 0;
	for (size_t i = 0; i < smmu->command_count; i++)
		n += smmu->command[i].word[0] == (0x40 | (uint64_t)sid << 32);
	return n;
}

/* proves: AB-62. Every set of silent endpoints among six, two commands each, in queues from two entries: exactly they are
 * reported, every other endpoint was asked and has answered after its last failed SYNC. */
static void test_exactly_the_silent_endpoints_are_found(void)
{
	static const uint8_t sizes[] = { 1, 2, 3, 8 };
	struct smmu_cmd list[12];
	for (uint32_t i = 0; i < 12; i++)
		list[i] = atc_inv(1 + i / 2);
	for (unsigned s = 0; s < 4; s++) {
		start(sizes[s], 0);
		for (uint64_t set = 0; set < 64; set++) {
			uint64_t silent = UINT64_MAX, expected = 0;
			for (unsigned i = 0; i < 12; i++)
				expected |= (set >> i / 2 & 1) << i;
			fake_clear(smmu);
			smmu->atc_errors = 0;
			smmu->silent_sids = set << 1;
			const smmu_status status = smmu_cmdq_run_atc(rig.dev[0], list, 12, &silent);
			TEST_ASSERT_EQUAL_INT(SMMU_OK, status);
			TEST_ASSERT_EQUAL_HEX64(expected, silent);
			TEST_ASSERT_EQUAL_UINT64(smmu->atc_errors, acknowledgements());
			for (uint32_t sid = 1; sid <= 6; sid++)
				TEST_ASSERT_GREATER_THAN_UINT32(0, asked(sid));
		}
		stop();
	}
}

/* One of sixteen: 16, 8, 4, 2 and 1 commands fail, the halves beside them pass. 5 errors, and 9 lists in all. */
static void test_one_silent_endpoint_costs_one_error_per_halving(void)
{
	struct smmu_cmd list[16];
	uint64_t silent;
	for (uint32_t i = 0; i < 16; i++)
		list[i] = atc_inv(i);
	start(8, 1u << 5);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_run_atc(rig.dev[0], list, 16, &silent));
	TEST_ASSERT_EQUAL_HEX64(1u << 5, silent);
	TEST_ASSERT_EQUAL_UINT64(5, smmu->atc_errors);
	TEST_ASSERT_EQUAL_UINT64(9, fake_count(smmu, 0x46));
	stop();
}

/* An endpoint known to be silent is not asked again by the same run. */
static void test_a_silent_endpoint_is_not_asked_again(void)
{
	struct smmu_cmd list[64];
	uint64_t silent;
	for (uint32_t i = 0; i < 64; i++)
		list[i] = atc_inv(3);
	start(8, 1u << 3);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_run_atc(rig.dev[0], list, 64, &silent));
	TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, silent);
	TEST_ASSERT_EQUAL_UINT64(16, fake_count(smmu, 0x40));
	TEST_ASSERT_EQUAL_UINT64(1, smmu->atc_errors);
	stop();
}

/* A time-out that does not happen again is no time-out: everything is invalidated. */
static void test_an_endpoint_that_answers_the_second_time_is_not_reported(void)
{
	const struct smmu_cmd list[2] = { atc_inv(1), atc_inv(2) };
	uint64_t silent;
	start(8, 0);
	smmu->atc_pending = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_run_atc(rig.dev[0], list, 2, &silent));
	TEST_ASSERT_EQUAL_HEX64(0, silent);
	TEST_ASSERT_EQUAL_UINT64(2, asked(1));
	stop();
}

/* proves: AB-62. Halves of a call: the waits of others lie between them and know nothing of the error. */
static void test_others_are_not_told_and_finish(void)
{
	const struct smmu_cmd list[2] = { atc_inv(1), atc_inv(2) }, tlbi = smmu_cmd_tlbi_nh_asid(0, 7);
	struct smmu_batch mine = { 0 }, other = { 0 };
	uint64_t silent;
	start(4, 1u << 2);
	smmu->lazy = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_push(rig.dev[0], list, 2, &mine, true));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_push(rig.dev[0], &tlbi, 1, &other, true));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_wait(rig.dev[0], &other));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_cmdq_wait_atc(rig.dev[0], &mine, list, 2, &silent));
	TEST_ASSERT_EQUAL_HEX64(2, silent);
	stop();
}

/* ATC_INVs sent raw without a SYNC fail somebody's SYNC, who asked for something else and got it. */
static void test_a_sync_that_fails_for_somebody_elses_atc_inv_is_no_error(void)
{
	const struct smmu_cmd cmd = atc_inv(1), tlbi = smmu_cmd_tlbi_nh_asid(0, 7);
	start(4, 1u << 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], &cmd, 1, false));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], &tlbi, 1, true));
	TEST_ASSERT_EQUAL_UINT64(1, smmu->atc_errors);
	TEST_ASSERT_EQUAL_INT(SMMU_E_CMDQ, smmu_dev_submit(rig.dev[0], &cmd, 1, true));
	stop();
}

/* The SMMU dies while the second half of a list is tried: that is what the call says, and whom it had found before. Queue of 8:
 * lists of four, of which 1 is silent; it stops at the CMD_SYNC of {3, 4}, the tenth command after {1, 2} and {1}, {2}. */
static void test_an_smmu_that_dies_during_the_search(void)
{
	const struct smmu_cmd list[4] = { atc_inv(1), atc_inv(2), atc_inv(3), atc_inv(4) };
	uint64_t silent = 0;
	start(3, 1u << 1);
	smmu->consume_limit = 4 + 3 + 2 + 2;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_cmdq_run_atc(rig.dev[0], list, 4, &silent));
	TEST_ASSERT_TRUE(smmu->stop_consuming);
	TEST_ASSERT_EQUAL_HEX64(1, silent);
	stop();
}

/* A CMD_SYNC nobody waits for fails for a silent endpoint: the next look acknowledges, and everything goes on. */
static void test_a_failed_sync_of_nobody(void)
{
	const struct smmu_cmd list[2] = { atc_inv(1), smmu_cmd_sync() };
	struct smmu_gerror_report report;
	start(4, 1u << 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], list, 2, false));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_gerror(rig.dev[0], &report));
	TEST_ASSERT_EQUAL_HEX32(1, report.active);
	TEST_ASSERT_EQUAL_UINT8(3, report.cmdq_error);
	TEST_ASSERT_EQUAL_UINT64(2, smmu->command_count);
	TEST_ASSERT_EQUAL_UINT32(1, acknowledgements());
	stop();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_an_smmu_that_dies_during_the_search);
	RUN_TEST(test_a_failed_sync_of_nobody);
	RUN_TEST(test_exactly_the_silent_endpoints_are_found);
	RUN_TEST(test_one_silent_endpoint_costs_one_error_per_halving);
	RUN_TEST(test_a_silent_endpoint_is_not_asked_again);
	RUN_TEST(test_an_endpoint_that_answers_the_second_time_is_not_reported);
	RUN_TEST(test_others_are_not_told_and_finish);
	RUN_TEST(test_a_sync_that_fails_for_somebody_elses_atc_inv_is_no_error);
	return UNITY_END();
}
