// SPDX-License-Identifier: Apache-2.0
// Simulation-only top: smmuv3_top plus observation ports that are bound to its inside by hierarchical references,
// so that a wrapper or a bench sees commands, events, walks and engine states without changing the block's pins.
// Leaves out: behaviour of its own. Every obs_*_valid_o is high for one cycle per fact; the other obs_* ports of its
// group are meaningful in that cycle. Proof: test/ (rtl.vectors reads the counts and records from here).
module smmuv3_sim_top
#(
  parameter int unsigned NumTbu       = 1,
  parameter int unsigned TbuIdWidth   = 8,
  parameter int unsigned ClientDataBytes = 16,
  parameter int unsigned Walkers      = 8,
  parameter int unsigned Outstanding  = 64,
  parameter int unsigned ParkBeats    = 256,
  parameter int unsigned LinkCredits  = 4,
  parameter int unsigned UtlbEntries  = 4,
  parameter int unsigned TlbSets      = 32,
  parameter int unsigned TlbWays      = 4,
  parameter int unsigned WalkEntries  = 16,
  parameter int unsigned CfgEntries   = 32,
  parameter int unsigned PmcgCounters = 4,
  parameter int unsigned WatchdogCycles = 20000  // without progress, while nothing outside is being waited for
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  input  logic [31:0]           idr0_i,
  input  logic [31:0]           idr1_i,
  input  logic [31:0]           idr2_i,
  input  logic [31:0]           idr3_i,
  input  logic [31:0]           idr4_i,
  input  logic [31:0]           idr5_i,
  input  logic [31:0]           iidr_i,
  input  logic [31:0]           aidr_i,

  input  logic                  prog_awvalid_i,
  output logic                  prog_awready_o,
  input  logic [19:0]           prog_awaddr_i,
  input  logic                  prog_wvalid_i,
  output logic                  prog_wready_o,
  input  logic [63:0]           prog_wdata_i,
  input  logic [7:0]            prog_wstrb_i,
  output logic                  prog_bvalid_o,
  input  logic                  prog_bready_i,
  output logic [1:0]            prog_bresp_o,
  input  logic                  prog_arvalid_i,
  output logic                  prog_arready_o,
  input  logic [19:0]           prog_araddr_i,
  output logic                  prog_rvalid_o,
  input  logic                  prog_rready_i,
  output logic [63:0]           prog_rdata_o,
  output logic [1:0]            prog_rresp_o,

  input  logic                  tbu_s_awvalid_i    [NumTbu],
  output logic                  tbu_s_awready_o    [NumTbu],
  input  logic [TbuIdWidth-1:0] tbu_s_awid_i       [NumTbu],
  input  logic [63:0]           tbu_s_awaddr_i     [NumTbu],
  input  logic [7:0]            tbu_s_awlen_i      [NumTbu],
  input  logic [2:0]            tbu_s_awsize_i     [NumTbu],
  input  logic [1:0]            tbu_s_awburst_i    [NumTbu],
  input  logic [3:0]            tbu_s_awcache_i    [NumTbu],
  input  logic [2:0]            tbu_s_awprot_i     [NumTbu],
  input  logic [31:0]           tbu_s_awmmusid_i   [NumTbu],
  input  logic                  tbu_s_awmmussidv_i [NumTbu],
  input  logic [19:0]           tbu_s_awmmussid_i  [NumTbu],
  input  logic                  tbu_s_wvalid_i     [NumTbu],
  output logic                  tbu_s_wready_o     [NumTbu],
  input  logic [8*ClientDataBytes-1:0] tbu_s_wdata_i [NumTbu],
  input  logic [ClientDataBytes-1:0] tbu_s_wstrb_i [NumTbu],
  input  logic                  tbu_s_wlast_i      [NumTbu],
  output logic                  tbu_s_bvalid_o     [NumTbu],
  input  logic                  tbu_s_bready_i     [NumTbu],
  output logic [TbuIdWidth-1:0] tbu_s_bid_o        [NumTbu],
  output logic [1:0]            tbu_s_bresp_o      [NumTbu],
  output logic [1:0]            tbu_s_buser_o      [NumTbu],
  input  logic                  tbu_s_arvalid_i    [NumTbu],
  output logic                  tbu_s_arready_o    [NumTbu],
  input  logic [TbuIdWidth-1:0] tbu_s_arid_i       [NumTbu],
  input  logic [63:0]           tbu_s_araddr_i     [NumTbu],
  input  logic [7:0]            tbu_s_arlen_i      [NumTbu],
  input  logic [2:0]            tbu_s_arsize_i     [NumTbu],
  input  logic [1:0]            tbu_s_arburst_i    [NumTbu],
  input  logic [3:0]            tbu_s_arcache_i    [NumTbu],
  input  logic [2:0]            tbu_s_arprot_i     [NumTbu],
  input  logic [31:0]           tbu_s_armmusid_i   [NumTbu],
  input  logic                  tbu_s_armmussidv_i [NumTbu],
  input  logic [19:0]           tbu_s_armmussid_i  [NumTbu],
  output logic                  tbu_s_rvalid_o     [NumTbu],
  input  logic                  tbu_s_rready_i     [NumTbu],
  output logic [TbuIdWidth-1:0] tbu_s_rid_o        [NumTbu],
  output logic [8*ClientDataBytes-1:0] tbu_s_rdata_o [NumTbu],
  output logic [1:0]            tbu_s_rresp_o      [NumTbu],
  output logic                  tbu_s_rlast_o      [NumTbu],
  output logic [1:0]            tbu_s_ruser_o      [NumTbu],

  output logic                  tbu_m_awvalid_o    [NumTbu],
  input  logic                  tbu_m_awready_i    [NumTbu],
  output logic [TbuIdWidth-1:0] tbu_m_awid_o       [NumTbu],
  output logic [51:0]           tbu_m_awaddr_o     [NumTbu],
  output logic [7:0]            tbu_m_awlen_o      [NumTbu],
  output logic [2:0]            tbu_m_awsize_o     [NumTbu],
  output logic [1:0]            tbu_m_awburst_o    [NumTbu],
  output logic [3:0]            tbu_m_awcache_o    [NumTbu],
  output logic [2:0]            tbu_m_awprot_o     [NumTbu],
  output logic                  tbu_m_wvalid_o     [NumTbu],
  input  logic                  tbu_m_wready_i     [NumTbu],
  output logic [8*ClientDataBytes-1:0] tbu_m_wdata_o [NumTbu],
  output logic [ClientDataBytes-1:0] tbu_m_wstrb_o [NumTbu],
  output logic                  tbu_m_wlast_o      [NumTbu],
  input  logic                  tbu_m_bvalid_i     [NumTbu],
  output logic                  tbu_m_bready_o     [NumTbu],
  input  logic [TbuIdWidth-1:0] tbu_m_bid_i        [NumTbu],
  input  logic [1:0]            tbu_m_bresp_i      [NumTbu],
  output logic                  tbu_m_arvalid_o    [NumTbu],
  input  logic                  tbu_m_arready_i    [NumTbu],
  output logic [TbuIdWidth-1:0] tbu_m_arid_o       [NumTbu],
  output logic [51:0]           tbu_m_araddr_o     [NumTbu],
  output logic [7:0]            tbu_m_arlen_o      [NumTbu],
  output logic [2:0]            tbu_m_arsize_o     [NumTbu],
  output logic [1:0]            tbu_m_arburst_o    [NumTbu],
  output logic [3:0]            tbu_m_arcache_o    [NumTbu],
  output logic [2:0]            tbu_m_arprot_o     [NumTbu],
  input  logic                  tbu_m_rvalid_i     [NumTbu],
  output logic                  tbu_m_rready_o     [NumTbu],
  input  logic [TbuIdWidth-1:0] tbu_m_rid_i        [NumTbu],
  input  logic [8*ClientDataBytes-1:0] tbu_m_rdata_i [NumTbu],
  input  logic [1:0]            tbu_m_rresp_i      [NumTbu],
  input  logic                  tbu_m_rlast_i      [NumTbu],

  output logic                  mem_awvalid_o,
  input  logic                  mem_awready_i,
  output logic [3:0]            mem_awid_o,
  output logic [51:0]           mem_awaddr_o,
  output logic [7:0]            mem_awlen_o,
  output logic [2:0]            mem_awsize_o,
  output logic [1:0]            mem_awburst_o,
  output logic [3:0]            mem_awcache_o,
  output logic [2:0]            mem_awprot_o,
  output logic [3:0]            mem_awuser_o,
  output logic                  mem_awlock_o,
  output logic                  mem_wvalid_o,
  input  logic                  mem_wready_i,
  output logic [63:0]           mem_wdata_o,
  output logic [7:0]            mem_wstrb_o,
  output logic                  mem_wlast_o,
  input  logic                  mem_bvalid_i,
  output logic                  mem_bready_o,
  input  logic [3:0]            mem_bid_i,
  input  logic [1:0]            mem_bresp_i,
  output logic                  mem_arvalid_o,
  input  logic                  mem_arready_i,
  output logic [3:0]            mem_arid_o,
  output logic [51:0]           mem_araddr_o,
  output logic [7:0]            mem_arlen_o,
  output logic [2:0]            mem_arsize_o,
  output logic [1:0]            mem_arburst_o,
  output logic [3:0]            mem_arcache_o,
  output logic [2:0]            mem_arprot_o,
  output logic [3:0]            mem_aruser_o,
  output logic                  mem_arlock_o,
  input  logic                  mem_rvalid_i,
  output logic                  mem_rready_o,
  input  logic [3:0]            mem_rid_i,
  input  logic [63:0]           mem_rdata_i,
  input  logic [1:0]            mem_rresp_i,
  input  logic                  mem_rlast_i,

  input  logic                  dvm_valid_i,
  output logic                  dvm_ready_o,
  input  logic [3:0]            dvm_kind_i,
  input  logic                  dvm_leaf_i,
  input  logic [15:0]           dvm_vmid_i,
  input  logic [15:0]           dvm_asid_i,
  input  logic [63:0]           dvm_addr_i,

  output logic                  irq_eventq_o,
  output logic                  irq_priq_o,
  output logic                  irq_gerror_o,
  output logic                  irq_cmd_sync_o,
  output logic                  irq_pmcg_o,
  output logic                  sev_o,

  // ---- observation ----
  output logic                  obs_cmd_valid_o,          // command consumed (CMD_SYNC: when it completes)
  output logic [63:0]           obs_cmd_o [2],            // its 16 bytes
  output logic [19:0]           obs_cmd_index_o,          // queue index with wrap it was read from
  output logic                  obs_sync_done_o,          // a CMD_SYNC completed
  output logic                  obs_cmd_error_valid_o,    // CMDQ_CONS.ERR written
  output logic [6:0]            obs_cmd_error_code_o,
  output logic                  obs_txn_begin_valid_o,    // client transaction taken up by the translation unit
  output logic [1:0]            obs_txn_tbu_o,            // this and the next seven: also valid with txn_end
  output logic [3:0]            obs_txn_slot_o,           // names the transaction from begin to end
  output logic [31:0]           obs_txn_sid_o,
  output logic [19:0]           obs_txn_ssid_o,
  output logic                  obs_txn_ssidv_o,
  output logic [63:0]           obs_txn_addr_o,
  output logic                  obs_txn_write_o,
  output logic                  obs_txn_privileged_o,     // as it entered, before STE overrides
  output logic                  obs_txn_instruction_o,
  output logic                  obs_txn_smmu_enabled_o,   // translated under SMMUEN=1
  output logic                  obs_txn_recalled_o,       // of begin: it had ended with a translation, and is translated anew
  output logic                  obs_stall_valid_o,        // a burst is stalled, its record written
  output logic                  obs_held_valid_o,         // a burst waits until its record can be written, or a STAG is free
  output logic                  obs_held_queue_o,         // of held: the event queue takes no record
  output logic [1:0]            obs_stall_tbu_o,          // this and the next two: of either
  output logic                  obs_stall_write_o,
  output logic [TbuIdWidth-1:0] obs_stall_id_o,
  output logic [15:0]           obs_stall_tag_o,          // STAG, of stall
  output logic                  obs_again_valid_o,        // a stalled or held one is translated again: txn_*
  output logic                  obs_resume_valid_o,       // software has answered a stalled burst
  output logic                  obs_resume_retry_o,       // with retry; else its end
  output logic [1:0]            obs_resume_result_o,      // of its end: 1 aborted, 2 RAZ/WI
  output logic [1:0]            obs_resume_tbu_o,
  output logic                  obs_resume_write_o,
  output logic [TbuIdWidth-1:0] obs_resume_id_o,
  output logic                  obs_flush_o,              // SMMUEN 1 -> 0: all that are stalled or held end with an abort
  output logic                  obs_txn_end_valid_o,      // translation answered
  output logic [1:0]            obs_txn_result_o,         // 0 OK, 1 aborted, 2 RAZ/WI
  output logic [51:0]           obs_txn_pa_o,
  output logic                  obs_txn_translated_o,     // through a translating stage (not bypass)
  output logic                  obs_tlb_hit_valid_o,
  output logic                  obs_tlb_miss_valid_o,     // PMCG event 2
  output logic                  obs_cfg_miss_valid_o,     // PMCG event 3
  output logic [3:0]            obs_seen_slot_o,          // of the transaction that a fetch below belongs to
  output logic                  obs_walk_access_valid_o,  // PMCG event 4: a descriptor came back
  output logic                  obs_walk_stage2_o,
  output logic [51:0]           obs_walk_pa_o,
  output logic [63:0]           obs_walk_descriptor_o,
  output logic [1:0]            obs_walk_level_o,
  output logic                  obs_walk_error_o,         // external abort
  output logic                  obs_cfg_access_valid_o,   // PMCG event 5: a structure came back
  output logic [51:0]           obs_cfg_pa_o,
  output logic [63:0]           obs_cfg_word0_o,
  output logic [3:0]            obs_cfg_class_o,          // access class, as AxUSER
  output logic                  obs_cfg_error_o,
  output logic                  obs_tlb_fill_valid_o,
  output logic [3:0]            obs_fill_slot_o,
  output logic [63:0]           obs_tlb_fill_va_o,
  output logic [51:0]           obs_tlb_fill_pa_o,
  output logic [5:0]            obs_tlb_fill_size_log2_o,
  output logic [15:0]           obs_tlb_fill_asid_o,
  output logic [15:0]           obs_tlb_fill_vmid_o,
  output logic                  obs_tlb_inv_valid_o,      // one per TLB invalidation command
  output logic [31:0]           obs_tlb_inv_count_o,      // entries it dropped
  output logic                  obs_event_valid_o,        // record written
  output logic                  obs_event_lost_valid_o,   // record dropped (full, disabled or queue error)
  output logic [63:0]           obs_event_o [4],
  output logic [19:0]           obs_event_index_o,        // queue index with wrap it was written to
  output logic                  obs_busy_regs_o,          // per engine: doing or about to do something
  output logic                  obs_busy_cmdq_o,
  output logic                  obs_busy_eventq_o,
  output logic                  obs_busy_tcu_o,
  output logic                  obs_busy_tlb_o,
  output logic                  obs_busy_tbu_rd_o [NumTbu],
  output logic                  obs_busy_tbu_wr_o [NumTbu],
  output logic [3:0]            obs_state_cmdq_o,         // numbers: smmuv3_rtl_pkg, *_state_e
  output logic [3:0]            obs_state_eventq_o,
  output logic [4:0]            obs_state_slot_o [smmuv3_rtl_pkg::SlotsMax],  // of the translation unit
  output logic [3:0]            obs_state_tlb_o,
  output logic [3:0]            obs_state_tbu_rd_o [NumTbu],
  output logic [3:0]            obs_state_tbu_wr_o [NumTbu],
  output logic                  obs_idle_o                // nothing changes any more unless an input does
);
  smmuv3_top #(
    .NumTbu(NumTbu), .TbuIdWidth(TbuIdWidth), .ClientDataBytes(ClientDataBytes), .Walkers(Walkers), .Outstanding(Outstanding),
    .ParkBeats(ParkBeats), .LinkCredits(LinkCredits), .UtlbEntries(UtlbEntries),
    .TlbSets(TlbSets), .TlbWays(TlbWays), .WalkEntries(WalkEntries), .CfgEntries(CfgEntries), .PmcgCounters(PmcgCounters)
  ) u_top (
    .clk_i(clk_i),
    .rst_ni(rst_ni),
    .idr0_i(idr0_i),
    .idr1_i(idr1_i),
    .idr2_i(idr2_i),
    .idr3_i(idr3_i),
    .idr4_i(idr4_i),
    .idr5_i(idr5_i),
    .iidr_i(iidr_i),
    .aidr_i(aidr_i),
    .prog_awvalid_i(prog_awvalid_i),
    .prog_awready_o(prog_awready_o),
    .prog_awaddr_i(prog_awaddr_i),
    .prog_wvalid_i(prog_wvalid_i),
    .prog_wready_o(prog_wready_o),
    .prog_wdata_i(prog_wdata_i),
    .prog_wstrb_i(prog_wstrb_i),
    .prog_bvalid_o(prog_bvalid_o),
    .prog_bready_i(prog_bready_i),
    .prog_bresp_o(prog_bresp_o),
    .prog_arvalid_i(prog_arvalid_i),
    .prog_arready_o(prog_arready_o),
    .prog_araddr_i(prog_araddr_i),
    .prog_rvalid_o(prog_rvalid_o),
    .prog_rready_i(prog_rready_i),
    .prog_rdata_o(prog_rdata_o),
    .prog_rresp_o(prog_rresp_o),
    .tbu_s_awvalid_i(tbu_s_awvalid_i),
    .tbu_s_awready_o(tbu_s_awready_o),
    .tbu_s_awid_i(tbu_s_awid_i),
    .tbu_s_awaddr_i(tbu_s_awaddr_i),
    .tbu_s_awlen_i(tbu_s_awlen_i),
    .tbu_s_awsize_i(tbu_s_awsize_i),
    .tbu_s_awburst_i(tbu_s_awburst_i),
    .tbu_s_awcache_i(tbu_s_awcache_i),
    .tbu_s_awprot_i(tbu_s_awprot_i),
    .tbu_s_awmmusid_i(tbu_s_awmmusid_i),
    .tbu_s_awmmussidv_i(tbu_s_awmmussidv_i),
    .tbu_s_awmmussid_i(tbu_s_awmmussid_i),
    .tbu_s_wvalid_i(tbu_s_wvalid_i),
    .tbu_s_wready_o(tbu_s_wready_o),
    .tbu_s_wdata_i(tbu_s_wdata_i),
    .tbu_s_wstrb_i(tbu_s_wstrb_i),
    .tbu_s_wlast_i(tbu_s_wlast_i),
    .tbu_s_bvalid_o(tbu_s_bvalid_o),
    .tbu_s_bready_i(tbu_s_bready_i),
    .tbu_s_bid_o(tbu_s_bid_o),
    .tbu_s_bresp_o(tbu_s_bresp_o),
    .tbu_s_buser_o(tbu_s_buser_o),
    .tbu_s_arvalid_i(tbu_s_arvalid_i),
    .tbu_s_arready_o(tbu_s_arready_o),
    .tbu_s_arid_i(tbu_s_arid_i),
    .tbu_s_araddr_i(tbu_s_araddr_i),
    .tbu_s_arlen_i(tbu_s_arlen_i),
    .tbu_s_arsize_i(tbu_s_arsize_i),
    .tbu_s_arburst_i(tbu_s_arburst_i),
    .tbu_s_arcache_i(tbu_s_arcache_i),
    .tbu_s_arprot_i(tbu_s_arprot_i),
    .tbu_s_armmusid_i(tbu_s_armmusid_i),
    .tbu_s_armmussidv_i(tbu_s_armmussidv_i),
    .tbu_s_armmussid_i(tbu_s_armmussid_i),
    .tbu_s_rvalid_o(tbu_s_rvalid_o),
    .tbu_s_rready_i(tbu_s_rready_i),
    .tbu_s_rid_o(tbu_s_rid_o),
    .tbu_s_rdata_o(tbu_s_rdata_o),
    .tbu_s_rresp_o(tbu_s_rresp_o),
    .tbu_s_rlast_o(tbu_s_rlast_o),
    .tbu_s_ruser_o(tbu_s_ruser_o),
    .tbu_m_awvalid_o(tbu_m_awvalid_o),
    .tbu_m_awready_i(tbu_m_awready_i),
    .tbu_m_awid_o(tbu_m_awid_o),
    .tbu_m_awaddr_o(tbu_m_awaddr_o),
    .tbu_m_awlen_o(tbu_m_awlen_o),
    .tbu_m_awsize_o(tbu_m_awsize_o),
    .tbu_m_awburst_o(tbu_m_awburst_o),
    .tbu_m_awcache_o(tbu_m_awcache_o),
    .tbu_m_awprot_o(tbu_m_awprot_o),
    .tbu_m_wvalid_o(tbu_m_wvalid_o),
    .tbu_m_wready_i(tbu_m_wready_i),
    .tbu_m_wdata_o(tbu_m_wdata_o),
    .tbu_m_wstrb_o(tbu_m_wstrb_o),
    .tbu_m_wlast_o(tbu_m_wlast_o),
    .tbu_m_bvalid_i(tbu_m_bvalid_i),
    .tbu_m_bready_o(tbu_m_bready_o),
    .tbu_m_bid_i(tbu_m_bid_i),
    .tbu_m_bresp_i(tbu_m_bresp_i),
    .tbu_m_arvalid_o(tbu_m_arvalid_o),
    .tbu_m_arready_i(tbu_m_arready_i),
    .tbu_m_arid_o(tbu_m_arid_o),
    .tbu_m_araddr_o(tbu_m_araddr_o),
    .tbu_m_arlen_o(tbu_m_arlen_o),
    .tbu_m_arsize_o(tbu_m_arsize_o),
    .tbu_m_arburst_o(tbu_m_arburst_o),
    .tbu_m_arcache_o(tbu_m_arcache_o),
    .tbu_m_arprot_o(tbu_m_arprot_o),
    .tbu_m_rvalid_i(tbu_m_rvalid_i),
    .tbu_m_rready_o(tbu_m_rready_o),
    .tbu_m_rid_i(tbu_m_rid_i),
    .tbu_m_rdata_i(tbu_m_rdata_i),
    .tbu_m_rresp_i(tbu_m_rresp_i),
    .tbu_m_rlast_i(tbu_m_rlast_i),
    .mem_awvalid_o(mem_awvalid_o),
    .mem_awready_i(mem_awready_i),
    .mem_awid_o(mem_awid_o),
    .mem_awaddr_o(mem_awaddr_o),
    .mem_awlen_o(mem_awlen_o),
    .mem_awsize_o(mem_awsize_o),
    .mem_awburst_o(mem_awburst_o),
    .mem_awcache_o(mem_awcache_o),
    .mem_awprot_o(mem_awprot_o),
    .mem_awuser_o(mem_awuser_o),
    .mem_awlock_o(mem_awlock_o),
    .mem_wvalid_o(mem_wvalid_o),
    .mem_wready_i(mem_wready_i),
    .mem_wdata_o(mem_wdata_o),
    .mem_wstrb_o(mem_wstrb_o),
    .mem_wlast_o(mem_wlast_o),
    .mem_bvalid_i(mem_bvalid_i),
    .mem_bready_o(mem_bready_o),
    .mem_bid_i(mem_bid_i),
    .mem_bresp_i(mem_bresp_i),
    .mem_arvalid_o(mem_arvalid_o),
    .mem_arready_i(mem_arready_i),
    .mem_arid_o(mem_arid_o),
    .mem_araddr_o(mem_araddr_o),
    .mem_arlen_o(mem_arlen_o),
    .mem_arsize_o(mem_arsize_o),
    .mem_arburst_o(mem_arburst_o),
    .mem_arcache_o(mem_arcache_o),
    .mem_arprot_o(mem_arprot_o),
    .mem_aruser_o(mem_aruser_o),
    .mem_arlock_o(mem_arlock_o),
    .mem_rvalid_i(mem_rvalid_i),
    .mem_rready_o(mem_rready_o),
    .mem_rid_i(mem_rid_i),
    .mem_rdata_i(mem_rdata_i),
    .mem_rresp_i(mem_rresp_i),
    .mem_rlast_i(mem_rlast_i),
    .dvm_valid_i(dvm_valid_i),
    .dvm_ready_o(dvm_ready_o),
    .dvm_kind_i(dvm_kind_i),
    .dvm_leaf_i(dvm_leaf_i),
    .dvm_vmid_i(dvm_vmid_i),
    .dvm_asid_i(dvm_asid_i),
    .dvm_addr_i(dvm_addr_i),
    .irq_eventq_o(irq_eventq_o),
    .irq_priq_o(irq_priq_o),
    .irq_gerror_o(irq_gerror_o),
    .irq_cmd_sync_o(irq_cmd_sync_o),
    .irq_pmcg_o(irq_pmcg_o),
    .sev_o(sev_o)
  );

  // ---- observation ----
  assign obs_cmd_valid_o = u_top.u_cmdq.consumed_o;
  assign obs_cmd_o = u_top.u_cmdq.cmd_o;
  assign obs_cmd_index_o = u_top.u_cmdq.index_o;
  assign obs_sync_done_o = u_top.u_cmdq.sync_done_o;
  assign obs_cmd_error_valid_o = u_top.u_cmdq.gerror_cmdq_o;
  assign obs_cmd_error_code_o = u_top.u_cmdq.cons_o[30:24];
  assign obs_txn_begin_valid_o = u_top.u_tcu.begin_o;
  assign obs_txn_tbu_o = u_top.u_tcu.txn_index_o[2:1];
  assign obs_txn_slot_o = u_top.u_tcu.txn_slot_o;
  assign obs_txn_sid_o = u_top.u_tcu.txn_sid_o;
  assign obs_txn_ssid_o = u_top.u_tcu.txn_ssid_o;
  assign obs_txn_ssidv_o = u_top.u_tcu.txn_ssidv_o;
  assign obs_txn_addr_o = u_top.u_tcu.txn_addr_o;
  assign obs_txn_write_o = u_top.u_tcu.txn_index_o[0];
  assign obs_txn_privileged_o = u_top.u_tcu.txn_priv_o;
  assign obs_txn_instruction_o = u_top.u_tcu.txn_instr_o;
  assign obs_txn_smmu_enabled_o = u_top.u_tcu.txn_enabled_o;
  assign obs_txn_end_valid_o = u_top.u_tcu.end_o;
  assign obs_txn_result_o = u_top.u_tcu.txn_result_o;
  assign obs_txn_pa_o = u_top.u_tcu.txn_pa_o;
  assign obs_txn_translated_o = u_top.u_tcu.txn_translated_o;
  // which burst: by requester and tag, from the TBU that holds it
  logic [TbuIdWidth-1:0] stalled_id [2*NumTbu];
  logic [TbuIdWidth-1:0] resumed_id [2*NumTbu];
  for (genvar t = 0; t < int'(NumTbu); t++) begin : gen_stalled_id
    assign stalled_id[2*t] = u_top.gen_tbu[t].u_tbu.u_rd.id_q[u_top.answer_tag];
    assign stalled_id[2*t+1] = u_top.gen_tbu[t].u_tbu.u_wr.id_q[u_top.answer_tag];
    assign resumed_id[2*t] = u_top.gen_tbu[t].u_tbu.u_rd.id_q[u_top.resume_tag];
    assign resumed_id[2*t+1] = u_top.gen_tbu[t].u_tbu.u_wr.id_q[u_top.resume_tag];
  end
  // a recalled burst: known when its request is taken, a cycle before its begin
  logic [2*NumTbu-1:0] recalled;
  for (genvar i = 0; i < 2 * int'(NumTbu); i++) begin : gen_recalled
    assign recalled[i] = u_top.req_taken[i] && u_top.req_recalled[i];
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) obs_txn_recalled_o <= 1'b0;
    else obs_txn_recalled_o <= (recalled != '0);
  end
  always_comb begin
    obs_stall_valid_o = u_top.stall_arm;
    obs_held_valid_o = 1'b0;
    obs_held_queue_o = !u_top.ev_writable;
    obs_stall_tag_o = u_top.stall_arm_stag;
    obs_resume_valid_o = 1'b0;
    obs_stall_tbu_o = '0;
    obs_stall_write_o = 1'b0;
    obs_stall_id_o = '0;
    obs_resume_tbu_o = '0;
    obs_resume_write_o = 1'b0;
    obs_resume_id_o = '0;
    for (int unsigned i = 0; i < 2 * NumTbu; i++) begin
      if (u_top.resume[i]) begin
        obs_resume_valid_o = 1'b1;
        obs_resume_tbu_o = i[2:1];
        obs_resume_write_o = i[0];
        obs_resume_id_o = resumed_id[i];
      end
      if (u_top.answer[i] && (u_top.answer_result == smmuv3_rtl_pkg::ResultWait)) begin
        obs_held_valid_o = !u_top.answer_stalled;
        obs_stall_tbu_o = i[2:1];
        obs_stall_write_o = i[0];
        obs_stall_id_o = stalled_id[i];
      end
    end
  end
  assign obs_again_valid_o = u_top.u_tcu.again_o;
  assign obs_resume_retry_o = u_top.resume_retry;
  assign obs_resume_result_o = u_top.resume_result;
  assign obs_flush_o = u_top.smmu_closes;
  assign obs_tlb_hit_valid_o = u_top.u_tcu.tlb_hit_o;
  assign obs_tlb_miss_valid_o = u_top.u_tcu.tlb_miss_o;
  assign obs_cfg_miss_valid_o = u_top.u_tcu.cfg_miss_o;
  assign obs_seen_slot_o = u_top.u_tcu.seen_slot_o;
  assign obs_walk_access_valid_o = u_top.u_tcu.walk_seen_o;
  assign obs_walk_stage2_o = (u_top.u_tcu.seen_class_o == smmuv3_rtl_pkg::ClassStage2Table);
  assign obs_walk_pa_o = u_top.u_tcu.seen_addr_o;
  assign obs_walk_descriptor_o = u_top.u_tcu.seen_word0_o;
  assign obs_walk_level_o = u_top.u_tcu.seen_level_o;
  assign obs_walk_error_o = u_top.u_tcu.seen_error_o;
  assign obs_cfg_access_valid_o = u_top.u_tcu.cfg_seen_o;
  assign obs_cfg_pa_o = u_top.u_tcu.seen_addr_o;
  assign obs_cfg_word0_o = u_top.u_tcu.seen_word0_o;
  assign obs_cfg_class_o = u_top.u_tcu.seen_class_o;
  assign obs_cfg_error_o = u_top.u_tcu.seen_error_o;
  assign obs_tlb_fill_valid_o = u_top.u_tcu.fill_o;
  assign obs_fill_slot_o = u_top.u_tcu.fill_slot_o;
  assign obs_tlb_fill_va_o = u_top.u_tcu.fill_va_o;
  assign obs_tlb_fill_pa_o = u_top.u_tcu.fill_pa_o;
  assign obs_tlb_fill_size_log2_o = smmuv3_rtl_pkg::size_class_log2(u_top.u_tcu.fill_size_class_o);
  assign obs_tlb_fill_asid_o = u_top.u_tcu.fill_asid_o;
  assign obs_tlb_fill_vmid_o = u_top.u_tcu.fill_vmid_o;
  assign obs_tlb_inv_valid_o = u_top.tlb_inv_done;
  assign obs_tlb_inv_count_o = u_top.u_tcu.tlb_inv_count_o;
  assign obs_event_valid_o = u_top.u_eventq.written_o;
  assign obs_event_lost_valid_o = u_top.u_eventq.lost_o;
  assign obs_event_o = u_top.u_tcu.ev_o;
  assign obs_event_index_o = u_top.u_eventq.index_o;
  assign obs_busy_regs_o = u_top.u_regs.busy_o;
  assign obs_busy_cmdq_o = u_top.u_cmdq.busy_o;
  assign obs_busy_eventq_o = u_top.u_eventq.busy_o;
  assign obs_busy_tcu_o = u_top.u_tcu.busy_o;
  assign obs_busy_tlb_o = u_top.u_tcu.tlb_busy_o;
  assign obs_busy_tbu_rd_o = u_top.rd_busy;
  assign obs_busy_tbu_wr_o = u_top.wr_busy;
  assign obs_state_cmdq_o = u_top.u_cmdq.state_o;
  assign obs_state_eventq_o = u_top.u_eventq.state_o;
  assign obs_state_tlb_o = u_top.u_tcu.tlb_state_o;
  for (genvar i = 0; i < int'(smmuv3_rtl_pkg::SlotsMax); i++) begin : gen_slot_state
    if (i < int'(Walkers)) begin : gen_present
      assign obs_state_slot_o[i] = u_top.u_tcu.slot_state_o[i];
    end else begin : gen_absent
      assign obs_state_slot_o[i] = '0;
    end
  end
  for (genvar t = 0; t < int'(NumTbu); t++) begin : gen_state
    assign obs_state_tbu_rd_o[t] = u_top.rd_state[t];
    assign obs_state_tbu_wr_o[t] = u_top.wr_state[t];
  end
  assign obs_idle_o = !u_top.busy;

  // ---- watchdog: a busy block that waits for nobody outside makes progress: a translation is answered, a command is
  // consumed or refused, or it falls idle ----
  logic        waits_outside, progress;
  logic [31:0] stuck_q;
  always_comb begin
    waits_outside = u_top.arbiter_busy || prog_bvalid_o || prog_rvalid_o || (u_top.u_regs.aw_q != u_top.u_regs.w_q);
    for (int unsigned t = 0; t < NumTbu; t++) begin
      if ((u_top.rd_state[t] > smmuv3_rtl_pkg::TbuTranslate) || (u_top.wr_state[t] > smmuv3_rtl_pkg::TbuTranslate)) begin
        waits_outside = 1'b1;
      end
    end
    progress = u_top.u_tcu.end_o || u_top.u_cmdq.consumed_o || u_top.u_cmdq.gerror_cmdq_o || !u_top.busy;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) stuck_q <= '0;
    else stuck_q <= (progress || waits_outside) ? 32'd0 : stuck_q + 32'd1;
  end
  // ---- credits of the links: none is ever lost or made, and in an idle block each half has all of its own ----
  for (genvar i = 0; i < 2 * int'(NumTbu); i++) begin : gen_credits
    logic [31:0] held, on_the_way;
    assign held = 32'(u_top.gen_tbu[i/2].u_tbu.gen_send[i%2].u_send.credits_q);
    assign on_the_way = 32'(u_top.gen_link[i].u_link.level_q) + 32'(u_top.gen_link[i].u_link.credit_q);
    NoCreditIsLost_A: assert property (@(posedge clk_i) disable iff (!rst_ni) held + on_the_way == LinkCredits)
      else $error("the %s half of tbu%0d has %0d credits, %0d are on their way, and there are %0d", (i % 2 == 0) ? "read" : "write", i / 2,
                  held, on_the_way, LinkCredits);
    AllCreditsAtRest_A: assert property (@(posedge clk_i) disable iff (!rst_ni) obs_idle_o |-> (held == LinkCredits));
  end
  NothingHangs_A: assert property (@(posedge clk_i) disable iff (!rst_ni) stuck_q < WatchdogCycles)
    else $error("no progress for %0d cycles: cmdq %s, eventq %s, slots %s %s.., tlb %s, tbu0 %s/%s",
                stuck_q, u_top.cmdq_state.name(), u_top.eventq_state.name(), u_top.u_tcu.slot_state_o[0].name(),
                u_top.u_tcu.slot_state_o[Walkers-1].name(), u_top.u_tcu.tlb_state_o.name(), u_top.rd_state[0].name(),
                u_top.wr_state[0].name());
endmodule
