/* SPDX-License-Identifier: Apache-2.0
 * The surroundings of the explored driver: one context in two small arenas and up to two SMMUs that consume commands, walk tables in
 * single steps and remember STE, CD, tables and translations until they are told to forget. All state is one struct, so that an
 * execution starts by copying it. Stage 1 only, StreamIDs 0 to 3, no SubstreamIDs, 4 KiB granule, IOVAs of 30 bits.
 * Not here: queues of events, errors. Proof: test_explore.c, test_explore_domain.c find their mutants with it. */
#ifndef EXPLORE_WORLD_H
#define EXPLORE_WORLD_H

#include "dev_internal.h"
#include "smmuv3/smmuv3.h"

#define WORLD_SMMUS 2u
#define WORLD_SIDS 4u
#define WORLD_PA UINT64_C(0x80000000)
#define WORLD_DMA_BYTES (64u << 10)
#define WORLD_MEMORY_BYTES (64u << 10)
#define WORLD_LOG_MAX 64u
#define WORLD_NOWHERE UINT64_MAX

struct world_stream {                   /* what is remembered of a StreamID */
	bool valid;
	bool translates;
	uint64_t ttb, asid;
};

struct world_tlb {
	bool valid;
	uint64_t asid, page, pa;
};

struct world_table {                    /* a table of pages, found by an earlier walk */
	bool valid;
	uint64_t asid, span, pa;
};

struct world_smmu {
	uint32_t reg[0x200 / 4];
	uint32_t event_cons;
	bool gone;                      /* removed: nobody may come near it */
	uint64_t log[WORLD_LOG_MAX];    /* first words of what was consumed since the world began */
	unsigned log_count;
	uint32_t generation;            /* invalidations; a walk that one overtakes starts again */
	struct world_stream stream[WORLD_SIDS];
	struct world_tlb tlb[8];
	struct world_table table[8];
	unsigned next_tlb, next_table;
};

struct world {
	_Alignas(4096) unsigned char dma[WORLD_DMA_BYTES];
	_Alignas(4096) unsigned char memory[WORLD_MEMORY_BYTES];
	struct smmu_sys *sys;
	struct smmu_dev *dev[WORLD_SMMUS];
	struct world_smmu smmu[WORLD_SMMUS];
	bool coarse;                    /* register reads and the pool's lock are no points */
	/* For the threads of a test: what they have done. */
	uint64_t mark[8];
};

extern struct world world;

/* A context and count SMMUs, enabled, with command queues of 1 << cmdq_log2 entries. */
void world_open(unsigned count, uint8_t cmdq_log2);
/* Every execution starts with the world as it is now, but for the command queues, which hold garbage. */
void world_keep(void);
void world_restore(void);

/* explore_thread of an SMMU; arg is its struct world_smmu. */
void world_consume(void *smmu);
bool world_has_command(void *smmu);
/* Atomics of the command queues, but for who is inside: no points where the queue itself is not in question. */
bool world_skips_queue(const volatile void *at);
/* Fails on an access to memory of either arena that is free. */
void world_check_access(const volatile void *at);

/* One access by a device: where it goes, or WORLD_NOWHERE. A step of its own before every word it reads. */
uint64_t world_access(struct world_smmu *smmu, uint32_t sid, uint64_t iova);

#endif
