/* SPDX-License-Identifier: Apache-2.0
 * From a cause to a response: which event, recorded or not, abort, RAZ/WI, stall, or an ATS completion; and the record
 * itself, field by field as each event has them.
 * Not here: writing the record (eventq.c), the life of a stalled transaction (stall.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

enum next smmu_i_finish(struct smmu_job *job, enum smmu_xlate_status status)
{
	job->result.status = (uint8_t)status;
	job->phase = PH_DONE;
	return NEXT_PHASE;
}

enum next smmu_i_finish_ats(struct smmu_job *job, enum smmu_ats_status status)
{
	job->result.ats_status = (uint8_t)status;
	return smmu_i_finish(job, SMMU_XLATE_ATS);
}

static bool has_ssv(const struct smmu_txn *txn) { return (txn->flags & SMMU_TXN_SSV) != 0; }

void smmu_i_event_header(struct smmu_event *e, unsigned number, const struct smmu_txn *txn, bool with_ssv)
{
	*e = (struct smmu_event){ { number | (uint64_t)txn->sid << 32 } };
	if (with_ssv && has_ssv(txn))
		e->qword[0] |= SMMU_EVENT_F_TRANSLATION_SSV_MASK | (uint64_t)(txn->ssid & 0xfffffu) << 12;
}

static void set_access(struct smmu_event *e, const struct smmu_job *job)
{
	smmu_event_f_translation_set_PnU(e, job->privileged);
	smmu_event_f_translation_set_InD(e, job->instruction);
	smmu_event_f_translation_set_RnW(e, (job->txn.flags & SMMU_TXN_WRITE) == 0);
	smmu_event_f_translation_set_InputAddr(e, job->txn.iova);
}

static bool is_ats(const struct smmu_job *job) { return job->txn.ats != SMMU_ATS_UNTRANSLATED; }

/* Configuration errors of ATS traffic are recorded only with CR2.REC_CFG_ATS. */
static bool is_recorded(const struct smmu_core *core, const struct smmu_job *job, unsigned event)
{
	const bool ats_records = core->f.atsrecerr && (core->r.cr2 & SMMU_CR2_REC_CFG_ATS_MASK) != 0;

	if (event == SMMU_EVENT_F_BAD_ATS_TREQ || event == SMMU_EVENT_F_TRANSL_FORBIDDEN)
		return true;
	if (is_ats(job) && !ats_records)
		return false;
	if (event == SMMU_EVENT_C_BAD_STREAMID && job->txn.ats != SMMU_ATS_TRANSLATED)
		return (core->r.cr2 & SMMU_CR2_RECINVSID_MASK) != 0;
	return true;
}

static enum next respond(struct smmu_core *core, struct smmu_job *job, unsigned event, bool recorded, enum smmu_xlate_status status)
{
	(void)core;
	job->result = (struct smmu_xlate){ .status = (uint8_t)status, .event = (uint8_t)event,
					   .ats_status = job->result.ats_status };
	job->phase = recorded ? PH_EVENT : PH_DONE;
	return NEXT_PHASE;
}

static enum next terminate(struct smmu_core *core, struct smmu_job *job, unsigned event)
{
	const bool request = job->txn.ats == SMMU_ATS_REQUEST;
	const bool refused = event == SMMU_EVENT_F_BAD_ATS_TREQ;

	job->result.ats_status = refused ? SMMU_ATS_UR : SMMU_ATS_CA;
	return respond(core, job, event, is_recorded(core, job, event), request ? SMMU_XLATE_ATS : SMMU_XLATE_ABORT);
}

/* C_BAD_*, F_*_FETCH, F_STREAM_DISABLED, F_BAD_ATS_TREQ, F_TRANSL_FORBIDDEN: always terminate with abort. */
enum next smmu_i_fault_config(struct smmu_core *core, struct smmu_job *job, unsigned event, uint64_t fetch_addr)
{
	struct smmu_event *e = &job->event;

	if (is_silent(job))
		return smmu_i_atos_refuse(job, event);
	switch (event) {
	case SMMU_EVENT_F_STREAM_DISABLED:
		smmu_i_event_header(e, event, &job->txn, false);
		break;
	case SMMU_EVENT_C_BAD_SUBSTREAMID: /* the SubstreamID is always valid, there is no SSV bit */
		smmu_i_event_header(e, event, &job->txn, false);
		smmu_event_c_bad_substreamid_set_SubstreamID(e, has_ssv(&job->txn) ? job->txn.ssid : 0);
		break;
	case SMMU_EVENT_F_TRANSL_FORBIDDEN:
		smmu_i_event_header(e, event, &job->txn, false);
		smmu_event_f_transl_forbidden_set_RnW(e, (job->txn.flags & SMMU_TXN_WRITE) == 0);
		smmu_event_f_transl_forbidden_set_InputAddr(e, job->txn.iova);
		break;
	case SMMU_EVENT_F_BAD_ATS_TREQ:
		smmu_i_event_header(e, event, &job->txn, true);
		smmu_event_f_bad_ats_treq_set_InputAddr(e, job->txn.iova & ~UINT64_C(0xfff));
		break;
	default:
		smmu_i_event_header(e, event, &job->txn, true);
		if (event == SMMU_EVENT_F_STE_FETCH || event == SMMU_EVENT_F_CD_FETCH)
			smmu_event_f_ste_fetch_set_FetchAddr(e, fetch_addr);
		break;
	}
	return terminate(core, job, event);
}

enum next smmu_i_fault_walk_abort(struct smmu_core *core, struct smmu_job *job, bool s2, unsigned fault_class, uint64_t fetch_addr)
{
	struct smmu_event *e = &job->event;

	if (is_silent(job))
		return s2 ? smmu_i_atos_fault_s2(job, SMMU_EVENT_F_WALK_EABT, fault_class) : smmu_i_atos_refuse(job, SMMU_EVENT_F_WALK_EABT);
	smmu_i_event_header(e, SMMU_EVENT_F_WALK_EABT, &job->txn, true);
	set_access(e, job);
	smmu_event_f_walk_eabt_set_S2(e, s2);
	smmu_event_f_walk_eabt_set_CLASS(e, fault_class);
	smmu_event_f_walk_eabt_set_FetchAddr(e, fetch_addr);
	return terminate(core, job, SMMU_EVENT_F_WALK_EABT);
}

static void translation_record(struct smmu_job *job, unsigned event, bool s2, unsigned fault_class)
{
	smmu_i_event_header(&job->event, event, &job->txn, true);
	set_access(&job->event, job);
	smmu_event_f_translation_set_S2(&job->event, s2);
	smmu_event_f_translation_set_CLASS(&job->event, fault_class);
}

/* Translation-related faults of ATS requests end as "not mapped": success without rights, no event, no stall. */
static enum next not_mapped(struct smmu_job *job)
{
	job->result = (struct smmu_xlate){ .pa = job->txn.iova & ~UINT64_C(0xfff), .size_log2 = 12 };
	return smmu_i_finish_ats(job, SMMU_ATS_SUCCESS);
}

static bool may_stall(const struct smmu_job *job)
{
	return !is_ats(job) && (job->txn.flags & SMMU_TXN_NO_STALL) == 0;
}

static enum next stall_or_hold(struct smmu_core *core, struct smmu_job *job, unsigned event)
{
	if (!job->stalling && core->stalled_count >= core->f.stall_max)
		return smmu_i_finish(job, SMMU_XLATE_HELD);
	job->result.event = (uint8_t)event;
	smmu_i_stall_enter(core, job);
	job->phase = PH_EVENT;
	return NEXT_PHASE;
}

/* Stage 1: CD.{A,R,S} decide. */
enum next smmu_i_fault_s1(struct smmu_core *core, struct smmu_job *job, unsigned event)
{
	const struct smmu_stage1 *s1 = &job->config.cold.s1;

	if (is_silent(job))
		return smmu_i_atos_refuse(job, event);
	if (job->txn.ats == SMMU_ATS_REQUEST)
		return not_mapped(job);
	translation_record(job, event, false, SMMU_EVENT_CLASS_IN);
	if (s1->fault_stall && may_stall(job))
		return stall_or_hold(core, job, event);
	if (s1->fault_stall)
		return respond(core, job, event, true, SMMU_XLATE_ABORT);
	return respond(core, job, event, s1->fault_record, s1->fault_abort ? SMMU_XLATE_ABORT : SMMU_XLATE_RAZ_WI);
}

/* Stage 2, whatever was being translated: STE.{S2R,S2S} decide, and termination is an abort. */
enum next smmu_i_fault_s2(struct smmu_core *core, struct smmu_job *job, unsigned event, unsigned fault_class, uint64_t ipa, bool tt_rnw)
{
	const struct smmu_stage2 *s2 = &job->config.cold.s2;

	if (is_silent(job))
		return smmu_i_atos_fault_s2(job, event, fault_class);
	if (job->txn.ats == SMMU_ATS_REQUEST)
		return not_mapped(job);
	translation_record(job, event, true, fault_class);
	smmu_event_f_translation_set_IPA(&job->event, ipa & UINT64_C(0x000ffffffffff000));
	if (event == SMMU_EVENT_F_PERMISSION && fault_class == SMMU_EVENT_CLASS_TT)
		smmu_event_f_permission_set_TTRnW(&job->event, tt_rnw);
	if (s2->fault_stall && may_stall(job))
		return stall_or_hold(core, job, event);
	return respond(core, job, event, s2->fault_record || s2->fault_stall, SMMU_XLATE_ABORT);
}

/* Stage 1 off and the address too large: there is no CD, so it is always recorded and always aborted. */
enum next smmu_i_fault_bypass_size(struct smmu_core *core, struct smmu_job *job)
{
	if (is_silent(job))
		return smmu_i_atos_refuse(job, SMMU_EVENT_F_ADDR_SIZE);
	if (job->txn.ats == SMMU_ATS_REQUEST)
		return not_mapped(job);
	translation_record(job, SMMU_EVENT_F_ADDR_SIZE, false, SMMU_EVENT_CLASS_IN);
	return respond(core, job, SMMU_EVENT_F_ADDR_SIZE, true, SMMU_XLATE_ABORT);
}
