// SPDX-License-Identifier: Apache-2.0
// Proof: tb/report/test/report_test.lua.
#include "report/run_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <sys/utsname.h>

#include "report/junit.h"
#include "report/run_json.h"

namespace tandem::report {
namespace {

namespace fs = std::filesystem;

// Of the layout of run.json and of the timelines beside it. A change that an older `tandem report` would misread counts up.
constexpr json_int_t kFormat = 1;

json_t* texts(const std::vector<std::string>& list) {
  json_t* array = json_array();
  for (const std::string& item : list) json_array_append_new(array, json_string(item.c_str()));
  return array;
}

json_t* pairs(const std::vector<std::pair<std::string, std::string>>& list) {
  json_t* array = json_array();
  for (const auto& [key, value] : list) json_array_append_new(array, json_string((key + "=" + value).c_str()));
  return array;
}

std::string host() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release + " " + name.machine : "unknown";
}

}  // namespace

std::string prepare_run_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(fs::path(folder) / "traces", error);
  if (!error) {
    // Only what is ours: the folder may hold other things.
    for (const char* name : {"run.json", "results.json", "junit.xml", "report.html"}) fs::remove(fs::path(folder) / name, error);
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(folder) / "traces", error)) {
      if (entry.path().extension() == ".json") fs::remove(entry.path(), error);
    }
  }
  return error ? "cannot write the folder " + folder + ": " + error.message() : "";
}

std::string trace_path(const std::string& folder, const std::string& name) { return (fs::path(folder) / "traces" / (name + ".json")).string(); }

std::string write_run_folder(const std::string& folder, const FolderOptions& options, const std::vector<RunResult>& results,
                             const std::vector<ComparisonResult>& comparisons, const std::vector<std::string>& traces) {
  const Json root(json_object());
  json_object_set_new(root.get(), "tandem_run", json_integer(kFormat));
  json_object_set_new(root.get(), "version", json_string(options.version.c_str()));
  json_t* versions = json_object();
  for (const auto& [part, version] : options.versions) json_object_set_new(versions, part.c_str(), json_string(version.c_str()));
  json_object_set_new(root.get(), "versions", versions);
  json_object_set_new(root.get(), "compiler", json_string(__VERSION__));
  json_object_set_new(root.get(), "host", json_string(host().c_str()));
  json_object_set_new(root.get(), "backends", texts(options.backends));
  json_object_set_new(root.get(), "seed", options.seed ? json_integer(*options.seed) : json_null());
  json_object_set_new(root.get(), "params", pairs(options.params));
  json_object_set_new(root.get(), "smmu_params", pairs(options.smmu_params));
  json_object_set_new(root.get(), "checks_off", texts(options.checks_off));
  json_object_set_new(root.get(), "asked", json_integer(static_cast<json_int_t>(options.asked)));
  json_object_set_new(root.get(), "wall_ms", json_real(options.wall_ms));
  json_object_set_new(root.get(), "interrupted", json_boolean(options.interrupted));
  json_t* list = json_array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string line = worker_line(results[i]);
    json_t* result = json_loadb(line.data(), line.size(), 0, nullptr);
    if (result == nullptr) return "out of memory";
    json_object_set_new(result, "repeat", json_string(results[i].repeat.c_str()));
    // A run that was refused before its platform was built has an empty one.
    std::error_code error;
    const bool has_trace = fs::file_size(traces[i], error) != 0 && !error;
    if (!has_trace) fs::remove(traces[i], error);
    json_object_set_new(result, "trace", has_trace ? json_string(("traces/" + fs::path(traces[i]).filename().string()).c_str()) : json_null());
    json_array_append_new(list, result);
  }
  json_object_set_new(root.get(), "results", list);
  list = json_array();
  std::vector<RunResult> all = results;
  for (const ComparisonResult& comparison : comparisons) {
    json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:s, s:s, s:I, s:s}", "scenario", comparison.scenario.c_str(), "backends",
                                          texts(comparison.backends), "status", status_name(comparison.status), "reason", comparison.reason.c_str(),
                                          "text", comparison.text.c_str(), "facts", static_cast<json_int_t>(comparison.facts), "repeat",
                                          comparison.repeat.c_str()));
    all.push_back(as_run(comparison));
  }
  json_object_set_new(root.get(), "comparisons", list);
  json_object_set_new(root.get(), "coverage_points", texts(options.coverage_points));
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(root.get(), JSON_INDENT(1) | JSON_REAL_PRECISION(9)), &std::free);
  if (!bytes) return "out of memory";
  std::string error = write_file((fs::path(folder) / "run.json").string(), std::string(bytes.get()) + "\n");
  if (error.empty()) error = write_file((fs::path(folder) / "results.json").string(), run_file_json({results, comparisons, options.version, options.versions}));
  if (error.empty()) error = write_file((fs::path(folder) / "junit.xml").string(), junit_xml(all));
  return error;
}

Json read_run_folder(const std::string& folder, std::string* error) {
  const std::string path = (fs::path(folder) / "run.json").string();
  std::error_code code;
  if (!fs::exists(path, code)) {
    *error = fs::is_directory(folder, code) ? folder + " holds no run.json; 'tandem run ... --out " + folder + "' writes one"
                                            : "cannot read the folder " + folder + ": " + std::strerror(fs::exists(folder, code) ? ENOTDIR : ENOENT);
    return nullptr;
  }
  json_error_t where;
  Json root(json_load_file(path.c_str(), 0, &where));
  if (!root) {
    *error = path + (where.line > 0 ? ":" + std::to_string(where.line) : "") + ": " + where.text;
    return nullptr;
  }
  const json_t* format = json_object_get(root.get(), "tandem_run");
  if (!json_is_integer(format)) {
    *error = path + ": it has no field tandem_run, so no 'tandem run --out' wrote it";
    return nullptr;
  }
  if (json_integer_value(format) != kFormat) {
    const char* version = json_string_value(json_object_get(root.get(), "version"));
    *error = path + ": format " + std::to_string(json_integer_value(format)) + ", written by tandem " + (version == nullptr ? "?" : version) +
             "; this tandem reads format " + std::to_string(kFormat);
    return nullptr;
  }
  const json_t* results = json_object_get(root.get(), "results");
  std::size_t index = 0;
  json_t* result = nullptr;
  bool good = json_is_array(results);
  json_array_foreach(results, index, result) {
    for (const char* key : {"scenario", "backend", "status", "reason", "repeat"}) good = good && json_is_string(json_object_get(result, key));
    const json_t* trace = json_object_get(result, "trace");
    good = good && (json_is_null(trace) || json_is_string(trace)) && json_is_array(json_object_get(result, "steps"));
    if (!good) break;
  }
  if (good) return root;
  *error = path + ": results" + (json_is_array(results) ? "[" + std::to_string(index + 1) + "] lacks a field" : " is no list");
  return nullptr;
}

}  // namespace tandem::report
