/* SPDX-License-Identifier: Apache-2.0
 * A scripted SMMU (see fake_smmu.h). Offsets and bits are written out by hand here, on purpose: the fake must not share
 * the driver's idea of them. Not here: anything a test does not need. */
#include "fake_smmu.h"

#include <stdlib.h>
#include <string.h>

enum {
	CR0 = 0x20, CR0ACK = 0x24, GBPA = 0x44, IRQ_CTRL = 0x50, IRQ_CTRLACK = 0x54, GERROR = 0x60, GERRORN = 0x64,
	CMDQ_BASE = 0x90, CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0, EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac,
	PRIQ_BASE = 0xc0, PRIQ_PROD = 0x100c8, PRIQ_CONS = 0x100cc, PMCG_IRQ_CTRL = 0x20e50, PMCG_IRQ_CTRLACK = 0x20e54,
};

uint32_t fake_reg(const struct fake_smmu *smmu, uint32_t offset)
{
	return (uint32_t)smmu->reg[offset / 4];
}

void fake_set_reg(struct fake_smmu *smmu, uint32_t offset, uint32_t value)
{
	smmu->reg[offset / 4] = value;
}

static uint64_t reg64(const struct fake_smmu *smmu, uint32_t offset)
{
	return fake_reg(smmu, offset) | (uint64_t)fake_reg(smmu, offset + 4) << 32;
}

static uint64_t *ram(const struct fake_smmu *smmu, uint64_t pa)
{
	if (pa < smmu->ram_pa || pa - smmu->ram_pa >= smmu->ram_bytes)
		abort();        /* the driver pointed the SMMU outside its memory */
	return (uint64_t *)((char *)smmu->ram + (pa - smmu->ram_pa));
}

static void record(struct fake_smmu *smmu, bool write, uint32_t offset, uint64_t value)
{
	++*smmu->clock;
	if (smmu->access_count < FAKE_ACCESS_MAX)
		smmu->access[smmu->access_count++] = (struct fake_access){ write, offset, value };
}

static bool error_is_active(const struct fake_smmu *smmu)
{
	return ((fake_reg(smmu, GERROR) ^ fake_reg(smmu, GERRORN)) & 1) != 0;
}

static bool raise_error(struct fake_smmu *smmu, uint8_t opcode)
{
	if (smmu->error_in == 0 || --smmu->error_in != 0) {
		if (!smmu->error_code || opcode != smmu->bad_opcode || smmu->error_repeat == 0)
			return false;
		smmu->error_repeat--;
	}
	fake_set_reg(smmu, CMDQ_CONS, (fake_reg(smmu, CMDQ_CONS) & 0xfffff) | (uint32_t)smmu->error_code << 24);
	fake_set_reg(smmu, GERROR, fake_reg(smmu, GERROR) ^ 1);
	return true;
}

/* CMD_SYNC: CS 13:12, 1 with an address = 32-bit write of MSIData, 2 = event. */
static void signal_completion(struct fake_smmu *smmu, const uint64_t word[2])
{
	const unsigned cs = (unsigned)(word[0] >> 12 & 3);
	const uint64_t address = word[1] & 0x000ffffffffffffc;
	if ((uint8_t)word[0] != 0x46)
		return;
	if (cs == 1 && address && !smmu->lose_msi)
		__atomic_store_n((uint32_t *)ram(smmu, address), (uint32_t)(word[0] >> 32), __ATOMIC_RELEASE);
	smmu->msi_count += cs == 1 && address;
	smmu->event_count += cs == 2;
}

/* ATC_INVs to silent endpoints fail the next CMD_SYNC, once. */
static bool atc_timed_out(struct fake_smmu *smmu, const uint64_t word[2])
{
	const uint32_t sid = (uint32_t)(word[0] >> 32);
	if ((uint8_t)word[0] == 0x40)
		smmu->atc_pending = smmu->atc_pending || (sid < 64 && (smmu->silent_sids >> sid & 1));
	if ((uint8_t)word[0] != 0x46 || !smmu->atc_pending)
		return false;
	smmu->atc_pending = false;
	smmu->atc_errors++;
	fake_set_reg(smmu, CMDQ_CONS, (fake_reg(smmu, CMDQ_CONS) & 0xfffff) | 3u << 24);
	fake_set_reg(smmu, GERROR, fake_reg(smmu, GERROR) ^ 1);
	return true;
}

/* Consume up to max commands. */
static void consume(struct fake_smmu *smmu, unsigned max)
{
	const uint64_t base = reg64(smmu, CMDQ_BASE);
	const unsigned log2 = base & 31;
	const uint32_t mask = (2u << log2) - 1;
	while (max-- > 0 && (fake_reg(smmu, CR0ACK) & 8) && !smmu->stop_consuming && !error_is_active(smmu)) {
		const uint32_t cons = fake_reg(smmu, CMDQ_CONS) & mask;
		if (cons == (fake_reg(smmu, CMDQ_PROD) & mask))
			return;
		const uint64_t *const word = ram(smmu, (base & 0x000fffffffffffe0) + 16 * (cons & ((1u << log2) - 1)));
		if (raise_error(smmu, (uint8_t)word[0]) || atc_timed_out(smmu, word))
			return;
		if (smmu->consume_limit && --smmu->consume_limit == 0)
			smmu->stop_consuming = true;
		if (smmu->command_count < FAKE_COMMAND_MAX)
			smmu->command[smmu->command_count++] = (struct fake_command){ { word[0], word[1] }, ++*smmu->clock };
		const uint64_t copy[2] = { word[0], word[1] };
		fake_set_reg(smmu, CMDQ_CONS, (cons + 1) & mask);
		signal_completion(smmu, copy);
		if (smmu->on_command)
			smmu->on_command(smmu->arg, smmu, copy);
	}
}

static uint32_t read32(void *ctx, uint32_t offset)
{
	struct fake_smmu *const smmu = ctx;
	if ((offset == CMDQ_CONS || offset == CR0ACK) && smmu->on_poll)
		smmu->on_poll(smmu->arg, smmu);
	if (offset == CMDQ_CONS && smmu->lazy)
		consume(smmu, 1);
	uint32_t value = fake_reg(smmu, offset);
	if (offset == CMDQ_CONS && smmu->cons_beyond_prod)
		value = fake_reg(smmu, CMDQ_PROD) + 1;
	record(smmu, false, offset, value);
	return value;
}

/* W1S/W1C pairs of the PMCG: SET and CLR show the same state; the counter page may be page 0 or 1. */
static bool pmcg_write(struct fake_smmu *smmu, uint32_t offset, uint32_t value)
{
	static const struct { uint32_t set, clear; } pair[] = { { 0xc00, 0xc20 }, { 0xc40, 0xc60 }, { 0xcc0, 0xc80 } };
	if (offset < 0x20000)
		return false;
	const uint32_t page = offset & ~0xfffu, half = offset & 4;
	for (unsigned i = 0; i < 3; i++) {
		if ((offset & 0xffb) != pair[i].set && (offset & 0xffb) != pair[i].clear)
			continue;
		const uint32_t old = fake_reg(smmu, page + pair[i].set + half);
		const uint32_t now = (offset & 0xffb) == pair[i].set ? old | value : old & ~value;
		fake_set_reg(smmu, page + pair[i].set + half, now);
		fake_set_reg(smmu, page + pair[i].clear + half, now);
		return true;
	}
	if ((offset & 0xfff) == 0xd88) {        /* CAPR: counters to SVR, at most eight words are enough here */
		for (uint32_t n = 0; n < 16; n++)
			fake_set_reg(smmu, page + 0x600 + 4 * n, fake_reg(smmu, page + 4 * n));
		return true;
	}
	return false;
}

static void acknowledge(struct fake_smmu *smmu, uint32_t offset, uint32_t value)
{
	if (smmu->never_ack_offset == offset || smmu->stop_acknowledging)
		return;
	fake_set_reg(smmu, offset, value);
	if (smmu->ack_limit && --smmu->ack_limit == 0)
		smmu->stop_acknowledging = true;
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	struct fake_smmu *const smmu = ctx;
	record(smmu, true, offset, value);
	if (pmcg_write(smmu, offset, value))
		return;
	fake_set_reg(smmu, offset, value);
	switch (offset) {
	case CR0:
		acknowledge(smmu, CR0ACK, value);
		break;
	case IRQ_CTRL:
		acknowledge(smmu, IRQ_CTRLACK, value);
		break;
	case PMCG_IRQ_CTRL:
		acknowledge(smmu, PMCG_IRQ_CTRLACK, value);
		break;
	case GBPA:
		acknowledge(smmu, GBPA, value & 0x7fffffff);
		break;
	case CMDQ_PROD:
		smmu->prod_time = *smmu->clock;
		break;
	default:
		break;
	}
	if (!smmu->lazy && (offset == CMDQ_PROD || offset == GERRORN || offset == CR0))
		consume(smmu, UINT32_MAX);
}

static uint64_t read64(void *ctx, uint32_t offset)
{
	return read32(ctx, offset) | (uint64_t)read32(ctx, offset + 4) << 32;
}

static void write64(void *ctx, uint32_t offset, uint64_t value)
{
	struct fake_smmu *const smmu = ctx;
	record(smmu, true, offset, value);
	if (pmcg_write(smmu, offset, (uint32_t)value) && pmcg_write(smmu, offset + 4, (uint32_t)(value >> 32)))
		return;
	fake_set_reg(smmu, offset, (uint32_t)value);
	fake_set_reg(smmu, offset + 4, (uint32_t)(value >> 32));
}

void fake_port(struct fake_smmu *smmu, struct smmu_port *port)
{
	const uint32_t ids[][2] = { { 0x00, smmu->idr0 }, { 0x04, smmu->idr1 }, { 0x0c, smmu->idr3 }, { 0x14, smmu->idr5 },
				    { 0x18, smmu->iidr }, { 0x1c, smmu->aidr } };
	for (unsigned i = 0; i < sizeof ids / sizeof ids[0]; i++)
		fake_set_reg(smmu, ids[i][0], ids[i][1]);
	*port = (struct smmu_port){ .ctx = smmu, .read32 = read32, .write32 = write32, .read64 = read64, .write64 = write64 };
}

/* IDR0: S2P 0, S1P 1, TTF=2 (bit 3), COHACC 4, BTM 5, HYP 9, ASID16 12, MSI 13, VMID16 18, TTENDIAN=2 (bit 22), ST_LEVEL=1
 * (bit 27). STALL_MODEL 0 = stall and terminate.
 * IDR1: SIDSIZE=16, SSIDSIZE=10 << 6, PRIQS=8 << 11, EVENTQS=8 << 16, CMDQS=8 << 21, ATTR_TYPES_OVR 27, ATTR_PERMS_OVR 26.
 * IDR3: RIL 10, BBML=2 << 11. IDR5: OAS=4 (44 bits), GRAN4K 4, STALL_MAX=16 << 16. AIDR: v3.2. */
void fake_default_ids(struct fake_smmu *smmu)
{
	smmu->idr0 = 1u << 0 | 1u << 1 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 18 | 1u << 22 | 1u << 27;
	smmu->idr1 = 16u | 10u << 6 | 8u << 11 | 8u << 16 | 8u << 21 | 1u << 26 | 1u << 27;
	smmu->idr3 = 1u << 10 | 2u << 11;
	smmu->idr5 = 4u | 1u << 4 | 16u << 16;
	smmu->iidr = 0x43bu;
	smmu->aidr = 2;
}

void fake_event(struct fake_smmu *smmu, const uint64_t record_words[4])
{
	const uint64_t base = reg64(smmu, EVENTQ_BASE);
	const unsigned log2 = base & 31;
	const uint32_t mask = (2u << log2) - 1, prod = fake_reg(smmu, EVENTQ_PROD), cons = fake_reg(smmu, EVENTQ_CONS);
	if (((prod ^ cons) & mask) == 1u << log2) {
		if (((prod ^ cons) >> 31) == 0)
			fake_set_reg(smmu, EVENTQ_PROD, prod ^ 0x80000000u);
		return;
	}
	memcpy(ram(smmu, (base & 0x000fffffffffffe0) + 32 * (prod & ((1u << log2) - 1))), record_words, 32);
	fake_set_reg(smmu, EVENTQ_PROD, (prod & 0x80000000u) | ((prod + 1) & mask));
}

void fake_page_request(struct fake_smmu *smmu, const uint64_t record_words[2])
{
	const uint64_t base = reg64(smmu, PRIQ_BASE);
	const unsigned log2 = base & 31;
	const uint32_t mask = (2u << log2) - 1, prod = fake_reg(smmu, PRIQ_PROD), cons = fake_reg(smmu, PRIQ_CONS);
	const bool last = record_words[0] >> 62 & 1;
	const bool stop = last && record_words[0] >> 63 && (record_words[0] >> 60 & 3) == 0;
	if ((fake_reg(smmu, CR0ACK) & 3) != 3) {        /* SMMUEN and PRIQEN */
		smmu->auto_failure += !stop;
		return;
	}
	const bool full = ((prod ^ cons) & mask) == 1u << log2, overflow = (prod ^ cons) >> 31;
	if (full || overflow) {
		if (!overflow)
			fake_set_reg(smmu, PRIQ_PROD, prod ^ 0x80000000u);
		smmu->auto_success += last && !stop;
		return;
	}
	memcpy(ram(smmu, (base & 0x000fffffffffffe0) + 16 * (prod & ((1u << log2) - 1))), record_words, 16);
	fake_set_reg(smmu, PRIQ_PROD, (prod & 0x80000000u) | ((prod + 1) & mask));
}

void fake_clear(struct fake_smmu *smmu)
{
	smmu->access_count = 0;
	smmu->command_count = 0;
}

size_t fake_count(const struct fake_smmu *smmu, uint8_t opcode)
{
	size_t n = 0;
	for (size_t i = 0; i < smmu->command_count; i++)
		n += (uint8_t)smmu->command[i].word[0] == opcode;
	return n;
}
