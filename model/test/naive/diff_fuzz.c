/* SPDX-License-Identifier: Apache-2.0
 * Random platforms, tables and accesses through the model core and through the naive translator; they must agree on the
 * outcome, the address, every byte of the event record but STAG, every bit a hardware update changed, and memory types. Half of the
 * platforms run cold (everything invalidated before each access), half warm (nothing changes, cached answers must be the
 * right ones, with invalidations thrown in; tables grow without invalidation and change with the one that is required, stage-1 leaves with one by address).
 * Not here: ATS, PRI, counters (model tests).
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
static struct { uint64_t outcome[4], event[256], unrecorded, updates, warm, skipped, s2_faults[4], two_ways, ok_by_stage[4], leaf[65], tlb_hits, edits, merged, prefetches, asks, asks_ok, leaf_edits; } tally;

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
		printf("%s request of TYPE %u%s for a ", t->vatos ? "VATOS" : "GATOS", (unsigned)t->ask & 3, t->no_update ? " with HTTUI" : "");
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
		if (tried[c] && !(why[c] = answers_differ(&platform, &naive[c], run))) {
			tally.merged += naive[c].recorded && !run->records;
			const char *wrong = run->stalled ? core_finish_stall(&platform, t, run) : NULL;
			if (wrong) {
				show_difference(t, wrong, &naive[c], run);
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
static void after_updates(const struct core_run *run)
{
	bool config_touched;
	if ((dirty_written(run, &config_touched) && (!platform.uniform_httu || chance(&platform.rng, 50))) || config_touched)
		core_invalidate_all(&platform);
}

static bool warm_access(const struct naive_txn *t, struct core_run *run)
{
	if (!one_access(t, run))
		return false;
	after_updates(run);
	return true;
}

/* A leaf that was used, or that a walk is just using, changes; one invalidation names its address, and the next access must see the new one. */
static bool change_a_leaf(const struct naive_txn *t, const struct planted *at)
{
	struct core_run run = {0};
	struct leaf_edit edit;
	const bool crossing = chance(&platform.rng, 40);
	if (!at->valid)
		return true;
	if (crossing)
		core_invalidate_all(&platform);
	else if (!warm_access(t, &run))
		return false;
	if (crossing)
		core_begin_access(&platform, t, &run);
	if (platform_edit_leaf(&platform, at, &edit)) {
		tally.leaf_edits++;
		core_invalidate_leaf(&platform, &edit);
	}
	if (crossing) {
		core_end_access(&platform);
		after_updates(&run);
	}
	return warm_access(t, &run);
}

static bool warm_platform(unsigned accesses)
{
	struct naive_txn target[12];
	struct planted planted[12];
	struct core_run run;
	for (unsigned i = 0; i < 12; i++) {
		target[i] = warm_target();
		planted[i] = platform.planted;
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
			const unsigned n = below(g, 12);
			target[n] = warm_target();
			planted[n] = platform.planted;
			uint64_t edited;
			if (chance(g, 60) && platform_edit(&platform, &edited)) {
				core_invalidate_edit(&platform, edited);
				tally.edits++;
			}
		}
		if (platform.tree && chance(g, 10)) {
			const unsigned n = below(g, 12);
			if (!change_a_leaf(&target[n], &planted[n]))
				return false;
			i += 2;
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
	printf("%" PRIu64 " TLB hits, %" PRIu64 " changes with just the invalidation they need, %" PRIu64 " of a leaf by its address, %" PRIu64 " prefetches, %" PRIu64 " records merged, %" PRIu64 " address translation operations (%" PRIu64
	       " translated)\n",
	       tally.tlb_hits, tally.edits, tally.leaf_edits, tally.prefetches, tally.merged, tally.asks, tally.asks_ok);
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
