// SPDX-License-Identifier: Apache-2.0
// An architectural fact of a run, as it travels from a worker process to whoever compares: what happened, where, and the words that
// say what. One fact is one line of text. Time is for people only; it is never compared.
// Not here: who makes facts (fact_sink.h), what may differ (policy.h), comparing (comparer.h). Proof: tb/diff/test/test_fact.cpp.
#ifndef TANDEM_DIFF_FACT_H
#define TANDEM_DIFF_FACT_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tandem::diff {

enum class Kind : std::uint8_t {
  Thread,       // source = thread from now on; text = its name
  Step,         // values: number; text = its title
  Call,         // source = thread; text = "file:line|domain 1:map({ ... })"
  Result,       // source = thread; text = "d:map|SMMU_OK, 0x80001000"
  Store,        // source = thread; by the driver to a table
  Command,      // consumed by an SMMU
  CommandError,
  Event,        // record written
  EventLost,    // record that found no room
  PageRequest,
  Msi,
  Translation,  // of a page by a stream, once per step and whenever it changes
  Response,     // source = thread; what a master got
  Image,        // a word of a table that changed without a store of the driver
  Point,        // a named point: how many words tables have, and a hash over them; text = its name
  Counter,      // a PMCG counter that the scenario read
  // For the report; the policy says that they may differ.
  Fetch,
  Walk,
  Fill,
  Hit,          // an access that a TLB answered, where the stream did something else before
  Irq,
};
inline constexpr unsigned kKinds = static_cast<unsigned>(Kind::Irq) + 1;

const char* kind_name(Kind kind);                              // "table store"
bool kind_from_name(const std::string& name, Kind* out);       // as a policy writes it: "store"
const char* policy_name(Kind kind);                            // "store"
// What the values of a kind are called, in their order.
const std::vector<std::string>& value_names(Kind kind);
// What comes from a CPU thread, not from an SMMU: its source is a thread.
bool is_of_thread(Kind kind);

// The thread that runs a scenario is the first.
inline constexpr std::uint32_t kMainThread = 1;

struct Fact {
  Kind kind = Kind::Step;
  bool concurrent = false;            // in its step more than one CPU thread or transfer was under way, before it or with it
  bool contended = false;             // since then a thread beside the main one has changed tables
  std::uint32_t source = 0;           // SMMU or thread
  std::uint64_t time_ps = 0;
  std::vector<std::uint64_t> values;
  std::string text;
};

// Without a line's end; and back. False for text that is no fact.
std::string to_line(const Fact& fact);
bool from_line(const std::string& line, Fact* out);

// The fields of commands and event records by name, everything else by value_names(). Zero fields of records are left out.
std::vector<std::pair<std::string, std::uint64_t>> fields_of(const Fact& fact);
// One line for a person: "TLBI_NH_VA ASID=0x1 Address=0x10000".
std::string describe(const Fact& fact);
std::string hex(std::uint64_t value);

// Bits of a named field, word for word; empty when the fact has no such field.
std::vector<std::uint64_t> mask_of(const Fact& fact, const std::string& field);

}  // namespace tandem::diff

#endif
