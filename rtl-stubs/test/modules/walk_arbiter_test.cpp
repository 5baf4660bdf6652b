// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_walk_arbiter: the command queue, eight slots and both writers ask at random; memory answers when it likes,
// across IDs in any order and with words of several bursts mixed, some with errors. Every request appears once, as its owner made
// it; every answer goes to its owner; a waiting requester is let through after one of the others.
#include <map>
#include <vector>

#include "Vsmmuv3_walk_arbiter.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_walk_arbiter> dut;

struct Read { unsigned id; Word address; unsigned words, access_class; };
struct Word_out { unsigned id; Word data; bool error, last; };
struct Write { bool msi; Word address; Word data[4]; };

Pace cmdq_asks, slot_asks, record_asks, msi_asks, ar_ready, r_valid, aw_ready, w_ready, b_valid;
std::vector<Read> on_bus;                      // accepted, not on AR yet: in order
std::map<unsigned, Read> open;                 // on AR, not all words back; by ID
std::map<unsigned, unsigned> words_back;
struct Tally { unsigned reads, slots, records, msis, errors, mixed, waits; } tally;

bool error_code(unsigned code) { return code >= 2; }

void run(unsigned cycles) {
  dut->cmdq_valid_i = dut->tcu_valid_i = dut->wr_valid_i = dut->msi_valid_i = 0;
  dut->awready_i = dut->wready_i = dut->bvalid_i = dut->arready_i = dut->rvalid_i = 0;
  dut.reset();
  for (Pace* p : {&cmdq_asks, &slot_asks, &record_asks, &msi_asks, &ar_ready, &r_valid, &aw_ready, &w_ready, &b_valid}) p->reset();
  on_bus.clear();
  open.clear();
  words_back.clear();
  bool cmdq_valid = false, cmdq_busy = false, slot_busy[8] = {}, expect_r = false;
  Read cmdq{}, slot{};
  Word_out coming{};
  int slot_of = -1, last_id = -1;
  unsigned cmdq_waited = 0;
  // writers
  Write record{}, msi{};
  bool record_valid = false, msi_valid = false, aw_done = false, record_done = false, msi_done = false, done_error = false;
  unsigned beats = 0;
  const Write* writing = nullptr;

  for (unsigned n = 0; n < cycles; n++) {
    // ---- requesters ----
    if (!cmdq_valid && !cmdq_busy && cmdq_asks.now()) {
      cmdq_valid = true;
      cmdq = {0, rnd.bits(52) & ~Word{15}, 2, 8};
      cmdq_waited = 0;
    }
    slot_of = -1;   // a slot may think again: its request is no promise
    if (slot_asks.now()) {
      const unsigned candidate = rnd.below(8);
      if (!slot_busy[candidate]) slot_of = int(candidate);
    }
    if (slot_of >= 0) slot = {8 + unsigned(slot_of), rnd.bits(52) & ~Word{7}, 1 + rnd.below(8), 1 + rnd.below(6)};
    if (!record_valid && record_asks.now()) {
      record_valid = true;
      record = {false, rnd.bits(52) & ~Word{31}, {rnd.word(), rnd.word(), rnd.word(), rnd.word()}};
    }
    if (!msi_valid && msi_asks.now()) {
      msi_valid = true;
      msi = {true, rnd.bits(52) & ~Word{3}, {rnd.bits(32), 0, 0, 0}};
    }
    dut->cmdq_valid_i = cmdq_valid;
    dut->cmdq_addr_i = cmdq.address;
    dut->tcu_valid_i = slot_of >= 0;
    dut->tcu_id_i = static_cast<unsigned char>(slot_of >= 0 ? slot.id : rnd.below(16));
    dut->tcu_addr_i = slot.address;
    dut->tcu_len_i = static_cast<unsigned char>(slot.words - 1);
    dut->tcu_class_i = static_cast<unsigned char>(slot.access_class);
    dut->wr_valid_i = record_valid;
    dut->wr_addr_i = record.address;
    for (unsigned i = 0; i < 4; i++) dut->wr_data_i[i] = record.data[i];
    dut->msi_valid_i = msi_valid;
    dut->msi_addr_i = msi.address;
    dut->msi_data_i = unsigned(msi.data[0]);
    // ---- memory ----
    dut->arready_i = ar_ready.now();
    Word_out next{};
    bool r = !open.empty() && r_valid.now();
    if (r) {
      auto at_burst = open.begin();
      std::advance(at_burst, rnd.below(unsigned(open.size())));
      const Read& burst = at_burst->second;
      const unsigned code = rnd.chance(8) ? 2 + rnd.below(2) : rnd.below(2);
      next = {burst.id, rnd.word(), error_code(code), words_back[burst.id] + 1 == burst.words};
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
    const bool b = writing && aw_done && beats == (writing->msi ? 1u : 4u) && b_valid.now();
    const unsigned b_code = rnd.chance(20) ? 2 + rnd.below(2) : rnd.below(2);
    dut->bvalid_i = b;
    dut->bresp_i = static_cast<unsigned char>(b_code);
    dut->bid_i = writing && writing->msi ? 4 : 3;
    dut.settle();

    // ---- answers ----
    CHECK_EQUAL("a word comes the cycle after memory gave it", expect_r, dut->r_valid_o);
    if (expect_r) {
      CHECK_EQUAL("whose word it is", coming.id, dut->r_id_o);
      CHECK_EQUAL("the word", coming.data, dut->r_data_o);
      CHECK_EQUAL("its error", coming.error, dut->r_error_o);
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
      CHECK("64-bit words, INCR, cacheable, unprivileged data",
            dut->arsize_o == 3 && dut->arburst_o == 1 && dut->arcache_o == 15 && dut->arprot_o == 0);
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
    if (dut->awvalid_o || dut->wvalid_o) CHECK("a write that somebody asked for", writing || record_valid || msi_valid);
    if (!writing && (dut->awvalid_o || dut->wvalid_o)) {
      writing = dut->awid_o == 4 ? &msi : &record;
      CHECK("its owner asks", writing->msi ? msi_valid : record_valid);
      aw_done = false;
      beats = 0;
    }
    if (dut->awvalid_o) {
      CHECK("no second address", !aw_done);
      CHECK_EQUAL("AWADDR", writing->address, dut->awaddr_o);
      CHECK_EQUAL("AWID", writing->msi ? 4 : 3, dut->awid_o);
      CHECK_EQUAL("AWLEN", writing->msi ? 0 : 3, dut->awlen_o);
      CHECK_EQUAL("AWSIZE", writing->msi ? 2 : 3, dut->awsize_o);
      CHECK_EQUAL("AWUSER", writing->msi ? 11 : 9, dut->awuser_o);
      CHECK("INCR, cacheable, unprivileged data", dut->awburst_o == 1 && dut->awcache_o == 15 && dut->awprot_o == 0);
    }
    if (dut->wvalid_o) {
      CHECK("no more beats than announced", beats < (writing->msi ? 1u : 4u));
      const unsigned upper = writing->msi ? unsigned(writing->address >> 2 & 1) : 0;
      CHECK_EQUAL("WSTRB", writing->msi ? (upper ? 0xf0 : 0x0f) : 0xff, dut->wstrb_o);
      const Word got = writing->msi ? (dut->wdata_o >> (32 * upper) & mask(32)) : dut->wdata_o;
      CHECK_EQUAL("WDATA", writing->data[beats], got);
      CHECK_EQUAL("WLAST", beats == (writing->msi ? 0u : 3u), dut->wlast_o);
    }
    CHECK_EQUAL("the record's writer is told", record_done, dut->wr_done_o);
    CHECK_EQUAL("the MSI's writer is told", msi_done, dut->msi_done_o);
    if (record_done) CHECK_EQUAL("error of the record", done_error, dut->wr_error_o);
    if (msi_done) CHECK_EQUAL("error of the MSI", done_error, dut->msi_error_o);
    if (record_done) record_valid = false;
    if (msi_done) msi_valid = false;
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
    record_done = b && !writing->msi;
    msi_done = b && writing->msi;
    if (b) {
      done_error = error_code(b_code);
      (writing->msi ? tally.msis : tally.records)++;
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
  TEST_ASSERT_GREATER_THAN(2000, tally.records);
  TEST_ASSERT_GREATER_THAN(2000, tally.msis);
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
