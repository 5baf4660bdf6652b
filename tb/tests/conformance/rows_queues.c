/* SPDX-License-Identifier: Apache-2.0
 * Rows T-EVQ, T-CMD: event queue, GERROR, command queue. Left out: T-EVQ-18 and -16 as written (an abort that comes and
 * goes needs injection); a queue without memory stands in where that is enough. */
#include "conformance.h"

#define P(i) PAGE(i)
static const struct event bad_ste = { .id = C_BAD_STE };

/* One terminating fault; its record is not read. */
static void one_fault(void)
{
	uint64_t data = 0;

	expect(dma(RD(0x3f, 0x1000), &data, 8, NULL) == TANDEM_TXN_ABORT, "the access aborts");
	sync();
}

static void event_queue(void)
{
	ROW("T-EVQ-01", ANY) {
		setup.eventq_log2 = 2;
		one_fault();
		expect64(rd32(EVENTQ_PROD) & ~OVFLG, 1, "EVENTQ_PROD");
		expect64(api.take_irqs(platform, 0), TANDEM_IRQ_EVENTQ, "the interrupts");
		expect64(peek64(EVENTQ_PA) & 0xff, C_BAD_STE, "record 0");
		expect_event(RD(0x3f, 0x1000), bad_ste, NULL);
	}
	ROW("T-EVQ-02", ANY) { /* and T-EVQ-03, T-EVQ-04 */
		struct record record;
		setup.eventq_log2 = 2;
		for (int i = 0; i < 4; i++)
			one_fault();
		expect64(rd32(EVENTQ_PROD), 4, "EVENTQ_PROD when full");
		one_fault();
		expect64(rd32(EVENTQ_PROD), 4 | OVFLG, "EVENTQ_PROD after an overflow");
		one_fault();
		expect64(rd32(EVENTQ_PROD), 4 | OVFLG, "EVENTQ_PROD after a second loss");
		expect64(rd32(GERROR), rd32(GERRORN), "GERROR: an overflow is no abort");
		for (int i = 0; i < 4; i++)
			expect(take_record(&record), "four records");
		wr32(EVENTQ_CONS, 4 | OVFLG);
		one_fault();
		expect64(rd32(EVENTQ_PROD), 5 | OVFLG, "EVENTQ_PROD after the overflow was acknowledged");
		expect_event(RD(0x3f, 0x1000), bad_ste, NULL);
	}
	ROW("T-EVQ-05", ANY) { /* space without acknowledgement is enough for new records; a new loss does not toggle */
		struct record record;
		setup.eventq_log2 = 0;
		one_fault();
		one_fault();
		expect64(rd32(EVENTQ_PROD), 1 | OVFLG, "EVENTQ_PROD");
		expect(take_record(&record), "a record");
		one_fault();
		expect64(rd32(EVENTQ_PROD), 0 | OVFLG, "EVENTQ_PROD");
		one_fault();
		expect64(rd32(EVENTQ_PROD), 0 | OVFLG, "EVENTQ_PROD");
		expect(take_record(&record), "a record");
		wr32(EVENTQ_CONS, OVFLG | eventq_cons());
		one_fault();
		one_fault();
		expect64(rd32(EVENTQ_PROD), 1, "EVENTQ_PROD: OVFLG toggled back by the next overflow");
		expect(take_record(&record), "a record");
	}
	ROW("T-EVQ-06", ANY) {
		setup.cr0 &= ~(uint32_t)EVENTQEN;
		one_fault();
		expect64(rd32(EVENTQ_PROD), 0, "EVENTQ_PROD");
		expect64(peek64(EVENTQ_PA), 0, "the queue's memory");
	}
	ROW("T-EVQ-07", ANY) { /* and T-EVQ-08, T-EVQ-18: dropped while active, the error is acknowledged, activates again */
		expect_gerror(GERR_EVENTQ_ABT);
		setup.eventq_base = VOID;
		start();
		uint32_t before = rd32(GERROR);
		one_fault();
		expect(wait32(GERROR, 0xffffffffu, before ^ GERR_EVENTQ_ABT), "EVENTQ_ABT_ERR toggles");
		expect((api.take_irqs(platform, 0) & TANDEM_IRQ_GERROR) != 0, "a GERROR interrupt");
		uint32_t prod = rd32(EVENTQ_PROD);
		one_fault();
		expect64(rd32(GERROR), before ^ GERR_EVENTQ_ABT, "GERROR after the second loss");
		expect64(rd32(EVENTQ_PROD), prod, "EVENTQ_PROD");
		wr32(GERRORN, rd32(GERROR));
		one_fault();
		expect(wait32(GERROR, 0xffffffffu, before), "EVENTQ_ABT_ERR toggles back");
		set_eventq_cons(rd32(EVENTQ_PROD));
	}
	ROW("T-EVQ-09", ANY) {
		setup.eventq_log2 = 2;
		setup.eventq_index = 3;
		one_fault();
		expect64(rd32(EVENTQ_PROD), 4, "EVENTQ_PROD");
		expect_event(RD(0x3f, 0x1000), bad_ste, NULL);
		one_fault();
		expect64(rd32(EVENTQ_PROD), 5, "EVENTQ_PROD");
		expect_event(RD(0x3f, 0x1000), bad_ste, NULL);
	}
	ROW("T-EVQ-10", NEED(S1P)) {
		for (int i = 0; i < 3; i++)
			fault(RD(1, P(8)), EV(F_TRANSLATION));
	}
	ROW("T-EVQ-11", NEED(S1P)) { /* merging is allowed, other records are not */
		uint64_t data = 0;
		struct record record;
		ste(1, MEV, 1);
		for (int i = 0; i < 3; i++)
			dma(RD(1, P(8)), &data, 8, NULL);
		expect_event(RD(1, P(8)), EV(F_TRANSLATION), NULL);
		for (int i = 0; i < 2 && !queue_is_empty(); i++) {
			take_record(&record);
			expect64(record.word[0], OP(F_TRANSLATION, hw_sid(1)), "record word 0");
		}
	}
	ROW("T-EVQ-12", ANY) { /* EVENTQ_IRQEN = 0: no interrupt */
		setup.irq_ctrl = 1;
		one_fault();
		expect64(api.take_irqs(platform, 0), 0, "the interrupts");
		expect_event(RD(0x3f, 0x1000), bad_ste, NULL);
	}
	ROW("T-EVQ-13", ANY) { /* emptied and filled again: another edge */
		for (int i = 0; i < 3; i++) {
			one_fault();
			expect64(api.take_irqs(platform, 0), TANDEM_IRQ_EVENTQ, "the interrupts");
			expect_event(RD(0x3f, 0x1000), bad_ste, NULL);
		}
	}
}

static void illegal(uint64_t word0, uint64_t word1)
{
	start();
	push(word0, word1);
	expect_gerror(GERR_CMDQ);
	expect(wait32(GERROR, GERR_CMDQ, ~rd32(GERRORN) & GERR_CMDQ), "CMDQ_ERR is active");
	expect64(rd32(CMDQ_CONS) >> 24, 1, "CMDQ_CONS.ERR (CERROR_ILL)");
	expect64(rd32(CMDQ_CONS) & 0xfffff, (cmdq_prod() - 1) & 0x1ff, "CMDQ_CONS.RD points at the command");
}

/* As drivers recover: the bad command becomes a CMD_SYNC, the error is acknowledged. */
static void recover(void)
{
	uint64_t slot = CMDQ_PA + 16 * (rd32(CMDQ_CONS) & 0xff);

	poke64(slot, CMD_SYNC_OP);
	poke64(slot + 8, 0);
	wr32(GERRORN, rd32(GERROR));
	expect(consumed(), "the queue runs again after GERRORN = GERROR");
	expect_gerror(0);
}

static void command_errors(void)
{
	ROW("T-EVQ-15", ANY) { /* with T-EVQ-14 and T-CMD-10 */
		illegal(0, 0);
		expect((api.take_irqs(platform, 0) & TANDEM_IRQ_GERROR) != 0, "a GERROR interrupt");
		push(CMD_SYNC_OP | 1u << 12, 0);
		api.run_ns(platform, 5000);
		expect64(rd32(CMDQ_CONS) & 0xfffff, (cmdq_prod() - 2) & 0x1ff, "CMDQ_CONS.RD while the error is active");
		expect64(api.take_irqs(platform, 0) & TANDEM_IRQ_CMD_SYNC, 0, "a later CMD_SYNC is not executed");
		uint64_t data = 0;
		expect(dma(RD(4, 0x87001000), &data, 8, NULL) == TANDEM_TXN_OK, "translation continues");
		recover();
		expect((api.take_irqs(platform, 0) & TANDEM_IRQ_CMD_SYNC) != 0, "CMD_SYNC with SIG_IRQ");
	}
	ROW("T-EVQ-16", ANY) { /* no memory behind the queue: CERROR_ABT; acknowledged, the fetch is tried again */
		setup.cr0 &= ~(uint32_t)CMDQEN;
		start();
		change_cr0(0, CMDQEN);
		wr64(CMDQ_BASE, VOID | 8);
		wr32(CMDQ_PROD, 0);
		wr32(CMDQ_CONS, 0);
		change_cr0(CMDQEN, 0);
		expect_gerror(GERR_CMDQ);
		wr32(CMDQ_PROD, 1);
		for (int i = 0; i < 2; i++) {
			expect(wait32(GERROR, GERR_CMDQ, ~rd32(GERRORN) & GERR_CMDQ), "CMDQ_ERR is active");
			expect64(rd32(CMDQ_CONS), 0x02000000, "CMDQ_CONS (CERROR_ABT)");
			wr32(GERRORN, rd32(GERROR));
		}
		wait32(GERROR, GERR_CMDQ, ~rd32(GERRORN) & GERR_CMDQ);
	}
	ROW("T-EVQ-17", ANY) { illegal(OP(0x03, 1) | 1u << 10, 1); recover(); }
	ROW("T-CMD-06", NEED(NO_S1P)) { illegal(TLBI(NH_ALL, 1, 0, 0)); recover(); }
	ROW("T-CMD-07", NEED(NO_S2P)) { illegal(TLBI(S2_IPA, 1, 0, 0)); recover(); }
	ROW("T-CMD-07a", NEED(NO_S2P)) { illegal(TLBI(S12_VMALL, 1, 0, 0)); recover(); illegal(TLBI(EL2_ALL, 0, 0, 0)); recover(); }
	ROW("T-CMD-12", NEED(S1P) | NEED(RIL)) { illegal(TLBI(NH_VA, 1, 0, 1u << 10)); recover(); }
	ROW("T-CMD-13", NEED(NO_S1P)) { illegal(CFGI_CD(1, 0, 1)); recover(); illegal(CFGI_CD_ALL(1)); recover(); }
	ROW("T-CMD-15", ANY) {
		static const uint8_t ops[] = { 0x18, 0x1a, 0x50, 0x51, 0x52, 0x53, 0x58, 0x5a, 0x60, 0x08, 0x0f, 0x14, 0x31, 0x47,
					       0x70, 0x73, 0xff };
		for (unsigned i = 0; i < sizeof ops; i++) {
			illegal(ops[i], 0);
			recover();
		}
	}
	ROW("T-CMD-17", ANY) { illegal(CMD_SYNC_OP | 3u << 12, 0); recover(); } /* CS = 3 */
	ROW("T-CMD-18", ANY) { /* ATC_INV without ATS; PRI_RESP without PRI */
		if ((idr(0) >> 10 & 1) == 0) {
			illegal(OP(0x40, 1), 0);
			recover();
		}
		if ((idr(0) >> 16 & 1) == 0) {
			illegal(OP(0x41, 1), 0);
			recover();
		}
	}
}

static void command_order(void)
{
	ROW("T-CMD-01", ANY) {
		command(CFGI_STE(1, 1));
		expect64(api.take_irqs(platform, 0), 0, "the interrupts of CMD_SYNC with SIG_NONE");
	}
	ROW("T-CMD-02", NEED(HAS_MSI)) {
		poke64(MSI_PA, 0xffffffffffffffff);
		push(CMD_SYNC_OP | 1u << 12 | UINT64_C(0x1234abcd) << 32, MSI_PA);
		expect(consumed(), "CMD_SYNC is consumed");
		api.run_ns(platform, 2000);
		expect64(peek64(MSI_PA), 0xffffffff1234abcd, "the MSI, 32 bits");
		expect((api.take_irqs(platform, 0) & TANDEM_IRQ_CMD_SYNC) != 0, "the wire pulses too");
	}
	ROW("T-CMD-03", ANY) { /* SIG_IRQ without an address: only the wire; IRQ_CTRL does not gate it */
		setup.irq_ctrl = 0;
		push(CMD_SYNC_OP | 1u << 12 | UINT64_C(0x1234abcd) << 32, 0);
		expect(consumed(), "CMD_SYNC is consumed");
		api.run_ns(platform, 2000);
		expect64(api.take_irqs(platform, 0), TANDEM_IRQ_CMD_SYNC, "the interrupts");
	}
	ROW("T-CMD-04", NEED(HAS_MSI)) {
		expect_gerror(GERR_MSI_CMDQ_ABT);
		push(CMD_SYNC_OP | 1u << 12, VOID);
		expect(consumed(), "CMD_SYNC is consumed");
		expect(wait32(GERROR, GERR_MSI_CMDQ_ABT, ~rd32(GERRORN) & GERR_MSI_CMDQ_ABT), "MSI_CMDQ_ABT_ERR is active");
		push(CMD_SYNC_OP | 1u << 12, VOID);
		sync();
		expect(((rd32(GERROR) ^ rd32(GERRORN)) & GERR_MSI_CMDQ_ABT) != 0, "an active error does not toggle again");
	}
	ROW("T-CMD-05", ANY) {
		start();
		change_cr0(0, CMDQEN);
		push(CFGI_STE(1, 1));
		push(CMD_SYNC_OP, 0);
		api.run_ns(platform, 2000);
		expect(rd32(CMDQ_CONS) != rd32(CMDQ_PROD), "nothing is consumed while CMDQEN = 0");
		change_cr0(CMDQEN, 0);
		expect(consumed(), "consumed after the enable");
	}
	ROW("T-CMD-08", ANY) { command(OP(0x01, 64), 0); expect_no_event(); }
	ROW("T-CMD-09", NEED(S1P)) { command(OP(0x02, 1), P(8)); expect_no_event(); }
	ROW("T-CMD-11", NEED(S1P)) { /* reserved bits are ignored; Range = 31 is everything, at once */
		command(OP(0x04, 0xffffffff), 31);
		pa(RD(1, P(3)), OUT);
	}
	ROW("T-CMD-14", NEED(HAS_ATS)) { setup.cr0 &= ~1u; command(OP(0x40, 1), 0); expect64(rd32(GERROR), rd32(GERRORN), "GERROR"); }
	ROW("T-CMD-16", NEED(S1P)) {
		uint64_t data = 0;
		expect(dma(RD(1, P(8)), &data, 8, NULL) == TANDEM_TXN_ABORT, "the access aborts");
		sync();
		expect64(rd32(EVENTQ_PROD), 1, "EVENTQ_PROD after CMD_SYNC");
		expect_event(RD(1, P(8)), EV(F_TRANSLATION), NULL);
	}
}

void rows_queues(void)
{
	event_queue();
	command_errors();
	command_order();
}
