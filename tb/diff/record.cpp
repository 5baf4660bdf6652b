// SPDX-License-Identifier: Apache-2.0
// Record files: a JSON line, a line per fact, a JSON line. Proof: tb/diff/test/test_record.cpp.
#include "diff/record.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <jansson.h>

#include "diff/comparison.h"

namespace tandem::diff {
namespace {

constexpr json_int_t kFormat = 1;

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

json_t* texts(const std::vector<std::string>& list) {
  json_t* array = json_array();
  for (const std::string& item : list) json_array_append_new(array, json_stringn(item.data(), item.size()));
  return array;
}

json_t* pairs(const std::vector<std::pair<std::string, std::string>>& list) {
  json_t* array = json_array();
  for (const auto& [key, value] : list) json_array_append_new(array, texts({key, value}));
  return array;
}

std::string get_text(const json_t* object, const char* key) {
  const json_t* value = json_object_get(object, key);
  return json_is_string(value) ? std::string(json_string_value(value), json_string_length(value)) : std::string();
}

std::vector<std::string> get_texts(const json_t* array) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < json_array_size(array); ++i) {
    const json_t* item = json_array_get(array, i);
    if (json_is_string(item)) out.emplace_back(json_string_value(item), json_string_length(item));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> get_pairs(const json_t* array) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < json_array_size(array); ++i) {
    const std::vector<std::string> pair = get_texts(json_array_get(array, i));
    if (pair.size() == 2) out.emplace_back(pair[0], pair[1]);
  }
  return out;
}

std::string dump(json_t* object) {
  const Json owner(object);
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(object, JSON_COMPACT), &std::free);
  return bytes ? std::string(bytes.get()) + "\n" : "";
}

}  // namespace

RecordWriter::RecordWriter(const std::string& path, const RecordHead& head) : path_(path), file_(std::fopen(path.c_str(), "wb")) {
  if (file_ == nullptr) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
  json_t* object = json_object();
  json_object_set_new(object, "tandem_record", json_integer(kFormat));
  json_object_set_new(object, "version", json_string(head.version.c_str()));
  json_object_set_new(object, "scenario", json_string(head.scenario.c_str()));
  json_object_set_new(object, "backend", json_string(head.backend.c_str()));
  json_object_set_new(object, "params", pairs(head.params));
  json_object_set_new(object, "smmu_params", pairs(head.smmu_params));
  json_object_set_new(object, "common", texts(head.common));
  json_object_set_new(object, "checks_off", texts(head.checks_off));
  json_object_set_new(object, "text", json_stringn(head.text.data(), head.text.size()));
  put(dump(object));
}

void RecordWriter::put(const std::string& text) {
  if (reason_ == 0 && std::fputs(text.c_str(), file_) == EOF) reason_ = errno;
}

RecordWriter::~RecordWriter() {
  if (file_ != nullptr) std::fclose(file_);
}

void RecordWriter::fact(const std::string& line) {
  ++facts_;
  put(line + "\n");
}

std::string RecordWriter::close(const report::RunResult& result) {
  const Ending ending = ending_of(result);
  json_t* object = json_object();
  json_object_set_new(object, "facts", json_integer(static_cast<json_int_t>(facts_)));
  json_object_set_new(object, "seed", json_integer(result.seed));
  std::vector<std::string> smmus;
  for (const report::SmmuResult& smmu : result.smmus) smmus.push_back(smmu.name);
  json_object_set_new(object, "smmus", texts(smmus));
  json_object_set_new(object, "complete", json_boolean(ending.complete));
  json_object_set_new(object, "skipped", json_boolean(ending.skipped));
  json_object_set_new(object, "settled", json_boolean(ending.settled));
  json_object_set_new(object, "verdict", json_string(ending.verdict.c_str()));
  json_object_set_new(object, "ending", json_string(ending.text.c_str()));
  put(dump(object));
  if (reason_ == 0 && std::fflush(file_) != 0) reason_ = errno;
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && reason_ == 0) reason_ = errno;
  return reason_ == 0 ? "" : "cannot write " + path_ + ": " + std::strerror(reason_);
}

bool read_record(const std::string& path, Record* out, std::string* error) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return *error = "cannot read " + path + ": " + std::strerror(errno), false;
  std::string line, last;
  Record record;
  if (!std::getline(file, line)) return *error = path + " is empty; a record begins with a line of JSON", false;
  const Json head(json_loads(line.c_str(), 0, nullptr));
  const json_t* format = json_object_get(head.get(), "tandem_record");
  if (!json_is_integer(format)) return *error = path + " is no record of 'tandem run --record'", false;
  if (json_integer_value(format) != kFormat) {
    return *error = path + " has the record format " + std::to_string(json_integer_value(format)) + "; this tandem reads format " + std::to_string(kFormat), false;
  }
  record.head.version = get_text(head.get(), "version");
  record.head.scenario = get_text(head.get(), "scenario");
  record.head.backend = get_text(head.get(), "backend");
  record.head.text = get_text(head.get(), "text");
  record.head.params = get_pairs(json_object_get(head.get(), "params"));
  record.head.smmu_params = get_pairs(json_object_get(head.get(), "smmu_params"));
  record.head.common = get_texts(json_object_get(head.get(), "common"));
  record.head.checks_off = get_texts(json_object_get(head.get(), "checks_off"));
  while (std::getline(file, line)) {
    if (!line.empty() && line[0] == '{') {
      last = line;
      break;
    }
    record.facts.push_back(line);
  }
  const Json tail(json_loads(last.c_str(), 0, nullptr));
  if (!json_is_object(tail.get())) return *error = path + " is cut short: it has no last line that says how the run ended", false;
  record.tail.facts = static_cast<std::uint64_t>(json_integer_value(json_object_get(tail.get(), "facts")));
  if (record.tail.facts != record.facts.size()) {
    return *error = path + " has " + std::to_string(record.facts.size()) + " facts where its last line says " + std::to_string(record.tail.facts), false;
  }
  record.tail.seed = json_integer_value(json_object_get(tail.get(), "seed"));
  record.tail.smmus = get_texts(json_object_get(tail.get(), "smmus"));
  record.tail.ending.complete = json_is_true(json_object_get(tail.get(), "complete"));
  record.tail.ending.skipped = json_is_true(json_object_get(tail.get(), "skipped"));
  record.tail.ending.settled = json_is_true(json_object_get(tail.get(), "settled"));
  record.tail.ending.verdict = get_text(tail.get(), "verdict");
  record.tail.ending.text = get_text(tail.get(), "ending");
  *out = std::move(record);
  return true;
}

}  // namespace tandem::diff
