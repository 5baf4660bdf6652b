// SPDX-License-Identifier: Apache-2.0
// AXI4 master in front of one TBU: turns client calls of any length and alignment into INCR bursts of beats as wide
// as the bus, cut at 4 KiB and at 256 beats. Calls are served round robin, one burst each, with one burst per AXI ID and
// one burst per call in flight, so a call's pieces are performed in address order and stop at the first error.
// Not here: TLM (rtl_module.cpp). Proof: sim/test/test_traffic.cpp.
#ifndef SMMU_RTL_CLIENT_PORT_H
#define SMMU_RTL_CLIENT_PORT_H

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <systemc>

#include "smmuv3_rtl/block.h"
#include "smmu_tlm/stream_extension.h"

namespace smmu_rtl {

enum class ClientResult : std::uint8_t { Ok, SmmuAbort, MemoryError };

// One blocking client call. The caller owns data and byte enables until done, or sets data to null when it goes away.
struct ClientCall {
  bool write = false;
  std::uint64_t iova = 0;
  std::uint8_t* data = nullptr;
  std::uint64_t bytes = 0;
  const std::uint8_t* byte_enable = nullptr;  // null: all; else a pattern repeated over the data
  std::uint64_t byte_enable_length = 0;
  AddressBeat attributes;  // prot, sid, ssid, ssid_valid
  smmu_tlm::StallObserver* stall_observer = nullptr;  // to null with data

  std::uint64_t issued = 0;  // bytes given to the block
  ClientResult result = ClientResult::Ok;
  bool raz_wi = false;
  bool done = false;
  sc_core::sc_event finished;
};

inline constexpr std::uint16_t kNoStag = 0xffff;

class ClientPort {
 public:
  // data_bytes: width of the bus, a power of two
  ClientPort(unsigned id_count, unsigned data_bytes) : beat_bytes_(data_bytes), reads_(id_count), writes_(id_count) {}
  void submit(std::shared_ptr<ClientCall> call) { ready_.push_back(std::move(call)); }
  // Stalled bursts do not count: nothing moves until software answers them.
  bool busy() const { return open_bursts_ != stalled_bursts_ || !ready_.empty() || !finished_.empty(); }
  std::size_t call_count() const { return ready_.size() + finished_.size() + open_bursts_; }
  // Bytes of the burst that the block announces now; it announces the bursts of a direction in the order it took them.
  std::uint32_t take_accepted_bytes(bool write);
  // Bytes of a burst in flight that was announced before; 0: there is none.
  std::uint32_t bytes_of_burst_at(bool write, std::uint64_t iova) const;
  void drive(AxiPins& pins);
  // Looks at the handshakes of this cycle; true when a call is finished.
  bool sample(const AxiPins& pins);
  // Wakes the callers that sample() reported; false when there is none.
  bool take_finished();
  // The block says that a burst stalls, or that software has answered it; true when that is news. A burst whose record cannot be
  // written yet stalls with kNoStag, and once more with its STAG.
  bool stalled(bool write, std::uint32_t id, std::uint16_t stag);
  // A burst waits until software has answered another one. Its client sees back-pressure, and the clock may stand still.
  void held(bool write, std::uint32_t id);
  bool resumed(bool write, std::uint32_t id);
  // Tells the clients; true when there was something to tell.
  bool take_stalls();
  void abort_all();

 private:
  struct StallNews {
    std::shared_ptr<ClientCall> call;
    bool resumed;
    std::uint16_t stag;
  };
  struct Burst {
    std::shared_ptr<ClientCall> call;  // null: the ID is free
    std::uint64_t offset = 0, bytes = 0;
    unsigned beats = 0, beat = 0;
    bool failed = false, stalled = false;
    bool told = false;             // while stalled: its client knows
    std::uint16_t stag = kNoStag;  // and knows this one
  };
  static constexpr int kNone = -1;

  int start_burst(bool write);
  void drive_address(Channel<AddressBeat>& channel, const std::vector<Burst>& bursts, int id);
  void drive_data(Channel<WriteBeat>& channel);
  static void note_response(Burst& burst, std::uint8_t response, std::uint8_t user);
  void finish_burst(Burst& burst);
  WriteBeat write_beat(const Burst& burst, unsigned beat) const;
  void store_beat(const Burst& burst, unsigned beat, const BusData& data) const;

  const std::uint64_t beat_bytes_;
  std::deque<std::shared_ptr<ClientCall>> ready_;  // calls with a burst to start
  std::deque<std::shared_ptr<ClientCall>> finished_;
  std::vector<Burst> reads_, writes_;              // by AXI ID
  std::deque<int> data_order_;                     // write bursts whose data is still to be sent, in AW order
  int aw_ = kNone, ar_ = kNone;                    // address on the channel
  std::uint32_t open_bursts_ = 0, stalled_bursts_ = 0;
  std::deque<StallNews> stall_news_;
  std::deque<std::uint32_t> accepted_bytes_[2];    // taken, not announced yet
};

}  // namespace smmu_rtl

#endif
