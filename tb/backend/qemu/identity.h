// SPDX-License-Identifier: Apache-2.0
// What the SMMUv3 of QEMU 7.2 says in its identification registers, and which of it a platform may ask to be shown smaller.
// A smaller value is only shown: it is allowed where software that believes it does nothing the SMMU could notice.
// Not here: reading the registers (qemu_module.cpp compares). Proof: tb/backend/qemu/test/test_protocol.cpp, test_qemu.cpp.
#ifndef TANDEM_BACKEND_QEMU_IDENTITY_H
#define TANDEM_BACKEND_QEMU_IDENTITY_H

#include <string>

#include "smmu_tlm/smmu_module.h"

namespace tandem::qemu {

smmu_tlm::IdRegisters identity();

// Empty, or the first field that asks for something this SMMU does not have.
std::string missing_identity(const smmu_tlm::IdRegisters& asked);

// The capabilities as JSON; version is QEMU's.
std::string caps_json(const smmu_tlm::IdRegisters& ids, const std::string& version, unsigned tbu_count);

}  // namespace tandem::qemu

#endif
