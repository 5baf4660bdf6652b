/* SPDX-License-Identifier: Apache-2.0
 * Jobs: their slots, the loop that steps them from access to access, and which of them may move.
 * Not here: what the phases do (stream.c, lookup.c, walk files, eventq.c, cmdq.c). Proof: model/test/test_job.c. */
#include "internal.h"

struct smmu_job *smmu_i_job_at(struct smmu_core *core, int index) { return &core->jobs[index]; }

/* How the access is made was said before, by job_attributes(). */
enum next smmu_i_job_read(struct smmu_job *job, uint64_t addr, unsigned size, enum smmu_io_class io_class, enum phase then)
{
	job->io.addr = addr;
	job->io.kind = SMMU_IO_READ;
	job->io.io_class = (uint8_t)io_class;
	job->io.size = (uint8_t)size;
	job->phase = (uint8_t)then;
	return NEXT_IO;
}

enum next smmu_i_job_update(struct smmu_job *job, uint64_t addr, uint64_t expected, uint64_t desired, enum smmu_io_class io_class,
		     enum phase then)
{
	smmu_i_job_read(job, addr, 8, io_class, then);
	job->io.kind = SMMU_IO_CAS;
	job->io.data[0] = desired;
	job->io.data[1] = expected;
	return NEXT_IO;
}

void smmu_i_job_count_walk(struct smmu_core *core, const struct smmu_job *job)
{
	core->stats.table_walk_accesses++;
	smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_TABLE_ACCESS, job->txn.sid, 1);
}

void smmu_i_job_enter_flight(struct smmu_core *core, struct smmu_job *job)
{
	if (job->in_flight)
		return;
	job->in_flight = 1;
	job->parity = core->parity;
	core->in_flight[job->parity]++;
}

void smmu_i_job_leave_flight(struct smmu_core *core, struct smmu_job *job)
{
	if (!job->in_flight)
		return;
	job->in_flight = 0;
	core->in_flight[job->parity]--;
}

unsigned smmu_core_txn_begin(struct smmu_core *core)
{
	core->in_flight[core->parity]++;
	return core->parity;
}

void smmu_core_txn_done(struct smmu_core *core, unsigned token) { core->in_flight[token & 1u]--; }

static void count_start(struct smmu_core *core, const struct smmu_txn *txn)
{
	if ((txn->flags & SMMU_TXN_RETRY) != 0 || !core->open)
		return;
	if (txn->ats != SMMU_ATS_UNTRANSLATED && !core->config.count_ats)
		return;
	core->stats.transactions++;
	smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_TRANSACTION, txn->sid, 1);
}

static uint64_t all_slots(const struct smmu_core *core) { return MASK(core->config.job_slots); }

int smmu_core_job_start(struct smmu_core *core, const struct smmu_txn *txn)
{
	const uint64_t free_slots = all_slots(core) & ~core->busy_slots;
	struct smmu_job *job;
	int index;

	if (free_slots == 0)
		return SMMU_JOB_NONE;
	index = __builtin_ctzll(free_slots);
	job = &core->jobs[index];
	core->busy_slots |= BIT(index);
	core->movable &= ~BIT(index);
	job->io.kind = 0;
	job->txn = *txn;
	job->result = (struct smmu_xlate){ 0 };
	job->kind = SMMU_JOB_TRANSLATE;
	job->phase = PH_START;
	job->in_flight = 0;
	job->stalling = 0;
	job->record_written = 0;
	job->retrying = 0;
	job->accounted = 0;
	job->config.cold.mev = 0;
	job->privileged = (txn->flags & SMMU_TXN_PRIVILEGED) != 0;
	job->instruction = (txn->flags & (SMMU_TXN_INSTRUCTION | SMMU_TXN_WRITE)) == SMMU_TXN_INSTRUCTION;
	smmu_i_job_enter_flight(core, job);
	count_start(core, txn);
	return index;
}

static enum next end(struct smmu_core *core, struct smmu_job *job)
{
	if (!job->accounted && job->result.status == SMMU_XLATE_ABORT)
		core->stats.aborts++;
	job->accounted = 1;
	smmu_i_job_leave_flight(core, job);
	return NEXT_DONE;
}

enum next smmu_i_client_phase(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->phase) {
	case PH_CONFIGURED: case PH_TRANSLATED: return smmu_i_lookup_step(core, job);
	case PH_S1_LEVEL: case PH_S1_FETCH: case PH_S1_DESC: case PH_S1_UPDATE_ADDR: case PH_S1_LEAF: case PH_S1_OUTPUT:
	case PH_S1_UPDATE: return smmu_i_s1_step(core, job);
	case PH_S2_LEVEL: case PH_S2_DESC: case PH_S2_UPDATE: return smmu_i_s2_step(core, job);
	case PH_PREFETCHED: return smmu_i_prefetched(core, job);
	case PH_EVENT: case PH_EVENT_WRITTEN: return smmu_i_eventq_step(core, job);
	case PH_STALLED: return NEXT_STALLED;
	case PH_DONE: return end(core, job);
	default: return smmu_i_stream_step(core, job);
	}
}

static enum next phase_of(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->kind) {
	case SMMU_JOB_CMDQ: return smmu_i_cmdq_step(core, job);
	case SMMU_JOB_MSI: return smmu_i_msi_step(core, job);
	case SMMU_JOB_PRI: return smmu_i_pri_step(core, job);
	case SMMU_JOB_ATOS: return smmu_i_atos_step(core, job);
	case SMMU_JOB_PREFETCH: return smmu_i_prefetch_step(core, job);
	case SMMU_JOB_SECURE: return smmu_i_secure_step(core, job);
	default: return smmu_i_client_phase(core, job);
	}
}

/* An engine that answers anything but IO goes back on the list that next_job() hands out. */
static void give_back(struct smmu_core *core, const struct smmu_job *job)
{
	if (job->kind == SMMU_JOB_CMDQ)
		core->cmdq_handed_out = 0;
	if (job->kind == SMMU_JOB_MSI)
		core->msi_handed_out = 0;
	if (job->kind == SMMU_JOB_PRI)
		core->pri_handed_out = 0;
	if (job->kind == SMMU_JOB_PREFETCH)
		core->prefetch_handed_out = 0;
	if (job->kind == SMMU_JOB_SECURE)
		core->secure_handed_out = 0;
	if (job->kind == SMMU_JOB_ATOS)
		core->atos_handed_out[job->atos_unit] = 0;
}

enum smmu_step smmu_core_job_step(struct smmu_core *core, int index)
{
	struct smmu_job *job = &core->jobs[index];
	enum next next = NEXT_PHASE;

	if (job->io.kind != 0)
		return SMMU_STEP_IO;
	while (next == NEXT_PHASE)
		next = phase_of(core, job);
	if (next == NEXT_STALLED)
		smmu_i_job_leave_flight(core, job);
	if (next != NEXT_IO)
		give_back(core, job);
	return (enum smmu_step)next;
}

/* One access done in place: memory the caller can reach needs no way out of the core and back. */
static bool perform(struct smmu_job *job, struct smmu_window *window)
{
	const struct smmu_io *io = &job->io;
	const uint64_t offset = io->addr - window->base;
	unsigned char *at = window->bytes + offset;

	if (offset >= window->size || io->size > window->size - offset)
		return false;
	switch (io->kind) {
	case SMMU_IO_READ:
		if (io->size == 8)
			__builtin_memcpy(job->answer, at, 8);
		else
			__builtin_memcpy(job->answer, at, io->size);
		break;
	case SMMU_IO_CAS:
		__builtin_memcpy(job->answer, at, 8);
		if (job->answer[0] == io->data[1])
			__builtin_memcpy(at, io->data, 8);
		break;
	default:
		__builtin_memcpy(at, io->data, io->size);
		break;
	}
	window->accesses++;
	job->answer_ok = 1;
	job->io.kind = 0;
	return true;
}

enum smmu_step smmu_core_job_step_direct(struct smmu_core *core, int index, struct smmu_window *window)
{
	struct smmu_job *job = &core->jobs[index];
	enum smmu_step step;

	do
		step = smmu_core_job_step(core, index);
	while (step == SMMU_STEP_IO && perform(job, window));
	return step;
}

enum smmu_xlate_status smmu_core_translate_direct(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_window *window,
						  struct smmu_xlate *out, int *job)
{
	*job = SMMU_JOB_NONE;
	if (smmu_core_translate(core, txn, out) != SMMU_XLATE_NEED_JOB)
		return (enum smmu_xlate_status)out->status;
	if (smmu_core_walk_direct(core, txn, window, out))
		return SMMU_XLATE_OK;
	*job = smmu_core_job_start(core, txn);
	if (*job == SMMU_JOB_NONE || smmu_core_job_step_direct(core, *job, window) != SMMU_STEP_DONE)
		return out->status = SMMU_XLATE_NEED_JOB;
	*out = core->jobs[*job].result;
	smmu_core_job_free(core, *job);
	*job = SMMU_JOB_NONE;
	return (enum smmu_xlate_status)out->status;
}

const struct smmu_io *smmu_core_job_io(const struct smmu_core *core, int index) { return &core->jobs[index].io; }

void smmu_core_job_feed(struct smmu_core *core, int index, bool ok, const uint64_t *data)
{
	struct smmu_job *job = &core->jobs[index];
	const unsigned words = job->io.kind == SMMU_IO_WRITE ? 0 : (job->io.size + 7u) / 8u;

	for (unsigned i = 0; ok && data != NULL && i < words; i++)
		job->answer[i] = data[i];
	job->answer_ok = ok;
	job->io.kind = 0;
}

void smmu_core_job_result(const struct smmu_core *core, int index, struct smmu_xlate *out) { *out = core->jobs[index].result; }

uint16_t smmu_core_job_stag(const struct smmu_core *core, int index) { return core->jobs[index].stag; }

void smmu_core_job_free(struct smmu_core *core, int index)
{
	struct smmu_job *job = &core->jobs[index];

	smmu_i_stall_leave(core, job);
	smmu_i_job_leave_flight(core, job);
	if (core->event_writer == index + 1)
		core->event_writer = 0;
	job->kind = SMMU_JOB_FREE;
	core->busy_slots &= ~BIT(index);
	core->movable &= ~BIT(index);
}

int smmu_core_next_job(struct smmu_core *core)
{
	if (core->movable != 0) {
		const int index = __builtin_ctzll(core->movable);

		core->movable &= ~BIT(index);
		return index;
	}
	if (!core->msi_handed_out && smmu_i_msi_has_work(core)) {
		core->msi_handed_out = 1;
		return SMMU_JOB_MSI_INDEX;
	}
	if (!core->pri_handed_out && smmu_i_pri_has_work(core)) {
		core->pri_handed_out = 1;
		return SMMU_JOB_PRI_INDEX;
	}
	for (unsigned unit = 0; unit < 2; unit++)
		if (!core->atos_handed_out[unit] && smmu_i_atos_has_work(core, unit)) {
			core->atos_handed_out[unit] = 1;
			return SMMU_JOB_GATOS_INDEX + (int)unit;
		}
	if (!core->prefetch_handed_out && smmu_i_prefetch_has_work(core)) {
		core->prefetch_handed_out = 1;
		return SMMU_JOB_PREFETCH_INDEX;
	}
	if (!core->cmdq_handed_out && smmu_i_cmdq_has_work(core)) {
		core->cmdq_handed_out = 1;
		return SMMU_JOB_CMDQ_INDEX;
	}
	if (!core->secure_handed_out && smmu_i_secure_has_work(core)) {
		core->secure_handed_out = 1;
		return SMMU_JOB_SECURE_INDEX;
	}
	return SMMU_JOB_NONE;
}

bool smmu_core_job_is_client(const struct smmu_core *core, int index)
{
	(void)core;
	return index >= 0 && index < SMMU_CORE_MAX_JOBS;
}

bool smmu_core_job_is_resumed(const struct smmu_core *core, int index) { return !core->jobs[index].stalling; }

bool smmu_core_work_pending(const struct smmu_core *core)
{
	return core->movable != 0 || (!core->msi_handed_out && smmu_i_msi_has_work(core)) || (!core->pri_handed_out && smmu_i_pri_has_work(core)) ||
	       (!core->atos_handed_out[0] && smmu_i_atos_has_work(core, 0)) || (!core->atos_handed_out[1] && smmu_i_atos_has_work(core, 1)) ||
	       (!core->cmdq_handed_out && smmu_i_cmdq_has_work(core)) || (!core->secure_handed_out && smmu_i_secure_has_work(core)) ||
	       (!core->prefetch_handed_out && smmu_i_prefetch_has_work(core));
}
