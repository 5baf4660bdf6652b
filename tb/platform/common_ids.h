// SPDX-License-Identifier: Apache-2.0
// The identification registers that two implementations have in common: a driver that reads them may use only what both can do.
// Not here: values a platform asks for (id_fields.h). Proof: tb/tests/test_platform_spec.cpp.
#ifndef TANDEM_PLATFORM_COMMON_IDS_H
#define TANDEM_PLATFORM_COMMON_IDS_H

#include "smmu_tlm/smmu_module.h"

namespace tandem {

smmu_tlm::IdRegisters common_ids(const smmu_tlm::IdRegisters& a, const smmu_tlm::IdRegisters& b);

}  // namespace tandem

#endif
