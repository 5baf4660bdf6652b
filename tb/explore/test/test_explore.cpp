// SPDX-License-Identifier: Apache-2.0
// A seed gives the same exploration every time; what is compared has one CPU and no error whose finding depends on caches; shrinking
// finds the steps that matter and nothing else; a failure is known again by its cause.
#include <gtest/gtest.h>

#include <algorithm>

#include "explore/explore.h"

using namespace tandem::explore;

namespace {

bool any_has(const std::vector<std::string>& list, const char* text) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& line) { return line.find(text) != std::string::npos; });
}
bool has(const std::vector<std::string>& list, const char* line) { return std::find(list.begin(), list.end(), line) != list.end(); }
bool never() { return false; }

}  // namespace

TEST(generate, a_seed_decides_everything) {
  const Exploration one = generate({42, 8, 200, false}), again = generate({42, 8, 200, false}), other = generate({43, 8, 200, false});
  EXPECT_EQ(one.steps, again.steps);
  EXPECT_EQ(one.smmus, again.smmus);
  EXPECT_EQ(200u, one.steps.size());
  EXPECT_NE(one.steps, other.steps);
}

TEST(generate, covers_what_it_is_for) {
  bool cpus = false, two_entries = false, bus = false, table = false, pasid = false, eight = false;
  for (int seed = 1; seed <= 80; ++seed) {
    const Exploration e = generate({seed, 8, 100, false});
    cpus = cpus || e.cpus > 2;
    eight = eight || e.smmus.size() == 8;
    two_entries = two_entries || any_has(e.smmus, "CMDQS = 1");
    bus = bus || any_has(e.steps, "bus_error");
    table = table || any_has(e.steps, "table_error");
    pasid = pasid || any_has(e.steps, "attach_pasid");
  }
  EXPECT_TRUE(cpus && two_entries && bus && table && pasid && eight);
}

TEST(generate, what_is_compared_has_nothing_that_is_a_matter_of_time) {
  for (int seed = 1; seed <= 30; ++seed) {
    const Exploration e = generate({seed, 4, 100, true});
    EXPECT_EQ(1u, e.cpus);
    EXPECT_LE(e.smmus.size(), 4u);
    EXPECT_FALSE(any_has(e.steps, "table_error"));
    EXPECT_FALSE(any_has(e.steps, "cpu ="));
  }
}

// Points nobody has reached: the steps that make them likely are among the others, in the order that matters.
TEST(generate, aims_at_what_is_missing) {
  Wanted wanted{7, 8, 200, true};
  EXPECT_TRUE(generate(wanted).aims.empty());
  wanted.points = {"after/TLBI_NH_VAA/s2/abort", "call/dev_submit/SMMU_E_TIMEOUT", "domain/s2/64k/reject"};
  const Exploration e = generate(wanted);
  std::vector<std::string> aims = e.aims;
  std::sort(aims.begin(), aims.end());
  EXPECT_EQ((std::vector<std::string>{"after/TLBI_NH_VAA/s2/abort", "domain/s2/64k/reject"}), aims);  // no recipe for the other one
  EXPECT_EQ(200u, e.steps.size());
  EXPECT_EQ(e.steps, generate(wanted).steps);
  EXPECT_TRUE(any_has(e.steps, "granule_kib = 64, tags = \"reject\""));
  bool in_order = false;
  for (std::size_t i = 0; i + 1 < e.steps.size(); ++i) {
    in_order = in_order || (e.steps[i].find("command = \"TLBI_NH_VAA\"") != std::string::npos && e.steps[i + 1].find("iova = 0x10b00000") != std::string::npos);
  }
  EXPECT_TRUE(in_order) << "an invalidation, then an access to where nothing is";
}

// Devices with translation caches are behind a model even where the run's other SMMUs are not, and the first two SMMUs stay the run's.
TEST(generate, has_devices_that_keep_translations) {
  bool ats = false, asks = false, often = false, forgets = false, guests = false;
  for (int seed = 1; seed <= 80 || (seed <= 400 && !(ats && asks && often && forgets && guests)); ++seed) {
    const Exploration e = generate({seed, 4, 100, false});
    for (std::size_t i = 0; i < e.smmus.size(); ++i) {
      EXPECT_EQ(e.smmus[i].find("ATS = 1") != std::string::npos, e.smmus[i].find("backend = \"tlm\"") != std::string::npos);
      EXPECT_FALSE(i < 2 && e.smmus[i].find("backend") != std::string::npos);
    }
    ats = ats || any_has(e.steps, "\"ats_read\"");
    asks = asks || any_has(e.steps, "\"ask\"");
    often = often || any_has(e.steps, "\"ask_often\"");
    forgets = forgets || any_has(e.steps, "command = \"ATC_INV\"");
    guests = guests || any_has(e.steps, "\"nested\"");
  }
  EXPECT_TRUE(ats && asks && often && forgets && guests);
}

// Unmaps in the middle of a walk need walks that take time; no other backend knows that parameter.
TEST(generate, has_models_whose_walks_take_time) {
  bool timed = false, late = false;
  for (int seed = 1; seed <= 80; ++seed) {
    Wanted wanted{seed, 4, 100, false};
    EXPECT_FALSE(any_has(generate(wanted).smmus, "timed_walks"));
    wanted.tlm_only = true;
    const Exploration e = generate(wanted);
    timed = timed || any_has(e.smmus, "params = { timed_walks = 1, walk_latency_ns = 1000 }");
    late = late || any_has(e.steps, "after_ns = 2");
  }
  EXPECT_TRUE(timed && late);
}

TEST(shrink, leaves_the_steps_that_matter) {
  std::vector<std::string> steps;
  for (int i = 0; i < 231; ++i) steps.push_back("step " + std::to_string(i));
  int runs = 0;
  const auto fails = [&](const std::vector<std::string>& list) {
    ++runs;
    return has(list, "step 17") && has(list, "step 90") && has(list, "step 201");
  };
  EXPECT_EQ((std::vector<std::string>{"step 17", "step 90", "step 201"}), shrink(steps, fails, never));
  EXPECT_LT(runs, 150);
}

TEST(shrink, ends_with_nothing_when_nothing_matters_and_early_when_told) {
  EXPECT_TRUE(shrink({"a", "b", "c"}, [](const auto&) { return true; }, never).empty());
  const std::vector<std::string> whole = {"a", "b", "c"};
  EXPECT_EQ(whole, shrink(whole, [](const auto&) { return true; }, [] { return true; }));
}

TEST(failure_key, is_the_cause_without_place_and_numbers) {
  EXPECT_EQ("play: read got ok, expected abort",
            failure_key("/tmp/e-7.lua:31: play: read got ok, expected abort: step 12 { \"read\", \"m0\" } (step 3, steps 21 to 30)"));
  EXPECT_EQ("oracle command.missing", failure_key("oracle command.missing at 2140 ns, record 118: smmu0 did not get CMD_CFGI_STE"));
  EXPECT_EQ("tlm and rtl differ: command consumed", failure_key("tlm and rtl differ: command consumed of smmu1: TLBI_NH_VA and nothing"));
  EXPECT_EQ("the wall-clock limit of # s ended the run", failure_key("the wall-clock limit of 60 s ended the run (step 3, x); at 7 ns"));
}
