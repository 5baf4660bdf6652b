/* SPDX-License-Identifier: Apache-2.0
 * A master: one device behind one SMMU. It owns its STEs and its CD table and attaches domains to them.
 * A master with ATS has STE.EATS wherever its STE translates (not in plain bypass), and its device is switched on and off
 * with it, in the order that lets no stale translation survive: see endpoint.h. A device that does not answer an ATC_INV is
 * put in quarantine: its EATS goes, the SMMU then believes nothing of what it remembers, and it is asked no more until
 * smmu_master_unquarantine().
 * Not here: address spaces (domain.h), how to reach the device's own registers (endpoint.h). Proof: driver/test/test_master.c,
 * test_pasid.c, test_ats.c. */
#ifndef SMMUV3_MASTER_H
#define SMMUV3_MASTER_H

#include "domain.h"
#include "endpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Two levels: leaves of 1024 CDs that come when first needed. */
enum smmu_cd_table_format {
	SMMU_CD_TABLE_AUTO = 0,   /* two-level if the SMMU has it (IDR0.CD2L) and the master more than 10 SSID bits */
	SMMU_CD_TABLE_LINEAR = 1,
	SMMU_CD_TABLE_2LEVEL = 2,
};

struct smmu_master_config {
	struct smmu_dev *dev;
	const uint32_t *sids;     /* copied; duplicates are kept once */
	size_t sid_count;         /* 1..64 */
	uint8_t ssid_bits;        /* SSIDs the device can send: 0 none, capped by IDR1.SSIDSIZE */
	uint32_t max_pasids;      /* exclusive bound of the device; 0: 1 << ssid_bits */
	bool can_stall;           /* faults of this device may stall (CD.S = 1 where the SMMU has a stall model) */
	bool ats;                 /* device has an ATC; used where the SMMU has ATS. Excludes can_stall */
	bool pri;                 /* device sends page requests; used with ats where the SMMU has PRI */
	const struct smmu_endpoint *endpoint; /* copied; null: nothing to switch at the device */
	enum smmu_cd_table_format cd_table; /* without SSIDs there is one CD and no table */
};

/* Register a device. Its streams keep aborting (or what smmu_dev_set_stream_default() said) until attach. Errors: INVALID,
 * RANGE (a sid beyond the stream table, ssid_bits over 20, sid_count), BUSY (a sid belongs to another master), NO_MEMORY,
 * UNSUPPORTED (a two-level CD table where there is none), INVALID also for ats with can_stall, what enable_pasid() of the endpoint
 * answers. Up to 1 SYNC (new level-2 stream tables are announced by CFGI_STE with Leaf = 0). TIMEOUT, CMDQ, or a failure of the
 * endpoint: the master was not created; the empty level-2 table stays with the SMMU. */
smmu_status smmu_master_create(struct smmu_sys *sys, const struct smmu_master_config *config, struct smmu_master **out);

/* Unregister. BUSY while a domain is attached at RID or any PASID. Its STEs abort; the CD table is freed after that. */
smmu_status smmu_master_destroy(struct smmu_master *master);

/* Flags of both attach calls. */
#define SMMU_ATTACH_REPLACE 0x1u   /* an attachment that is there is replaced; without it: BUSY, EXISTS for the same domain */
/* With REPLACE: never make a valid CD invalid. In between accesses meet F_TRANSLATION, which a device that can stall survives
 * (answer SMMU_RESUME_RETRY), instead of C_BAD_CD, which it does not. 3 SYNCs as without. Where the STE changes (identity to
 * stage 1 and the like) the update has no gap anyway, except between stage 1 and stage 2. */
#define SMMU_ATTACH_LOSSLESS 0x2u

/* Attach domain to the master's traffic without SubstreamID. Memory is taken and the invalidation array published before
 * the first STE or CD byte changes. Works before smmu_dev_enable() too: no command is sent then, enable drops every cache.
 * Errors (all pure): INVALID (null, other context, flags), EXISTS, BUSY (occupied; stage-2 with PASIDs in use),
 * INCOMPATIBLE, NO_MEMORY, NO_SPACE (tags), RANGE (policy REJECT: the domain's tag does not fit this SMMU), STATE (SVA whose
 * address space is gone). TIMEOUT, CMDQ: the entries in memory hold the new domain and it counts as attached; the SMMU may
 * still cache the old one - unless another domain had to make way for the tag and its SMMU did not confirm: then that domain
 * has its new tag in memory and nothing was attached. Worst case 8 SYNCs (1 CD leaf, 3 CD, 3 STE, 1 TLBI of a replaced tag),
 * plus per domain moved to another tag 1 for each of its CDs and 1 TLBI, plus with ATS 1 ATC_INV per 16 StreamIDs. ENDPOINT:
 * attached as if it were SMMU_OK, but the device did not answer an ATC_INV and is in quarantine; finding out costs more SYNCs.
 * Serialised with all attach/detach calls of the context. */
smmu_status smmu_master_attach(struct smmu_master *master, struct smmu_domain *domain, uint32_t flags);

/* Take the RID attachment away: traffic without SubstreamID aborts (F_STREAM_DISABLED while PASIDs stay attached, else
 * silently). Stalled accesses of a master that can stall are terminated. NOT_FOUND when nothing is attached. On TIMEOUT or
 * CMDQ the tag is retired, never reused. Worst 8 SYNCs, plus with ATS as above. ENDPOINT: detached, the device is in quarantine. When
 * it returns no invalidation asks the device about this attachment any more. */
smmu_status smmu_master_detach(struct smmu_master *master);

/* Attach domain at SubstreamID ssid. Besides the errors of smmu_master_attach(): INVALID (ssid 0, ssid >= 1 << ssid_bits of
 * the master or >= max_pasids, a domain that no CD can express, RID is stage 2), OVERFLOW (ssid is an allocated global PASID
 * beyond the bound of this master). Worst case 8 SYNCs.
 * A RID that is identity stays reachable throughout (S1DSS = bypass), a blocked RID terminates, a stage-1 RID is CD 0. */
smmu_status smmu_master_attach_pasid(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags);

/* Take an SSID away: CD invalid, CFGI_CD, SYNC, with ATS an ATC_INV of everything at ssid and SYNC, TLBI by tag when it was the last
 * user on the SMMU. NOT_FOUND when free; ENDPOINT as above. */
smmu_status smmu_master_detach_pasid(struct smmu_master *master, uint32_t ssid);

/* The host has reset a device that did not answer an ATC_INV: let it use ATS again. Its disable hooks are called first if they were
 * not, so that hooks stay in pairs. STATE when it is not in quarantine. ENDPOINT (it is still silent, and in quarantine again),
 * TIMEOUT, CMDQ: as attaching with ATS. Up to 4 SYNCs. */
smmu_status smmu_master_unquarantine(struct smmu_master *master);

/* ---- several devices that must translate alike ---- */

/* Attach domain to all masters, at SubstreamID ssid or, with ssid 0, to their traffic without one; all or none. With ssid,
 * masters that cannot send any SubstreamID are skipped. At most 256 masters, distinct. Errors as the single calls', for the
 * first master that has one: nothing changed. TIMEOUT, CMDQ: every master got its old domain back in memory. ENDPOINT: all are
 * attached, a device is in quarantine. */
smmu_status smmu_group_attach(struct smmu_master *const *masters, size_t count, struct smmu_domain *domain, uint32_t ssid,
			      uint32_t flags);
/* Detach all of them; masters with nothing there are skipped. NOT_FOUND: none had. Goes on after a failure. */
smmu_status smmu_group_detach(struct smmu_master *const *masters, size_t count, uint32_t ssid);

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
	size_t cd_table_bytes;    /* all levels */
	bool cd_table_2level;
	uint32_t max_pasids;      /* exclusive bound of SSIDs */
	bool pasid_on, ats_on, pri_on; /* what is switched on at the device now */
	bool quarantined;         /* it did not answer an ATC_INV: ATS is off until smmu_master_unquarantine() */
};
smmu_status smmu_master_info(const struct smmu_master *master, struct smmu_master_info *out);

#ifdef __cplusplus
}
#endif

#endif
