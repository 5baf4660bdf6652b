// SPDX-License-Identifier: Apache-2.0
// The folder that `tandem run --out` leaves behind and `tandem report` reads: run.json with everything known about each run,
// a timeline per run under traces/, junit.xml and results.json.
// Not here: the page (page.h). Proof: tb/report/test/report_test.lua.
#ifndef TANDEM_REPORT_RUN_FOLDER_H
#define TANDEM_REPORT_RUN_FOLDER_H

#include <jansson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/result.h"

namespace tandem::report {

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

// What was asked for.
struct FolderOptions {
  std::string version;
  std::vector<std::pair<std::string, std::string>> versions;  // of the parts, by name
  std::vector<std::string> backends, checks_off;
  std::optional<std::int64_t> seed;
  std::vector<std::pair<std::string, std::string>> params, smmu_params;
  std::size_t asked = 0;  // runs
  double wall_ms = 0;
  bool interrupted = false;
  std::vector<std::string> coverage_points;  // all there are, so that the page can tell what was not reached
};

// Makes the folder and takes out what an earlier run left in it. Empty, or one sentence.
std::string prepare_run_folder(const std::string& folder);
// The timeline of a run, for the name the caller chose.
std::string trace_path(const std::string& folder, const std::string& name);
// Writes all files; traces[i] is the file of results[i] as it was given to the run. Empty, or one sentence.
std::string write_run_folder(const std::string& folder, const FolderOptions& options, const std::vector<RunResult>& results,
                             const std::vector<ComparisonResult>& comparisons, const std::vector<std::string>& traces);

// run.json, checked; or null and one sentence.
Json read_run_folder(const std::string& folder, std::string* error);

}  // namespace tandem::report

#endif
