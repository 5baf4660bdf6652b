/* SPDX-License-Identifier: Apache-2.0
 * Registers as a foreign driver meets them: widths, halves, reserved bits, guards, acknowledgements, re-probing.
 * Row names D-* are this program's own. Left out: the PMCG's registers (rows_pmcg.c). */
#include "conformance.h"

static void all_off(void)
{
	setup.cr0 = CMDQEN;
	start();
	change_cr0(0, 0x1f);
}

/* Address bits above the 48 of OAS may read as written or as 0. */
#define ABOVE_OAS (UINT64_C(0xf) << 48)

static void check_64_bit(uint32_t offset, uint64_t fields, const char *name)
{
	static const uint64_t values[] = { 0, ~UINT64_C(0), UINT64_C(0x5a5aa5a5c33c6996), UINT64_C(0xa5a55a5a3cc39669) };
	uint64_t compared = ~ABOVE_OAS;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t v = values[i];
		wr64(offset, v);
		expect64(rd64(offset) & compared, v & fields & compared, name);
		expect64(rd32(offset), v & fields & 0xffffffff, name);
		expect64(rd32(offset + 4) & compared >> 32, (v & fields & compared) >> 32, name);
		wr32(offset, (uint32_t)~v);
		expect64(rd64(offset) & compared, ((v & ~UINT64_C(0xffffffff)) | (~v & 0xffffffff)) & fields & compared, name);
		wr32(offset + 4, (uint32_t)(~v >> 32));
		expect64(rd64(offset) & compared, ~v & fields & compared, name);
		wr32(offset + 4, (uint32_t)(v >> 32)); /* the upper half first */
		wr32(offset, (uint32_t)v);
		expect64(rd64(offset) & compared, v & fields & compared, name);
	}
}

static void widths(void)
{
	const uint64_t address = (UINT64_C(1) << 52) - 1;

	ROW("D-REG-STRTAB", ANY) { all_off(); check_64_bit(STRTAB_BASE, UINT64_C(1) << 62 | (address & ~UINT64_C(0x3f)), "STRTAB_BASE"); }
	ROW("D-REG-CMDQ", ANY) { all_off(); check_64_bit(CMDQ_BASE, UINT64_C(1) << 62 | address, "CMDQ_BASE"); }
	ROW("D-REG-EVENTQ", ANY) { all_off(); check_64_bit(EVENTQ_BASE, UINT64_C(1) << 62 | address, "EVENTQ_BASE"); }
	ROW("D-REG-MSI", NEED(HAS_MSI)) {
		setup.irq_ctrl = 0;
		all_off();
		check_64_bit(EVENTQ_IRQ_CFG0, address & ~UINT64_C(3), "EVENTQ_IRQ_CFG0");
		check_64_bit(GERROR_IRQ_CFG0, address & ~UINT64_C(3), "GERROR_IRQ_CFG0");
		wr32(0xb8, 0x89abcdef);
		wr32(0xbc, 0xffffffff);
		expect64(rd32(0xb8), 0x89abcdef, "EVENTQ_IRQ_CFG1");
		expect64(rd32(0xbc), 0x3f, "EVENTQ_IRQ_CFG2");
	}
	ROW("D-REG-32", ANY) { /* reserved bits read 0 */
		all_off();
		wr32(CR1, 0xffffffff);
		expect64(rd32(CR1), 0xfff, "CR1");
		wr32(STRTAB_BASE_CFG, 0xffffffff);
		uint32_t two_level = (idr(0) >> 27 & 3) != 0 ? 0x307c0 : 0;
		expect64(rd32(STRTAB_BASE_CFG), two_level | 0x3f, "STRTAB_BASE_CFG");
		wr32(CR2, 0xffffffff);
		uint32_t e2h = (idr(0) >> 9 & 1), ptm = (idr(0) >> 5 & 1) << 2, rec_cfg_ats = (idr(0) >> 23 & 1) << 3;
		expect64(rd32(CR2), 2 | e2h | ptm | rec_cfg_ats, "CR2");
		wr32(CR2, 0);
		expect64(rd32(CR2), 0, "CR2");
	}
	ROW("D-REG-RO", ANY) {
		all_off();
		for (uint32_t offset = 0; offset < 0x20; offset += 4) {
			uint32_t value = rd32(offset);
			wr32(offset, ~value);
			expect64(rd32(offset), value, "an identification register after a write");
		}
		wr32(CR0ACK, 0x1f);
		expect64(rd32(CR0ACK), 0, "CR0ACK after a write");
		wr32(GERROR, 0x1fd);
		expect64(rd32(GERROR) ^ rd32(GERRORN), 0, "GERROR after a write");
		wr32(IRQ_CTRLACK, ~rd32(IRQ_CTRLACK));
		expect64(rd32(IRQ_CTRLACK), rd32(IRQ_CTRL), "IRQ_CTRLACK after a write");
	}
	ROW("D-REG-RES0", ANY) { /* undefined or absent: DPT, secure bank, enhanced queues, holes */
		static const uint32_t offsets[] = { 0x30, 0xe0, 0xf0, 0x1a0, 0x200, 0x208, 0x300, 0x8000, 0x8004, 0x8020, 0x803c, 0x4000, 0x4008 };
		all_off();
		for (unsigned i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
			wr32(offsets[i], 0xffffffff);
			if (rd32(offsets[i]) != 0)
				fail("offset 0x%x reads 0x%x, expected 0", offsets[i], rd32(offsets[i]));
		}
		expect64(rd32(CR0), 0, "CR0 after writes to reserved offsets");
	}
	ROW("D-REG-ID", ANY) { /* rules between identification fields */
		uint32_t i0 = idr(0), i1 = idr(1);
		start();
		expect((i0 & 3) != 0, "a stage is implemented");
		expect((i1 & 0x3f) < 7 || (i0 >> 27 & 3) != 0, "two-level stream tables with SIDSIZE >= 7");
		expect((i0 >> 9 & 1) == 0 || (i0 & 3) == 3, "HYP needs both stages");
		expect((i0 >> 16 & 1) == 0 || (i0 >> 10 & 1) != 0, "PRI needs ATS");
		expect((i0 >> 24 & 3) != 3 && (i0 >> 27 & 3) < 2 && (i0 >> 21 & 3) != 1, "no reserved value");
		expect((i0 >> 24 & 3) != 1 || rd32(IDR5) >> 16 == 0, "STALL_MAX only where stalls are possible");
		expect((rd32(0x1c) & ~0xfu) == 0 && (rd32(0x1c) & 0xf) <= 3, "AIDR names v3.0 to v3.3");
	}
}

static void acknowledgements(void)
{
	ROW("D-REG-CR0ACK", ANY) { /* reserved and absent bits are never reflected */
		uint32_t expected = CMDQEN | EVENTQEN;
		all_off();
		expected |= (idr(0) >> 16 & 1) != 0 ? PRIQEN : 0;
		expected |= (idr(0) >> 10 & 1) != 0 ? ATSCHK : 0;
		expected |= (idr(0) >> 17 & 1) != 0 ? 7u << 6 : 0;
		wr32(CR0, 0xfffffffe);
		expect64(rd32(CR0), expected, "CR0 after writing 0xfffffffe");
		expect(wait32(CR0ACK, 0xffffffffu, expected), "CR0ACK follows");
		wr32(CR0, 0);
		expect(wait32(CR0ACK, 0xffffffffu, 0), "CR0ACK follows to 0");
	}
	ROW("D-REG-IRQCTRL", ANY) {
		uint32_t expected = (idr(0) >> 16 & 1) != 0 ? 7 : 5;
		all_off();
		wr32(IRQ_CTRL, 0xffffffff);
		expect64(rd32(IRQ_CTRL), expected, "IRQ_CTRL");
		expect(wait32(IRQ_CTRLACK, 0xffffffffu, expected), "IRQ_CTRLACK follows");
	}
	ROW("D-REG-GBPA", ANY) {
		all_off();
		uint32_t before = rd32(GBPA);
		wr32(GBPA, 0x7fffffff);
		expect64(rd32(GBPA), before, "GBPA after a write without Update");
		wr32(GBPA, 0x80000000u | 1u << 20 | 2u << 12);
		expect(wait32(GBPA, 0x80000000u, 0), "Update clears");
		expect64(rd32(GBPA) & 0x103000, 1u << 20 | 2u << 12, "ABORT and SHCFG read back");
	}
}

static void expect_unchanged(uint32_t offset, uint32_t value, const char *name)
{
	uint32_t before = rd32(offset);

	wr32(offset, value);
	expect64(rd32(offset), before, name);
}

static void guards(void)
{
	ROW("D-GUARD-LIVE", ANY) {
		start();
		expect_unchanged(CR1, ~rd32(CR1) & 0xfff, "CR1 of a live SMMU");
		expect_unchanged(CR2, ~rd32(CR2), "CR2 of a live SMMU");
		expect_unchanged(STRTAB_BASE, 0x81234000, "STRTAB_BASE of a live SMMU");
		expect_unchanged(STRTAB_BASE + 4, 0x1, "STRTAB_BASE of a live SMMU");
		expect_unchanged(STRTAB_BASE_CFG, 3, "STRTAB_BASE_CFG of a live SMMU");
		expect_unchanged(CMDQ_BASE, 0x81234005, "CMDQ_BASE with CMDQEN");
		expect_unchanged(CMDQ_CONS, ~rd32(CMDQ_CONS), "CMDQ_CONS with CMDQEN");
		expect_unchanged(EVENTQ_BASE, 0x81234005, "EVENTQ_BASE with EVENTQEN");
		expect_unchanged(EVENTQ_PROD, 5, "EVENTQ_PROD with EVENTQEN");
		wr64(CMDQ_BASE, 0x8123400000004);
		expect64(rd64(CMDQ_BASE), CMDQ_PA | setup.cmdq_log2, "CMDQ_BASE with CMDQEN, 64 bits");
		if ((idr(0) >> 13 & 1) != 0) {
			expect_unchanged(EVENTQ_IRQ_CFG0, 0x81234000, "EVENTQ_IRQ_CFG0 with EVENTQ_IRQEN");
			expect_unchanged(0xb8, 0x81234000, "EVENTQ_IRQ_CFG1 with EVENTQ_IRQEN");
			expect_unchanged(GERROR_IRQ_CFG0, 0x81234000, "GERROR_IRQ_CFG0 with GERROR_IRQEN");
		}
		pa(RD(4, 0x87654320), 0x87654320);
	}
	ROW("D-GUARD-FIELDS", ANY) { /* CR1: queue fields need the queues off, table fields SMMUEN = 0 */
		setup.cr0 = CMDQEN;
		start();
		wr32(CR1, 0xfff);
		expect64(rd32(CR1), 0xfc0, "CR1 with CMDQEN = 1 and SMMUEN = 0");
		wr32(CR2, 2);
		expect64(rd32(CR2) & 2, 2, "CR2 with SMMUEN = 0");
		wr64(EVENTQ_BASE, 0x81234005);
		expect64(rd64(EVENTQ_BASE), 0x81234005, "EVENTQ_BASE with EVENTQEN = 0");
		wr32(EVENTQ_PROD, 0x80000021);
		expect64(rd32(EVENTQ_PROD), 0x80000021, "EVENTQ_PROD with EVENTQEN = 0");
		wr32(EVENTQ_CONS, 0x80000021);
		set_eventq_cons(0x21);
	}
	ROW("D-GUARD-CONS", ANY) { /* EVENTQ_CONS and CMDQ_PROD are always writable; CMDQ_CONS once the queue is off */
		start();
		wr32(EVENTQ_CONS, 0x80000000);
		expect64(rd32(EVENTQ_CONS), 0x80000000, "EVENTQ_CONS");
		wr32(EVENTQ_CONS, 0);
		change_cr0(0, CMDQEN);
		wr32(CMDQ_PROD, 7);
		wr32(CMDQ_CONS, 7);
		expect64(rd32(CMDQ_CONS) & 0xfffff, 7, "CMDQ_CONS with CMDQEN = 0");
		set_cmdq_prod(7);
		change_cr0(CMDQEN, 0);
		sync();
	}
}

static void probing(void)
{
	ROW("D-PROBE-LIVE", ANY) { /* a second driver finds a live SMMU and takes it over without a reset */
		pa(RD(4, 0x87654320), 0x87654320);
		uint64_t data = 0;
		dma(RD(0x3f, 0), &data, 8, NULL); /* leaves a record unread */
		expect((rd32(CR0) & SMMUEN) != 0, "CR0.SMMUEN is seen");
		wr32(GBPA, 0x80101000);
		expect(wait32(GBPA, 0x80000000u, 0), "Update clears");
		setup.strtab_base = 0x80300000;
		setup.strtab_cfg = 3;
		setup.eventq_log2 = 3;
		setup.cmdq_log2 = 2;
		setup.cr0 = CMDQEN;
		wr32(CR0, 0);
		expect(wait32(CR0ACK, 0x1f, 0), "CR0ACK = 0");
		expect(dma(RD(4, 0x87654320), &data, 8, NULL) == TANDEM_TXN_ABORT, "GBPA.ABORT holds traffic off");
		wr64(STRTAB_BASE, setup.strtab_base);
		wr32(STRTAB_BASE_CFG, 3);
		wr64(CMDQ_BASE, CMDQ_PA | 2);
		wr32(CMDQ_PROD, 0);
		wr32(CMDQ_CONS, 0);
		set_cmdq_prod(0);
		wr64(EVENTQ_BASE, EVENTQ_PA | 3);
		wr32(EVENTQ_PROD, 0);
		wr32(EVENTQ_CONS, 0);
		set_eventq_cons(0);
		new_ste(0x80300000 + 64 * 5);
		put_bits(0x80300000 + 64 * 5, Config, 4);
		change_cr0(CMDQEN, 0);
		command(OP(0x04, 0), 31);
		command(NSNH_ALL, 0);
		change_cr0(EVENTQEN, 0);
		change_cr0(SMMUEN, 0);
		pa(RD(5, 0x87654320), 0x87654320);
		fault(RD(4, 0x87654320), EV(C_BAD_STE));
		fault(RD(8, 0x87654320), EV(C_BAD_STREAMID));
	}
}

void driver_registers(void)
{
	widths();
	acknowledgements();
	guards();
	probing();
}
