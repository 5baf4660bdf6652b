// SPDX-License-Identifier: Apache-2.0
// Verdict of a comparison, as text and JSON. Proof: tb/diff/test/test_comparer.cpp, tb/cli/test/compare_test.lua.
#include "diff/comparison.h"

#include <cctype>
#include <cstdlib>
#include <memory>

#include <jansson.h>

namespace tandem::diff {
namespace {

json_t* text(const std::string& s) {
  json_t* value = json_stringn(s.data(), s.size());
  return value != nullptr ? value : json_string("(not UTF-8)");
}

json_t* texts(const std::vector<std::string>& list) {
  json_t* array = json_array();
  for (const std::string& item : list) json_array_append_new(array, text(item));
  return array;
}

json_t* side_json(const DifferenceSide& side) {
  json_t* object = json_object();
  json_object_set_new(object, "name", text(side.name));
  json_object_set_new(object, "fact", side.has_fact ? text(side.fact) : json_null());
  json_object_set_new(object, "time_ns", json_integer(static_cast<json_int_t>(side.time_ns)));
  json_t* words = json_array();
  for (const std::uint64_t word : side.words) json_array_append_new(words, text(hex(word)));
  json_object_set_new(object, "words", words);
  json_t* structures = json_array();
  for (const Side::Structure& structure : side.structures) {
    json_t* one = json_object();
    json_object_set_new(one, "name", text(structure.name));
    json_object_set_new(one, "pa", text(hex(structure.pa)));
    json_object_set_new(one, "words", texts(structure.words));
    json_array_append_new(structures, one);
  }
  json_object_set_new(object, "structures", structures);
  json_object_set_new(object, "walk", texts(side.walk));
  return object;
}

std::string difference_json(const Difference& difference) {
  json_t* object = json_object();
  json_object_set_new(object, "what", text(difference.what));
  json_object_set_new(object, "where", text(difference.where));
  json_object_set_new(object, "step", json_integer(difference.step));
  json_object_set_new(object, "step_title", text(difference.step_title));
  json_object_set_new(object, "place", text(difference.place));
  json_object_set_new(object, "call", text(difference.call));
  json_t* sides = json_array();
  for (const DifferenceSide& side : difference.sides) json_array_append_new(sides, side_json(side));
  json_object_set_new(object, "sides", sides);
  json_object_set_new(object, "fields", texts(difference.fields));
  json_object_set_new(object, "policy", text(difference.policy));
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(object, JSON_COMPACT), &std::free);
  json_decref(object);
  return bytes ? std::string(bytes.get()) : "";
}

// "fail two_smmus.lua:12" of "scenarios/install/two_smmus.lua:12: got 3, expected 4": what two runs must share. Texts contain times.
std::string verdict_key(const report::RunResult& result) {
  std::string key = result.reason;
  const std::size_t lua = key.find(".lua:");
  const std::size_t end = lua == std::string::npos ? lua : key.find(':', lua + 5);
  if (end != std::string::npos) {
    key.resize(end);
    const std::size_t slash = key.rfind('/');
    if (slash != std::string::npos) key.erase(0, slash + 1);
  } else {
    if (key.rfind("oracle ", 0) == 0) key.resize(key.find(' ', 7));
    for (char& c : key) {
      if (std::isdigit(static_cast<unsigned char>(c)) != 0) c = '#';
    }
  }
  return std::string(report::status_name(result.status)) + (key.empty() ? "" : " " + key);
}

}  // namespace

Ending ending_of(const report::RunResult& result) {
  Ending ending;
  ending.stopped = result.stopped;
  ending.complete = !result.killed && !result.stopped;
  ending.skipped = result.status == report::Status::Skip;
  ending.settled = result.status == report::Status::Pass;
  ending.broken = result.status == report::Status::Error;
  ending.verdict = verdict_key(result);
  ending.text = std::string(report::status_name(result.status)) + (result.reason.empty() ? "" : ": " + result.reason);
  return ending;
}

void Comparison::take(unsigned side, const std::string& line) {
  Fact fact;
  if (from_line(line, &fact)) {
    comparer_.take(side, fact);
  } else if (broken_.empty()) {
    broken_ = names_[side] + " told something that is no fact: '" + line.substr(0, 80) + "'";
  }
}

void Comparison::end(unsigned side, const Ending& ending) {
  endings_[side] = ending;
  comparer_.end(side, ending);
}

report::ComparisonResult Comparison::result(const std::string& repeat) const {
  report::ComparisonResult out;
  out.backends = {names_[0], names_[1]};
  out.facts = comparer_.matched();
  for (const auto& [name, count] : comparer_.used_rules()) out.rules.emplace_back(name, count);
  if (std::optional<Difference> difference = comparer_.first_difference()) {
    difference->repeat = repeat;
    out.status = report::Status::Fail;
    out.reason = difference->sentence();
    out.text = difference_text(*difference);
    out.difference_json = difference_json(*difference);
    out.repeat = repeat;
    return out;
  }
  for (unsigned side = 0; side < 2 && broken_.empty(); ++side) {
    if (endings_[side] && endings_[side]->complete) continue;
    if (endings_[side] && endings_[side]->stopped) {
      out.status = report::Status::Skip;
      out.reason = "stopped after " + std::to_string(out.facts) + " equal facts, because another comparison of this scenario found a difference";
      return out;
    }
    out.status = report::Status::Error;
    out.reason = "incomplete after " + std::to_string(out.facts) + " equal facts: " + names_[side] + ": " + (endings_[side] ? endings_[side]->text : "did not start");
    return out;
  }
  if (!broken_.empty()) {
    out.status = report::Status::Error;
    out.reason = broken_;
    return out;
  }
  if (endings_[0]->broken && endings_[1]->broken) {
    out.status = report::Status::Error;
    out.reason = "nothing to compare after " + std::to_string(out.facts) + " equal facts: " + names_[0] + ": " + endings_[0]->text + "; " + names_[1] +
                 ": " + endings_[1]->text;
    return out;
  }
  out.status = report::Status::Pass;
  for (unsigned side = 0; side < 2; ++side) {
    if (!endings_[side]->skipped || out.status == report::Status::Skip) continue;
    out.status = report::Status::Skip;
    out.reason = names_[side] + ": " + endings_[side]->text;
  }
  return out;
}

}  // namespace tandem::diff
