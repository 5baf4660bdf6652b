/* SPDX-License-Identifier: Apache-2.0
 * Attach and detach without SubstreamID: what lands in STE and CD, in how many syncs, what bad input gets. An SMMU-side view
 * of the STE is sampled at every consumed command. */
#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define SID 0x20u

static struct rig rig;
static struct smmu_domain *s1, *s1b, *identity, *blocked;
static bool was_invalid;

/* proves: AB-28. At every command: an STE that says stage 1 points into memory that is in use. */
static void sample(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	(void)word;
	const uint64_t *const ste = rig_ste(&rig, 0, SID);
	if (!ste)
		return;
	was_invalid = was_invalid || !(ste[0] & 1);
	if ((ste[0] >> 1 & 7) == 5)
		TEST_ASSERT_NOT_NULL(smmu_sys_virt(rig.sys, (smmu_pa){ ste[0] & UINT64_C(0x000fffffffffffc0) }));
}

void setUp(void)
{
	rig_open(&rig, 2);
	rig_start(&rig, 0, NULL);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	s1b = rig_domain(&rig, SMMU_DOMAIN_S1);
	identity = rig_domain(&rig, SMMU_DOMAIN_IDENTITY);
	blocked = rig_domain(&rig, SMMU_DOMAIN_BLOCKED);
	rig.smmu[0]->on_command = sample;
	was_invalid = false;
}

void tearDown(void) { rig_close(&rig); }

static unsigned config_of(uint32_t sid) { return rig_ste(&rig, 0, sid)[0] >> 1 & 7; }
static size_t syncs(void) { return fake_count(rig.smmu[0], 0x46); }
static const uint64_t *cd(uint32_t sid) { return rig_words(&rig, rig_ste(&rig, 0, sid)[0] & UINT64_C(0x000fffffffffffc0)); }

static void attach(struct smmu_master *master, struct smmu_domain *domain, size_t want_syncs)
{
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_UINT64(want_syncs, syncs());
	TEST_ASSERT_EQUAL_PTR(domain, smmu_master_domain(master, 0));
}

/* proves: AB-24, AB-26, AB-72. STE syncs from the transition table; leaving S1 adds two for clearing CD 0 and one TLBI. */
static void test_rid_matrix(void)
{
	struct smmu_master_info info;
	struct smmu_master *const master = rig_master(&rig, 0, SID, 0);
	attach(master, blocked, 0);     /* already aborts */
	attach(master, identity, 2);    /* abort_to_bypass */
	TEST_ASSERT_EQUAL_UINT32(4, config_of(SID));
	smmu_master_info(master, &info);
	TEST_ASSERT_FALSE(info.has_cd_table);
	attach(master, s1, 3);          /* bypass_to_cdtable; the CD is written before anyone can reach it */
	TEST_ASSERT_EQUAL_UINT32(5, config_of(SID));
	TEST_ASSERT_TRUE(cd(SID)[0] >> 31 & 1);
	attach(master, s1b, 3 + 1);     /* the CD changes in two words; then the old tag is flushed */
	TEST_ASSERT_EQUAL_UINT64(3, fake_count(rig.smmu[0], 0x05));
	attach(master, identity, 3 + 2 + 1); /* cdtable_to_bypass, CD clear (V = 0 is reached in one switch), TLBI */
	TEST_ASSERT_EQUAL_UINT32(4, config_of(SID));
	attach(master, blocked, 2);
	attach(master, s1, 2);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT32(0, config_of(SID));
	TEST_ASSERT_FALSE(was_invalid); /* no STE transition of this list is disruptive */
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_master_detach(master));
}

/* proves: AB-22. SSID width 0: the CD table is 64 bytes, 64-byte aligned; S1CDMax = 0, S1Fmt = 0. */
static void test_a_single_cd_is_one_64_byte_block(void)
{
	struct smmu_sys_stats before, after;
	struct smmu_master *const master = rig_master(&rig, 0, SID, 0);
	smmu_sys_stats(rig.sys, &before);
	attach(master, s1, 2);
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(64, after.dma_used_bytes - before.dma_used_bytes);
	const uint64_t word0 = rig_ste(&rig, 0, SID)[0];
	TEST_ASSERT_EQUAL_UINT64(0, word0 >> 59);
	TEST_ASSERT_EQUAL_UINT64(0, word0 >> 4 & 3);
	/* proves: AB-25 */
	smmu_master_detach(master);
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(64, after.dma_used_bytes - before.dma_used_bytes);
	smmu_master_destroy(master);
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes, after.dma_used_bytes);
}

/* proves: AB-21, AB-23 */
static void test_masters_share_a_domain_but_not_a_cd_table(void)
{
	const uint32_t sids[2] = { SID, 0x30 };
	struct smmu_master *b;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sids[1], .sid_count = 1, .ssid_bits = 4, .can_stall = true };
	struct smmu_master *const a = rig_master(&rig, 0, SID, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &b));
	attach(a, s1, 2);
	attach(b, s1, 2);
	TEST_ASSERT_TRUE(cd(SID) != cd(0x30));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 44, cd(SID)[0] ^ cd(0x30)[0]);   /* S */
	TEST_ASSERT_EQUAL_HEX64(cd(SID)[1], cd(0x30)[1]);
	TEST_ASSERT_EQUAL_HEX64(cd(SID)[3], cd(0x30)[3]);
}

/* proves: AB-29. Four distinct StreamIDs, one listed twice: four CFGI_STE per SYNC, all STEs equal. */
static void test_every_stream_is_announced_once(void)
{
	static const uint32_t sids[] = { 0x23, 0x20, 0x21, 0x20, 0x22 };
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = sids, .sid_count = 5 };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	attach(master, identity, 2);
	TEST_ASSERT_EQUAL_UINT64(8, fake_count(rig.smmu[0], 0x03));
	for (uint32_t sid = 0x20; sid < 0x24; sid++)
		TEST_ASSERT_EQUAL_UINT32(4, config_of(sid));
}

/* More streams than one list on the stack holds. */
static void test_forty_streams(void)
{
	uint32_t sids[40];
	struct smmu_master *master;
	for (uint32_t i = 0; i < 40; i++)
		sids[i] = 0x40 + i;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = sids, .sid_count = 40 };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_UINT64(80, fake_count(rig.smmu[0], 0x03));
	for (uint32_t i = 0; i < 40; i++)
		TEST_ASSERT_EQUAL_UINT32(5, config_of(0x40 + i));
}

static void test_attach_refusals_are_pure(void)
{
	struct smmu_master *const master = rig_master(&rig, 0, SID, 0);
	struct rig elsewhere;
	rig_open(&elsewhere, 0);
	struct smmu_domain *const foreign = rig_domain(&elsewhere, SMMU_DOMAIN_S1);
	const struct smmu_domain_config wide_config = { .type = SMMU_DOMAIN_S1, .oas_bits = 48 };
	struct smmu_domain *wide;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &wide_config, &wide));
	attach(master, s1, 2);
	fake_clear(rig.smmu[0]);
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach(NULL, s1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach(master, NULL, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach(master, foreign, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach(master, s1, 8));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, smmu_master_attach(master, s1, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_attach(master, s1b, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_attach(master, s1b, SMMU_ATTACH_LOSSLESS));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INCOMPATIBLE, smmu_master_attach(master, wide, SMMU_ATTACH_REPLACE)); /* 48 > OAS 44. proves: AB-12 */
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_destroy(master));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	rig_close(&elsewhere);
}

static void test_create_refusals(void)
{
	uint32_t sids[65] = { SID };
	struct smmu_master *master;
	struct smmu_master_config config = { .dev = rig.dev[0], .sids = sids, .sid_count = 1 };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_create(rig.sys, &config, &master));
	TEST_ASSERT_NULL(master);
	config.sid_count = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_master_create(rig.sys, &config, &master));
	config.sid_count = 65;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_master_create(rig.sys, &config, &master));
	config.sid_count = 1;
	sids[0] = 0x21;
	config.ats = config.can_stall = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_create(rig.sys, &config, &master));
	config.ats = config.can_stall = false;
	config.ssid_bits = 21;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_master_create(rig.sys, &config, &master));
	config.dev = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_create(rig.sys, &config, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_create(rig.sys, NULL, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_create(rig.sys, &config, NULL));
}

/* proves: AB-75 (attached before the first cycle). No command before enable; the entries are there when it comes. */
static void test_attach_before_enable_sends_nothing(void)
{
	struct smmu_port port;
	fake_port(rig.smmu[1], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, NULL, &rig.dev[1]));
	fake_clear(rig.smmu[1]);
	struct smmu_master *const master = rig_master(&rig, 1, SID, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->access_count);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[1]));
	TEST_ASSERT_EQUAL_UINT64(5, rig_ste(&rig, 1, SID)[0] >> 1 & 7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
}

/* proves: AB-18 (the order that makes it true). When the first command of an attach is consumed, readers of the invalidation
 * array already find the new tag. The attach lock is held then, so the array is looked at from the inside. */
static unsigned looks, looks_without_entry;
static void check_array(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	(void)word;
	looks++;
	looks_without_entry += smmu_inv_at(&s1->inv, 0) == NULL;
}

static void test_the_array_is_published_before_the_first_command(void)
{
	struct smmu_master *const master = rig_master(&rig, 0, SID, 0);
	rig.smmu[0]->on_command = check_array;
	looks = looks_without_entry = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_GREATER_THAN_UINT32(0, looks);
	TEST_ASSERT_EQUAL_UINT32(0, looks_without_entry);
}

/* What the SMMU does not have is not there for its masters: SubstreamIDs without stage 1, page requests without a PRI queue. A format of
 * the CD table means nothing without SubstreamIDs. */
static void test_a_master_has_what_its_smmu_has(void)
{
	const uint32_t sid = 0x40;
	struct smmu_master_info info;
	struct smmu_master *master;
	rig.smmu[1]->idr0 = (rig.smmu[1]->idr0 & ~2u) | 1u << 10;       /* no S1P; ATS */
	rig_start(&rig, 1, NULL);
	struct smmu_master_config config = { .dev = rig.dev[1], .sids = &sid, .sid_count = 1, .ssid_bits = 8, .ats = true, .pri = true };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	smmu_master_info(master, &info);
	TEST_ASSERT_EQUAL_UINT8(0, info.ssid_bits);
	TEST_ASSERT_EQUAL_UINT32(1, info.max_pasids);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, rig_domain(&rig, SMMU_DOMAIN_S2), 0));
	smmu_master_info(master, &info);
	TEST_ASSERT_TRUE(info.ats_on);
	TEST_ASSERT_FALSE(info.pri_on);
	((struct smmu_features *)smmu_dev_features(rig.dev[0]))->cd_2level = true;
	for (unsigned how = 0; how < 4; how++) {
		/* two levels with and without SubstreamIDs; linear although two levels would do; two levels by themselves from 11 bits */
		static const struct { enum smmu_cd_table_format format; uint8_t bits; bool two; } rows[4] = {
			{ SMMU_CD_TABLE_2LEVEL, 0, false }, { SMMU_CD_TABLE_2LEVEL, 4, true }, { SMMU_CD_TABLE_LINEAR, 10, false },
			{ SMMU_CD_TABLE_AUTO, 10, false },
		};
		const uint32_t next = 0x50 + how;
		config = (struct smmu_master_config){ .dev = rig.dev[0], .sids = &next, .sid_count = 1, .ssid_bits = rows[how].bits,
						      .cd_table = rows[how].format };
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
		smmu_master_info(master, &info);
		TEST_ASSERT_EQUAL_INT(rows[how].two, info.cd_table_2level);
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_rid_matrix);
	RUN_TEST(test_a_single_cd_is_one_64_byte_block);
	RUN_TEST(test_masters_share_a_domain_but_not_a_cd_table);
	RUN_TEST(test_every_stream_is_announced_once);
	RUN_TEST(test_forty_streams);
	RUN_TEST(test_attach_refusals_are_pure);
	RUN_TEST(test_create_refusals);
	RUN_TEST(test_attach_before_enable_sends_nothing);
	RUN_TEST(test_the_array_is_published_before_the_first_command);
	RUN_TEST(test_a_master_has_what_its_smmu_has);
	return UNITY_END();
}
