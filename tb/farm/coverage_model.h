// SPDX-License-Identifier: Apache-2.0
// A coverage model: the points that plans together are expected to reach, and those that are left out with a reason.
// Without a file it is the one the program was built with, plans/coverage.lua.
// Not here: what was reached (coverage_query.h). Proof: tb/farm/test/test_results.cpp.
#ifndef TANDEM_FARM_COVERAGE_MODEL_H
#define TANDEM_FARM_COVERAGE_MODEL_H

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tandem::farm {

struct CoverageModel {
  std::string title;
  std::set<std::string> points;
  std::map<std::string, std::string> excluded;  // point -> why
  std::map<std::string, std::string> known;     // point that is expected all the same -> why nothing reaches it yet
};

// file: empty for the built-in one. False and one sentence on failure.
bool load_coverage_model(const std::string& file, CoverageModel* model, std::string* error);

// "a/{b,c}/{1,2}" -> a/b/1, a/b/2, a/c/1, a/c/2. Braces do not nest; one that is not closed stands for itself.
std::vector<std::string> alternatives_of(const std::string& pattern);

// "walk/s1/stage1/4k/L3/ok" -> "walk s1 stage1": what a summary counts together.
std::string group_of_point(const std::string& point);

struct GroupCoverage {
  std::size_t declared = 0, hit = 0;
  std::vector<std::string> holes;
};
// The model's points by group, held against what was hit.
std::map<std::string, GroupCoverage> groups_of(const CoverageModel& model, const std::function<bool(const std::string& point)>& is_hit);

}  // namespace tandem::farm

#endif
