// SPDX-License-Identifier: Apache-2.0
// The oracles as a subscriber of the trace of a running platform. Not here: the oracles (check.h), what a finding does to a verdict.
// Proof: scenarios; ctest -R '^tb\.check\.' for the oracles themselves.
#ifndef TANDEM_CHECK_SINK_H
#define TANDEM_CHECK_SINK_H

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "check/check.h"
#include "trace/sinks.h"

namespace tandem {

class CheckSink : public TraceSink {
 public:
  // off: names of oracles that do not look; irq_only_when_filled: numbers of SMMUs that promise not to interrupt more often.
  // ram must outlive this object.
  CheckSink(const std::uint8_t* ram, std::uint64_t base, std::uint64_t bytes, const std::vector<std::string>& off,
            const std::vector<unsigned>& irq_only_when_filled)
      : ram_(ram), base_(base), bytes_(bytes) {
    check_config config{};
    config.ctx = this;
    config.read64 = &CheckSink::read64;
    for (const std::string& name : off) {
      for (int i = 0; i < CHECK_ORACLES; ++i) config.off[i] = config.off[i] || name == check_name(static_cast<check_oracle>(i));
    }
    for (const unsigned smmu : irq_only_when_filled) config.irq_only_when_filled[smmu % CHECK_SMMUS] = true;
    check_.reset(check_new(&config));
    if (!check_) throw std::bad_alloc();
  }

  void record(const smmu_trace_record& record) override { check_record(check_.get(), &record); }
  void dma_begins() { check_dma_begin(check_.get()); }
  void dma_ends(const check_dma& dma) { check_dma_end(check_.get(), &dma); }
  // What somebody asks the driver about counters, and its answers.
  void counter_call_begins(unsigned smmu) { check_counter_begin(check_.get(), smmu); }
  void counter_call_did(const check_counter& done) { check_counter_done(check_.get(), &done); }
  void counter_call_ends(unsigned smmu) { check_counter_end(check_.get(), smmu); }
  // The run passed and nothing is under way any more.
  void end() { check_end(check_.get()); }

  // The finding that came first, as one sentence, or empty.
  std::string first() const {
    const check_finding* earliest = nullptr;
    for (int i = 0; i < CHECK_ORACLES; ++i) {
      const check_finding* const finding = check_first(check_.get(), static_cast<check_oracle>(i));
      if (finding->rule != nullptr && (earliest == nullptr || finding->record < earliest->record)) earliest = finding;
    }
    if (earliest == nullptr) return "";
    return std::string("oracle ") + earliest->rule + " at " + std::to_string(earliest->time_ps / 1000) + " ns, record " +
           std::to_string(earliest->record) + ": " + earliest->text;
  }

 private:
  struct Free {
    void operator()(check* object) const { check_free(object); }
  };

  static std::uint64_t read64(void* ctx, std::uint64_t pa) {
    const auto& self = *static_cast<CheckSink*>(ctx);
    std::uint64_t word = 0;
    if (pa >= self.base_ && pa - self.base_ <= self.bytes_ - sizeof word) std::memcpy(&word, self.ram_ + (pa - self.base_), sizeof word);
    return word;
  }

  const std::uint8_t* ram_;
  std::uint64_t base_, bytes_;
  std::unique_ptr<check, Free> check_;
};

}  // namespace tandem

#endif
