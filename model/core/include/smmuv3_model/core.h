/* SPDX-License-Identifier: Apache-2.0
 * The SMMUv3 as a library without input or output: registers, queues, table walks, caches, faults, counters.
 * The core never calls out, never allocates and holds no pointer: a caller steps jobs, performs the accesses they ask
 * for in its own time, and feeds the answers back. One struct smmu_core is one SMMU; a snapshot of it is a memcpy.
 * Not here: simulated time, sockets, the moving of client data (model/tlm). Proof: model/test.
 *
 * A client transaction, the whole contract:
 *
 *	if (smmu_core_translate(core, &txn, &out) == SMMU_XLATE_NEED_JOB) {
 *		int job = smmu_core_job_start(core, &txn);
 *		while ((step = smmu_core_job_step(core, job)) == SMMU_STEP_IO)
 *			perform(smmu_core_job_io(core, job), ...), smmu_core_job_feed(core, job, ok, data);
 *		if (step == SMMU_STEP_DONE) { smmu_core_job_result(core, job, &out); smmu_core_job_free(core, job); }
 *	}
 *
 * and around the transfer of the data itself smmu_core_txn_begin() / smmu_core_txn_done(), so that a CMD_SYNC can wait
 * for it. Everything else the SMMU does on its own (commands, MSIs, stalled transactions that move again) comes from
 * smmu_core_next_job(), and the register handshakes that take time from smmu_core_update(). */
#ifndef SMMUV3_MODEL_CORE_H
#define SMMUV3_MODEL_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- configuration ------------------------------------------------------------------------------------------- */

struct smmu_core_ids {
	uint32_t idr[6]; /* SMMU_IDR0..SMMU_IDR5 */
	uint32_t iidr, aidr;
};

enum smmu_cache_mode {
	SMMU_CACHE_NORMAL = 0,
	SMMU_CACHE_OFF,       /* nothing is cached, whatever the sizes say */
	SMMU_CACHE_ADVERSARY, /* everything the architecture lets a cache do to a driver that invalidates too little: largest
	                       * sizes, invalid configuration structures kept, neighbours of a page fetched along, and every
	                       * invalidation put off to its CMD_SYNC */
};

struct smmu_core_config {
	struct smmu_core_ids ids;
	uint64_t seed;                 /* reset values the architecture leaves UNKNOWN; 0: they are zero */
	uint32_t tlb_entries;          /* power of two, 4..8192; 0 switches the TLB off */
	uint32_t tlb_ways;             /* 1, 2 or 4 */
	uint32_t walk_cache_entries;   /* pointers to tables of both stages; power of two, 4..8192; 0 switches the walk cache and
	                                * the cache of stage-2 translations inside walks off */
	uint32_t config_cache_entries; /* power of two, 2..1024, per (StreamID, SubstreamID); 0 switches both config caches off */
	uint32_t cache_mode;           /* enum smmu_cache_mode */
	uint32_t job_slots;            /* client transactions in progress or stalled, 2..SMMU_CORE_MAX_JOBS */
	uint32_t pmcg_counters;        /* 1..64 */
	uint32_t pmcg_width_bits;      /* 32, 36, 40, 44, 48 or 64 */
	bool prefetch;                 /* CMD_PREFETCH_* fill the caches */
	bool merge_events;             /* an event like the last record, which is not read yet, is merged where that is permitted */
	bool pmcg_global_filter;       /* SMMU_PMCG_CFGR.SID_FILTER_TYPE */
	bool secure;                   /* the secure programming interface is there (S_IDR1.SECURE_IMPL) */
	bool gbpa_abort_at_reset;      /* SMMU_GBPA.ABORT and S_GBPA.ABORT after reset */
	bool count_while_disabled;     /* PMCG event 1 also while CR0.SMMUEN = 0 */
	bool retry_counts_again;       /* PMCG event 1 once more when CMD_RESUME retries a transaction */
	bool count_ats;                /* PMCG event 1 also for ATS translation requests and translated accesses */
};

/* What this core implements, everything on: the values a platform starts from. */
void smmu_core_config_default(struct smmu_core_config *config);

/* False, and one sentence in err, when the architecture or this core rules the combination out. */
bool smmu_core_config_check(const struct smmu_core_config *config, char *err, size_t err_size);

struct smmu_core; /* complete in core_state.h, so that a caller can place it; its fields are the core's own */

/* Check, then cold reset. On false nothing but err was written. */
bool smmu_core_init(struct smmu_core *core, const struct smmu_core_config *config, char *err, size_t err_size);

/* Cold reset: every job is forgotten, caches are empty, statistics are zero. The caller answers its clients itself. */
void smmu_core_reset(struct smmu_core *core);

size_t smmu_core_size(void); /* sizeof(struct smmu_core), for callers that do not include core_state.h */

/* ---- registers ----------------------------------------------------------------------------------------------- */

/* Offset in the frame: page 0 at 0, page 1 at 0x10000, PMCG page 0 at 0x20000, PMCG page 1 at 0x30000.
 * Unaligned offsets and offsets without a register are RAZ/WI. */
uint32_t smmu_core_read32(struct smmu_core *core, uint32_t offset);
uint64_t smmu_core_read64(struct smmu_core *core, uint32_t offset);
void smmu_core_write32(struct smmu_core *core, uint32_t offset, uint32_t value);
void smmu_core_write64(struct smmu_core *core, uint32_t offset, uint64_t value);

/* The same for accesses of the secure state: they reach the bank at 0x8000 too, which is RAZ/WI above. */
uint32_t smmu_core_secure_read32(struct smmu_core *core, uint32_t offset);
uint64_t smmu_core_secure_read64(struct smmu_core *core, uint32_t offset);
void smmu_core_secure_write32(struct smmu_core *core, uint32_t offset, uint32_t value);
void smmu_core_secure_write64(struct smmu_core *core, uint32_t offset, uint64_t value);

/* Lets the handshakes proceed that a write started (CR0ACK, IRQ_CTRLACK, GBPA.Update, and those of the secure bank). True: one is still waiting for
 * jobs to drain; call again after jobs ended. */
bool smmu_core_update(struct smmu_core *core);
bool smmu_core_update_pending(const struct smmu_core *core);

/* PMCG event 0: that many clock cycles have passed since reset. Call it before reading counters. */
void smmu_core_set_cycles(struct smmu_core *core, uint64_t cycles);

/* ---- client transactions ------------------------------------------------------------------------------------- */

/* smmu_txn.flags; the low four are the numbers of SMMU_TRACE_FLAG_*. */
#define SMMU_TXN_WRITE 0x01u
#define SMMU_TXN_SSV 0x02u         /* ssid is valid */
#define SMMU_TXN_PRIVILEGED 0x04u  /* PnU */
#define SMMU_TXN_INSTRUCTION 0x08u /* InD; ignored for writes */
#define SMMU_TXN_ATS_NO_WRITE 0x10u /* NW of a translation request */
#define SMMU_TXN_RETRY 0x20u       /* offered before and answered HELD: not counted again */
#define SMMU_TXN_NO_STALL 0x40u    /* the client cannot be stalled: terminate instead */

enum smmu_ats { SMMU_ATS_UNTRANSLATED = 0, SMMU_ATS_REQUEST = 1, SMMU_ATS_TRANSLATED = 2 };

struct smmu_txn {
	uint64_t iova;
	uint32_t sid;
	uint32_t ssid;
	uint8_t flags; /* SMMU_TXN_* */
	uint8_t ats;   /* enum smmu_ats */
};

enum smmu_xlate_status {
	SMMU_XLATE_OK = 0,   /* go to pa */
	SMMU_XLATE_NEED_JOB, /* not answered by the caches: start a job */
	SMMU_XLATE_ABORT,    /* answer with a bus error */
	SMMU_XLATE_RAZ_WI,   /* answer with success, zeros for a read; a write is dropped */
	SMMU_XLATE_HELD,     /* as many transactions are stalled as IDR5.STALL_MAX allows: offer it again (SMMU_TXN_RETRY)
	                      * when smmu_core_stalls_freed() has changed */
	SMMU_XLATE_ATS,      /* answer to a translation request: ats_* below */
};

enum smmu_ats_status { SMMU_ATS_SUCCESS = 0, SMMU_ATS_UR = 1, SMMU_ATS_CA = 2 };

#define SMMU_RIGHT_READ 1u
#define SMMU_RIGHT_WRITE 2u
#define SMMU_RIGHT_EXECUTE 4u

struct smmu_xlate {
	uint64_t pa;        /* of txn.iova itself */
	uint8_t status;     /* enum smmu_xlate_status */
	uint8_t attr;       /* memory type as a MAIR byte; 0xff where the incoming type passes (SMMU_XLATE_F_ATTR_INCOMING) */
	uint8_t sh;         /* 0 NSH, 2 OSH, 3 ISH, 1 as incoming */
	uint8_t size_log2;  /* bytes around pa this answer covers */
	uint8_t translated; /* 1: a translating stage produced pa */
	uint8_t event;      /* number of the event this transaction caused, recorded or not; 0: none */
	uint8_t ats_status; /* enum smmu_ats_status */
	uint8_t ats_rights; /* SMMU_RIGHT_* */
};

/* The hit path: one call, no job. Answers OK, or NEED_JOB; ABORT only for SMMUEN = 0. */
enum smmu_xlate_status smmu_core_translate(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_xlate *out);

/* The same without any trace in statistics; true for OK. Only while nothing counts or traces transactions. */
bool smmu_core_peek(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_xlate *out);

/* The transfer of translated client data is in progress between these two. The token belongs to done(). */
unsigned smmu_core_txn_begin(struct smmu_core *core);
void smmu_core_txn_done(struct smmu_core *core, unsigned token);

/* ---- jobs ---------------------------------------------------------------------------------------------------- */

enum smmu_io_kind { SMMU_IO_READ = 1, SMMU_IO_WRITE = 2, SMMU_IO_CAS = 3 };

/* Same order as smmu_tlm::AccessClass. */
enum smmu_io_class {
	SMMU_IO_CLASS_CLIENT, SMMU_IO_CLASS_L1STD, SMMU_IO_CLASS_STE, SMMU_IO_CLASS_L1CD, SMMU_IO_CLASS_CD,
	SMMU_IO_CLASS_S1_TABLE, SMMU_IO_CLASS_S2_TABLE, SMMU_IO_CLASS_VMS, SMMU_IO_CLASS_CMDQ, SMMU_IO_CLASS_EVENTQ,
	SMMU_IO_CLASS_PRIQ, SMMU_IO_CLASS_MSI,
};

/* One access that a job waits for. Data are little-endian bytes as they lie in memory, in 64-bit words. */
struct smmu_io {
	uint64_t addr;         /* PA */
	uint8_t kind;          /* enum smmu_io_kind */
	uint8_t io_class;      /* enum smmu_io_class */
	uint8_t size;          /* bytes: 4, 8, 16, 32 or 64 */
	uint8_t attr;          /* memory type as a MAIR byte */
	uint8_t sh;            /* 0 NSH, 2 OSH, 3 ISH */
	uint64_t data[4];      /* WRITE: what to store. CAS: data[0] new value, stored only if memory holds data[1] */
};

enum smmu_step {
	SMMU_STEP_IO = 1,   /* perform smmu_core_job_io() and feed the answer */
	SMMU_STEP_DONE,     /* smmu_core_job_result(), then smmu_core_job_free() */
	SMMU_STEP_STALLED,  /* parked by a stalled fault; smmu_core_next_job() hands it out again when it may move */
	SMMU_STEP_BLOCKED,  /* waits for another job (event writer busy, CMD_SYNC draining); step again later */
};

#define SMMU_CORE_MAX_JOBS 64

#define SMMU_JOB_NONE (-1)

/* Memory that the caller can reach directly, so that a job does not have to leave the core for it. */
struct smmu_window {
	uint64_t base, size;  /* PA range */
	unsigned char *bytes; /* host memory of base, little-endian words as a bus would see them */
	uint32_t accesses;    /* grows by one per access performed, for callers that charge time */
};

/* After translate() answered NEED_JOB: the commonest walk at once, without a job. False, and nothing happened: start one. */
bool smmu_core_walk_direct(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_window *window, struct smmu_xlate *out);

/* translate(), and on a miss a job whose accesses inside the window are performed at once; the outcome is the same. When it
 * answers NEED_JOB, *job waits at an access outside the window, at another job, or stalled: go on with job_step() as
 * after job_start(); *job is SMMU_JOB_NONE when every slot is taken. */
enum smmu_xlate_status smmu_core_translate_direct(struct smmu_core *core, const struct smmu_txn *txn, struct smmu_window *window,
						  struct smmu_xlate *out, int *job);

/* SMMU_JOB_NONE when every slot is taken: offer the transaction again after some job ended. */
int smmu_core_job_start(struct smmu_core *core, const struct smmu_txn *txn);
enum smmu_step smmu_core_job_step(struct smmu_core *core, int job);
/* The same, with the accesses inside the window performed in place. */
enum smmu_step smmu_core_job_step_direct(struct smmu_core *core, int job, struct smmu_window *window);
const struct smmu_io *smmu_core_job_io(const struct smmu_core *core, int job);
/* ok = false: external abort. data: the words read; for CAS the value memory held before; ignored for writes. */
void smmu_core_job_feed(struct smmu_core *core, int job, bool ok, const uint64_t *data);
void smmu_core_job_result(const struct smmu_core *core, int job, struct smmu_xlate *out);
uint16_t smmu_core_job_stag(const struct smmu_core *core, int job); /* of a stalled job */
void smmu_core_job_free(struct smmu_core *core, int job);

/* A job that can move and that nobody else is stepping: the command queue, an MSI, a stalled transaction that has to
 * write its record or was answered by CMD_RESUME. Step it until it answers something other than IO; a client job that
 * answers DONE belongs to the client that started it. SMMU_JOB_NONE: nothing to do. */
int smmu_core_next_job(struct smmu_core *core);
bool smmu_core_job_is_client(const struct smmu_core *core, int job);
/* The stalled job was answered (retry or terminate), as opposed to one that only has to write its record. */
bool smmu_core_job_is_resumed(const struct smmu_core *core, int job);
bool smmu_core_work_pending(const struct smmu_core *core); /* next_job() would hand something out */

uint64_t smmu_core_stalls_freed(const struct smmu_core *core); /* grows whenever a stalled transaction leaves */

/* ---- endpoints: invalidations of their caches, page requests (IDR0.ATS, IDR0.PRI) --------------------------------- */

enum smmu_message_kind { SMMU_MESSAGE_ATC_INVALIDATE = 1, SMMU_MESSAGE_PRG_RESPONSE };

/* Answers to a page request group, as PCIe encodes them. */
enum smmu_prg_code { SMMU_PRG_SUCCESS = 0, SMMU_PRG_INVALID_REQUEST = 1, SMMU_PRG_RESPONSE_FAILURE = 15 };

/* What the SMMU says to the endpoint behind a StreamID. */
struct smmu_message {
	uint64_t address;   /* ATC_INVALIDATE: first byte, aligned to the size */
	uint32_t sid, ssid; /* ssid: valid only with ssv */
	uint16_t prg_index; /* PRG_RESPONSE */
	uint8_t kind;       /* enum smmu_message_kind */
	uint8_t ssv;        /* ATC_INVALIDATE without it: entries of every PASID and of none */
	uint8_t global;     /* ATC_INVALIDATE with ssv: entries shared between PASIDs too */
	uint8_t size_log2;  /* ATC_INVALIDATE: bytes, 12..64; 64 is everything */
	uint8_t tag;        /* ATC_INVALIDATE: for smmu_core_atc_completed(), 0..31 */
	uint8_t code;       /* PRG_RESPONSE: enum smmu_prg_code */
};

#define SMMU_CORE_MAX_ATC 32
#define SMMU_CORE_MAX_MESSAGES 64
#define SMMU_CORE_MAX_REQUESTS 32

/* The oldest message that was not taken yet. Take them after every call that may have run a job: commands wait while
 * 64 are pending. An invalidation that no endpoint will answer is completed by the caller. */
bool smmu_core_take_message(struct smmu_core *core, struct smmu_message *out);
bool smmu_core_message_pending(const struct smmu_core *core);
/* in_time = false: the endpoint did not answer in its time; the CMD_SYNC that waits for it fails with
 * CERROR_ATC_INV_SYNC. A tag that is not in use is ignored. */
void smmu_core_atc_completed(struct smmu_core *core, unsigned tag, bool in_time);
uint32_t smmu_core_atc_waiting(const struct smmu_core *core); /* tags in use, one bit each */

/* One page request of an endpoint; ssid, privileged and execute only with ssv. */
struct smmu_page_request {
	uint64_t address; /* [63:12] */
	uint32_t sid, ssid;
	uint16_t prg_index; /* 0..511 */
	bool ssv, read, write, execute, privileged, last;
};

/* False: 32 requests wait already; offer it again after jobs ran. */
bool smmu_core_page_request(struct smmu_core *core, const struct smmu_page_request *request);

/* Injects an internal failure: service failure mode until reset. Every client transaction aborts, nothing is recorded,
 * commands stop, GERROR.SFM_ERR is set. */
void smmu_core_enter_service_failure(struct smmu_core *core);

/* ---- what happened --------------------------------------------------------------------------------------------- */

#define SMMU_IRQ_EVENTQ 0x01u
#define SMMU_IRQ_PRIQ 0x02u
#define SMMU_IRQ_GERROR 0x04u
#define SMMU_IRQ_CMD_SYNC 0x08u
#define SMMU_IRQ_PMCG 0x10u
#define SMMU_IRQ_SEV 0x20u /* wake event: CMD_SYNC with CS = SEV, room in a full command queue */

unsigned smmu_core_take_irqs(struct smmu_core *core); /* wired edges since the last call */

struct smmu_core_stats {
	uint64_t commands, syncs, transactions, translations, tlb_hits, tlb_misses, config_misses;
	uint64_t table_walk_accesses, config_accesses, events_recorded, aborts;
};
void smmu_core_stats_read(const struct smmu_core *core, struct smmu_core_stats *out);

bool smmu_core_idle(const struct smmu_core *core);
/* One sentence per busy engine, empty when idle. */
void smmu_core_busy_report(const struct smmu_core *core, char *text, size_t text_size);

/* Trace records wait in a small ring inside the core: switch it on, and take records after every call. A record that
 * found the ring full is lost and counted. */
struct smmu_trace_record;
void smmu_core_trace_enable(struct smmu_core *core, bool on);
bool smmu_core_trace_take(struct smmu_core *core, struct smmu_trace_record *out);
uint64_t smmu_core_trace_lost(const struct smmu_core *core);

/* What the caches hold, for people who look: start with *cursor = 0, until false. */
struct smmu_cached_config {
	uint32_t sid, ssid;
	uint16_t asid, vmid;
	bool ssv, stage1, stage2;
};
struct smmu_cached_translation {
	uint64_t address, pa;
	uint16_t asid, vmid;
	uint8_t size_log2;
	bool stage1, stage2, el2;
};
bool smmu_core_next_config(const struct smmu_core *core, uint32_t *cursor, struct smmu_cached_config *out);
bool smmu_core_next_translation(const struct smmu_core *core, uint32_t *cursor, struct smmu_cached_translation *out);

/* ---- broadcast TLB maintenance (IDR0.BTM = 1, CR2.PTM = 0) ------------------------------------------------------- */

enum smmu_dvm_kind {
	SMMU_DVM_VA, SMMU_DVM_ASID, SMMU_DVM_VAA, SMMU_DVM_VMALL, SMMU_DVM_IPAS2, SMMU_DVM_VMALLS12, SMMU_DVM_ALL,
	SMMU_DVM_EL2_VA, SMMU_DVM_EL2_ASID, SMMU_DVM_EL2_ALL,
};
struct smmu_dvm {
	uint64_t address;
	uint16_t vmid, asid;
	uint8_t kind; /* enum smmu_dvm_kind */
	bool leaf;
};
void smmu_core_broadcast(struct smmu_core *core, const struct smmu_dvm *dvm);

#ifdef __cplusplus
}
#endif

#endif
