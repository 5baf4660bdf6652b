// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_protocol.cpp.
#include "backend/qemu/trace_log.h"

#include <cstdlib>
#include <sstream>

namespace tandem::qemu {
namespace {

using Kind = TraceLine::Kind;

struct Known {
  const char* event;
  Kind kind;
};

constexpr Known kKnown[] = {
    {"smmuv3_translate_success", Kind::Translated},
    {"smmuv3_translate_bypass", Kind::Bypassed},
    {"smmuv3_translate_disable", Kind::Disabled},
    {"smmuv3_translate_abort", Kind::Aborted},
    {"smmuv3_record_event", Kind::EventRecorded},
    {"smmuv3_get_ste", Kind::SteFetch},
    {"smmuv3_get_cd", Kind::CdFetch},
    {"smmu_ptw_level", Kind::WalkStep},
    {"smmu_iotlb_lookup_hit", Kind::TlbHit},
    {"smmu_iotlb_lookup_miss", Kind::TlbMiss},
    {"smmu_iotlb_insert", Kind::TlbFill},
    {"smmuv3_config_cache_hit", Kind::ConfigHit},
    {"smmuv3_config_cache_miss", Kind::ConfigMiss},
    {"smmuv3_cmdq_opcode", Kind::CommandConsumed},
    {"smmuv3_cmdq_consume_error", Kind::CommandError},
};

// The number behind key, which must begin a word: "iova=" or "addr: "; 0 when it is not there.
std::uint64_t number_after(const std::string& line, const std::string& key) {
  for (std::size_t at = line.find(key); at != std::string::npos; at = line.find(key, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    if (before == ' ' || before == ',' || before == '(') return std::strtoull(line.c_str() + at + key.size(), nullptr, 0);
  }
  return 0;
}

std::string last_word(const std::string& line, std::size_t from) {
  std::istringstream words(line.substr(from));
  std::string word, last;
  while (words >> word) last = word;
  return last;
}

std::string second_word(const std::string& line) {
  std::istringstream words(line);
  std::string first, second;
  words >> first >> second;
  return second;
}

}  // namespace

const std::vector<std::string>& trace_events() {
  static const std::vector<std::string> events = [] {
    std::vector<std::string> list;
    for (const Known& known : kKnown) list.emplace_back(known.event);
    return list;
  }();
  return events;
}

TraceLine parse_trace_line(const std::string& line) {
  TraceLine parsed;
  const std::string event = line.substr(0, line.find(' '));
  for (const Known& known : kKnown) {
    if (event == known.event) parsed.kind = known.kind;
  }
  if (parsed.kind == Kind::Other) return parsed;
  parsed.sid = static_cast<std::uint32_t>(number_after(line, "sid="));
  parsed.iova = number_after(line, line.find("iova:") != std::string::npos ? "iova:" : "iova=");
  switch (parsed.kind) {
    case Kind::Translated: parsed.pa = number_after(line, "translated="); break;
    case Kind::EventRecorded: parsed.text = second_word(line); break;
    case Kind::SteFetch:
    case Kind::CdFetch: parsed.pa = number_after(line, "addr: "); break;
    case Kind::WalkStep:
      parsed.level = static_cast<unsigned>(number_after(line, "level="));
      parsed.pa = number_after(line, "baseaddr=") + 8 * number_after(line, "offset=");
      parsed.value = number_after(line, "pte=");
      break;
    case Kind::TlbHit:
    case Kind::TlbMiss:
    case Kind::TlbFill:
      parsed.iova = number_after(line, "addr=");
      parsed.asid = static_cast<unsigned>(number_after(line, "asid="));
      break;
    case Kind::CommandConsumed: parsed.text = last_word(line, event.size()); break;
    default: break;
  }
  return parsed;
}

std::vector<TraceLine> parse_trace(const std::string& text) {
  std::vector<TraceLine> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    TraceLine parsed = parse_trace_line(line);
    if (parsed.kind != Kind::Other) lines.push_back(std::move(parsed));
  }
  return lines;
}

std::string last_words(const std::string& text) {
  std::istringstream stream(text);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    // "icount sleep disabled and no active timers" only says that this machine has nothing of its own to do.
    const bool noise = line.empty() || parse_trace_line(line).kind != Kind::Other || line.find("icount sleep disabled") != std::string::npos;
    if (!noise) last = line;
  }
  return last;
}

}  // namespace tandem::qemu
