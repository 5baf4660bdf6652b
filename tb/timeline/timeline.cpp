// SPDX-License-Identifier: Apache-2.0
// Tracks, driver calls, steps, accesses of masters, queues. Translations are in timeline_walks.cpp.
// Proof: tb/timeline/test/timeline_test.lua.
#include "timeline/timeline.h"

#include <algorithm>

#include "smmuv3/smmuv3.h"
#include "smmuv3/trace.h"
#include "smmuv3_arch.h"
#include "trace/decode.h"
#include "trace/record_names.h"

namespace tandem {
namespace {

std::string platform_json(const TimelineInfo& info, const PlatformSpec& spec) {
  const auto list = [](const auto& items, auto text) {
    std::string out = "[";
    for (std::size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "" : ",") + text(i);
    return out + "]";
  };
  const std::string smmus = list(spec.smmus, [&](std::size_t i) {
    return JsonObject().text("name", spec.smmus[i].name).text("backend", info.smmu_backends[i]).number("tbus", spec.smmus[i].tbu_count).str();
  });
  const std::string masters = list(spec.masters, [&](std::size_t i) {
    const MasterSpec& master = spec.masters[i];
    const std::string sids = list(master.sids, [&](std::size_t n) { return std::to_string(master.sids[n]); });
    return JsonObject().text("name", master.name).text("smmu", master.smmu).number("tbu", master.tbu).raw("sids", sids).str();
  });
  return JsonObject().text("scenario", info.scenario).text("title", info.title).text("backend", info.backend)
      .raw("seed", std::to_string(info.seed)).hex("ram_base", spec.ram_base).number("ram_bytes", spec.ram_bytes)
      .raw("smmus", smmus).raw("masters", masters).str();
}

JsonObject decoded(const DecodedRecord& record) {
  JsonObject args;
  for (const auto& [field, value] : record.fields) args.hex(field.c_str(), value);
  return args;
}

std::uint32_t index_mask(std::uint32_t log2_size) { return (2u << log2_size) - 1; }

}  // namespace

Timeline::Timeline(std::FILE* file, const TimelineInfo& info, const PlatformSpec& spec) : file_(file), spec_(spec) {
  file_.metadata("tandem_platform", platform_json(info, spec));
  cpu_pid_ = file_.process("CPUs: " + info.scenario + ", seed " + std::to_string(info.seed));
  steps_track_ = file_.track(cpu_pid_, "steps", 0);
  master_pid_ = file_.process("masters");
  for (std::size_t i = 0; i < spec.masters.size(); ++i) masters_.emplace_back(master_pid_, spec.masters[i].name, static_cast<unsigned>(i));
  masters_.emplace_back(master_pid_, "other streams", static_cast<unsigned>(spec.masters.size()));
  for (std::size_t i = 0; i < spec.smmus.size(); ++i) {
    Smmu smmu;
    smmu.name = spec.smmus[i].name;
    smmu.pid = file_.process(smmu.name + " (" + info.smmu_backends[i] + ")");
    smmu.commands = file_.track(smmu.pid, "command queue", 0);
    for (unsigned tbu = 0; tbu < spec.smmus[i].tbu_count; ++tbu) smmu.tbus.emplace_back(smmu.pid, "TBU " + std::to_string(tbu), 1 + tbu);
    smmu.walker = file_.track(smmu.pid, "walker", 10);
    smmu.events = file_.track(smmu.pid, "event queue", 11);
    smmu.notices = file_.track(smmu.pid, "interrupts and errors", 12);
    smmus_.push_back(std::move(smmu));
  }
}

// Threads that carry one DMA transfer come by the thousand; only those that do something of a CPU get a track.
Timeline::Cpu& Timeline::cpu(std::uint32_t number) {
  Cpu& cpu = cpus_[number];
  if (!cpu.has_track) {
    cpu.has_track = true;
    cpu.track = file_.track(cpu_pid_, number == 0 ? "other" : "CPU " + std::to_string(number) + " " + cpu.name, number + 1);
  }
  return cpu;
}

void Timeline::record(const smmu_trace_record& r) {
  now_ps_ = std::max(now_ps_, r.time_ps);
  switch (r.kind) {
    case SMMU_TRACE_CPU: cpus_[r.sid].name = trace_cpu_name(r); return;
    case SMMU_TRACE_STEP: step(r); return;
    case SMMU_TRACE_DRIVER_CALL: call(r); return;
    case SMMU_TRACE_ACCESS: access(r); return;
    case SMMU_TRACE_TABLE_STORE: {
      const Cpu& by = cpu(r.sid);
      stored_[r.addr & ~7ull] = by.calls.empty() ? 0 : by.calls.back();
      return;
    }
    case SMMU_TRACE_TAG: {
      static const char* const states[] = {"?", "allocated", "live", "flushed", "free"};
      file_.instant(cpu(r.sid).track, r.time_ps, "tag " + std::to_string(r.data[0]) + " " + states[r.detail < 5 ? r.detail : 0], "tag", {});
      return;
    }
    default: break;
  }
  if (r.source >= smmus_.size()) return;
  Smmu& smmu = smmus_[r.source];
  switch (r.kind) {
    case SMMU_TRACE_MMIO_READ:
    case SMMU_TRACE_MMIO_WRITE: register_access(smmu, r); return;
    case SMMU_TRACE_COMMAND: command(smmu, r); return;
    case SMMU_TRACE_TXN_BEGIN: transaction_begin(smmu, r); return;
    case SMMU_TRACE_TXN_END: transaction_end(smmu, r); return;
    case SMMU_TRACE_CONFIG_FETCH:
    case SMMU_TRACE_WALK_STEP: fetch(smmu, r); return;
    case SMMU_TRACE_TLB_HIT: lookup_hit(smmu, r); return;
    case SMMU_TRACE_TLB_FILL: end_walk(smmu, r.sid, r.ssid, r.time_ps); return;
    case SMMU_TRACE_EVENT:
    case SMMU_TRACE_EVENT_LOST: event(smmu, r); return;
    default: notice(smmu, r); return;
  }
}

void Timeline::call(const smmu_trace_record& r) {
  Cpu& by = cpu(r.sid);
  by.polled[0] = ~0ull;
  if ((r.flags & SMMU_TRACE_FLAG_ENTRY) != 0) {
    by.calls.push_back(++flows_);
    file_.begin(by.track, r.time_ps, smmu_call_name(r.detail), "call", {}, flow_out(by.calls.back()));
    return;
  }
  if (by.calls.empty()) return;
  by.calls.pop_back();
  file_.end(by.track, r.time_ps, JsonObject().text("status", smmu_status_name(static_cast<smmu_status>(static_cast<std::int64_t>(r.data[0])))));
}

void Timeline::step(const smmu_trace_record& r) {
  if (in_step_) file_.end(steps_track_, r.time_ps);
  in_step_ = true;
  file_.begin(steps_track_, r.time_ps, std::to_string(r.data[0]) + " " + step_title_, "step", {});
}

void Timeline::access(const smmu_trace_record& r) {
  if ((r.flags & SMMU_TRACE_FLAG_ENTRY) != 0) {
    OpenAccess open{r.data[3], ++flows_, r.addr, r.data[0], r.sid, r.ssid, r.detail, masters_.size() - 1, 0};
    for (std::size_t i = 0; i < spec_.masters.size() && r.detail < spec_.smmus.size(); ++i) {
      const MasterSpec& master = spec_.masters[i];
      if (master.smmu == spec_.smmus[r.detail].name && std::count(master.sids.begin(), master.sids.end(), r.sid) != 0) open.master = i;
    }
    open.lane = masters_[open.master].acquire(file_);
    JsonObject args;
    args.hex("StreamID", r.sid);
    if ((r.flags & SMMU_TRACE_FLAG_SSV) != 0) args.hex("SubstreamID", r.ssid);
    args.hex("IOVA", r.addr).number("bytes", r.data[0]);
    const char* const kind = (r.flags & SMMU_TRACE_FLAG_WRITE) != 0 ? "write " : (r.flags & SMMU_TRACE_FLAG_INSTRUCTION) != 0 ? "fetch " : "read ";
    file_.begin(masters_[open.master].track(open.lane), r.time_ps, kind + hex_text(r.addr), "access", args, flow_out(open.flow));
    accesses_.push_back(open);
    return;
  }
  const auto open = std::find_if(accesses_.begin(), accesses_.end(), [&](const OpenAccess& a) { return a.ticket == r.data[3]; });
  if (open == accesses_.end()) return;
  file_.end(masters_[open->master].track(open->lane), r.time_ps, JsonObject().text("result", trace_txn_result_name(r.detail)));
  masters_[open->master].release(open->lane);
  accesses_.erase(open);
}

void Timeline::count_queue(Smmu& smmu, const char* name, const Queue& queue, std::uint64_t ps) {
  file_.counter(smmu.pid, ps, name, "entries", (queue.prod - queue.cons) & index_mask(queue.log2_size));
}

void Timeline::register_access(Smmu& smmu, const smmu_trace_record& r) {
  const bool write = r.kind == SMMU_TRACE_MMIO_WRITE;
  const auto offset = static_cast<std::uint32_t>(r.addr);
  Cpu& by = cpu(r.sid);
  // Of a loop that polls, the first read of each value is enough: a run that hangs must not fill a disk with them.
  const std::array<std::uint64_t, 3> read{write ? ~0ull : r.source, offset, r.data[0]};
  const bool again = !write && by.polled == read;
  by.polled = read;
  if (again) return;
  const std::string name = register_name(offset);
  file_.instant(by.track, r.time_ps, (write ? "write " : "read ") + (name.empty() ? "offset " + hex_text(offset) : name), "register",
                JsonObject().text("SMMU", smmu.name).hex("value", r.data[0]));
  if (!write) return;
  const auto value = static_cast<std::uint32_t>(r.data[0]);
  switch (offset) {
    case SMMU_CMDQ_BASE: smmu.cmdq.log2_size = value & 0x1f; break;
    case SMMU_EVENTQ_BASE: smmu.eventq.log2_size = value & 0x1f; break;
    case SMMU_CMDQ_CONS:  // software sets it only while the queue is off
      smmu.cmdq.cons = value & index_mask(smmu.cmdq.log2_size);
      smmu.submitted.clear();
      break;
    case SMMU_CMDQ_PROD: {
      const std::uint32_t mask = index_mask(smmu.cmdq.log2_size), prod = value & mask;
      const std::uint32_t added = (prod - smmu.cmdq.prod) & mask;
      // More than the queue holds is no submission: the indices were set anew.
      if (added <= (mask + 1) / 2) smmu.submitted.insert(smmu.submitted.end(), added, {r.time_ps, by.calls.empty() ? 0 : by.calls.back()});
      smmu.cmdq.prod = prod;
      count_queue(smmu, "command queue depth", smmu.cmdq, r.time_ps);
      break;
    }
    case SMMU_EVENTQ_CONS:
      smmu.eventq.cons = value & index_mask(smmu.eventq.log2_size);
      count_queue(smmu, "event queue depth", smmu.eventq, r.time_ps);
      break;
    default: break;
  }
}

// From when the queue could begin with it, to when it was consumed.
void Timeline::command(Smmu& smmu, const smmu_trace_record& r) {
  Submitted from{r.time_ps, 0};
  if (!smmu.submitted.empty()) {
    from = smmu.submitted.front();
    smmu.submitted.pop_front();
  }
  const DecodedRecord command = decode_command(r.data);
  const std::uint64_t start = std::min(std::max(from.ps, smmu.last_command_ps), r.time_ps);
  file_.complete(smmu.commands, start, r.time_ps, command.name, "command", decoded(command), flow_in(from.flow));
  smmu.last_command_ps = r.time_ps;
  smmu.cmdq.cons = (static_cast<std::uint32_t>(r.addr) + 1) & index_mask(smmu.cmdq.log2_size);
  count_queue(smmu, "command queue depth", smmu.cmdq, r.time_ps);
}

void Timeline::event(Smmu& smmu, const smmu_trace_record& r) {
  const DecodedRecord record = decode_event(r.data);
  const std::uint64_t* const sid = record.find("StreamID");
  const std::uint64_t* const ssid = record.find("SubstreamID");
  const auto stream = static_cast<std::uint32_t>(sid == nullptr ? r.sid : *sid), substream = static_cast<std::uint32_t>(ssid == nullptr ? 0 : *ssid);
  const Transaction* const by = transaction_of(smmu, stream, substream);
  const std::uint64_t flow = by == nullptr ? 0 : by->flow;
  end_walk(smmu, stream, substream, r.time_ps);
  const bool lost = r.kind == SMMU_TRACE_EVENT_LOST;
  file_.complete(smmu.events, r.time_ps, r.time_ps, record.name + (lost ? " (lost)" : ""), "fault", decoded(record), flow_in(flow));
  if (lost) return;
  smmu.eventq.prod = (static_cast<std::uint32_t>(r.addr) + 1) & index_mask(smmu.eventq.log2_size);
  count_queue(smmu, "event queue depth", smmu.eventq, r.time_ps);
}

void Timeline::notice(Smmu& smmu, const smmu_trace_record& r) {
  switch (r.kind) {
    case SMMU_TRACE_IRQ: file_.instant(smmu.notices, r.time_ps, std::string("interrupt ") + trace_irq_name(r.detail), "irq", {}); break;
    case SMMU_TRACE_CMDQ_ERROR:
      file_.instant(smmu.notices, r.time_ps, "command queue error", "error", JsonObject().hex("index", r.addr).number("CERROR", r.data[0]));
      break;
    case SMMU_TRACE_MSI:
      file_.instant(smmu.notices, r.time_ps, r.data[1] != 0 ? "MSI aborted" : "MSI", "irq", JsonObject().hex("PA", r.addr).hex("payload", r.data[0]));
      break;
    case SMMU_TRACE_PRI: file_.instant(smmu.notices, r.time_ps, "page request", "pri", decoded(decode_structure("PRI", r.data))); break;
    case SMMU_TRACE_PMCG:
      file_.instant(smmu.notices, r.time_ps, "counter overflow", "pmcg", JsonObject().number("counter", r.data[0]).hex("value", r.data[1]));
      break;
    case SMMU_TRACE_TLB_INVALIDATE:
      file_.instant(smmu.notices, r.time_ps, "TLB dropped " + std::to_string(r.addr), "tlb", JsonObject().text("by", decode_command(r.data).name));
      break;
    default: break;
  }
}

void Timeline::finish() {
  const JsonObject open = JsonObject().flag("unfinished", true);
  for (Smmu& smmu : smmus_) {
    for (const Walk& walk : smmu.walks) emit_walk(smmu, walk, now_ps_);
    for (const Transaction& t : smmu.transactions) file_.end(smmu.tbus[t.tbu].track(t.lane), now_ps_, open);
    if (!smmu.submitted.empty()) {
      file_.instant(smmu.notices, now_ps_, std::to_string(smmu.submitted.size()) + " commands not consumed", "error", {});
    }
  }
  for (const OpenAccess& a : accesses_) file_.end(masters_[a.master].track(a.lane), now_ps_, open);
  for (auto& [number, by] : cpus_) {
    for (; !by.calls.empty(); by.calls.pop_back()) file_.end(by.track, now_ps_, open);
  }
  if (in_step_) file_.end(steps_track_, now_ps_);
  file_.finish();
}

}  // namespace tandem
