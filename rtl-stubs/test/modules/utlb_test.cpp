// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_utlb: random lookups, fills and clears over keys that differ by one bit, against the list of the last
// four different keys, which is exactly what it holds.
#include <deque>

#include "Vsmmuv3_utlb.h"
#include "bench.h"

using namespace bench;

namespace {
Module<Vsmmuv3_utlb> dut;
constexpr unsigned kEntries = 4;
struct Entry { Word page, key, pa; unsigned flags; };
std::deque<Entry> held;
struct Tally { unsigned hits, misses, known, clears; } tally;

void run(unsigned seed, unsigned steps) {
  dut->clear_i = dut->look_i = dut->fill_i = 0;
  dut.reset();
  held.clear();
  Word pages[3], keys[3];
  pages[0] = rnd.bits(52);
  keys[0] = rnd.bits(55);
  // over the seeds each bit is the one that differs
  for (unsigned i = 1; i < 3; i++) pages[i] = pages[0] ^ Word{1} << (2 * seed + i) % 52, keys[i] = keys[0] ^ Word{1} << (2 * seed + i) % 55;
  for (unsigned n = 0; n < steps; n++) {
    const bool look = rnd.chance(90), fill = rnd.chance(40), clear = rnd.chance(3);
    const Word page = rnd.of(pages), key = rnd.of(keys);
    const Entry in{rnd.of(pages), rnd.of(keys), rnd.bits(40), rnd.below(8)};
    dut->look_i = look;
    dut->look_page_i = page;
    dut->look_key_i = key;
    dut->fill_i = fill;
    dut->fill_page_i = in.page;
    dut->fill_key_i = in.key;
    dut->fill_pa_page_i = in.pa;
    dut->fill_priv_i = in.flags & 1;
    dut->fill_instr_i = in.flags >> 1 & 1;
    dut->fill_translated_i = in.flags >> 2;
    dut->clear_i = clear;
    dut.settle();
    const Entry* found = nullptr;
    bool known = false;
    for (const Entry& e : held) {
      if (e.page == page && e.key == key) found = &e;
      if (e.page == in.page && e.key == in.key) known = true;
    }
    CHECK_EQUAL("hit: asked, held, not cleared now", look && found && !clear, dut->hit_o);
    if (dut->hit_o) {
      CHECK_EQUAL("its page", found->pa, dut->pa_page_o);
      CHECK_EQUAL("its attributes", found->flags, unsigned(dut->priv_o) | unsigned(dut->instr_o) << 1 | unsigned(dut->translated_o) << 2);
      tally.hits++;
    } else {
      tally.misses++;
    }
    if (clear) {
      held.clear();
      tally.clears++;
    } else if (fill && !known) {
      held.push_back(in);
      if (held.size() > kEntries) held.pop_front();   // the oldest goes
    }
    tally.known += fill && known;
    dut.edge();
  }
}

void test_it_holds_the_last_answers(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run(seed, 1500);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(5000, tally.hits);
  TEST_ASSERT_GREATER_THAN(5000, tally.misses);
  TEST_ASSERT_GREATER_THAN(1000, tally.known);
  TEST_ASSERT_GREATER_THAN(500, tally.clears);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_it_holds_the_last_answers);
  return UNITY_END();
}
