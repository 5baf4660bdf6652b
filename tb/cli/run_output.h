// SPDX-License-Identifier: Apache-2.0
// What commands that run scenarios leave behind: the table, comparisons, a verdict, JSON, JUnit, the exit code.
// Not here: the formats (report/). Proof: tb/cli/test/cli_test.lua, compare_test.lua.
#ifndef TANDEM_CLI_RUN_OUTPUT_H
#define TANDEM_CLI_RUN_OUTPUT_H

#include <cstddef>
#include <string>
#include <vector>

#include "report/result.h"
#include "report/table.h"

namespace tandem::cli {

struct RunOutput {
  std::string command;  // "run", for messages
  std::string json_file, junit_file, version;
  report::TableStyle style;
  std::size_t asked = 0;
  double wall_ms = 0;
  std::vector<report::RunResult> results;
  std::vector<report::ComparisonResult> comparisons;
  std::string problem;  // a file that could not be written; makes the exit code 2
};

// Nobody wants to learn after a long run that its file cannot be written: a UsageError.
void check_writable(const std::string& command, const std::string& path);

// Of the parts this program was made with, by name.
std::vector<std::pair<std::string, std::string>> versions_of(const std::string& tandem);
// A run that was stopped because of a difference has no error of its own.
void settle_stopped(std::vector<report::RunResult>* results);

// Answers the exit code.
int show_and_write(RunOutput output);

}  // namespace tandem::cli

#endif
