// SPDX-License-Identifier: Apache-2.0
// A vector_device made of SystemC models: one module per hardware configuration, because SystemC elaborates once; a pool
// of client threads, because a stalled call does not return.
// Not here: the vectors (model/test). Proof: model.tlm_vectors.
#ifndef SMMUV3_TLM_TEST_VECTOR_PLATFORM_H
#define SMMUV3_TLM_TEST_VECTOR_PLATFORM_H

#define SC_INCLUDE_DYNAMIC_PROCESSES  // sc_spawn

#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include <systemc>
#include <tlm>

#include "smmuv3_tlm/model.h"
#include "vector_script.h"

namespace vector_test {

// Memory for the SMMU's own accesses (with effect), and a probe that only notes where client traffic arrives.
class Memory : public tlm::tlm_fw_transport_if<> {
 public:
  explicit Memory(vector_memory& words) : words_(words) {}
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  unsigned int transport_dbg(tlm::tlm_generic_payload&) override { return 0; }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) override {
    b_transport(payload, delay);
    return tlm::TLM_COMPLETED;
  }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
  std::uint64_t client_address = 0;

 private:
  vector_memory& words_;
};

inline void Memory::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
  auto* access = payload.get_extension<smmu_tlm::AccessExtension>();
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (access == nullptr) {
    client_address = payload.get_address();
    return;
  }
  smmu_io io{};
  std::uint64_t answer[8] = {};
  io.addr = payload.get_address();
  io.size = static_cast<std::uint8_t>(payload.get_data_length());
  io.io_class = static_cast<std::uint8_t>(access->access_class);
  io.kind = access->compare_and_swap ? SMMU_IO_CAS : payload.is_read() ? SMMU_IO_READ : SMMU_IO_WRITE;
  if (payload.is_write()) std::memcpy(io.data, payload.get_data_ptr(), io.size);
  if (access->compare_and_swap) io.data[1] = access->expected;
  if (!vector_memory_perform(&words_, &io, answer)) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  if (payload.is_read()) std::memcpy(payload.get_data_ptr(), answer, io.size);
  access->observed = answer[0];
}

class Platform : public sc_core::sc_module, private smmu_tlm::IrqSink, private smmu_tlm::EndpointSink {
 public:
  SC_HAS_PROCESS(Platform);
  explicit Platform(sc_core::sc_module_name name);
  vector_device device();
  int failures = 0;

 private:
  struct Client : smmu_tlm::StallObserver {
    sc_core::sc_event go, changed;
    smmu_txn txn{};
    vector_outcome outcome{};
    bool busy = false, parked = false;
    void transaction_stalled(std::uint16_t) override {
      parked = true;
      changed.notify(sc_core::SC_ZERO_TIME);
    }
    void transaction_resumed() override { parked = false; }
  };
  struct Smmu {
    vector_hardware hardware;
    std::unique_ptr<smmu_tlm::SmmuModule> module;
    std::unique_ptr<tlm::tlm_initiator_socket<64>> programming, client;
    std::unique_ptr<tlm::tlm_target_socket<64>> memory, downstream;
  };
  // The answer to a call of nb_transport; payloads belong to the clients, who never free them while one is under way.
  class Backward : public tlm::tlm_bw_transport_if<>, public tlm::tlm_mm_interface {
   public:
    sc_core::sc_event answered;
    std::vector<tlm::tlm_generic_payload*> answers;

   private:
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time&) override {
      if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
      answers.push_back(&payload);
      answered.notify(sc_core::SC_ZERO_TIME);
      return tlm::TLM_COMPLETED;
    }
    void free(tlm::tlm_generic_payload*) override {}
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
  };

  void irq_edge(smmu_tlm::Irq which) override { irqs_ |= 1u << static_cast<unsigned>(which); }
  void atc_invalidate(const smmu_tlm::AtcInvalidate& request) override;
  void page_response(const smmu_tlm::PageResponse& response) override;
  void add_smmu(const vector_hardware& hardware);
  void run_vectors();
  void client_thread(unsigned index);
  void transport(tlm::tlm_generic_payload& payload);
  void run_all(const char* through);
  void power_on(const vector_hardware& hardware);
  std::uint32_t access(std::uint32_t offset, bool write, std::uint32_t value);
  void settle();
  int submit(const smmu_txn& txn, vector_outcome& out);

  vector_memory words_{};
  Memory memory_{words_};
  Backward backward_;
  bool non_blocking_ = false;
  std::vector<Smmu> smmus_;
  std::array<Client, 32> clients_;
  Smmu* now_ = nullptr;
  unsigned irqs_ = 0, next_client_ = 0;
  std::deque<smmu_message> heard_;
  bool endpoint_answers_ = true;
};

}  // namespace vector_test

#endif
