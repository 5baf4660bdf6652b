/* SPDX-License-Identifier: Apache-2.0
 * Where the answer of the core is not one that the naive translator gives: outcome, address, event record, hardware updates, memory types,
 * GATOS_PAR. Each complaint says which rule and, where there are some, both values.
 * Not here: which access, and which of several legal answers (diff_fuzz.c). Proof: it fails when either side is broken. */
#include "fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- comparing --------------------------------------------------------------------------------------------------- */

/* Bits of the updates at one address: which must have changed, which may have. */
static void expected_change(const struct naive_result *n, uint64_t pa, uint64_t *must, uint64_t *may)
{
	*must = *may = 0;
	for (unsigned i = 0; i < n->updates; i++)
		if (n->update[i].pa == pa)
			*(n->update[i].optional ? may : must) |= n->update[i].old_word ^ n->update[i].new_word;
	*may |= *must;
}

static const char *compare_updates(const struct naive_result *n, const struct core_run *c, bool warm)
{
	uint64_t must, may;
	for (unsigned i = 0; i < n->updates; i++) {
		uint64_t changed = 0;
		expected_change(n, n->update[i].pa, &must, &may);
		for (unsigned k = 0; k < c->writes; k++)
			if (c->write[k].pa == n->update[i].pa)
				changed ^= c->write[k].old_word ^ c->write[k].new_word;
		if (must & ~changed && !(warm && n->contiguous))
			return "a hardware update is missing";
		if (changed & ~may)
			return "a hardware update changed other bits";
	}
	for (unsigned k = 0; k < c->writes; k++) {
		expected_change(n, c->write[k].pa, &must, &may);
		if ((c->write[k].old_word ^ c->write[k].new_word) & ~may)
			return "an update nobody asked for";
	}
	return NULL;
}

/* Merging is never asked for. It is allowed with the last record, unread, of the same, not of a stalled transaction, and where STE.MEV says
 * so or the event merges always. */
static bool may_be_merged(const struct platform *p, const struct naive_result *n, const struct core_run *c)
{
	const bool always = n->event >= 1 && n->event <= 4, any_offset = n->event == 0x0b || (n->event >= 0x10 && n->event <= 0x13);
	uint64_t differ = (n->record[2] ^ c->last_record[2]) & (any_offset ? ~UINT64_C(0xfff) : ~UINT64_C(0));
	for (unsigned i = 0; i < 4; i++)
		differ |= i == 2 ? 0 : n->record[i] ^ c->last_record[i];
	return p->config.merge_events && c->unread && (always || n->merge_any) && !(n->record[1] >> 31 & 1) && !differ;
}

static const char *compare_record(const struct platform *p, const struct naive_result *n, const struct core_run *c)
{
	if (!c->records && n->recorded && may_be_merged(p, n, c))
		return NULL;
	if (!c->records && n->recorded && p->config.merge_events && !memcmp(n->record, c->last_record, sizeof n->record))
		return c->unread ? "the event is merged, which STE.MEV forbids" : "the event is merged with a record that was read already";
	if (c->records != n->recorded)
		return n->recorded ? "the event record is missing" : "an event record too many";
	if (!n->recorded)
		return NULL;
	uint64_t want[4], got[4];
	memcpy(want, n->record, sizeof want);
	memcpy(got, c->record, sizeof got);
	if (want[1] >> 31 & 1)
		got[1] &= ~UINT64_C(0xffff); /* STAG */
	if (n->event == 0x13 && (want[1] >> 40 & 3) != 1) { /* TTRnW means something for CLASS=TT only */
		want[1] &= ~(UINT64_C(1) << 44);
		got[1] &= ~(UINT64_C(1) << 44);
	}
	return memcmp(want, got, sizeof want) ? "the event records differ" : NULL;
}

/* ---- memory types ------------------------------------------------------------------------------------------------ */

static bool type_fits(const struct naive_memtype *want, unsigned attr) { return want->type_open || want->type == naive_type_of_mair(attr); }
static bool sh_fits(const struct naive_memtype *want, unsigned sh) { return want->sh_open || want->sh == sh; }

static const char *type_name(unsigned attr, char text[40])
{
	static const char *const device[] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE", "Device-GRE"};
	static const char *const normal[16] = {[4] = "non-cacheable", [0xb] = "write-through", [0xf] = "write-back"};
	const unsigned type = naive_type_of_mair(attr);
	if (type >> 4)
		snprintf(text, 40, "outer %s inner %s", normal[type >> 4], normal[type & 15]);
	else
		snprintf(text, 40, "%s", device[type >> 2]);
	return text;
}

static const char *sh_name(unsigned sh)
{
	static const char *const name[4] = {"not shareable", "shareable as it came in", "outer shareable", "inner shareable"};
	return name[sh & 3];
}

/* Which rule says what the type of a result is made of. */
static const char *type_rule(const struct naive_result *n)
{
	static const char *const rule[4] = {"of MTCFG and SHCFG", "of MAIR and the stage-1 descriptor",
					    "of stage 2 combined with the overrides of the STE", "of both stages combined"};
	return rule[n->stages];
}

static const char *differing_types(const char *what, const char *rule, const struct naive_memtype *want, unsigned attr, unsigned sh)
{
	static char texts[8][400]; /* one answer may be asked for again while others are told apart */
	static unsigned turn;
	char *const text = texts[turn++ % 8];
	char a[40], b[40];
	if (!type_fits(want, attr))
		snprintf(text, sizeof texts[0], "the memory type %s is %s, but that %s is %s", what, type_name(attr, a), rule, type_name(want->type, b));
	else if (!sh_fits(want, sh))
		snprintf(text, sizeof texts[0], "the shareability %s is '%s', but that %s is '%s'", what, sh_name(sh), rule, sh_name(want->sh));
	else
		return NULL;
	return text;
}

/* Every access of the core to a structure or table is made like one of those the naive translator makes to the same word. */
static const char *compare_own_accesses(const struct naive_result *n, const struct core_run *c)
{
	static const char *const what[4] = {"of a read of the stream table", "of a read of a CD table", "of an access to a stage-1 table",
					    "of an access to a stage-2 table"};
	static const char *const rule[4] = {"of CR1.TABLE_*", "of STE.S1C*, with that of stage 2 where there is one,",
					    "of CD.IR, OR and SH, with that of stage 2 where there is one,", "of STE.S2IR0, S2OR0 and S2SH0"};
	for (unsigned k = 0; k < c->accesses; k++) {
		const char *why = NULL;
		for (unsigned i = 0; i < n->reads; i++) {
			if (n->read[i].pa != c->access[k].pa || n->read[i].reader != c->access[k].reader)
				continue;
			why = differing_types(what[n->read[i].reader], rule[n->read[i].reader], &n->read[i].memory, c->access[k].attr, c->access[k].sh);
			if (!why)
				break;
		}
		if (why)
			return why;
	}
	return NULL;
}

/* ---- address translation operations ------------------------------------------------------------------------------ */

static const char *par_differs(const char *field, uint64_t core, const char *rule, uint64_t want)
{
	static char texts[8][300];
	static unsigned turn;
	char *const text = texts[turn++ % 8];
	snprintf(text, sizeof texts[0], "GATOS_PAR.%s is 0x%" PRIx64 ", but %s: 0x%" PRIx64, field, core, rule, want);
	return text;
}

static const char *compare_fault(const struct naive_result *n, uint64_t par)
{
	const unsigned code = par >> 4 & 0xff, reason = par >> 1 & 3;
	const bool either = n->reason_open && (n->event == 0x09 || n->event == 0x0b) && (code == 0x09 || code == 0x0b);
	if (n->code_open)
		return NULL;
	if (code != n->event && !either)
		return par_differs("FAULTCODE", code, "that is what fails here", n->event);
	if (!n->reason_open && reason != n->fault_reason)
		return par_differs("REASON", reason, "it says whether stage 2 fails, and of what", n->fault_reason);
	if (!n->reason_open && (par & mask(52) & ~mask(12)) != n->fault_addr)
		return par_differs("FADDR", par & mask(52) & ~mask(12), "it is an IPA for stage-2 faults of TYPE 3, else 0", n->fault_addr);
	return NULL;
}

static const char *compare_par(const struct naive_result *n, const struct core_run *c)
{
	const uint64_t address = c->par & mask(52) & ~mask(12);
	const unsigned size_log2 = c->par >> 11 & 1 ? (address ? (unsigned)__builtin_ctzll(address) + 1 : 64) : 12;
	if (c->closed_early)
		return "SMMUEN is acknowledged as 0, but an address translation operation ends before that";
	if (c->synced_early)
		return "CMD_SYNC is consumed, but an address translation operation that is older ends before that";
	if (c->closed && (c->par & 0xff1) == 0xfd1) /* INTERNAL_ERR: given up for SMMUEN = 0 */
		return NULL;
	if (c->records)
		return "an address translation operation recorded an event, but it never does";
	if ((c->par & 1) != (n->outcome != NAIVE_OK))
		return n->outcome == NAIVE_OK ? par_differs("FAULT", 1, "the translation is there", 0) : par_differs("FAULT", 0, n->code_open ? "VATOS answers stage 1 of streams of VATOS_SEL only" : "the translation fails", 1);
	if (n->outcome != NAIVE_OK)
		return compare_fault(n, c->par);
	if (!n->contiguous && size_log2 > n->leaf_log2)
		return par_differs("Size", size_log2, "it is no larger than the leaf", n->leaf_log2);
	if ((address & ~mask(size_log2)) != (n->pa & ~mask(size_log2)))
		return par_differs("ADDR", address & ~mask(size_log2), "the tables lead to", n->pa & ~mask(size_log2));
	return differing_types("of GATOS_PAR", "of what was asked for", &n->memory, (unsigned)(c->par >> 56), c->par >> 8 & 3);
}

const char *answers_differ(const struct platform *p, const struct naive_result *n, const struct core_run *c)
{
	static const uint8_t status[] = {SMMU_XLATE_OK, SMMU_XLATE_ABORT, SMMU_XLATE_RAZ_WI};
	if (c->stuck)
		return "the core's job does not end";
	if (n->asked) {
		const char *why = compare_par(n, c);
		if (!why)
			why = compare_own_accesses(n, c);
		return why ? why : compare_updates(n, c, p->warm);
	}
	if (c->stalled != (n->outcome == NAIVE_STALL))
		return "one stalls, the other does not";
	if (!c->stalled && c->result.status != status[n->outcome])
		return "the outcomes differ";
	if (n->outcome == NAIVE_OK && c->result.pa != n->pa)
		return "the addresses differ";
	if (!c->stalled && c->result.event != n->event)
		return "the event numbers differ";
	if (n->outcome == NAIVE_OK && n->stages && !n->contiguous && c->result.size_log2 > n->leaf_log2)
		return "the answer covers more than its leaf";
	const char *why = compare_record(p, n, c);
	if (!why && n->outcome == NAIVE_OK)
		why = differing_types("of the result", type_rule(n), &n->memory, c->result.attr, c->result.sh);
	if (!why)
		why = compare_own_accesses(n, c);
	return why ? why : compare_updates(n, c, p->warm);
}
