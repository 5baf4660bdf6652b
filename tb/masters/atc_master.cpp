// SPDX-License-Identifier: Apache-2.0
// The endpoint of atc_master.h. Proof: tb/tests/test_atc.cpp.
#include "masters/atc_master.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tandem {
namespace {

constexpr std::uint64_t kPage = 4096;

bool overlaps(std::uint64_t first, std::uint8_t first_log2, std::uint64_t second, std::uint8_t second_log2) {
  const std::uint8_t larger = std::max(first_log2, second_log2);
  return larger >= 64 || first >> larger == second >> larger;
}

}  // namespace

void AtcHub::trace(unsigned smmu, smmu_trace_message message, std::uint32_t sid, std::optional<std::uint32_t> ssid, std::uint64_t address,
                   std::uint64_t value, std::uint64_t id, bool write) const {
  smmu_trace_sink* const sink = platform_.trace_sink();
  if (sink == nullptr) return;
  smmu_trace_record record{};
  record.kind = SMMU_TRACE_MESSAGE;
  record.detail = static_cast<std::uint16_t>(smmu);
  record.sid = sid;
  record.ssid = ssid.value_or(0);
  record.flags = static_cast<std::uint8_t>((ssid ? SMMU_TRACE_FLAG_SSV : 0) | (write ? SMMU_TRACE_FLAG_WRITE : 0));
  record.addr = address;
  record.data[0] = message;
  record.data[1] = value;
  record.data[2] = id;
  sink->emit(sink->ctx, &record);
}

void AtcHub::complete(unsigned smmu, std::uint32_t sid, std::uint8_t tag) const {
  trace(smmu, SMMU_TRACE_ATC_COMPLETED, sid, {}, 0, 0, tag);
  platform_.smmu(smmu).atc_completed(tag);
}

class AtcHub::Sink : public smmu_tlm::EndpointSink {
 public:
  Sink(AtcHub& hub, unsigned smmu) : hub_(hub), smmu_(smmu) {}
  void atc_invalidate(const smmu_tlm::AtcInvalidate& request) override {
    hub_.trace(smmu_, SMMU_TRACE_ATC_INVALIDATE, request.sid, number_of(request.ssid_valid, request.ssid), request.address, request.size_log2, request.tag);
    if (AtcMaster* master = find(request.sid)) return master->invalidate(request);
    hub_.complete(smmu_, request.sid, request.tag);
  }
  void page_response(const smmu_tlm::PageResponse& response) override {
    hub_.trace(smmu_, SMMU_TRACE_PAGE_RESPONSE, response.sid, number_of(response.ssid_valid, response.ssid), 0, static_cast<std::uint64_t>(response.code),
               response.group);
    if (AtcMaster* master = find(response.sid)) master->respond(response);
  }

 private:
  static std::optional<std::uint32_t> number_of(bool valid, std::uint32_t ssid) { return valid ? std::optional<std::uint32_t>(ssid) : std::nullopt; }
  AtcMaster* find(std::uint32_t sid) const {
    for (AtcMaster* master : hub_.masters_)
      if (master->smmu_ == smmu_ && master->sid_ == sid) return master;
    return nullptr;
  }
  AtcHub& hub_;
  unsigned smmu_;
};

AtcHub::AtcHub(Platform& platform) : platform_(platform) {
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    sinks_.push_back(std::make_unique<Sink>(*this, i));
    platform.smmu(i).set_endpoint_sink(sinks_.back().get());
  }
}

AtcHub::~AtcHub() {
  for (unsigned i = 0; i < sinks_.size(); ++i) platform_.smmu(i).set_endpoint_sink(nullptr);
}

AtcMaster::AtcMaster(AtcHub& hub, const std::string& name) : hub_(hub) {
  const PlatformSpec& spec = hub.platform_.spec();
  const auto master = std::find_if(spec.masters.begin(), spec.masters.end(), [&](const MasterSpec& m) { return m.name == name; });
  if (master == spec.masters.end()) throw std::invalid_argument("the platform has no master '" + name + "'");
  sid_ = master->sids.front();
  tbu_ = master->tbu;
  for (unsigned i = 0; i < spec.smmus.size(); ++i)
    if (spec.smmus[i].name == master->smmu) smmu_ = i;
  hub.masters_.push_back(this);
}

AtcMaster::~AtcMaster() {
  set_silent(false);
  hub_.masters_.erase(std::remove(hub_.masters_.begin(), hub_.masters_.end(), this), hub_.masters_.end());
}

void AtcMaster::set_silent(bool silent) {
  silent_ = silent;
  complete_waiting();
}

// Whoever is in an access looks at ats_on_ before the next piece of it.
void AtcMaster::set_ats(bool on) {
  ats_on_ = on;
  while (!on && (under_way_ != 0 || asking_ != 0)) hub_.platform_.wait_ns(10);
  entries_.clear();
}

// ---- what the SMMU says ----

void AtcMaster::invalidate(const smmu_tlm::AtcInvalidate& request) {
  const auto hit = [&](const Entry& e) {
    if (request.ssid_valid && e.ssid != request.ssid) return false;  // this device makes no global entries
    return overlaps(e.iova, e.size_log2, request.address, request.size_log2);
  };
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), hit), entries_.end());
  ++generation_;
  ++counts_.invalidations;
  waiting_.push_back(request.tag);
  complete_waiting();
}

// The completion pushes every translated access before it: they have to be over.
void AtcMaster::complete_waiting() {
  if (silent_ || under_way_ != 0) return;
  for (const std::uint8_t tag : std::exchange(waiting_, {})) hub_.complete(smmu_, sid_, tag);
}

void AtcMaster::respond(const smmu_tlm::PageResponse& response) { responses_.push_back(response); }

// ---- what the device does ----

Access AtcMaster::access(std::uint64_t address, std::uint8_t* data, std::uint32_t bytes, bool write, std::optional<std::uint32_t> ssid,
                         smmu_tlm::AtsKind kind) const {
  Access out;
  out.smmu = smmu_;
  out.tbu = tbu_;
  out.sid = sid_;
  out.ssid = ssid.value_or(0);
  out.ssid_valid = ssid.has_value();
  out.iova = address;
  out.data = data;
  out.bytes = bytes;
  out.write = write;
  out.ats = kind;
  return out;
}

const AtcMaster::Entry* AtcMaster::find(std::uint64_t iova, bool write, std::optional<std::uint32_t> ssid) const {
  for (const Entry& e : entries_)
    if (e.ssid == ssid && iova >> e.size_log2 == e.iova >> e.size_log2 && (write ? e.write : e.read)) return &e;
  return nullptr;
}

AtcStatus AtcMaster::ask(std::uint64_t iova, bool write, std::optional<std::uint32_t> ssid, Entry& entry) {
  for (;;) {
    std::uint8_t spare[8] = {};
    Access request = access(iova & ~(kPage - 1), spare, sizeof spare, false, ssid, smmu_tlm::AtsKind::TranslationRequest);
    request.ats_no_write = !write;
    const std::uint64_t generation = generation_;
    ++counts_.requests;
    ++asking_;
    const AccessResult result = hub_.platform_.access(request);
    --asking_;
    const smmu_tlm::AtsAnswer& answer = result.ats_answer;
    if (result.status != AccessStatus::Ok || answer.status == smmu_tlm::AtsAnswer::Status::CompleterAbort) return AtcStatus::Aborted;
    if (answer.status == smmu_tlm::AtsAnswer::Status::UnsupportedRequest) return AtcStatus::Refused;
    if (!(write ? answer.write : answer.read)) return AtcStatus::NotMapped;
    if (generation != generation_) {  // it may be what the invalidation was about
      ++counts_.discarded;
      continue;
    }
    const std::uint64_t mask = (std::uint64_t{1} << answer.size_log2) - 1;
    entry = {ssid, iova & ~mask, answer.address & ~mask, answer.size_log2, answer.read, answer.write};
    entries_.push_back(entry);
    return AtcStatus::Ok;
  }
}

AtcStatus AtcMaster::piece(std::uint64_t iova, std::uint8_t* data, std::uint32_t bytes, bool write, std::optional<std::uint32_t> ssid) {
  Entry entry{};
  if (const Entry* known = find(iova, write, ssid); known != nullptr) {
    entry = *known;
    ++counts_.hits;
  } else if (const AtcStatus status = ask(iova, write, ssid, entry); status != AtcStatus::Ok) {
    return status;
  }
  if (!ats_on_) return AtcStatus::Off;  // it was switched off while it asked
  const std::uint64_t offset = iova & ((std::uint64_t{1} << entry.size_log2) - 1);
  ++under_way_;
  const AccessResult result = hub_.platform_.access(access(entry.pa | offset, data, bytes, write, {}, smmu_tlm::AtsKind::Translated));
  --under_way_;
  complete_waiting();
  return result.status == AccessStatus::Ok ? AtcStatus::Ok : AtcStatus::Aborted;
}

AtcStatus AtcMaster::transfer(std::uint64_t iova, std::uint8_t* data, std::uint32_t bytes, bool write, std::optional<std::uint32_t> ssid) {
  while (bytes != 0) {
    if (!ats_on_) return AtcStatus::Off;
    const auto part = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, kPage - iova % kPage));
    if (const AtcStatus status = piece(iova, data, part, write, ssid); status != AtcStatus::Ok) return status;
    iova += part;
    data += part;
    bytes -= part;
  }
  return AtcStatus::Ok;
}

AtcStatus AtcMaster::write(std::uint64_t iova, const void* data, std::uint32_t bytes, std::optional<std::uint32_t> ssid) {
  return transfer(iova, static_cast<std::uint8_t*>(const_cast<void*>(data)), bytes, true, ssid);  // a write only reads its buffer
}

AtcStatus AtcMaster::read(std::uint64_t iova, void* data, std::uint32_t bytes, std::optional<std::uint32_t> ssid) {
  return transfer(iova, static_cast<std::uint8_t*>(data), bytes, false, ssid);
}

std::optional<smmu_tlm::PageResponse::Code> AtcMaster::request_page(std::uint64_t iova, bool write, std::optional<std::uint32_t> ssid,
                                                                    std::uint64_t timeout_ns, unsigned pages) {
  if (!pri_on_) return {};
  smmu_tlm::PageRequest request;
  request.sid = sid_;
  request.ssid = ssid.value_or(0);
  request.ssid_valid = ssid.has_value();
  request.read = true;
  request.write = write;
  request.group = next_group_;
  next_group_ = static_cast<std::uint16_t>((next_group_ + 1) % 512);
  for (unsigned page = 0; page < pages; ++page) {
    request.last = page + 1 == pages;
    request.address = (iova & ~(kPage - 1)) + page * kPage;
    hub_.trace(smmu_, SMMU_TRACE_PAGE_REQUEST, sid_, ssid, request.address, request.last, request.group, write);
    if (!hub_.platform_.smmu(smmu_).page_request(request)) return {};
  }
  std::optional<smmu_tlm::PageResponse::Code> code;
  hub_.platform_.wait_until([&] {
    const auto mine = std::find_if(responses_.begin(), responses_.end(), [&](const auto& r) { return r.group == request.group; });
    if (mine == responses_.end()) return false;
    code = mine->code;
    responses_.erase(mine);
    return true;
  }, timeout_ns);
  return code;
}

}  // namespace tandem
