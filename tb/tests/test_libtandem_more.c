/* SPDX-License-Identifier: Apache-2.0
 * What libtandem can beside the first functions, as a foreign C program meets it: several SMMUs and masters, accesses that
 * do not block, endpoints, MSIs, errors on purpose, trace, test engines. Usage: test.tb.libtandem_more.<backend>
 * PLATFORM.lua BACKEND. The tests run in order and build on one another, because a process can open one platform.
 * Offsets, bits and records are written out from the architecture by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tandem/tandem.h"
#include "tandem/test_engine.h"
#include "tandem/trace.h"
#include "unity.h"

enum {
	IDR0 = 0x0, IDR1 = 0x4, CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, CR2 = 0x2c, GBPA = 0x44, GERROR = 0x60, STRTAB_BASE = 0x80,
	STRTAB_BASE_CFG = 0x88, CMDQ_BASE = 0x90, CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0, EVENTQ_IRQ_CFG0 = 0xb0,
	IRQ_CTRL = 0x50, IRQ_CTRLACK = 0x54, EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac,
};
enum { SMMUEN = 1, EVENTQEN = 4, CMDQEN = 8, ATSCHK = 16 };
enum { IDR0_BTM = 1 << 5, IDR0_ATS = 1 << 10, IDR0_MSI = 1 << 13, IDR0_PRI = 1 << 16, IDR0_S2P = 1 };
enum { LEFT, RIGHT };

/* Offsets in RAM; each SMMU has its own MiB. */
#define OF(smmu) (0x100000u * (uint32_t)((smmu) + 1))
#define TABLE 0x10000u
#define CMDQ 0x20000u
#define EVENTQ 0x30000u
#define S2_TABLE 0x40000u
#define DATA 0x400000u

static const char *platform, *backend;
static tandem *t;
static uint8_t *ram;
static uint64_t base;
static struct { uint32_t cmdq_prod, eventq_cons; } at[2];

void setUp(void)
{
}

void tearDown(void)
{
}

static void store64(uint64_t offset, uint64_t value)
{
	memcpy(ram + offset, &value, sizeof value);
}

static uint64_t load64(uint64_t offset)
{
	uint64_t value;
	memcpy(&value, ram + offset, sizeof value);
	return value;
}

static void wait32(int smmu, uint32_t offset, uint32_t mask, uint32_t want)
{
	for (int i = 0; i < 10000; i++) {
		if ((tandem_mmio_read32(t, smmu, offset) & mask) == want)
			return;
		tandem_run_ns(t, 100);
	}
	TEST_FAIL_MESSAGE("a register did not reach its value within 1 ms of simulated time");
}

static void push(int smmu, uint64_t word0, uint64_t word1)
{
	uint64_t slot = OF(smmu) + CMDQ + 16 * (at[smmu].cmdq_prod & 15);
	store64(slot, word0);
	store64(slot + 8, word1);
	at[smmu].cmdq_prod = (at[smmu].cmdq_prod + 1) & 31;
	tandem_mmio_write32(t, smmu, CMDQ_PROD, at[smmu].cmdq_prod);
}

static void sync(int smmu)
{
	push(smmu, 0x46, 0);
	wait32(smmu, CMDQ_CONS, 0x1f, at[smmu].cmdq_prod);
}

static void write_cr0(int smmu, uint32_t value)
{
	tandem_mmio_write32(t, smmu, CR0, value);
	wait32(smmu, CR0ACK, 0x1f, value);
}

static void set_bypass(int smmu, uint32_t sid)
{
	store64(OF(smmu) + TABLE + 64 * sid + 8, 1ull << 44); /* SHCFG = use incoming */
	store64(OF(smmu) + TABLE + 64 * sid, 0x9);            /* V, Config = bypass */
	push(smmu, 0x03 | (uint64_t)sid << 32, 1);            /* CMD_CFGI_STE, Leaf */
	sync(smmu);
}

static void bring_up(int smmu)
{
	uint32_t atschk = tandem_mmio_read32(t, smmu, IDR0) & IDR0_ATS ? ATSCHK : 0;

	memset(ram + OF(smmu) + TABLE, 0, 64 * 64);
	at[smmu].cmdq_prod = at[smmu].eventq_cons = 0;
	write_cr0(smmu, 0);
	tandem_mmio_write32(t, smmu, CR1, 0);
	tandem_mmio_write32(t, smmu, CR2, 0x2); /* RECINVSID; PTM = 0 */
	tandem_mmio_write64(t, smmu, STRTAB_BASE, base + OF(smmu) + TABLE);
	tandem_mmio_write32(t, smmu, STRTAB_BASE_CFG, 6); /* linear, 64 streams */
	tandem_mmio_write64(t, smmu, CMDQ_BASE, (base + OF(smmu) + CMDQ) | 4);
	tandem_mmio_write32(t, smmu, CMDQ_PROD, 0);
	tandem_mmio_write32(t, smmu, CMDQ_CONS, 0);
	tandem_mmio_write64(t, smmu, EVENTQ_BASE, (base + OF(smmu) + EVENTQ) | 4);
	tandem_mmio_write32(t, smmu, EVENTQ_PROD, 0);
	tandem_mmio_write32(t, smmu, EVENTQ_CONS, 0);
	write_cr0(smmu, CMDQEN);
	push(smmu, 0x04, 31); /* CMD_CFGI_ALL */
	push(smmu, 0x30, 0);  /* CMD_TLBI_NSNH_ALL */
	sync(smmu);
	tandem_mmio_write64(t, smmu, EVENTQ_IRQ_CFG0, 0);
	tandem_mmio_write32(t, smmu, IRQ_CTRL, 4);
	wait32(smmu, IRQ_CTRLACK, 4, 4);
	write_cr0(smmu, CMDQEN | EVENTQEN | SMMUEN | atschk);
}

/* A stage-2 STE whose one table maps the 1 GiB around RAM onto itself, readable and writable; its ATS is on. */
static void set_stage2(int smmu, uint32_t sid, uint32_t vmid)
{
	uint64_t ste = OF(smmu) + TABLE + 64 * sid, table = base + OF(smmu) + S2_TABLE;

	memset(ram + OF(smmu) + S2_TABLE, 0, 4096);
	/* block at level 1: valid 0b01, MemAttr 5:2 = 0b1111, S2AP 7:6 = 0b11, SH 9:8 = 3, AF bit 10 */
	store64(OF(smmu) + S2_TABLE + 8 * (base >> 30), (base >> 30 << 30) | 1u << 10 | 3u << 8 | 3u << 6 | 0xfu << 2 | 1);
	/* word 2: S2VMID, S2T0SZ = 25 (39 bits), S2SL0 = 1 (level 1), S2TG = 4K, S2PS = 4 (44 bits), S2AA64, S2R */
	store64(ste + 16, vmid | 25ull << 32 | 1ull << 38 | 4ull << 48 | 1ull << 51 | 1ull << 58);
	store64(ste + 24, table);
	store64(ste + 8, 1ull << 44 | 1ull << 28); /* SHCFG = use incoming, EATS = full */
	store64(ste, 0xd);                         /* V, Config = stage 2 */
	push(smmu, 0x03 | (uint64_t)sid << 32, 1);
	sync(smmu);
}

static tandem_txn_status dma(int master, uint32_t sid, uint64_t iova, void *data, uint32_t bytes, bool write)
{
	tandem_txn txn = { .sid = sid, .iova = iova, .data = data, .size_bytes = bytes, .write = write };
	return tandem_master_access(t, master, &txn, NULL);
}

static void expect_event(int smmu, uint8_t number, uint32_t sid)
{
	uint64_t slot = OF(smmu) + EVENTQ + 32 * (at[smmu].eventq_cons & 15);
	at[smmu].eventq_cons = (at[smmu].eventq_cons + 1) & 31;
	wait32(smmu, EVENTQ_PROD, 0x1f, at[smmu].eventq_cons);
	TEST_ASSERT_EQUAL_HEX64(number, load64(slot) & 0xff);
	TEST_ASSERT_EQUAL_HEX64(sid, load64(slot) >> 32);
	tandem_mmio_write32(t, smmu, EVENTQ_CONS, at[smmu].eventq_cons);
}

static bool smmu_has(int smmu, uint32_t idr0_bit)
{
	return (tandem_mmio_read32(t, smmu, IDR0) & idr0_bit) != 0;
}

/* ---- tests ---- */

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
	TEST_ASSERT_EQUAL_STRING("", tandem_error(NULL));
	TEST_ASSERT_EQUAL_UINT64(0, tandem_start(NULL, 0, &txn));
	TEST_ASSERT_EQUAL_INT(0, tandem_engine_count(NULL));
	tandem_cancel(t, 12345);
	tandem_clear_fault(t, 77);
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

static struct { unsigned begins, commands; uint16_t source; char text[300]; } seen;

static void note_record(void *arg, const struct smmu_trace_record *record)
{
	if (record->kind == SMMU_TRACE_COMMAND)
		seen.commands++;
	if (record->kind != SMMU_TRACE_TXN_BEGIN)
		return;
	seen.begins++;
	seen.source = record->source;
	tandem_trace_text(arg, record, seen.text, sizeof seen.text);
}

static void test_the_trace_tells_what_happens(void)
{
	uint8_t byte = 0;
	char cut[8];
	struct smmu_trace_record record = { .kind = SMMU_TRACE_IRQ, .source = RIGHT };

	tandem_on_trace(t, note_record, t);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(1, 5, base + DATA, &byte, 1, false));
	push(RIGHT, 0x04, 31);
	sync(RIGHT);
	TEST_ASSERT_EQUAL_UINT32(1, seen.begins);
	TEST_ASSERT_EQUAL_UINT32(2, seen.commands);
	TEST_ASSERT_EQUAL_UINT32(RIGHT, seen.source);
	TEST_ASSERT_NOT_NULL(strstr(seen.text, "\"source\":\"right\",\"kind\":\"txn_begin\",\"sid\":\"0x5\""));
	tandem_on_trace(t, NULL, NULL);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(1, 5, base + DATA, &byte, 1, false));
	TEST_ASSERT_EQUAL_UINT32(1, seen.begins);
	TEST_ASSERT_EQUAL_UINT64(58, tandem_trace_text(t, &record, cut, sizeof cut));
	TEST_ASSERT_EQUAL_STRING("{\"time_", cut); /* of {"time_ps":0,"source":"right","kind":"irq","irq":"EVENTQ"} */
}

static void engine_set64(int engine, uint32_t offset, uint64_t value)
{
	tandem_engine_write64(t, engine, offset, value);
}

static uint32_t engine_run(int engine, uint32_t command)
{
	uint32_t status;
	tandem_engine_write32(t, engine, TANDEM_ENGINE_COMMAND, command);
	for (int i = 0; i < 1000; i++) {
		status = tandem_engine_read32(t, engine, TANDEM_ENGINE_STATUS);
		if ((status & TANDEM_ENGINE_STATE_MASK) != TANDEM_ENGINE_RUNNING)
			return status;
		tandem_run_ns(t, 1000);
	}
	TEST_FAIL_MESSAGE("the engine did not come to an end within 1 ms");
	return 0;
}

static unsigned engine_irqs;

static void note_engine_irq(void *arg, int engine)
{
	(void)arg;
	engine_irqs |= 1u << engine;
}

static void test_an_engine_makes_traffic_for_who_knows_only_registers(void)
{
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_ID_VALUE, tandem_engine_read32(t, 0, TANDEM_ENGINE_ID));
	tandem_engine_write32(t, 0, TANDEM_ENGINE_STREAM_ID, 5);
	engine_set64(0, TANDEM_ENGINE_SEED, 42);
	engine_set64(0, TANDEM_ENGINE_BEGIN, base + DATA);
	engine_set64(0, TANDEM_ENGINE_END, base + DATA + 9999);
	tandem_engine_write32(t, 0, TANDEM_ENGINE_SIZE, 256);
	tandem_engine_write32(t, 0, TANDEM_ENGINE_CONTROL, TANDEM_ENGINE_CONTROL_IRQ);
	tandem_on_engine_irq(t, note_engine_irq, NULL);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_DONE, engine_run(0, TANDEM_ENGINE_CMD_WRITE));
	TEST_ASSERT_EQUAL_UINT64(40, tandem_engine_read64(t, 0, TANDEM_ENGINE_DONE_COUNT)); /* 10000 bytes by 256 */
	TEST_ASSERT_EQUAL_HEX32(1, engine_irqs);
	TEST_ASSERT_TRUE(tandem_take_engine_irq(t, 0));
	TEST_ASSERT_FALSE(tandem_take_engine_irq(t, 0));
	/* the pattern of docs/test-engine.md, byte 777 of seed 42 */
	uint64_t x = (42 + 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull ^ 777;
	x = (x ^ x >> 31) * 0x94d049bb133111ebull;
	TEST_ASSERT_EQUAL_HEX8(x >> 56, ram[DATA + 777]);

	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_DONE, engine_run(0, TANDEM_ENGINE_CMD_VERIFY));
	ram[DATA + 777] ^= 0x40;
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_FAILED, engine_run(0, TANDEM_ENGINE_CMD_VERIFY));
	TEST_ASSERT_EQUAL_UINT32(1, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_COUNT));
	TEST_ASSERT_EQUAL_UINT32(TANDEM_ENGINE_ERROR_MISMATCH, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_KIND));
	TEST_ASSERT_EQUAL_HEX64(base + DATA + 777, tandem_engine_read64(t, 0, TANDEM_ENGINE_ERROR_ADDRESS));
	TEST_ASSERT_EQUAL_HEX32((uint32_t)(x >> 56) | (uint32_t)ram[DATA + 777] << 8, tandem_engine_read32(t, 0, TANDEM_ENGINE_MISMATCH));
}

static void test_an_engine_reports_what_the_smmu_refuses(void)
{
	tandem_engine_write32(t, 0, TANDEM_ENGINE_STREAM_ID, 0x3f);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_FAILED, engine_run(0, TANDEM_ENGINE_CMD_READ));
	TEST_ASSERT_EQUAL_UINT32(TANDEM_ENGINE_ERROR_ABORT, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_KIND));
	TEST_ASSERT_EQUAL_UINT32(40, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_COUNT));
	TEST_ASSERT_EQUAL_HEX64(base + DATA, tandem_engine_read64(t, 0, TANDEM_ENGINE_ERROR_ADDRESS));
	wait32(LEFT, EVENTQ_PROD, 0, 0);
	tandem_take_irqs(t, LEFT);
	tandem_engine_write32(t, 0, TANDEM_ENGINE_STREAM_ID, 5);
	/* the other engine may use the StreamIDs of its platform entry only */
	tandem_engine_write32(t, 1, TANDEM_ENGINE_STREAM_ID, 9);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_BAD_VALUE | TANDEM_ENGINE_STREAM_ID << 16, engine_run(1, TANDEM_ENGINE_CMD_READ));
}

static void test_frames_have_addresses(void)
{
	uint64_t value = 0, frame = tandem_engine_frame(t, 0);

	TEST_ASSERT_TRUE(tandem_bus_read(t, tandem_smmu_frame(t, RIGHT) + IDR1, 4, &value));
	TEST_ASSERT_EQUAL_HEX32(tandem_mmio_read32(t, RIGHT, IDR1), value);
	TEST_ASSERT_TRUE(tandem_bus_write(t, frame + TANDEM_ENGINE_SEED, 8, 0x1122334455667788));
	TEST_ASSERT_EQUAL_HEX64(0x1122334455667788, tandem_engine_read64(t, 0, TANDEM_ENGINE_SEED));
	TEST_ASSERT_TRUE(tandem_bus_write(t, base + DATA + 1, 2, 0xbeef));
	TEST_ASSERT_EQUAL_HEX8(0xbe, ram[DATA + 2]);
	TEST_ASSERT_TRUE(tandem_bus_read(t, base + DATA + 1, 1, &value));
	TEST_ASSERT_EQUAL_HEX64(0xef, value);
	TEST_ASSERT_FALSE(tandem_bus_read(t, frame + 0x100000, 4, &value));
	TEST_ASSERT_FALSE(tandem_bus_read(t, frame + 2, 4, &value)); /* a register, not aligned */
	TEST_ASSERT_FALSE(tandem_bus_write(t, ~0ull, 4, 0));
	TEST_ASSERT_EQUAL_HEX64(0, tandem_smmu_frame(t, 2));
}

static void test_waiting_for_an_interrupt(void)
{
	uint8_t byte;
	uint64_t start = tandem_now_ns(t);

	tandem_take_irqs(t, LEFT);
	tandem_take_irqs(t, RIGHT);
	tandem_take_engine_irq(t, 0);
	TEST_ASSERT_FALSE(tandem_wait_irq(t, 5000));
	TEST_ASSERT_EQUAL_UINT64(start + 5000, tandem_now_ns(t));
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(1, 0x3e, base, &byte, 1, false));
	TEST_ASSERT_TRUE(tandem_wait_irq(t, 1000000));
	TEST_ASSERT_EQUAL_HEX32(TANDEM_IRQ_EVENTQ, tandem_take_irqs(t, RIGHT));
	expect_event(RIGHT, 0x04, 0x3e);
	/* or for the end of an engine's command */
	tandem_engine_write32(t, 0, TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_WRITE);
	TEST_ASSERT_TRUE(tandem_wait_irq(t, 1000000));
	TEST_ASSERT_TRUE(tandem_take_engine_irq(t, 0));
}

static void test_a_reset_puts_everything_back(void)
{
	tandem_engine_write32(t, 0, TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_WRITE);
	tandem_reset(t);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_IDLE, tandem_engine_read32(t, 0, TANDEM_ENGINE_STATUS));
	TEST_ASSERT_EQUAL_HEX64(0, tandem_engine_read64(t, 0, TANDEM_ENGINE_BEGIN));
	TEST_ASSERT_EQUAL_HEX32(5, tandem_engine_read32(t, 1, TANDEM_ENGINE_STREAM_ID)); /* the first of its StreamIDs */
	TEST_ASSERT_EQUAL_HEX32(0, tandem_mmio_read32(t, RIGHT, CR0ACK));
	TEST_ASSERT_TRUE(tandem_drain(t, 1000000));
	tandem_close(t);
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
	RUN_TEST(test_each_master_meets_its_own_smmu);
	RUN_TEST(test_accesses_that_do_not_block);
	RUN_TEST(test_a_cancelled_access_leaves_its_buffer_alone);
	RUN_TEST(test_an_injected_error_hits_its_class_its_place_and_its_turn);
	RUN_TEST(test_ats_requests_are_answered);
	RUN_TEST(test_an_endpoint_completes_invalidations_when_it_likes);
	RUN_TEST(test_a_stalled_access_waits_for_its_resume);
	RUN_TEST(test_a_page_request_without_a_queue_is_answered_with_failure);
	RUN_TEST(test_broadcast_maintenance_reaches_the_tlb);
	RUN_TEST(test_msis_of_devices_and_of_smmus);
	RUN_TEST(test_the_trace_tells_what_happens);
	RUN_TEST(test_an_engine_makes_traffic_for_who_knows_only_registers);
	RUN_TEST(test_an_engine_reports_what_the_smmu_refuses);
	RUN_TEST(test_frames_have_addresses);
	RUN_TEST(test_waiting_for_an_interrupt);
	RUN_TEST(test_a_reset_puts_everything_back);
	return UNITY_END();
}
