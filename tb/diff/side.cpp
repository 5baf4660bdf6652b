// SPDX-License-Identifier: Apache-2.0
// The memory of one run. Proof: tb/diff/test/test_comparer.cpp.
#include "diff/side.h"

#include <algorithm>

namespace tandem::diff {
namespace {

constexpr std::size_t kStreamFacts = 65536;  // per stream; a report needs the last walks only
constexpr unsigned kSte = 2, kCd = 4;        // access classes
constexpr unsigned kStructureWords = 8;
constexpr std::uint64_t kPageBits = 4095;

std::string time_text(std::uint64_t time_ps) { return std::to_string(time_ps / 1000) + " ns"; }

}  // namespace

Placed Side::take(const Fact& fact) {
  Placed placed{fact, ++count_, step_, call()};
  switch (fact.kind) {
    case Kind::Thread: {
      const unsigned before = thread_names_[fact.text]++;
      threads_[fact.source] = before == 0 ? fact.text : fact.text + " #" + std::to_string(before + 1);
      break;
    }
    case Kind::Step:
      step_ = placed.step = static_cast<std::uint32_t>(fact.values[0]);
      step_titles_[step_] = fact.text;
      break;
    case Kind::Call:
      calls_.push_back(placed);
      placed.call = call();
      break;
    case Kind::Store: store(fact.values[0], fact.values[2]); break;
    case Kind::Image: store(fact.values[0], fact.values[1]); break;
    case Kind::Fetch:
    case Kind::Walk:
    case Kind::Hit:
    case Kind::Fill: remember(placed); break;
    default: break;
  }
  return placed;
}

void Side::remember(const Placed& placed) {
  std::deque<Placed>& list = streams_[{placed.fact.source, placed.fact.values[0], placed.fact.values[1]}];
  list.push_back(placed);
  if (list.size() > kStreamFacts) list.pop_front();
}

const std::string& Side::step_title(std::uint32_t step) const {
  static const std::string none;
  const auto found = step_titles_.find(step);
  return found == step_titles_.end() ? none : found->second;
}

std::string Side::place_of(std::uint32_t call) const {
  if (call == 0 || call > calls_.size()) return "";
  const std::string& text = calls_[call - 1].fact.text;
  const std::size_t bar = text.find('|');
  return bar == std::string::npos ? "" : text.substr(0, bar);
}

std::string Side::text_of(std::uint32_t call) const {
  if (call == 0 || call > calls_.size()) return "";
  const std::string& text = calls_[call - 1].fact.text;
  const std::size_t bar = text.find('|');
  return bar == std::string::npos ? text : text.substr(bar + 1);
}

std::uint64_t Side::end_of(std::uint32_t call) const { return call < calls_.size() ? calls_[call].number - 1 : count_; }

std::string Side::thread(std::uint32_t source) const {
  const auto found = threads_.find(source);
  return found == threads_.end() ? "thread " + std::to_string(source) : found->second;
}

bool Side::word_at(std::uint64_t pa, std::uint64_t number, std::uint64_t* out) const {
  const auto found = words_.find(pa);
  if (found == words_.end()) return false;
  bool any = false;
  for (const auto& [when, value] : found->second) {
    if (when > number) break;
    *out = value;
    any = true;
  }
  return any;
}

std::vector<Side::Structure> Side::structures_of(unsigned smmu, std::uint64_t sid, std::uint64_t ssid, std::uint64_t number) const {
  std::map<std::uint64_t, const Placed*> last;  // class: its last fetch
  // The STE is read for the stream, with or without a SubstreamID.
  for (const auto& [stream, list] : streams_) {
    if (std::get<0>(stream) != smmu || std::get<1>(stream) != sid) continue;
    for (const Placed& placed : list) {
      if (placed.number > number) break;
      if (placed.fact.kind != Kind::Fetch) continue;
      const std::uint64_t what = placed.fact.values[2];
      if (what == kSte || (what == kCd && std::get<2>(stream) == ssid)) last[what] = &placed;
    }
  }
  std::vector<Structure> out;
  for (const auto& [what, fetch] : last) {
    const std::vector<std::uint64_t>& v = fetch->fact.values;
    Structure structure{what == kSte ? "STE" : "CD", v[3], {}};
    for (unsigned i = 0; i < kStructureWords; ++i) {
      // What was stored since then, or else what the SMMU read; its words beyond the first follow in the fact.
      std::uint64_t word = 0;
      const std::size_t read = i == 0 ? 4 : 5 + i;
      const bool known = word_at(v[3] + 8 * i, number, &word);
      structure.words.push_back(known ? hex(word) : read < v.size() ? hex(v[read]) : "?");
    }
    out.push_back(structure);
  }
  return out;
}

// Streams with one tag share what a TLB holds.
std::vector<std::string> Side::filled_by_another(unsigned smmu, const Placed& hit) const {
  const std::uint64_t iova = hit.fact.values[2], pa = hit.fact.values[3];
  const Placed* fill = nullptr;
  std::uint64_t sid = 0;
  for (const auto& [stream, list] : streams_) {
    if (std::get<0>(stream) != smmu) continue;
    for (const Placed& placed : list) {
      if (placed.number > hit.number) break;
      const std::vector<std::uint64_t>& v = placed.fact.values;
      if (placed.fact.kind != Kind::Fill || v[4] >= 64 || (fill != nullptr && placed.number < fill->number)) continue;
      const std::uint64_t mask = ~std::uint64_t{0} << v[4];
      if (((v[2] ^ iova) & mask) != 0 || ((v[3] ^ pa) & mask & ~kPageBits) != 0) continue;
      fill = &placed;
      sid = std::get<1>(stream);
    }
  }
  if (fill == nullptr) return {};
  return {"cached at " + time_text(fill->fact.time_ps) + " for StreamID " + hex(sid)};
}

std::vector<std::string> Side::walk_of(unsigned smmu, std::uint64_t sid, std::uint64_t ssid, std::uint64_t iova, std::uint64_t number) const {
  const auto found = streams_.find({smmu, sid, ssid});
  if (found == streams_.end()) return {"nothing was read for this stream"};
  std::vector<const Placed*> current, cached;
  const Placed *fill = nullptr, *hit = nullptr;
  for (const Placed& placed : found->second) {
    if (placed.number > number) break;
    const std::vector<std::uint64_t>& v = placed.fact.values;
    if (placed.fact.kind == Kind::Walk) {
      // A step that does not go deeper in its stage begins another walk.
      const auto same_stage = std::find_if(current.rbegin(), current.rend(), [&](const Placed* p) { return p->fact.values[2] == v[2]; });
      if (v[2] == 1 && same_stage != current.rend() && v[3] <= (*same_stage)->fact.values[3]) current.clear();
      current.push_back(&placed);
    } else if (placed.fact.kind == Kind::Fill) {
      const std::uint64_t mask = v[4] >= 64 ? 0 : ~std::uint64_t{0} << v[4];
      if (((v[2] ^ iova) & mask) == 0) {
        cached = current;
        fill = &placed;
      }
      current.clear();
    } else if (placed.fact.kind == Kind::Hit) {
      current.clear();  // what was walked before was for another access
      hit = ((v[2] ^ iova) & ~kPageBits) == 0 ? &placed : nullptr;
    }
  }
  std::vector<std::string> lines;
  for (const Placed* step : current.empty() ? cached : current) lines.push_back(describe(step->fact) + "  (" + time_text(step->fact.time_ps) + ")");
  if (current.empty() && fill != nullptr) {
    lines.push_back("cached at " + time_text(fill->fact.time_ps) + ": " + hex(fill->fact.values[2]) + " is " + hex(fill->fact.values[3]) + ", 2^" +
                    std::to_string(fill->fact.values[4]) + " bytes");
  }
  if (hit != nullptr && current.empty()) {
    if (fill == nullptr) lines = filled_by_another(smmu, *hit);
    lines.push_back("from a TLB at " + time_text(hit->fact.time_ps) + ": " + hex(hit->fact.values[2]) + " is " + hex(hit->fact.values[3]));
  }
  if (lines.empty()) lines.emplace_back("no walk for this address");
  return lines;
}

}  // namespace tandem::diff
