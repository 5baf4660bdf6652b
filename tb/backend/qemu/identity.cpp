// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_protocol.cpp, test_qemu.cpp.
#include "backend/qemu/identity.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "smmuv3_arch.h"

namespace tandem::qemu {
namespace {

struct Field {
  const char* name;
  unsigned reg;
  std::uint32_t mask, shift;
  bool may_be_smaller;
};

#define FIELD(reg, name, smaller) {"IDR" #reg "." #name, reg, SMMU_IDR##reg##_##name##_MASK, SMMU_IDR##reg##_##name##_SHIFT, smaller}
constexpr Field kFields[] = {
    FIELD(0, ASID16, true),   FIELD(0, ST_LEVEL, true), FIELD(1, SIDSIZE, true), FIELD(1, CMDQS, true),  FIELD(1, EVENTQS, true),
    FIELD(3, HAD, true),      FIELD(3, RIL, true),      FIELD(3, BBML, true),    FIELD(5, GRAN4K, true), FIELD(5, GRAN16K, true),
    FIELD(5, GRAN64K, true),
    FIELD(0, S2P, false),     FIELD(0, S1P, false),     FIELD(0, TTF, false),    FIELD(0, COHACC, false), FIELD(0, BTM, false),
    FIELD(0, HTTU, false),    FIELD(0, HYP, false),     FIELD(0, ATS, false),    FIELD(0, MSI, false),   FIELD(0, SEV, false),
    FIELD(0, PRI, false),     FIELD(0, VMID16, false),  FIELD(0, CD2L, false),   FIELD(0, TTENDIAN, false),
    FIELD(0, STALL_MODEL, false), FIELD(0, TERM_MODEL, false), FIELD(1, SSIDSIZE, false), FIELD(1, PRIQS, false),
    FIELD(5, OAS, false),     FIELD(5, STALL_MAX, false),
};
#undef FIELD

std::uint32_t value_of(const smmu_tlm::IdRegisters& ids, const Field& field) { return (ids.idr[field.reg] & field.mask) >> field.shift; }

std::uint32_t value_of(const smmu_tlm::IdRegisters& ids, const char* name) {
  const auto* const field = std::find_if(std::begin(kFields), std::end(kFields), [&](const Field& f) { return std::string(f.name) == name; });
  return value_of(ids, *field);
}

}  // namespace

// Stage 1, AArch64 tables, 44-bit addresses, 16-bit StreamIDs, two-level stream tables, queues up to 2^19 entries, HAD, RIL, BBML 2.
smmu_tlm::IdRegisters identity() {
  smmu_tlm::IdRegisters ids;
  ids.idr = {0x0d40101a, 0x02730010, 0, 0x00001404, 0, 0x00000074};
  ids.iidr = 0;
  ids.aidr = 1;
  return ids;
}

std::string missing_identity(const smmu_tlm::IdRegisters& asked) {
  const smmu_tlm::IdRegisters own = identity();
  for (const Field& field : kFields) {
    const std::uint32_t wanted = value_of(asked, field), there = value_of(own, field);
    if (wanted == there || (wanted < there && field.may_be_smaller)) continue;
    return std::string("the platform asks for ") + field.name + " = " + std::to_string(wanted) + ", QEMU has " +
           (field.may_be_smaller ? "at most " : "") + std::to_string(there);
  }
  std::uint32_t known[6] = {};
  for (const Field& field : kFields) known[field.reg] |= field.mask;
  for (unsigned i = 0; i < 6; ++i) {
    if (((asked.idr[i] ^ own.idr[i]) & ~known[i]) != 0) return "the platform asks for bits of IDR" + std::to_string(i) + " that QEMU does not have";
  }
  if (asked.iidr != own.iidr || asked.aidr > own.aidr) return "the platform asks for another IIDR or a later AIDR than QEMU's";
  return "";
}

std::string caps_json(const smmu_tlm::IdRegisters& ids, const std::string& version, unsigned tbu_count) {
  std::string text = R"({"backend": "qemu", "version": ")" + version + R"(", "features": {)";
  const auto flag = [&](const char* name, bool on) { text += std::string(text.back() == '{' ? "\"" : ", \"") + name + "\": " + (on ? "true" : "false"); };
  const auto number = [&](const char* name, std::uint32_t value) {
    text += std::string(text.back() == '{' ? "\"" : ", \"") + name + "\": " + std::to_string(value);
  };
  flag("S1P", value_of(ids, "IDR0.S1P") != 0);
  for (const char* absent : {"S2P", "NESTED", "HYP", "ATS", "PRI", "MSI", "SEV", "BTM", "STALL", "HTTU", "HTTU_DIRTY", "CD2L", "VMID16", "PMCG", "PMCG_TBU", "SUBSTREAMS"}) {
    flag(absent, false);
  }
  flag("ST2L", value_of(ids, "IDR0.ST_LEVEL") != 0);
  flag("RIL", value_of(ids, "IDR3.RIL") != 0);
  flag("ASID16", value_of(ids, "IDR0.ASID16") != 0);
  flag("GRAN4K", value_of(ids, "IDR5.GRAN4K") != 0);
  flag("GRAN16K", value_of(ids, "IDR5.GRAN16K") != 0);
  flag("GRAN64K", value_of(ids, "IDR5.GRAN64K") != 0);
  // What its environment here cannot do: fail chosen accesses to memory, or mark a transaction privileged or a fetch.
  flag("ERROR_INJECTION", false);
  flag("ATTRIBUTES", false);
  text += R"(}, "limits": {)";
  number("OAS", 44);
  number("SIDSIZE", value_of(ids, "IDR1.SIDSIZE"));
  number("SSIDSIZE", 0);
  number("CMDQS", value_of(ids, "IDR1.CMDQS"));
  number("EVENTQS", value_of(ids, "IDR1.EVENTQS"));
  number("STALL_MAX", 0);
  number("TBUS", tbu_count);
  number("PMCG_COUNTERS", 0);
  number("TLB_ENTRIES", 256);
  return text + "}}";
}

}  // namespace tandem::qemu
