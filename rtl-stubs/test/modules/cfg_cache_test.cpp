// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_cfg_cache: random fills, lookups and every kind of invalidation over few streams against plain lists of
// STEs and CDs. A hit is the last fill that is not invalidated since; an invalidation ends, drops what it names and nothing else.
#include <vector>

#include "Vsmmuv3_cfg_cache.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_cfg_cache> dut;
enum Kind : unsigned { kAll, kSte, kRange, kCd, kCdAll };
struct Ste { Word sid, word; };
struct Cd { Word sid, ssid, word; };
std::vector<Ste> stes;
std::vector<Cd> cds;
struct Tally { unsigned ste_hits, cd_hits, misses, invalidations, dropped, survivors; } tally;
Word streams[6], substreams[4];

// words of an entry follow from one
Word derived(Word word, unsigned i) { return word * (2 * i + 1) + i; }

struct Found { bool ste, cd; Word ste_word, cd_word; };
Found look(Word sid, Word ssid) {
  dut->sid_i = unsigned(sid);
  dut->ssid_i = unsigned(ssid);
  dut.settle();
  Found f{bool(dut->ste_hit_o), bool(dut->cd_hit_o), dut->ste_o[0], dut->cd_o[0]};
  if (f.ste) {
    bool live = false;
    for (const Ste& e : stes) live = live || (e.sid == sid && e.word == f.ste_word);
    CHECK("an STE that hits was filled last and not invalidated since", live);
    for (unsigned i = 0; i < 4; i++) CHECK_EQUAL("words of the STE", derived(f.ste_word, i), dut->ste_o[i]);
  }
  if (f.cd) {
    bool live = false;
    for (const Cd& e : cds) live = live || (e.sid == sid && e.ssid == ssid && e.word == f.cd_word);
    CHECK("a CD that hits was filled last and not invalidated since", live);
    for (unsigned i = 0; i < 3; i++) CHECK_EQUAL("words of the CD", derived(f.cd_word, i), dut->cd_o[i]);
  }
  tally.ste_hits += f.ste;
  tally.cd_hits += f.cd;
  tally.misses += !f.ste + !f.cd;
  dut.edge();
  return f;
}
void fill(Word sid, Word ssid, bool ste, bool cd) {
  const Word ste_word = rnd.word(), cd_word = rnd.word();
  dut->sid_i = unsigned(sid);
  dut->ssid_i = unsigned(ssid);
  dut->ste_fill_i = ste;
  dut->cd_fill_i = cd;
  for (unsigned i = 0; i < 4; i++) dut->ste_i[i] = derived(ste_word, i);
  for (unsigned i = 0; i < 3; i++) dut->cd_i[i] = derived(cd_word, i);
  dut.settle();
  dut.edge();
  dut->ste_fill_i = dut->cd_fill_i = 0;
  if (ste) {
    for (std::size_t i = stes.size(); i > 0; i--) if (stes[i - 1].sid == sid) stes.erase(stes.begin() + long(i) - 1);
    stes.push_back({sid, ste_word});
  }
  if (cd) {
    for (std::size_t i = cds.size(); i > 0; i--) if (cds[i - 1].sid == sid && cds[i - 1].ssid == ssid) cds.erase(cds.begin() + long(i) - 1);
    cds.push_back({sid, ssid, cd_word});
  }
  const Found f = look(sid, ssid);
  if (ste) CHECK("an STE just filled hits", f.ste && f.ste_word == ste_word);
  if (cd) CHECK("a CD just filled hits", f.cd && f.cd_word == cd_word);
}
bool covers(Word sid, Word start, unsigned range) { return (start & ~mask(range + 1)) == (sid & ~mask(range + 1)); }

void invalidate() {
  const unsigned kind = rnd.below(5), range = rnd.below(31);
  const Word sid = rnd.of(streams), ssid = rnd.of(substreams);
  auto drops_ste = [&](Word s) { return kind == kAll || (kind == kSte && s == sid) || (kind == kRange && covers(s, sid, range)); };
  auto drops_cd = [&](Word s, Word ss) { return drops_ste(s) || (kind == kCdAll && s == sid) || (kind == kCd && s == sid && ss == ssid); };
  // CFGI_CD may take the CD of a stream without substreams with it
  auto may_drop_cd = [&](Word s, Word ss) { return drops_cd(s, ss) || (kind == kCd && s == sid && ss == 0); };
  Found before[6][4];
  for (unsigned i = 0; i < 6; i++) for (unsigned j = 0; j < 4; j++) before[i][j] = look(streams[i], substreams[j]);
  for (std::size_t i = stes.size(); i > 0; i--) if (drops_ste(stes[i - 1].sid)) stes.erase(stes.begin() + long(i) - 1), tally.dropped++;
  for (std::size_t i = cds.size(); i > 0; i--) if (drops_cd(cds[i - 1].sid, cds[i - 1].ssid)) cds.erase(cds.begin() + long(i) - 1), tally.dropped++;
  dut->inv_valid_i = 1;
  dut->inv_op_i = static_cast<unsigned char>(kind);
  dut->inv_sid_i = unsigned(sid);
  dut->inv_ssid_i = unsigned(ssid);
  dut->inv_range_i = static_cast<unsigned char>(range);
  unsigned guard = 0;
  do {
    dut.settle();
    dut.edge();
    CHECK("an invalidation ends", ++guard < 100);
  } while (!dut->inv_done_o);
  dut->inv_valid_i = 0;
  dut.settle();
  dut.edge();
  tally.invalidations++;
  for (unsigned i = 0; i < 6; i++) {
    for (unsigned j = 0; j < 4; j++) {
      const Found now = look(streams[i], substreams[j]);
      const bool ste_stays = before[i][j].ste && !drops_ste(streams[i]), cd_stays = before[i][j].cd && !may_drop_cd(streams[i], substreams[j]);
      if (ste_stays) CHECK("other STEs stay", now.ste);
      if (cd_stays) CHECK("other CDs stay", now.cd);
      tally.survivors += unsigned(ste_stays) + unsigned(cd_stays);
    }
  }
}

void run(unsigned steps) {
  dut->ste_fill_i = dut->cd_fill_i = dut->inv_valid_i = 0;
  dut.reset();
  stes.clear();
  cds.clear();
  streams[0] = rnd.bits(32);
  for (unsigned i = 1; i < 6; i++) streams[i] = rnd.chance(70) ? streams[0] ^ Word{1} << rnd.below(32) : rnd.bits(32);
  substreams[0] = 0;
  for (unsigned i = 1; i < 4; i++) substreams[i] = rnd.chance(50) ? Word{1} << rnd.below(20) : rnd.bits(20);
  for (unsigned n = 0; n < steps; n++) {
    const Word sid = rnd.of(streams), ssid = rnd.of(substreams);
    if (rnd.chance(8)) invalidate();
    else if (rnd.chance(40)) fill(sid, ssid, rnd.chance(60), rnd.chance(60));
    else look(sid, ssid);
  }
}

void test_hits_are_what_was_filled_and_invalidations_are_exact(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 40; seed++) {
    dut.make(seed);
    run(500);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(5000, tally.ste_hits);
  TEST_ASSERT_GREATER_THAN(2000, tally.cd_hits);
  TEST_ASSERT_GREATER_THAN(2000, tally.misses);
  TEST_ASSERT_GREATER_THAN(1000, tally.invalidations);
  TEST_ASSERT_GREATER_THAN(1000, tally.dropped);
  TEST_ASSERT_GREATER_THAN(1000, tally.survivors);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_hits_are_what_was_filled_and_invalidations_are_exact);
  return UNITY_END();
}
