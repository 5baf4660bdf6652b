/* SPDX-License-Identifier: Apache-2.0
 * Power-of-two block pool over one arena: blocks of 64 << order bytes, naturally aligned in the arena's own addresses,
 * buddies merged at once. The state is bitmaps only and depends on nothing but the set of blocks that are out, so a
 * failed call that gives its blocks back leaves the pool byte-identical.
 * Not here: locking and accounting of failures (sys.c). Proof: driver/test/test_pool.c. */
#ifndef SMMU_POOL_H
#define SMMU_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMMU_POOL_ORDERS 32u     /* 64 B << 31: far above any arena */
#define SMMU_POOL_UNIT 64u
#define SMMU_POOL_NONE UINT64_MAX

struct smmu_pool {
	uint64_t origin;        /* addresses are counted from here: aligned to the largest block */
	uint64_t size_bytes, used_bytes, peak_bytes;
	uint64_t *bitmap[SMMU_POOL_ORDERS];   /* bit n: block n of this order is free */
	uint64_t *summary[SMMU_POOL_ORDERS];  /* bit n: word n of the bitmap is not zero */
	uint32_t words[SMMU_POOL_ORDERS];
	uint32_t free_count[SMMU_POOL_ORDERS];
	uint8_t order_count;
};

/* Bytes of bookkeeping smmu_pool_init() needs for [base, base + size). */
size_t smmu_pool_state_bytes(uint64_t base, uint64_t size_bytes);
void smmu_pool_init(struct smmu_pool *pool, uint64_t base, uint64_t size_bytes, void *state);

/* Lowest free block of at least size_bytes; its address, or SMMU_POOL_NONE. */
uint64_t smmu_pool_alloc(struct smmu_pool *pool, uint64_t size_bytes);
/* size_bytes as given to alloc. */
void smmu_pool_free(struct smmu_pool *pool, uint64_t address, uint64_t size_bytes);
/* Bytes a block of this size really occupies. */
uint64_t smmu_pool_block_bytes(uint64_t size_bytes);

#endif
