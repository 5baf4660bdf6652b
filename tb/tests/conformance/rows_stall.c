/* SPDX-License-Identifier: Apache-2.0
 * Rows T-STL: the stall model. A stalled access is parked behind a ticket, so the program goes on meanwhile.
 * Left out: translation requests (T-STL-07). T-STL-25 uses an event queue without memory for the aborted write. */
#include "conformance.h"

#define P(i) PAGE(i)
#define STALL_S1 (NEED(S1P) | NEED(STALLABLE))
#define STALL_S2 (NEED(S2P) | NEED(STALLABLE))
#define OUTSIDE 0x700000000 /* IPA that stage 2 does not map */

static bool stall_page8(struct stalled *s)
{
	cd(S, 1);
	return stalls(RD(1, P(8)), EV(F_TRANSLATION), s);
}

static bool stall_stage2(struct stalled *s)
{
	ste(2, S2S, 1);
	return stalls(RD(2, OUTSIDE), EV(F_TRANSLATION, .s2 = true, .ipa = OUTSIDE), s);
}

static void expect_outcome(struct stalled *s, tandem_txn_status status)
{
	tandem_txn_status actual = outcome(s);

	if (actual != status)
		fail("the stalled access ended with %s, expected %s", status_name(actual), status_name(status));
	if (actual != TANDEM_TXN_STALLED && api.poll(platform, s->ticket) != TANDEM_TXN_TIMEOUT)
		fail("a second poll of an answered ticket is not TIMEOUT");
}

static void begin_and_answer(void)
{
	static struct stalled s, s2;

	ROW("T-STL-01", STALL_S1) { stall_page8(&s); expect(still_stalled(&s), "no response yet"); }
	ROW("T-STL-02", STALL_S1) { cd(S, 1); cd(R, 0); stalls(WR(1, P(4)), EV(F_PERMISSION), &s); }
	ROW("T-STL-03", STALL_S2) stall_stage2(&s);
	ROW("T-STL-05", NEED_NESTED | NEED(STALLABLE)) {
		cd3(S, 1);
		ste(3, S2S, 1);
		poke64(0x82001020, 0x700002003);
		stalls(RD(3, P(3)), EV(F_TRANSLATION, .s2 = true, .class = CLASS_TT, .ipa = 0x700002000), &s);
	}
	ROW("T-STL-06", STALL_S1) {
		cd(S, 1);
		cd_address(TTB0, VOID);
		fault(RD(1, P(3)), EV(F_WALK_EABT, .class = CLASS_TT, .fetch = VOID + 8));
	}
	ROW("T-STL-10", STALL_S1) {
		stall_page8(&s);
		poke64(L3(8), 0x912340f43 | 0xa000);
		poke64(0x91234a000, 0x7766554433221100);
		push(RESUME(1, s.stag, 1, 0));
		expect_outcome(&s, in_ram(0x91234a000, 8) ? TANDEM_TXN_OK : TANDEM_TXN_ABORT);
		if (in_ram(0x91234a000, 8))
			expect64(s.data[0], 0x7766554433221100, "the data of the retried read");
	}
	ROW("T-STL-11", STALL_S1) { stall_page8(&s); push(RESUME(1, s.stag, 0, 1)); expect_outcome(&s, TANDEM_TXN_ABORT); }
	ROW("T-STL-12", STALL_S1 | NEED(TERM_BOTH)) { /* Ac = 0, Ab = 0: RAZ/WI */
		stall_page8(&s);
		s.data[0] = ~UINT64_C(0);
		push(RESUME(1, s.stag, 0, 0));
		expect_outcome(&s, TANDEM_TXN_OK);
		expect64(s.data[0], 0, "the data of a RAZ/WI read");
	}
	ROW("T-STL-13", STALL_S1) {
		struct record record = { { 0 } };
		stall_page8(&s);
		push(RESUME(1, s.stag, 1, 0));
		expect_event(RD(1, P(8)), EV(F_TRANSLATION, .stall = true), &record);
		expect(still_stalled(&s), "stalled again");
	}
	ROW("T-STL-14", STALL_S1) { /* StreamID and STAG must both match */
		stall_page8(&s);
		command(RESUME(2, s.stag, 0, 1));
		command(RESUME(1, s.stag ^ 1u, 0, 1));
		expect(still_stalled(&s), "a RESUME of another StreamID or STAG changes nothing");
		push(RESUME(1, s.stag, 0, 1));
		expect_outcome(&s, TANDEM_TXN_ABORT);
	}
	ROW("T-STL-15", STALL_S1) { command(RESUME(1, 5, 1, 0)); expect64(rd32(GERROR), rd32(GERRORN), "GERROR"); }
	ROW("T-STL-16", STALL_S1 | STALL_S2) {
		static struct stalled other;
		ste(2, S2S, 1);
		stall_page8(&s);
		stalls(RD(1, P(11)), EV(F_TRANSLATION), &s2);
		stall_stage2(&other);
		expect(s.stag != s2.stag, "two stalls have two STAGs");
		ste(1, Config, 0);
		command(CFGI_STE(1, 1));
		command(STALL_TERM(1));
		expect_outcome(&s, TANDEM_TXN_ABORT);
		expect_outcome(&s2, TANDEM_TXN_ABORT);
		expect(still_stalled(&other), "SID 2 remains stalled");
	}
}

static void with_other_events(void)
{
	static struct stalled s;

	ROW("T-STL-18", STALL_S1) { /* one entry, full: the stall waits, OVFLG stays */
		uint64_t data = 0;
		struct record record;
		setup.eventq_log2 = 0;
		cd(S, 1);
		dma(RD(0x3f, 0), &data, 8, NULL);
		sync();
		uint32_t full = rd32(EVENTQ_PROD);
		expect(((full ^ eventq_cons()) & 1) != 0, "the queue is full");
		stalls(RD(1, P(8)), (struct event){ .id = 0 }, &s);
		sync();
		expect64(rd32(EVENTQ_PROD), full, "EVENTQ_PROD");
		expect(take_record(&record) && (record.word[0] & 0xff) == C_BAD_STE, "the record before is unharmed");
		expect_event(RD(1, P(8)), EV(F_TRANSLATION, .stall = true), &record);
		expect((rd32(EVENTQ_PROD) & OVFLG) == (full & OVFLG), "OVFLG unchanged");
		expect(still_stalled(&s), "still stalled");
	}
	ROW("T-STL-20", STALL_S1) {
		stall_page8(&s);
		ste(1, V, 0);
		command(CFGI_STE(1, 1));
		push(RESUME(1, s.stag, 1, 0));
		expect_outcome(&s, TANDEM_TXN_ABORT);
		expect_event(RD(1, P(8)), EV(C_BAD_STE), NULL);
	}
	ROW("T-STL-21", STALL_S1) { stall_page8(&s); pa(RD(4, 0x1000), 0x1000); expect(still_stalled(&s), "still stalled"); }
	ROW("T-STL-22", STALL_S1) { stall_page8(&s); sync(); expect(still_stalled(&s), "still stalled"); }
	ROW("T-STL-23", STALL_S1) {
		stall_page8(&s);
		change_cr0(0, SMMUEN);
		expect_outcome(&s, TANDEM_TXN_ABORT);
		command(RESUME(1, s.stag, 1, 0));
	}
	ROW("T-STL-24", STALL_S1 | NEED(TERM_ABORT_ONLY)) {
		stall_page8(&s);
		push(RESUME(1, s.stag, 0, 0));
		expect_outcome(&s, TANDEM_TXN_ABORT);
	}
	ROW("T-STL-25", STALL_S1) { /* the queue's memory is missing: ABT_ERR; after it is given memory the stall is recorded */
		uint64_t data = 0;
		struct record record;
		setup.eventq_base = VOID;
		cd(S, 1);
		expect_gerror(GERR_EVENTQ_ABT);
		dma(RD(0x3f, 0), &data, 8, NULL);
		sync();
		expect(wait32(GERROR, GERR_EVENTQ_ABT, ~rd32(GERRORN) & GERR_EVENTQ_ABT), "EVENTQ_ABT_ERR is active");
		stalls(RD(1, P(8)), (struct event){ .id = 0 }, &s);
		change_cr0(0, EVENTQEN);
		setup.eventq_base = EVENTQ_PA;
		remember(EVENTQ_PA, 32u << setup.eventq_log2);
		wr64(EVENTQ_BASE, EVENTQ_PA | setup.eventq_log2);
		wr32(EVENTQ_PROD, 0);
		wr32(EVENTQ_CONS, 0);
		set_eventq_cons(0);
		wr32(GERRORN, rd32(GERROR));
		change_cr0(EVENTQEN, 0);
		expect_event(RD(1, P(8)), EV(F_TRANSLATION, .stall = true), &record);
		push(RESUME(1, (uint16_t)record.word[1], 0, 1));
		expect_outcome(&s, TANDEM_TXN_ABORT);
	}
	ROW("T-STL-26", STALL_S2 | NEED(TERM_BOTH)) {
		stall_stage2(&s);
		s.data[0] = ~UINT64_C(0);
		push(RESUME(2, s.stag, 0, 0));
		expect_outcome(&s, TANDEM_TXN_OK);
		expect64(s.data[0], 0, "the data of a RAZ/WI read");
	}
	ROW("T-STL-27", NEED(STALL_NEVER)) { /* RESUME and STALL_TERM are illegal without stalls */
		expect_gerror(GERR_CMDQ);
		push(RESUME(1, 5, 1, 0));
		expect(wait32(CMDQ_CONS, 0x7f000000, 0x01000000), "CERROR_ILL");
	}
}

void rows_stall(void)
{
	begin_and_answer();
	with_other_events();
}
