/* SPDX-License-Identifier: Apache-2.0
 * The umbrella header compiles alone, and address types are types: one word, not interchangeable. */
#include "smmuv3/smmuv3.h"

#include "unity.h"

static void test_address_types_are_one_word_structs(void)
{
	TEST_ASSERT_EQUAL_UINT64(8, sizeof(smmu_iova));
	TEST_ASSERT_EQUAL_UINT64(8, sizeof(smmu_pa));
	TEST_ASSERT_EQUAL_INT(1, _Generic((smmu_iova){ 0 }, smmu_iova: 1, smmu_pa: 2, smmu_ipa: 3));
	TEST_ASSERT_EQUAL_INT(2, _Generic((smmu_pa){ 0 }, smmu_iova: 1, smmu_pa: 2, smmu_ipa: 3));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_address_types_are_one_word_structs);
	return UNITY_END();
}
