/* SPDX-License-Identifier: Apache-2.0
 * The program that test_unity.cpp runs: cases that fail, are ignored or pass on purpose, one claim each.
 * Not a ctest entry by itself. Lines that test_unity.cpp expects carry a mark, "line of NAME". */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "unity.h"
#include "unity_subject.h"

static const char *set_up_fails = "";

void setUp(void)
{
	puts("[setUp]");
	TEST_ASSERT_NULL(getenv(set_up_fails));
}

void tearDown(void)
{
	puts("[tearDown]");
}

/* -- Failures ------------------------------------------------------------------------------------------------------ */

#define FAILING(name, assertion)                                              \
	static void name(void)                                                \
	{                                                                     \
		assertion;                                                    \
		puts("[still running]");                                      \
	}

static const uint64_t words[3] = {1, 2, 3};
static const uint64_t other_words[3] = {1, 2, 0xabc};
static const uint8_t bytes[4] = {0, 1, 2, 0xfe};
static const uint8_t other_bytes[4] = {0, 1, 2, 0xff};
static const uint64_t wide = UINT64_C(0x100000001);
static const int8_t minus_one_byte = -1;
static const int minus_one = -1;
static const char *const no_text = NULL;

FAILING(fail_true, TEST_ASSERT_TRUE(minus_one == 1))
FAILING(fail_false, TEST_ASSERT_FALSE(minus_one == -1))
FAILING(fail_null, TEST_ASSERT_NULL(words))
FAILING(fail_not_null, TEST_ASSERT_NOT_NULL(no_text))
FAILING(fail_int, TEST_ASSERT_EQUAL_INT(3, minus_one))
FAILING(fail_int8, TEST_ASSERT_EQUAL_INT8(1, minus_one_byte))
FAILING(fail_uint32, TEST_ASSERT_EQUAL_UINT32(7, UINT32_MAX))
FAILING(fail_hex8, TEST_ASSERT_EQUAL_HEX8(0xfe, minus_one_byte))
FAILING(fail_hex64, TEST_ASSERT_EQUAL_HEX64(0x9, wide))
FAILING(fail_hex32_too_wide, TEST_ASSERT_EQUAL_HEX32(0x1, wide))
FAILING(fail_uint8_too_wide, TEST_ASSERT_EQUAL_UINT8(0, 256))
FAILING(fail_not_equal, TEST_ASSERT_NOT_EQUAL(-1, minus_one))
FAILING(fail_greater, TEST_ASSERT_GREATER_THAN(5, 5))
FAILING(fail_less, TEST_ASSERT_LESS_THAN(5, 5))
FAILING(fail_greater_or_equal, TEST_ASSERT_GREATER_OR_EQUAL(5, 4))
FAILING(fail_less_or_equal, TEST_ASSERT_LESS_OR_EQUAL(5, 6))
FAILING(fail_less_unsigned, TEST_ASSERT_LESS_THAN_UINT64(1, UINT64_MAX))
FAILING(fail_within, TEST_ASSERT_INT_WITHIN(2, 10, 13))
FAILING(fail_within_below, TEST_ASSERT_INT_WITHIN(2, 1, -2))
FAILING(fail_bits, TEST_ASSERT_BITS(0xf0, 0x50, 0x65))
FAILING(fail_bits_high, TEST_ASSERT_BITS_HIGH(0x3, 0x1))
FAILING(fail_bits_low, TEST_ASSERT_BITS_LOW(0x3, 0x2))
FAILING(fail_ptr, TEST_ASSERT_EQUAL_PTR(NULL, words))
FAILING(fail_string, TEST_ASSERT_EQUAL_STRING("CMD_SYNC", "CMD_RESUME"))
FAILING(fail_string_null, TEST_ASSERT_EQUAL_STRING("CMD_SYNC", no_text))
FAILING(fail_memory, TEST_ASSERT_EQUAL_MEMORY(bytes, other_bytes, sizeof bytes))
FAILING(fail_hex64_array, TEST_ASSERT_EQUAL_HEX64_ARRAY(words, other_words, 3))
FAILING(fail_uint8_array, TEST_ASSERT_EQUAL_UINT8_ARRAY(bytes, other_bytes, 4))
FAILING(fail_empty_array, TEST_ASSERT_EQUAL_HEX8_ARRAY(bytes, other_bytes, 0))
FAILING(fail_message, TEST_FAIL_MESSAGE("the reason"))
FAILING(fail_hex64_with_message, TEST_ASSERT_EQUAL_HEX64_MESSAGE(1, 2, "VTTBR of stream 7"))

static void fail_line(void)
{
	TEST_ASSERT_EQUAL_INT(1, 2);   /* line of fail_line */
}

static void deep(int depth)
{
	char ballast[256];
	memset(ballast, depth, sizeof ballast);
	if (depth > 0)
		deep(depth - 1);
	else
		TEST_ASSERT_EQUAL_INT8(1, ballast[0]);
	puts("[still running]");
}

static void fail_deep(void)
{
	deep(20);
}

static void *fail_elsewhere(void *arg)
{
	TEST_ASSERT_EQUAL_INT(1, 2);
	return arg;
}

static void fail_thread(void)
{
	pthread_t thread;
	TEST_ASSERT_EQUAL_INT(0, pthread_create(&thread, NULL, fail_elsewhere, NULL));
	TEST_ASSERT_EQUAL_INT(0, pthread_join(thread, NULL));
	puts("[joined]");
}

/* A SystemC process is such a coroutine. */
static ucontext_t test_context, coroutine_context;

static void fail_on_another_stack(void)
{
	TEST_ASSERT_EQUAL_INT(1, 2);
}

static void fail_coroutine(void)
{
	static char stack[256 * 1024];
	TEST_ASSERT_EQUAL_INT(0, getcontext(&coroutine_context));
	coroutine_context.uc_stack.ss_sp = stack;
	coroutine_context.uc_stack.ss_size = sizeof stack;
	coroutine_context.uc_link = &test_context;
	makecontext(&coroutine_context, fail_on_another_stack, 0);
	TEST_ASSERT_EQUAL_INT(0, swapcontext(&test_context, &coroutine_context));
	puts("[back from the coroutine]");
}

/* -- The rest ------------------------------------------------------------------------------------------------------ */

static void ignore_with_reason(void)
{
	TEST_IGNORE_MESSAGE("no ATS here");
	puts("[still running]");
}

static void pass_early(void)
{
	TEST_PASS();
	TEST_FAIL();
}

static void pass_body(void)
{
	puts("[body]");
}

static void pass_every_assertion(void)
{
	TEST_ASSERT(1);
	TEST_ASSERT_TRUE(2);
	TEST_ASSERT_FALSE(0);
	TEST_ASSERT_NULL(no_text);
	TEST_ASSERT_NOT_NULL(words);
	TEST_ASSERT_EQUAL(-1, minus_one);
	TEST_ASSERT_EQUAL_INT(-1, minus_one);
	TEST_ASSERT_EQUAL_INT8(-1, minus_one_byte);
	TEST_ASSERT_EQUAL_INT16(INT16_MIN, INT16_MIN);
	TEST_ASSERT_EQUAL_INT32(INT32_MIN, INT32_MIN);
	TEST_ASSERT_EQUAL_INT64(INT64_MIN, INT64_MIN);
	TEST_ASSERT_EQUAL_UINT(3u, 3u);
	TEST_ASSERT_EQUAL_UINT8(255, 255);
	TEST_ASSERT_EQUAL_UINT16(UINT16_MAX, UINT16_MAX);
	TEST_ASSERT_EQUAL_UINT32(UINT32_MAX, UINT32_MAX);
	TEST_ASSERT_EQUAL_UINT64(UINT64_MAX, UINT64_MAX);
	TEST_ASSERT_EQUAL_size_t(sizeof words, sizeof other_words);
	TEST_ASSERT_EQUAL_HEX8(0xff, minus_one_byte);
	TEST_ASSERT_EQUAL_HEX16(0xffff, -1);
	TEST_ASSERT_EQUAL_HEX32(0x80000000, INT32_MIN);
	TEST_ASSERT_EQUAL_HEX64(0x100000001, wide);
	TEST_ASSERT_NOT_EQUAL(1, minus_one);
	TEST_ASSERT_NOT_EQUAL_HEX64(1, wide);
	TEST_ASSERT_GREATER_THAN(-2, minus_one);
	TEST_ASSERT_GREATER_OR_EQUAL(-1, minus_one);
	TEST_ASSERT_LESS_THAN(0, minus_one);
	TEST_ASSERT_LESS_OR_EQUAL(-1, minus_one);
	TEST_ASSERT_GREATER_THAN_UINT64(INT64_MAX, UINT64_MAX);
	TEST_ASSERT_GREATER_OR_EQUAL_UINT64(UINT64_MAX, UINT64_MAX);
	TEST_ASSERT_LESS_OR_EQUAL_UINT64(UINT64_MAX, 0);
	TEST_ASSERT_INT_WITHIN(3, -1, 2);
	TEST_ASSERT_UINT_WITHIN(0, UINT64_MAX, UINT64_MAX);
	TEST_ASSERT_HEX64_WITHIN(1, wide, wide - 1);
	TEST_ASSERT_BITS(0xf0, 0x55, 0x5a);
	TEST_ASSERT_BITS_HIGH(0x6, 0xe);
	TEST_ASSERT_BITS_LOW(0x6, 0x9);
	TEST_ASSERT_BIT_HIGH(63, UINT64_MAX);
	TEST_ASSERT_BIT_LOW(63, INT64_MAX);
	TEST_ASSERT_EQUAL_PTR(words, words);
	TEST_ASSERT_EQUAL_STRING("STE", "STE");
	TEST_ASSERT_EQUAL_STRING(NULL, no_text);
	TEST_ASSERT_EQUAL_MEMORY(bytes, other_bytes, 3);
	TEST_ASSERT_EQUAL_HEX64_ARRAY(words, other_words, 2);
	TEST_ASSERT_EQUAL_UINT8_ARRAY_MESSAGE(bytes, bytes, sizeof bytes, "unused");
	TEST_ASSERT_EQUAL_HEX8_ARRAY(bytes, other_bytes, 3);
	puts("[reached the end]");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	if (argc > 1 && strcmp(argv[1], "nothing") == 0)
		return UNITY_END();
	set_up_fails = "UNITY_SUBJECT_SET_UP_FAILS";
	RUN_TEST(fail_true);
	RUN_TEST(fail_false);
	RUN_TEST(fail_null);
	RUN_TEST(fail_not_null);
	RUN_TEST(fail_int);
	RUN_TEST(fail_int8);
	RUN_TEST(fail_uint32);
	RUN_TEST(fail_hex8);
	RUN_TEST(fail_hex64);
	RUN_TEST(fail_hex32_too_wide);
	RUN_TEST(fail_uint8_too_wide);
	RUN_TEST(fail_not_equal);
	RUN_TEST(fail_greater);
	RUN_TEST(fail_less);
	RUN_TEST(fail_greater_or_equal);
	RUN_TEST(fail_less_or_equal);
	RUN_TEST(fail_less_unsigned);
	RUN_TEST(fail_within);
	RUN_TEST(fail_within_below);
	RUN_TEST(fail_bits);
	RUN_TEST(fail_bits_high);
	RUN_TEST(fail_bits_low);
	RUN_TEST(fail_ptr);
	RUN_TEST(fail_string);
	RUN_TEST(fail_string_null);
	RUN_TEST(fail_memory);
	RUN_TEST(fail_hex64_array);
	RUN_TEST(fail_uint8_array);
	RUN_TEST(fail_empty_array);
	RUN_TEST(fail_message);
	RUN_TEST(fail_hex64_with_message);
	RUN_TEST(fail_line);
	RUN_TEST(fail_deep);
	RUN_TEST(fail_thread);
	RUN_TEST(fail_coroutine);
	RUN_TEST(ignore_with_reason);
	RUN_TEST(pass_early);
	RUN_TEST(pass_body);
	RUN_TEST(pass_every_assertion);
	register_second_file();
	return UNITY_END();
}
