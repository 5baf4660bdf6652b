// SPDX-License-Identifier: Apache-2.0
// All it takes to put another Verilated block behind the wrapper. Proof: rtl.sim.standin.*.
#include "Vstandin.h"

#include "block_verilated.h"

std::unique_ptr<smmu_rtl::Block> make_standin_block(const char* name, std::uint64_t seed);
std::unique_ptr<smmu_rtl::Block> make_standin_block(const char* name, std::uint64_t seed) {
  return std::make_unique<smmu_rtl::VerilatedBlock<Vstandin, 2>>(name, seed);
}
