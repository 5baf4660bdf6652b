// SPDX-License-Identifier: Apache-2.0
// Rows about the pins: bursts of every kind, beat counts of terminated bursts, errors from memory, two TBUs at once,
// SMMUEN changes under traffic, random traffic on all ports. Own rows, named T-PIN.
#include "want.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000;
Txn burst(Txn t, unsigned beats, unsigned kind = 1, unsigned size = 4) {
  t.len = beats - 1;
  t.size = size;
  t.burst = kind;
  return t;
}
}  // namespace

const std::vector<ActionRow> kPortRows = {
  {"T-PIN-READ", [](Rig& r, std::string& why) {
     for (unsigned i = 0; i < 512; i++) r.write(0x912345000 + 8 * i, 0xabcd0000 + i);
     r.start();
     Outcome o = r.run(burst(rd(1, kPage3), 256));
     WANT_EQ(o.beats, 256);
     WANT_EQ(o.response, 0);
     WANT_EQ(r.tlb_hits + r.tlb_misses, 1);            // 256 beats of 16 bytes: the whole page is one transaction
     for (unsigned i = 0; i < 512; i++) WANT_EQ(o.data[i], 0xabcd0000 + i);
     o = r.run(burst(rd(1, kPage3 + 8), 256, 1, 3));   // beats of 8 bytes alternate between the halves of the bus
     for (unsigned i = 0; i < 256; i++) WANT_EQ(o.data[i], 0xabcd0001 + i);
     return true;
   }},
  {"T-PIN-WRITE", [](Rig& r, std::string& why) {
     r.start();
     Outcome o = r.run(burst(wr(1, kPage3), 256));
     WANT_EQ(o.beats, 256);
     WANT_EQ(o.response, 0);
     for (unsigned i = 0; i < 512; i++) WANT_EQ(r.read(0x912345000 + 8 * i), 0x1111111111111111ull * ((i & 15) + 1));
     return true;
   }},
  {"T-PIN-WRAP", [](Rig& r, std::string& why) {
     for (unsigned i = 0; i < 8; i++) r.write(0x912345000 + 8 * i, 0x10 + i);
     r.start();
     Outcome o = r.run(burst(rd(1, kPage3 + 0x28), 8, 2, 3));
     for (unsigned i = 0; i < 8; i++) WANT_EQ(o.data[i], 0x10 + (i + 5) % 8);
     o = r.run(burst(rd(1, kPage3 + 0x20), 4, 2));     // 64 bytes of beats 2, 3, 0, 1
     for (unsigned i = 0; i < 8; i++) WANT_EQ(o.data[i], 0x10 + (i + 4) % 8);
     o = r.run(burst(rd(1, kPage3 + 0x28), 3, 0, 3));
     for (unsigned i = 0; i < 3; i++) WANT_EQ(o.data[i], 0x15);
     return true;
   }},
  {"T-PIN-NARROW", [](Rig& r, std::string& why) {
     r.start();
     WANT_CHECK(check(r, burst(rd(1, kPage3 + 0xffd), 3, 1, 0), pa(0x912345ffd)));
     for (unsigned i = 0; i < 3; i++) r.write(0x912345000 + 8 * i, 0);
     WANT_CHECK(check(r, burst(wr(1, kPage3 + 3), 2, 1, 1), pa(0x912345003)));
     WANT_EQ(r.read(0x912345000), 0x0000111111000000ull);  // bytes 3 and 4..5 of the pattern
     WANT_CHECK(check(r, burst(wr(1, kPage3 + 13), 2), pa(0x91234500d)));
     WANT_EQ(r.read(0x912345008), 0x2222220000000000ull);  // 13..15, then 16..31
     WANT_EQ(r.read(0x912345010), 0x3333333333333333ull);
     return true;
   }},
  {"T-PIN-ABORT", [](Rig& r, std::string& why) {     // right number of beats, nothing reaches memory
     r.start();
     Outcome o = r.run(burst(rd(5, kPage3), 256));
     WANT_EQ(o.beats, 256);
     WANT_EQ(o.response, 2);
     WANT_EQ(o.user, 1);
     WANT_EQ(o.reached_memory, 0);
     o = r.run(burst(wr(5, kPage3), 256));
     WANT_EQ(o.done, 1);
     WANT_EQ(o.response, 2);
     WANT_EQ(o.reached_memory, 0);
     return true;
   }},
  {"T-PIN-MEMERR", [](Rig& r, std::string& why) {    // an error of the memory is passed on and is not ours
     r.abort_reads[0x912345008 >> 3] = true;
     r.abort_writes[0x912345000 >> 3] = true;
     r.start();
     Outcome o = r.run(burst(rd(1, kPage3), 4));
     WANT_EQ(o.beats, 4);
     WANT_EQ(o.response, 2);
     WANT_EQ(o.user, 0);
     o = r.run(burst(wr(1, kPage3), 4));
     WANT_EQ(o.response, 2);
     WANT_EQ(o.user, 0);
     WANT_EQ(r.events().size(), 0);
     return true;
   }},
  {"T-UTLB-LATENCY", [](Rig& r, std::string& why) {  // a page used before: two cycles from address to address
     r.start();
     for (bool write : {false, true}) {
       Txn t = rd(1, kPage3);
       t.write = write;
       Outcome o = r.run(t);
       WANT_EQ(o.latency > 2, 1);
       for (unsigned i = 1; i < 4; i++) {
         t.addr = kPage3 + 0x123 * i;
         o = r.run(t);
         WANT_EQ(o.pa, 0x912345000 + 0x123 * i);
         WANT_EQ(o.latency, 2);
       }
     }
     r.tick(10);
     WANT_EQ(r.tlb_misses, 1);                         // counted like every hit
     WANT_EQ(r.tlb_hits, 7);
     return true;
   }},
  {"T-UTLB-KEY", [](Rig& r, std::string& why) {      // what another kind of transaction may do is asked anew
     r.put(0x80104080, 14, 14, 1);                     // CD of SubstreamID 2: EPD0
     r.put(0x80000180, 65, 64, 1);                     // S1DSS
     r.put(0x80000100, 64 + 49, 64 + 48, 3);           // stream 4: PRIVCFG = privileged
     r.start();
     auto twice = [&](const Txn& t, Word to) {
       std::string first = check(r, t, pa(to));
       return first.empty() ? check(r, t, pa(to)) : first;
     };
     WANT_CHECK(twice(rd(1, kPage3), 0x912345000));
     WANT_CHECK(check(r, rd(4, kPage3), pa(kPage3)));                          // stream
     WANT_CHECK(check(r, rd(1, kPage3 + (Word{1} << 48)), ev(kTranslation)));  // address above bit 47
     WANT_CHECK(twice(ss(rd(6, kPage3), 1), 0x912345000));
     WANT_CHECK(check(r, ss(rd(6, kPage3), 2), ev(kTranslation)));             // SubstreamID
     WANT_CHECK(twice(ss(rd(6, kPage3), 0), 0x912345000));
     WANT_CHECK(check(r, rd(6, kPage3), pa(kPage3)));                          // without one: S1DSS = bypass
     WANT_CHECK(twice(priv(rd(1, 0x8100605000)), 0x912347000));
     WANT_CHECK(check(r, rd(1, 0x8100605000), ev(kPermission)));               // privilege
     WANT_CHECK(twice(rd(1, 0x8100609000), 0x91234b000));
     WANT_CHECK(check(r, ins(rd(1, 0x8100609000)), ev(kPermission)));          // instruction
     WANT_CHECK(twice(rd(1, 0x8100604000), 0x912346000));
     WANT_CHECK(check(r, wr(1, 0x8100604000), ev(kPermission)));               // direction
     for (unsigned i = 0; i < 2; i++) {                // an abort in between leaves no trace in BUSER, RUSER
       for (bool write : {false, true}) {
         Txn good = rd(1, kPage3), bad = rd(1, 0x8100608000);
         good.write = bad.write = write;
         WANT_CHECK(check(r, good, pa(0x912345000)));
         WANT_CHECK(check(r, bad, ev(kTranslation)));
       }
     }
     for (unsigned i = 0; i < 2; i++) WANT_EQ(r.run(rd(4, 0x7000)).prot & 1, 1);  // AxPROT as the STE overrides it
     return true;
   }},
  {"T-UTLB-PAN", [](Rig& r, std::string& why) {      // what serves unprivileged accesses does not serve privileged ones
     r.put(0x80100000, 40, 40, 1);                     // CD of stream 1: PAN
     r.start();
     for (unsigned i = 0; i < 2; i++) WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     WANT_CHECK(check(r, priv(rd(1, kPage3)), ev(kPermission)));
     return true;
   }},
  {"T-UTLB-UPDATE", [](Rig& r, std::string& why) {   // nothing survives SMMUEN = 0 or an Update of GBPA
     r.start();
     for (unsigned i = 0; i < 2; i++) WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.update(0x20, 0x24, 0xc);
     WANT_CHECK(check(r, rd(1, kPage3), pa(kPage3)));
     r.update(0x20, 0x24, 0xd);
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.mmio_write(0x44, 1u << 31 | 1u << 20);
     r.tick(20);
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.update(0x20, 0x24, 0xc);
     WANT_CHECK(check(r, rd(1, kPage3), silent()));
     return true;
   }},
  {"T-UTLB-INV", [](Rig& r, std::string& why) {      // each invalidation command alone empties it
     r.start();
     Word to = 0x912345000;
     const Word vmid = Word{1} << 32;
     for (Word op : {Word{0x30}, 0x10 | vmid, 0x11 | vmid | Word{0x11} << 48, 0x12 | vmid | Word{0x11} << 48, 0x13 | vmid}) {
       for (unsigned i = 0; i < 2; i++) WANT_CHECK(check(r, rd(1, kPage3), pa(to)));
       to ^= 0x800000;
       r.write(0x82003018, to | 0xf43);
       r.command(op, op & 2 ? kPage3 : 0);
       r.sync();
     }
     WANT_CHECK(check(r, rd(1, kPage3), pa(to)));
     r.put(0x80000040, 3, 1, 4);                       // stream 1: bypass
     r.command(0x03 | Word{1} << 32, 1);
     r.sync();
     for (unsigned i = 0; i < 2; i++) WANT_CHECK(check(r, rd(1, kPage3), pa(kPage3)));
     r.put(0x80000040, 3, 1, 5);
     r.command(0x04, 31);
     r.sync();
     WANT_CHECK(check(r, rd(1, kPage3), pa(to)));
     return true;
   }},
  {"T-PIN-SMMUEN", [](Rig& r, std::string& why) {    // SMMUEN 1 -> 0 waits for translated traffic, then bypasses
     r.start();
     r.hold_write_responses = true;
     Txn t = wr(1, kPage3);
     r.submit(t);
     for (unsigned i = 0; i < 500 && !r.outcome(t).beats; i++) r.tick();
     r.mmio_write(0x20, 0xc);
     r.tick(200);
     WANT_EQ(r.mmio_read(0x24), 0xd);
     r.hold_write_responses = false;
     r.tick(200);
     WANT_EQ(r.mmio_read(0x24), 0xc);
     WANT_CHECK(check(r, rd(1, 0x8100603010), pa(0x8100603010)));
     return true;
   }},
  {"T-PIN-IDLE", [](Rig& r, std::string& why) {
     r.start();
     r.run(rd(1, kPage3));
     r.run(rd(1, 0x8100608000));
     r.sync();
     r.tick(10);
     WANT_EQ(r.idle(), 1);
     return true;
   }},
  {"T-PIN-RANDOM", [](Rig& r, std::string& why) {    // all four ports busy, invalidations in between, every answer right
     r.start();
     std::uint32_t seed = g_seed * 77 + 5;
     auto next = [&] { seed = seed * 1664525u + 1013904223u; return seed >> 8; };
     std::vector<Txn> now(4);
     std::vector<unsigned> kind(4);
     std::vector<bool> busy(4);
     unsigned done = 0, faults = 0;
     for (unsigned i = 0; done < 600 && i < 400000; i++) {
       for (unsigned p = 0; p < 4; p++) {
         if (busy[p] && r.outcome(now[p]).done) {
           Outcome o = r.outcome(now[p]);
           Word offset = now[p].addr & 0xfff;
           Word page = (now[p].addr >> 12) & 0x1f;
           if (kind[p] == 0) WANT_EQ(o.pa, 0x950000000 + (page - 16) * 0x1000 + offset);
           if (kind[p] == 1) WANT_EQ(o.response, 2);
           if (kind[p] == 2) WANT_EQ(o.pa, now[p].addr);
           if (kind[p] != 1) WANT_EQ(o.response, 0);
           faults += kind[p] == 1;
           busy[p] = false;
           done++;
         }
         if (!busy[p]) {
           kind[p] = next() % 3;
           Word va = kind[p] == 0 ? 0x8100610000 + (next() % 16) * 0x1000 : kind[p] == 1 ? 0x8100608000 : 0x5000;
           now[p] = rd(kind[p] == 2 ? 4 : 1, va + 8 * (next() % 64));
           now[p].write = p & 1;
           now[p].tbu = p >> 1;
           now[p] = burst(now[p], 1 + next() % 16, 1, 3 + next() % 2);
           busy[p] = true;
           r.submit(now[p]);
         }
       }
       r.tick();
       if (next() % 64 == 0 && r.commands_done()) {
         static const Word ops[] = {0x30, 0x12 | Word{0x11} << 48, 0x04, 0x46, 0x11 | Word{0x11} << 48};
         Word op = ops[next() % 5];
         r.command(op, op == 0x04 ? 31 : op == 0x46 ? 0 : 0x8100610000 + (next() % 16) * 0x1000);
       }
     }
     WANT_EQ(done >= 600, 1);
     for (auto& record : r.events()) WANT_EQ(record[0] & 0xff, kTranslation);
     WANT_EQ(faults > 100, 1);
     return true;
   }},
};

}  // namespace rig
