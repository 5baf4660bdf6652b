// SPDX-License-Identifier: Apache-2.0
// See driver_rig.h. Proof: tb/bench/test/test_bench.cpp.
#include "bench/driver_rig.h"

#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string>

#include "smmuv3_arch.h"

namespace tandem::bench {
namespace {

constexpr std::size_t kDma = 32u << 20, kMemory = 8u << 20;

std::uint64_t now_us(void*) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

void check(smmu_status status, const char* what) {
  if (status != SMMU_OK) throw std::runtime_error(std::string("tandem bench: ") + what + ": " + smmu_status_name(status));
}

// Both stages, two-level streams, 16-bit tags, 16 bits of StreamID, 10 of SubstreamID, OAS 44, range invalidation, coherent.
ConsumerSmmu::ConsumerSmmu() {
  reg(SMMU_IDR0) = 0x0844121b;
  reg(SMMU_IDR1) = 0x0d084290;
  reg(SMMU_IDR3) = 0x1400;
  reg(SMMU_IDR5) = 0x14;
  reg(SMMU_IIDR) = 0x43b;
  reg(SMMU_AIDR) = 2;
}

smmu_port ConsumerSmmu::port() {
  smmu_port port{};
  port.ctx = this;
  port.read32 = read32;
  port.write32 = write32;
  return port;
}

std::uint32_t ConsumerSmmu::read32(void* self, std::uint32_t offset) { return static_cast<ConsumerSmmu*>(self)->reg(offset); }

void ConsumerSmmu::write32(void* self, std::uint32_t offset, std::uint32_t value) {
  ConsumerSmmu* const smmu = static_cast<ConsumerSmmu*>(self);
  smmu->reg(offset) = value;
  if (offset == SMMU_CMDQ_PROD) smmu->reg(SMMU_CMDQ_CONS) = value;
  if (offset == SMMU_CR0) smmu->reg(SMMU_CR0ACK) = value;
  if (offset == SMMU_IRQ_CTRL) smmu->reg(SMMU_IRQ_CTRLACK) = value;
  if (offset == SMMU_GBPA) smmu->reg(SMMU_GBPA) = value & ~SMMU_GBPA_Update_MASK;
}

DriverRig::DriverRig(unsigned smmus) : dma_(std::aligned_alloc(kDma, kDma)), memory_(std::aligned_alloc(64, kMemory)) {
  smmu_sys_config config{};
  config.host.now_us = now_us;
  config.dma = {dma_, 0x80000000, kDma};
  config.memory = {memory_, kMemory};
  check(smmu_sys_init(&config, &sys_), "smmu_sys_init");
  for (unsigned i = 0; i < smmus; ++i) {
    smmus_.push_back(std::make_unique<ConsumerSmmu>());
    const smmu_port port = smmus_.back()->port();
    smmu_dev* dev = nullptr;
    check(smmu_dev_probe(sys_, &port, nullptr, &dev), "smmu_dev_probe");
    check(smmu_dev_enable(dev), "smmu_dev_enable");
    devs_.push_back(dev);
  }
}

DriverRig::~DriverRig() {
  std::free(dma_);
  std::free(memory_);
}

smmu_domain* DriverRig::make_domain() {
  smmu_domain_config config{};
  config.type = SMMU_DOMAIN_S1;
  smmu_domain* domain = nullptr;
  check(smmu_domain_create(sys_, &config, &domain), "smmu_domain_create");
  return domain;
}

smmu_master* DriverRig::make_master(unsigned smmu, std::uint32_t sid, std::uint8_t ssid_bits) {
  smmu_master_config config{};
  config.dev = devs_[smmu];
  config.sids = &sid;
  config.sid_count = 1;
  config.ssid_bits = ssid_bits;
  smmu_master* master = nullptr;
  check(smmu_master_create(sys_, &config, &master), "smmu_master_create");
  return master;
}

struct smmu_dev_stats DriverRig::stats(unsigned smmu) const {
  struct smmu_dev_stats stats{};
  check(::smmu_dev_stats(devs_[smmu], &stats), "smmu_dev_stats");
  return stats;
}

}  // namespace tandem::bench
