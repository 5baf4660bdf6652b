/* SPDX-License-Identifier: Apache-2.0
 * An own project in C on an installed libtandem: two SMMUs, transfers that do not block, a bus error on purpose, the trace.
 * Both SMMUs stay disabled and let traffic pass (GBPA), so that this is about the library and not about the SMMUv3;
 * ../bring_your_own_driver shows a driver. Usage: tour PLATFORM.lua BACKEND. Proof: ctest example.out_of_tree. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tandem/tandem.h>
#include <tandem/trace.h>

enum { GBPA = 0x44 };
#define GBPA_UPDATE 0x80000000u
#define GBPA_SHCFG_INCOMING 0x1000u

static unsigned transactions[2];

static void count(void *arg, const struct smmu_trace_record *record)
{
	(void)arg;
	if (record->kind == SMMU_TRACE_TXN_END && record->source < 2)
		transactions[record->source]++;
}

static int let_pass(tandem *t, int smmu)
{
	tandem_mmio_write32(t, smmu, GBPA, GBPA_UPDATE | GBPA_SHCFG_INCOMING);
	for (int i = 0; i < 1000; i++)
		if ((tandem_mmio_read32(t, smmu, GBPA) & GBPA_UPDATE) == 0)
			return 1;
	return 0;
}

static int both_at_once(tandem *t, uint8_t *ram, uint64_t base)
{
	static uint8_t out[2][4096];
	uint64_t ticket[2];

	for (int m = 0; m < 2; m++) {
		memset(out[m], 0xa0 + m, sizeof out[m]);
		tandem_txn txn = { .sid = m == 0 ? 0x10u : 0x20u, .iova = base + 0x10000u * (unsigned)(m + 1), .data = out[m],
				   .size_bytes = sizeof out[m], .write = true };
		ticket[m] = tandem_master_start(t, m, &txn);
	}
	for (int m = 0; m < 2; m++) {
		if (tandem_wait(t, ticket[m], 1000000) != TANDEM_TXN_OK || tandem_poll(t, ticket[m]) != TANDEM_TXN_OK)
			return 0;
		if (memcmp(ram + 0x10000u * (unsigned)(m + 1), out[m], sizeof out[m]) != 0)
			return 0;
	}
	printf("two transfers behind two SMMUs, done at %" PRIu64 " ns\n", tandem_now_ns(t));
	return 1;
}

static int third_write_fails(tandem *t, uint64_t base)
{
	uint8_t byte = 1;
	tandem_txn txn = { .sid = 0x10, .iova = base + 0x3000, .data = &byte, .size_bytes = 1, .write = true };
	tandem_fault fault = { .pa = base + 0x3000, .size_bytes = 0x1000, .classes = TANDEM_CLASS_CLIENT, .writes = true,
			       .skip_count = 2, .fail_count = 1 };
	unsigned handle = tandem_inject_fault(t, &fault), failed = 0;

	for (unsigned i = 1; i <= 4; i++) {
		tandem_result result;
		uint64_t ticket = tandem_master_start(t, 0, &txn);
		tandem_wait(t, ticket, 1000000);
		if (tandem_outcome(t, ticket, &result) == TANDEM_TXN_ABORT && result.memory_error)
			failed = failed * 10 + i;
	}
	tandem_clear_fault(t, handle);
	printf("of four writes, the memory refused number %u\n", failed);
	return failed == 3;
}

int main(int argc, char **argv)
{
	char error[256];
	uint64_t base;

	if (argc != 3) {
		fprintf(stderr, "usage: tour PLATFORM.lua BACKEND\n");
		return 2;
	}
	if (tandem_api_version() < TANDEM_API_VERSION) {
		fprintf(stderr, "the library is older than its header\n");
		return 2;
	}
	tandem *t = tandem_open(argv[1], argv[2], error, sizeof error);
	if (t == NULL) {
		fprintf(stderr, "%s\n", error);
		return 2;
	}
	uint8_t *ram = tandem_ram(t, &base, NULL);
	printf("tandem %s: %s and %s on %s\n", tandem_version(), tandem_smmu_name(t, 0), tandem_smmu_name(t, 1), argv[2]);
	tandem_on_trace(t, count, NULL);
	int ok = let_pass(t, 0) && let_pass(t, 1) && both_at_once(t, ram, base) && third_write_fails(t, base);
	printf("the trace has %u transactions of one and %u of the other SMMU\n", transactions[0], transactions[1]);
	ok = ok && transactions[0] >= 5 && transactions[1] >= 1;
	tandem_close(t);
	printf(ok ? "done\n" : "FAILED\n");
	return ok ? 0 : 1;
}
