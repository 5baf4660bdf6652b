// SPDX-License-Identifier: Apache-2.0
// The trace of a run as a timeline: a track per CPU thread, master, TBU, walker and queue; driver calls with arrows to the
// commands, descriptor fetches and translations they cause, accesses of masters with arrows to their transactions, walks and
// fault records; queue depths and the TLB hit rate as counters. A subscriber that writes while the run goes on.
// Not here: the file format (event_file.h). Proof: tb/timeline/test/timeline_test.lua.
//
// What causes what: a command belongs to the call that wrote the queue's PROD past it; a fetch to the call that stored the
// word it read; a transaction, its walk and its fault record to the access of that stream and address.
#ifndef TANDEM_TIMELINE_TIMELINE_H
#define TANDEM_TIMELINE_TIMELINE_H

#include <array>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/platform_spec.h"
#include "timeline/event_file.h"
#include "trace/sinks.h"

namespace tandem {

struct TimelineInfo {
  std::string scenario, title, backend;
  std::int64_t seed = 0;
  std::vector<std::string> smmu_backends;  // of each SMMU of the platform
};

class Timeline : public TraceSink {
 public:
  Timeline(std::FILE* file, const TimelineInfo& info, const PlatformSpec& spec);
  // The title of the step that the next STEP record begins.
  void set_step_title(const std::string& title) { step_title_ = title; }
  void record(const smmu_trace_record& record) override;
  // Closes what is open at the time of the last record.
  void finish();

 private:
  struct Cpu {
    std::string name;
    bool has_track = false;
    Track track;
    std::vector<std::uint64_t> calls;  // flows of the driver calls it is in, the innermost last
    std::array<std::uint64_t, 3> polled{~0ull, 0, 0};  // SMMU, offset and value of the read it did last, if nothing came after it
  };
  struct Queue {
    std::uint32_t log2_size = 0, prod = 0, cons = 0;
  };
  struct Submitted {
    std::uint64_t ps, flow;
  };
  // A transaction at a TBU.
  struct Transaction {
    std::uint32_t sid, ssid, tbu;
    std::uint8_t flags;
    std::uint64_t iova, start_ps, flow;
    std::size_t lane;
    bool hit = false, walked = false;
    std::uint64_t leaf_flow = 0;  // the call that stored the last descriptor read for it
  };
  struct WalkStep {
    std::uint64_t ps, flow;
    std::string name;
    JsonObject args;
  };
  struct Walk {
    std::uint32_t sid = 0, ssid = 0;
    std::uint64_t start_ps = 0, iova = 0, flow = 0;
    std::vector<WalkStep> steps;
  };
  struct Smmu {
    std::string name;
    unsigned pid = 0;
    Track commands, events, notices;
    std::vector<Lanes> tbus;
    Track walker;
    Queue cmdq, eventq;
    std::deque<Submitted> submitted;  // commands that were not consumed yet
    std::uint64_t last_command_ps = 0, last_walk_ps = 0;
    std::vector<Transaction> transactions;
    std::vector<Walk> walks;
    std::deque<bool> lookups;  // the last ones: hit or not
    std::uint64_t rate = ~0ull;
  };
  struct OpenAccess {
    std::uint64_t ticket, flow, iova, bytes;
    std::uint32_t sid, ssid;
    unsigned smmu;
    std::size_t master, lane;
  };

  Cpu& cpu(std::uint32_t number);
  void call(const smmu_trace_record& r);
  void step(const smmu_trace_record& r);
  void access(const smmu_trace_record& r);
  void register_access(Smmu& smmu, const smmu_trace_record& r);
  void command(Smmu& smmu, const smmu_trace_record& r);
  void transaction_begin(Smmu& smmu, const smmu_trace_record& r);
  void transaction_end(Smmu& smmu, const smmu_trace_record& r);
  void fetch(Smmu& smmu, const smmu_trace_record& r);
  void lookup_hit(Smmu& smmu, const smmu_trace_record& r);
  void event(Smmu& smmu, const smmu_trace_record& r);
  void notice(Smmu& smmu, const smmu_trace_record& r);
  void end_walk(Smmu& smmu, std::uint32_t sid, std::uint32_t ssid, std::uint64_t ps);
  void emit_walk(Smmu& smmu, const Walk& walk, std::uint64_t ps);
  void count_lookup(Smmu& smmu, bool hit, std::uint64_t ps);
  void count_queue(Smmu& smmu, const char* name, const Queue& queue, std::uint64_t ps);
  Transaction* transaction_of(Smmu& smmu, std::uint32_t sid, std::uint32_t ssid);
  const OpenAccess* access_of(const Smmu& smmu, std::uint32_t sid, std::uint32_t ssid, std::uint64_t iova) const;

  EventFile file_;
  const PlatformSpec& spec_;
  unsigned cpu_pid_, master_pid_;
  Track steps_track_;
  bool in_step_ = false;
  std::string step_title_;
  std::vector<Smmu> smmus_;
  std::map<std::uint32_t, Cpu> cpus_;
  std::vector<Lanes> masters_;                                // one per master, and one for streams that belong to none
  std::vector<OpenAccess> accesses_;
  std::unordered_map<std::uint64_t, std::uint64_t> stored_;  // PA of a table word -> flow of the call that stored it last
  std::uint64_t flows_ = 0, now_ps_ = 0;
};

}  // namespace tandem

#endif
