/* SPDX-License-Identifier: Apache-2.0
 * What the fuzz targets share: one core, a small memory that repeats through the whole address space, and a loop that
 * steps everything that can move, with a bound that turns a hang into a crash.
 * Not here: expectations; the sanitizers and the bound are the oracle. */
#ifndef SMMUV3_MODEL_FUZZ_HARNESS_H
#define SMMUV3_MODEL_FUZZ_HARNESS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smmuv3_model/core_state.h"

#define FUZZ_MEMORY 0x4000u /* power of two */
#define FUZZ_STEPS 20000u   /* no transaction and no command needs anywhere near as many */

static struct smmu_core fuzz_core;
static unsigned char fuzz_memory[FUZZ_MEMORY + 64];

struct fuzz_input {
	const uint8_t *at;
	size_t left;
};

static inline uint64_t fuzz_take(struct fuzz_input *in, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes && in->left != 0; i++, in->at++, in->left--)
		value |= (uint64_t)*in->at << 8 * i;
	return value;
}

static inline void fuzz_access(int job)
{
	const struct smmu_io *io = smmu_core_job_io(&fuzz_core, job);
	unsigned char *at = &fuzz_memory[io->addr & (FUZZ_MEMORY - 1u)];
	uint64_t answer[8] = { 0 };
	const int ok = (io->addr >> 40 & 0xfu) != 0xfu; /* a sixteenth of the space answers with an abort */

	if (ok && io->kind == SMMU_IO_WRITE)
		memcpy(at, io->data, io->size < sizeof io->data ? io->size : sizeof io->data);
	else if (ok)
		memcpy(answer, at, io->size);
	smmu_core_job_feed(&fuzz_core, job, ok, answer);
}

static inline enum smmu_step fuzz_step(int job)
{
	enum smmu_step step;
	unsigned bound = FUZZ_STEPS;

	while ((step = smmu_core_job_step(&fuzz_core, job)) == SMMU_STEP_IO) {
		if (bound-- == 0)
			abort();
		fuzz_access(job);
	}
	return step;
}

/* The endpoint behind every stream: completes each second invalidation, lets the others run out of time. */
static inline void fuzz_listen(void)
{
	struct smmu_message m;

	while (smmu_core_take_message(&fuzz_core, &m))
		if (m.kind == SMMU_MESSAGE_ATC_INVALIDATE)
			smmu_core_atc_completed(&fuzz_core, m.tag, (m.tag & 1u) == 0);
}

static inline void fuzz_settle(unsigned jobs)
{
	smmu_core_update(&fuzz_core);
	for (int job; jobs-- != 0 && (job = smmu_core_next_job(&fuzz_core)) != SMMU_JOB_NONE;) {
		if (fuzz_step(job) == SMMU_STEP_DONE && smmu_core_job_is_client(&fuzz_core, job))
			smmu_core_job_free(&fuzz_core, job);
		fuzz_listen();
		smmu_core_update(&fuzz_core);
	}
}

static inline void fuzz_translate(const struct smmu_txn *txn)
{
	struct smmu_xlate out;
	int job;

	if (smmu_core_translate(&fuzz_core, txn, &out) != SMMU_XLATE_NEED_JOB)
		return;
	job = smmu_core_job_start(&fuzz_core, txn);
	if (job != SMMU_JOB_NONE && fuzz_step(job) == SMMU_STEP_DONE)
		smmu_core_job_free(&fuzz_core, job);
}

static inline struct smmu_txn fuzz_txn(struct fuzz_input *in)
{
	struct smmu_txn txn = { .iova = fuzz_take(in, 8) };

	txn.sid = (uint32_t)fuzz_take(in, 1) & 0x3fu;
	txn.ssid = (uint32_t)fuzz_take(in, 1) & 7u;
	txn.flags = (uint8_t)(fuzz_take(in, 1) & 0x5fu);
	txn.ats = (uint8_t)(fuzz_take(in, 1) % 3u);
	return txn;
}

/* mode: the cache mode, and whether a trace is taken. Construction is slow under a sanitizer: done once, then copied. */
static inline void fuzz_power_on(unsigned mode)
{
	static struct smmu_core fresh[3];
	static unsigned char built[3];
	const unsigned cache_mode = mode % 3u;
	struct smmu_core_config config;

	smmu_core_config_default(&config);
	config.ids.idr[0] |= SMMU_IDR0_ATOS_MASK | SMMU_IDR0_VATOS_MASK | SMMU_IDR0_PRI_MASK;
	config.ids.idr[2] = 2;
	config.cache_mode = cache_mode;
	config.secure = true;
	config.prefetch = true;
	config.merge_events = true;
	config.tlb_entries = 64;
	config.walk_cache_entries = 64;
	config.config_cache_entries = 16;
	config.job_slots = 8;
	if (!built[cache_mode] && !smmu_core_init(&fresh[cache_mode], &config, NULL, 0))
		abort();
	built[cache_mode] = 1;
	memcpy(&fuzz_core, &fresh[cache_mode], sizeof fuzz_core);
	smmu_core_trace_enable(&fuzz_core, (mode & 0x80u) != 0);
	memset(fuzz_memory, 0, sizeof fuzz_memory);
}

/* Stream table of 64 at 0, commands at 0x1000, events at 0x1800; everything on. */
static inline void fuzz_enable(void)
{
	smmu_core_write64(&fuzz_core, SMMU_STRTAB_BASE, 0);
	smmu_core_write32(&fuzz_core, SMMU_STRTAB_BASE_CFG, 6);
	smmu_core_write64(&fuzz_core, SMMU_CMDQ_BASE, 0x1000 | 6);
	smmu_core_write32(&fuzz_core, SMMU_CMDQ_PROD, 0);
	smmu_core_write32(&fuzz_core, SMMU_CMDQ_CONS, 0);
	smmu_core_write64(&fuzz_core, SMMU_EVENTQ_BASE, 0x1800 | 4);
	smmu_core_write32(&fuzz_core, SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_ATSCHK_MASK);
	fuzz_settle(8);
}

#endif
