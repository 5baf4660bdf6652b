// SPDX-License-Identifier: Apache-2.0
// `tandem report`: the page of a folder. Proof: tb/report/test/report_test.lua.
#include <cstdio>
#include <filesystem>

#include "cli/commands.h"
#include "report/page.h"
#include "report/run_json.h"

namespace tandem::cli {

int report_command(const ReportOptions& options) {
  std::string error;
  const std::string page = report::report_page(options.folder, &error);
  const std::string path = options.html_file.empty() ? (std::filesystem::path(options.folder) / "report.html").string() : options.html_file;
  if (error.empty()) error = report::write_file(path, page);
  if (!error.empty()) throw UsageError("tandem report: " + error);
  std::printf("%s\n", path.c_str());
  return 0;
}

}  // namespace tandem::cli
