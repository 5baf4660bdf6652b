// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_link_send: it sends whenever it wants to and has a credit, and at no other time.
#include "Vsmmuv3_link_send.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_link_send> dut;
constexpr unsigned kCredits = 3;
Pace wants, gives;

void test_it_sends_with_a_credit_and_only_then(void) {
  unsigned sent = 0, held = 0;
  for (unsigned seed = first_seed; seed < first_seed + 20; seed++) {
    dut.make(seed);
    dut->want_i = dut->credit_i = 0;
    dut.reset();
    wants.reset();
    gives.reset();
    unsigned credits = kCredits;
    for (unsigned n = 0; n < 5000; n++) {
      const bool want = wants.now(), give = credits < kCredits && gives.now();
      dut->want_i = want;
      dut->credit_i = give;
      dut.settle();
      CHECK_EQUAL("sends: it wants to and has a credit from before", want && credits > 0, dut->send_o);
      sent += dut->send_o;
      held += want && !dut->send_o;
      credits = credits - dut->send_o + give;
      dut.edge();
    }
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(5000, sent);
  TEST_ASSERT_GREATER_THAN(1000, held);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_it_sends_with_a_credit_and_only_then);
  return UNITY_END();
}
