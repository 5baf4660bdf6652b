/* SPDX-License-Identifier: Apache-2.0
 * One domain behind 33 SMMUs, more than one call takes at once and more than wait at the same time: every one gets its invalidation
 * and its ATC_INV, whoever else is dead, and what is too much for one call is refused without a trace. */
#include "rig.h"
#include "unity.h"

#define SMMUS 33u
#define P UINT64_C(4096)
#define TLBI_NH_VA 0x12
#define ATC_INV 0x40
#define SYNC 0x46

static struct rig rig;
static struct smmu_master *masters[SMMUS];

void setUp(void)
{
	rig_open(&rig, SMMUS);
	for (unsigned i = 0; i < SMMUS; i++) {
		const uint32_t sid = 0x20;
		rig.smmu[i]->idr0 |= 1u << 10;  /* ATS */
		rig_start(&rig, i, NULL);
		const struct smmu_master_config config = { .dev = rig.dev[i], .sids = &sid, .sid_count = 1, .ats = true };
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &masters[i]));
	}
}

void tearDown(void) { rig_close(&rig); }

static struct smmu_domain *make(enum smmu_tag_policy policy)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .tag_policy = policy };
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	return domain;
}

static void attach(struct smmu_domain *domain, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(masters[i], domain, 0));
}

static void clear(void)
{
	for (unsigned i = 0; i < SMMUS; i++)
		fake_clear(rig.smmu[i]);
}

static void map(struct smmu_domain *domain)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, SMMU_PROT_READ));
	clear();
}

/* proves: AB-7. TLBI, SYNC, ATC_INV, SYNC everywhere. */
static void test_an_unmap_reaches_all_of_them(void)
{
	struct smmu_domain *const domain = make(SMMU_TAG_LOCAL);
	attach(domain, SMMUS);
	map(domain);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, P, NULL));
	for (unsigned i = 0; i < SMMUS; i++) {
		TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[i]->command_count);
		TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[i], TLBI_NH_VA));
		TEST_ASSERT_EQUAL_HEX64(ATC_INV, rig.smmu[i]->command[2].word[0] & 0xff);
	}
}

/* Ten of them are dead. The others get all of theirs; of the dead ones eight are remembered and asked no more, two get an
 * ATC_INV that times out as well. PROD is written for the TLBI, the SYNC, and the ATC_INV with its SYNC. */
static void test_ten_dead_ones_hide_nothing(void)
{
	struct smmu_domain *const domain = make(SMMU_TAG_LOCAL);
	unsigned asked_again = 0;
	attach(domain, SMMUS);
	map(domain);
	for (unsigned i = 10; i < 20; i++)
		rig.smmu[i]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_domain_unmap(domain, (smmu_iova){ 0 }, P, NULL));
	for (unsigned i = 0; i < SMMUS; i++) {
		size_t prods = 0;
		for (size_t n = 0; n < rig.smmu[i]->access_count; n++)
			prods += rig.smmu[i]->access[n].write && rig.smmu[i]->access[n].offset == 0x98;
		if (i < 10 || i >= 20)
			TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[i]->command_count);
		else
			asked_again += prods == 3;
		rig.smmu[i]->stop_consuming = false;
	}
	TEST_ASSERT_EQUAL_UINT32(2, asked_again);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(domain));
}

/* A group behind 33 SMMUs is one too many; nothing changed, nothing was sent. Behind 32 it is fine. */
static void test_a_group_behind_too_many(void)
{
	struct smmu_domain *const domain = make(SMMU_TAG_LOCAL);
	clear();
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_group_attach(masters, SMMUS, domain, 0, 0));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	for (unsigned i = 0; i < SMMUS; i++)
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[i]->access_count);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_attach(masters, SMMUS - 1, domain, 0, 0));
}

/* One tag on 32 SMMUs is taken on the next: all 33 would have to take part in the move. */
static void test_a_move_on_too_many(void)
{
	struct smmu_domain *const domain = make(SMMU_TAG_REALLOCATE);
	attach(domain, SMMUS - 1);
	const uint32_t sid = 0x30;
	const struct smmu_master_config config = { .dev = rig.dev[SMMUS - 1], .sids = &sid, .sid_count = 1 };
	struct smmu_master *other;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &other));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(other, make(SMMU_TAG_LOCAL), 0));
	clear();
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(masters[SMMUS - 1], domain, 0));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(masters[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(masters[SMMUS - 1], domain, 0));
	uint32_t tag = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(domain, rig.dev[1], &tag));
	TEST_ASSERT_EQUAL_UINT32(2, tag);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_an_unmap_reaches_all_of_them);
	RUN_TEST(test_ten_dead_ones_hide_nothing);
	RUN_TEST(test_a_group_behind_too_many);
	RUN_TEST(test_a_move_on_too_many);
	return UNITY_END();
}
