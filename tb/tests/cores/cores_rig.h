/* SPDX-License-Identifier: Apache-2.0
 * The driver core and the model core joined without a simulator: a register access runs what it started to its end, memory is an
 * array, and a device with an ATC of one entry sits behind every StreamID. The caches are those of the adversary, which keep all
 * the architecture lets them keep, until the CMD_SYNC. Not here: expectations. */
#ifndef CORES_RIG_H
#define CORES_RIG_H

#include "smmuv3/dev.h"
#include "smmuv3/domain.h"
#include "smmuv3/endpoint.h"
#include "smmuv3/guest.h"
#include "smmuv3/master.h"
#include "smmuv3/sys.h"
#include "smmuv3_arch.h"
#include "smmuv3_model/core.h"

#define CORES_RAM_PA UINT64_C(0x80000000)
#define CORES_RAM_BYTES (16u << 20)
#define CORES_DRIVER_BYTES (8u << 20)   /* the driver's part; behind it memory that belongs to nobody */

struct cores_rig {
	struct smmu_core *core;
	struct smmu_sys *sys;
	struct smmu_dev *dev;
	unsigned char *ram, *memory;
	uint64_t clock;
	bool silent;                    /* devices do not answer invalidations */
	bool atc_valid;
	uint32_t atc_sid;
	uint64_t atc_iova, atc_pa;      /* 4 KiB */
	unsigned atc_drops, atc_asked;
};

void cores_open(struct cores_rig *rig);
void cores_close(struct cores_rig *rig);
uint64_t *cores_word(struct cores_rig *rig, uint64_t pa);
/* One access of the device sid; flags and ats as in struct smmu_txn. */
enum smmu_xlate_status cores_access(struct cores_rig *rig, uint32_t sid, uint64_t iova, uint8_t flags, uint8_t ats, struct smmu_xlate *out);
/* A translation request whose answer the device keeps; false: it got no right. */
bool cores_ats_request(struct cores_rig *rig, uint32_t sid, uint64_t iova);

#endif
