// SPDX-License-Identifier: Apache-2.0
// libtandem: the functions of tandem.h over Platform. Every call runs on a simulation thread and returns to the host.
// No exception leaves: a call that cannot work any more answers with zero or a time-out and says so once on stderr.
// Not here: behaviour. Proof: tb/tests/test_libtandem.c, a C program that knows nothing of SystemC.
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "platform/platform.h"
#include "platform/platform_lua.h"

// The C API calls its handle `struct tandem`, which is also our namespace; inside this file the handle is tandem_handle
// and the header is seen under that name.
#define tandem tandem_handle
#include "tandem/tandem.h"
#undef tandem

namespace {

// A transaction that is neither answered nor stalled after this much simulated time is reported as TIMEOUT.
constexpr std::uint64_t kAccessTimeoutNs = 10'000'000;

}  // namespace

struct tandem_handle {
  std::unique_ptr<tandem::Platform> platform;
  std::vector<std::string> caps;
  tandem_irq_fn irq_fn = nullptr;
  void* irq_arg = nullptr;
  bool complained = false;
};

namespace {

void write_error(char* err, std::size_t err_size, const std::string& sentence) {
  if (err != nullptr && err_size != 0) std::snprintf(err, err_size, "%s", sentence.c_str());
}

void complain(tandem_handle* t, const char* sentence) {
  if (!t->complained) std::fprintf(stderr, "libtandem: %s\n", sentence);
  t->complained = true;
}

bool has_smmu(const tandem_handle* t, int smmu) {
  return t != nullptr && smmu >= 0 && static_cast<unsigned>(smmu) < t->platform->smmu_count();
}

// Runs fn(platform) in the simulation; false when that failed.
template <class Fn>
bool call(tandem_handle* t, Fn fn) {
  try {
    tandem::Platform& platform = *t->platform;
    platform.host_call([&] { fn(platform); });
    return true;
  } catch (const std::exception& failure) {
    complain(t, failure.what());
  } catch (...) {
    complain(t, "the simulation ended with an unknown error");
  }
  return false;
}

tandem_txn_status status_of(tandem::AccessStatus status) {
  switch (status) {
    case tandem::AccessStatus::Ok: return TANDEM_TXN_OK;
    case tandem::AccessStatus::Abort: return TANDEM_TXN_ABORT;
    case tandem::AccessStatus::Stalled: return TANDEM_TXN_STALLED;
    case tandem::AccessStatus::Timeout: break;
  }
  return TANDEM_TXN_TIMEOUT;
}

tandem_handle* open_platform(const char* platform_lua, const char* backend, std::string* error) {
  tandem::PlatformSpec spec = tandem::default_platform();
  spec.seed = 0;  // a first try of a foreign driver meets zeros; a platform file can ask for garbage
  if (platform_lua != nullptr && !tandem::load_platform_file(platform_lua, &spec, error)) return nullptr;
  auto t = std::make_unique<tandem_handle>();
  t->platform = tandem::Platform::create(spec, backend != nullptr ? backend : "tlm", error);
  if (!t->platform) return nullptr;
  for (unsigned i = 0; i < t->platform->smmu_count(); ++i) t->caps.push_back(t->platform->smmu(i).caps_json());
  tandem_handle* const handle = t.get();
  t->platform->on_irq([handle](unsigned smmu, smmu_tlm::Irq irq) {
    if (handle->irq_fn != nullptr) handle->irq_fn(handle->irq_arg, static_cast<int>(smmu), 1u << static_cast<unsigned>(irq));
  });
  return t.release();
}

}  // namespace

extern "C" {

tandem_handle* tandem_open(const char* platform_lua, const char* backend, char* err, size_t err_size) {
  std::string error;
  tandem_handle* t = nullptr;
  try {
    t = open_platform(platform_lua, backend, &error);
  } catch (const std::exception& failure) {
    error = failure.what();
  } catch (...) {
    error = "unknown error";
  }
  write_error(err, err_size, t != nullptr ? "" : error);
  return t;
}

void tandem_close(tandem_handle* t) {
  if (t == nullptr) return;
  try {
    t->platform->on_irq(nullptr);
    delete t;
  } catch (...) {
    std::fprintf(stderr, "libtandem: the platform could not be closed cleanly\n");
  }
}

void tandem_reset(tandem_handle* t) {
  if (t == nullptr) return;
  call(t, [](tandem::Platform& platform) {
    platform.reset();
    platform.wait_ns(1);  // parked transactions learn of it
  });
}

int tandem_smmu_count(const tandem_handle* t) { return t == nullptr ? 0 : static_cast<int>(t->platform->smmu_count()); }

uint32_t tandem_mmio_read32(tandem_handle* t, int smmu, uint32_t offset) {
  uint32_t value = 0;
  if (has_smmu(t, smmu)) call(t, [&](tandem::Platform& p) { value = p.mmio_read32(static_cast<unsigned>(smmu), offset); });
  return value;
}

void tandem_mmio_write32(tandem_handle* t, int smmu, uint32_t offset, uint32_t value) {
  if (has_smmu(t, smmu)) call(t, [&](tandem::Platform& p) { p.mmio_write32(static_cast<unsigned>(smmu), offset, value); });
}

uint64_t tandem_mmio_read64(tandem_handle* t, int smmu, uint32_t offset) {
  uint64_t value = 0;
  if (has_smmu(t, smmu)) call(t, [&](tandem::Platform& p) { value = p.mmio_read64(static_cast<unsigned>(smmu), offset); });
  return value;
}

void tandem_mmio_write64(tandem_handle* t, int smmu, uint32_t offset, uint64_t value) {
  if (has_smmu(t, smmu)) call(t, [&](tandem::Platform& p) { p.mmio_write64(static_cast<unsigned>(smmu), offset, value); });
}

void* tandem_ram(tandem_handle* t, uint64_t* base_pa, size_t* size_bytes) {
  if (base_pa != nullptr) *base_pa = t == nullptr ? 0 : t->platform->ram_base();
  if (size_bytes != nullptr) *size_bytes = t == nullptr ? 0 : t->platform->ram_bytes();
  return t == nullptr ? nullptr : t->platform->ram();
}

tandem_txn_status tandem_access(tandem_handle* t, int smmu, const tandem_txn* txn, uint64_t* ticket) {
  if (ticket != nullptr) *ticket = 0;
  if (!has_smmu(t, smmu) || txn == nullptr || txn->data == nullptr || txn->size_bytes == 0) return TANDEM_TXN_ABORT;
  tandem::Access access;
  access.smmu = static_cast<unsigned>(smmu);
  access.sid = txn->sid;
  access.ssid = txn->ssid;
  access.ssid_valid = txn->ssid_valid;
  access.iova = txn->iova;
  access.data = static_cast<std::uint8_t*>(txn->data);
  access.bytes = txn->size_bytes;
  access.write = txn->write;
  access.instruction = txn->instruction;
  access.privileged = txn->privileged;
  access.ats = txn->translated ? smmu_tlm::AtsKind::Translated : smmu_tlm::AtsKind::Untranslated;

  tandem::AccessResult result;
  result.status = tandem::AccessStatus::Timeout;
  call(t, [&](tandem::Platform& p) { result = p.access(access, kAccessTimeoutNs); });
  if (result.status == tandem::AccessStatus::Stalled && ticket != nullptr) *ticket = result.ticket;
  return status_of(result.status);
}

tandem_txn_status tandem_poll(tandem_handle* t, uint64_t ticket) {
  if (t == nullptr) return TANDEM_TXN_TIMEOUT;
  tandem::AccessResult result;
  result.status = tandem::AccessStatus::Timeout;
  call(t, [&](tandem::Platform& p) { result = p.poll(ticket); });
  return status_of(result.status);
}

unsigned tandem_take_irqs(tandem_handle* t, int smmu) {
  return has_smmu(t, smmu) ? t->platform->take_irqs(static_cast<unsigned>(smmu)) : 0;
}

void tandem_on_irq(tandem_handle* t, tandem_irq_fn fn, void* arg) {
  if (t == nullptr) return;
  t->irq_fn = fn;
  t->irq_arg = arg;
}

void tandem_run_ns(tandem_handle* t, uint64_t ns) {
  if (t != nullptr && ns != 0) call(t, [&](tandem::Platform& p) { p.wait_ns(ns); });
}

uint64_t tandem_now_ns(const tandem_handle* t) { return t == nullptr ? 0 : t->platform->now_ps() / 1000; }

const char* tandem_caps(const tandem_handle* t, int smmu) {
  return has_smmu(t, smmu) ? t->caps[static_cast<std::size_t>(smmu)].c_str() : "";
}

}  // extern "C"
