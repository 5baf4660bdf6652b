/* SPDX-License-Identifier: Apache-2.0
 * A domain from the inside. Not here: public entry points (domain.h). Proof: driver/test/test_domain.c. */
#ifndef SMMU_DOMAIN_INTERNAL_H
#define SMMU_DOMAIN_INTERNAL_H

#include "inv.h"
#include "pgtable.h"
#include "smmuv3/sva.h"

struct smmu_domain {
	struct smmu_sys *sys;
	struct smmu_domain_config config;     /* defaults filled in */
	struct smmu_pgtable tables;           /* S1, S2 */
	struct smmu_lock lock;                /* splits, freeing of tables, limbo */
	bool limbo;                           /* tables died that an SMMU did not confirm to have forgotten */
	struct smmu_inv_set inv;
	/* -- attach lock from here on -- */
	uint32_t attachments;
	uint32_t children;                    /* nested domains under it; not destroyed before them */
	uint32_t shared_tag;                  /* policies with one tag everywhere: that tag while attached; 0: none */
	bool tag_is_retired;                  /* a flush of it was not confirmed */
	/* -- SVA -- */
	struct smmu_mm mm;
	struct smmu_domain *next_sva;         /* on sys->sva until it is freed: its PASID is taken that long */
	uint32_t pasid;                       /* the one PASID of the address space */
	bool released;                        /* the address space is gone */
};

/* Translation tables of its own. */
static inline bool smmu_domain_has_tables(const struct smmu_domain *domain)
{
	return domain->config.type == SMMU_DOMAIN_S1 || domain->config.type == SMMU_DOMAIN_S2;
}

/* Can be expressed as a context descriptor. */
static inline bool smmu_domain_is_cd(const struct smmu_domain *domain)
{
	return domain->config.type == SMMU_DOMAIN_S1 || domain->config.type == SMMU_DOMAIN_SVA;
}

static inline bool smmu_domain_is_nested(const struct smmu_domain *domain)
{
	return domain->config.type == SMMU_DOMAIN_NESTED;
}

/* Whose tag and invalidation array serve the attachments of domain: a nested one lives in the VMID of its parent. */
static inline struct smmu_domain *smmu_domain_owner(struct smmu_domain *domain)
{
	return smmu_domain_is_nested(domain) ? domain->config.parent : domain;
}

/* Its attachments need a tag. */
static inline bool smmu_domain_has_tag(const struct smmu_domain *domain)
{
	return smmu_domain_is_cd(domain) || domain->config.type == SMMU_DOMAIN_S2 || smmu_domain_is_nested(domain);
}

/* Pure rule set behind smmu_domain_check(). */
enum smmu_incompat smmu_domain_incompatibility(const struct smmu_domain_config *config, const struct smmu_features *features,
					       bool dev_coherent);

/* domain.c: config is complete; for SVA also after the fact, by sva.c. NO_MEMORY. Takes no lock. */
smmu_status smmu_domain_make(struct smmu_sys *sys, const struct smmu_domain_config *config, struct smmu_domain **out);
void smmu_domain_unmake(struct smmu_domain *domain);

/* sva.c, attach lock held: the domain of a CPU address space, attached nowhere, with its PASID. */
void smmu_sva_destroy(struct smmu_domain *domain);

#endif
