// SPDX-License-Identifier: Apache-2.0
// The block under test is the stand-in, plugged in through the wrapper's inside. Proof: rtl.sim.standin.*.
#include "bench.h"
#include "rtl_module.h"

std::unique_ptr<smmu_rtl::Block> make_standin_block(const char* name, std::uint64_t seed);

namespace smmu_rtl {
// The public functions that the library of the real block would bring.
RunCounters run_counters(const smmu_tlm::SmmuModule& module) {
  return dynamic_cast<const RtlModule&>(module).run_counters();
}
}  // namespace smmu_rtl

namespace rtl_test {
std::unique_ptr<smmu_tlm::SmmuModule> make_block_under_test(const char* name, const smmu_tlm::SmmuConfig& config) {
  return std::make_unique<smmu_rtl::RtlModule>(name, config, make_standin_block(name, config.seed));
}
}  // namespace rtl_test
