/* SPDX-License-Identifier: Apache-2.0
 * The commonest miss without a job: stage 1 alone, configuration and last-level table cached, descriptor in the window,
 * and nothing to fault, update, trace or count. It only ever says yes to what the job would say yes to, with the same
 * answer; every doubt is left to the job.
 * Not here: any rule of its own. Proof: model/test/test_walk_cache.c compares both ways. */
#include "internal.h"

#define DESC_PAGE UINT64_C(3)
#define DESC_AF BIT(10)
#define DESC_NG BIT(11)

static bool descriptor_at(const struct smmu_window *window, uint64_t address, bool swap, uint64_t *desc)
{
	const uint64_t offset = address - window->base;

	if (offset >= window->size || window->size - offset < 8)
		return false;
	__builtin_memcpy(desc, window->bytes + offset, 8);
	if (swap)
		*desc = byte_swap64(*desc);
	return true;
}

static const struct smmu_config_hot *usable_config(const struct smmu_core *core, const struct smmu_txn *txn)
{
	const struct smmu_config_hot *hot = &core->config_hot[core->last_config];

	if (!core->open || core->trace_on || core->pmcg.cr != 0 || core->config.cache_mode == SMMU_CACHE_ADVERSARY)
		return NULL;
	if (hot->key != config_key(txn) || hot->kind != SMMU_KIND_S1 || txn->ats != SMMU_ATS_UNTRANSLATED || (txn->flags & SMMU_TXN_RETRY) != 0)
		return NULL;
	return hot;
}

static uint8_t attr_of(const struct smmu_stage1 *s1, uint64_t desc)
{
	const uint8_t attr = (uint8_t)(s1->mair >> (8u * (unsigned)(desc >> 2 & 7u)));

	return attr_is_device(attr) ? attr & 0x0cu : attr;
}

bool smmu_core_walk_direct(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_window *window, struct smmu_xlate *out)
{
	const struct smmu_config_hot *hot = usable_config(core, txn);
	const struct smmu_config_cold *cold = &core->config_cold[core->last_config];
	const unsigned which = hot != NULL ? (unsigned)(txn->iova >> 55) & hot->two_halves : 0;
	const struct smmu_half *half = &cold->s1.half[which];
	struct walk_entry entry = { .level = 2 };
	uint64_t desc, data, output;
	uint8_t now, after;
	unsigned code;

	if (hot == NULL || ((txn->iova ^ (0 - (uint64_t)which)) & hot->check_mask[which]) != 0 || half->e0pd || half->page_shift == 16)
		return false;
	if (!smmu_i_walk_find(core, hot->context, txn->iova, half->page_shift, &entry))
		return false;
	if (smmu_i_tlb_find(core, hot->context, txn->iova, &data, &code))
		return false; /* present but short of a right */
	if (!descriptor_at(window, entry.table + (txn->iova >> half->page_shift & MASK(half->page_shift - 3u)) * 8u, cold->s1.big_endian, &desc))
		return false;
	output = desc & MASK(48) & ~MASK(half->page_shift);
	if ((desc & (DESC_PAGE | DESC_AF)) != (DESC_PAGE | DESC_AF) || output >> cold->s1.output_bits != 0)
		return false;
	smmu_i_s1_rights(cold, desc, entry.limits, &now, &after);
	if ((now & hot->need[txn->flags & 0xfu]) == 0)
		return false;
	*out = (struct smmu_xlate){ .pa = output | (txn->iova & MASK(half->page_shift)), .status = SMMU_XLATE_OK, .translated = 1,
				    .attr = attr_of(&cold->s1, desc), .size_log2 = half->page_shift };
	out->sh = smmu_i_sh_of_access((unsigned)(desc >> 8 & 3u), out->attr);
	smmu_i_tlb_fill(core, hot->context, txn->iova,
			output | now | (uint64_t)after << SMMU_HIT_S1_SHIFT | (uint64_t)out->attr << SMMU_HIT_ATTR_SHIFT |
			(uint64_t)out->sh << SMMU_HIT_SH_SHIFT, half->page_shift, cold->world == SMMU_WORLD_EL2 || (desc & DESC_NG) == 0);
	window->accesses++;
	core->stats.transactions++;
	core->stats.translations++;
	core->stats.tlb_misses++;
	core->stats.table_walk_accesses++;
	return true;
}
