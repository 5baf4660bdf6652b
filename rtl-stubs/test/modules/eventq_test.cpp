// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_eventq: random records, stalled ones among them, into queues of every size that software reads, forgets,
// switches off, moves and breaks; writes of any latency, some of which abort. The reference is the rules of writability.
// Leaves out: what is in a record (record_test.cpp).
#include "Vsmmuv3_eventq.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_eventq> dut;
Pace records, writes, software, reader;
struct Tally { unsigned written, overflows, shown, disabled, aborts, refused, interrupts, moved; } tally;

struct Pins {   // what a decision depends on
  bool enable, abort, irq_enable;
  unsigned cons;
  bool ovack;
};

void run_queue(unsigned seed, unsigned cycles) {
  const Word base = rnd.bits(52) & ~Word{31};
  unsigned log2 = seed % 4 == 0 ? 0 : rnd.below(6), cap = rnd.chance(70) ? 19 : rnd.below(5);
  if (rnd.chance(20)) log2 = 31, cap = rnd.below(6);
  const unsigned size = log2 < cap ? log2 : cap, entries = 1u << size, wrap = unsigned(mask(size + 1));
  dut->enable_i = dut->abt_err_active_i = dut->irq_enable_i = 0;
  dut->base_addr_i = base;
  dut->base_log2_i = static_cast<unsigned char>(log2);
  dut->size_cap_i = static_cast<unsigned char>(cap);
  dut->cons_rd_i = 0;
  dut->cons_ovack_i = 0;
  dut->prod_we_i = 0;
  dut->ev_valid_i = dut->ev_stall_i = dut->wr_done_i = dut->wr_error_i = 0;
  dut.reset();
  for (Pace* p : {&records, &writes, &software, &reader}) p->reset();

  unsigned prod = 0;
  bool ovflg = false, offered = false, stall = false, writing = false, done = false, moving = false;
  Pins pins{false, false, true, 0, false};
  Word record[4] = {};
  const unsigned error_rate = rnd.chance(50) ? 3 : 0;
  auto used = [&] { return (prod - pins.cons) & wrap; };

  for (unsigned n = 0; n < cycles; n++) {
    // ---- software ----
    dut->prod_we_i = 0;
    if (software.now()) {
      if (pins.abort && rnd.chance(50)) pins.abort = false;
      if (!pins.enable) {
        pins.enable = !moving && rnd.chance(30);
        moving = false;
        if (!pins.enable && !writing && !dut->busy_o && rnd.chance(50)) {   // the guard is open: PROD may be moved
          dut->prod_we_i = 1;
          dut->prod_wdata_i = unsigned(rnd.word());
          moving = true;
          tally.moved++;
        }
      } else if (rnd.chance(2)) {
        pins.enable = false;
      }
      if (rnd.chance(5)) pins.irq_enable = !pins.irq_enable;
    }
    if (reader.now()) {
      if (used() != 0 && used() <= entries) pins.cons = (pins.cons + 1 + (rnd.chance(20) ? rnd.below(used()) : 0)) & wrap;
      if (used() > entries && rnd.chance(50)) pins.cons = prod;
      if (rnd.chance(40)) pins.ovack = ovflg;
      if (rnd.chance(1)) pins.cons = unsigned(rnd.word()) & wrap;       // nonsense
    }
    dut->enable_i = pins.enable;
    dut->abt_err_active_i = pins.abort;
    dut->irq_enable_i = pins.irq_enable;
    dut->cons_rd_i = pins.cons | (unsigned(rnd.word()) & 0xfffff & ~wrap);
    dut->cons_ovack_i = pins.ovack;
    // ---- records ----
    if (!offered && records.now()) {
      offered = true;
      stall = rnd.chance(20);
      for (Word& word : record) word = rnd.word();
    }
    dut->ev_valid_i = offered;
    dut->ev_stall_i = stall;
    for (unsigned i = 0; i < 4; i++) dut->ev_i[i] = record[i];
    dut.settle();
    dut->wr_done_i = dut->wr_valid_o && writes.now();
    dut->wr_error_i = rnd.chance(dut->wr_done_i ? error_rate : 30);   // means nothing without done
    dut.settle();

    const bool writable = pins.enable && !pins.abort && used() < entries;
    CHECK_EQUAL("writable: enabled, no error, not full", writable, dut->writable_o);
    CHECK_EQUAL("a record is written while it is, not at other times", writing, dut->wr_valid_o);
    const bool refused = dut->ev_refused_o;
    if (!writing && offered && !done) CHECK_EQUAL("a stalled record waits for room", stall && !writable, refused);
    if (refused) CHECK("only a stalled record that is offered is refused", stall && offered && !writing);
    tally.refused += refused;
    const bool wr_done = dut->wr_done_i, error = wr_done && dut->wr_error_i, move = dut->prod_we_i, was_done = done, decides = offered && !was_done && !refused && !writing;
    if (wr_done) {
      CHECK_EQUAL("a record goes to its slot", (base & ~mask(size + 5)) + 32 * Word{prod & (entries - 1)}, dut->wr_addr_o);
    }
    const Pins then = pins;
    const unsigned used_then = used();
    dut.edge();
    dut.settle();

    // ---- after the clock ----
    bool full_drop = false;
    if (wr_done) {
      writing = false;
      if (error) {
        tally.aborts++;
      } else {
        prod = (prod + 1) & wrap;
        tally.written++;
      }
    } else if (decides) {
      if (writable) writing = true;
      else full_drop = then.enable && !then.abort;
    }
    if (move) {
      prod = dut->prod_wdata_i & wrap;
      ovflg = dut->prod_wdata_i >> 31;
    }
    if (full_drop) {
      tally.overflows++;
      if (ovflg == then.ovack) ovflg = !ovflg, tally.shown++;
    }
    if (decides && !writable && !full_drop) tally.disabled++;
    done = wr_done || (decides && !writable);
    CHECK_EQUAL("EVENTQ_PROD: the pointer", prod, dut->prod_o & 0xfffff);
    CHECK_EQUAL("EVENTQ_PROD: OVFLG toggles with an overflow that is not one yet", ovflg, dut->prod_o >> 31);
    CHECK_EQUAL("EVENTQ_PROD: reserved bits", 0, dut->prod_o & 0x7ff00000);
    CHECK_EQUAL("a record is done when it is written or lost", done, dut->ev_done_o);
    CHECK_EQUAL("EVENTQ_ABT_ERR with a write that aborts", wr_done && error, dut->gerror_abt_o);
    const bool irq = wr_done && !error && then.irq_enable && used_then == 0;
    CHECK_EQUAL("interrupt: empty to not empty, enabled", irq, dut->irq_o);
    CHECK_EQUAL("written", wr_done && !error, dut->written_o);
    CHECK_EQUAL("lost: never a stalled one, but for an abort", (wr_done && error) || (decides && !writable), dut->lost_o);
    if (dut->lost_o && stall) CHECK("a stalled record is not dropped", wr_done && error);
    if (writing || done) CHECK("busy while there is something to do", dut->busy_o);
    tally.interrupts += irq;
    if (wr_done && error) pins.abort = true;
    if (done) offered = false;
    else if (refused && rnd.chance(30)) offered = false;   // the burst is held and asks again
  }
}

void test_records_go_to_the_queue_or_are_lost_by_the_rules(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run_queue(seed, 4000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(8000, tally.written);
  TEST_ASSERT_GREATER_THAN(1000, tally.overflows);
  TEST_ASSERT_GREATER_THAN(100, tally.shown);
  TEST_ASSERT_GREATER_THAN(500, tally.disabled);
  TEST_ASSERT_GREATER_THAN(30, tally.aborts);
  TEST_ASSERT_GREATER_THAN(500, tally.refused);
  TEST_ASSERT_GREATER_THAN(500, tally.interrupts);
  TEST_ASSERT_GREATER_THAN(50, tally.moved);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_records_go_to_the_queue_or_are_lost_by_the_rules);
  return UNITY_END();
}
