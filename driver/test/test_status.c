/* SPDX-License-Identifier: Apache-2.0
 * Every status has its own name and its own sentence. */
#include <string.h>

#include "smmuv3/smmuv3.h"
#include "unity.h"

static void test_all_codes_have_distinct_words(void)
{
	for (int a = 0; a >= SMMU_E_ENDPOINT; a--) {
		TEST_ASSERT_EQUAL_INT(0, strncmp(smmu_status_name((smmu_status)a), "SMMU_", 5));
		for (int b = a - 1; b >= SMMU_E_ENDPOINT; b--) {
			TEST_ASSERT_TRUE(strcmp(smmu_status_text((smmu_status)a), smmu_status_text((smmu_status)b)) != 0);
			TEST_ASSERT_TRUE(strcmp(smmu_status_name((smmu_status)a), smmu_status_name((smmu_status)b)) != 0);
		}
	}
	TEST_ASSERT_EQUAL_STRING("SMMU_E_BUSY", smmu_status_name(SMMU_E_BUSY));
}

static void test_unknown_numbers_are_harmless(void)
{
	TEST_ASSERT_EQUAL_STRING("unknown status", smmu_status_text((smmu_status)-1000));
	TEST_ASSERT_EQUAL_STRING("unknown status", smmu_status_text((smmu_status)1));
	TEST_ASSERT_EQUAL_STRING("SMMU_E_?", smmu_status_name((smmu_status)SMMU_E_ENDPOINT - 1));
	TEST_ASSERT_EQUAL_STRING("SMMU_E_?", smmu_status_name((smmu_status)1));
	TEST_ASSERT_EQUAL_STRING("?", smmu_call_name(0));
	TEST_ASSERT_EQUAL_STRING("?", smmu_call_name(SMMU_CALL_LAST + 1));
	TEST_ASSERT_EQUAL_STRING("master_detach_pasid", smmu_call_name(SMMU_CALL_MASTER_DETACH_PASID));
	TEST_ASSERT_EQUAL_STRING("unknown reason", smmu_incompat_text((enum smmu_incompat)99));
	TEST_ASSERT_EQUAL_STRING("master_unquarantine", smmu_call_name(SMMU_CALL_MASTER_UNQUARANTINE));
	TEST_ASSERT_EQUAL_STRING("domain_read_dirty", smmu_call_name(SMMU_CALL_LAST));
	TEST_ASSERT_TRUE(strstr(smmu_incompat_text(SMMU_INCOMPAT_GUEST), "guest") != NULL);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_all_codes_have_distinct_words);
	RUN_TEST(test_unknown_numbers_are_harmless);
	return UNITY_END();
}
