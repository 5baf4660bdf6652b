/* SPDX-License-Identifier: Apache-2.0
 * What the tests of tags share: three SMMUs, of which SMMU1 has 8-bit ASIDs, and crowds of domains that take numbers.
 * Not here: expectations. */
#ifndef TAG_RIG_H
#define TAG_RIG_H

#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)

static struct rig rig;

static inline void tag_open(void)
{
	rig_open(&rig, 3);
	rig.smmu[1]->idr0 &= ~(1u << 12);       /* SMMU1: 8-bit ASIDs */
	for (unsigned i = 0; i < 3; i++)
		rig_start(&rig, i, NULL);
}

static inline struct smmu_domain *make(enum smmu_tag_policy policy)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .tag_policy = policy };
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	return domain;
}

static inline uint64_t tag(struct smmu_domain *domain, unsigned smmu)
{
	uint32_t t = 0;
	return smmu_domain_tag(domain, rig.dev[smmu], &t) == SMMU_OK ? t : 0;
}

static inline uint64_t asids_used(unsigned smmu)
{
	struct smmu_dev_stats stats;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_stats(rig.dev[smmu], &stats));
	return stats.asids_used;
}

static struct smmu_domain *crowd[300];
static struct smmu_master *crowd_master[300];
static inline void fill_smmu0(unsigned count, enum smmu_tag_policy policy)
{
	for (uint32_t n = 0; n < count; n++) {
		crowd[n] = make(policy);
		crowd_master[n] = rig_master(&rig, 0, 0x1000 + n, 0);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(crowd_master[n], crowd[n], 0));
	}
}

static inline const uint64_t *cd_of(unsigned smmu, uint32_t sid)
{
	return rig_words(&rig, rig_ste(&rig, smmu, sid)[0] & UINT64_C(0x000fffffffffffc0));
}

static inline void clear(void)
{
	for (unsigned i = 0; i < 3; i++)
		fake_clear(rig.smmu[i]);
}

static inline void fill(unsigned smmu, unsigned count, enum smmu_tag_policy policy)
{
	for (uint32_t n = 0; n < count; n++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, smmu, 0x1000 + n, 0), make(policy), 0));
}

/* The domain a test is about. */
static struct smmu_domain *moving;

#endif
