// SPDX-License-Identifier: Apache-2.0
// The MSI writer: one 32-bit write per request, sources in fixed order (CMD_SYNC, event queue, GERROR, then the counter groups). A source
// that asks again while its write is on its way gets another one. Where an address is zero or IDR0.MSI = 0 nothing is written.
// Proof: test/ (rtl.msi; T-CMD-02, T-CMD-04, T-MSI, T-PMC-MSI rows).
module smmuv3_msi
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Sources = 3  // 3..8
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        enable_i,           // IDR0.MSI

  input  logic        request_i [Sources],  // pulses
  input  logic [51:0] addr_i    [Sources],  // of CMD_SYNC: valid with the pulse; the others: registers
  input  logic [31:0] data_i    [Sources],
  output logic        error_o   [Sources],  // external abort, pulses
  output logic        waiting_o [Sources],  // asked for and not visible yet

  output logic        wr_valid_o,         // until done
  output logic [51:0] wr_addr_o,
  output logic [31:0] wr_data_o,
  input  logic        wr_done_i,
  input  logic        wr_error_i,
  output logic        sync_busy_o,        // the MSI of a CMD_SYNC is not visible yet
  output logic        busy_o
);
  logic [Sources-1:0] pending_q, request;
  logic        writing_q;
  logic [2:0]  source_q, next;
  logic [51:0] sync_addr_q, next_addr;
  logic [31:0] sync_data_q, next_data;
  for (genvar i = 0; i < int'(Sources); i++) begin : gen_request
    assign request[i] = request_i[i] && enable_i && (addr_i[i] != 52'd0);
    assign error_o[i] = writing_q && wr_done_i && wr_error_i && (source_q == 3'(i));
    assign waiting_o[i] = pending_q[i] || (writing_q && (source_q == 3'(i))) || request[i];
  end
  always_comb begin
    next = '0;
    next_addr = sync_addr_q;
    next_data = sync_data_q;
    if (pending_q != '0) begin
      for (int unsigned i = Sources; i > 0; i--) if (pending_q[i-1]) next = 3'(i - 1);
      for (int unsigned i = 1; i < Sources; i++) begin
        if (next == 3'(i)) begin
          next_addr = addr_i[i];
          next_data = data_i[i];
        end
      end
    end
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
        source_q <= next;
        pending_q[next] <= request[next];
        wr_addr_o <= next_addr;
        wr_data_o <= next_data;
      end
    end
  end
  assign wr_valid_o = writing_q;
  assign sync_busy_o = waiting_o[0];
  assign busy_o = (pending_q != '0) || writing_q;

  AtMostOneSyncOnItsWay_A: assert property (@(posedge clk_i) disable iff (!rst_ni) request[0] |-> !pending_q[0]);
endmodule
