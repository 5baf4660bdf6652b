// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_tlb: random fills, lookups and invalidations against a plain list. A hit must be an entry of the
// list; an invalidation must remove what it matches and keep what it does not; what was just filled must hit.
// Leaves out: the fill-against-invalidation race (T-TLB-28 shows it on the whole block).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "Vsmmuv3_tlb.h"
#include "verilated.h"

namespace {
using Word = std::uint64_t;
constexpr unsigned kSizes[7] = {12, 14, 16, 21, 25, 29, 30};
enum Op : unsigned { kAll, kVmid, kAsid, kVa, kVaa };

struct Entry {
  Word va = 0, oa = 0;
  unsigned size = 0, asid = 0, vmid = 0, aset = 0, global = 0, ap = 0, uxn = 0, pxn = 0;
  Word last() const { return va + (Word{1} << kSizes[size]) - 1; }
  bool hits(Word a, unsigned as, unsigned vm, unsigned set) const {
    return a >= va && a <= last() && vm == vmid && set == aset && (global || as == asid);
  }
};
struct Answer { bool hit; Word oa; unsigned size, ap, uxn, pxn; };

VerilatedContext context;
std::unique_ptr<Vsmmuv3_tlb> dut;
std::uint32_t seed = 1;
unsigned rnd(unsigned n) { seed = seed * 1664525u + 1013904223u; return (seed >> 9) % n; }

void tick() {
  dut->clk_i = 0;
  dut->eval();
  dut->clk_i = 1;
  dut->eval();
}
[[noreturn]] void fail(const char* claim, unsigned step) {
  std::printf("FAIL smmuv3_tlb, step %u: %s\n", step, claim);
  std::exit(1);
}
void operands(Word va, unsigned asid, unsigned vmid, unsigned aset) {
  dut->va_i = va;
  dut->asid_i = static_cast<unsigned short>(asid);
  dut->vmid_i = static_cast<unsigned short>(vmid);
  dut->aset_i = static_cast<unsigned char>(aset);
}
Answer lookup(Word va, unsigned asid, unsigned vmid, unsigned aset) {
  operands(va, asid, vmid, aset);
  dut->req_i = 1;
  unsigned guard = 0;
  do {
    tick();
    if (++guard > 50) fail("a lookup ends", 0);
  } while (!dut->done_o);
  Answer a{bool(dut->hit_o), dut->oa_o, dut->size_class_o, dut->ap_o, dut->uxn_o, dut->pxn_o};
  dut->req_i = 0;
  tick();
  return a;
}
void fill(const Entry& e) {
  operands(e.va, e.asid, e.vmid, e.aset);
  dut->fill_valid_i = 1;
  dut->fill_oa_i = e.oa;
  dut->fill_size_class_i = static_cast<unsigned char>(e.size);
  dut->fill_ap_i = static_cast<unsigned char>(e.ap);
  dut->fill_uxn_i = static_cast<unsigned char>(e.uxn);
  dut->fill_pxn_i = static_cast<unsigned char>(e.pxn);
  dut->fill_global_i = static_cast<unsigned char>(e.global);
  dut->clk_i = 0;
  dut->eval();
  if (!dut->fill_ready_o) fail("an idle TLB takes a fill at once", 0);
  tick();
  dut->fill_valid_i = 0;
}
void invalidate(unsigned op, unsigned vmid, unsigned asid, Word first, Word last, bool single) {
  dut->inv_op_i = static_cast<unsigned char>(op);
  dut->inv_vmid_i = static_cast<unsigned short>(vmid);
  dut->inv_asid_i = static_cast<unsigned short>(asid);
  dut->inv_first_i = first;
  dut->inv_last_i = last;
  dut->inv_single_i = single;
  dut->inv_valid_i = 1;
  unsigned guard = 0;
  do {
    tick();
    if (++guard > 200) fail("an invalidation ends", 0);
  } while (!dut->inv_done_o);
  dut->inv_valid_i = 0;
  tick();
}
bool same(const Answer& a, const Entry& e) {
  return a.oa == e.oa && a.size == e.size && a.ap == e.ap && a.uxn == e.uxn && a.pxn == e.pxn;
}
}  // namespace

int tlb_test(int argc, char** argv);
int tlb_test(int argc, char** argv) {
  if (argc > 1) seed = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 0));
  context.randReset(2);
  context.randSeed(static_cast<int>(seed) + 1);
  dut.reset(new Vsmmuv3_tlb(&context));
  dut->rst_ni = 0;
  dut->req_i = dut->fill_valid_i = dut->inv_valid_i = 0;
  tick();
  tick();
  dut->rst_ni = 1;
  tick();

  std::vector<Entry> live;
  unsigned hits = 0, misses = 0, dropped = 0, survivors = 0;
  for (unsigned step = 0; step < 20000; step++) {
    // few pages, tags and sizes, so that everything collides with everything
    Entry e;
    e.size = rnd(7);
    Word a = (rnd(8) ? 0 : Word{0xff800000000000}) + (Word{rnd(4)} << 30) + (Word{rnd(4)} << 21) + (Word{rnd(24)} << 12) + rnd(4096);
    e.va = a & ~((Word{1} << kSizes[e.size]) - 1);
    e.oa = Word{rnd(1u << 22)} << 30 & 0xfffffffff000;
    e.asid = rnd(3);
    e.vmid = rnd(2);
    e.aset = rnd(2);
    e.global = rnd(4) == 0;
    e.ap = rnd(4);
    e.uxn = rnd(2);
    e.pxn = rnd(2);
    if (rnd(100) < 94) {
      Answer r = lookup(a, e.asid, e.vmid, e.aset);
      if (r.hit) {
        hits++;
        bool known = false;
        for (auto& l : live) known = known || (l.hits(a, e.asid, e.vmid, e.aset) && same(r, l));
        if (!known) fail("a hit is an entry that was filled and not invalidated since", step);
      } else {
        misses++;
        fill(e);
        live.push_back(e);
        r = lookup(a, e.asid, e.vmid, e.aset);
        if (!r.hit || !same(r, e)) fail("what was just filled hits with its own data", step);
      }
      continue;
    }
    // an entry that certainly is inside, then an invalidation
    Answer before = lookup(a, e.asid, e.vmid, e.aset);
    unsigned op = rnd(20) ? 1 + rnd(4) : 0, vmid = rnd(2), asid = rnd(3);
    bool single = rnd(2);
    Word first = rnd(2) ? a & ~Word{0xfff} : (Word{rnd(4)} << 21) + (Word{rnd(24)} << 12);
    Word last = first + (single ? 0x1000 : Word{1} << (12 + rnd(12))) - 1;
    auto matched = [&](const Entry& l) {
      bool range = l.va <= last && l.last() >= first;
      switch (op) {
        case kVmid: return l.vmid == vmid;
        case kAsid: return l.vmid == vmid && l.asid == asid && !l.global;
        case kVa: return l.vmid == vmid && range && (l.asid == asid || l.global);
        case kVaa: return l.vmid == vmid && range;
        default: return true;
      }
    };
    std::vector<Entry> rest;
    bool must_survive = before.hit;
    for (auto& l : live) {
      if (!matched(l)) rest.push_back(l);
      else {
        dropped++;
        if (l.hits(a, e.asid, e.vmid, e.aset)) must_survive = false;
      }
    }
    live.swap(rest);
    invalidate(op, vmid, asid, first, last, single);
    if (must_survive) {
      Answer after = lookup(a, e.asid, e.vmid, e.aset);
      if (!after.hit || after.oa != before.oa) fail("an invalidation keeps what it does not match", step);
      survivors++;
    }
  }
  std::printf("smmuv3_tlb: %u hits, %u misses, %u invalidated, %u survivors checked\n", hits, misses, dropped, survivors);
  return hits > 1000 && misses > 1000 && dropped > 500 && survivors > 20 ? 0 : 1;
}
