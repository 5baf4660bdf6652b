/* SPDX-License-Identifier: Apache-2.0
 * The harness of the port's fuzz target with bytes from fixed seeds: what it watches for (hostile.h) holds, and the runs do
 * reach the driver: calls succeed, are refused, fail on a device that misbehaves, and garbage was answered. proves: AB-71 */
#include "../fuzz/hostile.h"

#include "unity.h"

#define RUNS 400u
#define BYTES 700u

void setUp(void) { }
void tearDown(void) { }

static void test_garbage_from_fixed_seeds(void)
{
	struct hostile_counts total = { 0 }, one;
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	uint8_t bytes[BYTES];
	for (unsigned run = 0; run < RUNS; run++) {
		for (unsigned i = 0; i < BYTES; i++) {
			state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			bytes[i] = (uint8_t)(state >> 56);
		}
		hostile_run(bytes, BYTES, &one);
		total.calls += one.calls;
		total.ok += one.ok;
		total.refused += one.refused;
		total.failed += one.failed;
		total.garbage += one.garbage;
	}
	TEST_ASSERT_TRUE_MESSAGE(total.ok > 20 * RUNS, "the calls hardly ever succeed");
	TEST_ASSERT_TRUE_MESSAGE(total.refused > RUNS && total.failed > RUNS / 2, "the device or the caller is too tame");
	TEST_ASSERT_TRUE_MESSAGE(total.garbage > 5 * RUNS, "hardly any garbage was read");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_garbage_from_fixed_seeds);
	return UNITY_END();
}
