// SPDX-License-Identifier: Apache-2.0
// `tandem mutants`: becomes the runner of the seeded mutants, which needs the sources this program was built from.
// Not here: the runner (mutants/run.lua). Proof: tb/cli/test/cli_test.lua.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "cli/commands.h"

namespace tandem::cli {

int mutants_command(const std::vector<std::string>& arguments) {
  const std::string runner = TANDEM_SOURCE_DIR "/mutants/run.lua";
  if (access(runner.c_str(), R_OK) != 0) {
    throw UsageError("tandem mutants: cannot read " + runner + "; mutants are made from the sources tandem was built from");
  }
  std::vector<std::string> words = {TANDEM_LUA_PROGRAM, runner};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  throw std::runtime_error("cannot start " + words[0] + ": " + std::strerror(errno));
}

}  // namespace tandem::cli
