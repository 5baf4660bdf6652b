/* SPDX-License-Identifier: Apache-2.0
 * Random platforms, tables and accesses through the model core and through the naive translator; they must agree on the
 * outcome, the address, every byte of the event record but STAG, every bit a hardware update changed, and memory types. Half of the
 * platforms run cold (everything invalidated before each access), half warm (nothing changes, cached answers must be the
 * right ones, with invalidations thrown in; tables grow without invalidation and change with the one that is required).
 * Not here: ATS, PRI, counters, invalidation by address (model tests).
 * Proof: the coverage table, and that it fails when either side is broken. */
#include "fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCESSES_PER_PLATFORM 100
#define CHOICES (1u << NAIVE_CHOICE_COUNT)

static struct memory memory;
static struct platform platform;
static struct { uint64_t outcome[4], event[256], unrecorded, updates, warm, skipped, s2_faults[4], two_ways, ok_by_stage[4], leaf[65], tlb_hits, edits, merged, prefetches, asks, asks_ok; } tally;

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
static bool may_be_merged(const struct naive_result *n, const struct core_run *c)
{
	const bool always = n->event >= 1 && n->event <= 4, any_offset = n->event == 0x0b || (n->event >= 0x10 && n->event <= 0x13);
	uint64_t differ = (n->record[2] ^ c->last_record[2]) & (any_offset ? ~UINT64_C(0xfff) : ~UINT64_C(0));
	for (unsigned i = 0; i < 4; i++)
		differ |= i == 2 ? 0 : n->record[i] ^ c->last_record[i];
	return platform.config.merge_events && c->unread && (always || n->merge_any) && !(n->record[1] >> 31 & 1) && !differ;
}

static const char *compare_record(const struct naive_result *n, const struct core_run *c)
{
	if (!c->records && n->recorded && may_be_merged(n, c)) {
		tally.merged++;
		return NULL;
	}
	if (!c->records && n->recorded && platform.config.merge_events && !memcmp(n->record, c->last_record, sizeof n->record))
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
		return n->outcome == NAIVE_OK ? par_differs("FAULT", 1, "the translation is there", 0) : par_differs("FAULT", 0, "the translation fails", 1);
	if (n->outcome != NAIVE_OK)
		return compare_fault(n, c->par);
	if (!n->contiguous && size_log2 > n->leaf_log2)
		return par_differs("Size", size_log2, "it is no larger than the leaf", n->leaf_log2);
	if ((address & ~mask(size_log2)) != (n->pa & ~mask(size_log2)))
		return par_differs("ADDR", address & ~mask(size_log2), "the tables lead to", n->pa & ~mask(size_log2));
	return differing_types("of GATOS_PAR", "of what was asked for", &n->memory, (unsigned)(c->par >> 56), c->par >> 8 & 3);
}

static const char *compare(const struct naive_result *n, const struct core_run *c, bool warm)
{
	static const uint8_t status[] = {SMMU_XLATE_OK, SMMU_XLATE_ABORT, SMMU_XLATE_RAZ_WI};
	if (c->stuck)
		return "the core's job does not end";
	if (n->asked) {
		const char *why = compare_par(n, c);
		if (!why)
			why = compare_own_accesses(n, c);
		return why ? why : compare_updates(n, c, warm);
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
	const char *why = compare_record(n, c);
	if (!why && n->outcome == NAIVE_OK)
		why = differing_types("of the result", type_rule(n), &n->memory, c->result.attr, c->result.sh);
	if (!why)
		why = compare_own_accesses(n, c);
	return why ? why : compare_updates(n, c, warm);
}

/* ---- telling what happened --------------------------------------------------------------------------------------- */

static void show_words(const char *name, uint64_t pa, unsigned n)
{
	printf("  %s at %" PRIx64 ":", name, pa);
	for (unsigned i = 0; i < n && memory_holds(pa + 8 * i); i++)
		printf(" %016" PRIx64, memory_get(&memory, pa + 8 * i));
	printf("\n");
}

static void show_platform(const struct naive_txn *t)
{
	const struct platform *p = &platform;
	const uint32_t *idr = p->config.ids.idr;
	printf("  IDR0 %08x IDR1 %08x IDR3 %08x IDR5 %08x tlb %u/%u config cache %u\n", idr[0], idr[1], idr[3], idr[5], p->config.tlb_entries,
	       p->config.tlb_ways, p->config.config_cache_entries);
	printf("  SMMUEN %d RECINVSID %d E2H %d STRTAB_BASE %" PRIx64 " CFG %x; %s; outside the arena %s\n", p->regs.smmuen, p->regs.recinvsid,
	       p->regs.e2h, p->regs.strtab_base, p->regs.strtab_base_cfg, p->warm ? "warm" : "cold", memory.outside_aborts ? "aborts" : "reads zero");
	for (unsigned i = 0; i < p->streams; i++) {
		const struct stream *s = &p->stream[i];
		if (s->sid != t->sid)
			continue;
		show_words("STE", s->ste_pa, 4);
		for (unsigned k = 0; k < s->cds; k++)
			show_words("CD", s->cd_pa[k], 3);
		printf("  the arena is at IPA %" PRIx64 "\n", s->alias);
	}
	for (unsigned i = 0; i < p->paths; i++)
		if (p->path[i] >= ARENA_BASE + CONFIG_END)
			show_words("descriptor", p->path[i], 1);
	for (unsigned i = 0; i < memory.aborts; i++)
		printf("  %s of %" PRIx64 " abort\n", memory.abort[i].writes_only ? "writes" : "reads", memory.abort[i].pa);
	printf("  access: %s%s%s SID=%x SSV=%d SSID=%x addr=%" PRIx64 "%s\n", t->write ? "write" : "read", t->privileged ? " PnU" : "",
	       t->instruction ? " InD" : "", t->sid, t->ssv, t->ssid, t->addr, t->no_stall ? " no-stall" : "");
}

static void show_naive(unsigned choice, const struct naive_result *n, const char *why)
{
	static const char *const name[] = {"OK", "abort", "RAZ/WI", "stall"};
	printf("  naive, choice %02x: %s PA %" PRIx64 " event %02x %s record %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " leaf %u: %s\n",
	       choice, name[n->outcome], n->pa, n->event, n->recorded ? "recorded" : "silent", n->record[0], n->record[1], n->record[2],
	       n->record[3], n->leaf_log2, why);
	for (unsigned i = 0; i < n->updates; i++)
		printf("    update %" PRIx64 ": %016" PRIx64 " -> %016" PRIx64 "%s\n", n->update[i].pa, n->update[i].old_word, n->update[i].new_word,
		       n->update[i].optional ? " (optional)" : "");
}

static void show_core(const struct core_run *c)
{
	printf("  core: status %u%s%s PA %" PRIx64 " event %02x size %u records %u: %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n",
	       c->result.status, c->stalled ? " stalled" : "", c->stuck ? " STUCK" : "", c->result.pa, c->result.event, c->result.size_log2,
	       c->records, c->record[0], c->record[1], c->record[2], c->record[3]);
	for (unsigned i = 0; i < c->writes; i++)
		printf("    write %" PRIx64 ": %016" PRIx64 " -> %016" PRIx64 "\n", c->write[i].pa, c->write[i].old_word, c->write[i].new_word);
}

/* What the naive translator reads on its way, the same words the core should have seen. */
static bool show_read(void *ctx, uint64_t pa, uint64_t *value)
{
	const bool ok = memory_read(ctx, pa, value);
	printf("    reads %" PRIx64 ": %016" PRIx64 "%s\n", pa, ok ? *value : 0, ok ? "" : " aborts");
	return ok;
}

static void show_answer(const char *who, unsigned outcome, uint64_t pa, unsigned event)
{
	static const char *const name[] = {"lets it through", "aborts", "answers RAZ/WI", "stalls it"};
	printf("%s %s", who, name[outcome]);
	if (outcome == NAIVE_OK)
		printf(" to 0x%" PRIx64, pa);
	if (event)
		printf(" with event 0x%02x", event);
}

/* One line: which access, which rule, both answers, and what last emptied the caches. */
static void show_difference(const struct naive_txn *t, const char *why, const struct naive_result *n, const struct core_run *c)
{
	const unsigned outcome = c->stalled ? NAIVE_STALL : c->result.status == SMMU_XLATE_OK ? NAIVE_OK : c->result.status == SMMU_XLATE_RAZ_WI ? NAIVE_RAZ_WI : NAIVE_ABORT;
	printf("DIFFERENCE: ");
	if (t->ask)
		printf("GATOS request of TYPE %u%s for a ", (unsigned)t->ask & 3, t->no_update ? " with HTTUI" : "");
	printf("%s by StreamID 0x%x at 0x%" PRIx64 ": %s; ", t->write ? "write" : t->instruction ? "fetch" : "read", t->sid, t->addr, why);
	if (t->ask)
		printf("the core answers PAR 0x%016" PRIx64, c->par);
	else
		show_answer("the core", outcome, c->result.pa, c->result.event);
	show_answer(", the architecture", n->outcome, n->pa, n->event);
	printf("; caches were emptied by %s\n", core_last_invalidation());
}

static void undo_core_writes(const struct core_run *c)
{
	for (unsigned i = c->writes; i--;)
		if (memory_holds(c->write[i].pa))
			memory_put(&memory, c->write[i].pa, c->write[i].old_word);
}

/* ---- one access -------------------------------------------------------------------------------------------------- */

static void count(const struct naive_result *n, unsigned ways)
{
	if (n->asked) {
		tally.asks++;
		tally.asks_ok += n->outcome == NAIVE_OK;
		return;
	}
	tally.outcome[n->outcome]++;
	tally.event[n->event]++;
	tally.ok_by_stage[n->stages] += n->outcome == NAIVE_OK;
	tally.leaf[n->leaf_log2] += n->outcome == NAIVE_OK;
	tally.unrecorded += n->event && !n->recorded;
	tally.updates += n->updates != 0;
	tally.warm += platform.warm;
	tally.two_ways += ways > 1;
	if (n->event >= 0x10 && (n->record[1] >> 39 & 1))
		tally.s2_faults[n->record[1] >> 40 & 3]++;
}

static void do_access(const struct naive_txn *t, struct core_run *run)
{
	if (t->ask)
		core_ask(&platform, t, run);
	else
		core_access(&platform, t, run);
}

static bool one_access(const struct naive_txn *t, struct core_run *run)
{
	static struct naive_result naive[CHOICES];
	const struct naive_memory view = {memory_read, memory_writable, &memory};
	unsigned used = 0, ways = 0;
	bool tried[CHOICES] = {false};
	const char *why[CHOICES];
	for (unsigned c = 0; c < CHOICES; c++) {
		if (c & ~used)
			continue;
		naive_translate(&platform.hw, &platform.regs, &view, t, c, &naive[c]);
		used |= naive[c].choices_used;
		tried[c] = true;
		ways++;
		if (naive[c].unsupported) {
			tally.skipped++;
			do_access(t, run);
			return true;
		}
	}
	do_access(t, run);
	count(&naive[0], ways);
	for (unsigned c = 0; c < CHOICES; c++)
		if (tried[c] && !(why[c] = compare(&naive[c], run, platform.warm))) {
			if (run->stalled && !core_finish_stall(&platform, t, run)) {
				printf("DIFFERENCE: CMD_RESUME did not end the stalled access as asked\n");
				show_platform(t);
				return false;
			}
			return true;
		}
	show_difference(t, why[0], &naive[0], run);
	show_platform(t);
	for (unsigned c = 0; c < CHOICES; c++)
		if (tried[c])
			show_naive(c, &naive[c], why[c]);
	show_core(run);
	const struct naive_memory traced = {show_read, memory_writable, &memory};
	struct naive_result again;
	undo_core_writes(run);
	printf("  the naive way, choice 00:\n");
	naive_translate(&platform.hw, &platform.regs, &traced, t, 0, &again);
	return false;
}

static bool dirty_written(const struct core_run *run, bool *config_touched)
{
	bool dirty = false;
	*config_touched = false;
	for (unsigned i = 0; i < run->writes; i++) {
		const uint64_t changed = run->write[i].old_word ^ run->write[i].new_word;
		dirty |= changed & (UINT64_C(1) << 7 | UINT64_C(1) << 63);
		*config_touched |= run->write[i].pa < ARENA_BASE + CONFIG_END;
	}
	return dirty;
}

/* A prefetch is a hint: whatever becomes of it, nobody is told, nothing stalls, and what it changes is the access flag and, for the sake of that,
 * the stage-2 dirty state of a page that holds stage-1 tables. */
static bool one_prefetch(const struct naive_txn *t)
{
	struct core_run run;
	const char *why = NULL;
	tally.prefetches++;
	core_prefetch(&platform, t, &run);
	if (run.records)
		why = "records an event, but a prefetch that fails is silent";
	if (run.stuck)
		why = "ends another transaction";
	for (unsigned i = 0; i < run.writes; i++) {
		const uint64_t set = run.write[i].new_word & ~run.write[i].old_word, may = 1u << 10 | 1u << 7;
		if ((run.write[i].old_word & ~run.write[i].new_word) || ((set & ~may) && (set & ~swap64(may))))
			why = "makes a page dirty, but only an access does";
	}
	if (!why && run.writes) /* as in warm_access() */
		core_invalidate_all(&platform);
	if (!why)
		return true;
	printf("DIFFERENCE: prefetch for StreamID 0x%x at 0x%" PRIx64 ": it %s (event 0x%02" PRIx64 ")\n", t->sid, t->addr, why, run.records ? run.record[0] & 0xff : 0);
	show_platform(t);
	show_core(&run);
	return false;
}

static bool can_ask(void) { return (platform.config.ids.idr[0] >> 15 & 1) && platform.regs.smmuen; }

static bool cold_platform(unsigned accesses)
{
	struct core_run run;
	for (unsigned i = 0; i < accesses; i++) {
		struct naive_txn t = platform_access(&platform);
		for (unsigned k = chance(&platform.rng, 45) ? 1 + below(&platform.rng, 2) : 0; k; k--)
			platform_mutate(&platform);
		core_invalidate_all(&platform);
		if (can_ask() && chance(&platform.rng, 25))
			t = platform_ask(&platform, &t);
		if (platform.config.prefetch && !t.ask && chance(&platform.rng, 20)) {
			if (!one_prefetch(&t))
				return false;
			core_invalidate_all(&platform);
		}
		if (!one_access(&t, &run))
			return false;
		if (chance(&platform.rng, 60))
			core_read_events();
		platform_undo(&platform);
	}
	return true;
}

/* Accesses that work are worth more to a cache than accesses that fail. */
static struct naive_txn warm_target(void)
{
	const struct naive_memory view = {memory_read, memory_writable, &memory};
	struct naive_result n;
	struct naive_txn t = platform_access(&platform);
	for (unsigned i = 0; i < 3; i++) {
		naive_translate(&platform.hw, &platform.regs, &view, &t, 0, &n);
		if (n.outcome == NAIVE_OK || chance(&platform.rng, 20))
			break;
		t = platform_access(&platform);
	}
	return t;
}

/* What one stream made dirty, another may have cached as clean, and a stray walk may have set AF in an STE: software would
 * invalidate. */
static bool warm_access(const struct naive_txn *t, struct core_run *run)
{
	bool config_touched;
	if (!one_access(t, run))
		return false;
	if ((dirty_written(run, &config_touched) && (!platform.uniform_httu || chance(&platform.rng, 50))) || config_touched)
		core_invalidate_all(&platform);
	return true;
}

static bool warm_platform(unsigned accesses)
{
	struct naive_txn target[12];
	struct core_run run;
	for (unsigned i = 0; i < 12; i++) {
		target[i] = warm_target();
		if (chance(&platform.rng, 30))
			platform_mutate(&platform);
	}
	core_invalidate_all(&platform);
	for (unsigned i = 0; i < accesses; i++) {
		struct rng *g = &platform.rng;
		struct naive_txn t = target[below(g, 12)];
		t.addr ^= chance(g, 80) ? below(g, 4096) : rng_next(g) & ((UINT64_C(1) << (12 + below(g, 20))) - 1);
		t.write = chance(g, 40);
		t.privileged = chance(g, 50);
		t.instruction = chance(g, 25);
		if (chance(g, 10))
			core_invalidate_random(&platform);
		if (chance(g, 5)) { /* new ways where there were none: nothing to invalidate */
			target[below(g, 12)] = warm_target();
			uint64_t edited;
			if (chance(g, 60) && platform_edit(&platform, &edited)) {
				core_invalidate_edit(&platform, edited);
				tally.edits++;
			}
		}
		if (can_ask() && chance(g, 20))
			t = platform_ask(&platform, &t);
		if (platform.config.prefetch && !t.ask && chance(g, 10) && !one_prefetch(&t))
			return false;
		if (!warm_access(&t, &run))
			return false;
		if (run.records && chance(g, 25) && ++i < accesses) { /* the same event again, with its record read or not */
			if (chance(g, 50))
				core_read_events();
			if (!warm_access(&t, &run))
				return false;
		}
		if (chance(g, 60))
			core_read_events();
	}
	return true;
}

static bool one_platform(uint64_t seed, unsigned accesses)
{
	char err[200] = "";
	platform_make(&platform, &memory, seed);
	if (!core_start(&platform, err, sizeof err)) {
		printf("DIFFERENCE: the core does not start: %s\n", err);
		return false;
	}
	const bool same = platform.warm ? warm_platform(accesses) : cold_platform(accesses);
	tally.tlb_hits += core_tlb_hits();
	return same;
}

static void report(uint64_t accesses)
{
	printf("%" PRIu64 " accesses agree: OK %" PRIu64 ", abort %" PRIu64 ", RAZ/WI %" PRIu64 ", stalled %" PRIu64 "; %" PRIu64 " warm, %" PRIu64
	       " with hardware updates, %" PRIu64 " with more than one legal answer, %" PRIu64 " not compared\n",
	       accesses, tally.outcome[0], tally.outcome[1], tally.outcome[2], tally.outcome[3], tally.warm, tally.updates, tally.two_ways, tally.skipped);
	printf("%" PRIu64 " TLB hits, %" PRIu64 " changes with just the invalidation they need, %" PRIu64 " prefetches, %" PRIu64 " records merged, %" PRIu64 " address translation operations (%" PRIu64
	       " translated)\n",
	       tally.tlb_hits, tally.edits, tally.prefetches, tally.merged, tally.asks, tally.asks_ok);
	printf("OK by stages: bypass %" PRIu64 ", stage 1 %" PRIu64 ", stage 2 %" PRIu64 ", nested %" PRIu64 "\n", tally.ok_by_stage[0], tally.ok_by_stage[1],
	       tally.ok_by_stage[2], tally.ok_by_stage[3]);
	printf("smallest leaf (log2):");
	for (unsigned i = 0; i < 64; i++)
		if (tally.leaf[i])
			printf(" %u:%" PRIu64, i, tally.leaf[i]);
	printf("\nevents (%" PRIu64 " not recorded; stage 2 of CD %" PRIu64 ", TT %" PRIu64 ", IN %" PRIu64 "):", tally.unrecorded, tally.s2_faults[0],
	       tally.s2_faults[1], tally.s2_faults[2]);
	for (unsigned i = 1; i < 256; i++)
		if (tally.event[i])
			printf(" %02x:%" PRIu64, i, tally.event[i]);
	printf("\n");
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, total = 100000, done = 0;
	bool only = false;
	for (int i = 1; i + 1 < argc; i += 2) {
		const uint64_t value = strtoull(argv[i + 1], NULL, 0);
		if (!strcmp(argv[i], "--seed"))
			seed = value;
		else if (!strcmp(argv[i], "--count"))
			total = value;
		else if (!strcmp(argv[i], "--platform"))
			seed = value, only = true;
		else
			argc = 0;
	}
	if (argc % 2 == 0) {
		fprintf(stderr, "usage: %s [--seed N] [--count ACCESSES] | --platform N (the number a difference was reported with)\n", argv[0]);
		return 2;
	}
	printf("seed %" PRIu64 "\n", seed);
	struct rng seeds = {seed};
	while (done < total) {
		const uint64_t platform_seed = only ? seed : rng_next(&seeds);
		if (!one_platform(platform_seed, ACCESSES_PER_PLATFORM)) {
			printf("reproduce: --platform 0x%" PRIx64 "\n", platform_seed);
			return 1;
		}
		done += ACCESSES_PER_PLATFORM;
		if (only)
			break;
	}
	report(done);
	return 0;
}
