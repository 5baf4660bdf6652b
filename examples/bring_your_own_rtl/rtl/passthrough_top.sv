// SPDX-License-Identifier: Apache-2.0
// A block behind the pins of an SMMU that knows only two answers: the address unchanged, or an abort, as GBPA says (or
// because it has more than 52 bits). It is the example of bringing your own RTL: the port list is the one every block needs
// (rtl-stubs/sim/pins.txt), and what is behind it is yours. One read and one write of each TBU at a time.
// Leaves out: translation, queues, interrupts, counters, observation ports. Proof: ctest example.bring_your_own_rtl.*.
module passthrough_top #(
  parameter int unsigned NumTbu          = 1,
  parameter int unsigned TbuIdWidth      = 8,
  parameter int unsigned ClientDataBytes = 16
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  // ID straps: what the identification registers shall read as
  input  logic [31:0]           idr0_i,
  input  logic [31:0]           idr1_i,
  input  logic [31:0]           idr2_i,
  input  logic [31:0]           idr3_i,
  input  logic [31:0]           idr4_i,
  input  logic [31:0]           idr5_i,
  input  logic [31:0]           iidr_i,
  input  logic [31:0]           aidr_i,

  // programming port, AXI4-Lite, 64-bit data
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

  // client side of each TBU, AXI4 slave. USER bit 0: terminated by the SMMU; bit 1: terminated as RAZ/WI
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

  // memory side of each TBU, AXI4 master
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

  // walk-and-queue master, AXI4, 64-bit data
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

  // broadcast TLB maintenance
  input  logic                  dvm_valid_i,
  output logic                  dvm_ready_o,
  input  logic [3:0]            dvm_kind_i,
  input  logic                  dvm_leaf_i,
  input  logic [15:0]           dvm_vmid_i,
  input  logic [15:0]           dvm_asid_i,
  input  logic [63:0]           dvm_addr_i,

  // interrupts: pulses of one clock cycle
  output logic                  irq_eventq_o,
  output logic                  irq_priq_o,
  output logic                  irq_gerror_o,
  output logic                  irq_cmd_sync_o,
  output logic                  irq_pmcg_o,
  output logic                  sev_o
);
  localparam logic [1:0] SlvErr = 2'd2;

  // ---- programming port ----
  logic        abort;
  logic [31:0] id [8];
  assign id = '{idr0_i, idr1_i, idr2_i, idr3_i, idr4_i, idr5_i, iidr_i, aidr_i};
  gate_regs u_regs (
    .clk_i, .rst_ni, .id_i(id), .abort_o(abort),
    .awvalid_i(prog_awvalid_i), .awready_o(prog_awready_o), .awaddr_i(prog_awaddr_i),
    .wvalid_i(prog_wvalid_i), .wready_o(prog_wready_o), .wdata_i(prog_wdata_i), .wstrb_i(prog_wstrb_i),
    .bvalid_o(prog_bvalid_o), .bready_i(prog_bready_i),
    .arvalid_i(prog_arvalid_i), .arready_o(prog_arready_o), .araddr_i(prog_araddr_i),
    .rvalid_o(prog_rvalid_o), .rready_i(prog_rready_i), .rdata_o(prog_rdata_o));
  assign prog_bresp_o = '0;
  assign prog_rresp_o = '0;

  // ---- clients: take an address, then either ask memory or answer SLVERR with USER bit 0, "terminated by the SMMU" ----
  typedef enum logic [1:0] {Idle, Ask, Move, Refuse} state_e;
  for (genvar t = 0; t < int'(NumTbu); t++) begin : gen_tbu
    state_e     rd_q, wr_q;
    logic [7:0] beats_left_q;
    logic       refused_q;  // all beats of a refused write came in

    // reads
    assign tbu_s_arready_o[t] = rd_q == Idle;
    assign tbu_m_arvalid_o[t] = rd_q == Ask;
    assign tbu_m_rready_o[t]  = rd_q == Move && tbu_s_rready_i[t];
    assign tbu_s_rvalid_o[t]  = (rd_q == Move && tbu_m_rvalid_i[t]) || rd_q == Refuse;
    assign tbu_s_rid_o[t]     = tbu_m_arid_o[t];
    assign tbu_s_rdata_o[t]   = rd_q == Refuse ? '0 : tbu_m_rdata_i[t];
    assign tbu_s_rresp_o[t]   = rd_q == Refuse ? SlvErr : tbu_m_rresp_i[t];
    assign tbu_s_rlast_o[t]   = rd_q == Refuse ? beats_left_q == '0 : tbu_m_rlast_i[t];
    assign tbu_s_ruser_o[t]   = {1'b0, rd_q == Refuse};
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        rd_q <= Idle;
      end else begin
        unique case (rd_q)
          Idle: if (tbu_s_arvalid_i[t]) begin
            tbu_m_arid_o[t]    <= tbu_s_arid_i[t];
            tbu_m_araddr_o[t]  <= tbu_s_araddr_i[t][51:0];
            tbu_m_arlen_o[t]   <= tbu_s_arlen_i[t];
            tbu_m_arsize_o[t]  <= tbu_s_arsize_i[t];
            tbu_m_arburst_o[t] <= tbu_s_arburst_i[t];
            tbu_m_arcache_o[t] <= tbu_s_arcache_i[t];
            tbu_m_arprot_o[t]  <= tbu_s_arprot_i[t];
            beats_left_q       <= tbu_s_arlen_i[t];
            rd_q               <= abort || tbu_s_araddr_i[t][63:52] != '0 ? Refuse : Ask;
          end
          Ask: if (tbu_m_arready_i[t]) rd_q <= Move;
          Move: if (tbu_m_rvalid_i[t] && tbu_s_rready_i[t] && tbu_m_rlast_i[t]) rd_q <= Idle;
          default: if (tbu_s_rready_i[t]) begin
            beats_left_q <= beats_left_q - 8'd1;
            if (beats_left_q == '0) rd_q <= Idle;
          end
        endcase
      end
    end

    // writes
    assign tbu_s_awready_o[t] = wr_q == Idle;
    assign tbu_m_awvalid_o[t] = wr_q == Ask;
    assign tbu_m_wvalid_o[t]  = wr_q == Move && tbu_s_wvalid_i[t];
    assign tbu_m_wdata_o[t]   = tbu_s_wdata_i[t];
    assign tbu_m_wstrb_o[t]   = tbu_s_wstrb_i[t];
    assign tbu_m_wlast_o[t]   = tbu_s_wlast_i[t];
    assign tbu_s_wready_o[t]  = (wr_q == Move && tbu_m_wready_i[t]) || (wr_q == Refuse && !refused_q);
    assign tbu_s_bvalid_o[t]  = (wr_q == Move && tbu_m_bvalid_i[t]) || (wr_q == Refuse && refused_q);
    assign tbu_m_bready_o[t]  = wr_q == Move && tbu_s_bready_i[t];
    assign tbu_s_bid_o[t]     = tbu_m_awid_o[t];
    assign tbu_s_bresp_o[t]   = wr_q == Refuse ? SlvErr : tbu_m_bresp_i[t];
    assign tbu_s_buser_o[t]   = {1'b0, wr_q == Refuse};
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        wr_q      <= Idle;
        refused_q <= 1'b0;
      end else begin
        unique case (wr_q)
          Idle: if (tbu_s_awvalid_i[t]) begin
            tbu_m_awid_o[t]    <= tbu_s_awid_i[t];
            tbu_m_awaddr_o[t]  <= tbu_s_awaddr_i[t][51:0];
            tbu_m_awlen_o[t]   <= tbu_s_awlen_i[t];
            tbu_m_awsize_o[t]  <= tbu_s_awsize_i[t];
            tbu_m_awburst_o[t] <= tbu_s_awburst_i[t];
            tbu_m_awcache_o[t] <= tbu_s_awcache_i[t];
            tbu_m_awprot_o[t]  <= tbu_s_awprot_i[t];
            refused_q          <= 1'b0;
            wr_q               <= abort || tbu_s_awaddr_i[t][63:52] != '0 ? Refuse : Ask;
          end
          Ask: if (tbu_m_awready_i[t]) wr_q <= Move;
          Move: if (tbu_m_bvalid_i[t] && tbu_s_bready_i[t]) wr_q <= Idle;
          default: begin
            if (tbu_s_wvalid_i[t] && tbu_s_wlast_i[t]) refused_q <= 1'b1;
            if (refused_q && tbu_s_bready_i[t]) wr_q <= Idle;
          end
        endcase
      end
    end
  end

  // ---- the walk-and-queue master, broadcast maintenance and interrupts have nothing to say ----
  assign {mem_awvalid_o, mem_awid_o, mem_awaddr_o, mem_awlen_o, mem_awsize_o, mem_awburst_o, mem_awcache_o, mem_awprot_o, mem_awuser_o, mem_awlock_o} = '0;
  assign {mem_wvalid_o, mem_wdata_o, mem_wstrb_o, mem_wlast_o, mem_bready_o} = '0;
  assign {mem_arvalid_o, mem_arid_o, mem_araddr_o, mem_arlen_o, mem_arsize_o, mem_arburst_o, mem_arcache_o, mem_arprot_o, mem_aruser_o, mem_arlock_o} = '0;
  assign mem_rready_o = 1'b0;
  assign dvm_ready_o  = 1'b1;
  assign {irq_eventq_o, irq_priq_o, irq_gerror_o, irq_cmd_sync_o, irq_pmcg_o, sev_o} = '0;

  // Pins this block has no use for; a lint rule asks for them to be named.
  logic unused;
  always_comb begin
    unused = ^{mem_awready_i, mem_wready_i, mem_bvalid_i, mem_bid_i, mem_bresp_i, mem_arready_i, mem_rvalid_i, mem_rid_i, mem_rdata_i,
               mem_rresp_i, mem_rlast_i, dvm_valid_i, dvm_kind_i, dvm_leaf_i, dvm_vmid_i, dvm_asid_i, dvm_addr_i};
    for (int i = 0; i < int'(NumTbu); i++) begin
      unused ^= ^{tbu_s_awmmusid_i[i], tbu_s_awmmussidv_i[i], tbu_s_awmmussid_i[i], tbu_m_bid_i[i],
                  tbu_s_armmusid_i[i], tbu_s_armmussidv_i[i], tbu_s_armmussid_i[i], tbu_m_rid_i[i]};
    end
  end
endmodule
