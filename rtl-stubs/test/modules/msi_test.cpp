// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_msi: five sources that ask at random, with and without an address, writes of any latency and with
// aborts. Each request is followed by a write of its source that started after it; nobody else's; errors go where they belong.
#include "Vsmmuv3_msi.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_msi> dut;
constexpr int kSources = 5;   // CMD_SYNC, event queue, GERROR, and two groups of counters
Pace asks[kSources], writes;
struct Tally { unsigned written[kSources], again[kSources], errors[kSources], ignored; } tally;

void run(unsigned cycles) {
  const bool enable = rnd.chance(90);
  Word address[kSources], data[kSources];
  for (int i = 0; i < kSources; i++) {
    address[i] = rnd.chance(80) ? (rnd.bits(50) << 2 | 4) : 0;
    data[i] = rnd.bits(32);
    dut->request_i[i] = 0;
  }
  dut->enable_i = enable;
  dut->wr_done_i = dut->wr_error_i = 0;
  dut.reset();
  for (Pace& p : asks) p.reset();
  writes.reset();
  bool waiting[kSources] = {};
  auto first = [&] {   // of those that wait: in this order
    for (int i = 0; i < kSources; i++) if (waiting[i]) return i;
    return -1;
  };
  int writing = -1;
  Word sync_address = 0, sync_data = 0;
  unsigned patience = 0;
  for (unsigned n = 0; n < cycles; n++) {
    bool asked[kSources], sync_was_busy = waiting[0] || writing == 0;
    address[0] = rnd.chance(80) ? (rnd.bits(50) << 2 | 4) : 0;   // of CMD_SYNC: with the pulse alone
    data[0] = rnd.bits(32);
    for (int i = 0; i < kSources; i++) {
      const bool pulse = asks[i].now() && (i != 0 || !sync_was_busy);   // CMD_SYNC waits for the MSI of the one before
      dut->request_i[i] = pulse;
      dut->addr_i[i] = address[i];
      dut->data_i[i] = unsigned(data[i]);
      asked[i] = pulse && enable && address[i] != 0;
      tally.ignored += pulse && !asked[i];
    }
    dut.settle();
    dut->wr_done_i = dut->wr_valid_o && writes.now();
    dut->wr_error_i = rnd.chance(dut->wr_done_i ? 10 : 30);   // means nothing without done
    dut.settle();
    CHECK_EQUAL("a write is on its way", writing >= 0, dut->wr_valid_o);
    if (writing >= 0) {
      CHECK_EQUAL("address of the source", writing == 0 ? sync_address : address[writing], dut->wr_addr_o);
      CHECK_EQUAL("data of the source", writing == 0 ? sync_data : data[writing], dut->wr_data_o);
    }
    CHECK_EQUAL("CMD_SYNC waits while its MSI is asked for or under way", waiting[0] || writing == 0 || asked[0], dut->sync_busy_o);
    for (int i = 0; i < kSources; i++) CHECK_EQUAL("an MSI of the source is not visible", waiting[i] || writing == i || asked[i], dut->waiting_o[i]);
    if (writing >= 0 || first() >= 0) CHECK("busy", dut->busy_o);
    const bool done = dut->wr_done_i, error = dut->wr_error_i;
    for (int i = 0; i < kSources; i++) {
      CHECK_EQUAL("an abort is told to its source", done && error && writing == i, dut->error_o[i]);
      tally.errors[i] += dut->error_o[i];
    }
    dut.edge();
    dut.settle();
    if (done) {
      tally.written[writing]++;
      writing = -1;
    } else if (writing < 0 && dut->wr_valid_o) {
      CHECK("a write follows a request", first() >= 0);
      writing = first();
      waiting[writing] = false;
    } else if (writing < 0 && first() >= 0) {
      CHECK("requests are served", ++patience < 3);
    }
    if (writing >= 0) patience = 0;
    for (int i = 0; i < kSources; i++) {
      if (!asked[i]) continue;
      tally.again[i] += writing == i;
      waiting[i] = true;
      if (i == 0) sync_address = address[0], sync_data = data[0];
    }
  }
}

void test_every_request_has_a_write_of_its_source(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run(3000);
  }
  dut.end();
  for (int i = 0; i < kSources; i++) {   // the last ones wait for all others
    TEST_ASSERT_GREATER_THAN(300, tally.written[i]);
    TEST_ASSERT_GREATER_THAN(30, tally.errors[i]);
    if (i) TEST_ASSERT_GREATER_THAN(30, tally.again[i]);
  }
  TEST_ASSERT_GREATER_THAN(1000, tally.ignored);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_every_request_has_a_write_of_its_source);
  return UNITY_END();
}
