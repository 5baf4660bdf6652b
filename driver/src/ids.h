/* SPDX-License-Identifier: Apache-2.0
 * Number allocator: a bitmap over 0..count-1, always giving the lowest free number.
 * Not here: what a number means, when it may be reused. Proof: driver/test/test_ids.c. */
#ifndef SMMU_IDS_H
#define SMMU_IDS_H

#include <stdbool.h>
#include <stdint.h>

struct smmu_sys;

struct smmu_ids {
	uint64_t *words;
	uint32_t count, used;
	uint32_t first_free_word; /* the first word that is not full: the state depends only on what is taken */
};

/* False: NO_MEMORY, nothing changed. */
bool smmu_ids_init(struct smmu_sys *sys, struct smmu_ids *ids, uint32_t count);
void smmu_ids_exit(struct smmu_sys *sys, struct smmu_ids *ids);
/* False: exhausted. */
bool smmu_ids_alloc(struct smmu_ids *ids, uint32_t *id);
/* The lowest free number below limit. False: none. */
bool smmu_ids_alloc_below(struct smmu_ids *ids, uint32_t limit, uint32_t *id);
bool smmu_ids_is_free(const struct smmu_ids *ids, uint32_t id);
/* Take one particular number; false when it is out of range or taken. */
bool smmu_ids_take(struct smmu_ids *ids, uint32_t id);
/* False: it was not taken (double free), nothing changed. */
bool smmu_ids_free(struct smmu_ids *ids, uint32_t id);

#endif
