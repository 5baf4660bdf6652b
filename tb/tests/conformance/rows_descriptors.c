/* SPDX-License-Identifier: Apache-2.0
 * Rows T-CD, T-VA: context descriptors, input range and half select. */
#include "conformance.h"

#define VA3 PAGE(3)
#define S1 NEED(S1P)
#define BAD_CD fault(RD(1, VA3), EV(C_BAD_CD))

static void context_descriptors(void)
{
	ROW("T-CD-02", S1) { ste_address(1, S1ContextPtr, VOID); fault(RD(1, VA3), EV(F_CD_FETCH, .fetch = VOID)); }
	ROW("T-CD-04", S1) { cd(T0SZ, 0xf); BAD_CD; }
	ROW("T-CD-05", S1 | NEED(NO_STT)) { cd(T0SZ, 0x28); BAD_CD; }
	ROW("T-CD-06", S1 | NEED(NO_16K)) { cd(TG0, 2); BAD_CD; }
	ROW("T-CD-06a", S1) { cd(TG0, 3); BAD_CD; }
	ROW("T-CD-06b", S1) { cd(EPD1, 0); cd(TG1, 0); BAD_CD; } /* TG1 0 is reserved, TG0 0 is 4 KiB */
	ROW("T-CD-07", S1) { cd(IPS, 0); cd_address(TTB0, 0x182000000); BAD_CD; }
	ROW("T-CD-08", S1) {
		cd(T1SZ, 0);
		cd_address(TTB1, 0x4000000000000);
		pa(RD(1, VA3), OUT);
	}
	ROW("T-CD-09", S1) { cd(EPD1, 0); cd(T1SZ, 8); BAD_CD; }
	ROW("T-CD-10", S1 | NEED(TERM_ABORT_ONLY)) { cd(A, 0); BAD_CD; }
	ROW("T-CD-11", S1 | NEED(STALL_NEVER)) { cd(S, 1); BAD_CD; }
	ROW("T-CD-12", S1 | NEED(STALLS)) { cd(S, 1); ste(1, S1STALLD, 1); BAD_CD; }
	ROW("T-CD-13", S1 | NEED(STALL_ALWAYS)) { cd(S, 0); BAD_CD; }
	ROW("T-CD-14", S1 | NEED(HTTU_NONE)) { cd(HA, 1); BAD_CD; }
	ROW("T-CD-15", S1 | NEED(HTTU_AF_ONLY)) { cd(HA, 1); cd(HD, 1); BAD_CD; }
	ROW("T-CD-16", S1) { cd(R, 0); cd(CD_V, 0); BAD_CD; }
	ROW("T-CD-16a", S1) { cd(AA64, 0); BAD_CD; } /* TTF offers AArch64 only */
	ROW("T-CD-18", S1) { cd(IPS, 6); pa(RD(1, VA3), OUT); }
	ROW("T-CD-18a", S1) { cd(IPS, 7); pa(RD(1, VA3), OUT); }
	ROW("T-CD-19", NEED_NESTED) {
		ste_address(3, S1ContextPtr, 0x700000000);
		fault(RD(3, VA3), EV(F_TRANSLATION, .s2 = true, .class = CLASS_CD, .ipa = 0x700000000));
	}
	ROW("T-CD-20", NEED_NESTED) {
		poke64(0x84000010, 0x800007bd);
		fault(RD(3, VA3), EV(F_PERMISSION, .s2 = true, .class = CLASS_CD, .ipa = CD3));
	}
	ROW("T-CD-21", NEED_NESTED) { /* the level-2 table of the CD's page is where no memory is */
		poke64(0x84000010, VOID | 3);
		fault(RD(3, VA3), EV(F_WALK_EABT, .s2 = true, .class = CLASS_CD, .fetch = VOID));
	}
	ROW("T-CD-22", NEED_NESTED) { /* stage 2 maps the CD's page to a place without memory */
		ste_address(3, S1ContextPtr, 0x8100603040);
		poke64(0x84021018, (VOID + 0x3000) | 0x7ff);
		fault(RD(3, VA3), EV(F_CD_FETCH, .fetch = VOID + 0x3040));
	}
	ROW("T-CD-23", NEED_NESTED) {
		poke64(0x84000010, 0x800003fd);
		fault(RD(3, VA3), EV(F_ACCESS, .s2 = true, .class = CLASS_CD, .ipa = CD3));
	}
	ROW("T-CD-23a", NEED_NESTED | NEED(ATTR_PERMS)) { /* the record shows privilege and kind after the STE overrides */
		ste(3, PRIVCFG, 3);
		ste(3, INSTCFG, 2);
		poke64(0x84000010, 0x800003fd);
		fault(RD(3, VA3, IND), EV(F_ACCESS, .s2 = true, .class = CLASS_CD, .ipa = CD3, .ind = IS(0), .pnu = IS(1)));
	}
	ROW("T-CD-24", NEED_NESTED) {
		ste(3, S2PTW, 1);
		poke64(0x84000010, 0x800007c5);
		fault(RD(3, VA3), EV(F_PERMISSION, .s2 = true, .class = CLASS_CD, .ipa = CD3));
	}
	ROW("T-CD-25", NEED_NESTED) { poke64(0x84000010, 0x800007c5); pa(RD(3, VA3), 0xb00005000); }
	ROW("T-CD-26", S1 | NEED(HYP)) { ste(1, STRW, 2); cd(EPD0, 1); pa(RD(1, VA3), OUT); }
	ROW("T-CD-27", S1) { cd(EPD0, 1); fault(RD(1, VA3), EV(F_TRANSLATION)); } /* EL1: the half is disabled */
}

/* Half 1: one page at 0xffff_ffff_ffdf_0000. Indices of the VA: L0 511, L1 511, L2 510, L3 496. */
static void upper_half(void)
{
	cd(EPD1, 0);
	cd(T1SZ, 0x10);
	cd_address(TTB1, 0x82300000);
	poke64(0x82300ff8, 0x82301003);
	poke64(0x82301ff8, 0x82302003);
	poke64(0x82302ff0, 0x82303003);
	poke64(0x82303f80, 0x9abcdef43);
}

static void input_addresses(void)
{
	ROW("T-VA-01", S1) fault(RD(1, 0x1000000000000), EV(F_TRANSLATION));
	ROW("T-VA-03", S1) fault(RD(1, 0x5a00008100603000), EV(F_TRANSLATION));
	ROW("T-VA-04", S1) { cd(TBI, 1); pa(RD(1, 0x5a00008100603000), OUT); }
	ROW("T-VA-05", S1) { cd(TBI, 1); fault(RD(1, 0x5a00008100608000), EV(F_TRANSLATION)); }
	ROW("T-VA-06", S1) { cd(TBI, 1); fault(RD(1, 0x5a01008100603000), EV(F_TRANSLATION)); }
	ROW("T-VA-11", S1) { upper_half(); pa(RD(1, 0xffffffffffdf0044), 0x9abcde044); }
	ROW("T-VA-12", S1) { upper_half(); fault(RD(1, 0x00ffffffffdf0000), EV(F_TRANSLATION)); }
	ROW("T-VA-13", S1) { upper_half(); cd(TBI, 2); pa(RD(1, 0x00ffffffffdf0044), 0x9abcde044); }
	ROW("T-VA-14", S1) { upper_half(); cd(TBI, 1); fault(RD(1, 0x00ffffffffdf0044), EV(F_TRANSLATION)); }
	ROW("T-VA-16", S1) { cd(T0SZ, 0x19); cd_address(TTB0, 0x82001000); pa(RD(1, 0x100603000), OUT); }
	ROW("T-VA-17", S1 | NEED(HYP)) {
		ste(1, STRW, 2);
		cd(EPD1, 0);
		cd(T1SZ, 3);
		fault(RD(1, 0xffffffffffdf0000), EV(F_TRANSLATION));
	}
	ROW("T-VA-19", NEED(S2P)) fault(RD(2, 0x10000000000), EV(F_TRANSLATION, .s2 = true, .ipa = 0x10000000000));
	ROW("T-VA-20", NEED(S2P)) fault(RD(2, 0x1000000000000), EV(F_ADDR_SIZE)); /* above IAS: a stage-1 size fault */
}

void rows_descriptors(void)
{
	context_descriptors();
	input_addresses();
}
