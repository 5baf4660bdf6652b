// SPDX-License-Identifier: Apache-2.0
// libtandem: accesses that do not block, masters, waiting, errors on purpose. Proof: tb/tests/test_libtandem.c.
#include <cstring>

#include "handle.h"

using namespace tandem::capi;

namespace {

const tandem::MasterSpec& master_of(const tandem_handle* t, int master) {
  return t->platform->spec().masters[static_cast<std::size_t>(master)];
}

int smmu_of(const tandem_handle* t, const tandem::MasterSpec& master) {
  int number = 0;
  while (t->names[static_cast<std::size_t>(number)] != master.smmu) ++number;  // the platform's check found it
  return number;
}

bool access_of_master(const tandem_handle* t, int master, const tandem_txn* txn, tandem::Access* access) {
  if (!has_master(t, master)) return false;
  const tandem::MasterSpec& spec = master_of(t, master);
  if (!access_of(t, smmu_of(t, spec), txn, access)) return false;
  access->tbu = spec.tbu;
  return true;
}

std::uint64_t start(tandem_handle* t, const tandem::Access& access) {
  std::uint64_t ticket = 0;
  call(t, [&](tandem::Platform& p) { ticket = p.start(access); });
  return ticket;
}

tandem_txn_status state_of(const tandem_handle* t, std::uint64_t ticket) {
  switch (t->platform->ticket_state(ticket)) {
    case tandem::TicketState::Pending: return TANDEM_TXN_PENDING;
    case tandem::TicketState::Stalled: return TANDEM_TXN_STALLED;
    case tandem::TicketState::Done: return TANDEM_TXN_OK;  // or another outcome, which is not taken here
    case tandem::TicketState::Unknown: break;
  }
  refuse(t, "there is no transaction with ticket " + std::to_string(ticket));
  return TANDEM_TXN_TIMEOUT;
}

}  // namespace

extern "C" {

int tandem_master_count(const tandem_handle* t) { return enter(t) ? static_cast<int>(t->platform->spec().masters.size()) : 0; }

int tandem_find_master(const tandem_handle* t, const char* name) {
  const int count = tandem_master_count(t);
  for (int i = 0; i < count && name != nullptr; ++i) {
    if (master_of(t, i).name == name) return i;
  }
  if (t != nullptr) refuse(t, std::string("there is no master '") + (name != nullptr ? name : "") + "'");
  return -1;
}

bool tandem_master_info(const tandem_handle* t, int master, tandem_master* out) {
  if (out != nullptr) *out = tandem_master{};
  if (!has_master(t, master)) return false;
  if (out == nullptr) return refuse(t, "there is nowhere to put the answer");
  const tandem::MasterSpec& spec = master_of(t, master);
  *out = {spec.name.c_str(), smmu_of(t, spec), spec.tbu, spec.sids.data(), static_cast<std::uint32_t>(spec.sids.size()), spec.ssid_bits};
  return true;
}

uint64_t tandem_start(tandem_handle* t, int smmu, const tandem_txn* txn) {
  tandem::Access access;
  return has_smmu(t, smmu) && access_of(t, smmu, txn, &access) ? start(t, access) : 0;
}

uint64_t tandem_master_start(tandem_handle* t, int master, const tandem_txn* txn) {
  tandem::Access access;
  return access_of_master(t, master, txn, &access) ? start(t, access) : 0;
}

tandem_txn_status tandem_master_access(tandem_handle* t, int master, const tandem_txn* txn, uint64_t* ticket) {
  if (ticket != nullptr) *ticket = 0;
  tandem::Access access;
  if (!access_of_master(t, master, txn, &access)) return TANDEM_TXN_ABORT;
  tandem::AccessResult result;
  result.status = tandem::AccessStatus::Timeout;
  call(t, [&](tandem::Platform& p) { result = p.access(access, kAccessTimeoutNs); });
  if (result.status == tandem::AccessStatus::Stalled && ticket != nullptr) *ticket = result.ticket;
  return status_of(result.status);
}

tandem_txn_status tandem_wait(tandem_handle* t, uint64_t ticket, uint64_t timeout_ns) {
  if (!enter(t)) return TANDEM_TXN_TIMEOUT;
  if (timeout_ns != 0 && state_of(t, ticket) == TANDEM_TXN_PENDING) {
    call(t, [&](tandem::Platform& p) { p.wait_ticket(ticket, timeout_ns, false); });
  }
  const tandem_txn_status state = state_of(t, ticket);
  return state == TANDEM_TXN_OK ? status_of(t->platform->peek(ticket).status) : state;
}

tandem_txn_status tandem_outcome(tandem_handle* t, uint64_t ticket, tandem_result* out) {
  if (out != nullptr) *out = {TANDEM_TXN_TIMEOUT, false, false};
  if (!enter(t)) return TANDEM_TXN_TIMEOUT;
  tandem_result result = {state_of(t, ticket), false, false};
  if (result.status == TANDEM_TXN_OK) {
    const tandem::AccessResult answer = t->platform->poll(ticket);
    result = {status_of(answer.status), answer.memory_error, answer.raz_wi};
  }
  if (out != nullptr) *out = result;
  return result.status;
}

void tandem_cancel(tandem_handle* t, uint64_t ticket) {
  if (enter(t)) t->platform->forget(ticket);
}

bool tandem_wait_irq(tandem_handle* t, uint64_t timeout_ns) {
  if (!enter(t)) return false;
  bool seen = false;
  call(t, [&](tandem::Platform& p) { seen = p.wait_until([&p] { return p.irq_is_pending(); }, timeout_ns, 1000); });
  return seen;
}

bool tandem_drain(tandem_handle* t, uint64_t timeout_ns) {
  if (!enter(t)) return false;
  bool idle = false;
  call(t, [&](tandem::Platform& p) { idle = p.wait_until([&p] { return p.idle(); }, timeout_ns); });
  return idle;
}

unsigned tandem_inject_fault(tandem_handle* t, const tandem_fault* fault) {
  if (!enter(t)) return 0;
  std::string problem;
  if (fault == nullptr) {
    problem = "the fault is NULL";
  } else if (fault->classes == 0 || (fault->classes & ~TANDEM_CLASS_ANY) != 0) {
    problem = "classes of the fault must be one or more of TANDEM_CLASS_*";
  } else if (!fault->reads && !fault->writes) {
    problem = "the fault is neither for reads nor for writes";
  }
  tandem::ErrorInjection error;
  if (problem.empty()) {
    error.pa = fault->size_bytes != 0 ? fault->pa : t->platform->ram_base();
    error.bytes = fault->size_bytes != 0 ? fault->size_bytes : t->platform->ram_bytes();
    error.class_mask = fault->classes;
    error.on_read = fault->reads;
    error.on_write = fault->writes;
    error.skip_count = fault->skip_count;
    error.fail_count = fault->fail_count != 0 ? fault->fail_count : ~0ull;
    const std::uint64_t base = t->platform->ram_base();
    if (error.pa < base || error.bytes > t->platform->ram_bytes() || error.pa - base > t->platform->ram_bytes() - error.bytes) {
      problem = "the range of the fault is not in RAM";
    }
  }
  if (!problem.empty()) {
    refuse(t, problem);
    return 0;
  }
  return t->platform->inject_error(error);
}

void tandem_clear_fault(tandem_handle* t, unsigned handle) {
  if (enter(t)) t->platform->clear_error(handle);
}

bool tandem_inject_service_failure(tandem_handle* t, int smmu) {
  if (!has_smmu(t, smmu)) return false;
  bool done = false;
  call(t, [&](tandem::Platform& p) {
    done = p.smmu(static_cast<unsigned>(smmu)).inject_service_failure();
    p.wait_ns(1);
  });
  return done || refuse(t, "this implementation has no service failure mode");
}

}  // extern "C"
