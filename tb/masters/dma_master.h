// SPDX-License-Identifier: Apache-2.0
// A device that does DMA: reads, writes, patterns that a read finds again, in the calling CPU thread or in its own.
// Not here: PCIe behaviour (ATS, PRI). Proof: tb/tests/test_platform.cpp.
#ifndef TANDEM_MASTERS_DMA_MASTER_H
#define TANDEM_MASTERS_DMA_MASTER_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/platform.h"

namespace tandem {

// What one transfer has beside address and data.
struct DmaOptions {
  std::optional<std::uint32_t> sid;   // default: the first StreamID of the master
  std::optional<std::uint32_t> ssid;
  bool privileged = false, instruction = false;
  smmu_tlm::AtsKind ats = smmu_tlm::AtsKind::Untranslated;
  std::uint64_t timeout_ns = 1'000'000'000;
};

// A transfer that runs in a thread of its own. result and data are valid once done.
struct DmaTransfer {
  bool done = false;
  AccessResult result;
  std::vector<std::uint8_t> data;
};

// Where a pattern was not found.
struct DmaMismatch {
  std::uint64_t iova = 0;
  std::uint8_t expected = 0, actual = 0;
};

struct DmaVerdict {
  AccessResult result;
  std::optional<DmaMismatch> mismatch;  // the first byte that differs; only looked for when the read was Ok
};

// The byte of pattern `seed` at one IOVA; any part of a pattern can be made and checked alone.
std::uint8_t dma_pattern_byte(std::uint64_t seed, std::uint64_t iova);

class DmaMaster {
 public:
  // The master `name` of the platform's spec; throws std::invalid_argument when there is none.
  DmaMaster(Platform& platform, const std::string& name);

  const MasterSpec& spec() const { return spec_; }
  unsigned smmu() const { return smmu_; }

  // From a CPU thread; block until answered, stalled or timed out.
  AccessResult write(std::uint64_t iova, const void* data, std::uint32_t bytes, const DmaOptions& options = {});
  AccessResult read(std::uint64_t iova, void* data, std::uint32_t bytes, const DmaOptions& options = {});
  AccessResult write_pattern(std::uint64_t iova, std::uint32_t bytes, std::uint64_t seed, const DmaOptions& options = {});
  DmaVerdict verify_pattern(std::uint64_t iova, std::uint32_t bytes, std::uint64_t seed, const DmaOptions& options = {});

  // Return at once. Wait for transfer->done with Platform::wait_until.
  std::shared_ptr<DmaTransfer> start_write(std::uint64_t iova, std::vector<std::uint8_t> data, const DmaOptions& options = {});
  std::shared_ptr<DmaTransfer> start_read(std::uint64_t iova, std::uint32_t bytes, const DmaOptions& options = {});

 private:
  Access make_access(std::uint64_t iova, std::uint8_t* data, std::uint32_t bytes, bool write, const DmaOptions& options) const;
  std::shared_ptr<DmaTransfer> start(std::uint64_t iova, std::vector<std::uint8_t> data, bool write, const DmaOptions& options);

  Platform& platform_;
  MasterSpec spec_;
  unsigned smmu_ = 0;
};

}  // namespace tandem

#endif
