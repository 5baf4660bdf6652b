// SPDX-License-Identifier: Apache-2.0
// What the description of a further block says, and how to make one. Not here: descriptions (further_blocks.cmake), what is
// made of them (further_blocks.cpp). Proof: ctest example.bring_your_own_rtl.*.
#ifndef SMMU_RTL_FURTHER_BLOCK_H
#define SMMU_RTL_FURTHER_BLOCK_H

#include <array>
#include <cstdint>
#include <memory>

#include "smmuv3_rtl/block.h"

namespace smmu_rtl {

inline constexpr std::size_t kIdRegisterCount = 8;  // IDR0 to IDR5, IIDR, AIDR

struct FurtherBlock {
  const char* name;
  unsigned tbu_count, pmcg_counter_count;  // no counters: any number a platform asks for is ignored
  std::array<std::uint32_t, kIdRegisterCount> defaults, free_bits;
  std::unique_ptr<Block> (*make)(std::uint64_t seed);
};

}  // namespace smmu_rtl

#endif
