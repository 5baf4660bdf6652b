/* SPDX-License-Identifier: Apache-2.0
 * The driver context: the two arenas all memory comes from, the host hooks, and the limits.
 * The core has no globals and never allocates elsewhere; two contexts in one process do not know each other.
 * Not here: anything about an SMMU (dev.h). Proof: driver/test/test_pool.c, test_failure_atomicity.c. */
#ifndef SMMUV3_SYS_H
#define SMMUV3_SYS_H

#include "port.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Memory the SMMUs can reach: queues, stream tables, CD tables, translation tables. virt and pa are aligned to 4 KiB.
 * Every block lies at a PA aligned to its size rounded up to a power of two, as the SMMU wants it. */
struct smmu_dma_arena {
	void *virt;
	uint64_t pa;
	size_t size_bytes;
};

/* Host-only memory: objects, bitmaps, allocator state of both arenas (about 1/256 of the DMA arena). Aligned to 64. */
struct smmu_host_arena {
	void *virt;
	size_t size_bytes;
};

struct smmu_sys_config {
	struct smmu_host host;
	struct smmu_dma_arena dma;
	struct smmu_host_arena memory;
	uint32_t poll_timeout_us;   /* deadline of one wait for a register or a CMD_SYNC; 0: 1,000,000 */
	uint32_t poll_step_max;     /* rounds of one wait, against a clock that stands still; 0: 10,000,000 */
};

struct smmu_sys_stats {
	size_t dma_size_bytes, dma_used_bytes, dma_peak_bytes;
	size_t memory_size_bytes, memory_used_bytes, memory_peak_bytes;
	uint64_t allocation_count; /* successful block allocations since init, both arenas */
};

/* Build a context at the start of config->memory. Errors: INVALID (null, missing now_us, only one of lock/unlock), ALIGN,
 * RANGE (an arena smaller than 64 KiB, or not enough host memory for the allocator state), OVERFLOW (pa + size wraps or
 * exceeds 52 bits). On failure *out is null and nothing but config->memory was written. Never blocks. */
smmu_status smmu_sys_init(const struct smmu_sys_config *config, struct smmu_sys **out);

/* Forget the context. BUSY while any dev, domain, master or PMCG of it exists. Writes no register. */
smmu_status smmu_sys_exit(struct smmu_sys *sys);

/* Snapshot of the arenas. Takes the pool lock. INVALID on null. */
smmu_status smmu_sys_stats(struct smmu_sys *sys, struct smmu_sys_stats *out);

/* Test aid: the k-th block allocation from now (1 = the next) fails with NO_MEMORY, once. 0 switches it off. */
void smmu_sys_fail_allocation(struct smmu_sys *sys, uint64_t k);

/* CPU view of a physical address inside the DMA arena, null outside it. For tests and dumps. */
void *smmu_sys_virt(const struct smmu_sys *sys, smmu_pa pa);

#ifdef __cplusplus
}
#endif

#endif
