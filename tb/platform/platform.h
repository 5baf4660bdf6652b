// SPDX-License-Identifier: Apache-2.0
// The running platform: RAM arena, N SMMUs (each an SmmuModule of its own backend), masters, interrupt delivery and
// simulation control. One per process, because SystemC has one kernel.
// Not here: Lua, command line, reports. Proof: tb/tests/test_platform.
//
// Two kinds of callers:
//  * "CPU threads": SC_THREADs made with spawn_cpu(). mmio_*, access() and wait_ns() block them in simulated time.
//  * the host thread (libtandem): host_call(fn) runs fn on a CPU thread and drives sc_start until it returned.
#ifndef TANDEM_PLATFORM_H
#define TANDEM_PLATFORM_H

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/platform_spec.h"
#include "smmu_tlm/smmu_module.h"
#include "smmuv3_trace.h"

namespace tandem {

// One client transaction, any length and alignment; the SMMU splits it at 4 KiB.
struct Access {
  unsigned smmu = 0, tbu = 0;
  std::uint32_t sid = 0, ssid = 0;
  bool ssid_valid = false;
  std::uint64_t iova = 0;
  std::uint8_t* data = nullptr;
  std::uint32_t bytes = 0;
  bool write = false, instruction = false, privileged = false;
  smmu_tlm::AtsKind ats = smmu_tlm::AtsKind::Untranslated;
  bool ats_no_write = false;  // NW of a translation request
};

enum class AccessStatus { Ok, Abort, Stalled, Timeout };

// Where an access with a ticket is. One that stalled counts as Stalled until it was answered; one that was started does not.
enum class TicketState { Unknown, Pending, Stalled, Done };

struct AccessResult {
  AccessStatus status = AccessStatus::Ok;
  bool raz_wi = false;
  bool memory_error = false;          // the memory behind the SMMU, not the SMMU, answered with an error
  std::uint64_t ticket = 0;           // valid when Stalled: poll with Platform::poll
  smmu_tlm::AtsAnswer ats_answer;
};

// Which accesses to a RAM range shall fail, see Platform::inject_error.
struct ErrorInjection {
  std::uint64_t pa = 0, bytes = 0;
  std::uint32_t class_mask = ~0u;     // bit n = smmu_tlm::AccessClass n
  bool on_read = true, on_write = true;
  std::uint64_t skip_count = 0;       // let this many matching accesses pass first
  std::uint64_t fail_count = ~0ull;   // then fail this many
};

// Hears of every access when it starts and when the last of its bytes moved, in the process in which that happens; must not wait.
class AccessWatch {
 public:
  virtual ~AccessWatch() = default;
  virtual void access_begins() = 0;
  // data is what was written or what came back; ok: no part of it was refused or failed.
  virtual void access_ends(const Access& access, const std::uint8_t* data, bool ok) = 0;
};

// A write to an address outside RAM that a doorbell covers: data is what came, as a little-endian number.
struct DoorbellWrite {
  std::uint64_t pa = 0, data = 0;
  unsigned bytes = 0;
  smmu_tlm::AccessClass access_class = smmu_tlm::AccessClass::Client;
};

class TestEngine;

// Thrown out of every wait of a CPU thread when its platform ends; not derived from std::exception, so that code which
// reports errors does not report this one. Let it pass, or end the thread.
struct Cancelled {};

// Why an SMMU outside this process ended the run: it broke, or was asked for something it does not have.
struct Outage {
  bool lacks = false;
  std::string sentence;
};

class Platform {
 public:
  // Builds and elaborates. backend is the default of every SMMU without one of its own: "tlm", "rtl" or "qemu".
  // On failure nullptr and one sentence in error (names field and allowed values, file and line where known); lacking, where
  // given, tells whether the platform is sound and only asks for something that an implementation does not have.
  static std::unique_ptr<Platform> create(const PlatformSpec& spec, const std::string& backend, std::string* error, bool* lacking = nullptr);
  // Ends the CPU threads first, see end_cpu_threads.
  virtual ~Platform() = default;

  virtual const PlatformSpec& spec() const = 0;
  virtual unsigned smmu_count() const = 0;
  virtual smmu_tlm::SmmuModule& smmu(unsigned index) = 0;
  virtual const std::string& smmu_backend(unsigned index) const = 0;  // "tlm", "rtl" or "qemu"

  // RAM: identical addresses for CPUs, masters and SMMUs. Host pointer is stable.
  virtual std::uint8_t* ram() = 0;
  virtual std::uint64_t ram_base() const = 0;
  virtual std::uint64_t ram_bytes() const = 0;
  virtual unsigned inject_error(const ErrorInjection&) = 0;  // returns a handle
  virtual void clear_error(unsigned handle) = 0;
  // Writes to [pa, pa + bytes), outside RAM, are taken and reported (no wait inside); reads of it give zero.
  // False when the range overlaps RAM, another doorbell or the end of the address space.
  virtual bool add_doorbell(std::uint64_t pa, std::uint64_t bytes) = 0;
  virtual void on_doorbell(std::function<void(const DoorbellWrite&)> handler) = 0;

  // Test engines of the spec, and where frames lie for who addresses them by physical address.
  virtual unsigned engine_count() const = 0;
  virtual TestEngine& engine(unsigned index) = 0;
  virtual std::uint64_t smmu_frame(unsigned smmu) const = 0;
  virtual std::uint64_t engine_frame(unsigned engine) const = 0;

  // From a CPU thread only; simulated time advances.
  virtual std::uint32_t mmio_read32(unsigned smmu, std::uint32_t offset) = 0;
  virtual void mmio_write32(unsigned smmu, std::uint32_t offset, std::uint32_t value) = 0;
  virtual std::uint64_t mmio_read64(unsigned smmu, std::uint32_t offset) = 0;
  virtual void mmio_write64(unsigned smmu, std::uint32_t offset, std::uint64_t value) = 0;
  // Blocks until the access completes, stalls (Stalled, ticket) or simulated timeout_ns passes (Timeout, the access is
  // abandoned but its buffer must stay valid until the SMMU answers; the platform keeps a copy so the caller's may go).
  virtual AccessResult access(const Access&, std::uint64_t timeout_ns = 1'000'000'000) = 0;
  virtual AccessResult poll(std::uint64_t ticket) = 0;  // Stalled while parked; afterwards its outcome, once
  // Like access(), but comes back at once: a ticket. The data must stay valid until the outcome was taken with poll().
  virtual std::uint64_t start(const Access&) = 0;
  virtual TicketState ticket_state(std::uint64_t ticket) const = 0;
  virtual AccessResult peek(std::uint64_t ticket) const = 0;  // of a Done one, without taking it; its data has not come yet
  // Waits until the access is neither Pending nor, with past_stalls, Stalled. False on time-out or for an unknown ticket.
  virtual bool wait_ticket(std::uint64_t ticket, std::uint64_t timeout_ns, bool past_stalls) = 0;
  virtual void forget(std::uint64_t ticket) = 0;  // nobody wants the outcome, the data is not touched any more
  virtual void wait_ns(std::uint64_t ns) = 0;
  // Waits until predicate() holds; woken by interrupts, completed accesses and every poll_ns. False on time-out.
  virtual bool wait_until(const std::function<bool()>& predicate, std::uint64_t timeout_ns, std::uint64_t poll_ns = 100) = 0;

  // Interrupts: edges seen since the last call (bit n = smmu_tlm::Irq n), and a handler called at the edge (no wait inside).
  virtual unsigned take_irqs(unsigned smmu) = 0;
  virtual void on_irq(std::function<void(unsigned smmu, smmu_tlm::Irq)> handler) = 0;
  virtual bool irq_is_pending() const = 0;        // of anybody, not taken yet
  // The same of a test engine, which has one interrupt.
  virtual bool take_engine_irq(unsigned engine) = 0;
  virtual void on_engine_irq(std::function<void(unsigned engine)> handler) = 0;

  // Null while all is well. From then on every call of a CPU thread throws BackendFailure with that sentence.
  virtual const Outage* outage() const = 0;

  virtual void reset() = 0;                       // cold reset of every SMMU and test engine; RAM keeps its bytes
  virtual void reset_smmu(unsigned smmu) = 0;     // of one: its power was off
  virtual std::uint64_t now_ps() const = 0;
  virtual bool idle() const = 0;
  // What every CPU thread, access and SMMU engine is waiting for, one line each.
  virtual std::string waiting_report() const = 0;

  // Trace: may be called at any time; nullptr switches it off. The sink receives stamped records.
  virtual void set_trace_sink(smmu_trace_sink* sink) = 0;
  virtual smmu_trace_sink* trace_sink() = 0;      // for the driver and the bench: stamps time, source 0xffff

  // Of every access from now on; nullptr: nobody hears of them.
  virtual void set_access_watch(AccessWatch* watch) = 0;

  // Starts a CPU thread (SC_THREAD, 1 MiB stack). what = its name in reports.
  virtual void spawn_cpu(const std::string& what, std::function<void()> body) = 0;
  // Starts a thread of the hardware around: run() does not wait for it, end_cpu_threads() leaves it alone.
  virtual void spawn_device(const std::string& what, std::function<void()> body) = 0;
  // Runs the simulation from the host thread until every CPU thread ended, a limit was reached or stop() was called.
  enum class RunEnd { AllThreadsEnded, Stopped, SimulatedLimit, WallLimit, Deadlock };
  virtual RunEnd run() = 0;
  virtual void stop() = 0;                        // async-signal-safe
  // Ends the CPU threads that still run by throwing Cancelled out of whatever they wait for, so that their destructors
  // run. Call it from the host thread (or let the destructor do it) while everything their bodies refer to still lives.
  virtual void end_cpu_threads() = 0;
  virtual void describe_wait(const std::string& what) = 0;  // text for waiting_report of the calling CPU thread
  // Host thread: runs fn on a CPU thread to its end, driving sc_start as needed.
  virtual void host_call(const std::function<void()>& fn) = 0;
};

}  // namespace tandem

#endif
