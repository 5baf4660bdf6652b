/* SPDX-License-Identifier: Apache-2.0
 * Everything the core needs from its host: two tables of functions. struct smmu_host is given once per driver context
 * (CPU side: time, barriers, locks), struct smmu_port once per SMMU (its registers).
 * Both are copied by the call that takes them; ctx pointers are handed back untouched. No hook may call the driver.
 * Not here: memory (sys.h), interrupt delivery (the host calls smmu_dev_handle_events() and friends from its handler
 * thread). Proof: driver/test/fake_smmu.c is a complete port; driver/test/test_cmdq.c and test_dev.c use all of it. */
#ifndef SMMUV3_PORT_H
#define SMMUV3_PORT_H

#include "types.h"

struct smmu_trace_sink; /* arch/trace/smmuv3_trace.h */

#ifdef __cplusplus
extern "C" {
#endif

/* Storage of one lock. All zero means free; the host's hooks own the words (an atomic flag, an owner, an event index). */
struct smmu_lock {
	uintptr_t word[2];
};

struct smmu_host {
	void *ctx;
	/* Microseconds since any fixed point, monotonic. Required. */
	uint64_t (*now_us)(void *ctx);
	/* Called once per round of every waiting loop: let time pass (yield to a simulator, pause a CPU). May be null. */
	void (*relax)(void *ctx);
	/* Called instead of relax() while a CMD_SYNC that ends with an event is waited for (SMMU_SYNC_SEV): return when an SMMU
	 * has sent one since the last return, and in any case after a while, as WFE with an event stream does. Null: relax(). */
	void (*wait_event)(void *ctx);
	/* Earlier CPU writes to DMA memory become visible to every SMMU before later ones and before later register writes
	 * (dma_wmb + full barrier against later loads: it also orders "clear a descriptor" before "read who caches it").
	 * Null means a C11 sequentially consistent fence is enough. */
	void (*publish)(void *ctx);
	/* Later CPU reads of DMA memory see what an SMMU wrote before the register value read last (dma_rmb). Null: fence. */
	void (*consume)(void *ctx);
	/* Write back [virt, virt + size_bytes) so that a non-coherent SMMU sees it. Called before publish() for every store
	 * to tables or queues of an SMMU, or of a domain, that is not coherent. Null: nothing to do. */
	void (*clean)(void *ctx, const void *virt, size_t size_bytes);
	/* Drop CPU cache lines of [virt, virt + size_bytes) before reading what a non-coherent SMMU wrote. Null: nothing. */
	void (*discard)(void *ctx, const void *virt, size_t size_bytes);
	/* Mutual exclusion between the host's driver threads. Both null: the host promises that driver calls never overlap.
	 * Not recursive. Nesting order is attach -> domain -> dev/cmdq -> pool. Held across register accesses. Held across
	 * relax() only: the attach lock, while an attach, detach, enable or disable call waits; the domain lock, while an unmap
	 * that splits a block waits for its SYNC. So lock() must let other threads run while it waits, as relax() does. */
	void (*lock)(void *ctx, struct smmu_lock *lock);
	void (*unlock)(void *ctx, struct smmu_lock *lock);
	/* Receives table stores, tag life-cycle and driver calls. Null: no cost but one compare. */
	const struct smmu_trace_sink *trace;
};

struct smmu_port {
	void *ctx;
	/* Offsets are from the SMMU's page 0 (EVENTQ_PROD is 0x100A8). Accesses are aligned. All but the 64-bit two required. */
	uint32_t (*read32)(void *ctx, uint32_t offset);
	void (*write32)(void *ctx, uint32_t offset, uint32_t value);
	uint64_t (*read64)(void *ctx, uint32_t offset);               /* null: two read32, low half first */
	void (*write64)(void *ctx, uint32_t offset, uint64_t value);  /* null: two write32, low half first */
	/* Receives the MMIO accesses of this SMMU's driver. Null: no cost but one compare. */
	const struct smmu_trace_sink *trace;
};

#ifdef __cplusplus
}
#endif

#endif
