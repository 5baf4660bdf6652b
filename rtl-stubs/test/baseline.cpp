// SPDX-License-Identifier: Apache-2.0
// The baseline memory image of the conformance vectors: stream table with STEs 1 to 6, their CDs and the 4 KiB tables of
// both stages. Bit positions are written out from the architecture, not taken from the generated package, so that
// a wrong package is noticed. Proof: rtl.vectors.
#include "rig.h"

namespace rig {

void Rig::put(Word addr, unsigned msb, unsigned lsb, Word value) {
  Word word_addr = addr + 8 * (lsb / 64);
  unsigned low = lsb % 64, width = msb - lsb + 1;
  Word mask = (width == 64 ? ~Word{0} : ((Word{1} << width) - 1)) << low;
  write(word_addr, (read(word_addr) & ~mask) | ((value << low) & mask));
}

void Rig::baseline() {
  // IDR0: ST_LEVEL=1 [27], STALL_MODEL=1 [24], TTENDIAN=2 [22:21], CD2L [19], VMID16 [18], VMW [17],
  // ASID16 [12], HYP [9], HTTU=2 [7:6], BTM [5], COHACC [4], TTF=2 [3:2], S1P [1], S2P [0]
  idr0 = 1u << 27 | 1u << 24 | 2u << 21 | 1u << 19 | 1u << 18 | 1u << 17 | 1u << 12 | 1u << 9 | 2u << 6 | 1u << 5 | 1u << 4 | 2u << 2 | 3u;
  // IDR1: ATTR_PERMS_OVR [26], CMDQS = EVENTQS = 10, SSIDSIZE = 8, SIDSIZE = 16
  idr1 = 1u << 26 | 10u << 21 | 10u << 16 | 8u << 6 | 16u;
  idr3 = 1u << 13 | 1u << 11 | 1u << 10 | 1u << 4 | 1u << 2;   // E0PD, BBML=1, RIL, XNX, HAD
  idr5 = 7u << 4 | 5u;                               // all granules, OAS 48
  memory.clear();

  auto ste = [this](unsigned sid, Word config) {
    Word a = 0x80000000 + 64 * sid;
    put(a, 0, 0, 1);
    put(a, 3, 1, config);
    put(a, 128 + 58, 128 + 58, 1);   // S2R
    put(a, 128 + 51, 128 + 51, 1);   // S2AA64
    put(a, 128 + 50, 128 + 48, 5);   // S2PS
    return a;
  };
  Word a = ste(1, 5);
  put(a, 51, 6, 0x80100000 >> 6);
  put(a, 128 + 15, 128, 1);          // S2VMID
  auto stage2 = [this](Word at, Word vmid) {
    put(at, 128 + 15, 128, vmid);
    put(at, 128 + 37, 128 + 32, 24);   // S2T0SZ: 40 bits
    put(at, 128 + 39, 128 + 38, 1);    // S2SL0: start at level 1, two tables
    put(at, 192 + 51, 192 + 4, 0x84000000 >> 4);
  };
  stage2(ste(2, 6), 2);
  a = ste(3, 7);
  put(a, 51, 6, 0x80101000 >> 6);
  stage2(a, 3);
  ste(4, 4);
  ste(5, 0);
  a = ste(6, 5);
  put(a, 51, 6, 0x80104000 >> 6);
  put(a, 63, 59, 2);                 // S1CDMax
  put(a, 128 + 15, 128, 1);

  auto cd = [this](Word at, Word asid) {
    put(at, 5, 0, 16);               // T0SZ
    put(at, 21, 16, 16);             // T1SZ
    put(at, 23, 22, 2);              // TG1 = 4K
    put(at, 30, 30, 1);              // EPD1
    put(at, 31, 31, 1);              // V
    put(at, 34, 32, 5);              // IPS 48
    put(at, 41, 41, 1);              // AA64
    put(at, 45, 45, 1);              // R
    put(at, 46, 46, 1);              // A
    put(at, 63, 48, asid);
    put(at, 64 + 51, 64 + 4, 0x82000000 >> 4);
  };
  cd(0x80100000, 0x11);
  cd(0x80101000, 0x13);
  for (unsigned n = 0; n < 4; n++) cd(0x80104000 + 64 * n, 0x20 + n);

  write(0x82000008, 0x82001003);
  write(0x82000010, 0x90000f41);
  write(0x82001020, 0x82002003);
  write(0x82001028, 0xa40000f41);
  write(0x82002018, 0x82003003);
  write(0x82002020, 0x980000f41);
  write(0x82002028, 0x4000000082003003);
  write(0x82002030, 0x2000000082003003);
  write(0x82002038, 0x1000000082003003);
  write(0x82002048, 0x10000000003);
  const Word page = 0x912345000, uxn = Word{1} << 54, pxn = Word{1} << 53, dbm = Word{1} << 51, contiguous = Word{1} << 52;
  auto l3 = [this](unsigned i, Word value) { write(0x82003000 + 8 * i, value); };
  // the 11 bits of nG (bit 11) are set in every leaf: 0xF43 = nG AF SH=3 AP=01 page
  l3(3, page | 0xf43);
  l3(4, (page + 0x1000) | 0xfc3);
  l3(5, (page + 0x2000) | 0xf03);
  l3(6, (page + 0x3000) | 0xf83);
  l3(7, (page + 0x4000) | 0xb43);
  l3(9, (page + 0x6000) | 0xf43 | uxn | pxn);
  l3(10, (page + 0x7000) | 0xfc3 | dbm);
  l3(11, (page + 0x8000) | 0xf41);
  l3(12, (page + 0x9000) | 0xbc3);
  l3(13, (page + 0xa000) | 0xfc3 | uxn);
  l3(14, (page + 0xb000) | 0xfc3 | pxn);
  for (unsigned i = 16; i < 32; i++) l3(i, (Word{0x950000000} + (i - 16) * 0x1000) | 0xf43 | contiguous);
  l3(32, Word{0x10000000000} | 0xf43);
  l3(33, Word{0x10000000000} | 0xb43);

  write(0x84000010, 0x800007fd);
  write(0x84000120, 0x84010003);
  write(0x84010488, 0x84011003);
  for (unsigned j = 0; j < 16; j++) write(0x84011a28 + 8 * j, Word{0xb000057ff} + j * 0x1000);
  write(0x84001020, 0x84020003);
  write(0x84020018, 0x84021003);
  write(0x84021018, 0xc000037ff);
}

}  // namespace rig
