// SPDX-License-Identifier: Apache-2.0
// Subscribers of the trace: a tee, the log of consumed commands, a log of what happens in which order, a tally, a writer of JSON lines.
// Not here: time and source stamps (stamp.h), decoding (decode.h). Proof: tb/tests/test_trace.cpp.
#ifndef TANDEM_TRACE_SINKS_H
#define TANDEM_TRACE_SINKS_H

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "smmuv3_trace.h"

namespace tandem {

// Base of the sinks below: turns the C callback into a virtual call.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  TraceSink() = default;
  TraceSink(const TraceSink&) = delete;
  TraceSink& operator=(const TraceSink&) = delete;

  virtual void record(const smmu_trace_record& record) = 0;
  smmu_trace_sink* sink() { return &sink_; }

 private:
  static void emit(void* ctx, const smmu_trace_record* record) { static_cast<TraceSink*>(ctx)->record(*record); }
  smmu_trace_sink sink_{this, &TraceSink::emit};
};

// Hands every record to each of its sinks, which must outlive it.
class TraceTee : public TraceSink {
 public:
  void add(smmu_trace_sink* sink) { sinks_.push_back(sink); }
  // For somebody who looks at a platform that stands still: what looking causes is nobody else's business.
  void mute(bool muted) { muted_ = muted; }
  void record(const smmu_trace_record& record) override {
    if (muted_) return;
    for (smmu_trace_sink* sink : sinks_) sink->emit(sink->ctx, &record);
  }

 private:
  std::vector<smmu_trace_sink*> sinks_;
  bool muted_ = false;
};

struct LoggedCommand {
  std::uint64_t time_ps = 0, queue_index = 0;
  std::array<std::uint64_t, 2> words{};
};

// The commands each SMMU consumed, in the order it did.
class CommandLog : public TraceSink {
 public:
  void record(const smmu_trace_record& record) override;
  std::vector<LoggedCommand> take(unsigned source);  // what came since the last call

 private:
  std::map<unsigned, std::vector<LoggedCommand>> logs_;
};

// While it watches: stores to tables, writes of CMDQ_PROD, consumed commands, fetches of entries and tag events
// of everybody, in their order.
class OrderLog : public TraceSink {
 public:
  void start() {
    records_.clear();
    watching_ = true;
  }
  std::vector<smmu_trace_record> take();  // what came since start(), and ends the watch
  void record(const smmu_trace_record& record) override;

 private:
  std::vector<smmu_trace_record> records_;
  bool watching_ = false;
};

// How often each kind of record came, and each command and event by number.
class TraceTally : public TraceSink {
 public:
  void record(const smmu_trace_record& record) override;
  std::uint64_t count(unsigned source, smmu_trace_kind kind) const;
  std::uint64_t commands(unsigned source, unsigned opcode) const;
  std::uint64_t events(unsigned source, unsigned number) const;  // written ones
  void clear() { per_source_.clear(); }

 private:
  struct Counts {
    std::array<std::uint64_t, 32> kinds{};
    std::array<std::uint64_t, 256> opcodes{}, event_numbers{};
  };
  const Counts* find(unsigned source) const;
  std::map<unsigned, Counts> per_source_;
};

// One JSON object per line and record; commands and event records are decoded, addresses are strings in hex.
class JsonLinesWriter : public TraceSink {
 public:
  // names[n] is the name of SMMU n. The file stays the caller's.
  JsonLinesWriter(std::FILE* file, std::vector<std::string> names) : file_(file), names_(std::move(names)) {}
  void record(const smmu_trace_record& record) override;

 private:
  std::FILE* file_;
  std::vector<std::string> names_;
};

// The same object as one line of text without the line's end.
std::string trace_record_to_json(const smmu_trace_record& record, const std::vector<std::string>& names);

}  // namespace tandem

#endif
