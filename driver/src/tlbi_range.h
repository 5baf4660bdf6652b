/* SPDX-License-Identifier: Apache-2.0
 * Turns an address range into TLBI commands: exact NUM/SCALE/TTL arithmetic with range invalidation, one command per page or
 * block without it. Pure. Not here: who gets them (inv.c). Proof: driver/test/test_tlbi_range.c, vectors of AB-54 and AB-55. */
#ifndef SMMU_TLBI_RANGE_H
#define SMMU_TLBI_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "smmuv3_arch.h"

enum smmu_tlbi_op { SMMU_TLBI_NH_VA, SMMU_TLBI_EL2_VA, SMMU_TLBI_S2_IPA };

struct smmu_tlbi_range {
	enum smmu_tlbi_op op;     /* init chooses NH_VA */
	uint64_t next, end;       /* what is left: [next, end) */
	uint16_t tag;             /* ASID, or VMID of S2_IPA; NH_VA is for VMID 0 */
	uint8_t granule_log2;
	uint8_t step_log2;        /* one command covers this much without range commands */
	uint8_t ttl;              /* 0: any level */
	bool leaf;                /* only last-level entries */
	bool ranges;              /* the SMMU has range invalidation */
};

/* leaf_levels: bit L set when leaves of level L are in the range. tables: table descriptors went too. */
void smmu_tlbi_range_init(struct smmu_tlbi_range *range, uint64_t start, uint64_t end, uint8_t granule_log2,
			  uint32_t leaf_levels, bool tables, bool ranges);
/* Commands still to come, saturating at limit. */
size_t smmu_tlbi_range_count(const struct smmu_tlbi_range *range, size_t limit);
/* The next up to max commands; how many. 0 at the end. */
size_t smmu_tlbi_range_fill(struct smmu_tlbi_range *range, struct smmu_cmd *cmds, size_t max);

#endif
