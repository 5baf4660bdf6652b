/* SPDX-License-Identifier: Apache-2.0
 * Context descriptor builder. Not here: CD tables (cdtable.c). Proof: driver/test/test_cd.c, bytes worked out by hand. */
#ifndef SMMU_CD_H
#define SMMU_CD_H

#include "smmuv3/dev.h"
#include "smmuv3_arch.h"

/* Memory attributes selected by AttrIndx of a descriptor; the same in every CD of this core. */
#define SMMU_MAIR_NORMAL_NC 0u
#define SMMU_MAIR_NORMAL_WB 1u
#define SMMU_MAIR_DEVICE 2u
#define SMMU_MAIR_VALUE UINT64_C(0x04ff44) /* Attr0 = 0x44, Attr1 = 0xff, Attr2 = 0x04 (Device-nGnRE) */

struct smmu_cd_s1 {
	uint64_t ttb0;
	uint16_t asid;
	uint8_t granule_log2;     /* 12, 14 or 16; 0: 12 */
	uint8_t ias_bits, oas_bits;
	bool coherent;            /* table walks may be cacheable and shareable */
	bool can_stall;
	bool shared_asid;         /* ASET = 0: the CPUs' ASID, named by their broadcast invalidations */
	bool dirty;               /* the SMMU manages access flag and dirty state (HTTU 2) */
	uint64_t mair;            /* 0: SMMU_MAIR_VALUE */
};
/* TTB0 half only, faults abort and are recorded (or stall). */
void smmu_cd_make_s1(struct smmu_cd *cd, const struct smmu_features *features, const struct smmu_cd_s1 *s1);
/* The address space is gone: EPD0 = 1, faults neither stall (unless the SMMU always stalls) nor are recorded. */
void smmu_cd_release(struct smmu_cd *cd, const struct smmu_features *features);
/* SMMU_CD_IPS_*: the smallest encoding that covers oas_bits. */
uint8_t smmu_cd_ips(uint8_t oas_bits);

#endif
