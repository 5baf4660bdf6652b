// SPDX-License-Identifier: Apache-2.0
// The commands that are not parts of their own; each answers the exit code. Not here: parsing (options.h). Proof: tb/cli/test/cli_test.lua.
#ifndef TANDEM_CLI_COMMANDS_H
#define TANDEM_CLI_COMMANDS_H

#include <string>
#include <vector>

#include "cli/options.h"

namespace tandem::cli {

int run_command(const RunOptions& options, const std::string& version);
int replay_command(const ReplayOptions& options, const std::string& version);
int explore_command(const ExploreOptions& options);
int list_command(const ListOptions& options);
int report_command(const ReportOptions& options);
// Replaces the process: returns only by an exception.
int mutants_command(const std::vector<std::string>& arguments);
int perf_command(const std::string& command, const std::vector<std::string>& arguments);  // sweep, calibrate

}  // namespace tandem::cli

#endif
