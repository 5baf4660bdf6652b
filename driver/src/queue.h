/* SPDX-License-Identifier: Apache-2.0
 * Index arithmetic of the circular queues. A position keeps log2 + 1 significant bits: index, and above it the wrap flag;
 * the core itself counts positions in 64 bits and never wraps.
 * Not here: registers and memory. Proof: driver/test/test_queue.c, exhaustive for log2 0..4. */
#ifndef SMMU_QUEUE_H
#define SMMU_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

static inline uint32_t smmu_queue_size(unsigned log2)
{
	return UINT32_C(1) << log2;
}

static inline uint32_t smmu_queue_mask(unsigned log2)
{
	return (UINT32_C(2) << log2) - 1;
}

static inline uint32_t smmu_queue_index(unsigned log2, uint64_t position)
{
	return (uint32_t)position & (smmu_queue_size(log2) - 1);
}

/* What the register holds for a position. */
static inline uint32_t smmu_queue_register(unsigned log2, uint64_t position)
{
	return (uint32_t)position & smmu_queue_mask(log2);
}

/* Entries between cons and prod, 0..size for a consistent pair; more than size means the pair is inconsistent. */
static inline uint32_t smmu_queue_used(unsigned log2, uint64_t prod, uint64_t cons)
{
	return (uint32_t)(prod - cons) & smmu_queue_mask(log2);
}

static inline bool smmu_queue_is_empty(unsigned log2, uint64_t prod, uint64_t cons)
{
	return smmu_queue_used(log2, prod, cons) == 0;
}

static inline bool smmu_queue_is_full(unsigned log2, uint64_t prod, uint64_t cons)
{
	return smmu_queue_used(log2, prod, cons) == smmu_queue_size(log2);
}

/* Move a 64-bit position to what a register shows, at most limit entries ahead. False: the register is impossible. */
static inline bool smmu_queue_follow(unsigned log2, uint64_t *position, uint32_t shown, uint64_t limit)
{
	const uint32_t step = (shown - (uint32_t)*position) & smmu_queue_mask(log2);
	if (step > limit)
		return false;
	*position += step;
	return true;
}

#endif
