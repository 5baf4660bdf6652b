// SPDX-License-Identifier: Apache-2.0
// Proves the C test API from outside: runs unity_subject, whose cases fail on purpose, and reads what it reports.
// It includes unity.h as C++, so the header is compiled in both languages.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "unity.h"

namespace {

struct Outcome {
  int status = -1;
  std::string output;
};

Outcome run_subject(const std::string& arguments) {
  // GoogleTest settings meant for this program are not the subject's.
  const std::string command = "unset GTEST_FILTER GTEST_OUTPUT GTEST_REPEAT; '" UNITY_SUBJECT "' --gtest_color=no " + arguments + " 2>&1";
  Outcome outcome;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    return outcome;
  }
  char chunk[4096];
  for (std::size_t n = 0; (n = std::fread(chunk, 1, sizeof chunk, pipe)) > 0;) {
    outcome.output.append(chunk, n);
  }
  const int wait_status = pclose(pipe);
  outcome.status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
  return outcome;
}

Outcome run_case(const std::string& name) { return run_subject("--gtest_filter='unity_subject*." + name + "'"); }

std::size_t count(const std::string& text, const std::string& wanted) {
  std::size_t n = 0;
  for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + wanted.size())) {
    ++n;
  }
  return n;
}

::testing::AssertionResult contains(const std::string& text, const std::string& wanted) {
  if (text.find(wanted) != std::string::npos) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "no '" << wanted << "' in:\n" << text;
}

struct Failing {
  const char* name;
  const char* report;
};

// GoogleTest prints this instead of the raw bytes.
void PrintTo(const Failing& failing, std::ostream* os) { *os << failing.name; }

class UnityFailure : public testing::TestWithParam<Failing> {};

TEST_P(UnityFailure, ends_the_test_and_reports_expected_and_actual) {
  const Outcome outcome = run_case(GetParam().name);
  EXPECT_EQ(1, outcome.status);
  EXPECT_TRUE(contains(outcome.output, GetParam().report));
  EXPECT_TRUE(contains(outcome.output, "unity_subject.c:"));
  EXPECT_TRUE(contains(outcome.output, "1 FAILED TEST"));
  EXPECT_EQ(0u, count(outcome.output, "[still running]"));
  EXPECT_EQ(1u, count(outcome.output, "[tearDown]"));
}

INSTANTIATE_TEST_SUITE_P(
    Each, UnityFailure,
    testing::Values(
        Failing{"fail_true", "Expected: TRUE\n  Actual: FALSE\n      Of: minus_one == 1"},
        Failing{"fail_false", "Expected: FALSE\n  Actual: TRUE"}, Failing{"fail_null", "Expected: NULL\n  Actual: not NULL"},
        Failing{"fail_not_null", "Expected: not NULL\n  Actual: NULL\n      Of: no_text"},
        Failing{"fail_int", "Expected: 3\n  Actual: -1\n      Of: minus_one"},
        Failing{"fail_int8", "Expected: 1\n  Actual: -1"}, Failing{"fail_uint32", "Expected: 7\n  Actual: 4294967295"},
        Failing{"fail_hex8", "Expected: 0xFE\n  Actual: 0xFF"},
        Failing{"fail_hex64", "Expected: 0x0000000000000009\n  Actual: 0x0000000100000001\n      Of: wide"},
        Failing{"fail_hex32_too_wide", "Expected: values of 32 bits, 0x0000000000000001\n  Actual: 0x0000000100000001"},
        Failing{"fail_uint8_too_wide", "Expected: values of 8 bits, 0\n  Actual: 256"},
        Failing{"fail_not_equal", "Expected: not -1\n  Actual: -1"}, Failing{"fail_greater", "Expected: > 5\n  Actual: 5"},
        Failing{"fail_less", "Expected: < 5\n  Actual: 5"}, Failing{"fail_greater_or_equal", "Expected: >= 5\n  Actual: 4"},
        Failing{"fail_less_or_equal", "Expected: <= 5\n  Actual: 6"},
        Failing{"fail_less_unsigned", "Expected: < 1\n  Actual: 18446744073709551615"},
        Failing{"fail_within", "Expected: 10 within 2\n  Actual: 13"},
        Failing{"fail_within_below", "Expected: 1 within 2\n  Actual: -2"},
        Failing{"fail_bits", "Expected: 0x0000000000000050 in the bits 0x00000000000000F0\n  Actual: 0x0000000000000060"},
        Failing{"fail_bits_high", "Expected: 0x0000000000000003 in the bits"},
        Failing{"fail_bits_low", "Expected: 0x0000000000000000 in the bits"}, Failing{"fail_ptr", "Expected: NULL\n  Actual: 0x"},
        Failing{"fail_string", "Expected: \"CMD_SYNC\"\n  Actual: \"CMD_RESUME\""},
        Failing{"fail_string_null", "Expected: \"CMD_SYNC\"\n  Actual: NULL"},
        Failing{"fail_memory", "Expected: 0xFE at index 3\n  Actual: 0xFF at index 3"},
        Failing{"fail_hex64_array", "Expected: 0x0000000000000003 at index 2\n  Actual: 0x0000000000000ABC at index 2"},
        Failing{"fail_uint8_array", "Expected: 254 at index 3\n  Actual: 255 at index 3"},
        Failing{"fail_empty_array", "Expected: something to compare\n  Actual: 0 elements"},
        Failing{"fail_message", "Failure\nthe reason"},
        Failing{"fail_hex64_with_message", "Message: VTTBR of stream 7"}, Failing{"fail_deep", "Expected: 1\n  Actual: 0"}),
    [](const auto& info) { return std::string{info.param.name}; });

TEST(Unity, failure_names_the_line_of_the_assertion) {
  std::ifstream source{UNITY_SUBJECT_SOURCE};
  int line_number = 0;
  std::string line;
  while (std::getline(source, line) && ++line_number > 0 && line.find("/* line of fail_line */") == std::string::npos) {
  }
  EXPECT_TRUE(contains(run_case("fail_line").output, "unity_subject.c:" + std::to_string(line_number) + ": Failure"));
}

TEST(Unity, failure_on_another_thread_is_counted_and_the_test_goes_on) {
  const Outcome outcome = run_case("fail_thread");
  EXPECT_EQ(1, outcome.status);
  EXPECT_TRUE(contains(outcome.output, "Expected: 1\n  Actual: 2"));
  EXPECT_TRUE(contains(outcome.output, "[joined]"));
}

TEST(Unity, failure_on_a_coroutine_stack_is_counted_and_the_test_goes_on) {
  const Outcome outcome = run_case("fail_coroutine");
  EXPECT_EQ(1, outcome.status);
  EXPECT_TRUE(contains(outcome.output, "Expected: 1\n  Actual: 2"));
  EXPECT_TRUE(contains(outcome.output, "[back from the coroutine]"));
}

TEST(Unity, set_up_comes_before_the_body_and_tear_down_after_it) {
  const Outcome outcome = run_case("pass_body");
  EXPECT_EQ(0, outcome.status);
  EXPECT_TRUE(contains(outcome.output, "[setUp]\n[body]\n[tearDown]\n"));
}

TEST(Unity, failing_set_up_skips_the_body_but_not_tear_down) {
  setenv("UNITY_SUBJECT_SET_UP_FAILS", "1", 1);
  const Outcome outcome = run_case("pass_body");
  unsetenv("UNITY_SUBJECT_SET_UP_FAILS");
  EXPECT_EQ(1, outcome.status);
  EXPECT_EQ(0u, count(outcome.output, "[body]"));
  EXPECT_EQ(1u, count(outcome.output, "[tearDown]"));
}

TEST(Unity, every_assertion_can_hold) {
  const Outcome outcome = run_case("pass_every_assertion");
  EXPECT_EQ(0, outcome.status);
  EXPECT_TRUE(contains(outcome.output, "[reached the end]"));
}

TEST(Unity, test_pass_ends_the_test_well) { EXPECT_EQ(0, run_case("pass_early").status); }

TEST(Unity, ignored_test_is_a_skip_with_its_reason) {
  const Outcome outcome = run_subject("--gtest_filter='*.ignore_with_reason:*.pass_body'");
  EXPECT_EQ(0, outcome.status);
  EXPECT_TRUE(contains(outcome.output, "Skipped\nno ATS here"));
  EXPECT_TRUE(contains(outcome.output, "[  SKIPPED ] 1 test"));
  EXPECT_TRUE(contains(outcome.output, "[  PASSED  ] 1 test"));
  EXPECT_EQ(0u, count(outcome.output, "[still running]"));
}

TEST(Unity, program_whose_tests_were_all_ignored_returns_77) { EXPECT_EQ(77, run_case("ignore_with_reason").status); }

TEST(Unity, program_without_tests_fails) { EXPECT_EQ(1, run_subject("nothing").status); }

TEST(Unity, filter_chooses_among_suites_named_after_their_files) {
  const Outcome outcome = run_subject("--gtest_filter='unity_subject_second.*'");
  EXPECT_EQ(0, outcome.status);
  EXPECT_TRUE(contains(outcome.output, "[       OK ] unity_subject_second.pass_in_second_file"));
  EXPECT_TRUE(contains(outcome.output, "[==========] 1 test from 1 test suite ran."));
}

TEST(Unity, list_repeat_and_sharding_are_those_of_googletest) {
  const Outcome list = run_subject("--gtest_list_tests");
  EXPECT_EQ(0, list.status);
  EXPECT_TRUE(contains(list.output, "unity_subject.\n  fail_true\n"));
  EXPECT_TRUE(contains(list.output, "unity_subject_second.\n  pass_in_second_file\n"));

  const Outcome repeated = run_subject("--gtest_repeat=3 --gtest_filter='*.pass_body'");
  EXPECT_EQ(0, repeated.status);
  EXPECT_EQ(3u, count(repeated.output, "[body]"));

  setenv("GTEST_TOTAL_SHARDS", "2", 1);
  std::size_t ran = 0;
  for (const char* shard : {"0", "1"}) {
    setenv("GTEST_SHARD_INDEX", shard, 1);
    ran += count(run_subject("--gtest_filter='*.pass_*'").output, "[       OK ] ");
  }
  unsetenv("GTEST_TOTAL_SHARDS");
  unsetenv("GTEST_SHARD_INDEX");
  EXPECT_EQ(4u, ran);
}

TEST(Unity, vocabulary_works_from_cpp) {
  const std::uint8_t bytes[] = {1, 2};
  TEST_ASSERT_EQUAL_HEX64(0x9u, 9);
  TEST_ASSERT_EQUAL_UINT8_ARRAY(bytes, bytes, 2);
  TEST_ASSERT_EQUAL_STRING("a", "a");
  TEST_ASSERT_NOT_NULL(bytes);
  TEST_ASSERT_BITS_HIGH(1, 3);
}

}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  return UNITY_END();
}
