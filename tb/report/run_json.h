// SPDX-License-Identifier: Apache-2.0
// Results as JSON: the file of `tandem run --json`, and the messages a worker process sends to its parent.
// The file has exactly the keys of docs/cli.md; steps, title, detail and coverage travel only between processes.
// Proof: tb/report/test/test_report.cpp.
#ifndef TANDEM_REPORT_RUN_JSON_H
#define TANDEM_REPORT_RUN_JSON_H

#include <string>
#include <vector>

#include "report/result.h"

namespace tandem::report {

// versions: of the parts it was made with, by name.
struct RunFile {
  std::vector<RunResult> results;
  std::vector<ComparisonResult> comparisons;
  std::string version;
  std::vector<std::pair<std::string, std::string>> versions;
};
std::string run_file_json(const RunFile& file);

// One line without the line end, everything in it; and back. False and a sentence on text that is no such line.
std::string worker_line(const RunResult& result);
bool parse_worker_line(const std::string& line, RunResult* out, std::string* error);

// Writes the text and closes the file; a sentence on failure (no such folder, disk full), else empty.
std::string write_file(const std::string& path, const std::string& text);

}  // namespace tandem::report

#endif
