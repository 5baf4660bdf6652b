// SPDX-License-Identifier: Apache-2.0
// Inside of Platform: what is shared by building (platform.cpp), accesses (platform_access.cpp) and running
// (platform_run.cpp). Nobody else includes it. Proof: tb/tests/test_platform.cpp.
#ifndef TANDEM_PLATFORM_IMPL_H
#define TANDEM_PLATFORM_IMPL_H

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <systemc>

#include "backend/backend.h"
#include "backend/backend_failure.h"
#include "backend/backend_registry.h"
#include "backend/module_backend.h"
#include "masters/test_engine.h"
#include "memory/ram.h"
#include "platform/platform.h"
#include "trace/stamp.h"

namespace tandem {

class PlatformImpl;

// The frames of a platform for who addresses them physically: SMMUs first, test engines behind them.
inline constexpr std::uint64_t kSmmuFrameStride = 0x100000;

// A register access that a CPU thread waits for.
struct RegisterAccess {
  std::uint32_t cpu, offset;
  bool write;
  std::uint64_t value;  // of a write
};

// One SMMU with everything around it.
struct SmmuSlot {
  std::string name, backend_name;
  std::unique_ptr<smmu_tlm::SmmuModule> module;
  std::unique_ptr<ModuleBackend> shell;
  tandem_backend backend{};
  PlatformImpl* platform = nullptr;
  unsigned number = 0, pending_irqs = 0;
  StampingSink stamp;
  std::vector<RegisterAccess> accesses;
};

// One access from submit to the answer. Kept while the SMMU has it, even if nobody waits any more.
struct AccessJob {
  PlatformImpl* platform = nullptr;
  tandem_backend_txn txn{};
  unsigned smmu = 0;
  std::vector<std::uint8_t> buffer;   // the SMMU works on this copy, so the caller's bytes may go after a time-out
  std::uint8_t* destination = nullptr;  // of a read
  std::uint64_t ticket = 0, start_ps = 0, ready_ps = 0;  // ready: an answer that came early counts from then on
  bool in_use = false, done = false, stalled = false, abandoned = false, started = false;
  bool watched = false;  // its beginning was told
  bool left = false;  // its caller came back before the answer
  sc_core::sc_event changed;
};

// What a blocked CPU thread waits for; lives on its stack, linked while it waits.
struct WaitNote {
  sc_core::sc_object* process = nullptr;
  const char* what = "";
  unsigned smmu = ~0u;
  std::uint64_t argument = 0, since_ps = 0;
  sc_core::sc_event* wake = nullptr;  // notified to end the wait early when the threads are to end
  WaitNote *previous = nullptr, *next = nullptr;
};

struct CpuThread {
  std::string what, described;
  std::uint32_t number = 0;  // from 1, in the order in which they start
  unsigned cancel_count = 0;
};

// What is known of one SMMU before anything is built.
struct SmmuPlan {
  std::string backend_name;
  const BackendFactory* factory = nullptr;
  smmu_tlm::SmmuConfig config;
  bool never_stalls = false;
  Surroundings around;   // for an implementation outside this process
};

class PlatformImpl final : public Platform {
 public:
  // Builds the SystemC modules and elaborates; throws std::exception (sc_report included) when that fails.
  PlatformImpl(const PlatformSpec& spec, const std::vector<SmmuPlan>& plans);
  ~PlatformImpl() override;

  const PlatformSpec& spec() const override { return spec_; }
  unsigned smmu_count() const override { return static_cast<unsigned>(slots_.size()); }
  smmu_tlm::SmmuModule& smmu(unsigned index) override { return *slots_.at(index)->module; }
  const std::string& smmu_backend(unsigned index) const override { return slots_.at(index)->backend_name; }

  std::uint8_t* ram() override { return ram_->data(); }
  std::uint64_t ram_base() const override { return ram_->base(); }
  std::uint64_t ram_bytes() const override { return ram_->size_bytes(); }
  unsigned inject_error(const ErrorInjection& error) override;
  void clear_error(unsigned handle) override { ram_->clear_error(handle); }
  bool add_doorbell(std::uint64_t pa, std::uint64_t bytes) override { return ram_->add_doorbell(pa, bytes); }
  void on_doorbell(std::function<void(const DoorbellWrite&)> handler) override;

  unsigned engine_count() const override { return static_cast<unsigned>(engines_.size()); }
  TestEngine& engine(unsigned index) override { return *engines_.at(index); }
  std::uint64_t smmu_frame(unsigned smmu) const override { return frames_base_ + std::uint64_t{smmu} * kSmmuFrameStride; }
  std::uint64_t engine_frame(unsigned engine) const override;

  std::uint32_t mmio_read32(unsigned smmu, std::uint32_t offset) override;
  void mmio_write32(unsigned smmu, std::uint32_t offset, std::uint32_t value) override;
  std::uint64_t mmio_read64(unsigned smmu, std::uint32_t offset) override;
  void mmio_write64(unsigned smmu, std::uint32_t offset, std::uint64_t value) override;
  AccessResult access(const Access& access, std::uint64_t timeout_ns) override;
  AccessResult poll(std::uint64_t ticket) override;
  std::uint64_t start(const Access& access) override;
  TicketState ticket_state(std::uint64_t ticket) const override;
  AccessResult peek(std::uint64_t ticket) const override;
  bool wait_ticket(std::uint64_t ticket, std::uint64_t timeout_ns, bool past_stalls) override;
  void forget(std::uint64_t ticket) override;
  void wait_ns(std::uint64_t ns) override;
  bool wait_until(const std::function<bool()>& predicate, std::uint64_t timeout_ns, std::uint64_t poll_ns) override;

  unsigned take_irqs(unsigned smmu) override;
  void on_irq(std::function<void(unsigned, smmu_tlm::Irq)> handler) override { irq_handler_ = std::move(handler); }
  bool irq_is_pending() const override;
  bool take_engine_irq(unsigned engine) override;
  void on_engine_irq(std::function<void(unsigned)> handler) override { engine_irq_handler_ = std::move(handler); }

  void set_access_watch(AccessWatch* watch) override { access_watch_ = watch; }
  const Outage* outage() const override { return outage_ ? &*outage_ : nullptr; }
  void reset() override;
  void reset_smmu(unsigned smmu) override;
  std::uint64_t now_ps() const override { return sc_core::sc_time_stamp().value(); }
  bool idle() const override;
  std::string waiting_report() const override;

  void set_trace_sink(smmu_trace_sink* sink) override;
  smmu_trace_sink* trace_sink() override { return trace_ == nullptr ? nullptr : bench_stamp_.sink(); }

  void spawn_cpu(const std::string& what, std::function<void()> body) override;
  void spawn_device(const std::string& what, std::function<void()> body) override;
  RunEnd run() override;
  void stop() override { stop_requested_.store(true, std::memory_order_relaxed); }
  void describe_wait(const std::string& what) override;
  void host_call(const std::function<void()>& fn) override;
  void end_cpu_threads() override;

 private:
  class Waiting;  // links a WaitNote for its scope
  struct Top;

  // platform.cpp
  static void irq_edge(void* slot, unsigned irq);
  void make_engines();
  static std::uint32_t cpu_of_bench(void* platform, const smmu_trace_record& record);
  static std::uint32_t cpu_of_smmu(void* slot, const smmu_trace_record& record);

  // platform_access.cpp
  std::uint64_t mmio_read(unsigned smmu, std::uint32_t offset, unsigned bytes);
  void mmio_write(unsigned smmu, std::uint32_t offset, unsigned bytes, std::uint64_t value);
  AccessJob& new_job(const Access& access);
  AccessJob& submit(const Access& access);
  AccessJob* find_job(std::uint64_t ticket) const;
  void free_job(AccessJob& job);
  AccessResult finish(AccessJob& job);
  static Access access_of(const AccessJob& job);
  static void job_done(tandem_backend_txn* txn);
  static void job_stalled(tandem_backend_txn* txn, std::uint16_t stag);
  static void job_resumed(tandem_backend_txn* txn);
  void let_pass(std::uint64_t ps);
  // Runs a call into a backend and remembers the outage that comes out of it.
  template <class Call>
  void watched(const Call& call);
  void trace_access(const AccessJob& job, bool entry, smmu_trace_txn_result result);

  // platform_run.cpp
  void start_thread(const std::string& name, std::function<void()> body);
  void run_cpu_body(const std::string& what, const std::function<void()>& body);
  void host_loop();
  void check_running();     // called before and after every wait of a CPU thread
  CpuThread* current_cpu() const;
  std::string cpu_name(const sc_core::sc_object* process) const;
  std::string describe(const WaitNote& note) const;
  void rethrow_failure();

  PlatformSpec spec_;
  std::unique_ptr<Top> top_;
  Ram* ram_ = nullptr;
  std::vector<std::unique_ptr<SmmuSlot>> slots_;
  AccessWatch* access_watch_ = nullptr;
  std::vector<std::unique_ptr<TestEngine>> engines_;
  std::uint64_t frames_base_ = 0;
  std::function<void(unsigned, smmu_tlm::Irq)> irq_handler_;
  std::function<void(unsigned)> engine_irq_handler_;
  std::vector<bool> engine_irqs_;                 // seen and not taken
  std::unique_ptr<sc_core::sc_event> activity_;   // an interrupt came or an access completed
  std::unique_ptr<sc_core::sc_event> cancel_;

  std::vector<std::unique_ptr<AccessJob>> jobs_;
  std::vector<AccessJob*> free_jobs_;
  std::unordered_map<std::uint64_t, AccessJob*> tickets_;
  std::uint64_t next_ticket_ = 1;

  std::unordered_map<const sc_core::sc_object*, std::unique_ptr<CpuThread>> cpus_;  // those still running
  unsigned live_cpu_count_ = 0, cpu_count_ = 0;
  WaitNote* waits_ = nullptr;
  std::optional<Outage> outage_;
  std::exception_ptr failure_;                    // the first exception that left a CPU thread
  std::atomic<bool> stop_requested_{false};
  bool cancelling_ = false;

  const std::function<void()>* host_fn_ = nullptr;  // what the host thread of the simulation has to run
  std::unique_ptr<sc_core::sc_event> host_request_;
  std::exception_ptr host_failure_;
  bool host_thread_exists_ = false;
  std::string broken_;                            // why no host_call can work any more

  smmu_trace_sink* trace_ = nullptr;
  StampingSink bench_stamp_;
};

template <class Call>
void PlatformImpl::watched(const Call& call) {
  try {
    call();
  } catch (const BackendFailure& failure) {
    outage_ = Outage{failure.kind() == BackendFailure::Kind::Lacks, failure.what()};
    stop();
    throw;
  }
}

}  // namespace tandem

#endif
