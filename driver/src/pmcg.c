/* SPDX-License-Identifier: Apache-2.0
 * Performance Monitor Counter Group: allocation, filters, 64-bit accumulation over counters of any width, capture.
 * A count is the sum of modular differences between two looks at the counter, so one look per wrap keeps it exact; the
 * overflow interrupt provides that look. Not here: interrupt delivery. Proof: driver/test/test_pmcg.c. */
#include "smmuv3/pmcg.h"

#include "dev_internal.h"

#define COUNTERS_MAX 64u
#define SMR_EVERYTHING UINT32_MAX

struct filter_words {
	uint32_t span;            /* EVTYPER.FILTER_SID_SPAN in place */
	uint32_t smr;
};

struct counter {
	bool used, running;
	uint32_t event;
	struct filter_words filter;
	uint64_t last;            /* raw value at the last look */
	uint64_t total;
};

struct smmu_pmcg {
	struct smmu_sys *sys;
	struct smmu_port port;
	uint32_t page0, counters; /* offsets; counters: the page that holds EVCNTR, SVR, OVS*, CAPR */
	bool irq;
	struct smmu_pmcg_info info;
	struct smmu_lock lock;
	struct counter counter[COUNTERS_MAX];
};

static uint64_t width_mask(const struct smmu_pmcg *pmcg)
{
	return pmcg->info.width_bits == 64 ? UINT64_MAX : SMMU_BIT(pmcg->info.width_bits) - 1;
}

/* EVCNTR or SVR of counter n. */
static uint64_t read_value(const struct smmu_pmcg *pmcg, uint32_t base, unsigned n)
{
	if (pmcg->info.width_bits <= 32)
		return smmu_port_read32(&pmcg->port, pmcg->counters + base + 4 * n);
	return smmu_port_read64(&pmcg->port, pmcg->counters + base + 8 * n) & width_mask(pmcg);
}

static void zero_counter(const struct smmu_pmcg *pmcg, unsigned n)
{
	if (pmcg->info.width_bits <= 32)
		smmu_port_write32(&pmcg->port, pmcg->counters + SMMU_PMCG_EVCNTR0 + 4 * n, 0);
	else
		smmu_port_write64(&pmcg->port, pmcg->counters + SMMU_PMCG_EVCNTR0 + 8 * n, 0);
}

static void look(struct smmu_pmcg *pmcg, unsigned n, uint32_t base)
{
	struct counter *const counter = &pmcg->counter[n];
	const uint64_t raw = read_value(pmcg, base, n);
	counter->total += (raw - counter->last) & width_mask(pmcg);
	counter->last = raw;
}

static bool width_is_architected(unsigned width_bits)
{
	return width_bits == 32 || width_bits == 36 || width_bits == 40 || width_bits == 44 || width_bits == 48 ||
	       width_bits == 64;
}

static void read_info(struct smmu_pmcg *pmcg)
{
	const uint32_t cfgr = smmu_port_read32(&pmcg->port, pmcg->page0 + SMMU_PMCG_CFGR);
	pmcg->info = (struct smmu_pmcg_info){
		.counter_count = (uint8_t)(SMMU_FIELD_GET(PMCG_CFGR, NCTR, cfgr) + 1),
		.width_bits = (uint8_t)(SMMU_FIELD_GET(PMCG_CFGR, SIZE, cfgr) + 1),
		.relocated = SMMU_FIELD_GET(PMCG_CFGR, RELOC_CTRS, cfgr),
		.msi = SMMU_FIELD_GET(PMCG_CFGR, MSI, cfgr),
		.capture = SMMU_FIELD_GET(PMCG_CFGR, CAPTURE, cfgr),
		.shared_filter = SMMU_FIELD_GET(PMCG_CFGR, SID_FILTER_TYPE, cfgr),
	};
	pmcg->info.ceid[0] = smmu_port_read64(&pmcg->port, pmcg->page0 + SMMU_PMCG_CEID0);
	pmcg->info.ceid[1] = smmu_port_read64(&pmcg->port, pmcg->page0 + SMMU_PMCG_CEID1);
}

static smmu_status set_irq(struct smmu_pmcg *pmcg, uint32_t value)
{
	smmu_port_write32(&pmcg->port, pmcg->page0 + SMMU_PMCG_IRQ_CTRL, value);
	return smmu_port_wait32(pmcg->sys, &pmcg->port, pmcg->page0 + SMMU_PMCG_IRQ_CTRLACK, SMMU_PMCG_IRQ_CTRLACK_IRQEN_MASK,
				value, NULL);
}

/* Everything stopped, no overflow pending, and then the group as a whole enabled. */
static smmu_status reset(struct smmu_pmcg *pmcg)
{
	const struct smmu_port *const port = &pmcg->port;
	smmu_port_write32(port, pmcg->page0 + SMMU_PMCG_CR, 0);
	smmu_port_write64(port, pmcg->page0 + SMMU_PMCG_CNTENCLR0, UINT64_MAX);
	smmu_port_write64(port, pmcg->page0 + SMMU_PMCG_INTENCLR0, UINT64_MAX);
	smmu_port_write64(port, pmcg->counters + SMMU_PMCG_OVSCLR0, UINT64_MAX);
	smmu_status status = set_irq(pmcg, 0);
	if (status == SMMU_OK && pmcg->irq) {
		if (pmcg->info.msi)     /* wired only */
			smmu_port_write64(port, pmcg->page0 + SMMU_PMCG_IRQ_CFG0, 0);
		status = set_irq(pmcg, SMMU_PMCG_IRQ_CTRL_IRQEN_MASK);
	}
	if (status == SMMU_OK)
		smmu_port_write32(port, pmcg->page0 + SMMU_PMCG_CR, SMMU_PMCG_CR_E_MASK);
	return status;
}

smmu_status smmu_pmcg_probe(struct smmu_sys *sys, const struct smmu_port *port, uint32_t page0_offset, uint32_t page1_offset,
			    bool irq, struct smmu_pmcg **out)
{
	if (!out)
		return SMMU_E_INVALID;
	*out = NULL;
	if (!sys || !port || !port->read32 || !port->write32)
		return SMMU_E_INVALID;
	struct smmu_pmcg *const pmcg = smmu_mem_alloc(sys, sizeof *pmcg);
	if (!pmcg)
		return SMMU_E_NO_MEMORY;
	pmcg->sys = sys;
	pmcg->port = *port;
	pmcg->page0 = page0_offset;
	pmcg->irq = irq;
	read_info(pmcg);
	pmcg->counters = pmcg->info.relocated ? page1_offset : page0_offset;
	const smmu_status status = width_is_architected(pmcg->info.width_bits) ? reset(pmcg) : SMMU_E_HARDWARE;
	if (status != SMMU_OK) {
		smmu_mem_free(sys, pmcg, sizeof *pmcg);
		return status;
	}
	smmu_lock(sys, &sys->attach_lock);
	sys->object_count++;
	smmu_unlock(sys, &sys->attach_lock);
	*out = pmcg;
	return SMMU_OK;
}

smmu_status smmu_pmcg_remove(struct smmu_pmcg *pmcg)
{
	if (!pmcg)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = pmcg->sys;
	smmu_port_write32(&pmcg->port, pmcg->page0 + SMMU_PMCG_CR, 0);
	smmu_port_write64(&pmcg->port, pmcg->page0 + SMMU_PMCG_CNTENCLR0, UINT64_MAX);
	const smmu_status status = set_irq(pmcg, 0);
	if (status != SMMU_OK)
		return status;
	smmu_lock(sys, &sys->attach_lock);
	sys->object_count--;
	smmu_unlock(sys, &sys->attach_lock);
	smmu_mem_free(sys, pmcg, sizeof *pmcg);
	return SMMU_OK;
}

const struct smmu_pmcg_info *smmu_pmcg_info(const struct smmu_pmcg *pmcg)
{
	return pmcg ? &pmcg->info : NULL;
}

/* A span of 2^n StreamIDs is written as: n - 1 ones, a zero above them, then the common upper bits. */
static smmu_status encode_filter(const struct smmu_pmcg_filter *filter, struct filter_words *words)
{
	if (!filter || filter->kind == SMMU_PMCG_ALL) {
		*words = (struct filter_words){ SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK, SMR_EVERYTHING };
		return SMMU_OK;
	}
	if (filter->kind == SMMU_PMCG_EXACT) {
		*words = (struct filter_words){ 0, filter->sid };
		return SMMU_OK;
	}
	if (filter->kind != SMMU_PMCG_SPAN)
		return SMMU_E_INVALID;
	if (filter->span_log2 < 1 || filter->span_log2 > 31)
		return SMMU_E_RANGE;
	const uint32_t low = (UINT32_C(1) << filter->span_log2) - 1;
	*words = (struct filter_words){ SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK, (filter->sid & ~low) | low >> 1 };
	return SMMU_OK;
}

static bool is_filterable(uint32_t event)
{
	return event != SMMU_PMCG_CYCLE;
}

/* Would another counter lose its filter if this one were programmed? */
static bool filter_conflicts(const struct smmu_pmcg *pmcg, uint32_t event, const struct filter_words *words)
{
	if (!pmcg->info.shared_filter || !is_filterable(event))
		return false;
	for (unsigned n = 0; n < pmcg->info.counter_count; n++) {
		const struct counter *const other = &pmcg->counter[n];
		if (other->used && is_filterable(other->event) &&
		    (other->filter.span != words->span || other->filter.smr != words->smr))
			return true;
	}
	return false;
}

static void program(struct smmu_pmcg *pmcg, unsigned n)
{
	const struct smmu_port *const port = &pmcg->port;
	const struct counter *const counter = &pmcg->counter[n];
	const bool own_filter = !pmcg->info.shared_filter;
	zero_counter(pmcg, n);
	if (own_filter || n == 0 || is_filterable(counter->event)) {
		/* With one filter for all, counter 0's registers hold it, next to counter 0's own event. */
		const unsigned at = own_filter ? n : 0;
		smmu_port_write32(port, pmcg->page0 + SMMU_PMCG_EVTYPER(at), counter->filter.span | pmcg->counter[at].event);
		smmu_port_write32(port, pmcg->page0 + SMMU_PMCG_SMR(at), counter->filter.smr);
	}
	if (!own_filter && n != 0)
		smmu_port_write32(port, pmcg->page0 + SMMU_PMCG_EVTYPER(n), counter->event);
}

/* The filter counter 0 must keep when it is given out for cycles while others filter. */
static void inherit_shared_filter(const struct smmu_pmcg *pmcg, struct filter_words *words)
{
	for (unsigned n = 0; n < pmcg->info.counter_count; n++) {
		if (pmcg->counter[n].used && is_filterable(pmcg->counter[n].event)) {
			*words = pmcg->counter[n].filter;
			return;
		}
	}
}

static smmu_status alloc(struct smmu_pmcg *pmcg, uint32_t event, struct filter_words words, uint8_t *counter)
{
	unsigned n = 0;
	while (n < pmcg->info.counter_count && pmcg->counter[n].used)
		n++;
	if (n == pmcg->info.counter_count)
		return SMMU_E_NO_SPACE;
	if (filter_conflicts(pmcg, event, &words))
		return SMMU_E_BUSY;
	if (pmcg->info.shared_filter && !is_filterable(event))
		inherit_shared_filter(pmcg, &words);
	pmcg->counter[n] = (struct counter){ .used = true, .event = event, .filter = words };
	program(pmcg, n);
	pmcg->counter[n].last = read_value(pmcg, SMMU_PMCG_EVCNTR0, n); /* some counters cannot be written */
	*counter = (uint8_t)n;
	return SMMU_OK;
}

smmu_status smmu_pmcg_alloc(struct smmu_pmcg *pmcg, uint32_t event, const struct smmu_pmcg_filter *filter, uint8_t *counter)
{
	struct filter_words words;
	if (!pmcg || !counter)
		return SMMU_E_INVALID;
	if (event > SMMU_PMCG_EVTYPER0_EVENT_MASK)
		return SMMU_E_RANGE;
	if (event < 128 && !(pmcg->info.ceid[event / 64] & SMMU_BIT(event % 64)))
		return SMMU_E_UNSUPPORTED;
	smmu_status status = encode_filter(filter, &words);
	if (status != SMMU_OK)
		return status;
	smmu_lock(pmcg->sys, &pmcg->lock);
	status = alloc(pmcg, event, words, counter);
	smmu_unlock(pmcg->sys, &pmcg->lock);
	return status;
}

static bool is_given_out(const struct smmu_pmcg *pmcg, uint8_t counter)
{
	return pmcg && counter < pmcg->info.counter_count && pmcg->counter[counter].used;
}

smmu_status smmu_pmcg_start(struct smmu_pmcg *pmcg, uint8_t counter)
{
	if (!is_given_out(pmcg, counter))
		return SMMU_E_INVALID;
	smmu_lock(pmcg->sys, &pmcg->lock);
	if (pmcg->irq)
		smmu_port_write64(&pmcg->port, pmcg->page0 + SMMU_PMCG_INTENSET0, SMMU_BIT(counter));
	smmu_port_write64(&pmcg->port, pmcg->page0 + SMMU_PMCG_CNTENSET0, SMMU_BIT(counter));
	pmcg->counter[counter].running = true;
	smmu_unlock(pmcg->sys, &pmcg->lock);
	return SMMU_OK;
}

static void stop_locked(struct smmu_pmcg *pmcg, uint8_t counter)
{
	smmu_port_write64(&pmcg->port, pmcg->page0 + SMMU_PMCG_CNTENCLR0, SMMU_BIT(counter));
	if (pmcg->irq)
		smmu_port_write64(&pmcg->port, pmcg->page0 + SMMU_PMCG_INTENCLR0, SMMU_BIT(counter));
	look(pmcg, counter, SMMU_PMCG_EVCNTR0);
	pmcg->counter[counter].running = false;
}

smmu_status smmu_pmcg_stop(struct smmu_pmcg *pmcg, uint8_t counter)
{
	if (!is_given_out(pmcg, counter))
		return SMMU_E_INVALID;
	smmu_lock(pmcg->sys, &pmcg->lock);
	stop_locked(pmcg, counter);
	smmu_unlock(pmcg->sys, &pmcg->lock);
	return SMMU_OK;
}

smmu_status smmu_pmcg_free(struct smmu_pmcg *pmcg, uint8_t counter)
{
	if (!is_given_out(pmcg, counter))
		return SMMU_E_INVALID;
	smmu_lock(pmcg->sys, &pmcg->lock);
	stop_locked(pmcg, counter);
	smmu_port_write64(&pmcg->port, pmcg->counters + SMMU_PMCG_OVSCLR0, SMMU_BIT(counter));
	pmcg->counter[counter] = (struct counter){ 0 };
	smmu_unlock(pmcg->sys, &pmcg->lock);
	return SMMU_OK;
}

smmu_status smmu_pmcg_read(struct smmu_pmcg *pmcg, uint8_t counter, uint64_t *value)
{
	if (!is_given_out(pmcg, counter) || !value)
		return SMMU_E_INVALID;
	smmu_lock(pmcg->sys, &pmcg->lock);
	look(pmcg, counter, SMMU_PMCG_EVCNTR0);
	*value = pmcg->counter[counter].total;
	smmu_unlock(pmcg->sys, &pmcg->lock);
	return SMMU_OK;
}

smmu_status smmu_pmcg_capture(struct smmu_pmcg *pmcg, uint64_t *values, size_t count)
{
	if (!pmcg || !values)
		return SMMU_E_INVALID;
	if (!pmcg->info.capture)
		return SMMU_E_UNSUPPORTED;
	smmu_lock(pmcg->sys, &pmcg->lock);
	smmu_port_write32(&pmcg->port, pmcg->counters + SMMU_PMCG_CAPR, SMMU_PMCG_CAPR_CAPTURE_MASK);
	for (unsigned n = 0; n < pmcg->info.counter_count; n++) {
		if (pmcg->counter[n].used)
			look(pmcg, n, SMMU_PMCG_SVR0);
		if (n < count)
			values[n] = pmcg->counter[n].total;
	}
	for (size_t n = pmcg->info.counter_count; n < count; n++)
		values[n] = 0;
	smmu_unlock(pmcg->sys, &pmcg->lock);
	return SMMU_OK;
}

smmu_status smmu_pmcg_handle_irq(struct smmu_pmcg *pmcg)
{
	if (!pmcg)
		return SMMU_E_INVALID;
	smmu_lock(pmcg->sys, &pmcg->lock);
	const uint64_t overflowed = smmu_port_read64(&pmcg->port, pmcg->counters + SMMU_PMCG_OVSSET0);
	/* Cleared before the look: a wrap in between sets it again and costs one idle look, never a lost one. */
	if (overflowed)
		smmu_port_write64(&pmcg->port, pmcg->counters + SMMU_PMCG_OVSCLR0, overflowed);
	for (unsigned n = 0; n < pmcg->info.counter_count; n++)
		if ((overflowed & SMMU_BIT(n)) && pmcg->counter[n].used)
			look(pmcg, n, SMMU_PMCG_EVCNTR0);
	smmu_unlock(pmcg->sys, &pmcg->lock);
	return SMMU_OK;
}
