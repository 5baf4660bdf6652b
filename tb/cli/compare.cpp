// SPDX-License-Identifier: Apache-2.0
// Facts to comparisons. Proof: tb/cli/test/compare_test.lua.
#include "cli/compare.h"

#include <algorithm>
#include <stdexcept>

#include "cli/repeat.h"

namespace tandem::cli {

std::vector<std::string> compared_backends(const std::vector<std::string>& backends) {
  std::vector<std::string> out;
  for (const std::string& backend : backends) {
    for (const std::string& one : backend == "mixed" ? std::vector<std::string>{"tlm", "rtl"} : std::vector<std::string>{backend}) {
      if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
    }
  }
  return out;
}

diff::Policy load_policy(const std::vector<std::string>& files) {
  diff::Policy policy = diff::Policy::built_in();
  for (const std::string& file : files) {
    std::string error;
    if (!policy.add_file(file, &error)) throw std::invalid_argument(error);
  }
  return policy;
}

CompareProgress::CompareProgress(const std::vector<lua::RunRequest>& requests, std::size_t group_size, const diff::Policy& policy, Progress& shown)
    : size_(group_size), shown_(shown) {
  for (std::size_t first = 0; first < requests.size(); first += size_) {
    groups_.push_back(std::make_unique<Group>());
    for (std::size_t other = first + 1; other < first + size_; ++other) {
      const std::array<std::string, 2> names{requests[first].backend, requests[other].backend};
      diff::Policy narrowed = policy;
      narrowed.narrow_to(compared_backends({names[0], names[1]}));
      groups_.back()->pairs.push_back(std::make_unique<Pair>());
      groups_.back()->pairs.back()->comparison = std::make_unique<diff::Comparison>(narrowed, names);
    }
  }
}

// fn(comparison, side of the run)
template <class Fn>
void CompareProgress::each_pair(std::size_t run, Fn fn) {
  Group& group = *groups_[run / size_];
  const std::size_t member = run % size_;
  for (std::size_t i = 0; i < group.pairs.size(); ++i) {
    if (member != 0 && member != i + 1) continue;
    const std::lock_guard<std::mutex> lock(group.pairs[i]->mutex);
    fn(*group.pairs[i]->comparison, member == 0 ? 0u : 1u);
    if (group.pairs[i]->comparison->is_decided()) group.stopped = true;
  }
}

void CompareProgress::fact(std::size_t run, const std::string& line) {
  each_pair(run, [&](diff::Comparison& comparison, unsigned side) { comparison.take(side, line); });
}

void CompareProgress::end(std::size_t run, const report::RunResult& result) {
  Group& group = *groups_[run / size_];
  ++group.ended;
  if (group.ended == 1 || result.seed != 0) group.seed = result.seed;  // a run that was not started has none
  std::vector<std::string> smmus;
  for (const report::SmmuResult& smmu : result.smmus) smmus.push_back(smmu.name);
  each_pair(run, [&](diff::Comparison& comparison, unsigned side) {
    if (!smmus.empty()) comparison.set_smmus(smmus);
    comparison.end(side, diff::ending_of(result));
  });
  shown_.end(run, result);
}

std::vector<report::ComparisonResult> CompareProgress::results(const std::vector<lua::RunRequest>& requests, const std::string& repeat_options) const {
  std::vector<report::ComparisonResult> out;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (groups_[g]->ended < size_) continue;  // after Ctrl-C
    for (std::size_t i = 0; i < groups_[g]->pairs.size(); ++i) {
      const std::size_t first = g * size_;
      lua::RunRequest again = requests[first];
      again.backend += "," + requests[first + i + 1].backend;
      const std::vector<std::string> both = compared_backends({requests[first].backend, requests[first + i + 1].backend});
      const bool has_wave = std::find(both.begin(), both.end(), "rtl") != both.end();
      const std::string line = repeat_line(again, groups_[g]->seed) + " --compare" + repeat_options + " --trace difference.jsonl" +
                               (has_wave ? " --wave difference.fst" : "");
      out.push_back(groups_[g]->pairs[i]->comparison->result(line));
      out.back().scenario = requests[first].path;
      out.back().seed = groups_[g]->seed;
    }
  }
  return out;
}

}  // namespace tandem::cli
