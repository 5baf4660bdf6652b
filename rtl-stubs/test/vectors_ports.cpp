// SPDX-License-Identifier: Apache-2.0
// Rows about the pins: bursts of every kind, beat counts of terminated bursts, errors from memory, two TBUs at once,
// SMMUEN changes under traffic, random traffic on all ports. Own rows, named T-PIN.
#include "vectors.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000;
#define WANT_EQ(actual, expected) do { Word a_ = (actual), e_ = (expected); if (a_ != e_) { \
  why = "line " + std::to_string(__LINE__) + ": " #actual " expected " + hex(e_) + " actual " + hex(a_); return false; } } while (0)
#define WANT_CHECK(text) do { std::string c_ = (text); if (!c_.empty()) { why = "line " + std::to_string(__LINE__) + ": " + c_; return false; } } while (0)
Txn burst(Txn t, unsigned beats, unsigned kind = 1, unsigned size = 3) {
  t.len = beats - 1;
  t.size = size;
  t.burst = kind;
  return t;
}
}  // namespace

const std::vector<ActionRow> kPortRows = {
  {"T-PIN-READ", [](Rig& r, std::string& why) {
     for (unsigned i = 0; i < 256; i++) r.write(0x912345000 + 8 * i, 0xabcd0000 + i);
     r.start();
     Outcome o = r.run(burst(rd(1, kPage3), 256));
     WANT_EQ(o.beats, 256);
     WANT_EQ(o.response, 0);
     for (unsigned i = 0; i < 256; i++) WANT_EQ(o.data[i], 0xabcd0000 + i);
     return true;
   }},
  {"T-PIN-WRITE", [](Rig& r, std::string& why) {
     r.start();
     Outcome o = r.run(burst(wr(1, kPage3), 256));
     WANT_EQ(o.beats, 256);
     WANT_EQ(o.response, 0);
     for (unsigned i = 0; i < 256; i++) WANT_EQ(r.read(0x912345000 + 8 * i), 0x1111111111111111ull * ((i & 15) + 1));
     return true;
   }},
  {"T-PIN-WRAP", [](Rig& r, std::string& why) {
     for (unsigned i = 0; i < 8; i++) r.write(0x912345000 + 8 * i, 0x10 + i);
     r.start();
     Outcome o = r.run(burst(rd(1, kPage3 + 0x28), 8, 2));
     for (unsigned i = 0; i < 8; i++) WANT_EQ(o.data[i], 0x10 + (i + 5) % 8);
     o = r.run(burst(rd(1, kPage3 + 0x28), 3, 0));
     for (unsigned i = 0; i < 3; i++) WANT_EQ(o.data[i], 0x15);
     return true;
   }},
  {"T-PIN-NARROW", [](Rig& r, std::string& why) {
     r.start();
     WANT_CHECK(check(r, burst(rd(1, kPage3 + 0xffd), 3, 1, 0), pa(0x912345ffd)));
     WANT_CHECK(check(r, burst(wr(1, kPage3 + 3), 2, 1, 1), pa(0x912345003)));
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
           now[p] = burst(now[p], 1 + next() % 16);
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
