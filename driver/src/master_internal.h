/* SPDX-License-Identifier: Apache-2.0
 * A master from the inside, and its CD table. Not here: public entry points (master.h). Proof: driver/test/test_master.c. */
#ifndef SMMU_MASTER_INTERNAL_H
#define SMMU_MASTER_INTERNAL_H

#include "domain_internal.h"
#include "smmuv3/master.h"

#define SMMU_SIDS_MAX 64u
#define SMMU_LEAF_LOG2 10u              /* CDs of one leaf of a two-level table: 64 KiB */

/* A run of CDs and who is attached at each. A linear table is one leaf. */
struct smmu_cd_leaf {
	struct smmu_dma cds;                  /* virt null: not there */
	struct smmu_domain **domains;         /* null without SSIDs */
};

struct smmu_cd_table {
	struct smmu_dma memory;               /* two-level: the L1CDs; linear: the CDs. virt null until first needed */
	struct smmu_cd_leaf only;             /* linear */
	struct smmu_cd_leaf *leaves;          /* two-level: one per L1CD; linear: &only */
	uint32_t leaf_count;
	uint8_t leaf_log2;                    /* CDs per leaf */
};

struct smmu_master {
	struct smmu_sys *sys;
	struct smmu_dev *dev;
	struct smmu_master *next;             /* on dev->masters */
	uint32_t *sids;                       /* sorted, distinct */
	size_t sid_count, sid_capacity;
	uint8_t ssid_bits;
	uint32_t max_pasids;                  /* exclusive bound of SSIDs, at most 1 << ssid_bits */
	bool can_stall;
	bool ats, pri;                        /* asked for, and the SMMU has it */
	struct smmu_endpoint endpoint;
	bool pasid_on, ats_on, pri_on;        /* at the device */
	bool ats_refused;                     /* the device would not switch it on: no EATS any more */
	_Atomic bool atc_live;                /* translations may be in its ATC: it gets the ATC_INVs. See ats.c */
	_Atomic bool silent;                  /* in quarantine */
	bool two_level;                       /* CD table */
	struct smmu_domain *rid;              /* null: unattached, like blocked */
	struct smmu_cd_table cd_table;
	uint32_t pasid_count;
};

/* ---- cdtable.c ---- */
/* What one ensure call made, so that it can be undone. */
struct smmu_cd_fresh {
	bool table, leaf;
};
/* Make table and CD of ssid exist; a leaf is not yet shown to the SMMU. False: NO_MEMORY, nothing changed. */
bool smmu_cdtable_ensure(struct smmu_master *master, uint32_t ssid, struct smmu_cd_fresh *fresh);
/* Undo an ensure. */
void smmu_cdtable_undo(struct smmu_master *master, uint32_t ssid, const struct smmu_cd_fresh *fresh);
/* Show the leaf of ssid to the SMMU if it is not yet: L1CD, CFGI_CD with Leaf = 0 for every StreamID, SYNC. */
smmu_status smmu_cdtable_show(struct smmu_master *master, uint32_t ssid);
/* Give everything back; the STE must not point to it. */
void smmu_cdtable_free(struct smmu_master *master);
/* There is a table. Null: no leaf for it. */
struct smmu_cd *smmu_cdtable_cd(struct smmu_master *master, uint32_t ssid);
/* Who is attached at ssid (not 0); null: nobody. */
struct smmu_domain *smmu_cdtable_domain(struct smmu_master *master, uint32_t ssid);
/* The table has a place for ssid. */
void smmu_cdtable_set_domain(struct smmu_master *master, uint32_t ssid, struct smmu_domain *domain);
/* Bytes of all parts. */
uint64_t smmu_cdtable_bytes(const struct smmu_master *master);
/* Bring the CD of ssid to target. live: the SMMU can reach the table, so the planner's steps and CFGI_CD are needed.
 * lossless: never through V = 0 (see smmu_cd_install_lossless). */
enum smmu_cd_write { SMMU_CD_WRITE_DEAD, SMMU_CD_WRITE_LIVE, SMMU_CD_WRITE_LOSSLESS };
smmu_status smmu_cdtable_write(struct smmu_master *master, uint32_t ssid, const struct smmu_cd *target, enum smmu_cd_write how);

/* ---- attach.c, attach lock held ---- */
/* One place a domain is attached at. */
struct smmu_slot {
	struct smmu_master *master;
	uint32_t ssid;                        /* 0: RID */
	struct smmu_domain *old;
	struct smmu_cd_fresh fresh;
	bool skip;                            /* nothing to do here */
	bool done;
};
/* Attach domain at all slots or, if memory or numbers do not suffice, at none. flags as in the public calls. A failure of
 * an SMMU leaves what the public call says; *failed is the slot it happened at, slot_count when it was none. */
smmu_status smmu_attach_slots(struct smmu_domain *domain, struct smmu_slot *slots, size_t slot_count, uint32_t flags,
			      size_t *failed);
smmu_status smmu_detach_slot(struct smmu_master *master, uint32_t ssid);
/* After smmu_attach_slots() whose entry updates ended with so_far: let the replaced domains go, or, after a failure, give
 * every slot its old domain back. Returns the first failure. */
smmu_status smmu_attach_settle(struct smmu_domain *domain, struct smmu_slot *slots, size_t slot_count, smmu_status so_far);
/* Write the contexts of domain on dev anew. */
smmu_status smmu_attach_rewrite(struct smmu_domain *domain, struct smmu_dev *dev);
/* Rules without side effect. */
smmu_status smmu_attach_check(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid, uint32_t flags);

/* ---- stall.c ---- */
/* Terminate what is stalled of this master at ssid (0: its traffic without SubstreamID). No entry refers to the old domain
 * any more. At most 1 SYNC; none unless the master can stall. */
smmu_status smmu_stalls_terminate(struct smmu_master *master, uint32_t ssid);

#endif
