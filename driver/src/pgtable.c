/* SPDX-License-Identifier: Apache-2.0
 * Translation tables of both stages (see pgtable.h).
 * A map first looks at the whole range and takes all table pages it will need, so that nothing can fail once the first
 * descriptor is stored. New tables become reachable only after their zeroes are published.
 * Proof: driver/test/test_pgtable.c. */
#include "pgtable.h"

#include "cd.h"
#include "smmuv3_arch.h"

#define S2_DEVICE 0x1u       /* MemAttr of a stage-2 leaf: Device-nGnRE */
#define S2_NORMAL_NC 0x5u
#define S2_NORMAL_WB 0xfu
#define LEAF_LEVEL 3u
#define CONCATENATED_LOG2_MAX 4u   /* up to 16 start tables side by side in stage 2 */
#define VALID UINT64_C(1)
#define NOT_BLOCK UINT64_C(2)
#define ADDRESS_MASK SMMU_S1LEAF_OA_MASK
#define TABLE_DESCRIPTOR UINT64_C(3)

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

/* ---- table pages: chained through their first word, whose low bits then read as an invalid descriptor ---- */

bool smmu_pgtable_reserve(struct smmu_pgtable *pt, unsigned count, uint64_t *chain)
{
	*chain = 0;
	for (unsigned i = 0; i < count; i++) {
		struct smmu_dma page;
		if (!smmu_dma_alloc(pt->sys, pt->page_bytes, &page)) {
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
		struct smmu_dma page = { smmu_virt(pt->sys, garbage), garbage, pt->page_bytes };
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
	smmu_clean(pt->sys, pt->coherent, page, pt->page_bytes);
	pt->pages++;
	return page;
}

/* Stage 1 starts where the input size says. Stage 2 starts as deep as 16 start tables side by side allow; with 4 KiB granules
 * level 3 is no start level. */
static unsigned start_level_of(uint8_t granule_log2, uint8_t ias_bits, bool stage2)
{
	const unsigned stride = granule_log2 - 3u, bits = ias_bits - granule_log2;
	unsigned levels = (bits + stride - 1) / stride;
	if (stage2 && levels > 1 && bits - (levels - 1) * stride <= CONCATENATED_LOG2_MAX)
		levels--;
	if (stage2 && granule_log2 == 12 && levels < 2)
		levels = 2;
	return LEAF_LEVEL + 1 - levels;
}

static void set_geometry(struct smmu_pgtable *pt)
{
	const unsigned stride = pt->granule_log2 - 3u;
	for (unsigned level = 0; level <= LEAF_LEVEL; level++) {
		pt->shift[level] = (uint8_t)(pt->granule_log2 + stride * (LEAF_LEVEL - level));
		pt->index_mask[level] = (1u << stride) - 1;
	}
	const unsigned start_bits = pt->ias_bits - pt->shift[pt->start_level];
	if (start_bits > stride)
		pt->index_mask[pt->start_level] = (1u << start_bits) - 1;
	pt->page_bytes = UINT32_C(1) << pt->granule_log2;
	pt->root_bytes = (entries_of(pt, pt->start_level)) * (uint32_t)sizeof(uint64_t);
	pt->first_block_level = pt->granule_log2 == 12 ? 1 : 2;
}

bool smmu_pgtable_init(struct smmu_pgtable *pt, struct smmu_sys *sys, const struct smmu_pgtable_shape *shape)
{
	struct smmu_dma root;
	struct smmu_pgtable fresh = {
		.sys = sys,
		.ias_bits = shape->ias_bits,
		.oas_bits = shape->oas_bits,
		.granule_log2 = shape->granule_log2,
		.start_level = (uint8_t)start_level_of(shape->granule_log2, shape->ias_bits, shape->stage2),
		.coherent = shape->coherent,
		.pages = 1,
		.hot_span = UINT64_MAX,
	};
	set_geometry(&fresh);
	if (!smmu_dma_alloc(sys, fresh.root_bytes, &root))
		return false;
	fresh.root = root.virt;
	fresh.root_pa = root.pa;
	*pt = fresh;
	smmu_clean(sys, pt->coherent, root.virt, pt->root_bytes);
	return true;
}

void smmu_pgtable_exit(struct smmu_pgtable *pt)
{
	struct smmu_gather gather = SMMU_GATHER_INIT;
	if (!pt->root)
		return;
	smmu_pgtable_unmap(pt, 0, UINT64_C(1) << pt->ias_bits, &gather);
	smmu_pgtable_free_garbage(pt, gather.garbage);
	struct smmu_dma root = { pt->root, pt->root_pa, pt->root_bytes };
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

uint64_t smmu_pgtable_s2_attributes(uint32_t prot)
{
	uint64_t bits = SMMU_S2LEAF_AF_MASK;
	uint64_t type = S2_NORMAL_NC, shareability = SMMU_S2LEAF_SH_OSH;
	if (prot & SMMU_PROT_CACHED) {
		type = S2_NORMAL_WB;
		shareability = SMMU_S2LEAF_SH_ISH;
	} else if (prot & SMMU_PROT_DEVICE) {
		type = S2_DEVICE;
	}
	bits |= type << SMMU_S2LEAF_MemAttr_SHIFT | shareability << SMMU_S2LEAF_SH_SHIFT;
	if (prot & SMMU_PROT_READ)
		bits |= (uint64_t)SMMU_S2LEAF_S2AP_RO << SMMU_S2LEAF_S2AP_SHIFT;
	if (prot & SMMU_PROT_WRITE)
		bits |= (uint64_t)SMMU_S2LEAF_S2AP_WO << SMMU_S2LEAF_S2AP_SHIFT;
	if (prot & SMMU_PROT_NOEXEC)
		bits |= UINT64_C(2) << SMMU_S2LEAF_XN_SHIFT;
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
	while (n < limit && !(smmu_load64(&entry[n]) & VALID))
		n++;
	return n;
}

/* Find the place of the next run. False: something is mapped there. */
static bool find_run(const struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t left, struct plan *plan, struct run *run)
{
	const unsigned wanted = best_level(pt, iova, pa, left);
	const uint64_t *table = pt->root;
	unsigned level = pt->start_level;
	for (;; level++) {
		const uint64_t descriptor = table ? smmu_load64(&table[index_of(pt, iova, level)]) : 0;
		if (is_table(descriptor, level)) {
			table = table_of(pt, descriptor);
			continue;
		}
		if (descriptor & VALID)
			return false;
		if (level >= wanted)
			break;
		table = NULL;
		if (plan->span[level + 1] != iova >> shift_of(pt, level)) {
			plan->span[level + 1] = iova >> shift_of(pt, level);
			plan->missing++;
		}
	}
	const unsigned index = index_of(pt, iova, level);
	const unsigned limit = (unsigned)smmu_min64(entries_of(pt, level) - index, left >> shift_of(pt, level));
	run->level = (uint8_t)level;
	run->entry = table ? (uint64_t *)&table[index] : NULL;
	run->count = table ? empty_run(run->entry, limit) : limit;
	return true;
}

static void store_run(struct smmu_pgtable *pt, const struct run *run, uint64_t pa, uint64_t attributes)
{
	const uint64_t step = SMMU_BIT(shift_of(pt, run->level));
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
		uint64_t *const entry = &table[index_of(pt, iova, level)];
		uint64_t descriptor = smmu_load64(entry);
		if (!(descriptor & VALID)) {
			descriptor = smmu_phys(pt->sys, take_page(pt, chain)) | TABLE_DESCRIPTOR;
			smmu_publish(pt->sys);
			smmu_table_store(pt->sys, pt->coherent, entry, descriptor);
		}
		table = table_of(pt, descriptor);
	}
	run->entry = &table[index_of(pt, iova, run->level)];
}

/* [iova, iova + size) lies in the table of pages used last. */
static inline uint64_t *hot_entry(const struct smmu_pgtable *pt, uint64_t iova, uint64_t size_bytes)
{
	const unsigned span_shift = shift_of(pt, LEAF_LEVEL - 1);
	if (iova >> span_shift != pt->hot_span || (iova + size_bytes - 1) >> span_shift != pt->hot_span)
		return NULL;
	return &pt->hot_table[index_of(pt, iova, LEAF_LEVEL)];
}

static inline void set_hot(struct smmu_pgtable *pt, uint64_t iova, uint64_t *table)
{
	pt->hot_span = iova >> shift_of(pt, LEAF_LEVEL - 1);
	pt->hot_table = table;
}

static smmu_status map_hot(struct smmu_pgtable *pt, uint64_t *entry, uint64_t pa, uint64_t size_bytes, uint64_t attributes)
{
	const struct run run = { entry, (unsigned)(size_bytes >> shift_of(pt, LEAF_LEVEL)), LEAF_LEVEL };
	for (unsigned i = 0; i < run.count; i++)
		if (smmu_load64(&entry[i]) & VALID)
			return SMMU_E_EXISTS;
	store_run(pt, &run, pa, attributes);
	return SMMU_OK;
}

smmu_status smmu_pgtable_map(struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t size_bytes, uint64_t attributes)
{
	struct plan plan = { .span = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	struct run run;
	uint64_t done = 0, chain;
	unsigned runs = 0;
	uint64_t *const hot = hot_entry(pt, iova, size_bytes);
	if (hot)
		return map_hot(pt, hot, pa, size_bytes, attributes);
	while (done < size_bytes) {
		if (!find_run(pt, iova + done, pa + done, size_bytes - done, &plan, &run))
			return SMMU_E_EXISTS;
		done += (uint64_t)run.count << shift_of(pt, run.level);
		runs++;
	}
	if (runs == 1 && run.entry) {   /* the common case needs no second walk */
		store_run(pt, &run, pa, attributes);
		if (run.level == LEAF_LEVEL)
			set_hot(pt, iova, run.entry - index_of(pt, iova, LEAF_LEVEL));
		return SMMU_OK;
	}
	if (!smmu_pgtable_reserve(pt, plan.missing, &chain))
		return SMMU_E_NO_MEMORY;
	for (done = 0; done < size_bytes; done += (uint64_t)run.count << shift_of(pt, run.level)) {
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

/* What one run of cleared leaves adds to the answer. */
static void note_run(struct smmu_pgtable *pt, uint64_t *entry, unsigned level, uint64_t iova, unsigned first, unsigned last,
		     unsigned cleared, struct smmu_gather *gather, uint64_t *unmapped)
{
	smmu_clean(pt->sys, pt->coherent, &entry[first], (last - first + 1) * sizeof(uint64_t));
	note_range(gather, iova + ((uint64_t)first << shift_of(pt, level)), iova + ((uint64_t)(last + 1) << shift_of(pt, level)));
	gather->leaf_levels |= 1u << level;
	*unmapped += (uint64_t)cleared << shift_of(pt, level);
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
	if (cleared)
		note_run(pt, entry, level, iova, first, last, cleared, gather, unmapped);
	return n;
}

/* The same for pages when nobody listens to stores. */
static void clear_pages(struct smmu_pgtable *pt, uint64_t *entry, unsigned limit, uint64_t iova, struct smmu_gather *gather,
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
}

/* Tables that lie wholly in [start, at) and end exactly at `at` are unhooked, innermost first. */
static void unhook_tables(struct smmu_pgtable *pt, uint64_t *const *path, unsigned level, uint64_t start, uint64_t at,
			  struct smmu_gather *gather)
{
	for (; level > pt->start_level; level--) {
		const uint64_t span = SMMU_BIT(shift_of(pt, level - 1));
		if (!smmu_is_aligned(at, span) || at - start < span)
			return;
		clear_entry(pt, &path[level - 1][index_of(pt, at - span, level - 1)]);
		smmu_clean(pt->sys, pt->coherent, &path[level - 1][index_of(pt, at - span, level - 1)], sizeof(uint64_t));
		pt->hot_span = UINT64_MAX;
		path[level][0] = gather->garbage;
		gather->garbage = smmu_phys(pt->sys, path[level]);
		gather->tables = true;
		note_range(gather, at - span, at);
	}
}

/* The table at level `down_to` that holds the entry of iova; null when something ends the walk before. */
static uint64_t *descend(const struct smmu_pgtable *pt, uint64_t iova, unsigned down_to)
{
	uint64_t *table = pt->root;
	for (unsigned level = pt->start_level; level < down_to; level++) {
		const uint64_t descriptor = smmu_load64(&table[index_of(pt, iova, level)]);
		if (!is_table(descriptor, level))
			return NULL;
		table = table_of(pt, descriptor);
	}
	return table;
}

/* Exactly one block. */
static bool unmap_block(struct smmu_pgtable *pt, uint64_t iova, struct smmu_gather *gather, uint64_t *unmapped)
{
	const unsigned level = LEAF_LEVEL - 1;
	uint64_t *const table = pt->start_level <= level ? descend(pt, iova, level) : NULL;
	if (!table)
		return false;
	uint64_t *const entry = &table[index_of(pt, iova, level)];
	const uint64_t descriptor = smmu_load64(entry);
	if (!(descriptor & VALID) || is_table(descriptor, level))
		return false;
	clear_run(pt, entry, 1, level, iova, gather, unmapped);
	return true;
}

bool smmu_pgtable_unmap_pages(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather,
			      uint64_t *unmapped)
{
	const unsigned span_shift = shift_of(pt, LEAF_LEVEL - 1);
	*unmapped = 0;
	if (iova >> span_shift != (end - 1) >> span_shift)
		return false;
	if (end - iova == SMMU_BIT(span_shift))
		return unmap_block(pt, iova, gather, unmapped);
	if (iova >> span_shift != pt->hot_span) {
		uint64_t *const table = descend(pt, iova, LEAF_LEVEL);
		if (!table)
			return false;
		set_hot(pt, iova, table);
	}
	uint64_t *const entry = &pt->hot_table[index_of(pt, iova, LEAF_LEVEL)];
	const unsigned count = (unsigned)((end - iova) >> pt->shift[LEAF_LEVEL]);
	if (pt->sys->host.trace)
		clear_run(pt, entry, count, LEAF_LEVEL, iova, gather, unmapped);
	else
		clear_pages(pt, entry, count, iova, gather, unmapped);
	return true;
}

uint64_t smmu_pgtable_unmap(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather)
{
	uint64_t *path[LEAF_LEVEL + 1] = { 0 };
	uint64_t unmapped = 0, at = iova;
	path[pt->start_level] = pt->root;
	while (at < end) {
		unsigned level = pt->start_level;
		uint64_t descriptor = smmu_load64(&path[level][index_of(pt, at, level)]);
		while (is_table(descriptor, level)) {
			path[level + 1] = table_of(pt, descriptor);
			level++;
			descriptor = smmu_load64(&path[level][index_of(pt, at, level)]);
		}
		const unsigned index = index_of(pt, at, level), shift = shift_of(pt, level);
		const uint64_t first = at >> shift << shift;
		/* The range may end inside an entry that is not valid: go past it. */
		const uint64_t wanted = (end - first + SMMU_BIT(shift) - 1) >> shift;
		const unsigned limit = (unsigned)smmu_min64(entries_of(pt, level) - index, wanted);
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
		const uint64_t descriptor = smmu_load64(&table[index_of(pt, iova, level)]);
		if (!is_table(descriptor, level)) {
			const uint64_t offset_mask = SMMU_BIT(shift_of(pt, level)) - 1;
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
		uint64_t *const entry = &table[index_of(pt, boundary, level)];
		const uint64_t descriptor = smmu_load64(entry), size = SMMU_BIT(shift_of(pt, level));
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
		cost += !smmu_is_aligned(boundary, SMMU_BIT(shift_of(pt, level)));
	return cost;
}

uint64_t smmu_pgtable_build_split(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t *chain)
{
	uint64_t *const page = take_page(pt, chain);
	const uint64_t step = SMMU_BIT(shift_of(pt, block->level + 1u));
	uint64_t piece = block->descriptor | (block->level + 1u == LEAF_LEVEL ? NOT_BLOCK : 0);
	for (unsigned i = 0; i < entries_of(pt, block->level + 1u); i++, piece += step)
		smmu_table_store(pt->sys, true, &page[i], piece);
	smmu_clean(pt->sys, pt->coherent, page, pt->page_bytes);
	smmu_publish(pt->sys);
	return smmu_phys(pt->sys, page) | TABLE_DESCRIPTOR;
}

void smmu_pgtable_replace(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t descriptor)
{
	smmu_table_store(pt->sys, pt->coherent, block->entry, descriptor);
	smmu_publish(pt->sys);
}
