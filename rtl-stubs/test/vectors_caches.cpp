// SPDX-License-Identifier: Apache-2.0
// Action vectors of caching and invalidation (T-TLB, T-CFG), races with walks and writes in flight included, as far as
// stage 1 alone can show them.
#include "want.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000, kPage3Desc = 0x82003018, kNew = 0x912354000;
constexpr Word kVmid = Word{1} << 32, kAsid = Word{0x11} << 48;


// Warm on page 3, descriptor replaced, invalidation, read again: the new page.
bool replaced(Rig& r, std::string& why, Word d0, Word d1) {
  r.start();
  WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
  WANT_CHECK(check(r, rd(1, kPage3 + 5), pa(0x912345005, 0)));   // a hit: the row is about a cached entry
  r.write(kPage3Desc, kNew | 0xf43);
  r.command(d0, d1);
  r.sync();
  WANT_CHECK(check(r, rd(1, kPage3), pa(kNew)));
  return true;
}
// Warm on page 3, invalidation that does not match: the entry stays (this TLB is exact, so it must).
bool kept(Rig& r, std::string& why, Word d0, Word d1) {
  r.start();
  WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
  r.command(d0, d1);
  r.sync();
  WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 0)));
  return true;
}
bool cd_gone(Rig& r, std::string& why, Word d0, Word d1) {
  r.start();
  WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
  r.put(0x80104040, 31, 31, 0);
  r.command(d0 | Word{6} << 32, d1);
  r.sync();
  WANT_CHECK(check(r, ss(rd(6, kPage3), 1), ev(kBadCd)));
  return true;
}
}  // namespace

const std::vector<ActionRow> kCacheRows = {
  {"T-TLB-02", [](Rig& r, std::string& why) { return replaced(r, why, 0x12 | kVmid | kAsid, kPage3); }},
  {"T-TLB-03", [](Rig& r, std::string& why) { return replaced(r, why, 0x13 | kVmid, kPage3 | 1); }},       // VAA, Leaf
  {"T-TLB-04", [](Rig& r, std::string& why) { return replaced(r, why, 0x11 | kVmid | kAsid, 0); }},
  {"T-TLB-05", [](Rig& r, std::string& why) { return replaced(r, why, 0x10 | kVmid, 0); }},
  {"T-TLB-06", [](Rig& r, std::string& why) { return replaced(r, why, 0x30, 0); }},
  {"T-TLB-07a", [](Rig& r, std::string& why) { return kept(r, why, 0x11 | kVmid | Word{0x12} << 48, 0); }},  // other ASID
  {"T-TLB-04-ASID8", [](Rig& r, std::string& why) {  // 8-bit ASIDs: the upper byte of the command's does not count
     r.idr0 &= ~(1u << 12);
     return replaced(r, why, 0x11 | kVmid | kAsid | Word{0xa5} << 56, 0);
   }},
  {"T-TLB-07c", [](Rig& r, std::string& why) { return kept(r, why, 0x12 | kVmid | Word{0x12} << 48, kPage3); }},
  {"T-TLB-07b", [](Rig& r, std::string& why) { return kept(r, why, 0x12 | kVmid | kAsid, kPage3 + 0x1000); }},
  {"T-TLB-11", [](Rig& r, std::string& why) {        // any address inside a block finds it, for lookup and invalidation
     r.start();
     WANT_CHECK(check(r, rd(1, 0x8100812345), pa(0x980012345, 3)));
     WANT_CHECK(check(r, rd(1, 0x81009ff000), pa(0x9801ff000, 0)));
     r.write(0x82002020, 0);
     r.command(0x12 | kVmid | kAsid, 0x8100900000);
     r.sync();
     r.write(0x82002020, 0x9c0000f41);
     WANT_CHECK(check(r, rd(1, 0x8100812345), pa(0x9c0012345, 3)));
     return true;
   }},
  {"T-TLB-13", [](Rig& r, std::string& why) {        // global entry: NH_ASID keeps it (exact TLB), NH_VA of any ASID drops it
     r.write(kPage3Desc, 0x912345743);
     if (!kept(r, why, 0x11 | kVmid | kAsid, 0)) return false;
     r.write(kPage3Desc, kNew | 0x743);
     r.command(0x12 | kVmid | Word{0x77} << 48, kPage3);
     r.sync();
     WANT_CHECK(check(r, rd(1, kPage3), pa(kNew)));
     return true;
   }},
  {"T-TLB-18", [](Rig& r, std::string& why) {
     r.start();
     WANT_CHECK(check(r, rd(1, 0x8100608000), ev(kTranslation)));
     r.write(0x82003040, 0x91234a000 | 0xf43);
     WANT_CHECK(check(r, rd(1, 0x8100608000), pa(0x91234a000)));
     return true;
   }},
  {"T-TLB-19", [](Rig& r, std::string& why) {
     r.start();
     WANT_CHECK(check(r, rd(1, 0x8100607000), ev(kAccess)));
     r.write(0x82003038, r.read(0x82003038) | 1u << 10);
     WANT_CHECK(check(r, rd(1, 0x8100607000), pa(0x912349000)));
     return true;
   }},
  {"T-TLB-20", [](Rig& r, std::string& why) {
     r.start();
     WANT_CHECK(check(r, rd(1, 0x8100604000), pa(0x912346000)));
     Expect e = ev(kPermission);
     e.reads = 0;
     WANT_CHECK(check(r, wr(1, 0x8100604000), e));
     return true;
   }},
  {"T-TLB-21", [](Rig& r, std::string& why) {
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     WANT_CHECK(check(r, ins(priv(rd(1, kPage3))), ev(kPermission)));
     return true;
   }},
  {"T-TLB-25", [](Rig& r, std::string& why) {        // two streams with one ASID; the second on another TBU
     for (unsigned i = 0; i < 8; i++) r.write(0x80000000 + 64 * 7 + 8 * i, r.read(0x80000040 + 8 * i));
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     Txn other = rd(7, kPage3);
     other.tbu = 1;
     WANT_CHECK(check(r, other, pa(0x912345000, 0)));   // shared entry
     r.write(kPage3Desc, kNew | 0xf43);
     r.command(0x11 | kVmid | kAsid, 0);
     r.sync();
     WANT_CHECK(check(r, other, pa(kNew)));
     WANT_CHECK(check(r, rd(1, kPage3), pa(kNew)));
     return true;
   }},
  {"T-TLB-26", [](Rig& r, std::string& why) {
     r.start();
     for (unsigned i = 14; i < 32; i++)
       if (i != 15) r.run(ins(rd(1, 0x8100600000 + 0x1000 * i)));
     r.run(rd(1, kPage3));
     r.events();
     r.command(0x12 | 15u << 12 | kVmid | kAsid, 0x8100610000 | 1u << 10);   // TG=1 NUM=15 SCALE=0
     r.sync();
     // the first walk after the invalidation finds no pointer to the last table, the others do
     for (unsigned i = 16; i < 32; i++) WANT_CHECK(check(r, rd(1, 0x8100600000 + 0x1000 * i), pa(0x950000000 + 0x1000 * (i - 16), i == 16 ? 4 : 1)));
     return true;
   }},
  {"T-TLB-26a", [](Rig& r, std::string& why) {       // the page below and the page above the range stay
     r.start();
     r.write(0x82003078, 0x91ff00f43);                // page 15
     WANT_CHECK(check(r, rd(1, 0x810060f000), pa(0x91ff00000, 4)));
     WANT_CHECK(check(r, rd(1, 0x8100612000), pa(0x950002000, 1)));   // the walk cache knows the table
     r.command(0x12 | 1u << 12 | kVmid | kAsid, 0x8100610000 | 1u << 10);    // two pages: 16, 17
     r.sync();
     WANT_CHECK(check(r, rd(1, 0x810060f000), pa(0x91ff00000, 0)));
     WANT_CHECK(check(r, rd(1, 0x8100612000), pa(0x950002000, 0)));
     return true;
   }},
  {"T-TLB-27", [](Rig& r, std::string& why) {
     return replaced(r, why, 0x12 | 3u << 20 | kVmid | kAsid, 0x8100600000 | 1u << 10);   // TG=1 NUM=0 SCALE=3
   }},
  {"T-TLB-28", [](Rig& r, std::string& why) {        // walk in flight while its descriptor is cleared and invalidated
     r.start();
     r.hold_read_at = kPage3Desc;
     Txn t = rd(1, kPage3);
     r.submit(t);
     for (unsigned i = 0; i < 500 && !r.held(); i++) r.tick();
     WANT_EQ(r.held(), 1);
     r.write(kPage3Desc, 0);
     r.command(0x12 | kVmid | kAsid, kPage3);
     r.command(0x46, 0);
     r.tick(200);
     WANT_EQ(r.syncs, 0);                              // the older transaction has not drained
     WANT_EQ(r.consumed, 1);
     r.hold_read_at = ~Word{0};
     for (unsigned i = 0; i < 500 && !r.outcome(t).done; i++) r.tick();
     WANT_EQ(r.outcome(t).pa, 0x912345000);            // it may finish with what it read
     r.tick(100);
     WANT_EQ(r.syncs, 1);
     WANT_CHECK(check(r, t, ev(kTranslation)));        // but it may not have filled the TLB
     return true;
   }},
  {"T-TLB-29", [](Rig& r, std::string& why) {
     r.start();
     r.hold_write_responses = true;
     Txn t = wr(1, kPage3);
     r.submit(t);
     for (unsigned i = 0; i < 500 && !r.outcome(t).beats; i++) r.tick();
     r.command(0x12 | kVmid | kAsid, kPage3);
     r.command(0x46, 0);
     r.tick(300);
     WANT_EQ(r.consumed, 1);
     WANT_EQ(r.syncs, 0);
     WANT_CHECK(check(r, rd(4, 0x1000), pa(0x1000)));  // younger traffic of others goes on
     WANT_EQ(r.syncs, 0);
     r.hold_write_responses = false;
     r.tick(300);
     WANT_EQ(r.syncs, 1);
     WANT_EQ(r.outcome(t).done, 1);
     return true;
   }},
  {"T-TLB-32", [](Rig& r, std::string& why) {        // a global entry is not shared across ASET
     r.write(kPage3Desc, 0x912345743);
     r.put(0x80100000, 47, 47, 1);
     for (unsigned i = 0; i < 8; i++) r.write(0x80000000 + 64 * 7 + 8 * i, r.read(0x80000040 + 8 * i));
     r.put(0x80000000 + 64 * 7, 51, 6, 0x80108000 >> 6);
     for (unsigned i = 0; i < 8; i++) r.write(0x80108000 + 8 * i, r.read(0x80100000 + 8 * i));
     r.put(0x80108000, 47, 47, 0);
     r.put(0x80108000, 64 + 51, 64 + 4, 0x82280000 >> 4);
     r.write(0x82280008, 0x82281003);
     r.write(0x82281020, 0x980000f41);   // a 1 GiB block elsewhere
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     WANT_CHECK(check(r, rd(7, kPage3), pa(0x980603000)));
     return true;
   }},
  {"T-TLB-EVICT", [](Rig& r, std::string& why) {     // more pages than the TLB of this build holds
     r.start();
     for (unsigned round = 0; round < 3; round++)
       for (unsigned i = 0; i < 96; i++) {
         Word va = 0x8100600000 + (16 + i % 16) * 0x1000 + (i / 16 % 2 ? 0x400000 : 0);   // through L2[3] and L2[5]
         WANT_CHECK(check(r, rd(i % 3 ? 1 : 1, va), pa(0x950000000 + (i % 16) * 0x1000)));
       }
     return true;
   }},

  {"T-CFG-03", [](Rig& r, std::string& why) { return cd_gone(r, why, 0x05 | 1u << 12, 1); }},
  {"T-CFG-05", [](Rig& r, std::string& why) { return cd_gone(r, why, 0x06, 0); }},
  {"T-CFG-04", [](Rig& r, std::string& why) { return cd_gone(r, why, 0x03, 1); }},                     // CFGI_STE drops CDs
  {"T-CFG-06", [](Rig& r, std::string& why) {
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.put(0x80000040, 51, 6, 0x80108000 >> 6);
     for (unsigned i = 0; i < 8; i++) r.write(0x80108000 + 8 * i, r.read(0x80100000 + 8 * i));
     r.put(0x80108000, 63, 48, 0x30);
     r.put(0x80108000, 64 + 51, 64 + 4, 0x82800000 >> 4);
     r.write(0x82800008, 0x82801003);
     r.write(0x82801020, 0xac0000f41);                 // 1 GiB block at 0xA_C000_0000
     r.command(0x03 | Word{1} << 32, 1);
     r.sync();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0xac0603000)));
     return true;
   }},
  {"T-CFG-07", [](Rig& r, std::string& why) {
     r.strtab = 0x80200000;
     r.strtab_cfg = 1u << 16 | 6u << 6 | 10;
     r.start();
     WANT_CHECK(check(r, rd(0xc3, 0x7000), ev(kBadStreamid)));
     r.put(0x802100c0, 3, 0, 9);
     r.write(0x80200018, 0x80210003);
     r.command(0x03 | Word{0xc3} << 32, 0);
     r.sync();
     WANT_CHECK(check(r, rd(0xc3, 0x7000), pa(0x7000)));
     return true;
   }},
  {"T-WALK-L1STD", [](Rig& r, std::string& why) {      // a level-1 descriptor that looks like one of a table enters no walk cache
     r.strtab = 0x80200000;
     r.strtab_cfg = 1u << 16 | 6u << 6 | 10;
     r.write(0x80200000, 0x80210007);
     for (unsigned i = 0; i < 8; i++) r.write(0x80210040 + 8 * i, r.read(0x80000040 + 8 * i));
     r.write(0x80200018, 0x80220003);
     r.write(0x802200c0, 9);
     r.start();
     WANT_CHECK(check(r, rd(1, 0x8100812345), pa(0x980012345)));   // a walk that ends at level 2
     WANT_CHECK(check(r, rd(0xc3, kPage3), pa(kPage3)));           // the same slot, another stream, an address of the first
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
     return true;
   }},
  {"T-CFG-08", [](Rig& r, std::string& why) {
     r.put(0x80000180, 5, 4, 1);
     r.put(0x80000180, 63, 59, 8);
     r.write(0x80104010, 0x80111000);
     for (unsigned i = 0; i < 8; i++) r.write(0x80111240 + 8 * i, r.read(0x80104040 + 8 * i));
     r.start();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 0x89), ev(kBadSubstreamid)));
     r.write(0x80104010, 0x80111001);
     r.command(0x05 | Word{0x89} << 12 | Word{6} << 32, 0);
     r.sync();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 0x89), pa(0x912345000)));
     // T-CFG-09: Leaf = 1 may keep the level-1 descriptor; the CD itself must go
     r.put(0x80111240, 31, 31, 0);
     r.command(0x05 | Word{0x89} << 12 | Word{6} << 32, 1);
     r.sync();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 0x89), ev(kBadCd)));
     return true;
   }},
  {"T-CFG-SPLIT", [](Rig& r, std::string& why) {     // STE and CDs are cached apart
     r.start();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_EQ(r.config_accesses, 2);
     WANT_EQ(r.config_misses, 1);
     WANT_CHECK(check(r, ss(rd(6, kPage3), 2), pa(0x912345000)));   // only its CD
     WANT_EQ(r.config_accesses, 3);
     WANT_EQ(r.config_misses, 2);
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_CHECK(check(r, ss(rd(6, kPage3), 2), pa(0x912345000)));
     WANT_EQ(r.config_accesses, 3);
     WANT_EQ(r.config_misses, 2);
     r.command(0x05 | Word{2} << 12 | Word{6} << 32, 1);            // CFGI_CD of SSID 2: CD 1 and the STE stay
     r.sync();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_EQ(r.config_accesses, 3);
     WANT_CHECK(check(r, ss(rd(6, kPage3), 2), pa(0x912345000)));
     WANT_EQ(r.config_accesses, 4);
     r.command(0x04 | Word{6} << 32, 2);                            // CFGI_STE_RANGE over 0..7: all of it
     r.sync();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_CHECK(check(r, ss(rd(6, kPage3), 2), pa(0x912345000)));
     WANT_EQ(r.config_accesses, 7);
     return true;
   }},
  {"T-CFG-ALIAS", [](Rig& r, std::string& why) {     // SSIDs 1 and 9 share a line of this small cache, CD 9 is invalid
     r.put(0x80000180, 63, 59, 4);
     r.start();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_CHECK(check(r, ss(rd(6, kPage3), 9), ev(kBadCd)));
     return true;
   }},
  {"T-CFG-STE2", [](Rig& r, std::string& why) {      // CFGI_STE drops every CD of the stream, also the one not read next
     r.start();
     for (unsigned ssid = 1; ssid <= 2; ssid++) WANT_CHECK(check(r, ss(rd(6, kPage3), ssid), pa(0x912345000)));
     r.put(0x80104080, 31, 31, 0);
     r.command(0x03 | Word{6} << 32, 1);
     r.sync();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_CHECK(check(r, ss(rd(6, kPage3), 2), ev(kBadCd)));
     return true;
   }},
  {"T-CFG-EVICT", [](Rig& r, std::string& why) {     // the STE is evicted by stream 14, its CD is not
     r.put(0x80000000 + 64 * 14, 3, 0, 9);
     r.put(0x80100000, 14, 14, 1);                   // CD of stream 1: EPD0
     r.start();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_CHECK(check(r, rd(14, 0x5000), pa(0x5000)));
     WANT_CHECK(check(r, rd(1, kPage3), ev(kTranslation)));
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     return true;
   }},
  {"T-CFG-STEBAD", [](Rig& r, std::string& why) {    // a bad SubstreamID keeps the STE, not a CD
     r.start();
     WANT_CHECK(check(r, ss(rd(6, kPage3), 9), ev(kBadSubstreamid)));
     WANT_EQ(r.config_accesses, 1);
     WANT_CHECK(check(r, ss(rd(6, kPage3), 1), pa(0x912345000)));
     WANT_EQ(r.config_accesses, 2);
     return true;
   }},
  {"T-CFG-10", [](Rig& r, std::string& why) {        // 16 streams around 0x14 are refetched, 0x0F and 0x20 are not
     for (unsigned sid = 0x0f; sid <= 0x20; sid++) r.put(0x80000000 + 64 * sid, 3, 0, 9);
     r.start();
     for (unsigned sid = 0x0f; sid <= 0x20; sid++) r.run(rd(sid, 0x1000));
     for (unsigned sid = 0x10; sid <= 0x1f; sid++) r.put(0x80000000 + 64 * sid, 3, 1, 0);
     r.command(0x04 | Word{0x14} << 32, 3);
     r.sync();
     for (unsigned sid = 0x10; sid <= 0x1f; sid++) WANT_CHECK(check(r, rd(sid, 0x1000), silent()));
     WANT_CHECK(check(r, rd(0x0f, 0x1000), pa(0x1000)));
     WANT_CHECK(check(r, rd(0x20, 0x1000), pa(0x1000)));
     return true;
   }},
  {"T-CFG-11", [](Rig& r, std::string& why) {        // CFGI_ALL: Range = 31, the StreamID is ignored
     r.start();
     WANT_CHECK(check(r, rd(4, 0x1000), pa(0x1000)));
     r.put(0x80000100, 3, 1, 0);
     r.command(0x04 | Word{0xfffffff0} << 32, 31);
     r.sync();
     WANT_CHECK(check(r, rd(4, 0x1000), silent()));
     return true;
   }},
  {"T-CFG-14", [](Rig& r, std::string& why) {        // TLBI leaves configuration alone (exact cache: old STE is used)
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.put(0x80000040, 0, 0, 0);
     r.command(0x30, 0);
     r.sync();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000, 4)));
     return true;
   }},
  {"T-CFG-RACE", [](Rig& r, std::string& why) {      // STE fetch in flight while the STE is cleared and invalidated
     r.start();
     r.hold_read_at = 0x80000100;
     Txn t = rd(4, 0x1000);
     r.submit(t);
     for (unsigned i = 0; i < 500 && !r.held(); i++) r.tick();
     r.put(0x80000100, 3, 1, 0);
     r.command(0x03 | Word{4} << 32, 1);
     r.command(0x46, 0);
     r.tick(200);
     WANT_EQ(r.syncs, 0);
     r.hold_read_at = ~Word{0};
     r.tick(300);
     WANT_EQ(r.syncs, 1);
     WANT_EQ(r.outcome(t).done, 1);
     WANT_CHECK(check(r, rd(4, 0x1000), silent()));
     return true;
   }},
};

}  // namespace rig
