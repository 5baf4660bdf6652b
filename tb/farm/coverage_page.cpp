// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/coverage_page_test.lua.
#include "farm/coverage_page.h"

#include <cstdio>
#include <vector>

#include "farm/html.h"

namespace tandem::farm {
namespace {

constexpr std::int64_t kFewHoles = 20;  // so many are shown without a click

const char kStyle[] = R"(
.sums { display: flex; flex-wrap: wrap; gap: 1em; margin: 1em 0 } .sum { flex: 1 1 16em; border: 1px solid #d5dbe1; border-radius: 4px; padding: .7em 1em }
.sum h2 { margin: 0; font-size: 1em } .sum b { font-size: 1.6em; font-weight: 650; margin-right: .4em } .sum p { margin: .25em 0; color: #5b6673 }
.bar { display: inline-block; width: 7em; height: .7em; background: #e9cfcd; vertical-align: -1px; margin-right: .5em } .bar i { display: block; height: 100%; background: #2f7d4f }
td.n, th.n { text-align: right; white-space: nowrap } td.share { white-space: nowrap } details { max-width: 60em } summary { cursor: pointer }
.note { color: #5b6673 } #find { width: 24em; padding: 4px 8px; font: inherit } #found { margin-left: 1em; color: #5b6673 }
#points code { display: block }
details code { word-break: normal; overflow-wrap: anywhere } #functional td:first-child { white-space: nowrap } #points .hole { color: #b3261e } #points .hit { color: #1b7a3d }
)";

// Finds points by words: the list is in the page as JSON, so that it is drawn only when somebody asks.
const char kFindScript[] = R"(
const points = JSON.parse(document.getElementById('data').textContent), find = document.getElementById('find');
find.addEventListener('input', () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(w => w), list = document.getElementById('points');
  const fits = words.length === 0 ? [] : points.filter(p => words.every(w => (p[0] + (p[1] ? '' : ' hole')).toLowerCase().includes(w)));
  document.getElementById('found').textContent = words.length === 0 ? '' : `${fits.length} of ${points.length} points, ${fits.filter(p => !p[1]).length} of them holes`;
  list.replaceChildren(...fits.slice(0, 500).map(p => {
    const line = document.createElement('code');
    line.className = p[1] ? 'hit' : 'hole';
    line.textContent = p[0] + (p[1] ? '  ' + p[1] + ' times in ' + p[2] + ' runs' : '  hole');
    return line;
  }));
});
)";

double percent(std::int64_t hit, std::int64_t all) { return all == 0 ? 100.0 : 100.0 * static_cast<double>(hit) / static_cast<double>(all); }

// Never "100.0" for what is not all of it.
std::string percent_text(std::int64_t hit, std::int64_t all) {
  char text[32];
  double value = percent(hit, all);
  if (hit < all && value > 99.9) value = 99.9;
  std::snprintf(text, sizeof text, "%.1f %%", value);
  return text;
}

std::string share_cells(const Share& share) {
  if (share.all == 0) return "<td class=\"n\">-</td><td class=\"n\">-</td><td class=\"share\" data-key=\"101\">-</td>";
  char width[160];
  std::snprintf(width, sizeof width, "<td class=\"share\" data-key=\"%.3f\"><span class=\"bar\"><i style=\"width:%.1f%%\"></i></span>", percent(share.hit, share.all),
                percent(share.hit, share.all));
  return number_cell(share.hit) + number_cell(share.all) + width + percent_text(share.hit, share.all) + "</td>";
}

std::string sum(const char* id, const char* title, const std::vector<std::pair<Share, const char*>>& shares, const std::string& instead) {
  std::string html = std::string("<div class=\"sum\" id=\"") + id + "\"><h2>" + title + "</h2>";
  for (const auto& [share, what] : shares) {
    html += "<p><b>" + percent_text(share.hit, share.all) + "</b>" + std::to_string(share.hit) + " of " + std::to_string(share.all) + " " + what + "</p>";
  }
  return html + (instead.empty() ? "" : "<p>" + instead + "</p>") + "</div>\n";
}

std::string folded(const std::vector<std::string>& list, const std::string& title, bool open = false) {
  if (list.empty()) return "";
  std::string html = std::string("<details") + (open ? " open" : "") + "><summary>" + escaped(title) + "</summary>";
  for (const std::string& one : list) html += "<code>" + escaped(one) + "</code><br>";
  return html + "</details>";
}

struct Reached {
  std::map<std::string, GroupCoverage> groups;
  Share all;
};

std::string functional_section(const CoveragePage& page, const Reached& reached) {
  if (page.model == nullptr) {
    return "<h2>Functional coverage</h2>\n<p class=\"note\">Not measured: there is no store; <code>tandem regress plans/smoke.lua</code> makes one, "
           "<code>./run coverage functional</code> does that and explores for a minute.</p>\n";
  }
  std::string html = "<h2>Functional coverage</h2>\n<p class=\"note\">What " + escaped(page.where) + " showed of &ldquo;" + escaped(page.model->title) +
                     "&rdquo;. A point is one situation; names are in docs/regression.md.</p>\n"
                     "<table id=\"functional\"><thead><tr><th>group</th><th class=\"n\">reached</th><th class=\"n\">expected</th><th>share</th><th>holes</th></tr></thead><tbody>\n";
  for (const auto& [name, group] : reached.groups) {
    html += "<tr>" + cell(name) + share_cells({static_cast<std::int64_t>(group.hit), static_cast<std::int64_t>(group.declared)}) + "<td data-key=\"" +
            std::to_string(group.holes.size()) + "\">";
    std::vector<std::string> holes;
    for (const std::string& hole : group.holes) {
      const auto why = page.model->known.find(hole);
      holes.push_back(why == page.model->known.end() ? hole : hole + ": " + why->second);
    }
    html += folded(holes, std::to_string(holes.size()) + (holes.size() == 1 ? " hole" : " holes"), reached.all.all - reached.all.hit <= kFewHoles) + "</td></tr>\n";
  }
  html += "</tbody></table>\n<p><input id=\"find\" type=\"search\" placeholder=\"find points: nested F_ACCESS, tlb hole\" aria-label=\"find points\"><span id=\"found\"></span></p>\n"
          "<div id=\"points\"></div>\n";
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const auto& [point, reason] : page.model->excluded) by_reason[reason].push_back(point);
  if (by_reason.empty()) return html;
  html += "<h3>Left out of the model</h3>\n<table id=\"excluded\"><thead><tr><th>because</th><th>points</th></tr></thead><tbody>\n";
  for (const auto& [reason, points] : by_reason) {
    html += "<tr>" + cell(reason) + "<td data-key=\"" + std::to_string(points.size()) + "\">" + folded(points, std::to_string(points.size())) + "</td></tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string code_section(const char* id, const char* title, const char* first, const char* second, const MeasuredCode* code, const std::string& instead) {
  std::string html = std::string("<h2>") + title + "</h2>\n";
  if (code == nullptr) return html + "<p class=\"note\">" + instead + "</p>\n";
  html += std::string("<table id=\"") + id + "\"><thead><tr><th>file</th><th class=\"n\">" + first + "</th><th class=\"n\">of</th><th>share</th><th class=\"n\">" + second +
          "</th><th class=\"n\">of</th><th>share</th></tr></thead><tbody>\n";
  for (const MeasuredFile& file : code->files) html += "<tr>" + cell(file.name) + share_cells(file.first) + share_cells(file.second) + "</tr>\n";
  return html + "</tbody></table>\n" + folded(code->missing, std::to_string(code->missing.size()) + " places that were not reached");
}

// [[point, hits, runs]]: names of points hold nothing that JSON or HTML would have to quote, but those of scenarios may.
std::string points_json(const CoveragePage& page) {
  std::string json = "[";
  const auto quoted = [](const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += c == '"' || c == '\\' || c == '<' || static_cast<unsigned char>(c) < 0x20 ? std::string(code) : std::string(1, c);
    }
    return out + "\"";
  };
  for (const std::string& point : page.model->points) {
    const auto row = page.hit.find(point);
    json += (json.size() > 1 ? "," : "") + std::string("[") + quoted(point) + "," + std::to_string(row == page.hit.end() ? 0 : row->second.hits) + "," +
            std::to_string(row == page.hit.end() ? 0 : row->second.runs) + "]";
  }
  return json + "]";
}

}  // namespace

std::string coverage_page(const CoveragePage& page) {
  Reached reached;
  if (page.model != nullptr) reached.groups = groups_of(*page.model, [&](const std::string& point) { return page.hit.count(point) != 0; });
  for (const auto& [name, group] : reached.groups) {
    reached.all.hit += static_cast<std::int64_t>(group.hit);
    reached.all.all += static_cast<std::int64_t>(group.declared);
  }
  const std::string no_driver = "Not measured: <code>sh driver/test/coverage.sh FOLDER</code> prints what <code>--driver FILE</code> reads; <code>./run coverage driver</code> does both.";
  const std::string no_rtl = "Not measured: <code>./run rtl-coverage</code> prints what <code>--rtl FILE</code> reads; <code>./run coverage rtl</code> does both.";
  const auto shares = [](const MeasuredCode* code, const char* first, const char* second) {
    std::vector<std::pair<Share, const char*>> list;
    if (code != nullptr) list = {{code->total.first, first}, {code->total.second, second}};
    return list;
  };
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tandem coverage</title><style>" + std::string(kTableStyle) + kStyle +
                     "</style></head><body>\n<h1>Tandem coverage</h1>\n<div class=\"sums\">\n";
  if (page.model != nullptr) html += sum("sum-functional", "Functional", {{reached.all, "points of the model"}}, "");
  else html += sum("sum-functional", "Functional", {}, "not measured");
  html += sum("sum-driver", "Driver core", shares(page.driver, "lines", "branches"), page.driver != nullptr ? "" : "not measured");
  html += sum("sum-rtl", "RTL block", shares(page.rtl, "blocks of lines", "bits toggled"), page.rtl != nullptr ? "" : "not measured");
  html += "</div>\n" + functional_section(page, reached);
  html += code_section("driver", "Driver core: its own tests", "lines", "branches", page.driver, no_driver);
  html += code_section("rtl", "RTL block: its own tests", "blocks", "bits", page.rtl, no_rtl);
  if (page.model != nullptr) html += "<script type=\"application/json\" id=\"data\">" + points_json(page) + "</script>\n";
  return html + "<script>" + kSortScript + (page.model != nullptr ? kFindScript : "") + "document.body.dataset.ready = 'yes';</script>\n</body></html>\n";
}

}  // namespace tandem::farm
