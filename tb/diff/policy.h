// SPDX-License-Identifier: Apache-2.0
// The legal differences between two runs, read from Lua data: which facts do not count, which fields may differ, whose order is open.
// Not here: comparing (comparer.h), the rules themselves (tb/check/divergence_policy.lua). Proof: tb/diff/test/test_policy.cpp.
#ifndef TANDEM_DIFF_POLICY_H
#define TANDEM_DIFF_POLICY_H

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "diff/fact.h"

namespace tandem::diff {

struct Rule {
  std::string name, reason;
  Kind kind = Kind::Step;
  // When it applies; empty: always.
  std::vector<std::pair<std::string, std::uint64_t>> where;  // field = value; "opcode" and "number" are the number of a record
  std::string call;                                          // start of a call's or result's name: "d:stats"
  std::string backend;                                       // one of the two runs is on this one
  bool only_concurrent = false, only_contended = false, only_other_threads = false;
  // What it allows.
  bool ignore = false, any_order = false;
  std::vector<std::string> fields;
};

class Policy {
 public:
  // The rules that come with the program. Throws std::runtime_error for a fault in them.
  static Policy built_in();
  // Adds the rules of a text; false and one sentence with file, line and key.
  bool add(const std::string& file, const std::string& text, std::string* error);
  bool add_file(const std::string& file, std::string* error);
  // Keeps the rules that hold for these backends.
  void narrow_to(const std::vector<std::string>& backends);

  const std::vector<Rule>& rules() const { return rules_; }
  // Null when no rule drops the fact.
  const Rule* ignores(const Fact& fact) const;
  bool may_be_reordered(const Fact& fact) const;
  enum class Verdict { Same, Allowed, Different };
  // Values and texts of two facts of one kind and place. The rules that allowed something are added to *used.
  Verdict compare(const Fact& a, const Fact& b, std::vector<const Rule*>* used) const;
  // For a report: the rules about that kind of fact that were looked at, as one sentence.
  std::string consulted(const Fact& fact) const;

 private:
  bool applies(const Rule& rule, const Fact& fact) const;

  std::vector<Rule> rules_;
  std::array<std::vector<std::size_t>, kKinds> of_kind_;
  void index();
};

}  // namespace tandem::diff

#endif
