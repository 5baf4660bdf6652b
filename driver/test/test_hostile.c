/* SPDX-License-Identifier: Apache-2.0
 * The harness of the port's fuzz target with bytes from fixed seeds: what it watches for (hostile.h) holds, and the runs do
 * reach the driver: calls succeed, are refused, fail on a device that misbehaves, and garbage was answered. Then devices that
 * never stop reporting, one kind at a time. proves: AB-71 */
#include "../fuzz/hostile.h"

#include "rig.h"
#include "unity.h"

#define RUNS 400u
#define BYTES 700u
#define LOOKS_MAX 1000u       /* of the driver at a queue that never runs dry, in one call */
#define EVENTQ_PROD 0x100a8u
#define EVENTQ_CONS 0x100acu
#define PRIQ_PROD 0x100c8u
#define PRIQ_CONS 0x100ccu
#define OVFLG 0x80000000u
#define PRI_RESP 0x41
#define RESUME 0x44
#define SID 0x20u

/* A port in front of the fake SMMU's that makes trouble whenever the driver looks at a queue. */
enum trouble { NONE, STALLS, PAGE_REQUESTS, OVERFLOWS };
static struct {
	struct smmu_port inner;
	enum trouble trouble;
	unsigned looks;
	uint32_t serial;
} storm;
static struct rig rig;

void setUp(void) { }
void tearDown(void) { }

static void fill(uint32_t prod_offset, uint32_t cons_offset, unsigned entries, void (*post)(void))
{
	fake_set_reg(rig.smmu[0], prod_offset, fake_reg(rig.smmu[0], cons_offset));
	while (entries-- > 0)
		post();
}

/* F_TRANSLATION that stalls, STAG 15:0 of word 1. */
static void post_stall(void)
{
	const uint64_t record[4] = { 0x10 | (uint64_t)SID << 32, 1u << 31 | (storm.serial++ & 0xffff), 0x1000, 0 };
	fake_event(rig.smmu[0], record);
}

/* R 60, Last 62; PRGIndex 8:0 of word 1. */
static void post_page_request(void)
{
	const uint64_t record[2] = { SID | UINT64_C(5) << 60, 0x1000 | (storm.serial++ & 0x1ff) };
	fake_page_request(rig.smmu[0], record);
}

static uint32_t storm_read32(void *ctx, uint32_t offset)
{
	(void)ctx;
	if (storm.trouble == STALLS && offset == EVENTQ_PROD && storm.looks++ < LOOKS_MAX)
		fill(EVENTQ_PROD, EVENTQ_CONS, 16, post_stall);
	if (storm.trouble == PAGE_REQUESTS && offset == PRIQ_PROD && storm.looks++ < LOOKS_MAX)
		fill(PRIQ_PROD, PRIQ_CONS, 16, post_page_request);
	if (storm.trouble == OVERFLOWS && offset == PRIQ_PROD && storm.looks++ < LOOKS_MAX)
		fake_set_reg(rig.smmu[0], PRIQ_PROD, fake_reg(rig.smmu[0], PRIQ_CONS) ^ OVFLG);
	return storm.inner.read32(storm.inner.ctx, offset);
}

static void storm_write32(void *ctx, uint32_t offset, uint32_t value)
{
	(void)ctx;
	storm.inner.write32(storm.inner.ctx, offset, value);
}

/* A domain is attached to a device that may stall, or has ATS and PRI. */
static struct smmu_master *start(bool pri)
{
	const struct smmu_port port = { .read32 = storm_read32, .write32 = storm_write32 };
	const struct smmu_dev_config config = { .eventq_log2 = 4, .priq_log2 = 4, .page_groups = 16 };
	const uint32_t sid = SID;
	struct smmu_master *master;
	storm.trouble = NONE;
	storm.looks = 0;
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 1u << 10 | 1u << 16;       /* ATS, PRI */
	fake_port(rig.smmu[0], &storm.inner);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, &config, &rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	const struct smmu_master_config of = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .can_stall = !pri, .ats = pri, .pri = pri };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &of, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, rig_domain(&rig, SMMU_DOMAIN_S1), 0));
	fake_clear(rig.smmu[0]);
	return master;
}

static void test_garbage_from_fixed_seeds(void)
{
	struct hostile_counts total = { 0 }, one;
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	uint8_t bytes[BYTES];
	for (unsigned run = 0; run < RUNS; run++) {
		for (unsigned i = 0; i < BYTES; i++) {
			state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			bytes[i] = (uint8_t)(state >> 56);
		}
		hostile_run(bytes, BYTES, &one);
		total.calls += one.calls;
		total.ok += one.ok;
		total.refused += one.refused;
		total.failed += one.failed;
		total.garbage += one.garbage;
	}
	TEST_ASSERT_TRUE_MESSAGE(total.ok > 10 * RUNS, "the calls hardly ever succeed");
	TEST_ASSERT_TRUE_MESSAGE(total.refused > RUNS && total.failed > RUNS / 2, "the device or the caller is too tame");
	TEST_ASSERT_TRUE_MESSAGE(total.garbage > 5 * RUNS, "hardly any garbage was read");
}

static void test_stalls_without_end_do_not_hold_a_detach(void)
{
	struct smmu_master *const master = start(false);
	storm.trouble = STALLS;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_TRUE(storm.looks > 0 && storm.looks < LOOKS_MAX);
	TEST_ASSERT_EQUAL_UINT64(16, fake_count(rig.smmu[0], RESUME));          /* as many as the queue holds */
	rig_close(&rig);
}

static void test_page_requests_without_end_do_not_hold_a_detach(void)
{
	struct smmu_master *const master = start(true);
	storm.trouble = PAGE_REQUESTS;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_TRUE(storm.looks > 0 && storm.looks < LOOKS_MAX);
	TEST_ASSERT_TRUE(fake_count(rig.smmu[0], PRI_RESP) >= 32);              /* queue and book */
	rig_close(&rig);
}

static void test_overflows_without_end_do_not_hold_the_handler(void)
{
	struct smmu_page_request_batch batch;
	start(true);
	storm.trouble = OVERFLOWS;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(rig.dev[0], 0, NULL, NULL, &batch));
	TEST_ASSERT_TRUE(batch.overflowed);
	TEST_ASSERT_TRUE(storm.looks > 0 && storm.looks < LOOKS_MAX);
	rig_close(&rig);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_garbage_from_fixed_seeds);
	RUN_TEST(test_stalls_without_end_do_not_hold_a_detach);
	RUN_TEST(test_page_requests_without_end_do_not_hold_a_detach);
	RUN_TEST(test_overflows_without_end_do_not_hold_the_handler);
	return UNITY_END();
}
