// SPDX-License-Identifier: Apache-2.0
// Transactions of 64 bytes through the sockets of an SMMU: the SystemC model called as any initiator would, and the
// Verilated block with its clock. Proof: tb/bench/test/test_bench.cpp; a loop that misses what should hit ends the
// program.
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include "bench/bench.h"
#include "bench/device_rig.h"
#ifdef TANDEM_HAS_RTL
#include "smmuv3_rtl/rtl.h"
#endif

namespace tandem::bench {
namespace {

enum class Traffic { Hit, BlockHit, Bypass, Miss };

class TrafficLoop : public Loop {
 public:
  TrafficLoop(DeviceRig& rig, Traffic traffic, std::uint64_t hot_pages)
      : rig_(rig), traffic_(traffic), page_mask_(hot_pages - 1) {}

  void elaborated() override { rig_.bring_up(); }
  void prepare() override {
    if (traffic_ != Traffic::Hit && traffic_ != Traffic::BlockHit) return;
    // Rows share the SMMU: bring back what others may have displaced.
    within([this] {
      for (std::uint64_t i = 0; i < (traffic_ == Traffic::Hit ? page_mask_ + 1 : kBlockCount); ++i) send(i);
    });
  }
  void run(std::uint64_t count) override {
    const smmu_tlm::SmmuStats before = rig_.smmu().stats();
    within([this, count] {
      for (std::uint64_t left = count; left != 0; --left) send(random_.next());
    });
    check(before, rig_.smmu().stats(), count);
  }

 protected:
  virtual void within(const std::function<void()>& fn) { fn(); }
  virtual void write(std::uint32_t sid, std::uint64_t iova) { rig_.write_64(sid, iova); }
  DeviceRig& rig_;

 private:
  void send(std::uint64_t random) {
    const std::uint64_t line = (random >> 32 & 63) << 6;  // in a page
    switch (traffic_) {
      case Traffic::Hit:
      case Traffic::Miss:
        write(kSid, kPagesIova + (random & page_mask_) * 4096 + line);
        break;
      case Traffic::BlockHit:
        write(kSid, kBlocksIova + ((random & (kBlockCount - 1)) << 21) +
                                ((random >> 8) & (kDataBytes / 4096 - 1)) * 4096 + line);
        break;
      case Traffic::Bypass:
        write(kBypassSid, rig_.data_pa() + (random & (kDataBytes / 4096 - 1)) * 4096 + line);
        break;
    }
  }
  void check(const smmu_tlm::SmmuStats& before, const smmu_tlm::SmmuStats& after, std::uint64_t count) const {
    const std::uint64_t misses = after.tlb_misses - before.tlb_misses;
    const bool wrong = traffic_ == Traffic::Miss ? misses < count - count / 10 : misses != 0;
    if (wrong)
      throw std::runtime_error("tandem bench: " + std::to_string(misses) + " of " + std::to_string(count) +
                               " look-ups missed, which is not what the row is named for");
  }

  Traffic traffic_;
  std::uint64_t page_mask_;
  Random random_;
};

Row model_row(const char* name, const char* what, Traffic traffic) {
  constexpr std::uint64_t kHotPages = 256;  // as many as the data has
  return {name, "ns", "calib.interposer", what, [=]() -> std::unique_ptr<Loop> {
            return std::make_unique<TrafficLoop>(DeviceRig::get("tlm"), traffic, kHotPages);
          }};
}

#ifdef TANDEM_HAS_TLM
// Hits again, with the initiator's time running ahead of the kernel's by up to one quantum.
class QuantumLoop : public TrafficLoop {
 public:
  explicit QuantumLoop(DeviceRig& rig) : TrafficLoop(rig, Traffic::Hit, 256) {}

 protected:
  void within(const std::function<void()>& fn) override { rig_.in_simulation(fn); }
  void write(std::uint32_t sid, std::uint64_t iova) override {
    static const sc_core::sc_time quantum(1, sc_core::SC_US);
    rig_.write_64(sid, iova, ahead_);
    if (ahead_ < quantum) return;
    sc_core::wait(ahead_);
    ahead_ = sc_core::SC_ZERO_TIME;
  }

 private:
  sc_core::sc_time ahead_;
};

// Hits through the four phases, one transaction at a time, without a thread.
class NonBlockingLoop : public Loop {
 public:
  explicit NonBlockingLoop(DeviceRig& rig) : rig_(rig) {}
  void elaborated() override { rig_.bring_up(); }
  void prepare() override { send(256, [this] { return next_page_++; }); }
  void run(std::uint64_t count) override {
    const std::uint64_t misses = rig_.smmu().stats().tlb_misses;
    send(count, [this] { return random_.next(); });
    if (rig_.smmu().stats().tlb_misses != misses) throw std::runtime_error("tandem bench: look-ups missed in a loop that measures hits");
  }

 private:
  void send(std::uint64_t count, const std::function<std::uint64_t()>& page) {
    rig_.run_non_blocking([&] {
      if (count == 0) return false;
      --count;
      rig_.start_write_64(kSid, kPagesIova + (page() & 255) * 4096);
      return true;
    });
  }
  DeviceRig& rig_;
  std::uint64_t next_page_ = 0;
  Random random_;
};

// 64 bytes out of a block of 2 MiB that the SMMU granted direct access to, with the checks of calib.dmi_64b.
class GrantedLoop : public Loop {
 public:
  explicit GrantedLoop(DeviceRig& rig) : rig_(rig) {}
  void elaborated() override { rig_.bring_up(); }
  void prepare() override {
    rig_.write_64(kSid, kBlocksIova);
    dmi_ = rig_.direct_access(kSid, kBlocksIova);
  }
  void run(std::uint64_t count) override {
    const unsigned revoked = rig_.grants_revoked();
    for (; count != 0; --count) {
      const std::uint64_t address = kBlocksIova + (random_.next() & (kDataBytes - 64) & ~63ull);
      unsigned char line[64];
      keep(dmi_);
      if (address < dmi_.get_start_address() || address + 63 > dmi_.get_end_address() || !dmi_.is_read_allowed())
        throw std::runtime_error("tandem bench: the granted region does not cover its block");
      std::memcpy(line, dmi_.get_dmi_ptr() + (address - dmi_.get_start_address()), 64);
      keep(line);
    }
    if (rig_.grants_revoked() != revoked) throw std::runtime_error("tandem bench: direct access was taken back");
  }

 private:
  DeviceRig& rig_;
  tlm::tlm_dmi dmi_;
  Random random_;
};

template <class T>
Row own_row(const char* name, const char* anchor, const char* what) {
  return {name, "ns", anchor, what, []() -> std::unique_ptr<Loop> { return std::make_unique<T>(DeviceRig::get("tlm")); }};
}
#endif

#ifdef TANDEM_HAS_RTL
class RtlLoop : public TrafficLoop {
 public:
  RtlLoop(DeviceRig& rig, Traffic traffic, std::uint64_t pages, bool counts_cycles)
      : TrafficLoop(rig, traffic, pages), counts_cycles_(counts_cycles) {}
  void run(std::uint64_t count) override {
    const std::uint64_t before = smmu_rtl::run_counters(rig_.smmu()).cycles_evaluated;
    TrafficLoop::run(count);
    work_ += counts_cycles_ ? smmu_rtl::run_counters(rig_.smmu()).cycles_evaluated - before : count;
  }
  std::uint64_t take_work() override { return std::exchange(work_, 0); }

 protected:
  void within(const std::function<void()>& fn) override { rig_.in_simulation(fn); }

 private:
  bool counts_cycles_;
  std::uint64_t work_ = 0;
};

// The clock of a block with nothing to do does not run at all, so its idle speed is that of waiting for a slow memory.
constexpr std::int64_t kSlowMemoryCycles = 4000;

Row rtl_row(const char* name, const char* unit, const char* anchor, const char* what, Traffic traffic,
            std::uint64_t pages, std::int64_t latency_cycles) {
  const bool counts_cycles = std::string(unit) == "Hz";
  return {name, unit, anchor, what, [=]() -> std::unique_ptr<Loop> {
            return std::make_unique<RtlLoop>(DeviceRig::get("rtl", {{"mem_latency_cycles", latency_cycles}}), traffic,
                                             pages, counts_cycles);
          }};
}
#endif

}  // namespace

std::vector<Row> device_rows() {
  std::vector<Row> rows;
#ifdef TANDEM_HAS_TLM
  rows.push_back(model_row("model.b_transport_hit", "SystemC model, 64 B write, TLB hit, 256 pages", Traffic::Hit));
  rows.push_back(model_row("model.b_transport_block_hit", "SystemC model, 64 B write, TLB hit, 16 blocks of 2 MiB",
                           Traffic::BlockHit));
  rows.push_back(own_row<QuantumLoop>("model.b_transport_quantum", "model.b_transport_hit",
                                      "the same hits, initiator synchronised every 1 us of its own time"));
  rows.push_back(own_row<NonBlockingLoop>("model.nb_transport_hit", "calib.timed_wait",
                                          "SystemC model, nb_transport, TLB hit, 256 pages, one at a time"));
  rows.push_back(own_row<GrantedLoop>("model.dmi_64b", "calib.dmi_64b",
                                      "SystemC model, copy 64 bytes through DMI granted for a 2 MiB block"));
  rows.push_back(model_row("model.b_transport_bypass", "SystemC model, 64 B write, bypass stream", Traffic::Bypass));
#endif
#ifdef TANDEM_HAS_RTL
  constexpr std::uint64_t kHotPages = 16;
  rows.push_back(rtl_row("rtl.clock_hz_idle", "Hz", "calib.hash_l1",
                         "RTL, clock cycles while the memory takes 4000 to answer", Traffic::Bypass, kHotPages,
                         kSlowMemoryCycles));
  rows.push_back(rtl_row("rtl.clock_hz_hit", "Hz", "calib.hash_l1",
                         "RTL, clock cycles under 64 B writes that hit the TLB", Traffic::Hit, kHotPages, 4));
  rows.push_back(rtl_row("rtl.clock_hz_miss", "Hz", "calib.hash_l1",
                         "RTL, clock cycles under 64 B writes to random pages of 256 MiB", Traffic::Miss, kPageCount,
                         4));
  rows.push_back(rtl_row("rtl.hits_per_second", "1/s", "calib.interposer",
                         "RTL, 64 B writes that hit the TLB, one at a time", Traffic::Hit, kHotPages, 4));
#endif
  return rows;
}

}  // namespace tandem::bench
