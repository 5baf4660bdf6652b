/* SPDX-License-Identifier: Apache-2.0
 * The trace ring: records of what the core did, until the caller takes them.
 * Not here: time and numbering (the caller stamps them). Proof: model/test/test_job.c. */
#include "internal.h"

void smmu_i_trace_emit(struct smmu_core *core, const struct smmu_trace_record *record)
{
	if (core->trace_count == SMMU_CORE_TRACE_RING) {
		core->trace_lost++;
		return;
	}
	core->trace[(core->trace_head + core->trace_count) % SMMU_CORE_TRACE_RING] = *record;
	core->trace_count++;
}

void smmu_core_trace_enable(struct smmu_core *core, bool on)
{
	core->trace_on = on;
	core->trace_count = 0;
	smmu_i_refresh_hit_path(core);
}

bool smmu_core_trace_take(struct smmu_core *core, struct smmu_trace_record *out)
{
	if (core->trace_count == 0)
		return false;
	*out = core->trace[core->trace_head];
	core->trace_head = (core->trace_head + 1u) % SMMU_CORE_TRACE_RING;
	core->trace_count--;
	return true;
}

uint64_t smmu_core_trace_lost(const struct smmu_core *core) { return core->trace_lost; }
