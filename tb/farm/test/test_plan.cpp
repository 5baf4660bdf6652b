// SPDX-License-Identifier: Apache-2.0
// A plan expands into exactly the runs it says, in a fixed order, each once; whatever is wrong in it is one sentence.
// Also what is pure of the Slurm launcher: chunks, arrays, arguments.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "cli/options.h"
#include "farm/session.h"
#include "farm/slurm.h"

namespace {
std::vector<std::string> g_synchronised;
}
// In place of the C library's: what a power cut at this moment would leave.
int fsync(int fd) {
  g_synchronised.push_back(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).filename().string());
  return 0;
}

namespace {

using namespace tandem::farm;
namespace fs = std::filesystem;

class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    char name[] = "/tmp/tandem-plan-XXXXXX";
    folder_ = mkdtemp(name);
    for (const char* scenario : {"a.lua", "b.lua"}) std::ofstream(folder_ + "/" + scenario) << "return {}\n";
  }
  ~PlanTest() override { fs::remove_all(folder_); }

  Plan load(const std::string& text) {
    Plan plan;
    std::string error;
    std::ofstream(file()) << text;
    EXPECT_TRUE(load_plan(file(), &plan, &error)) << error;
    return plan;
  }
  std::string refusal(const std::string& text) {
    Plan plan;
    std::string error;
    std::ofstream(file()) << text;
    EXPECT_FALSE(load_plan(file(), &plan, &error));
    return error.rfind(file(), 0) == 0 ? error.substr(file().size()) : error;
  }
  std::string file() const { return folder_ + "/night.lua"; }
  std::string folder_;
};

TEST_F(PlanTest, MultipliesScenariosPresetsBackendsAndSeeds) {
  const Plan plan = load(R"(return {
    limits = { wall_s = 30, memory_mib = 512 },
    presets = { hostile = { smmu = { cache_mode = 2 } }, big = { params = { pages = 64, deep = true } } },
    runs = { { scenarios = { "*.lua" }, on = "both", presets = { "hostile", "big" }, seeds = { from = 3, to = 4 }, limits = { wall_s = 5 } } },
  })");
  EXPECT_EQ("night", plan.name);
  ASSERT_EQ(3u * 2 * 2 * 2, plan.runs.size());  // night.lua lies in the same folder
  EXPECT_EQ(folder_ + "/a.lua|tlm|seed=3|preset=hostile|smmu:cache_mode=2", plan.runs[0].key);
  EXPECT_EQ(folder_ + "/a.lua|tlm|seed=4|preset=hostile|smmu:cache_mode=2", plan.runs[1].key);
  EXPECT_EQ(folder_ + "/a.lua|rtl|seed=3|preset=hostile|smmu:cache_mode=2", plan.runs[2].key);
  EXPECT_EQ(folder_ + "/a.lua|tlm|seed=3|preset=big|deep=true|pages=64", plan.runs[4].key);
  EXPECT_EQ(5u, plan.runs[0].request.wall_limit_s);
  EXPECT_EQ(512u, plan.runs[0].request.memory_limit_mib);
}

TEST_F(PlanTest, WhatTwoEntriesAskForIsDoneOnce) {
  const Plan plan = load("return { runs = { { scenarios = { 'a.lua' }, seeds = { 1, 2 } }, { scenarios = { 'a.lua' }, seeds = { 2, 3 } } } }");
  EXPECT_EQ(3u, plan.runs.size());
}

TEST_F(PlanTest, WithoutSeedsTheScenarioKeepsItsOwn) {
  const Plan plan = load("return { retry = { times = 2, on = { 'fail' } }, runs = { { scenarios = { 'b.lua' } } } }");
  ASSERT_EQ(1u, plan.runs.size());
  EXPECT_FALSE(plan.runs[0].request.seed.has_value());
  EXPECT_EQ("tlm", plan.runs[0].request.backend);
  EXPECT_EQ(2u, plan.retry_times);
  EXPECT_TRUE(plan.retry_fail);
  EXPECT_FALSE(plan.retry_error);
}

TEST_F(PlanTest, MistakesAreSentencesWithTheirLine) {
  EXPECT_EQ(":2: unknown key 'run' in plan; its keys are title, limits, retry, slurm, presets, runs", refusal("return {\n run = {} }"));
  EXPECT_EQ(":1: the plan has no runs", refusal("return {}"));
  EXPECT_EQ(":1: the plan has no runs", refusal("return { runs = {} }"));
  EXPECT_EQ(":2: no file fits 'c*.lua' of plan.runs[1].scenarios", refusal("return { runs = { {\n scenarios = { 'c*.lua' } } } }"));
  EXPECT_EQ(":2: unknown backend 'gem5' in plan.runs[1].on; it takes tlm, rtl, mixed, qemu, both (tlm and rtl) or all" + tandem::cli::further_backends_text(),
            refusal("return { runs = { { scenarios = { 'a.lua' },\n on = 'gem5' } } }"));
  EXPECT_EQ(":1: there is no preset 'x'; the plan has none", refusal("return { runs = { { scenarios = { 'a.lua' }, presets = { 'x' } } } }"));
  EXPECT_EQ(":1: plan.runs[1].seeds.to is 1; it must not be below from, 2", refusal("return { runs = { { scenarios = { 'a.lua' }, seeds = { from = 2, to = 1 } } } }"));
  EXPECT_EQ(":1: plan.limits.wall_s is 0; allowed are 1 to 1000000", refusal("return { limits = { wall_s = 0 }, runs = {} }"));
  EXPECT_EQ(":1: a plan must return a table, this one returns nil", refusal(""));
  EXPECT_EQ(": the plan itself runs without end", refusal("while true do end"));
  EXPECT_EQ(": the plan itself runs without end", refusal("while true do pcall(function() while true do end end) end"));
  EXPECT_NE(std::string::npos, refusal("return {").find(":1: "));
}

TEST_F(PlanTest, ASessionKeepsThePlanAsItWas) {
  const Plan plan = load(R"(return { title = "T", retry = { times = 3 }, slurm = { partition = "long", chunk_runs = 2, options = { "--nice=5" } },
    presets = { p = { params = { pages = 4 }, smmu = { ["smmu0.tlb_entries"] = 64 } } },
    runs = { { scenarios = { "a.lua", "b.lua" }, presets = { "p" }, seeds = { 7, -1 }, limits = { wall_s = 9, memory_mib = 99 } } } })");
  const Session made = Session::create(folder_ + "/out", plan, "1.2.3");
  const Session read = Session::open(made.folder());
  EXPECT_EQ(std::vector<std::string>{made.folder()}, Session::list(folder_ + "/out"));
  EXPECT_EQ(made.info().digest, plan_digest(read.plan()));
  ASSERT_EQ(plan.runs.size(), read.plan().runs.size());
  const tandem::lua::RunRequest& request = read.plan().runs[1].request;
  EXPECT_EQ(-1, request.seed.value());
  EXPECT_EQ(plan.runs[1].request.params, request.params);
  EXPECT_EQ(plan.runs[1].request.smmu_params, request.smmu_params);
  EXPECT_EQ(99u, request.memory_limit_mib);
  EXPECT_EQ(3u, read.plan().retry_times);
  EXPECT_EQ("--nice=5", read.plan().slurm.options.at(0));
  EXPECT_FALSE(read.is_complete());
}

// Two such names would become one in the journals, and a run that is started on another node would lack them.
TEST_F(PlanTest, ANameThatIsNotUtf8IsRefused) {
  for (const char* text : {"return { runs = { { scenarios = { 'a.lua' }, params = { x = '\\xff' } } } }",
                           "return { slurm = { options = { '\\xff' } }, runs = { { scenarios = { 'a.lua' } } } }"}) {
    try {
      Session::create(folder_ + "/out", load(text), "1");
      ADD_FAILURE() << text;
    } catch (const std::runtime_error& failure) {
      EXPECT_NE(std::string::npos, std::string(failure.what()).find("the plan has a name that is not UTF-8")) << failure.what();
    }
  }
  EXPECT_TRUE(Session::list(folder_ + "/out").empty());
}

TEST_F(PlanTest, ASessionIsOnTheDiskBeforeItsFirstRun) {
  g_synchronised.clear();
  Session::create(folder_ + "/out", load("return { runs = { { scenarios = { 'a.lua' } } } }"), "1");
  ASSERT_EQ(5u, g_synchronised.size());
  EXPECT_EQ(std::filesystem::path(folder_).filename(), g_synchronised[0]) << "the folder in which the folder of sessions is new";
  EXPECT_EQ("runs.jsonl", g_synchronised[1]);
  EXPECT_EQ("session.json", g_synchronised[2]);
  EXPECT_EQ(0u, g_synchronised[3].rfind(".making-", 0));
  EXPECT_EQ("out", g_synchronised[4]);
}

TEST_F(PlanTest, ASecondLauncherIsRefused) {
  Session first = Session::create(folder_ + "/out", load("return { runs = { { scenarios = { 'a.lua' } } } }"), "1");
  Session second = Session::open(first.folder());
  first.lock();
  try {
    second.lock();
    FAIL();
  } catch (const std::runtime_error& failure) {
    EXPECT_EQ("another tandem is running the session " + first.folder() + " at this moment", std::string(failure.what()));
  }
}

TEST_F(PlanTest, ADamagedSessionIsASentence) {
  const Session made = Session::create(folder_ + "/out", load("return { runs = { { scenarios = { 'a.lua' }, seeds = { 1, 2 } } } }"), "1");
  std::ofstream(made.folder() + "/runs.jsonl", std::ios::trunc) << "{\"key\":\"x\"}\n";
  EXPECT_THROW(Session::open(made.folder()), std::runtime_error);
  std::ofstream(made.folder() + "/session.json", std::ios::trunc) << "{\"format\":2}\n";
  try {
    Session::open(made.folder());
    FAIL();
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string::npos, std::string(failure.what()).find("is of form 2; this tandem knows form 1"));
  }
}

TEST_F(PlanTest, ArraysAreSplitAtTheSitesLimit) {
  const std::vector<Submission> parts = split_arrays(1, 2500, 1000);
  ASSERT_EQ(3u, parts.size());
  EXPECT_EQ(2000u, parts[2].first_chunk);
  EXPECT_EQ(500u, parts[2].chunk_count);
  EXPECT_EQ(1u, split_arrays(1, 1000, 1000).size());
  EXPECT_EQ(4001u, max_array_size("Licenses = (null)\nMaxArraySize            = 4001\nMaxJobCount = 10000"));
  EXPECT_EQ(1001u, max_array_size("nothing of it"));
}

TEST_F(PlanTest, SlurmIsToldTheLimitsOfThePlan) {
  const Plan plan = load(R"(return { limits = { wall_s = 40, memory_mib = 1000 }, retry = { times = 1 },
    slurm = { partition = "p", account = "a", chunk_runs = 30, max_parallel = 8, cpus = 2, options = { "--nice" } },
    runs = { { scenarios = { "a.lua" }, seeds = { from = 1, to = 100 } } } })");
  const Session session = Session::create(folder_ + "/out", plan, "1");
  const std::vector<std::string> arguments = sbatch_arguments(session, {1, 0, 4});
  const auto has = [&](const std::string& word) { return std::find(arguments.begin(), arguments.end(), word) != arguments.end(); };
  EXPECT_TRUE(has("--array=0-3%8"));
  EXPECT_TRUE(has("--mem=2064"));     // two runs at a time and 64 MiB
  EXPECT_TRUE(has("--time=31"));      // (40 + 20) s x 30 runs x 2 attempts / 2 at a time = 30 min, and one more
  EXPECT_TRUE(has("--partition=p"));
  EXPECT_TRUE(has("--account=a"));
  EXPECT_TRUE(has("--requeue"));
  EXPECT_TRUE(has("--nice"));
}

// The folder's name is no pattern of Slurm's.
TEST_F(PlanTest, TheLogsOfSlurmLieInTheSessionWhateverItsName) {
  const Plan plan = load("return { runs = { { scenarios = { 'a.lua' } } } }");
  const Session session = Session::create(folder_ + "/100%j", plan, "1");
  bool found = false;
  for (const std::string& argument : sbatch_arguments(session, {3, 0, 1})) {
    found = found || argument == "--output=" + folder_ + "/100%%j/" + session.info().id + "/slurm/round3-%A_%a.log";
  }
  EXPECT_TRUE(found);
  const Session odd = Session::create(folder_ + "/a\\b", plan, "1");
  try {
    sbatch_arguments(odd, {1, 0, 1});
    FAIL();
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string::npos, std::string(failure.what()).find("there is a backslash in the name; choose another --out")) << failure.what();
  }
}

TEST_F(PlanTest, AJobThatOnlyAHandLetsGoIsKnown) {
  EXPECT_EQ("JobHeldUser (job 17_[0-3])", held_reason("17_[0-3] PENDING JobHeldUser\n18_[0-1] PENDING JobHeldAdmin"));
  EXPECT_EQ("", held_reason("17_[0-3] PENDING JobHeldUser\n18_0 RUNNING None"));
  EXPECT_EQ("", held_reason("17_[0-3] PENDING Resources"));
  EXPECT_EQ("", held_reason(""));
}

// A chunk may hold runs with a limit and runs without: the site's default then has to do for the task.
TEST_F(PlanTest, ARunWithoutLimitLeavesTheTaskWithoutOne) {
  const Plan plan = load("return { runs = { { scenarios = { 'a.lua' }, limits = { wall_s = 5, memory_mib = 100 } }, { scenarios = { 'b.lua' } } } }");
  for (const std::string& argument : sbatch_arguments(Session::create(folder_ + "/out", plan, "1"), {1, 0, 1})) {
    EXPECT_NE(0u, argument.rfind("--time", 0)) << argument;
    EXPECT_NE(0u, argument.rfind("--mem", 0)) << argument;
  }
}

TEST_F(PlanTest, AChunkNamesRunsOfTheSession) {
  const std::string chunk = folder_ + "/c.runs";
  std::ofstream(chunk) << "0\n2\n";
  EXPECT_EQ((std::vector<std::size_t>{0, 2}), read_chunk(chunk, 3));
  EXPECT_THROW(read_chunk(chunk, 2), std::runtime_error);
  EXPECT_THROW(read_chunk(folder_ + "/none", 2), std::runtime_error);
}

}  // namespace
