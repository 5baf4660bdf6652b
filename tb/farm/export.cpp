// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/farm_test.lua.
#include "farm/export.h"

#include <jansson.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

#include "farm/coverage_query.h"
#include "report/junit.h"

namespace tandem::farm {
namespace {

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

std::string csv_word(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv_line(const std::vector<std::string>& words) {
  std::string line;
  for (std::size_t i = 0; i < words.size(); ++i) line += (i == 0 ? "" : ",") + csv_word(words[i]);
  return line + "\r\n";
}

std::string csv(const std::vector<RunRow>& rows) {
  std::string out = "session,scenario,backend,preset,seed,status,reason,failing_step,sim_ns,wall_ms,attempts,host,version,finished,repeat,key\r\n";
  for (const RunRow& r : rows) {
    char wall[32];
    std::snprintf(wall, sizeof wall, "%.3f", r.wall_ms);
    out += csv_line({r.session, r.scenario, r.backend, r.preset, std::to_string(r.seed), r.status, r.reason, r.failing_step,
                                 std::to_string(r.sim_ns), wall, std::to_string(r.attempts), r.host, r.version, r.finished, r.repeat, r.key});
  }
  return out;
}

std::string dump(const Json& root) {
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(root.get(), JSON_INDENT(1) | JSON_REAL_PRECISION(9)), &std::free);
  if (!bytes) throw std::runtime_error("out of memory");
  return std::string(bytes.get()) + "\n";
}

std::string json(const std::vector<RunRow>& rows) {
  const Json root(json_object());
  json_t* list = json_array();
  for (const RunRow& r : rows) {
    json_t* object = json_object();
    const std::pair<const char*, const std::string*> texts[] = {
        {"session", &r.session}, {"key", &r.key}, {"scenario", &r.scenario}, {"backend", &r.backend}, {"preset", &r.preset},
        {"status", &r.status}, {"reason", &r.reason}, {"failing_step", &r.failing_step}, {"host", &r.host}, {"version", &r.version},
        {"finished", &r.finished}, {"repeat", &r.repeat}};
    for (const auto& [key, text] : texts) json_object_set_new(object, key, json_stringn(text->data(), text->size()));
    json_object_set_new(object, "seed", json_integer(r.seed));
    json_object_set_new(object, "sim_ns", json_integer(r.sim_ns));
    json_object_set_new(object, "attempts", json_integer(r.attempts));
    json_object_set_new(object, "wall_ms", json_real(r.wall_ms));
    json_array_append_new(list, object);
  }
  json_object_set_new(root.get(), "runs", list);
  return dump(root);
}

json_t* text(const std::string& s) { return json_stringn(s.data(), s.size()); }

std::string csv(const std::vector<PointOfRun>& rows) {
  std::string out = "session,key,point,hits\r\n";
  for (const PointOfRun& r : rows) out += csv_line({r.session, r.key, r.point, std::to_string(r.hits)});
  return out;
}

std::string csv(const std::vector<FigureOfRun>& rows) {
  std::string out = "session,key,name,unit,value\r\n";
  for (const FigureOfRun& r : rows) {
    char value[32];
    std::snprintf(value, sizeof value, "%.9g", r.value);
    out += csv_line({r.session, r.key, r.name, r.unit, value});
  }
  return out;
}

std::string json(const std::vector<PointOfRun>& rows) {
  const Json root(json_object());
  json_t* list = json_array();
  for (const PointOfRun& r : rows) {
    json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:I}", "session", text(r.session), "key", text(r.key), "point", text(r.point), "hits",
                                          static_cast<json_int_t>(r.hits)));
  }
  json_object_set_new(root.get(), "coverage", list);
  return dump(root);
}

std::string json(const std::vector<FigureOfRun>& rows) {
  const Json root(json_object());
  json_t* list = json_array();
  for (const FigureOfRun& r : rows) {
    json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:f}", "session", text(r.session), "key", text(r.key), "name", text(r.name), "unit",
                                          text(r.unit), "value", r.value));
  }
  json_object_set_new(root.get(), "figures", list);
  return dump(root);
}

std::string junit(const std::vector<RunRow>& rows) {
  std::vector<report::RunResult> results;
  for (const RunRow& row : rows) {
    report::RunResult result;
    result.scenario = row.scenario;
    result.title = row.key;
    result.backend = row.backend;
    report::status_from_name(row.status, &result.status);
    result.reason = row.reason;
    result.detail = row.detail;
    result.seed = row.seed;
    result.wall_ms = row.wall_ms;
    result.repeat = row.repeat;
    results.push_back(result);
  }
  return report::junit_xml(results);
}

}  // namespace

std::string exported(Store& store, const RunFilter& filter, const std::string& what, const std::string& format) {
  const auto as = [&](const auto& rows) { return format == "csv" ? csv(rows) : json(rows); };
  if (what == "coverage") return as(points_by_run(store, filter));
  if (what == "figures") return as(figures_by_run(store, filter));
  const std::vector<RunRow> rows = runs(store, filter);
  return format == "junit" ? junit(rows) : as(rows);
}

}  // namespace tandem::farm
