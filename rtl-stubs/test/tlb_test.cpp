// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_tlb: random fills, lookups and invalidations of every kind against a plain list. A hit must be an
// entry of the list; an invalidation must remove what it matches and keep what it does not; what was just filled must hit, alone where the
// same page was filled before. Nested entries may be pieces of a larger stage-1 leaf: one address of it drops them all.
// Leaves out: the fill-against-invalidation race (T-TLB-28 shows it on the whole block).
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "Vsmmuv3_tlb.h"
#include "verilated.h"
#include "verilated_coverage.h"

namespace {
using Word = std::uint64_t;
constexpr unsigned kSizes[7] = {12, 14, 16, 21, 25, 29, 30};
// tlb_inv_t, bit by bit
enum : unsigned { kTables = 1, kShared = 2, kByRange = 4, kGlobals = 8, kByAsid = 16, kByVmid = 32, kWorlds = 64 };

struct Tag {
  unsigned world = 0, nested = 0, asid = 0, vmid = 0, aset = 0;
};
struct Entry {
  Tag tag;
  Word va = 0, oa = 0;
  unsigned size = 0, global = 0, rights = 0;   // {clean, AP, UXN, PXN, S2AP, XN, Device}
  bool is(const Entry& o) const {  // the same page under the same tag
    return va == o.va && size == o.size && global == o.global && tag.world == o.tag.world && tag.nested == o.tag.nested
           && tag.asid == o.tag.asid && tag.vmid == o.tag.vmid && tag.aset == o.tag.aset;
  }
  Word last() const { return va + (Word{1} << kSizes[size]) - 1; }
  bool hits(Word a, const Tag& t) const {
    return a >= va && a <= last() && t.world == tag.world && t.nested == tag.nested && t.vmid == tag.vmid && t.aset == tag.aset
           && (global || t.asid == tag.asid);
  }
};
struct Answer { bool hit; Word oa; unsigned size, rights; };
unsigned split = 0;   // the largest stage-1 leaf (size class) that nested entries may be pieces of; 0: none

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
void operands(Word va, const Tag& t) {
  dut->va_i = va;
  dut->world_i = static_cast<unsigned char>(t.world);
  dut->nested_i = static_cast<unsigned char>(t.nested);
  dut->asid_i = static_cast<unsigned short>(t.asid);
  dut->vmid_i = static_cast<unsigned short>(t.vmid);
  dut->aset_i = static_cast<unsigned char>(t.aset);
}
// The sizes that are present, one after the other.
Answer lookup(Word va, const Tag& t) {
  Answer a{};
  operands(va, t);
  dut->look_i = 1;
  for (unsigned size = 0; size < 7 && !a.hit; size++) {
    if (!(dut->present_o >> size & 1)) continue;
    dut->size_class_i = static_cast<unsigned char>(size);
    dut->clk_i = 0;
    dut->eval();
    if (dut->hit_o)
      a = {true, dut->oa_o, size, dut->clean_o << 9u | dut->ap_o << 7u | dut->uxn_o << 6u | dut->pxn_o << 5u | dut->s2ap_o << 3u | dut->s2xn_o << 1u | dut->device_o};
    tick();
  }
  dut->look_i = 0;
  tick();
  return a;
}
void fill(const Entry& e) {
  operands(e.va, e.tag);
  dut->fill_oa_i = e.oa;
  dut->fill_size_class_i = static_cast<unsigned char>(e.size);
  dut->fill_ap_i = e.rights >> 7 & 3;
  dut->fill_clean_i = e.rights >> 9 & 1;
  dut->fill_uxn_i = e.rights >> 6 & 1;
  dut->fill_pxn_i = e.rights >> 5 & 1;
  dut->fill_s2ap_i = e.rights >> 3 & 3;
  dut->fill_s2xn_i = e.rights >> 1 & 3;
  dut->fill_device_i = e.rights & 1;
  dut->fill_global_i = static_cast<unsigned char>(e.global);
  dut->fill_i = 1;
  tick();
  dut->fill_i = 0;
}
void note_split(unsigned size) {
  dut->split_class_i = static_cast<unsigned char>(size);
  dut->split_i = 1;
  tick();
  dut->split_i = 0;
  split = std::max(split, size);
}
struct Invalidation {
  unsigned op = 0, vmid = 0, care = 0xffff, asid = 0;
  Word first = 0, last = 0;
  bool single = false;
  bool matches(const Entry& e) const {
    if (!(op >> 6 >> e.tag.world & 1)) return false;
    if ((op & kByVmid) && ((e.tag.vmid ^ vmid) & care)) return false;
    if ((op & kByAsid) && !(e.global ? (op & kGlobals) != 0 : e.tag.asid == asid)) return false;
    if ((op & kByRange) && !(e.va <= last && e.last() >= first)) {
      const Word beside = e.tag.nested ? (Word{1} << kSizes[split]) - 1 : 0;
      if (!((e.va & ~beside) <= last && (e.last() | beside) >= first)) return false;
    }
    return !((op & kShared) && e.tag.aset);
  }
  bool drops_piece(const Entry& e) const { return matches(e) && (op & kByRange) && !(e.va <= last && e.last() >= first); }
  bool all_of_el1() const { return !(op & (kByVmid | kByAsid | kByRange | kShared)) && (op & kWorlds); }
};
void invalidate(const Invalidation& i) {
  dut->inv_op_i = static_cast<unsigned short>(i.op);
  dut->inv_vmid_i = static_cast<unsigned short>(i.vmid);
  dut->inv_vmid_care_i = static_cast<unsigned short>(i.care);
  dut->inv_asid_i = static_cast<unsigned short>(i.asid);
  dut->inv_first_i = i.first;
  dut->inv_last_i = i.last;
  dut->inv_single_i = i.single;
  dut->inv_valid_i = 1;
  unsigned guard = 0;
  do {
    tick();
    if (++guard > 200) fail("an invalidation ends", 0);
  } while (!dut->inv_done_o);
  dut->inv_valid_i = 0;
  tick();
}
bool same(const Answer& a, const Entry& e) { return a.oa == e.oa && a.size == e.size && a.rights == e.rights; }
}  // namespace

int tlb_test(int argc, char** argv);
int tlb_test(int argc, char** argv) {
  if (argc > 1) seed = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 0));
  context.randReset(2);
  context.randSeed(static_cast<int>(seed) + 1);
  dut.reset(new Vsmmuv3_tlb(&context));
  dut->rst_ni = 0;
  dut->look_i = dut->fill_i = dut->inv_valid_i = dut->split_i = 0;
  tick();
  tick();
  dut->rst_ni = 1;
  smmu_rtl::coverage_begins(context);
  tick();

  std::vector<Entry> live;
  unsigned hits = 0, misses = 0, dropped = 0, survivors = 0, refilled = 0, pieces = 0;
  for (unsigned step = 0; step < 20000; step++) {
    // few pages, tags and sizes, so that everything collides with everything
    Entry e;
    e.size = rnd(7);
    Word a = (rnd(8) ? 0 : Word{0xff800000000000}) + (Word{rnd(4)} << 30) + (Word{rnd(4)} << 21) + (Word{rnd(24)} << 12) + rnd(4096);
    e.va = a & ~((Word{1} << kSizes[e.size]) - 1);
    e.oa = Word{rnd(1u << 22)} << 30 & 0xfffffffff000;
    e.tag.world = rnd(3) ? 0 : 1 + rnd(3);
    e.tag.nested = e.tag.world == 0 && rnd(4) == 0;
    e.tag.asid = rnd(3);
    e.tag.vmid = rnd(2);
    e.tag.aset = rnd(2);
    e.global = rnd(4) == 0;
    e.rights = rnd(1024);
    if (rnd(100) < 94) {
      Answer r = lookup(a, e.tag);
      if (r.hit) {
        hits++;
        bool known = false;
        for (auto& l : live) known = known || (l.hits(a, e.tag) && same(r, l));
        if (!known) fail("a hit is an entry that was filled and not invalidated since", step);
        if (rnd(4) == 0) {   // the same page again, with other rights
          Entry f;
          for (auto& l : live) if (l.hits(a, e.tag) && same(r, l)) f = l;
          live.erase(std::remove_if(live.begin(), live.end(), [&f](const Entry& l) { return l.is(f); }), live.end());
          f.rights ^= 1 + rnd(1023);
          fill(f);
          live.push_back(f);
          r = lookup(a, f.tag);
          known = false;
          for (auto& l : live) known = known || (l.hits(a, f.tag) && same(r, l));
          if (!r.hit || !known) fail("an entry that is filled again replaces what was there", step);
          refilled++;
        }
      } else {
        misses++;
        if (e.tag.nested && rnd(30) == 0) note_split(std::min(e.size + 1 + rnd(3), 6u));
        fill(e);
        live.push_back(e);
        r = lookup(a, e.tag);
        if (!r.hit || !same(r, e)) fail("what was just filled hits with its own data", step);
      if (e.global) {
        e.tag.asid = (e.tag.asid + 1) % 3;
        r = lookup(a, e.tag);                          // perhaps by an older entry of that ASID
        if (!r.hit) fail("a global entry serves every ASID of its VMID", step);
      }
      }
      continue;
    }
    // an entry that certainly is inside, then an invalidation
    Answer before = lookup(a, e.tag);
    Invalidation inv;
    inv.op = (rnd(20) ? rnd(64) | (1 + rnd(15)) * kWorlds : 15 * kWorlds);
    inv.vmid = rnd(4);
    inv.care = rnd(3) ? 0xffff : 0xfffe;
    inv.asid = rnd(3);
    inv.single = rnd(2);
    inv.first = rnd(2) ? a & ~Word{0xfff} : (Word{rnd(4)} << 21) + (Word{rnd(24)} << 12);
    inv.last = inv.first + (inv.single ? 0x1000 : Word{1} << (12 + rnd(12))) - 1;
    const Entry newest = live.empty() ? e : live.back();
    if (newest.tag.nested && split > newest.size) {   // another page of the leaf that the newest entry is a piece of
      inv.op = kByRange | kWorlds | (rnd(2) ? kByVmid : 0u) | (rnd(2) ? kGlobals : 0u);
      inv.vmid = newest.tag.vmid;
      inv.first = newest.va ^ (Word{1} << kSizes[newest.size]);
      inv.last = inv.first + 0xfff;
      inv.single = true;
    }
    std::vector<Entry> rest;
    bool must_survive = before.hit;
    for (auto& l : live) {
      if (!inv.matches(l)) rest.push_back(l);
      else {
        dropped++;
        pieces += inv.drops_piece(l);
        if (l.hits(a, e.tag)) must_survive = false;
      }
    }
    live.swap(rest);
    invalidate(inv);
    if (inv.all_of_el1()) split = 0;
    const Answer left = lookup(newest.va, newest.tag);
    bool legal = !left.hit;
    for (auto& l : live) legal = legal || (l.hits(newest.va, newest.tag) && same(left, l));
    if (!legal) fail("an invalidation drops what it matches", step);
    if (must_survive) {
      Answer after = lookup(a, e.tag);
      if (!after.hit || after.oa != before.oa) fail("an invalidation keeps what it does not match", step);
      survivors++;
    }
  }
  smmu_rtl::coverage_ends(context);
  std::printf("smmuv3_tlb: %u hits, %u misses, %u invalidated, %u survivors checked, %u filled again, %u pieces of a leaf\n", hits, misses, dropped, survivors, refilled, pieces);
  return hits > 1000 && misses > 1000 && dropped > 500 && survivors > 20 && refilled > 100 && pieces > 20 ? 0 : 1;
}
