// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_qemu.cpp, scenarios on qemu.
#include "backend/qemu/observer.h"

#include <algorithm>
#include <cstring>

#include "backend/qemu/machine.h"
#include "smmuv3_arch.h"

namespace tandem::qemu {
namespace {

using Kind = TraceLine::Kind;

constexpr std::uint64_t kCommandBytes = 16, kEventBytes = 32, kQueueAddress = 0x000fffffffffffe0;

smmu_trace_record record_of(std::uint16_t kind, std::uint32_t sid) {
  smmu_trace_record record{};
  record.kind = kind;
  record.sid = sid;
  return record;
}

// Indices have at most 20 bits with the wrap flag.
std::uint32_t wrap_mask_of(std::uint64_t base) { return (2u << std::min<std::uint32_t>(static_cast<std::uint32_t>(base & SMMU_CMDQ_BASE_LOG2SIZE_MASK), 19)) - 1; }

bool any(const std::vector<TraceLine>& lines, Kind kind) {
  return std::any_of(lines.begin(), lines.end(), [&](const TraceLine& line) { return line.kind == kind; });
}

}  // namespace

std::uint64_t ArenaView::word(std::uint64_t pa) const {
  std::uint64_t value = 0;
  if (contains(pa, 8)) std::memcpy(&value, host + (pa - base), 8);
  return value;
}

void Observer::mmio(bool write, std::uint32_t offset, unsigned bytes, std::uint64_t value) const {
  if (!tracing()) return;
  smmu_trace_record record = record_of(write ? SMMU_TRACE_MMIO_WRITE : SMMU_TRACE_MMIO_READ, 0);
  record.addr = offset;
  record.size = static_cast<std::uint8_t>(bytes);
  record.data[0] = value;
  emit(record);
}

void Observer::commands() {
  const std::uint64_t base = bus_.read(kSmmuBase + SMMU_CMDQ_BASE, 8);
  const auto cons = static_cast<std::uint32_t>(bus_.read(kSmmuBase + SMMU_CMDQ_CONS, 4));
  const std::uint32_t wrap_mask = wrap_mask_of(base), index_mask = wrap_mask >> 1;
  const std::uint32_t end = cons & SMMU_CMDQ_CONS_RD_MASK & wrap_mask;
  for (command_index_ &= wrap_mask; command_index_ != end; command_index_ = (command_index_ + 1) & wrap_mask) {
    const std::uint64_t pa = (base & kQueueAddress) + kCommandBytes * (command_index_ & index_mask);
    smmu_trace_record record = record_of(SMMU_TRACE_COMMAND, 0);
    record.addr = command_index_;
    record.data[0] = arena_.word(pa);
    record.data[1] = arena_.word(pa + 8);
    ++stats_.commands;
    if ((record.data[0] & 0xff) == SMMU_CMD_SYNC) ++stats_.syncs;
    emit(record);
  }
}

void Observer::after_write(const std::vector<TraceLine>& lines) {
  if (!any(lines, Kind::CommandConsumed)) return;
  commands();
  if (!any(lines, Kind::CommandError)) return;
  smmu_trace_record record = record_of(SMMU_TRACE_CMDQ_ERROR, 0);
  record.addr = command_index_;
  record.data[0] = (bus_.read(kSmmuBase + SMMU_CMDQ_CONS, 4) & SMMU_CMDQ_CONS_ERR_MASK) >> SMMU_CMDQ_CONS_ERR_SHIFT;
  emit(record);
}

void Observer::events() {
  const std::uint64_t base = bus_.read(kSmmuBase + SMMU_EVENTQ_BASE, 8);
  const auto prod = static_cast<std::uint32_t>(bus_.read(kSmmuBase + SMMU_EVENTQ_PROD, 4));
  const std::uint32_t wrap_mask = wrap_mask_of(base), index_mask = wrap_mask >> 1;
  const std::uint32_t end = prod & SMMU_EVENTQ_PROD_WR_MASK & wrap_mask;
  for (event_index_ &= wrap_mask; event_index_ != end; event_index_ = (event_index_ + 1) & wrap_mask) {
    const std::uint64_t pa = (base & kQueueAddress) + kEventBytes * (event_index_ & index_mask);
    smmu_trace_record record = record_of(SMMU_TRACE_EVENT, static_cast<std::uint32_t>(arena_.word(pa) >> 32));
    record.addr = event_index_;
    for (unsigned i = 0; i < 4; ++i) record.data[i] = arena_.word(pa + 8 * i);
    ++stats_.events_recorded;
    emit(record);
  }
}

void Observer::after_dma(const std::vector<TraceLine>& lines, std::uint32_t sid) {
  for (const TraceLine& line : lines) {
    smmu_trace_record record = record_of(0, sid);
    switch (line.kind) {
      case Kind::SteFetch:
      case Kind::CdFetch:
        ++stats_.config_accesses;
        record.kind = SMMU_TRACE_CONFIG_FETCH;
        record.detail = static_cast<std::uint16_t>(line.kind == Kind::SteFetch ? smmu_tlm::AccessClass::Ste : smmu_tlm::AccessClass::Cd);
        record.addr = line.pa;
        record.size = 64;
        record.data[0] = arena_.word(line.pa);
        break;
      case Kind::WalkStep:
        ++stats_.table_walk_accesses;
        record.kind = SMMU_TRACE_WALK_STEP;
        record.addr = line.pa;
        record.data[0] = line.value;
        record.detail = static_cast<std::uint16_t>(1u << 8 | line.level);
        break;
      case Kind::TlbHit: ++stats_.tlb_hits; break;
      case Kind::TlbMiss: ++stats_.tlb_misses; break;
      case Kind::ConfigMiss: ++stats_.config_misses; break;
      case Kind::Translated: ++stats_.translations; break;
      default: break;
    }
    if (record.kind != 0) emit(record);
  }
  if (any(lines, Kind::EventRecorded)) events();
}

void Observer::queues_moved() {
  command_index_ = static_cast<std::uint32_t>(bus_.read(kSmmuBase + SMMU_CMDQ_CONS, 4)) & SMMU_CMDQ_CONS_RD_MASK;
  event_index_ = static_cast<std::uint32_t>(bus_.read(kSmmuBase + SMMU_EVENTQ_PROD, 4)) & SMMU_EVENTQ_PROD_WR_MASK;
}

smmu_trace_record Observer::record_of_transaction(std::uint16_t kind, const Transaction& transaction) const {
  smmu_trace_record record = record_of(kind, transaction.sid);
  record.addr = transaction.iova;
  record.size = static_cast<std::uint8_t>(std::min(transaction.bytes, 255u));
  record.flags = transaction.write ? SMMU_TRACE_FLAG_WRITE : 0;
  record.data[3] = transaction_id_;
  return record;
}

void Observer::begin(const Transaction& transaction) {
  ++transaction_id_;
  if (tracing()) emit(record_of_transaction(SMMU_TRACE_TXN_BEGIN, transaction));
}

void Observer::end(const Transaction& transaction, std::uint64_t pa, bool aborted) {
  if (aborted) ++stats_.aborts;
  if (!tracing()) return;
  smmu_trace_record record = record_of_transaction(SMMU_TRACE_TXN_END, transaction);
  record.data[0] = pa;
  record.detail = aborted ? SMMU_TRACE_TXN_ABORTED : SMMU_TRACE_TXN_OK;
  emit(record);
}

}  // namespace tandem::qemu
