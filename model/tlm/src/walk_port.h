// SPDX-License-Identifier: Apache-2.0
// The SMMU's own accesses: structures, tables, queues, MSIs; through a DMI pointer where the memory grants one, else
// through the table_walk socket with an AccessExtension. Payloads are pooled, so an access that waits blocks no other.
// Not here: what the accesses are for (model/core). Proof: model/tlm/test/test_shell.cpp.
#ifndef SMMUV3_TLM_WALK_PORT_H
#define SMMUV3_TLM_WALK_PORT_H

#include <cstdint>
#include <memory>
#include <vector>

#include <systemc>
#include <tlm>

#include "smmu_tlm/access_extension.h"
#include "smmuv3_model/core.h"

namespace smmu_model_tlm {

class WalkPort : public tlm::tlm_bw_transport_if<> {
 public:
  WalkPort(tlm::tlm_initiator_socket<64>& socket, bool use_dmi) : socket_(socket), use_dmi_(use_dmi) {}

  // Performs one access; false on an external abort. `answer` has 8 words.
  bool perform(const smmu_io& io, std::uint64_t* answer, sc_core::sc_time& delay);
  // The same without time and without effect: reads come from transport_dbg, writes are dropped.
  bool peek(const smmu_io& io, std::uint64_t* answer);
  // The memory that may be read and written directly; of size 0 where none was granted.
  smmu_window window() const;

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
    return tlm::TLM_ACCEPTED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) override;

 private:
  struct Access {
    tlm::tlm_generic_payload payload;
    smmu_tlm::AccessExtension extension;
    std::uint64_t buffer[8];
    Access() { payload.set_extension(&extension); }
    ~Access() { payload.clear_extension(&extension); }
  };

  std::uint8_t* direct(const smmu_io& io);
  void ask_for_dmi(tlm::tlm_generic_payload& payload);
  std::unique_ptr<Access> take();

  tlm::tlm_initiator_socket<64>& socket_;
  bool use_dmi_;
  std::vector<tlm::tlm_dmi> regions_;
  std::vector<std::unique_ptr<Access>> idle_;
};

}  // namespace smmu_model_tlm

#endif
