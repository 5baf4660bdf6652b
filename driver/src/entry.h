/* SPDX-License-Identifier: Apache-2.0
 * The planner of live STE and CD updates: which words to store, in which groups, so that at every point where the SMMU may
 * fetch the entry (after each group comes CFGI + CMD_SYNC) the bits it uses are those of the old or of the new entry; when
 * two used words differ, word 0 goes through zero instead (not hitless). Pure: it neither stores nor syncs.
 * Not here: building entries (ste.c, cd.c), storing them (entry_write.c). Proof: driver/test/test_entry.c. */
#ifndef SMMU_ENTRY_H
#define SMMU_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#define SMMU_ENTRY_WORDS 8u
#define SMMU_ENTRY_GROUPS_MAX 3u

enum smmu_entry_kind { SMMU_ENTRY_STE, SMMU_ENTRY_CD };

struct smmu_entry_plan {
	uint64_t word[SMMU_ENTRY_GROUPS_MAX][SMMU_ENTRY_WORDS];
	uint8_t mask[SMMU_ENTRY_GROUPS_MAX];   /* words of the group to store */
	uint8_t group_count;                   /* 0: nothing to do */
	bool hitless;                          /* V = 1 before, after and at every sync between */
};

/* Bits of the entry an SMMU looks at, given the entry's own V, Config and so on. */
void smmu_entry_used(enum smmu_entry_kind kind, const uint64_t entry[SMMU_ENTRY_WORDS], uint64_t used[SMMU_ENTRY_WORDS]);
/* Used bits that may change at any time: MEV; EATS when it goes off. */
void smmu_entry_relaxable(enum smmu_entry_kind kind, const uint64_t target[SMMU_ENTRY_WORDS], uint64_t mask[SMMU_ENTRY_WORDS]);
/* target has no bit set outside its own used bits, except what the builder wants kept. */
void smmu_entry_plan(enum smmu_entry_kind kind, const uint64_t entry[SMMU_ENTRY_WORDS], const uint64_t target[SMMU_ENTRY_WORDS],
		     struct smmu_entry_plan *plan);

#endif
