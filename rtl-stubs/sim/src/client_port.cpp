// SPDX-License-Identifier: Apache-2.0
// Burst splitting and handshakes of client_port.h. Proof: sim/test/test_traffic.cpp, test_client_port.cpp.
#include "client_port.h"

#include <algorithm>
#include <string>
#include <utility>

namespace smmu_rtl {
namespace {

constexpr std::uint64_t kPage = 4096, kMaxBeats = 256;
constexpr std::size_t kMaxUnannounced = 64;

bool byte_enabled(const ClientCall& call, std::uint64_t offset) {
  return call.byte_enable == nullptr || call.byte_enable[offset % call.byte_enable_length] != 0;
}

// A block that breaks AXI4 here leaves bursts whose end nobody can tell: the run ends with this sentence.
void refuse(const char* channel, std::uint32_t id, unsigned beat, unsigned beats, const char* rule) {
  SC_REPORT_ERROR("smmu_rtl", (std::string("the block breaks AXI4 on ") + channel + " of a client port: burst with ID " + std::to_string(id) + " has moved " +
                               std::to_string(beat) + " of " + std::to_string(beats) + " beats; " + rule).c_str());
}

}  // namespace

// The next call of the given direction in the queue gets the lowest free ID; kNone when there is no call or no ID.
int ClientPort::start_burst(bool write) {
  auto& bursts = write ? writes_ : reads_;
  const auto call = std::find_if(ready_.begin(), ready_.end(), [&](const auto& c) { return c->write == write; });
  if (call == ready_.end()) return kNone;
  const auto slot = std::find_if(bursts.begin(), bursts.end(), [](const Burst& b) { return !b.call; });
  if (slot == bursts.end()) return kNone;

  ClientCall& c = **call;
  const std::uint64_t address = c.iova + c.issued;
  const std::uint64_t to_page_end = kPage - address % kPage;
  const std::uint64_t in_burst = kMaxBeats * beat_bytes_ - address % beat_bytes_;
  *slot = Burst{};
  slot->offset = c.issued;
  slot->bytes = std::min({c.bytes - c.issued, to_page_end, in_burst});
  slot->beats = static_cast<unsigned>((address % beat_bytes_ + slot->bytes + beat_bytes_ - 1) / beat_bytes_);
  slot->call = *call;
  c.issued += slot->bytes;
  ready_.erase(call);
  ++open_bursts_;
  return static_cast<int>(slot - bursts.begin());
}

void ClientPort::drive_address(Channel<AddressBeat>& channel, const std::vector<Burst>& bursts, int id) {
  channel.valid = id != kNone;
  if (id == kNone) return;
  const Burst& burst = bursts[static_cast<std::size_t>(id)];
  channel.beat = burst.call->attributes;
  channel.beat.addr = burst.call->iova + burst.offset;
  channel.beat.id = static_cast<std::uint32_t>(id);
  channel.beat.len = static_cast<std::uint8_t>(burst.beats - 1);
  channel.beat.size = static_cast<std::uint8_t>(beat_bytes_ == 16 ? 4 : 3);
}

void ClientPort::drive_data(Channel<WriteBeat>& channel) {
  channel.valid = !data_order_.empty();
  if (data_order_.empty()) return;
  const Burst& burst = writes_[static_cast<std::size_t>(data_order_.front())];
  channel.beat = write_beat(burst, burst.beat);
}

void ClientPort::drive(AxiPins& pins) {
  if (ar_ == kNone) ar_ = start_burst(false);
  if (aw_ == kNone) {
    aw_ = start_burst(true);
    if (aw_ != kNone) data_order_.push_back(aw_);
  }
  drive_address(pins.ar, reads_, ar_);
  drive_address(pins.aw, writes_, aw_);
  drive_data(pins.w);
  pins.r.ready = pins.b.ready = true;
}

WriteBeat ClientPort::write_beat(const Burst& burst, unsigned beat) const {
  WriteBeat out;
  out.last = beat + 1 == burst.beats;
  const ClientCall& call = *burst.call;
  if (call.data == nullptr) return out;
  const std::uint64_t first = (call.iova + burst.offset) % beat_bytes_;
  for (unsigned lane = 0; lane < beat_bytes_; ++lane) {
    const std::uint64_t position = beat * beat_bytes_ + lane;
    if (position < first || position - first >= burst.bytes) continue;
    const std::uint64_t at = burst.offset + position - first;
    if (!byte_enabled(call, at)) continue;
    set_byte(out.data, lane, call.data[at]);
    out.strobe = static_cast<std::uint16_t>(out.strobe | (1u << lane));
  }
  return out;
}

void ClientPort::store_beat(const Burst& burst, unsigned beat, const BusData& data) const {
  ClientCall& call = *burst.call;
  if (call.data == nullptr) return;
  const std::uint64_t first = (call.iova + burst.offset) % beat_bytes_;
  for (unsigned lane = 0; lane < beat_bytes_; ++lane) {
    const std::uint64_t position = beat * beat_bytes_ + lane;
    if (position < first || position - first >= burst.bytes) continue;
    const std::uint64_t at = burst.offset + position - first;
    if (byte_enabled(call, at)) call.data[at] = byte_of(data, lane);
  }
}

// The first error of a burst decides: an abort of the SMMU or an error of the memory behind it.
void ClientPort::note_response(Burst& burst, std::uint8_t response, std::uint8_t user) {
  if ((user & kUserRazWi) != 0) burst.call->raz_wi = true;
  if (response == kOkay || burst.failed) return;
  burst.failed = true;
  burst.call->result = (user & kUserSmmuAbort) != 0 ? ClientResult::SmmuAbort : ClientResult::MemoryError;
}

void ClientPort::finish_burst(Burst& burst) {
  auto call = std::move(burst.call);
  burst.call.reset();
  --open_bursts_;
  if (burst.stalled) --stalled_bursts_;  // ended without an answer, as SMMUEN = 0 does
  burst.stalled = false;
  if (burst.failed || call->issued == call->bytes || call->data == nullptr) {
    finished_.push_back(std::move(call));
  } else {
    ready_.push_back(std::move(call));
  }
}

bool ClientPort::sample(const AxiPins& pins) {
  for (const bool write : {false, true}) {
    int& on_channel = write ? aw_ : ar_;
    if (on_channel == kNone || !(write ? pins.aw : pins.ar).fires()) continue;
    const Burst& burst = (write ? writes_ : reads_)[static_cast<std::size_t>(on_channel)];
    accepted_bytes_[write].push_back(static_cast<std::uint32_t>(burst.bytes));
    if (accepted_bytes_[write].size() > kMaxUnannounced) accepted_bytes_[write].pop_front();  // a block that never tells
    on_channel = kNone;
  }
  if (pins.w.fires() && !data_order_.empty()) {
    Burst& burst = writes_[static_cast<std::size_t>(data_order_.front())];
    if (++burst.beat == burst.beats) data_order_.pop_front();
  }
  if (pins.r.fires() && pins.r.beat.id < reads_.size() && reads_[pins.r.beat.id].call) {
    Burst& burst = reads_[pins.r.beat.id];
    note_response(burst, pins.r.beat.response, pins.r.beat.user);
    if (!burst.failed) store_beat(burst, burst.beat, pins.r.beat.data);
    ++burst.beat;
    if (pins.r.beat.last != (burst.beat == burst.beats)) refuse("R", pins.r.beat.id, burst.beat, burst.beats, "RLAST marks the last beat and no other");
    if (pins.r.beat.last) finish_burst(burst);
  }
  if (pins.b.fires() && pins.b.beat.id < writes_.size() && writes_[pins.b.beat.id].call) {
    Burst& burst = writes_[pins.b.beat.id];
    const bool taken = aw_ != static_cast<int>(pins.b.beat.id) && burst.beat == burst.beats;
    if (!taken) refuse("B", pins.b.beat.id, burst.beat, burst.beats, "a write is answered after its address and its last beat");
    note_response(burst, pins.b.beat.response, pins.b.beat.user);
    finish_burst(burst);
  }
  return !finished_.empty();
}

std::uint32_t ClientPort::take_accepted_bytes(bool write) {
  auto& waiting = accepted_bytes_[write];
  if (waiting.empty()) return 0;
  const std::uint32_t bytes = waiting.front();
  waiting.pop_front();
  return bytes;
}

std::uint32_t ClientPort::bytes_of_burst_at(bool write, std::uint64_t iova) const {
  for (const Burst& burst : write ? writes_ : reads_) {
    if (burst.call && burst.call->iova + burst.offset == iova) return static_cast<std::uint32_t>(burst.bytes);
  }
  return 0;
}

bool ClientPort::take_finished() {
  if (finished_.empty()) return false;
  while (!finished_.empty()) {
    finished_.front()->done = true;
    finished_.front()->finished.notify();
    finished_.pop_front();
  }
  return true;
}

bool ClientPort::stalled(bool write, std::uint32_t id, std::uint16_t stag) {
  auto& bursts = write ? writes_ : reads_;
  held(write, id);
  if (id >= bursts.size() || !bursts[id].call) return false;
  Burst& burst = bursts[id];
  if (burst.told && (burst.stag != kNoStag || stag == kNoStag)) return false;
  burst.told = true;
  burst.stag = stag;
  stall_news_.push_back({burst.call, false, stag});
  return true;
}

void ClientPort::held(bool write, std::uint32_t id) {
  auto& bursts = write ? writes_ : reads_;
  if (id >= bursts.size() || !bursts[id].call || bursts[id].stalled) return;
  bursts[id].stalled = true;
  bursts[id].told = false;
  bursts[id].stag = kNoStag;
  ++stalled_bursts_;
}

bool ClientPort::resumed(bool write, std::uint32_t id) {
  auto& bursts = write ? writes_ : reads_;
  if (id >= bursts.size() || !bursts[id].call || !bursts[id].stalled) return false;
  bursts[id].stalled = false;
  --stalled_bursts_;
  stall_news_.push_back({bursts[id].call, true, 0});
  return true;
}

bool ClientPort::take_stalls() {
  if (stall_news_.empty()) return false;
  while (!stall_news_.empty()) {
    const StallNews news = stall_news_.front();
    stall_news_.pop_front();
    if (news.call->stall_observer == nullptr) continue;
    if (news.resumed)
      news.call->stall_observer->transaction_resumed();
    else
      news.call->stall_observer->transaction_stalled(news.stag);
  }
  return true;
}

void ClientPort::abort_all() {
  for (auto* bursts : {&reads_, &writes_}) {
    for (Burst& burst : *bursts) {
      if (burst.call) ready_.push_back(std::move(burst.call));
      burst = Burst{};
    }
  }
  for (auto* calls : {&ready_, &finished_}) {
    for (auto& call : *calls) {
      call->result = ClientResult::SmmuAbort;
      call->done = true;
      call->finished.notify(sc_core::SC_ZERO_TIME);
    }
    calls->clear();
  }
  data_order_.clear();
  for (auto& waiting : accepted_bytes_) waiting.clear();
  aw_ = ar_ = kNone;
  open_bursts_ = stalled_bursts_ = 0;
  stall_news_.clear();
}

}  // namespace smmu_rtl
