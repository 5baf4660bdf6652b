// SPDX-License-Identifier: Apache-2.0
// The facts of a running platform: a subscriber of its trace, told by the scenario host what masters got and which calls were made.
// Hands out lines in blocks. Not here: what a fact is (fact.h), how lines reach whoever compares (tb/cli/worker.h).
// Proof: tb/diff/test/test_fact_sink.cpp.
#ifndef TANDEM_DIFF_FACT_SINK_H
#define TANDEM_DIFF_FACT_SINK_H

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "diff/fact.h"
#include "trace/sinks.h"

namespace tandem::diff {

class FactSink : public TraceSink {
 public:
  struct Memory {
    const std::uint8_t* bytes;
    std::uint64_t base, size;
  };
  // thread: the CPU thread that runs right now, 0 when none does. out: gets whole lines, each with its end.
  FactSink(Memory memory, std::function<std::uint64_t()> now_ps, std::function<std::uint32_t()> thread, std::function<void(const std::string&)> out);

  void record(const smmu_trace_record& record) override;

  // CPU threads and transfers, numbered from 1 by the caller.
  void begin_thread(std::uint32_t number, const std::string& name);
  void end_thread() { --running_; }
  void step(std::size_t number, const std::string& title);
  void call(const std::string& place, const std::string& text);
  void result(const std::string& text);
  void counter(unsigned smmu, std::uint64_t event, std::uint64_t value);
  // What a scenario asks again and again until it is true: how often is a matter of time, so its calls are no facts.
  void quiet(bool on) { quiet_[thread_()] += on ? 1 : -1; }

  struct Response {
    unsigned smmu;
    std::uint32_t sid;
    std::uint64_t ssid;  // SubstreamID + 1, or 0
    bool write, privileged, instruction;
    std::uint64_t iova;
    unsigned status;     // ok, abort, stalled, timeout
    bool memory_error, raz_wi;
  };
  // data: what was read, or what was to be written. final: the outcome of an access that had stalled, told even while quiet.
  void response(const Response& response, const std::string& data, bool final);
  // Words of tables that changed without the driver, then how many there are and a hash.
  void point(const std::string& name);
  void flush();

 private:
  void emit(Kind kind, std::uint32_t source, std::vector<std::uint64_t> values, std::string text = "");
  bool is_quiet() { return quiet_[thread_()] > 0; }
  bool is_new_translation(const smmu_trace_record& record, std::uint64_t pa);

  Memory memory_;
  std::function<std::uint64_t()> now_ps_;
  std::function<std::uint32_t()> thread_;
  std::function<void(const std::string&)> out_;
  std::string buffer_;
  unsigned running_ = 0;
  bool concurrent_ = false, contended_ = false;
  std::map<std::uint32_t, int> quiet_;
  std::map<std::uint64_t, std::uint64_t> stored_;  // words of tables as last told
  using Page = std::tuple<unsigned, std::uint32_t, std::uint64_t, bool, std::uint64_t>;  // SMMU, stream, direction, page
  std::map<Page, std::pair<std::uint64_t, unsigned>> translated_;                        // PA and result as last told
  std::map<std::tuple<unsigned, std::uint32_t, std::uint64_t>, std::uint64_t> hits_;     // stream: page of the last hit, none after a walk
};

}  // namespace tandem::diff

#endif
