// SPDX-License-Identifier: Apache-2.0
// The checks of spec_check.h. Proof: tb/tests/test_platform_spec.cpp.
#include "platform/spec_check.h"

#include <cctype>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

namespace tandem {
namespace {

std::string hex(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

bool is_name(const std::string& name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  }
  return true;
}

std::string name_problem(const char* kind, const std::string& name) {
  if (name.empty()) return std::string(kind) + " has no name";
  if (!is_name(name)) {
    return std::string(kind) + " name '" + name + "' is not allowed; use letters, digits and '_', not starting with a digit";
  }
  return "";
}

std::string range_problem(const std::string& what, std::uint64_t value, std::uint64_t low, std::uint64_t high) {
  if (value >= low && value <= high) return "";
  return what + " is " + std::to_string(value) + "; allowed are " + std::to_string(low) + " to " + std::to_string(high);
}

std::string smmu_names(const PlatformSpec& spec) {
  std::string list;
  for (const SmmuSpec& smmu : spec.smmus) list += (list.empty() ? "'" : ", '") + smmu.name + "'";
  return list;
}

std::string check_smmus(const PlatformSpec& spec) {
  if (spec.smmus.empty()) return "the platform has no SMMU; at least one is needed";
  std::set<std::string> names;
  for (const SmmuSpec& smmu : spec.smmus) {
    std::string problem = name_problem("SMMU", smmu.name);
    if (problem.empty() && !names.insert(smmu.name).second) problem = "SMMU name '" + smmu.name + "' is used twice";
    if (problem.empty()) problem = range_problem("tbus of SMMU '" + smmu.name + "'", smmu.tbu_count, 1, kMaxTbus);
    if (problem.empty()) {
      problem = range_problem("pmcg_counters of SMMU '" + smmu.name + "'", smmu.pmcg_counter_count, 1, kMaxPmcgCounters);
    }
    const auto cohacc = smmu.id_fields.find("IDR0.COHACC");
    if (problem.empty() && spec.noncoherent && (cohacc == smmu.id_fields.end() || cohacc->second != 0)) {
      problem = "the platform is noncoherent, but SMMU '" + smmu.name + "' says IDR0.COHACC = 1; it must be 0";
    }
    if (!problem.empty()) return location_prefix(smmu.where) + problem;
  }
  return "";
}

using SidOwners = std::map<std::pair<std::string, std::uint32_t>, std::string>;

std::string check_master(const PlatformSpec& spec, const MasterSpec& master, SidOwners* owners) {
  const SmmuSpec* smmu = nullptr;
  for (const SmmuSpec& candidate : spec.smmus) {
    if (candidate.name == master.smmu) smmu = &candidate;
  }
  const std::string who = "master '" + master.name + "'";
  if (smmu == nullptr) return who + " is behind SMMU '" + master.smmu + "', which does not exist; there is " + smmu_names(spec);
  if (master.tbu >= smmu->tbu_count) {
    return who + " uses TBU " + std::to_string(master.tbu) + " of '" + smmu->name + "'; allowed are 0 to " +
           std::to_string(smmu->tbu_count - 1);
  }
  if (master.sids.empty()) return who + " has no StreamID; sids needs at least one";
  if (master.pri && !master.ats) return who + " has pri = true without ats = true; page requests need an address translation cache";
  for (const std::uint32_t sid : master.sids) {
    const auto [owner, is_new] = owners->insert({{master.smmu, sid}, master.name});
    if (is_new) continue;
    if (owner->second == master.name) return "StreamID " + hex(sid) + " is listed twice for " + who;
    return "StreamID " + hex(sid) + " behind SMMU '" + master.smmu + "' is used by masters '" + owner->second + "' and '" +
           master.name + "'";
  }
  return range_problem("ssid_bits of " + who, master.ssid_bits, 0, kMaxSsidBits);
}

std::string check_masters(const PlatformSpec& spec) {
  std::set<std::string> names;
  SidOwners owners;
  for (const MasterSpec& master : spec.masters) {
    std::string problem = name_problem("master", master.name);
    if (problem.empty() && !names.insert(master.name).second) problem = "master name '" + master.name + "' is used twice";
    if (problem.empty()) problem = check_master(spec, master, &owners);
    if (!problem.empty()) return location_prefix(master.where) + problem;
  }
  return "";
}

std::string check_engine(const PlatformSpec& spec, const EngineSpec& engine) {
  const std::string who = "test engine '" + engine.name + "'";
  for (const SmmuSpec& smmu : spec.smmus) {
    if (smmu.name != engine.smmu) continue;
    if (engine.tbu < smmu.tbu_count) return "";
    return who + " uses TBU " + std::to_string(engine.tbu) + " of '" + smmu.name + "'; allowed are 0 to " + std::to_string(smmu.tbu_count - 1);
  }
  return who + " is behind SMMU '" + engine.smmu + "', which does not exist; there is " + smmu_names(spec);
}

std::string check_engines(const PlatformSpec& spec) {
  if (spec.engines.size() > kMaxEngines) {
    return "the platform has " + std::to_string(spec.engines.size()) + " test engines; allowed are " + std::to_string(kMaxEngines);
  }
  std::set<std::string> names;
  for (const EngineSpec& engine : spec.engines) {
    std::string problem = name_problem("test engine", engine.name);
    if (problem.empty() && !names.insert(engine.name).second) problem = "test engine name '" + engine.name + "' is used twice";
    if (problem.empty()) problem = check_engine(spec, engine);
    if (!problem.empty()) return location_prefix(engine.where) + problem;
  }
  return "";
}

}  // namespace

std::string location_prefix(const SourceLocation& where) {
  if (where.file.empty()) return "";
  return where.line > 0 ? where.file + ":" + std::to_string(where.line) + ": " : where.file + ": ";
}

std::string check_ram(std::uint64_t base, std::uint64_t bytes) {
  if (bytes < kMinRamBytes || bytes > kMaxRamBytes) {
    return std::string("RAM of ") + std::to_string(bytes) + " bytes is too " + (bytes < kMinRamBytes ? "small" : "large") +
           "; allowed are " + std::to_string(kMinRamBytes >> 20) + " to " + std::to_string(kMaxRamBytes >> 20) + " MiB";
  }
  if (bytes % 4096 != 0) return "RAM of " + std::to_string(bytes) + " bytes is not a multiple of 4096";
  if (base % (2u << 20) != 0) return "ram_base " + hex(base) + " is not aligned; it must be a multiple of 0x200000 (2 MiB)";
  constexpr std::uint64_t top = 1ull << 52;
  if (base > top || bytes > top - base) return "RAM at " + hex(base) + " ends above the 52-bit physical address space";
  return "";
}

std::string check_spec(const PlatformSpec& spec) {
  std::string problem = check_ram(spec.ram_base, spec.ram_bytes);
  if (problem.empty()) problem = check_smmus(spec);
  if (problem.empty()) problem = check_masters(spec);
  if (problem.empty()) problem = check_engines(spec);
  if (problem.empty() && spec.simulated_limit_us == 0) problem = "the limit of simulated time is 0; it must be positive";
  if (problem.empty() && spec.wall_limit_s == 0) problem = "the limit of wall-clock time is 0; it must be positive";
  return problem;
}

PlatformSpec default_platform() {
  PlatformSpec spec;
  SmmuSpec smmu;
  smmu.name = "smmu0";
  smmu.id_fields = {{"IDR1.SIDSIZE", 16}, {"IDR1.SSIDSIZE", 10}, {"IDR1.CMDQS", 10}, {"IDR1.EVENTQS", 10}, {"IDR1.PRIQS", 10}};
  spec.smmus.push_back(smmu);
  for (const char* name : {"te0", "te1"}) {
    EngineSpec engine;
    engine.name = name;
    engine.smmu = smmu.name;
    spec.engines.push_back(engine);
  }
  return spec;
}

}  // namespace tandem
