/* SPDX-License-Identifier: Apache-2.0
 * Stream table entry builders: pure functions from what a stream should do to the 64 bytes.
 * Not here: publishing them (entry_write.c). Proof: driver/test/test_ste.c, bytes worked out by hand. */
#ifndef SMMU_STE_H
#define SMMU_STE_H

#include "smmuv3/dev.h"
#include "smmuv3_arch.h"

/* No EATS in the first two: neither can answer a translation request. */
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
	bool two_level;           /* CD table with 64 KiB leaves */
	bool el2;                 /* EL2-E2H world instead of NS-EL1 */
	bool ats;                 /* EATS = full */
	bool ppar;                /* responses the SMMU makes up carry the PASID */
};
/* Config = stage 1 translates, VMID 0. */
void smmu_ste_make_s1(struct smmu_ste *ste, const struct smmu_features *features, const struct smmu_ste_s1 *s1);

struct smmu_ste_s2 {
	uint64_t ttb;             /* of the (concatenated) start table */
	uint16_t vmid;
	uint8_t granule_log2, ias_bits, oas_bits, start_level;
	bool coherent, can_stall;
	bool dirty;               /* the SMMU manages access flag and dirty state (HTTU 2) */
	bool ats;                 /* EATS = full, unless the SMMU stalls whatever it is told: S2S = 1 excludes it */
};
/* Config = stage 2 translates, faults are recorded (or stall). */
void smmu_ste_make_s2(struct smmu_ste *ste, const struct smmu_features *features, const struct smmu_ste_s2 *s2);

/* ---- nesting ---- */
/* Config of a guest's STE (words 0 and 1): abort, also when V = 0, bypass, S1, or what no guest may have. */
static inline unsigned smmu_guest_config(const uint64_t guest_ste[2])
{
	const struct smmu_ste ste = { { guest_ste[0], guest_ste[1] } };
	const unsigned config = (unsigned)smmu_ste_get_Config(&ste);
	return smmu_ste_get_V(&ste) && (config & 4) ? config : SMMU_STE_CONFIG_ABORT;
}

/* What a guest's STE is under s2: abort; stage 2 alone, without ATS; or both stages, with EATS if the guest and s2 want it. */
void smmu_ste_make_nested(struct smmu_ste *ste, const struct smmu_features *features, const struct smmu_ste_s2 *s2,
			  const uint64_t guest_ste[2]);

#endif
