// SPDX-License-Identifier: Apache-2.0
// `tandem results coverage` and `tandem results figures`; each answers the exit code. Proof: tb/farm/test/farm_test.lua.
#ifndef TANDEM_FARM_COVERAGE_COMMAND_H
#define TANDEM_FARM_COVERAGE_COMMAND_H

#include "farm/coverage_model.h"
#include "farm/farm_options.h"
#include "farm/results_query.h"

namespace tandem::farm {

// The model that the options name. Throws cli::UsageError.
CoverageModel model_of(const ResultsOptions& options);
// Every point that tandem counts.
int list_points();
// The page without functional coverage: there is no store.
int code_coverage_page(const ResultsOptions& options);
int coverage_command(Store& store, const ResultsOptions& options, const RunFilter& filter);
int figures_command(Store& store, const ResultsOptions& options, const RunFilter& filter);

}  // namespace tandem::farm

#endif
