// SPDX-License-Identifier: Apache-2.0
// The AXI4-Lite handshakes of register_port.h. Proof: sim/test/test_traffic.cpp.
#include "register_port.h"

#include <utility>

namespace smmu_rtl {

void RegisterPort::start_next() {
  if (current_ || answered_ || waiting_.empty()) return;
  current_ = std::move(waiting_.front());
  waiting_.pop_front();
  address_sent_ = data_sent_ = false;
}

void RegisterPort::drive(RegisterPins& pins) {
  start_next();
  const bool write = current_ && current_->write;
  const bool read = current_ && !current_->write;
  pins.aw.valid = write && !address_sent_;
  pins.w.valid = write && !data_sent_;
  pins.ar.valid = read && !address_sent_;
  pins.b.ready = write;
  pins.r.ready = read;
  if (!current_) return;
  const unsigned lane = current_->offset & 4;
  pins.aw.beat = current_->offset;
  pins.ar.beat = current_->offset;
  pins.w.beat.data[0] = current_->value << (8 * lane);
  pins.w.beat.strobe = current_->bytes == 8 ? 0xff : static_cast<std::uint8_t>(0x0f << lane);
  pins.w.beat.last = true;
}

bool RegisterPort::sample(const RegisterPins& pins) {
  if (!current_) return false;
  if (pins.aw.fires() || pins.ar.fires()) address_sent_ = true;
  if (pins.w.fires()) data_sent_ = true;
  if (pins.b.fires()) {
    current_->error = pins.b.beat.response != kOkay;
  } else if (pins.r.fires()) {
    const unsigned lane = current_->offset & 4;
    current_->error = pins.r.beat.response != kOkay;
    current_->value = pins.r.beat.data[0] >> (8 * lane);
    if (current_->bytes == 4) current_->value &= 0xffffffffu;
  } else {
    return false;
  }
  answered_ = std::move(current_);
  current_.reset();
  return true;
}

std::shared_ptr<RegisterAccess> RegisterPort::take_answered() {
  auto access = std::move(answered_);
  answered_.reset();
  if (access) {
    access->done = true;
    access->finished.notify();
  }
  return access;
}

void RegisterPort::abort_all() {
  if (current_) waiting_.push_front(std::move(current_));
  if (answered_) waiting_.push_front(std::move(answered_));
  current_.reset();
  answered_.reset();
  for (auto& access : waiting_) {
    access->error = true;
    access->value = 0;
    access->done = true;
    access->finished.notify(sc_core::SC_ZERO_TIME);
  }
  waiting_.clear();
}

}  // namespace smmu_rtl
