/* SPDX-License-Identifier: Apache-2.0
 * One domain on several SMMUs: tags per SMMU, fan-out of invalidations, overlap of SYNCs, life of a tag. */
#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)

static struct rig rig;
static struct smmu_domain *domain;

void setUp(void)
{
	rig_open(&rig, 3);
	rig.smmu[1]->idr0 &= ~(1u << 12);       /* SMMU1: 8-bit ASIDs, */
	rig.smmu[1]->idr3 &= ~(1u << 10);       /* no range invalidation */
	for (unsigned i = 0; i < 3; i++)
		rig_start(&rig, i, NULL);
	domain = rig_domain(&rig, SMMU_DOMAIN_S1);
}

void tearDown(void) { rig_close(&rig); }

static struct smmu_master *attached(unsigned smmu, uint32_t sid)
{
	struct smmu_master *const master = rig_master(&rig, smmu, sid, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	return master;
}

static void clear(void)
{
	for (unsigned i = 0; i < 3; i++)
		fake_clear(rig.smmu[i]);
}

static uint64_t tag(unsigned smmu)
{
	uint32_t t = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(domain, rig.dev[smmu], &t));
	return t;
}

static void map(uint64_t iova, uint64_t pages)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ iova }, pages * P, RW));
}

static void unmap(uint64_t iova, uint64_t pages)
{
	uint64_t bytes;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ iova }, pages * P, &bytes));
	TEST_ASSERT_EQUAL_UINT64(pages * P, bytes);
}

static const uint64_t *cd_of(unsigned smmu, uint32_t sid)
{
	return rig_words(&rig, rig_ste(&rig, smmu, sid)[0] & UINT64_C(0x000fffffffffffc0));
}

/* proves: AB-1 */
static void test_two_smmus_share_one_table(void)
{
	attached(0, 0x20);
	attached(1, 0x30);
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	const uint64_t *const a = cd_of(0, 0x20), *const b = cd_of(1, 0x30);
	TEST_ASSERT_EQUAL_HEX64(stats.root.v, a[1]);
	TEST_ASSERT_EQUAL_HEX64(a[1], b[1]);
	TEST_ASSERT_EQUAL_HEX64(a[3], b[3]);
	TEST_ASSERT_EQUAL_HEX64(a[0] & UINT64_C(0x0000ffffffffffff), b[0] & UINT64_C(0x0000ffffffffffff));
	TEST_ASSERT_EQUAL_UINT32(2, stats.attachments);
}

/* proves: AB-2 */
static void test_each_smmu_has_its_own_tag_in_its_own_range(void)
{
	for (uint32_t n = 0; n < 300; n++) {    /* 300 other domains live on SMMU0 */
		struct smmu_master *const master = rig_master(&rig, 0, 0x1000 + n, 0);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, rig_domain(&rig, SMMU_DOMAIN_S1), 0));
	}
	attached(0, 0x20);
	TEST_ASSERT_EQUAL_UINT64(301, tag(0));
	attached(1, 0x30);
	TEST_ASSERT_EQUAL_UINT64(1, tag(1));
	TEST_ASSERT_EQUAL_UINT64(301, tag(0));
	TEST_ASSERT_EQUAL_UINT64(301, cd_of(0, 0x20)[0] >> 48);
	TEST_ASSERT_EQUAL_UINT64(1, cd_of(1, 0x30)[0] >> 48);
}

/* proves: AB-2 (exhaustion). 255 tags on an 8-bit SMMU; the 256th domain gets NO_SPACE and leaves no trace. */
static void test_tag_exhaustion_is_pure(void)
{
	for (uint32_t n = 0; n < 255; n++) {
		struct smmu_master *const master = rig_master(&rig, 1, 0x1000 + n, 0);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, rig_domain(&rig, SMMU_DOMAIN_S1), 0));
	}
	struct smmu_master *const master = rig_master(&rig, 1, 0x30, 0);
	clear();
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->command_count);
}

/* proves: AB-7, AB-8, AB-9. Three masters on each of two SMMUs; SMMU2 is not in the set. 33 pages: two range commands on
 * SMMU0, 33 single ones on SMMU1, each with its own tag, each followed by one consumed SYNC. */
static void test_unmap_reaches_every_smmu_once_with_its_own_tag(void)
{
	for (uint32_t n = 0; n < 3; n++) {
		attached(0, 0x20 + n);
		attached(1, 0x30 + n);
	}
	struct smmu_master *const extra = rig_master(&rig, 1, 0x99, 0);
	struct smmu_domain *const other = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(extra, other, 0));
	map(0x10000, 33);
	clear();
	unmap(0x10000, 33);
	TEST_ASSERT_EQUAL_UINT64(3, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(tag(0) << 48 | 0x12, rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x10000 | 1 << 10 | 3 << 8 | 1, rig.smmu[0]->command[0].word[1]);
	TEST_ASSERT_EQUAL_HEX64(tag(0) << 48 | 5u << 20 | 0x12, rig.smmu[0]->command[1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[2].word[0]);
	TEST_ASSERT_EQUAL_UINT64(34, rig.smmu[1]->command_count);
	for (unsigned i = 0; i < 33; i++) {
		TEST_ASSERT_EQUAL_HEX64(tag(1) << 48 | 0x12, rig.smmu[1]->command[i].word[0]);
		TEST_ASSERT_EQUAL_HEX64((0x10000 + i * P) | 1, rig.smmu[1]->command[i].word[1]);
	}
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[1]->command[33].word[0]);
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[2]->access_count);
}

/* proves: AB-7 (instances not in the set receive nothing), AB-16 */
static void test_smmus_outside_the_set_receive_nothing(void)
{
	attached(0, 0x20);
	map(0, 4);
	clear();
	unmap(0, 4);
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->access_count);
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[2]->access_count);
	struct smmu_domain *const lonely = rig_domain(&rig, SMMU_DOMAIN_S1);
	clear();
	smmu_domain_map(lonely, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, RW);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(lonely, (smmu_iova){ 0 }, P, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(lonely));
	for (unsigned i = 0; i < 3; i++)
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[i]->access_count);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_domain_destroy(domain));
}

/* proves: AB-10. Both SMMUs consume only when looked at, so a wait before the second push would show. */
static void test_syncs_overlap(void)
{
	attached(0, 0x20);
	attached(1, 0x30);
	map(0, 1);
	clear();
	rig.smmu[0]->lazy = rig.smmu[1]->lazy = true;
	unmap(0, 1);
	const size_t last = rig.smmu[0]->command_count - 1;
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[last].word[0]);
	TEST_ASSERT_TRUE(rig.smmu[1]->prod_time < rig.smmu[0]->command[last].time);
}

/* proves: AB-11. Attached in a shuffled order: sorted by SMMU, one entry each, counts equal the attachments. */
static void test_the_array_is_sorted_and_counted(void)
{
	static const unsigned order[] = { 2, 0, 1, 0, 2, 2 };
	static const uint32_t users[3] = { 2, 1, 3 };
	struct smmu_inv_entry_info entry;
	for (uint32_t n = 0; n < 6; n++)
		attached(order[n], 0x20 + n);
	for (unsigned i = 0; i < 3; i++) {
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(domain, i, &entry));
		TEST_ASSERT_EQUAL_PTR(rig.dev[i], entry.dev);
		TEST_ASSERT_EQUAL_INT(SMMU_INV_TLBI_ASID, entry.type);
		TEST_ASSERT_EQUAL_UINT32(users[i], entry.users);
	}
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_inv_entry(domain, 3, &entry));
}

/* proves: AB-14, AB-15. Last user leaves SMMU0: STE and CD are rewritten and announced, then TLBI by tag and SYNC; the tag is
 * given out again only after that; unmaps send SMMU0 nothing more. */
static void test_detach_of_the_last_user_flushes_then_frees_the_tag(void)
{
	struct smmu_master *const a = attached(0, 0x20), *const b = attached(0, 0x21);
	attached(1, 0x30);
	const uint64_t old = tag(0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(a));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(b));
	const struct fake_smmu *const smmu = rig.smmu[0];
	const size_t n = smmu->command_count;
	TEST_ASSERT_EQUAL_HEX64(old << 48 | 0x11, smmu->command[n - 2].word[0]);        /* TLBI_NH_ASID */
	TEST_ASSERT_EQUAL_HEX64(0x46, smmu->command[n - 1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, smmu->command[n - 3].word[0]);                    /* the entries' last SYNC before */
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(smmu, 0x11));
	uint32_t t;
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_tag(domain, rig.dev[0], &t));
	map(0, 1);
	clear();
	unmap(0, 1);
	TEST_ASSERT_EQUAL_UINT64(0, smmu->command_count);
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[1]->command_count);
	struct smmu_domain *const next = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, next, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(next, rig.dev[0], &t));
	TEST_ASSERT_EQUAL_UINT64(old, t);
}

/* proves: AB-15 (a tag whose flush was not confirmed is never given out again) */
static void test_an_unconfirmed_tag_is_retired(void)
{
	struct smmu_master *const a = attached(0, 0x20);
	const uint64_t old = tag(0);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_detach(a));
	rig.smmu[0]->stop_consuming = false;
	struct smmu_domain *const next = rig_domain(&rig, SMMU_DOMAIN_S1);
	uint32_t t = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, next, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(next, rig.dev[0], &t));
	TEST_ASSERT_TRUE(t != old);
}

/* proves: AB-52. SMMU1 has no ranges: 511 pages are a list, 512 one TLBI by ASID; SMMU0 keeps its exact range. */
static void test_long_ranges_without_ril_become_one_flush(void)
{
	attached(0, 0x20);
	attached(1, 0x30);
	map(0x1000, 511);
	clear();
	unmap(0x1000, 511);
	TEST_ASSERT_EQUAL_UINT64(511, fake_count(rig.smmu[1], 0x12));
	map(0x1000, 512);
	clear();
	unmap(0x1000, 512);
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[1], 0x12));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[1], 0x11));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x12));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(domain));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x11));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[1], 0x11));
}

/* One SMMU does not answer: the call reports it, the other one got its invalidation, removed tables are kept until a flush
 * is confirmed. */
static void test_a_silent_smmu_is_reported_and_tables_are_kept(void)
{
	attached(0, 0x20);
	attached(1, 0x30);
	map(0x200000, 512);
	map(0x400000, 1);
	unmap(0x400000, 1);
	map(0x600000, 1);
	struct smmu_sys_stats before, after;
	smmu_sys_stats(rig.sys, &before);
	clear();
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_domain_unmap(domain, (smmu_iova){ 0x600000 }, 512 * P, NULL));
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[1]->command[rig.smmu[1]->command_count - 1].word[0]);
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes, after.dma_used_bytes);
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(domain));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes - P, after.dma_used_bytes);
}

/* Splitting a live block on an SMMU with BBML 0: the descriptor is invalid while the TLBI of the whole block is consumed. */
static uint64_t sampled;
static void sample(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	smmu_pa pa;
	(void)arg;
	(void)smmu;
	if ((word[0] & 0xff) == 0x12 && sampled == 0)
		sampled = smmu_domain_iova_to_phys(domain, (smmu_iova){ 0x200000 }, &pa) == SMMU_OK ? 1 : 2;
}

static void test_split_breaks_before_it_makes(void)
{
	for (unsigned bbml = 0; bbml <= 2; bbml++) {
		tearDown();
		rig_open(&rig, 1);
		rig.smmu[0]->idr3 = 1u << 10 | bbml << 11;
		rig_start(&rig, 0, NULL);
		domain = rig_domain(&rig, SMMU_DOMAIN_S1);
		attached(0, 0x20);
		map(0x200000, 512);
		sampled = 0;
		rig.smmu[0]->on_command = sample;
		unmap(0x201000, 1);
		TEST_ASSERT_EQUAL_UINT64(bbml < 2 ? 2 : 1, sampled);
	}
}

static void test_gather_pays_once(void)
{
	struct smmu_gather gather = SMMU_GATHER_INIT;
	attached(0, 0x20);
	map(0, 8);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ 0 }, P, &gather, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ P }, P, &gather, NULL));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &gather));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(tag(0) << 48 | 1u << 20 | 0x12, rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &gather));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
}

/* A set that never had an entry, and one whose entries are others: nothing is found, counted or retired, and everybody is invalidated
 * that there is. */
static void test_what_is_not_there(void)
{
	const struct smmu_inv_key key = { rig.dev[0], SMMU_INV_TLBI_ASID, 1, 0, NULL }, other = { rig.dev[0], SMMU_INV_TLBI_ASID, 9, 0, NULL };
	for (unsigned attached_now = 0; attached_now < 2; attached_now++) {
		if (attached_now)
			attached(0, 0x20);
		clear();
		TEST_ASSERT_NULL(smmu_inv_find(&domain->inv, rig.dev[1], SMMU_INV_TLBI_ASID));
		TEST_ASSERT_NULL(smmu_inv_find(&domain->inv, rig.dev[0], SMMU_INV_TLBI_VMID));
		TEST_ASSERT_NULL(smmu_inv_leaving(&domain->inv, rig.dev[0], SMMU_INV_TLBI_ASID, 0));
		TEST_ASSERT_EQUAL_UINT32(attached_now, smmu_inv_count(&domain->inv, SMMU_INV_TLBI_ASID, 1));
		TEST_ASSERT_EQUAL_UINT32(0, smmu_inv_count(&domain->inv, SMMU_INV_TLBI_ASID, 9));
		TEST_ASSERT_EQUAL_UINT32(0, smmu_inv_count(&domain->inv, SMMU_INV_ATC, 1));
		TEST_ASSERT_EQUAL_INT(attached_now, smmu_inv_at(&domain->inv, 0) != NULL);
		TEST_ASSERT_EQUAL_INT(attached_now, smmu_inv_tag_at(&domain->inv, 0) != NULL);
		TEST_ASSERT_NULL(smmu_inv_tag_at(&domain->inv, 1));
		TEST_ASSERT_EQUAL_UINT8(2, smmu_inv_min_bbml(&domain->inv));
		smmu_inv_retire(&domain->inv, &other);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(domain));
		TEST_ASSERT_EQUAL_UINT64(attached_now ? 2 : 0, rig.smmu[0]->command_count);
	}
	smmu_inv_retire(&domain->inv, &key);
	smmu_inv_retire(&domain->inv, &key);
	TEST_ASSERT_NULL(smmu_inv_at(&domain->inv, 0));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_two_smmus_share_one_table);
	RUN_TEST(test_each_smmu_has_its_own_tag_in_its_own_range);
	RUN_TEST(test_tag_exhaustion_is_pure);
	RUN_TEST(test_unmap_reaches_every_smmu_once_with_its_own_tag);
	RUN_TEST(test_smmus_outside_the_set_receive_nothing);
	RUN_TEST(test_syncs_overlap);
	RUN_TEST(test_the_array_is_sorted_and_counted);
	RUN_TEST(test_detach_of_the_last_user_flushes_then_frees_the_tag);
	RUN_TEST(test_an_unconfirmed_tag_is_retired);
	RUN_TEST(test_long_ranges_without_ril_become_one_flush);
	RUN_TEST(test_a_silent_smmu_is_reported_and_tables_are_kept);
	RUN_TEST(test_split_breaks_before_it_makes);
	RUN_TEST(test_gather_pays_once);
	RUN_TEST(test_what_is_not_there);
	return UNITY_END();
}
