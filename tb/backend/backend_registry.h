// SPDX-License-Identifier: Apache-2.0
// Which SMMU implementations this program has, by name: "tlm" (the SystemC model), "rtl" (the Verilated block, when it
// was built), and what a test adds. Not here: what they do. Proof: tb/tests/test_platform_errors.cpp.
#ifndef TANDEM_BACKEND_REGISTRY_H
#define TANDEM_BACKEND_REGISTRY_H

#include <functional>
#include <memory>
#include <string>

#include "smmu_tlm/smmu_module.h"

namespace tandem {

struct BackendFactory {
  std::function<smmu_tlm::IdRegisters()> default_ids;              // every feature the implementation has
  std::function<std::string(const smmu_tlm::SmmuConfig&)> check;   // empty, or one sentence that says what is refused
  std::function<std::unique_ptr<smmu_tlm::SmmuModule>(const std::string& name, const smmu_tlm::SmmuConfig&)> make;
  // Only a stalled transaction keeps its b_transport waiting for somebody else. The platform then saves itself a thread
  // (and the time-out) where the registers say that nothing can stall.
  bool waits_only_when_stalled = false;
};

// Null with a sentence in *error for a name this program does not have.
const BackendFactory* find_backend(const std::string& name, std::string* error);
void register_backend(const std::string& name, BackendFactory factory);

}  // namespace tandem

#endif
