/* SPDX-License-Identifier: Apache-2.0
 * The words the conformance rows are written in: memory, setup, transactions, expected outcomes.
 * The program is an outside user of libtandem: it knows tandem.h and dlopen. Every offset and bit position below is
 * written out from the architecture by hand, so that the generated layout of Tandem is not its own proof.
 * Not here: the rows (rows_*.c) and the checks of a foreign driver (driver_*.c). Proof: tb.conformance.* */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tandem/tandem.h"

/* ---- the library, by dlopen (api.c) ---- */
struct api {
	tandem *(*open)(const char *, const char *, char *, size_t);
	void (*close)(tandem *);
	void (*reset)(tandem *);
	int (*smmu_count)(const tandem *);
	uint32_t (*read32)(tandem *, int, uint32_t);
	void (*write32)(tandem *, int, uint32_t, uint32_t);
	uint64_t (*read64)(tandem *, int, uint32_t);
	void (*write64)(tandem *, int, uint32_t, uint64_t);
	void *(*ram)(tandem *, uint64_t *, size_t *);
	tandem_txn_status (*access)(tandem *, int, const tandem_txn *, uint64_t *);
	tandem_txn_status (*poll)(tandem *, uint64_t);
	unsigned (*take_irqs)(tandem *, int);
	void (*on_irq)(tandem *, tandem_irq_fn, void *);
	void (*run_ns)(tandem *, uint64_t);
	uint64_t (*now_ns)(const tandem *);
	const char *(*caps)(const tandem *, int);
};
extern struct api api;
extern tandem *platform;
bool api_load(const char *library, char *err, size_t err_size);

/* Registers of SMMU 0. */
uint32_t rd32(uint32_t offset);
void wr32(uint32_t offset, uint32_t value);
uint64_t rd64(uint32_t offset);
void wr64(uint32_t offset, uint64_t value);
bool wait32(uint32_t offset, uint32_t mask, uint32_t want); /* false after 1 ms of simulated time */

enum {
	IDR0 = 0x0, IDR1 = 0x4, IDR3 = 0xc, IDR5 = 0x14, CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, CR2 = 0x2c, GBPA = 0x44,
	IRQ_CTRL = 0x50, IRQ_CTRLACK = 0x54, GERROR = 0x60, GERRORN = 0x64, GERROR_IRQ_CFG0 = 0x68, STRTAB_BASE = 0x80,
	STRTAB_BASE_CFG = 0x88, CMDQ_BASE = 0x90, CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0,
	EVENTQ_IRQ_CFG0 = 0xb0, EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac,
};
enum { SMMUEN = 1, PRIQEN = 2, EVENTQEN = 4, CMDQEN = 8, ATSCHK = 16 };
enum { GERR_CMDQ = 1, GERR_EVENTQ_ABT = 4, GERR_MSI_CMDQ_ABT = 0x10 };
#define OVFLG 0x80000000u

/* ---- memory (image.c); everything written is zeroed again by memory_clear ---- */
bool in_ram(uint64_t pa, uint64_t bytes);
uint8_t *host(uint64_t pa);
void poke64(uint64_t pa, uint64_t value); /* outside RAM: nothing, such an address is there to abort */
uint64_t peek64(uint64_t pa);
void remember(uint64_t pa, uint64_t bytes);
void memory_clear(void);
void baseline(void); /* image B0 of the vectors */

/* Fields are "word, lsb, width" of a 64-byte structure. */
void put_bits(uint64_t pa, unsigned word, unsigned lsb, unsigned width, uint64_t value);
void put_address(uint64_t pa, unsigned word, unsigned lsb, unsigned width, uint64_t value);
void new_ste(uint64_t pa); /* V=1 and the defaults of the baseline */
void new_cd(uint64_t pa);
#define STRTAB UINT64_C(0x80000000)
#define STE(n) (STRTAB + UINT64_C(64) * hw_sid(n))
#define CD1 UINT64_C(0x80100000)
#define CD3 UINT64_C(0x80101000)
#define CD6(n) (UINT64_C(0x80104000) + UINT64_C(64) * (n))
#define ste(n, field, value) put_bits(STE(n), field, value)
#define ste_address(n, field, value) put_address(STE(n), field, value)
#define cd(field, value) put_bits(CD1, field, value)
#define cd_address(field, value) put_address(CD1, field, value)
#define cd3(field, value) put_bits(CD3, field, value)
#define cd3_address(field, value) put_address(CD3, field, value)
#define L3(i) (UINT64_C(0x82003000) + UINT64_C(8) * (i))
#define PAGE(i) (UINT64_C(0x8100600000) + UINT64_C(0x1000) * (i)) /* VA through stage 1 */
#define OUT UINT64_C(0x912345000)                                    /* P of the vectors */
#define VOID UINT64_C(0x1100000000) /* no memory here: a read ends with a bus error */

#define V 0, 0, 1
#define Config 0, 1, 3
#define S1Fmt 0, 4, 2
#define S1ContextPtr 0, 6, 46
#define S1CDMax 0, 59, 5
#define S1DSS 1, 0, 2
#define MEV 1, 19, 1
#define S1STALLD 1, 27, 1
#define EATS 1, 28, 2
#define STRW 1, 30, 2
#define PRIVCFG 1, 48, 2
#define INSTCFG 1, 50, 2
#define S2VMID 2, 0, 16
#define S2T0SZ 2, 32, 6
#define S2SL0 2, 38, 2
#define S2TG 2, 46, 2
#define S2PS 2, 48, 3
#define S2AA64 2, 51, 1
#define S2PTW 2, 54, 1
#define S2HD 2, 55, 1
#define S2HA 2, 56, 1
#define S2S 2, 57, 1
#define S2R 2, 58, 1
#define S2TTB 3, 4, 48

#define T0SZ 0, 0, 6
#define TG0 0, 6, 2
#define EPD0 0, 14, 1
#define T1SZ 0, 16, 6
#define TG1 0, 22, 2
#define EPD1 0, 30, 1
#define CD_V 0, 31, 1
#define IPS 0, 32, 3
#define AFFD 0, 35, 1
#define WXN 0, 36, 1
#define TBI 0, 38, 2
#define PAN 0, 40, 1
#define AA64 0, 41, 1
#define HD 0, 42, 1
#define HA 0, 43, 1
#define S 0, 44, 1
#define R 0, 45, 1
#define A 0, 46, 1
#define ASET 0, 47, 1
#define ASID 0, 48, 16
#define HAD0 1, 1, 1
#define E0PD0 1, 2, 1
#define TTB0 1, 4, 48
#define TTB1 2, 4, 48

/* ---- setup of a row and commands (rig.c) ---- */
#define CMDQ_PA UINT64_C(0x88000000)
#define EVENTQ_PA UINT64_C(0x88100000)
#define MSI_PA UINT64_C(0x87000000)

struct setup { /* what start() programs; row() fills in the baseline */
	uint32_t cr0, cr2, irq_ctrl, gbpa, strtab_cfg, eventq_index;
	uint64_t strtab_base, eventq_base, cmdq_base;
	unsigned cmdq_log2, eventq_log2;
};
extern struct setup setup;
void begin_setup(void); /* the values of the baseline */
void start(void); /* brings the SMMU up; the first transaction of a row does it by itself */
bool is_started(void);
void change_cr0(uint32_t set, uint32_t clear);
void push(uint64_t word0, uint64_t word1); /* one command; CMDQ_PROD is written */
bool consumed(void);                       /* waits until CMDQ_CONS = CMDQ_PROD */
void sync(void);                           /* CMD_SYNC, consumed without an error */
void command(uint64_t word0, uint64_t word1); /* push, then sync */
uint32_t cmdq_prod(void);
void set_cmdq_prod(uint32_t value); /* what push continues from */

#define OP(op, sid) ((uint64_t)(op) | (uint64_t)(sid) << 32)
#define CFGI_STE(sid, leaf) OP(0x03, hw_sid(sid)), (leaf)
#define CFGI_RANGE(sid, range) OP(0x04, hw_sid(sid)), (range)
#define CFGI_CD(sid, ssid, leaf) (OP(0x05, hw_sid(sid)) | (uint64_t)(ssid) << 12), (leaf)
#define CFGI_CD_ALL(sid) OP(0x06, hw_sid(sid)), 0
#define TLBI(op, vmid, asid, address) ((uint64_t)(op) | (uint64_t)(vmid) << 32 | (uint64_t)(asid) << 48), (address)
enum { NH_ALL = 0x10, NH_ASID = 0x11, NH_VA = 0x12, NH_VAA = 0x13, EL2_ALL = 0x20, EL2_ASID = 0x21, EL2_VA = 0x22,
       S12_VMALL = 0x28, S2_IPA = 0x2a, NSNH_ALL = 0x30 };
#define CMD_SYNC_OP UINT64_C(0x46)
#define RESUME(sid, stag, ac, ab) (OP(0x44, sid) | (uint64_t)(ac) << 12 | (uint64_t)(ab) << 13), (stag)
#define STALL_TERM(sid) OP(0x45, sid), 0

/* ---- rows (report.c) ---- */
#define FEATURES(X) X(S1P) X(S2P) X(HYP) X(CD2L) X(HTTU_FULL) X(STALLS) X(HAS_ATS) X(HAS_MSI) X(RIL) X(VMW) X(XNX) \
	X(GRAN16K) X(GRAN64K) X(HAD_FIELD) X(E0PD_FIELD) X(SPLIT_ATS) X(NS1ATS) X(SIDSIZE_IS_6) X(SIDSIZE_OVER_9) \
	X(SSIDSIZE_2) X(SSIDSIZE_8) X(NO_SUBSTREAMS) X(TWO_LEVEL) X(NO_S1P) X(NO_S2P) X(NO_16K) X(NO_CD2L) X(HTTU_NONE) \
	X(HTTU_AF_ONLY) X(STALL_NEVER) X(STALL_ALWAYS) X(NOT_STALL_ALWAYS) X(TERM_ABORT_ONLY) X(TERM_BOTH) X(NO_XNX) \
	X(NO_STT) X(STALLABLE) X(PMCG_LOCAL) X(PMCG_GLOBAL) X(ATTR_PERMS)
#define AS_INDEX(name) name##_INDEX,
enum { FEATURES(AS_INDEX) FEATURE_COUNT };
#undef AS_INDEX
#define NEED(name) (UINT64_C(1) << name##_INDEX)
#define NEED_NESTED (NEED(S1P) | NEED(S2P))
#define ANY UINT64_C(0)

bool row(const char *id, uint64_t needs); /* ends the row before, starts this one; false: skipped */
void end_row(void);
#define ROW(id, needs) if (row(id, needs))
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool expect(bool condition, const char *what);
bool expect64(uint64_t actual, uint64_t expected, const char *what);
void expect_gerror(uint32_t active); /* errors that may be active when the row ends; default none */
void once(void);                     /* the row counts: no second access with warm caches */
void skip_row(const char *why);
void probe_features(void);
uint32_t idr(unsigned n);

enum pass { PASS_RESET, PASS_WARM };
extern enum pass pass; /* PASS_WARM: no reset between rows, and each transaction a second time */
extern bool repeat_accesses;

/* ---- transactions and what is expected of them (expect.c) ---- */
struct txn {
	uint32_t sid;
	uint64_t iova;
	bool ssv;
	uint32_t ssid;
	bool write, ind, pnu, translated;
};
#define RD(sid_, iova_, ...) (struct txn){ .sid = sid_, .iova = iova_, __VA_ARGS__ }
#define WR(sid_, iova_, ...) (struct txn){ .sid = sid_, .iova = iova_, .write = true, __VA_ARGS__ }
#define SSID(n) .ssv = true, .ssid = (n)
#define IND .ind = true
#define PRIV .pnu = true
#define TRANSLATED .translated = true

enum {
	C_BAD_STREAMID = 2, F_STE_FETCH = 3, C_BAD_STE = 4, F_STREAM_DISABLED = 6, F_TRANSL_FORBIDDEN = 7,
	C_BAD_SUBSTREAMID = 8, F_CD_FETCH = 9, C_BAD_CD = 0xa, F_WALK_EABT = 0xb, F_TRANSLATION = 0x10, F_ADDR_SIZE = 0x11,
	F_ACCESS = 0x12, F_PERMISSION = 0x13,
};
enum { CLASS_IN_BY_DEFAULT, CLASS_CD, CLASS_TT, CLASS_IN };
struct event {
	uint8_t id;
	bool s2, stall;
	int class;           /* CLASS_*; the default is IN */
	uint64_t ipa, fetch; /* fetch: FetchAddr */
	int ind, pnu, ttrnw; /* 0: as the transaction (ttrnw: not checked), else IS(value) */
};
#define EV(name, ...) (struct event){ .id = name, __VA_ARGS__ }
#define IS(value) ((value) + 1)

struct record { uint64_t word[4]; };
bool take_record(struct record *record); /* the oldest unread one; waits a little for it */
bool queue_is_empty(void);
uint32_t eventq_cons(void);
void set_eventq_cons(uint32_t index); /* what the program has read up to; the register is not written */
void expect_event(struct txn txn, struct event event, struct record *record);
void expect_no_event(void);

/* The StreamID a row's StreamID has here, and whether a master can send such a transaction (foreign.c). */
#define CLASS_BITS (UINT64_C(3) << 40) /* of word 1 of a record */
uint32_t hw_sid(uint32_t sid);
bool master_can_send(const struct txn *txn);
bool is_known_class(uint64_t actual_word1, uint64_t expected_word1); /* a known defect; counted */
void report_known_class(void);
bool needs_resets(void); /* a known defect: a table format stays until the next reset */

tandem_txn_status dma(struct txn txn, void *data, uint32_t bytes, uint64_t *ticket);
void pa(struct txn txn, uint64_t pa);                            /* data moves at pa, no event */
void pa_or(struct txn txn, uint64_t one, uint64_t other);        /* either address is legal, no event */
void pa_or_event(struct txn txn, uint64_t old, struct event event); /* the old translation, or abort with this event */
void abort_silent(struct txn txn);
void fault(struct txn txn, struct event event); /* abort and this record */
void raz_wi(struct txn txn, const struct event *event);
void any_outcome(struct txn txn);               /* only counted; its events are dropped */

struct stalled { uint64_t ticket; uint16_t stag; uint32_t sid; uint64_t data[8]; };
bool stalls(struct txn txn, struct event event, struct stalled *s);
tandem_txn_status outcome(struct stalled *s); /* waits until it is no longer parked, at most 1 ms */
bool still_stalled(struct stalled *s);
const char *status_name(tandem_txn_status status);

/* Descriptor reads of the transactions since count_reads(), by PMCG event 4. */
void count_reads(void);
void expect_reads(uint64_t least, uint64_t most);
void pmcg_counter(unsigned n, uint32_t evtyper, uint32_t smr);
void pmcg_go(void);
uint64_t pmcg_read(unsigned n);

/* ---- the groups ---- */
void rows_configuration(void);
void rows_descriptors(void);
void rows_stage1(void);
void rows_stage2(void);
void rows_stall(void);
void rows_caches(void);
void rows_queues(void);
void rows_pmcg(void);
void driver_registers(void);
void driver_queues(void);
void driver_data(void);
void driver_stalls(void);
void driver_tlb(void);

#endif
