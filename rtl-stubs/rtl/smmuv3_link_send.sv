// SPDX-License-Identifier: Apache-2.0
// The TBU's end of smmuv3_link: a message is sent only with a credit.
// Proof: test/ (rtl.link_send; T-LINK rows); smmuv3_sim_top counts the credits.
module smmuv3_link_send #(
  parameter int unsigned Credits = 4
) (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic want_i,
  output logic send_o,
  input  logic credit_i
);
  typedef logic [$clog2(Credits + 1)-1:0] level_t;
  level_t credits_q;
  assign send_o = want_i && (credits_q != '0);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) credits_q <= level_t'(Credits);
    else credits_q <= credits_q - level_t'(send_o) + level_t'(credit_i);
  end

  NoMoreThanAllCredits_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    credit_i |-> ((32'(credits_q) < Credits) || send_o));
endmodule
