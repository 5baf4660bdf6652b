/* SPDX-License-Identifier: Apache-2.0
 * Reset and enable, disable: every CR0 and IRQ_CTRL step is acknowledged before the next, base registers are written only
 * while their enable bit is off in both CR0 and CR0ACK, SMMUEN comes last.
 * Not here: memory (dev.c). Proof: driver/test/test_dev.c compares the recorded accesses with the expected list. */
#include "enable.h"

#include "cmd.h"
#include "dev_internal.h"
#include "pri.h"

/* CR0 with some bits changed, and wait until CR0ACK shows exactly that. */
static smmu_status write_cr0(struct smmu_dev *dev, uint32_t value)
{
	dev->cr0 = value;
	smmu_write32(dev, SMMU_CR0, value);
	return smmu_wait32(dev, SMMU_CR0ACK, SMMU_CR0_FIELDS_MASK, value);
}

static smmu_status set_cr0(struct smmu_dev *dev, uint32_t bits)
{
	return write_cr0(dev, dev->cr0 | bits);
}

static smmu_status write_irq_ctrl(struct smmu_dev *dev, uint32_t value)
{
	smmu_write32(dev, SMMU_IRQ_CTRL, value);
	return smmu_wait32(dev, SMMU_IRQ_CTRLACK, SMMU_IRQ_CTRL_FIELDS_MASK, value);
}

/* Keep the attribute fields, change only ABORT. */
static smmu_status write_gbpa_abort(struct smmu_dev *dev, bool abort_traffic)
{
	smmu_status status = smmu_wait32(dev, SMMU_GBPA, SMMU_GBPA_Update_MASK, 0);
	if (status != SMMU_OK)
		return status;
	uint32_t gbpa = smmu_read32(dev, SMMU_GBPA) & ~SMMU_GBPA_ABORT_MASK;
	if (abort_traffic)
		gbpa |= SMMU_GBPA_ABORT_MASK;
	smmu_write32(dev, SMMU_GBPA, gbpa | SMMU_GBPA_Update_MASK);
	return smmu_wait32(dev, SMMU_GBPA, SMMU_GBPA_Update_MASK, 0);
}

static smmu_status stop_whatever_runs(struct smmu_dev *dev)
{
	const uint32_t cr0 = smmu_read32(dev, SMMU_CR0);
	if (cr0 & SMMU_CR0_SMMUEN_MASK) {
		const smmu_status status = write_gbpa_abort(dev, true);
		if (status != SMMU_OK)
			return status;
	}
	return write_cr0(dev, 0);
}

static void program_attributes(struct smmu_dev *dev)
{
	uint32_t cr1 = SMMU_FIELD_PUT(CR1, TABLE_SH, SMMU_CR1_TABLE_SH_OSH) | SMMU_FIELD_PUT(CR1, QUEUE_SH, SMMU_CR1_QUEUE_SH_OSH);
	if (dev->coherent)
		cr1 = SMMU_FIELD_PUT(CR1, TABLE_SH, SMMU_CR1_TABLE_SH_ISH) | SMMU_FIELD_PUT(CR1, TABLE_OC, SMMU_CR1_TABLE_OC_WB) |
		      SMMU_FIELD_PUT(CR1, TABLE_IC, SMMU_CR1_TABLE_IC_WB) | SMMU_FIELD_PUT(CR1, QUEUE_SH, SMMU_CR1_QUEUE_SH_ISH) |
		      SMMU_FIELD_PUT(CR1, QUEUE_OC, SMMU_CR1_QUEUE_OC_WB) | SMMU_FIELD_PUT(CR1, QUEUE_IC, SMMU_CR1_QUEUE_IC_WB);
	uint32_t cr2 = 0;
	if (dev->features.btm && !dev->btm)
		cr2 |= SMMU_CR2_PTM_MASK;       /* all ASIDs are private: broadcasts concern nobody here */
	if (dev->el2)
		cr2 |= SMMU_CR2_E2H_MASK;
	if (!dev->config.ignore_bad_sid)
		cr2 |= SMMU_CR2_RECINVSID_MASK;
	smmu_write32(dev, SMMU_CR1, cr1);
	smmu_write32(dev, SMMU_CR2, cr2);
}

/* Errors a previous owner left would stop the new queue. */
static void acknowledge_old_errors(struct smmu_dev *dev)
{
	const uint32_t gerror = smmu_read32(dev, SMMU_GERROR);
	if (gerror != smmu_read32(dev, SMMU_GERRORN))
		smmu_write32(dev, SMMU_GERRORN, gerror);
	atomic_store(&dev->cmdq.gerrorn, gerror);
}

static smmu_status start_cmdq(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	acknowledge_old_errors(dev);
	smmu_write64(dev, SMMU_CMDQ_BASE, q->memory.pa | SMMU_CMDQ_BASE_RA_MASK | q->log2);
	smmu_write32(dev, SMMU_CMDQ_PROD, 0);
	smmu_write32(dev, SMMU_CMDQ_CONS, 0);
	const smmu_status status = set_cr0(dev, SMMU_CR0_CMDQEN_MASK);
	if (status != SMMU_OK)
		return status;
	smmu_cmdq_open(dev);
	return SMMU_OK;
}

/* After reset the caches hold anything. */
static smmu_status drop_all_caches(struct smmu_dev *dev)
{
	struct smmu_cmd list[3];
	size_t count = 0;
	list[count++] = smmu_cmd_cfgi_all();
	if (dev->features.hyp)
		list[count++] = smmu_cmd_tlbi_el2_all();
	list[count++] = smmu_cmd_tlbi_nsnh_all();
	return smmu_cmdq_run(dev, list, count);
}

static smmu_status start_eventq(struct smmu_dev *dev)
{
	smmu_write64(dev, SMMU_EVENTQ_BASE, dev->eventq.memory.pa | SMMU_EVENTQ_BASE_WA_MASK | dev->eventq.log2);
	smmu_write32(dev, SMMU_EVENTQ_PROD, 0);
	smmu_write32(dev, SMMU_EVENTQ_CONS, 0);
	smmu_eventq_reset(dev);
	return set_cr0(dev, SMMU_CR0_EVENTQEN_MASK);
}

static smmu_status start_priq(struct smmu_dev *dev)
{
	if (!dev->features.pri)
		return SMMU_OK;
	smmu_write64(dev, SMMU_PRIQ_BASE, dev->priq.memory.pa | SMMU_PRIQ_BASE_WA_MASK | dev->priq.log2);
	smmu_write32(dev, SMMU_PRIQ_PROD, 0);
	smmu_write32(dev, SMMU_PRIQ_CONS, 0);
	smmu_priq_reset(dev);
	return set_cr0(dev, SMMU_CR0_PRIQEN_MASK);
}

static smmu_status start_ats_check(struct smmu_dev *dev)
{
	return dev->features.ats ? set_cr0(dev, SMMU_CR0_ATSCHK_MASK) : SMMU_OK;
}

/* cfg0 is the first of the three registers, which lie the same way for every source. */
static void program_msi(struct smmu_dev *dev, uint32_t cfg0, const struct smmu_msi *msi, uint32_t cfg2)
{
	if (dev->features.msi) {
		smmu_write64(dev, cfg0, msi->address);
		smmu_write32(dev, cfg0 + 8, msi->data);
	}
	if (dev->features.msi || cfg2)
		smmu_write32(dev, cfg0 + 12, cfg2 | SMMU_FIELD_PUT(EVENTQ_IRQ_CFG2, MemAttr, SMMU_MEMATTR_DEVICE_NGNRE));
}

static smmu_status start_interrupts(struct smmu_dev *dev)
{
	const struct smmu_irq_config *const irq = &dev->config.irq;
	const smmu_status status = write_irq_ctrl(dev, 0);
	if (status != SMMU_OK || !irq->enable)
		return status;
	uint32_t enables = SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK | SMMU_IRQ_CTRL_GERROR_IRQEN_MASK;
	program_msi(dev, SMMU_GERROR_IRQ_CFG0, &irq->gerror, 0);
	program_msi(dev, SMMU_EVENTQ_IRQ_CFG0, &irq->eventq, 0);
	if (dev->features.pri) {
		enables |= SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK;
		program_msi(dev, SMMU_PRIQ_IRQ_CFG0, &irq->priq, irq->priq_on_last ? SMMU_PRIQ_IRQ_CFG2_LO_MASK : 0);
	}
	return write_irq_ctrl(dev, enables);
}

static smmu_status start_translation(struct smmu_dev *dev)
{
	return set_cr0(dev, SMMU_CR0_SMMUEN_MASK);
}

smmu_status smmu_hw_enable(struct smmu_dev *dev)
{
	static smmu_status (*const steps[])(struct smmu_dev *) = {
		start_cmdq, drop_all_caches, start_eventq, start_priq, start_ats_check, start_interrupts, start_translation,
	};
	smmu_publish(dev->sys);
	smmu_status status = stop_whatever_runs(dev);
	const bool ours = status == SMMU_OK;    /* from here on it may read memory of ours */
	if (ours) {
		program_attributes(dev);
		smmu_strtab_program(dev);
	}
	for (size_t i = 0; status == SMMU_OK && i < SMMU_ARRAY_COUNT(steps); i++)
		status = steps[i](dev);
	if (status != SMMU_OK && !ours) {
		dev->cr0 = 0;
		smmu_write32(dev, SMMU_CR0, 0);
	} else if (status != SMMU_OK) {
		atomic_store(&dev->unstopped, true);    /* before the queue is closed: see smmu_cmdq_push() */
		smmu_cmdq_close(dev);
		if (write_cr0(dev, 0) == SMMU_OK)
			atomic_store(&dev->unstopped, false);
	} else {
		atomic_store(&dev->unstopped, false);
		dev->enabled = true;
	}
	return status;
}

smmu_status smmu_hw_disable(struct smmu_dev *dev)
{
	smmu_status first = write_gbpa_abort(dev, !dev->config.bypass_on_disable);
	smmu_status status = write_cr0(dev, dev->cr0 & ~(uint32_t)SMMU_CR0_SMMUEN_MASK);
	/* It may go on translating, so whatever is invalidated must go on reaching it: the queue stays open. */
	if (status != SMMU_OK)
		return status;
	status = write_irq_ctrl(dev, 0);
	if (first == SMMU_OK)
		first = status;
	smmu_cmdq_close(dev);
	status = write_cr0(dev, 0);
	if (first == SMMU_OK)
		first = status;
	if (first == SMMU_OK) {
		dev->enabled = false;
		atomic_store(&dev->unstopped, false);
	}
	return first;
}
