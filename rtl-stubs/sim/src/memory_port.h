// SPDX-License-Identifier: Apache-2.0
// AXI4 slave behind one master port of the block: collects bursts, performs them as TLM transactions at the simulated
// time of the cycle they were accepted in, and answers after a latency counted in cycles.
// Any burst type, size and strobe pattern; answers leave in order of acceptance. An exclusive write of one 64-bit word is a
// compare-and-swap with what the exclusive read of its AXI ID saw; other exclusive accesses are answered OKAY, which denies them.
// Proof: sim/test/test_traffic.cpp.
#ifndef SMMU_RTL_MEMORY_PORT_H
#define SMMU_RTL_MEMORY_PORT_H

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include <systemc>
#include <tlm>

#include "smmuv3_rtl/block.h"
#include "smmu_tlm/access_extension.h"

namespace smmu_rtl {

class MemoryPort {
 public:
  // data_bytes: width of the bus. classify: the port carries the block's own accesses, so payloads get an
  // AccessExtension.
  MemoryPort(tlm::tlm_initiator_socket<64>& socket, bool classify, unsigned data_bytes, unsigned latency_cycles,
             std::uint64_t period_ps);
  ~MemoryPort();
  MemoryPort(const MemoryPort&) = delete;
  MemoryPort& operator=(const MemoryPort&) = delete;

  bool busy() const;
  std::size_t open_accesses() const;
  void drive(AxiPins& pins, std::uint64_t cycle);
  // Looks at the handshakes of this cycle; true when an access waits to be performed.
  bool sample(const AxiPins& pins);
  // Performs what sample() accepted. May wait() if the memory does. False if a reset came in between.
  bool perform(std::uint64_t cycle);
  void abort_all();
  // Called for each MSI of the block once memory has it; ok: memory took it.
  void on_msi(std::function<void(std::uint64_t pa, std::uint64_t data, bool ok)> handler) { on_msi_ = std::move(handler); }

 private:
  struct Answer {
    std::uint64_t due_cycle = 0;
    std::uint32_t id = 0;
    std::uint8_t response = kOkay;
    std::vector<BusData> beats;  // reads only
    std::size_t next_beat = 0;
  };
  struct Exclusive {
    std::uint64_t address = 0, data = 0;
  };
  struct Write {
    AddressBeat address;
    std::vector<WriteBeat> beats;
  };

  Answer perform_read(const AddressBeat& address);
  Answer perform_write(const Write& write);
  Answer perform_exclusive_write(const Write& write);
  bool transport(tlm::tlm_command command, std::uint64_t address, std::uint8_t* data, std::size_t bytes,
                 std::uint8_t access_class);

  tlm::tlm_initiator_socket<64>& socket_;
  const bool classify_;
  const unsigned data_bytes_;
  const unsigned latency_cycles_;
  const std::uint64_t period_ps_;
  std::function<void(std::uint64_t, std::uint64_t, bool)> on_msi_;
  std::deque<AddressBeat> reads_, write_addresses_;
  std::deque<Write> writes_;             // complete, to be performed
  std::vector<WriteBeat> write_data_;    // beats of the burst being received
  std::deque<std::vector<WriteBeat>> write_bursts_;  // complete data whose address is still missing
  std::deque<Answer> read_answers_, write_answers_;
  std::map<std::uint32_t, Exclusive> exclusives_;    // by AXI ID: the last exclusive read, until its write
  std::uint64_t generation_ = 0;         // counts resets
  sc_core::sc_time delay_;               // of the access being performed
  tlm::tlm_generic_payload payload_;
  smmu_tlm::AccessExtension extension_;
};

}  // namespace smmu_rtl

#endif
