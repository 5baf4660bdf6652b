/* SPDX-License-Identifier: Apache-2.0
 * For public calls that allocate (the others: test_tag.c, test_cdtable.c, test_group.c, test_sva.c), and for every k: when its k-th allocation fails, all memory in use and the state of
 * the allocators hash as before, and no register was touched. proves: AB-19 */
#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct smmu_domain *s1, *other, *made_domain;
static struct smmu_master *master;

void setUp(void)
{
	rig_open(&rig, 2);
	rig_start(&rig, 0, NULL);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	other = rig_domain(&rig, SMMU_DOMAIN_S1);
	master = rig_master(&rig, 0, 0x20, 6);
}

void tearDown(void) { rig_close(&rig); }

/* Returns how many allocations the call makes. */
static uint64_t fail_each(smmu_status (*call)(void))
{
	const uint64_t before = rig_hash(&rig);
	for (uint64_t k = 1;; k++) {
		fake_clear(rig.smmu[0]);
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = call();
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK)
			return k - 1;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64_MESSAGE(before, rig_hash(&rig), "a failed call left something behind");
		for (size_t i = 0; i < rig.smmu[0]->access_count; i++)
			TEST_ASSERT_FALSE_MESSAGE(rig.smmu[0]->access[i].write, "a failed call wrote a register");
	}
}

static smmu_status call_attach(void) { return smmu_master_attach(master, s1, 0); }
static smmu_status call_replace(void) { return smmu_master_attach(master, other, SMMU_ATTACH_REPLACE); }
static smmu_status call_attach_pasid(void) { return smmu_master_attach_pasid(master, s1, 9, 0); }
static smmu_status call_attach_pasid_other(void) { return smmu_master_attach_pasid(master, other, 10, 0); }
static smmu_status call_map(void) { return smmu_domain_map(s1, (smmu_iova){ 0x3ffff000 }, (smmu_pa){ 0x1000 }, 0x402000, 3); }
static smmu_status call_create(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1 };
	return smmu_domain_create(rig.sys, &config, &made_domain);
}

static smmu_status call_create_shared(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S2, .tag_policy = SMMU_TAG_REALLOCATE };
	return smmu_domain_create(rig.sys, &config, &made_domain);
}

static smmu_status call_attach_stage2(void) { return smmu_master_attach(master, made_domain, SMMU_ATTACH_REPLACE); }

static smmu_status call_probe(void)
{
	struct smmu_port port;
	fake_port(rig.smmu[1], &port);
	return smmu_dev_probe(rig.sys, &port, NULL, &rig.dev[1]);
}

static smmu_status call_stream_default(void) { return smmu_dev_set_stream_default(rig.dev[0], 0x7000, SMMU_STREAM_BYPASS); }

static smmu_status call_pmcg(void)
{
	struct smmu_port port;
	struct smmu_pmcg *pmcg;
	fake_port(rig.smmu[0], &port);
	fake_set_reg(rig.smmu[0], 0x20e00, 31u << 8 | 3);
	return smmu_pmcg_probe(rig.sys, &port, 0x20000, 0, false, &pmcg);
}

static void test_attach(void) { TEST_ASSERT_EQUAL_UINT64(3, fail_each(call_attach)); }  /* CD table, PASID slots, array */

static void test_replace(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, call_attach());
	TEST_ASSERT_EQUAL_UINT64(1, fail_each(call_replace));   /* array */
}

static void test_attach_pasid(void)
{
	TEST_ASSERT_EQUAL_UINT64(3, fail_each(call_attach_pasid));
	TEST_ASSERT_EQUAL_UINT64(1, fail_each(call_attach_pasid_other));
}


/* 0x3ffff000..0x40401000 in pages (IOVA and PA differ below 2 MiB): one L1, an L2 on either side of 1 GiB, and L3 tables for
 * 0x3fe00000, 0x40000000, 0x40200000 and 0x40400000. */
static void test_map(void) { TEST_ASSERT_EQUAL_UINT64(7, fail_each(call_map)); }
static void test_domain_create(void) { TEST_ASSERT_EQUAL_UINT64(2, fail_each(call_create)); }
static void test_domain_create_shared_tag(void)
{
	TEST_ASSERT_EQUAL_UINT64(3, fail_each(call_create_shared));     /* object, root, the pool of tags that hold everywhere */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, call_attach());
	TEST_ASSERT_EQUAL_UINT64(1, fail_each(call_attach_stage2));
}
static void test_dev_probe(void) { TEST_ASSERT_EQUAL_UINT64(9, fail_each(call_probe)); } /* object, CMDQ with owners and valid bits, EVENTQ, ASIDs, VMIDs, stalls, L1 */
static void test_dev_probe_with_pri(void)
{
	rig.smmu[1]->idr0 |= 1u << 10 | 1u << 16;       /* PRI queue and its groups */
	TEST_ASSERT_EQUAL_UINT64(11, fail_each(call_probe));
}
static void test_stream_default(void) { TEST_ASSERT_EQUAL_UINT64(1, fail_each(call_stream_default)); }
static void test_pmcg_probe(void) { TEST_ASSERT_EQUAL_UINT64(1, fail_each(call_pmcg)); }

/* The old translation still works: the CD in memory is untouched by failed replaces. */
static void test_the_old_attachment_survives(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, call_attach());
	smmu_sys_fail_allocation(rig.sys, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, call_replace());
	TEST_ASSERT_EQUAL_PTR(s1, smmu_master_domain(master, 0));
	uint32_t tag;
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_tag(other, rig.dev[0], &tag));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_attach);
	RUN_TEST(test_replace);
	RUN_TEST(test_attach_pasid);
	RUN_TEST(test_map);
	RUN_TEST(test_domain_create);
	RUN_TEST(test_domain_create_shared_tag);
	RUN_TEST(test_dev_probe);
	RUN_TEST(test_dev_probe_with_pri);
	RUN_TEST(test_stream_default);
	RUN_TEST(test_pmcg_probe);
	RUN_TEST(test_the_old_attachment_survives);
	return UNITY_END();
}
