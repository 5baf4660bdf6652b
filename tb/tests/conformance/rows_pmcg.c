/* SPDX-License-Identifier: Apache-2.0
 * Rows T-PMC: the counter group at 0x20000, its counters at 0x30000 when they are relocated.
 * Counts of translated accesses by event 1 are left open by the architecture and not checked. */
#include "conformance.h"

#define P(i) PAGE(i)
#define ALL 0xffffffffu
#define SPAN (1u << 29)
#define LOCAL (NEED(PMCG_LOCAL) | NEED(S1P))

static uint32_t page1(void) { return (rd32(0x20e00) >> 20 & 1) != 0 ? 0x30000 : 0x20000; }

static void stop_counters(void)
{
	start();
	once();
	wr32(0x20e04, 0);
	wr64(0x20c20, UINT64_C(0xffffffffffffffff)); /* CNTENCLR0 */
	wr64(0x20c60, UINT64_C(0xffffffffffffffff)); /* INTENCLR0 */
	wr64(page1() + 0xc80, UINT64_C(0xffffffffffffffff)); /* OVSCLR0 */
}

static void count_events(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	const uint32_t events[4] = { a, b, c, d };

	stop_counters();
	for (unsigned n = 0; n < 4; n++)
		pmcg_counter(n, SPAN | events[n], ALL);
	pmcg_go();
}

static void expect_counts(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	expect64(pmcg_read(0), a, "counter 0");
	expect64(pmcg_read(1), b, "counter 1");
	expect64(pmcg_read(2), c, "counter 2");
	expect64(pmcg_read(3), d, "counter 3");
}

static void event_counts(void)
{
	ROW("T-PMC-01", LOCAL) { count_events(1, 2, 3, 4); pa(RD(1, P(3)), OUT); expect_counts(1, 1, 1, 4); }
	ROW("T-PMC-01a", LOCAL) { count_events(1, 2, 3, 5); pa(RD(1, P(3)), OUT); expect_counts(1, 1, 1, 2); }
	ROW("T-PMC-02", LOCAL) {
		count_events(5, 2, 3, 4);
		pa(RD(1, P(3)), OUT);
		pa(RD(1, P(3)), OUT);
		expect_counts(2, 1, 1, 4);
	}
	ROW("T-PMC-03", NEED(PMCG_LOCAL) | NEED(S2P)) { count_events(1, 2, 4, 5); pa(RD(2, P(3)), 0xc00003000); expect_counts(1, 1, 3, 1); }
	ROW("T-PMC-05", NEED(PMCG_LOCAL) | NEED_NESTED) {
		count_events(1, 2, 4, 5);
		pa(RD(3, P(3)), 0xb00005000);
		uint64_t walk = pmcg_read(2); /* 12 without intermediate caches, 8 if one stage-2 block serves CD and tables */
		expect(walk >= 8 && walk <= 12, "8 to 12 table reads");
		expect_counts(1, 1, walk, 2);
	}
	ROW("T-PMC-12", LOCAL | NEED(HAS_ATS)) {
		ste(1, EATS, 1);
		count_events(7, 1, 2, 3);
		pa(RD(1, 0x87009000, TRANSLATED), 0x87009000);
		fault(RD(6, 0x87009000, TRANSLATED), EV(F_TRANSL_FORBIDDEN));
		expect64(pmcg_read(0), 1, "event 7");
	}
	ROW("T-PMC-14", LOCAL) { /* event 0 moves with time, whatever the filter says; CR.E = 0 freezes it */
		stop_counters();
		pmcg_counter(0, 0, 0x1234);
		pmcg_counter(1, 1, ALL);
		pmcg_go();
		for (int i = 0; i < 10; i++)
			pa(RD(4, 0x1000), 0x1000);
		wr32(0x20e04, 0);
		uint64_t stopped = pmcg_read(0);
		expect(stopped != 0, "event 0 counts");
		pa(RD(4, 0x1000), 0x1000);
		expect64(pmcg_read(0), stopped, "counter 0 with CR.E = 0");
	}
	ROW("T-PMC-15", NEED(PMCG_LOCAL)) { /* split at 4 KiB, every piece is one transaction; bypass misses no TLB */
		static uint8_t buffer[0x4000];
		count_events(1, 2, 4, 3);
		expect(dma(RD(4, 0x87000000), buffer, sizeof buffer, NULL) == TANDEM_TXN_OK, "the access");
		expect64(pmcg_read(0), 4, "event 1");
		expect64(pmcg_read(1), 0, "event 2");
		expect64(pmcg_read(2), 0, "event 4");
		expect64(pmcg_read(3), 1, "event 3");
	}
}

static void read_any(uint32_t sid) { any_outcome(RD(sid, 0x1000)); }

static void filters(void)
{
	ROW("T-PMC-06", NEED(PMCG_LOCAL)) {
		stop_counters();
		pmcg_counter(0, 1, 1);
		pmcg_go();
		read_any(1);
		read_any(2);
		expect64(pmcg_read(0), 1, "the counter");
	}
	ROW("T-PMC-07", NEED(PMCG_LOCAL)) { /* StreamIDs without an STE are counted like others */
		setup.strtab_cfg = 8;
		stop_counters();
		pmcg_counter(0, SPAN | 1, 0x42);
		pmcg_counter(1, SPAN | 1, 0x47); /* lowest zero bit 3: 0x40 to 0x4f */
		pmcg_counter(2, SPAN | 1, 0x41); /* lowest zero bit 1: 0x40 to 0x43 */
		pmcg_go();
		for (uint32_t sid = 0x3e; sid < 0x52; sid++)
			read_any(sid);
		expect64(pmcg_read(0), 2, "SMR 0x42 with SPAN");
		expect64(pmcg_read(1), 16, "SMR 0x47 with SPAN");
		expect64(pmcg_read(2), 4, "SMR 0x41 with SPAN");
	}
	ROW("T-PMC-09", NEED(PMCG_LOCAL)) {
		stop_counters();
		pmcg_counter(0, SPAN | 1, ALL);
		pmcg_counter(1, SPAN | 1, 0x7fffffff);
		pmcg_go();
		read_any(1);
		read_any(2);
		read_any(4);
		read_any(0x3f);
		expect64(pmcg_read(0), 4, "SMR all ones");
		expect64(pmcg_read(1), 4, "SMR with only the top bit 0");
	}
	ROW("T-PMC-10", NEED(PMCG_GLOBAL)) {
		stop_counters();
		pmcg_counter(0, 1, 1);
		pmcg_counter(1, 1, 2);
		pmcg_go();
		read_any(1);
		read_any(2);
		expect64(pmcg_read(1), 1, "counter 1 uses the filter of counter 0");
	}
	ROW("T-PMC-13", NEED(PMCG_LOCAL)) {
		stop_counters();
		wr32(0x20e50, 0);
		wr64(0x20e58, 0); /* IRQ_CFG0: no MSI */
		wr32(0x20e50, 1);
		expect(wait32(0x20e54, 1, 1), "IRQ_CTRLACK");
		pmcg_counter(0, SPAN | 1, ALL);
		wr64(page1(), ~UINT64_C(0));
		wr64(0x20c40, 1); /* INTENSET0 */
		api.take_irqs(platform, 0);
		pmcg_go();
		pa(RD(4, 0x1000), 0x1000);
		expect64(pmcg_read(0), 0, "the counter");
		expect64(rd64(page1() + 0xcc0), 1, "OVSSET0");
		expect64(rd64(page1() + 0xc80), 1, "OVSCLR0 reads the same state");
		api.run_ns(platform, 1000);
		expect64(api.take_irqs(platform, 0) & TANDEM_IRQ_PMCG, TANDEM_IRQ_PMCG, "the interrupt");
		wr64(page1(), ~UINT64_C(0)); /* OVS is still set: the interrupt comes again */
		pa(RD(4, 0x1000), 0x1000);
		api.run_ns(platform, 1000);
		expect64(api.take_irqs(platform, 0) & TANDEM_IRQ_PMCG, TANDEM_IRQ_PMCG, "the second interrupt");
		wr64(page1() + 0xc80, 1);
		expect64(rd64(page1() + 0xcc0), 0, "OVSSET0 after OVSCLR0");
		wr32(0x20e50, 0);
	}
}

static void registers(void)
{
	ROW("T-PMC-16", NEED(PMCG_LOCAL)) { /* set and clear registers keep the other bits; halves work */
		stop_counters();
		wr64(0x20c00, 0xd);
		wr64(0x20c20, 4);
		expect64(rd64(0x20c00), 9, "CNTENSET0");
		expect64(rd32(0x20c20), 9, "the low half of CNTENCLR0");
		wr32(0x20c20, 1);
		expect64(rd64(0x20c20), 8, "CNTENCLR0");
		wr64(0x20c40, 0xf);
		wr64(0x20c60, 6);
		expect64(rd64(0x20c40), 9, "INTENSET0");
		wr32(0x20400, SPAN | 2);
		expect64(rd32(0x20400), SPAN | 2, "EVTYPER0");
		wr64(page1() + 8, 0x123456789abcdef0);
		expect64(rd64(page1() + 8), 0x123456789abcdef0, "EVCNTR1");
		wr32(page1() + 12, 0xfedcba98);
		expect64(rd64(page1() + 8), 0xfedcba989abcdef0, "EVCNTR1 after a write of its upper half");
		wr32(page1() + 8, 0x11111111);
		expect64(rd64(page1() + 8), 0xfedcba9811111111, "EVCNTR1 after a write of its lower half");
		if (page1() != 0x20000)
			expect64(rd64(0x20008), 0, "EVCNTR1 in page 0 when counters are relocated");
	}
	ROW("T-PMC-17", NEED(PMCG_LOCAL)) { /* unimplemented counters and events */
		uint64_t counters = (rd32(0x20e00) & 0x3f) + UINT64_C(1);
		stop_counters();
		wr64(0x20c00, ~UINT64_C(0));
		expect64(rd64(0x20c00), counters == 64 ? ~UINT64_C(0) : (UINT64_C(1) << counters) - 1, "CNTENSET0");
		wr64(0x20c20, ~UINT64_C(0));
		expect64(rd64(0x20c00), 0, "CNTENSET0 after clearing all");
		expect64(rd64(0x20e20) & 0x3f, 0x3f, "CEID0: events 0 to 5");
		wr64(page1() + 8 * (uint32_t)counters, 5);
		expect64(rd64(page1() + 8 * (uint32_t)counters), 0, "a counter that does not exist");
	}
	ROW("T-PMC-18", NEED(PMCG_LOCAL)) { /* capture, where there is one */
		stop_counters();
		if ((rd32(0x20e00) >> 22 & 1) == 0) {
			skip_row("no capture");
		} else {
			wr64(page1(), 77);
			wr64(page1() + 16, 99);
			wr32(page1() + 0xd88, 1);
			wr64(page1(), 78);
			expect64(rd64(page1() + 0x600), 77, "SVR0");
			expect64(rd64(page1() + 0x610), 99, "SVR2");
		}
	}
}

void rows_pmcg(void)
{
	event_counts();
	filters();
	registers();
}
