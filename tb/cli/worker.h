// SPDX-License-Identifier: Apache-2.0
// The hidden half of the command: a process that runs one scenario on one backend and reports over a pipe.
// Messages are lines: B seed wall_limit_s title, S number sim_ns title, L text, F fact (diff/fact.h), R json
// (the result, last).
// Not here: starting and watching it (supervisor.h). Proof: tb/cli/test/cli_test.lua.
#ifndef TANDEM_CLI_WORKER_H
#define TANDEM_CLI_WORKER_H

#include <string>
#include <vector>

#include "lua/scenario.h"

namespace tandem::cli {

inline constexpr char kWorkerOption[] = "--worker-on-pipe";

// The arguments that make this program run as that worker, and back.
std::vector<std::string> worker_arguments(int pipe, const lua::RunRequest& request);
int worker_main(const std::vector<std::string>& arguments);

}  // namespace tandem::cli

#endif
