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
  std::deque<Word> way;
  unsigned credits = kCredits;
  bool taken_before = false;
  for (unsigned n = 0; n < cycles; n++) {
    dut.settle();
    CHECK_EQUAL("a credit for each message taken, one cycle later", taken_before, dut->credit_o);
    credits += dut->credit_o;
    const bool send = credits > 0 && sends.now();
    const Word message = rnd.bits(40);
    dut->sent_i = send;
    dut->message_i = message;
    dut->taken_i = 0;
    dut.settle();
    tally.through += send && way.empty();
    if (send) way.push_back(message), credits--;
    tally.full += way.size() == kCredits;
    CHECK_EQUAL("a message is seen from the cycle in which it is sent until it is taken", !way.empty(), dut->valid_o);
    if (!way.empty()) CHECK_EQUAL("the oldest one", way.front(), dut->message_o);
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
