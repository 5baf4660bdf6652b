/* SPDX-License-Identifier: Apache-2.0
 * Address translation operations: the registers of GATOS and VATOS, and the two jobs behind them. A job of these goes
 * through the phases of a client transaction, but nothing of it is recorded, stalled, counted as a transaction or kept in
 * the TLB or the configuration cache: it ends in PAR.
 * Not here: the translation (stream.c, lookup.c, walk files). Proof: model/test/test_vectors.c (rows M-ATO). */
#include "internal.h"

static struct smmu_atos_regs *regs_of(struct smmu_core *core, const struct smmu_job *job)
{
	return &core->r.atos[job - &core->jobs[SMMU_JOB_GATOS_INDEX]];
}

/* ---- registers: CTRL +0, SID +8, ADDR +0x10, PAR +0x18 ---- */

uint32_t smmu_i_atos_read32(const struct smmu_core *core, unsigned unit, uint32_t offset)
{
	const struct smmu_atos_regs *r = &core->r.atos[unit];
	const unsigned shift = offset & 4u ? 32 : 0;

	switch (offset & ~4u) {
	case 0: return offset == 0 ? r->ctrl : 0;
	case 8: return (uint32_t)(r->sid >> shift);
	case 0x10: return (uint32_t)(r->addr >> shift);
	default: return (uint32_t)(r->par >> shift);
	}
}

static uint64_t sid_mask(const struct smmu_features *f)
{
	const uint64_t ssid = f->ssidsize == 0 ? 0 : MASK(f->ssidsize) << SMMU_GATOS_SID_SUBSTREAMID_SHIFT | SMMU_GATOS_SID_SSID_VALID_MASK;

	return ssid | MASK(f->sidsize);
}

/* A request that began holds SMMUEN and later CMD_SYNCs, as a transaction does. */
static void run(struct smmu_core *core, unsigned unit)
{
	if (!smmu_is_enabled(core))
		return;
	core->r.atos[unit].ctrl = SMMU_GATOS_CTRL_RUN_MASK;
	smmu_i_job_enter_flight(core, &core->jobs[SMMU_JOB_GATOS_INDEX + unit]);
}

/* Everything but the result is read-only while RUN = 1. */
void smmu_i_atos_write32(struct smmu_core *core, unsigned unit, uint32_t offset, uint32_t value)
{
	struct smmu_atos_regs *r = &core->r.atos[unit];
	const uint64_t lane = offset & 4u ? UINT64_C(0xffffffff00000000) : UINT64_C(0xffffffff);
	const uint64_t wide = offset & 4u ? (uint64_t)value << 32 : value;

	if ((r->ctrl & SMMU_GATOS_CTRL_RUN_MASK) != 0)
		return;
	switch (offset & ~4u) {
	case 0:
		if (offset == 0 && (value & SMMU_GATOS_CTRL_RUN_MASK) != 0)
			run(core, unit);
		break;
	case 8: r->sid = (r->sid & ~lane) | (wide & sid_mask(&core->f)); break;
	case 0x10: r->addr = (r->addr & ~lane) | (wide & SMMU_GATOS_ADDR_FIELDS_MASK); break;
	default: break;
	}
}

void smmu_i_atos_select(struct smmu_core *core, uint32_t value)
{
	if ((core->r.atos[1].ctrl & SMMU_GATOS_CTRL_RUN_MASK) == 0)
		core->r.vatos_sel = value & (core->f.vmid16 ? 0xffffu : 0xffu);
}

bool smmu_i_atos_has_work(const struct smmu_core *core, unsigned unit)
{
	return (core->r.atos[unit].ctrl & SMMU_GATOS_CTRL_RUN_MASK) != 0;
}

/* ---- results ---- */

static enum next end_with(struct smmu_job *job, uint64_t par)
{
	job->atos_par = par;
	job->phase = PH_DONE;
	return NEXT_PHASE;
}

enum next smmu_i_atos_refuse(struct smmu_job *job, unsigned code)
{
	return end_with(job, SMMU_GATOS_PAR_FAULT_MASK | SMMU_FIELD_PUT(GATOS_PAR, FAULTCODE, (uint64_t)code));
}

/* REASON and FADDR say where stage 2 failed; a request for stage 1 alone must not show its caller anything of stage 2. */
enum next smmu_i_atos_fault_s2(struct smmu_job *job, unsigned event, unsigned fault_class)
{
	uint64_t par = SMMU_GATOS_PAR_FAULT_MASK;
	unsigned reason = SMMU_GATOS_PAR_REASON_S2_IN;

	if (job->atos_type == SMMU_GATOS_ADDR_TYPE_STAGE1)
		return smmu_i_atos_refuse(job, fault_class == SMMU_EVENT_CLASS_CD ? SMMU_EVENT_F_CD_FETCH : SMMU_EVENT_F_WALK_EABT);
	if (fault_class != SMMU_EVENT_CLASS_IN)
		reason = fault_class == SMMU_EVENT_CLASS_CD ? SMMU_GATOS_PAR_REASON_S2_CD : SMMU_GATOS_PAR_REASON_S2_TT;
	if (job->atos_type == SMMU_GATOS_ADDR_TYPE_NESTED)
		par |= job->s2.ipa & SMMU_GATOS_PAR_FADDR_MASK;
	return end_with(job, par | SMMU_FIELD_PUT(GATOS_PAR, FAULTCODE, (uint64_t)event) | SMMU_FIELD_PUT(GATOS_PAR, REASON, (uint64_t)reason));
}

/* Above 4 KiB the lowest set bit of ADDR says how large the region is. */
enum next smmu_i_atos_translated(struct smmu_job *job)
{
	const struct smmu_xlate *x = &job->result;
	uint64_t par = (x->pa & ~MASK(x->size_log2) & SMMU_GATOS_PAR_ADDR_MASK) | SMMU_FIELD_PUT(GATOS_PAR, ATTR, (uint64_t)x->attr) |
		       SMMU_FIELD_PUT(GATOS_PAR, SH, (uint64_t)x->sh);

	if (x->size_log2 > 12)
		par |= SMMU_GATOS_PAR_Size_MASK | BIT(x->size_log2 - 1u);
	return end_with(job, par);
}

/* ---- which requests are possible ---- */

static bool is_vatos(const struct smmu_job *job) { return job->atos_unit == 1; }

/* Code of the refusal, 0: go on. A virtual machine sees streams of its own VMID only. */
static unsigned refusal(const struct smmu_core *core, const struct smmu_job *job, bool s1, bool s2)
{
	const struct smmu_config_cold *config = &job->config.cold;

	if (is_vatos(job) && (!(s1 || s2) || config->world != SMMU_WORLD_NS_EL1 || config->vmid != core->r.vatos_sel))
		return SMMU_EVENT_C_BAD_STE;
	if ((job->atos_type & 1u) != 0 && !s1)
		return SMMU_GATOS_PAR_FAULTCODE_INV_STAGE;
	return (job->atos_type & 2u) != 0 && !s2 ? SMMU_GATOS_PAR_FAULTCODE_INV_STAGE : 0;
}

/* With the STE decoded: 0, or the fault code that ends the request. */
unsigned smmu_i_atos_check_ste(struct smmu_core *core, struct smmu_job *job, bool abort)
{
	struct smmu_config_cold *config = &job->config.cold;

	if (abort)
		return is_vatos(job) ? SMMU_EVENT_C_BAD_STE : SMMU_GATOS_PAR_FAULTCODE_INV_STAGE;
	if (job->atos_no_update) { /* what is found without an update is not kept for walks that would update */
		config->s2.ha = 0;
		config->s2.hd = 0;
		job->tlb_epoch--;
	}
	return refusal(core, job, (config->config & 1u) != 0, (config->config & 2u) != 0);
}

/* With the whole configuration known: S1DSS may have switched stage 1 off. */
unsigned smmu_i_atos_check_config(struct smmu_core *core, struct smmu_job *job)
{
	if (job->atos_no_update) {
		job->config.cold.s1.ha = 0;
		job->config.cold.s1.hd = 0;
		job->config.cold.s2.ha = 0;
		job->config.cold.s2.hd = 0;
		job->tlb_epoch = core->tlb_epoch - 1;
	}
	return refusal(core, job, (job->config.hot.kind & SMMU_KIND_S1) != 0, (job->config.hot.kind & SMMU_KIND_S2) != 0);
}

/* ---- the job ---- */

static enum next begin(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_atos_regs *r = regs_of(core, job);
	const bool ssv = (r->sid & SMMU_GATOS_SID_SSID_VALID_MASK) != 0;
	uint8_t flags = 0;

	if ((r->ctrl & SMMU_GATOS_CTRL_RUN_MASK) == 0)
		return NEXT_DONE;
	if ((r->addr & SMMU_GATOS_ADDR_RnW_MASK) == 0)
		flags |= SMMU_TXN_WRITE;
	else if ((r->addr & SMMU_GATOS_ADDR_InD_MASK) != 0)
		flags |= SMMU_TXN_INSTRUCTION;
	if ((r->addr & SMMU_GATOS_ADDR_PnU_MASK) != 0)
		flags |= SMMU_TXN_PRIVILEGED;
	if (ssv)
		flags |= SMMU_TXN_SSV;
	job->txn = (struct smmu_txn){ .iova = r->addr & SMMU_GATOS_ADDR_ADDR_MASK, .sid = (uint32_t)r->sid, .flags = flags,
				      .ssid = (uint32_t)SMMU_FIELD_GET(GATOS_SID, SUBSTREAMID, r->sid) };
	job->atos_type = (uint8_t)SMMU_FIELD_GET(GATOS_ADDR, TYPE, r->addr);
	job->atos_no_update = (r->addr & SMMU_GATOS_ADDR_HTTUI_MASK) != 0;
	job->result = (struct smmu_xlate){ 0 };
	if (core->service_failure)
		return smmu_i_atos_refuse(job, SMMU_GATOS_PAR_FAULTCODE_INTERNAL_ERR);
	if (job->atos_type == 0 || (is_vatos(job) && job->atos_type != SMMU_GATOS_ADDR_TYPE_STAGE1))
		return smmu_i_atos_refuse(job, SMMU_GATOS_PAR_FAULTCODE_INV_REQ);
	if (job->atos_type == SMMU_GATOS_ADDR_TYPE_STAGE2 && ssv)
		return smmu_i_atos_refuse(job, SMMU_GATOS_PAR_FAULTCODE_INV_REQ);
	job->phase = PH_START;
	return NEXT_PHASE;
}

enum next smmu_i_atos_step(struct smmu_core *core, struct smmu_job *job)
{
	if (job->phase == PH_ATOS_IDLE)
		return begin(core, job);
	if (job->phase != PH_DONE)
		return smmu_i_client_phase(core, job);
	regs_of(core, job)->par = job->atos_par;
	regs_of(core, job)->ctrl = 0;
	smmu_i_job_leave_flight(core, job);
	job->phase = PH_ATOS_IDLE;
	return NEXT_DONE;
}
