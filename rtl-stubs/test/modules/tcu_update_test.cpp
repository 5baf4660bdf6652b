// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_tcu_update: slots that take the lock in turn, judge, and have a descriptor written or not, on memory that
// refuses, fails or lets others overtake an exclusive write. One update at a time, each write as it was judged, and an end after
// as many tries as it allows.
// Leaves out: which bits change (rtl.lockstep).
#include "Vsmmuv3_tcu_update.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_tcu_update> dut;
constexpr unsigned kTries = 8;   // as verilated
enum Result : unsigned { kDone, kLost, kFailed };
Pace takes, judges, writes, looks;
struct Tally { unsigned done, failed, given_up, too_often, repeated; } tally;

void run(unsigned cycles) {
  dut->take_i = dut->judge_i = dut->answered_i = dut->wr_done_i = 0;
  dut.reset();
  for (Pace* p : {&takes, &judges, &writes, &looks}) p->reset();
  // kFree, then of the owner: kRead until its exclusive read is judged, kWrite until the write has ended, kSee until it has seen how;
  // kAgain: it takes the lock it has once more
  enum { kFree, kRead, kWrite, kSee, kAgain } state = kFree;
  unsigned owner = 0, tries = 0, expected = 0;
  Word address = 0, word = 0, of = 0;
  const unsigned luck = rnd.chance(20) ? 0 : rnd.below(100), trouble = rnd.below(10);
  for (unsigned n = 0; n < cycles; n++) {
    dut->take_i = dut->judge_i = dut->answered_i = 0;
    dut->slot_i = static_cast<unsigned char>(state == kFree ? rnd.below(8) : owner);
    const bool take = (state == kFree || state == kAgain) && takes.now();
    const bool judge = state == kRead && judges.now(), write = rnd.chance(80);
    const bool look = state == kSee && looks.now();
    const Word new_address = rnd.bits(52), new_word = rnd.word(), new_of = 5 + rnd.below(2);
    dut->take_i = take;
    dut->judge_i = judge;
    dut->write_i = write;
    dut->addr_i = new_address;
    dut->data_i = new_word;
    dut->class_i = static_cast<unsigned char>(new_of);
    dut->answered_i = look;
    dut.settle();
    CHECK_EQUAL("locked from the exclusive read until the owner has seen the end", state != kFree, dut->locked_o);
    if (state != kFree) CHECK_EQUAL("whose", owner, dut->owner_o);
    CHECK_EQUAL("a write is on its way", state == kWrite, dut->wr_valid_o);
    if (state == kWrite) {
      CHECK_EQUAL("ID of the exclusive read", 8 + owner, dut->wr_id_o);
      CHECK_EQUAL("address that was judged", address, dut->wr_addr_o);
      CHECK_EQUAL("word that was judged", word, dut->wr_data_o);
      CHECK_EQUAL("stage of the table", of, dut->wr_class_o);
    }
    const bool end = state == kWrite && writes.now(), error = rnd.chance(trouble), exclusive = rnd.chance(luck);
    dut->wr_done_i = end;
    dut->wr_error_i = error;
    dut->wr_exokay_i = exclusive && !error;
    dut.settle();
    CHECK_EQUAL("the owner goes on when the write has ended", end, dut->done_o);
    if (state == kSee) CHECK_EQUAL("how it ended", expected, dut->result_o);
    dut.edge();

    if (take) {
      if (state == kFree) owner = dut->slot_i, tries = 0;
      state = kRead;
    } else if (judge) {
      state = write ? kWrite : kFree;
      tally.given_up += !write;
      address = new_address;
      word = new_word;
      of = new_of;
    } else if (end) {
      tries++;
      expected = error ? kFailed : exclusive ? kDone : tries == kTries ? kFailed : kLost;
      tally.too_often += !error && !exclusive && tries == kTries;
      state = kSee;
    } else if (look) {
      state = expected == kLost ? kAgain : kFree;
      (expected == kLost ? tally.repeated : expected == kDone ? tally.done : tally.failed)++;
    }
  }
}

void test_one_update_at_a_time_and_each_one_ends(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run(4000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(1000, tally.done);
  TEST_ASSERT_GREATER_THAN(500, tally.failed);
  TEST_ASSERT_GREATER_THAN(500, tally.given_up);
  TEST_ASSERT_GREATER_THAN(50, tally.too_often);
  TEST_ASSERT_GREATER_THAN(1000, tally.repeated);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_one_update_at_a_time_and_each_one_ends);
  return UNITY_END();
}
