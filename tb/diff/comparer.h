// SPDX-License-Identifier: Apache-2.0
// Holds the facts of two runs of one scenario against each other as they come and finds the first difference that the policy does
// not allow. Facts of one CPU thread, of one queue of an SMMU, and of one stream are compared in their order; between these nothing
// is ordered, because the runs differ in time. Where the policy leaves the order open, a fact may find its like further on.
// Not here: processes (tb/cli), the texts of a report (difference.h). One thread at a time per object.
// Proof: tb/diff/test/test_comparer.cpp.
#ifndef TANDEM_DIFF_COMPARER_H
#define TANDEM_DIFF_COMPARER_H

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "diff/difference.h"
#include "diff/fact.h"
#include "diff/policy.h"
#include "diff/side.h"

namespace tandem::diff {

// How a run ended, as far as comparing cares.
struct Ending {
  bool stopped = false;   // it was asked to stop because of a difference
  bool skipped = false;   // it says that it cannot do this, so there is nothing to compare
  bool complete = false;  // it came to its own end: passed, failed or skipped; not killed, not stopped
  bool settled = false;   // it passed, and its SMMUs had time to finish
  bool broken = false;    // an error, not a verdict: a scenario or a program that does not work says nothing about the SMMUs
  std::string verdict;    // "pass", "fail bring_up.lua:12": equal for both runs, or it is a difference
  std::string text;       // the same with its reason, for people
};

class Comparer {
 public:
  // names: of the two runs, for the report. smmus: names of the platform's SMMUs, as far as known.
  Comparer(Policy policy, std::array<std::string, 2> names);

  void set_smmus(const std::vector<std::string>& names) { smmus_ = names; }
  void take(unsigned side, const Fact& fact);
  void end(unsigned side, const Ending& ending);

  // There is a difference: neither run needs to go on.
  bool is_decided() const { return decided_; }
  // After both ends. Empty: none.
  std::optional<Difference> first_difference() const;
  std::uint64_t matched() const { return matched_; }
  std::uint64_t count(unsigned side) const { return sides_[side].count(); }
  // How often a rule allowed a difference, by its name.
  const std::map<std::string, std::uint64_t>& used_rules() const { return used_rules_; }

 private:
  using LaneKey = std::tuple<unsigned, std::uint64_t, std::uint64_t, std::uint64_t>;
  struct Lane {
    std::array<std::deque<Placed>, 2> waiting;
    // What a rule about concurrent facts dropped: the like of a fact that came before or after the threads on the other side.
    std::array<std::deque<Placed>, 2> dropped;
    bool broken = false;  // after its first difference nothing in it means anything
  };
  struct Candidate {
    std::optional<Placed> fact[2];
    std::uint32_t call = 0;
    std::uint64_t order = 0;
  };

  LaneKey lane_of(unsigned side, const Fact& fact);
  bool same(const Fact& a, const Fact& b);
  bool find_like(Lane& lane, unsigned side, const Placed& placed);
  bool find_dropped(Lane& lane, unsigned side, const Placed& placed);
  // From its step on, a matter of time in one run is one in both.
  bool is_dismissed(const Placed& placed) const;
  void differ(unsigned side, const Placed& mine, const Placed* other);
  // What waits since a step that both runs have left behind by one is missing in the other run.
  void look_for_missing(std::uint32_t before_step);
  void look_at_ends();

  Policy policy_;
  std::array<std::string, 2> names_;
  std::vector<std::string> smmus_;
  std::array<Side, 2> sides_;
  std::array<std::optional<Ending>, 2> endings_;
  std::map<LaneKey, Lane> lanes_;
  std::map<std::string, std::uint64_t> thread_numbers_;
  std::vector<Candidate> candidates_;
  // The first step in which either run had two threads that changed tables.
  std::uint32_t contended_step_ = UINT32_MAX;
  bool decided_ = false, verdicts_differ_ = false;
  std::uint64_t matched_ = 0;
  std::map<std::string, std::uint64_t> used_rules_;
};

}  // namespace tandem::diff

#endif
