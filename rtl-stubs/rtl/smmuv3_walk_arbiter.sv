// SPDX-License-Identifier: Apache-2.0
// Joins the readers and the writers of the block onto the one walk-and-queue AXI4 master: the command queue, and the slots
// of the translation unit, each with an AXI ID of its own and at most one burst outstanding, so answers may come back in any
// order. Exclusive accesses are non-cacheable, as AXI4 wants it, so that whoever monitors them sees them. All outputs are registered.
// Proof: test/ (rtl.walk_arbiter; rtl.vectors, with random latency and aborts).
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
  input  logic        tcu_lock_i,      // exclusive
  output logic        tcu_ready_o,
  // answers, one word per cycle, for the reader named by r_id_o
  output logic        r_valid_o,
  output logic [3:0]  r_id_o,
  output logic [63:0] r_data_o,
  output logic        r_error_o,
  output logic        r_exokay_o,
  output logic        r_last_o,

  // writers: exclusive writes of one word, event records of four, MSIs of four bytes; valid until done
  input  logic        upd_valid_i,
  input  logic [3:0]  upd_id_i,        // that of the exclusive read
  input  logic [51:0] upd_addr_i,
  input  logic [3:0]  upd_class_i,
  input  logic [63:0] upd_data_i,
  output logic        upd_done_o,
  output logic        upd_error_o,
  output logic        upd_exokay_o,
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
  output logic        awlock_o,
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
  output logic        arlock_o,
  input  logic        rvalid_i,
  output logic        rready_o,
  input  logic [3:0]  rid_i,
  input  logic [63:0] rdata_i,
  input  logic [1:0]  rresp_i,
  input  logic        rlast_i
);
  // ---- read address ----
  localparam logic [3:0] CacheWriteBack = 4'b1111, CacheNone = 4'b0010;
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
      arlock_o <= 1'b0;
      outstanding_q <= '0;
    end else begin
      if (tcu_taken || cmdq_taken) begin
        ar_valid_q <= 1'b1;
        arid_o <= tcu_taken ? tcu_id_i : ReaderCmdqId;
        araddr_o <= tcu_taken ? tcu_addr_i : cmdq_addr_i;
        arlen_o <= tcu_taken ? {5'd0, tcu_len_i} : 8'd1;
        aruser_o <= tcu_taken ? tcu_class_i : ClassCmdqRead;
        arlock_o <= tcu_taken && tcu_lock_i;
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
  assign arcache_o = arlock_o ? CacheNone : CacheWriteBack;
  assign arprot_o = 3'b000;

  // ---- read data: one register, always ready ----
  assign rready_o = 1'b1;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      r_valid_o <= 1'b0;
      r_id_o <= '0;
      r_data_o <= '0;
      r_error_o <= 1'b0;
      r_exokay_o <= 1'b0;
      r_last_o <= 1'b0;
    end else begin
      r_valid_o <= rvalid_i;
      if (rvalid_i) begin
        r_id_o <= rid_i;
        r_data_o <= rdata_i;
        r_error_o <= rresp_i[1];
        r_exokay_o <= (rresp_i == 2'b01);
        r_last_o <= rlast_i;
      end
    end
  end

  // ---- write: address and data side by side, then the response ----
  typedef enum logic [1:0] {WriteRecord = 2'd0, WriteMsi = 2'd1, WriteUpdate = 2'd2} writer_e;
  logic       wr_busy_q, aw_valid_q, w_valid_q, done_q, wr_error_q, exokay_q;
  writer_e    writer_q, next_writer;
  logic       wants_update, wants_record, wants_msi;
  logic [1:0] beat_q;
  // whoever has just been answered takes its request back first
  assign wants_update = upd_valid_i && !upd_done_o;
  assign wants_record = wr_valid_i && !wr_done_o;
  assign wants_msi = msi_valid_i && !msi_done_o;
  always_comb begin  // in turn
    unique case (writer_q)
      WriteUpdate: next_writer = wants_record ? WriteRecord : wants_msi ? WriteMsi : WriteUpdate;
      WriteRecord: next_writer = wants_msi ? WriteMsi : wants_update ? WriteUpdate : WriteRecord;
      default: next_writer = wants_update ? WriteUpdate : wants_record ? WriteRecord : WriteMsi;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wr_busy_q <= 1'b0;
      aw_valid_q <= 1'b0;
      w_valid_q <= 1'b0;
      done_q <= 1'b0;
      writer_q <= WriteRecord;
      wr_error_q <= 1'b0;
      exokay_q <= 1'b0;
      beat_q <= '0;
      awaddr_o <= '0;
    end else begin
      done_q <= 1'b0;
      if (!wr_busy_q) begin
        if (wants_update || wants_record || wants_msi) begin
          wr_busy_q <= 1'b1;
          aw_valid_q <= 1'b1;
          w_valid_q <= 1'b1;
          beat_q <= '0;
          writer_q <= next_writer;
          awaddr_o <= (next_writer == WriteUpdate) ? upd_addr_i : (next_writer == WriteRecord) ? wr_addr_i : msi_addr_i;
        end
      end else begin
        if (aw_valid_q && awready_i) aw_valid_q <= 1'b0;
        if (w_valid_q && wready_i) begin
          beat_q <= beat_q + 2'd1;
          if (wlast_o) w_valid_q <= 1'b0;
        end
        if (bvalid_i) begin
          wr_busy_q <= 1'b0;
          done_q <= 1'b1;
          wr_error_q <= bresp_i[1];
          exokay_q <= (bresp_i == 2'b01);
        end
      end
    end
  end
  assign wr_done_o = done_q && (writer_q == WriteRecord);
  assign wr_error_o = wr_error_q;
  assign msi_done_o = done_q && (writer_q == WriteMsi);
  assign msi_error_o = wr_error_q;
  assign upd_done_o = done_q && (writer_q == WriteUpdate);
  assign upd_error_o = wr_error_q;
  assign upd_exokay_o = exokay_q;
  assign awvalid_o = aw_valid_q;
  assign awid_o = (writer_q == WriteUpdate) ? upd_id_i : (writer_q == WriteMsi) ? WriterMsiId : WriterEventqId;
  assign awlen_o = (writer_q == WriteRecord) ? 8'd3 : 8'd0;
  assign awsize_o = (writer_q == WriteMsi) ? 3'd2 : 3'd3;
  assign awburst_o = 2'b01;
  assign awlock_o = (writer_q == WriteUpdate);
  assign awcache_o = awlock_o ? CacheNone : CacheWriteBack;
  assign awprot_o = 3'b000;
  assign awuser_o = (writer_q == WriteUpdate) ? upd_class_i : (writer_q == WriteMsi) ? ClassMsi : ClassEventqWrite;
  assign wvalid_o = w_valid_q;
  assign wdata_o = (writer_q == WriteUpdate) ? upd_data_i : (writer_q == WriteMsi) ? {msi_data_i, msi_data_i} : wr_data_i[beat_q];
  assign wstrb_o = (writer_q != WriteMsi) ? 8'hFF : awaddr_o[2] ? 8'hF0 : 8'h0F;
  assign wlast_o = (writer_q != WriteRecord) || (beat_q == 2'd3);
  assign bready_o = wr_busy_q && !aw_valid_q && !w_valid_q;

  assign busy_o = ar_valid_q || wr_busy_q || done_q || r_valid_o || (outstanding_q != 4'd0);

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

  // ---- nobody starves: who asks is overtaken by one read, or by one write of each other writer ----
  logic       msi_taken;
  logic [1:0] reads_ahead_q, writes_ahead_q;
  assign msi_taken = !wr_busy_q && wants_msi && (next_writer == WriteMsi);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      reads_ahead_q <= '0;
      writes_ahead_q <= '0;
    end else begin
      reads_ahead_q <= (cmdq_valid_i && !cmdq_taken) ? reads_ahead_q + {1'b0, tcu_taken && !(&reads_ahead_q)} : '0;
      if (!wants_msi || msi_taken) writes_ahead_q <= '0;
      else if (!wr_busy_q && (wants_record || wants_update) && !(&writes_ahead_q)) writes_ahead_q <= writes_ahead_q + 2'd1;
    end
  end
  CommandWaitsForOneRead_A: assert property (@(posedge clk_i) disable iff (!rst_ni) reads_ahead_q < 2'd2);
  MsiWaitsForOneWriteOfEach_A: assert property (@(posedge clk_i) disable iff (!rst_ni) writes_ahead_q <= 2'd2);
endmodule
