// SPDX-License-Identifier: Apache-2.0
// One-transaction vectors of stage 2, alone and nested (T-S2, T-NST, the stage-2 rows of T-STE, T-CD, T-SSID, T-VA), and of the
// EL2 worlds (T-PRM-33.., T-VA-17). Each row: baseline, change, transaction, expected outcome.
#include "vectors.h"

namespace rig {
namespace {
constexpr Word kSte1 = 0x80000040, kSte2 = 0x80000080, kSte3 = 0x800000c0, kCd = 0x80100000, kCd3 = 0x80101000;
constexpr Word kPage3 = 0x8100603000, kS2Page = 0x84021018, kOutput = 0x84011a28;
const std::function<void(Rig&)> kBase;
// stage-2 fields of STE 2
void s2t0sz(Rig& r, Word v) { r.put(kSte2, 128 + 37, 128 + 32, v); }
void s2sl0(Rig& r, Word v) { r.put(kSte2, 128 + 39, 128 + 38, v); }
void s2tg(Rig& r, Word v) { r.put(kSte2, 128 + 47, 128 + 46, v); }   // 0 4K, 1 64K, 2 16K
void s2ps(Rig& r, Word v) { r.put(kSte2, 128 + 50, 128 + 48, v); }
void s2ttb(Rig& r, Word v) { r.put(kSte2, 192 + 51, 192 + 4, v >> 4); }
void s2r(Rig& r, Word ste, Word v) { r.put(ste, 128 + 58, 128 + 58, v); }
void ttb0(Rig& r, Word v) { r.put(kCd3, 64 + 51, 64 + 4, v >> 4); }
void ste_bit(Rig& r, Word ste, unsigned bit, Word v) { r.put(ste, bit, bit, v); }
void el2(Rig& r) { r.put(kSte1, 64 + 31, 64 + 30, 2); }              // STRW
void e2h(Rig& r) { el2(r); r.cr2 |= 1; }
Expect without_reads(Expect e) { e.reads = 0; return e; }
Expect tt(Expect e) { e.table_read = true; return e; }
}  // namespace

const std::vector<Row> kStage2Rows = {
  {"T-S2-01", kBase, rd(2, 0x8100603077), pa(0xc00003077, 3)},
  {"T-S2-02", kBase, rd(2, 0x80001234), pa(0x80001234, 1)},
  {"T-S2-04", kBase, rd(2, 0x700000000), s2(kTranslation, 2, 0x700000000)},
  {"T-S2-06", [](Rig& r) { r.write(kS2Page, 0xc000037bf); }, rd(2, 0x8100603fff), s2(kPermission, 2, kPage3)},
  {"T-S2-07", [](Rig& r) { r.write(kS2Page, 0xc000037bf); }, wr(2, kPage3), pa(0xc00003000)},
  {"T-S2-08", [](Rig& r) { r.write(kS2Page, 0xc000033ff); }, rd(2, kPage3), s2(kAccess, 2, kPage3)},
  {"T-S2-08a", [](Rig& r) { r.write(kS2Page, 0xc000033ff); ste_bit(r, kSte2, 128 + 53, 1); }, rd(2, kPage3), pa(0xc00003000)},  // S2AFFD
  {"T-S2-09", [](Rig& r) { r.write(kS2Page, 0xc0000333f); }, wr(2, kPage3), s2(kAccess, 2, kPage3)},
  {"T-S2-10", [](Rig& r) { s2ps(r, 1); r.write(kS2Page, 0x100000033f); }, wr(2, kPage3), s2(kAddrSize, 2, kPage3)},
  {"T-S2-11", [](Rig& r) { r.write(kS2Page, 0x40000c000037ff); }, ins(rd(2, kPage3)), s2(kPermission, 2, kPage3)},
  {"T-S2-12", [](Rig& r) { r.write(kS2Page, 0x40000c000037ff); }, rd(2, kPage3), pa(0xc00003000)},
  {"T-S2-13", [](Rig& r) { r.write(kS2Page, 0x20000c000037ff); }, ins(rd(2, kPage3)), pa(0xc00003000)},
  {"T-S2-14", [](Rig& r) { r.write(kS2Page, 0x20000c000037ff); }, ins(priv(rd(2, kPage3))), s2(kPermission, 2, kPage3)},
  {"T-S2-14a", [](Rig& r) { r.write(kS2Page, 0x60000c000037ff); }, ins(rd(2, kPage3)), s2(kPermission, 2, kPage3)},   // XN = 3: privileged only
  {"T-S2-14b", [](Rig& r) { r.write(kS2Page, 0x60000c000037ff); }, ins(priv(rd(2, kPage3))), pa(0xc00003000)},
  {"T-S2-15", [](Rig& r) { r.write(kS2Page, 0x20000c000037ff); r.idr3 &= ~0x10u; }, ins(priv(rd(2, kPage3))), pa(0xc00003000)},
  {"T-S2-17", [](Rig& r) { s2r(r, kSte2, 0); }, rd(2, 0x700000000), silent()},
  {"T-S2-18", [](Rig& r) { s2r(r, kSte2, 0); r.abort_reads[0x84020018 >> 3] = true; }, rd(2, kPage3), s2_eabt(2, 0x84020018)},
  {"T-S2-19", [](Rig& r) { s2t0sz(r, 0x15); s2ttb(r, 0x85000000); r.write(0x8500fff8, 0xd000007fd); }, rd(2, 0x7ffffffffff), pa(0xd3fffffff)},
  {"T-S2-20", [](Rig& r) { s2t0sz(r, 0x15); s2ttb(r, 0x8500f000); r.write(0x8500fff8, 0xd000007fd); }, rd(2, 0x7ffffffffff), pa(0xd3fffffff)},
  {"T-S2-22", [](Rig& r) { s2t0sz(r, 0x1e); s2sl0(r, 0); s2ttb(r, 0x85200000); r.write(0x85208008, 0xd002007fd); }, rd(2, 0x200234567), pa(0xd00234567)},
  {"T-S2-23", [](Rig& r) { s2tg(r, 1); s2t0sz(r, 0x12); s2ttb(r, 0x85400000); r.write(0x854ffff8, 0xe000007fd); }, rd(2, 0x3fffffffffff), pa(0xe1fffffff)},
  {"T-S2-24", [](Rig& r) { s2tg(r, 2); s2t0sz(r, 0x18); s2ttb(r, 0x85600000); r.write(0x8563fff8, 0xe020007fd); }, rd(2, 0xffffffffff), pa(0xe03ffffff)},
  {"T-S2-25", [](Rig& r) { r.write(0x84020018, 0x840217fd); }, rd(2, 0x8100603042), pa(0x84003042)},
  {"T-S2-IAS", kBase, rd(2, 0x1000000000000), ev(kAddrSize)},   // above IAS: a fault of stage 1, always recorded
  {"T-S2-SSV", kBase, ss(rd(2, kPage3), 1), ev(kBadSubstreamid)},
  {"T-VA-19", kBase, rd(2, 0x10000000000), s2(kTranslation, 2, 0x10000000000)},

  {"T-STE-09", [](Rig& r) { s2sl0(r, 3); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-11", [](Rig& r) { s2t0sz(r, 0xf); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-12", [](Rig& r) { s2t0sz(r, 0x14); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-13", [](Rig& r) { s2t0sz(r, 0x1e); s2sl0(r, 2); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-14", [](Rig& r) { s2ps(r, 2); s2ttb(r, 0x10000000000); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-15", [](Rig& r) { s2tg(r, 2); r.idr5 &= ~0x20u; }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-17", [](Rig& r) { ste_bit(r, kSte2, 128 + 57, 1); }, rd(2, kPage3), ev(kBadSte)},            // S2S with STALL_MODEL = 1
  {"T-STE-TG", [](Rig& r) { s2tg(r, 3); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-AA64", [](Rig& r) { ste_bit(r, kSte2, 128 + 51, 0); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-ENDI", [](Rig& r) { ste_bit(r, kSte2, 128 + 52, 1); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-27", [](Rig& r) { r.idr0 &= ~(3u << 6); ste_bit(r, kSte2, 128 + 56, 1); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-28", [](Rig& r) { r.idr0 ^= 3u << 6; r.put(kSte2, 128 + 56, 128 + 55, 3); }, rd(2, kPage3), ev(kBadSte)},
  {"T-STE-MAX", [](Rig& r) { s2t0sz(r, 40); s2sl0(r, 0); }, rd(2, 0x1000), ev(kBadSte)},                // above 39 without STT
  {"T-STE-STT", [](Rig& r) { r.idr3 |= 0x200; s2t0sz(r, 48); s2sl0(r, 3); s2ttb(r, 0x85800000); r.write(0x85800018, 0xd000037ff); },
   rd(2, 0x3123), pa(0xd00003123, 1)},                                                                 // 16 bits from level 3
  {"T-STE-20", [](Rig& r) { r.put(kSte1, 64 + 31, 64 + 30, 1); }, rd(1, kPage3), ev(kBadSte)},
  {"T-STE-20a", [](Rig& r) { r.put(kSte1, 64 + 31, 64 + 30, 1); r.idr0 &= ~0x200u; }, rd(1, kPage3), pa(0x912345000)},   // HYP = 0: STRW ignored
  {"T-STE-22", [](Rig& r) { r.put(kSte3, 64 + 31, 64 + 30, 3); }, rd(3, kPage3), pa(0xb00005000)},
  {"T-STE-24", [](Rig& r) { r.put(kSte2, 63, 59, 0x1f); r.put(kSte2, 64 + 31, 64 + 30, 1); r.put(kSte2, 5, 4, 3); }, rd(2, 0x80001000), pa(0x80001000)},
  {"T-STE-VMID", [](Rig& r) { r.put(kSte2, 128 + 15, 128, 0x102); r.idr0 &= ~(1u << 18); }, rd(2, kPage3), ev(kBadSte)},

  // 12 descriptor reads without caches: CD 1, four tables of 1 + 1, output 3. The block that maps CD and tables is read once.
  {"T-NST-01", kBase, rd(3, 0x8100603010), pa(0xb00005010, 8)},
  {"T-NST-02", kBase, rd(3, 0x8100608000), ev(kTranslation)},
  {"T-NST-03", [](Rig& r) { r.write(kOutput, 0); }, rd(3, 0x8100603010), s2(kTranslation, 2, 0x912345000)},
  {"T-NST-04", [](Rig& r) { r.write(kOutput, 0xb0000577f); }, wr(3, kPage3), s2(kPermission, 2, 0x912345000)},
  {"T-NST-05", [](Rig& r) { ttb0(r, 0x700000000); }, rd(3, kPage3), s2(kTranslation, 1, 0x700000000)},
  {"T-NST-06", [](Rig& r) { r.write(0x82001020, 0x700002003); }, rd(3, kPage3), s2(kTranslation, 1, 0x700002000)},
  {"T-NST-07", [](Rig& r) { r.abort_reads[0x82002018 >> 3] = true; }, rd(3, kPage3), ev(kWalkEabt, 0x82002018)},
  {"T-NST-08", [](Rig& r) { r.abort_reads[0x84010488 >> 3] = true; }, rd(3, kPage3), s2_eabt(2, 0x84010488)},
  {"T-NST-09", [](Rig& r) { ttb0(r, 0x912345000); r.abort_reads[0x84010488 >> 3] = true; }, rd(3, kPage3), s2_eabt(1, 0x84010488)},
  {"T-NST-10", [](Rig& r) { ste_bit(r, kSte3, 128 + 54, 1); ttb0(r, 0x912345000); r.write(kOutput, 0xb000057c7); },
   rd(3, kPage3), tt(s2(kPermission, 1, 0x912345000))},
  {"T-NST-11", [](Rig& r) { ttb0(r, 0x912345000); r.write(kOutput, 0xb000057c7); r.write(0xb00005008, 0x82001003); },
   rd(3, 0x8100604000), pa(0xb00006000)},                                                              // the same without S2PTW
  {"T-NST-12", [](Rig& r) { ttb0(r, 0x912345000); r.write(kOutput, 0xb000057bf); }, rd(3, kPage3), tt(s2(kPermission, 1, 0x912345000))},
  {"T-NST-13", kBase, wr(3, 0x8100604000), ev(kPermission)},
  {"T-NST-14", [](Rig& r) { r.write(0x82003038, 0x700000b43); }, rd(3, 0x8100607000), ev(kAccess)},
  {"T-NST-15", kBase, rd(3, 0x8141234567), s2(kTranslation, 2, 0xa41234000)},
  {"T-NST-16", [](Rig& r) { r.put(kCd3, 34, 32, 2); }, rd(3, 0x8100620000), ev(kAddrSize)},
  {"T-NST-17", kBase, rd(3, 0x8100620000), s2(kTranslation, 2, 0x10000000000)},
  {"T-NST-18", [](Rig& r) { r.put(kCd3, 45, 45, 0); r.write(kOutput, 0); }, rd(3, kPage3), s2(kTranslation, 2, 0x912345000)},
  {"T-NST-19", [](Rig& r) { s2r(r, kSte3, 0); r.write(kOutput, 0); }, rd(3, kPage3), silent()},
  {"T-NST-20", [](Rig& r) { r.put(kCd3, 46, 46, 0); r.write(kOutput, 0); }, rd(3, kPage3), s2(kTranslation, 2, 0x912345000)},
  {"T-NST-22", [](Rig& r) { r.write(kOutput, 0xb0000577f); }, rd(3, kPage3), pa(0xb00005000)},
  // the CD through stage 2
  {"T-NST-CD1", [](Rig& r) { r.put(kSte3, 51, 6, Word{0x700001000} >> 6); }, rd(3, kPage3), s2(kTranslation, 0, 0x700001000)},
  {"T-NST-CD2", [](Rig& r) { r.write(0x84000010, 0x800007bd); }, rd(3, kPage3), s2(kPermission, 0, 0x80101000)},     // write-only
  {"T-NST-CD3", [](Rig& r) { r.abort_reads[0x84000010 >> 3] = true; }, rd(3, kPage3), s2_eabt(0, 0x84000010)},
  {"T-NST-CD4", [](Rig& r) { r.abort_reads[0x80101000 >> 3] = true; }, rd(3, kPage3), ev(kCdFetch, 0x80101000)},
  {"T-NST-CD5", [](Rig& r) { ste_bit(r, kSte3, 128 + 54, 1); r.write(0x84000010, 0x800007c5); }, rd(3, kPage3), s2(kPermission, 0, 0x80101000)},
  {"T-NST-CD6", [](Rig& r) { r.put(kSte3, 51, 6, Word{0x1000000000000} >> 6); }, rd(3, kPage3), s2(kTranslation, 0, 0x1000000000000)},
  {"T-NST-L1CD", [](Rig& r) {                                    // level-1 CD table and leaf table, both through stage 2
     r.put(kSte3, 63, 59, 8);
     r.put(kSte3, 5, 4, 1);
     r.put(kSte3, 51, 6, 0x80105000 >> 6);
     r.write(0x80105010, 0x912345001);
     for (unsigned i = 0; i < 8; i++) r.write(0xb00005240 + 8 * i, r.read(kCd3 + 8 * i));
   }, ss(rd(3, 0x8100604000), 0x89), pa(0xb00006000)},
  {"T-NST-L1CD-F", [](Rig& r) {
     r.put(kSte3, 63, 59, 8);
     r.put(kSte3, 5, 4, 1);
     r.put(kSte3, 51, 6, 0x80105000 >> 6);
     r.write(0x80105010, 0x700000001);
   }, ss(rd(3, 0x8100604000), 0x89), s2(kTranslation, 0, 0x700000000)},
  {"T-NST-DSS", [](Rig& r) { r.put(kSte3, 63, 59, 2); r.put(kSte3, 65, 64, 1); }, rd(3, kPage3), pa(0xc00003000, 3)},   // S1DSS = 1: stage 2 alone

  {"T-VA-17", [](Rig& r) { el2(r); r.put(kCd, 30, 30, 0); r.put(kCd, 21, 16, 3); }, rd(1, 0xffffffffffdf0000), without_reads(ev(kTranslation))},
  {"T-E2H-EPD0", [](Rig& r) { el2(r); r.put(kCd, 14, 14, 1); }, rd(1, kPage3), pa(0x912345000)},         // EPD0 has no effect in EL2
  {"T-E2H-EPD0a", [](Rig& r) { e2h(r); r.put(kCd, 14, 14, 1); }, rd(1, kPage3), ev(kTranslation)},
  {"T-E2H-ASID", [](Rig& r) { el2(r); r.put(kCd, 63, 48, 0x111); r.idr0 &= ~(1u << 12); }, rd(1, kPage3), pa(0x912345000)},
  {"T-PRM-33", el2, rd(1, 0x8100605000), pa(0x912347000)},
  {"T-PRM-34", el2, ins(priv(rd(1, 0x810060e000))), pa(0x912350000)},                                   // PXN means nothing
  {"T-PRM-34a", el2, ins(rd(1, 0x8100609000)), ev(kPermission)},                                        // XN
  {"T-PRM-35", [](Rig& r) { el2(r); r.put(kCd, 40, 40, 1); }, priv(rd(1, kPage3)), pa(0x912345000)},
  {"T-PRM-36", e2h, rd(1, 0x8100605000), ev(kPermission)},
  {"T-PRM-37", el2, rd(1, 0x8100c03000), pa(0x912345000)},                                              // APTable[0] ignored
  {"T-PRM-39", [](Rig& r) { e2h(r); r.put(kCd, 40, 40, 1); }, priv(rd(1, kPage3)), ev(kPermission)},
  {"T-PRM-44", [](Rig& r) { el2(r); r.put(kCd, 66, 66, 1); }, rd(1, kPage3), pa(0x912345000)},           // E0PD0 needs unprivileged accesses
};

}  // namespace rig
