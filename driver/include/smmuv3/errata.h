/* SPDX-License-Identifier: Apache-2.0
 * Known defects of SMMU products as data: which product and revisions, and what the core must not do with them.
 * Not here: what the core does about an effect (idprobe.c takes features away). Proof: driver/test/test_errata.c. */
#ifndef SMMUV3_ERRATA_H
#define SMMUV3_ERRATA_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SMMU_ERRATUM_NO_SEV 0x01u        /* CMD_SYNC must not complete by wake-up event */
#define SMMU_ERRATUM_NO_BTM 0x02u        /* broadcast TLB maintenance must be off */
#define SMMU_ERRATUM_NO_NESTING 0x04u    /* stage 1 and stage 2 must not both be on for one stream */
#define SMMU_ERRATUM_SYNC_BATCH 0x08u    /* a long list of commands needs a CMD_SYNC after every 16 of them */
#define SMMU_ERRATUM_NO_PREFETCH 0x10u   /* no CMD_PREFETCH_*; the core never sends one */
#define SMMU_ERRATUM_ALL 0x1fu

struct smmu_erratum {
	const char *name;        /* the vendor's number */
	uint16_t implementer;    /* IIDR.Implementer (JEP106 code) */
	uint16_t product;        /* IIDR.ProductID */
	uint8_t first, last;     /* affected revisions, IIDR.Variant << 4 | IIDR.Revision, inclusive */
	uint32_t effects;        /* SMMU_ERRATUM_* */
};

/* The built-in table; *count entries. A host adds its own with smmu_dev_config.errata. */
const struct smmu_erratum *smmu_errata_table(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
