/* SPDX-License-Identifier: Apache-2.0
 * Two-level CD tables: which format is chosen, when leaves come, in which order they are shown to the SMMU. */
#include "rig.h"
#include "unity.h"

#define SID 0x20u
#define POINTER UINT64_C(0x000fffffffffffc0)

static struct rig rig;
static struct smmu_domain *s1, *s1b;

void setUp(void)
{
	rig_open(&rig, 2);
	for (unsigned i = 0; i < 2; i++)
		rig.smmu[i]->idr1 = (rig.smmu[i]->idr1 & ~(31u << 6)) | 14u << 6;       /* SSIDSIZE 14 */
	rig.smmu[0]->idr0 |= 1u << 19;          /* CD2L on SMMU0 only */
	for (unsigned i = 0; i < 2; i++)
		rig_start(&rig, i, NULL);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	s1b = rig_domain(&rig, SMMU_DOMAIN_S1);
}

void tearDown(void) { rig_close(&rig); }

static const uint64_t *ste(unsigned smmu) { return rig_ste(&rig, smmu, SID); }
static uint64_t l1(uint32_t index) { return rig_words(&rig, ste(0)[0] & POINTER)[index]; }
static const uint64_t *cd(uint32_t ssid) { return rig_words(&rig, l1(ssid >> 10) & UINT64_C(0x000ffffffffff000)) + 8 * (ssid & 1023); }

static struct smmu_master *make(unsigned smmu, uint32_t sid, uint8_t bits, enum smmu_cd_table_format format, smmu_status want)
{
	const struct smmu_master_config config = { .dev = rig.dev[smmu], .sids = &sid, .sid_count = 1, .ssid_bits = bits, .cd_table = format };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(want, smmu_master_create(rig.sys, &config, &master));
	return master;
}

static unsigned format_of(unsigned smmu) { return ste(smmu)[0] >> 4 & 3; }

/* S1Fmt (5:4): 2 is two levels with 64 KiB leaves, 0 linear. */
static void test_the_format_follows_width_and_smmu(void)
{
	struct smmu_master_info info;
	struct smmu_master *master = make(0, SID, 14, SMMU_CD_TABLE_AUTO, SMMU_OK);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_UINT32(2, format_of(0));
	TEST_ASSERT_EQUAL_UINT64(14, ste(0)[0] >> 59);
	smmu_master_info(master, &info);
	TEST_ASSERT_TRUE(info.cd_table_2level);
	TEST_ASSERT_EQUAL_UINT64(16 * 8 + 65536, info.cd_table_bytes);  /* 2^(14-10) L1CDs and one leaf */
	master = make(1, SID, 14, SMMU_CD_TABLE_AUTO, SMMU_OK);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_UINT32(0, format_of(1));
	smmu_master_info(master, &info);
	TEST_ASSERT_EQUAL_UINT64(64 << 14, info.cd_table_bytes);
	make(1, 0x21, 14, SMMU_CD_TABLE_2LEVEL, SMMU_E_UNSUPPORTED);
	master = make(0, 0x22, 10, SMMU_CD_TABLE_AUTO, SMMU_OK);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_UINT64(0, rig_ste(&rig, 0, 0x22)[0] >> 4 & 3);
	master = make(0, 0x23, 4, SMMU_CD_TABLE_2LEVEL, SMMU_OK);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_UINT64(2, rig_ste(&rig, 0, 0x23)[0] >> 4 & 3);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(master));
}

/* proves: AB-27. PASID 5000 lies in leaf 4: the L1CD turns valid with a zeroed leaf, CFGI_CD with Leaf = 0 and its SYNC are
 * consumed, and only then does the CD turn valid. */
static unsigned order_errors, announced;
static void watch(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	if ((uint8_t)word[0] == 0x05 && !(word[1] & 1)) {
		announced++;
		order_errors += !(l1(4) & 1) || (cd(5000)[0] >> 31 & 1);
	}
	if ((l1(4) & 1) && (cd(5000)[0] >> 31 & 1))
		order_errors += announced == 0;
}

static void test_a_leaf_is_announced_before_its_first_cd_turns_valid(void)
{
	struct smmu_sys_stats before, after;
	struct smmu_master *const master = make(0, SID, 14, SMMU_CD_TABLE_AUTO, SMMU_OK);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_UINT64(0, l1(4));
	smmu_sys_stats(rig.sys, &before);
	fake_clear(rig.smmu[0]);
	order_errors = announced = 0;
	rig.smmu[0]->on_command = watch;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1b, 5000, 0));
	rig.smmu[0]->on_command = NULL;
	TEST_ASSERT_EQUAL_UINT32(0, order_errors);
	TEST_ASSERT_EQUAL_UINT32(1, announced);
	TEST_ASSERT_EQUAL_UINT64(3, fake_count(rig.smmu[0], 0x46));     /* leaf, CD words, CD valid */
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2001388005), rig.smmu[0]->command[0].word[0]);       /* SID 0x20, SSID 0x1388 */
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(65536, after.dma_used_bytes - before.dma_used_bytes);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1b, 5001, 0));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[0], 0x46));
	TEST_ASSERT_EQUAL_PTR(s1b, smmu_master_domain(master, 5001));
	TEST_ASSERT_NULL(smmu_master_domain(master, 9000));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_master_detach_pasid(master, 9000));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 5000));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 5001));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(master));
}

/* proves: AB-19 for the two-level table: L1CDs, leaf list, leaf, who is where, array. */
static void test_every_allocation_may_fail(void)
{
	struct smmu_master *const master = make(0, SID, 14, SMMU_CD_TABLE_AUTO, SMMU_OK);
	const uint64_t before = rig_hash(&rig);
	uint64_t k = 1;
	for (;; k++) {
		fake_clear(rig.smmu[0]);
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_master_attach_pasid(master, s1, 5000, 0);
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK)
			break;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	}
	TEST_ASSERT_EQUAL_UINT64(6, k);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_the_format_follows_width_and_smmu);
	RUN_TEST(test_a_leaf_is_announced_before_its_first_cd_turns_valid);
	RUN_TEST(test_every_allocation_may_fail);
	return UNITY_END();
}
