// SPDX-License-Identifier: Apache-2.0
// The table of backend_registry.h. Proof: tb/tests/test_platform_errors.cpp.
#include "backend/backend_registry.h"

#include <map>
#include <utility>

#include "backend/qemu/qemu_module.h"
#ifdef TANDEM_HAS_TLM
#include "smmuv3_tlm/model.h"
#endif
#ifdef TANDEM_HAS_RTL
#include "smmuv3_rtl/rtl.h"
#endif

namespace tandem {
namespace {

std::map<std::string, BackendFactory> built_in() {
  std::map<std::string, BackendFactory> factories;
#ifdef TANDEM_HAS_TLM
  factories["tlm"] = {smmu_model_tlm::default_ids, smmu_model_tlm::check,
                      [](const std::string& name, const auto& config) { return smmu_model_tlm::make(name.c_str(), config); }, true, {}, true};
#endif
#ifdef TANDEM_HAS_RTL
  factories["rtl"] = {smmu_rtl::default_ids, smmu_rtl::check,
                      [](const std::string& name, const auto& config) { return smmu_rtl::make(name.c_str(), config); }, false, {}, true};
  for (const smmu_rtl::BlockFactory& block : smmu_rtl::further_blocks()) factories[block.name] = {block.default_ids, block.check, block.make, false, {}};
#endif
  factories["qemu"] = qemu::factory();
  return factories;
}

std::map<std::string, BackendFactory>& registry() {
  static std::map<std::string, BackendFactory> factories = built_in();
  return factories;
}

}  // namespace

const BackendFactory* find_backend(const std::string& name, std::string* error) {
  const auto found = registry().find(name);
  if (found != registry().end()) return &found->second;
  if (name == "tlm" || name == "rtl") {
    *error = "backend '" + name + "' is not built into this program";
    return nullptr;
  }
  *error = "backend '" + name + "' is unknown; this program has";
  const char* separator = " ";
  for (const auto& [known, factory] : registry()) {
    *error += separator + ("'" + known + "'");
    separator = ", ";
  }
  return nullptr;
}

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const auto& [name, factory] : registry()) names.push_back(name);
  return names;
}

std::vector<std::string> whole_backend_names() {
  std::vector<std::string> names;
  for (const char* name : {"tlm", "rtl"}) {
    if (registry().count(name) != 0) names.emplace_back(name);
  }
  return names;
}

void register_backend(const std::string& name, BackendFactory factory) { registry()[name] = std::move(factory); }

}  // namespace tandem
