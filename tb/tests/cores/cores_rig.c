/* SPDX-License-Identifier: Apache-2.0
 * See cores_rig.h. Proof: test_cores.c. */
#include "cores_rig.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY_BYTES (1u << 20)

static void must(bool ok)
{
	if (!ok)
		abort();
}

uint64_t *cores_word(struct cores_rig *rig, uint64_t pa)
{
	must(pa >= CORES_RAM_PA && pa - CORES_RAM_PA <= CORES_RAM_BYTES - 8 && pa % 8 == 0);
	return (uint64_t *)(void *)(rig->ram + (pa - CORES_RAM_PA));
}

/* What is not memory aborts. */
static void perform(struct cores_rig *rig, int job)
{
	const struct smmu_io *const io = smmu_core_job_io(rig->core, job);
	const uint64_t at = io->addr - CORES_RAM_PA;
	uint64_t answer[8] = { 0 };
	const bool ok = io->addr >= CORES_RAM_PA && at <= CORES_RAM_BYTES - io->size;
	if (ok && io->kind == SMMU_IO_READ)
		memcpy(answer, rig->ram + at, io->size);
	if (ok && io->kind == SMMU_IO_WRITE)
		memcpy(rig->ram + at, io->data, io->size);
	if (ok && io->kind == SMMU_IO_CAS) {
		memcpy(answer, rig->ram + at, 8);
		if (answer[0] == io->data[1])
			memcpy(rig->ram + at, &io->data[0], 8);
	}
	smmu_core_job_feed(rig->core, job, ok, answer);
}

static enum smmu_step step(struct cores_rig *rig, int job)
{
	enum smmu_step result;
	while ((result = smmu_core_job_step(rig->core, job)) == SMMU_STEP_IO)
		perform(rig, job);
	return result;
}

static bool take_messages(struct cores_rig *rig)
{
	struct smmu_message message;
	bool any = false;
	while (smmu_core_take_message(rig->core, &message)) {
		any = true;
		if (message.kind != SMMU_MESSAGE_ATC_INVALIDATE)
			continue;
		rig->atc_asked++;
		const bool all = message.size_log2 == 64;
		if (!rig->silent && rig->atc_valid && rig->atc_sid == message.sid &&
		    (all || (rig->atc_iova ^ message.address) >> message.size_log2 == 0)) {
			rig->atc_valid = false;
			rig->atc_drops++;
		}
		smmu_core_atc_completed(rig->core, message.tag, !rig->silent);
	}
	return any;
}

/* Until the SMMU has nothing to do. */
static void settle(struct cores_rig *rig)
{
	smmu_core_update(rig->core);
	do {
		for (int job; (job = smmu_core_next_job(rig->core)) != SMMU_JOB_NONE;) {
			(void)step(rig, job);
			smmu_core_update(rig->core);
		}
	} while (take_messages(rig));
}

/* ---- the port and the host ---- */

static uint32_t read32(void *ctx, uint32_t offset) { return smmu_core_read32(((struct cores_rig *)ctx)->core, offset); }
static uint64_t read64(void *ctx, uint32_t offset) { return smmu_core_read64(((struct cores_rig *)ctx)->core, offset); }

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	smmu_core_write32(((struct cores_rig *)ctx)->core, offset, value);
	settle(ctx);
}

static void write64(void *ctx, uint32_t offset, uint64_t value)
{
	smmu_core_write64(((struct cores_rig *)ctx)->core, offset, value);
	settle(ctx);
}

static uint64_t now_us(void *ctx) { return ((struct cores_rig *)ctx)->clock; }

static void relax(void *ctx)
{
	((struct cores_rig *)ctx)->clock++;
	settle(ctx);
}

void cores_open(struct cores_rig *rig)
{
	struct smmu_core_config config;
	char err[200];
	memset(rig, 0, sizeof *rig);
	rig->core = malloc(smmu_core_size());
	rig->ram = aligned_alloc(1u << 21, CORES_RAM_BYTES);
	rig->memory = aligned_alloc(64, MEMORY_BYTES);
	must(rig->core && rig->ram && rig->memory);
	memset(rig->ram, 0xa5, CORES_RAM_BYTES);
	smmu_core_config_default(&config);
	config.cache_mode = SMMU_CACHE_ADVERSARY;
	must(smmu_core_init(rig->core, &config, err, sizeof err));
	const struct smmu_sys_config sys_config = {
		.host = { .ctx = rig, .now_us = now_us, .relax = relax },
		.dma = { rig->ram, CORES_RAM_PA, CORES_DRIVER_BYTES }, .memory = { rig->memory, MEMORY_BYTES },
		.poll_timeout_us = 100, .poll_step_max = 1000,
	};
	const struct smmu_port port = { .ctx = rig, .read32 = read32, .write32 = write32, .read64 = read64, .write64 = write64 };
	must(smmu_sys_init(&sys_config, &rig->sys) == SMMU_OK);
	must(smmu_dev_probe(rig->sys, &port, NULL, &rig->dev) == SMMU_OK);
	must(smmu_dev_enable(rig->dev) == SMMU_OK);
}

void cores_close(struct cores_rig *rig)
{
	free(rig->core);
	free(rig->ram);
	free(rig->memory);
}

/* ---- devices ---- */

enum smmu_xlate_status cores_access(struct cores_rig *rig, uint32_t sid, uint64_t iova, uint8_t flags, uint8_t ats, struct smmu_xlate *out)
{
	const struct smmu_txn txn = { .sid = sid, .iova = iova, .flags = flags, .ats = ats };
	memset(out, 0, sizeof *out);
	if (smmu_core_translate(rig->core, &txn, out) != SMMU_XLATE_NEED_JOB)
		return (enum smmu_xlate_status)out->status;
	const int job = smmu_core_job_start(rig->core, &txn);
	must(job != SMMU_JOB_NONE && step(rig, job) == SMMU_STEP_DONE);
	smmu_core_job_result(rig->core, job, out);
	smmu_core_job_free(rig->core, job);
	settle(rig);            /* its event record */
	return (enum smmu_xlate_status)out->status;
}

bool cores_ats_request(struct cores_rig *rig, uint32_t sid, uint64_t iova)
{
	struct smmu_xlate answer;
	if (cores_access(rig, sid, iova, 0, SMMU_ATS_REQUEST, &answer) != SMMU_XLATE_ATS || answer.ats_status != SMMU_ATS_SUCCESS ||
	    !(answer.ats_rights & SMMU_RIGHT_READ))
		return false;
	rig->atc_valid = true;
	rig->atc_sid = sid;
	rig->atc_iova = iova & ~UINT64_C(0xfff);
	rig->atc_pa = answer.pa & ~UINT64_C(0xfff);
	return true;
}
