// SPDX-License-Identifier: Apache-2.0
// Block over any Verilated class that has the pins of rtl/smmuv3_top.sv; with the observation ports of
// rtl/smmuv3_sim_top.sv it also tells about its inside. To plug in another block, instantiate this template with the
// class Verilator made of it (test/standin is the example). Include the Verilated header first, never <systemc>.
// Not here: bus protocols, time. Proof: sim/test on two blocks.
#ifndef SMMU_RTL_BLOCK_VERILATED_H
#define SMMU_RTL_BLOCK_VERILATED_H

#include <verilated.h>
#if VM_TRACE_FST
#include <verilated_fst_c.h>
#endif

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "smmuv3_rtl/block.h"
#include "rtl_limits.h"
#include "verilated_coverage.h"

namespace smmu_rtl {

template <class Top, class = void>
struct HasObservation : std::false_type {};
template <class Top>
struct HasObservation<Top, std::void_t<decltype(std::declval<Top&>().obs_idle_o)>> : std::true_type {};

// Tbus and TbuIdWidth repeat the parameters the class was verilated with.
template <class Top, unsigned Tbus, unsigned TbuIdWidth = 8>
class VerilatedBlock final : public Block {
  static_assert(Tbus >= 1 && Tbus <= kMaxTbus);

 public:
  VerilatedBlock(const char* name, std::uint64_t seed) : name_(name) {
    context_.randReset(2);  // registers without a reset value start with random bits
    context_.randSeed(static_cast<int>(1 + seed % 0x7ffffffe));
    Verilated::threadContextp(&context_);
#if VM_TRACE_FST
    context_.traceEverOn(true);
#endif
    top_ = std::make_unique<Top>(&context_, name);
    top_->clk_i = 0;
    top_->dvm_valid_i = 0;
    for (unsigned i = 0; i < Tbus; ++i) {  // a TBU that is not used stays quiet
      top_->tbu_s_awvalid_i[i] = top_->tbu_s_wvalid_i[i] = top_->tbu_s_arvalid_i[i] = 0;
      top_->tbu_s_bready_i[i] = top_->tbu_s_rready_i[i] = 1;
      top_->tbu_m_bvalid_i[i] = top_->tbu_m_rvalid_i[i] = 0;
    }
  }
  ~VerilatedBlock() override {
    top_->final();
    coverage_ends(context_);
  }

  const char* name() const override { return name_.c_str(); }
  unsigned tbu_count() const override { return Tbus; }
  unsigned client_id_count() const override { return TbuIdWidth >= 6 ? 64 : 1u << TbuIdWidth; }
  unsigned client_data_bytes() const override { return sizeof(top_->tbu_s_wdata_i[0]); }
  bool has_tbu_pmcgs() const override { return HasObservation<Top>::value; }  // ours
  void set_straps(const Straps& straps) override {
    top_->idr0_i = straps.idr[0];
    top_->idr1_i = straps.idr[1];
    top_->idr2_i = straps.idr[2];
    top_->idr3_i = straps.idr[3];
    top_->idr4_i = straps.idr[4];
    top_->idr5_i = straps.idr[5];
    top_->iidr_i = straps.iidr;
    top_->aidr_i = straps.aidr;
  }

  void settle(Pins& pins) override {
    top_->clk_i = 0;
    if (pins.reset_n && !was_reset_) {
      coverage_begins(context_);
      was_reset_ = true;
    }
    top_->rst_ni = pins.reset_n;
    drive_registers(pins.registers);
    for (unsigned i = 0; i < Tbus; ++i) {
      drive_client(i, pins.client[i]);
      drive_memory(i, pins.memory[i]);
    }
    drive_walk(pins.walk);
    top_->dvm_valid_i = pins.broadcast.valid;
    if (pins.broadcast.valid) {
      const BroadcastBeat& b = pins.broadcast.beat;
      top_->dvm_kind_i = b.kind;
      top_->dvm_leaf_i = b.leaf;
      top_->dvm_vmid_i = b.vmid;
      top_->dvm_asid_i = b.asid;
      top_->dvm_addr_i = b.addr;
    }
    top_->eval();
#if VM_TRACE_FST
    if (wave_) wave_->dump(settle_ps_);
#endif
    sample_registers(pins.registers);
    for (unsigned i = 0; i < Tbus; ++i) {
      sample_client(i, pins.client[i]);
      sample_memory(i, pins.memory[i]);
    }
    sample_walk(pins.walk);
    pins.broadcast.ready = top_->dvm_ready_o;
    pins.irq = {top_->irq_eventq_o != 0, top_->irq_priq_o != 0, top_->irq_gerror_o != 0, top_->irq_cmd_sync_o != 0,
                top_->irq_pmcg_o != 0};
    observe(pins);
  }

  void clock_edge() override {
    top_->clk_i = 1;
    top_->eval();
#if VM_TRACE_FST
    if (wave_) wave_->dump(edge_ps_);
#endif
  }

  std::string busy_report() const override {
    std::string text;
    if constexpr (HasObservation<Top>::value) {
      const auto add = [&text](const std::string& engine, bool busy, const auto& names, unsigned state) {
        if (!busy) return;
        const char* state_name = state < names.size() ? names[state] : nullptr;
        text += (text.empty() ? "" : "\n") + engine + ": in state " +
                (state_name != nullptr ? std::string(state_name) : std::to_string(state));
      };
      const Top& t = *top_;
      if (t.obs_busy_regs_o) text = "registers: an update is in progress";
      add("cmdq", t.obs_busy_cmdq_o, kCmdqStates, t.obs_state_cmdq_o);
      add("eventq", t.obs_busy_eventq_o, kEventqStates, t.obs_state_eventq_o);
      for (unsigned i = 0; i + 1 < kMaxSlots; ++i)
        add("translation slot " + std::to_string(i), t.obs_state_slot_o[i] != 0, kSlotStates, t.obs_state_slot_o[i]);
      add("tlb", t.obs_busy_tlb_o, kTlbStates, t.obs_state_tlb_o);
      for (unsigned i = 0; i < Tbus; ++i) {
        const std::string tbu = "tbu" + std::to_string(i);
        add(tbu + " read", t.obs_busy_tbu_rd_o[i], kTbuStates, t.obs_state_tbu_rd_o[i]);
        add(tbu + " write", t.obs_busy_tbu_wr_o[i], kTbuStates, t.obs_state_tbu_wr_o[i]);
      }
    }
    return text;
  }

#if VM_TRACE_FST
  std::string open_wave(const std::string& path) override {
    std::FILE* probe = std::fopen(path.c_str(), "wb");
    if (probe == nullptr) return "The waveform file '" + path + "' cannot be written.";
    std::fclose(probe);
    if (wave_) return "A waveform of this block is already being written.";
    wave_ = std::make_unique<VerilatedFstC>();
    top_->trace(wave_.get(), 99);
    wave_->open(path.c_str());
    return {};
  }
  void close_wave() override {
    if (wave_) wave_->close();
    wave_.reset();
  }
#else
  std::string open_wave(const std::string&) override {
    return "This build has no waveforms; configure with -DTANDEM_RTL_WAVES=ON.";
  }
  void close_wave() override {}
#endif
  void set_wave_time(std::uint64_t settle_ps, std::uint64_t edge_ps) override {
    settle_ps_ = settle_ps;
    edge_ps_ = edge_ps;
  }

 private:
  // Without observation ports: idle after this many cycles without a bus transfer of its own.
  static constexpr unsigned kAssumedIdleCycles = 1024;

  // Verilator holds up to 64 bits in an integer and more in an array of 32-bit words.
  template <class Port>
  static void put(Port& port, const BusData& data) {
    static_assert(sizeof port == 8 || sizeof port == 16, "the client data bus must have 64 or 128 bits");
    if constexpr (sizeof port == 8) {
      port = data[0];
    } else {
      for (unsigned n = 0; n < 4; ++n) port[n] = static_cast<EData>(data[n / 2] >> (32 * (n % 2)));
    }
  }
  template <class Port>
  static BusData get(const Port& port) {
    if constexpr (sizeof port == 8) {
      return {port, 0};
    } else {
      return {port[0] | static_cast<std::uint64_t>(port[1]) << 32, port[2] | static_cast<std::uint64_t>(port[3]) << 32};
    }
  }

  void drive_registers(const RegisterPins& p) {
    top_->prog_awvalid_i = p.aw.valid;
    top_->prog_awaddr_i = p.aw.beat;
    top_->prog_wvalid_i = p.w.valid;
    top_->prog_wdata_i = p.w.beat.data[0];
    top_->prog_wstrb_i = p.w.beat.strobe;
    top_->prog_bready_i = p.b.ready;
    top_->prog_arvalid_i = p.ar.valid;
    top_->prog_araddr_i = p.ar.beat;
    top_->prog_rready_i = p.r.ready;
  }
  void sample_registers(RegisterPins& p) {
    p.aw.ready = top_->prog_awready_o;
    p.w.ready = top_->prog_wready_o;
    p.ar.ready = top_->prog_arready_o;
    p.b.valid = top_->prog_bvalid_o;
    p.b.beat.response = top_->prog_bresp_o;
    p.r.valid = top_->prog_rvalid_o;
    p.r.beat.data[0] = top_->prog_rdata_o;
    p.r.beat.response = top_->prog_rresp_o;
  }

  void drive_client(unsigned i, const AxiPins& p) {
    top_->tbu_s_awvalid_i[i] = p.aw.valid;
    if (p.aw.valid) {
      const AddressBeat& a = p.aw.beat;
      top_->tbu_s_awid_i[i] = static_cast<CData>(a.id);
      top_->tbu_s_awaddr_i[i] = a.addr;
      top_->tbu_s_awlen_i[i] = a.len;
      top_->tbu_s_awsize_i[i] = a.size;
      top_->tbu_s_awburst_i[i] = a.burst;
      top_->tbu_s_awcache_i[i] = a.cache;
      top_->tbu_s_awprot_i[i] = a.prot;
      top_->tbu_s_awmmusid_i[i] = a.sid;
      top_->tbu_s_awmmussidv_i[i] = a.ssid_valid;
      top_->tbu_s_awmmussid_i[i] = a.ssid & 0xfffff;
    }
    top_->tbu_s_wvalid_i[i] = p.w.valid;
    if (p.w.valid) {
      put(top_->tbu_s_wdata_i[i], p.w.beat.data);
      top_->tbu_s_wstrb_i[i] = static_cast<std::uint16_t>(p.w.beat.strobe);
      top_->tbu_s_wlast_i[i] = p.w.beat.last;
    }
    top_->tbu_s_bready_i[i] = p.b.ready;
    top_->tbu_s_arvalid_i[i] = p.ar.valid;
    if (p.ar.valid) {
      const AddressBeat& a = p.ar.beat;
      top_->tbu_s_arid_i[i] = static_cast<CData>(a.id);
      top_->tbu_s_araddr_i[i] = a.addr;
      top_->tbu_s_arlen_i[i] = a.len;
      top_->tbu_s_arsize_i[i] = a.size;
      top_->tbu_s_arburst_i[i] = a.burst;
      top_->tbu_s_arcache_i[i] = a.cache;
      top_->tbu_s_arprot_i[i] = a.prot;
      top_->tbu_s_armmusid_i[i] = a.sid;
      top_->tbu_s_armmussidv_i[i] = a.ssid_valid;
      top_->tbu_s_armmussid_i[i] = a.ssid & 0xfffff;
    }
    top_->tbu_s_rready_i[i] = p.r.ready;
  }
  void sample_client(unsigned i, AxiPins& p) {
    p.aw.ready = top_->tbu_s_awready_o[i];
    p.w.ready = top_->tbu_s_wready_o[i];
    p.ar.ready = top_->tbu_s_arready_o[i];
    p.b.valid = top_->tbu_s_bvalid_o[i];
    if (p.b.valid) p.b.beat = {top_->tbu_s_bid_o[i], top_->tbu_s_bresp_o[i], top_->tbu_s_buser_o[i]};
    p.r.valid = top_->tbu_s_rvalid_o[i];
    if (p.r.valid)
      p.r.beat = {get(top_->tbu_s_rdata_o[i]), top_->tbu_s_rid_o[i], top_->tbu_s_rresp_o[i], top_->tbu_s_ruser_o[i],
                  top_->tbu_s_rlast_o[i] != 0};
  }

  void drive_memory(unsigned i, const AxiPins& p) {
    top_->tbu_m_awready_i[i] = p.aw.ready;
    top_->tbu_m_wready_i[i] = p.w.ready;
    top_->tbu_m_arready_i[i] = p.ar.ready;
    top_->tbu_m_bvalid_i[i] = p.b.valid;
    if (p.b.valid) {
      top_->tbu_m_bid_i[i] = static_cast<CData>(p.b.beat.id);
      top_->tbu_m_bresp_i[i] = p.b.beat.response;
    }
    top_->tbu_m_rvalid_i[i] = p.r.valid;
    if (p.r.valid) {
      top_->tbu_m_rid_i[i] = static_cast<CData>(p.r.beat.id);
      put(top_->tbu_m_rdata_i[i], p.r.beat.data);
      top_->tbu_m_rresp_i[i] = p.r.beat.response;
      top_->tbu_m_rlast_i[i] = p.r.beat.last;
    }
  }
  void sample_memory(unsigned i, AxiPins& p) {
    p.aw.valid = top_->tbu_m_awvalid_o[i];
    if (p.aw.valid)
      p.aw.beat = {top_->tbu_m_awaddr_o[i],  top_->tbu_m_awid_o[i],    top_->tbu_m_awlen_o[i], top_->tbu_m_awsize_o[i],
                   top_->tbu_m_awburst_o[i], top_->tbu_m_awcache_o[i], top_->tbu_m_awprot_o[i]};
    p.w.valid = top_->tbu_m_wvalid_o[i];
    if (p.w.valid) p.w.beat = {get(top_->tbu_m_wdata_o[i]), top_->tbu_m_wstrb_o[i], top_->tbu_m_wlast_o[i] != 0};
    p.ar.valid = top_->tbu_m_arvalid_o[i];
    if (p.ar.valid)
      p.ar.beat = {top_->tbu_m_araddr_o[i],  top_->tbu_m_arid_o[i],    top_->tbu_m_arlen_o[i], top_->tbu_m_arsize_o[i],
                   top_->tbu_m_arburst_o[i], top_->tbu_m_arcache_o[i], top_->tbu_m_arprot_o[i]};
    p.b.ready = top_->tbu_m_bready_o[i];
    p.r.ready = top_->tbu_m_rready_o[i];
  }

  void drive_walk(const AxiPins& p) {
    top_->mem_awready_i = p.aw.ready;
    top_->mem_wready_i = p.w.ready;
    top_->mem_arready_i = p.ar.ready;
    top_->mem_bvalid_i = p.b.valid;
    if (p.b.valid) {
      top_->mem_bid_i = static_cast<CData>(p.b.beat.id);
      top_->mem_bresp_i = p.b.beat.response;
    }
    top_->mem_rvalid_i = p.r.valid;
    if (p.r.valid) {
      top_->mem_rid_i = static_cast<CData>(p.r.beat.id);
      top_->mem_rdata_i = p.r.beat.data[0];
      top_->mem_rresp_i = p.r.beat.response;
      top_->mem_rlast_i = p.r.beat.last;
    }
  }
  void sample_walk(AxiPins& p) {
    p.aw.valid = top_->mem_awvalid_o;
    if (p.aw.valid) {
      p.aw.beat = {top_->mem_awaddr_o,  top_->mem_awid_o,    top_->mem_awlen_o, top_->mem_awsize_o,
                   top_->mem_awburst_o, top_->mem_awcache_o, top_->mem_awprot_o};
      p.aw.beat.access_class = top_->mem_awuser_o;
      p.aw.beat.locked = top_->mem_awlock_o;
    }
    p.w.valid = top_->mem_wvalid_o;
    if (p.w.valid) p.w.beat = {get(top_->mem_wdata_o), top_->mem_wstrb_o, top_->mem_wlast_o != 0};
    p.ar.valid = top_->mem_arvalid_o;
    if (p.ar.valid) {
      p.ar.beat = {top_->mem_araddr_o,  top_->mem_arid_o,    top_->mem_arlen_o, top_->mem_arsize_o,
                   top_->mem_arburst_o, top_->mem_arcache_o, top_->mem_arprot_o};
      p.ar.beat.access_class = top_->mem_aruser_o;
      p.ar.beat.locked = top_->mem_arlock_o;
    }
    p.b.ready = top_->mem_bready_o;
    p.r.ready = top_->mem_rready_o;
  }

  void observe(Pins& pins) {
    Observation& seen = pins.seen;
    if constexpr (HasObservation<Top>::value) {
      Top& t = *top_;
      seen.idle = t.obs_idle_o;
      seen.command = t.obs_cmd_valid_o;
      seen.sync_done = t.obs_sync_done_o;
      seen.command_error = t.obs_cmd_error_valid_o;
      if (seen.command || seen.command_error) {
        seen.command_words = {t.obs_cmd_o[0], t.obs_cmd_o[1]};
        seen.command_index = t.obs_cmd_index_o;
        seen.command_error_code = t.obs_cmd_error_code_o;
      }
      seen.txn_begin = t.obs_txn_begin_valid_o;
      seen.txn_end = t.obs_txn_end_valid_o;
      seen.tlb_hit = t.obs_tlb_hit_valid_o;
      seen.stall = t.obs_stall_valid_o;
      seen.resume = t.obs_resume_valid_o;
      seen.held = t.obs_held_valid_o;
      seen.again = t.obs_again_valid_o;
      seen.flush = t.obs_flush_o;
      if (seen.stall || seen.held) {
        seen.stalled = {t.obs_stall_tbu_o, t.obs_stall_write_o != 0, t.obs_stall_id_o};
        seen.stall_tag = t.obs_stall_tag_o;
        seen.held_queue = t.obs_held_queue_o;
      }
      if (seen.resume) {
        seen.resumed = {t.obs_resume_tbu_o, t.obs_resume_write_o != 0, t.obs_resume_id_o};
        seen.resume_retry = t.obs_resume_retry_o;
        seen.resume_result = t.obs_resume_result_o;
      }
      if (seen.txn_begin || seen.txn_end || seen.tlb_hit || seen.stall || seen.held || seen.again) observe_transaction(seen.txn);
      seen.txn_recalled = t.obs_txn_recalled_o;
      seen.tlb_miss = t.obs_tlb_miss_valid_o;
      seen.config_miss = t.obs_cfg_miss_valid_o;
      seen.walk_access = t.obs_walk_access_valid_o;
      seen.config_access = t.obs_cfg_access_valid_o;
      seen.tlb_fill = t.obs_tlb_fill_valid_o;
      if (seen.walk_access || seen.config_access || seen.tlb_fill) observe_fetch(seen);
      seen.tlb_invalidate = t.obs_tlb_inv_valid_o;
      seen.invalidate_count = t.obs_tlb_inv_count_o;
      seen.event = t.obs_event_valid_o;
      seen.event_lost = t.obs_event_lost_valid_o;
      if (seen.event || seen.event_lost) {
        for (unsigned i = 0; i < 4; ++i) seen.event_words[i] = t.obs_event_o[i];
        seen.event_index = t.obs_event_index_o;
      }
    } else {
      bool active = !pins.reset_n || pins.walk.ar.valid || pins.walk.aw.valid || pins.walk.w.valid ||
                    pins.walk.r.valid || pins.walk.b.valid || pins.registers.b.valid || pins.registers.r.valid;
      for (unsigned i = 0; i < Tbus; ++i)
        active |= pins.memory[i].ar.valid || pins.memory[i].aw.valid || pins.client[i].b.valid ||
                  pins.client[i].r.valid;
      silent_cycles_ = active ? 0 : silent_cycles_ + 1;
      seen.idle = silent_cycles_ >= kAssumedIdleCycles;
    }
  }
  void observe_transaction(Observation::Transaction& txn) {
    Top& t = *top_;
    txn.tbu = t.obs_txn_tbu_o;
    txn.slot = t.obs_txn_slot_o;
    txn.sid = t.obs_txn_sid_o;
    txn.ssid = t.obs_txn_ssid_o;
    txn.ssid_valid = t.obs_txn_ssidv_o;
    txn.addr = t.obs_txn_addr_o;
    txn.write = t.obs_txn_write_o;
    txn.privileged = t.obs_txn_privileged_o;
    txn.instruction = t.obs_txn_instruction_o;
    txn.smmu_enabled = t.obs_txn_smmu_enabled_o;
    txn.result = t.obs_txn_result_o;
    txn.pa = t.obs_txn_pa_o;
    txn.translated = t.obs_txn_translated_o;
  }
  void observe_fetch(Observation& seen) {
    Top& t = *top_;
    seen.fetch_slot = t.obs_seen_slot_o;
    seen.fill_slot = t.obs_fill_slot_o;
    seen.walk_stage = t.obs_walk_stage2_o ? 2 : 1;
    seen.walk_pa = t.obs_walk_pa_o;
    seen.walk_descriptor = t.obs_walk_descriptor_o;
    seen.walk_level = t.obs_walk_level_o;
    seen.walk_error = t.obs_walk_error_o;
    seen.config_pa = t.obs_cfg_pa_o;
    seen.config_word0 = t.obs_cfg_word0_o;
    seen.config_class = t.obs_cfg_class_o;
    seen.config_error = t.obs_cfg_error_o;
    seen.fill_va = t.obs_tlb_fill_va_o;
    seen.fill_pa = t.obs_tlb_fill_pa_o;
    seen.fill_size_log2 = t.obs_tlb_fill_size_log2_o;
    seen.fill_asid = t.obs_tlb_fill_asid_o;
    seen.fill_vmid = t.obs_tlb_fill_vmid_o;
  }

  const std::string name_;
  VerilatedContext context_;
  std::unique_ptr<Top> top_;
#if VM_TRACE_FST
  std::unique_ptr<VerilatedFstC> wave_;
#endif
  bool was_reset_ = false;
  std::uint64_t settle_ps_ = 0, edge_ps_ = 0;
  unsigned silent_cycles_ = 0;
};

}  // namespace smmu_rtl

#endif
