// SPDX-License-Identifier: Apache-2.0
// Unity's assertions and main loop on top of GoogleTest: a C test function becomes a registered GoogleTest case, and
// a failed assertion reports to GoogleTest, then jumps back into that case.
// Proof: tb/unity/test.
#include "unity.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <cinttypes>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>

namespace {

// Where the assertion that fails on this thread jumps to; null outside a test function.
thread_local std::jmp_buf* way_back = nullptr;

struct StackBounds {
  std::uintptr_t low = 0;
  std::uintptr_t high = 0;
};

StackBounds stack_of_this_thread() {
  StackBounds bounds;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    void* low = nullptr;
    std::size_t size_bytes = 0;
    pthread_attr_getstack(&attributes, &low, &size_bytes);
    pthread_attr_destroy(&attributes);
    bounds.low = reinterpret_cast<std::uintptr_t>(low);
    bounds.high = bounds.low + size_bytes;
  }
  return bounds;
}

// A SystemC process runs on a stack of its own; jumping from there into the test's frame would wreck the kernel.
bool is_on_thread_stack() {
  static thread_local const StackBounds bounds = stack_of_this_thread();
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return here >= bounds.low && here < bounds.high;
}

// Ends the test function. Returns only where that cannot be done: on another thread than the test's, or inside a
// simulation process. The verdict is recorded by then; the caller carries on.
void leave_test() {
  if (way_back != nullptr && is_on_thread_stack()) {
    std::longjmp(*way_back, 1);
  }
}

// True when the function ran to its end. An exception passes through to GoogleTest.
bool run_guarded(void (*function)()) {
  struct Restore {
    std::jmp_buf* outer = way_back;
    ~Restore() { way_back = outer; }
  } const restore;
  std::jmp_buf here;
  way_back = &here;
  if (setjmp(here) != 0) {
    return false;
  }
  function();
  return true;
}

class CTest : public testing::Test {
 public:
  explicit CTest(void (*function)()) : function_(function) {}

 private:
  void TestBody() override {
    run_guarded(&setUp);
    if (!HasFailure() && !IsSkipped()) {
      run_guarded(function_);
    }
  }
  void TearDown() override { run_guarded(&tearDown); }   // GoogleTest calls it after failures and exceptions too

  void (*function_)();
};

// -- Reports -------------------------------------------------------------------------------------------------------

void record(testing::TestPartResult::Type verdict, const char* file, int line, std::string text, const char* message) {
  if (message != nullptr) {
    text += text.empty() ? "" : "\n Message: ";
    text += message;
  }
  GTEST_MESSAGE_AT_(file, line, text.c_str(), verdict);
}

// Callers end their statement, and with it every temporary string, before they call leave_test().
void record_mismatch(UNITY_PLACE, const std::string& expected, const std::string& actual) {
  record(testing::TestPartResult::kFatalFailure, file, line,
         "Expected: " + expected + "\n  Actual: " + actual + "\n      Of: " + expression, message);
}

std::string shown(unity_style style, unsigned bits, std::uint64_t value) {
  char text[32];
  switch (style) {
    case UNITY_SIGNED:
      std::snprintf(text, sizeof text, "%" PRId64, static_cast<std::int64_t>(value));
      break;
    case UNITY_UNSIGNED:
      std::snprintf(text, sizeof text, "%" PRIu64, value);
      break;
    case UNITY_HEX:
      std::snprintf(text, sizeof text, "0x%0*" PRIX64, static_cast<int>(bits / 4), value);
      break;
  }
  return text;
}

std::string shown(const void* pointer) {
  return pointer == nullptr ? "NULL" : shown(UNITY_HEX, 64, reinterpret_cast<std::uintptr_t>(pointer));
}

std::string shown(const char* string) { return string == nullptr ? "NULL" : testing::PrintToString(string); }

// -- Arithmetic ----------------------------------------------------------------------------------------------------

std::uint64_t low_bits(unsigned bits) { return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1; }

std::uint64_t sign_extended(std::uint64_t value, unsigned bits) {
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  return ((value & low_bits(bits)) ^ sign) - sign;
}

// Values arrive widened to 64 bits. One that fits is brought into the form that its style compares and prints.
bool fits(std::uint64_t value, unsigned bits) {
  return value == (value & low_bits(bits)) || value == sign_extended(value, bits);
}
std::uint64_t canonical(std::uint64_t value, unsigned bits, unity_style style) {
  return style == UNITY_SIGNED ? sign_extended(value, bits) : value & low_bits(bits);
}

bool is_less(std::uint64_t a, std::uint64_t b, unity_style style) {
  return style == UNITY_SIGNED ? static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b) : a < b;
}

struct Relation {
  const char* prefix;   // what the report puts before the expected value
  bool holds;
};

Relation relate(unity_relation relation, std::uint64_t expected, std::uint64_t actual, unity_style style) {
  switch (relation) {
    case UNITY_EQ:
      return {"", actual == expected};
    case UNITY_NE:
      return {"not ", actual != expected};
    case UNITY_GT:
      return {"> ", is_less(expected, actual, style)};
    case UNITY_GE:
      return {">= ", !is_less(actual, expected, style)};
    case UNITY_LT:
      return {"< ", is_less(actual, expected, style)};
    case UNITY_LE:
      return {"<= ", !is_less(expected, actual, style)};
  }
  return {"unknown relation to ", false};
}

std::uint64_t element(const void* array, std::size_t index, unsigned bits) {
  const auto* at = static_cast<const unsigned char*>(array) + index * (bits / 8);
  switch (bits) {
    case 8:
      return *at;
    case 16: {
      std::uint16_t v;
      std::memcpy(&v, at, sizeof v);
      return v;
    }
    case 32: {
      std::uint32_t v;
      std::memcpy(&v, at, sizeof v);
      return v;
    }
    default: {
      std::uint64_t v;
      std::memcpy(&v, at, sizeof v);
      return v;
    }
  }
}

std::string stem_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  return path.substr(begin, path.find('.', begin) - begin);
}

}  // namespace

__attribute__((weak)) void setUp(void) {}
__attribute__((weak)) void tearDown(void) {}

void unity_begin(int* argc, char** argv) { testing::InitGoogleTest(argc, argv); }

void unity_register(void (*function)(void), const char* name, const char* file, int line) {
  // One fixture class for all, as GoogleTest wants within a suite.
  testing::RegisterTest(stem_of(file).c_str(), name, nullptr, nullptr, file, line,
                        [function]() -> testing::Test* { return new CTest(function); });
}

int unity_end(void) {
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  if (all.total_test_count() == 0) {
    std::fprintf(stderr, "No test was registered between UNITY_BEGIN and UNITY_END.\n");
    return 1;
  }
  const int status = RUN_ALL_TESTS();
  const bool all_ignored = all.skipped_test_count() > 0 && all.successful_test_count() == 0;
  return status == 0 && all_ignored ? 77 : status;
}

void unity_fail(UNITY_PLACE) {
  record(testing::TestPartResult::kFatalFailure, file, line, message == nullptr ? expression : "", message);
  leave_test();
}

void unity_ignore(UNITY_PLACE) {
  record(testing::TestPartResult::kSkip, file, line, message == nullptr ? expression : "", message);
  leave_test();
}

void unity_note(UNITY_PLACE) { std::printf("%s:%d: %s\n", file, line, message == nullptr ? expression : message); }

void unity_pass(void) { leave_test(); }

void unity_expect_true(int holds, const char* expected, UNITY_PLACE) {
  if (holds == 0) {
    const bool is_condition = std::strcmp(expected, "TRUE") == 0 || std::strcmp(expected, "FALSE") == 0;
    const char* opposite = is_condition ? (expected[0] == 'T' ? "FALSE" : "TRUE")
                                        : (expected[0] == 'N' ? "not NULL" : "NULL");
    record_mismatch(file, line, expression, message, expected, opposite);
    leave_test();
  }
}

void unity_expect_integer(unity_relation relation, unity_style style, unsigned bits, uint64_t expected, uint64_t actual,
                          UNITY_PLACE) {
  if (!fits(expected, bits) || !fits(actual, bits)) {
    record_mismatch(file, line, expression, message, "values of " + std::to_string(bits) + " bits, " + shown(style, 64, expected),
                    shown(style, 64, actual));
    leave_test();
    return;
  }
  const std::uint64_t e = canonical(expected, bits, style);
  const std::uint64_t a = canonical(actual, bits, style);
  if (const Relation claim = relate(relation, e, a, style); !claim.holds) {
    record_mismatch(file, line, expression, message, claim.prefix + shown(style, bits, e), shown(style, bits, a));
    leave_test();
  }
}

void unity_expect_within(unity_style style, uint64_t delta, uint64_t expected, uint64_t actual, UNITY_PLACE) {
  const std::uint64_t distance = is_less(expected, actual, style) ? actual - expected : expected - actual;
  if (distance > delta) {
    record_mismatch(file, line, expression, message,
                    shown(style, 64, expected) + " within " + shown(UNITY_UNSIGNED, 64, delta), shown(style, 64, actual));
    leave_test();
  }
}

void unity_expect_bits(uint64_t mask, uint64_t expected, uint64_t actual, UNITY_PLACE) {
  if ((expected & mask) != (actual & mask)) {
    record_mismatch(file, line, expression, message,
                    shown(UNITY_HEX, 64, expected & mask) + " in the bits " + shown(UNITY_HEX, 64, mask),
                    shown(UNITY_HEX, 64, actual & mask));
    leave_test();
  }
}

void unity_expect_ptr(const void* expected, const void* actual, UNITY_PLACE) {
  if (expected != actual) {
    record_mismatch(file, line, expression, message, shown(expected), shown(actual));
    leave_test();
  }
}

void unity_expect_string(const char* expected, const char* actual, UNITY_PLACE) {
  const bool both = expected != nullptr && actual != nullptr;
  if (both ? std::strcmp(expected, actual) != 0 : expected != actual) {
    record_mismatch(file, line, expression, message, shown(expected), shown(actual));
    leave_test();
  }
}

void unity_expect_array(unity_style style, unsigned bits, const void* expected, const void* actual, size_t count,
                        UNITY_PLACE) {
  if (count == 0) {
    record_mismatch(file, line, expression, message, "something to compare", "0 elements");
    leave_test();
    return;
  }
  if (expected == nullptr || actual == nullptr) {
    if (expected != actual) {
      record_mismatch(file, line, expression, message, shown(expected), shown(actual));
      leave_test();
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t e = canonical(element(expected, i, bits), bits, style);
    const std::uint64_t a = canonical(element(actual, i, bits), bits, style);
    if (e != a) {
      record_mismatch(file, line, expression, message, shown(style, bits, e) + " at index " + std::to_string(i),
                      shown(style, bits, a) + " at index " + std::to_string(i));
      leave_test();
      return;
    }
  }
}
