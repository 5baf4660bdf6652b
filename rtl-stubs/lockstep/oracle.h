// SPDX-License-Identifier: Apache-2.0
// What one client transaction must do, asked from the model core with all its caches switched off: a pure function of
// memory, registers and the transaction. Not here: the block, and what to ask (lockstep_main.cpp). Proof: it is the proof.
#ifndef SMMU_RTL_LOCKSTEP_ORACLE_H
#define SMMU_RTL_LOCKSTEP_ORACLE_H

#include <functional>
#include <memory>
#include <vector>

#include "../test/rig.h"

namespace lockstep {

using rig::Record;
using rig::Txn;
using rig::Word;

struct Verdict {
  enum End { kOk, kAbort, kRazWi } end = kOk;
  Word pa = 0;
  bool recorded = false;
  Record record{};
  struct Update {
    Word addr = 0, before = 0, after = 0;
    unsigned access_class = 0;   // of a table of stage 1 or stage 2, as on AxUSER
  };
  std::vector<Update> updates;   // of descriptors, in order; no part of the comparison
  bool operator==(const Verdict& o) const {
    return end == o.end && (end != kOk || pa == o.pa) && recorded == o.recorded && (!recorded || record == o.record);
  }
};

class Oracle {
 public:
  // The straps of the block, its register settings, and its memory.
  explicit Oracle(const rig::Rig& block);
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;
  // Memory as it is: a word and who reads it (the class on AxUSER), words whose read fails, descriptors whose update fails.
  struct Memory {
    std::function<Word(Word addr, unsigned access_class)> read;
    std::function<bool(Word)> aborts, aborts_update;
  };
  Verdict ask(const Txn& txn, const Memory& memory);

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace lockstep

#endif
