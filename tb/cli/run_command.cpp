// SPDX-License-Identifier: Apache-2.0
// `tandem run`: every scenario on every asked backend, progress meanwhile, table, files and exit code at the end.
// Proof: tb/cli/test/cli_test.lua.
#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/commands.h"
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

// On a terminal one line that follows the steps; otherwise a line per run, so that a log shows where time went.
class ConsoleProgress : public Progress {
 public:
  ConsoleProgress(bool live, bool verbose, const report::TableStyle& style) : live_(live), verbose_(verbose), style_(style) {}

  void start(const std::string& what) {
    what_ = what;
    show(what_ + " ...");
  }
  void step(std::size_t number, const std::string& title, std::uint64_t sim_ns) override {
    const std::string text = "step " + std::to_string(number) + ": " + title;
    if (verbose_) {
      line("  " + text + "  at " + report::format_sim_time(sim_ns));
    } else {
      show(what_ + " - " + text);
    }
  }
  void log(const std::string& text) override {
    if (verbose_) line("    | " + text);
  }
  void end(const report::RunResult& result) {
    clear();
    char wall[32];
    std::snprintf(wall, sizeof wall, "  %.2f s", result.wall_ms / 1000.0);
    const char* word = result.status == report::Status::Pass ? "PASS " : result.status == report::Status::Fail ? "FAIL " : result.status == report::Status::Skip ? "SKIP " : "ERROR";
    std::printf("%s%s  %s\n", report::coloured(word, result.status, style_).c_str(), wall, what_.c_str());
    std::fflush(stdout);
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
  void show(const std::string& text) {
    if (!live_) return;
    clear();
    std::printf("%.*s", screen_width() - 1, text.c_str());
    std::fflush(stdout);
    shown_ = true;
  }
  void line(const std::string& text) {
    clear();
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }

  bool live_, verbose_, shown_ = false;
  report::TableStyle style_;
  std::string what_;
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

std::string trace_name(const RunOptions& options, const std::string& scenario, const std::string& backend) {
  if (options.trace_file.empty() || options.scenarios.size() * options.backends.size() == 1) return options.trace_file;
  const std::string& file = options.trace_file;
  const std::size_t slash = file.rfind('/');
  std::size_t dot = file.rfind('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = file.size();
  return file.substr(0, dot) + "." + stem(scenario) + "." + backend + file.substr(dot);
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
  catch_interrupts();
  const report::TableStyle style{wants_colour(), options.verbose};
  ConsoleProgress progress(isatty(STDOUT_FILENO) != 0, options.verbose, style);
  std::vector<report::RunResult> results;
  for (const std::string& scenario : options.scenarios) {
    for (const std::string& backend : options.backends) {
      if (was_interrupted()) break;
      lua::RunRequest request;
      request.path = scenario;
      request.backend = backend;
      request.seed = options.seed;
      request.params = options.params;
      request.trace_file = trace_name(options, scenario, backend);
      progress.start(scenario + " on " + backend);
      results.push_back(supervise(request, progress));
      progress.end(results.back());
    }
  }
  std::fputs(report::console_table(results, style).c_str(), stdout);
  std::printf("\n%s", report::verdict_line(results, was_interrupted(), style).c_str());
  bool written = std::fflush(stdout) == 0;
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
