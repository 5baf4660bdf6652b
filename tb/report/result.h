// SPDX-License-Identifier: Apache-2.0
// What one run of one scenario on one backend produced; everything a report is made of.
// Not here: how a run comes about (tb/lua) and how it is shown (table.h, run_json.h, junit.h).
// Proof: tb/report/test/test_report.cpp.
#ifndef TANDEM_REPORT_RESULT_H
#define TANDEM_REPORT_RESULT_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tandem::report {

enum class Status { Pass, Fail, Skip, Error };

const char* status_name(Status status);                      // "pass", "fail", "skip", "error"
bool status_from_name(const std::string& name, Status* out);

struct StepResult {
  std::string title;
  Status status = Status::Pass;
  std::uint64_t start_ns = 0, end_ns = 0;                    // simulated time
};

// Counted from outside by the bench, not by the PMCG of the SMMU.
struct SmmuResult {
  std::string name, backend;
  std::uint64_t commands = 0, translations = 0, tlb_hits = 0, tlb_misses = 0, events = 0;
};

// What a scenario puts side by side; every cell is text.
struct TableResult {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;                // each as long as columns
};

// A number worth following over time.
struct FigureResult {
  std::string name, unit;
  double value = 0;
};

// A known defect of an implementation that a run met and went on.
struct Divergence {
  std::string smmu, rule, what, says;                        // what was seen; what the architecture says
  std::uint64_t count = 0;
};

struct RunResult {
  std::string scenario;                                      // path as given by the user
  std::string title;
  std::string backend;                                       // "tlm", "rtl", "mixed" or "qemu"
  Status status = Status::Error;
  std::string reason;                                        // one sentence, empty after a pass
  std::string oracle;                                        // the first thing an oracle found, also of a run that failed for another reason
  std::string detail;                                        // traceback and what everyone waited for; shown with -v
  std::int64_t seed = 0;
  std::uint64_t sim_ns = 0;
  double wall_ms = 0;
  std::vector<StepResult> steps;
  std::vector<SmmuResult> smmus;
  std::vector<TableResult> tables;
  std::map<std::string, std::uint64_t> coverage;             // point -> how often; names: docs/regression.md
  std::vector<FigureResult> figures;                         // measured by the bench, and the scenario's own
  std::vector<Divergence> divergences;
  std::string repeat;                                        // command line that runs it again; filled in by the command
  bool killed = false;                                       // its process did not come to its own end
  bool stopped = false;                                      // it was asked to stop, by the command and not by Ctrl-C
  std::vector<std::pair<std::string, std::string>> params, smmu_params;  // what the command line gave
};

// Two runs of one scenario held against each other.
struct ComparisonResult {
  std::string scenario;
  std::vector<std::string> backends;                         // two
  Status status = Status::Error;                             // pass: no difference; error: one of the runs did not come to its end
  std::string reason;                                        // one sentence, empty after a pass
  std::string text;                                          // the difference in several lines
  std::string difference_json;                               // the same as a JSON object; empty: none
  std::string repeat;
  std::int64_t seed = 0;
  std::uint64_t facts = 0;                                   // that both runs told alike
  std::vector<std::pair<std::string, std::uint64_t>> rules;  // legal differences that were met, and how often
};

// As a run, for reports that know runs only.
RunResult as_run(const ComparisonResult& comparison);

// 130 after an interrupt; else 2 if a run is an error, 1 if a check failed, 77 if every run was skipped, 0 otherwise.
int exit_code(const std::vector<RunResult>& results, bool interrupted);

}  // namespace tandem::report

#endif
