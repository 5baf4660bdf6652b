/* SPDX-License-Identifier: Apache-2.0
 * Attachments at SubstreamIDs, for every kind of RID attachment. */
#include <string.h>

#include "rig.h"
#include "unity.h"

#define SID 0x20u
#define POINTER UINT64_C(0x000fffffffffffc0)

static struct rig rig;
static struct smmu_domain *s1, *s1b, *identity, *blocked;
static struct smmu_master *master;
static bool was_invalid;

static void sample(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	(void)word;
	was_invalid = was_invalid || !(rig_ste(&rig, 0, SID)[0] & 1);
}

void setUp(void)
{
	rig_open(&rig, 1);
	rig_start(&rig, 0, NULL);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	s1b = rig_domain(&rig, SMMU_DOMAIN_S1);
	identity = rig_domain(&rig, SMMU_DOMAIN_IDENTITY);
	blocked = rig_domain(&rig, SMMU_DOMAIN_BLOCKED);
	master = rig_master(&rig, 0, SID, 4);
	rig.smmu[0]->on_command = sample;
	was_invalid = false;
	fake_clear(rig.smmu[0]);
}

void tearDown(void) { rig_close(&rig); }

static const uint64_t *ste(void) { return rig_ste(&rig, 0, SID); }
static const uint64_t *cd(uint32_t ssid) { return rig_words(&rig, ste()[0] & POINTER) + 8 * ssid; }
static unsigned config_of(void) { return ste()[0] >> 1 & 7; }
static unsigned s1dss(void) { return ste()[1] & 3; }

static void attach(struct smmu_domain *domain, uint32_t ssid)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, ssid ? smmu_master_attach_pasid(master, domain, ssid, SMMU_ATTACH_REPLACE)
					    : smmu_master_attach(master, domain, SMMU_ATTACH_REPLACE));
}

/* proves: AB-32, AB-35. Identity RID: first PASID makes S1 with S1DSS = bypass in two syncs, never V = 0; SHCFG stays; removal
 * of the last PASID goes back in two; the table stays. */
static void test_identity_rid_gains_and_loses_a_pasid(void)
{
	attach(identity, 0);
	fake_clear(rig.smmu[0]);
	attach(s1, 3);
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[0], 0x46));
	TEST_ASSERT_EQUAL_UINT32(5, config_of());
	TEST_ASSERT_EQUAL_UINT32(1, s1dss());
	TEST_ASSERT_EQUAL_UINT64(1, ste()[1] >> 44 & 3);
	TEST_ASSERT_EQUAL_UINT64(4, ste()[0] >> 59);
	TEST_ASSERT_TRUE(cd(3)[0] >> 31 & 1);
	TEST_ASSERT_FALSE(cd(0)[0] >> 31 & 1);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 3));
	TEST_ASSERT_EQUAL_UINT32(4, config_of());
	TEST_ASSERT_EQUAL_UINT64(2 + 2 + 1, fake_count(rig.smmu[0], 0x46));     /* CD, STE, TLBI */
	struct smmu_master_info info;
	smmu_master_info(master, &info);
	TEST_ASSERT_TRUE(info.has_cd_table);
	TEST_ASSERT_EQUAL_UINT64(16 * 64, info.cd_table_bytes);
	TEST_ASSERT_FALSE(was_invalid);
}

/* proves: AB-33 */
static void test_blocked_rid_terminates(void)
{
	attach(blocked, 0);
	attach(s1, 1);
	TEST_ASSERT_EQUAL_UINT32(5, config_of());
	TEST_ASSERT_EQUAL_UINT32(0, s1dss());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 1));
	TEST_ASSERT_EQUAL_UINT32(0, config_of());
	attach(s1, 1);          /* nothing attached at all behaves like blocked */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT32(0, s1dss());
	TEST_ASSERT_EQUAL_UINT32(5, config_of());
	TEST_ASSERT_FALSE(was_invalid);
}

/* proves: AB-31, AB-34. RID stage 1 uses CD 0; each PASID writes only its own CD and leaves the STE alone. */
static void test_stage1_rid_with_two_pasids(void)
{
	uint64_t before[8 * 16];
	attach(s1, 0);
	TEST_ASSERT_EQUAL_UINT32(2, s1dss());
	memcpy(before, cd(0), sizeof before);
	fake_clear(rig.smmu[0]);
	attach(s1b, 5);
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], 0x03));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[0], 0x05));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000005005), rig.smmu[0]->command[0].word[0]);   /* CFGI_CD, SID 0x20, SSID 5 */
	for (uint32_t ssid = 0; ssid < 16; ssid++)
		if (ssid != 5)
			TEST_ASSERT_EQUAL_MEMORY(&before[8 * ssid], cd(ssid), 64);
	attach(s1, 7);          /* same domain at RID and PASID 7: same tag, same table. proves: AB-45 (tag sharing) */
	TEST_ASSERT_EQUAL_MEMORY(cd(0), cd(7), 64);
	TEST_ASSERT_TRUE(cd(5)[0] >> 48 != cd(7)[0] >> 48);
	struct smmu_inv_entry_info entry;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(s1, 0, &entry));
	TEST_ASSERT_EQUAL_UINT32(2, entry.users);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_inv_entry(s1, 1, &entry));
}

/* proves: AB-39 */
static void test_detach_clears_announces_and_flushes(void)
{
	attach(s1, 0);
	attach(s1b, 5);
	const uint64_t asid = cd(5)[0] >> 48;
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 5));
	TEST_ASSERT_EQUAL_HEX64(0, cd(5)[0] | cd(5)[1] | cd(5)[3]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000005005), rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[1].word[0]);
	const size_t n = rig.smmu[0]->command_count;
	TEST_ASSERT_EQUAL_HEX64(asid << 48 | 0x11, rig.smmu[0]->command[n - 2].word[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_master_detach_pasid(master, 5));
	TEST_ASSERT_TRUE(cd(0)[0] >> 31 & 1);
}

/* proves: AB-20. Replace: at every consumed command the CD is the old one, invalid, or the new one. */
static uint64_t old_cd[8], new_ttb;
static unsigned mixtures;
static void watch_cd(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	(void)word;
	const uint64_t *const now = cd(5);
	if (!(now[0] >> 31 & 1) || memcmp(now, old_cd, 64) == 0)
		return;
	mixtures += now[1] != new_ttb || now[0] >> 48 == old_cd[0] >> 48;
}

static void test_replace_never_shows_one_table_under_the_other_tag(void)
{
	struct smmu_domain_stats stats;
	attach(s1, 0);
	attach(s1b, 5);
	memcpy(old_cd, cd(5), 64);
	struct smmu_domain *const next = rig_domain(&rig, SMMU_DOMAIN_S1);
	smmu_domain_stats(next, &stats);
	new_ttb = stats.root.v;
	mixtures = 0;
	rig.smmu[0]->on_command = watch_cd;
	attach(next, 5);
	TEST_ASSERT_EQUAL_UINT32(0, mixtures);
	TEST_ASSERT_EQUAL_HEX64(new_ttb, cd(5)[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(s1b));       /* it is attached nowhere any more */
	rig.smmu[0]->on_command = NULL;
}

/* proves: AB-38. Lossless replace: three syncs, the CD has V = 1 at every command; whenever EPD0 (bit 14) is 0, TTB0 and ASID
 * belong together. */
static unsigned invalid_cds, open_windows;
static void watch_lossless(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	const uint64_t *const now = cd(5);
	(void)arg;
	(void)smmu;
	(void)word;
	invalid_cds += !(now[0] >> 31 & 1);
	open_windows += now[0] >> 14 & 1;
	if (!(now[0] >> 14 & 1))
		mixtures += (now[1] == old_cd[1]) != (now[0] >> 48 == old_cd[0] >> 48);
}

static void test_lossless_replace_never_makes_the_cd_invalid(void)
{
	struct smmu_domain_stats stats;
	attach(s1, 0);
	attach(s1b, 5);
	memcpy(old_cd, cd(5), 64);
	struct smmu_domain *const next = rig_domain(&rig, SMMU_DOMAIN_S1);
	smmu_domain_stats(next, &stats);
	mixtures = invalid_cds = open_windows = 0;
	fake_clear(rig.smmu[0]);
	rig.smmu[0]->on_command = watch_lossless;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, next, 5, SMMU_ATTACH_REPLACE | SMMU_ATTACH_LOSSLESS));
	rig.smmu[0]->on_command = NULL;
	TEST_ASSERT_EQUAL_UINT64(3 + 1, fake_count(rig.smmu[0], 0x46)); /* the CD, then TLBI of the old tag */
	TEST_ASSERT_EQUAL_UINT64(3, fake_count(rig.smmu[0], 0x05));
	TEST_ASSERT_EQUAL_UINT32(0, invalid_cds);
	TEST_ASSERT_EQUAL_UINT32(0, mixtures);
	TEST_ASSERT_GREATER_THAN_UINT32(0, open_windows);
	TEST_ASSERT_EQUAL_HEX64(stats.root.v, cd(5)[1]);
	TEST_ASSERT_EQUAL_UINT64(0, cd(5)[0] >> 14 & 1);
	/* An empty place is simply filled. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1b, 6, SMMU_ATTACH_REPLACE | SMMU_ATTACH_LOSSLESS));
}

/* RID moves under live PASIDs: S1DSS follows in one word, CD 0 comes and goes. */
static void test_rid_changes_under_live_pasids(void)
{
	static const struct { unsigned type; unsigned dss; } steps[] = { { 0, 1 }, { 1, 0 }, { 0, 1 }, { 2, 2 }, { 0, 1 }, { 2, 2 }, { 1, 0 } };
	struct smmu_domain *const rid[3] = { identity, blocked, s1 };
	attach(s1b, 9);
	for (unsigned i = 0; i < 7; i++) {
		attach(rid[steps[i].type], 0);
		TEST_ASSERT_EQUAL_UINT32(5, config_of());
		TEST_ASSERT_EQUAL_UINT32(steps[i].dss, s1dss());
		TEST_ASSERT_EQUAL_UINT64(steps[i].type == 2, cd(0)[0] >> 31 & 1);
		TEST_ASSERT_TRUE(cd(9)[0] >> 31 & 1);
	}
	TEST_ASSERT_FALSE(was_invalid);
}

/* proves: AB-37, AB-19 (refusals are pure) */
static void test_refusals(void)
{
	attach(s1, 5);
	struct smmu_master *const plain = rig_master(&rig, 0, 0x40, 0);
	fake_clear(rig.smmu[0]);
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, s1b, 0, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, s1b, 16, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, s1b, UINT32_MAX, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(plain, s1b, 1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, identity, 1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, blocked, 1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(NULL, s1b, 1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, NULL, 1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_attach_pasid(master, s1b, 5, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, smmu_master_attach_pasid(master, s1, 5, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_attach_pasid(master, s1b, 5, SMMU_ATTACH_LOSSLESS));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_detach_pasid(master, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_detach_pasid(master, 16));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_detach_pasid(NULL, 1));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_master_detach_pasid(master, 6));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_destroy(master));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	TEST_ASSERT_EQUAL_PTR(s1, smmu_master_domain(master, 5));
	TEST_ASSERT_NULL(smmu_master_domain(master, 6));
	TEST_ASSERT_NULL(smmu_master_domain(master, 99));
}

/* A device with a smaller bound than its width. proves: AB-42 (the bound is exclusive) */
static void test_max_pasids_is_exclusive(void)
{
	const uint32_t sid = 0x50;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ssid_bits = 4, .max_pasids = 3 };
	struct smmu_master *small;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &small));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(small, s1, 2, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(small, s1b, 3, 0));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_identity_rid_gains_and_loses_a_pasid);
	RUN_TEST(test_blocked_rid_terminates);
	RUN_TEST(test_stage1_rid_with_two_pasids);
	RUN_TEST(test_detach_clears_announces_and_flushes);
	RUN_TEST(test_replace_never_shows_one_table_under_the_other_tag);
	RUN_TEST(test_lossless_replace_never_makes_the_cd_invalid);
	RUN_TEST(test_rid_changes_under_live_pasids);
	RUN_TEST(test_refusals);
	RUN_TEST(test_max_pasids_is_exclusive);
	return UNITY_END();
}
