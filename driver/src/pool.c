/* SPDX-License-Identifier: Apache-2.0
 * Buddy pool with free bitmaps per order and one summary level (see pool.h). Allocation scans summaries only:
 * 64 x 64 blocks per step. Not here: zeroing. Proof: driver/test/test_pool.c. */
#include "pool.h"

#include "bits.h"

static uint64_t order_bytes(unsigned order)
{
	return (uint64_t)SMMU_POOL_UNIT << order;
}

static unsigned order_of(uint64_t size_bytes)
{
	unsigned order = 0;
	while (order + 1 < SMMU_POOL_ORDERS && order_bytes(order) < size_bytes)
		order++;
	return order;
}

uint64_t smmu_pool_block_bytes(uint64_t size_bytes)
{
	return order_bytes(order_of(size_bytes));
}

/* Largest order whose block fits the arena. */
static unsigned top_order(uint64_t size_bytes)
{
	unsigned order = 0;
	while (order + 1 < SMMU_POOL_ORDERS && order_bytes(order + 1) <= size_bytes)
		order++;
	return order;
}

static uint64_t origin_of(uint64_t base, uint64_t size_bytes)
{
	return base & ~(order_bytes(top_order(size_bytes)) - 1);
}

static uint64_t word_count(uint64_t base, uint64_t size_bytes, unsigned order)
{
	const uint64_t span = base + size_bytes - origin_of(base, size_bytes);
	const uint64_t blocks = (span + order_bytes(order) - 1) / order_bytes(order);
	return (blocks + 63) / 64;
}

size_t smmu_pool_state_bytes(uint64_t base, uint64_t size_bytes)
{
	uint64_t words = 0;
	for (unsigned order = 0; order <= top_order(size_bytes); order++) {
		const uint64_t n = word_count(base, size_bytes, order);
		words += n + (n + 63) / 64;
	}
	return (size_t)(words * 8);
}

static void set_free(struct smmu_pool *pool, unsigned order, uint64_t block)
{
	pool->bitmap[order][block / 64] |= SMMU_BIT(block % 64);
	pool->summary[order][block / 4096] |= SMMU_BIT(block / 64 % 64);
	pool->free_count[order]++;
}

static void clear_free(struct smmu_pool *pool, unsigned order, uint64_t block)
{
	uint64_t *word = &pool->bitmap[order][block / 64];
	*word &= ~SMMU_BIT(block % 64);
	if (*word == 0)
		pool->summary[order][block / 4096] &= ~SMMU_BIT(block / 64 % 64);
	pool->free_count[order]--;
}

static bool is_free(const struct smmu_pool *pool, unsigned order, uint64_t block)
{
	return (pool->bitmap[order][block / 64] & SMMU_BIT(block % 64)) != 0;
}

static uint64_t lowest_free(const struct smmu_pool *pool, unsigned order)
{
	const uint64_t *summary = pool->summary[order];
	uint64_t s = 0;
	while (summary[s] == 0)
		s++;
	const uint64_t w = s * 64 + smmu_ctz64(summary[s]);
	return w * 64 + smmu_ctz64(pool->bitmap[order][w]);
}

void smmu_pool_init(struct smmu_pool *pool, uint64_t base, uint64_t size_bytes, void *state)
{
	uint64_t *next = state;
	*pool = (struct smmu_pool){ .origin = origin_of(base, size_bytes), .size_bytes = size_bytes };
	pool->order_count = (uint8_t)(top_order(size_bytes) + 1);
	for (unsigned order = 0; order < pool->order_count; order++) {
		pool->words[order] = (uint32_t)word_count(base, size_bytes, order);
		pool->bitmap[order] = next;
		next += pool->words[order];
		pool->summary[order] = next;
		next += (pool->words[order] + 63) / 64;
	}
	for (uint64_t *word = state; word < next; word++)
		*word = 0;
	/* Cover [base, base + size) with the largest aligned blocks that fit. */
	uint64_t at = base - pool->origin;
	const uint64_t end = at + size_bytes;
	while (at + SMMU_POOL_UNIT <= end) {
		unsigned order = pool->order_count - 1u;
		while (at % order_bytes(order) != 0 || at + order_bytes(order) > end)
			order--;
		set_free(pool, order, at / order_bytes(order));
		at += order_bytes(order);
	}
}

uint64_t smmu_pool_alloc(struct smmu_pool *pool, uint64_t size_bytes)
{
	const unsigned want = order_of(size_bytes);
	unsigned order = want;
	while (order < pool->order_count && pool->free_count[order] == 0)
		order++;
	if (order >= pool->order_count || order_bytes(want) < size_bytes)
		return SMMU_POOL_NONE;
	uint64_t block = lowest_free(pool, order);
	clear_free(pool, order, block);
	while (order > want) {
		order--;
		block *= 2;
		set_free(pool, order, block + 1);
	}
	pool->used_bytes += order_bytes(want);
	if (pool->used_bytes > pool->peak_bytes)
		pool->peak_bytes = pool->used_bytes;
	return pool->origin + block * order_bytes(want);
}

void smmu_pool_free(struct smmu_pool *pool, uint64_t address, uint64_t size_bytes)
{
	unsigned order = order_of(size_bytes);
	uint64_t block = (address - pool->origin) / order_bytes(order);
	pool->used_bytes -= order_bytes(order);
	while (order + 1u < pool->order_count && is_free(pool, order, block ^ 1)) {
		clear_free(pool, order, block ^ 1);
		block /= 2;
		order++;
	}
	set_free(pool, order, block);
}
