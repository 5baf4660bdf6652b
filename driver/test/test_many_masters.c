/* SPDX-License-Identifier: Apache-2.0
 * What an invalidation costs does not depend on how many masters and PASIDs share the domain, only on how many SMMUs: four
 * SMMUs get one TLBI sequence and one SYNC each for one master and for a thousand, with as many register accesses. */
#include "rig.h"
#include "unity.h"

#define MASTERS 1000u
#define P UINT64_C(4096)
#define TLBI_NH_VA 0x12
#define SYNC 0x46

static struct rig rig;
static struct smmu_domain *domain;

void setUp(void)
{
	rig_open(&rig, 4);
	for (unsigned i = 0; i < 4; i++)
		rig_start(&rig, i, NULL);
	domain = rig_domain(&rig, SMMU_DOMAIN_S1);
}

void tearDown(void) { rig_close(&rig); }

static void attach(unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, i % 4, 0x100 + i / 4, 0), domain, 0));
}

/* Unmap four pages; the accesses it took. */
static size_t cost(void)
{
	size_t accesses = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 4 * P, SMMU_PROT_READ));
	for (unsigned i = 0; i < 4; i++)
		fake_clear(rig.smmu[i]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, 4 * P, NULL));
	for (unsigned i = 0; i < 4; i++) {
		TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[i]->command_count);
		TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[i], TLBI_NH_VA));
		TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[i], SYNC));
		accesses += rig.smmu[i]->access_count;
	}
	return accesses;
}

static void test_four_sequences_whatever_the_number_of_masters(void)
{
	attach(0, 4);
	cost();
	const size_t few = cost();
	attach(4, MASTERS);
	TEST_ASSERT_EQUAL_UINT64(few, cost());
}

static void test_pasids_of_one_master_add_nothing(void)
{
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 10);
	attach(0, 4);
	cost();
	const size_t few = cost();
	for (uint32_t ssid = 1; ssid < 200; ssid++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, domain, ssid, 0));
	TEST_ASSERT_EQUAL_UINT64(few, cost());
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_four_sequences_whatever_the_number_of_masters);
	RUN_TEST(test_pasids_of_one_master_add_nothing);
	return UNITY_END();
}
