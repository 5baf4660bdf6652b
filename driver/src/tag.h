/* SPDX-License-Identifier: Apache-2.0
 * Tags: the ASID or VMID of a pair (domain, SMMU), chosen by the domain's policy, and the move of a live domain from one
 * tag to another. A claim takes everything an attach needs before anything is written; publishing it cannot run out of
 * memory. The attach lock is held throughout.
 * Not here: entries (attach.c), the array itself (inv.c). Proof: driver/test/test_tag.c, test_inv.c. */
#ifndef SMMU_TAG_H
#define SMMU_TAG_H

#include "domain_internal.h"

#define SMMU_TAG_DEVS_MAX 32u   /* SMMUs one claim may concern */

struct smmu_tag_move;

struct smmu_tag_claim {
	struct smmu_domain *domain;         /* the owner of the tag */
	bool nested;                        /* what is attached is a domain under it */
	struct smmu_inv_add add[SMMU_TAG_DEVS_MAX];
	uint32_t from[SMMU_TAG_DEVS_MAX];   /* the tag the domain leaves on that SMMU; 0: none */
	bool taken[SMMU_TAG_DEVS_MAX];      /* the claim took the tag from the SMMU's pool */
	unsigned count;
	struct smmu_inv_add *other;         /* entries beside the tags: ATCs, nesting. Host memory */
	size_t other_count, other_capacity;
	uint32_t shared;                    /* one tag everywhere: newly taken from the shared pool; 0: none */
	bool shared_inherited;              /* it was taken already, by a domain that makes way */
	struct smmu_tag_move *moves;        /* other domains that make way first */
	struct smmu_inv_change change;
};

enum smmu_inv_type smmu_tag_type(const struct smmu_domain *domain);
/* Numbers of that type on one SMMU. */
struct smmu_ids *smmu_tag_pool(struct smmu_dev *dev, enum smmu_inv_type type);
/* The domain's tag on dev; 0 when it has none. */
uint32_t smmu_tag_of(struct smmu_domain *domain, const struct smmu_dev *dev);

/* Entries an attachment of domain to master needs beside its tag: one per StreamID of a master with ATS, one for nesting. */
size_t smmu_tag_others(const struct smmu_domain *domain, const struct smmu_master *master);
/* Room for so many of them. False: NO_MEMORY. Else smmu_tag_claim_end() must follow, after abandon or publish. */
bool smmu_tag_claim_begin(struct smmu_tag_claim *claim, struct smmu_domain *domain, size_t other_capacity);
void smmu_tag_claim_end(struct smmu_tag_claim *claim);
/* One more attachment, of master at ssid. False: more SMMUs than a claim holds. */
bool smmu_tag_claim_add(struct smmu_tag_claim *claim, struct smmu_master *master, uint32_t ssid);
/* Choose tags, take them, prepare the arrays. Errors (pure): NO_SPACE, NO_MEMORY, RANGE (one tag everywhere that does not
 * fit, policy REJECT). Afterwards exactly one of abandon and publish must follow. */
smmu_status smmu_tag_claim_resolve(struct smmu_tag_claim *claim);
void smmu_tag_claim_abandon(struct smmu_tag_claim *claim);
/* Let others make way, publish, move the domain itself. On an error of *way nothing was published and the claim is gone;
 * the return value is about the domain's own move, which is complete in memory even if an SMMU did not confirm it. */
smmu_status smmu_tag_claim_publish(struct smmu_tag_claim *claim, smmu_status *way);

/* One attachment less, that of master at ssid. When it was the last on its SMMU: flush and free. A tag is never given out again
 * when its flush, or the SMMU's forgetting of the entries (confirmed), was not certain. Afterwards no invalidation of the domain
 * asks the ATC of this place. */
smmu_status smmu_tag_drop(struct smmu_domain *domain, struct smmu_master *master, uint32_t ssid, bool confirmed);

/* ---- attach.c: every live entry of domain on dev gets another tag, one 64-bit store and one SYNC each ---- */
smmu_status smmu_attach_retag(struct smmu_domain *domain, struct smmu_dev *dev, uint32_t tag);
/* The next domain attached on dev after the one a walk is at; start with *state = {0}. Null at the end. */
struct smmu_attach_walk {
	struct smmu_master *master;
	uint32_t ssid;
	bool started;
};
struct smmu_domain *smmu_attach_next(struct smmu_dev *dev, struct smmu_attach_walk *walk);

#endif
