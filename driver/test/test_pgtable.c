/* SPDX-License-Identifier: Apache-2.0
 * Stage-1 tables: descriptors by hand, block choice, all-or-nothing, splits, and a random differential test against a flat
 * page map. A second, independent walker reads the tables the way an SMMU would. */
#include "pgtable.h"

#include <stdlib.h>
#include <string.h>

#include "rig.h"
#include "sys_internal.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define G1 (UINT64_C(1) << 30)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)

static struct rig rig;
static struct smmu_domain *domain;

void setUp(void)
{
	rig_open(&rig, 0);
	domain = rig_domain(&rig, SMMU_DOMAIN_S1);
}

void tearDown(void) { rig_close(&rig); }

static smmu_status map(uint64_t iova, uint64_t pa, uint64_t size)
{
	return smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ pa }, size, RW | SMMU_PROT_CACHED);
}

static uint64_t unmap(uint64_t iova, uint64_t size)
{
	uint64_t bytes = 99;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ iova }, size, &bytes));
	return bytes;
}

static uint32_t pages(void)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	return stats.table_pages;
}

/* The walk written out: 48-bit input starts at level 0, nine bits per level. Returns the leaf descriptor, its level in *level. */
static uint64_t leaf(uint64_t iova, unsigned *level)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	uint64_t table = stats.root.v;
	for (*level = 0;; ++*level) {
		const uint64_t d = rig_words(&rig, table)[iova >> (39 - 9 * *level) & 511];
		if (*level == 3 || (d & 3) != 3)
			return d;
		table = d & UINT64_C(0x0000fffffffff000);
	}
}

/* AttrIndx 4:2, AP[2:1] 7:6, SH 9:8, AF 10, nG 11, PXN 53, UXN 54. */
static void test_descriptor_bits(void)
{
	/* read-write, cached: AttrIndx 1 (0x4), AP 01 (0x40), SH 3 (0x300), AF 0x400, nG 0x800. */
	TEST_ASSERT_EQUAL_HEX64(0xf44, smmu_pgtable_attributes(RW | SMMU_PROT_CACHED));
	/* read-only adds AP[2] = 0x80; non-cacheable is AttrIndx 0 with SH 2. */
	TEST_ASSERT_EQUAL_HEX64(0xec0, smmu_pgtable_attributes(SMMU_PROT_READ));
	/* privileged: AP[1] off; device: AttrIndx 2 (0x8). */
	TEST_ASSERT_EQUAL_HEX64(0xe08, smmu_pgtable_attributes(RW | SMMU_PROT_DEVICE | SMMU_PROT_PRIVILEGED));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x0060000000000f44), smmu_pgtable_attributes(RW | SMMU_PROT_CACHED | SMMU_PROT_NOEXEC));
}

static void test_one_page_makes_three_tables_and_a_page_descriptor(void)
{
	unsigned level;
	TEST_ASSERT_EQUAL_UINT32(1, pages());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(UINT64_C(0x123456789000), UINT64_C(0x0abcdef12000), P));
	TEST_ASSERT_EQUAL_UINT32(4, pages());
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x0abcdef12f47), leaf(UINT64_C(0x123456789000), &level));
	TEST_ASSERT_EQUAL_UINT32(3, level);
	TEST_ASSERT_EQUAL_HEX64(0, leaf(UINT64_C(0x12345678a000), &level));
	smmu_pa pa;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(domain, (smmu_iova){ UINT64_C(0x123456789abc) }, &pa));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x0abcdef12abc), pa.v);
}

static void test_aligned_ranges_use_blocks(void)
{
	unsigned level;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(G1, 2 * G1, G1));
	TEST_ASSERT_EQUAL_HEX64(2 * G1 | 0xf45, leaf(G1, &level));
	TEST_ASSERT_EQUAL_UINT32(1, level);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(4 * G1, M2, 2 * M2));
	TEST_ASSERT_EQUAL_HEX64(2 * M2 | 0xf45, leaf(4 * G1 + M2, &level));
	TEST_ASSERT_EQUAL_UINT32(2, level);
	/* IOVA and PA aligned differently: pages. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(8 * G1, M2 + P, M2));
	leaf(8 * G1, &level);
	TEST_ASSERT_EQUAL_UINT32(3, level);
	/* A ragged range: pages, one block, pages. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(16 * G1 + M2 - P, M2 - P, M2 + 2 * P));
	leaf(16 * G1 + M2 - P, &level);
	TEST_ASSERT_EQUAL_UINT32(3, level);
	leaf(16 * G1 + M2, &level);
	TEST_ASSERT_EQUAL_UINT32(2, level);
	leaf(16 * G1 + 2 * M2, &level);
	TEST_ASSERT_EQUAL_UINT32(3, level);
}

/* proves: AB-19 */
static void test_a_map_that_meets_a_mapping_changes_nothing(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2 * 3 + 5 * P, 0x5000, P));
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, map(M2, 0, 4 * M2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, map(M2 * 3, P, 6 * P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, map(M2 * 3 + 5 * P, 0x9000, P));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
}

static void test_bad_arguments_are_named_and_change_nothing(void)
{
	const uint64_t before = rig_hash(&rig);
	struct smmu_domain *const identity = rig_domain(&rig, SMMU_DOMAIN_IDENTITY);
	const uint64_t with_identity = rig_hash(&rig);
	uint64_t bytes;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, map(1, 0, P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, map(0, 1, P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, map(0, 0, P + 1));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, map(0, 0, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, map(UINT64_C(1) << 48, 0, P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, map((UINT64_C(1) << 48) - P, 0, 2 * P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, map(0, UINT64_C(1) << 48, P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, map(UINT64_MAX - P + 1, 0, 2 * P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, map(0, UINT64_MAX - P + 1, 2 * P));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, 0x41));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, RW | SMMU_PROT_CACHED | SMMU_PROT_DEVICE));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_map(NULL, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, RW));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_map(identity, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, RW));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_unmap(NULL, (smmu_iova){ 0 }, P, &bytes));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, smmu_domain_unmap(domain, (smmu_iova){ 5 }, P, &bytes));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_domain_unmap(domain, (smmu_iova){ UINT64_C(1) << 48 }, P, &bytes));
	TEST_ASSERT_EQUAL_HEX64(with_identity, rig_hash(&rig));
	smmu_domain_destroy(identity);
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
}

static void test_unmap_skips_holes_and_frees_tables_it_covers(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2, M2, M2));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(5 * M2 + P, P, 2 * P));
	TEST_ASSERT_EQUAL_UINT32(5, pages());   /* root, L1, L2, two L3 */
	TEST_ASSERT_EQUAL_UINT64(0, unmap(2 * M2, M2));
	TEST_ASSERT_EQUAL_UINT64(3 * P + M2, unmap(0, G1));
	TEST_ASSERT_EQUAL_UINT32(2, pages());   /* the L2 covered the whole gigabyte and went too */
	TEST_ASSERT_EQUAL_UINT64(0, unmap(0, UINT64_C(1) << 48));
	TEST_ASSERT_EQUAL_UINT32(1, pages());
}

static void test_partial_unmap_splits_blocks_and_keeps_the_rest(void)
{
	unsigned level;
	smmu_pa pa;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(G1, 2 * G1, G1));
	TEST_ASSERT_EQUAL_UINT64(2 * P, unmap(G1 + 7 * P, 2 * P));
	TEST_ASSERT_EQUAL_HEX64((2 * G1 + 6 * P) | 0xf47, leaf(G1 + 6 * P, &level));
	TEST_ASSERT_EQUAL_UINT32(3, level);
	TEST_ASSERT_EQUAL_HEX64(0, leaf(G1 + 7 * P, &level));
	TEST_ASSERT_EQUAL_HEX64(0, leaf(G1 + 8 * P, &level));
	TEST_ASSERT_EQUAL_HEX64((2 * G1 + 9 * P) | 0xf47, leaf(G1 + 9 * P, &level));
	TEST_ASSERT_EQUAL_HEX64((2 * G1 + M2) | 0xf45, leaf(G1 + M2, &level));
	TEST_ASSERT_EQUAL_UINT32(2, level);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(domain, (smmu_iova){ 2 * G1 - 1 }, &pa));
	TEST_ASSERT_EQUAL_HEX64(3 * G1 - 1, pa.v);
	TEST_ASSERT_EQUAL_UINT64(G1 - 2 * P, unmap(G1, G1));
}

/* A split needs a table: without memory nothing changes; each further page of memory gets one step further. proves: AB-19 */
static void test_a_split_without_memory_changes_nothing(void)
{
	uint64_t bytes = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(G1, 2 * G1, G1));
	for (uint64_t k = 1; k <= 4; k++) {     /* both ends: level 1 to 2 and 2 to 3 each */
		const uint64_t before = rig_hash(&rig);
		smmu_sys_fail_allocation(rig.sys, k);
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, smmu_domain_unmap(domain, (smmu_iova){ G1 + 7 * P }, 300 * M2, &bytes));
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	}
	smmu_sys_fail_allocation(rig.sys, 0);
	TEST_ASSERT_EQUAL_UINT64(300 * M2, unmap(G1 + 7 * P, 300 * M2));
}

/* proves: AB-19 */
static void test_map_fails_whole_for_every_allocation(void)
{
	const uint64_t before = rig_hash(&rig);
	uint64_t k = 1;
	for (;; k++) {
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = map(3 * G1 - 2 * P, 5 * P, 4 * P);
		if (status == SMMU_OK)
			break;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	}
	TEST_ASSERT_EQUAL_UINT64(6, k);         /* one L1, two L2, two L3: five allocations can fail */
	smmu_sys_fail_allocation(rig.sys, 0);
}

/* Random maps and unmaps of three sizes in a window of 64 MiB, compared page by page with a flat array. */
static void test_random_operations_agree_with_a_flat_map(void)
{
	enum { WINDOW = 16384 };
	static uint64_t flat[WINDOW];   /* pa + 1, 0 = unmapped */
	const uint64_t base = 37 * G1;
	uint64_t seed = 7;
	unsigned maps = 0, unmaps = 0;
	memset(flat, 0, sizeof flat);
	for (unsigned round = 0; round < 3000; round++) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		const uint64_t r = seed >> 20;
		const unsigned sizes[] = { 1, 3, 64, 512, 1024, 700 };
		const unsigned n = sizes[r % 6];
		unsigned at = (unsigned)(r >> 8) % (WINDOW - n);
		if (n % 512 == 0)
			at &= ~511u;
		const uint64_t pa = (r >> 24 & 3 ? (uint64_t)at : (r >> 26 & 0xffff)) * P;
		unsigned used = 0;
		for (unsigned i = 0; i < n; i++)
			used += flat[at + i] != 0;
		if (r >> 40 & 1) {
			const smmu_status status = map(base + at * P, pa, n * P);
			TEST_ASSERT_EQUAL_INT(used ? SMMU_E_EXISTS : SMMU_OK, status);
			for (unsigned i = 0; i < n && !used; i++)
				flat[at + i] = pa + i * P + 1;
			maps += !used;
		} else {
			TEST_ASSERT_EQUAL_UINT64(used * P, unmap(base + at * P, n * P));
			unmaps += used > 0;
			memset(&flat[at], 0, n * sizeof flat[0]);
		}
		if (round % 50 == 49)
			for (unsigned i = 0; i < WINDOW; i++) {
				smmu_pa got = { 0 };
				const smmu_status status = smmu_domain_iova_to_phys(domain, (smmu_iova){ base + i * P }, &got);
				TEST_ASSERT_EQUAL_INT(flat[i] ? SMMU_OK : SMMU_E_NOT_FOUND, status);
				if (flat[i] && got.v + 1 != flat[i])
					TEST_ASSERT_EQUAL_HEX64(flat[i] - 1, got.v);
			}
	}
	TEST_ASSERT_TRUE_MESSAGE(maps > 200 && unmaps > 200, "the random mix does too little");
	unmap(0, UINT64_C(1) << 48);
	TEST_ASSERT_EQUAL_UINT32(1, pages());
	struct smmu_sys_stats stats;
	smmu_sys_stats(rig.sys, &stats);
	TEST_ASSERT_EQUAL_UINT64(4096, stats.dma_used_bytes);
}

/* 39-bit input starts at level 1, 30-bit at level 2, 25-bit at level 2 with a short table. */
static void test_smaller_input_sizes_start_lower(void)
{
	static const uint8_t bits[][2] = { { 48, 4 }, { 40, 4 }, { 39, 3 }, { 31, 3 }, { 30, 2 }, { 25, 2 } };
	for (unsigned i = 0; i < 6; i++) {
		const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .ias_bits = bits[i][0] };
		const uint64_t top = (UINT64_C(1) << bits[i][0]) - P;
		struct smmu_domain_stats stats;
		smmu_pa pa;
		struct smmu_domain *d;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &d));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(d, (smmu_iova){ top }, (smmu_pa){ P }, P, RW));
		smmu_domain_stats(d, &stats);
		TEST_ASSERT_EQUAL_UINT32(bits[i][1], stats.table_pages);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(d, (smmu_iova){ top + 5 }, &pa));
		TEST_ASSERT_EQUAL_HEX64(P + 5, pa.v);
		TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_domain_map(d, (smmu_iova){ top + P }, (smmu_pa){ P }, P, RW));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(d));
	}
}

static unsigned intrusions;

static void intrude(void *ctx, const struct smmu_trace_record *record)
{
	(void)ctx;
	if (intrusions > 0 || record->kind != SMMU_TRACE_TABLE_STORE || (record->data[1] & UINT64_C(0x0000fffffffff003)) != (G1 | 3))
		return;
	intrusions++;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2, 2 * G1, P));
}

/* Two calls map the same range at the same time, against the rules. The first has found all of it empty and has stored its first page
 * when the second maps a page where the first one is to go on. That page stays, and no table is lost. */
static void test_a_map_of_the_same_range_in_between_loses_nothing(void)
{
	const struct smmu_trace_sink sink = { NULL, intrude };
	struct smmu_sys_stats before, after;
	smmu_pa pa;
	smmu_sys_stats(rig.sys, &before);
	intrusions = 0;
	rig.sys->host.trace = &sink;
	(void)map(M2 - P, G1, P + M2);
	rig.sys->host.trace = NULL;
	TEST_ASSERT_EQUAL_UINT32(1, intrusions);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(domain, (smmu_iova){ M2 - P }, &pa));
	TEST_ASSERT_EQUAL_HEX64(G1, pa.v);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(domain, (smmu_iova){ M2 }, &pa));
	TEST_ASSERT_EQUAL_HEX64(2 * G1, pa.v);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_iova_to_phys(domain, (smmu_iova){ M2 + P }, &pa));
	TEST_ASSERT_EQUAL_UINT64(2 * P, unmap(0, G1));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes + P, after.dma_used_bytes);     /* the table of level 1 spans more than G1 */
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_descriptor_bits);
	RUN_TEST(test_one_page_makes_three_tables_and_a_page_descriptor);
	RUN_TEST(test_aligned_ranges_use_blocks);
	RUN_TEST(test_a_map_that_meets_a_mapping_changes_nothing);
	RUN_TEST(test_bad_arguments_are_named_and_change_nothing);
	RUN_TEST(test_unmap_skips_holes_and_frees_tables_it_covers);
	RUN_TEST(test_partial_unmap_splits_blocks_and_keeps_the_rest);
	RUN_TEST(test_a_split_without_memory_changes_nothing);
	RUN_TEST(test_map_fails_whole_for_every_allocation);
	RUN_TEST(test_random_operations_agree_with_a_flat_map);
	RUN_TEST(test_smaller_input_sizes_start_lower);
	RUN_TEST(test_a_map_of_the_same_range_in_between_loses_nothing);
	return UNITY_END();
}
