// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_stream_table: random shapes, bases, StreamIDs and level-1 descriptors, near every limit, against the
// lookup rule in 64-bit arithmetic.
#include "Vsmmuv3_stream_table.h"
#include "bench.h"

using namespace bench;

namespace {
Module<Vsmmuv3_stream_table> dut;

void test_stream_ids_find_their_entry_or_are_bad(void) {
  dut.make(first_seed);
  dut.counts_begin();
  unsigned in_range = 0, two_level = 0, good_span = 0;
  for (unsigned n = 0; n < 300000; n++) {
    const bool levels = rnd.chance(70);
    const unsigned sid_size = rnd.chance(70) ? rnd.below(33) : 32, log2size = rnd.chance(50) ? rnd.below(64) : rnd.below(20);
    const unsigned fmt = rnd.below(4), split_field = rnd.chance(70) ? 6 + 2 * rnd.below(3) : rnd.below(32);
    const Word base = rnd.bits(52) & ~Word{63};
    const unsigned width = rnd.chance(60) ? (log2size < 32 ? log2size : 32) : rnd.below(33);
    Word sid = rnd.bits(width);
    if (rnd.chance(20)) sid = rnd.chance(50) ? mask(width) : Word{1} << width & mask(32);
    Word l1 = rnd.word();
    if (rnd.chance(70)) l1 = (l1 & ~Word{31}) | rnd.below(13);
    dut->look_i = 1;
    dut->idr0_i = unsigned(rnd.bits(32) & ~(Word{3} << 27)) | (levels ? 1u << 27 : 0);
    dut->idr1_i = unsigned(rnd.bits(32) & ~Word{63}) | sid_size;
    dut->strtab_addr_i = base;
    dut->strtab_cfg_i = log2size | split_field << 6 | fmt << 16;
    dut->sid_i = unsigned(sid);
    dut->l1std_i = l1;
    dut.eval();

    const unsigned bits = log2size < sid_size ? log2size : sid_size;
    const bool inside = sid >> bits == 0;
    const bool two = levels && fmt == 1;   // reserved formats are linear
    CHECK_EQUAL("within 2 to the power of min(LOG2SIZE, SIDSIZE)", inside, dut->in_range_o);
    CHECK_EQUAL("two levels", two, dut->two_level_o);
    in_range += inside;
    if (!inside) continue;
    const unsigned split = split_field == 8 || split_field == 10 ? split_field : 6;
    // alignment by LOG2SIZE as written; what is not below 2^52 cannot be told apart
    if (!two) {
      const unsigned align = log2size + 6 > 63 ? 63 : log2size + 6;
      if (log2size <= 32) CHECK_EQUAL("the STE of a linear table", ((base & ~mask(align)) + 64 * sid) & mask(52), dut->first_addr_o);
      continue;
    }
    two_level++;
    const int size = int(log2size) - int(split) + 3;
    const unsigned align = size > 6 ? unsigned(size) : 6;
    if (log2size <= 32) CHECK_EQUAL("the level-1 descriptor", ((base & ~mask(align)) + 8 * (sid >> split)) & mask(52), dut->first_addr_o);
    const unsigned span = unsigned(l1 & 31);
    const Word index = sid & mask(split);
    const bool bad = span == 0 || span >= 12 || span > split + 1 || index >= Word{1} << (span - 1);
    CHECK_EQUAL("Span is none, reserved, too large, or too small for the StreamID", bad, dut->span_bad_o);
    if (bad) continue;
    good_span++;
    CHECK_EQUAL("the STE behind the descriptor", (l1 & mask(52) & ~mask(span + 5)) + 64 * index, dut->leaf_addr_o);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(100000, in_range);
  TEST_ASSERT_GREATER_THAN(20000, two_level);
  TEST_ASSERT_GREATER_THAN(2000, good_span);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_stream_ids_find_their_entry_or_are_bad);
  return UNITY_END();
}
