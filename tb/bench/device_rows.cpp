// SPDX-License-Identifier: Apache-2.0
// Transactions of 64 bytes through the sockets of the SystemC model, called as any initiator would. Not here: the Verilated block
// (rtl_rows.cpp). Proof: tb/bench/test/test_bench.cpp; a loop that misses what should hit ends the program.
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include "bench/bench.h"
#include "bench/device_rig.h"
#include "bench/traffic.h"

namespace tandem::bench {
namespace {

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
  return rows;
}

}  // namespace tandem::bench
