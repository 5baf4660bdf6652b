/* SPDX-License-Identifier: Apache-2.0
 * More translations than any TLB holds, and random remapping with every form of invalidation. What the tables say after
 * each CMD_SYNC is the only legal answer, so every access is compared exactly. */
#include "conformance.h"

#define TABLES 16u
#define PAGES (TABLES * 512u)
#define BASE_VA UINT64_C(0x8101400000) /* level 2 entries 10 to 25 of the baseline's tables */
#define LEAVES UINT64_C(0x82900000)
#define FRAMES UINT64_C(0x8a000000)

static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(random_state >> 4) * limit >> 28);
}

static uint64_t va_of(uint32_t page) { return BASE_VA + UINT64_C(0x1000) * page; }
static uint64_t leaf_of(uint32_t page) { return LEAVES + UINT64_C(8) * page; }
static uint64_t frame_of(uint32_t frame) { return FRAMES + UINT64_C(0x1000) * frame; }
static uint64_t mark_of(uint32_t frame) { return UINT64_C(0xab00cd0000000000) + frame * UINT64_C(0x10001); }

static void build(void)
{
	remember(LEAVES, UINT64_C(8) * PAGES);
	for (uint32_t i = 0; i < TABLES; i++)
		poke64(0x82002050 + 8 * i, (LEAVES + UINT64_C(0x1000) * i) | 3);
	remember(LEAVES, UINT64_C(8) * PAGES);
	for (uint32_t page = 0; page < PAGES; page++)
		poke64(leaf_of(page), frame_of(page) | 0xf43);
	remember(FRAMES, UINT64_C(0x1000) * PAGES);
	for (uint32_t frame = 0; frame < PAGES; frame++)
		poke64(frame_of(frame), mark_of(frame));
}

/* The page's own descriptor decides: its frame's mark, or F_TRANSLATION. */
static bool check_page(uint32_t page)
{
	uint64_t leaf = peek64(leaf_of(page)), data = 0;
	tandem_txn_status status = dma(RD(1, va_of(page)), &data, 8, NULL);

	if ((leaf & 1) == 0) {
		if (status != TANDEM_TXN_ABORT)
			fail("page %u is unmapped, the access ends with %s", page, status_name(status));
		expect_event(RD(1, va_of(page)), EV(F_TRANSLATION), NULL);
		return status == TANDEM_TXN_ABORT;
	}
	uint32_t frame = (uint32_t)(((leaf & UINT64_C(0xfffff000)) - FRAMES) / 0x1000);
	if (status != TANDEM_TXN_OK || data != mark_of(frame)) {
		fail("page %u ends with %s and data 0x%llx, expected those of frame %u: 0x%llx", page, status_name(status),
		     (unsigned long long)data, frame, (unsigned long long)mark_of(frame));
		return false;
	}
	return true;
}

static void pressure(void)
{
	for (int round = 0; round < 2; round++) {
		for (uint32_t page = 0; page < PAGES; page += round == 0 ? 1 : 3) {
			if (!check_page(page))
				return;
		}
	}
}

static void change_page(uint32_t page)
{
	poke64(leaf_of(page), random_below(3) == 0 ? 0 : frame_of(random_below(PAGES)) | 0xf43);
}

/* NUM at [16:12], SCALE at [24:20]; TG at word 1 [11:10], TTL at [9:8], Leaf at [0]. */
static uint32_t invalidate_range(uint32_t first)
{
	uint32_t scale = random_below(4), num = random_below(32), ttl = random_below(2) != 0 ? 3 : 0;
	uint32_t count = (num + 1) << scale;

	if (num == 0 && scale == 0)
		ttl = 3; /* TTL = 0 would be illegal */
	uint64_t op = random_below(2) != 0 ? NH_VA | UINT64_C(0x11) << 48 : NH_VAA;
	command(op | (uint64_t)num << 12 | (uint64_t)scale << 20 | UINT64_C(1) << 32,
		va_of(first) | 1u << 10 | ttl << 8 | random_below(2));
	return count;
}

static uint32_t invalidate_somehow(uint32_t first)
{
	switch (random_below((idr(3) >> 10 & 1) != 0 ? 8 : 4)) {
	case 0: command(TLBI(NH_ASID, 1, 0x11, 0)); return PAGES;
	case 1: command(TLBI(NH_ALL, 1, 0, 0)); return PAGES;
	case 2: command(TLBI(NH_VA, 1, 0x11, va_of(first) | random_below(2))); return 1;
	case 3: command(TLBI(NH_VAA, 1, 0, va_of(first) | random_below(2))); return 1;
	default: return invalidate_range(first);
	}
}

/* Changes go only to pages that the invalidation just executed covered, while they are known not to be cached. */
static void remap_randomly(uint32_t steps)
{
	for (uint32_t step = 0; step < steps; step++) {
		uint32_t first = random_below(PAGES), touched[8], count = 1 + random_below(8);
		uint32_t reach[8];
		for (uint32_t i = 0; i < count; i++) { /* warm them, change them */
			touched[i] = (first + random_below(40)) % PAGES;
			reach[i] = touched[i] - first;
			if (!check_page(touched[i]))
				return;
		}
		uint64_t before[8];
		for (uint32_t i = 0; i < count; i++)
			before[i] = peek64(leaf_of(touched[i]));
		for (uint32_t i = 0; i < count; i++)
			change_page(touched[i]);
		uint32_t covered = invalidate_somehow(first);
		for (uint32_t i = count; i-- > 0;) { /* what was not covered goes back to what may be cached */
			if (reach[i] >= covered && covered != PAGES)
				poke64(leaf_of(touched[i]), before[i]);
		}
		for (uint32_t i = 0; i < count; i++) {
			if (!check_page(touched[i]) || !check_page(random_below(PAGES))) {
				note("step %u of first page %u, %u covered", step, first, covered);
				return;
			}
		}
	}
}

static void toggle_streams(uint32_t steps)
{
	for (uint32_t step = 0; step < steps; step++) {
		uint32_t sid = 64 + random_below(192), range = random_below(5), span = 2u << range;
		uint32_t from = sid & ~(span - 1), changed = from + random_below(span);
		uint64_t data = 0, word0 = random_below(2) != 0 ? 9 : random_below(2) != 0 ? 8 : 1; /* bypass, V = 0, abort */

		dma(RD(changed, 0x87654320), &data, 8, NULL);
		sync();
		set_eventq_cons(rd32(EVENTQ_PROD));
		wr32(EVENTQ_CONS, rd32(EVENTQ_PROD));
		poke64(STE(changed), word0);
		if (random_below(2) != 0)
			command(CFGI_STE(changed, 1));
		else
			command(CFGI_RANGE(sid, range));
		if (word0 == 9)
			pa(RD(changed, 0x87654320), 0x87654320);
		else if (word0 == 8)
			fault(RD(changed, 0x87654320), EV(C_BAD_STE));
		else
			abort_silent(RD(changed, 0x87654320));
	}
}

void driver_tlb(void)
{
	if (pass == PASS_RESET) { /* the slowest row; a second pass would do the same again */
		ROW("D-TLB-PRESSURE", NEED(S1P)) { build(); start(); pressure(); }
	}
	ROW("D-TLB-RANDOM", NEED(S1P)) { random_state = pass == PASS_RESET ? 7 : 8; build(); start(); remap_randomly(300); }
	ROW("D-CFG-RANDOM", ANY) {
		if ((idr(1) & 0x3f) < 8) {
			skip_row("fewer than 256 StreamIDs");
		} else {
			random_state = 11;
			setup.strtab_cfg = 8;
			remember(STRTAB, 256 * 64);
			start();
			toggle_streams(400);
		}
	}
}
