/* SPDX-License-Identifier: Apache-2.0
 * A domain from the inside. Not here: public entry points (domain.h). Proof: driver/test/test_domain.c. */
#ifndef SMMU_DOMAIN_INTERNAL_H
#define SMMU_DOMAIN_INTERNAL_H

#include "inv.h"
#include "pgtable.h"

struct smmu_domain {
	struct smmu_sys *sys;
	struct smmu_domain_config config;     /* defaults filled in */
	struct smmu_pgtable tables;           /* S1 only */
	struct smmu_lock lock;                /* tables, limbo */
	uint64_t limbo;                       /* removed table pages an SMMU did not confirm to have forgotten */
	struct smmu_inv_set inv;
	uint32_t attachments;                 /* attach lock */
};

static inline bool smmu_domain_has_tables(const struct smmu_domain *domain)
{
	return domain->config.type == SMMU_DOMAIN_S1;
}

/* Pure rule set behind smmu_domain_check(). */
enum smmu_incompat smmu_domain_incompatibility(const struct smmu_domain_config *config, const struct smmu_features *features,
					       bool dev_coherent);

#endif
