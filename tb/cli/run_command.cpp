// SPDX-License-Identifier: Apache-2.0
// `tandem run`: every scenario on every asked backend, progress meanwhile, table, files and exit code at the end.
// Proof: tb/cli/test/cli_test.lua.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/repeat.h"
#include "cli/supervisor.h"
#include "report/junit.h"
#include "report/run_json.h"
#include "report/table.h"

namespace tandem::cli {
namespace {

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0') && (term == nullptr || std::string(term) != "dumb");
}

// On a terminal one line that follows the steps; otherwise a line per run, so that a log shows where time went. Lines come
// in the order of the runs, however they overlap: those of the first unfinished run at once, those of later ones when it
// is their turn.
class ConsoleProgress : public Progress {
 public:
  ConsoleProgress(std::vector<std::string> names, bool live, bool verbose, const report::TableStyle& style)
      : names_(std::move(names)), held_back_(names_.size()), ended_(names_.size()), live_(live), verbose_(verbose), style_(style) {}

  void start(std::size_t run) override { show(run, " ..."); }
  void step(std::size_t run, std::size_t number, const std::string& title, std::uint64_t sim_ns) override {
    const std::string text = "step " + std::to_string(number) + ": " + title;
    if (verbose_) {
      line(run, "  " + text + "  at " + report::format_sim_time(sim_ns));
    } else {
      show(run, " - " + text);
    }
  }
  void log(std::size_t run, const std::string& text) override {
    if (verbose_) line(run, "    | " + text);
  }
  void end(std::size_t run, const report::RunResult& result) override {
    char wall[32];
    std::snprintf(wall, sizeof wall, "  %.2f s", result.wall_ms / 1000.0);
    line(run, report::coloured(report::padded_word(result.status), result.status, style_) + wall + "  " + names_[run]);
    ended_[run] = true;
    ++ended_count_;
    while (turn_ < names_.size() && ended_[turn_]) {
      if (++turn_ < names_.size()) print(held_back_[turn_]);
    }
  }

 private:
  void clear() {
    if (shown_) std::printf("\r\033[K");
    shown_ = false;
  }
  // A line that wraps could not be taken back.
  static int screen_width() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
  }
  void show(std::size_t run, const std::string& text) {
    if (!live_) return;
    clear();
    std::string line = names_[run] + text;
    if (names_.size() > 1) line = "[" + std::to_string(ended_count_) + "/" + std::to_string(names_.size()) + "] " + line;
    std::printf("%.*s", screen_width() - 1, line.c_str());
    std::fflush(stdout);
    shown_ = true;
  }
  void line(std::size_t run, const std::string& text) {
    if (run == turn_) {
      print(text + "\n");
    } else {
      held_back_[run] += text + "\n";
    }
  }
  void print(const std::string& text) {
    clear();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  const std::vector<std::string> names_;
  std::vector<std::string> held_back_;
  std::vector<bool> ended_;
  std::size_t turn_ = 0, ended_count_ = 0;
  bool live_, verbose_, shown_ = false;
  report::TableStyle style_;
};

// Nobody wants to learn after a long run that its file cannot be written.
void check_writable(const std::string& path) {
  if (path.empty()) return;
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (file == nullptr) throw UsageError("tandem run: " + report::write_file(path, ""));
  std::fclose(file);
}

std::string stem(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return name.substr(0, name.rfind('.'));
}

// "t.jsonl" becomes "t.two_smmus.rtl.jsonl" when there are several runs, and "t.two_smmus-2.rtl.jsonl" for the second file of
// that name.
std::string trace_name(const RunOptions& options, std::size_t scenario, const std::string& backend) {
  if (options.trace_file.empty() || options.scenarios.size() * options.backends.size() == 1) return options.trace_file;
  const std::string& file = options.trace_file;
  const std::size_t slash = file.rfind('/');
  std::size_t dot = file.rfind('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = file.size();
  const std::string name = stem(options.scenarios[scenario]);
  std::size_t same = 1;
  for (std::size_t i = 0; i < scenario; ++i) same += stem(options.scenarios[i]) == name ? 1 : 0;
  return file.substr(0, dot) + "." + name + (same > 1 ? "-" + std::to_string(same) : "") + "." + backend + file.substr(dot);
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
      request.trace_file = trace_name(options, i, backend);
      check_writable(request.trace_file);
      requests.push_back(request);
    }
  }
  return requests;
}

void check_scenarios(const RunOptions& options) {
  std::string problems;
  for (const std::string& path : options.scenarios) {
    lua::ScenarioInfo info;
    std::string error;
    if (!lua::read_scenario_info(path, options.params, &info, &error)) problems += (problems.empty() ? "" : "\n") + error;
  }
  if (!problems.empty()) throw UsageError(problems);
}

}  // namespace

int run_command(const RunOptions& options, const std::string& version) {
  check_scenarios(options);
  check_writable(options.json_file);
  check_writable(options.junit_file);
  const std::vector<lua::RunRequest> requests = requests_of(options);
  std::vector<std::string> names;
  for (const lua::RunRequest& request : requests) names.push_back(request.path + " on " + request.backend);
  catch_interrupts();
  const report::TableStyle style{wants_colour(), options.verbose};
  ConsoleProgress progress(names, isatty(STDOUT_FILENO) != 0, options.verbose, style);
  const auto start = std::chrono::steady_clock::now();
  std::vector<report::RunResult> results =
      supervise(requests, options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency()), progress);
  const double wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  for (report::RunResult& result : results) {
    lua::RunRequest again;
    again.path = result.scenario;
    again.backend = result.backend;
    again.params = options.params;
    again.smmu_params = options.smmu_params;
    result.repeat = repeat_line(again, result.seed);
  }
  std::fputs(report::console_table(results, style).c_str(), stdout);
  std::printf("\n%s", report::verdict_line(results, requests.size(), wall_ms, was_interrupted(), style).c_str());
  bool written = true;
  const auto write = [&](const std::string& path, const std::string& text) {
    if (path.empty()) return;
    const std::string error = report::write_file(path, text);
    if (error.empty()) return;
    std::fprintf(stderr, "tandem run: %s\n", error.c_str());
    written = false;
  };
  write(options.json_file, report::run_file_json(results, version));
  write(options.junit_file, report::junit_xml(results));
  const int code = report::exit_code(results, was_interrupted());
  return written || code == 130 ? code : 2;
}

}  // namespace tandem::cli
