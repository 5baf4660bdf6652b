/* SPDX-License-Identifier: Apache-2.0
 * Cache mode "adversary": what the architecture lets a cache do to a driver that invalidates too little. Configuration
 * structures are kept as they were read, invalid ones too, and the words of one entry are not read at one time;
 * invalidations take effect only at their CMD_SYNC; a walk that ends in a page takes the pages beside it along.
 * Not here: the caches of every mode. Prefetching leaves nested streams alone. Proof: model/test/test_adversary.c. */
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

static bool is_for(const struct smmu_raw_entry *entry, const struct smmu_raw_entry *tag)
{
	return entry->io_class == tag->io_class && entry->sid == tag->sid && entry->ssid == tag->ssid;
}

/* Where the search for an entry begins; it goes on to every other place, so that nothing is lost while there is room. */
static uint32_t home_of(const struct smmu_raw_entry *tag)
{
	return ((tag->sid * 0x9e3779b1u) ^ (tag->ssid * 0x85ebca6bu) ^ (tag->io_class * 0xc2b2ae35u)) >> 16;
}

static const struct smmu_raw_entry *find(const struct smmu_core *core, const struct smmu_raw_entry *tag)
{
	for (uint32_t i = 0; i < SMMU_CORE_MAX_RAW; i++) {
		const struct smmu_raw_entry *entry = &core->raw[(home_of(tag) + i) & (SMMU_CORE_MAX_RAW - 1u)];

		if (is_for(entry, tag))
			return entry;
	}
	return NULL;
}

bool smmu_i_raw_find(struct smmu_core *core, struct smmu_job *job, unsigned io_class, uint32_t sid, uint32_t ssid)
{
	const struct smmu_raw_entry tag = { .io_class = (uint8_t)io_class, .sid = sid, .ssid = ssid };
	const struct smmu_raw_entry *entry = smmu_i_is_adversary(core) ? find(core, &tag) : NULL;

	job->from_raw = entry != NULL;
	if (entry == NULL)
		return false;
	for (unsigned i = 0; i < 8; i++)
		job->answer[i] = entry->qword[i];
	job->answer_ok = 1;
	return true;
}

void smmu_i_raw_insert(struct smmu_core *core, const struct smmu_job *job, const struct smmu_raw_entry *tag)
{
	uint32_t at = home_of(tag) & (SMMU_CORE_MAX_RAW - 1u);

	if (!smmu_i_is_adversary(core) || !job->answer_ok || job->config_epoch != core->config_epoch)
		return;
	if (find(core, tag) != NULL)
		at = (uint32_t)(find(core, tag) - core->raw);
	else
		for (uint32_t i = 0; i < SMMU_CORE_MAX_RAW && core->raw[at].io_class != 0; i++)
			at = (at + 1u) & (SMMU_CORE_MAX_RAW - 1u);
	core->raw[at] = *tag;
	for (unsigned i = 0; i < 8; i++)
		core->raw[at].qword[i] = job->answer[i];
}

static bool says_valid(unsigned io_class, uint64_t word0)
{
	return (io_class == SMMU_IO_CLASS_STE ? word0 : word0 >> 31 & 1u) & 1u;
}

/* The words of an STE or CD may be read at different times and in any order. A fresh entry: word 0 is read once more, after
 * the others. An entry that is kept as invalid: if memory makes it valid and has other words besides, the new word 0 is
 * joined with the words that are kept; otherwise it stays invalid. True: one more read of memory is on its way. */
bool smmu_i_adversary_reads_again(const struct smmu_core *core, struct smmu_job *job, const struct smmu_raw_entry *tag)
{
	const struct smmu_raw_entry *kept;
	bool differs = false;

	if (!smmu_i_is_adversary(core) || !job->answer_ok)
		return false;
	if (!job->reading_again) {
		job->reading_again = !job->from_raw || !says_valid(tag->io_class, job->answer[0]);
		return job->reading_again;
	}
	job->reading_again = 0;
	kept = job->from_raw ? find(core, tag) : NULL;
	if (kept == NULL)
		return false; /* fresh, or invalidated meanwhile: the words are as they were read last */
	for (unsigned i = 1; i < 8; i++) {
		differs |= job->answer[i] != kept->qword[i];
		job->answer[i] = kept->qword[i];
	}
	if (!differs || !says_valid(tag->io_class, job->answer[0]))
		job->answer[0] = kept->qword[0];
	return false;
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

/* Into the page level, and not overtaken by an invalidation. Nested neighbours would need stage 2 of each. */
bool smmu_i_prefetch_wanted(const struct smmu_core *core, const struct smmu_job *job)
{
	const unsigned kind = job->config.hot.kind;

	if (!smmu_i_is_adversary(core) || job->txn.ats != SMMU_ATS_UNTRANSLATED || job->tlb_epoch != core->tlb_epoch)
		return false;
	if (kind == SMMU_KIND_S2)
		return job->s2.level == 3 && job->config.cold.s2.start_level < 3;
	return kind == SMMU_KIND_S1 && job->s1.level == 3 && half_of(job)->start_level < 3;
}

static unsigned page_shift_of(const struct smmu_job *job)
{
	return job->config.hot.kind == SMMU_KIND_S2 ? job->config.cold.s2.page_shift : half_of(job)->page_shift;
}

static bool is_big_endian(const struct smmu_job *job)
{
	return job->config.hot.kind == SMMU_KIND_S2 ? job->config.cold.s2.big_endian : job->config.cold.s1.big_endian;
}

enum next smmu_i_prefetch_begin(struct smmu_core *core, struct smmu_job *job)
{
	const bool s2 = job->config.hot.kind == SMMU_KIND_S2;

	smmu_i_job_count_walk(core, job);
	return smmu_i_job_read(job, (s2 ? job->s2.desc_pa : job->s1.desc_pa) & ~UINT64_C(63), 64,
			       s2 ? SMMU_IO_CLASS_S2_TABLE : SMMU_IO_CLASS_S1_TABLE, PH_PREFETCHED);
}

static void prefetch_s1(struct smmu_core *core, const struct smmu_job *job, uint64_t va, uint64_t desc)
{
	const struct smmu_stage1 *s1 = &job->config.cold.s1;
	const unsigned shift = half_of(job)->page_shift;
	const uint64_t output = desc & MASK(48) & ~MASK(shift);
	const uint8_t mair = (uint8_t)(s1->mair >> (8u * (unsigned)(desc >> 2 & 7u)));
	const uint8_t attr = attr_is_device(mair) ? mair & 0x0cu : mair;
	uint8_t now, after;

	if ((desc & 3u) != 3 || ((desc & DESC_AF) == 0 && !s1->affd) || output >> s1->output_bits != 0 || s1->output_bits == 52)
		return;
	smmu_i_s1_rights(&job->config.cold, desc, job->s1.limits, &now, &after);
	if (half_of(job)->e0pd)
		now &= (uint8_t)~RIGHT_UNPRIVILEGED;
	smmu_i_tlb_fill(core, job->config.hot.context, va,
			output | now | (uint64_t)after << SMMU_HIT_S1_SHIFT | 
			(uint64_t)smmu_i_sh_of_access((unsigned)(desc >> 8 & 3u), attr) << SMMU_HIT_SH_SHIFT |
			(uint64_t)attr << SMMU_HIT_ATTR_SHIFT,
			shift, job->config.cold.world == SMMU_WORLD_EL2 || (desc & DESC_NG) == 0);
}

static void prefetch_s2(struct smmu_core *core, const struct smmu_job *job, uint64_t ipa, uint64_t desc)
{
	const struct smmu_stage2 *s2 = &job->config.cold.s2;
	const uint64_t output = desc & MASK(48) & ~MASK(s2->page_shift);
	const uint8_t attr = smmu_i_s2_leaf_attr(&job->config.cold, desc);
	uint8_t now, after;

	if ((desc & 3u) != 3 || ((desc & DESC_AF) == 0 && !s2->affd) || output >> s2->output_bits != 0 || s2->output_bits == 52 ||
	    ipa >> s2->input_bits != 0)
		return;
	smmu_i_s2_rights(&job->config.cold, core->f.xnx, desc, &now, &after);
	smmu_i_tlb_fill(core, job->config.hot.context, ipa,
			output | now | (uint64_t)RIGHT_ALL << SMMU_HIT_S1_SHIFT |
			(desc >> 8 & 3u) << SMMU_HIT_SH_SHIFT |
			(uint64_t)attr << SMMU_HIT_ATTR_SHIFT, s2->page_shift, false);
}

/* One read of eight descriptors is one access of the walker, and is told as one. */
static void trace_read(struct smmu_core *core, const struct smmu_job *job)
{
	const bool s2 = job->config.hot.kind == SMMU_KIND_S2;

	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_WALK_STEP, .sid = job->txn.sid, .ssid = job->txn.ssid,
			.flags = job->txn.flags & 0xfu, .detail = (uint16_t)((s2 ? 2u : 1u) << 8 | 3u),
			.addr = (s2 ? job->s2.desc_pa : job->s1.desc_pa) & ~UINT64_C(63),
			.data = { job->answer_ok ? job->answer[0] : 0, !job->answer_ok } });
}

/* Only pages that could be used without a fault: nothing else may be held in a TLB. */
enum next smmu_i_prefetched(struct smmu_core *core, struct smmu_job *job)
{
	trace_read(core, job);
	const unsigned shift = page_shift_of(job);
	const uint64_t first = job->txn.iova & ~MASK(shift + 3u);

	for (uint64_t i = 0; job->answer_ok && job->tlb_epoch == core->tlb_epoch && i < 8; i++) {
		const uint64_t desc = is_big_endian(job) ? byte_swap64(job->answer[i]) : job->answer[i];
		const uint64_t page = first + (i << shift);
		uint64_t data;
		unsigned code;

		if (page == (job->txn.iova & ~MASK(shift)) || smmu_i_tlb_find(core, job->config.hot.context, page, &data, &code))
			continue; /* what is held already stays as it is */
		if (job->config.hot.kind == SMMU_KIND_S2)
			prefetch_s2(core, job, page, desc);
		else
			prefetch_s1(core, job, page, desc);
	}
	return smmu_i_finish(job, SMMU_XLATE_OK);
}
