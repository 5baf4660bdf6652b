/* SPDX-License-Identifier: Apache-2.0
 * Slow half of the trace hooks: builds a record when someone listens.
 * Not here: the test for a listener (inline in sys_internal.h and dev_internal.h). Proof: driver/test/test_trace.c. */
#include "sys_internal.h"

static void emit(struct smmu_sys *sys, struct smmu_trace_record *record)
{
	record->source = 0xffff;
	sys->host.trace->emit(sys->host.trace->ctx, record);
}

void smmu_trace_store_slow(struct smmu_sys *sys, const uint64_t *word, uint64_t old_value, uint64_t new_value)
{
	struct smmu_trace_record record = { .kind = SMMU_TRACE_TABLE_STORE, .size = 8, .addr = smmu_phys(sys, word),
					    .data = { old_value, new_value } };
	emit(sys, &record);
}

void smmu_trace_call_slow(struct smmu_sys *sys, unsigned call, bool entry, smmu_status status)
{
	struct smmu_trace_record record = { .kind = SMMU_TRACE_DRIVER_CALL, .detail = (uint16_t)call,
					    .flags = entry ? SMMU_TRACE_FLAG_ENTRY : 0,
					    .data = { (uint64_t)(int64_t)status } };
	emit(sys, &record);
}

void smmu_trace_tag(struct smmu_sys *sys, uint32_t tag, enum smmu_tag_event what)
{
	if (!sys->host.trace)
		return;
	struct smmu_trace_record record = { .kind = SMMU_TRACE_TAG, .detail = (uint16_t)what, .data = { tag } };
	emit(sys, &record);
}
