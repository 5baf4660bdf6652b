// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_pmcg: random events with random StreamIDs in every cycle while software writes and reads every register,
// against counters, filters and flags of its own. Counters are kept near their end, so that they overflow.
// Leaves out: the port in front of it (regs_test.cpp).
#include "Vsmmuv3_pmcg.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_pmcg> dut;
constexpr unsigned kCounters = 5;   // as verilated: an odd number ends in half a pair
constexpr Word kAll = (1u << kCounters) - 1;
Word iidr, aidr;
bool msi;

struct Group {
  Word count[kCounters] = {}, type[kCounters] = {}, smr[kCounters] = {};   // type: EVENT and bit 29
  Word cnten = 0, inten = 0, ovs = 0;
  bool enable = false, irqen = false, irqack = false, irq = false, aborted = false;
  Word msi_address = 0, msi_data = 0, msi_attributes = 0;

  bool matches(unsigned n, Word sid) const {
    if (!(type[n] >> 29 & 1)) return sid == smr[n];
    unsigned ones = 0;
    while (ones < 32 && (smr[n] >> ones & 1)) ones++;
    return ones == 32 || sid >> (ones + 1) == smr[n] >> (ones + 1);
  }
  Word read32(bool page1, unsigned offset) const {
    if (page1) {
      if (offset < 0x200) {
        const unsigned n = offset / 8;
        return n < kCounters ? count[n] >> (offset & 4 ? 32 : 0) & mask(32) : 0;
      }
      if (offset == 0xc80 || offset == 0xcc0) return ovs;
      return 0;   // upper halves too: few counters
    }
    const unsigned n = (offset & 0xff) / 4;
    if (offset >= 0x400 && offset < 0x500) return n < kCounters ? type[n] : 0;
    if (offset >= 0xa00 && offset < 0xb00) return n < kCounters ? smr[n] : 0;
    switch (offset) {
      case 0xc00: case 0xc20: return cnten;
      case 0xc40: case 0xc60: return inten;
      case 0xe00: return (kCounters - 1) | 63u << 8 | 1u << 20 | unsigned(msi) << 21;   // NCTR, SIZE, RELOC_CTRS, MSI
      case 0xe04: return enable;
      case 0xe08: return iidr;
      case 0xe20: return 0x3f;
      case 0xe50: return irqen;
      case 0xe54: return irqack;
      case 0xe58: return msi_address & mask(32);
      case 0xe5c: return msi_address >> 32;
      case 0xe60: return msi_data;
      case 0xe64: return msi_attributes;
      case 0xe68: return aborted && (aidr & 15) != 0;   // from SMMUv3.1 on
      case 0xe70: return aidr & 0xff;
      case 0xfbc: return 0x47702a56;
      case 0xfcc: return 0x56;
      case 0xfd0: return field(iidr, 11, 8);
      case 0xfe0: return field(iidr, 27, 20);
      case 0xfe4: return field(iidr, 3, 0) << 4 | field(iidr, 31, 28);
      case 0xfe8: return field(iidr, 19, 16) << 4 | 8 | field(iidr, 6, 4);
      case 0xfec: return field(iidr, 15, 12) << 4;
      case 0xff0: return 0x0d;
      case 0xff4: return 0x90;
      case 0xff8: return 0x05;
      case 0xffc: return 0xb1;
      default: return 0;
    }
  }
  void write32(bool page1, unsigned offset, Word value, bool irq_off) {   // irq_off: IRQEN = 0 and its ACK, before this clock
    const Word bits = offset & 4 ? 0 : value & kAll;   // of a 64-bit set: the lower half has all counters
    if (page1) {
      if (offset < 0x200 && offset / 8 < kCounters) {
        Word& c = count[offset / 8];
        c = offset & 4 ? (c & mask(32)) | value << 32 : (c & ~mask(32)) | value;
      }
      if ((offset & ~4u) == 0xc80) ovs &= ~bits;
      if ((offset & ~4u) == 0xcc0) ovs |= bits;
      return;
    }
    const unsigned n = (offset & 0xff) / 4;
    if (offset >= 0x400 && offset < 0x500 && n < kCounters) type[n] = value & 0x2000ffff;
    if (offset >= 0xa00 && offset < 0xb00 && n < kCounters) smr[n] = value;
    switch (offset & ~4u) {
      case 0xc00: cnten |= bits; break;
      case 0xc20: cnten &= ~bits; break;
      case 0xc40: inten |= bits; break;
      case 0xc60: inten &= ~bits; break;
      default: break;
    }
    if (msi && irq_off && offset == 0xe58) msi_address = (msi_address & ~mask(32)) | (value & ~Word{3});
    if (msi && irq_off && offset == 0xe5c) msi_address = (msi_address & mask(32)) | (value & mask(20)) << 32;
    if (msi && irq_off && offset == 0xe60) msi_data = value;
    if (msi && irq_off && offset == 0xe64) msi_attributes = value & 0x3f;
    if (offset == 0xe04) enable = value & 1;
    if (offset == 0xe50) irqen = value & 1;
  }
};

struct Tally { unsigned counted[6], overflows, interrupts, collisions, reads; } tally;
Pace events[5], software, slow;

unsigned some_offset(bool& page1) {
  static constexpr unsigned kRegisters[] = {0xc00, 0xc00, 0xc20, 0xc40, 0xc60, 0xe00, 0xe04, 0xe08, 0xe20, 0xe50, 0xe50, 0xe58, 0xe60, 0xe68, 0xe70};
  page1 = rnd.chance(50);
  if (rnd.chance(10)) return rnd.below(0x400) * 4;
  if (page1) {
    if (rnd.chance(50)) return rnd.below(2 * kCounters + 2) * 4;
    return (rnd.chance(70) ? 0xc80 : 0xcc0) + 4 * rnd.below(2);
  }
  if (rnd.chance(30)) return (rnd.chance(50) ? 0x400 : 0xa00) + 4 * rnd.below(kCounters + 2);
  if (rnd.chance(15)) return 0xfb0 + 4 * rnd.below(20);
  return rnd.of(kRegisters) + (rnd.chance(30) ? 4 : 0);
}

void run(unsigned cycles) {
  iidr = rnd.bits(32);
  aidr = rnd.bits(32);
  dut->iidr_i = unsigned(iidr);
  dut->aidr_i = unsigned(aidr);
  msi = rnd.chance(70);
  dut->msi_i = msi;
  dut->msi_waiting_i = dut->msi_error_i = 0;
  dut->we_lo_i = dut->we_hi_i = dut->re_i = 0;
  for (unsigned i = 0; i < 5; i++) dut->event_i[i] = 0;
  dut.reset();
  for (Pace& p : events) p.reset();
  software.reset();
  slow.reset();
  Group group;
  Word sids[4];
  for (Word& s : sids) s = rnd.bits(32);
  sids[1] = sids[0] ^ Word{1} << rnd.below(32);
  sids[2] = sids[0] ^ Word{1} << rnd.below(6);
  for (unsigned n = 0; n < cycles; n++) {
    bool event[5];
    Word sid[5];
    for (unsigned i = 0; i < 5; i++) {
      event[i] = events[i].now();
      sid[i] = rnd.of(sids);
      dut->event_i[i] = event[i];
      dut->event_sid_i[i] = unsigned(sid[i]);
    }
    bool page1 = false;
    const unsigned offset = some_offset(page1);
    const bool access = software.now(), write = access && rnd.chance(60), both = rnd.chance(30);
    Word value = rnd.word();
    if (page1 && offset < 0x200 && rnd.chance(80)) value = ~Word{0} << (rnd.chance(50) ? rnd.below(4) : 32);
    if (!page1 && (offset & 0xf00) == 0x400) value = rnd.chance(90) ? ((value & 0x2000000020000000) | rnd.below(7) | Word{rnd.below(7)} << 32) : value;
    if (!page1 && (offset & 0xf00) == 0xa00) value = rnd.chance(70) ? (rnd.of(sids) | mask(rnd.below(8))) * 0x100000001 : value | (rnd.chance(50) ? ~Word{0} : 0);
    if (!page1 && (offset & ~4u) == 0xe00) value |= rnd.chance(80) ? Word{1} << 32 : 0;
    if (!page1 && (offset & ~4u) == 0xe50) value |= rnd.chance(80) ? 1 : 0;
    const bool lo = write && (both || !(offset & 4)), hi = write && (both || (offset & 4));
    dut->we_lo_i = lo;
    dut->we_hi_i = hi;
    dut->re_i = access && !write;
    dut->page1_i = page1;
    dut->addr_i = static_cast<unsigned short>(offset >> 3);
    dut->wdata_i = value;
    const bool waiting = slow.now(), abort = rnd.chance(2);
    dut->msi_waiting_i = waiting;
    dut->msi_error_i = abort;
    dut.settle();
    if (access && !write) {
      const unsigned pair = offset & ~7u;
      CHECK_EQUAL("what is read", group.read32(page1, pair) | group.read32(page1, pair + 4) << 32, dut->rdata_o);
      tally.reads++;
    } else {
      CHECK_EQUAL("zero while nobody reads", 0, dut->rdata_o);
    }
    CHECK_EQUAL("interrupt of the overflows in the cycle before", group.irq, dut->irq_o);
    CHECK_EQUAL("where its MSI goes", group.msi_address, dut->msi_addr_o);
    CHECK_EQUAL("with what", group.msi_data, dut->msi_data_o);
    tally.interrupts += group.irq;
    dut.edge();

    // ---- the clock: what was set up counts, then software's write ----
    const Group was = group;
    group.irq = false;
    // off once no interrupt and no MSI is on its way; on again clears what had aborted
    group.irqack = was.irqen || (was.irqack && (waiting || was.irq));
    if (was.irqen && !was.irqack) group.aborted = false;
    else if (abort) group.aborted = true;
    Word fresh = 0;
    for (unsigned c = 0; c < kCounters; c++) {
      if (!was.enable || !(was.cnten >> c & 1)) continue;
      const Word id = was.type[c] & 0xffff;
      if (id > 5 || (id != 0 && !(event[id - 1] && was.matches(c, sid[id - 1])))) continue;
      tally.counted[id]++;
      if (++group.count[c] != 0) continue;
      fresh |= Word{1} << c;
      tally.overflows++;
      tally.collisions += write && page1 && (offset & ~7u) == 0xc80;
      if ((was.inten >> c & 1) && was.irqen) group.irq = true;
    }
    // a flag that is set in this very cycle is not cleared: software has not seen it
    if (lo) group.write32(page1, offset & ~7u, value & mask(32), !was.irqen && !was.irqack);
    if (hi) group.write32(page1, (offset & ~7u) + 4, value >> 32, !was.irqen && !was.irqack);
    group.ovs |= fresh;
  }
}

void test_counters_count_what_their_registers_say(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run(5000);
  }
  dut.end();
  for (unsigned c : tally.counted) TEST_ASSERT_GREATER_THAN(1000, c);
  TEST_ASSERT_GREATER_THAN(500, tally.overflows);
  TEST_ASSERT_GREATER_THAN(100, tally.interrupts);
  TEST_ASSERT_GREATER_THAN(10, tally.collisions);
  TEST_ASSERT_GREATER_THAN(20000, tally.reads);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_counters_count_what_their_registers_say);
  return UNITY_END();
}
