/* SPDX-License-Identifier: Apache-2.0
 * Translation tables of both stages (see pgtable.h, pgtable_internal.h): geometry, pages, attributes, who is inside, look-up.
 * Not here: map (pgtable_map.c), unmap and the end of tables (pgtable_unmap.c), splits (pgtable_split.c), dirty state
 * (pgtable_dirty.c). Proof: driver/test/test_pgtable.c. */
#include "pgtable_internal.h"

#include "cd.h"

#define S2_DEVICE 0x1u       /* MemAttr of a stage-2 leaf: Device-nGnRE */
#define S2_NORMAL_NC 0x5u
#define S2_NORMAL_WB 0xfu
#define CONCATENATED_LOG2_MAX 4u   /* up to 16 start tables side by side in stage 2 */

/* ---- table pages: chained through their first word, whose low bits then read as an invalid descriptor ---- */

bool smmu_pgtable_reserve(struct smmu_pgtable *pt, unsigned count, uint64_t *chain)
{
	*chain = 0;
	for (unsigned i = 0; i < count; i++) {
		struct smmu_dma page;
		if (!smmu_dma_alloc(pt->sys, pt->page_bytes, &page)) {
			smmu_pgtable_free_chain(pt, *chain);
			*chain = 0;
			return false;
		}
		*(uint64_t *)page.virt = *chain;
		*chain = page.pa;
	}
	return true;
}

void smmu_pgtable_free_chain(struct smmu_pgtable *pt, uint64_t chain)
{
	while (chain) {
		struct smmu_dma page = { smmu_virt(pt->sys, chain), chain, pt->page_bytes };
		chain = *(uint64_t *)page.virt;
		smmu_dma_free(pt->sys, &page);
	}
}

uint64_t *smmu_pgtable_take_page(struct smmu_pgtable *pt, uint64_t *chain)
{
	uint64_t *const page = smmu_virt(pt->sys, *chain);
	*chain = page[0];
	page[0] = 0;
	smmu_clean(pt->sys, pt->coherent, page, pt->page_bytes);
	return page;
}

/* ---- geometry ---- */

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
	pt->root_bytes = entries_of(pt, pt->start_level) * (uint32_t)sizeof(uint64_t);
	pt->first_block_level = pt->granule_log2 == 12 ? 1 : 2;
}

bool smmu_pgtable_init(struct smmu_pgtable *pt, struct smmu_sys *sys, const struct smmu_pgtable_shape *shape)
{
	struct smmu_dma root;
	*pt = (struct smmu_pgtable){
		.sys = sys,
		.ias_bits = shape->ias_bits,
		.oas_bits = shape->oas_bits,
		.granule_log2 = shape->granule_log2,
		.start_level = (uint8_t)start_level_of(shape->granule_log2, shape->ias_bits, shape->stage2),
		.stage2 = shape->stage2,
		.coherent = shape->coherent,
		.shared = shape->shared,
		.eager = shape->eager,
		.contiguous = shape->contiguous,
		.pages = 1,
		.hot = { { .span = UINT64_MAX }, { .span = UINT64_MAX } },
	};
	set_geometry(pt);
	if (!smmu_dma_alloc(sys, pt->root_bytes, &root))
		return false;
	pt->root = root.virt;
	pt->root_pa = root.pa;
	smmu_clean(sys, pt->coherent, root.virt, pt->root_bytes);
	return true;
}

/* ---- attributes ---- */

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

/* ---- who is inside ---- */

unsigned smmu_pgtable_enter(struct smmu_pgtable *pt)
{
	if (!pt->shared)
		return 0;
	for (;;) {      /* once more when the epoch changed in between: then nobody waits for this reader */
		const uint32_t epoch = atomic_load(&pt->epoch);
		atomic_fetch_add(&pt->readers[epoch & 1], 1);
		if (atomic_load(&pt->epoch) == epoch)
			return epoch & 1;
		atomic_fetch_sub(&pt->readers[epoch & 1], 1);
	}
}

void smmu_pgtable_leave(struct smmu_pgtable *pt, unsigned side)
{
	if (pt->shared)
		atomic_fetch_sub(&pt->readers[side], 1);
}

bool smmu_pgtable_lookup(const struct smmu_pgtable *pt, uint64_t iova, uint64_t *pa)
{
	const uint64_t *table = pt->root;
	unsigned level = pt->start_level;
	for (;;) {
		const uint64_t descriptor = load_word(&table[index_of(pt, iova, level)]);
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
