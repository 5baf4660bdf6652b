// SPDX-License-Identifier: Apache-2.0
// Rows of a results store as the text of a file: CSV, JSON, JUnit. Proof: tb/farm/test/farm_test.lua.
#ifndef TANDEM_FARM_EXPORT_H
#define TANDEM_FARM_EXPORT_H

#include <string>

#include "farm/results_query.h"

namespace tandem::farm {

// what: "runs", "coverage" or "figures", which of the runs of the filter; format: "csv", "json", or of runs "junit".
std::string exported(Store& store, const RunFilter& filter, const std::string& what, const std::string& format);

}  // namespace tandem::farm

#endif
