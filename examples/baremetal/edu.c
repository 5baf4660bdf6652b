/* SPDX-License-Identifier: Apache-2.0
 * ECAM and the edu device (see edu.h). */
#include "edu.h"

#include "machine.h"

enum { PCI_ID = 0x00, PCI_COMMAND = 0x04, PCI_HEADER = 0x0c, PCI_BAR0 = 0x10 };
enum { PCI_COMMAND_MEMORY = 1u << 1, PCI_COMMAND_MASTER = 1u << 2, PCI_HEADER_MULTI = 1u << 23 };
enum { EDU_ID = 0x11e81234u, EDU_BAR_BYTES = 1u << 20 };
enum { EDU_DMA_SOURCE = 0x80, EDU_DMA_TARGET = 0x88, EDU_DMA_COUNT = 0x90, EDU_DMA_COMMAND = 0x98 };
enum { EDU_DMA_RUN = 1u << 0, EDU_DMA_TO_MEMORY = 1u << 1 };
enum { EDU_BUFFER = 0x40000, EDU_BUFFER_BYTES = 4096 };  /* the device's own name for its buffer */

#define EDU_PATIENCE_US UINT64_C(120000000)     /* it takes 100 ms; a host with much else to do takes longer */

static uint64_t config_space(uint32_t sid)
{
	return MACHINE_ECAM + ((uint64_t)sid << 12);
}

static void set_up(struct edu *edu, uint32_t sid, uint64_t bar)
{
	const uint64_t config = config_space(sid);
	store32(config + PCI_BAR0, (uint32_t)bar);
	store32(config + PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	*edu = (struct edu){ .sid = sid, .registers = bar };
}

size_t edu_find(struct edu *out, size_t max)
{
	size_t found = 0;
	for (uint32_t sid = 0; sid < 256; sid++) {
		const uint32_t id = load32(config_space(sid) + PCI_ID);
		if ((id & 0xffff) == 0xffff) {
			if ((sid & 7) == 0)
				sid += 7;       /* no function 0: no device */
			continue;
		}
		const bool is_edu = id == EDU_ID && found < max;
		say("  StreamID %x: vendor %x, device %x%s\n", (uint64_t)sid, (uint64_t)(id & 0xffff), (uint64_t)(id >> 16),
		    is_edu ? ", edu" : "");
		if (is_edu) {
			set_up(&out[found], sid, MACHINE_PCI_MEMORY + found * EDU_BAR_BYTES);
			found++;
		}
		if ((sid & 7) == 0 && !(load32(config_space(sid) + PCI_HEADER) & PCI_HEADER_MULTI))
			sid += 7;
	}
	return found;
}

static bool copy(const struct edu *edu, uint64_t source, uint64_t target, uint32_t count, uint32_t direction)
{
	if (count == 0 || count >= EDU_BUFFER_BYTES)
		return false;
	store64(edu->registers + EDU_DMA_SOURCE, source);
	store64(edu->registers + EDU_DMA_TARGET, target);
	store64(edu->registers + EDU_DMA_COUNT, count);
	barrier();
	store64(edu->registers + EDU_DMA_COMMAND, EDU_DMA_RUN | direction);
	const uint64_t start_us = machine_now_us();
	while (load64(edu->registers + EDU_DMA_COMMAND) & EDU_DMA_RUN) {
		if (machine_now_us() - start_us > EDU_PATIENCE_US)
			return false;
		__asm__ volatile("yield");
	}
	barrier();
	return true;
}

bool edu_read_memory(const struct edu *edu, uint64_t iova, uint32_t count)
{
	return copy(edu, iova, EDU_BUFFER, count, 0);
}

bool edu_write_memory(const struct edu *edu, uint64_t iova, uint32_t count)
{
	return copy(edu, EDU_BUFFER, iova, count, EDU_DMA_TO_MEMORY);
}
