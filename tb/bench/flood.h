// SPDX-License-Identifier: Apache-2.0
// Many reads in flight through the client socket of a rig, each in a simulation thread of its own that sends the next one as soon as
// it is answered. For rows that ask how much an SMMU does at once. Proof: tb/bench/test/test_bench.cpp.
#ifndef TANDEM_BENCH_FLOOD_H
#define TANDEM_BENCH_FLOOD_H

#include <cstdint>
#include <exception>
#include <functional>
#include <systemc>
#include <tlm>

#include "bench/device_rig.h"

namespace tandem::bench {

class Flood {
 public:
  static constexpr unsigned kReadBytes = 16;  // one beat of a data bus of 128 bits

  // Before elaboration ends; the rig must outlive it, and it the simulation.
  Flood(DeviceRig& rig, unsigned in_flight);
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  // `count` reads of stream kSid; returns when all are answered, throws when one was not with OK. From DeviceRig::in_simulation().
  void read(std::uint64_t count, std::function<std::uint64_t()> next_iova);

 private:
  void serve();

  DeviceRig& rig_;
  std::uint64_t to_send_ = 0, unanswered_ = 0;
  std::function<std::uint64_t()> next_iova_;
  bool refused_ = false;
  sc_core::sc_event begin_, end_;
};

}  // namespace tandem::bench

#endif
