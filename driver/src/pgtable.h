/* SPDX-License-Identifier: Apache-2.0
 * VMSAv8-64 translation tables, stage 1 (TTB0 half) and stage 2, granules of 4, 16 and 64 KiB: map, unmap, look up, split,
 * dirty state. The geometry is worked out once per domain. No recursion; the work of one call is done in runs of
 * neighbouring descriptors; an unmap answers one range record instead of calling back.
 * Calls for disjoint ranges may overlap without a lock ("shared"), or the caller promises that no two overlap ("exclusive"):
 * then plain stores do. A call of the shared kind runs between smmu_pgtable_enter() and smmu_pgtable_leave(); splits,
 * smmu_pgtable_reap() and smmu_pgtable_keep() run under the domain lock instead.
 * Not here: invalidation (inv.c), policy of splits (domain.c). Proof: driver/test/test_pgtable*.c against a flat map. */
#ifndef SMMU_PGTABLE_H
#define SMMU_PGTABLE_H

#include "smmuv3/domain.h"
#include "sys_internal.h"

#define SMMU_PT_GRANULE_LOG2 12u   /* default */

struct smmu_pgtable_shape {
	uint8_t granule_log2, ias_bits, oas_bits;
	bool stage2, coherent;
	bool shared;              /* calls may overlap */
	bool eager;               /* a table dies with its last entry, not only when an unmap covers all of it */
	bool contiguous;          /* set the hint */
};

/* Exclusive use only: the table used last on a level. */
struct smmu_pt_hot {
	uint64_t span;            /* iova >> shift of the level above; UINT64_MAX: none */
	uint64_t *table, *hook;
};

struct smmu_pgtable {
	struct smmu_sys *sys;
	uint64_t *root;
	uint64_t root_pa;
	uint8_t shift[4];         /* log2 of what an entry of that level covers */
	uint32_t index_mask[4];   /* of the start level: also concatenated tables */
	uint32_t page_bytes, root_bytes;
	uint8_t ias_bits, oas_bits, granule_log2, start_level, first_block_level;
	bool stage2, coherent, shared, eager, contiguous;
	struct smmu_pt_hot hot[2];      /* pages, blocks of the level above */
	_Atomic uint32_t pages;         /* table pages, root included */
	_Atomic uint64_t gathers;       /* which numbers are in use, see smmu_pgtable_new_gather() */
	_Atomic uint32_t epoch, readers[2];
};

/* False: NO_MEMORY. ias_bits 25..48. */
bool smmu_pgtable_init(struct smmu_pgtable *pt, struct smmu_sys *sys, const struct smmu_pgtable_shape *shape);
/* Free every table page. Nobody may walk any more. */
void smmu_pgtable_exit(struct smmu_pgtable *pt);

unsigned smmu_pgtable_enter(struct smmu_pgtable *pt);
void smmu_pgtable_leave(struct smmu_pgtable *pt, unsigned side);

/* Descriptor attributes of SMMU_PROT_* flags; type and address are added per level. dirty: what may be written starts
 * writable-clean. Pure. */
uint64_t smmu_pgtable_attributes(uint32_t prot);
uint64_t smmu_pgtable_s2_attributes(uint32_t prot);
uint64_t smmu_pgtable_dirty_attributes(uint64_t attributes, bool stage2);

/* Arguments are checked by the caller. OK, EXISTS, NO_MEMORY; nothing changed unless OK. */
smmu_status smmu_pgtable_map(struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t size_bytes, uint64_t attributes);

/* Clear [*at, end) of the range that started at iova. No block may stick out of it (split first). Adds the bytes that were
 * mapped. *at < end on return: somebody splits a block there, wait for the domain lock and go on. */
void smmu_pgtable_unmap(struct smmu_pgtable *pt, uint64_t iova, uint64_t *at, uint64_t end, struct smmu_gather *gather,
			uint64_t *unmapped);

/* Exclusive use, the common cases in one walk: [iova, end) is part of the span of one table of pages, or exactly one block of
 * the level above it, so there is nothing to split and no table to free. False: it is not, nothing was done. */
bool smmu_pgtable_unmap_hot(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather,
			    uint64_t *unmapped);

/* The tables that died in this gather's range are forgotten by every SMMU: free those nobody has taken into use again. */
void smmu_pgtable_reap(struct smmu_pgtable *pt, uint64_t start, uint64_t end, uint32_t gather);
/* They are not forgotten: let them wait for gather `to` instead. */
void smmu_pgtable_keep(struct smmu_pgtable *pt, uint64_t start, uint64_t end, uint32_t from, uint32_t to);
/* A number no other gather uses before smmu_pgtable_end_gather(). 0: none is to be had now, because a gather that began half of
 * all numbers ago has not ended, or too many have not. SMMU_PT_LIMBO is never given out. */
uint32_t smmu_pgtable_new_gather(struct smmu_pgtable *pt);
/* No table waits for this number any more, and none will. */
void smmu_pgtable_end_gather(struct smmu_pgtable *pt, uint32_t number);
#define SMMU_PT_LIMBO ((UINT32_C(1) << 26) - 1)

/* A block that is being split counts as not mapped. */
bool smmu_pgtable_lookup(const struct smmu_pgtable *pt, uint64_t iova, uint64_t *pa);

/* ---- splits: domain lock ---- */

/* The block, or contiguous group, that contains boundary but does not start there; false when there is none. */
struct smmu_pt_block {
	uint64_t *entry;          /* the first one of a group */
	unsigned entries;         /* 1, or those of the group */
	uint64_t iova;            /* of its first byte */
	uint64_t size_bytes;
	uint8_t level;
};
bool smmu_pgtable_find_block(const struct smmu_pgtable *pt, uint64_t boundary, struct smmu_pt_block *block);
/* Table pages needed until a page or block starts at boundary: 0, 1 or 2. */
unsigned smmu_pgtable_split_cost(const struct smmu_pgtable *pt, uint64_t boundary);
/* A chain of count zeroed table pages in *chain; false: NO_MEMORY, nothing taken. */
bool smmu_pgtable_reserve(struct smmu_pgtable *pt, unsigned count, uint64_t *chain);
void smmu_pgtable_free_chain(struct smmu_pgtable *pt, uint64_t chain);
/* Make way for the pieces: the entries turn invalid. Returns what the (first) entry held. */
uint64_t smmu_pgtable_break(struct smmu_pgtable *pt, const struct smmu_pt_block *block);
/* Put the pieces in: a table of them, taken from the chain, or the members of the group without the hint. broken: descriptor
 * is what smmu_pgtable_break() returned; otherwise the entries are replaced as they stand. */
void smmu_pgtable_make(struct smmu_pgtable *pt, const struct smmu_pt_block *block, bool broken, uint64_t descriptor,
		       uint64_t *chain);

/* ---- dirty state ---- */

/* As smmu_pgtable_unmap(): set the bits of written granules in bitmap (bit n: granule n from iova); unless keep, make what lies
 * wholly in the range clean again and note it in the gather. */
void smmu_pgtable_read_dirty(struct smmu_pgtable *pt, uint64_t iova, uint64_t *at, uint64_t end, uint64_t *bitmap, bool keep,
			     struct smmu_gather *gather);

#endif
