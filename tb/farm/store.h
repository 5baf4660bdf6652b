// SPDX-License-Identifier: Apache-2.0
// The results store: one SQLite file for many sessions. Records come in from journals; importing one again changes nothing.
// The form of the tables has a number (PRAGMA user_version): older ones are brought up to date when the file is opened, a
// newer one is refused with a sentence. What lists and trends need is summed up per session: verdicts and coverage with every import, figures
// when the session ends. Write-ahead log, full synchronisation: what import() answered for survives a power cut.
// Not here: questions about the content (results_query.h). Proof: tb/farm/test/test_store.cpp.
#ifndef TANDEM_FARM_STORE_H
#define TANDEM_FARM_STORE_H

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "farm/journal.h"
#include "farm/session.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tandem::farm {

struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A prepared statement. Positions of bind() count from 1, columns from 0. Throws StoreError.
class Statement {
 public:
  Statement(sqlite3* db, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int position, const std::string& value);
  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, double value);
  bool step();                 // true: there is a row
  void run();                  // to the end, then ready for new values
  void reset();                // ready for new values
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
};

// A figure over the runs of a session, or of a part of it.
struct FigureSum {
  std::int64_t figure = 0, runs = 0;
  double low = 0, median = 0, high = 0;
};
// Of rows (figure, value) in that order.
std::vector<FigureSum> sums_of(Statement& values);

class Store {
 public:
  static constexpr int kSchemaVersion = 4;

  // Creates the file if need be and create is set. vfs: null except for tests. Throws StoreError.
  explicit Store(const std::string& file, bool create = true, const char* vfs = nullptr);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  void put_session(const SessionInfo& session);
  // All or none of them; what is there already stays as it is. Safe with other writers at the same time.
  void import(const std::string& session, const std::vector<Record>& records);
  void end_session(const std::string& session, const std::string& when);

  // Final results of a session.
  std::int64_t count(const std::string& session);

  sqlite3* db() { return db_; }

 private:
  void execute(const std::string& sql);
  void in_transaction(const std::function<void()>& body);
  void migrate();

  std::string file_;
  sqlite3* db_ = nullptr;
};

}  // namespace tandem::farm

#endif
