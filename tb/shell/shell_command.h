// SPDX-License-Identifier: Apache-2.0
// `tandem shell`. Not here: its options (cli/options.h). Proof: tb/shell/test/shell_test.lua.
#ifndef TANDEM_SHELL_SHELL_COMMAND_H
#define TANDEM_SHELL_SHELL_COMMAND_H

#include "cli/options.h"

namespace tandem::shell {

int shell_command(const cli::ShellOptions& options);

}  // namespace tandem::shell

#endif
