/* SPDX-License-Identifier: Apache-2.0
 * The smallest driver there is: opens a platform through the C API, brings its SMMU up by hand, lets one stream bypass,
 * moves 13 bytes, then provokes a fault and prints the event. Register offsets and records as in the SMMUv3 architecture.
 * Not here: translation tables, interrupts (docs/c-api.md says how). Proof: ctest example.c_api.*
 *
 *   cc -std=c11 first_dma.c -I tb/include -L build/release/lib -ltandem -o first_dma && ./first_dma rtl */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tandem/tandem.h"

enum reg {
	CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, CR2 = 0x2c, STRTAB_BASE = 0x80, STRTAB_BASE_CFG = 0x88, CMDQ_BASE = 0x90,
	CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0, EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac,
};
enum { SMMUEN = 1u << 0, EVENTQEN = 1u << 2, CMDQEN = 1u << 3 };
enum { QUEUE_LOG2 = 4, TABLE_LOG2 = 6, SID = 5, OTHER_SID = 9 };

struct driver {
	tandem *t;
	uint8_t *ram;           /* all of it, from the host's side */
	uint64_t base;          /* its physical address */
	uint64_t table, cmdq, eventq, buffer; /* physical addresses */
	uint32_t cmdq_prod;
};

static void store64(struct driver *d, uint64_t pa, uint64_t value)
{
	memcpy(d->ram + (pa - d->base), &value, sizeof value);
}

static uint64_t load64(struct driver *d, uint64_t pa)
{
	uint64_t value;
	memcpy(&value, d->ram + (pa - d->base), sizeof value);
	return value;
}

/* True when (register & mask) became want within 100 us of simulated time. */
static bool wait_for(struct driver *d, enum reg reg, uint32_t mask, uint32_t want)
{
	uint64_t end_ns = tandem_now_ns(d->t) + 100000;
	while ((tandem_mmio_read32(d->t, 0, reg) & mask) != want)
		if (tandem_now_ns(d->t) > end_ns)
			return false;
	return true;
}

static bool set_cr0(struct driver *d, uint32_t value)
{
	tandem_mmio_write32(d->t, 0, CR0, value);
	return wait_for(d, CR0ACK, SMMUEN | EVENTQEN | CMDQEN, value);
}

static void push_command(struct driver *d, uint64_t word0, uint64_t word1)
{
	uint64_t slot = d->cmdq + 16 * (d->cmdq_prod & ((1u << QUEUE_LOG2) - 1));
	store64(d, slot, word0);
	store64(d, slot + 8, word1);
	d->cmdq_prod = (d->cmdq_prod + 1) & ((2u << QUEUE_LOG2) - 1); /* index and wrap bit */
}

/* CMD_SYNC: everything pushed so far is complete when it was consumed. */
static bool sync_commands(struct driver *d)
{
	push_command(d, 0x46, 0);
	tandem_mmio_write32(d->t, 0, CMDQ_PROD, d->cmdq_prod);
	return wait_for(d, CMDQ_CONS, (2u << QUEUE_LOG2) - 1, d->cmdq_prod);
}

static bool bring_up(struct driver *d)
{
	tandem *t = d->t;
	memset(d->ram + (d->table - d->base), 0, 64u << TABLE_LOG2); /* every STE invalid: every stream aborts */
	if (!set_cr0(d, 0))
		return false;
	tandem_mmio_write32(t, 0, CR1, 0);
	tandem_mmio_write32(t, 0, CR2, 1u << 2 | 1u << 1);           /* PTM, RECINVSID */
	tandem_mmio_write64(t, 0, STRTAB_BASE, d->table);
	tandem_mmio_write32(t, 0, STRTAB_BASE_CFG, TABLE_LOG2);      /* linear */
	tandem_mmio_write64(t, 0, CMDQ_BASE, d->cmdq | QUEUE_LOG2);
	tandem_mmio_write32(t, 0, CMDQ_PROD, 0);
	tandem_mmio_write32(t, 0, CMDQ_CONS, 0);
	if (!set_cr0(d, CMDQEN))
		return false;
	push_command(d, 0x04, 31);                                   /* CMD_CFGI_ALL */
	push_command(d, 0x30, 0);                                    /* CMD_TLBI_NSNH_ALL */
	if (!sync_commands(d))
		return false;
	tandem_mmio_write64(t, 0, EVENTQ_BASE, d->eventq | QUEUE_LOG2);
	tandem_mmio_write32(t, 0, EVENTQ_PROD, 0);
	tandem_mmio_write32(t, 0, EVENTQ_CONS, 0);
	return set_cr0(d, CMDQEN | EVENTQEN) && set_cr0(d, CMDQEN | EVENTQEN | SMMUEN);
}

static bool let_stream_bypass(struct driver *d, uint32_t sid)
{
	uint64_t ste = d->table + 64 * sid;
	store64(d, ste + 8, 1ull << 44);                             /* SHCFG = use incoming */
	store64(d, ste, 4u << 1 | 1);                                /* Config = bypass, V: last */
	push_command(d, 0x03 | (uint64_t)sid << 32, 1);              /* CMD_CFGI_STE, Leaf */
	return sync_commands(d);
}

static bool move_bytes(struct driver *d)
{
	char text[] = "hello, SMMU!", back[sizeof text] = "";
	tandem_txn txn = { .sid = SID, .iova = d->buffer + 3, .data = text, .size_bytes = sizeof text, .write = true };
	if (tandem_access(d->t, 0, &txn, NULL) != TANDEM_TXN_OK)
		return false;
	printf("StreamID %d wrote %zu bytes; RAM holds \"%s\"\n", SID, sizeof text, (char *)d->ram + (txn.iova - d->base));
	txn.data = back;
	txn.write = false;
	return tandem_access(d->t, 0, &txn, NULL) == TANDEM_TXN_OK && memcmp(text, back, sizeof text) == 0;
}

static bool provoke_fault(struct driver *d)
{
	uint8_t byte = 0;
	tandem_txn txn = { .sid = OTHER_SID, .iova = d->buffer, .data = &byte, .size_bytes = 1 };
	if (tandem_access(d->t, 0, &txn, NULL) != TANDEM_TXN_ABORT || !wait_for(d, EVENTQ_PROD, ~0u, 1))
		return false;
	uint64_t word0 = load64(d, d->eventq);
	printf("StreamID %d aborted; event 0x%02" PRIx64 " (%s), StreamID %" PRIu64 "\n", OTHER_SID, word0 & 0xff,
	       (word0 & 0xff) == 0x04 ? "C_BAD_STE" : "not what was expected", word0 >> 32);
	tandem_mmio_write32(d->t, 0, EVENTQ_CONS, 1);
	return (word0 & 0xff) == 0x04 && word0 >> 32 == OTHER_SID;
}

int main(int argc, char **argv)
{
	char error[256];
	struct driver d = { .t = tandem_open(NULL, argc > 1 ? argv[1] : "tlm", error, sizeof error) };
	if (d.t == NULL) {
		fprintf(stderr, "%s\n", error);
		return 2;
	}
	d.ram = tandem_ram(d.t, &d.base, NULL);
	d.table = d.base + 0x10000;
	d.cmdq = d.base + 0x20000;
	d.eventq = d.base + 0x30000;
	d.buffer = d.base + 0x40000;
	printf("%s\n", tandem_caps(d.t, 0));
	bool ok = bring_up(&d) && let_stream_bypass(&d, SID) && move_bytes(&d) && provoke_fault(&d);
	printf("%s after %" PRIu64 " ns of simulated time\n", ok ? "done" : "FAILED", tandem_now_ns(d.t));
	tandem_close(d.t);
	return ok ? 0 : 1;
}
