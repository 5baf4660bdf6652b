// SPDX-License-Identifier: Apache-2.0
// One-transaction vectors of bypass, stream table, STE, substreams and CD (T-GBP, T-STR, T-STE, T-SSID, T-CD), as far as
// stage 1 alone can show them. Rows with another ID register value change the straps.
#include "vectors.h"

namespace rig {
namespace {
constexpr Word kCd = 0x80100000, kSte1 = 0x80000040, kSte6 = 0x80000180, kPage3 = 0x8100603000;
const std::function<void(Rig&)> kBase;
void two_level(Rig& r, unsigned split) {
  r.strtab = 0x80200000;
  r.strtab_cfg = 1u << 16 | split << 6 | 10;
}
void bypass_ste(Rig& r, Word at) {
  r.put(at, 0, 0, 1);
  r.put(at, 3, 1, 4);
}
// The stream with substreams gets a two-level CD table of the given format.
void cd_table(Rig& r, unsigned format, unsigned max) {
  r.put(kSte6, 5, 4, format);
  r.put(kSte6, 63, 59, max);
  for (unsigned i = 0; i < 4; i++) r.write(0x80104000 + 8 * i, 0);
}
void copy_cd(Rig& r, Word to) {  // of SubstreamID 3; its words are intact
  for (unsigned i = 0; i < 8; i++) r.write(to + 8 * i, r.read(0x801040c0 + 8 * i));
}
void s1dss(Rig& r, Word v) { r.put(kSte6, 65, 64, v); }
}  // namespace

const std::vector<Row> kConfigurationRows = {
  {"T-GBP-01", kBase, rd(1, 0x8100603010), pa(0x8100603010), false},
  {"T-GBP-03", kBase, rd(1, 0x1000000000000), silent(), false},
  {"T-GBP-04", kBase, rd(0xffff, 0x1000), pa(0x1000), false},

  {"T-STR-01", kBase, rd(0x3f, 0x1000), ev(kBadSte)},
  {"T-STR-03", [](Rig& r) { r.cr2 = 0; }, rd(0x40, 0x1000), silent()},
  {"T-STR-04", kBase, ss(rd(0x40, 0x1000), 9), ev(kBadStreamid)},
  {"T-STR-05", [](Rig& r) { r.abort_reads[0x80000040 >> 3] = true; }, rd(1, kPage3), ev(kSteFetch, 0x80000040)},
  {"T-STR-06", [](Rig& r) { r.strtab = 0x80000fc0; }, rd(4, 0x5000), pa(0x5000)},
  {"T-STR-07", [](Rig& r) { r.strtab_cfg = 0x14; r.idr1 = (r.idr1 & ~0x3fu) | 6; }, rd(0x40, 0), ev(kBadStreamid)},
  {"T-STR-OAS", [](Rig& r) { r.strtab = 0x180000000; r.idr5 &= ~7u; }, rd(1, kPage3), ev(kSteFetch, 0x180000040)},    // base above 32 bits
  {"T-STR-OAS-L2", [](Rig& r) { two_level(r, 6); r.idr5 &= ~7u; r.write(0x80200018, 0x180210003); }, rd(0xc3, 0x7000), ev(kSteFetch, 0x1802100c0)},
  {"T-STR-11", [](Rig& r) { two_level(r, 6); r.write(0x80200018, 0); }, rd(0xc5, 0x7000), ev(kBadStreamid)},
  {"T-STR-12", [](Rig& r) { two_level(r, 6); r.write(0x80200018, 0x80210003); bypass_ste(r, 0x802100c0); }, rd(0xc3, 0x7000), pa(0x7000)},
  {"T-STR-13", [](Rig& r) { two_level(r, 6); r.write(0x80200018, 0x80210003); bypass_ste(r, 0x80210100); }, rd(0xc4, 0x7000), ev(kBadStreamid)},
  {"T-STR-16", [](Rig& r) { two_level(r, 6); r.write(0x80200018, 0x8021000c); }, rd(0xc5, 0), ev(kBadStreamid)},
  {"T-STR-17", [](Rig& r) { two_level(r, 6); r.write(0x80200018, 0x80210001); bypass_ste(r, 0x80210000); }, rd(0xc0, 0x9000), pa(0x9000)},
  {"T-STR-19", [](Rig& r) { two_level(r, 6); }, rd(0x400, 0), ev(kBadStreamid)},
  {"T-STR-20", [](Rig& r) { two_level(r, 8); r.write(0x80200010, 0x80220009); bypass_ste(r, 0x80221040); }, rd(0x241, 0x3000), pa(0x3000)},
  {"T-STR-21", [](Rig& r) { two_level(r, 7); r.write(0x80200018, 0x80210007); bypass_ste(r, 0x80210140); }, rd(0xc5, 0x7000), pa(0x7000)},
  {"T-STR-22", [](Rig& r) { two_level(r, 6); r.abort_reads[0x80200018 >> 3] = true; }, rd(0xc5, 0x7000), ev(kSteFetch, 0x80200018)},

  {"T-STE-01", [](Rig& r) { r.put(kSte1, 0, 0, 0); }, rd(1, kPage3), ev(kBadSte)},
  {"T-STE-02", kBase, rd(5, kPage3), silent()},
  {"T-STE-05", kBase, rd(4, 0x1000000000000), ev(kAddrSize)},
  {"T-STE-06", [](Rig& r) { r.idr0 &= ~2u; }, rd(1, kPage3), ev(kBadSte)},
  {"T-STE-S2P", [](Rig& r) { r.put(kSte1, 3, 1, 7); r.idr0 &= ~1u; }, rd(1, kPage3), ev(kBadSte)},   // Config[1] with S2P = 0
  {"T-STE-19", [](Rig& r) { r.put(kSte1, 64 + 27, 64 + 27, 1); }, rd(1, kPage3), ev(kBadSte)},
  {"T-STE-23", [](Rig& r) { r.put(kSte1, 128 + 39, 128 + 38, 3); r.put(kSte1, 128 + 37, 128 + 32, 0x3f); r.put(kSte1, 128 + 51, 128 + 51, 0); },
   rd(1, 0x8100603004), pa(0x912345004)},
  {"T-STE-25", [](Rig& r) { r.put(kSte1, 63, 59, 9); }, ss(rd(1, kPage3), 0), ev(kBadSte)},
  {"T-STE-26", [](Rig& r) { r.put(kSte6, 5, 4, 2); r.idr0 &= ~(1u << 19); }, ss(rd(6, kPage3), 1), ev(kBadSte)},
  {"T-STE-35", [](Rig& r) { r.put(kSte1, 63, 59, 0x1f); r.put(kSte1, 5, 4, 2); r.idr1 &= ~(0x1fu << 6); }, rd(1, kPage3), pa(0x912345000)},
  {"T-STE-36", [](Rig& r) { r.put(kSte1, 51, 6, Word{0x1000000000000} >> 6); }, rd(1, kPage3), ev(kBadSte)},  // S1ContextPtr > OAS

  {"T-SSID-01", kBase, ss(rd(1, kPage3), 0), ev(kBadSubstreamid)},
  {"T-SSID-03", kBase, ss(rd(6, kPage3), 4), ev(kBadSubstreamid)},
  {"T-SSID-04", kBase, rd(6, kPage3), ev(kStreamDisabled)},
  {"T-SSID-05", [](Rig& r) { s1dss(r, 1); }, rd(6, kPage3), pa(kPage3)},
  {"T-SSID-06", [](Rig& r) { s1dss(r, 2); }, rd(6, kPage3), pa(0x912345000)},
  {"T-SSID-07", [](Rig& r) { s1dss(r, 2); }, ss(rd(6, kPage3), 0), ev(kStreamDisabled)},
  {"T-SSID-08", [](Rig& r) { s1dss(r, 1); }, ss(rd(6, kPage3), 0), pa(0x912345000)},
  {"T-SSID-09", [](Rig& r) { s1dss(r, 3); }, rd(6, kPage3), ev(kStreamDisabled)},
  {"T-SSID-10", [](Rig& r) { s1dss(r, 2); }, rd(6, 0x8100608000), ev(kTranslation)},
  // S1CDMax = 8, SSID 0x89: with 4 KiB leaves level-1 index 2, level-2 index 9; with 64 KiB leaves 0 and 0x89
  {"T-SSID-14", [](Rig& r) { cd_table(r, 1, 8); r.write(0x80104010, 0x80110000); }, ss(rd(6, kPage3), 0x89), ev(kBadSubstreamid)},
  {"T-SSID-15", [](Rig& r) { cd_table(r, 2, 8); r.write(0x80104000, 0x80120001); copy_cd(r, 0x80122240); },
   ss(rd(6, kPage3), 0x89), pa(0x912345000)},
  {"T-SSID-16", [](Rig& r) { cd_table(r, 1, 8); r.abort_reads[0x80104010 >> 3] = true; }, ss(rd(6, kPage3), 0x89), ev(kCdFetch, 0x80104010)},
  {"T-SSID-4K", [](Rig& r) { cd_table(r, 1, 8); r.write(0x80104010, 0x80111001); copy_cd(r, 0x80111240); },
   ss(rd(6, kPage3), 0x89), pa(0x912345000)},
  {"T-SSID-4K-EABT", [](Rig& r) { cd_table(r, 1, 8); r.write(0x80104010, 0x80111001); r.abort_reads[0x80111248 >> 3] = true; },
   ss(rd(6, kPage3), 0x89), ev(kCdFetch, 0x80111240)},
  {"T-SSID-64K-PTR", [](Rig& r) { cd_table(r, 2, 8); r.write(0x80104000, 0x8012f001); copy_cd(r, 0x80122240); },  // L2Ptr[15:12] ignored
   ss(rd(6, kPage3), 0x89), pa(0x912345000)},
  // SSID 0x489: level-1 index 1, level-2 index 0x89
  {"T-SSID-64K-HI", [](Rig& r) {
     cd_table(r, 2, 12);
     r.idr1 = (r.idr1 & ~(31u << 6)) | 20u << 6;
     r.write(0x80104008, 0x80130001);
     copy_cd(r, 0x80132240);
   }, ss(rd(6, kPage3), 0x489), pa(0x912345000)},
  {"T-SSID-L2OAS", [](Rig& r) { cd_table(r, 1, 8); r.write(0x80104010, 0x4000080110001); }, ss(rd(6, kPage3), 0x89), ev(kBadSubstreamid)},
  {"T-SSID-L2MAX", [](Rig& r) { cd_table(r, 1, 8); }, ss(rd(6, kPage3), 0x100), ev(kBadSubstreamid)},
  // 2^(12-6) descriptors of 8 bytes: aligned to 512, so bits 8:6 of the pointer are ignored
  {"T-SSID-L1AL", [](Rig& r) {
     cd_table(r, 1, 12);
     r.idr1 = (r.idr1 & ~(31u << 6)) | 20u << 6;
     r.put(kSte6, 51, 6, 0x801041c0 >> 6);
     r.write(0x80104010, 0x80111001);
     copy_cd(r, 0x80111240);
   }, ss(rd(6, kPage3), 0x89), pa(0x912345000)},
  {"T-SSID-S0", [](Rig& r) { cd_table(r, 1, 8); s1dss(r, 2); r.write(0x80104000, 0x80110001); copy_cd(r, 0x80110000); },
   rd(6, kPage3), pa(0x912345000)},
  {"T-SSID-19", kBase, ss(rd(5, 0x2000), 7), silent()},
  {"T-SSID-20", [](Rig& r) { s1dss(r, 2); }, ss(rd(6, kPage3), 1), pa(0x912345000)},
  {"T-SSID-BYP", kBase, ss(rd(4, 0x2000), 3), ev(kBadSubstreamid)},   // bypass stream with a SubstreamID
  {"T-SSID-EV", kBase, ss(rd(6, 0x8100608000), 3), ev(kTranslation)}, // SSV and SSID in a translation fault

  {"T-CD-02", [](Rig& r) { r.abort_reads[0x80100000 >> 3] = true; }, rd(1, kPage3), ev(kCdFetch, 0x80100000)},
  {"T-CD-04", [](Rig& r) { r.put(kCd, 5, 0, 0xf); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-05", [](Rig& r) { r.put(kCd, 5, 0, 0x28); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-06", [](Rig& r) { r.put(kCd, 7, 6, 2); r.idr5 &= ~0x20u; }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-07", [](Rig& r) { r.put(kCd, 34, 32, 0); r.put(kCd, 64 + 51, 64 + 4, Word{0x182000000} >> 4); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-08", [](Rig& r) { r.put(kCd, 21, 16, 0); r.put(kCd, 128 + 51, 128 + 4, Word{0x4000000000000} >> 4); }, rd(1, kPage3), pa(0x912345000)},
  {"T-CD-09", [](Rig& r) { r.put(kCd, 30, 30, 0); r.put(kCd, 21, 16, 8); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-10", [](Rig& r) { r.put(kCd, 46, 46, 0); r.idr0 |= 1u << 26; }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-11", [](Rig& r) { r.put(kCd, 44, 44, 1); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-14", [](Rig& r) { r.idr0 &= ~(3u << 6); r.put(kCd, 43, 43, 1); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-15", [](Rig& r) { r.idr0 ^= 3u << 6; r.put(kCd, 43, 42, 3); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-16", [](Rig& r) { r.put(kCd, 45, 45, 0); r.put(kCd, 31, 31, 0); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-18", [](Rig& r) { r.put(kCd, 34, 32, 6); }, rd(1, kPage3), pa(0x912345000)},
  {"T-CD-ENDI", [](Rig& r) { r.put(kCd, 15, 15, 1); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-AA64", [](Rig& r) { r.put(kCd, 41, 41, 0); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-ASID", [](Rig& r) { r.put(kCd, 63, 48, 0x111); r.idr0 &= ~(1u << 12); }, rd(1, kPage3), ev(kBadCd)},
  {"T-CD-TG1", [](Rig& r) { r.put(kCd, 30, 30, 0); r.put(kCd, 23, 22, 0); }, rd(1, kPage3), ev(kBadCd)},  // TG1 = 0 is reserved
};

}  // namespace rig
