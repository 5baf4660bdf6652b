// SPDX-License-Identifier: Apache-2.0
// smmuv3_eventq with the record in four ports: this Verilator cannot sample an array of a top for an assertion.
module eventq_alone
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        enable_i,
  input  logic        abt_err_active_i,
  input  logic        irq_enable_i,
  input  logic [51:0] base_addr_i,
  input  logic [4:0]  base_log2_i,
  input  logic [4:0]  size_cap_i,
  input  logic [19:0] cons_rd_i,
  input  logic        cons_ovack_i,
  input  logic        prod_we_i,
  input  logic [31:0] prod_wdata_i,
  output logic [31:0] prod_o,
  input  logic        ev_valid_i,
  input  logic        ev_stall_i,
  input  logic [63:0] ev0_i,
  input  logic [63:0] ev1_i,
  input  logic [63:0] ev2_i,
  input  logic [63:0] ev3_i,
  output logic        ev_done_o,
  output logic        ev_refused_o,
  output logic        writable_o,
  output logic        wr_valid_o,
  output logic [51:0] wr_addr_o,
  input  logic        wr_done_i,
  input  logic        wr_error_i,
  output logic        irq_o,
  output logic        gerror_abt_o,
  output logic        busy_o,
  output logic        written_o,
  output logic        lost_o,
  output logic [19:0] index_o
);
  logic [63:0]   ev_i [4];
  eventq_state_e state_o;
  assign ev_i[0] = ev0_i;
  assign ev_i[1] = ev1_i;
  assign ev_i[2] = ev2_i;
  assign ev_i[3] = ev3_i;
  smmuv3_eventq u_eventq (.*);
endmodule
