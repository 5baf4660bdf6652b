// SPDX-License-Identifier: Apache-2.0
// Random exploration without processes: a platform and steps made up from a seed, their text as a scenario, and shrinking a list that
// fails. Not here: running (cli/explore_command.cpp), what a step means (lua/prelude/play.lua). Proof: tb/explore/test/test_explore.cpp.
#ifndef TANDEM_EXPLORE_EXPLORE_H
#define TANDEM_EXPLORE_EXPLORE_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tandem::explore {

// Lines of Lua, each of which can be left out.
struct Exploration {
  std::vector<std::string> smmus, masters, steps;
  unsigned cpus = 1;
  bool noncoherent = false;  // no SMMU snoops the CPUs
  std::vector<std::string> aims;  // points of the coverage model that some of the steps are for
};

struct Wanted {
  std::int64_t seed = 1;
  unsigned most_smmus = 8, steps = 100;
  bool compared = false;  // what is a matter of time is left out
  bool tlm_only = false;  // every SMMU of every run is the model
  std::vector<std::string> points = {};  // of coverage that nobody has reached yet
};

// The same wish, the same exploration.
Exploration generate(const Wanted& wanted);

// A scenario file. comment: further lines of its head, without "--".
std::string scenario_text(const Exploration& exploration, std::int64_t seed, const std::vector<std::string>& comment);

// A shorter list that still fails: no single line of it can be left out, unless is_enough() said to stop before. fails(list) itself holds
// for the list given.
std::vector<std::string> shrink(std::vector<std::string> list, const std::function<bool(const std::vector<std::string>&)>& fails,
                                const std::function<bool()>& is_enough);

// What two failures with the same cause have in common: a sentence without its place, its numbers and what follows ": step".
std::string failure_key(const std::string& reason);

}  // namespace tandem::explore

#endif
