/* SPDX-License-Identifier: Apache-2.0
 * Map (see pgtable.h). It first looks at the whole range and takes all table pages it can need, so that nothing can fail once
 * the first descriptor is stored. New tables become reachable only after their zeroes are published.
 * In shared use a table that was there may be gone by the time it is needed, because others emptied it: unless one
 * existing table takes the whole range, pages for all levels below the root are taken then, and the rest is given back.
 * Proof: driver/test/test_pgtable.c, test_pgtable_shared.c. */
#include "pgtable_internal.h"

/* Where the next descriptors of a map go. */
struct run {
	uint64_t *table, *hook;   /* table is null while there is none, or while it is dying */
	unsigned count;
	uint8_t level;
};

/* Tables a planned map may need: the span each level's latest one covers, so that it is counted once. */
struct plan {
	uint64_t span[LEAF_LEVEL + 1];
	unsigned pages;
};

/* Largest block that alignment and length allow. */
static unsigned best_level(const struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t left)
{
	for (unsigned level = pt->first_block_level; level < LEAF_LEVEL; level++) {
		const uint64_t size = SMMU_BIT(shift_of(pt, level));
		if (left >= size && smmu_is_aligned(iova | pa, size))
			return level;
	}
	return LEAF_LEVEL;
}

static unsigned empty_run(const uint64_t *entry, unsigned limit)
{
	unsigned n = 1;
	while (n < limit && smmu_load64(&entry[n]) == 0)
		n++;
	return n;
}

static void plan_page(const struct smmu_pgtable *pt, struct plan *plan, uint64_t iova, unsigned level)
{
	const uint64_t span = iova >> shift_of(pt, level - 1);
	if (plan->span[level] != span) {
		plan->span[level] = span;
		plan->pages++;
	}
}

/* Find the place of the next run. False: something is mapped there. */
static bool find_run(const struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t left, struct plan *plan, struct run *run)
{
	const unsigned wanted = best_level(pt, iova, pa, left);
	uint64_t *table = pt->root, *hook = NULL;
	unsigned level = pt->start_level;
	bool in_use = true;
	for (;; level++) {
		uint64_t *const entry = table ? &table[index_of(pt, iova, level)] : NULL;
		const uint64_t word = entry ? load_word(entry) : 0;
		if (!is_table(word, level) && !is_dying(word)) {
			if (word)
				return false;
			if (level >= wanted)
				break;
			table = NULL;
			in_use = false;
		} else {
			hook = entry;
			table = table_of(pt, word);
			in_use = in_use && !is_dying(word);
		}
		if (!table || pt->shared)
			plan_page(pt, plan, iova, level + 1);
	}
	const unsigned index = index_of(pt, iova, level);
	const unsigned limit = (unsigned)smmu_min64(entries_of(pt, level) - index, left >> shift_of(pt, level));
	run->level = (uint8_t)level;
	run->count = table ? empty_run(&table[index], limit) : limit;
	run->table = in_use ? table : NULL;
	run->hook = hook;
	return true;
}

static inline void store_word(struct smmu_pgtable *pt, uint64_t *entry, uint64_t value)
{
	smmu_trace_store(pt->sys, entry, 0, value);
	smmu_store64(entry, value);
}

/* With the hint on every whole group whose output is aligned like its input. */
static void store_groups(struct smmu_pgtable *pt, uint64_t *entry, unsigned index, const struct run *run, uint64_t descriptor)
{
	const uint64_t step = SMMU_BIT(shift_of(pt, run->level));
	const unsigned group = group_of(pt, run->level);
	for (unsigned i = 0, inside = 0; i < run->count; i++, descriptor += step) {
		if ((index + i) % group == 0 && run->count - i >= group && smmu_is_aligned(descriptor & ADDRESS_MASK, group * step))
			inside = group;
		store_word(pt, &entry[i], descriptor | (inside ? CONTIGUOUS : 0));
		inside -= inside != 0;
	}
}

static void store_run(struct smmu_pgtable *pt, const struct run *run, uint64_t iova, uint64_t pa, uint64_t attributes)
{
	const unsigned index = index_of(pt, iova, run->level);
	const uint64_t step = SMMU_BIT(shift_of(pt, run->level));
	uint64_t *const entry = &run->table[index];
	uint64_t descriptor = pa | attributes | (run->level == LEAF_LEVEL ? SMMU_S1LEAF_TYPE_PAGE : SMMU_S1LEAF_TYPE_BLOCK);
	if (pt->contiguous) {
		store_groups(pt, entry, index, run, descriptor);
	} else if (pt->sys->host.trace) {
		for (unsigned i = 0; i < run->count; i++, descriptor += step)
			store_word(pt, &entry[i], descriptor);
	} else {
		for (unsigned i = 0; i < run->count; i++, descriptor += step)
			smmu_store64(&entry[i], descriptor);
	}
	smmu_clean(pt->sys, pt->coherent, entry, run->count * sizeof(uint64_t));
}

/* A table where there was none, or the dying one as it was: in use from the first moment, for count entries. */
static bool hook_table(struct smmu_pgtable *pt, uint64_t *entry, uint64_t word, unsigned count, uint64_t *chain)
{
	if (is_dying(word))
		return swap_hook(pt, entry, word, table_word(word & ADDRESS_MASK, count));
	uint64_t *const page = smmu_pgtable_take_page(pt, chain);
	const uint64_t pa = smmu_phys(pt->sys, page);
	smmu_publish(pt->sys);
	if (swap_hook(pt, entry, word, table_word(pa, count))) {
		atomic_fetch_add_explicit(&pt->pages, 1, memory_order_relaxed);
		return true;
	}
	page[0] = *chain;
	*chain = pa;
	return false;
}

/* One walk from the root to the table of the run, making what is missing. From the first table it claims or makes it holds
 * one entry of the table it stands in, so that what it made cannot die under it. False: a table died before it was claimed;
 * nothing is held. */
static bool walk_to_run(struct smmu_pgtable *pt, uint64_t iova, struct run *run, uint64_t *chain)
{
	uint64_t *table = pt->root, *hook = NULL;
	bool held = false;
	unsigned level = pt->start_level;
	while (level < run->level) {
		uint64_t *const entry = &table[index_of(pt, iova, level)];
		const uint64_t word = load_word(entry);
		const unsigned wanted = level + 1u == run->level ? run->count : 1u;
		const bool there = is_table(word, level);
		if (!there && !held) {
			if (!claim(pt, hook, table, 1))
				return false;
			held = hook != NULL;
		}
		if (there ? held && !claim(pt, entry, table_of(pt, word), wanted) : !hook_table(pt, entry, word, wanted, chain))
			continue;       /* it died, or somebody else was first: look again */
		if (there && held)
			unclaim(pt, hook, 1);
		table = table_of(pt, there ? word : load_word(entry));
		held = held || !there;
		hook = entry;
		level++;
	}
	run->table = table;
	return held || claim(pt, hook, table, run->count);
}

/* The whole range is empty and the chain has all pages it can need. */
static void map_runs(struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t size_bytes, uint64_t attributes, uint64_t *chain)
{
	struct plan ignored = { .pages = 0 };
	struct run run;
	for (uint64_t done = 0; done < size_bytes; done += (uint64_t)run.count << shift_of(pt, run.level)) {
		if (!find_run(pt, iova + done, pa + done, size_bytes - done, &ignored, &run))
			return;         /* not reached unless calls for the same range overlap, against the rules */
		if (!run.table || !claim(pt, run.hook, run.table, run.count))
			while (!walk_to_run(pt, iova + done, &run, chain))
				;
		store_run(pt, &run, iova + done, pa + done, attributes);
	}
}

/* ---- the cases without a walk ---- */

static inline void set_hot(struct smmu_pgtable *pt, const struct run *run, uint64_t iova)
{
	if (!pt->shared && run->level + 1u >= LEAF_LEVEL)
		pt->hot[LEAF_LEVEL - run->level] = (struct smmu_pt_hot){ iova >> shift_of(pt, run->level - 1u), run->table, run->hook };
}

/* Pages, or blocks of the level above, all in the table used last there. */
static bool map_hot(struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t size_bytes, uint64_t attributes)
{
	const unsigned level = smmu_is_aligned(iova | pa | size_bytes, SMMU_BIT(shift_of(pt, LEAF_LEVEL - 1))) ? LEAF_LEVEL - 1 : LEAF_LEVEL;
	const struct smmu_pt_hot *const hot = &pt->hot[LEAF_LEVEL - level];
	const unsigned span_shift = shift_of(pt, level - 1);
	if (iova >> span_shift != hot->span || (iova + size_bytes - 1) >> span_shift != hot->span)
		return false;
	const struct run run = { hot->table, hot->hook, (unsigned)(size_bytes >> shift_of(pt, level)), (uint8_t)level };
	if (run.count == entries_of(pt, level))
		return false;           /* may be one larger block */
	const uint64_t *const entry = &hot->table[index_of(pt, iova, level)];
	for (unsigned i = 0; i < run.count; i++)
		if (smmu_load64(&entry[i]) != 0)
			return false;
	claim(pt, run.hook, run.table, run.count);
	store_run(pt, &run, iova, pa, attributes);
	return true;
}

smmu_status smmu_pgtable_map(struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t size_bytes, uint64_t attributes)
{
	struct plan plan = { .span = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	struct run run;
	uint64_t chain;
	unsigned runs = 0;
	if (!pt->shared && map_hot(pt, iova, pa, size_bytes, attributes))
		return SMMU_OK;
	for (uint64_t done = 0; done < size_bytes; done += (uint64_t)run.count << shift_of(pt, run.level), runs++)
		if (!find_run(pt, iova + done, pa + done, size_bytes - done, &plan, &run))
			return SMMU_E_EXISTS;
	if (runs == 1 && run.table && claim(pt, run.hook, run.table, run.count)) {      /* needs no second walk */
		store_run(pt, &run, iova, pa, attributes);
		set_hot(pt, &run, iova);
		return SMMU_OK;
	}
	if (!smmu_pgtable_reserve(pt, plan.pages, &chain))
		return SMMU_E_NO_MEMORY;
	map_runs(pt, iova, pa, size_bytes, attributes, &chain);
	smmu_pgtable_free_chain(pt, chain);
	return SMMU_OK;
}
