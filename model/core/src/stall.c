/* SPDX-License-Identifier: Apache-2.0
 * The life of a stalled transaction: its STAG, CMD_RESUME, CMD_STALL_TERM, the end of SMMUEN, a queue that becomes
 * writable for a record that had to wait.
 * Not here: whether a fault stalls (fault.c). Proof: model/test/test_job.c, test_vectors.c. */
#include "internal.h"

/* The low six bits are the slot, the rest counts, so that a late CMD_RESUME meets another STAG. */
void smmu_i_stall_enter(struct smmu_core *core, struct smmu_job *job)
{
	job->stag = (uint16_t)((uint32_t)core->stag_counter++ << 6 | (uint32_t)(job - core->jobs));
	smmu_event_f_translation_set_Stall(&job->event, 1);
	smmu_event_f_translation_set_STAG(&job->event, job->stag);
	job->record_written = 0;
	job->stalling = 1;
	core->stalled_count++;
}

void smmu_i_stall_leave(struct smmu_core *core, struct smmu_job *job)
{
	if (!job->stalling)
		return;
	job->stalling = 0;
	core->stalled_count--;
	core->stalls_freed++;
}

static bool is_parked(const struct smmu_core *core, unsigned slot)
{
	const struct smmu_job *job = &core->jobs[slot];

	return (core->busy_slots & BIT(slot)) != 0 && job->stalling && (job->phase == PH_STALLED || job->phase == PH_EVENT);
}

static void end_with(struct smmu_core *core, struct smmu_job *job, enum smmu_xlate_status status)
{
	const uint8_t event = job->result.event;

	smmu_i_stall_leave(core, job);
	job->result = (struct smmu_xlate){ .event = event };
	smmu_i_finish(job, status);
	core->movable |= job_bit(core, job);
}

/* The whole flow again, with the configuration of now. */
static void retry(struct smmu_core *core, struct smmu_job *job)
{
	smmu_i_stall_leave(core, job);
	job->result = (struct smmu_xlate){ 0 };
	job->phase = PH_START;
	job->retrying = 1;
	if (core->config.retry_counts_again)
		smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_TRANSACTION, job->txn.sid, 1);
	smmu_i_job_enter_flight(core, job);
	core->movable |= job_bit(core, job);
}

/* StreamID and STAG must both belong to a stall whose record was written; anything else is ignored. */
void smmu_i_stall_resume(struct smmu_core *core, uint32_t sid, uint16_t stag, bool again, bool abort)
{
	const unsigned slot = stag & 63u;
	struct smmu_job *job = &core->jobs[slot];

	if (!is_parked(core, slot) || !job->record_written || job->stag != stag || job->txn.sid != sid)
		return;
	if (again)
		retry(core, job);
	else
		end_with(core, job, abort || core->f.term_model ? SMMU_XLATE_ABORT : SMMU_XLATE_RAZ_WI);
}

void smmu_i_stall_terminate_stream(struct smmu_core *core, uint32_t sid)
{
	for (unsigned slot = 0; slot < SMMU_CORE_MAX_JOBS; slot++)
		if (is_parked(core, slot) && core->jobs[slot].txn.sid == sid)
			end_with(core, &core->jobs[slot], SMMU_XLATE_ABORT);
}

void smmu_i_stall_terminate_all(struct smmu_core *core)
{
	for (unsigned slot = 0; slot < SMMU_CORE_MAX_JOBS; slot++)
		if (is_parked(core, slot))
			end_with(core, &core->jobs[slot], SMMU_XLATE_ABORT);
}

void smmu_i_stall_eventq_changed(struct smmu_core *core)
{
	if (core->stalled_count == 0 || !smmu_i_eventq_is_writable(core))
		return;
	for (unsigned slot = 0; slot < SMMU_CORE_MAX_JOBS; slot++)
		if (is_parked(core, slot) && !core->jobs[slot].record_written)
			core->movable |= BIT(slot);
}

uint64_t smmu_core_stalls_freed(const struct smmu_core *core) { return core->stalls_freed; }
