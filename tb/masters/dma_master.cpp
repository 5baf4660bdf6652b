// SPDX-License-Identifier: Apache-2.0
// The transfers of dma_master.h. Proof: tb/tests/test_platform.cpp.
#include "masters/dma_master.h"

#include <stdexcept>
#include <utility>

namespace tandem {

std::uint8_t dma_pattern_byte(std::uint64_t seed, std::uint64_t iova) {
  std::uint64_t x = (seed + 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull ^ iova;  // any mixing does; neighbours must differ
  x = (x ^ x >> 31) * 0x94d049bb133111ebull;
  return static_cast<std::uint8_t>(x >> 56);
}

DmaMaster::DmaMaster(Platform& platform, const std::string& name) : platform_(platform) {
  const PlatformSpec& spec = platform.spec();
  bool found = false;
  for (const MasterSpec& master : spec.masters) {
    if (master.name != name) continue;
    spec_ = master;
    found = true;
  }
  if (!found) throw std::invalid_argument("the platform has no master '" + name + "'");
  for (unsigned i = 0; i < spec.smmus.size(); ++i) {
    if (spec.smmus[i].name == spec_.smmu) smmu_ = i;
  }
}

Access DmaMaster::make_access(std::uint64_t iova, std::uint8_t* data, std::uint32_t bytes, bool write,
                              const DmaOptions& options) const {
  Access access;
  access.smmu = smmu_;
  access.tbu = spec_.tbu;
  access.sid = options.sid.value_or(spec_.sids.front());
  access.ssid = options.ssid.value_or(0);
  access.ssid_valid = options.ssid.has_value();
  access.iova = iova;
  access.data = data;
  access.bytes = bytes;
  access.write = write;
  access.instruction = options.instruction;
  access.privileged = options.privileged;
  access.ats = options.ats;
  return access;
}

AccessResult DmaMaster::write(std::uint64_t iova, const void* data, std::uint32_t bytes, const DmaOptions& options) {
  auto* source = static_cast<std::uint8_t*>(const_cast<void*>(data));  // a write only reads its buffer
  return platform_.access(make_access(iova, source, bytes, true, options), options.timeout_ns);
}

AccessResult DmaMaster::read(std::uint64_t iova, void* data, std::uint32_t bytes, const DmaOptions& options) {
  return platform_.access(make_access(iova, static_cast<std::uint8_t*>(data), bytes, false, options), options.timeout_ns);
}

AccessResult DmaMaster::write_pattern(std::uint64_t iova, std::uint32_t bytes, std::uint64_t seed, const DmaOptions& options) {
  std::vector<std::uint8_t> data(bytes);
  for (std::uint32_t i = 0; i < bytes; ++i) data[i] = dma_pattern_byte(seed, iova + i);
  return write(iova, data.data(), bytes, options);
}

DmaVerdict DmaMaster::verify_pattern(std::uint64_t iova, std::uint32_t bytes, std::uint64_t seed, const DmaOptions& options) {
  std::vector<std::uint8_t> data(bytes);
  DmaVerdict verdict;
  verdict.result = read(iova, data.data(), bytes, options);
  if (verdict.result.status != AccessStatus::Ok) return verdict;
  for (std::uint32_t i = 0; i < bytes; ++i) {
    const std::uint8_t expected = dma_pattern_byte(seed, iova + i);
    if (data[i] == expected) continue;
    verdict.mismatch = DmaMismatch{iova + i, expected, data[i]};
    break;
  }
  return verdict;
}

std::shared_ptr<DmaTransfer> DmaMaster::start_write(std::uint64_t iova, std::vector<std::uint8_t> data, const DmaOptions& options) {
  return start(iova, std::move(data), true, options);
}

std::shared_ptr<DmaTransfer> DmaMaster::start_read(std::uint64_t iova, std::uint32_t bytes, const DmaOptions& options) {
  return start(iova, std::vector<std::uint8_t>(bytes), false, options);
}

std::shared_ptr<DmaTransfer> DmaMaster::start(std::uint64_t iova, std::vector<std::uint8_t> data, bool write,
                                              const DmaOptions& options) {
  auto transfer = std::make_shared<DmaTransfer>();
  transfer->data = std::move(data);
  const auto bytes = static_cast<std::uint32_t>(transfer->data.size());
  const Access access = make_access(iova, transfer->data.data(), bytes, write, options);
  platform_.spawn_cpu("dma " + spec_.name, [&platform = platform_, transfer, access, timeout_ns = options.timeout_ns] {
    transfer->result = platform.access(access, timeout_ns);
    transfer->done = true;
  });
  return transfer;
}

}  // namespace tandem
