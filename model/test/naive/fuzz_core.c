/* SPDX-License-Identifier: Apache-2.0
 * Drives the model core through core.h only: registers, a command queue and an event queue in the fuzz memory, and the
 * step/feed loop. Register offsets and command encodings are literals, independent of the generated header.
 * Not here: judging the results. Proof: diff_fuzz.c. */
#include "fuzz.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CMDQ_LOG2 5
#define EVENTQ_LOG2 3

/* The queues have memory of their own, which only queue accesses see: a walk that strays into a queue would find
 * something else each time. */
#define QUEUE_BASE UINT64_C(0x70000000)
#define AT_CMDQ 0u
#define AT_EVENTQ 0x1000u
static uint64_t queue_word[0x2000 / 8];

static struct smmu_core *core;
static const char *last_invalidation = "";
static uint32_t cmdq_prod, eventq_cons, eventq_seen; /* seen: up to where this harness has looked */

static bool queue_access(const struct smmu_io *io, int job)
{
	if ((io->io_class != SMMU_IO_CLASS_CMDQ && io->io_class != SMMU_IO_CLASS_EVENTQ) || io->addr < QUEUE_BASE ||
	    io->addr + io->size > QUEUE_BASE + sizeof queue_word)
		return false;
	uint64_t *at = &queue_word[(io->addr - QUEUE_BASE) / 8];
	if (io->kind == SMMU_IO_WRITE)
		memcpy(at, io->data, io->size);
	smmu_core_job_feed(core, job, true, at);
	return true;
}

static void note_access(const struct smmu_io *io, struct core_run *run)
{
	static const uint8_t reader[] = {[SMMU_IO_CLASS_L1STD] = NAIVE_STREAM_TABLE, [SMMU_IO_CLASS_STE] = NAIVE_STREAM_TABLE,
					 [SMMU_IO_CLASS_L1CD] = NAIVE_CONTEXT, [SMMU_IO_CLASS_CD] = NAIVE_CONTEXT,
					 [SMMU_IO_CLASS_S1_TABLE] = NAIVE_STAGE1, [SMMU_IO_CLASS_S2_TABLE] = NAIVE_STAGE2};
	if (io->io_class < SMMU_IO_CLASS_L1STD || io->io_class > SMMU_IO_CLASS_S2_TABLE || run->accesses == MAX_CORE_READS)
		return;
	const unsigned i = run->accesses++;
	run->access[i].pa = io->addr;
	run->access[i].reader = (enum naive_reader)reader[io->io_class];
	run->access[i].attr = io->attr;
	run->access[i].sh = io->sh;
	run->access[i].write = io->kind != SMMU_IO_READ;
}

static void perform(struct memory *m, const struct smmu_io *io, int job, struct core_run *run)
{
	uint64_t data[8] = {0};
	const unsigned words = io->size < 8 ? 1 : io->size / 8u;
	bool ok = io->size <= 64 && io->addr % (io->size < 8 ? 4 : 8) == 0;
	if (queue_access(io, job))
		return;
	if (run)
		note_access(io, run);
	for (unsigned i = 0; i < words && ok; i++) {
		const uint64_t pa = (io->addr & ~UINT64_C(7)) + 8 * i;
		ok = io->kind == SMMU_IO_READ ? memory_read(m, pa, &data[i]) : memory_writable(m, pa);
		if (!ok || io->kind == SMMU_IO_READ)
			continue;
		data[i] = memory_holds(pa) ? memory_get(m, pa) : 0;
		if (io->kind == SMMU_IO_CAS && data[i] != io->data[1])
			continue;
		if (run && run->writes < MAX_CORE_WRITES) {
			run->write[run->writes].pa = pa;
			run->write[run->writes].old_word = data[i];
			run->write[run->writes++].new_word = io->data[i];
		}
		if (memory_holds(pa))
			memory_put(m, pa, io->data[i]);
	}
	smmu_core_job_feed(core, job, ok, data);
}

static enum smmu_step step_through(struct memory *m, int job, struct core_run *run)
{
	enum smmu_step step;
	while ((step = smmu_core_job_step(core, job)) == SMMU_STEP_IO)
		perform(m, smmu_core_job_io(core, job), job, run);
	return step;
}

/* Lets everything move that can; answers the client job that ended, if any. */
static int settle(struct platform *p, struct core_run *run)
{
	int job, ended = SMMU_JOB_NONE;
	for (unsigned i = 0; i < 200 && (job = smmu_core_next_job(core)) != SMMU_JOB_NONE; i++)
		if (step_through(p->mem, job, run) == SMMU_STEP_DONE && smmu_core_job_is_client(core, job))
			ended = job;
	return ended;
}

static void set_cr0(struct platform *p, uint32_t value)
{
	smmu_core_write32(core, 0x20, value);
	for (unsigned i = 0; i < 10 && smmu_core_update(core); i++)
		settle(p, NULL);
}

bool core_start(struct platform *p, char *err, size_t err_size)
{
	if (!core)
		core = calloc(1, smmu_core_size());
	if (!core || !smmu_core_init(core, &p->config, err, err_size))
		return false;
	cmdq_prod = eventq_cons = eventq_seen = 0;
	last_invalidation = "reset";
	set_cr0(p, 0);
	smmu_core_write32(core, 0x28, p->regs.cr1);
	smmu_core_write32(core, 0x180, p->regs.vatos_sel);
	smmu_core_write32(core, 0x2c, (uint32_t)p->regs.recinvsid << 1 | (uint32_t)p->regs.e2h);
	smmu_core_write64(core, 0x80, p->regs.strtab_base);
	smmu_core_write32(core, 0x88, p->regs.strtab_base_cfg);
	smmu_core_write64(core, 0x90, (QUEUE_BASE + AT_CMDQ) | CMDQ_LOG2);
	smmu_core_write32(core, 0x98, 0);
	smmu_core_write32(core, 0x9c, 0);
	smmu_core_write64(core, 0xa0, (QUEUE_BASE + AT_EVENTQ) | EVENTQ_LOG2);
	smmu_core_write32(core, 0x100a8, 0);
	smmu_core_write32(core, 0x100ac, 0);
	smmu_core_write32(core, 0x44, 1u << 31 | (uint32_t)p->regs.gbpa_abort << 20 | p->regs.gbpa);
	smmu_core_update(core);
	set_cr0(p, 0xc);
	set_cr0(p, 0xc | (uint32_t)p->regs.smmuen | (uint32_t)(p->hw.ats != 0) << 4);
	if (smmu_core_read32(core, 0x24) != (0xc | (uint32_t)p->regs.smmuen | (uint32_t)(p->hw.ats != 0) << 4)) {
		snprintf(err, err_size, "CR0ACK reads 0x%x", smmu_core_read32(core, 0x24));
		return false;
	}
	return true;
}

/* ---- events ------------------------------------------------------------------------------------------------------ */

void core_read_events(void)
{
	eventq_seen = eventq_cons = smmu_core_read32(core, 0x100a8);
	smmu_core_write32(core, 0x100ac, eventq_cons);
}

static uint64_t *record_before(uint32_t prod) { return &queue_word[AT_EVENTQ / 8 + 4 * ((prod - 1) & ((1u << EVENTQ_LOG2) - 1))]; }

static void take_records(struct core_run *run)
{
	const uint32_t prod = smmu_core_read32(core, 0x100a8);
	run->records = (prod - eventq_seen) & ((2u << EVENTQ_LOG2) - 1);
	run->unread = eventq_seen != eventq_cons;
	memcpy(run->last_record, record_before(eventq_seen), sizeof run->last_record);
	if (run->records)
		memcpy(run->record, record_before(prod), sizeof run->record);
	eventq_seen = prod;
	if (((prod - eventq_cons) & ((2u << EVENTQ_LOG2) - 1)) > 3) /* a full queue is another test's */
		core_read_events();
}

/* ---- commands ---------------------------------------------------------------------------------------------------- */

static void push(uint64_t d0, uint64_t d1)
{
	uint64_t *at = &queue_word[AT_CMDQ / 8 + 2 * (cmdq_prod & ((1u << CMDQ_LOG2) - 1))];
	at[0] = d0;
	at[1] = d1;
	cmdq_prod = (cmdq_prod + 1) & ((2u << CMDQ_LOG2) - 1);
}

/* An access that is in the middle of its walk. */
static int crossing_job = SMMU_JOB_NONE;
static struct core_run *crossing_run;

static void end_crossing(struct platform *p)
{
	const int job = crossing_job;
	crossing_job = SMMU_JOB_NONE;
	enum smmu_step step = step_through(p->mem, job, crossing_run);
	for (unsigned i = 0; i < 20 && step == SMMU_STEP_BLOCKED; i++) {
		settle(p, crossing_run);
		step = step_through(p->mem, job, crossing_run);
	}
	crossing_run->stuck = step != SMMU_STEP_DONE;
	if (step == SMMU_STEP_DONE)
		smmu_core_job_free(core, job);
}

static int run_commands(struct platform *p, struct core_run *run)
{
	push(0x46, 0); /* CMD_SYNC */
	smmu_core_write32(core, 0x98, cmdq_prod);
	int ended = settle(p, run);
	if (crossing_job != SMMU_JOB_NONE) {
		end_crossing(p);
		ended = settle(p, run);
	}
	if ((smmu_core_read32(core, 0x9c) & 0xfffff) != cmdq_prod || smmu_core_read32(core, 0x60) != 0) {
		fprintf(stderr, "command queue stopped: CONS 0x%x PROD 0x%x GERROR 0x%x\n", smmu_core_read32(core, 0x9c), cmdq_prod,
			smmu_core_read32(core, 0x60));
		exit(1);
	}
	return ended;
}

const char *core_last_invalidation(void) { return last_invalidation; }

/* S_INIT.INV_ALL, which boot firmware uses: every cache of either security state. */
static void secure_invalidate_all(void)
{
	last_invalidation = "S_INIT.INV_ALL";
	smmu_core_secure_write32(core, 0x803c, 1);
	for (unsigned i = 0; i < 10 && smmu_core_update(core); i++)
		;
	if (smmu_core_secure_read32(core, 0x803c) != 0) {
		printf("DIFFERENCE: S_INIT.INV_ALL does not clear itself\n");
		exit(1);
	}
}

void core_invalidate_all(struct platform *p)
{
	if (p->config.secure && chance(&p->rng, 50)) {
		secure_invalidate_all();
		return;
	}
	last_invalidation = "CFGI_ALL and TLBI of everything";
	push(0x04, 31);
	push(0x30, 0);
	if (p->hw.hyp)
		push(0x20, 0);
	run_commands(p, NULL);
}

void core_invalidate_random(struct platform *p)
{
	struct rng *g = &p->rng;
	const struct stream *s = &p->stream[below(g, p->streams)];
	const uint64_t tag = (rng_next(g) & 0x00030003) << 32, va = rng_next(g) & ~UINT64_C(0xfff);
	static const uint8_t ops[] = {0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x28, 0x2a, 0x30, 0x20, 0x21, 0x22, 0x23};
	const unsigned op = ops[below(g, sizeof ops)];
	const bool needs_s1 = op == 5 || op == 6 || (op >= 0x10 && op <= 0x13), needs_s2 = op == 0x28 || op == 0x2a;
	if ((needs_s1 && !p->hw.s1p) || (needs_s2 && !p->hw.s2p) || (op >= 0x20 && op <= 0x23 && !p->hw.hyp))
		return;
	if (op < 0x10)
		push(op | (uint64_t)s->sid << 32 | (op == 5 ? (uint64_t)s->ssid[0] << 12 : 0), op == 4 ? 31 : below(g, 2));
	else
		push(op | (op == 0x2a || op == 0x28 || op == 0x10 || op == 0x13 ? tag & 0xffff00000000 : op == 0x30 || op == 0x20 ? 0 : tag),
		     op == 0x12 || op == 0x13 || op == 0x22 || op == 0x23 ? va : op == 0x2a ? va & 0xffffffffff000 : 0);
	run_commands(p, NULL);
}

static void flush_stage1(struct platform *p, const struct stream *s)
{
	struct rng *g = &p->rng;
	const uint64_t vmid = (uint64_t)s->vmid << 32;
	if (!(s->config & 1) || !p->hw.s1p)
		return;
	const bool el2 = s->el2 && p->hw.hyp;
	if (chance(g, 50) || s->may_be_global || (el2 && !p->regs.e2h)) { /* by ASID spares what is global */
		push(el2 ? 0x20 : 0x10 | vmid, 0);
		return;
	}
	for (unsigned i = 0; i < s->cds; i++) /* the ASID that is there: streams may share a table of CDs */
		push((el2 ? 0x21 : 0x11 | vmid) | (memory_get(p->mem, s->cd_pa[i]) & ~mask(48)), 0);
}

static void flush_vmid(struct platform *p, const struct stream *s)
{
	if (p->hw.s2p)
		push(chance(&p->rng, 80) ? 0x28 | (uint64_t)s->vmid << 32 : 0x30, 0);
	else
		push(0x30, 0);
	if (s->el2 && p->hw.hyp)
		push(0x20, 0);
}

static void flush_structure(struct platform *p, const struct stream *s, bool is_cd, unsigned k)
{
	const uint64_t sid = (uint64_t)s->sid << 32;
	/* Behind two levels another StreamID may have led to the same entry. */
	switch (s->l1std_pa ? 2 : below(&p->rng, is_cd && p->hw.s1p ? 5 : 3)) {
	case 0: push(0x03 | sid, below(&p->rng, 2)); break;
	case 1: push(0x04 | sid, below(&p->rng, 32)); break;
	case 2: push(0x04, 31); break;
	case 3: push(0x05 | sid | (uint64_t)s->ssid[k] << 12, below(&p->rng, 2)); break;
	default: push(0x06 | sid, 0); break;
	}
	flush_vmid(p, s);
}

static bool is_l1cd(const struct stream *s, uint64_t pa)
{
	for (unsigned k = 0; k < s->cds; k++)
		if (pa == s->l1cd_pa[k] && pa != s->cd_pa[k])
			return true;
	return false;
}

void core_invalidate_edit(struct platform *p, uint64_t edited)
{
	if (p->config.secure && chance(&p->rng, 40)) {
		secure_invalidate_all();
		return;
	}
	last_invalidation = "CFGI and TLBI of that change";
	for (unsigned i = 0; i < p->streams; i++) {
		const struct stream *s = &p->stream[i];
		if (edited >= ARENA_BASE + AT_S2) /* context descriptors were fetched through it */
			flush_structure(p, s, (s->config & 1) && s->cds == 1, 0);
		else if (edited >= ARENA_BASE + AT_S1)
			flush_stage1(p, s);
		else if (edited - s->ste_pa < 64)
			flush_structure(p, s, false, 0);
		else if (edited - s->l1std_pa < 8 || (s->cds && is_l1cd(s, edited))) {
			push(0x04, 31);
			flush_vmid(p, s);
		}
		for (unsigned k = 0; k < s->cds; k++)
			if (edited - s->cd_pa[k] < 64)
				flush_structure(p, s, true, k);
		run_commands(p, NULL);
	}
}

void core_prefetch(struct platform *p, const struct naive_txn *t, struct core_run *run)
{
	struct rng *g = &p->rng;
	memset(run, 0, offsetof(struct core_run, write));
	push((chance(g, 30) ? 0x01u : 0x02u) | (t->ssv ? 1u << 11 | (uint64_t)t->ssid << 12 : 0) | (uint64_t)t->sid << 32,
	     (t->addr & ~UINT64_C(0xfff)) | below(g, 3));
	run->stuck = run_commands(p, run) != SMMU_JOB_NONE;
	take_records(run);
}

/* Of a global leaf any ASID will do. Nothing is needed for one that was invalid. */
void core_invalidate_leaf(struct platform *p, const struct leaf_edit *edit)
{
	struct rng *g = &p->rng;
	const struct stream *s = &p->stream[edit->at->stream];
	const bool el2 = s->el2 && p->hw.hyp, range = chance(g, 40) && (p->config.ids.idr[3] >> 10 & 1), any_asid = chance(g, 30);
	const uint64_t own_asid = memory_get(p->mem, s->cd_pa[edit->at->cd]) >> 48, other_asid = rng_next(g) & (p->hw.asid16 ? 0xffff : 0xff);
	if (!edit->was_valid) {
		last_invalidation = "nothing, since the leaf was invalid";
		return;
	}
	last_invalidation = range && edit->was_global && !any_asid ? "a range TLBI under another ASID that holds the global leaf" :
			    range ? "a range TLBI that holds the leaf" : any_asid ? "TLBI_NH_VAA or TLBI_EL2_VAA of the leaf" :
			    edit->was_global ? "TLBI_NH_VA or TLBI_EL2_VA of a global leaf, under another ASID" : "TLBI_NH_VA or TLBI_EL2_VA of the leaf";
	uint64_t d0 = (el2 ? 0x22u : 0x12u) + any_asid, d1 = chance(g, 50), first = edit->at->address & ~mask(12);
	if (!el2)
		d0 |= (uint64_t)s->vmid << 32;
	if (!any_asid)
		d0 |= (edit->was_global ? other_asid : own_asid) << 48;
	if (range) {
		const unsigned ttl = edit->level == 0 || (edit->level == 1 && edit->granule == 14) || chance(g, 50) ? 0 : edit->level;
		const unsigned scale = below(g, 3), drawn = below(g, 4), num = drawn || scale || ttl ? drawn : 1;
		first &= ~mask(ttl ? edit->shift : edit->granule);
		const uint64_t ending_here = first - (((((uint64_t)num + 1) << scale) - 1) << edit->granule);
		if (edit->shift == edit->granule && ending_here >> 40 == first >> 40 && chance(g, 50))
			first = ending_here; /* the leaf is the last granule of the range */
		d0 |= (uint64_t)num << 12 | (uint64_t)scale << 20;
		d1 |= (uint64_t)ttl << 8 | (uint64_t)(edit->granule - 10) / 2 << 10;
	}
	push(d0, d1 | first);
	run_commands(p, NULL);
}

uint64_t core_tlb_hits(void)
{
	struct smmu_core_stats stats;
	smmu_core_stats_read(core, &stats);
	return stats.tlb_hits;
}

/* ---- accesses ---------------------------------------------------------------------------------------------------- */

static int stalled_job;

static struct smmu_txn core_txn(const struct naive_txn *t)
{
	return (struct smmu_txn){
		.iova = t->addr, .sid = t->sid, .ssid = t->ssv ? t->ssid : 0,
		.flags = (uint8_t)((t->write ? SMMU_TXN_WRITE : 0) | (t->ssv ? SMMU_TXN_SSV : 0) | (t->privileged ? SMMU_TXN_PRIVILEGED : 0) |
				   (t->instruction ? SMMU_TXN_INSTRUCTION : 0) | (t->no_stall ? SMMU_TXN_NO_STALL : 0)),
	};
}

void core_begin_access(struct platform *p, const struct naive_txn *t, struct core_run *run)
{
	struct naive_txn patient = *t;
	patient.no_stall = true;
	const struct smmu_txn txn = core_txn(&patient);
	memset(run, 0, offsetof(struct core_run, write));
	if (smmu_core_translate(core, &txn, &run->result) != SMMU_XLATE_NEED_JOB)
		return;
	crossing_job = smmu_core_job_start(core, &txn);
	crossing_run = run;
	enum smmu_step step = SMMU_STEP_IO;
	for (unsigned steps = 1 + below(&p->rng, 16); steps && (step = smmu_core_job_step(core, crossing_job)) == SMMU_STEP_IO; steps--)
		perform(p->mem, smmu_core_job_io(core, crossing_job), crossing_job, run);
	if (step == SMMU_STEP_DONE) { /* too short to be in the middle of */
		smmu_core_job_free(core, crossing_job);
		crossing_job = SMMU_JOB_NONE;
	}
}

void core_end_access(struct platform *p)
{
	if (crossing_job != SMMU_JOB_NONE)
		end_crossing(p);
	settle(p, NULL);
	core_read_events();
}

void core_access(struct platform *p, const struct naive_txn *t, struct core_run *run)
{
	const struct smmu_txn txn = core_txn(t);
	memset(run, 0, offsetof(struct core_run, write));
	stalled_job = SMMU_JOB_NONE;
	if (smmu_core_translate(core, &txn, &run->result) == SMMU_XLATE_NEED_JOB) {
		const int job = smmu_core_job_start(core, &txn);
		enum smmu_step step = step_through(p->mem, job, run);
		for (unsigned i = 0; i < 20 && step == SMMU_STEP_BLOCKED; i++) {
			settle(p, run);
			step = step_through(p->mem, job, run);
		}
		if (step == SMMU_STEP_STALLED) {
			run->stalled = true;
			stalled_job = job;
			if (settle(p, run) != SMMU_JOB_NONE)
				run->stuck = true;
		} else if (step == SMMU_STEP_DONE) {
			smmu_core_job_result(core, job, &run->result);
			smmu_core_job_free(core, job);
		} else {
			run->stuck = true;
		}
	}
	take_records(run);
}

/* ---- address translation operations ------------------------------------------------------------------------------ */

static uint32_t ask_base; /* of GATOS, or of VATOS: CTRL, SID at 8, ADDR at 0x10, PAR at 0x18 */
static bool ask_runs(void) { return smmu_core_read32(core, ask_base) & 1; }

/* SMMUEN = 0 is acknowledged when the operation has ended. */
static void close_while_it_runs(struct core_run *run)
{
	smmu_core_write32(core, 0x20, smmu_core_read32(core, 0x20) & ~1u);
	smmu_core_update(core);
	run->closed = true;
	run->closed_early = !(smmu_core_read32(core, 0x24) & 1) && ask_runs();
}

/* A CMD_SYNC that promises that nothing read before its invalidations is in use any more. */
static void sync_while_it_runs(struct platform *p, struct core_run *run)
{
	push(0x04, 31);
	push(0x30, 0);
	push(0x46, 0);
	smmu_core_write32(core, 0x98, cmdq_prod);
	settle(p, run);
	run->synced_early = (smmu_core_read32(core, 0x9c) & 0xfffff) == cmdq_prod && ask_runs();
}

void core_ask(struct platform *p, const struct naive_txn *t, struct core_run *run)
{
	struct rng *g = &p->rng;
	const uint32_t cr0 = smmu_core_read32(core, 0x20);
	const bool interrupted = chance(g, 20), close = chance(g, 50);
	memset(run, 0, offsetof(struct core_run, write));
	ask_base = t->vatos ? 0x40a00 : 0x100;
	smmu_core_write64(core, ask_base + 8, t->sid | (uint64_t)t->ssid << 32 | (uint64_t)t->ssv << 52);
	smmu_core_write64(core, ask_base + 0x10, (t->addr & ~mask(12)) | (uint64_t)(t->ask & 3) << 10 | (uint64_t)t->privileged << 9 | (uint64_t)!t->write << 8 |
						  (uint64_t)t->instruction << 7 | (uint64_t)t->no_update << 6);
	smmu_core_write32(core, ask_base, 1);
	int job = SMMU_JOB_NONE;
	if (interrupted) {
		enum smmu_step step = SMMU_STEP_BLOCKED;
		job = smmu_core_next_job(core);
		for (unsigned steps = below(g, 5); job != SMMU_JOB_NONE && steps && (step = smmu_core_job_step(core, job)) == SMMU_STEP_IO; steps--)
			perform(p->mem, smmu_core_job_io(core, job), job, run);
		if (close)
			close_while_it_runs(run);
		else
			sync_while_it_runs(p, run);
		if (job != SMMU_JOB_NONE && ask_runs())
			step_through(p->mem, job, run);
	}
	settle(p, run);
	run->stuck = ask_runs();
	run->par = smmu_core_read64(core, ask_base + 0x18);
	if (run->closed) {
		smmu_core_update(core);
		run->stuck |= smmu_core_read32(core, 0x24) & 1;
		set_cr0(p, cr0);
	} else if (interrupted) {
		run->stuck |= (smmu_core_read32(core, 0x9c) & 0xfffff) != cmdq_prod;
	}
	take_records(run);
}

/* ---- stalls ------------------------------------------------------------------------------------------------------ */

/* CMD_RESUME with Ac = 1 runs the whole access again: nothing has changed, so it stalls again with the same record. */
static bool retry_stalls_again(struct platform *p, const struct naive_txn *t, struct core_run *run)
{
	struct core_run again = {0};
	push(0x44 | 1u << 12 | (uint64_t)t->sid << 32, run->record[1] & 0xffff);
	if (run_commands(p, &again) != SMMU_JOB_NONE)
		return false;
	take_records(&again);
	const uint64_t differ = (again.record[0] ^ run->record[0]) | ((again.record[1] ^ run->record[1]) & ~UINT64_C(0xffff)) |
				(again.record[2] ^ run->record[2]) | (again.record[3] ^ run->record[3]);
	run->record[1] = again.record[1]; /* the new STAG */
	return again.records == 1 && !differ;
}

const char *core_finish_stall(struct platform *p, const struct naive_txn *t, struct core_run *run)
{
	struct core_run again = {0};
	const bool abort = chance(&p->rng, 60);
	if (chance(&p->rng, 20) && !retry_stalls_again(p, t, run))
		return "CMD_RESUME with Ac = 1 does not make the access stall again with the same record";
	const uint64_t stag = run->record[1] & 0xffff;
	if (smmu_core_job_stag(core, stalled_job) != stag)
		return "the STAG of the record is not that of the access";
	if (chance(&p->rng, 20)) {
		const bool other_stream = chance(&p->rng, 50);
		push(0x44 | 1u << 13 | (uint64_t)(t->sid ^ (other_stream ? 1u : 0)) << 32, stag ^ (other_stream ? 0 : 1u << below(&p->rng, 16)));
		if (run_commands(p, &again) != SMMU_JOB_NONE)
			return other_stream ? "CMD_RESUME with the StreamID of another ended the access" : "CMD_RESUME with another STAG ended the access";
	}
	push(0x44 | (uint64_t)abort << 13 | (uint64_t)t->sid << 32, stag);
	const int ended = run_commands(p, &again);
	take_records(&again);
	if (ended != stalled_job || again.records)
		return again.records ? "CMD_RESUME that terminates caused an event" : "CMD_RESUME did not end the access";
	smmu_core_job_result(core, ended, &again.result);
	smmu_core_job_free(core, ended);
	if (again.result.status == (abort || p->hw.term_model ? SMMU_XLATE_ABORT : SMMU_XLATE_RAZ_WI))
		return NULL;
	return abort ? "CMD_RESUME with Ab = 1 does not abort" : "CMD_RESUME with Ab = 0 is RAZ/WI, or an abort with TERM_MODEL = 1";
}
