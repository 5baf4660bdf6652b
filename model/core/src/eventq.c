/* SPDX-License-Identifier: Apache-2.0
 * Writing one event record: by the job that caused it, before its client is answered, one job at a time.
 * Not here: what is in the record (fault.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

bool smmu_i_eventq_is_writable(const struct smmu_core *core)
{
	const struct smmu_queue_regs *q = &core->r.eventq;

	return (core->r.cr0ack & SMMU_CR0_EVENTQEN_MASK) != 0 && !smmu_i_gerror_is_active(core, SMMU_GERROR_EVENTQ_ABT_ERR_MASK) &&
	       !smmu_i_queue_is_full(q->prod, q->cons, smmu_i_eventq_log2(core));
}

static bool is_lost_to_overflow(const struct smmu_core *core)
{
	return (core->r.cr0ack & SMMU_CR0_EVENTQEN_MASK) != 0 && !smmu_i_gerror_is_active(core, SMMU_GERROR_EVENTQ_ABT_ERR_MASK);
}

static void trace_event(struct smmu_core *core, const struct smmu_job *job, enum smmu_trace_kind kind, uint32_t index)
{
	const uint64_t *q = job->event.qword;

	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = (uint16_t)kind, .sid = job->txn.sid, .ssid = job->txn.ssid,
			.flags = job->txn.flags & 0xfu, .addr = index, .data = { q[0], q[1], q[2], q[3] } });
}

static void drop(struct smmu_core *core, const struct smmu_job *job)
{
	struct smmu_queue_regs *q = &core->r.eventq;
	const bool overflow_shown = ((q->prod ^ q->cons) & SMMU_EVENTQ_PROD_OVFLG_MASK) != 0;

	trace_event(core, job, SMMU_TRACE_EVENT_LOST, 0);
	if (is_lost_to_overflow(core) && !overflow_shown)
		q->prod ^= SMMU_EVENTQ_PROD_OVFLG_MASK;
}

static enum next after_record(struct smmu_job *job)
{
	job->phase = job->stalling ? PH_STALLED : PH_DONE;
	return NEXT_PHASE;
}

/* A stalled transaction waits for a writable queue; anything else is dropped. */
static enum next not_writable(struct smmu_core *core, struct smmu_job *job)
{
	if (job->stalling)
		return NEXT_STALLED;
	drop(core, job);
	return after_record(job);
}

/* Merging needs STE.MEV, but for these. */
static bool always_merges(unsigned event)
{
	return event == SMMU_EVENT_F_UUT || event == SMMU_EVENT_C_BAD_STREAMID || event == SMMU_EVENT_F_STE_FETCH || event == SMMU_EVENT_C_BAD_STE;
}

/* Where within its page an access went does not keep two records apart. */
static bool offset_is_ignored(unsigned event)
{
	return event == SMMU_EVENT_F_TRANSL_FORBIDDEN || event == SMMU_EVENT_F_WALK_EABT || event == SMMU_EVENT_F_TLB_CONFLICT ||
	       (event >= SMMU_EVENT_F_TRANSLATION && event <= SMMU_EVENT_F_PERMISSION);
}

/* With the last record, and only while that is still in the queue; never a stalled transaction's. */
static bool is_merged(const struct smmu_core *core, const struct smmu_job *job)
{
	const unsigned event = (unsigned)(job->event.qword[0] & 0xffu);
	const struct smmu_queue_regs *q = &core->r.eventq;
	const unsigned log2 = smmu_i_eventq_log2(core);
	uint64_t differs = 0;

	if (!core->merge_possible || job->stalling || (!job->config.cold.mev && !always_merges(event)) || !is_lost_to_overflow(core) ||
	    !smmu_i_queue_is_empty(q->prod, core->merge_prod, log2) || smmu_i_queue_is_empty(q->prod, q->cons, log2))
		return false;
	for (unsigned i = 0; i < 4; i++) {
		const uint64_t care = i == 2 && offset_is_ignored(event) ? ~UINT64_C(0xfff) : ~UINT64_C(0);

		differs |= (core->merge_event.qword[i] ^ job->event.qword[i]) & care;
	}
	return differs == 0;
}

static enum next begin_write(struct smmu_core *core, struct smmu_job *job)
{
	const uint64_t *q = job->event.qword;

	if (core->event_writer != 0)
		return NEXT_BLOCKED;
	if (is_merged(core, job))
		return after_record(job);
	if (!smmu_i_eventq_is_writable(core))
		return not_writable(core, job);
	smmu_i_job_enter_flight(core, job); /* a stall that waited for room: SMMUEN = 0 and CMD_SYNC wait for its record */
	core->event_writer = (uint8_t)(1 + (job - core->jobs));
	job->io = (struct smmu_io){ .addr = smmu_i_queue_entry(core->r.eventq.base, core->r.eventq.prod, smmu_i_eventq_log2(core), 32),
				    .kind = SMMU_IO_WRITE, .io_class = SMMU_IO_CLASS_EVENTQ, .size = 32,
				    .attr = smmu_i_queue_attr(core), .sh = smmu_i_queue_sh(core), .data = { q[0], q[1], q[2], q[3] } };
	job->phase = PH_EVENT_WRITTEN;
	return NEXT_IO;
}

/* The record is visible: now PROD moves, and the first record of an empty queue interrupts. */
static enum next written(struct smmu_core *core, struct smmu_job *job)
{
	struct smmu_queue_regs *q = &core->r.eventq;
	const unsigned log2 = smmu_i_eventq_log2(core);
	const bool was_empty = smmu_i_queue_is_empty(q->prod, q->cons, log2);

	core->event_writer = 0;
	job->record_written = 1;
	if (!job->answer_ok) {
		trace_event(core, job, SMMU_TRACE_EVENT_LOST, 0);
		smmu_i_gerror_raise(core, SMMU_GERROR_EVENTQ_ABT_ERR_MASK);
		return after_record(job);
	}
	trace_event(core, job, SMMU_TRACE_EVENT, q->prod & ((UINT32_C(2) << log2) - 1u));
	q->prod = smmu_i_queue_advance(q->prod, log2);
	core->stats.events_recorded++;
	core->merge_possible = core->config.merge_events;
	core->merge_event = job->event;
	core->merge_prod = q->prod;
	if (was_empty)
		smmu_i_irq_raise(core, SMMU_IRQ_EVENTQ);
	return after_record(job);
}

enum next smmu_i_eventq_step(struct smmu_core *core, struct smmu_job *job)
{
	return job->phase == PH_EVENT ? begin_write(core, job) : written(core, job);
}
