// SPDX-License-Identifier: Apache-2.0
// The SMMU's own accesses over DMI and b_transport. Not here: the pool's owner. Proof: model/tlm/test/test_shell.cpp.
#include "walk_port.h"

#include <cstring>

namespace smmu_model_tlm {
namespace {

bool covers(const tlm::tlm_dmi& region, const smmu_io& io) {
  if (io.addr < region.get_start_address() || io.addr + io.size - 1 > region.get_end_address()) return false;
  return io.kind == SMMU_IO_READ ? region.is_read_allowed() : region.is_read_write_allowed();
}

void perform_direct(const smmu_io& io, std::uint8_t* memory, std::uint64_t* answer) {
  switch (io.kind) {
    case SMMU_IO_READ:
      std::memcpy(answer, memory, io.size);
      break;
    case SMMU_IO_WRITE:
      std::memcpy(memory, io.data, io.size);
      break;
    default:
      std::memcpy(answer, memory, 8);
      if (answer[0] == io.data[1]) std::memcpy(memory, &io.data[0], 8);
      break;
  }
}

}  // namespace

std::uint8_t* WalkPort::direct(const smmu_io& io) {
  for (const tlm::tlm_dmi& region : regions_)
    if (covers(region, io)) return region.get_dmi_ptr() + (io.addr - region.get_start_address());
  return nullptr;
}

smmu_window WalkPort::window() const {
  smmu_window window{};
  for (const tlm::tlm_dmi& region : regions_) {
    if (!region.is_read_write_allowed()) continue;
    window.base = region.get_start_address();
    window.size = region.get_end_address() - window.base + 1;
    window.bytes = region.get_dmi_ptr();
  }
  return window;
}

std::unique_ptr<WalkPort::Access> WalkPort::take() {
  if (idle_.empty()) return std::make_unique<Access>();
  std::unique_ptr<Access> access = std::move(idle_.back());
  idle_.pop_back();
  return access;
}

void WalkPort::ask_for_dmi(tlm::tlm_generic_payload& payload) {
  tlm::tlm_dmi region;
  region.init();
  if (!socket_->get_direct_mem_ptr(payload, region)) return;
  if (regions_.size() >= 8) regions_.erase(regions_.begin());
  regions_.push_back(region);
}

void WalkPort::invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) {
  for (std::size_t i = regions_.size(); i-- > 0;)
    if (regions_[i].get_start_address() <= end && start <= regions_[i].get_end_address()) regions_.erase(regions_.begin() + static_cast<std::ptrdiff_t>(i));
}

bool WalkPort::perform(const smmu_io& io, std::uint64_t* answer, sc_core::sc_time& delay) {
  if (std::uint8_t* memory = direct(io); memory != nullptr) {
    perform_direct(io, memory, answer);
    return true;
  }
  std::unique_ptr<Access> access = take();
  tlm::tlm_generic_payload& payload = access->payload;
  access->extension.access_class = static_cast<smmu_tlm::AccessClass>(io.io_class);
  access->extension.compare_and_swap = io.kind == SMMU_IO_CAS;
  access->extension.expected = io.kind == SMMU_IO_CAS ? io.data[1] : 0;
  access->extension.observed = 0;
  if (io.kind != SMMU_IO_READ) std::memcpy(access->buffer, io.data, io.kind == SMMU_IO_CAS ? 8 : io.size);
  payload.set_command(io.kind == SMMU_IO_READ ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
  payload.set_address(io.addr);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(access->buffer));
  payload.set_data_length(io.size);
  payload.set_streaming_width(io.size);
  payload.set_byte_enable_ptr(nullptr);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  socket_->b_transport(payload, delay);
  const bool ok = payload.is_response_ok();
  if (ok && io.kind == SMMU_IO_READ) std::memcpy(answer, access->buffer, io.size);
  if (ok && io.kind == SMMU_IO_CAS) answer[0] = access->extension.observed;
  if (ok && use_dmi_ && payload.is_dmi_allowed()) ask_for_dmi(payload);
  idle_.push_back(std::move(access));
  return ok;
}

bool WalkPort::peek(const smmu_io& io, std::uint64_t* answer) {
  if (io.kind == SMMU_IO_WRITE) return true;
  std::unique_ptr<Access> access = take();
  tlm::tlm_generic_payload& payload = access->payload;
  access->extension.access_class = static_cast<smmu_tlm::AccessClass>(io.io_class);
  access->extension.compare_and_swap = false;
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_address(io.addr);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(answer));
  payload.set_data_length(io.size);
  payload.set_streaming_width(io.size);
  payload.set_byte_enable_ptr(nullptr);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  const bool ok = socket_->transport_dbg(payload) == io.size;
  idle_.push_back(std::move(access));
  return ok;
}

}  // namespace smmu_model_tlm
