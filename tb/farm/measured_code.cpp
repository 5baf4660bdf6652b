// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/coverage_page_test.lua.
#include "farm/measured_code.h"

#include <cstdio>
#include <sstream>

namespace tandem::farm {
namespace {

// "3 of 4"; "-" where a file has none.
bool read_share(const std::string& text, Share* out) {
  long long hit = 0, all = 0;
  if (text == "-") return true;
  if (std::sscanf(text.c_str(), "%lld of %lld", &hit, &all) != 2) return false;
  *out = {hit, all};
  return true;
}

void put(const MeasuredFile& file, MeasuredCode* out) {
  if (file.name == "all") out->total = file;
  else out->files.push_back(file);
}

// The cells of "| a | b |".
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t from = line.find('|'), to; (to = line.find('|', from + 1)) != std::string::npos; from = to) {
    const std::string cell = line.substr(from + 1, to - from - 1);
    const std::size_t first = cell.find_first_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return cells;
}

}  // namespace

bool read_driver_coverage(const std::string& text, MeasuredCode* out) {
  *out = MeasuredCode{};
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    char name[256];
    long long lines = 0, all_lines = 0, branches = 0, all_branches = 0;
    if (std::sscanf(line.c_str(), "%255s %lld of %lld lines %*f %% %lld of %lld branches", name, &lines, &all_lines, &branches, &all_branches) == 5) {
      put({name, {lines, all_lines}, {branches, all_branches}}, out);
    } else if (line.find(": line: ") != std::string::npos || line.find(": branch ") != std::string::npos) {
      out->missing.push_back(line);
    }
  }
  return out->total.first.all != 0;
}

bool read_rtl_coverage(const std::string& text, MeasuredCode* out) {
  *out = MeasuredCode{};
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> cells = cells_of(line);
    MeasuredFile file;
    if (cells.size() != 5 || !read_share(cells[1], &file.first) || !read_share(cells[3], &file.second)) continue;
    file.name = cells[0];
    put(file, out);
  }
  return out->total.first.all != 0;
}

}  // namespace tandem::farm
