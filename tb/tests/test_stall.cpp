// SPDX-License-Identifier: Apache-2.0
// Stalled accesses: tickets, outcomes that come once, many at a time, and reset. The stalls are those of the double.
#include "tests/one_platform.h"

namespace {

using namespace tandem;
using namespace tandem_test;

class StallTest : public OnePlatform {
 protected:
  AccessResult stalling_read(DmaMaster& master, std::uint8_t* to, std::uint32_t bytes) {
    DmaOptions options;
    options.sid = kSidStalls;
    return master.read(base(), to, bytes, options);
  }
  AccessResult poll_until_answered(std::uint64_t ticket) {
    AccessResult result;
    platform_->wait_until([&] { return (result = platform_->poll(ticket)).status != AccessStatus::Stalled; }, 1000, 10);
    return result;
  }
};

TEST_F(StallTest, a_stalled_read_gives_a_ticket_and_its_data_once_after_the_resume) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_a");
    platform_->ram()[0] = 0x77;
    std::uint8_t byte = 0;
    const AccessResult stalled = stalling_read(master, &byte, 1);
    ASSERT_EQ(stalled.status, AccessStatus::Stalled);
    platform_->wait_ns(500);
    EXPECT_EQ(platform_->poll(stalled.ticket).status, AccessStatus::Stalled);
    EXPECT_FALSE(platform_->idle());
    EXPECT_NE(platform_->waiting_report().find("is stalled"), std::string::npos);
    EXPECT_NE(platform_->waiting_report().find("a: one transaction waits for a resume"), std::string::npos);
    EXPECT_EQ(byte, 0);
    platform_->mmio_write64(0, kResume, 0);
    EXPECT_EQ(poll_until_answered(stalled.ticket).status, AccessStatus::Ok);
    EXPECT_EQ(byte, 0x77);
    EXPECT_EQ(platform_->poll(stalled.ticket).status, AccessStatus::Timeout);  // answered already
    EXPECT_TRUE(platform_->idle());
  });
}

TEST_F(StallTest, a_resume_with_abort_ends_as_abort) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_a");
    std::uint8_t byte = 0;
    const AccessResult stalled = stalling_read(master, &byte, 1);
    platform_->mmio_write64(0, kResume, 1);
    EXPECT_EQ(poll_until_answered(stalled.ticket).status, AccessStatus::Abort);
  });
}

TEST_F(StallTest, many_accesses_stall_at_once_and_others_pass_them) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_a");
    std::vector<std::uint8_t> bytes(100);
    std::vector<std::uint64_t> tickets;
    for (std::uint8_t& byte : bytes) tickets.push_back(stalling_read(master, &byte, 1).ticket);
    EXPECT_EQ(master.write(base(), "\x21", 1).status, AccessStatus::Ok);
    platform_->mmio_write64(0, kResume, 0);
    for (const std::uint64_t ticket : tickets) EXPECT_EQ(poll_until_answered(ticket).status, AccessStatus::Ok);
    EXPECT_EQ(bytes, std::vector<std::uint8_t>(100, 0x21));
  });
}

TEST_F(StallTest, a_started_access_is_pending_then_stalled_then_done_and_can_be_forgotten) {
  on_cpu([&] {
    std::uint8_t byte = 0;
    platform_->ram()[0] = 0x3c;
    Access access;
    access.sid = kSidStalls;
    access.iova = base();
    access.data = &byte;
    access.bytes = 1;
    const std::uint64_t first = platform_->start(access), second = platform_->start(access);
    EXPECT_EQ(platform_->ticket_state(first), TicketState::Pending);
    EXPECT_FALSE(platform_->wait_ticket(first, 5, false));  // a transaction takes longer
    EXPECT_TRUE(platform_->wait_ticket(first, 1000, false));
    EXPECT_EQ(platform_->ticket_state(first), TicketState::Stalled);
    EXPECT_FALSE(platform_->wait_ticket(first, 1000, true));
    platform_->forget(second);
    EXPECT_EQ(platform_->ticket_state(second), TicketState::Unknown);
    EXPECT_FALSE(platform_->wait_ticket(second, 1000, true));
    platform_->mmio_write64(0, kResume, 0);
    EXPECT_TRUE(platform_->wait_ticket(first, 1000, true));
    EXPECT_EQ(platform_->ticket_state(first), TicketState::Done);
    EXPECT_EQ(platform_->peek(first).status, AccessStatus::Ok);
    EXPECT_EQ(byte, 0);  // comes with the outcome
    EXPECT_EQ(platform_->poll(first).status, AccessStatus::Ok);
    EXPECT_EQ(byte, 0x3c);
    EXPECT_EQ(platform_->ticket_state(first), TicketState::Unknown);
    EXPECT_EQ(platform_->peek(first).status, AccessStatus::Timeout);
  });
}

TEST_F(StallTest, a_reset_ends_stalled_accesses_with_an_abort) {
  on_cpu([&] {
    DmaMaster master(*platform_, "dma_a");
    std::uint8_t byte = 0;
    const AccessResult stalled = stalling_read(master, &byte, 1);
    platform_->reset();
    EXPECT_EQ(poll_until_answered(stalled.ticket).status, AccessStatus::Abort);
    EXPECT_EQ(platform_->poll(12345678).status, AccessStatus::Timeout);  // never given out
  });
}

}  // namespace
