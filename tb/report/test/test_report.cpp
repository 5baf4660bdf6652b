// SPDX-License-Identifier: Apache-2.0
// The three forms of a report, and the exit code. Expected texts are written out by hand.
#include <gtest/gtest.h>
#include <jansson.h>

#include "report/junit.h"
#include "report/run_json.h"
#include "report/table.h"

using namespace tandem::report;

namespace {

RunResult passed() {
  RunResult r;
  r.scenario = "s/a.lua";
  r.title = "A title";
  r.backend = "tlm";
  r.status = Status::Pass;
  r.seed = 7;
  r.sim_ns = 12345;
  r.wall_ms = 250;
  r.steps = {{"probe", Status::Pass, 0, 500}, {"map", Status::Pass, 500, 12345}};
  r.smmus = {{"smmu0", "tlm", 10, 20, 18, 2, 1}};
  return r;
}

RunResult failed() {
  RunResult r = passed();
  r.backend = "rtl";
  r.status = Status::Fail;
  r.reason = "a.lua:9: got 1, expected 2 & <3>";
  r.oracle = "oracle command.missing at 1 ns, record 2: a TLBI";
  r.detail = "stack traceback:\n\ta.lua:9";
  r.steps[1].status = Status::Fail;
  r.repeat = "tandem run s/a.lua --on rtl";
  return r;
}

RunResult with(Status status) {
  RunResult r = passed();
  r.status = status;
  return r;
}

}  // namespace

TEST(exit_code, sums_up) {
  EXPECT_EQ(0, exit_code({with(Status::Pass), with(Status::Skip)}, false));
  EXPECT_EQ(1, exit_code({with(Status::Pass), with(Status::Fail)}, false));
  EXPECT_EQ(2, exit_code({with(Status::Fail), with(Status::Error)}, false));
  EXPECT_EQ(77, exit_code({with(Status::Skip), with(Status::Skip)}, false));
  EXPECT_EQ(130, exit_code({with(Status::Pass)}, true));
}

TEST(run_json, has_exactly_the_documented_keys) {
  RunResult run = passed();
  run.tables = {{"T", {"a"}, {{"1"}}}};
  run.figures = {{"speed", "us", 2.5}};
  run.divergences = {{"smmu0", "r", "w", "s", 3}};
  run.params = {{"pages", "3"}};
  run.smmu_params = {{"smmu0.tlb_entries", "64"}};
  RunFile file{{run}, {}, "1.2", {{"systemc", "2.3.4"}}};
  json_t* root = json_loads(run_file_json(file).c_str(), 0, nullptr);
  json_t* expected = json_loads(
      "{\"version\": \"1.2\", \"versions\": {\"systemc\": \"2.3.4\"}, \"results\": [{\"scenario\": \"s/a.lua\", \"backend\": \"tlm\", \"status\": \"pass\", \"reason\": \"\", \"oracle\": \"\","
      " \"seed\": 7, \"sim_ns\": 12345, \"wall_ms\": 250.0, \"smmus\": [{\"name\": \"smmu0\", \"commands\": 10, \"translations\": 20,"
      " \"tlb_hits\": 18, \"tlb_misses\": 2, \"events\": 1}], \"tables\": [{\"title\": \"T\", \"columns\": [\"a\"], \"rows\": [[\"1\"]]}],"
      " \"figures\": [{\"name\": \"speed\", \"value\": 2.5, \"unit\": \"us\"}],"
      " \"params\": {\"pages\": \"3\"}, \"smmu_params\": {\"smmu0.tlb_entries\": \"64\"},"
      " \"known_divergences\": [{\"smmu\": \"smmu0\", \"rule\": \"r\", \"what\": \"w\", \"says\": \"s\", \"count\": 3}]}]}",
      0, nullptr);
  ASSERT_NE(nullptr, root);
  EXPECT_TRUE(json_equal(root, expected)) << run_file_json(file);
  json_decref(root);
  json_decref(expected);
}

TEST(run_json, has_comparisons_with_their_difference) {
  ComparisonResult c;
  c.scenario = "s/a.lua";
  c.backends = {"tlm", "rtl"};
  c.status = Status::Fail;
  c.reason = "they differ";
  c.difference_json = "{\"what\": \"event\"}";
  c.repeat = "tandem run";
  c.seed = 7;
  c.facts = 12;
  c.rules = {{"event.stag", 3}};
  json_t* root = json_loads(run_file_json({{}, {c}, "1", {}}).c_str(), 0, nullptr);
  json_t* expected = json_loads(
      "{\"version\": \"1\", \"versions\": {}, \"results\": [], \"comparisons\": [{\"scenario\": \"s/a.lua\", \"backends\": [\"tlm\", \"rtl\"],"
      " \"status\": \"fail\", \"reason\": \"they differ\", \"seed\": 7, \"facts\": 12, \"rules\": {\"event.stag\": 3},"
      " \"difference\": {\"what\": \"event\"}, \"repeat\": \"tandem run\"}]}",
      0, nullptr);
  EXPECT_TRUE(json_equal(root, expected));
  json_decref(root);
  json_decref(expected);
}

TEST(comparison, is_a_run_for_junit_and_the_exit_code) {
  ComparisonResult c;
  c.backends = {"tlm", "rtl"};
  c.status = Status::Fail;
  c.text = "first difference";
  const RunResult run = as_run(c);
  EXPECT_EQ("compare tlm rtl", run.backend);
  EXPECT_EQ("first difference", run.detail);
  EXPECT_EQ(1, exit_code({run}, false));
}

TEST(run_json, a_worker_line_carries_everything_and_stays_one_line) {
  RunResult run = failed();
  run.tables = {{"a table", {"x", "y"}, {{"1", "2"}, {"3", "4"}}}};
  run.coverage = {{"command/SYNC", 3}, {"event/F_TRANSLATION", 1}};
  run.figures = {{"speed", "us", 2.5}, {"odd\nname", "", -1}};
  run.divergences = {{"smmu0", "rule", "seen", "said", 2}, {"smmu1", "rule", "seen", "said", 1}};
  const std::string line = worker_line(run);
  EXPECT_EQ(std::string::npos, line.find('\n'));
  RunResult back;
  std::string error;
  ASSERT_TRUE(parse_worker_line(line, &back, &error)) << error;
  EXPECT_EQ(line, worker_line(back));
  ASSERT_EQ(1u, back.tables.size());
  EXPECT_EQ("4", back.tables[0].rows.at(1).at(1));
  EXPECT_EQ(run.coverage, back.coverage);
  ASSERT_EQ(2u, back.figures.size());
  EXPECT_EQ("us", back.figures[0].unit);
  EXPECT_DOUBLE_EQ(2.5, back.figures[0].value);
  ASSERT_EQ(2u, back.divergences.size());
  EXPECT_EQ("said", back.divergences[1].says);
  EXPECT_EQ("stack traceback:\n\ta.lua:9", back.detail);
  EXPECT_EQ(failed().oracle, back.oracle);
  EXPECT_EQ(Status::Fail, back.steps.at(1).status);
}

TEST(run_json, refuses_a_line_that_is_no_result) {
  RunResult back;
  std::string error;
  EXPECT_FALSE(parse_worker_line("{\"status\": \"good\"}", &back, &error));
  EXPECT_EQ("the worker's message has no status", error);
  EXPECT_FALSE(parse_worker_line("{", &back, &error));
}

TEST(run_json, text_that_is_not_utf8_does_not_lose_the_run) {
  RunResult odd = passed();
  odd.reason = "byte \xff";
  EXPECT_NE(std::string::npos, run_file_json({{odd}, {}, "1", {}}).find("byte ?"));
}

TEST(write_file, says_why_not) {
  EXPECT_EQ("cannot write /no/such/folder/x: No such file or directory", write_file("/no/such/folder/x", "a"));
  EXPECT_EQ("cannot write /dev/full: No space left on device", write_file("/dev/full", "a"));
}

TEST(junit, counts_and_escapes) {
  const std::string xml = junit_xml({passed(), failed(), with(Status::Skip)});
  EXPECT_NE(std::string::npos, xml.find("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"0.750\""));
  EXPECT_NE(std::string::npos, xml.find("<failure message=\"a.lua:9: got 1, expected 2 &amp; &lt;3&gt;\">"));
  EXPECT_NE(std::string::npos, xml.find("&#10;repeat: tandem run s/a.lua --on rtl</failure>"));
  EXPECT_NE(std::string::npos, xml.find("<testcase classname=\"s/a.lua\" name=\"tlm\" time=\"0.250\"/>"));
}

// Numbers stand right, words left; a table two backends agree on is shown once, one they do not agree on twice.
TEST(table, shows_what_a_scenario_compares) {
  RunResult tlm = passed(), rtl = passed();
  rtl.backend = "rtl";
  const TableResult same = {"tags", {"policy", "tag"}, {{"LOCAL", "7"}, {"REJECT", "-"}, {"ALL", "301"}}};
  tlm.tables = {same, {"times", {"ns"}, {{"5"}}}};
  rtl.tables = {same, {"times", {"ns"}, {{"60"}}}};
  const std::string text = console_table({tlm, rtl}, TableStyle{});
  EXPECT_NE(std::string::npos, text.find("\n  tags  (tlm, rtl)\n    policy  tag\n    LOCAL     7\n    REJECT    -\n    ALL     301\n"
                                         "\n  times  (tlm)\n    ns\n     5\n\n  times  (rtl)\n    ns\n    60\n")) << text;
}

// A rule stands once for each run, with all SMMUs that showed it, and is counted once in the verdict. A run with one has passed.
TEST(table, known_divergences_are_shown_and_counted) {
  RunResult run = passed();
  run.backend = "qemu";
  run.divergences = {{"smmu0", "r", "seen", "said", 2}, {"smmu1", "r", "seen", "said", 1}, {"smmu1", "other", "x", "y", 1}};
  const std::string text = console_table({run}, TableStyle{});
  EXPECT_NE(std::string::npos, text.find("\n  known divergence on qemu: r (smmu0, smmu1, 3 times)\n    seen: seen\n    architecture: said\n")) << text;
  EXPECT_NE(std::string::npos, text.find("\n  known divergence on qemu: other (smmu1, 1 time)\n")) << text;
  EXPECT_EQ("PASS: 1 of 1 run passed, 2 known divergences in 0.25 s wall time\n", verdict_line({run}, 1, 250, false, TableStyle{}));
  EXPECT_EQ(0, exit_code({run}, false));
}

TEST(table, a_skipped_step_shows_no_time) {
  RunResult run = passed();
  run.steps.push_back({"stage 2: not here", Status::Skip, 12345, 12345});
  EXPECT_NE(std::string::npos, console_table({run}, TableStyle{}).find("  3 stage 2: not here                 SKIP\n"));
}

TEST(table, has_a_row_per_step_and_a_column_per_backend) {
  const std::string expected =
      "\ns/a.lua\n"
      "  A title  (seed 7)\n"
      "\n"
      "  step, and the simulated time it took tlm               rtl\n"
      "   1 probe                             PASS  500 ns      PASS  500 ns\n"
      "   2 map                               PASS  11.85 us    FAIL  11.85 us\n"
      "  all                                  PASS  12.35 us    FAIL  12.35 us\n"
      "  wall time                                  0.25 s            0.25 s\n"
      "\n"
      "  what each SMMU did                   commands  translations  TLB hits  TLB misses  events\n"
      "  tlm: SystemC model    smmu0                10            20        18           2       1\n"
      "  rtl: Verilated block  smmu0 (tlm)          10            20        18           2       1\n"
      "\n"
      "  FAIL on rtl: a.lua:9: got 1, expected 2 & <3>\n"
      "    and oracle command.missing at 1 ns, record 2: a TLBI\n"
      "  repeat: tandem run s/a.lua --on rtl\n"
      "\n"
      "commands: consumed from its queue. translations: bus bursts answered with an address (the bus of an implementation may cut\n"
      "a long access); hits and misses count refused ones too. events: fault records. All counted by the bench.\n";
  EXPECT_EQ(expected, console_table({passed(), failed()}, {}));
}

TEST(table, the_verdict_is_one_line) {
  EXPECT_EQ("PASS: 1 of 1 run passed in 0.25 s wall time\n", verdict_line({passed()}, 1, 250, false, {}));
  EXPECT_EQ("FAIL: 1 of 2 runs passed, 1 failed in 0.30 s wall time\n", verdict_line({passed(), failed()}, 2, 300, false, {}));
  EXPECT_EQ("SKIP: 0 of 1 run passed, 1 skipped in 0.25 s wall time\n", verdict_line({with(Status::Skip)}, 1, 250, false, {}));
  EXPECT_EQ("INTERRUPTED: 1 of 4 runs passed, 3 not started in 0.25 s wall time\n", verdict_line({passed()}, 4, 250, true, {}));
}

TEST(table, colours_only_when_asked) {
  EXPECT_EQ(std::string::npos, console_table({failed()}, {}).find('\033'));
  EXPECT_NE(std::string::npos, console_table({failed()}, {true, false}).find("\033[31m"));
}

TEST(table, times_are_readable) {
  EXPECT_EQ("999 ns", format_sim_time(999));
  EXPECT_EQ("1.5 us", format_sim_time(1500));
  EXPECT_EQ("2 ms", format_sim_time(2000000));
  EXPECT_EQ("3.25 s", format_sim_time(3250000000ull));
}
