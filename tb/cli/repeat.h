// SPDX-License-Identifier: Apache-2.0
// The command line that runs one run again, ready for a shell.
#ifndef TANDEM_CLI_REPEAT_H
#define TANDEM_CLI_REPEAT_H

#include <cstdint>
#include <string>

#include "lua/scenario.h"

namespace tandem::cli {

// The word as a shell has to get it.
std::string shell_word(const std::string& word);

std::string repeat_line(const lua::RunRequest& request, std::int64_t seed);

}  // namespace tandem::cli

#endif
