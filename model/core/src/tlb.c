/* SPDX-License-Identifier: Apache-2.0
 * The TLB and its tag spaces. A context stands for {StreamWorld, VMID, ASID, ASET, stages}; its TLB keys carry a short
 * number and a generation, so that dropping a context costs nothing. Entries keep the size of their leaf, one hash
 * probe per size in use. A global entry is stored once per ASID that used it: lookups stay exact, and an invalidation
 * by address visits every context that holds global entries. A combined entry may be a piece of its stage-1 leaf: the
 * context remembers the largest leaf in pieces, and invalidations by address take whole leaves of that size.
 * Not here: which command drops what (invalidate.c). Proof: model/test/test_tlb.c. */
#include "internal.h"

#define GENERATION_SHIFT 9u
#define GENERATION_MASK 0x7fu

bool smmu_i_size_to_code(unsigned size_log2, unsigned *code)
{
	for (*code = 0; *code < 8; ++*code)
		if (smmu_hit_size_log2(*code) == size_log2)
			return true;
	return false;
}

uint64_t smmu_i_context_tag(const struct smmu_config_cold *config, unsigned kind, bool s2p)
{
	const bool el1 = config->world == SMMU_WORLD_NS_EL1;
	uint64_t tag = TAG_VALID | (uint64_t)config->world << TAG_WORLD_SHIFT;

	if (el1 && s2p)
		tag |= (uint64_t)config->vmid << TAG_VMID_SHIFT;
	if ((kind & SMMU_KIND_S1) != 0) {
		tag |= TAG_S1 | (config->aset ? TAG_ASET : 0);
		if (config->world != SMMU_WORLD_EL2)
			tag |= config->s1.asid;
	}
	return (kind & SMMU_KIND_S2) != 0 ? tag | TAG_S2 : tag;
}

static void set_key(struct smmu_context *context, unsigned slot)
{
	context->key = BIT(63) | (uint64_t)(context->generation & GENERATION_MASK) << GENERATION_SHIFT | slot;
	context->spread = smmu_hit_spread(context->key);
}

void smmu_i_tlb_purge_slot(struct smmu_core *core, unsigned slot)
{
	for (uint32_t set = 0; core->config.tlb_entries != 0 && set <= core->tlb_mask; set++)
		for (unsigned way = 0; way < 4; way++)
			if ((core->tlb[set].key[way] & TLB_SLOT_MASK) == slot)
				core->tlb[set].key[way] = 0;
}

/* After this no key made for the slot matches any more. */
static void drop_context(struct smmu_core *core, unsigned slot)
{
	struct smmu_context *context = &core->contexts[slot];

	if (context->entries == 0 && context->sizes == 0 && context->walks == 0)
		return;
	context->generation = (context->generation + 1u) & GENERATION_MASK;
	if (context->generation == 0) {
		smmu_i_tlb_purge_slot(core, slot);
		smmu_i_walk_purge_slot(core, slot);
	}
	context->entries = 0;
	context->sizes = 0;
	context->has_global = 0;
	context->walks = 0;
	context->split_log2 = 0;
	set_key(context, slot);
}

static unsigned context_new_slot(struct smmu_core *core)
{
	unsigned slot;

	if (core->contexts_used < SMMU_CORE_MAX_CONTEXTS)
		return core->contexts_used++;
	slot = core->context_victim++ % SMMU_CORE_MAX_CONTEXTS;
	drop_context(core, slot);
	smmu_i_config_forget_context(core, slot);
	core->tlb_epoch++; /* walks in progress for the old owner must not fill */
	core->config_epoch++;
	return slot;
}

unsigned smmu_i_context_get(struct smmu_core *core, uint64_t tag)
{
	unsigned slot;

	for (slot = 0; slot < core->contexts_used; slot++)
		if (core->contexts[slot].tag == tag)
			return slot;
	slot = context_new_slot(core);
	core->contexts[slot].tag = tag;
	set_key(&core->contexts[slot], slot);
	return slot;
}

static bool context_matches(const struct smmu_context *context, const struct tlb_match *match)
{
	uint64_t care = match->care;

	if (match->asid_only_if_local && context->has_global)
		care &= ~TAG_ASID_MASK;
	if (match->no_aset1 && (context->tag & TAG_ASET) != 0)
		return false;
	return ((context->tag ^ match->tag) & care) == 0;
}

uint32_t smmu_i_tlb_drop_contexts(struct smmu_core *core, const struct tlb_match *match)
{
	uint32_t dropped = 0;

	core->tlb_epoch++;
	for (unsigned slot = 0; slot < core->contexts_used; slot++) {
		if (!context_matches(&core->contexts[slot], match))
			continue;
		dropped += core->contexts[slot].entries;
		drop_context(core, slot);
	}
	return dropped;
}

static uint32_t drop_entry(struct smmu_core *core, struct smmu_context *context, unsigned code, uint64_t frame)
{
	const uint64_t key = smmu_hit_key(context->key, code, frame);
	struct smmu_tlb_set *set = &core->tlb[smmu_hit_set(context->spread, frame, core->tlb_mask)];

	for (unsigned way = 0; way < 4; way++) {
		if (set->key[way] != key)
			continue;
		set->key[way] = 0;
		context->entries--;
		return 1;
	}
	return 0;
}

/* A range wider than the TLB: looking at every entry is shorter than probing every address. */
static uint32_t sweep(struct smmu_core *core, struct smmu_context *context, unsigned code, uint64_t first, uint64_t last)
{
	uint32_t dropped = 0;

	for (uint32_t i = 0; i <= core->tlb_mask; i++)
		for (unsigned way = 0; way < 4; way++) {
			const uint64_t key = core->tlb[i].key[way];
			const uint64_t frame = (key & ~BIT(63)) >> 20;

			if (((key ^ context->key) & 0xffffu) != 0 || key == 0 || (key >> 16 & 7u) != code)
				continue;
			if (frame < first || frame > last)
				continue;
			core->tlb[i].key[way] = 0;
			context->entries--;
			dropped++;
		}
	return dropped;
}

static uint32_t drop_context_range(struct smmu_core *core, struct smmu_context *context, const struct tlb_range *range)
{
	const uint64_t beside = MASK(context->split_log2); /* one address of a leaf drops every piece of it */
	const uint64_t first = range->first & ~beside, last = range->last | beside;
	uint8_t sizes = range->sizes;
	uint32_t dropped = 0;

	if (!range->leaf && context->walks != 0)
		smmu_i_walk_drop_range(core, context, range->first, range->last);

	if ((context->tag & TAG_S1) != 0 && (context->tag & TAG_S2) != 0)
		sizes = 0xff; /* a combined entry may be smaller than the stage-1 leaf that the command names */
	for (unsigned code = 0; code < 8; code++) {
		const unsigned shift = smmu_hit_size_log2(code);
		const uint64_t low = smmu_hit_address(first) >> shift, high = smmu_hit_address(last) >> shift;

		if ((context->sizes & sizes & BIT(code)) == 0 || context->entries == 0)
			continue;
		if (high - low >= core->config.tlb_entries)
			dropped += sweep(core, context, code, low, high);
		else
			for (uint64_t frame = low; frame <= high; frame++)
				dropped += drop_entry(core, context, code, frame);
	}
	return dropped;
}

/* first..last inclusive; any address inside an entry drops it. */
uint32_t smmu_i_tlb_drop_range(struct smmu_core *core, const struct tlb_match *match, const struct tlb_range *range)
{
	uint32_t dropped = 0;

	core->tlb_epoch++;
	for (unsigned slot = 0; slot < core->contexts_used; slot++)
		if (context_matches(&core->contexts[slot], match))
			dropped += drop_context_range(core, &core->contexts[slot], range);
	return dropped;
}

bool smmu_i_tlb_is_live(const struct smmu_core *core, uint64_t key)
{
	return key != 0 && ((core->contexts[key & TLB_SLOT_MASK].key ^ key) & 0xffffu) == 0;
}

static unsigned choose_way(struct smmu_core *core, const struct smmu_tlb_set *set, uint64_t key)
{
	for (unsigned way = 0; way < core->tlb_ways; way++)
		if (set->key[way] == key)
			return way;
	for (unsigned way = 0; way < core->tlb_ways; way++)
		if (!smmu_i_tlb_is_live(core, set->key[way]))
			return way;
	return core->tlb_victim++ & (core->tlb_ways - 1u);
}

void smmu_i_tlb_fill(struct smmu_core *core, unsigned slot, uint64_t va, uint64_t data, unsigned size_log2, bool global)
{
	struct smmu_context *context = &core->contexts[slot];
	const uint64_t frame = smmu_hit_address(va) >> size_log2;
	struct smmu_tlb_set *set;
	unsigned code, way;
	uint64_t key;

	if (core->config.tlb_entries == 0 || !smmu_i_size_to_code(size_log2, &code))
		return;
	key = smmu_hit_key(context->key, code, frame);
	set = &core->tlb[smmu_hit_set(context->spread, frame, core->tlb_mask)];
	way = choose_way(core, set, key);
	if (smmu_i_tlb_is_live(core, set->key[way]))
		core->contexts[set->key[way] & TLB_SLOT_MASK].entries--;
	set->key[way] = key;
	set->data[way] = data & ~(MASK(size_log2) & SMMU_HIT_PA_MASK);
	context->entries++;
	context->sizes |= (uint8_t)BIT(code);
	context->has_global |= global;
}

/* The context has an entry smaller than its stage-1 leaf. */
void smmu_i_tlb_note_split(struct smmu_core *core, unsigned slot, unsigned s1_size_log2)
{
	struct smmu_context *context = &core->contexts[slot];

	if (s1_size_log2 > context->split_log2)
		context->split_log2 = (uint8_t)s1_size_log2;
}

bool smmu_i_tlb_find(const struct smmu_core *core, unsigned slot, uint64_t va, uint64_t *data, unsigned *code)
{
	const struct smmu_context *context = &core->contexts[slot];
	unsigned sizes = context->sizes;

	while (sizes != 0) {
		const unsigned candidate = (unsigned)__builtin_ctz(sizes);
		const uint64_t frame = smmu_hit_address(va) >> smmu_hit_size_log2(candidate);
		const struct smmu_tlb_set *set = &core->tlb[smmu_hit_set(context->spread, frame, core->tlb_mask)];

		sizes &= sizes - 1;
		*data = smmu_hit_data(set, smmu_hit_key(context->key, candidate, frame));
		*code = candidate;
		if (*data != 0)
			return true;
	}
	return false;
}
