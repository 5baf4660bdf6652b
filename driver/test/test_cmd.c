/* SPDX-License-Identifier: Apache-2.0
 * Command encodings against words worked out by hand. Dword 0: opcode 7:0, SubstreamID 31:12, StreamID 63:32; TLBI: NUM 16:12,
 * SCALE 24:20, VMID 47:32, ASID 63:48. Dword 1: Leaf 0, TTL 9:8, TG 11:10, Address 63:12; RESUME: Ac 12, Ab 13 in dword 0,
 * STAG 15:0 in dword 1. */
#include "cmd.h"
#include "unity.h"

#define CHECK(word0, word1, command)                                    \
	do {                                                            \
		const struct smmu_cmd c = (command);                    \
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(word0), c.qword[0]);   \
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(word1), c.qword[1]);   \
	} while (0)

static void test_configuration_commands(void)
{
	CHECK(0x1234567800000003, 0x1, smmu_cmd_cfgi_ste(0x12345678, true));
	CHECK(0xffffffff00000003, 0x0, smmu_cmd_cfgi_ste(0xffffffff, false));
	CHECK(0x0000000000000004, 0x1f, smmu_cmd_cfgi_all());               /* Range = 31 */
	CHECK(0x00000020fffff005, 0x1, smmu_cmd_cfgi_cd(0x20, 0xfffff, true));  /* SSID in 31:12 */
	CHECK(0x0000000100003005, 0x0, smmu_cmd_cfgi_cd(1, 3, false));
	CHECK(0x0000002000000006, 0x0, smmu_cmd_cfgi_cd_all(0x20));
}

static void test_tlb_commands(void)
{
	CHECK(0xbeef000700000011, 0x0, smmu_cmd_tlbi_nh_asid(7, 0xbeef));
	CHECK(0x0102000000000012, 0x0000000012345001, smmu_cmd_tlbi_nh_va(0, 0x0102, 0x12345000, true, 0, 0, 0, 0));
	/* NUM 30 -> 0x1e << 12 = 0x1e000; SCALE 5 -> 0x500000; TTL 3 -> 0x300; TG 1 -> 0x400; no Leaf. */
	CHECK(0x000100000051e012, 0x0000ffffffff0700, smmu_cmd_tlbi_nh_va(0, 1, 0xffffffff0000, false, 1, 3, 5, 30));
	CHECK(0x0000000000000020, 0x0, smmu_cmd_tlbi_el2_all());
	CHECK(0x0000000000000030, 0x0, smmu_cmd_tlbi_nsnh_all());
}

/* proves: AB-69 */
static void test_resume_and_sync(void)
{
	CHECK(0x0000002000001044, 0xabcd, smmu_cmd_resume(0x20, 0xabcd, true, false));  /* retry: Ac */
	CHECK(0x0000002000002044, 0x0001, smmu_cmd_resume(0x20, 1, false, true));       /* abort: Ab */
	CHECK(0x0000002000000044, 0x0001, smmu_cmd_resume(0x20, 1, false, false));      /* RAZ/WI */
	CHECK(0x0000000000000046, 0x0, smmu_cmd_sync());                                /* CS = 0 */
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_configuration_commands);
	RUN_TEST(test_tlb_commands);
	RUN_TEST(test_resume_and_sync);
	return UNITY_END();
}
