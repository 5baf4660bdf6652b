// SPDX-License-Identifier: Apache-2.0
// What a platform does becomes facts: pages are told once, words that an SMMU changed at the next point, loops that wait not at all.
#include <gtest/gtest.h>

#include <cstring>

#include "diff/fact_sink.h"

using namespace tandem::diff;

namespace {

class Sink : public ::testing::Test {
 protected:
  std::vector<Fact> told() {
    sink.flush();
    std::vector<Fact> facts;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = text.find('\n', from);
      facts.emplace_back();
      EXPECT_TRUE(from_line(text.substr(from, end - from), &facts.back())) << text.substr(from, end - from);
      from = end + 1;
    }
    text.clear();
    return facts;
  }
  void put(std::uint64_t offset, std::uint64_t value) { std::memcpy(ram + offset, &value, sizeof value); }
  void record(unsigned kind, std::uint64_t addr, std::uint64_t data0, std::uint64_t data1 = 0, unsigned detail = 0) {
    smmu_trace_record r{};
    r.kind = static_cast<std::uint16_t>(kind);
    r.detail = static_cast<std::uint16_t>(detail);
    r.sid = 1;
    r.addr = addr;
    r.data[0] = data0;
    r.data[1] = data1;
    sink.record(r);
  }

  std::uint8_t ram[4096] = {};
  std::string text;
  std::uint32_t thread = 1;
  FactSink sink{{ram, 0x8000, sizeof ram}, [] { return 42u; }, [this] { return thread; }, [this](const std::string& lines) { text += lines; }};
};

}  // namespace

TEST_F(Sink, a_page_is_told_once_per_step_and_when_it_changes) {
  record(SMMU_TRACE_TXN_END, 0x1000, 0x9000);
  record(SMMU_TRACE_TXN_END, 0x1040, 0x9040);  // the next burst of the same page
  ASSERT_EQ(1u, told().size());
  record(SMMU_TRACE_TXN_END, 0x1000, 0xa000);
  const std::vector<Fact> moved = told();
  ASSERT_EQ(1u, moved.size());
  EXPECT_EQ(0xa000u, moved[0].values[5]);
  sink.step(2, "next");
  told();
  record(SMMU_TRACE_TXN_END, 0x1000, 0xa000);
  EXPECT_EQ(1u, told().size());
}

TEST_F(Sink, hits_in_a_row_are_told_once_and_again_after_a_walk) {
  record(SMMU_TRACE_TLB_HIT, 0x1010, 0x9010);
  record(SMMU_TRACE_TLB_HIT, 0x1020, 0x9020);
  ASSERT_EQ(1u, told().size());
  record(SMMU_TRACE_TLB_HIT, 0x2000, 0xa000);  // another page
  EXPECT_EQ(1u, told().size());
  record(SMMU_TRACE_WALK_STEP, 0x8100, 0);
  record(SMMU_TRACE_TLB_HIT, 0x2000, 0xa000);
  const std::vector<Fact> facts = told();
  ASSERT_EQ(2u, facts.size());
  EXPECT_EQ(Kind::Hit, facts[1].kind);
  EXPECT_EQ((std::vector<std::uint64_t>{1, 0, 0x2000, 0xa000}), facts[1].values);
}

TEST_F(Sink, a_bypassed_access_goes_to_its_own_page_and_a_refused_one_nowhere) {
  record(SMMU_TRACE_TXN_END, 0x8123, 0);
  record(SMMU_TRACE_TXN_END, 0x9123, 0x7777, 0, SMMU_TRACE_TXN_ABORTED);
  const std::vector<Fact> facts = told();
  ASSERT_EQ(2u, facts.size());
  EXPECT_EQ(0x8000u, facts[0].values[5]);
  EXPECT_EQ(0u, facts[1].values[5]);
}

TEST_F(Sink, a_point_tells_words_that_changed_without_the_driver) {
  put(0x10, 5);
  put(0x18, 6);
  record(SMMU_TRACE_TABLE_STORE, 0x8010, 0, 5);
  record(SMMU_TRACE_TABLE_STORE, 0x8018, 0, 6);
  told();
  put(0x18, 0x406);  // an SMMU sets an access flag
  sink.point("here");
  const std::vector<Fact> facts = told();
  ASSERT_EQ(2u, facts.size());
  EXPECT_EQ(Kind::Image, facts[0].kind);
  EXPECT_EQ((std::vector<std::uint64_t>{0x8018, 0x406}), facts[0].values);
  EXPECT_EQ(2u, facts[1].values[0]);
  EXPECT_EQ("here", facts[1].text);
  sink.point("again");
  EXPECT_EQ(1u, told().size());  // nothing new, and the same hash
}

TEST_F(Sink, what_is_asked_again_and_again_is_no_fact_but_an_outcome_is) {
  sink.quiet(true);
  sink.call("s.lua:1", "d:try()");
  sink.result("d:try|SMMU_OK");
  FactSink::Response response{};
  sink.response(response, "", false);
  EXPECT_EQ(0u, told().size());
  sink.response(response, "", true);
  EXPECT_EQ(1u, told().size());
  thread = 2;  // quiet is a matter of one thread
  sink.result("d:map|SMMU_OK");
  EXPECT_EQ(1u, told().size());
  thread = 1;
  sink.quiet(false);
  sink.result("d:map|SMMU_OK");
  EXPECT_EQ(1u, told().size());
}

TEST_F(Sink, facts_are_concurrent_from_the_second_thread_to_the_end_of_the_step) {
  sink.begin_thread(1, "main");
  sink.result("one");
  sink.begin_thread(2, "traffic");
  sink.end_thread();
  sink.result("two");
  sink.step(2, "next");
  sink.result("three");
  std::vector<bool> concurrent;
  for (const Fact& fact : told()) {
    if (fact.kind == Kind::Result) concurrent.push_back(fact.concurrent);
  }
  EXPECT_EQ((std::vector<bool>{false, true, false}), concurrent);
}

TEST_F(Sink, data_read_counts_and_data_of_an_abort_does_not) {
  FactSink::Response response{};
  sink.response(response, "abc", false);
  sink.response(response, "abd", false);
  response.status = 1;
  sink.response(response, "abc", false);
  const std::vector<Fact> facts = told();
  EXPECT_NE(facts[0].values[8], facts[1].values[8]);
  EXPECT_EQ(0u, facts[2].values[8]);
}
