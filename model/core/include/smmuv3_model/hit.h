/* SPDX-License-Identifier: Apache-2.0
 * The answer that costs least, as inline functions: configuration cache, then one probe of the TLB. A caller that counts
 * instructions may use smmu_core_hit() before smmu_core_translate(), which starts with the same.
 * Only a caller that includes core_state.h anyway needs this. Not here: everything else (core.h).
 * Proof: model/test/test_tlb.c, test_vectors.c. */
#ifndef SMMUV3_MODEL_HIT_H
#define SMMUV3_MODEL_HIT_H

#include "smmuv3_model/core_state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TLB data: PA [51:12] of the first byte, type [59:52], shareability [61:60], rights now [5:0], rights of stage 1 after an update [11:6]. */
#define SMMU_HIT_PA_MASK UINT64_C(0x000ffffffffff000)
#define SMMU_HIT_S1_SHIFT 6u
#define SMMU_HIT_ATTR_SHIFT 52u
#define SMMU_HIT_SH_SHIFT 60u

static inline uint8_t smmu_hit_size_log2(unsigned code)
{
	static const uint8_t size_log2[8] = { 12, 14, 16, 21, 25, 29, 30, 42 };

	return size_log2[code & 7u];
}

static inline uint32_t smmu_hit_spread(uint64_t context_key) { return (uint32_t)((context_key & 0xffffu) * 0x9e3779b1u >> 15); }

/* Index right for a TLB set: neighbouring pages fall into neighbouring sets, contexts are spread. */
static inline uint32_t smmu_hit_set(uint32_t spread, uint64_t frame, uint32_t mask)
{
	return ((uint32_t)frame ^ (uint32_t)(frame >> 9) ^ (uint32_t)(frame >> 18) ^ spread) & mask;
}

static inline uint64_t smmu_hit_key(uint64_t context_key, unsigned code, uint64_t frame)
{
	return context_key | (uint64_t)code << 16 | frame << 20;
}

/* 53 significant bits: a sign bit above the largest input range. */
static inline uint64_t smmu_hit_address(uint64_t va) { return va & ((UINT64_C(1) << 53) - 1); }

/* The data under a key, without a branch per way; 0 when no way holds it. No key is in a set twice. */
static inline uint64_t smmu_hit_data(const struct smmu_tlb_set *set, uint64_t key)
{
	const uint64_t data0 = set->data[0], data1 = set->data[1], data2 = set->data[2], data3 = set->data[3];
	uint64_t data = set->key[0] == key ? data0 : 0;

	data = set->key[1] == key ? data1 : data;
	data = set->key[2] == key ? data2 : data;
	return set->key[3] == key ? data3 : data;
}

static inline uint64_t smmu_hit_config_key(uint32_t sid, uint32_t ssid, bool ssv)
{
	return UINT64_C(1) << 63 | (ssv ? UINT64_C(1) << 52 | (uint64_t)(ssid & 0xfffffu) << 32 : 0) | sid;
}

static inline uint32_t smmu_hit_config_set(uint64_t key, uint32_t mask)
{
	const uint32_t ssid_part = (uint32_t)(key >> 32);

	return ((uint32_t)key ^ (uint32_t)key >> 8 ^ ssid_part * 0x85ebca6bu >> 7) & mask;
}

static inline const struct smmu_config_hot *smmu_hit_config(struct smmu_core *core, uint64_t key)
{
	const struct smmu_config_hot *hot = &core->config_hot[core->last_config];
	uint32_t first;

	if (__builtin_expect(hot->key == key, 1))
		return hot;
	first = smmu_hit_config_set(key, core->config_mask) * 2u;
	first += core->config_hot[first].key != key;
	if (core->config_hot[first].key != key)
		return NULL;
	core->last_config = first;
	return &core->config_hot[first];
}

static inline uint64_t smmu_hit_probe(const struct smmu_core *core, const struct smmu_context *context, uint64_t address, unsigned code,
				     unsigned shift)
{
	const uint64_t frame = address >> shift;

	return smmu_hit_data(&core->tlb[smmu_hit_set(context->spread, frame, core->tlb_mask)], smmu_hit_key(context->key, code, frame));
}

struct smmu_hit {
	uint64_t pa;
	uint8_t attr, sh, size_log2, translated; /* as in struct smmu_xlate */
};

/* Untranslated traffic while core->open and not core->observed; true: go to pa, and it is counted. False: nothing was
 * counted, ask smmu_core_translate(). config_key: smmu_hit_config_key(); flags: the low four SMMU_TXN flags. */
__attribute__((always_inline)) static inline bool smmu_core_hit(struct smmu_core *core, uint64_t config_key, uint64_t iova, unsigned flags, struct smmu_hit *hit)
{
	const struct smmu_config_hot *hot = smmu_hit_config(core, config_key);
	uint64_t data;
	unsigned half;

	if (__builtin_expect(hot == NULL, 0))
		return false;
	half = (unsigned)(iova >> 55) & hot->two_halves;
	if (__builtin_expect(((iova ^ (0 - (uint64_t)half)) & hot->check_mask[half]) != 0, 0))
		return false;
	if (hot->kind == SMMU_KIND_BYPASS) {
		hit->pa = iova;
		hit->attr = hot->attr;
		hit->sh = hot->sh;
		hit->size_log2 = core->oas_bits;
		hit->translated = 0;
		core->bypasses++;
		return true;
	}
	data = smmu_hit_probe(core, &core->contexts[hot->context], smmu_hit_address(iova), hot->last_size, hot->last_shift);
	if (__builtin_expect((data & hot->need[flags]) == 0 || hot->kind == SMMU_KIND_S2, 0))
		return false;
	hit->size_log2 = hot->last_shift;
	hit->pa = (data & SMMU_HIT_PA_MASK) | (iova & ((UINT64_C(1) << hot->last_shift) - 1));
	hit->attr = (uint8_t)(data >> SMMU_HIT_ATTR_SHIFT);
	hit->sh = (uint8_t)(data >> SMMU_HIT_SH_SHIFT & 3u);
	hit->translated = 1;
	core->hits++;
	return true;
}

#ifdef __cplusplus
}
#endif

#endif
