/* SPDX-License-Identifier: Apache-2.0
 * Unity's vocabulary for tests written in plain C, carried by GoogleTest (filters, XML, sharding, repeat).
 * The first failing assertion ends its test function, as in Unity, with a longjmp: a C++ test whose locals have
 * destructors should use GoogleTest's own macros, which it may mix with these.
 * Not here: floating point, and Unity's configuration macros. Proof: tb/unity/test. */
#ifndef TANDEM_UNITY_H
#define TANDEM_UNITY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define UNITY_CAST(type, value) static_cast<type>(value)
extern "C" {
#else
#define UNITY_CAST(type, value) ((type)(value))
#endif

/* -- Program ------------------------------------------------------------------------------------------------------- */

/* Optional in a test program; both run around every test, tearDown also after a failure. */
void setUp(void);
void tearDown(void);

/* int main(int argc, char **argv) { UNITY_BEGIN(argc, argv); RUN_TEST(test_a); return UNITY_END(); }
 * RUN_TEST names a test "file_stem.test_a"; it runs inside UNITY_END, which returns 0 when all passed, 77 when
 * all that ran were ignored, 1 when one failed or none was ever registered. */
#define UNITY_BEGIN(argc, argv) unity_begin(&(argc), (argv))
#define RUN_TEST(function) unity_register((function), #function, __FILE__, __LINE__)
#define UNITY_END() unity_end()

/* -- Verdicts ------------------------------------------------------------------------------------------------------ */

#define TEST_FAIL_MESSAGE(message) unity_fail(UNITY_HERE("TEST_FAIL", message))
#define TEST_FAIL() TEST_FAIL_MESSAGE(NULL)
#define TEST_IGNORE_MESSAGE(message) unity_ignore(UNITY_HERE("TEST_IGNORE", message))
#define TEST_IGNORE() TEST_IGNORE_MESSAGE(NULL)
#define TEST_PASS() unity_pass()
#define TEST_PASS_MESSAGE(message) (TEST_MESSAGE(message), unity_pass())
#define TEST_MESSAGE(message) unity_note(UNITY_HERE("TEST_MESSAGE", message))

/* -- Truth --------------------------------------------------------------------------------------------------------- */

#define TEST_ASSERT_MESSAGE(condition, message) \
	unity_expect_true((condition) ? 1 : 0, "TRUE", UNITY_HERE(#condition, message))
#define TEST_ASSERT_TRUE_MESSAGE(condition, message) TEST_ASSERT_MESSAGE(condition, message)
#define TEST_ASSERT_FALSE_MESSAGE(condition, message) \
	unity_expect_true((condition) ? 0 : 1, "FALSE", UNITY_HERE(#condition, message))
#define TEST_ASSERT_NULL_MESSAGE(pointer, message) \
	unity_expect_true((pointer) == NULL, "NULL", UNITY_HERE(#pointer, message))
#define TEST_ASSERT_NOT_NULL_MESSAGE(pointer, message) \
	unity_expect_true((pointer) != NULL, "not NULL", UNITY_HERE(#pointer, message))

#define TEST_ASSERT(condition) TEST_ASSERT_MESSAGE(condition, NULL)
#define TEST_ASSERT_TRUE(condition) TEST_ASSERT_TRUE_MESSAGE(condition, NULL)
#define TEST_ASSERT_FALSE(condition) TEST_ASSERT_FALSE_MESSAGE(condition, NULL)
#define TEST_ASSERT_NULL(pointer) TEST_ASSERT_NULL_MESSAGE(pointer, NULL)
#define TEST_ASSERT_NOT_NULL(pointer) TEST_ASSERT_NOT_NULL_MESSAGE(pointer, NULL)

/* -- Integers ------------------------------------------------------------------------------------------------------ *
 * Unlike Unity, a value that does not fit the width in the macro's name fails instead of being cut to it. A width
 * takes signed and unsigned values alike: HEX8 of an int8_t -1 is 0xFF. */

#define TEST_ASSERT_EQUAL_INT_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_SIGNED, 64, e, a, m)
#define TEST_ASSERT_EQUAL_INT8_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_SIGNED, 8, e, a, m)
#define TEST_ASSERT_EQUAL_INT16_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_SIGNED, 16, e, a, m)
#define TEST_ASSERT_EQUAL_INT32_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_SIGNED, 32, e, a, m)
#define TEST_ASSERT_EQUAL_INT64_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_SIGNED, 64, e, a, m)
#define TEST_ASSERT_EQUAL_UINT_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_UNSIGNED, 64, e, a, m)
#define TEST_ASSERT_EQUAL_UINT8_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_UNSIGNED, 8, e, a, m)
#define TEST_ASSERT_EQUAL_UINT16_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_UNSIGNED, 16, e, a, m)
#define TEST_ASSERT_EQUAL_UINT32_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_UNSIGNED, 32, e, a, m)
#define TEST_ASSERT_EQUAL_UINT64_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_UNSIGNED, 64, e, a, m)
#define TEST_ASSERT_EQUAL_size_t_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_UNSIGNED, 64, e, a, m)
#define TEST_ASSERT_EQUAL_HEX8_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_HEX, 8, e, a, m)
#define TEST_ASSERT_EQUAL_HEX16_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_HEX, 16, e, a, m)
#define TEST_ASSERT_EQUAL_HEX32_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_HEX, 32, e, a, m)
#define TEST_ASSERT_EQUAL_HEX64_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_EQ, UNITY_HEX, 64, e, a, m)
#define TEST_ASSERT_EQUAL_MESSAGE(e, a, m) TEST_ASSERT_EQUAL_INT_MESSAGE(e, a, m)
#define TEST_ASSERT_NOT_EQUAL_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_NE, UNITY_SIGNED, 64, e, a, m)
#define TEST_ASSERT_NOT_EQUAL_HEX64_MESSAGE(e, a, m) UNITY_COMPARE(UNITY_NE, UNITY_HEX, 64, e, a, m)

#define TEST_ASSERT_EQUAL_INT(e, a) TEST_ASSERT_EQUAL_INT_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_INT8(e, a) TEST_ASSERT_EQUAL_INT8_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_INT16(e, a) TEST_ASSERT_EQUAL_INT16_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_INT32(e, a) TEST_ASSERT_EQUAL_INT32_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_INT64(e, a) TEST_ASSERT_EQUAL_INT64_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_UINT(e, a) TEST_ASSERT_EQUAL_UINT_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_UINT8(e, a) TEST_ASSERT_EQUAL_UINT8_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_UINT16(e, a) TEST_ASSERT_EQUAL_UINT16_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_UINT32(e, a) TEST_ASSERT_EQUAL_UINT32_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_UINT64(e, a) TEST_ASSERT_EQUAL_UINT64_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_size_t(e, a) TEST_ASSERT_EQUAL_size_t_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_HEX8(e, a) TEST_ASSERT_EQUAL_HEX8_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_HEX16(e, a) TEST_ASSERT_EQUAL_HEX16_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_HEX32(e, a) TEST_ASSERT_EQUAL_HEX32_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_HEX64(e, a) TEST_ASSERT_EQUAL_HEX64_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL(e, a) TEST_ASSERT_EQUAL_MESSAGE(e, a, NULL)
#define TEST_ASSERT_NOT_EQUAL(e, a) TEST_ASSERT_NOT_EQUAL_MESSAGE(e, a, NULL)
#define TEST_ASSERT_NOT_EQUAL_HEX64(e, a) TEST_ASSERT_NOT_EQUAL_HEX64_MESSAGE(e, a, NULL)

/* -- Order: (threshold, actual), so GREATER_THAN(5, x) claims x > 5. No suffix means signed 64 bits. ---------------- */

#define TEST_ASSERT_GREATER_THAN_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_GT, UNITY_SIGNED, 64, t, a, m)
#define TEST_ASSERT_LESS_THAN_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_LT, UNITY_SIGNED, 64, t, a, m)
#define TEST_ASSERT_GREATER_OR_EQUAL_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_GE, UNITY_SIGNED, 64, t, a, m)
#define TEST_ASSERT_LESS_OR_EQUAL_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_LE, UNITY_SIGNED, 64, t, a, m)
#define TEST_ASSERT_GREATER_THAN_UINT64_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_GT, UNITY_UNSIGNED, 64, t, a, m)
#define TEST_ASSERT_LESS_THAN_UINT64_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_LT, UNITY_UNSIGNED, 64, t, a, m)
#define TEST_ASSERT_GREATER_OR_EQUAL_UINT64_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_GE, UNITY_UNSIGNED, 64, t, a, m)
#define TEST_ASSERT_LESS_OR_EQUAL_UINT64_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_LE, UNITY_UNSIGNED, 64, t, a, m)
#define TEST_ASSERT_GREATER_THAN_HEX64_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_GT, UNITY_HEX, 64, t, a, m)
#define TEST_ASSERT_LESS_THAN_HEX64_MESSAGE(t, a, m) UNITY_COMPARE(UNITY_LT, UNITY_HEX, 64, t, a, m)

#define TEST_ASSERT_GREATER_THAN(t, a) TEST_ASSERT_GREATER_THAN_MESSAGE(t, a, NULL)
#define TEST_ASSERT_LESS_THAN(t, a) TEST_ASSERT_LESS_THAN_MESSAGE(t, a, NULL)
#define TEST_ASSERT_GREATER_OR_EQUAL(t, a) TEST_ASSERT_GREATER_OR_EQUAL_MESSAGE(t, a, NULL)
#define TEST_ASSERT_LESS_OR_EQUAL(t, a) TEST_ASSERT_LESS_OR_EQUAL_MESSAGE(t, a, NULL)
#define TEST_ASSERT_GREATER_THAN_UINT64(t, a) TEST_ASSERT_GREATER_THAN_UINT64_MESSAGE(t, a, NULL)
#define TEST_ASSERT_LESS_THAN_UINT64(t, a) TEST_ASSERT_LESS_THAN_UINT64_MESSAGE(t, a, NULL)
#define TEST_ASSERT_GREATER_OR_EQUAL_UINT64(t, a) TEST_ASSERT_GREATER_OR_EQUAL_UINT64_MESSAGE(t, a, NULL)
#define TEST_ASSERT_LESS_OR_EQUAL_UINT64(t, a) TEST_ASSERT_LESS_OR_EQUAL_UINT64_MESSAGE(t, a, NULL)
#define TEST_ASSERT_GREATER_THAN_HEX64(t, a) TEST_ASSERT_GREATER_THAN_HEX64_MESSAGE(t, a, NULL)
#define TEST_ASSERT_LESS_THAN_HEX64(t, a) TEST_ASSERT_LESS_THAN_HEX64_MESSAGE(t, a, NULL)

/* Unity's spellings of the signed ones. */
#define TEST_ASSERT_GREATER_THAN_INT TEST_ASSERT_GREATER_THAN
#define TEST_ASSERT_LESS_THAN_INT TEST_ASSERT_LESS_THAN
#define TEST_ASSERT_GREATER_THAN_INT64 TEST_ASSERT_GREATER_THAN
#define TEST_ASSERT_LESS_THAN_INT64 TEST_ASSERT_LESS_THAN
/* A uint32_t never leaves the 64-bit range, so 32 bits need no family of their own. */
#define TEST_ASSERT_GREATER_THAN_UINT TEST_ASSERT_GREATER_THAN_UINT64
#define TEST_ASSERT_LESS_THAN_UINT TEST_ASSERT_LESS_THAN_UINT64
#define TEST_ASSERT_GREATER_THAN_UINT32 TEST_ASSERT_GREATER_THAN_UINT64
#define TEST_ASSERT_LESS_THAN_UINT32 TEST_ASSERT_LESS_THAN_UINT64
#define TEST_ASSERT_GREATER_OR_EQUAL_UINT32 TEST_ASSERT_GREATER_OR_EQUAL_UINT64
#define TEST_ASSERT_LESS_OR_EQUAL_UINT32 TEST_ASSERT_LESS_OR_EQUAL_UINT64

/* -- Distance and bits --------------------------------------------------------------------------------------------- */

#define TEST_ASSERT_INT_WITHIN_MESSAGE(delta, e, a, m) UNITY_NEAR(UNITY_SIGNED, delta, e, a, m)
#define TEST_ASSERT_UINT_WITHIN_MESSAGE(delta, e, a, m) UNITY_NEAR(UNITY_UNSIGNED, delta, e, a, m)
#define TEST_ASSERT_HEX64_WITHIN_MESSAGE(delta, e, a, m) UNITY_NEAR(UNITY_HEX, delta, e, a, m)
#define TEST_ASSERT_WITHIN_MESSAGE TEST_ASSERT_INT_WITHIN_MESSAGE
#define TEST_ASSERT_INT64_WITHIN_MESSAGE TEST_ASSERT_INT_WITHIN_MESSAGE
#define TEST_ASSERT_UINT32_WITHIN_MESSAGE TEST_ASSERT_UINT_WITHIN_MESSAGE
#define TEST_ASSERT_UINT64_WITHIN_MESSAGE TEST_ASSERT_UINT_WITHIN_MESSAGE
#define TEST_ASSERT_INT_WITHIN(delta, e, a) TEST_ASSERT_INT_WITHIN_MESSAGE(delta, e, a, NULL)
#define TEST_ASSERT_UINT_WITHIN(delta, e, a) TEST_ASSERT_UINT_WITHIN_MESSAGE(delta, e, a, NULL)
#define TEST_ASSERT_HEX64_WITHIN(delta, e, a) TEST_ASSERT_HEX64_WITHIN_MESSAGE(delta, e, a, NULL)
#define TEST_ASSERT_WITHIN TEST_ASSERT_INT_WITHIN
#define TEST_ASSERT_INT64_WITHIN TEST_ASSERT_INT_WITHIN
#define TEST_ASSERT_UINT32_WITHIN TEST_ASSERT_UINT_WITHIN
#define TEST_ASSERT_UINT64_WITHIN TEST_ASSERT_UINT_WITHIN

/* Only the bits of the mask count. */
#define TEST_ASSERT_BITS_MESSAGE(mask, e, a, m) \
	unity_expect_bits(UNITY_CAST(uint64_t, mask), UNITY_CAST(uint64_t, e), UNITY_CAST(uint64_t, a), UNITY_HERE(#a, m))
#define TEST_ASSERT_BITS_HIGH_MESSAGE(mask, a, m) TEST_ASSERT_BITS_MESSAGE(mask, UINT64_MAX, a, m)
#define TEST_ASSERT_BITS_LOW_MESSAGE(mask, a, m) TEST_ASSERT_BITS_MESSAGE(mask, 0u, a, m)
#define TEST_ASSERT_BIT_HIGH_MESSAGE(bit, a, m) TEST_ASSERT_BITS_HIGH_MESSAGE(UINT64_C(1) << (bit), a, m)
#define TEST_ASSERT_BIT_LOW_MESSAGE(bit, a, m) TEST_ASSERT_BITS_LOW_MESSAGE(UINT64_C(1) << (bit), a, m)
#define TEST_ASSERT_BITS(mask, e, a) TEST_ASSERT_BITS_MESSAGE(mask, e, a, NULL)
#define TEST_ASSERT_BITS_HIGH(mask, a) TEST_ASSERT_BITS_HIGH_MESSAGE(mask, a, NULL)
#define TEST_ASSERT_BITS_LOW(mask, a) TEST_ASSERT_BITS_LOW_MESSAGE(mask, a, NULL)
#define TEST_ASSERT_BIT_HIGH(bit, a) TEST_ASSERT_BIT_HIGH_MESSAGE(bit, a, NULL)
#define TEST_ASSERT_BIT_LOW(bit, a) TEST_ASSERT_BIT_LOW_MESSAGE(bit, a, NULL)

/* -- Pointers, strings, memory, arrays (count in elements) --------------------------------------------------------- */

#define TEST_ASSERT_EQUAL_PTR_MESSAGE(e, a, m) unity_expect_ptr((e), (a), UNITY_HERE(#a, m))
#define TEST_ASSERT_EQUAL_STRING_MESSAGE(e, a, m) unity_expect_string((e), (a), UNITY_HERE(#a, m))
#define TEST_ASSERT_EQUAL_MEMORY_MESSAGE(e, a, size_bytes, m) UNITY_ARRAY(UNITY_HEX, 8, e, a, size_bytes, m)
#define TEST_ASSERT_EQUAL_INT8_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_SIGNED, 8, e, a, count, m)
#define TEST_ASSERT_EQUAL_INT16_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_SIGNED, 16, e, a, count, m)
#define TEST_ASSERT_EQUAL_INT32_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_SIGNED, 32, e, a, count, m)
#define TEST_ASSERT_EQUAL_INT64_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_SIGNED, 64, e, a, count, m)
#define TEST_ASSERT_EQUAL_UINT8_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_UNSIGNED, 8, e, a, count, m)
#define TEST_ASSERT_EQUAL_UINT16_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_UNSIGNED, 16, e, a, count, m)
#define TEST_ASSERT_EQUAL_UINT32_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_UNSIGNED, 32, e, a, count, m)
#define TEST_ASSERT_EQUAL_UINT64_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_UNSIGNED, 64, e, a, count, m)
#define TEST_ASSERT_EQUAL_HEX8_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_HEX, 8, e, a, count, m)
#define TEST_ASSERT_EQUAL_HEX16_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_HEX, 16, e, a, count, m)
#define TEST_ASSERT_EQUAL_HEX32_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_HEX, 32, e, a, count, m)
#define TEST_ASSERT_EQUAL_HEX64_ARRAY_MESSAGE(e, a, count, m) UNITY_ARRAY(UNITY_HEX, 64, e, a, count, m)

#define TEST_ASSERT_EQUAL_PTR(e, a) TEST_ASSERT_EQUAL_PTR_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_STRING(e, a) TEST_ASSERT_EQUAL_STRING_MESSAGE(e, a, NULL)
#define TEST_ASSERT_EQUAL_MEMORY(e, a, size_bytes) TEST_ASSERT_EQUAL_MEMORY_MESSAGE(e, a, size_bytes, NULL)
#define TEST_ASSERT_EQUAL_INT8_ARRAY(e, a, count) TEST_ASSERT_EQUAL_INT8_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_INT16_ARRAY(e, a, count) TEST_ASSERT_EQUAL_INT16_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_INT32_ARRAY(e, a, count) TEST_ASSERT_EQUAL_INT32_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_INT64_ARRAY(e, a, count) TEST_ASSERT_EQUAL_INT64_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_UINT8_ARRAY(e, a, count) TEST_ASSERT_EQUAL_UINT8_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_UINT16_ARRAY(e, a, count) TEST_ASSERT_EQUAL_UINT16_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_UINT32_ARRAY(e, a, count) TEST_ASSERT_EQUAL_UINT32_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_UINT64_ARRAY(e, a, count) TEST_ASSERT_EQUAL_UINT64_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_HEX8_ARRAY(e, a, count) TEST_ASSERT_EQUAL_HEX8_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_HEX16_ARRAY(e, a, count) TEST_ASSERT_EQUAL_HEX16_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_HEX32_ARRAY(e, a, count) TEST_ASSERT_EQUAL_HEX32_ARRAY_MESSAGE(e, a, count, NULL)
#define TEST_ASSERT_EQUAL_HEX64_ARRAY(e, a, count) TEST_ASSERT_EQUAL_HEX64_ARRAY_MESSAGE(e, a, count, NULL)

/* -- What the macros stand on; not for tests ----------------------------------------------------------------------- */

typedef enum { UNITY_EQ, UNITY_NE, UNITY_GT, UNITY_GE, UNITY_LT, UNITY_LE } unity_relation;
typedef enum { UNITY_SIGNED, UNITY_UNSIGNED, UNITY_HEX } unity_style;

#define UNITY_HERE(expression, message) __FILE__, __LINE__, (expression), (message)
#define UNITY_PLACE const char *file, int line, const char *expression, const char *message
#define UNITY_COMPARE(relation, style, bits, expected, actual, message)                       \
	unity_expect_integer((relation), (style), (bits), UNITY_CAST(uint64_t, expected),      \
	                     UNITY_CAST(uint64_t, actual), UNITY_HERE(#actual, message))
#define UNITY_NEAR(style, delta, expected, actual, message)                                                      \
	unity_expect_within((style), UNITY_CAST(uint64_t, delta), UNITY_CAST(uint64_t, expected), \
	                    UNITY_CAST(uint64_t, actual), UNITY_HERE(#actual, message))
#define UNITY_ARRAY(style, bits, expected, actual, count, message)                            \
	unity_expect_array((style), (bits), (expected), (actual), UNITY_CAST(size_t, count), UNITY_HERE(#actual, message))

void unity_begin(int *argc, char **argv);
void unity_register(void (*function)(void), const char *name, const char *file, int line);
int unity_end(void);

void unity_fail(UNITY_PLACE);
void unity_ignore(UNITY_PLACE);
void unity_note(UNITY_PLACE);
void unity_pass(void);
void unity_expect_true(int holds, const char *expected, UNITY_PLACE);
void unity_expect_integer(unity_relation relation, unity_style style, unsigned bits, uint64_t expected, uint64_t actual,
                          UNITY_PLACE);
void unity_expect_within(unity_style style, uint64_t delta, uint64_t expected, uint64_t actual, UNITY_PLACE);
void unity_expect_bits(uint64_t mask, uint64_t expected, uint64_t actual, UNITY_PLACE);
void unity_expect_ptr(const void *expected, const void *actual, UNITY_PLACE);
void unity_expect_string(const char *expected, const char *actual, UNITY_PLACE);
void unity_expect_array(unity_style style, unsigned bits, const void *expected, const void *actual, size_t count,
                        UNITY_PLACE);

#ifdef __cplusplus
}
#endif
#endif
