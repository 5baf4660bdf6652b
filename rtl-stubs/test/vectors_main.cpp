// SPDX-License-Identifier: Apache-2.0
// Runs the vector tables on the Verilated block: vectors [--seed N] [--bench] [ID...]. A row prints only when it fails.
// Not here: the rows (vectors_*.cpp). Proof: it is the proof; exit status 1 when a row failed.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "vectors.h"

using namespace rig;

namespace {
int rows_run, rows_failed, rows_left_out;
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
// From the client's address to memory's, in clock cycles; T-CYC rows hold the limits.
void figures() {
  for (unsigned latency : {0u, 20u}) {
    Rig r;
    r.baseline();
    for (unsigned i = 0; i < 8; i++) {
      r.write(0x82002080 + 8 * i, (0x82010000 + 0x1000 * i) | 3);
      r.write(0x82010000 + 0x1000 * i, (0x950000000 + 0x100000 * i) | 0xf43);
    }
    r.always_ready = true;
    r.max_latency = latency;
    r.start();
    auto forget = [&] { r.command(0x30, 0); r.sync(); r.tick(200); };
    r.run(rd(1, 0x8100603000));
    const unsigned micro = r.run(rd(1, 0x8100603010)).latency;
    for (unsigned i = 0; i < 4; i++) r.run(rd(1, 0x8100610000 + 0x1000 * i));
    const unsigned main_tlb = r.run(rd(1, 0x8100603020)).latency;
    forget();
    const unsigned cold = r.run(rd(1, 0x8102000000)).latency;
    forget();
    r.run(rd(1, 0x8100610000));
    const unsigned last = r.run(rd(1, 0x8100612000)).latency;
    forget();
    std::uint64_t begin = ~std::uint64_t{0}, end = 0;
    std::vector<unsigned> n;
    for (unsigned i = 0; i < 8; i++) {
      Txn t = rd(1, 0x8102000000 + Word{0x200000} * i);
      t.id = i;
      n.push_back(r.start(t));
    }
    for (unsigned i = 0; i < 8; i++) {
      while (!r.result(n[i]).done) r.tick();
      if (r.result(n[i]).address_cycle < begin) begin = r.result(n[i]).address_cycle;
      if (r.result(n[i]).memory_cycle > end) end = r.result(n[i]).memory_cycle;
    }
    std::printf("memory of %u cycles: micro-TLB hit %u, TLB hit %u, 4-level walk %u, with its last table known %u, eight walks %u\n",
                latency + 1, micro, main_tlb, cold, last, static_cast<unsigned>(end - begin));
  }
}
void bench() {
  figures();
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
  for (auto* table : {&kTranslationRows, &kConfigurationRows, &kStage2Rows}) {
    for (auto& row : *table) {
      if (!selected(argc, argv, row.id)) continue;
      Rig rig;
      rig.baseline();
      if (row.setup) row.setup(rig);
      rig.start(row.smmu_enable);
      report(row.id, check(rig, row.txn, row.expect));
    }
  }
  for (auto* table : {&kQueueRows, &kCacheRows, &kPortRows, &kWorldRows, &kFlightRows, &kStallRows, &kUpdateRows}) {
    for (auto& row : *table) {
      if (!selected(argc, argv, row.id)) continue;
      if (row.walkers > kWalkers || row.outstanding > kOutstanding) {
        rows_left_out++;
        continue;
      }
      Rig rig;
      rig.baseline();
      std::string why;
      report(row.id, row.run(rig, why) ? std::string{} : why.empty() ? std::string{"failed"} : why);
    }
  }
  std::printf("%d rows, %d failed, seed %u\n", rows_run, rows_failed, g_seed);
  if (rows_left_out)
    std::printf("%d rows left out: they need more than %u translations or %u bursts in flight\n", rows_left_out, kWalkers, kOutstanding);
  return rows_failed || !rows_run ? 1 : 0;
}
