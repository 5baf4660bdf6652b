// SPDX-License-Identifier: Apache-2.0
// Which build of a list is the first on which a run goes wrong. Proof: tb/farm/test/test_results.cpp for the search,
// tb/farm/test/farm_test.lua for the programs.
#ifndef TANDEM_FARM_BISECT_H
#define TANDEM_FARM_BISECT_H

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tandem::farm {

enum class BuildVerdict { Good, Bad, Untestable };  // untestable: the build cannot say, because it does not know the scenario's API, say

struct Bisection {
  bool oldest_is_bad = false, newest_is_good = false;
  std::size_t last_good = 0, first_bad = 0;  // indices
  std::vector<std::size_t> suspects;         // untestable ones between them: each of these may be the first bad one, too
  std::size_t tried = 0;
};

// The oldest build first. Each build is tried once at most. Throws std::runtime_error when an end of the list is untestable.
Bisection bisect(const std::vector<std::string>& builds, const std::function<BuildVerdict(std::size_t build)>& try_build);

// `tandem run ARGUMENTS` with that program. reason: one sentence about a build that is not good.
BuildVerdict run_build(const std::string& tandem, const std::vector<std::string>& arguments, std::string* reason);

// The words of a line as a shell takes them apart that knows only single quotes and backslashes, which is all repeat lines have.
std::vector<std::string> shell_words(const std::string& line);

// `tandem results bisect`: answers the exit code. Throws cli::UsageError.
int bisect_command(const std::vector<std::string>& builds, const std::vector<std::string>& arguments);

}  // namespace tandem::farm

#endif
