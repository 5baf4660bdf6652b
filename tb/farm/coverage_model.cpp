// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_results.cpp.
#include "farm/coverage_model.h"

#include <algorithm>

#include <fnmatch.h>

#include "coverage/coverage_sink.h"
#include "farm/lua_data.h"
#include "lua/sandbox.h"

namespace tandem::farm {
namespace {

bool is_pattern(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

// Refuses what no run can ever hit: a hole that nobody can close is a mistake of the model.
std::vector<std::string> points_of_pattern(const TableReader& root, const char* key, const std::string& pattern) {
  std::vector<std::string> points;
  for (const std::string& one : alternatives_of(pattern)) {
    const std::size_t before = points.size();
    if (is_pattern(one)) {
      for (const auto& [name, count] : coverage_vocabulary()) {
        if (fnmatch(one.c_str(), name.c_str(), 0) == 0) points.push_back(name);
      }
    } else if (is_coverage_point(one)) {
      points.push_back(one);
    }
    if (points.size() == before) {
      root.refuse(key, "'" + one + "' in " + root.path() + "." + key + " is no point that tandem counts; `tandem results coverage --list` shows them");
    }
  }
  return points;
}

void read_model(const TableReader& root, CoverageModel* model) {
  root.allow_only({"title", "points", "exclude", "known"});
  model->title = root.string("title", "");
  for (const std::string& pattern : root.list_of_strings("points")) {
    for (const std::string& point : points_of_pattern(root, "points", pattern)) model->points.insert(point);
  }
  if (model->points.empty()) root.refuse("points", root.path() + ".points must name at least one point or pattern");
  root.each_text("exclude", [&](const std::string& pattern, const std::string& reason) {
    for (const std::string& point : points_of_pattern(root, "exclude", pattern)) {
      if (model->points.erase(point) != 0) model->excluded[point] = reason;
    }
  });
  root.each_text("known", [&](const std::string& pattern, const std::string& reason) {
    for (const std::string& point : points_of_pattern(root, "known", pattern)) {
      if (model->points.count(point) != 0) model->known[point] = reason;
    }
  });
}

}  // namespace

std::vector<std::string> alternatives_of(const std::string& pattern) {
  const std::size_t open = pattern.find('{'), close = pattern.find('}', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return {pattern};
  std::vector<std::string> all;
  for (std::size_t from = open + 1; from <= close;) {
    const std::size_t end = std::min(pattern.find(',', from), close);
    for (const std::string& rest : alternatives_of(pattern.substr(close + 1))) {
      all.push_back(pattern.substr(0, open) + pattern.substr(from, end - from) + rest);
    }
    from = end + 1;
  }
  return all;
}

std::string group_of_point(const std::string& point) {
  std::string group = point.substr(0, point.find('/'));
  if (group != "walk") return group;
  const std::size_t config = point.find('/', 5), stage = config == std::string::npos ? config : point.find('/', config + 1);
  return stage == std::string::npos ? group : group + " " + point.substr(5, config - 5) + " " + point.substr(config + 1, stage - config - 1);
}

std::map<std::string, GroupCoverage> groups_of(const CoverageModel& model, const std::function<bool(const std::string& point)>& is_hit) {
  std::map<std::string, GroupCoverage> groups;
  for (const std::string& point : model.points) {
    GroupCoverage& group = groups[group_of_point(point)];
    ++group.declared;
    if (is_hit(point)) {
      ++group.hit;
    } else {
      group.holes.push_back(point);
    }
  }
  return groups;
}

bool load_coverage_model(const std::string& file, CoverageModel* model, std::string* error) {
  *model = CoverageModel{};
  std::string text;
  if (file.empty()) {
    text = lua::embedded_source("coverage");
  } else if (!lua::read_text_file(file, &text, error)) {
    return false;
  }
  *error = read_lua_data("coverage model", file.empty() ? "the built-in coverage model" : file, text, [&](const TableReader& root) { read_model(root, model); });
  return error->empty();
}

}  // namespace tandem::farm
