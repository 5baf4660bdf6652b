/* SPDX-License-Identifier: Apache-2.0
 * PRI queue consumer and the book of page request groups. A group enters the book with its first record, is complete with its
 * last, and leaves with its one answer. Records between CONS and PROD belong to software: a drain takes single ones out by
 * voiding them in place. Queue and book are guarded by the report lock; commands are queued outside it.
 * Not here: when a device may send requests (ats.c). Proof: driver/test/test_pri.c. */
#include "pri.h"

#include "cmd.h"
#include "queue.h"

#define PRI_BYTES 16u
#define GROUPS_DEFAULT 64u
#define LIST 16u
#define VOID_RECORD UINT64_C(0x03f0000000000000) /* the RES0 bits of word 0, which no SMMU sets */

bool smmu_priq_init(struct smmu_dev *dev)
{
	struct smmu_priq *const q = &dev->priq;
	const uint32_t groups = dev->config.page_groups ? dev->config.page_groups : GROUPS_DEFAULT;
	if (!dev->features.pri)
		return true;
	if (!smmu_dma_alloc(dev->sys, (uint64_t)PRI_BYTES << q->log2, &q->memory))
		return false;
	q->group = smmu_mem_alloc(dev->sys, groups * sizeof *q->group);
	q->group_capacity = q->group ? groups : 0;
	return q->group != NULL;
}

void smmu_priq_exit(struct smmu_dev *dev)
{
	struct smmu_priq *const q = &dev->priq;
	smmu_dma_free(dev->sys, &q->memory);
	smmu_mem_free(dev->sys, q->group, q->group_capacity * sizeof *q->group);
}

void smmu_priq_reset(struct smmu_dev *dev)
{
	struct smmu_priq *const q = &dev->priq;
	smmu_lock(dev->sys, &dev->report_lock);
	q->cons = 0;
	q->overflow = 0;
	for (uint32_t i = 0; i < q->group_count; i++)
		q->group[i] = (struct smmu_page_group){ 0 };
	q->group_count = 0;
	smmu_unlock(dev->sys, &dev->report_lock);
}

void smmu_page_request_decode(const uint64_t record[2], struct smmu_page_request *out)
{
	if (!record || !out)
		return;
	const struct smmu_pri raw = { { record[0], record[1] } };
	*out = (struct smmu_page_request){
		.sid = (uint32_t)smmu_pri_get_StreamID(&raw),
		.ssid_valid = smmu_pri_get_SSV(&raw),
		.group = (uint16_t)smmu_pri_get_PRGIndex(&raw),
		.read = smmu_pri_get_R(&raw),
		.write = smmu_pri_get_W(&raw),
		.last = smmu_pri_get_Last(&raw),
		.iova = { smmu_pri_get_PageAddr(&raw) },
		.raw = { record[0], record[1] },
	};
	if (!out->ssid_valid)
		return;
	out->ssid = (uint32_t)smmu_pri_get_SubstreamID(&raw);
	out->execute = smmu_pri_get_X(&raw);
	out->privileged = smmu_pri_get_Priv(&raw);
	out->stop = out->last && !out->read && !out->write;
}

/* ---- the book, report lock held ---- */

static struct smmu_page_group *find(struct smmu_priq *q, const struct smmu_page_request *request)
{
	for (uint32_t i = 0; i < q->group_count; i++) {
		struct smmu_page_group *const group = &q->group[i];
		if (group->sid == request->sid && group->index == request->group && group->ssid_valid == request->ssid_valid &&
		    group->ssid == request->ssid)
			return group;
	}
	return NULL;
}

static void strike(struct smmu_priq *q, struct smmu_page_group *group)
{
	*group = q->group[--q->group_count];
	q->group[q->group_count] = (struct smmu_page_group){ 0 };
}

/* The group of a record that was read; null: no place. */
static struct smmu_page_group *enter(struct smmu_priq *q, const struct smmu_page_request *request)
{
	struct smmu_page_group *group = find(q, request);
	if (!group) {
		if (q->group_count == q->group_capacity)
			return NULL;
		group = &q->group[q->group_count++];
		*group = (struct smmu_page_group){ request->sid, request->ssid, request->group, request->ssid_valid, false };
	}
	group->complete = group->complete || request->last;
	return group;
}

/* An overflow dropped records: last requests may be among them, and the SMMU has answered those. */
static void forget_incomplete(struct smmu_priq *q)
{
	for (uint32_t i = 0; i < q->group_count;) {
		if (q->group[i].complete)
			i++;
		else
			strike(q, &q->group[i]);
	}
}

/* ---- the queue ---- */

static uint64_t *slot_of(const struct smmu_priq *q, uint64_t position)
{
	return (uint64_t *)q->memory.virt + 2u * smmu_queue_index(q->log2, position);
}

/* False: voided. */
static bool read_slot(struct smmu_dev *dev, uint64_t position, struct smmu_page_request *out)
{
	struct smmu_sys *const sys = dev->sys;
	const uint64_t *const slot = slot_of(&dev->priq, position);
	if (!dev->coherent && sys->host.discard)
		sys->host.discard(sys->host.ctx, slot, PRI_BYTES);
	const uint64_t record[2] = { smmu_load64(&slot[0]), smmu_load64(&slot[1]) };
	smmu_page_request_decode(record, out);
	return (record[0] & VOID_RECORD) != VOID_RECORD;
}

static void void_slot(struct smmu_dev *dev, uint64_t position)
{
	uint64_t *const slot = slot_of(&dev->priq, position);
	smmu_store64(&slot[0], VOID_RECORD);
	smmu_clean(dev->sys, dev->coherent, slot, PRI_BYTES);
}

/* Records waiting, report lock held. HARDWARE: PROD is impossible, the queue was re-synchronised and is empty. */
static smmu_status look(struct smmu_dev *dev, uint32_t *waiting, bool *overflow)
{
	struct smmu_priq *const q = &dev->priq;
	const uint32_t prod = smmu_read32(dev, SMMU_PRIQ_PROD);
	smmu_consume(dev->sys);
	*overflow = (prod & SMMU_PRIQ_PROD_OVFLG_MASK) != q->overflow;
	*waiting = smmu_queue_used(q->log2, prod, q->cons);
	if (*waiting <= smmu_queue_size(q->log2))
		return SMMU_OK;
	q->cons += *waiting;
	*waiting = 0;
	return SMMU_E_HARDWARE;
}

static void write_cons(struct smmu_dev *dev)
{
	const struct smmu_priq *const q = &dev->priq;
	smmu_write32(dev, SMMU_PRIQ_CONS, smmu_queue_register(q->log2, q->cons) | q->overflow);
}

static smmu_status answer(struct smmu_dev *dev, const struct smmu_page_request *request, enum smmu_page_response response)
{
	const struct smmu_cmd cmd = smmu_cmd_pri_resp(request->sid, request->ssid_valid, request->ssid, request->group,
						      (unsigned)response);
	const smmu_status status = smmu_cmdq_push(dev, &cmd, 1, NULL, false);
	smmu_lock(dev->sys, &dev->report_lock);
	dev->priq.responses++;
	smmu_unlock(dev->sys, &dev->report_lock);
	return status;
}

/* What to do with a record after it left the queue. */
enum verdict { REPORT, REPORT_COMPLETE, IGNORE, NO_PLACE };

static enum verdict take(struct smmu_dev *dev, struct smmu_page_request *request)
{
	struct smmu_priq *const q = &dev->priq;
	enum verdict verdict = REPORT;
	smmu_lock(dev->sys, &dev->report_lock);
	const bool valid = read_slot(dev, q->cons, request);
	q->cons++;
	if (!valid) {
		verdict = IGNORE;
	} else {
		q->handled++;
		if (!request->stop && !enter(q, request))
			verdict = request->last ? NO_PLACE : IGNORE;
		else if (request->last && !request->stop)
			verdict = REPORT_COMPLETE;
	}
	smmu_unlock(dev->sys, &dev->report_lock);
	return verdict;
}

static bool strike_complete(struct smmu_dev *dev, const struct smmu_page_request *request, bool *open)
{
	smmu_lock(dev->sys, &dev->report_lock);
	struct smmu_page_group *const group = find(&dev->priq, request);
	const bool complete = group && group->complete;
	*open = group != NULL;
	if (complete)
		strike(&dev->priq, group);
	smmu_unlock(dev->sys, &dev->report_lock);
	return complete;
}

static smmu_status handle_one(struct smmu_dev *dev, smmu_page_request_fn fn, void *arg, struct smmu_page_request_batch *batch)
{
	struct smmu_page_request request;
	bool open;
	switch (take(dev, &request)) {
	case NO_PLACE:
		return answer(dev, &request, SMMU_PAGE_SUCCESS);
	case REPORT_COMPLETE:
		batch->complete++;
		if (!fn)
			return strike_complete(dev, &request, &open) ? answer(dev, &request, SMMU_PAGE_INVALID) : SMMU_OK;
		fn(arg, dev, &request);
		return SMMU_OK;
	case REPORT:
		if (fn)
			fn(arg, dev, &request);
		return SMMU_OK;
	default:
		return SMMU_OK;
	}
}

static smmu_status look_locked(struct smmu_dev *dev, uint32_t *waiting, bool *overflow)
{
	smmu_lock(dev->sys, &dev->report_lock);
	const smmu_status status = look(dev, waiting, overflow);
	smmu_unlock(dev->sys, &dev->report_lock);
	return status;
}

/* The queue is empty: nothing that an overflow leaves incomplete is still in it. */
static void acknowledge(struct smmu_dev *dev, struct smmu_page_request_batch *batch)
{
	struct smmu_priq *const q = &dev->priq;
	smmu_lock(dev->sys, &dev->report_lock);
	forget_incomplete(q);
	q->overflow ^= SMMU_PRIQ_PROD_OVFLG_MASK;
	q->overflows++;
	write_cons(dev);
	smmu_unlock(dev->sys, &dev->report_lock);
	batch->overflowed = true;
}

static smmu_status drain_queue(struct smmu_dev *dev, uint32_t budget, smmu_page_request_fn fn, void *arg,
			       struct smmu_page_request_batch *batch)
{
	uint32_t waiting = 0, unreported = 0;
	bool overflow = false;
	smmu_status status = SMMU_OK;
	for (;;) {
		const smmu_status seen = look_locked(dev, &waiting, &overflow);
		if (status == SMMU_OK)
			status = seen;
		if (waiting == 0 && overflow) {
			const bool first = !batch->overflowed;  /* an SMMU that overflows on and on must not keep the caller */
			acknowledge(dev, batch);
			unreported = 0;
			if (first && seen == SMMU_OK && batch->handled < budget)
				continue;
		}
		if (waiting == 0 || batch->handled == budget)
			break;
		for (; waiting > 0 && batch->handled < budget; waiting--) {
			const smmu_status one = handle_one(dev, fn, arg, batch);
			if (status == SMMU_OK)
				status = one;
			batch->handled++;
			if (++unreported == smmu_queue_size(dev->priq.log2)) {
				write_cons(dev);
				unreported = 0;
			}
		}
	}
	if (unreported || status == SMMU_E_HARDWARE)
		write_cons(dev);
	batch->more = waiting > 0;
	return status;
}

static bool take_consumer(struct smmu_dev *dev)
{
	smmu_lock(dev->sys, &dev->report_lock);
	const bool free_before = !dev->priq.busy;
	dev->priq.busy = true;
	smmu_unlock(dev->sys, &dev->report_lock);
	return free_before;
}

static void give_consumer(struct smmu_dev *dev)
{
	smmu_lock(dev->sys, &dev->report_lock);
	dev->priq.busy = false;
	smmu_unlock(dev->sys, &dev->report_lock);
}

smmu_status smmu_dev_handle_page_requests(struct smmu_dev *dev, uint32_t budget, smmu_page_request_fn fn, void *arg,
					  struct smmu_page_request_batch *out)
{
	struct smmu_page_request_batch ignored;
	if (!dev)
		return SMMU_E_INVALID;
	if (!out)
		out = &ignored;
	*out = (struct smmu_page_request_batch){ 0 };
	if (!dev->features.pri)
		return SMMU_E_UNSUPPORTED;
	if (!dev->enabled)
		return SMMU_E_STATE;
	if (!take_consumer(dev))
		return SMMU_E_BUSY;
	smmu_call_enter(dev->sys, SMMU_CALL_DEV_HANDLE_PAGE_REQUESTS);
	const uint32_t limit = budget ? budget : smmu_queue_size(dev->priq.log2);
	const smmu_status status = drain_queue(dev, limit, fn, arg, out);
	give_consumer(dev);
	return smmu_call_leave(dev->sys, SMMU_CALL_DEV_HANDLE_PAGE_REQUESTS, status);
}

smmu_status smmu_dev_page_respond(struct smmu_dev *dev, const struct smmu_page_request *request, enum smmu_page_response response)
{
	bool open;
	if (!dev || !request || request->stop || (unsigned)response > SMMU_PAGE_SUCCESS)
		return SMMU_E_INVALID;
	if (!dev->features.pri)
		return SMMU_E_UNSUPPORTED;
	smmu_call_enter(dev->sys, SMMU_CALL_DEV_PAGE_RESPOND);
	smmu_status status = SMMU_E_STATE;
	if (dev->enabled) {
		if (strike_complete(dev, request, &open))
			status = answer(dev, request, response);
		else
			status = open ? SMMU_E_STATE : SMMU_E_NOT_FOUND;
	}
	return smmu_call_leave(dev->sys, SMMU_CALL_DEV_PAGE_RESPOND, status);
}

/* ---- taking single streams out ---- */

struct drain {
	const uint32_t *sids;
	size_t sid_count;
	uint32_t ssid;
	enum smmu_page_response response;
	struct smmu_cmd list[LIST];
	size_t count;
};

static bool concerns(const struct drain *drain, uint32_t sid, uint32_t ssid)
{
	if (drain->ssid != SMMU_PRI_EVERY_SSID && drain->ssid != ssid)
		return false;
	for (size_t i = 0; i < drain->sid_count; i++)
		if (drain->sids[i] == sid)
			return true;
	return false;
}

static void answer_group(struct drain *drain, const struct smmu_page_group *group)
{
	drain->list[drain->count++] = smmu_cmd_pri_resp(group->sid, group->ssid_valid, group->ssid, group->index,
							(unsigned)drain->response);
}

/* The next up to LIST answers, report lock held. Queue records join their groups first, so that each group has one answer. */
static smmu_status collect(struct smmu_dev *dev, struct drain *drain)
{
	struct smmu_priq *const q = &dev->priq;
	uint32_t waiting;
	bool overflow;
	const smmu_status status = look(dev, &waiting, &overflow);
	for (uint32_t n = 0; n < waiting && drain->count < LIST; n++) {
		struct smmu_page_request request;
		if (!read_slot(dev, q->cons + n, &request) || !concerns(drain, request.sid, request.ssid))
			continue;
		void_slot(dev, q->cons + n);
		struct smmu_page_group *const group = find(q, &request);
		if (group)
			group->complete = group->complete || request.last;
		else if (request.last && !request.stop)
			answer_group(drain, &(struct smmu_page_group){ request.sid, request.ssid, request.group, request.ssid_valid, true });
	}
	for (uint32_t i = 0; i < q->group_count && drain->count < LIST;) {
		struct smmu_page_group *const group = &q->group[i];
		if (!concerns(drain, group->sid, group->ssid)) {
			i++;
			continue;
		}
		if (group->complete)
			answer_group(drain, group);
		strike(q, group);
	}
	q->responses += drain->count;
	return status;
}

smmu_status smmu_priq_drain(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, uint32_t ssid,
			    enum smmu_page_response response)
{
	struct drain drain = { .sids = sids, .sid_count = sid_count, .ssid = ssid, .response = response };
	smmu_status status = SMMU_OK;
	if (!dev->features.pri || !dev->enabled)
		return SMMU_OK;
	/* As many as queue and book can hold; what a device asks for beyond that is reported, and the host answers it. */
	uint32_t rounds = (smmu_queue_size(dev->priq.log2) + dev->priq.group_capacity) / LIST + 1;
	do {
		drain.count = 0;
		smmu_lock(dev->sys, &dev->report_lock);
		const smmu_status seen = collect(dev, &drain);
		smmu_unlock(dev->sys, &dev->report_lock);
		if (status == SMMU_OK)
			status = seen;
		const smmu_status sent = smmu_cmdq_push(dev, drain.list, drain.count, NULL, false);
		if (status == SMMU_OK)
			status = sent;
	} while (drain.count == LIST && --rounds > 0);
	return status;
}
