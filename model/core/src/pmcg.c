/* SPDX-License-Identifier: Apache-2.0
 * One performance monitor counter group: counters of 32 to 64 bits in page 1 (CFGR.RELOC_CTRS = 1), events 0 to 7, exact and
 * span StreamID filters, overflow with interrupt, capture.
 * Not here: deciding what counts (job.c, stream.c, walk files). Proof: model/test/test_parts.c, test_vectors.c. */
#include "internal.h"

#define PAGE1 0x10000u
#define CEID0_EVENTS UINT64_C(0x3f)
#define CEID0_ATS_EVENTS UINT64_C(0xc0)
#define EVTYPER_MASK (SMMU_PMCG_EVTYPER0_EVENT_MASK | SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK | SMMU_PMCG_EVTYPER0_OVFCAP_MASK)

static uint64_t supported_events(const struct smmu_core *core)
{
	return CEID0_EVENTS | (core->f.ats ? CEID0_ATS_EVENTS : 0);
}

static uint64_t width_mask(const struct smmu_core *core)
{
	return core->config.pmcg_width_bits == 64 ? UINT64_MAX : MASK(core->config.pmcg_width_bits);
}

/* Of EVCNTRn and SVRn. */
static unsigned stride(const struct smmu_core *core) { return core->config.pmcg_width_bits > 32 ? 8u : 4u; }

static void refresh_listeners(struct smmu_core *core)
{
	struct smmu_pmcg *p = &core->pmcg;

	for (unsigned i = 0; i < 8; i++)
		p->listeners[i] = 0;
	for (unsigned n = 0; (p->cr & 1u) != 0 && n < core->config.pmcg_counters; n++) {
		const uint32_t event = p->evtyper[n] & SMMU_PMCG_EVTYPER0_EVENT_MASK;

		if ((p->cnten & BIT(n)) != 0 && event < 8 && (supported_events(core) & BIT(event)) != 0)
			p->listeners[event] |= BIT(n);
	}
	smmu_i_refresh_hit_path(core);
}

void smmu_i_pmcg_reset(struct smmu_core *core)
{
	const unsigned n = core->config.pmcg_counters;

	core->pmcg = (struct smmu_pmcg){ .implemented = MASK(n) };
	refresh_listeners(core);
}

/* FILTER_SID_SPAN = 1: the lowest zero bit of SMR and everything below it are ignored; all ones match everything. */
static bool filter_matches(const struct smmu_core *core, unsigned counter, uint32_t sid)
{
	const unsigned source = core->config.pmcg_global_filter ? 0 : counter;
	const uint32_t smr = core->pmcg.smr[source];
	unsigned ignored = 1;

	if ((core->pmcg.evtyper[source] & SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK) == 0)
		return sid == smr;
	while (ignored <= 32 && (smr >> (ignored - 1u) & 1u) != 0)
		ignored++;
	return ignored >= 32 || sid >> ignored == smr >> ignored;
}

static void capture(struct smmu_core *core)
{
	for (unsigned n = 0; n < core->config.pmcg_counters; n++)
		core->pmcg.shadow[n] = core->pmcg.counter[n];
}

static void overflowed(struct smmu_core *core, unsigned n)
{
	core->pmcg.ovs |= BIT(n);
	if ((core->pmcg.evtyper[n] & SMMU_PMCG_EVTYPER0_OVFCAP_MASK) != 0)
		capture(core);
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_PMCG, .data = { n, core->pmcg.counter[n] } });
	if ((core->pmcg.inten & BIT(n)) != 0)
		smmu_i_irq_raise(core, SMMU_IRQ_PMCG);
}

void smmu_i_pmcg_count(struct smmu_core *core, unsigned event, uint32_t sid, uint64_t times)
{
	uint64_t listeners = core->pmcg.listeners[event];

	while (listeners != 0) {
		const unsigned n = (unsigned)__builtin_ctzll(listeners);
		const uint64_t before = core->pmcg.counter[n];

		listeners &= listeners - 1;
		if (event != SMMU_PMCG_EVENT_CLOCK && !filter_matches(core, n, sid))
			continue;
		core->pmcg.counter[n] = (before + times) & width_mask(core);
		if (times > width_mask(core) - before)
			overflowed(core, n);
	}
}

void smmu_core_set_cycles(struct smmu_core *core, uint64_t cycles)
{
	const uint64_t passed = cycles - core->pmcg.cycles;

	core->pmcg.cycles = cycles;
	if (passed != 0)
		smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_CLOCK, 0, passed);
}

void smmu_i_pmcg_update(struct smmu_core *core)
{
	struct smmu_pmcg *p = &core->pmcg;

	if ((p->irq_ctrl & ~p->irq_ctrlack & 1u) != 0)
		p->irq_status = 0; /* IRQ_ABT clears when IRQEN is switched on, not off */
	if ((p->irq_ctrl & 1u) != 0 || ((core->msi_pending | core->msi_current) & SMMU_IRQ_PMCG) == 0)
		p->irq_ctrlack = p->irq_ctrl;
}

static uint32_t cfgr(const struct smmu_core *core)
{
	return SMMU_FIELD_PUT(PMCG_CFGR, NCTR, core->config.pmcg_counters - 1u) | SMMU_FIELD_PUT(PMCG_CFGR, SIZE, core->config.pmcg_width_bits - 1u) |
	       SMMU_PMCG_CFGR_RELOC_CTRS_MASK | SMMU_PMCG_CFGR_CAPTURE_MASK |
	       (core->f.msi ? SMMU_PMCG_CFGR_MSI_MASK : 0) |
	       (core->config.pmcg_global_filter ? SMMU_PMCG_CFGR_SID_FILTER_TYPE_MASK : 0);
}

static uint32_t half(uint64_t value, uint32_t offset) { return (uint32_t)(offset & 4u ? value >> 32 : value); }

static uint64_t lane(uint32_t value, uint32_t offset) { return offset & 4u ? (uint64_t)value << 32 : value; }

static uint32_t id_register(uint32_t offset)
{
	static const uint8_t bytes[12] = { 0, 0, 0, 0, 0x83, 0xb4, 0x0b, 0, 0x0d, 0x90, 0x05, 0xb1 };

	return bytes[(offset - 0xfd0u) / 4u];
}

static bool in_array(uint32_t offset, uint32_t base, unsigned stride, unsigned count)
{
	return offset >= base && offset < base + stride * count;
}

static uint32_t page1_read(const struct smmu_core *core, uint32_t offset)
{
	const unsigned count = core->config.pmcg_counters, bytes = stride(core);

	if (in_array(offset, SMMU_PMCG_EVCNTR0, bytes, count))
		return half(core->pmcg.counter[(offset - SMMU_PMCG_EVCNTR0) / bytes], offset & (bytes - 1u));
	if (in_array(offset, SMMU_PMCG_SVR0, bytes, count))
		return half(core->pmcg.shadow[(offset - SMMU_PMCG_SVR0) / bytes], offset & (bytes - 1u));
	if ((offset & ~4u) == SMMU_PMCG_OVSCLR0 || (offset & ~4u) == SMMU_PMCG_OVSSET0)
		return half(core->pmcg.ovs, offset);
	return 0;
}

static uint32_t page0_read(const struct smmu_core *core, uint32_t offset)
{
	const struct smmu_pmcg *p = &core->pmcg;
	const unsigned count = core->config.pmcg_counters;

	if (in_array(offset, SMMU_PMCG_EVTYPER0, 4, count))
		return p->evtyper[(offset - SMMU_PMCG_EVTYPER0) / 4u];
	if (in_array(offset, SMMU_PMCG_SMR0, 4, count))
		return p->smr[(offset - SMMU_PMCG_SMR0) / 4u];
	switch (offset & ~4u) {
	case SMMU_PMCG_CNTENSET0: case SMMU_PMCG_CNTENCLR0: return half(p->cnten, offset);
	case SMMU_PMCG_INTENSET0: case SMMU_PMCG_INTENCLR0: return half(p->inten, offset);
	case SMMU_PMCG_CEID0: return half(supported_events(core), offset);
	default: break;
	}
	switch (offset) {
	case SMMU_PMCG_CFGR: return cfgr(core);
	case SMMU_PMCG_CR: return p->cr;
	case SMMU_PMCG_IIDR: return core->config.ids.iidr;
	case SMMU_PMCG_IRQ_CTRL: return p->irq_ctrl;
	case SMMU_PMCG_IRQ_CTRLACK: return p->irq_ctrlack;
	case SMMU_PMCG_IRQ_CFG0: case SMMU_PMCG_IRQ_CFG0 + 4: return half(p->irq.cfg0, offset);
	case SMMU_PMCG_IRQ_CFG1: return p->irq.cfg1;
	case SMMU_PMCG_IRQ_CFG2: return p->irq.cfg2;
	case SMMU_PMCG_IRQ_STATUS: return p->irq_status;
	case SMMU_PMCG_AIDR: return core->config.ids.aidr;
	case SMMU_PMCG_PMDEVARCH: return SMMU_PMCG_PMDEVARCH_RESET;
	case SMMU_PMCG_PMDEVTYPE: return SMMU_PMCG_PMDEVTYPE_RESET;
	default: return offset >= 0xfd0u && offset <= 0xffcu ? id_register(offset) : 0;
	}
}

uint32_t smmu_i_pmcg_read32(struct smmu_core *core, uint32_t offset)
{
	return offset < PAGE1 ? page0_read(core, offset) : page1_read(core, offset - PAGE1);
}

static void page1_write(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	struct smmu_pmcg *p = &core->pmcg;
	const unsigned bytes = stride(core);

	if (in_array(offset, SMMU_PMCG_EVCNTR0, bytes, core->config.pmcg_counters)) {
		uint64_t *counter = &p->counter[(offset - SMMU_PMCG_EVCNTR0) / bytes];
		const uint32_t within = offset & (bytes - 1u);

		*counter = ((*counter & ~lane(UINT32_MAX, within)) | lane(value, within)) & width_mask(core);
		return;
	}
	if ((offset & ~4u) == SMMU_PMCG_OVSCLR0)
		p->ovs &= ~lane(value, offset);
	else if ((offset & ~4u) == SMMU_PMCG_OVSSET0)
		p->ovs |= lane(value, offset) & p->implemented;
	else if (offset == SMMU_PMCG_CAPR && (value & 1u) != 0)
		capture(core);
}

static void write_evtyper(struct smmu_core *core, unsigned n, uint32_t value)
{
	uint32_t mask = EVTYPER_MASK;

	if (core->config.pmcg_global_filter && n > 0)
		mask &= ~SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK;
	core->pmcg.evtyper[n] = value & mask;
}

static void write_smr(struct smmu_core *core, unsigned n, uint32_t value)
{
	if (!core->config.pmcg_global_filter || n == 0)
		core->pmcg.smr[n] = value;
}

static void write_irq(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	struct smmu_pmcg *p = &core->pmcg;
	const bool guarded = ((p->irq_ctrl | p->irq_ctrlack) & 1u) != 0;

	if (offset == SMMU_PMCG_IRQ_CTRL)
		p->irq_ctrl = value & 1u;
	if (guarded || !core->f.msi)
		return;
	if (offset == SMMU_PMCG_IRQ_CFG0)
		p->irq.cfg0 = (p->irq.cfg0 & UINT64_C(0xffffffff00000000)) | (value & 0xfffffffcu);
	else if (offset == SMMU_PMCG_IRQ_CFG0 + 4)
		p->irq.cfg0 = (p->irq.cfg0 & UINT64_C(0xffffffff)) | (uint64_t)(value & 0xfffffu) << 32;
	else if (offset == SMMU_PMCG_IRQ_CFG1)
		p->irq.cfg1 = value;
	else if (offset == SMMU_PMCG_IRQ_CFG2)
		p->irq.cfg2 = value & 0x3fu;
}

static void page0_write(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	struct smmu_pmcg *p = &core->pmcg;
	const uint64_t bits = lane(value, offset) & p->implemented;

	if (in_array(offset, SMMU_PMCG_EVTYPER0, 4, core->config.pmcg_counters))
		write_evtyper(core, (offset - SMMU_PMCG_EVTYPER0) / 4u, value);
	else if (in_array(offset, SMMU_PMCG_SMR0, 4, core->config.pmcg_counters))
		write_smr(core, (offset - SMMU_PMCG_SMR0) / 4u, value);
	else if ((offset & ~4u) == SMMU_PMCG_CNTENSET0)
		p->cnten |= bits;
	else if ((offset & ~4u) == SMMU_PMCG_CNTENCLR0)
		p->cnten &= ~bits;
	else if ((offset & ~4u) == SMMU_PMCG_INTENSET0)
		p->inten |= bits;
	else if ((offset & ~4u) == SMMU_PMCG_INTENCLR0)
		p->inten &= ~bits;
	else if (offset == SMMU_PMCG_CR)
		p->cr = value & 1u;
	else
		write_irq(core, offset, value);
	refresh_listeners(core);
}

void smmu_i_pmcg_write32(struct smmu_core *core, uint32_t offset, uint32_t value)
{
	if (offset < PAGE1)
		page0_write(core, offset, value);
	else
		page1_write(core, offset - PAGE1, value);
}
