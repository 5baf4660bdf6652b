/* SPDX-License-Identifier: Apache-2.0
 * Several devices attached alike: all or none, on one SMMU and on several. */
#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct smmu_domain *s1, *s1b, *identity;
static struct smmu_master *group[4];

void setUp(void)
{
	rig_open(&rig, 2);
	rig_start(&rig, 0, NULL);
	rig_start(&rig, 1, NULL);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	s1b = rig_domain(&rig, SMMU_DOMAIN_S1);
	identity = rig_domain(&rig, SMMU_DOMAIN_IDENTITY);
	group[0] = rig_master(&rig, 0, 0x20, 4);
	group[1] = rig_master(&rig, 0, 0x21, 4);
	group[2] = rig_master(&rig, 1, 0x20, 4);
	group[3] = rig_master(&rig, 1, 0x21, 0);        /* no SubstreamIDs */
}

void tearDown(void) { rig_close(&rig); }

static void expect_domains(uint32_t ssid, struct smmu_domain *a, struct smmu_domain *b, struct smmu_domain *c, struct smmu_domain *d)
{
	struct smmu_domain *const want[] = { a, b, c, d };
	for (unsigned i = 0; i < 4; i++)
		TEST_ASSERT_EQUAL_PTR(want[i], smmu_master_domain(group[i], ssid));
}

/* proves: AB-41. The member without PASIDs is skipped; without ssid it takes part. */
static void test_all_members_and_the_one_without_pasids(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_attach(group, 4, s1, 0, 0));
	expect_domains(0, s1, s1, s1, s1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_attach(group, 4, s1b, 3, 0));
	expect_domains(3, s1b, s1b, s1b, NULL);
	struct smmu_inv_entry_info entry;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(s1b, 0, &entry));
	TEST_ASSERT_EQUAL_UINT32(2, entry.users);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_detach(group, 4, 3));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_group_detach(group, 4, 3));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_detach(group, 4, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(s1b));
}

/* proves: AB-40. The third is occupied: nothing changed and nothing was sent, also with memory failing at each k. */
static void test_a_refusal_of_one_member_is_pure(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(group[2], s1b, 3, 0));
	uint64_t before = rig_hash(&rig);
	fake_clear(rig.smmu[0]);
	fake_clear(rig.smmu[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_group_attach(group, 4, s1, 3, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, smmu_group_attach(group, 4, s1, 16, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_group_attach(group, 4, identity, 3, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_group_attach(group, 0, s1, 0, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_group_attach(NULL, 4, s1, 0, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_group_attach(group, 257, s1, 0, 0));
	struct smmu_master *const twice[] = { group[0], group[0] };
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_group_attach(twice, 2, s1, 0, 0));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	uint64_t k = 1;
	for (;; k++) {
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_group_attach(group, 4, s1, 3, SMMU_ATTACH_REPLACE);
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK)
			break;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count + rig.smmu[1]->access_count);
	}
	TEST_ASSERT_EQUAL_UINT64(7, k);         /* slots, two tables of two blocks, array */
	expect_domains(3, s1, s1, s1, NULL);
}

/* proves: AB-40. SMMU1 falls silent in the middle: every member has its old domain again. */
static void test_a_silent_smmu_restores_everybody(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_attach(group, 2, s1b, 0, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_attach(group + 2, 2, identity, 0, 0));
	uint32_t old = 0, now = 0;
	smmu_domain_tag(s1b, rig.dev[0], &old);
	rig.smmu[1]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_group_attach(group, 4, s1, 0, SMMU_ATTACH_REPLACE));
	rig.smmu[1]->stop_consuming = false;
	expect_domains(0, s1b, s1b, identity, identity);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(s1b, rig.dev[0], &now));
	TEST_ASSERT_EQUAL_UINT32(old, now);
	TEST_ASSERT_EQUAL_UINT64(4, rig_ste(&rig, 1, 0x20)[0] >> 1 & 7);        /* bypass */
	const uint64_t *const cd = rig_words(&rig, rig_ste(&rig, 0, 0x20)[0] & UINT64_C(0x000fffffffffffc0));
	TEST_ASSERT_EQUAL_UINT64(old, cd[0] >> 48);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(s1));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_all_members_and_the_one_without_pasids);
	RUN_TEST(test_a_refusal_of_one_member_is_pure);
	RUN_TEST(test_a_silent_smmu_restores_everybody);
	return UNITY_END();
}
