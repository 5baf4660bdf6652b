/* SPDX-License-Identifier: Apache-2.0
 * Test rig (see rig.h). */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "../src/sys_internal.h"

static void check(bool ok)
{
	if (!ok)
		abort();
}

static uint64_t now_us(void *ctx)
{
	return ((struct rig *)ctx)->clock;
}

static void relax(void *ctx)
{
	((struct rig *)ctx)->clock++;
}

/* Non-recursive locks that notice misuse. */
static void lock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	check(l->word[0] == 0);
	l->word[0] = 1;
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	check(l->word[0] == 1);
	l->word[0] = 0;
}

void rig_open(struct rig *rig, unsigned count)
{
	memset(rig, 0, sizeof *rig);
	rig->ram = aligned_alloc(1u << 21, RIG_RAM_BYTES);
	rig->memory = aligned_alloc(4096, RIG_MEMORY_BYTES);
	check(rig->ram && rig->memory);
	memset(rig->ram, 0xa5, RIG_RAM_BYTES);          /* memory is never clean on a real machine */
	memset(rig->memory, 0x5a, RIG_MEMORY_BYTES);
	rig->config = (struct smmu_sys_config){
		.host = { .ctx = rig, .now_us = now_us, .relax = relax, .lock = lock, .unlock = unlock },
		.dma = { rig->ram, RIG_RAM_PA, RIG_RAM_BYTES },
		.memory = { rig->memory, RIG_MEMORY_BYTES },
		.poll_timeout_us = 5000,
		.poll_step_max = 2000,
	};
	check(smmu_sys_init(&rig->config, &rig->sys) == SMMU_OK);
	for (unsigned i = 0; i < count; i++) {
		rig->smmu[i] = calloc(1, sizeof *rig->smmu[i]);
		check(rig->smmu[i] != NULL);
		fake_default_ids(rig->smmu[i]);
		rig->smmu[i]->ram = rig->ram;
		rig->smmu[i]->ram_pa = RIG_RAM_PA;
		rig->smmu[i]->ram_bytes = RIG_RAM_BYTES;
		rig->smmu[i]->clock = &rig->clock;
	}
}

void rig_start(struct rig *rig, unsigned i, const struct smmu_dev_config *config)
{
	struct smmu_port port;
	fake_port(rig->smmu[i], &port);
	check(smmu_dev_probe(rig->sys, &port, config, &rig->dev[i]) == SMMU_OK);
	check(smmu_dev_enable(rig->dev[i]) == SMMU_OK);
	fake_clear(rig->smmu[i]);
}

void rig_close(struct rig *rig)
{
	for (unsigned i = 0; i < RIG_SMMUS; i++)
		free(rig->smmu[i]);
	free(rig->ram);
	free(rig->memory);
}

struct smmu_domain *rig_domain(struct rig *rig, enum smmu_domain_type type)
{
	const struct smmu_domain_config config = { .type = type };
	struct smmu_domain *domain;
	check(smmu_domain_create(rig->sys, &config, &domain) == SMMU_OK);
	return domain;
}

struct smmu_master *rig_master(struct rig *rig, unsigned i, uint32_t sid, uint8_t ssid_bits)
{
	const struct smmu_master_config config = { .dev = rig->dev[i], .sids = &sid, .sid_count = 1, .ssid_bits = ssid_bits };
	struct smmu_master *master;
	check(smmu_master_create(rig->sys, &config, &master) == SMMU_OK);
	return master;
}

const uint64_t *rig_words(const struct rig *rig, uint64_t pa)
{
	check(pa >= RIG_RAM_PA && pa - RIG_RAM_PA < RIG_RAM_BYTES);
	return (const uint64_t *)((const char *)rig->ram + (pa - RIG_RAM_PA));
}

const uint64_t *rig_ste(const struct rig *rig, unsigned i, uint32_t sid)
{
	const struct fake_smmu *const smmu = rig->smmu[i];
	const uint64_t base = (fake_reg(smmu, 0x80) | (uint64_t)fake_reg(smmu, 0x84) << 32) & 0x000fffffffffffc0;
	const uint32_t cfg = fake_reg(smmu, 0x88);
	if ((cfg >> 16 & 3) == 0)
		return rig_words(rig, base + 64u * (uint64_t)sid);
	const unsigned split = cfg >> 6 & 31;
	const uint64_t l1 = *rig_words(rig, base + 8u * (sid >> split));
	if ((l1 & 31) == 0)
		return NULL;
	return rig_words(rig, (l1 & 0x000fffffffffffc0) + 64u * (sid & ((1u << split) - 1)));
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
	const unsigned char *p = bytes;
	while (count--)
		hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
	return hash;
}

/* The pool's state names every free block; what is left is in use. */
static uint64_t hash_pool(uint64_t hash, const struct smmu_pool *pool, const unsigned char *virt, uint64_t first, uint64_t bytes)
{
	unsigned char *const used = calloc(1, (size_t)(bytes / 64));
	check(used != NULL);
	memset(used, 1, (size_t)(bytes / 64));
	for (unsigned order = 0; order < pool->order_count; order++) {
		hash = mix(hash, pool->bitmap[order], pool->words[order] * 8u);
		for (uint64_t block = 0; block < pool->words[order] * UINT64_C(64); block++) {
			if (!(pool->bitmap[order][block / 64] >> (block % 64) & 1))
				continue;
			const uint64_t at = pool->origin + (block * 64 << order) - first;
			memset(used + at / 64, 0, (size_t)1 << order);
		}
	}
	for (uint64_t unit = 0; unit < bytes / 64; unit++)
		if (used[unit])
			hash = mix(hash, virt + unit * 64, 64);
	free(used);
	return hash;
}

uint64_t rig_hash(const struct rig *rig)
{
	struct smmu_sys *const sys = rig->sys;
	const uint64_t memory_first = (uintptr_t)rig->memory;
	const uint64_t attempts = sys->allocation_count, fail_in = sys->fail_in;
	const uint64_t peaks[2] = { sys->dma.peak_bytes, sys->memory.peak_bytes };
	sys->allocation_count = sys->fail_in = sys->dma.peak_bytes = sys->memory.peak_bytes = 0;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	hash = hash_pool(hash, &sys->dma, rig->ram, RIG_RAM_PA, RIG_RAM_BYTES);
	hash = hash_pool(hash, &sys->memory, rig->memory, memory_first, RIG_MEMORY_BYTES);
	sys->allocation_count = attempts;
	sys->fail_in = fail_in;
	sys->dma.peak_bytes = peaks[0];
	sys->memory.peak_bytes = peaks[1];
	return hash;
}
