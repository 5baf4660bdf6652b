// SPDX-License-Identifier: Apache-2.0
// One trace record as one JSON object. Numbers above 2^53 would lose bits in many readers, so 64-bit values are strings.
// Proof: tb/tests/test_trace.cpp.
#include <cinttypes>

#include "trace/decode.h"
#include "trace/sinks.h"

namespace tandem {
namespace {

const char* kind_name(unsigned kind) {
  static const char* const names[] = {
      "unknown", "mmio_read", "mmio_write", "command", "cmdq_error", "config_fetch", "walk_step", "tlb_fill", "tlb_hit",
      "tlb_invalidate", "txn_begin", "txn_end", "event", "event_lost", "pri", "irq", "msi", "pmcg", "driver_call",
      "table_store", "tag", "step"};
  return kind < sizeof names / sizeof names[0] ? names[kind] : names[0];
}

const char* irq_name(unsigned irq) {
  static const char* const names[] = {"EVENTQ", "PRIQ", "GERROR", "CMD_SYNC", "PMCG"};
  return irq < 5 ? names[irq] : "unknown";
}

const char* class_name(unsigned access_class) {
  static const char* const names[] = {"Client", "L1STD", "STE", "L1CD", "CD", "Stage1Table", "Stage2Table", "VMS",
                                      "CmdqRead", "EventqWrite", "PriqWrite", "Msi"};
  return access_class < 12 ? names[access_class] : "unknown";
}

const char* txn_result_name(unsigned result) {
  static const char* const names[] = {"ok", "abort", "raz_wi", "stalled"};
  return result < 4 ? names[result] : "unknown";
}

// Appends "key":value pairs to one object. All strings are our own names, nothing needs escaping but SMMU names, which
// are letters, digits and '_'.
class Object {
 public:
  Object& number(const char* key, std::uint64_t value) { return raw(key, std::to_string(value)); }
  Object& text(const char* key, const std::string& value) { return raw(key, "\"" + value + "\""); }
  Object& flag(const char* key, bool value) { return raw(key, value ? "true" : "false"); }
  Object& hex(const char* key, std::uint64_t value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "0x%" PRIx64, value);
    return text(key, digits);
  }
  Object& raw(const char* key, const std::string& value) {
    text_ += std::string(text_.empty() ? "{" : ",") + "\"" + key + "\":" + value;
    return *this;
  }
  Object& decoded(const DecodedRecord& record) {
    text("name", record.name);
    for (const auto& [field, value] : record.fields) hex(field.c_str(), value);
    return *this;
  }
  std::string str() const { return text_ + "}"; }

 private:
  std::string text_;
};

void add_stream(Object& object, const smmu_trace_record& r) {
  object.hex("sid", r.sid);
  if ((r.flags & SMMU_TRACE_FLAG_SSV) != 0) object.hex("ssid", r.ssid);
}

void add_access(Object& object, const smmu_trace_record& r) {
  add_stream(object, r);
  object.hex("iova", r.addr).text("access", (r.flags & SMMU_TRACE_FLAG_WRITE) != 0 ? "write" : "read");
  if ((r.flags & SMMU_TRACE_FLAG_PRIVILEGED) != 0) object.flag("privileged", true);
  if ((r.flags & SMMU_TRACE_FLAG_INSTRUCTION) != 0) object.flag("instruction", true);
}

void add_body(Object& object, const smmu_trace_record& r) {
  switch (r.kind) {
    case SMMU_TRACE_MMIO_READ:
    case SMMU_TRACE_MMIO_WRITE:
      object.text("register", register_name(static_cast<std::uint32_t>(r.addr)));
      object.hex("offset", r.addr).hex("value", r.data[0]).number("bytes", r.size);
      break;
    case SMMU_TRACE_COMMAND: object.hex("index", r.addr).decoded(decode_command(r.data)); break;
    case SMMU_TRACE_CMDQ_ERROR: object.hex("index", r.addr).number("error", r.data[0]); break;
    case SMMU_TRACE_EVENT:
    case SMMU_TRACE_EVENT_LOST: object.hex("index", r.addr).decoded(decode_event(r.data)); break;
    case SMMU_TRACE_PRI: object.decoded(decode_structure("PRI", r.data)); break;
    case SMMU_TRACE_CONFIG_FETCH:
      add_stream(object, r);
      object.text("class", class_name(r.detail)).hex("pa", r.addr).hex("word", r.data[0]).flag("aborted", r.data[1] != 0);
      break;
    case SMMU_TRACE_WALK_STEP:
      add_stream(object, r);
      object.number("stage", r.detail >> 8).number("level", r.detail & 0xff);
      object.hex("pa", r.addr).hex("descriptor", r.data[0]).flag("aborted", r.data[1] != 0);
      break;
    case SMMU_TRACE_TLB_FILL:
      add_stream(object, r);
      object.hex("iova", r.addr).hex("pa", r.data[0]).number("size_log2", r.size);
      object.hex("asid", r.data[1] & 0xffff).hex("vmid", r.data[1] >> 16 & 0xffff);
      break;
    case SMMU_TRACE_TLB_HIT:
      add_stream(object, r);
      object.hex("iova", r.addr).hex("pa", r.data[0]);
      break;
    case SMMU_TRACE_TLB_INVALIDATE: object.number("dropped", r.addr).decoded(decode_command(r.data)); break;
    case SMMU_TRACE_TXN_BEGIN:
      add_access(object, r);
      object.number("bytes", r.size);
      break;
    case SMMU_TRACE_TXN_END:
      add_access(object, r);
      object.text("result", txn_result_name(r.detail)).hex("pa", r.data[0]);
      break;
    case SMMU_TRACE_IRQ: object.text("irq", irq_name(r.detail)); break;
    case SMMU_TRACE_MSI: object.hex("pa", r.addr).hex("payload", r.data[0]).flag("aborted", r.data[1] != 0); break;
    case SMMU_TRACE_PMCG: object.number("counter", r.data[0]).hex("value", r.data[1]); break;
    case SMMU_TRACE_DRIVER_CALL:
      object.number("call", r.detail).flag("entry", (r.flags & SMMU_TRACE_FLAG_ENTRY) != 0);
      if ((r.flags & SMMU_TRACE_FLAG_ENTRY) == 0) object.raw("status", std::to_string(static_cast<std::int64_t>(r.data[0])));
      break;
    case SMMU_TRACE_TABLE_STORE: object.hex("pa", r.addr).hex("old", r.data[0]).hex("new", r.data[1]); break;
    case SMMU_TRACE_TAG: object.hex("tag", r.data[0]).number("state", r.detail); break;
    case SMMU_TRACE_STEP: object.number("step", r.data[0]); break;
    default: object.number("number", r.kind); break;
  }
}

}  // namespace

std::string trace_record_to_json(const smmu_trace_record& record, const std::vector<std::string>& names) {
  Object object;
  object.number("time_ps", record.time_ps);
  object.text("source", record.source < names.size() ? names[record.source] : "bench");
  object.text("kind", kind_name(record.kind));
  add_body(object, record);
  return object.str();
}

}  // namespace tandem
