/* SPDX-License-Identifier: Apache-2.0
 * A master: one device behind one SMMU. It owns its STEs and its CD table and attaches domains to them.
 * Not here: address spaces (domain.h), ATS endpoint control. Proof: driver/test/test_master.c, test_pasid.c. */
#ifndef SMMUV3_MASTER_H
#define SMMUV3_MASTER_H

#include "domain.h"

#ifdef __cplusplus
extern "C" {
#endif

struct smmu_master_config {
	struct smmu_dev *dev;
	const uint32_t *sids;     /* copied; duplicates are kept once */
	size_t sid_count;         /* 1..64 */
	uint8_t ssid_bits;        /* SSIDs the device can send: 0 none, capped by IDR1.SSIDSIZE */
	uint32_t max_pasids;      /* exclusive bound of the device; 0: 1 << ssid_bits */
	bool can_stall;           /* faults of this device may stall (CD.S = 1 where the SMMU has a stall model) */
	bool ats;                 /* device has an ATC (UNSUPPORTED in this version) */
};

/* Register a device. Its streams keep aborting (or what smmu_dev_set_stream_default() said) until attach. Errors: INVALID,
 * RANGE (a sid beyond the stream table, ssid_bits over 20, sid_count), BUSY (a sid belongs to another master), NO_MEMORY,
 * UNSUPPORTED (ats). Up to 1 SYNC (new level-2 stream tables are announced by CFGI_STE with Leaf = 0). TIMEOUT, CMDQ: the
 * master was not created; the empty level-2 table stays with the SMMU. */
smmu_status smmu_master_create(struct smmu_sys *sys, const struct smmu_master_config *config, struct smmu_master **out);

/* Unregister. BUSY while a domain is attached at RID or any PASID. Its STEs abort; the CD table is freed after that. */
smmu_status smmu_master_destroy(struct smmu_master *master);

/* Flags of both attach calls. */
#define SMMU_ATTACH_REPLACE 0x1u   /* an attachment that is there is replaced; without it: BUSY, EXISTS for the same domain */
#define SMMU_ATTACH_LOSSLESS 0x2u  /* replace without ever making the CD invalid (UNSUPPORTED in this version) */

/* Attach domain to the master's traffic without SubstreamID. Memory is taken and the invalidation array published before
 * the first STE or CD byte changes. Works before smmu_dev_enable() too: no command is sent then, enable drops every cache.
 * Errors (all pure): INVALID (null, other context, flags), EXISTS, BUSY (occupied; stage-2 with PASIDs in use),
 * INCOMPATIBLE, NO_MEMORY, NO_SPACE (ASIDs), UNSUPPORTED. TIMEOUT,
 * CMDQ: the entries in memory hold the new domain and it counts as attached; the SMMU may still cache the old one.
 * Worst case 7 SYNCs (3 CD, 3 STE, 1 TLBI of a replaced tag). Serialised with all attach/detach calls of the context. */
smmu_status smmu_master_attach(struct smmu_master *master, struct smmu_domain *domain, uint32_t flags);

/* Take the RID attachment away: traffic without SubstreamID aborts (F_STREAM_DISABLED while PASIDs stay attached, else
 * silently). NOT_FOUND when nothing is attached. On TIMEOUT or CMDQ the tag is retired, never reused. Worst 7 SYNCs. */
smmu_status smmu_master_detach(struct smmu_master *master);

/* Attach domain at SubstreamID ssid. Besides the errors of smmu_master_attach(): INVALID (ssid 0, ssid >= 1 << ssid_bits of
 * the master or >= max_pasids, a domain that no CD can express, RID is stage 2). Worst case 7 SYNCs.
 * A RID that is identity stays reachable throughout (S1DSS = bypass), a blocked RID terminates, a stage-1 RID is CD 0. */
smmu_status smmu_master_attach_pasid(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags);

/* Take an SSID away: CD invalid, CFGI_CD, SYNC, TLBI by tag when it was the last user on the SMMU. NOT_FOUND when free. */
smmu_status smmu_master_detach_pasid(struct smmu_master *master, uint32_t ssid);

/* ---- observation ---- */
/* Domain at ssid (0 = RID); null when none. */
struct smmu_domain *smmu_master_domain(struct smmu_master *master, uint32_t ssid);

struct smmu_master_info {
	struct smmu_dev *dev;
	size_t sid_count;
	uint8_t ssid_bits;        /* after capping */
	uint32_t pasid_count;     /* attached PASIDs */
	bool has_cd_table;
	smmu_pa cd_table;         /* S1ContextPtr */
	size_t cd_table_bytes;
};
smmu_status smmu_master_info(const struct smmu_master *master, struct smmu_master_info *out);

#ifdef __cplusplus
}
#endif

#endif
