/* SPDX-License-Identifier: Apache-2.0
 * For public calls that send commands, and for every k: the SMMU stops after its k-th command, refuses the k-th, or fails to fetch
 * it once. The call says so and nothing else, lets go of every lock (the rig's locks notice), and when the SMMU runs again
 * everything can be taken down and no memory is lost. The same for every register write that is acknowledged.
 * A queue of two entries makes the calls wait in the middle of their lists, one of 16 at their ends. proves: AB-19
 * Not here: memory that runs out (test_failure_atomicity.c), what a half-done call leaves (the test of each file). */
#include <stdio.h>

#include "stop_cases.h"

void setUp(void) { rig_open(&rig, 2); }
void tearDown(void) { rig_close(&rig); }

/* ---- running them ---- */

static void open(uint8_t cmdq_log2)
{
	rig.config.poll_step_max = 60;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_init(&rig.config, &rig.sys));
	master_count = domain_count = seen = 0;
	sva = NULL;
	for (unsigned i = 0; i < 2; i++) {
		/* HTTU 7:6 = 2, ATS 10, PRI 16, CD2L 19. SMMU0 listens to broadcasts, and must not meet block and table: BBML 0. */
		rig.smmu[i]->idr0 |= 2u << 6 | 1u << 10 | 1u << 16 | 1u << 19;
		rig.smmu[i]->idr3 = 1u << 10;
		rig.smmu[i]->idr5 = 4u | 1u << 4 | 64u << 16;   /* STALL_MAX 64 */
		config = (struct smmu_dev_config){ .cmdq_log2 = cmdq_log2, .page_groups = 20, .broadcast_tlb = i == 0, .irq = { .enable = true } };
		rig_start(&rig, i, &config);
	}
}

static void calm(void)
{
	struct fake_smmu *const smmu = rig.smmu[0];
	smmu->stop_consuming = smmu->stop_acknowledging = false;
	smmu->consume_limit = smmu->error_in = smmu->ack_limit = 0;
	smmu->error_code = 0;
	fake_set_reg(smmu, 0x24, fake_reg(smmu, 0x20));
	fake_set_reg(smmu, 0x54, fake_reg(smmu, 0x50));
	fake_set_reg(smmu, 0x44, fake_reg(smmu, 0x44) & 0x7fffffff);
	struct smmu_port port;
	fake_port(smmu, &port);
	port.write32(port.ctx, 0x98, fake_reg(smmu, 0x98));     /* the fake looks at its queue when it is told */
}

static void expect_gone(smmu_status status)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, status == SMMU_E_NOT_FOUND ? SMMU_OK : status);
}

/* Host memory in use at the end: the pools of numbers that go with the context. */
static uint64_t take_down(void)
{
	static const uint32_t ssids[] = { 1, 2, 3 };
	struct smmu_sys_stats stats;
	for (unsigned i = 0; i < master_count; i++) {
		if (!masters[i])
			continue;
		struct smmu_master_info info;
		smmu_master_info(masters[i], &info);
		for (unsigned n = 0; n < 3 && info.ssid_bits; n++)
			expect_gone(smmu_master_detach_pasid(masters[i], ssids[n]));
		expect_gone(smmu_master_detach(masters[i]));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(masters[i]));
	}
	if (sva)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(sva));
	for (unsigned i = domain_count; i-- > 0;)       /* a guest comes after its parent */
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domains[i]));
	for (unsigned i = 0; i < 2; i++)
		if (rig.dev[i])
			TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[i]));
	smmu_sys_stats(rig.sys, &stats);
	TEST_ASSERT_EQUAL_UINT64(0, stats.dma_used_bytes);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_exit(rig.sys));
	return stats.memory_used_bytes;
}

static bool queue_is_empty(void)
{
	return ((fake_reg(rig.smmu[0], 0x98) ^ fake_reg(rig.smmu[0], 0x9c)) & 0xfffff) == 0;
}

enum trouble { STOP, REFUSE, ABORT };

/* True: the trouble came; k too small to let the call through. */
static bool run(const struct step_case *c, enum trouble trouble, uint64_t k, uint8_t cmdq_log2, uint64_t *left)
{
	struct fake_smmu *const smmu = rig.smmu[0];
	open(cmdq_log2);
	c->prepare();
	if (trouble == STOP) {
		smmu->consume_limit = k;
		smmu->stop_consuming = k == 0;
	} else {
		smmu->error_code = trouble == REFUSE ? 1 : 2;
		smmu->error_in = k + 1;
	}
	const smmu_status status = c->call(), expected = trouble == STOP ? SMMU_E_TIMEOUT : trouble == REFUSE ? SMMU_E_CMDQ : SMMU_OK;
	const bool came = trouble == STOP ? smmu->stop_consuming && !queue_is_empty() : smmu->error_in == 0;
	if (status != (came ? expected : SMMU_OK) && !(came && c->quiet && status == SMMU_OK)) {
		static char text[160];
		snprintf(text, sizeof text, "%s, %s at command %u of a queue of %u: %s", c->name,
			 trouble == STOP ? "stopped" : trouble == REFUSE ? "refused" : "aborted", (unsigned)k, 1u << cmdq_log2, smmu_status_name(status));
		TEST_FAIL_MESSAGE(text);
	}
	calm();
	*left = take_down();
	return came;
}

static void run_all(enum trouble trouble)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (uint8_t log2 = 1; log2 <= 4; log2 = (uint8_t)(log2 + 3)) {
			uint64_t left, undisturbed;
			TEST_ASSERT_FALSE(run(&cases[i], STOP, UINT64_MAX, log2, &undisturbed));
			for (uint64_t k = 0; run(&cases[i], trouble, k, log2, &left); k++) {
				TEST_ASSERT_EQUAL_UINT64_MESSAGE(undisturbed, left, cases[i].name);
				TEST_ASSERT_LESS_THAN_UINT64(ROUNDS_MAX, k);
			}
		}
	}
}

static void test_an_smmu_that_stops_at_any_command(void) { run_all(STOP); }
static void test_an_smmu_that_refuses_any_command(void) { run_all(REFUSE); }
static void test_a_fetch_abort_at_any_command_costs_nothing(void) { run_all(ABORT); }

/* ---- registers ---- */

static void off(void)
{
	attached();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	fake_set_reg(rig.smmu[0], 0x20, 1);     /* somebody else has switched it on meanwhile: GBPA first */
	fake_set_reg(rig.smmu[0], 0x24, 1);
}
static smmu_status enable(void) { return smmu_dev_enable(rig.dev[0]); }
static smmu_status remove_dev(void)
{
	const smmu_status status = smmu_dev_remove(rig.dev[0]);
	if (status == SMMU_OK)
		rig.dev[0] = NULL;
	return status;
}

/* After the k-th acknowledgement there is none any more: TIMEOUT; then the same call again, and it goes through. */
static void test_a_register_that_stops_acknowledging_at_any_write(void)
{
	static const struct step_case with_registers[] = {
		{ "enable", off, enable, false }, { "disable", attached, disable, false }, { "suspend", attached, suspend, false },
		{ "restore", asleep, restore, false }, { "remove", nothing, remove_dev, false },
	};
	for (size_t i = 0; i < sizeof with_registers / sizeof with_registers[0]; i++) {
		bool came = true;
		for (uint64_t k = 0; came; k++) {
			struct fake_smmu *const smmu = rig.smmu[0];
			open(4);
			with_registers[i].prepare();
			smmu->ack_limit = k;
			smmu->stop_acknowledging = k == 0;
			const smmu_status status = with_registers[i].call();
			came = status != SMMU_OK;
			if (came)
				TEST_ASSERT_EQUAL_INT_MESSAGE(SMMU_E_TIMEOUT, status, with_registers[i].name);
			calm();
			if (came)
				TEST_ASSERT_EQUAL_INT_MESSAGE(SMMU_OK, with_registers[i].call(), with_registers[i].name);
			take_down();
			TEST_ASSERT_LESS_THAN_UINT64(20, k);
		}
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_an_smmu_that_stops_at_any_command);
	RUN_TEST(test_an_smmu_that_refuses_any_command);
	RUN_TEST(test_a_fetch_abort_at_any_command_costs_nothing);
	RUN_TEST(test_a_register_that_stops_acknowledging_at_any_write);
	return UNITY_END();
}
