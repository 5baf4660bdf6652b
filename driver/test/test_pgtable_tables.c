/* SPDX-License-Identifier: Apache-2.0
 * The life of a table: it goes with its last page, a map in between takes it back, a block takes its place; and the
 * contiguous hint: which entries carry it, and how part of a group is unmapped. Descriptors are worked out by hand. */
#include <string.h>

#include "domain_internal.h"
#include "pgtable_internal.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define G1 (UINT64_C(1) << 30)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE | SMMU_PROT_CACHED)
#define HINT (UINT64_C(1) << 52)

static struct rig rig;
static struct smmu_domain *domain;

static struct smmu_domain *make(struct smmu_domain_config config)
{
	struct smmu_domain *made;
	config.type = SMMU_DOMAIN_S1;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &made));
	return made;
}

void setUp(void)
{
	rig_open(&rig, 1);
	rig_start(&rig, 0, NULL);
	domain = make((struct smmu_domain_config){ .free_empty_tables = true });
}

void tearDown(void) { rig_close(&rig); }

static smmu_status map(uint64_t iova, uint64_t pa, uint64_t size)
{
	return smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ pa }, size, RW);
}

static void unmap(uint64_t iova, uint64_t size)
{
	uint64_t bytes = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ iova }, size, &bytes));
	TEST_ASSERT_EQUAL_UINT64(size, bytes);
}

static uint32_t pages(void)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	return stats.table_pages;
}

static uint64_t look_up(uint64_t iova)
{
	smmu_pa pa = { UINT64_MAX };
	smmu_domain_iova_to_phys(domain, (smmu_iova){ iova }, &pa);
	return pa.v;
}

/* The leaf of a 48-bit stage-1 walk. */
static uint64_t leaf(uint64_t iova)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	uint64_t table = stats.root.v;
	for (unsigned level = 0;; level++) {
		const uint64_t d = rig_words(&rig, table)[iova >> (39 - 9 * level) & 511];
		if (level == 3 || (d & 3) != 3)
			return d;
		table = d & UINT64_C(0x0000fffffffff000);
	}
}

/* The neighbour in the same table keeps it; the last page takes the page table, and the two above it, along. */
static void test_a_table_goes_with_its_last_page(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(5 * P, 5 * P, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(9 * P, 9 * P, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(G1, G1, P));
	TEST_ASSERT_EQUAL_UINT32(1 + 1 + 2 + 2, pages());
	unmap(5 * P, P);
	TEST_ASSERT_EQUAL_UINT32(6, pages());
	unmap(9 * P, P);
	TEST_ASSERT_EQUAL_UINT32(4, pages());
	unmap(G1, P);
	TEST_ASSERT_EQUAL_UINT32(1, pages());
}

static void test_without_the_option_it_stays(void)
{
	domain = make((struct smmu_domain_config){ 0 });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0x5000, P));
	unmap(0, P);
	TEST_ASSERT_EQUAL_UINT32(4, pages());
}

static void test_a_block_takes_the_place_of_a_table(void)
{
	for (unsigned i = 0; i < 512; i++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2 + i * P, i * P, P));
	for (unsigned i = 0; i < 512; i++)
		unmap(M2 + i * P, P);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2, M2, M2));
	TEST_ASSERT_EQUAL_HEX64(M2 | 0xf45, leaf(M2));
}

/* An SMMU may remember the tables: the unmap that empties them invalidates their whole span, not only leaves, before they
 * are freed. TLBI_NH_VA 0x12, Leaf is bit 0 of the second word. */
static void test_the_span_is_invalidated(void)
{
	const uint32_t sid = 0x20;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1 };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2, 0, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0x7000, P));
	fake_clear(rig.smmu[0]);
	unmap(M2, P);
	TEST_ASSERT_EQUAL_HEX64(0x12, rig.smmu[0]->command[0].word[0] & 0xff);
	TEST_ASSERT_EQUAL_HEX64(M2, rig.smmu[0]->command[0].word[1] & UINT64_C(0xfffffffffffff000));
	TEST_ASSERT_EQUAL_HEX64(0, rig.smmu[0]->command[0].word[1] & 1);
	/* 512 pages: NUM 16:12 + 1 times 2 to the SCALE 24:20. */
	const uint64_t w = rig.smmu[0]->command[0].word[0];
	TEST_ASSERT_EQUAL_UINT64(512, ((w >> 12 & 31) + 1) << (w >> 20 & 31));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
}

/* The gather is not paid for yet: the table is taken back by the next map, with what it held before, and the late sync does
 * not free it. */
static void test_a_map_takes_a_dying_table_back(void)
{
	struct smmu_gather gather = SMMU_GATHER_INIT, second = SMMU_GATHER_INIT;
	uint64_t bytes;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2, M2, P));
	const uint32_t before = pages();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ M2 }, P, &gather, &bytes));
	TEST_ASSERT_TRUE(gather.tables);
	TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, look_up(M2));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2 + P, 0x9000, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &gather));
	TEST_ASSERT_EQUAL_UINT32(before, pages());
	TEST_ASSERT_EQUAL_HEX64(0x9000, look_up(M2 + P));
	/* Dead again for another gather: the first one's number does not free it, the second one's does. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ M2 + P }, P, &gather, &bytes));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2 + P, 0xa000, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ M2 + P }, P, &second, &bytes));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &gather));
	TEST_ASSERT_EQUAL_UINT32(before, pages());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &second));
	TEST_ASSERT_EQUAL_UINT32(1, pages());
}

/* The next gather would get this number. */
static void come_round_to(uint32_t number)
{
	atomic_store(&domain->tables.gathers, (atomic_load(&domain->tables.gathers) & ~GATHER_NEXT_MASK) | (number - 1));
}

/* Numbers are given out in turn. When all have been, the first gather may still be open: what it pays for must not free a table
 * of the one that would get its number. That table stays until there are numbers again. */
static void test_no_two_open_gathers_share_a_number(void)
{
	struct smmu_gather old = SMMU_GATHER_INIT, young = SMMU_GATHER_INIT, last = SMMU_GATHER_INIT;
	uint64_t bytes;
	for (unsigned i = 0; i < 4; i++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, map(i * G1, 0x5000, P));
	TEST_ASSERT_EQUAL_UINT32(2 + 4 * 2, pages());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ 0 }, P, &old, &bytes));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ 3 * G1 }, P, &old, &bytes));
	come_round_to(2 * GATHER_HALF);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ 2 * G1 }, P, &last, &bytes));
	TEST_ASSERT_TRUE(last.tables && last.garbage != old.garbage);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ G1 }, P, &young, &bytes));
	TEST_ASSERT_EQUAL_UINT64(P, bytes);
	TEST_ASSERT_FALSE(young.tables);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &old));
	TEST_ASSERT_EQUAL_UINT32(2 + 2 * 2, pages());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &last));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &young));
	TEST_ASSERT_EQUAL_UINT32(2 + 2, pages());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(G1 + P, 0x5000, P));
	unmap(G1 + P, P);
	TEST_ASSERT_EQUAL_UINT32(1, pages());
}

/* Never paid for: the domain gives everything back all the same. */
static void test_destroy_frees_dying_tables(void)
{
	struct smmu_sys_stats stats, after;
	struct smmu_gather gather = SMMU_GATHER_INIT;
	uint64_t bytes;
	struct smmu_domain *const kept = domain;
	smmu_sys_stats(rig.sys, &stats);
	domain = make((struct smmu_domain_config){ .free_empty_tables = true });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, 3 * P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(G1, 0, 3 * P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ 0 }, 3 * P, &gather, &bytes));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(stats.dma_used_bytes, after.dma_used_bytes);
	domain = kept;
}

/* 16 pages, aligned on both sides. */
static void test_the_hint_is_on_whole_groups_only(void)
{
	domain = make((struct smmu_domain_config){ .contiguous_hint = true });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(15 * P, 15 * P, 18 * P));    /* page 15, group 16..31, page 32 */
	TEST_ASSERT_EQUAL_HEX64(0, leaf(15 * P) & HINT);
	for (unsigned i = 16; i < 32; i++)
		TEST_ASSERT_EQUAL_HEX64(HINT | i * P | 0xf47, leaf(i * P));
	TEST_ASSERT_EQUAL_HEX64(0, leaf(32 * P) & HINT);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(64 * P, 65 * P, 16 * P));    /* output not aligned */
	TEST_ASSERT_EQUAL_HEX64(0, leaf(64 * P) & HINT);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(32 * M2, 32 * M2, 32 * M2)); /* two groups of 2 MiB blocks */
	TEST_ASSERT_EQUAL_HEX64(HINT | 63 * M2 | 0xf45, leaf(63 * M2));
}

static void test_part_of_a_group_is_unmapped(void)
{
	domain = make((struct smmu_domain_config){ .contiguous_hint = true });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, 48 * P));
	unmap(20 * P, P);
	for (unsigned i = 0; i < 48; i++) {
		const bool in_group = i < 16 || i >= 32;
		TEST_ASSERT_EQUAL_HEX64(i == 20 ? 0 : (in_group ? HINT : 0) | i * P | 0xf47, leaf(i * P));
	}
	unmap(0, 16 * P);
	TEST_ASSERT_EQUAL_HEX64(HINT | 32 * P | 0xf47, leaf(32 * P));
	/* A block in a group: first the group, then the block. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(32 * M2, 32 * M2, 16 * M2));
	unmap(33 * M2 + P, P);
	TEST_ASSERT_EQUAL_HEX64((33 * M2) | 0xf47, leaf(33 * M2));
	TEST_ASSERT_EQUAL_HEX64(0, leaf(33 * M2 + P));
	TEST_ASSERT_EQUAL_HEX64((34 * M2) | 0xf45, leaf(34 * M2));
}

static void test_the_hint_and_dirty_state_exclude_each_other(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .contiguous_hint = true, .dirty_tracking = true };
	struct smmu_domain *made;
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_domain_create(rig.sys, &config, &made));
}

/* 16 KiB granules: 128 pages, or 32 blocks of 32 MiB; 64 KiB: 32 pages, or 32 blocks of 512 MiB. Two entries are no group. */
static void test_groups_of_every_granule(void)
{
	static const struct { uint8_t granule, ias, shift; unsigned group; } rows[] = {
		{ 12, 48, 12, 16 }, { 12, 48, 21, 16 }, { 14, 47, 14, 128 }, { 14, 47, 25, 32 }, { 16, 42, 16, 32 }, { 16, 48, 29, 32 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const uint64_t size = UINT64_C(1) << rows[i].shift, first = rows[i].group * size;
		domain = make((struct smmu_domain_config){ .contiguous_hint = true, .granule_log2 = rows[i].granule, .ias_bits = rows[i].ias,
							   .oas_bits = 48 });
		/* One entry before a whole group: the group carries the hint, the entry does not. */
		TEST_ASSERT_EQUAL_INT(SMMU_OK, map(first - size, first - size, (rows[i].group + 1) * size));
		struct smmu_pt_block block;
		TEST_ASSERT_TRUE(smmu_pgtable_find_block(&domain->tables, first + size, &block));
		TEST_ASSERT_EQUAL_UINT32(rows[i].group, block.entries);
		TEST_ASSERT_EQUAL_HEX64(first, block.iova);
		TEST_ASSERT_FALSE(smmu_pgtable_find_block(&domain->tables, first - size, &block));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	}
	domain = make((struct smmu_domain_config){ .contiguous_hint = true, .ias_bits = 31 });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, 2 * G1));
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	for (unsigned i = 0; i < 2; i++)
		TEST_ASSERT_EQUAL_HEX64(i * G1 | 0xf45, rig_words(&rig, stats.root.v)[i]);
}

/* Behind an SMMU with BBML 0 all members of the group are invalid while it forgets them: at its SYNC nothing of the group is there. */
static unsigned valid_at_sync;
static void count_valid(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	for (unsigned i = 16; i < 32 && (uint8_t)word[0] == 0x46; i++)
		valid_at_sync += (unsigned)(leaf(i * P) & 1);
}

static void test_a_group_is_broken_before_it_is_made(void)
{
	tearDown();
	rig_open(&rig, 1);
	rig.smmu[0]->idr3 = 1u << 10;
	rig_start(&rig, 0, NULL);
	domain = make((struct smmu_domain_config){ .contiguous_hint = true });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, 48 * P));
	struct smmu_gather gather = SMMU_GATHER_INIT;
	uint64_t bytes = 0;
	valid_at_sync = 0;
	rig.smmu[0]->on_command = count_valid;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ 20 * P }, P, &gather, &bytes));
	rig.smmu[0]->on_command = NULL;
	TEST_ASSERT_EQUAL_UINT32(0, valid_at_sync);
	TEST_ASSERT_EQUAL_UINT64(P, bytes);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &gather));
	for (unsigned i = 16; i < 32; i++)
		TEST_ASSERT_EQUAL_HEX64(i == 20 ? 0 : i * P | 0xf47, leaf(i * P));
}

/* One unmap empties 40 tables of pages, more than are freed at a time. */
static void test_many_tables_die_at_once(void)
{
	for (unsigned i = 0; i < 40; i++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, map(i * M2 + 3 * P, 0x5000, P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(60 * M2, 0x5000, P));
	TEST_ASSERT_EQUAL_UINT32(3 + 41, pages());
	uint64_t bytes = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, 40 * M2, &bytes));
	TEST_ASSERT_EQUAL_UINT64(40 * P, bytes);
	TEST_ASSERT_EQUAL_UINT32(3 + 1, pages());
	unmap(60 * M2, P);
	TEST_ASSERT_EQUAL_UINT32(1, pages());
}

/* As many gathers are open as can be counted: a table that is emptied stays, and is freed the next time. */
static void test_too_many_open_gathers(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, P));
	const uint64_t none = atomic_load(&domain->tables.gathers);
	atomic_store(&domain->tables.gathers, none | ((UINT64_C(1) << GATHER_COUNT_BITS) - 1) << gather_shift(0) | 1);
	unmap(0, P);
	TEST_ASSERT_EQUAL_UINT32(4, pages());
	atomic_store(&domain->tables.gathers, none);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(0, 0, P));
	unmap(0, P);
	TEST_ASSERT_EQUAL_UINT32(1, pages());
}

/* Another thread, while a map publishes the zeroes of its n-th new table: maps a page beside it, and may unmap it again. */
static unsigned publishes, meet_at;
static bool unmap_again;
static struct smmu_gather met;
static void meet(void *ctx)
{
	(void)ctx;
	if (++publishes != meet_at)
		return;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2 + 9 * P, 0x9000, P));
	uint64_t bytes;         /* not freed before the map that waits here is over */
	if (unmap_again)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap_gather(domain, (smmu_iova){ M2 + 9 * P }, P, &met, &bytes));
}

/* Whoever stores a table's descriptor first has made it; the other one goes on in that table, also in one that is dying, and gives
 * its page back. Each map makes three tables, so they can meet at each of them. */
static void test_two_maps_make_the_same_table(void)
{
	struct smmu_sys_stats before, after;
	smmu_sys_stats(rig.sys, &before);
	for (unsigned n = 0; n < 6; n++) {
		publishes = 0;
		meet_at = 1 + n / 2;
		unmap_again = n & 1;
		met = (struct smmu_gather)SMMU_GATHER_INIT;
		rig.sys->host.publish = meet;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, map(M2 + 5 * P, 0x5000, P));
		rig.sys->host.publish = NULL;
		TEST_ASSERT_TRUE(publishes >= meet_at);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_sync(domain, &met));
		TEST_ASSERT_EQUAL_UINT32(4, pages());
		TEST_ASSERT_EQUAL_HEX64(0x5000, look_up(M2 + 5 * P));
		TEST_ASSERT_EQUAL_HEX64(unmap_again ? UINT64_MAX : 0x9000, look_up(M2 + 9 * P));
		unmap(M2 + 5 * P, P);
		TEST_ASSERT_EQUAL_UINT32(unmap_again ? 1 : 4, pages());
		if (!unmap_again)
			unmap(M2 + 9 * P, P);
		TEST_ASSERT_EQUAL_UINT32(1, pages());
		smmu_sys_stats(rig.sys, &after);
		TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes, after.dma_used_bytes);
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_table_goes_with_its_last_page);
	RUN_TEST(test_without_the_option_it_stays);
	RUN_TEST(test_a_block_takes_the_place_of_a_table);
	RUN_TEST(test_the_span_is_invalidated);
	RUN_TEST(test_a_map_takes_a_dying_table_back);
	RUN_TEST(test_no_two_open_gathers_share_a_number);
	RUN_TEST(test_destroy_frees_dying_tables);
	RUN_TEST(test_the_hint_is_on_whole_groups_only);
	RUN_TEST(test_part_of_a_group_is_unmapped);
	RUN_TEST(test_the_hint_and_dirty_state_exclude_each_other);
	RUN_TEST(test_groups_of_every_granule);
	RUN_TEST(test_a_group_is_broken_before_it_is_made);
	RUN_TEST(test_many_tables_die_at_once);
	RUN_TEST(test_too_many_open_gathers);
	RUN_TEST(test_two_maps_make_the_same_table);
	return UNITY_END();
}
