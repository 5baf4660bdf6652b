// SPDX-License-Identifier: Apache-2.0
// The Verilated SMMUv3 block as an SmmuModule: what it can, whether it can do what a platform asks for, and how to
// make one. Not here: the TLM face (smmu_tlm/smmu_module.h), the block itself (rtl-stubs/rtl).
// Proof: rtl-stubs/sim/test.
//
// Parameters (SmmuConfig::params):
//   batch_cycles        clock cycles evaluated per wake-up of the kernel at most, 1..4096, default 16
//   mem_latency_cycles  cycles from an accepted memory request to its answer, 1..100000, default 4;
//                       a delay annotated by the memory is added
#ifndef SMMUV3_RTL_RTL_H
#define SMMUV3_RTL_RTL_H

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "smmu_tlm/smmu_module.h"

namespace smmu_rtl {

// Everything the block can, with SIDSIZE 16, SSIDSIZE 10 and queues of 2^10 entries.
smmu_tlm::IdRegisters default_ids();

// Empty, or one sentence that names the field, its value and what is allowed.
std::string check(const smmu_tlm::SmmuConfig& config);

// The configuration must have passed check(). During elaboration only.
std::unique_ptr<smmu_tlm::SmmuModule> make(const char* name, const smmu_tlm::SmmuConfig& config);

// A further block that the build has behind the same pins (TANDEM_RTL_BLOCKS), with the functions above for it.
struct BlockFactory {
  std::string name;
  std::function<smmu_tlm::IdRegisters()> default_ids;
  std::function<std::string(const smmu_tlm::SmmuConfig&)> check;
  std::function<std::unique_ptr<smmu_tlm::SmmuModule>(const std::string& name, const smmu_tlm::SmmuConfig&)> make;
};
std::vector<BlockFactory> further_blocks();

// Work done since construction; a sleeping block does not move them.
struct RunCounters {
  std::uint64_t cycles_evaluated = 0;
  std::uint64_t batches = 0;  // wake-ups of the clock thread that evaluated something
  std::uint64_t sleeps = 0;   // times the clock was gated
};
RunCounters run_counters(const smmu_tlm::SmmuModule& module);

// Writes an FST waveform from now on. Empty, or one sentence: no module of this library, file cannot be written, or
// the library was built with -DTANDEM_RTL_WAVES=OFF.
std::string set_wave_file(smmu_tlm::SmmuModule& module, const std::string& path);

}  // namespace smmu_rtl

#endif
