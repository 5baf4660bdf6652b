// SPDX-License-Identifier: Apache-2.0
// libtandem: what PCIe endpoints and PEs say to SMMUs: translation requests, ATC invalidations, page requests, broadcast
// TLB maintenance. Proof: tb/tests/test_libtandem.c.
#include "handle.h"

using namespace tandem::capi;

namespace tandem::capi {

void Endpoint::atc_invalidate(const smmu_tlm::AtcInvalidate& request) {
  const tandem_atc_invalidation invalidation = {request.sid, request.ssid, request.ssid_valid, request.global, request.address,
                                                request.size_log2, request.tag};
  const bool completed = owner_.on_atc.fn == nullptr || owner_.on_atc.fn(owner_.on_atc.arg, smmu_, &invalidation);
  if (completed) owner_.platform->smmu(static_cast<unsigned>(smmu_)).atc_completed(request.tag);
}

void Endpoint::page_response(const smmu_tlm::PageResponse& response) {
  if (owner_.on_page_response.fn == nullptr) return;
  const tandem_page_response out = {response.sid, response.ssid, response.ssid_valid, response.group,
                                    static_cast<unsigned>(response.code)};
  owner_.on_page_response.fn(owner_.on_page_response.arg, smmu_, &out);
}

}  // namespace tandem::capi

extern "C" {

tandem_ats_answer tandem_ats_translate(tandem_handle* t, int smmu, const tandem_ats_request* request, tandem_translation* out) {
  if (out != nullptr) *out = tandem_translation{};
  if (!has_smmu(t, smmu)) return TANDEM_ATS_NO_ANSWER;
  if (request == nullptr || out == nullptr) {
    refuse(t, request == nullptr ? "the translation request is NULL" : "there is nowhere to put the translation");
    return TANDEM_ATS_NO_ANSWER;
  }
  std::uint8_t nothing = 0;  // a translation request moves no data
  tandem::Access access;
  access.smmu = static_cast<unsigned>(smmu);
  access.sid = request->sid;
  access.ssid = request->ssid;
  access.ssid_valid = request->ssid_valid;
  access.iova = request->iova;
  access.data = &nothing;
  access.bytes = 1;
  access.privileged = request->privileged;
  access.instruction = request->instruction;
  access.ats = smmu_tlm::AtsKind::TranslationRequest;
  access.ats_no_write = request->no_write;
  tandem::AccessResult result;
  result.status = tandem::AccessStatus::Timeout;
  call(t, [&](tandem::Platform& p) { result = p.access(access, kAccessTimeoutNs); });
  using Status = smmu_tlm::AtsAnswer::Status;
  if (result.status == tandem::AccessStatus::Abort) return TANDEM_ATS_COMPLETER_ABORT;
  if (result.status != tandem::AccessStatus::Ok) return TANDEM_ATS_NO_ANSWER;
  const smmu_tlm::AtsAnswer& answer = result.ats_answer;
  if (answer.status == Status::UnsupportedRequest) return TANDEM_ATS_UNSUPPORTED;
  if (answer.status == Status::CompleterAbort) return TANDEM_ATS_COMPLETER_ABORT;
  *out = {answer.read, answer.write, answer.execute, answer.address, 1ull << answer.size_log2};
  return TANDEM_ATS_SUCCESS;
}

void tandem_on_atc_invalidate(tandem_handle* t, tandem_atc_fn fn, void* arg) {
  if (enter(t)) t->on_atc = {fn, arg};
}

void tandem_atc_complete(tandem_handle* t, int smmu, unsigned tag) {
  if (!has_smmu(t, smmu)) return;
  call(t, [&](tandem::Platform& p) {
    p.smmu(static_cast<unsigned>(smmu)).atc_completed(tag);
    p.wait_ns(1);
  });
}

bool tandem_request_page(tandem_handle* t, int smmu, const tandem_page_request* request) {
  if (!has_smmu(t, smmu)) return false;
  if (request == nullptr) return refuse(t, "the page request is NULL");
  if (request->group > 511) return refuse(t, "group " + std::to_string(request->group) + " of the page request is not 0 to 511");
  if (request->address % 4096 != 0) return refuse(t, "the address of the page request is not a multiple of 4096");
  smmu_tlm::PageRequest page;
  page.sid = request->sid;
  page.ssid = request->ssid;
  page.ssid_valid = request->ssid_valid;
  page.read = request->read;
  page.write = request->write;
  page.execute = request->execute;
  page.privileged = request->privileged;
  page.last = request->last;
  page.group = static_cast<std::uint16_t>(request->group);
  page.address = request->address;
  bool taken = false;
  call(t, [&](tandem::Platform& p) {
    taken = p.smmu(static_cast<unsigned>(smmu)).page_request(page);
    p.wait_ns(1);
  });
  return taken || refuse(t, "the SMMU took no page request: it has none, or its buffer is full");
}

void tandem_on_page_response(tandem_handle* t, tandem_page_response_fn fn, void* arg) {
  if (enter(t)) t->on_page_response = {fn, arg};
}

bool tandem_broadcast_tlbi(tandem_handle* t, const tandem_tlbi* tlbi) {
  if (!enter(t)) return false;
  if (tlbi == nullptr) return refuse(t, "the TLBI is NULL");
  const auto kind = static_cast<unsigned>(tlbi->kind);
  if (kind > TANDEM_TLBI_EL2_ALL) return refuse(t, "kind " + std::to_string(kind) + " of the TLBI is none of TANDEM_TLBI_*");
  smmu_tlm::BroadcastTlbi message;
  message.kind = static_cast<smmu_tlm::BroadcastTlbi::Kind>(kind);
  message.leaf = tlbi->leaf;
  message.vmid = tlbi->vmid;
  message.asid = tlbi->asid;
  message.address = tlbi->address;
  return call(t, [&](tandem::Platform& p) {
    for (unsigned i = 0; i < p.smmu_count(); ++i) p.smmu(i).broadcast_tlbi(message);
    p.wait_ns(1);
  });
}

}  // extern "C"
