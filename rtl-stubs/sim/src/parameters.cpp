// SPDX-License-Identifier: Apache-2.0
// Checks and defaults of parameters.h. Proof: sim/test/test_limits.cpp.
#include "parameters.h"

#include <array>
#include <cstdio>
#include <cstring>

#include "rtl_limits.h"
#include "smmuv3_arch.h"
#include "smmuv3_names.h"
#include "smmuv3_rtl/rtl.h"

namespace smmu_rtl {
namespace {

// A stalled burst stays in the table of its port: a build of few bursts holds fewer. CMake passes how many of one direction.
constexpr std::uint32_t kStallMaxOfBuild = SMMU_RTL_BURSTS < kStallMax ? SMMU_RTL_BURSTS : kStallMax;

struct ParameterRule {
  Parameter which;
  const char* name;
  std::int64_t min, max, fallback;
};
constexpr std::array<ParameterRule, 2> kParameters{{
    {Parameter::BatchCycles, "batch_cycles", 1, 4096, 16},
    {Parameter::MemLatencyCycles, "mem_latency_cycles", 1, 100000, 4},
}};

// Fields whose allowed values do not follow from the feature masks.
struct FieldRule {
  const char* name;
  std::uint32_t min, max;
};
constexpr FieldRule kFieldRules[] = {
    {"IDR0.HTTU", 0, 2},
    {"IDR0.ST_LEVEL", 0, 1},
    {"IDR0.STALL_MODEL", 0, 2},
    {"IDR0.TTENDIAN", 2, 2},
    {"IDR0.TTF", 2, 2},
    {"IDR1.CMDQS", 0, kQueueSizeMax},
    {"IDR1.EVENTQS", 0, kQueueSizeMax},
    {"IDR1.PRIQS", 0, kQueueSizeMax},
    {"IDR1.SSIDSIZE", 0, kSsidSizeMax},
    {"IDR1.SIDSIZE", 0, kSidSizeMax},
    {"IDR3.BBML", 0, 2},
    {"IDR5.OAS", 0, kOasCodeMax},
    {"IDR5.STALL_MAX", 0, kStallMaxOfBuild},
};

std::string range_text(std::uint64_t min, std::uint64_t max) {
  return min == max ? std::to_string(min) : std::to_string(min) + " to " + std::to_string(max);
}

FieldRule rule_of(const std::string& name, std::uint32_t field_mask, std::uint32_t feature_mask) {
  for (const FieldRule& rule : kFieldRules)
    if (name == rule.name) return rule;
  return {name.c_str(), 0, (feature_mask & field_mask) != 0 ? 1u : 0u};
}

std::string check_register(const char* name, std::uint32_t value, std::uint32_t feature_mask) {
  const smmu_entry_name* entry = nullptr;
  for (std::uint32_t i = 0; i < smmu_register_names_count; ++i)
    if (std::strcmp(smmu_register_names[i].name, name) == 0) entry = &smmu_register_names[i];
  if (entry == nullptr) return std::string(name) + " is not a register of the architecture.";
  std::uint32_t known = 0;
  for (std::uint32_t i = 0; i < entry->field_count; ++i) {
    const smmu_field_name& field = entry->fields[i];
    const auto mask = static_cast<std::uint32_t>(((1ull << field.width) - 1) << field.shift);
    known |= mask;
    const std::string full_name = std::string(name) + "." + field.name;
    const FieldRule rule = rule_of(full_name, mask, feature_mask);
    const std::uint32_t is = (value & mask) >> field.shift;
    if (is < rule.min || is > rule.max)
      return full_name + " is " + std::to_string(is) + "; the RTL block allows " + range_text(rule.min, rule.max) + ".";
  }
  if ((value & ~known) == 0) return {};
  char text[96];
  std::snprintf(text, sizeof text, "%s is 0x%08x; its reserved bits 0x%08x must be zero.", name, value, value & ~known);
  return text;
}

}  // namespace

unsigned parameter(const smmu_tlm::SmmuConfig& config, Parameter which) {
  for (const ParameterRule& rule : kParameters) {
    if (rule.which != which) continue;
    const auto found = config.params.find(rule.name);
    return static_cast<unsigned>(found == config.params.end() ? rule.fallback : found->second);
  }
  return 0;
}

std::string check_ids(const smmu_tlm::IdRegisters& ids) {
  struct Masked {
    const char* name;
    std::size_t index;
    std::uint32_t mask;
  };
  for (const Masked& reg : {Masked{"IDR0", 0, kIdr0Mask}, {"IDR1", 1, kIdr1Mask}, {"IDR2", 2, kIdr2Mask},
                            {"IDR3", 3, kIdr3Mask}, {"IDR5", 5, kIdr5Mask}}) {
    std::string error = check_register(reg.name, ids.idr[reg.index], reg.mask);
    if (!error.empty()) return error;
  }
  const std::uint32_t sid_size = SMMU_FIELD_GET(IDR1, SIDSIZE, ids.idr[1]);
  if (sid_size >= 7 && SMMU_FIELD_GET(IDR0, ST_LEVEL, ids.idr[0]) == 0)
    return "IDR0.ST_LEVEL is 0 with IDR1.SIDSIZE " + std::to_string(sid_size) +
           "; the architecture allows only 1 when SIDSIZE is 7 or more.";
  if (SMMU_FIELD_GET(IDR0, S1P, ids.idr[0]) == 0 && SMMU_FIELD_GET(IDR0, S2P, ids.idr[0]) == 0)
    return "IDR0.S1P and IDR0.S2P are 0; at least one of them must be 1.";
  if (SMMU_FIELD_GET(IDR0, HYP, ids.idr[0]) != 0 &&
      (SMMU_FIELD_GET(IDR0, S1P, ids.idr[0]) == 0 || SMMU_FIELD_GET(IDR0, S2P, ids.idr[0]) == 0))
    return "IDR0.HYP is 1; it needs IDR0.S1P and IDR0.S2P.";
  if (SMMU_FIELD_GET(IDR0, VMW, ids.idr[0]) != 0 && SMMU_FIELD_GET(IDR0, S2P, ids.idr[0]) == 0)
    return "IDR0.VMW is 1 with IDR0.S2P 0; without stage 2 there is no VMID to compare.";
  if (SMMU_FIELD_GET(IDR0, STALL_MODEL, ids.idr[0]) != SMMU_IDR0_STALL_MODEL_TERMINATE_ONLY && SMMU_FIELD_GET(IDR5, STALL_MAX, ids.idr[5]) == 0)
    return "IDR5.STALL_MAX is 0; where IDR0.STALL_MODEL allows stalls it must be 1 or more.";
  if ((ids.idr[5] & (SMMU_IDR5_GRAN4K_MASK | SMMU_IDR5_GRAN16K_MASK | SMMU_IDR5_GRAN64K_MASK)) == 0)
    return "IDR5 has no granule; at least one of GRAN4K, GRAN16K and GRAN64K must be 1.";
  if (SMMU_FIELD_GET(AIDR, ArchMajorRev, ids.aidr) != 0 || SMMU_FIELD_GET(AIDR, ArchMinorRev, ids.aidr) > 3 ||
      (ids.aidr & ~SMMU_AIDR_FIELDS_MASK) != 0)
    return "AIDR is " + std::to_string(ids.aidr) + "; the RTL block allows 0 to 3 (SMMUv3.0 to SMMUv3.3).";
  return {};
}

std::string check_parameters(const smmu_tlm::SmmuConfig& config) {
  if (config.clock_period_ps < 1 || config.clock_period_ps > 1'000'000)
    return "clock_period_ps is " + std::to_string(config.clock_period_ps) + "; allowed are 1 to 1000000.";
  for (const auto& [name, value] : config.params) {
    const ParameterRule* found = nullptr;
    for (const ParameterRule& rule : kParameters)
      if (name == rule.name) found = &rule;
    if (found == nullptr)
      return "Parameter '" + name + "' is unknown to the RTL; it has batch_cycles and mem_latency_cycles.";
    if (value < found->min || value > found->max)
      return "Parameter " + name + " is " + std::to_string(value) + "; allowed are " +
             std::to_string(found->min) + " to " + std::to_string(found->max) + ".";
  }
  return {};
}

smmu_tlm::IdRegisters default_ids() {
  smmu_tlm::IdRegisters ids;
  ids.idr = {kIdr0Default, kIdr1Default, 0, kIdr3Default, 0,
             (kIdr5Default & ~SMMU_IDR5_STALL_MAX_MASK) | SMMU_FIELD_PUT(IDR5, STALL_MAX, kStallMaxOfBuild)};
  ids.iidr = SMMU_FIELD_PUT(IIDR, ProductID, 0x7a0);  // no registered implementer
  ids.aidr = SMMU_FIELD_PUT(AIDR, ArchMinorRev, 3);
  return ids;
}

// The keys are those of the SystemC model, so that one reader understands every implementation.
std::string capabilities_json(const smmu_tlm::SmmuConfig& config, const Block& block, const BlockSizes& sizes) {
  const auto& idr = config.ids.idr;
  std::string features, limits;
  const auto flag = [&features](const char* name, bool on) {
    features += std::string(features.empty() ? "" : ", ") + '"' + name + "\": " + (on ? "true" : "false");
  };
  const auto number = [&limits](const char* name, unsigned value) {
    limits += std::string(limits.empty() ? "" : ", ") + '"' + name + "\": " + std::to_string(value);
  };
  const bool stage1 = SMMU_FIELD_GET(IDR0, S1P, idr[0]) != 0, stage2 = SMMU_FIELD_GET(IDR0, S2P, idr[0]) != 0;
  const unsigned httu = SMMU_FIELD_GET(IDR0, HTTU, idr[0]);
  flag("S1P", stage1);
  flag("S2P", stage2);
  flag("NESTED", stage1 && stage2);
  flag("HYP", SMMU_FIELD_GET(IDR0, HYP, idr[0]));
  flag("ATS", SMMU_FIELD_GET(IDR0, ATS, idr[0]));
  flag("PRI", SMMU_FIELD_GET(IDR0, PRI, idr[0]));
  flag("MSI", SMMU_FIELD_GET(IDR0, MSI, idr[0]));
  flag("SEV", SMMU_FIELD_GET(IDR0, SEV, idr[0]));
  flag("BTM", SMMU_FIELD_GET(IDR0, BTM, idr[0]));
  flag("STALL", SMMU_FIELD_GET(IDR0, STALL_MODEL, idr[0]) != SMMU_IDR0_STALL_MODEL_TERMINATE_ONLY);
  flag("HTTU", httu != 0);
  flag("HTTU_DIRTY", httu == 2);
  flag("CD2L", SMMU_FIELD_GET(IDR0, CD2L, idr[0]));
  flag("ST2L", SMMU_FIELD_GET(IDR0, ST_LEVEL, idr[0]) != 0);
  flag("RIL", SMMU_FIELD_GET(IDR3, RIL, idr[3]));
  flag("ASID16", SMMU_FIELD_GET(IDR0, ASID16, idr[0]));
  flag("VMID16", SMMU_FIELD_GET(IDR0, VMID16, idr[0]));
  flag("GRAN4K", SMMU_FIELD_GET(IDR5, GRAN4K, idr[5]));
  flag("GRAN16K", SMMU_FIELD_GET(IDR5, GRAN16K, idr[5]));
  flag("GRAN64K", SMMU_FIELD_GET(IDR5, GRAN64K, idr[5]));
  flag("PMCG", config.pmcg_counter_count != 0);
  flag("PMCG_TBU", block.has_tbu_pmcgs());
  flag("SUBSTREAMS", SMMU_FIELD_GET(IDR1, SSIDSIZE, idr[1]) != 0);
  constexpr unsigned kAddressBits[8] = {32, 36, 40, 42, 44, 48, 52, 52};
  number("OAS", kAddressBits[SMMU_FIELD_GET(IDR5, OAS, idr[5])]);
  number("SIDSIZE", SMMU_FIELD_GET(IDR1, SIDSIZE, idr[1]));
  number("SSIDSIZE", SMMU_FIELD_GET(IDR1, SSIDSIZE, idr[1]));
  number("CMDQS", SMMU_FIELD_GET(IDR1, CMDQS, idr[1]));
  number("EVENTQS", SMMU_FIELD_GET(IDR1, EVENTQS, idr[1]));
  number("STALL_MAX", SMMU_FIELD_GET(IDR5, STALL_MAX, idr[5]));
  number("TBUS", config.tbu_count);
  number("PMCG_COUNTERS", config.pmcg_counter_count);
  if (sizes.walkers != 0) number("WALKERS", sizes.walkers);
  if (sizes.bursts != 0) number("BURSTS", sizes.bursts);
  number("CLOCK_PERIOD_PS", static_cast<unsigned>(config.clock_period_ps));
  number("MEM_LATENCY_CYCLES", parameter(config, Parameter::MemLatencyCycles));
  return std::string("{\"backend\": \"rtl\", \"block\": \"") + block.name() + "\", \"features\": {" + features +
         "}, \"limits\": {" + limits + "}}";
}

}  // namespace smmu_rtl
