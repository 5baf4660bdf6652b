// SPDX-License-Identifier: Apache-2.0
// Table, JSON and the command itself. Proof: tb/bench/test/test_bench.cpp.
#include <jansson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "bench/bench.h"
#include "report/run_json.h"

namespace tandem::bench {
namespace {

constexpr unsigned kRuns = 7;

// Rates are millions, times are a few nanoseconds.
std::string number(const Figure& f, double value) {
  char text[32];
  std::snprintf(text, sizeof text, f.unit == "ns" ? "%.2f" : "%.0f", value);
  return text;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}

bool trustworthy(const Figure& figure, double spread_limit) { return figure.spread() <= spread_limit; }

}  // namespace

std::string host_text() {
  std::ifstream info("/proc/cpuinfo");
  std::string line, model = "unknown CPU";
  while (std::getline(info, line)) {
    if (line.rfind("model name", 0) == 0) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " CPUs";
}

std::string figures_table(const std::vector<Figure>& figures, double spread_limit) {
  std::size_t width = 4, anchor_width = 6;
  for (const Figure& figure : figures) {
    width = std::max(width, figure.name.size());
    anchor_width = std::max(anchor_width, figure.anchor.size());
  }
  char line[512];
  std::snprintf(line, sizeof line, "%-*s %9s %9s %9s %6s %5s %5s %-8s %-*s  %s\n", static_cast<int>(width), "row", "median", "min", "max",
                "spread", "runs", "unit", "  ratio", static_cast<int>(anchor_width), "anchor", "what");
  std::string out = line;
  for (const Figure& f : figures) {
    char ratio[16] = "      -";
    if (!f.anchor.empty()) std::snprintf(ratio, sizeof ratio, "%7.2f", f.ratio);
    std::snprintf(line, sizeof line, "%-*s %9s %9s %9s %5.0f%% %5u %5s %-8s %-*s  %s%s\n", static_cast<int>(width), f.name.c_str(),
                  number(f, f.median).c_str(), number(f, f.min).c_str(), number(f, f.max).c_str(), 100 * f.spread(), f.runs, f.unit.c_str(), ratio,
                  static_cast<int>(anchor_width), f.anchor.c_str(), f.what.c_str(), trustworthy(f, spread_limit) ? "" : "  NOT TRUSTWORTHY");
    out += line;
  }
  return out;
}

std::string figures_json(const std::vector<Figure>& figures, const Circumstances& circumstances) {
  json_t* root = json_object();
  json_object_set_new(root, "version", json_string(circumstances.version.c_str()));
  json_object_set_new(root, "host", json_string(circumstances.host.c_str()));
#ifdef __clang__
  json_object_set_new(root, "compiler", json_string(__VERSION__));
#else
  json_object_set_new(root, "compiler", json_string("GCC " __VERSION__));
#endif
  json_object_set_new(root, "date", json_string(circumstances.date.c_str()));
  json_object_set_new(root, "spread_limit", json_real(circumstances.spread_limit));
  json_t* results = json_array();
  for (const Figure& f : figures) {
    json_t* row = json_object();
    json_object_set_new(row, "name", json_string(f.name.c_str()));
    json_object_set_new(row, "unit", json_string(f.unit.c_str()));
    json_object_set_new(row, "median", json_real(f.median));
    json_object_set_new(row, "min", json_real(f.min));
    json_object_set_new(row, "max", json_real(f.max));
    json_object_set_new(row, "runs", json_integer(f.runs));
    json_object_set_new(row, "what", json_string(f.what.c_str()));
    json_object_set_new(row, "spread", json_real(f.spread()));
    json_object_set_new(row, "trustworthy", json_boolean(trustworthy(f, circumstances.spread_limit)));
    json_object_set_new(row, "anchor", f.anchor.empty() ? json_null() : json_string(f.anchor.c_str()));
    json_object_set_new(row, "ratio", f.anchor.empty() ? json_null() : json_real(f.ratio));
    json_array_append_new(results, row);
  }
  json_object_set_new(root, "results", results);
  char* text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(5));
  const std::string out = std::string(text) + "\n";
  std::free(text);
  json_decref(root);
  return out;
}

int bench_command(const std::vector<std::string>& names, const std::string& json_file, double spread_limit, const std::string& version) {
  const std::vector<Row> rows = select_rows(all_rows(), names);
  const bool live = isatty(STDOUT_FILENO) != 0;
  const std::vector<Figure> figures = measure(rows, kRuns, [live](unsigned run) {
    if (live) std::printf("\r\033[Krun %u of %u ...", run + 1, kRuns);
    std::fflush(stdout);
  });
  if (live) std::printf("\r\033[K");
  std::printf("%s\nThread CPU time on %s.\n%s", figures_table(figures, spread_limit).c_str(), host_text().c_str(),
              "ratio: time of one operation (of a rate: of one cycle or hit) to one of the anchor, measured in turns with it. Absolute\n"
              "figures move with the state of the machine; compare ratios.\n");
  const auto noisy = std::count_if(figures.begin(), figures.end(), [&](const Figure& f) { return !trustworthy(f, spread_limit); });
  if (noisy != 0) {
    std::printf("%d of %zu rows are not trustworthy: their spread, (max - min) / median, is above %.0f %%. The machine was busy or changed its\n"
                "speed; repeat them, or every ratio to them, on a quieter one.\n", static_cast<int>(noisy), figures.size(), 100 * spread_limit);
  }
  if (json_file.empty()) return 0;
  const std::string error = report::write_file(json_file, figures_json(figures, {version, host_text(), utc_now(), spread_limit}));
  if (error.empty()) return 0;
  throw std::invalid_argument("tandem bench: " + error);
}

}  // namespace tandem::bench
