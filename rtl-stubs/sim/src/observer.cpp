// SPDX-License-Identifier: Apache-2.0
// Statistics, interrupt edges and trace records of observer.h. Proof: sim/test/test_observer.cpp.
#include "observer.h"

#include <algorithm>

namespace smmu_rtl {
namespace {

std::uint8_t flags_of(const Observation::Transaction& txn) {
  unsigned flags = 0;
  if (txn.write) flags |= SMMU_TRACE_FLAG_WRITE;
  if (txn.ssid_valid) flags |= SMMU_TRACE_FLAG_SSV;
  if (txn.privileged) flags |= SMMU_TRACE_FLAG_PRIVILEGED;
  if (txn.instruction) flags |= SMMU_TRACE_FLAG_INSTRUCTION;
  return static_cast<std::uint8_t>(flags);
}

}  // namespace

smmu_trace_record& Observer::add(std::uint16_t kind, std::uint64_t time_ps) {
  records_.push_back({});
  records_.back().kind = kind;
  records_.back().time_ps = time_ps;
  return records_.back();
}

void Observer::add_stream(smmu_trace_record& record, unsigned slot) const {
  const Observation::Transaction& txn = txns_[slot % kMaxSlots];
  record.sid = txn.sid;
  record.ssid = txn.ssid;
  record.flags = flags_of(txn);
}

void Observer::count(const Observation& seen) {
  stats_.commands += seen.command;
  stats_.syncs += seen.sync_done;
  stats_.transactions += seen.txn_begin && !seen.txn_recalled && seen.txn.smmu_enabled;
  stats_.translations += seen.txn_end && seen.txn.translated && seen.txn.result == SMMU_TRACE_TXN_OK;
  stats_.aborts += seen.txn_end && seen.txn.result == SMMU_TRACE_TXN_ABORTED;
  stats_.tlb_hits += seen.tlb_hit;
  stats_.tlb_misses += seen.tlb_miss;
  stats_.config_misses += seen.config_miss;
  stats_.table_walk_accesses += seen.walk_access;
  stats_.config_accesses += seen.config_access;
  stats_.events_recorded += seen.event;
}

void Observer::record_translation(const Observation& seen, std::uint64_t time_ps) {
  const unsigned slot = seen.txn.slot % kMaxSlots;  // of begin, hit and end
  const Observation::Transaction& txn = txns_[slot];
  if (seen.txn_begin) {
    auto& record = add(SMMU_TRACE_TXN_BEGIN, time_ps);
    add_stream(record, slot);
    record.addr = txn.addr;
    record.size = static_cast<std::uint8_t>(std::min(txn.bytes, 255u));
    record.data[1] = seen.txn_recalled;
    record.data[2] = txn.tbu;
    record.data[3] = txn_ids_[slot] = ++last_id_;
  }
  if (seen.config_access) {
    auto& record = add(SMMU_TRACE_CONFIG_FETCH, time_ps);
    add_stream(record, seen.fetch_slot);
    record.addr = seen.config_pa;
    record.detail = seen.config_class;
    record.data[0] = seen.config_word0;
    record.data[1] = seen.config_error;
  }
  if (seen.walk_access) {
    auto& record = add(SMMU_TRACE_WALK_STEP, time_ps);
    add_stream(record, seen.fetch_slot);
    record.addr = seen.walk_pa;
    record.detail = static_cast<std::uint16_t>(seen.walk_stage << 8 | seen.walk_level);
    record.data[0] = seen.walk_descriptor;
    record.data[1] = seen.walk_error;
  }
  if (seen.tlb_fill) {
    auto& record = add(SMMU_TRACE_TLB_FILL, time_ps);
    add_stream(record, seen.fill_slot);
    record.addr = seen.fill_va;
    record.size = seen.fill_size_log2;
    record.data[0] = seen.fill_pa;
    record.data[1] = seen.fill_asid | seen.fill_vmid << 16;
  }
  if (seen.tlb_hit) {
    auto& record = add(SMMU_TRACE_TLB_HIT, time_ps);
    add_stream(record, slot);
    record.addr = txn.addr;
    record.data[0] = seen.txn.pa;
  }
  if (seen.txn_end) {
    auto& record = add(SMMU_TRACE_TXN_END, time_ps);
    add_stream(record, slot);
    record.addr = seen.txn.addr;
    record.detail = seen.txn.result;
    record.size = static_cast<std::uint8_t>(std::min(txn.bytes, 255u));
    record.data[2] = txn.tbu;
    record.data[3] = txn_ids_[slot];
    if (seen.txn.translated) record.data[0] = seen.txn.pa;
  }
}

void Observer::record_queues(const Observation& seen, std::uint64_t time_ps) {
  if (seen.tlb_invalidate) {
    invalidation_open_ = true;
    invalidation_count_ = seen.invalidate_count;
  }
  if (seen.command) {
    if (invalidation_open_) {
      auto& record = add(SMMU_TRACE_TLB_INVALIDATE, time_ps);
      record.addr = invalidation_count_;
      std::copy(seen.command_words.begin(), seen.command_words.end(), record.data);
      invalidation_open_ = false;
    }
    auto& record = add(SMMU_TRACE_COMMAND, time_ps);
    record.addr = seen.command_index;
    std::copy(seen.command_words.begin(), seen.command_words.end(), record.data);
  }
  if (seen.command_error) {
    auto& record = add(SMMU_TRACE_CMDQ_ERROR, time_ps);
    record.addr = seen.command_index;
    record.data[0] = seen.command_error_code;
  }
  if (seen.event || seen.event_lost) {
    auto& record = add(seen.event ? SMMU_TRACE_EVENT : SMMU_TRACE_EVENT_LOST, time_ps);
    record.addr = seen.event_index;
    std::copy(seen.event_words.begin(), seen.event_words.end(), record.data);
  }
}

bool Observer::sample_irqs(const IrqPins& now, std::uint64_t time_ps) {
  using smmu_tlm::Irq;
  const std::size_t before = irqs_.size();
  if (now.eventq && !irq_before_.eventq) irqs_.push_back(Irq::Eventq);
  if (now.priq && !irq_before_.priq) irqs_.push_back(Irq::Priq);
  if (now.gerror && !irq_before_.gerror) irqs_.push_back(Irq::Gerror);
  if (now.cmd_sync && !irq_before_.cmd_sync) irqs_.push_back(Irq::CmdSync);
  if (now.pmcg && !irq_before_.pmcg) irqs_.push_back(Irq::Pmcg);
  irq_before_ = now;
  if (sink_ != nullptr)
    for (std::size_t i = before; i < irqs_.size(); ++i)
      add(SMMU_TRACE_IRQ, time_ps).detail = static_cast<std::uint16_t>(irqs_[i]);
  return irqs_.size() != before;
}

// An end without a translation: of one that software, or SMMUEN = 0, has ended.
void Observer::end_waiting(std::size_t index, std::uint8_t result, std::uint64_t time_ps) {
  const Waiting waiting = waiting_[index];
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
  stats_.aborts += result == SMMU_TRACE_TXN_ABORTED;
  if (sink_ == nullptr) return;
  auto& record = add(SMMU_TRACE_TXN_END, time_ps);
  record.sid = waiting.txn.sid;
  record.ssid = waiting.txn.ssid;
  record.flags = flags_of(waiting.txn);
  record.addr = waiting.txn.addr;
  record.detail = result;
  record.size = static_cast<std::uint8_t>(std::min(waiting.txn.bytes, 255u));
  record.data[2] = waiting.txn.tbu;
  record.data[3] = waiting.id;
}

// Stalled transactions give their slot up; those that are translated again get another one.
void Observer::follow_stalls(const Observation& seen, std::uint64_t time_ps) {
  const unsigned slot = seen.txn.slot % kMaxSlots;
  if (seen.again) {
    const auto same = [&seen](const Waiting& w) {
      return w.txn.tbu == seen.txn.tbu && w.txn.write == seen.txn.write && w.txn.sid == seen.txn.sid && w.txn.addr == seen.txn.addr &&
             w.txn.ssid_valid == seen.txn.ssid_valid && w.txn.ssid == seen.txn.ssid;
    };
    auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) { return w.retry && same(w); });
    if (found == waiting_.end()) found = std::find_if(waiting_.begin(), waiting_.end(), same);
    if (found != waiting_.end()) {
      txns_[slot] = found->txn;
      txn_ids_[slot] = found->id;
      waiting_.erase(found);
    }
  }
  if (seen.stall || seen.held) waiting_.push_back({seen.stalled, txns_[slot], txn_ids_[slot], false});
  if (seen.resume) {
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (!(waiting_[i].burst == seen.resumed)) continue;
      waiting_[i].retry = seen.resume_retry;
      if (!seen.resume_retry) end_waiting(i, seen.resume_result, time_ps);
      break;
    }
  }
  for (std::size_t i = waiting_.size(); seen.flush && i > 0; --i)
    if (!waiting_[i - 1].retry) end_waiting(i - 1, SMMU_TRACE_TXN_ABORTED, time_ps);
}

bool Observer::sample(const Pins& pins, std::uint64_t time_ps) {
  const Observation& seen = pins.seen;
  if (seen.txn_begin || seen.txn_end) {
    Observation::Transaction& txn = txns_[seen.txn.slot % kMaxSlots];
    const std::uint32_t bytes = seen.txn_begin ? seen.txn.bytes : txn.bytes;  // of its begin
    txn = seen.txn;
    txn.bytes = bytes;
  }
  count(seen);
  follow_stalls(seen, time_ps);
  if (sink_ != nullptr) {
    record_translation(seen, time_ps);
    record_queues(seen, time_ps);
  }
  return sample_irqs(pins.irq, time_ps);
}

void Observer::register_access(bool write, std::uint32_t offset, std::uint64_t value, unsigned bytes,
                               std::uint64_t time_ps) {
  if (sink_ == nullptr) return;
  smmu_trace_record record{};
  record.time_ps = time_ps;
  record.kind = write ? SMMU_TRACE_MMIO_WRITE : SMMU_TRACE_MMIO_READ;
  record.addr = offset;
  record.size = static_cast<std::uint8_t>(bytes);
  record.data[0] = value;
  sink_->emit(sink_->ctx, &record);
}

void Observer::msi(std::uint64_t pa, std::uint64_t data, bool ok, std::uint64_t time_ps) {
  if (sink_ == nullptr) return;
  smmu_trace_record record{};
  record.time_ps = time_ps;
  record.kind = SMMU_TRACE_MSI;
  record.addr = pa;
  record.data[0] = data;
  record.data[1] = ok ? 0 : 1;
  sink_->emit(sink_->ctx, &record);
}

void Observer::emit_records() {
  if (sink_ != nullptr)
    for (const auto& record : records_) sink_->emit(sink_->ctx, &record);
  records_.clear();
}

void Observer::clear() {
  stats_ = {};
  irq_before_ = {};
  txns_ = {};
  txn_ids_ = {};
  waiting_.clear();
  invalidation_open_ = false;
  irqs_.clear();
  records_.clear();
}

}  // namespace smmu_rtl
