// SPDX-License-Identifier: Apache-2.0
// One comparison of two runs from its beginning to its verdict: feeds the comparer, knows how the runs ended, answers what a report
// shows. Not here: processes (tb/cli/compare.h), records (record.h). One thread at a time per object.
// Proof: tb/diff/test/test_comparer.cpp, tb/cli/test/compare_test.lua.
#ifndef TANDEM_DIFF_COMPARISON_H
#define TANDEM_DIFF_COMPARISON_H

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "diff/comparer.h"
#include "report/result.h"

namespace tandem::diff {

// How a run ended, from its result.
Ending ending_of(const report::RunResult& result);

class Comparison {
 public:
  Comparison(const Policy& policy, const std::array<std::string, 2>& names) : names_(names), comparer_(policy, names) {}

  // A line of a fact; one that is none makes the comparison incomplete.
  void take(unsigned side, const std::string& line);
  void end(unsigned side, const Ending& ending);
  void set_smmus(const std::vector<std::string>& names) { comparer_.set_smmus(names); }
  bool is_decided() const { return comparer_.is_decided(); }

  // After both ends. repeat: the command line that compares again.
  report::ComparisonResult result(const std::string& repeat) const;

 private:
  std::array<std::string, 2> names_;
  Comparer comparer_;
  std::array<std::optional<Ending>, 2> endings_;
  std::string broken_;
};

}  // namespace tandem::diff

#endif
