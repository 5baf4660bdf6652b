// SPDX-License-Identifier: Apache-2.0
// Results as a table for a person: per scenario the steps against the backends, then what each SMMU did, then a verdict.
// Not here: progress while a run is going on (tb/cli). Proof: tb/report/test/test_report.cpp.
#ifndef TANDEM_REPORT_TABLE_H
#define TANDEM_REPORT_TABLE_H

#include <string>
#include <vector>

#include "report/result.h"

namespace tandem::report {

struct TableStyle {
  bool colour = false;
  bool detail = false;  // tracebacks and waiting reports
};

std::string console_table(const std::vector<RunResult>& results, const TableStyle& style);
// One line: how many of the asked runs passed, failed, were skipped or never started, and the wall time of all together.
std::string verdict_line(const std::vector<RunResult>& results, std::size_t asked, double wall_ms, bool interrupted, const TableStyle& style);

std::string format_sim_time(std::uint64_t ns);  // "850 ns", "12.4 us", "3.10 ms"
std::string padded_word(Status status);         // "PASS ", "ERROR"
std::string coloured(const std::string& text, Status status, const TableStyle& style);

}  // namespace tandem::report

#endif
