/* SPDX-License-Identifier: Apache-2.0
 * Parts of the differential fuzz: random platforms in a small memory (fuzz_platform.c) and how they are
 * spoilt (fuzz_mutate.c), the model core driven through its public job interface against the same memory (fuzz_core.c), the comparison (fuzz_compare.c), and the loop around it all (diff_fuzz.c).
 * Not here: what is right - that is naive.h. Proof: diff_fuzz.c counts what it reached. */
#ifndef FUZZ_H
#define FUZZ_H

#include "naive.h"

#include "smmuv3_model/core.h"

/* ---- random numbers ---------------------------------------------------------------------------------------------- */

struct rng { uint64_t state; };
static inline uint64_t rng_next(struct rng *g)
{
	uint64_t z = (g->state += UINT64_C(0x9E3779B97F4A7C15));
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}
static inline unsigned below(struct rng *g, unsigned n) { return (unsigned)((rng_next(g) >> 32) * n >> 32); }
static inline bool chance(struct rng *g, unsigned percent) { return below(g, 100) < percent; }

static inline uint64_t mask(unsigned n) { return n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1; }
static inline uint64_t swap64(uint64_t v) { return __builtin_bswap64(v); }

/* ---- memory ------------------------------------------------------------------------------------------------------ */

#define ARENA_BASE UINT64_C(0x80000000)
#define ARENA_BYTES 0xa00000u
/* What lies where, as offsets. */
#define AT_STRTAB 0x000000u
#define AT_L1STD 0x010000u
#define AT_L2STE 0x020000u  /* 4 x 64 KiB */
#define AT_CD 0x080000u	    /* 64 KiB for each stream */
#define AT_CD_LEAF 0x100000u /* 4 x 64 KiB */
#define AT_S1 0x200000u	     /* 1 MiB of stage-1 tables */
#define AT_S2 0x300000u	     /* 2 MiB of stage-2 tables */
#define AT_S2_ROOT 0x600000u /* 4 x 1 MiB */
#define CONFIG_END AT_S1

#define MAX_ABORTS 4
struct memory {
	uint64_t word[ARENA_BYTES / 8];
	uint8_t page_used[ARENA_BYTES / 4096];
	bool outside_aborts; /* else memory outside the arena reads as zero and ignores writes */
	unsigned aborts;
	struct { uint64_t pa; bool writes_only; } abort[MAX_ABORTS];
};

void memory_clear(struct memory *m);
bool memory_holds(uint64_t pa);
uint64_t memory_get(const struct memory *m, uint64_t pa);
void memory_put(struct memory *m, uint64_t pa, uint64_t value);
bool memory_read(void *m, uint64_t pa, uint64_t *value); /* naive_memory.read */
bool memory_writable(void *m, uint64_t pa);

/* ---- a platform -------------------------------------------------------------------------------------------------- */

#define MAX_STREAMS 8
#define MAX_CDS 3
#define MAX_PATH 96

struct stream {
	uint32_t sid;
	uint64_t l1std_pa, ste_pa; /* l1std_pa: 0 in a linear table */
	uint64_t alias;		   /* where the arena lies in IPA space */
	unsigned config, cdmax, cds, vmid;
	bool el2; /* STRW: EL2, or EL2-E2H with CR2.E2H */
	bool may_be_global; /* its pages may be: no other context has tables of its own under the same tag */
	uint32_t ssid[MAX_CDS];
	uint64_t l1cd_pa[MAX_CDS], cd_pa[MAX_CDS]; /* l1cd_pa: of the L1CD, or of the CD again */
};

/* An input address of stage 1 that tables were made for. */
struct planted {
	bool valid;
	unsigned stream, cd;
	uint64_t input, address; /* as an index into the tables of its half; as an address, without a tag */
	bool half;
};
/* One leaf of stage 1, and what leads to it. */
struct leaf_edit {
	const struct planted *at;
	unsigned granule, level, shift;
	bool was_valid, was_global;
};

struct platform {
	struct rng rng;
	struct memory *mem;
	struct smmu_core_config config;
	struct naive_hw hw;
	struct naive_regs regs;
	bool warm, uniform_httu, wide_ipa;
	bool tidy; /* every level has tables of its own, so that one word means one thing and edits are possible */
	bool tree; /* tidy, and every table of stage 1 is reached in one way only: an invalidation by one address is enough for its leaf */
	uint32_t next_table, next_root; /* where the next ones go, in a tree; root: of stage 2 */
	struct planted planted; /* by the last access that was made up */
	uint64_t leaf_pa;       /* 0, or where the stage-1 leaf of it lies */
	unsigned leaf_level;
	unsigned one_granule; /* 0, or the only granule in use: then contiguous groups can be kept consistent */
	unsigned streams;
	struct stream stream[MAX_STREAMS];
	/* words the last planted access depends on */
	unsigned paths;
	uint64_t path[MAX_PATH];
	/* words to put back */
	unsigned undos;
	struct { uint64_t pa, value; } undo[16];
};

void platform_make(struct platform *p, struct memory *m, uint64_t seed);
/* A random access; the tables on its way are made to exist, mostly. */
struct naive_txn platform_access(struct platform *p);
/* Asks the same of GATOS: a kind of request that the stream knows, mostly. */
struct naive_txn platform_ask(struct platform *p, const struct naive_txn *like);
void platform_mutate(struct platform *p); /* spoil something the last access depends on */
/* Change one word for good, of those the last access depends on; the caller then invalidates what it must. */
bool platform_edit(struct platform *p, uint64_t *edited);
/* Changes the leaf of that address; false: there is none. */
bool platform_edit_leaf(struct platform *p, const struct planted *at, struct leaf_edit *edit);
void platform_undo(struct platform *p);

/* ---- the core under test ----------------------------------------------------------------------------------------- */

#define MAX_CORE_WRITES 64
#define MAX_CORE_READS 128
struct core_run {
	struct smmu_xlate result;
	bool stalled, stuck;
	bool closed_early, synced_early; /* while an operation ran: SMMUEN was acknowledged as 0, a CMD_SYNC completed */
	bool closed;                     /* SMMUEN was cleared while it ran */
	uint64_t par;                    /* GATOS_PAR */
	unsigned records;
	bool unread; /* before this there was a record that software had not read */
	uint64_t record[4], last_record[4];
	unsigned writes, accesses;
	struct { uint64_t pa, old_word, new_word; } write[MAX_CORE_WRITES];
	struct { uint64_t pa; enum naive_reader reader; uint8_t attr, sh; bool write; } access[MAX_CORE_READS];
};

bool core_start(struct platform *p, char *err, size_t err_size);
void core_invalidate_all(struct platform *p);
void core_invalidate_random(struct platform *p); /* any legal invalidation: never wrong, only slow */
void core_invalidate_edit(struct platform *p, uint64_t edited); /* what the architecture asks for after that change */
void core_invalidate_leaf(struct platform *p, const struct leaf_edit *edit); /* by its address, or a range that holds it */
/* The first steps of an access that does not stall and whose answer nobody asks for; the next invalidation, and its CMD_SYNC, come before the rest. */
void core_begin_access(struct platform *p, const struct naive_txn *txn, struct core_run *run);
void core_end_access(struct platform *p);
const char *core_last_invalidation(void); /* how the last change of structures or tables was made known, for people */
uint64_t core_tlb_hits(void);
void core_read_events(void); /* software reads every record */
/* CMD_PREFETCH_CONFIG or _ADDR for what that access needs, and a CMD_SYNC. */
void core_prefetch(struct platform *p, const struct naive_txn *txn, struct core_run *run);
void core_access(struct platform *p, const struct naive_txn *txn, struct core_run *run);
/* The same through GATOS; sometimes with SMMUEN cleared, or TLBI and CMD_SYNC issued, while it runs. */
void core_ask(struct platform *p, const struct naive_txn *txn, struct core_run *run);
/* Answers the stall of the last access: CMD_RESUME. NULL, or what the core did that the command does not ask for. */
const char *core_finish_stall(struct platform *p, const struct naive_txn *txn, struct core_run *run);

/* ---- comparing (fuzz_compare.c) ---------------------------------------------------------------------------------- */

/* NULL, or what differs, in words. */
const char *answers_differ(const struct platform *p, const struct naive_result *naive, const struct core_run *core);

#endif
