/* SPDX-License-Identifier: Apache-2.0
 * The parts of the core that are pure functions, and the counters: queue arithmetic, permission tables, walk geometry,
 * refused configurations, StreamID filters. Expectations are the tables of the architecture, worked out by hand. */
#include <string.h>

#include "internal.h"
#include "rig.h"
#include "unity.h"

static struct rig rig;

void setUp(void) { rig_init(&rig, NULL); }

static void test_queue_of_four_is_full_when_only_the_wrap_differs(void)
{
	/* log2 = 2: index [1:0], wrap bit 2. */
	TEST_ASSERT_TRUE(smmu_i_queue_is_empty(5, 5, 2));
	TEST_ASSERT_TRUE(smmu_i_queue_is_full(5, 1, 2));
	TEST_ASSERT_FALSE(smmu_i_queue_is_full(4, 1, 2));
	TEST_ASSERT_EQUAL_HEX32(4, smmu_i_queue_advance(3, 2));
	TEST_ASSERT_EQUAL_HEX32(0x80000000, smmu_i_queue_advance(0x80000007, 2)); /* OVFLG stays */
	TEST_ASSERT_TRUE(smmu_i_queue_is_full(0, 1, 2)); /* an impossible pair counts as full */
}

static void test_queue_of_one_uses_bit_0_as_wrap(void)
{
	TEST_ASSERT_EQUAL_HEX32(1, smmu_i_queue_advance(0, 0));
	TEST_ASSERT_EQUAL_HEX32(0, smmu_i_queue_advance(1, 0));
	TEST_ASSERT_TRUE(smmu_i_queue_is_full(1, 0, 0));
	TEST_ASSERT_EQUAL_HEX64(0x1020, smmu_i_queue_entry(0x1020, 1, 0, 16));
}

static void test_queue_base_is_aligned_to_its_size(void)
{
	/* 16 events of 32 bytes: 512 bytes. */
	TEST_ASSERT_EQUAL_HEX64(0x80001060, smmu_i_queue_entry(0x800011a4, 0x13, 4, 32) );
}

static uint8_t s1_now(struct smmu_config_cold *config, uint64_t desc, unsigned limits)
{
	uint8_t now, after;

	smmu_i_s1_rights(config, desc, limits, &now, &after);
	return now;
}

static void test_stage_1_access_permission_table(void)
{
	struct smmu_config_cold config = { 0 };

	/* AP[2:1] = 00: RW privileged; every level may execute. */
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_WP | RIGHT_XP | RIGHT_XU, s1_now(&config, 0x000, 0));
	/* 01: RW for both; implies PXN. */
	TEST_ASSERT_EQUAL_HEX8(RIGHT_ALL & ~RIGHT_XP, s1_now(&config, 0x040, 0));
	/* 10: R privileged. 11: R for both. */
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_XP | RIGHT_XU, s1_now(&config, 0x080, 0));
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_RU | RIGHT_XP | RIGHT_XU, s1_now(&config, 0x0c0, 0));
	/* APTable[0] takes the unprivileged level away, APTable[1] writing; without unprivileged access AP=01 is not PXN. */
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_WP | RIGHT_XP | RIGHT_XU, s1_now(&config, 0x040, LIMIT_NO_UNPRIVILEGED));
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_RU | RIGHT_XP | RIGHT_XU, s1_now(&config, 0x040, LIMIT_NO_WRITE));
}

static void test_writable_clean_counts_as_writable_for_execute_never(void)
{
	struct smmu_config_cold config = { .s1 = { .ha = 1, .hd = 1 } };
	const uint64_t clean = UINT64_C(1) << 51 | 0x0c0;
	uint8_t now, after;

	smmu_i_s1_rights(&config, clean, 0, &now, &after);
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_RU | RIGHT_XU, now);
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_RU | RIGHT_WP | RIGHT_WU | RIGHT_XU, after);
	config.s1.hd = 0;
	smmu_i_s1_rights(&config, clean, 0, &now, &after);
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_RU | RIGHT_XU | RIGHT_XP, after);
}

static void test_pan_and_wxn(void)
{
	struct smmu_config_cold config = { .s1 = { .pan = 1 } };

	TEST_ASSERT_EQUAL_HEX8(RIGHT_RU | RIGHT_WU | RIGHT_XU, s1_now(&config, 0x040, 0));
	config.s1 = (struct smmu_stage1){ .wxn = 1 };
	TEST_ASSERT_EQUAL_HEX8(RIGHT_RP | RIGHT_WP | RIGHT_XU, s1_now(&config, 0x000, 0));
}

static void test_stage_2_execute_never(void)
{
	const struct smmu_config_cold config = { 0 };
	uint8_t now, after;

	/* XN[1:0] in bits 54:53: 01 privileged may not, 11 only privileged may. */
	smmu_i_s2_rights(&config, true, UINT64_C(1) << 53 | 0xc0, &now, &after);
	TEST_ASSERT_EQUAL_HEX8(RIGHT_ALL & ~RIGHT_XP, now);
	smmu_i_s2_rights(&config, true, UINT64_C(3) << 53 | 0xc0, &now, &after);
	TEST_ASSERT_EQUAL_HEX8(RIGHT_ALL & ~RIGHT_XU, now);
	smmu_i_s2_rights(&config, false, UINT64_C(1) << 53 | 0xc0, &now, &after);
	TEST_ASSERT_EQUAL_HEX8(RIGHT_ALL, now);
}

static void test_stage_1_start_levels(void)
{
	/* 4 KiB: T0SZ 16..24 start at 0, 25..33 at 1, 34 at 2, 43 at 3. 16 KiB: 16 at 0, 17 at 1, 28 at 2, 39 at 3. */
	TEST_ASSERT_EQUAL_UINT(0, smmu_i_s1_start_level(64 - 24, 12));
	TEST_ASSERT_EQUAL_UINT(1, smmu_i_s1_start_level(64 - 25, 12));
	TEST_ASSERT_EQUAL_UINT(1, smmu_i_s1_start_level(64 - 33, 12));
	TEST_ASSERT_EQUAL_UINT(2, smmu_i_s1_start_level(64 - 34, 12));
	TEST_ASSERT_EQUAL_UINT(3, smmu_i_s1_start_level(64 - 43, 12));
	TEST_ASSERT_EQUAL_UINT(0, smmu_i_s1_start_level(48, 14));
	TEST_ASSERT_EQUAL_UINT(1, smmu_i_s1_start_level(47, 14));
	TEST_ASSERT_EQUAL_UINT(3, smmu_i_s1_start_level(64 - 39, 14));
	TEST_ASSERT_EQUAL_UINT(1, smmu_i_s1_start_level(48, 16));
	TEST_ASSERT_EQUAL_UINT(2, smmu_i_s1_start_level(42, 16));
}

static void test_stage_2_geometry(void)
{
	/* 4 KiB from level 1 (shift 30, stride 9): 31 to 43 input bits. */
	TEST_ASSERT_FALSE(smmu_i_s2_geometry_is_legal(30, 12, 1));
	TEST_ASSERT_TRUE(smmu_i_s2_geometry_is_legal(31, 12, 1));
	TEST_ASSERT_TRUE(smmu_i_s2_geometry_is_legal(43, 12, 1));
	TEST_ASSERT_FALSE(smmu_i_s2_geometry_is_legal(44, 12, 1));
}

static void test_impossible_configurations_are_refused_with_a_sentence(void)
{
	static const struct { unsigned reg; uint32_t clear, set; const char *word; } wrong[] = {
		{ 0, 3, 0, "S1P" }, { 0, 0x0c, 0x04, "TTF" }, { 0, 1u << 10 | 1u << 23, 1u << 16, "PRI" }, { 0, 0, 1u << 20, "ATOS" }, { 0, 0, 1u << 15 | 1u << 20, "BA_VATOS" },
		{ 2, 0, 2, "BA_VATOS" },
		{ 0, 0, 3u << 6, "HTTU" }, { 0, 3u << 24, 1u << 24, "STALL_MAX" }, { 0, 3u << 27, 0, "ST_LEVEL" },
		{ 0, 1, 0, "HYP" }, { 1, 0x1f << 6, 21u << 6, "SSIDSIZE" }, { 1, 0x3f, 33, "SIDSIZE" }, { 1, 0, 1u << 31, "ECMDQ" },
		{ 3, 0, 1u << 15, "DPT" }, { 5, 7, 7, "OAS" }, { 5, 0x70, 0, "granule" },
	};
	struct smmu_core_config config;
	char err[200];

	for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		smmu_core_config_default(&config);
		config.ids.idr[wrong[i].reg] = (config.ids.idr[wrong[i].reg] & ~wrong[i].clear) | wrong[i].set;
		TEST_ASSERT_FALSE_MESSAGE(smmu_core_config_check(&config, err, sizeof err), wrong[i].word);
		TEST_ASSERT_NOT_NULL_MESSAGE(strstr(err, wrong[i].word), err);
	}
	smmu_core_config_default(&config);
	config.tlb_entries = 100;
	TEST_ASSERT_FALSE(smmu_core_config_check(&config, err, sizeof err));
	for (unsigned bits = 31; bits <= 65; bits++) {  /* only the widths that CFGR.SIZE can say */
		smmu_core_config_default(&config);
		config.pmcg_width_bits = bits;
		TEST_ASSERT_EQUAL(bits == 32 || bits == 36 || bits == 40 || bits == 44 || bits == 48 || bits == 64,
				  smmu_core_config_check(&config, err, sizeof err));
	}
	smmu_core_config_default(&config);
	TEST_ASSERT_TRUE(smmu_core_config_check(&config, err, sizeof err));
}

static uint64_t counted(uint32_t smr, uint32_t evtyper, uint32_t sid)
{
	smmu_core_write32(&rig.core, 0x20400, evtyper);
	smmu_core_write32(&rig.core, 0x20a00, smr);
	smmu_core_write64(&rig.core, 0x30000, 0);
	smmu_core_write64(&rig.core, 0x20c00, 1);
	smmu_core_write32(&rig.core, 0x20e04, 1);
	smmu_i_pmcg_count(&rig.core, 1, sid, 1);
	return smmu_core_read64(&rig.core, 0x30000);
}

static void test_span_filter_ignores_the_lowest_zero_bit_and_below(void)
{
	const uint32_t span = 1u << 29 | 1u;

	TEST_ASSERT_EQUAL_UINT64(1, counted(0x41, span, 0x43)); /* lowest zero is bit 1: 0x40..0x43 */
	TEST_ASSERT_EQUAL_UINT64(0, counted(0x41, span, 0x44));
	TEST_ASSERT_EQUAL_UINT64(1, counted(0x47, span, 0x4f)); /* bit 3 */
	TEST_ASSERT_EQUAL_UINT64(0, counted(0x47, span, 0x50));
	TEST_ASSERT_EQUAL_UINT64(1, counted(0x7fffffff, span, 0xffffffff));
	TEST_ASSERT_EQUAL_UINT64(1, counted(0xffffffff, span, 5));
	TEST_ASSERT_EQUAL_UINT64(0, counted(0x42, 1, 0x43)); /* exact */
	TEST_ASSERT_EQUAL_UINT64(1, counted(0x42, 1, 0x42));
}

static void test_capture_and_clock_event(void)
{
	counted(0, 0, 0); /* event 0 on counter 0: the filter does not matter */
	smmu_core_set_cycles(&rig.core, 1000);
	TEST_ASSERT_EQUAL_UINT64(1000, smmu_core_read64(&rig.core, 0x30000));
	smmu_core_write32(&rig.core, 0x30d88, 1);
	smmu_core_set_cycles(&rig.core, 1500);
	TEST_ASSERT_EQUAL_UINT64(1000, smmu_core_read64(&rig.core, 0x30600));
	smmu_core_write32(&rig.core, 0x20e04, 0);
	smmu_core_set_cycles(&rig.core, 9000);
	TEST_ASSERT_EQUAL_UINT64(1500, smmu_core_read64(&rig.core, 0x30000));
}

static void with_32_bits(struct smmu_core_config *config) { config->pmcg_width_bits = 32; }
static void with_40_bits(struct smmu_core_config *config) { config->pmcg_width_bits = 40; }

/* 32 bits: counters are 4 bytes apart, a wrap is at 2^32 and the neighbour keeps its value. */
static void test_counters_of_32_bits(void)
{
	rig_init(&rig, with_32_bits);
	TEST_ASSERT_EQUAL_HEX32(0x00701f03, smmu_core_read32(&rig.core, 0x20e00));
	smmu_core_write32(&rig.core, 0x20404, 1u << 29 | 1u);   /* counter 1: transactions of all streams */
	smmu_core_write32(&rig.core, 0x20a04, 0xffffffff);
	smmu_core_write32(&rig.core, 0x30004, 0xfffffffe);
	smmu_core_write32(&rig.core, 0x30008, 7);
	smmu_core_write64(&rig.core, 0x20c00, 2);
	smmu_core_write32(&rig.core, 0x20e04, 1);
	smmu_i_pmcg_count(&rig.core, 1, 5, 1);
	TEST_ASSERT_EQUAL_HEX32(0xffffffff, smmu_core_read32(&rig.core, 0x30004));
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_read32(&rig.core, 0x30cc0));
	smmu_i_pmcg_count(&rig.core, 1, 5, 3);
	TEST_ASSERT_EQUAL_HEX32(2, smmu_core_read32(&rig.core, 0x30004));
	TEST_ASSERT_EQUAL_HEX32(2, smmu_core_read32(&rig.core, 0x30cc0));
	TEST_ASSERT_EQUAL_HEX32(7, smmu_core_read32(&rig.core, 0x30008));
	smmu_core_write32(&rig.core, 0x30d88, 1);
	TEST_ASSERT_EQUAL_HEX32(2, smmu_core_read32(&rig.core, 0x30604));
	TEST_ASSERT_EQUAL_HEX32(7, smmu_core_read32(&rig.core, 0x30608));
}

/* 40 bits: 8 bytes apart, bits above the width are RES0. */
static void test_counters_of_40_bits(void)
{
	rig_init(&rig, with_40_bits);
	TEST_ASSERT_EQUAL_HEX32(0x00702703, smmu_core_read32(&rig.core, 0x20e00));
	smmu_core_write64(&rig.core, 0x30008, UINT64_MAX);
	TEST_ASSERT_EQUAL_HEX64(0xffffffffff, smmu_core_read64(&rig.core, 0x30008));
	smmu_core_write32(&rig.core, 0x20404, 1u << 29 | 1u);
	smmu_core_write32(&rig.core, 0x20a04, 0xffffffff);
	smmu_core_write64(&rig.core, 0x20c00, 2);
	smmu_core_write32(&rig.core, 0x20e04, 1);
	smmu_i_pmcg_count(&rig.core, 1, 5, 1);
	TEST_ASSERT_EQUAL_HEX64(0, smmu_core_read64(&rig.core, 0x30008));
	TEST_ASSERT_EQUAL_HEX32(2, smmu_core_read32(&rig.core, 0x30cc0));
}

static void test_relocated_registers_are_reserved_in_page_0(void)
{
	/* CFGR: NCTR = 3, SIZE = 63, RELOC_CTRS, MSI, CAPTURE. */
	TEST_ASSERT_EQUAL_HEX32(0x00703f03, smmu_core_read32(&rig.core, 0x20e00));
	smmu_core_write32(&rig.core, 0x30000, 5);
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_read32(&rig.core, 0x20000));
	smmu_core_write32(&rig.core, 0x30cc0, 0xff); /* OVSSET: four counters exist */
	TEST_ASSERT_EQUAL_HEX32(0xf, smmu_core_read32(&rig.core, 0x30c80));
	smmu_core_write32(&rig.core, 0x30c80, 0x3);
	TEST_ASSERT_EQUAL_HEX32(0xc, smmu_core_read32(&rig.core, 0x30cc0));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_queue_of_four_is_full_when_only_the_wrap_differs);
	RUN_TEST(test_queue_of_one_uses_bit_0_as_wrap);
	RUN_TEST(test_queue_base_is_aligned_to_its_size);
	RUN_TEST(test_stage_1_access_permission_table);
	RUN_TEST(test_writable_clean_counts_as_writable_for_execute_never);
	RUN_TEST(test_pan_and_wxn);
	RUN_TEST(test_stage_2_execute_never);
	RUN_TEST(test_stage_1_start_levels);
	RUN_TEST(test_stage_2_geometry);
	RUN_TEST(test_impossible_configurations_are_refused_with_a_sentence);
	RUN_TEST(test_span_filter_ignores_the_lowest_zero_bit_and_below);
	RUN_TEST(test_capture_and_clock_event);
	RUN_TEST(test_counters_of_32_bits);
	RUN_TEST(test_counters_of_40_bits);
	RUN_TEST(test_relocated_registers_are_reserved_in_page_0);
	return UNITY_END();
}
