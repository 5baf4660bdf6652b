// SPDX-License-Identifier: Apache-2.0
// Functional coverage of a run: which situations of the architecture and of the driver's API its trace shows, each a name with a
// count. Names are stable from release to release, because stores compare nights by them.
// Not here: what a plan is expected to reach (coverage_model.h), where the counts go (report/result.h). Proof: tb/coverage/test.
#ifndef TANDEM_COVERAGE_SINK_H
#define TANDEM_COVERAGE_SINK_H

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "trace/sinks.h"

namespace tandem {

// Point -> how often.
using CoveragePoints = std::map<std::string, std::uint64_t>;

// Numbers that are not points; a run's figures are made of them.
struct CoverageTotals {
  std::uint64_t commands = 0, driver_calls = 0, table_stores = 0, register_accesses = 0;
};

class CoverageSink : public TraceSink {
 public:
  // The 64-bit word at a physical address, 0 where there is no memory: a record holds the first word of an entry only.
  using Read64 = std::uint64_t (*)(const void* memory, std::uint64_t pa);
  CoverageSink(Read64 read64, const void* memory) : read64_(read64), memory_(memory) {}

  void record(const smmu_trace_record& record) override;
  // A point that no record tells of: a kind of domain, or one of the scenario's own.
  void hit(const std::string& point) { ++named_[point]; }

  CoveragePoints points() const;
  CoverageTotals totals() const { return totals_; }

 private:
  enum Config : std::uint8_t { kNoSte, kAbort, kBypass, kS1, kS2, kNested, kDisabled, kConfigs };
  enum Granule : std::uint8_t { k4k, k16k, k64k, kNoGranule };

  // What its records said of a stream so far.
  struct Stream {
    Config config = kNoSte;
    Granule stage2 = kNoGranule;
    bool fresh = true;                              // the next step of a walk is the first of another transaction
    bool walked[2] = {false, false};                // stage 1, stage 2: the walk that goes on read its tables
    std::uint8_t level[2] = {0, 0};
    std::uint8_t met = 0;                           // of the transaction that goes on: kMet bits
    std::uint32_t told = 0;                         // how many invalidations its SMMU had been given when it was last accessed
  };
  struct Cd {
    Granule low = kNoGranule, high = kNoGranule;    // of the two halves of the IOVAs
  };
  struct Smmu {
    std::uint32_t gerror = 0, gerrorn = 0, active = 0;
    bool enabled = false;
    std::uint8_t invalidation = 0;                  // opcode of the last one
    std::uint32_t invalidations = 0;
  };

  void fetched(const smmu_trace_record& r);
  void walked(const smmu_trace_record& r);
  void filled(const smmu_trace_record& r);
  void event(const smmu_trace_record& r);
  void ended(const smmu_trace_record& r);
  void command(const smmu_trace_record& r);
  void register_access(const smmu_trace_record& r);
  void count_walk(std::uint16_t source, std::uint32_t sid, std::uint32_t ssid, const Stream& stream, std::uint64_t iova, unsigned stage, unsigned outcome);
  Stream& stream_of(std::uint16_t source, std::uint32_t sid);

  friend const CoveragePoints& coverage_vocabulary();
  void count_everything();  // for the vocabulary: each name once

  Read64 read64_;
  const void* memory_;
  std::unordered_map<std::uint64_t, Stream> streams_;
  std::unordered_map<std::uint64_t, Cd> cds_;
  std::uint64_t last_key_ = ~std::uint64_t{0};
  Stream* last_ = nullptr;
  std::array<Smmu, 64> smmus_{};
  std::map<std::uint32_t, std::uint64_t> walks_, calls_;
  std::array<std::uint64_t, 256> commands_{}, invalidations_{}, events_{}, lost_{}, stalls_{}, command_errors_{};
  std::array<std::uint64_t, 32> gerrors_{};
  std::array<std::uint64_t, 64> accesses_{}, transactions_{};  // by what the stream does or by the kind of access, and outcome
  std::array<std::uint64_t, 512> met_{};                       // by what the stream does, kind of access, state of the caches, and outcome
  std::map<std::uint32_t, std::uint64_t> after_;               // by the last invalidation, what the stream does, and outcome
  std::array<std::uint64_t, 8> tlb_hits_{}, stes_{}, cd_tables_{}, irqs_{}, msis_{}, tags_{};
  std::uint64_t page_requests_ = 0, overflows_ = 0;
  CoveragePoints named_;
  CoverageTotals totals_;
};

// Every name that points() can give for a record, in order; named points beside. What a model declares must be one of them.
const CoveragePoints& coverage_vocabulary();
// One of the vocabulary, a kind of domain, or a scenario's own ("scenario/...").
bool is_coverage_point(const std::string& name);

}  // namespace tandem

#endif
