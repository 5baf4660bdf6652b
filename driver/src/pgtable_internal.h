/* SPDX-License-Identifier: Apache-2.0
 * What the files of the translation tables share: the words of a table and the claims on it.
 *
 * A table descriptor counts, in bits an SMMU ignores, how many entries of the table it names are in use. A map adds its
 * entries there before it stores them ("claims"), an unmap takes them off afterwards. When the count is 0 the table may
 * die: the same word turns invalid, keeps the address and names the gather whose invalidation it waits for. A map that
 * needs the table meanwhile makes the word valid again: the table is empty and unchanged, so whatever an SMMU remembers of
 * it is right. Only after the invalidation is the word cleared and the page freed. All of that is one 64-bit
 * compare-exchange per step, so that calls for disjoint ranges need no lock.
 * A call holds a table by having claimed an entry of it; pages are freed when no call that could still look at them runs.
 *
 * The count is not traced: no SMMU can tell. Not here: what the domain does with it. Proof: test_pgtable*.c. */
#ifndef SMMU_PGTABLE_INTERNAL_H
#define SMMU_PGTABLE_INTERNAL_H

#include "pgtable.h"
#include "smmuv3_arch.h"

#define LEAF_LEVEL 3u
#define VALID UINT64_C(1)
#define NOT_BLOCK UINT64_C(2)
#define TABLE_DESCRIPTOR UINT64_C(3)
#define ADDRESS_MASK SMMU_S1LEAF_OA_MASK
#define CONTIGUOUS SMMU_S1LEAF_Contiguous_MASK

/* Words that are not valid but not empty either. */
#define BREAKING UINT64_C(4)      /* a block, or a member of a contiguous group, that is being split */
#define DYING UINT64_C(2)         /* in bits 1:0: a table that waits for an invalidation */

static inline unsigned shift_of(const struct smmu_pgtable *pt, unsigned level)
{
	return pt->shift[level];
}

static inline unsigned index_of(const struct smmu_pgtable *pt, uint64_t iova, unsigned level)
{
	return (unsigned)(iova >> pt->shift[level]) & pt->index_mask[level];
}

/* Entries of a table of that level; the start level may be several tables side by side. */
static inline unsigned entries_of(const struct smmu_pgtable *pt, unsigned level)
{
	return pt->index_mask[level] + 1;
}

static inline uint64_t *table_of(const struct smmu_pgtable *pt, uint64_t descriptor)
{
	return smmu_virt(pt->sys, descriptor & ADDRESS_MASK);
}

static inline bool is_table(uint64_t descriptor, unsigned level)
{
	return level < LEAF_LEVEL && (descriptor & TABLE_DESCRIPTOR) == TABLE_DESCRIPTOR;
}

static inline bool is_dying(uint64_t descriptor)
{
	return (descriptor & TABLE_DESCRIPTOR) == DYING;
}

/* A word that leads to the entries below, whatever an SMMU makes of it. */
static inline uint64_t load_word(const uint64_t *entry)
{
	return atomic_load_explicit((const _Atomic uint64_t *)entry, memory_order_acquire);
}

/* ---- the count: bits 7:2 and 58:51 of a table descriptor ---- */

static inline unsigned count_of(uint64_t descriptor)
{
	return (unsigned)(descriptor >> 2 & 0x3f) | (unsigned)(descriptor >> 51 & 0xff) << 6;
}

static inline uint64_t table_word(uint64_t pa, unsigned count)
{
	return pa | TABLE_DESCRIPTOR | (uint64_t)(count & 0x3f) << 2 | (uint64_t)(count >> 6 & 0xff) << 51;
}

/* ---- the gather a dying table waits for: bits 11:2 and 63:48 ---- */

static inline uint32_t gather_of(uint64_t word)
{
	return (uint32_t)(word >> 2 & 0x3ff) | (uint32_t)(word >> 48) << 10;
}

static inline uint64_t dying_word(uint64_t pa, uint32_t gather)
{
	return pa | DYING | (uint64_t)(gather & 0x3ff) << 2 | (uint64_t)(gather >> 10) << 48;
}

/* ---- the numbers of gathers: the next one less 1 in bits 25:0, then how many of each half of them are in use. They are given
 * out in turn; a half starts anew only when none of it is in use. ---- */

#define GATHER_HALF (SMMU_PT_LIMBO / 2)
#define GATHER_NEXT_MASK UINT64_C(0x3ffffff)
#define GATHER_COUNT_BITS 19u

static inline unsigned gather_shift(uint32_t position)
{
	return 26u + position / GATHER_HALF * GATHER_COUNT_BITS;
}

/* ---- changes ---- */

/* The holder of the whole domain stores, others compare and exchange. */
static inline bool swap_word(const struct smmu_pgtable *pt, uint64_t *entry, uint64_t old, uint64_t value)
{
	if (pt->shared)
		return atomic_compare_exchange_strong_explicit((_Atomic uint64_t *)entry, &old, value, memory_order_acq_rel,
							       memory_order_acquire);
	smmu_store64(entry, value);
	return true;
}

/* A change an SMMU can see. */
static inline bool swap_hook(struct smmu_pgtable *pt, uint64_t *hook, uint64_t old, uint64_t value)
{
	if (!swap_word(pt, hook, old, value))
		return false;
	smmu_trace_store(pt->sys, hook, old, value);
	smmu_clean(pt->sys, pt->coherent, hook, sizeof *hook);
	return true;
}

/* count more entries of the table that hook names will be used. The root, which has no hook, is never in doubt. False: the
 * table is dying or gone. */
static inline bool claim(const struct smmu_pgtable *pt, uint64_t *hook, const uint64_t *table, unsigned count)
{
	if (!hook)
		return true;
	const uint64_t pa = smmu_phys(pt->sys, table);
	for (;;) {
		const uint64_t word = load_word(hook);
		if ((word & TABLE_DESCRIPTOR) != TABLE_DESCRIPTOR || (word & ADDRESS_MASK) != pa)
			return false;
		if (swap_word(pt, hook, word, table_word(pa, count_of(word) + count)))
			return true;
	}
}

/* count entries are empty again. */
static inline void unclaim(const struct smmu_pgtable *pt, uint64_t *hook, unsigned count)
{
	uint64_t word, less;
	if (!hook)
		return;
	do {
		word = load_word(hook);
		less = table_word(word & ADDRESS_MASK, count_of(word) - smmu_min32(count, count_of(word)));
	} while (is_table(word, 0) && !swap_word(pt, hook, word, less));
}

/* Entries of one contiguous group on a level that has leaves. A table is never shorter. */
static inline unsigned group_of(const struct smmu_pgtable *pt, unsigned level)
{
	return pt->granule_log2 == 12 ? 16u : pt->granule_log2 == 14 && level == LEAF_LEVEL ? 128u : 32u;
}

/* pgtable.c: the first page of a reserved chain, zeroed and cleaned. */
uint64_t *smmu_pgtable_take_page(struct smmu_pgtable *pt, uint64_t *chain);

static inline void note_range(struct smmu_gather *gather, uint64_t from, uint64_t to)
{
	if (from < gather->start)
		gather->start = from;
	if (to > gather->end)
		gather->end = to;
}

#endif
