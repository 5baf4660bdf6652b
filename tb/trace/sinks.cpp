// SPDX-License-Identifier: Apache-2.0
// The logs and the tally of sinks.h. Proof: tb/tests/test_trace.cpp.
#include "trace/sinks.h"

#include <utility>

#include "smmuv3_arch.h"

namespace tandem {

void CommandLog::record(const smmu_trace_record& record) {
  if (record.kind != SMMU_TRACE_COMMAND) return;
  logs_[record.source].push_back({record.time_ps, record.addr, {record.data[0], record.data[1]}});
}

std::vector<LoggedCommand> CommandLog::take(unsigned source) { return std::exchange(logs_[source], {}); }

std::vector<smmu_trace_record> OrderLog::take() {
  watching_ = false;
  return std::exchange(records_, {});
}

void OrderLog::record(const smmu_trace_record& record) {
  if (!watching_) return;
  switch (record.kind) {
    case SMMU_TRACE_TABLE_STORE:
    case SMMU_TRACE_COMMAND:
    case SMMU_TRACE_CONFIG_FETCH:
    case SMMU_TRACE_TAG: records_.push_back(record); break;
    case SMMU_TRACE_MMIO_WRITE:
      if (record.addr == SMMU_CMDQ_PROD) records_.push_back(record);
      break;
    default: break;
  }
}

void TraceTally::record(const smmu_trace_record& record) {
  Counts& counts = per_source_[record.source];
  if (record.kind < counts.kinds.size()) ++counts.kinds[record.kind];
  if (record.kind == SMMU_TRACE_COMMAND) ++counts.opcodes[record.data[0] & 0xff];
  if (record.kind == SMMU_TRACE_EVENT) ++counts.event_numbers[record.data[0] & 0xff];
}

const TraceTally::Counts* TraceTally::find(unsigned source) const {
  const auto found = per_source_.find(source);
  return found == per_source_.end() ? nullptr : &found->second;
}

std::uint64_t TraceTally::count(unsigned source, smmu_trace_kind kind) const {
  const Counts* counts = find(source);
  return counts == nullptr ? 0 : counts->kinds.at(kind);
}

std::uint64_t TraceTally::commands(unsigned source, unsigned opcode) const {
  const Counts* counts = find(source);
  return counts == nullptr ? 0 : counts->opcodes.at(opcode);
}

std::uint64_t TraceTally::events(unsigned source, unsigned number) const {
  const Counts* counts = find(source);
  return counts == nullptr ? 0 : counts->event_numbers.at(number);
}

void JsonLinesWriter::record(const smmu_trace_record& record) {
  std::fputs(trace_record_to_json(record, names_).c_str(), file_);
  std::fputc('\n', file_);
}

}  // namespace tandem
