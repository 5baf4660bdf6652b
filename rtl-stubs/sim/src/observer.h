// SPDX-License-Identifier: Apache-2.0
// Turns what the block shows of its inside into statistics, interrupts and trace records. Facts of a batch are kept
// until their simulated time has come. Not here: what the facts mean (rtl-stubs/rtl, observation ports).
// Proof: sim/test/test_observer.cpp.
#ifndef SMMU_RTL_OBSERVER_H
#define SMMU_RTL_OBSERVER_H

#include <array>
#include <cstdint>
#include <vector>

#include "smmuv3_rtl/block.h"
#include "smmu_tlm/smmu_module.h"
#include "smmuv3_trace.h"

namespace smmu_rtl {

class Observer {
 public:
  void set_sink(smmu_trace_sink* sink) { sink_ = sink; }
  const smmu_tlm::SmmuStats& stats() const { return stats_; }

  // One clock cycle; true when an interrupt output rose.
  bool sample(const Pins& pins, std::uint64_t time_ps);
  void register_access(bool write, std::uint32_t offset, std::uint64_t value, unsigned bytes, std::uint64_t time_ps);
  void msi(std::uint64_t pa, std::uint64_t data, bool ok, std::uint64_t time_ps);
  // Hands out the kept records and interrupts.
  template <class Raise>
  void make_visible(Raise raise) {
    if (!records_.empty()) emit_records();
    for (const smmu_tlm::Irq irq : irqs_) raise(irq);
    irqs_.clear();
  }
  void clear();

 private:
  void count(const Observation& seen);
  void record_facts(const Observation& seen, std::uint64_t time_ps);
  void record_translation(const Observation& seen, std::uint64_t time_ps);
  void record_queues(const Observation& seen, std::uint64_t time_ps);
  bool sample_irqs(const IrqPins& now, std::uint64_t time_ps);
  smmu_trace_record& add(std::uint16_t kind, std::uint64_t time_ps);
  void add_stream(smmu_trace_record& record, unsigned slot) const;
  void emit_records();
  void follow_stalls(const Observation& seen, std::uint64_t time_ps);
  void end_waiting(std::size_t index, std::uint8_t result, std::uint64_t time_ps);

  smmu_trace_sink* sink_ = nullptr;
  smmu_tlm::SmmuStats stats_;
  IrqPins irq_before_;
  std::array<Observation::Transaction, kMaxSlots> txns_{};  // those being translated
  std::array<std::uint64_t, kMaxSlots> txn_ids_{};          // join their begin and their end
  std::uint64_t last_id_ = 0;
  struct Waiting {  // stalled or held: in no slot until it is translated again
    Observation::Burst burst;
    Observation::Transaction txn;
    std::uint64_t id;
    bool retry;     // software's answer
  };
  std::vector<Waiting> waiting_;
  bool invalidation_open_ = false;    // its record waits for the command's words
  std::uint32_t invalidation_count_ = 0;
  std::vector<smmu_tlm::Irq> irqs_;
  std::vector<smmu_trace_record> records_;
};

}  // namespace smmu_rtl

#endif
