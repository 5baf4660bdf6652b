/* SPDX-License-Identifier: Apache-2.0
 * Host and devices of the hostile run (see hostile_device.h). A device consumes commands, refuses unknown ones, reports silent
 * endpoints and signals CMD_SYNCs as a correct one would, until the bytes say otherwise. It translates nothing. */
#include "hostile_device.h"

#include <stdlib.h>

#include "smmuv3_arch.h"
#include "smmuv3_trace.h"

#define ACCESS_BOUND 200000u  /* of one call: 64 waits of HOSTILE_POLL_ROUNDS rounds, and a full list of commands, many times over */

void hostile_must(bool ok)
{
	if (!ok)
		abort();
}

uint64_t hostile_take(struct hostile_bytes *bytes, unsigned count)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < count && bytes->left != 0; i++, bytes->at++, bytes->left--)
		value |= (uint64_t)*bytes->at << 8 * i;
	return value;
}

/* ---- the host ---- */

static uint64_t now_us(void *ctx)
{
	return ((struct hostile_bytes *)ctx)->clock_us++;
}

static void pass_time(void *ctx)
{
	((struct hostile_bytes *)ctx)->clock_us += 3;
}

static void fence(void *ctx)
{
	(void)ctx;
}

/* Cache maintenance concerns memory of the SMMUs only. */
static void maintain(void *ctx, const void *virt, size_t size_bytes)
{
	const uintptr_t first = (uintptr_t)((struct hostile_bytes *)ctx)->ram, at = (uintptr_t)virt;
	hostile_must(at >= first && at - first < HOSTILE_RAM_BYTES && size_bytes <= HOSTILE_RAM_BYTES - (at - first));
}

static void lock(void *ctx, struct smmu_lock *l)
{
	hostile_must(l->word[0] == 0);
	l->word[0] = 1;
	((struct hostile_bytes *)ctx)->locks++;
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	hostile_must(l->word[0] == 1);
	l->word[0] = 0;
	((struct hostile_bytes *)ctx)->locks--;
}

static void emit(void *ctx, const struct smmu_trace_record *record)
{
	(void)ctx;
	hostile_must(record->kind != 0);
}

static const struct smmu_trace_sink sink = { .emit = emit };

void hostile_host(struct hostile_bytes *bytes, unsigned bits, struct smmu_host *host)
{
	*host = (struct smmu_host){ .ctx = bytes, .now_us = now_us };
	if (bits & 1) {
		host->relax = pass_time;
		host->wait_event = pass_time;
		host->publish = fence;
		host->consume = fence;
	}
	if (bits & 2) {
		host->clean = maintain;
		host->discard = maintain;
	}
	if (bits & 4)
		host->trace = &sink;
	if (!(bits & 8)) {
		host->lock = lock;
		host->unlock = unlock;
	}
}

/* ---- registers ---- */

static uint32_t *reg(struct hostile_device *d, uint32_t offset)
{
	hostile_must(offset % 4 == 0 && offset >> 16 < HOSTILE_PAGES && (offset & 0xffff) < 0x1000);
	return &d->reg[offset >> 16 << 10 | (offset & 0xfff) >> 2];
}

static uint32_t *access(struct hostile_device *d, uint32_t offset)
{
	hostile_must(++d->bytes->accesses < ACCESS_BOUND);
	return reg(d, offset);
}

/* Memory at a PA the driver named; it never names any but its own. */
static uint64_t *memory(struct hostile_device *d, uint64_t pa, uint64_t size_bytes)
{
	hostile_must(pa >= HOSTILE_RAM_PA && pa - HOSTILE_RAM_PA <= HOSTILE_RAM_BYTES - size_bytes);
	return (uint64_t *)((char *)d->bytes->ram + (pa - HOSTILE_RAM_PA));
}

struct queue {
	uint64_t pa;
	uint32_t size, mask;    /* mask: index and wrap flag */
};

static struct queue queue_at(struct hostile_device *d, uint32_t base_offset)
{
	const uint64_t base = *reg(d, base_offset) | (uint64_t)*reg(d, base_offset + 4) << 32;
	const unsigned log2 = base & SMMU_CMDQ_BASE_LOG2SIZE_MASK;
	hostile_must(log2 <= 19);
	return (struct queue){ base & SMMU_CMDQ_BASE_ADDR_MASK, 1u << log2, (2u << log2) - 1 };
}

/* ---- commands ---- */

static void fail(struct hostile_device *d, uint8_t code)
{
	uint32_t *const cons = reg(d, SMMU_CMDQ_CONS);
	*cons = (*cons & 0xfffff) | (uint32_t)(code & 0x7f) << SMMU_CMDQ_CONS_ERR_SHIFT;
	*reg(d, SMMU_GERROR) ^= SMMU_GERROR_CMDQ_ERR_MASK;
}

/* The command the SMMU stands at fails. */
static bool fails(struct hostile_device *d, const uint64_t word[2])
{
	const uint8_t opcode = (uint8_t)word[0];
	const uint32_t endpoint = (uint32_t)(word[0] >> 32) - HOSTILE_SID;
	if (opcode == 0 || opcode > SMMU_CMD_SYNC) {
		fail(d, SMMU_CMDQ_CONS_ERR_CERROR_ILL);
		return true;
	}
	if (d->fail_in && --d->fail_in == 0) {
		fail(d, d->fail_code);
		if (d->fail_again) {
			d->fail_again--;
			d->fail_in = 1;
		}
		return true;
	}
	if (opcode == SMMU_CMD_ATC_INV && endpoint < HOSTILE_MASTERS && d->silent >> endpoint & 1)
		d->atc_pending = true;
	if (opcode != SMMU_CMD_SYNC || !d->atc_pending)
		return false;
	d->atc_pending = false;
	fail(d, SMMU_CMDQ_CONS_ERR_CERROR_ATC_INV_SYNC);
	return true;
}

/* MSIs of commands the caller made up go anywhere; only those into memory are sent. */
static void signal_completion(struct hostile_device *d, const uint64_t word[2])
{
	const struct smmu_cmd cmd = { { word[0], word[1] } };
	const uint64_t pa = smmu_cmd_sync_get_MSIAddress(&cmd);
	if ((uint8_t)word[0] != SMMU_CMD_SYNC || smmu_cmd_sync_get_CS(&cmd) != SMMU_CMD_SYNC_CS_IRQ || pa < HOSTILE_RAM_PA)
		return;
	*(uint32_t *)memory(d, pa, 4) = (uint32_t)smmu_cmd_sync_get_MSIData(&cmd) + (d->bad_msi ? 3 : 0);
}

static void consume(struct hostile_device *d)
{
	if (d->stuck || !(*reg(d, SMMU_CR0ACK) & SMMU_CR0_CMDQEN_MASK))
		return;
	const struct queue q = queue_at(d, SMMU_CMDQ_BASE);
	/* A driver that was told lies about CONS may be ahead of it by more than a queue: then look at what is there. */
	while (((*reg(d, SMMU_CMDQ_PROD) ^ *reg(d, SMMU_CMDQ_CONS)) & q.mask) != 0) {
		if ((*reg(d, SMMU_GERROR) ^ *reg(d, SMMU_GERRORN)) & SMMU_GERROR_CMDQ_ERR_MASK)
			return;
		const uint32_t cons = *reg(d, SMMU_CMDQ_CONS) & q.mask;
		const uint64_t *const slot = memory(d, q.pa + 16u * (cons & (q.size - 1)), 16);
		const uint64_t word[2] = { slot[0], slot[1] };
		if (fails(d, word))
			return;
		*reg(d, SMMU_CMDQ_CONS) = (cons + 1) & q.mask;
		signal_completion(d, word);
	}
}

/* ---- reports ---- */

static void write_record(struct hostile_device *d, bool event, uint32_t position, const uint64_t *record)
{
	const struct queue q = queue_at(d, event ? SMMU_EVENTQ_BASE : SMMU_PRIQ_BASE);
	const unsigned words = event ? 4 : 2;
	uint64_t *const slot = memory(d, q.pa + 8u * words * (position & (q.size - 1)), 8u * words);
	for (unsigned i = 0; i < words; i++)
		slot[i] = record[i];
}

static bool queue_is_on(struct hostile_device *d, bool event)
{
	return *reg(d, SMMU_CR0ACK) & (event ? SMMU_CR0_EVENTQEN_MASK : SMMU_CR0_PRIQEN_MASK);
}

/* A record of garbage, or one the driver knows: a stall, a page request, of a master's stream. */
void hostile_report(struct hostile_device *d, bool event)
{
	struct hostile_bytes *const b = d->bytes;
	const uint32_t prod_offset = event ? SMMU_EVENTQ_PROD : SMMU_PRIQ_PROD;
	const uint8_t shape = (uint8_t)hostile_take(b, 1), near = (uint8_t)hostile_take(b, 1);
	uint64_t record[4];
	if (!queue_is_on(d, event))
		return;
	for (unsigned i = 0; i < 4; i++)
		record[i] = shape & 1 ? hostile_take(b, 8) : 0;
	if (shape & 2 && event) {
		record[0] = SMMU_EVENT_F_TRANSLATION | (uint64_t)(shape >> 7) << 11 | (uint64_t)(near >> 2 & 15) << 12 |
			    (uint64_t)(HOSTILE_SID + (near & 3)) << 32;
		record[1] |= SMMU_EVENT_F_TRANSLATION_Stall_MASK | near >> 4;
	} else if (shape & 2) {
		record[0] = HOSTILE_SID + (near & 3) + ((uint64_t)(shape >> 2) << 58) + ((uint64_t)(near >> 2 & 15) << 32);
		record[1] = near >> 6 | UINT64_C(0x1000);
	}
	uint32_t *const prod = reg(d, prod_offset);
	write_record(d, event, *prod, record);
	*prod = (*prod & UINT32_C(0x80000000)) | ((*prod + 1) & queue_at(d, event ? SMMU_EVENTQ_BASE : SMMU_PRIQ_BASE).mask);
}

/* The queue is full of reports that concern somebody, all of them different. */
static void fill_queue(struct hostile_device *d, bool event)
{
	if (!queue_is_on(d, event))
		return;
	const struct queue q = queue_at(d, event ? SMMU_EVENTQ_BASE : SMMU_PRIQ_BASE);
	const uint32_t cons = *reg(d, event ? SMMU_EVENTQ_CONS : SMMU_PRIQ_CONS) & q.mask;
	for (uint32_t i = 0; i < q.size; i++) {
		const uint64_t sid = HOSTILE_SID + (i & 3), tag = ++d->bytes->clock_us & 0x1ff;
		const uint64_t stall[4] = { SMMU_EVENT_F_TRANSLATION | sid << 32, SMMU_EVENT_F_TRANSLATION_Stall_MASK | tag, 0, 0 };
		const uint64_t page[4] = { sid | SMMU_PRI_Last_MASK | SMMU_PRI_R_MASK, tag, 0, 0 };
		write_record(d, event, cons + i, event ? stall : page);
	}
	uint32_t *const prod = reg(d, event ? SMMU_EVENTQ_PROD : SMMU_PRIQ_PROD);
	*prod = (*prod & UINT32_C(0x80000000)) | ((cons + q.size) & q.mask);
}

static void before_read(struct hostile_device *d, uint32_t offset)
{
	if (d->storm && (offset == SMMU_EVENTQ_PROD || offset == SMMU_PRIQ_PROD))
		fill_queue(d, offset == SMMU_EVENTQ_PROD);
	if (d->overflowing && offset == SMMU_PRIQ_PROD)
		*reg(d, offset) = *reg(d, SMMU_PRIQ_CONS) ^ SMMU_PRIQ_PROD_OVFLG_MASK;
}

/* ---- the port ---- */

static uint32_t read32(void *ctx, uint32_t offset)
{
	struct hostile_device *const d = ctx;
	struct hostile_bytes *const b = d->bytes;
	before_read(d, offset);
	uint32_t *const word = access(d, offset);
	if (b->honest || b->left == 0)
		return *word;
	const uint8_t what = (uint8_t)hostile_take(b, 1);
	if (what < 216)
		return *word;
	b->counts->garbage++;
	if (what < 228)
		return *word + 1 + (what & 3);
	if (what < 240)
		return *word ^ UINT32_C(1) << (hostile_take(b, 1) & 31);
	if (what < 250)
		hostile_report(d, what & 1);
	return what < 250 ? *word : (uint32_t)hostile_take(b, 4);
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	struct hostile_device *const d = ctx;
	*access(d, offset) = value;
	switch (offset) {
	case SMMU_CR0:
		*reg(d, SMMU_CR0ACK) = value;
		consume(d);
		break;
	case SMMU_CMDQ_PROD:
	case SMMU_GERRORN:
		consume(d);
		break;
	case SMMU_IRQ_CTRL:
		*reg(d, SMMU_IRQ_CTRLACK) = value;
		break;
	case SMMU_GBPA:
		*reg(d, SMMU_GBPA) = value & ~SMMU_GBPA_Update_MASK;
		break;
	case HOSTILE_PMCG_PAGE + SMMU_PMCG_IRQ_CTRL:
		*reg(d, HOSTILE_PMCG_PAGE + SMMU_PMCG_IRQ_CTRLACK) = value;
		break;
	default:
		break;
	}
}

static uint64_t read64(void *ctx, uint32_t offset)
{
	hostile_must(offset % 8 == 0);
	const uint64_t low = read32(ctx, offset);
	return low | (uint64_t)read32(ctx, offset + 4) << 32;
}

static void write64(void *ctx, uint32_t offset, uint64_t value)
{
	hostile_must(offset % 8 == 0);
	write32(ctx, offset, (uint32_t)value);
	write32(ctx, offset + 4, (uint32_t)(value >> 32));
}

void hostile_port(struct hostile_device *device, unsigned bits, struct smmu_port *port)
{
	*port = (struct smmu_port){ .ctx = device, .read32 = read32, .write32 = write32 };
	if (bits & 1) {
		port->read64 = read64;
		port->write64 = write64;
	}
	if (bits & 2)
		port->trace = &sink;
}

/* Both stages, ATS, PRI, HTTU, 16-bit tags, stall, MSIs, two-level tables, OAS 44, range invalidation. */
void hostile_set_ids(struct hostile_device *d)
{
	static const struct { uint32_t offset, value; } id[] = {
		{ SMMU_IDR0, 0x084d76bb }, { SMMU_IDR1, 0x0d084290 }, { SMMU_IDR3, 0x1400 }, { SMMU_IDR5, 0x00100074 },
		{ SMMU_IIDR, 0x43b }, { SMMU_AIDR, 2 },
	};
	for (unsigned i = 0; i < sizeof id / sizeof id[0]; i++) {
		const uint8_t what = (uint8_t)hostile_take(d->bytes, 1);
		*reg(d, id[i].offset) = id[i].value;
		if (what >= 250)
			*reg(d, id[i].offset) = (uint32_t)hostile_take(d->bytes, 4);
		else if (what >= 192)
			*reg(d, id[i].offset) ^= UINT32_C(1) << (what & 31);
	}
	*reg(d, HOSTILE_PMCG_PAGE + SMMU_PMCG_CFGR) = 31u << 8 | 3 | (uint32_t)(hostile_take(d->bytes, 1) & 1) << 22;
}

void hostile_mood(struct hostile_device *d)
{
	const uint8_t bits = (uint8_t)hostile_take(d->bytes, 1);
	d->silent = bits & 15;
	d->storm = bits >> 4 == 1;
	d->overflowing = bits >> 4 == 2;
	d->stuck = bits >> 4 == 3;
	d->bad_msi = bits >> 4 == 4;
	d->fail_in = d->fail_again = 0;
	if (bits & 0x80) {
		const uint8_t when = (uint8_t)hostile_take(d->bytes, 1), how = (uint8_t)hostile_take(d->bytes, 1);
		d->fail_in = (uint8_t)(1 + (when & 15));
		d->fail_again = when >> 4;
		d->fail_code = how & (how & 0x80 ? 0x7f : 3);
	}
}

void hostile_behave(struct hostile_device *d)
{
	d->silent = d->fail_in = d->fail_again = 0;
	d->storm = d->overflowing = d->stuck = d->bad_msi = d->atc_pending = false;
	*reg(d, SMMU_CR0ACK) = *reg(d, SMMU_CR0);
	*reg(d, SMMU_CMDQ_CONS) = *reg(d, SMMU_CMDQ_PROD);
	*reg(d, SMMU_GERROR) = *reg(d, SMMU_GERRORN);
	*reg(d, SMMU_GBPA) &= ~SMMU_GBPA_Update_MASK;
	*reg(d, SMMU_EVENTQ_PROD) = *reg(d, SMMU_EVENTQ_CONS);
	*reg(d, SMMU_PRIQ_PROD) = *reg(d, SMMU_PRIQ_CONS);
}
