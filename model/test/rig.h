/* SPDX-License-Identifier: Apache-2.0
 * What the unit tests of the core share: one SMMU, the memory of the conformance vectors, and hands to step jobs with.
 * Not here: expectations. */
#ifndef SMMUV3_MODEL_TEST_RIG_H
#define SMMUV3_MODEL_TEST_RIG_H

#include "smmuv3_model/core_state.h"
#include "vector_script.h"

#define RIG_CMDQ UINT64_C(0x88000000)
#define RIG_EVENTQ UINT64_C(0x88100000)

struct rig {
	struct smmu_core core;
	struct vector_memory memory;
	uint32_t cmdq_prod;
};

/* Default configuration with no UNKNOWN reset values; `change` may be null. */
void rig_init(struct rig *rig, void (*change)(struct smmu_core_config *config));
/* Queues of 16 commands and 16 events, a linear stream table of 64 entries at 0x80000000, everything enabled. */
void rig_enable(struct rig *rig);
/* Stream `sid` through stage 1 with `asid`: 4 KiB pages at 0x1000 * i -> 0x10000000 + 0x1000 * i (i = 0..511),
 * descriptors at 0x82003000 + 8 * i with the given low bits. */
void rig_map_stream(struct rig *rig, uint32_t sid, uint16_t asid, uint64_t desc_bits);
uint64_t rig_cd_address(uint32_t sid);

bool rig_io(struct rig *rig, int job);               /* performs the access a job waits for */
enum smmu_step rig_step(struct rig *rig, int job);   /* until something other than IO */
enum smmu_xlate_status rig_run(struct rig *rig, uint32_t sid, uint64_t iova, uint8_t flags, struct smmu_xlate *out);
void rig_settle(struct rig *rig);                    /* handshakes, commands, MSIs */
void rig_command(struct rig *rig, uint64_t q0, uint64_t q1); /* published, not yet processed */
struct smmu_core_stats rig_stats(const struct rig *rig);

#endif
