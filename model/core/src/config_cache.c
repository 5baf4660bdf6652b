/* SPDX-License-Identifier: Apache-2.0
 * The configuration caches: decoded configurations by (StreamID, SubstreamID), and raw legal STEs by StreamID.
 * Only legal structures are cached; L1STDs and L1CDs are not.
 * Not here: what the structures mean (ste.c, cd.c). Proof: model/test/test_tlb.c, test_vectors.c. */
#include "internal.h"

static uint32_t entry_count(const struct smmu_core *core) { return core->config.config_cache_entries; }

int smmu_i_config_find(const struct smmu_core *core, uint64_t key)
{
	const uint32_t first = smmu_hit_config_set(key, core->config_mask) * 2u;

	if (entry_count(core) == 0)
		return -1;
	if (core->config_hot[first].key == key)
		return (int)first;
	return core->config_hot[first + 1u].key == key ? (int)(first + 1u) : -1;
}

void smmu_i_config_insert(struct smmu_core *core, const struct smmu_config_entry *entry)
{
	const uint32_t first = smmu_hit_config_set(entry->hot.key, core->config_mask) * 2u;
	uint32_t way;

	if (entry_count(core) == 0)
		return;
	if (core->config_hot[first].key == 0 || core->config_hot[first].key == entry->hot.key)
		way = 0;
	else if (core->config_hot[first + 1u].key == 0 || core->config_hot[first + 1u].key == entry->hot.key)
		way = 1;
	else
		way = core->config_victim++ & 1u;
	core->config_hot[first + way] = entry->hot;
	core->config_cold[first + way] = entry->cold;
	core->last_config = first + way;
}

static struct smmu_ste_entry *ste_slot(struct smmu_core *core, uint32_t sid)
{
	return &core->stes[(sid ^ sid >> 9) & core->ste_mask];
}

const struct smmu_ste *smmu_i_ste_find(const struct smmu_core *core, uint32_t sid)
{
	const struct smmu_ste_entry *entry = &core->stes[(sid ^ sid >> 9) & core->ste_mask];

	return entry_count(core) != 0 && entry->valid && entry->sid == sid ? &entry->ste : NULL;
}

void smmu_i_ste_insert(struct smmu_core *core, uint32_t sid, const struct smmu_ste *ste)
{
	if (entry_count(core) != 0)
		*ste_slot(core, sid) = (struct smmu_ste_entry){ .ste = *ste, .sid = sid, .valid = 1 };
}

static uint32_t key_sid(uint64_t key) { return (uint32_t)key; }

void smmu_i_config_invalidate_all(struct smmu_core *core)
{
	core->config_epoch++;
	for (uint32_t i = 0; i < entry_count(core); i++)
		core->config_hot[i].key = 0;
	for (uint32_t i = 0; i <= core->ste_mask; i++)
		core->stes[i].valid = 0;
}

void smmu_i_config_invalidate_sids(struct smmu_core *core, uint32_t first, uint32_t last, bool with_ste)
{
	core->config_epoch++;
	for (uint32_t i = 0; i < entry_count(core); i++)
		if (key_sid(core->config_hot[i].key) - first <= last - first)
			core->config_hot[i].key = 0;
	for (uint32_t i = 0; with_ste && i <= core->ste_mask; i++)
		if (core->stes[i].sid - first <= last - first)
			core->stes[i].valid = 0;
}

/* The CD at index ssid: used by that SubstreamID, and at index 0 also by traffic without one. */
void smmu_i_config_invalidate_cd(struct smmu_core *core, uint32_t sid, uint32_t ssid)
{
	core->config_epoch++;
	for (uint32_t i = 0; i < entry_count(core); i++) {
		const uint64_t key = core->config_hot[i].key;

		if (key_sid(key) == sid && ((uint32_t)(key >> 32) & 0xfffffu) == ssid)
			core->config_hot[i].key = 0;
	}
}

void smmu_i_config_forget_context(struct smmu_core *core, unsigned slot)
{
	for (uint32_t i = 0; i < entry_count(core); i++)
		if (core->config_hot[i].kind != SMMU_KIND_BYPASS &&
		    (core->config_hot[i].context == slot || core->config_cold[i].s2_context == slot))
			core->config_hot[i].key = 0;
}
