// SPDX-License-Identifier: Apache-2.0
// The SystemC SMMUv3: owns one core, moves bytes and time for it. The programming port and the service process that
// runs commands, MSIs and stalled transactions are here; client traffic is in client_port.h, own accesses in walk_port.h.
// Not here: the architecture (model/core). Proof: model/tlm/test.
#ifndef SMMUV3_TLM_SMMU_MODEL_H
#define SMMUV3_TLM_SMMU_MODEL_H

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "at_engine.h"
#include "client_port.h"
#include "params.h"
#include "smmu_tlm/smmu_module.h"
#include "smmuv3_model/core_state.h"
#include "smmuv3_trace.h"
#include "walk_port.h"

namespace smmu_model_tlm {

// Where a client call waits while its job is parked in the core.
struct ParkedCall {
  sc_core::sc_event moved;
  bool done = false;
  smmu_tlm::StallObserver* observer = nullptr;
  AtTransaction* transaction = nullptr;  // of nb_transport, instead of a call that waits
};

class SmmuModel : public smmu_tlm::SmmuModule, private tlm::tlm_fw_transport_if<> {
 public:
  SmmuModel(const sc_core::sc_module_name& name, const smmu_tlm::SmmuConfig& config, const Params& params, const smmu_core_config& core_config);

  void cold_reset() override;
  smmu_tlm::SmmuStats stats() const override;
  std::string caps_json() const override;
  bool idle() const override;
  std::string busy_report() const override;
  std::string cache_report() const override;
  void set_trace_sink(smmu_trace_sink* sink) override;
  void broadcast_tlbi(const smmu_tlm::BroadcastTlbi& tlbi) override;
  bool page_request(const smmu_tlm::PageRequest& request) override;
  void atc_completed(unsigned tag) override;
  bool inject_service_failure() override;

  // For the client ports.
  smmu_core* core() { return core_.get(); }
  WalkPort& memory() { return memory_; }
  AtEngine& at() { return at_; }
  ParkedCall& parked(int job) { return parked_[static_cast<std::size_t>(job)]; }
  sc_core::sc_event& progress() { return progress_; }
  unsigned reset_count() const { return reset_count_; }
  bool tracing() const { return trace_sink_ != nullptr; }
  void emit(smmu_trace_record record);
  bool access(int job, sc_core::sc_time& delay);  // one access of a job; false: the SMMU was reset meanwhile
  bool access_in_time(int job, sc_core::sc_time& delay);  // the same, and it takes the time: half of it before the access, half after it
  smmu_step step(int job, sc_core::sc_time& delay);  // one step, with the accesses that DMI reaches
  void after_core_call();                         // interrupts, trace, and work for the service process
  bool sync_waits() const { return sync_waits_; }
  // DMI hides transactions: none while somebody counts or traces them, or while a stalled one is pending.
  bool may_grant_dmi() const { return !tracing() && core_->pmcg.cr == 0 && core_->stalled_count == 0 && params_.client_dmi != 0; }
  void watch_dmi();  // from now on, any change that could alter a translation revokes

  const sc_core::sc_time tlb_latency, walk_latency, beat_latency, write_latency, micro_tlb_latency;
  bool walks_take_time() const { return params_.timed_walks != 0; }
  std::size_t micro_tlb_entries() const { return static_cast<std::size_t>(params_.micro_tlb_entries); }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload) override;
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }

  std::uint64_t read_register(bool secure, std::uint32_t offset, unsigned size);
  void write_register(bool secure, std::uint32_t offset, unsigned size, std::uint64_t value);
  void access_register(tlm::tlm_generic_payload& payload);
  void service();
  void run_job(int job);
  void run_client_job(int job);
  void raise_interrupts();
  void deliver_messages();      // endpoint_side.cpp
  void expire_invalidations();  // endpoint_side.cpp
  void at_tick() { at_.tick(); }
  void at_walker() { at_.walk_some(); }
  void at_progress() { at_.progress(); }
  void drain_trace();
  void revoke_stale_dmi();

  Params params_;
  const sc_core::sc_time register_latency_, update_latency_, cmdq_latency_, atc_timeout_;
  const std::uint64_t clock_period_ps_;
  std::unique_ptr<smmu_core> core_;
  WalkPort memory_;
  std::vector<std::unique_ptr<ClientPort>> clients_;
  std::array<ParkedCall, SMMU_CORE_MAX_JOBS> parked_;
  sc_core::sc_event work_, progress_, atc_timer_;
  std::array<sc_core::sc_time, SMMU_CORE_MAX_ATC> atc_deadline_;
  smmu_trace_sink* trace_sink_ = nullptr;
  std::uint64_t stalls_freed_seen_ = 0;
  unsigned reset_count_ = 0;
  bool sync_waits_ = false;
  bool dmi_watched_ = false;
  TranslationBasis dmi_basis_{};
  AtEngine at_;
};

}  // namespace smmu_model_tlm

#endif
