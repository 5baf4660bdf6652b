// SPDX-License-Identifier: Apache-2.0
// `tandem regress` and `tandem results`; each answers the exit code, throws cli::UsageError or std::runtime_error.
// Proof: tb/farm/test/farm_test.lua.
#ifndef TANDEM_FARM_REGRESS_COMMAND_H
#define TANDEM_FARM_REGRESS_COMMAND_H

#include <string>

#include "farm/farm_options.h"

namespace tandem::farm {

int regress_command(const RegressOptions& options, const std::string& version);
int results_command(const ResultsOptions& options);

}  // namespace tandem::farm

#endif
