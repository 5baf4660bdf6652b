/* SPDX-License-Identifier: Apache-2.0
 * Cache mode "adversary": what the architecture lets a cache do to a driver that invalidates too little. Configuration
 * structures are kept as they were read, invalid ones too; invalidations take effect only at their CMD_SYNC; a walk that
 * ends in a page takes the pages beside it along.
 * Not here: the caches of every mode. Prefetching is for stage 1 alone. Proof: model/test/test_adversary.c. */
#include "internal.h"

bool smmu_i_is_adversary(const struct smmu_core *core) { return core->config.cache_mode == SMMU_CACHE_ADVERSARY; }

/* ---- invalidations that wait ---- */

void smmu_i_adversary_apply(struct smmu_core *core)
{
	for (uint32_t i = 0; i < core->deferred_count; i++)
		smmu_i_invalidate_execute(core, &core->deferred[i]);
	core->deferred_count = 0;
}

void smmu_i_adversary_defer(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	if (core->deferred_count == SMMU_CORE_MAX_DEFERRED)
		smmu_i_adversary_apply(core);
	core->deferred[core->deferred_count++] = *cmd;
}

/* ---- structures as they were read ---- */

static struct smmu_raw_entry *slot_of(struct smmu_core *core, unsigned io_class, uint32_t sid, uint32_t ssid)
{
	const uint32_t hash = (sid * 0x9e3779b1u) ^ (ssid * 0x85ebca6bu) ^ (io_class * 0xc2b2ae35u);

	return &core->raw[hash >> 16 & (SMMU_CORE_MAX_RAW - 1u)];
}

bool smmu_i_raw_find(struct smmu_core *core, struct smmu_job *job, unsigned io_class, uint32_t sid, uint32_t ssid)
{
	const struct smmu_raw_entry *entry = slot_of(core, io_class, sid, ssid);

	if (!smmu_i_is_adversary(core) || entry->io_class != io_class || entry->sid != sid || entry->ssid != ssid)
		return false;
	for (unsigned i = 0; i < 8; i++)
		job->answer[i] = entry->qword[i];
	job->answer_ok = 1;
	return true;
}

void smmu_i_raw_insert(struct smmu_core *core, const struct smmu_job *job, const struct smmu_raw_entry *tag)
{
	struct smmu_raw_entry *entry = slot_of(core, tag->io_class, tag->sid, tag->ssid);

	if (!smmu_i_is_adversary(core) || !job->answer_ok || job->config_epoch != core->config_epoch)
		return;
	*entry = *tag;
	for (unsigned i = 0; i < 8; i++)
		entry->qword[i] = job->answer[i];
}

/* first..last: StreamIDs. An L1STD stands for a whole range of them. */
void smmu_i_raw_invalidate_sids(struct smmu_core *core, uint32_t first, uint32_t last, bool with_ste, bool with_l1std)
{
	for (unsigned i = 0; i < SMMU_CORE_MAX_RAW; i++) {
		struct smmu_raw_entry *entry = &core->raw[i];
		const bool l1std = entry->io_class == SMMU_IO_CLASS_L1STD;
		const uint32_t low = l1std ? first >> entry->span_log2 : first, high = l1std ? last >> entry->span_log2 : last;

		if ((l1std && !with_l1std) || (entry->io_class == SMMU_IO_CLASS_STE && !with_ste))
			continue;
		if (entry->sid - low <= high - low)
			entry->io_class = 0;
	}
}

void smmu_i_raw_invalidate_cd(struct smmu_core *core, uint32_t sid, uint32_t ssid, bool with_l1cd)
{
	for (unsigned i = 0; i < SMMU_CORE_MAX_RAW; i++) {
		struct smmu_raw_entry *entry = &core->raw[i];

		if (entry->sid != sid)
			continue;
		if ((entry->io_class == SMMU_IO_CLASS_CD && entry->ssid == ssid) ||
		    (with_l1cd && entry->io_class == SMMU_IO_CLASS_L1CD && entry->ssid == ssid >> entry->span_log2))
			entry->io_class = 0;
	}
}

/* ---- neighbours ---- */

#define DESC_AF BIT(10)
#define DESC_NG BIT(11)

static const struct smmu_half *half_of(const struct smmu_job *job) { return &job->config.cold.s1.half[job->s1.half]; }

bool smmu_i_prefetch_wanted(const struct smmu_core *core, const struct smmu_job *job)
{
	return smmu_i_is_adversary(core) && job->config.hot.kind == SMMU_KIND_S1 && job->txn.ats == SMMU_ATS_UNTRANSLATED &&
	       job->s1.level == 3 && half_of(job)->start_level < 3 && job->tlb_epoch == core->tlb_epoch;
}

enum next smmu_i_prefetch_begin(struct smmu_core *core, struct smmu_job *job)
{
	smmu_i_job_count_walk(core, job);
	return smmu_i_job_read(job, job->s1.desc_pa & ~UINT64_C(63), 64, SMMU_IO_CLASS_S1_TABLE, PH_PREFETCHED);
}

static void prefetch_one(struct smmu_core *core, const struct smmu_job *job, uint64_t va, uint64_t desc)
{
	const struct smmu_stage1 *s1 = &job->config.cold.s1;
	const unsigned shift = half_of(job)->page_shift;
	const uint64_t output = desc & MASK(48) & ~MASK(shift);
	const uint8_t mair = (uint8_t)(s1->mair >> (8u * (unsigned)(desc >> 2 & 7u)));
	uint8_t now, after;

	if ((desc & 3u) != 3 || ((desc & DESC_AF) == 0 && !s1->affd) || output >> s1->output_bits != 0 || s1->output_bits == 52)
		return;
	smmu_i_s1_rights(&job->config.cold, desc, job->s1.limits, &now, &after);
	if (half_of(job)->e0pd)
		now &= (uint8_t)~RIGHT_UNPRIVILEGED;
	smmu_i_tlb_fill(core, job->config.hot.context, va,
			output | now | (uint64_t)after << TLB_DATA_S1_SHIFT | (desc >> 8 & 3u) << TLB_DATA_SH_SHIFT |
			(uint64_t)(attr_is_device(mair) ? mair & 0x0cu : mair) << TLB_DATA_ATTR_SHIFT,
			shift, job->config.cold.world == SMMU_WORLD_EL2 || (desc & DESC_NG) == 0);
}

/* Only pages that could be used without a fault: nothing else may be held in a TLB. */
enum next smmu_i_prefetched(struct smmu_core *core, struct smmu_job *job)
{
	const unsigned shift = half_of(job)->page_shift;
	const uint64_t first = job->txn.iova & ~MASK(shift + 3u);

	for (uint64_t i = 0; job->answer_ok && job->tlb_epoch == core->tlb_epoch && i < 8; i++)
		if (first + (i << shift) != (job->txn.iova & ~MASK(shift)))
			prefetch_one(core, job, first + (i << shift), job->config.cold.s1.big_endian ? byte_swap64(job->answer[i]) : job->answer[i]);
	return smmu_i_finish(job, SMMU_XLATE_OK);
}
