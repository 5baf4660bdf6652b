// SPDX-License-Identifier: Apache-2.0
// Command lines of `tandem regress` and `tandem results`. Not here: doing it. Proof: tb/farm/test/test_results.cpp, tb/farm/test/farm_test.lua.
#ifndef TANDEM_FARM_FARM_OPTIONS_H
#define TANDEM_FARM_FARM_OPTIONS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace tandem::farm {

struct RegressOptions {
  bool help = false;
  std::string plan;
  std::string out;           // folder of the sessions; default "regress.<plan>"
  std::string store;         // default OUT/results.db
  std::string junit_file;
  unsigned jobs = 0;         // 0: one per processor
  bool slurm = false;
  bool resume = false, dry_run = false;
  // A task of a job array: run this chunk of this session and nothing else.
  std::string chunk_session;
  unsigned chunk_round = 0;
  std::size_t chunk = 0;
};

enum class ResultsVerb { List, Broken, Runs, Show, Compare, Flaky, Bisect, Coverage, Figures, Import, Export, Report };

struct ResultsOptions {
  bool help = false;
  ResultsVerb verb = ResultsVerb::List;
  std::string store;         // default: ./results.db
  std::vector<std::string> names;              // what the verb takes: sessions, files, builds
  std::string status, scenario, backend, preset, session;  // filters; scenario may hold * and ?
  std::optional<std::int64_t> seed;
  std::optional<std::size_t> limit;            // rows; 0: all; without it a screenful of 1000, all of them in a file
  std::string point;                           // a glob; filter, too
  std::string model;                           // a coverage model; empty: the built-in one
  std::string driver_file, rtl_file;           // coverage --output: what was measured of code; empty: nothing
  bool list = false;                           // coverage: every point there is
  std::string what = "runs";                   // export: runs, coverage or figures
  std::string format, output;                  // export: csv, json or junit; report, coverage: an HTML file
  std::vector<std::string> run_arguments;      // bisect: after "--"
  std::string run;                             // bisect: in place of them, the key of a run in the store
};

// What --session says of `tandem results coverage`, `runs` and `export` for the whole store.
inline constexpr const char* kAllSessions = "all";

RegressOptions parse_regress(const std::vector<std::string>& arguments);
ResultsOptions parse_results(const std::vector<std::string>& arguments);

extern const char kRegressHelp[], kResultsHelp[];

}  // namespace tandem::farm

#endif
