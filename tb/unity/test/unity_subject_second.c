/* SPDX-License-Identifier: Apache-2.0
 * A second file of one test program: its tests form a suite of their own. */
#include "unity.h"
#include "unity_subject.h"

static void pass_in_second_file(void)
{
	TEST_ASSERT_EQUAL_INT(1, 1);
}

void register_second_file(void)
{
	RUN_TEST(pass_in_second_file);
}
