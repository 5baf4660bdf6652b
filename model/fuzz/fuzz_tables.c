/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target: the input is memory. Stream table, CDs, tables of both stages and commands are whatever it says.
 * Not here: register accesses in any order (fuzz_mmio.c). */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same through GATOS; the type and the other bits of a request come from the low bits of the address. */
static void fuzz_ask(const struct smmu_txn *txn)
{
	const uint64_t ssv = (txn->flags & SMMU_TXN_SSV) != 0 ? SMMU_GATOS_SID_SSID_VALID_MASK : 0;

	smmu_core_write64(&fuzz_core, SMMU_GATOS_SID, txn->sid | (uint64_t)txn->ssid << 32 | ssv);
	smmu_core_write64(&fuzz_core, SMMU_GATOS_ADDR, txn->iova);
	smmu_core_write32(&fuzz_core, SMMU_GATOS_CTRL, SMMU_GATOS_CTRL_RUN_MASK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct smmu_txn txn[8];

	fuzz_power_on((unsigned)fuzz_take(&in, 1));
	for (unsigned i = 0; i < 8; i++)
		txn[i] = fuzz_txn(&in);
	fuzz_enable();
	memcpy(fuzz_memory, in.at, in.left < FUZZ_MEMORY ? in.left : FUZZ_MEMORY);
	for (unsigned i = 0; i < 16; i++) {
		fuzz_translate(&txn[i & 7u]);
		txn[i & 7u].iova ^= 0x1000;
		if (i == 7)
			smmu_core_write32(&fuzz_core, SMMU_CMDQ_PROD, 8);
		if ((i & 3u) == 3)
			fuzz_ask(&txn[i & 7u]);
		fuzz_settle(32);
	}
	return 0;
}
