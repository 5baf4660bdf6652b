/* SPDX-License-Identifier: Apache-2.0
 * Bitmap number allocator (see ids.h). Proof: driver/test/test_ids.c. */
#include "ids.h"

#include "sys_internal.h"

static uint32_t word_count(const struct smmu_ids *ids)
{
	return (ids->count + 63) / 64;
}

bool smmu_ids_init(struct smmu_sys *sys, struct smmu_ids *ids, uint32_t count)
{
	struct smmu_ids fresh = { .count = count };
	fresh.words = smmu_mem_alloc(sys, word_count(&fresh) * sizeof(uint64_t));
	if (!fresh.words)
		return false;
	/* Numbers beyond the end are never free. */
	if (count % 64 != 0)
		fresh.words[word_count(&fresh) - 1] = ~(SMMU_BIT(count % 64) - 1);
	*ids = fresh;
	return true;
}

void smmu_ids_exit(struct smmu_sys *sys, struct smmu_ids *ids)
{
	smmu_mem_free(sys, ids->words, word_count(ids) * sizeof(uint64_t));
	*ids = (struct smmu_ids){ 0 };
}

bool smmu_ids_alloc(struct smmu_ids *ids, uint32_t *id)
{
	const uint32_t w = ids->first_free_word;        /* none before it has room, it has */
	if (w == word_count(ids))
		return false;
	*id = w * 64 + smmu_ctz64(~ids->words[w]);
	return smmu_ids_take(ids, *id);
}

bool smmu_ids_alloc_below(struct smmu_ids *ids, uint32_t limit, uint32_t *id)
{
	if (!smmu_ids_alloc(ids, id))
		return false;
	if (*id < limit)
		return true;
	smmu_ids_free(ids, *id);
	return false;
}

bool smmu_ids_is_free(const struct smmu_ids *ids, uint32_t id)
{
	return id < ids->count && (ids->words[id / 64] & SMMU_BIT(id % 64)) == 0;
}

bool smmu_ids_take(struct smmu_ids *ids, uint32_t id)
{
	if (id >= ids->count || (ids->words[id / 64] & SMMU_BIT(id % 64)) != 0)
		return false;
	ids->words[id / 64] |= SMMU_BIT(id % 64);
	ids->used++;
	while (ids->first_free_word < word_count(ids) && ids->words[ids->first_free_word] == UINT64_MAX)
		ids->first_free_word++;
	return true;
}

bool smmu_ids_free(struct smmu_ids *ids, uint32_t id)
{
	if (id >= ids->count || (ids->words[id / 64] & SMMU_BIT(id % 64)) == 0)
		return false;
	ids->words[id / 64] &= ~SMMU_BIT(id % 64);
	ids->used--;
	if (id / 64 < ids->first_free_word)
		ids->first_free_word = id / 64;
	return true;
}
