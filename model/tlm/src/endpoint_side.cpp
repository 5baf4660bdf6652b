// SPDX-License-Identifier: Apache-2.0
// The endpoint side of the SystemC SMMUv3: messages of the core go to the sink, and an invalidation that no endpoint
// completes in time is reported to the core.
// Not here: what the messages mean (model/core endpoint.c, pri.c). Proof: model.tlm_vectors, model.tlm_shell.
#include "smmu_model.h"

namespace smmu_model_tlm {
namespace {

smmu_tlm::AtcInvalidate invalidate_of(const smmu_message& m) {
  smmu_tlm::AtcInvalidate out;
  out.sid = m.sid;
  out.ssid = m.ssid;
  out.ssid_valid = m.ssv != 0;
  out.global = m.global != 0;
  out.address = m.address;
  out.size_log2 = m.size_log2;
  out.tag = m.tag;
  return out;
}

smmu_tlm::PageResponse response_of(const smmu_message& m) {
  smmu_tlm::PageResponse out;
  out.sid = m.sid;
  out.ssid = m.ssid;
  out.ssid_valid = m.ssv != 0;
  out.group = m.prg_index;
  out.code = static_cast<smmu_tlm::PageResponse::Code>(m.code);
  return out;
}

}  // namespace

void SmmuModel::deliver_messages() {
  smmu_message message;
  while (smmu_core_take_message(core_.get(), &message)) {
    if (message.kind == SMMU_MESSAGE_PRG_RESPONSE) {
      if (endpoint_sink() != nullptr) endpoint_sink()->page_response(response_of(message));
    } else if (endpoint_sink() == nullptr) {
      smmu_core_atc_completed(core_.get(), message.tag, true);
    } else {
      atc_deadline_[message.tag] = sc_core::sc_time_stamp() + atc_timeout_;
      atc_timer_.notify(atc_timeout_);  // an earlier notification stands
      endpoint_sink()->atc_invalidate(invalidate_of(message));
    }
  }
  if (smmu_core_work_pending(core_.get())) work_.notify(update_latency_);
}

bool SmmuModel::page_request(const smmu_tlm::PageRequest& request) {
  smmu_page_request to{};
  to.address = request.address;
  to.sid = request.sid;
  to.ssid = request.ssid;
  to.prg_index = request.group;
  to.ssv = request.ssid_valid;
  to.read = request.read;
  to.write = request.write;
  to.execute = request.execute;
  to.privileged = request.privileged;
  to.last = request.last;
  const bool taken = smmu_core_page_request(core_.get(), &to);
  after_core_call();
  return taken;
}

void SmmuModel::atc_completed(unsigned tag) {
  smmu_core_atc_completed(core_.get(), tag, true);
  after_core_call();
}

bool SmmuModel::inject_service_failure() {
  smmu_core_enter_service_failure(core_.get());
  after_core_call();
  return true;
}

void SmmuModel::expire_invalidations() {
  const std::uint32_t waiting = smmu_core_atc_waiting(core_.get());
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  sc_core::sc_time next = sc_core::SC_ZERO_TIME;
  for (unsigned tag = 0; tag < SMMU_CORE_MAX_ATC; tag++) {
    if ((waiting >> tag & 1u) == 0) continue;
    if (atc_deadline_[tag] <= now)
      smmu_core_atc_completed(core_.get(), tag, false);
    else if (next == sc_core::SC_ZERO_TIME || atc_deadline_[tag] - now < next)
      next = atc_deadline_[tag] - now;
  }
  if (next != sc_core::SC_ZERO_TIME) atc_timer_.notify(next);
  after_core_call();
}

}  // namespace smmu_model_tlm
