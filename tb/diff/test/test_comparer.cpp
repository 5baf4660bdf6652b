// SPDX-License-Identifier: Apache-2.0
// Two made-up runs: equal ones have no difference however their facts interleave; each kind of difference is found, at the right
// place, as early as it can be known; what the policy opens is matched further on.
#include <gtest/gtest.h>

#include "diff/comparer.h"
#include "diff/comparison.h"

using namespace tandem::diff;

namespace {

Fact step(unsigned number) { return {Kind::Step, false, false, 1, 0, {number}, "step title"}; }
Fact call(const std::string& text) { return {Kind::Call, false, false, 1, 0, {}, "s.lua:7|" + text}; }
Fact store(std::uint64_t pa, std::uint64_t value) { return {Kind::Store, false, false, 1, 0, {pa, 0, value}, ""}; }
Fact command(std::uint64_t word0, std::uint64_t word1 = 0, bool concurrent = false) { return {Kind::Command, concurrent, false, 0, 5000, {word0, word1}, ""}; }
Fact event(std::uint64_t word0, bool concurrent) { return {Kind::Event, concurrent, false, 0, 5000, {word0, 0, 0, 0}, ""}; }
Fact translation(std::uint64_t sid, std::uint64_t iova, std::uint64_t pa) { return {Kind::Translation, false, false, 0, 9000, {sid, 0, 0, iova, 0, pa}, ""}; }
const Fact kMain{Kind::Thread, false, false, 1, 0, {}, "main"};
const Fact kSync = command(0x46);            // CMD_SYNC
const Fact kTlbi = command(0x11 | 5ull << 48);  // CMD_TLBI_NH_ASID of ASID 5

class TwoRuns : public ::testing::Test {
 protected:
  void both(const Fact& fact) {
    comparer.take(0, fact);
    comparer.take(1, fact);
  }
  void only(unsigned side, std::initializer_list<Fact> facts) {
    for (const Fact& fact : facts) comparer.take(side, fact);
  }
  void finish(const std::string& left = "pass", const std::string& right = "pass") {
    end(0, left);
    end(1, right);
  }
  void end(unsigned side, const std::string& verdict) {
    Ending ending;
    ending.complete = true;
    ending.settled = verdict == "pass";
    ending.verdict = ending.text = verdict;
    comparer.end(side, ending);
  }
  Comparer comparer{Policy::built_in(), {"tlm", "rtl"}};
};

}  // namespace

TEST_F(TwoRuns, equal_facts_in_another_interleaving_are_no_difference) {
  comparer.set_smmus({"smmu0"});
  only(0, {kMain, step(1), call("a"), store(0x1000, 1), kTlbi, kSync, translation(1, 0x1000, 0x2000), translation(2, 0x1000, 0x3000)});
  only(1, {kMain, step(1), kTlbi, call("a"), translation(2, 0x1000, 0x3000), store(0x1000, 1), translation(1, 0x1000, 0x2000), kSync});
  EXPECT_FALSE(comparer.is_decided());
  finish();
  EXPECT_FALSE(comparer.first_difference().has_value());
  EXPECT_EQ(7u, comparer.matched());
}

TEST_F(TwoRuns, another_command_is_found_at_once_with_its_call_and_fields) {
  comparer.set_smmus({"smmu0"});
  both(kMain);
  both(step(1));
  both(call("d:detach(\"dma0\")"));
  comparer.take(0, kTlbi);
  EXPECT_FALSE(comparer.is_decided());
  comparer.take(1, command(0x11 | 6ull << 48));
  ASSERT_TRUE(comparer.is_decided());
  const Difference d = *comparer.first_difference();
  EXPECT_EQ("command consumed", d.what);
  EXPECT_EQ("smmu0", d.where);
  EXPECT_EQ("s.lua:7", d.place);
  EXPECT_EQ("d:detach(\"dma0\")", d.call);
  EXPECT_EQ(1u, d.step);
  EXPECT_EQ("TLBI_NH_ASID ASID=0x5", d.sides[0].fact);
  EXPECT_EQ("TLBI_NH_ASID ASID=0x6", d.sides[1].fact);
  EXPECT_EQ(std::vector<std::string>{"ASID: 0x5 and 0x6"}, d.fields);
  EXPECT_NE(std::string::npos, d.policy.find("resume.stag (does not apply here)"));
}

TEST_F(TwoRuns, commands_in_another_order_differ_unless_threads_ran_at_once) {
  only(0, {kMain, kTlbi, kSync});
  only(1, {kMain, kSync, kTlbi});
  EXPECT_TRUE(comparer.is_decided());

  Comparer threads(Policy::built_in(), {"tlm", "rtl"});
  const Fact one = command(0x11, 0, true), two = command(0x03, 1, true);
  for (const Fact& fact : {one, two}) threads.take(0, fact);
  for (const Fact& fact : {two, one}) threads.take(1, fact);
  EXPECT_FALSE(threads.is_decided());
  EXPECT_EQ(2u, threads.matched());
}

TEST_F(TwoRuns, a_missing_command_is_found_two_steps_later) {
  both(kMain);
  both(step(1));
  comparer.take(0, kTlbi);
  both(step(2));
  EXPECT_FALSE(comparer.is_decided());  // it may only be late
  both(step(3));
  ASSERT_TRUE(comparer.is_decided());
  const Difference d = *comparer.first_difference();
  EXPECT_EQ(1u, d.step);
  EXPECT_TRUE(d.sides[0].has_fact);
  EXPECT_FALSE(d.sides[1].has_fact);
  EXPECT_EQ("nothing", d.sides[1].fact);
}

TEST_F(TwoRuns, facts_of_different_calls_are_no_pair) {
  both(kMain);
  for (const char* name : {"one", "two", "three", "four"}) {
    both(call(name));
    if (std::string(name) == "two") comparer.take(1, event(0x02, false));
  }
  both(event(0x10, false));
  ASSERT_TRUE(comparer.is_decided());
  const Difference d = *comparer.first_difference();
  EXPECT_EQ("two", d.call);
  EXPECT_EQ("nothing", d.sides[0].fact);
  EXPECT_EQ("C_BAD_STREAMID", d.sides[1].fact);
}

TEST_F(TwoRuns, a_missing_fact_of_the_last_step_is_found_at_the_end) {
  both(kMain);
  both(step(1));
  comparer.take(1, event(0x10, false));
  finish();
  ASSERT_TRUE(comparer.first_difference().has_value());
  EXPECT_EQ("event record", comparer.first_difference()->what);
}

TEST_F(TwoRuns, the_earliest_call_counts_not_the_lane_that_was_seen_first) {
  both(kMain);
  only(0, {call("one"), store(0x1000, 1), call("two"), translation(1, 0x1000, 0x2000)});
  only(1, {call("one"), translation(1, 0x1000, 0x7000)});
  EXPECT_TRUE(comparer.is_decided());
  only(1, {store(0x1000, 2)});
  ASSERT_TRUE(comparer.first_difference().has_value());
  EXPECT_EQ("table store", comparer.first_difference()->what);
  EXPECT_EQ("one", comparer.first_difference()->call);
}

TEST_F(TwoRuns, a_difference_shows_structures_and_walks_as_they_were_then) {
  both(kMain);
  both(call("map"));
  // STE at 0x8000 (class 2), CD at 0x9000 (class 4), a leaf at 0xa000. Later stores must not show.
  for (unsigned side = 0; side < 2; ++side) {
    only(side, {store(0x8000, 0xb), store(0x9000, 0xc0de), {Kind::Fetch, false, false, 0, 0, {1, 0, 2, 0x8000, 0xb, 0}, ""},
                {Kind::Fetch, false, false, 0, 0, {1, 0, 4, 0x9000, 0xc0de, 0, 0xc1, 0xc2, 0, 0, 0, 0, 0xc7}, ""}, {Kind::Walk, false, false, 0, 1000, {1, 0, 1, 2, 0xa000, 0x111u + side, 0}, ""},
                {Kind::Fill, false, false, 0, 0, {1, 0, 0x1000, 0x2000, 12, 0, 0}, ""}, translation(1, 0x1000, 0x2000 + 0x1000 * side)});
    only(side, {call("later"), store(0x8000, 0xdead)});
  }
  const Difference d = *comparer.first_difference();
  EXPECT_EQ(std::vector<std::string>{"pa: 0x2000 and 0x3000"}, d.fields);
  ASSERT_EQ(2u, d.sides[1].structures.size());
  EXPECT_EQ("STE", d.sides[1].structures[0].name);
  EXPECT_EQ("0xb", d.sides[1].structures[0].words[0]);
  EXPECT_EQ("?", d.sides[1].structures[0].words[1]);
  EXPECT_EQ("0xc0de", d.sides[1].structures[1].words[0]);
  EXPECT_EQ("0xc1", d.sides[1].structures[1].words[1]);  // nobody stored it, the SMMU read it
  EXPECT_EQ("0xc7", d.sides[1].structures[1].words[7]);
  ASSERT_EQ(2u, d.sides[0].walk.size());
  EXPECT_EQ("stage 1 level 2 at 0xa000: 0x111  (1 ns)", d.sides[0].walk[0]);
  EXPECT_EQ("stage 1 level 2 at 0xa000: 0x112  (1 ns)", d.sides[1].walk[0]);
  EXPECT_EQ("cached at 0 ns: 0x1000 is 0x2000, 2^12 bytes", d.sides[0].walk[1]);
}

TEST_F(TwoRuns, what_a_tlb_answered_is_shown_and_not_the_walk_of_another_access) {
  both(kMain);
  const auto fill = [](std::uint64_t sid, std::uint64_t iova, std::uint64_t pa) { return Fact{Kind::Fill, false, false, 0, 5000, {sid, 0, iova, pa, 12, 0, 0}, ""}; };
  const auto hit = [](std::uint64_t sid, std::uint64_t iova, std::uint64_t pa) { return Fact{Kind::Hit, false, false, 0, 9000, {sid, 0, iova, pa}, ""}; };
  const auto walk = [](std::uint64_t sid, std::uint64_t at) { return Fact{Kind::Walk, false, false, 0, 1000, {sid, 0, 1, 3, at, 0, 0}, ""}; };
  // Stream 1 caches 0x1000, walks in vain for another page, and its next access to 0x1000 is a hit.
  only(0, {walk(1, 0xa000), fill(1, 0x1000, 0x2000), walk(1, 0xb000), hit(1, 0x1010, 0x2010), translation(1, 0x1000, 0x2000)});
  // The other run has the entry from stream 2.
  only(1, {walk(2, 0xc000), fill(2, 0x1000, 0x3000), walk(1, 0xb000), hit(1, 0x1010, 0x3010), translation(1, 0x1000, 0x3000)});
  const Difference d = *comparer.first_difference();
  const std::vector<std::string> own = {"stage 1 level 3 at 0xa000: 0x0  (1 ns)", "cached at 5 ns: 0x1000 is 0x2000, 2^12 bytes", "from a TLB at 9 ns: 0x1010 is 0x2010"};
  EXPECT_EQ(own, d.sides[0].walk);
  const std::vector<std::string> other = {"cached at 5 ns for StreamID 0x2", "from a TLB at 9 ns: 0x1010 is 0x3010"};
  EXPECT_EQ(other, d.sides[1].walk);
}

TEST(comparison, two_runs_that_are_errors_are_no_agreement) {
  Comparison comparison(Policy::built_in(), {"tlm", "rtl"});
  tandem::report::RunResult result;
  result.status = tandem::report::Status::Error;
  result.reason = "s.lua:3: bad 'for' limit";
  for (unsigned side = 0; side < 2; ++side) comparison.end(side, ending_of(result));
  const tandem::report::ComparisonResult out = comparison.result("");
  EXPECT_EQ(tandem::report::Status::Error, out.status);
  EXPECT_EQ("nothing to compare after 0 equal facts: tlm: error: s.lua:3: bad 'for' limit; rtl: error: s.lua:3: bad 'for' limit", out.reason);
}

TEST_F(TwoRuns, an_event_beside_threads_finds_its_like_from_before_them) {
  only(0, {kMain, step(1), event(0x10, true)});
  only(1, {kMain, step(1), event(0x10, false)});
  finish();
  EXPECT_FALSE(comparer.first_difference().has_value());

  Comparer other(Policy::built_in(), {"tlm", "rtl"});
  other.take(0, event(0x10, true));
  other.take(1, event(0x02, false));
  for (unsigned side = 0; side < 2; ++side) {
    Ending ending{};
    ending.complete = ending.settled = true;
    other.end(side, ending);
  }
  EXPECT_TRUE(other.first_difference().has_value());
}

// On the left the main thread stored first, on the right the other: they got each other's table page.
TEST_F(TwoRuns, what_threads_that_map_at_once_get_is_no_difference_from_that_step_on) {
  const auto stored = [](unsigned thread, std::uint64_t pa, bool contended) { return Fact{Kind::Store, true, contended, thread, 0, {pa, 0, 1}, ""}; };
  const Fact other{Kind::Thread, false, false, 2, 0, {}, "maps"};
  for (const bool mapped_at_once : {true, false}) {
    Comparer two(Policy::built_in(), {"tlm", "rtl"});
    for (const Fact& fact : {kMain, step(1), other, stored(1, 0x1000, false), stored(2, 0x2000, mapped_at_once)}) two.take(0, fact);
    for (const Fact& fact : {kMain, step(1), other, stored(2, 0x1000, mapped_at_once), stored(1, 0x2000, mapped_at_once)}) two.take(1, fact);
    for (unsigned number = 2; number <= 4; ++number) {
      two.take(0, step(number));
      two.take(1, step(number));
    }
    EXPECT_EQ(!mapped_at_once, two.is_decided());
  }
}

TEST_F(TwoRuns, another_verdict_is_a_difference_and_the_same_failure_is_none) {
  both(kMain);
  both(call("look"));
  finish("pass", "fail s.lua:9");
  ASSERT_TRUE(comparer.first_difference().has_value());
  EXPECT_EQ("verdict", comparer.first_difference()->what);
  EXPECT_EQ("fail s.lua:9", comparer.first_difference()->sides[1].fact);

  Comparer alike(Policy::built_in(), {"tlm", "rtl"});
  alike.take(0, kSync);  // the other was cut off before it told its own
  Ending failed{};
  failed.complete = true;
  failed.verdict = "fail s.lua:9";
  alike.end(0, failed);
  alike.end(1, failed);
  EXPECT_FALSE(alike.first_difference().has_value());
}

TEST_F(TwoRuns, a_run_that_was_skipped_differs_from_nothing) {
  both(kMain);
  comparer.take(0, kSync);
  end(0, "pass");
  Ending skipped{};
  skipped.complete = skipped.skipped = true;
  skipped.verdict = "skip";
  comparer.end(1, skipped);
  EXPECT_FALSE(comparer.first_difference().has_value());
}

TEST_F(TwoRuns, a_fact_after_the_end_of_the_other_run_is_missing_there) {
  both(kMain);
  end(0, "pass");
  comparer.take(1, kSync);
  EXPECT_TRUE(comparer.is_decided());
}
