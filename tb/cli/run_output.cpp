// SPDX-License-Identifier: Apache-2.0
// Tables and files after runs. Proof: tb/cli/test/cli_test.lua, compare_test.lua.
#include "cli/run_output.h"

#include <algorithm>
#include <cstdio>

#include "cli/options.h"
#include "cli/supervisor.h"
#include "report/junit.h"
#include "report/run_json.h"

namespace tandem::cli {
namespace {

std::string comparison_text(const report::ComparisonResult& comparison, const report::TableStyle& style) {
  std::string names;
  for (const std::string& name : comparison.backends) names += (names.empty() ? "" : " and ") + name;
  std::string out = "\n" + report::coloured(report::padded_word(comparison.status), comparison.status, style) + "  " + names + " compared: " +
                    comparison.scenario + "\n";
  if (comparison.status == report::Status::Pass) {
    out += "  " + std::to_string(comparison.facts) + " facts are the same";
    for (std::size_t i = 0; i < comparison.rules.size(); ++i) {
      out += (i == 0 ? "; legal differences: " : ", ") + comparison.rules[i].first + " (" + std::to_string(comparison.rules[i].second) + ")";
    }
    return out + "\n";
  }
  if (!comparison.text.empty()) return out + comparison.text + "    before  " + std::to_string(comparison.facts) + " facts are the same\n";
  return out + "  " + comparison.reason + "\n";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> versions_of(const std::string& tandem) {
  return {{"tandem", tandem}, {"systemc", TANDEM_SYSTEMC_VERSION}, {"lua", TANDEM_LUA_VERSION}, {"verilator", TANDEM_VERILATOR_VERSION}};
}

void settle_stopped(std::vector<report::RunResult>* results) {
  for (report::RunResult& result : *results) {
    if (!result.stopped) continue;
    result.status = report::Status::Fail;
    result.reason = "stopped after the first difference";
    if (!result.steps.empty()) result.steps.back().status = report::Status::Fail;
  }
}

void check_writable(const std::string& command, const std::string& path) {
  if (path.empty()) return;
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (file == nullptr) throw UsageError("tandem " + command + ": " + report::write_file(path, ""));
  std::fclose(file);
}

int show_and_write(RunOutput output) {
  settle_stopped(&output.results);
  std::fputs(report::console_table(output.results, output.style).c_str(), stdout);
  std::vector<report::RunResult> all = output.results;
  for (const report::ComparisonResult& comparison : output.comparisons) {
    std::fputs(comparison_text(comparison, output.style).c_str(), stdout);
    all.push_back(report::as_run(comparison));
  }
  std::printf("\n%s", report::verdict_line(output.results, output.asked, output.wall_ms, was_interrupted(), output.style).c_str());
  if (!output.comparisons.empty()) {
    const auto equal = std::count_if(output.comparisons.begin(), output.comparisons.end(), [](const auto& c) { return c.status == report::Status::Pass; });
    std::printf("%d of %d comparisons without a difference\n", static_cast<int>(equal), static_cast<int>(output.comparisons.size()));
  }
  std::string problem = output.problem;
  const auto write = [&](const std::string& path, const std::string& text) {
    const std::string error = path.empty() ? "" : report::write_file(path, text);
    if (!error.empty()) problem += (problem.empty() ? "" : "; ") + error;
  };
  write(output.json_file, report::run_file_json({output.results, output.comparisons, output.version, versions_of(output.version)}));
  write(output.junit_file, report::junit_xml(all));
  if (!problem.empty()) std::fprintf(stderr, "tandem %s: %s\n", output.command.c_str(), problem.c_str());
  const int code = report::exit_code(all, was_interrupted());
  return problem.empty() || code == 130 ? code : 2;
}

}  // namespace tandem::cli
