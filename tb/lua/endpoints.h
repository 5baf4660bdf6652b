// SPDX-License-Identifier: Apache-2.0
// The devices of a scenario's platform that have an address translation cache, and the driver's switches of each.
// Not here: the device itself (masters/atc_master.h), the Lua calls (atc_binding.cpp). Proof: scenarios/ats, tb/lua/test/endpoint.lua.
#ifndef TANDEM_LUA_ENDPOINTS_H
#define TANDEM_LUA_ENDPOINTS_H

#include <cstddef>
#include <memory>
#include <vector>

#include "smmuv3/smmuv3.h"

namespace tandem {
class AtcHub;
class AtcMaster;
class Platform;
}  // namespace tandem

namespace tandem::lua {

class Endpoints {
 public:
  // ATS and page requests of every device are off: the driver switches them on.
  explicit Endpoints(Platform& platform);
  ~Endpoints();
  Endpoints(const Endpoints&) = delete;
  Endpoints& operator=(const Endpoints&) = delete;

  // Of master number `master` of the platform, from 0; null for a device without such a cache.
  AtcMaster* device(std::size_t master) { return devices_.at(master).get(); }
  const smmu_endpoint* hooks(std::size_t master) const { return devices_.at(master) ? &hooks_.at(master) : nullptr; }

 private:
  std::unique_ptr<AtcHub> hub_;  // null where no device has a cache: SMMUs then complete invalidations themselves
  std::vector<std::unique_ptr<AtcMaster>> devices_;
  std::vector<smmu_endpoint> hooks_;
};

}  // namespace tandem::lua

#endif
