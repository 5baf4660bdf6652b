// SPDX-License-Identifier: Apache-2.0
// CPU threads, the run loop with its limits, calls from the host thread, and the report of who waits for what.
// Proof: tb/tests/test_limits.cpp.
#define SC_INCLUDE_DYNAMIC_PROCESSES
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "platform/platform_impl.h"

namespace tandem {
namespace {

constexpr int kCpuStackBytes = 1 << 20;
constexpr std::uint64_t kUs = 1'000'000;                  // ps
constexpr std::uint64_t kFirstSlice = kUs, kLongestSlice = 1000 * kUs;
constexpr double kMostCancelSeconds = 2;
constexpr unsigned kMostCancels = 64;  // a body that swallows Cancelled this often is left where it is

using WallClock = std::chrono::steady_clock;

double seconds_since(WallClock::time_point start) {
  return std::chrono::duration<double>(WallClock::now() - start).count();
}

std::string text_of_time(std::uint64_t ps) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3f us", static_cast<double>(ps) / 1e6);
  return text;
}

std::string hex(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

void PlatformImpl::start_thread(const std::string& name, std::function<void()> body) {
  std::string legal;
  for (const char c : name) legal += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  sc_core::sc_spawn_options options;
  options.set_stack_size(kCpuStackBytes);
  sc_core::sc_spawn(std::move(body), sc_core::sc_gen_unique_name(("cpu_" + legal).c_str()), &options);
}

void PlatformImpl::spawn_cpu(const std::string& what, std::function<void()> body) {
  ++live_cpu_count_;
  start_thread(what, [this, what, body = std::move(body)] { run_cpu_body(what, body); });
}

void PlatformImpl::spawn_device(const std::string& what, std::function<void()> body) {
  start_thread("device_" + what, std::move(body));
}

void PlatformImpl::run_cpu_body(const std::string& what, const std::function<void()>& body) {
  const sc_core::sc_object* const self = sc_core::sc_get_current_process_b();
  auto& cpu = cpus_[self];
  cpu = std::make_unique<CpuThread>();
  cpu->what = what;
  cpu->number = ++cpu_count_;
  if (trace_ != nullptr) {
    smmu_trace_record record{};
    record.kind = SMMU_TRACE_CPU;
    std::memcpy(record.data, what.data(), std::min(what.size(), sizeof record.data - 1));
    bench_stamp_.sink()->emit(bench_stamp_.sink()->ctx, &record);
  }
  try {
    check_running();
    body();
  } catch (const sc_core::sc_unwind_exception&) {
    throw;  // the kernel ends this thread
  } catch (const Cancelled&) {
  } catch (...) {
    if (!failure_) failure_ = std::current_exception();
  }
  cpus_.erase(self);
  --live_cpu_count_;
  activity_->notify(sc_core::SC_ZERO_TIME);
  if (live_cpu_count_ == 0 || failure_) sc_core::sc_pause();
}

CpuThread* PlatformImpl::current_cpu() const {
  const auto found = cpus_.find(sc_core::sc_get_current_process_b());
  return found == cpus_.end() ? nullptr : found->second.get();
}

void PlatformImpl::check_running() {
  if (stop_requested_.load(std::memory_order_relaxed)) sc_core::sc_pause();
  if (!cancelling_ && outage_) throw BackendFailure(outage_->lacks ? BackendFailure::Kind::Lacks : BackendFailure::Kind::Broken, outage_->sentence);
  if (!cancelling_) return;
  CpuThread* const cpu = current_cpu();
  if (cpu == nullptr) return;  // the host's own call
  if (++cpu->cancel_count > kMostCancels) {
    sc_core::sc_event never;
    for (;;) sc_core::wait(never);
  }
  throw Cancelled{};
}

void PlatformImpl::describe_wait(const std::string& what) {
  CpuThread* const cpu = current_cpu();
  if (cpu != nullptr) cpu->described = what;
}

void PlatformImpl::rethrow_failure() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

// Simulated time passes in slices, so that limits and stop() are looked at; their length follows the wall clock.
Platform::RunEnd PlatformImpl::run() {
  const auto wall_start = WallClock::now();
  const std::uint64_t limit_ps = now_ps() + spec_.simulated_limit_us * kUs;
  std::uint64_t slice = kFirstSlice;
  for (;;) {
    rethrow_failure();
    if (live_cpu_count_ == 0) return RunEnd::AllThreadsEnded;
    if (stop_requested_.load()) return RunEnd::Stopped;
    if (seconds_since(wall_start) >= static_cast<double>(spec_.wall_limit_s)) return RunEnd::WallLimit;
    const std::uint64_t now = now_ps();
    if (now >= limit_ps) return RunEnd::SimulatedLimit;
    if (!sc_core::sc_pending_activity()) return RunEnd::Deadlock;

    const auto slice_start = WallClock::now();
    sc_core::sc_start(sc_core::sc_time::from_value(std::min(slice, limit_ps - now)));
    const double spent = seconds_since(slice_start);
    if (spent < 0.002) slice = std::min(slice * 2, kLongestSlice);
    if (spent > 0.020) slice = std::max(slice / 2, kFirstSlice);
  }
}

void PlatformImpl::end_cpu_threads() {
  if (live_cpu_count_ == 0) return;
  cancelling_ = true;
  stop_requested_.store(false);
  try {
    // A thread inside a register access or an unmarked wait needs simulated time to come back.
    const auto start = WallClock::now();
    for (unsigned round = 0; live_cpu_count_ != 0 && round < 100 && seconds_since(start) < kMostCancelSeconds; ++round) {
      for (WaitNote* note = waits_; note != nullptr; note = note->next) {
        if (note->wake != nullptr) note->wake->notify(sc_core::SC_ZERO_TIME);
      }
      cancel_->notify(sc_core::SC_ZERO_TIME);
      sc_core::sc_start(sc_core::sc_time::from_value(kUs));
    }
  } catch (const std::exception&) {
    // The kernel refuses to go on after an error of its own; then the threads stay where they are.
  }
  failure_ = nullptr;
  cancelling_ = false;
}

void PlatformImpl::host_loop() {
  for (;;) {
    while (host_fn_ == nullptr) sc_core::wait(*host_request_);
    try {
      (*host_fn_)();
    } catch (const sc_core::sc_unwind_exception&) {
      throw;
    } catch (...) {
      host_failure_ = std::current_exception();
    }
    host_fn_ = nullptr;
    sc_core::sc_pause();
  }
}

void PlatformImpl::host_call(const std::function<void()>& fn) {
  if (!broken_.empty()) throw std::runtime_error(broken_);
  if (!host_thread_exists_) {
    host_thread_exists_ = true;
    start_thread("host", [this] { host_loop(); });
  }
  host_fn_ = &fn;
  host_request_->notify(sc_core::SC_ZERO_TIME);
  try {
    while (host_fn_ != nullptr) {
      if (!sc_core::sc_pending_activity()) {
        broken_ = "the simulation has nothing left to do while a call waits:\n" + waiting_report();
        throw std::runtime_error(broken_);
      }
      sc_core::sc_start();
    }
  } catch (const sc_core::sc_report& report) {
    broken_ = std::string("the simulation ended with an error: ") + report.what();
    throw std::runtime_error(broken_);
  }
  if (host_failure_) std::rethrow_exception(std::exchange(host_failure_, nullptr));
}

std::string PlatformImpl::cpu_name(const sc_core::sc_object* process) const {
  const auto found = cpus_.find(process);
  return found == cpus_.end() ? "the host's call" : "CPU thread '" + found->second->what + "'";
}

std::string PlatformImpl::describe(const WaitNote& note) const {
  std::string line = cpu_name(note.process) + " waits for ";
  const auto cpu = cpus_.find(note.process);
  const bool has_text = cpu != cpus_.end() && !cpu->second->described.empty();
  line += has_text ? cpu->second->described + " (" + note.what : note.what;
  if (note.smmu != ~0u) line += " " + hex(note.argument) + " at " + slots_[note.smmu]->name;
  if (note.smmu == ~0u && note.argument != 0) line += " " + std::to_string(note.argument);
  return line + (has_text ? ")" : "") + ", since " + text_of_time(note.since_ps);
}

std::string PlatformImpl::waiting_report() const {
  std::string report = "at " + text_of_time(now_ps()) + ":\n";
  for (const WaitNote* note = waits_; note != nullptr; note = note->next) report += "  " + describe(*note) + "\n";
  for (const auto& job : jobs_) {
    if (!job->in_use || job->done) continue;
    report += "  " + std::string(job->txn.write ? "write of " : "read of ") + std::to_string(job->txn.size_bytes) +
              " bytes at IOVA " + hex(job->txn.iova) + ", StreamID " + hex(job->txn.sid) + ", behind " +
              slots_[job->smmu]->name + (job->stalled ? " is stalled" : " is in progress") +
              (job->abandoned ? " (timed out)" : "") + ", since " + text_of_time(job->start_ps) + "\n";
  }
  for (const auto& slot : slots_) {
    std::string busy = slot->backend.ops->busy_report(slot->backend.self);
    std::size_t start = 0;
    while (start < busy.size()) {
      const std::size_t end = std::min(busy.find('\n', start), busy.size());
      report += "  " + slot->name + ": " + busy.substr(start, end - start) + "\n";
      start = end + 1;
    }
  }
  return report;
}

}  // namespace tandem
