// SPDX-License-Identifier: Apache-2.0
// All sessions of a store as one HTML page that needs nothing beside it: verdicts, what is broken and since when, pass rate,
// coverage and benchmark figures over time. Charts by Chart.js, whose text is put into the page; without it, tables only.
// Proof: tb/farm/test/test_results.cpp.
#ifndef TANDEM_FARM_TREND_PAGE_H
#define TANDEM_FARM_TREND_PAGE_H

#include <string>

#include "farm/coverage_model.h"
#include "farm/store.h"

namespace tandem::farm {

// model: what the coverage of the newest session is held against.
std::string trend_page(Store& store, const CoverageModel& model);

}  // namespace tandem::farm

#endif
