/* SPDX-License-Identifier: Apache-2.0
 * Command and event queues of every size from 1 to 2^10 entries: wrap, full, overflow, capped sizes, errors in a row. */
#include "conformance.h"

static unsigned limit(unsigned bits) { return bits < 10 ? bits : 10; }
static unsigned cmdqs(void) { return idr(1) >> 21 & 0x1f; }
static unsigned eventqs(void) { return idr(1) >> 16 & 0x1f; }

/* Starts again with other sizes: the row's earlier start is forgotten. */
static void restart(unsigned cmdq_log2, unsigned eventq_log2)
{
	begin_setup();
	setup.cmdq_log2 = cmdq_log2;
	setup.eventq_log2 = eventq_log2;
	start();
}

static void wrap_commands(unsigned log2)
{
	const uint32_t entries = 1u << log2, mask = 2 * entries - 1;

	restart(log2, 4);
	for (uint32_t i = 0; i < 2 * entries + 1 && i < 300; i++) {
		push(CFGI_STE(i & 0x3f, 1));
		if (!expect(consumed(), "a command is consumed"))
			return;
	}
	/* a full queue, made visible by one write of PROD */
	uint32_t first = cmdq_prod();
	for (uint32_t i = 0; i < entries; i++) {
		uint64_t slot = CMDQ_PA + 16 * ((first + i) & (entries - 1));
		poke64(slot, i + 1 == entries ? CMD_SYNC_OP | 1u << 12 : OP(0x03, i & 0x3f));
		poke64(slot + 8, i + 1 == entries ? 0 : 1);
	}
	api.take_irqs(platform, 0);
	set_cmdq_prod((first + entries) & mask);
	wr32(CMDQ_PROD, cmdq_prod());
	expect(consumed(), "a full queue is consumed");
	api.run_ns(platform, 1000);
	expect64(rd32(CMDQ_CONS), (first + entries) & mask, "CMDQ_CONS after a full queue");
	expect64(api.take_irqs(platform, 0), TANDEM_IRQ_CMD_SYNC, "the interrupts");
}

static void one_fault(uint32_t sid)
{
	uint64_t data = 0;
	expect(dma(RD(sid, 0x1000), &data, 8, NULL) == TANDEM_TXN_ABORT, "the access aborts");
}

/* Fills the queue, overflows it, empties it, and goes on across the wrap; 32 + n tells the records apart. */
static void wrap_events(unsigned log2)
{
	const uint32_t entries = 1u << log2, mask = 2 * entries - 1;
	struct record record;

	restart(4, log2);
	one_fault(32);
	sync();
	expect(take_record(&record), "one record");
	for (uint32_t i = 0; i < entries + 2; i++)
		one_fault(32 + i % 32);
	sync();
	expect64(rd32(EVENTQ_PROD), ((1 + entries) & mask) | OVFLG, "EVENTQ_PROD of a full queue");
	for (uint32_t i = 0; i < entries; i++) {
		expect(take_record(&record), "a record of a full queue");
		if (!expect64(record.word[0], OP(C_BAD_STE, 32 + i % 32), "word 0 of a record"))
			return;
	}
	expect(queue_is_empty(), "the queue is empty");
	wr32(EVENTQ_CONS, rd32(EVENTQ_CONS) | OVFLG);
	for (uint32_t i = 0; i < entries + 1; i++) {
		one_fault(32 + i % 32);
		sync();
		expect(take_record(&record) && record.word[0] == OP(C_BAD_STE, 32 + i % 32), "records after the overflow");
	}
	expect64(rd32(EVENTQ_PROD), ((2 * entries + 2) & mask) | OVFLG, "EVENTQ_PROD");
}

static void sizes(void)
{
	ROW("D-CMDQ-WRAP", ANY) {
		for (unsigned log2 = 0; log2 <= limit(cmdqs()); log2++)
			wrap_commands(log2);
	}
	ROW("D-EVENTQ-WRAP", ANY) {
		for (unsigned log2 = 0; log2 <= limit(eventqs()); log2++)
			wrap_events(log2);
	}
	ROW("D-CMDQ-CAP", ANY) { /* LOG2SIZE above IDR1.CMDQS: reads back as written, uses are capped */
		start();
		change_cr0(0, CMDQEN);
		wr64(CMDQ_BASE, CMDQ_PA | 31);
		expect64(rd64(CMDQ_BASE), CMDQ_PA | 31, "CMDQ_BASE");
		uint32_t last = (1u << cmdqs()) - 1;
		setup.cmdq_log2 = cmdqs();
		remember(CMDQ_PA, UINT64_C(16) << cmdqs());
		wr32(CMDQ_PROD, last);
		wr32(CMDQ_CONS, last);
		change_cr0(CMDQEN, 0);
		poke64(CMDQ_PA + UINT64_C(16) * last, CMD_SYNC_OP);
		poke64(CMDQ_PA, CMD_SYNC_OP);
		wr32(CMDQ_PROD, last + 2);
		expect(wait32(CMDQ_CONS, 0xffffffff, last + 2), "the capped queue wraps to its start");
	}
	ROW("D-CMDQ-BASE", ANY) { /* base bits below the queue's size are ignored */
		start();
		change_cr0(0, CMDQEN);
		wr64(CMDQ_BASE, CMDQ_PA | 0xfe0 | 8);
		wr32(CMDQ_PROD, 0);
		wr32(CMDQ_CONS, 0);
		set_cmdq_prod(0);
		change_cr0(CMDQEN, 0);
		push(CMD_SYNC_OP | 1u << 12, 0);
		expect(consumed(), "the command at the aligned base is consumed");
		api.run_ns(platform, 1000);
		expect((api.take_irqs(platform, 0) & TANDEM_IRQ_CMD_SYNC) != 0, "and it was the CMD_SYNC");
	}
}

static void errors(void)
{
	ROW("D-GERROR-TOGGLE", ANY) { /* five errors in a row, alternating GERROR[0] */
		start();
		uint32_t before = rd32(GERROR) & GERR_CMDQ;
		expect_gerror(GERR_CMDQ);
		for (uint32_t i = 0; i < 5; i++) {
			push(0, 0);
			before ^= GERR_CMDQ;
			expect(wait32(GERROR, GERR_CMDQ, before), "GERROR.CMDQ_ERR toggles");
			expect((api.take_irqs(platform, 0) & TANDEM_IRQ_GERROR) != 0, "a GERROR interrupt");
			poke64(CMDQ_PA + 16 * (rd32(CMDQ_CONS) & 0xff), CMD_SYNC_OP);
			wr32(GERRORN, rd32(GERROR));
			if (!expect(consumed(), "the queue runs again"))
				break;
		}
		expect_gerror(0);
	}
	ROW("D-CMDQ-BACK", ANY) { /* while the error is active PROD moves back to CONS: nothing is left to do */
		start();
		push(0, 0);
		push(CMD_SYNC_OP, 0);
		expect(wait32(GERROR, GERR_CMDQ, ~rd32(GERRORN) & GERR_CMDQ), "CMDQ_ERR is active");
		set_cmdq_prod(rd32(CMDQ_CONS) & 0xfffff);
		wr32(CMDQ_PROD, cmdq_prod());
		wr32(GERRORN, rd32(GERROR));
		api.run_ns(platform, 5000);
		expect64(rd32(GERROR), rd32(GERRORN), "GERROR");
		sync();
	}
	ROW("D-CMDQ-OFF", ANY) { /* disabling the queue does not acknowledge the error */
		start();
		expect_gerror(GERR_CMDQ);
		push(0, 0);
		expect(wait32(GERROR, GERR_CMDQ, ~rd32(GERRORN) & GERR_CMDQ), "CMDQ_ERR is active");
		change_cr0(0, CMDQEN);
		change_cr0(CMDQEN, 0);
		api.run_ns(platform, 2000);
		expect(((rd32(GERROR) ^ rd32(GERRORN)) & GERR_CMDQ) != 0, "CMDQ_ERR stays active");
		expect64(rd32(CMDQ_CONS) & 0xfffff, (cmdq_prod() - 1) & 0x1ff, "CMDQ_CONS.RD stays at the command");
	}
	ROW("D-GERROR-IRQ", ANY) { /* GERROR_IRQEN = 0: active, but no interrupt */
		setup.irq_ctrl = 4;
		start();
		expect_gerror(GERR_CMDQ);
		push(0, 0);
		expect(wait32(GERROR, GERR_CMDQ, ~rd32(GERRORN) & GERR_CMDQ), "CMDQ_ERR is active");
		api.run_ns(platform, 1000);
		expect64(api.take_irqs(platform, 0), 0, "the interrupts");
	}
}

void driver_queues(void)
{
	sizes();
	errors();
}
