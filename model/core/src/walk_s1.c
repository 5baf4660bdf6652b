/* SPDX-License-Identifier: Apache-2.0
 * The stage-1 walk: descriptor by descriptor, each address through stage 2 where the stream is nested, then the leaf
 * with its checks and the hardware update of access flag and dirty state.
 * Not here: range and half checks (lookup.c), rights (permission.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

#define DESC_VALID UINT64_C(1)
#define DESC_TABLE_OR_PAGE UINT64_C(2)
#define DESC_AP2 BIT(7)
#define DESC_AF BIT(10)
#define DESC_NG BIT(11)
#define MAX_CAS_RETRIES 64u

static bool is_nested(const struct smmu_job *job) { return job->config.hot.kind == SMMU_KIND_NESTED; }

static const struct smmu_half *half_of(const struct smmu_job *job) { return &job->config.cold.s1.half[job->s1.half]; }

static unsigned level_shift(const struct smmu_job *job)
{
	const unsigned page_shift = half_of(job)->page_shift;

	return page_shift + (page_shift - 3u) * (3u - job->s1.level);
}

static enum next at_level(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_half *half = half_of(job);
	const unsigned shift = level_shift(job);
	const uint64_t input = job->txn.iova & MASK(half->input_bits);
	const uint64_t index = job->s1.level == half->start_level ? input >> shift : input >> shift & MASK(half->page_shift - 3u);

	job->s1.desc_ipa = job->s1.table + index * 8u;
	job->s2.pa = job->s1.desc_ipa;
	if (is_nested(job))
		return smmu_i_s2_begin(core, job, job->s1.desc_ipa, SMMU_EVENT_CLASS_TT, false, PH_S1_FETCH);
	job->phase = PH_S1_FETCH;
	return NEXT_PHASE;
}

/* Where stage 2 translates the table, its leaf has a say in how the table is read. */
static void walk_attributes(struct smmu_job *job)
{
	const struct smmu_half *half = half_of(job);

	job->s1.walk_attr = is_nested(job) ? smmu_i_attr_combine(half->walk_attr, job->s2.attr) : half->walk_attr;
	job->s1.walk_sh = is_nested(job) ? smmu_i_sh_combine(half->walk_sh, job->s2.sh, job->s1.walk_attr) : half->walk_sh;
}

static enum next fetch(struct smmu_core *core, struct smmu_job *job)
{
	job->s1.desc_pa = job->s2.pa;
	walk_attributes(job);
	job_attributes(job, job->s1.walk_attr, job->s1.walk_sh);
	smmu_i_job_count_walk(core, job);
	return smmu_i_job_read(job, job->s1.desc_pa, 8, SMMU_IO_CLASS_S1_TABLE, PH_S1_DESC);
}

static void trace_step(struct smmu_core *core, const struct smmu_job *job)
{
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_WALK_STEP, .sid = job->txn.sid,
			.ssid = job->txn.ssid, .flags = job->txn.flags & 0xfu, .detail = (uint16_t)(1u << 8 | job->s1.level),
			.addr = job->s1.desc_pa, .data = { job->answer_ok ? job->s1.desc : 0, !job->answer_ok } });
}

static uint64_t descriptor_address(const struct smmu_job *job, unsigned shift)
{
	const uint64_t desc = job->s1.desc;
	uint64_t address = desc & MASK(48) & ~MASK(shift);

	if (half_of(job)->page_shift == 16 && job->config.cold.s1.output_bits == 52)
		address |= (desc >> 12 & 0xfu) << 48;
	return address;
}

static bool block_is_allowed(const struct smmu_core *core, const struct smmu_job *job)
{
	switch (half_of(job)->page_shift) {
	case 12: return job->s1.level == 1 || job->s1.level == 2;
	case 14: return job->s1.level == 2;
	default: return job->s1.level == 2 || (job->s1.level == 1 && core->f.oas_bits == 52);
	}
}

static bool exceeds_output(const struct smmu_job *job, uint64_t address)
{
	return address >> job->config.cold.s1.output_bits != 0;
}

static enum next next_table(struct smmu_core *core, struct smmu_job *job)
{
	const uint64_t desc = job->s1.desc;
	const uint64_t table = descriptor_address(job, half_of(job)->page_shift);

	if (exceeds_output(job, table))
		return smmu_i_fault_s1(core, job, SMMU_EVENT_F_ADDR_SIZE);
	if (!half_of(job)->had) {
		job->s1.limits |= (uint8_t)((desc >> 61 & 1u) != 0 ? LIMIT_NO_UNPRIVILEGED : 0);
		job->s1.limits |= (uint8_t)((desc >> 62 & 1u) != 0 ? LIMIT_NO_WRITE : 0);
		job->s1.limits |= (uint8_t)((desc >> 60 & 1u) != 0 ? LIMIT_UXN : 0);
		job->s1.limits |= (uint8_t)((desc >> 59 & 1u) != 0 ? LIMIT_PXN : 0);
	}
	job->s1.table = table;
	job->s1.level++;
	if (job->tlb_epoch == core->tlb_epoch)
		smmu_i_walk_fill(core, job->config.hot.context, job->txn.iova, half_of(job)->page_shift,
				 &(struct walk_entry){ .table = table, .level = job->s1.level, .limits = job->s1.limits });
	job->phase = PH_S1_LEVEL;
	return NEXT_PHASE;
}

static uint8_t leaf_attr(const struct smmu_job *job)
{
	const uint8_t attr = (uint8_t)(job->config.cold.s1.mair >> (8u * (unsigned)(job->s1.desc >> 2 & 7u)));

	return attr_is_device(attr) ? attr & 0x0cu : attr;
}

/* Which bits hardware has to change before this access may go on. */
static uint64_t updated_descriptor(const struct smmu_job *job)
{
	const uint8_t gains = (uint8_t)(job->need & job->s1.rights_after & ~job->s1.rights_now);
	uint64_t desc = job->s1.desc;

	if ((desc & DESC_AF) == 0 && job->config.cold.s1.ha)
		desc |= DESC_AF;
	if ((gains & (RIGHT_WU | RIGHT_WP)) != 0 && !is_silent(job)) /* to ask is not to write: the page stays clean */
		desc &= ~DESC_AP2;
	return desc;
}

/* Address size, then access flag, then permission. */
static enum next leaf(struct smmu_core *core, struct smmu_job *job)
{
	const struct smmu_stage1 *s1 = &job->config.cold.s1;
	const unsigned shift = level_shift(job);
	const uint64_t output = descriptor_address(job, shift);

	if (exceeds_output(job, output))
		return smmu_i_fault_s1(core, job, SMMU_EVENT_F_ADDR_SIZE);
	if ((job->s1.desc & DESC_AF) == 0 && !s1->ha && !s1->affd)
		return smmu_i_fault_s1(core, job, SMMU_EVENT_F_ACCESS);
	smmu_i_s1_rights(&job->config.cold, job->s1.desc, job->s1.limits, &job->s1.rights_now, &job->s1.rights_after);
	if ((job->s1.rights_after & job->need) == 0)
		return smmu_i_fault_s1(core, job, SMMU_EVENT_F_PERMISSION);
	job->s1.oa = output | (job->txn.iova & MASK(shift));
	job->s1.size_log2 = (uint8_t)shift;
	job->s1.global = (job->s1.desc & DESC_NG) == 0;
	job->s1.attr = leaf_attr(job);
	job->s1.sh = (uint8_t)(job->s1.desc >> 8 & 3u);
	job->s1.desc_new = updated_descriptor(job);
	if (job->s1.desc_new != job->s1.desc && is_nested(job))
		return smmu_i_s2_begin(core, job, job->s1.desc_ipa, SMMU_EVENT_CLASS_TT, true, PH_S1_UPDATE_ADDR);
	job->phase = PH_S1_LEAF;
	return NEXT_PHASE;
}

static enum next have_descriptor(struct smmu_core *core, struct smmu_job *job)
{
	job->s1.desc = job->config.cold.s1.big_endian ? byte_swap64(job->answer[0]) : job->answer[0];
	trace_step(core, job);
	if (!job->answer_ok)
		return smmu_i_fault_walk_abort(core, job, false, SMMU_EVENT_CLASS_TT, job->s1.desc_pa);
	if ((job->s1.desc & DESC_VALID) == 0)
		return smmu_i_fault_s1(core, job, SMMU_EVENT_F_TRANSLATION);
	if ((job->s1.desc & DESC_TABLE_OR_PAGE) != 0)
		return job->s1.level < 3 ? next_table(core, job) : leaf(core, job);
	if (job->s1.level == 3 || !block_is_allowed(core, job))
		return smmu_i_fault_s1(core, job, SMMU_EVENT_F_TRANSLATION);
	return leaf(core, job);
}

/* The stage-2 right to write the descriptor was looked up before the output address is. */
static enum next update_address_known(struct smmu_job *job)
{
	job->s1.desc_pa = job->s2.pa;
	job->phase = PH_S1_LEAF;
	return NEXT_PHASE;
}

static enum next leaf_done(struct smmu_core *core, struct smmu_job *job)
{
	if (is_nested(job) && job->atos_type != SMMU_GATOS_ADDR_TYPE_STAGE1)
		return smmu_i_s2_begin(core, job, job->s1.oa, SMMU_EVENT_CLASS_IN, (job->txn.flags & SMMU_TXN_WRITE) != 0, PH_S1_OUTPUT);
	job->phase = PH_S1_OUTPUT;
	return NEXT_PHASE;
}

/* Only now, with the whole translation permitted, is the descriptor changed. */
static enum next output_done(struct smmu_core *core, struct smmu_job *job)
{
	const bool swap = job->config.cold.s1.big_endian;

	/* A request may be granted less by stage 2: the page stays clean unless the write is granted as a whole. */
	if (is_nested(job) && (job->s2.rights_now & job->need & (RIGHT_WU | RIGHT_WP)) == 0)
		job->s1.desc_new |= job->s1.desc & DESC_AP2;
	if (job->s1.desc_new == job->s1.desc) {
		job->phase = PH_TRANSLATED;
		return NEXT_PHASE;
	}
	smmu_i_job_count_walk(core, job);
	job_attributes(job, job->s1.walk_attr, job->s1.walk_sh);
	return smmu_i_job_update(job, job->s1.desc_pa, swap ? byte_swap64(job->s1.desc) : job->s1.desc,
			  swap ? byte_swap64(job->s1.desc_new) : job->s1.desc_new, SMMU_IO_CLASS_S1_TABLE, PH_S1_UPDATE);
}

static enum next updated(struct smmu_core *core, struct smmu_job *job)
{
	if (!job->answer_ok || job->cas_retries >= MAX_CAS_RETRIES)
		return smmu_i_fault_walk_abort(core, job, false, SMMU_EVENT_CLASS_TT, job->s1.desc_pa);
	if (job->answer[0] != job->io.data[1]) { /* somebody else changed it: read it again */
		job->cas_retries++;
		smmu_i_job_count_walk(core, job);
		return smmu_i_job_read(job, job->s1.desc_pa, 8, SMMU_IO_CLASS_S1_TABLE, PH_S1_DESC);
	}
	smmu_i_s1_rights(&job->config.cold, job->s1.desc_new, job->s1.limits, &job->s1.rights_now, &job->s1.rights_after);
	job->phase = PH_TRANSLATED;
	return NEXT_PHASE;
}

enum next smmu_i_s1_step(struct smmu_core *core, struct smmu_job *job)
{
	switch (job->phase) {
	case PH_S1_LEVEL: return at_level(core, job);
	case PH_S1_FETCH: return fetch(core, job);
	case PH_S1_DESC: return have_descriptor(core, job);
	case PH_S1_UPDATE_ADDR: return update_address_known(job);
	case PH_S1_LEAF: return leaf_done(core, job);
	case PH_S1_OUTPUT: return output_done(core, job);
	default: return updated(core, job);
	}
}
