// SPDX-License-Identifier: Apache-2.0
// The block under test is the SMMUv3, made as a platform makes it. Proof: rtl.sim.smmuv3.*.
#include "bench.h"
#include "smmuv3_rtl/rtl.h"

namespace rtl_test {
std::unique_ptr<smmu_tlm::SmmuModule> make_block_under_test(const char* name, const smmu_tlm::SmmuConfig& config) {
  const std::string error = smmu_rtl::check(config);
  if (!error.empty()) SC_REPORT_FATAL("test", error.c_str());
  return smmu_rtl::make(name, config);
}
}  // namespace rtl_test
