// SPDX-License-Identifier: Apache-2.0
// Hooks of the driver core over Platform. Proof: tb/port/test/test_driver_port.cpp.
#include "port/driver_port.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

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

// What memory holds before anybody writes to it: a table that is not cleaned after it was zeroed is then seen to be none.
void fill_with_garbage(std::uint8_t* bytes, std::uint64_t size, std::uint64_t seed) {
  std::uint64_t state = seed * 2 + 1;
  for (std::uint64_t at = 0; at < size; at += sizeof state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(bytes + at, &state, sizeof state);
  }
}

void unlock(void*, smmu_lock* lock) { lock->word[0] = 0; }

}  // namespace

std::uint64_t DriverPort::now_us(void* ctx) { return static_cast<Cpu*>(ctx)->platform->now_ps() / 1'000'000; }

void DriverPort::relax(void* ctx) {
  auto* cpu = static_cast<Cpu*>(ctx);
  if (cpu->cache != nullptr) cpu->cache->arrive_some();
  cpu->platform->wait_ns(kRelaxNs);
}

// Simulation threads switch only inside waits, so a flag that waits until it is free is a lock.
void DriverPort::lock(void* ctx, smmu_lock* lock) {
  while (lock->word[0] != 0) relax(ctx);
  lock->word[0] = 1;
}

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
  if (platform.spec().noncoherent && arena_pa_ >= platform.ram_base()) {
    fill_with_garbage(arena_in_ram(), arena_bytes_, platform.spec().seed);
    cache_ = std::make_unique<CpuCache>(arena_in_ram(), arena_bytes_, platform.spec().seed);
  }
  cpu_ = {&platform, cache_.get()};
}

std::uint8_t* DriverPort::arena_in_ram() { return platform_.ram() + (arena_pa_ - platform_.ram_base()); }

// The arenas go away as a whole; objects of the context need no teardown of their own.
DriverPort::~DriverPort() = default;

void DriverPort::fill_host(smmu_host* host) {
  host->ctx = &cpu_;
  host->now_us = now_us;
  host->relax = relax;
  host->lock = lock;
  host->unlock = unlock;
  host->trace = platform_.trace_sink();
  if (!cache_) return;
  host->publish = [](void* ctx) { static_cast<Cpu*>(ctx)->cache->publish(); };
  host->clean = [](void* ctx, const void* start, std::size_t bytes) { static_cast<Cpu*>(ctx)->cache->clean(start, bytes); };
  host->discard = [](void* ctx, const void* start, std::size_t bytes) { static_cast<Cpu*>(ctx)->cache->discard(start, bytes); };
}

std::string DriverPort::init() {
  if (arena_pa_ < platform_.ram_base() + kMiB || platform_.ram_bytes() < 4 * kArenaMin) {
    return "platform.ram_mib: the driver needs at least 4 MiB of RAM";
  }
  memory_.reset(std::aligned_alloc(64, kMemoryBytes));
  if (!memory_) return "out of host memory";
  smmu_sys_config config{};
  fill_host(&config.host);
  config.dma.virt = cache_ ? cache_->view() : arena_in_ram();
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
