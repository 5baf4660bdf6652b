/* SPDX-License-Identifier: Apache-2.0
 * What the caches hold, one entry after the other, for people who look. Reads only; the order is that of the arrays.
 * Not here: the walk cache. Proof: tb/shell/test/shell_test.lua. */
#include "internal.h"

bool smmu_core_next_config(const struct smmu_core *core, uint32_t *cursor, struct smmu_cached_config *out)
{
	while (*cursor < SMMU_CORE_MAX_CONFIG) {
		const uint32_t slot = (*cursor)++;
		const uint64_t key = core->config_hot[slot].key;

		if (key == 0)
			continue;
		*out = (struct smmu_cached_config){ .sid = (uint32_t)key, .ssid = (uint32_t)(key >> 32) & 0xfffffu, .ssv = (key & BIT(52)) != 0,
						    .stage1 = (core->config_hot[slot].kind & SMMU_KIND_S1) != 0,
						    .stage2 = (core->config_hot[slot].kind & SMMU_KIND_S2) != 0,
						    .asid = core->config_cold[slot].s1.asid, .vmid = core->config_cold[slot].vmid };
		return true;
	}
	return false;
}

bool smmu_core_next_translation(const struct smmu_core *core, uint32_t *cursor, struct smmu_cached_translation *out)
{
	while (core->config.tlb_entries != 0 && *cursor < 4u * (core->tlb_mask + 1u)) {
		const uint32_t slot = (*cursor)++;
		const uint64_t key = core->tlb[slot / 4].key[slot % 4];

		if (!smmu_i_tlb_is_live(core, key))
			continue;
		const uint64_t tag = core->contexts[key & TLB_SLOT_MASK].tag;
		const unsigned size_log2 = smmu_hit_size_log2((unsigned)(key >> 16) & 0xfu);
		const uint64_t frame = (key & ~BIT(63)) >> 20;

		*out = (struct smmu_cached_translation){ .address = frame << size_log2, .size_log2 = (uint8_t)size_log2,
			.pa = core->tlb[slot / 4].data[slot % 4] & SMMU_HIT_PA_MASK, .asid = (uint16_t)(tag & TAG_ASID_MASK),
			.vmid = (uint16_t)((tag & TAG_VMID_MASK) >> TAG_VMID_SHIFT), .stage1 = (tag & TAG_S1) != 0, .stage2 = (tag & TAG_S2) != 0,
			.el2 = (tag & TAG_WORLD_MASK) != 0 };
		return true;
	}
	return false;
}
