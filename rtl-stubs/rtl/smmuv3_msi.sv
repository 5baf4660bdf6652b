// SPDX-License-Identifier: Apache-2.0
// The MSI writer: one 32-bit write per request, sources in fixed order (CMD_SYNC, event queue, GERROR). A source that asks again while
// its write is on its way gets another one. Where an address is zero or IDR0.MSI = 0 nothing is written.
// Proof: test/ (rtl.msi; T-CMD-02, T-CMD-04, T-MSI rows).
module smmuv3_msi
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        enable_i,           // IDR0.MSI

  input  logic        request_i [3],      // pulses
  input  logic [51:0] addr_i    [3],      // of CMD_SYNC: valid with the pulse; the others: registers
  input  logic [31:0] data_i    [3],
  output logic        error_o   [3],      // external abort, pulses

  output logic        wr_valid_o,         // until done
  output logic [51:0] wr_addr_o,
  output logic [31:0] wr_data_o,
  input  logic        wr_done_i,
  input  logic        wr_error_i,
  output logic        sync_busy_o,        // the MSI of a CMD_SYNC is not visible yet
  output logic        eventq_busy_o,      // that of the event queue
  output logic        gerror_busy_o,      // that of GERROR
  output logic        busy_o
);
  logic [2:0]  pending_q;
  logic        writing_q;
  logic [1:0]  source_q;
  logic [51:0] sync_addr_q;
  logic [31:0] sync_data_q;
  logic [2:0]  request;
  for (genvar i = 0; i < 3; i++) begin : gen_request
    assign request[i] = request_i[i] && enable_i && (addr_i[i] != 52'd0);
    assign error_o[i] = writing_q && wr_done_i && wr_error_i && (source_q == 2'(i));
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pending_q <= '0;
      writing_q <= 1'b0;
      source_q <= '0;
      wr_addr_o <= '0;
      wr_data_o <= '0;
      sync_addr_q <= '0;
      sync_data_q <= '0;
    end else begin
      pending_q <= pending_q | request;
      if (request[0]) begin
        sync_addr_q <= addr_i[0];
        sync_data_q <= data_i[0];
      end
      if (writing_q) begin
        if (wr_done_i) writing_q <= 1'b0;
      end else if (pending_q != '0) begin
        writing_q <= 1'b1;
        if (pending_q[0]) begin
          source_q <= 2'd0;
          pending_q[0] <= request[0];
          wr_addr_o <= sync_addr_q;
          wr_data_o <= sync_data_q;
        end else if (pending_q[1]) begin
          source_q <= 2'd1;
          pending_q[1] <= request[1];
          wr_addr_o <= addr_i[1];
          wr_data_o <= data_i[1];
        end else begin
          source_q <= 2'd2;
          pending_q[2] <= request[2];
          wr_addr_o <= addr_i[2];
          wr_data_o <= data_i[2];
        end
      end
    end
  end
  assign wr_valid_o = writing_q;
  assign sync_busy_o = pending_q[0] || (writing_q && (source_q == 2'd0)) || request[0];
  assign eventq_busy_o = pending_q[1] || (writing_q && (source_q == 2'd1)) || request[1];
  assign gerror_busy_o = pending_q[2] || (writing_q && (source_q == 2'd2)) || request[2];
  assign busy_o = (pending_q != '0) || writing_q;

  AtMostOneSyncOnItsWay_A: assert property (@(posedge clk_i) disable iff (!rst_ni) request[0] |-> !pending_q[0]);
endmodule
