/* SPDX-License-Identifier: Apache-2.0
 * Address range to TLBI commands (see tlbi_range.h).
 * A range command covers (NUM + 1) << SCALE granules. Peeling the lowest five bits of the page count that are not zero,
 * again and again, covers any count exactly with at most ceil(bits / 5) commands. Without a level hint the architecture
 * forbids NUM = SCALE = 0, so such a request is made one page longer. Proof: driver/test/test_tlbi_range.c. */
#include "tlbi_range.h"

#include "bits.h"
#include "cmd.h"

#define SCALE_MAX 31u

static bool single_level(uint32_t leaf_levels, unsigned *level)
{
	if (leaf_levels == 0 || (leaf_levels & (leaf_levels - 1)) != 0)
		return false;
	*level = smmu_ctz64(leaf_levels);
	return true;
}

void smmu_tlbi_range_init(struct smmu_tlbi_range *range, uint64_t start, uint64_t end, uint8_t granule_log2,
			  uint32_t leaf_levels, bool tables, bool ranges)
{
	unsigned level;
	*range = (struct smmu_tlbi_range){ .next = start, .end = end, .granule_log2 = granule_log2, .step_log2 = granule_log2,
					   .leaf = !tables, .ranges = ranges };
	if (tables || !single_level(leaf_levels, &level))
		return;
	range->step_log2 = (uint8_t)(granule_log2 + (granule_log2 - 3u) * (3u - level));
	/* With 16 KiB granules there are no leaves at level 1, so TTL = 1 never arises there. */
	range->ttl = (uint8_t)level;
}

/* The three commands keep everything but the tag at the same bits. */
static struct smmu_cmd command(const struct smmu_tlbi_range *range, uint64_t address, unsigned tg, unsigned ttl, unsigned scale,
			       unsigned num)
{
	if (range->op == SMMU_TLBI_S2_IPA)
		return smmu_cmd_tlbi_s2_ipa(range->tag, address, range->leaf, tg, ttl, scale, num);
	if (range->op == SMMU_TLBI_EL2_VA)
		return smmu_cmd_tlbi_el2_va(range->tag, address, range->leaf, tg, ttl, scale, num);
	return smmu_cmd_tlbi_nh_va(0, range->tag, address, range->leaf, tg, ttl, scale, num);
}

static struct smmu_cmd next_range(struct smmu_tlbi_range *range)
{
	const unsigned granule = range->granule_log2;
	uint64_t pages = (range->end - range->next) >> granule;
	if (range->ttl == 0 && (pages & 31) == 1)
		pages++;
	const unsigned scale = smmu_min32(smmu_ctz64(pages), SCALE_MAX);
	const uint64_t num = scale < SCALE_MAX ? (pages >> scale) & 31 : smmu_min64(pages >> scale, 32);
	const uint64_t address = range->next;
	const uint64_t covered = num << (scale + granule);
	range->next = covered < range->end - address ? address + covered : range->end;
	return command(range, address, (granule - 10u) / 2u, range->ttl, scale, (unsigned)num - 1u);
}

static struct smmu_cmd next_page(struct smmu_tlbi_range *range)
{
	const uint64_t address = range->next, step = SMMU_BIT(range->step_log2);
	range->next = step < range->end - address ? address + step : range->end;
	return command(range, address, 0, 0, 0, 0);
}

size_t smmu_tlbi_range_fill(struct smmu_tlbi_range *range, struct smmu_cmd *cmds, size_t max)
{
	size_t count = 0;
	while (count < max && range->next < range->end)
		cmds[count++] = range->ranges ? next_range(range) : next_page(range);
	return count;
}

size_t smmu_tlbi_range_count(const struct smmu_tlbi_range *range, size_t limit)
{
	const uint64_t steps = (range->end - range->next + SMMU_BIT(range->step_log2) - 1) >> range->step_log2;
	return (size_t)smmu_min64(steps, limit);
}
