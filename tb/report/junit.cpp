// SPDX-License-Identifier: Apache-2.0
// JUnit XML. Proof: tb/report/test/test_report.cpp.
#include "report/junit.h"

#include <algorithm>
#include <cstdio>

namespace tandem::report {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default:
        // Control characters have no representation in XML 1.0.
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return out;
}

std::string seconds(double wall_ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", wall_ms / 1000.0);
  return text;
}

}  // namespace

std::string junit_xml(const std::vector<RunResult>& results) {
  const auto count = [&](Status status) {
    return std::to_string(std::count_if(results.begin(), results.end(), [&](const RunResult& r) { return r.status == status; }));
  };
  double total_ms = 0;
  for (const RunResult& r : results) total_ms += r.wall_ms;

  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += "<testsuite name=\"tandem\" tests=\"" + std::to_string(results.size()) + "\" failures=\"" + count(Status::Fail) +
         "\" errors=\"" + count(Status::Error) + "\" skipped=\"" + count(Status::Skip) + "\" time=\"" + seconds(total_ms) + "\">\n";
  for (const RunResult& r : results) {
    xml += "  <testcase classname=\"" + escaped(r.scenario) + "\" name=\"" + escaped(r.backend) + "\" time=\"" + seconds(r.wall_ms) + "\"";
    if (r.status == Status::Pass) {
      xml += "/>\n";
      continue;
    }
    const char* element = r.status == Status::Fail ? "failure" : r.status == Status::Skip ? "skipped" : "error";
    xml += ">\n    <" + std::string(element) + " message=\"" + escaped(r.reason) + "\"";
    std::string body = r.detail;
    if (r.status != Status::Skip && !r.repeat.empty()) body += (body.empty() ? "repeat: " : "\nrepeat: ") + r.repeat;
    xml += body.empty() ? "/>\n" : ">" + escaped(body) + "</" + element + ">\n";
    xml += "  </testcase>\n";
  }
  return xml + "</testsuite>\n";
}

}  // namespace tandem::report
