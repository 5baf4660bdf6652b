/* SPDX-License-Identifier: Apache-2.0
 * The driver of this folder on a platform of libtandem: init, map, DMA, unmap, the fault. Usage: bring_your_own_driver BACKEND.
 * Exit 0: all of it happened; 1: not; 2: no platform. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "my_driver.h"
#include "tandem/tandem.h"

enum { SID = 7, POOL_OFFSET = 0x100000, POOL_BYTES = 0x100000, BUFFER_OFFSET = 0x400000 };
#define IOVA 0x12345000ull

uint32_t my_read32(void *platform, uint32_t offset) { return tandem_mmio_read32(platform, 0, offset); }
void my_write32(void *platform, uint32_t offset, uint32_t value) { tandem_mmio_write32(platform, 0, offset, value); }
void my_write64(void *platform, uint32_t offset, uint64_t value) { tandem_mmio_write64(platform, 0, offset, value); }

void *my_memory(void *platform, uint64_t pa)
{
	uint64_t base;
	uint8_t *ram = tandem_ram(platform, &base, NULL);
	return ram + (pa - base);
}

static bool say(const char *what, bool ok)
{
	printf("%-48s %s\n", what, ok ? "ok" : "FAILED");
	return ok;
}

static bool try_it(tandem *t)
{
	struct my_driver d;
	struct my_fault fault;
	char text[] = "two pages that are no neighbours in memory", back[sizeof text] = "";
	uint64_t base, buffer, iova = IOVA + 4096 - 20; /* crosses the page border */
	tandem_txn txn = { .sid = SID, .iova = iova, .data = text, .size_bytes = sizeof text, .write = true };

	tandem_ram(t, &base, NULL);
	buffer = base + BUFFER_OFFSET;
	if (!say("init", my_driver_init(&d, t, base + POOL_OFFSET, POOL_BYTES)))
		return false;
	if (!say("attach StreamID 7", my_driver_attach(&d, SID)))
		return false;
	if (!say("map two pages, in reverse order", my_driver_map(&d, IOVA, buffer + 4096) && my_driver_map(&d, IOVA + 4096, buffer)))
		return false;
	if (!say("DMA write", tandem_access(t, 0, &txn, NULL) == TANDEM_TXN_OK))
		return false;
	if (!say("its bytes are where the map says", memcmp(my_memory(t, buffer + 2 * 4096 - 20), text, 20) == 0 &&
	                                             memcmp(my_memory(t, buffer), text + 20, sizeof text - 20) == 0))
		return false;
	txn.data = back;
	txn.write = false;
	if (!say("DMA read", tandem_access(t, 0, &txn, NULL) == TANDEM_TXN_OK && memcmp(back, text, sizeof text) == 0))
		return false;
	if (!say("no fault so far", !my_driver_next_fault(&d, &fault)))
		return false;
	if (!say("unmap the second page", my_driver_unmap(&d, IOVA + 4096)))
		return false;
	if (!say("the same DMA aborts", tandem_access(t, 0, &txn, NULL) == TANDEM_TXN_ABORT))
		return false;
	bool seen = false;
	for (int i = 0; i < 1000 && !seen; i++)
		seen = my_driver_next_fault(&d, &fault);
	if (!say("its fault is reported", seen))
		return false;
	printf("event 0x%02x, StreamID %" PRIu32 ", IOVA 0x%" PRIx64 "\n", fault.event, fault.sid, fault.iova);
	return say("F_TRANSLATION of the second page", fault.event == 0x10 && fault.sid == SID && fault.iova >> 12 == (IOVA + 4096) >> 12);
}

int main(int argc, char **argv)
{
	char err[300];
	tandem *t = tandem_open(NULL, argc > 1 ? argv[1] : "tlm", err, sizeof err);
	if (t == NULL) {
		fprintf(stderr, "%s\n", err);
		return 2;
	}
	bool ok = try_it(t);
	tandem_close(t);
	return ok ? 0 : 1;
}
