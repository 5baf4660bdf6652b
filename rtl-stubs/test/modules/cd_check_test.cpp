// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_cd_check: random CDs, most of them legal but for one field or two, under random straps and worlds, against
// the list of rules for a CD.
#include "Vsmmuv3_cd_check.h"
#include "bench.h"

using namespace bench;

namespace {
Module<Vsmmuv3_cd_check> dut;
constexpr unsigned kBits[] = {32, 36, 40, 42, 44, 48, 52, 52};

struct Straps { bool term_model, asid16, stt, granule[3]; unsigned stall_model, httu, oas; };   // granules 4K, 16K, 64K

bool half_illegal(unsigned tsz, int granule, Word ttb, unsigned limit, const Straps& s) {
  if (granule < 0 || !s.granule[granule]) return true;
  const unsigned largest = !s.stt ? 39 : granule == 2 ? 47 : 48;
  return tsz < 16 || tsz > largest || (ttb & mask(52) & ~Word{15}) >> limit;   // OAS is at most 48
}
bool illegal(const Word* cd, unsigned world, bool stalld, const Straps& s) {
  static constexpr int kTg0[] = {0, 2, 1, -1}, kTg1[] = {-1, 1, 0, 2};
  const Word d = cd[0];
  const bool one_half = world == 1;   // EL2 without E2H
  const bool stall = field(d, 44, 44), epd0 = field(d, 14, 14) && !one_half, epd1 = field(d, 30, 30) || one_half;
  const unsigned ips = kBits[field(d, 34, 32)], limit = ips < s.oas ? ips : s.oas;
  if (!field(d, 31, 31)) return true;
  if (stalld && stall) return true;
  if (s.term_model && !field(d, 46, 46)) return true;
  if (stall ? s.stall_model == 1 : s.stall_model == 2) return true;
  if (!(epd0 && epd1) && field(d, 15, 15)) return true;
  if (!field(d, 41, 41)) return true;
  if ((field(d, 42, 42) || field(d, 43, 43)) && s.httu == 0) return true;
  if (field(d, 42, 42) && s.httu == 1) return true;
  if (!s.asid16 && !one_half && field(d, 63, 56)) return true;
  if (!epd0 && half_illegal(unsigned(field(d, 5, 0)), kTg0[field(d, 7, 6)], cd[1], limit, s)) return true;
  return !epd1 && half_illegal(unsigned(field(d, 21, 16)), kTg1[field(d, 23, 22)], cd[2], limit, s);
}

void test_cds_are_judged_by_the_rules(void) {
  dut.make(first_seed);
  dut.counts_begin();
  unsigned legal = 0, bad = 0;
  for (unsigned n = 0; n < 400000; n++) {
    Straps s{};
    s.term_model = rnd.chance(30);
    s.asid16 = rnd.chance(70);
    s.stt = rnd.chance(50);
    for (bool& g : s.granule) g = rnd.chance(85);
    s.stall_model = rnd.chance(70) ? 0 : rnd.below(3);
    s.httu = rnd.below(3);
    const unsigned oas_code = rnd.below(6), world = rnd.below(3);
    s.oas = kBits[oas_code];
    Word cd[3] = {rnd.word(), rnd.word(), rnd.word()};
    auto set = [&](unsigned word, unsigned msb, unsigned lsb, Word value) {
      cd[word] = (cd[word] & ~(mask(msb - lsb + 1) << lsb)) | ((value & mask(msb - lsb + 1)) << lsb);
    };
    if (rnd.chance(95)) set(0, 5, 0, 16 + rnd.below(33));
    if (rnd.chance(95)) set(0, 21, 16, 16 + rnd.below(33));
    if (rnd.chance(95)) set(0, 7, 6, rnd.below(3));
    if (rnd.chance(95)) set(0, 23, 22, 1 + rnd.below(3));
    if (rnd.chance(95)) set(0, 31, 31, 1);
    if (rnd.chance(95)) set(0, 41, 41, 1);
    if (rnd.chance(90)) set(0, 15, 15, 0);
    if (rnd.chance(85)) set(0, 43, 42, 0);
    if (rnd.chance(85)) set(0, 44, 44, s.stall_model == 2);
    if (rnd.chance(85)) set(0, 46, 46, 1);
    if (!s.asid16 && rnd.chance(90)) set(0, 63, 56, 0);
    if (rnd.chance(80)) set(0, 34, 32, 5 + rnd.below(3));
    if (rnd.chance(95)) set(1, 51, 4, rnd.bits(s.oas - 4));
    if (rnd.chance(95)) set(2, 51, 4, rnd.bits(s.oas - 4));
    const bool stalld = rnd.chance(20);
    dut->look_i = 1;
    dut->idr0_i = unsigned(rnd.bits(1)) | 2u << 2 | s.httu << 6 | unsigned(s.asid16) << 12 | 2u << 21 | s.stall_model << 24 | unsigned(s.term_model) << 26;
    dut->idr3_i = unsigned(s.stt) << 9;
    dut->idr5_i = oas_code | unsigned(s.granule[0]) << 4 | unsigned(s.granule[1]) << 5 | unsigned(s.granule[2]) << 6;
    dut->world_i = static_cast<unsigned char>(world);
    dut->stalld_i = stalld;
    for (unsigned i = 0; i < 3; i++) dut->cd_i[i] = cd[i];
    dut.eval();
    const bool is_bad = illegal(cd, world, stalld, s);
    CHECK_EQUAL("legal: no rule is broken", !is_bad, dut->legal_o);
    (is_bad ? bad : legal)++;
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(50000, legal);
  TEST_ASSERT_GREATER_THAN(50000, bad);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_cds_are_judged_by_the_rules);
  return UNITY_END();
}
