/* SPDX-License-Identifier: Apache-2.0
 * Address types, access flags and opaque handles shared by the whole driver API.
 * An smmu_iova cannot be passed where an smmu_pa is wanted: the compiler checks what a bare integer would hide.
 * Not here: layouts of tables and records (generated smmuv3_arch.h). Proof: every test includes it. */
#ifndef SMMUV3_TYPES_H
#define SMMUV3_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { uint64_t v; } smmu_iova; /* what a device sends: VA of stage 1, IPA of a stage-2-only stream */
typedef struct { uint64_t v; } smmu_ipa;  /* between the stages */
typedef struct { uint64_t v; } smmu_pa;   /* what goes on the bus */

/* Handles. All live in the arenas of their smmu_sys; pointers stay valid until the matching destroy/remove call. */
struct smmu_sys;    /* one driver context: arenas, host hooks, all objects below */
struct smmu_dev;    /* one SMMU instance */
struct smmu_domain; /* one address space: page tables and the list of what may cache them */
struct smmu_master; /* one device: its StreamIDs on one SMMU, its CD table, its attachments */
struct smmu_pmcg;   /* one performance counter group */

/* Access and memory type of a mapping. READ or WRITE is required; a stage-1 mapping with WRITE is always readable
 * (VMSAv8 AP[2:1] has no write-only encoding). Without CACHED or DEVICE the memory is Normal non-cacheable. */
#define SMMU_PROT_READ 0x01u
#define SMMU_PROT_WRITE 0x02u
#define SMMU_PROT_NOEXEC 0x04u     /* UXN and PXN set: instruction fetches fault */
#define SMMU_PROT_PRIVILEGED 0x08u /* only privileged accesses (AP[1] = 0) */
#define SMMU_PROT_CACHED 0x10u     /* Normal inner and outer write-back, inner shareable */
#define SMMU_PROT_DEVICE 0x20u     /* Device-nGnRE; excludes CACHED */
#define SMMU_PROT_ALL 0x3fu

#endif
