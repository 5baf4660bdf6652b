// SPDX-License-Identifier: Apache-2.0
// One-transaction vectors of address ranges, walks, permissions and terminate modes (T-VA, T-WLK, T-PRM, T-HTT, T-TRM),
// as far as stage 1 alone can show them. Each row: baseline, change, transaction, expected outcome.
#include "vectors.h"

namespace rig {
namespace {
constexpr Word kCd = 0x80100000, kSte1 = 0x80000040, kPage3 = 0x8100603000;
// CD fields by bit number over the whole structure
void t0sz(Rig& r, Word v) { r.put(kCd, 5, 0, v); }
void tg0(Rig& r, Word v) { r.put(kCd, 7, 6, v); }          // 0 4K, 1 64K, 2 16K
void ttb0(Rig& r, Word v) { r.put(kCd, 64 + 51, 64 + 4, v >> 4); }
void tbi(Rig& r, Word v) { r.put(kCd, 39, 38, v); }
void ips(Rig& r, Word v) { r.put(kCd, 34, 32, v); }
void a_r(Rig& r, Word a, Word rec) { r.put(kCd, 46, 46, a); r.put(kCd, 45, 45, rec); }
void upper_half(Rig& r) {
  r.put(kCd, 30, 30, 0);
  r.put(kCd, 21, 16, 0x10);
  r.put(kCd, 128 + 51, 128 + 4, 0x82300000 >> 4);
  r.write(0x82300ff8, 0x82301003);
  r.write(0x82301ff8, 0x82302003);
  r.write(0x82302ff0, 0x82303003);
  r.write(0x82303f80, 0x9abcdef43);
}
void sixteen_k(Rig& r, Word size, Word base) { tg0(r, 2); t0sz(r, size); ttb0(r, base); }
void sixty_four_k(Rig& r, Word size, Word base) { tg0(r, 1); t0sz(r, size); ttb0(r, base); }
const std::function<void(Rig&)> kBase;
}  // namespace

const std::vector<Row> kTranslationRows = {
  {"T-VA-01", kBase, rd(1, 0x1000000000000), ev(kTranslation)},
  {"T-VA-03", kBase, rd(1, 0x5a00008100603000), ev(kTranslation)},
  {"T-VA-04", [](Rig& r) { tbi(r, 1); }, rd(1, 0x5a00008100603000), pa(0x912345000)},
  {"T-VA-05", [](Rig& r) { tbi(r, 1); }, rd(1, 0x5a00008100608000), ev(kTranslation)},
  {"T-VA-06", [](Rig& r) { tbi(r, 1); }, rd(1, 0x5a01008100603000), ev(kTranslation)},
  {"T-VA-12", upper_half, rd(1, 0x00ffffffffdf0000), ev(kTranslation)},
  {"T-VA-12a", upper_half, rd(1, 0xffffffffffdf0044), pa(0x9abcde044)},   // canonical form of the same address
  {"T-VA-13", [](Rig& r) { upper_half(r); tbi(r, 2); }, rd(1, 0x00ffffffffdf0044), pa(0x9abcde044)},
  {"T-VA-14", [](Rig& r) { upper_half(r); tbi(r, 1); }, rd(1, 0x00ffffffffdf0044), ev(kTranslation)},
  {"T-VA-16", [](Rig& r) { t0sz(r, 0x19); ttb0(r, 0x82001000); }, rd(1, 0x100603000), pa(0x912345000)},
  {"T-VA-EPD", kBase, rd(1, 0xffffffffffdf0044), ev(kTranslation)},       // EPD1 = 1 in the baseline

  {"T-WLK-01", kBase, rd(1, 0x8100603abc), pa(0x912345abc, 4)},
  {"T-WLK-02", kBase, rd(1, 0x8100812345), pa(0x980012345, 3)},
  {"T-WLK-03", kBase, rd(1, 0x8141234567), pa(0xa41234567, 2)},
  {"T-WLK-04", kBase, rd(1, 0x10000000000), ev(kTranslation)},
  {"T-WLK-05", kBase, rd(1, 0x8100608000), ev(kTranslation)},
  {"T-WLK-06", kBase, rd(1, 0x810060b000), ev(kTranslation)},
  {"T-WLK-07", kBase, rd(1, 0x8101000000), ev(kTranslation)},
  {"T-WLK-08", kBase, rd(1, 0x8100613123), pa(0x950003123)},
  {"T-WLK-11", [](Rig& r) { r.abort_reads[0x82002018 >> 3] = true; }, rd(1, kPage3), ev(kWalkEabt, 0x82002018)},
  {"T-WLK-12", [](Rig& r) { r.abort_reads[0x82000008 >> 3] = true; a_r(r, 1, 0); }, rd(1, kPage3), ev(kWalkEabt, 0x82000008)},
  {"T-WLK-13", [](Rig& r) { ips(r, 2); }, rd(1, 0x8101200000), ev(kAddrSize)},
  {"T-WLK-14", [](Rig& r) { ips(r, 2); }, rd(1, 0x8100620000), ev(kAddrSize)},
  {"T-WLK-15", [](Rig& r) { ips(r, 2); }, wr(1, 0x8100621000), ev(kAddrSize)},
  {"T-WLK-16", kBase, rd(1, 0x8100620005), pa(0x10000000005)},
  {"T-WLK-20", [](Rig& r) { sixteen_k(r, 0x1c, 0x82100000); r.write(0x82100488, 0x82104003); r.write(0x821068a8, 0x920008f43); },
   rd(1, 0x123456789), pa(0x92000a789, 2)},
  {"T-WLK-21", [](Rig& r) { sixteen_k(r, 0x1c, 0x82100000); r.write(0x82100488, 0x93e000f41); }, rd(1, 0x123456789), pa(0x93f456789)},
  {"T-WLK-22", [](Rig& r) {
     sixteen_k(r, 0x10, 0x82140000);
     r.write(0x82140008, 0x82144003);
     r.write(0x82144000, 0x82100003);
     r.write(0x82100488, 0x82104003);
     r.write(0x821068a8, 0x920008f43);
   }, rd(1, 0x800123456789), pa(0x92000a789, 4)},
  {"T-WLK-23", [](Rig& r) { sixteen_k(r, 0x11, 0x82144000); r.write(0x82144000, 0x93e000f41); }, rd(1, 0x123456789), ev(kTranslation)},
  {"T-WLK-25", [](Rig& r) { sixty_four_k(r, 0x16, 0x82200000); r.write(0x82200080, 0x940000f41); }, rd(1, 0x212345678), pa(0x952345678)},
  {"T-WLK-26", [](Rig& r) {
     sixty_four_k(r, 0x10, 0x82240000);
     r.write(0x82240000, 0x82200003);
     r.write(0x82200080, 0x82210003);
     r.write(0x822191a0, 0x930000f43);
   }, rd(1, 0x212345678), pa(0x930005678, 3)},
  {"T-WLK-27", [](Rig& r) { t0sz(r, 0x22); ttb0(r, 0x82400000); r.write(0x82400008, 0x82401003); r.write(0x82401028, 0x960000f43); },
   rd(1, 0x205678), pa(0x960000678, 2)},
  {"T-WLK-28", [](Rig& r) { sixteen_k(r, 0x27, 0x82110000); r.write(0x82110018, 0x920010f43); }, rd(1, 0xc123), pa(0x920010123, 1)},
  {"T-WLK-29", [](Rig& r) { ttb0(r, 0x82000ff0); }, rd(1, kPage3), pa(0x912345000)},

  {"T-PRM-01", kBase, wr(1, kPage3), pa(0x912345000)},
  {"T-PRM-02", kBase, wr(1, 0x8100604000), ev(kPermission)},
  {"T-PRM-03", kBase, rd(1, 0x8100605000), ev(kPermission)},
  {"T-PRM-04", kBase, priv(wr(1, 0x8100605000)), pa(0x912347000)},
  {"T-PRM-06", kBase, priv(rd(1, 0x8100606000)), pa(0x912348000)},
  {"T-PRM-08", kBase, ins(priv(rd(1, kPage3))), ev(kPermission)},
  {"T-PRM-09", kBase, ins(rd(1, 0x8100609000)), ev(kPermission)},
  {"T-PRM-10", kBase, ins(rd(1, 0x810060d000)), ev(kPermission)},
  {"T-PRM-11", kBase, ins(priv(rd(1, 0x810060d000))), pa(0x91234f000)},
  {"T-PRM-12", kBase, ins(priv(rd(1, 0x810060e000))), ev(kPermission)},
  {"T-PRM-13", kBase, ins(rd(1, 0x810060e000)), pa(0x912350000)},
  {"T-PRM-14", kBase, ins(rd(1, 0x8100605000)), pa(0x912347000)},
  {"T-PRM-15", [](Rig& r) { r.put(kCd, 36, 36, 1); }, ins(rd(1, kPage3)), ev(kPermission)},
  {"T-PRM-16", [](Rig& r) { r.put(kCd, 36, 36, 1); }, ins(priv(rd(1, 0x8100604000))), pa(0x912346000)},
  {"T-PRM-18", [](Rig& r) { r.put(kCd, 40, 40, 1); }, priv(rd(1, 0x8100605000)), pa(0x912347000)},
  {"T-PRM-19", [](Rig& r) { r.put(kCd, 40, 40, 1); }, rd(1, kPage3), pa(0x912345000)},
  {"T-PRM-19a", [](Rig& r) { r.put(kCd, 40, 40, 1); }, priv(rd(1, kPage3)), ev(kPermission)},  // PAN: unprivileged may read it
  {"T-PRM-20", kBase, wr(1, 0x8100a03000), ev(kPermission)},
  {"T-PRM-21", kBase, rd(1, 0x8100a03000), pa(0x912345000)},
  {"T-PRM-22", [](Rig& r) { r.put(kCd, 65, 65, 1); }, wr(1, 0x8100a03000), pa(0x912345000)},
  {"T-PRM-23", kBase, rd(1, 0x8100c03000), ev(kPermission)},
  {"T-PRM-24", kBase, priv(rd(1, 0x8100c03000)), pa(0x912345000)},
  {"T-PRM-25", kBase, ins(rd(1, 0x8100e03000)), ev(kPermission)},
  {"T-PRM-26", [](Rig& r) { r.put(kCd, 65, 65, 1); }, ins(rd(1, 0x8100e03000)), pa(0x912345000)},
  {"T-PRM-ADD-1", [](Rig& r) { r.put(0x82001020, 62, 62, 1); }, wr(1, kPage3), ev(kPermission)},   // APTable of level 1 holds below
  {"T-PRM-ADD-2", [](Rig& r) { r.put(0x82000008, 60, 60, 1); }, ins(rd(1, 0x8100604000)), ev(kPermission)},  // UXNTable of level 0
  {"T-PRM-27", [](Rig& r) { r.put(kSte1, 64 + 49, 64 + 48, 3); }, wr(1, 0x8100605000), pa(0x912347000)},
  {"T-PRM-28", [](Rig& r) { r.put(kSte1, 64 + 49, 64 + 48, 2); }, priv(rd(1, 0x8100606000)), shown(ev(kPermission), 0, 0)},
  {"T-PRM-29", [](Rig& r) { r.put(kSte1, 64 + 51, 64 + 50, 3); }, rd(1, 0x8100609000), shown(ev(kPermission), 0, 1)},
  {"T-PRM-31", [](Rig& r) { r.put(kSte1, 64 + 51, 64 + 50, 3); }, wr(1, 0x8100609000), pa(0x91234b000)},
  {"T-PRM-38", kBase, wr(1, 0x810060c000), ev(kAccess)},
  {"T-PRM-40", [](Rig& r) { r.put(kCd, 66, 66, 1); }, rd(1, kPage3), ev(kTranslation)},
  {"T-PRM-41", [](Rig& r) { r.put(kCd, 66, 66, 1); }, priv(rd(1, kPage3)), pa(0x912345000)},
  {"T-PRM-42", [](Rig& r) { r.put(kSte1, 64 + 51, 64 + 50, 3); }, wr(1, 0x8100604000), shown(ev(kPermission), 0, 0)},
  {"T-PRM-43", kBase, ins(wr(1, 0x8100604000)), shown(ev(kPermission), 0, 0)},  // incoming InD on a write is dropped

  {"T-HTT-02", [](Rig& r) { r.put(kCd, 35, 35, 1); }, rd(1, 0x8100607000), pa(0x912349000)},
  {"T-HTT-02a", kBase, rd(1, 0x8100607000), ev(kAccess)},

  {"T-TRM-01", kBase, rd(1, 0x8100608000), ev(kTranslation)},
  {"T-TRM-02", [](Rig& r) { a_r(r, 0, 1); }, rd(1, 0x8100608000), raz(ev(kTranslation))},
  {"T-TRM-03", [](Rig& r) { a_r(r, 0, 0); }, wr(1, 0x8100604000), raz(silent())},
  {"T-TRM-04", [](Rig& r) { a_r(r, 1, 0); }, rd(1, 0x8100607000), silent()},
  {"T-TRM-05", [](Rig& r) { a_r(r, 0, 0); r.abort_reads[0x82000008 >> 3] = true; }, rd(1, kPage3), ev(kWalkEabt, 0x82000008)},
  {"T-TRM-06", [](Rig& r) { a_r(r, 0, 0); r.put(kCd, 31, 31, 0); }, rd(1, kPage3), ev(kBadCd)},
};

}  // namespace rig
