// SPDX-License-Identifier: Apache-2.0
// Factory of the SystemC SMMUv3 model: the three functions a platform needs to place one behind the common TLM face.
// Not here: the face itself (smmu_tlm/smmu_module.h), behaviour (model/core). Proof: model/tlm/test.
#ifndef SMMUV3_TLM_MODEL_H
#define SMMUV3_TLM_MODEL_H

#include <memory>
#include <string>

#include "smmu_tlm/smmu_module.h"

namespace smmu_model_tlm {

// The identification registers of the model with everything it implements switched on.
smmu_tlm::IdRegisters default_ids();

// Empty when the configuration can be built, else one sentence: an ID combination the architecture or the model rules
// out, a parameter that is unknown or out of range.
std::string check(const smmu_tlm::SmmuConfig& config);

// Throws std::invalid_argument with the sentence of check() when that is not empty.
std::unique_ptr<smmu_tlm::SmmuModule> make(const char* name, const smmu_tlm::SmmuConfig& config);

}  // namespace smmu_model_tlm

#endif
