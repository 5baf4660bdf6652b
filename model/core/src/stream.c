/* SPDX-License-Identifier: Apache-2.0
 * From StreamID and SubstreamID to a configuration: stream table, STE, ATS gate, substream rules, CD table, CD; through
 * stage 2 where the stream is nested.
 * Not here: the decoding (ste.c, cd.c), the translation of the address (lookup.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

#define ADDR_MASK UINT64_C(0x000fffffffffffff)

static bool has_ssv(const struct smmu_job *job) { return (job->txn.flags & SMMU_TXN_SSV) != 0; }

/* The stream table as CR1 says, CD tables as the STE does, together with the stage 2 that translated their address. */
static void table_attributes(const struct smmu_core *core, struct smmu_job *job, enum smmu_io_class io_class)
{
	const struct smmu_config_cold *config = &job->config.cold;
	uint8_t attr = config->cd_attr, sh = config->cd_sh;

	if (io_class == SMMU_IO_CLASS_L1STD || io_class == SMMU_IO_CLASS_STE) {
		attr = smmu_i_attr_from_cr1(SMMU_FIELD_GET(CR1, TABLE_OC, core->r.cr1), SMMU_FIELD_GET(CR1, TABLE_IC, core->r.cr1));
		sh = smmu_i_sh_of_access(SMMU_FIELD_GET(CR1, TABLE_SH, core->r.cr1), attr);
	} else if ((config->config & 2u) != 0) {
		attr = smmu_i_attr_combine(attr, job->s2.attr);
		sh = smmu_i_sh_combine(sh, job->s2.sh, attr);
	}
	job_attributes(job, attr, sh);
}

static unsigned split_bits(const struct smmu_core *core)
{
	const unsigned split = SMMU_FIELD_GET(STRTAB_BASE_CFG, SPLIT, core->r.strtab_base_cfg);

	return split == 8 || split == 10 ? split : 6;
}

static unsigned leaf_bits(const struct smmu_config_cold *config) { return config->s1_fmt == 1 ? 6 : 10; }

/* Which StreamIDs and SubstreamIDs the structure that is read next serves. */
static struct smmu_raw_entry tag_of(const struct smmu_core *core, const struct smmu_job *job, enum smmu_io_class io_class)
{
	const uint32_t ssid = has_ssv(job) ? job->txn.ssid : 0;
	struct smmu_raw_entry tag = { .io_class = (uint8_t)io_class, .sid = job->txn.sid };

	if (io_class == SMMU_IO_CLASS_L1STD) {
		tag.span_log2 = (uint8_t)split_bits(core);
		tag.sid >>= tag.span_log2;
	} else if (io_class == SMMU_IO_CLASS_L1CD) {
		tag.span_log2 = (uint8_t)leaf_bits(&job->config.cold);
		tag.ssid = ssid >> tag.span_log2;
	} else if (io_class == SMMU_IO_CLASS_CD) {
		tag.ssid = ssid;
	}
	return tag;
}

static void keep_structure(struct smmu_core *core, const struct smmu_job *job, enum smmu_io_class io_class)
{
	const struct smmu_raw_entry tag = tag_of(core, job, io_class);

	smmu_i_raw_insert(core, job, &tag);
}

static enum next read_structure(struct smmu_core *core, struct smmu_job *job, uint64_t addr, unsigned size,
				enum smmu_io_class io_class, enum phase then)
{
	const struct smmu_raw_entry tag = tag_of(core, job, io_class);

	if (smmu_i_raw_find(core, job, io_class, tag.sid, tag.ssid)) {
		job->io.addr = addr;    /* not read, but traced and blamed as if */
		job->io.io_class = (uint8_t)io_class;
		job->io.size = (uint8_t)size;
		job->phase = (uint8_t)then;
		return NEXT_PHASE;
	}
	if (!job->config_missed && !is_silent(job)) {
		job->config_missed = 1;
		core->stats.config_misses++;
		smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_CONFIG_MISS, job->txn.sid, 1);
	}
	core->stats.config_accesses++;
	smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_CONFIG_ACCESS, job->txn.sid, 1);
	table_attributes(core, job, io_class);
	return smmu_i_job_read(job, addr, size, io_class, then);
}

static void trace_fetch(struct smmu_core *core, const struct smmu_job *job)
{
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_CONFIG_FETCH, .sid = job->txn.sid,
			.ssid = job->txn.ssid, .flags = job->txn.flags & 0xfu, .detail = job->io.io_class, .size = job->io.size,
			.addr = job->io.addr, .data = { job->answer_ok ? job->answer[0] : 0, !job->answer_ok } });
}

static enum next read_ste(struct smmu_core *core, struct smmu_job *job, uint64_t addr)
{
	if (addr >> core->f.oas_bits != 0)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_STE_FETCH, addr);
	return read_structure(core, job, addr, 64, SMMU_IO_CLASS_STE, PH_STE);
}

static uint64_t align_down(uint64_t addr, unsigned log2_bytes)
{
	return log2_bytes >= 64 ? 0 : addr & ~MASK(log2_bytes);
}

/* Alignment follows LOG2SIZE as written; the range check follows min(LOG2SIZE, SIDSIZE). */
static enum next locate_ste(struct smmu_core *core, struct smmu_job *job)
{
	const uint32_t cfg = core->r.strtab_base_cfg;
	const unsigned log2size = SMMU_FIELD_GET(STRTAB_BASE_CFG, LOG2SIZE, cfg);
	const unsigned sid_bits = log2size < core->f.sidsize ? log2size : core->f.sidsize;
	const unsigned split = split_bits(core);
	const uint64_t base = core->r.strtab_base & ADDR_MASK;
	const unsigned l1_bytes_log2 = log2size > split ? log2size - split + 3u : 3u;

	if ((uint64_t)job->txn.sid >> sid_bits != 0)
		return smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_STREAMID, 0);
	if (SMMU_FIELD_GET(STRTAB_BASE_CFG, FMT, cfg) != 1)
		return read_ste(core, job, align_down(base, log2size + 6u) + UINT64_C(64) * job->txn.sid);
	return read_structure(core, job, align_down(base, l1_bytes_log2 < 6 ? 6 : l1_bytes_log2) +
			      UINT64_C(8) * (job->txn.sid >> split), 8, SMMU_IO_CLASS_L1STD, PH_L1STD);
}

static enum next have_l1std(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_l1std l1std = { { job->answer[0] } };
	const unsigned span = (unsigned)smmu_l1std_get_Span(&l1std);
	const unsigned split = split_bits(core);
	const uint32_t index = job->txn.sid & (uint32_t)MASK(split);

	trace_fetch(core, job);
	keep_structure(core, job, SMMU_IO_CLASS_L1STD);
	if (!job->answer_ok)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_STE_FETCH, job->io.addr);
	if (span == 0 || span >= 12 || span > split + 1u || index >> (span - 1u) != 0)
		return smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_STREAMID, 0);
	return read_ste(core, job, align_down(smmu_l1std_get_L2Ptr(&l1std), 5u + span) + UINT64_C(64) * index);
}

/* In cache mode "adversary" an entry of eight words takes more than one read: all of them, or the first one again. */
static bool read_again(struct smmu_core *core, struct smmu_job *job, enum smmu_io_class io_class, enum phase then)
{
	const struct smmu_raw_entry tag = tag_of(core, job, io_class);

	if (!smmu_i_adversary_reads_again(core, job, &tag))
		return false;
	core->stats.config_accesses++;
	smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_CONFIG_ACCESS, job->txn.sid, 1);
	smmu_i_job_read(job, job->io.addr, job->from_raw ? 64 : 8, io_class, then);
	table_attributes(core, job, io_class);
	return true;
}

static enum next have_ste(struct smmu_core *core, struct smmu_job *job)
{
	trace_fetch(core, job);
	if (read_again(core, job, SMMU_IO_CLASS_STE, PH_STE))
		return NEXT_IO;
	keep_structure(core, job, SMMU_IO_CLASS_STE);
	if (!job->answer_ok)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_STE_FETCH, job->io.addr);
	for (unsigned i = 0; i < 8; i++)
		job->ste.qword[i] = job->answer[i];
	if (smmu_ste_get_V(&job->ste) && job->config_epoch == core->config_epoch)
		smmu_i_ste_insert(core, job->txn.sid, &job->ste);
	job->phase = PH_SUBSTREAM;
	return NEXT_PHASE;
}

/* Complete; cached unless something it was read from has been invalidated meanwhile. */
static enum next configured(struct smmu_core *core, struct smmu_job *job, enum smmu_config_kind kind)
{
	smmu_i_config_finish_hot(core, &job->txn, &job->config, kind);
	if (job->config_epoch == core->config_epoch && job->txn.ats != SMMU_ATS_TRANSLATED && !is_atos(job))
		smmu_i_config_insert(core, &job->config);
	job->phase = PH_CONFIGURED;
	return NEXT_PHASE;
}

/* Stage 1 does not apply to this transaction: what the other stage leaves. */
static enum next configured_without_s1(struct smmu_core *core, struct smmu_job *job)
{
	return configured(core, job, (job->config.cold.config & 2u) != 0 ? SMMU_KIND_S2 : SMMU_KIND_BYPASS);
}

/* A translated access: EATS full passes, split-stage goes through stage 2 as unprivileged data. */
static enum next translated_access(struct smmu_core *core, struct smmu_job *job)
{
	if (job->config.cold.eats == 0)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_TRANSL_FORBIDDEN, 0);
	if (job->config.cold.eats == SMMU_STE_EATS_SPLIT)
		return configured_without_s1(core, job);
	if (job->txn.iova >> core->f.oas_bits != 0)
		return smmu_i_finish(job, SMMU_XLATE_ABORT);
	smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_ATS_PASSED, job->txn.sid, 1);
	job->result = (struct smmu_xlate){ .pa = job->txn.iova, .size_log2 = 12, .attr = 0xff, .sh = 1 };
	return smmu_i_finish(job, SMMU_XLATE_OK);
}

static enum next read_cd(struct smmu_core *core, struct smmu_job *job, uint64_t ipa, bool l1)
{
	const unsigned nested = (job->config.cold.config & 2u) != 0;

	job->s2.pa = ipa;
	if (nested)
		return smmu_i_s2_begin(core, job, ipa, SMMU_EVENT_CLASS_CD, false, l1 ? PH_L1CD_ADDR : PH_CD_ADDR);
	job->phase = l1 ? PH_L1CD_ADDR : PH_CD_ADDR;
	return NEXT_PHASE;
}

/* The substream decided: index of the CD, through an L1CD where the table has two levels. */
static enum next locate_cd(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_config_cold *config = &job->config.cold;
	const uint32_t index = has_ssv(job) ? job->txn.ssid : 0;
	const unsigned max = config->s1_cd_max;
	unsigned l1_log2;

	if (config->s1_fmt == 0)
		return read_cd(core, job, align_down(config->s1_context_ptr, max + 6u) + UINT64_C(64) * index, false);
	l1_log2 = max > leaf_bits(config) ? max - leaf_bits(config) + 3u : 3u;
	return read_cd(core, job, align_down(config->s1_context_ptr, l1_log2 < 6 ? 6 : l1_log2) +
		       UINT64_C(8) * (index >> leaf_bits(config)), true);
}

static enum next choose_substream(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_config_cold *config = &job->config.cold;
	const bool ssv = has_ssv(job);

	if ((config->config & 1u) == 0)
		return ssv ? smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_SUBSTREAMID, 0) : configured_without_s1(core, job);
	if (config->s1_cd_max == 0)
		return ssv ? smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_SUBSTREAMID, 0) : locate_cd(core, job);
	if (ssv) {
		if (job->txn.ssid >> config->s1_cd_max != 0)
			return smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_SUBSTREAMID, 0);
		if (job->txn.ssid == 0 && config->s1_dss == SMMU_STE_S1DSS_SSID0)
			return smmu_i_fault_config(core, job, SMMU_EVENT_F_STREAM_DISABLED, 0);
		return locate_cd(core, job);
	}
	switch (config->s1_dss) {
	case SMMU_STE_S1DSS_BYPASS: return configured_without_s1(core, job);
	case SMMU_STE_S1DSS_SSID0: return locate_cd(core, job);
	default: return smmu_i_fault_config(core, job, SMMU_EVENT_F_STREAM_DISABLED, 0);
	}
}

static enum next have_valid_ste(struct smmu_core *core, struct smmu_job *job)
{
	enum ste_verdict verdict;
	unsigned refused;

	if (job->kind == SMMU_JOB_PRI)
		return smmu_i_pri_have_ste(core, job);
	verdict = smmu_i_ste_decode(&core->f, &core->r, &job->ste, &job->config.cold);
	if (is_atos(job) && verdict != STE_BAD && (refused = smmu_i_atos_check_ste(core, job, verdict == STE_ABORT)) != 0)
		return smmu_i_atos_refuse(job, refused);
	switch (verdict) {
	case STE_BAD: return smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_STE, 0);
	case STE_ABORT:
		return job->txn.ats == SMMU_ATS_REQUEST ? smmu_i_finish_ats(job, SMMU_ATS_UR) : smmu_i_finish(job, SMMU_XLATE_ABORT);
	default: break;
	}
	if ((job->config.cold.config & 2u) != 0)
		job->config.cold.s2_context = (uint16_t)smmu_i_context_get(core, smmu_i_context_tag(&job->config.cold, SMMU_KIND_S2, core->f.s2p));
	smmu_i_access_decide(job); /* a stage-2 fault of the CD fetch records it already */
	if (job->txn.ats == SMMU_ATS_REQUEST && job->config.cold.eats == 0)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_BAD_ATS_TREQ, 0);
	if (job->txn.ats == SMMU_ATS_TRANSLATED)
		return translated_access(core, job);
	if (job->atos_type == SMMU_GATOS_ADDR_TYPE_STAGE2)
		return configured_without_s1(core, job);
	return choose_substream(core, job);
}

static enum next have_l1cd(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_l1cd l1cd = { { job->answer[0] } };
	const struct smmu_config_cold *config = &job->config.cold;
	const uint32_t index = has_ssv(job) ? job->txn.ssid : 0;
	const uint64_t table = align_down(smmu_l1cd_get_L2Ptr(&l1cd), leaf_bits(config) + 6u);
	const bool nested = (config->config & 2u) != 0;

	trace_fetch(core, job);
	keep_structure(core, job, SMMU_IO_CLASS_L1CD);
	if (!job->answer_ok)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_CD_FETCH, job->io.addr);
	if (!smmu_l1cd_get_V(&l1cd) || (!nested && table >> core->f.oas_bits != 0))
		return smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_SUBSTREAMID, 0);
	return read_cd(core, job, table + UINT64_C(64) * (index & (uint32_t)MASK(leaf_bits(config))), false);
}

static enum next have_cd(struct smmu_core *core, struct smmu_job *job)
{
	const bool nested = (job->config.cold.config & 2u) != 0;
	struct smmu_cd cd;

	trace_fetch(core, job);
	if (read_again(core, job, SMMU_IO_CLASS_CD, PH_CD))
		return NEXT_IO;
	keep_structure(core, job, SMMU_IO_CLASS_CD);
	if (!job->answer_ok)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_CD_FETCH, job->io.addr);
	for (unsigned i = 0; i < 8; i++)
		cd.qword[i] = job->answer[i];
	if (!smmu_i_cd_decode(&core->f, &cd, &job->config.cold))
		return smmu_i_fault_config(core, job, SMMU_EVENT_C_BAD_CD, 0);
	return configured(core, job, nested ? SMMU_KIND_NESTED : SMMU_KIND_S1);
}

static enum next start_disabled(struct smmu_core *core, struct smmu_job *job)
{
	if (core->service_failure && job->txn.ats == SMMU_ATS_REQUEST)
		return smmu_i_finish_ats(job, SMMU_ATS_CA);
	if (!core->service_failure && job->txn.ats == SMMU_ATS_REQUEST)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_BAD_ATS_TREQ, 0);
	if (!core->service_failure && job->txn.ats == SMMU_ATS_TRANSLATED)
		return smmu_i_fault_config(core, job, SMMU_EVENT_F_TRANSL_FORBIDDEN, 0);
	if (smmu_core_translate(core, &job->txn, &job->result) == SMMU_XLATE_ABORT)
		core->stats.aborts--; /* the end of this job counts it too */
	job->phase = PH_DONE;
	return NEXT_PHASE;
}

static void begin_lookup(const struct smmu_core *core, struct smmu_job *job)
{
	job->config_epoch = core->config_epoch;
	job->tlb_epoch = core->tlb_epoch;
	job->config_missed = 0;
	job->reading_again = 0;
}

enum next smmu_i_stream_find_ste(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_ste *cached = smmu_i_ste_find(core, job->txn.sid);

	begin_lookup(core, job);
	if (cached == NULL)
		return locate_ste(core, job);
	job->ste = *cached;
	job->phase = PH_SUBSTREAM;
	return NEXT_PHASE;
}

static enum next start(struct smmu_core *core, struct smmu_job *job)
{
	int index;

	begin_lookup(core, job);
	if (!core->open && !is_atos(job))
		return start_disabled(core, job);
	if (job->txn.ats == SMMU_ATS_REQUEST && !job->retrying)
		smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_ATS_REQUEST, job->txn.sid, 1);
	if (job->txn.ats == SMMU_ATS_TRANSLATED && (core->r.cr0ack & SMMU_CR0_ATSCHK_MASK) == 0) {
		job->config.cold.eats = SMMU_STE_EATS_FULL;
		return translated_access(core, job);
	}
	index = job->txn.ats == SMMU_ATS_TRANSLATED || job->atos_type == SMMU_GATOS_ADDR_TYPE_STAGE2 ? -1 : smmu_i_config_find(core, config_key(&job->txn));
	if (index >= 0) {
		job->config.hot = core->config_hot[index];
		job->config.cold = core->config_cold[index];
		if (job->txn.ats == SMMU_ATS_REQUEST && job->config.cold.eats == 0)
			return smmu_i_fault_config(core, job, SMMU_EVENT_F_BAD_ATS_TREQ, 0);
		job->phase = PH_CONFIGURED;
		return NEXT_PHASE;
	}
	return smmu_i_stream_find_ste(core, job);
}

enum next smmu_i_stream_step(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->phase) {
	case PH_START: return start(core, job);
	case PH_L1STD: return have_l1std(core, job);
	case PH_STE: return have_ste(core, job);
	case PH_SUBSTREAM: return have_valid_ste(core, job);
	case PH_L1CD_ADDR: return read_structure(core, job, job->s2.pa, 8, SMMU_IO_CLASS_L1CD, PH_L1CD);
	case PH_L1CD: return have_l1cd(core, job);
	case PH_CD_ADDR: return read_structure(core, job, job->s2.pa, 64, SMMU_IO_CLASS_CD, PH_CD);
	default: return have_cd(core, job);
	}
}
