/* SPDX-License-Identifier: Apache-2.0
 * What an entry or a descriptor may hold: each rule of the identification registers and of output sizes broken once, and what is legal beside it. */
#include "bench.h"

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

/* ---- entries ---- */

static void test_more_asid_bits_than_there_are(void)
{
	reg_read(0, SMMU_IDR0, SMMU_IDR0_S1P_MASK | SMMU_IDR0_S2P_MASK | SMMU_IDR0_VMID16_MASK);
	attach(1, 0, 255, 0);
	expect_nothing();
	enter(SMMU_CALL_SVA_BIND);
	expect(CHECK_TABLES, "table.illegal", store(CDS(0), CD_S1(256)), "the ASID has more than 8 bits");
}

static void test_stage_2_where_there_is_none(void)
{
	reg_read(0, SMMU_IDR0, SMMU_IDR0_S1P_MASK);
	enter(SMMU_CALL_MASTER_ATTACH);
	expect(CHECK_TABLES, "table.illegal", store(ste(1, 0), STE_S2), "stage 2 is not implemented");
}

static void test_stall_where_nothing_can_stall(void)
{
	reg_read(0, SMMU_IDR0, SMMU_IDR0_S1P_MASK | UINT32_C(1) << SMMU_IDR0_STALL_MODEL_SHIFT);
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	expect(CHECK_TABLES, "table.illegal", store(CDS(0), CD_S1(5) | UINT64_C(1) << 44), "nothing can stall");
}

static void test_a_granule_that_is_missing(void)
{
	reg_read(0, SMMU_IDR5, SMMU_IDR5_GRAN64K_MASK | UINT32_C(5) << SMMU_IDR5_OAS_SHIFT);
	attach(1, 0, 5, 0);
	enter(SMMU_CALL_MASTER_ATTACH);
	expect(CHECK_TABLES, "table.illegal", store(CDS(0), CD_S1(6)), "TG0");
}

/* An IPS above OAS counts as OAS; a driver may write it. */
static void test_more_output_bits_than_there_are(void)
{
	reg_read(0, SMMU_IDR5, SMMU_IDR5_GRAN4K_MASK | UINT32_C(4) << SMMU_IDR5_OAS_SHIFT);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0) + 8, ROOT(0));
	store(ste(1, 0), STE_S1(CDS(0)));
	announce_ste(1);
	store(CDS(0), CD_S1(5));        /* 48 bits, the SMMU has 44 */
	expect_nothing();
}

static void test_more_substreams_than_there_are(void)
{
	reg_read(0, SMMU_IDR1, UINT32_C(4) << SMMU_IDR1_SSIDSIZE_SHIFT);
	enter(SMMU_CALL_MASTER_ATTACH);
	expect(CHECK_TABLES, "table.illegal", store(ste(1, 0), STE_S1(CDS(0)) | UINT64_C(5) << 59), "S1CDMax");
}

/* One valid STE on an SMMU with these features, words 1 and 2 first. */
static uint64_t valid_ste(uint32_t idr0, uint64_t word0, uint64_t word1, uint64_t word2)
{
	reg_read(0, SMMU_IDR0, SMMU_IDR0_S1P_MASK | SMMU_IDR0_S2P_MASK | idr0);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 1), word1);
	store(ste(1, 2), word2);
	announce_ste(1);
	return store(ste(1, 0), word0);
}

#define VMID16 SMMU_IDR0_VMID16_MASK
#define ATS (SMMU_IDR0_ATS_MASK | VMID16)
#define SPLIT (2 * STE_EATS)                    /* word 1, bits 29:28 = 2 */
#define S2S (UINT64_C(1) << 57)                 /* word 2 */
#define EL2 (UINT64_C(2) << 30)                 /* STRW, word 1 */

static void test_split_stage_ats_without_stage_2(void)
{
	expect(CHECK_TABLES, "table.illegal", valid_ste(ATS, STE_S1(CDS(0)), SPLIT, 0), "split-stage ATS");
}

static void test_split_stage_ats_that_is_not_there(void)
{
	expect(CHECK_TABLES, "table.illegal", valid_ste(ATS | SMMU_IDR0_NS1ATS_MASK, STE_S1(CDS(0)) | STE_S2, SPLIT, 0), "split-stage ATS");
}

static void test_full_ats_where_stage_2_may_stall(void)
{
	expect(CHECK_TABLES, "table.illegal", valid_ste(ATS, STE_S2, STE_EATS, S2S), "full ATS");
}

static void test_eats_means_nothing_without_ats(void)
{
	valid_ste(VMID16, STE_S1(CDS(0)), SPLIT, 0);
	expect_nothing();
}

static void test_more_vmid_bits_than_there_are(void)
{
	expect(CHECK_TABLES, "table.illegal", valid_ste(SMMU_IDR0_HYP_MASK, STE_S2, EL2, 256), "S2VMID has more than 8 bits");
}

static void test_an_el2_stream_has_no_vmid(void)
{
	valid_ste(SMMU_IDR0_HYP_MASK, STE_S1(CDS(0)), EL2, 256);
	expect_nothing();
}

/* ---- output sizes ---- */

/* IPS = 36 bits in place of 48. */
#define CD_36_BITS(asid) (CD_S1(asid) ^ UINT64_C(0x400000000))

static void test_a_page_beyond_the_output_size(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0) + 8, ROOT(0));
	store(ste(1, 0), STE_S1(CDS(0)));
	announce_ste(1);
	store(CDS(0), CD_36_BITS(5));
	announce_cd();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
	store(LEAF(0, 9), PAGE_AT(UINT64_C(0xffffff000)));
	store(LEAF(2, 9), PAGE_AT(UINT64_C(0x1000000000)));     /* tables that nobody uses */
	expect_nothing();
	expect(CHECK_TABLES, "table.illegal", store(LEAF(0, 10), PAGE_AT(UINT64_C(0x1000000000))),
	       "level 3 descriptor of 0xa000 in table 0x80020000 is 0x1000000c03, which leads beyond the 36 bits");
}

static void test_a_page_beyond_oas(void)
{
	reg_read(0, SMMU_IDR5, SMMU_IDR5_GRAN4K_MASK | UINT32_C(2) << SMMU_IDR5_OAS_SHIFT);
	attach(1, 0, 5, 0);
	store(LEAF(0, 9), PAGE_AT(UINT64_C(0xfffffff000)));
	expect_nothing();
	expect(CHECK_TABLES, "table.illegal", store(LEAF(0, 10), PAGE_AT(UINT64_C(0x10000000000))), "beyond the 40 bits of output that smmu0 has");
}

static void test_a_block_that_is_not_aligned(void)
{
	const uint64_t entry = ROOT(0) + 0x1008;        /* the second of level 2 */
	attach(1, 0, 5, 0);
	store(entry, UINT64_C(0x90210c01));             /* with nT */
	store(LEAF(0, 9), PAGE_AT(UINT64_C(0x90009000)));
	expect_nothing();
	expect(CHECK_TABLES, "table.illegal", store(entry + 8, UINT64_C(0x90401c01)),
	       "level 2 descriptor of 0x400000 in table 0x80020000 is 0x90401c01, which leads to no address aligned to its 2^21 bytes");
}

static void attach_stage2_of_40_bits(void)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(ste(1, 2), UINT64_C(0x000a005900000003)); /* VMID 3, T0SZ 25, SL0 = 1, S2PS = 40 bits, S2AA64 */
	store(ste(1, 3), ROOT(0));
	announce_ste(1);
	store(ste(1, 0), STE_S2);
	announce_ste(1);
	leave(SMMU_CALL_MASTER_ATTACH, 0);
}

static void test_a_page_beyond_the_output_size_of_stage_2(void)
{
	attach_stage2_of_40_bits();
	store(LEAF(0, 9), UINT64_C(0xfffffff000) | 0x4c3);
	expect_nothing();
	expect(CHECK_TABLES, "table.illegal", store(LEAF(0, 10), UINT64_C(0x10000000000) | 0x4c3), "beyond the 40 bits of output that smmu0 has");
}

static void test_a_table_base_beyond_the_output_size(void)
{
	reg_read(0, SMMU_IDR5, SMMU_IDR5_GRAN4K_MASK | UINT32_C(5) << SMMU_IDR5_OAS_SHIFT);
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(0) + 8, UINT64_C(0x1000000000));
	store(ste(1, 0), STE_S1(CDS(0)));
	announce_ste(1);
	expect(CHECK_TABLES, "table.illegal", store(CDS(0), CD_36_BITS(5)), "TTB0 is beyond IPS or OAS");
}

static void test_a_stage_2_table_base_beyond_the_output_size(void)
{
	attach_stage2_of_40_bits();
	expect_nothing();
	store(ste(1, 0), STE_ABORT);
	announce_ste(1);
	store(ste(1, 3), UINT64_C(0x10000000000));
	announce_ste(1);
	expect(CHECK_TABLES, "table.illegal", store(ste(1, 0), STE_S2), "S2TTB is beyond S2PS or OAS");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_more_asid_bits_than_there_are);
	RUN_TEST(test_stage_2_where_there_is_none);
	RUN_TEST(test_stall_where_nothing_can_stall);
	RUN_TEST(test_a_granule_that_is_missing);
	RUN_TEST(test_more_output_bits_than_there_are);
	RUN_TEST(test_a_page_beyond_the_output_size);
	RUN_TEST(test_a_page_beyond_oas);
	RUN_TEST(test_a_page_beyond_the_output_size_of_stage_2);
	RUN_TEST(test_a_block_that_is_not_aligned);
	RUN_TEST(test_a_table_base_beyond_the_output_size);
	RUN_TEST(test_a_stage_2_table_base_beyond_the_output_size);
	RUN_TEST(test_more_substreams_than_there_are);
	RUN_TEST(test_split_stage_ats_without_stage_2);
	RUN_TEST(test_split_stage_ats_that_is_not_there);
	RUN_TEST(test_full_ats_where_stage_2_may_stall);
	RUN_TEST(test_eats_means_nothing_without_ats);
	RUN_TEST(test_more_vmid_bits_than_there_are);
	RUN_TEST(test_an_el2_stream_has_no_vmid);
	return UNITY_END();
}
