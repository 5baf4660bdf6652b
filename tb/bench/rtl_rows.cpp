// SPDX-License-Identifier: Apache-2.0
// The Verilated block with its clock, in a simulation (DeviceRig) and bare (BareRig): cycles and hits per second of the host.
// Proof: tb/bench/test/test_bench.cpp; a loop that misses what should hit ends the program.
#include "bench/bench.h"

#ifdef TANDEM_HAS_RTL
#include <memory>
#include <stdexcept>
#include <utility>

#include "bench/bare_rig.h"
#include "bench/device_rig.h"
#include "bench/flood.h"
#include "bench/traffic.h"
#include "smmuv3_rtl/rtl.h"
#endif

namespace tandem::bench {
#ifdef TANDEM_HAS_RTL
namespace {

constexpr unsigned kMemoryCycles = 4;
// The clock of a block with nothing to do does not run at all, so its idle speed is that of waiting for a slow memory.
constexpr unsigned kSlowMemoryCycles = 4000;
constexpr std::uint64_t kHotPages = 16, kMicroTlbPages = 4;
constexpr unsigned kInFlight = 32;

enum class Counted { Cycles, Accesses };

DeviceRig& rig_of(unsigned memory_cycles, Waves waves = Waves::None) {
  return DeviceRig::get("rtl", {{"mem_latency_cycles", memory_cycles}}, waves);
}
std::uint64_t cycles_of(DeviceRig& rig) { return smmu_rtl::run_counters(rig.smmu()).cycles_evaluated; }

class RtlLoop : public TrafficLoop {
 public:
  RtlLoop(DeviceRig& rig, Traffic traffic, std::uint64_t pages, Counted counted) : TrafficLoop(rig, traffic, pages), counted_(counted) {}
  void run(std::uint64_t count) override {
    const std::uint64_t before = cycles_of(rig_);
    TrafficLoop::run(count);
    work_ += counted_ == Counted::Cycles ? cycles_of(rig_) - before : count;
  }
  std::uint64_t take_work() override { return std::exchange(work_, 0); }

 protected:
  void within(const std::function<void()>& fn) override { rig_.in_simulation(fn); }

 private:
  Counted counted_;
  std::uint64_t work_ = 0;
};

// The same accesses on a block without a simulation.
class BareLoop : public Loop {
 public:
  BareLoop(unsigned memory_cycles, Traffic traffic, std::uint64_t pages) : rig_(memory_cycles), traffic_(traffic), page_mask_(pages - 1) {}
  void elaborated() override { rig_.bring_up(); }
  void prepare() override {
    for (std::uint64_t i = 0; traffic_ == Traffic::Hit && i <= page_mask_; ++i) send(i);
  }
  void run(std::uint64_t count) override {
    const std::uint64_t cycles = rig_.cycles(), misses = rig_.tlb_misses();
    for (std::uint64_t left = count; left != 0; --left) send(random_.next());
    check_misses(traffic_, rig_.tlb_misses() - misses, count);
    work_ += rig_.cycles() - cycles;
  }
  std::uint64_t take_work() override { return std::exchange(work_, 0); }

 private:
  void send(std::uint64_t random) {
    const Target target = target_of(traffic_, page_mask_, rig_.data_pa(), random);
    rig_.write_64(target.sid, target.iova);
  }
  BareRig rig_;
  Traffic traffic_;
  std::uint64_t page_mask_;
  Random random_;
  std::uint64_t work_ = 0;
};

// Reads from a client that does not wait for one before it sends the next; every one hits.
class ManyReads : public Loop {
 public:
  ManyReads(std::uint64_t pages, Counted counted) : page_mask_(pages - 1), counted_(counted) {}
  void prepare() override {
    // Other pages first: the micro-TLB may hold pages of the row that rows before have displaced from the main TLB.
    std::uint64_t n = 0;
    send(64, [&] { return kPagesIova + (1024 + n++) * 4096; });
    send(8 * (page_mask_ + 1), [&] { return kPagesIova + (n++ & page_mask_) * 4096; });
  }
  void run(std::uint64_t count) override {
    const std::uint64_t before = cycles(), missed = misses();
    send(count, [this] { return target_of(Traffic::Hit, page_mask_, 0, random_.next()).iova; });
    check_misses(Traffic::Hit, misses() - missed, count);
    work_ += counted_ == Counted::Cycles ? cycles() - before : count;
  }
  std::uint64_t take_work() override { return std::exchange(work_, 0); }

 protected:
  virtual std::uint64_t cycles() = 0;
  virtual std::uint64_t misses() = 0;
  virtual void send(std::uint64_t count, const std::function<std::uint64_t()>& next_iova) = 0;

 private:
  std::uint64_t page_mask_;
  Counted counted_;
  Random random_;
  std::uint64_t work_ = 0;
};

class FloodLoop : public ManyReads {
 public:
  FloodLoop(DeviceRig& rig, std::uint64_t pages, Counted counted) : ManyReads(pages, counted), rig_(rig), flood_(rig, kInFlight) {}
  void elaborated() override { rig_.bring_up(); }

 private:
  std::uint64_t cycles() override { return cycles_of(rig_); }
  std::uint64_t misses() override { return rig_.smmu().stats().tlb_misses; }
  void send(std::uint64_t count, const std::function<std::uint64_t()>& next_iova) override {
    rig_.in_simulation([&] { flood_.read(count, next_iova); });
  }
  DeviceRig& rig_;
  Flood flood_;
};

class BareFloodLoop : public ManyReads {
 public:
  BareFloodLoop(std::uint64_t pages, Counted counted) : ManyReads(pages, counted), rig_(kMemoryCycles) {}
  void elaborated() override { rig_.bring_up(); }

 private:
  std::uint64_t cycles() override { return rig_.cycles(); }
  std::uint64_t misses() override { return rig_.tlb_misses(); }
  void send(std::uint64_t count, const std::function<std::uint64_t()>& next_iova) override { rig_.read_16(count, kInFlight, next_iova); }
  BareRig rig_;
};

Row row(const char* name, Counted counted, const char* what, std::function<std::unique_ptr<Loop>()> make) {
  const bool cycles = counted == Counted::Cycles;
  return {name, cycles ? "Hz" : "1/s", cycles ? "calib.hash_l1" : "calib.interposer", what, std::move(make)};
}
Row rtl_row(const char* name, Counted counted, const char* what, Traffic traffic, std::uint64_t pages, unsigned memory_cycles,
            Waves waves = Waves::None) {
  return row(name, counted, what, [=]() -> std::unique_ptr<Loop> {
    return std::make_unique<RtlLoop>(rig_of(memory_cycles, waves), traffic, pages, counted);
  });
}
Row bare_row(const char* name, const char* what, Traffic traffic, std::uint64_t pages, unsigned memory_cycles) {
  return row(name, Counted::Cycles, what, [=]() -> std::unique_ptr<Loop> { return std::make_unique<BareLoop>(memory_cycles, traffic, pages); });
}
Row flood_row(const char* name, Counted counted, const char* what, std::uint64_t pages) {
  return row(name, counted, what, [=]() -> std::unique_ptr<Loop> { return std::make_unique<FloodLoop>(rig_of(kMemoryCycles), pages, counted); });
}
Row bare_flood_row(const char* name, Counted counted, const char* what, std::uint64_t pages) {
  return row(name, counted, what, [=]() -> std::unique_ptr<Loop> { return std::make_unique<BareFloodLoop>(pages, counted); });
}

}  // namespace

std::vector<Row> rtl_rows() {
  constexpr auto kCycles = Counted::Cycles, kAccesses = Counted::Accesses;
  return {
      rtl_row("rtl.clock_hz_idle", kCycles, "RTL, clock cycles while the memory takes 4000 to answer", Traffic::Bypass, kHotPages, kSlowMemoryCycles),
      rtl_row("rtl.clock_hz_hit", kCycles, "RTL, clock cycles under 64 B writes that hit the TLB", Traffic::Hit, kHotPages, kMemoryCycles),
      rtl_row("rtl.clock_hz_miss", kCycles, "RTL, clock cycles under 64 B writes to random pages of 256 MiB", Traffic::Miss, kPageCount, kMemoryCycles),
      flood_row("rtl.clock_hz_in_flight", kCycles, "RTL, clock cycles under 16 B reads that hit the micro-TLB, 32 in flight", kMicroTlbPages),
#ifdef TANDEM_HAS_WAVES
      rtl_row("rtl.clock_hz_waves", kCycles, "RTL, clock cycles of rtl.clock_hz_hit while an FST waveform is written", Traffic::Hit, kHotPages,
              kMemoryCycles, Waves::Fst),
#endif
      bare_row("rtl.bare_hz_idle", "the block without SystemC, clock cycles of rtl.clock_hz_idle", Traffic::Bypass, kHotPages, kSlowMemoryCycles),
      bare_row("rtl.bare_hz_hit", "the block without SystemC, clock cycles of rtl.clock_hz_hit", Traffic::Hit, kHotPages, kMemoryCycles),
      bare_row("rtl.bare_hz_miss", "the block without SystemC, clock cycles of rtl.clock_hz_miss", Traffic::Miss, kPageCount, kMemoryCycles),
      bare_flood_row("rtl.bare_hz_in_flight", kCycles, "the block without SystemC, clock cycles of rtl.clock_hz_in_flight", kMicroTlbPages),
      rtl_row("rtl.hits_per_second", kAccesses, "RTL, 64 B writes that hit the TLB, one at a time", Traffic::Hit, kHotPages, kMemoryCycles),
      flood_row("rtl.hits_in_flight", kAccesses, "RTL, 16 B reads that hit the micro-TLB, 32 in flight", kMicroTlbPages),
      flood_row("rtl.tlb_hits_in_flight", kAccesses, "RTL, 16 B reads that hit the main TLB, 32 in flight", kHotPages),
      bare_flood_row("rtl.bare_hits_in_flight", kAccesses, "the block without SystemC, reads of rtl.hits_in_flight", kMicroTlbPages),
  };
}
#else
std::vector<Row> rtl_rows() { return {}; }
#endif

}  // namespace tandem::bench
