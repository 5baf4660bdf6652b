// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_walk_arbiter: the command queue, eight slots and three writers ask at random; memory answers when it likes,
// across IDs in any order and with words of several bursts mixed, some with errors. Every request appears once, as its owner made
// it; every answer goes to its owner; a waiting requester is let through after one of the others.
#include <map>
#include <vector>

#include "Vsmmuv3_walk_arbiter.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_walk_arbiter> dut;

struct Read { unsigned id; Word address; unsigned words, access_class; bool lock; };
struct Word_out { unsigned id; Word data; bool error, exokay, last; };
enum Kind { kUpdate, kRecord, kMsi };
struct Write { Kind kind; Word address; Word data[4]; unsigned id, access_class; unsigned beats() const { return kind == kRecord ? 4 : 1; } };

Pace cmdq_asks, slot_asks, record_asks, msi_asks, update_asks, ar_ready, r_valid, aw_ready, w_ready, b_valid;
std::vector<Read> on_bus;                      // accepted, not on AR yet: in order
std::map<unsigned, Read> open;                 // on AR, not all words back; by ID
std::map<unsigned, unsigned> words_back;
struct Tally { unsigned reads, slots, writes[3], errors, mixed, waits, locked, passed; } tally;

bool error_code(unsigned code) { return code >= 2; }

void run(unsigned cycles) {
  dut->cmdq_valid_i = dut->tcu_valid_i = dut->wr_valid_i = dut->msi_valid_i = dut->upd_valid_i = 0;
  dut->awready_i = dut->wready_i = dut->bvalid_i = dut->arready_i = dut->rvalid_i = 0;
  dut.reset();
  for (Pace* p : {&cmdq_asks, &slot_asks, &record_asks, &msi_asks, &update_asks, &ar_ready, &r_valid, &aw_ready, &w_ready, &b_valid}) p->reset();
  on_bus.clear();
  open.clear();
  words_back.clear();
  bool cmdq_valid = false, cmdq_busy = false, slot_busy[8] = {}, expect_r = false;
  Read cmdq{}, slot{};
  Word_out coming{};
  int slot_of = -1, last_id = -1;
  unsigned cmdq_waited = 0;
  // writers
  Write writes[3] = {};
  bool asking[3] = {}, aw_done = false, told[3] = {}, done_error = false, done_exokay = false;
  unsigned passed[3] = {};   // others that went first
  unsigned beats = 0;
  const Write* writing = nullptr;

  for (unsigned n = 0; n < cycles; n++) {
    // ---- requesters ----
    if (!cmdq_valid && !cmdq_busy && cmdq_asks.now()) {
      cmdq_valid = true;
      cmdq = {0, rnd.bits(52) & ~Word{15}, 2, 8, false};
      cmdq_waited = 0;
    }
    slot_of = -1;   // a slot may think again: its request is no promise
    if (slot_asks.now()) {
      const unsigned candidate = rnd.below(8);
      if (!slot_busy[candidate]) slot_of = int(candidate);
    }
    if (slot_of >= 0) slot = {8 + unsigned(slot_of), rnd.bits(52) & ~Word{7}, 1 + rnd.below(8), 1 + rnd.below(6), rnd.chance(20)};
    Pace* const paces[3] = {&update_asks, &record_asks, &msi_asks};
    for (Kind k : {kUpdate, kRecord, kMsi}) {
      if (asking[k] || !paces[k]->now()) continue;
      asking[k] = true;
      passed[k] = 0;
      const Word align = k == kRecord ? 31 : k == kMsi ? 3 : 7;
      writes[k] = {k, rnd.bits(52) & ~align, {rnd.word(), rnd.word(), rnd.word(), rnd.word()}, 8 + rnd.below(8), 5 + rnd.below(2)};
      if (k == kMsi) writes[k].data[0] &= mask(32);
    }
    dut->cmdq_valid_i = cmdq_valid;
    dut->cmdq_addr_i = cmdq.address;
    dut->tcu_valid_i = slot_of >= 0;
    dut->tcu_id_i = static_cast<unsigned char>(slot_of >= 0 ? slot.id : rnd.below(16));
    dut->tcu_addr_i = slot.address;
    dut->tcu_len_i = static_cast<unsigned char>(slot.words - 1);
    dut->tcu_class_i = static_cast<unsigned char>(slot.access_class);
    dut->tcu_lock_i = slot.lock;
    dut->upd_valid_i = asking[kUpdate];
    dut->upd_id_i = static_cast<unsigned char>(writes[kUpdate].id);
    dut->upd_addr_i = writes[kUpdate].address;
    dut->upd_class_i = static_cast<unsigned char>(writes[kUpdate].access_class);
    dut->upd_data_i = writes[kUpdate].data[0];
    dut->wr_valid_i = asking[kRecord];
    dut->wr_addr_i = writes[kRecord].address;
    for (unsigned i = 0; i < 4; i++) dut->wr_data_i[i] = writes[kRecord].data[i];
    dut->msi_valid_i = asking[kMsi];
    dut->msi_addr_i = writes[kMsi].address;
    dut->msi_data_i = unsigned(writes[kMsi].data[0]);
    // ---- memory ----
    dut->arready_i = ar_ready.now();
    Word_out next{};
    bool r = !open.empty() && r_valid.now();
    if (r) {
      auto at_burst = open.begin();
      std::advance(at_burst, rnd.below(unsigned(open.size())));
      const Read& burst = at_burst->second;
      const unsigned code = rnd.chance(8) ? 2 + rnd.below(2) : rnd.below(2);
      next = {burst.id, rnd.word(), error_code(code), code == 1, words_back[burst.id] + 1 == burst.words};
      dut->rid_i = static_cast<unsigned char>(next.id);
      dut->rdata_i = next.data;
      dut->rresp_i = static_cast<unsigned char>(code);
      dut->rlast_i = next.last;
      tally.mixed += last_id >= 0 && unsigned(last_id) != next.id;
      last_id = next.last ? -1 : int(next.id);
    }
    dut->rvalid_i = r;
    dut->awready_i = aw_ready.now();
    dut->wready_i = w_ready.now();
    const bool b = writing && aw_done && beats == writing->beats() && b_valid.now();
    const unsigned b_code = rnd.chance(20) ? 2 + rnd.below(2) : rnd.below(2);
    dut->bvalid_i = b;
    dut->bresp_i = static_cast<unsigned char>(b_code);
    dut->bid_i = static_cast<unsigned char>(!writing ? 3 : writing->kind == kMsi ? 4 : writing->kind == kRecord ? 3 : writing->id);
    dut.settle();

    // ---- answers ----
    CHECK_EQUAL("a word comes the cycle after memory gave it", expect_r, dut->r_valid_o);
    if (expect_r) {
      CHECK_EQUAL("whose word it is", coming.id, dut->r_id_o);
      CHECK_EQUAL("the word", coming.data, dut->r_data_o);
      CHECK_EQUAL("its error", coming.error, dut->r_error_o);
      CHECK_EQUAL("whether it was exclusive", coming.exokay, dut->r_exokay_o);
      CHECK_EQUAL("the last word", coming.last, dut->r_last_o);
      if (coming.last) (coming.id == 0 ? cmdq_busy : slot_busy[coming.id - 8]) = false;
    }
    CHECK("read data is always taken", dut->rready_o);
    // ---- read requests ----
    if (dut->arvalid_o) {
      CHECK("a read that somebody asked for", on_bus.size() == 1);
      const Read& q = on_bus.front();
      CHECK_EQUAL("ARID: one per requester", q.id, dut->arid_o);
      CHECK_EQUAL("ARADDR", q.address, dut->araddr_o);
      CHECK_EQUAL("ARLEN", q.words - 1, dut->arlen_o);
      CHECK_EQUAL("ARUSER: what is read", q.access_class, dut->aruser_o);
      CHECK_EQUAL("ARLOCK: exclusive", q.lock, dut->arlock_o);
      CHECK_EQUAL("cacheable, but where a monitor has to see it", q.lock ? 2 : 15, dut->arcache_o);
      CHECK("64-bit words, INCR, unprivileged data", dut->arsize_o == 3 && dut->arburst_o == 1 && dut->arprot_o == 0);
      tally.locked += q.lock;
    }
    const bool ar = dut->arvalid_o && dut->arready_i;
    const bool takes_slot = slot_of >= 0 && dut->tcu_ready_o, takes_cmdq = cmdq_valid && dut->cmdq_ready_o;
    CHECK("one request at a time", !(takes_slot && takes_cmdq));
    CHECK("a request is taken when the port is free", dut->arvalid_o || !(cmdq_valid || slot_of >= 0) || takes_slot || takes_cmdq);
    if (takes_slot && cmdq_valid) {
      tally.waits++;
      CHECK("the command queue is not starved", ++cmdq_waited <= 1);
    }
    // ---- writes ----
    if (!writing && (dut->awvalid_o || dut->wvalid_o)) {
      const Kind k = dut->awid_o == 4 ? kMsi : dut->awid_o == 3 ? kRecord : kUpdate;
      writing = &writes[k];
      CHECK("a write that its owner asks for", asking[k]);
      for (Kind other : {kUpdate, kRecord, kMsi}) {
        if (other == k || !asking[other]) continue;
        tally.passed++;
        CHECK("no writer is starved", ++passed[other] <= 3);   // two others, and one that was already on its way
      }
      aw_done = false;
      beats = 0;
    }
    if (dut->awvalid_o) {
      CHECK("no second address", !aw_done);
      CHECK_EQUAL("AWADDR", writing->address, dut->awaddr_o);
      CHECK_EQUAL("AWID", writing->kind == kMsi ? 4 : writing->kind == kRecord ? 3 : writing->id, dut->awid_o);
      CHECK_EQUAL("AWLEN", writing->beats() - 1, dut->awlen_o);
      CHECK_EQUAL("AWSIZE", writing->kind == kMsi ? 2 : 3, dut->awsize_o);
      CHECK_EQUAL("AWUSER", writing->kind == kMsi ? 11 : writing->kind == kRecord ? 9 : writing->access_class, dut->awuser_o);
      CHECK_EQUAL("AWLOCK", writing->kind == kUpdate, dut->awlock_o);
      CHECK_EQUAL("AWCACHE", writing->kind == kUpdate ? 2 : 15, dut->awcache_o);
      CHECK("INCR, unprivileged data", dut->awburst_o == 1 && dut->awprot_o == 0);
    }
    if (dut->wvalid_o) {
      CHECK("no more beats than announced", beats < writing->beats());
      const bool half = writing->kind == kMsi;
      const unsigned upper = half ? unsigned(writing->address >> 2 & 1) : 0;
      CHECK_EQUAL("WSTRB", half ? (upper ? 0xf0 : 0x0f) : 0xff, dut->wstrb_o);
      CHECK_EQUAL("WDATA", writing->data[beats], half ? (dut->wdata_o >> (32 * upper) & mask(32)) : dut->wdata_o);
      CHECK_EQUAL("WLAST", beats + 1 == writing->beats(), dut->wlast_o);
    }
    const bool pins_told[3] = {bool(dut->upd_done_o), bool(dut->wr_done_o), bool(dut->msi_done_o)};
    const bool pins_error[3] = {bool(dut->upd_error_o), bool(dut->wr_error_o), bool(dut->msi_error_o)};
    for (Kind k : {kUpdate, kRecord, kMsi}) {
      CHECK_EQUAL("the writer is told", told[k], pins_told[k]);
      if (told[k]) CHECK_EQUAL("its error", done_error, pins_error[k]);
      if (told[k]) asking[k] = false;
    }
    if (told[kUpdate]) CHECK_EQUAL("whether the update was exclusive", done_exokay, dut->upd_exokay_o);
    if (b) CHECK("a response is taken", dut->bready_o);
    if (!on_bus.empty() || !open.empty() || writing || expect_r) CHECK("busy", dut->busy_o);
    const bool aw = dut->awvalid_o && dut->awready_i, w = dut->wvalid_o && dut->wready_i;
    dut.edge();

    // ---- the clock ----
    if (ar) {
      open[on_bus.front().id] = on_bus.front();
      words_back[on_bus.front().id] = 0;
      on_bus.erase(on_bus.begin());
      tally.reads++;
    }
    if (takes_slot) {
      on_bus.push_back(slot);
      slot_busy[slot_of] = true;
      tally.slots++;
    }
    if (takes_cmdq) {
      on_bus.push_back(cmdq);
      cmdq_valid = false;
      cmdq_busy = true;
    }
    expect_r = r;
    coming = next;
    if (r) {
      words_back[next.id]++;
      tally.errors += next.error;
      if (next.last) open.erase(next.id);
    }
    if (aw) aw_done = true;
    if (w) beats++;
    for (bool& t : told) t = false;
    if (b) {
      told[writing->kind] = true;
      done_error = error_code(b_code);
      done_exokay = b_code == 1;
      tally.writes[writing->kind]++;
      writing = nullptr;
    }
  }
}

void test_every_requester_gets_its_own_answers(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 40; seed++) {
    dut.make(seed);
    run(4000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(10000, tally.reads);
  TEST_ASSERT_GREATER_THAN(5000, tally.slots);
  for (unsigned written : tally.writes) TEST_ASSERT_GREATER_THAN(1000, written);
  TEST_ASSERT_GREATER_THAN(1000, tally.locked);
  TEST_ASSERT_GREATER_THAN(500, tally.passed);
  TEST_ASSERT_GREATER_THAN(1000, tally.errors);
  TEST_ASSERT_GREATER_THAN(1000, tally.mixed);
  TEST_ASSERT_GREATER_THAN(100, tally.waits);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_every_requester_gets_its_own_answers);
  return UNITY_END();
}
