/* SPDX-License-Identifier: Apache-2.0
 * One SMMU as a whole: construction, cold reset, statistics, who is busy.
 * Not here: the parts. Proof: model/test/test_job.c. */
#include "internal.h"

_Static_assert(sizeof(struct smmu_core) <= 1u << 20, "one SMMU is promised to fit into 1 MiB");

size_t smmu_core_size(void) { return sizeof(struct smmu_core); }

/* A stand-in for the values the architecture leaves UNKNOWN. */
static uint32_t unknown(uint64_t *state)
{
	if (*state == 0)
		return 0;
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 16);
}

static uint64_t unknown_address(const struct smmu_core *core, uint64_t *state)
{
	const uint64_t high = unknown(state);

	return (high << 32 | unknown(state)) & MASK(core->f.oas_bits) & ~UINT64_C(0x3f);
}

static void reset_irq_cfg(struct smmu_core *core, struct smmu_irq_cfg *cfg, uint64_t *state)
{
	if (!core->f.msi)
		return;
	cfg->cfg0 = unknown_address(core, state);
	cfg->cfg1 = unknown(state);
	cfg->cfg2 = unknown(state) & 0x3fu;
}

static void reset_atos(struct smmu_core *core, uint64_t *state)
{
	for (unsigned unit = 0; unit < (core->f.vatos ? 2u : core->f.atos ? 1u : 0u); unit++) {
		core->r.atos[unit].sid = unknown(state) & MASK(core->f.sidsize);
		core->r.atos[unit].addr = unknown_address(core, state);
		core->r.atos[unit].par = unknown_address(core, state) | 1u;
	}
	core->r.vatos_sel = core->f.vatos ? unknown(state) & 0xffu : 0;
}

static void reset_registers(struct smmu_core *core)
{
	struct smmu_regs *r = &core->r;
	uint64_t state = core->config.seed;

	*r = (struct smmu_regs){ 0 };
	r->gbpa = SMMU_FIELD_PUT(GBPA, SHCFG, 1) | (core->config.gbpa_abort_at_reset ? SMMU_GBPA_ABORT_MASK : 0);
	r->cr1 = unknown(&state) & 0xfffu;
	r->cr2 = (unknown(&state) & SMMU_CR2_RECINVSID_MASK) | (core->f.btm ? SMMU_CR2_PTM_MASK : 0);
	r->strtab_base = unknown_address(core, &state);
	r->strtab_base_cfg = unknown(&state) & SMMU_STRTAB_BASE_CFG_LOG2SIZE_MASK;
	r->cmdq.base = unknown_address(core, &state);
	r->eventq.base = unknown_address(core, &state);
	r->cmdq.prod = unknown(&state) & 1u; /* with LOG2SIZE 0 there is one pointer bit */
	r->cmdq.cons = unknown(&state) & 1u;
	r->eventq.prod = unknown(&state) & (SMMU_EVENTQ_PROD_OVFLG_MASK | 1u);
	r->eventq.cons = unknown(&state) & (SMMU_EVENTQ_PROD_OVFLG_MASK | 1u);
	reset_irq_cfg(core, &r->gerror_irq, &state);
	reset_irq_cfg(core, &r->eventq_irq, &state);
	reset_atos(core, &state);
	if (!core->f.pri)
		return;
	r->priq.base = unknown_address(core, &state);
	r->priq.prod = unknown(&state) & 1u; /* OVFLG resets to 0 */
	r->priq.cons = unknown(&state) & (SMMU_PRIQ_CONS_OVACKFLG_MASK | 1u);
	reset_irq_cfg(core, &r->priq_irq, &state);
}

static void clear_caches(struct smmu_core *core)
{
	for (unsigned i = 0; i < SMMU_CORE_MAX_CONFIG; i++)
		core->config_hot[i].key = 0;
	for (unsigned i = 0; i < SMMU_CORE_MAX_STE; i++)
		core->stes[i].valid = 0;
	for (unsigned i = 0; i < SMMU_CORE_MAX_TLB / 4; i++)
		core->tlb[i] = (struct smmu_tlb_set){ { 0 }, { 0 } };
	for (unsigned i = 0; i < SMMU_CORE_MAX_WALK / 4; i++)
		core->walk_cache[i] = (struct smmu_tlb_set){ { 0 }, { 0 } };
	for (unsigned i = 0; i < SMMU_CORE_MAX_CONTEXTS; i++)
		core->contexts[i] = (struct smmu_context){ 0 };
	for (unsigned i = 0; i < SMMU_CORE_MAX_RAW; i++)
		core->raw[i].io_class = 0;
	core->deferred_count = 0;
	core->contexts_used = 0;
	core->last_config = 0;
}

static void clear_jobs(struct smmu_core *core)
{
	for (unsigned i = 0; i < SMMU_CORE_MAX_JOBS + SMMU_CORE_ENGINES; i++) {
		core->jobs[i].kind = SMMU_JOB_FREE;
		core->jobs[i].io.kind = 0;
		core->jobs[i].stalling = 0;
		core->jobs[i].in_flight = 0;
	}
	core->jobs[SMMU_JOB_CMDQ_INDEX].kind = SMMU_JOB_CMDQ;
	core->jobs[SMMU_JOB_CMDQ_INDEX].phase = PH_CMD_FETCH;
	core->jobs[SMMU_JOB_MSI_INDEX].kind = SMMU_JOB_MSI;
	core->jobs[SMMU_JOB_MSI_INDEX].phase = PH_MSI_WRITE;
	core->jobs[SMMU_JOB_PRI_INDEX].kind = SMMU_JOB_PRI;
	core->jobs[SMMU_JOB_PRI_INDEX].phase = PH_PRI_NEXT;
	core->jobs[SMMU_JOB_PREFETCH_INDEX].kind = SMMU_JOB_PREFETCH;
	core->jobs[SMMU_JOB_PREFETCH_INDEX].phase = PH_START;
	core->jobs[SMMU_JOB_SECURE_INDEX].kind = SMMU_JOB_SECURE;
	core->jobs[SMMU_JOB_SECURE_INDEX].phase = PH_SECURE_FETCH;
	for (unsigned unit = 0; unit < 2; unit++) {
		core->jobs[SMMU_JOB_GATOS_INDEX + unit].kind = SMMU_JOB_ATOS;
		core->jobs[SMMU_JOB_GATOS_INDEX + unit].phase = PH_ATOS_IDLE;
		core->jobs[SMMU_JOB_GATOS_INDEX + unit].atos_unit = (uint8_t)unit;
		core->atos_handed_out[unit] = 0;
	}
	core->busy_slots = 0;
	core->movable = 0;
	core->stalled_count = 0;
	core->in_flight[0] = 0;
	core->in_flight[1] = 0;
	core->parity = 0;
	core->event_writer = 0;
	core->cmdq_handed_out = 0;
	core->msi_handed_out = 0;
	core->pri_handed_out = 0;
	core->secure_handed_out = 0;
	core->prefetch_handed_out = 0;
	core->prefetch_left = 0;
	core->merge_possible = 0;
	core->atc_waiting = 0;
	core->atc_timed_out = 0;
	core->message_head = 0;
	core->message_count = 0;
	core->request_head = 0;
	core->request_count = 0;
	core->msi_pending = 0;
	core->msi_current = 0;
	core->irqs = 0;
}

static uint32_t sets_mask(uint32_t entries, uint32_t ways) { return entries < ways ? 0 : entries / ways - 1u; }

void smmu_core_reset(struct smmu_core *core)
{
	clear_caches(core);
	clear_jobs(core);
	reset_registers(core);
	smmu_i_secure_reset(core);
	core->hits = 0;
	core->bypasses = 0;
	core->stats = (struct smmu_core_stats){ 0 };
	core->service_failure = 0;
	core->config_epoch++;
	core->tlb_epoch++;
	core->stalls_freed++;
	smmu_i_pmcg_reset(core);
	smmu_i_refresh_hit_path(core);
}

static void apply_cache_mode(struct smmu_core_config *config)
{
	if (config->cache_mode == SMMU_CACHE_OFF) {
		config->tlb_entries = 0;
		config->walk_cache_entries = 0;
		config->config_cache_entries = 0;
	} else if (config->cache_mode == SMMU_CACHE_ADVERSARY) {
		config->tlb_entries = SMMU_CORE_MAX_TLB;
		config->tlb_ways = 4;
		config->walk_cache_entries = SMMU_CORE_MAX_WALK;
		config->config_cache_entries = SMMU_CORE_MAX_CONFIG;
	}
}

bool smmu_core_init(struct smmu_core *core, const struct smmu_core_config *config, char *err, size_t err_size)
{
	unsigned char *bytes = (unsigned char *)core;

	if (!smmu_core_config_check(config, err, err_size))
		return false;
	for (size_t i = 0; i < sizeof *core; i++) /* padding too: equal histories give equal snapshots */
		bytes[i] = 0;
	core->config = *config;
	apply_cache_mode(&core->config);
	config = &core->config;
	smmu_i_features_unpack(&core->f, &config->ids);
	core->oas_bits = core->f.oas_bits;
	core->tlb_ways = (uint8_t)config->tlb_ways;
	core->tlb_mask = sets_mask(config->tlb_entries, config->tlb_ways);
	if (core->tlb_mask >= SMMU_CORE_MAX_TLB / 4)
		core->tlb_mask = SMMU_CORE_MAX_TLB / 4 - 1;
	core->walk_mask = sets_mask(config->walk_cache_entries, 4);
	core->config_mask = sets_mask(config->config_cache_entries, 2);
	core->ste_mask = config->config_cache_entries == 0 ? 0 :
			 config->config_cache_entries > SMMU_CORE_MAX_STE ? SMMU_CORE_MAX_STE - 1 : config->config_cache_entries - 1;
	smmu_core_reset(core);
	return true;
}

void smmu_core_stats_read(const struct smmu_core *core, struct smmu_core_stats *out)
{
	*out = core->stats;
	out->transactions += core->hits + core->bypasses;
	out->translations += core->hits;
	out->tlb_hits += core->hits;
}

bool smmu_core_idle(const struct smmu_core *core)
{
	return core->busy_slots == 0 && (core->in_flight[0] | core->in_flight[1]) == 0 && !smmu_i_msi_has_work(core) &&
	       core->atc_waiting == 0 && core->message_count == 0 && (core->r.atos[0].ctrl | core->r.atos[1].ctrl) == 0 && core->request_count == 0 &&
	       core->jobs[SMMU_JOB_CMDQ_INDEX].phase == PH_CMD_FETCH && !smmu_i_cmdq_has_work(core) &&
	       core->jobs[SMMU_JOB_SECURE_INDEX].phase == PH_SECURE_FETCH && !smmu_i_secure_has_work(core) && !smmu_core_update_pending(core);
}

struct text {
	char *at;
	size_t left;
};

static void put(struct text *text, const char *words)
{
	for (; *words != '\0' && text->left > 1; words++, text->left--)
		*text->at++ = *words;
	if (text->left > 0)
		*text->at = '\0';
}

static void put_number(struct text *text, uint32_t value)
{
	char digits[12];
	unsigned n = sizeof digits - 1;

	digits[n] = '\0';
	do {
		digits[--n] = (char)('0' + value % 10u);
		value /= 10u;
	} while (value != 0);
	put(text, &digits[n]);
}

void smmu_core_busy_report(const struct smmu_core *core, char *text, size_t text_size)
{
	struct text t = { text, text_size };
	const uint32_t flying = core->in_flight[0] + core->in_flight[1];

	if (text_size > 0)
		text[0] = '\0';
	if (core->jobs[SMMU_JOB_CMDQ_INDEX].phase == PH_CMD_DRAIN && core->atc_waiting != 0)
		put(&t, "cmdq: CMD_SYNC waits for an endpoint to complete CMD_ATC_INV. ");
	else if (core->jobs[SMMU_JOB_CMDQ_INDEX].phase == PH_CMD_DRAIN)
		put(&t, "cmdq: CMD_SYNC waits for older transactions to end. ");
	else if (core->jobs[SMMU_JOB_CMDQ_INDEX].phase == PH_CMD_WAIT)
		put(&t, "cmdq: a command for an endpoint waits for room. ");
	else if (smmu_i_cmdq_has_work(core))
		put(&t, "cmdq: commands are waiting. ");
	if (core->jobs[SMMU_JOB_SECURE_INDEX].phase == PH_SECURE_DRAIN)
		put(&t, "secure cmdq: CMD_SYNC waits for transactions to end. ");
	else if (smmu_i_secure_has_work(core))
		put(&t, "secure cmdq: commands are waiting. ");
	if (smmu_i_gerror_is_active(core, SMMU_GERROR_CMDQ_ERR_MASK))
		put(&t, "cmdq: stopped by an unacknowledged CMDQ_ERR. ");
	if (flying != 0) {
		put_number(&t, flying);
		put(&t, " transactions in progress. ");
	}
	if (core->stalled_count != 0) {
		put_number(&t, core->stalled_count);
		put(&t, " transactions stalled, waiting for CMD_RESUME. ");
	}
	if ((core->r.atos[0].ctrl | core->r.atos[1].ctrl) != 0)
		put(&t, "an address translation operation is running. ");
	if (core->request_count != 0)
		put(&t, "page requests are waiting. ");
	if (smmu_i_msi_has_work(core))
		put(&t, "an MSI is waiting to be written. ");
	if (smmu_core_update_pending(core))
		put(&t, "a register update is not yet acknowledged. ");
}
