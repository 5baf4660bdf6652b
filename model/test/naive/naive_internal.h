/* SPDX-License-Identifier: Apache-2.0
 * What the parts of the naive translator share: one transaction in progress, and the ways it can end.
 * naive.c: structures and the order of everything. naive_walk.c: stage 1 and stage 2.
 * naive_attr.c: memory types. */
#ifndef NAIVE_INTERNAL_H
#define NAIVE_INTERNAL_H

#include "naive.h"

enum { F_UUT = 1, C_BAD_STREAMID, F_STE_FETCH, C_BAD_STE, F_STREAM_DISABLED = 6, C_BAD_SUBSTREAMID = 8, F_CD_FETCH,
       C_BAD_CD, F_WALK_EABT, F_TRANSLATION = 0x10, F_ADDR_SIZE, F_ACCESS, F_PERMISSION };
enum { CLASS_CD = 0, CLASS_TT = 1, CLASS_IN = 2 };
enum { WORLD_EL1, WORLD_EL2, WORLD_EL2_E2H };
/* When an update was made: while walking, for the stage-1 leaf, by stage 2 of the final IPA. */
enum { PHASE_WALK, PHASE_S1_AF, PHASE_S1_DIRTY, PHASE_S1_TABLE_PAGE, PHASE_FINAL_AF, PHASE_FINAL_DIRTY };

struct run {
	const struct naive_hw *hw;
	const struct naive_regs *regs;
	const struct naive_memory *mem;
	const struct naive_txn *t;
	struct naive_result *r;
	unsigned choices;
	uint64_t ste[8], cd[8];
	bool s1_on, s2_on, pnu, ind, update_aborted;
	unsigned world, ias, s1_half;
	uint64_t s1_desc, s2_desc[3]; /* leaves: of stage 1, of stage 2 by class */
};

static inline uint64_t bits(uint64_t v, unsigned hi, unsigned lo)
{
	return (v >> lo) & (hi - lo == 63 ? ~UINT64_C(0) : (UINT64_C(1) << (hi - lo + 1)) - 1);
}
static inline bool bit(uint64_t v, unsigned n) { return (v >> n) & 1; }
static inline uint64_t low_mask(unsigned n) { return n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1; }
static inline unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }
static inline unsigned most(unsigned a, unsigned b) { return a > b ? a : b; }
static inline unsigned size_bits(uint64_t field)
{
	static const unsigned table[8] = {32, 36, 40, 42, 44, 48, 52, 52};
	return table[field & 7];
}

/* log2 of the granule, 0 if reserved or absent. Encoding of TG0 and S2TG. */
static inline unsigned granule_tg0(const struct naive_hw *hw, uint64_t tg)
{
	return tg == 0 && hw->gran4k ? 12 : tg == 2 && hw->gran16k ? 14 : tg == 1 && hw->gran64k ? 16 : 0;
}
static inline unsigned granule_tg1(const struct naive_hw *hw, uint64_t tg)
{
	return tg == 2 && hw->gran4k ? 12 : tg == 1 && hw->gran16k ? 14 : tg == 3 && hw->gran64k ? 16 : 0;
}
static inline unsigned level_shift(unsigned granule, unsigned level) { return granule + (granule - 3) * (3 - level); }

bool naive_s2_start(const struct run *x, unsigned granule, unsigned *level); /* start level; false: S2SL0 is reserved */

/* naive_ask.c: address translation operations. */
enum { INV_STAGE = 0xfe, INV_REQ = 0xff };
bool naive_ask_refused(struct run *x, unsigned config); /* by TYPE and the stages there are */
bool naive_updates(struct run *x, bool allowed);        /* hardware updates are on, as far as what is allowed is concerned */
bool naive_writes_af(struct run *x);                     /* and AF is written */
void naive_ask_fault(struct run *x);

bool naive_choose(struct run *x, unsigned choice);
bool naive_read_word(struct run *x, uint64_t pa, uint64_t *value);
void naive_note_update(struct run *x, uint64_t pa, uint64_t old_word, uint64_t new_word, unsigned phase, bool optional);
void naive_revise_updates(struct naive_result *r, bool update_aborted);

/* Each ends the transaction and answers false. */
bool naive_config_fault(struct run *x, unsigned event, uint64_t fetch_addr);
bool naive_walk_abort(struct run *x, bool s2, unsigned class, uint64_t pa);
bool naive_fault(struct run *x, unsigned event, bool s2, unsigned class, uint64_t ipa, bool table_read);
static inline bool s1_fault(struct run *x, unsigned event) { return naive_fault(x, event, false, CLASS_IN, 0, false); }

struct naive_memtype naive_combine(const struct run *x, struct naive_memtype s1, uint64_t s2_leaf);
struct naive_memtype naive_overridden(const struct run *x, bool replace, uint64_t memattr, uint64_t shcfg);
void naive_result_type(struct run *x);
void naive_note_read(struct run *x, enum naive_reader reader, uint64_t pa);

bool naive_stage1(struct run *x); /* and stage 2 of its output, when nested: leaves the result's pa */
bool naive_stage2(struct run *x, uint64_t ipa, unsigned class, bool write, bool exec, uint64_t *pa);

#endif
