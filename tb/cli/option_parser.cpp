// SPDX-License-Identifier: Apache-2.0
// Proof: tb/cli/test/test_options.cpp.
#include "cli/option_parser.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>

namespace tandem::cli {
namespace {

std::string known_names(const Options& options) {
  std::string text;
  for (const auto& [name, option] : options) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

void parse_options(const std::string& command, const std::vector<std::string>& arguments, const Options& options,
           const std::function<void(const std::string&)>& other) {
  bool only_names = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (only_names || argument.size() < 2 || argument[0] != '-') {
      other(argument);
      continue;
    }
    if (argument == "--") {
      only_names = true;
      continue;
    }
    std::string name = argument, value;
    bool has_value = false;
    const std::size_t equals = argument.find('=');
    if (argument.rfind("--", 0) == 0 && equals != std::string::npos) {
      name = argument.substr(0, equals);
      value = argument.substr(equals + 1);
      has_value = true;
    } else if (argument[1] != '-' && argument.size() > 2) {
      name = argument.substr(0, 2);
      value = argument.substr(2);
      has_value = true;
    }
    const auto found = options.find(name);
    if (found == options.end()) {
      throw UsageError("tandem " + command + ": unknown option '" + name + "'; it knows " + known_names(options));
    }
    if (!found->second.takes_value && has_value) throw UsageError("tandem " + command + ": option " + name + " takes no value");
    if (found->second.takes_value && !has_value) {
      if (i + 1 == arguments.size()) throw UsageError("tandem " + command + ": option " + name + " needs a value");
      value = arguments[++i];
    }
    found->second.apply(value);
  }
}

std::int64_t integer(const std::string& command, const std::string& option, const std::string& text, std::int64_t least, std::int64_t most) {
  const std::size_t digits = text.empty() || (text[0] != '-' && text[0] != '+') ? 0 : 1;
  const bool hex = text.compare(digits, 2, "0x") == 0 || text.compare(digits, 2, "0X") == 0;
  const bool starts_well = digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0;
  errno = 0;
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, hex ? 16 : 10);
  if (!starts_well || *end != '\0') throw UsageError("tandem " + command + ": " + option + " must be an integer, got '" + text + "'");
  if (errno != 0 || value < least || value > most) {
    throw UsageError("tandem " + command + ": " + option + " must be from " + std::to_string(least) + " to " + std::to_string(most) + ", got " + text);
  }
  return value;
}

}  // namespace tandem::cli
