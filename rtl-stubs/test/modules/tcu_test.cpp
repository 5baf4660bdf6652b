// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_tcu, the walker with its caches: transactions of random streams on a memory whose every word is drawn when
// it is first read (stream tables, STEs, CDs, tables of both stages, mostly sound), with bus errors, words that come back in any
// order, slow records and random invalidations, which change nothing, as the memory is constant. The reference walks by the rules.
// Leaves out: legality of STEs and CDs (ste_check_test.cpp, cd_check_test.cpp), hardware updates (T-HTT rows).
#include <deque>
#include <map>
#include <vector>

#include "Vsmmuv3_tcu.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_tcu> dut;
constexpr unsigned kRequesters = 2, kTags = 8;
enum Class : unsigned { kL1std = 1, kSte = 2, kL1cd = 3, kCd = 4, kTable1 = 5, kTable2 = 6 };
enum Event : unsigned { kBadStreamid = 0x02, kSteFetch = 0x03, kBadSte = 0x04, kDisabled = 0x06, kBadSubstream = 0x08, kCdFetch = 0x09,
                        kBadCd = 0x0a, kWalkEabt = 0x0b, kTranslation = 0x10, kAddrSize = 0x11, kAccess = 0x12, kPermission = 0x13 };
enum Result : unsigned { kOk, kAbort, kRazWi, kWait };
enum FaultClass : unsigned { kForCd = 0, kForTable = 1, kForInput = 2 };

struct Straps {
  bool enable, recinvsid, e2h, xnx, had, e0pd, perms, gbpa_abort, two_level;
  unsigned gbpa_priv, gbpa_inst, oas, log2size, split, good;   // good: per mille of descriptors that are sound
  Word strtab;
} straps;
constexpr unsigned kOas[] = {32, 36, 40, 42, 44, 48};
constexpr unsigned kSizes[] = {32, 36, 40, 42, 44, 48, 52, 52};

// ---- memory ----
struct Words { Word w[8]; bool error; };
std::map<std::pair<unsigned, Word>, Words> memory;
unsigned next_asid, next_vmid;
bool el2_taken;
Word pick(Word value, unsigned msb, unsigned lsb) { return (value & mask(msb - lsb + 1)) << lsb; }
Word some_address(unsigned align) { return rnd.bits(rnd.chance(97) ? 31 : straps.oas) & ~mask(align); }
Word any_address(unsigned align) { return rnd.chance(3) ? rnd.bits(52) & ~mask(align) : some_address(align); }   // also above OAS
bool sound() { return rnd.below(1000) < straps.good; }

Words new_ste() {
  Words s{};
  const unsigned kind = rnd.below(100);
  const unsigned config = kind < 2 ? rnd.below(4) : kind < 8 ? 4 : kind < 45 ? 5 : kind < 65 ? 6 : 7;
  s.w[0] = pick(rnd.chance(94), 0, 0) | pick(config, 3, 1) | pick(rnd.below(4), 5, 4) | some_address(6) | pick(rnd.chance(30) ? 0 : rnd.below(13), 63, 59);
  const bool el2 = config == 5 && !el2_taken && rnd.chance(30);
  s.w[1] = pick(rnd.below(4), 1, 0) | pick(el2 ? 2 : 0, 31, 30) | pick(rnd.below(4), 49, 48) | pick(rnd.below(4), 51, 50);
  if (el2) el2_taken = true, s.w[0] &= mask(59);   // its translations have no tag: one stream, one CD
  // stage 2: a granule, a start level and a size that belong together
  const unsigned tg = rnd.below(3), g = tg == 0 ? 12 : tg == 1 ? 16 : 14;
  unsigned levels, ia;
  do {
    levels = tg == 0 ? 1 + rnd.below(3) : rnd.below(3);
    ia = g + (g - 3) * levels + 1 + rnd.below(g + 1);
  } while (ia < 25 || ia > straps.oas);
  s.w[2] = pick(next_vmid++, 15, 0) | pick(64 - ia, 37, 32) | pick(tg == 0 ? levels - 1 : levels, 39, 38) | pick(tg, 47, 46)
           | pick(rnd.chance(80) ? 5 : rnd.below(8), 50, 48) | Word{1} << 51 | pick(rnd.chance(30), 53, 53) | pick(rnd.chance(50), 54, 54)
           | pick(rnd.chance(20), 57, 57) | pick(rnd.chance(70), 58, 58);
  const unsigned ps = kSizes[field(s.w[2], 50, 48)];
  s.w[3] = some_address(4) & mask(ps < straps.oas ? ps : straps.oas);
  return s;
}
Words new_cd() {
  Words c{};
  c.w[0] = pick(16 + rnd.below(24), 5, 0) | pick(rnd.below(3), 7, 6) | pick(rnd.chance(5), 14, 14) | pick(16 + rnd.below(24), 21, 16)
           | pick(1 + rnd.below(3), 23, 22) | pick(rnd.chance(5), 30, 30) | pick(rnd.chance(94), 31, 31) | pick(rnd.chance(80) ? 5 : rnd.below(8), 34, 32)
           | pick(rnd.chance(30), 35, 35) | pick(rnd.chance(20), 36, 36) | pick(rnd.below(4), 39, 38) | pick(rnd.chance(30), 40, 40) | Word{1} << 41
           | pick(rnd.chance(20), 44, 44) | pick(rnd.chance(70), 45, 45) | pick(rnd.chance(60), 46, 46) | pick(rnd.below(2), 47, 47) | pick(next_asid++, 63, 48);
  const unsigned ips = kSizes[field(c.w[0], 34, 32)];
  for (unsigned i = 1; i < 3; i++) c.w[i] = (some_address(4) & mask(ips < straps.oas ? ips : straps.oas)) | pick(rnd.chance(30), 1, 1) | pick(rnd.chance(20), 2, 2);
  return c;
}
const Words& read(unsigned of, Word address) {
  const auto key = std::make_pair(of, address);
  const auto known = memory.find(key);
  if (known != memory.end()) return known->second;
  Words n{};
  switch (of) {
    case kL1std: n.w[0] = any_address(6) | (rnd.chance(85) ? straps.split + 1 : rnd.below(32)); break;
    case kSte: n = new_ste(); break;
    case kL1cd: n.w[0] = any_address(12) | rnd.chance(94); break;
    case kCd: n = new_cd(); break;
    default: {
      Word d = rnd.word() & ~mask(52);
      d |= pick(!sound() ? 0 : rnd.chance(92) ? 3 : 1, 1, 0) | some_address(12) | pick(rnd.bits(4), 5, 2) | pick(sound(), 10, 10) | pick(1, 11, 11);
      if (of == kTable1) {
        d &= ~(mask(5) << 59);
        d |= pick(rnd.chance(70), 6, 6) | pick(rnd.chance(30), 7, 7);
        if (rnd.chance(80)) d &= ~(mask(2) << 53);
        if (rnd.chance(10)) d |= Word{1} << (59 + rnd.below(4));
      } else {
        d |= pick(rnd.chance(92), 6, 6) | pick(rnd.chance(85), 7, 7);
        if (rnd.chance(80)) d &= ~(mask(2) << 53);
        if (rnd.chance(85)) d |= 0x3c;   // Normal memory
      }
      n.w[0] = d;
    }
  }
  n.error = of <= kCd ? rnd.chance(4) : !sound() && rnd.chance(50);
  return memory[key] = n;
}

// ---- the reference ----
struct Txn {
  bool write, ssv, priv, instr;
  Word address, sid, ssid;
};
struct Outcome {
  unsigned result = kOk;
  Word pa = 0;
  bool priv = false, instr = false;
  bool record = false, stall = false;
  Word words[4] = {};
};
// One walk of one transaction; the first thing that is wrong ends it.
class Walk {
 public:
  explicit Walk(const Txn& t) : t_(t) {}
  Outcome run() {
    o_.priv = t_.priv;
    o_.instr = t_.instr && !t_.write;
    if (!straps.enable) {
      overrides(straps.gbpa_priv, straps.gbpa_inst);
      o_.result = straps.gbpa_abort || t_.address >> straps.oas ? kAbort : kOk;
      o_.pa = t_.address & mask(52);
      return o_;
    }
    if (configuration() && addresses()) o_.pa &= mask(52);
    return o_;
  }

 private:
  void overrides(unsigned priv, unsigned inst) {
    if (!straps.perms) return;
    if (priv & 2) o_.priv = priv & 1;
    if (!t_.write && (inst & 2)) o_.instr = inst & 1;
  }
  bool end(unsigned event, bool record = true, Word fetch = 0) {   // configuration errors: abort, never a stall
    o_.result = kAbort;
    o_.record = record;
    o_.words[0] = event | t_.sid << 32;
    if (event != kDisabled) o_.words[0] |= (t_.ssv ? t_.ssid : 0) << 12;
    if (event != kDisabled && event != kBadSubstream) o_.words[0] |= Word{t_.ssv} << 11;
    o_.words[3] = fetch;
    return false;
  }
  bool fault(unsigned event, bool stage2, unsigned cls, Word ipa) {
    end(event);
    facts(stage2, cls);
    if (stage2) {
      o_.words[3] = ipa & ~mask(12);
      if (event == kPermission && cls == kForTable) o_.words[1] |= Word{1} << 44;
      o_.stall = field(ste_[2], 57, 57);
      o_.record = o_.stall || field(ste_[2], 58, 58);
    } else {
      o_.stall = field(cd_[0], 44, 44);
      o_.record = o_.stall || field(cd_[0], 45, 45);
      if (!field(cd_[0], 46, 46)) o_.result = kRazWi;
    }
    if (o_.stall) o_.result = kWait, o_.words[1] |= Word{1} << 31;
    return false;
  }
  void facts(bool stage2, unsigned cls) {
    o_.words[1] = Word{o_.priv} << 33 | Word{o_.instr} << 34 | Word{!t_.write} << 35 | Word{stage2} << 39 | Word{cls} << 40;
    o_.words[2] = t_.address;
  }
  bool eabt(bool stage2, unsigned cls, Word at) {
    end(kWalkEabt, true, at);
    facts(stage2, cls);
    return false;
  }

  bool configuration() {
    if (t_.sid >> straps.log2size) return end(kBadStreamid, straps.recinvsid);
    Word at;
    if (!straps.two_level) {
      at = (straps.strtab & ~mask(straps.log2size + 6)) + 64 * t_.sid;
      if (at >> straps.oas) return end(kSteFetch, true, at);   // without an access
    } else {
      const int size = int(straps.log2size) - int(straps.split) + 3;
      const Word l1 = (straps.strtab & ~mask(size > 6 ? unsigned(size) : 6)) + 8 * (t_.sid >> straps.split);
      if (l1 >> straps.oas) return end(kSteFetch, true, l1);
      const Words& d = read(kL1std, l1);
      if (d.error) return end(kSteFetch, true, l1);
      const unsigned span = unsigned(d.w[0] & 31);
      const Word index = t_.sid & mask(straps.split);
      if (span == 0 || span > 11 || span > straps.split + 1 || index >> (span - 1)) return end(kBadStreamid, straps.recinvsid);
      at = (d.w[0] & mask(52) & ~mask(5 + span)) + 64 * index;
      if (at >> straps.oas) return end(kSteFetch, true, at);
    }
    const Words& s = read(kSte, at);
    if (s.error) return end(kSteFetch, true, at);
    for (unsigned i = 0; i < 4; i++) ste_[i] = s.w[i];
    if (!(ste_[0] & 1)) return end(kBadSte);
    const unsigned config = unsigned(field(ste_[0], 3, 1));
    if (!(config & 4)) return end(0, false);
    overrides(unsigned(field(ste_[1], 49, 48)), unsigned(field(ste_[1], 51, 50)));
    s1_ = config & 1;
    s2_ = config & 2;
    const unsigned strw = unsigned(field(ste_[1], 31, 30)), cdmax = unsigned(field(ste_[0], 63, 59)), s1dss = unsigned(field(ste_[1], 1, 0));
    one_privilege_ = config == 5 && strw == 2 && !straps.e2h;
    if (!s1_) return t_.ssv ? end(kBadSubstream) : true;
    Word ssid = t_.ssv ? t_.ssid : 0;
    if (cdmax == 0) {
      if (t_.ssv) return end(kBadSubstream);
    } else if (t_.ssv) {
      if (ssid >> cdmax) return end(kBadSubstream);
      if (ssid == 0 && s1dss == 2) return end(kDisabled);
    } else {
      if (s1dss == 1) s1_ = false;
      else if (s1dss != 2) return end(kDisabled);
      if (!s1_) return true;
    }
    const unsigned fmt = unsigned(field(ste_[0], 5, 4)), leaf = fmt == 2 ? 10 : 6;
    const Word table = ste_[0] & mask(52) & ~mask(6);
    Word ipa, pa;
    if (cdmax && (fmt == 1 || fmt == 2)) {
      const unsigned bits = cdmax > leaf ? cdmax - leaf + 3 : 0;
      ipa = (table & ~mask(bits > 6 ? bits : 6)) + 8 * (ssid >> leaf);
      if (!stage2(ipa, kForCd, pa)) return false;
      const Words& l1 = read(kL1cd, pa);
      if (l1.error) return end(kCdFetch, true, pa);
      ipa = (l1.w[0] & mask(52) & ~mask(leaf + 6)) + 64 * (ssid & mask(leaf));
      if (!(l1.w[0] & 1) || (!s2_ && ipa >> straps.oas)) return end(kBadSubstream);
    } else {
      ipa = (table & ~mask(cdmax + 6)) + 64 * ssid;
    }
    if (!stage2(ipa, kForCd, pa)) return false;
    const Words& c = read(kCd, pa);
    if (c.error) return end(kCdFetch, true, pa);
    for (unsigned i = 0; i < 3; i++) cd_[i] = c.w[i];
    return field(cd_[0], 31, 31) ? true : end(kBadCd);
  }

  // Stage 2 of an address where there is one; for the input itself the transaction's own access.
  bool stage2(Word ipa, unsigned cls, Word& pa) {
    pa = ipa;
    if (!s2_) return true;
    const unsigned ia = 64 - unsigned(field(ste_[2], 37, 32)), tg = unsigned(field(ste_[2], 47, 46)), sl0 = unsigned(field(ste_[2], 39, 38));
    const unsigned g = tg == 0 ? 12 : tg == 1 ? 16 : 14, stride = g - 3, ps = kSizes[field(ste_[2], 50, 48)], limit = ps < straps.oas ? ps : straps.oas;
    if (ipa >> ia) return fault(kTranslation, true, cls, ipa);
    unsigned level = tg == 0 ? 2 - sl0 : 3 - sl0;
    bool first = true;
    Word table = ste_[3] & mask(52) & ~mask(4);
    for (;; level++, first = false) {
      const unsigned shift = g + stride * (3 - level);
      const Word index = first ? ipa >> shift : ipa >> shift & mask(stride);
      if (first) table &= ~mask(ia - shift + 3);
      const Word at = table + 8 * index;
      const Words& d = read(kTable2, at);
      if (d.error) return eabt(true, cls, at);
      const bool is_table = level < 3 && (d.w[0] & 3) == 3;
      const bool is_leaf = level == 3 ? (d.w[0] & 3) == 3 : (d.w[0] & 3) == 1 && (level == 2 || (level == 1 && tg == 0));
      if (!is_table && !is_leaf) return fault(kTranslation, true, cls, ipa);
      const Word out = d.w[0] & mask(48) & ~mask(is_table ? g : shift);
      if (out >> limit) return fault(kAddrSize, true, cls, ipa);
      if (is_table) {
        table = out;
        continue;
      }
      if (!field(d.w[0], 10, 10) && !field(ste_[2], 53, 53)) return fault(kAccess, true, cls, ipa);
      const bool may_read = field(d.w[0], 6, 6), may_write = field(d.w[0], 7, 7);
      const unsigned xn = unsigned(field(d.w[0], 54, 53)), memattr = unsigned(field(d.w[0], 5, 2));
      bool ok = may_read;
      if (cls == kForInput) {
        const bool never = !straps.xnx ? (xn & 2) != 0 : xn == 2 || (xn == 1 && o_.priv) || (xn == 3 && !o_.priv);
        ok = t_.write ? may_write : o_.instr ? !never : may_read;
      } else if (field(ste_[2], 54, 54) && ((memattr & 12) == 0 || (memattr & 3) == 0)) {
        ok = false;   // S2PTW: a table or CD in Device memory
      }
      if (!ok) return fault(kPermission, true, cls, ipa);
      pa = out | (ipa & mask(shift));
      return true;
    }
  }

  bool addresses() {
    if (!s1_) {
      if (t_.address >> straps.oas) {
        end(kAddrSize);
        facts(false, kForInput);
        return false;
      }
      return stage2(t_.address & mask(52), kForInput, o_.pa);
    }
    static constexpr unsigned kTg0[] = {12, 16, 14, 0}, kTg1[] = {0, 14, 12, 16};
    const Word d0 = cd_[0];
    const bool half = field(t_.address, 55, 55);
    const Word which = half && !one_privilege_ ? cd_[2] : cd_[1];
    const bool tbi = field(d0, half && !one_privilege_ ? 39 : 38, half && !one_privilege_ ? 39 : 38);
    const unsigned tsz = unsigned(half && !one_privilege_ ? field(d0, 21, 16) : field(d0, 5, 0)), size = 64 - tsz;
    const unsigned g = half && !one_privilege_ ? kTg1[field(d0, 23, 22)] : kTg0[field(d0, 7, 6)], stride = g - 3;
    if (half && one_privilege_) return fault(kTranslation, false, kForInput, 0);
    const unsigned top = tbi ? 55 : 63;
    if (field(t_.address, top, size) != (half ? mask(top - size + 1) : 0)) return fault(kTranslation, false, kForInput, 0);
    if (!one_privilege_ && field(d0, half ? 30 : 14, half ? 30 : 14)) return fault(kTranslation, false, kForInput, 0);
    if (straps.e0pd && !one_privilege_ && field(which, 2, 2) && !o_.priv) return fault(kTranslation, false, kForInput, 0);
    const unsigned ips = kSizes[field(d0, 34, 32)], limit = ips < straps.oas ? ips : straps.oas;
    const bool had = straps.had && field(which, 1, 1);
    unsigned level = 4 - (size - g + stride - 1) / stride;
    bool first = true, no_write = false, no_user = false, uxn = false, pxn = false;
    Word table = which & mask(52) & ~mask(4);
    for (;; level++, first = false) {
      const unsigned shift = g + stride * (3 - level);
      const Word in = t_.address & mask(size), index = first ? in >> shift : in >> shift & mask(stride);
      if (first) table &= ~mask(size - shift + 3);
      Word at;
      if (!stage2(table + 8 * index, kForTable, at)) return false;
      const Words& d = read(kTable1, at);
      if (d.error) return eabt(false, kForTable, at);
      const bool is_table = level < 3 && (d.w[0] & 3) == 3;
      const bool is_leaf = level == 3 ? (d.w[0] & 3) == 3 : (d.w[0] & 3) == 1 && (level == 2 || (level == 1 && g == 12));
      if (!is_table && !is_leaf) return fault(kTranslation, false, kForInput, 0);
      const Word out = d.w[0] & mask(48) & ~mask(is_table ? g : shift);
      if (out >> limit) return fault(kAddrSize, false, kForInput, 0);
      if (is_table) {
        if (!had) {
          no_write = no_write || field(d.w[0], 62, 62);
          no_user = no_user || field(d.w[0], 61, 61);
          uxn = uxn || field(d.w[0], 60, 60);
          pxn = pxn || field(d.w[0], 59, 59);
        }
        table = out;
        continue;
      }
      if (!field(d.w[0], 10, 10) && !field(d0, 35, 35)) return fault(kAccess, false, kForInput, 0);
      const bool writable = !field(d.w[0], 7, 7) && !no_write, user = field(d.w[0], 6, 6) && !no_user;
      uxn = uxn || field(d.w[0], 54, 54);
      pxn = pxn || field(d.w[0], 53, 53);
      const bool wxn = field(d0, 36, 36), pan = field(d0, 40, 40);
      bool ok;
      if (one_privilege_) ok = t_.write ? writable : o_.instr ? !uxn && !(wxn && writable) : true;
      else if (o_.instr) ok = o_.priv ? !pxn && !(writable && user) && !(wxn && writable) : !uxn && !(wxn && writable && user);
      else ok = (o_.priv ? !(pan && user) : user) && (!t_.write || writable);
      if (!ok) return fault(kPermission, false, kForInput, 0);
      return stage2(out | (in & mask(shift)), kForInput, o_.pa);
    }
  }

  Txn t_;
  Outcome o_;
  Word ste_[4] = {}, cd_[3] = {};
  bool s1_ = false, s2_ = false, one_privilege_ = false;
};

// ---- the bench ----
struct Flight {
  Txn t;
  Outcome x;
  bool asked = false, recorded = false, stag_taken = false;
  unsigned stag = 0;
};
std::map<unsigned, Flight> flights[kRequesters];   // by tag
struct Asking { unsigned tag; bool retry, report; };
Source<Asking> requests[kRequesters];
struct Fetch { unsigned of, words, given; Word address; };
std::map<unsigned, Fetch> fetches;                 // by ID
Pace rd_ready, r_valid, ev_pace, writable, room, invalidate, inv_paces, starts[2];
struct Tally { unsigned results[4], events[0x20], held, given_up, stage2_faults, invalidations; } tally;
Word bases[10], sids[6];

Txn random_txn(bool write) {
  Txn t{};
  t.write = write;
  t.address = rnd.of(bases) ^ (rnd.chance(70) ? rnd.bits(13) : rnd.bits(24));
  if (rnd.chance(3)) t.address = rnd.word();
  t.sid = rnd.of(sids);
  t.ssv = rnd.chance(40);
  t.ssid = rnd.chance(80) ? rnd.below(4) : rnd.bits(13);
  t.priv = rnd.chance(50);
  t.instr = rnd.chance(30);
  return t;
}
void draw() {
  straps = {};
  const unsigned oas = rnd.below(6);
  straps.oas = kOas[oas];
  straps.enable = rnd.chance(95);
  straps.recinvsid = rnd.chance(50);
  straps.e2h = rnd.chance(50);
  straps.xnx = rnd.chance(50);
  straps.had = rnd.chance(50);
  straps.e0pd = rnd.chance(50);
  straps.perms = rnd.chance(80);
  straps.gbpa_abort = rnd.chance(30);
  straps.gbpa_priv = rnd.below(4);
  straps.gbpa_inst = rnd.below(4);
  straps.two_level = rnd.chance(50);
  straps.split = 6 + 2 * rnd.below(3);
  straps.log2size = 4 + rnd.below(10);
  straps.good = rnd.chance(70) ? 992 : 960;
  straps.strtab = rnd.bits(rnd.chance(5) ? 52 : 31) & ~mask(6);
  dut->idr0_i = 0x084e723b & ~(0xc0u);   // everything, stalls optional, no hardware updates
  dut->idr1_i = unsigned(straps.perms) << 26 | 16u << 6 | 32;
  dut->idr3_i = unsigned(straps.xnx) << 4 | unsigned(straps.had) << 2 | unsigned(straps.e0pd) << 13;
  dut->idr5_i = 0x00100070 | oas;
  dut->smmu_enable_i = straps.enable;
  dut->recinvsid_i = straps.recinvsid;
  dut->e2h_i = straps.e2h;
  dut->gbpa_abort_i = straps.gbpa_abort;
  dut->gbpa_privcfg_i = static_cast<unsigned char>(straps.gbpa_priv);
  dut->gbpa_instcfg_i = static_cast<unsigned char>(straps.gbpa_inst);
  dut->strtab_addr_i = straps.strtab;
  dut->strtab_cfg_i = straps.log2size | straps.split << 6 | unsigned(straps.two_level) << 16;
  memory.clear();
  next_asid = next_vmid = 1;
  el2_taken = false;
  for (Word& b : bases) b = rnd.chance(70) ? rnd.bits(25 + rnd.below(16)) : ~rnd.bits(25 + rnd.below(16));
  bases[0] = rnd.bits(25);
  for (Word& s : sids) s = rnd.bits(straps.log2size);
  if (rnd.chance(50)) sids[5] |= Word{1} << straps.log2size;   // beyond the table
}

void run(unsigned cycles) {
  draw();
  for (unsigned i = 0; i < kRequesters; i++) {
    flights[i].clear();
    requests[i].reset();
    dut->req_valid_i[i] = 0;
  }
  fetches.clear();
  dut->hold_i = dut->r_valid_i = dut->ev_done_i = dut->ev_refused_i = dut->tlb_inv_valid_i = dut->cfg_inv_valid_i = dut->wr_done_i = 0;
  dut->rd_ready_i = dut->stall_room_i = dut->ev_writable_i = 0;
  dut.reset();
  for (Pace* p : {&rd_ready, &r_valid, &ev_pace, &writable, &room, &invalidate, &inv_paces, &starts[0], &starts[1]}) p->reset();
  bool writing = false, tlb_inv = false, cfg_inv = false;
  unsigned pulses = 0, walk_pulses = 0, cfg_pulses = 0, transactions = 0, walk_reads = 0, cfg_reads = 0;
  unsigned hold = 0, quiet = 0, stag = rnd.below(16);
  for (unsigned n = 0;; n++) {
    const bool ending = n >= cycles;
    if (ending && flights[0].empty() && flights[1].empty() && requests[0].empty() && requests[1].empty()) break;
    if (ending) CHECK("everything is answered", ++quiet < 30000);
    // ---- requests ----
    for (unsigned i = 0; i < kRequesters; i++) {
      if (!ending && flights[i].size() < kTags && starts[i].now()) {
        unsigned tag = rnd.below(kTags);
        while (flights[i].count(tag)) tag = (tag + 1) % kTags;
        Flight f;
        f.t = random_txn(i & 1);
        f.x = Walk(f.t).run();
        flights[i][tag] = f;
        requests[i].push({tag, false, false});
      }
      if (!ending && straps.enable && rnd.below(40) == 0) requests[i].push({0, false, true});   // a micro-TLB hit: to be counted alone
      dut->req_valid_i[i] = requests[i].valid();
      if (!dut->req_valid_i[i]) continue;
      const Asking& a = requests[i].item();
      dut->req_report_i[i] = a.report;
      dut->req_retry_i[i] = a.retry && !(a.tag & 1);        // asks again: held, or had been translated
      dut->req_recalled_i[i] = a.retry && (a.tag & 1);
      if (a.report) continue;
      const Txn& t = flights[i][a.tag].t;
      dut->req_tag_i[i] = static_cast<unsigned char>(a.tag);
      dut->req_addr_i[i] = t.address;
      dut->req_sid_i[i] = unsigned(t.sid);
      dut->req_ssidv_i[i] = t.ssv;
      dut->req_ssid_i[i] = unsigned(t.ssid);
      dut->req_priv_i[i] = t.priv;
      dut->req_instr_i[i] = t.instr;
    }
    if (hold == 0 && !ending && rnd.below(400) == 0) hold = 1 + rnd.below(30);
    else if (hold) hold--;
    dut->hold_i = hold != 0;
    // ---- memory ----
    dut->rd_ready_i = ending || rd_ready.now();
    const bool r = !fetches.empty() && (ending || r_valid.now());
    unsigned r_id = 0;
    if (r) {
      auto at = fetches.begin();
      std::advance(at, rnd.below(unsigned(fetches.size())));
      r_id = at->first;
      Fetch& f = at->second;
      const Words& words = read(f.of, f.address);
      dut->r_id_i = static_cast<unsigned char>(r_id);
      dut->r_data_i = words.w[f.given];
      dut->r_error_i = words.error && (f.words == 1 || f.given == unsigned(f.address >> 6 & 7));   // one word of a structure
      dut->r_exokay_i = 0;
      dut->r_last_i = f.given + 1 == f.words;
    }
    dut->r_valid_i = r;
    // ---- event queue, stalls, invalidations ----
    const bool can_write = ending || writable.now();
    dut->ev_writable_i = can_write;
    dut->stall_room_i = can_write && (ending || room.now());
    dut->stall_tag_i = static_cast<unsigned short>(stag);
    if (!tlb_inv && !cfg_inv && !ending && rnd.below(60) == 0 && invalidate.now()) {
      (rnd.chance(60) ? tlb_inv : cfg_inv) = true;
      dut->tlb_inv_op_i = static_cast<unsigned short>(rnd.bits(10));
      dut->tlb_inv_vmid_i = static_cast<unsigned short>(rnd.below(8));
      dut->tlb_inv_vmid_care_i = 0xffff;
      dut->tlb_inv_asid_i = static_cast<unsigned short>(rnd.below(16));
      dut->tlb_inv_first_i = rnd.of(bases) & mask(56) & ~mask(12);
      dut->tlb_inv_last_i = dut->tlb_inv_first_i | mask(rnd.chance(50) ? 12 : 30);
      dut->tlb_inv_single_i = dut->tlb_inv_last_i == (dut->tlb_inv_first_i | 0xfff);
      dut->cfg_inv_op_i = static_cast<unsigned char>(rnd.below(5));
      dut->cfg_inv_sid_i = unsigned(rnd.of(sids));
      dut->cfg_inv_ssid_i = rnd.below(4);
      dut->cfg_inv_range_i = static_cast<unsigned char>(rnd.below(31));
      tally.invalidations++;
    }
    dut->tlb_inv_valid_i = tlb_inv;
    dut->cfg_inv_valid_i = cfg_inv;
    dut->ev_done_i = dut->ev_refused_i = 0;
    dut.settle();
    if (dut->ev_valid_o && !writing) {
      if (dut->ev_stall_o && !can_write) dut->ev_refused_i = 1;
      else writing = true;
    } else if (writing) {
      dut->ev_done_i = ending || ev_pace.now();
    }
    dut.settle();

    // ---- what it asks of memory ----
    const bool rd = dut->rd_valid_o && dut->rd_ready_i;
    if (rd) {
      const unsigned of = dut->rd_class_o, id = dut->rd_id_o;
      CHECK("one read per slot", id >= 8 && (!fetches.count(id) || (r && r_id == id && dut->r_last_i)));
      CHECK("a kind of structure", of >= kL1std && of <= kTable2);
      CHECK_EQUAL("words of it", of == kSte || of == kCd ? 7 : 0, dut->rd_len_o);
      CHECK("the walker reads what the rules read", memory.count({of, dut->rd_addr_o}));
      CHECK("no hardware updates", !dut->rd_lock_o && !dut->wr_valid_o);
    }
    // ---- records ----
    if (dut->ev_done_i) {
      Flight* owner = nullptr;
      for (auto& of : flights) {
        for (auto& entry : of) {
          Flight& f = entry.second;
          if (owner || !f.asked || f.recorded || !f.x.record) continue;
          bool same = true;
          for (unsigned i = 0; i < 4; i++) {
            const Word expected = f.x.words[i] | (i == 1 && f.x.stall ? f.stag : 0);
            same = same && expected == dut->ev_o[i];
          }
          if (same) owner = &f;
        }
      }
      CHECK("a record that some transaction must have", owner);
      CHECK_EQUAL("stall records", owner->x.stall, dut->ev_stall_o);
      owner->recorded = true;
      tally.events[owner->x.words[0] & 0x1f]++;
      tally.stage2_faults += owner->x.words[1] >> 39 & 1;
    }
    if (dut->stall_take_o) {
      const unsigned i = dut->stall_index_o;
      CHECK("a stall with room", dut->stall_room_i && i < kRequesters && flights[i].count(dut->stall_req_tag_o));
      Flight& f = flights[i][dut->stall_req_tag_o];
      CHECK("of a transaction that stalls", f.asked && f.x.stall && !f.stag_taken);
      CHECK_EQUAL("its StreamID", f.t.sid, dut->stall_sid_o);
      f.stag_taken = true;
      f.stag = stag;
      stag = (stag + 1) & 0xffff;
    }
    if (dut->stall_drop_o) {
      Flight* owner = nullptr;
      for (auto& of : flights)
        for (auto& entry : of)
          if (entry.second.stag_taken && !entry.second.recorded && entry.second.stag == dut->stall_drop_tag_o) owner = &entry.second;
      CHECK("a stall is given up whose record cannot be written", owner && !can_write);
      owner->stag_taken = false;
      tally.given_up++;
    }
    // ---- answers ----
    unsigned answers = 0;
    for (unsigned i = 0; i < kRequesters; i++) {
      if (!dut->answer_o[i]) continue;
      answers++;
      const unsigned tag = dut->answer_tag_o;
      CHECK("an answer to a request", flights[i].count(tag) && flights[i][tag].asked);
      Flight& f = flights[i][tag];
      CHECK_EQUAL("what becomes of it", f.x.result, dut->answer_result_o);
      if (f.x.result == kWait && !dut->answer_stalled_o) {   // no room: asks again
        CHECK("without room nothing is recorded", !f.recorded && !f.stag_taken);
        f.asked = false;
        requests[i].push({tag, true, false});
        tally.held++;
        continue;
      }
      if (f.x.record && !f.recorded) {   // of two alike it was this one's
        for (auto& of : flights) {
          for (auto& entry : of) {
            Flight& g = entry.second;
            if (!g.recorded || f.recorded || g.x.stall || std::memcmp(g.x.words, f.x.words, sizeof f.x.words) != 0) continue;
            g.recorded = false;
            f.recorded = true;
          }
        }
      }
      CHECK_EQUAL("its record is there before the answer", f.x.record, f.recorded);
      if (f.x.result == kOk) {
        CHECK_EQUAL("where it goes", f.x.pa, dut->answer_pa_o);
        CHECK_EQUAL("privilege", f.x.priv, dut->answer_priv_o);
        CHECK_EQUAL("instruction", f.x.instr, dut->answer_instr_o);
      }
      if (f.x.result == kWait) {
        CHECK_EQUAL("commands may name it from now on", f.stag, dut->stall_arm_tag_o);
        CHECK("they may", dut->stall_arm_o);
      }
      tally.results[f.x.result]++;
      flights[i].erase(tag);
    }
    CHECK("one answer per cycle", answers <= 1);
    bool any = false, taken[kRequesters];
    for (unsigned i = 0; i < kRequesters; i++) {
      taken[i] = dut->req_valid_i[i] && dut->req_taken_o[i];
      if (taken[i]) CHECK("no translation is taken up during an Update", !hold || requests[i].item().report);
      for (auto& f : flights[i]) any = any || f.second.asked;
    }
    if (any) CHECK("not quiet with a translation in flight", !dut->quiet_o);
    const bool ev_done = dut->ev_done_i, tlb_done = dut->tlb_inv_done_o, cfg_done = dut->cfg_inv_done_o;
    const Fetch fetch{dut->rd_class_o, dut->rd_len_o + 1u, 0, dut->rd_addr_o};
    const unsigned rd_id = dut->rd_id_o;
    pulses += dut->transaction_o;
    walk_pulses += dut->walk_access_o;
    cfg_pulses += dut->cfg_access_o;
    if (rd) (fetch.of >= kTable1 ? walk_reads : cfg_reads)++;
    dut.edge();

    if (r && ++fetches[r_id].given == fetches[r_id].words) fetches.erase(r_id);
    if (rd) fetches[rd_id] = fetch;
    if (ev_done) writing = false;
    if (tlb_done) tlb_inv = false;
    if (cfg_done) cfg_inv = false;
    for (unsigned i = 0; i < kRequesters; i++) {
      if (!taken[i]) continue;
      const Asking a = requests[i].taken();
      transactions += straps.enable && !a.retry;
      if (a.report) continue;
      Flight& f = flights[i][a.tag];
      f.asked = true;
      f.recorded = f.stag_taken = false;
    }
  }
  for (unsigned n = 0; n < 3; n++) {   // counters are told a little later
    for (unsigned i = 0; i < kRequesters; i++) dut->req_valid_i[i] = 0;
    dut.settle();
    pulses += dut->transaction_o;
    walk_pulses += dut->walk_access_o;
    cfg_pulses += dut->cfg_access_o;
    dut.edge();
  }
  CHECK("quiet at the end", dut->quiet_o);
  CHECK_EQUAL("event 1: transactions, reported ones too, and none twice", transactions, pulses);
  CHECK_EQUAL("event 4: reads of tables", walk_reads, walk_pulses);
  CHECK_EQUAL("event 5: reads of configuration", cfg_reads, cfg_pulses);
}

void test_translations_are_those_of_the_rules(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 40; seed++) {
    dut.make(seed);
    run(5000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(500, tally.results[kOk]);
  TEST_ASSERT_GREATER_THAN(2000, tally.results[kAbort]);
  TEST_ASSERT_GREATER_THAN(100, tally.results[kRazWi]);
  TEST_ASSERT_GREATER_THAN(100, tally.results[kWait]);
  for (unsigned event : {kBadStreamid, kSteFetch, kBadSte, kDisabled, kBadSubstream, kCdFetch, kBadCd, kWalkEabt, kTranslation, kAddrSize, kAccess, kPermission})
    TEST_ASSERT_GREATER_THAN_MESSAGE(2, tally.events[event], at("an event that never happened"));
  TEST_ASSERT_GREATER_THAN(100, tally.held);
  TEST_ASSERT_GREATER_THAN(20, tally.given_up);
  TEST_ASSERT_GREATER_THAN(200, tally.stage2_faults);
  TEST_ASSERT_GREATER_THAN(200, tally.invalidations);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_translations_are_those_of_the_rules);
  return UNITY_END();
}
