// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_record: every event the block raises, with random facts, against the list of fields each one has.
// Everything that an event does not have is zero.
#include "Vsmmuv3_record.h"
#include "bench.h"

using namespace bench;

namespace {
Module<Vsmmuv3_record> dut;

struct Fields {
  unsigned id;
  bool ssv, ssid, access, s2, fetch, stall;   // access: PnU, InD, RnW, CLASS, InputAddr
};
constexpr Fields kEvents[] = {
  {0x02, true, true, false, false, false, false},   // C_BAD_STREAMID
  {0x03, true, true, false, false, true, false},    // F_STE_FETCH
  {0x04, true, true, false, false, false, false},   // C_BAD_STE
  {0x06, false, false, false, false, false, false}, // F_STREAM_DISABLED: neither SSV nor SubstreamID
  {0x08, false, true, false, false, false, false},  // C_BAD_SUBSTREAMID: no SSV
  {0x09, true, true, false, false, true, false},    // F_CD_FETCH
  {0x0a, true, true, false, false, false, false},   // C_BAD_CD
  {0x0b, true, true, true, true, true, false},      // F_WALK_EABT: never stalls
  {0x10, true, true, true, true, false, true},      // F_TRANSLATION
  {0x11, true, true, true, true, false, true},      // F_ADDR_SIZE
  {0x12, true, true, true, true, false, true},      // F_ACCESS
  {0x13, true, true, true, true, false, true},      // F_PERMISSION
};

void test_a_record_has_the_fields_of_its_event_and_no_others(void) {
  dut.make(first_seed);
  dut.counts_begin();
  for (unsigned n = 0; n < 200000; n++) {
    const Fields& f = rnd.of(kEvents);
    const Word sid = rnd.bits(32), address = rnd.word(), ipa = rnd.bits(52), fetch = rnd.bits(52), stag = rnd.bits(16);
    const bool ssv = rnd.chance(50), write = rnd.chance(50), priv = rnd.chance(50), ind = !write && rnd.chance(50);
    const bool s2 = f.s2 && rnd.chance(50), stall = f.stall && rnd.chance(50), table_write = rnd.chance(50);
    const Word ssid = ssv ? rnd.bits(20) : 0, cls = s2 ? rnd.below(3) : f.id == 0x0b ? 1 : 2;
    dut->look_i = 1;
    dut->event_i = static_cast<unsigned char>(f.id);
    dut->sid_i = unsigned(sid);
    dut->ssidv_i = ssv;
    dut->ssid_i = unsigned(ssid);
    dut->write_i = write;
    dut->priv_i = priv;
    dut->instr_i = ind;
    dut->addr_i = address;
    dut->stage2_i = s2;
    dut->class_i = static_cast<unsigned char>(cls);
    dut->ipa_i = ipa;
    dut->table_write_i = table_write;
    dut->fetch_addr_i = fetch;
    dut->stall_i = stall;
    dut->stag_i = static_cast<unsigned short>(stag);
    dut.eval();

    Word r[4] = {f.id | sid << 32, 0, 0, 0};
    if (f.ssv) r[0] |= Word{ssv} << 11;
    if (f.ssid) r[0] |= ssid << 12;
    if (f.access) {
      r[1] = Word{priv} << 33 | Word{ind} << 34 | Word{!write} << 35 | Word{s2} << 39 | cls << 40;
      r[2] = address;
      if (s2 && !f.fetch) r[3] = ipa & ~mask(12);
    }
    if (stall) r[1] |= Word{1} << 31 | stag;
    if (f.id == 0x13 && s2 && cls == 1 && !table_write) r[1] |= Word{1} << 44;   // TTRnW
    if (f.fetch) r[3] = fetch & ~mask(3);
    for (unsigned i = 0; i < 4; i++) CHECK_EQUAL("a word of the record", r[i], dut->record_o[i]);

    dut->look_i = 0;
    dut.eval();
    for (unsigned i = 0; i < 4; i++) CHECK_EQUAL("zero while nobody looks", 0, dut->record_o[i]);
  }
  dut.end();
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_a_record_has_the_fields_of_its_event_and_no_others);
  return UNITY_END();
}
