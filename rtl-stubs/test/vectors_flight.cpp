// SPDX-License-Identifier: Apache-2.0
// Action vectors of many translations in flight: order per AXI ID only (T-ORD), figures in clock cycles (T-CYC), the link (T-LINK);
// broadcasts (T-BTM) and MSIs. T-ORD, T-CYC and T-MSI are own rows. Stalls: vectors_stalls.cpp.
#include <algorithm>

#include "want.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000, kPage8 = 0x8100608000, kPage8Desc = 0x82003040, kCd = 0x80100000, kSte1 = 0x80000040;

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

};

}  // namespace rig
