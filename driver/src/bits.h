/* SPDX-License-Identifier: Apache-2.0
 * Bit arithmetic without a compiler runtime. Not here: field accessors (generated). Proof: used by every test. */
#ifndef SMMU_BITS_H
#define SMMU_BITS_H

#include <stdbool.h>
#include <stdint.h>

#define SMMU_BIT(n) (UINT64_C(1) << (n))
#define SMMU_ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* x must not be 0. Both compilers turn the builtin into instructions on every target we build for. */
static inline unsigned smmu_ctz64(uint64_t x)
{
	return (unsigned)__builtin_ctzll(x);
}

static inline uint32_t smmu_min32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline uint64_t smmu_min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline bool smmu_is_aligned(uint64_t value, uint64_t power_of_two)
{
	return (value & (power_of_two - 1)) == 0;
}

#endif
