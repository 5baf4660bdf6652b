/* SPDX-License-Identifier: Apache-2.0
 * Compatibility of a domain with an SMMU: each rule alone, with its reason, and the pairs that are fine.
 * proves: AB-12, AB-13 (an inverted rule fails both halves of a row) */
#include "domain_internal.h"
#include "unity.h"

static struct smmu_features everything(void)
{
	return (struct smmu_features){ .stage1 = true, .stage2 = true, .aarch64 = true, .little_endian = true, .gran4k = true,
				       .gran16k = true, .gran64k = true, .httu = 2, .oas_bits = 48, .ias_bits = 48 };
}

static struct smmu_domain_config domain(enum smmu_domain_type type)
{
	return (struct smmu_domain_config){ .type = type, .granule_log2 = 12, .ias_bits = 48, .oas_bits = 44 };
}

static enum smmu_incompat ask(struct smmu_domain_config d, struct smmu_features f, bool coherent)
{
	return smmu_domain_incompatibility(&d, &f, coherent);
}

static void test_each_rule_has_its_reason(void)
{
	struct smmu_features f = everything();
	struct smmu_domain_config s1 = domain(SMMU_DOMAIN_S1), s2 = domain(SMMU_DOMAIN_S2);
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(s1, f, true));
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(s2, f, true));
	f.stage1 = false;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_STAGE, ask(s1, f, true));
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(s2, f, true));
	f = everything();
	f.stage2 = false;
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(s1, f, true));
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_STAGE, ask(s2, f, true));
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_STAGE, ask(domain(SMMU_DOMAIN_NESTED), f, true));
	f = everything();
	f.little_endian = false;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_FORMAT, ask(s1, f, true));
	f = everything();
	f.gran16k = false;
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(s1, f, true));
	s1.granule_log2 = 14;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_GRANULE, ask(s1, f, true));
	f = everything();
	f.ias_bits = 40;        /* bounds stage-2 input only */
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_IAS, ask(s2, f, true));
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(domain(SMMU_DOMAIN_S1), f, true));
	f = everything();
	f.oas_bits = 42;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_OAS, ask(domain(SMMU_DOMAIN_S1), f, true));
	f.oas_bits = 44;
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(domain(SMMU_DOMAIN_S1), f, true));
	f.httu = 1;
	s1 = domain(SMMU_DOMAIN_S1);
	s1.dirty_tracking = true;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_DIRTY, ask(s1, f, true));
}

static void test_coherency_is_one_way(void)
{
	struct smmu_domain_config d = domain(SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_COHERENCY, ask(d, everything(), false));
	d.noncoherent_walk = true;
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(d, everything(), false));
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(d, everything(), true));
}

static void test_identity_and_blocked_need_nothing(void)
{
	const struct smmu_features nothing = { 0 };
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(domain(SMMU_DOMAIN_IDENTITY), nothing, false));
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(domain(SMMU_DOMAIN_BLOCKED), nothing, false));
}

static void test_tables_the_smmu_cannot_walk(void)
{
	struct smmu_features f = everything();
	f.aarch64 = false;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_FORMAT, ask(domain(SMMU_DOMAIN_S1), f, true));
	f = everything();
	struct smmu_domain_config d = domain(SMMU_DOMAIN_S1);
	d.granule_log2 = 16;
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, ask(d, f, true));
	f.gran64k = false;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_GRANULE, ask(d, f, true));
	f = everything();
	f.gran4k = false;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_GRANULE, ask(domain(SMMU_DOMAIN_S2), f, true));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_each_rule_has_its_reason);
	RUN_TEST(test_coherency_is_one_way);
	RUN_TEST(test_identity_and_blocked_need_nothing);
	RUN_TEST(test_tables_the_smmu_cannot_walk);
	return UNITY_END();
}
