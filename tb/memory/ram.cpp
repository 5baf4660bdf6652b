// SPDX-License-Identifier: Apache-2.0
// The arena and the TLM target of ram.h. Proof: tb/tests/test_ram.cpp.
#include "memory/ram.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace tandem {
namespace {

constexpr std::uint64_t kHugePage = 2u << 20;

void copy_enabled_bytes(std::uint8_t* to, const std::uint8_t* from, unsigned bytes, const std::uint8_t* enable,
                        unsigned enable_bytes) {
  for (unsigned i = 0; i < bytes; ++i) {
    if (enable[i % enable_bytes] == TLM_BYTE_ENABLED) to[i] = from[i];
  }
}

void copy(std::uint8_t* to, const std::uint8_t* from, tlm::tlm_generic_payload& tx) {
  const unsigned bytes = tx.get_data_length();
  if (tx.get_byte_enable_ptr() != nullptr) {
    copy_enabled_bytes(to, from, bytes, tx.get_byte_enable_ptr(), tx.get_byte_enable_length());
  } else if (bytes == 8) {  // descriptors
    std::memcpy(to, from, 8);
  } else if (bytes == 64) {  // STE, CD and cache lines
    std::memcpy(to, from, 64);
  } else {
    std::memcpy(to, from, bytes);
  }
}

}  // namespace

Ram::Ram(const sc_core::sc_module_name& name, std::uint64_t base, std::uint64_t size_bytes, unsigned port_count,
         std::optional<std::uint64_t> file_starts_at)
    : sc_core::sc_module(name), ports("port", port_count), base_(base), size_bytes_(size_bytes), mapping_bytes_(size_bytes + kHugePage) {
  mapping_ = mmap(nullptr, mapping_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping_ == MAP_FAILED) throw std::runtime_error("the host cannot map " + std::to_string(size_bytes) + " bytes of RAM");
  const auto start = reinterpret_cast<std::uintptr_t>(mapping_);
  arena_ = reinterpret_cast<std::uint8_t*>((start + kHugePage - 1) & ~static_cast<std::uintptr_t>(kHugePage - 1));
  madvise(arena_, size_bytes_, MADV_HUGEPAGE);  // advice: a kernel without it is only slower
  if (file_starts_at) map_file(base - *file_starts_at);
  for (auto& port : ports) port.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
}

// Over the anonymous pages, so that the arena stays aligned to huge ones.
void Ram::map_file(std::uint64_t offset) {
  file_ = memfd_create("tandem-ram", MFD_CLOEXEC);
  const bool sized = file_ >= 0 && ftruncate(file_, static_cast<off_t>(offset + size_bytes_)) == 0;
  void* const mapped = sized ? mmap(arena_, size_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file_, static_cast<off_t>(offset)) : MAP_FAILED;
  if (mapped != MAP_FAILED) return;
  const std::string why = std::strerror(errno);
  release();
  throw std::runtime_error("the host has no file of " + std::to_string(offset + size_bytes_) + " bytes of memory to share: " + why);
}

void Ram::release() {
  munmap(mapping_, mapping_bytes_);
  if (file_ >= 0) close(file_);
}

Ram::~Ram() { release(); }

void Ram::b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time&) { tx.set_response_status(perform(tx)); }

tlm::tlm_sync_enum Ram::nb_transport_fw(tlm::tlm_generic_payload& tx, tlm::tlm_phase&, sc_core::sc_time&) {
  tx.set_response_status(perform(tx));  // early completion: the answer is ready at once
  return tlm::TLM_COMPLETED;
}

tlm::tlm_response_status Ram::perform(tlm::tlm_generic_payload& tx) {
  const unsigned bytes = tx.get_data_length();
  if (!contains(tx.get_address(), bytes)) return outside(tx);
  if (tx.get_streaming_width() < bytes) return tlm::TLM_BURST_ERROR_RESPONSE;
  if (active_errors_ != 0 && injected_error_hits(tx)) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  tx.set_dmi_allowed(active_errors_ == 0);

  std::uint8_t* const place = arena_ + (tx.get_address() - base_);
  if (tx.is_read()) {
    copy(tx.get_data_ptr(), place, tx);
  } else if (tx.is_write()) {
    if (bytes == 8) {  // the only size a compare-and-swap can have; other writes skip the look-up
      auto* ext = tx.get_extension<smmu_tlm::AccessExtension>();
      if (ext != nullptr && ext->compare_and_swap) return compare_and_swap(tx, *ext);
    }
    copy(place, tx.get_data_ptr(), tx);
  }
  return tlm::TLM_OK_RESPONSE;
}

bool Ram::add_doorbell(std::uint64_t pa, std::uint64_t bytes) {
  if (bytes == 0 || pa + (bytes - 1) < pa) return false;
  const Range range{pa, pa + (bytes - 1)};
  const auto overlaps = [&range](std::uint64_t first, std::uint64_t last) { return first <= range.last && range.first <= last; };
  if (overlaps(base_, base_ + size_bytes_ - 1)) return false;
  for (const Range& other : doorbells_) {
    if (overlaps(other.first, other.last)) return false;
  }
  doorbells_.push_back(range);
  return true;
}

tlm::tlm_response_status Ram::outside(tlm::tlm_generic_payload& tx) {
  const std::uint64_t first = tx.get_address();
  const unsigned bytes = tx.get_data_length();
  tx.set_dmi_allowed(false);
  for (const Range& range : doorbells_) {
    if (first < range.first || first > range.last || bytes == 0 || bytes - 1 > range.last - first) continue;
    if (tx.get_streaming_width() < bytes) return tlm::TLM_BURST_ERROR_RESPONSE;
    if (tx.is_read()) std::memset(tx.get_data_ptr(), 0, bytes);
    if (!tx.is_write()) return tlm::TLM_OK_RESPONSE;
    if (bytes > 8) return tlm::TLM_GENERIC_ERROR_RESPONSE;
    RamDoorbellWrite write;
    // A bus may carry a write in a wider burst with strobes: what counts are the bytes that are enabled.
    std::uint8_t data[8] = {};
    copy(data, tx.get_data_ptr(), tx);
    std::memcpy(&write.data, data, sizeof data);
    write.pa = first;
    write.bytes = bytes;
    const auto* ext = tx.get_extension<smmu_tlm::AccessExtension>();
    if (ext != nullptr) write.access_class = ext->access_class;
    if (doorbell_) doorbell_(write);
    return tlm::TLM_OK_RESPONSE;
  }
  return tlm::TLM_ADDRESS_ERROR_RESPONSE;
}

tlm::tlm_response_status Ram::compare_and_swap(tlm::tlm_generic_payload& tx, smmu_tlm::AccessExtension& ext) {
  if (tx.get_address() % 8 != 0 || tx.get_byte_enable_ptr() != nullptr) return tlm::TLM_BURST_ERROR_RESPONSE;
  std::uint8_t* const place = arena_ + (tx.get_address() - base_);
  std::memcpy(&ext.observed, place, 8);
  if (ext.observed == ext.expected) std::memcpy(place, tx.get_data_ptr(), 8);
  return tlm::TLM_OK_RESPONSE;
}

bool Ram::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
  dmi.init();
  dmi.set_start_address(base_);
  dmi.set_end_address(base_ + size_bytes_ - 1);
  if (active_errors_ != 0) {
    dmi.allow_none();
    return false;
  }
  dmi.allow_read_write();
  dmi.set_dmi_ptr(arena_);
  return true;
}

unsigned Ram::transport_dbg(tlm::tlm_generic_payload& tx) {
  const std::uint64_t pa = tx.get_address();
  if (pa < base_ || pa - base_ >= size_bytes_) return 0;
  const auto bytes = static_cast<unsigned>(std::min<std::uint64_t>(tx.get_data_length(), size_bytes_ - (pa - base_)));
  std::uint8_t* const place = arena_ + (pa - base_);
  if (tx.is_read()) std::memcpy(tx.get_data_ptr(), place, bytes);
  if (tx.is_write()) std::memcpy(place, tx.get_data_ptr(), bytes);
  return bytes;
}

unsigned Ram::inject_error(const RamError& error) {
  errors_.push_back({next_handle_, error});
  count_active_errors();
  for (auto& port : ports) port->invalidate_direct_mem_ptr(base_, base_ + size_bytes_ - 1);
  return next_handle_++;
}

void Ram::clear_error(unsigned handle) {
  errors_.erase(std::remove_if(errors_.begin(), errors_.end(), [&](const ActiveError& e) { return e.handle == handle; }),
                errors_.end());
  count_active_errors();
}

void Ram::count_active_errors() {
  active_errors_ = static_cast<unsigned>(
      std::count_if(errors_.begin(), errors_.end(), [](const ActiveError& e) { return e.error.fail_count != 0; }));
}

// Every injection counts the accesses it matches, so overlapping ones do not hide each other.
bool Ram::injected_error_hits(tlm::tlm_generic_payload& tx) {
  const auto* ext = tx.get_extension<smmu_tlm::AccessExtension>();
  const auto access_class = static_cast<unsigned>(ext != nullptr ? ext->access_class : smmu_tlm::AccessClass::Client);
  const std::uint64_t first = tx.get_address(), bytes = tx.get_data_length();
  bool hit = false;
  for (ActiveError& active : errors_) {
    RamError& error = active.error;
    const bool overlaps = first < error.pa ? error.pa - first < bytes : first - error.pa < error.bytes;
    const bool direction = tx.is_read() ? error.on_read : error.on_write;
    if (!overlaps || !direction || (error.class_mask >> access_class & 1u) == 0) continue;
    if (error.skip_count != 0) {
      --error.skip_count;
    } else if (error.fail_count != 0) {
      --error.fail_count;
      hit = true;
    }
  }
  if (hit) count_active_errors();
  return hit;
}

}  // namespace tandem
