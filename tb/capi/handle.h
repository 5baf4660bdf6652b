// SPDX-License-Identifier: Apache-2.0
// What the C functions share: the handle, calls into the simulation, and the sentence of the last refusal.
// Not here: the functions. Proof: tb/tests/test_libtandem.c.
#ifndef TANDEM_CAPI_HANDLE_H
#define TANDEM_CAPI_HANDLE_H

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "platform/platform.h"
#include "smmu_tlm/endpoint.h"
#include "trace/sinks.h"

// The C API calls its handle `struct tandem`, which is also our namespace; inside the library the handle is tandem_handle
// and the header is seen under that name.
#define tandem tandem_handle
#include "tandem/tandem.h"
#undef tandem

namespace tandem::capi {

// What an SMMU says to the endpoints behind it; one per SMMU, because the message does not name its sender.
class Endpoint final : public smmu_tlm::EndpointSink {
 public:
  Endpoint(tandem_handle& owner, int smmu) : owner_(owner), smmu_(smmu) {}
  void atc_invalidate(const smmu_tlm::AtcInvalidate& request) override;
  void page_response(const smmu_tlm::PageResponse& response) override;

 private:
  tandem_handle& owner_;
  int smmu_;
};

// Records on their way to the trace and MSI handlers.
class Records final : public TraceSink {
 public:
  explicit Records(tandem_handle& owner) : owner_(owner) {}
  void record(const smmu_trace_record& record) override;

 private:
  tandem_handle& owner_;
};

template <class Fn>
struct Callback {
  Fn fn = nullptr;
  void* arg = nullptr;
};

}  // namespace tandem::capi

struct tandem_handle {
  std::unique_ptr<tandem::Platform> platform;
  std::vector<std::string> caps, names;
  std::string platform_json;
  std::vector<std::unique_ptr<tandem::capi::Endpoint>> endpoints;
  tandem::capi::Records records{*this};
  tandem::capi::Callback<tandem_irq_fn> on_irq;
  tandem::capi::Callback<tandem_engine_irq_fn> on_engine_irq;
  tandem::capi::Callback<tandem_atc_fn> on_atc;
  tandem::capi::Callback<tandem_page_response_fn> on_page_response;
  tandem::capi::Callback<tandem_msi_fn> on_msi;
  tandem::capi::Callback<tandem_trace_fn> on_trace;
  mutable std::string error;  // of the last call
  bool complained = false;
};

namespace tandem::capi {

// A transaction that is neither answered nor stalled after this much simulated time is reported as TIMEOUT.
inline constexpr std::uint64_t kAccessTimeoutNs = 10'000'000;

// Remembers the sentence and answers false.
bool refuse(const tandem_handle* t, const std::string& sentence);
// At the begin of a call: forgets the last refusal; false for NULL.
bool enter(const tandem_handle* t);
// enter(), and whether that SMMU, master or test engine exists.
bool has_smmu(const tandem_handle* t, int smmu);
bool has_master(const tandem_handle* t, int master);
bool has_engine(const tandem_handle* t, int engine);
// Says once on stderr that the simulation failed.
void complain(tandem_handle* t, const char* sentence);

// Runs fn(platform) in the simulation; false when that failed.
template <class Fn>
bool call(tandem_handle* t, Fn fn) {
  try {
    Platform& platform = *t->platform;
    platform.host_call([&] { fn(platform); });
    return true;
  } catch (const std::exception& failure) {
    complain(t, failure.what());
  } catch (...) {
    complain(t, "the simulation ended with an unknown error");
  }
  return false;
}

tandem_txn_status status_of(AccessStatus status);
// The access that txn describes, behind TBU 0 of that SMMU; false when it describes none.
bool access_of(const tandem_handle* t, int smmu, const tandem_txn* txn, Access* access);
// Switches the platform's trace on or off, as the handlers need it.
void update_trace(tandem_handle* t);
// The platform as JSON, docs/c-api.md.
std::string describe_platform(const tandem_handle& t);

}  // namespace tandem::capi

#endif
