// SPDX-License-Identifier: Apache-2.0
// JSON in and out of RunResult with jansson. Proof: tb/report/test/test_report.cpp.
#include "report/run_json.h"

#include <jansson.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace tandem::report {
namespace {

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

// jansson refuses text that is not UTF-8; a report must not lose a run because of one odd byte.
json_t* text(const std::string& s) {
  json_t* value = json_stringn(s.data(), s.size());
  if (value != nullptr) return value;
  std::string ascii = s;
  for (char& c : ascii) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return json_stringn(ascii.data(), ascii.size());
}

json_t* count(std::uint64_t value) { return json_integer(static_cast<json_int_t>(value)); }

json_t* smmu_json(const SmmuResult& smmu, bool for_worker) {
  json_t* object = json_object();
  json_object_set_new(object, "name", text(smmu.name));
  json_object_set_new(object, "commands", count(smmu.commands));
  json_object_set_new(object, "translations", count(smmu.translations));
  json_object_set_new(object, "tlb_hits", count(smmu.tlb_hits));
  json_object_set_new(object, "tlb_misses", count(smmu.tlb_misses));
  json_object_set_new(object, "events", count(smmu.events));
  if (for_worker) json_object_set_new(object, "backend", text(smmu.backend));
  return object;
}

json_t* texts(const std::vector<std::string>& list) {
  json_t* array = json_array();
  for (const std::string& item : list) json_array_append_new(array, text(item));
  return array;
}

json_t* table_json(const TableResult& table) {
  json_t* object = json_object();
  json_object_set_new(object, "title", text(table.title));
  json_object_set_new(object, "columns", texts(table.columns));
  json_t* rows = json_array();
  for (const auto& row : table.rows) json_array_append_new(rows, texts(row));
  json_object_set_new(object, "rows", rows);
  return object;
}

json_t* figure_json(const FigureResult& figure) {
  json_t* object = json_object();
  json_object_set_new(object, "name", text(figure.name));
  json_object_set_new(object, "value", json_real(figure.value));
  json_object_set_new(object, "unit", text(figure.unit));
  return object;
}

json_t* divergence_json(const Divergence& divergence) {
  json_t* object = json_object();
  json_object_set_new(object, "smmu", text(divergence.smmu));
  json_object_set_new(object, "rule", text(divergence.rule));
  json_object_set_new(object, "what", text(divergence.what));
  json_object_set_new(object, "says", text(divergence.says));
  json_object_set_new(object, "count", count(divergence.count));
  return object;
}

json_t* parameters(const std::vector<std::pair<std::string, std::string>>& list) {
  json_t* object = json_object();
  for (const auto& [key, value] : list) json_object_set_new(object, key.c_str(), text(value));
  return object;
}

json_t* comparison_json(const ComparisonResult& comparison) {
  json_t* object = json_object();
  json_object_set_new(object, "scenario", text(comparison.scenario));
  json_object_set_new(object, "backends", texts(comparison.backends));
  json_object_set_new(object, "status", text(status_name(comparison.status)));
  json_object_set_new(object, "reason", text(comparison.reason));
  json_object_set_new(object, "seed", json_integer(comparison.seed));
  json_object_set_new(object, "facts", count(comparison.facts));
  json_t* rules = json_object();
  for (const auto& [name, times] : comparison.rules) json_object_set_new(rules, name.c_str(), count(times));
  json_object_set_new(object, "rules", rules);
  json_object_set_new(object, "difference", comparison.difference_json.empty() ? json_null() : json_loads(comparison.difference_json.c_str(), 0, nullptr));
  json_object_set_new(object, "repeat", text(comparison.repeat));
  return object;
}

json_t* result_json(const RunResult& result, bool for_worker) {
  json_t* object = json_object();
  json_object_set_new(object, "scenario", text(result.scenario));
  json_object_set_new(object, "backend", text(result.backend));
  json_object_set_new(object, "status", text(status_name(result.status)));
  json_object_set_new(object, "reason", text(result.reason));
  json_object_set_new(object, "oracle", text(result.oracle));
  json_object_set_new(object, "seed", json_integer(result.seed));
  json_object_set_new(object, "sim_ns", count(result.sim_ns));
  json_object_set_new(object, "wall_ms", json_real(result.wall_ms));
  json_t* smmus = json_array();
  for (const SmmuResult& smmu : result.smmus) json_array_append_new(smmus, smmu_json(smmu, for_worker));
  json_object_set_new(object, "smmus", smmus);
  json_t* tables = json_array();
  for (const TableResult& table : result.tables) json_array_append_new(tables, table_json(table));
  json_object_set_new(object, "tables", tables);
  json_t* figures = json_array();
  for (const FigureResult& figure : result.figures) json_array_append_new(figures, figure_json(figure));
  json_object_set_new(object, "figures", figures);
  json_t* divergences = json_array();
  for (const Divergence& divergence : result.divergences) json_array_append_new(divergences, divergence_json(divergence));
  json_object_set_new(object, "known_divergences", divergences);
  if (!for_worker) {
    json_object_set_new(object, "params", parameters(result.params));
    json_object_set_new(object, "smmu_params", parameters(result.smmu_params));
    return object;
  }

  json_object_set_new(object, "title", text(result.title));
  json_object_set_new(object, "detail", text(result.detail));
  json_t* steps = json_array();
  for (const StepResult& step : result.steps) {
    json_t* row = json_object();
    json_object_set_new(row, "title", text(step.title));
    json_object_set_new(row, "status", text(status_name(step.status)));
    json_object_set_new(row, "start_ns", count(step.start_ns));
    json_object_set_new(row, "end_ns", count(step.end_ns));
    json_array_append_new(steps, row);
  }
  json_object_set_new(object, "steps", steps);
  json_t* coverage = json_object();
  for (const auto& [point, hits] : result.coverage) json_object_set_new(coverage, point.c_str(), count(hits));
  json_object_set_new(object, "coverage", coverage);
  return object;
}

std::string dump(const json_t* value, std::size_t flags) {
  std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(value, flags), &std::free);
  return bytes ? std::string(bytes.get()) : std::string("{}");
}

std::string get_text(const json_t* object, const char* key) {
  const json_t* value = json_object_get(object, key);
  return json_is_string(value) ? std::string(json_string_value(value), json_string_length(value)) : std::string();
}

std::vector<std::string> get_texts(const json_t* array) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < json_array_size(array); ++i) {
    const json_t* item = json_array_get(array, i);
    out.emplace_back(json_string_value(item), json_string_length(item));
  }
  return out;
}

std::uint64_t get_count(const json_t* object, const char* key) {
  return static_cast<std::uint64_t>(json_integer_value(json_object_get(object, key)));
}

}  // namespace

std::string run_file_json(const RunFile& file) {
  const Json root(json_object());
  json_object_set_new(root.get(), "version", text(file.version));
  json_t* versions = json_object();
  for (const auto& [part, version] : file.versions) json_object_set_new(versions, part.c_str(), text(version));
  json_object_set_new(root.get(), "versions", versions);
  json_t* list = json_array();
  for (const RunResult& result : file.results) json_array_append_new(list, result_json(result, false));
  json_object_set_new(root.get(), "results", list);
  if (!file.comparisons.empty()) {
    list = json_array();
    for (const ComparisonResult& comparison : file.comparisons) json_array_append_new(list, comparison_json(comparison));
    json_object_set_new(root.get(), "comparisons", list);
  }
  return dump(root.get(), JSON_INDENT(2) | JSON_REAL_PRECISION(6)) + "\n";
}

std::string worker_line(const RunResult& result) {
  const Json root(result_json(result, true));
  return dump(root.get(), JSON_COMPACT | JSON_REAL_PRECISION(9));
}

bool parse_worker_line(const std::string& line, RunResult* out, std::string* error) {
  json_error_t where;
  const Json root(json_loadb(line.data(), line.size(), 0, &where));
  if (!json_is_object(root.get())) {
    *error = root ? "the worker's message is not a JSON object" : std::string("the worker's message: ") + where.text;
    return false;
  }
  RunResult result;
  if (!status_from_name(get_text(root.get(), "status"), &result.status)) {
    *error = "the worker's message has no status";
    return false;
  }
  result.scenario = get_text(root.get(), "scenario");
  result.title = get_text(root.get(), "title");
  result.backend = get_text(root.get(), "backend");
  result.reason = get_text(root.get(), "reason");
  result.oracle = get_text(root.get(), "oracle");
  result.detail = get_text(root.get(), "detail");
  result.seed = json_integer_value(json_object_get(root.get(), "seed"));
  result.sim_ns = get_count(root.get(), "sim_ns");
  result.wall_ms = json_number_value(json_object_get(root.get(), "wall_ms"));
  std::size_t index = 0;
  json_t* row = nullptr;
  json_array_foreach(json_object_get(root.get(), "steps"), index, row) {
    StepResult step;
    step.title = get_text(row, "title");
    status_from_name(get_text(row, "status"), &step.status);
    step.start_ns = get_count(row, "start_ns");
    step.end_ns = get_count(row, "end_ns");
    result.steps.push_back(step);
  }
  json_array_foreach(json_object_get(root.get(), "smmus"), index, row) {
    SmmuResult smmu;
    smmu.name = get_text(row, "name");
    smmu.backend = get_text(row, "backend");
    smmu.commands = get_count(row, "commands");
    smmu.translations = get_count(row, "translations");
    smmu.tlb_hits = get_count(row, "tlb_hits");
    smmu.tlb_misses = get_count(row, "tlb_misses");
    smmu.events = get_count(row, "events");
    result.smmus.push_back(smmu);
  }
  json_array_foreach(json_object_get(root.get(), "tables"), index, row) {
    TableResult table;
    table.title = get_text(row, "title");
    table.columns = get_texts(json_object_get(row, "columns"));
    const json_t* rows = json_object_get(row, "rows");
    for (std::size_t i = 0; i < json_array_size(rows); ++i) table.rows.push_back(get_texts(json_array_get(rows, i)));
    result.tables.push_back(std::move(table));
  }
  json_array_foreach(json_object_get(root.get(), "figures"), index, row) {
    result.figures.push_back({get_text(row, "name"), get_text(row, "unit"), json_number_value(json_object_get(row, "value"))});
  }
  const char* point = nullptr;
  json_object_foreach(json_object_get(root.get(), "coverage"), point, row) {
    result.coverage[point] = static_cast<std::uint64_t>(json_integer_value(row));
  }
  json_array_foreach(json_object_get(root.get(), "known_divergences"), index, row) {
    result.divergences.push_back({get_text(row, "smmu"), get_text(row, "rule"), get_text(row, "what"), get_text(row, "says"), get_count(row, "count")});
  }
  *out = std::move(result);
  return true;
}

std::string write_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return "cannot write " + path + ": " + std::strerror(errno);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
  const int write_errno = errno;
  const bool closed = std::fclose(file) == 0;
  if (written && closed) return "";
  return "cannot write " + path + ": " + std::strerror(written ? errno : write_errno);
}

}  // namespace tandem::report
