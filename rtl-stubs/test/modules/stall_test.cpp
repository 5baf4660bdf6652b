// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_stall: stalls that come, are recorded, and are resumed, terminated or forgotten in any order, with
// commands that name the wrong stream or tag, against a plain map from STAG to burst.
#include <map>

#include "Vsmmuv3_stall.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_stall> dut;
constexpr unsigned kRequesters = 2;
struct Stall { Word sid; unsigned index, tag; bool armed; };
std::map<unsigned, Stall> stalled;
struct Tally { unsigned taken, retried, aborted, zeroed, wrong, terms, term_hits, flushes, full, dropped; } tally;
Pace takes, arms, commands, writable;

void run(unsigned cycles) {
  const bool term_model = rnd.chance(30);
  const unsigned limit = rnd.chance(30) ? rnd.below(17) : 16;
  dut->term_model_i = term_model;
  dut->stall_max_i = static_cast<unsigned short>(limit);
  dut->take_i = dut->arm_i = dut->drop_i = dut->cmd_valid_i = dut->flush_i = 0;
  dut.reset();
  stalled.clear();
  for (Pace* p : {&takes, &arms, &commands, &writable}) p->reset();
  Word sids[4];
  for (Word& s : sids) s = rnd.bits(32);
  sids[1] = sids[0] ^ Word{1} << rnd.below(32);

  struct { bool valid, all, retry, abort; Word sid; unsigned stag; } cmd{};
  std::map<unsigned, Stall> term_open;   // armed when STALL_TERM began: to be ended before it is done
  bool resumed = false, expected = false;
  unsigned patience = 0, before_stag = 0;
  for (unsigned n = 0; n < cycles; n++) {
    const bool flush = rnd.below(300) == 0;
    if (!cmd.valid && commands.now()) {
      cmd.valid = true;
      cmd.all = rnd.chance(20);
      cmd.retry = rnd.chance(50);
      cmd.abort = rnd.chance(50);
      cmd.sid = rnd.of(sids);
      cmd.stag = rnd.chance(90) ? rnd.below(16) : unsigned(rnd.bits(16));
      if (!stalled.empty() && rnd.chance(60)) {
        auto s = stalled.begin();
        std::advance(s, rnd.below(unsigned(stalled.size())));
        cmd.stag = s->first;
        if (rnd.chance(80)) cmd.sid = s->second.sid;
      }
      if (rnd.chance(5)) cmd.stag |= 1u << (4 + rnd.below(12));   // no such STAG
      const auto named = stalled.find(cmd.stag);
      expected = !cmd.all && named != stalled.end() && named->second.sid == cmd.sid && named->second.armed;
      resumed = false;
      before_stag = cmd.stag;
      patience = 0;
      term_open.clear();
      if (cmd.all) for (auto& s : stalled) if (s.second.armed && s.second.sid == cmd.sid) term_open.insert(s);
    }
    dut->cmd_valid_i = cmd.valid;
    dut->cmd_all_i = cmd.valid ? cmd.all : rnd.chance(50);
    dut->cmd_sid_i = unsigned(cmd.sid);
    dut->cmd_stag_i = static_cast<unsigned short>(cmd.valid ? cmd.stag : rnd.bits(16));
    dut->cmd_retry_i = cmd.retry;
    dut->cmd_abort_i = cmd.abort;
    dut->writable_i = writable.now();
    dut->flush_i = flush;
    dut->take_i = 0;
    dut->arm_i = dut->drop_i = 0;
    dut.settle();

    // ---- room ----
    CHECK_EQUAL("room: a free STAG below STALL_MAX, the queue takes a record, no flush",
                stalled.size() < limit && dut->writable_i && !flush, dut->room_o);
    tally.full += stalled.size() == limit;
    unsigned taken = ~0u, armed = ~0u, dropped = ~0u;
    Stall fresh{};
    if (dut->room_o && takes.now()) {
      taken = dut->stag_o;
      CHECK("a STAG is unique and below STALL_MAX", taken < limit && !stalled.count(taken));
      for (bool known = true; known;) {   // a burst stalls once at a time
        fresh = {rnd.of(sids), rnd.below(kRequesters), rnd.below(32), false};
        known = false;
        for (auto& s : stalled) known = known || (s.second.index == fresh.index && s.second.tag == fresh.tag);
      }
      dut->take_i = 1;
      dut->sid_i = unsigned(fresh.sid);
      dut->index_i = static_cast<unsigned char>(fresh.index);
      dut->tag_i = static_cast<unsigned char>(fresh.tag);
    }
    if (!flush && arms.now()) {
      for (auto& s : stalled) if (!s.second.armed && (armed == ~0u || rnd.chance(50))) armed = s.first;
      if (armed != ~0u) {
        dut->arm_i = 1;
        dut->arm_stag_i = static_cast<unsigned short>(armed);
      }
      for (auto& s : stalled) if (!s.second.armed && s.first != armed && rnd.chance(20)) dropped = s.first;
      if (dropped != ~0u) {
        dut->drop_i = 1;
        dut->drop_stag_i = static_cast<unsigned short>(dropped);
      }
    }
    dut.settle();

    // ---- decisions ----
    unsigned pulses = 0;
    for (unsigned i = 0; i < kRequesters; i++) pulses += dut->resume_o[i];
    CHECK("one decision at a time, by a command", pulses <= 1 && (!pulses || (cmd.valid && !flush)));
    unsigned ended = ~0u;
    if (pulses) {
      const unsigned index = dut->resume_o[1] ? 1 : 0;
      for (auto& s : stalled)
        if (s.second.index == index && s.second.tag == dut->resume_tag_o && s.second.sid == cmd.sid && (cmd.all || s.first == cmd.stag)) ended = s.first;
      CHECK("a decision is about a stalled burst of the stream, and of the STAG", ended != ~0u && stalled[ended].armed);
      CHECK_EQUAL("Retry", !cmd.all && cmd.retry, dut->resume_retry_o);
      if (!dut->resume_retry_o)
        CHECK_EQUAL("abort, or RAZ/WI where the model and the command allow it", cmd.all || cmd.abort || term_model ? 1 : 2, dut->resume_result_o);
      resumed = true;
      (dut->resume_retry_o ? tally.retried : dut->resume_result_o == 1 ? tally.aborted : tally.zeroed)++;
      tally.term_hits += cmd.all;
    }
    const bool done = dut->cmd_done_o;
    if (done) {
      CHECK("done is for a command", cmd.valid);
      CHECK_EQUAL("the command has seen the STAG it came with", before_stag, cmd.stag);
      if (!cmd.all && expected) CHECK("RESUME of a recorded stall takes effect", resumed);
      if (!cmd.all && !expected) tally.wrong++;
      for (auto& s : term_open) CHECK("STALL_TERM ends every recorded stall of the stream", !stalled.count(s.first) || stalled[s.first].tag != s.second.tag || !stalled[s.first].armed);
      tally.terms += cmd.all;
    } else if (cmd.valid) {
      CHECK("a command ends", ++patience < 40);
    }
    dut.edge();

    if (ended != ~0u) {
      term_open.erase(ended);
      stalled.erase(ended);
    }
    if (taken != ~0u) {
      term_open.erase(taken);
      stalled[taken] = fresh;
      tally.taken++;
    }
    if (armed != ~0u && stalled.count(armed)) stalled[armed].armed = true;
    if (dropped != ~0u) {           // its record was given up: the STAG is free, and no command can have named it
      stalled.erase(dropped);
      tally.dropped++;
    }
    if (flush) {
      stalled.clear();
      term_open.clear();
      expected = false;
      tally.flushes++;
    }
    if (done) cmd.valid = false;
  }
}

void test_commands_decide_about_the_stalls_they_name(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run(4000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(5000, tally.taken);
  TEST_ASSERT_GREATER_THAN(1000, tally.retried);
  TEST_ASSERT_GREATER_THAN(1000, tally.aborted);
  TEST_ASSERT_GREATER_THAN(200, tally.zeroed);
  TEST_ASSERT_GREATER_THAN(1000, tally.wrong);
  TEST_ASSERT_GREATER_THAN(200, tally.term_hits);
  TEST_ASSERT_GREATER_THAN(200, tally.flushes);
  TEST_ASSERT_GREATER_THAN(1000, tally.full);
  TEST_ASSERT_GREATER_THAN(200, tally.dropped);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_commands_decide_about_the_stalls_they_name);
  return UNITY_END();
}
