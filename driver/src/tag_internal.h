/* SPDX-License-Identifier: Apache-2.0
 * What the two files of tags share: claims (tag.c) ask, moves (tag_move.c) make room. Attach lock held.
 * Not here: calls of the rest of the core (tag.h). Proof: driver/test/test_tag.c, test_tag_unconfirmed.c. */
#ifndef SMMU_TAG_INTERNAL_H
#define SMMU_TAG_INTERNAL_H

#include "tag.h"

static inline struct smmu_ids *smmu_tag_shared_pool(struct smmu_domain *domain)
{
	return smmu_tag_type(domain) == SMMU_INV_TLBI_VMID ? &domain->sys->shared_vmids : &domain->sys->shared_asids;
}

static inline bool smmu_tag_is_one(const struct smmu_domain *domain)
{
	return domain->config.tag_policy != SMMU_TAG_LOCAL;
}

/* ---- tag_move.c ---- */
/* Both tags are published: entries, CFGI and SYNC; TLBI by the old tag and SYNC; the old tag is retired when all was confirmed. */
smmu_status smmu_tag_move_entries(struct smmu_domain *domain, const struct smmu_inv_add *to, uint32_t from);
/* A tag comes into use. */
void smmu_tag_trace_live(struct smmu_sys *sys, uint32_t tag);
/* Whoever is attached on dev under this tag, or still has to leave it; null: nobody, the number is retired. */
struct smmu_domain *smmu_tag_owner_of(struct smmu_dev *dev, enum smmu_inv_type type, uint32_t tag);
/* Can the owner's number be had? One that is good everywhere and was not left behind on one SMMU only goes when all confirm. */
bool smmu_tag_may_vacate(struct smmu_domain *owner, const struct smmu_dev *dev, uint32_t tag);
/* Everything owner needs to leave from on dev is taken: NO_MEMORY, NO_SPACE, nothing changed. */
smmu_status smmu_tag_plan_move(struct smmu_tag_claim *claim, struct smmu_domain *owner, struct smmu_dev *dev, uint32_t from);
/* Free the plan; moves not done give their new tags back, done ones leave the old number to whoever asked for it: everywhere, or
 * on that SMMU only if it asked for no more. */
void smmu_tag_drop_moves(struct smmu_tag_claim *claim, bool free_vacated);
/* Do what is planned. The first failure ends it: that domain has its new tag in memory, its old one stays taken. */
smmu_status smmu_tag_make_way(struct smmu_tag_claim *claim);

#endif
