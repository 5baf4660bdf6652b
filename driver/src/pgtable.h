/* SPDX-License-Identifier: Apache-2.0
 * VMSAv8-64 translation tables, stage 1 (TTB0 half) and stage 2, granules of 4, 16 and 64 KiB: map, unmap, look up, split.
 * The geometry is worked out once per domain. No recursion; the work of
 * one call is done in runs of neighbouring descriptors; an unmap answers one range record instead of calling back.
 * The caller holds the domain lock for map, unmap and split; look-ups need none.
 * Not here: invalidation (inv.c), policy of splits (domain.c). Proof: driver/test/test_pgtable.c against a flat map. */
#ifndef SMMU_PGTABLE_H
#define SMMU_PGTABLE_H

#include "smmuv3/domain.h"
#include "sys_internal.h"

#define SMMU_PT_GRANULE_LOG2 12u   /* default */

struct smmu_pgtable_shape {
	uint8_t granule_log2, ias_bits, oas_bits;
	bool stage2, coherent;
};

struct smmu_pgtable {
	struct smmu_sys *sys;
	uint64_t *root;
	uint64_t root_pa;
	uint8_t shift[4];         /* log2 of what an entry of that level covers */
	uint32_t index_mask[4];   /* of the start level: also concatenated tables */
	uint32_t page_bytes, root_bytes;
	uint8_t ias_bits, oas_bits, granule_log2, start_level, first_block_level;
	bool coherent;            /* no cache cleaning needed */
	uint64_t hot_span;        /* the last-level table used last: iova >> shift[2], UINT64_MAX: none */
	uint64_t *hot_table;
	uint32_t pages;           /* table pages, root included */
};

/* False: NO_MEMORY. ias_bits 25..48. */
bool smmu_pgtable_init(struct smmu_pgtable *pt, struct smmu_sys *sys, const struct smmu_pgtable_shape *shape);
/* Free every table page. Nobody may walk any more. */
void smmu_pgtable_exit(struct smmu_pgtable *pt);

/* Descriptor attributes of SMMU_PROT_* flags; type and address are added per level. Pure. */
uint64_t smmu_pgtable_attributes(uint32_t prot);
uint64_t smmu_pgtable_s2_attributes(uint32_t prot);

/* Arguments are checked by the caller. OK, EXISTS, NO_MEMORY; nothing changed unless OK. */
smmu_status smmu_pgtable_map(struct smmu_pgtable *pt, uint64_t iova, uint64_t pa, uint64_t size_bytes, uint64_t attributes);

/* Clear [iova, end). No block may stick out of the range (split first). Returns the bytes that were mapped. */
uint64_t smmu_pgtable_unmap(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather);

/* The common cases in one walk: [iova, end) is part of the span of one table of pages, or exactly one block of the level above
 * it, so there is nothing to split and no table to free. False: it is not, nothing was done. */
bool smmu_pgtable_unmap_pages(struct smmu_pgtable *pt, uint64_t iova, uint64_t end, struct smmu_gather *gather,
			      uint64_t *unmapped);

/* Give the table pages chained from garbage back. */
void smmu_pgtable_free_garbage(struct smmu_pgtable *pt, uint64_t garbage);

bool smmu_pgtable_lookup(const struct smmu_pgtable *pt, uint64_t iova, uint64_t *pa);

/* The block that contains boundary but does not start there; false when there is none. */
struct smmu_pt_block {
	uint64_t *entry;
	uint64_t descriptor;
	uint64_t iova;            /* of its first byte */
	uint64_t size_bytes;
	uint8_t level;
};
bool smmu_pgtable_find_block(const struct smmu_pgtable *pt, uint64_t boundary, struct smmu_pt_block *block);
/* Table pages needed until a page or block starts at boundary: 0, 1 or 2. */
unsigned smmu_pgtable_split_cost(const struct smmu_pgtable *pt, uint64_t boundary);
/* A chain of count zeroed table pages in *chain; false: NO_MEMORY, nothing taken. */
bool smmu_pgtable_reserve(struct smmu_pgtable *pt, unsigned count, uint64_t *chain);
/* Take one page of the chain and fill it with the block's pieces; returns the table descriptor to store. */
uint64_t smmu_pgtable_build_split(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t *chain);
/* Store a descriptor (0 or a table) in the place of the block. */
void smmu_pgtable_replace(struct smmu_pgtable *pt, const struct smmu_pt_block *block, uint64_t descriptor);

#endif
