// SPDX-License-Identifier: Apache-2.0
// Which SMMU implementations this program has, by name: "tlm" (the SystemC model), "rtl" (the Verilated block, when it
// was built), "qemu" (another process, looked for when a platform asks for it), and what a test adds. Not here: what they do. Proof: tb/tests/test_platform_errors.cpp.
#ifndef TANDEM_BACKEND_REGISTRY_H
#define TANDEM_BACKEND_REGISTRY_H

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "smmu_tlm/smmu_module.h"

namespace tandem {

// What an implementation outside this process gets beside its configuration. ram_file is -1 and ram is null before anything is built.
struct Surroundings {
  int ram_file = -1;
  std::uint64_t ram_base = 0, ram_bytes = 0;
  std::uint8_t* ram = nullptr;
  std::vector<std::uint32_t> sids;  // of the masters behind it
};

// An implementation in another process: RAM becomes a file that both have mapped.
struct OutsideProcess {
  std::uint64_t file_starts_at = 0;  // physical address of the file's first byte, at or below the RAM of the platform
  // Empty, or one sentence about what the platform asks for and this implementation does not have: the run is skipped.
  std::function<std::string(const smmu_tlm::SmmuConfig&, const Surroundings&)> lacking;
  // Throws BackendFailure.
  std::function<std::unique_ptr<smmu_tlm::SmmuModule>(const std::string& name, const smmu_tlm::SmmuConfig&, const Surroundings&)> make;
};

struct BackendFactory {
  std::function<smmu_tlm::IdRegisters()> default_ids;              // every feature the implementation has
  std::function<std::string(const smmu_tlm::SmmuConfig&)> check;   // empty, or one sentence that says what is refused
  std::function<std::unique_ptr<smmu_tlm::SmmuModule>(const std::string& name, const smmu_tlm::SmmuConfig&)> make;
  // Only a stalled transaction keeps its b_transport waiting for somebody else. The platform then saves itself a thread
  // (and the time-out) where the registers say that nothing can stall.
  bool waits_only_when_stalled = false;
  std::optional<OutsideProcess> outside = std::nullopt;  // then make is not used
  // It promises to interrupt for its event queue only when a record comes into an empty one. The architecture lets an SMMU interrupt more often.
  bool irq_only_when_filled = false;
};

// Null with a sentence in *error for a name this program does not have.
const BackendFactory* find_backend(const std::string& name, std::string* error);
// All of them, in the order of the alphabet.
std::vector<std::string> backend_names();
// Of them those of this project that implement an SMMU as far as the bench asks for it: "tlm", "rtl".
std::vector<std::string> whole_backend_names();
void register_backend(const std::string& name, BackendFactory factory);

}  // namespace tandem

#endif
