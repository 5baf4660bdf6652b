// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_cmdq: queues of random commands of every size, legal and not, with bus errors, software that adds,
// acknowledges, rewrites, switches off and moves CONS, and every neighbour as slow as it likes. The reference decodes commands
// itself; an invalidation is compared by which entries of a TLB it names.
// Leaves out: what the neighbours do with a command (their own tests).
#include <map>

#include "Vsmmuv3_cmdq.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_cmdq> dut;

enum class Act { kIllegal, kNothing, kTlb, kCfg, kStall, kSync };
struct Command { Word d[2]; };
struct Straps {
  bool s1p, s2p, hyp, vmid16, asid16, sev, ril, e2h;
  unsigned stall_model;
};
Straps straps;

Act decode(const Command& c) {
  const bool ssec = c.d[0] >> 10 & 1;
  const unsigned num = unsigned(field(c.d[0], 16, 12)), scale = unsigned(field(c.d[0], 24, 20));
  unsigned tg = unsigned(field(c.d[1], 11, 10)), ttl = unsigned(field(c.d[1], 9, 8));
  if (tg == 2 && ttl == 1) ttl = 0;
  const bool range_ok = !(straps.ril && tg != 0 && num == 0 && scale == 0 && ttl == 0);
  const auto tlb = [](bool legal) { return legal ? Act::kTlb : Act::kIllegal; };
  switch (c.d[0] & 0xff) {
    case 0x01: case 0x02: return ssec ? Act::kIllegal : Act::kNothing;
    case 0x03: case 0x04: return ssec ? Act::kIllegal : Act::kCfg;
    case 0x05: case 0x06: return ssec || !straps.s1p ? Act::kIllegal : Act::kCfg;
    case 0x10: case 0x11: return tlb(straps.s1p);
    case 0x12: case 0x13: return tlb(straps.s1p && range_ok);
    case 0x20: case 0x21: return tlb(straps.hyp);
    case 0x22: case 0x23: return tlb(straps.hyp && range_ok);
    case 0x28: return tlb(straps.s2p);
    case 0x2a: return tlb(straps.s2p && range_ok);
    case 0x30: return Act::kTlb;
    case 0x44: case 0x45: return ssec || straps.stall_model == 1 ? Act::kIllegal : Act::kStall;
    case 0x46: return field(c.d[0], 13, 12) == 3 ? Act::kIllegal : Act::kSync;
    default: return Act::kIllegal;
  }
}

// ---- which entries a TLBI names: worlds 0 EL1, 1 EL2, 2 EL2-E2H, 3 stage 2 alone ----
struct Entry {
  unsigned world, vmid, asid;
  bool global;
  Word first, last;   // 56 bits
};
bool named(const Command& c, const Entry& e) {
  const unsigned vmid = unsigned(field(c.d[0], straps.vmid16 ? 47 : 39, 32)), asid = unsigned(field(c.d[0], straps.asid16 ? 63 : 55, 48));
  const bool same_vmid = !straps.s2p || e.vmid == vmid, same_asid = e.asid == asid;
  const unsigned tg = straps.ril ? unsigned(field(c.d[1], 11, 10)) : 0;
  const unsigned top = (c.d[0] & 0xff) == 0x2a ? 51 : 55;   // an IPA ends at bit 51; a tag lies above bit 55
  Word first = field(c.d[1], top, 12) << 12, last = first + 0xfff;
  if (tg != 0) {
    const Word bytes = (field(c.d[0], 16, 12) + 1) << (field(c.d[0], 24, 20) + 10 + 2 * tg);
    last = bytes > mask(56) - first ? mask(56) : first + bytes - 1;
  }
  const bool there = e.first <= last && e.last >= first;
  switch (c.d[0] & 0xff) {
    case 0x10: return e.world == 0 && same_vmid;
    case 0x11: return e.world == 0 && same_vmid && same_asid && !e.global;
    case 0x12: return e.world == 0 && same_vmid && there && (same_asid || e.global);
    case 0x13: return e.world == 0 && same_vmid && there;
    case 0x20: return e.world == 1 || e.world == 2;
    case 0x21: return e.world == 2 && same_asid && !e.global;
    case 0x22: return straps.e2h ? e.world == 2 && there && (same_asid || e.global) : e.world == 1 && there;
    case 0x23: return e.world == (straps.e2h ? 2u : 1u) && there;
    case 0x28: return (e.world == 0 || e.world == 3) && same_vmid;
    case 0x2a: return e.world == 3 && same_vmid && there;
    default: return e.world == 0 || e.world == 3;   // NSNH_ALL
  }
}
// The same from the pins, as the package explains them.
bool pins_name(const Entry& e) {
  const unsigned op = dut->tlb_inv_op_o;
  if (!(op >> 6 >> e.world & 1)) return false;
  if ((op & 32) && e.vmid != dut->tlb_inv_vmid_o) return false;
  if ((op & 16) && !(e.global ? (op & 8) != 0 : e.asid == dut->tlb_inv_asid_o)) return false;
  if ((op & 4) && !(e.first <= dut->tlb_inv_last_o && e.last >= dut->tlb_inv_first_o)) return false;
  return true;
}
void check_tlb(const Command& c) {
  for (unsigned i = 0; i < 24; i++) {
    Entry e;
    e.world = rnd.below(4);
    if ((e.world == 1 || e.world == 2) && !straps.hyp) continue;   // there is no such entry
    e.vmid = !straps.s2p ? 0 : unsigned(rnd.chance(70) ? field(c.d[0], straps.vmid16 ? 47 : 39, 32) : rnd.bits(straps.vmid16 ? 16 : 8));
    e.asid = unsigned(rnd.chance(70) ? field(c.d[0], straps.asid16 ? 63 : 55, 48) : rnd.bits(straps.asid16 ? 16 : 8));
    e.global = rnd.chance(40);
    static constexpr unsigned kSizes[] = {12, 14, 16, 21, 25, 29, 30};
    const unsigned size = rnd.of(kSizes);
    Word near = dut->tlb_inv_first_o;
    if (rnd.chance(50)) near = rnd.chance(50) ? dut->tlb_inv_last_o : near + rnd.bits(22);
    if (rnd.chance(50)) near += rnd.chance(50) ? Word{0x1000} : ~Word{0xfff};
    if (rnd.chance(10)) near = rnd.word();
    if (e.world == 3) near &= mask(52);
    e.first = near & mask(56) & ~mask(size);
    e.last = e.first | mask(size);
    CHECK_EQUAL("a TLBI names exactly the entries of its rules", named(c, e), pins_name(e));
  }
  const unsigned op = unsigned(c.d[0] & 0xff);
  const bool by_address = op == 0x12 || op == 0x13 || op == 0x22 || op == 0x23 || op == 0x2a;
  if (!by_address || !(c.d[1] & 1)) CHECK("without Leaf the cached tables go too", dut->tlb_inv_op_o & 1);
  CHECK("no command is about broadcasts", !(dut->tlb_inv_op_o & 2));
  if (dut->tlb_inv_single_o && (dut->tlb_inv_op_o & 4))
    CHECK_EQUAL("a single page is one page", dut->tlb_inv_first_o + 0xfff, dut->tlb_inv_last_o);
}

// ---- the queue as software sees it ----
std::map<Word, Word> memory;
struct Queue {
  Word base;
  unsigned log2, cap, size;   // as written, limit, the smaller of both
  unsigned prod, cons;        // with the wrap bit
  unsigned wrap_mask() const { return unsigned(mask(size + 1)); }
  unsigned used() const { return (prod - cons) & wrap_mask(); }
  Word slot(unsigned pointer) const { return (base & ~mask(size + 4)) + 16 * Word{pointer & unsigned(mask(size))}; }
  Command at(unsigned pointer) const { return {{memory[slot(pointer)], memory[slot(pointer) + 8]}}; }
};
Queue queue;

Command random_command() {
  static constexpr unsigned kOps[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x12, 0x13, 0x20, 0x21, 0x22, 0x22, 0x23,
                                      0x28, 0x2a, 0x2a, 0x30, 0x44, 0x45, 0x46, 0x46, 0x46, 0x46};
  static constexpr unsigned kNever[] = {0x00, 0x07, 0x18, 0x1a, 0x40, 0x41, 0x50, 0x51, 0x58, 0x5a, 0x60, 0x70, 0x73, 0x80, 0xff};
  Command c{{rnd.word(), rnd.word()}};
  for (unsigned again = 0; again < 2; again++) {   // most are legal, else the queue would stand still for ever
    c.d[0] = (c.d[0] & ~Word{0xff}) | (rnd.chance(98) ? rnd.of(kOps) : rnd.chance(60) ? rnd.of(kNever) : rnd.below(256));
    if (rnd.chance(95)) c.d[0] &= ~(Word{1} << 10);
    if (rnd.chance(30)) c.d[0] &= ~((mask(5) << 12) | (mask(5) << 20));
    if (rnd.chance(20)) c.d[1] &= ~(mask(2) << 8);
    if (rnd.chance(50)) c.d[1] &= mask(48);
    if (rnd.chance(20)) c.d[1] |= mask(44) << 12;
    if ((c.d[0] & 0xff) == 0x04 && rnd.chance(30)) c.d[1] |= 31;
    if (decode(c) != Act::kIllegal || rnd.chance(8)) break;
  }
  return c;
}
void put(unsigned pointer, const Command& c) {
  memory[queue.slot(pointer)] = c.d[0];
  memory[queue.slot(pointer) + 8] = c.d[1];
}

Pace ar_ready, r_valid, tlb_done, cfg_done, stall_done, drained, drain_free, msi_free, software;
struct Tally { unsigned consumed, illegal, aborts, syncs, rooms, full, offs, senseless; } tally;

void run_queue(unsigned seed, unsigned cycles) {
  // geometry and straps of this seed
  straps.s1p = rnd.chance(85);
  straps.s2p = rnd.chance(80) || !straps.s1p;
  straps.hyp = straps.s1p && straps.s2p && rnd.chance(70);
  straps.vmid16 = rnd.chance(50);
  straps.asid16 = rnd.chance(50);
  straps.sev = rnd.chance(60);
  straps.ril = rnd.chance(70);
  straps.e2h = straps.hyp && rnd.chance(50);
  straps.stall_model = rnd.below(3);
  memory.clear();
  queue = {};
  queue.base = rnd.bits(52) & ~Word{31};
  queue.log2 = seed % 4 == 0 ? 0 : rnd.below(6);
  queue.cap = rnd.chance(70) ? 19 : rnd.below(5);
  if (rnd.chance(20)) queue.log2 = 31, queue.cap = rnd.below(6);
  queue.size = queue.log2 < queue.cap ? queue.log2 : queue.cap;

  dut->idr0_i = unsigned(straps.s2p) | unsigned(straps.s1p) << 1 | unsigned(straps.hyp) << 9 | unsigned(straps.asid16) << 12
                | unsigned(straps.sev) << 14 | unsigned(straps.vmid16) << 18 | straps.stall_model << 24;
  dut->idr3_i = unsigned(straps.ril) << 10;
  dut->e2h_i = straps.e2h;
  dut->enable_i = 0;
  dut->cmdq_err_active_i = 0;
  dut->base_addr_i = queue.base;
  dut->base_log2_i = static_cast<unsigned char>(queue.log2);
  dut->size_cap_i = static_cast<unsigned char>(queue.cap);
  dut->prod_i = 0;
  dut->cons_we_i = 0;
  dut->cons_wdata_i = 0;
  dut->rd_ready_i = dut->r_valid_i = dut->tlb_inv_done_i = dut->cfg_inv_done_i = dut->stall_done_i = dut->drained_i = 0;
  dut->drain_busy_i = dut->msi_busy_i = 0;
  dut.reset();
  for (Pace* p : {&ar_ready, &r_valid, &tlb_done, &cfg_done, &stall_done, &drained, &drain_free, &msi_free, &software}) p->reset();

  enum { kStopped, kFetch, kAct, kSnapshot, kDrain, kRetire, kError } state = kStopped;
  unsigned beat = 0, quiet = 0, idle = 0;
  Command fetched{};
  bool fetch_error = false, error_active = false, enabled = false, was_enabled = false, may_fetch = false, effect_checked = false, moving = false;
  unsigned error = 0, cons_before = 0;
  unsigned prod_pins = 0, sane_prod = 0;
  bool senseless = false;   // PROD is more than a whole queue ahead
  unsigned error_rate = rnd.chance(50) ? 2 : 0;

  for (unsigned n = 0; n < cycles; n++) {
    // ---- software ----
    dut->cons_we_i = 0;
    if (software.now()) {
      if (senseless) {
        senseless = rnd.chance(50);
        if (!senseless) queue.prod = sane_prod;
      } else if (queue.size >= 2 && !moving && rnd.chance(4)) {
        senseless = true;
        tally.senseless++;
        sane_prod = queue.prod;
        queue.prod = (queue.cons + (1u << queue.size) + 2) & queue.wrap_mask();
      } else if (!enabled) {
        if (moving) {   // CONS was written: PROD follows, then the queue goes on
          moving = false;
          queue.prod = queue.cons;
          enabled = rnd.chance(90);
        } else if (!dut->busy_o && !was_enabled && rnd.chance(40)) {
          dut->cons_we_i = 1;
          dut->cons_wdata_i = unsigned(rnd.word());
          queue.cons = dut->cons_wdata_i & queue.wrap_mask();
          moving = true;
          tally.offs++;
        } else if (rnd.chance(50)) {
          enabled = true;
        }
      } else if (error_active) {
        if (rnd.chance(50)) put(queue.cons, random_command());
        if (rnd.chance(20)) queue.prod = queue.cons;   // may be moved back
        if (rnd.chance(50)) error_active = false;
      } else {
        const unsigned room = (1u << queue.size) - queue.used();
        unsigned more = room && rnd.chance(80) ? 1 + rnd.below(room) : 0;
        if (rnd.chance(30)) more = room;
        for (unsigned i = 0; i < more; i++) put(queue.prod + i, random_command());
        queue.prod = (queue.prod + more) & queue.wrap_mask();
        if (rnd.chance(3)) enabled = false;
      }
      prod_pins = (queue.prod | (unsigned(rnd.word()) & ~queue.wrap_mask())) & 0xfffff;   // bits above the wrap bit do not count
    }
    dut->prod_i = prod_pins;
    dut->enable_i = enabled;
    dut->cmdq_err_active_i = error_active;
    // ---- neighbours ----
    dut->rd_ready_i = ar_ready.now();
    const bool want_beat = state == kFetch && beat < 2 && quiet == 1 && r_valid.now();
    dut->r_valid_i = want_beat;
    dut->r_last_i = beat == 1;
    dut->r_error_i = want_beat && rnd.chance(error_rate);
    dut->r_data_i = want_beat ? memory[queue.slot(queue.cons) + 8 * beat] : rnd.word();
    dut.settle();
    dut->tlb_inv_done_i = dut->tlb_inv_valid_o && tlb_done.now();
    dut->cfg_inv_done_i = dut->cfg_inv_valid_o && cfg_done.now();
    dut->stall_done_i = dut->stall_valid_o && stall_done.now();
    dut->drain_busy_i = !drain_free.now();
    dut->drained_i = drained.now();
    dut->msi_busy_i = !msi_free.now();
    dut.settle();

    // ---- what a step may look like ----
    const unsigned effects = unsigned(dut->tlb_inv_valid_o) + dut->cfg_inv_valid_o + dut->stall_valid_o + dut->drain_snapshot_o;
    CHECK("one effect at a time, of a fetched command", effects <= 1 && (effects == 0 || state == kAct || state == kSnapshot));
    CHECK("a request belongs to a fetch", !dut->rd_valid_o || state == kStopped || (state == kFetch && quiet == 0));
    if (dut->rd_valid_o && state == kStopped) {
      CHECK("nothing is fetched without work, while off, during an error or with pointers that make no sense", may_fetch);
      state = kFetch;
      beat = quiet = 0;
      fetch_error = false;
    }
    if (dut->rd_valid_o) {
      CHECK_EQUAL("a command is read from its slot", queue.slot(queue.cons), dut->rd_addr_o);
      if (dut->rd_ready_i) quiet = 1;
    }
    const Act act = decode(fetched);
    if (effects && !effect_checked) {
      effect_checked = true;
      if (dut->tlb_inv_valid_o) {
        CHECK("a TLBI comes from a TLBI", act == Act::kTlb);
        check_tlb(fetched);
      }
      if (dut->cfg_inv_valid_o) {
        CHECK("a CFGI comes from a CFGI", act == Act::kCfg);
        const unsigned op = unsigned(fetched.d[0] & 0xff), range = unsigned(fetched.d[1] & 31);
        const unsigned kind = op == 3 ? 1 : op == 4 ? (range == 31 ? 0 : 2) : op == 5 ? 3 : 4;
        CHECK_EQUAL("kind of CFGI", kind, dut->cfg_inv_op_o);
        if (kind) CHECK_EQUAL("StreamID of a CFGI", fetched.d[0] >> 32, dut->cfg_inv_sid_o);
        if (kind == 2) CHECK_EQUAL("Range of a CFGI", range, dut->cfg_inv_range_o);
        if (kind == 3) CHECK_EQUAL("SubstreamID of a CFGI", field(fetched.d[0], 31, 12), dut->cfg_inv_ssid_o);
      }
      if (dut->stall_valid_o) {
        CHECK("RESUME and STALL_TERM only", act == Act::kStall);
        CHECK_EQUAL("STALL_TERM is for all", (fetched.d[0] & 0xff) == 0x45, dut->stall_all_o);
        CHECK_EQUAL("StreamID of a RESUME", fetched.d[0] >> 32, dut->stall_sid_o);
        if (!dut->stall_all_o) {
          CHECK_EQUAL("STAG of a RESUME", fetched.d[1] & 0xffff, dut->stall_stag_o);
          CHECK_EQUAL("Ac", fetched.d[0] >> 12 & 1, dut->stall_retry_o);
          CHECK_EQUAL("Ab", fetched.d[0] >> 13 & 1, dut->stall_abort_o);
        }
      }
      if (dut->drain_snapshot_o) CHECK("only CMD_SYNC waits for bursts, one drain at a time", act == Act::kSync && !dut->drain_busy_i);
    }
    const unsigned before = unsigned(dut->cons_o);
    cons_before = before & 0xfffff;
    const bool full = queue.used() == 1u << queue.size;
    const bool effect_done = (dut->tlb_inv_valid_o && dut->tlb_inv_done_i) || (dut->cfg_inv_valid_o && dut->cfg_inv_done_i)
                             || (dut->stall_valid_o && dut->stall_done_i);
    const bool drain_over = state == kDrain && dut->drained_i && !dut->msi_busy_i;
    const bool snapshot = dut->drain_snapshot_o;
    if (want_beat) {
      fetched.d[beat] = dut->r_data_i;
      fetch_error |= dut->r_error_i;
      beat++;
      if (beat == 2) {
        effect_checked = false;
        if (fetch_error) state = kError, error = 2;
        else if (decode(fetched) == Act::kIllegal) state = kError, error = 1;
        else if (decode(fetched) == Act::kNothing) state = kRetire;
        else if (decode(fetched) == Act::kSync) state = kSnapshot;
        else state = kAct;
      }
    } else if (effect_done) {
      state = kRetire;
    } else if (snapshot) {
      state = kDrain;
    }
    was_enabled = enabled;
    may_fetch = enabled && !error_active && queue.used() != 0 && queue.used() <= 1u << queue.size;
    const bool wrote = dut->cons_we_i;
    dut.edge();
    dut.settle();   // inputs as before: outputs of flip-flops are those after the clock

    // ---- what the clock changed ----
    CHECK_EQUAL("reserved bits of CMDQ_CONS", 0, dut->cons_o & 0x80f00000);
    if (wrote) {
      CHECK_EQUAL("software moves CONS while the queue is off", queue.cons, dut->cons_o & 0xfffff);
      continue;
    }
    const unsigned now = dut->cons_o & 0xfffff;
    const bool advanced = now != cons_before;
    if (advanced) {
      CHECK_EQUAL("CONS moves by one", (queue.cons + 1) & queue.wrap_mask(), now);
      CHECK("a command is consumed once its effect is there", state == kRetire || drain_over);
      queue.cons = now;
      tally.consumed++;
      tally.full += full;
      const bool sync = act == Act::kSync && drain_over;
      const unsigned cs = unsigned(field(fetched.d[0], 13, 12));
      CHECK_EQUAL("interrupt of CMD_SYNC with SIG_IRQ alone, not before CONS shows it", sync && cs == 1, dut->irq_sync_o);
      CHECK_EQUAL("event of SIG_SEV, or of room in a full queue", straps.sev && ((sync && cs == 2) || full), dut->sev_o);
      tally.rooms += full && dut->sev_o;
      tally.syncs += sync;
      state = kStopped;
    } else {
      CHECK("interrupt and event come with consumption", !dut->irq_sync_o && !dut->sev_o);
      CHECK("a CMD_SYNC whose wait is over is consumed", !drain_over);
    }
    if (dut->gerror_cmdq_o) {
      CHECK("CMDQ_ERR has a cause", state == kError);
      CHECK_EQUAL("ERR says why, before GERROR changes", error, before >> 24 & 0x7f);
      CHECK_EQUAL("ERR stays", error, dut->cons_o >> 24 & 0x7f);
      CHECK_EQUAL("CONS stays at the bad command", queue.cons, now);
      (error == 1 ? tally.illegal : tally.aborts)++;
      error_active = true;
      state = kStopped;
    }
    if (!dut->busy_o && !error_active)
      CHECK("idle only without work", state == kStopped && (!enabled || queue.used() == 0 || queue.used() > 1u << queue.size));
    if (!dut->rd_valid_o && state == kStopped && may_fetch && !senseless) CHECK("work is taken up", ++idle < 3);
    else idle = 0;
  }
}

void test_queues_of_every_size_against_decode_by_the_rules(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run_queue(seed, 4000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(8000, tally.consumed);
  TEST_ASSERT_GREATER_THAN(200, tally.illegal);
  TEST_ASSERT_GREATER_THAN(30, tally.aborts);
  TEST_ASSERT_GREATER_THAN(500, tally.syncs);
  TEST_ASSERT_GREATER_THAN(100, tally.rooms);
  TEST_ASSERT_GREATER_THAN(30, tally.offs);
  TEST_ASSERT_GREATER_THAN(30, tally.senseless);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_queues_of_every_size_against_decode_by_the_rules);
  return UNITY_END();
}
