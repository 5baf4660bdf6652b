/* SPDX-License-Identifier: Apache-2.0
 * Event decoding against records built by hand, and the queue consumer: draining, budget, overflow, garbage. */
#include <string.h>

#include "rig.h"
#include "unity.h"

static struct rig rig;
static uint32_t seen_sid[64];
static unsigned seen;

void setUp(void)
{
	const struct smmu_dev_config config = { .eventq_log2 = 2 };
	rig_open(&rig, 1);
	rig_start(&rig, 0, &config);
	seen = 0;
}

void tearDown(void) { rig_close(&rig); }

static void collect(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	TEST_ASSERT_EQUAL_PTR(rig.dev[0], dev);
	TEST_ASSERT_EQUAL_PTR(&rig, arg);
	seen_sid[seen++ % 64] = event->sid;
}

static void post(uint32_t sid)
{
	const uint64_t record[4] = { 0x04 | (uint64_t)sid << 32, 0, 0, 0 };     /* C_BAD_STE */
	fake_event(rig.smmu[0], record);
}

/* F_TRANSLATION of SSID 0x12345 (SSV bit 11, SSID 31:12), SID 0x20, Stall with STAG 0xbeef, privileged instruction read,
 * stage 2, CLASS IN, InputAddr, IPA. Word 1: STAG 15:0, Stall 31, PnU 33, InD 34, RnW 35, S2 39, CLASS 41:40. */
static void test_a_full_translation_fault(void)
{
	const uint64_t record[4] = { UINT64_C(0x0000002012345810), UINT64_C(0x0000028e8000beef), UINT64_C(0xffff123456789abc),
				     UINT64_C(0x000fedcba9876000) };
	struct smmu_event_info e;
	smmu_event_decode(record, &e);
	TEST_ASSERT_EQUAL_HEX8(0x10, e.id);
	TEST_ASSERT_TRUE(e.known && e.ssid_valid && e.stall && e.read && e.instruction && e.privileged && e.stage2);
	TEST_ASSERT_EQUAL_HEX32(0x20, e.sid);
	TEST_ASSERT_EQUAL_HEX32(0x12345, e.ssid);
	TEST_ASSERT_EQUAL_HEX16(0xbeef, e.stag);
	TEST_ASSERT_EQUAL_UINT8(2, e.fault_class);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0xffff123456789abc), e.input_addr);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x000fedcba9876000), e.ipa.v);
	TEST_ASSERT_EQUAL_STRING("F_TRANSLATION", smmu_event_name(e.id));
}

/* F_TRANSLATION, F_ADDR_SIZE, F_ACCESS and F_PERMISSION (0x10 to 0x13) have the same fields in the same places. */
static void test_the_four_translation_faults_are_decoded_alike(void)
{
	for (uint64_t id = 0x10; id <= 0x13; id++) {
		const uint64_t record[4] = { UINT64_C(0x0000002012345800) | id, UINT64_C(0x0000028e8000beef), UINT64_C(0xffff123456789abc),
					     UINT64_C(0x000fedcba9876000) };
		struct smmu_event_info e;
		smmu_event_decode(record, &e);
		TEST_ASSERT_EQUAL_HEX8(id, e.id);
		TEST_ASSERT_TRUE(e.known && e.ssid_valid && e.stall && e.read && e.instruction && e.privileged && e.stage2);
		TEST_ASSERT_EQUAL_HEX16(0xbeef, e.stag);
		TEST_ASSERT_EQUAL_UINT8(2, e.fault_class);
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(0xffff123456789abc), e.input_addr);
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x000fedcba9876000), e.ipa.v);
	}
}

/* Fields that a record does not have stay zero although its bits are set. */
static void test_fields_a_record_does_not_have_are_zero(void)
{
	uint64_t record[4] = { UINT64_MAX & ~UINT64_C(0xff), UINT64_MAX, UINT64_MAX, UINT64_MAX };
	struct smmu_event_info e;
	record[0] |= 0x06;      /* F_STREAM_DISABLED: nothing but the StreamID */
	smmu_event_decode(record, &e);
	TEST_ASSERT_TRUE(e.known && !e.ssid_valid && !e.stall && !e.read && !e.stage2);
	TEST_ASSERT_EQUAL_HEX64(0, e.input_addr | e.ssid | e.stag | e.reason | e.fetch_addr.v | e.ipa.v);
	record[0] = (record[0] & ~UINT64_C(0xfff)) | 0x08;      /* C_BAD_SUBSTREAMID: SSID without SSV */
	smmu_event_decode(record, &e);
	TEST_ASSERT_TRUE(e.ssid_valid);
	TEST_ASSERT_EQUAL_HEX32(0xfffff, e.ssid);
	record[0] = (record[0] & ~UINT64_C(0xff)) | 0x07;       /* F_TRANSL_FORBIDDEN: RnW and InputAddr only */
	smmu_event_decode(record, &e);
	TEST_ASSERT_TRUE(e.read && !e.instruction && !e.privileged && !e.ssid_valid);
	TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, e.input_addr);
	record[0] = (record[0] & ~UINT64_C(0xff)) | 0x03;       /* F_STE_FETCH: Reason and FetchAddr (51:3) */
	smmu_event_decode(record, &e);
	TEST_ASSERT_EQUAL_HEX16(0xffff, e.reason);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x000ffffffffffff8), e.fetch_addr.v);
	TEST_ASSERT_EQUAL_HEX64(0, e.input_addr);
	record[0] = (record[0] & ~UINT64_C(0xff)) | 0x0b;       /* F_WALK_EABT never stalls */
	smmu_event_decode(record, &e);
	TEST_ASSERT_TRUE(!e.stall && e.stage2);
	TEST_ASSERT_EQUAL_UINT8(3, e.fault_class);
	record[0] = (record[0] & ~UINT64_C(0xff)) | 0x13;       /* F_PERMISSION alone has TTRnW */
	smmu_event_decode(record, &e);
	TEST_ASSERT_TRUE(e.table_read);
	record[0] = (record[0] & ~UINT64_C(0xff)) | 0xe5;       /* IMPLEMENTATION DEFINED */
	smmu_event_decode(record, &e);
	TEST_ASSERT_FALSE(e.known);
	TEST_ASSERT_EQUAL_HEX32(0, e.sid);
	TEST_ASSERT_EQUAL_STRING("unknown", smmu_event_name(0xe5));
}

/* proves: AB-68. More records than the queue holds in one go, fed while the handler runs. */
static unsigned to_feed;
static void feed(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	collect(arg, dev, event);
	if (to_feed > 0)
		post(1000 + --to_feed);
}

static void test_records_appended_while_the_handler_runs_are_drained(void)
{
	struct smmu_event_batch batch;
	post(1);
	post(2);
	to_feed = 2;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 100, feed, &rig, &batch));
	TEST_ASSERT_EQUAL_UINT32(4, batch.handled);
	TEST_ASSERT_FALSE(batch.more || batch.overflowed);
	TEST_ASSERT_EQUAL_UINT32(1, seen_sid[0]);
	TEST_ASSERT_EQUAL_UINT32(2, seen_sid[1]);
	TEST_ASSERT_EQUAL_HEX32(4, fake_reg(rig.smmu[0], 0x100ac));
}

/* proves: AB-71 (bounded work per call) */
static void test_the_budget_bounds_one_call(void)
{
	struct smmu_event_batch batch;
	for (uint32_t i = 0; i < 4; i++)
		post(i);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 3, collect, &rig, &batch));
	TEST_ASSERT_EQUAL_UINT32(3, batch.handled);
	TEST_ASSERT_TRUE(batch.more);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 3, collect, &rig, &batch));
	TEST_ASSERT_EQUAL_UINT32(1, batch.handled);
	TEST_ASSERT_FALSE(batch.more);
}

/* proves: AB-68. Four fit; the fifth toggles OVFLG. It is reported once, OVACKFLG follows with the same CONS write. */
static void test_overflow_is_reported_once_and_acknowledged(void)
{
	struct smmu_event_batch batch;
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < 6; i++)
			post(i);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, collect, &rig, &batch));
		TEST_ASSERT_EQUAL_UINT32(4, batch.handled);
		TEST_ASSERT_TRUE(batch.overflowed);
		TEST_ASSERT_EQUAL_HEX32(fake_reg(rig.smmu[0], 0x100a8), fake_reg(rig.smmu[0], 0x100ac));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, collect, &rig, &batch));
		TEST_ASSERT_FALSE(batch.overflowed);
	}
}

static void test_an_impossible_prod_is_an_error_and_the_queue_goes_on(void)
{
	struct smmu_event_batch batch;
	fake_set_reg(rig.smmu[0], 0x100a8, 7);          /* 7 entries ahead in a queue of 4 */
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, smmu_dev_handle_events(rig.dev[0], 0, collect, &rig, &batch));
	TEST_ASSERT_EQUAL_UINT32(0, seen);
	TEST_ASSERT_EQUAL_HEX32(7, fake_reg(rig.smmu[0], 0x100ac));
	post(5);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, collect, &rig, &batch));
	TEST_ASSERT_EQUAL_UINT32(1, batch.handled);
	TEST_ASSERT_EQUAL_UINT32(5, seen_sid[0]);
}

static smmu_status nested_status;
static void reenter(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	(void)arg;
	(void)event;
	nested_status = smmu_dev_handle_events(dev, 0, NULL, NULL, NULL);
}

static void test_one_consumer_at_a_time(void)
{
	post(1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, reenter, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, nested_status);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_handle_events(NULL, 0, NULL, NULL, NULL));
	smmu_dev_disable(rig.dev[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_handle_events(rig.dev[0], 0, NULL, NULL, NULL));
}

/* F_TLB_CONFLICT (0x20): Reason 15:0 of word 1 instead of a STAG, S2 39, IPA in word 3. */
static void test_a_tlb_conflict_names_its_ipa(void)
{
	const uint64_t record[4] = { UINT64_C(0x0000002000000020), UINT64_C(0x0000008000001234), 0x7000, 0x5000 };
	struct smmu_event_info e;
	smmu_event_decode(record, &e);
	TEST_ASSERT_TRUE(e.known && e.stage2 && !e.stall);
	TEST_ASSERT_EQUAL_HEX16(0x1234, e.reason);
	TEST_ASSERT_EQUAL_HEX64(0x7000, e.input_addr);
	TEST_ASSERT_EQUAL_HEX64(0x5000, e.ipa.v);
}

/* A detach looks for stalls in a queue whose PROD is impossible: it finds none, and the handler re-synchronises. */
static void test_a_detach_survives_an_impossible_prod(void)
{
	const uint32_t sid = 0x20;
	const struct smmu_master_config stalls = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .can_stall = true };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &stalls, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, rig_domain(&rig, SMMU_DOMAIN_S1), 0));
	fake_set_reg(rig.smmu[0], 0x100a8, 6);  /* six ahead in a queue of four */
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], 0x44));
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, smmu_dev_handle_events(rig.dev[0], 0, collect, &rig, NULL));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_full_translation_fault);
	RUN_TEST(test_the_four_translation_faults_are_decoded_alike);
	RUN_TEST(test_fields_a_record_does_not_have_are_zero);
	RUN_TEST(test_records_appended_while_the_handler_runs_are_drained);
	RUN_TEST(test_the_budget_bounds_one_call);
	RUN_TEST(test_overflow_is_reported_once_and_acknowledged);
	RUN_TEST(test_an_impossible_prod_is_an_error_and_the_queue_goes_on);
	RUN_TEST(test_one_consumer_at_a_time);
	RUN_TEST(test_a_tlb_conflict_names_its_ipa);
	RUN_TEST(test_a_detach_survives_an_impossible_prod);
	return UNITY_END();
}
