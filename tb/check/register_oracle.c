/* SPDX-License-Identifier: Apache-2.0
 * When a register may be written: one step of CR0 and IRQ_CTRL at a time, each shown in its *ACK before the next; what describes tables,
 * queues and interrupts only while they are off; an overflow of the event queue that was seen is acknowledged; PROD does not overtake CONS. Judges driver calls; what a scenario writes by itself is its own business.
 * Not here: what the values mean (facts.c), counters (count_oracle.c). Proof: tb/check/test/test_order.c. */
#include "internal.h"

static bool is_between(uint64_t offset, uint64_t first, uint64_t last) { return offset >= first && offset <= last; }

/* The bit of IRQ_CTRL that must be off for a register of an interrupt, 0 for any other register. */
static uint32_t interrupt_of(uint64_t offset)
{
	return is_between(offset, SMMU_GERROR_IRQ_CFG0, SMMU_GERROR_IRQ_CFG0 + 12) ? SMMU_IRQ_CTRL_GERROR_IRQEN_MASK :
	       is_between(offset, SMMU_EVENTQ_IRQ_CFG0, SMMU_EVENTQ_IRQ_CFG0 + 12) ? SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK :
	       is_between(offset, SMMU_PRIQ_IRQ_CFG0, SMMU_PRIQ_IRQ_CFG0 + 12) ? SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK : 0;
}

/* The bit of CR0 that must be off. */
static uint32_t enable_of(uint64_t offset)
{
	return is_between(offset, SMMU_STRTAB_BASE, SMMU_STRTAB_BASE_CFG) || offset == SMMU_CR2 ? SMMU_CR0_SMMUEN_MASK :
	       is_between(offset, SMMU_CMDQ_BASE, SMMU_CMDQ_BASE + 4) || offset == SMMU_CMDQ_CONS ? SMMU_CR0_CMDQEN_MASK :
	       is_between(offset, SMMU_EVENTQ_BASE, SMMU_EVENTQ_BASE + 4) || offset == SMMU_EVENTQ_PROD ? SMMU_CR0_EVENTQEN_MASK :
	       is_between(offset, SMMU_PRIQ_BASE, SMMU_PRIQ_BASE + 4) ? SMMU_CR0_PRIQEN_MASK : 0;
}

static bool overruns(const struct smmu *s, uint32_t prod)
{
	const uint32_t entries = (s->cmdq_mask + 1) / 2;
	return entries && ((prod - s->cmdq_passed) & s->cmdq_mask) > entries;
}

static void note(struct switches *s, uint32_t value)
{
	s->open = s->open || value != s->shown;
	s->written = value;
}

void check_i_register_before(struct check *c, unsigned smmu, uint64_t offset, uint64_t value)
{
	struct smmu *const s = &c->smmu[smmu];
	struct switches *const of = offset == SMMU_CR0 ? &s->cr0_switches : offset == SMMU_IRQ_CTRL ? &s->irq_switches : NULL;
	const uint32_t interrupt = interrupt_of(offset), enable = enable_of(offset);
	if (c->depth > 0) {
		if (of && of->open && value != of->written)
			check_i_fail(c, CHECK_COMMANDS, smmu, "command.register", "%s of smmu%u is written again before %sACK showed 0x%x",
				     offset == SMMU_CR0 ? "CR0" : "IRQ_CTRL", smmu, offset == SMMU_CR0 ? "CR0" : "IRQ_CTRL", of->written);
		if ((s->irq_switches.written | s->irq_switches.shown) & interrupt)
			check_i_fail(c, CHECK_COMMANDS, smmu, "command.register", "the register 0x%llx of an interrupt of smmu%u is written while IRQ_CTRL has it on",
				     (unsigned long long)offset, smmu);
		if ((s->cr0_switches.written | s->cr0_switches.shown) & enable)
			check_i_fail(c, CHECK_COMMANDS, smmu, "command.register", "the register 0x%llx of smmu%u is written while bit 0x%x of CR0 or CR0ACK is set",
				     (unsigned long long)offset, smmu, enable);
		if (offset == SMMU_CMDQ_PROD && s->cr0_switches.shown & SMMU_CR0_CMDQEN_MASK && overruns(s, (uint32_t)value))
			check_i_fail(c, CHECK_COMMANDS, smmu, "command.overrun",
				     "CMDQ_PROD of smmu%u is written with 0x%llx while its next command is at 0x%x: more than the queue holds, so commands "
				     "were overwritten", smmu, (unsigned long long)value, s->cmdq_passed & s->cmdq_mask);
		const bool events_on = (s->cr0_switches.written & SMMU_CR0_EVENTQEN_MASK) != 0;
		if (offset == SMMU_EVENTQ_CONS && events_on && s->eventq_seen && (value ^ s->eventq_prod) & SMMU_EVENTQ_PROD_OVFLG_MASK)
			check_i_fail(c, CHECK_LIFE, smmu, "life.overflow",
				     "EVENTQ_CONS of smmu%u is written without the OVFLG that EVENTQ_PROD showed, so no later overflow can be told", smmu);
	}
	if (offset == SMMU_CMDQ_CONS)
		s->cmdq_passed = (uint32_t)value;
	if (of)
		note(of, (uint32_t)value);
}

/* A read tells how things are, whatever was thought before: the SMMU may have lost its power. */
void check_i_register_shown(struct check *c, unsigned smmu, uint64_t offset, uint64_t value)
{
	struct smmu *const s = &c->smmu[smmu];
	struct switches *const of = offset == SMMU_CR0 || offset == SMMU_CR0ACK ? &s->cr0_switches :
				    offset == SMMU_IRQ_CTRL || offset == SMMU_IRQ_CTRLACK ? &s->irq_switches : NULL;
	/* a read that was answered before the SMMU consumed a command may be told after it */
	if (offset == SMMU_CMDQ_CONS && (((uint32_t)value - s->cmdq_passed) & s->cmdq_mask) <= (s->cmdq_mask + 1) / 2)
		s->cmdq_passed = (uint32_t)value;
	if (offset == SMMU_EVENTQ_PROD) {
		s->eventq_prod = (uint32_t)value;
		s->eventq_seen = true;
	}
	if (!of)
		return;
	if (offset == SMMU_CR0 || offset == SMMU_IRQ_CTRL) {
		if (value != of->written)
			*of = (struct switches){ .written = (uint32_t)value, .shown = (uint32_t)value };
		return;
	}
	of->shown = (uint32_t)value;
	of->open = of->open && value != of->written;
}
