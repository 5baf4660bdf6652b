// SPDX-License-Identifier: Apache-2.0
// The smallest platform around one SmmuModule: 4 MiB of memory behind every initiator socket, a register initiator,
// one client initiator per TBU, and threads that run lambdas. One elaboration per process: make one Bench, in sc_main.
// Not here: which block is inside (each test program links a make_block_under_test). Proof: it is the tests' tool.
#ifndef SMMU_RTL_TEST_BENCH_H
#define SMMU_RTL_TEST_BENCH_H

#define SC_INCLUDE_DYNAMIC_PROCESSES

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <systemc>
#include <tlm>

#include "smmu_tlm/smmu_module.h"
#include "smmuv3_trace.h"

namespace rtl_test {

inline constexpr std::uint64_t kBase = 0x80000000;
inline constexpr std::uint64_t kBytes = 4 << 20;

// Defined by each test program.
std::unique_ptr<smmu_tlm::SmmuModule> make_block_under_test(const char* name, const smmu_tlm::SmmuConfig& config);

struct MemoryAccess {
  std::uint64_t address = 0, bytes = 0, time_ps = 0;
  bool write = false, classified = false;
  smmu_tlm::AccessClass access_class = smmu_tlm::AccessClass::Client;
};

class Memory : public tlm::tlm_fw_transport_if<> {
 public:
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(kBytes);
  std::vector<MemoryAccess> log;
  sc_core::sc_time delay, wait_time;              // annotated, and really waited
  std::uint64_t bad_address = 0, bad_bytes = 0;   // accesses that touch this range fail

  std::uint8_t* at(std::uint64_t address) { return bytes.data() + (address - kBase); }
  void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& t) override;
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
    return tlm::TLM_COMPLETED;
  }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }
};

// What a client transaction carries and answers.
struct Client {
  unsigned tbu = 0;
  std::uint32_t sid = 0, ssid = 0;
  bool ssid_valid = false, privileged = false, instruction = false;
  bool raz_wi = false;  // answer
};

class Bench : public sc_core::sc_module, public smmu_tlm::IrqSink, private tlm::tlm_bw_transport_if<> {
 public:
  Bench(const sc_core::sc_module_name& name, const smmu_tlm::SmmuConfig& config);

  std::unique_ptr<smmu_tlm::SmmuModule> smmu;
  Memory memory;
  std::vector<smmu_tlm::Irq> irqs;
  std::vector<smmu_trace_record> trace;
  void start_trace();

  // Runs the lambdas as threads until all have returned. False when that takes more than limit_us of simulated time.
  bool run(std::vector<std::function<void()>> threads, unsigned limit_us = 3000);
  static std::uint64_t now_ps();
  static void let_pass(std::uint64_t ps);

  // From a thread of run().
  std::uint64_t read(std::uint64_t offset, unsigned bytes = 4);
  void write(std::uint64_t offset, std::uint64_t value, unsigned bytes = 4);
  tlm::tlm_response_status access(bool write, std::uint64_t iova, std::uint8_t* data, std::size_t bytes, Client& client,
                                  std::vector<std::uint8_t> byte_enable = {});
  // GBPA with its Update handshake.
  void set_global_bypass(bool abort);

  void irq_edge(smmu_tlm::Irq which) override { irqs.push_back(which); }

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
    return tlm::TLM_COMPLETED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  tlm::tlm_initiator_socket<64> cpu_{"cpu"};
  sc_core::sc_vector<tlm::tlm_initiator_socket<64>> masters_;
  sc_core::sc_vector<tlm::tlm_target_socket<64>> memory_sockets_;
  smmu_trace_sink sink_{};
};

// The one of this process.
extern Bench* bench;

}  // namespace rtl_test

#endif
