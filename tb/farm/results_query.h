// SPDX-License-Identifier: Apache-2.0
// Questions to a results store. Not here: how answers are shown (results_command.cpp). Proof: tb/farm/test/test_results.cpp.
#ifndef TANDEM_FARM_RESULTS_QUERY_H
#define TANDEM_FARM_RESULTS_QUERY_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "farm/store.h"
#include "report/result.h"

namespace tandem::farm {

struct SessionCounts {
  std::string id, plan, created, ended, version, host;
  std::int64_t planned = 0, pass = 0, fail = 0, error = 0, skip = 0, flaky = 0;
  double wall_s = 0;  // of all runs together
  std::int64_t all() const { return pass + fail + error + skip; }
};

struct RunRow {
  std::string session, key, scenario, backend, preset, status, reason, failing_step, detail, host, version, finished, repeat;
  std::int64_t seed = 0, sim_ns = 0, attempts = 1;
  double wall_ms = 0;
};

struct RunFilter {
  std::string session, status, scenario, backend, preset;  // empty: any; status "bad": fail and error; scenario: a glob
  std::optional<std::int64_t> seed;
  std::string key;                                         // of one run
  std::string point;                                       // a glob: runs that hit a coverage point of such a name
  std::size_t limit = 0;                                   // 0: all
};

// What changed between two sessions, by key.
struct Change {
  std::string key, old_status, new_status, reason, repeat;  // a missing status is empty
};

// A run that is bad in a session, and since when without a break.
struct Broken {
  RunRow run;
  std::string since, last_good;  // sessions; last_good is empty if it was never good
};

std::vector<SessionCounts> sessions(Store& store);
SessionCounts counts_of(Store& store, const std::string& session);
// "last" is the newest session; the beginning of an id is enough when it is the only one. Throws StoreError otherwise.
std::string resolve_session(Store& store, const std::string& name);
std::vector<RunRow> runs(Store& store, const RunFilter& filter);
// The filter as " WHERE ..." over the table run, with parameters ?1 to ?9; and their values.
std::string condition_of(const RunFilter& filter);
void bind_filter(Statement& query, const RunFilter& filter);
std::vector<report::RunResult> results_of(Store& store, const std::string& session);
std::vector<Change> compare(Store& store, const std::string& old_session, const std::string& new_session);
std::vector<Broken> broken(Store& store, const std::string& session);
// Runs that needed several attempts, and keys with different verdicts under one version.
std::vector<RunRow> flaky(Store& store);

}  // namespace tandem::farm

#endif
