// SPDX-License-Identifier: Apache-2.0
// Strict parsing of options. Proof: tb/cli/test/test_options.cpp.
#include "cli/options.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <map>

namespace tandem::cli {
namespace {

// An option either is a flag or takes a value: "--seed 7", "--seed=7", "-p k=v", "-pk=v".
struct Option {
  bool takes_value;
  std::function<void(const std::string& value)> apply;
};
using Options = std::map<std::string, Option>;

std::string known_names(const Options& options) {
  std::string text;
  for (const auto& [name, option] : options) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Hands options to the map and everything else to `other`.
void parse(const std::string& command, const std::vector<std::string>& arguments, const Options& options,
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

// Decimal or 0x hexadecimal, with a sign or without.
std::int64_t integer(const std::string& option, const std::string& text, std::int64_t least, std::int64_t most) {
  const std::size_t digits = text.empty() || (text[0] != '-' && text[0] != '+') ? 0 : 1;
  const bool hex = text.compare(digits, 2, "0x") == 0 || text.compare(digits, 2, "0X") == 0;
  const bool starts_well = digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0;
  errno = 0;
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, hex ? 16 : 10);
  if (!starts_well || *end != '\0') throw UsageError("tandem run: " + option + " must be an integer, got '" + text + "'");
  if (errno != 0 || value < least || value > most) {
    throw UsageError("tandem run: " + option + " must be from " + std::to_string(least) + " to " + std::to_string(most) + ", got " + text);
  }
  return value;
}

std::pair<std::string, std::string> parameter(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) throw UsageError("tandem run: -p takes key=value, got '" + text + "'");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// A comma list of names and groups, without repeats, in the order of the columns.
std::vector<std::string> backends(const std::string& text) {
  static const std::map<std::string, std::vector<std::string>> known = {
      {"tlm", {"tlm"}}, {"rtl", {"rtl"}}, {"mixed", {"mixed"}}, {"both", {"tlm", "rtl"}}, {"all", {"tlm", "rtl", "mixed"}}};
  std::vector<std::string> list;
  std::size_t from = 0;
  do {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string word = text.substr(from, comma - from);
    const auto found = known.find(word);
    if (found == known.end()) {
      throw UsageError("tandem run: unknown backend '" + word + "'; --on takes tlm, rtl, mixed, both (tlm and rtl) or all");
    }
    for (const std::string& name : found->second) {
      if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
    }
    from = comma + 1;
  } while (from <= text.size());
  return list;
}

void refuse_name(const std::string& command, const std::string& name) {
  throw UsageError("tandem " + command + ": unexpected argument '" + name + "'");
}

}  // namespace

RunOptions parse_run(const std::vector<std::string>& arguments) {
  RunOptions run;
  const Options options = {
      {"--help", {false, [&](const std::string&) { run.help = true; }}},
      {"-h", {false, [&](const std::string&) { run.help = true; }}},
      {"--verbose", {false, [&](const std::string&) { run.verbose = true; }}},
      {"-v", {false, [&](const std::string&) { run.verbose = true; }}},
      {"--on", {true, [&](const std::string& v) { run.backends = backends(v); }}},
      {"--seed", {true, [&](const std::string& v) { run.seed = integer("--seed", v, INT64_MIN, INT64_MAX); }}},
      {"--jobs", {true, [&](const std::string& v) { run.jobs = static_cast<unsigned>(integer("--jobs", v, 1, 256)); }}},
      {"-j", {true, [&](const std::string& v) { run.jobs = static_cast<unsigned>(integer("-j", v, 1, 256)); }}},
      {"-p", {true, [&](const std::string& v) { run.params.push_back(parameter(v)); }}},
      {"--json", {true, [&](const std::string& v) { run.json_file = v; }}},
      {"--junit", {true, [&](const std::string& v) { run.junit_file = v; }}},
      {"--trace", {true, [&](const std::string& v) { run.trace_file = v; }}},
  };
  parse("run", arguments, options, [&](const std::string& name) { run.scenarios.push_back(name); });
  if (run.help) return run;
  if (run.scenarios.empty()) throw UsageError("tandem run: name at least one scenario file; 'tandem list' shows what there is");
  if (run.backends.empty()) run.backends = {"tlm"};
  for (const auto& [one, other] : {std::pair(run.json_file, run.junit_file), {run.json_file, run.trace_file}, {run.junit_file, run.trace_file}}) {
    if (!one.empty() && one == other) throw UsageError("tandem run: " + one + " cannot take two kinds of output");
  }
  return run;
}

ListOptions parse_list(const std::vector<std::string>& arguments) {
  ListOptions list;
  const Options options = {
      {"--help", {false, [&](const std::string&) { list.help = true; }}},
      {"-h", {false, [&](const std::string&) { list.help = true; }}},
  };
  parse("list", arguments, options, [&](const std::string& name) {
    if (!list.folder.empty()) refuse_name("list", name);
    list.folder = name;
  });
  return list;
}

BenchOptions parse_bench(const std::vector<std::string>& arguments) {
  BenchOptions bench;
  const Options options = {
      {"--help", {false, [&](const std::string&) { bench.help = true; }}},
      {"-h", {false, [&](const std::string&) { bench.help = true; }}},
      {"--json", {true, [&](const std::string& v) { bench.json_file = v; }}},
  };
  parse("bench", arguments, options, [&](const std::string& name) { bench.names.push_back(name); });
  return bench;
}

}  // namespace tandem::cli
