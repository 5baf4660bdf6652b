// SPDX-License-Identifier: Apache-2.0
// The whole SMMUv3 block: TBUs at the client side, the translation control unit behind them, one AXI4 master for
// every access of the block itself, an AXI4-Lite programming port and wired interrupt pulses.
// Leaves out: everything its ID registers deny (see rtl-stubs/README.md). Proof: test/ (rtl.vectors).
module smmuv3_top
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned NumTbu       = 1,   // 1..4
  parameter int unsigned TbuIdWidth   = 8,   // AXI ID width of the client ports, both sides
  parameter int unsigned ClientDataBytes = 16,  // data bus of the client ports, both sides: 8 or 16 bytes
  parameter int unsigned Walkers      = 8,   // translations in flight, 1..8
  parameter int unsigned Outstanding  = 64,  // bursts in flight per TBU, half of them reads; power of two, 4..128
  parameter int unsigned ParkBeats    = 256, // data beats of stalled writes that each port keeps; power of two, 16..4096
  parameter int unsigned LinkCredits  = 4,   // messages on the way from each half of a TBU to the translation unit; 1..16
  parameter int unsigned UtlbEntries  = 4,   // micro-TLB of each half of a TBU, power of two
  parameter int unsigned TlbSets      = 32,  // power of two
  parameter int unsigned TlbWays      = 4,   // power of two
  parameter int unsigned WalkEntries  = 16,  // walk cache, power of two
  parameter int unsigned CfgEntries   = 32,  // configuration cache, power of two
  parameter int unsigned PmcgCounters = 4    // 1..64
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  // ID straps: static; sampled by the clock, so at least one rising edge must come while rst_ni is low
  input  logic [31:0]           idr0_i,
  input  logic [31:0]           idr1_i,
  input  logic [31:0]           idr2_i,
  input  logic [31:0]           idr3_i,
  input  logic [31:0]           idr4_i,
  input  logic [31:0]           idr5_i,
  input  logic [31:0]           iidr_i,
  input  logic [31:0]           aidr_i,

  // programming port, AXI4-Lite, 64-bit data; frame: page 0, page 1, PMCG page 0, PMCG page 1 (64 KiB each); pages of the PMCG
  // of TBU t at 0x60000 + 0x20000 t and 0x10000 behind it
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

  // client side of each TBU, AXI4 slave. BUSER/RUSER: bit 0 = terminated by the SMMU (SLVERR from here, not from
  // memory), bit 1 = terminated as RAZ/WI (OKAY, read data zero, write dropped).
  input  logic                  tbu_s_awvalid_i    [NumTbu],
  output logic                  tbu_s_awready_o    [NumTbu],
  input  logic [TbuIdWidth-1:0] tbu_s_awid_i       [NumTbu],
  input  logic [63:0]           tbu_s_awaddr_i     [NumTbu],
  input  logic [7:0]            tbu_s_awlen_i      [NumTbu],
  input  logic [2:0]            tbu_s_awsize_i     [NumTbu],
  input  logic [1:0]            tbu_s_awburst_i    [NumTbu],
  input  logic [3:0]            tbu_s_awcache_i    [NumTbu],
  input  logic [2:0]            tbu_s_awprot_i     [NumTbu],  // [0] privileged, [2] instruction (ignored for writes)
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
  input  logic [2:0]            tbu_s_arprot_i     [NumTbu],  // [0] privileged, [2] instruction
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

  // memory side of each TBU, AXI4 master, addresses are PAs
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

  // walk-and-queue master, AXI4, 64-bit data, INCR bursts of whole 64-bit words only.
  // AxUSER = access class: 1 L1STD, 2 STE, 3 L1CD, 4 CD, 5 stage-1 table, 6 stage-2 table, 7 VMS, 8 CMDQ read,
  // 9 EVENTQ write, 10 PRIQ write, 11 MSI. AxID = requester; responses may come back in any order between IDs.
  // AxLOCK: hardware updates of descriptors are exclusive pairs, one at a time: a read and then a write of the same 64-bit word
  // under one ID. RRESP and BRESP EXOKAY: monitored, written; BRESP OKAY: somebody wrote in between, the pair is repeated;
  // RRESP OKAY: no monitor there, F_WALK_EABT like an error.
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

  // broadcast TLB maintenance (DVM style): taken and ignored while IDR0.BTM=0 or CR2.PTM=1.
  // kind: 0 Va, 1 Asid, 2 Vaa, 3 Vmall, 4 Ipas2, 5 VmallS12, 6 All, 7 El2Va, 8 El2Asid, 9 El2All, 15 Sync
  input  logic                  dvm_valid_i,
  output logic                  dvm_ready_o,
  input  logic [3:0]            dvm_kind_i,
  input  logic                  dvm_leaf_i,
  input  logic [15:0]           dvm_vmid_i,
  input  logic [15:0]           dvm_asid_i,
  input  logic [63:0]           dvm_addr_i,

  // interrupts: one-cycle pulses
  output logic                  irq_eventq_o,
  output logic                  irq_priq_o,
  output logic                  irq_gerror_o,
  output logic                  irq_cmd_sync_o,
  output logic                  irq_pmcg_o,
  output logic                  sev_o
);
  localparam int unsigned NumReq = 2 * NumTbu;
  localparam int unsigned Depth = Outstanding / 2;
  localparam int unsigned TagBits = $clog2(Depth);
  localparam int unsigned NumPmcg = 1 + NumTbu;  // of the translation unit, then of each TBU

  // ---- straps: one register each, so that no pin reaches decision logic directly (fast to simulate as well) ----
  logic [31:0] idr0, idr1, idr2, idr3, idr4, idr5, iidr, aidr;
  always_ff @(posedge clk_i) begin
    idr0 <= idr0_i;
    idr1 <= idr1_i;
    idr2 <= idr2_i;
    idr3 <= idr3_i;
    idr4 <= idr4_i;
    idr5 <= idr5_i;
    iidr <= iidr_i;
    aidr <= aidr_i;
  end

  // ---- settings ----
  logic        smmu_enable, cmdq_enable, eventq_enable, recinvsid, gbpa_abort, eventq_irq_enable;
  logic        cmdq_err_active, eventq_abt_active, cmdq_cons_we, eventq_prod_we, smmu_closes, hold, quiet;
  logic [1:0]  gbpa_privcfg, gbpa_instcfg;
  logic        e2h, btm;
  logic [2:0]  vmw;
  logic [51:0] strtab_addr;
  logic [31:0] strtab_cfg, eventq_cons, eventq_prod, cmdq_cons, pointer_wdata;
  logic [63:0] cmdq_base, eventq_base;
  logic [19:0] cmdq_prod;
  logic        regs_busy, cmdq_busy, eventq_busy, tcu_busy, tlb_busy, arbiter_busy;
  logic        gerror_cmdq, gerror_eventq;
  // MSIs: 0 CMD_SYNC, 1 event queue, 2 GERROR, from 3 on the counter groups
  localparam int unsigned NumMsi = 3 + NumPmcg;
  logic        msi_request [NumMsi];
  logic [51:0] msi_addr    [NumMsi];
  logic [31:0] msi_data    [NumMsi];
  logic        msi_error   [NumMsi];
  logic        msi_waiting [NumMsi];
  logic        msi_valid, msi_done, msi_wr_error, msi_sync_busy, msi_busy;
  logic [51:0] msi_wr_addr;
  logic [31:0] msi_wr_data;
  logic        pmcg_we_lo, pmcg_we_hi, pmcg_re, pmcg_page1;
  logic [2:0]  pmcg_group;
  logic [11:3] pmcg_addr;
  logic [63:0] pmcg_wdata, pmcg_rdata;

  smmuv3_regs u_regs (
    .clk_i, .rst_ni,
    .idr0_i(idr0), .idr1_i(idr1), .idr2_i(idr2), .idr3_i(idr3), .idr4_i(idr4), .idr5_i(idr5), .iidr_i(iidr), .aidr_i(aidr),
    .awvalid_i(prog_awvalid_i), .awready_o(prog_awready_o), .awaddr_i(prog_awaddr_i),
    .wvalid_i(prog_wvalid_i), .wready_o(prog_wready_o), .wdata_i(prog_wdata_i), .wstrb_i(prog_wstrb_i),
    .bvalid_o(prog_bvalid_o), .bready_i(prog_bready_i), .bresp_o(prog_bresp_o),
    .arvalid_i(prog_arvalid_i), .arready_o(prog_arready_o), .araddr_i(prog_araddr_i),
    .rvalid_o(prog_rvalid_o), .rready_i(prog_rready_i), .rdata_o(prog_rdata_o), .rresp_o(prog_rresp_o),
    .pmcg_we_lo_o(pmcg_we_lo), .pmcg_we_hi_o(pmcg_we_hi), .pmcg_re_o(pmcg_re), .pmcg_group_o(pmcg_group), .pmcg_page1_o(pmcg_page1),
    .pmcg_addr_o(pmcg_addr), .pmcg_wdata_o(pmcg_wdata), .pmcg_rdata_i(pmcg_rdata),
    .smmu_enable_o(smmu_enable), .cmdq_enable_o(cmdq_enable), .eventq_enable_o(eventq_enable),
    .recinvsid_o(recinvsid), .e2h_o(e2h), .btm_o(btm), .vmw_o(vmw), .gbpa_abort_o(gbpa_abort), .gbpa_privcfg_o(gbpa_privcfg), .gbpa_instcfg_o(gbpa_instcfg),
    .strtab_addr_o(strtab_addr), .strtab_cfg_o(strtab_cfg), .cmdq_base_o(cmdq_base), .cmdq_prod_o(cmdq_prod),
    .eventq_base_o(eventq_base), .eventq_cons_o(eventq_cons), .eventq_irq_enable_o(eventq_irq_enable),
    .cmdq_err_active_o(cmdq_err_active), .eventq_abt_active_o(eventq_abt_active),
    .cmdq_cons_we_o(cmdq_cons_we), .eventq_prod_we_o(eventq_prod_we), .pointer_wdata_o(pointer_wdata),
    .cmdq_cons_i(cmdq_cons), .eventq_prod_i(eventq_prod),
    .smmu_closes_o(smmu_closes), .hold_o(hold), .quiet_i(quiet), .cmdq_busy_i(cmdq_busy), .eventq_busy_i(eventq_busy),
    .gerror_msi_busy_i(msi_waiting[2]), .eventq_msi_busy_i(msi_waiting[1]),
    .cmdq_err_i(gerror_cmdq), .eventq_abt_err_i(gerror_eventq), .msi_err_i(msi_error[0:2]), .gerror_msi_addr_o(msi_addr[2]),
    .gerror_msi_data_o(msi_data[2]), .eventq_msi_addr_o(msi_addr[1]), .eventq_msi_data_o(msi_data[1]), .irq_gerror_o(irq_gerror_o), .busy_o(regs_busy)
  );

  // ---- walk-and-queue master ----
  logic        cmdq_rd_valid, cmdq_rd_ready, tcu_rd_valid, tcu_rd_ready;
  logic [51:0] cmdq_rd_addr, tcu_rd_addr;
  logic [3:0]  tcu_rd_id, tcu_rd_class;
  logic [2:0]  tcu_rd_len;
  logic        r_valid, r_error, r_exokay, r_last, wr_valid, wr_done, wr_error, tcu_rd_lock;
  logic        upd_valid, upd_done, upd_error, upd_exokay;
  logic [3:0]  upd_id, upd_class;
  logic [51:0] upd_addr;
  logic [63:0] upd_data;
  logic [3:0]  r_id;
  logic [63:0] r_data;
  logic [51:0] wr_addr;
  logic [63:0] ev [4];

  smmuv3_walk_arbiter u_arbiter (
    .clk_i, .rst_ni,
    .cmdq_valid_i(cmdq_rd_valid), .cmdq_addr_i(cmdq_rd_addr), .cmdq_ready_o(cmdq_rd_ready),
    .tcu_valid_i(tcu_rd_valid), .tcu_id_i(tcu_rd_id), .tcu_addr_i(tcu_rd_addr), .tcu_len_i(tcu_rd_len),
    .tcu_class_i(tcu_rd_class), .tcu_lock_i(tcu_rd_lock), .tcu_ready_o(tcu_rd_ready),
    .r_valid_o(r_valid), .r_id_o(r_id), .r_data_o(r_data), .r_error_o(r_error), .r_exokay_o(r_exokay), .r_last_o(r_last),
    .upd_valid_i(upd_valid), .upd_id_i(upd_id), .upd_addr_i(upd_addr), .upd_class_i(upd_class), .upd_data_i(upd_data),
    .upd_done_o(upd_done), .upd_error_o(upd_error), .upd_exokay_o(upd_exokay),
    .wr_valid_i(wr_valid), .wr_addr_i(wr_addr), .wr_data_i(ev), .wr_done_o(wr_done), .wr_error_o(wr_error),
    .msi_valid_i(msi_valid), .msi_addr_i(msi_wr_addr), .msi_data_i(msi_wr_data), .msi_done_o(msi_done), .msi_error_o(msi_wr_error),
    .busy_o(arbiter_busy),
    .awvalid_o(mem_awvalid_o), .awready_i(mem_awready_i), .awid_o(mem_awid_o), .awaddr_o(mem_awaddr_o),
    .awlen_o(mem_awlen_o), .awsize_o(mem_awsize_o), .awburst_o(mem_awburst_o), .awcache_o(mem_awcache_o),
    .awprot_o(mem_awprot_o), .awuser_o(mem_awuser_o), .awlock_o(mem_awlock_o),
    .wvalid_o(mem_wvalid_o), .wready_i(mem_wready_i), .wdata_o(mem_wdata_o), .wstrb_o(mem_wstrb_o), .wlast_o(mem_wlast_o),
    .bvalid_i(mem_bvalid_i), .bready_o(mem_bready_o), .bid_i(mem_bid_i), .bresp_i(mem_bresp_i),
    .arvalid_o(mem_arvalid_o), .arready_i(mem_arready_i), .arid_o(mem_arid_o), .araddr_o(mem_araddr_o),
    .arlen_o(mem_arlen_o), .arsize_o(mem_arsize_o), .arburst_o(mem_arburst_o), .arcache_o(mem_arcache_o),
    .arprot_o(mem_arprot_o), .aruser_o(mem_aruser_o), .arlock_o(mem_arlock_o),
    .rvalid_i(mem_rvalid_i), .rready_o(mem_rready_o), .rid_i(mem_rid_i), .rdata_i(mem_rdata_i), .rresp_i(mem_rresp_i),
    .rlast_i(mem_rlast_i)
  );

  // ---- MSIs ----
  logic [63:0] cmd [2];
  assign msi_request[0] = irq_cmd_sync_o;
  assign msi_request[1] = irq_eventq_o;
  assign msi_request[2] = irq_gerror_o;
  assign msi_addr[0] = {cmd[1][51:2], 2'd0};
  assign msi_data[0] = cmd[0][63:32];
  smmuv3_msi #(
    .Sources(NumMsi)
  ) u_msi (
    .clk_i, .rst_ni, .enable_i(idr0[IDR0_MSI_LSB]), .request_i(msi_request), .addr_i(msi_addr), .data_i(msi_data),
    .error_o(msi_error), .waiting_o(msi_waiting), .wr_valid_o(msi_valid), .wr_addr_o(msi_wr_addr), .wr_data_o(msi_wr_data), .wr_done_i(msi_done),
    .wr_error_i(msi_wr_error), .sync_busy_o(msi_sync_busy), .busy_o(msi_busy)
  );

  // ---- queues ----
  logic        tlb_inv_valid, tlb_inv_single, tlb_inv_done, cfg_inv_valid, cfg_inv_done;
  tlb_inv_t    tlb_inv_op;
  cfg_inv_e    cfg_inv_op;
  logic [15:0] tlb_inv_vmid, tlb_inv_asid;
  logic [55:0] tlb_inv_first, tlb_inv_last;
  logic [31:0] cfg_inv_sid;
  logic [19:0] cfg_inv_ssid;
  logic [4:0]  cfg_inv_range;
  logic        snapshot, drained, ev_valid, ev_done;
  logic        cmd_consumed, sync_done, event_written, event_lost;
  logic [19:0] cmd_index, event_index;
  cmdq_state_e   cmdq_state;
  logic        stall_valid, stall_all, stall_retry, stall_abort, stall_done, ev_stall, ev_refused, ev_writable;
  logic [31:0] stall_cmd_sid;
  logic [15:0] stall_cmd_stag;
  eventq_state_e eventq_state;

  logic        cmd_inv_valid, cmd_inv_single, cmd_snapshot, dvm_inv_valid, dvm_snapshot, dvm_draining, dvm_busy;
  tlb_inv_t    cmd_inv_op, dvm_inv_op;
  logic [15:0] cmd_inv_vmid, cmd_inv_asid, dvm_inv_vmid, dvm_inv_asid;
  logic [55:0] cmd_inv_first, cmd_inv_last, dvm_inv_first;
  logic        inv_busy_q, inv_dvm_q;

  smmuv3_cmdq u_cmdq (
    .clk_i, .rst_ni, .idr0_i(idr0), .idr3_i(idr3), .e2h_i(e2h),
    .enable_i(cmdq_enable), .cmdq_err_active_i(cmdq_err_active),
    .base_addr_i({cmdq_base[51:5], 5'd0}), .base_log2_i(cmdq_base[4:0]), .size_cap_i(idr1[IDR1_CMDQS_MSB:IDR1_CMDQS_LSB]),
    .prod_i(cmdq_prod), .cons_we_i(cmdq_cons_we), .cons_wdata_i(pointer_wdata), .cons_o(cmdq_cons),
    .rd_valid_o(cmdq_rd_valid), .rd_addr_o(cmdq_rd_addr), .rd_ready_i(cmdq_rd_ready),
    .r_valid_i(r_valid && !r_id[3]), .r_data_i(r_data), .r_error_i(r_error), .r_last_i(r_last),
    .tlb_inv_valid_o(cmd_inv_valid), .tlb_inv_op_o(cmd_inv_op), .tlb_inv_vmid_o(cmd_inv_vmid),
    .tlb_inv_asid_o(cmd_inv_asid), .tlb_inv_first_o(cmd_inv_first), .tlb_inv_last_o(cmd_inv_last),
    .tlb_inv_single_o(cmd_inv_single), .tlb_inv_done_i(tlb_inv_done && !inv_dvm_q),
    .cfg_inv_valid_o(cfg_inv_valid), .cfg_inv_op_o(cfg_inv_op), .cfg_inv_sid_o(cfg_inv_sid), .cfg_inv_ssid_o(cfg_inv_ssid),
    .cfg_inv_range_o(cfg_inv_range), .cfg_inv_done_i(cfg_inv_done),
    .stall_valid_o(stall_valid), .stall_all_o(stall_all), .stall_sid_o(stall_cmd_sid), .stall_stag_o(stall_cmd_stag),
    .stall_retry_o(stall_retry), .stall_abort_o(stall_abort), .stall_done_i(stall_done),
    .drain_snapshot_o(cmd_snapshot), .drained_i(drained), .drain_busy_i(dvm_draining), .msi_busy_i(msi_sync_busy),
    .irq_sync_o(irq_cmd_sync_o), .sev_o(sev_o), .gerror_cmdq_o(gerror_cmdq), .busy_o(cmdq_busy),
    .cmd_o(cmd), .consumed_o(cmd_consumed), .sync_done_o(sync_done), .index_o(cmd_index), .state_o(cmdq_state)
  );

  smmuv3_eventq u_eventq (
    .clk_i, .rst_ni,
    .enable_i(eventq_enable), .abt_err_active_i(eventq_abt_active), .irq_enable_i(eventq_irq_enable),
    .base_addr_i({eventq_base[51:5], 5'd0}), .base_log2_i(eventq_base[4:0]),
    .size_cap_i(idr1[IDR1_EVENTQS_MSB:IDR1_EVENTQS_LSB]),
    .cons_rd_i(eventq_cons[19:0]), .cons_ovack_i(eventq_cons[31]),
    .prod_we_i(eventq_prod_we), .prod_wdata_i(pointer_wdata), .prod_o(eventq_prod),
    .ev_valid_i(ev_valid), .ev_stall_i(ev_stall), .ev_i(ev), .ev_done_o(ev_done), .ev_refused_o(ev_refused),
    .writable_o(ev_writable),
    .wr_valid_o(wr_valid), .wr_addr_o(wr_addr), .wr_done_i(wr_done), .wr_error_i(wr_error),
    .irq_o(irq_eventq_o), .gerror_abt_o(gerror_eventq), .busy_o(eventq_busy),
    .written_o(event_written), .lost_o(event_lost), .index_o(event_index), .state_o(eventq_state)
  );

  // ---- broadcasts; they share the invalidation port of the TLB and the drain with the command queue ----
  smmuv3_dvm u_dvm (
    .clk_i, .rst_ni, .obey_i(btm), .s2p_i(idr0[IDR0_S2P_LSB]), .e2h_i(e2h),
    .valid_i(dvm_valid_i), .ready_o(dvm_ready_o), .kind_i(dvm_kind_i), .leaf_i(dvm_leaf_i), .vmid_i(dvm_vmid_i),
    .asid_i(dvm_asid_i), .addr_i(dvm_addr_i),
    .inv_valid_o(dvm_inv_valid), .inv_op_o(dvm_inv_op), .inv_vmid_o(dvm_inv_vmid), .inv_asid_o(dvm_inv_asid),
    .inv_first_o(dvm_inv_first), .inv_done_i(tlb_inv_done && inv_dvm_q),
    .may_drain_i((cmdq_state != CmdqSnapshot) && (cmdq_state != CmdqDrain)), .snapshot_o(dvm_snapshot),
    .draining_o(dvm_draining), .drained_i(drained), .busy_o(dvm_busy)
  );
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      inv_busy_q <= 1'b0;
      inv_dvm_q <= 1'b0;
    end else if (!inv_busy_q) begin
      inv_busy_q <= cmd_inv_valid || dvm_inv_valid;
      inv_dvm_q <= !cmd_inv_valid;
    end else if (tlb_inv_done) begin
      inv_busy_q <= 1'b0;
    end
  end
  assign tlb_inv_valid = inv_busy_q;
  assign tlb_inv_op = inv_dvm_q ? dvm_inv_op : cmd_inv_op;
  assign tlb_inv_vmid = inv_dvm_q ? dvm_inv_vmid : cmd_inv_vmid;
  assign tlb_inv_asid = inv_dvm_q ? dvm_inv_asid : cmd_inv_asid;
  assign tlb_inv_first = inv_dvm_q ? dvm_inv_first : cmd_inv_first;
  assign tlb_inv_last = inv_dvm_q ? {dvm_inv_first[55:12], 12'hFFF} : cmd_inv_last;
  assign tlb_inv_single = inv_dvm_q || cmd_inv_single;
  assign snapshot = cmd_snapshot || dvm_snapshot;

  // VMW: low bits of a VMID that invalidations do not compare; 5..7 behave as 0
  logic [15:0] vmid_care;
  always_comb begin
    vmid_care = 16'hFFFF;
    if ((vmw <= 3'd4) && !inv_dvm_q) vmid_care = ~16'(low_mask({3'd0, vmw}));
  end

  // ---- the links: what a TBU sends (tbu_*), and what the translation unit sees of it (req_*) ----
  logic        tbu_sent [NumReq];
  logic        tbu_report [NumReq];
  logic        tbu_retry [NumReq];
  logic        tbu_recalled [NumReq];
  logic [TagBits-1:0] tbu_tag [NumReq];
  logic [51:0] tbu_pa    [NumReq];
  logic        tbu_translated [NumReq];
  logic [63:0] tbu_addr  [NumReq];
  logic [31:0] tbu_sid   [NumReq];
  logic        tbu_ssidv [NumReq];
  logic [19:0] tbu_ssid  [NumReq];
  logic        tbu_priv  [NumReq];
  logic        tbu_instr [NumReq];
  logic        credit    [NumReq];
  logic [NumReq-1:0] link_busy;
  logic        req_valid [NumReq];
  logic        req_taken [NumReq];
  logic        req_report [NumReq];
  logic        req_retry [NumReq];
  logic        req_recalled [NumReq];      // asks once more although it had been translated: no new transaction
  logic [TagBits-1:0] req_tag [NumReq];
  logic [51:0] req_pa    [NumReq];
  logic        req_translated [NumReq];
  logic [63:0] req_addr  [NumReq];
  logic [31:0] req_sid   [NumReq];
  logic        req_ssidv [NumReq];
  logic [19:0] req_ssid  [NumReq];
  logic        req_priv  [NumReq];
  logic        req_instr [NumReq];
  for (genvar i = 0; i < int'(NumReq); i++) begin : gen_link
    smmuv3_link #(
      .KindBits(TagBits + 58), .Credits(LinkCredits)
    ) u_link (
      .clk_i, .rst_ni, .sent_i(tbu_sent[i]), .addr_i(tbu_addr[i]), .hit_i({tbu_pa[i], tbu_translated[i]}),
      .kind_i({tbu_report[i], tbu_retry[i], tbu_recalled[i], tbu_tag[i], tbu_sid[i], tbu_ssidv[i], tbu_ssid[i], tbu_priv[i],
               tbu_instr[i]}),
      .credit_o(credit[i]), .valid_o(req_valid[i]), .addr_o(req_addr[i]), .hit_o({req_pa[i], req_translated[i]}),
      .kind_o({req_report[i], req_retry[i], req_recalled[i], req_tag[i], req_sid[i], req_ssidv[i], req_ssid[i], req_priv[i],
               req_instr[i]}),
      .taken_i(req_taken[i]), .busy_o(link_busy[i])
    );
  end

  // ---- translation ----
  logic        answer_keep, answer_translated, utlb_clear;
  assign utlb_clear = tlb_inv_valid || cfg_inv_valid || hold;
  logic        answer    [NumReq];
  result_e     answer_result;
  logic [51:0] answer_pa;
  logic        answer_priv, answer_instr, tcu_quiet;
  logic        txn_counted, tlb_miss, cfg_miss, walk_access, cfg_access, lookup;
  logic [3:0]  txn_index, step_index;
  logic [31:0] txn_counted_sid, step_sid;
  logic [TagBits-1:0] answer_tag;
  logic        answer_stalled;

  // ---- stalls ----
  logic        stall_room, stall_take, stall_arm, stall_drop, resume_retry, stall_busy;
  logic [15:0] stall_stag, stall_arm_stag, stall_drop_stag;
  logic [31:0] stall_sid;
  logic [3:0]  stall_index;
  logic [TagBits-1:0] stall_req_tag, resume_tag;
  logic        resume [NumReq];
  result_e     resume_result;
  smmuv3_stall #(
    .NumReq(NumReq), .Entries(32'(StallMax)), .TagBits(TagBits)
  ) u_stall (
    .clk_i, .rst_ni, .term_model_i(idr0[IDR0_TERM_MODEL_LSB]), .stall_max_i(idr5[IDR5_STALL_MAX_MSB:IDR5_STALL_MAX_LSB]),
    .writable_i(ev_writable), .flush_i(smmu_closes),
    .room_o(stall_room), .stag_o(stall_stag), .take_i(stall_take), .sid_i(stall_sid), .index_i(stall_index),
    .tag_i(stall_req_tag), .arm_i(stall_arm), .arm_stag_i(stall_arm_stag),
    .drop_i(stall_drop), .drop_stag_i(stall_drop_stag),
    .cmd_valid_i(stall_valid), .cmd_all_i(stall_all), .cmd_sid_i(stall_cmd_sid), .cmd_stag_i(stall_cmd_stag),
    .cmd_retry_i(stall_retry), .cmd_abort_i(stall_abort), .cmd_done_o(stall_done),
    .resume_o(resume), .resume_tag_o(resume_tag), .resume_retry_o(resume_retry), .resume_result_o(resume_result),
    .busy_o(stall_busy)
  );

  smmuv3_tcu #(
    .NumReq(NumReq), .Slots(Walkers), .TagBits(TagBits), .TlbSets(TlbSets), .TlbWays(TlbWays), .CfgEntries(CfgEntries), .WalkEntries(WalkEntries)
  ) u_tcu (
    .clk_i, .rst_ni, .idr0_i(idr0), .idr1_i(idr1), .idr3_i(idr3), .idr5_i(idr5),
    .smmu_enable_i(smmu_enable), .recinvsid_i(recinvsid), .e2h_i(e2h), .gbpa_abort_i(gbpa_abort),
    .gbpa_privcfg_i(gbpa_privcfg), .gbpa_instcfg_i(gbpa_instcfg), .strtab_addr_i(strtab_addr), .strtab_cfg_i(strtab_cfg),
    .hold_i(hold),
    .req_valid_i(req_valid), .req_taken_o(req_taken), .req_report_i(req_report), .req_retry_i(req_retry), .req_recalled_i(req_recalled),
    .req_tag_i(req_tag),
    .req_pa_i(req_pa), .req_translated_i(req_translated), .req_addr_i(req_addr), .req_sid_i(req_sid), .req_ssidv_i(req_ssidv),
    .req_ssid_i(req_ssid), .req_priv_i(req_priv), .req_instr_i(req_instr), .answer_o(answer), .answer_tag_o(answer_tag),
    .answer_result_o(answer_result), .answer_stalled_o(answer_stalled), .answer_pa_o(answer_pa), .answer_keep_o(answer_keep),
    .answer_translated_o(answer_translated), .answer_priv_o(answer_priv), .answer_instr_o(answer_instr),
    .stall_room_i(stall_room), .stall_tag_i(stall_stag), .stall_take_o(stall_take), .stall_sid_o(stall_sid),
    .stall_index_o(stall_index), .stall_req_tag_o(stall_req_tag), .stall_arm_o(stall_arm), .stall_arm_tag_o(stall_arm_stag),
    .stall_drop_o(stall_drop), .stall_drop_tag_o(stall_drop_stag),
    .rd_valid_o(tcu_rd_valid), .rd_id_o(tcu_rd_id), .rd_addr_o(tcu_rd_addr), .rd_len_o(tcu_rd_len), .rd_class_o(tcu_rd_class),
    .rd_lock_o(tcu_rd_lock), .rd_ready_i(tcu_rd_ready), .r_valid_i(r_valid && r_id[3]), .r_id_i(r_id), .r_data_i(r_data), .r_error_i(r_error),
    .r_exokay_i(r_exokay), .r_last_i(r_last),
    .wr_valid_o(upd_valid), .wr_id_o(upd_id), .wr_addr_o(upd_addr), .wr_class_o(upd_class), .wr_data_o(upd_data),
    .wr_done_i(upd_done), .wr_error_i(upd_error), .wr_exokay_i(upd_exokay),
    .tlb_inv_valid_i(tlb_inv_valid), .tlb_inv_op_i(tlb_inv_op), .tlb_inv_vmid_i(tlb_inv_vmid), .tlb_inv_vmid_care_i(vmid_care),
    .tlb_inv_asid_i(tlb_inv_asid), .tlb_inv_first_i(tlb_inv_first), .tlb_inv_last_i(tlb_inv_last),
    .tlb_inv_single_i(tlb_inv_single), .tlb_inv_done_o(tlb_inv_done),
    .cfg_inv_valid_i(cfg_inv_valid), .cfg_inv_op_i(cfg_inv_op), .cfg_inv_sid_i(cfg_inv_sid), .cfg_inv_ssid_i(cfg_inv_ssid),
    .cfg_inv_range_i(cfg_inv_range), .cfg_inv_done_o(cfg_inv_done),
    .ev_valid_o(ev_valid), .ev_stall_o(ev_stall), .ev_o(ev), .ev_done_i(ev_done), .ev_refused_i(ev_refused),
    .ev_writable_i(ev_writable),
    .quiet_o(tcu_quiet), .busy_o(tcu_busy),
    .transaction_o(txn_counted), .transaction_sid_o(txn_counted_sid), .tlb_miss_o(tlb_miss), .cfg_miss_o(cfg_miss),
    .walk_access_o(walk_access), .cfg_access_o(cfg_access), .lookup_o(lookup), .step_sid_o(step_sid),
    .step_index_o(step_index),
    // observation, read by smmuv3_sim_top through the hierarchy
    .begin_o(), .again_o(), .end_o(), .tlb_hit_o(), .txn_slot_o(), .txn_index_o(txn_index), .txn_addr_o(), .txn_sid_o(), .txn_ssidv_o(), .txn_ssid_o(),
    .txn_priv_o(), .txn_instr_o(), .txn_enabled_o(), .txn_result_o(), .txn_pa_o(), .txn_translated_o(), .walk_seen_o(),
    .cfg_seen_o(), .seen_slot_o(), .seen_addr_o(), .seen_word0_o(), .seen_class_o(), .seen_level_o(), .seen_error_o(), .fill_o(),
    .fill_slot_o(), .fill_va_o(), .fill_pa_o(), .fill_size_class_o(), .fill_asid_o(), .fill_vmid_o(), .tlb_inv_count_o(),
    .tlb_busy_o(tlb_busy), .tlb_state_o(), .slot_state_o()
  );

  // ---- TBUs ----
  logic       older      [NumTbu];
  logic       in_flight  [NumTbu];
  logic       rd_busy    [NumTbu];
  logic       wr_busy    [NumTbu];
  tbu_state_e rd_state   [NumTbu];
  tbu_state_e wr_state   [NumTbu];

  for (genvar t = 0; t < int'(NumTbu); t++) begin : gen_tbu
    smmuv3_tbu #(
      .IdWidth(TbuIdWidth),
      .ClientDataBytes(ClientDataBytes),
      .UtlbEntries(UtlbEntries),
      .Depth(Depth),
      .TagBits(TagBits),
      .Credits(LinkCredits),
      .ParkBeats(ParkBeats)
    ) u_tbu (
      .clk_i, .rst_ni, .s_awvalid_i(tbu_s_awvalid_i[t]), .s_awready_o(tbu_s_awready_o[t]),
      .s_awid_i(tbu_s_awid_i[t]), .s_awaddr_i(tbu_s_awaddr_i[t]), .s_awlen_i(tbu_s_awlen_i[t]),
      .s_awsize_i(tbu_s_awsize_i[t]), .s_awburst_i(tbu_s_awburst_i[t]), .s_awcache_i(tbu_s_awcache_i[t]),
      .s_awprot_i(tbu_s_awprot_i[t]), .s_awmmusid_i(tbu_s_awmmusid_i[t]), .s_awmmussidv_i(tbu_s_awmmussidv_i[t]),
      .s_awmmussid_i(tbu_s_awmmussid_i[t]), .s_wvalid_i(tbu_s_wvalid_i[t]), .s_wready_o(tbu_s_wready_o[t]),
      .s_wdata_i(tbu_s_wdata_i[t]), .s_wstrb_i(tbu_s_wstrb_i[t]), .s_wlast_i(tbu_s_wlast_i[t]),
      .s_bvalid_o(tbu_s_bvalid_o[t]), .s_bready_i(tbu_s_bready_i[t]), .s_bid_o(tbu_s_bid_o[t]),
      .s_bresp_o(tbu_s_bresp_o[t]), .s_buser_o(tbu_s_buser_o[t]), .m_awvalid_o(tbu_m_awvalid_o[t]),
      .m_awready_i(tbu_m_awready_i[t]), .m_awid_o(tbu_m_awid_o[t]), .m_awaddr_o(tbu_m_awaddr_o[t]),
      .m_awlen_o(tbu_m_awlen_o[t]), .m_awsize_o(tbu_m_awsize_o[t]), .m_awburst_o(tbu_m_awburst_o[t]),
      .m_awcache_o(tbu_m_awcache_o[t]), .m_awprot_o(tbu_m_awprot_o[t]), .m_wvalid_o(tbu_m_wvalid_o[t]),
      .m_wready_i(tbu_m_wready_i[t]), .m_wdata_o(tbu_m_wdata_o[t]), .m_wstrb_o(tbu_m_wstrb_o[t]),
      .m_wlast_o(tbu_m_wlast_o[t]), .m_bvalid_i(tbu_m_bvalid_i[t]), .m_bready_o(tbu_m_bready_o[t]),
      .m_bid_i(tbu_m_bid_i[t]), .m_bresp_i(tbu_m_bresp_i[t]), .s_arvalid_i(tbu_s_arvalid_i[t]),
      .s_arready_o(tbu_s_arready_o[t]), .s_arid_i(tbu_s_arid_i[t]), .s_araddr_i(tbu_s_araddr_i[t]),
      .s_arlen_i(tbu_s_arlen_i[t]), .s_arsize_i(tbu_s_arsize_i[t]), .s_arburst_i(tbu_s_arburst_i[t]),
      .s_arcache_i(tbu_s_arcache_i[t]), .s_arprot_i(tbu_s_arprot_i[t]), .s_armmusid_i(tbu_s_armmusid_i[t]),
      .s_armmussidv_i(tbu_s_armmussidv_i[t]), .s_armmussid_i(tbu_s_armmussid_i[t]), .s_rvalid_o(tbu_s_rvalid_o[t]),
      .s_rready_i(tbu_s_rready_i[t]), .s_rid_o(tbu_s_rid_o[t]), .s_rdata_o(tbu_s_rdata_o[t]),
      .s_rresp_o(tbu_s_rresp_o[t]), .s_rlast_o(tbu_s_rlast_o[t]), .s_ruser_o(tbu_s_ruser_o[t]),
      .m_arvalid_o(tbu_m_arvalid_o[t]), .m_arready_i(tbu_m_arready_i[t]), .m_arid_o(tbu_m_arid_o[t]),
      .m_araddr_o(tbu_m_araddr_o[t]), .m_arlen_o(tbu_m_arlen_o[t]), .m_arsize_o(tbu_m_arsize_o[t]),
      .m_arburst_o(tbu_m_arburst_o[t]), .m_arcache_o(tbu_m_arcache_o[t]), .m_arprot_o(tbu_m_arprot_o[t]),
      .m_rvalid_i(tbu_m_rvalid_i[t]), .m_rready_o(tbu_m_rready_o[t]), .m_rid_i(tbu_m_rid_i[t]),
      .m_rdata_i(tbu_m_rdata_i[t]), .m_rresp_i(tbu_m_rresp_i[t]), .m_rlast_i(tbu_m_rlast_i[t]),
      .req_sent_o(tbu_sent[2*t:2*t+1]), .req_report_o(tbu_report[2*t:2*t+1]),
      .req_retry_o(tbu_retry[2*t:2*t+1]), .req_recalled_o(tbu_recalled[2*t:2*t+1]), .req_tag_o(tbu_tag[2*t:2*t+1]),
      .req_pa_o(tbu_pa[2*t:2*t+1]), .req_translated_o(tbu_translated[2*t:2*t+1]), .req_addr_o(tbu_addr[2*t:2*t+1]),
      .req_sid_o(tbu_sid[2*t:2*t+1]), .req_ssidv_o(tbu_ssidv[2*t:2*t+1]), .req_ssid_o(tbu_ssid[2*t:2*t+1]),
      .req_priv_o(tbu_priv[2*t:2*t+1]), .req_instr_o(tbu_instr[2*t:2*t+1]), .credit_i(credit[2*t:2*t+1]),
      .answer_keep_i(answer_keep), .answer_translated_i(answer_translated), .utlb_clear_i(utlb_clear), .answer_i(answer[2*t:2*t+1]), .answer_tag_i(answer_tag), .answer_result_i(answer_result),
      .answer_stalled_i(answer_stalled), .resume_i(resume[2*t:2*t+1]), .resume_tag_i(resume_tag), .resume_retry_i(resume_retry),
      .resume_result_i(resume_result), .stall_room_i(stall_room), .stall_flush_i(smmu_closes), .hold_i(hold),
      .answer_pa_i(answer_pa), .answer_priv_i(answer_priv), .answer_instr_i(answer_instr), .snapshot_i(snapshot),
      .older_o(older[t]), .translated_o(in_flight[t]), .rd_busy_o(rd_busy[t]), .wr_busy_o(wr_busy[t]),
      .rd_state_o(rd_state[t]), .wr_state_o(wr_state[t])
    );
  end

  logic any_older, any_in_flight, any_tbu_busy;
  always_comb begin
    any_older = 1'b0;
    any_in_flight = 1'b0;
    any_tbu_busy = 1'b0;
    for (int unsigned t = 0; t < NumTbu; t++) begin
      any_older = any_older || older[t];
      any_in_flight = any_in_flight || in_flight[t];
      any_tbu_busy = any_tbu_busy || rd_busy[t] || wr_busy[t];
    end
  end
  assign drained = !any_older;
  assign quiet = tcu_quiet && !any_in_flight;

  // ---- counters: the translation unit's count everything, a TBU's its own transactions and what its micro-TLBs missed ----
  logic        pmcg_event [NumPmcg][5];
  logic [31:0] pmcg_event_sid [5];
  logic [63:0] pmcg_group_rdata [NumPmcg];
  logic        pmcg_irq [NumPmcg];
  assign pmcg_event[0][0] = txn_counted;
  assign pmcg_event[0][1] = tlb_miss;
  assign pmcg_event[0][2] = cfg_miss;
  assign pmcg_event[0][3] = walk_access;
  assign pmcg_event[0][4] = cfg_access;
  assign pmcg_event_sid[0] = txn_counted_sid;
  for (genvar e = 1; e < 5; e++) begin : gen_event_sid
    assign pmcg_event_sid[e] = step_sid;
  end
  for (genvar t = 0; t < int'(NumTbu); t++) begin : gen_tbu_event
    assign pmcg_event[1+t][0] = txn_counted && (txn_index[3:1] == 3'(t));
    assign pmcg_event[1+t][1] = lookup && (step_index[3:1] == 3'(t));
    assign pmcg_event[1+t][2] = 1'b0;
    assign pmcg_event[1+t][3] = 1'b0;
    assign pmcg_event[1+t][4] = 1'b0;
  end

  for (genvar g = 0; g < int'(NumPmcg); g++) begin : gen_pmcg
    logic here;
    assign here = (pmcg_group == ((g == 0) ? 3'd1 : 3'(2 + g)));
    smmuv3_pmcg #(
      .Counters(PmcgCounters), .Events((g == 0) ? 6'h3F : 6'h07)
    ) u_pmcg (
      .clk_i, .rst_ni, .iidr_i(iidr), .aidr_i(aidr), .msi_i(idr0[IDR0_MSI_LSB]),
      .we_lo_i(pmcg_we_lo && here), .we_hi_i(pmcg_we_hi && here), .re_i(pmcg_re && here), .page1_i(pmcg_page1), .addr_i(pmcg_addr),
      .wdata_i(pmcg_wdata), .rdata_o(pmcg_group_rdata[g]),
      .event_i(pmcg_event[g]), .event_sid_i(pmcg_event_sid), .irq_o(pmcg_irq[g]),
      .msi_addr_o(msi_addr[3+g]), .msi_data_o(msi_data[3+g]), .msi_waiting_i(msi_waiting[3+g]), .msi_error_i(msi_error[3+g])
    );
    assign msi_request[3+g] = pmcg_irq[g];
  end
  // all groups share the wire; OVSSET says whose it was
  always_comb begin
    irq_pmcg_o = 1'b0;
    pmcg_rdata = '0;
    for (int unsigned g = 0; g < NumPmcg; g++) begin
      irq_pmcg_o = irq_pmcg_o || pmcg_irq[g];
      pmcg_rdata = pmcg_rdata | pmcg_group_rdata[g];
    end
  end

  // ---- what this block does not have ----
  assign irq_priq_o = 1'b0;

  // ---- idle: for a wrapper that stops the clock ----
  logic busy;
  assign busy = regs_busy || cmdq_busy || eventq_busy || tcu_busy || tlb_busy || arbiter_busy || stall_busy
                || msi_busy || dvm_busy || tlb_inv_valid || irq_cmd_sync_o
                || any_tbu_busy || (link_busy != '0) || irq_pmcg_o;

  // ---- parameters: refused when the block is elaborated ----
  if ((NumTbu < 1) || (NumTbu > 4)) $error("NumTbu is %0d; allowed are 1 to 4", NumTbu);
  if ((ClientDataBytes != 8) && (ClientDataBytes != 16)) $error("ClientDataBytes is %0d; allowed are 8 and 16", ClientDataBytes);
  if ((Walkers < 1) || (Walkers > SlotsMax)) $error("Walkers is %0d; allowed are 1 to %0d", Walkers, SlotsMax);
  if ((Outstanding < 4) || (Outstanding > 128) || ((Outstanding & (Outstanding - 1)) != 0)) begin : gen_bad_outstanding
    $error("Outstanding is %0d; it must be a power of two from 4 to 128", Outstanding);
  end
  if ((ParkBeats < 16) || (ParkBeats > 4096) || ((ParkBeats & (ParkBeats - 1)) != 0)) begin : gen_bad_park
    $error("ParkBeats is %0d; it must be a power of two from 16 to 4096", ParkBeats);
  end
  if ((LinkCredits < 1) || (LinkCredits > 16)) $error("LinkCredits is %0d; allowed are 1 to 16", LinkCredits);
  if ((WalkEntries < 2) || ((WalkEntries & (WalkEntries - 1)) != 0)) begin : gen_bad_walk
    $error("WalkEntries is %0d; it must be a power of two above 1", WalkEntries);
  end
  if ((UtlbEntries < 2) || ((UtlbEntries & (UtlbEntries - 1)) != 0)) begin : gen_bad_utlb
    $error("UtlbEntries is %0d; it must be a power of two above 1", UtlbEntries);
  end
  if ((TlbSets < 2) || ((TlbSets & (TlbSets - 1)) != 0)) $error("TlbSets is %0d; it must be a power of two above 1", TlbSets);
  if ((TlbWays < 2) || ((TlbWays & (TlbWays - 1)) != 0)) $error("TlbWays is %0d; it must be a power of two above 1", TlbWays);
  if ((CfgEntries < 2) || ((CfgEntries & (CfgEntries - 1)) != 0)) begin : gen_bad_cfg
    $error("CfgEntries is %0d; it must be a power of two above 1", CfgEntries);
  end
  if ((PmcgCounters < 1) || (PmcgCounters > 64)) $error("PmcgCounters is %0d; allowed are 1 to 64", PmcgCounters);

  StrapsWithinLimits_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    ((idr0 & ~Idr0Mask) == 32'd0) && ((idr1 & ~Idr1Mask) == 32'd0) && ((idr2 & ~Idr2Mask) == 32'd0)
    && ((idr3 & ~Idr3Mask) == 32'd0) && ((idr5 & ~Idr5Mask) == 32'd0)
    && (idr1[IDR1_SIDSIZE_MSB:IDR1_SIDSIZE_LSB] <= SidSizeMax) && (idr1[IDR1_SSIDSIZE_MSB:IDR1_SSIDSIZE_LSB] <= SsidSizeMax)
    && (idr1[IDR1_CMDQS_MSB:IDR1_CMDQS_LSB] <= QueueSizeMax) && (idr1[IDR1_EVENTQS_MSB:IDR1_EVENTQS_LSB] <= QueueSizeMax)
    && (idr5[IDR5_OAS_MSB:IDR5_OAS_LSB] <= OasCodeMax)
    && (idr0[IDR0_STALL_MODEL_MSB:IDR0_STALL_MODEL_LSB] != 2'd3) && (idr5[IDR5_STALL_MAX_MSB:IDR5_STALL_MAX_LSB] <= StallMax)
    && (idr0[IDR0_TTENDIAN_MSB:IDR0_TTENDIAN_LSB] == IDR0_TTENDIAN_LITTLE)
    && (idr0[IDR0_TTF_MSB:IDR0_TTF_LSB] == IDR0_TTF_AARCH64) && (idr0[IDR0_HTTU_MSB:IDR0_HTTU_LSB] <= IDR0_HTTU_ACCESS_DIRTY))
    else $error("an ID strap claims a feature this block does not have: IDR0 %h IDR1 %h IDR3 %h IDR5 %h",
                idr0, idr1, idr3, idr5);
  // After a CMD_SYNC no burst that was in progress at its start is still in progress.
  SyncWaitsForOlderBursts_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    sync_done |-> !any_older);
endmodule
