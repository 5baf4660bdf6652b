/* SPDX-License-Identifier: Apache-2.0
 * What the two halves of the script interpreter share. Not here: the language (vector_script.h). Proof: model.vectors. */
#ifndef SMMUV3_VECTOR_SCRIPT_INTERNAL_H
#define SMMUV3_VECTOR_SCRIPT_INTERNAL_H

#include "vector_script.h"

#include "smmuv3_arch.h"
#include "smmuv3_names.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CMDQ_ADDRESS UINT64_C(0x88000000)
#define EVENTQ_ADDRESS UINT64_C(0x88100000)
#define CMDQ_LOG2 6u
#define PRIQ_ADDRESS UINT64_C(0x88200000)
#define PRIQ_LOG2 2u

struct run {
	const struct vector_device *device;
	struct vector_hardware hardware;
	const struct vector *v;
	char *why;
	size_t why_size;
	bool failed, started, keep_events;
	uint64_t strtab_base;
	uint32_t strtab_cfg, cr0, cr2, gbpa, eventq_log2, irq_ctrl;
	uint32_t cmdq_prod, eventq_cons, priq_cons;
	uint16_t stag;
	int tickets[16];
	unsigned ticket_count;
	struct smmu_txn txn;
	struct vector_outcome outcome;
	struct smmu_event event;
	bool event_seen;
	unsigned reads;
	char *words[64];
	unsigned word_count;
};

void fail(struct run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Names of the layout table. */
const struct smmu_field_name *find_field(const struct smmu_entry_name *entry, const char *name);
const struct smmu_entry_name *find_entry(const struct smmu_entry_name *table, size_t count, const char *name);
uint64_t field_mask(const struct smmu_field_name *f);
void put_field(uint64_t *qword, const struct smmu_field_name *f, uint64_t value);
bool split_assignment(char *word, char **value); /* NAME=VALUE, cut in two */
uint64_t number(struct run *r, const char *text);

/* Setup: hardware, baseline B0, registers. */
void baseline_hardware(struct vector_hardware *h);
void set_hardware(struct run *r, char *word);
void baseline(struct run *r);
uint32_t read32(struct run *r, uint32_t offset);
void write32(struct run *r, uint32_t offset, uint32_t value);
void settle(struct run *r);
void start(struct run *r);
uint32_t register_offset(const struct smmu_entry_name *reg);
void do_reg(struct run *r);
void do_structure(struct run *r, const char *type);
void do_mem(struct run *r);
void do_busabort(struct run *r);

/* Endpoints and broadcasts; false: no statement of these. */
bool do_endpoint_statement(struct run *r);

#endif
