/* SPDX-License-Identifier: Apache-2.0
 * A driver context with fake SMMUs, as every test above module level needs it.
 * Not here: expectations. */
#ifndef RIG_H
#define RIG_H

#include "fake_smmu.h"
#include "smmuv3/smmuv3.h"

#define RIG_SMMUS 34
#define RIG_RAM_BYTES (16u << 20)
#define RIG_RAM_PA UINT64_C(0x80000000)
#define RIG_MEMORY_BYTES (4u << 20)

struct rig {
	struct fake_smmu *smmu[RIG_SMMUS];
	struct smmu_dev *dev[RIG_SMMUS];
	struct smmu_sys *sys;
	struct smmu_sys_config config;
	void *ram, *memory;
	uint64_t clock;          /* ticks of the fakes: 1 tick = 1 us */
};

/* Arenas and a context; count fakes with default IDs, not probed. poll_step_max keeps failing waits short. */
void rig_open(struct rig *rig, unsigned count);
/* Probe (config may be null) and enable SMMU i; clears what it recorded. */
void rig_start(struct rig *rig, unsigned i, const struct smmu_dev_config *config);
void rig_close(struct rig *rig);

struct smmu_domain *rig_domain(struct rig *rig, enum smmu_domain_type type);
struct smmu_master *rig_master(struct rig *rig, unsigned i, uint32_t sid, uint8_t ssid_bits);

/* Eight words of memory at a physical address. */
const uint64_t *rig_words(const struct rig *rig, uint64_t pa);
/* STE of sid, found as the SMMU would: STRTAB_BASE, FMT, SPLIT of the fake's registers. Null: no level-2 table. */
const uint64_t *rig_ste(const struct rig *rig, unsigned i, uint32_t sid);

/* Hash of everything a failed call must leave alone: all allocated DMA blocks and all host memory but the counters of
 * attempts. */
uint64_t rig_hash(const struct rig *rig);

#endif
