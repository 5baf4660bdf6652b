/* SPDX-License-Identifier: Apache-2.0
 * When SMMUs see a store of the explorer (explore.h): whose publish() shows it, and whose does not.
 * Not here: the driver (test_explore.c, test_explore_domain.c). */
#include <stdatomic.h>

#include "explore.h"
#include "unity.h"

static _Atomic uint64_t word, flag;
static bool overwrites;
static struct explore_result result;

static void restore(void)
{
	word = 0;
	flag = 0;
}

/* Stores and publishes nothing. */
static void first(void *arg)
{
	(void)arg;
	atomic_store_explicit(&word, 1, memory_order_relaxed);
	atomic_store_explicit(&flag, 1, memory_order_release);
}

/* Comes after it, and publishes. */
static void second(void *arg)
{
	(void)arg;
	while (!atomic_load_explicit(&flag, memory_order_acquire))
		explore_yield();
	if (overwrites)
		atomic_store_explicit(&word, 2, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	explore_publish();
	if (explore_device_load((const volatile uint64_t *)&word) != (overwrites ? 2 : 1))
		explore_fail("an SMMU sees the word as it was");
}

static void explore(void)
{
	struct explore_plan plan = {
		.thread = { { "first", first, NULL, NULL }, { "second", second, NULL, NULL } },
		.thread_count = 2,
		.bound = 2,
		.step_max = 100,
		.restore = restore,
		.dma = &word,
		.dma_bytes = sizeof word,
	};
	explore_run(&plan, &result);
}

/* The later store is published, so no SMMU can see what was there before the earlier one, published or not. */
static void test_a_store_that_was_overwritten_is_not_late(void)
{
	overwrites = true;
	explore();
	TEST_ASSERT_FALSE_MESSAGE(result.failed, result.message);
	TEST_ASSERT_GREATER_THAN_UINT64(3, result.executions);
}

/* Who has not stored there publishes nothing of it. */
static void test_a_store_of_somebody_else_stays_late(void)
{
	overwrites = false;
	explore();
	TEST_ASSERT_TRUE(result.failed);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_store_that_was_overwritten_is_not_late);
	RUN_TEST(test_a_store_of_somebody_else_stays_late);
	return UNITY_END();
}
