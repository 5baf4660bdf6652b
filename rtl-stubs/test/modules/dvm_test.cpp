// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_dvm: random broadcasts of every kind, obeyed or not, with a TLB and drains of any speed. The reference
// says which entries of a TLB a broadcast must drop, and which it may; Sync waits for a drain of its own.
#include "Vsmmuv3_dvm.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_dvm> dut;
enum Kind : unsigned { kVa, kAsid, kVaa, kVmall, kIpas2, kVmallS12, kAll, kEl2Va, kEl2Asid, kEl2All, kSync = 15 };
struct Message { unsigned kind; bool leaf; Word vmid, asid, address; };
struct Entry { unsigned world; Word vmid, asid; bool global, aset; Word first, last; };   // 0 EL1, 1 EL2, 2 EL2-E2H, 3 stage 2
bool s2p, e2h;
struct Tally { unsigned invalidations, nothing, syncs, named, not_named; } tally;

bool must(const Message& m, const Entry& e) {
  const Word page = m.address & mask(56);
  const bool there = e.first <= (page | 0xfff) && e.last >= (page & ~Word{0xfff});
  const bool vmid = s2p ? e.vmid == m.vmid : m.vmid == 0;
  const bool asid = e.asid == m.asid;
  switch (m.kind) {
    case kVa: return e.world == 0 && vmid && there && (asid || e.global) && !e.aset;
    case kAsid: return e.world == 0 && vmid && asid && !e.global && !e.aset;
    case kVaa: return e.world == 0 && vmid && there;
    case kVmall: return e.world == 0 && vmid;
    case kIpas2: return e.world == 3 && vmid && there;
    case kVmallS12: return (e.world == 0 || e.world == 3) && vmid;
    case kAll: return e.world == 0 || e.world == 3;
    case kEl2Va: return e2h ? e.world == 2 && there && (asid || e.global) && !e.aset : e.world == 1 && there;
    case kEl2Asid: return e2h && e.world == 2 && asid && !e.global && !e.aset;
    case kEl2All: return e.world == (e2h ? 2u : 1u);
    default: return false;
  }
}
// More than must go is allowed where the other EL2 world is concerned: it has no entries unless E2H changed.
bool may(const Message& m, const Entry& e) {
  return must(m, e) || (m.kind == kEl2Asid && e.world == 2 && e.asid == m.asid && !e.global && !e.aset)
         || (m.kind == kEl2All && (e.world == 1 || e.world == 2));
}
bool pins_name(const Entry& e) {
  const unsigned op = dut->inv_op_o;   // {worlds, by VMID, by ASID, globals, by address, shared only, tables}
  if (!(op >> 6 >> e.world & 1)) return false;
  if ((op & 32) && e.vmid != dut->inv_vmid_o) return false;
  if ((op & 16) && !(e.global ? (op & 8) != 0 : e.asid == dut->inv_asid_o)) return false;
  if ((op & 4) && !(e.first <= (dut->inv_first_o | 0xfff) && e.last >= dut->inv_first_o)) return false;
  return !((op & 2) && e.aset);
}
void check_entries(const Message& m, bool invalidates) {
  for (unsigned i = 0; i < 24; i++) {
    Entry e;
    e.world = rnd.below(4);
    e.vmid = !s2p ? 0 : rnd.chance(70) ? m.vmid : rnd.bits(16);
    e.asid = rnd.chance(70) ? m.asid : rnd.bits(16);
    e.global = rnd.chance(40);
    e.aset = rnd.chance(40);
    static constexpr unsigned kSizes[] = {12, 14, 16, 21, 25, 29, 30};
    const unsigned size = rnd.of(kSizes);
    Word near = m.address;
    if (rnd.chance(50)) near += rnd.chance(50) ? Word{0x1000} : ~Word{0xfff};
    if (rnd.chance(10)) near = rnd.word();
    e.first = near & mask(56) & ~mask(size);
    e.last = e.first | mask(size);
    const bool named = invalidates && pins_name(e);
    if (must(m, e)) CHECK("a broadcast drops what it must", named);
    if (!may(m, e)) CHECK("a broadcast drops nothing else", !named);
    (named ? tally.named : tally.not_named)++;
  }
}

Source<Message> messages;
Pace done, drained, may_drain;

void run(unsigned cycles) {
  s2p = rnd.chance(70);
  e2h = rnd.chance(50);
  bool obey = rnd.chance(80);
  dut->s2p_i = s2p;
  dut->e2h_i = e2h;
  dut->valid_i = dut->inv_done_i = dut->drained_i = 0;
  dut.reset();
  messages.reset();
  for (Pace* p : {&done, &drained, &may_drain}) p->reset();
  bool seen = false, over = false, snapshot = false, may_before = false;
  unsigned patience = 0;
  for (unsigned n = 0; n < cycles; n++) {
    if (messages.empty()) {
      Message m{rnd.chance(15) ? unsigned(kSync) : rnd.chance(90) ? rnd.below(10) : rnd.below(16), rnd.chance(50), rnd.bits(16), rnd.bits(16), rnd.word()};
      if (rnd.chance(30)) m.vmid = 0;
      if (m.kind == kIpas2) m.address &= mask(48);
      messages.push(m);
      if (rnd.chance(2)) obey = !obey;   // between two messages
      seen = over = snapshot = may_before = false;
      patience = 0;
    }
    const bool valid = messages.valid();
    const Message m = messages.item();
    dut->obey_i = obey;
    dut->valid_i = valid;
    dut->kind_i = static_cast<unsigned char>(valid ? m.kind : rnd.below(16));
    dut->leaf_i = m.leaf;
    dut->vmid_i = static_cast<unsigned short>(m.vmid);
    dut->asid_i = static_cast<unsigned short>(m.asid);
    dut->addr_i = m.address;
    dut->may_drain_i = may_drain.now();
    dut->drained_i = drained.now();
    dut.settle();
    dut->inv_done_i = dut->inv_valid_o && done.now();
    dut.settle();
    if (dut->inv_valid_o) {
      CHECK("an invalidation belongs to a message that is obeyed", valid && obey && m.kind != kSync && !over);
      if (!seen) check_entries(m, true);
      if (m.kind > kVaa && m.kind < kEl2Va) CHECK("tables go too", dut->inv_op_o & 1);
      if ((m.kind == kVa || m.kind == kVaa || m.kind == kEl2Va) && !m.leaf) CHECK("without Leaf tables go too", dut->inv_op_o & 1);
      if (!seen) tally.invalidations++;
      seen = true;
      over = dut->inv_done_i;
    }
    if (dut->snapshot_o) {
      CHECK("a snapshot belongs to Sync, when nobody else drains", valid && obey && m.kind == kSync && !snapshot && may_before);
      CHECK("it is draining", dut->draining_o);
    }
    if (dut->ready_o) {
      CHECK("what is taken was offered", valid);
      if (m.kind == kSync && obey) {
        CHECK("Sync is taken when the bursts before it are over", over);
        tally.syncs++;
      } else if (obey) {
        CHECK("a broadcast is taken when it is done", !seen || over);
        if (!seen) check_entries(m, false);
        tally.nothing += !seen;
      } else {
        CHECK("nothing happens while broadcasts are not obeyed", !seen && !snapshot);
      }
    }
    // the drain counts from the cycle after the snapshot
    if (snapshot && !dut->snapshot_o && dut->drained_i) over = true;
    if (m.kind == kSync && snapshot && !over) CHECK("others know that a drain is on its way", dut->draining_o && dut->busy_o);
    snapshot |= dut->snapshot_o;
    may_before = dut->may_drain_i;
    if (valid && !dut->inv_valid_o && !(m.kind == kSync && obey)) CHECK("a message is taken up", ++patience < 5);
    if (valid && dut->ready_o) messages.taken();
    dut.edge();
  }
}

void test_broadcasts_drop_what_the_rules_say_and_sync_waits(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run(3000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(5000, tally.invalidations);
  TEST_ASSERT_GREATER_THAN(500, tally.nothing);
  TEST_ASSERT_GREATER_THAN(500, tally.syncs);
  TEST_ASSERT_GREATER_THAN(5000, tally.named);
  TEST_ASSERT_GREATER_THAN(5000, tally.not_named);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_broadcasts_drop_what_the_rules_say_and_sync_waits);
  return UNITY_END();
}
