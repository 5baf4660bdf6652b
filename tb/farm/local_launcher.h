// SPDX-License-Identifier: Apache-2.0
// Runs a list of planned runs on this machine, one process each, several at a time, and leaves a journal record of each.
// Used by `tandem regress` itself and inside every array task of Slurm.
// Not here: processes (cli/supervisor.h), the store. Proof: tb/farm/test/farm_test.lua.
#ifndef TANDEM_FARM_LOCAL_LAUNCHER_H
#define TANDEM_FARM_LOCAL_LAUNCHER_H

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "farm/plan.h"
#include "farm/progress.h"
#include "farm/session.h"

namespace tandem::farm {

struct LocalRun {
  const Session* session;
  std::vector<std::size_t> runs;               // indices into session->plan().runs
  std::map<std::string, unsigned> attempts;    // key -> attempts that an earlier launcher has recorded
  unsigned jobs = 1;
  std::string version;
  FarmProgress* progress = nullptr;            // may be null
  std::function<void()> between;               // called every now and then by the thread that called; may be empty
};

// The records of runs that ended without a final one: key -> attempts so far.
std::map<std::string, unsigned> attempts_of(const Session& session);

// Ends when every run has a final record, or soon after Ctrl-C (cli::was_interrupted()). Throws std::runtime_error when the
// journal cannot be written, or when no process can be started though none is running; the runs in progress are then ended, too.
void run_locally(const LocalRun& work);

}  // namespace tandem::farm

#endif
