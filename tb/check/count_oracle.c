/* SPDX-License-Identifier: Apache-2.0
 * Counts of a PMCG against what happened: whenever a counter is read, it must have counted the transactions, descriptor reads and
 * structure fetches that came since it was last read or written, of the streams its filter lets through.
 * Judged are events 1 (transaction), 4 (translation table access) and 5 (configuration structure access), which the trace shows one by
 * one; the group of a TBU counts its transactions and no accesses. Judged is where nothing was under way at the last change of the group's set-up and at the read, because then it is certain what belongs to
 * which side. Not here: events 0, 2, 3, 6, 7, captured values, what the driver makes of
 * them (answer_oracle.c). Proof: tb/check/test/test_counts.c. */
#include "internal.h"

#include <stdio.h>

/* Offsets in the frame of an SMMU; registers of a group are at the same offsets in both of its pages. Group 0 is the SMMU's, group
 * 1 + t that of TBU t. */
#define PAGE0 0x20000u
#define PAGE1 0x30000u
#define TBU_GROUPS 0x60000u
#define GROUP_BYTES 0x20000u
#define STRIDE(p) ((p)->width_bits > 32 ? 8u : 4u)

static unsigned filter_of(const struct pmcg *p, unsigned n) { return p->shared_filter ? 0 : n; }

static bool lets_through(const struct pmcg *p, unsigned n, uint32_t sid)
{
	const struct counter *const f = &p->counter[filter_of(p, n)];
	if (!(f->type & SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK))
		return sid == f->smr;
	if (f->smr == UINT32_MAX)
		return true;
	/* bits up to the lowest zero of SMR are ignored */
	const uint32_t ignored = f->smr ^ (f->smr + 1);
	return (sid | ignored) == (f->smr | ignored);
}

static bool is_judged(const struct pmcg *p, unsigned n)
{
	const unsigned event = p->counter[n].type & SMMU_PMCG_EVTYPER0_EVENT_MASK;
	return p->counter[n].type_known && p->counter[filter_of(p, n)].smr_known && p->counter[filter_of(p, n)].type_known &&
	       (event == 1 || event == 4 || event == 5);
}

/* Which group the offset belongs to, and the offset as if it were group 0; CHECK_GROUPS: none. */
static unsigned group_at(uint64_t *offset)
{
	if (*offset >= PAGE0 && *offset < PAGE0 + GROUP_BYTES)
		return 0;
	if (*offset < TBU_GROUPS || *offset >= TBU_GROUPS + (CHECK_GROUPS - 1) * GROUP_BYTES)
		return CHECK_GROUPS;
	const unsigned tbu = (unsigned)((*offset - TBU_GROUPS) / GROUP_BYTES);
	*offset -= TBU_GROUPS + tbu * GROUP_BYTES - PAGE0;
	return 1 + tbu;
}

static void counts(struct check *c, struct pmcg *p, unsigned event)
{
	check_i_asked_happened(p, event, c->now.sid);
	if (!(p->cr & SMMU_PMCG_CR_E_MASK))
		return;
	for (unsigned n = 0; n < CHECK_COUNTERS; n++)
		if (p->enabled >> n & 1 && (p->counter[n].type & SMMU_PMCG_EVTYPER0_EVENT_MASK) == event && lets_through(p, n, c->now.sid))
			p->counter[n].value++;
}

void check_i_happened(struct check *c, unsigned smmu, unsigned event)
{
	c->smmu[smmu].happened++;
	counts(c, &c->smmu[smmu].pmcg[0], event);
	/* what begins says at which TBU */
	if (event == 1 && c->now.data[2] < CHECK_GROUPS - 1)
		counts(c, &c->smmu[smmu].pmcg[1 + c->now.data[2]], event);
}

/* The set-up of a group changes: what is under way may count or not. */
static void changes(struct check *c, unsigned smmu, struct pmcg *p)
{
	for (unsigned n = 0; n < CHECK_COUNTERS && c->smmu[smmu].open_count > 0; n++)
		p->counter[n].known = false;
}

static uint64_t mask_of(const struct pmcg *p)
{
	return p->width_bits >= 64 ? UINT64_MAX : (UINT64_C(1) << p->width_bits) - 1;
}

/* Number of the counter at an offset of EVCNTRn, or CHECK_COUNTERS. */
static unsigned counter_at(const struct pmcg *p, uint64_t offset)
{
	const uint64_t base = p->relocated ? PAGE1 : PAGE0;
	if (p->width_bits == 0 || offset < base || (offset - base) / STRIDE(p) >= CHECK_COUNTERS)
		return CHECK_COUNTERS;
	return (unsigned)((offset - base) / STRIDE(p));
}

void check_i_pmcg_write(struct check *c, unsigned smmu, uint64_t offset, uint64_t value, unsigned bytes)
{
	const unsigned group = group_at(&offset);
	if (group == CHECK_GROUPS)
		return;
	struct pmcg *const p = &c->smmu[smmu].pmcg[group];
	const unsigned n = counter_at(p, offset);
	changes(c, smmu, p);
	check_i_asked_disturbed(c, smmu, p);
	if (n < CHECK_COUNTERS) {
		struct counter *const k = &p->counter[n];
		const unsigned half = offset % STRIDE(p) ? 32 : 0;
		k->value = bytes == STRIDE(p) ? value : (k->value & ~(UINT64_C(0xffffffff) << half)) | value << half;
		k->value &= mask_of(p);
		/* a half does not say the other one */
		k->known = (k->known || bytes == STRIDE(p)) && c->smmu[smmu].open_count == 0;
		return;
	}
	offset -= PAGE0;
	const bool set = offset - SMMU_PMCG_CNTENSET0 < 8, clear = offset - SMMU_PMCG_CNTENCLR0 < 8;
	if (offset >= SMMU_PMCG_EVTYPER0 && offset < SMMU_PMCG_EVTYPER0 + 4u * CHECK_COUNTERS) {
		struct counter *const k = &p->counter[(offset - SMMU_PMCG_EVTYPER0) / 4];
		k->type = (uint32_t)value;
		k->type_known = true;
	} else if (offset >= SMMU_PMCG_SMR0 && offset < SMMU_PMCG_SMR0 + 4u * CHECK_COUNTERS) {
		struct counter *const k = &p->counter[(offset - SMMU_PMCG_SMR0) / 4];
		k->smr = (uint32_t)value;
		k->smr_known = true;
	} else if (set || clear) {
		const uint64_t bits = value << (offset % 8 * 8);
		p->enabled = set ? p->enabled | bits : p->enabled & ~bits;
	} else if (offset == SMMU_PMCG_CR) {
		p->cr = (uint32_t)value;
	}
}

void check_i_pmcg_read(struct check *c, unsigned smmu, uint64_t offset, uint64_t value, unsigned bytes)
{
	const unsigned group = group_at(&offset);
	if (group == CHECK_GROUPS)
		return;
	struct pmcg *const p = &c->smmu[smmu].pmcg[group];
	if (offset == PAGE0 + SMMU_PMCG_CFGR) {
		p->width_bits = (uint8_t)(check_i_field(value, SMMU_PMCG_CFGR_SIZE_MASK, SMMU_PMCG_CFGR_SIZE_SHIFT) + 1);
		p->relocated = (value & SMMU_PMCG_CFGR_RELOC_CTRS_MASK) != 0;
		p->shared_filter = (value & SMMU_PMCG_CFGR_SID_FILTER_TYPE_MASK) != 0;
		return;
	}
	const unsigned n = counter_at(p, offset);
	if (n == CHECK_COUNTERS || bytes != STRIDE(p) || !is_judged(p, n))
		return;
	struct counter *const k = &p->counter[n];
	k->value &= mask_of(p);
	char whose[32] = "";
	if (group > 0)
		snprintf(whose, sizeof whose, " of tbu%u", group - 1);
	if (k->known && c->smmu[smmu].open_count == 0 && k->value != value)
		check_i_fail(c, CHECK_COUNTS, smmu, "count.wrong",
			     "counter %u%s of smmu%u, event %u, reads %llu; by what happened it is %llu", n, whose, smmu,
			     k->type & SMMU_PMCG_EVTYPER0_EVENT_MASK, (unsigned long long)value, (unsigned long long)k->value);
	k->value = value;
	k->known = c->smmu[smmu].open_count == 0;
}
