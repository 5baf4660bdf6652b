/* SPDX-License-Identifier: Apache-2.0
 * Stream table entry builders: pure functions from what a stream should do to the 64 bytes.
 * Not here: publishing them (entry_write.c). Proof: driver/test/test_ste.c, bytes worked out by hand. */
#ifndef SMMU_STE_H
#define SMMU_STE_H

#include "smmuv3/dev.h"
#include "smmuv3_arch.h"

/* V, Config = abort: accesses abort without a record. */
void smmu_ste_make_abort(struct smmu_ste *ste);
/* Config = bypass; SHCFG = use incoming where the SMMU has the override at all. */
void smmu_ste_make_bypass(struct smmu_ste *ste, const struct smmu_features *features);

struct smmu_ste_s1 {
	uint64_t cd_table;        /* S1ContextPtr */
	uint8_t ssid_bits;        /* S1CDMax */
	uint8_t s1dss;            /* SMMU_STE_S1DSS_*; ignored by the SMMU when ssid_bits is 0 */
	bool coherent;            /* CD fetches may be cacheable and shareable */
	bool can_stall;
};
/* Config = stage 1 translates, linear CD table, NS-EL1 with VMID 0. */
void smmu_ste_make_s1(struct smmu_ste *ste, const struct smmu_features *features, const struct smmu_ste_s1 *s1);

#endif
