/* SPDX-License-Identifier: Apache-2.0
 * Data through the SMMU: 1 byte to 64 KiB at odd addresses over scattered pages, transfers into a missing page, all
 * StreamIDs and SubstreamIDs the identification registers offer. */
#include "conformance.h"

#include <string.h>

#define FIRST 64u /* pages 64 to 95 of the region of PAGE() belong to these rows */
#define PAGES 32u
#define FRAMES UINT64_C(0x8a000000)
#define BIG 0x10000u

static uint8_t out[BIG + 64], in[BIG + 64];

/* Neighbouring pages lie far apart and backwards, so that a wrong page shows. */
static uint64_t frame(unsigned page) { return FRAMES + (PAGES - 1 - page) * UINT64_C(0x3000); }

static void scatter(bool stage2)
{
	for (unsigned i = 0; i < PAGES; i++) {
		remember(frame(i), 0x1000);
		if (stage2)
			poke64(UINT64_C(0x84021000) + 8 * (FIRST + i), frame(i) | 0x7ff);
		else
			poke64(L3(FIRST + i), frame(i) | 0xf43);
	}
}

static void fill_pattern(uint32_t bytes)
{
	static uint32_t state = 1;

	for (uint32_t i = 0; i < bytes; i++) {
		state = state * 1664525u + 1013904223u;
		out[i] = (uint8_t)(state >> 24);
	}
}

static bool pages_hold(uint32_t offset, uint32_t bytes, bool mapped)
{
	for (uint32_t i = 0; i < bytes; i++) {
		uint32_t at = offset + i;
		uint64_t target = mapped ? frame(at / 0x1000) + at % 0x1000 : FRAMES + at;
		if (*host(target) != out[i])
			return false;
	}
	return true;
}

static void transfer(uint32_t sid, uint64_t iova, uint32_t offset, uint32_t bytes, bool mapped)
{
	fill_pattern(bytes);
	if (dma(WR(sid, iova + offset), out, bytes, NULL) != TANDEM_TXN_OK)
		fail("a write of %u bytes at offset 0x%x does not end with OK", bytes, offset);
	if (!pages_hold(offset, bytes, mapped))
		fail("a write of %u bytes at offset 0x%x moved wrong bytes", bytes, offset);
	memset(in, 0xee, sizeof in);
	if (dma(RD(sid, iova + offset), in + 8, bytes, NULL) != TANDEM_TXN_OK)
		fail("a read of %u bytes at offset 0x%x does not end with OK", bytes, offset);
	if (memcmp(in + 8, out, bytes) != 0 || in[7] != 0xee || in[8 + bytes] != 0xee)
		fail("a read of %u bytes at offset 0x%x moved wrong bytes", bytes, offset);
}

static void all_sizes(uint32_t sid, uint64_t iova, bool mapped)
{
	static const uint32_t sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 127, 255, 256, 257, 511, 1000, 2047, 2048,
					  2049, 4095, 4096, 4097, 8191, 10000, 12289, 32768, 65535, 65536 };
	static const uint32_t offsets[] = { 0, 1, 3, 0x7fd, 0xff9, 0xfff, 0x1ffe };

	for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		for (unsigned k = 0; k < sizeof offsets / sizeof offsets[0]; k++)
			transfer(sid, iova, offsets[k], sizes[i], mapped);
	}
}

/* Bytes next to a write stay as they were. */
static void neighbours(void)
{
	for (uint32_t offset = 0; offset < 24; offset++) {
		for (uint32_t bytes = 1; bytes < 20; bytes++) {
			uint8_t *page = host(frame(2));
			memset(page, 0xee, 64);
			fill_pattern(bytes);
			dma(WR(1, PAGE(FIRST + 2) + offset), out, bytes, NULL);
			bool good = memcmp(page + offset, out, bytes) == 0 && page[offset + bytes] == 0xee;
			for (uint32_t i = 0; i < offset; i++)
				good = good && page[i] == 0xee;
			if (!good)
				fail("a write of %u bytes at offset %u touches its neighbours", bytes, offset);
		}
	}
}

static void sizes_and_alignment(void)
{
	ROW("D-DATA-BYPASS", ANY) { start(); remember(FRAMES, 0x20000); all_sizes(4, FRAMES, false); }
	ROW("D-DATA-S1", NEED(S1P)) { scatter(false); start(); all_sizes(1, PAGE(FIRST), true); }
	ROW("D-DATA-S2", NEED(S2P)) { scatter(true); start(); all_sizes(2, PAGE(FIRST), true); }
	ROW("D-DATA-NEIGHBOURS", NEED(S1P)) { scatter(false); start(); neighbours(); }
}

/* Page 1 is missing. What came before may have moved, the rest must not. */
static void into_missing_page(bool write, uint32_t offset, uint32_t bytes)
{
	struct txn t = write ? WR(1, PAGE(FIRST) + offset) : RD(1, PAGE(FIRST) + offset);
	struct txn piece = t;

	memset(host(frame(1)), 0xdd, 0x1000);
	memset(host(frame(2)), 0xdd, 0x1000);
	fill_pattern(bytes);
	tandem_txn_status status = dma(t, out, bytes, NULL);
	if (status != TANDEM_TXN_ABORT)
		fail("%u bytes from offset 0x%x into a missing page end with %s", bytes, offset, status_name(status));
	piece.iova = PAGE(FIRST + 1);
	expect_event(piece, EV(F_TRANSLATION), NULL);
	for (uint32_t i = 0; i < 0x1000; i++) {
		if (*host(frame(1) + i) != 0xdd || *host(frame(2) + i) != 0xdd) {
			fail("%u bytes from offset 0x%x into a missing page were written behind it", bytes, offset);
			break;
		}
	}
	struct record record;
	while (!queue_is_empty() && take_record(&record))
		expect(record.word[2] >= PAGE(FIRST + 1) && record.word[2] < PAGE(FIRST + 2), "further records are of the missing page");
}

static void missing_pages(void)
{
	ROW("D-DATA-MISSING", NEED(S1P)) {
		scatter(false);
		poke64(L3(FIRST + 1), 0);
		for (int write = 0; write < 2; write++) {
			into_missing_page(write, 0xfff, 2);
			into_missing_page(write, 0xffd, 7);
			into_missing_page(write, 0x800, 0x1000);
			into_missing_page(write, 0x123, 0x2000);
			into_missing_page(write, 0, 0x3000);
		}
	}
	ROW("D-DATA-EDGE", NEED(S1P)) { /* the last bytes before a missing page, the first behind it */
		scatter(false);
		poke64(L3(FIRST + 1), 0);
		start();
		transfer(1, PAGE(FIRST), 0xff9, 7, true);
		transfer(1, PAGE(FIRST), 0x2000, 9, true);
	}
	ROW("D-DATA-BUS-ERROR", ANY) { /* memory missing behind a bypassed stream: an abort without a record */
		abort_silent(RD(4, VOID));
		abort_silent(WR(4, VOID));
	}
	ROW("D-DATA-TOP", ANY) { /* at the end of the address space, and across it: aborts, nothing hangs */
		setup.cr0 &= ~1u;
		start();
		expect(dma(RD(4, ~UINT64_C(0)), in, 1, NULL) == TANDEM_TXN_ABORT, "the last byte");
		expect(dma(WR(4, ~UINT64_C(7)), out, 64, NULL) == TANDEM_TXN_ABORT, "across the end");
		expect(dma(RD(4, UINT64_C(0xfffffffffff8)), in, 64, NULL) == TANDEM_TXN_ABORT, "across the end of OAS");
		expect_no_event();
	}
	ROW("D-DATA-MIXED", NEED(S1P)) { /* page 1 without memory behind it: an abort without a record */
		scatter(false);
		poke64(L3(FIRST + 1), VOID | 0xf43);
		start();
		expect(dma(WR(1, PAGE(FIRST) + 0x800), out, 0x1000, NULL) == TANDEM_TXN_ABORT, "the write aborts");
		expect_no_event();
	}
}

#define TABLE UINT64_C(0x8c000000) /* 64 MiB aligned */
static void streams(void)
{
	ROW("D-SID-ALL", ANY) { /* a linear table for every StreamID; bits above SIDSIZE must not alias */
		unsigned bits = idr(1) & 0x3f;
		uint32_t count;
		if (bits > 16)
			bits = 16;
		count = 1u << bits;
		setup.strtab_base = TABLE;
		setup.strtab_cfg = (idr(1) & 0x3f) <= 16 ? 20 : 16; /* LOG2SIZE above SIDSIZE: SIDSIZE decides */
		remember(TABLE, UINT64_C(64) << bits);
		for (uint32_t sid = 0; sid < count; sid += 97)
			poke64(TABLE + UINT64_C(64) * sid, 9); /* V, Config = bypass */
		poke64(TABLE + UINT64_C(64) * (count - 1), 9);
		for (uint32_t sid = 0; sid < count; sid += 97)
			pa(RD(sid, 0x87654320), 0x87654320);
		pa(RD(count - 1, 0x87654320), 0x87654320);
		for (uint32_t sid = 98; sid + 1 < count; sid += 9700)
			fault(RD(sid, 0x87654320), EV(C_BAD_STE));
		fault(RD(count, 0x87654320), EV(C_BAD_STREAMID));
		fault(RD(count + 97, 0x87654320), EV(C_BAD_STREAMID));
		fault(RD(0x80000000, 0x87654320), EV(C_BAD_STREAMID));
		fault(RD(0xffffffff, 0x87654320), EV(C_BAD_STREAMID));
	}
	ROW("D-SID-ONE", ANY) { /* LOG2SIZE = 0: one stream */
		setup.strtab_base = TABLE;
		setup.strtab_cfg = 0;
		poke64(TABLE, 9);
		poke64(TABLE + 64, 9);
		pa(RD(0, 0x87654320), 0x87654320);
		fault(RD(1, 0x87654320), EV(C_BAD_STREAMID));
	}
}

/* Two level-3 tables, so that even and odd SubstreamIDs see another page at the same address. */
static uint64_t page_of(uint32_t ssid) { return FRAMES + (ssid % 2) * UINT64_C(0x1000); }

static void two_spaces(void)
{
	for (unsigned i = 0; i < 2; i++) {
		uint64_t table = 0x82800000 + i * UINT64_C(0x10000);
		poke64(table + 8, (table + 0x1000) | 3);
		poke64(table + 0x1020, (table + 0x2000) | 3);
		poke64(table + 0x2018, (table + 0x3000) | 3);
		poke64(table + 0x3018, page_of(i) | 0xf43);
	}
}

static void fill_cd(uint64_t at, uint32_t ssid)
{
	uint64_t word0 = 16 | 1u << 30 | UINT64_C(1) << 31 | UINT64_C(5) << 32 | UINT64_C(1) << 41 | UINT64_C(3) << 45 |
			 (uint64_t)(ssid + 1) << 48; /* T0SZ, EPD1, V, IPS, AA64, R and A, ASID */
	uint64_t word1 = 0x82800000 + (ssid % 2) * UINT64_C(0x10000);

	memcpy(host(at), &word0, 8);
	memcpy(host(at + 8), &word1, 8);
	memset(host(at + 24), 0xff, 1);
}

static void check_substreams(unsigned bits)
{
	for (uint32_t ssid = 0; ssid < 1u << bits; ssid += ssid < 70 ? 1 : 37)
		pa(RD(6, PAGE(3), SSID(ssid)), page_of(ssid));
	pa(WR(6, PAGE(3), SSID((1u << bits) - 1)), page_of((1u << bits) - 1));
	fault(RD(6, PAGE(3), SSID(1u << bits)), EV(C_BAD_SUBSTREAMID));
	fault(RD(6, PAGE(3), SSID(0xfffff)), EV(C_BAD_SUBSTREAMID));
}

static void substreams(void)
{
	unsigned bits = idr(1) >> 6 & 0x1f;
	if (bits > 10)
		bits = 10;

	for (unsigned format = 0; format < 3; format++) {
		static const char *const names[] = { "D-SSID-LINEAR", "D-SSID-4K", "D-SSID-64K" };
		ROW(names[format], NEED(S1P) | NEED(SSIDSIZE_2) | (format != 0 ? NEED(CD2L) : 0)) {
			uint64_t leaves = 0x8b000000;
			two_spaces();
			ste(6, S1Fmt, format);
			ste(6, S1CDMax, bits);
			ste_address(6, S1ContextPtr, format == 0 ? leaves : 0x8b800000);
			remember(leaves, UINT64_C(64) << bits);
			for (uint32_t ssid = 0; ssid < 1u << bits; ssid++)
				fill_cd(leaves + UINT64_C(64) * ssid, ssid);
			unsigned split = format == 1 ? 6 : 10;
			for (uint32_t i = 0; format != 0 && i < (bits > split ? 1u << (bits - split) : 1); i++)
				poke64(0x8b800000 + 8 * i, (leaves + (UINT64_C(64) << split) * i) | 1);
			check_substreams(bits);
		}
	}
}

void driver_data(void)
{
	sizes_and_alignment();
	missing_pages();
	streams();
	substreams();
}
