/* SPDX-License-Identifier: Apache-2.0
 * Sharing a CPU address space with devices: one SVA domain per address space for all SMMUs, one PASID for all devices; and
 * the system-wide PASID numbers.
 * Where an SMMU takes part in the CPUs' broadcast TLB maintenance (smmu_dev_config.broadcast_tlb), the context uses the
 * CPU's own ASID (ASET = 0); whoever else has that ASID there is moved to another one first.
 * Not here: the CPU's tables and page faults. Proof: driver/test/test_sva.c, test_global_pasid.c. */
#ifndef SMMUV3_SVA_H
#define SMMUV3_SVA_H

#include "domain.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- global PASIDs ---- */

/* Draw a number 1 .. max_pasids-1 of this master from the one system-wide space. Errors (pure): INVALID (null, a master
 * without PASIDs), NO_SPACE, NO_MEMORY. Never blocks. */
smmu_status smmu_pasid_alloc(struct smmu_master *master, uint32_t *pasid);
/* Give it back. BUSY while any master has a domain there, or an SVA domain has drawn it and is not freed yet, be its address space
 * gone or not; NOT_FOUND: it was not allocated (double free). */
smmu_status smmu_pasid_free(struct smmu_sys *sys, uint32_t pasid);

/* ---- SVA ---- */

/* A CPU address space, as the SMMU's walker needs to know it. */
struct smmu_mm {
	uint64_t cookie;          /* identity: the same cookie is the same address space */
	smmu_pa ttb;              /* root of the CPU's tables, TTBR0 half */
	uint16_t asid;            /* of the CPU; not 0 */
	uint8_t asid_bits;        /* 8 or 16: width of the CPU's ASIDs; 0: 16 */
	uint8_t granule_log2;     /* 12, 14 or 16; 0: 12 */
	uint8_t ias_bits;         /* 25..48; 0: 48 */
	uint8_t oas_bits;         /* 32..48: PA size of the CPU; 0: 48 */
	uint64_t mair;            /* of the CPU; 0: what this core's own tables use */
};

/* Let master reach mm at the PASID of the address space. The first bind of an mm creates its domain and draws a PASID; a
 * later one, on any SMMU, gives the same domain and PASID and counts one more user. Errors: INVALID, RANGE, EXISTS (this
 * master is bound already), OVERFLOW (the PASID does not fit this master), BUSY (the master uses that PASID otherwise),
 * INCOMPATIBLE (not coherent, granule, sizes, ASID width), NO_MEMORY, NO_SPACE, and those of smmu_master_attach_pasid().
 * Up to 7 SYNCs, and 2 for each context of a domain that is moved away from the ASID. */
smmu_status smmu_sva_bind(struct smmu_master *master, const struct smmu_mm *mm, struct smmu_domain **domain, uint32_t *pasid);

/* Undo one bind; the last one frees domain and PASID. A number where somebody attached another domain meanwhile stays allocated:
 * it goes with smmu_pasid_free(). NOT_FOUND: this master is not bound. */
smmu_status smmu_sva_unbind(struct smmu_master *master, struct smmu_domain *domain);

/* The CPU changed [iova, iova + size_bytes) of its tables and has sent its own TLBI; leaves only unless tables. SMMUs with
 * broadcast maintenance are left out, the others get TLBI and SYNC; ATCs get their ATC_INV everywhere. Call it after the
 * change. Alignment: the granule. */
smmu_status smmu_sva_invalidate(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes, bool tables);

/* The CPU address space goes away, devices may still be running: every context stays valid but has EPD0 = 1 and neither
 * stalls nor records faults; then TLBI by tag on every SMMU, those with broadcast maintenance included. When it returns
 * SMMU_OK the tables may be freed. The binds and the PASID stay until undone; a new address space may have the cookie at once. A
 * domain without a bind, because the host detached it as any other, goes with smmu_domain_destroy(). STATE: already done. TIMEOUT,
 * CMDQ: done in memory, but an SMMU may still walk the tables, until the binds on it are undone with SMMU_OK. */
smmu_status smmu_sva_mm_exit(struct smmu_domain *domain);

#ifdef __cplusplus
}
#endif

#endif
