/* SPDX-License-Identifier: Apache-2.0
 * Rows T-GBP, T-STR, T-STE, T-SSID: bypass, stream table, STE, substreams.
 * An external abort on a table read is provoked by putting that table where no memory is; FetchAddr is then its address.
 * Left out: translation requests (T-GBP-05), which tandem.h cannot send. */
#include "conformance.h"

#define VA3 PAGE(3)
#define S1 NEED(S1P)
#define S2 NEED(S2P)

static void bypass(void)
{
	ROW("T-GBP-01", ANY) { setup.cr0 &= ~1u; pa(RD(1, 0x8100603010), 0x8100603010); pa(RD(1, 0x81603010), 0x81603010); }
	ROW("T-GBP-03", ANY) { setup.cr0 &= ~1u; abort_silent(RD(1, 0x1000000000000)); }
	ROW("T-GBP-04", ANY) { setup.cr0 &= ~1u; pa(RD(0xffff, 0x1000), 0x1000); pa(RD(0xffffffff, 0x87654320), 0x87654320); }
	ROW("T-GBP-06", ANY) {
		setup.cr0 &= ~1u;
		start();
		wr32(GBPA, 0x00101000); /* ABORT without Update */
		expect64(rd32(GBPA), 0x1000, "GBPA after a write without Update");
		pa(RD(1, 0x87005000), 0x87005000);
	}
	ROW("T-GBP-07", ANY) {
		setup.cr0 &= ~1u;
		start();
		wr32(GBPA, 0x80101000);
		expect(wait32(GBPA, 0x80000000u, 0), "GBPA.Update clears");
		abort_silent(RD(1, 0x87005000));
		wr32(GBPA, 0x80001000);
		expect(wait32(GBPA, 0x80000000u, 0), "GBPA.Update clears");
		pa(RD(1, 0x87005000), 0x87005000);
	}
	ROW("T-GBP-08", NEED(HAS_ATS)) { setup.cr0 &= ~1u; fault(RD(1, 0x9000, TRANSLATED), EV(F_TRANSL_FORBIDDEN)); }
}

static void two_level(unsigned split)
{
	setup.strtab_base = 0x80200000;
	setup.strtab_cfg = 1u << 16 | split << 6 | 10;
}

static void bypass_ste(uint64_t at)
{
	new_ste(at);
	put_bits(at, Config, 4);
}

#define T2L (NEED(TWO_LEVEL) | NEED(SIDSIZE_OVER_9))
static void stream_table(void)
{
	ROW("T-STR-01", ANY) fault(RD(0x3f, 0x1000), EV(C_BAD_STE));
	ROW("T-STR-03", ANY) { setup.cr2 &= ~2u; abort_silent(RD(0x40, 0x1000)); }
	ROW("T-STR-04", ANY) fault(RD(0x40, 0x1000, SSID(9)), EV(C_BAD_STREAMID));
	ROW("T-STR-05", ANY) { setup.strtab_base = VOID; fault(RD(1, VA3), EV(F_STE_FETCH, .fetch = VOID + 64 * hw_sid(1))); }
	ROW("T-STR-05a", T2L) { /* the L1STD itself */
		two_level(6);
		setup.strtab_base = VOID;
		fault(RD(0xc5, VA3), EV(F_STE_FETCH, .fetch = VOID + 0x18));
	}
	ROW("T-STR-05b", T2L) { /* the STE behind an L1STD */
		two_level(6);
		poke64(0x80200018, VOID | 7);
		fault(RD(0xc5, VA3, SSID(3)), EV(F_STE_FETCH, .fetch = VOID + 5 * 64));
	}
	ROW("T-STR-06", ANY) { setup.strtab_base = 0x80000fc0; pa(RD(4, 0x5000), 0x5000); }
	ROW("T-STR-07", NEED(SIDSIZE_IS_6)) { setup.strtab_cfg = 0x14; fault(RD(0x40, 0), EV(C_BAD_STREAMID)); }
	ROW("T-STR-11", T2L) { two_level(6); fault(RD(0xc5, 0x7000), EV(C_BAD_STREAMID)); }
	ROW("T-STR-12", T2L) {
		two_level(6);
		poke64(0x80200018, 0x80210003);
		bypass_ste(0x802100c0);
		pa(RD(0xc3, 0x7000), 0x7000);
	}
	ROW("T-STR-13", T2L) {
		two_level(6);
		poke64(0x80200018, 0x80210003);
		bypass_ste(0x80210100);
		fault(RD(0xc4, 0x7000), EV(C_BAD_STREAMID));
	}
	ROW("T-STR-16", T2L) { two_level(6); poke64(0x80200018, 0x8021000c); fault(RD(0xc5, 0), EV(C_BAD_STREAMID)); }
	ROW("T-STR-16a", T2L) { /* Span > SPLIT + 1 */
		two_level(6);
		poke64(0x80200018, 0x80210008);
		bypass_ste(0x80210140);
		fault(RD(0xc5, 0), EV(C_BAD_STREAMID));
	}
	ROW("T-STR-17", T2L) {
		two_level(6);
		poke64(0x80200018, 0x80210001);
		bypass_ste(0x80210000);
		pa(RD(0xc0, 0x9000), 0x9000);
	}
	ROW("T-STR-19", T2L) { two_level(6); fault(RD(0x400, 0), EV(C_BAD_STREAMID)); }
	ROW("T-STR-20", T2L) {
		two_level(8);
		poke64(0x80200010, 0x80220009);
		bypass_ste(0x80221040);
		pa(RD(0x241, 0x3000), 0x3000);
	}
	ROW("T-STR-21", T2L) {
		two_level(7); /* reserved: 6 */
		poke64(0x80200018, 0x80210007);
		bypass_ste(0x80210140);
		pa(RD(0xc5, 0x7000), 0x7000);
	}
	ROW("T-STR-22", T2L) { /* SPLIT 10, LOG2SIZE 10: one L1STD; L2Ptr bits below the array's size are ignored */
		two_level(10);
		poke64(0x80200000, 0x8022ffc0 | 11);
		bypass_ste(0x80220000 + 64 * 0x3ff);
		pa(RD(0x3ff, 0x3000), 0x3000);
	}
}

static void ste_configs(void)
{
	ROW("T-STE-01", ANY) { ste(1, V, 0); fault(RD(1, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-02", ANY) abort_silent(RD(5, VA3));
	ROW("T-STE-02a", ANY) { /* reserved Config values behave as 0, illegal fields are not looked at */
		for (unsigned value = 1; value < 4; value++) {
			new_ste(STE(8 + value));
			ste(8 + value, Config, value);
			ste(8 + value, S1CDMax, 0x1f);
			ste(8 + value, S2T0SZ, 0x3f);
			abort_silent(RD(8 + value, VA3));
		}
	}
	ROW("T-STE-05", ANY) fault(RD(4, 0x1000000000000), EV(F_ADDR_SIZE));
	ROW("T-STE-06", NEED(NO_S1P)) fault(RD(1, VA3), EV(C_BAD_STE));
	ROW("T-STE-06a", NEED(NO_S2P)) { fault(RD(2, VA3), EV(C_BAD_STE)); fault(RD(3, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-09", S2) { ste(2, S2SL0, 3); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-11", S2) { ste(2, S2T0SZ, 0xf); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-12", S2) { ste(2, S2T0SZ, 0x14); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-13", S2) { ste(2, S2T0SZ, 0x1e); ste(2, S2SL0, 2); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-14", S2) { ste(2, S2PS, 2); ste_address(2, S2TTB, 0x10000000000); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-15", S2 | NEED(NO_16K)) { ste(2, S2TG, 2); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-17", S2 | NEED(STALL_NEVER)) { ste(2, S2S, 1); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-18", S2 | NEED(STALL_ALWAYS)) { ste(2, S2S, 0); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-19", S1 | NEED(STALL_NEVER)) { ste(1, S1STALLD, 1); fault(RD(1, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-20", S1 | NEED(HYP)) { ste(1, STRW, 1); fault(RD(1, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-22", NEED_NESTED) { ste(3, STRW, 3); pa(RD(3, VA3), 0xb00005000); }
	ROW("T-STE-23", S1) {
		ste(1, S2SL0, 3);
		ste(1, S2T0SZ, 0x3f);
		ste(1, S2AA64, 0);
		pa(RD(1, VA3 + 4), OUT + 4);
	}
	ROW("T-STE-24", S2) {
		ste(2, S1CDMax, 0x1f);
		ste(2, STRW, 1);
		ste(2, S1Fmt, 3);
		pa(RD(2, 0x80001000), 0x80001000);
	}
	ROW("T-STE-31", NEED_NESTED | NEED(HAS_ATS)) { ste(3, EATS, 1); ste(3, S2S, 1); fault(RD(3, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-33", NEED_NESTED | NEED(NS1ATS)) { ste(3, EATS, 2); fault(RD(3, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-34", NEED_NESTED | NEED(SPLIT_ATS)) { ste(3, EATS, 2); pa(RD(3, VA3), 0xb00005000); }
	ROW("T-STE-25", S1 | NEED(SSIDSIZE_2)) {
		ste(1, S1CDMax, (idr(1) >> 6 & 0x1f) + 1);
		fault(RD(1, VA3, SSID(0)), EV(C_BAD_STE));
	}
	ROW("T-STE-26", S1 | NEED(NO_CD2L) | NEED(SSIDSIZE_2)) {
		ste(6, S1Fmt, 2);
		fault(RD(6, VA3, SSID(1)), EV(C_BAD_STE));
		ste(6, S1Fmt, 1);
		command(CFGI_STE(6, 1));
		fault(RD(6, VA3, SSID(1)), EV(C_BAD_STE));
		ste(6, S1Fmt, 3); /* reserved: linear */
		command(CFGI_STE(6, 1));
		pa(RD(6, VA3, SSID(1)), OUT);
	}
	ROW("T-STE-27", S2 | NEED(HTTU_NONE)) { ste(2, S2HA, 1); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-28", S2 | NEED(HTTU_AF_ONLY)) { ste(2, S2HA, 1); ste(2, S2HD, 1); fault(RD(2, VA3), EV(C_BAD_STE)); }
	ROW("T-STE-35", S1 | NEED(NO_SUBSTREAMS)) { ste(1, S1CDMax, 0x1f); ste(1, S1Fmt, 2); pa(RD(1, VA3), OUT); }
}

#define SUB (NEED(S1P) | NEED(SSIDSIZE_2))
#define SUB2L (NEED(S1P) | NEED(SSIDSIZE_8) | NEED(CD2L))
static void substreams(void)
{
	ROW("T-SSID-01", S1) fault(RD(1, VA3, SSID(0)), EV(C_BAD_SUBSTREAMID));
	ROW("T-SSID-02", ANY) { fault(RD(4, VA3, SSID(5)), EV(C_BAD_SUBSTREAMID)); } /* bypass with a SubstreamID */
	ROW("T-SSID-02a", S2) { fault(RD(2, VA3, SSID(5)), EV(C_BAD_SUBSTREAMID)); } /* stage 2 only */
	ROW("T-SSID-03", SUB) fault(RD(6, VA3, SSID(4)), EV(C_BAD_SUBSTREAMID));
	ROW("T-SSID-04", SUB) fault(RD(6, VA3), EV(F_STREAM_DISABLED));
	ROW("T-SSID-05", SUB) { ste(6, S1DSS, 1); pa(RD(6, VA3), VA3); pa(RD(6, 0x87654320), 0x87654320); }
	ROW("T-SSID-06", SUB) { ste(6, S1DSS, 2); pa(RD(6, VA3), OUT); }
	ROW("T-SSID-07", SUB) { ste(6, S1DSS, 2); fault(RD(6, VA3, SSID(0)), EV(F_STREAM_DISABLED)); }
	ROW("T-SSID-08", SUB) { ste(6, S1DSS, 1); pa(RD(6, VA3, SSID(0)), OUT); }
	ROW("T-SSID-09", SUB) { ste(6, S1DSS, 3); fault(RD(6, VA3), EV(F_STREAM_DISABLED)); }
	ROW("T-SSID-10", SUB) { ste(6, S1DSS, 2); fault(RD(6, PAGE(8)), EV(F_TRANSLATION)); }
	ROW("T-SSID-12", NEED_NESTED | SUB) {
		ste(3, S1CDMax, 2);
		ste(3, S1DSS, 1);
		pa(RD(3, VA3 + 8), 0xc00003008);
	}
	ROW("T-SSID-14", SUB2L) {
		ste(6, S1Fmt, 1);
		ste(6, S1CDMax, 8);
		poke64(0x80104010, 0x80110000);
		fault(RD(6, VA3, SSID(0x89)), EV(C_BAD_SUBSTREAMID));
	}
	ROW("T-SSID-14a", SUB2L) { /* 4 KiB leaf: CD 0x89 is entry 9 behind L1CD 2 */
		ste(6, S1Fmt, 1);
		ste(6, S1CDMax, 8);
		poke64(0x80104010, 0x80110001);
		new_cd(0x80110000 + 64 * 9);
		pa(RD(6, VA3, SSID(0x89)), OUT);
	}
	ROW("T-SSID-15", SUB2L) {
		ste(6, S1Fmt, 2);
		ste(6, S1CDMax, 8);
		poke64(0x80104000, 0x80120001);
		new_cd(0x80122240);
		pa(RD(6, VA3, SSID(0x89)), OUT);
	}
	ROW("T-SSID-16", SUB2L) {
		ste(6, S1Fmt, 1);
		ste(6, S1CDMax, 8);
		ste_address(6, S1ContextPtr, VOID);
		fault(RD(6, VA3, SSID(0x89)), EV(F_CD_FETCH, .fetch = VOID + 0x10));
	}
	ROW("T-SSID-16a", SUB2L) { /* the CD behind a good L1CD */
		ste(6, S1Fmt, 1);
		ste(6, S1CDMax, 8);
		poke64(0x80104010, VOID | 1);
		fault(RD(6, VA3, SSID(0x89)), EV(F_CD_FETCH, .fetch = VOID + 64 * 9));
	}
	ROW("T-SSID-19", ANY) abort_silent(RD(5, 0x2000, SSID(7)));
	ROW("T-SSID-20", SUB) { ste(6, S1DSS, 2); pa(RD(6, VA3, SSID(1)), OUT); }
}

void rows_configuration(void)
{
	bypass();
	stream_table();
	ste_configs();
	substreams();
}
