// SPDX-License-Identifier: Apache-2.0
// The SmmuModule around one Block: sockets, simulated time, reset, reports. One clock thread evaluates a batch of
// cycles, lets their time pass, then makes visible what they did; it ends a batch at the first cycle that does
// something visible and does not run at all while nothing can change.
// Not here: bus protocols (client_port, memory_port, register_port), trace records (observer), pins (block.h).
// Proof: sim/test.
#ifndef SMMU_RTL_RTL_MODULE_H
#define SMMU_RTL_RTL_MODULE_H

#include <memory>
#include <string>
#include <vector>

#include <systemc>
#include <tlm>

#include "client_port.h"
#include "memory_port.h"
#include "observer.h"
#include "parameters.h"
#include "register_port.h"
#include "smmuv3_rtl/block.h"
#include "smmu_tlm/smmu_module.h"
#include "smmuv3_rtl/rtl.h"

namespace smmu_rtl {

class RtlModule final : public smmu_tlm::SmmuModule {
 public:
  SC_HAS_PROCESS(RtlModule);
  RtlModule(const sc_core::sc_module_name& name, const smmu_tlm::SmmuConfig& config, std::unique_ptr<Block> block, BlockSizes sizes = {});
  ~RtlModule() override;

  void cold_reset() override;
  smmu_tlm::SmmuStats stats() const override { return observer_.stats(); }
  std::string caps_json() const override;
  // A stalled burst lets the clock stand still, and is in progress.
  bool idle() const override { return can_sleep() && !holds_stalled(); }
  std::string busy_report() const override;
  // Returns when the block has taken the message and the Sync behind it; outside a SystemC thread at once.
  void broadcast_tlbi(const smmu_tlm::BroadcastTlbi& tlbi) override;
  void set_trace_sink(smmu_trace_sink* sink) override { observer_.set_sink(sink); }

  RunCounters run_counters() const { return counters_; }
  std::string set_wave_file(const std::string& path);
  std::string open_wave(const std::string& path) override { return set_wave_file(path); }

 private:
  // A block may need a few cycles until an accepted register write shows in its idle output.
  static constexpr unsigned kQuietCycles = 8;
  static constexpr unsigned kResetCycles = 8;

  // What a target socket does with its calls; only b_transport differs between the sockets.
  class Target : public tlm::tlm_fw_transport_if<> {
   public:
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& tx, tlm::tlm_phase&, sc_core::sc_time&) final;
    bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) final { return false; }
    unsigned transport_dbg(tlm::tlm_generic_payload&) final { return 0; }
  };
  class Programming final : public Target {
   public:
    explicit Programming(RtlModule& owner) : owner_(owner) {}
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) override {
      owner_.register_transport(tx, delay);
    }

   private:
    RtlModule& owner_;
  };
  class Client final : public Target {
   public:
    Client(RtlModule& owner, unsigned tbu) : owner_(owner), tbu_(tbu) {}
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) override {
      owner_.client_transport(tbu_, tx, delay);
    }

   private:
    RtlModule& owner_;
    const unsigned tbu_;
  };
  class Initiator final : public tlm::tlm_bw_transport_if<> {
   public:
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
      return tlm::TLM_COMPLETED;
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}  // no direct pointer is ever taken
  };

  void register_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);
  void client_transport(unsigned tbu, tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);

  void run_clock();
  unsigned run_batch();
  bool run_cycle();
  bool make_visible();
  void align_to_clock();
  bool can_sleep() const { return quiet_cycles_ >= kQuietCycles && !ports_busy(); }
  bool ports_busy() const;
  bool holds_stalled() const;
  void wake();
  bool in_thread() const;
  void apply_reset();

  const smmu_tlm::SmmuConfig config_;
  const BlockSizes sizes_;
  const unsigned batch_cycles_;
  const std::uint64_t period_ps_;
  std::unique_ptr<Block> block_;
  Pins pins_;
  RegisterPort registers_;
  std::vector<ClientPort> clients_;
  std::vector<std::unique_ptr<MemoryPort>> memories_;
  MemoryPort walk_;
  Observer observer_;
  std::deque<BroadcastBeat> broadcasts_;   // to be taken by the block, each message with a Sync behind it
  sc_core::sc_event broadcasts_taken_;

  Programming programming_target_{*this};
  std::vector<std::unique_ptr<Client>> client_targets_;
  Initiator initiator_;

  sc_core::sc_event wake_event_;
  std::vector<sc_core::sc_time> batch_time_;  // by number of cycles
  std::uint64_t cycle_ = 0;                   // evaluated; latencies are counted in it
  std::uint64_t cycle_time_ps_ = 0;           // simulated time at which the cycle being evaluated ends
  unsigned quiet_cycles_ = 0;
  bool asleep_ = false, waves_ = false;
  RunCounters counters_;
};

}  // namespace smmu_rtl

#endif
