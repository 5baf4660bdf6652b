// SPDX-License-Identifier: Apache-2.0
// One trace record as one JSON object. Numbers above 2^53 would lose bits in many readers, so 64-bit values are strings.
// Proof: tb/tests/test_trace.cpp.
#include "trace/decode.h"
#include "trace/json_text.h"
#include "trace/record_names.h"
#include "trace/sinks.h"
#include "trace/stamp.h"

namespace tandem {
namespace {

using Object = JsonObject;

void add_decoded(Object& object, const DecodedRecord& record) {
  object.text("name", record.name);
  for (const auto& [field, value] : record.fields) object.hex(field.c_str(), value);
}

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
    case SMMU_TRACE_COMMAND:
    case SMMU_TRACE_SECURE_COMMAND:
      object.hex("index", r.addr);
      add_decoded(object, decode_command(r.data));
      break;
    case SMMU_TRACE_CMDQ_ERROR: object.hex("index", r.addr).number("error", r.data[0]); break;
    case SMMU_TRACE_EVENT:
    case SMMU_TRACE_EVENT_LOST:
      object.hex("index", r.addr);
      add_decoded(object, decode_event(r.data));
      break;
    case SMMU_TRACE_PRI: add_decoded(object, decode_structure("PRI", r.data)); break;
    case SMMU_TRACE_CONFIG_FETCH:
      add_stream(object, r);
      object.text("class", trace_class_name(r.detail)).hex("pa", r.addr).hex("word", r.data[0]).flag("aborted", r.data[1] != 0);
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
    case SMMU_TRACE_TLB_INVALIDATE:
      object.number("dropped", r.addr);
      add_decoded(object, decode_command(r.data));
      break;
    case SMMU_TRACE_TXN_BEGIN:
      add_access(object, r);
      object.number("bytes", r.size).number("tbu", r.data[2]);
      break;
    case SMMU_TRACE_TXN_END:
      add_access(object, r);
      object.text("result", trace_txn_result_name(r.detail)).hex("pa", r.data[0]);
      break;
    case SMMU_TRACE_IRQ: object.text("irq", trace_irq_name(r.detail)); break;
    case SMMU_TRACE_MSI: object.hex("pa", r.addr).hex("payload", r.data[0]).flag("aborted", r.data[1] != 0); break;
    case SMMU_TRACE_PMCG: object.number("counter", r.data[0]).hex("value", r.data[1]); break;
    case SMMU_TRACE_DRIVER_CALL:
      object.number("call", r.detail).flag("entry", (r.flags & SMMU_TRACE_FLAG_ENTRY) != 0);
      if ((r.flags & SMMU_TRACE_FLAG_ENTRY) == 0) object.raw("status", std::to_string(static_cast<std::int64_t>(r.data[0])));
      break;
    case SMMU_TRACE_TABLE_STORE: object.hex("pa", r.addr).hex("old", r.data[0]).hex("new", r.data[1]); break;
    case SMMU_TRACE_TAG: object.hex("tag", r.data[0]).number("state", r.detail); break;
    case SMMU_TRACE_STEP: object.number("step", r.data[0]); break;
    case SMMU_TRACE_ACCESS:
      add_access(object, r);
      object.number("bytes", r.data[0]).number("tbu", r.data[2]).number("id", r.data[3]).flag("entry", (r.flags & SMMU_TRACE_FLAG_ENTRY) != 0);
      if ((r.flags & SMMU_TRACE_FLAG_ENTRY) == 0) object.text("result", trace_txn_result_name(r.detail));
      break;
    case SMMU_TRACE_CPU: object.text("name", trace_cpu_name(r)); break;
    case SMMU_TRACE_MESSAGE:
      add_access(object, r);
      object.number("smmu", r.detail).text("message", trace_message_name(r.data[0])).number("value", r.data[1]).number("id", r.data[2]);
      break;
    default: object.number("number", r.kind); break;
  }
}

}  // namespace

std::string trace_record_to_json(const smmu_trace_record& record, const std::vector<std::string>& names) {
  Object object;
  object.number("time_ps", record.time_ps);
  object.text("source", record.source < names.size() ? names[record.source] : "bench");
  object.text("kind", trace_kind_name(record.kind));
  if (is_of_a_cpu(record.kind) && record.sid != 0) object.number("cpu", record.sid);
  add_body(object, record);
  return object.str();
}

}  // namespace tandem
