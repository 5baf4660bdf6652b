/* SPDX-License-Identifier: Apache-2.0
 * A hostile device under the driver: bytes decide what the ID registers, every register read and every queue record hold,
 * and which public calls are made in which order with which arguments.
 * What must hold whatever the bytes are: no access outside the arenas (the sanitizers see that), no lock left taken, a bound
 * on the register accesses of one call, aligned accesses only; and once the device behaves again, everything can be taken
 * down and both arenas are empty.
 * Not here: what the right answer to garbage is. Used by fuzz_port.c (libFuzzer) and test/test_hostile.c (fixed seeds). */
#ifndef SMMU_DRIVER_HOSTILE_H
#define SMMU_DRIVER_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

/* What one run did, so that a test can tell a run that reached something from one that did not. */
struct hostile_counts {
	unsigned calls, ok, refused, failed; /* failed: TIMEOUT, CMDQ, HARDWARE */
	unsigned garbage;                    /* register reads answered with garbage */
};

/* Calls abort() when something does not hold. */
void hostile_run(const uint8_t *data, size_t size, struct hostile_counts *counts);

#endif
