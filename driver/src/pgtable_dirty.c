/* SPDX-License-Identifier: Apache-2.0
 * Dirty state. What may be written starts writable-clean: DBM is set and the write permission is not; the SMMU grants the
 * write and sets the permission in one atomic update of the leaf (stage 1: AP[2] off, stage 2: S2AP[1] on). Reading is looking
 * for that, clearing is taking the permission away again.
 * Not here: the invalidation a clearing needs (domain.c). Proof: driver/test/test_dirty.c. */
#include "pgtable_internal.h"

#define S2_WRITE ((uint64_t)SMMU_S2LEAF_S2AP_WO << SMMU_S2LEAF_S2AP_SHIFT)

uint64_t smmu_pgtable_dirty_attributes(uint64_t attributes, bool stage2)
{
	if (stage2)
		return attributes & S2_WRITE ? (attributes & ~S2_WRITE) | SMMU_S1LEAF_DBM_MASK : attributes;
	return attributes & SMMU_S1LEAF_AP2_MASK ? attributes : attributes | SMMU_S1LEAF_AP2_MASK | SMMU_S1LEAF_DBM_MASK;
}

static bool is_dirty(const struct smmu_pgtable *pt, uint64_t leaf)
{
	return (leaf & VALID) && (leaf & SMMU_S1LEAF_DBM_MASK) && !(leaf & SMMU_S1LEAF_AP2_MASK) == !pt->stage2;
}

/* Beside the SMMU's own updates of the same word. */
static void make_clean(struct smmu_pgtable *pt, uint64_t *entry)
{
	_Atomic uint64_t *const leaf = (_Atomic uint64_t *)entry;
	const uint64_t old = pt->stage2 ? atomic_fetch_and(leaf, ~S2_WRITE) : atomic_fetch_or(leaf, SMMU_S1LEAF_AP2_MASK);
	smmu_trace_store(pt->sys, entry, old, pt->stage2 ? old & ~S2_WRITE : old | SMMU_S1LEAF_AP2_MASK);
}

static void set_bits(uint64_t *bitmap, uint64_t from, uint64_t to)
{
	for (; from < to && from % 64 != 0; from++)
		bitmap[from / 64] |= SMMU_BIT(from % 64);
	for (; to - from >= 64; from += 64)
		bitmap[from / 64] = UINT64_MAX;
	for (; from < to; from++)
		bitmap[from / 64] |= SMMU_BIT(from % 64);
}

void smmu_pgtable_read_dirty(struct smmu_pgtable *pt, uint64_t iova, uint64_t *at, uint64_t end, uint64_t *bitmap, bool keep,
			     struct smmu_gather *gather)
{
	while (*at < end) {
		uint64_t *table = pt->root;
		unsigned level = pt->start_level;
		uint64_t *entry = &table[index_of(pt, *at, level)];
		uint64_t word = load_word(entry);
		while (is_table(word, level)) {
			table = table_of(pt, word);
			level++;
			entry = &table[index_of(pt, *at, level)];
			word = load_word(entry);
		}
		const uint64_t size = SMMU_BIT(shift_of(pt, level)), first = *at & ~(size - 1), to = smmu_min64(first + size, end);
		if (word == BREAKING)
			return;
		if (is_dirty(pt, word)) {
			set_bits(bitmap, (*at - iova) >> pt->granule_log2, (to - iova) >> pt->granule_log2);
			/* A block that sticks out stays dirty: the rest of it was not reported. */
			if (!keep && first >= iova && first + size <= end) {
				make_clean(pt, entry);
				note_range(gather, first, first + size);
				gather->leaf_levels |= 1u << level;
			}
		}
		*at = to;
	}
}
