// SPDX-License-Identifier: Apache-2.0
// The driver core's port over a Platform: registers become MMIO of a CPU thread, time is simulated time, waiting lets it
// pass, locks are held by simulation threads, DMA memory is the top of the platform's RAM.
// Not here: which driver calls are made (tb/lua, libtandem users). Proof: tb/port/test/test_driver_port.cpp.
#ifndef TANDEM_PORT_DRIVER_PORT_H
#define TANDEM_PORT_DRIVER_PORT_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/platform.h"
#include "port/cpu_cache.h"
#include "smmuv3/smmuv3.h"

namespace tandem {

class DriverPort {
 public:
  explicit DriverPort(Platform& platform);
  ~DriverPort();
  DriverPort(const DriverPort&) = delete;
  DriverPort& operator=(const DriverPort&) = delete;

  // Builds the driver context in the arenas. Empty, or a sentence (RAM too small and the like).
  std::string init();
  smmu_sys* sys() const { return sys_; }
  // CPU-side hooks, as init() gives them to the context.
  void fill_host(smmu_host* host);
  // The registers of one SMMU; lives as long as this object.
  smmu_port port(unsigned smmu);
  // On a platform that is not coherent the driver works on a cache of its arena; RAM is what SMMUs see.
  // First byte of the DMA arena: RAM below it belongs to the scenario.
  std::uint64_t arena_pa() const { return arena_pa_; }

 private:
  struct Smmu {
    Platform* platform = nullptr;
    unsigned index = 0;
  };
  struct Free {
    void operator()(void* bytes) const;
  };

  // What the host hooks know, and those that need it.
  struct Cpu {
    Platform* platform = nullptr;
    CpuCache* cache = nullptr;  // null: coherent
  };
  static std::uint64_t now_us(void* ctx);
  static void relax(void* ctx);
  static void lock(void* ctx, smmu_lock* lock);
  std::uint8_t* arena_in_ram();

  Platform& platform_;
  Cpu cpu_;
  std::vector<std::unique_ptr<Smmu>> smmus_;
  std::uint64_t arena_pa_ = 0, arena_bytes_ = 0;
  std::unique_ptr<CpuCache> cache_;
  std::unique_ptr<void, Free> memory_;
  smmu_sys* sys_ = nullptr;
};

}  // namespace tandem

#endif
