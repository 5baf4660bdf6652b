// SPDX-License-Identifier: Apache-2.0
// One TBU: client traffic in, translated traffic out. Splits at 4 KiB, translates, forwards; waits only while a
// transaction is stalled or held back. Bound to the sockets directly, without convenience functors.
// Not here: the translation (model/core). Proof: model/tlm/test/test_shell.cpp.
#ifndef SMMUV3_TLM_CLIENT_PORT_H
#define SMMUV3_TLM_CLIENT_PORT_H

#include <memory>

#include <systemc>
#include <tlm>

#include "micro_tlb.h"
#include "smmu_tlm/stream_extension.h"
#include "smmuv3_model/core_state.h"

namespace smmu_model_tlm {

class SmmuModel;

class ClientPort : public tlm::tlm_fw_transport_if<>, public tlm::tlm_bw_transport_if<> {
 public:
  ClientPort(SmmuModel& smmu, unsigned index, tlm::tlm_target_socket<64>& in, tlm::tlm_initiator_socket<64>& out);

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload) override;
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) override;
  // One translated region with the rights that need no further event, update, count or trace record. The initiator keeps
  // it for this stream, privilege and kind of access only.
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override { revoke_dmi(); }
  void revoke_dmi();

  // For nb_transport (at_engine.h).
  static smmu_txn make_txn(const tlm::tlm_generic_payload& payload, const smmu_tlm::StreamExtension& stream);
  static void answer(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, const smmu_xlate& out);  // anything but OK
  std::uint64_t trace_begin(const tlm::tlm_generic_payload& payload, const smmu_txn& txn);  // its number
  void trace_end(const tlm::tlm_generic_payload& payload, const smmu_txn& txn, const smmu_xlate& out, std::uint64_t id);
  tlm::tlm_bw_transport_if<>* upstream() { return in_.operator->(); }
  tlm::tlm_fw_transport_if<>* downstream() { return out_.operator->(); }

 private:
  [[gnu::always_inline]] inline void piece(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay);
  void split(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay);
  void miss(smmu_txn& txn, smmu_tlm::StreamExtension& stream, smmu_xlate& out, sc_core::sc_time& delay);
  void translate(smmu_txn& txn, smmu_tlm::StreamExtension& stream, smmu_xlate& out, sc_core::sc_time& delay);
  bool run_job(int job, smmu_tlm::StreamExtension& stream, smmu_xlate& out, sc_core::sc_time& delay);
  bool park(int job, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay);
  void piece_slowly(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay);
  void add_time(const tlm::tlm_generic_payload& payload, const smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay);
  void forward(tlm::tlm_generic_payload& payload, const smmu_tlm::StreamExtension& stream, std::uint64_t iova, std::uint64_t pa, sc_core::sc_time& delay);

  SmmuModel& smmu_;
  smmu_core& core_;
  const unsigned index_;
  std::unique_ptr<MicroTlb> micro_tlb_;   // null: none
  const sc_core::sc_time lookup_latency_;  // of every look-up; 0 with a micro-TLB, whose answer decides later
  const bool takes_more_time_;             // data, or a micro-TLB
  tlm::tlm_fw_transport_if<>* behind_ = nullptr;  // what out_ is bound to, looked up once
  tlm::tlm_target_socket<64>& in_;
  tlm::tlm_initiator_socket<64>& out_;
  std::unique_ptr<smmu_core> scratch_;  // for transport_dbg: a copy that may be changed freely
  std::uint64_t trace_id_ = 0;
  bool dmi_granted_ = false;
};

}  // namespace smmu_model_tlm

#endif
