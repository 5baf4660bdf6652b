/* SPDX-License-Identifier: Apache-2.0
 * Domains whose calls never overlap (exclusive, or a host without locks): the shorter ways of map and unmap leave what the
 * ordinary ones leave. Two domains get the same calls, one of each kind; afterwards answers, gathers, every descriptor and every
 * count of a table are the same. Then what only the short ways can do wrong: using a table that is gone. */
#include <string.h>

#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define G1 (UINT64_C(1) << 30)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define ADDRESS UINT64_C(0x0000fffffffff000)

static struct rig rig;
static struct smmu_domain *fast, *plain;

void setUp(void) { rig_open(&rig, 1); }
void tearDown(void) { rig_close(&rig); }

static struct smmu_domain *make(struct smmu_domain_config config, bool exclusive)
{
	struct smmu_domain *domain;
	config.type = SMMU_DOMAIN_S1;
	config.exclusive = exclusive;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	return domain;
}

static void make_both(struct smmu_domain_config config)
{
	fast = make(config, true);
	plain = make(config, false);
}

static smmu_status map_in(struct smmu_domain *domain, uint64_t iova, uint64_t pa, uint64_t size)
{
	return smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ pa }, size, RW);
}

static smmu_status map(uint64_t iova, uint64_t pa, uint64_t size)
{
	const smmu_status status = map_in(fast, iova, pa, size);
	TEST_ASSERT_EQUAL_INT(map_in(plain, iova, pa, size), status);
	return status;
}

static uint64_t unmap(uint64_t iova, uint64_t size)
{
	struct smmu_gather a = SMMU_GATHER_INIT, b = SMMU_GATHER_INIT;
	uint64_t bytes = 0, expected = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(fast, (smmu_iova){ iova }, size, &a, &bytes));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(plain, (smmu_iova){ iova }, size, &b, &expected));
	TEST_ASSERT_EQUAL_UINT64(expected, bytes);
	TEST_ASSERT_EQUAL_HEX64(b.start, a.start);
	TEST_ASSERT_EQUAL_HEX64(b.end, a.end);
	TEST_ASSERT_EQUAL_HEX32(b.leaf_levels, a.leaf_levels);
	TEST_ASSERT_EQUAL_INT(b.tables, a.tables);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(fast, &a));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(plain, &b));
	return bytes;
}

/* Tables of 512 entries from that level on; the count a descriptor keeps is in bits 7:2 and 58:51. */
static void expect_same_tables(uint64_t a, uint64_t b, unsigned level)
{
	for (unsigned i = 0; i < 512; i++) {
		const uint64_t x = rig_words(&rig, a)[i], y = rig_words(&rig, b)[i];
		if (level == 3 || (y & 3) != 3) {
			TEST_ASSERT_EQUAL_HEX64(y, x);
			continue;
		}
		TEST_ASSERT_EQUAL_HEX64(y & ~ADDRESS, x & ~ADDRESS);
		expect_same_tables(x & ADDRESS, y & ADDRESS, level + 1);
	}
}

static void expect_same(unsigned start_level)
{
	struct smmu_domain_stats a, b;
	smmu_domain_stats(fast, &a);
	smmu_domain_stats(plain, &b);
	TEST_ASSERT_EQUAL_UINT32(b.table_pages, a.table_pages);
	expect_same_tables(a.root.v, b.root.v, start_level);
}

static void ignore(void *ctx, const struct smmu_trace_record *record)
{
	(void)ctx;
	(void)record;
}

/* Sizes that are a page, a few, the whole of a table, a block, two of them, and ranges across tables; half of the places are near
 * the last one, so that the tables used last are used again. */
static void play(unsigned rounds)
{
	static const uint64_t sizes[] = { P, P, 3 * P, 64 * P, 512 * P, 700 * P, M2, 2 * M2 };
	uint64_t seed = 11, at = 0;
	unsigned maps = 0, unmaps = 0;
	for (unsigned round = 0; round < rounds; round++) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		const uint64_t r = seed >> 20, size = sizes[r & 7];
		at = r >> 3 & 1 ? (at & ~(M2 - 1)) + (r >> 8 & 511) * P : (r >> 8) % (24 * M2 / P) * P;
		if (r >> 4 & 1)
			at &= ~(size - 1);
		if (r >> 5 & 1)
			maps += map(at, r >> 6 & 1 ? at : at + 5 * P, size) == SMMU_OK;
		else
			unmaps += unmap(at, size) > 0;
		if (round % 100 == 99)
			expect_same(1);
	}
	TEST_ASSERT_TRUE_MESSAGE(maps > rounds / 10 && unmaps > rounds / 10, "the random mix does too little");
	unmap(0, UINT64_C(1) << 39);
	expect_same(1);
}

static void test_the_same_calls_leave_the_same_tables(void)
{
	const struct smmu_trace_sink listener = { NULL, ignore };
	for (unsigned how = 0; how < 8; how++) {
		make_both((struct smmu_domain_config){ .ias_bits = 39, .free_empty_tables = how & 1, .contiguous_hint = how & 2 });
		rig.sys->host.trace = how & 4 ? &listener : NULL;
		play(1500);
		rig.sys->host.trace = NULL;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(fast));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(plain));
	}
}

/* A table that was emptied and freed is somebody else's: the next map makes a new one. */
static void test_a_freed_table_is_not_used(void)
{
	fast = make((struct smmu_domain_config){ .ias_bits = 39 }, true);
	for (unsigned i = 1; i < 4; i++)        /* the second one finds its table, which is remembered */
		TEST_ASSERT_EQUAL_INT(SMMU_OK, map_in(fast, i * P, i * P, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(fast, (smmu_iova){ 0 }, M2, NULL));
	/* It takes the freed page. */
	struct smmu_domain *const other = make((struct smmu_domain_config){ .ias_bits = 39 }, true);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map_in(other, 4 * P, 4 * P, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map_in(fast, P, P, P));
	struct smmu_domain_stats stats;
	smmu_domain_stats(other, &stats);
	uint64_t table = stats.root.v;
	for (unsigned level = 1; level <= 3; level++) {         /* one word each, that of the one page */
		unsigned words = 0;
		for (unsigned i = 0; i < 512; i++)
			words += rig_words(&rig, table)[i] != 0;
		TEST_ASSERT_EQUAL_UINT32(1, words);
		table = rig_words(&rig, table)[0] & ADDRESS;
	}
	smmu_pa pa;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(fast, (smmu_iova){ P }, &pa));
	TEST_ASSERT_EQUAL_HEX64(P, pa.v);
}

/* A block becomes a table in a split, and the table used last for blocks does not say so. */
static void test_a_split_block_is_not_taken_for_a_block(void)
{
	make_both((struct smmu_domain_config){ .ias_bits = 39 });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, M2));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2, M2, M2));
	TEST_ASSERT_EQUAL_UINT64(P, unmap(7 * P, P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, map(0, 0, M2));
	TEST_ASSERT_EQUAL_UINT64(M2 - P, unmap(0, M2));
	TEST_ASSERT_EQUAL_UINT64(M2, unmap(M2, M2));
	expect_same(1);
}

/* 25 bits of 16 KiB granules are one table of pages and nothing above it: the whole space is no block. */
static void test_a_root_of_pages(void)
{
	make_both((struct smmu_domain_config){ .ias_bits = 25, .granule_log2 = 14, .free_empty_tables = true });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, UINT64_C(1) << 25));
	TEST_ASSERT_EQUAL_UINT64(UINT64_C(1) << 14, unmap(UINT64_C(3) << 14, UINT64_C(1) << 14));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, map(0, 0, UINT64_C(1) << 14));
	TEST_ASSERT_EQUAL_UINT64((UINT64_C(1) << 25) - (UINT64_C(1) << 14), unmap(0, UINT64_C(1) << 25));
	TEST_ASSERT_EQUAL_UINT64(0, unmap(0, UINT64_C(1) << 25));
}

/* Without locks driver calls never overlap. A domain that never was attached needs no invalidation, and its tables are free at once;
 * one that is attached gets its TLBI. */
static void test_a_host_without_locks(void)
{
	struct smmu_domain_stats stats;
	rig.sys->host.lock = NULL;
	rig.sys->host.unlock = NULL;
	rig_start(&rig, 0, NULL);
	struct smmu_domain *const domain = make((struct smmu_domain_config){ .free_empty_tables = true }, false);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map_in(domain, 0, 0, 4 * P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, 4 * P, NULL));
	smmu_domain_stats(domain, &stats);
	TEST_ASSERT_EQUAL_UINT32(1, stats.table_pages);
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map_in(domain, 0, 0, 4 * P));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, 4 * P, NULL));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x12));
	smmu_domain_stats(domain, &stats);
	TEST_ASSERT_EQUAL_UINT32(1, stats.table_pages);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
}

/* Blocks of 1 GiB have no table that is remembered; pages beside them have. */
static void test_blocks_above_the_remembered_ones(void)
{
	make_both((struct smmu_domain_config){ .ias_bits = 39 });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(G1, G1, G1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(2 * G1, 2 * G1, G1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, map(G1, G1, P));
	TEST_ASSERT_EQUAL_UINT64(G1, unmap(G1, G1));
	TEST_ASSERT_EQUAL_UINT64(P, unmap(2 * G1 + P, P));
	expect_same(1);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_the_same_calls_leave_the_same_tables);
	RUN_TEST(test_a_freed_table_is_not_used);
	RUN_TEST(test_a_split_block_is_not_taken_for_a_block);
	RUN_TEST(test_a_root_of_pages);
	RUN_TEST(test_a_host_without_locks);
	RUN_TEST(test_blocks_above_the_remembered_ones);
	return UNITY_END();
}
