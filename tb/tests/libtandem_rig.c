/* SPDX-License-Identifier: Apache-2.0
 * The helpers of libtandem_rig.h. */
#include "libtandem_rig.h"

const char *platform, *backend;
tandem *t;
uint8_t *ram;
uint64_t base;
struct queue_indices at[2];

void setUp(void)
{
}

void tearDown(void)
{
}

void store64(uint64_t offset, uint64_t value)
{
	memcpy(ram + offset, &value, sizeof value);
}

uint64_t load64(uint64_t offset)
{
	uint64_t value;
	memcpy(&value, ram + offset, sizeof value);
	return value;
}

void wait32(int smmu, uint32_t offset, uint32_t mask, uint32_t want)
{
	for (int i = 0; i < 10000; i++) {
		if ((tandem_mmio_read32(t, smmu, offset) & mask) == want)
			return;
		tandem_run_ns(t, 100);
	}
	TEST_FAIL_MESSAGE("a register did not reach its value within 1 ms of simulated time");
}

void push(int smmu, uint64_t word0, uint64_t word1)
{
	uint64_t slot = OF(smmu) + CMDQ + 16 * (at[smmu].cmdq_prod & 15);
	store64(slot, word0);
	store64(slot + 8, word1);
	at[smmu].cmdq_prod = (at[smmu].cmdq_prod + 1) & 31;
	tandem_mmio_write32(t, smmu, CMDQ_PROD, at[smmu].cmdq_prod);
}

void sync(int smmu)
{
	push(smmu, 0x46, 0);
	wait32(smmu, CMDQ_CONS, 0x1f, at[smmu].cmdq_prod);
}

void write_cr0(int smmu, uint32_t value)
{
	tandem_mmio_write32(t, smmu, CR0, value);
	wait32(smmu, CR0ACK, 0x1f, value);
}

void set_bypass(int smmu, uint32_t sid)
{
	store64(OF(smmu) + TABLE + 64 * sid + 8, 1ull << 44); /* SHCFG = use incoming */
	store64(OF(smmu) + TABLE + 64 * sid, 0x9);            /* V, Config = bypass */
	push(smmu, 0x03 | (uint64_t)sid << 32, 1);            /* CMD_CFGI_STE, Leaf */
	sync(smmu);
}

void bring_up(int smmu)
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
void set_stage2(int smmu, uint32_t sid, uint32_t vmid)
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

tandem_txn_status dma(int master, uint32_t sid, uint64_t iova, void *data, uint32_t bytes, bool write)
{
	tandem_txn txn = { .sid = sid, .iova = iova, .data = data, .size_bytes = bytes, .write = write };
	return tandem_master_access(t, master, &txn, NULL);
}

void expect_event(int smmu, uint8_t number, uint32_t sid)
{
	uint64_t slot = OF(smmu) + EVENTQ + 32 * (at[smmu].eventq_cons & 15);
	at[smmu].eventq_cons = (at[smmu].eventq_cons + 1) & 31;
	wait32(smmu, EVENTQ_PROD, 0x1f, at[smmu].eventq_cons);
	TEST_ASSERT_EQUAL_HEX64(number, load64(slot) & 0xff);
	TEST_ASSERT_EQUAL_HEX64(sid, load64(slot) >> 32);
	tandem_mmio_write32(t, smmu, EVENTQ_CONS, at[smmu].eventq_cons);
}

bool smmu_has(int smmu, uint32_t idr0_bit)
{
	return (tandem_mmio_read32(t, smmu, IDR0) & idr0_bit) != 0;
}

