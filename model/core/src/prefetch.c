/* SPDX-License-Identifier: Apache-2.0
 * CMD_PREFETCH_CONFIG and CMD_PREFETCH_ADDR that do what they hint at, where the configuration says so: one job that fills
 * the caches as a client would, and neither records, stalls, counts a transaction nor makes a page dirty.
 * Not here: the neighbours that hostile caches fetch (adversary.c). Proof: model/test/test_vectors.c (rows M-PRE). */
#include "internal.h"

#define MOST_ADDRESSES UINT32_C(64) /* of one command; the rest of a hint may be left */

/* One hint at a time: one that comes while another is followed is dropped. Stride is not used. */
void smmu_i_prefetch_command(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	struct smmu_job *job = &core->jobs[SMMU_JOB_PREFETCH_INDEX];
	const bool config_only = (cmd->qword[0] & 0xffu) == SMMU_CMD_PREFETCH_CONFIG;
	const unsigned size = config_only ? 0 : (unsigned)smmu_cmd_prefetch_addr_get_Size(cmd);

	if (!core->config.prefetch || core->prefetch_left != 0)
		return;
	job->txn = (struct smmu_txn){ .sid = (uint32_t)smmu_cmd_prefetch_addr_get_StreamID(cmd),
				      .ssid = (uint32_t)smmu_cmd_prefetch_addr_get_SubstreamID(cmd),
				      .flags = SMMU_TXN_NO_STALL | (smmu_cmd_prefetch_addr_get_SSV(cmd) ? SMMU_TXN_SSV : 0u),
				      .iova = config_only ? 0 : cmd->qword[1] & ~UINT64_C(0xfff) };
	job->prefetch_config_only = config_only;
	job->phase = PH_START;
	core->prefetch_left = size > 5 ? MOST_ADDRESSES : UINT32_C(1) << size;
	smmu_i_job_enter_flight(core, job);
}

bool smmu_i_prefetch_has_work(const struct smmu_core *core) { return core->prefetch_left != 0; }

enum next smmu_i_prefetch_step(struct smmu_core *core, struct smmu_job *job)
{
	if (core->prefetch_left == 0)
		return NEXT_DONE;
	if (job->phase != PH_DONE && core->open)
		return smmu_i_client_phase(core, job);
	core->prefetch_left--;
	if (!core->open) /* nothing is read or cached for a disabled SMMU */
		core->prefetch_left = 0;
	job->txn.iova += 0x1000;
	job->phase = PH_START;
	if (core->prefetch_left != 0)
		return NEXT_PHASE;
	smmu_i_job_leave_flight(core, job);
	return NEXT_DONE;
}
