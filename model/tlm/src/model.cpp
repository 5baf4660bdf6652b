// SPDX-License-Identifier: Apache-2.0
// The factory of the SystemC SMMUv3. Not here: the module (smmu_model.cpp). Proof: model/tlm/test.
#include "smmuv3_tlm/model.h"

#include <stdexcept>

#include "params.h"
#include "smmu_model.h"

namespace smmu_model_tlm {

smmu_tlm::IdRegisters default_ids() {
  smmu_core_config config;
  smmu_tlm::IdRegisters ids;
  smmu_core_config_default(&config);
  for (std::size_t i = 0; i < ids.idr.size(); i++) ids.idr[i] = config.ids.idr[i];
  ids.iidr = config.ids.iidr;
  ids.aidr = config.ids.aidr;
  return ids;
}

std::string check(const smmu_tlm::SmmuConfig& config) {
  Params params;
  smmu_core_config core;
  return read_config(config, params, core);
}

std::unique_ptr<smmu_tlm::SmmuModule> make(const char* name, const smmu_tlm::SmmuConfig& config) {
  Params params;
  smmu_core_config core;
  if (const std::string problem = read_config(config, params, core); !problem.empty()) throw std::invalid_argument(problem);
  return std::make_unique<SmmuModel>(name, config, params, core);
}

}  // namespace smmu_model_tlm
