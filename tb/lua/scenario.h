// SPDX-License-Identifier: Apache-2.0
// Scenarios from outside: what a file says about itself, and running one of them in this process.
// One run per process, because SystemC has one kernel: the command line starts a process per run.
// Not here: the Lua API (host.h), processes and options (tb/cli). Proof: tb/lua/test, scenarios.
#ifndef TANDEM_LUA_SCENARIO_H
#define TANDEM_LUA_SCENARIO_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/result.h"

namespace tandem {
class Platform;
class TraceTee;
}  // namespace tandem

namespace tandem::lua {

struct ScenarioInfo {
  std::string title;
  std::vector<std::string> rules;
  std::vector<std::string> smmu_backends;  // one per SMMU of the platform: "tlm", "rtl" or "" = the run decides
};

using Parameters = std::vector<std::pair<std::string, std::string>>;  // -p key=text

// Reads and checks a scenario file and parameters for it, without running it. False and one sentence on failure.
bool read_scenario_info(const std::string& path, const Parameters& params, ScenarioInfo* info, std::string* error);

struct RunRequest {
  std::string path;
  std::string backend;                                      // "tlm", "rtl" or "mixed"
  std::optional<std::int64_t> seed;
  Parameters params;
  // Implementation parameters for every SMMU of the platform ("cache_mode"), or for one ("smmu0.cache_mode"); integers.
  Parameters smmu_params;
  std::string trace_file;                                   // empty: none; a timeline where it ends in ".json", else JSON lines
  std::string wave_file;                                    // signals of the RTL; with several such SMMUs each gets its own file
  std::string timeline_file;                                // the same again, for a second file
  // Facts for a comparison (diff/fact.h) are told, and every SMMU gets the ID registers that these backends have in common.
  std::vector<std::string> compared_backends;               // empty: no facts
  std::vector<std::string> checks_off;                      // oracles that do not look: "commands", "tables", "stale"
  // Limits from outside the scenario; 0: none. The wall-clock limit only shortens the scenario's own.
  unsigned wall_limit_s = 0, memory_limit_mib = 0;
  bool no_wall_limit = false;                               // somebody looks at it: the scenario's own limit does not count either
};

// Called from the run as it goes on.
class RunListener {
 public:
  virtual ~RunListener() = default;
  virtual void begin(const std::string& title, std::int64_t seed, std::uint64_t wall_limit_s) = 0;
  virtual void step(std::size_t number, const std::string& title, std::uint64_t sim_ns) = 0;
  virtual void log(const std::string& text) = 0;
  virtual void facts(const std::string& lines) { (void)lines; }  // whole lines, each with its end
  // The run is decided; everything still is as it was at that moment.
  virtual void verdict(report::Status, const std::string& /*reason*/) {}
};

// Looks at a run from inside and may hold it up: nothing moves while one of these calls lasts.
class RunProbe {
 public:
  virtual ~RunProbe() = default;
  virtual void built(Platform& platform, TraceTee& trace) = 0;   // nothing has run yet
  virtual void over(const report::RunResult& result) = 0;        // nothing runs any more; the platform still is there
};

// Never throws for anything a scenario does. After it the process should end without further SystemC use.
report::RunResult run_scenario(const RunRequest& request, RunListener& listener, RunProbe* probe = nullptr);

// Async-signal-safe: the run ends soon, with what it has.
void interrupt_run();

}  // namespace tandem::lua

#endif
