// SPDX-License-Identifier: Apache-2.0
// The report page: one HTML file with everything in it, for a browser without a network.
// Not here: what it shows and how (page/page.js). Proof: tb/report/test/report_test.lua, page_test.lua.
#ifndef TANDEM_REPORT_PAGE_H
#define TANDEM_REPORT_PAGE_H

#include <string>

namespace tandem::report {

// Of a folder that `tandem run --out` wrote; or empty and one sentence.
std::string report_page(const std::string& folder, std::string* error);

}  // namespace tandem::report

#endif
