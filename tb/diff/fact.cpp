// SPDX-License-Identifier: Apache-2.0
// Facts as lines, and their fields by name. Proof: tb/diff/test/test_fact.cpp.
#include "diff/fact.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "smmuv3_names.h"
#include "trace/decode.h"

namespace tandem::diff {
namespace {

struct KindRow {
  char letter;
  const char* policy;
  const char* name;
  bool of_thread;
  std::vector<std::string> values;
};

const std::array<KindRow, kKinds>& rows() {
  static const std::array<KindRow, kKinds> table = {{
      {'d', "thread", "CPU thread", true, {}},
      {'k', "step", "step of the scenario", true, {"number"}},
      {'c', "call", "driver call", true, {}},
      {'r', "result", "result of a driver call", true, {}},
      {'s', "store", "table store", true, {"pa", "old", "new"}},
      {'m', "command", "command consumed", false, {"word0", "word1"}},
      {'g', "command_error", "command queue error", false, {"index", "error"}},
      {'e', "event", "event record", false, {"word0", "word1", "word2", "word3"}},
      {'l', "event_lost", "event record that was lost", false, {"word0", "word1", "word2", "word3"}},
      {'p', "page_request", "page request record", false, {"word0", "word1"}},
      {'i', "msi", "MSI", false, {"pa", "payload", "aborted"}},
      {'t', "translation", "translation", false, {"sid", "ssid", "flags", "iova", "result", "pa"}},
      {'a', "response", "response to a master", true, {"smmu", "sid", "ssid", "flags", "iova", "bytes", "status", "error", "data_hash"}},
      {'w', "image", "word of a table image", true, {"pa", "value"}},
      {'n', "point", "named point", true, {"words", "hash"}},
      {'u', "counter", "PMCG counter", true, {"smmu", "event", "value"}},
      {'f', "fetch", "fetch of a configuration structure", false, {"sid", "ssid", "class", "pa", "word0", "aborted", "word1", "word2", "word3", "word4", "word5", "word6", "word7"}},
      {'x', "walk", "step of a table walk", false, {"sid", "ssid", "stage", "level", "pa", "descriptor", "aborted"}},
      {'y', "fill", "entry of a TLB filled", false, {"sid", "ssid", "iova", "pa", "size_log2", "asid", "vmid"}},
      {'h', "hit", "translation from a TLB", false, {"sid", "ssid", "iova", "pa"}},
      {'q', "irq", "interrupt", false, {"number"}},
  }};
  return table;
}

const KindRow& row(Kind kind) { return rows()[static_cast<unsigned>(kind)]; }

void append_hex(std::string& out, std::uint64_t value) {
  char digits[17];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, 16);
  out += ' ';
  out.append(digits, end.ptr);
}

bool take_hex(const char*& at, const char* end, std::uint64_t* out) {
  if (at == end || *at != ' ') return false;
  const auto got = std::from_chars(at + 1, end, *out, 16);
  if (got.ec != std::errc()) return false;
  at = got.ptr;
  return true;
}

bool is_event(Kind kind) { return kind == Kind::Event || kind == Kind::EventLost; }

DecodedRecord decoded(const Fact& fact) { return fact.kind == Kind::Command ? decode_command(fact.values.data()) : decode_event(fact.values.data()); }

bool is_record(const Fact& fact) {
  return (fact.kind == Kind::Command && fact.values.size() == 2) || (is_event(fact.kind) && fact.values.size() == 4);
}

const char* class_name(std::uint64_t access_class) {
  static const char* const names[] = {"client", "L1STD", "STE", "L1CD", "CD"};
  return access_class < 5 ? names[access_class] : "structure";
}

const char* outcome(std::uint64_t result) {
  static const char* const names[] = {"translated", "aborted", "RAZ/WI", "stalled"};
  return result < 4 ? names[result] : "?";
}

const char* status_of(std::uint64_t status) {
  static const char* const names[] = {"ok", "abort", "stalled", "timeout"};
  return status < 4 ? names[status] : "?";
}

const char* direction(std::uint64_t flags) { return (flags & 1) != 0 ? "write" : "read"; }

std::string stream(const Fact& fact, std::size_t sid) {
  const std::uint64_t ssid = fact.values[sid + 1];
  return "StreamID " + hex(fact.values[sid]) + (ssid != 0 ? ", SubstreamID " + hex(ssid - 1) : "");
}

}  // namespace

const char* kind_name(Kind kind) { return row(kind).name; }
const char* policy_name(Kind kind) { return row(kind).policy; }
const std::vector<std::string>& value_names(Kind kind) { return row(kind).values; }
bool is_of_thread(Kind kind) { return row(kind).of_thread; }

bool kind_from_name(const std::string& name, Kind* out) {
  for (unsigned i = 0; i < kKinds; ++i) {
    if (name != rows()[i].policy) continue;
    *out = static_cast<Kind>(i);
    return true;
  }
  return false;
}

std::string to_line(const Fact& fact) {
  std::string line(1, row(fact.kind).letter);
  line += static_cast<char>('0' + (fact.concurrent ? 1 : 0) + (fact.contended ? 2 : 0));
  append_hex(line, fact.source);
  append_hex(line, fact.time_ps);
  for (const std::uint64_t value : fact.values) append_hex(line, value);
  if (fact.text.empty()) return line;
  line += " |";
  for (const char c : fact.text) line += c == '\n' ? ' ' : c;
  return line;
}

bool from_line(const std::string& line, Fact* out) {
  Fact fact;
  if (line.size() < 2 || line[1] < '0' || line[1] > '3') return false;
  unsigned kind = 0;
  while (kind < kKinds && rows()[kind].letter != line[0]) ++kind;
  if (kind == kKinds) return false;
  fact.kind = static_cast<Kind>(kind);
  fact.concurrent = ((line[1] - '0') & 1) != 0;
  fact.contended = ((line[1] - '0') & 2) != 0;
  const std::size_t bar = line.find(" |");
  const char* at = line.data() + 2;
  const char* const end = line.data() + (bar == std::string::npos ? line.size() : bar);
  std::uint64_t source = 0, value = 0;
  if (!take_hex(at, end, &source) || !take_hex(at, end, &fact.time_ps)) return false;
  fact.source = static_cast<std::uint32_t>(source);
  fact.values.reserve(rows()[kind].values.size());
  while (at != end) {
    if (!take_hex(at, end, &value)) return false;
    fact.values.push_back(value);
  }
  if (fact.values.size() != rows()[kind].values.size()) return false;
  if (bar != std::string::npos) fact.text = line.substr(bar + 2);
  *out = std::move(fact);
  return true;
}

std::string hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::vector<std::pair<std::string, std::uint64_t>> fields_of(const Fact& fact) {
  std::vector<std::pair<std::string, std::uint64_t>> fields;
  if (is_record(fact)) {
    for (const auto& field : decoded(fact).fields) {
      if (field.second != 0) fields.push_back(field);
    }
    return fields;
  }
  const auto& names = value_names(fact.kind);
  for (std::size_t i = 0; i < names.size() && i < fact.values.size(); ++i) fields.emplace_back(names[i], fact.values[i]);
  return fields;
}

std::string describe(const Fact& fact) {
  const std::vector<std::uint64_t>& v = fact.values;
  switch (fact.kind) {
    case Kind::Thread: return "CPU thread '" + fact.text + "'";
    case Kind::Step: return "step " + std::to_string(v[0]) + (fact.text.empty() ? "" : ": " + fact.text);
    case Kind::Call: {
      const std::size_t bar = fact.text.find('|');
      return bar == std::string::npos ? fact.text : fact.text.substr(bar + 1) + " at " + fact.text.substr(0, bar);
    }
    case Kind::Result: {
      const std::size_t bar = fact.text.find('|');
      return bar == std::string::npos ? fact.text : fact.text.substr(0, bar) + " answered " + fact.text.substr(bar + 1);
    }
    case Kind::Store: return "store of " + hex(v[2]) + " to " + hex(v[0]) + ", before " + hex(v[1]);
    case Kind::Command:
    case Kind::Event:
    case Kind::EventLost: {
      std::string text = decoded(fact).name;
      for (const auto& [name, value] : fields_of(fact)) text += " " + name + "=" + hex(value);
      return text;
    }
    case Kind::Msi: return "MSI of " + hex(v[1]) + " to " + hex(v[0]) + (v[2] != 0 ? ", aborted" : "");
    case Kind::Translation:
      return std::string(direction(v[2])) + " by " + stream(fact, 0) + " at IOVA page " + hex(v[3]) + ": " + outcome(v[4]) +
             (v[4] == 0 ? ", to " + hex(v[5]) : "");
    case Kind::Response:
      return std::string(direction(v[3])) + " of " + std::to_string(v[5]) + " bytes by " + stream(fact, 1) + " at IOVA " + hex(v[4]) + ": " +
             status_of(v[6]) + ((v[7] & 1) != 0 ? ", error of the memory" : "") + ((v[7] & 2) != 0 ? ", RAZ/WI" : "") +
             ((v[3] & 1) == 0 ? ", data hash " + hex(v[8]) : "");
    case Kind::Image: return "word at " + hex(v[0]) + " is " + hex(v[1]);
    case Kind::Point: return "'" + fact.text + "'" + (v[0] == 0 ? "" : ", tables of " + std::to_string(v[0]) + " words, hash " + hex(v[1]));
    case Kind::Fetch: return std::string(class_name(v[2])) + " at " + hex(v[3]) + ": " + hex(v[4]) + (v[5] != 0 ? ", aborted" : "");
    case Kind::Walk:
      return "stage " + std::to_string(v[2]) + " level " + std::to_string(v[3]) + " at " + hex(v[4]) + ": " + hex(v[5]) + (v[6] != 0 ? ", aborted" : "");
    default: break;
  }
  std::string text;
  for (const auto& [name, value] : fields_of(fact)) text += (text.empty() ? "" : " ") + name + "=" + hex(value);
  return text;
}

std::vector<std::uint64_t> mask_of(const Fact& fact, const std::string& field) {
  std::vector<std::uint64_t> mask(fact.values.size(), 0);
  bool found = false;
  const auto& names = value_names(fact.kind);
  for (std::size_t i = 0; i < names.size() && i < mask.size(); ++i) {
    if (names[i] != field) continue;
    mask[i] = ~std::uint64_t{0};
    found = true;
  }
  if (!found && is_record(fact)) {
    const bool command = fact.kind == Kind::Command;
    const smmu_entry_name* const table = command ? smmu_command_names : smmu_event_names;
    const std::uint32_t count = command ? smmu_command_names_count : smmu_event_names_count;
    const std::uint32_t number = static_cast<std::uint32_t>(fact.values[0] & 0xff);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i != 0 && table[i].number != number) continue;  // entry 0 has the fields that all have
      for (std::uint32_t f = 0; f < table[i].field_count; ++f) {
        const smmu_field_name& one = table[i].fields[f];
        if (field != one.name) continue;
        const std::uint64_t bits = one.width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << one.width) - 1;
        mask[one.word] |= bits << one.shift;
        found = true;
      }
    }
  }
  return found ? mask : std::vector<std::uint64_t>();
}

}  // namespace tandem::diff
