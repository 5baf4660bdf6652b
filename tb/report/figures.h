// SPDX-License-Identifier: Apache-2.0
// Figures of one run from its timeline: histograms of latencies, commands per driver call, counters over time.
// Not here: drawing them (page/page.js). Proof: tb/report/test/report_test.lua.
#ifndef TANDEM_REPORT_FIGURES_H
#define TANDEM_REPORT_FIGURES_H

#include "report/trace_reader.h"

namespace tandem::report {

// {"latencies": [{title, labels, counts, count, min_ns, median_ns, p95_ns, max_ns}],
//  "calls": [{name, calls, commands, most}], "counters": [{name, points: [[ns, value], ...]}]}
json_t* figures_json(const Trace& trace);

}  // namespace tandem::report

#endif
