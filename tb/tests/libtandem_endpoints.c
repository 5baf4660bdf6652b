/* SPDX-License-Identifier: Apache-2.0
 * Part of test_libtandem_more: translation requests, invalidations and page requests of endpoints, stalls, broadcast TLB
 * maintenance, MSIs of devices and of SMMUs. */
#include "libtandem_rig.h"

static struct { unsigned count, tag; int smmu; bool complete; tandem_atc_invalidation last; } atc;

static bool invalidate(void *arg, int smmu, const tandem_atc_invalidation *invalidation)
{
	(void)arg;
	atc.count++;
	atc.smmu = smmu;
	atc.last = *invalidation;
	return atc.complete;
}

static void test_ats_requests_are_answered(void)
{
	tandem_ats_request request = { .sid = 8, .iova = base + DATA + 0x123 };
	tandem_translation got = { .size_bytes = 77 };
	uint8_t byte = 0x21;

	if (!smmu_has(LEFT, IDR0_ATS)) {
		TEST_ASSERT_EQUAL(TANDEM_ATS_UNSUPPORTED, tandem_ats_translate(t, LEFT, &request, &got));
		TEST_ASSERT_EQUAL_UINT64(0, got.size_bytes);
		return;
	}
	set_stage2(LEFT, 8, 3);
	TEST_ASSERT_EQUAL(TANDEM_ATS_SUCCESS, tandem_ats_translate(t, LEFT, &request, &got));
	TEST_ASSERT_TRUE(got.read);
	TEST_ASSERT_TRUE(got.write);
	/* the block is the identity; an answer may cover less of it than all */
	TEST_ASSERT_EQUAL_HEX64((base + DATA) & ~(got.size_bytes - 1), got.address);
	TEST_ASSERT_TRUE(got.size_bytes >= 4096 && got.size_bytes <= 1u << 30);
	tandem_txn txn = { .sid = 8, .iova = base + DATA + 0x123, .data = &byte, .size_bytes = 1, .write = true, .translated = true };
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_access(t, LEFT, &txn, NULL));
	TEST_ASSERT_EQUAL_HEX8(0x21, ram[DATA + 0x123]);
	request.sid = 5; /* bypass: no ATS there, Unsupported Request */
	TEST_ASSERT_EQUAL(TANDEM_ATS_UNSUPPORTED, tandem_ats_translate(t, LEFT, &request, &got));
	TEST_ASSERT_FALSE(got.read);
	expect_event(LEFT, 0x05, 5); /* F_BAD_ATS_TREQ */
}

static void test_an_endpoint_completes_invalidations_when_it_likes(void)
{
	if (!smmu_has(LEFT, IDR0_ATS))
		TEST_IGNORE_MESSAGE("no ATS");
	/* CMD_ATC_INV: StreamID 8, 2^0 pages at 0x5000: Size 69:64, Address 127:76 */
	tandem_on_atc_invalidate(t, invalidate, NULL);
	atc.complete = true;
	push(LEFT, 0x40 | 8ull << 32, 0x5000);
	sync(LEFT);
	TEST_ASSERT_EQUAL_UINT32(1, atc.count);
	TEST_ASSERT_EQUAL_INT(LEFT, atc.smmu);
	TEST_ASSERT_EQUAL_UINT32(8, atc.last.sid);
	TEST_ASSERT_EQUAL_HEX64(0x5000, atc.last.address);
	TEST_ASSERT_EQUAL_UINT32(12, atc.last.size_log2);

	/* it takes its time: CMD_SYNC waits */
	atc.complete = false;
	push(LEFT, 0x40 | 8ull << 32, 0x6000);
	push(LEFT, 0x46, 0);
	tandem_run_ns(t, 20000);
	TEST_ASSERT_NOT_EQUAL(at[LEFT].cmdq_prod, tandem_mmio_read32(t, LEFT, CMDQ_CONS) & 0x1f);
	TEST_ASSERT_EQUAL_UINT32(2, atc.count);
	tandem_atc_complete(t, LEFT, atc.last.tag);
	wait32(LEFT, CMDQ_CONS, 0x1f, at[LEFT].cmdq_prod);

	/* it never answers: after atc_timeout_ns (1 ms) CMD_SYNC stops with CERROR_ATC_INV_SYNC = 3 */
	push(LEFT, 0x40 | 8ull << 32, 0x7000);
	push(LEFT, 0x46, 0);
	tandem_run_ns(t, 1100000);
	TEST_ASSERT_EQUAL_HEX32(3, tandem_mmio_read32(t, LEFT, CMDQ_CONS) >> 24 & 0x7f);
	TEST_ASSERT_EQUAL_HEX32(1, tandem_mmio_read32(t, LEFT, GERROR) & 1);
	tandem_on_atc_invalidate(t, NULL, NULL);
	tandem_reset(t);
	bring_up(LEFT);
	bring_up(RIGHT);
	set_bypass(LEFT, 5);
	set_bypass(RIGHT, 5);
}

/* An access above the mapped GiB stalls at stage 2; its record's STAG resumes it. */
static uint16_t stalled_stag(uint64_t iova)
{
	uint64_t slot = OF(LEFT) + EVENTQ + 32 * (at[LEFT].eventq_cons & 15);
	expect_event(LEFT, 0x10, 9); /* F_TRANSLATION */
	TEST_ASSERT_EQUAL_HEX64(1, load64(slot + 8) >> 31 & 1); /* Stall, bit 95 */
	TEST_ASSERT_EQUAL_HEX64(iova, load64(slot + 16));
	return (uint16_t)load64(slot + 8); /* STAG, 79:64 */
}

static void resume(uint16_t stag, uint64_t how)
{
	push(LEFT, 0x44 | how | 9ull << 32, stag); /* CMD_RESUME */
	sync(LEFT);
}

static void test_a_stalled_access_waits_for_its_resume(void)
{
	const uint64_t iova = (base >> 30 << 30) + (1u << 30) + 0x40, entry = OF(LEFT) + S2_TABLE + 8 * (iova >> 30);
	const uint64_t RETRY = 1u << 12, ABORT = 1u << 13;
	uint8_t byte = 0;
	tandem_result result;

	if (!smmu_has(LEFT, IDR0_S2P) || (tandem_mmio_read32(t, LEFT, IDR0) >> 24 & 3) == 1)
		TEST_IGNORE_MESSAGE("no stalls at stage 2");
	set_stage2(LEFT, 9, 4);
	store64(OF(LEFT) + TABLE + 64 * 9 + 8, 1ull << 44); /* no ATS where faults stall */
	store64(OF(LEFT) + TABLE + 64 * 9 + 16, load64(OF(LEFT) + TABLE + 64 * 9 + 16) | 1ull << 57); /* S2S, bit 185 */
	push(LEFT, 0x03 | 9ull << 32, 1);
	sync(LEFT);

	tandem_txn txn = { .sid = 9, .iova = iova, .data = &byte, .size_bytes = 1 };
	uint64_t ticket = tandem_start(t, LEFT, &txn);
	TEST_ASSERT_EQUAL(TANDEM_TXN_STALLED, tandem_wait(t, ticket, 100000));
	TEST_ASSERT_EQUAL(TANDEM_TXN_STALLED, tandem_poll(t, ticket)); /* does not go away by looking */
	TEST_ASSERT_FALSE(tandem_drain(t, 1000));
	store64(entry, load64(OF(LEFT) + S2_TABLE + 8 * (base >> 30))); /* now the page is there, and is RAM's */
	ram[0x40] = 0x77;
	resume(stalled_stag(iova), RETRY);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_wait(t, ticket, 100000));
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_poll(t, ticket));
	TEST_ASSERT_EQUAL_HEX8(0x77, byte);

	/* the same with tandem_access, and an end by abort */
	txn.iova += 1ull << 30;
	TEST_ASSERT_EQUAL(TANDEM_TXN_STALLED, tandem_access(t, LEFT, &txn, &ticket));
	resume(stalled_stag(txn.iova), ABORT);
	tandem_run_ns(t, 1000);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, tandem_outcome(t, ticket, &result));
	TEST_ASSERT_FALSE(result.memory_error);
}

static struct { unsigned count, code, group; uint32_t sid; } page_answer;

static void note_page_response(void *arg, int smmu, const tandem_page_response *response)
{
	(void)arg;
	TEST_ASSERT_EQUAL_INT(LEFT, smmu);
	page_answer.count++;
	page_answer.code = response->code;
	page_answer.group = response->group;
	page_answer.sid = response->sid;
}

static void test_a_page_request_without_a_queue_is_answered_with_failure(void)
{
	tandem_page_request request = { .sid = 8, .read = true, .last = true, .group = 300, .address = 0x1000 };

	tandem_on_page_response(t, note_page_response, NULL);
	if (!tandem_request_page(t, LEFT, &request)) {
		TEST_ASSERT_EQUAL_STRING("the SMMU took no page request: it has none, or its buffer is full", tandem_error(t));
		TEST_ASSERT_FALSE(smmu_has(LEFT, IDR0_PRI));
		return;
	}
	/* the PRI queue is off: Response Failure, 0b1111 */
	tandem_run_ns(t, 1000);
	TEST_ASSERT_EQUAL_UINT32(1, page_answer.count);
	TEST_ASSERT_EQUAL_UINT32(15, page_answer.code);
	TEST_ASSERT_EQUAL_UINT32(300, page_answer.group);
	TEST_ASSERT_EQUAL_UINT32(8, page_answer.sid);
}

static void test_broadcast_maintenance_reaches_the_tlb(void)
{
	uint8_t byte = 0;
	tandem_stats before, after;
	tandem_tlbi tlbi = { .kind = TANDEM_TLBI_VMALLS12, .vmid = 3 };

	TEST_ASSERT_TRUE(tandem_broadcast_tlbi(t, &tlbi));
	TEST_ASSERT_FALSE(tandem_broadcast_tlbi(t, NULL));
	if (!smmu_has(LEFT, IDR0_BTM) || !smmu_has(LEFT, IDR0_S2P))
		TEST_IGNORE_MESSAGE("no BTM");
	set_stage2(LEFT, 8, 3);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 8, base + DATA, &byte, 1, false));
	tandem_smmu_stats(t, LEFT, &before);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 8, base + DATA, &byte, 1, false));
	tandem_smmu_stats(t, LEFT, &after);
	TEST_ASSERT_EQUAL_UINT64(before.tlb_misses, after.tlb_misses);
	tlbi.vmid = 4; /* somebody else's */
	tandem_broadcast_tlbi(t, &tlbi);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 8, base + DATA, &byte, 1, false));
	tandem_smmu_stats(t, LEFT, &after);
	TEST_ASSERT_EQUAL_UINT64(before.tlb_misses, after.tlb_misses);
	tlbi.vmid = 3;
	tandem_broadcast_tlbi(t, &tlbi);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 8, base + DATA, &byte, 1, false));
	tandem_smmu_stats(t, LEFT, &after);
	TEST_ASSERT_EQUAL_UINT64(before.tlb_misses + 1, after.tlb_misses);
}

static struct { unsigned count; tandem_msi last; } msi;

static void note_msi(void *arg, const tandem_msi *message)
{
	(void)arg;
	msi.count++;
	msi.last = *message;
}

static void test_msis_of_devices_and_of_smmus(void)
{
	const uint64_t doorbell = 0x08020040;
	uint32_t data = 0x1234;

	tandem_on_msi(t, note_msi, NULL);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(0, 5, doorbell, &data, 4, true)); /* nobody there yet */
	TEST_ASSERT_TRUE(tandem_add_doorbell(t, doorbell & ~0xfffull, 4096));
	TEST_ASSERT_FALSE(tandem_add_doorbell(t, doorbell, 4)); /* overlaps */
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, doorbell, &data, 4, true));
	TEST_ASSERT_EQUAL_UINT32(1, msi.count);
	TEST_ASSERT_EQUAL_INT(-1, msi.last.smmu);
	TEST_ASSERT_EQUAL_HEX64(doorbell, msi.last.pa);
	TEST_ASSERT_EQUAL_HEX64(0x1234, msi.last.data);

	if (smmu_has(RIGHT, IDR0_MSI)) {
		/* one that nobody takes does not arrive: GERROR.MSI_CMDQ_ABT_ERR, bit 4 */
		push(RIGHT, 0x46 | 1ull << 12, 0x1000);
		wait32(RIGHT, GERROR, 1u << 4, 1u << 4);
		TEST_ASSERT_EQUAL_UINT32(1, msi.count);
		tandem_mmio_write32(t, RIGHT, GERROR + 4, 1u << 4);
		/* CMD_SYNC with CS = IRQ 13:12 = 1, MSIData 63:32, MSIAddress 115:66: to the doorbell, then to RAM */
		push(RIGHT, 0x46 | 1ull << 12 | 0x77ull << 32, doorbell);
		wait32(RIGHT, CMDQ_CONS, 0x1f, at[RIGHT].cmdq_prod);
		tandem_run_ns(t, 1000);
		TEST_ASSERT_EQUAL_UINT32(2, msi.count);
		TEST_ASSERT_EQUAL_INT(RIGHT, msi.last.smmu);
		TEST_ASSERT_EQUAL_HEX64(0x77, msi.last.data);
		push(RIGHT, 0x46 | 1ull << 12 | 0x78ull << 32, base + DATA);
		wait32(RIGHT, CMDQ_CONS, 0x1f, at[RIGHT].cmdq_prod);
		tandem_run_ns(t, 1000);
		TEST_ASSERT_EQUAL_UINT32(3, msi.count);
		TEST_ASSERT_EQUAL_HEX64(base + DATA, msi.last.pa);
		TEST_ASSERT_EQUAL_HEX32(0x78, (uint32_t)load64(DATA));
	}
	unsigned count = msi.count;
	tandem_on_msi(t, NULL, NULL);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, doorbell, &data, 4, true));
	TEST_ASSERT_EQUAL_UINT32(count, msi.count);
}

void run_endpoint_tests(void)
{
	RUN_TEST(test_ats_requests_are_answered);
	RUN_TEST(test_an_endpoint_completes_invalidations_when_it_likes);
	RUN_TEST(test_a_stalled_access_waits_for_its_resume);
	RUN_TEST(test_a_page_request_without_a_queue_is_answered_with_failure);
	RUN_TEST(test_broadcast_maintenance_reaches_the_tlb);
	RUN_TEST(test_msis_of_devices_and_of_smmus);
}
