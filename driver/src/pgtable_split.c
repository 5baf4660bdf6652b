/* SPDX-License-Identifier: Apache-2.0
 * Splitting: a block becomes a table of smaller ones, a contiguous group becomes single entries (see pgtable.h). Table pages are
 * reserved before the first change, so that a split cannot fail half-way.
 * Not here: when to split, the invalidation in between (domain.c). Proof: driver/test/test_pgtable.c, test_pgtable_tables.c. */
#include "pgtable_internal.h"

bool smmu_pgtable_find_block(const struct smmu_pgtable *pt, uint64_t boundary, struct smmu_pt_block *block)
{
	uint64_t *table = pt->root;
	if (boundary >> pt->ias_bits)
		return false;
	for (unsigned level = pt->start_level;; level++) {
		const unsigned index = index_of(pt, boundary, level);
		const uint64_t word = load_word(&table[index]), size = SMMU_BIT(shift_of(pt, level));
		if (is_table(word, level)) {
			table = table_of(pt, word);
			continue;
		}
		if (!(word & VALID))
			return false;
		const unsigned entries = word & CONTIGUOUS ? group_of(pt, level) : 1;
		const unsigned first = index & ~(entries - 1);
		if (smmu_is_aligned(boundary, entries * size))
			return false;
		*block = (struct smmu_pt_block){ &table[first], entries, boundary & ~(entries * size - 1), entries * size, (uint8_t)level };
		return true;
	}
}

unsigned smmu_pgtable_split_cost(const struct smmu_pgtable *pt, uint64_t boundary)
{
	struct smmu_pt_block block;
	unsigned cost = 0;
	if (!smmu_pgtable_find_block(pt, boundary, &block))
		return 0;
	for (unsigned level = block.level; level < LEAF_LEVEL; level++)
		cost += !smmu_is_aligned(boundary, SMMU_BIT(shift_of(pt, level)));
	return cost;
}

static uint64_t exchange_entry(struct smmu_pgtable *pt, uint64_t *entry, uint64_t value)
{
	const uint64_t old = atomic_exchange_explicit((_Atomic uint64_t *)entry, value, memory_order_acq_rel);
	smmu_trace_store(pt->sys, entry, old, value);
	smmu_clean(pt->sys, pt->coherent, entry, sizeof *entry);
	return old;
}

uint64_t smmu_pgtable_break(struct smmu_pgtable *pt, const struct smmu_pt_block *block)
{
	const uint64_t descriptor = exchange_entry(pt, block->entry, BREAKING);
	for (unsigned i = 1; i < block->entries; i++)
		exchange_entry(pt, &block->entry[i], BREAKING);
	smmu_publish(pt->sys);
	return descriptor;
}

/* The hint comes off; what a group holds follows from its first member. */
static void make_members(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t descriptor)
{
	uint64_t piece = descriptor & ~CONTIGUOUS;
	for (unsigned i = 0; i < block->entries; i++, piece += SMMU_BIT(shift_of(pt, block->level)))
		exchange_entry(pt, &block->entry[i], piece);
}

static void fill(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t descriptor, uint64_t *page)
{
	const unsigned level = block->level + 1u;
	uint64_t piece = descriptor | (level == LEAF_LEVEL ? NOT_BLOCK : 0);
	for (unsigned i = 0; i < entries_of(pt, level); i++, piece += SMMU_BIT(shift_of(pt, level)))
		smmu_table_store(pt->sys, true, &page[i], piece);
	smmu_clean(pt->sys, pt->coherent, page, pt->page_bytes);
	smmu_publish(pt->sys);
}

void smmu_pgtable_make(struct smmu_pgtable *pt, const struct smmu_pt_block *block, bool broken, uint64_t descriptor,
		       uint64_t *chain)
{
	uint64_t old = broken ? BREAKING : load_word(block->entry);
	if (!broken)
		descriptor = old;
	if (block->entries > 1) {
		make_members(pt, block, descriptor);
	} else {
		uint64_t *const page = smmu_pgtable_take_page(pt, chain);
		const uint64_t word = table_word(smmu_phys(pt->sys, page), entries_of(pt, block->level + 1u));
		fill(pt, block, descriptor, page);
		/* An SMMU may mark the block dirty in between: then its pieces are dirty. */
		while (!atomic_compare_exchange_strong_explicit((_Atomic uint64_t *)block->entry, &old, word, memory_order_acq_rel,
								memory_order_acquire))
			fill(pt, block, old, page);
		smmu_trace_store(pt->sys, block->entry, old, word);
		smmu_clean(pt->sys, pt->coherent, block->entry, sizeof *block->entry);
		atomic_fetch_add_explicit(&pt->pages, 1, memory_order_relaxed);
		pt->hot[1].span = UINT64_MAX;
	}
	smmu_publish(pt->sys);
}
