/* SPDX-License-Identifier: Apache-2.0
 * The machine under the example, as the rest of it sees it: console, clock, registers, the end, and the two tables of functions
 * that the driver core asks of a host. Addresses are those of QEMU's virt machine.
 * Not here: PCI (edu.h), what is shown (main.c). Proof: ctest example.baremetal.* */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

#include "smmuv3/smmuv3.h"

#define MACHINE_UART UINT64_C(0x09000000)       /* PL011 */
#define MACHINE_SMMU UINT64_C(0x09050000)       /* page 0; page 1 is 64 KiB above */
#define MACHINE_SMMU_BYTES UINT64_C(0x20000)
#define MACHINE_ECAM UINT64_C(0x4010000000)     /* 1 MiB per bus */
#define MACHINE_PCI_MEMORY UINT64_C(0x10000000) /* for BARs, up to 0x3eff0000 */
#define MACHINE_PCI_MEMORY_BYTES UINT64_C(0x2eff0000)

/* Exit statuses of the image. */
enum { EXIT_PASS = 0, EXIT_CHECK_FAILED = 1, EXIT_SETUP = 2, EXIT_TRAPPED = 3 };

/* Text to the UART. In format: %s string, %u unsigned, %x uint64_t in hexadecimal with 0x, %%. Nothing else is understood. */
void say(const char *format, ...);

/* Microseconds since reset, from the generic timer. */
uint64_t machine_now_us(void);

/* End the machine with this status of the QEMU process. Needs QEMU's -semihosting-config; without it the machine just stops. */
_Noreturn void machine_exit(uint64_t status);

/* Called by start.S for every exception and interrupt: says what and where, ends with EXIT_TRAPPED. */
_Noreturn void machine_trapped(uint64_t esr, uint64_t elr, uint64_t far);

/* What the driver core wants from its host: CPU side, and the registers of the SMMU at MACHINE_SMMU. */
void machine_host(struct smmu_host *out);
void machine_smmu_port(struct smmu_port *out);

static inline uint32_t load32(uint64_t address) { return *(volatile uint32_t *)(uintptr_t)address; }
static inline void store32(uint64_t address, uint32_t value) { *(volatile uint32_t *)(uintptr_t)address = value; }
static inline uint64_t load64(uint64_t address) { return *(volatile uint64_t *)(uintptr_t)address; }
static inline void store64(uint64_t address, uint64_t value) { *(volatile uint64_t *)(uintptr_t)address = value; }

/* What the CPU wrote to memory is seen by devices before what it writes next, and the other way round for reads. */
static inline void barrier(void) { __asm__ volatile("dmb sy" ::: "memory"); }

#endif
