// SPDX-License-Identifier: Apache-2.0
// Runs a worker process per (scenario, backend), several at a time, follows them, survives their crashes, ends them at
// their wall-clock limit or on Ctrl-C, and always comes back with results.
// Not here: what the worker does (worker.h). Proof: tb/cli/test/cli_test.lua.
#ifndef TANDEM_CLI_SUPERVISOR_H
#define TANDEM_CLI_SUPERVISOR_H

#include <string>
#include <vector>

#include "lua/scenario.h"
#include "report/result.h"

namespace tandem::cli {

// Called by one thread at a time. run is the index of the request.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void start(std::size_t run) = 0;
  virtual void step(std::size_t run, std::size_t number, const std::string& title, std::uint64_t sim_ns) = 0;
  virtual void log(std::size_t run, const std::string& text) = 0;
  virtual void end(std::size_t run, const report::RunResult& result) = 0;
  // A fact, as its line. Unlike the others it may be called for several runs at a time.
  virtual void fact(std::size_t run, const std::string& line) {
    (void)run;
    (void)line;
  }
  // The run need not go on: it is asked to stop, as by Ctrl-C. From any thread.
  virtual bool is_stopped(std::size_t run) {
    (void)run;
    return false;
  }
  // In place of end(): no process could be started, and none of this call's was running whose end could have made room.
  virtual void not_started(std::size_t run, const report::RunResult& result) { end(run, result); }
};

// From here on the first Ctrl-C asks the running worker to stop and the second kills it.
void catch_interrupts();
bool was_interrupted();
// As the first Ctrl-C would.
void interrupt();

// Results in the order of the requests; after an interrupt those that were not started are missing. Where the machine gives no
// further process, a run waits until another one has ended.
std::vector<report::RunResult> supervise(const std::vector<lua::RunRequest>& requests, unsigned jobs, Progress& progress);

}  // namespace tandem::cli

#endif
