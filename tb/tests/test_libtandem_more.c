/* SPDX-License-Identifier: Apache-2.0
 * What libtandem can beside the first functions, as a foreign C program meets it: several SMMUs and masters, accesses that
 * do not block, errors on purpose; in libtandem_endpoints.c endpoints, stalls, MSIs and broadcast TLBIs, in libtandem_engines.c the
 * trace and test engines. Usage: test_libtandem_more PLATFORM.lua BACKEND. The tests run in order and build on one another,
 * because a process can open one platform. */
#include <stdio.h>

#include "libtandem_rig.h"

static void test_a_platform_file_gives_what_it_names(void)
{
	char err[300];
	tandem_master info;

	t = tandem_open(platform, backend, err, sizeof err);
	if (t == NULL) {
		fprintf(stderr, "%s\n", err);
		exit(2);
	}
	ram = tandem_ram(t, &base, NULL);
	TEST_ASSERT_EQUAL_INT(TANDEM_API_VERSION, tandem_api_version());
	TEST_ASSERT_NOT_NULL(strchr(tandem_version(), '.'));
	TEST_ASSERT_EQUAL_INT(2, tandem_smmu_count(t));
	TEST_ASSERT_EQUAL_STRING("right", tandem_smmu_name(t, RIGHT));
	TEST_ASSERT_EQUAL_INT(LEFT, tandem_find_smmu(t, "left"));
	TEST_ASSERT_EQUAL_INT(2, tandem_master_count(t));
	TEST_ASSERT_EQUAL_INT(1, tandem_find_master(t, "nic"));
	TEST_ASSERT_TRUE(tandem_master_info(t, 0, &info));
	TEST_ASSERT_EQUAL_STRING("disk", info.name);
	TEST_ASSERT_EQUAL_INT(LEFT, info.smmu);
	TEST_ASSERT_EQUAL_UINT32(2, info.sid_count);
	TEST_ASSERT_EQUAL_UINT32(6, info.sids[1]);
	TEST_ASSERT_EQUAL_UINT32(4, info.ssid_bits);
	TEST_ASSERT_TRUE(tandem_master_info(t, 1, &info));
	TEST_ASSERT_EQUAL_INT(RIGHT, info.smmu);
	TEST_ASSERT_EQUAL_UINT32(1, info.tbu);
	TEST_ASSERT_EQUAL_INT(2, tandem_engine_count(t));
	TEST_ASSERT_EQUAL_STRING("te_right", tandem_engine_name(t, 1));
	TEST_ASSERT_EQUAL_INT(0, tandem_find_engine(t, "te_left"));
	TEST_ASSERT_NOT_NULL(strstr(tandem_platform_json(t), "\"name\":\"nic\",\"smmu\":\"right\",\"tbu\":1,\"sids\":[5],\"ssid_bits\":0"));
	TEST_ASSERT_NOT_NULL(strstr(tandem_platform_json(t), "\"ram\":{\"base\":\"0x80000000\",\"size_bytes\":67108864}"));
}

static void test_refusals_are_sentences(void)
{
	uint8_t byte;
	tandem_txn txn = { .data = &byte };
	tandem_fault fault = { .classes = TANDEM_CLASS_STE, .reads = true, .pa = 0, .size_bytes = 8 };
	tandem_page_request page = { .group = 512 };

	TEST_ASSERT_NULL(tandem_smmu_name(t, 2));
	TEST_ASSERT_EQUAL_STRING("there is no SMMU 2; the platform has 0 to 1", tandem_error(t));
	TEST_ASSERT_NOT_NULL(tandem_smmu_name(t, 1));
	TEST_ASSERT_EQUAL_STRING("", tandem_error(t));
	TEST_ASSERT_EQUAL_INT(-1, tandem_find_master(t, "gpu"));
	TEST_ASSERT_EQUAL_STRING("there is no master 'gpu'", tandem_error(t));
	TEST_ASSERT_EQUAL_INT(-1, tandem_find_engine(t, NULL));
	TEST_ASSERT_EQUAL_UINT64(0, tandem_start(t, 0, &txn));
	TEST_ASSERT_EQUAL_STRING("the transaction has size_bytes 0; allowed are 1 and more", tandem_error(t));
	TEST_ASSERT_EQUAL_UINT64(0, tandem_master_start(t, 2, &txn));
	TEST_ASSERT_EQUAL(TANDEM_TXN_TIMEOUT, tandem_wait(t, 12345, 10));
	TEST_ASSERT_EQUAL_STRING("there is no transaction with ticket 12345", tandem_error(t));
	TEST_ASSERT_EQUAL_UINT32(0, tandem_inject_fault(t, &fault));
	TEST_ASSERT_EQUAL_STRING("the range of the fault is not in RAM", tandem_error(t));
	fault.classes = 0;
	TEST_ASSERT_EQUAL_UINT32(0, tandem_inject_fault(t, &fault));
	TEST_ASSERT_FALSE(tandem_request_page(t, LEFT, &page));
	TEST_ASSERT_EQUAL_STRING("group 512 of the page request is not 0 to 511", tandem_error(t));
	TEST_ASSERT_FALSE(tandem_add_doorbell(t, base + 64, 4));
	TEST_ASSERT_FALSE(tandem_bus_read(t, base, 3, &(uint64_t){ 0 }));
	TEST_ASSERT_EQUAL_STRING("an access of 3 bytes; allowed are 1, 2, 4 and 8", tandem_error(t));
	TEST_ASSERT_EQUAL_INT(-1, tandem_find_smmu(NULL, "left"));
	TEST_ASSERT_FALSE(tandem_pmcg_pages(NULL, 0, 0, NULL, NULL));
	TEST_ASSERT_EQUAL_STRING("", tandem_error(NULL));
	TEST_ASSERT_EQUAL_UINT64(0, tandem_start(NULL, 0, &txn));
	TEST_ASSERT_EQUAL_INT(0, tandem_engine_count(NULL));
	tandem_cancel(t, 12345);
	tandem_clear_fault(t, 77);
}

static void test_counter_groups_are_where_they_are_said_to_be(void)
{
	const bool of_tbus = strstr(tandem_caps(t, LEFT), "\"PMCG_TBU\": true") != NULL;
	uint32_t page0, page1;
	TEST_ASSERT_TRUE(tandem_pmcg_pages(t, LEFT, -1, &page0, &page1));
	TEST_ASSERT_EQUAL_HEX32(0x20000, page0);
	TEST_ASSERT_EQUAL_HEX32(0x30000, page1);
	TEST_ASSERT_EQUAL(of_tbus, tandem_pmcg_pages(t, LEFT, 0, &page0, &page1));
	TEST_ASSERT_EQUAL_HEX32(of_tbus ? 0x60000 : 0, page0);
	TEST_ASSERT_EQUAL_HEX32(of_tbus ? 0x70000 : 0, page1);
	/* CEID0: a group of a TBU counts cycles, transactions and TLB misses; where there is none, nothing answers */
	TEST_ASSERT_EQUAL_HEX64(of_tbus ? 7 : 0, tandem_mmio_read64(t, LEFT, 0x60000 + 0xe20));
	TEST_ASSERT_FALSE(tandem_pmcg_pages(t, LEFT, 4, &page0, NULL));
	TEST_ASSERT_EQUAL_STRING("there is no TBU 4 of left", tandem_error(t));
	TEST_ASSERT_FALSE(tandem_pmcg_pages(t, 2, -1, &page0, NULL));
	TEST_ASSERT_EQUAL_HEX32(0, page0);
}

static void test_each_master_meets_its_own_smmu(void)
{
	uint8_t byte = 0x5a;
	tandem_stats stats;

	bring_up(LEFT);
	bring_up(RIGHT);
	set_bypass(LEFT, 5);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, base + DATA, &byte, 1, true));
	TEST_ASSERT_EQUAL_HEX8(0x5a, ram[DATA]);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(1, 5, base + DATA, &byte, 1, true));
	expect_event(RIGHT, 0x04, 5); /* C_BAD_STE: its STE is invalid there */
	set_bypass(RIGHT, 5);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(1, 5, base + DATA + 1, &byte, 1, true));
	TEST_ASSERT_EQUAL_HEX8(0x5a, ram[DATA + 1]);
	TEST_ASSERT_TRUE(tandem_smmu_stats(t, RIGHT, &stats));
	TEST_ASSERT_EQUAL_UINT64(2, stats.transactions);
	TEST_ASSERT_EQUAL_UINT64(1, stats.events_recorded);
	TEST_ASSERT_FALSE(tandem_smmu_stats(t, 2, &stats));
	TEST_ASSERT_EQUAL_UINT64(0, stats.transactions);
}

static void test_accesses_that_do_not_block(void)
{
	static uint8_t out[8][64], in[64];
	uint64_t ticket[8];
	tandem_result result;

	for (unsigned i = 0; i < 8; i++) {
		memset(out[i], (int)(0x10 + i), sizeof out[i]);
		tandem_txn txn = { .sid = 5, .iova = base + DATA + 64 * i, .data = out[i], .size_bytes = 64, .write = true };
		ticket[i] = tandem_master_start(t, i % 2 == 0 ? 0 : 1, &txn); /* both SMMUs at once */
		TEST_ASSERT_NOT_EQUAL(0, ticket[i]);
	}
	/* each takes time, and none has passed */
	TEST_ASSERT_EQUAL(TANDEM_TXN_PENDING, tandem_poll(t, ticket[7]));
	TEST_ASSERT_EQUAL(TANDEM_TXN_PENDING, tandem_wait(t, ticket[7], 0));
	for (unsigned i = 0; i < 8; i++) {
		TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_wait(t, ticket[i], 100000));
		TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_wait(t, ticket[i], 0)); /* not taken by waiting */
		TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_outcome(t, ticket[i], &result));
		TEST_ASSERT_EQUAL(TANDEM_TXN_OK, result.status);
		TEST_ASSERT_EQUAL(TANDEM_TXN_TIMEOUT, tandem_poll(t, ticket[i])); /* once */
		TEST_ASSERT_EQUAL_MEMORY(out[i], ram + DATA + 64 * i, 64);
	}

	tandem_txn read = { .sid = 5, .iova = base + DATA, .data = in, .size_bytes = 64 };
	uint64_t first = tandem_start(t, LEFT, &read);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_wait(t, first, 100000));
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, tandem_poll(t, first));
	TEST_ASSERT_EQUAL_MEMORY(out[0], in, 64);

	/* the middle of a transfer that is not there is an abort of the SMMU, not of memory */
	read.sid = 6;
	first = tandem_start(t, LEFT, &read);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, tandem_wait(t, first, 100000));
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, tandem_outcome(t, first, &result));
	TEST_ASSERT_FALSE(result.memory_error);
	expect_event(LEFT, 0x04, 6);
}

static void test_a_cancelled_access_leaves_its_buffer_alone(void)
{
	uint8_t in[64];
	tandem_txn read = { .sid = 5, .iova = base + DATA + 64, .data = in, .size_bytes = sizeof in };

	uint64_t ticket = tandem_start(t, RIGHT, &read);
	tandem_cancel(t, ticket);
	memset(in, 0xee, sizeof in);
	tandem_run_ns(t, 10000);
	for (unsigned i = 0; i < sizeof in; i++)
		TEST_ASSERT_EQUAL_HEX8(0xee, in[i]);
	TEST_ASSERT_EQUAL(TANDEM_TXN_TIMEOUT, tandem_poll(t, ticket));
	TEST_ASSERT_TRUE(tandem_drain(t, 100000));
}

static void test_an_injected_error_hits_its_class_its_place_and_its_turn(void)
{
	uint8_t byte = 1;
	tandem_result result;
	tandem_fault fetch = { .pa = base + OF(LEFT) + TABLE + 64 * 5, .size_bytes = 64, .classes = TANDEM_CLASS_STE, .reads = true, .fail_count = 1 };
	tandem_fault third = { .pa = base + DATA, .size_bytes = 4096, .classes = TANDEM_CLASS_CLIENT, .writes = true, .skip_count = 2, .fail_count = 1 };

	/* a bus error at the fetch of an STE: F_STE_FETCH */
	unsigned handle = tandem_inject_fault(t, &fetch);
	TEST_ASSERT_NOT_EQUAL(0, handle);
	push(LEFT, 0x03 | 5ull << 32, 1); /* forget the STE */
	sync(LEFT);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(0, 5, base + DATA, &byte, 1, true));
	expect_event(LEFT, 0x03, 5);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, base + DATA, &byte, 1, true)); /* only once */
	tandem_clear_fault(t, handle);

	/* the third write to a page; it says that memory refused */
	handle = tandem_inject_fault(t, &third);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, base + DATA, &byte, 1, true));
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, base + DATA, &byte, 1, false)); /* a read does not count */
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, base + DATA + 9, &byte, 1, true));
	tandem_txn txn = { .sid = 5, .iova = base + DATA, .data = &byte, .size_bytes = 1, .write = true };
	uint64_t ticket = tandem_master_start(t, 0, &txn);
	tandem_wait(t, ticket, 100000);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, tandem_outcome(t, ticket, &result));
	TEST_ASSERT_TRUE(result.memory_error);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, base + DATA, &byte, 1, true));
	tandem_clear_fault(t, handle);

	/* a cleared one is gone, also with turns left */
	third.skip_count = 0;
	third.fail_count = 0;
	handle = tandem_inject_fault(t, &third);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(0, 5, base + DATA, &byte, 1, true));
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(0, 5, base + DATA, &byte, 1, true));
	tandem_clear_fault(t, handle);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(0, 5, base + DATA, &byte, 1, true));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	if (argc != 3)
		return 2;
	platform = argv[1];
	backend = argv[2];
	RUN_TEST(test_a_platform_file_gives_what_it_names);
	RUN_TEST(test_refusals_are_sentences);
	RUN_TEST(test_counter_groups_are_where_they_are_said_to_be);
	RUN_TEST(test_each_master_meets_its_own_smmu);
	RUN_TEST(test_accesses_that_do_not_block);
	RUN_TEST(test_a_cancelled_access_leaves_its_buffer_alone);
	RUN_TEST(test_an_injected_error_hits_its_class_its_place_and_its_turn);
	run_endpoint_tests();
	run_engine_tests();
	return UNITY_END();
}
