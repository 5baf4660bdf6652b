/* SPDX-License-Identifier: Apache-2.0
 * Conformance vectors as scripts: a small language for "baseline, changes, one transaction, what must be seen", run
 * against any SMMU behind struct vector_device. The words are listed in model/test/README.md.
 * Not here: the vectors (vector_rows.h), the devices (test_vectors.c, test_tlm_vectors.cpp). */
#ifndef SMMUV3_VECTOR_SCRIPT_H
#define SMMUV3_VECTOR_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smmuv3_model/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Memory of 64-bit words; what was never written reads as 0. Addresses can be made to abort. */
#define VECTOR_MEMORY_WORDS 8192
struct vector_memory {
	uint64_t address[VECTOR_MEMORY_WORDS]; /* word address + 1; 0 is free */
	uint64_t value[VECTOR_MEMORY_WORDS];
	uint64_t aborts[8];
	unsigned abort_count;
	unsigned table_accesses; /* of stage-1 and stage-2 tables, counted by the device */
};
uint64_t vector_memory_read(const struct vector_memory *m, uint64_t address);
void vector_memory_write(struct vector_memory *m, uint64_t address, uint64_t value);
bool vector_memory_aborts(const struct vector_memory *m, uint64_t address, unsigned size);
/* One access as the SMMU makes it; false: external abort. answer has 8 words. */
bool vector_memory_perform(struct vector_memory *m, const struct smmu_io *io, uint64_t *answer);

enum vector_status { VECTOR_OK, VECTOR_ABORT, VECTOR_RAZ_WI, VECTOR_STALLED, VECTOR_ATS };
struct vector_outcome {
	enum vector_status status;
	uint64_t pa;
	uint8_t ats_status, ats_rights, size_log2, attr, sh;
};

struct vector_hardware {
	struct smmu_core_ids ids;
	bool pmcg_global_filter;
	bool no_walk_cache, prefetch, merge_events;
};

struct vector_device {
	void *ctx;
	struct vector_memory *memory;
	void (*power_on)(void *ctx, const struct vector_hardware *hardware);
	uint32_t (*read32)(void *ctx, uint32_t offset);
	void (*write32)(void *ctx, uint32_t offset, uint32_t value);
	void (*settle)(void *ctx);  /* until nothing moves by itself */
	int (*submit)(void *ctx, const struct smmu_txn *txn, struct vector_outcome *out); /* a ticket */
	void (*poll)(void *ctx, int ticket, struct vector_outcome *out);
	unsigned (*take_irqs)(void *ctx);
	/* The endpoint behind every StreamID. It answers invalidations at once, or never. */
	bool (*page_request)(void *ctx, const struct smmu_page_request *request);
	bool (*take_message)(void *ctx, struct smmu_message *out); /* the oldest one it heard */
	void (*endpoint_answers)(void *ctx, bool answers);
	void (*broadcast)(void *ctx, const struct smmu_dvm *dvm);
	void (*service_failure)(void *ctx);
};

struct vector {
	const char *id, *script;
};
extern const struct vector vectors[];
extern const size_t vector_count;

/* The hardware a script asks for; a device that is built once needs it beforehand. */
void vector_hardware_of(const char *script, struct vector_hardware *out);

/* True: passed. Else `why` says which statement and what was seen. */
bool vector_run(const struct vector *v, const struct vector_device *device, char *why, size_t why_size);

#ifdef __cplusplus
}
#endif

#endif
