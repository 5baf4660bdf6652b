/* SPDX-License-Identifier: Apache-2.0
 * Stage-1 translation tables (see pgtable.h).
 * A map first looks at the whole range and takes all table pages it will need, so that nothing can fail once the first
 * descriptor is stored. New tables become reachable only after their zeroes are published.
 * Proof: driver/test/test_pgtable.c. */
#include "pgtable.h"

#include "cd.h"
#include "smmuv3_arch.h"

#define STRIDE 9u
#define ENTRIES 512u
#define LEAF_LEVEL 3u
#define FIRST_BLOCK_LEVEL 1u
#define VALID UINT64_C(1)
#define NOT_BLOCK UINT64_C(2)
#define ADDRESS_MASK SMMU_S1LEAF_OA_MASK
#define TABLE_DESCRIPTOR UINT64_C(3)

static inline unsigned shift_of(unsigned level)
{
	return SMMU_PT_GRANULE_LOG2 + STRIDE * (LEAF_LEVEL - level);
}

static inline unsigned index_of(uint64_t iova, unsigned level)
{
	return (unsigned)(iova >> shift_of(level)) & (ENTRIES - 1);
}

static inline uint64_t *table_of(const struct smmu_pgtable *pt, uint64_t descriptor)
{
	return smmu_virt(pt->sys, descriptor & ADDRESS_MASK);
}

static inline bool is_table(uint64_t descriptor, unsigned level)
{
	return level < LEAF_LEVEL && (descriptor & TABLE_DESCRIPTOR) == TABLE_DESCRIPTOR;
}

/* ---- table pages: chained through their first word, whose low bits then read as an invalid descriptor ---- */

bool smmu_pgtable_reserve(struct smmu_pgtable *pt, unsigned count, uint64_t *chain)
{
	*chain = 0;
	for (unsigned i = 0; i < count; i++) {
		struct smmu_dma page;
		if (!smmu_dma_alloc(pt->sys, SMMU_PT_PAGE_BYTES, &page)) {
			smmu_pgtable_free_garbage(pt, *chain);
			pt->pages += i;         /* they were never counted */
			*chain = 0;
			return false;
		}
		*(uint64_t *)page.virt = *chain;
		*chain = page.pa;
	}
	return true;
}

void smmu_pgtable_free_garbage(struct smmu_pgtable *pt, uint64_t garbage)
{
	while (garbage) {
		struct smmu_dma page = { smmu_virt(pt->sys, garbage), garbage, SMMU_PT_PAGE_BYTES };
		garbage = *(uint64_t *)page.virt;
		smmu_dma_free(pt->sys, &page);
		pt->pages--;
	}
}

static uint64_t *take_page(struct smmu_pgtable *pt, uint64_t *chain)
{
	uint64_t *const page = smmu_virt(pt->sys, *chain);
	*chain = page[0];
	page[0] = 0;
	smmu_clean(pt->sys, pt->coherent, page, SMMU_PT_PAGE_BYTES);
	pt->pages++;
	return page;
}

bool smmu_pgtable_init(struct smmu_pgtable *pt, struct smmu_sys *sys, uint8_t ias_bits, uint8_t oas_bits, bool coherent)
{
	struct smmu_dma root;
	if (!smmu_dma_alloc(sys, SMMU_PT_PAGE_BYTES, &root))
		return false;
	const unsigned levels = (ias_bits - SMMU_PT_GRANULE_LOG2 + STRIDE - 1) / STRIDE;
	*pt = (struct smmu_pgtable){
		.sys = sys,
		.root = root.virt,
		.root_pa = root.pa,
		.ias_bits = ias_bits,
		.oas_bits = oas_bits,
		.start_level = (uint8_t)(LEAF_LEVEL + 1 - levels),
		.coherent = coherent,
		.pages = 1,
	};
	smmu_clean(sys, coherent, root.virt, SMMU_PT_PAGE_BYTES);
	return true;
}

void smmu_pgtable_exit(struct smmu_pgtable *pt)
{
	struct smmu_gather gather = SMMU_GATHER_INIT;
	if (!pt->root)
		return;
	smmu_pgtable_unmap(pt, 0, UINT64_C(1) << pt->ias_bits, &gather);
	smmu_pgtable_free_garbage(pt, gather.garbage);
	struct smmu_dma root = { pt->root, pt->root_pa, SMMU_PT_PAGE_BYTES };
	smmu_dma_free(pt->sys, &root);
	pt->root = NULL;
}

uint64_t smmu_pgtable_attributes(uint32_t prot)
{
	uint64_t bits = SMMU_S1LEAF_AF_MASK | SMMU_S1LEAF_nG_MASK;
	uint64_t type = SMMU_MAIR_NORMAL_NC, shareability = SMMU_S1LEAF_SH_OSH;
	if (prot & SMMU_PROT_CACHED) {
		type = SMMU_MAIR_NORMAL_WB;
		shareability = SMMU_S1LEAF_SH_ISH;
	} else if (prot & SMMU_PROT_DEVICE) {
		type = SMMU_MAIR_DEVICE;
	}
	bits |= type << SMMU_S1LEAF_AttrIndx_SHIFT | shareability << SMMU_S1LEAF_SH_SHIFT;
	if (!(prot & SMMU_PROT_PRIVILEGED))
		bits |= SMMU_S1LEAF_AP1_MASK;
	if (!(prot & SMMU_PROT_WRITE))
		bits |= SMMU_S1LEAF_AP2_MASK;
	if (prot & SMMU_PROT_NOEXEC)
		bits |= SMMU_S1LEAF_UXN_MASK | SMMU_S1LEAF_PXN_MASK;
	return bits;
}

/* ---- map ---- */

/* Where the next descriptors of a map go. */
struct run {
	uint64_t *entry;          /* null while the table does not exist yet */
	unsigned count;
	uint8_t level;
};

/* Tables a planned map will create: the span each level's latest one covers, so that it is counted once. */
struct plan {
	uint64_t span[LEAF_LEVEL + 1];
	unsigned missing;
};

/* Largest block that alignment and length allow. */
static unsigned best_level(uint64_t iova, uint64_t pa, uint64_t left)
{
	for (unsigned level = FIRST_BLOCK_LEVEL; level < LEAF_LEVEL; level++) {
		const uint64_t size = SMMU_BIT(shift_of(level));
		if (left >= size && smmu_is_aligned(iova | pa, size))
			return level;
	}
	return LEAF_LEVEL;
}

static unsigned empty_run(const uint64_t *entry, unsigned limit)
{
	unsigned n = 1;
	while (n < limit && !(smmu_load64(&entry[n]) & VALID))
		n++;
	return n;
}

/* Find the place of the next run. False: something is mapped there. */
static bool find_run(const struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t left, struct plan *plan, struct run *run)
{
	const unsigned wanted = best_level(iova, pa, left);
	const uint64_t *table = pt->root;
	unsigned level = pt->start_level;
	for (;; level++) {
		const uint64_t descriptor = table ? smmu_load64(&table[index_of(iova, level)]) : 0;
		if (is_table(descriptor, level)) {
			table = table_of(pt, descriptor);
			continue;
		}
		if (descriptor & VALID)
			return false;
		if (level >= wanted)
			break;
		table = NULL;
		if (plan->span[level + 1] != iova >> shift_of(level)) {
			plan->span[level + 1] = iova >> shift_of(level);
			plan->missing++;
		}
	}
	const unsigned index = index_of(iova, level);
	const unsigned limit = (unsigned)smmu_min64(ENTRIES - index, left >> shift_of(level));
	run->level = (uint8_t)level;
	run->entry = table ? (uint64_t *)&table[index] : NULL;
	run->count = table ? empty_run(run->entry, limit) : limit;
	return true;
}

static void store_run(struct smmu_pgtable *pt, const struct run *run, uint64_t pa, uint64_t attributes)
{
	const uint64_t step = SMMU_BIT(shift_of(run->level));
	uint64_t descriptor = pa | attributes | (run->level == LEAF_LEVEL ? SMMU_S1LEAF_TYPE_PAGE : SMMU_S1LEAF_TYPE_BLOCK);
	if (pt->sys->host.trace)
		for (unsigned i = 0; i < run->count; i++)
			smmu_trace_store_slow(pt->sys, &run->entry[i], run->entry[i], descriptor + i * step);
	for (unsigned i = 0; i < run->count; i++, descriptor += step)
		smmu_store64(&run->entry[i], descriptor);
	smmu_clean(pt->sys, pt->coherent, run->entry, run->count * sizeof(uint64_t));
}

/* Create the tables on the way to a run that was planned without one. */
static void create_tables(struct smmu_pgtable *pt, uint64_t iova, struct run *run, uint64_t *chain)
{
	uint64_t *table = pt->root;
	for (unsigned level = pt->start_level; level < run->level; level++) {
		uint64_t *const entry = &table[index_of(iova, level)];
		uint64_t descriptor = smmu_load64(entry);
		if (!(descriptor & VALID)) {
			descriptor = smmu_phys(pt->sys, take_page(pt, chain)) | TABLE_DESCRIPTOR;
			smmu_publish(pt->sys);
			smmu_table_store(pt->sys, pt->coherent, entry, descriptor);
		}
		table = table_of(pt, descriptor);
	}
	run->entry = &table[index_of(iova, run->level)];
}

smmu_status smmu_pgtable_map(struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t size_bytes, uint64_t attributes)
{
	struct plan plan = { .span = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	struct run run;
	uint64_t done = 0, chain;
	unsigned runs = 0;
	while (done < size_bytes) {
		if (!find_run(pt, iova + done, pa + done, size_bytes - done, &plan, &run))
			return SMMU_E_EXISTS;
		done += (uint64_t)run.count << shift_of(run.level);
		runs++;
	}
	if (runs == 1 && run.entry) {   /* the common case needs no second walk */
		store_run(pt, &run, pa, attributes);
		return SMMU_OK;
	}
	if (!smmu_pgtable_reserve(pt, plan.missing, &chain))
		return SMMU_E_NO_MEMORY;
	for (done = 0; done < size_bytes; done += (uint64_t)run.count << shift_of(run.level)) {
		find_run(pt, iova + done, pa + done, size_bytes - done, &plan, &run);
		if (!run.entry)
			create_tables(pt, iova + done, &run, &chain);
		store_run(pt, &run, pa + done, attributes);
	}
	return SMMU_OK;
}

/* ---- unmap ---- */

static void note_range(struct smmu_gather *gather, uint64_t from, uint64_t to)
{
	if (from < gather->start)
		gather->start = from;
	if (to > gather->end)
		gather->end = to;
}

static void clear_entry(struct smmu_pgtable *pt, uint64_t *entry)
{
	smmu_trace_store(pt->sys, entry, *entry, 0);
	smmu_store64(entry, 0);
}

/* Clear the leaves among count entries from the one of iova; stops at a table. Returns how many entries it went past. */
static unsigned clear_run(struct smmu_pgtable *pt, uint64_t *entry, unsigned limit, unsigned level, uint64_t iova,
			  struct smmu_gather *gather, uint64_t *unmapped)
{
	unsigned n = 0, cleared = 0, first = limit, last = 0;
	for (; n < limit; n++) {
		const uint64_t descriptor = smmu_load64(&entry[n]);
		if (!(descriptor & VALID))
			continue;
		if (is_table(descriptor, level))
			break;
		clear_entry(pt, &entry[n]);
		if (cleared++ == 0)
			first = n;
		last = n;
	}
	if (cleared) {
		smmu_clean(pt->sys, pt->coherent, &entry[first], (last - first + 1) * sizeof(uint64_t));
		note_range(gather, iova + ((uint64_t)first << shift_of(level)), iova + ((uint64_t)(last + 1) << shift_of(level)));
		gather->leaf_levels |= 1u << level;
		*unmapped += (uint64_t)cleared << shift_of(level);
	}
	return n;
}

/* Tables that lie wholly in [start, at) and end exactly at `at` are unhooked, innermost first. */
static void unhook_tables(struct smmu_pgtable *pt, uint64_t *const *path, unsigned level, uint64_t start, uint64_t at,
			  struct smmu_gather *gather)
{
	for (; level > pt->start_level; level--) {
		const uint64_t span = SMMU_BIT(shift_of(level - 1));
		if (!smmu_is_aligned(at, span) || at - start < span)
			return;
		clear_entry(pt, &path[level - 1][index_of(at - span, level - 1)]);
		smmu_clean(pt->sys, pt->coherent, &path[level - 1][index_of(at - span, level - 1)], sizeof(uint64_t));
		path[level][0] = gather->garbage;
		gather->garbage = smmu_phys(pt->sys, path[level]);
		gather->tables = true;
		note_range(gather, at - span, at);
	}
}

bool smmu_pgtable_unmap_pages(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather,
			      uint64_t *unmapped)
{
	const unsigned span_shift = shift_of(LEAF_LEVEL - 1);
	uint64_t *table = pt->root;
	if (iova >> span_shift != (end - 1) >> span_shift || end - iova == SMMU_BIT(span_shift))
		return false;
	for (unsigned level = pt->start_level; level < LEAF_LEVEL; level++) {
		const uint64_t descriptor = smmu_load64(&table[index_of(iova, level)]);
		if (!is_table(descriptor, level))
			return false;
		table = table_of(pt, descriptor);
	}
	*unmapped = 0;
	clear_run(pt, &table[index_of(iova, LEAF_LEVEL)], (unsigned)((end - iova) >> SMMU_PT_GRANULE_LOG2), LEAF_LEVEL, iova,
		  gather, unmapped);
	return true;
}

uint64_t smmu_pgtable_unmap(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather)
{
	uint64_t *path[LEAF_LEVEL + 1] = { 0 };
	uint64_t unmapped = 0, at = iova;
	path[pt->start_level] = pt->root;
	while (at < end) {
		unsigned level = pt->start_level;
		uint64_t descriptor = smmu_load64(&path[level][index_of(at, level)]);
		while (is_table(descriptor, level)) {
			path[level + 1] = table_of(pt, descriptor);
			level++;
			descriptor = smmu_load64(&path[level][index_of(at, level)]);
		}
		const unsigned index = index_of(at, level), shift = shift_of(level);
		const uint64_t first = at >> shift << shift;
		/* The range may end inside an entry that is not valid: go past it. */
		const uint64_t wanted = (end - first + SMMU_BIT(shift) - 1) >> shift;
		const unsigned limit = (unsigned)smmu_min64(ENTRIES - index, wanted);
		const unsigned passed = clear_run(pt, &path[level][index], limit, level, first, gather, &unmapped);
		at = first + ((uint64_t)passed << shift);
		if (at <= end)
			unhook_tables(pt, path, level, iova, at, gather);
	}
	return unmapped;
}

bool smmu_pgtable_lookup(const struct smmu_pgtable *pt, uint64_t iova, uint64_t *pa)
{
	const uint64_t *table = pt->root;
	unsigned level = pt->start_level;
	for (;;) {
		const uint64_t descriptor = smmu_load64(&table[index_of(iova, level)]);
		if (!is_table(descriptor, level)) {
			const uint64_t offset_mask = SMMU_BIT(shift_of(level)) - 1;
			if (!(descriptor & VALID))
				return false;
			*pa = (descriptor & ADDRESS_MASK & ~offset_mask) | (iova & offset_mask);
			return true;
		}
		table = table_of(pt, descriptor);
		level++;
	}
}

/* ---- split ---- */

bool smmu_pgtable_find_block(const struct smmu_pgtable *pt, uint64_t boundary, struct smmu_pt_block *block)
{
	uint64_t *table = pt->root;
	if (boundary >> pt->ias_bits)
		return false;
	for (unsigned level = pt->start_level; level < LEAF_LEVEL; level++) {
		uint64_t *const entry = &table[index_of(boundary, level)];
		const uint64_t descriptor = smmu_load64(entry), size = SMMU_BIT(shift_of(level));
		if (is_table(descriptor, level)) {
			table = table_of(pt, descriptor);
			continue;
		}
		if (!(descriptor & VALID) || smmu_is_aligned(boundary, size))
			return false;
		*block = (struct smmu_pt_block){ entry, descriptor, boundary & ~(size - 1), size, (uint8_t)level };
		return true;
	}
	return false;
}

unsigned smmu_pgtable_split_cost(const struct smmu_pgtable *pt, uint64_t boundary)
{
	struct smmu_pt_block block;
	unsigned cost = 0;
	if (!smmu_pgtable_find_block(pt, boundary, &block))
		return 0;
	for (unsigned level = block.level; level < LEAF_LEVEL; level++)
		cost += !smmu_is_aligned(boundary, SMMU_BIT(shift_of(level)));
	return cost;
}

uint64_t smmu_pgtable_build_split(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t *chain)
{
	uint64_t *const page = take_page(pt, chain);
	const uint64_t step = SMMU_BIT(shift_of(block->level + 1u));
	uint64_t piece = block->descriptor | (block->level + 1u == LEAF_LEVEL ? NOT_BLOCK : 0);
	for (unsigned i = 0; i < ENTRIES; i++, piece += step)
		smmu_table_store(pt->sys, true, &page[i], piece);
	smmu_clean(pt->sys, pt->coherent, page, SMMU_PT_PAGE_BYTES);
	smmu_publish(pt->sys);
	return smmu_phys(pt->sys, page) | TABLE_DESCRIPTOR;
}

void smmu_pgtable_replace(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t descriptor)
{
	smmu_table_store(pt->sys, pt->coherent, block->entry, descriptor);
	smmu_publish(pt->sys);
}
