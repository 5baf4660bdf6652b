/* SPDX-License-Identifier: Apache-2.0
 * The hit path: one call that answers from the configuration cache and the TLB, or says that a job is needed. Also the
 * answer while CR0.SMMUEN = 0, which needs neither.
 * Not here: everything that reads memory (job.c). Proof: model/test/test_vectors.c, test_tlb.c. */
#include "internal.h"

/* The size that hit last was tried; the others in use follow. */
static uint64_t probe_other_sizes(struct smmu_core *core, uint32_t index, uint64_t address)
{
	const struct smmu_config_hot *hot = &core->config_hot[index];
	const struct smmu_context *context = &core->contexts[hot->context];
	unsigned sizes = context->sizes & ~(1u << hot->last_size);

	while (sizes != 0) {
		const unsigned code = (unsigned)__builtin_ctz(sizes);
		const uint64_t data = smmu_hit_probe(core, context, address, code, smmu_hit_size_log2(code));

		sizes &= sizes - 1;
		if (data != 0) {
			core->config_hot[index].last_size = (uint8_t)code;
			core->config_hot[index].last_shift = smmu_hit_size_log2(code);
			return data;
		}
	}
	return 0;
}

static void observe_hit(struct smmu_core *core, const struct smmu_txn *txn, uint64_t pa, bool tlb)
{
	smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_TRANSACTION, txn->sid, 1);
	if (core->trace_on && tlb)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_TLB_HIT, .sid = txn->sid, .ssid = txn->ssid,
							      .flags = txn->flags & 0xfu, .addr = txn->iova, .data = { pa } });
}

/* SMMUEN = 0: GBPA decides; nothing is recorded, except for ATS traffic, which needs a job for its event. */
static enum smmu_xlate_status translate_closed(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_xlate *out)
{
	const uint32_t gbpa = core->r.gbpa;
	const bool types = core->f.attr_types_ovr;
	const bool replace = types && (gbpa & SMMU_GBPA_MTCFG_MASK) != 0;

	*out = (struct smmu_xlate){ .status = SMMU_XLATE_ABORT };
	if (txn->ats == SMMU_ATS_REQUEST || (!core->service_failure && txn->ats != SMMU_ATS_UNTRANSLATED))
		return out->status = SMMU_XLATE_NEED_JOB;
	if (core->config.count_while_disabled)
		smmu_i_pmcg_count(core, SMMU_PMCG_EVENT_TRANSACTION, txn->sid, 1);
	if (core->service_failure || (gbpa & SMMU_GBPA_ABORT_MASK) != 0 || txn->iova >> core->f.oas_bits != 0) {
		core->stats.aborts++;
		return SMMU_XLATE_ABORT;
	}
	*out = (struct smmu_xlate){ .pa = txn->iova, .status = SMMU_XLATE_OK, .size_log2 = core->f.oas_bits,
				    .attr = replace ? smmu_i_attr_from_stage2(gbpa & SMMU_GBPA_MemAttr_MASK) : 0xff,
				    .sh = types ? (uint8_t)SMMU_FIELD_GET(GBPA, SHCFG, gbpa) : 1 };
	return SMMU_XLATE_OK;
}

/* Whatever the first probe did not answer: another size of leaf, stage 2 alone. */
static enum smmu_xlate_status translate_again(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_xlate *out)
{
	const struct smmu_config_hot *hot = smmu_hit_config(core, config_key(txn));
	const unsigned half = hot != NULL ? (unsigned)(txn->iova >> 55) & hot->two_halves : 0;
	uint64_t data, page_mask;
	unsigned size_log2;

	if (hot == NULL || ((txn->iova ^ (0 - (uint64_t)half)) & hot->check_mask[half]) != 0)
		return out->status = SMMU_XLATE_NEED_JOB;
	data = smmu_hit_probe(core, &core->contexts[hot->context], smmu_hit_address(txn->iova), hot->last_size, hot->last_shift);
	if (data == 0)
		data = probe_other_sizes(core, core->last_config, smmu_hit_address(txn->iova));
	if ((data & hot->need[txn->flags & 0xfu]) == 0)
		return out->status = SMMU_XLATE_NEED_JOB;
	size_log2 = smmu_hit_size_log2(hot->last_size);
	page_mask = MASK(size_log2);
	*out = (struct smmu_xlate){ .pa = (data & SMMU_HIT_PA_MASK & ~page_mask) | (txn->iova & page_mask), .status = SMMU_XLATE_OK,
				    .attr = (uint8_t)(data >> SMMU_HIT_ATTR_SHIFT), .sh = (uint8_t)(data >> SMMU_HIT_SH_SHIFT & 3u),
				    .size_log2 = (uint8_t)size_log2, .translated = 1 };
	if (hot->kind == SMMU_KIND_S2)
		smmu_i_s2_only_attributes(hot, out);
	core->hits++;
	return SMMU_XLATE_OK;
}

enum smmu_xlate_status smmu_core_translate(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_xlate *out)
{
	struct smmu_hit hit;

	if (__builtin_expect(!core->open, 0))
		return translate_closed(core, txn, out);
	if (__builtin_expect(txn->ats != SMMU_ATS_UNTRANSLATED, 0))
		return out->status = SMMU_XLATE_NEED_JOB;
	if (__builtin_expect(smmu_core_hit(core, config_key(txn), txn->iova, txn->flags & 0xfu, &hit), 1))
		*out = (struct smmu_xlate){ .pa = hit.pa, .status = SMMU_XLATE_OK, .attr = hit.attr, .sh = hit.sh,
					    .size_log2 = hit.size_log2, .translated = hit.translated };
	else if (translate_again(core, txn, out) != SMMU_XLATE_OK)
		return SMMU_XLATE_NEED_JOB;
	if (__builtin_expect(core->observed, 0))
		observe_hit(core, txn, out->pa, out->translated);
	return SMMU_XLATE_OK;
}

bool smmu_core_peek(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_xlate *out)
{
	const uint64_t hits = core->hits, bypasses = core->bypasses, aborts = core->stats.aborts;
	const bool ok = smmu_core_translate(core, txn, out) == SMMU_XLATE_OK;

	core->hits = hits;
	core->bypasses = bypasses;
	core->stats.aborts = aborts;
	return ok;
}
