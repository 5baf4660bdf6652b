// SPDX-License-Identifier: Apache-2.0
// Proof: tb/cli/test/cli_test.lua runs the line it prints.
#include "cli/repeat.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace tandem::cli {

std::string shell_word(const std::string& word) {
  const auto harmless = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("_-+=:,./@%", c) != nullptr; };
  if (!word.empty() && std::all_of(word.begin(), word.end(), harmless)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string repeat_line(const lua::RunRequest& request, std::int64_t seed) {
  std::string line = std::string("tandem run ") + (request.path[0] == '-' ? "./" : "") + shell_word(request.path) + " --on " + request.backend +
                     " --seed " + std::to_string(seed);
  for (const auto& [key, text] : request.params) line += " -p " + shell_word(key + "=" + text);
  for (const auto& [key, text] : request.smmu_params) line += " --smmu " + shell_word(key + "=" + text);
  for (std::size_t i = 0; i < request.checks_off.size(); ++i) line += (i == 0 ? " --no-check " : ",") + request.checks_off[i];
  return line;
}

}  // namespace tandem::cli
