// SPDX-License-Identifier: Apache-2.0
// Everything that is measured of how much was tried, on one HTML page that needs nothing beside it: functional coverage with its
// holes, lines and branches of the driver, blocks and bits of the RTL block. What was not measured is said with how to measure it.
// Not here: measuring (`./run coverage`). Proof: tb/farm/test/coverage_page_test.lua.
#ifndef TANDEM_FARM_COVERAGE_PAGE_H
#define TANDEM_FARM_COVERAGE_PAGE_H

#include <map>
#include <string>

#include "farm/coverage_model.h"
#include "farm/coverage_query.h"
#include "farm/measured_code.h"

namespace tandem::farm {

struct CoveragePage {
  std::string where;                     // "all sessions of results.db"
  const CoverageModel* model = nullptr;  // null: functional coverage was not measured
  std::map<std::string, PointRow> hit;
  const MeasuredCode* driver = nullptr;  // null: not measured
  const MeasuredCode* rtl = nullptr;
};

std::string coverage_page(const CoveragePage& page);

}  // namespace tandem::farm

#endif
