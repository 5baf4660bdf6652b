/* SPDX-License-Identifier: Apache-2.0
 * The naive translator, top to bottom in the order in which the architecture checks things. Every step either goes on
 * or ends the transaction through a fault function, which answers false all the way up.
 * Not here: walking tables (naive_walk.c), what operations do differently (naive_ask.c), memory types (naive_attr.c); see naive.h. Proof: vectors_check.c holds it to hand-derived results,
 * diff_fuzz.c to the model. */
#include "naive_internal.h"

#include <stddef.h>
#include <string.h>

void naive_hw_from_ids(struct naive_hw *hw, const uint32_t idr[6])
{
#define F(n, hi, lo) ((unsigned)bits(idr[n], hi, lo))
	*hw = (struct naive_hw){
		.s1p = F(0, 1, 1), .s2p = F(0, 0, 0), .ttf = F(0, 3, 2), .oas_bits = size_bits(F(5, 2, 0)), .httu = F(0, 7, 6),
		.stall_model = F(0, 25, 24), .term_model = F(0, 26, 26), .ttendian = F(0, 22, 21), .sidsize = F(1, 5, 0),
		.ssidsize = F(1, 10, 6), .cd2l = F(0, 19, 19), .st_level = F(0, 28, 27), .hyp = F(0, 9, 9), .asid16 = F(0, 12, 12),
		.vmid16 = F(0, 18, 18), .ats = F(0, 10, 10), .ns1ats = F(0, 11, 11), .xnx = F(3, 4, 4), .had = F(3, 2, 2),
		.stt = F(3, 9, 9), .vax = F(5, 11, 10), .fwb = F(3, 8, 8), .e0pd = F(3, 13, 13), .gran4k = F(5, 4, 4),
		.gran16k = F(5, 5, 5), .gran64k = F(5, 6, 6), .attr_perms_ovr = F(1, 26, 26), .attr_types_ovr = F(1, 27, 27),
	};
#undef F
}

bool naive_choose(struct run *x, unsigned choice)
{
	x->r->choices_used |= choice;
	return x->choices & choice;
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Updates made earlier in this transaction are seen by later reads. */
bool naive_read_word(struct run *x, uint64_t pa, uint64_t *value)
{
	if (!x->mem->read(x->mem->ctx, pa, value))
		return false;
	for (unsigned i = 0; i < x->r->updates; i++)
		if (x->r->update[i].pa == pa)
			*value = x->r->update[i].new_word;
	return true;
}

void naive_note_update(struct run *x, uint64_t pa, uint64_t old_word, uint64_t new_word, unsigned phase, bool optional)
{
	if (x->r->updates == NAIVE_MAX_UPDATES)
		x->r->unsupported = true;
	else
		x->r->update[x->r->updates++] = (struct naive_update){pa, old_word, new_word, optional, (uint8_t)phase};
}

/* ---- how a transaction ends -------------------------------------------------------------------------------------- */

/* A transaction that faults must not leave the dirty state of its own data behind; what else it wrote for the sake of
 * its last steps it need not have written. Only where the second of two updates aborts, the first one is done already. */
void naive_revise_updates(struct naive_result *r, bool update_aborted)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < r->updates; i++) {
		struct naive_update u = r->update[i];
		if ((u.phase == PHASE_S1_DIRTY || u.phase == PHASE_FINAL_DIRTY) && !update_aborted)
			continue;
		u.optional |= u.phase != PHASE_WALK;
		r->update[kept++] = u;
	}
	r->updates = kept;
}

static void common_fields(struct run *x, unsigned event, bool with_ssid)
{
	x->r->event = (uint8_t)event;
	x->r->merge_any = bit(x->ste[1], 19);
	x->r->record[0] = event | (uint64_t)x->t->sid << 32;
	if (with_ssid && x->t->ssv)
		x->r->record[0] |= 1u << 11 | (uint64_t)x->t->ssid << 12;
	naive_revise_updates(x->r, x->update_aborted);
}

static void access_fields(struct run *x, bool s2, unsigned class)
{
	x->r->record[1] |= (uint64_t)x->pnu << 33 | (uint64_t)x->ind << 34 | (uint64_t)!x->t->write << 35 |
			   (uint64_t)s2 << 39 | (uint64_t)class << 40;
	x->r->record[2] = x->t->addr;
}

/* Configuration errors and failed fetches: always abort, always recorded. */
bool naive_config_fault(struct run *x, unsigned event, uint64_t fetch_addr)
{
	common_fields(x, event, event != F_STREAM_DISABLED && event != C_BAD_SUBSTREAMID);
	if (event == C_BAD_SUBSTREAMID && x->t->ssv)
		x->r->record[0] |= (uint64_t)x->t->ssid << 12;
	x->r->record[3] = fetch_addr & (low_mask(52) & ~UINT64_C(7));
	x->r->recorded = event != C_BAD_STREAMID || x->regs->recinvsid;
	x->r->outcome = NAIVE_ABORT;
	return false;
}

bool naive_walk_abort(struct run *x, bool s2, unsigned class, uint64_t pa)
{
	naive_config_fault(x, F_WALK_EABT, pa);
	access_fields(x, s2, class);
	return false;
}

bool naive_fault(struct run *x, unsigned event, bool s2, unsigned class, uint64_t ipa, bool table_read)
{
	const uint64_t cd0 = x->cd[0], ste2 = x->ste[2];
	const bool stall = s2 ? bit(ste2, 57) : bit(cd0, 44), record = s2 ? bit(ste2, 58) : bit(cd0, 45);
	common_fields(x, event, true);
	access_fields(x, s2, class);
	if (s2)
		x->r->record[3] = ipa & (low_mask(52) & ~low_mask(12));
	if (event == F_PERMISSION && s2 && class == CLASS_TT && table_read)
		x->r->record[1] |= UINT64_C(1) << 44;
	if (!s2 && !x->s1_on) { /* no stage 1, so no CD that could say what to do */
		x->r->recorded = true;
		x->r->outcome = NAIVE_ABORT;
	} else if (stall) {
		x->r->recorded = true;
		x->r->outcome = x->t->no_stall ? NAIVE_ABORT : NAIVE_STALL;
		x->r->record[1] |= (uint64_t)!x->t->no_stall << 31;
	} else {
		x->r->recorded = record;
		x->r->outcome = s2 || bit(cd0, 46) ? NAIVE_ABORT : NAIVE_RAZ_WI;
	}
	return false;
}

/* ---- context descriptor ------------------------------------------------------------------------------------------ */

static bool half_illegal(const struct run *x, unsigned half)
{
	const uint64_t cd0 = x->cd[0], ttb = x->cd[half ? 2 : 1] & low_mask(52) & ~low_mask(4);
	const unsigned granule = half ? granule_tg1(x->hw, bits(cd0, 23, 22)) : granule_tg0(x->hw, bits(cd0, 7, 6));
	const unsigned txsz = (unsigned)(half ? bits(cd0, 21, 16) : bits(cd0, 5, 0));
	const unsigned max = !x->hw->stt ? 39 : granule == 16 ? 47 : 48, min = x->hw->vax == 1 && granule == 16 ? 12 : 16;
	unsigned ttb_bits = least(size_bits(bits(cd0, 34, 32)), x->hw->oas_bits);
	if (granule != 16)
		ttb_bits = least(ttb_bits, 48);
	return !granule || txsz > max || txsz < min || ttb >> ttb_bits;
}

static bool cd_illegal(struct run *x)
{
	const uint64_t cd0 = x->cd[0];
	const bool el2 = x->world == WORLD_EL2, use0 = el2 || !bit(cd0, 14), use1 = !el2 && !bit(cd0, 30);
	if (!bit(cd0, 31))
		return true;
	if (!bit(cd0, 41)) { /* VMSAv8-32 */
		x->r->unsupported = x->hw->ttf & 1;
		return true;
	}
	if (!(x->hw->ttf & 2) || (bit(x->ste[1], 27) && bit(cd0, 44)) || (x->hw->term_model && !bit(cd0, 46)))
		return true;
	if ((x->hw->stall_model == 1 && bit(cd0, 44)) || (x->hw->stall_model == 2 && !bit(cd0, 44)))
		return true;
	if ((use0 || use1) && ((x->hw->ttendian == 2 && bit(cd0, 15)) || (x->hw->ttendian == 3 && !bit(cd0, 15))))
		return true;
	if (((bit(cd0, 42) || bit(cd0, 43)) && x->hw->httu == 0) || (bit(cd0, 42) && x->hw->httu == 1))
		return true;
	if (!el2 && !x->hw->asid16 && bits(cd0, 63, 56))
		return true;
	return (use0 && half_illegal(x, 0)) || (use1 && half_illegal(x, 1));
}

/* One CD or L1CD word (n words) at address, which is an IPA when nested. */
static bool fetch_cd_words(struct run *x, uint64_t address, unsigned n, uint64_t *words)
{
	uint64_t pa = address;
	if (x->s2_on && !naive_stage2(x, address, CLASS_CD, false, false, &pa))
		return false;
	x->r->config_reads++;
	naive_note_read(x, NAIVE_CONTEXT, pa);
	for (unsigned i = 0; i < n; i++)
		if (!naive_read_word(x, pa + 8 * i, &words[i]))
			return naive_config_fault(x, F_CD_FETCH, pa);
	return true;
}

static bool fetch_cd(struct run *x, unsigned cdmax, uint64_t ssid)
{
	const uint64_t pointer = x->ste[0] & low_mask(52) & ~low_mask(6);
	const unsigned fmt = cdmax ? (unsigned)bits(x->ste[0], 5, 4) : 0, split = fmt == 1 ? 6 : 10;
	uint64_t cd, l1cd;
	if (fmt == 0 || fmt == 3) {
		cd = (pointer & ~low_mask(cdmax + 6)) + ssid * 64;
	} else {
		const unsigned l1_log2 = most(6, 3 + (cdmax > split ? cdmax - split : 0));
		if (!fetch_cd_words(x, (pointer & ~low_mask(l1_log2)) + (ssid >> split) * 8, 1, &l1cd))
			return false;
		if (!bit(l1cd, 0))
			return naive_config_fault(x, C_BAD_SUBSTREAMID, 0);
		cd = l1cd & low_mask(52) & ~low_mask(split + 6);
		if (cd >> (x->s2_on ? x->ias : x->hw->oas_bits) && (!x->s2_on || !naive_choose(x, NAIVE_CHOICE_CD_POINTER)))
			return naive_config_fault(x, C_BAD_SUBSTREAMID, 0);
		cd += (ssid & low_mask(split)) * 64;
	}
	if (!fetch_cd_words(x, cd, 8, x->cd))
		return false;
	return !cd_illegal(x) || naive_config_fault(x, C_BAD_CD, 0);
}

/* ---- stream table entry ------------------------------------------------------------------------------------------ */

static bool stage2_illegal(const struct run *x)
{
	const uint64_t w2 = x->ste[2], ttb = x->ste[3] & low_mask(52) & ~low_mask(4);
	const unsigned granule = granule_tg0(x->hw, bits(w2, 47, 46)), t0sz = (unsigned)bits(w2, 37, 32);
	const unsigned max = !x->hw->stt ? 39 : granule == 16 ? 47 : 48;
	const unsigned min = most(granule == 16 ? 12 : 16, 64 - x->ias);
	unsigned level, ttb_bits = least(size_bits(bits(w2, 50, 48)), x->hw->oas_bits);
	if (granule != 16)
		ttb_bits = least(ttb_bits, 48);
	if ((bit(w2, 57) && x->hw->stall_model == 1) || (!bit(w2, 57) && x->hw->stall_model == 2))
		return true;
	if (((bit(w2, 55) || bit(w2, 56)) && x->hw->httu == 0) || (bit(w2, 55) && x->hw->httu == 1))
		return true;
	if ((x->hw->ttendian == 2 && bit(w2, 52)) || (x->hw->ttendian == 3 && !bit(w2, 52)))
		return true;
	if (!granule || t0sz > max || t0sz < min || ttb >> ttb_bits || !naive_s2_start(x, granule, &level))
		return true;
	const unsigned ipa_bits = 64 - t0sz, low = level_shift(granule, level) + 1, high = low - 1 + (granule - 3) + 4;
	return ipa_bits < low || ipa_bits > high;
}

static bool ste_illegal(struct run *x, unsigned config)
{
	const uint64_t w0 = x->ste[0], w1 = x->ste[1], w2 = x->ste[2], pointer = w0 & low_mask(52) & ~low_mask(6);
	const bool s1 = config & 1, s2 = config & 2;
	const unsigned cdmax = (unsigned)bits(w0, 63, 59), fmt = (unsigned)bits(w0, 5, 4), eats = (unsigned)bits(w1, 29, 28);
	if ((s1 && !x->hw->s1p) || (s2 && !x->hw->s2p))
		return true;
	if (x->hw->ats && (s1 || s2) && eats == 2 && (config != 7 || bit(w2, 57) || x->hw->ns1ats))
		return true;
	if (x->hw->ats && eats == 1 && s2 && bit(w2, 57))
		return true;
	if (config == 5 && x->hw->hyp && bit(w1, 30))
		return true;
	if (s1 && bit(w1, 27) && x->hw->stall_model != 0)
		return true;
	if (s1 && x->hw->ssidsize && (cdmax > x->hw->ssidsize || (cdmax && !x->hw->cd2l && (fmt == 1 || fmt == 2))))
		return true;
	if (s1 && !s2 && pointer >> x->hw->oas_bits)
		return true;
	if (s1 && s2 && pointer >> x->ias && !naive_choose(x, NAIVE_CHOICE_CD_POINTER))
		return true;
	if (s2 && !bit(w2, 51)) {
		x->r->unsupported = x->hw->ttf & 1;
		return true;
	}
	if (s2 && (!(x->hw->ttf & 2) || stage2_illegal(x)))
		return true;
	return x->hw->s2p && config != 4 && x->world == WORLD_EL1 && !x->hw->vmid16 && bits(w2, 15, 8);
}

/* Out of the reach of the physical address bus: cut off, or a failed fetch. */
static bool stream_table_address(struct run *x, uint64_t *pa)
{
	if (*pa >> x->hw->oas_bits && naive_choose(x, NAIVE_CHOICE_STE_POINTER))
		return naive_config_fault(x, F_STE_FETCH, *pa);
	*pa &= low_mask(x->hw->oas_bits);
	return true;
}

static bool fetch_ste(struct run *x)
{
	const uint32_t cfg = x->regs->strtab_base_cfg, sid = x->t->sid;
	const unsigned log2size = (unsigned)bits(cfg, 5, 0), split_field = (unsigned)bits(cfg, 10, 6);
	const unsigned split = split_field == 8 || split_field == 10 ? split_field : 6;
	uint64_t base = x->regs->strtab_base & low_mask(52) & ~low_mask(6), ste, l1std;
	if ((uint64_t)sid >> least(log2size, x->hw->sidsize))
		return naive_config_fault(x, C_BAD_STREAMID, 0);
	if (!x->hw->st_level || bits(cfg, 17, 16) != 1) {
		ste = (base & ~low_mask(log2size + 6)) + (uint64_t)sid * 64;
	} else {
		uint64_t l1 = (base & ~low_mask(most(6, log2size > split ? log2size - split + 3 : 0))) + (uint64_t)(sid >> split) * 8;
		if (!stream_table_address(x, &l1))
			return false;
		x->r->config_reads++;
		naive_note_read(x, NAIVE_STREAM_TABLE, l1);
		if (!naive_read_word(x, l1, &l1std))
			return naive_config_fault(x, F_STE_FETCH, l1);
		const unsigned span = (unsigned)bits(l1std, 4, 0);
		const uint64_t index = sid & low_mask(split);
		if (span == 0 || span > 11 || span > split + 1 || index >> (span - 1))
			return naive_config_fault(x, C_BAD_STREAMID, 0);
		ste = (l1std & low_mask(52) & ~low_mask(6 + span - 1)) + index * 64;
	}
	if (!stream_table_address(x, &ste))
		return false;
	x->r->config_reads++;
	naive_note_read(x, NAIVE_STREAM_TABLE, ste);
	for (unsigned i = 0; i < 8; i++)
		if (!naive_read_word(x, ste + 8 * i, &x->ste[i]))
			return naive_config_fault(x, F_STE_FETCH, ste);
	return true;
}

/* ---- the whole transaction --------------------------------------------------------------------------------------- */

static bool select_context(struct run *x, unsigned *cdmax, uint64_t *ssid)
{
	const unsigned s1dss = (unsigned)bits(x->ste[1], 1, 0);
	*cdmax = x->hw->ssidsize ? (unsigned)bits(x->ste[0], 63, 59) : 0;
	*ssid = x->t->ssv ? x->t->ssid : 0;
	if (!x->s1_on || *cdmax == 0)
		return !x->t->ssv || naive_config_fault(x, C_BAD_SUBSTREAMID, 0);
	if (x->t->ssv && *ssid >> *cdmax)
		return naive_config_fault(x, C_BAD_SUBSTREAMID, 0);
	if (x->t->ssv)
		return s1dss != 2 || *ssid != 0 || naive_config_fault(x, F_STREAM_DISABLED, 0);
	if (s1dss == 1)
		x->s1_on = false;
	return s1dss == 1 || s1dss == 2 || naive_config_fault(x, F_STREAM_DISABLED, 0);
}

static bool translate(struct run *x)
{
	const struct naive_txn *t = x->t;
	unsigned cdmax;
	uint64_t ssid;
	if (t->ask == NAIVE_ASK_RESERVED)
		return naive_config_fault(x, INV_REQ, 0);
	if (!x->regs->smmuen) {
		x->r->outcome = x->regs->gbpa_abort || t->addr >> x->hw->oas_bits ? NAIVE_ABORT : NAIVE_OK;
		x->r->pa = t->addr;
		x->r->memory = naive_overridden(x, bit(x->regs->gbpa, 4), bits(x->regs->gbpa, 3, 0), bits(x->regs->gbpa, 13, 12));
		return x->r->outcome == NAIVE_OK;
	}
	if (!fetch_ste(x))
		return false;
	const unsigned config = (unsigned)bits(x->ste[0], 3, 1), strw = (unsigned)bits(x->ste[1], 31, 30);
	const bool strw_used = config == 5 && x->hw->hyp && strw == 2;
	x->world = !strw_used ? WORLD_EL1 : x->regs->e2h ? WORLD_EL2_E2H : WORLD_EL2;
	if (!bit(x->ste[0], 0))
		return naive_config_fault(x, C_BAD_STE, 0);
	if (config < 4 && !t->ask) {
		x->r->outcome = NAIVE_ABORT;
		return false;
	}
	if (config >= 4 && ste_illegal(x, config))
		return naive_config_fault(x, C_BAD_STE, 0);
	if (t->ask && naive_ask_refused(x, config))
		return false;
	if (!t->ask && x->hw->attr_perms_ovr && bits(x->ste[1], 49, 48) >= 2)
		x->pnu = bit(x->ste[1], 48);
	if (x->hw->attr_perms_ovr && bits(x->ste[1], 51, 50) >= 2) {
		x->r->unsupported |= t->ask && !t->write && x->ind != bit(x->ste[1], 50); /* whether operations heed INSTCFG is not said */
		x->ind = bit(x->ste[1], 50);
	}
	x->ind &= !t->write;
	x->s1_on = (config & 1) && t->ask != NAIVE_ASK_STAGE2;
	x->s2_on = config & 2;
	if (t->ask != NAIVE_ASK_STAGE2 && !select_context(x, &cdmax, &ssid))
		return false;
	x->r->unsupported |= t->ask && t->ask != NAIVE_ASK_STAGE2 && !x->s1_on; /* what asking for a stage that S1DSS skips gives is not said */
	x->r->stages = (unsigned)x->s1_on | (unsigned)x->s2_on << 1;
	if (x->s1_on)
		return fetch_cd(x, cdmax, ssid) && naive_stage1(x);
	if (t->addr >> (config == 4 ? x->hw->oas_bits : x->ias))
		return s1_fault(x, F_ADDR_SIZE);
	x->r->pa = t->addr & low_mask(x->hw->oas_bits);
	return !x->s2_on || naive_stage2(x, t->addr, CLASS_IN, t->write, x->ind, &x->r->pa);
}

void naive_translate(const struct naive_hw *hw, const struct naive_regs *regs, const struct naive_memory *memory,
		     const struct naive_txn *txn, unsigned choices, struct naive_result *result)
{
	struct run x = {.hw = hw, .regs = regs, .mem = memory, .t = txn, .r = result, .choices = choices};
	memset(result, 0, offsetof(struct naive_result, update));
	result->leaf_log2 = 64;
	result->asked = txn->ask;
	x.pnu = txn->privileged;
	x.ind = txn->instruction && !txn->write;
	x.ias = hw->ttf & 1 ? most(40, hw->oas_bits) : hw->oas_bits;
	const bool ok = translate(&x);
	for (unsigned i = 0; txn->ask && i < result->updates; i++)
		result->update[i].optional = true;
	if (!ok && txn->ask)
		naive_ask_fault(&x);
	if (!ok)
		return;
	result->outcome = NAIVE_OK;
	if (regs->smmuen)
		naive_result_type(&x);
}
