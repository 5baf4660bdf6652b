/* SPDX-License-Identifier: Apache-2.0
 * Dirty tracking: what descriptors, CD and STE hold, reading and clearing over pages and blocks, the invalidation that goes with
 * it. Writes of a device are played by changing the leaf as an SMMU with HTTU does: stage 1 clears AP[2] (bit 7), stage 2 sets
 * S2AP[1] (bit 7), where DBM (bit 51) is set. proves: AB-12 */
#include <string.h>

#include "rig.h"
#include "sys_internal.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE | SMMU_PROT_CACHED)
#define DBM (UINT64_C(1) << 51)
#define BIT7 UINT64_C(0x80)

static struct rig rig;
static struct smmu_domain *domain;
static uint64_t bitmap[16];

static struct smmu_domain *make(enum smmu_domain_type type)
{
	const struct smmu_domain_config config = { .type = type, .dirty_tracking = true, .ias_bits = 39 };
	struct smmu_domain *made;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &made));
	return made;
}

void setUp(void)
{
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 2u << 6;   /* HTTU 7:6 = 2 */
	rig_start(&rig, 0, NULL);
	domain = make(SMMU_DOMAIN_S1);
	memset(bitmap, 0xff, sizeof bitmap);
}

void tearDown(void) { rig_close(&rig); }

static void map(uint64_t iova, uint64_t size, uint32_t prot)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ iova }, size, prot));
}

static smmu_status read_dirty(uint64_t iova, uint64_t size, uint32_t flags)
{
	return smmu_domain_read_dirty(domain, (smmu_iova){ iova }, size, flags, bitmap);
}

/* 39 bits start at level 1. */
static uint64_t *leaf(uint64_t iova)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	uint64_t table = stats.root.v;
	for (unsigned level = 1;; level++) {
		uint64_t *const d = (uint64_t *)rig_words(&rig, table) + (iova >> (39 - 9 * level) & 511);
		if (level == 3 || (*d & 3) != 3)
			return d;
		table = *d & UINT64_C(0x0000fffffffff000);
	}
}

static struct smmu_master *attach(void)
{
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	fake_clear(rig.smmu[0]);
	return master;
}

/* Writable-clean: DBM with AP[2] = 1, or with S2AP[1] = 0. What may not be written has no DBM. */
static void test_descriptors(void)
{
	map(0, P, RW);
	map(P, P, SMMU_PROT_READ | SMMU_PROT_CACHED);
	TEST_ASSERT_EQUAL_HEX64(DBM | 0xfc7, *leaf(0));
	TEST_ASSERT_EQUAL_HEX64(P | 0xfc7, *leaf(P));
	domain = make(SMMU_DOMAIN_S2);
	map(0, P, RW);
	map(P, P, SMMU_PROT_READ | SMMU_PROT_CACHED);
	TEST_ASSERT_EQUAL_HEX64(DBM | 0x77f, *leaf(0));
	TEST_ASSERT_EQUAL_HEX64(P | 0x77f, *leaf(P));
}

/* CD: HA 43, HD 42 of word 0. STE: S2HD 183, S2HA 184, that is bits 55 and 56 of word 2. */
static void test_cd_and_ste(void)
{
	struct smmu_master *const master = attach();
	struct smmu_master_info info;
	smmu_master_info(master, &info);
	TEST_ASSERT_EQUAL_HEX64(3, rig_words(&rig, info.cd_table.v)[0] >> 42 & 3);
	domain = make(SMMU_DOMAIN_S2);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_HEX64(3, rig_ste(&rig, 0, 0x20)[2] >> 55 & 3);
}

static void test_an_smmu_without_httu_2_is_refused(void)
{
	tearDown();
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 1u << 6;
	rig_start(&rig, 0, NULL);
	domain = make(SMMU_DOMAIN_S1);
	enum smmu_incompat reason;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INCOMPATIBLE, smmu_domain_check(domain, rig.dev[0], &reason));
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_DIRTY, reason);
}

/* 100 pages, three of them written; read, cleared, read again. One leaf-only range with TTL 3 covers the first to the last. */
static void pages_of(enum smmu_domain_type type)
{
	domain = make(type);
	attach();
	map(0x10000, 100 * P, RW);
	*leaf(0x10000 + 3 * P) ^= BIT7;
	*leaf(0x10000 + 63 * P) ^= BIT7;
	*leaf(0x10000 + 70 * P) ^= BIT7;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(0x10000, 100 * P, SMMU_DIRTY_KEEP));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
	for (unsigned round = 0; round < 2; round++) {
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 3 | UINT64_C(1) << 63, bitmap[0]);
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 6, bitmap[1]);
		TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, bitmap[2]);         /* beyond the words of the range */
		if (round == 0)
			TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(0x10000, 100 * P, 0));
	}
	const struct fake_command *const first = &rig.smmu[0]->command[0];
	TEST_ASSERT_EQUAL_HEX64(type == SMMU_DOMAIN_S1 ? 0x12 : 0x2a, first->word[0] & 0xff);
	TEST_ASSERT_EQUAL_HEX64(0x10000 + 3 * P, first->word[1] & ~UINT64_C(0xfff));
	TEST_ASSERT_EQUAL_HEX64(3 << 8 | 1, first->word[1] & 0x301);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[rig.smmu[0]->command_count - 1].word[0] & 0xff);
	TEST_ASSERT_EQUAL_HEX64(type == SMMU_DOMAIN_S1 ? BIT7 : 0, *leaf(0x10000 + 3 * P) & BIT7);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(0x10000, 100 * P, 0));
	TEST_ASSERT_EQUAL_HEX64(0, bitmap[0] | bitmap[1]);
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
}

static void test_pages_stage1(void) { pages_of(SMMU_DOMAIN_S1); }
static void test_pages_stage2(void) { pages_of(SMMU_DOMAIN_S2); }

/* Part of a block: reported for the part, and still marked for the rest. Holes and read-only pages are never dirty. */
static void test_blocks_and_holes(void)
{
	map(M2, M2, RW);
	map(3 * M2, P, SMMU_PROT_READ);
	*leaf(M2) ^= BIT7;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(M2 + 256 * P, 256 * P + M2 + 256 * P, 0));
	for (unsigned i = 0; i < 12; i++)
		TEST_ASSERT_EQUAL_HEX64(i < 4 ? UINT64_MAX : 0, bitmap[i]);
	TEST_ASSERT_EQUAL_HEX64(0, *leaf(M2) & BIT7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(M2, M2, 0));
	for (unsigned i = 0; i < 8; i++)
		TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, bitmap[i]);
	TEST_ASSERT_EQUAL_HEX64(BIT7, *leaf(M2) & BIT7);
}

/* The pieces of a dirty block are dirty, with and without break before make. */
static void test_a_split_passes_the_mark_on(void)
{
	for (unsigned bbml = 0; bbml <= 2; bbml += 2) {
		tearDown();
		rig_open(&rig, 1);
		rig.smmu[0]->idr0 |= 2u << 6;
		rig.smmu[0]->idr3 = 1u << 10 | bbml << 11;
		rig_start(&rig, 0, NULL);
		domain = make(SMMU_DOMAIN_S1);
		attach();
		map(M2, M2, RW);
		*leaf(M2) ^= BIT7;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ M2 }, P, NULL));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(M2, 64 * P, 0));
		TEST_ASSERT_EQUAL_HEX64(UINT64_MAX - 1, bitmap[0]);
	}
}

static void test_bad_arguments(void)
{
	struct smmu_domain *const plain = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_read_dirty(NULL, (smmu_iova){ 0 }, P, 0, bitmap));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_read_dirty(domain, (smmu_iova){ 0 }, P, 0, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_read_dirty(plain, (smmu_iova){ 0 }, P, 0, bitmap));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, read_dirty(0, P, 2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, read_dirty(1, P, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, read_dirty(UINT64_C(1) << 39, P, 0));
	TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, bitmap[0]);
}

/* The SMMU did not confirm: the answer stands, the call says so. */
static void test_a_silent_smmu_is_reported(void)
{
	attach();
	map(0, P, RW);
	*leaf(0) ^= BIT7;
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, read_dirty(0, P, 0));
	TEST_ASSERT_EQUAL_HEX64(1, bitmap[0]);
}

/* A block that sticks out at the end stays marked, too. */
static void test_a_block_that_sticks_out_at_the_end(void)
{
	map(M2, 2 * M2, RW);
	*leaf(M2) ^= BIT7;
	*leaf(2 * M2) ^= BIT7;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(M2, M2 + 4 * P, 0));
	TEST_ASSERT_EQUAL_HEX64(0xf, bitmap[8]);
	TEST_ASSERT_EQUAL_HEX64(BIT7, *leaf(M2) & BIT7);
	TEST_ASSERT_EQUAL_HEX64(0, *leaf(2 * M2) & BIT7);
}

/* BBML 2: the block stays until its pieces are there. A device writes to it after the pieces were filled in and before they are
 * shown: then they are written to. The host's publish() comes between. */
static uint64_t *watched;
static void write_in_between(void *ctx)
{
	(void)ctx;
	if (watched && (*watched & 3) == 1 && (*watched & BIT7)) {
		*watched &= ~BIT7;
		watched = NULL;
	}
}

static void test_a_write_during_a_split(void)
{
	attach();
	map(M2, M2, RW);
	watched = leaf(M2);
	rig.sys->host.publish = write_in_between;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ M2 }, P, NULL));
	rig.sys->host.publish = NULL;
	TEST_ASSERT_NULL(watched);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, read_dirty(M2, 64 * P, 0));
	TEST_ASSERT_EQUAL_HEX64(UINT64_MAX - 1, bitmap[0]);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_descriptors);
	RUN_TEST(test_cd_and_ste);
	RUN_TEST(test_an_smmu_without_httu_2_is_refused);
	RUN_TEST(test_pages_stage1);
	RUN_TEST(test_pages_stage2);
	RUN_TEST(test_blocks_and_holes);
	RUN_TEST(test_a_split_passes_the_mark_on);
	RUN_TEST(test_bad_arguments);
	RUN_TEST(test_a_silent_smmu_is_reported);
	RUN_TEST(test_a_block_that_sticks_out_at_the_end);
	RUN_TEST(test_a_write_during_a_split);
	return UNITY_END();
}
