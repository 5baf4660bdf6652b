// SPDX-License-Identifier: Apache-2.0
// The hooks of the driver port over a small platform with one SMMU on the TLM model, called from CPU threads.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "platform/platform.h"
#include "platform/spec_check.h"
#include "port/driver_port.h"
#include "smmuv3_arch.h"

using namespace tandem;

namespace {

// One platform per process: SystemC has one kernel.
Platform& platform() {
  static const std::unique_ptr<Platform> the_one = [] {
    PlatformSpec spec = default_platform();
    spec.ram_bytes = 32ull << 20;
    std::string error;
    auto made = Platform::create(spec, "tlm", &error);
    EXPECT_EQ("", error);
    return made;
  }();
  return *the_one;
}

}  // namespace

TEST(driver_port, the_arena_is_the_top_quarter_of_ram_aligned_to_its_size) {
  DriverPort port(platform());
  EXPECT_EQ("", port.init());
  // 32 MiB from 0x80000000: the last 8 MiB start at 0x81800000.
  EXPECT_EQ(0x81800000u, port.arena_pa());
  struct smmu_sys_stats stats{};
  ASSERT_EQ(SMMU_OK, smmu_sys_stats(port.sys(), &stats));
  EXPECT_LE(stats.dma_size_bytes, 8u << 20);
  EXPECT_EQ(platform().ram() + (8 << 20) * 3, smmu_sys_virt(port.sys(), smmu_pa{0x81800000}));
}

TEST(driver_port, registers_are_those_of_the_smmu_and_accesses_take_time) {
  DriverPort port(platform());
  platform().host_call([&] {
    const smmu_port p = port.port(0);
    const std::uint64_t before = platform().now_ps();
    EXPECT_EQ(platform().mmio_read32(0, SMMU_IDR0), p.read32(p.ctx, SMMU_IDR0));
    p.write64(p.ctx, SMMU_STRTAB_BASE, 0x80123440);
    EXPECT_EQ(0x80123440u, p.read64(p.ctx, SMMU_STRTAB_BASE));
    p.write32(p.ctx, SMMU_CMDQ_PROD, 5);
    EXPECT_EQ(5u, p.read32(p.ctx, SMMU_CMDQ_PROD));
    EXPECT_GT(platform().now_ps(), before);
  });
}

// Two threads, a lock held across a wait: the second gets it only after the first has let go.
TEST(driver_port, a_lock_held_across_a_wait_keeps_others_out) {
  DriverPort port(platform());
  ASSERT_EQ("", port.init());
  smmu_host host{};
  port.fill_host(&host);
  smmu_lock lock{};
  std::vector<int> order;
  platform().spawn_cpu("first", [&] {
    host.lock(host.ctx, &lock);
    order.push_back(1);
    platform().wait_ns(500);
    order.push_back(2);
    host.unlock(host.ctx, &lock);
  });
  platform().spawn_cpu("second", [&] {
    platform().wait_ns(100);
    host.lock(host.ctx, &lock);
    order.push_back(3);
    host.unlock(host.ctx, &lock);
  });
  EXPECT_EQ(Platform::RunEnd::AllThreadsEnded, platform().run());
  EXPECT_EQ((std::vector<int>{1, 2, 3}), order);
}

TEST(driver_port, relax_lets_time_pass) {
  DriverPort port(platform());
  smmu_host host{};
  port.fill_host(&host);
  platform().host_call([&] {
    const std::uint64_t before = host.now_us(host.ctx);
    for (int i = 0; i < 1000; ++i) host.relax(host.ctx);
    EXPECT_GE(host.now_us(host.ctx), before + 1);
  });
}
