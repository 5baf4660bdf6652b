/* SPDX-License-Identifier: Apache-2.0
 * What the tests of nesting share: two SMMUs with ATS, a stage-2 domain, and guests under it. Not here: expectations. */
#ifndef GUEST_RIG_H
#define GUEST_RIG_H

#include <string.h>

#include "cmd.h"
#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define SID 0x21u
#define GUEST_S1 (UINT64_C(1) | UINT64_C(5) << 1)
#define GUEST_BYPASS (UINT64_C(1) | UINT64_C(4) << 1)
#define EATS (UINT64_C(1) << 28)

static struct rig rig;
static struct smmu_domain *parent;

static inline void start(uint32_t idr0)
{
	rig_open(&rig, 2);
	for (unsigned i = 0; i < 2; i++) {
		rig.smmu[i]->idr0 |= idr0;
		rig_start(&rig, i, NULL);
	}
	parent = rig_domain(&rig, SMMU_DOMAIN_S2);
}

static inline smmu_status create(struct smmu_domain *under, uint64_t word0, uint64_t word1, struct smmu_domain **out)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_NESTED, .parent = under, .guest_ste = { word0, word1 } };
	return smmu_domain_create(rig.sys, &config, out);
}

static inline struct smmu_domain *nested(uint64_t word0, uint64_t word1)
{
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create(parent, word0, word1, &domain));
	return domain;
}

static inline struct smmu_master *master_at(unsigned smmu, uint32_t sid, bool ats)
{
	struct smmu_master *master;
	const struct smmu_master_config config = { .dev = rig.dev[smmu], .sids = &sid, .sid_count = 1, .ssid_bits = 4, .ats = ats };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	return master;
}

static inline struct smmu_master *attached(unsigned smmu, uint32_t sid, bool ats, struct smmu_domain *domain)
{
	struct smmu_master *const master = master_at(smmu, sid, ats);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	return master;
}

static inline uint64_t vmid(unsigned smmu)
{
	uint32_t tag = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(parent, rig.dev[smmu], &tag));
	return tag;
}

static inline void clear(void)
{
	for (unsigned i = 0; i < 2; i++)
		fake_clear(rig.smmu[i]);
}

static inline void expect(unsigned smmu, size_t n, uint64_t word0, uint64_t word1)
{
	TEST_ASSERT_LESS_THAN(rig.smmu[smmu]->command_count, n);
	TEST_ASSERT_EQUAL_HEX64(word0, rig.smmu[smmu]->command[n].word[0]);
	TEST_ASSERT_EQUAL_HEX64(word1, rig.smmu[smmu]->command[n].word[1]);
}

#endif
