/* SPDX-License-Identifier: Apache-2.0
 * The walk cache: pointers to the tables of levels 1 to 3 of both stages, by context and address. Its entries carry the
 * key of a TLB context, so what drops a context drops its tables; the code in the key names granule and level.
 * Not here: the cache of stage-2 translations inside walks, which is the TLB itself under the context of stage 2 alone
 * (walk_s2.c). Proof: model/test/test_walk_cache.c. */
#include "internal.h"

/* A table of granule 2^g at level n covers the address bits below this; no two of them are equal. */
static const uint8_t covered_log2[8] = { 21, 30, 39, 25, 36, 47, 29, 42 };

static unsigned code_of(unsigned page_shift, unsigned level)
{
	return (page_shift == 12 ? 0u : page_shift == 14 ? 3u : 6u) + (3u - level);
}

static struct smmu_tlb_set *set_of(struct smmu_core *core, const struct smmu_context *context, uint64_t frame)
{
	return &core->walk_cache[smmu_hit_set(context->spread, frame, core->walk_mask)];
}

bool smmu_i_walk_find(struct smmu_core *core, unsigned slot, uint64_t address, unsigned page_shift, struct walk_entry *out)
{
	const struct smmu_context *context = &core->contexts[slot];

	for (unsigned level = 3; level > out->level; level--) {
		const unsigned code = code_of(page_shift, level);
		const uint64_t frame = smmu_hit_address(address) >> covered_log2[code];
		const uint64_t key = smmu_hit_key(context->key, code, frame);
		const struct smmu_tlb_set *set = set_of(core, context, frame);

		if ((context->walks & BIT(code)) == 0)
			continue;
		for (unsigned way = 0; way < 4; way++)
			if (set->key[way] == key) {
				out->table = set->data[way] & ~UINT64_C(0xfff);
				out->limits = set->data[way] & 0xfu;
				out->level = (uint8_t)level;
				return true;
			}
	}
	return false;
}

void smmu_i_walk_fill(struct smmu_core *core, unsigned slot, uint64_t address, unsigned page_shift, const struct walk_entry *entry)
{
	struct smmu_context *context = &core->contexts[slot];
	const unsigned code = code_of(page_shift, entry->level);
	const uint64_t frame = smmu_hit_address(address) >> covered_log2[code];
	const uint64_t key = smmu_hit_key(context->key, code, frame);
	struct smmu_tlb_set *set;
	unsigned way = 4;

	if (core->config.walk_cache_entries == 0 || covered_log2[code] >= 48)
		return;
	set = set_of(core, context, frame);
	for (unsigned i = 0; i < 4 && way == 4; i++)
		if (set->key[i] == key || !smmu_i_tlb_is_live(core, set->key[i]))
			way = i;
	if (way == 4)
		way = core->walk_victim++ & 3u;
	set->key[way] = key;
	set->data[way] = entry->table | entry->limits;
	context->walks |= (uint8_t)BIT(code);
}

static void drop_one(struct smmu_core *core, const struct smmu_context *context, unsigned code, uint64_t frame)
{
	struct smmu_tlb_set *set = set_of(core, context, frame);
	const uint64_t key = smmu_hit_key(context->key, code, frame);

	for (unsigned way = 0; way < 4; way++)
		if (set->key[way] == key)
			set->key[way] = 0;
}

static void sweep(struct smmu_core *core, const struct smmu_context *context, unsigned code, uint64_t first, uint64_t last)
{
	for (uint32_t i = 0; i <= core->walk_mask; i++)
		for (unsigned way = 0; way < 4; way++) {
			const uint64_t key = core->walk_cache[i].key[way];
			const uint64_t frame = (key & ~BIT(63)) >> 20;

			if (((key ^ context->key) & 0xffffu) == 0 && key != 0 && (key >> 16 & 7u) == code && frame >= first && frame <= last)
				core->walk_cache[i].key[way] = 0;
		}
}

/* Every table that a walk of an address in first..last goes through. */
void smmu_i_walk_drop_range(struct smmu_core *core, struct smmu_context *context, uint64_t first, uint64_t last)
{
	for (unsigned code = 0; code < 8; code++) {
		const uint64_t low = smmu_hit_address(first) >> covered_log2[code], high = smmu_hit_address(last) >> covered_log2[code];

		if ((context->walks & BIT(code)) == 0)
			continue;
		if (high - low > core->walk_mask)
			sweep(core, context, code, low, high);
		else
			for (uint64_t frame = low; frame <= high; frame++)
				drop_one(core, context, code, frame);
	}
}

void smmu_i_walk_purge_slot(struct smmu_core *core, unsigned slot)
{
	for (uint32_t set = 0; set <= core->walk_mask; set++)
		for (unsigned way = 0; way < 4; way++)
			if ((core->walk_cache[set].key[way] & TLB_SLOT_MASK) == slot)
				core->walk_cache[set].key[way] = 0;
}
