// SPDX-License-Identifier: Apache-2.0
// The TLM-2.0 face that every SMMU implementation shows to a platform: sockets, interrupts, reset, statistics.
// The SystemC model and the Verilated RTL derive from SmmuModule, so a platform can mix them freely.
// Not here: behaviour. Proof: tb/tests run the same checks on every implementation.
//
// Sockets (all 64-bit little-endian, addresses in bytes):
//   programming     target. Address = offset in the SMMU frame: page 0 at 0x00000, page 1 at 0x10000, PMCG page 0 at
//                   0x20000, PMCG page 1 (counters) at 0x30000, VATOS page at 0x40000; where there is a PMCG of its own for each TBU
//                   (feature PMCG_TBU), its pages from 0x60000 on. 4- or 8-byte aligned accesses; anything else is RAZ/WI with
//                   TLM_OK_RESPONSE (recommended choice of the architecture). b_transport and transport_dbg.
//   tbu_target[i]   target, client traffic of TBU i. Payload needs a StreamExtension. Any length and alignment; the
//                   implementation splits at 4 KiB boundaries. b_transport may wait() (RTL always does; the model only
//                   while a transaction is stalled). Aborted: TLM_ADDRESS_ERROR_RESPONSE from the SMMU, and
//                   TLM_GENERIC_ERROR_RESPONSE when the memory behind it answered with an error. Beats before the first
//                   aborted 4 KiB piece may have been performed. An implementation may offer nb_transport: all four phases,
//                   payloads with a memory manager that stay inside 4 KiB (TLM_BURST_ERROR_RESPONSE otherwise).
//   tbu_initiator[i] initiator, the translated traffic of TBU i (address = PA).
//   table_walk      initiator, every access of the SMMU itself, with an AccessExtension on each payload.
// Threads: everything runs in SystemC processes of one kernel; no member may be called from another host thread.
#ifndef SMMU_TLM_SMMU_MODULE_H
#define SMMU_TLM_SMMU_MODULE_H

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include <systemc>
#include <tlm>

#include "smmu_tlm/access_extension.h"
#include "smmu_tlm/endpoint.h"
#include "smmu_tlm/stream_extension.h"

struct smmu_trace_sink;  // arch/trace/smmuv3_trace.h

namespace smmu_tlm {

inline constexpr std::uint64_t kFrameBytes = 0xe0000;
inline constexpr std::uint32_t kPmcgPage0 = 0x20000;
inline constexpr std::uint32_t kPmcgPage1 = 0x30000;
inline constexpr std::uint32_t kVatosPage = 0x40000;  // RES0 without IDR0.VATOS
// Pages of the PMCG of TBU t, t < 4; RES0 without PMCG_TBU. All groups of an SMMU share its interrupt Irq::Pmcg.
constexpr std::uint32_t pmcg_page0_of_tbu(unsigned t) { return 0x60000 + 0x20000 * t; }
constexpr std::uint32_t pmcg_page1_of_tbu(unsigned t) { return 0x70000 + 0x20000 * t; }

// The values of the read-only identification registers of one instance.
struct IdRegisters {
  std::array<std::uint32_t, 6> idr{};  // IDR0..IDR5
  std::uint32_t iidr = 0, aidr = 0;
};

// One instance as a platform asks for it.
struct SmmuConfig {
  IdRegisters ids;
  unsigned tbu_count = 1;           // 1..4
  unsigned pmcg_counter_count = 4;  // 1..64
  std::uint64_t clock_period_ps = 1000;
  std::uint64_t seed = 1;           // reset values the architecture leaves UNKNOWN, RTL x-initial
  // Implementation parameters by name (e.g. "tlb_entries"); unknown names are refused by the factory.
  std::map<std::string, std::int64_t> params;
};

// Which wired interrupt pulsed.
enum class Irq : std::uint8_t { Eventq, Priq, Gerror, CmdSync, Pmcg };

class IrqSink {
 public:
  virtual ~IrqSink() = default;
  // One call per edge, in the SystemC process that produced it; must not call wait().
  virtual void irq_edge(Irq which) = 0;
};

// Counted by the implementation beside its PMCG, never architecturally visible, cleared by cold_reset().
struct SmmuStats {
  std::uint64_t commands = 0;           // commands consumed, CMD_SYNC included
  std::uint64_t syncs = 0;              // CMD_SYNCs completed
  std::uint64_t transactions = 0;       // client transactions accepted (4 KiB pieces) while SMMUEN=1
  std::uint64_t translations = 0;       // of these, answered with an address through a translating stage
  std::uint64_t tlb_hits = 0;
  std::uint64_t tlb_misses = 0;         // PMCG event 2
  std::uint64_t config_misses = 0;      // PMCG event 3
  std::uint64_t table_walk_accesses = 0;     // PMCG event 4
  std::uint64_t config_accesses = 0;         // PMCG event 5
  std::uint64_t events_recorded = 0;    // event records written
  std::uint64_t aborts = 0;             // client transactions answered with an abort
};

// Broadcast TLB maintenance as a PE sends it (only obeyed where IDR0.BTM=1 and CR2.PTM=0).
struct BroadcastTlbi {
  enum class Kind : std::uint8_t { Va, Asid, Vaa, Vmall, Ipas2, VmallS12, All, El2Va, El2Asid, El2All };
  Kind kind = Kind::All;
  bool leaf = false;
  std::uint16_t vmid = 0, asid = 0;
  std::uint64_t address = 0;
};

class SmmuModule : public sc_core::sc_module {
 public:
  tlm::tlm_target_socket<64> programming{"programming"};
  sc_core::sc_vector<tlm::tlm_target_socket<64>> tbu_target;
  sc_core::sc_vector<tlm::tlm_initiator_socket<64>> tbu_initiator;
  tlm::tlm_initiator_socket<64> table_walk{"table_walk"};

  // Cold reset in zero simulated time. Blocking client calls still parked inside end with an abort.
  virtual void cold_reset() = 0;
  virtual SmmuStats stats() const = 0;
  // One JSON object: {"backend": "...", "features": {...}, "limits": {...}}.
  virtual std::string caps_json() const = 0;
  // True when no command, walk, event, MSI or client transaction is in progress.
  virtual bool idle() const = 0;
  // One sentence per busy engine ("cmdq: waiting for CMD_SYNC ..."), empty when idle; for time-out reports.
  virtual std::string busy_report() const = 0;
  // One line per entry of its caches, for people who look; empty where an implementation does not show them.
  virtual std::string cache_report() const { return {}; }
  // Writes a waveform from now on. Empty, or one sentence: no signals here, not built in, the file cannot be written.
  virtual std::string open_wave(const std::string& /*path*/) { return "this SMMU is no RTL and has no waveform"; }
  // May be null; see arch/trace/smmuv3_trace.h.
  virtual void set_trace_sink(smmu_trace_sink* sink) = 0;
  virtual void broadcast_tlbi(const BroadcastTlbi&) {}
  // A page request of an endpoint; its answer comes through the sink. False: not taken, because this implementation has
  // no page requests or holds as many as it can; offer it again later.
  virtual bool page_request(const PageRequest&) { return false; }
  // An endpoint completed the invalidation with that tag. Tags that are not in use are ignored.
  virtual void atc_completed(unsigned /*tag*/) {}
  // Service failure mode, as an internal error would cause it, until cold_reset(). False: this implementation has none.
  virtual bool inject_service_failure() { return false; }

  void set_irq_sink(IrqSink* sink) { irq_sink_ = sink; }
  // Without a sink there is no endpoint: invalidations complete at once, responses go nowhere.
  void set_endpoint_sink(EndpointSink* sink) { endpoint_sink_ = sink; }

 protected:
  SmmuModule(const sc_core::sc_module_name& name, unsigned tbu_count)
      : sc_core::sc_module(name), tbu_target("tbu_target", tbu_count), tbu_initiator("tbu_initiator", tbu_count) {}
  void raise(Irq which) {
    if (irq_sink_ != nullptr) irq_sink_->irq_edge(which);
  }

  EndpointSink* endpoint_sink() const { return endpoint_sink_; }

 private:
  IrqSink* irq_sink_ = nullptr;
  EndpointSink* endpoint_sink_ = nullptr;
};

}  // namespace smmu_tlm

#endif
