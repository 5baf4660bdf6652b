// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_link: a sender that has as many credits as there is room, and a taker as slow as it likes. Messages come
// out in order, at once where nobody waits, and each gives one credit back.
#include <deque>

#include "Vsmmuv3_link.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_link> dut;
constexpr unsigned kCredits = 3;   // as verilated: no power of two
Pace sends, takes;
struct Tally { unsigned messages, through, full; } tally;

void run(unsigned cycles) {
  dut->sent_i = dut->taken_i = 0;
  dut.reset();
  sends.reset();
  takes.reset();
  struct Message { Word addr, hit, kind; };
  std::deque<Message> way;
  unsigned credits = kCredits;
  bool taken_before = false;
  for (unsigned n = 0; n < cycles; n++) {
    dut.settle();
    CHECK_EQUAL("a credit for each message taken, one cycle later", taken_before, dut->credit_o);
    credits += dut->credit_o;
    const bool send = credits > 0 && sends.now();
    const Message message = {rnd.bits(64), rnd.bits(53), rnd.bits(60)};
    dut->sent_i = send;
    dut->addr_i = message.addr;
    dut->hit_i = message.hit;
    dut->kind_i = message.kind;
    dut->taken_i = 0;
    dut.settle();
    tally.through += send && way.empty();
    if (send) way.push_back(message), credits--;
    tally.full += way.size() == kCredits;
    CHECK_EQUAL("a message is seen from the cycle in which it is sent until it is taken", !way.empty(), dut->valid_o);
    if (!way.empty()) {
      CHECK_EQUAL("the oldest one: address", way.front().addr, dut->addr_o);
      CHECK_EQUAL("the oldest one: what a micro-TLB had", way.front().hit, dut->hit_o);
      CHECK_EQUAL("the oldest one: its kind", way.front().kind, dut->kind_o);
    }
    if (!way.empty() || taken_before) CHECK("busy", dut->busy_o);
    else CHECK("idle", !dut->busy_o);
    const bool take = !way.empty() && takes.now();
    dut->taken_i = take;
    dut.settle();
    dut.edge();
    if (take) way.pop_front(), tally.messages++;
    taken_before = take;
  }
}

void test_messages_come_out_in_order_and_credits_back(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 20; seed++) {
    dut.make(seed);
    run(5000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(10000, tally.messages);
  TEST_ASSERT_GREATER_THAN(5000, tally.through);
  TEST_ASSERT_GREATER_THAN(1000, tally.full);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_messages_come_out_in_order_and_credits_back);
  return UNITY_END();
}
