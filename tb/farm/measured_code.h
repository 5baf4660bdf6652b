// SPDX-License-Identifier: Apache-2.0
// What others measured of code, read from the text they print: driver/test/coverage.sh (lines and branches of the driver) and
// rtl-stubs/coverage/summary.lua (blocks of lines and toggled bits of the RTL block).
// Not here: measuring. Proof: tb/farm/test/coverage_page_test.lua.
#ifndef TANDEM_FARM_MEASURED_CODE_H
#define TANDEM_FARM_MEASURED_CODE_H

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::farm {

struct Share {
  std::int64_t hit = 0, all = 0;
};

struct MeasuredFile {
  std::string name;
  Share first, second;  // lines and branches, or blocks of lines and bits; all = 0: there are none
};

struct MeasuredCode {
  std::vector<MeasuredFile> files;
  MeasuredFile total;
  std::vector<std::string> missing;  // places that were not reached, one sentence each
};

// False when the text is no such table.
bool read_driver_coverage(const std::string& text, MeasuredCode* out);
bool read_rtl_coverage(const std::string& text, MeasuredCode* out);

}  // namespace tandem::farm

#endif
