/* SPDX-License-Identifier: Apache-2.0
 * The book of stalled accesses: a record with Stall set enters it, its one answer takes it out, so that no access gets two.
 * The book has a place for every access the SMMU can stall at a time. It is guarded by the queue lock.
 * Not here: reading records (event.c). Proof: driver/test/test_stall.c. */
#include "stall.h"

#include "cmd.h"
#include "master_internal.h"
#include "queue.h"

#define STALLS_MAX 4096u
#define LIST 16u

uint32_t smmu_stalls_capacity(const struct smmu_features *features)
{
	return features->stall ? smmu_min32(features->stall_max ? features->stall_max : 1, STALLS_MAX) : 0;
}

static struct smmu_stall *find(struct smmu_stalls *book, uint32_t sid, uint16_t stag)
{
	for (uint32_t i = 0; i < book->count; i++)
		if (book->entry[i].sid == sid && book->entry[i].stag == stag)
			return &book->entry[i];
	return NULL;
}

static void strike(struct smmu_stalls *book, struct smmu_stall *stall)
{
	*stall = book->entry[--book->count];
	book->entry[book->count] = (struct smmu_stall){ 0 };
}

void smmu_stall_note(struct smmu_dev *dev, const struct smmu_event_info *event)
{
	struct smmu_stalls *const book = &dev->stalls;
	if (!event->stall)
		return;
	smmu_lock(dev->sys, &dev->cmdq.lock);
	if (find(book, event->sid, event->stag))
		book->repeated++;       /* two records for one access: the SMMU is wrong, one answer is right */
	else if (book->count == book->capacity)
		book->lost++;
	else
		book->entry[book->count++] = (struct smmu_stall){ event->sid, event->ssid_valid ? event->ssid : 0, event->stag };
	smmu_unlock(dev->sys, &dev->cmdq.lock);
}

bool smmu_stall_strike(struct smmu_dev *dev, uint32_t sid, uint16_t stag)
{
	smmu_lock(dev->sys, &dev->cmdq.lock);
	struct smmu_stall *const stall = find(&dev->stalls, sid, stag);
	if (stall)
		strike(&dev->stalls, stall);
	smmu_unlock(dev->sys, &dev->cmdq.lock);
	return stall != NULL;
}

void smmu_stalls_forget(struct smmu_dev *dev)
{
	struct smmu_stalls *const book = &dev->stalls;
	smmu_lock(dev->sys, &dev->cmdq.lock);
	while (book->count > 0)
		book->entry[--book->count] = (struct smmu_stall){ 0 };
	smmu_unlock(dev->sys, &dev->cmdq.lock);
}

static bool owns(const struct smmu_master *master, uint32_t sid)
{
	for (size_t i = 0; i < master->sid_count; i++)
		if (master->sids[i] == sid)
			return true;
	return false;
}

/* Strike up to LIST stalls of the master at ssid; their terminations in list. */
static size_t take_some(struct smmu_master *master, uint32_t ssid, struct smmu_cmd *list)
{
	struct smmu_stalls *const book = &master->dev->stalls;
	size_t n = 0;
	smmu_lock(master->sys, &master->dev->cmdq.lock);
	for (uint32_t i = 0; i < book->count && n < LIST;) {
		const struct smmu_stall stall = book->entry[i];
		if (stall.ssid == ssid && owns(master, stall.sid)) {
			list[n++] = smmu_cmd_resume(stall.sid, stall.stag, false, true);
			strike(book, &book->entry[i]);
		} else {
			i++;
		}
	}
	smmu_unlock(master->sys, &master->dev->cmdq.lock);
	return n;
}

struct place {
	const struct smmu_master *master;
	uint32_t ssid;
};

static bool is_at(const void *arg, const struct smmu_stall *stall)
{
	const struct place *const place = arg;
	return stall->ssid == place->ssid && owns(place->master, stall->sid);
}

/* The same for up to max stalls whose records nobody has read yet. */
static size_t take_unread(struct smmu_master *master, uint32_t ssid, size_t max, struct smmu_cmd *list)
{
	const struct place place = { master, ssid };
	struct smmu_stall stall[LIST];
	const size_t n = smmu_eventq_take_stalls(master->dev, is_at, &place, stall, max < LIST ? max : LIST);
	for (size_t i = 0; i < n; i++)
		list[i] = smmu_cmd_resume(stall[i].sid, stall[i].stag, false, true);
	return n;
}

/* Stalls without a record yet: the STE aborts, so nothing new can stall, and STALL_TERM ends what does. */
static smmu_status push_stall_term(struct smmu_master *master, struct smmu_batch *batch)
{
	smmu_status status = SMMU_OK;
	for (size_t i = 0; i < master->sid_count && status == SMMU_OK; i++) {
		const struct smmu_cmd cmd = smmu_cmd_stall_term(master->sids[i]);
		status = smmu_cmdq_push(master->dev, &cmd, 1, batch, false);
	}
	return status;
}

smmu_status smmu_stalls_terminate(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_dev *const dev = master->dev;
	struct smmu_batch batch = { 0 };
	struct smmu_cmd list[LIST];
	smmu_status status = SMMU_OK;
	bool any = false;
	if (!dev->features.stall || !(master->can_stall || dev->features.stall_forced))
		return SMMU_OK;
	/* The queue before the book: a consumer may carry records from the one to the other meanwhile. One queue full, however
	 * many an SMMU goes on recording. */
	size_t left = smmu_queue_size(dev->eventq.log2);
	for (size_t n; dev->enabled && left > 0 && (n = take_unread(master, ssid, left, list)) > 0; any = true) {
		left -= n;
		if (status == SMMU_OK)
			status = smmu_cmdq_push(dev, list, n, &batch, false);
	}
	for (size_t n; (n = take_some(master, ssid, list)) > 0; any = true)
		if (status == SMMU_OK)
			status = smmu_cmdq_push(dev, list, n, &batch, false);
	if (!master->rid && master->pasid_count == 0) {
		if (status == SMMU_OK)
			status = push_stall_term(master, &batch);
		any = true;
	}
	if (!any || status != SMMU_OK)
		return status;
	status = smmu_cmdq_push(dev, NULL, 0, &batch, true);
	return status == SMMU_OK ? smmu_cmdq_wait(dev, &batch) : status;
}

static smmu_status resume(struct smmu_dev *dev, uint32_t sid, uint16_t stag, enum smmu_resume action)
{
	const struct smmu_cmd cmd = smmu_cmd_resume(sid, stag, action == SMMU_RESUME_RETRY, action == SMMU_RESUME_ABORT);
	return smmu_cmdq_run(dev, &cmd, 1);
}

smmu_status smmu_dev_resume(struct smmu_dev *dev, uint32_t sid, uint16_t stag, enum smmu_resume action)
{
	if (!dev || (unsigned)action > SMMU_RESUME_ABORT)
		return SMMU_E_INVALID;
	if (!dev->features.stall)
		return SMMU_E_UNSUPPORTED;
	smmu_call_enter(dev->sys, SMMU_CALL_DEV_RESUME);
	smmu_status status = SMMU_E_STATE;
	if (dev->enabled) {
		smmu_stall_strike(dev, sid, stag);
		status = resume(dev, sid, stag, action);
	}
	return smmu_call_leave(dev->sys, SMMU_CALL_DEV_RESUME, status);
}

smmu_status smmu_dev_respond(struct smmu_dev *dev, const struct smmu_event_info *event, enum smmu_resume action)
{
	if (!dev || !event || !event->stall || (unsigned)action > SMMU_RESUME_ABORT)
		return SMMU_E_INVALID;
	if (!dev->features.stall)
		return SMMU_E_UNSUPPORTED;
	smmu_call_enter(dev->sys, SMMU_CALL_DEV_RESPOND);
	smmu_status status = SMMU_E_STATE;
	if (dev->enabled)
		status = smmu_stall_strike(dev, event->sid, event->stag) ? resume(dev, event->sid, event->stag, action)
									 : SMMU_E_NOT_FOUND;
	return smmu_call_leave(dev->sys, SMMU_CALL_DEV_RESPOND, status);
}
