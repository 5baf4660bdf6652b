// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_walk_cache: random lookups, fills and clears over few addresses and contexts against a plain list. A hit
// is the last fill of exactly that span, granule and context; what was just filled hits; after a clear nothing does.
#include <vector>

#include "Vsmmuv3_walk_cache.h"
#include "bench.h"

using namespace bench;

namespace {
Module<Vsmmuv3_walk_cache> dut;
constexpr unsigned kSpans[3] = {21, 25, 29};   // address bits below a last-level table, by granule
struct Entry { Word span, context, table; unsigned granule, hier; };
std::vector<Entry> filled;
struct Tally { unsigned hits, misses, clears, both; } tally;

Word some_address() {
  Word a = (Word{rnd.below(3)} << 29) + (Word{rnd.below(4)} << 25) + (Word{rnd.below(6)} << 21) + rnd.bits(21);
  if (rnd.chance(20)) a ^= Word{1} << (21 + rnd.below(35));
  if (rnd.chance(20)) a |= mask(8) << 48;
  return a;
}
const Entry* find(Word address, unsigned granule, Word context) {
  for (auto e = filled.rbegin(); e != filled.rend(); ++e)
    if (e->granule == granule && e->context == context && e->span == address >> kSpans[granule]) return &*e;
  return nullptr;
}

void run(unsigned seed, unsigned steps) {
  dut->clear_i = dut->look_i = dut->fill_i = 0;
  dut.reset();
  filled.clear();
  Word contexts[5];
  for (Word& c : contexts) c = rnd.bits(36);
  for (unsigned i = 1; i < 4; i++) contexts[i] = contexts[0] ^ Word{1} << (3 * seed + i) % 36;   // one bit apart, each bit in some seed
  Word again_va = 0, again_context = 0;
  unsigned again_granule = 0;
  bool again = false;
  for (unsigned n = 0; n < steps; n++) {
    Word va = some_address(), context = rnd.of(contexts);
    unsigned granule = rnd.below(3);
    if (again || rnd.chance(30)) va = (again_va & ~mask(kSpans[again_granule])) | rnd.bits(kSpans[again_granule]), context = again_context, granule = again_granule;
    const bool look = rnd.chance(90), clear = rnd.chance(1), fill = !again && rnd.chance(40);
    dut->va_i = va;
    dut->granule_i = static_cast<unsigned char>(granule);
    dut->context_i = context;
    dut->look_i = look;
    dut->clear_i = clear;
    dut->fill_i = fill;
    dut->fill_table_i = rnd.bits(52);
    dut->fill_hier_i = static_cast<unsigned char>(rnd.below(16));
    dut.settle();
    const Entry* e = look ? find(va, granule, context) : nullptr;
    if (again && look) CHECK("what was just filled hits", dut->hit_o);
    if (dut->hit_o) {
      CHECK("a hit was filled and not cleared since", e);
      CHECK_EQUAL("its table", e->table, dut->table_o);
      CHECK_EQUAL("the permissions above it", e->hier, dut->hier_o);
      tally.hits++;
    }
    tally.misses += look && !dut->hit_o;
    again = fill && !clear;
    if (fill && !clear) filled.push_back({va >> kSpans[granule], context, dut->fill_table_i, granule, dut->fill_hier_i});
    if (clear) filled.clear(), tally.clears++, tally.both += fill;
    if (fill) again_va = va, again_context = context, again_granule = granule;
    dut.edge();
  }
}

void test_hits_are_what_was_filled(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 20; seed++) {
    dut.make(seed);
    run(seed, 5000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(5000, tally.hits);
  TEST_ASSERT_GREATER_THAN(5000, tally.misses);
  TEST_ASSERT_GREATER_THAN(200, tally.clears);
  TEST_ASSERT_GREATER_THAN(50, tally.both);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_hits_are_what_was_filled);
  return UNITY_END();
}
