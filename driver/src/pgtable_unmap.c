/* SPDX-License-Identifier: Apache-2.0
 * Unmap, and how a table comes to its end (see pgtable_internal.h): it dies when it is empty, and is freed when every SMMU has
 * forgotten it and no call can still look at it.
 * Proof: driver/test/test_pgtable.c, test_pgtable_tables.c, test_pgtable_shared.c. */
#include "pgtable_internal.h"

#define DEAD_MAX 32u         /* tables freed per wait for those who are inside */

uint32_t smmu_pgtable_new_gather(struct smmu_pgtable *pt)
{
	uint64_t word = atomic_load_explicit(&pt->gathers, memory_order_relaxed), next;
	uint32_t position;
	do {
		position = (uint32_t)(word & GATHER_NEXT_MASK);
		const unsigned shift = gather_shift(position);
		const uint32_t in_use = (uint32_t)(word >> shift) & ((1u << GATHER_COUNT_BITS) - 1);
		if (in_use == (1u << GATHER_COUNT_BITS) - 1 || (position % GATHER_HALF == 0 && in_use != 0))
			return 0;
		next = ((word & ~GATHER_NEXT_MASK) | (position + 1) % (2 * GATHER_HALF)) + SMMU_BIT(shift);
	} while (!atomic_compare_exchange_weak_explicit(&pt->gathers, &word, next, memory_order_relaxed, memory_order_relaxed));
	return position + 1;
}

void smmu_pgtable_end_gather(struct smmu_pgtable *pt, uint32_t number)
{
	atomic_fetch_add_explicit(&pt->gathers, ~SMMU_BIT(gather_shift(number - 1)) + 1, memory_order_relaxed);
}

/* What one run of cleared leaves adds to the answer. */
static void note_run(struct smmu_pgtable *pt, uint64_t *entry, unsigned level, uint64_t iova, unsigned first, unsigned last,
		     unsigned cleared, struct smmu_gather *gather, uint64_t *unmapped)
{
	smmu_clean(pt->sys, pt->coherent, &entry[first], (last - first + 1) * sizeof(uint64_t));
	note_range(gather, iova + ((uint64_t)first << shift_of(pt, level)), iova + ((uint64_t)(last + 1) << shift_of(pt, level)));
	gather->leaf_levels |= 1u << level;
	*unmapped += (uint64_t)cleared << shift_of(pt, level);
}

/* Clear the leaves among count entries from the one of iova; stops at a table and at a block that is being split. Returns how
 * many entries it went past. */
static unsigned clear_run(struct smmu_pgtable *pt, uint64_t *entry, unsigned limit, unsigned level, uint64_t iova,
			  struct smmu_gather *gather, uint64_t *unmapped, unsigned *cleared)
{
	unsigned n = 0, first = limit, last = 0;
	*cleared = 0;
	for (; n < limit; n++) {
		const uint64_t descriptor = load_word(&entry[n]);
		if (!(descriptor & VALID) && descriptor != BREAKING)
			continue;
		if (is_table(descriptor, level) || descriptor == BREAKING)
			break;
		smmu_trace_store(pt->sys, &entry[n], descriptor, 0);
		smmu_store64(&entry[n], 0);
		if ((*cleared)++ == 0)
			first = n;
		last = n;
	}
	if (*cleared)
		note_run(pt, entry, level, iova, first, last, *cleared, gather, unmapped);
	return n;
}

/* The same for pages in exclusive use, when nobody listens to stores. */
static unsigned clear_pages(struct smmu_pgtable *pt, uint64_t *entry, unsigned limit, uint64_t iova, struct smmu_gather *gather,
			    uint64_t *unmapped)
{
	unsigned n = 0, cleared = 0, last = 0;
	while (n < limit && !(smmu_load64(&entry[n]) & VALID))
		n++;
	const unsigned first = n;
	for (; n < limit; n++) {
		if (!(smmu_load64(&entry[n]) & VALID))
			continue;
		smmu_store64(&entry[n], 0);
		cleared++;
		last = n;
	}
	if (cleared)
		note_run(pt, entry, LEAF_LEVEL, iova, first, last, cleared, gather, unmapped);
	return cleared;
}

/* ---- the end of a table ---- */

/* Let the table die that hook names, if nobody uses it. Without a number it stays, empty. */
static bool kill_table(struct smmu_pgtable *pt, uint64_t *hook, struct smmu_gather *gather)
{
	const uint64_t word = load_word(hook);
	if (!is_table(word, 0) || count_of(word) != 0)
		return false;
	if (!gather->garbage)
		gather->garbage = smmu_pgtable_new_gather(pt);
	if (!gather->garbage)
		return false;
	if (!swap_hook(pt, hook, word, dying_word(word & ADDRESS_MASK, (uint32_t)gather->garbage)))
		return false;           /* a map was quicker */
	gather->tables = true;
	if (!pt->shared)
		pt->hot[0].span = pt->hot[1].span = UINT64_MAX;
	return true;
}

/* After work at `where` that went up to `at`: the tables on the way there that are empty die, innermost first - all of them,
 * or those whose whole span lies in [start, at). */
static void settle(struct smmu_pgtable *pt, uint64_t *const *path, unsigned level, uint64_t start, uint64_t where, uint64_t at,
		   struct smmu_gather *gather)
{
	for (; level > pt->start_level; level--) {
		const unsigned above = level - 1;
		const uint64_t span = SMMU_BIT(shift_of(pt, above)), first = where & ~(span - 1);
		if (!pt->eager && (start > first || at < first + span))
			return;
		if (!kill_table(pt, &path[above][index_of(pt, where, above)], gather))
			return;
		note_range(gather, first, first + span);
		if (above > pt->start_level)
			unclaim(pt, &path[above - 1][index_of(pt, where, above - 1)], 1);
	}
}

void smmu_pgtable_unmap(struct smmu_pgtable *pt, uint64_t iova, uint64_t *at, uint64_t end, struct smmu_gather *gather,
			uint64_t *unmapped)
{
	uint64_t *path[LEAF_LEVEL + 1] = { 0 };
	path[pt->start_level] = pt->root;
	while (*at < end) {
		unsigned level = pt->start_level, cleared;
		uint64_t *hook = NULL;
		uint64_t word = load_word(&path[level][index_of(pt, *at, level)]);
		while (is_table(word, level)) {
			hook = &path[level][index_of(pt, *at, level)];
			path[++level] = table_of(pt, word);
			word = load_word(&path[level][index_of(pt, *at, level)]);
		}
		const unsigned index = index_of(pt, *at, level), shift = shift_of(pt, level);
		const uint64_t first = *at >> shift << shift, where = *at;
		/* The range may end inside an entry that is not valid: go past it. */
		const uint64_t wanted = (end - first + SMMU_BIT(shift) - 1) >> shift;
		const unsigned limit = (unsigned)smmu_min64(entries_of(pt, level) - index, wanted);
		const unsigned passed = clear_run(pt, &path[level][index], limit, level, first, gather, unmapped, &cleared);
		if (passed > 0)
			*at = first + ((uint64_t)passed << shift);
		unclaim(pt, hook, cleared);
		settle(pt, path, level, iova, where, smmu_min64(*at, end), gather);
		if (passed < limit && load_word(&path[level][index + passed]) == BREAKING)
			return;
	}
}

/* ---- without a walk ---- */

/* The table at level `down_to` that holds the entry of iova, and its hook; null when something ends the walk before. */
static uint64_t *descend(const struct smmu_pgtable *pt, uint64_t iova, unsigned down_to, uint64_t **hook)
{
	uint64_t *table = pt->root;
	*hook = NULL;
	for (unsigned level = pt->start_level; level < down_to; level++) {
		uint64_t *const entry = &table[index_of(pt, iova, level)];
		const uint64_t word = smmu_load64(entry);
		if (!is_table(word, level))
			return NULL;
		*hook = entry;
		table = table_of(pt, word);
	}
	return table;
}

static struct smmu_pt_hot *warm_up(struct smmu_pgtable *pt, uint64_t iova, unsigned level)
{
	struct smmu_pt_hot *const hot = &pt->hot[LEAF_LEVEL - level];
	const uint64_t span = iova >> shift_of(pt, level - 1);
	uint64_t *hook;
	if (hot->span == span)
		return hot;
	uint64_t *const table = level >= pt->start_level ? descend(pt, iova, level, &hook) : NULL;
	if (!table)
		return NULL;
	*hot = (struct smmu_pt_hot){ span, table, hook };
	return hot;
}

bool smmu_pgtable_unmap_hot(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather,
			    uint64_t *unmapped)
{
	const unsigned span_shift = shift_of(pt, LEAF_LEVEL - 1);
	if (pt->shared || pt->contiguous || iova >> span_shift != (end - 1) >> span_shift)
		return false;
	const unsigned level = end - iova == SMMU_BIT(span_shift) ? LEAF_LEVEL - 1 : LEAF_LEVEL;
	const struct smmu_pt_hot *const hot = warm_up(pt, iova, level);
	if (!hot)
		return false;
	uint64_t *const entry = &hot->table[index_of(pt, iova, level)];
	const unsigned count = (unsigned)((end - iova) >> shift_of(pt, level));
	unsigned cleared;
	if (pt->eager && hot->hook && count_of(smmu_load64(hot->hook)) <= count)
		return false;           /* the table may die of it */
	if (level < LEAF_LEVEL && ((*entry & TABLE_DESCRIPTOR) != VALID))
		return false;
	if (level == LEAF_LEVEL && !pt->sys->host.trace)
		cleared = clear_pages(pt, entry, count, iova, gather, unmapped);
	else
		clear_run(pt, entry, count, level, iova, gather, unmapped, &cleared);
	unclaim(pt, hot->hook, cleared);
	return true;
}

/* ---- after the invalidation ---- */

/* A table nobody can reach any more, and all tables it still names, go to the chain. */
static void collect(struct smmu_pgtable *pt, uint64_t *table, unsigned level, uint64_t *chain)
{
	struct { uint64_t *table; unsigned next; } stack[LEAF_LEVEL + 1];
	unsigned depth = 0;
	stack[0].table = table;
	stack[0].next = 0;
	for (;;) {
		uint64_t *const here = stack[depth].table;
		const unsigned limit = level + depth < LEAF_LEVEL ? entries_of(pt, level + depth) : 0;
		uint64_t word = 0;
		while (stack[depth].next < limit) {
			word = smmu_load64(&here[stack[depth].next++]);
			if (is_table(word, level + depth) || is_dying(word))
				break;
			word = 0;
		}
		if (word) {
			depth++;
			stack[depth].table = table_of(pt, word);
			stack[depth].next = 0;
			continue;
		}
		smmu_store64(&here[0], *chain);
		*chain = smmu_phys(pt->sys, here);
		atomic_fetch_sub_explicit(&pt->pages, 1, memory_order_relaxed);
		if (depth-- == 0)
			return;
	}
}

struct dead {
	uint64_t *table;
	unsigned level;
};

/* Tables of [*at, end) that wait for gather `from`: made to wait for `to`, or, with to 0, cut off from the tables above and given
 * to dead. Goes on until DEAD_MAX are dead; returns how many are. */
static unsigned sweep(struct smmu_pgtable *pt, uint64_t *at, uint64_t end, uint32_t from, uint32_t to, struct dead *dead)
{
	unsigned count = 0;
	while (*at < end && count < DEAD_MAX) {
		uint64_t *table = pt->root;
		unsigned level = pt->start_level;
		uint64_t word = load_word(&table[index_of(pt, *at, level)]);
		while (is_table(word, level)) {
			table = table_of(pt, word);
			level++;
			word = load_word(&table[index_of(pt, *at, level)]);
		}
		const uint64_t size = SMMU_BIT(shift_of(pt, level < LEAF_LEVEL ? level : LEAF_LEVEL - 1));
		*at = (*at & ~(size - 1)) + size;
		if (level == LEAF_LEVEL || !is_dying(word) || gather_of(word) != from)
			continue;
		uint64_t *const entry = &table[index_of(pt, *at - size, level)];
		const uint64_t value = to ? dying_word(word & ADDRESS_MASK, to) : 0;
		if (swap_word(pt, entry, word, value) && !to)
			dead[count++] = (struct dead){ table_of(pt, word), level + 1 };
	}
	return count;
}

/* Until nobody is left who entered before this. No deadline: who is inside waits for nothing, and to go on after one would leave a
 * reader of this epoch to the next call, which waits for the other one. */
static void quiesce(struct smmu_pgtable *pt)
{
	if (!pt->shared)
		return;
	const uint32_t old_epoch = atomic_fetch_add(&pt->epoch, 1);
	while (atomic_load(&pt->readers[old_epoch & 1]) != 0)
		smmu_relax(pt->sys);
}

/* Who is inside may still read a dead table, so it stays as it is until they have left: the chain is a word in it. */
void smmu_pgtable_reap(struct smmu_pgtable *pt, uint64_t start, uint64_t end, uint32_t gather)
{
	struct dead dead[DEAD_MAX];
	for (uint64_t at = start; at < end;) {
		const unsigned count = sweep(pt, &at, end, gather, 0, dead);
		uint64_t chain = 0;
		if (count > 0)
			quiesce(pt);
		for (unsigned i = 0; i < count; i++)
			collect(pt, dead[i].table, dead[i].level, &chain);
		smmu_pgtable_free_chain(pt, chain);
	}
}

void smmu_pgtable_keep(struct smmu_pgtable *pt, uint64_t start, uint64_t end, uint32_t from, uint32_t to)
{
	(void)sweep(pt, &start, end, from, to, NULL);
}

void smmu_pgtable_exit(struct smmu_pgtable *pt)
{
	uint64_t chain = 0;
	struct smmu_dma root = { pt->root, pt->root_pa, pt->root_bytes };
	collect(pt, pt->root, pt->start_level, &chain);
	chain = *pt->root;      /* the root is of another size and came last */
	smmu_pgtable_free_chain(pt, chain);
	smmu_dma_free(pt->sys, &root);
}
