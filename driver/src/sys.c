/* SPDX-License-Identifier: Apache-2.0
 * The driver context: places itself and the allocator state at the start of the host arena, hands out blocks.
 * Not here: the block arithmetic (pool.c). Proof: driver/test/test_pool.c. */
#include "sys_internal.h"

#define ARENA_MIN_BYTES 65536u
#define PA_LIMIT SMMU_BIT(52)

static smmu_status check_config(const struct smmu_sys_config *config)
{
	const struct smmu_host *host = &config->host;
	if (!host->now_us || !host->lock != !host->unlock || !config->dma.virt || !config->memory.virt)
		return SMMU_E_INVALID;
	if (!smmu_is_aligned((uintptr_t)config->dma.virt, 4096) || !smmu_is_aligned(config->dma.pa, 4096) ||
	    !smmu_is_aligned((uintptr_t)config->memory.virt, SMMU_POOL_UNIT))
		return SMMU_E_ALIGN;
	if (config->dma.size_bytes < ARENA_MIN_BYTES || config->memory.size_bytes < ARENA_MIN_BYTES)
		return SMMU_E_RANGE;
	if (config->dma.pa >= PA_LIMIT || config->dma.size_bytes > PA_LIMIT - config->dma.pa)
		return SMMU_E_OVERFLOW;
	return SMMU_OK;
}

static uint64_t round_up_unit(uint64_t bytes)
{
	return (bytes + SMMU_POOL_UNIT - 1) & ~(uint64_t)(SMMU_POOL_UNIT - 1);
}

smmu_status smmu_sys_init(const struct smmu_sys_config *config, struct smmu_sys **out)
{
	if (!out)
		return SMMU_E_INVALID;
	*out = NULL;
	if (!config)
		return SMMU_E_INVALID;
	const smmu_status status = check_config(config);
	if (status != SMMU_OK)
		return status;

	const uint64_t memory_base = (uintptr_t)config->memory.virt;
	const uint64_t memory_bytes = config->memory.size_bytes & ~(uint64_t)(SMMU_POOL_UNIT - 1);
	const uint64_t dma_bytes = config->dma.size_bytes & ~(uint64_t)(SMMU_POOL_UNIT - 1);
	const uint64_t dma_state = round_up_unit(sizeof(struct smmu_sys));
	const uint64_t memory_state = dma_state + round_up_unit(smmu_pool_state_bytes(config->dma.pa, dma_bytes));
	/* The state for the whole arena is a little more than the state for what is left of it. */
	const uint64_t first = memory_state + round_up_unit(smmu_pool_state_bytes(memory_base, memory_bytes));
	if (first + ARENA_MIN_BYTES / 2 > memory_bytes)
		return SMMU_E_RANGE;

	char *const base = config->memory.virt;
	struct smmu_sys *sys = config->memory.virt;
	smmu_zero(sys, sizeof *sys);
	sys->host = config->host;
	sys->arena = config->dma;
	sys->poll_timeout_us = config->poll_timeout_us ? config->poll_timeout_us : 1000000u;
	sys->poll_step_max = config->poll_step_max ? config->poll_step_max : 10000000u;
	smmu_pool_init(&sys->dma, config->dma.pa, dma_bytes, base + dma_state);
	/* Same origin as computed for the whole arena: only the covered part starts later. */
	smmu_pool_init(&sys->memory, memory_base + first, memory_bytes - first, base + memory_state);
	*out = sys;
	return SMMU_OK;
}

smmu_status smmu_sys_exit(struct smmu_sys *sys)
{
	if (!sys)
		return SMMU_E_INVALID;
	if (sys->object_count != 0)
		return SMMU_E_BUSY;
	smmu_zero(sys, sizeof *sys);
	return SMMU_OK;
}

smmu_status smmu_sys_stats(struct smmu_sys *sys, struct smmu_sys_stats *out)
{
	if (!sys || !out)
		return SMMU_E_INVALID;
	smmu_lock(sys, &sys->pool_lock);
	*out = (struct smmu_sys_stats){
		.dma_size_bytes = (size_t)sys->dma.size_bytes,
		.dma_used_bytes = (size_t)sys->dma.used_bytes,
		.dma_peak_bytes = (size_t)sys->dma.peak_bytes,
		.memory_size_bytes = (size_t)sys->memory.size_bytes,
		.memory_used_bytes = (size_t)sys->memory.used_bytes,
		.memory_peak_bytes = (size_t)sys->memory.peak_bytes,
		.allocation_count = sys->allocation_count,
	};
	smmu_unlock(sys, &sys->pool_lock);
	return SMMU_OK;
}

void smmu_sys_fail_allocation(struct smmu_sys *sys, uint64_t k)
{
	if (sys)
		sys->fail_in = k;
}

void *smmu_sys_virt(const struct smmu_sys *sys, smmu_pa pa)
{
	if (!sys || pa.v < sys->arena.pa || pa.v - sys->arena.pa >= sys->arena.size_bytes)
		return NULL;
	return smmu_virt(sys, pa.v);
}

static uint64_t take(struct smmu_sys *sys, struct smmu_pool *pool, uint64_t size_bytes)
{
	uint64_t block = SMMU_POOL_NONE;
	smmu_lock(sys, &sys->pool_lock);
	if (sys->fail_in == 0 || --sys->fail_in != 0)
		block = smmu_pool_alloc(pool, size_bytes);
	if (block != SMMU_POOL_NONE)
		sys->allocation_count++;
	smmu_unlock(sys, &sys->pool_lock);
	return block;
}

bool smmu_dma_alloc(struct smmu_sys *sys, uint64_t size_bytes, struct smmu_dma *out)
{
	const uint64_t pa = take(sys, &sys->dma, size_bytes);
	if (pa == SMMU_POOL_NONE)
		return false;
	*out = (struct smmu_dma){ smmu_virt(sys, pa), pa, size_bytes };
	smmu_zero(out->virt, (size_t)size_bytes);
	return true;
}

void smmu_dma_free(struct smmu_sys *sys, struct smmu_dma *block)
{
	if (!block->virt)
		return;
	smmu_lock(sys, &sys->pool_lock);
	smmu_pool_free(&sys->dma, block->pa, block->size_bytes);
	smmu_unlock(sys, &sys->pool_lock);
	*block = (struct smmu_dma){ 0 };
}

void *smmu_mem_alloc(struct smmu_sys *sys, size_t size_bytes)
{
	const uint64_t address = take(sys, &sys->memory, size_bytes);
	if (address == SMMU_POOL_NONE)
		return NULL;
	void *const block = (void *)(uintptr_t)address;
	smmu_zero(block, size_bytes);
	return block;
}

void smmu_mem_free(struct smmu_sys *sys, void *block, size_t size_bytes)
{
	if (!block)
		return;
	smmu_lock(sys, &sys->pool_lock);
	smmu_pool_free(&sys->memory, (uintptr_t)block, size_bytes);
	smmu_unlock(sys, &sys->pool_lock);
}
