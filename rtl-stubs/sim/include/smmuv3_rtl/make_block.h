// SPDX-License-Identifier: Apache-2.0
// The block that make() (rtl.h) puts into a module, alone: for those who drive its pins without SystemC.
// Proof: tb/bench/test/test_bench.cpp, whose rows translate on it.
#ifndef SMMU_RTL_MAKE_BLOCK_H
#define SMMU_RTL_MAKE_BLOCK_H

#include <memory>

#include "smmuv3_rtl/block.h"
#include "smmu_tlm/smmu_module.h"

namespace smmu_rtl {

// Before its reset, the straps set. The configuration must have passed check().
std::unique_ptr<Block> make_block(const char* name, const smmu_tlm::SmmuConfig& config);

}  // namespace smmu_rtl

#endif
