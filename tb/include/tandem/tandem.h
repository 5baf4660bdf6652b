/* SPDX-License-Identifier: Apache-2.0
 * libtandem: run an SMMUv3 driver written in C against any SMMUv3 implementation Tandem has, without SystemC headers.
 * Not here: Lua scenarios, reports (the tandem command). Proof: ctest tb.libtandem.*, example.*; docs/c-api.md.
 *
 * Threads: one host thread at a time; every call may advance simulated time and returns when its work is done.
 * One platform per process: SystemC has one kernel. Units: bytes, nanoseconds of simulated time. */
#ifndef TANDEM_TANDEM_H
#define TANDEM_TANDEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tandem tandem; /* one platform: RAM, N SMMUs, masters */

typedef struct {              /* one transaction of a master */
	uint32_t sid;         /* StreamID; any value, also one no master of the platform has */
	uint32_t ssid;        /* SubstreamID (PASID), used only if ssid_valid */
	bool ssid_valid;
	uint64_t iova;
	void *data;           /* source of a write, destination of a read; stays valid while STALLED */
	uint32_t size_bytes;  /* 1 or more, any alignment; split at 4 KiB like a bus master would */
	bool write, instruction, privileged;
	bool translated;      /* ATS-translated access */
} tandem_txn;

typedef enum {
	TANDEM_TXN_OK = 0,
	TANDEM_TXN_ABORT = 1,
	TANDEM_TXN_STALLED = 2,
	TANDEM_TXN_TIMEOUT = 3,
	TANDEM_TXN_PENDING = 4, /* not answered yet; only for what tandem_start and tandem_master_start began */
} tandem_txn_status;

#define TANDEM_IRQ_EVENTQ 0x01u
#define TANDEM_IRQ_PRIQ 0x02u
#define TANDEM_IRQ_GERROR 0x04u
#define TANDEM_IRQ_CMD_SYNC 0x08u
#define TANDEM_IRQ_PMCG 0x10u

/* Opens the platform described by a Lua file, or with NULL the default one: one SMMU with every feature the backend
 * has, 256 MiB RAM at 0x80000000, SIDSIZE 16, SSIDSIZE 10, queues up to 2^10 entries, PMCG page at offset 0x20000
 * (counters at 0x30000). backend: "tlm", "rtl" or "qemu"; an SMMU of the file may name its own.
 * Returns NULL and one sentence in err (if err_size is not 0) on failure; a second open in one process fails. */
tandem *tandem_open(const char *platform_lua, const char *backend, char *err, size_t err_size);
void tandem_close(tandem *t);

/* Cold reset of every SMMU; RAM keeps its bytes; stalled transactions end with an abort. */
void tandem_reset(tandem *t);

int tandem_smmu_count(const tandem *t);

/* Register accesses; offset within the SMMU's frame (0 .. 0xdffff), aligned to the access size. Every access advances
 * simulated time. smmu out of range or offset outside the frame: reads 0, writes are ignored. */
uint32_t tandem_mmio_read32(tandem *t, int smmu, uint32_t offset);
void tandem_mmio_write32(tandem *t, int smmu, uint32_t offset, uint32_t value);
uint64_t tandem_mmio_read64(tandem *t, int smmu, uint32_t offset);
void tandem_mmio_write64(tandem *t, int smmu, uint32_t offset, uint64_t value);

/* Host view of the whole RAM; what is stored here is seen by the SMMUs at once and the other way round. */
void *tandem_ram(tandem *t, uint64_t *base_pa, size_t *size_bytes);

/* One transaction through the SMMU, blocking in simulated time. STALLED (a fault waits for CMD_RESUME) sets *ticket,
 * which may be NULL if the caller does not want to poll. */
tandem_txn_status tandem_access(tandem *t, int smmu, const tandem_txn *txn, uint64_t *ticket);

/* State of a stalled transaction: STALLED while parked; after CMD_RESUME its outcome, once; an unknown or already
 * answered ticket gives TIMEOUT. */
tandem_txn_status tandem_poll(tandem *t, uint64_t ticket);

/* TANDEM_IRQ_* bits of the wired interrupts that pulsed since the last call. */
unsigned tandem_take_irqs(tandem *t, int smmu);

/* Called at the edge, inside a tandem_* call of the owner thread; must not call tandem_* itself. NULL removes it. */
typedef void (*tandem_irq_fn)(void *arg, int smmu, unsigned irq);
void tandem_on_irq(tandem *t, tandem_irq_fn fn, void *arg);

void tandem_run_ns(tandem *t, uint64_t ns); /* let simulated time pass */
uint64_t tandem_now_ns(const tandem *t);

/* JSON: backend name, features, limits. Valid until tandem_close. */
const char *tandem_caps(const tandem *t, int smmu);

/* ==== What follows came later; nothing above depends on it ==========================================================
 *
 * Every function: called from the owner thread (the one that calls tandem_*, one at a time) and never from a callback.
 * "Time": whether simulated time passes inside the call. t == NULL and wrong arguments are harmless: the call answers
 * 0, false, NULL or an abort as stated, and tandem_error() says why. Callbacks run on the owner thread, inside a call
 * that lets time pass, in the order of simulated time; they must not call tandem_* and must not keep pointers they get. */

/* Version of this interface; grows with every addition, never breaks what was there. Time: no. */
#define TANDEM_API_VERSION 3
int tandem_api_version(void);      /* of the library; compare with TANDEM_API_VERSION of the header */
const char *tandem_version(void);  /* of the release, "0.1.0" */

/* Why the last call that refused something did so, one sentence; empty after a call that did not. Valid until the next
 * call. NULL: "". Time: no. */
const char *tandem_error(const tandem *t);

/* ---- what the platform has ---- */

/* Name as in the platform file, valid until tandem_close; NULL when out of range. Time: no. */
const char *tandem_smmu_name(const tandem *t, int smmu);
int tandem_find_smmu(const tandem *t, const char *name);   /* its number, -1 when there is none */

typedef struct {
	const char *name;         /* valid until tandem_close */
	int smmu;                 /* the SMMU in front of it */
	unsigned tbu;             /* and which TBU */
	const uint32_t *sids;     /* its StreamIDs, sid_count of them, at least one; valid until tandem_close */
	uint32_t sid_count;
	unsigned ssid_bits;       /* width of its SubstreamIDs, 0 to 20 */
} tandem_master;

/* Masters of the platform file; the default platform has none, tandem_access needs none. Time: no. */
int tandem_master_count(const tandem *t);
int tandem_find_master(const tandem *t, const char *name);               /* its number, -1 when there is none */
bool tandem_master_info(const tandem *t, int master, tandem_master *out); /* false: no such master */

/* JSON of the whole platform: RAM, SMMUs with their frames and capabilities, masters, test engines with their frames.
 * Valid until tandem_close; "" for NULL. Time: no. */
const char *tandem_platform_json(const tandem *t);

/* ---- accesses that do not block ---- */

/* Starts one transaction and comes back at once; several may be on their way, also of one master. Ticket, never 0, or 0
 * for wrong arguments. txn itself may go after the call; txn->data stays valid and untouched until the outcome was taken
 * or the ticket cancelled. Time: none passes, except what an implementation needs to accept it. */
uint64_t tandem_start(tandem *t, int smmu, const tandem_txn *txn);
/* The same behind the TBU of a master; txn->sid may be any StreamID. */
uint64_t tandem_master_start(tandem *t, int master, const tandem_txn *txn);
tandem_txn_status tandem_master_access(tandem *t, int master, const tandem_txn *txn, uint64_t *ticket); /* as tandem_access */

/* tandem_poll() also takes tickets of tandem_start: PENDING, STALLED, or the outcome, once. Time: no. */

/* Lets time pass until the transaction is answered or stalls, timeout_ns at most (0: only looks). What it returns is the
 * state, PENDING after the time-out; the outcome stays to be taken by tandem_poll or tandem_outcome, which is also when
 * data arrives. Also for tickets of stalled tandem_access. TIMEOUT for a ticket that does not exist. */
tandem_txn_status tandem_wait(tandem *t, uint64_t ticket, uint64_t timeout_ns);

typedef struct {
	tandem_txn_status status;
	bool memory_error;        /* ABORT came from the memory behind the SMMU, not from the SMMU */
	bool raz_wi;              /* OK, but terminated as RAZ/WI: read data is zero, written data was dropped */
} tandem_result;

/* Like tandem_poll, with what else is known; out may be NULL. Time: no. */
tandem_txn_status tandem_outcome(tandem *t, uint64_t ticket, tandem_result *out);

/* Nobody wants the outcome any more: the buffer is not touched after this call, the SMMU goes on by itself. A ticket that
 * does not exist is ignored. Time: no. */
void tandem_cancel(tandem *t, uint64_t ticket);

/* ---- waiting ---- */

/* Lets time pass until an interrupt of any SMMU or test engine was seen that was not taken yet, timeout_ns at most.
 * True at once when there is one already; false after the time-out. */
bool tandem_wait_irq(tandem *t, uint64_t timeout_ns);
/* Lets time pass until no SMMU has anything in progress; false after timeout_ns (a stalled transaction is in progress). */
bool tandem_drain(tandem *t, uint64_t timeout_ns);

/* ---- PCIe endpoints: ATS and PRI (where caps say ATS and PRI) ---- */

typedef enum {
	TANDEM_ATS_SUCCESS = 0,
	TANDEM_ATS_UNSUPPORTED = 1,     /* Unsupported Request */
	TANDEM_ATS_COMPLETER_ABORT = 2,
	TANDEM_ATS_NO_ANSWER = 3,       /* within 10 ms of simulated time, or wrong arguments */
} tandem_ats_answer;

typedef struct {
	uint32_t sid, ssid;
	bool ssid_valid, privileged, instruction;
	bool no_write;            /* NW: the endpoint asks for no write permission */
	uint64_t iova;
} tandem_ats_request;

typedef struct {
	bool read, write, execute; /* granted; all false: not mapped */
	uint64_t address;         /* aligned to its size */
	uint64_t size_bytes;      /* covered, a power of two */
} tandem_translation;

/* One translation request; blocks in simulated time, 10 ms at most. out is filled on SUCCESS and zeroed otherwise. An
 * implementation without ATS answers UNSUPPORTED. The translated access itself: tandem_txn.translated. */
tandem_ats_answer tandem_ats_translate(tandem *t, int smmu, const tandem_ats_request *request, tandem_translation *out);

typedef struct {
	uint32_t sid, ssid;
	bool ssid_valid, global;
	uint64_t address;         /* aligned to its size */
	unsigned size_log2;       /* 1 << size_log2 bytes; 64: everything */
	unsigned tag;             /* for tandem_atc_complete */
} tandem_atc_invalidation;

/* Called for every ATC invalidation an SMMU sends. True: the endpoint has completed it. False: it has not yet; answer with
 * tandem_atc_complete later, or never, and the SMMU's time-out (parameter atc_timeout_ns, default 1 ms) is reported to
 * software. NULL, as at the beginning: every invalidation completes at once. */
typedef bool (*tandem_atc_fn)(void *arg, int smmu, const tandem_atc_invalidation *invalidation);
void tandem_on_atc_invalidate(tandem *t, tandem_atc_fn fn, void *arg);
void tandem_atc_complete(tandem *t, int smmu, unsigned tag); /* a tag not in use is ignored. Time: 1 ns */

typedef struct {
	uint32_t sid, ssid;
	bool ssid_valid, read, write, execute, privileged, last;
	unsigned group;           /* 0 to 511 */
	uint64_t address;         /* of the page, 4 KiB aligned */
} tandem_page_request;

typedef struct {
	uint32_t sid, ssid;
	bool ssid_valid;
	unsigned group;
	unsigned code;            /* as PCIe encodes it: 0 success, 1 invalid request, 15 failure */
} tandem_page_response;

/* Sends a page request. False: not taken, because the SMMU has no page requests or its buffer is full. Time: 1 ns */
bool tandem_request_page(tandem *t, int smmu, const tandem_page_request *request);
typedef void (*tandem_page_response_fn)(void *arg, int smmu, const tandem_page_response *response);
void tandem_on_page_response(tandem *t, tandem_page_response_fn fn, void *arg);

/* ---- message signalled interrupts ---- */

/* Addresses outside RAM that an interrupt controller would own: writes of up to 8 bytes there are taken and reported to
 * the MSI handler, reads give 0. Without one a write outside RAM is refused. False: the range is empty, overlaps RAM or
 * another doorbell, or wraps. For ever. Time: no. */
bool tandem_add_doorbell(tandem *t, uint64_t pa, uint64_t size_bytes);

typedef struct {
	int smmu;                 /* whose MSI; -1: of a device, a write that came through an SMMU to a doorbell */
	uint64_t pa;
	uint64_t data;
} tandem_msi;

/* Called for each MSI of an SMMU, wherever it was written (RAM or doorbell) and once it is there, and for each write of a
 * device to a doorbell. NULL removes it. */
typedef void (*tandem_msi_fn)(void *arg, const tandem_msi *msi);
void tandem_on_msi(tandem *t, tandem_msi_fn fn, void *arg);

/* ---- broadcast TLB maintenance, as a PE sends it ---- */

typedef enum {
	TANDEM_TLBI_VA, TANDEM_TLBI_ASID, TANDEM_TLBI_VAA, TANDEM_TLBI_VMALL, TANDEM_TLBI_IPAS2, TANDEM_TLBI_VMALLS12,
	TANDEM_TLBI_ALL, TANDEM_TLBI_EL2_VA, TANDEM_TLBI_EL2_ASID, TANDEM_TLBI_EL2_ALL,
} tandem_tlbi_kind;

typedef struct {
	tandem_tlbi_kind kind;
	bool leaf;
	uint16_t vmid, asid;
	uint64_t address;
} tandem_tlbi;

/* Every SMMU of the platform hears it and obeys where IDR0.BTM = 1 and CR2.PTM = 0. False: no such kind. Time: 1 ns */
bool tandem_broadcast_tlbi(tandem *t, const tandem_tlbi *tlbi);

/* ---- errors on purpose ---- */

/* Classes of accesses to RAM, bits of tandem_fault.classes. */
#define TANDEM_CLASS_CLIENT 0x001u      /* transactions of masters */
#define TANDEM_CLASS_L1STD 0x002u
#define TANDEM_CLASS_STE 0x004u
#define TANDEM_CLASS_L1CD 0x008u
#define TANDEM_CLASS_CD 0x010u
#define TANDEM_CLASS_STAGE1_TABLE 0x020u
#define TANDEM_CLASS_STAGE2_TABLE 0x040u
#define TANDEM_CLASS_VMS 0x080u
#define TANDEM_CLASS_CMDQ_READ 0x100u
#define TANDEM_CLASS_EVENTQ_WRITE 0x200u
#define TANDEM_CLASS_PRIQ_WRITE 0x400u
#define TANDEM_CLASS_MSI 0x800u
#define TANDEM_CLASS_ANY 0xfffu

typedef struct {
	uint64_t pa, size_bytes;  /* accesses that touch one of these bytes; size_bytes 0: all of RAM */
	uint32_t classes;         /* TANDEM_CLASS_*, at least one */
	bool reads, writes;       /* at least one */
	uint64_t skip_count;      /* so many matching accesses pass first */
	uint64_t fail_count;      /* then so many end with a bus error; 0: every further one */
} tandem_fault;

/* Accesses of SMMUs and masters to RAM fail as said; the CPU's view is not touched. Handle for tandem_clear_fault, 0 for
 * wrong arguments. Several may be active; each counts what it matches. Time: no. */
unsigned tandem_inject_fault(tandem *t, const tandem_fault *fault);
void tandem_clear_fault(tandem *t, unsigned handle); /* a handle that does not exist is ignored */
/* Service failure mode (GERROR.SFM_ERR) until tandem_reset. False: this implementation has none. Time: 1 ns */
bool tandem_inject_service_failure(tandem *t, int smmu);

/* ---- what happens inside ---- */

struct smmu_trace_record; /* <tandem/trace.h> */

/* Called for every record: register accesses, commands, fetches, walks, TLB fills, transactions, events, interrupts.
 * record->source is the number of the SMMU. NULL removes it; without it tracing costs nothing. */
typedef void (*tandem_trace_fn)(void *arg, const struct smmu_trace_record *record);
void tandem_on_trace(tandem *t, tandem_trace_fn fn, void *arg);
/* The record as one line of JSON, as --trace writes it, cut to text_size and terminated. Returns its full length like
 * snprintf. The one function that may be called inside a callback. Time: no. */
size_t tandem_trace_text(const tandem *t, const struct smmu_trace_record *record, char *text, size_t text_size);

typedef struct {
	uint64_t commands, syncs, transactions, translations, tlb_hits, tlb_misses, config_misses, table_walk_accesses,
		config_accesses, events_recorded, aborts;
} tandem_stats;

/* What the bench counted of one SMMU since its reset; not the PMCG. False: no such SMMU. Time: no. */
bool tandem_smmu_stats(const tandem *t, int smmu, tandem_stats *out);

/* Offsets of the pages of the counter group of a TBU (0, 1, ...), or with tbu -1 of the SMMU's. False, and zeros: no such SMMU or TBU, or
 * its TBUs have no groups of their own (feature PMCG_TBU of tandem_caps). Either pointer may be NULL. All groups of an SMMU share its
 * TANDEM_IRQ_PMCG. Time: no. Since version 3. */
bool tandem_pmcg_pages(const tandem *t, int smmu, int tbu, uint32_t *page0, uint32_t *page1);

/* ---- test engines and physical addresses: <tandem/test_engine.h>, docs/test-engine.md ---- */

int tandem_engine_count(const tandem *t);
const char *tandem_engine_name(const tandem *t, int engine);         /* NULL when out of range */
int tandem_find_engine(const tandem *t, const char *name);           /* its number, -1 when there is none */
/* Registers of the frame. Time: 10 ns. Out of range, not aligned: reads 0, writes are ignored. */
uint32_t tandem_engine_read32(tandem *t, int engine, uint32_t offset);
void tandem_engine_write32(tandem *t, int engine, uint32_t offset, uint32_t value);
uint64_t tandem_engine_read64(tandem *t, int engine, uint32_t offset);
void tandem_engine_write64(tandem *t, int engine, uint32_t offset, uint64_t value);
/* True when the interrupt of the engine was seen since the last call. Time: no. */
bool tandem_take_engine_irq(tandem *t, int engine);
typedef void (*tandem_engine_irq_fn)(void *arg, int engine);
void tandem_on_engine_irq(tandem *t, tandem_engine_irq_fn fn, void *arg);

/* Where frames lie for software that knows only addresses; 0 when out of range. Time: no. */
uint64_t tandem_smmu_frame(const tandem *t, int smmu);
uint64_t tandem_engine_frame(const tandem *t, int engine);
/* One access of a CPU to a physical address: RAM (1, 2, 4, 8 bytes, no time) or a frame (4 or 8 bytes, aligned, the time
 * of a register access). False: nobody answers there; the read value is then 0. */
bool tandem_bus_read(tandem *t, uint64_t pa, unsigned size_bytes, uint64_t *value);
bool tandem_bus_write(tandem *t, uint64_t pa, unsigned size_bytes, uint64_t value);

#ifdef __cplusplus
}
#endif

#endif
