/* SPDX-License-Identifier: Apache-2.0
 * The invalidation array of a domain: what must be invalidated where when the domain changes. One entry per (SMMU, tag), and
 * per (SMMU, StreamID, SSID) with an ATC; sorted by (SMMU, type, id, ssid); each counts the attachments that need it.
 * Readers take no lock: they hold an epoch while they use the array. The one writer (attach lock held) prepares a new array
 * before any hardware change, so that publishing it cannot fail.
 * Not here: tags (tag.c decides), command arithmetic (tlbi_range.c), the ATC half of the fan-out (inv_atc.c).
 * Proof: driver/test/test_inv.c, test_ats.c. */
#ifndef SMMU_INV_H
#define SMMU_INV_H

#include "dev_internal.h"
#include "smmuv3/domain.h"

struct smmu_inv_key {
	struct smmu_dev *dev;
	enum smmu_inv_type type;
	uint32_t id, ssid;
	struct smmu_master *master; /* of an ATC: whose StreamID id is; no part of the order */
};

static inline bool smmu_inv_is_tag(enum smmu_inv_type type)
{
	return type == SMMU_INV_TLBI_ASID || type == SMMU_INV_TLBI_VMID;
}

static inline bool smmu_inv_is_atc(enum smmu_inv_type type)
{
	return type == SMMU_INV_ATC || type == SMMU_INV_ATC_ALL;
}

struct smmu_inv {
	struct smmu_inv_key key;
	uint32_t dev_index;       /* sort key; outlives dev */
	bool leaving;             /* the domain is moving away from this tag; it must still be invalidated */
	_Atomic uint32_t users;   /* 0: left behind by a detach, skipped and dropped with the next array */
};

struct smmu_inv_array {
	uint32_t count, capacity;
	uint32_t atc_count;             /* entries that name an ATC */
	struct smmu_inv entry[];
};

struct smmu_inv_set {
	struct smmu_sys *sys;
	_Atomic(struct smmu_inv_array *) current;
	_Atomic uint32_t epoch;
	_Atomic uint32_t readers[2];
};

/* So many more users of key. */
struct smmu_inv_add {
	struct smmu_inv_key key;
	uint32_t users;
};

struct smmu_inv_adds {
	const struct smmu_inv_add *at;
	size_t count;
};

/* A prepared change. The lists of additions stay the caller's and must live until commit or abandon. */
struct smmu_inv_change {
	struct smmu_inv_adds tags, others;
	struct smmu_inv_array *array; /* null: all entries are there, only their counts grow */
};

/* -1, 0, 1. */
int smmu_inv_compare(const struct smmu_inv *a, const struct smmu_inv *b);

/* Keys of tags are distinct. An entry of the same SMMU and tag type with another tag turns into a leaving one. False: NO_MEMORY,
 * nothing changed. */
bool smmu_inv_prepare(struct smmu_inv_set *set, struct smmu_inv_adds tags, struct smmu_inv_adds others,
		      struct smmu_inv_change *change);
void smmu_inv_abandon(struct smmu_inv_set *set, struct smmu_inv_change *change);
/* Publish; when it returns every reader sees the entries. */
void smmu_inv_commit(struct smmu_inv_set *set, struct smmu_inv_change *change);
/* One user less of an entry that has some; true when that was the last. Then wait with smmu_inv_quiesce() before the tag or the SMMU may go. */
bool smmu_inv_release(struct smmu_inv_set *set, const struct smmu_inv_key *key);
/* A leaving entry, or one whose SMMU goes: no user counts any more. None there, or no more: nothing to do. */
void smmu_inv_retire(struct smmu_inv_set *set, const struct smmu_inv_key *key);
/* Until readers of the array as it was have left. */
void smmu_inv_quiesce(struct smmu_inv_set *set);
/* Free all arrays; no readers. */
void smmu_inv_exit(struct smmu_inv_set *set);

/* Live entry for (dev, type) that is not leaving; null when there is none. Attach lock held. */
struct smmu_inv *smmu_inv_find(struct smmu_inv_set *set, const struct smmu_dev *dev, enum smmu_inv_type type);
/* Any leaving entry of dev, or the one of that id (0: any); null when there is none. Attach lock held. */
struct smmu_inv *smmu_inv_leaving(struct smmu_inv_set *set, const struct smmu_dev *dev, enum smmu_inv_type type, uint32_t id);
/* How many SMMUs have this tag for the set, leaving ones included. Attach lock held. */
uint32_t smmu_inv_count(struct smmu_inv_set *set, enum smmu_inv_type type, uint32_t id);
/* Live entry number index. For observers; attach lock held. */
struct smmu_inv *smmu_inv_at(struct smmu_inv_set *set, size_t index);
/* The same among those that name a tag. */
struct smmu_inv *smmu_inv_tag_at(struct smmu_inv_set *set, size_t index);

/* Never attached anywhere. */
static inline bool smmu_inv_is_empty(struct smmu_inv_set *set)
{
	return atomic_load_explicit(&set->current, memory_order_acquire) == NULL;
}

/* Smallest break-before-make level among the SMMUs of the set; 2 for an empty one. */
uint8_t smmu_inv_min_bbml(struct smmu_inv_set *set);

/* Invalidate [gather->start, gather->end) on every SMMU of the set and wait, then in the ATCs of devices behind them and wait.
 * SYNCs of up to 16 SMMUs overlap, of up to SMMU_ATC_OVERLAP in the second half. The caller has published its table stores.
 * OK or the first failure; ENDPOINT when nothing else failed. */
smmu_status smmu_inv_range(struct smmu_inv_set *set, const struct smmu_gather *gather, uint8_t granule_log2,
			   uint32_t flush_threshold);
/* The same for a range the CPU has invalidated by broadcast TLBI: SMMUs that take part in it are left out. gather null: all. */
smmu_status smmu_inv_notifier(struct smmu_inv_set *set, const struct smmu_gather *gather, uint8_t granule_log2,
			      uint32_t flush_threshold);
/* Invalidate everything of every tag of the set and wait. */
smmu_status smmu_inv_all(struct smmu_inv_set *set);
/* Invalidate one tag on one SMMU and wait. */
smmu_status smmu_inv_flush_tag(const struct smmu_inv_key *key);

/* ---- inv_atc.c ---- */
#define SMMU_ATC_OVERLAP 4u
#define SMMU_INV_DEAD_MAX 8u
/* SMMUs that did not answer in the first half: nothing more is asked of them, so that each costs one time-out. More than fit here
 * are asked again. */
struct smmu_inv_dead {
	unsigned count;
	const struct smmu_dev *dev[SMMU_INV_DEAD_MAX];
};

/* The second half of an invalidation: no SMMU of the array, but the dead ones, holds the old translations any more. The caller is a
 * reader of array. gather null: every address. */
smmu_status smmu_inv_atcs(const struct smmu_inv_array *array, const struct smmu_gather *gather, const struct smmu_inv_dead *dead);

#endif
