/* SPDX-License-Identifier: Apache-2.0
 * Rows T-S2, T-NST, T-TRM, and of T-ATS those of translated accesses (tandem.h cannot send translation requests). */
#include "conformance.h"

#define S2 NEED(S2P)
#define N NEED_NESTED
#define P(i) PAGE(i)
#define LEAF 0x84021018 /* stage-2 page of IPA 0x81_0060_3000 */
#define NESTED_LEAF 0x84011a28 /* stage-2 page of IPA 0x9_1234_5000 */

static void stage2_only(void)
{
	ROW("T-S2-01", S2 | NEED(PMCG_LOCAL)) { count_reads(); pa(RD(2, P(3) + 0x77), 0xc00003077); expect_reads(3, 3); }
	ROW("T-S2-02", S2 | NEED(PMCG_LOCAL)) { count_reads(); pa(RD(2, 0x80001234), 0x80001234); expect_reads(1, 1); }
	ROW("T-S2-04", S2) fault(RD(2, 0x700000000), EV(F_TRANSLATION, .s2 = true, .ipa = 0x700000000));
	ROW("T-S2-06", S2) {
		poke64(LEAF, 0xc000037bf);
		fault(RD(2, P(3) + 0xfff), EV(F_PERMISSION, .s2 = true, .ipa = P(3)));
	}
	ROW("T-S2-07", S2) { poke64(LEAF, 0xc000037bf); pa(WR(2, P(3)), 0xc00003000); }
	ROW("T-S2-08", S2) { poke64(LEAF, 0xc000033ff); fault(RD(2, P(3)), EV(F_ACCESS, .s2 = true, .ipa = P(3))); }
	ROW("T-S2-09", S2) { poke64(LEAF, 0xc0000333f); fault(WR(2, P(3)), EV(F_ACCESS, .s2 = true, .ipa = P(3))); }
	ROW("T-S2-10", S2) {
		ste(2, S2PS, 1);
		poke64(LEAF, 0x100000033f);
		fault(WR(2, P(3)), EV(F_ADDR_SIZE, .s2 = true, .ipa = P(3)));
	}
	ROW("T-S2-11", S2) {
		poke64(LEAF, 0x40000c000037ff);
		fault(RD(2, P(3), IND), EV(F_PERMISSION, .s2 = true, .ipa = P(3)));
	}
	ROW("T-S2-13", S2 | NEED(XNX)) {
		poke64(LEAF, 0x20000c000037ff);
		pa(RD(2, P(3), IND), 0xc00003000);
		fault(RD(2, P(3), IND, PRIV), EV(F_PERMISSION, .s2 = true, .ipa = P(3)));
	}
	ROW("T-S2-15", S2 | NEED(NO_XNX)) { poke64(LEAF, 0x20000c000037ff); pa(RD(2, P(3), IND, PRIV), 0xc00003000); }
	ROW("T-S2-17", S2) { ste(2, S2R, 0); abort_silent(RD(2, 0x700000000)); }
	ROW("T-S2-18", S2) { /* the level-2 table is where no memory is: its entry 3 */
		ste(2, S2R, 0);
		poke64(0x84001020, VOID | 3);
		fault(RD(2, P(3)), EV(F_WALK_EABT, .s2 = true, .fetch = VOID + 0x18));
	}
	ROW("T-S2-19", S2) {
		ste(2, S2T0SZ, 0x15);
		ste_address(2, S2TTB, 0x85000000);
		poke64(0x8500fff8, 0xd000007fd);
		pa(RD(2, 0x7ffffffffff), 0xd3fffffff);
	}
	ROW("T-S2-20", S2) {
		ste(2, S2T0SZ, 0x15);
		ste_address(2, S2TTB, 0x8500f000);
		poke64(0x8500fff8, 0xd000007fd);
		pa(RD(2, 0x7ffffffffff), 0xd3fffffff);
	}
	ROW("T-S2-22", S2) {
		ste(2, S2T0SZ, 0x1e);
		ste(2, S2SL0, 0);
		ste_address(2, S2TTB, 0x85200000);
		poke64(0x85208008, 0xd002007fd);
		pa(RD(2, 0x200234567), 0xd00234567);
	}
	ROW("T-S2-23", S2 | NEED(GRAN64K)) {
		ste(2, S2TG, 1);
		ste(2, S2T0SZ, 0x12);
		ste_address(2, S2TTB, 0x85400000);
		poke64(0x854ffff8, 0xe000007fd);
		pa(RD(2, 0x3fffffffffff), 0xe1fffffff);
	}
	ROW("T-S2-24", S2 | NEED(GRAN16K)) {
		ste(2, S2TG, 2);
		ste(2, S2T0SZ, 0x18);
		ste_address(2, S2TTB, 0x85600000);
		poke64(0x8563fff8, 0xe020007fd);
		pa(RD(2, 0xffffffffff), 0xe03ffffff);
	}
	ROW("T-S2-25", S2) { poke64(0x84020018, 0x840217fd); pa(RD(2, P(3) + 0x42), 0x84003042); }
}

static void nested(void)
{
	/* 12 reads without intermediate caches; 8 if one stage-2 block read serves the CD and all tables */
	ROW("T-NST-01", N | NEED(PMCG_LOCAL)) { count_reads(); pa(RD(3, P(3) + 0x10), 0xb00005010); expect_reads(8, 12); }
	ROW("T-NST-02", N) fault(RD(3, P(8)), EV(F_TRANSLATION));
	ROW("T-NST-03", N) { poke64(NESTED_LEAF, 0); fault(RD(3, P(3) + 0x10), EV(F_TRANSLATION, .s2 = true, .ipa = OUT)); }
	ROW("T-NST-04", N) { poke64(NESTED_LEAF, 0xb0000577f); fault(WR(3, P(3)), EV(F_PERMISSION, .s2 = true, .ipa = OUT)); }
	ROW("T-NST-05", N) {
		cd3_address(TTB0, 0x700000000);
		fault(RD(3, P(3)), EV(F_TRANSLATION, .s2 = true, .class = CLASS_TT, .ipa = 0x700000000));
	}
	ROW("T-NST-06", N) {
		poke64(0x82001020, 0x700002003);
		fault(RD(3, P(3)), EV(F_TRANSLATION, .s2 = true, .class = CLASS_TT, .ipa = 0x700002000));
	}
	ROW("T-NST-07", N) { /* the level-2 table's IPA maps to a place without memory */
		poke64(0x82001020, 0x8100603003);
		poke64(LEAF, (VOID + 0x3000) | 0x7ff);
		fault(RD(3, P(3)), EV(F_WALK_EABT, .class = CLASS_TT, .fetch = VOID + 0x3018));
	}
	ROW("T-NST-08", N) { /* the stage-2 level-2 table of the final IPA: entry 145 */
		poke64(0x84000120, VOID | 3);
		fault(RD(3, P(3)), EV(F_WALK_EABT, .s2 = true, .fetch = VOID + 0x488));
	}
	ROW("T-NST-09", N) {
		cd3_address(TTB0, OUT);
		poke64(0x84000120, VOID | 3);
		fault(RD(3, P(3)), EV(F_WALK_EABT, .s2 = true, .class = CLASS_TT, .fetch = VOID + 0x488));
	}
	ROW("T-NST-10", N) {
		ste(3, S2PTW, 1);
		cd3_address(TTB0, OUT);
		poke64(NESTED_LEAF, 0xb000057c7);
		fault(RD(3, P(3)), EV(F_PERMISSION, .s2 = true, .class = CLASS_TT, .ttrnw = IS(1), .ipa = OUT));
	}
	ROW("T-NST-12", N) {
		cd3_address(TTB0, OUT);
		poke64(NESTED_LEAF, 0xb000057bf);
		fault(RD(3, P(3)), EV(F_PERMISSION, .s2 = true, .class = CLASS_TT, .ttrnw = IS(1), .ipa = OUT));
	}
	ROW("T-NST-13", N) fault(WR(3, P(4)), EV(F_PERMISSION));
	ROW("T-NST-14", N) { poke64(L3(7), 0x700000b43); fault(RD(3, P(7)), EV(F_ACCESS)); }
	ROW("T-NST-15", N) fault(RD(3, 0x8141234567), EV(F_TRANSLATION, .s2 = true, .ipa = 0xa41234000));
	ROW("T-NST-16", N) { cd3(IPS, 2); fault(RD(3, P(32)), EV(F_ADDR_SIZE)); }
	ROW("T-NST-17", N) fault(RD(3, P(32)), EV(F_TRANSLATION, .s2 = true, .ipa = 0x10000000000));
	ROW("T-NST-18", N) {
		cd3(R, 0);
		poke64(NESTED_LEAF, 0);
		fault(RD(3, P(3)), EV(F_TRANSLATION, .s2 = true, .ipa = OUT));
	}
	ROW("T-NST-19", N) { ste(3, S2R, 0); poke64(NESTED_LEAF, 0); abort_silent(RD(3, P(3))); }
	ROW("T-NST-20", N | NEED(TERM_BOTH)) {
		cd3(A, 0);
		poke64(NESTED_LEAF, 0);
		fault(RD(3, P(3)), EV(F_TRANSLATION, .s2 = true, .ipa = OUT));
	}
	ROW("T-NST-22", N) { poke64(NESTED_LEAF, 0xb0000577f); pa(RD(3, P(3)), 0xb00005000); }
}

static void terminate(void)
{
	uint64_t both = NEED(S1P) | NEED(TERM_BOTH);

	ROW("T-TRM-01", NEED(S1P)) fault(RD(1, P(8)), EV(F_TRANSLATION));
	ROW("T-TRM-02", both) { cd(A, 0); raz_wi(RD(1, P(8)), &EV(F_TRANSLATION)); }
	ROW("T-TRM-03", both) {
		cd(A, 0);
		cd(R, 0);
		poke64(OUT + 0x1000, 0x1122334455667788);
		raz_wi(WR(1, P(4)), NULL);
		if (in_ram(OUT + 0x1000, 8))
			expect64(peek64(OUT + 0x1000), 0x1122334455667788, "the memory behind a dropped write");
	}
	ROW("T-TRM-04", NEED(S1P)) { cd(R, 0); abort_silent(RD(1, P(7))); }
	ROW("T-TRM-05", both) {
		cd(A, 0);
		cd(R, 0);
		cd_address(TTB0, VOID);
		fault(RD(1, P(3)), EV(F_WALK_EABT, .class = CLASS_TT, .fetch = VOID + 8));
	}
	ROW("T-TRM-06", both) { cd(A, 0); cd(R, 0); cd(CD_V, 0); fault(RD(1, P(3)), EV(C_BAD_CD)); }
}

static void translated(void)
{
	uint64_t ats = NEED(HAS_ATS), split = NEED(SPLIT_ATS) | N;

	ROW("T-ATS-13", ats | NEED(S1P)) fault(RD(1, 0x9000, TRANSLATED), EV(F_TRANSL_FORBIDDEN));
	ROW("T-ATS-14", ats) { ste(4, EATS, 1); fault(RD(4, 0x9000, TRANSLATED), EV(F_TRANSL_FORBIDDEN)); }
	ROW("T-ATS-15", ats | NEED(S1P)) { ste(1, EATS, 1); pa(RD(1, 0x87009000, TRANSLATED), 0x87009000); }
	ROW("T-ATS-16", ats) { setup.cr0 &= ~(uint32_t)ATSCHK; pa(RD(1, 0x9000, TRANSLATED), 0x9000); }
	ROW("T-ATS-17", ats) { setup.cr0 &= ~(uint32_t)ATSCHK; pa(RD(0x46, 0x9000, TRANSLATED), 0x9000); }
	ROW("T-ATS-18", split) { ste(3, EATS, 2); pa(RD(3, OUT + 4, TRANSLATED), 0xb00005004); }
	ROW("T-ATS-20", ats) abort_silent(RD(5, 0x9000, TRANSLATED));
	ROW("T-ATS-31", ats) abort_silent(RD(0x46, P(3), TRANSLATED));
	ROW("T-ATS-35", split) { ste(3, EATS, 2); fault(RD(3, 0x1000000000000, TRANSLATED), EV(F_ADDR_SIZE)); }
}

void rows_stage2(void)
{
	stage2_only();
	nested();
	terminate();
	translated();
}
