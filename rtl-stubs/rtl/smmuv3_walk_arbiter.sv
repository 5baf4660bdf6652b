// SPDX-License-Identifier: Apache-2.0
// Joins the readers and the writer of the block onto the one walk-and-queue AXI4 master: the command queue, and the slots
// of the translation unit, each with an AXI ID of its own and at most one burst outstanding, so answers may come back in any
// order. All outputs are registered.
// Proof: test/ (rtl.vectors, with random latency and aborts).
module smmuv3_walk_arbiter
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,

  // the command queue: two words; valid until ready
  input  logic        cmdq_valid_i,
  input  logic [51:0] cmdq_addr_i,
  output logic        cmdq_ready_o,
  // the translation unit goes first, once before a command that waits; ready says that the port is free, whether asked or not
  input  logic        tcu_valid_i,
  input  logic [3:0]  tcu_id_i,
  input  logic [51:0] tcu_addr_i,
  input  logic [2:0]  tcu_len_i,       // 64-bit words minus one
  input  logic [3:0]  tcu_class_i,
  output logic        tcu_ready_o,
  // answers, one word per cycle, for the reader named by r_id_o
  output logic        r_valid_o,
  output logic [3:0]  r_id_o,
  output logic [63:0] r_data_o,
  output logic        r_error_o,
  output logic        r_last_o,

  // writers: event records of four words, MSIs of four bytes; valid until done
  input  logic        wr_valid_i,
  input  logic [51:0] wr_addr_i,
  input  logic [63:0] wr_data_i [4],
  output logic        wr_done_o,
  output logic        wr_error_o,
  input  logic        msi_valid_i,
  input  logic [51:0] msi_addr_i,
  input  logic [31:0] msi_data_i,
  output logic        msi_done_o,
  output logic        msi_error_o,

  output logic        busy_o,

  output logic        awvalid_o,
  input  logic        awready_i,
  output logic [3:0]  awid_o,
  output logic [51:0] awaddr_o,
  output logic [7:0]  awlen_o,
  output logic [2:0]  awsize_o,
  output logic [1:0]  awburst_o,
  output logic [3:0]  awcache_o,
  output logic [2:0]  awprot_o,
  output logic [3:0]  awuser_o,
  output logic        wvalid_o,
  input  logic        wready_i,
  output logic [63:0] wdata_o,
  output logic [7:0]  wstrb_o,
  output logic        wlast_o,
  input  logic        bvalid_i,
  output logic        bready_o,
  input  logic [3:0]  bid_i,
  input  logic [1:0]  bresp_i,
  output logic        arvalid_o,
  input  logic        arready_i,
  output logic [3:0]  arid_o,
  output logic [51:0] araddr_o,
  output logic [7:0]  arlen_o,
  output logic [2:0]  arsize_o,
  output logic [1:0]  arburst_o,
  output logic [3:0]  arcache_o,
  output logic [2:0]  arprot_o,
  output logic [3:0]  aruser_o,
  input  logic        rvalid_i,
  output logic        rready_o,
  input  logic [3:0]  rid_i,
  input  logic [63:0] rdata_i,
  input  logic [1:0]  rresp_i,
  input  logic        rlast_i
);
  // ---- read address ----
  logic       ar_valid_q;
  logic [3:0] outstanding_q;
  logic       cmdq_turn_q;             // the command queue waited for a read of the translation unit
  logic       tcu_taken, cmdq_taken;
  assign tcu_ready_o = !ar_valid_q && !cmdq_turn_q;
  assign cmdq_ready_o = !ar_valid_q && (!tcu_valid_i || cmdq_turn_q);
  assign tcu_taken = tcu_valid_i && tcu_ready_o;
  assign cmdq_taken = cmdq_valid_i && cmdq_ready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ar_valid_q <= 1'b0;
      cmdq_turn_q <= 1'b0;
      arid_o <= '0;
      araddr_o <= '0;
      arlen_o <= '0;
      aruser_o <= '0;
      outstanding_q <= '0;
    end else begin
      if (tcu_taken || cmdq_taken) begin
        ar_valid_q <= 1'b1;
        arid_o <= tcu_taken ? tcu_id_i : ReaderCmdqId;
        araddr_o <= tcu_taken ? tcu_addr_i : cmdq_addr_i;
        arlen_o <= tcu_taken ? {5'd0, tcu_len_i} : 8'd1;
        aruser_o <= tcu_taken ? tcu_class_i : ClassCmdqRead;
      end else if (arready_i) begin
        ar_valid_q <= 1'b0;
      end
      cmdq_turn_q <= cmdq_valid_i && !cmdq_taken && (cmdq_turn_q || tcu_taken);
      outstanding_q <= outstanding_q + {3'd0, tcu_taken || cmdq_taken}
                       - {3'd0, rvalid_i && rready_o && rlast_i};
    end
  end
  assign arvalid_o = ar_valid_q;
  assign arsize_o = 3'd3;
  assign arburst_o = 2'b01;
  assign arcache_o = 4'b1111;
  assign arprot_o = 3'b000;

  // ---- read data: one register, always ready ----
  assign rready_o = 1'b1;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      r_valid_o <= 1'b0;
      r_id_o <= '0;
      r_data_o <= '0;
      r_error_o <= 1'b0;
      r_last_o <= 1'b0;
    end else begin
      r_valid_o <= rvalid_i;
      if (rvalid_i) begin
        r_id_o <= rid_i;
        r_data_o <= rdata_i;
        r_error_o <= rresp_i[1];
        r_last_o <= rlast_i;
      end
    end
  end

  // ---- write: address and data side by side, then the response ----
  logic       wr_busy_q, aw_valid_q, w_valid_q, wr_done_q, wr_error_q, msi_q, msi_done_q;
  logic [1:0] beat_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wr_busy_q <= 1'b0;
      aw_valid_q <= 1'b0;
      w_valid_q <= 1'b0;
      wr_done_q <= 1'b0;
      msi_done_q <= 1'b0;
      msi_q <= 1'b0;
      wr_error_q <= 1'b0;
      beat_q <= '0;
      awaddr_o <= '0;
    end else begin
      wr_done_q <= 1'b0;
      msi_done_q <= 1'b0;
      if (!wr_busy_q) begin
        if ((wr_valid_i && !wr_done_q) || (msi_valid_i && !msi_done_q)) begin
          wr_busy_q <= 1'b1;
          aw_valid_q <= 1'b1;
          w_valid_q <= 1'b1;
          beat_q <= '0;
          msi_q <= !(wr_valid_i && !wr_done_q);
          awaddr_o <= (wr_valid_i && !wr_done_q) ? wr_addr_i : msi_addr_i;
        end
      end else begin
        if (aw_valid_q && awready_i) aw_valid_q <= 1'b0;
        if (w_valid_q && wready_i) begin
          beat_q <= beat_q + 2'd1;
          if (wlast_o) w_valid_q <= 1'b0;
        end
        if (bvalid_i) begin
          wr_busy_q <= 1'b0;
          wr_done_q <= !msi_q;
          msi_done_q <= msi_q;
          wr_error_q <= bresp_i[1];
        end
      end
    end
  end
  assign wr_done_o = wr_done_q;
  assign wr_error_o = wr_error_q;
  assign msi_done_o = msi_done_q;
  assign msi_error_o = wr_error_q;
  assign awvalid_o = aw_valid_q;
  assign awid_o = msi_q ? WriterMsiId : WriterEventqId;
  assign awlen_o = msi_q ? 8'd0 : 8'd3;
  assign awsize_o = msi_q ? 3'd2 : 3'd3;
  assign awburst_o = 2'b01;
  assign awcache_o = 4'b1111;
  assign awprot_o = 3'b000;
  assign awuser_o = msi_q ? ClassMsi : ClassEventqWrite;
  assign wvalid_o = w_valid_q;
  assign wdata_o = msi_q ? {msi_data_i, msi_data_i} : wr_data_i[beat_q];
  assign wstrb_o = !msi_q ? 8'hFF : awaddr_o[2] ? 8'hF0 : 8'h0F;
  assign wlast_o = msi_q || (beat_q == 2'd3);
  assign bready_o = wr_busy_q && !aw_valid_q && !w_valid_q;

  assign busy_o = ar_valid_q || wr_busy_q || wr_done_q || msi_done_q || r_valid_o || (outstanding_q != 4'd0);

  ReadAddressStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (arvalid_o && !arready_i) |=> (arvalid_o && $stable(araddr_o) && $stable(arid_o) && $stable(arlen_o)));
  WriteAddressStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (awvalid_o && !awready_i) |=> (awvalid_o && $stable(awaddr_o)));
  WriteDataStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (wvalid_o && !wready_i) |=> (wvalid_o && $stable(wdata_o)));
  ResponseOnlyForOutstandingWrite_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    bvalid_i |-> (wr_busy_q && (bid_i == awid_o)));
  DataOnlyForOutstandingRead_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    rvalid_i |-> ((outstanding_q != 4'd0) && (rid_i[3] || (rid_i == ReaderCmdqId))));
endmodule
