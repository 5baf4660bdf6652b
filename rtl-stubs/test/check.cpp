// SPDX-License-Identifier: Apache-2.0
// One transaction against an expectation, with a sentence when they differ. Not here: the rows. Proof: rtl.vectors.
#include <cstdio>

#include "vectors.h"

namespace rig {

std::string hex(Word value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}
std::string describe(const Record& r) { return hex(r[0]) + " " + hex(r[1]) + " " + hex(r[2]) + " " + hex(r[3]); }

std::string check(Rig& rig, const Txn& txn, const Expect& expect) {
  auto walks = rig.walks;
  Outcome o = rig.run(txn);
  auto records = rig.events();
  std::string actual = !o.done ? "no answer"
                       : "response " + std::to_string(o.response) + " user " + std::to_string(o.user)
                           + (o.reached_memory ? " at PA " + hex(o.pa) : " without memory access");
  for (auto& r : records) actual += ", record " + describe(r);
  std::string wanted;
  bool ok = o.done && o.beats == (o.reached_memory || !txn.write ? txn.len + 1 : 0);
  switch (expect.kind) {
    case Expect::kPa:
      wanted = "PA " + hex(expect.pa);
      ok = ok && o.response == 0 && o.user == 0 && o.reached_memory && o.pa == expect.pa;
      break;
    case Expect::kAbort:
      wanted = "abort";
      ok = ok && o.response == 2 && o.user == 1 && !o.reached_memory;
      break;
    case Expect::kRazWi:
      wanted = "RAZ/WI";
      ok = ok && o.response == 0 && o.user == 2 && !o.reached_memory;
      for (Word data : o.data) ok = ok && data == 0;
      break;
  }
  if (expect.event) {
    Record want = expected_record(txn, expect);
    wanted += ", record " + describe(want);
    ok = ok && records.size() == 1 && records[0] == want;
  } else {
    wanted += ", no record";
    ok = ok && records.empty();
  }
  if (expect.reads >= 0) {
    wanted += ", " + std::to_string(expect.reads) + " descriptor reads";
    actual += ", " + std::to_string(rig.walks - walks) + " descriptor reads";
    ok = ok && rig.walks - walks == static_cast<unsigned>(expect.reads);
  }
  return ok ? std::string{} : "expected " + wanted + "; actual " + actual;
}

}  // namespace rig
