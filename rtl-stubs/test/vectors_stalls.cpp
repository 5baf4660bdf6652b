// SPDX-License-Identifier: Apache-2.0
// Action vectors of stalls: RESUME and STALL_TERM, what passes a stalled burst, the park of writes, STALL_MAX, stall models (T-STL).
// T-STL-WRITE* and T-STL-PARK* are own rows.
#include <algorithm>

#include "want.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000, kPage8 = 0x8100608000, kPage8Desc = 0x82003040, kCd = 0x80100000, kSte1 = 0x80000040;
// What the bench's clients write at that address.
Word pattern(Word at) { return 0x1111111111111111ull * ((at >> 3 & 15) + 1); }

void stalls(Rig& r, unsigned model = 0) {
  r.idr0 = (r.idr0 & ~(3u << 24)) | model << 24;
  r.idr5 |= 16u << 16;
  r.put(kCd, 44, 44, 1);   // CD.S
}
// The record of a stalled access, with its tag taken out.
bool stalled(Rig& r, std::string& why, const Txn& t, Expect e, Word* stag) {
  for (unsigned i = 0; i < 2000 && (r.mmio_read(0x100a8) & 0x1f) == (r.mmio_read(0x100ac) & 0x1f); i++) r.tick();
  auto records = r.events();
  WANT_EQ(records.size(), 1);
  Record want = expected_record(t, e);
  want[1] |= Word{1} << 31;
  *stag = records[0][1] & 0xffff;
  records[0][1] &= ~Word{0xffff};
  WANT(records[0] == want);
  return true;
}
Word resume(std::uint32_t sid, bool retry, bool abort) { return 0x44 | Word{sid} << 32 | Word{retry} << 12 | Word{abort} << 13; }
}  // namespace

const std::vector<ActionRow> kStallRows = {
  {"T-STL-01", [](Rig& r, std::string& why) {         // and 11: RESUME with abort
     stalls(r);
     r.start();
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.tick(200);
     WANT(!r.result(n).done);
     r.sync();                                         // T-STL-22
     r.command(resume(1, false, true), stag);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).response, 2);
     WANT_EQ(r.result(n).user, 1);
     WANT_EQ(r.events().size(), 0);
     return true;
   }},
  {"T-STL-02", [](Rig& r, std::string& why) {         // and 12: R ignored; a write, ended as RAZ/WI
     stalls(r);
     r.put(kCd, 45, 45, 0);
     r.start();
     const Txn t = wr(1, 0x8100604000);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kPermission), &stag)) return false;
     r.command(resume(1, false, false), stag);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).response, 0);
     WANT_EQ(r.result(n).user, 2);
     WANT(!r.result(n).reached_memory);
     return true;
   }},
  {"T-STL-03", [](Rig& r, std::string& why) {         // and 26: stage 2
     stalls(r);
     r.put(0x80000080, 128 + 57, 128 + 57, 1);
     r.start();
     const Txn t = rd(2, 0x700000000);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, s2(kTranslation, 2, 0x700000000), &stag)) return false;
     r.command(resume(2, false, false), stag);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).user, 2);
     return true;
   }},
  {"T-STL-05", [](Rig& r, std::string& why) {
     stalls(r);
     r.put(0x800000c0, 128 + 57, 128 + 57, 1);
     r.write(0x82001020, 0x700002003);
     r.start();
     const Txn t = rd(3, kPage3);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, s2(kTranslation, 1, 0x700002000), &stag)) return false;
     r.write(0x82001020, 0x82002003);
     r.command(resume(3, true, false), stag);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).pa, 0xb00005000);
     return true;
   }},
  {"T-STL-06", [](Rig& r, std::string& why) {
     stalls(r);
     r.abort_reads[0x82000008 >> 3] = true;
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), ev(kWalkEabt, 0x82000008)));
     return true;
   }},
  {"T-STL-10", [](Rig& r, std::string& why) {         // retry walks again
     stalls(r);
     r.start();
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.write(kPage8Desc, 0x91234a000 | 0xf43);
     r.command(resume(1, true, false), stag);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).pa, 0x91234a000);
     WANT_EQ(r.events().size(), 0);
     r.command(resume(1, true, false), stag);          // once only: the tag is free
     r.sync();
     WANT(!((r.mmio_read(0x60) ^ r.mmio_read(0x64)) & 1));
     return true;
   }},
  {"T-STL-13", [](Rig& r, std::string& why) {         // retry faults again: a second record
     stalls(r);
     r.start();
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.command(resume(1, true, false), stag);
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.command(resume(1, false, true), stag);
     WANT(wait(r, n));
     return true;
   }},
  {"T-STL-15", [](Rig& r, std::string& why) {         // nothing stalled, wrong stream, tag out of range: ignored
     stalls(r);
     r.start();
     r.command(resume(1, true, false), 5);
     r.command(resume(1, true, false), 0xfff5);
     r.sync();
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.command(resume(2, false, true), stag);
     r.command(resume(1, false, true), stag + 16);
     r.sync();
     r.tick(100);
     WANT(!r.result(n).done);
     WANT(!((r.mmio_read(0x60) ^ r.mmio_read(0x64)) & 1));
     r.command(resume(1, false, true), stag);
     WANT(wait(r, n));
     return true;
   }},
  {"T-STL-16", [](Rig& r, std::string& why) {         // STALL_TERM ends those of its stream
     stalls(r);
     r.put(0x80000080, 128 + 57, 128 + 57, 1);
     r.start();
     const unsigned a = r.start(with_id(rd(1, kPage8), 1)), b = r.start(with_id(rd(1, kPage8 + 0x3000), 2));
     const unsigned c = r.start(with_id(rd(2, 0x700000000), 3));
     for (unsigned i = 0; i < 3000 && r.written_events < 3; i++) r.tick();
     r.events();
     r.put(kSte1, 3, 1, 0);
     r.command(0x03 | Word{1} << 32, 1);
     r.sync();
     r.command(0x45 | Word{1} << 32, 0);
     r.sync();
     WANT(wait(r, a) && wait(r, b));
     WANT_EQ(r.result(a).user, 1);
     WANT_EQ(r.result(b).user, 1);
     r.tick(100);
     WANT(!r.result(c).done);
     r.command(0x45 | Word{2} << 32, 0);
     WANT(wait(r, c));
     return true;
   }},
  {"T-STL-18", [](Rig& r, std::string& why) {         // event queue full: no record, no overflow, until there is room
     stalls(r);
     r.eventq_log2 = 0;
     r.start();
     WANT_CHECK(check(r, rd(0x3f, 0x1000), ev(kBadSte)));
     r.run(rd(0x3f, 0x1000));                          // the queue is full, its record not consumed
     const unsigned lost = static_cast<unsigned>(r.lost_events);
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     r.tick(400);
     WANT(!r.result(n).done);
     WANT_EQ(r.lost_events, lost);
     WANT_EQ(r.mmio_read(0x100a8) >> 31, 0);
     WANT_EQ(r.run(with_id(rd(4, 0x5000), 3)).pa, 0x5000);   // another stream goes on
     r.events();
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.command(resume(1, false, true), stag);
     WANT(wait(r, n));
     return true;
   }},
  {"T-STL-20", [](Rig& r, std::string& why) {         // retry with the configuration of then
     stalls(r);
     r.start();
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.put(kSte1, 0, 0, 0);
     r.command(0x03 | Word{1} << 32, 1);
     r.sync();
     r.command(resume(1, true, false), stag);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).user, 1);
     auto records = r.events();
     WANT_EQ(records.size(), 1);
     WANT(records[0] == expected_record(t, ev(kBadSte)));
     return true;
   }},
  {"T-STL-21", [](Rig& r, std::string& why) {         // other streams of the same port go on, more of them than the port has places
     stalls(r);
     r.start();
     const Txn t = with_id(rd(1, kPage8), 1);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     for (unsigned i = 0; i < 20; i++) WANT(wait(r, r.start(with_id(rd(4, 0x1000 + i), 2))));
     WANT(!r.result(n).done);
     return true;
   }},
  {"T-STL-WRITES", [](Rig& r, std::string& why) {     // a stalled write lets those of other IDs pass, and keeps its data
     stalls(r);
     r.start();
     Txn t = with_id(wr(1, kPage8 + 0x40), 1);
     t.size = 4;
     t.len = 3;
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     std::vector<unsigned> others;
     for (unsigned i = 0; i < 80; i++) {               // more of them than the port has places
       Txn other = with_id(wr(4, 0x40005000 + 64 * i), 2 + i % 3);
       other.size = 4;
       other.len = i % 4;
       others.push_back(r.start(other));
     }
     for (unsigned i = 0; i < 80; i++) {
       WANT(wait(r, others[i]));
       WANT_EQ(r.result(others[i]).response, 0);
       for (Word at = 0x40005000 + 64 * i; at < 0x40005000 + 64 * i + 16 * (i % 4 + 1); at += 8) WANT_EQ(r.read(at), pattern(at));
     }
     WANT(!r.result(n).done && !r.result(n).reached_memory);
     r.write(kPage8Desc, 0x91234a000 | 0xf43);
     r.command(resume(1, true, false), stag);
     others.clear();
     for (unsigned i = 0; i < 8; i++) others.push_back(r.start(with_id(wr(4, 0x40008000 + 16 * i), 2 + i % 3)));
     WANT(wait(r, n));
     WANT_EQ(r.result(n).response, 0);
     WANT_EQ(r.result(n).pa, 0x91234a040);
     for (Word at = 0x40; at < 0x80; at += 8) WANT_EQ(r.read(0x91234a000 + at), pattern(kPage8 + at));
     for (unsigned i = 0; i < 8; i++) {
       WANT(wait(r, others[i]));
       WANT_EQ(r.read(0x40008000 + 16 * i) & 0xff, pattern(0x40008000 + 16 * i) & 0xff);
     }
     return true;
   }},
  {"T-STL-WRITE-ID", [](Rig& r, std::string& why) {   // 20 stalled writes, more than there are tags; each waits for those of its ID
     stalls(r);
     r.eventq_log2 = 5;
     r.start();
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 20; i++) {
       Txn t = with_id(wr(1, kPage8 + 16 * i), i % 4);
       t.size = 4;
       t.len = i % 3;
       n.push_back(r.start(t));
     }
     unsigned before = 0;
     for (unsigned left = 20; left > 0;) {             // the newest first, so that older ones of its ID hold it
       r.tick(600);
       const auto records = r.events();
       r.write(kPage8Desc, 0x91234a000 | 0xf43);
       for (std::size_t i = records.size(); i > 0; i--, left--) r.command(resume(1, true, false), records[i - 1][1] & 0xffff);
       if (records.empty() && before == left) break;
       before = left;
     }
     for (unsigned i = 0; i < 20; i++) {
       WANT(wait(r, n[i]));
       WANT_EQ(r.result(n[i]).response, 0);
       if (i >= 4) WANT(r.result(n[i]).memory_cycle > r.result(n[i - 4]).memory_cycle);
       if (i >= 4) WANT(r.result(n[i]).done_cycle > r.result(n[i - 4]).done_cycle);
     }
     return true;
   }},
  {"T-STL-WRITE-END", [](Rig& r, std::string& why) {  // parked writes ended by abort, by RAZ/WI and by SMMUEN = 0 leave nothing
     stalls(r);
     r.start();
     unsigned n[3], behind;
     Word stag[3];
     for (unsigned i = 0; i < 3; i++) {
       Txn t = with_id(wr(1, kPage8 + 0x100 * i), i);
       t.size = 4;
       t.len = 7;
       n[i] = r.start(t);
       if (!stalled(r, why, t, ev(kTranslation), &stag[i])) return false;
     }
     behind = r.start(with_id(wr(4, 0x40005000), 0));
     WANT(wait(r, r.start(with_id(wr(4, 0x40005010), 5))));
     WANT(!r.result(behind).done && !r.result(behind).reached_memory);
     r.command(resume(1, false, true), stag[0]);
     WANT(wait(r, n[0]) && wait(r, behind));
     WANT_EQ(r.result(n[0]).user, 1);
     WANT_EQ(r.result(behind).pa, 0x40005000);
     r.command(resume(1, false, false), stag[1]);
     WANT(wait(r, n[1]));
     WANT_EQ(r.result(n[1]).response, 0);
     WANT_EQ(r.result(n[1]).user, 2);
     r.update(0x20, 0x24, 0xc);
     WANT(wait(r, n[2]));
     WANT_EQ(r.result(n[2]).user, 1);
     for (unsigned i = 0; i < 3; i++) WANT(!r.result(n[i]).reached_memory);
     WANT(wait(r, r.start(with_id(wr(4, 0x40005020), 2))));
     return true;
   }, 1, 8},
  {"T-STL-PARK", [](Rig& r, std::string& why) {       // the park holds 32 beats: what does not fit holds its port until there is room
     stalls(r);
     r.start();
     unsigned n[2];
     Word stag[2];
     for (unsigned i = 0; i < 2; i++) {                // 20 beats are parked, 16 more do not fit, and stall all the same
       Txn t = with_id(wr(1, kPage8 + 0x400 * i), i);
       t.size = 4;
       t.len = i ? 15 : 19;
       n[i] = r.start(t);
       if (!stalled(r, why, t, ev(kTranslation), &stag[i])) return false;
     }
     Txn t = with_id(wr(4, 0x40005000), 2);
     t.size = 4;
     t.len = 40;
     const unsigned other = r.start(t);
     t.tbu = 1;
     t.addr = 0x40007000;
     WANT(wait(r, r.start(t)));                        // the other port goes on
     WANT(wait(r, r.start(with_id(rd(4, 0x40005000), 0))));   // and so do reads
     r.tick(300);
     WANT(!r.result(other).reached_memory);
     r.write(kPage8Desc, 0x91234a000 | 0xf43);
     r.command(resume(1, true, false), stag[0]);
     WANT(wait(r, n[0]) && wait(r, other));            // 20 beats of room: the second is parked
     WANT_EQ(r.result(n[0]).pa, 0x91234a000);
     for (Word at = 0; at < 0x140; at += 8) WANT_EQ(r.read(0x91234a000 + at), pattern(at));
     for (Word at = 0; at < 16 * 41; at += 8) WANT_EQ(r.read(0x40005000 + at), pattern(at));
     WANT(!r.result(n[1]).reached_memory);
     r.command(resume(1, true, false), stag[1]);
     WANT(wait(r, n[1]));
     for (Word at = 0x400; at < 0x500; at += 8) WANT_EQ(r.read(0x91234a000 + at), pattern(at));
     return true;
   }, 1, 8},
  {"T-STL-PARK-LONG", [](Rig& r, std::string& why) {  // longer than the park: it holds the port, and ends either way
     stalls(r);
     r.start();
     for (unsigned i = 0; i < 3; i++) {
       Txn t = with_id(wr(1, kPage8 + 0x800 * (i % 2)), i);
       t.size = 4;
       t.len = 99;
       const unsigned n = r.start(t), other = r.start(with_id(wr(4, 0x40005000), 7));
       Word stag;
       if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
       r.tick(300);
       WANT(!r.result(other).reached_memory);
       if (i == 2) r.write(kPage8Desc, 0x91234a000 | 0xf43);
       r.command(resume(1, i == 2, i == 1), stag);
       WANT(wait(r, n) && wait(r, other));
       WANT_EQ(r.result(n).user, i == 0 ? 2 : i == 1 ? 1 : 0);
       WANT_EQ(r.result(other).pa, 0x40005000);
     }
     for (Word at = 0; at < 1600; at += 8) WANT_EQ(r.read(0x91234a000 + at), pattern(at));
     return true;
   }, 1, 8},
  {"T-STL-PARK-REUSE", [](Rig& r, std::string& why) { // beats come back in another order than they went
     stalls(r);
     r.start();
     for (unsigned round = 0; round < 6; round++) {
       unsigned n[4];
       Word stag[4];
       r.write(kPage8Desc, 0);
       r.command(0x30, 0);
       r.sync();
       for (unsigned i = 0; i < 4; i++) {              // 1 + 5 + 9 + 13 = 28 beats
         Txn t = with_id(wr(1, kPage8 + 0x200 * ((i + round) % 8)), i);
         t.size = 4;
         t.len = 4 * i;
         n[i] = r.start(t);
         if (!stalled(r, why, t, ev(kTranslation), &stag[i])) return false;
       }
       const Word frame = 0x950000000 + 0x1000 * Word{round};
       r.write(kPage8Desc, frame | 0xf43);
       for (unsigned k = 0; k < 4; k++) {
         const unsigned i = (k * 3 + round) % 4;
         r.command(resume(1, true, false), stag[i]);
         WANT(wait(r, n[i]));
         const Word first = 0x200 * ((i + round) % 8);
         for (Word at = first; at < first + 16 * (4 * i + 1); at += 8) WANT_EQ(r.read(frame + at), pattern(at));
       }
     }
     return true;
   }, 1, 8},
  {"T-STL-PARK-SYNC", [](Rig& r, std::string& why) {  // what waits behind a stalled burst holds up neither CMD_SYNC nor an Update,
     stalls(r);                                         // and goes where the tables lead after it
     r.start();
     Txn t = wr(1, kPage8);                             // of 64 beats: it does not fit and holds the port
     t.size = 4;
     t.len = 63;
     t.id = 1;
     const Txn read = with_id(rd(1, kPage8 + 0x800), 1);
     const unsigned stalled_write = r.start(t);
     Word stag[2];
     if (!stalled(r, why, t, ev(kTranslation), &stag[0])) return false;
     const unsigned stalled_read = r.start(read);
     if (!stalled(r, why, read, ev(kTranslation), &stag[1])) return false;
     const unsigned write = r.start(with_id(wr(1, kPage3), 2)), behind = r.start(with_id(rd(1, kPage3), 1));
     r.tick(300);                                      // both are translated
     r.write(0x82003018, 0x977777000 | 0xf43);
     r.command(0x30, 0);
     r.sync();
     WANT(!r.result(write).reached_memory && !r.result(behind).reached_memory);
     r.tick(100);                                      // translated once more
     r.mmio_write(0x44, 1u << 31 | 1u << 12);
     for (unsigned i = 0; r.mmio_read(0x44) >> 31; i++) WANT(i < 200);
     WANT(!r.result(write).reached_memory && !r.result(behind).reached_memory);
     r.command(resume(1, false, true), stag[0]);
     r.command(resume(1, false, true), stag[1]);
     WANT(wait(r, stalled_write) && wait(r, stalled_read) && wait(r, write) && wait(r, behind));
     WANT_EQ(r.result(write).pa, 0x977777000);
     WANT_EQ(r.result(behind).pa, 0x977777000);
     WANT_EQ(r.events().size(), 0);
     return true;
   }, 1, 8},
  {"T-STL-22", [](Rig& r, std::string& why) {         // CMD_SYNC does not wait for what stalls while it drains
     stalls(r);
     r.start();
     r.hold_read_at = kPage8Desc;
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     for (unsigned i = 0; i < 400 && !r.held(); i++) r.tick();
     r.command(0x46, 0);
     r.tick(100);
     WANT(!r.commands_done());
     r.hold_read_at = ~Word{0};
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     for (unsigned i = 0; i < 400 && !r.commands_done(); i++) r.tick();
     WANT(r.commands_done() && !r.result(n).done);
     return true;
   }},
  {"T-STL-23", [](Rig& r, std::string& why) {         // SMMUEN 1 -> 0 ends it
     stalls(r);
     r.start();
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.update(0x20, 0x24, 0xc);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).user, 1);
     r.command(resume(1, true, false), stag);
     r.sync();
     WANT(!((r.mmio_read(0x60) ^ r.mmio_read(0x64)) & 1));
     return true;
   }},
  {"T-STL-24", [](Rig& r, std::string& why) {         // TERM_MODEL = 1: Ab is ignored
     stalls(r);
     r.idr0 |= 1u << 26;
     r.start();
     const Txn t = rd(1, kPage8);
     const unsigned n = r.start(t);
     Word stag;
     if (!stalled(r, why, t, ev(kTranslation), &stag)) return false;
     r.command(resume(1, false, false), stag);
     WANT(wait(r, n));
     WANT_EQ(r.result(n).user, 1);
     return true;
   }},
  {"T-STL-MAX", [](Rig& r, std::string& why) {        // STALL_MAX = 2: the third waits without a record
     stalls(r);
     r.idr5 = (r.idr5 & 0xffff) | 2u << 16;
     r.start();
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 3; i++) n.push_back(r.start(with_id(rd(1, kPage8 + i), i)));
     r.tick(600);
     auto records = r.events();
     WANT_EQ(records.size(), 2);
     WANT((records[0][1] & 0xffff) != (records[1][1] & 0xffff));
     r.command(resume(1, false, true), records[0][1] & 0xffff);
     r.tick(400);
     auto more = r.events();
     WANT_EQ(more.size(), 1);
     r.command(resume(1, false, true), records[1][1] & 0xffff);
     r.command(resume(1, false, true), more[0][1] & 0xffff);
     for (unsigned i = 0; i < 3; i++) WANT(wait(r, n[i]));
     return true;
   }},
  {"T-STL-FORCED", [](Rig& r, std::string& why) {     // STALL_MODEL = 2: S = 0 is illegal
     stalls(r, 2);
     r.put(kCd, 44, 44, 0);
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), ev(kBadCd)));
     WANT_CHECK(check(r, rd(2, kPage3), ev(kBadSte)));
     return true;
   }},
  {"T-STL-STALLD", [](Rig& r, std::string& why) {     // S1STALLD forbids CD.S
     stalls(r);
     r.put(kSte1, 64 + 27, 64 + 27, 1);
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), ev(kBadCd)));
     return true;
   }},
};

}  // namespace rig
