/* SPDX-License-Identifier: Apache-2.0
 * What an SMMU that does not snoop sees: stores that reach memory before the call returns pass, one that does not is found. */
#include "bench.h"
#include "smmuv3/status.h"

#define HELD 8u
/* What a CPU's cache keeps back: memory that shows an older value. */
static struct { uint64_t pa, value; } held[HELD];
static unsigned held_count;

static uint64_t memory_behind_a_cache(void *ctx, uint64_t pa)
{
	for (unsigned i = 0; i < held_count; i++)
		if (held[i].pa == pa)
			return held[i].value;
	return bench_read(ctx, pa);
}

void setUp(void)
{
	held_count = 0;
	bench_open();
	check_free(check);
	records = 0;
	check = check_new(&(struct check_config){ .read64 = memory_behind_a_cache });
	TEST_ASSERT_NOT_NULL(check);
	enable(0);
	reg_read(0, SMMU_IDR0, SMMU_IDR0_S1P_MASK | SMMU_IDR0_S2P_MASK | SMMU_IDR0_ASID16_MASK);     /* COHACC = 0 */
	attach(1, 0, 5, 0);
}
void tearDown(void) { bench_close(); }

/* The store stays where SMMUs do not look. */
static void hold(uint64_t pa)
{
	held[held_count].pa = pa;
	held[held_count++].value = *word_at(pa);
}

static uint64_t map(uint64_t pa, uint64_t value, int64_t status)
{
	enter(SMMU_CALL_DOMAIN_MAP);
	store(pa, value);
	return leave(SMMU_CALL_DOMAIN_MAP, status);
}

static void test_stores_that_reach_memory_pass(void)
{
	map(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)), 0);
	expect_nothing();
}

static void test_a_descriptor_that_stays_in_the_cache(void)
{
	hold(LEAF(0, 9));
	expect(CHECK_TABLES, "table.unseen", map(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)), 0),
	       "domain_map returns, and smmu0, which looks into no cache, finds 0x0 at 0x80022048 where 0x90009c03 was stored");
}

static void test_a_descriptor_that_goes_and_stays_in_memory(void)
{
	hold(LEAF(0, 1));
	enter(SMMU_CALL_DOMAIN_UNMAP);
	store(LEAF(0, 1), 0);
	tlbi_va(5, 0x1000);
	sync();
	expect(CHECK_TABLES, "table.unseen", leave(SMMU_CALL_DOMAIN_UNMAP, 0), "finds 0x90001c03 at 0x80022008 where 0x0 was stored");
}

static void test_an_ste_that_stays_in_the_cache(void)
{
	hold(ste(2, 0));
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(2, 0), STE_BYPASS);
	cfgi_ste(2);
	sync();
	expect(CHECK_TABLES, "table.unseen", leave(SMMU_CALL_MASTER_ATTACH, 0), "finds 0x1 at 0x80000080 where 0x9 was stored");
}

static void test_a_cd_that_stays_in_the_cache(void)
{
	hold(CDS(0) + 24);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0) + 24, 0xff);
	cfgi_cd(1, 0);
	sync();
	expect(CHECK_TABLES, "table.unseen", leave(SMMU_CALL_MASTER_ATTACH, 0), "finds 0x0 at 0x80002018 where 0xff was stored");
}

static void test_a_failed_call_promises_nothing(void)
{
	hold(LEAF(0, 9));
	map(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)), SMMU_E_TIMEOUT);
	map(LEAF(0, 10), PAGE_AT(UINT64_C(0x9000a000)), 0);
	expect_nothing();
}

/* Tables nobody uses, a word that was stored twice, bits that are not looked at or that SMMUs write. */
static void test_what_no_smmu_needs_to_see(void)
{
	hold(LEAF(2, 9));
	map(LEAF(2, 9), PAGE_AT(UINT64_C(0x90009000)), 0);
	enter(SMMU_CALL_DOMAIN_MAP);
	store(LEAF(0, 9), 2);
	store(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)));
	leave(SMMU_CALL_DOMAIN_MAP, 0);
	hold(ROOT(0));
	map(ROOT(0), *word_at(ROOT(0)) | UINT64_C(0x10000000000000), 0);
	held[1].value = PAGE_AT(UINT64_C(0x90010000)) & ~UINT64_C(0x400);
	held[1].pa = LEAF(0, 16);
	map(LEAF(0, 16), PAGE_AT(UINT64_C(0x90010000)), 0);
	held[0].value = 2;
	held[0].pa = LEAF(0, 11);
	map(LEAF(0, 11), 0, 0);
	expect_nothing();
}

/* The tables are those of an SMMU that snoops; the one that does not has others. */
static void test_tables_of_an_smmu_that_snoops(void)
{
	enable(1);
	reg_read(1, SMMU_IDR0, SMMU_IDR0_S1P_MASK | SMMU_IDR0_ASID16_MASK | SMMU_IDR0_COHACC_MASK);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(1) + 8, ROOT(1));
	store(CDS(1), CD_S1(5));
	hold(STREAMS(1) + 64);
	store(STREAMS(1) + 64, STE_S1(CDS(1)));
	command(1, 0x03 | UINT64_C(1) << 32, 1);
	sync_on(1);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	hold(LEAF(1, 9));
	map(LEAF(1, 9), PAGE_AT(UINT64_C(0x90009000)), 0);
	expect_nothing();
}

static void test_where_every_smmu_snoops(void)
{
	reg_read(0, SMMU_IDR0, SMMU_IDR0_S1P_MASK | SMMU_IDR0_ASID16_MASK | SMMU_IDR0_COHACC_MASK);
	hold(LEAF(0, 12));
	map(LEAF(0, 12), PAGE_AT(UINT64_C(0x9000c000)), 0);
	expect_nothing();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_stores_that_reach_memory_pass);
	RUN_TEST(test_a_descriptor_that_stays_in_the_cache);
	RUN_TEST(test_a_descriptor_that_goes_and_stays_in_memory);
	RUN_TEST(test_an_ste_that_stays_in_the_cache);
	RUN_TEST(test_a_cd_that_stays_in_the_cache);
	RUN_TEST(test_a_failed_call_promises_nothing);
	RUN_TEST(test_what_no_smmu_needs_to_see);
	RUN_TEST(test_tables_of_an_smmu_that_snoops);
	RUN_TEST(test_where_every_smmu_snoops);
	return UNITY_END();
}
