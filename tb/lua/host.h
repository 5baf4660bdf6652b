// SPDX-License-Identifier: Apache-2.0
// The running scenario: its Lua state, its threads, its verdict. Every C function of the Lua API finds it through the
// state it is called on.
// Threads: each CPU thread of the scenario is a Lua thread of one state, run by its own SC_THREAD. Simulation threads switch
// only inside waits of the platform, that is inside our C functions, so Lua never sees a switch between two instructions.
// Not here: the API functions themselves (host_bindings.h). Proof: tb/lua/test, scenarios.
#ifndef TANDEM_LUA_HOST_H
#define TANDEM_LUA_HOST_H

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lua/sandbox.h"
#include "lua/scenario.h"
#include "platform/platform_spec.h"
#include "report/result.h"
#include "smmuv3/smmuv3.h"
#include "trace/sinks.h"

namespace tandem {
class CoverageSink;
struct Access;
struct AccessResult;
class DriverPort;
class Platform;
namespace diff {
class FactSink;
}
}  // namespace tandem

namespace tandem::lua {

class Endpoints;     // lua/endpoints.h
class CounterCalls;  // lua/counter_calls.h
struct Transfer;  // lua/transfer.h
struct Parked;

// What the driver core knows of one SMMU and one master; created when first needed.
struct DriverObjects {
  std::vector<smmu_dev*> devs;        // per SMMU of the platform
  std::vector<smmu_master*> masters;  // per master of the platform
};

class Host {
 public:
  Host(lua_State* state, Platform& platform, DriverPort& port, CommandLog& commands, OrderLog& order, CoverageSink& coverage,
       RunListener& listener);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  static Host& of(lua_State* state) { return **static_cast<Host**>(lua_getextraspace(state)); }

  lua_State* state() const { return state_; }
  Platform& platform() { return platform_; }
  const PlatformSpec& spec() const;
  // The driver context, and the registers of one SMMU as the driver core sees them.
  smmu_sys* sys() const;
  smmu_port port(unsigned smmu);
  CommandLog& commands() { return commands_; }
  OrderLog& order() { return order_; }
  CoverageSink& coverage() { return coverage_; }

  // Ends the run with that verdict: the first one counts. Does not return.
  [[noreturn]] void end(lua_State* thread, report::Status status, const std::string& text);
  // Ends the run when an SMMU in another process could not go on and the scenario caught that.
  void stop_after_outage(lua_State* thread);
  // Same as end from outside a Lua thread, and for errors that Lua raised itself.
  void conclude(report::Status status, const std::string& reason, const std::string& detail);
  bool concluded() const { return concluded_; }
  const std::string& reason() const { return reason_; }
  const std::string& detail() const { return detail_; }
  report::Status status() const { return status_; }

  void begin_step(const std::string& title);
  void skip_step(const std::string& title);  // a step that this platform cannot take
  void end_steps();
  const std::vector<report::StepResult>& steps() const { return steps_; }
  std::vector<report::TableResult>& tables() { return tables_; }
  std::vector<report::FigureResult>& figures() { return figures_; }
  std::uint64_t dma_bytes() const { return dma_bytes_; }
  void count_dma(std::uint64_t bytes) { dma_bytes_ += bytes; }
  void note_divergence(const report::Divergence& divergence);
  const std::vector<report::Divergence>& divergences() const { return divergences_; }
  std::string step_text() const;  // " in step 3 'unmap'", or empty before the first step
  RunListener& listener() { return listener_; }

  std::uint64_t now_ns() const;

  // Where facts for a comparison go; null: nobody compares. Set before the first thread starts.
  void tell_facts(diff::FactSink* facts) { facts_ = facts; }
  diff::FactSink* facts() { return facts_; }
  // Who hears what is asked and answered about performance counters; set before the first thread starts.
  void tell_counters(CounterCalls* calls) { counter_calls_ = calls; }
  CounterCalls& counter_calls() { return *counter_calls_; }
  // The number of the CPU thread that runs, from 1; 0 outside of them.
  std::uint32_t current_thread() const;
  // What a master got, as a fact.
  void tell_response(const Access& access, const AccessResult& result, const std::string& data, bool final);

  // Starts a CPU thread that runs the function on top of the Lua stack of `from` (it is popped). Number from 1.
  std::size_t spawn(lua_State* from, const std::string& name);
  bool thread_ended(std::size_t number) const { return ended_.at(number - 1); }

  std::size_t start_transfer(const Access& access, std::shared_ptr<std::string> data, std::uint64_t timeout_ns, const std::string& what);
  Transfer& transfer(std::size_t number) { return *transfers_.at(number - 1); }
  // The data of stalled accesses, which the platform fills in when they go on.
  void park(std::uint64_t ticket, const Access& access, std::shared_ptr<std::string> data);
  std::shared_ptr<Parked> unpark(std::uint64_t ticket);  // null for a ticket that is not parked
  std::size_t transfer_count() const { return transfers_.size(); }
  std::size_t thread_count() const { return ended_.size(); }

  // RAM for the scenario, from the bottom; 0 when the driver's arena would be reached.
  std::uint64_t allocate_ram(std::uint64_t bytes, std::uint64_t align);

  // The devices with an address translation cache.
  Endpoints& endpoints() { return *endpoints_; }
  unsigned& pending_irqs(unsigned smmu) { return pending_irqs_.at(smmu); }
  DriverObjects& driver() { return driver_; }

  // Watches for Lua code that never waits.
  void watch(std::chrono::steady_clock::time_point deadline, std::uint64_t wall_limit_s);

 private:
  static void count_hook(lua_State* thread, lua_Debug*);
  void run_thread(lua_State* thread, std::size_t number);
  // Starts a CPU thread that counts as one in facts.
  void spawn_counted(const std::string& name, std::function<void()> body);

  lua_State* state_;
  Platform& platform_;
  DriverPort& port_;
  CommandLog& commands_;
  OrderLog& order_;
  CoverageSink& coverage_;
  RunListener& listener_;
  bool concluded_ = false;
  report::Status status_ = report::Status::Pass;
  std::string reason_, detail_;
  std::vector<report::StepResult> steps_;
  std::vector<report::TableResult> tables_;
  std::vector<report::FigureResult> figures_;
  std::uint64_t dma_bytes_ = 0;
  std::vector<report::Divergence> divergences_;
  std::deque<bool> ended_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::map<std::uint64_t, std::shared_ptr<Parked>> parked_;
  std::unique_ptr<Endpoints> endpoints_;
  std::uint64_t ram_next_;
  std::vector<unsigned> pending_irqs_;
  DriverObjects driver_;
  diff::FactSink* facts_ = nullptr;
  CounterCalls* counter_calls_ = nullptr;
  std::uint32_t counted_threads_ = 0;
  std::map<const void*, std::uint32_t> thread_numbers_;  // by simulation process
  std::chrono::steady_clock::time_point deadline_{};
  std::uint64_t wall_limit_s_ = 0;
};

extern volatile int g_interrupted;

}  // namespace tandem::lua

#endif
