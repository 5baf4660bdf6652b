// SPDX-License-Identifier: Apache-2.0
// One RTL block behind the standard pins, as the wrapper sees it: plain structs of pin values and two half cycles.
// An adapter (block_*.cpp) copies them to and from a Verilated class; nothing else knows Verilator, so another block
// is plugged in by one adapter file. Not here: SystemC, TLM, protocol (client_port.h, memory_port.h, register_port.h).
// Proof: sim/test, which runs the wrapper on two different blocks.
#ifndef SMMU_RTL_BLOCK_H
#define SMMU_RTL_BLOCK_H

#include <array>
#include <cstdint>
#include <string>

namespace smmu_rtl {

inline constexpr unsigned kMaxTbus = 4;
inline constexpr unsigned kMaxSlots = 9;  // translations in flight, and one number for those that need no walk at all

// One AXI channel: what the source drives, and the handshake.
template <class Beat>
struct Channel {
  Beat beat;
  bool valid = false, ready = false;
  bool fires() const { return valid && ready; }
};

struct AddressBeat {
  std::uint64_t addr = 0;
  std::uint32_t id = 0;
  std::uint8_t len = 0, size = 3, burst = 1, cache = 0xf, prot = 0;
  // Only on the client side of a TBU (AxMMUSID, AxMMUSSIDV, AxMMUSSID).
  std::uint32_t sid = 0, ssid = 0;
  bool ssid_valid = false;
  // Only on the walk-and-queue master (AxUSER): the number of a smmu_tlm::AccessClass.
  std::uint8_t access_class = 0;
  bool locked = false;  // AxLOCK: an exclusive access
};
// A data bus of up to 16 bytes: byte lane n is byte n % 8 of word n / 8. Narrower buses use the low lanes.
inline constexpr unsigned kMaxBusBytes = 16;
using BusData = std::array<std::uint64_t, kMaxBusBytes / 8>;
inline std::uint8_t byte_of(const BusData& data, unsigned lane) {
  return static_cast<std::uint8_t>(data[lane / 8] >> (8 * (lane % 8)));
}
inline void set_byte(BusData& data, unsigned lane, std::uint8_t byte) {  // of a byte that was zero
  data[lane / 8] |= static_cast<std::uint64_t>(byte) << (8 * (lane % 8));
}

struct WriteBeat {
  BusData data{};
  std::uint16_t strobe = 0;
  bool last = false;
};
// xUSER of an answer to a client: who ended the transaction.
inline constexpr std::uint8_t kUserSmmuAbort = 1, kUserRazWi = 2;

struct ReadBeat {
  BusData data{};
  std::uint32_t id = 0;
  std::uint8_t response = 0, user = 0;
  bool last = false;
};
struct WriteResponse {
  std::uint32_t id = 0;
  std::uint8_t response = 0, user = 0;
};

inline constexpr std::uint8_t kOkay = 0, kExclusiveOkay = 1, kSlaveError = 2;

struct AxiPins {
  Channel<AddressBeat> aw, ar;
  Channel<WriteBeat> w;
  Channel<ReadBeat> r;
  Channel<WriteResponse> b;
};

// AXI4-Lite with a 64-bit data bus; a 32-bit access uses its half of the lanes.
struct RegisterPins {
  Channel<std::uint32_t> aw, ar;
  Channel<WriteBeat> w;
  Channel<ReadBeat> r;
  Channel<WriteResponse> b;
};

// Broadcast TLB maintenance: kind is smmu_tlm::BroadcastTlbi::Kind, or kBroadcastSync.
inline constexpr std::uint8_t kBroadcastSync = 15;
struct BroadcastBeat {
  std::uint8_t kind = 0;
  bool leaf = false;
  std::uint16_t vmid = 0, asid = 0;
  std::uint64_t addr = 0;
};

// Level of each wired interrupt output; the wrapper looks for rising edges.
struct IrqPins {
  bool eventq = false, priq = false, gerror = false, cmd_sync = false, pmcg = false;
};

// What the block tells about its inside in one clock cycle. The bools are pulses; the fields beside one are meaningful
// only while it is set. A block that cannot tell leaves them clear, but `idle` must be true knowledge.
struct Observation {
  bool idle = true;  // nothing changes any more unless an input does

  bool command = false, sync_done = false;
  std::uint32_t command_index = 0;
  std::array<std::uint64_t, 2> command_words{};
  bool command_error = false;
  std::uint8_t command_error_code = 0;

  bool txn_begin = false, txn_end = false;
  struct Transaction {
    std::uint32_t sid = 0, ssid = 0;
    std::uint64_t addr = 0, pa = 0;
    bool ssid_valid = false, write = false, privileged = false, instruction = false;
    bool smmu_enabled = false, translated = false;
    std::uint8_t result = 0;  // 0 OK, 1 aborted, 2 RAZ/WI
    std::uint8_t tbu = 0;
    std::uint8_t slot = 0;  // below kMaxSlots: names it from begin to end
    std::uint32_t bytes = 0;  // filled by the wrapper, which made the burst
  } txn;
  bool txn_recalled = false;  // of txn_begin: it ended with a translation before, did not go to memory, and is translated anew

  struct Burst {
    std::uint8_t tbu = 0;
    bool write = false;
    std::uint32_t id = 0;
    bool operator==(const Burst& other) const { return tbu == other.tbu && write == other.write && id == other.id; }
  };
  bool stall = false;        // recorded; waits for software
  bool held = false;         // waits until there is room for its record (held_queue) or a free tag
  bool held_queue = false;
  Burst stalled;             // of either, with txn
  std::uint16_t stall_tag = 0;
  bool again = false;        // one that was stalled or held is translated again: txn
  bool resume = false;       // software has answered
  bool resume_retry = false;
  std::uint8_t resume_result = 0;  // without retry: 1 aborted, 2 RAZ/WI
  Burst resumed;
  bool flush = false;        // all that are stalled or held end with an abort

  bool tlb_hit = false, tlb_miss = false, config_miss = false;

  std::uint8_t fetch_slot = 0, fill_slot = 0;    // whose walk_access or config_access, whose tlb_fill

  bool walk_access = false, walk_error = false;  // a translation table descriptor came back
  std::uint64_t walk_pa = 0, walk_descriptor = 0;
  std::uint8_t walk_level = 0, walk_stage = 1;

  bool config_access = false, config_error = false;  // a configuration structure came back
  std::uint64_t config_pa = 0, config_word0 = 0;
  std::uint8_t config_class = 0;

  bool tlb_fill = false;
  std::uint64_t fill_va = 0, fill_pa = 0;
  std::uint32_t fill_asid = 0, fill_vmid = 0;
  std::uint8_t fill_size_log2 = 0;

  bool tlb_invalidate = false;
  std::uint32_t invalidate_count = 0;

  bool event = false, event_lost = false;
  std::uint32_t event_index = 0;
  std::array<std::uint64_t, 4> event_words{};
};

struct Pins {
  bool reset_n = false;
  RegisterPins registers;
  std::array<AxiPins, kMaxTbus> client;  // the wrapper is the master
  std::array<AxiPins, kMaxTbus> memory;  // the block is the master
  AxiPins walk;                          // the block is the master
  Channel<BroadcastBeat> broadcast;      // to the block
  IrqPins irq;
  Observation seen;
};

// The ID registers on the block's straps.
struct Straps {
  std::array<std::uint32_t, 6> idr{};
  std::uint32_t iidr = 0, aidr = 0;
};

class Block {
 public:
  virtual ~Block() = default;
  virtual const char* name() const = 0;
  virtual unsigned tbu_count() const = 0;
  virtual unsigned client_id_count() const = 0;  // AXI IDs a client port may use at once
  virtual unsigned client_data_bytes() const = 0;  // width of the data buses on both sides of a TBU, 8 or 16
  virtual bool has_tbu_pmcgs() const { return false; }  // a PMCG for each TBU, at smmu_tlm::pmcg_page0_of_tbu()
  virtual void set_straps(const Straps& straps) = 0;
  // Clock low: applies the inputs in pins, evaluates, and copies the outputs into pins.
  virtual void settle(Pins& pins) = 0;
  // Rising clock edge with the inputs of the last settle().
  virtual void clock_edge() = 0;
  // One sentence per busy engine, empty when idle.
  virtual std::string busy_report() const = 0;
  // Starts a waveform; empty on success, else one sentence.
  virtual std::string open_wave(const std::string& path) = 0;
  // Times of the next settle() and clock_edge() in a waveform; called only while one is open.
  virtual void set_wave_time(std::uint64_t settle_ps, std::uint64_t edge_ps) = 0;
  virtual void close_wave() = 0;
};

}  // namespace smmu_rtl

#endif
