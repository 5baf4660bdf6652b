/* SPDX-License-Identifier: Apache-2.0
 * Number allocator: boundaries, exhaustion, double free. */
#include "ids.h"

#include "rig.h"
#include "unity.h"

static struct rig rig;

void setUp(void) { rig_open(&rig, 0); }
void tearDown(void) { rig_close(&rig); }

/* proves: AB-2 (the allocator's part: lowest number first, full range, nothing beyond) */
static void test_gives_every_number_once_then_refuses(void)
{
	static const uint32_t counts[] = { 1, 63, 64, 65, 256 };
	for (unsigned c = 0; c < 5; c++) {
		struct smmu_ids ids;
		uint32_t id;
		TEST_ASSERT_TRUE(smmu_ids_init(rig.sys, &ids, counts[c]));
		for (uint32_t i = 0; i < counts[c]; i++) {
			TEST_ASSERT_TRUE(smmu_ids_alloc(&ids, &id));
			TEST_ASSERT_EQUAL_UINT32(i, id);
		}
		TEST_ASSERT_FALSE(smmu_ids_alloc(&ids, &id));
		TEST_ASSERT_EQUAL_UINT32(counts[c], ids.used);
		smmu_ids_exit(rig.sys, &ids);
	}
}

/* proves: AB-44 (double free is detected) */
static void test_free_makes_available_again_and_notices_double_free(void)
{
	struct smmu_ids ids;
	uint32_t id;
	TEST_ASSERT_TRUE(smmu_ids_init(rig.sys, &ids, 200));
	TEST_ASSERT_TRUE(smmu_ids_take(&ids, 0));
	TEST_ASSERT_FALSE(smmu_ids_take(&ids, 0));
	TEST_ASSERT_FALSE(smmu_ids_take(&ids, 200));
	for (uint32_t i = 1; i < 200; i++)
		TEST_ASSERT_TRUE(smmu_ids_alloc(&ids, &id));
	TEST_ASSERT_TRUE(smmu_ids_free(&ids, 77));
	TEST_ASSERT_FALSE(smmu_ids_free(&ids, 77));
	TEST_ASSERT_FALSE(smmu_ids_free(&ids, 200));
	TEST_ASSERT_TRUE(smmu_ids_alloc(&ids, &id));
	TEST_ASSERT_EQUAL_UINT32(77, id);
	TEST_ASSERT_FALSE(smmu_ids_alloc(&ids, &id));
	smmu_ids_exit(rig.sys, &ids);
}

/* The lowest number must be below the limit; if it is not, or there is none, nothing is taken. */
static void test_numbers_below_a_limit(void)
{
	struct smmu_ids ids;
	uint32_t id;
	TEST_ASSERT_TRUE(smmu_ids_init(rig.sys, &ids, 3));
	TEST_ASSERT_TRUE(smmu_ids_alloc_below(&ids, 2, &id) && id == 0);
	TEST_ASSERT_TRUE(smmu_ids_alloc_below(&ids, 2, &id) && id == 1);
	TEST_ASSERT_FALSE(smmu_ids_alloc_below(&ids, 2, &id));
	TEST_ASSERT_TRUE(smmu_ids_is_free(&ids, 2));
	TEST_ASSERT_FALSE(smmu_ids_is_free(&ids, 3));
	TEST_ASSERT_TRUE(smmu_ids_alloc_below(&ids, 3, &id) && id == 2);
	TEST_ASSERT_FALSE(smmu_ids_alloc_below(&ids, 3, &id));
	smmu_ids_exit(rig.sys, &ids);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_gives_every_number_once_then_refuses);
	RUN_TEST(test_free_makes_available_again_and_notices_double_free);
	RUN_TEST(test_numbers_below_a_limit);
	return UNITY_END();
}
