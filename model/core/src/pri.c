/* SPDX-License-Identifier: Apache-2.0
 * Page requests: each becomes a record of the PRI queue, or is dropped and answered by the SMMU itself, one at a time
 * in the order they came.
 * Not here: the answers of software (endpoint.c), reading the STE whose PPAR an answer needs (stream.c).
 * Proof: model/test/test_endpoint.c, test_vectors.c. */
#include "internal.h"

bool smmu_core_page_request(struct smmu_core *core, const struct smmu_page_request *request)
{
	if (core->request_count == SMMU_CORE_MAX_REQUESTS)
		return false;
	core->requests[(core->request_head + core->request_count) % SMMU_CORE_MAX_REQUESTS] = *request;
	core->request_count++;
	return true;
}

static const struct smmu_page_request *oldest(const struct smmu_core *core) { return &core->requests[core->request_head]; }

static enum next forget(struct smmu_core *core, struct smmu_job *job)
{
	core->request_head = (core->request_head + 1u) % SMMU_CORE_MAX_REQUESTS;
	core->request_count--;
	job->phase = PH_PRI_NEXT;
	return NEXT_DONE;
}

/* A PASID is given up: nobody waits for an answer. */
static bool is_stop_marker(const struct smmu_page_request *r) { return r->ssv && r->last && !r->read && !r->write; }

bool smmu_i_pri_has_work(const struct smmu_core *core)
{
	const struct smmu_job *job = &core->jobs[SMMU_JOB_PRI_INDEX];

	switch (job->phase) {
	case PH_PRI_NEXT: return core->request_count != 0;
	case PH_PRI_RESPOND: return smmu_i_message_fits(core);
	case PH_EVENT: return core->event_writer == 0;
	default: return true;
	}
}

static bool is_effectively_enabled(const struct smmu_core *core)
{
	return smmu_is_enabled(core) && !core->service_failure && (core->r.cr0 & core->r.cr0ack & SMMU_CR0_PRIQEN_MASK) != 0 &&
	       !smmu_i_gerror_is_active(core, SMMU_GERROR_PRIQ_ABT_ERR_MASK);
}

static bool last_only(const struct smmu_core *core) { return (core->r.priq_irq.cfg2 & SMMU_PRIQ_IRQ_CFG2_LO_MASK) != 0; }

static enum next respond_with(struct smmu_job *job, enum smmu_prg_code code, bool with_ssv)
{
	job->prg_code = (uint8_t)code;
	job->prg_with_ssv = with_ssv;
	job->phase = PH_PRI_RESPOND;
	return NEXT_PHASE;
}

/* Disabled, or the queue is in error: everybody is told, a request that is not the last of its group too. */
static enum next refuse(struct smmu_core *core, struct smmu_job *job)
{
	return is_stop_marker(oldest(core)) ? forget(core, job) : respond_with(job, SMMU_PRG_RESPONSE_FAILURE, false);
}

/* Until the overflow is acknowledged nothing is recorded, even if there is room; a group is answered at its end. */
static enum next overflow(struct smmu_core *core, struct smmu_job *job, bool already)
{
	const struct smmu_page_request *r = oldest(core);

	if (!already)
		core->r.priq.prod ^= SMMU_PRIQ_PROD_OVFLG_MASK;
	if (r->last && last_only(core))
		smmu_i_irq_raise(core, SMMU_IRQ_PRIQ);
	if (!r->last || is_stop_marker(r))
		return forget(core, job);
	if (!r->ssv || core->f.pps)
		return respond_with(job, SMMU_PRG_SUCCESS, true);
	job->txn = (struct smmu_txn){ .iova = r->address, .sid = r->sid, .ssid = r->ssid, .flags = SMMU_TXN_SSV, .ats = SMMU_ATS_REQUEST };
	smmu_i_job_enter_flight(core, job);
	return smmu_i_stream_find_ste(core, job);
}

static enum next write_record(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_page_request *r = oldest(core);
	struct smmu_pri record = { { 0 } };

	smmu_pri_set_StreamID(&record, r->sid);
	smmu_pri_set_SSV(&record, r->ssv);
	smmu_pri_set_SubstreamID(&record, r->ssv ? r->ssid : 0);
	smmu_pri_set_Priv(&record, r->ssv && r->privileged);
	smmu_pri_set_X(&record, r->ssv && r->execute);
	smmu_pri_set_R(&record, r->read);
	smmu_pri_set_W(&record, r->write);
	smmu_pri_set_Last(&record, r->last);
	smmu_pri_set_PRGIndex(&record, r->prg_index);
	smmu_pri_set_PageAddr(&record, r->address);
	job->io = (struct smmu_io){ .addr = smmu_i_queue_entry(core->r.priq.base, core->r.priq.prod, smmu_i_priq_log2(core), 16),
				    .kind = SMMU_IO_WRITE, .io_class = SMMU_IO_CLASS_PRIQ, .size = 16, .attr = smmu_i_queue_attr(core),
				    .sh = smmu_i_queue_sh(core), .data = { record.qword[0], record.qword[1] } };
	job->phase = PH_PRI_WRITTEN;
	return NEXT_IO;
}

static enum next next_request(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_queue_regs *q = &core->r.priq;
	const bool shown = ((q->prod ^ q->cons) & SMMU_PRIQ_PROD_OVFLG_MASK) != 0;

	if (core->request_count == 0)
		return NEXT_DONE;
	if (!is_effectively_enabled(core))
		return refuse(core, job);
	if (shown || smmu_i_queue_is_full(q->prod, q->cons, smmu_i_priq_log2(core)))
		return overflow(core, job, shown);
	return write_record(core, job);
}

static enum next written(struct smmu_core *core, struct smmu_job *job)
{
	struct smmu_queue_regs *q = &core->r.priq;
	const unsigned log2 = smmu_i_priq_log2(core);
	const bool was_empty = smmu_i_queue_is_empty(q->prod, q->cons, log2);

	if (!job->answer_ok) {
		smmu_i_gerror_raise(core, SMMU_GERROR_PRIQ_ABT_ERR_MASK);
		return refuse(core, job);
	}
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_PRI, .sid = oldest(core)->sid, .ssid = oldest(core)->ssid,
			.addr = q->prod & ((UINT32_C(2) << log2) - 1u), .data = { job->io.data[0], job->io.data[1] } });
	q->prod = smmu_i_queue_advance(q->prod, log2);
	if (last_only(core) ? oldest(core)->last : was_empty)
		smmu_i_irq_raise(core, SMMU_IRQ_PRIQ);
	return forget(core, job);
}

/* The STE was found: a valid one answers for its device, and STE.PPAR says whether with the PASID. */
enum next smmu_i_pri_have_ste(struct smmu_core *core, struct smmu_job *job)
{
	if (smmu_i_ste_decode(&core->f, &core->r, &job->ste, &job->config.cold) == STE_BAD)
		return smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_STE, 0);
	return respond_with(job, SMMU_PRG_SUCCESS, smmu_ste_get_PPAR(&job->ste) != 0);
}

static enum next respond(struct smmu_core *core, struct smmu_job *job)
{
	smmu_i_job_leave_flight(core, job);
	if (!smmu_i_message_fits(core))
		return NEXT_BLOCKED;
	smmu_i_prg_respond(core, oldest(core), job->prg_with_ssv, (enum smmu_prg_code)job->prg_code);
	return forget(core, job);
}

enum next smmu_i_pri_step(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->phase) {
	case PH_PRI_NEXT: return next_request(core, job);
	case PH_PRI_WRITTEN: return written(core, job);
	case PH_PRI_RESPOND: return respond(core, job);
	case PH_EVENT: case PH_EVENT_WRITTEN: return smmu_i_eventq_step(core, job);
	case PH_DONE: return respond_with(job, SMMU_PRG_RESPONSE_FAILURE, false); /* no STE to be had */
	default: return smmu_i_stream_step(core, job);
	}
}
