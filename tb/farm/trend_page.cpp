// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_results.cpp.
#include "farm/trend_page.h"

#include <jansson.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "farm/coverage_query.h"
#include "farm/html.h"
#include "farm/results_query.h"

#ifndef TANDEM_CHART_JS
#define TANDEM_CHART_JS ""
#endif

namespace tandem::farm {
namespace {

constexpr std::size_t kMostBroken = 500, kMostFigures = 60;

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

std::string chart_library() {
  std::ifstream in(TANDEM_CHART_JS, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  // Nothing in a script may look like its end.
  for (std::size_t at = 0; (at = text.find("</", at)) != std::string::npos; at += 3) text.replace(at, 2, "<\\/");
  return text;
}

// {"labels": [...], "charts": [{"title", "unit", "values": [...]}]}; a session without the figure has null.
std::string chart_data(const std::vector<SessionCounts>& all, Store& store) {
  const Json root(json_object());
  json_t* labels = json_array();
  for (const SessionCounts& s : all) json_array_append_new(labels, json_string(s.id.c_str()));
  json_object_set_new(root.get(), "labels", labels);
  json_t* charts = json_array();
  const auto add = [&](const std::string& title, const std::string& unit, const std::map<std::string, double>& values) {
    json_t* series = json_array();
    for (const SessionCounts& s : all) {
      const auto found = values.find(s.id);
      json_array_append_new(series, found == values.end() ? json_null() : json_real(found->second));
    }
    json_array_append_new(charts, json_pack("{s:s, s:s, s:o}", "title", title.c_str(), "unit", unit.c_str(), "values", series));
  };
  std::map<std::string, double> rate, wall;
  for (const SessionCounts& s : all) {
    const std::int64_t judged = s.pass + s.fail + s.error;
    if (judged != 0) rate[s.id] = 100.0 * static_cast<double>(s.pass) / static_cast<double>(judged);
    wall[s.id] = s.wall_s;
  }
  add("Pass rate of the runs that were not skipped", "%", rate);
  add("Wall-clock time of all runs together", "s", wall);
  std::map<std::string, double> points;
  for (const auto& [session, count] : point_counts(store)) points[session] = static_cast<double>(count);
  if (!points.empty()) add("Coverage points hit", "points", points);
  std::map<std::pair<std::string, std::string>, std::map<std::string, double>> figures;
  for (const Trend& trend : figure_trends(store)) figures[{trend.name, trend.unit}][trend.session] = trend.value;
  std::size_t shown = 0;
  for (const auto& [name, values] : figures) {
    if (++shown > kMostFigures) break;  // a page of hundreds of charts is none; `tandem results figures` has all
    add(name.first + ", median", name.second, values);
  }
  json_object_set_new(root.get(), "charts", charts);
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(root.get(), JSON_COMPACT | JSON_ESCAPE_SLASH | JSON_REAL_PRECISION(6)), &std::free);
  if (!bytes) throw std::runtime_error("out of memory");
  return bytes.get();
}

const char kStyle[] = ".charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(24em, 1fr)); gap: 1.5em } .charts canvas { max-height: 15em }\n";

const char kScript[] = R"(
const data = JSON.parse(document.getElementById('data').textContent);
if (typeof Chart === 'undefined') {
  document.getElementById('charts').textContent = 'Chart.js was not there when this page was written; the tables hold everything.';
} else {
  for (const chart of data.charts) {
    const canvas = document.createElement('canvas');
    document.getElementById('charts').append(canvas);
    new Chart(canvas, { type: 'line',
      data: { labels: data.labels, datasets: [{ label: chart.title, data: chart.values, borderColor: '#2a6f97', spanGaps: true, pointRadius: 3 }] },
      options: { animation: false, scales: { x: { ticks: { display: data.labels.length < 12 } }, y: { title: { display: chart.unit !== '', text: chart.unit } } } } });
  }
}
)";

std::string session_table(const std::vector<SessionCounts>& all) {
  std::string html = "<table id=\"sessions\"><thead><tr><th>session</th><th>plan</th><th>created</th><th>version</th><th>host</th><th>planned</th><th>pass</th>"
                     "<th>fail</th><th>error</th><th>skip</th><th>several attempts</th></tr></thead><tbody>\n";
  for (auto s = all.rbegin(); s != all.rend(); ++s) {
    html += "<tr>" + cell(s->id) + cell(s->plan) + cell(s->created) + cell(s->version) + cell(s->host) + number_cell(s->planned) + number_cell(s->pass) +
            number_cell(s->fail, true) + number_cell(s->error, true) + number_cell(s->skip) + number_cell(s->flaky, true) + "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string broken_table(const std::vector<Broken>& all) {
  if (all.empty()) return "<p id=\"broken\">Nothing.</p>\n";
  std::string html = "<table id=\"broken\"><thead><tr><th>run</th><th>verdict</th><th>since</th><th>last good</th><th>repeat</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < all.size() && i < kMostBroken; ++i) {
    const Broken& b = all[i];
    html += "<tr>" + cell(b.run.key) + cell(b.run.status + ": " + b.run.reason, " class=\"bad\"") + cell(b.since) +
            cell(b.last_good.empty() ? "never" : b.last_good) + "<td><code>" + escaped(b.run.repeat) + "</code></td></tr>\n";
  }
  html += "</tbody></table>\n";
  if (all.size() > kMostBroken) html += "<p>" + std::to_string(all.size() - kMostBroken) + " more; see <code>tandem results broken</code>.</p>\n";
  return html;
}

std::string coverage_table(Store& store, const CoverageModel& model, const std::string& session) {
  RunFilter filter;
  filter.session = session;
  const std::map<std::string, PointRow> hit = points_of(store, filter);
  std::string html = "<table id=\"coverage\"><thead><tr><th>group</th><th>reached</th><th>expected</th><th>holes</th></tr></thead><tbody>\n";
  for (const auto& [name, group] : groups_of(model, [&](const std::string& point) { return hit.count(point) != 0; })) {
    html += "<tr>" + cell(name) + number_cell(static_cast<std::int64_t>(group.hit)) + number_cell(static_cast<std::int64_t>(group.declared)) + "<td>";
    if (!group.holes.empty()) html += "<details><summary>" + std::to_string(group.holes.size()) + "</summary>";
    for (const std::string& hole : group.holes) html += "<code>" + escaped(hole) + "</code><br>";
    html += (group.holes.empty() ? "</td></tr>\n" : "</details></td></tr>\n");
  }
  return html + "</tbody></table>\n";
}

}  // namespace

std::string trend_page(Store& store, const CoverageModel& model) {
  const std::vector<SessionCounts> all = sessions(store);
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tandem regression</title><style>" + std::string(kTableStyle) + kStyle +
                     "</style></head><body>\n<h1>Tandem regression</h1>\n";
  if (all.empty()) return html + "<p>The store has no session yet.</p></body></html>\n";
  html += "<h2>Broken in the newest session, " + escaped(all.back().id) + "</h2>\n" + broken_table(broken(store, all.back().id));
  html += "<h2>Trends</h2>\n<div class=\"charts\" id=\"charts\"></div>\n";
  html += "<h2>Coverage of the newest session</h2>\n" + coverage_table(store, model, all.back().id);
  html += "<h2>Sessions</h2>\n" + session_table(all);
  html += "<script type=\"application/json\" id=\"data\">" + chart_data(all, store) + "</script>\n";
  html += "<script>" + chart_library() + "</script>\n<script>" + kSortScript + kScript + "</script>\n</body></html>\n";
  return html;
}

}  // namespace tandem::farm
