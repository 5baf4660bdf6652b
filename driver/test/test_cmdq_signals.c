/* SPDX-License-Identifier: Apache-2.0
 * How a CMD_SYNC tells that it is complete: polling, an MSI and an event give the same results, whatever gets lost.
 * Not here: lists and errors (test_cmdq.c). */
#include "cmdq_rig.h"

static unsigned waits;

static void wait_event(void *ctx)
{
	((struct rig *)ctx)->clock++;
	waits++;
}

static void start_signal(enum smmu_sync_signal signal, uint8_t log2, uint32_t idr0_clear, uint32_t idr0_set)
{
	const struct smmu_dev_config config = { .cmdq_log2 = log2, .sync_signal = signal };
	rig_open(&rig, 1);
	smmu = rig.smmu[0];
	smmu->idr0 = (smmu->idr0 & ~idr0_clear) | idr0_set;
	rig.sys->host.wait_event = wait_event;
	waits = 0;
	rig_start(&rig, 0, &config);
	smmu->msi_count = smmu->event_count = 0;
}

static enum smmu_sync_signal signal_in_use(void)
{
	struct smmu_dev_layout layout;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_layout(rig.dev[0], &layout));
	return layout.sync_signal;
}

/* Lists of 0..20 commands, one consumed per look or all at once; the commands that arrived but their SYNC words. */
static void run_lists(bool lazy, uint64_t arrived[256])
{
	size_t n = 0;
	smmu->lazy = lazy;
	for (unsigned length = 0; length <= 20; length++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(length, length * 100, true));
	TEST_ASSERT_EQUAL_UINT64(231, smmu->command_count);     /* 0 + 1 + .. + 20 commands and 21 SYNCs */
	for (size_t i = 0; i < 231; i++)
		arrived[n++] = (uint8_t)smmu->command[i].word[0] == 0x46 ? 0x46 : smmu->command[i].word[0];
}

/* proves: AB-67. IDR0 bit 13 is MSI, bit 14 SEV, bit 4 COHACC. */
static void test_polling_msi_and_sev_give_the_same_results(void)
{
	uint64_t polled[256], other[256];
	for (unsigned lazy = 0; lazy <= 1; lazy++) {
		for (uint8_t log2 = 1; log2 <= 8; log2 += 7) {
			start_signal(SMMU_SYNC_POLL, log2, 0, 0);
			run_lists(lazy, polled);
			TEST_ASSERT_EQUAL_UINT64(0, smmu->msi_count + smmu->event_count);
			stop();
			start_signal(SMMU_SYNC_MSI, log2, 0, 1u << 13);
			TEST_ASSERT_EQUAL_INT(SMMU_SYNC_MSI, signal_in_use());
			run_lists(lazy, other);
			TEST_ASSERT_EQUAL_UINT64(21, smmu->msi_count);
			TEST_ASSERT_EQUAL_MEMORY(polled, other, 231 * sizeof other[0]);
			stop();
			start_signal(SMMU_SYNC_SEV, log2, 0, 1u << 14);
			TEST_ASSERT_EQUAL_INT(SMMU_SYNC_SEV, signal_in_use());
			run_lists(lazy, other);
			TEST_ASSERT_EQUAL_UINT64(21, smmu->event_count);
			TEST_ASSERT_EQUAL_INT(lazy, waits > 0);
			TEST_ASSERT_EQUAL_MEMORY(polled, other, 231 * sizeof other[0]);
			stop();
		}
	}
}

/* proves: AB-67. The SYNC word, by hand: opcode 0x46, CS=1 at 12, MSH=3 at 22, MSIAttr=15 at 24, MSIData at 32. The list
 * starts at position 4 (enable sent CFGI_ALL, TLBI_EL2_ALL, TLBI_NSNH_ALL, SYNC), so this SYNC is number 5: data 6. */
static void test_the_msi_of_a_sync_names_its_position(void)
{
	start_signal(SMMU_SYNC_MSI, 8, 0, 1u << 13);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 7, true));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(6) << 32 | 0x0fc01046, smmu->command[1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0, smmu->command[1].word[1] & 3);
	TEST_ASSERT_EQUAL_UINT32(6, (uint32_t)*rig_words(&rig, smmu->command[1].word[1]));
	/* Completion was seen in memory: CMDQ_CONS was not read. */
	for (size_t i = 0; i < smmu->access_count; i++)
		TEST_ASSERT_TRUE(smmu->access[i].offset != 0x9c);
	stop();
}

/* proves: AB-67 */
static void test_signals_an_smmu_does_not_have_become_polling(void)
{
	start_signal(SMMU_SYNC_MSI, 4, 1u << 13, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_SYNC_POLL, signal_in_use());
	stop();
	start_signal(SMMU_SYNC_MSI, 4, 1u << 4, 1u << 13);      /* not coherent */
	TEST_ASSERT_EQUAL_INT(SMMU_SYNC_POLL, signal_in_use());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 0, true));
	TEST_ASSERT_EQUAL_HEX64(0x46, smmu->command[1].word[0]);
	stop();
	start_signal(SMMU_SYNC_SEV, 4, 1u << 14, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_SYNC_POLL, signal_in_use());
	stop();
}

/* The MSI aborted, or the refused command was the SYNC itself: CMDQ_CONS still tells. */
static void test_a_lost_msi_costs_time_only(void)
{
	start_signal(SMMU_SYNC_MSI, 4, 0, 1u << 13);
	smmu->lose_msi = true;
	for (unsigned i = 0; i < 40; i++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(3, i, true));
	smmu->bad_opcode = 0x46;
	smmu->error_code = 1;
	smmu->error_repeat = 1;
	TEST_ASSERT_EQUAL_INT(SMMU_E_CMDQ, submit(3, 0, true));
	stop();
}

/* A word that claims more than was ever queued is not believed. */
static void test_garbage_in_the_msi_word_completes_nothing(void)
{
	start_signal(SMMU_SYNC_MSI, 4, 0, 1u << 13);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(0, 0, true));
	uint32_t *const word = (uint32_t *)(uintptr_t)rig_words(&rig, smmu->command[0].word[1]);
	smmu->stop_consuming = true;
	smmu->lose_msi = true;
	for (unsigned i = 0; i < 4; i++) {
		*word = (uint32_t[]){ 100, 0, UINT32_MAX, 0x80000005 }[i];
		TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, submit(0, 0, true));
	}
	stop();
}

/* An MSI that was on its way when the queue was closed arrives after it was opened again. */
static void test_an_msi_of_the_time_before_completes_nothing(void)
{
	start_signal(SMMU_SYNC_MSI, 4, 0, 1u << 13);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 0, true));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 0, true));
	const uint32_t late = (uint32_t)(smmu->command[1].word[0] >> 32);
	uint32_t *const word = (uint32_t *)(uintptr_t)rig_words(&rig, smmu->command[1].word[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	smmu->stop_consuming = true;
	*word = late;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, submit(1, 0, true));
	smmu->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(1, 0, true));
	stop();
}

/* Without relax(), and without wait_event() where the SMMU sends events, a wait is no more than its rounds. */
static void test_a_host_without_waiting_hooks(void)
{
	start_signal(SMMU_SYNC_SEV, 4, 0, 1u << 14);
	rig.sys->host.wait_event = NULL;
	smmu->lazy = true;
	const uint64_t relaxed = rig.clock;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(3, 0, true));
	TEST_ASSERT_TRUE(rig.clock > relaxed);
	rig.sys->host.relax = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, submit(3, 0, true));
	smmu->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, submit(3, 0, true));
	stop();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_polling_msi_and_sev_give_the_same_results);
	RUN_TEST(test_the_msi_of_a_sync_names_its_position);
	RUN_TEST(test_signals_an_smmu_does_not_have_become_polling);
	RUN_TEST(test_a_lost_msi_costs_time_only);
	RUN_TEST(test_garbage_in_the_msi_word_completes_nothing);
	RUN_TEST(test_an_msi_of_the_time_before_completes_nothing);
	RUN_TEST(test_a_host_without_waiting_hooks);
	return UNITY_END();
}
