/* SPDX-License-Identifier: Apache-2.0
 * What the oracles share: the tables of every SMMU as stores and registers tell them (facts.c), and the invalidations that are
 * owed for changes of them (pending.c). Not here: judgement (*_oracle.c).
 * Proof: tb/check/test. */
#ifndef TANDEM_CHECK_INTERNAL_H
#define TANDEM_CHECK_INTERNAL_H

#include <stddef.h>

#include "check.h"
#include "smmuv3_arch.h"

#define CHECK_COUNTERS 64u
#define CHECK_ADDRESS_MASK UINT64_C(0x0000fffffffff000)
#define CHECK_NONE UINT32_MAX
#define CHECK_BUCKETS 16384u

/* ---- facts ---- */

enum region_kind { REGION_L1STD, REGION_STE, REGION_L1CD, REGION_CD, REGION_PTE };

/* Memory that an SMMU reads entries of one kind from. */
struct region {
	uint64_t base, bytes;
	uint64_t root;          /* CD, L1CD: S1ContextPtr; PTE: the table base in CD or STE */
	uint64_t iova;          /* PTE: what the first entry translates */
	uint64_t unlinked;      /* PTE: the record that made the descriptor that named it invalid; 0: it is linked */
	uint32_t first;         /* STE, L1STD: first StreamID; CD, L1CD: first SubstreamID */
	uint16_t smmu;          /* of stream tables */
	uint8_t kind, level, granule_log2, shift;       /* PTE: an entry maps 1 << shift bytes; L1: log2 of entries per leaf */
	bool stage2, dead;
	bool stored;            /* the driver wrote to it */
};

struct entry {
	uint64_t pa, table;     /* table: of a CD, S1ContextPtr */
	uint64_t word[8];       /* as the driver stored it last */
	uint64_t settled[8];    /* as every SMMU must see it: when its last invalidation was confirmed */
	uint32_t number;        /* StreamID or SubstreamID */
	uint16_t smmu;          /* of an STE */
	bool cd, dead, stored;  /* stored: the driver wrote to it */
	bool changed;           /* word may differ from settled */
};

enum tag_type { TAG_ASID, TAG_ASID_EL2, TAG_VMID };

/* A tag that some live entry gives to a table base. */
struct tag {
	uint64_t root;
	uint32_t id, vmid;
	uint16_t smmu;
	uint8_t type;
	bool touched;
	int users, before;
};

/* A counter as its registers and what happened say. */
struct counter {
	uint64_t value;
	uint32_t type, smr;
	bool known, type_known, smr_known;      /* of value: it was written or read, and nothing unclear came since */
};

/* A counter as somebody asked the driver for it. */
struct asked {
	uint64_t expected;
	uint32_t event, sid;
	uint8_t span_log2;
	bool given, running, every;
	bool known;             /* of expected */
};

#define CHECK_GROUPS 5
struct pmcg {
	struct counter counter[CHECK_COUNTERS];
	struct asked asked[CHECK_COUNTERS];
	unsigned asked_running; /* of them, how many are running */
	uint64_t enabled;
	uint32_t cr;
	uint8_t width_bits;     /* 0: CFGR was not read yet */
	bool relocated, shared_filter;
};

struct open_txn {
	uint64_t id, iova, record, time_ps;
	uint32_t sid;
	uint16_t stag;
	bool stalled;           /* its record was written, and nothing has answered it */
	bool answered;          /* it was stalled once: a CMD_SYNC may or may not see what became of it */
};

/* An access that began not long ago. */
#define CHECK_UNANSWERED 64u
#define CHECK_RECENT 256u
struct recent_txn {
	uint64_t iova;
	uint32_t sid;
	bool known;
};

/* A CMD_ATC_INV that was consumed and whose endpoint has not completed it. */
struct atc_owed {
	uint64_t record, address, tag;
	uint32_t sid, ssid;
	uint8_t size_log2;
	bool ssv, told;         /* told: the endpoint has it, under that tag */
};

/* A group of page requests of an endpoint that has no answer. */
struct asked_group {
	uint64_t number;
	uint32_t sid;
	bool complete;          /* its last request was sent */
};

/* Of a command queue. */
struct queue_waits {
	uint64_t since;         /* record since which the SMMU may be busy with its next command */
	uint64_t invalidated_since;     /* the same of its last invalidation */
};

struct stalled {
	uint32_t sid;
	uint16_t smmu;
};

/* A group of page requests whose last record was written and that has no answer. */
struct page_group {
	uint64_t record;
	uint32_t sid, ssid, position;
	uint16_t smmu, index;
	bool ssv, taken;        /* taken: PRIQ_CONS passed its last record */
};

/* CR0 or IRQ_CTRL: as last written, and as its *ACK was last read; open: written and not shown yet. */
struct switches {
	uint32_t written, shown;
	bool open;
};

struct smmu {
	uint64_t strtab_base;
	uint32_t strtab_cfg, cr0, idr[6];
	bool known[6];          /* IDR n was read */
	struct switches cr0_switches, irq_switches;
	uint32_t eventq_prod;   /* as last read */
	bool eventq_seen;
	uint8_t cfgi_all, tlbi_all, tlbi_el2;   /* since the last disable: 1 consumed, 2 confirmed */
	uint64_t last_sync;     /* record of the last CMD_SYNC consumed */
	uint32_t iidr;          /* as read; 0: not yet, or nobody's */
	uint32_t unsynced;      /* commands consumed since the last CMD_SYNC, in the call that is under way */

	struct pmcg pmcg[CHECK_GROUPS]; /* of the SMMU, then of each TBU */
	uint64_t happened;      /* things that a PMCG counts */
	uint64_t counter_call_since;    /* happened when a call about counters began while no other was under way */
	unsigned counter_calls; /* under way */
	bool counter_call_clean;        /* no transaction was under way then */
	struct open_txn *open;  /* transactions that began and have not ended */
	size_t open_count, open_room;
	uint64_t irq_owed_for, irq_owed_ps;     /* record written into an empty queue, no interrupt since; 0: none */
	bool irq_allowed;       /* the event queue may have been empty when its last record came, and no interrupt since */
	uint32_t irq_ctrl, eventq_cons, cmdq_prod, cmdq_next, cmdq_mask;
	uint32_t cmdq_passed;   /* where CMDQ_CONS must be by now: by what was consumed, written or read, whichever is further */
	uint64_t cmdq_since_ps; /* last sign of life of the command queue */
	bool cmdq_error;

	/* what must wait (wait_oracle.c) */
	struct recent_txn recent[CHECK_RECENT];
	size_t recent_next;
	struct queue_waits queue, secure_queue;
	uint32_t secure_prod, secure_next;
	uint64_t disabled_at;   /* record of the write that cleared SMMUEN; 0: it is set, or never was */
	uint32_t eventq_next, gerror, gerrorn;
	uint8_t eventq_log2, priq_log2;
	bool smmuen, gerror_seen, stalls;       /* stalls: some access was stalled */
	struct open_txn unanswered[CHECK_UNANSWERED];   /* stalled accesses that ended: what ended them may be the next record of a command or of CR0 */
	size_t unanswered_count;
	/* endpoints (endpoint_oracle.c) */
	struct atc_owed *atc;
	size_t atc_count, atc_room;
	struct asked_group *group;
	size_t group_count, group_room;
	bool has_endpoints;     /* somebody tells what they get */
};

/* A piece of a transaction whose address was found: at most 4 KiB. */
struct piece {
	uint64_t iova, pa;
	uint32_t sid, ssid, bytes;
	uint16_t smmu;
	bool ssv, write, raz_wi;
};

/* ---- what is owed ---- */

enum pending_kind { OWED_L1STD, OWED_STE, OWED_L1CD, OWED_CD, OWED_RANGE, OWED_TAG, OWED_ATC, OWED_KINDS };
enum pending_stage {
	STAGE_CONFIG,           /* OWED_TAG: the entry that used the tag must be forgotten first */
	STAGE_WANTED,
	STAGE_SEEN,             /* consumed, no CMD_SYNC yet */
};

struct pending {
	uint64_t cause;         /* record of the store */
	uint64_t iova, end;     /* OWED_RANGE, OWED_ATC; end exclusive */
	uint64_t root;
	uint64_t pa;            /* of the entry */
	uint32_t sid, ssid, id, vmid;
	uint16_t smmu;
	uint8_t kind, stage, type, level, granule_log2, shift;
	bool leaf, global, nested;
	bool deferred;          /* the caller will ask for the invalidation later */
	bool excused;           /* the call reported a failure: nobody was promised anything */
	bool done;
};

struct check {
	struct check_config config;
	struct check_finding finding[CHECK_ORACLES];
	bool blind;
	uint64_t count;         /* records so far */
	struct smmu_trace_record now;

	struct smmu smmu[CHECK_SMMUS];
	struct region *region;
	size_t region_count, region_room;
	struct page_node { uint64_t page; uint32_t region, next; } *node;
	size_t node_count, node_room;
	uint32_t bucket[CHECK_BUCKETS];
	struct entry *entry;
	size_t entry_count, entry_room;
	struct tag *tag;
	size_t tag_count, tag_room;
	struct pending *pending;
	size_t pending_count, pending_room;

	/* driver calls */
	unsigned depth;
	bool alone;             /* no two calls overlapped since the last moment without any */
	unsigned call;          /* the one that began last while no other was under way */
	bool silent_endpoint;   /* the last error of a queue during it: an endpoint did not answer */
	uint64_t call_start;    /* record at which the depth left 0 */
	uint64_t excused_calls; /* calls in progress that send what others ask for */

	struct page_group *page;
	size_t page_count, page_room;

	struct stalled *stall;  /* records with Stall that no command has answered */
	size_t stall_count, stall_room;
	uint64_t looked_ps;

	/* DMA: what was found since the oldest access in progress began */
	struct piece *piece;
	size_t piece_count, piece_room;
	unsigned dma_open;

	struct { uint64_t pa, value; } *written;        /* since no call was under way, where an SMMU looks into no cache */
	size_t written_count, written_room;

	uint64_t *group;        /* contiguous groups whose members changed since no call was under way */
	size_t group_count, group_room;

	/* duplicates: commands since something changed */
	struct { uint64_t word[2]; uint16_t smmu; } *sent;
	size_t sent_count, sent_room;
};

/* facts.c */
bool check_i_room(struct check *c, void **at, size_t *room, size_t count, size_t bytes);
uint64_t check_i_read(const struct check *c, uint64_t pa);
void check_i_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value, unsigned bytes);
struct region *check_i_region(struct check *c, uint64_t pa);
struct entry *check_i_entry(struct check *c, struct region *region, uint64_t pa);
struct entry *check_i_ste(struct check *c, unsigned smmu, uint32_t sid);
uint64_t check_i_ste_address(const struct check *c, unsigned smmu, uint32_t sid);        /* 0: the stream table has none for it */
struct entry *check_i_cd(struct check *c, const struct entry *ste, uint32_t ssid);
bool check_i_enabled(const struct check *c, unsigned smmu);
/* A table is put at base for the first time or with another meaning. */
void check_i_add_region(struct check *c, const struct region *region);
void check_i_show_entry(struct check *c, const struct entry *e);        /* regions behind a live entry */
void check_i_show_table(struct check *c, const struct region *r, uint64_t iova, uint64_t descriptor);
bool check_i_is_s1(const struct entry *ste);    /* stage 1 alone: its CDs are known */
bool check_i_is_s2(const struct entry *ste);
bool check_i_reaches(const struct entry *ste, const struct entry *cd);
bool check_i_reachable(const struct check *c, const struct entry *e);
void check_i_count_users(struct check *c, const struct entry *e, int sign);
bool check_i_is_live(const struct check *c, unsigned smmu, uint64_t root);
static inline uint64_t check_i_field(uint64_t word, uint64_t mask, unsigned shift) { return (word & mask) >> shift; }
#define CHECK_GET(e, S, F) check_i_field((e)[SMMU_##S##_##F##_WORD], SMMU_##S##_##F##_MASK, SMMU_##S##_##F##_SHIFT)
static inline bool check_i_is_table(uint64_t descriptor, unsigned level) { return level < 3 && (descriptor & 3) == 3; }
static inline bool check_i_is_valid(uint64_t descriptor) { return (descriptor & 1) != 0; }

/* pending.c */
struct pending *check_i_owe(struct check *c, const struct pending *owed);
void check_i_owe_range(struct check *c, const struct region *r, uint64_t iova, uint64_t old);
void check_i_command(struct check *c, unsigned smmu, const uint64_t cmd[2]);
bool check_i_pays(const struct pending *p, const uint64_t cmd[2]);      /* the whole of it, or a part */
void check_i_forget_owed(struct check *c, unsigned smmu, bool atc_only);
void check_i_sweep(struct check *c);
bool check_i_root_owed(const struct check *c, uint64_t root);                   /* anything of these tables */
bool check_i_unlink_owed(const struct check *c, const struct region *r);        /* what took this table out */

/* oracles: each is told before (stores) or while (the rest) the facts change */
void check_i_fail(struct check *c, enum check_oracle oracle, unsigned source, const char *rule, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void check_i_command_before(struct check *c, unsigned smmu, const uint64_t cmd[2]);
void check_i_call(struct check *c);
void check_i_commands_end(struct check *c);
void check_i_enable(struct check *c, unsigned smmu);
void check_i_cd_shown(struct check *c, const struct entry *cd);         /* a reachable CD turns valid */
void check_i_tag_reused(struct check *c, const struct tag *tag, const struct entry *e); /* its first user comes, by a store to e */
void check_i_tag_joined(struct check *c, const struct tag *tag);
void check_i_entry_stored(struct check *c, struct entry *e);
void check_i_descriptor_stored(struct check *c, const struct region *r, uint64_t iova, uint64_t old, uint64_t value);
void check_i_group_stored(struct check *c, const struct region *r, uint64_t pa, uint64_t old, uint64_t value);
void check_i_groups_end(struct check *c);       /* no call is under way */
void check_i_word_stored(struct check *c, uint64_t pa, uint64_t value);
void check_i_seen_end(struct check *c, const char *call, bool failed);  /* no call is under way any more */
void check_i_root_stored(struct check *c, uint64_t root);       /* the driver stores to tables of that base for the first time */
void check_i_reused(struct check *c, const struct region *before, const struct region *after);
void check_i_judge_entry(struct check *c, const struct entry *e);
void check_i_judge_descriptor(struct check *c, const struct region *r, uint64_t iova, uint64_t value);    /* it is valid, and its tables are in use */
void check_i_announced(struct check *c, unsigned smmu, uint32_t sid);     /* an SMMU is told to look again at the entries of a stream */
void check_i_fetch(struct check *c);
void check_i_data_phase(struct check *c);
void check_i_happened(struct check *c, unsigned smmu, unsigned event);  /* something a PMCG counts, by c->now.sid */
void check_i_asked_happened(struct pmcg *p, unsigned event, uint32_t sid);
void check_i_asked_disturbed(struct check *c, unsigned smmu, struct pmcg *p);   /* a register of the group is written */
void check_i_pmcg_write(struct check *c, unsigned smmu, uint64_t offset, uint64_t value, unsigned bytes);
void check_i_pmcg_read(struct check *c, unsigned smmu, uint64_t offset, uint64_t value, unsigned bytes);
void check_i_txn_begins(struct check *c, unsigned smmu);
void check_i_txn_ends(struct check *c, unsigned smmu);
void check_i_event(struct check *c, unsigned smmu);
void check_i_interrupt(struct check *c, unsigned smmu);
void check_i_answered(struct check *c, unsigned smmu, const uint64_t cmd[2]);
void check_i_register_before(struct check *c, unsigned smmu, uint64_t offset, uint64_t value);
void check_i_register_shown(struct check *c, unsigned smmu, uint64_t offset, uint64_t value);
void check_i_life_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value);
void check_i_queue_stopped(struct check *c);
void check_i_consumed(struct check *c, unsigned smmu);
void check_i_wait_begins(struct check *c, unsigned smmu);
void check_i_wait_ends(struct check *c, unsigned smmu, const struct open_txn *ended);
void check_i_wait_command(struct check *c, unsigned smmu, const uint64_t cmd[2]);
void check_i_wait_secure_command(struct check *c, unsigned smmu, const uint64_t cmd[2]);
void check_i_wait_unanswered(struct check *c, unsigned smmu);
void check_i_wait_stall(struct check *c, unsigned smmu);
void check_i_wait_event(struct check *c, unsigned smmu);
void check_i_wait_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value);
void check_i_wait_shown(struct check *c, unsigned smmu, uint64_t offset, uint64_t value);
void check_i_message(struct check *c);
void check_i_endpoint_command(struct check *c, unsigned smmu, const uint64_t cmd[2]);
void check_i_endpoint_error(struct check *c, unsigned smmu);
void check_i_endpoint_register(struct check *c, unsigned smmu, uint64_t offset);
void check_i_page_asked(struct check *c, unsigned smmu);
void check_i_page_answered(struct check *c, unsigned smmu, const uint64_t cmd[2]);
void check_i_page_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value);
void check_i_pages_end(struct check *c);
void check_i_time(struct check *c);
void check_i_life_end(struct check *c);
void check_i_piece(struct check *c, unsigned smmu);
const char *check_i_owed_text(const struct pending *p, char *text, size_t bytes);

#endif
