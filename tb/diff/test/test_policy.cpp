// SPDX-License-Identifier: Apache-2.0
// The rules that come with the program hold, each with a reason; a fault in a policy is one sentence with its place; what no rule
// names is different.
#include <gtest/gtest.h>

#include <algorithm>

#include "diff/policy.h"

using namespace tandem::diff;
using Verdict = Policy::Verdict;

namespace {

std::string fault(const std::string& rule) {
  Policy policy;
  std::string error;
  EXPECT_FALSE(policy.add("p.lua", "return { rules = { " + rule + " } }", &error));
  return error;
}

Fact counter(std::uint64_t event, std::uint64_t value) { return {Kind::Counter, false, false, 1, 0, {0, event, value}, ""}; }

// Event records: number in bits 7:0, StreamID in bits 63:32, STAG in bits 79:64 of records of a stalled access (F_TRANSLATION = 0x10).
Fact event(std::uint64_t stag, std::uint64_t sid) { return {Kind::Event, false, false, 0, 0, {0x10 | sid << 32, stag, 0, 0}, ""}; }

}  // namespace

TEST(policy, built_in_rules_are_read_and_have_reasons) {
  const Policy policy = Policy::built_in();
  EXPECT_GT(policy.rules().size(), 15u);
  for (const Rule& rule : policy.rules()) EXPECT_GT(rule.reason.size(), 20u) << rule.name;
}

TEST(policy, only_listed_fields_may_differ) {
  const Policy policy = Policy::built_in();
  EXPECT_EQ(Verdict::Same, policy.compare(counter(1, 5), counter(1, 5), nullptr));
  EXPECT_EQ(Verdict::Different, policy.compare(counter(1, 5), counter(1, 6), nullptr));  // transactions are counted alike
  std::vector<const Rule*> used;
  EXPECT_EQ(Verdict::Allowed, policy.compare(counter(0, 5), counter(0, 6), &used));      // cycles are not
  ASSERT_EQ(1u, used.size());
  EXPECT_EQ("counter.cycles", used[0]->name);
  EXPECT_EQ(Verdict::Different, policy.compare(counter(0, 5), counter(2, 5), nullptr));  // another event is another fact
}

TEST(policy, a_field_of_a_record_is_open_and_its_neighbours_are_not) {
  const Policy policy = Policy::built_in();
  EXPECT_EQ(Verdict::Allowed, policy.compare(event(1, 0x20), event(7, 0x20), nullptr));
  EXPECT_EQ(Verdict::Different, policy.compare(event(1, 0x20), event(7, 0x21), nullptr));
  EXPECT_EQ(Verdict::Different, policy.compare(event(1, 0x20), event(0x10001, 0x20), nullptr));  // bit 80 is not the STAG
}

TEST(policy, walks_and_interrupts_do_not_count) {
  const Policy policy = Policy::built_in();
  EXPECT_NE(nullptr, policy.ignores({Kind::Walk, false, false, 0, 0, {0, 0, 1, 0, 0, 0, 0}, ""}));
  EXPECT_NE(nullptr, policy.ignores({Kind::Hit, false, false, 0, 0, {0, 0, 0, 0}, ""}));
  EXPECT_NE(nullptr, policy.ignores({Kind::Irq, false, false, 0, 0, {0}, ""}));
  EXPECT_EQ(nullptr, policy.ignores({Kind::Command, false, false, 0, 0, {0x46, 0}, ""}));
  EXPECT_EQ(nullptr, Policy().ignores({Kind::Walk, false, false, 0, 0, {0, 0, 1, 0, 0, 0, 0}, ""}));  // it is the rule that says so
}

TEST(policy, only_threads_beside_the_main_one_are_a_matter_of_time) {
  const Policy policy = Policy::built_in();
  EXPECT_EQ(nullptr, policy.ignores({Kind::Result, true, false, kMainThread, 0, {}, "d:map|SMMU_OK"}));
  EXPECT_NE(nullptr, policy.ignores({Kind::Result, true, false, 2, 0, {}, "d:map|SMMU_OK"}));
  EXPECT_EQ(nullptr, policy.ignores({Kind::Result, false, false, 2, 0, {}, "d:map|SMMU_OK"}));
}

TEST(policy, rules_of_a_backend_hold_where_it_runs) {
  const std::string text = "return { rules = { { name = 'emu.cr', fact = 'store', fields = { 'new' }, backend = 'emu', reason = 'known defect of the emulator' } } }";
  for (const bool runs : {true, false}) {
    Policy policy;
    std::string error;
    ASSERT_TRUE(policy.add("p.lua", text, &error)) << error;
    policy.narrow_to({"tlm", runs ? "emu" : "rtl"});
    const Fact a{Kind::Store, false, false, 1, 0, {1, 0, 2}, ""}, b{Kind::Store, false, false, 1, 0, {1, 0, 3}, ""};
    EXPECT_EQ(runs ? Verdict::Allowed : Verdict::Different, policy.compare(a, b, nullptr));
  }
}

TEST(policy, a_call_is_compared_without_its_place) {
  const Policy policy = Policy::built_in();
  const auto call = [](const char* text) { return Fact{Kind::Call, false, false, 1, 0, {}, text}; };
  EXPECT_EQ(Verdict::Same, policy.compare(call("/a/s.lua:3|d:map(1)"), call("/b/s.lua:3|d:map(1)"), nullptr));
  EXPECT_EQ(Verdict::Different, policy.compare(call("/a/s.lua:3|d:map(1)"), call("/a/s.lua:3|d:map(2)"), nullptr));
}

TEST(policy, a_fault_is_one_sentence) {
  EXPECT_EQ("p.lua:1: rule 'a' has no reason; a difference without a reason is a failure", fault("{ name = 'a', fact = 'event', ignore = true }"));
  EXPECT_NE(std::string::npos, fault("{ name = 'a', fact = 'evnt', reason = 'r', ignore = true }").find("fact is 'evnt'; allowed are thread, step, call"));
  EXPECT_NE(std::string::npos, fault("{ name = 'a', fact = 'store', reason = 'r', fields = { 'nwe' } }").find("has no field 'nwe'; it has pa, old, new"));
  EXPECT_NE(std::string::npos, fault("{ name = 'a', fact = 'store', reason = 'r' }").find("must allow one thing"));
  EXPECT_NE(std::string::npos, fault("{ name = 'a', fact = 'store', reason = 'r', order = 'none' }").find("allowed is any"));
  EXPECT_NE(std::string::npos, fault("{ name = 'a', fact = 'store', reason = 'r', colour = 1 }").find("unknown key 'colour'"));
  const std::string one = "{ name = 'a', fact = 'store', reason = 'r', ignore = true }";
  EXPECT_NE(std::string::npos, fault(one + ", " + one).find("there are two rules 'a'"));
  Policy policy;
  std::string error;
  EXPECT_FALSE(policy.add("p.lua", "while true do end", &error));
  EXPECT_EQ("p.lua: the policy itself runs without end", error);
  EXPECT_FALSE(policy.add("p.lua", "return 1", &error));
  EXPECT_EQ("p.lua:1: a policy must return a table with rules, this one returns number", error);
}
