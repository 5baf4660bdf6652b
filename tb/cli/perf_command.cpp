// SPDX-License-Identifier: Apache-2.0
// `tandem sweep` and `tandem calibrate`: become the Lua tools of tb/perf, which call this program again.
// Not here: the tools. Proof: tb/perf/test/perf_test.lua.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "cli/commands.h"

namespace tandem::cli {
namespace {

namespace fs = std::filesystem;

// What is installed beside this program; else the source it was built from.
std::string data(const fs::path& program, const char* installed, const char* source, const std::string& name) {
  std::error_code ignored;
  const fs::path beside = (program.parent_path() / installed).lexically_normal() / name;
  return fs::exists(beside, ignored) ? beside.string() : (fs::path(source) / name).string();
}

}  // namespace

int perf_command(const std::string& command, const std::vector<std::string>& arguments) {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const std::string script = data(program, TANDEM_INSTALLED_PERF, TANDEM_SOURCE_DIR "/tb/perf", command + ".lua");
  if (access(script.c_str(), R_OK) != 0) throw UsageError("tandem " + command + ": cannot read " + script + ", which does the work");
  std::vector<std::string> words = {TANDEM_LUA_PROGRAM, script, program.string()};
  if (command == "calibrate") words.push_back(data(program, TANDEM_INSTALLED_SCENARIOS, TANDEM_SCENARIO_DIR, "."));
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  throw std::runtime_error("cannot start " + words[0] + ": " + std::strerror(errno));
}

}  // namespace tandem::cli
