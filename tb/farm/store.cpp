// SPDX-License-Identifier: Apache-2.0
// Tables, migrations, import. Proof: tb/farm/test/test_store.cpp.
#include "farm/store.h"

#include <sqlite3.h>

#include <map>
#include <utility>

#include "report/run_json.h"

namespace tandem::farm {
namespace {

constexpr int kApplicationId = 0x544e444d;  // "TNDM"
constexpr int kBusyMs = 30'000;             // another writer may hold the file this long

// Step n brings a store from version n to n + 1. Never change one that was released: add another.
const char* const kMigrations[] = {
    R"(
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
)",
    R"(
CREATE TABLE coverage (
  session TEXT NOT NULL, key TEXT NOT NULL, point TEXT NOT NULL, hits INTEGER NOT NULL,
  PRIMARY KEY (session, point, key)) WITHOUT ROWID;
CREATE TABLE figure (
  session TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (session, name, key)) WITHOUT ROWID;
)",
    // Runs, points and figures get numbers: a name is stored once, not once per run.
    R"(
CREATE TABLE new_run (
  id INTEGER PRIMARY KEY, session TEXT NOT NULL, key TEXT NOT NULL, scenario TEXT NOT NULL, backend TEXT NOT NULL, preset TEXT NOT NULL,
  seed INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, failing_step TEXT NOT NULL, detail TEXT NOT NULL,
  sim_ns INTEGER NOT NULL, wall_ms REAL NOT NULL, attempts INTEGER NOT NULL, host TEXT NOT NULL, version TEXT NOT NULL,
  finished TEXT NOT NULL, repeat TEXT NOT NULL, UNIQUE (session, key));
INSERT INTO new_run (session, key, scenario, backend, preset, seed, status, reason, failing_step, detail, sim_ns, wall_ms, attempts,
  host, version, finished, repeat) SELECT session, key, scenario, backend, preset, seed, status, reason, failing_step, detail, sim_ns,
  wall_ms, attempts, host, version, finished, repeat FROM run;
DROP TABLE run;
ALTER TABLE new_run RENAME TO run;
CREATE INDEX run_by_status ON run (status, session);
CREATE INDEX run_by_key ON run (key, session, status);
CREATE TABLE point (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO point (name) SELECT DISTINCT point FROM coverage;
CREATE TABLE run_point (
  run INTEGER NOT NULL, point INTEGER NOT NULL, hits INTEGER NOT NULL, PRIMARY KEY (run, point)) WITHOUT ROWID;
INSERT INTO run_point SELECT r.id, p.id, c.hits FROM coverage c JOIN run r ON r.session = c.session AND r.key = c.key
  JOIN point p ON p.name = c.point WHERE c.hits > 0;
CREATE TABLE session_point (
  session TEXT NOT NULL, point INTEGER NOT NULL, runs INTEGER NOT NULL, hits INTEGER NOT NULL, PRIMARY KEY (session, point)) WITHOUT ROWID;
INSERT INTO session_point SELECT r.session, c.point, count(*), sum(c.hits) FROM run_point c JOIN run r ON r.id = c.run GROUP BY 1, 2;
DROP TABLE coverage;
CREATE TABLE figure_name (id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, UNIQUE (name, unit));
INSERT INTO figure_name (name, unit) SELECT DISTINCT name, '' FROM figure;
CREATE TABLE run_figure (
  run INTEGER NOT NULL, figure INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (run, figure)) WITHOUT ROWID;
INSERT INTO run_figure SELECT r.id, n.id, f.value FROM figure f JOIN run r ON r.session = f.session AND r.key = f.key
  JOIN figure_name n ON n.name = f.name;
DROP TABLE figure;
CREATE TABLE session_figure (
  session TEXT NOT NULL, figure INTEGER NOT NULL, runs INTEGER NOT NULL, low REAL NOT NULL, median REAL NOT NULL, high REAL NOT NULL,
  PRIMARY KEY (session, figure)) WITHOUT ROWID;
CREATE VIEW coverage AS SELECT r.session, r.key, p.name AS point, c.hits FROM run_point c JOIN run r ON r.id = c.run
  JOIN point p ON p.id = c.point;
CREATE VIEW figure AS SELECT r.session, r.key, n.name, n.unit, f.value FROM run_figure f JOIN run r ON r.id = f.run
  JOIN figure_name n ON n.id = f.figure;
)",
    // A list of sessions need not look at their runs, and what is flaky is found in an index.
    R"(
DROP INDEX run_by_key;
CREATE INDEX run_by_key ON run (key, version, status, session);
CREATE INDEX run_again ON run (session, key) WHERE attempts > 1;
CREATE TABLE session_sum (
  session TEXT PRIMARY KEY, pass INTEGER NOT NULL, fail INTEGER NOT NULL, error INTEGER NOT NULL, skip INTEGER NOT NULL,
  again INTEGER NOT NULL, wall_ms REAL NOT NULL) WITHOUT ROWID;
INSERT INTO session_sum SELECT session, sum(status = 'pass'), sum(status = 'fail'), sum(status = 'error'), sum(status = 'skip'),
  sum(attempts > 1), sum(wall_ms) FROM run GROUP BY session;
)",
};
static_assert(sizeof kMigrations / sizeof *kMigrations == Store::kSchemaVersion, "one step per version");

std::string failing_step(const report::RunResult& result) {
  for (std::size_t i = 0; i < result.steps.size(); ++i) {
    const report::StepResult& step = result.steps[i];
    if (step.status == report::Status::Fail || step.status == report::Status::Error) return std::to_string(i + 1) + ": " + step.title;
  }
  return "";
}

StoreError problem_of(sqlite3* db) {
  const char* file = sqlite3_db_filename(db, "main");
  return StoreError(std::string("the store ") + (file == nullptr ? "" : file) + ": " + sqlite3_errmsg(db));
}

}  // namespace

Statement::Statement(sqlite3* db, const std::string& sql) : db_(db) {
  if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK) throw problem_of(db);
}
Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int position, const std::string& value) {
  sqlite3_bind_text(statement_, position, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind(int position, std::int64_t value) {
  sqlite3_bind_int64(statement_, position, value);
  return *this;
}
Statement& Statement::bind(int position, double value) {
  sqlite3_bind_double(statement_, position, value);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw problem_of(db_);
}

void Statement::run() {
  while (step()) {}
  reset();
}

void Statement::reset() { sqlite3_reset(statement_); }

std::string Statement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_, column);
  return bytes == nullptr ? "" : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Store::Store(const std::string& file, bool create, const char* vfs) : file_(file) {
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(file.c_str(), &db_, flags, vfs) != SQLITE_OK) {
    const std::string reason = db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_);
    sqlite3_close(db_);
    throw StoreError("cannot open the store " + file + ": " + reason);
  }
  try {
    sqlite3_busy_timeout(db_, kBusyMs);
    migrate();
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = FULL");
  } catch (...) {
    sqlite3_close(db_);
    throw;
  }
}

Store::~Store() { sqlite3_close(db_); }

void Store::execute(const std::string& sql) {
  char* message = nullptr;
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return;
  const std::string reason = message == nullptr ? sqlite3_errmsg(db_) : message;
  sqlite3_free(message);
  throw StoreError("the store " + file_ + ": " + reason);
}

void Store::in_transaction(const std::function<void()>& body) {
  execute("BEGIN IMMEDIATE");
  try {
    body();
    execute("COMMIT");
  } catch (...) {
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

void Store::migrate() {
  const auto pragma = [&](const char* name) {
    Statement statement(db_, std::string("PRAGMA ") + name);
    return statement.step() ? statement.integer(0) : 0;
  };
  const auto refuse_foreign = [&] {
    Statement tables(db_, "SELECT count(*) FROM sqlite_master");
    if (pragma("application_id") != kApplicationId && tables.step() && tables.integer(0) != 0) {
      throw StoreError(file_ + " is an SQLite file, but no results store of tandem");
    }
    const std::int64_t version = pragma("user_version");
    if (version > kSchemaVersion) {
      throw StoreError("the store " + file_ + " has form " + std::to_string(version) + "; this tandem knows forms up to " +
                       std::to_string(kSchemaVersion) + ": use the tandem that wrote it, or a newer one");
    }
    return version;
  };
  if (refuse_foreign() == kSchemaVersion) return;
  in_transaction([&] {
    // Another process may have been faster; the transaction sees what it did.
    for (std::int64_t version = refuse_foreign(); version < kSchemaVersion; ++version) execute(kMigrations[version]);
    execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  });
}

void Store::put_session(const SessionInfo& s) {
  Statement insert(db_, "INSERT INTO session (id, plan, title, plan_file, digest, created, version, host, planned) "
                        "VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING");
  insert.bind(1, s.id).bind(2, s.plan).bind(3, s.title).bind(4, s.plan_file).bind(5, s.digest).bind(6, s.created);
  insert.bind(7, s.version).bind(8, s.host).bind(9, static_cast<std::int64_t>(s.run_count)).run();
}

namespace {

// Numbers of names, made when they are first needed; those of a transaction that is rolled back go with this object.
class Names {
 public:
  Names(sqlite3* db, const char* insert, const char* find) : insert_(db, insert), find_(db, find) {}
  std::int64_t number(const std::string& name, const std::string& unit = "") {
    const auto known = numbers_.find({name, unit});
    if (known != numbers_.end()) return known->second;
    insert_.bind(1, name).bind(2, unit).run();
    find_.bind(1, name).bind(2, unit);
    const std::int64_t number = find_.step() ? find_.integer(0) : 0;
    find_.reset();
    return numbers_[{name, unit}] = number;
  }

 private:
  Statement insert_, find_;
  std::map<std::pair<std::string, std::string>, std::int64_t> numbers_;
};

}  // namespace

void Store::import(const std::string& session, const std::vector<Record>& records) {
  if (records.empty()) return;
  in_transaction([&] {
    Statement run(db_, "INSERT INTO run (session, key, scenario, backend, preset, seed, status, reason, failing_step, detail, "
                       "sim_ns, wall_ms, attempts, host, version, finished, repeat) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
                       "ON CONFLICT (session, key) DO NOTHING");
    Statement attempt(db_, "INSERT INTO attempt (session, key, number, status, reason, finished) VALUES (?,?,?,?,?,?) "
                           "ON CONFLICT (session, key, number) DO NOTHING");
    Names points(db_, "INSERT INTO point (name) VALUES (?) ON CONFLICT DO NOTHING", "SELECT id FROM point WHERE name = ?");
    Names figures(db_, "INSERT INTO figure_name (name, unit) VALUES (?,?) ON CONFLICT DO NOTHING", "SELECT id FROM figure_name WHERE name = ? AND unit = ?");
    Statement coverage(db_, "INSERT INTO run_point (run, point, hits) VALUES (?,?,?)");
    Statement figure(db_, "INSERT INTO run_figure (run, figure, value) VALUES (?,?,?) ON CONFLICT DO NOTHING");
    Statement sum(db_, "INSERT INTO session_point (session, point, runs, hits) VALUES (?,?,?,?) ON CONFLICT (session, point) "
                       "DO UPDATE SET runs = runs + excluded.runs, hits = hits + excluded.hits");
    struct Sum {
      std::int64_t runs = 0, hits = 0;
    };
    std::map<std::int64_t, Sum> sums;
    std::map<report::Status, std::int64_t> verdicts;
    std::int64_t again = 0;
    double wall_ms = 0;
    for (const Record& record : records) {
      const report::RunResult& r = record.result;
      const std::string status = report::status_name(r.status);
      if (!record.is_final) {
        attempt.bind(1, session).bind(2, record.key).bind(3, static_cast<std::int64_t>(record.attempt)).bind(4, status);
        attempt.bind(5, r.reason).bind(6, record.finished).run();
        continue;
      }
      run.bind(1, session).bind(2, record.key).bind(3, r.scenario).bind(4, r.backend).bind(5, record.preset).bind(6, r.seed);
      run.bind(7, status).bind(8, r.reason).bind(9, failing_step(r)).bind(10, r.detail).bind(11, static_cast<std::int64_t>(r.sim_ns));
      run.bind(12, r.wall_ms).bind(13, static_cast<std::int64_t>(record.attempt)).bind(14, record.host).bind(15, record.version);
      run.bind(16, record.finished).bind(17, r.repeat).run();
      if (sqlite3_changes(db_) == 0) continue;  // it is there already, with all that belongs to it
      const std::int64_t id = sqlite3_last_insert_rowid(db_);
      ++verdicts[r.status];
      again += record.attempt > 1;
      wall_ms += r.wall_ms;
      for (const auto& [point, hits] : r.coverage) {
        if (hits == 0) continue;
        const std::int64_t number = points.number(point);
        coverage.bind(1, id).bind(2, number).bind(3, static_cast<std::int64_t>(hits)).run();
        ++sums[number].runs;
        sums[number].hits += static_cast<std::int64_t>(hits);
      }
      for (const report::FigureResult& f : r.figures) figure.bind(1, id).bind(2, figures.number(f.name, f.unit)).bind(3, f.value).run();
    }
    using report::Status;
    Statement counts(db_, "INSERT INTO session_sum (session, pass, fail, error, skip, again, wall_ms) VALUES (?,?,?,?,?,?,?) ON CONFLICT (session) DO "
                          "UPDATE SET pass = pass + excluded.pass, fail = fail + excluded.fail, error = error + excluded.error, skip = skip + "
                          "excluded.skip, again = again + excluded.again, wall_ms = wall_ms + excluded.wall_ms");
    counts.bind(1, session).bind(2, verdicts[Status::Pass]).bind(3, verdicts[Status::Fail]).bind(4, verdicts[Status::Error]);
    counts.bind(5, verdicts[Status::Skip]).bind(6, again).bind(7, wall_ms).run();
    for (const auto& [point, more] : sums) sum.bind(1, session).bind(2, point).bind(3, more.runs).bind(4, more.hits).run();
  });
}

// The figures of a session that is complete do not change any more: trends need not sort all values of all nights again.
void Store::end_session(const std::string& session, const std::string& when) {
  in_transaction([&] {
    Statement update(db_, "UPDATE session SET ended = ? WHERE id = ?");
    update.bind(1, when).bind(2, session).run();
    Statement values(db_, "SELECT figure, value FROM run_figure WHERE run IN (SELECT id FROM run WHERE session = ?) ORDER BY figure, value");
    values.bind(1, session);
    Statement insert(db_, "INSERT INTO session_figure (session, figure, runs, low, median, high) VALUES (?,?,?,?,?,?) ON CONFLICT (session, figure) "
                          "DO UPDATE SET runs = excluded.runs, low = excluded.low, median = excluded.median, high = excluded.high");
    for (const FigureSum& sum : sums_of(values)) {
      insert.bind(1, session).bind(2, sum.figure).bind(3, sum.runs).bind(4, sum.low).bind(5, sum.median).bind(6, sum.high).run();
    }
  });
}

std::vector<FigureSum> sums_of(Statement& values) {
  std::vector<FigureSum> sums;
  std::vector<double> list;
  const auto close = [&] {
    if (list.empty()) return;
    FigureSum& sum = sums.back();
    const std::size_t n = list.size();
    sum.runs = static_cast<std::int64_t>(n);
    sum.low = list.front();
    sum.median = (list[(n - 1) / 2] + list[n / 2]) / 2;
    sum.high = list.back();
    list.clear();
  };
  while (values.step()) {
    const std::int64_t figure = values.integer(0);
    if (sums.empty() || sums.back().figure != figure) {
      close();
      sums.emplace_back();
      sums.back().figure = figure;
    }
    list.push_back(values.real(1));
  }
  close();
  return sums;
}

std::int64_t Store::count(const std::string& session) {
  Statement query(db_, "SELECT count(*) FROM run WHERE session = ?");
  query.bind(1, session);
  return query.step() ? query.integer(0) : 0;
}

}  // namespace tandem::farm
