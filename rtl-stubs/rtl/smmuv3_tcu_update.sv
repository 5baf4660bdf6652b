// SPDX-License-Identifier: Apache-2.0
// Hardware updates of descriptors, one at a time: the slot that holds the lock reads its descriptor exclusively, judges it again,
// and has it written exclusively or gives the lock up. A write that lost against another observer is for the slot to repeat; it
// keeps the lock, and after Tries writes in a row the update counts as failed, so that memory which never lets an
// exclusive write through holds nothing up.
// Not here: which bits change (smmuv3_tcu_walk). Proof: test/ (rtl.tcu_update; T-HTT rows).
module smmuv3_tcu_update
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned SlotBits = 3,
  parameter int unsigned Tries = 64
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  output logic        locked_o,
  output logic [SlotBits-1:0] owner_o,
  // steps of slots; all but the first are of the owner
  input  logic        take_i,
  input  logic [SlotBits-1:0] slot_i,
  input  logic        judge_i,         // the word of its exclusive read is in hand: written now, or let go
  input  logic        write_i,
  input  logic [51:0] addr_i,
  input  logic [3:0]  class_i,
  input  logic [63:0] data_i,
  input  logic        answered_i,      // it has seen how the write ended
  output update_e     result_o,
  output logic        done_o,          // the write has ended: the owner may go on

  // to memory: valid and stable until done
  output logic        wr_valid_o,
  output logic [3:0]  wr_id_o,
  output logic [51:0] wr_addr_o,
  output logic [3:0]  wr_class_o,
  output logic [63:0] wr_data_o,
  input  logic        wr_done_i,
  input  logic        wr_error_i,
  input  logic        wr_exokay_i
);
  localparam int unsigned TryBits = $clog2(Tries);
  logic        valid_q, wr_valid_q;
  logic [TryBits-1:0] tries_q;
  assign locked_o = valid_q;
  assign wr_valid_o = wr_valid_q;
  assign wr_id_o = {1'b1, 3'(owner_o)};
  assign done_o = wr_valid_q && wr_done_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      wr_valid_q <= 1'b0;
      owner_o <= '0;
      tries_q <= '0;
      result_o <= UpdateDone;
    end else begin
      if (take_i) begin
        valid_q <= 1'b1;
        owner_o <= slot_i;
        if (!valid_q) tries_q <= '0;
      end
      if (judge_i) begin
        if (write_i) wr_valid_q <= 1'b1;
        else valid_q <= 1'b0;
      end
      if (done_o) begin
        wr_valid_q <= 1'b0;
        tries_q <= tries_q + 1'b1;
        if (wr_error_i) result_o <= UpdateFailed;
        else if (wr_exokay_i) result_o <= UpdateDone;
        else result_o <= (&tries_q) ? UpdateFailed : UpdateLost;
      end
      if (answered_i && (result_o != UpdateLost)) valid_q <= 1'b0;
    end
  end
  // payload: no reset, meaningful only while wr_valid_q is set
  always_ff @(posedge clk_i) begin
    if (judge_i) begin
      wr_addr_o <= addr_i;
      wr_class_o <= class_i;
      wr_data_o <= data_i;
    end
  end

  OneUpdateAtATime_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    take_i |-> (!valid_q || (owner_o == slot_i)));
  OnlyTheOwnerUpdates_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (judge_i || answered_i) |-> (valid_q && (owner_o == slot_i) && !wr_valid_q));
endmodule
