/* SPDX-License-Identifier: Apache-2.0
 * Rows T-TLB, T-CFG, T-E2H: what may stay cached and what an invalidation must remove. Rows with two legal answers accept
 * both. Left out: rows that need an access in flight while commands run (T-TLB-28, -29). */
#include "conformance.h"

#define S1 NEED(S1P)
#define N NEED_NESTED
#define P(i) PAGE(i)
#define VA3 PAGE(3)
#define NEW (OUT + 0xa000)
#define SYNC_AFTER(...) command(__VA_ARGS__)

static void remap_page3(void)
{
	once();
	pa(RD(1, VA3), OUT);
	poke64(L3(3), NEW | 0xf43);
}

static void by_command(void)
{
	ROW("T-TLB-01", S1) { remap_page3(); pa_or(RD(1, VA3), OUT, NEW); }
	ROW("T-TLB-02", S1) { remap_page3(); SYNC_AFTER(TLBI(NH_VA, 1, 0x11, VA3)); pa(RD(1, VA3), NEW); }
	ROW("T-TLB-02a", S1) { remap_page3(); SYNC_AFTER(TLBI(NH_VAA, 1, 0, VA3 | 1)); pa(RD(1, VA3), NEW); }
	ROW("T-TLB-04", S1) { remap_page3(); SYNC_AFTER(TLBI(NH_ASID, 1, 0x11, 0)); pa(RD(1, VA3), NEW); }
	ROW("T-TLB-05", S1) { remap_page3(); SYNC_AFTER(TLBI(NH_ALL, 1, 0, 0)); pa(RD(1, VA3), NEW); }
	ROW("T-TLB-06", S1) { remap_page3(); SYNC_AFTER(TLBI(NSNH_ALL, 0, 0, 0)); pa(RD(1, VA3), NEW); }
	ROW("T-TLB-07", N) { remap_page3(); SYNC_AFTER(TLBI(S12_VMALL, 1, 0, 0)); pa(RD(1, VA3), NEW); }
	ROW("T-TLB-08", S1) { remap_page3(); SYNC_AFTER(TLBI(NH_VA, 2, 0x11, VA3)); pa_or(RD(1, VA3), OUT, NEW); }
	ROW("T-TLB-09", S1 | NEED(HYP)) { remap_page3(); SYNC_AFTER(TLBI(EL2_ALL, 0, 0, 0)); pa_or(RD(1, VA3), OUT, NEW); }
	ROW("T-TLB-11", S1) {
		once();
		pa(RD(1, 0x8100812345), 0x980012345);
		poke64(0x82002020, 0);
		SYNC_AFTER(TLBI(NH_VA, 1, 0x11, 0x8100900000));
		fault(RD(1, 0x8100812345), EV(F_TRANSLATION));
		poke64(0x82002020, 0x9a0000f41);
		pa(RD(1, 0x8100812345), 0x9a0012345); /* an invalid descriptor is never cached */
	}
	ROW("T-TLB-13", S1) { /* a global entry may survive NH_ASID */
		once();
		poke64(L3(3), OUT | 0x743);
		pa(RD(1, VA3), OUT);
		poke64(L3(3), 0);
		SYNC_AFTER(TLBI(NH_ASID, 1, 0x11, 0));
		pa_or_event(RD(1, VA3), OUT, EV(F_TRANSLATION));
	}
	ROW("T-TLB-13a", S1) { /* but not NH_VA with any ASID */
		once();
		poke64(L3(3), OUT | 0x743);
		pa(RD(1, VA3), OUT);
		poke64(L3(3), 0);
		SYNC_AFTER(TLBI(NH_VA, 1, 0x99, VA3));
		fault(RD(1, VA3), EV(F_TRANSLATION));
	}
	ROW("T-TLB-15", N) {
		once();
		pa(RD(3, VA3), 0xb00005000);
		poke64(0x84011a28, 0);
		SYNC_AFTER(TLBI(S2_IPA, 3, 0, OUT));
		pa_or_event(RD(3, VA3), 0xb00005000, EV(F_TRANSLATION, .s2 = true, .ipa = OUT));
	}
	ROW("T-TLB-15a", N) { /* what drivers do: S2_IPA and NH_ALL */
		once();
		pa(RD(3, VA3), 0xb00005000);
		poke64(0x84011a28, 0);
		push(TLBI(S2_IPA, 3, 0, OUT));
		SYNC_AFTER(TLBI(NH_ALL, 3, 0, 0));
		fault(RD(3, VA3), EV(F_TRANSLATION, .s2 = true, .ipa = OUT));
	}
	ROW("T-TLB-16", NEED(S2P)) {
		once();
		pa(RD(2, VA3), 0xc00003000);
		poke64(0x84021018, 0);
		SYNC_AFTER(TLBI(S2_IPA, 2, 0, VA3));
		fault(RD(2, VA3), EV(F_TRANSLATION, .s2 = true, .ipa = VA3));
	}
	ROW("T-TLB-17", N) {
		once();
		pa(RD(3, VA3), 0xb00005000);
		poke64(0x84011a28, 0);
		SYNC_AFTER(TLBI(S12_VMALL, 3, 0, 0));
		fault(RD(3, VA3), EV(F_TRANSLATION, .s2 = true, .ipa = OUT));
	}
}

static void by_range(void)
{
	ROW("T-TLB-26", S1 | NEED(RIL)) {
		once();
		for (unsigned i = 16; i < 32; i++)
			pa(RD(1, P(i)), 0x950000000 + (i - 16) * UINT64_C(0x1000));
		for (unsigned i = 16; i < 32; i++)
			poke64(L3(i), (NEW + i * UINT64_C(0x1000)) | 0xf43);
		uint64_t num15 = UINT64_C(15) << 12, tg_4k = 1u << 10;
		SYNC_AFTER(NH_VA | num15 | UINT64_C(1) << 32 | UINT64_C(0x11) << 48, P(16) | tg_4k);
		for (unsigned i = 16; i < 32; i++)
			pa(RD(1, P(i)), NEW + i * UINT64_C(0x1000));
	}
	ROW("T-TLB-27", S1 | NEED(RIL)) { /* SCALE 3 at [24:20]: 8 pages from page 0 */
		remap_page3();
		SYNC_AFTER(NH_VA | UINT64_C(3) << 20 | UINT64_C(1) << 32 | UINT64_C(0x11) << 48, P(0) | 1u << 10);
		pa(RD(1, VA3), NEW);
	}
	ROW("T-TLB-27a", S1 | NEED(RIL)) { /* the last page of the range, leaf hint: level 3 at [9:8] */
		once();
		pa(RD(1, P(4)), OUT + 0x1000);
		poke64(L3(4), NEW | 0xfc3);
		SYNC_AFTER(NH_VA | UINT64_C(4) << 12 | UINT64_C(1) << 32 | UINT64_C(0x11) << 48, P(0) | 1u << 10 | 3u << 8 | 1);
		pa(RD(1, P(4)), NEW);
	}
}

static void by_rule(void)
{
	ROW("T-TLB-18", S1) { once(); fault(RD(1, P(8)), EV(F_TRANSLATION)); poke64(L3(8), NEW | 0xf43); pa(RD(1, P(8)), NEW); }
	ROW("T-TLB-19", S1) {
		once();
		fault(RD(1, P(7)), EV(F_ACCESS));
		poke64(L3(7), (OUT + 0x4000) | 0xf43);
		pa(RD(1, P(7)), OUT + 0x4000);
	}
	ROW("T-TLB-20", S1) { pa(RD(1, P(4)), OUT + 0x1000); fault(WR(1, P(4)), EV(F_PERMISSION)); }
	ROW("T-TLB-21", S1) { pa(RD(1, VA3), OUT); fault(RD(1, VA3, IND, PRIV), EV(F_PERMISSION)); }
	ROW("T-TLB-22", S1 | NEED(HTTU_FULL)) {
		cd(HA, 1);
		cd(HD, 1);
		pa(RD(1, P(10)), OUT + 0x7000);
		pa(WR(1, P(10)), OUT + 0x7000);
		expect64(peek64(L3(10)), 0x800091234cf43, "the descriptor without bit 7");
	}
	ROW("T-TLB-23", S1) {
		once();
		pa(RD(1, VA3), OUT);
		poke64(0x82002018, 0);
		SYNC_AFTER(TLBI(NH_VA, 1, 0x11, VA3 | 1));
		pa_or_event(RD(1, VA3), OUT, EV(F_TRANSLATION));
	}
	ROW("T-TLB-24", S1) { /* Leaf = 0 also removes cached tables */
		once();
		pa(RD(1, VA3), OUT);
		poke64(0x82002018, 0);
		SYNC_AFTER(TLBI(NH_VA, 1, 0x11, VA3));
		fault(RD(1, VA3), EV(F_TRANSLATION));
	}
	ROW("T-TLB-25", S1) { /* SID 7 shares VMID and ASID with SID 1 */
		remap_page3();
		new_ste(STE(7));
		ste(7, Config, 5);
		ste_address(7, S1ContextPtr, CD1);
		ste(7, S2VMID, 1);
		SYNC_AFTER(TLBI(NH_ASID, 1, 0x11, 0));
		pa(RD(7, VA3), NEW);
		pa(RD(1, VA3), NEW);
	}
	ROW("T-TLB-31", N) { /* S1 2 MiB block over S2 4 KiB pages: two neighbours with unrelated outputs */
		poke64(0x82002020, 0x912200f41);
		poke64(0x84011000 + 8 * 0x101, 0xb000077ff); /* IPA 0x9_1230_1000 */
		poke64(0x84011000 + 8 * 0x102, 0xb000017ff);
		poke64(0x84010488, 0x84011003);
		pa(RD(3, 0x8100901010), 0xb00007010);
		pa(RD(3, 0x8100902010), 0xb00001010);
	}
}

/* A stream like SID 1, with its own VMID, ASID and tables. */
static void another_stream(unsigned sid, uint64_t cd_at, uint64_t vmid)
{
	new_ste(STE(sid));
	ste(sid, Config, 5);
	ste_address(sid, S1ContextPtr, cd_at);
	ste(sid, S2VMID, vmid);
}

static void by_tag(void)
{
	ROW("T-TLB-30", S1 | NEED(VMW)) {
		once();
		setup.cr0 |= 1u << 6; /* VMW = 1: bit 0 of the VMID is ignored */
		ste(1, S2VMID, 2);
		another_stream(7, CD1, 3);
		pa(RD(1, VA3), OUT);
		pa(RD(7, VA3), OUT);
		poke64(L3(3), NEW | 0xf43);
		SYNC_AFTER(TLBI(NH_ALL, 2, 0, 0));
		pa(RD(1, VA3), NEW);
		pa(RD(7, VA3), NEW);
	}
	ROW("T-TLB-32", S1) { /* global entries are not shared between ASET = 1 and ASET = 0 */
		poke64(L3(3), OUT | 0x743);
		cd(ASET, 1);
		another_stream(7, 0x80108000, 1);
		new_cd(0x80108000);
		put_bits(0x80108000, ASID, 0x30);
		put_address(0x80108000, TTB0, 0x82800000);
		poke64(0x82800008, 0x82801003);
		poke64(0x82801020, 0x82802003);
		poke64(0x82802018, 0x82803003);
		poke64(0x82803018, NEW | 0xf43);
		pa(RD(1, VA3), OUT);
		pa(RD(7, VA3), NEW);
		pa(RD(1, VA3), OUT);
	}
	ROW("T-BTM-05", S1) { /* commands ignore ASET */
		once();
		cd(ASET, 1);
		pa(RD(1, VA3), OUT);
		poke64(L3(3), 0);
		SYNC_AFTER(TLBI(NH_ASID, 1, 0x11, 0));
		fault(RD(1, VA3), EV(F_TRANSLATION));
	}
	ROW("T-TLB-33", S1) { /* same VA, another ASID: never another stream's translation */
		another_stream(7, 0x80108000, 1);
		new_cd(0x80108000);
		put_bits(0x80108000, ASID, 0x30);
		put_address(0x80108000, TTB0, 0x82800000);
		pa(RD(1, VA3), OUT);
		fault(RD(7, VA3), EV(F_TRANSLATION));
	}
}

static void move_cd_of_sid1(void)
{
	ste_address(1, S1ContextPtr, 0x80108000);
	new_cd(0x80108000);
	put_bits(0x80108000, ASID, 0x30);
	put_address(0x80108000, TTB0, 0x82800000);
	poke64(0x82800008, 0x82801003);
	poke64(0x82801020, 0x82802003);
	poke64(0x82802018, 0x82803003);
	poke64(0x82803018, NEW | 0xf43);
}

#define SUB (NEED(S1P) | NEED(SSIDSIZE_2))
static void configuration_caches(void)
{
	ROW("T-CFG-01", ANY) { once(); pa(RD(4, 0x1000), 0x1000); ste(4, V, 0); SYNC_AFTER(CFGI_STE(4, 1)); fault(RD(4, 0x1000), EV(C_BAD_STE)); }
	ROW("T-CFG-02", ANY) { once(); pa(RD(4, 0x87001000), 0x87001000); ste(4, V, 0); pa_or_event(RD(4, 0x87001000), 0x87001000, EV(C_BAD_STE)); }
	ROW("T-CFG-03", SUB) {
		once();
		pa(RD(6, VA3, SSID(1)), OUT);
		put_bits(CD6(1), CD_V, 0);
		SYNC_AFTER(CFGI_CD(6, 1, 1));
		fault(RD(6, VA3, SSID(1)), EV(C_BAD_CD));
	}
	ROW("T-CFG-05", SUB) {
		once();
		pa(RD(6, VA3, SSID(1)), OUT);
		put_bits(CD6(1), CD_V, 0);
		SYNC_AFTER(CFGI_CD_ALL(6));
		fault(RD(6, VA3, SSID(1)), EV(C_BAD_CD));
	}
	ROW("T-CFG-06", S1) {
		once();
		pa(RD(1, VA3), OUT);
		move_cd_of_sid1();
		SYNC_AFTER(CFGI_STE(1, 1));
		pa(RD(1, VA3), NEW);
	}
	ROW("T-CFG-07", NEED(TWO_LEVEL) | NEED(SIDSIZE_OVER_9)) {
		once();
		setup.strtab_base = 0x80200000;
		setup.strtab_cfg = 1u << 16 | 6u << 6 | 10;
		fault(RD(0xc5, 0x7000), EV(C_BAD_STREAMID));
		poke64(0x80200018, 0x80210007);
		new_ste(0x80210140);
		put_bits(0x80210140, Config, 4);
		SYNC_AFTER(CFGI_STE(0xc5, 0));
		pa(RD(0xc5, 0x7000), 0x7000);
	}
	ROW("T-CFG-08", NEED(S1P) | NEED(SSIDSIZE_8) | NEED(CD2L)) {
		once();
		ste(6, S1Fmt, 1);
		ste(6, S1CDMax, 8);
		poke64(0x80104010, 0);
		fault(RD(6, VA3, SSID(0x89)), EV(C_BAD_SUBSTREAMID));
		new_cd(0x80110240);
		poke64(0x80104010, 0x80110001);
		SYNC_AFTER(CFGI_CD(6, 0x89, 0));
		pa(RD(6, VA3, SSID(0x89)), OUT);
	}
	ROW("T-CFG-09", NEED(S1P) | NEED(SSIDSIZE_8) | NEED(CD2L)) { /* Leaf = 1 may leave the L1CD: both answers are legal */
		struct record record;
		uint64_t data = 0;
		once();
		ste(6, S1Fmt, 1);
		ste(6, S1CDMax, 8);
		fault(RD(6, VA3, SSID(0x89)), EV(C_BAD_SUBSTREAMID));
		new_cd(0x80110240);
		poke64(0x80104010, 0x80110001);
		SYNC_AFTER(CFGI_CD(6, 0x89, 1));
		dma(RD(6, VA3, SSID(0x89)), &data, 8, NULL);
		sync();
		if (!queue_is_empty() && take_record(&record))
			expect64(record.word[0] & 0xff, C_BAD_SUBSTREAMID, "the event");
	}
	ROW("T-CFG-10", ANY) {
		once();
		for (unsigned sid = 0x10; sid < 0x20; sid++) {
			new_ste(STE(sid));
			ste(sid, Config, 4);
			pa(RD(sid, 0x87001000), 0x87001000);
		}
		for (unsigned sid = 0x10; sid < 0x20; sid++)
			ste(sid, V, 0);
		SYNC_AFTER(CFGI_RANGE(0x14, 3));
		for (unsigned sid = 0x10; sid < 0x20; sid++)
			fault(RD(sid, 0x87001000), EV(C_BAD_STE));
	}
	ROW("T-CFG-14", S1) {
		once();
		pa(RD(1, VA3), OUT);
		ste(1, V, 0);
		SYNC_AFTER(TLBI(NSNH_ALL, 0, 0, 0));
		pa_or_event(RD(1, VA3), OUT, EV(C_BAD_STE));
	}
}

static void el2_page3(bool e2h)
{
	once();
	ste(1, STRW, 2);
	setup.cr2 |= e2h;
	pa(RD(1, VA3), OUT);
	poke64(L3(3), 0);
}

static void el2_worlds(void)
{
	uint64_t hyp = NEED(S1P) | NEED(HYP);

	ROW("T-E2H-01", hyp) { el2_page3(false); SYNC_AFTER(TLBI(NSNH_ALL, 0, 0, 0)); pa_or_event(RD(1, VA3), OUT, EV(F_TRANSLATION)); }
	ROW("T-E2H-02", hyp) { el2_page3(false); SYNC_AFTER(TLBI(EL2_VA, 0, 0x77, VA3)); fault(RD(1, VA3), EV(F_TRANSLATION)); }
	ROW("T-E2H-03", hyp) { el2_page3(true); SYNC_AFTER(TLBI(EL2_ASID, 0, 0x11, 0)); fault(RD(1, VA3), EV(F_TRANSLATION)); }
	ROW("T-E2H-04", hyp) { el2_page3(true); SYNC_AFTER(TLBI(EL2_ASID, 0, 0x12, 0)); pa_or_event(RD(1, VA3), OUT, EV(F_TRANSLATION)); }
	ROW("T-E2H-05", hyp) { el2_page3(true); SYNC_AFTER(TLBI(EL2_ALL, 0, 0, 0)); fault(RD(1, VA3), EV(F_TRANSLATION)); }
}

void rows_caches(void)
{
	by_command();
	by_range();
	by_rule();
	by_tag();
	configuration_caches();
	el2_worlds();
}
