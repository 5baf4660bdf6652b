// SPDX-License-Identifier: Apache-2.0
// Proves that the wall-clock limit ends a run whose simulated time hardly moves.
#include "tests/one_platform.h"

namespace {

using namespace tandem;
using namespace tandem_test;
using RunEnd = Platform::RunEnd;

class WallLimitTest : public OnePlatform {
 protected:
  static void SetUpTestSuite() { create(1); }
  void TearDown() override { platform_->end_cpu_threads(); }
};

TEST_F(WallLimitTest, ends_a_run_when_simulated_time_hardly_moves) {
  EXPECT_EQ(on_cpu([&] {
    for (;;) {
      for (int i = 0; i < 1000; ++i) sc_core::wait(sc_core::sc_time(1, sc_core::SC_PS));
      platform_->mmio_read32(0, kReadCounter);
    }
  }), RunEnd::WallLimit);
}

}  // namespace
