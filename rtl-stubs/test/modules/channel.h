// SPDX-License-Identifier: Apache-2.0
// Both sides of a valid/ready handshake, driven at random: how often a side is willing is drawn anew every few hundred cycles,
// from always to hardly ever. Proof: the tests that use it.
#ifndef SMMU_RTL_TEST_CHANNEL_H
#define SMMU_RTL_TEST_CHANNEL_H

#include <deque>

#include "bench.h"

namespace bench {
// How often something happens.
class Pace {
 public:
  bool now() {
    if (left_-- == 0) {
      static constexpr unsigned kPercent[] = {100, 100, 90, 50, 50, 25, 10, 3};
      percent_ = rnd.of(kPercent);
      left_ = 50 + rnd.below(percent_ < 20 ? 150 : 400);
    }
    return percent_ == 100 || rnd.chance(percent_);
  }
  void reset() { left_ = 0; }

 private:
  unsigned percent_ = 100, left_ = 0;
};

// The giving side. Once an item is offered it stays offered until it is taken.
template <class T> class Source {
 public:
  void reset() { items_.clear(); offered_ = false; pace_.reset(); }
  void push(const T& item) { items_.push_back(item); }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  bool valid() {   // once per cycle, before the clock
    if (!offered_ && !items_.empty()) offered_ = pace_.now();
    return offered_;
  }
  const T& item() const { return items_.front(); }
  T taken() {      // the other side was ready
    T item = items_.front();
    items_.pop_front();
    offered_ = false;
    return item;
  }

 private:
  std::deque<T> items_;
  Pace pace_;
  bool offered_ = false;
};
// The taking side is a Pace: ready = pace.now().
}  // namespace bench

#endif
