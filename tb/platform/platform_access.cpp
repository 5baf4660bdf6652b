// SPDX-License-Identifier: Apache-2.0
// What a CPU thread does with the platform: registers, DMA accesses, tickets, waiting.
// Proof: tb/tests/test_platform.cpp, test_stall.cpp.
#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "platform/platform_impl.h"
#include "platform/waiting.h"

namespace tandem {
namespace {

// What one register access costs on the way from a CPU to an SMMU and back, beside the SMMU's own time.
constexpr std::uint64_t kMmioPathPs = 10'000;
constexpr std::uint32_t kFrameBytes = smmu_tlm::kFrameBytes;

sc_core::sc_time time_of(std::uint64_t ps) { return sc_core::sc_time::from_value(ps); }

smmu_trace_txn_result trace_result_of(const tandem_backend_txn& txn) {
  if (txn.outcome != TANDEM_OUTCOME_OK) return SMMU_TRACE_TXN_ABORTED;
  return txn.raz_wi ? SMMU_TRACE_TXN_RAZ_WI : SMMU_TRACE_TXN_OK;
}

// Until the end of its scope, the calling CPU thread waits for that register access.
class PendingRegister {
 public:
  PendingRegister(SmmuSlot& slot, const CpuThread* cpu, std::uint32_t offset, bool write, std::uint64_t value) : slot_(slot), cpu_(cpu == nullptr ? 0 : cpu->number) {
    slot_.accesses.push_back({cpu_, offset, write, value});
  }
  ~PendingRegister() {
    const auto mine = std::find_if(slot_.accesses.begin(), slot_.accesses.end(), [&](const RegisterAccess& a) { return a.cpu == cpu_; });
    if (mine != slot_.accesses.end()) slot_.accesses.erase(mine);
  }
  PendingRegister(const PendingRegister&) = delete;
  PendingRegister& operator=(const PendingRegister&) = delete;

 private:
  SmmuSlot& slot_;
  std::uint32_t cpu_;
};

bool is_in_frame(std::uint32_t offset, unsigned bytes) { return offset <= kFrameBytes - bytes; }

std::uint64_t saturating_ps(std::uint64_t ns) {
  constexpr std::uint64_t most = 1'000'000'000ull * 1'000'000;  // 11 days, far beyond any limit
  return ns > most / 1000 ? most : ns * 1000;
}

}  // namespace

void PlatformImpl::trace_access(const AccessJob& job, bool entry, smmu_trace_txn_result result) {
  if (trace_ == nullptr) return;
  smmu_trace_record record{};
  record.kind = SMMU_TRACE_ACCESS;
  record.sid = job.txn.sid;
  record.ssid = job.txn.ssid;
  record.detail = static_cast<std::uint16_t>(entry ? job.smmu : static_cast<unsigned>(result));
  record.flags = static_cast<std::uint8_t>((entry ? SMMU_TRACE_FLAG_ENTRY : 0) | (job.txn.write ? SMMU_TRACE_FLAG_WRITE : 0) |
                                           (job.txn.ssid_valid ? SMMU_TRACE_FLAG_SSV : 0) | (job.txn.privileged ? SMMU_TRACE_FLAG_PRIVILEGED : 0) |
                                           (job.txn.instruction ? SMMU_TRACE_FLAG_INSTRUCTION : 0));
  record.addr = job.txn.iova;
  record.data[0] = job.txn.size_bytes;
  record.data[2] = job.txn.tbu;
  record.data[3] = job.ticket;
  bench_stamp_.sink()->emit(bench_stamp_.sink()->ctx, &record);
}

void PlatformImpl::let_pass(std::uint64_t ps) {
  if (ps == 0) return;
  sc_core::wait(time_of(ps));
  check_running();
}

std::uint64_t PlatformImpl::mmio_read(unsigned smmu, std::uint32_t offset, unsigned bytes) {
  check_running();
  const tandem_backend& backend = slots_.at(smmu)->backend;
  if (!is_in_frame(offset, bytes)) return 0;
  std::uint64_t delay_ps = 0, value = 0;
  {
    Waiting note(*this, {"register read at offset", smmu, offset, nullptr});
    const PendingRegister pending(*slots_[smmu], current_cpu(), offset, false, 0);
    watched([&] { value = backend.ops->mmio_read(backend.self, offset, bytes, &delay_ps); });
  }
  let_pass(delay_ps + kMmioPathPs);
  return value;
}

void PlatformImpl::mmio_write(unsigned smmu, std::uint32_t offset, unsigned bytes, std::uint64_t value) {
  check_running();
  const tandem_backend& backend = slots_.at(smmu)->backend;
  if (!is_in_frame(offset, bytes)) return;
  std::uint64_t delay_ps = 0;
  {
    Waiting note(*this, {"register write at offset", smmu, offset, nullptr});
    const PendingRegister pending(*slots_[smmu], current_cpu(), offset, true, value);
    watched([&] { backend.ops->mmio_write(backend.self, offset, bytes, value, &delay_ps); });
  }
  let_pass(delay_ps + kMmioPathPs);
}

std::uint32_t PlatformImpl::mmio_read32(unsigned smmu, std::uint32_t offset) {
  return static_cast<std::uint32_t>(mmio_read(smmu, offset, 4));
}
void PlatformImpl::mmio_write32(unsigned smmu, std::uint32_t offset, std::uint32_t value) { mmio_write(smmu, offset, 4, value); }
std::uint64_t PlatformImpl::mmio_read64(unsigned smmu, std::uint32_t offset) { return mmio_read(smmu, offset, 8); }
void PlatformImpl::mmio_write64(unsigned smmu, std::uint32_t offset, std::uint64_t value) { mmio_write(smmu, offset, 8, value); }

Access PlatformImpl::access_of(const AccessJob& job) {
  const tandem_backend_txn& txn = job.txn;
  Access access;
  access.smmu = job.smmu;
  access.tbu = txn.tbu;
  access.sid = txn.sid;
  access.ssid = txn.ssid;
  access.ssid_valid = txn.ssid_valid;
  access.iova = txn.iova;
  access.bytes = txn.size_bytes;
  access.write = txn.write;
  access.instruction = txn.instruction;
  access.privileged = txn.privileged;
  access.ats = static_cast<smmu_tlm::AtsKind>(txn.ats);
  return access;
}

void PlatformImpl::job_done(tandem_backend_txn* txn) {
  auto& job = *static_cast<AccessJob*>(txn->caller);
  job.done = true;
  job.stalled = false;
  job.ready_ps = static_cast<std::uint64_t>(sc_core::sc_time_stamp().value()) + txn->delay_ps;
  if (job.left) job.platform->trace_access(job, false, trace_result_of(*txn));
  job.changed.notify();
  AccessWatch* const watch = job.platform->access_watch_;
  if (watch != nullptr && job.watched) watch->access_ends(access_of(job), txn->data, txn->outcome == TANDEM_OUTCOME_OK);
}

void PlatformImpl::job_stalled(tandem_backend_txn* txn, std::uint16_t) {
  auto& job = *static_cast<AccessJob*>(txn->caller);
  job.stalled = true;
  job.changed.notify();
}

void PlatformImpl::job_resumed(tandem_backend_txn* txn) { static_cast<AccessJob*>(txn->caller)->stalled = false; }

AccessJob& PlatformImpl::new_job(const Access& access) {
  if (free_jobs_.empty()) {
    // Answers that nobody waits for any more give their job back here.
    for (auto& job : jobs_) {
      if (job->in_use && job->abandoned && job->done) free_job(*job);
    }
  }
  if (free_jobs_.empty()) {
    jobs_.push_back(std::make_unique<AccessJob>());
    free_jobs_.push_back(jobs_.back().get());
  }
  AccessJob& job = *free_jobs_.back();
  free_jobs_.pop_back();
  job.smmu = access.smmu;
  job.destination = access.write ? nullptr : access.data;
  job.in_use = true;
  job.done = job.stalled = job.abandoned = job.started = job.left = false;
  job.platform = this;
  job.ticket = next_ticket_++;
  job.start_ps = now_ps();

  tandem_backend_txn& txn = job.txn;
  txn = {};
  txn.tbu = access.tbu;
  txn.sid = access.sid;
  txn.ssid = access.ssid;
  txn.ssid_valid = access.ssid_valid;
  txn.write = access.write;
  txn.instruction = access.instruction;
  txn.privileged = access.privileged;
  txn.ats = static_cast<tandem_ats_kind>(access.ats);
  txn.ats_no_write = access.ats_no_write;
  txn.iova = access.iova;
  txn.size_bytes = access.bytes;
  txn.caller = &job;
  txn.done = job_done;
  txn.stalled = job_stalled;
  txn.resumed = job_resumed;
  return job;
}

void PlatformImpl::free_job(AccessJob& job) {
  job.in_use = false;
  free_jobs_.push_back(&job);
}

namespace {

AccessResult result_of(const tandem_backend_txn& txn) {
  AccessResult result;
  result.status = txn.outcome == TANDEM_OUTCOME_OK ? AccessStatus::Ok : AccessStatus::Abort;
  result.memory_error = txn.outcome == TANDEM_OUTCOME_MEMORY_ERROR;
  result.raz_wi = txn.raz_wi;
  result.ats_answer.status = static_cast<smmu_tlm::AtsAnswer::Status>(txn.ats_status);
  result.ats_answer.read = txn.ats_read;
  result.ats_answer.write = txn.ats_write;
  result.ats_answer.execute = txn.ats_execute;
  result.ats_answer.address = txn.ats_address;
  result.ats_answer.size_log2 = txn.ats_size_log2;
  return result;
}

}  // namespace

// Hands the outcome to the caller and the job back to the pool.
AccessResult PlatformImpl::finish(AccessJob& job) {
  const tandem_backend_txn& txn = job.txn;
  const AccessResult result = result_of(txn);
  const bool has_data = result.status == AccessStatus::Ok && job.destination != nullptr;
  if (has_data && job.destination != txn.data) std::memcpy(job.destination, txn.data, txn.size_bytes);
  free_job(job);
  return result;
}

AccessJob& PlatformImpl::submit(const Access& access) {
  const tandem_backend& backend = slots_.at(access.smmu)->backend;
  if (access.bytes == 0 || access.data == nullptr) throw std::invalid_argument("an access needs at least one byte of data");
  if (access.tbu >= spec_.smmus[access.smmu].tbu_count) throw std::out_of_range("the SMMU has no such TBU");
  AccessJob& job = new_job(access);
  if (backend.submit_completes) {
    job.txn.data = access.data;
  } else {
    if (job.buffer.size() < access.bytes) job.buffer.resize(access.bytes);
    if (access.write) std::memcpy(job.buffer.data(), access.data, access.bytes);
    job.txn.data = job.buffer.data();
  }
  job.watched = access_watch_ != nullptr;
  if (job.watched) access_watch_->access_begins();
  trace_access(job, true, SMMU_TRACE_TXN_OK);
  watched([&] { backend.ops->submit(backend.self, &job.txn); });
  return job;
}

AccessResult PlatformImpl::access(const Access& access, std::uint64_t timeout_ns) {
  check_running();
  const std::uint64_t deadline_ps = now_ps() + saturating_ps(timeout_ns);
  AccessJob& job = submit(access);
  if (!job.done && !job.stalled) {
    Waiting note(*this, {"access to IOVA", access.smmu, access.iova, &job.changed});
    while (!job.done && !job.stalled && now_ps() < deadline_ps) {
      sc_core::wait(time_of(deadline_ps - now_ps()), job.changed);
      if (cancelling_) job.abandoned = true;
      check_running();
    }
  }

  if (job.done) {
    const std::uint64_t delay_ps = job.txn.delay_ps;
    let_pass(delay_ps);
    trace_access(job, false, trace_result_of(job.txn));
    return finish(job);
  }
  AccessResult result;
  job.left = true;
  if (job.stalled) {
    result.status = AccessStatus::Stalled;
    result.ticket = job.ticket;
    tickets_[job.ticket] = &job;
  } else {
    result.status = AccessStatus::Timeout;
    job.abandoned = true;
  }
  return result;
}

AccessResult PlatformImpl::poll(std::uint64_t ticket) {
  AccessResult result;
  AccessJob* const job = find_job(ticket);
  if (job == nullptr) {
    result.status = AccessStatus::Timeout;
    return result;
  }
  if (ticket_state(ticket) == TicketState::Done) {
    tickets_.erase(ticket);
    return finish(*job);
  }
  result.status = AccessStatus::Stalled;
  result.ticket = ticket;
  return result;
}

std::uint64_t PlatformImpl::start(const Access& access) {
  check_running();
  AccessJob& job = submit(access);
  if (job.done) trace_access(job, false, trace_result_of(job.txn));
  job.left = !job.done;
  job.started = true;
  tickets_[job.ticket] = &job;
  return job.ticket;
}

AccessJob* PlatformImpl::find_job(std::uint64_t ticket) const {
  const auto found = tickets_.find(ticket);
  return found == tickets_.end() ? nullptr : found->second;
}

TicketState PlatformImpl::ticket_state(std::uint64_t ticket) const {
  const AccessJob* const job = find_job(ticket);
  if (job == nullptr) return TicketState::Unknown;
  if (job->done && (!job->started || now_ps() >= job->ready_ps)) return TicketState::Done;
  return job->stalled || !job->started ? TicketState::Stalled : TicketState::Pending;
}

AccessResult PlatformImpl::peek(std::uint64_t ticket) const {
  if (ticket_state(ticket) == TicketState::Done) return result_of(find_job(ticket)->txn);
  AccessResult result;
  result.status = AccessStatus::Timeout;
  return result;
}

bool PlatformImpl::wait_ticket(std::uint64_t ticket, std::uint64_t timeout_ns, bool past_stalls) {
  check_running();
  const std::uint64_t deadline_ps = now_ps() + saturating_ps(timeout_ns);
  for (;;) {
    const TicketState state = ticket_state(ticket);
    if (state == TicketState::Unknown) return false;
    if (state == TicketState::Done || (state == TicketState::Stalled && !past_stalls)) return true;
    const std::uint64_t now = now_ps();
    if (now >= deadline_ps) return false;
    AccessJob& job = *find_job(ticket);
    const std::uint64_t until_ps = job.done ? std::min(job.ready_ps, deadline_ps) : deadline_ps;
    Waiting note(*this, {"the outcome of an access to IOVA", job.smmu, job.txn.iova, &job.changed});
    sc_core::wait(time_of(until_ps - now), job.changed);
    check_running();
  }
}

void PlatformImpl::forget(std::uint64_t ticket) {
  AccessJob* const job = find_job(ticket);
  if (job == nullptr) return;
  tickets_.erase(ticket);
  job->changed.notify();  // who waits for it finds it gone
  if (job->done) {
    free_job(*job);
  } else {
    job->abandoned = true;
  }
}

void PlatformImpl::wait_ns(std::uint64_t ns) {
  check_running();
  if (ns == 0) return;
  Waiting note(*this, {"time to pass, ns", ~0u, ns, cancel_.get()});
  sc_core::wait(time_of(saturating_ps(ns)), *cancel_);
  check_running();
}

bool PlatformImpl::wait_until(const std::function<bool()>& predicate, std::uint64_t timeout_ns, std::uint64_t poll_ns) {
  check_running();
  const std::uint64_t deadline_ps = now_ps() + saturating_ps(timeout_ns);
  const std::uint64_t poll_ps = saturating_ps(poll_ns == 0 ? 1 : poll_ns);
  for (;;) {
    if (predicate()) return true;
    const std::uint64_t now = now_ps();
    if (now >= deadline_ps) return false;
    Waiting note(*this, {"a condition", ~0u, 0, activity_.get()});
    sc_core::wait(time_of(std::min(poll_ps, deadline_ps - now)), *activity_);
    check_running();
  }
}

}  // namespace tandem
