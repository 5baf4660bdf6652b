// SPDX-License-Identifier: Apache-2.0
// Every form an option may take, and the sentence for everything else.
#include <gtest/gtest.h>

#include "cli/options.h"

using namespace tandem::cli;

namespace {

using List = std::vector<std::string>;

std::string mistake(const List& arguments) {
  try {
    parse_run(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST(options, run_takes_every_form) {
  const RunOptions run = parse_run({"a.lua", "--on", "both", "--seed=0x10", "-p", "pages=3", "-pname=a=b", "--json", "o.json", "-v", "--", "-odd.lua"});
  EXPECT_EQ((List{"a.lua", "-odd.lua"}), run.scenarios);
  EXPECT_EQ((List{"tlm", "rtl"}), run.backends);
  EXPECT_EQ(16, run.seed.value());
  ASSERT_EQ(2u, run.params.size());
  EXPECT_EQ("pages", run.params[0].first);
  EXPECT_EQ("name", run.params[1].first);
  EXPECT_EQ("a=b", run.params[1].second);
  EXPECT_EQ("o.json", run.json_file);
  EXPECT_TRUE(run.verbose);
}

TEST(options, backends_are_a_list_without_repeats) {
  EXPECT_EQ((List{"tlm"}), parse_run({"a"}).backends);
  EXPECT_EQ((List{"tlm", "rtl", "mixed"}), parse_run({"a", "--on", "all"}).backends);
  EXPECT_EQ((List{"mixed", "tlm"}), parse_run({"a", "--on", "mixed,tlm,mixed"}).backends);
  EXPECT_EQ((List{"tlm", "rtl", "qemu"}), parse_run({"a", "--on", "tlm,rtl,qemu"}).backends);
}

TEST(options, oracles_are_switched_off_by_name) {
  EXPECT_EQ(List{}, parse_run({"a"}).checks_off);
  EXPECT_EQ((List{"stale", "tables"}), parse_run({"a", "--no-check", "stale,tables,stale"}).checks_off);
  EXPECT_EQ((List{"commands", "tables", "stale", "counts", "life", "data"}), parse_run({"a", "--no-check", "all"}).checks_off);
}

TEST(options, mistakes_are_sentences) {
  EXPECT_EQ("tandem run: unknown oracle 'table'; --no-check takes commands, tables, stale, counts, life, data or all", mistake({"a", "--no-check", "table"}));
  EXPECT_EQ("tandem run: unknown oracle ''; --no-check takes commands, tables, stale, counts, life, data or all", mistake({"a", "--no-check="}));
  EXPECT_EQ("tandem run: unknown backend 'gem5'; --on takes tlm, rtl, mixed, qemu, both (tlm and rtl) or all (tlm, rtl and mixed)" + further_backends_text(), mistake({"a", "--on", "gem5"}));
  EXPECT_EQ("tandem run: unknown backend ''; --on takes tlm, rtl, mixed, qemu, both (tlm and rtl) or all (tlm, rtl and mixed)" + further_backends_text(), mistake({"a", "--on", "tlm,"}));
  EXPECT_EQ("tandem run: option --seed needs a value", mistake({"a", "--seed"}));
  EXPECT_EQ("tandem run: --seed must be an integer, got '7x'", mistake({"a", "--seed", "7x"}));
  EXPECT_EQ("tandem run: --seed must be an integer, got ' 7'", mistake({"a", "--seed", " 7"}));
  EXPECT_EQ("tandem run: --seed must be an integer, got ''", mistake({"a", "--seed="}));
  EXPECT_EQ("tandem run: --seed must be from -9223372036854775808 to 9223372036854775807, got 9223372036854775808",
            mistake({"a", "--seed", "9223372036854775808"}));
  EXPECT_EQ("tandem run: --jobs must be from 1 to 256, got 0", mistake({"a", "--jobs", "0"}));
  EXPECT_EQ("tandem run: x cannot take two kinds of output", mistake({"a", "--json", "x", "--trace", "x"}));
  EXPECT_EQ(-5, parse_run({"a", "--seed", "-5"}).seed.value());
  EXPECT_EQ(10, parse_run({"a", "--seed", "010"}).seed.value());
  EXPECT_EQ(3u, parse_run({"a", "-j3"}).jobs);
  EXPECT_EQ("tandem run: --smmu takes key=value, got '=3'", mistake({"a", "--smmu", "=3"}));
  EXPECT_EQ("tandem run: -p takes key=value, got 'pages'", mistake({"a", "-p", "pages"}));
  EXPECT_EQ("tandem run: option --verbose takes no value", mistake({"a", "--verbose=1"}));
  EXPECT_EQ(0u, mistake({"a", "--sed", "7"}).find("tandem run: unknown option '--sed'; it knows "));
  EXPECT_EQ(0u, mistake({"-v"}).find("tandem run: name at least one scenario file"));
}

TEST(options, help_needs_nothing_else) {
  EXPECT_TRUE(parse_run({"--help"}).help);
  EXPECT_TRUE(parse_list({"-h"}).help);
  EXPECT_TRUE(parse_bench({"-h"}).help);
}

TEST(options, comparing_and_records) {
  const RunOptions run = parse_run({"a", "--on", "both", "--compare", "--policy", "p.lua", "--policy=q.lua"});
  EXPECT_TRUE(run.compare);
  EXPECT_EQ((List{"p.lua", "q.lua"}), run.policy_files);
  EXPECT_EQ("r", parse_run({"a", "--record", "r"}).record_file);
  EXPECT_NE(std::string::npos, mistake({"a", "--compare"}).find("--compare needs two backends or more"));
  EXPECT_EQ("tandem run: --record takes one scenario on one backend, without --compare", mistake({"a", "b", "--record", "r"}));
  EXPECT_EQ("tandem run: --record takes one scenario on one backend, without --compare", mistake({"a", "--on", "both", "--record", "r"}));
  EXPECT_EQ("tandem run: --policy goes with --compare", mistake({"a", "--policy", "p.lua"}));
  const ReplayOptions replay = parse_replay({"r", "--on", "rtl"});
  EXPECT_EQ("r", replay.record_file);
  EXPECT_EQ("rtl", replay.backend);
  EXPECT_THROW(parse_replay({}), UsageError);
  EXPECT_THROW(parse_replay({"r", "s"}), UsageError);
  EXPECT_THROW(parse_replay({"r", "--on", "both"}), UsageError);
}

TEST(options, list_and_bench) {
  EXPECT_EQ("x", parse_list({"x"}).folder);
  EXPECT_THROW(parse_list({"x", "y"}), UsageError);
  EXPECT_EQ((List{"model", "calib.hash_l1"}), parse_bench({"model", "calib.hash_l1"}).names);
  EXPECT_TRUE(parse_bench({"--all"}).names.empty());
  EXPECT_THROW(parse_bench({"--all", "model"}), UsageError);
  EXPECT_EQ(12u, parse_bench({"--spread-limit", "12"}).spread_limit_percent);
  EXPECT_THROW(parse_bench({"--spread-limit", "0"}), UsageError);
}
