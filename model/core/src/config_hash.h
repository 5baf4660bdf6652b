/* SPDX-License-Identifier: Apache-2.0
 * The set of a configuration cache key; one definition for the hit path and the cache.
 * Not here: the cache (config_cache.c). Proof: model/test/test_tlb.c, test_vectors.c. */
#ifndef SMMUV3_MODEL_CONFIG_HASH_H
#define SMMUV3_MODEL_CONFIG_HASH_H

#include <stdint.h>

static inline uint32_t config_set(uint64_t key, uint32_t mask)
{
	const uint32_t ssid_part = (uint32_t)(key >> 32);

	return ((uint32_t)key ^ (uint32_t)key >> 8 ^ ssid_part * 0x85ebca6bu >> 7) & mask;
}

#endif
