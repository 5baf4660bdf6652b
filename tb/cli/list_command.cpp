// SPDX-License-Identifier: Apache-2.0
// `tandem list`: the scenarios of a folder with title and rules. Proof: tb/cli/test/cli_test.lua.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/commands.h"
#include "lua/scenario.h"

namespace tandem::cli {
namespace {

namespace fs = std::filesystem;

// The user's own; else those installed beside this program; else those of the source it was built from.
std::string default_folder() {
  std::error_code ignored;
  if (fs::is_directory("scenarios", ignored)) return "scenarios";
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = (program.parent_path() / TANDEM_INSTALLED_SCENARIOS).lexically_normal();
  return fs::is_directory(installed, ignored) ? installed.string() : TANDEM_SCENARIO_DIR;
}

std::vector<std::string> lua_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
  if (error) throw UsageError("tandem list: cannot read the folder " + folder + ": " + error.message());
  for (; it != end; it.increment(error)) {
    if (error) break;
    if (it->is_regular_file(error) && it->path().extension() == ".lua") files.push_back(it->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int list_command(const ListOptions& options) {
  const std::string folder = options.folder.empty() ? default_folder() : options.folder;
  const std::vector<std::string> files = lua_files(folder);
  if (files.empty()) throw UsageError("tandem list: no scenario (*.lua) under " + folder);
  int code = 0;
  for (const std::string& file : files) {
    lua::ScenarioInfo info;
    std::string error;
    if (!lua::read_scenario_info(file, {}, &info, &error)) {
      std::printf("%s\n  cannot be run: %s\n", file.c_str(), error.c_str());
      code = 2;
      continue;
    }
    std::string rules;
    for (const std::string& rule : info.rules) rules += (rules.empty() ? "" : ", ") + rule;
    std::printf("%s\n  %s\n", file.c_str(), info.title.c_str());
    if (!rules.empty()) std::printf("  rules: %s\n", rules.c_str());
  }
  return code;
}

}  // namespace tandem::cli
