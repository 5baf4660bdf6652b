// SPDX-License-Identifier: Apache-2.0
// `tandem run`: every scenario on every asked backend, progress meanwhile, table, files and exit code at the end.
// Proof: tb/cli/test/cli_test.lua.
#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "backend/backend_registry.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/console_progress.h"
#include "cli/record_progress.h"
#include "cli/repeat.h"
#include "cli/run_output.h"
#include "cli/supervisor.h"
#include "coverage/coverage_sink.h"
#include "report/run_folder.h"

namespace tandem::cli {
namespace {

std::string stem(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return name.substr(0, name.rfind('.'));
}

// "two_smmus.rtl", and "two_smmus-2.rtl" for the second file of that name.
std::string run_name(const RunOptions& options, std::size_t scenario, const std::string& backend) {
  const std::string name = stem(options.scenarios[scenario]);
  std::size_t same = 1;
  for (std::size_t i = 0; i < scenario; ++i) same += stem(options.scenarios[i]) == name ? 1 : 0;
  return name + (same > 1 ? "-" + std::to_string(same) : "") + "." + backend;
}

// "t.jsonl" becomes "t.two_smmus.rtl.jsonl" when there are several runs.
std::string file_of_run(const std::string& file, const RunOptions& options, std::size_t scenario, const std::string& backend) {
  if (file.empty() || options.scenarios.size() * options.backends.size() == 1) return file;
  const std::size_t slash = file.rfind('/');
  std::size_t dot = file.rfind('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = file.size();
  return file.substr(0, dot) + "." + run_name(options, scenario, backend) + file.substr(dot);
}

std::vector<lua::RunRequest> requests_of(const RunOptions& options) {
  std::vector<lua::RunRequest> requests;
  for (std::size_t i = 0; i < options.scenarios.size(); ++i) {
    for (const std::string& backend : options.backends) {
      lua::RunRequest request;
      request.path = options.scenarios[i];
      request.backend = backend;
      request.seed = options.seed;
      request.params = options.params;
      request.smmu_params = options.smmu_params;
      request.checks_off = options.checks_off;
      request.wall_limit_s = options.wall_limit_s;
      if (options.compare) request.compared_backends = compared_backends(options.backends);
      // A record of the model or the RTL can be replayed on the other one.
      if (!options.record_file.empty()) {
        request.compared_backends = whole_backend_names();
        if (std::count(request.compared_backends.begin(), request.compared_backends.end(), backend) == 0) request.compared_backends.push_back(backend);
      }
      request.trace_file = file_of_run(options.trace_file, options, i, backend);
      request.wave_file = file_of_run(options.wave_file, options, i, backend);
      if (!options.out_folder.empty()) request.timeline_file = report::trace_path(options.out_folder, run_name(options, i, backend));
      check_writable("run", request.trace_file);
      check_writable("run", request.timeline_file);
      requests.push_back(request);
    }
  }
  return requests;
}

void check_scenarios(const RunOptions& options) {
  std::string problems;
  bool has_rtl = std::any_of(options.backends.begin(), options.backends.end(), [](const std::string& name) { return name != "tlm" && name != "qemu"; });
  for (const std::string& path : options.scenarios) {
    lua::ScenarioInfo info;
    std::string error;
    if (!lua::read_scenario_info(path, options.params, &info, &error)) problems += (problems.empty() ? "" : "\n") + error;
    has_rtl = has_rtl || std::count(info.smmu_backends.begin(), info.smmu_backends.end(), "rtl") != 0;
  }
  if (!problems.empty()) throw UsageError(problems);
  if (!options.wave_file.empty() && !has_rtl) throw UsageError("tandem run: --wave shows signals of the RTL, and no run here has any; add --on rtl");
}

// Empty, or one sentence.
std::string write_folder(const RunOptions& options, const std::string& version, const std::vector<lua::RunRequest>& requests,
                         const RunOutput& output) {
  const std::vector<report::RunResult>& results = output.results;
  report::FolderOptions folder{version, versions_of(version), options.backends, options.checks_off, options.seed, options.params, options.smmu_params,
                               requests.size(), output.wall_ms, was_interrupted(), {}};
  for (const auto& [point, hits] : coverage_vocabulary()) folder.coverage_points.push_back(point);
  // After an interrupt some requests have no result.
  std::vector<std::string> traces;
  std::size_t next = 0;
  for (const report::RunResult& result : results) {
    while (requests[next].path != result.scenario || requests[next].backend != result.backend) ++next;
    traces.push_back(requests[next++].timeline_file);
  }
  return report::write_run_folder(options.out_folder, folder, results, output.comparisons, traces);
}

}  // namespace

int run_command(const RunOptions& options, const std::string& version) {
  check_scenarios(options);
  for (const std::string& file : {options.json_file, options.junit_file, options.record_file}) check_writable("run", file);
  const diff::Policy policy = load_policy(options.policy_files);
  if (!options.out_folder.empty()) {
    const std::string error = report::prepare_run_folder(options.out_folder);
    if (!error.empty()) throw UsageError("tandem run: " + error);
  }
  const std::vector<lua::RunRequest> requests = requests_of(options);
  std::vector<std::string> names;
  for (const lua::RunRequest& request : requests) names.push_back(request.path + " on " + request.backend);
  catch_interrupts();
  RunOutput output;
  output.command = "run";
  output.json_file = options.json_file;
  output.junit_file = options.junit_file;
  output.version = version;
  output.style = {wants_colour(), options.verbose};
  output.asked = requests.size();
  ConsoleProgress console(names, options.verbose, output.style);
  const unsigned jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  const auto start = std::chrono::steady_clock::now();
  if (options.compare) {
    CompareProgress compare(requests, options.backends.size(), policy, console);
    output.results = supervise(requests, jobs, compare);
    std::string more;
    for (const std::string& file : options.policy_files) more += " --policy " + shell_word(file);
    output.comparisons = compare.results(requests, more);
  } else if (!options.record_file.empty()) {
    RecordProgress record(options.record_file, requests[0], version, console);
    output.results = supervise(requests, jobs, record);
    output.problem = record.problem();
  } else {
    output.results = supervise(requests, jobs, console);
  }
  output.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  for (report::RunResult& result : output.results) {
    lua::RunRequest again = requests[0];
    again.path = result.scenario;
    again.backend = result.backend;
    result.repeat = repeat_line(again, result.seed);
    result.params = options.params;
    result.smmu_params = options.smmu_params;
  }
  if (!options.out_folder.empty()) {
    settle_stopped(&output.results);
    const std::string error = write_folder(options, version, requests, output);
    if (!error.empty()) output.problem += (output.problem.empty() ? "" : "; ") + error;
  }
  return show_and_write(output);
}

}  // namespace tandem::cli
