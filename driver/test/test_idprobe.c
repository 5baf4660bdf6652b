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

/* Each with its prerequisite, then without one of them. NS1ATS needs ATS and both stages; ECMDQ coherency, MSIs and queues that are not
 * preset; XNX stage 2; HAD and E0PD stage 1; PPS PRI; 52-bit addresses the 64 KiB granule. */
static void test_every_prerequisite_alone(void)
{
	const uint32_t s2 = 1u << 0, s1 = 1u << 1, coherent = 1u << 4, ats = 1u << 10, msi = 1u << 13, pri = 1u << 16, ns1ats = 1u << 11;
	TEST_ASSERT_TRUE(probe(ns1ats | ats | s1 | s2, 0, 0, 0, 0).ns1ats_absent);
	TEST_ASSERT_FALSE(probe(ns1ats | s1 | s2, 0, 0, 0, 0).ns1ats_absent);
	TEST_ASSERT_FALSE(probe(ns1ats | ats | s2, 0, 0, 0, 0).ns1ats_absent);
	TEST_ASSERT_FALSE(probe(ns1ats | ats | s1, 0, 0, 0, 0).ns1ats_absent);
	const uint32_t ecmdq = 1u << 31, queues_preset = 1u << 29;
	TEST_ASSERT_TRUE(probe(coherent | msi, ecmdq, 0, 0, 0).ecmdq);
	TEST_ASSERT_FALSE(probe(msi, ecmdq, 0, 0, 0).ecmdq);
	TEST_ASSERT_FALSE(probe(coherent, ecmdq, 0, 0, 0).ecmdq);
	TEST_ASSERT_FALSE(probe(coherent | msi, ecmdq | queues_preset, 0, 0, 0).ecmdq);
	const uint32_t xnx = 1u << 4, had = 1u << 2, e0pd = 1u << 13, pps = 1u << 5;
	TEST_ASSERT_TRUE(probe(s2, 0, xnx, 0, 0).xnx);
	TEST_ASSERT_FALSE(probe(s1, 0, xnx, 0, 0).xnx);
	TEST_ASSERT_TRUE(probe(s1, 0, had | e0pd, 0, 0).had && probe(s1, 0, had | e0pd, 0, 0).e0pd);
	TEST_ASSERT_FALSE(probe(s2, 0, had | e0pd, 0, 0).had || probe(s2, 0, had | e0pd, 0, 0).e0pd);
	TEST_ASSERT_TRUE(probe(ats | pri, 0, pps, 0, 0).pri_pasid_always);
	TEST_ASSERT_FALSE(probe(ats, 0, pps, 0, 0).pri_pasid_always);
	const uint32_t vax52 = 1u << 10, gran64k = 1u << 6;
	TEST_ASSERT_TRUE(probe(0, 0, 0, vax52 | gran64k, 0).va52);
	TEST_ASSERT_FALSE(probe(0, 0, 0, vax52, 0).va52);
	TEST_ASSERT_FALSE(probe(0, 0, 0, gran64k, 0).va52);
}

/* Stage 2 alone is enough; an event queue of one entry is not; IDR0 may be all ones if IDR1 is not. */
static void test_the_edges_of_a_refusal(void)
{
	struct fake_smmu *good = &(struct fake_smmu){ 0 };
	fake_default_ids(good);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, verdict(good->idr0 & ~2u, good->idr1, 2));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, verdict(good->idr0 & ~1u, good->idr1, 2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(good->idr0, good->idr1 & ~(31u << 16), 2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, verdict(UINT32_MAX, good->idr1, 2));  /* TTENDIAN 3: big endian only */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, verdict((good->idr0 & ~(3u << 21)) | 2u << 21, good->idr1, 2));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_sizes);
	RUN_TEST(test_reserved_encodings_are_clipped);
	RUN_TEST(test_output_sizes);
	RUN_TEST(test_features_without_their_prerequisite_are_off);
	RUN_TEST(test_what_the_core_refuses_to_drive);
	RUN_TEST(test_every_prerequisite_alone);
	RUN_TEST(test_the_edges_of_a_refusal);
	return UNITY_END();
}
