// SPDX-License-Identifier: Apache-2.0
// The channel from one half of a TBU to the translation control unit, at the unit's end: room for as many messages as the half
// has credits, in order. A message is seen in the cycle in which it is sent; a credit goes back, one cycle later, for each that is
// taken. Answers need no credits: a TBU always takes them. A message is three words of at most 64 bits (fast to simulate), whose
// meaning is not the link's business.
// Proof: test/ (rtl.link; T-LINK rows, T-CYC rows); smmuv3_sim_top counts the credits.
module smmuv3_link #(
  parameter int unsigned KindBits = 64,
  parameter int unsigned Credits = 4  // 1..16
) (
  input  logic                clk_i,
  input  logic                rst_ni,

  input  logic                sent_i,     // with a message; there is always room
  input  logic [63:0]         addr_i,
  input  logic [52:0]         hit_i,
  input  logic [KindBits-1:0] kind_i,
  output logic                credit_o,   // pulses

  output logic                valid_o,    // until taken
  output logic [63:0]         addr_o,
  output logic [52:0]         hit_o,
  output logic [KindBits-1:0] kind_o,
  input  logic                taken_i,
  output logic                busy_o
);
  localparam int unsigned AtBits = (Credits == 1) ? 1 : $clog2(Credits);
  localparam int unsigned LevelBits = $clog2(Credits + 1);
  typedef logic [AtBits-1:0] at_t;
  typedef logic [LevelBits-1:0] level_t;
  function automatic at_t after(at_t at);
    after = (32'(at) == Credits - 1) ? '0 : at + 1'b1;
  endfunction

  logic [63:0]         addr_q [Credits];
  logic [52:0]         hit_q  [Credits];
  logic [KindBits-1:0] kind_q [Credits];
  at_t    head_q, tail_q;
  level_t level_q;
  logic   credit_q, any, push, pop;
  assign any = (level_q != '0);
  assign push = sent_i && (any || !taken_i);   // else it passes through
  assign pop = taken_i && any;
  assign valid_o = any || sent_i;
  assign addr_o = any ? addr_q[head_q] : addr_i;
  assign hit_o = any ? hit_q[head_q] : hit_i;
  assign kind_o = any ? kind_q[head_q] : kind_i;
  assign credit_o = credit_q;
  assign busy_o = any || sent_i || credit_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q <= '0;
      tail_q <= '0;
      level_q <= '0;
      credit_q <= 1'b0;
    end else if (busy_o) begin
      credit_q <= taken_i;
      level_q <= level_q + level_t'(push) - level_t'(pop);
      if (push) tail_q <= after(tail_q);
      if (pop) head_q <= after(head_q);
    end
  end
  always_ff @(posedge clk_i) begin
    if (push) begin
      addr_q[tail_q] <= addr_i;
      hit_q[tail_q] <= hit_i;
      kind_q[tail_q] <= kind_i;
    end
  end

  ThereIsRoom_A: assert property (@(posedge clk_i) disable iff (!rst_ni) sent_i |-> (32'(level_q) < Credits));
  TakesWhatIsThere_A: assert property (@(posedge clk_i) disable iff (!rst_ni) taken_i |-> valid_o);
endmodule
