// SPDX-License-Identifier: Apache-2.0
// What one client transaction must do, asked from the model core with all its caches switched off: a pure function of
// memory, registers and the transaction. Not here: the block, and what to ask (lockstep_main.cpp). Proof: it is the proof.
#ifndef SMMU_RTL_LOCKSTEP_ORACLE_H
#define SMMU_RTL_LOCKSTEP_ORACLE_H

#include <functional>
#include <memory>

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
  Verdict ask(const Txn& txn, const std::function<Word(Word)>& read, const std::function<bool(Word)>& aborts);

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace lockstep

#endif
