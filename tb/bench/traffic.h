// SPDX-License-Identifier: Apache-2.0
// Where the accesses of a row go, and the loop that sends them as writes of 64 bytes through the sockets of a rig, one at a time.
// Proof: tb/bench/test/test_bench.cpp; a loop that misses what should hit ends the program.
#ifndef TANDEM_BENCH_TRAFFIC_H
#define TANDEM_BENCH_TRAFFIC_H

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include "bench/bench.h"
#include "bench/device_rig.h"

namespace tandem::bench {

enum class Traffic { Hit, BlockHit, Bypass, Miss };

struct Target {
  std::uint32_t sid;
  std::uint64_t iova;
};

inline Target target_of(Traffic traffic, std::uint64_t page_mask, std::uint64_t data_pa, std::uint64_t random) {
  const std::uint64_t line = (random >> 32 & 63) << 6;  // in a page
  const std::uint64_t page = (traffic == Traffic::BlockHit ? random >> 8 : random) & (kDataBytes / 4096 - 1);
  switch (traffic) {
    case Traffic::Hit:
    case Traffic::Miss: break;
    case Traffic::BlockHit: return {kSid, kBlocksIova + ((random & (kBlockCount - 1)) << 21) + page * 4096 + line};
    case Traffic::Bypass: return {kBypassSid, data_pa + page * 4096 + line};
  }
  return {kSid, kPagesIova + (random & page_mask) * 4096 + line};
}

inline void check_misses(Traffic traffic, std::uint64_t misses, std::uint64_t count) {
  if (traffic == Traffic::Miss ? misses >= count - count / 10 : misses == 0) return;
  throw std::runtime_error("tandem bench: " + std::to_string(misses) + " of " + std::to_string(count) +
                           " look-ups missed, which is not what the row is named for");
}

class TrafficLoop : public Loop {
 public:
  TrafficLoop(DeviceRig& rig, Traffic traffic, std::uint64_t hot_pages) : rig_(rig), traffic_(traffic), page_mask_(hot_pages - 1) {}

  void elaborated() override { rig_.bring_up(); }
  void prepare() override {
    if (traffic_ != Traffic::Hit && traffic_ != Traffic::BlockHit) return;
    // Rows share the SMMU: bring back what others may have displaced.
    within([this] {
      for (std::uint64_t i = 0; i < (traffic_ == Traffic::Hit ? page_mask_ + 1 : kBlockCount); ++i) send(i);
    });
  }
  void run(std::uint64_t count) override {
    const std::uint64_t before = rig_.smmu().stats().tlb_misses;
    within([this, count] {
      for (std::uint64_t left = count; left != 0; --left) send(random_.next());
    });
    check_misses(traffic_, rig_.smmu().stats().tlb_misses - before, count);
  }

 protected:
  virtual void within(const std::function<void()>& fn) { fn(); }
  virtual void write(std::uint32_t sid, std::uint64_t iova) { rig_.write_64(sid, iova); }
  DeviceRig& rig_;

 private:
  void send(std::uint64_t random) {
    const Target target = target_of(traffic_, page_mask_, rig_.data_pa(), random);
    write(target.sid, target.iova);
  }

  Traffic traffic_;
  std::uint64_t page_mask_;
  Random random_;
};

}  // namespace tandem::bench

#endif
