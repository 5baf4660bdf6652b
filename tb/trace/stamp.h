// SPDX-License-Identifier: Apache-2.0
// Puts time, source and CPU thread on the records of one producer and hands them on. Not here: formats. Proof: tb/tests/test_trace.cpp.
#ifndef TANDEM_TRACE_STAMP_H
#define TANDEM_TRACE_STAMP_H

#include <cstdint>

#include "smmuv3_trace.h"

namespace tandem {

inline constexpr std::uint16_t kTraceSourceBench = 0xffff;

// Records whose sid is the number of a CPU thread.
inline bool is_of_a_cpu(unsigned kind) {
  switch (kind) {
    case SMMU_TRACE_MMIO_READ:
    case SMMU_TRACE_MMIO_WRITE:
    case SMMU_TRACE_DRIVER_CALL:
    case SMMU_TRACE_TABLE_STORE:
    case SMMU_TRACE_TAG:
    case SMMU_TRACE_STEP:
    case SMMU_TRACE_CPU: return true;
    default: return false;
  }
}

class StampingSink {
 public:
  using CpuOf = std::uint32_t (*)(void* ctx, const smmu_trace_record& record);
  // now_ps() is asked for records without a time of their own, cpu_of() (may be null) for the thread behind what CPUs do.
  void set_up(std::uint16_t source, std::uint64_t (*now_ps)(), CpuOf cpu_of = nullptr, void* ctx = nullptr) {
    source_ = source;
    now_ps_ = now_ps;
    cpu_of_ = cpu_of;
    cpu_ctx_ = ctx;
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
    if (self.cpu_of_ != nullptr && is_of_a_cpu(stamped.kind)) stamped.sid = self.cpu_of_(self.cpu_ctx_, stamped);
    self.next_->emit(self.next_->ctx, &stamped);
  }

  std::uint16_t source_ = kTraceSourceBench;
  std::uint64_t (*now_ps_)() = nullptr;
  CpuOf cpu_of_ = nullptr;
  void* cpu_ctx_ = nullptr;
  smmu_trace_sink* next_ = nullptr;
  smmu_trace_sink sink_{this, &StampingSink::emit};
};

}  // namespace tandem

#endif
