// SPDX-License-Identifier: Apache-2.0
// Identification registers by field name, as a platform writes them: "IDR1.SIDSIZE", or "SIDSIZE" for short.
// Not here: whether an implementation can be built that way (its factory's check). Proof: tb/tests/test_platform_spec.cpp.
#ifndef TANDEM_PLATFORM_ID_FIELDS_H
#define TANDEM_PLATFORM_ID_FIELDS_H

#include <cstdint>
#include <string>

#include "smmu_tlm/smmu_module.h"

namespace tandem {

// "SIDSIZE" -> "IDR1.SIDSIZE"; a full name stays. False when no identification register has such a field.
bool resolve_id_field(const std::string& field, std::string* full);

// Sets one field. Returns an empty string, or one sentence: no such register, no such field, value too large.
std::string set_id_field(smmu_tlm::IdRegisters* ids, const std::string& full, std::int64_t value);

// 0 for a name that does not exist.
std::uint32_t get_id_field(const smmu_tlm::IdRegisters& ids, const std::string& full);

}  // namespace tandem

#endif
