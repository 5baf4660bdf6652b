// SPDX-License-Identifier: Apache-2.0
// Names of outcomes and the exit code that sums them up. Proof: tb/report/test/test_report.cpp.
#include "report/result.h"

#include <algorithm>
#include <array>

namespace tandem::report {
namespace {

constexpr std::array<const char*, 4> kNames{"pass", "fail", "skip", "error"};

}  // namespace

const char* status_name(Status status) { return kNames[static_cast<std::size_t>(status)]; }

bool status_from_name(const std::string& name, Status* out) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) {
      *out = static_cast<Status>(i);
      return true;
    }
  }
  return false;
}

RunResult as_run(const ComparisonResult& comparison) {
  RunResult run;
  run.scenario = comparison.scenario;
  run.backend = "compare";
  for (const std::string& backend : comparison.backends) run.backend += " " + backend;
  run.status = comparison.status;
  run.reason = comparison.reason;
  run.detail = comparison.text;
  run.seed = comparison.seed;
  run.repeat = comparison.repeat;
  return run;
}

int exit_code(const std::vector<RunResult>& results, bool interrupted) {
  const auto any = [&](Status status) {
    return std::any_of(results.begin(), results.end(), [&](const RunResult& r) { return r.status == status; });
  };
  if (interrupted) return 130;
  if (any(Status::Error)) return 2;
  if (any(Status::Fail)) return 1;
  if (!any(Status::Pass) && any(Status::Skip)) return 77;
  return 0;
}

}  // namespace tandem::report
