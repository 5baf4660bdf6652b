/* SPDX-License-Identifier: Apache-2.0
 * What the tests of the command queue share: one SMMU with a queue of a given size, and lists of commands that can be told apart.
 * Not here: expectations. */
#ifndef CMDQ_RIG_H
#define CMDQ_RIG_H

#include <string.h>

#include "cmd.h"
#include "dev_internal.h"
#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct fake_smmu *smmu;

static inline void start(uint8_t log2)
{
	const struct smmu_dev_config config = { .cmdq_log2 = log2 };
	rig_open(&rig, 1);
	smmu = rig.smmu[0];
	rig_start(&rig, 0, &config);
}

static inline void stop(void) { rig_close(&rig); }

static inline smmu_status submit(unsigned count, uint32_t first_sid, bool sync)
{
	struct smmu_cmd cmds[64];
	for (unsigned i = 0; i < count; i++)
		cmds[i] = smmu_cmd_cfgi_ste(first_sid + i, true);
	return smmu_dev_submit(rig.dev[0], cmds, count, sync);
}

#endif
