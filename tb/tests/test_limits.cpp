// SPDX-License-Identifier: Apache-2.0
// How a run ends: limit of simulated time, stop, nothing left to do; and that unfinished CPU threads are unwound. The platform's limit
// is 1000 us simulated. The wall-clock limit is in test_wall_limit.cpp, whose platform has a short one.
#include "tests/one_platform.h"

namespace {

using namespace tandem;
using namespace tandem_test;
using RunEnd = Platform::RunEnd;

// Says when the stack it lives on is unwound.
struct Flag {
  bool& flag;
  ~Flag() { flag = true; }
};

class LimitsTest : public OnePlatform {
 protected:
  void TearDown() override { platform_->end_cpu_threads(); }
};

TEST_F(LimitsTest, all_threads_ended) {
  EXPECT_EQ(platform_->run(), RunEnd::AllThreadsEnded);  // none was started
  unsigned order = 0;
  platform_->spawn_cpu("first", [&] {
    platform_->spawn_cpu("second", [&] {
      platform_->wait_ns(100);
      order = order * 10 + 2;
    });
    order = order * 10 + 1;
  });
  EXPECT_EQ(platform_->run(), RunEnd::AllThreadsEnded);
  EXPECT_EQ(order, 12u);
}

TEST_F(LimitsTest, simulated_limit_with_a_report_of_who_waits) {
  bool unwound = false;
  const std::uint64_t start = platform_->now_ps();
  EXPECT_EQ(on_cpu([&] {
    const Flag flag{unwound};
    platform_->describe_wait("the event queue to fill");
    platform_->wait_until([] { return false; }, 1'000'000'000);
  }), RunEnd::SimulatedLimit);
  EXPECT_EQ(platform_->now_ps() - start, 1'000'000'000u);  // 1000 us
  EXPECT_NE(platform_->waiting_report().find("CPU thread 'test' waits for the event queue to fill (a condition), since "),
            std::string::npos) << platform_->waiting_report();
  EXPECT_FALSE(unwound);
  platform_->end_cpu_threads();
  EXPECT_TRUE(unwound);
}

TEST_F(LimitsTest, stop_ends_the_run_soon_and_every_kind_of_wait_is_unwound) {
  bool unwound[4] = {};
  platform_->spawn_cpu("sleeper", [&] {
    const Flag flag{unwound[0]};
    platform_->wait_ns(900'000);
  });
  platform_->spawn_cpu("reader", [&] {
    const Flag flag{unwound[1]};
    for (;;) platform_->mmio_read32(0, 0);
  });
  platform_->spawn_cpu("dma", [&] {
    const Flag flag{unwound[2]};
    std::uint8_t byte = 0;
    DmaOptions options;
    options.sid = kSidNeverAnswers;
    DmaMaster(*platform_, "dma_a").read(base(), &byte, 1, options);
  });
  platform_->spawn_cpu("swallower", [&] {  // as a Lua pcall does
    const Flag flag{unwound[3]};
    for (int i = 0; i < 10; ++i) {
      try {
        platform_->wait_ns(900'000);
      } catch (...) {
      }
    }
  });
  platform_->spawn_cpu("stopper", [&] {
    platform_->wait_ns(1000);
    platform_->stop();
  });
  const std::uint64_t start = platform_->now_ps();
  EXPECT_EQ(platform_->run(), RunEnd::Stopped);
  EXPECT_LT(platform_->now_ps() - start, 2'000'000u);
  const std::string report = platform_->waiting_report();
  EXPECT_NE(report.find("CPU thread 'sleeper' waits for time to pass, ns 900000"), std::string::npos) << report;
  EXPECT_NE(report.find("CPU thread 'dma' waits for access to IOVA 0x80000000 at a"), std::string::npos) << report;
  platform_->end_cpu_threads();
  for (const bool flag : unwound) EXPECT_TRUE(flag);
}

TEST_F(LimitsTest, nothing_left_to_do_while_a_thread_waits) {
  sc_core::sc_event never;
  EXPECT_EQ(on_cpu([&] { sc_core::wait(never); }), RunEnd::Deadlock);
  never.notify(sc_core::SC_ZERO_TIME);
  EXPECT_EQ(platform_->run(), RunEnd::AllThreadsEnded);
}

}  // namespace
