/* SPDX-License-Identifier: Apache-2.0
 * Context, port and SMMUs for the explorer (see world.h). Bits are written out by hand here, on purpose. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

enum { CR0 = 0x20, CR0ACK = 0x24, GBPA = 0x44, IRQ_CTRL = 0x50, IRQ_CTRLACK = 0x54, STRTAB_BASE = 0x80, CMDQ_BASE = 0x90, CMDQ_PROD = 0x98,
       CMDQ_CONS = 0x9c };

#define ADDRESS UINT64_C(0x0000fffffffff000)

struct world world;
static struct world start;

static void check(bool ok)
{
	if (!ok)
		abort();
}

/* ---- host ---- */

static bool outside;    /* not in an execution: SMMUs work when the driver waits */

static uint64_t now_us(void *ctx)
{
	(void)ctx;
	return 0;
}

static void relax(void *ctx)
{
	(void)ctx;
	if (!outside) {
		explore_yield();
		return;
	}
	for (unsigned i = 0; i < WORLD_SMMUS; i++)
		while (world_has_command(&world.smmu[i]))
			world_consume(&world.smmu[i]);
}

static void publish(void *ctx)
{
	(void)ctx;
	explore_publish();
}

static void lock(void *ctx, struct smmu_lock *l)
{
	if (!world.coarse || l != &world.sys->pool_lock)
		explore_point("lock", 0);
	while (l->word[0])
		relax(ctx);
	explore_release();      /* a read-modify-write */
	l->word[0] = 1;
	explore_wrote();
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	if (!world.coarse || l != &world.sys->pool_lock)
		explore_point("unlock", 0);
	explore_release();
	l->word[0] = 0;
	explore_wrote();
}

/* ---- registers ---- */

static uint32_t *reg(struct world_smmu *smmu, uint32_t offset)
{
	if (offset == 0x100a8 || offset == 0x100ac)
		return &smmu->event_cons;
	check(offset < sizeof smmu->reg);
	return &smmu->reg[offset / 4];
}

static uint64_t reg64(struct world_smmu *smmu, uint32_t offset)
{
	return *reg(smmu, offset) | (uint64_t)*reg(smmu, offset + 4) << 32;
}

static uint32_t read32(void *ctx, uint32_t offset)
{
	struct world_smmu *const smmu = ctx;
	if (!world.coarse)
		explore_point("read32", (int)offset);
	if (smmu->gone)
		explore_fail("a register of a removed SMMU was read");
	return *reg(smmu, offset);
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	struct world_smmu *const smmu = ctx;
	explore_point("write32", (int)offset);
	if (smmu->gone)
		explore_fail("a register of a removed SMMU was written");
	if (offset == CMDQ_PROD) {
		const uint32_t mask = (2u << (reg64(smmu, CMDQ_BASE) & 31)) - 1;
		const uint32_t before = (*reg(smmu, CMDQ_PROD) - *reg(smmu, CMDQ_CONS)) & mask, after = (value - *reg(smmu, CMDQ_CONS)) & mask;
		if (after > (mask + 1) / 2)
			explore_fail("CMDQ_PROD is further ahead than the queue is long");
		if (after < before)
			explore_fail("CMDQ_PROD went back");
	}
	*reg(smmu, offset) = offset == GBPA ? value & 0x7fffffff : value;
	if (offset == CR0 || offset == IRQ_CTRL)
		*reg(smmu, offset + 4) = value;
	explore_wrote();
}

/* ---- memory as an SMMU sees it ---- */

static const uint64_t *at_pa(uint64_t pa)
{
	if (pa < WORLD_PA || pa - WORLD_PA >= WORLD_DMA_BYTES)
		explore_fail("an SMMU was sent outside the memory");
	return (const uint64_t *)(const void *)(world.dma + (pa - WORLD_PA));
}

/* Is the unit of memory at this address in a free block of the pool? */
static bool is_free(const struct smmu_pool *pool, uint64_t address)
{
	for (unsigned order = 0; order < pool->order_count; order++) {
		const uint64_t block = (address - pool->origin) / 64 >> order;
		if (block / 64 < pool->words[order] && (pool->bitmap[order][block / 64] >> block % 64 & 1))
			return true;
	}
	return false;
}

void world_check_access(const volatile void *at)
{
	const uintptr_t address = (uintptr_t)at, offset = address - (uintptr_t)world.dma;
	if ((offset < WORLD_DMA_BYTES && is_free(&world.sys->dma, WORLD_PA + offset)) ||
	    (address - (uintptr_t)world.memory < WORLD_MEMORY_BYTES && is_free(&world.sys->memory, address)))
		explore_fail("somebody looks into memory that is free");
}

/* A walk that an invalidation overtakes reads no further: a CMD_SYNC would have waited for it. False: overtaken. */
static bool walk_step(const struct world_smmu *smmu, uint32_t generation, uint64_t pa, uint64_t *word)
{
	explore_point("walk", 0);
	if (smmu->generation != generation)
		return false;
	if (is_free(&world.sys->dma, pa))
		explore_fail("a walk reads memory that is free");
	*word = explore_device_load(at_pa(pa));
	return true;
}

/* ---- commands ---- */

static void forget_streams(struct world_smmu *smmu, uint64_t sid)
{
	for (unsigned i = 0; i < WORLD_SIDS; i++)
		if (sid == i || sid == UINT64_MAX)
			smmu->stream[i].valid = false;
}

/* page UINT64_MAX: all. Tables stay for a leaf-only invalidation. */
static void forget_translations(struct world_smmu *smmu, uint64_t asid, uint64_t page, bool leaf)
{
	for (unsigned i = 0; i < SMMU_ARRAY_COUNT(smmu->tlb); i++) {
		struct world_tlb *const t = &smmu->tlb[i];
		t->valid = t->valid && !((asid == UINT64_MAX || t->asid == asid) && (page == UINT64_MAX || t->page == page));
	}
	for (unsigned i = 0; i < SMMU_ARRAY_COUNT(smmu->table) && !leaf; i++) {
		struct world_table *const t = &smmu->table[i];
		t->valid = t->valid && !((asid == UINT64_MAX || t->asid == asid) && (page == UINT64_MAX || t->span == page >> 9));
	}
}

static void obey(struct world_smmu *smmu, const uint64_t word[2])
{
	smmu->generation++;
	switch (word[0] & 0xff) {
	case 0x03: case 0x05:
		forget_streams(smmu, word[0] >> 32);
		break;
	case 0x04:
		forget_streams(smmu, UINT64_MAX);
		break;
	case 0x11:
		forget_translations(smmu, word[0] >> 48, UINT64_MAX, false);
		break;
	case 0x12:
		forget_translations(smmu, word[0] >> 48, word[1] >> 12, word[1] & 1);
		break;
	case 0x20: case 0x30:
		forget_translations(smmu, UINT64_MAX, UINT64_MAX, false);
		break;
	case 0x46:
		break;
	default:
		explore_fail("a command that nobody sent was consumed");
	}
}

bool world_has_command(void *ctx)
{
	struct world_smmu *const smmu = ctx;
	return (*reg(smmu, CR0ACK) & 8) && *reg(smmu, CMDQ_CONS) != *reg(smmu, CMDQ_PROD);
}

static void consume_one(struct world_smmu *smmu)
{
	const uint64_t base = reg64(smmu, CMDQ_BASE);
	const unsigned log2 = base & 31;
	const uint32_t mask = (2u << log2) - 1, cons = *reg(smmu, CMDQ_CONS) & mask;
	const uint64_t slot = (base & UINT64_C(0x000fffffffffffe0)) + 16 * (cons & ((1u << log2) - 1));
	const uint64_t word[2] = { explore_device_load(at_pa(slot)), explore_device_load(at_pa(slot + 8)) };
	explore_point("consumes", (int)cons);
	if (!(*reg(smmu, CR0ACK) & 8))
		return;
	obey(smmu, word);
	check(smmu->log_count < WORLD_LOG_MAX);
	smmu->log[smmu->log_count++] = word[0];
	*reg(smmu, CMDQ_CONS) = (cons + 1) & mask;
	explore_wrote();
}

void world_consume(void *ctx)
{
	struct world_smmu *const smmu = ctx;
	do {
		if (world_has_command(smmu))
			consume_one(smmu);
		else
			explore_yield();
	} while (!outside);
}

/* ---- accesses ---- */

/* STE and CD: Config 5 is stage 1; CD word 0: EPD0 14, V 31, ASID 63:48. False: overtaken. */
static bool fetch_stream(struct world_smmu *smmu, uint32_t generation, uint32_t sid, struct world_stream *stream)
{
	const uint64_t base = reg64(smmu, STRTAB_BASE) & UINT64_C(0x000fffffffffffc0);
	uint64_t ste, word, ttb;
	*stream = (struct world_stream){ .valid = true };
	if (!walk_step(smmu, generation, base + 64 * sid, &ste))
		return false;
	if ((ste & 15) == (5 << 1 | 1)) {
		const uint64_t cd = ste & UINT64_C(0x000fffffffffffc0);
		if (!walk_step(smmu, generation, cd, &word) || !walk_step(smmu, generation, cd + 8, &ttb))
			return false;
		stream->translates = (word >> 31 & 1) && !(word >> 14 & 1);
		stream->asid = word >> 48;
		stream->ttb = ttb & ADDRESS;
	}
	smmu->stream[sid] = *stream;
	return true;
}

static const struct world_tlb *find_translation(const struct world_smmu *smmu, uint64_t asid, uint64_t page)
{
	for (unsigned i = 0; i < SMMU_ARRAY_COUNT(smmu->tlb); i++)
		if (smmu->tlb[i].valid && smmu->tlb[i].asid == asid && smmu->tlb[i].page == page)
			return &smmu->tlb[i];
	return NULL;
}

static uint64_t find_table(const struct world_smmu *smmu, uint64_t asid, uint64_t span)
{
	for (unsigned i = 0; i < SMMU_ARRAY_COUNT(smmu->table); i++)
		if (smmu->table[i].valid && smmu->table[i].asid == asid && smmu->table[i].span == span)
			return smmu->table[i].pa;
	return 0;
}

/* False: overtaken, again. */
static bool try_access(struct world_smmu *smmu, uint32_t sid, uint64_t iova, uint64_t *pa)
{
	const uint32_t generation = smmu->generation;
	struct world_stream stream = smmu->stream[sid];
	const uint64_t page = iova >> 12;
	uint64_t word;
	*pa = WORLD_NOWHERE;
	if (!stream.valid && !fetch_stream(smmu, generation, sid, &stream))
		return false;
	if (!stream.translates)
		return true;
	const struct world_tlb *const hit = find_translation(smmu, stream.asid, page);
	if (hit) {
		*pa = hit->pa;
		return true;
	}
	uint64_t table = find_table(smmu, stream.asid, page >> 9);
	if (!table) {
		if (!walk_step(smmu, generation, stream.ttb + 8 * (iova >> 21 & 511), &word))
			return false;
		if ((word & 3) != 3)
			return true;
		table = word & ADDRESS;
		smmu->table[smmu->next_table++ % SMMU_ARRAY_COUNT(smmu->table)] = (struct world_table){ true, stream.asid, page >> 9, table };
	}
	if (!walk_step(smmu, generation, table + 8 * (page & 511), &word))
		return false;
	if ((word & 3) != 3)
		return true;
	*pa = word & ADDRESS;
	smmu->tlb[smmu->next_tlb++ % SMMU_ARRAY_COUNT(smmu->tlb)] = (struct world_tlb){ true, stream.asid, page, *pa };
	return true;
}

uint64_t world_access(struct world_smmu *smmu, uint32_t sid, uint64_t iova)
{
	uint64_t pa;
	explore_point("access", (int)sid);
	while (!try_access(smmu, sid, iova, &pa))
		;
	return pa;
}

/* ---- life ---- */

bool world_skips_queue(const volatile void *at)
{
	const uintptr_t a = (uintptr_t)at;
	for (unsigned i = 0; i < WORLD_SMMUS; i++) {
		const struct smmu_dev *const dev = world.dev[i];
		if (dev && at != (const volatile void *)&dev->cmdq.users &&
		    (a - (uintptr_t)&dev->cmdq < sizeof dev->cmdq || a - (uintptr_t)dev->cmdq.owner < 64 * sizeof(void *) ||
		     a - (uintptr_t)dev->cmdq.valid < sizeof(uint64_t) || a - (uintptr_t)dev->cmdq.memory.virt < dev->cmdq.memory.size_bytes))
			return true;
	}
	return false;
}

void world_open(unsigned count, uint8_t cmdq_log2)
{
	memset(&world, 0, sizeof world);
	memset(world.dma, 0xa5, sizeof world.dma);
	outside = true;
	const struct smmu_sys_config config = {
		.host = { .now_us = now_us, .relax = relax, .publish = publish, .lock = lock, .unlock = unlock },
		.dma = { world.dma, WORLD_PA, WORLD_DMA_BYTES },
		.memory = { world.memory, WORLD_MEMORY_BYTES },
		.poll_step_max = UINT32_MAX,
	};
	const struct smmu_dev_config dev_config = { .cmdq_log2 = cmdq_log2, .eventq_log2 = 1, .sid_bits = 2 };
	check(smmu_sys_init(&config, &world.sys) == SMMU_OK);
	for (unsigned i = 0; i < count; i++) {
		struct world_smmu *const smmu = &world.smmu[i];
		const struct smmu_port port = { .ctx = smmu, .read32 = read32, .write32 = write32 };
		/* S1P 1, TTF 2 (bit 3), COHACC 4, STALL_MODEL 1 = none (bit 24), TTENDIAN 2 (bit 22). */
		*reg(smmu, 0x00) = 1u << 1 | 1u << 3 | 1u << 4 | 1u << 22 | 1u << 24;
		*reg(smmu, 0x04) = 2u | 4u << 16 | 8u << 21;            /* SIDSIZE 2, EVENTQS 4, CMDQS 8 */
		*reg(smmu, 0x0c) = 2u << 11;                            /* BBML 2 */
		*reg(smmu, 0x14) = 4u | 1u << 4;                        /* OAS 44, GRAN4K */
		*reg(smmu, 0x1c) = 2;
		check(smmu_dev_probe(world.sys, &port, &dev_config, &world.dev[i]) == SMMU_OK);
		check(smmu_dev_enable(world.dev[i]) == SMMU_OK);
	}
}

void world_keep(void)
{
	for (unsigned i = 0; i < WORLD_SMMUS; i++) {
		world.smmu[i].log_count = 0;
		if (world.dev[i])       /* everything is consumed: what is read again was not written in time */
			memset(world.dev[i]->cmdq.memory.virt, 0xa5, world.dev[i]->cmdq.memory.size_bytes);
	}
	start = world;
	outside = false;
}

void world_restore(void)
{
	world = start;
}
