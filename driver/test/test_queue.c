/* SPDX-License-Identifier: Apache-2.0
 * Queue index arithmetic, exhaustively for 1 to 16 entries over every pair of register values. */
#include "queue.h"
#include "unity.h"

/* proves: AB-63 */
static void test_used_empty_full_agree_with_counting_by_hand(void)
{
	for (unsigned log2 = 0; log2 <= 4; log2++) {
		const unsigned size = 1u << log2;
		for (unsigned cons = 0; cons < 2 * size; cons++) {
			/* Walk an imaginary producer forward entry by entry: after n steps exactly n entries are used. */
			unsigned prod = cons;
			for (unsigned n = 0; n <= size; n++, prod = (prod + 1) % (2 * size)) {
				TEST_ASSERT_EQUAL_UINT32(n, smmu_queue_used(log2, prod, cons));
				TEST_ASSERT_EQUAL_INT(n == 0, smmu_queue_is_empty(log2, prod, cons));
				TEST_ASSERT_EQUAL_INT(n == size, smmu_queue_is_full(log2, prod, cons));
			}
			/* Every further value is inconsistent: more than size used. */
			for (unsigned n = size + 1; n < 2 * size; n++, prod = (prod + 1) % (2 * size))
				TEST_ASSERT_GREATER_THAN_UINT32(size, smmu_queue_used(log2, prod, cons));
		}
	}
}

/* proves: AB-63 */
static void test_index_and_register_wrap_where_the_flag_sits_above_the_index(void)
{
	/* Four entries: positions 0..9 give index 0 1 2 3 0 1 2 3 0 1 and register 0..7 0 1. */
	static const uint32_t index[10] = { 0, 1, 2, 3, 0, 1, 2, 3, 0, 1 };
	static const uint32_t reg[10] = { 0, 1, 2, 3, 4, 5, 6, 7, 0, 1 };
	for (uint64_t p = 0; p < 10; p++) {
		TEST_ASSERT_EQUAL_UINT32(index[p], smmu_queue_index(2, p));
		TEST_ASSERT_EQUAL_UINT32(reg[p], smmu_queue_register(2, p));
		TEST_ASSERT_EQUAL_UINT32(reg[p], smmu_queue_register(2, p + (UINT64_C(1) << 40)));
	}
	/* One entry: the wrap flag is bit 0 and there is no index. */
	TEST_ASSERT_EQUAL_UINT32(0, smmu_queue_index(0, 7));
	TEST_ASSERT_EQUAL_UINT32(1, smmu_queue_register(0, 7));
}

static void test_follow_accepts_up_to_the_limit_and_leaves_the_position_alone_otherwise(void)
{
	for (unsigned log2 = 0; log2 <= 4; log2++) {
		const uint64_t start = 1000003;
		for (uint64_t limit = 0; limit <= smmu_queue_size(log2); limit++) {
			for (uint64_t step = 0; step < 2 * smmu_queue_size(log2); step++) {
				uint64_t position = start;
				const bool ok = smmu_queue_follow(log2, &position, smmu_queue_register(log2, start + step), limit);
				TEST_ASSERT_EQUAL_INT(step <= limit, ok);
				TEST_ASSERT_EQUAL_UINT64(ok ? start + step : start, position);
			}
		}
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_used_empty_full_agree_with_counting_by_hand);
	RUN_TEST(test_index_and_register_wrap_where_the_flag_sits_above_the_index);
	RUN_TEST(test_follow_accepts_up_to_the_limit_and_leaves_the_position_alone_otherwise);
	return UNITY_END();
}
