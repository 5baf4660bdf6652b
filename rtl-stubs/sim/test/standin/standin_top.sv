// SPDX-License-Identifier: Apache-2.0
// A second block behind the pins of rtl/smmuv3_top.sv, so that the wrapper is proved on something that is known to
// work and as the example of plugging in another block. It passes client traffic through untranslated.
// Registers: 0x00..0x1C ID straps · 0x44 GBPA, bit 20 aborts clients · 0x80 64-bit scratch · 0x100 source, 0x108
// destination and 0x110 control (words - 1 in bits 3:0, a write starts) of a copy engine on the walk-and-queue master;
// control reads bit 0 busy, bit 1 bus error; its end pulses irq_cmd_sync_o · 0x200 StreamID and 0x208 {SSV at 32, PROT
// at 26:24, SSID at 19:0} of the last client. StreamID 0xBAD is answered RAZ/WI.
// Leaves out: translation, observation ports. Proof: the rtl.sim.standin.* tests.
module standin_top #(
  parameter int unsigned NumTbu     = 1,
  parameter int unsigned TbuIdWidth = 8
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
  input  logic [63:0]           tbu_s_wdata_i      [NumTbu],
  input  logic [7:0]            tbu_s_wstrb_i      [NumTbu],
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
  output logic [63:0]           tbu_s_rdata_o      [NumTbu],
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
  output logic [63:0]           tbu_m_wdata_o      [NumTbu],
  output logic [7:0]            tbu_m_wstrb_o      [NumTbu],
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
  input  logic [63:0]           tbu_m_rdata_i      [NumTbu],
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
  output logic                  sev_o
);
  localparam logic [1:0] Okay = 2'd0;
  localparam logic [1:0] SlvErr = 2'd2;

  // ---- registers ----
  logic        gbpa_abort_q, copy_start, copy_busy, copy_error;
  logic [63:0] scratch_q, source_q, destination_q, sid_q, ssid_q;
  logic [3:0]  words_q;

  logic        aw_full_q, w_full_q;
  logic [19:0] aw_q;
  logic [63:0] wdata_q, wmask;
  logic [7:0]  wstrb_q;
  logic        do_write;
  logic [16:0] word;

  assign prog_awready_o = !aw_full_q;
  assign prog_wready_o  = !w_full_q;
  assign prog_bresp_o   = Okay;
  assign prog_rresp_o   = Okay;
  assign do_write       = aw_full_q && w_full_q && !prog_bvalid_o;
  assign word           = aw_q[19:3];
  always_comb for (int i = 0; i < 8; i++) wmask[8*i +: 8] = {8{wstrb_q[i]}};
  assign copy_start = do_write && word == 17'h22 && wstrb_q[0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      aw_full_q     <= 1'b0;
      w_full_q      <= 1'b0;
      prog_bvalid_o <= 1'b0;
      gbpa_abort_q  <= 1'b0;
      words_q       <= '0;
    end else begin
      if (prog_awvalid_i && prog_awready_o) begin
        aw_full_q <= 1'b1;
        aw_q      <= prog_awaddr_i;
      end
      if (prog_wvalid_i && prog_wready_o) begin
        w_full_q <= 1'b1;
        wdata_q  <= prog_wdata_i;
        wstrb_q  <= prog_wstrb_i;
      end
      if (prog_bvalid_o && prog_bready_i) prog_bvalid_o <= 1'b0;
      if (do_write) begin
        aw_full_q     <= 1'b0;
        w_full_q      <= 1'b0;
        prog_bvalid_o <= 1'b1;
        if (word == 17'h08 && wstrb_q[6]) gbpa_abort_q <= wdata_q[52];
        if (word == 17'h10) scratch_q <= (scratch_q & ~wmask) | (wdata_q & wmask);
        if (word == 17'h20) source_q <= (source_q & ~wmask) | (wdata_q & wmask);
        if (word == 17'h21) destination_q <= (destination_q & ~wmask) | (wdata_q & wmask);
        if (copy_start) words_q <= wdata_q[3:0];
      end
    end
  end

  assign prog_arready_o = !prog_rvalid_o;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      prog_rvalid_o <= 1'b0;
    end else begin
      if (prog_rvalid_o && prog_rready_i) prog_rvalid_o <= 1'b0;
      if (prog_arvalid_i && prog_arready_o) begin
        prog_rvalid_o <= 1'b1;
        unique case (prog_araddr_i[19:3])
          17'h00:  prog_rdata_o <= {idr1_i, idr0_i};
          17'h01:  prog_rdata_o <= {idr3_i, idr2_i};
          17'h02:  prog_rdata_o <= {idr5_i, idr4_i};
          17'h03:  prog_rdata_o <= {aidr_i, iidr_i};
          17'h08:  prog_rdata_o <= {11'd0, gbpa_abort_q, 20'd0, 32'd0};
          17'h10:  prog_rdata_o <= scratch_q;
          17'h20:  prog_rdata_o <= source_q;
          17'h21:  prog_rdata_o <= destination_q;
          17'h22:  prog_rdata_o <= {62'd0, copy_error, copy_busy};
          17'h40:  prog_rdata_o <= sid_q;
          17'h41:  prog_rdata_o <= ssid_q;
          default: prog_rdata_o <= '0;
        endcase
      end
    end
  end

  // ---- copy engine ----
  typedef enum logic [2:0] {CopyIdle, CopyAr, CopyR, CopyAw, CopyW, CopyB} copy_state_e;
  copy_state_e copy_q;
  logic [63:0] buffer_q [16];
  logic [3:0]  index_q;
  logic        copy_error_q, done_q;

  assign copy_busy      = copy_q != CopyIdle || copy_start;
  assign copy_error     = copy_error_q;
  assign irq_cmd_sync_o = done_q;
  assign mem_arvalid_o  = copy_q == CopyAr;
  assign mem_araddr_o   = source_q[51:0];
  assign mem_arlen_o    = {4'd0, words_q};
  assign mem_rready_o   = copy_q == CopyR;
  assign mem_awvalid_o  = copy_q == CopyAw;
  assign mem_awaddr_o   = destination_q[51:0];
  assign mem_awlen_o    = {4'd0, words_q};
  assign mem_wvalid_o   = copy_q == CopyW;
  assign mem_wdata_o    = buffer_q[index_q];
  assign mem_wlast_o    = index_q == words_q;
  assign mem_bready_o   = copy_q == CopyB;
  assign {mem_arid_o, mem_awid_o}       = {4'd2, 4'd3};
  assign {mem_arsize_o, mem_awsize_o}   = {3'd3, 3'd3};
  assign {mem_arburst_o, mem_awburst_o} = {2'd1, 2'd1};
  assign {mem_arcache_o, mem_awcache_o} = '1;
  assign {mem_arprot_o, mem_awprot_o}   = '0;
  assign {mem_arlock_o, mem_awlock_o}   = '0;
  assign {mem_aruser_o, mem_awuser_o}   = {4'd2, 4'd9};  // a made-up STE fetch and event write
  assign mem_wstrb_o = '1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      copy_q       <= CopyIdle;
      index_q      <= '0;
      copy_error_q <= 1'b0;
      done_q       <= 1'b0;
    end else begin
      done_q <= 1'b0;
      unique case (copy_q)
        CopyIdle: if (copy_start) begin
          copy_q       <= CopyAr;
          copy_error_q <= 1'b0;
        end
        CopyAr: if (mem_arready_i) begin
          copy_q  <= CopyR;
          index_q <= '0;
        end
        CopyR: if (mem_rvalid_i) begin
          buffer_q[index_q] <= mem_rdata_i;
          index_q           <= index_q + 4'd1;
          if (mem_rresp_i != Okay) copy_error_q <= 1'b1;
          if (mem_rlast_i) copy_q <= (copy_error_q || mem_rresp_i != Okay) ? CopyIdle : CopyAw;
          if (mem_rlast_i && (copy_error_q || mem_rresp_i != Okay)) done_q <= 1'b1;
        end
        CopyAw: if (mem_awready_i) begin
          copy_q  <= CopyW;
          index_q <= '0;
        end
        CopyW: if (mem_wready_i) begin
          index_q <= index_q + 4'd1;
          if (mem_wlast_o) copy_q <= CopyB;
        end
        default: if (mem_bvalid_i) begin
          copy_q <= CopyIdle;
          done_q <= 1'b1;
          if (mem_bresp_i != Okay) copy_error_q <= 1'b1;
        end
      endcase
    end
  end

  // ---- clients: one read and one write at a time per TBU ----
  typedef enum logic [2:0] {Idle, Address, Data, Response, End} client_state_e;
  logic        used [NumTbu];
  logic [31:0] used_sid [NumTbu];
  logic [32:0] used_ssid [NumTbu];
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sid_q  <= '0;
      ssid_q <= '0;
    end else begin
      for (int i = 0; i < int'(NumTbu); i++) begin
        if (used[i]) begin
          sid_q  <= {32'd0, used_sid[i]};
          ssid_q <= {31'd0, used_ssid[i]};
        end
      end
    end
  end

  for (genvar t = 0; t < int'(NumTbu); t++) begin : g_tbu
    client_state_e rd_q, wr_q;
    logic [7:0] beats_left_q;
    logic       rd_abort_q, rd_razwi_q, wr_abort_q, wr_razwi_q;
    logic       rd_take, wr_take;

    assign rd_take      = tbu_s_arvalid_i[t] && tbu_s_arready_o[t];
    assign wr_take      = tbu_s_awvalid_i[t] && tbu_s_awready_o[t];
    assign used[t]      = rd_take || wr_take;
    assign used_sid[t]  = rd_take ? tbu_s_armmusid_i[t] : tbu_s_awmmusid_i[t];
    assign used_ssid[t] = rd_take ? {tbu_s_armmussidv_i[t], 5'd0, tbu_s_arprot_i[t], 4'd0, tbu_s_armmussid_i[t]}
                                  : {tbu_s_awmmussidv_i[t], 5'd0, tbu_s_awprot_i[t], 4'd0, tbu_s_awmmussid_i[t]};

    // reads
    assign tbu_s_arready_o[t] = rd_q == Idle;
    assign tbu_m_arvalid_o[t] = rd_q == Address;
    assign tbu_m_rready_o[t]  = rd_q == Data && (!tbu_s_rvalid_o[t] || tbu_s_rready_i[t]);
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        rd_q              <= Idle;
        tbu_s_rvalid_o[t] <= 1'b0;
      end else begin
        if (tbu_s_rvalid_o[t] && tbu_s_rready_i[t]) tbu_s_rvalid_o[t] <= 1'b0;
        unique case (rd_q)
          Idle: if (rd_take) begin
            tbu_m_arid_o[t]    <= tbu_s_arid_i[t];
            tbu_m_araddr_o[t]  <= tbu_s_araddr_i[t][51:0];
            tbu_m_arlen_o[t]   <= tbu_s_arlen_i[t];
            tbu_m_arsize_o[t]  <= tbu_s_arsize_i[t];
            tbu_m_arburst_o[t] <= tbu_s_arburst_i[t];
            tbu_m_arcache_o[t] <= tbu_s_arcache_i[t];
            tbu_m_arprot_o[t]  <= tbu_s_arprot_i[t];
            beats_left_q       <= tbu_s_arlen_i[t];
            rd_abort_q         <= gbpa_abort_q;
            rd_razwi_q         <= tbu_s_armmusid_i[t] == 32'hBAD;
            rd_q               <= (gbpa_abort_q || tbu_s_armmusid_i[t] == 32'hBAD) ? End : Address;
          end
          Address: if (tbu_m_arready_i[t]) rd_q <= Data;
          Data: if (tbu_m_rvalid_i[t] && tbu_m_rready_o[t]) begin
            tbu_s_rvalid_o[t] <= 1'b1;
            tbu_s_rid_o[t]    <= tbu_m_rid_i[t];
            tbu_s_rdata_o[t]  <= tbu_m_rdata_i[t];
            tbu_s_rresp_o[t]  <= tbu_m_rresp_i[t];
            tbu_s_rlast_o[t]  <= tbu_m_rlast_i[t];
            tbu_s_ruser_o[t]  <= 2'd0;
            if (tbu_m_rlast_i[t]) rd_q <= Response;
          end
          Response: if (!tbu_s_rvalid_o[t] || tbu_s_rready_i[t]) rd_q <= Idle;
          default: if (!tbu_s_rvalid_o[t] || tbu_s_rready_i[t]) begin
            tbu_s_rvalid_o[t] <= 1'b1;
            tbu_s_rid_o[t]    <= tbu_m_arid_o[t];
            tbu_s_rdata_o[t]  <= '0;
            tbu_s_rresp_o[t]  <= rd_abort_q ? SlvErr : Okay;
            tbu_s_rlast_o[t]  <= beats_left_q == 8'd0;
            tbu_s_ruser_o[t]  <= {!rd_abort_q && rd_razwi_q, rd_abort_q};
            beats_left_q      <= beats_left_q - 8'd1;
            if (beats_left_q == 8'd0) rd_q <= Response;
          end
        endcase
      end
    end

    // writes
    logic wr_end;
    assign wr_end             = wr_abort_q || wr_razwi_q;
    assign tbu_s_awready_o[t] = wr_q == Idle;
    assign tbu_m_awvalid_o[t] = wr_q == Address;
    assign tbu_s_wready_o[t]  = wr_q == Data && (wr_end || !tbu_m_wvalid_o[t] || tbu_m_wready_i[t]);
    assign tbu_m_bready_o[t]  = wr_q == Response;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        wr_q              <= Idle;
        tbu_m_wvalid_o[t] <= 1'b0;
        tbu_s_bvalid_o[t] <= 1'b0;
      end else begin
        if (tbu_m_wvalid_o[t] && tbu_m_wready_i[t]) tbu_m_wvalid_o[t] <= 1'b0;
        unique case (wr_q)
          Idle: if (wr_take) begin
            tbu_m_awid_o[t]    <= tbu_s_awid_i[t];
            tbu_m_awaddr_o[t]  <= tbu_s_awaddr_i[t][51:0];
            tbu_m_awlen_o[t]   <= tbu_s_awlen_i[t];
            tbu_m_awsize_o[t]  <= tbu_s_awsize_i[t];
            tbu_m_awburst_o[t] <= tbu_s_awburst_i[t];
            tbu_m_awcache_o[t] <= tbu_s_awcache_i[t];
            tbu_m_awprot_o[t]  <= tbu_s_awprot_i[t];
            wr_abort_q         <= gbpa_abort_q;
            wr_razwi_q         <= tbu_s_awmmusid_i[t] == 32'hBAD;
            wr_q               <= (gbpa_abort_q || tbu_s_awmmusid_i[t] == 32'hBAD) ? Data : Address;
          end
          Address: if (tbu_m_awready_i[t]) wr_q <= Data;
          Data: if (tbu_s_wvalid_i[t] && tbu_s_wready_o[t]) begin
            tbu_m_wvalid_o[t] <= !wr_end;
            tbu_m_wdata_o[t]  <= tbu_s_wdata_i[t];
            tbu_m_wstrb_o[t]  <= tbu_s_wstrb_i[t];
            tbu_m_wlast_o[t]  <= tbu_s_wlast_i[t];
            if (tbu_s_wlast_i[t]) wr_q <= wr_end ? End : Response;
            if (tbu_s_wlast_i[t] && wr_end) begin
              tbu_s_bvalid_o[t] <= 1'b1;
              tbu_s_bid_o[t]    <= tbu_m_awid_o[t];
              tbu_s_bresp_o[t]  <= wr_abort_q ? SlvErr : Okay;
              tbu_s_buser_o[t]  <= {!wr_abort_q, wr_abort_q};
            end
          end
          Response: if (tbu_m_bvalid_i[t]) begin
            wr_q              <= End;
            tbu_s_bvalid_o[t] <= 1'b1;
            tbu_s_bid_o[t]    <= tbu_m_bid_i[t];
            tbu_s_bresp_o[t]  <= tbu_m_bresp_i[t];
            tbu_s_buser_o[t]  <= 2'd0;
          end
          default: if (tbu_s_bready_i[t]) begin
            wr_q              <= Idle;
            tbu_s_bvalid_o[t] <= 1'b0;
          end
        endcase
      end
    end
  end

  // ---- pins it has no use for ----
  assign dvm_ready_o = 1'b1;
  assign {irq_eventq_o, irq_priq_o, irq_gerror_o, irq_pmcg_o, sev_o} = '0;
  logic unused;
  assign unused = ^{dvm_valid_i, dvm_kind_i, dvm_leaf_i, dvm_vmid_i, dvm_asid_i, dvm_addr_i, mem_rid_i, mem_bid_i,
                    aw_q[2:0], prog_araddr_i[2:0], source_q[63:52], destination_q[63:52]};
endmodule
