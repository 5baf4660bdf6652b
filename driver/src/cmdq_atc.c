/* SPDX-License-Identifier: Apache-2.0
 * CMD_ATC_INVs and the endpoint that does not answer. Each list ends with its own CMD_SYNC in the same contiguous run, so no
 * ATC_INV of anybody else is outstanding when it starts: a CERROR_ATC_INV_SYNC at that CMD_SYNC is about this list and no other.
 * A failed list is halved and sent again until a list for a single endpoint fails. An endpoint that answers the second time has
 * invalidated after all and is not reported.
 * Not here: what happens to a silent endpoint (its STE, later invalidations). Proof: driver/test/test_cmdq_atc.c. */
#include "cmd.h"
#include "cmdq.h"

#define LIST 16u              /* commands on the stack */
#define DEPTH 8u              /* halvings of LIST commands, twice over */

struct span {
	size_t from, to;
};

size_t smmu_cmdq_atc_capacity(const struct smmu_dev *dev)
{
	return smmu_min32(LIST, smmu_queue_size(dev->cmdq.log2) - 1);
}

static uint32_t sid_of(const struct smmu_cmd *cmd)
{
	return (uint32_t)smmu_cmd_atc_inv_get_StreamID(cmd);
}

/* The commands of span whose endpoints are not known to be silent. */
static size_t pick(const struct smmu_cmd *cmds, struct span span, uint64_t silent, struct smmu_cmd *list)
{
	size_t n = 0;
	for (size_t i = span.from; i < span.to; i++)
		if (!(silent & SMMU_BIT(i)))
			list[n++] = cmds[i];
	return n;
}

static bool is_one_endpoint(const struct smmu_cmd *list, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (sid_of(&list[i]) != sid_of(&list[0]))
			return false;
	return true;
}

/* Send span and wait. *failed: somebody in it did not answer. */
static smmu_status try_span(struct smmu_dev *dev, const struct smmu_cmd *list, size_t count, bool *failed)
{
	struct smmu_batch batch = { 0 };
	smmu_status status = smmu_cmdq_push(dev, list, count, &batch, true);
	if (status == SMMU_OK)
		status = smmu_cmdq_wait(dev, &batch);
	*failed = atomic_load(&batch.atc_silent);
	return *failed ? SMMU_OK : status;
}

/* One list. failed: it was sent already and its CMD_SYNC failed. */
static smmu_status find_silent(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, struct span whole, bool failed,
			       uint64_t *silent)
{
	struct span todo[DEPTH] = { whole };
	struct smmu_cmd list[LIST];
	for (unsigned n = 1; n > 0; failed = false) {
		const struct span span = todo[--n];
		const size_t picked = pick(cmds, span, *silent, list);
		if (picked == 0)
			continue;
		const smmu_status status = failed ? SMMU_OK : try_span(dev, list, picked, &failed);
		if (status != SMMU_OK)
			return status;
		if (!failed)
			continue;
		if (is_one_endpoint(list, picked)) {
			for (size_t i = 0; i < count; i++)
				if (sid_of(&cmds[i]) == sid_of(&list[0]))
					*silent |= SMMU_BIT(i);
		} else {
			const size_t middle = span.from + (span.to - span.from) / 2;
			todo[n++] = (struct span){ middle, span.to };
			todo[n++] = (struct span){ span.from, middle };
		}
	}
	return SMMU_OK;
}

smmu_status smmu_cmdq_wait_atc(struct smmu_dev *dev, struct smmu_batch *batch, const struct smmu_cmd *cmds, size_t count,
			       uint64_t *silent)
{
	*silent = 0;
	smmu_status status = smmu_cmdq_wait(dev, batch);
	if (atomic_load(&batch->atc_silent))
		status = find_silent(dev, cmds, count, (struct span){ 0, count }, true, silent);
	return status;
}

smmu_status smmu_cmdq_run_atc(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, uint64_t *silent)
{
	const size_t capacity = smmu_cmdq_atc_capacity(dev);
	smmu_status status = SMMU_OK;
	*silent = 0;
	for (size_t at = 0; at < count && status == SMMU_OK; at += capacity) {
		const struct span span = { at, at + capacity < count ? at + capacity : count };
		status = find_silent(dev, cmds, count, span, false, silent);
	}
	return status;
}
