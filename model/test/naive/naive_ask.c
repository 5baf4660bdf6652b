/* SPDX-License-Identifier: Apache-2.0
 * Address translation operations: what differs from a transaction. An operation is never recorded and never stalls, ignores PRIVCFG and the
 * A, R, S bits, may stop at the IPA or begin there, never makes a page dirty, and ends in GATOS_PAR.
 * Not here: the translation itself (naive.c, naive_walk.c). Proof: vectors_check.c, diff_fuzz.c. */
#include "naive_internal.h"

bool naive_ask_refused(struct run *x, unsigned config)
{
	const bool s1 = x->t->ask == NAIVE_ASK_STAGE1 || x->t->ask == NAIVE_ASK_BOTH, s2 = x->t->ask == NAIVE_ASK_STAGE2 || x->t->ask == NAIVE_ASK_BOTH;
	if (x->t->vatos) {
		const bool own = (config == 5 || config == 7) && x->world == WORLD_EL1 && bits(x->ste[2], 15, 0) == x->regs->vatos_sel;
		x->r->code_open = !own || x->t->ask != NAIVE_ASK_STAGE1;
		return x->r->code_open && !naive_config_fault(x, C_BAD_STE, 0);
	}
	if (config >= 4 && (!s1 || (config & 1)) && (!s2 || (config & 2)))
		return false;
	naive_config_fault(x, INV_STAGE, 0);
	return true;
}

/* HTTUI inhibits updates: as if HA and HD were 0, or what an update would permit is permitted and not written. */
bool naive_updates(struct run *x, bool allowed) { return allowed && (!x->t->no_update || naive_choose(x, NAIVE_CHOICE_ASK_QUIET)); }

bool naive_writes_af(struct run *x)
{
	return !x->t->ask || (!x->t->no_update && !naive_choose(x, NAIVE_CHOICE_ASK_QUIET));
}

/* From the event that a transaction would have caused to what GATOS_PAR says. */
void naive_ask_fault(struct run *x)
{
	struct naive_result *r = x->r;
	const bool s2 = bit(r->record[1], 39);
	const unsigned class = (unsigned)bits(r->record[1], 41, 40);
	r->recorded = false;
	r->code_open |= x->t->vatos && (r->event <= C_BAD_STE || r->event == INV_REQ); /* before it is known whose stream it is */
	if (!s2)
		return;
	r->reason_open = r->event == F_WALK_EABT; /* a table of stage 2 that cannot be read */
	if (x->t->ask == NAIVE_ASK_STAGE1) {
		r->event = class == CLASS_CD ? F_CD_FETCH : F_WALK_EABT;
		return;
	}
	r->fault_reason = (uint8_t)(class == CLASS_CD ? 1 : class == CLASS_TT ? 2 : 3);
	r->fault_addr = x->t->ask == NAIVE_ASK_BOTH ? r->record[3] : 0;
}
