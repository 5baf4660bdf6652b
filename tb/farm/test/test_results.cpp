// SPDX-License-Identifier: Apache-2.0
// What broke, since when: three nights in a store, questions whose answers were worked out by hand.
#include <gtest/gtest.h>

#include <filesystem>

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
    char name[] = "/tmp/tandem-results-XXXXXX";
    return mkdtemp(name);
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
      r.figures["clock"] = night_ * 10.0 + (key == "a" ? 1 : 0);
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

TEST_F(Nights, ThePageHoldsEveryVerdictAndNoOpenMarkup) {
  const std::string page = trend_page(store_);
  for (const char* text : {"<!DOCTYPE html>", "&lt;d&gt; broke, &quot;badly&quot;", "tandem run d", ">mon<", "\"clock\"", "</html>"}) {
    EXPECT_NE(std::string::npos, page.find(text)) << text;
  }
  EXPECT_EQ(std::string::npos, page.find("<d>"));
  for (const char* fetched : {"<script src", "<link", "<img"}) EXPECT_EQ(std::string::npos, page.find(fetched)) << fetched;
}

}  // namespace
