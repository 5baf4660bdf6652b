// SPDX-License-Identifier: Apache-2.0
// Results as a JUnit XML file, one testcase per (scenario, backend). Proof: tb/report/test/test_report.cpp.
#ifndef TANDEM_REPORT_JUNIT_H
#define TANDEM_REPORT_JUNIT_H

#include <string>
#include <vector>

#include "report/result.h"

namespace tandem::report {

std::string junit_xml(const std::vector<RunResult>& results);

}  // namespace tandem::report

#endif
