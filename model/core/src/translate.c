/* SPDX-License-Identifier: Apache-2.0
 * The hit path: one call that answers from the configuration cache and the TLB, or says that a job is needed. Also the
 * answer while CR0.SMMUEN = 0, which needs neither.
 * Not here: everything that reads memory (job.c). Proof: model/test/test_vectors.c, test_tlb.c. */
#include "internal.h"
#include "config_hash.h"


static inline const struct smmu_config_hot *find_config(struct smmu_core *core, uint64_t key)
{
	uint32_t first;

	if (core->config_hot[core->last_config].key == key)
		return &core->config_hot[core->last_config];
	first = config_set(key, core->config_mask) * 2u;
	if (core->config_hot[first].key == key) {
		core->last_config = first;
		return &core->config_hot[first];
	}
	if (core->config_hot[first + 1u].key == key) {
		core->last_config = first + 1u;
		return &core->config_hot[first + 1u];
	}
	return NULL;
}

static inline bool probe(const struct smmu_core *core, uint64_t context_key, uint64_t address, unsigned code, uint64_t *data)
{
	const uint64_t frame = address >> size_from_code(code);
	const uint64_t key = tlb_key(context_key, code, frame);
	const struct smmu_tlb_set *set = &core->tlb[tlb_set_index(context_key, frame, core->tlb_mask)];


	*data = tlb_data(set, key);
	return *data != 0;
}

/* The size that hit last is tried first; the others in use follow. */
static bool probe_other_sizes(struct smmu_core *core, uint32_t index, uint64_t address, uint64_t *data)
{
	const struct smmu_config_hot *hot = &core->config_hot[index];
	const struct smmu_context *context = &core->contexts[hot->context];
	unsigned sizes = context->sizes & ~(1u << hot->last_size);

	while (sizes != 0) {
		const unsigned code = (unsigned)__builtin_ctz(sizes);

		sizes &= sizes - 1;
		if (probe(core, context->key, address, code, data)) {
			core->config_hot[index].last_size = (uint8_t)code;
			return true;
		}
	}
	return false;
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

enum smmu_xlate_status smmu_core_translate(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_xlate *out)
{
	const struct smmu_config_hot *hot;
	uint64_t address, data, page_mask;
	unsigned half, size_log2;

	if (__builtin_expect(!core->open, 0))
		return translate_closed(core, txn, out);
	hot = find_config(core, config_key(txn));
	if (__builtin_expect(hot == NULL || txn->ats != SMMU_ATS_UNTRANSLATED, 0))
		return out->status = SMMU_XLATE_NEED_JOB;
	half = (unsigned)(txn->iova >> 55) & hot->two_halves;
	if (__builtin_expect(((txn->iova ^ (0 - (uint64_t)half)) & hot->check_mask[half]) != 0, 0))
		return out->status = SMMU_XLATE_NEED_JOB;
	if (hot->kind == SMMU_KIND_BYPASS) {
		*out = (struct smmu_xlate){ .pa = txn->iova, .status = SMMU_XLATE_OK, .attr = hot->attr, .sh = hot->sh,
					    .size_log2 = core->f.oas_bits };
		core->bypasses++;
		if (__builtin_expect(core->observed, 0))
			observe_hit(core, txn, out->pa, false);
		return SMMU_XLATE_OK;
	}
	address = tlb_address(txn->iova);
	if (!probe(core, core->contexts[hot->context].key, address, hot->last_size, &data) &&
	    !probe_other_sizes(core, core->last_config, address, &data))
		return out->status = SMMU_XLATE_NEED_JOB;
	if (__builtin_expect((data & hot->need[txn->flags & 0xfu]) == 0, 0))
		return out->status = SMMU_XLATE_NEED_JOB;
	size_log2 = size_from_code(hot->last_size);
	page_mask = BIT(size_log2) - 1;
	*out = (struct smmu_xlate){ .pa = (data & TLB_DATA_PA_MASK & ~page_mask) | (txn->iova & page_mask),
				    .status = SMMU_XLATE_OK, .attr = (uint8_t)(data >> TLB_DATA_ATTR_SHIFT),
				    .sh = (uint8_t)(data >> TLB_DATA_SH_SHIFT & 3u), .size_log2 = (uint8_t)size_log2,
				    .translated = 1 };
	if (__builtin_expect(hot->kind == SMMU_KIND_S2, 0))
		smmu_i_s2_only_attributes(hot, out);
	core->hits++;
	if (__builtin_expect(core->observed, 0))
		observe_hit(core, txn, out->pa, true);
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
