// SPDX-License-Identifier: Apache-2.0
// The caches of the core as text. Proof: tb/shell/test/shell_test.lua.
#include <cinttypes>
#include <cstdio>

#include "smmu_model.h"

namespace smmu_model_tlm {
namespace {

const char* stages(bool stage1, bool stage2) { return stage1 ? (stage2 ? "both stages" : "stage 1") : stage2 ? "stage 2" : "bypass"; }

}  // namespace

std::string SmmuModel::cache_report() const {
  std::string text;
  char line[160];
  smmu_cached_config config;
  for (std::uint32_t at = 0; smmu_core_next_config(core_.get(), &at, &config);) {
    std::snprintf(line, sizeof line, "config  StreamID 0x%" PRIx32, config.sid);
    text += line;
    if (config.ssv) {
      std::snprintf(line, sizeof line, " SubstreamID 0x%" PRIx32, config.ssid);
      text += line;
    }
    std::snprintf(line, sizeof line, ": %s, ASID 0x%x, VMID 0x%x\n", stages(config.stage1, config.stage2), config.asid, config.vmid);
    text += line;
  }
  smmu_cached_translation entry;
  for (std::uint32_t at = 0; smmu_core_next_translation(core_.get(), &at, &entry);) {
    std::snprintf(line, sizeof line, "TLB     0x%" PRIx64 " -> PA 0x%" PRIx64 ", 2^%u bytes: %s, ASID 0x%x, VMID 0x%x%s\n", entry.address, entry.pa,
                  entry.size_log2, stages(entry.stage1, entry.stage2), entry.asid, entry.vmid, entry.el2 ? ", EL2" : "");
    text += line;
  }
  return text.empty() ? "empty\n" : text;
}

}  // namespace smmu_model_tlm
