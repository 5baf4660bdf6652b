// SPDX-License-Identifier: Apache-2.0
// A block that breaks AXI4 towards a client ends the run with a sentence that names channel, burst and rule, and not with a crash.
// Not here: traffic that keeps the protocol (test_traffic.cpp).
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "client_port.h"

int sc_main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

namespace {

using smmu_rtl::AxiPins;

// A port with one call of 64 bytes, four beats, and a block that takes the address and as many beats as it is told.
struct Port {
  explicit Port(bool write) {
    call->write = write;
    call->data = data.data();
    call->bytes = data.size();
    port.submit(call);
    cycle();
    pins.aw.ready = pins.ar.ready = true;
    cycle();
    pins.aw.ready = pins.ar.ready = false;
  }
  bool cycle() {
    port.drive(pins);
    return port.sample(pins);
  }
  void take_beats(unsigned count) {
    pins.w.ready = true;
    for (unsigned i = 0; i < count; i++) cycle();
    pins.w.ready = false;
  }
  std::string answer() {
    try {
      finished = cycle();
    } catch (const sc_core::sc_report& report) {
      return report.get_msg();
    }
    return "";
  }
  smmu_rtl::ClientPort port{4, 16};
  AxiPins pins;
  std::array<std::uint8_t, 64> data{};
  std::shared_ptr<smmu_rtl::ClientCall> call = std::make_shared<smmu_rtl::ClientCall>();
  bool finished = false;
};

}  // namespace

TEST(ClientPort, a_write_answered_after_its_last_beat_ends) {
  Port p(true);
  p.take_beats(4);
  p.pins.b.valid = true;
  EXPECT_EQ("", p.answer());
  EXPECT_TRUE(p.finished);
}

TEST(ClientPort, a_write_answered_before_its_last_beat_is_refused) {
  Port p(true);
  p.take_beats(1);
  p.pins.b.valid = true;
  EXPECT_EQ("the block breaks AXI4 on B of a client port: burst with ID 0 has moved 1 of 4 beats; a write is answered after its address and its last beat",
            p.answer());
}

TEST(ClientPort, a_read_that_ends_early_is_refused) {
  Port p(false);
  p.pins.r.valid = p.pins.r.beat.last = true;
  EXPECT_EQ("the block breaks AXI4 on R of a client port: burst with ID 0 has moved 1 of 4 beats; RLAST marks the last beat and no other", p.answer());
}

TEST(ClientPort, a_read_without_a_last_beat_is_refused) {
  Port p(false);
  p.pins.r.valid = true;
  for (unsigned i = 0; i < 3; i++) EXPECT_EQ("", p.answer());
  EXPECT_EQ("the block breaks AXI4 on R of a client port: burst with ID 0 has moved 4 of 4 beats; RLAST marks the last beat and no other", p.answer());
}
