/* SPDX-License-Identifier: Apache-2.0
 * The book of stalled accesses (see stall.c). Proof: driver/test/test_stall.c. */
#ifndef SMMU_STALL_H
#define SMMU_STALL_H

#include "dev_internal.h"

/* Places a book needs; 0 without stall model. */
uint32_t smmu_stalls_capacity(const struct smmu_features *features);
/* A record was read. */
void smmu_stall_note(struct smmu_dev *dev, const struct smmu_event_info *event);
/* Its answer is about to be given; false: it is not in the book (any more). */
bool smmu_stall_strike(struct smmu_dev *dev, uint32_t sid, uint16_t stag);

#endif
