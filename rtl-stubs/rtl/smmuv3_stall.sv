// SPDX-License-Identifier: Apache-2.0
// The stalled transactions: which burst of which TBU each STAG names. CMD_RESUME and CMD_STALL_TERM come from the command queue,
// the decisions go to the TBUs, which ask for their translation again or end the burst. SMMUEN 1 -> 0 forgets all tags; the TBUs
// then abort what they hold.
// Leaves out: early retry. Proof: test/ (rtl.stall; T-STL rows).
module smmuv3_stall
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned NumReq = 2,
  parameter int unsigned Entries = 16,   // at most; IDR5.STALL_MAX may be less
  parameter int unsigned TagBits = 5
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        term_model_i,      // IDR0.TERM_MODEL: abort is the only termination
  input  logic [15:0] stall_max_i,       // IDR5.STALL_MAX
  input  logic        writable_i,        // the event queue takes a record
  input  logic        flush_i,

  output logic        room_o,
  output logic [15:0] stag_o,            // of the next stall
  input  logic        take_i,
  input  logic [31:0] sid_i,
  input  logic [3:0]  index_i,
  input  logic [TagBits-1:0] tag_i,
  input  logic        arm_i,             // recorded: commands may name it
  input  logic [15:0] arm_stag_i,
  input  logic        drop_i,            // the record could not be written: the tag is free again
  input  logic [15:0] drop_stag_i,

  // commands: valid until done
  input  logic        cmd_valid_i,
  input  logic        cmd_all_i,         // CMD_STALL_TERM: every one of the stream, with abort
  input  logic [31:0] cmd_sid_i,
  input  logic [15:0] cmd_stag_i,
  input  logic        cmd_retry_i,
  input  logic        cmd_abort_i,
  output logic        cmd_done_o,

  output logic        resume_o [NumReq],
  output logic [TagBits-1:0] resume_tag_o,
  output logic        resume_retry_o,
  output result_e     resume_result_o,
  output logic        busy_o
);
  localparam int unsigned IndexBits = $clog2(Entries);
  typedef logic [IndexBits-1:0] entry_t;

  logic [Entries-1:0] valid_q, armed_q;
  logic [31:0]        sid_q   [Entries];
  logic [3:0]         index_q [Entries];
  logic [TagBits-1:0] tag_q   [Entries];

  entry_t free, at, sweep_q;
  logic   any_free, done_q, match;
  always_comb begin
    free = '0;
    any_free = 1'b0;
    for (int unsigned i = Entries; i > 0; i--) begin
      if (!valid_q[i-1] && (16'(i - 1) < stall_max_i)) begin
        free = entry_t'(i - 1);
        any_free = 1'b1;
      end
    end
  end
  assign room_o = any_free && writable_i && !flush_i;
  assign stag_o = 16'(free);

  // one entry per cycle: the named one, or all in turn
  assign at = cmd_all_i ? sweep_q : entry_t'(cmd_stag_i);
  assign match = cmd_valid_i && !done_q && valid_q[at] && armed_q[at] && (sid_q[at] == cmd_sid_i)
                 && (cmd_all_i || (32'(cmd_stag_i) < Entries));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      armed_q <= '0;
      sweep_q <= '0;
      done_q <= 1'b0;
    end else begin
      done_q <= cmd_valid_i && !done_q && (!cmd_all_i || (32'(sweep_q) == Entries - 1));
      sweep_q <= (cmd_valid_i && !done_q && cmd_all_i) ? sweep_q + 1'b1 : '0;
      if (match) begin
        valid_q[at] <= 1'b0;
        armed_q[at] <= 1'b0;
      end
      if (take_i) begin
        valid_q[free] <= 1'b1;
        armed_q[free] <= 1'b0;
      end
      if (arm_i) armed_q[entry_t'(arm_stag_i)] <= 1'b1;
      if (drop_i) valid_q[entry_t'(drop_stag_i)] <= 1'b0;
      if (flush_i) begin
        valid_q <= '0;
        armed_q <= '0;
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (take_i) begin
      sid_q[free] <= sid_i;
      index_q[free] <= index_i;
      tag_q[free] <= tag_i;
    end
  end

  for (genvar i = 0; i < int'(NumReq); i++) begin : gen_resume
    assign resume_o[i] = match && !flush_i && (index_q[at] == 4'(i));
  end
  assign resume_tag_o = tag_q[at];
  assign resume_retry_o = !cmd_all_i && cmd_retry_i;
  assign resume_result_o = (cmd_all_i || cmd_abort_i || term_model_i) ? ResultAbort : ResultRazWi;
  assign cmd_done_o = done_q;
  assign busy_o = done_q;

  TakesOnlyWithRoom_A: assert property (@(posedge clk_i) disable iff (!rst_ni) take_i |-> any_free);
endmodule
