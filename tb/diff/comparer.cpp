// SPDX-License-Identifier: Apache-2.0
// Lanes of facts, matched as they come. Proof: tb/diff/test/test_comparer.cpp.
#include "diff/comparer.h"

#include <algorithm>
#include <utility>

namespace tandem::diff {
namespace {

constexpr std::size_t kDropped = 1000;  // per lane and run; threads end soon after, or never meant anything

}  // namespace

Comparer::Comparer(Policy policy, std::array<std::string, 2> names) : policy_(std::move(policy)), names_(std::move(names)) {}

Comparer::LaneKey Comparer::lane_of(unsigned side, const Fact& fact) {
  if (is_of_thread(fact.kind)) {
    const auto [at, is_new] = thread_numbers_.try_emplace(sides_[side].thread(fact.source), thread_numbers_.size());
    (void)is_new;
    return {0, at->second, 0, 0};
  }
  // A record that was lost on one side only is a difference of that record.
  const Kind kind = fact.kind == Kind::EventLost ? Kind::Event : fact.kind;
  const unsigned lane = 1 + static_cast<unsigned>(kind);
  switch (kind) {
    case Kind::Translation: return {lane, fact.source, fact.values[0], fact.values[1] << 1 | (fact.values[2] & 1)};
    case Kind::Fetch:
    case Kind::Walk:
    case Kind::Fill: return {lane, fact.source, fact.values[0], fact.values[1]};
    default: return {lane, fact.source, 0, 0};
  }
}

bool Comparer::same(const Fact& a, const Fact& b) {
  if (a.kind != b.kind) return false;
  std::vector<const Rule*> used;
  const Policy::Verdict verdict = policy_.compare(a, b, &used);
  for (const Rule* rule : used) ++used_rules_[rule->name];
  return verdict != Policy::Verdict::Different;
}

// The fact on top of what waits on the other side, or one further on where every fact between may come in any order.
bool Comparer::find_like(Lane& lane, unsigned side, const Placed& placed) {
  std::deque<Placed>& others = lane.waiting[1 - side];
  const bool open = policy_.may_be_reordered(placed.fact);
  for (auto other = others.begin(); other != others.end(); ++other) {
    if (same(placed.fact, other->fact)) {
      if (open && !policy_.may_be_reordered(other->fact) && other != others.begin()) return false;
      others.erase(other);
      ++matched_;
      return true;
    }
    if (!policy_.may_be_reordered(other->fact)) return false;
  }
  return false;
}

// Whether something happened beside other threads or just before or after them depends on time.
bool Comparer::find_dropped(Lane& lane, unsigned side, const Placed& placed) {
  std::deque<Placed>& others = lane.dropped[1 - side];
  const auto like = std::find_if(others.begin(), others.end(), [&](const Placed& other) { return same(placed.fact, other.fact); });
  if (like == others.end()) return false;
  others.erase(like);
  return true;
}

bool Comparer::is_dismissed(const Placed& placed) const {
  if (placed.step < contended_step_) return false;
  Fact fact = placed.fact;
  fact.contended = true;
  return policy_.ignores(fact) != nullptr;
}

void Comparer::take(unsigned side, const Fact& fact) {
  const Placed placed = sides_[side].take(fact);
  if (fact.kind == Kind::Thread) return;
  if (fact.contended) contended_step_ = std::min(contended_step_, placed.step);
  if (const Rule* const rule = policy_.ignores(fact)) {
    if (!rule->only_concurrent && !rule->only_contended) return;
    std::deque<Placed>& dropped = lanes_[lane_of(side, fact)].dropped[side];
    dropped.push_back(placed);
    if (dropped.size() > kDropped) dropped.pop_front();
    return;
  }
  Lane& lane = lanes_[lane_of(side, fact)];
  if (!lane.broken && !find_like(lane, side, placed)) {
    std::deque<Placed>& others = lane.waiting[1 - side];
    while (!others.empty() && (is_dismissed(others.front()) || find_dropped(lane, 1 - side, others.front()))) {
      others.pop_front();
      if (find_like(lane, side, placed)) return;
    }
    if (is_dismissed(placed) || (!others.empty() && find_dropped(lane, side, placed))) return;
    const auto fixed = std::find_if(others.begin(), others.end(), [&](const Placed& p) { return !policy_.may_be_reordered(p.fact); });
    const bool nothing_more = endings_[1 - side] && endings_[1 - side]->settled;
    lane.broken = (fixed != others.end() && !policy_.may_be_reordered(fact)) || nothing_more;
    if (lane.broken) differ(side, placed, fixed == others.end() ? nullptr : &*fixed);
    lane.waiting[side].push_back(placed);
  }
  if (fact.kind == Kind::Step) {
    const std::uint32_t both = std::min(sides_[0].step(), sides_[1].step());
    if (both >= 2) look_for_missing(both - 1);
  }
}

void Comparer::differ(unsigned side, const Placed& mine, const Placed* other) {
  Candidate candidate;
  // Two facts of different calls are no pair: the earlier one has no like. An SMMU may be a call late.
  const bool pair = other != nullptr && std::max(mine.call, other->call) - std::min(mine.call, other->call) <= 1;
  const bool mine_is_odd = other == nullptr || pair || mine.call < other->call;
  if (mine_is_odd) candidate.fact[side] = mine;
  if (other != nullptr && (pair || !mine_is_odd)) candidate.fact[1 - side] = *other;
  candidate.call = other == nullptr ? mine.call : std::min(mine.call, other->call);
  candidate.order = candidate.fact[0] ? candidate.fact[0]->number : candidate.fact[1]->number;
  candidates_.push_back(candidate);
  decided_ = true;
}

void Comparer::look_for_missing(std::uint32_t before_step) {
  for (auto& entry : lanes_) {
    for (unsigned side = 0; side < 2; ++side) {
      std::deque<Placed>& list = entry.second.waiting[side];
      while (!list.empty() && list.front().step < before_step && (is_dismissed(list.front()) || find_dropped(entry.second, side, list.front()))) {
        list.pop_front();
      }
      if (!entry.second.broken && !list.empty() && list.front().step < before_step && list.front().fact.kind != Kind::Step) differ(side, list.front(), nullptr);
    }
  }
}

void Comparer::end(unsigned side, const Ending& ending) {
  endings_[side] = ending;
  if (endings_[0] && endings_[1]) look_at_ends();
}

void Comparer::look_at_ends() {
  if (!endings_[0]->complete || !endings_[1]->complete || endings_[0]->skipped || endings_[1]->skipped) return;
  verdicts_differ_ = endings_[0]->verdict != endings_[1]->verdict;
  if (verdicts_differ_) decided_ = true;
  // What a run that was cut short has not told may only be late.
  if (!endings_[0]->settled || !endings_[1]->settled) return;
  for (auto& entry : lanes_) {
    auto& waiting = entry.second.waiting;
    for (unsigned side = 0; side < 2; ++side) {
      while (!waiting[side].empty() && (is_dismissed(waiting[side].front()) || find_dropped(entry.second, side, waiting[side].front()))) {
        waiting[side].pop_front();
      }
    }
    for (unsigned side = 0; side < 2; ++side) {
      if (entry.second.broken || waiting[side].empty()) continue;
      differ(side, waiting[side].front(), waiting[1 - side].empty() ? nullptr : &waiting[1 - side].front());
    }
  }
}

std::optional<Difference> Comparer::first_difference() const {
  const auto first = std::min_element(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair(a.call, a.order) < std::pair(b.call, b.order);
  });
  const Sides sides{{&sides_[0], &sides_[1]}, names_, smmus_};
  if (first != candidates_.end()) {
    const Placed* facts[2] = {first->fact[0] ? &*first->fact[0] : nullptr, first->fact[1] ? &*first->fact[1] : nullptr};
    return difference_of(sides, facts, policy_);
  }
  if (!verdicts_differ_) return std::nullopt;
  return difference_of_verdicts(sides, {endings_[0]->text, endings_[1]->text});
}

}  // namespace tandem::diff
