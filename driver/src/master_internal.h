/* SPDX-License-Identifier: Apache-2.0
 * A master from the inside, and its CD table. Not here: public entry points (master.h). Proof: driver/test/test_master.c. */
#ifndef SMMU_MASTER_INTERNAL_H
#define SMMU_MASTER_INTERNAL_H

#include "domain_internal.h"
#include "smmuv3/master.h"

#define SMMU_SIDS_MAX 64u

struct smmu_master {
	struct smmu_sys *sys;
	struct smmu_dev *dev;
	struct smmu_master *next;             /* on dev->masters */
	uint32_t *sids;                       /* sorted, distinct */
	size_t sid_count, sid_capacity;
	uint8_t ssid_bits;
	uint32_t max_pasids;                  /* exclusive bound of SSIDs, at most 1 << ssid_bits */
	bool can_stall;
	struct smmu_domain *rid;              /* null: unattached, like blocked */
	struct smmu_dma cd_table;             /* linear; virt null until first needed */
	struct smmu_domain **pasids;          /* [1 << ssid_bits], null until first needed or without SSIDs */
	uint32_t pasid_count;
};

/* ---- cdtable.c ---- */
/* Make the table exist. *fresh: this call made it. False: NO_MEMORY, nothing changed. */
bool smmu_cdtable_ensure(struct smmu_master *master, bool *fresh);
/* Give it back; the STE must not point to it. */
void smmu_cdtable_free(struct smmu_master *master);
struct smmu_cd *smmu_cdtable_cd(struct smmu_master *master, uint32_t ssid);
/* Bring the CD of ssid to target; live: the SMMU can reach the table, so the planner's steps and CFGI_CD are needed. */
smmu_status smmu_cdtable_write(struct smmu_master *master, uint32_t ssid, const struct smmu_cd *target, bool live);

#endif
