// SPDX-License-Identifier: Apache-2.0
// What the rows of the driver core run on: a context over plain memory, and SMMUs that consume every command the moment it is
// queued, so that only the driver's instructions are timed. Not here: the rows (driver_rows.cpp).
#ifndef TANDEM_BENCH_DRIVER_RIG_H
#define TANDEM_BENCH_DRIVER_RIG_H

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "smmuv3/smmuv3.h"

namespace tandem::bench {

// A register file with the handshakes of a complete little SMMU; nothing else happens behind it.
class ConsumerSmmu {
 public:
  ConsumerSmmu();
  smmu_port port();

 private:
  static std::uint32_t read32(void* self, std::uint32_t offset);
  static void write32(void* self, std::uint32_t offset, std::uint32_t value);
  std::uint32_t& reg(std::uint32_t offset) { return regs_[(offset >> 16 & 1) << 10 | (offset & 0xfff) >> 2]; }

  std::array<std::uint32_t, 2048> regs_{};  // pages 0 and 1, 4 KiB of each
};

// Ends the measurement with a std::runtime_error when a call of the driver fails.
void check(smmu_status status, const char* what);

class DriverRig {
 public:
  explicit DriverRig(unsigned smmus = 0);
  ~DriverRig();
  DriverRig(const DriverRig&) = delete;
  DriverRig& operator=(const DriverRig&) = delete;

  smmu_domain* make_domain();
  smmu_master* make_master(unsigned smmu, std::uint32_t sid, std::uint8_t ssid_bits);
  unsigned smmus() const { return static_cast<unsigned>(devs_.size()); }
  struct smmu_dev_stats stats(unsigned smmu) const;

 private:
  void *dma_, *memory_;
  smmu_sys* sys_ = nullptr;
  std::vector<std::unique_ptr<ConsumerSmmu>> smmus_;
  std::vector<smmu_dev*> devs_;
};

}  // namespace tandem::bench

#endif
