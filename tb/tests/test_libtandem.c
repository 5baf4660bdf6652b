/* SPDX-License-Identifier: Apache-2.0
 * libtandem as a foreign C program meets it: loaded with dlopen, no SystemC in sight, one backend per run.
 * Usage: test.tb.libtandem.<backend> LIBTANDEM.SO BACKEND. The tests run in order and build on one another, because a
 * process can open one platform. Register offsets, bits and records are written out from the architecture by hand, so
 * that the generated header is not its own proof. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "tandem/tandem.h"
#include "unity.h"

enum {
	IDR1 = 0x4, CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, CR2 = 0x2c, GBPA = 0x44, IRQ_CTRL = 0x50, IRQ_CTRLACK = 0x54,
	STRTAB_BASE = 0x80, STRTAB_BASE_CFG = 0x88, CMDQ_BASE = 0x90, CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0,
	EVENTQ_IRQ_CFG0 = 0xb0, EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac,
};
enum { SMMUEN = 1, EVENTQEN = 4, CMDQEN = 8 };

#define TABLE_OFFSET 0x10000u /* stream table: 64 STEs of 64 bytes */
#define CMDQ_OFFSET 0x20000u  /* 16 commands of 16 bytes */
#define EVENTQ_OFFSET 0x30000u /* 16 records of 32 bytes */
#define DATA_OFFSET 0x100000u

static struct {
	tandem *(*open)(const char *, const char *, char *, size_t);
	void (*close)(tandem *);
	void (*reset)(tandem *);
	int (*smmu_count)(const tandem *);
	uint32_t (*read32)(tandem *, int, uint32_t);
	void (*write32)(tandem *, int, uint32_t, uint32_t);
	uint64_t (*read64)(tandem *, int, uint32_t);
	void (*write64)(tandem *, int, uint32_t, uint64_t);
	void *(*ram)(tandem *, uint64_t *, size_t *);
	tandem_txn_status (*access)(tandem *, int, const tandem_txn *, uint64_t *);
	tandem_txn_status (*poll)(tandem *, uint64_t);
	unsigned (*take_irqs)(tandem *, int);
	void (*on_irq)(tandem *, tandem_irq_fn, void *);
	void (*run_ns)(tandem *, uint64_t);
	uint64_t (*now_ns)(const tandem *);
	const char *(*caps)(const tandem *, int);
} api;

static const char *library_path, *backend;
static tandem *t;
static uint8_t *ram;
static uint64_t base;
static uint32_t cmdq_prod, eventq_cons;
static unsigned irqs_seen_by_handler;

static bool needs_platform; /* between open and close */

void setUp(void)
{
	if (needs_platform && (t == NULL || ram == NULL))
		TEST_FAIL_MESSAGE("there is no platform");
}

void tearDown(void)
{
}

static void load(void *library, const char *name, void *function)
{
	void *symbol = dlsym(library, name);
	TEST_ASSERT_NOT_NULL_MESSAGE(symbol, name);
	memcpy(function, &symbol, sizeof symbol); /* ISO C has no cast from object to function pointer */
}

static void store64(uint32_t offset, uint64_t value)
{
	memcpy(ram + offset, &value, sizeof value);
}

static uint64_t load64(uint32_t offset)
{
	uint64_t value;
	memcpy(&value, ram + offset, sizeof value);
	return value;
}

static void wait32(uint32_t offset, uint32_t mask, uint32_t want)
{
	for (int i = 0; i < 10000; i++) {
		if ((api.read32(t, 0, offset) & mask) == want)
			return;
		api.run_ns(t, 100);
	}
	TEST_FAIL_MESSAGE("a register did not reach its value within 1 ms of simulated time");
}

static void write_cr0(uint32_t value)
{
	api.write32(t, 0, CR0, value);
	wait32(CR0ACK, 0xf, value);
}

static void push_command(uint64_t word0, uint64_t word1)
{
	uint32_t slot = CMDQ_OFFSET + 16 * (cmdq_prod & 15);
	store64(slot, word0);
	store64(slot + 8, word1);
	cmdq_prod = (cmdq_prod + 1) & 31; /* four bits of index, one of wrap */
	api.write32(t, 0, CMDQ_PROD, cmdq_prod);
}

static void sync_commands(void)
{
	push_command(0x46, 0); /* CMD_SYNC, CS = SIG_NONE */
	wait32(CMDQ_CONS, 0x1f, cmdq_prod);
	TEST_ASSERT_EQUAL_HEX32(0, api.read32(t, 0, 0x60) ^ api.read32(t, 0, 0x64)); /* GERROR: nothing active */
}

static tandem_txn_status dma(uint32_t sid, uint64_t iova, void *data, uint32_t bytes, bool write)
{
	tandem_txn txn = { .sid = sid, .iova = iova, .data = data, .size_bytes = bytes, .write = write };
	return api.access(t, 0, &txn, NULL);
}

static void check_dma_at_odd_sizes(uint32_t sid)
{
	/* one byte; across a page border; a page and a byte; odd on both ends */
	static const struct { uint32_t offset, bytes; } cases[] = { { 0, 1 }, { 0xffe, 3 }, { 0x1fff, 4097 }, { 0x3007, 20001 } };
	static uint8_t out[20001], in[20001];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t bytes = cases[i].bytes;
		uint8_t *place = ram + DATA_OFFSET + cases[i].offset;
		for (uint32_t k = 0; k < bytes; k++)
			out[k] = (uint8_t)(k * 7 + i + sid);
		memset(place - 1, 0xee, bytes + 2);
		TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(sid, base + DATA_OFFSET + cases[i].offset, out, bytes, true));
		TEST_ASSERT_EQUAL_MEMORY(out, place, bytes);
		TEST_ASSERT_EQUAL_HEX8(0xee, place[-1]);
		TEST_ASSERT_EQUAL_HEX8(0xee, place[bytes]);
		memset(in, 0, bytes);
		TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(sid, base + DATA_OFFSET + cases[i].offset, in, bytes, false));
		TEST_ASSERT_EQUAL_MEMORY(out, in, bytes);
	}
}

static void expect_event(uint8_t number, uint32_t sid)
{
	uint32_t slot = EVENTQ_OFFSET + 32 * (eventq_cons & 15);
	eventq_cons = (eventq_cons + 1) & 31;
	wait32(EVENTQ_PROD, 0x1f, eventq_cons);
	TEST_ASSERT_EQUAL_HEX64(number, load64(slot) & 0xff);   /* bits 7:0 */
	TEST_ASSERT_EQUAL_HEX64(sid, load64(slot) >> 32);       /* bits 63:32 */
	api.write32(t, 0, EVENTQ_CONS, eventq_cons);
}

static void test_the_library_loads_with_everything_resolved(void)
{
	void *library = dlopen(library_path, RTLD_NOW | RTLD_LOCAL);
	TEST_ASSERT_NOT_NULL_MESSAGE(library, dlerror());
	load(library, "tandem_open", &api.open);
	load(library, "tandem_close", &api.close);
	load(library, "tandem_reset", &api.reset);
	load(library, "tandem_smmu_count", &api.smmu_count);
	load(library, "tandem_mmio_read32", &api.read32);
	load(library, "tandem_mmio_write32", &api.write32);
	load(library, "tandem_mmio_read64", &api.read64);
	load(library, "tandem_mmio_write64", &api.write64);
	load(library, "tandem_ram", &api.ram);
	load(library, "tandem_access", &api.access);
	load(library, "tandem_poll", &api.poll);
	load(library, "tandem_take_irqs", &api.take_irqs);
	load(library, "tandem_on_irq", &api.on_irq);
	load(library, "tandem_run_ns", &api.run_ns);
	load(library, "tandem_now_ns", &api.now_ns);
	load(library, "tandem_caps", &api.caps);
}

static void test_a_bad_open_gives_a_sentence_and_a_good_one_still_works(void)
{
	char err[200] = "";
	TEST_ASSERT_NULL(api.open(NULL, "vhdl", err, sizeof err));
	TEST_ASSERT_NOT_NULL(strstr(err, "backend 'vhdl' is unknown"));
	TEST_ASSERT_NULL(api.open("no/such/file.lua", backend, err, sizeof err));
	TEST_ASSERT_EQUAL_STRING("cannot read platform file 'no/such/file.lua'", err);
	TEST_ASSERT_NULL(api.open("no/such/file.lua", backend, err, 7));
	TEST_ASSERT_EQUAL_STRING("cannot", err); /* cut to the buffer, terminated */
	TEST_ASSERT_NULL(api.open("no/such/file.lua", backend, NULL, 0));
	t = api.open(NULL, backend, err, sizeof err);
	TEST_ASSERT_NOT_NULL_MESSAGE(t, err);
	TEST_ASSERT_EQUAL_STRING("", err);
}

static void test_a_second_open_is_refused(void)
{
	char err[200] = "";
	TEST_ASSERT_NULL(api.open(NULL, backend, err, sizeof err));
	TEST_ASSERT_NOT_NULL(strstr(err, "SystemC elaborates only once per process"));
}

static void test_the_default_platform_has_its_documented_values(void)
{
	size_t bytes = 0;
	ram = api.ram(t, &base, &bytes);
	TEST_ASSERT_NOT_NULL(ram);
	TEST_ASSERT_EQUAL_HEX64(0x80000000, base);
	TEST_ASSERT_EQUAL_HEX64(256u << 20, bytes);
	TEST_ASSERT_EQUAL_INT(1, api.smmu_count(t));
	/* IDR1: SIDSIZE 5:0 = 16, SSIDSIZE 10:6 = 10, EVENTQS 20:16 = 10, CMDQS 25:21 = 10 */
	uint32_t idr1 = api.read32(t, 0, IDR1);
	TEST_ASSERT_EQUAL_UINT32(16, idr1 & 0x3f);
	TEST_ASSERT_EQUAL_UINT32(10, idr1 >> 6 & 0x1f);
	TEST_ASSERT_EQUAL_UINT32(10, idr1 >> 16 & 0x1f);
	TEST_ASSERT_EQUAL_UINT32(10, idr1 >> 21 & 0x1f);
	TEST_ASSERT_NOT_NULL(strstr(api.caps(t, 0), backend));
	TEST_ASSERT_EQUAL(0, api.read32(t, 0, CR0));
}

static void test_from_here_on_a_platform_is_needed(void)
{
	needs_platform = true;
	setUp();
}

static void test_64_bit_registers_read_back_in_any_width(void)
{
	/* STRTAB_BASE: RA bit 62, ADDR 51:6; CMDQ_BASE and EVENTQ_BASE: bit 62, ADDR 51:5, LOG2SIZE 4:0 */
	static const struct { uint32_t offset; uint64_t value; } cases[] = {
		{ STRTAB_BASE, 0x4000000081234000 }, { CMDQ_BASE, 0x4000000082345604 }, { EVENTQ_BASE, 0x4000000083456704 },
	};
	for (size_t i = 0; i < 3; i++) {
		uint32_t offset = cases[i].offset;
		uint64_t value = cases[i].value;
		api.write64(t, 0, offset, value);
		TEST_ASSERT_EQUAL_HEX64(value, api.read64(t, 0, offset));
		TEST_ASSERT_EQUAL_HEX32(value & 0xffffffff, api.read32(t, 0, offset));
		TEST_ASSERT_EQUAL_HEX32(value >> 32, api.read32(t, 0, offset + 4));
		api.write32(t, 0, offset, 0x84000000);
		TEST_ASSERT_EQUAL_HEX64((value & 0xffffffff00000000) | 0x84000000, api.read64(t, 0, offset));
		api.write32(t, 0, offset + 4, 0);
		TEST_ASSERT_EQUAL_HEX64(0x84000000, api.read64(t, 0, offset));
	}
}

static void test_time_passes_with_register_accesses_and_on_request(void)
{
	uint64_t start = api.now_ns(t);
	api.read32(t, 0, IDR1);
	uint64_t after = api.now_ns(t);
	TEST_ASSERT_GREATER_THAN_UINT64(start, after);
	api.run_ns(t, 1000);
	TEST_ASSERT_EQUAL_UINT64(after + 1000, api.now_ns(t));
	api.run_ns(t, 0);
	TEST_ASSERT_EQUAL_UINT64(after + 1000, api.now_ns(t));
}

static void test_a_disabled_smmu_lets_traffic_of_any_stream_pass(void)
{
	/* GBPA: Update bit 31, SHCFG 13:12 = use incoming, ABORT bit 20 = 0 */
	wait32(GBPA, 1u << 31, 0);
	api.write32(t, 0, GBPA, 1u << 31 | 1u << 12);
	wait32(GBPA, 1u << 31, 0);
	check_dma_at_odd_sizes(1);
	check_dma_at_odd_sizes(0xffff);
	wait32(GBPA, 1u << 31, 0);
	api.write32(t, 0, GBPA, 1u << 31 | 1u << 20 | 1u << 12);
	wait32(GBPA, 1u << 31, 0);
	uint8_t byte = 1;
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(1, base + DATA_OFFSET, &byte, 1, true));
}

static void handle_irq(void *arg, int smmu, unsigned irq)
{
	if (arg == &irqs_seen_by_handler && smmu == 0)
		irqs_seen_by_handler |= irq;
}

static void test_bring_up_by_hand(void)
{
	memset(ram + TABLE_OFFSET, 0, 64 * 64);
	write_cr0(0);
	api.write32(t, 0, CR1, 0);
	api.write32(t, 0, CR2, 0x6); /* PTM, RECINVSID */
	api.write64(t, 0, STRTAB_BASE, base + TABLE_OFFSET);
	api.write32(t, 0, STRTAB_BASE_CFG, 6); /* linear, 64 streams */
	api.write64(t, 0, CMDQ_BASE, (base + CMDQ_OFFSET) | 4);
	api.write32(t, 0, CMDQ_PROD, 0);
	api.write32(t, 0, CMDQ_CONS, 0);
	write_cr0(CMDQEN);
	push_command(0x04, 31); /* CMD_CFGI_ALL */
	push_command(0x30, 0);  /* CMD_TLBI_NSNH_ALL */
	sync_commands();
	api.write64(t, 0, EVENTQ_BASE, (base + EVENTQ_OFFSET) | 4);
	api.write32(t, 0, EVENTQ_PROD, 0);
	api.write32(t, 0, EVENTQ_CONS, 0);
	write_cr0(CMDQEN | EVENTQEN);
	api.write64(t, 0, EVENTQ_IRQ_CFG0, 0); /* no MSI: the register is UNKNOWN after a reset */
	api.write32(t, 0, IRQ_CTRL, 4); /* EVENTQ_IRQEN */
	wait32(IRQ_CTRLACK, 4, 4);
	write_cr0(CMDQEN | EVENTQEN | SMMUEN);
	api.on_irq(t, handle_irq, &irqs_seen_by_handler);
	api.take_irqs(t, 0);
}

static void test_an_unattached_stream_aborts_and_records_its_event(void)
{
	uint8_t byte = 0x5a;
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(0x3f, base + DATA_OFFSET, &byte, 1, false));
	TEST_ASSERT_EQUAL_HEX8(0x5a, byte);
	expect_event(0x04, 0x3f); /* C_BAD_STE: STE.V = 0 (T-STR-01) */
	TEST_ASSERT_EQUAL_HEX32(TANDEM_IRQ_EVENTQ, api.take_irqs(t, 0));
	TEST_ASSERT_EQUAL_HEX32(0, api.take_irqs(t, 0));
	TEST_ASSERT_EQUAL_HEX32(TANDEM_IRQ_EVENTQ, irqs_seen_by_handler);
	api.on_irq(t, NULL, NULL);
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(0x40, base + DATA_OFFSET, &byte, 1, true));
	expect_event(0x02, 0x40); /* C_BAD_STREAMID: outside the table (T-STR-04) */
}

static void test_a_bypass_ste_lets_its_stream_pass(void)
{
	/* V bit 0, Config 3:1 = 0b100; SHCFG 109:108 = 1, so bit 44 of word 1 (T-STR-06 uses the same Config) */
	store64(TABLE_OFFSET + 5 * 64 + 8, 1ull << 44);
	store64(TABLE_OFFSET + 5 * 64, 0x9);
	push_command(0x03 | 5ull << 32, 1); /* CMD_CFGI_STE, Leaf */
	sync_commands();
	check_dma_at_odd_sizes(5);
}

static void test_wrong_arguments_are_harmless(void)
{
	uint64_t ticket = 7;
	tandem_txn txn = { .sid = 5, .iova = base, .data = NULL, .size_bytes = 4 };
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, api.access(t, 0, &txn, &ticket));
	TEST_ASSERT_EQUAL_UINT64(0, ticket);
	txn.data = &ticket;
	txn.size_bytes = 0;
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, api.access(t, 0, &txn, NULL));
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, api.access(t, 0, NULL, NULL));
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, api.access(t, 1, &txn, NULL));
	TEST_ASSERT_EQUAL(TANDEM_TXN_TIMEOUT, api.poll(t, 999));
	TEST_ASSERT_EQUAL_HEX32(0, api.read32(t, -1, IDR1));
	TEST_ASSERT_EQUAL_HEX32(0, api.read32(t, 1, IDR1));
	TEST_ASSERT_EQUAL_HEX32(0, api.read32(t, 0, 0xe0000));
	TEST_ASSERT_EQUAL_HEX32(0, api.read32(NULL, 0, IDR1));
	TEST_ASSERT_EQUAL_HEX64(0, api.read64(NULL, 0, 0));
	TEST_ASSERT_EQUAL_STRING("", api.caps(t, 4));
	TEST_ASSERT_EQUAL_INT(0, api.smmu_count(NULL));
	TEST_ASSERT_NULL(api.ram(NULL, NULL, NULL));
	TEST_ASSERT_EQUAL_HEX32(0, api.take_irqs(t, 9));
	TEST_ASSERT_EQUAL_UINT64(0, api.now_ns(NULL));
	api.write32(t, 9, CR0, 0);
	api.write32(t, 0, 0xfffffffc, 0);
	api.write64(NULL, 0, 0, 0);
	api.on_irq(NULL, NULL, NULL);
	api.run_ns(NULL, 5);
	api.reset(NULL);
	api.close(NULL);
}

static void test_a_reset_disables_the_smmu_and_keeps_ram(void)
{
	TEST_ASSERT_EQUAL_HEX32(CMDQEN | EVENTQEN | SMMUEN, api.read32(t, 0, CR0ACK));
	api.reset(t);
	TEST_ASSERT_EQUAL_HEX32(0, api.read32(t, 0, CR0));
	TEST_ASSERT_EQUAL_HEX32(0, api.read32(t, 0, CR0ACK));
	TEST_ASSERT_EQUAL_HEX64(0x9, load64(TABLE_OFFSET + 5 * 64));
	cmdq_prod = eventq_cons = 0;
	test_bring_up_by_hand();
	uint8_t byte = 0;
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(0x3e, base + DATA_OFFSET, &byte, 1, true));
	expect_event(0x04, 0x3e);
}

static void test_after_close_the_process_cannot_open_again(void)
{
	char err[200] = "";
	api.close(t);
	t = NULL;
	needs_platform = false;
	TEST_ASSERT_NULL(api.open(NULL, backend, err, sizeof err));
	TEST_ASSERT_NOT_NULL(strstr(err, "SystemC elaborates only once per process"));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	if (argc != 3)
		return 2;
	library_path = argv[1];
	backend = argv[2];
	RUN_TEST(test_the_library_loads_with_everything_resolved);
	RUN_TEST(test_a_bad_open_gives_a_sentence_and_a_good_one_still_works);
	RUN_TEST(test_a_second_open_is_refused);
	RUN_TEST(test_the_default_platform_has_its_documented_values);
	RUN_TEST(test_from_here_on_a_platform_is_needed);
	RUN_TEST(test_64_bit_registers_read_back_in_any_width);
	RUN_TEST(test_time_passes_with_register_accesses_and_on_request);
	RUN_TEST(test_a_disabled_smmu_lets_traffic_of_any_stream_pass);
	RUN_TEST(test_bring_up_by_hand);
	RUN_TEST(test_an_unattached_stream_aborts_and_records_its_event);
	RUN_TEST(test_a_bypass_ste_lets_its_stream_pass);
	RUN_TEST(test_wrong_arguments_are_harmless);
	RUN_TEST(test_a_reset_disables_the_smmu_and_keeps_ram);
	RUN_TEST(test_after_close_the_process_cannot_open_again);
	return UNITY_END();
}
