// SPDX-License-Identifier: Apache-2.0
// Action vectors of VMIDs, stage-2 invalidation and the EL2 worlds (T-TLB-15.., T-TLB-30, T-E2H, T-NST-TLB, T-WALK).
#include "want.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000, kPage3Desc = 0x82003018, kNew = 0x912354000, kS2Page = 0x84021018, kOutput = 0x84011a28;
constexpr Word kSte1 = 0x80000040, kSte7 = 0x800001c0;
constexpr Word vmid(Word v) { return v << 32; }
constexpr Word asid(Word v) { return v << 48; }


// Warm on page 3 of stream 1, the descriptor replaced, a command: the new page, or the old one from the TLB.
bool after(Rig& r, std::string& why, Word d0, Word d1, bool gone) {
  r.start();
  WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
  WANT_CHECK(check(r, rd(1, kPage3 + 5), pa(0x912345005, 0)));
  r.write(kPage3Desc, kNew | 0xf43);
  r.command(d0, d1);
  r.sync();
  WANT_CHECK(check(r, rd(1, kPage3), gone ? pa(kNew) : pa(0x912345000, 0)));
  return true;
}
void el2(Rig& r) { r.put(kSte1, 64 + 31, 64 + 30, 2); }
void e2h(Rig& r) { el2(r); r.cr2 |= 1; }
bool illegal(Rig& r, std::string& why, Word d0, Word d1) {
  r.start();
  r.command(d0, d1);
  for (unsigned i = 0; i < 400 && !(r.mmio_read(0x60) & 1); i++) r.tick();
  if ((r.mmio_read(0x9c) >> 24 & 0x7f) == 1 && (r.mmio_read(0x60) & 1)) return true;
  why = "CERROR_ILL expected, CMDQ_CONS " + hex(r.mmio_read(0x9c)) + " GERROR " + hex(r.mmio_read(0x60));
  return false;
}
// Stream 7 like stream 1, with another VMID.
void stream7(Rig& r, Word v) {
  for (unsigned i = 0; i < 8; i++) r.write(kSte7 + 8 * i, r.read(kSte1 + 8 * i));
  r.put(kSte7, 128 + 15, 128, v);
}
}  // namespace

const std::vector<ActionRow> kWorldRows = {
  {"T-TLB-08", [](Rig& r, std::string& why) { return after(r, why, 0x12 | vmid(2) | asid(0x11), kPage3, false); }},   // other VMID
  {"T-TLB-09", [](Rig& r, std::string& why) { return after(r, why, 0x20, 0, false); }},                                // other world
  {"T-TLB-10", [](Rig& r, std::string& why) { return after(r, why, 0x28 | vmid(1), 0, true); }},                       // S12_VMALL
  {"T-TLB-12", [](Rig& r, std::string& why) { return after(r, why, 0x10 | vmid(3), 0, false); }},
  {"T-TLB-VM", [](Rig& r, std::string& why) {            // two VMIDs, one VA, one ASID: no sharing
     stream7(r, 9);
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
     WANT_CHECK(check(r, rd(7, kPage3), pa(0x912345000, 4)));
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 0)));
     WANT_CHECK(check(r, rd(7, kPage3), pa(0x912345000, 0)));
     return true;
   }},
  {"T-TLB-30", [](Rig& r, std::string& why) {            // VMW = 1: the low bit of the VMID is not compared
     r.put(kSte1, 128 + 15, 128, 2);
     stream7(r, 3);
     r.start();
     r.update(0x20, 0x24, 0x4d);
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
     WANT_CHECK(check(r, rd(7, kPage3), pa(0x912345000, 4)));
     r.write(kPage3Desc, kNew | 0xf43);
     r.command(0x10 | vmid(2), 0);
     r.sync();
     WANT_CHECK(check(r, rd(1, kPage3), pa(kNew)));
     WANT_CHECK(check(r, rd(7, kPage3), pa(kNew)));
     return true;
   }},
  {"T-TLB-30a", [](Rig& r, std::string& why) {           // VMW = 0: it is
     r.put(kSte1, 128 + 15, 128, 2);
     stream7(r, 3);
     r.start();
     WANT_CHECK(check(r, rd(7, kPage3), pa(0x912345000, 4)));
     r.command(0x10 | vmid(2), 0);
     r.sync();
     WANT_CHECK(check(r, rd(7, kPage3), pa(0x912345000, 0)));
     return true;
   }},
  {"T-TLB-17", [](Rig& r, std::string& why) {            // combined entry: S12_VMALL removes it
     r.start();
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000)));
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000, 0)));
     r.write(kOutput, 0);
     r.command(0x28 | vmid(3), 0);
     r.sync();
     WANT_CHECK(check(r, rd(3, kPage3), s2(kTranslation, 2, 0x912345000)));
     return true;
   }},
  {"T-TLB-16", [](Rig& r, std::string& why) {            // combined entry: NH_VA removes it as well
     r.start();
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000)));
     r.write(kOutput, 0);
     r.command(0x12 | vmid(3) | asid(0x13), kPage3);
     r.sync();
     WANT_CHECK(check(r, rd(3, kPage3), s2(kTranslation, 2, 0x912345000)));
     return true;
   }},
  {"T-TLB-S2", [](Rig& r, std::string& why) {            // stage-2-only stream: S2_IPA removes the entry, NH_ALL does not
     r.start();
     WANT_CHECK(check(r, rd(2, kPage3), pa(0xc00003000, 3)));
     r.write(kS2Page, 0);
     r.command(0x10 | vmid(2), 0);
     r.sync();
     WANT_CHECK(check(r, rd(2, kPage3), pa(0xc00003000, 0)));
     r.command(0x2a | vmid(9), kPage3);
     r.sync();
     WANT_CHECK(check(r, rd(2, kPage3), pa(0xc00003000, 0)));
     r.command(0x2a | vmid(2), kPage3);
     r.sync();
     WANT_CHECK(check(r, rd(2, kPage3), s2(kTranslation, 2, kPage3)));
     return true;
   }},
  {"T-TLB-S2R", [](Rig& r, std::string& why) {           // the same by range
     r.start();
     WANT_CHECK(check(r, rd(2, kPage3), pa(0xc00003000, 3)));
     r.write(kS2Page, 0);
     r.command(0x2a | vmid(2) | 3u << 12, (kPage3 - 0x3000) | 1u << 10);   // TG=1 NUM=3: four pages
     r.sync();
     WANT_CHECK(check(r, rd(2, kPage3), s2(kTranslation, 2, kPage3)));
     return true;
   }},
  {"T-NST-TLB", [](Rig& r, std::string& why) {           // a hit judges both stages again; the record of stage 2 has the IPA
     r.write(kOutput, 0xb0000577f);
     r.start();
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000)));
     WANT_CHECK(check(r, wr(3, kPage3), s2(kPermission, 2, 0x912345000)));
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000, 0)));
     return true;
   }},
  {"T-NST-IPA", [](Rig& r, std::string& why) {           // S2_IPA on the page of a stage-1 table: the next walk reads stage 2 again
     r.start();
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000, 8)));
     r.command(0x2a | vmid(3), 0x82003000);
     r.command(0x10 | vmid(3), 0);
     r.sync();
     WANT_CHECK(check(r, rd(3, 0x8100604000), pa(0xb00006000, 8)));   // block 1, tables 4, output 3
     return true;
   }},
  {"T-TLB-31", [](Rig& r, std::string& why) {            // stage-1 block of 2 MiB over stage-2 pages
     r.write(0x82002020, 0x912200f41);                    // VA 0x8100800000 -> IPA 0x912200000
     r.start();
     WANT_CHECK(check(r, rd(3, 0x8100945010), pa(0xb00005010)));
     WANT_CHECK(check(r, rd(3, 0x8100946020), pa(0xb00006020)));
     WANT_CHECK(check(r, rd(3, 0x8100944000), s2(kTranslation, 2, 0x912344000)));
     return true;
   }},
  {"T-TLB-31a", [](Rig& r, std::string& why) {           // any address of the block drops what was made of it, and nothing else
     r.write(0x82002020, 0x912200f41);
     r.start();
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000)));
     WANT_CHECK(check(r, rd(3, 0x8100945010), pa(0xb00005010)));
     WANT_CHECK(check(r, rd(3, 0x8100946020), pa(0xb00006020)));
     r.write(0x82002020, 0);
     WANT_CHECK(check(r, rd(3, 0x8100945014), pa(0xb00005014, 0)));
     r.command(0x12 | vmid(3) | asid(0x13), 0x8100945001);
     r.sync();
     WANT_CHECK(check(r, rd(3, 0x8100946020), ev(kTranslation)));
     WANT_CHECK(check(r, rd(3, 0x8100945010), ev(kTranslation)));
     WANT_CHECK(check(r, rd(3, kPage3), pa(0xb00005000, 0)));          // a page of another 2 MiB
     return true;
   }},
  {"T-E2H-01", [](Rig& r, std::string& why) { el2(r); return after(r, why, 0x30, 0, false); }},
  {"T-E2H-02", [](Rig& r, std::string& why) { el2(r); return after(r, why, 0x22 | asid(0x77), kPage3, true); }},
  {"T-E2H-02a", [](Rig& r, std::string& why) { el2(r); return after(r, why, 0x22, kPage3 + 0x1000, false); }},
  {"T-E2H-02b", [](Rig& r, std::string& why) { el2(r); return after(r, why, 0x20, 0, true); }},
  {"T-E2H-02c", [](Rig& r, std::string& why) { el2(r); return after(r, why, 0x12 | vmid(1) | asid(0x11), kPage3, false); }},
  {"T-E2H-03", [](Rig& r, std::string& why) { e2h(r); return after(r, why, 0x21 | asid(0x11), 0, true); }},
  {"T-E2H-04", [](Rig& r, std::string& why) { e2h(r); return after(r, why, 0x21 | asid(0x12), 0, false); }},
  {"T-E2H-05", [](Rig& r, std::string& why) { e2h(r); return after(r, why, 0x22 | asid(0x11), kPage3, true); }},
  {"T-E2H-06", [](Rig& r, std::string& why) { e2h(r); return after(r, why, 0x22 | asid(0x12), kPage3, false); }},
  {"T-E2H-07", [](Rig& r, std::string& why) { e2h(r); return after(r, why, 0x23, kPage3, true); }},
  {"T-CMD-15a", [](Rig& r, std::string& why) { r.idr0 &= ~0x200u; return illegal(r, why, 0x20, 0); }},
  {"T-CMD-07", [](Rig& r, std::string& why) { r.idr0 &= ~1u; return illegal(r, why, 0x2a, 0); }},
  {"T-CMD-07a", [](Rig& r, std::string& why) { r.idr0 &= ~1u; return illegal(r, why, 0x28, 0); }},
  {"T-TLB-23", [](Rig& r, std::string& why) {            // Leaf = 1 keeps pointers to tables, Leaf = 0 does not
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
     r.write(0x82002018, 0);
     r.command(0x12 | vmid(1) | asid(0x11), kPage3 | 1);
     r.sync();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 1)));
     r.command(0x12 | vmid(1) | asid(0x11), kPage3);
     r.sync();
     WANT_CHECK(check(r, rd(1, kPage3), ev(kTranslation)));
     return true;
   }},
  {"T-WALK-HIER", [](Rig& r, std::string& why) {         // the walk cache keeps the limits of the tables above
     r.start();
     WANT_CHECK(check(r, rd(1, 0x8100a03000), pa(0x912345000, 4)));
     Expect e = ev(kPermission);
     e.reads = 1;
     WANT_CHECK(check(r, wr(1, 0x8100a10000), e));
     WANT_CHECK(check(r, wr(1, 0x8100610000), pa(0x950000000, 4)));   // the same table without them
     return true;
   }},
  {"T-WALK-ASID", [](Rig& r, std::string& why) {         // ... and belongs to one ASID
     r.start();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000, 4)));
     WANT_CHECK(check(r, ss(rd(6, 0x8100604000), 2), pa(0x912346000, 4)));
     WANT_CHECK(check(r, ss(rd(6, 0x8100604000), 1), pa(0x912346000, 1)));
     return true;
   }},
};

}  // namespace rig
