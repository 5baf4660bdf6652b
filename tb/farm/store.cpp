// SPDX-License-Identifier: Apache-2.0
// Tables, migrations, import. Proof: tb/farm/test/test_store.cpp.
#include "farm/store.h"

#include <sqlite3.h>

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

void Store::import(const std::string& session, const std::vector<Record>& records) {
  if (records.empty()) return;
  in_transaction([&] {
    Statement run(db_, "INSERT INTO run (session, key, scenario, backend, preset, seed, status, reason, failing_step, detail, "
                       "sim_ns, wall_ms, attempts, host, version, finished, repeat) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
                       "ON CONFLICT (session, key) DO NOTHING");
    Statement attempt(db_, "INSERT INTO attempt (session, key, number, status, reason, finished) VALUES (?,?,?,?,?,?) "
                           "ON CONFLICT (session, key, number) DO NOTHING");
    Statement coverage(db_, "INSERT INTO coverage (session, key, point, hits) VALUES (?,?,?,?) "
                            "ON CONFLICT (session, point, key) DO NOTHING");
    Statement figure(db_, "INSERT INTO figure (session, key, name, value) VALUES (?,?,?,?) ON CONFLICT (session, name, key) DO NOTHING");
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
      for (const auto& [point, hits] : record.coverage) {
        coverage.bind(1, session).bind(2, record.key).bind(3, point).bind(4, static_cast<std::int64_t>(hits)).run();
      }
      for (const auto& [name, value] : record.figures) figure.bind(1, session).bind(2, record.key).bind(3, name).bind(4, value).run();
    }
  });
}

void Store::end_session(const std::string& session, const std::string& when) {
  Statement update(db_, "UPDATE session SET ended = ? WHERE id = ?");
  update.bind(1, when).bind(2, session).run();
}

std::int64_t Store::count(const std::string& session) {
  Statement query(db_, "SELECT count(*) FROM run WHERE session = ?");
  query.bind(1, session);
  return query.step() ? query.integer(0) : 0;
}

}  // namespace tandem::farm
