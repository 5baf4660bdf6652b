// SPDX-License-Identifier: Apache-2.0
// What seeds of `tandem explore` have shown of the coverage model, together with what a results store has already, and what is missing.
// Not here: steps that aim at it (explore/aims.lua). Proof: tb/cli/test/explore_test.lua.
#ifndef TANDEM_CLI_EXPLORE_COVERAGE_H
#define TANDEM_CLI_EXPLORE_COVERAGE_H

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "farm/coverage_model.h"
#include "farm/store.h"
#include "report/result.h"

namespace tandem::cli {

class ExploreCoverage {
 public:
  // store_file: empty for none. planned: runs, 0 where nobody knows. Throws farm::StoreError, UsageError.
  ExploreCoverage(const std::string& store_file, std::size_t planned, const std::string& version);

  // Of a run that came to its end. result.scenario is what the store will call it.
  void add(report::RunResult result);
  // What was added counts from now on, and is in the store.
  void settle();
  void end();

  // Points of the model that were missing at the last settle(), in order.
  const std::vector<std::string>& missing() const { return missing_; }
  // "463 of 533 points of the coverage model, 12 of them new to the store"
  std::string summary() const;

 private:
  farm::CoverageModel model_;
  std::set<std::string> before_, reached_;  // of the store at the beginning; of both
  std::vector<std::string> missing_;
  std::unique_ptr<farm::Store> store_;
  farm::SessionInfo session_;
  std::vector<farm::Record> waiting_;
};

}  // namespace tandem::cli

#endif
