// SPDX-License-Identifier: Apache-2.0
// Runs a worker process per (scenario, backend), follows it, survives its crash, ends it at its wall-clock limit or on
// Ctrl-C, and always comes back with a result.
// Not here: what the worker does (worker.h). Proof: tb/cli/test/cli_test.lua.
#ifndef TANDEM_CLI_SUPERVISOR_H
#define TANDEM_CLI_SUPERVISOR_H

#include <string>

#include "lua/scenario.h"
#include "report/result.h"

namespace tandem::cli {

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void step(std::size_t number, const std::string& title, std::uint64_t sim_ns) = 0;
  virtual void log(const std::string& text) = 0;
};

// From here on the first Ctrl-C asks the running worker to stop and the second kills it.
void catch_interrupts();
bool was_interrupted();

report::RunResult supervise(const lua::RunRequest& request, Progress& progress);

}  // namespace tandem::cli

#endif
