/* SPDX-License-Identifier: Apache-2.0
 * What the files of the command queue share: slots and positions.
 * Not here: the calls of the rest of the core (dev_internal.h). Proof: driver/test/test_cmdq.c. */
#ifndef SMMU_CMDQ_H
#define SMMU_CMDQ_H

#include "dev_internal.h"
#include "queue.h"

#define SMMU_PROD_GATHERING UINT64_C(1)

static inline uint64_t smmu_cmdq_reserved(const struct smmu_cmdq *q)
{
	return atomic_load_explicit(&q->prod, memory_order_acquire) >> 1;
}

static inline void smmu_cmdq_write_slot(struct smmu_dev *dev, uint64_t position, const struct smmu_cmd *cmd)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	uint64_t *const at = (uint64_t *)q->memory.virt + 2u * smmu_queue_index(q->log2, position);
	smmu_store64(&at[0], cmd->qword[0]);
	smmu_store64(&at[1], cmd->qword[1]);
	smmu_clean(dev->sys, dev->coherent, at, sizeof *cmd);
}

#endif
