/* SPDX-License-Identifier: Apache-2.0
 * The stage-2 walk: of a CD or L1CD address, of a stage-1 descriptor, or of the address of the transaction.
 * Not here: legality of the geometry (ste.c), rights (permission.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

#define DESC_VALID UINT64_C(1)
#define DESC_TABLE_OR_PAGE UINT64_C(2)
#define DESC_S2AP_WRITE BIT(7)
#define DESC_AF BIT(10)
#define MAX_CAS_RETRIES 64u

static unsigned level_shift(const struct smmu_job *job)
{
	const unsigned page_shift = job->config.cold.s2.page_shift;

	return page_shift + (page_shift - 3u) * (3u - job->s2.level);
}

/* Stage 2 inside something else: of a descriptor, of a CD, of the output of stage 1. Stage 2 of a stream without stage 1
 * is looked up and filled by lookup.c. */
static bool is_inside(const struct smmu_job *job)
{
	return job->s2.fault_class != SMMU_EVENT_CLASS_IN || job->config.hot.kind == SMMU_KIND_NESTED;
}

static enum next fault(struct smmu_core *core, struct smmu_job *job, unsigned event)
{
	return smmu_i_fault_s2(core, job, event, job->s2.fault_class, job->s2.ipa, !job->s2.is_write);
}

/* The right wanted of this stage: of the transaction for its own address, data read or write for the SMMU's accesses. */
static uint8_t need_of(const struct smmu_job *job)
{
	if (job->s2.fault_class != SMMU_EVENT_CLASS_IN)
		return job->s2.is_write ? RIGHT_WU : RIGHT_RU;
	return job->config.hot.kind == SMMU_KIND_NESTED ? job->need & job->s1.rights_after : job->need;
}

/* The TLB under the context of stage 2 alone holds stage-2 leaves. A request wants several rights at once and walks. */
static bool answer_from_tlb(const struct smmu_core *core, struct smmu_job *job)
{
	unsigned code;
	uint64_t data;

	if (core->config.walk_cache_entries == 0 || !is_inside(job) || job->txn.ats != SMMU_ATS_UNTRANSLATED)
		return false;
	if (!smmu_i_tlb_find(core, job->config.cold.s2_context, job->s2.ipa, &data, &code) || (data & need_of(job)) == 0)
		return false;
	job->s2.attr = (uint8_t)(data >> SMMU_HIT_ATTR_SHIFT);
	if (job->config.cold.s2.ptw && job->s2.fault_class != SMMU_EVENT_CLASS_IN && attr_is_device(job->s2.attr))
		return false;
	job->s2.size_log2 = smmu_hit_size_log2(code);
	job->s2.pa = (data & SMMU_HIT_PA_MASK & ~MASK(job->s2.size_log2)) | (job->s2.ipa & MASK(job->s2.size_log2));
	job->s2.sh = (uint8_t)(data >> SMMU_HIT_SH_SHIFT & 3u);
	job->s2.rights_now = data & RIGHT_ALL;
	job->s2.rights_after = job->s2.rights_now;
	job->phase = job->s2.return_phase;
	return true;
}

/* Worth an entry: what walks come back to, and leaves that cover more than the combined entry will. */
static void fill_tlb(struct smmu_core *core, const struct smmu_job *job)
{
	if (core->config.walk_cache_entries == 0 || !is_inside(job) || job->tlb_epoch != core->tlb_epoch)
		return;
	if (job->s2.fault_class == SMMU_EVENT_CLASS_IN && job->s2.size_log2 <= job->s1.size_log2)
		return;
	smmu_i_tlb_fill(core, job->config.cold.s2_context, job->s2.ipa,
			(job->s2.pa & SMMU_HIT_PA_MASK) | job->s2.rights_now | (uint64_t)RIGHT_ALL << SMMU_HIT_S1_SHIFT |
			(uint64_t)job->s2.attr << SMMU_HIT_ATTR_SHIFT | (uint64_t)job->s2.sh << SMMU_HIT_SH_SHIFT, job->s2.size_log2, false);
}

enum next smmu_i_s2_begin(struct smmu_core *core, struct smmu_job *job, uint64_t ipa, unsigned fault_class, bool is_write,
		   enum phase return_phase)
{
	const struct smmu_stage2 *s2 = &job->config.cold.s2;

	job->s2 = (struct smmu_s2_walk){ .ipa = ipa, .fault_class = (uint8_t)fault_class, .is_write = is_write,
					 .return_phase = (uint8_t)return_phase, .level = s2->start_level, .table = s2->ttb };
	if (ipa >> s2->input_bits != 0)
		return fault(core, job, SMMU_EVENT_F_TRANSLATION);
	job->phase = PH_S2_LEVEL;
	if (job->tlb_epoch == core->tlb_epoch && !answer_from_tlb(core, job)) {
		struct walk_entry entry = { .table = s2->ttb, .level = s2->start_level };

		if (smmu_i_walk_find(core, job->config.cold.s2_context, ipa, s2->page_shift, &entry)) {
			job->s2.table = entry.table;
			job->s2.level = entry.level;
		}
	}
	return NEXT_PHASE;
}

static enum next at_level(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_stage2 *s2 = &job->config.cold.s2;
	const unsigned shift = level_shift(job);
	const uint64_t index = job->s2.level == s2->start_level ? job->s2.ipa >> shift
								: job->s2.ipa >> shift & MASK(s2->page_shift - 3u);

	job->s2.desc_pa = job->s2.table + index * 8u;
	smmu_i_job_count_walk(core, job);
	job_attributes(job, s2->walk_attr, s2->walk_sh);
	return smmu_i_job_read(job, job->s2.desc_pa, 8, SMMU_IO_CLASS_S2_TABLE, PH_S2_DESC);
}

static void trace_step(struct smmu_core *core, const struct smmu_job *job)
{
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_WALK_STEP, .sid = job->txn.sid,
			.ssid = job->txn.ssid, .flags = job->txn.flags & 0xfu, .detail = (uint16_t)(2u << 8 | job->s2.level),
			.addr = job->s2.desc_pa, .data = { job->answer_ok ? job->s2.desc : 0, !job->answer_ok } });
}

static uint64_t descriptor_address(const struct smmu_job *job, unsigned shift)
{
	const struct smmu_stage2 *s2 = &job->config.cold.s2;
	uint64_t address = job->s2.desc & MASK(48) & ~MASK(shift);

	if (s2->page_shift == 16 && s2->output_bits == 52)
		address |= (job->s2.desc >> 12 & 0xfu) << 48;
	return address;
}

static bool block_is_allowed(const struct smmu_core *core, const struct smmu_job *job)
{
	switch (job->config.cold.s2.page_shift) {
	case 12: return job->s2.level == 1 || job->s2.level == 2;
	case 14: return job->s2.level == 2;
	default: return job->s2.level == 2 || (job->s2.level == 1 && core->f.oas_bits == 52);
	}
}

/* MemAttr with S2FWB = 1: 0 to 3 Device, 5 non-cacheable, 6 write-back whatever stage 1 says, 7 leaves the stage-1 type
 * alone; 4 is reserved and taken as 7. */
uint8_t smmu_i_s2_leaf_attr(const struct smmu_config_cold *config, uint64_t desc)
{
	const unsigned memattr = (unsigned)(desc >> 2) & 0xfu;

	if (!config->s2.fwb || memattr < 4)
		return smmu_i_attr_from_stage2(memattr);
	switch (memattr & 7u) {
	case 5: return 0x44;
	case 6: return ATTR_FORCED_WRITE_BACK;
	default: return 0xff;
	}
}

static uint64_t updated_descriptor(const struct smmu_job *job, uint8_t need)
{
	const uint8_t gains = (uint8_t)(need & job->s2.rights_after & ~job->s2.rights_now);
	uint64_t desc = job->s2.desc;

	if ((desc & DESC_AF) == 0 && job->config.cold.s2.ha)
		desc |= DESC_AF;
	if ((gains & (RIGHT_WU | RIGHT_WP)) != 0 && !(is_silent(job) && job->s2.fault_class == SMMU_EVENT_CLASS_IN))
		desc |= DESC_S2AP_WRITE;
	return desc;
}

static enum next done(struct smmu_core *core, struct smmu_job *job)
{
	fill_tlb(core, job);
	job->phase = job->s2.return_phase;
	return NEXT_PHASE;
}

/* Address size, then access flag, then permission; S2PTW forbids tables and CDs in Device memory. */
static enum next leaf(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_stage2 *s2 = &job->config.cold.s2;
	const unsigned shift = level_shift(job);
	const uint64_t output = descriptor_address(job, shift);
	const uint8_t need = need_of(job);
	const bool swap = s2->big_endian;
	uint64_t desc_new;

	if (output >> s2->output_bits != 0)
		return fault(core, job, SMMU_EVENT_F_ADDR_SIZE);
	if ((job->s2.desc & DESC_AF) == 0 && !s2->ha && !s2->affd)
		return fault(core, job, SMMU_EVENT_F_ACCESS);
	smmu_i_s2_rights(&job->config.cold, core->f.xnx, job->s2.desc, &job->s2.rights_now, &job->s2.rights_after);
	job->s2.attr = smmu_i_s2_leaf_attr(&job->config.cold, job->s2.desc);
	if ((job->s2.rights_after & need) == 0)
		return fault(core, job, SMMU_EVENT_F_PERMISSION);
	if (s2->ptw && job->s2.fault_class != SMMU_EVENT_CLASS_IN && attr_is_device(job->s2.attr))
		return fault(core, job, SMMU_EVENT_F_PERMISSION);
	job->s2.pa = output | (job->s2.ipa & MASK(shift));
	job->s2.size_log2 = (uint8_t)shift;
	job->s2.sh = (uint8_t)(job->s2.desc >> 8 & 3u);
	desc_new = updated_descriptor(job, need);
	if (desc_new == job->s2.desc)
		return done(core, job);
	smmu_i_job_count_walk(core, job);
	job_attributes(job, s2->walk_attr, s2->walk_sh);
	return smmu_i_job_update(job, job->s2.desc_pa, swap ? byte_swap64(job->s2.desc) : job->s2.desc,
			  swap ? byte_swap64(desc_new) : desc_new, SMMU_IO_CLASS_S2_TABLE, PH_S2_UPDATE);
}

static enum next have_descriptor(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_stage2 *s2 = &job->config.cold.s2;

	job->s2.desc = s2->big_endian ? byte_swap64(job->answer[0]) : job->answer[0];
	trace_step(core, job);
	if (!job->answer_ok)
		return smmu_i_fault_walk_abort(core, job, true, job->s2.fault_class, job->s2.desc_pa);
	if ((job->s2.desc & DESC_VALID) == 0)
		return fault(core, job, SMMU_EVENT_F_TRANSLATION);
	if ((job->s2.desc & DESC_TABLE_OR_PAGE) == 0 || job->s2.level == 3) {
		const bool page = (job->s2.desc & DESC_TABLE_OR_PAGE) != 0;

		if (!page && (job->s2.level == 3 || !block_is_allowed(core, job)))
			return fault(core, job, SMMU_EVENT_F_TRANSLATION);
		return leaf(core, job);
	}
	job->s2.table = descriptor_address(job, s2->page_shift);
	if (job->s2.table >> s2->output_bits != 0)
		return fault(core, job, SMMU_EVENT_F_ADDR_SIZE);
	job->s2.level++;
	if (job->tlb_epoch == core->tlb_epoch)
		smmu_i_walk_fill(core, job->config.cold.s2_context, job->s2.ipa, s2->page_shift,
				 &(struct walk_entry){ .table = job->s2.table, .level = job->s2.level });
	job->phase = PH_S2_LEVEL;
	return NEXT_PHASE;
}

static enum next updated(struct smmu_core *core, struct smmu_job *job)
{
	const uint64_t stored = job->io.data[0];

	if (!job->answer_ok || job->cas_retries >= MAX_CAS_RETRIES)
		return smmu_i_fault_walk_abort(core, job, true, job->s2.fault_class, job->s2.desc_pa);
	if (job->answer[0] != job->io.data[1]) {
		job->cas_retries++;
		job->phase = PH_S2_LEVEL;
		return NEXT_PHASE;
	}
	job->s2.desc = job->config.cold.s2.big_endian ? byte_swap64(stored) : stored;
	smmu_i_s2_rights(&job->config.cold, core->f.xnx, job->s2.desc, &job->s2.rights_now, &job->s2.rights_after);
	return done(core, job);
}

enum next smmu_i_s2_step(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->phase) {
	case PH_S2_LEVEL: return at_level(core, job);
	case PH_S2_DESC: return have_descriptor(core, job);
	default: return updated(core, job);
	}
}
