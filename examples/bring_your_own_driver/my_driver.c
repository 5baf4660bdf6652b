/* SPDX-License-Identifier: Apache-2.0
 * Somebody else's SMMUv3 driver: probe, bring-up, map and unmap of 4 KiB pages in one address space, faults. It uses nothing of
 * Tandem's driver, and reaches the hardware through four functions of my_driver.h alone.
 * Not here: SubstreamIDs, stage 2, interrupts, more than one SMMU. Proof: ctest example.bring_your_own_driver.* */
#include "my_driver.h"

#include <string.h>

enum reg {
	IDR0 = 0x00, IDR1 = 0x04, CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, CR2 = 0x2c, STRTAB_BASE = 0x80, STRTAB_BASE_CFG = 0x88,
	CMDQ_BASE = 0x90, CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0, EVENTQ_IRQ_CFG0 = 0xb0, EVENTQ_PROD = 0x100a8,
	EVENTQ_CONS = 0x100ac,
};
enum { SMMUEN = 1u << 0, EVENTQEN = 1u << 2, CMDQEN = 1u << 3 };
enum { CFGI_STE = 0x03, CFGI_ALL = 0x04, TLBI_NH_VA = 0x12, TLBI_NSNH_ALL = 0x30, SYNC = 0x46 };
enum { QUEUE_LOG2 = 5, STREAMS_LOG2 = 6, POLLS = 100000, ASID = 1 };

#define TABLE_DESCRIPTOR 0x3ull
/* page; AP = read and write for everybody, SH = inner shareable, AF, nG; attribute 0 */
#define PAGE_DESCRIPTOR 0xf43ull
#define DESCRIPTOR_ADDRESS 0xfffffffff000ull

/* The driver's memory is zeroed by whoever gives it; pages are never given back. */
static uint64_t new_page(struct my_driver *d)
{
	uint64_t page = d->pool_next;
	if (page >= d->pool_end)
		return 0;
	d->pool_next += 4096;
	return page;
}

static bool wait_for(struct my_driver *d, enum reg reg, uint32_t mask, uint32_t want)
{
	for (int i = 0; i < POLLS; i++)
		if ((my_read32(d->platform, reg) & mask) == want)
			return true;
	return false;
}

static bool set_cr0(struct my_driver *d, uint32_t value)
{
	my_write32(d->platform, CR0, value);
	return wait_for(d, CR0ACK, SMMUEN | EVENTQEN | CMDQEN, value);
}

static void push(struct my_driver *d, uint64_t word0, uint64_t word1)
{
	uint64_t *slot = my_memory(d->platform, d->cmdq + 16 * (d->cmdq_prod & ((1u << QUEUE_LOG2) - 1)));
	slot[0] = word0;
	slot[1] = word1;
	d->cmdq_prod = (d->cmdq_prod + 1) & ((2u << QUEUE_LOG2) - 1); /* index and wrap bit */
}

/* Everything pushed is complete. At most three commands are pushed in between, so the queue is never full. */
static bool sync(struct my_driver *d)
{
	push(d, SYNC, 0);
	my_write32(d->platform, CMDQ_PROD, d->cmdq_prod);
	return wait_for(d, CMDQ_CONS, (2u << QUEUE_LOG2) - 1, d->cmdq_prod);
}

bool my_driver_init(struct my_driver *d, void *platform, uint64_t pool, uint64_t pool_bytes)
{
	memset(d, 0, sizeof *d);
	d->platform = platform;
	d->pool_next = pool;
	d->pool_end = pool + pool_bytes;

	/* stage 1 (bit 1), AArch64 tables (TTF bit 3:2 = 2 or 3), little-endian */
	uint32_t idr0 = my_read32(platform, IDR0), idr1 = my_read32(platform, IDR1);
	if ((idr0 & 1u << 1) == 0 || (idr0 >> 2 & 3) < 2 || (idr1 & 0x3f) < STREAMS_LOG2)
		return false;
	d->strtab = new_page(d); /* 64 STEs of 64 bytes, all invalid: every stream aborts */
	d->cmdq = new_page(d);
	d->eventq = new_page(d);
	d->cd = new_page(d);
	d->root = new_page(d);
	if (d->root == 0 || !set_cr0(d, 0))
		return false;
	my_write32(platform, CR1, 3u << 10 | 1u << 8 | 1u << 6 | 3u << 4 | 1u << 2 | 1u); /* inner shareable, write-back */
	my_write32(platform, CR2, 1u << 2 | 1u << 1);                                 /* PTM, RECINVSID */
	my_write64(platform, STRTAB_BASE, d->strtab);
	my_write32(platform, STRTAB_BASE_CFG, STREAMS_LOG2);                         /* linear */
	my_write64(platform, CMDQ_BASE, d->cmdq | QUEUE_LOG2);
	my_write32(platform, CMDQ_PROD, 0);
	my_write32(platform, CMDQ_CONS, 0);
	if (!set_cr0(d, CMDQEN))
		return false;
	push(d, CFGI_ALL, 31);
	push(d, TLBI_NSNH_ALL, 0);
	if (!sync(d))
		return false;
	my_write64(platform, EVENTQ_BASE, d->eventq | QUEUE_LOG2);
	my_write32(platform, EVENTQ_PROD, 0);
	my_write32(platform, EVENTQ_CONS, 0);
	my_write64(platform, EVENTQ_IRQ_CFG0, 0); /* no MSI */
	return set_cr0(d, CMDQEN | EVENTQEN) && set_cr0(d, CMDQEN | EVENTQEN | SMMUEN);
}

/* Gives a stream the address space of the driver: 39 bits from 0, 4 KiB pages. */
bool my_driver_attach(struct my_driver *d, uint32_t sid)
{
	if (sid >> STREAMS_LOG2 != 0)
		return false;
	uint64_t *cd = my_memory(d->platform, d->cd);
	cd[1] = d->root;                            /* TTB0 */
	cd[3] = 0xff;                               /* MAIR attribute 0: normal, write-back */
	cd[0] = 25 | 1ull << 8 | 1ull << 10 | 3ull << 12 /* T0SZ, IR0, OR0, SH0 */
	      | 1ull << 30 | 1ull << 31 | 5ull << 32      /* EPD1, V, IPS = 48 bits */
	      | 1ull << 41 | 1ull << 45 | 1ull << 46      /* AA64, R, A */
	      | 1ull << 47 | (uint64_t)ASID << 48;        /* ASET, ASID */
	uint64_t *ste = my_memory(d->platform, d->strtab + 64ull * sid);
	ste[1] = 1ull << 2 | 1ull << 4 | 3ull << 6;   /* S1CIR, S1COR, S1CSH */
	ste[0] = d->cd | 5u << 1 | 1u;              /* S1ContextPtr, Config = stage 1, V: last */
	push(d, CFGI_STE | (uint64_t)sid << 32, 1);
	return sync(d);
}

/* The level 3 descriptor of an IOVA; with make, missing tables are made. */
static uint64_t *leaf_of(struct my_driver *d, uint64_t iova, bool make)
{
	uint64_t table = d->root;
	for (int shift = 30; shift > 12; shift -= 9) {
		uint64_t *entry = (uint64_t *)my_memory(d->platform, table) + (iova >> shift & 511);
		if ((*entry & 1) == 0) {
			uint64_t page = make ? new_page(d) : 0;
			if (page == 0)
				return NULL;
			*entry = page | TABLE_DESCRIPTOR;
		}
		table = *entry & DESCRIPTOR_ADDRESS;
	}
	return (uint64_t *)my_memory(d->platform, table) + (iova >> 12 & 511);
}

bool my_driver_map(struct my_driver *d, uint64_t iova, uint64_t pa)
{
	uint64_t *leaf = iova >> 39 == 0 && (iova & 4095) == 0 && (pa & ~DESCRIPTOR_ADDRESS) == 0 ? leaf_of(d, iova, true) : NULL;
	if (leaf == NULL || *leaf != 0)
		return false;
	*leaf = pa | PAGE_DESCRIPTOR;
	return true; /* invalid entries are in no TLB */
}

bool my_driver_unmap(struct my_driver *d, uint64_t iova)
{
	uint64_t *leaf = iova >> 39 == 0 ? leaf_of(d, iova, false) : NULL;
	if (leaf == NULL || *leaf == 0)
		return false;
	*leaf = 0;
	push(d, TLBI_NH_VA | (uint64_t)ASID << 48, (iova & ~4095ull) | 1); /* VMID 0, Leaf */
	return sync(d);
}

bool my_driver_next_fault(struct my_driver *d, struct my_fault *fault)
{
	if (my_read32(d->platform, EVENTQ_PROD) == d->eventq_cons)
		return false;
	const uint64_t *record = my_memory(d->platform, d->eventq + 32 * (d->eventq_cons & ((1u << QUEUE_LOG2) - 1)));
	fault->event = (uint8_t)record[0];
	fault->sid = (uint32_t)(record[0] >> 32);
	fault->iova = record[2];
	d->eventq_cons = (d->eventq_cons + 1) & ((2u << QUEUE_LOG2) - 1);
	my_write32(d->platform, EVENTQ_CONS, d->eventq_cons);
	return true;
}
