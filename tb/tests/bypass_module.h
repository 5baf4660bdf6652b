// SPDX-License-Identifier: Apache-2.0
// A test double of an SMMU: every address passes unchanged, registers are plain storage, and StreamIDs misbehave on
// request. It proves the platform without any implementation. Registered as backend "bypass" by the tests that use it.
//
// Its own registers (64 bits):  0xe00 raises interrupt number <value>; 0xe08 lets stalled transactions go (0: with their
// access, 1: with an abort). Any other register reads back what was written; offset 0xe10 counts its reads.
#ifndef TANDEM_TESTS_BYPASS_MODULE_H
#define TANDEM_TESTS_BYPASS_MODULE_H

#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "backend/backend_registry.h"
#include "smmu_tlm/smmu_module.h"
#include "smmuv3_trace.h"

namespace tandem_test {

inline constexpr std::uint32_t kSidAborts = 0xa0, kSidStalls = 0xb0, kSidNeverAnswers = 0xc0;
inline constexpr std::uint32_t kRaiseIrq = 0xe00, kResume = 0xe08, kReadCounter = 0xe10;
inline constexpr unsigned kClientNs = 20;  // what one transaction takes, waited for inside b_transport

class BypassModule : public smmu_tlm::SmmuModule {
 public:
  BypassModule(const char* name, const smmu_tlm::SmmuConfig& config) : SmmuModule(name, config.tbu_count), config_(config) {
    programming_port_.owner = this;
    programming.bind(programming_port_);
    backward_.owner = this;
    for (unsigned i = 0; i < tbu_target.size(); ++i) {
      clients_.push_back(std::make_unique<Client>());
      clients_.back()->owner = this;
      clients_.back()->tbu = i;
      tbu_target[i].bind(*clients_.back());
      tbu_initiator[i].bind(backward_);
    }
    table_walk.bind(backward_);
  }

  void cold_reset() override {
    registers_.clear();
    release(true);
  }
  smmu_tlm::SmmuStats stats() const override { return stats_; }
  std::string caps_json() const override { return R"({"backend": "bypass", "features": {}, "limits": {}})"; }
  bool idle() const override { return stalled_count_ == 0; }
  std::string busy_report() const override { return idle() ? "" : "one transaction waits for a resume"; }
  void set_trace_sink(smmu_trace_sink* sink) override { trace_ = sink; }

 private:
  struct Target : tlm::tlm_fw_transport_if<> {
    BypassModule* owner = nullptr;
    unsigned tbu = 0;
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
      return tlm::TLM_COMPLETED;
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
    unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }
  };
  struct Programming : Target {
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) override { owner->program(tx, delay); }
  };
  struct Client : Target {
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) override { owner->pass(tbu, tx, delay); }
  };
  struct Backward : tlm::tlm_bw_transport_if<> {
    BypassModule* owner = nullptr;
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
      return tlm::TLM_ACCEPTED;
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
  };

  void program(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) {
    const auto offset = static_cast<std::uint32_t>(tx.get_address());
    std::uint64_t& cell = registers_[offset & ~7u];
    std::uint8_t* const place = reinterpret_cast<std::uint8_t*>(&cell) + (offset & 7u);
    if (tx.is_read()) {
      if (offset == kReadCounter) ++cell;
      std::memcpy(tx.get_data_ptr(), place, tx.get_data_length());
      if (offset < 24) cell = config_.ids.idr[offset / 4];
    } else {
      std::memcpy(place, tx.get_data_ptr(), tx.get_data_length());
      if (offset == kRaiseIrq) raise(static_cast<smmu_tlm::Irq>(cell));
      if (offset == kResume) release(cell != 0);
    }
    delay += sc_core::sc_time(5, sc_core::SC_NS);
    tx.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  void pass(unsigned tbu, tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) {
    auto* const stream = tx.get_extension<smmu_tlm::StreamExtension>();
    ++stats_.transactions;
    report_begin(tx, *stream);
    sc_core::wait(sc_core::sc_time(kClientNs, sc_core::SC_NS));
    if (stream->sid == kSidNeverAnswers) sc_core::wait(never_);
    if (stream->ats == smmu_tlm::AtsKind::TranslationRequest) {
      translate(tx.get_address(), *stream);
      tx.set_response_status(tlm::TLM_OK_RESPONSE);
    } else if (stream->sid == kSidStalls && stall(*stream)) {
      tx.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else if (stream->sid == kSidAborts) {
      tx.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else {
      tbu_initiator[tbu]->b_transport(tx, delay);
    }
  }

  // The identity, a page at a time, with what was asked for; UR for the stream whose accesses abort.
  static void translate(std::uint64_t address, smmu_tlm::StreamExtension& stream) {
    using Status = smmu_tlm::AtsAnswer::Status;
    stream.ats_answer.status = stream.sid == kSidAborts ? Status::UnsupportedRequest : Status::Success;
    stream.ats_answer.read = true;
    stream.ats_answer.write = !stream.ats_no_write;
    stream.ats_answer.execute = stream.instruction;
    stream.ats_answer.address = address & ~0xfffull;
  }

  // True when the stall ends with an abort.
  bool stall(smmu_tlm::StreamExtension& stream) {
    ++stalled_count_;
    if (stream.stall_observer != nullptr) stream.stall_observer->transaction_stalled(7);
    sc_core::wait(resume_);
    if (stream.stall_observer != nullptr) stream.stall_observer->transaction_resumed();
    --stalled_count_;
    sc_core::wait(sc_core::sc_time(kClientNs, sc_core::SC_NS));
    return resume_with_abort_;
  }

  void release(bool with_abort) {
    resume_with_abort_ = with_abort;
    resume_.notify(sc_core::SC_ZERO_TIME);
  }

  void report_begin(const tlm::tlm_generic_payload& tx, const smmu_tlm::StreamExtension& stream) const {
    if (trace_ == nullptr) return;
    smmu_trace_record record{};
    record.kind = SMMU_TRACE_TXN_BEGIN;
    record.sid = stream.sid;
    record.addr = tx.get_address();
    trace_->emit(trace_->ctx, &record);
  }

  smmu_tlm::SmmuConfig config_;
  Programming programming_port_;
  Backward backward_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::map<std::uint32_t, std::uint64_t> registers_;
  smmu_tlm::SmmuStats stats_;
  sc_core::sc_event resume_, never_;
  bool resume_with_abort_ = false;
  unsigned stalled_count_ = 0;
  smmu_trace_sink* trace_ = nullptr;
};

// SIDSIZE 16 and nothing else; refuses the parameter "poison".
inline void register_bypass_backend() {
  tandem::BackendFactory factory;
  factory.default_ids = [] {
    smmu_tlm::IdRegisters ids;
    ids.idr[1] = 16;
    return ids;
  };
  factory.check = [](const smmu_tlm::SmmuConfig& config) {
    return std::string(config.params.count("poison") != 0 ? "parameter 'poison' is not known" : "");
  };
  factory.make = [](const std::string& name, const smmu_tlm::SmmuConfig& config) {
    return std::make_unique<BypassModule>(name.c_str(), config);
  };
  tandem::register_backend("bypass", factory);
}

}  // namespace tandem_test

#endif
