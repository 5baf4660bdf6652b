// SPDX-License-Identifier: Apache-2.0
// Hooks of the driver core over Platform. Proof: tb/port/test/test_driver_port.cpp.
#include "port/driver_port.h"

#include <algorithm>
#include <cstdlib>

namespace tandem {
namespace {

constexpr std::uint64_t kMiB = 1ull << 20;
// A quarter of RAM for tables and queues: a power of two, so that the arena is aligned to its size as large tables want.
constexpr std::uint64_t kArenaMin = 1 * kMiB, kArenaMax = 64 * kMiB;
// Host-only memory: allocator state of both arenas and objects of some thousand domains.
constexpr std::size_t kMemoryBytes = 24 * kMiB;
// One round of a waiting loop. Short against a walk, so that a SYNC is not held up by its own poll interval.
constexpr std::uint64_t kRelaxNs = 20;

std::uint64_t largest_power_of_two(std::uint64_t limit) {
  std::uint64_t value = 1;
  while (value * 2 <= limit) value *= 2;
  return value;
}

Platform& platform_of(void* ctx) { return *static_cast<Platform*>(ctx); }

std::uint64_t now_us(void* ctx) { return platform_of(ctx).now_ps() / 1'000'000; }

void relax(void* ctx) { platform_of(ctx).wait_ns(kRelaxNs); }

// Simulation threads switch only inside waits, so a flag that waits until it is free is a lock.
void lock(void* ctx, smmu_lock* lock) {
  while (lock->word[0] != 0) platform_of(ctx).wait_ns(kRelaxNs);
  lock->word[0] = 1;
}

void unlock(void*, smmu_lock* lock) { lock->word[0] = 0; }

}  // namespace

void DriverPort::Free::operator()(void* bytes) const { std::free(bytes); }

DriverPort::DriverPort(Platform& platform) : platform_(platform) {
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    auto smmu = std::make_unique<Smmu>();
    smmu->platform = &platform;
    smmu->index = i;
    smmus_.push_back(std::move(smmu));
  }
  arena_bytes_ = std::clamp(largest_power_of_two(platform.ram_bytes() / 4), kArenaMin, kArenaMax);
  const std::uint64_t end = platform.ram_base() + platform.ram_bytes();
  arena_pa_ = (end - arena_bytes_) & ~(arena_bytes_ - 1);
}

// The arenas go away as a whole; objects of the context need no teardown of their own.
DriverPort::~DriverPort() = default;

void DriverPort::fill_host(smmu_host* host) {
  host->ctx = &platform_;
  host->now_us = now_us;
  host->relax = relax;
  host->lock = lock;
  host->unlock = unlock;
  host->trace = platform_.trace_sink();
}

std::string DriverPort::init() {
  if (arena_pa_ < platform_.ram_base() + kMiB || platform_.ram_bytes() < 4 * kArenaMin) {
    return "platform.ram_mib: the driver needs at least 4 MiB of RAM";
  }
  memory_.reset(std::aligned_alloc(64, kMemoryBytes));
  if (!memory_) return "out of host memory";
  smmu_sys_config config{};
  fill_host(&config.host);
  config.dma.virt = platform_.ram() + (arena_pa_ - platform_.ram_base());
  config.dma.pa = arena_pa_;
  config.dma.size_bytes = arena_bytes_;
  config.memory.virt = memory_.get();
  config.memory.size_bytes = kMemoryBytes;
  const smmu_status status = smmu_sys_init(&config, &sys_);
  if (status == SMMU_OK) return "";
  return std::string("the driver context: ") + smmu_status_name(status) + ", " + smmu_status_text(status);
}

smmu_port DriverPort::port(unsigned smmu) {
  smmu_port port{};
  port.ctx = smmus_.at(smmu).get();
  port.read32 = [](void* ctx, std::uint32_t offset) {
    auto* s = static_cast<Smmu*>(ctx);
    return s->platform->mmio_read32(s->index, offset);
  };
  port.write32 = [](void* ctx, std::uint32_t offset, std::uint32_t value) {
    auto* s = static_cast<Smmu*>(ctx);
    s->platform->mmio_write32(s->index, offset, value);
  };
  port.read64 = [](void* ctx, std::uint32_t offset) {
    auto* s = static_cast<Smmu*>(ctx);
    return s->platform->mmio_read64(s->index, offset);
  };
  port.write64 = [](void* ctx, std::uint32_t offset, std::uint64_t value) {
    auto* s = static_cast<Smmu*>(ctx);
    s->platform->mmio_write64(s->index, offset, value);
  };
  // The SMMU reports its own MMIO accesses; a second record from the driver would only double them.
  port.trace = nullptr;
  return port;
}

}  // namespace tandem
