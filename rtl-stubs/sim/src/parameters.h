// SPDX-License-Identifier: Apache-2.0
// What a platform may ask of the block: ID register fields, sizes and implementation parameters, and the sentence
// that refuses anything else. Not here: the limits themselves (rtl_limits.h). Proof: sim/test/test_limits.cpp.
#ifndef SMMU_RTL_PARAMETERS_H
#define SMMU_RTL_PARAMETERS_H

#include <string>

#include "smmuv3_rtl/block.h"
#include "smmu_tlm/smmu_module.h"

namespace smmu_rtl {

enum class Parameter { BatchCycles, MemLatencyCycles };

// The value in the configuration, or the default.
unsigned parameter(const smmu_tlm::SmmuConfig& config, Parameter which);

// Empty or one sentence. Not here: whether a block of the wanted sizes exists (rtl.cpp).
std::string check_ids(const smmu_tlm::IdRegisters& ids);
std::string check_parameters(const smmu_tlm::SmmuConfig& config);

// How much of a block is in flight at once; 0: it does not say.
struct BlockSizes {
  unsigned walkers = 0;  // translations
  unsigned bursts = 0;   // of one direction of one port
};

std::string capabilities_json(const smmu_tlm::SmmuConfig& config, const Block& block, const BlockSizes& sizes);

}  // namespace smmu_rtl

#endif
