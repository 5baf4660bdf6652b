// SPDX-License-Identifier: Apache-2.0
// What action rows say: a condition, a value or a check that fails ends the row, and `why` names the line. And how they wait.
// Proof: every action row.
#ifndef SMMU_RTL_TEST_WANT_H
#define SMMU_RTL_TEST_WANT_H

#include "vectors.h"

#define WANT(condition) do { if (!(condition)) { why = "line " + std::to_string(__LINE__) + ": " #condition; return false; } } while (0)
#define WANT_EQ(actual, expected) do { Word a_ = (actual), e_ = (expected); if (a_ != e_) { \
  why = "line " + std::to_string(__LINE__) + ": " #actual " expected " + hex(e_) + " actual " + hex(a_); return false; } } while (0)
#define WANT_CHECK(text) do { std::string c_ = (text); if (!c_.empty()) { why = "line " + std::to_string(__LINE__) + ": " + c_; return false; } } while (0)

namespace rig {
inline Txn with_id(Txn t, unsigned id) {
  t.id = id;
  return t;
}
inline bool wait(Rig& r, unsigned number, unsigned cycles = 4000) {
  for (unsigned i = 0; i < cycles && !r.result(number).done; i++) r.tick();
  return r.result(number).done;
}
}  // namespace rig

#endif
