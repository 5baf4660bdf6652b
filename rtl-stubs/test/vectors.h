// SPDX-License-Identifier: Apache-2.0
// The vocabulary of the vector tables: transactions, expectations, expected records. Proof: rtl.vectors.
#ifndef SMMU_RTL_TEST_VECTORS_H
#define SMMU_RTL_TEST_VECTORS_H

#include <functional>
#include <string>
#include <vector>

#include "rig.h"

namespace rig {

enum EventId : unsigned {
  kBadStreamid = 0x02, kSteFetch = 0x03, kBadSte = 0x04, kStreamDisabled = 0x06, kBadSubstreamid = 0x08, kCdFetch = 0x09,
  kBadCd = 0x0a, kWalkEabt = 0x0b, kTranslation = 0x10, kAddrSize = 0x11, kAccess = 0x12, kPermission = 0x13,
};

struct Expect {
  enum Kind { kPa, kAbort, kRazWi } kind = kPa;
  Word pa = 0;
  unsigned event = 0;           // 0: no record
  Word fetch_addr = 0;
  int stage2 = -1;              // CLASS of a stage-2 fault; -1: not one of stage 2
  Word ipa = 0;                 // with stage2: the page
  bool table_read = false;      // TTRnW
  int privileged = -1, instruction = -1;  // in the record, where an STE override changes them
  int reads = -1;               // descriptor reads, -1: not checked
};

struct Row {
  const char* id;
  std::function<void(Rig&)> setup;
  Txn txn;
  Expect expect;
  bool smmu_enable = true;
};

struct ActionRow {
  const char* id;
  std::function<bool(Rig&, std::string&)> run;  // false and a sentence on failure
  unsigned walkers = 1, outstanding = 4;        // of the block at least; on a smaller one the row is left out
};

inline Txn rd(std::uint32_t sid, Word addr) { Txn t; t.sid = sid; t.addr = addr; return t; }
inline Txn wr(std::uint32_t sid, Word addr) { Txn t = rd(sid, addr); t.write = true; return t; }
inline Txn ss(Txn t, std::uint32_t ssid) { t.ssv = true; t.ssid = ssid; return t; }
inline Txn priv(Txn t) { t.privileged = true; return t; }
inline Txn ins(Txn t) { t.instruction = true; return t; }

inline Expect pa(Word address, int reads = -1) { Expect e; e.pa = address; e.reads = reads; return e; }
inline Expect silent() { Expect e; e.kind = Expect::kAbort; return e; }
inline Expect ev(unsigned id, Word fetch_addr = 0) {
  Expect e;
  e.kind = Expect::kAbort;
  e.event = id;
  e.fetch_addr = fetch_addr;
  return e;
}
// A fault of stage 2; CLASS: 0 CD, 1 stage-1 table, 2 the input.
inline Expect s2(unsigned id, int fault_class, Word ipa) {
  Expect e = ev(id);
  e.stage2 = fault_class;
  e.ipa = ipa;
  return e;
}
inline Expect s2_eabt(int fault_class, Word fetch_addr) {
  Expect e = ev(kWalkEabt, fetch_addr);
  e.stage2 = fault_class;
  return e;
}
inline Expect shown(Expect e, int privileged, int instruction) {
  e.privileged = privileged;
  e.instruction = instruction;
  return e;
}
inline Expect raz(Expect e) { e.kind = Expect::kRazWi; return e; }

// The 32 bytes of a record, from the record layouts: every bit that is not named is zero.
inline Record expected_record(const Txn& t, const Expect& e) {
  Record r{};
  Word ssid = t.ssv ? Word{t.ssid} << 12 : 0;
  r[0] = e.event | Word{t.sid} << 32;
  if (e.event != kStreamDisabled) r[0] |= ssid;
  if (e.event != kStreamDisabled && e.event != kBadSubstreamid && t.ssv) r[0] |= 1u << 11;
  if (e.event >= kWalkEabt) {
    bool p = e.privileged < 0 ? t.privileged : e.privileged, i = e.instruction < 0 ? (t.instruction && !t.write) : e.instruction;
    Word cls = e.stage2 >= 0 ? static_cast<Word>(e.stage2) : e.event == kWalkEabt ? 1 : 2;   // TT, IN
    r[1] = Word{p} << 33 | Word{i} << 34 | Word{!t.write} << 35 | cls << 40;
    if (e.stage2 >= 0) r[1] |= Word{1} << 39;
    if (e.table_read) r[1] |= Word{1} << 44;
    r[2] = t.addr;
    r[3] = e.ipa;
  }
  if (e.event == kSteFetch || e.event == kCdFetch || e.event == kWalkEabt) r[3] = e.fetch_addr;
  return r;
}

std::string hex(Word value);
std::string describe(const Record& record);
// Runs one transaction on a started rig; empty string on success.
std::string check(Rig& rig, const Txn& txn, const Expect& expect);

extern const std::vector<Row> kTranslationRows, kConfigurationRows, kStage2Rows;
extern const std::vector<ActionRow> kQueueRows, kCacheRows, kPortRows, kWorldRows, kFlightRows, kStallRows, kUpdateRows;

}  // namespace rig

#endif
