// SPDX-License-Identifier: Apache-2.0
// Field by field: nearly every field counts a feature upwards, so the smaller value is what both have. Proof: tb/tests/test_platform_spec.cpp.
#include "platform/common_ids.h"

#include <algorithm>
#include <cstring>

#include "smmuv3_arch.h"
#include "smmuv3_names.h"

namespace tandem {
namespace {

// TTF: 1 AArch32, 2 AArch64, 3 both: a set of bits.
std::uint32_t common_ttf(std::uint32_t a, std::uint32_t b) { return a & b; }

// 0 both models, 1 terminate only, 2 stall only. What has nothing in common stays refused by one of the two.
std::uint32_t common_stall_model(std::uint32_t a, std::uint32_t b) { return a == 0 ? b : a; }

// 0 either endianness, 2 little, 3 big.
std::uint32_t common_ttendian(std::uint32_t a, std::uint32_t b) { return a == 0 ? b : a; }

// 0: a terminated transaction may be aborted or RAZ/WI, as CD.A says; 1: it is always aborted.
std::uint32_t common_term_model(std::uint32_t a, std::uint32_t b) { return a | b; }

std::uint32_t common_value(const char* field, std::uint32_t a, std::uint32_t b) {
  if (std::strcmp(field, "TTF") == 0) return common_ttf(a, b);
  if (std::strcmp(field, "STALL_MODEL") == 0) return common_stall_model(a, b);
  if (std::strcmp(field, "TTENDIAN") == 0) return common_ttendian(a, b);
  if (std::strcmp(field, "TERM_MODEL") == 0) return common_term_model(a, b);
  return std::min(a, b);
}

std::uint32_t common_register(std::uint32_t offset, std::uint32_t a, std::uint32_t b) {
  std::uint32_t word = 0;
  for (std::uint32_t i = 0; i < smmu_register_names_count; ++i) {
    const smmu_entry_name& entry = smmu_register_names[i];
    if (std::strcmp(entry.page, "page0") != 0 || entry.number != offset) continue;
    for (std::uint32_t f = 0; f < entry.field_count; ++f) {
      const smmu_field_name& field = entry.fields[f];
      const std::uint32_t mask = field.width >= 32 ? ~0u : (1u << field.width) - 1u;
      word |= common_value(field.name, a >> field.shift & mask, b >> field.shift & mask) << field.shift;
    }
  }
  return word;
}

}  // namespace

smmu_tlm::IdRegisters common_ids(const smmu_tlm::IdRegisters& a, const smmu_tlm::IdRegisters& b) {
  smmu_tlm::IdRegisters out;
  for (std::uint32_t i = 0; i < out.idr.size(); ++i) out.idr[i] = common_register(4 * i, a.idr[i], b.idr[i]);
  out.iidr = common_register(SMMU_IIDR, a.iidr, b.iidr);
  out.aidr = common_register(SMMU_AIDR, a.aidr, b.aidr);
  return out;
}

}  // namespace tandem
