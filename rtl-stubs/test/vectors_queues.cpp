// SPDX-License-Identifier: Apache-2.0
// Action vectors of registers, queues and counters (T-REG own rows, T-GBP, T-EVQ, T-CMD, T-PMC), as far as stage 1 alone
// can show them. Each row is a short list of actions on a fresh block.
#include "want.h"

namespace rig {
namespace {
constexpr Word kPage3 = 0x8100603000, kPage8 = 0x8100608000;   // mapped, invalid
constexpr std::uint32_t kCr0 = 0x20, kCr0Ack = 0x24, kGbpa = 0x44, kGerror = 0x60, kGerrorn = 0x64, kCmdqCons = 0x9c;
constexpr std::uint32_t kEventqProd = 0x100a8, kEventqCons = 0x100ac;


bool gerror_active(Rig& r, unsigned bit) { return ((r.mmio_read(kGerror) ^ r.mmio_read(kGerrorn)) >> bit) & 1; }
bool wait_gerror(Rig& r, unsigned bit) {
  for (unsigned i = 0; i < 100; i++)
    if (gerror_active(r, bit)) return true;
  return false;
}
// One bad command, then a good one: CONS stays at the bad one with the given ERR, nothing after it runs.
bool illegal(Rig& r, std::string& why, Word d0, Word d1, unsigned code = 1) {
  r.start();
  r.command(0x30, 0);                       // TLBI_NSNH_ALL: consumed
  r.command(d0, d1);
  r.command(0x46, 0);
  WANT(wait_gerror(r, 0));
  r.tick(200);
  WANT_EQ(r.mmio_read(kCmdqCons), code << 24 | 1);
  WANT_EQ(r.syncs, 0);
  WANT_EQ(r.irq_gerror, 1);
  return true;
}
// Page 3's record number, cheaply: faults on page 8 one after the other.
void fault(Rig& r) { r.run(rd(1, kPage8)); }

void counter(Rig& r, unsigned n, unsigned event, bool span = true, std::uint32_t smr = 0xffffffff) {
  r.mmio_write(0x20400 + 4 * n, event | (span ? 1u << 29 : 0));
  r.mmio_write(0x20a00 + 4 * n, smr);
  r.mmio_write64(0x30000 + 8 * n, 0);
  r.mmio_write64(0x20c00, Word{1} << n);
}
Word count(Rig& r, unsigned n) { return r.mmio_read64(0x30000 + 8 * n); }
}  // namespace

const std::vector<ActionRow> kQueueRows = {
  {"T-REG-ID", [](Rig& r, std::string& why) {
     r.start(false);
     WANT_EQ(r.mmio_read(0x00), r.idr0);
     WANT_EQ(r.mmio_read(0x04), r.idr1);
     WANT_EQ(r.mmio_read(0x0c), r.idr3);
     WANT_EQ(r.mmio_read(0x14), r.idr5);
     WANT_EQ(r.mmio_read(0x18), 0x1230043b);
     WANT_EQ(r.mmio_read(0x1c), 3);
     WANT_EQ(r.mmio_read(0xff0), 0x0d);
     WANT_EQ(r.mmio_read(0xff4), 0xf0);
     WANT_EQ(r.mmio_read(0xffc), 0xb1);
     WANT_EQ(r.mmio_read(0xfe4), 0xb1);      // DES_0 = 0xB (Arm), PART[11:8] = 1 of product 0x123
     WANT_EQ(r.mmio_read(0xfe8) & 8, 8);
     WANT_EQ(r.mmio_read(0x200), 0);         // DPT_BASE: absent
     return true;
   }},
  {"T-REG-CR0ACK", [](Rig& r, std::string& why) {   // absent (PRIQEN, ATSCHK, VMW) and reserved bits are not mirrored
     r.idr0 &= ~(1u << 17);
     r.start(false);
     r.mmio_write(kCr0, 0xffffffff);
     for (unsigned i = 0; i < 20; i++) r.mmio_read(kCr0Ack);
     WANT_EQ(r.mmio_read(kCr0Ack), 0xd);
     WANT_EQ(r.mmio_read(kCr0), 0xd);
     return true;
   }},
  {"T-REG-GUARD", [](Rig& r, std::string& why) {    // guarded registers ignore writes while enabled
     r.start();
     r.mmio_write64(0x80, 0xdead0000);
     r.mmio_write(0x88, 0x1f);
     r.mmio_write64(0x90, 0xdead0000);
     r.mmio_write64(0xa0, 0xdead0000);
     r.mmio_write(0x2c, 0);
     r.mmio_write(kCmdqCons, 3);
     r.mmio_write(kEventqProd, 3);
     WANT_EQ(r.mmio_read64(0x80), 0x80000000);
     WANT_EQ(r.mmio_read(0x88), 6);
     WANT_EQ(r.mmio_read64(0x90), 0x87000004);
     WANT_EQ(r.mmio_read64(0xa0), 0x88000004);
     WANT_EQ(r.mmio_read(0x2c), 2);
     WANT_EQ(r.mmio_read(kCmdqCons), 0);
     WANT_EQ(r.mmio_read(kEventqProd), 0);
     return true;
   }},
  {"T-REG-HALVES", [](Rig& r, std::string& why) {   // 64-bit registers take two halves in either order
     r.start(false, false);
     r.mmio_write(0xa4, 0x40000001);
     r.mmio_write(0xa0, 0x99000007);
     WANT_EQ(r.mmio_read64(0xa0), 0x4000000199000007);
     r.mmio_write(0xa0, 0x99000003);
     r.mmio_write(0xa4, 2);
     WANT_EQ(r.mmio_read64(0xa0), 0x0000000299000003);
     WANT_EQ(r.mmio_read(0xa4), 2);
     return true;
   }},
  {"T-GBP-06", [](Rig& r, std::string& why) {
     r.start(false);
     r.mmio_write(kGbpa, 1u << 20 | 1u << 12);       // Update = 0: ignored
     WANT_EQ(r.mmio_read(kGbpa), 0x1000);
     WANT_CHECK(check(r, rd(1, 0x8100603010), pa(0x8100603010)));
     return true;
   }},
  {"T-GBP-07", [](Rig& r, std::string& why) {
     r.start(false);
     r.mmio_write(kGbpa, 1u << 31 | 1u << 20 | 1u << 12);
     for (unsigned i = 0; i < 100 && (r.mmio_read(kGbpa) >> 31); i++) {}
     WANT_EQ(r.mmio_read(kGbpa), 1u << 20 | 1u << 12);
     WANT_CHECK(check(r, rd(1, 0x8100603010), silent()));
     return true;
   }},
  {"T-GBP-09", [](Rig& r, std::string& why) {        // PRIVCFG and INSTCFG of GBPA reach AxPROT
     r.start(false);
     r.mmio_write(kGbpa, 1u << 31 | 3u << 18 | 3u << 16 | 1u << 12);
     for (unsigned i = 0; i < 100 && (r.mmio_read(kGbpa) >> 31); i++) {}
     WANT_EQ(r.run(rd(1, 0x1000)).prot, 7);
     WANT_EQ(r.run(wr(1, 0x1000)).prot, 3);           // writes are data
     return true;
   }},

  {"T-EVQ-01", [](Rig& r, std::string& why) {
     r.eventq_log2 = 2;
     r.start();
     fault(r);
     WANT_EQ(r.mmio_read(kEventqProd), 1);
     WANT_EQ(r.irq_eventq, 1);
     Record want = expected_record(rd(1, kPage8), ev(kTranslation));
     WANT(r.event_at(0) == want);
     return true;
   }},
  {"T-EVQ-02", [](Rig& r, std::string& why) {        // and 03, 04
     r.eventq_log2 = 2;
     r.start();
     for (unsigned i = 0; i < 4; i++) fault(r);
     WANT_EQ(r.mmio_read(kEventqProd), 4);            // wrap 1, index 0
     Outcome o = r.run(rd(1, kPage8));
     WANT_EQ(o.response, 2);
     WANT_EQ(r.mmio_read(kEventqProd), 0x80000004);
     fault(r);                                         // T-EVQ-03
     WANT_EQ(r.mmio_read(kEventqProd), 0x80000004);
     WANT(!gerror_active(r, 2));
     r.mmio_write(kEventqCons, 0x80000004);            // T-EVQ-04
     fault(r);
     WANT_EQ(r.mmio_read(kEventqProd), 0x80000005);
     WANT_EQ(r.irq_eventq, 2);                         // empty -> non-empty twice
     return true;
   }},
  {"T-EVQ-06", [](Rig& r, std::string& why) {
     r.start(true, false);
     Outcome o = r.run(rd(1, kPage8));
     WANT_EQ(o.response, 2);
     WANT_EQ(r.mmio_read(kEventqProd), 0);
     return true;
   }},
  {"T-EVQ-07", [](Rig& r, std::string& why) {        // and 18: acknowledged, the next record is written
     r.abort_writes[0x88000000 >> 3] = true;
     r.start();
     Outcome o = r.run(rd(1, kPage8));
     WANT_EQ(o.response, 2);
     WANT(gerror_active(r, 2));
     WANT_EQ(r.mmio_read(kEventqProd), 0);
     fault(r);                                         // T-EVQ-08: dropped silently while active
     WANT_EQ(r.mmio_read(kEventqProd), 0);
     WANT_EQ(r.irq_gerror, 1);
     r.abort_writes.clear();
     r.mmio_write(kGerrorn, r.mmio_read(kGerror));
     fault(r);
     WANT_EQ(r.mmio_read(kEventqProd), 1);
     return true;
   }},
  {"T-EVQ-09", [](Rig& r, std::string& why) {
     r.eventq_log2 = 2;
     r.start(true, false);
     r.mmio_write(kEventqProd, 3);
     r.mmio_write(kEventqCons, 3);
     r.update(kCr0, kCr0Ack, 0xd);
     fault(r);
     WANT_EQ(r.mmio_read(kEventqProd), 4);
     r.mmio_write(kEventqCons, 4);
     fault(r);
     WANT_EQ(r.mmio_read(kEventqProd), 5);
     return true;
   }},
  {"T-EVQ-10", [](Rig& r, std::string& why) {
     r.start();
     for (unsigned i = 0; i < 3; i++) fault(r);
     WANT_EQ(r.events().size(), 3);
     WANT_EQ(r.irq_eventq, 1);                         // T-EVQ-13: not again while non-empty
     return true;
   }},
  {"T-EVQ-15", [](Rig& r, std::string& why) {
     if (!illegal(r, why, 0, 0)) return false;
     WANT_CHECK(check(r, rd(1, kPage3), pa(0x912345000)));   // translation continues
     // T-CMD-10 and T-EVQ-14: overwrite the bad entry with a CMD_SYNC, acknowledge
     r.write(0x87000010, 0x46);
     r.mmio_write(kGerrorn, r.mmio_read(kGerror));
     for (unsigned i = 0; i < 100 && !r.commands_done(); i++) {}
     WANT(r.commands_done());
     WANT_EQ(r.syncs, 2);
     return true;
   }},
  {"T-EVQ-16", [](Rig& r, std::string& why) {
     r.abort_reads[0x87000010 >> 3] = true;
     if (!illegal(r, why, 0x46, 0, 2)) return false;
     r.abort_reads.clear();
     r.mmio_write(kGerrorn, r.mmio_read(kGerror));
     for (unsigned i = 0; i < 100 && !r.commands_done(); i++) {}
     WANT_EQ(r.syncs, 2);
     return true;
   }},
  {"T-EVQ-17", [](Rig& r, std::string& why) { return illegal(r, why, 0x403, 0); }},   // CFGI_STE, SSec

  {"T-CMD-01", [](Rig& r, std::string& why) {
     r.start();
     r.sync();
     WANT_EQ(r.mmio_read(kCmdqCons), 1);
     WANT_EQ(r.irq_sync, 0);
     r.command(0x1046, 0);                             // CS = 1: interrupt, not gated by IRQ_CTRL
     r.tick(100);
     WANT_EQ(r.irq_sync, 1);
     r.command(0x2046, 0);                             // CS = 2 without IDR0.SEV: as none
     r.tick(100);
     WANT_EQ(r.sev, 0);
     WANT_EQ(r.mmio_read(kCmdqCons), 3);
     return true;
   }},
  {"T-CMD-FULL-SEV", [](Rig& r, std::string& why) {  // room in a full queue is an event, in one that was not full none
     r.cmdq_log2 = 1;
     r.idr0 |= 1u << 14;
     r.start();
     r.command(0x30, 0);
     r.tick(100);
     WANT_EQ(r.sev, 0);
     r.abort_reads[0x87000010 >> 3] = true;            // the queue stands still while it is filled
     r.command(0x30, 0);
     for (unsigned i = 0; i < 400 && !(r.mmio_read(kGerror) & 1); i++) r.tick();
     r.abort_reads.clear();
     r.command(0x46, 0);
     r.mmio_write(kGerrorn, 1);
     r.tick(200);
     WANT(r.commands_done());
     WANT_EQ(r.sev, 1);
     return true;
   }},
  {"T-CMD-05", [](Rig& r, std::string& why) {
     r.start();
     r.update(kCr0, kCr0Ack, 5);
     r.command(0x46, 0);
     r.tick(200);
     WANT_EQ(r.mmio_read(kCmdqCons), 0);
     r.update(kCr0, kCr0Ack, 0xd);
     r.tick(100);
     WANT_EQ(r.mmio_read(kCmdqCons), 1);
     return true;
   }},
  {"T-CMD-06", [](Rig& r, std::string& why) { r.idr0 &= ~2u; return illegal(r, why, 0x10, 0); }},
  {"T-CMD-11", [](Rig& r, std::string& why) { return illegal(r, why, 0x3046, 0); }},          // SYNC, CS = 3
  {"T-CMD-12", [](Rig& r, std::string& why) { return illegal(r, why, 0x12, Word{1} << 10 | 0x8100603000); }},
  {"T-CMD-13", [](Rig& r, std::string& why) { r.idr0 &= ~2u; return illegal(r, why, 0x05, 0); }},
  {"T-CMD-15", [](Rig& r, std::string& why) { return illegal(r, why, 0x18, 0); }},
  {"T-CMD-17", [](Rig& r, std::string& why) { return illegal(r, why, 0x40, 0); }},            // ATC_INV, ATS = 0
  {"T-CMD-18", [](Rig& r, std::string& why) { return illegal(r, why, 0x44, 0); }},            // RESUME, STALL_MODEL = 1
  {"T-CMD-08", [](Rig& r, std::string& why) {        // and 09: prefetches neither report nor fail
     r.start();
     r.command(0x01 | Word{64} << 32, 0);
     r.command(0x02 | Word{1} << 32, kPage8);
     r.sync();
     WANT(!gerror_active(r, 0));
     WANT_EQ(r.events().size(), 0);
     return true;
   }},
  {"T-CMD-16", [](Rig& r, std::string& why) {
     r.start();
     Outcome o = r.run(rd(1, kPage8));
     WANT_EQ(o.response, 2);
     r.sync();
     WANT_EQ(r.mmio_read(kEventqProd), 1);
     return true;
   }},
  {"T-CMD-WRAP", [](Rig& r, std::string& why) {      // a queue of two entries, used fully, wraps correctly
     r.cmdq_log2 = 1;
     r.start();
     for (unsigned i = 0; i < 7; i++) {
       r.command(0x30, 0);
       r.sync();
     }
     WANT_EQ(r.consumed, 14);
     WANT_EQ(r.mmio_read(kCmdqCons), 14 & 3);
     return true;
   }},

  {"T-PMC-01", [](Rig& r, std::string& why) {        // and 02
     r.start();
     WANT_EQ(r.mmio_read(0x20e00), 3u | 63u << 8 | 1u << 20);   // CFGR: 4 counters, 64 bits, relocated
     WANT_EQ(r.mmio_read64(0x20e20), 0x3f);
     for (unsigned n = 0; n < 4; n++) counter(r, n, n + 1);
     r.mmio_write(0x20e04, 1);
     r.run(rd(1, kPage3));
     Word e4 = r.walks, e5 = r.config_accesses;
     WANT_EQ(count(r, 0), 1);
     WANT_EQ(count(r, 1), 1);
     WANT_EQ(count(r, 2), 1);
     WANT_EQ(count(r, 3), 4);
     WANT_EQ(e4, 4);
     WANT_EQ(e5, 2);
     counter(r, 3, 5);                                 // event 5 in place of 4
     r.run(rd(1, kPage3));
     WANT_EQ(count(r, 0), 2);
     WANT_EQ(count(r, 1), 1);
     WANT_EQ(count(r, 2), 1);
     WANT_EQ(count(r, 3), 0);
     r.run(ss(rd(6, kPage3), 1));                      // another stream: STE and CD
     WANT_EQ(count(r, 3), 2);
     return true;
   }},
  {"T-PMC-05a", [](Rig& r, std::string& why) {       // 2-level stream table, bypass: two structure reads, no TLB miss
     r.strtab = 0x80200000;
     r.strtab_cfg = 1u << 16 | 6u << 6 | 10;
     r.write(0x80200018, 0x80210003);
     r.put(0x802100c0, 3, 0, 9);
     r.start();
     for (unsigned n = 0; n < 4; n++) counter(r, n, n + 2);
     r.mmio_write(0x20e04, 1);
     r.run(rd(0xc3, 0x7000));
     WANT_EQ(count(r, 0), 0);
     WANT_EQ(count(r, 1), 1);
     WANT_EQ(count(r, 2), 0);
     WANT_EQ(count(r, 3), 2);
     return true;
   }},
  {"T-PMC-06", [](Rig& r, std::string& why) {
     r.start();
     counter(r, 0, 1, false, 1);
     r.mmio_write(0x20e04, 1);
     r.run(rd(1, kPage3));
     r.run(rd(4, 0x1000));
     WANT_EQ(count(r, 0), 1);
     return true;
   }},
  {"T-PMC-07", [](Rig& r, std::string& why) {
     r.strtab_cfg = 8;
     r.start();
     counter(r, 0, 1, true, 0x42);
     counter(r, 1, 1, true, 0x41);                     // lowest zero bit 1: 0x40..0x43
     counter(r, 2, 1, true, 0xffffffff);               // T-PMC-09
     r.mmio_write(0x20e04, 1);
     for (unsigned sid = 0x41; sid <= 0x44; sid++) r.run(rd(sid, 0x1000));
     WANT_EQ(count(r, 0), 2);
     WANT_EQ(count(r, 1), 3);
     WANT_EQ(count(r, 2), 4);
     return true;
   }},
  {"T-PMC-13", [](Rig& r, std::string& why) {
     r.start();
     counter(r, 1, 1);
     r.mmio_write64(0x30008, ~Word{0});
     r.mmio_write64(0x20c40, 2);                       // INTENSET
     r.mmio_write(0x20e50, 1);
     r.mmio_write(0x20e04, 1);
     r.run(rd(4, 0x1000));
     WANT_EQ(count(r, 1), 0);
     WANT_EQ(r.mmio_read64(0x30cc0), 2);
     WANT_EQ(r.irq_pmcg, 1);
     r.mmio_write64(0x30c80, 2);
     WANT_EQ(r.mmio_read64(0x30c80), 0);
     r.mmio_write(0x20e04, 0);                         // CR.E = 0 freezes
     r.run(rd(4, 0x1000));
     WANT_EQ(count(r, 1), 0);
     return true;
   }},
  {"T-PMC-MSI", [](Rig& r, std::string& why) {         // each group has an MSI; its settings are locked while IRQEN = 1
     r.idr0 |= 1u << 13;
     r.start();
     for (unsigned group = 0; group < 3; group++) {
       const unsigned page0 = group ? 0x40000 + 0x20000 * group : 0x20000, page1 = page0 + 0x10000;
       const Word at = 0x89000000 + 8 * group;
       WANT_EQ(r.mmio_read(page0 + 0xe00) >> 21 & 1, 1);            // CFGR.MSI
       r.write(at, 0);
       r.mmio_write64(page0 + 0xe58, ~Word{0});
       WANT_EQ(r.mmio_read64(page0 + 0xe58), 0x000ffffffffffffc);
       r.mmio_write64(page0 + 0xe58, at + 4);
       r.mmio_write64(page0 + 0xe60, Word{0xff} << 32 | (0x1234 + group));
       WANT_EQ(r.mmio_read64(page0 + 0xe60), Word{0x3f} << 32 | (0x1234 + group));
       r.mmio_write(page0 + 0x400, 1 | 1u << 29);
       r.mmio_write(page0 + 0xa00, 0xffffffff);
       r.mmio_write64(page0 + 0xc00, 1);
       r.mmio_write64(page0 + 0xc40, 1);
       r.mmio_write64(page1, ~Word{0});
       r.update(page0 + 0xe50, page0 + 0xe54, 1);
       r.mmio_write64(page0 + 0xe58, 0x89000100);
       r.mmio_write(page0 + 0xe60, 0);
       WANT_EQ(r.mmio_read64(page0 + 0xe58), at + 4);
       r.mmio_write(page0 + 0xe04, 1);
       Txn t = rd(4, 0x1000);
       t.tbu = group == 2;
       const unsigned before = r.irq_pmcg;
       r.run(t);
       r.tick(100);
       WANT_EQ(r.read(at), Word{0x1234 + group} << 32);
       WANT_EQ(r.irq_pmcg, before + 1);
       WANT_EQ(r.mmio_read(page0 + 0xe68), 0);
       r.mmio_write(page0 + 0xe04, 0);
     }
     WANT(!(r.mmio_read(0x60) ^ r.mmio_read(0x64)));
     return true;
   }},
  {"T-PMC-MSI-ABT", [](Rig& r, std::string& why) {     // IRQ_STATUS.IRQ_ABT: set by the abort, cleared by IRQEN 0 -> 1 only; no GERROR
     r.idr0 |= 1u << 13;
     r.start();
     r.abort_writes[0x89000008 >> 3] = true;
     r.mmio_write64(0x60e58, 0x89000008);
     r.mmio_write(0x60400, 1 | 1u << 29);
     r.mmio_write(0x60a00, 0xffffffff);
     r.mmio_write64(0x60c00, 1);
     r.mmio_write64(0x60c40, 1);
     r.mmio_write64(0x70000, ~Word{0});
     r.update(0x60e50, 0x60e54, 1);
     r.mmio_write(0x60e04, 1);
     r.run(rd(4, 0x1000));
     r.tick(100);
     WANT_EQ(r.mmio_read(0x60e68), 1);
     WANT_EQ(r.mmio_read(0x20e68), 0);
     r.update(0x60e50, 0x60e54, 0);
     WANT_EQ(r.mmio_read(0x60e68), 1);
     r.update(0x60e50, 0x60e54, 1);
     WANT_EQ(r.mmio_read(0x60e68), 0);
     WANT_EQ(r.mmio_read(0x60), r.mmio_read(0x64));
     return true;
   }},
  {"T-PMC-NOMSI", [](Rig& r, std::string& why) {       // IDR0.MSI = 0: no group has one
     r.start();
     for (const unsigned page0 : {0x20000u, 0x60000u, 0x80000u}) {
       WANT_EQ(r.mmio_read(page0 + 0xe00) >> 21 & 1, 0);
       r.mmio_write64(page0 + 0xe58, ~Word{0});
       r.mmio_write64(page0 + 0xe60, ~Word{0});
       WANT_EQ(r.mmio_read64(page0 + 0xe58) | r.mmio_read64(page0 + 0xe60), 0);
     }
     for (const unsigned nobody : {0x40000u, 0xa0000u, 0xc0000u, 0xe0000u}) WANT_EQ(r.mmio_read64(nobody + 0xe00), 0);
     return true;
   }},
  {"T-PMC-TBU", [](Rig& r, std::string& why) {         // a TBU's group: its transactions, what its micro-TLBs missed, and nothing else
     r.start();
     for (const unsigned page0 : {0x60000u, 0x80000u}) {
       WANT_EQ(r.mmio_read64(page0 + 0xe20), 7);        // CEID0: cycles, transactions, TLB misses
       for (unsigned n = 0; n < 4; n++) {
         r.mmio_write(page0 + 0x400 + 4 * n, (n < 2 ? 1 + n : 2 + n) | 1u << 29);   // events 1, 2, 4 and 5
         r.mmio_write(page0 + 0xa00 + 4 * n, 0xffffffff);
         r.mmio_write64(page0 + 0x10000 + 8 * n, 0);
       }
       r.mmio_write64(page0 + 0xc00, 15);
       r.mmio_write(page0 + 0xe04, 1);
     }
     counter(r, 0, 1);
     counter(r, 1, 2);
     r.mmio_write(0x20e04, 1);
     auto counts = [&](const char*, Word first, Word first_missed, Word second, Word second_missed, Word unit_missed) {
       WANT_EQ(r.mmio_read64(0x70000), first);
       WANT_EQ(r.mmio_read64(0x70008), first_missed);
       WANT_EQ(r.mmio_read64(0x90000), second);
       WANT_EQ(r.mmio_read64(0x90008), second_missed);
       WANT_EQ(count(r, 0), first + second);
       WANT_EQ(count(r, 1), unit_missed);
       return true;
     };
     Txn other = rd(1, kPage3);
     other.tbu = 1;
     r.run(rd(1, kPage3));
     if (!counts("cold", 1, 1, 0, 0, 1)) return false;
     r.run(rd(1, kPage3));                              // the micro-TLB has it
     if (!counts("hit", 2, 1, 0, 0, 1)) return false;
     r.run(other);                                      // the other port asks the main TLB, which has it
     if (!counts("main TLB", 2, 1, 1, 1, 1)) return false;
     r.run(wr(1, 0x8100604000));                        // a page that may only be read: a miss and a fault
     r.run(wr(1, kPage3));                              // writes have a micro-TLB of their own
     r.run(rd(4, 0x1000));                              // bypass: a transaction and no miss
     r.run(rd(0x3f, 0x1000));                           // no STE
     r.events();
     if (!counts("others", 6, 3, 1, 1, 2)) return false;
     WANT_EQ(r.mmio_read64(0x70010) | r.mmio_read64(0x70018) | r.mmio_read64(0x90010) | r.mmio_read64(0x90018), 0);
     r.mmio_write(0x60400, 1);                          // exactly stream 4
     r.mmio_write(0x60a00, 4);
     r.run(rd(1, kPage3));
     r.run(rd(4, 0x1000));
     WANT_EQ(r.mmio_read64(0x70000), 7);
     return true;
   }},
};

}  // namespace rig
