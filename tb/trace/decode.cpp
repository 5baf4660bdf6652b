// SPDX-License-Identifier: Apache-2.0
// Look-ups in the generated table of names. Proof: tb/tests/test_trace.cpp.
#include "trace/decode.h"

#include <cstdio>
#include <cstring>

#include "smmuv3_names.h"

namespace tandem {
namespace {

std::uint64_t field_value(const smmu_field_name& field, const std::uint64_t* words) {
  const std::uint64_t mask = field.width >= 64 ? ~0ull : (1ull << field.width) - 1;
  const std::uint64_t value = words[field.word] >> field.shift & mask;
  return field.is_addr != 0 ? value << field.shift : value;
}

void add_fields(const smmu_entry_name& entry, const std::uint64_t* words, DecodedRecord* record) {
  for (std::uint32_t i = 0; i < entry.field_count; ++i) {
    const smmu_field_name& field = entry.fields[i];
    // The number of a record is what its name says already.
    if (std::strcmp(field.name, "number") == 0 || std::strcmp(field.name, "opcode") == 0) continue;
    record->fields.emplace_back(field.name, field_value(field, words));
  }
}

// The number of commands and records is in bits 7:0; entry 0 of the table holds the common fields.
DecodedRecord decode_numbered(const smmu_entry_name* table, std::uint32_t count, const std::uint64_t* words) {
  const auto number = static_cast<std::uint32_t>(words[0] & 0xff);
  DecodedRecord record;
  for (std::uint32_t i = 1; i < count; ++i) {
    if (table[i].number != number) continue;
    record.name = table[i].name;
    add_fields(table[0], words, &record);
    add_fields(table[i], words, &record);
    return record;
  }
  char name[20];
  std::snprintf(name, sizeof name, "UNKNOWN_0x%02x", number);
  record.name = name;
  return record;
}

bool is_in_page(const smmu_entry_name& entry, const char* page, std::uint32_t offset) {
  if (std::strcmp(entry.page, page) != 0 || offset < entry.number) return false;
  const std::uint32_t span = entry.count > 1 ? entry.count * entry.stride_bytes : entry.bits / 8;
  return offset - entry.number < span;
}

std::string indexed_name(const smmu_entry_name& entry, std::uint32_t offset) {
  if (entry.count <= 1) return entry.name;
  std::string stem = entry.name;
  stem.pop_back();  // the table names the first of them, "PMCG_EVCNTR0"
  return stem + std::to_string((offset - entry.number) / entry.stride_bytes);
}

}  // namespace

const std::uint64_t* DecodedRecord::find(const std::string& field) const {
  for (const auto& [name_of_field, value] : fields) {
    if (name_of_field == field) return &value;
  }
  return nullptr;
}

DecodedRecord decode_command(const std::uint64_t words[2]) {
  return decode_numbered(smmu_command_names, smmu_command_names_count, words);
}

DecodedRecord decode_event(const std::uint64_t words[4]) {
  return decode_numbered(smmu_event_names, smmu_event_names_count, words);
}

DecodedRecord decode_structure(const std::string& name, const std::uint64_t* words) {
  DecodedRecord record;
  record.name = name;
  for (std::uint32_t i = 0; i < smmu_structure_names_count; ++i) {
    if (name == smmu_structure_names[i].name) add_fields(smmu_structure_names[i], words, &record);
  }
  return record;
}

std::string register_name(std::uint32_t frame_offset) {
  // The counter group shows two pages in the frame; the table has one offset for both.
  const bool is_pmcg = frame_offset >= 0x20000;
  const std::uint32_t offset = is_pmcg ? frame_offset & 0xffff : frame_offset;
  for (std::uint32_t i = 0; i < smmu_register_names_count; ++i) {
    const smmu_entry_name& entry = smmu_register_names[i];
    const bool found = is_pmcg ? is_in_page(entry, "pmcg0", offset)
                               : is_in_page(entry, "page0", offset) || is_in_page(entry, "page1", offset);
    if (found) return indexed_name(entry, offset);
  }
  return "";
}

}  // namespace tandem
