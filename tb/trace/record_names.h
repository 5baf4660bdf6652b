// SPDX-License-Identifier: Apache-2.0
// Names of kinds, interrupts, access classes and outcomes in trace records. Not here: commands and events (decode.h).
// Proof: tb/tests/test_trace.cpp.
#ifndef TANDEM_TRACE_RECORD_NAMES_H
#define TANDEM_TRACE_RECORD_NAMES_H

#include <cstdint>
#include <cstring>
#include <string>

#include "smmuv3_trace.h"

namespace tandem {

inline const char* trace_kind_name(unsigned kind) {
  static const char* const names[] = {
      "unknown", "mmio_read", "mmio_write", "command", "cmdq_error", "config_fetch", "walk_step", "tlb_fill", "tlb_hit",
      "tlb_invalidate", "txn_begin", "txn_end", "event", "event_lost", "pri", "irq", "msi", "pmcg", "driver_call",
      "table_store", "tag", "step", "access", "cpu", "message", "secure_command"};
  return kind < sizeof names / sizeof names[0] ? names[kind] : names[0];
}

inline const char* trace_irq_name(unsigned irq) {
  static const char* const names[] = {"EVENTQ", "PRIQ", "GERROR", "CMD_SYNC", "PMCG"};
  return irq < 5 ? names[irq] : "unknown";
}

inline const char* trace_message_name(std::uint64_t message) {
  static const char* const names[] = {"atc_invalidate", "atc_completed", "page_request", "page_response"};
  return message < 4 ? names[message] : "unknown";
}

inline const char* trace_class_name(unsigned access_class) {
  static const char* const names[] = {"Client", "L1STD", "STE", "L1CD", "CD", "Stage1Table", "Stage2Table", "VMS",
                                      "CmdqRead", "EventqWrite", "PriqWrite", "Msi"};
  return access_class < 12 ? names[access_class] : "unknown";
}

inline const char* trace_txn_result_name(unsigned result) {
  static const char* const names[] = {"ok", "abort", "raz_wi", "stalled"};
  return result < 4 ? names[result] : "unknown";
}

// The name in a record of kind CPU.
inline std::string trace_cpu_name(const smmu_trace_record& record) {
  const char* const text = reinterpret_cast<const char*>(record.data);
  return {text, strnlen(text, sizeof record.data)};
}

}  // namespace tandem

#endif
