// SPDX-License-Identifier: Apache-2.0
// From two facts to what a person needs. Proof: tb/diff/test/test_comparer.cpp.
#include "diff/difference.h"

#include <algorithm>

namespace tandem::diff {
namespace {

struct StreamOfFact {
  bool known = false;
  unsigned smmu = 0;
  std::uint64_t sid = 0, ssid = 0, iova = 0;
  bool has_iova = false;
};

std::uint64_t field(const Fact& fact, const char* name, bool* found) {
  for (const auto& [key, value] : fields_of(fact)) {
    if (key != name) continue;
    *found = true;
    return value;
  }
  return 0;
}

// Which stream a fact is about, when it is about one.
StreamOfFact stream_of(const Fact& fact) {
  StreamOfFact stream;
  stream.smmu = fact.source;
  switch (fact.kind) {
    case Kind::Translation:
      stream.known = stream.has_iova = true;
      stream.sid = fact.values[0];
      stream.ssid = fact.values[1];
      stream.iova = fact.values[3];
      break;
    case Kind::Response:
      stream.known = stream.has_iova = true;
      stream.smmu = static_cast<unsigned>(fact.values[0]);
      stream.sid = fact.values[1];
      stream.ssid = fact.values[2];
      stream.iova = fact.values[4];
      break;
    case Kind::Command:
    case Kind::Event:
    case Kind::EventLost: {
      bool has_ssv = false, has_ssid = false, has_iova = false;
      stream.sid = field(fact, "StreamID", &stream.known);
      const std::uint64_t ssv = field(fact, "SSV", &has_ssv);
      const std::uint64_t ssid = field(fact, "SubstreamID", &has_ssid);
      if (ssv != 0) stream.ssid = ssid + 1;
      stream.iova = field(fact, "InputAddr", &has_iova);
      stream.has_iova = has_iova;
      break;
    }
    default: break;
  }
  return stream;
}

std::string where_of(const Sides& sides, unsigned side, const Fact& fact) {
  if (is_of_thread(fact.kind)) return "CPU thread '" + sides.runs[side]->thread(fact.source) + "'";
  return fact.source < sides.smmus.size() ? sides.smmus[fact.source] : "SMMU " + std::to_string(fact.source);
}

std::string padded(const std::string& text, std::size_t width) { return text.size() >= width ? text : text + std::string(width - text.size(), ' '); }

// Two columns under their headings.
std::string columns(const std::string& indent, const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::size_t width = 0;
  for (const std::string& line : left) width = std::max(width, line.size());
  std::string out;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    std::string line = indent + padded(i < left.size() ? left[i] : "", width) + "   " + (i < right.size() ? right[i] : "");
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace

std::string Difference::sentence() const {
  std::string text = sides[0].name + " and " + sides[1].name + " differ: " + what + (where.empty() ? "" : " of " + where);
  text += ": " + sides[0].fact + " and " + sides[1].fact;
  if (!place.empty()) text += ", at " + place;
  if (!call.empty()) text += " in " + call;
  if (step != 0) text += " (step " + std::to_string(step) + (step_title.empty() ? "" : ", " + step_title) + ")";
  return text;
}

Difference difference_of(const Sides& sides, const Placed* const facts[2], const Policy& policy) {
  Difference out;
  const unsigned leader = facts[0] != nullptr ? 0 : 1;
  const Placed& lead = *facts[leader];
  out.what = kind_name(lead.fact.kind);
  out.where = where_of(sides, leader, lead.fact);
  out.step = lead.step;
  out.step_title = sides.runs[leader]->step_title(lead.step);
  out.place = sides.runs[leader]->place_of(lead.call);
  out.call = sides.runs[leader]->text_of(lead.call);
  out.policy = policy.consulted(lead.fact);
  const StreamOfFact stream = stream_of(lead.fact);
  for (unsigned i = 0; i < 2; ++i) {
    DifferenceSide& side = out.sides[i];
    side.name = sides.names[i];
    side.has_fact = facts[i] != nullptr;
    side.fact = side.has_fact ? describe(facts[i]->fact) : "nothing";
    const std::uint64_t number = side.has_fact ? facts[i]->number : sides.runs[i]->end_of(lead.call);
    if (side.has_fact) {
      side.time_ns = facts[i]->fact.time_ps / 1000;
      side.words = facts[i]->fact.values;
    }
    if (!stream.known) continue;
    side.structures = sides.runs[i]->structures_of(stream.smmu, stream.sid, stream.ssid, number);
    if (stream.has_iova) side.walk = sides.runs[i]->walk_of(stream.smmu, stream.sid, stream.ssid, stream.iova, number);
  }
  if (facts[0] == nullptr || facts[1] == nullptr || facts[0]->fact.kind != facts[1]->fact.kind) return out;
  const auto left = fields_of(facts[0]->fact), right = fields_of(facts[1]->fact);
  const auto find = [](const auto& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& f) { return f.first == name; });
    return found == list.end() ? std::uint64_t{0} : found->second;
  };
  const auto add = [&](const std::string& name) {
    const std::uint64_t a = find(left, name), b = find(right, name);
    const std::string line = name + ": " + hex(a) + " and " + hex(b);
    if (a != b && std::find(out.fields.begin(), out.fields.end(), line) == out.fields.end()) out.fields.push_back(line);
  };
  for (const auto& one : left) add(one.first);
  for (const auto& one : right) add(one.first);
  return out;
}

Difference difference_of_verdicts(const Sides& sides, const std::array<std::string, 2>& verdicts) {
  Difference out;
  out.what = "verdict";
  out.policy = "no rule lets a verdict differ";
  const unsigned longer = sides.runs[0]->step() >= sides.runs[1]->step() ? 1 : 0;  // the run that ended earlier
  out.step = sides.runs[longer]->step();
  out.step_title = sides.runs[longer]->step_title(out.step);
  out.place = sides.runs[longer]->place_of(sides.runs[longer]->call());
  out.call = sides.runs[longer]->text_of(sides.runs[longer]->call());
  for (unsigned i = 0; i < 2; ++i) {
    out.sides[i].name = sides.names[i];
    out.sides[i].fact = verdicts[i];
    out.sides[i].has_fact = true;
  }
  return out;
}

std::string difference_text(const Difference& d) {
  std::string out = "  first difference: " + d.what + (d.where.empty() ? "" : " of " + d.where) + "\n";
  if (d.step != 0) out += "    step    " + std::to_string(d.step) + (d.step_title.empty() ? "" : ": " + d.step_title) + "\n";
  if (!d.place.empty()) out += "    at      " + d.place + "\n";
  if (!d.call.empty()) out += "    call    " + d.call + "\n";
  std::size_t width = 7;
  for (const DifferenceSide& side : d.sides) width = std::max(width, side.name.size());
  for (const DifferenceSide& side : d.sides) {
    out += "    " + padded(side.name, width) + " " + side.fact + (side.time_ns != 0 ? "  (" + std::to_string(side.time_ns) + " ns)" : "") + "\n";
  }
  for (const std::string& line : d.fields) out += "            " + line + "\n";
  std::vector<std::string> left = {d.sides[0].name}, right = {d.sides[1].name};
  for (unsigned i = 0; i < 2; ++i) {
    std::vector<std::string>& list = i == 0 ? left : right;
    for (const Side::Structure& structure : d.sides[i].structures) {
      list.push_back(structure.name + " at " + hex(structure.pa));
      for (std::size_t n = 0; n < structure.words.size(); ++n) list.push_back("  word " + std::to_string(n) + "  " + structure.words[n]);
    }
  }
  if (left.size() + right.size() > 2) out += "    structures\n" + columns("      ", left, right);
  if (!d.sides[0].walk.empty() || !d.sides[1].walk.empty()) {
    left = {d.sides[0].name}, right = {d.sides[1].name};
    left.insert(left.end(), d.sides[0].walk.begin(), d.sides[0].walk.end());
    right.insert(right.end(), d.sides[1].walk.begin(), d.sides[1].walk.end());
    out += "    walks\n" + columns("      ", left, right);
  }
  out += "    policy  " + d.policy + "\n";
  if (!d.repeat.empty()) out += "    repeat  " + d.repeat + "\n";
  return out;
}

}  // namespace tandem::diff
