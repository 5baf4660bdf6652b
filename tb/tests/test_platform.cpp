// SPDX-License-Identifier: Apache-2.0
// Registers, accesses, masters, interrupts, waiting, trace and host calls of a platform, on the test double "bypass".
#include "tests/one_platform.h"
#include "trace/sinks.h"

namespace {

using namespace tandem;
using namespace tandem_test;

class PlatformTest : public OnePlatform {};

TEST_F(PlatformTest, registers_read_back_per_smmu_and_time_advances) {
  on_cpu([&] {
    const std::uint64_t start = platform_->now_ps();
    platform_->mmio_write64(0, 0x80, 0x1122334455667788);
    EXPECT_GT(platform_->now_ps(), start);
    platform_->mmio_write32(1, 0x80, 0x99);
    EXPECT_EQ(platform_->mmio_read64(0, 0x80), 0x1122334455667788u);
    EXPECT_EQ(platform_->mmio_read32(0, 0x84), 0x11223344u);
    EXPECT_EQ(platform_->mmio_read32(1, 0x80), 0x99u);
  });
}

TEST_F(PlatformTest, registers_outside_the_frame_read_zero) {
  on_cpu([&] {
    platform_->mmio_write32(0, 0xdfffc, 7);
    EXPECT_EQ(platform_->mmio_read32(0, 0xdfffc), 7u);
    platform_->mmio_write32(0, 0xe0000, 7);
    EXPECT_EQ(platform_->mmio_read32(0, 0xe0000), 0u);
    EXPECT_EQ(platform_->mmio_read64(0, 0xdfffc), 0u);  // its second half is outside
    EXPECT_EQ(platform_->mmio_read32(0, 0xffffffff), 0u);
    EXPECT_THROW(platform_->mmio_read32(2, 0), std::out_of_range);
  });
}

TEST_F(PlatformTest, a_write_lands_in_ram_and_a_read_returns_it) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_b");
    EXPECT_EQ(master.smmu(), 1u);
    const std::uint64_t start = platform_->now_ps();
    EXPECT_EQ(master.write(base() + 0x1003, "tandem", 6).status, AccessStatus::Ok);
    EXPECT_EQ(platform_->now_ps() - start, kClientNs * 1000u);
    EXPECT_EQ(std::memcmp(platform_->ram() + 0x1003, "tandem", 6), 0);
    char back[6] = {};
    EXPECT_EQ(master.read(base() + 0x1003, back, 6).status, AccessStatus::Ok);
    EXPECT_EQ(std::memcmp(back, "tandem", 6), 0);
  });
}

TEST_F(PlatformTest, an_abort_leaves_the_callers_bytes_alone_and_differs_from_a_memory_error) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_a");
    DmaOptions options;
    options.sid = kSidAborts;
    std::uint8_t byte = 0x5a;
    AccessResult result = master.read(base(), &byte, 1, options);
    EXPECT_EQ(result.status, AccessStatus::Abort);
    EXPECT_FALSE(result.memory_error);
    EXPECT_EQ(byte, 0x5a);
    ErrorInjection injection;
    injection.pa = base();
    injection.bytes = 1;
    const unsigned handle = platform_->inject_error(injection);
    result = master.read(base(), &byte, 1);
    EXPECT_EQ(result.status, AccessStatus::Abort);
    EXPECT_TRUE(result.memory_error);
    platform_->clear_error(handle);
    EXPECT_EQ(master.read(base(), &byte, 1).status, AccessStatus::Ok);
  });
}

TEST_F(PlatformTest, a_pattern_is_found_again_and_one_wrong_byte_is_named) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_a");
    EXPECT_EQ(master.write_pattern(base() + 5, 9000, 3).status, AccessStatus::Ok);
    EXPECT_FALSE(master.verify_pattern(base() + 5, 9000, 3).mismatch.has_value());
    EXPECT_TRUE(master.verify_pattern(base() + 5, 9000, 4).mismatch.has_value());
    platform_->ram()[5 + 4321] ^= 1;
    const DmaVerdict verdict = master.verify_pattern(base() + 5, 9000, 3);
    ASSERT_TRUE(verdict.mismatch.has_value());
    EXPECT_EQ(verdict.mismatch->iova, base() + 5 + 4321);
    EXPECT_EQ(verdict.mismatch->actual, verdict.mismatch->expected ^ 1);
  });
}

TEST_F(PlatformTest, transfers_started_together_run_at_the_same_time) {
  on_cpu([&] {
    DmaMaster a(*platform_, "dma_a"), b(*platform_, "dma_b");
    const std::uint64_t start = platform_->now_ps();
    auto first = a.start_write(base(), std::vector<std::uint8_t>(64, 1));
    auto second = b.start_write(base() + 64, std::vector<std::uint8_t>(64, 2));
    EXPECT_FALSE(first->done);
    EXPECT_TRUE(platform_->wait_until([&] { return first->done && second->done; }, 1000));
    EXPECT_LT(platform_->now_ps() - start, 2u * kClientNs * 1000u);
    EXPECT_EQ(platform_->ram()[63], 1);
    EXPECT_EQ(platform_->ram()[64], 2);
  });
}

TEST_F(PlatformTest, an_access_that_is_never_answered_times_out_and_the_next_one_works) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_a");
    DmaOptions options;
    options.sid = kSidNeverAnswers;
    options.timeout_ns = 500;
    const std::uint64_t start = platform_->now_ps();
    {
      std::vector<std::uint8_t> gone(64);
      EXPECT_EQ(master.read(base(), gone.data(), 64, options).status, AccessStatus::Timeout);
    }
    EXPECT_EQ(platform_->now_ps() - start, 500'000u);
    EXPECT_NE(platform_->waiting_report().find("read of 64 bytes at IOVA 0x80000000, StreamID 0xc0, behind a is in progress "
                                               "(timed out)"), std::string::npos) << platform_->waiting_report();
    EXPECT_EQ(master.write(base(), "x", 1).status, AccessStatus::Ok);
  });
}

TEST_F(PlatformTest, interrupts_are_collected_per_smmu_and_handed_to_the_handler) {
  unsigned seen = 0;
  platform_->on_irq([&](unsigned smmu, smmu_tlm::Irq irq) { seen = smmu << 8 | static_cast<unsigned>(irq); });
  on_cpu([&] {
    platform_->mmio_write64(1, kRaiseIrq, 2);  // GERROR
    platform_->mmio_write64(1, kRaiseIrq, 0);  // EVENTQ
    EXPECT_EQ(seen, 1u << 8);
    EXPECT_EQ(platform_->take_irqs(0), 0u);
    EXPECT_EQ(platform_->take_irqs(1), 5u);
    EXPECT_EQ(platform_->take_irqs(1), 0u);
  });
  platform_->on_irq(nullptr);
}

TEST_F(PlatformTest, an_interrupt_wakes_wait_until_before_its_poll) {
  on_cpu([&] {
    platform_->spawn_cpu("device", [&] {
      platform_->wait_ns(300);
      platform_->mmio_write64(0, kRaiseIrq, 3);
    });
    const std::uint64_t start = platform_->now_ps();
    EXPECT_TRUE(platform_->wait_until([&] { return platform_->take_irqs(0) != 0; }, 100'000, 50'000));
    EXPECT_EQ(platform_->now_ps() - start, 300'000u);
    EXPECT_FALSE(platform_->wait_until([] { return false; }, 250, 100));
    EXPECT_EQ(platform_->now_ps() - start, 550'000u);
  });
}

TEST_F(PlatformTest, trace_records_carry_time_and_source) {
  struct Keeper : TraceSink {
    std::vector<smmu_trace_record> records;
    void record(const smmu_trace_record& r) override { records.push_back(r); }
  } keeper;
  EXPECT_EQ(platform_->trace_sink(), nullptr);
  platform_->set_trace_sink(keeper.sink());
  std::uint64_t start = 0;
  on_cpu([&] {
    platform_->wait_ns(1);
    start = platform_->now_ps();
    DmaMaster(*platform_, "dma_b").write(base(), "x", 1);
    smmu_trace_record own{};
    own.kind = SMMU_TRACE_STEP;
    platform_->trace_sink()->emit(platform_->trace_sink()->ctx, &own);
  });
  platform_->set_trace_sink(nullptr);
  on_cpu([&] { DmaMaster(*platform_, "dma_b").write(base(), "x", 1); });
  // The thread starts; its access begins, is carried out by the SMMU and ends; then its own record.
  ASSERT_EQ(keeper.records.size(), 5u);
  const auto& [cpu, begin, transaction, end, own] = std::tie(keeper.records[0], keeper.records[1], keeper.records[2], keeper.records[3], keeper.records[4]);
  EXPECT_EQ(cpu.kind, SMMU_TRACE_CPU);
  EXPECT_NE(cpu.sid, 0u);
  EXPECT_EQ(begin.kind, SMMU_TRACE_ACCESS);
  EXPECT_EQ(begin.flags, SMMU_TRACE_FLAG_ENTRY | SMMU_TRACE_FLAG_WRITE);
  EXPECT_EQ(begin.detail, 1);
  EXPECT_EQ(begin.addr, base());
  EXPECT_EQ(begin.data[0], 1u);
  EXPECT_EQ(begin.time_ps, start);
  EXPECT_EQ(transaction.source, 1);
  EXPECT_EQ(transaction.time_ps, start);
  EXPECT_EQ(end.kind, SMMU_TRACE_ACCESS);
  EXPECT_EQ(end.flags, SMMU_TRACE_FLAG_WRITE);
  EXPECT_EQ(end.detail, SMMU_TRACE_TXN_OK);
  EXPECT_EQ(end.data[3], begin.data[3]);
  EXPECT_EQ(end.time_ps, start + kClientNs * 1000);
  EXPECT_EQ(own.source, 0xffff);
  EXPECT_EQ(own.sid, cpu.sid);
  EXPECT_EQ(own.time_ps, start + kClientNs * 1000);
}

TEST_F(PlatformTest, the_host_thread_calls_in_and_gets_exceptions_back) {
  std::uint32_t value = 0;
  platform_->host_call([&] {
    platform_->mmio_write32(0, 0x40, 77);
    value = platform_->mmio_read32(0, 0x40);
  });
  EXPECT_EQ(value, 77u);
  EXPECT_THROW(platform_->host_call([&] { platform_->mmio_read32(9, 0); }), std::out_of_range);
  platform_->host_call([&] { value = platform_->mmio_read32(0, 0x40) + 1; });
  EXPECT_EQ(value, 78u);
}

TEST_F(PlatformTest, an_exception_of_a_cpu_thread_leaves_run) {
  platform_->spawn_cpu("thrower", [] { throw std::runtime_error("from the thread"); });
  try {
    platform_->run();
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "from the thread");
  }
}

TEST_F(PlatformTest, reset_clears_the_smmus_and_keeps_ram) {
  on_cpu([&] {
    platform_->ram()[100] = 42;
    platform_->mmio_write32(0, 0x40, 1);
    platform_->mmio_write64(0, kRaiseIrq, 1);
    platform_->reset();
    EXPECT_EQ(platform_->mmio_read32(0, 0x40), 0u);
    EXPECT_EQ(platform_->take_irqs(0), 0u);
    EXPECT_EQ(platform_->ram()[100], 42);
  });
}

TEST_F(PlatformTest, access_with_wrong_arguments_is_refused) {
  on_cpu([&] {
    Access access;
    EXPECT_THROW(platform_->access(access), std::invalid_argument);
    std::uint8_t byte = 0;
    access.data = &byte;
    access.bytes = 1;
    access.tbu = 2;
    EXPECT_THROW(platform_->access(access), std::out_of_range);
    EXPECT_THROW(DmaMaster(*platform_, "nobody"), std::invalid_argument);
  });
}

}  // namespace
