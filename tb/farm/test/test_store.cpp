// SPDX-License-Identifier: Apache-2.0
// The results store: importing twice changes nothing, several writers lose nothing, an old form is brought up to date, a newer
// one refused. What survives a power cut: test_power_cut.cpp.
#include <gtest/gtest.h>

#include <sqlite3.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <unistd.h>

#include "farm/coverage_query.h"
#include "farm/results_query.h"
#include "farm/store.h"

namespace {

using namespace tandem::farm;
namespace fs = std::filesystem;

class File {
 public:
  File() {
    // In memory where possible: what dies here is a process, not the machine, and every synchronisation of a disk costs time.
    char in_memory[] = "/dev/shm/tandem-store-XXXXXX", on_disk[] = "/tmp/tandem-store-XXXXXX";
    const char* made = mkdtemp(in_memory);
    folder_ = made != nullptr ? made : mkdtemp(on_disk);
  }
  ~File() { fs::remove_all(folder_); }
  std::string path() const { return folder_ + "/results.db"; }

 private:
  std::string folder_;
};

SessionInfo session(const char* id, std::size_t runs) {
  SessionInfo info;
  info.id = id;
  info.plan = "p";
  info.created = "2026-01-01T00:00:00Z";
  info.version = "1";
  info.run_count = runs;
  return info;
}

std::vector<Record> records(int from, int to) {
  std::vector<Record> all;
  for (int n = from; n < to; ++n) {
    Record r;
    r.key = "a.lua|tlm|seed=" + std::to_string(n);
    r.result.scenario = "a.lua";
    r.result.backend = "tlm";
    r.result.status = n % 3 == 0 ? tandem::report::Status::Fail : tandem::report::Status::Pass;
    r.result.seed = n;
    r.result.coverage["p" + std::to_string(n % 4)] = 1;
    all.push_back(r);
  }
  return all;
}

void run_sql(const std::string& file, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(SQLITE_OK, sqlite3_open(file.c_str(), &db));
  ASSERT_EQ(SQLITE_OK, sqlite3_exec(db, sql, nullptr, nullptr, nullptr)) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

std::string refusal(const std::string& file, bool create = true) {
  try {
    const Store store(file, create);
    return "";
  } catch (const StoreError& error) {
    return error.what();
  }
}

TEST(Store, AFileThatIsNoStoreIsNamed) {
  const File file;
  std::ofstream(file.path()) << "A letter to the editor, long enough to be looked at as a database that it is not. ........................\n";
  EXPECT_EQ("the store " + file.path() + ": file is not a database", refusal(file.path(), false));
}

// What the tables cannot hold is said, and nothing of that import is kept: a record that vanished would be a run without result.
TEST(Store, AValueThatDoesNotFitIsNoRepetition) {
  const File file;
  Store store(file.path());
  store.put_session(session("s", 2));
  std::vector<Record> two = records(0, 2);
  two[1].result.figures = {{"speed", "", std::nan("")}};  // NULL in SQLite
  try {
    store.import("s", two);
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ("the store " + file.path() + ": NOT NULL constraint failed: run_figure.value", std::string(error.what()));
  }
  EXPECT_EQ(0, store.count("s"));
}

TEST(Store, ImportingAgainChangesNothing) {
  const File file;
  Store store(file.path());
  store.put_session(session("s", 10));
  for (int twice = 0; twice < 2; ++twice) {
    store.put_session(session("s", 10));
    store.import("s", records(0, 10));
    const SessionCounts counts = counts_of(store, "s");
    EXPECT_EQ(6, counts.pass);   // 0, 3, 6, 9 fail
    EXPECT_EQ(4, counts.fail);
    EXPECT_EQ(10, store.count("s"));
  }
}

TEST(Store, TwoWritersAtOnceLoseNothing) {
  const File file;
  { Store(file.path()).put_session(session("s", 400)); }
  const auto write = [&](int from) {
    Store store(file.path());
    for (int n = from; n < from + 200; n += 10) store.import("s", records(n, n + 10));
  };
  std::thread other(write, 0);
  write(200);
  other.join();
  EXPECT_EQ(400, Store(file.path()).count("s"));
}

// Forms 1 and 2 as the versions of their time wrote them, with two nights in them.
const char kForm1[] = R"(
CREATE TABLE session (
  id TEXT PRIMARY KEY, plan TEXT NOT NULL, title TEXT NOT NULL, plan_file TEXT NOT NULL, digest TEXT NOT NULL,
  created TEXT NOT NULL, ended TEXT, version TEXT NOT NULL, host TEXT NOT NULL, planned INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE run (
  session TEXT NOT NULL, key TEXT NOT NULL, scenario TEXT NOT NULL, backend TEXT NOT NULL, preset TEXT NOT NULL,
  seed INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, failing_step TEXT NOT NULL, detail TEXT NOT NULL,
  sim_ns INTEGER NOT NULL, wall_ms REAL NOT NULL, attempts INTEGER NOT NULL, host TEXT NOT NULL, version TEXT NOT NULL,
  finished TEXT NOT NULL, repeat TEXT NOT NULL, PRIMARY KEY (session, key)) WITHOUT ROWID;
CREATE INDEX run_by_status ON run (status, session);
CREATE INDEX run_by_key ON run (key, session, status);
CREATE TABLE attempt (
  session TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
  finished TEXT NOT NULL, PRIMARY KEY (session, key, number)) WITHOUT ROWID;
INSERT INTO session VALUES ('s', 'p', 't', 'p.lua', 'd', '2026-01-01T00:00:00Z', NULL, '0', 'h', 3), ('s2', 'p', 't', 'p.lua', 'd', '2026-01-02T00:00:00Z',
  '2026-01-02T00:01:00Z', '0', 'h', 1);
INSERT INTO run VALUES ('s', 'a.lua|tlm|seed=0', 'a.lua', 'tlm', 'pre', 0, 'fail', 'why', '1: one', 'more', 12, 3.5, 2, 'h', '0', '2026', 'tandem run a'),
  ('s', 'b', 'b.lua', 'rtl', '', 7, 'pass', '', '', '', 1, 1, 1, 'h', '0', '2026', 'tandem run b'),
  ('s2', 'b', 'b.lua', 'rtl', '', 7, 'pass', '', '', '', 1, 1, 1, 'h', '0', '2026', 'tandem run b');
INSERT INTO attempt VALUES ('s', 'a.lua|tlm|seed=0', 1, 'error', 'first', '2026');
PRAGMA application_id = 0x544e444d;
)";
const char kForm2[] = R"(
CREATE TABLE coverage (
  session TEXT NOT NULL, key TEXT NOT NULL, point TEXT NOT NULL, hits INTEGER NOT NULL,
  PRIMARY KEY (session, point, key)) WITHOUT ROWID;
CREATE TABLE figure (
  session TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (session, name, key)) WITHOUT ROWID;
INSERT INTO coverage VALUES ('s', 'a.lua|tlm|seed=0', 'p', 3), ('s', 'b', 'p', 4), ('s', 'b', 'q', 1), ('s', 'b', 'never', 0), ('s2', 'b', 'q', 9);
INSERT INTO figure VALUES ('s', 'a.lua|tlm|seed=0', 'clock', 1.5), ('s', 'b', 'clock', 2.5), ('s2', 'b', 'clock', 4);
)";

TEST(Store, FormOneIsBroughtUpToDate) {
  const File file;
  run_sql(file.path(), kForm1);
  run_sql(file.path(), "PRAGMA user_version = 1");
  Store store(file.path());
  EXPECT_EQ(2, store.count("s"));
  RunFilter filter;
  filter.key = "a.lua|tlm|seed=0";
  const std::vector<RunRow> rows = runs(store, filter);
  ASSERT_EQ(1u, rows.size());
  const RunRow& row = rows[0];
  EXPECT_EQ("s a.lua tlm pre fail why 1: one more h 0 2026 tandem run a",
            row.session + " " + row.scenario + " " + row.backend + " " + row.preset + " " + row.status + " " + row.reason + " " + row.failing_step + " " +
                row.detail + " " + row.host + " " + row.version + " " + row.finished + " " + row.repeat);
  EXPECT_EQ(12, row.sim_ns);
  EXPECT_EQ(3.5, row.wall_ms);
  EXPECT_EQ(2, row.attempts);
  store.import("s", records(0, 3));  // the first of them is there already
  EXPECT_EQ(4, store.count("s"));
  EXPECT_EQ(2, point_counts(store).at("s"));  // p1 and p2
}

TEST(Store, FormTwoKeepsItsCoverageAndFigures) {
  const File file;
  run_sql(file.path(), kForm1);
  run_sql(file.path(), kForm2);
  run_sql(file.path(), "PRAGMA user_version = 2");
  Store store(file.path());
  RunFilter night;
  night.session = "s";
  const auto points = points_of(store, night);
  ASSERT_EQ(2u, points.size());
  EXPECT_EQ(2, points.at("p").runs);
  EXPECT_EQ(7, points.at("p").hits);
  EXPECT_EQ(1, points.at("q").hits);
  const std::vector<FigureRow> figures = figures_of(store, night);
  ASSERT_EQ(1u, figures.size());
  EXPECT_EQ("clock", figures[0].name);
  EXPECT_EQ(2.0, figures[0].median);
  const std::vector<Trend> trends = figure_trends(store);
  ASSERT_EQ(2u, trends.size());
  EXPECT_EQ(4.0, trends[1].value);
  Statement by_name(store.db(), "SELECT hits FROM coverage WHERE session = 's2' AND key = 'b' AND point = 'q'");
  ASSERT_TRUE(by_name.step());
  EXPECT_EQ(9, by_name.integer(0));
  const SessionCounts counts = counts_of(store, "s");
  EXPECT_EQ(1, counts.pass);
  EXPECT_EQ(1, counts.fail);
  EXPECT_EQ(1, counts.flaky);
}

// Sums over a session must not count a run twice, however often and in whatever pieces it is imported.
TEST(Store, SumsOfASessionCountEachRunOnce) {
  const File file;
  Store store(file.path());
  store.put_session(session("s", 8));
  store.import("s", records(0, 5));
  store.import("s", records(3, 8));
  store.import("s", records(0, 8));
  RunFilter night;
  night.session = "s";
  std::int64_t sum = 0;
  for (const auto& [point, row] : points_of(store, night)) {
    EXPECT_EQ(2, row.runs) << point;  // 0 to 7 modulo 4
    sum += row.hits;
  }
  EXPECT_EQ(8, sum);
  night.backend = "tlm";  // not from the sums, but from the runs
  for (const auto& [point, row] : points_of(store, night)) EXPECT_EQ(2, row.runs) << point;
}

TEST(Store, ANewerFormIsRefused) {
  const File file;
  { const Store store(file.path()); }
  run_sql(file.path(), "PRAGMA user_version = 7");
  EXPECT_EQ("the store " + file.path() + " has form 7; this tandem knows forms up to 4: use the tandem that wrote it, or a newer one", refusal(file.path()));
}

TEST(Store, AForeignFileIsRefused) {
  const File file;
  run_sql(file.path(), "CREATE TABLE other (x)");
  EXPECT_EQ(file.path() + " is an SQLite file, but no results store of tandem", refusal(file.path()));
  EXPECT_NE(std::string::npos, refusal("/no/such/results.db").find("cannot open the store /no/such/results.db: "));
  const File missing;
  EXPECT_NE("", refusal(missing.path(), false));
}

}  // namespace
