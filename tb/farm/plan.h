// SPDX-License-Identifier: Apache-2.0
// A regression plan: which scenarios run with which seeds, on which backends, under which presets and limits.
// Data in Lua, expanded into a list of single runs that is always the same for the same files.
// Not here: running it (local_launcher.h, slurm.h). Proof: tb/farm/test/test_plan.cpp.
#ifndef TANDEM_FARM_PLAN_H
#define TANDEM_FARM_PLAN_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lua/scenario.h"

namespace tandem::farm {

// One run of the plan. The key names it for ever: the same work has the same key tonight and tomorrow.
struct PlannedRun {
  std::string key;          // "scenarios/a.lua|tlm|seed=3|preset=adversary|pages=4"
  std::string preset;       // "" = none
  lua::RunRequest request;  // seed empty: the scenario's own
};

// How the jobs of a plan are described to Slurm; everything empty or 0 leaves the choice to the site.
struct SlurmSettings {
  std::string partition, account, qos;
  unsigned chunk_runs = 50;     // runs per array task, because starting a task costs about a second
  unsigned max_parallel = 0;    // array tasks at a time
  unsigned cpus = 1;            // runs at a time within a task
  std::vector<std::string> options;  // passed to sbatch as they are
};

struct Plan {
  std::string name;             // the file's name without folder and ".lua"
  std::string title;
  std::string file;
  std::vector<PlannedRun> runs; // keys are unique
  unsigned retry_times = 0;     // further attempts of a run that ended with a status below
  bool retry_error = true, retry_fail = false;
  SlurmSettings slurm;
};

// Reads, checks and expands a plan file. Scenario patterns are relative to the plan's folder first, then to the current
// one. False and one sentence "file:line: ..." on failure: a pattern that fits nothing is one.
bool load_plan(const std::string& file, Plan* plan, std::string* error);

// Identity of the expanded runs, limits included: a plan that was changed has another one.
std::string plan_digest(const Plan& plan);

}  // namespace tandem::farm

#endif
