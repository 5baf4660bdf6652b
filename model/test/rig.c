/* SPDX-License-Identifier: Apache-2.0
 * The rig of the unit tests. Not here: expectations. Proof: every test that uses it. */
#include "rig.h"

#include <string.h>

#include "unity.h"

void rig_init(struct rig *rig, void (*change)(struct smmu_core_config *config))
{
	struct smmu_core_config config;
	char err[200];

	memset(rig, 0, sizeof *rig);
	smmu_core_config_default(&config);
	config.seed = 0;
	if (change != NULL)
		change(&config);
	TEST_ASSERT_TRUE_MESSAGE(smmu_core_init(&rig->core, &config, err, sizeof err), err);
}

void rig_enable(struct rig *rig)
{
	struct smmu_core *core = &rig->core;

	smmu_core_write64(core, SMMU_STRTAB_BASE, 0x80000000);
	smmu_core_write32(core, SMMU_STRTAB_BASE_CFG, 6);
	smmu_core_write64(core, SMMU_CMDQ_BASE, RIG_CMDQ | 4);
	smmu_core_write64(core, SMMU_EVENTQ_BASE, RIG_EVENTQ | 4);
	smmu_core_write32(core, SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK);
	rig_settle(rig);
}

uint64_t rig_cd_address(uint32_t sid) { return UINT64_C(0x80100000) + 64 * sid; }

void rig_map_stream(struct rig *rig, uint32_t sid, uint16_t asid, uint64_t desc_bits)
{
	struct smmu_ste ste = { { 0 } };
	struct smmu_cd cd = { { 0 } };

	smmu_ste_set_V(&ste, 1);
	smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S1);
	smmu_ste_set_S1ContextPtr(&ste, rig_cd_address(sid));
	smmu_cd_set_V(&cd, 1);
	smmu_cd_set_AA64(&cd, 1);
	smmu_cd_set_T0SZ(&cd, 16);
	smmu_cd_set_EPD1(&cd, 1);
	smmu_cd_set_IPS(&cd, 5);
	smmu_cd_set_A(&cd, 1);
	smmu_cd_set_R(&cd, 1);
	smmu_cd_set_ASID(&cd, asid);
	smmu_cd_set_TTB0(&cd, 0x82000000);
	for (unsigned i = 0; i < 8; i++) {
		vector_memory_write(&rig->memory, UINT64_C(0x80000000) + 64 * sid + 8 * i, ste.qword[i]);
		vector_memory_write(&rig->memory, rig_cd_address(sid) + 8 * i, cd.qword[i]);
	}
	vector_memory_write(&rig->memory, 0x82000000, 0x82001003);
	vector_memory_write(&rig->memory, 0x82001000, 0x82002003);
	vector_memory_write(&rig->memory, 0x82002000, 0x82003003);
	for (unsigned i = 0; i < 512; i++)
		vector_memory_write(&rig->memory, 0x82003000 + 8 * i, (0x10000000 + UINT64_C(0x1000) * i) | desc_bits);
}

bool rig_io(struct rig *rig, int job)
{
	uint64_t answer[8] = { 0 };
	const bool ok = vector_memory_perform(&rig->memory, smmu_core_job_io(&rig->core, job), answer);

	smmu_core_job_feed(&rig->core, job, ok, answer);
	return ok;
}

enum smmu_step rig_step(struct rig *rig, int job)
{
	enum smmu_step step;

	while ((step = smmu_core_job_step(&rig->core, job)) == SMMU_STEP_IO)
		rig_io(rig, job);
	return step;
}

enum smmu_xlate_status rig_run(struct rig *rig, uint32_t sid, uint64_t iova, uint8_t flags, struct smmu_xlate *out)
{
	const struct smmu_txn txn = { .sid = sid, .iova = iova, .flags = flags };
	int job;

	if (smmu_core_translate(&rig->core, &txn, out) != SMMU_XLATE_NEED_JOB)
		return (enum smmu_xlate_status)out->status;
	job = smmu_core_job_start(&rig->core, &txn);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(rig, job));
	smmu_core_job_result(&rig->core, job, out);
	smmu_core_job_free(&rig->core, job);
	return (enum smmu_xlate_status)out->status;
}

void rig_settle(struct rig *rig)
{
	smmu_core_update(&rig->core);
	for (int job; (job = smmu_core_next_job(&rig->core)) != SMMU_JOB_NONE;) {
		rig_step(rig, job);
		smmu_core_update(&rig->core);
	}
}

void rig_command(struct rig *rig, uint64_t q0, uint64_t q1)
{
	const uint64_t at = RIG_CMDQ + 16 * (rig->cmdq_prod & 15u);

	vector_memory_write(&rig->memory, at, q0);
	vector_memory_write(&rig->memory, at + 8, q1);
	rig->cmdq_prod = (rig->cmdq_prod + 1) & 31u;
	smmu_core_write32(&rig->core, SMMU_CMDQ_PROD, rig->cmdq_prod);
}

struct smmu_core_stats rig_stats(const struct rig *rig)
{
	struct smmu_core_stats stats;

	smmu_core_stats_read(&rig->core, &stats);
	return stats;
}
