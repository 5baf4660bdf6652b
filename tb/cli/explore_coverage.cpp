// SPDX-License-Identifier: Apache-2.0
// Proof: tb/cli/test/explore_test.lua.
#include "cli/explore_coverage.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "farm/coverage_query.h"

namespace tandem::cli {

ExploreCoverage::ExploreCoverage(const std::string& store_file, std::size_t planned, const std::string& version) {
  std::string error;
  if (!farm::load_coverage_model("", &model_, &error)) throw std::logic_error(error);
  if (!store_file.empty()) {
    store_ = std::make_unique<farm::Store>(store_file);
    for (const auto& [point, row] : farm::points_of(*store_, farm::RunFilter{})) before_.insert(point);
    reached_ = before_;
    session_.id = farm::new_session_id();
    session_.plan = "explore";
    session_.title = "Random platforms and steps";
    session_.created = farm::utc_now();
    session_.version = version;
    session_.host = farm::host_name();
    session_.run_count = planned;
  }
  settle();
}

void ExploreCoverage::add(report::RunResult result) {
  for (const auto& [point, count] : result.coverage) reached_.insert(point);
  if (!store_) return;
  farm::Record record;
  record.key = result.scenario + "|" + result.backend;
  record.host = session_.host;
  record.version = session_.version;
  record.finished = farm::utc_now();
  record.result = std::move(result);
  waiting_.push_back(std::move(record));
}

void ExploreCoverage::settle() {
  missing_.clear();
  std::copy_if(model_.points.begin(), model_.points.end(), std::back_inserter(missing_),
               [&](const std::string& point) { return reached_.count(point) == 0; });
  if (!store_ || waiting_.empty()) return;
  store_->put_session(session_);
  store_->import(session_.id, waiting_);
  waiting_.clear();
}

void ExploreCoverage::end() {
  settle();
  if (!store_) return;
  // With a limit of time nobody knew how many there would be.
  farm::Statement planned(store_->db(), "UPDATE session SET planned = ? WHERE id = ?");
  planned.bind(1, store_->count(session_.id)).bind(2, session_.id).run();
  store_->end_session(session_.id, farm::utc_now());
}

std::string ExploreCoverage::summary() const {
  std::size_t hit = 0, fresh = 0;
  for (const std::string& point : model_.points) {
    hit += reached_.count(point);
    fresh += reached_.count(point) != 0 && before_.count(point) == 0;
  }
  return std::to_string(hit) + " of " + std::to_string(model_.points.size()) + " points of the coverage model" +
         (store_ ? ", " + std::to_string(fresh) + " of them new to the store" : "");
}

}  // namespace tandem::cli
