/* SPDX-License-Identifier: Apache-2.0
 * The secure programming interface, as far as boot firmware or a secure partition manager needs it to initialise the SMMU:
 * identification, S_INIT, S_GBPA, the enables with their handshakes, and a command queue that consumes and synchronises.
 * There are no secure streams, so nothing secure is ever cached, and commands for the secure state find nothing to remove.
 * Not here: what both banks have alike (regs.c). Proof: model/test/test_secure.c. */
#include "internal.h"

#define BANK UINT32_C(0x8000)
#define BANK_BYTES UINT32_C(0x8000)
#define S_IDR1_SECURE_IMPL UINT32_C(0x80000000)
#define S_INIT_INV_ALL UINT32_C(1)
#define S_GBPA_NSCFG UINT32_C(0xc000)
#define S_EVENTQ_PROD 0xa8u /* unlike those of the other bank in page 0 */
#define S_EVENTQ_CONS 0xacu
#define SSEC BIT(10)

static uint32_t cr0_mask(void) { return SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK; }

static bool in_bank(uint32_t offset) { return offset - BANK < BANK_BYTES && (offset & 3u) == 0; }

static bool is_on(const struct smmu_core *core, uint32_t enable) { return (core->s.cr0 & core->s.cr0ack & enable) != 0; }

void smmu_i_secure_reset(struct smmu_core *core)
{
	core->s = (struct smmu_regs){ 0 };
	core->s_init = 0;
	if (!core->config.secure)
		return;
	core->s.gbpa = SMMU_FIELD_PUT(GBPA, SHCFG, 1) | (core->config.gbpa_abort_at_reset ? SMMU_GBPA_ABORT_MASK : 0);
	core->s.cr2 = core->f.btm ? SMMU_CR2_PTM_MASK : 0;
}

static uint32_t bank_read(const struct smmu_core *core, uint32_t offset)
{
	switch (BANK + offset) {
	case SMMU_S_IDR1: return S_IDR1_SECURE_IMPL;
	case SMMU_S_INIT: return core->s_init;
	case BANK + S_EVENTQ_PROD: return core->s.eventq.prod;
	case BANK + S_EVENTQ_CONS: return core->s.eventq.cons;
	default: return smmu_i_bank_read32(&core->s, offset); /* S_IDR0 is 0: no MSI */
	}
}

static void bank_write(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	const struct smmu_bank_masks masks = { .cr0 = cr0_mask(), .gbpa = SMMU_GBPA_FIELDS_MASK | S_GBPA_NSCFG,
					       .cr2 = SMMU_CR2_RECINVSID_MASK | (core->f.btm ? SMMU_CR2_PTM_MASK : 0),
					       .irq_ctrl = SMMU_IRQ_CTRL_GERROR_IRQEN_MASK | SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK };
	const unsigned log2 = smmu_i_queue_log2(core->s.eventq.base, core->f.eventqs);

	switch (BANK + offset) {
	case SMMU_S_INIT: core->s_init |= value & S_INIT_INV_ALL; break;
	case BANK + S_EVENTQ_PROD:
		if (((core->s.cr0 | core->s.cr0ack) & SMMU_CR0_EVENTQEN_MASK) == 0)
			core->s.eventq.prod = value & (SMMU_EVENTQ_PROD_OVFLG_MASK | (uint32_t)MASK(log2 + 1u));
		break;
	case BANK + S_EVENTQ_CONS: core->s.eventq.cons = value & (SMMU_EVENTQ_CONS_OVACKFLG_MASK | SMMU_EVENTQ_CONS_RD_MASK); break;
	default: smmu_i_bank_write32(&core->f, &core->s, &masks, offset, value); break;
	}
}

uint32_t smmu_core_secure_read32(struct smmu_core *core, uint32_t offset)
{
	if (!in_bank(offset))
		return smmu_core_read32(core, offset);
	return core->config.secure ? bank_read(core, offset - BANK) : 0;
}

uint64_t smmu_core_secure_read64(struct smmu_core *core, uint32_t offset)
{
	if ((offset & 7u) != 0)
		return 0;
	return smmu_core_secure_read32(core, offset) | (uint64_t)smmu_core_secure_read32(core, offset + 4u) << 32;
}

void smmu_core_secure_write32(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	if (!in_bank(offset))
		smmu_core_write32(core, offset, value);
	else if (core->config.secure)
		bank_write(core, offset - BANK, value);
}

void smmu_core_secure_write64(struct smmu_core *core, uint32_t offset, uint64_t value)
{
	if ((offset & 7u) != 0)
		return;
	smmu_core_secure_write32(core, offset, (uint32_t)value);
	smmu_core_secure_write32(core, offset + 4u, (uint32_t)(value >> 32));
}

/* ---- handshakes ---- */

/* Everything cached, of either state, and the invalidations that wait: nothing is left for them to remove. */
static void invalidate_all(struct smmu_core *core)
{
	core->deferred_count = 0;
	smmu_i_config_invalidate_all(core);
	smmu_i_raw_invalidate_sids(core, 0, UINT32_MAX, true, true);
	smmu_i_tlb_drop_contexts(core, &(struct tlb_match){ 0 });
}

void smmu_i_secure_update(struct smmu_core *core)
{
	const bool busy = core->jobs[SMMU_JOB_SECURE_INDEX].phase != PH_SECURE_FETCH;
	const uint32_t falling = core->s.cr0ack & ~core->s.cr0;
	const uint32_t waits = busy ? falling & SMMU_CR0_CMDQEN_MASK : 0; /* until the command in progress is consumed */

	core->s.cr0ack = core->s.cr0 | waits;
	core->s.irq_ctrlack = core->s.irq_ctrl;
	core->s.gbpa &= ~SMMU_GBPA_Update_MASK;
	if (core->s_init != 0)
		invalidate_all(core);
	core->s_init = 0;
}

bool smmu_i_secure_update_pending(const struct smmu_core *core)
{
	return core->s.cr0 != core->s.cr0ack || core->s.irq_ctrl != core->s.irq_ctrlack || (core->s.gbpa & SMMU_GBPA_Update_MASK) != 0 ||
	       core->s_init != 0;
}

/* ---- command queue ---- */

static unsigned log2_of(const struct smmu_core *core) { return smmu_i_queue_log2(core->s.cmdq.base, core->f.cmdqs); }

static bool may_fetch(const struct smmu_core *core)
{
	const uint32_t used = (core->s.cmdq.prod - core->s.cmdq.cons) & (uint32_t)MASK(log2_of(core) + 1u);

	return is_on(core, SMMU_CR0_CMDQEN_MASK) && !core->service_failure && ((core->s.gerror ^ core->s.gerrorn) & SMMU_GERROR_CMDQ_ERR_MASK) == 0 &&
	       used != 0 && used <= UINT32_C(1) << log2_of(core);
}

/* The other queue's CMD_SYNC tells older work from younger; this one waits for a moment without any. */
static bool must_drain(const struct smmu_core *core) { return (core->in_flight[0] | core->in_flight[1]) != 0; }

bool smmu_i_secure_has_work(const struct smmu_core *core)
{
	switch (core->jobs[SMMU_JOB_SECURE_INDEX].phase) {
	case PH_SECURE_FETCH: return may_fetch(core);
	case PH_SECURE_DRAIN: return !must_drain(core);
	default: return true;
	}
}

/* What was fetched is still in job->answer, also when a CMD_SYNC has waited. */
static enum next end_command(struct smmu_core *core, struct smmu_job *job)
{
	struct smmu_queue_regs *q = &core->s.cmdq;

	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_SECURE_COMMAND,
			.addr = q->cons & SMMU_CMDQ_CONS_RD_MASK, .data = { job->answer[0], job->answer[1] } });
	q->cons = (q->cons & SMMU_CMDQ_CONS_ERR_MASK) | smmu_i_queue_advance(q->cons & SMMU_CMDQ_CONS_RD_MASK, log2_of(core));
	core->stats.commands++;
	job->phase = PH_SECURE_FETCH;
	return NEXT_DONE;
}

static enum next fail(struct smmu_core *core, struct smmu_job *job, uint32_t code)
{
	core->s.cmdq.cons = (core->s.cmdq.cons & ~SMMU_CMDQ_CONS_ERR_MASK) | SMMU_FIELD_PUT(CMDQ_CONS, ERR, code);
	core->s.gerror ^= SMMU_GERROR_CMDQ_ERR_MASK;
	job->phase = PH_SECURE_FETCH;
	return NEXT_DONE;
}

static enum next fetch(struct smmu_core *core, struct smmu_job *job)
{
	if (!may_fetch(core))
		return NEXT_DONE;
	job->io.attr = smmu_i_attr_from_cr1(SMMU_FIELD_GET(CR1, QUEUE_OC, core->s.cr1), SMMU_FIELD_GET(CR1, QUEUE_IC, core->s.cr1));
	job->io.sh = smmu_i_sh_of_access(SMMU_FIELD_GET(CR1, QUEUE_SH, core->s.cr1), job->io.attr);
	return smmu_i_job_read(job, smmu_i_queue_entry(core->s.cmdq.base, core->s.cmdq.cons, log2_of(core), 16), 16, SMMU_IO_CLASS_CMDQ,
			       PH_SECURE_FETCHED);
}

/* True: for the secure state or EL3, of which nothing is cached. */
static bool is_for_secure_state(const struct smmu_cmd *cmd)
{
	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_TLBI_EL3_ALL: case SMMU_CMD_TLBI_EL3_VA: case SMMU_CMD_TLBI_S_EL2_ALL: case SMMU_CMD_TLBI_S_EL2_ASID:
	case SMMU_CMD_TLBI_S_EL2_VA: case SMMU_CMD_TLBI_S_EL2_VAA: case SMMU_CMD_TLBI_S_S12_VMALL: case SMMU_CMD_TLBI_S_S2_IPA:
	case SMMU_CMD_TLBI_SNH_ALL:
		return true;
	case SMMU_CMD_PREFETCH_CONFIG: case SMMU_CMD_PREFETCH_ADDR: case SMMU_CMD_CFGI_STE: case SMMU_CMD_CFGI_STE_RANGE:
	case SMMU_CMD_CFGI_CD: case SMMU_CMD_CFGI_CD_ALL: case SMMU_CMD_RESUME: case SMMU_CMD_STALL_TERM:
		return (cmd->qword[0] & SSEC) != 0;
	default:
		return false;
	}
}

static bool is_for_endpoint(const struct smmu_cmd *cmd)
{
	return (cmd->qword[0] & 0xffu) == SMMU_CMD_ATC_INV || (cmd->qword[0] & 0xffu) == SMMU_CMD_PRI_RESP;
}

static enum next fetched(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_cmd cmd = { { job->answer[0], job->answer[1] } };

	if (!job->answer_ok)
		return fail(core, job, SMMU_CMDQ_CONS_ERR_CERROR_ABT);
	if ((cmd.qword[0] & 0xffu) == SMMU_CMD_SYNC && smmu_cmd_sync_get_CS(&cmd) != 3) {
		smmu_i_adversary_apply(core);
		job->phase = PH_SECURE_DRAIN;
		return NEXT_PHASE;
	}
	if (!is_for_secure_state(&cmd) && (is_for_endpoint(&cmd) || !smmu_i_cmdq_execute(core, &cmd)))
		return fail(core, job, SMMU_CMDQ_CONS_ERR_CERROR_ILL);
	return end_command(core, job);
}

enum next smmu_i_secure_step(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->phase) {
	case PH_SECURE_FETCH: return fetch(core, job);
	case PH_SECURE_FETCHED: return fetched(core, job);
	default: return must_drain(core) ? NEXT_BLOCKED : end_command(core, job);
	}
}
