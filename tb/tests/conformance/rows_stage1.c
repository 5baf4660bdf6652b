/* SPDX-License-Identifier: Apache-2.0
 * Rows T-WLK, T-PRM, T-HTT: the stage-1 walk, its permissions, hardware updates. */
#include "conformance.h"

#define S1 NEED(S1P)
#define P(i) PAGE(i)
#define O(i) (OUT + ((i) - 3) * UINT64_C(0x1000)) /* output of page i of the vectors */

static void walk_4k(void)
{
	ROW("T-WLK-01", S1 | NEED(PMCG_LOCAL)) { count_reads(); pa(RD(1, P(3) + 0xabc), OUT + 0xabc); expect_reads(4, 4); }
	ROW("T-WLK-02", S1 | NEED(PMCG_LOCAL)) { count_reads(); pa(RD(1, 0x8100812345), 0x980012345); expect_reads(3, 3); }
	ROW("T-WLK-03", S1) pa(RD(1, 0x8141234567), 0xa41234567);
	ROW("T-WLK-04", S1) fault(RD(1, 0x10000000000), EV(F_TRANSLATION));
	ROW("T-WLK-05", S1) fault(RD(1, P(8)), EV(F_TRANSLATION));
	ROW("T-WLK-06", S1) fault(RD(1, P(11)), EV(F_TRANSLATION));
	ROW("T-WLK-07", S1) fault(RD(1, 0x8101000000), EV(F_TRANSLATION));
	ROW("T-WLK-08", S1) pa(RD(1, 0x8100613123), 0x950003123);
	ROW("T-WLK-08a", S1) { /* every page of the group, each through its own descriptor */
		for (unsigned i = 16; i < 32; i++)
			pa(RD(1, P(i) + 8 * i), 0x950000000 + (i - 16) * UINT64_C(0x1000) + 8 * i);
	}
	ROW("T-WLK-11", S1) { /* the level-2 table is where no memory is: its entry 3 */
		poke64(0x82001020, VOID | 3);
		fault(RD(1, P(3)), EV(F_WALK_EABT, .class = CLASS_TT, .fetch = VOID + 0x18));
	}
	ROW("T-WLK-12", S1) {
		cd(R, 0);
		cd_address(TTB0, VOID);
		fault(RD(1, P(3)), EV(F_WALK_EABT, .class = CLASS_TT, .fetch = VOID + 8));
	}
	ROW("T-WLK-13", S1) { cd(IPS, 2); fault(RD(1, 0x8101200000), EV(F_ADDR_SIZE)); }
	ROW("T-WLK-14", S1) { cd(IPS, 2); fault(RD(1, P(32)), EV(F_ADDR_SIZE)); }
	ROW("T-WLK-15", S1) { cd(IPS, 2); fault(WR(1, P(33)), EV(F_ADDR_SIZE)); }
	ROW("T-WLK-16", S1) pa(RD(1, P(32) + 5), 0x10000000005);
	ROW("T-WLK-27", S1 | NEED(PMCG_LOCAL)) {
		cd(T0SZ, 0x22);
		cd_address(TTB0, 0x82400000);
		poke64(0x82400008, 0x82401003);
		poke64(0x82401028, 0x960000f43);
		count_reads();
		pa(RD(1, 0x205678), 0x960000678);
		expect_reads(2, 2);
	}
	ROW("T-WLK-29", S1) { cd_address(TTB0, 0x82000ff0); pa(RD(1, P(3)), OUT); }
}

static void walk_16k(void)
{
	uint64_t needs = S1 | NEED(GRAN16K) | NEED(PMCG_LOCAL);

	ROW("T-WLK-20", needs) {
		cd(TG0, 2);
		cd(T0SZ, 0x1c);
		cd_address(TTB0, 0x82100000);
		poke64(0x82100488, 0x82104003);
		poke64(0x821068a8, 0x920008f43);
		count_reads();
		pa(RD(1, 0x123456789), 0x92000a789);
		expect_reads(2, 2);
	}
	ROW("T-WLK-21", needs) {
		cd(TG0, 2);
		cd(T0SZ, 0x1c);
		cd_address(TTB0, 0x82100000);
		poke64(0x82100488, 0x93e000f41);
		pa(RD(1, 0x123456789), 0x93f456789);
	}
	ROW("T-WLK-22", needs) {
		cd(TG0, 2);
		cd(T0SZ, 0x10);
		cd_address(TTB0, 0x82140000);
		poke64(0x82140008, 0x82144003);
		poke64(0x82144000, 0x82100003);
		poke64(0x82100488, 0x82104003);
		poke64(0x821068a8, 0x920008f43);
		count_reads();
		pa(RD(1, 0x800123456789), 0x92000a789);
		expect_reads(4, 4);
	}
	ROW("T-WLK-23", needs) {
		cd(TG0, 2);
		cd(T0SZ, 0x11);
		cd_address(TTB0, 0x82144000);
		poke64(0x82144000, 0x93e000f41);
		fault(RD(1, 0x123456789), EV(F_TRANSLATION));
	}
	ROW("T-WLK-28", needs) {
		cd(TG0, 2);
		cd(T0SZ, 0x27);
		cd_address(TTB0, 0x82110000);
		poke64(0x82110018, 0x920010f43);
		count_reads();
		pa(RD(1, 0xc123), 0x920010123);
		expect_reads(1, 1);
	}
}

static void walk_64k(void)
{
	uint64_t needs = S1 | NEED(GRAN64K) | NEED(PMCG_LOCAL);

	ROW("T-WLK-25", needs) {
		cd(TG0, 1);
		cd(T0SZ, 0x16);
		cd_address(TTB0, 0x82200000);
		poke64(0x82200080, 0x940000f41);
		pa(RD(1, 0x212345678), 0x952345678);
	}
	ROW("T-WLK-26", needs) {
		cd(TG0, 1);
		cd(T0SZ, 0x10);
		cd_address(TTB0, 0x82240000);
		poke64(0x82240000, 0x82200003);
		poke64(0x82200080, 0x82210003);
		poke64(0x822191a0, 0x930000f43);
		count_reads();
		pa(RD(1, 0x212345678), 0x930005678);
		expect_reads(3, 3);
	}
}

static void permissions(void)
{
	ROW("T-PRM-01", S1) pa(WR(1, P(3)), OUT);
	ROW("T-PRM-02", S1) fault(WR(1, P(4)), EV(F_PERMISSION));
	ROW("T-PRM-03", S1) fault(RD(1, P(5)), EV(F_PERMISSION));
	ROW("T-PRM-04", S1) pa(WR(1, P(5), PRIV), O(5));
	ROW("T-PRM-06", S1) pa(RD(1, P(6), PRIV), O(6));
	ROW("T-PRM-08", S1) fault(RD(1, P(3), IND, PRIV), EV(F_PERMISSION));
	ROW("T-PRM-09", S1) fault(RD(1, P(9), IND), EV(F_PERMISSION));
	ROW("T-PRM-10", S1) fault(RD(1, P(13), IND), EV(F_PERMISSION));
	ROW("T-PRM-11", S1) pa(RD(1, P(13), IND, PRIV), O(13));
	ROW("T-PRM-12", S1) fault(RD(1, P(14), IND, PRIV), EV(F_PERMISSION));
	ROW("T-PRM-13", S1) pa(RD(1, P(14), IND), O(14));
	ROW("T-PRM-14", S1) pa(RD(1, P(5), IND), O(5));
	ROW("T-PRM-15", S1) { cd(WXN, 1); fault(RD(1, P(3), IND), EV(F_PERMISSION)); }
	ROW("T-PRM-16", S1) { cd(WXN, 1); pa(RD(1, P(4), IND, PRIV), O(4)); }
	ROW("T-PRM-18", S1) { cd(PAN, 1); pa(RD(1, P(5), PRIV), O(5)); }
	ROW("T-PRM-19", S1) { cd(PAN, 1); pa(RD(1, P(3)), OUT); }
	ROW("T-PRM-19a", S1) { cd(PAN, 1); fault(RD(1, P(3), PRIV), EV(F_PERMISSION)); }
	ROW("T-PRM-20", S1) fault(WR(1, 0x8100a03000), EV(F_PERMISSION));
	ROW("T-PRM-21", S1) pa(RD(1, 0x8100a03000), OUT);
	ROW("T-PRM-22", S1 | NEED(HAD_FIELD)) { cd(HAD0, 1); pa(WR(1, 0x8100a03000), OUT); }
	ROW("T-PRM-23", S1) fault(RD(1, 0x8100c03000), EV(F_PERMISSION));
	ROW("T-PRM-24", S1) pa(RD(1, 0x8100c03000, PRIV), OUT);
	ROW("T-PRM-25", S1) fault(RD(1, 0x8100e03000, IND), EV(F_PERMISSION));
	ROW("T-PRM-26", S1 | NEED(HAD_FIELD)) { cd(HAD0, 1); pa(RD(1, 0x8100e03000, IND), OUT); }
	ROW("T-PRM-38", S1) fault(WR(1, P(12)), EV(F_ACCESS));
	ROW("T-PRM-40", S1 | NEED(E0PD_FIELD)) { cd(E0PD0, 1); fault(RD(1, P(3)), EV(F_TRANSLATION)); }
	ROW("T-PRM-41", S1 | NEED(E0PD_FIELD)) { cd(E0PD0, 1); pa(RD(1, P(3), PRIV), OUT); }
	ROW("T-PRM-43", S1) fault(WR(1, P(4), IND), EV(F_PERMISSION)); /* a write is data, whatever the master says */
}

static void overridden_permissions(void)
{
	uint64_t overrides = S1 | NEED(ATTR_PERMS), hyp = S1 | NEED(HYP);

	ROW("T-PRM-27", overrides) { ste(1, PRIVCFG, 3); pa(WR(1, P(5)), O(5)); }
	ROW("T-PRM-28", overrides) { ste(1, PRIVCFG, 2); fault(RD(1, P(6), PRIV), EV(F_PERMISSION, .pnu = IS(0))); }
	ROW("T-PRM-29", overrides) { ste(1, INSTCFG, 3); fault(RD(1, P(9)), EV(F_PERMISSION, .ind = IS(1))); }
	ROW("T-PRM-31", overrides) { ste(1, INSTCFG, 3); pa(WR(1, P(9)), O(9)); }
	ROW("T-PRM-42", overrides) { ste(1, INSTCFG, 3); fault(WR(1, P(4)), EV(F_PERMISSION)); }
	ROW("T-PRM-33", hyp) { ste(1, STRW, 2); pa(RD(1, P(5)), O(5)); }
	ROW("T-PRM-35", hyp) { ste(1, STRW, 2); cd(PAN, 1); pa(RD(1, P(3), PRIV), OUT); }
	ROW("T-PRM-36", hyp) { ste(1, STRW, 2); setup.cr2 |= 1; fault(RD(1, P(5)), EV(F_PERMISSION)); }
	ROW("T-PRM-39", hyp) {
		ste(1, STRW, 2);
		setup.cr2 |= 1;
		cd(PAN, 1);
		fault(RD(1, P(3), PRIV), EV(F_PERMISSION));
	}
}

static void updates(void)
{
	uint64_t httu = S1 | NEED(HTTU_FULL), s2 = NEED(S2P) | NEED(HTTU_FULL);

	ROW("T-HTT-02", S1) {
		cd(AFFD, 1);
		pa(RD(1, P(7)), O(7));
		expect64(peek64(L3(7)), 0x912349b43, "the descriptor");
	}
	ROW("T-HTT-03", httu) {
		cd(HA, 1);
		pa(RD(1, P(7)), O(7));
		expect64(peek64(L3(7)), 0x912349f43, "the descriptor with AF");
	}
	ROW("T-HTT-04", httu) {
		cd(HA, 1);
		cd(HD, 1);
		pa(WR(1, P(10)), O(10));
		expect64(peek64(L3(10)), 0x800091234cf43, "the descriptor without bit 7");
	}
	ROW("T-HTT-05", httu) {
		cd(HA, 1);
		cd(HD, 1);
		pa(RD(1, P(10)), O(10));
		expect64(peek64(L3(10)), 0x800091234cfc3, "the descriptor");
	}
	ROW("T-HTT-06", httu) { cd(HA, 1); fault(WR(1, P(10)), EV(F_PERMISSION)); }
	ROW("T-HTT-07", httu) { cd(HD, 1); fault(WR(1, P(10)), EV(F_PERMISSION)); }
	ROW("T-HTT-08", httu) { /* APTable forbids the write: no dirty update */
		cd(HA, 1);
		cd(HD, 1);
		fault(WR(1, 0x8100a0a000), EV(F_PERMISSION));
		expect64(peek64(L3(10)), 0x800091234cfc3, "the descriptor");
	}
	ROW("T-HTT-10", s2) {
		ste(2, S2HA, 1);
		poke64(0x84021018, 0xc000033ff);
		pa(RD(2, P(3)), 0xc00003000);
		expect64(peek64(0x84021018), 0xc000037ff, "the stage-2 descriptor with AF");
	}
	ROW("T-HTT-11", s2) {
		ste(2, S2HA, 1);
		ste(2, S2HD, 1);
		poke64(0x84021018, 0x8000c0000377f);
		pa(WR(2, P(3)), 0xc00003000);
		expect64(peek64(0x84021018), 0x8000c000037ff, "the stage-2 descriptor with bit 7");
	}
	ROW("T-HTT-12", httu | s2) {
		cd3(HA, 1);
		poke64(0x84000010, 0x8000077d);
		fault(RD(3, P(7)), EV(F_PERMISSION, .s2 = true, .class = CLASS_TT, .ttrnw = IS(0), .ipa = 0x82003000));
	}
	ROW("T-HTT-13", NEED_NESTED) { poke64(0x84000010, 0x8000077d); pa(RD(3, P(3)), 0xb00005000); }
}

void rows_stage1(void)
{
	walk_4k();
	walk_16k();
	walk_64k();
	permissions();
	overridden_permissions();
	updates();
}
