// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_ste_check: random STEs, most of them legal but for one field or two, under random straps, against the list
// of rules for an STE, for substreams and for where the CD is.
// Leaves out: ATS and MPAM fields and 32-bit tables, which the straps of the block deny.
#include "Vsmmuv3_ste_check.h"
#include "bench.h"

using namespace bench;

namespace {
Module<Vsmmuv3_ste_check> dut;
enum Verdict : unsigned { kFault, kAbort, kNoStage1, kStage1 };
constexpr unsigned kBadSte = 0x04, kStreamDisabled = 0x06, kBadSubstream = 0x08;
constexpr unsigned kOas[] = {32, 36, 40, 42, 44, 48, 52, 52};

struct Straps { bool s1p, s2p, hyp, cd2l, vmid16, stt, granule[3]; unsigned stall_model, httu, ssid_size, oas; };

struct Expected { unsigned verdict, event; bool stage2; unsigned world; Word vmid, cd; bool two_level, legal; };

// granule by S2TG: 0 4K, 1 64K, 2 16K
bool stage2_illegal(const Word* ste, const Straps& s) {
  const Word d2 = ste[2], d3 = ste[3];
  const unsigned t0sz = unsigned(field(d2, 37, 32)), sl0 = unsigned(field(d2, 39, 38)), tg = unsigned(field(d2, 47, 46));
  const unsigned ps = kOas[field(d2, 50, 48)], eff_ps = ps < s.oas ? ps : s.oas;
  const bool aa64 = field(d2, 51, 51), endi = field(d2, 52, 52), hd = field(d2, 55, 55), ha = field(d2, 56, 56), stall = field(d2, 57, 57);
  if (!s.s2p) return true;
  if (!aa64 || endi) return true;                                   // TTF = 2, TTENDIAN = little
  if (stall ? s.stall_model == 1 : s.stall_model == 2) return true;
  if ((ha || hd) && s.httu == 0) return true;
  if (hd && s.httu == 1) return true;
  if (tg == 3 || !s.granule[tg]) return true;
  if ((d3 & mask(52) & ~Word{15}) >> eff_ps) return true;
  const unsigned largest = !s.stt ? 39 : tg == 1 ? 47 : 48, ia = 64 - t0sz;
  if (t0sz > largest || ia > s.oas) return true;                    // IAS = OAS
  const unsigned g = tg == 0 ? 12 : tg == 1 ? 16 : 14, stride = g - 3;
  int start;
  if (tg == 0) start = sl0 == 3 ? (s.stt ? 3 : -1) : 2 - int(sl0);
  else start = sl0 == 3 ? -1 : 3 - int(sl0);
  if (start < 0) return true;
  const unsigned n = 3 - unsigned(start);
  return ia < g + stride * n + 1 || ia > g + stride * (n + 1) + 4;
}

Expected judge(const Word* ste, const Straps& s, bool e2h, bool ssv, Word ssid) {
  Expected x{};
  const unsigned config = unsigned(field(ste[0], 3, 1)), fmt = unsigned(field(ste[0], 5, 4)), strw = unsigned(field(ste[1], 31, 30));
  const unsigned cdmax = s.ssid_size ? unsigned(field(ste[0], 63, 59)) : 0, s1dss = unsigned(field(ste[1], 1, 0));
  const bool s1 = config & 1, s2 = config & 2;
  x.verdict = kFault;
  x.event = kBadSte;
  if (!(ste[0] & 1)) return x;
  x.legal = true;
  if (!(config & 4)) {
    x.verdict = kAbort;
    return x;
  }
  const bool strw_used = config == 5 && s.hyp;
  x.world = strw_used && strw == 2 ? (e2h ? 2 : 1) : 0;
  bool illegal = (s1 && !s.s1p) || (s2 && stage2_illegal(ste, s));
  if (strw_used && (strw & 1)) illegal = true;
  if (s1 && field(ste[1], 27, 27) && s.stall_model != 0) illegal = true;
  if (s1 && cdmax > s.ssid_size) illegal = true;
  if (s1 && cdmax != 0 && !s.cd2l && (fmt == 1 || fmt == 2)) illegal = true;
  const Word context = ste[0] & mask(52) & ~mask(6);
  if (s1 && !s2 && context >> s.oas) illegal = true;               // nested: left to stage 2
  const bool vmid_used = s.s2p && config != 4 && x.world == 0;
  if (vmid_used && !s.vmid16 && field(ste[2], 15, 8)) illegal = true;
  if (illegal) {
    x.legal = false;
    return x;
  }
  x.stage2 = s2;
  x.vmid = vmid_used ? field(ste[2], 15, 0) : 0;
  x.event = 0;
  if (!s1) {
    if (ssv) x.event = kBadSubstream;
    else x.verdict = kNoStage1;
    return x;
  }
  if (cdmax == 0) {
    if (ssv) x.event = kBadSubstream;
    else x.verdict = kStage1;
  } else if (ssv) {
    if (ssid >> cdmax) x.event = kBadSubstream;
    else if (ssid == 0 && s1dss == 2) x.event = kStreamDisabled;
    else x.verdict = kStage1;
  } else if (s1dss == 1) {
    x.verdict = kNoStage1;
  } else if (s1dss == 2) {
    x.verdict = kStage1;
  } else {
    x.event = kStreamDisabled;
  }
  if (x.verdict == kStage1) {
    const unsigned leaf = fmt == 2 ? 10 : 6;
    x.two_level = cdmax != 0 && (fmt == 1 || fmt == 2);
    unsigned align = 6;
    if (!x.two_level) align = cdmax + 6;
    else if (cdmax > leaf && cdmax - leaf + 3 > 6) align = cdmax - leaf + 3;
    x.cd = (context & ~mask(align)) + (x.two_level ? 8 * (ssid >> leaf) : 64 * ssid);
  }
  return x;
}

void test_stes_are_judged_by_the_rules(void) {
  dut.make(first_seed);
  dut.counts_begin();
  unsigned verdicts[4] = {}, events[3] = {}, stage2 = 0, worlds[3] = {}, two_level = 0;
  for (unsigned n = 0; n < 400000; n++) {
    Straps s{};
    s.s1p = rnd.chance(95);
    s.s2p = rnd.chance(90) || !s.s1p;
    s.hyp = s.s1p && s.s2p && rnd.chance(70);
    s.cd2l = rnd.chance(80);
    s.vmid16 = rnd.chance(70);
    s.stt = rnd.chance(50);
    for (bool& g : s.granule) g = rnd.chance(85);
    s.stall_model = rnd.chance(70) ? 0 : rnd.below(3);
    s.httu = rnd.below(3);
    s.ssid_size = rnd.chance(80) ? rnd.below(21) : 0;
    const unsigned oas_code = rnd.below(6);
    s.oas = kOas[oas_code];
    const bool e2h = s.hyp && rnd.chance(50);

    // an STE that could be legal, then perhaps a field at random
    Word ste[4] = {rnd.word(), rnd.word(), rnd.word(), rnd.word()};
    auto set = [&](unsigned word, unsigned msb, unsigned lsb, Word value) {
      ste[word] = (ste[word] & ~(mask(msb - lsb + 1) << lsb)) | ((value & mask(msb - lsb + 1)) << lsb);
    };
    set(0, 0, 0, rnd.chance(97));
    set(0, 3, 1, rnd.chance(90) ? 4 + rnd.below(4) : rnd.below(8));
    set(0, 63, 59, rnd.chance(90) ? rnd.below(s.ssid_size + 1) : rnd.below(32));
    if (rnd.chance(90)) set(0, 51, 6, rnd.bits(s.oas - 6));
    if (rnd.chance(50)) set(1, 31, 30, 2 * rnd.below(2));
    if (rnd.chance(90)) set(1, 27, 27, 0);
    if (!s.vmid16 && rnd.chance(90)) set(2, 15, 8, 0);
    const unsigned tg = rnd.chance(95) ? rnd.below(3) : 3;
    set(2, 47, 46, tg);
    if (rnd.chance(70)) {   // an input size that may suit the start level
      const unsigned g = tg == 0 ? 12 : tg == 1 ? 16 : 14, levels = rnd.below(4);
      const unsigned ia = g + (g - 3) * levels + (rnd.chance(90) ? 1 + rnd.below(g + 1) : rnd.below(g + 3));
      set(2, 37, 32, ia > 64 ? 0 : 64 - ia);
      set(2, 39, 38, tg == 0 ? (levels == 0 ? 3 : levels - 1) : levels);
    }
    if (rnd.chance(95)) set(2, 51, 51, 1);
    if (rnd.chance(95)) set(2, 52, 52, 0);
    if (rnd.chance(80)) set(2, 56, 55, 0);
    if (rnd.chance(80)) set(2, 57, 57, s.stall_model == 2);
    if (rnd.chance(60)) set(2, 50, 48, 5 + rnd.below(3));
    if (rnd.chance(90)) set(3, 51, 4, rnd.bits(s.oas - 4));
    const bool ssv = rnd.chance(50);
    const Word ssid = ssv ? rnd.bits(rnd.below(21)) & (rnd.chance(20) ? 0 : mask(20)) : 0;

    dut->look_i = 1;
    dut->idr0_i = unsigned(s.s2p) | unsigned(s.s1p) << 1 | 2u << 2 | s.httu << 6 | unsigned(s.hyp) << 9 | unsigned(s.vmid16) << 18
                  | unsigned(s.cd2l) << 19 | 2u << 21 | s.stall_model << 24;
    dut->idr1_i = s.ssid_size << 6;
    dut->idr3_i = unsigned(s.stt) << 9;
    dut->idr5_i = oas_code | unsigned(s.granule[0]) << 4 | unsigned(s.granule[2]) << 5 | unsigned(s.granule[1]) << 6;
    dut->e2h_i = e2h;
    for (unsigned i = 0; i < 4; i++) dut->ste_i[i] = ste[i];
    dut->ssidv_i = ssv;
    dut->ssid_i = unsigned(ssid);
    dut.eval();

    const Expected x = judge(ste, s, e2h, ssv, ssid);
    CHECK_EQUAL("what happens", x.verdict, dut->verdict_o);
    CHECK_EQUAL("a legal STE may be cached", x.legal, dut->legal_o);
    verdicts[x.verdict]++;
    if (x.verdict == kFault) {
      CHECK_EQUAL("which event", x.event, dut->event_id_o);
      events[x.event == kBadSte ? 0 : x.event == kStreamDisabled ? 1 : 2]++;
    }
    if (x.verdict == kNoStage1 || x.verdict == kStage1) {
      CHECK_EQUAL("stage 2", x.stage2, dut->stage2_o);
      CHECK_EQUAL("world", x.world, dut->world_o);
      CHECK_EQUAL("VMID", x.vmid, dut->vmid_o);
      stage2 += x.stage2;
      worlds[x.world]++;
    }
    if (x.verdict == kStage1) {
      CHECK_EQUAL("levels of the CD table", x.two_level, dut->cd_two_level_o);
      CHECK_EQUAL("where the CD or its descriptor is", x.cd & mask(52), dut->cd_addr_o);
      two_level += x.two_level;
    }
  }
  dut.end();
  for (unsigned v : verdicts) TEST_ASSERT_GREATER_THAN(10000, v);
  for (unsigned e : events) TEST_ASSERT_GREATER_THAN(5000, e);
  for (unsigned w : worlds) TEST_ASSERT_GREATER_THAN(2000, w);
  TEST_ASSERT_GREATER_THAN(10000, stage2);
  TEST_ASSERT_GREATER_THAN(5000, two_level);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_stes_are_judged_by_the_rules);
  return UNITY_END();
}
