/* SPDX-License-Identifier: Apache-2.0
 * The PRI queue from the inside (see pri.c). Proof: driver/test/test_pri.c. */
#ifndef SMMU_PRI_H
#define SMMU_PRI_H

#include "dev_internal.h"
#include "smmuv3/pri.h"

/* Every SubstreamID of a master. */
#define SMMU_PRI_EVERY_SSID UINT32_MAX

/* Queue memory and book. False: NO_MEMORY; what was taken is freed by smmu_priq_exit(). */
bool smmu_priq_init(struct smmu_dev *dev);
void smmu_priq_exit(struct smmu_dev *dev);
/* The SMMU starts or has stopped: the queue is empty, no group is open. */
void smmu_priq_reset(struct smmu_dev *dev);
/* Take the requests of some streams out of queue and book; complete groups are answered, incomplete ones forgotten.
 * ssid 0: requests without SubstreamID; SMMU_PRI_EVERY_SSID: all. What comes later is not concerned. OK, TIMEOUT, HARDWARE. */
smmu_status smmu_priq_drain(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, uint32_t ssid,
			    enum smmu_page_response response);

#endif
