// SPDX-License-Identifier: Apache-2.0
// Burst collection and TLM accesses of memory_port.h. Proof: sim/test/test_traffic.cpp.
#include "memory_port.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace smmu_rtl {
namespace {

constexpr std::uint8_t kFixed = 0, kWrap = 2;

// What a compare-and-swap of the memories can do.
bool is_one_word(const AddressBeat& burst) { return burst.len == 0 && burst.size == 3 && burst.addr % 8 == 0; }

struct Lanes {
  std::uint64_t address = 0;  // of the first byte
  unsigned first = 0, count = 0;
};

// Which bytes beat number n of a burst carries (AXI4 address rules).
Lanes lanes_of(const AddressBeat& burst, unsigned n, unsigned bus_bytes) {
  const std::uint64_t size = 1ull << burst.size;
  const std::uint64_t aligned = burst.addr & ~(size - 1);
  Lanes lanes;
  lanes.address = n == 0 || burst.burst == kFixed ? burst.addr : aligned + n * size;
  if (burst.burst == kWrap) {
    const std::uint64_t total = size * (burst.len + 1u);
    const std::uint64_t low = burst.addr & ~(total - 1);
    lanes.address = low + ((burst.addr - low + n * size) & (total - 1));
  }
  lanes.first = static_cast<unsigned>(lanes.address % bus_bytes);
  lanes.count = static_cast<unsigned>(size - lanes.address % size);
  return lanes;
}

}  // namespace

MemoryPort::MemoryPort(tlm::tlm_initiator_socket<64>& socket, bool classify, unsigned data_bytes,
                       unsigned latency_cycles, std::uint64_t period_ps)
    : socket_(socket),
      classify_(classify),
      data_bytes_(data_bytes),
      latency_cycles_(latency_cycles),
      period_ps_(period_ps) {
  if (classify_) payload_.set_extension(&extension_);
}

MemoryPort::~MemoryPort() {
  if (classify_) payload_.clear_extension(&extension_);
}

std::size_t MemoryPort::open_accesses() const {
  return reads_.size() + writes_.size() + read_answers_.size() + write_answers_.size() + write_addresses_.size() +
         write_bursts_.size() + (write_data_.empty() ? 0 : 1);
}

bool MemoryPort::busy() const { return open_accesses() != 0; }

void MemoryPort::drive(AxiPins& pins, std::uint64_t cycle) {
  pins.ar.ready = pins.aw.ready = pins.w.ready = true;
  pins.r.valid = !read_answers_.empty() && cycle >= read_answers_.front().due_cycle;
  if (pins.r.valid) {
    const Answer& answer = read_answers_.front();
    pins.r.beat.id = answer.id;
    pins.r.beat.response = answer.response;
    pins.r.beat.data = answer.beats[answer.next_beat];
    pins.r.beat.last = answer.next_beat + 1 == answer.beats.size();
  }
  pins.b.valid = !write_answers_.empty() && cycle >= write_answers_.front().due_cycle;
  if (pins.b.valid) {
    pins.b.beat.id = write_answers_.front().id;
    pins.b.beat.response = write_answers_.front().response;
  }
}

bool MemoryPort::sample(const AxiPins& pins) {
  if (pins.ar.fires()) reads_.push_back(pins.ar.beat);
  if (pins.aw.fires()) write_addresses_.push_back(pins.aw.beat);
  if (pins.w.fires()) {
    write_data_.push_back(pins.w.beat);
    if (pins.w.beat.last) write_bursts_.push_back(std::exchange(write_data_, {}));
  }
  while (!write_addresses_.empty() && !write_bursts_.empty()) {
    writes_.push_back({write_addresses_.front(), std::move(write_bursts_.front())});
    write_addresses_.pop_front();
    write_bursts_.pop_front();
  }
  if (pins.r.fires() && ++read_answers_.front().next_beat == read_answers_.front().beats.size())
    read_answers_.pop_front();
  if (pins.b.fires()) write_answers_.pop_front();
  return !reads_.empty() || !writes_.empty();
}

bool MemoryPort::transport(tlm::tlm_command command, std::uint64_t address, std::uint8_t* data, std::size_t bytes,
                           std::uint8_t access_class) {
  payload_.set_command(command);
  payload_.set_address(address);
  payload_.set_data_ptr(data);
  payload_.set_data_length(static_cast<unsigned>(bytes));
  payload_.set_streaming_width(static_cast<unsigned>(bytes));
  payload_.set_byte_enable_ptr(nullptr);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  if (access_class < smmu_tlm::kAccessClassCount)
    extension_.access_class = static_cast<smmu_tlm::AccessClass>(access_class);
  socket_->b_transport(payload_, delay_);
  const bool is_msi = classify_ && command == tlm::TLM_WRITE_COMMAND && access_class == static_cast<std::uint8_t>(smmu_tlm::AccessClass::Msi);
  if (is_msi && on_msi_ && bytes <= sizeof(std::uint64_t)) {
    std::uint64_t value = 0;
    std::memcpy(&value, data, bytes);
    on_msi_(address, value, payload_.is_response_ok());
  }
  return payload_.is_response_ok();
}

MemoryPort::Answer MemoryPort::perform_read(const AddressBeat& address) {
  Answer answer;
  answer.id = address.id;
  const unsigned beats = address.len + 1u;
  const Lanes head = lanes_of(address, 0, data_bytes_);
  const bool one_range = address.burst != kFixed && address.burst != kWrap;
  const std::size_t total = head.count + (static_cast<std::size_t>(address.len) << address.size);
  std::vector<std::uint8_t> bytes(one_range ? total : data_bytes_);
  bool ok = !one_range || transport(tlm::TLM_READ_COMMAND, address.addr, bytes.data(), total, address.access_class);
  std::size_t at = 0;
  for (unsigned n = 0; n < beats; ++n) {
    const Lanes lanes = lanes_of(address, n, data_bytes_);
    if (!one_range) {
      at = 0;
      ok = transport(tlm::TLM_READ_COMMAND, lanes.address, bytes.data(), lanes.count, address.access_class) && ok;
    }
    BusData data{};
    for (unsigned i = 0; ok && i < lanes.count; ++i) set_byte(data, lanes.first + i, bytes[at + i]);
    at += lanes.count;
    answer.beats.push_back(data);
  }
  answer.response = ok ? kOkay : kSlaveError;
  exclusives_.erase(address.id);
  if (ok && address.locked && classify_ && is_one_word(address)) {
    exclusives_[address.id] = {address.addr, answer.beats[0][0]};
    answer.response = kExclusiveOkay;
  }
  return answer;
}

MemoryPort::Answer MemoryPort::perform_exclusive_write(const Write& write) {
  Answer answer;
  answer.id = write.address.id;
  const auto read = exclusives_.find(write.address.id);
  if (read == exclusives_.end() || read->second.address != write.address.addr || !is_one_word(write.address) || write.beats[0].strobe != 0xff)
    return answer;  // OKAY: not written
  std::uint64_t value = write.beats[0].data[0];
  extension_.compare_and_swap = true;
  extension_.expected = extension_.observed = read->second.data;  // memory that knows no compare-and-swap has just written
  exclusives_.erase(read);
  const bool ok = transport(tlm::TLM_WRITE_COMMAND, write.address.addr, reinterpret_cast<std::uint8_t*>(&value), sizeof value,
                            write.address.access_class);
  extension_.compare_and_swap = false;
  answer.response = !ok ? kSlaveError : extension_.observed == extension_.expected ? kExclusiveOkay : kOkay;
  return answer;
}

// One TLM write per run of strobed bytes with consecutive addresses.
MemoryPort::Answer MemoryPort::perform_write(const Write& write) {
  std::vector<std::uint8_t> run;
  std::uint64_t run_address = 0;
  bool ok = true;
  const auto flush = [&] {
    if (!run.empty())
      ok = transport(tlm::TLM_WRITE_COMMAND, run_address, run.data(), run.size(), write.address.access_class) && ok;
    run.clear();
  };
  for (unsigned n = 0; n < write.beats.size(); ++n) {
    const Lanes lanes = lanes_of(write.address, n, data_bytes_);
    for (unsigned i = 0; i < lanes.count; ++i) {
      const unsigned lane = lanes.first + i;
      if ((write.beats[n].strobe >> lane & 1u) == 0) continue;
      if (!run.empty() && run_address + run.size() != lanes.address + i) flush();
      if (run.empty()) run_address = lanes.address + i;
      run.push_back(byte_of(write.beats[n].data, lane));
    }
  }
  flush();
  Answer answer;
  answer.id = write.address.id;
  answer.response = ok ? kOkay : kSlaveError;
  return answer;
}

bool MemoryPort::perform(std::uint64_t cycle) {
  const std::uint64_t generation = generation_;
  while (!reads_.empty() || !writes_.empty()) {
    const bool read = !reads_.empty();
    delay_ = sc_core::SC_ZERO_TIME;
    Answer answer;
    if (read) {
      const AddressBeat address = reads_.front();
      reads_.pop_front();
      answer = perform_read(address);
    } else {
      const Write write = std::move(writes_.front());
      writes_.pop_front();
      answer = write.address.locked && classify_ ? perform_exclusive_write(write) : perform_write(write);
    }
    if (generation != generation_) return false;
    answer.due_cycle = cycle + latency_cycles_;
    if (delay_ != sc_core::SC_ZERO_TIME) {
      const auto delay_ps = static_cast<std::uint64_t>(delay_ / sc_core::sc_time(1, sc_core::SC_PS));
      answer.due_cycle += (delay_ps + period_ps_ - 1) / period_ps_;
    }
    (read ? read_answers_ : write_answers_).push_back(std::move(answer));
  }
  return true;
}

void MemoryPort::abort_all() {
  ++generation_;
  reads_.clear();
  write_addresses_.clear();
  writes_.clear();
  write_data_.clear();
  write_bursts_.clear();
  read_answers_.clear();
  write_answers_.clear();
  exclusives_.clear();
}

}  // namespace smmu_rtl
