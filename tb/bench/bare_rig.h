// SPDX-License-Identifier: Apache-2.0
// The Verilated block with nothing around it but loops that drive its pins: no SystemC, no wrapper. The same tables, memory latency and
// traffic as on a DeviceRig, so that the difference is what the simulation around the block costs.
// Not here: what is timed (device_rows.cpp). Proof: tb/bench/test/test_bench.cpp; rows check that they hit or miss.
#ifndef TANDEM_BENCH_BARE_RIG_H
#define TANDEM_BENCH_BARE_RIG_H

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "bench/device_rig.h"
#include "smmuv3_rtl/block.h"

namespace tandem::bench {

class BareRig {
 public:
  explicit BareRig(unsigned memory_latency_cycles);

  void bring_up();                                    // any number of times
  std::uint64_t data_pa() const { return data_pa_; }  // also the IOVA of kBypassSid
  std::uint64_t cycles() const { return cycle_; }
  std::uint64_t tlb_misses() const { return misses_; }

  // One write of 64 bytes, the next cycle after the one before was answered; throws when it is not answered with OKAY.
  void write_64(std::uint32_t sid, std::uint64_t iova);
  // `count` reads of 16 bytes of stream kSid, up to in_flight (at most 64) of them unanswered at a time.
  void read_16(std::uint64_t count, unsigned in_flight, const std::function<std::uint64_t()>& next_iova);

 private:
  struct Answer {
    std::uint64_t due_cycle;
    smmu_rtl::AddressBeat address;
    unsigned beat;
  };
  // An AXI4 slave in front of the memory. INCR bursts of whole beats, writes with any strobes.
  class MemorySide {
   public:
    MemorySide(BareRig& rig, smmu_rtl::AxiPins& pins, unsigned beat_bytes) : rig_(rig), pins_(pins), beat_bytes_(beat_bytes) {}
    void drive();
    void sample();

   private:
    BareRig& rig_;
    smmu_rtl::AxiPins& pins_;
    const unsigned beat_bytes_;
    std::deque<Answer> reads_, writes_, answers_;  // writes_: whose data is still to come
    std::deque<smmu_rtl::WriteBeat> early_;        // data before their address
  };

  void cycle();
  std::uint64_t access_register(bool write, std::uint32_t offset, unsigned bytes, std::uint64_t value);
  std::uint8_t* place(std::uint64_t pa, std::uint64_t bytes);

  const unsigned latency_;
  std::vector<std::uint8_t> memory_;
  Tables tables_;
  std::uint64_t data_pa_;
  std::unique_ptr<smmu_rtl::Block> block_;
  smmu_rtl::Pins pins_;
  MemorySide data_, walks_;
  std::uint64_t cycle_ = 0, misses_ = 0;
  bool is_up_ = false;
};

}  // namespace tandem::bench

#endif
