/* SPDX-License-Identifier: Apache-2.0
 * Global PASIDs from the inside: as smmu_pasid_alloc() and smmu_pasid_free(), attach lock held.
 * Proof: driver/test/test_global_pasid.c. */
#ifndef SMMU_PASID_H
#define SMMU_PASID_H

#include "smmuv3/sva.h"

smmu_status smmu_pasid_take(struct smmu_master *master, uint32_t *pasid);
smmu_status smmu_pasid_give(struct smmu_sys *sys, uint32_t pasid);

#endif
