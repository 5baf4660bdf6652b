/* SPDX-License-Identifier: Apache-2.0
 * The register frame: reads, writes with their guards, and the handshakes CR0/CR0ACK, IRQ_CTRL/IRQ_CTRLACK, GBPA.Update.
 * What both security states have alike is smmu_i_bank_*, of the bank it is given.
 * Not here: the counters (pmcg.c), what the queues do (cmdq.c, eventq.c), the rest of the secure bank (secure.c). Proof: model/test/test_registers.c. */
#include "internal.h"

#define ADDR_MASK UINT64_C(0x000fffffffffffff)
#define RA_BIT BIT(62)

bool smmu_is_enabled(const struct smmu_core *core)
{
	return (core->r.cr0 & core->r.cr0ack & SMMU_CR0_SMMUEN_MASK) != 0;
}

/* The hit path is one flag away from being closed; everything that closes or watches it ends up here. */
void smmu_i_refresh_hit_path(struct smmu_core *core)
{
	core->open = smmu_is_enabled(core) && !core->service_failure;
	core->observed = core->trace_on || core->pmcg.listeners[SMMU_PMCG_EVENT_TRANSACTION] != 0;
}

static bool is_off(const struct smmu_regs *r, uint32_t enables) { return ((r->cr0 | r->cr0ack) & enables) == 0; }

static bool irq_is_off(const struct smmu_regs *r, uint32_t enables) { return ((r->irq_ctrl | r->irq_ctrlack) & enables) == 0; }

static uint32_t cr0_mask(const struct smmu_features *f)
{
	return SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK | (f->pri ? SMMU_CR0_PRIQEN_MASK : 0) |
	       (f->ats ? SMMU_CR0_ATSCHK_MASK : 0) | (f->vmw ? SMMU_CR0_VMW_MASK : 0);
}

static uint32_t cr2_mask(const struct smmu_features *f)
{
	return SMMU_CR2_RECINVSID_MASK | (f->hyp ? SMMU_CR2_E2H_MASK : 0) | (f->btm ? SMMU_CR2_PTM_MASK : 0) |
	       (f->atsrecerr ? SMMU_CR2_REC_CFG_ATS_MASK : 0);
}

static uint32_t irq_ctrl_mask(const struct smmu_features *f)
{
	return SMMU_IRQ_CTRL_GERROR_IRQEN_MASK | SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK |
	       (f->pri ? SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK : 0);
}

static uint32_t half(uint64_t value, uint32_t offset) { return (uint32_t)(offset & 4u ? value >> 32 : value); }

static void set_half(uint64_t *reg, uint32_t offset, uint32_t value, uint64_t mask)
{
	const uint64_t wide = offset & 4u ? (uint64_t)value << 32 : value;
	const uint64_t lane = offset & 4u ? UINT64_C(0xffffffff00000000) : UINT64_C(0xffffffff);

	*reg = (*reg & ~lane) | (wide & lane & mask);
}

static uint32_t queue_pointer_bits(unsigned log2_entries) { return (UINT32_C(2) << log2_entries) - 1u; }

/* CoreSight identification, PIDR4 at 0xFD0 to CIDR3 at 0xFFC. Part and revision are this model's own. */
static uint32_t id_register(uint32_t offset)
{
	static const uint8_t bytes[12] = { 0, 0, 0, 0, 0x83, 0xb4, 0x0b, 0, 0x0d, 0xf0, 0x05, 0xb1 };

	return bytes[(offset - 0xfd0u) / 4u];
}

static uint32_t irq_cfg_read(const struct smmu_core *core, const struct smmu_irq_cfg *cfg, uint32_t offset)
{
	if (!core->f.msi)
		return 0;
	switch (offset) {
	case 0: case 4: return half(cfg->cfg0, offset);
	case 8: return cfg->cfg1;
	default: return cfg->cfg2;
	}
}

/* LO acts on wired interrupts too, so it is there without MSIs. */
static uint32_t priq_irq_cfg_read(const struct smmu_core *core, uint32_t offset)
{
	const uint32_t lo = offset == 12 ? core->r.priq_irq.cfg2 & SMMU_PRIQ_IRQ_CFG2_LO_MASK : 0;

	return irq_cfg_read(core, &core->r.priq_irq, offset) | lo;
}

uint32_t smmu_i_bank_read32(const struct smmu_regs *r, uint32_t offset)
{
	switch (offset) {
	case SMMU_CR0: return r->cr0;
	case SMMU_CR0ACK: return r->cr0ack;
	case SMMU_CR1: return r->cr1;
	case SMMU_CR2: return r->cr2;
	case SMMU_GBPA: return r->gbpa;
	case SMMU_IRQ_CTRL: return r->irq_ctrl;
	case SMMU_IRQ_CTRLACK: return r->irq_ctrlack;
	case SMMU_GERROR: return r->gerror;
	case SMMU_GERRORN: return r->gerrorn;
	case SMMU_STRTAB_BASE: case SMMU_STRTAB_BASE + 4: return half(r->strtab_base, offset);
	case SMMU_STRTAB_BASE_CFG: return r->strtab_base_cfg;
	case SMMU_CMDQ_BASE: case SMMU_CMDQ_BASE + 4: return half(r->cmdq.base, offset);
	case SMMU_CMDQ_PROD: return r->cmdq.prod;
	case SMMU_CMDQ_CONS: return r->cmdq.cons;
	case SMMU_EVENTQ_BASE: case SMMU_EVENTQ_BASE + 4: return half(r->eventq.base, offset);
	default: return 0;
	}
}

static uint32_t page0_read(const struct smmu_core *core, uint32_t offset)
{
	const struct smmu_regs *r = &core->r;

	switch (offset) {
	case SMMU_IDR0: case SMMU_IDR1: case SMMU_IDR2: case SMMU_IDR3: case SMMU_IDR4: case SMMU_IDR5:
		return core->config.ids.idr[offset / 4u];
	case SMMU_IIDR: return core->config.ids.iidr;
	case SMMU_AIDR: return core->config.ids.aidr;
	case SMMU_GERROR_IRQ_CFG0: case SMMU_GERROR_IRQ_CFG0 + 4: case SMMU_GERROR_IRQ_CFG1: case SMMU_GERROR_IRQ_CFG2:
		return irq_cfg_read(core, &r->gerror_irq, offset - SMMU_GERROR_IRQ_CFG0);
	case SMMU_GATOS_CTRL: case SMMU_GATOS_SID: case SMMU_GATOS_SID + 4: case SMMU_GATOS_ADDR: case SMMU_GATOS_ADDR + 4:
	case SMMU_GATOS_PAR: case SMMU_GATOS_PAR + 4:
		return core->f.atos ? smmu_i_atos_read32(core, 0, offset - SMMU_GATOS_CTRL) : 0;
	case SMMU_VATOS_SEL: return r->vatos_sel;
	case SMMU_EVENTQ_IRQ_CFG0: case SMMU_EVENTQ_IRQ_CFG0 + 4: case SMMU_EVENTQ_IRQ_CFG1: case SMMU_EVENTQ_IRQ_CFG2:
		return irq_cfg_read(core, &r->eventq_irq, offset - SMMU_EVENTQ_IRQ_CFG0);
	case SMMU_PRIQ_BASE: case SMMU_PRIQ_BASE + 4: return half(r->priq.base, offset);
	case SMMU_PRIQ_IRQ_CFG0: case SMMU_PRIQ_IRQ_CFG0 + 4: case SMMU_PRIQ_IRQ_CFG1: case SMMU_PRIQ_IRQ_CFG2:
		return priq_irq_cfg_read(core, offset - SMMU_PRIQ_IRQ_CFG0);
	default:
		return offset >= 0xfd0u && offset <= 0xffcu ? id_register(offset) : smmu_i_bank_read32(r, offset);
	}
}

static uint32_t page1_read(const struct smmu_core *core, uint32_t offset)
{
	switch (offset) {
	case SMMU_EVENTQ_PROD: return core->r.eventq.prod;
	case SMMU_EVENTQ_CONS: return core->r.eventq.cons;
	case SMMU_PRIQ_PROD: return core->r.priq.prod;
	case SMMU_PRIQ_CONS: return core->r.priq.cons;
	default: return 0;
	}
}

uint32_t smmu_core_read32(struct smmu_core *core, uint32_t offset)
{
	if ((offset & 3u) != 0)
		return 0;
	if (offset < 0x10000u)
		return page0_read(core, offset);
	if (offset < 0x20000u)
		return page1_read(core, offset);
	if (offset < VATOS_PAGE)
		return smmu_i_pmcg_read32(core, offset - 0x20000u);
	offset -= VATOS_PAGE + SMMU_VATOS_CTRL; /* wraps below CTRL */
	return core->f.vatos && offset < 0x20u ? smmu_i_atos_read32(core, 1, offset) : 0;
}

uint64_t smmu_core_read64(struct smmu_core *core, uint32_t offset)
{
	if ((offset & 7u) != 0)
		return 0;
	return smmu_core_read32(core, offset) | (uint64_t)smmu_core_read32(core, offset + 4u) << 32;
}

static void write_cr1(struct smmu_regs *r, uint32_t value)
{
	const uint32_t table = SMMU_CR1_TABLE_SH_MASK | SMMU_CR1_TABLE_OC_MASK | SMMU_CR1_TABLE_IC_MASK;
	const uint32_t queue = SMMU_CR1_QUEUE_SH_MASK | SMMU_CR1_QUEUE_OC_MASK | SMMU_CR1_QUEUE_IC_MASK;
	uint32_t open = 0;

	if (is_off(r, SMMU_CR0_SMMUEN_MASK))
		open |= table;
	if (is_off(r, SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_PRIQEN_MASK))
		open |= queue;
	r->cr1 = (r->cr1 & ~open) | (value & open);
}

static void write_gbpa(struct smmu_regs *r, uint32_t value, uint32_t fields)
{
	if ((value & SMMU_GBPA_Update_MASK) != 0 && (r->gbpa & SMMU_GBPA_Update_MASK) == 0)
		r->gbpa = value & fields;
}

/* A GERRORN write acknowledges active errors; an inactive one is not re-activated. */
static void write_gerrorn(struct smmu_regs *r, uint32_t value)
{
	const uint32_t active = r->gerror ^ r->gerrorn;

	r->gerrorn = (r->gerrorn & ~active) | (value & active);
}

static void write_irq_cfg(const struct smmu_core *core, struct smmu_irq_cfg *cfg, uint32_t offset, uint32_t value)
{
	if (!core->f.msi)
		return;
	switch (offset) {
	case 0: case 4: set_half(&cfg->cfg0, offset, value, UINT64_C(0x000ffffffffffffc) & MASK(core->f.oas_bits)); break;
	case 8: cfg->cfg1 = value; break;
	default: cfg->cfg2 = value & 0x3fu; break;
	}
}

static void write_priq_irq_cfg(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	struct smmu_irq_cfg *cfg = &core->r.priq_irq;

	if (!core->f.pri || !irq_is_off(&core->r, SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK))
		return;
	write_irq_cfg(core, cfg, offset, value);
	if (offset == 12)
		cfg->cfg2 = (core->f.msi ? value & 0x3fu : 0) | (value & SMMU_PRIQ_IRQ_CFG2_LO_MASK);
}

static void write_strtab(const struct smmu_features *f, struct smmu_regs *r, uint32_t offset, uint32_t value)
{
	if (!is_off(r, SMMU_CR0_SMMUEN_MASK))
		return;
	if (offset != SMMU_STRTAB_BASE_CFG)
		set_half(&r->strtab_base, offset, value, RA_BIT | (ADDR_MASK & ~UINT64_C(0x3f)));
	else
		r->strtab_base_cfg = value & (SMMU_STRTAB_BASE_CFG_LOG2SIZE_MASK |
						   (f->st_level ? SMMU_STRTAB_BASE_CFG_FMT_MASK | SMMU_STRTAB_BASE_CFG_SPLIT_MASK : 0));
}

static void write_queue_base(const struct smmu_regs *r, uint64_t *base, uint32_t offset, uint32_t value, uint32_t enable)
{
	if (is_off(r, enable))
		set_half(base, offset, value, RA_BIT | (ADDR_MASK & ~UINT64_C(0x1f)) | UINT64_C(0x1f));
}

static void write_cmdq_cons(struct smmu_regs *r, const struct smmu_features *f, uint32_t value)
{
	if (is_off(r, SMMU_CR0_CMDQEN_MASK))
		r->cmdq.cons = value & (SMMU_CMDQ_CONS_ERR_MASK | queue_pointer_bits(smmu_i_queue_log2(r->cmdq.base, f->cmdqs)));
}

void smmu_i_bank_write32(const struct smmu_features *f, struct smmu_regs *r, const struct smmu_bank_masks *masks, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case SMMU_CR0: r->cr0 = value & masks->cr0; break;
	case SMMU_CR1: write_cr1(r, value); break;
	case SMMU_CR2:
		if (is_off(r, SMMU_CR0_SMMUEN_MASK))
			r->cr2 = value & masks->cr2;
		break;
	case SMMU_GBPA: write_gbpa(r, value, masks->gbpa); break;
	case SMMU_IRQ_CTRL: r->irq_ctrl = value & masks->irq_ctrl; break;
	case SMMU_GERRORN: write_gerrorn(r, value); break;
	case SMMU_STRTAB_BASE: case SMMU_STRTAB_BASE + 4: case SMMU_STRTAB_BASE_CFG: write_strtab(f, r, offset, value); break;
	case SMMU_CMDQ_BASE: case SMMU_CMDQ_BASE + 4: write_queue_base(r, &r->cmdq.base, offset, value, SMMU_CR0_CMDQEN_MASK); break;
	case SMMU_EVENTQ_BASE: case SMMU_EVENTQ_BASE + 4: write_queue_base(r, &r->eventq.base, offset, value, SMMU_CR0_EVENTQEN_MASK); break;
	case SMMU_CMDQ_PROD: r->cmdq.prod = value & SMMU_CMDQ_PROD_WR_MASK; break;
	case SMMU_CMDQ_CONS: write_cmdq_cons(r, f, value); break;
	default: break;
	}
}

static void page0_write(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	struct smmu_regs *r = &core->r;
	const struct smmu_bank_masks masks = { .cr0 = cr0_mask(&core->f), .cr2 = cr2_mask(&core->f), .gbpa = SMMU_GBPA_FIELDS_MASK,
					       .irq_ctrl = irq_ctrl_mask(&core->f) };

	switch (offset) {
	case SMMU_GERROR_IRQ_CFG0: case SMMU_GERROR_IRQ_CFG0 + 4: case SMMU_GERROR_IRQ_CFG1: case SMMU_GERROR_IRQ_CFG2:
		if (irq_is_off(r, SMMU_IRQ_CTRL_GERROR_IRQEN_MASK))
			write_irq_cfg(core, &r->gerror_irq, offset - SMMU_GERROR_IRQ_CFG0, value);
		break;
	case SMMU_EVENTQ_IRQ_CFG0: case SMMU_EVENTQ_IRQ_CFG0 + 4: case SMMU_EVENTQ_IRQ_CFG1: case SMMU_EVENTQ_IRQ_CFG2:
		if (irq_is_off(r, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK))
			write_irq_cfg(core, &r->eventq_irq, offset - SMMU_EVENTQ_IRQ_CFG0, value);
		break;
	case SMMU_PRIQ_BASE: case SMMU_PRIQ_BASE + 4:
		if (core->f.pri)
			write_queue_base(r, &r->priq.base, offset, value, SMMU_CR0_PRIQEN_MASK);
		break;
	case SMMU_PRIQ_IRQ_CFG0: case SMMU_PRIQ_IRQ_CFG0 + 4: case SMMU_PRIQ_IRQ_CFG1: case SMMU_PRIQ_IRQ_CFG2:
		write_priq_irq_cfg(core, offset - SMMU_PRIQ_IRQ_CFG0, value); break;
	case SMMU_GATOS_CTRL: case SMMU_GATOS_SID: case SMMU_GATOS_SID + 4: case SMMU_GATOS_ADDR: case SMMU_GATOS_ADDR + 4:
		if (core->f.atos)
			smmu_i_atos_write32(core, 0, offset - SMMU_GATOS_CTRL, value);
		break;
	case SMMU_VATOS_SEL:
		if (core->f.vatos)
			smmu_i_atos_select(core, value);
		break;
	default:
		smmu_i_bank_write32(&core->f, r, &masks, offset, value);
		if (offset == SMMU_CR0)
			smmu_i_refresh_hit_path(core);
		if (offset == SMMU_GERRORN)
			smmu_i_stall_eventq_changed(core);
		break;
	}
}

static void page1_write(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	const uint32_t keep = SMMU_EVENTQ_PROD_OVFLG_MASK | queue_pointer_bits(smmu_i_eventq_log2(core));

	if (offset == SMMU_EVENTQ_PROD && is_off(&core->r, SMMU_CR0_EVENTQEN_MASK)) {
		core->r.eventq.prod = value & keep;
	} else if (offset == SMMU_EVENTQ_CONS) {
		core->r.eventq.cons = value & (SMMU_EVENTQ_CONS_OVACKFLG_MASK | SMMU_EVENTQ_CONS_RD_MASK);
		smmu_i_stall_eventq_changed(core);
	} else if (core->f.pri && offset == SMMU_PRIQ_PROD && is_off(&core->r, SMMU_CR0_PRIQEN_MASK)) {
		core->r.priq.prod = value & (SMMU_PRIQ_PROD_OVFLG_MASK | queue_pointer_bits(smmu_i_priq_log2(core)));
	} else if (core->f.pri && offset == SMMU_PRIQ_CONS) {
		core->r.priq.cons = value & (SMMU_PRIQ_CONS_OVACKFLG_MASK | SMMU_PRIQ_CONS_RD_MASK);
	}
}

void smmu_core_write32(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	if ((offset & 3u) != 0)
		return;
	if (offset < 0x10000u)
		page0_write(core, offset, value);
	else if (offset < 0x20000u)
		page1_write(core, offset, value);
	else if (offset < VATOS_PAGE)
		smmu_i_pmcg_write32(core, offset - 0x20000u, value);
	else if (core->f.vatos && offset - VATOS_PAGE - SMMU_VATOS_CTRL < 0x20u)
		smmu_i_atos_write32(core, 1, offset - VATOS_PAGE - SMMU_VATOS_CTRL, value);
}

void smmu_core_write64(struct smmu_core *core, uint32_t offset, uint64_t value)
{
	if ((offset & 7u) != 0)
		return;
	smmu_core_write32(core, offset, (uint32_t)value);
	smmu_core_write32(core, offset + 4u, (uint32_t)(value >> 32));
}

/* SMMUEN 1 -> 0 is acknowledged when no walk uses the old state and every stalled transaction is marked for abort;
 * CMDQEN 1 -> 0 when the command in progress is consumed; EVENTQEN and PRIQEN 1 -> 0 when no record is being written. */
static bool may_acknowledge(const struct smmu_core *core, uint32_t falling)
{
	if ((falling & SMMU_CR0_SMMUEN_MASK) != 0 && (core->in_flight[0] | core->in_flight[1]) != 0)
		return false;
	if ((falling & SMMU_CR0_CMDQEN_MASK) != 0 && core->jobs[SMMU_JOB_CMDQ_INDEX].phase != PH_CMD_FETCH)
		return false;
	if ((falling & (SMMU_CR0_PRIQEN_MASK | SMMU_CR0_SMMUEN_MASK)) != 0 && core->jobs[SMMU_JOB_PRI_INDEX].phase != PH_PRI_NEXT)
		return false;
	return (falling & SMMU_CR0_EVENTQEN_MASK) == 0 || core->event_writer == 0;
}

static void update_cr0(struct smmu_core *core)
{
	const uint32_t changed = core->r.cr0 ^ core->r.cr0ack;
	const uint32_t parts[] = { SMMU_CR0_SMMUEN_MASK, SMMU_CR0_CMDQEN_MASK, SMMU_CR0_EVENTQEN_MASK, SMMU_CR0_PRIQEN_MASK };
	uint32_t acked = changed & ~(SMMU_CR0_SMMUEN_MASK | SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_PRIQEN_MASK);

	if ((changed & core->r.cr0ack & SMMU_CR0_SMMUEN_MASK) != 0)
		smmu_i_stall_terminate_all(core);
	for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if ((changed & parts[i]) != 0 && may_acknowledge(core, changed & core->r.cr0ack & parts[i]))
			acked |= parts[i];
	core->r.cr0ack ^= acked;
	if ((acked & SMMU_CR0_EVENTQEN_MASK) != 0) {
		core->merge_possible = 0;
		smmu_i_stall_eventq_changed(core);
	}
	smmu_i_refresh_hit_path(core);
}

/* An MSI of a source that is being switched off is written before the switch is acknowledged. */
static void update_irq_ctrl(struct smmu_core *core)
{
	uint32_t waiting = 0;

	if ((core->msi_pending | core->msi_current) & SMMU_IRQ_EVENTQ)
		waiting |= SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK;
	if ((core->msi_pending | core->msi_current) & SMMU_IRQ_PRIQ)
		waiting |= SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK;
	if ((core->msi_pending | core->msi_current) & SMMU_IRQ_GERROR)
		waiting |= SMMU_IRQ_CTRL_GERROR_IRQEN_MASK;
	core->r.irq_ctrlack = core->r.irq_ctrl | (core->r.irq_ctrlack & waiting);
}

bool smmu_core_update(struct smmu_core *core)
{
	if (core->r.cr0 != core->r.cr0ack)
		update_cr0(core);
	update_irq_ctrl(core);
	core->r.gbpa &= ~SMMU_GBPA_Update_MASK;
	smmu_i_pmcg_update(core);
	smmu_i_secure_update(core);
	return smmu_core_update_pending(core);
}

bool smmu_core_update_pending(const struct smmu_core *core)
{
	return core->r.cr0 != core->r.cr0ack || core->r.irq_ctrl != core->r.irq_ctrlack ||
	       (core->r.gbpa & SMMU_GBPA_Update_MASK) != 0 || core->pmcg.irq_ctrl != core->pmcg.irq_ctrlack ||
	       smmu_i_secure_update_pending(core);
}
