/* SPDX-License-Identifier: Apache-2.0
 * The two translation stages of the naive translator: one recursive step per level, the permission rules, and the
 * hardware updates of descriptors. Not here: where the tables come from (naive.c). Proof: see naive.h. */
#include "naive_internal.h"

#include <string.h>

static uint64_t swap64(uint64_t v)
{
	uint64_t out = 0;
	for (unsigned i = 0; i < 8; i++)
		out |= ((v >> (8 * i)) & 0xff) << (56 - 8 * i);
	return out;
}

static bool update_abort(struct run *x, bool s2, unsigned class, uint64_t pa)
{
	x->update_aborted = true;
	return naive_walk_abort(x, s2, class, pa);
}

static bool block_allowed(const struct run *x, unsigned granule, unsigned level)
{
	if (granule == 12)
		return level == 1 || level == 2;
	return level == 2 || (granule == 16 && level == 1 && x->hw->oas_bits == 52);
}
/* Address bits [47:low] of a descriptor, with [51:48] from bits 15:12 where the output is 52 bits wide. */
static uint64_t descriptor_address(uint64_t d, unsigned low, unsigned granule, unsigned out_bits)
{
	uint64_t address = d & low_mask(48) & ~low_mask(low);
	if (granule == 16 && out_bits == 52)
		address |= bits(d, 15, 12) << 48;
	return address;
}
static uint64_t aligned_base(uint64_t ttb, unsigned index_bits, unsigned out_bits)
{
	const unsigned align = most(3 + index_bits, out_bits == 52 ? 6 : 4);
	return ttb & low_mask(52) & ~low_mask(align);
}
static bool invalid(const struct run *x, uint64_t d, unsigned granule, unsigned level)
{
	if (!bit(d, 0))
		return true;
	return bit(d, 1) ? false : level == 3 || !block_allowed(x, granule, level);
}
static void note_leaf(struct run *x, uint64_t d, unsigned shift)
{
	x->r->leaf_log2 = least(x->r->leaf_log2, shift);
	x->r->contiguous |= bit(d, 52);
}

/* ---- stage 2 ----------------------------------------------------------------------------------------------------- */

struct s2_access { unsigned class; bool write, exec; uint64_t ipa; };

bool naive_s2_start(const struct run *x, unsigned granule, unsigned *level)
{
	const unsigned sl0 = (unsigned)bits(x->ste[2], 39, 38);
	if (sl0 == 3) {
		*level = 3;
		return granule == 12 && x->hw->stt;
	}
	*level = (granule == 12 ? 2 : 3) - sl0;
	return true;
}

static bool s2_executable(const struct run *x, uint64_t d)
{
	if (!x->hw->xnx)
		return !bit(d, 54);
	switch (bits(d, 54, 53)) {
	case 0: return true;
	case 1: return !x->pnu;
	case 2: return false;
	default: return x->pnu;
	}
}

/* Device memory for S2PTW. Reserved encodings may be either, and so may those S2FWB gives no meaning to. */
static bool s2_device(struct run *x, uint64_t d)
{
	const unsigned memattr = (unsigned)bits(d, 5, 2);
	if (memattr < 4)
		return true;
	if (memattr % 4 && (memattr < 8 || !bit(x->ste[1], 25)))
		return false;
	return naive_choose(x, NAIVE_CHOICE_S2_MEMATTR);
}

static bool s2_leaf(struct run *x, const struct s2_access *a, uint64_t da, uint64_t raw, uint64_t d)
{
	const bool ha_set = bit(x->ste[2], 56), affd = bit(x->ste[2], 53);
	const bool ha = bit(d, 10) && bit(d, 7) ? ha_set : naive_updates(x, ha_set), hd = ha && bit(x->ste[2], 55);
	const bool needs_af = !bit(d, 10) && ha && naive_writes_af(x);
	const bool clean = bit(d, 51) && !bit(d, 7) && hd;
	bool allowed = a->write ? bit(d, 7) || clean : a->exec ? s2_executable(x, d) : bit(d, 6);
	if (!bit(d, 10) && !ha && !affd)
		return naive_fault(x, F_ACCESS, true, a->class, a->ipa, !a->write);
	if (a->class != CLASS_IN && bit(x->ste[2], 54) && s2_device(x, d))
		allowed = false;
	const bool needs_dirty = a->write && clean && allowed && !(x->t->ask && a->class == CLASS_IN);
	const uint64_t updated = d | (needs_af ? UINT64_C(1) << 10 : 0) | (needs_dirty ? UINT64_C(1) << 7 : 0);
	const uint64_t new_word = bit(x->ste[2], 52) ? swap64(updated) : updated;
	if (updated != d && (allowed || naive_choose(x, NAIVE_CHOICE_S2_AF_FIRST)) && !x->mem->writable(x->mem->ctx, da))
		return update_abort(x, true, a->class, da);
	if (!allowed) {
		naive_fault(x, F_PERMISSION, true, a->class, a->ipa, !a->write);
		if (needs_af)
			naive_note_update(x, da, raw, new_word, PHASE_WALK, true);
		return false;
	}
	if (updated != d)
		naive_note_update(x, da, raw, new_word,
			    a->class == CLASS_TT && a->write ? PHASE_S1_TABLE_PAGE
			    : a->class != CLASS_IN	     ? PHASE_WALK
			    : needs_dirty		     ? PHASE_FINAL_DIRTY
							     : PHASE_FINAL_AF,
			    false);
	return true;
}

static bool s2_level(struct run *x, const struct s2_access *a, unsigned granule, unsigned level, uint64_t table,
		     unsigned index_bits, uint64_t *pa)
{
	const unsigned shift = level_shift(granule, level), out_bits = least(size_bits(bits(x->ste[2], 50, 48)), x->hw->oas_bits);
	const uint64_t da = table + 8 * ((a->ipa >> shift) & low_mask(index_bits));
	uint64_t raw;
	x->r->descriptor_reads++;
	naive_note_read(x, NAIVE_STAGE2, da);
	if (!naive_read_word(x, da, &raw))
		return naive_walk_abort(x, true, a->class, da);
	const uint64_t d = bit(x->ste[2], 52) ? swap64(raw) : raw;
	if (invalid(x, d, granule, level))
		return naive_fault(x, F_TRANSLATION, true, a->class, a->ipa, !a->write);
	const bool is_table = bit(d, 1) && level < 3;
	const uint64_t out = descriptor_address(d, is_table ? granule : shift, granule, out_bits);
	if (out >> out_bits)
		return naive_fault(x, F_ADDR_SIZE, true, a->class, a->ipa, !a->write);
	if (is_table)
		return s2_level(x, a, granule, level + 1, out, granule - 3, pa);
	*pa = out | (a->ipa & low_mask(shift));
	x->s2_desc[a->class] = d;
	if (a->class == CLASS_IN)
		note_leaf(x, d, shift);
	x->r->contiguous |= bit(d, 52);
	return s2_leaf(x, a, da, raw, d);
}

bool naive_stage2(struct run *x, uint64_t ipa, unsigned class, bool write, bool exec, uint64_t *pa)
{
	const struct s2_access a = {class, write, exec, ipa};
	const unsigned granule = granule_tg0(x->hw, bits(x->ste[2], 47, 46)), ipa_bits = 64 - (unsigned)bits(x->ste[2], 37, 32);
	const unsigned out_bits = least(size_bits(bits(x->ste[2], 50, 48)), x->hw->oas_bits);
	unsigned level;
	if (ipa >> ipa_bits)
		return naive_fault(x, F_TRANSLATION, true, class, ipa, !write);
	naive_s2_start(x, granule, &level);
	const unsigned index_bits = ipa_bits - level_shift(granule, level);
	return s2_level(x, &a, granule, level, aligned_base(x->ste[3] & ~low_mask(4), index_bits, out_bits), index_bits, pa);
}

/* ---- stage 1 ----------------------------------------------------------------------------------------------------- */

struct s1_state { unsigned half, granule; bool no_unprivileged, no_write, uxn, pxn; };

static bool s1_dirty_possible(struct run *x, uint64_t d, const struct s1_state *s)
{
	return bit(d, 51) && bit(d, 7) && !s->no_write && bit(x->cd[0], 42) && naive_updates(x, bit(x->cd[0], 43));
}

static bool s1_allows(struct run *x, uint64_t d, const struct s1_state *s)
{
	const bool one_level = x->world == WORLD_EL2, privileged = one_level || x->pnu, wxn = bit(x->cd[0], 36);
	const bool user = one_level || (bit(d, 6) && !s->no_unprivileged);
	const bool writable = (!bit(d, 7) && !s->no_write) || s1_dirty_possible(x, d, s);
	const bool uxn = bit(d, 54) || s->uxn, pxn = bit(d, 53) || s->pxn;
	if (x->ind && one_level)
		return !uxn && !(wxn && writable);
	if (x->ind)
		return privileged ? !pxn && !(user && writable) && !(wxn && writable) : !uxn && !(wxn && user && writable);
	if (!privileged && !user)
		return false;
	if (!one_level && privileged && user && bit(x->cd[0], 40)) /* PAN */
		return false;
	return !x->t->write || writable;
}

/* Writes the new stage-1 descriptor: a write of its page for stage 2. */
static bool s1_update(struct run *x, uint64_t table_ipa, uint64_t pa, uint64_t raw, uint64_t d, unsigned phase)
{
	uint64_t same_pa;
	if (x->s2_on && !naive_stage2(x, table_ipa, CLASS_TT, true, false, &same_pa))
		return false;
	if (!x->mem->writable(x->mem->ctx, pa))
		return update_abort(x, false, CLASS_TT, pa);
	naive_note_update(x, pa, raw, bit(x->cd[0], 15) ? swap64(d) : d, phase, false);
	return true;
}

/* After a fault AF may be set all the same, where stage 2 would let it, and so may the dirty state of the table's page,
 * with AF or without; the fault stays what it is. */
static void allow_af_update(struct run *x, uint64_t da, uint64_t pa, uint64_t raw, uint64_t d)
{
	struct naive_result verdict = *x->r;
	s1_update(x, da, pa, raw, d | UINT64_C(1) << 10, PHASE_S1_AF);
	memcpy(verdict.update, x->r->update, sizeof verdict.update);
	verdict.updates = x->r->updates;
	naive_revise_updates(&verdict, x->update_aborted);
	*x->r = verdict;
}

static bool s1_leaf(struct run *x, const struct s1_state *s, uint64_t da, uint64_t pa, uint64_t raw, uint64_t d, uint64_t out)
{
	const bool af_missing = !bit(d, 10), ha = af_missing && naive_updates(x, bit(x->cd[0], 43));
	if (af_missing && !ha && !bit(x->cd[0], 35))
		return s1_fault(x, F_ACCESS);
	if (!s1_allows(x, d, s)) {
		s1_fault(x, F_PERMISSION);
		if (ha && naive_writes_af(x))
			allow_af_update(x, da, pa, raw, d);
		return false;
	}
	const bool dirty = x->t->write && !x->t->ask && s1_dirty_possible(x, d, s), af = ha && naive_writes_af(x);
	const uint64_t with_af = d | (af ? UINT64_C(1) << 10 : 0), with_both = dirty ? with_af & ~(UINT64_C(1) << 7) : with_af;
	const bool dirty_late = dirty && x->s2_on && naive_choose(x, NAIVE_CHOICE_S1_DIRTY_LATE);
	const bool af_late = af && x->s2_on && naive_choose(x, NAIVE_CHOICE_S1_AF_LATE);
	if (af && !af_late && !s1_update(x, da, pa, raw, with_af, PHASE_S1_AF))
		return false;
	if (dirty && !dirty_late && !s1_update(x, da, pa, raw, with_both, PHASE_S1_DIRTY))
		return false;
	if (!x->s2_on || x->t->ask == NAIVE_ASK_STAGE1)
		x->r->pa = out;
	else if (!naive_stage2(x, out, CLASS_IN, x->t->write, x->ind, &x->r->pa)) {
		if (af_late || dirty_late)
			allow_af_update(x, da, pa, raw, d);
		return false;
	}
	if (af_late && !s1_update(x, da, pa, raw, with_af, PHASE_S1_AF))
		return false;
	return !dirty_late || s1_update(x, da, pa, raw, with_both, PHASE_S1_DIRTY);
}

static bool s1_level(struct run *x, struct s1_state s, unsigned level, uint64_t table, unsigned index_bits)
{
	const unsigned shift = level_shift(s.granule, level), out_bits = least(size_bits(bits(x->cd[0], 34, 32)), x->hw->oas_bits);
	const uint64_t da = table + 8 * ((x->t->addr >> shift) & low_mask(index_bits));
	const bool had = x->hw->had && bit(x->cd[s.half ? 2 : 1], 1);
	uint64_t pa = da, raw;
	if (x->s2_on && !naive_stage2(x, da, CLASS_TT, false, false, &pa))
		return false;
	x->r->descriptor_reads++;
	naive_note_read(x, NAIVE_STAGE1, pa);
	if (!naive_read_word(x, pa, &raw))
		return naive_walk_abort(x, false, CLASS_TT, pa);
	const uint64_t d = bit(x->cd[0], 15) ? swap64(raw) : raw;
	if (invalid(x, d, s.granule, level))
		return s1_fault(x, F_TRANSLATION);
	const bool is_table = bit(d, 1) && level < 3;
	const uint64_t out = descriptor_address(d, is_table ? s.granule : shift, s.granule, out_bits);
	if (out >> out_bits)
		return s1_fault(x, F_ADDR_SIZE);
	if (!is_table) {
		note_leaf(x, d, shift);
		x->s1_desc = d;
		return s1_leaf(x, &s, da, pa, raw, d, out | (x->t->addr & low_mask(shift)));
	}
	s.pxn |= !had && bit(d, 59);
	s.uxn |= !had && bit(d, 60);
	s.no_unprivileged |= !had && bit(d, 61);
	s.no_write |= !had && bit(d, 62);
	return s1_level(x, s, level + 1, out, s.granule - 3);
}

bool naive_stage1(struct run *x)
{
	const uint64_t addr = x->t->addr;
	struct s1_state s = {.half = bit(addr, 55)};
	x->s1_half = s.half;
	const unsigned txsz = (unsigned)(s.half ? bits(x->cd[0], 21, 16) : bits(x->cd[0], 5, 0)), size = 64 - txsz;
	const unsigned top = bit(x->cd[0], s.half ? 39 : 38) ? 55 : 63;
	if (x->world == WORLD_EL2 && s.half)
		return s1_fault(x, F_TRANSLATION);
	for (unsigned i = size; i <= top; i++)
		if (bit(addr, i) != (bool)s.half)
			return s1_fault(x, F_TRANSLATION);
	if (x->world != WORLD_EL2 && bit(x->cd[0], s.half ? 30 : 14)) /* EPD */
		return s1_fault(x, F_TRANSLATION);
	if (x->world != WORLD_EL2 && x->hw->e0pd && bit(x->cd[s.half ? 2 : 1], 2) && !x->pnu)
		return s1_fault(x, F_TRANSLATION);
	s.granule = s.half ? granule_tg1(x->hw, bits(x->cd[0], 23, 22)) : granule_tg0(x->hw, bits(x->cd[0], 7, 6));
	const unsigned stride = s.granule - 3, level = 4 - (size - s.granule + stride - 1) / stride;
	const unsigned index_bits = size - level_shift(s.granule, level);
	const unsigned out_bits = least(size_bits(bits(x->cd[0], 34, 32)), x->hw->oas_bits);
	return s1_level(x, s, level, aligned_base(x->cd[s.half ? 2 : 1] & ~low_mask(4), index_bits, out_bits), index_bits);
}
