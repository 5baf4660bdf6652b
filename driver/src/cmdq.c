/* SPDX-License-Identifier: Apache-2.0
 * Command queue producer: appends runs of commands, waits for CMD_SYNC by polling CMDQ_CONS, recovers from CMDQ_ERR.
 * Runs that fit the queue are contiguous; longer ones are cut. Any size from two entries works. Producers exclude each
 * other by the queue lock only while they write slots and PROD; waiting happens outside it.
 * Not here: what to invalidate (inv.c). Proof: driver/test/test_cmdq.c. */
#include "cmd.h"
#include "dev_internal.h"
#include "queue.h"

#define ABORT_RETRY_MAX 8u    /* command fetch aborts in a row at one slot before its submitter is told */

static uint64_t *slot(struct smmu_cmdq *q, uint64_t position)
{
	return (uint64_t *)q->memory.virt + 2u * smmu_queue_index(q->log2, position);
}

static void write_slot(struct smmu_dev *dev, uint64_t position, const struct smmu_cmd *cmd)
{
	uint64_t *const at = slot(&dev->cmdq, position);
	smmu_store64(&at[0], cmd->qword[0]);
	smmu_store64(&at[1], cmd->qword[1]);
	smmu_clean(dev->sys, dev->coherent, at, sizeof *cmd);
}

static uint64_t space(const struct smmu_cmdq *q)
{
	return smmu_queue_size(q->log2) - (q->prod - q->cons);
}

/* Bring cons up to the register. False: CONS is somewhere it cannot be. */
static bool refresh_cons(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const uint32_t shown = smmu_read32(dev, SMMU_CMDQ_CONS);
	return smmu_queue_follow(q->log2, &q->cons, shown & smmu_queue_mask(q->log2), q->prod - q->cons);
}

/* The run that contains a position learns that its command was refused. */
static void blame(struct smmu_cmdq *q, uint64_t position, smmu_status status)
{
	for (struct smmu_batch *batch = q->batches; batch; batch = batch->next)
		if (position >= batch->first && position < batch->end && batch->status == SMMU_OK)
			batch->status = status;
}

/* CMDQ_ERR is active: CONS.RD is the command the SMMU stopped at. */
static void recover_command(struct smmu_dev *dev, uint8_t *code_out)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const uint32_t cons = smmu_read32(dev, SMMU_CMDQ_CONS);
	const uint8_t code = (uint8_t)SMMU_FIELD_GET(CMDQ_CONS, ERR, cons);
	q->errors++;
	if (code_out)
		*code_out = code;
	if (!smmu_queue_follow(q->log2, &q->cons, cons & smmu_queue_mask(q->log2), q->prod - q->cons) || q->cons == q->prod)
		return;         /* an impossible position: acknowledging is all that can be done */
	if (code == SMMU_CMDQ_CONS_ERR_CERROR_ABT) {
		q->retry_count = q->cons == q->retry_position ? q->retry_count + 1 : 1;
		q->retry_position = q->cons;
		if (q->retry_count > ABORT_RETRY_MAX)
			blame(q, q->cons, SMMU_E_CMDQ);
		return;
	}
	blame(q, q->cons, SMMU_E_CMDQ);
	if (code == SMMU_CMDQ_CONS_ERR_CERROR_ATC_INV_SYNC)
		return;         /* a CMD_SYNC; the ATC_INV it waited for is given up, so it passes when fetched again */
	const struct smmu_cmd harmless = smmu_cmd_sync();
	write_slot(dev, q->cons, &harmless);
	smmu_publish(dev->sys);
}

/* Queue lock held. */
static uint32_t service_gerror_locked(struct smmu_dev *dev, uint32_t mask, uint8_t *cmdq_error)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const uint32_t gerror = smmu_read32(dev, SMMU_GERROR);
	const uint32_t active = (gerror ^ q->gerrorn) & SMMU_GERROR_FIELDS_MASK & mask;
	if (!active)
		return 0;
	if (active & SMMU_GERROR_CMDQ_ERR_MASK)
		recover_command(dev, cmdq_error);
	q->gerrorn ^= active;
	smmu_write32(dev, SMMU_GERRORN, q->gerrorn);
	return active;
}

uint32_t smmu_cmdq_service_gerror(struct smmu_dev *dev, uint32_t mask, uint8_t *cmdq_error)
{
	smmu_lock(dev->sys, &dev->cmdq.lock);
	const uint32_t active = service_gerror_locked(dev, mask, cmdq_error);
	smmu_unlock(dev->sys, &dev->cmdq.lock);
	return active;
}

/* One look at the queue, lock held: CONS first, the error register only when CONS stands still. */
static smmu_status look(struct smmu_dev *dev)
{
	const uint64_t before = dev->cmdq.cons;
	dev->cmdq.polls++;
	if (!refresh_cons(dev))
		return SMMU_E_HARDWARE;
	if (dev->cmdq.cons == before)
		service_gerror_locked(dev, SMMU_GERROR_CMDQ_ERR_MASK, NULL);
	return SMMU_OK;
}

/* Lock held on entry and on return; released while time passes. */
static smmu_status wait_for_space(struct smmu_dev *dev, uint64_t need)
{
	struct smmu_wait wait;
	smmu_status status = SMMU_OK;
	if (space(&dev->cmdq) >= need)
		return SMMU_OK;
	smmu_wait_begin(dev->sys, &wait);
	while ((status = look(dev)) == SMMU_OK && space(&dev->cmdq) < need) {
		smmu_unlock(dev->sys, &dev->cmdq.lock);
		const bool more = smmu_wait_more(dev->sys, &wait);
		smmu_lock(dev->sys, &dev->cmdq.lock);
		if (!more)
			return SMMU_E_TIMEOUT;
	}
	return status;
}

static void ring(struct smmu_dev *dev)
{
	smmu_publish(dev->sys);
	smmu_write32(dev, SMMU_CMDQ_PROD, smmu_queue_register(dev->cmdq.log2, dev->cmdq.prod));
}

static void append(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		write_slot(dev, dev->cmdq.prod++, &cmds[i]);
	dev->cmdq.commands += count;
}

static void open_batch(struct smmu_cmdq *q, struct smmu_batch *batch)
{
	if (!batch || batch->registered)
		return;
	batch->first = q->prod;
	batch->end = UINT64_MAX;
	batch->registered = true;
	batch->next = q->batches;
	q->batches = batch;
}

static void unregister(struct smmu_cmdq *q, struct smmu_batch *batch)
{
	for (struct smmu_batch **link = &q->batches; *link; link = &(*link)->next) {
		if (*link == batch) {
			*link = batch->next;
			break;
		}
	}
	batch->registered = false;
}

/* Lock held. The batch is registered before its first command can be refused. */
static smmu_status push_locked(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, struct smmu_batch *batch,
			       bool close)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const size_t capacity = smmu_queue_size(q->log2);
	const struct smmu_cmd sync = smmu_cmd_sync();
	size_t left = count + (close ? 1 : 0);
	while (left > 0) {
		const size_t run = left < capacity ? left : capacity;
		const bool with_sync = close && run == left;
		const size_t plain = with_sync ? run - 1 : run;
		const smmu_status status = wait_for_space(dev, run);
		if (status != SMMU_OK)
			return status;
		open_batch(q, batch);
		append(dev, cmds, plain);
		if (plain > 0)
			cmds += plain;
		if (with_sync) {
			append(dev, &sync, 1);
			q->syncs++;
			if (batch)
				batch->end = q->prod;
		}
		ring(dev);
		left -= run;
	}
	return SMMU_OK;
}

smmu_status smmu_cmdq_push(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, struct smmu_batch *batch, bool close)
{
	smmu_status status = SMMU_OK;
	smmu_lock(dev->sys, &dev->cmdq.lock);
	if (dev->cmdq.enabled)
		status = push_locked(dev, cmds, count, batch, close);
	if (status != SMMU_OK && batch && batch->registered)
		unregister(&dev->cmdq, batch);
	smmu_unlock(dev->sys, &dev->cmdq.lock);
	return status;
}

smmu_status smmu_cmdq_wait(struct smmu_dev *dev, struct smmu_batch *batch)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	struct smmu_wait wait;
	smmu_status status = SMMU_OK;
	if (!batch->registered)
		return SMMU_OK; /* the queue was off */
	smmu_wait_begin(dev->sys, &wait);
	smmu_lock(dev->sys, &q->lock);
	while (q->cons < batch->end && q->enabled) {
		status = look(dev);
		if (status != SMMU_OK || q->cons >= batch->end)
			break;
		smmu_unlock(dev->sys, &q->lock);
		const bool more = smmu_wait_more(dev->sys, &wait);
		smmu_lock(dev->sys, &q->lock);
		if (!more) {
			status = SMMU_E_TIMEOUT;
			break;
		}
	}
	unregister(q, batch);
	smmu_unlock(dev->sys, &q->lock);
	return status == SMMU_OK || batch->status != SMMU_OK ? batch->status : status;
}

smmu_status smmu_cmdq_run(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count)
{
	struct smmu_batch batch = { 0 };
	const smmu_status status = smmu_cmdq_push(dev, cmds, count, &batch, true);
	return status == SMMU_OK ? smmu_cmdq_wait(dev, &batch) : status;
}
