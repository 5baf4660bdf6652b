/* SPDX-License-Identifier: Apache-2.0
 * The system-wide PASID numbers: bounds, exhaustion, life of a number, the default domain at a global PASID. */
#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct smmu_domain *s1, *s1b;

void setUp(void)
{
	rig_open(&rig, 2);
	rig_start(&rig, 0, NULL);
	rig_start(&rig, 1, NULL);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	s1b = rig_domain(&rig, SMMU_DOMAIN_S1);
}

void tearDown(void) { rig_close(&rig); }

static struct smmu_master *make(unsigned smmu, uint32_t sid, uint8_t bits, uint32_t max)
{
	const struct smmu_master_config config = { .dev = rig.dev[smmu], .sids = &sid, .sid_count = 1, .ssid_bits = bits, .max_pasids = max };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	return master;
}

/* proves: AB-42. Bound 5: PASIDs 1..4, then NO_SPACE; bound 2: only 1; no SSIDs or bound 1: INVALID. */
static void test_bounds(void)
{
	struct smmu_master *const five = make(0, 0x20, 4, 5), *const two = make(1, 0x20, 4, 2);
	struct smmu_master *const none = make(0, 0x21, 0, 0), *const one = make(0, 0x22, 4, 1);
	uint32_t pasid = 99;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pasid_alloc(none, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pasid_alloc(one, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pasid_alloc(NULL, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pasid_alloc(five, NULL));
	for (uint32_t n = 1; n < 5; n++) {
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(five, &pasid));
		TEST_ASSERT_EQUAL_UINT32(n, pasid);
	}
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_pasid_alloc(five, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_pasid_alloc(two, &pasid));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_free(rig.sys, 1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(two, &pasid));
	TEST_ASSERT_EQUAL_UINT32(1, pasid);
}

/* proves: AB-43 (overflow, no CD write), AB-44 */
static void test_life_of_a_number(void)
{
	struct smmu_master *const wide = make(0, 0x20, 6, 0), *const narrow = make(1, 0x20, 2, 0);
	uint32_t pasid = 0;
	for (unsigned n = 0; n < 7; n++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(wide, &pasid));
	TEST_ASSERT_EQUAL_UINT32(7, pasid);
	fake_clear(rig.smmu[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, smmu_master_attach_pasid(narrow, s1, pasid, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(narrow, s1, 60, 0));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->access_count);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(wide, s1, pasid, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pasid_free(rig.sys, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(wide, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_free(rig.sys, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_pasid_free(rig.sys, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_pasid_free(rig.sys, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_pasid_free(rig.sys, UINT32_MAX));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pasid_free(NULL, 1));
}

/* proves: AB-45 (without ATS): the default domain also at a global PASID has the same tag, and an unmap costs one TLBI. */
static void test_the_default_domain_at_a_global_pasid(void)
{
	struct smmu_master *const master = make(0, 0x20, 6, 0);
	uint32_t pasid;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(master, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1, pasid, 0));
	const uint64_t *const table = rig_words(&rig, rig_ste(&rig, 0, 0x20)[0] & UINT64_C(0x000fffffffffffc0));
	TEST_ASSERT_EQUAL_MEMORY(table, table + 8 * pasid, 64);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(s1, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 4096, SMMU_PROT_READ));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(s1, (smmu_iova){ 0 }, 4096, NULL));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x12));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
}

/* proves: AB-19 */
static void test_alloc_may_fail(void)
{
	struct smmu_master *const master = make(0, 0x20, 6, 0);
	uint32_t pasid;
	const uint64_t before = rig_hash(&rig);
	smmu_sys_fail_allocation(rig.sys, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, smmu_pasid_alloc(master, &pasid));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
}

/* The pool was made for 4 bits; then an SMMU with 10 comes. What is out stays out, and there is more. */
static void test_a_wider_smmu_comes_later(void)
{
	uint32_t pasid = 0;
	tearDown();
	rig_open(&rig, 2);
	rig.smmu[0]->idr1 = (rig.smmu[0]->idr1 & ~(31u << 6)) | 4u << 6;
	rig_start(&rig, 0, NULL);
	struct smmu_master *const narrow = make(0, 0x20, 10, 0);
	for (uint32_t n = 1; n < 16; n++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(narrow, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_pasid_alloc(narrow, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_free(rig.sys, 9));
	rig_start(&rig, 1, NULL);
	struct smmu_master *const wide = make(1, 0x20, 10, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(wide, &pasid));
	TEST_ASSERT_EQUAL_UINT32(9, pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(wide, &pasid));
	TEST_ASSERT_EQUAL_UINT32(16, pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_free(rig.sys, 15));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(narrow, &pasid));
	TEST_ASSERT_EQUAL_UINT32(15, pasid);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_bounds);
	RUN_TEST(test_life_of_a_number);
	RUN_TEST(test_the_default_domain_at_a_global_pasid);
	RUN_TEST(test_alloc_may_fail);
	RUN_TEST(test_a_wider_smmu_comes_later);
	return UNITY_END();
}
