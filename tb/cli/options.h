// SPDX-License-Identifier: Apache-2.0
// Command lines of the commands, parsed strictly: anything that is not understood is a sentence.
// Not here: doing it. Proof: tb/cli/test/test_options.cpp.
#ifndef TANDEM_CLI_OPTIONS_H
#define TANDEM_CLI_OPTIONS_H

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tandem::cli {

// The user's mistake in one sentence; exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct RunOptions {
  bool help = false, verbose = false;
  std::vector<std::string> scenarios;
  std::vector<std::string> backends;  // "tlm", "rtl", "mixed" or a further one, in this order of columns, each once
  std::optional<std::int64_t> seed;
  std::vector<std::pair<std::string, std::string>> params, smmu_params;
  std::string json_file, junit_file, trace_file;
  bool compare = false;
  std::vector<std::string> policy_files;
  std::string record_file;
  std::string out_folder;             // everything about the runs, for `tandem report`
  std::string wave_file;              // signals of the RTL
  std::vector<std::string> checks_off;  // "commands", "tables", "stale", each once
  unsigned jobs = 0;  // runs at a time; 0: one per processor
  unsigned wall_limit_s = 0;  // 0: each scenario's own
};

struct ReplayOptions {
  bool help = false, verbose = false;
  std::string record_file, backend;  // backend empty: the one of the record
  std::vector<std::string> policy_files;
  std::string json_file, junit_file, trace_file;
};

struct ExploreOptions {
  bool help = false;
  std::vector<std::string> backends;  // empty: what this program has of tlm and rtl
  std::int64_t first_seed = 1;
  std::uint64_t seeds = 0, time_s = 0;  // 0: no limit; without either 100 seeds
  unsigned steps = 100, jobs = 0;
  unsigned wall_limit_s = 0;            // of a run; 0: the scenario's own
  bool no_shrink = false;
  std::string folder = ".";
  std::string store;   // of results; empty: none
  bool blind = false;  // nothing aims at points of coverage
  std::vector<std::string> policy_files, checks_off;
  std::vector<std::pair<std::string, std::string>> smmu_params;
};

struct ListOptions {
  bool help = false;
  std::string folder;  // empty: the installed or source scenarios
};

struct ShellOptions {
  bool help = false;
  std::string scenario, backend = "tlm";
  std::optional<std::int64_t> seed;
  std::vector<std::pair<std::string, std::string>> params, smmu_params;
  std::vector<std::string> checks_off;
};

struct ReportOptions {
  bool help = false;
  std::string folder;
  std::string html_file;  // empty: report.html in the folder
};

struct BenchOptions {
  bool help = false;
  std::vector<std::string> names;
  std::string json_file;
  unsigned spread_limit_percent = 30;
};

// arguments: what follows the command's name.
RunOptions parse_run(const std::vector<std::string>& arguments);
ReplayOptions parse_replay(const std::vector<std::string>& arguments);
ExploreOptions parse_explore(const std::vector<std::string>& arguments);
ListOptions parse_list(const std::vector<std::string>& arguments);
ShellOptions parse_shell(const std::vector<std::string>& arguments);
ReportOptions parse_report(const std::vector<std::string>& arguments);
BenchOptions parse_bench(const std::vector<std::string>& arguments);

// Backends of this build beside tlm and rtl, as --on and plans take them; and the end of a sentence that names them, or "".
const std::vector<std::string>& further_backends();
std::string further_backends_text();

extern const char kHelp[], kRunHelp[], kReplayHelp[], kExploreHelp[], kReportHelp[], kListHelp[], kShellHelp[], kBenchHelp[];

}  // namespace tandem::cli

#endif
