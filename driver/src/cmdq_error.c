/* SPDX-License-Identifier: Apache-2.0
 * Recovery of the command queue. While CMDQ_ERR is active the SMMU stands at the command CMDQ_CONS names; the slot's owner is
 * told, the slot repaired if it must be, and the error acknowledged, which lets the SMMU fetch the slot again.
 *   CERROR_ILL           the slot becomes a CMD_SYNC
 *   CERROR_ABT           nothing changes; after some aborts in a row the owner is told
 *   CERROR_ATC_INV_SYNC  nothing changes: the SMMU has given up the ATC_INV, the CMD_SYNC passes when fetched again
 * Not here: who was silent (cmdq_atc.c). Proof: driver/test/test_cmdq.c, test_cmdq_atc.c. */
#include "cmd.h"
#include "cmdq.h"

#define ABORT_RETRY_MAX 8u    /* command fetch aborts in a row at one slot before its submitter is told */

/* Lock held, the slot is not consumed: its owner cannot have gone. */
static struct smmu_batch *owner_of(struct smmu_cmdq *q, uint64_t position)
{
	return atomic_load_explicit(&q->owner[smmu_queue_index(q->log2, position)], memory_order_relaxed);
}

static void blame(struct smmu_batch *batch)
{
	if (batch)
		atomic_store(&batch->status, SMMU_E_CMDQ);
}

static void recover_atc(struct smmu_batch *batch)
{
	if (!batch || !atomic_load_explicit(&batch->has_atc, memory_order_relaxed))
		return;         /* somebody's ATC_INV that nobody waits for; what this batch asked for is done */
	atomic_store(&batch->atc_silent, true);
	blame(batch);
}

/* The command the SMMU stands at; false: an impossible one. */
static bool stopped_at(struct smmu_cmdq *q, uint32_t register_value, uint64_t *position)
{
	*position = atomic_load(&q->cons);
	const uint64_t known = *position;
	if (!smmu_queue_follow(q->log2, position, register_value & smmu_queue_mask(q->log2), smmu_queue_size(q->log2)))
		return false;
	if (*position >= atomic_load(&q->shown))
		return false;
	uint64_t expected = known;
	if (*position != known)
		atomic_compare_exchange_strong(&q->cons, &expected, *position);
	return true;
}

static void recover_command(struct smmu_dev *dev, uint8_t *code_out)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const uint32_t cons = smmu_read32(dev, SMMU_CMDQ_CONS);
	const uint8_t code = (uint8_t)SMMU_FIELD_GET(CMDQ_CONS, ERR, cons);
	uint64_t position;
	atomic_fetch_add_explicit(&q->errors, 1, memory_order_relaxed);
	if (code_out)
		*code_out = code;
	if (!stopped_at(q, cons, &position))
		return;         /* acknowledging is all that can be done */
	struct smmu_batch *const batch = owner_of(q, position);
	if (code == SMMU_CMDQ_CONS_ERR_CERROR_ABT) {
		q->retry_count = position == q->retry_position ? q->retry_count + 1 : 1;
		q->retry_position = position;
		if (q->retry_count > ABORT_RETRY_MAX)
			blame(batch);
	} else if (code == SMMU_CMDQ_CONS_ERR_CERROR_ATC_INV_SYNC) {
		recover_atc(batch);
	} else {
		const struct smmu_cmd harmless = smmu_cmd_sync();
		blame(batch);
		smmu_cmdq_write_slot(dev, position, &harmless);
		smmu_publish(dev->sys);
	}
}

static uint32_t active_errors(struct smmu_dev *dev, uint32_t mask)
{
	const uint32_t gerror = smmu_read32(dev, SMMU_GERROR);
	return (gerror ^ atomic_load(&dev->cmdq.gerrorn)) & SMMU_GERROR_FIELDS_MASK & mask;
}

uint32_t smmu_cmdq_service_gerror(struct smmu_dev *dev, uint32_t mask, uint8_t *cmdq_error)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	if (!active_errors(dev, mask))
		return 0;
	smmu_lock(dev->sys, &q->lock);
	const uint32_t active = active_errors(dev, mask);       /* another thread may have been faster */
	if (active) {
		atomic_store(&q->recovering, true);
		if (active & SMMU_GERROR_CMDQ_ERR_MASK)
			recover_command(dev, cmdq_error);
		atomic_store(&q->recovering, false);
		const uint32_t acknowledged = atomic_load(&q->gerrorn) ^ active;
		atomic_store(&q->gerrorn, acknowledged);
		smmu_write32(dev, SMMU_GERRORN, acknowledged);
	}
	smmu_unlock(dev->sys, &q->lock);
	return active;
}

void smmu_cmdq_disown(struct smmu_dev *dev, struct smmu_batch *batch)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	smmu_lock(dev->sys, &q->lock);
	for (size_t i = 0; i < smmu_queue_size(q->log2); i++) {
		struct smmu_batch *mine = batch;
		atomic_compare_exchange_strong(&q->owner[i], &mine, NULL);
	}
	smmu_unlock(dev->sys, &q->lock);
}
