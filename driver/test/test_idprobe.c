/* SPDX-License-Identifier: Apache-2.0
 * ID words to features: a table of words worked out by hand from the ID registers, reserved encodings included. */
#include "dev_internal.h"
#include "fake_smmu.h"
#include "unity.h"

static struct smmu_features probe(uint32_t idr0, uint32_t idr1, uint32_t idr3, uint32_t idr5, uint32_t aidr)
{
	const struct smmu_id_words ids = { .idr0 = idr0, .idr1 = idr1, .idr3 = idr3, .idr5 = idr5, .iidr = 0x1232143b, .aidr = aidr };
	struct smmu_features f;
	smmu_features_from_ids(&ids, &f);
	return f;
}

static void test_sizes(void)
{
	/* SIDSIZE 16, SSIDSIZE 10 << 6 = 0x280, PRIQS 7 << 11 = 0x3800, EVENTQS 7 << 16 = 0x70000, CMDQS 8 << 21 = 0x1000000. */
	const struct smmu_features f = probe(1u << 10 | 1u << 16, 0x01073a90, 0, 0, 0);
	TEST_ASSERT_EQUAL_UINT8(16, f.sid_bits);
	TEST_ASSERT_EQUAL_UINT8(10, f.ssid_bits);
	TEST_ASSERT_EQUAL_UINT8(7, f.priq_log2_max);
	TEST_ASSERT_EQUAL_UINT8(7, f.eventq_log2_max);
	TEST_ASSERT_EQUAL_UINT8(8, f.cmdq_log2_max);
	/* IIDR 0x1232143b: product 0x123, variant 2, revision 1, implementer 0x43b. */
	TEST_ASSERT_EQUAL_HEX16(0x123, f.product);
	TEST_ASSERT_EQUAL_UINT8(2, f.variant);
	TEST_ASSERT_EQUAL_UINT8(1, f.revision);
	TEST_ASSERT_EQUAL_HEX16(0x43b, f.implementer);
}

static void test_reserved_encodings_are_clipped(void)
{
	/* All ones: SIDSIZE 63 -> 32, SSIDSIZE 31 -> 20, queues 31 -> 19, ST_LEVEL 3 -> linear, STALL_MODEL 3 -> none,
	 * TTENDIAN 3 = big only, HTTU 3 (v3.4) -> 2, BBML 3 -> 2, OAS 7 (v3.4) -> 52, VAX 3 -> none. */
	const struct smmu_features f = probe(UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, 0x03);
	TEST_ASSERT_EQUAL_UINT8(32, f.sid_bits);
	TEST_ASSERT_EQUAL_UINT8(20, f.ssid_bits);
	TEST_ASSERT_EQUAL_UINT8(19, f.cmdq_log2_max);
	TEST_ASSERT_EQUAL_UINT8(19, f.eventq_log2_max);
	TEST_ASSERT_FALSE(f.st_2level);
	TEST_ASSERT_FALSE(f.stall);
	TEST_ASSERT_EQUAL_UINT16(0, f.stall_max);
	TEST_ASSERT_FALSE(f.little_endian);
	TEST_ASSERT_EQUAL_UINT8(2, f.httu);
	TEST_ASSERT_EQUAL_UINT8(2, f.bbml);
	TEST_ASSERT_EQUAL_UINT8(52, f.oas_bits);
	TEST_ASSERT_FALSE(f.va52);
	TEST_ASSERT_FALSE(f.ecmdq);     /* queues preset excludes it */
}

static void test_output_sizes(void)
{
	static const uint8_t want[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };
	for (uint32_t oas = 0; oas < 8; oas++) {
		TEST_ASSERT_EQUAL_UINT8(want[oas], probe(1u << 3, 0, 0, oas, 1).oas_bits);
		/* v3.0 knows nothing above 48 bits. */
		TEST_ASSERT_EQUAL_UINT8(want[oas] > 48 ? 48 : want[oas], probe(1u << 3, 0, 0, oas, 0).oas_bits);
	}
	TEST_ASSERT_EQUAL_UINT8(40, probe(1u << 2 | 1u << 3, 0, 0, 0, 1).ias_bits);     /* LPAE takes 40 */
	TEST_ASSERT_EQUAL_UINT8(32, probe(1u << 3, 0, 0, 0, 1).ias_bits);
}

static void test_features_without_their_prerequisite_are_off(void)
{
	TEST_ASSERT_FALSE(probe(1u << 16, 0, 0, 0, 0).pri);                     /* PRI without ATS */
	TEST_ASSERT_FALSE(probe(1u << 9 | 1u << 1, 0, 0, 0, 0).hyp);            /* HYP without stage 2 */
	TEST_ASSERT_FALSE(probe(1u << 17, 0, 0, 0, 0).vmid_wildcard);
	TEST_ASSERT_FALSE(probe(0, 0, 1u << 8, 0, 0).fwb);
	TEST_ASSERT_TRUE(probe(1u << 2, 0, 0, 0, 0).gran4k);                    /* GRAN4K is RES1 with LPAE */
	TEST_ASSERT_EQUAL_UINT8(8, probe(0, 0, 0, 0, 0).asid_bits);
	TEST_ASSERT_EQUAL_UINT8(16, probe(1u << 12, 0, 0, 0, 0).asid_bits);
	TEST_ASSERT_EQUAL_UINT8(16, probe(1u << 18, 0, 0, 0, 0).vmid_bits);
}

static smmu_status verdict(uint32_t idr0, uint32_t idr1, uint32_t aidr)
{
	const struct smmu_id_words ids = { .idr0 = idr0, .idr1 = idr1, .aidr = aidr };
	struct smmu_features f;
	smmu_features_from_ids(&ids, &f);
	return smmu_features_check(&ids, &f);
}

static void test_what_the_core_refuses_to_drive(void)
{
	struct fake_smmu *good = &(struct fake_smmu){ 0 };
	fake_default_ids(good);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, verdict(good->idr0, good->idr1, good->aidr));
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, verdict(UINT32_MAX, UINT32_MAX, UINT32_MAX));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0 & ~3u, good->idr1, 2));    /* no stage */
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0 & ~8u, good->idr1, 2));    /* no AArch64 tables */
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0, good->idr1, 0x10));       /* not v3 */
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0 | 3u << 21, good->idr1, 2)); /* big endian only */
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0, good->idr1 | 1u << 30, 2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0, good->idr1 | 1u << 29, 2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0, good->idr1 & ~(31u << 21), 2)); /* one-entry queue */
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_sizes);
	RUN_TEST(test_reserved_encodings_are_clipped);
	RUN_TEST(test_output_sizes);
	RUN_TEST(test_features_without_their_prerequisite_are_off);
	RUN_TEST(test_what_the_core_refuses_to_drive);
	return UNITY_END();
}
