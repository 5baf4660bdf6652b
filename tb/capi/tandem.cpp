// SPDX-License-Identifier: Apache-2.0
// libtandem: the functions of tandem.h that were there first, over Platform. Every call runs on a simulation thread and
// returns to the host. No exception leaves: a call that cannot work any more answers with zero or a time-out and says so
// once on stderr.
// Not here: behaviour; the functions that came later (accesses.cpp, endpoints.cpp, observe.cpp, engines.cpp).
// Proof: tb/tests/test_libtandem.c, a C program that knows nothing of SystemC.
#include "handle.h"
#include "platform/platform_lua.h"

using namespace tandem::capi;

namespace {

void write_error(char* err, std::size_t err_size, const std::string& sentence) {
  if (err != nullptr && err_size != 0) std::snprintf(err, err_size, "%s", sentence.c_str());
}

tandem_handle* open_platform(const char* platform_lua, const char* backend, std::string* error) {
  tandem::PlatformSpec spec = tandem::default_platform();
  spec.seed = 0;  // a first try of a foreign driver meets zeros; a platform file can ask for garbage
  if (platform_lua != nullptr && !tandem::load_platform_file(platform_lua, &spec, error)) return nullptr;
  auto t = std::make_unique<tandem_handle>();
  t->platform = tandem::Platform::create(spec, backend != nullptr ? backend : "tlm", error);
  if (!t->platform) return nullptr;
  tandem_handle* const handle = t.get();
  for (unsigned i = 0; i < t->platform->smmu_count(); ++i) {
    t->caps.push_back(t->platform->smmu(i).caps_json());
    t->names.push_back(spec.smmus[i].name);
    t->endpoints.push_back(std::make_unique<Endpoint>(*handle, static_cast<int>(i)));
    t->platform->smmu(i).set_endpoint_sink(t->endpoints.back().get());
  }
  t->platform_json = describe_platform(*handle);
  t->platform->on_irq([handle](unsigned smmu, smmu_tlm::Irq irq) {
    if (handle->on_irq.fn != nullptr) handle->on_irq.fn(handle->on_irq.arg, static_cast<int>(smmu), 1u << static_cast<unsigned>(irq));
  });
  t->platform->on_engine_irq([handle](unsigned engine) {
    if (handle->on_engine_irq.fn != nullptr) handle->on_engine_irq.fn(handle->on_engine_irq.arg, static_cast<int>(engine));
  });
  t->platform->on_doorbell([handle](const tandem::DoorbellWrite& write) {
    if (handle->on_msi.fn == nullptr || write.access_class != smmu_tlm::AccessClass::Client) return;
    const tandem_msi msi = {-1, write.pa, write.data};
    handle->on_msi.fn(handle->on_msi.arg, &msi);
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
    t->platform->on_engine_irq(nullptr);
    t->platform->on_doorbell(nullptr);
    t->platform->set_trace_sink(nullptr);
    for (unsigned i = 0; i < t->platform->smmu_count(); ++i) t->platform->smmu(i).set_endpoint_sink(nullptr);
    delete t;
  } catch (...) {
    std::fprintf(stderr, "libtandem: the platform could not be closed cleanly\n");
  }
}

void tandem_reset(tandem_handle* t) {
  if (!enter(t)) return;
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
  if (!has_smmu(t, smmu)) return TANDEM_TXN_ABORT;
  tandem::Access access;
  if (!access_of(t, smmu, txn, &access)) return TANDEM_TXN_ABORT;
  tandem::AccessResult result;
  result.status = tandem::AccessStatus::Timeout;
  call(t, [&](tandem::Platform& p) { result = p.access(access, kAccessTimeoutNs); });
  if (result.status == tandem::AccessStatus::Stalled && ticket != nullptr) *ticket = result.ticket;
  return status_of(result.status);
}

tandem_txn_status tandem_poll(tandem_handle* t, uint64_t ticket) { return tandem_outcome(t, ticket, nullptr); }

unsigned tandem_take_irqs(tandem_handle* t, int smmu) {
  return has_smmu(t, smmu) ? t->platform->take_irqs(static_cast<unsigned>(smmu)) : 0;
}

void tandem_on_irq(tandem_handle* t, tandem_irq_fn fn, void* arg) {
  if (t == nullptr) return;
  t->on_irq = {fn, arg};
}

void tandem_run_ns(tandem_handle* t, uint64_t ns) {
  if (enter(t) && ns != 0) call(t, [&](tandem::Platform& p) { p.wait_ns(ns); });
}

uint64_t tandem_now_ns(const tandem_handle* t) { return t == nullptr ? 0 : t->platform->now_ps() / 1000; }

const char* tandem_caps(const tandem_handle* t, int smmu) {
  return has_smmu(t, smmu) ? t->caps[static_cast<std::size_t>(smmu)].c_str() : "";
}

}  // extern "C"
