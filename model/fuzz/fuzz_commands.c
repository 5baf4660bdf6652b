/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target: the bytes of commands, on an SMMU whose caches hold something, with transactions between them.
 * Not here: contents of tables chosen by the fuzzer (fuzz_tables.c). */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(uint32_t at, uint64_t value) { memcpy(&fuzz_memory[at], &value, 8); }

/* Stream 1 in stage 1 through tables at 0x2000; stream 2 stalls. */
static void tables(void)
{
	for (unsigned sid = 1; sid < 3; sid++) {
		struct smmu_ste ste = { { 0 } };
		struct smmu_cd cd = { { 0 } };

		smmu_ste_set_V(&ste, 1);
		smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S1);
		smmu_ste_set_S1ContextPtr(&ste, 0x1c00 + 64 * sid);
		smmu_cd_set_V(&cd, 1);
		smmu_cd_set_AA64(&cd, 1);
		smmu_cd_set_T0SZ(&cd, 16);
		smmu_cd_set_EPD1(&cd, 1);
		smmu_cd_set_IPS(&cd, 5);
		smmu_cd_set_A(&cd, 1);
		smmu_cd_set_R(&cd, 1);
		smmu_cd_set_S(&cd, sid == 2);
		smmu_cd_set_ASID(&cd, sid);
		smmu_cd_set_TTB0(&cd, 0x2000);
		memcpy(&fuzz_memory[64 * sid], &ste, sizeof ste);
		memcpy(&fuzz_memory[0x1c00 + 64 * sid], &cd, sizeof cd);
	}
	put(0x2000, 0x3003); /* one table serves as the next three levels */
	put(0x3000, 0x3003);
	for (unsigned i = 1; i < 16; i++)
		put(0x3000 + 8 * i, (UINT64_C(0x100000) * i) | 0x743);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t prod = 0;

	fuzz_power_on((unsigned)fuzz_take(&in, 1));
	fuzz_enable();
	tables();
	while (in.left != 0) {
		const unsigned op = (unsigned)fuzz_take(&in, 1);
		const struct smmu_txn txn = { .sid = 1 + (op >> 7), .iova = (uint64_t)(op >> 2 & 31u) << 12, .flags = op & 1u };

		if ((op & 2u) != 0) {
			fuzz_translate(&txn);
			continue;
		}
		put(0x1000 + 16 * (prod & 63u), fuzz_take(&in, 8));
		put(0x1008 + 16 * (prod & 63u), fuzz_take(&in, 8));
		prod = (prod + 1) & 127u;
		smmu_core_write32(&fuzz_core, SMMU_CMDQ_PROD, prod);
		fuzz_settle(16);
		if (((fuzz_core.r.gerror ^ fuzz_core.r.gerrorn) & 1u) != 0) { /* refused: skip it and go on */
			put(0x1000 + 16 * (fuzz_core.r.cmdq.cons & 63u), SMMU_CMD_SYNC);
			put(0x1008 + 16 * (fuzz_core.r.cmdq.cons & 63u), 0);
			smmu_core_write32(&fuzz_core, SMMU_GERRORN, fuzz_core.r.gerror);
			fuzz_settle(16);
		}
	}
	return 0;
}
