// SPDX-License-Identifier: Apache-2.0
// The command `tandem`: picks the command, prints help, turns a user's mistake into one sentence and exit code 2.
// Proof: tb/cli/test/cli_test.lua.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "bench/bench.h"
#include "cli/commands.h"
#include "cli/worker.h"
#include "farm/regress_command.h"
#include "serve/serve_command.h"
#include "shell/shell_command.h"

namespace tandem::cli {
namespace {

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::fputs(kHelp, stderr);
    return 2;
  }
  const std::string& command = arguments[0];
  if (command == kWorkerOption) return worker_main(arguments);
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (command == "run") {
    const RunOptions options = parse_run(rest);
    if (!options.help) return run_command(options, TANDEM_VERSION);
    std::fputs(kRunHelp, stdout);
  } else if (command == "replay") {
    const ReplayOptions options = parse_replay(rest);
    if (!options.help) return replay_command(options, TANDEM_VERSION);
    std::fputs(kReplayHelp, stdout);
  } else if (command == "explore") {
    const ExploreOptions options = parse_explore(rest);
    if (!options.help) return explore_command(options);
    std::fputs(kExploreHelp, stdout);
  } else if (command == "list") {
    const ListOptions options = parse_list(rest);
    if (!options.help) return list_command(options);
    std::fputs(kListHelp, stdout);
  } else if (command == "shell") {
    const ShellOptions options = parse_shell(rest);
    if (!options.help) return shell::shell_command(options);
    std::fputs(kShellHelp, stdout);
  } else if (command == "report") {
    const ReportOptions options = parse_report(rest);
    if (!options.help) return report_command(options);
    std::fputs(kReportHelp, stdout);
  } else if (command == "bench") {
    const BenchOptions options = parse_bench(rest);
    if (!options.help) return bench::bench_command(options.names, options.json_file, options.spread_limit_percent / 100.0, TANDEM_VERSION);
    std::fputs(kBenchHelp, stdout);
  } else if (command == "regress") {
    const farm::RegressOptions options = farm::parse_regress(rest);
    if (!options.help) return farm::regress_command(options, TANDEM_VERSION);
    std::fputs(farm::kRegressHelp, stdout);
  } else if (command == "results") {
    const farm::ResultsOptions options = farm::parse_results(rest);
    if (!options.help) return farm::results_command(options);
    std::fputs(farm::kResultsHelp, stdout);
  } else if (command == "serve") {
    const serve::ServeOptions options = serve::parse_serve(rest);
    if (!options.help) return serve::serve_command(options);
    std::fputs(serve::kServeHelp, stdout);
  } else if (command == "sweep" || command == "calibrate") {
    return perf_command(command, rest);
  } else if (command == "mutants") {
    return mutants_command(rest);
  } else if (command == "--version") {
    std::puts("tandem " TANDEM_VERSION);
  } else if (command == "--help" || command == "-h" || command == "help") {
    std::fputs(kHelp, stdout);
  } else {
    throw UsageError("tandem: unknown command '" + command + "'; it knows run, shell, replay, explore, report, list, bench, sweep, calibrate, regress, results, serve, mutants, --help and --version");
  }
  return 0;
}

}  // namespace
}  // namespace tandem::cli

int main(int argc, char** argv) {
  try {
    const int code = tandem::cli::dispatch(std::vector<std::string>(argv + 1, argv + argc));
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    throw std::runtime_error("cannot write to standard output");
  } catch (const tandem::cli::UsageError& mistake) {
    std::fprintf(stderr, "%s\n", mistake.what());
  } catch (const std::invalid_argument& mistake) {
    std::fprintf(stderr, "%s\n", mistake.what());
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "tandem: %s\n", failure.what());
  }
  return 2;
}
