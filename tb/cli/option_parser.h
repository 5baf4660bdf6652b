// SPDX-License-Identifier: Apache-2.0
// Options of a command line, strictly: anything that is not understood is a UsageError. What all commands share.
// Not here: the options themselves. Proof: tb/cli/test/test_options.cpp.
#ifndef TANDEM_CLI_OPTION_PARSER_H
#define TANDEM_CLI_OPTION_PARSER_H

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/options.h"

namespace tandem::cli {

// An option either is a flag or takes a value: "--seed 7", "--seed=7", "-p k=v", "-pk=v".
struct Option {
  bool takes_value;
  std::function<void(const std::string& value)> apply;
};
using Options = std::map<std::string, Option>;

// Hands options to the map and everything else to `other`.
void parse_options(const std::string& command, const std::vector<std::string>& arguments, const Options& options,
                   const std::function<void(const std::string&)>& other);

// Decimal or 0x hexadecimal, with a sign or without.
std::int64_t integer(const std::string& command, const std::string& option, const std::string& text, std::int64_t least, std::int64_t most);

}  // namespace tandem::cli

#endif
