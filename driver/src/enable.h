/* SPDX-License-Identifier: Apache-2.0
 * The register sequences of enable and disable. Not here: memory and locking (dev.c). Proof: driver/test/test_dev.c. */
#ifndef SMMU_ENABLE_H
#define SMMU_ENABLE_H

#include "smmuv3/status.h"

struct smmu_dev;

smmu_status smmu_hw_enable(struct smmu_dev *dev);
smmu_status smmu_hw_disable(struct smmu_dev *dev);

#endif
