// SPDX-License-Identifier: Apache-2.0
// Coverage and figures as text. Proof: tb/farm/test/farm_test.lua.
#include "farm/coverage_command.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "coverage/coverage_sink.h"
#include "farm/coverage_page.h"
#include "farm/coverage_query.h"
#include "lua/sandbox.h"
#include "report/run_json.h"

namespace tandem::farm {
namespace {

long long as_print(std::int64_t value) { return static_cast<long long>(value); }

RunFilter in_session(const RunFilter& filter, const std::string& session) {
  RunFilter one = filter;
  one.session = session;
  return one;
}

int print_coverage(Store& store, const CoverageModel& model, const RunFilter& filter) {
  const std::map<std::string, PointRow> hit = points_of(store, filter);
  std::size_t reached = 0;
  for (const auto& [name, group] : groups_of(model, [&](const std::string& point) { return hit.count(point) != 0; })) {
    reached += group.hit;
    std::printf("%-22s %4zu of %4zu\n", name.c_str(), group.hit, group.declared);
    for (const std::string& hole : group.holes) {
      const auto why = model.known.find(hole);
      std::printf("  hole  %s%s\n", hole.c_str(), why == model.known.end() ? "" : ("  (" + why->second + ")").c_str());
    }
  }
  std::size_t beyond = 0;
  for (const auto& [point, count] : hit) beyond += model.points.count(point) == 0;
  for (const auto& [point, reason] : model.excluded) {
    if (hit.count(point) != 0) std::printf("  hit, though the model leaves it out (%s): %s\n", reason.c_str(), point.c_str());
  }
  std::printf("%s: %zu of %zu points of the model, %.1f %%; %zu points beside it\n", filter.session.empty() ? "all sessions" : filter.session.c_str(), reached, model.points.size(),
              100.0 * static_cast<double>(reached) / static_cast<double>(model.points.size()), beyond);
  return 0;
}

// Reads a table of the given kind; nothing where no file is named.
bool read_measured(const std::string& file, bool (*read)(const std::string&, MeasuredCode*), const char* who, MeasuredCode* out) {
  if (file.empty()) return false;
  std::string text, error;
  if (!lua::read_text_file(file, &text, &error)) throw cli::UsageError("tandem results: " + error);
  if (!read(text, out)) throw cli::UsageError("tandem results: " + file + " is no table of " + who);
  return true;
}

int write_page(CoveragePage* page, const ResultsOptions& options) {
  MeasuredCode driver, rtl;
  if (read_measured(options.driver_file, read_driver_coverage, "driver/test/coverage.sh", &driver)) page->driver = &driver;
  if (read_measured(options.rtl_file, read_rtl_coverage, "./run rtl-coverage", &rtl)) page->rtl = &rtl;
  const std::string error = report::write_file(options.output, coverage_page(*page));
  if (!error.empty()) throw StoreError(error);
  std::printf("%s\n", options.output.c_str());
  return 0;
}

int print_difference(const std::map<std::string, PointRow>& before, const std::map<std::string, PointRow>& after, const CoverageModel& model) {
  std::size_t lost = 0, gained = 0;
  for (const auto& [point, count] : before) {
    if (after.count(point) != 0) continue;
    ++lost;
    std::printf("LOST    %s%s  (%lld runs hit it)\n", point.c_str(), model.points.count(point) != 0 ? "" : "  (not in the model)", as_print(count.runs));
  }
  for (const auto& [point, count] : after) {
    if (before.count(point) != 0) continue;
    ++gained;
    std::printf("gained  %s%s  (%lld runs hit it)\n", point.c_str(), model.points.count(point) != 0 ? "" : "  (not in the model)", as_print(count.runs));
  }
  std::printf("%zu lost, %zu gained, %zu in both\n", lost, gained, before.size() - lost);
  return lost == 0 ? 0 : 1;
}

}  // namespace

CoverageModel model_of(const ResultsOptions& options) {
  CoverageModel model;
  std::string error;
  if (!load_coverage_model(options.model, &model, &error)) throw cli::UsageError("tandem results: " + error);
  return model;
}

int list_points() {
  for (const auto& [point, count] : coverage_vocabulary()) std::printf("%s\n", point.c_str());
  return 0;
}

int code_coverage_page(const ResultsOptions& options) {
  CoveragePage page;
  return write_page(&page, options);
}

int coverage_command(Store& store, const ResultsOptions& options, const RunFilter& filter) {
  const CoverageModel model = model_of(options);
  if (options.names.empty()) {
    const bool all = options.session == kAllSessions;
    const RunFilter one = in_session(filter, all ? "" : resolve_session(store, options.session.empty() ? "last" : options.session));
    if (options.output.empty()) return print_coverage(store, model, one);
    CoveragePage page;
    page.where = (all ? "all sessions of " : "session " + one.session + " of ") + std::filesystem::path(options.store).filename().string();
    page.model = &model;
    page.hit = points_of(store, one);
    return write_page(&page, options);
  }
  const std::string before = resolve_session(store, options.names[0]), after = resolve_session(store, options.names[1]);
  return print_difference(points_of(store, in_session(filter, before)), points_of(store, in_session(filter, after)), model);
}

int figures_command(Store& store, const ResultsOptions& options, const RunFilter& filter) {
  if (options.names.empty()) {
    const std::string session = resolve_session(store, options.session.empty() ? "last" : options.session);
    const std::vector<FigureRow> rows = figures_of(store, in_session(filter, session));
    std::printf("%-32s %8s %14s %14s %14s  %s\n", "figure", "runs", "minimum", "median", "maximum", "unit");
    for (const FigureRow& f : rows) {
      std::printf("%-32s %8lld %14.6g %14.6g %14.6g  %s\n", f.name.c_str(), as_print(f.runs), f.low, f.median, f.high, f.unit.c_str());
    }
    std::printf("%zu figures of %s\n", rows.size(), session.c_str());
    return 0;
  }
  std::map<std::pair<std::string, std::string>, std::pair<double, double>> both;
  const double missing = std::nan("");
  for (std::size_t side = 0; side < 2; ++side) {
    for (const FigureRow& f : figures_of(store, in_session(filter, resolve_session(store, options.names[side])))) {
      auto& pair = both.try_emplace({f.name, f.unit}, missing, missing).first->second;
      (side == 0 ? pair.first : pair.second) = f.median;
    }
  }
  std::printf("%-32s %14s %14s %9s  %s\n", "figure", "old median", "new median", "new/old", "unit");
  for (const auto& [name, pair] : both) {
    const auto show = [](double value) {
      char text[32];
      std::snprintf(text, sizeof text, "%.6g", value);
      return std::string(std::isfinite(value) ? text : "-");
    };
    std::printf("%-32s %14s %14s %9s  %s\n", name.first.c_str(), show(pair.first).c_str(), show(pair.second).c_str(), show(pair.second / pair.first).c_str(),
                name.second.c_str());
  }
  return 0;
}

}  // namespace tandem::farm
