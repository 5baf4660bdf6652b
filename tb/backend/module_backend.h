// SPDX-License-Identifier: Apache-2.0
// The backend interface over an SmmuModule: turns its blocking sockets into submit-and-callback with a pool of threads.
// Not here: what a transaction means, time-outs, tickets (platform). Proof: tb/tests/test_platform.cpp, test_stall.cpp.
//
// A transaction that may block runs in a worker SC_THREAD; workers are created when all are busy and reused, so the
// number of transactions in flight (each stalled one keeps its worker) is limited only by memory.
#ifndef TANDEM_BACKEND_MODULE_BACKEND_H
#define TANDEM_BACKEND_MODULE_BACKEND_H

#include <memory>
#include <string>
#include <vector>

#include <systemc>
#include <tlm>

#include "backend/backend.h"
#include "smmu_tlm/smmu_module.h"

namespace tandem {

class ModuleBackend : public sc_core::sc_module, private smmu_tlm::IrqSink, private tlm::tlm_bw_transport_if<> {
 public:
  // never_stalls: the module's b_transport always comes back by itself, so submit() calls it in the caller's thread.
  ModuleBackend(const sc_core::sc_module_name& name, smmu_tlm::SmmuModule& module, bool never_stalls);
  ~ModuleBackend() override;

  tandem_backend backend();

 private:
  class Worker;
  friend struct ModuleBackendOps;

  void irq_edge(smmu_tlm::Irq which) override {
    if (irq_fn_ != nullptr) irq_fn_(irq_ctx_, static_cast<unsigned>(which));
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
    return tlm::TLM_ACCEPTED;  // only the blocking interface is used
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}  // no DMI is asked for

  std::uint64_t mmio(tlm::tlm_command command, std::uint32_t offset, unsigned bytes, std::uint64_t value, std::uint64_t* delay_ps);
  void submit(tandem_backend_txn* txn);

  smmu_tlm::SmmuModule& module_;
  const bool never_stalls_;
  tlm::tlm_initiator_socket<64> programming_{"programming"};
  sc_core::sc_vector<tlm::tlm_initiator_socket<64>> clients_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;
  std::vector<std::unique_ptr<tlm::tlm_generic_payload>> mmio_payloads_;  // free ones; CPU threads may overlap
  tandem_backend_irq_fn irq_fn_ = nullptr;
  void* irq_ctx_ = nullptr;
  std::string caps_, busy_;
};

}  // namespace tandem

#endif
