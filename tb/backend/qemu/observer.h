// SPDX-License-Identifier: Apache-2.0
// Turns what QEMU logged, and what it left in its queues, into trace records and counts of the platform.
// Commands and events are read from the queues in RAM after the access that moved their indices: QEMU does all its work inside
// a register write or a DMA, so nothing moves in between.
// Not here: outcomes of accesses (qemu_module.cpp). Proof: tb/backend/qemu/test/test_qemu.cpp, scenarios on qemu.
#ifndef TANDEM_BACKEND_QEMU_OBSERVER_H
#define TANDEM_BACKEND_QEMU_OBSERVER_H

#include <cstdint>
#include <vector>

#include "backend/qemu/qtest.h"
#include "backend/qemu/trace_log.h"
#include "smmu_tlm/smmu_module.h"
#include "smmuv3_trace.h"

namespace tandem::qemu {

// The arena as the observer reads it.
struct ArenaView {
  const std::uint8_t* host = nullptr;
  std::uint64_t base = 0, bytes = 0;
  bool contains(std::uint64_t pa, std::uint64_t count) const { return pa >= base && pa - base < bytes && count <= bytes - (pa - base); }
  std::uint64_t word(std::uint64_t pa) const;  // 0 outside
};

class Observer {
 public:
  Observer(Bus& bus, const ArenaView& arena) : bus_(bus), arena_(arena) {}

  void set_sink(smmu_trace_sink* sink) { sink_ = sink; }
  bool tracing() const { return sink_ != nullptr; }
  void emit(const smmu_trace_record& record) const {
    if (sink_ != nullptr) sink_->emit(sink_->ctx, &record);
  }

  void mmio(bool write, std::uint32_t offset, unsigned bytes, std::uint64_t value) const;
  // After a register write, with what was logged meanwhile.
  void after_write(const std::vector<TraceLine>& lines);
  // After a DMA of that stream.
  void after_dma(const std::vector<TraceLine>& lines, std::uint32_t sid);
  // Software moved an index itself.
  void queues_moved();
  struct Transaction {
    std::uint32_t sid = 0, bytes = 0;
    bool write = false;
    std::uint64_t iova = 0;
  };
  void begin(const Transaction& transaction);
  void end(const Transaction& transaction, std::uint64_t pa, bool aborted);

  smmu_tlm::SmmuStats& stats() { return stats_; }
  const smmu_tlm::SmmuStats& stats() const { return stats_; }

 private:
  void commands();
  void events();
  smmu_trace_record record_of_transaction(std::uint16_t kind, const Transaction& transaction) const;

  Bus& bus_;
  ArenaView arena_;
  smmu_trace_sink* sink_ = nullptr;
  smmu_tlm::SmmuStats stats_;
  std::uint32_t command_index_ = 0, event_index_ = 0;  // with wrap, up to where they were told
  std::uint64_t transaction_id_ = 0;
};

}  // namespace tandem::qemu

#endif
