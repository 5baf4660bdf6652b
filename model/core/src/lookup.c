/* SPDX-License-Identifier: Apache-2.0
 * From a configuration to an answer: the hit-path form of a configuration, input address checks, the TLB, the start of
 * a walk, and what a finished walk leaves behind.
 * Not here: the walks (walk_s1.c, walk_s2.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

static unsigned access_privileged(const struct smmu_config_cold *config, unsigned flags)
{
	return config->privcfg >= 2 ? config->privcfg == 3 : (flags & SMMU_TXN_PRIVILEGED) != 0;
}

/* A write is data whatever the client or STE.INSTCFG says. */
static unsigned access_instruction(const struct smmu_config_cold *config, unsigned flags)
{
	if ((flags & SMMU_TXN_WRITE) != 0)
		return 0;
	return config->instcfg >= 2 ? config->instcfg == 3 : (flags & SMMU_TXN_INSTRUCTION) != 0;
}

static uint8_t right_for(const struct smmu_config_cold *config, unsigned flags)
{
	const unsigned privileged = access_privileged(config, flags);

	if ((flags & SMMU_TXN_WRITE) != 0)
		return (uint8_t)(RIGHT_WU << privileged);
	return (uint8_t)((access_instruction(config, flags) ? RIGHT_XU : RIGHT_RU) << privileged);
}

/* The address bits that must equal the sign of their half; all of them where the half has no table. */
static uint64_t half_mask(const struct smmu_half *half)
{
	if (!half->enabled)
		return ~UINT64_C(0);
	return MASK(half->tbi ? 56 : 64) & ~MASK(half->input_bits);
}

static void bypass_attributes(struct smmu_config_entry *entry)
{
	entry->hot.attr = entry->cold.mtcfg ? smmu_i_attr_from_stage2(entry->cold.memattr) : 0xff;
	entry->hot.sh = entry->cold.shcfg;
}

void smmu_i_config_finish_hot(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_config_entry *entry, enum smmu_config_kind kind)
{
	struct smmu_config_hot *hot = &entry->hot;
	const struct smmu_config_cold *cold = &entry->cold;
	const unsigned limit = cold->input_limit_bits;

	*hot = (struct smmu_config_hot){ .key = config_key(txn), .kind = (uint8_t)kind, .last_shift = 12 };
	bypass_attributes(entry);
	for (unsigned flags = 0; flags < 16; flags++)
		hot->need[flags] = right_for(cold, flags);
	if ((kind & SMMU_KIND_S1) != 0) {
		hot->two_halves = cold->world != SMMU_WORLD_EL2;
		hot->check_mask[0] = half_mask(&cold->s1.half[0]);
		hot->check_mask[1] = half_mask(&cold->s1.half[1]);
	} else {
		const unsigned s2_limit = kind == SMMU_KIND_S2 && cold->s2.input_bits < limit ? cold->s2.input_bits : limit;

		hot->check_mask[0] = ~MASK(s2_limit);
	}
	if (kind != SMMU_KIND_BYPASS)
		hot->context = (uint16_t)smmu_i_context_get(core, smmu_i_context_tag(cold, kind, core->f.s2p));
}

static enum next answer_bypass(struct smmu_core *core, struct smmu_job *job)
{
	job->result = (struct smmu_xlate){ .pa = job->txn.iova, .attr = job->config.hot.attr, .sh = job->config.hot.sh,
					   .size_log2 = core->f.oas_bits, .ats_rights = SMMU_RIGHT_READ };
	if (job->txn.ats != SMMU_ATS_REQUEST)
		return smmu_i_finish(job, SMMU_XLATE_OK);
	if ((job->txn.flags & SMMU_TXN_ATS_NO_WRITE) == 0)
		job->result.ats_rights |= SMMU_RIGHT_WRITE;
	job->result.pa &= ~UINT64_C(0xfff);
	return smmu_i_finish_ats(job, SMMU_ATS_SUCCESS);
}

/* Range, half and disabled-half checks of stage 1, none of which reads a descriptor. */
static bool s1_input_is_legal(const struct smmu_job *job)
{
	const struct smmu_half *half = &job->config.cold.s1.half[job->s1.half];
	const uint64_t sign = 0 - (uint64_t)job->s1.half;

	if (((job->txn.iova ^ sign) & job->config.hot.check_mask[job->s1.half]) != 0 || !half->enabled)
		return false;
	return !half->e0pd || job->privileged;
}

/* True: answered. A right that stage 1 denies for good faults without a walk; anything else short of a hit walks. */
static bool answer_from_tlb(struct smmu_core *core, struct smmu_job *job)
{
	unsigned code;
	uint64_t data, page_mask;

	if (!smmu_i_tlb_find(core, job->config.hot.context, job->txn.iova, &data, &code))
		return false;
	page_mask = MASK(smmu_hit_size_log2(code));
	if ((data & job->need) == 0) {
		if ((job->config.hot.kind & SMMU_KIND_S1) == 0 || (data >> SMMU_HIT_S1_SHIFT & job->need) != 0)
			return false;
		core->stats.tlb_hits++;
		smmu_i_fault_s1(core, job, SMMU_EVENT_F_PERMISSION);
		return true;
	}
	core->stats.tlb_hits++;
	core->stats.translations++;
	job->result = (struct smmu_xlate){ .pa = (data & SMMU_HIT_PA_MASK & ~page_mask) | (job->txn.iova & page_mask),
					   .attr = (uint8_t)(data >> SMMU_HIT_ATTR_SHIFT),
					   .sh = (uint8_t)(data >> SMMU_HIT_SH_SHIFT & 3u),
					   .size_log2 = smmu_hit_size_log2(code), .translated = 1 };
	if (job->config.hot.kind == SMMU_KIND_S2)
		smmu_i_s2_only_attributes(&job->config.hot, &job->result);
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_TLB_HIT, .sid = job->txn.sid,
			.ssid = job->txn.ssid, .flags = job->txn.flags & 0xfu, .addr = job->txn.iova, .data = { job->result.pa } });
	smmu_i_finish(job, SMMU_XLATE_OK);
	return true;
}

static void start_walk(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_half *half = &job->config.cold.s1.half[job->s1.half];

	if (!is_silent(job)) {
		core->stats.tlb_misses++;
		smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_TLB_MISS, job->txn.sid, 1);
	}
	job->cas_retries = 0;
	if ((job->config.hot.kind & SMMU_KIND_S1) == 0) {
		smmu_i_s2_begin(core, job, job->txn.iova, SMMU_EVENT_CLASS_IN, (job->txn.flags & SMMU_TXN_WRITE) != 0, PH_TRANSLATED);
		return;
	}
	job->phase = PH_S1_LEVEL;
	if (job->tlb_epoch == core->tlb_epoch) {
		struct walk_entry entry = { .table = half->ttb, .level = half->start_level };

		smmu_i_walk_find(core, job->config.hot.context, job->txn.iova, half->page_shift, &entry);
		job->s1.level = entry.level;
		job->s1.table = entry.table;
		job->s1.limits = entry.limits;
		return;
	}
	job->s1.level = half->start_level;
	job->s1.table = half->ttb;
	job->s1.limits = 0;
}

/* Nothing to do: no translation is wanted, or it is there. Any right will do, and the walk fills whatever it finds. */
static bool prefetch_is_done(struct smmu_core *core, struct smmu_job *job)
{
	uint64_t data;
	unsigned code;

	job->privileged = 1;
	job->need = RIGHT_ALL;
	return job->prefetch_config_only || job->config.hot.kind == SMMU_KIND_BYPASS ||
	       smmu_i_tlb_find(core, job->config.hot.context, job->txn.iova, &data, &code);
}

/* Privilege and kind of the access after STE overrides, as checked and as recorded. A request wants every right it can
 * get; an access wants exactly one. */
void smmu_i_access_decide(struct smmu_job *job)
{
	static const struct smmu_config_cold no_overrides;
	const struct smmu_config_cold *config = is_atos(job) ? &no_overrides : &job->config.cold;
	unsigned flags = job->txn.flags & 0xfu;

	if (job->txn.ats == SMMU_ATS_TRANSLATED)
		flags &= SMMU_TXN_WRITE;
	job->privileged = (uint8_t)access_privileged(config, flags);
	job->instruction = (uint8_t)access_instruction(config, flags);
	job->need = right_for(config, flags);
	if (job->txn.ats != SMMU_ATS_REQUEST)
		return;
	job->need = (uint8_t)(RIGHT_RU << job->privileged);
	if ((job->txn.flags & SMMU_TXN_ATS_NO_WRITE) == 0)
		job->need |= (uint8_t)(RIGHT_WU << job->privileged);
	if ((job->txn.flags & SMMU_TXN_SSV) != 0 && (job->txn.flags & SMMU_TXN_INSTRUCTION) != 0)
		job->need |= (uint8_t)(RIGHT_XU << job->privileged);
}

static enum next configured(struct smmu_core *core, struct smmu_job *job)
{
	const unsigned kind = job->config.hot.kind;
	unsigned refused;

	if (is_atos(job) && (refused = smmu_i_atos_check_config(core, job)) != 0)
		return smmu_i_atos_refuse(job, refused);
	smmu_i_access_decide(job);
	if (job->kind == SMMU_JOB_PREFETCH && prefetch_is_done(core, job))
		return smmu_i_finish(job, SMMU_XLATE_OK);
	job->s1.half = (uint8_t)((job->txn.iova >> 55) & job->config.hot.two_halves);
	if ((kind & SMMU_KIND_S1) == 0 && job->txn.iova >> job->config.cold.input_limit_bits != 0)
		return smmu_i_fault_bypass_size(core, job);
	if (kind == SMMU_KIND_BYPASS)
		return answer_bypass(core, job);
	if ((kind & SMMU_KIND_S1) != 0 && !s1_input_is_legal(job))
		return smmu_i_fault_s1(core, job, SMMU_EVENT_F_TRANSLATION);
	if (job->txn.ats == SMMU_ATS_UNTRANSLATED && !is_silent(job) && answer_from_tlb(core, job))
		return NEXT_PHASE;
	start_walk(core, job);
	return NEXT_PHASE;
}

static void fill(struct smmu_core *core, struct smmu_job *job, uint64_t pa, uint8_t now, uint8_t s1, unsigned size_log2)
{
	const unsigned kind = job->config.hot.kind;
	const bool global = (kind & SMMU_KIND_S1) != 0 && (job->config.cold.world == SMMU_WORLD_EL2 || job->s1.global);

	if ((kind & SMMU_KIND_S1) != 0 && job->config.cold.s1.half[job->s1.half].e0pd)
		now &= (uint8_t)~RIGHT_UNPRIVILEGED;
	if (job->tlb_epoch != core->tlb_epoch)
		return; /* something this walk read may have been invalidated */
	smmu_i_tlb_fill(core, job->config.hot.context, job->txn.iova,
		 (pa & SMMU_HIT_PA_MASK) | now | (uint64_t)s1 << SMMU_HIT_S1_SHIFT |
		 (uint64_t)job->result.attr << SMMU_HIT_ATTR_SHIFT | (uint64_t)job->result.sh << SMMU_HIT_SH_SHIFT, size_log2, global);
	if ((kind & SMMU_KIND_S1) != 0 && size_log2 < job->s1.size_log2)
		smmu_i_tlb_note_split(core, job->config.hot.context, job->s1.size_log2);
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_TLB_FILL, .sid = job->txn.sid,
			.ssid = job->txn.ssid, .flags = job->txn.flags & 0xfu, .size = (uint8_t)size_log2, .addr = job->txn.iova,
			.data = { pa, job->config.cold.s1.asid | (uint64_t)job->config.cold.vmid << 16 } });
}

/* Rights at the privilege of the request. Exe needs read and execute; split-stage answers with the IPA. */
static enum next answer_request(struct smmu_job *job, uint8_t now, uint64_t ipa)
{
	const uint8_t granted = (uint8_t)((now & job->need) >> job->privileged);

	if ((granted & RIGHT_RU) != 0)
		job->result.ats_rights |= SMMU_RIGHT_READ;
	if ((granted & RIGHT_WU) != 0)
		job->result.ats_rights |= SMMU_RIGHT_WRITE;
	if ((granted & RIGHT_RU) != 0 && (granted & RIGHT_XU) != 0)
		job->result.ats_rights |= SMMU_RIGHT_EXECUTE;
	if (job->config.cold.eats == SMMU_STE_EATS_SPLIT)
		job->result.pa = ipa;
	job->result.pa &= ~MASK(job->result.size_log2);
	return smmu_i_finish_ats(job, SMMU_ATS_SUCCESS);
}

static enum next translated(struct smmu_core *core, struct smmu_job *job)
{
	static const struct smmu_config_hot stage_2_alone = { .attr = 0xff };
	const unsigned kind = job->config.hot.kind;
	const bool has_s1 = (kind & SMMU_KIND_S1) != 0;
	const bool has_s2 = (kind & SMMU_KIND_S2) != 0 && job->atos_type != SMMU_GATOS_ADDR_TYPE_STAGE1;
	const uint64_t pa = has_s2 ? job->s2.pa : job->s1.oa;
	uint8_t now = RIGHT_ALL, s1 = RIGHT_ALL, size_log2 = 63;

	job->result = (struct smmu_xlate){ .pa = pa, .translated = 1 };
	if (has_s1) {
		now = job->s1.rights_now;
		s1 = job->s1.rights_after;
		size_log2 = job->s1.size_log2;
		job->result.attr = job->s1.attr;
		job->result.sh = smmu_i_sh_of_access(job->s1.sh, job->s1.attr);
	}
	if (has_s2) {
		now &= job->s2.rights_now;
		size_log2 = job->s2.size_log2 < size_log2 ? job->s2.size_log2 : size_log2;
	}
	if (has_s2 && has_s1) {
		job->result.attr = smmu_i_attr_combine(job->result.attr, job->s2.attr);
		job->result.sh = smmu_i_sh_combine(job->s1.sh, job->s2.sh, job->result.attr);
	} else if (has_s2) { /* kept as stage 2 has them: streams of one VMID need not agree on the overrides */
		job->result.attr = job->s2.attr;
		job->result.sh = job->s2.sh;
	}
	job->result.size_log2 = size_log2;
	if (is_atos(job)) {
		if (!has_s1)
			smmu_i_s2_only_attributes(&stage_2_alone, &job->result);
		return smmu_i_atos_translated(job);
	}
	fill(core, job, pa, now, s1, size_log2);
	if (job->kind == SMMU_JOB_PREFETCH)
		return smmu_i_finish(job, SMMU_XLATE_OK);
	if (!has_s1)
		smmu_i_s2_only_attributes(&job->config.hot, &job->result);
	if (job->txn.ats == SMMU_ATS_REQUEST)
		return answer_request(job, now, job->s1.oa);
	if (job->txn.ats == SMMU_ATS_TRANSLATED)
		smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_ATS_PASSED, job->txn.sid, 1);
	core->stats.translations++;
	if (smmu_i_prefetch_wanted(core, job))
		return smmu_i_prefetch_begin(core, job);
	return smmu_i_finish(job, SMMU_XLATE_OK);
}

enum next smmu_i_lookup_step(struct smmu_core *core, struct smmu_job *job)
{
	return job->phase == PH_CONFIGURED ? configured(core, job) : translated(core, job);
}
