// SPDX-License-Identifier: Apache-2.0
// Puts time and source on the records of one producer and hands them on. Not here: formats. Proof: tb/tests/test_trace.cpp.
#ifndef TANDEM_TRACE_STAMP_H
#define TANDEM_TRACE_STAMP_H

#include <cstdint>

#include "smmuv3_trace.h"

namespace tandem {

inline constexpr std::uint16_t kTraceSourceBench = 0xffff;

class StampingSink {
 public:
  // now_ps() is asked for records without a time of their own.
  void set_up(std::uint16_t source, std::uint64_t (*now_ps)()) {
    source_ = source;
    now_ps_ = now_ps;
  }
  void forward_to(smmu_trace_sink* next) { next_ = next; }
  smmu_trace_sink* sink() { return &sink_; }

  StampingSink() = default;
  StampingSink(const StampingSink&) = delete;
  StampingSink& operator=(const StampingSink&) = delete;

 private:
  static void emit(void* ctx, const smmu_trace_record* record) {
    auto& self = *static_cast<StampingSink*>(ctx);
    if (self.next_ == nullptr) return;
    smmu_trace_record stamped = *record;
    if (stamped.time_ps == 0 && self.now_ps_ != nullptr) stamped.time_ps = self.now_ps_();
    stamped.source = self.source_;
    self.next_->emit(self.next_->ctx, &stamped);
  }

  std::uint16_t source_ = kTraceSourceBench;
  std::uint64_t (*now_ps_)() = nullptr;
  smmu_trace_sink* next_ = nullptr;
  smmu_trace_sink sink_{this, &StampingSink::emit};
};

}  // namespace tandem

#endif
