// SPDX-License-Identifier: Apache-2.0
// What one run has told so far, kept so that a report can look back to the moment of a difference, however far the run is ahead of
// the other by then: steps, driver calls, words of tables, walks of streams.
// Not here: comparing (comparer.h). Proof: tb/diff/test/test_comparer.cpp.
#ifndef TANDEM_DIFF_SIDE_H
#define TANDEM_DIFF_SIDE_H

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "diff/fact.h"

namespace tandem::diff {

// A fact and where in its run it stands.
struct Placed {
  Fact fact;
  std::uint64_t number = 0;  // facts of the run, counted from 1
  std::uint32_t step = 0, call = 0;
};

class Side {
 public:
  // Takes a fact into account and gives it its place.
  Placed take(const Fact& fact);

  std::uint64_t count() const { return count_; }
  std::uint32_t step() const { return step_; }
  std::uint32_t call() const { return static_cast<std::uint32_t>(calls_.size()); }
  const std::string& step_title(std::uint32_t step) const;
  // "file:line" and "domain 1:map(...)" of a call, counted from 1; empty for 0.
  std::string place_of(std::uint32_t call) const;
  std::string text_of(std::uint32_t call) const;
  // The number of the last fact before the next call.
  std::uint64_t end_of(std::uint32_t call) const;
  // The key under which both runs know a thread: its name and how many of that name came before.
  std::string thread(std::uint32_t source) const;

  // The 64-bit word at pa after fact `number`, as far as stores and images told it.
  bool word_at(std::uint64_t pa, std::uint64_t number, std::uint64_t* out) const;
  struct Structure {
    std::string name;  // "STE", "CD"
    std::uint64_t pa = 0;
    std::vector<std::string> words;  // hexadecimal, "?" where nobody stored
  };
  // What the SMMU read last for that stream, as memory was then.
  std::vector<Structure> structures_of(unsigned smmu, std::uint64_t sid, std::uint64_t ssid, std::uint64_t number) const;
  // The walk that the translation of that page rests on, one line per step; a note when there was none.
  std::vector<std::string> walk_of(unsigned smmu, std::uint64_t sid, std::uint64_t ssid, std::uint64_t iova, std::uint64_t number) const;

 private:
  std::vector<std::string> filled_by_another(unsigned smmu, const Placed& hit) const;
  using Stream = std::tuple<unsigned, std::uint64_t, std::uint64_t>;  // SMMU, StreamID, SubstreamID + 1 or 0
  void remember(const Placed& placed);
  void store(std::uint64_t pa, std::uint64_t value) { words_[pa].emplace_back(count_, value); }

  std::uint64_t count_ = 0;
  std::uint32_t step_ = 0;
  std::vector<Placed> calls_;
  std::map<std::uint32_t, std::string> step_titles_;
  std::map<std::uint32_t, std::string> threads_;
  std::map<std::string, unsigned> thread_names_;
  std::map<std::uint64_t, std::vector<std::pair<std::uint64_t, std::uint64_t>>> words_;  // PA: fact number, value
  std::map<Stream, std::deque<Placed>> streams_;
};

}  // namespace tandem::diff

#endif
