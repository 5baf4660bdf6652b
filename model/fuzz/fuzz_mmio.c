/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target: register accesses of either security state, of any size at any offset in any order, mixed with transactions and work.
 * Not here: contents of memory chosen by the fuzzer (fuzz_tables.c). */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t offset_of(uint64_t raw)
{
	static const uint32_t bases[8] = { 0, 0x10000, 0x20000, 0x30000, 0x40000, 0, 0x8000, 0x50000 };

	return bases[raw >> 13 & 7u] + (uint32_t)(raw & 0xfffu);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	fuzz_power_on((unsigned)fuzz_take(&in, 1));
	while (in.left != 0) {
		const unsigned op = (unsigned)fuzz_take(&in, 1);
		const uint32_t offset = offset_of(fuzz_take(&in, 2));
		struct smmu_txn txn;

		switch (op & 7u) {
		case 0: smmu_core_secure_write32(&fuzz_core, offset, (uint32_t)fuzz_take(&in, 4)); break;
		case 1: smmu_core_write32(&fuzz_core, offset, (uint32_t)fuzz_take(&in, 4)); break;
		case 2: (op & 8u ? smmu_core_secure_write64 : smmu_core_write64)(&fuzz_core, offset, fuzz_take(&in, 8)); break;
		case 3: (void)(op & 8u ? smmu_core_secure_read32 : smmu_core_read32)(&fuzz_core, offset); break;
		case 4: (void)(op & 8u ? smmu_core_secure_read64 : smmu_core_read64)(&fuzz_core, offset); break;
		case 5: fuzz_settle(64); break;
		case 6:
			txn = fuzz_txn(&in);
			fuzz_translate(&txn);
			break;
		default: smmu_core_set_cycles(&fuzz_core, fuzz_core.pmcg.cycles + op); break;
		}
	}
	fuzz_settle(256);
	return 0;
}
