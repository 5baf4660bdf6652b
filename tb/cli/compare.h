// SPDX-License-Identifier: Apache-2.0
// Runs of one scenario that are held against each other while they go on: routes the facts of every process to the comparisons and
// stops what need not go on. The first run of a group is compared with each of the others.
// Not here: comparing (diff/comparison.h). Proof: tb/cli/test/compare_test.lua.
#ifndef TANDEM_CLI_COMPARE_H
#define TANDEM_CLI_COMPARE_H

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "cli/supervisor.h"
#include "diff/comparison.h"
#include "diff/policy.h"

namespace tandem::cli {

// The backends whose ID registers a comparison makes equal: "mixed" is tlm and rtl.
std::vector<std::string> compared_backends(const std::vector<std::string>& backends);

// The rules that come with the program and those of the files. Throws std::invalid_argument with a sentence.
diff::Policy load_policy(const std::vector<std::string>& files);

class CompareProgress : public Progress {
 public:
  // requests: groups of `group_size` runs in a row, each group a scenario. shown: gets everything a person sees.
  CompareProgress(const std::vector<lua::RunRequest>& requests, std::size_t group_size, const diff::Policy& policy, Progress& shown);

  void start(std::size_t run) override { shown_.start(run); }
  void step(std::size_t run, std::size_t number, const std::string& title, std::uint64_t sim_ns) override { shown_.step(run, number, title, sim_ns); }
  void log(std::size_t run, const std::string& text) override { shown_.log(run, text); }
  void end(std::size_t run, const report::RunResult& result) override;
  void not_started(std::size_t run, const report::RunResult& result) override { end(run, result); }
  void fact(std::size_t run, const std::string& line) override;
  bool is_stopped(std::size_t run) override { return groups_[run / size_]->stopped; }

  // The comparisons of every group that came to an end, in their order. repeat: of one request.
  std::vector<report::ComparisonResult> results(const std::vector<lua::RunRequest>& requests, const std::string& repeat_options) const;

 private:
  struct Pair {
    std::mutex mutex;
    std::unique_ptr<diff::Comparison> comparison;
  };
  struct Group {
    std::vector<std::unique_ptr<Pair>> pairs;  // the first run with each other
    std::atomic<bool> stopped{false};
    std::size_t ended = 0;
    std::int64_t seed = 0;
  };
  template <class Fn>
  void each_pair(std::size_t run, Fn fn);

  const std::size_t size_;
  Progress& shown_;
  std::vector<std::unique_ptr<Group>> groups_;
};

}  // namespace tandem::cli

#endif
