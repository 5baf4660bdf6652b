// SPDX-License-Identifier: Apache-2.0
// Look-up in the generated table of names. Proof: tb/tests/test_platform_spec.cpp.
#include "platform/id_fields.h"

#include <cstring>

#include "smmuv3_names.h"

namespace tandem {
namespace {

constexpr std::uint32_t kLastIdRegister = 0x1c;  // IDR0..IDR5, IIDR, AIDR open the frame

const smmu_entry_name* find_register(const std::string& name) {
  for (std::uint32_t i = 0; i < smmu_register_names_count; ++i) {
    const smmu_entry_name& entry = smmu_register_names[i];
    if (std::strcmp(entry.page, "page0") == 0 && entry.number <= kLastIdRegister && name == entry.name) return &entry;
  }
  return nullptr;
}

const smmu_field_name* find_field(const smmu_entry_name& entry, const std::string& name) {
  for (std::uint32_t i = 0; i < entry.field_count; ++i) {
    if (name == entry.fields[i].name) return &entry.fields[i];
  }
  return nullptr;
}

std::string field_list(const smmu_entry_name& entry) {
  std::string list;
  for (std::uint32_t i = 0; i < entry.field_count; ++i) list += (i == 0 ? "" : ", ") + std::string(entry.fields[i].name);
  return list;
}

std::uint32_t* word_of(smmu_tlm::IdRegisters* ids, const smmu_entry_name& entry) {
  const std::uint32_t index = entry.number / 4;
  if (index < ids->idr.size()) return &ids->idr[index];
  return index == 6 ? &ids->iidr : &ids->aidr;
}

struct Found {
  const smmu_entry_name* entry = nullptr;
  const smmu_field_name* field = nullptr;
};

Found find(const std::string& full) {
  Found found;
  const auto dot = full.find('.');
  if (dot == std::string::npos) return found;
  found.entry = find_register(full.substr(0, dot));
  if (found.entry != nullptr) found.field = find_field(*found.entry, full.substr(dot + 1));
  return found;
}

std::uint32_t mask_of(const smmu_field_name& field) {
  return field.width >= 32 ? ~0u : (1u << field.width) - 1u;
}

}  // namespace

bool resolve_id_field(const std::string& field, std::string* full) {
  if (field.find('.') != std::string::npos) {
    *full = field;
    return find(field).field != nullptr;
  }
  for (const char* name : {"IDR0", "IDR1", "IDR2", "IDR3", "IDR5", "IIDR", "AIDR"}) {
    const smmu_entry_name* const entry = find_register(name);
    if (entry != nullptr && find_field(*entry, field) != nullptr) {
      *full = std::string(name) + "." + field;
      return true;
    }
  }
  return false;
}

std::string set_id_field(smmu_tlm::IdRegisters* ids, const std::string& full, std::int64_t value) {
  const Found found = find(full);
  if (found.entry == nullptr) {
    return "'" + full + "' names no identification register; allowed are fields of IDR0, IDR1, IDR2, IDR3, IDR5, IIDR and AIDR";
  }
  const std::string name = found.entry->name;
  if (found.field == nullptr) return "'" + full + "' is unknown; the fields of " + name + " are " + field_list(*found.entry);
  const std::uint32_t mask = mask_of(*found.field);
  if (value < 0 || static_cast<std::uint64_t>(value) > mask) {
    return full + " = " + std::to_string(value) + " does not fit its field; allowed are 0 to " + std::to_string(mask);
  }
  std::uint32_t* const word = word_of(ids, *found.entry);
  *word = (*word & ~(mask << found.field->shift)) | static_cast<std::uint32_t>(value) << found.field->shift;
  return "";
}

std::uint32_t get_id_field(const smmu_tlm::IdRegisters& ids, const std::string& full) {
  const Found found = find(full);
  if (found.field == nullptr) return 0;
  smmu_tlm::IdRegisters copy = ids;
  return *word_of(&copy, *found.entry) >> found.field->shift & mask_of(*found.field);
}

}  // namespace tandem
