// SPDX-License-Identifier: Apache-2.0
// What broke, since when: three nights in a store, questions whose answers were worked out by hand.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "farm/bisect.h"
#include "farm/coverage_model.h"
#include "farm/coverage_query.h"
#include "farm/farm_options.h"
#include "farm/results_query.h"
#include "farm/trend_page.h"

namespace {

using namespace tandem::farm;
using tandem::report::Status;

class Nights : public testing::Test {
 protected:
  Nights() : folder_(make_folder()), store_(folder_ + "/r.db") {
    //                 mon           tue           wed
    put("mon", "1", {{"a", Status::Pass}, {"b", Status::Pass}, {"c", Status::Fail}, {"e", Status::Pass}});
    put("tue", "1", {{"a", Status::Pass}, {"b", Status::Fail}, {"c", Status::Fail}, {"e", Status::Fail}});
    put("wed", "2", {{"a", Status::Pass}, {"b", Status::Error}, {"c", Status::Pass}, {"d", Status::Fail}, {"e", Status::Fail}});
  }
  ~Nights() override { std::filesystem::remove_all(folder_); }

  static std::string make_folder() {
    // In memory where possible: nothing here is about a disk.
    char in_memory[] = "/dev/shm/tandem-results-XXXXXX", on_disk[] = "/tmp/tandem-results-XXXXXX";
    const char* made = mkdtemp(in_memory);
    return made != nullptr ? made : mkdtemp(on_disk);
  }

  void put(const std::string& id, const std::string& version, const std::vector<std::pair<std::string, Status>>& verdicts) {
    SessionInfo info;
    info.id = id;
    info.plan = "night";
    info.created = "2026-01-0" + std::to_string(++night_) + "T00:00:00Z";
    info.version = version;
    info.run_count = verdicts.size();
    store_.put_session(info);
    std::vector<Record> records;
    for (const auto& [key, status] : verdicts) {
      Record r;
      r.key = key;
      r.version = version;
      r.result.scenario = "scenarios/" + key + ".lua";
      r.result.backend = key == "a" ? "rtl" : "tlm";
      r.result.status = status;
      r.result.reason = status == Status::Pass ? "" : "<" + key + "> broke, \"badly\"";
      r.result.repeat = "tandem run " + key;
      r.result.figures = {{"clock", "ns", night_ * 10.0 + (key == "a" ? 1 : 0)}};
      r.result.coverage = {{"both", 2}, {"only/" + id, 1}};
      if (key == "c") r.attempt = 2;
      records.push_back(r);
    }
    store_.import(id, records);
  }

  std::string folder_;
  Store store_;
  int night_ = 0;
};

TEST_F(Nights, BrokenSaysSinceWhen) {
  const std::vector<Broken> all = broken(store_, "wed");
  ASSERT_EQ(3u, all.size());
  EXPECT_EQ("b", all[0].run.key);
  EXPECT_EQ("tue", all[0].since);
  EXPECT_EQ("mon", all[0].last_good);
  EXPECT_EQ("d", all[1].run.key);
  EXPECT_EQ("wed", all[1].since);
  EXPECT_EQ("", all[1].last_good);
  EXPECT_EQ("e", all[2].run.key);
  EXPECT_EQ("tue", all[2].since);
}

// Two sessions of the same second: their ids say which came first.
TEST_F(Nights, BrokenKnowsTheOrderWithinASecond) {
  put("x1", "2", {{"f", Status::Pass}});
  --night_;
  put("x2", "2", {{"f", Status::Fail}});
  --night_;
  put("x3", "2", {{"f", Status::Fail}});
  const std::vector<Broken> all = broken(store_, "x3");
  ASSERT_EQ(1u, all.size());
  EXPECT_EQ("x1", all[0].last_good);
  EXPECT_EQ("x2", all[0].since);
}

TEST_F(Nights, CompareNamesEveryChangeOnce) {
  const std::vector<Change> changes = compare(store_, "tue", "wed");
  ASSERT_EQ(3u, changes.size());  // b fail -> error, c fail -> pass, d new
  EXPECT_EQ("b", changes[0].key);
  EXPECT_EQ("error", changes[0].new_status);
  EXPECT_EQ("c", changes[1].key);
  EXPECT_EQ("pass", changes[1].new_status);
  EXPECT_EQ("d", changes[2].key);
  EXPECT_EQ("", changes[2].old_status);
  const std::vector<Change> back = compare(store_, "wed", "tue");
  ASSERT_EQ(3u, back.size());
  EXPECT_EQ("", back[2].new_status);
}

TEST_F(Nights, FiltersNarrow) {
  RunFilter filter;
  EXPECT_EQ(13u, runs(store_, filter).size());
  filter.status = "bad";
  EXPECT_EQ(7u, runs(store_, filter).size());
  filter.session = "wed";
  EXPECT_EQ(3u, runs(store_, filter).size());
  filter.scenario = "scenarios/[bd].lua";
  EXPECT_EQ(2u, runs(store_, filter).size());
  filter.limit = 1;
  EXPECT_EQ(1u, runs(store_, filter).size());
  RunFilter backend;
  backend.backend = "rtl";
  EXPECT_EQ(3u, runs(store_, backend).size());
}

TEST(ResultsOptions, ALimitThatWasAskedForIsKept) {
  EXPECT_FALSE(parse_results({"export", "--format", "csv"}).limit.has_value());
  EXPECT_EQ(1000u, parse_results({"export", "--format", "csv", "--limit", "1000"}).limit.value());
}

TEST_F(Nights, FlakyIsSeveralAttemptsOrTwoVerdictsOfOneVersion) {
  std::vector<std::string> keys;
  for (const RunRow& row : flaky(store_)) keys.push_back(row.key + "@" + row.session);
  // b and e changed under version 1; c took two attempts each night.
  EXPECT_EQ((std::vector<std::string>{"b@mon", "b@tue", "b@wed", "c@mon", "c@tue", "c@wed", "e@mon", "e@tue", "e@wed"}), keys);
}

TEST_F(Nights, SessionsCanBeNamedShortly) {
  EXPECT_EQ("wed", resolve_session(store_, "last"));
  EXPECT_EQ("mon", resolve_session(store_, "m"));
  EXPECT_THROW(resolve_session(store_, "x"), StoreError);
  EXPECT_THROW(resolve_session(store_, ""), StoreError);
}

TEST_F(Nights, FiguresAreMediansOverTheRuns) {
  const std::vector<Trend> trends = figure_trends(store_);
  ASSERT_EQ(3u, trends.size());
  EXPECT_DOUBLE_EQ(10.0, trends[0].value);  // 10 10 10 11
  EXPECT_DOUBLE_EQ(30.0, trends[2].value);
}

TEST(CoverageModel, TheBuiltInOneNamesOnlyWhatIsCounted) {
  CoverageModel model;
  std::string error;
  ASSERT_TRUE(load_coverage_model("", &model, &error)) << error;
  EXPECT_EQ(1u, model.points.count("walk/nested/stage2/64k/L3/F_PERMISSION"));
  EXPECT_EQ(0u, model.points.count("command/DPTI_ALL"));
  EXPECT_EQ("neither device permission tables nor VMS are modelled", model.excluded.at("command/DPTI_ALL"));
}

TEST_F(Nights, AModelIsReadOrRefusedWithASentence) {
  const std::string file = folder_ + "/model.lua";
  CoverageModel model;
  std::string error;
  const auto load = [&](const char* text) {
    std::ofstream(file) << text;
    return load_coverage_model(file, &model, &error);
  };
  ASSERT_TRUE(load("return { points = { 'ste/{s1,s2}', 'msi/*', 'scenario/mine' }, exclude = { ['msi/ab*'] = 'none here' } }")) << error;
  EXPECT_EQ((std::set<std::string>{"ste/s1", "ste/s2", "msi/ok", "scenario/mine"}), model.points);
  EXPECT_EQ("none here", model.excluded.at("msi/aborted"));
  EXPECT_FALSE(load("return {\n points = { 'ste/s3' } }"));
  EXPECT_EQ(file + ":2: 'ste/s3' in coverage model.points is no point that tandem counts; `tandem results coverage --list` shows them", error);
  EXPECT_FALSE(load("return { points = { 'ste/s1' }, holes = {} }"));
  EXPECT_NE(std::string::npos, error.find("unknown key 'holes'")) << error;
  EXPECT_FALSE(load("return { }"));
  EXPECT_FALSE(load_coverage_model(folder_ + "/none.lua", &model, &error));
}

TEST(CoverageModel, BracesAreAlternatives) {
  EXPECT_EQ((std::vector<std::string>{"a/b/1", "a/b/2", "a/c/1", "a/c/2"}), alternatives_of("a/{b,c}/{1,2}"));
  EXPECT_EQ((std::vector<std::string>{"a{b"}), alternatives_of("a{b"));
  EXPECT_EQ("walk s1 stage1", group_of_point("walk/s1/stage1/4k/L3/ok"));
  EXPECT_EQ("page_request", group_of_point("page_request"));
}

TEST_F(Nights, CoverageByRunAndBySession) {
  RunFilter filter;
  filter.session = "tue";
  EXPECT_EQ(2u, points_of(store_, filter).size());
  EXPECT_EQ(4, points_of(store_, filter).at("both").runs);
  filter.status = "bad";
  EXPECT_EQ(3, points_of(store_, filter).at("both").runs);
  EXPECT_EQ(6, points_of(store_, filter).at("both").hits);
  RunFilter hit;
  hit.point = "only/m*";
  EXPECT_EQ(4u, runs(store_, hit).size());
  EXPECT_EQ(2u, point_counts(store_).at("wed"));
}

TEST_F(Nights, FiguresOfAnEndedSessionAreTheSame) {
  const std::vector<Trend> before = figure_trends(store_);
  store_.end_session("mon", "2026-01-01T01:00:00Z");
  const std::vector<Trend> after = figure_trends(store_);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i].value, after[i].value);
  RunFilter filter;
  filter.session = "mon";
  const std::vector<FigureRow> rows = figures_of(store_, filter);
  ASSERT_EQ(1u, rows.size());
  EXPECT_EQ("ns", rows[0].unit);
  EXPECT_EQ(10.0, rows[0].low);
  EXPECT_EQ(11.0, rows[0].high);
  EXPECT_EQ(4, rows[0].runs);
}

// g good, b bad, u untestable.
Bisection search(const std::string& builds) {
  std::vector<std::string> names(builds.size(), "build");
  std::vector<bool> tried(builds.size(), false);
  return bisect(names, [&](std::size_t n) {
    EXPECT_FALSE(tried[n]) << builds << " " << n;
    tried[n] = true;
    return builds[n] == 'g' ? BuildVerdict::Good : builds[n] == 'b' ? BuildVerdict::Bad : BuildVerdict::Untestable;
  });
}

TEST(Bisect, FindsTheBorderWhereverItIs) {
  for (std::size_t good = 1; good < 20; ++good) {
    const Bisection found = search(std::string(good, 'g') + std::string(20 - good, 'b'));
    EXPECT_EQ(good, found.first_bad);
    EXPECT_EQ(good - 1, found.last_good);
    EXPECT_TRUE(found.suspects.empty());
    EXPECT_LE(found.tried, 7u);  // two ends, and the logarithm of 18
  }
  EXPECT_TRUE(search("bb").oldest_is_bad);
  EXPECT_TRUE(search("gg").newest_is_good);
}

TEST(Bisect, UntestableBuildsStayBetweenTheEnds) {
  Bisection found = search("gguuub");
  EXPECT_EQ(1u, found.last_good);
  EXPECT_EQ(5u, found.first_bad);
  EXPECT_EQ((std::vector<std::size_t>{2, 3, 4}), found.suspects);
  found = search("gugubub");
  EXPECT_EQ(2u, found.last_good);
  EXPECT_EQ(4u, found.first_bad);
  EXPECT_EQ((std::vector<std::size_t>{3}), found.suspects);
  EXPECT_THROW(search("ug"), std::runtime_error);
  EXPECT_THROW(search("gu"), std::runtime_error);
}

TEST(Bisect, ALineIsTakenApartAsAShellDoes) {
  EXPECT_EQ((std::vector<std::string>{"tandem", "run", "a b.lua", "-p", "text=it's"}), shell_words("tandem run 'a b.lua' -p 'text=it'\\''s'"));
  EXPECT_EQ((std::vector<std::string>{"x", ""}), shell_words("x ''"));
}

TEST_F(Nights, ThePageHoldsEveryVerdictAndNoOpenMarkup) {
  CoverageModel model;
  model.points = {"command/SYNC", "walk/s1/stage1/4k/L3/ok"};
  const std::string page = trend_page(store_, model);
  for (const char* text : {"<!DOCTYPE html>", "&lt;d&gt; broke, &quot;badly&quot;", "tandem run d", ">mon<", "\"clock, median\"", "id=\"coverage\"", "walk/s1/stage1/4k/L3/ok", "</html>"}) {
    EXPECT_NE(std::string::npos, page.find(text)) << text;
  }
  EXPECT_EQ(std::string::npos, page.find("<d>"));
  for (const char* fetched : {"<script src", "<link", "<img"}) EXPECT_EQ(std::string::npos, page.find(fetched)) << fetched;
}

}  // namespace
