// SPDX-License-Identifier: Apache-2.0
// Runs the vector tables on the Verilated block: vectors [--seed N] [--bench] [ID...]. A row prints only when it fails.
// Not here: the rows (vectors_*.cpp). Proof: it is the proof; exit status 1 when a row failed.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

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

using namespace rig;

namespace {
int rows_run, rows_failed;
void report(const char* id, const std::string& failure) {
  rows_run++;
  if (failure.empty()) return;
  rows_failed++;
  std::printf("FAIL %s: %s\n", id, failure.c_str());
}
bool selected(int argc, char** argv, const char* id) {
  bool any = false;
  for (int i = 1; i < argc; i++) {
    if (argv[i][0] == '-') { i += std::strcmp(argv[i], "--seed") == 0; continue; }
    any = true;
    if (std::strstr(id, argv[i]) == id) return true;
  }
  return !any;
}
void bench() {
  Rig rig;
  rig.baseline();
  rig.max_latency = 0;
  rig.start();
  auto measure = [&](const char* name, const std::function<void()>& work) {
    auto cycles = rig.cycles;
    auto start = std::chrono::steady_clock::now();
    work();
    double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%-6s %9.0f cycles/s of bench and block\n", name, static_cast<double>(rig.cycles - cycles) / s);
  };
  measure("idle", [&] { rig.tick(200000); });
  measure("hit", [&] { for (int i = 0; i < 8000; i++) rig.run(rd(1, 0x8100603000)); });
  measure("miss", [&] { for (int i = 0; i < 4000; i++) rig.run(rd(1, i & 1 ? 0x8100610000 : 0x8100608000)); rig.events(); });
}
}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; i++) {
    if (!std::strcmp(argv[i], "--seed") && i + 1 < argc) g_seed = static_cast<std::uint32_t>(std::strtoul(argv[i + 1], nullptr, 0));
    if (!std::strcmp(argv[i], "--bench")) {
      bench();
      return 0;
    }
  }
  for (auto* table : {&kTranslationRows, &kConfigurationRows}) {
    for (auto& row : *table) {
      if (!selected(argc, argv, row.id)) continue;
      Rig rig;
      rig.baseline();
      if (row.setup) row.setup(rig);
      rig.start(row.smmu_enable);
      report(row.id, check(rig, row.txn, row.expect));
    }
  }
  for (auto* table : {&kQueueRows, &kCacheRows, &kPortRows}) {
    for (auto& row : *table) {
      if (!selected(argc, argv, row.id)) continue;
      Rig rig;
      rig.baseline();
      std::string why;
      report(row.id, row.run(rig, why) ? std::string{} : why.empty() ? std::string{"failed"} : why);
    }
  }
  std::printf("%d rows, %d failed, seed %u\n", rows_run, rows_failed, g_seed);
  return rows_failed || !rows_run ? 1 : 0;
}
