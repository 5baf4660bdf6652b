/* SPDX-License-Identifier: Apache-2.0
 * Brings SMMU 0 up as a driver would, and feeds its command queue. */
#include "conformance.h"

struct setup setup;
static bool started;
static uint32_t prod;

bool is_started(void) { return started; }
uint32_t cmdq_prod(void) { return prod; }
static uint32_t prod_mask(void) { return (2u << setup.cmdq_log2) - 1; }
void set_cmdq_prod(uint32_t value) { prod = value & prod_mask(); }


void begin_setup(void)
{
	started = false;
	setup = (struct setup){
		.cr0 = SMMUEN | CMDQEN | EVENTQEN | ((idr(0) >> 10 & 1) != 0 ? ATSCHK : 0),
		.cr2 = 0x6, /* PTM, RECINVSID */
		.irq_ctrl = 5, /* EVENTQ and GERROR */
		.gbpa = 0x1000, /* SHCFG = use incoming */
		.strtab_base = STRTAB, .strtab_cfg = 6, .cmdq_base = CMDQ_PA, .eventq_base = EVENTQ_PA,
		.cmdq_log2 = 8, .eventq_log2 = 8,
	};
}

static void set_cr0(uint32_t value)
{
	wr32(CR0, value);
	if (!wait32(CR0ACK, 0x1df, value))
		fail("CR0ACK is 0x%x, CR0 was set to 0x%x", rd32(CR0ACK), value);
}

void change_cr0(uint32_t set, uint32_t clear)
{
	setup.cr0 = (setup.cr0 | set) & ~clear;
	set_cr0(setup.cr0);
}

static void program_registers(void)
{
	wr32(CR1, 0);
	wr32(CR2, setup.cr2);
	wr64(STRTAB_BASE, setup.strtab_base);
	wr32(STRTAB_BASE_CFG, setup.strtab_cfg);
	wr64(CMDQ_BASE, setup.cmdq_base | setup.cmdq_log2);
	wr32(CMDQ_PROD, 0);
	wr32(CMDQ_CONS, 0);
	wr64(EVENTQ_BASE, setup.eventq_base | setup.eventq_log2);
	wr32(EVENTQ_PROD, setup.eventq_index);
	wr32(EVENTQ_CONS, setup.eventq_index);
	prod = 0;
	set_eventq_cons(setup.eventq_index);
	remember(setup.cmdq_base, UINT64_C(16) << setup.cmdq_log2);
	remember(setup.eventq_base, UINT64_C(32) << setup.eventq_log2);
}

static void set_interrupts(void)
{
	wr32(IRQ_CTRL, 0);
	if (!wait32(IRQ_CTRLACK, 5, 0))
		fail("IRQ_CTRLACK did not become 0");
	wr64(GERROR_IRQ_CFG0, 0); /* no MSIs: wires only */
	wr64(EVENTQ_IRQ_CFG0, 0);
	wr32(IRQ_CTRL, setup.irq_ctrl);
	if (!wait32(IRQ_CTRLACK, 5, setup.irq_ctrl & 5))
		fail("IRQ_CTRLACK did not follow IRQ_CTRL");
}

static void forget_everything(void)
{
	push(OP(0x04, 0), 31); /* CFGI_ALL */
	if ((idr(0) >> 9 & 1) != 0)
		push(EL2_ALL, 0);
	push(NSNH_ALL, 0);
	sync();
}

void start(void)
{
	if (started)
		return;
	started = true;
	if (pass == PASS_RESET)
		api.reset(platform);
	set_cr0(0);
	wr32(GERRORN, rd32(GERROR));
	if (!wait32(GBPA, 0x80000000u, 0))
		fail("GBPA.Update does not clear");
	wr32(GBPA, 0x80000000u | setup.gbpa);
	if (!wait32(GBPA, 0x80000000u, 0))
		fail("GBPA.Update does not clear");
	program_registers();
	set_interrupts();
	set_cr0(CMDQEN);
	forget_everything();
	set_cr0(setup.cr0 & ~(uint32_t)SMMUEN);
	set_cr0(setup.cr0);
	api.take_irqs(platform, 0);
}

void push(uint64_t word0, uint64_t word1)
{
	start();
	uint64_t slot = setup.cmdq_base + 16 * (prod & ((1u << setup.cmdq_log2) - 1));
	poke64(slot, word0);
	poke64(slot + 8, word1);
	prod = (prod + 1) & prod_mask();
	wr32(CMDQ_PROD, prod);
}

bool consumed(void)
{
	return wait32(CMDQ_CONS, 0xfffff, prod);
}

void sync(void)
{
	push(CMD_SYNC_OP, 0);
	if (!consumed())
		fail("CMD_SYNC is not consumed: CMDQ_CONS 0x%x, CMDQ_PROD 0x%x, GERROR 0x%x, GERRORN 0x%x", rd32(CMDQ_CONS),
		     prod, rd32(GERROR), rd32(GERRORN));
}

void command(uint64_t word0, uint64_t word1)
{
	push(word0, word1);
	sync();
}
