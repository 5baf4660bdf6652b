/* SPDX-License-Identifier: Apache-2.0
 * Event queue consumer and record decoder.
 * Not here: what to do about an event, the book of stalls (stall.c). Proof: driver/test/test_event.c. */
#include "dev_internal.h"
#include "queue.h"
#include "stall.h"

#define WINDOW_US 1000000u

/* Which optional fields a record has. */
enum {
	HAS_SSID = 0x001,        /* SSV and SubstreamID */
	HAS_SSID_ALWAYS = 0x002, /* SubstreamID without SSV */
	HAS_REASON = 0x004,
	HAS_RNW = 0x008,
	HAS_ACCESS = 0x010,      /* PnU, InD, RnW */
	HAS_FAULT = 0x020,       /* Stall, STAG, S2, CLASS, IPA */
	HAS_WALK = 0x040,        /* S2, CLASS */
	HAS_INPUT = 0x080,
	HAS_FETCH = 0x100,
	HAS_TTRNW = 0x200,
	HAS_S2_IPA = 0x400,      /* S2, IPA */
};

struct shape {
	uint8_t id;
	uint16_t has;
	const char *name;
};

static const struct shape shapes[] = {
	{ SMMU_EVENT_F_UUT, HAS_SSID | HAS_REASON | HAS_ACCESS | HAS_INPUT, "F_UUT" },
	{ SMMU_EVENT_C_BAD_STREAMID, HAS_SSID, "C_BAD_STREAMID" },
	{ SMMU_EVENT_F_STE_FETCH, HAS_SSID | HAS_REASON | HAS_FETCH, "F_STE_FETCH" },
	{ SMMU_EVENT_C_BAD_STE, HAS_SSID, "C_BAD_STE" },
	{ SMMU_EVENT_F_BAD_ATS_TREQ, HAS_SSID | HAS_INPUT, "F_BAD_ATS_TREQ" },
	{ SMMU_EVENT_F_STREAM_DISABLED, 0, "F_STREAM_DISABLED" },
	{ SMMU_EVENT_F_TRANSL_FORBIDDEN, HAS_RNW | HAS_INPUT, "F_TRANSL_FORBIDDEN" },
	{ SMMU_EVENT_C_BAD_SUBSTREAMID, HAS_SSID_ALWAYS, "C_BAD_SUBSTREAMID" },
	{ SMMU_EVENT_F_CD_FETCH, HAS_SSID | HAS_REASON | HAS_FETCH, "F_CD_FETCH" },
	{ SMMU_EVENT_C_BAD_CD, HAS_SSID, "C_BAD_CD" },
	{ SMMU_EVENT_F_WALK_EABT, HAS_SSID | HAS_REASON | HAS_ACCESS | HAS_WALK | HAS_INPUT | HAS_FETCH, "F_WALK_EABT" },
	{ SMMU_EVENT_F_TRANSLATION, HAS_SSID | HAS_ACCESS | HAS_FAULT | HAS_INPUT, "F_TRANSLATION" },
	{ SMMU_EVENT_F_ADDR_SIZE, HAS_SSID | HAS_ACCESS | HAS_FAULT | HAS_INPUT, "F_ADDR_SIZE" },
	{ SMMU_EVENT_F_ACCESS, HAS_SSID | HAS_ACCESS | HAS_FAULT | HAS_INPUT, "F_ACCESS" },
	{ SMMU_EVENT_F_PERMISSION, HAS_SSID | HAS_ACCESS | HAS_FAULT | HAS_INPUT | HAS_TTRNW, "F_PERMISSION" },
	{ SMMU_EVENT_F_TLB_CONFLICT, HAS_SSID | HAS_REASON | HAS_ACCESS | HAS_S2_IPA | HAS_INPUT, "F_TLB_CONFLICT" },
	{ SMMU_EVENT_F_CFG_CONFLICT, HAS_SSID | HAS_REASON, "F_CFG_CONFLICT" },
	{ SMMU_EVENT_E_PAGE_REQUEST, HAS_SSID | HAS_INPUT, "E_PAGE_REQUEST" },
	{ SMMU_EVENT_F_VMS_FETCH, HAS_SSID | HAS_REASON | HAS_FETCH, "F_VMS_FETCH" },
};

static const struct shape *shape_of(uint8_t id)
{
	for (size_t i = 0; i < SMMU_ARRAY_COUNT(shapes); i++)
		if (shapes[i].id == id)
			return &shapes[i];
	return NULL;
}

const char *smmu_event_name(uint8_t id)
{
	const struct shape *const shape = shape_of(id);
	return shape ? shape->name : "unknown";
}

static void decode_access(const struct smmu_event *e, struct smmu_event_info *out)
{
	out->privileged = smmu_event_f_translation_get_PnU(e);
	out->instruction = smmu_event_f_translation_get_InD(e);
	out->read = smmu_event_f_translation_get_RnW(e);
}

static void decode_stage2(const struct smmu_event *e, struct smmu_event_info *out)
{
	out->stage2 = smmu_event_f_translation_get_S2(e);
	if (out->stage2)
		out->ipa.v = smmu_event_f_translation_get_IPA(e);
}

static void decode_fault(const struct smmu_event *e, struct smmu_event_info *out)
{
	out->stall = smmu_event_f_translation_get_Stall(e);
	if (out->stall)
		out->stag = (uint16_t)smmu_event_f_translation_get_STAG(e);
	decode_stage2(e, out);
	out->fault_class = (uint8_t)smmu_event_f_translation_get_CLASS(e);
}

/* All records keep a field at the same place where they have it; F_TRANSLATION has nearly all of them. */
void smmu_event_decode(const uint64_t record[4], struct smmu_event_info *out)
{
	if (!record || !out)
		return;
	const struct smmu_event raw = { { record[0], record[1], record[2], record[3] } };
	const struct smmu_event *const e = &raw;
	*out = (struct smmu_event_info){ .id = (uint8_t)smmu_event_get_number(e),
					 .raw = { record[0], record[1], record[2], record[3] } };
	const struct shape *const shape = shape_of(out->id);
	if (!shape)
		return;
	out->known = true;
	out->sid = (uint32_t)smmu_event_get_StreamID(e);
	if (shape->has & HAS_SSID)
		out->ssid_valid = smmu_event_f_translation_get_SSV(e);
	if (shape->has & HAS_SSID_ALWAYS)
		out->ssid_valid = true;
	if (out->ssid_valid)
		out->ssid = (uint32_t)smmu_event_f_translation_get_SubstreamID(e);
	if (shape->has & HAS_REASON)
		out->reason = (uint16_t)smmu_event_f_walk_eabt_get_Reason(e);
	if (shape->has & HAS_RNW)
		out->read = smmu_event_f_translation_get_RnW(e);
	if (shape->has & HAS_ACCESS)
		decode_access(e, out);
	if (shape->has & HAS_FAULT)
		decode_fault(e, out);
	if (shape->has & HAS_WALK) {
		out->stage2 = smmu_event_f_walk_eabt_get_S2(e);
		out->fault_class = (uint8_t)smmu_event_f_walk_eabt_get_CLASS(e);
	}
	if (shape->has & HAS_S2_IPA)
		decode_stage2(e, out);
	if (shape->has & HAS_TTRNW)
		out->table_read = smmu_event_f_permission_get_TTRnW(e);
	if (shape->has & HAS_INPUT)
		out->input_addr = smmu_event_f_translation_get_InputAddr(e);
	if (shape->has & HAS_FETCH)
		out->fetch_addr.v = smmu_event_f_walk_eabt_get_FetchAddr(e);
}

/* The SMMU was off: whatever stalled then was terminated. */
void smmu_eventq_reset(struct smmu_dev *dev)
{
	smmu_lock(dev->sys, &dev->report_lock);
	dev->eventq.cons = 0;
	dev->eventq.overflow = 0;
	smmu_stalls_forget(dev);
	smmu_unlock(dev->sys, &dev->report_lock);
}

static void write_cons(struct smmu_dev *dev)
{
	const struct smmu_eventq *const q = &dev->eventq;
	smmu_write32(dev, SMMU_EVENTQ_CONS, smmu_queue_register(q->log2, q->cons) | q->overflow);
}

static uint64_t *slot_of(const struct smmu_eventq *q, uint64_t position)
{
	return (uint64_t *)q->memory.virt + 4u * smmu_queue_index(q->log2, position);
}

/* Report lock held. */
static void read_record(struct smmu_dev *dev, uint64_t position, struct smmu_event_info *out)
{
	struct smmu_sys *const sys = dev->sys;
	const uint64_t *const slot = slot_of(&dev->eventq, position);
	uint64_t record[4];
	if (!dev->coherent && sys->host.discard)
		sys->host.discard(sys->host.ctx, slot, sizeof record);
	for (unsigned i = 0; i < 4; i++)
		record[i] = smmu_load64(&slot[i]);
	smmu_event_decode(record, out);
}

/* Out of the queue and, if it stalls, into the book: a detach finds it in one of the two. */
static void take_record(struct smmu_dev *dev, struct smmu_event_info *out)
{
	struct smmu_eventq *const q = &dev->eventq;
	smmu_lock(dev->sys, &dev->report_lock);
	read_record(dev, q->cons, out);
	q->cons++;
	q->handled++;
	smmu_stall_note(dev, out);
	smmu_unlock(dev->sys, &dev->report_lock);
}

/* Records between CONS and PROD belong to software. A stall answered from here is reported later as a fault that did not. */
size_t smmu_eventq_take_stalls(struct smmu_dev *dev, smmu_stall_filter filter, const void *arg, struct smmu_stall *out, size_t max)
{
	struct smmu_eventq *const q = &dev->eventq;
	size_t n = 0;
	smmu_lock(dev->sys, &dev->report_lock);
	const uint32_t prod = smmu_read32(dev, SMMU_EVENTQ_PROD);
	smmu_consume(dev->sys);
	uint32_t waiting = smmu_queue_used(q->log2, prod, q->cons);
	if (waiting > smmu_queue_size(q->log2))
		waiting = 0;    /* impossible; the consumer re-synchronises */
	for (uint32_t i = 0; i < waiting && n < max; i++) {
		struct smmu_event_info info;
		read_record(dev, q->cons + i, &info);
		const struct smmu_stall stall = { info.sid, info.ssid_valid ? info.ssid : 0, info.stag };
		if (!info.stall || !filter(arg, &stall))
			continue;
		uint64_t *const word = slot_of(q, q->cons + i) + 1;
		smmu_store64(word, *word & ~(SMMU_EVENT_F_TRANSLATION_Stall_MASK | SMMU_EVENT_F_TRANSLATION_STAG_MASK));
		smmu_clean(dev->sys, dev->coherent, word, sizeof *word);
		out[n++] = stall;
	}
	smmu_unlock(dev->sys, &dev->report_lock);
	return n;
}

/* Read PROD; note an overflow. Records waiting, or HARDWARE when PROD is impossible (queue re-synchronised, empty). */
static smmu_status look(struct smmu_dev *dev, uint32_t *waiting, struct smmu_event_batch *batch)
{
	struct smmu_eventq *const q = &dev->eventq;
	const uint32_t prod = smmu_read32(dev, SMMU_EVENTQ_PROD);
	const uint32_t overflow = prod & SMMU_EVENTQ_PROD_OVFLG_MASK;
	smmu_consume(dev->sys);
	*waiting = smmu_queue_used(q->log2, prod, q->cons);
	if (overflow != q->overflow) {
		q->overflow = overflow;
		q->overflows++;
		batch->overflowed = true;
	}
	if (*waiting <= smmu_queue_size(q->log2))
		return SMMU_OK;
	q->cons += *waiting;
	*waiting = 0;
	return SMMU_E_HARDWARE;
}

/* Stalled accesses wait for an answer: they are always reported. */
static bool may_report(struct smmu_dev *dev, const struct smmu_event_info *info)
{
	struct smmu_eventq *const q = &dev->eventq;
	if (dev->config.event_rate == 0 || info->stall)
		return true;
	const uint64_t now = dev->sys->host.now_us(dev->sys->host.ctx);
	if (now - q->window_start_us >= WINDOW_US) {
		q->window_start_us = now;
		q->window_given = 0;
	}
	if (q->window_given < dev->config.event_rate) {
		q->window_given++;
		return true;
	}
	q->suppressed++;
	return false;
}

static smmu_status drain(struct smmu_dev *dev, uint32_t budget, smmu_event_fn fn, void *arg, struct smmu_event_batch *batch)
{
	struct smmu_eventq *const q = &dev->eventq;
	uint32_t waiting = 0, unreported = 0;
	bool acknowledge = false;
	smmu_status status;
	while ((status = look(dev, &waiting, batch)) == SMMU_OK && waiting > 0 && batch->handled < budget) {
		struct smmu_event_info info;
		for (; waiting > 0 && batch->handled < budget; waiting--) {
			take_record(dev, &info);
			batch->handled++;
			if (may_report(dev, &info) && fn)
				fn(arg, dev, &info);
			if (++unreported == smmu_queue_size(q->log2)) {
				write_cons(dev);
				unreported = 0;
			}
		}
	}
	acknowledge = batch->overflowed || status != SMMU_OK;
	if (unreported || acknowledge)
		write_cons(dev);
	batch->more = waiting > 0;
	return status;
}

static bool take_consumer(struct smmu_dev *dev)
{
	smmu_lock(dev->sys, &dev->cmdq.lock);
	const bool free_before = !dev->eventq.busy;
	dev->eventq.busy = true;
	smmu_unlock(dev->sys, &dev->cmdq.lock);
	return free_before;
}

static void give_consumer(struct smmu_dev *dev)
{
	smmu_lock(dev->sys, &dev->cmdq.lock);
	dev->eventq.busy = false;
	smmu_unlock(dev->sys, &dev->cmdq.lock);
}

smmu_status smmu_dev_handle_events(struct smmu_dev *dev, uint32_t budget, smmu_event_fn fn, void *arg,
				   struct smmu_event_batch *out)
{
	struct smmu_event_batch ignored;
	if (!dev)
		return SMMU_E_INVALID;
	if (!out)
		out = &ignored;
	*out = (struct smmu_event_batch){ 0 };
	if (!dev->enabled)
		return SMMU_E_STATE;
	if (!take_consumer(dev))
		return SMMU_E_BUSY;
	smmu_call_enter(dev->sys, SMMU_CALL_DEV_HANDLE_EVENTS);
	const uint32_t limit = budget ? budget : smmu_queue_size(dev->eventq.log2);
	const smmu_status status = drain(dev, limit, fn, arg, out);
	give_consumer(dev);
	return smmu_call_leave(dev->sys, SMMU_CALL_DEV_HANDLE_EVENTS, status);
}
