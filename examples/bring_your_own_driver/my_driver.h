/* SPDX-License-Identifier: Apache-2.0
 * The example's driver and what it wants from its platform; replace both by yours. One thread. Addresses are physical
 * unless called iova. Functions answer false for bad arguments, exhausted memory or an SMMU that does not answer. */
#ifndef MY_DRIVER_H
#define MY_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

/* What the platform gives: registers of the one SMMU, and the CPU's view of RAM. */
uint32_t my_read32(void *platform, uint32_t offset);
void my_write32(void *platform, uint32_t offset, uint32_t value);
void my_write64(void *platform, uint32_t offset, uint64_t value);
void *my_memory(void *platform, uint64_t pa);

struct my_driver {
	void *platform;
	uint64_t pool_next, pool_end; /* 4 KiB aligned, zeroed */
	uint64_t strtab, cmdq, eventq, cd, root;
	uint32_t cmdq_prod, eventq_cons;
};

struct my_fault {
	uint8_t event; /* number of the event record */
	uint32_t sid;
	uint64_t iova;
};

bool my_driver_init(struct my_driver *d, void *platform, uint64_t pool, uint64_t pool_bytes);
bool my_driver_attach(struct my_driver *d, uint32_t sid);
bool my_driver_map(struct my_driver *d, uint64_t iova, uint64_t pa);
bool my_driver_unmap(struct my_driver *d, uint64_t iova);
bool my_driver_next_fault(struct my_driver *d, struct my_fault *fault); /* false: there is none */

#endif
