/* SPDX-License-Identifier: Apache-2.0
 * The book of stalled accesses (see stall.c). Proof: driver/test/test_stall.c. */
#ifndef SMMU_STALL_H
#define SMMU_STALL_H

#include "dev_internal.h"

/* Places a book needs; 0 without stall model. */
uint32_t smmu_stalls_capacity(const struct smmu_features *features);
/* A record was read. */
void smmu_stall_note(struct smmu_dev *dev, const struct smmu_event_info *event);
/* The SMMU terminated them all. */
void smmu_stalls_forget(struct smmu_dev *dev);
/* Its answer is about to be given; false: it is not in the book (any more). */
bool smmu_stall_strike(struct smmu_dev *dev, uint32_t sid, uint16_t stag);

/* ---- event.c ---- */
typedef bool (*smmu_stall_filter)(const void *arg, const struct smmu_stall *stall);
/* Up to max stalls whose records are still in the queue and that filter wants; they count as answered. How many. */
size_t smmu_eventq_take_stalls(struct smmu_dev *dev, smmu_stall_filter filter, const void *arg, struct smmu_stall *out, size_t max);

#endif
