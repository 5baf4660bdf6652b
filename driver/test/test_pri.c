/* SPDX-License-Identifier: Apache-2.0
 * PRI queue: records decoded by hand, groups answered once and only when complete, overflow acknowledged with the queue
 * empty, a book that is full, a hostile PROD, and the drain of single streams. proves: AB-70 */
#include "../src/pri.h"

#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct fake_smmu *smmu;
static struct smmu_dev *dev;
static struct smmu_page_request seen[64];
static size_t seen_count;
static enum smmu_page_response answer_with;
static bool answer_at_once;

static void start(const struct smmu_dev_config *config)
{
	rig_open(&rig, 1);
	smmu = rig.smmu[0];
	smmu->idr0 |= 1u << 10 | 1u << 16;      /* ATS, PRI */
	rig_start(&rig, 0, config);
	dev = rig.dev[0];
	seen_count = 0;
	answer_at_once = false;
	answer_with = SMMU_PAGE_SUCCESS;
}

void setUp(void)
{
	const struct smmu_dev_config config = { .priq_log2 = 2, .page_groups = 3 };
	start(&config);
}

void tearDown(void) { rig_close(&rig); }

static void on_request(void *arg, struct smmu_dev *from, const struct smmu_page_request *request)
{
	TEST_ASSERT_EQUAL_PTR(&seen, arg);
	TEST_ASSERT_EQUAL_PTR(dev, from);
	if (seen_count < 64)
		seen[seen_count++] = *request;
	if (answer_at_once && request->last)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_page_respond(dev, request, answer_with));
}

static struct smmu_page_request_batch handle(uint32_t budget)
{
	struct smmu_page_request_batch batch;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(dev, budget, on_request, &seen, &batch));
	return batch;
}

/* StreamID 31:0, SubstreamID 51:32, Priv 58, X 59, R 60, W 61, Last 62, SSV 63; PRGIndex 8:0 and page 63:12 of word 1. */
static void request(uint32_t sid, uint32_t ssid, uint32_t group, bool last)
{
	const uint64_t record[2] = { sid | (uint64_t)ssid << 32 | UINT64_C(1) << 60 | (uint64_t)last << 62 |
					     (uint64_t)(ssid != 0) << 63,
				     0x7000u | group };
	fake_page_request(smmu, record);
}

static struct smmu_page_request group_of(uint32_t sid, uint32_t ssid, uint16_t group)
{
	return (struct smmu_page_request){ .sid = sid, .ssid_valid = ssid != 0, .ssid = ssid, .group = group };
}

static void test_a_record_is_decoded(void)
{
	/* X, W, Priv and Last of SubstreamID 0x54321, group 0x1ff. */
	const uint64_t record[2] = { 0xec054321deadbeef, 0xabcde123456781ff };
	struct smmu_page_request r;
	smmu_page_request_decode(record, &r);
	TEST_ASSERT_EQUAL_HEX32(0xdeadbeef, r.sid);
	TEST_ASSERT_TRUE(r.ssid_valid && r.write && r.execute && r.privileged && r.last);
	TEST_ASSERT_FALSE(r.read || r.stop);
	TEST_ASSERT_EQUAL_HEX32(0x54321, r.ssid);
	TEST_ASSERT_EQUAL_HEX32(0x1ff, r.group);
	TEST_ASSERT_EQUAL_HEX64(0xabcde12345678000, r.iova.v);
	/* The same without SSV: SubstreamID, X and Priv mean nothing; Last without R and W is an ordinary request. */
	const uint64_t bare[2] = { 0x4c054321deadbeef, 0 };
	smmu_page_request_decode(bare, &r);
	TEST_ASSERT_FALSE(r.ssid_valid || r.execute || r.privileged || r.stop);
	TEST_ASSERT_EQUAL_HEX32(0, r.ssid);
	const uint64_t stop[2] = { 0xc0000001deadbeef, 0 };
	smmu_page_request_decode(stop, &r);
	TEST_ASSERT_TRUE(r.stop);
}

/* CMD_PRI_RESP is 0x41: SSV bit 11, SubstreamID 31:12, StreamID 63:32; PRGIndex 8:0, Resp 13:12 (2 = success). */
static void test_one_answer_per_group_after_its_last_request(void)
{
	request(0x20, 5, 7, false);
	request(0x20, 5, 7, false);
	TEST_ASSERT_EQUAL_UINT32(0, handle(0).complete);
	struct smmu_page_request group = group_of(0x20, 5, 7);
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
	request(0x20, 5, 7, true);
	TEST_ASSERT_EQUAL_UINT32(1, handle(0).complete);
	TEST_ASSERT_EQUAL_UINT64(3, seen_count);
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(smmu, 0x41));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_page_respond(dev, &seen[0], SMMU_PAGE_SUCCESS));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(smmu, 0x41));
	TEST_ASSERT_EQUAL_HEX64(0x0000002000005841, smmu->command[smmu->command_count - 1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x0000000000002007, smmu->command[smmu->command_count - 1].word[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_page_respond(dev, &seen[2], SMMU_PAGE_SUCCESS));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(smmu, 0x41));
}

/* The same index of other streams, another SubstreamID or none is another group. */
static void test_groups_are_told_apart_by_stream_and_substream(void)
{
	request(0x20, 5, 7, true);
	request(0x21, 5, 7, true);
	request(0x20, 0, 7, true);
	TEST_ASSERT_EQUAL_UINT32(3, handle(0).complete);
	struct smmu_page_request group = group_of(0x20, 0, 7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_page_respond(dev, &group, SMMU_PAGE_INVALID));
	TEST_ASSERT_EQUAL_HEX64(0x0000002000000041, smmu->command[smmu->command_count - 1].word[0]);    /* no SSV */
	TEST_ASSERT_EQUAL_HEX64(0x0000000000001007, smmu->command[smmu->command_count - 1].word[1]);
	struct smmu_dev_stats stats;
	smmu_dev_stats(dev, &stats);
	TEST_ASSERT_EQUAL_UINT32(2, stats.page_groups);
	TEST_ASSERT_EQUAL_UINT64(3, stats.page_requests);
	TEST_ASSERT_EQUAL_UINT64(1, stats.page_responses);
}

static void test_a_stop_marker_is_reported_and_never_answered(void)
{
	const uint64_t marker[2] = { 0xc000000500000020, 0 };
	fake_page_request(smmu, marker);
	TEST_ASSERT_EQUAL_UINT32(0, handle(0).complete);
	TEST_ASSERT_TRUE(seen[0].stop);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_page_respond(dev, &seen[0], SMMU_PAGE_SUCCESS));
}

static void test_without_a_function_complete_groups_are_answered_invalid(void)
{
	request(0x20, 5, 7, false);
	request(0x20, 5, 7, true);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(dev, 0, NULL, NULL, NULL));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(smmu, 0x41));
	TEST_ASSERT_EQUAL_HEX64(0x1007, smmu->command[smmu->command_count - 1].word[1]);
}

/* Four slots. Two requests of group 1 fit, the fourth record closes group 2; the fifth (group 1, last) is lost and answered
 * by the SMMU. CONS and OVACKFLG move in one write, and only when nothing is left. */
static void test_overflow_is_acknowledged_with_the_queue_empty(void)
{
	request(0x20, 0, 1, false);
	request(0x20, 0, 1, false);
	request(0x20, 0, 2, false);
	request(0x20, 0, 2, true);
	request(0x20, 0, 1, true);
	TEST_ASSERT_EQUAL_UINT32(1, smmu->auto_success);
	struct smmu_page_request_batch batch = handle(3);
	TEST_ASSERT_TRUE(batch.more);
	TEST_ASSERT_FALSE(batch.overflowed);
	TEST_ASSERT_EQUAL_HEX32(3, fake_reg(smmu, 0x100cc));
	request(0x20, 0, 3, true);              /* room, but the overflow stands: dropped */
	TEST_ASSERT_EQUAL_UINT32(2, smmu->auto_success);
	batch = handle(0);
	TEST_ASSERT_TRUE(batch.overflowed);
	TEST_ASSERT_FALSE(batch.more);
	TEST_ASSERT_EQUAL_HEX32(0x80000004, fake_reg(smmu, 0x100cc));
	struct smmu_page_request group = group_of(0x20, 0, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS)); /* forgotten */
	group.group = 2;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
	request(0x20, 0, 3, true);              /* records come again */
	TEST_ASSERT_EQUAL_UINT32(1, handle(0).handled);
	TEST_ASSERT_FALSE(handle(0).overflowed);
}

/* Three places. The fourth group is answered at once, so that the device asks again; its requests are not reported. */
static void test_a_full_book_answers_success(void)
{
	for (uint32_t group = 1; group <= 4; group++)
		request(0x20, 0, group, true);
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(3, seen_count);
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(smmu, 0x41));
	TEST_ASSERT_EQUAL_HEX64(0x2004, smmu->command[smmu->command_count - 1].word[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_page_respond(dev, &seen[0], SMMU_PAGE_SUCCESS));
	request(0x20, 0, 4, true);
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(4, seen_count);
}

static void test_many_groups_wrap_the_queue(void)
{
	answer_at_once = true;
	for (uint32_t n = 0; n < 37; n++) {
		request(0x20, 0, n & 511, true);
		if (n % 3 == 2)
			handle(0);
	}
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(37, seen_count);
	TEST_ASSERT_EQUAL_UINT64(37, fake_count(smmu, 0x41));
	for (uint16_t n = 0; n < 37; n++)
		TEST_ASSERT_EQUAL_UINT16(n, seen[n].group);
}

static void test_an_impossible_prod_is_survived(void)
{
	fake_set_reg(smmu, 0x100c8, 6);         /* six ahead in a queue of four */
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, smmu_dev_handle_page_requests(dev, 0, on_request, &seen, NULL));
	TEST_ASSERT_EQUAL_UINT64(0, seen_count);
	TEST_ASSERT_EQUAL_HEX32(6, fake_reg(smmu, 0x100cc));
	request(0x20, 0, 1, true);
	TEST_ASSERT_EQUAL_UINT32(1, handle(0).handled);
}

/* In the book: group 1 complete, group 2 open. In the queue: the last request of group 2, a whole group 3, and one request of
 * another stream between them, which stays. */
static void test_a_drain_answers_each_group_of_a_stream_once(void)
{
	const uint32_t sid = 0x20;
	request(0x20, 5, 1, true);
	request(0x20, 5, 2, false);
	handle(0);
	request(0x20, 5, 2, true);
	request(0x30, 5, 9, true);
	request(0x20, 5, 3, true);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_priq_drain(dev, &sid, 1, 6, SMMU_PAGE_INVALID));       /* another SubstreamID: nothing */
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(smmu, 0x41));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_priq_drain(dev, &sid, 1, 5, SMMU_PAGE_INVALID));
	TEST_ASSERT_EQUAL_UINT64(3, fake_count(smmu, 0x41));
	bool answered[4] = { false };
	for (size_t i = 0; i < smmu->command_count; i++) {
		if ((uint8_t)smmu->command[i].word[0] != 0x41)
			continue;
		TEST_ASSERT_EQUAL_HEX64(0x0000002000005841, smmu->command[i].word[0]);
		TEST_ASSERT_EQUAL_HEX64(1, smmu->command[i].word[1] >> 12);     /* invalid request */
		TEST_ASSERT_FALSE(answered[smmu->command[i].word[1] & 3]);
		answered[smmu->command[i].word[1] & 3] = true;
	}
	seen_count = 0;
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(1, seen_count);
	TEST_ASSERT_EQUAL_HEX32(0x30, seen[0].sid);
	struct smmu_page_request group = group_of(0x20, 5, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
}

/* A detach leaves no request of the PASID behind: one group was read, one still lies in the queue. */
static void test_detach_drains_its_page_requests(void)
{
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 4);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, rig_domain(&rig, SMMU_DOMAIN_S1), 5, 0));
	request(0x20, 5, 1, true);
	handle(0);
	request(0x20, 5, 2, true);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 5));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(smmu, 0x41));
	seen_count = 0;
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(0, seen_count);
}

static void test_what_cannot_be_asked(void)
{
	struct smmu_page_request group = group_of(0x20, 0, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_handle_page_requests(NULL, 0, NULL, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_page_respond(NULL, &group, SMMU_PAGE_SUCCESS));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_page_respond(dev, NULL, SMMU_PAGE_SUCCESS));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_page_respond(dev, &group, (enum smmu_page_response)3));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(dev));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_handle_page_requests(dev, 0, NULL, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
	rig_close(&rig);
	rig_open(&rig, 1);
	rig_start(&rig, 0, NULL);
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_dev_handle_page_requests(rig.dev[0], 0, NULL, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_dev_page_respond(rig.dev[0], &group, SMMU_PAGE_SUCCESS));
}

/* Two SubstreamIDs with the same index are two groups. A device that goes on after its last request gets one answer all the same. */
static void test_a_group_is_more_than_its_index(void)
{
	request(0x20, 5, 7, true);
	request(0x20, 6, 7, true);
	request(0x20, 6, 7, true);
	handle(0);
	struct smmu_page_request group = group_of(0x20, 6, 7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
	group.ssid = 5;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(smmu, 0x41));
}

/* No place, and not the last one: neither reported nor answered, the last one is. */
static void test_a_full_book_answers_the_last_request_only(void)
{
	for (uint32_t group = 1; group <= 3; group++)
		request(0x20, 0, group, true);
	request(0x20, 0, 4, false);
	TEST_ASSERT_EQUAL_UINT32(4, handle(0).handled);
	TEST_ASSERT_EQUAL_UINT64(3, seen_count);
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(smmu, 0x41));
	request(0x20, 0, 4, true);
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(smmu, 0x41));
}

/* The budget ends with the queue, in which an overflow was noted: acknowledged, and no further look. */
static void test_an_overflow_at_the_end_of_the_budget(void)
{
	for (uint32_t group = 0; group < 5; group++)
		request(0x20, 0, group & 3, true);
	struct smmu_page_request_batch batch = handle(4);
	TEST_ASSERT_TRUE(batch.overflowed && !batch.more);
	TEST_ASSERT_EQUAL_HEX32(0x80000004, fake_reg(smmu, 0x100cc));
	/* PROD is impossible, and says overflow on top of it. */
	fake_set_reg(smmu, 0x100c8, 2);         /* OVFLG 0 again: another overflow; 6 ahead */
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, smmu_dev_handle_page_requests(dev, 0, on_request, &seen, &batch));
	TEST_ASSERT_TRUE(batch.overflowed);
	TEST_ASSERT_EQUAL_HEX32(2, fake_reg(smmu, 0x100cc));
}

/* Whenever the driver looks at PROD something has happened. */
static enum { OVERFLOWS, REQUESTS } storm;
static unsigned storms;
static struct smmu_port calm_port;
static uint32_t stormy_read32(void *ctx, uint32_t offset)
{
	if (offset == 0x100c8 && storms < 1000) {
		storms++;
		if (storm == OVERFLOWS)
			fake_set_reg(smmu, 0x100c8, fake_reg(smmu, 0x100cc) ^ 0x80000000u);
		if (storm == REQUESTS)
			fake_set_reg(smmu, 0x100c8, fake_reg(smmu, 0x100cc));
		for (uint32_t n = 0; storm == REQUESTS && n < 16; n++)
			request(0x20, 0, n, true);
	}
	return calm_port.read32(ctx, offset);
}

static void stormy(void)
{
	storms = 0;
	calm_port = dev->port;
	dev->port.read32 = stormy_read32;
}

/* proves: AB-71. An SMMU that overflows on and on: two acknowledgements per call. */
static void test_overflows_without_end(void)
{
	storm = OVERFLOWS;
	stormy();
	handle(0);
	TEST_ASSERT_EQUAL_UINT32(2, storms);
}

/* proves: AB-71. An SMMU that writes new requests over those the drain has taken out, at every look: with a queue of 16 and a book of
 * 64 the drain stops after the 80 answers there can be, and one list more. */
static void test_requests_without_end_do_not_keep_a_drain(void)
{
	const struct smmu_dev_config config = { .priq_log2 = 4 };
	const uint32_t sid = 0x20;
	tearDown();
	start(&config);
	storm = REQUESTS;
	stormy();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_priq_drain(dev, &sid, 1, 0, SMMU_PAGE_INVALID));
	TEST_ASSERT_EQUAL_UINT32(6, storms);
	TEST_ASSERT_EQUAL_UINT64(6 * 16, fake_count(smmu, 0x41));
}

static void nested_call(void *arg, struct smmu_dev *from, const struct smmu_page_request *r)
{
	(void)r;
	*(smmu_status *)arg = smmu_dev_handle_page_requests(from, 0, NULL, NULL, NULL);
}

static void test_one_consumer_at_a_time(void)
{
	smmu_status inner = SMMU_OK;
	request(0x20, 0, 1, true);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(dev, 0, nested_call, &inner, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, inner);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(dev, 0, NULL, NULL, NULL));
}

/* More answers than a list holds; an open group goes without one, as its last request will have to come; a stop marker and a request
 * that is not the last get none. */
static void test_a_long_drain(void)
{
	const struct smmu_dev_config config = { .priq_log2 = 5, .page_groups = 40 };
	const uint32_t sid = 0x20;
	const uint64_t marker[2] = { 0xc000000500000020, 0x1ff };
	tearDown();
	start(&config);
	for (uint32_t n = 0; n < 20; n++)
		request(sid, 5, n, n != 3);
	handle(0);
	for (uint32_t n = 0; n < 20; n++)
		request(sid, 5, 100 + n, n != 7);
	request(sid, 5, 1, false);              /* of a group that is complete */
	request(sid, 5, 3, false);              /* of the open one */
	fake_page_request(smmu, marker);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_priq_drain(dev, &sid, 1, SMMU_PRI_EVERY_SSID, SMMU_PAGE_INVALID));
	TEST_ASSERT_EQUAL_UINT64(19 + 19, fake_count(smmu, 0x41));
	struct smmu_dev_stats stats;
	smmu_dev_stats(dev, &stats);
	TEST_ASSERT_EQUAL_UINT32(0, stats.page_groups);
	seen_count = 0;
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(0, seen_count);
}

/* An SMMU that is off has told its devices: their groups are gone. */
static void test_switching_off_empties_the_book(void)
{
	struct smmu_dev_stats stats;
	request(0x20, 0, 1, true);
	request(0x20, 0, 2, false);
	handle(0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_suspend(dev));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_restore(dev));
	smmu_dev_stats(dev, &stats);
	TEST_ASSERT_EQUAL_UINT32(0, stats.page_groups);
	struct smmu_page_request group = group_of(0x20, 0, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_page_respond(dev, &group, SMMU_PAGE_SUCCESS));
}

/* The domain is replaced: the pages are looked for in the new one, so the device is told to ask again (Resp 2), for a group that was
 * read and for one that was not. Requests of another SubstreamID stay. */
static void test_a_replace_lets_the_device_ask_again(void)
{
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 4);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, rig_domain(&rig, SMMU_DOMAIN_S1), 5, 0));
	request(0x20, 5, 1, true);
	handle(0);
	request(0x20, 5, 2, true);
	request(0x20, 6, 3, true);
	fake_clear(smmu);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, rig_domain(&rig, SMMU_DOMAIN_S1), 5, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(smmu, 0x41));
	size_t last_cfgi = 0, first_answer = smmu->command_count;
	for (size_t i = smmu->command_count; i-- > 0;) {
		if ((uint8_t)smmu->command[i].word[0] == 0x05 && !last_cfgi)
			last_cfgi = i;
		if ((uint8_t)smmu->command[i].word[0] != 0x41)
			continue;
		first_answer = i;
		TEST_ASSERT_EQUAL_HEX64(2, smmu->command[i].word[1] >> 12);
	}
	TEST_ASSERT_TRUE(last_cfgi < first_answer);     /* not before the new domain is there */
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_page_respond(dev, &seen[0], SMMU_PAGE_SUCCESS));
	seen_count = 0;
	handle(0);
	TEST_ASSERT_EQUAL_UINT64(1, seen_count);
	TEST_ASSERT_EQUAL_UINT32(6, seen[0].ssid);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_record_is_decoded);
	RUN_TEST(test_one_answer_per_group_after_its_last_request);
	RUN_TEST(test_groups_are_told_apart_by_stream_and_substream);
	RUN_TEST(test_a_stop_marker_is_reported_and_never_answered);
	RUN_TEST(test_without_a_function_complete_groups_are_answered_invalid);
	RUN_TEST(test_overflow_is_acknowledged_with_the_queue_empty);
	RUN_TEST(test_a_full_book_answers_success);
	RUN_TEST(test_many_groups_wrap_the_queue);
	RUN_TEST(test_an_impossible_prod_is_survived);
	RUN_TEST(test_a_drain_answers_each_group_of_a_stream_once);
	RUN_TEST(test_detach_drains_its_page_requests);
	RUN_TEST(test_what_cannot_be_asked);
	RUN_TEST(test_a_group_is_more_than_its_index);
	RUN_TEST(test_a_full_book_answers_the_last_request_only);
	RUN_TEST(test_an_overflow_at_the_end_of_the_budget);
	RUN_TEST(test_overflows_without_end);
	RUN_TEST(test_requests_without_end_do_not_keep_a_drain);
	RUN_TEST(test_one_consumer_at_a_time);
	RUN_TEST(test_a_long_drain);
	RUN_TEST(test_switching_off_empties_the_book);
	RUN_TEST(test_a_replace_lets_the_device_ask_again);
	return UNITY_END();
}
