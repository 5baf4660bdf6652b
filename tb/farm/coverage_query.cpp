// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_results.cpp.
#include "farm/coverage_query.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tandem::farm {
namespace {

bool is_whole_session(const RunFilter& f) {
  return !f.session.empty() && f.status.empty() && f.scenario.empty() && f.backend.empty() && f.preset.empty() && f.point.empty() && f.key.empty() && !f.seed;
}

bool is_whole_store(const RunFilter& f) {
  RunFilter named = f;
  named.session = "one";
  return f.session.empty() && is_whole_session(named);
}

std::string among(const RunFilter& filter, const char* column) {
  const std::string condition = condition_of(filter);
  return condition.empty() ? "" : std::string(" WHERE ") + column + " IN (SELECT id FROM run" + condition + ")";
}

std::map<std::int64_t, std::pair<std::string, std::string>> figure_names(Store& store) {
  std::map<std::int64_t, std::pair<std::string, std::string>> names;
  Statement query(store.db(), "SELECT id, name, unit FROM figure_name");
  while (query.step()) names[query.integer(0)] = {query.text(1), query.text(2)};
  return names;
}

}  // namespace

std::map<std::string, PointRow> points_of(Store& store, const RunFilter& filter) {
  const std::string rows = is_whole_session(filter) ? "SELECT point, runs, hits FROM session_point WHERE session = ?1"
                           : is_whole_store(filter) ? "SELECT point, sum(runs) AS runs, sum(hits) AS hits FROM session_point GROUP BY point"
                                                    : "SELECT point, count(*) AS runs, sum(hits) AS hits FROM run_point" + among(filter, "run") + " GROUP BY point";
  Statement query(store.db(), "SELECT p.name, c.runs, c.hits FROM (" + rows + ") c JOIN point p ON p.id = c.point");
  bind_filter(query, filter);
  std::map<std::string, PointRow> points;
  while (query.step()) points[query.text(0)] = {query.integer(1), query.integer(2)};
  return points;
}

std::vector<FigureRow> figures_of(Store& store, const RunFilter& filter) {
  Statement values(store.db(), "SELECT figure, value FROM run_figure" + among(filter, "run") + " ORDER BY figure, value");
  bind_filter(values, filter);
  const auto names = figure_names(store);
  std::vector<FigureRow> rows;
  for (const FigureSum& sum : sums_of(values)) {
    const auto& [name, unit] = names.at(sum.figure);
    rows.push_back({name, unit, sum.runs, sum.low, sum.median, sum.high});
  }
  std::sort(rows.begin(), rows.end(), [](const FigureRow& a, const FigureRow& b) { return std::tie(a.name, a.unit) < std::tie(b.name, b.unit); });
  return rows;
}

std::vector<PointOfRun> points_by_run(Store& store, const RunFilter& filter) {
  std::string sql = "SELECT r.session, r.key, p.name, c.hits FROM run_point c JOIN run r ON r.id = c.run JOIN point p ON p.id = c.point" +
                    among(filter, "c.run") + " ORDER BY 1, 2, 3";
  if (filter.limit != 0) sql += " LIMIT ?7";
  Statement query(store.db(), sql);
  bind_filter(query, filter);
  std::vector<PointOfRun> rows;
  while (query.step()) rows.push_back({query.text(0), query.text(1), query.text(2), query.integer(3)});
  return rows;
}

std::vector<FigureOfRun> figures_by_run(Store& store, const RunFilter& filter) {
  std::string sql = "SELECT r.session, r.key, n.name, n.unit, f.value FROM run_figure f JOIN run r ON r.id = f.run JOIN figure_name n ON n.id = "
                    "f.figure" + among(filter, "f.run") + " ORDER BY 1, 2, 3, 4";
  if (filter.limit != 0) sql += " LIMIT ?7";
  Statement query(store.db(), sql);
  bind_filter(query, filter);
  std::vector<FigureOfRun> rows;
  while (query.step()) rows.push_back({query.text(0), query.text(1), query.text(2), query.text(3), query.real(4)});
  return rows;
}

std::map<std::string, std::int64_t> point_counts(Store& store) {
  Statement query(store.db(), "SELECT session, count(*) FROM session_point GROUP BY session");
  std::map<std::string, std::int64_t> counts;
  while (query.step()) counts[query.text(0)] = query.integer(1);
  return counts;
}

std::vector<Trend> figure_trends(Store& store) {
  const auto names = figure_names(store);
  std::vector<Trend> trends;
  std::map<std::string, bool> known;
  Statement ended(store.db(), "SELECT session, figure, median FROM session_figure");
  while (ended.step()) {
    const auto& [name, unit] = names.at(ended.integer(1));
    trends.push_back({ended.text(0), name, unit, ended.real(2)});
    known[ended.text(0)] = true;
  }
  for (const SessionCounts& session : sessions(store)) {  // one that goes on, or of a store of an older form
    if (known.count(session.id) != 0) continue;
    RunFilter filter;
    filter.session = session.id;
    for (const FigureRow& row : figures_of(store, filter)) trends.push_back({session.id, row.name, row.unit, row.median});
  }
  std::sort(trends.begin(), trends.end(),
            [](const Trend& a, const Trend& b) { return std::tie(a.name, a.unit, a.session) < std::tie(b.name, b.unit, b.session); });
  return trends;
}

}  // namespace tandem::farm
