// SPDX-License-Identifier: Apache-2.0
// What pages of the farm share: text that cannot become HTML, cells, the look of tables, and tables that sort by a click.
// Not here: what a page shows (trend_page.h, coverage_page.h). Proof: tb/farm/test/test_results.cpp, coverage_page_test.lua.
#ifndef TANDEM_FARM_HTML_H
#define TANDEM_FARM_HTML_H

#include <cstdint>
#include <string>

namespace tandem::farm {

std::string escaped(const std::string& text);
std::string cell(const std::string& text, const char* kind = "");
std::string number_cell(std::int64_t value, bool bad = false);

extern const char kTableStyle[], kSortScript[];

}  // namespace tandem::farm

#endif
