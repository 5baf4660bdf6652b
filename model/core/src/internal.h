/* SPDX-License-Identifier: Apache-2.0
 * What the files of the core share: job phases, TLB rights, small helpers, and one block of functions per file.
 * Not here: anything a caller may use (core.h). Proof: model/test. */
#ifndef SMMUV3_MODEL_INTERNAL_H
#define SMMUV3_MODEL_INTERNAL_H

#include "smmuv3_model/core_state.h"
#include "smmuv3_model/hit.h"

/* Functions shared between files are smmu_i_*: a static library must not claim common words in a foreign program. */
#define SMMU_JOB_CMDQ_INDEX SMMU_CORE_MAX_JOBS
#define SMMU_JOB_MSI_INDEX (SMMU_CORE_MAX_JOBS + 1)
#define SMMU_JOB_PRI_INDEX (SMMU_CORE_MAX_JOBS + 2)
#define SMMU_JOB_GATOS_INDEX (SMMU_CORE_MAX_JOBS + 3) /* VATOS is the next */
#define SMMU_JOB_SECURE_INDEX (SMMU_CORE_MAX_JOBS + 5)
#define SMMU_JOB_PREFETCH_INDEX (SMMU_CORE_MAX_JOBS + 6)
#define VATOS_PAGE 0x40000u /* behind both pages of the PMCG: IDR2.BA_VATOS = 2 */

#define BIT(n) (UINT64_C(1) << (n))
#define MASK(n) ((n) >= 64 ? ~UINT64_C(0) : BIT(n) - 1)

/* Rights of a TLB entry: data read, data write, instruction fetch; unprivileged, privileged. */
#define RIGHT_RU 0x01u
#define RIGHT_RP 0x02u
#define RIGHT_WU 0x04u
#define RIGHT_WP 0x08u
#define RIGHT_XU 0x10u
#define RIGHT_XP 0x20u
#define RIGHT_UNPRIVILEGED (RIGHT_RU | RIGHT_WU | RIGHT_XU)
#define RIGHT_ALL 0x3fu

enum phase {
	PH_START, PH_L1STD, PH_STE, PH_SUBSTREAM, PH_L1CD_ADDR, PH_L1CD, PH_CD_ADDR, PH_CD, PH_CONFIGURED,
	PH_S1_LEVEL, PH_S1_FETCH, PH_S1_DESC, PH_S1_UPDATE_ADDR, PH_S1_LEAF, PH_S1_OUTPUT, PH_S1_UPDATE,
	PH_S2_LEVEL, PH_S2_DESC, PH_S2_UPDATE, PH_PREFETCHED,
	PH_TRANSLATED, PH_EVENT, PH_EVENT_WRITTEN, PH_STALLED, PH_DONE,
	PH_CMD_FETCH, PH_CMD_FETCHED, PH_CMD_WAIT, PH_CMD_DRAIN, PH_CMD_SIGNAL, PH_CMD_SIGNALLED,
	PH_MSI_WRITE, PH_MSI_WRITTEN, PH_PRI_NEXT, PH_PRI_WRITTEN, PH_PRI_RESPOND, PH_ATOS_IDLE,
	PH_SECURE_FETCH, PH_SECURE_FETCHED, PH_SECURE_DRAIN,
};

/* What a phase answers: go on with the next phase, or leave step() with this. */
enum next { NEXT_PHASE = 0, NEXT_IO = SMMU_STEP_IO, NEXT_DONE = SMMU_STEP_DONE, NEXT_STALLED = SMMU_STEP_STALLED,
	    NEXT_BLOCKED = SMMU_STEP_BLOCKED };

static inline uint64_t byte_swap64(uint64_t v) { return __builtin_bswap64(v); }

static inline uint64_t job_bit(const struct smmu_core *core, const struct smmu_job *job)
{
	return BIT((unsigned)(job - core->jobs));
}

static inline uint64_t config_key(const struct smmu_txn *txn)
{
	return smmu_hit_config_key(txn->sid, txn->ssid, (txn->flags & SMMU_TXN_SSV) != 0);
}

#define TLB_SLOT_MASK 0x1ffu

/* config.c */
void smmu_i_features_unpack(struct smmu_features *f, const struct smmu_core_ids *ids);
unsigned smmu_i_address_bits(unsigned encoding);

/* regs.c */
bool smmu_is_enabled(const struct smmu_core *core);
void smmu_i_refresh_hit_path(struct smmu_core *core);
struct smmu_bank_masks { uint32_t cr0, cr2, gbpa, irq_ctrl; }; /* the bits that exist */
uint32_t smmu_i_bank_read32(const struct smmu_regs *r, uint32_t offset);
void smmu_i_bank_write32(const struct smmu_features *f, struct smmu_regs *r, const struct smmu_bank_masks *masks, uint32_t offset, uint32_t value);

/* secure.c */
void smmu_i_secure_reset(struct smmu_core *core);
void smmu_i_secure_update(struct smmu_core *core);
bool smmu_i_secure_update_pending(const struct smmu_core *core);
bool smmu_i_secure_has_work(const struct smmu_core *core);
enum next smmu_i_secure_step(struct smmu_core *core, struct smmu_job *job);

/* queue.c */
bool smmu_i_queue_is_empty(uint32_t prod, uint32_t cons, unsigned log2_entries);
bool smmu_i_queue_is_full(uint32_t prod, uint32_t cons, unsigned log2_entries);
uint32_t smmu_i_queue_advance(uint32_t pointer, unsigned log2_entries);
uint64_t smmu_i_queue_entry(uint64_t base, uint32_t pointer, unsigned log2_entries, unsigned entry_bytes);
unsigned smmu_i_queue_log2(uint64_t base, unsigned largest); /* LOG2SIZE, limited to what the SMMU has */
unsigned smmu_i_cmdq_log2(const struct smmu_core *core);
unsigned smmu_i_eventq_log2(const struct smmu_core *core);
unsigned smmu_i_priq_log2(const struct smmu_core *core);
uint8_t smmu_i_queue_attr(const struct smmu_core *core); /* CR1.QUEUE_* */
uint8_t smmu_i_queue_sh(const struct smmu_core *core);

/* pmcg.c */
uint32_t smmu_i_pmcg_read32(struct smmu_core *core, uint32_t offset);
void smmu_i_pmcg_write32(struct smmu_core *core, uint32_t offset, uint32_t value);
void smmu_i_pmcg_reset(struct smmu_core *core);
void smmu_i_pmcg_update(struct smmu_core *core);
void smmu_i_pmcg_count(struct smmu_core *core, unsigned event, uint32_t sid, uint64_t times);

/* gerror.c: GERROR, wired interrupts and MSIs */
bool smmu_i_gerror_is_active(const struct smmu_core *core, uint32_t bit);
void smmu_i_gerror_raise(struct smmu_core *core, uint32_t bit);
void smmu_i_irq_raise(struct smmu_core *core, unsigned irq);
bool smmu_i_msi_has_work(const struct smmu_core *core);
enum next smmu_i_msi_step(struct smmu_core *core, struct smmu_job *job);

/* ste.c, cd.c: pure decoding */
enum ste_verdict { STE_OK, STE_ABORT, STE_BAD };
enum ste_verdict smmu_i_ste_decode(const struct smmu_features *f, const struct smmu_regs *r, const struct smmu_ste *ste,
			    struct smmu_config_cold *out);
bool smmu_i_cd_decode(const struct smmu_features *f, const struct smmu_cd *cd, struct smmu_config_cold *config);
uint8_t smmu_i_s1_start_level(unsigned input_bits, unsigned page_shift);
bool smmu_i_s2_geometry_is_legal(unsigned input_bits, unsigned page_shift, unsigned start_level);

/* config_cache.c */
int smmu_i_config_find(const struct smmu_core *core, uint64_t key);
void smmu_i_config_insert(struct smmu_core *core, const struct smmu_config_entry *entry);
const struct smmu_ste *smmu_i_ste_find(const struct smmu_core *core, uint32_t sid);
void smmu_i_ste_insert(struct smmu_core *core, uint32_t sid, const struct smmu_ste *ste);
void smmu_i_config_invalidate_all(struct smmu_core *core);
void smmu_i_config_invalidate_sids(struct smmu_core *core, uint32_t first, uint32_t last, bool with_ste);
void smmu_i_config_invalidate_cd(struct smmu_core *core, uint32_t sid, uint32_t ssid);
void smmu_i_config_forget_context(struct smmu_core *core, unsigned slot);

/* context.c, tlb.c */
uint64_t smmu_i_context_tag(const struct smmu_config_cold *config, unsigned kind, bool s2p);
unsigned smmu_i_context_get(struct smmu_core *core, uint64_t tag);
struct tlb_match {
	uint64_t tag, care;         /* contexts with (tag ^ this) & care == 0 */
	bool asid_only_if_local;    /* by VA: contexts with global entries match whatever their ASID is */
	bool no_aset1;              /* broadcast: skip contexts with ASET = 1 */
};
#define TAG_ASID_MASK UINT64_C(0xffff)
#define TAG_VMID_SHIFT 16u
#define TAG_VMID_MASK (UINT64_C(0xffff) << TAG_VMID_SHIFT)
#define TAG_WORLD_SHIFT 32u
#define TAG_WORLD_MASK (UINT64_C(3) << TAG_WORLD_SHIFT)
#define TAG_S1 BIT(34)
#define TAG_S2 BIT(35)
#define TAG_ASET BIT(36)
#define TAG_VALID BIT(63)
uint32_t smmu_i_tlb_drop_contexts(struct smmu_core *core, const struct tlb_match *match);
/* An address range of a TLBI; leaf: pointers to tables may stay. sizes: bit n keeps the search for leaves to size code n. */
struct tlb_range {
	uint64_t first, last;
	uint8_t sizes;
	bool leaf;
};
uint32_t smmu_i_tlb_drop_range(struct smmu_core *core, const struct tlb_match *match, const struct tlb_range *range);
bool smmu_i_tlb_is_live(const struct smmu_core *core, uint64_t key);
void smmu_i_tlb_fill(struct smmu_core *core, unsigned slot, uint64_t va, uint64_t data, unsigned size_log2, bool global);
void smmu_i_tlb_note_split(struct smmu_core *core, unsigned slot, unsigned s1_size_log2);
bool smmu_i_tlb_find(const struct smmu_core *core, unsigned slot, uint64_t va, uint64_t *data, unsigned *code);
bool smmu_i_size_to_code(unsigned size_log2, unsigned *code);
void smmu_i_tlb_purge_slot(struct smmu_core *core, unsigned slot);

/* walk_cache.c */
struct walk_entry {
	uint64_t table;
	uint8_t level, limits;
};
bool smmu_i_walk_find(struct smmu_core *core, unsigned slot, uint64_t address, unsigned page_shift, struct walk_entry *out);
void smmu_i_walk_fill(struct smmu_core *core, unsigned slot, uint64_t address, unsigned page_shift, const struct walk_entry *entry);
void smmu_i_walk_drop_range(struct smmu_core *core, struct smmu_context *context, uint64_t first, uint64_t last);
void smmu_i_walk_purge_slot(struct smmu_core *core, unsigned slot);

/* adversary.c */
bool smmu_i_is_adversary(const struct smmu_core *core);
void smmu_i_adversary_apply(struct smmu_core *core);
void smmu_i_adversary_defer(struct smmu_core *core, const struct smmu_cmd *cmd);
bool smmu_i_raw_find(struct smmu_core *core, struct smmu_job *job, unsigned io_class, uint32_t sid, uint32_t ssid);
void smmu_i_raw_insert(struct smmu_core *core, const struct smmu_job *job, const struct smmu_raw_entry *tag);
void smmu_i_raw_invalidate_sids(struct smmu_core *core, uint32_t first, uint32_t last, bool with_ste, bool with_l1std);
void smmu_i_raw_invalidate_cd(struct smmu_core *core, uint32_t sid, uint32_t ssid, bool with_l1cd);
bool smmu_i_adversary_reads_again(const struct smmu_core *core, struct smmu_job *job, const struct smmu_raw_entry *tag);
bool smmu_i_prefetch_wanted(const struct smmu_core *core, const struct smmu_job *job);
enum next smmu_i_prefetch_begin(struct smmu_core *core, struct smmu_job *job);
enum next smmu_i_prefetched(struct smmu_core *core, struct smmu_job *job);

/* endpoint.c, pri.c */
bool smmu_i_message_fits(const struct smmu_core *core);
void smmu_i_prg_respond(struct smmu_core *core, const struct smmu_page_request *request, bool with_ssv, enum smmu_prg_code code);
bool smmu_i_endpoint_command_is_legal(const struct smmu_core *core, const struct smmu_cmd *cmd);
bool smmu_i_endpoint_command_must_wait(const struct smmu_core *core, const struct smmu_cmd *cmd);
void smmu_i_endpoint_command(struct smmu_core *core, const struct smmu_cmd *cmd);
bool smmu_i_pri_has_work(const struct smmu_core *core);
enum next smmu_i_pri_step(struct smmu_core *core, struct smmu_job *job);
enum next smmu_i_pri_have_ste(struct smmu_core *core, struct smmu_job *job);

/* atos.c: unit 0 is GATOS, 1 is VATOS */
uint32_t smmu_i_atos_read32(const struct smmu_core *core, unsigned unit, uint32_t offset);
void smmu_i_atos_write32(struct smmu_core *core, unsigned unit, uint32_t offset, uint32_t value);
void smmu_i_atos_select(struct smmu_core *core, uint32_t value);
bool smmu_i_atos_has_work(const struct smmu_core *core, unsigned unit);
enum next smmu_i_atos_refuse(struct smmu_job *job, unsigned code);
enum next smmu_i_atos_fault_s2(struct smmu_job *job, unsigned event, unsigned fault_class);
enum next smmu_i_atos_translated(struct smmu_job *job);
unsigned smmu_i_atos_check_ste(struct smmu_core *core, struct smmu_job *job, bool abort);
unsigned smmu_i_atos_check_config(struct smmu_core *core, struct smmu_job *job);
enum next smmu_i_atos_step(struct smmu_core *core, struct smmu_job *job);
static inline bool is_atos(const struct smmu_job *job) { return job->kind == SMMU_JOB_ATOS; }
/* Not on behalf of a transaction: nothing is recorded, stalled or made dirty. */
static inline bool is_silent(const struct smmu_job *job) { return job->kind == SMMU_JOB_ATOS || job->kind == SMMU_JOB_PREFETCH; }

/* prefetch.c */
void smmu_i_prefetch_command(struct smmu_core *core, const struct smmu_cmd *cmd);
bool smmu_i_prefetch_has_work(const struct smmu_core *core);
enum next smmu_i_prefetch_step(struct smmu_core *core, struct smmu_job *job);

/* stream.c: configuration phases of a job */
enum next smmu_i_stream_find_ste(struct smmu_core *core, struct smmu_job *job);
enum next smmu_i_stream_step(struct smmu_core *core, struct smmu_job *job);

/* lookup.c: from a configuration to an answer, through the TLB or a walk */
enum next smmu_i_lookup_step(struct smmu_core *core, struct smmu_job *job);
void smmu_i_config_finish_hot(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_config_entry *entry, enum smmu_config_kind kind);
void smmu_i_access_decide(struct smmu_job *job);

/* walk_s1.c, walk_s2.c, permission.c */
enum next smmu_i_s1_step(struct smmu_core *core, struct smmu_job *job);
enum next smmu_i_s2_step(struct smmu_core *core, struct smmu_job *job);
enum next smmu_i_s2_begin(struct smmu_core *core, struct smmu_job *job, uint64_t ipa, unsigned fault_class, bool is_write,
		   enum phase return_phase);
#define LIMIT_NO_UNPRIVILEGED 1u /* APTable[0] */
#define LIMIT_NO_WRITE 2u        /* APTable[1] */
#define LIMIT_UXN 4u
#define LIMIT_PXN 8u
void smmu_i_s1_rights(const struct smmu_config_cold *config, uint64_t desc, unsigned limits, uint8_t *now, uint8_t *after_update);
void smmu_i_s2_rights(const struct smmu_config_cold *config, bool xnx, uint64_t desc, uint8_t *now, uint8_t *after_update);
uint8_t smmu_i_attr_from_stage2(unsigned memattr);
#define ATTR_FORCED_WRITE_BACK 0x1fu /* of stage 2 with S2FWB, never a result: whatever stage 1 says */
uint8_t smmu_i_attr_of_walk(unsigned outer, unsigned inner);
uint8_t smmu_i_attr_of_cd(unsigned outer, unsigned inner);
uint8_t smmu_i_attr_from_cr1(unsigned outer, unsigned inner);
uint8_t smmu_i_sh_of_access(unsigned sh, uint8_t attr);
uint8_t smmu_i_s2_leaf_attr(const struct smmu_config_cold *config, uint64_t desc);
uint8_t smmu_i_attr_combine(uint8_t s1, uint8_t s2);
uint8_t smmu_i_sh_combine(uint8_t s1, uint8_t s2, uint8_t attr);
void smmu_i_s2_only_attributes(const struct smmu_config_hot *hot, struct smmu_xlate *x);
static inline bool attr_is_device(uint8_t attr) { return (attr & 0xf0u) == 0; }

/* fault.c: from a cause to a response and a record */
enum next smmu_i_fault_config(struct smmu_core *core, struct smmu_job *job, unsigned event, uint64_t fetch_addr);
enum next smmu_i_fault_walk_abort(struct smmu_core *core, struct smmu_job *job, bool s2, unsigned fault_class, uint64_t fetch_addr);
enum next smmu_i_fault_s1(struct smmu_core *core, struct smmu_job *job, unsigned event);
enum next smmu_i_fault_s2(struct smmu_core *core, struct smmu_job *job, unsigned event, unsigned fault_class, uint64_t ipa, bool tt_rnw);
enum next smmu_i_fault_bypass_size(struct smmu_core *core, struct smmu_job *job);
enum next smmu_i_finish(struct smmu_job *job, enum smmu_xlate_status status);
enum next smmu_i_finish_ats(struct smmu_job *job, enum smmu_ats_status status);
void smmu_i_event_header(struct smmu_event *e, unsigned number, const struct smmu_txn *txn, bool with_ssv);

/* eventq.c */
enum next smmu_i_eventq_step(struct smmu_core *core, struct smmu_job *job);
bool smmu_i_eventq_is_writable(const struct smmu_core *core);

/* stall.c */
void smmu_i_stall_enter(struct smmu_core *core, struct smmu_job *job);
void smmu_i_stall_leave(struct smmu_core *core, struct smmu_job *job);
void smmu_i_stall_resume(struct smmu_core *core, uint32_t sid, uint16_t stag, bool retry, bool abort);
void smmu_i_stall_terminate_stream(struct smmu_core *core, uint32_t sid);
void smmu_i_stall_terminate_all(struct smmu_core *core);
void smmu_i_stall_eventq_changed(struct smmu_core *core);

/* cmdq.c, invalidate.c */
bool smmu_i_cmdq_has_work(const struct smmu_core *core);
bool smmu_i_cmdq_execute(struct smmu_core *core, const struct smmu_cmd *cmd);
enum next smmu_i_cmdq_step(struct smmu_core *core, struct smmu_job *job);
bool smmu_i_invalidate_is_legal(const struct smmu_core *core, const struct smmu_cmd *cmd);
void smmu_i_invalidate_execute(struct smmu_core *core, const struct smmu_cmd *cmd);

/* job.c */
struct smmu_job *smmu_i_job_at(struct smmu_core *core, int index);
enum next smmu_i_job_read(struct smmu_job *job, uint64_t addr, unsigned size, enum smmu_io_class io_class, enum phase then);
static inline void job_attributes(struct smmu_job *job, uint8_t attr, uint8_t sh)
{
	job->io.attr = attr;
	job->io.sh = sh;
}
enum next smmu_i_job_update(struct smmu_job *job, uint64_t addr, uint64_t expected, uint64_t desired, enum smmu_io_class io_class,
		     enum phase then);
enum next smmu_i_client_phase(struct smmu_core *core, struct smmu_job *job);
void smmu_i_job_count_walk(struct smmu_core *core, const struct smmu_job *job);
void smmu_i_job_enter_flight(struct smmu_core *core, struct smmu_job *job);
void smmu_i_job_leave_flight(struct smmu_core *core, struct smmu_job *job);

/* trace.c */
void smmu_i_trace_emit(struct smmu_core *core, const struct smmu_trace_record *record);

#endif
