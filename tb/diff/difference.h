// SPDX-License-Identifier: Apache-2.0
// The first difference of two runs, with everything a person needs to see its cause: place in the scenario, driver call, both facts,
// the structures and walks they rest on, and what the policy says. Also as text and as JSON.
// Not here: finding it (comparer.h). Proof: tb/diff/test/test_comparer.cpp, tb/cli/test/compare_test.lua.
#ifndef TANDEM_DIFF_DIFFERENCE_H
#define TANDEM_DIFF_DIFFERENCE_H

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "diff/policy.h"
#include "diff/side.h"

namespace tandem::diff {

struct DifferenceSide {
  std::string name;                        // backend
  std::string fact;                        // "TLBI_NH_ASID ASID=0x1", or "nothing"
  bool has_fact = false;
  std::uint64_t time_ns = 0;
  std::vector<std::uint64_t> words;        // of the fact
  std::vector<Side::Structure> structures;
  std::vector<std::string> walk;
};

struct Difference {
  std::string what;                        // "command consumed", "verdict"
  std::string where;                       // "smmu0", "CPU thread 'main'", empty for a verdict
  std::uint32_t step = 0;
  std::string step_title, place, call;     // place: "file:line"
  std::array<DifferenceSide, 2> sides;
  std::vector<std::string> fields;         // "Address: 0x1000 and 0x2000"
  std::string policy;                      // which rules were looked at
  std::string repeat;                      // command line; filled in by the command

  // One sentence.
  std::string sentence() const;
};

struct Sides {
  std::array<const Side*, 2> runs;
  std::array<std::string, 2> names;
  std::vector<std::string> smmus;
};

// facts: at least one of the two.
Difference difference_of(const Sides& sides, const Placed* const facts[2], const Policy& policy);
Difference difference_of_verdicts(const Sides& sides, const std::array<std::string, 2>& verdicts);

// Several lines for a terminal.
std::string difference_text(const Difference& difference);

}  // namespace tandem::diff

#endif
