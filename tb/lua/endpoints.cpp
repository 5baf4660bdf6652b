// SPDX-License-Identifier: Apache-2.0
// Devices with an ATC and what the driver core switches at them. Proof: scenarios/ats, tb/lua/test/endpoint.lua.
#include "lua/endpoints.h"

#include <algorithm>

#include "masters/atc_master.h"

namespace tandem::lua {
namespace {

AtcMaster& device_of(void* ctx) { return *static_cast<AtcMaster*>(ctx); }

smmu_endpoint hooks_of(AtcMaster* device) {
  smmu_endpoint hooks{};
  hooks.ctx = device;
  hooks.enable_ats = [](void* ctx, std::uint8_t) {
    device_of(ctx).set_ats(true);
    return SMMU_OK;
  };
  hooks.disable_ats = [](void* ctx) { device_of(ctx).set_ats(false); };
  hooks.enable_pri = [](void* ctx) {
    device_of(ctx).set_pri(true);
    return SMMU_OK;
  };
  hooks.disable_pri = [](void* ctx) { device_of(ctx).set_pri(false); };
  return hooks;
}

}  // namespace

Endpoints::Endpoints(Platform& platform) {
  const std::vector<MasterSpec>& masters = platform.spec().masters;
  devices_.resize(masters.size());
  hooks_.resize(masters.size());
  if (std::none_of(masters.begin(), masters.end(), [](const MasterSpec& master) { return master.ats; })) return;
  hub_ = std::make_unique<AtcHub>(platform);
  for (std::size_t i = 0; i < masters.size(); ++i) {
    if (!masters[i].ats) continue;
    devices_[i] = std::make_unique<AtcMaster>(*hub_, masters[i].name);
    devices_[i]->set_ats(false);
    devices_[i]->set_pri(false);
    hooks_[i] = hooks_of(devices_[i].get());
  }
}

Endpoints::~Endpoints() = default;

}  // namespace tandem::lua
