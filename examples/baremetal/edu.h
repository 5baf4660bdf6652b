/* SPDX-License-Identifier: Apache-2.0
 * The DMA device: QEMU's `edu` PCI device, found through ECAM. It has a buffer of 4 KiB and copies between that and the bus.
 * Its StreamID is its bus, device and function number. It drives 28 address bits and does not tell when the bus refused.
 * Not here: bridges (bus 0 only), interrupts, its other toys. Proof: ctest example.baremetal.* */
#ifndef EDU_H
#define EDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edu {
	uint32_t sid;           /* bus << 8 | device << 3 | function */
	uint64_t registers;     /* where BAR 0 was put */
};

/* Walk bus 0, say what is there, give every edu a BAR, memory decoding and bus mastering. Returns how many of them were
 * stored in out, at most max. */
size_t edu_find(struct edu *out, size_t max);

/* Copy count bytes (1..4095: QEMU ends when a copy fills the buffer) between the start of the device's buffer and the bus
 * address iova (below 2^28), and wait until it says that it is done. False: it did not within two minutes, or count is not allowed. */
bool edu_read_memory(const struct edu *edu, uint64_t iova, uint32_t count);
bool edu_write_memory(const struct edu *edu, uint64_t iova, uint32_t count);

#endif
