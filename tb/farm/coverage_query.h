// SPDX-License-Identifier: Apache-2.0
// Questions to a results store about coverage points and figures. Not here: verdicts (results_query.h), what is expected to be
// reached (coverage_model.h), how answers are shown (coverage_command.cpp). Proof: tb/farm/test/test_results.cpp.
#ifndef TANDEM_FARM_COVERAGE_QUERY_H
#define TANDEM_FARM_COVERAGE_QUERY_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "farm/results_query.h"
#include "farm/store.h"

namespace tandem::farm {

struct PointRow {
  std::int64_t runs = 0, hits = 0;
};
// Points that runs of the filter hit, by name. Of a whole session the answer does not depend on how many runs it has.
std::map<std::string, PointRow> points_of(Store& store, const RunFilter& filter);

struct FigureRow {
  std::string name, unit;
  std::int64_t runs = 0;
  double low = 0, median = 0, high = 0;
};
// In the order of the names.
std::vector<FigureRow> figures_of(Store& store, const RunFilter& filter);

struct PointOfRun {
  std::string session, key, point;
  std::int64_t hits = 0;
};
struct FigureOfRun {
  std::string session, key, name, unit;
  double value = 0;
};
std::vector<PointOfRun> points_by_run(Store& store, const RunFilter& filter);
std::vector<FigureOfRun> figures_by_run(Store& store, const RunFilter& filter);

// Session -> points that its runs hit.
std::map<std::string, std::int64_t> point_counts(Store& store);
struct Trend {
  std::string session, name, unit;
  double value = 0;
};
// The median of each figure over the runs of each session, in the order of the names, then of the sessions.
std::vector<Trend> figure_trends(Store& store);

}  // namespace tandem::farm

#endif
