// SPDX-License-Identifier: Apache-2.0
// One execution of a plan on disk: a folder that holds what was to be run and the journals of what was.
//
//   OUT/20261128-041200-3f2a/session.json   what and when
//                            runs.jsonl     the expanded plan, frozen: one line per run
//                            records/       journals (journal.h), one per writing process
//                            slurm/         scripts and logs of jobs, where Slurm is used
//
// Not here: running. Proof: tb/farm/test/test_plan.cpp, tb/farm/test/farm_test.lua.
#ifndef TANDEM_FARM_SESSION_H
#define TANDEM_FARM_SESSION_H

#include <set>
#include <string>
#include <vector>

#include "farm/journal.h"
#include "farm/plan.h"

namespace tandem::farm {

// With whatever is missing above it, so that it survives a power cut. Throws std::runtime_error with a sentence.
void make_folder(const std::string& path);

// "20261128-041200-3f2a": sorts by the time it was made.
std::string new_session_id();

struct SessionInfo {
  std::string id, plan, title, plan_file, digest, created, version, host;
  std::size_t run_count = 0;
};

class Session {
 public:
  // A new folder below out. Throws std::runtime_error with a sentence.
  static Session create(const std::string& out, const Plan& plan, const std::string& version);
  // Reads a session's folder; of its plan, everything that running needs. Throws the same.
  static Session open(const std::string& folder);
  // Folders of the sessions below out, oldest first.
  static std::vector<std::string> list(const std::string& out);

  const std::string& folder() const { return folder_; }
  std::string records_folder() const { return folder_ + "/records"; }
  const SessionInfo& info() const { return info_; }
  const Plan& plan() const { return plan_; }

  // Final records so far, by key.
  std::set<std::string> finished() const;
  bool is_complete() const { return finished().size() >= plan_.runs.size(); }

  // Only one launcher per session: held until the process ends. Throws when another one has it.
  void lock();

 private:
  std::string folder_;
  SessionInfo info_;
  Plan plan_;
};

}  // namespace tandem::farm

#endif
