/* SPDX-License-Identifier: Apache-2.0
 * The command queue: fetch, execute, consume, and CMD_SYNC with its wait for older work and its signal.
 * Not here: what invalidations remove (invalidate.c). Proof: model/test/test_job.c, test_vectors.c. */
#include "internal.h"

static bool is_enabled(const struct smmu_core *core)
{
	return (core->r.cr0 & core->r.cr0ack & SMMU_CR0_CMDQEN_MASK) != 0 && !core->service_failure &&
	       !smmu_i_gerror_is_active(core, SMMU_GERROR_CMDQ_ERR_MASK);
}

static bool has_command(const struct smmu_core *core)
{
	const struct smmu_queue_regs *q = &core->r.cmdq;
	const unsigned log2 = smmu_i_cmdq_log2(core);
	const uint32_t used = (q->prod - q->cons) & ((UINT32_C(2) << log2) - 1u);

	return used != 0 && used <= UINT32_C(1) << log2; /* pointers that cannot occur: nothing is done */
}

/* CMD_SYNC waits for what began before it, and for every invalidation of an endpoint: those all came before it. */
static bool must_drain(const struct smmu_core *core)
{
	return core->in_flight[core->sync_parity] != 0 || core->atc_waiting != 0;
}

bool smmu_i_cmdq_has_work(const struct smmu_core *core)
{
	switch (core->jobs[SMMU_JOB_CMDQ_INDEX].phase) {
	case PH_CMD_DRAIN: return !must_drain(core);
	case PH_CMD_WAIT: return !smmu_i_endpoint_command_must_wait(core, &core->cmd);
	case PH_CMD_FETCH: return is_enabled(core) && has_command(core);
	default: return true;
	}
}

static enum next end_command(struct smmu_job *job)
{
	job->phase = PH_CMD_FETCH;
	return NEXT_DONE;
}

/* CONS stays at the command; ERR is in place before GERROR shows it. */
static enum next fail(struct smmu_core *core, struct smmu_job *job, uint32_t code)
{
	struct smmu_queue_regs *q = &core->r.cmdq;

	q->cons = (q->cons & ~SMMU_CMDQ_CONS_ERR_MASK) | SMMU_FIELD_PUT(CMDQ_CONS, ERR, code);
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_CMDQ_ERROR,
			.addr = q->cons & SMMU_CMDQ_CONS_RD_MASK, .data = { code, core->cmd.qword[0], core->cmd.qword[1] } });
	smmu_i_gerror_raise(core, SMMU_GERROR_CMDQ_ERR_MASK);
	return end_command(job);
}

/* Room in a queue that was full is an event for CPUs that wait for it, whatever the command was. */
static void consume(struct smmu_core *core)
{
	struct smmu_queue_regs *q = &core->r.cmdq;
	const bool was_full = smmu_i_queue_is_full(q->prod, q->cons & SMMU_CMDQ_CONS_RD_MASK, smmu_i_cmdq_log2(core));

	core->stats.commands++;
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_COMMAND,
			.addr = q->cons & SMMU_CMDQ_CONS_RD_MASK, .data = { core->cmd.qword[0], core->cmd.qword[1] } });
	q->cons = (q->cons & SMMU_CMDQ_CONS_ERR_MASK) | smmu_i_queue_advance(q->cons & SMMU_CMDQ_CONS_RD_MASK, smmu_i_cmdq_log2(core));
	if (was_full && core->f.sev)
		smmu_i_irq_raise(core, SMMU_IRQ_SEV);
}

static enum next fetch(struct smmu_core *core, struct smmu_job *job)
{
	if (!is_enabled(core) || !has_command(core))
		return NEXT_DONE;
	smmu_i_job_read(job, smmu_i_queue_entry(core->r.cmdq.base, core->r.cmdq.cons, smmu_i_cmdq_log2(core), 16), 16, SMMU_IO_CLASS_CMDQ, PH_CMD_FETCHED);
	job->io.attr = smmu_i_queue_attr(core);
	job->io.sh = smmu_i_queue_sh(core);
	return NEXT_IO;
}

/* Work that began before this point is counted under the old parity and is waited for; later work is not. */
static enum next begin_sync(struct smmu_core *core, struct smmu_job *job)
{
	if (smmu_cmd_sync_get_CS(&core->cmd) == 3)
		return fail(core, job, SMMU_CMDQ_CONS_ERR_CERROR_ILL);
	smmu_i_adversary_apply(core);
	core->sync_parity = core->parity;
	core->parity ^= 1u;
	job->phase = PH_CMD_DRAIN;
	return NEXT_PHASE;
}

static enum next drain(struct smmu_core *core, struct smmu_job *job)
{
	if (must_drain(core))
		return NEXT_BLOCKED;
	if (core->atc_timed_out) { /* what timed out is no longer waited for: acknowledging runs the same CMD_SYNC again */
		core->atc_timed_out = 0;
		return fail(core, job, SMMU_CMDQ_CONS_ERR_CERROR_ATC_INV_SYNC);
	}
	consume(core);
	core->stats.syncs++;
	job->phase = PH_CMD_SIGNAL;
	return NEXT_PHASE;
}

/* CONS has moved; now the completion may be seen elsewhere. The wire pulses whatever the MSI address is. */
static enum next signal(struct smmu_core *core, struct smmu_job *job)
{
	const unsigned cs = (unsigned)smmu_cmd_sync_get_CS(&core->cmd);
	const uint64_t address = smmu_cmd_sync_get_MSIAddress(&core->cmd);

	if (cs == SMMU_CMD_SYNC_CS_SEV && core->f.sev)
		smmu_i_irq_raise(core, SMMU_IRQ_SEV);
	if (cs != SMMU_CMD_SYNC_CS_IRQ)
		return end_command(job);
	smmu_i_irq_raise(core, SMMU_IRQ_CMD_SYNC);
	if (!core->f.msi || address == 0)
		return end_command(job);
	job->io = (struct smmu_io){ .addr = address & MASK(core->f.oas_bits), .kind = SMMU_IO_WRITE,
				    .io_class = SMMU_IO_CLASS_MSI, .size = 4,
				    .attr = smmu_i_attr_from_stage2((unsigned)smmu_cmd_sync_get_MSIAttr(&core->cmd)),
				    .data = { smmu_cmd_sync_get_MSIData(&core->cmd) } };
	job->io.sh = smmu_i_sh_of_access((unsigned)smmu_cmd_sync_get_MSH(&core->cmd), job->io.attr);
	job->phase = PH_CMD_SIGNALLED;
	return NEXT_IO;
}

static enum next signalled(struct smmu_core *core, struct smmu_job *job)
{
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_MSI, .addr = job->io.addr,
							      .data = { job->io.data[0], !job->answer_ok } });
	if (!job->answer_ok)
		smmu_i_gerror_raise(core, SMMU_GERROR_MSI_CMDQ_ABT_ERR_MASK);
	return end_command(job);
}

/* False: CERROR_ILL. Not for CMD_SYNC. */
bool smmu_i_cmdq_execute(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_RESUME:
		if (core->f.stall_model == 1 || smmu_cmd_resume_get_SSec(cmd))
			return false;
		smmu_i_stall_resume(core, (uint32_t)smmu_cmd_resume_get_StreamID(cmd), (uint16_t)smmu_cmd_resume_get_STAG(cmd),
			     smmu_cmd_resume_get_Ac(cmd), smmu_cmd_resume_get_Ab(cmd));
		return true;
	case SMMU_CMD_STALL_TERM:
		if (core->f.stall_model == 1 || smmu_cmd_stall_term_get_SSec(cmd))
			return false;
		smmu_i_stall_terminate_stream(core, (uint32_t)smmu_cmd_stall_term_get_StreamID(cmd));
		return true;
	case SMMU_CMD_PREFETCH_CONFIG: case SMMU_CMD_PREFETCH_ADDR:
		if (smmu_cmd_prefetch_config_get_SSec(cmd))
			return false;
		smmu_i_prefetch_command(core, cmd);
		return true;
	case SMMU_CMD_ATC_INV: case SMMU_CMD_PRI_RESP:
		smmu_i_endpoint_command(core, cmd);
		return true;
	default:
		if (!smmu_i_invalidate_is_legal(core, cmd))
			return false;
		if (smmu_i_is_adversary(core))
			smmu_i_adversary_defer(core, cmd);
		else
			smmu_i_invalidate_execute(core, cmd);
		return true;
	}
}

static bool is_for_endpoint(const struct smmu_cmd *cmd)
{
	return (cmd->qword[0] & 0xffu) == SMMU_CMD_ATC_INV || (cmd->qword[0] & 0xffu) == SMMU_CMD_PRI_RESP;
}

static enum next run(struct smmu_core *core, struct smmu_job *job)
{
	if (is_for_endpoint(&core->cmd) && !smmu_i_endpoint_command_is_legal(core, &core->cmd))
		return fail(core, job, SMMU_CMDQ_CONS_ERR_CERROR_ILL);
	if (smmu_i_endpoint_command_must_wait(core, &core->cmd)) {
		job->phase = PH_CMD_WAIT;
		return NEXT_BLOCKED;
	}
	if (!smmu_i_cmdq_execute(core, &core->cmd))
		return fail(core, job, SMMU_CMDQ_CONS_ERR_CERROR_ILL);
	consume(core);
	return end_command(job);
}

static enum next fetched(struct smmu_core *core, struct smmu_job *job)
{
	if (!job->answer_ok) {
		core->cmd = (struct smmu_cmd){ { 0 } };
		return fail(core, job, SMMU_CMDQ_CONS_ERR_CERROR_ABT);
	}
	core->cmd.qword[0] = job->answer[0];
	core->cmd.qword[1] = job->answer[1];
	if ((core->cmd.qword[0] & 0xffu) == SMMU_CMD_SYNC)
		return begin_sync(core, job);
	return run(core, job);
}

enum next smmu_i_cmdq_step(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->phase) {
	case PH_CMD_FETCH: return fetch(core, job);
	case PH_CMD_FETCHED: return fetched(core, job);
	case PH_CMD_WAIT: return run(core, job);
	case PH_CMD_DRAIN: return drain(core, job);
	case PH_CMD_SIGNAL: return signal(core, job);
	default: return signalled(core, job);
	}
}
