/* SPDX-License-Identifier: Apache-2.0
 * Arithmetic of the circular queues: index and wrap flag, empty, full, entry address.
 * Not here: what the entries mean (cmdq.c, eventq.c). Proof: model/test/test_parts.c. */
#include "internal.h"

static uint32_t pointer_mask(unsigned log2_entries) { return (UINT32_C(2) << log2_entries) - 1u; }

bool smmu_i_queue_is_empty(uint32_t prod, uint32_t cons, unsigned log2_entries)
{
	return ((prod ^ cons) & pointer_mask(log2_entries)) == 0;
}

/* Pointers that no sequence of pushes and pops can reach count as full: nothing is written over. */
bool smmu_i_queue_is_full(uint32_t prod, uint32_t cons, unsigned log2_entries)
{
	const uint32_t used = (prod - cons) & pointer_mask(log2_entries);

	return used >= UINT32_C(1) << log2_entries;
}

uint32_t smmu_i_queue_advance(uint32_t pointer, unsigned log2_entries)
{
	const uint32_t mask = pointer_mask(log2_entries);

	return (pointer & ~mask) | ((pointer + 1u) & mask);
}

/* The base is aligned down to the size of the queue, at least 32 bytes. */
uint64_t smmu_i_queue_entry(uint64_t base, uint32_t pointer, unsigned log2_entries, unsigned entry_bytes)
{
	const uint64_t bytes = (uint64_t)entry_bytes << log2_entries;
	const uint64_t align = bytes < 32 ? 32 : bytes;
	const uint32_t index = pointer & ((UINT32_C(1) << log2_entries) - 1u);

	return (base & UINT64_C(0x000fffffffffffe0) & ~(align - 1)) + (uint64_t)entry_bytes * index;
}

static unsigned min_unsigned(unsigned a, unsigned b) { return a < b ? a : b; }

unsigned smmu_i_queue_log2(uint64_t base, unsigned largest) { return min_unsigned((unsigned)(base & 0x1fu), largest); }

unsigned smmu_i_cmdq_log2(const struct smmu_core *core) { return smmu_i_queue_log2(core->r.cmdq.base, core->f.cmdqs); }

unsigned smmu_i_eventq_log2(const struct smmu_core *core) { return smmu_i_queue_log2(core->r.eventq.base, core->f.eventqs); }

unsigned smmu_i_priq_log2(const struct smmu_core *core) { return smmu_i_queue_log2(core->r.priq.base, core->f.priqs); }

uint8_t smmu_i_queue_attr(const struct smmu_core *core)
{
	return smmu_i_attr_from_cr1(SMMU_FIELD_GET(CR1, QUEUE_OC, core->r.cr1), SMMU_FIELD_GET(CR1, QUEUE_IC, core->r.cr1));
}

uint8_t smmu_i_queue_sh(const struct smmu_core *core)
{
	return smmu_i_sh_of_access(SMMU_FIELD_GET(CR1, QUEUE_SH, core->r.cr1), smmu_i_queue_attr(core));
}
