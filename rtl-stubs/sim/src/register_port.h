// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite master for the programming port: one access at a time, callers served in order of arrival.
// Not here: TLM payloads and time (rtl_module.cpp). Proof: sim/test/test_traffic.cpp.
#ifndef SMMU_RTL_REGISTER_PORT_H
#define SMMU_RTL_REGISTER_PORT_H

#include <cstdint>
#include <deque>
#include <memory>

#include <systemc>

#include "smmuv3_rtl/block.h"

namespace smmu_rtl {

struct RegisterAccess {
  bool write = false;
  std::uint32_t offset = 0;
  unsigned bytes = 4;       // 4 or 8, aligned
  std::uint64_t value = 0;  // write: to store; read: the answer
  bool error = false;       // SLVERR, DECERR or ended by a reset
  bool done = false;
  sc_core::sc_event finished;
};

class RegisterPort {
 public:
  void submit(std::shared_ptr<RegisterAccess> access) { waiting_.push_back(std::move(access)); }
  bool busy() const { return current_ || !waiting_.empty() || answered_; }
  void drive(RegisterPins& pins);
  // Looks at the handshakes of this cycle; true when an access was answered.
  bool sample(const RegisterPins& pins);
  // Wakes the caller of the access that sample() reported; null when there is none.
  std::shared_ptr<RegisterAccess> take_answered();
  void abort_all();

 private:
  void start_next();

  std::deque<std::shared_ptr<RegisterAccess>> waiting_;
  std::shared_ptr<RegisterAccess> current_, answered_;
  bool address_sent_ = false, data_sent_ = false;
};

}  // namespace smmu_rtl

#endif
