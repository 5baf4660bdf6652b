/* SPDX-License-Identifier: Apache-2.0
 * Domains by themselves: types, defaults, bad input, look-up. Tables: test_pgtable.c. Several SMMUs: test_inv.c. */
#include "rig.h"
#include "unity.h"

static struct rig rig;

void setUp(void) { rig_open(&rig, 2); }
void tearDown(void) { rig_close(&rig); }

static smmu_status create(struct smmu_domain_config config)
{
	struct smmu_domain *domain;
	const smmu_status status = smmu_domain_create(rig.sys, &config, &domain);
	TEST_ASSERT_EQUAL_INT(status == SMMU_OK, domain != NULL);
	if (domain)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	return status;
}

static void test_types_and_limits(void)
{
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1 }));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_IDENTITY }));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_BLOCKED }));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S2 }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_NESTED }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_SVA }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, create((struct smmu_domain_config){ .type = (enum smmu_domain_type)6 }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .granule_log2 = 13 }));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .granule_log2 = 16 }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .ias_bits = 24 }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .ias_bits = 49 }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .oas_bits = 31 }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .dirty_tracking = true, .noncoherent_walk = true }));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_create(rig.sys, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_destroy(NULL));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	/* The first domain with one tag for all brings the pool of such tags, which stays. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .tag_policy = SMMU_TAG_REJECT }));
}

/* The default output size is the smallest OAS around, so that the domain fits every SMMU. */
static void test_default_output_size_follows_the_smallest_smmu(void)
{
	rig.smmu[1]->idr5 = (rig.smmu[1]->idr5 & ~7u) | 2;      /* 40 bits */
	rig_start(&rig, 0, NULL);
	rig_start(&rig, 1, NULL);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ UINT64_C(1) << 40 }, 4096, 1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ (UINT64_C(1) << 40) - 4096 }, 4096, 1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_check(domain, rig.dev[1], NULL));
}

/* What an unmap may name is a matter of the input size alone. */
static void test_an_unmap_of_everything(void)
{
	uint64_t bytes = 0;
	rig_start(&rig, 0, NULL);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	const uint64_t all = UINT64_C(1) << 48;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 4096, SMMU_PROT_READ));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ all - 4096 }, (smmu_pa){ 0 }, 4096, SMMU_PROT_READ));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, all, &bytes));
	TEST_ASSERT_EQUAL_UINT64(8192, bytes);
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_domain_unmap(domain, (smmu_iova){ 4096 }, all, &bytes));
}

static void test_lookup_of_domains_without_tables(void)
{
	smmu_pa pa = { 0 };
	struct smmu_domain *const identity = rig_domain(&rig, SMMU_DOMAIN_IDENTITY), *const blocked = rig_domain(&rig, SMMU_DOMAIN_BLOCKED);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(identity, (smmu_iova){ 0x1234 }, &pa));
	TEST_ASSERT_EQUAL_HEX64(0x1234, pa.v);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_iova_to_phys(blocked, (smmu_iova){ 0x1234 }, &pa));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_iova_to_phys(NULL, (smmu_iova){ 0 }, &pa));
	TEST_ASSERT_EQUAL_INT(SMMU_DOMAIN_IDENTITY, smmu_domain_type_of(identity));
	struct smmu_domain *const s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_iova_to_phys(s1, (smmu_iova){ UINT64_MAX }, &pa));
}

/* With a threshold of 4 pages and no range commands: three pages are three TLBIs, four are one by ASID. */
static void test_a_flush_threshold_of_its_own(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .flush_threshold_pages = 4 };
	struct smmu_domain *domain;
	rig.smmu[0]->idr3 &= ~(1u << 10);
	rig_start(&rig, 0, NULL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	for (uint64_t pages = 3; pages <= 4; pages++) {
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, pages * 4096, SMMU_PROT_READ));
		fake_clear(rig.smmu[0]);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, pages * 4096, NULL));
		TEST_ASSERT_EQUAL_UINT64(pages == 3 ? 3 : 0, fake_count(rig.smmu[0], 0x12));
		TEST_ASSERT_EQUAL_UINT64(pages == 3 ? 0 : 1, fake_count(rig.smmu[0], 0x11));
	}
}

/* A policy means nothing without a tag: no pool of numbers is made. One pool serves all domains that want it. */
static void test_policies_of_domains_without_a_tag(void)
{
	struct smmu_domain_config config = { .type = SMMU_DOMAIN_IDENTITY, .tag_policy = SMMU_TAG_REALLOCATE };
	struct smmu_domain *domain, *parent;
	struct smmu_sys_stats before, after;
	smmu_sys_stats(rig.sys, &before);
	for (unsigned i = 0; i < 2; i++) {
		config.type = i ? SMMU_DOMAIN_BLOCKED : SMMU_DOMAIN_IDENTITY;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	}
	config.type = SMMU_DOMAIN_S2;
	config.tag_policy = SMMU_TAG_LOCAL;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &parent));
	const struct smmu_domain_config nested = { .type = SMMU_DOMAIN_NESTED, .parent = parent, .tag_policy = SMMU_TAG_REJECT };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &nested, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(parent));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.memory_used_bytes, after.memory_used_bytes);
	config.type = SMMU_DOMAIN_S1;
	config.tag_policy = SMMU_TAG_REJECT;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	smmu_sys_stats(rig.sys, &before);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &parent));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(parent));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.memory_used_bytes, after.memory_used_bytes);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_types_and_limits);
	RUN_TEST(test_default_output_size_follows_the_smallest_smmu);
	RUN_TEST(test_an_unmap_of_everything);
	RUN_TEST(test_lookup_of_domains_without_tables);
	RUN_TEST(test_a_flush_threshold_of_its_own);
	RUN_TEST(test_policies_of_domains_without_a_tag);
	return UNITY_END();
}
