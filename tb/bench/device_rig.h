// SPDX-License-Identifier: Apache-2.0
// One SMMU module with memory and an initiator, for rows that send transactions through its sockets.
// SystemC elaborates once per process: every rig is made before the kernel starts, and stays until the process ends.
// Not here: what is timed (device_rows.cpp). Proof: tb/bench/test/test_bench.cpp.
#ifndef TANDEM_BENCH_DEVICE_RIG_H
#define TANDEM_BENCH_DEVICE_RIG_H

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>

#include "bench/tables.h"
#include "memory/ram.h"
#include "smmu_tlm/smmu_module.h"

namespace tandem::bench {

// What the stream kSid can reach. Every IOVA leads into the same small piece of memory, so that rows differ in
// translation and not in cache misses of the data.
inline constexpr std::uint64_t kPagesIova = 0, kPageCount = 1u << 16;       // 4 KiB pages
inline constexpr std::uint64_t kBlocksIova = 1ull << 32, kBlockCount = 16;  // 2 MiB blocks, onto one
inline constexpr std::uint64_t kDataBytes = 1u << 20;

// Maps all that and the streams; the address of the data.
std::uint64_t build_device_tables(Tables& tables);

enum class Waves { None, Fst };

class DeviceRig : public sc_core::sc_module, private tlm::tlm_bw_transport_if<> {
 public:
  // The rig of that backend and those parameters, made when first asked for. With a waveform: written into a file that is gone afterwards.
  static DeviceRig& get(const std::string& backend, const std::map<std::string, std::int64_t>& params = {}, Waves waves = Waves::None);

  void bring_up();                                    // after elaboration, any number of times
  std::uint64_t data_pa() const { return data_pa_; }  // also the IOVA of kBypassSid
  smmu_tlm::SmmuModule& smmu() { return *smmu_; }

  // One write of 64 bytes; throws when it is not answered with OK. From in_simulation(), or anywhere if the module
  // never waits.
  void write_64(std::uint32_t sid, std::uint64_t iova) {
    sc_core::sc_time delay;
    write_64(sid, iova, delay);
  }
  void write_64(std::uint32_t sid, std::uint64_t iova, sc_core::sc_time& delay) {
    payload_.set_address(iova);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    stream_.sid = sid;
    client_->b_transport(payload_, delay);
    if (!payload_.is_response_ok()) refused();
  }
  // A transaction of somebody else's.
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) { client_->b_transport(payload, delay); }
  // The same through nb_transport: next() starts one with start_write_64(), or answers false; the kernel runs until each is answered.
  void start_write_64(std::uint32_t sid, std::uint64_t iova);
  void run_non_blocking(const std::function<bool()>& next);
  // Direct access for reads and writes around iova; throws when it is refused. grants_revoked() counts what was taken back.
  tlm::tlm_dmi direct_access(std::uint32_t sid, std::uint64_t iova);
  unsigned grants_revoked() const { return revoked_; }
  // Runs fn in a simulation thread and returns after it.
  void in_simulation(std::function<void()> fn);

 private:
  DeviceRig(const sc_core::sc_module_name& name, const std::string& backend,
            const std::map<std::string, std::int64_t>& params);

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override { ++revoked_; }

  [[noreturn]] static void refused();
  void serve();
  void open_wave();
  std::uint64_t access_register(tlm::tlm_command command, std::uint32_t offset, unsigned bytes, std::uint64_t value);

  tlm::tlm_initiator_socket<64> programming_{"programming"}, client_{"client"};
  Ram ram_;
  std::unique_ptr<smmu_tlm::SmmuModule> smmu_;
  Tables tables_;
  std::uint64_t data_pa_ = 0;
  bool is_up_ = false;
  Waves waves_ = Waves::None;
  std::function<void()> request_;
  std::exception_ptr failure_;
  sc_core::sc_event requested_;
  tlm::tlm_generic_payload payload_;
  smmu_tlm::StreamExtension stream_;
  unsigned char line_[64] = {};
  struct Keeper : tlm::tlm_mm_interface {
    void free(tlm::tlm_generic_payload*) override {}
  } keeper_;
  bool under_way_ = false;
  unsigned revoked_ = 0;
};

}  // namespace tandem::bench

#endif
