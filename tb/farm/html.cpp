// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_results.cpp, coverage_page_test.lua.
#include "farm/html.h"

namespace tandem::farm {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string cell(const std::string& text, const char* kind) { return std::string("<td") + kind + ">" + escaped(text) + "</td>"; }
std::string number_cell(std::int64_t value, bool bad) {
  return std::string("<td class=\"n") + (bad && value != 0 ? " bad" : "") + "\">" + std::to_string(value) + "</td>";
}

const char kTableStyle[] = R"(
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #1c2430; background: #fff }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; width: 100%; font-size: 13px }
th { text-align: left; border-bottom: 2px solid #9aa5b1; cursor: pointer; white-space: nowrap } th, td { padding: 3px 8px; vertical-align: top }
tr:nth-child(even) td { background: #f4f6f8 } td.n { text-align: right; font-variant-numeric: tabular-nums }
td.bad { color: #b3261e; font-weight: 600 } code { font-size: 12px; word-break: break-all }
)";

const char kSortScript[] = R"(
for (const table of document.querySelectorAll('table')) {
  table.querySelectorAll('th').forEach((th, column) => th.addEventListener('click', () => {
    const body = table.tBodies[0], up = th.dataset.up = th.dataset.up === '1' ? '0' : '1';
    const key = row => row.cells[column].dataset.key ?? row.cells[column].textContent, number = t => t !== '' && !isNaN(t);
    const order = (a, b) => number(key(a)) && number(key(b)) ? key(a) - key(b) : key(a).localeCompare(key(b));
    [...body.rows].sort((a, b) => up === '1' ? order(a, b) : order(b, a)).forEach(row => body.append(row));
  }));
}
)";

}  // namespace tandem::farm
