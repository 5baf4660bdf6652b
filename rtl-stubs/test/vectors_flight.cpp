// SPDX-License-Identifier: Apache-2.0
// Action vectors of many translations in flight: order per AXI ID only (T-ORD), figures in clock cycles (T-CYC), and stalls with
// RESUME and STALL_TERM (T-STL); broadcasts (T-BTM) and MSIs. T-ORD, T-CYC and T-MSI are own rows.
#include <algorithm>

#include "vectors.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000, kPage8 = 0x8100608000, kPage8Desc = 0x82003040, kCd = 0x80100000, kSte1 = 0x80000040;
#define WANT(condition) do { if (!(condition)) { why = "line " + std::to_string(__LINE__) + ": " #condition; return false; } } while (0)
#define WANT_EQ(actual, expected) do { Word a_ = (actual), e_ = (expected); if (a_ != e_) { \
  why = "line " + std::to_string(__LINE__) + ": " #actual " expected " + hex(e_) + " actual " + hex(a_); return false; } } while (0)
#define WANT_CHECK(text) do { std::string c_ = (text); if (!c_.empty()) { why = "line " + std::to_string(__LINE__) + ": " + c_; return false; } } while (0)

Txn with_id(Txn t, unsigned id) { t.id = id; return t; }
bool wait(Rig& r, unsigned number, unsigned cycles = 4000) {
  for (unsigned i = 0; i < cycles && !r.result(number).done; i++) r.tick();
  return r.result(number).done;
}

// What the bench's clients write at that address.
Word pattern(Word at) { return 0x1111111111111111ull * ((at >> 3 & 15) + 1); }

// ---- stalls ----
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

// Warm on page 3 with that CD.ASET, the descriptor removed, a broadcast and Sync: gone, or still there.
bool broadcast(Rig& r, std::string& why, unsigned kind, unsigned aset, unsigned vmid, unsigned asid, bool gone) {
  r.put(kCd, 47, 47, aset);
  r.start();
  WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
  r.write(0x82003018, 0);
  WANT(r.dvm(kind, vmid, asid, kPage3));
  WANT(r.dvm(15, 0, 0, 0));
  WANT_CHECK(check(r, rd(1, kPage3), gone ? ev(kTranslation) : pa(0x912345000, 0)));
  return true;
}
}  // namespace

const std::vector<ActionRow> kFlightRows = {
  // ---- broadcasts ----
  {"T-BTM-01", [](Rig& r, std::string& why) { return broadcast(r, why, 0, 0, 1, 0x11, true); }},
  {"T-BTM-01a", [](Rig& r, std::string& why) { return broadcast(r, why, 0, 0, 2, 0x11, false); }},   // another VMID
  {"T-BTM-02", [](Rig& r, std::string& why) { r.cr2 |= 4; return broadcast(r, why, 0, 0, 1, 0x11, false); }},
  {"T-BTM-02a", [](Rig& r, std::string& why) { r.idr0 &= ~(1u << 5); return broadcast(r, why, 0, 0, 1, 0x11, false); }},
  {"T-BTM-03", [](Rig& r, std::string& why) { return broadcast(r, why, 1, 1, 1, 0x11, false); }},    // a private ASID
  {"T-BTM-03a", [](Rig& r, std::string& why) { return broadcast(r, why, 1, 0, 1, 0x11, true); }},
  {"T-BTM-03b", [](Rig& r, std::string& why) { return broadcast(r, why, 0, 1, 1, 0x11, false); }},
  {"T-BTM-04", [](Rig& r, std::string& why) { return broadcast(r, why, 3, 1, 1, 0, true); }},
  {"T-BTM-08", [](Rig& r, std::string& why) { return broadcast(r, why, 2, 1, 1, 0, true); }},
  {"T-BTM-09", [](Rig& r, std::string& why) { return broadcast(r, why, 4, 0, 1, 0, false); }},       // stage 2: not this entry
  {"T-BTM-10", [](Rig& r, std::string& why) { return broadcast(r, why, 5, 1, 1, 0, true); }},
  {"T-BTM-11", [](Rig& r, std::string& why) { return broadcast(r, why, 6, 1, 9, 0, true); }},
  {"T-BTM-12", [](Rig& r, std::string& why) { return broadcast(r, why, 9, 0, 1, 0x11, false); }},    // EL2: not this world
  {"T-BTM-13", [](Rig& r, std::string& why) {         // EL2 by address
     r.put(kSte1, 64 + 31, 64 + 30, 2);
     return broadcast(r, why, 7, 0, 0, 0, true);
   }},
  {"T-BTM-14", [](Rig& r, std::string& why) {         // EL2-E2H by ASID
     r.put(kSte1, 64 + 31, 64 + 30, 2);
     r.cr2 |= 1;
     return broadcast(r, why, 8, 0, 0, 0x11, true);
   }},
  {"T-BTM-07", [](Rig& r, std::string& why) {
     r.idr0 |= 1u << 5;
     r.start();
     WANT_CHECK(check(r, rd(2, kPage3), pa(0xc00003000)));
     r.write(0x84021018, 0);
     WANT(r.dvm(5, 2, 0, 0) && r.dvm(15, 0, 0, 0));
     WANT_CHECK(check(r, rd(2, kPage3), s2(kTranslation, 2, kPage3)));
     return true;
   }},
  {"T-BTM-SYNC", [](Rig& r, std::string& why) {       // Sync waits for bursts in progress, beside a CMD_SYNC
     r.idr0 |= 1u << 5;
     r.start();
     r.hold_read_at = 0x82003018;
     const unsigned n = r.start(rd(1, kPage3));
     for (unsigned i = 0; i < 200 && !r.held(); i++) r.tick();
     r.command(0x46, 0);
     r.tick(50);
     WANT(r.dvm(6, 0, 0, 0));
     WANT(!r.dvm(15, 0, 0, 0));                        // still offered
     r.hold_read_at = ~Word{0};
     WANT(wait(r, n));
     WANT(r.dvm(15, 0, 0, 0));
     WANT(r.commands_done());
     return true;
   }},

  {"T-BTM-SYNC2", [](Rig& r, std::string& why) {      // the same without a CMD_SYNC that waits for them
     r.idr0 |= 1u << 5;
     r.start();
     r.hold_read_at = 0x82003018;
     const unsigned n = r.start(rd(1, kPage3));
     for (unsigned i = 0; i < 200 && !r.held(); i++) r.tick();
     WANT(r.dvm(6, 0, 0, 0));
     WANT(!r.dvm(15, 0, 0, 0));
     r.hold_read_at = ~Word{0};
     WANT(wait(r, n));
     WANT(r.dvm(15, 0, 0, 0));
     return true;
   }},

  // ---- MSIs ----
  {"T-CMD-02", [](Rig& r, std::string& why) {
     r.idr0 |= 1u << 13;
     r.max_latency = 150;
     r.write(0x89000000, 0);
     r.start();
     r.command(0x46 | 1u << 12 | Word{0xcafe1234} << 32, 0x89000004);
     for (unsigned i = 0; i < 8000 && !r.read(0x89000000); i++) r.tick();
     WANT_EQ(r.read(0x89000000), Word{0xcafe1234} << 32);
     WANT_EQ(r.irq_sync, 1);
     r.command(0x46 | 1u << 12 | Word{0x55} << 32, 0);  // no address: the wire alone
     r.command(0x46 | 1u << 12 | Word{0x77} << 32, 0x89000000);
     r.command(0x46 | 1u << 12 | Word{0x88} << 32, 0x89000004);
     r.command(0x46, 0);
     for (unsigned i = 0; i < 8000 && !r.commands_done(); i++) r.tick();
     WANT_EQ(r.read(0x89000000), Word{0x88} << 32 | 0x77);   // visible when a later CMD_SYNC is consumed
     WANT_EQ(r.irq_sync, 4);
     return true;
   }},
  {"T-CMD-02a", [](Rig& r, std::string& why) {        // IDR0.MSI = 0: nothing is written
     r.write(0x89000000, 0);
     r.start();
     r.command(0x46 | 1u << 12 | Word{0xcafe1234} << 32, 0x89000000);
     r.sync();
     r.tick(50);
     WANT_EQ(r.read(0x89000000), 0);
     return true;
   }},
  {"T-CMD-04", [](Rig& r, std::string& why) {
     r.idr0 |= 1u << 13;
     r.abort_writes[0x89000000 >> 3] = true;
     r.start();
     r.command(0x46 | 1u << 12 | Word{0xcafe1234} << 32, 0x89000000);
     for (unsigned i = 0; i < 400 && !(r.mmio_read(0x60) & 0x10); i++) r.tick();
     WANT_EQ(r.mmio_read(0x60), 0x10);
     WANT(r.commands_done());
     WANT_EQ(r.irq_gerror, 1);
     r.command(0x46 | 1u << 12 | Word{0xcafe1234} << 32, 0x89000000);
     r.tick(400);
     WANT(r.commands_done());
     WANT_EQ(r.mmio_read(0x60), 0x10);                 // no second toggle while the first is not acknowledged
     return true;
   }},
  {"T-MSI-EVQ", [](Rig& r, std::string& why) {        // event queue and GERROR; their settings are locked while the interrupt is on
     r.idr0 |= 1u << 13;
     r.write(0x89000000, 0);
     r.start();
     r.mmio_write64(0xb0, 0x89000008);
     WANT_EQ(r.mmio_read64(0xb0), 0);
     r.update(0x50, 0x54, 0);
     r.mmio_write64(0xb0, 0x89000000);
     r.mmio_write(0xb8, 0x1111);
     r.mmio_write64(0x68, 0x89000004);
     r.mmio_write(0x70, 0x2222);
     r.update(0x50, 0x54, 5);
     r.run(rd(0x3f, 0x1000));
     r.tick(100);
     WANT_EQ(r.read(0x89000000), 0x1111);
     r.command(0, 0);                                  // no such command: GERROR
     r.tick(200);
     WANT_EQ(r.read(0x89000000), Word{0x2222} << 32 | 0x1111);
     return true;
   }},

  // ---- order ----
  {"T-ORD-HIT", [](Rig& r, std::string& why) {        // hits pass a miss of another ID, in both directions
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.hold_read_at = 0x82003020;                      // the descriptor of page 4
     const unsigned miss = r.start(with_id(rd(1, 0x8100604000), 1));
     for (unsigned i = 0; i < 200 && !r.held(); i++) r.tick();
     WANT(r.held());
     for (unsigned i = 0; i < 6; i++) WANT(wait(r, r.start(with_id(rd(1, kPage3 + i), 2))));
     WANT(!r.result(miss).done);
     r.hold_read_at = ~Word{0};
     WANT(wait(r, miss));
     WANT_EQ(r.result(miss).pa, 0x912346000);
     return true;
   }},
  {"T-ORD-MISS", [](Rig& r, std::string& why) {       // a miss passes a miss of another ID
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.hold_read_at = 0x82003020;
     const unsigned first = r.start(with_id(rd(1, 0x8100604000), 1));
     for (unsigned i = 0; i < 200 && !r.held(); i++) r.tick();
     const unsigned second = r.start(with_id(rd(1, 0x8100610000), 2));
     WANT(wait(r, second));
     WANT(!r.result(first).done);
     r.hold_read_at = ~Word{0};
     WANT(wait(r, first));
     return true;
   }, 2},
  {"T-ORD-ID", [](Rig& r, std::string& why) {         // one ID: answers in order, an abort between two accesses to memory included
     r.start();
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));
     r.hold_read_at = 0x82003020;
     const unsigned a = r.start(with_id(rd(1, 0x8100604000), 7));
     const unsigned b = r.start(with_id(rd(1, kPage8), 7));
     const unsigned c = r.start(with_id(rd(1, kPage3), 7));
     const unsigned d = r.start(with_id(rd(1, kPage8), 8));
     WANT(wait(r, d));
     r.tick(100);
     WANT(!r.result(a).done && !r.result(b).done && !r.result(c).done);
     WANT(!r.result(c).reached_memory);
     r.hold_read_at = ~Word{0};
     WANT(wait(r, c));
     WANT(r.result(a).done_cycle < r.result(b).done_cycle && r.result(b).done_cycle < r.result(c).done_cycle);
     WANT_EQ(r.result(b).response, 2);
     WANT_EQ(r.result(c).pa, 0x912345000);
     return true;
   }, 2},
  {"T-ORD-WRITE", [](Rig& r, std::string& why) {      // writes: data of an aborted burst are swallowed between two good ones
     r.start();
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 12; i++) {
       Txn t = with_id(wr(1, i % 3 == 1 ? 0x8100604000 : kPage3 + 256 * (i % 12)), i % 4);
       t.size = 4;
       t.len = i % 5;
       n.push_back(r.start(t));
     }
     for (unsigned i = 0; i < 12; i++) {
       WANT(wait(r, n[i]));
       WANT_EQ(r.result(n[i]).response, i % 3 == 1 ? 2u : 0u);
       WANT_EQ(r.result(n[i]).reached_memory, i % 3 != 1);
     }
     WANT_EQ(r.events().size(), 4);
     return true;
   }},
  {"T-ORD-FULL", [](Rig& r, std::string& why) {       // more writes than the port has places, their responses held back
     r.start();
     r.hold_write_responses = true;
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 30; i++) {
       Txn t = with_id(wr(1, kPage3 + 64 * i), i % 5);
       t.size = 4;
       t.len = i % 4;
       n.push_back(r.start(t));
     }
     r.tick(500);
     for (unsigned i = 0; i < 30; i++) WANT(!r.result(n[i]).done);
     r.hold_write_responses = false;
     for (unsigned i = 0; i < 30; i++) {
       WANT(wait(r, n[i]));
       WANT_EQ(r.result(n[i]).response, 0);
     }
     return true;
   }},
  {"T-ORD-MERGE", [](Rig& r, std::string& why) {      // eight misses on one page: one walk
     r.start();
     WANT_CHECK(check(r, rd(1, 0x8100604000), pa(0x912346000)));
     r.command(0x30, 0);
     r.sync();
     r.hold_read_at = 0x82003018;
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 8; i++) n.push_back(r.start(with_id(rd(1, kPage3 + i), i)));
     for (unsigned i = 0; i < 400; i++) r.tick();
     const auto walks = r.walks;
     r.hold_read_at = ~Word{0};
     for (unsigned i = 0; i < 8; i++) {
       WANT(wait(r, n[i]));
       WANT_EQ(r.result(n[i]).pa, 0x912345000 + i);
     }
     WANT_EQ(r.walks - walks, 1);                      // the one that was held; the others found its result
     return true;
   }},
  {"T-ORD-SYNC", [](Rig& r, std::string& why) {       // CMD_SYNC waits for every older one, and not for younger ones
     r.start();
     r.hold_read_at = 0x82003018;
     const unsigned old = r.start(with_id(rd(1, kPage3), 1));
     for (unsigned i = 0; i < 200 && !r.held(); i++) r.tick();
     r.command(0x30, 0);
     r.command(0x46, 0);
     r.tick(200);
     WANT(!r.commands_done());
     const unsigned young = r.start(with_id(rd(1, 0x8100610000), 2));
     WANT(wait(r, young));
     WANT(!r.commands_done());
     r.hold_read_at = ~Word{0};
     WANT(wait(r, old));
     for (unsigned i = 0; i < 200 && !r.commands_done(); i++) r.tick();
     WANT(r.commands_done());
     return true;
   }, 2},

  // ---- clock cycles; ideal memory that answers after a fixed number of them ----
  {"T-CYC-UTLB", [](Rig& r, std::string& why) {       // a micro-TLB hit: two cycles; one per cycle
     r.always_ready = true;
     r.max_latency = 0;
     r.start();
     r.run(rd(1, kPage3));
     r.run(wr(1, kPage3));
     r.tick(50);
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 64; i++) n.push_back(r.start(with_id(rd(1, kPage3 + i), i)));
     WANT(wait(r, n.back()));
     for (unsigned i = 0; i < 64; i++) WANT_EQ(r.result(n[i]).memory_cycle - r.result(n[i]).address_cycle, 2);
     WANT_EQ(r.result(n[63]).memory_cycle - r.result(n[0]).memory_cycle, 63);
     WANT_EQ(r.run(wr(1, kPage3 + 8)).latency, 2);
     return true;
   }, 1, 16},
  {"T-CYC-TLB", [](Rig& r, std::string& why) {        // a hit of the main TLB: at most 8
     r.always_ready = true;
     r.max_latency = 0;
     r.start();
     r.run(rd(1, kPage3));
     for (unsigned i = 0; i < 4; i++) r.run(rd(1, 0x8100610000 + 0x1000 * i));   // the micro-TLB forgets page 3
     r.tick(20);
     const auto hits = r.tlb_hits;
     const unsigned latency = r.run(rd(1, kPage3 + 4)).latency;
     if (latency > 8) {
       why = "a hit of the main TLB takes " + std::to_string(latency) + " cycles";
       return false;
     }
     r.tick(5);
     WANT_EQ(r.tlb_hits - hits, 1);
     return true;
   }},
  {"T-CYC-WALK", [](Rig& r, std::string& why) {       // a walk of 4 levels: 4 latencies + 20; with the last table known 1 + 16
     for (unsigned latency : {0u, 10u, 40u}) {
       r.always_ready = true;
       r.max_latency = latency;
       r.start();
       r.run(rd(1, kPage3));
       r.command(0x30, 0);
       r.sync();
       r.tick(50);
       auto walks = r.walks;
       const unsigned memory = latency + 1;            // from its address to its data
       const unsigned cold = r.run(rd(1, 0x8100610000)).latency;
       WANT_EQ(r.walks - walks, 4);
       WANT(cold <= 4 * memory + 20);
       walks = r.walks;
       const unsigned warm = r.run(rd(1, 0x8100611000)).latency;
       WANT_EQ(r.walks - walks, 1);
       WANT(warm <= memory + 16);
     }
     return true;
   }},
  {"T-CYC-EIGHT", [](Rig& r, std::string& why) {      // eight independent misses take at most 1.3 times as long as one
     // eight pages of eight last-level tables; memory of 40 cycles
     for (unsigned i = 0; i < 8; i++) {
       r.write(0x82002080 + 8 * i, (0x82010000 + 0x1000 * i) | 3);
       r.write(0x82010000 + 0x1000 * i, (0x950000000 + 0x100000 * i) | 0xf43);
     }
     r.always_ready = true;
     r.max_latency = 40;
     r.start();
     r.run(rd(1, kPage3));
     r.command(0x30, 0);
     r.sync();
     r.tick(100);
     const unsigned one = r.run(rd(1, 0x8102000000)).latency;
     r.command(0x30, 0);
     r.sync();
     r.tick(100);
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 8; i++) n.push_back(r.start(with_id(rd(1, 0x8102000000 + Word{0x200000} * i), i)));
     std::uint64_t first = ~std::uint64_t{0}, last = 0;
     for (unsigned i = 0; i < 8; i++) {
       WANT(wait(r, n[i]));
       WANT_EQ(r.result(n[i]).pa, 0x950000000 + 0x100000 * i);
       first = std::min(first, r.result(n[i]).address_cycle);
       last = std::max(last, r.result(n[i]).memory_cycle);
     }
     if (10 * (last - first) > 13 * one) {
       why = "one miss takes " + std::to_string(one) + " cycles, eight take " + std::to_string(last - first);
       return false;
     }
     return true;
   }, 8, 16},

  // ---- the links between TBUs and translation unit ----
  {"T-LINK-FULL", [](Rig& r, std::string& why) {      // all slots wait for memory, so that every half uses up its credits
     r.start();
     r.hold_read_at = 0x82002018;
     std::vector<unsigned> n;
     for (unsigned i = 0; i < 32; i++) {
       Txn t = with_id(rd(i % 4 < 2 ? 1 : 4, 0x8100610000 + 0x1000 * Word{i % 16} + 8 * i), i % 8);
       t.tbu = i / 8 % 2;
       t.write = i / 16;
       n.push_back(r.start(t));
     }
     for (unsigned i = 0; i < 2000 && !r.held(); i++) r.tick();
     r.tick(300);
     WANT(!r.idle());
     unsigned waiting = 0;
     for (unsigned i = 0; i < 32; i++) waiting += !r.result(n[i]).done;
     WANT(waiting >= 16);
     r.hold_read_at = ~Word{0};
     for (unsigned i = 0; i < 32; i++) {
       WANT(wait(r, n[i]));
       WANT_EQ(r.result(n[i]).pa, i % 4 < 2 ? 0x950000000 + 0x1000 * Word{i % 16} + 8 * i : 0x8100610000 + 0x1000 * Word{i % 16} + 8 * i);
     }
     for (unsigned i = 0; i < 400 && !r.idle(); i++) r.tick();
     WANT(r.idle());                                   // and every half has its credits back: AllCreditsAtRest_A
     return true;
   }},

  // ---- stalls ----
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
