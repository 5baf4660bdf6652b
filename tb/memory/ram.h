// SPDX-License-Identifier: Apache-2.0
// The RAM of a platform: one page-aligned arena at one physical address for CPUs, masters and SMMUs alike. A TLM target
// with one port per initiator, compare-and-swap and injected errors; beside it doorbells, addresses whose writes are reported.
// Not here: latency (an access takes no simulated time) and the non-coherent mode. Proof: tb/tests/test_ram.cpp.
//
// Responses: TLM_ADDRESS_ERROR_RESPONSE outside the arena, TLM_GENERIC_ERROR_RESPONSE for an injected error,
// TLM_BURST_ERROR_RESPONSE for a streaming width below the length or a malformed compare-and-swap.
// DMI is granted for the whole arena, and revoked while any injection can still fail an access.
#ifndef TANDEM_MEMORY_RAM_H
#define TANDEM_MEMORY_RAM_H

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <systemc>
#include <tlm>

#include "smmu_tlm/access_extension.h"

namespace tandem {

// Which accesses to a RAM range fail. Accesses that match are counted: skip_count pass, then fail_count fail.
struct RamError {
  std::uint64_t pa = 0, bytes = 0;
  std::uint32_t class_mask = ~0u;  // bit n = smmu_tlm::AccessClass n
  bool on_read = true, on_write = true;
  std::uint64_t skip_count = 0, fail_count = ~0ull;
};

// A write to a doorbell; data is what came, as a little-endian number.
struct RamDoorbellWrite {
  std::uint64_t pa = 0, data = 0;
  unsigned bytes = 0;
  smmu_tlm::AccessClass access_class = smmu_tlm::AccessClass::Client;
};

class Ram : public sc_core::sc_module, private tlm::tlm_fw_transport_if<> {
 public:
  // One for each initiator; calls arrive here without a functor in between.
  sc_core::sc_vector<tlm::tlm_target_socket<64>> ports;

  // base and size_bytes are multiples of 4096; throws std::runtime_error when the host has no address space left.
  // file_starts_at: the arena is part of a file of memory that begins at that physical address, so that another process can map it.
  Ram(const sc_core::sc_module_name& name, std::uint64_t base, std::uint64_t size_bytes, unsigned port_count,
      std::optional<std::uint64_t> file_starts_at = std::nullopt);
  ~Ram() override;
  Ram(const Ram&) = delete;
  Ram& operator=(const Ram&) = delete;

  std::uint8_t* data() { return arena_; }
  std::uint64_t base() const { return base_; }
  std::uint64_t size_bytes() const { return size_bytes_; }
  int file() const { return file_; }             // -1 without one

  unsigned inject_error(const RamError& error);  // a handle, never 0
  void clear_error(unsigned handle);             // unknown handles are ignored
  // Addresses outside the arena where writes of up to 8 bytes are reported instead of refused; reads give zero. The
  // interrupt controller of a platform. False when the range overlaps the arena, another doorbell or the address space's end.
  bool add_doorbell(std::uint64_t pa, std::uint64_t bytes);
  void on_doorbell(std::function<void(const RamDoorbellWrite&)> handler) { doorbell_ = std::move(handler); }
  bool errors_are_active() const { return active_errors_ != 0; }

 private:
  struct ActiveError {
    unsigned handle;
    RamError error;
  };

  void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) override;
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& tx, tlm::tlm_phase& phase, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& tx, tlm::tlm_dmi& dmi) override;
  unsigned transport_dbg(tlm::tlm_generic_payload& tx) override;

  void map_file(std::uint64_t offset);
  void release();
  tlm::tlm_response_status perform(tlm::tlm_generic_payload& tx);
  tlm::tlm_response_status compare_and_swap(tlm::tlm_generic_payload& tx, smmu_tlm::AccessExtension& ext);
  bool injected_error_hits(tlm::tlm_generic_payload& tx);
  tlm::tlm_response_status outside(tlm::tlm_generic_payload& tx);
  void count_active_errors();
  bool contains(std::uint64_t pa, std::uint64_t bytes) const {
    return pa >= base_ && pa - base_ < size_bytes_ && bytes <= size_bytes_ - (pa - base_);
  }

  std::uint64_t base_, size_bytes_;
  std::uint8_t* arena_ = nullptr;
  void* mapping_ = nullptr;
  std::uint64_t mapping_bytes_ = 0;
  int file_ = -1;
  std::vector<ActiveError> errors_;
  struct Range {
    std::uint64_t first, last;
  };
  std::vector<Range> doorbells_;
  std::function<void(const RamDoorbellWrite&)> doorbell_;
  unsigned active_errors_ = 0, next_handle_ = 1;
};

}  // namespace tandem

#endif
