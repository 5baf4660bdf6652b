/* SPDX-License-Identifier: Apache-2.0
 * Global errors, interrupt edges and the MSIs that go with them.
 * Not here: the MSI of CMD_SYNC, which the command queue writes itself (cmdq.c). Proof: model/test/test_registers.c. */
#include "internal.h"

bool smmu_i_gerror_is_active(const struct smmu_core *core, uint32_t bit)
{
	return ((core->r.gerror ^ core->r.gerrorn) & bit) != 0;
}

/* GERROR toggles only while the error is inactive; every activation interrupts, except the MSI error of GERROR itself. */
void smmu_i_gerror_raise(struct smmu_core *core, uint32_t bit)
{
	if (smmu_i_gerror_is_active(core, bit))
		return;
	core->r.gerror ^= bit;
	if (bit != SMMU_GERROR_MSI_GERROR_ABT_ERR_MASK)
		smmu_i_irq_raise(core, SMMU_IRQ_GERROR);
}

void smmu_core_enter_service_failure(struct smmu_core *core)
{
	core->service_failure = 1;
	smmu_i_refresh_hit_path(core);
	smmu_i_gerror_raise(core, SMMU_GERROR_SFM_ERR_MASK);
}

static const struct smmu_irq_cfg *irq_cfg(const struct smmu_core *core, unsigned irq)
{
	switch (irq) {
	case SMMU_IRQ_EVENTQ: return &core->r.eventq_irq;
	case SMMU_IRQ_PRIQ: return &core->r.priq_irq;
	case SMMU_IRQ_GERROR: return &core->r.gerror_irq;
	default: return &core->pmcg.irq;
	}
}

static bool irq_is_enabled(const struct smmu_core *core, unsigned irq)
{
	const uint32_t enabled = core->r.irq_ctrl & core->r.irq_ctrlack;

	switch (irq) {
	case SMMU_IRQ_EVENTQ: return (enabled & SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK) != 0;
	case SMMU_IRQ_PRIQ: return (enabled & SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK) != 0;
	case SMMU_IRQ_GERROR: return (enabled & SMMU_IRQ_CTRL_GERROR_IRQEN_MASK) != 0;
	case SMMU_IRQ_PMCG: return (core->pmcg.irq_ctrl & core->pmcg.irq_ctrlack & 1u) != 0;
	default: return true; /* CMD_SYNC has no enable */
	}
}

/* An edge on the wire, and an MSI where an address is programmed (zero: none). */
void smmu_i_irq_raise(struct smmu_core *core, unsigned irq)
{
	const bool has_msi = irq != SMMU_IRQ_CMD_SYNC && irq != SMMU_IRQ_SEV && core->f.msi;

	if (!irq_is_enabled(core, irq))
		return;
	core->irqs |= irq;
	if (has_msi && irq_cfg(core, irq)->cfg0 != 0)
		core->msi_pending |= irq;
}

unsigned smmu_core_take_irqs(struct smmu_core *core)
{
	const unsigned irqs = core->irqs;

	core->irqs = 0;
	return irqs;
}

bool smmu_i_msi_has_work(const struct smmu_core *core) { return core->msi_pending != 0 || core->msi_current != 0; }

static void msi_aborted(struct smmu_core *core, unsigned irq)
{
	switch (irq) {
	case SMMU_IRQ_EVENTQ: smmu_i_gerror_raise(core, SMMU_GERROR_MSI_EVENTQ_ABT_ERR_MASK); break;
	case SMMU_IRQ_PRIQ: smmu_i_gerror_raise(core, SMMU_GERROR_MSI_PRIQ_ABT_ERR_MASK); break;
	case SMMU_IRQ_GERROR: smmu_i_gerror_raise(core, SMMU_GERROR_MSI_GERROR_ABT_ERR_MASK); break;
	default: core->pmcg.irq_status |= 1u; break;
	}
}

static enum next msi_write(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_irq_cfg *cfg;

	if (core->msi_pending == 0)
		return NEXT_DONE;
	core->msi_current = core->msi_pending & (0u - core->msi_pending);
	core->msi_pending &= ~core->msi_current;
	cfg = irq_cfg(core, core->msi_current);
	job->io = (struct smmu_io){ .addr = cfg->cfg0 & UINT64_C(0x000ffffffffffffc) & MASK(core->f.oas_bits),
				    .kind = SMMU_IO_WRITE, .io_class = SMMU_IO_CLASS_MSI, .size = 4,
				    .attr = smmu_i_attr_from_stage2(cfg->cfg2 & 0xfu),
				    .data = { cfg->cfg1 } };
	job->io.sh = smmu_i_sh_of_access(cfg->cfg2 >> 4 & 3u, job->io.attr);
	job->phase = PH_MSI_WRITTEN;
	return NEXT_IO;
}

static enum next msi_written(struct smmu_core *core, struct smmu_job *job)
{
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_MSI, .addr = job->io.addr,
							      .data = { job->io.data[0], !job->answer_ok } });
	if (!job->answer_ok)
		msi_aborted(core, core->msi_current);
	core->msi_current = 0;
	job->phase = PH_MSI_WRITE;
	return NEXT_DONE;
}

enum next smmu_i_msi_step(struct smmu_core *core, struct smmu_job *job)
{
	return job->phase == PH_MSI_WRITTEN ? msi_written(core, job) : msi_write(core, job);
}
