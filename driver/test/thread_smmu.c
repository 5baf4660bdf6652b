/* SPDX-License-Identifier: Apache-2.0
 * Port, host and consumer thread (see thread_smmu.h). */
#define _POSIX_C_SOURCE 200809L
#include "thread_smmu.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake_smmu.h"

enum { CR0 = 0x20, CR0ACK = 0x24, IRQ_CTRL = 0x50, IRQ_CTRLACK = 0x54, GBPA = 0x44, GERROR = 0x60, GERRORN = 0x64, CMDQ_BASE = 0x90, CMDQ_PROD = 0x98,
       CMDQ_CONS = 0x9c };

static void check(bool ok)
{
	if (!ok)
		abort();
}

static uint64_t now_us(void *ctx)
{
	struct timespec t;
	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static void relax(void *ctx)
{
	(void)ctx;
	sched_yield();
}

static void lock(void *ctx, struct smmu_lock *l)
{
	while (atomic_exchange_explicit((_Atomic uintptr_t *)&l->word[0], 1, memory_order_acquire))
		relax(ctx);
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	atomic_store_explicit((_Atomic uintptr_t *)&l->word[0], 0, memory_order_release);
}

static _Atomic uint32_t *reg(struct thread_smmu *smmu, uint32_t offset)
{
	return &smmu->reg[offset / 4];
}

static void note_late(struct thread_smmu *smmu)
{
	if (atomic_load(&smmu->gone))
		atomic_fetch_add(&smmu->late_accesses, 1);
}

static uint32_t read32(void *ctx, uint32_t offset)
{
	note_late(ctx);
	return atomic_load(reg(ctx, offset));
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	note_late(ctx);
	atomic_store(reg(ctx, offset), offset == GBPA ? value & 0x7fffffff : value);
	if (offset == CR0 || offset == IRQ_CTRL)
		atomic_store(reg(ctx, offset + 4), value);
}

/* One command, if there is one. */
static bool consume(struct thread_smmu *smmu)
{
	struct thread_rig *const rig = smmu->rig;
	if (!(atomic_load(reg(smmu, CR0ACK)) & 8) || ((atomic_load(reg(smmu, GERROR)) ^ atomic_load(reg(smmu, GERRORN))) & 1))
		return false;
	const uint64_t base = atomic_load(reg(smmu, CMDQ_BASE)) | (uint64_t)atomic_load(reg(smmu, CMDQ_BASE + 4)) << 32;
	const unsigned log2 = base & 31;
	const uint32_t mask = (2u << log2) - 1, cons = atomic_load(reg(smmu, CMDQ_CONS)) & mask;
	if (cons == (atomic_load(reg(smmu, CMDQ_PROD)) & mask))
		return false;
	const uint64_t slot = (base & 0x000fffffffffffe0) + 16 * (cons & ((1u << log2) - 1)) - THREAD_RAM_PA;
	const _Atomic uint64_t *const at = (const _Atomic uint64_t *)((char *)rig->ram + slot);
	const uint64_t word[2] = { atomic_load(&at[0]), atomic_load(&at[1]) };
	if ((word[0] & 0xff) == 0x40 && word[0] >> 32 != 0 && word[0] >> 32 == atomic_load(&smmu->silent_sid))
		smmu->atc_pending = true;
	if ((word[0] & 0xff) == 0x46 && smmu->atc_pending) {    /* CERROR_ATC_INV_SYNC: stands at the CMD_SYNC */
		smmu->atc_pending = false;
		atomic_store(reg(smmu, CMDQ_CONS), cons | 3u << 24);
		atomic_fetch_xor(reg(smmu, GERROR), 1);
		return true;
	}
	if (smmu->log_count < THREAD_LOG_MAX)
		smmu->log[smmu->log_count++] = word[0];
	atomic_store(reg(smmu, CMDQ_CONS), (cons + 1) & mask);
	if ((word[0] & 0xff) == 0x46 && (word[0] >> 12 & 3) == 1)       /* later than CONS, as the architecture allows */
		atomic_store((_Atomic uint32_t *)((char *)rig->ram + ((word[1] & 0x000ffffffffffffc) - THREAD_RAM_PA)),
			     (uint32_t)(word[0] >> 32));
	return true;
}

static void *consumer(void *arg)
{
	struct thread_rig *const rig = arg;
	while (!atomic_load(&rig->stop)) {
		bool any = false;
		for (unsigned i = 0; i < rig->count; i++)
			any = consume(rig->smmu[i]) || any;
		if (!any)
			sched_yield();
	}
	return NULL;
}

void thread_open(struct thread_rig *rig, unsigned count, const struct smmu_dev_config *config)
{
	struct fake_smmu *const ids = calloc(1, sizeof *ids);
	memset(rig, 0, sizeof *rig);
	rig->ram = aligned_alloc(THREAD_RAM_BYTES, THREAD_RAM_BYTES);
	rig->memory = aligned_alloc(4096, THREAD_MEMORY_BYTES);
	check(ids && rig->ram && rig->memory);
	fake_default_ids(ids);
	const struct smmu_sys_config sys = {
		.host = { .ctx = rig, .now_us = now_us, .relax = relax, .lock = lock, .unlock = unlock },
		.dma = { rig->ram, THREAD_RAM_PA, THREAD_RAM_BYTES },
		.memory = { rig->memory, THREAD_MEMORY_BYTES },
		.poll_timeout_us = 60000000,    /* a loaded machine is slow, not broken */
		.poll_step_max = UINT32_MAX,
	};
	check(smmu_sys_init(&sys, &rig->sys) == SMMU_OK);
	rig->count = count;
	for (unsigned i = 0; i < count; i++) {
		struct thread_smmu *const smmu = calloc(1, sizeof *smmu);
		check(smmu != NULL);
		smmu->rig = rig;
		rig->smmu[i] = smmu;
		atomic_store(reg(smmu, 0x00), ids->idr0 | 1u << 10);           /* ATS */
		atomic_store(reg(smmu, 0x04), (ids->idr1 & ~63u) | 8u);         /* SIDSIZE 8 */
		atomic_store(reg(smmu, 0x0c), ids->idr3);
		atomic_store(reg(smmu, 0x14), ids->idr5);
		atomic_store(reg(smmu, 0x1c), ids->aidr);
	}
	free(ids);
	check(pthread_create(&rig->consumer, NULL, consumer, rig) == 0);
	for (unsigned i = 0; i < count; i++) {
		const struct smmu_port port = { .ctx = rig->smmu[i], .read32 = read32, .write32 = write32 };
		check(smmu_dev_probe(rig->sys, &port, config, &rig->dev[i]) == SMMU_OK);
		check(smmu_dev_enable(rig->dev[i]) == SMMU_OK);
	}
}

void thread_halt(struct thread_rig *rig)
{
	if (!atomic_exchange(&rig->stop, true))
		pthread_join(rig->consumer, NULL);
}

void thread_close(struct thread_rig *rig)
{
	thread_halt(rig);
	for (unsigned i = 0; i < rig->count; i++)
		free(rig->smmu[i]);
	free(rig->ram);
	free(rig->memory);
}
