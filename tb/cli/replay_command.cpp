// SPDX-License-Identifier: Apache-2.0
// `tandem replay`: a recorded run once more, on the same backend or another one, held against its record.
// Proof: tb/cli/test/compare_test.lua.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/console_progress.h"
#include "cli/repeat.h"
#include "cli/run_output.h"
#include "cli/supervisor.h"
#include "diff/comparison.h"
#include "diff/record.h"
#include "lua/sandbox.h"
#include "report/run_json.h"

namespace tandem::cli {
namespace {

class ReplayProgress : public Progress {
 public:
  ReplayProgress(diff::Comparison& comparison, Progress& shown) : comparison_(comparison), shown_(shown) {}
  void start(std::size_t run) override { shown_.start(run); }
  void step(std::size_t run, std::size_t number, const std::string& title, std::uint64_t sim_ns) override { shown_.step(run, number, title, sim_ns); }
  void log(std::size_t run, const std::string& text) override { shown_.log(run, text); }
  void fact(std::size_t, const std::string& line) override { comparison_.take(1, line); }
  bool is_stopped(std::size_t) override { return comparison_.is_decided(); }  // one run: one thread
  void end(std::size_t run, const report::RunResult& result) override {
    comparison_.end(1, diff::ending_of(result));
    shown_.end(run, result);
  }

 private:
  diff::Comparison& comparison_;
  Progress& shown_;
};

// The scenario as it was recorded: the file, or a copy in a folder of its own where the file is not the same any more.
class RecordedScenario {
 public:
  explicit RecordedScenario(const diff::RecordHead& head) : path_(head.scenario) {
    std::string text, error;
    if (lua::read_text_file(head.scenario, &text, &error) && text == head.text) return;
    std::string folder = (std::filesystem::temp_directory_path() / "tandem-replay-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + std::filesystem::temp_directory_path().string());
    folder_ = folder;
    path_ = folder + "/" + std::filesystem::path(head.scenario).filename().string();
    error = report::write_file(path_, head.text);
    if (!error.empty()) throw std::runtime_error(error);
    std::printf("%s is not what was recorded; its text in the record is run\n", head.scenario.c_str());
  }
  ~RecordedScenario() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  RecordedScenario(const RecordedScenario&) = delete;
  RecordedScenario& operator=(const RecordedScenario&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_, folder_;
};

std::string replay_line(const ReplayOptions& options, const std::string& backend) {
  std::string line = "tandem replay " + shell_word(options.record_file) + " --on " + backend;
  for (const std::string& file : options.policy_files) line += " --policy " + shell_word(file);
  return line;
}

}  // namespace

int replay_command(const ReplayOptions& options, const std::string& version) {
  diff::Record record;
  std::string error;
  if (!diff::read_record(options.record_file, &record, &error)) throw UsageError("tandem replay: " + error);
  for (const std::string& file : {options.json_file, options.junit_file, options.trace_file}) check_writable("replay", file);
  if (record.head.version != version) {
    std::printf("the record was made by tandem %s, this is %s\n", record.head.version.c_str(), version.c_str());
  }
  const RecordedScenario scenario(record.head);
  lua::RunRequest request;
  request.path = scenario.path();
  request.backend = options.backend.empty() ? record.head.backend : options.backend;
  for (const std::string& backend : compared_backends({request.backend})) {
    const std::vector<std::string>& common = record.head.common;
    if (std::find(common.begin(), common.end(), backend) != common.end()) continue;
    std::string list;
    for (const std::string& name : common) list += (list.empty() ? "" : ", ") + name;
    throw UsageError("tandem replay: the record was made with what " + list + " have in common, and " + backend +
                     " is not among them; record the run on " + backend + " and replay that on the others");
  }
  request.seed = record.tail.seed;
  request.params = record.head.params;
  request.smmu_params = record.head.smmu_params;
  request.compared_backends = record.head.common;
  request.checks_off = record.head.checks_off;
  request.trace_file = options.trace_file;

  diff::Policy policy = load_policy(options.policy_files);
  policy.narrow_to(compared_backends({record.head.backend, request.backend}));
  const std::array<std::string, 2> names{"record (" + record.head.backend + ")", request.backend};
  diff::Comparison comparison(policy, names);
  comparison.set_smmus(record.tail.smmus);
  for (const std::string& line : record.facts) comparison.take(0, line);
  comparison.end(0, record.tail.ending);

  catch_interrupts();
  RunOutput output;
  output.command = "replay";
  output.json_file = options.json_file;
  output.junit_file = options.junit_file;
  output.version = version;
  output.style = {wants_colour(), options.verbose};
  output.asked = 1;
  ConsoleProgress console({record.head.scenario + " on " + request.backend}, options.verbose, output.style);
  ReplayProgress progress(comparison, console);
  const auto start = std::chrono::steady_clock::now();
  output.results = supervise({request}, 1, progress);
  output.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  const std::string repeat = replay_line(options, request.backend);
  for (report::RunResult& result : output.results) {
    result.scenario = record.head.scenario;
    result.params = request.params;
    result.smmu_params = request.smmu_params;
    result.repeat = repeat;
  }
  if (!was_interrupted()) {
    output.comparisons.push_back(comparison.result(repeat + " --trace difference.jsonl"));
    output.comparisons.back().scenario = record.head.scenario;
    output.comparisons.back().seed = record.tail.seed;
  }
  return show_and_write(output);
}

}  // namespace tandem::cli
