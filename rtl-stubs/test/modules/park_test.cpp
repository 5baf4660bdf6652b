// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_park: bursts of every length that fits reserve, fill, empty and give back their beats in any order. What
// comes out is what went in, room is exactly what nobody has reserved, and in the end all of it is there.
#include <deque>
#include <vector>

#include "Vsmmuv3_park.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_park> dut;
constexpr unsigned kBeats = 16;
struct Burst { unsigned beats; std::vector<Word> data; unsigned first, last; bool reading; unsigned read, at; };
std::deque<Burst> reserved;    // not full yet: beats come burst by burst, in this order
std::vector<Burst> full;
Pace takes, puts, gets, gives;
struct Tally { unsigned bursts, beats, refused, whole, together; } tally;

void run(unsigned cycles) {
  dut->take_i = dut->put_i = dut->give_i = 0;
  dut->want_i = 1;
  dut.reset();
  reserved.clear();
  full.clear();
  for (Pace* p : {&takes, &puts, &gets, &gives}) p->reset();
  unsigned start = 0;
  while (dut->busy_o) {
    CHECK("it is ready soon", ++start <= kBeats + 2);
    CHECK("nothing fits before", !dut->fits_o);
    dut.settle();
    dut.edge();
  }
  for (unsigned n = 0; n < cycles; n++) {
    unsigned held = 0;
    for (const Burst& b : reserved) held += b.beats;
    for (const Burst& b : full) held += b.beats;
    const unsigned want = held == 0 && rnd.chance(20) ? kBeats : 1 + (rnd.chance(70) ? rnd.below(5) : rnd.below(kBeats + 4));
    dut->want_i = static_cast<unsigned short>(want);
    dut->take_i = dut->put_i = dut->give_i = 0;
    dut.settle();
    CHECK_EQUAL("a burst fits into what nobody has reserved", want <= kBeats - held, dut->fits_o);
    const bool take = dut->fits_o && takes.now(), put = !reserved.empty() && puts.now();
    tally.refused += !dut->fits_o;
    tally.whole += take && want == kBeats;
    const Word data = rnd.bits(36);
    // one burst is read, beat by beat; another one may be given back meanwhile
    Burst* read = nullptr;
    int give = -1;
    for (Burst& b : full) if (b.reading) read = &b;
    if (!read && !full.empty() && gets.now()) {
      read = &full[rnd.below(unsigned(full.size()))];
      read->reading = true;
      read->read = 0;
      read->at = read->first;
    }
    if (read) dut->get_at_i = static_cast<unsigned char>(read->at);
    if (!full.empty() && gives.now()) {
      give = int(rnd.below(unsigned(full.size())));
      if (full[unsigned(give)].reading) give = -1;
    }
    dut->take_i = take;
    dut->put_i = put;
    dut->put_data_i = data;
    dut->give_i = give >= 0;
    if (give >= 0) {
      dut->give_first_i = static_cast<unsigned char>(full[unsigned(give)].first);
      dut->give_last_i = static_cast<unsigned char>(full[unsigned(give)].last);
      dut->give_beats_i = static_cast<unsigned short>(full[unsigned(give)].beats);
    }
    dut.settle();
    const unsigned put_at = dut->put_at_o;
    if (read) {
      CHECK_EQUAL("a beat comes out as it went in", read->data[read->read], dut->get_data_o);
      read->at = dut->get_next_o;
      read->reading = ++read->read < read->beats;
      tally.beats++;
    }
    tally.together += put && give >= 0;
    dut.edge();
    if (put) {
      Burst& b = reserved.front();
      if (b.data.empty()) b.first = put_at;
      b.last = put_at;
      b.data.push_back(data);
    }
    if (give >= 0) full.erase(full.begin() + give), tally.bursts++;
    if (put && reserved.front().data.size() == reserved.front().beats) {
      full.push_back(reserved.front());
      reserved.pop_front();
    }
    if (take) reserved.push_back({want, {}, 0, 0, false, 0, 0});
  }
}

void test_beats_come_out_as_they_went_in(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 30; seed++) {
    dut.make(seed);
    run(4000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(3000, tally.bursts);
  TEST_ASSERT_GREATER_THAN(5000, tally.beats);
  TEST_ASSERT_GREATER_THAN(1000, tally.refused);
  TEST_ASSERT_GREATER_THAN(5, tally.whole);
  TEST_ASSERT_GREATER_THAN(500, tally.together);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_beats_come_out_as_they_went_in);
  return UNITY_END();
}
