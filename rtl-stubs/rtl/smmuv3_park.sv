// SPDX-License-Identifier: Apache-2.0
// The park of one write port: a pool of beats for the data of stalled writes. A burst reserves as many beats as it has, takes
// them one by one, is read in the same order and gives all of them back at once. The free beats are a linked list from which
// beats leave at the head, so that the beats of a burst are linked in their order; a burst that is given back becomes its tail.
// Leaves out: who may park (smmuv3_tbu_wr). Proof: test/ (rtl.park; T-STL-PARK rows, rtl.parking).
module smmuv3_park #(
  parameter int unsigned Width = 144,
  parameter int unsigned Beats = 256,  // power of two above 1
  localparam int unsigned AtBits = $clog2(Beats)
) (
  input  logic              clk_i,
  input  logic              rst_ni,

  // room for a burst of want_i beats; take_i reserves them
  input  logic [8:0]        want_i,
  output logic              fits_o,
  input  logic              take_i,
  // a beat in, into put_at_o; those of one burst without another's between them
  input  logic              put_i,
  input  logic [Width-1:0]  put_data_i,
  output logic [AtBits-1:0] put_at_o,
  // a beat out, and where the next one of its burst is
  input  logic [AtBits-1:0] get_at_i,
  output logic [Width-1:0]  get_data_o,
  output logic [AtBits-1:0] get_next_o,
  // a whole burst back
  input  logic              give_i,
  input  logic [AtBits-1:0] give_first_i,
  input  logic [AtBits-1:0] give_last_i,
  input  logic [8:0]        give_beats_i,
  output logic              busy_o       // the list is being made, a beat per cycle after reset
);
  typedef logic [AtBits-1:0] at_t;
  typedef logic [AtBits:0]   level_t;

  logic [Width-1:0] data_q [Beats];
  at_t    next_q [Beats];
  at_t    first_q, last_q, made_q;
  logic   ready_q;
  level_t room_q;   // beats that nobody has reserved
  level_t free_q;   // beats in the list
  logic [31:0] wanted;
  assign wanted = 32'(want_i);
  assign fits_o = ready_q && (wanted <= 32'(room_q));
  assign put_at_o = first_q;
  assign get_data_o = data_q[get_at_i];
  assign get_next_o = next_q[get_at_i];
  assign busy_o = !ready_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_q <= '0;
      last_q <= '1;
      made_q <= '0;
      ready_q <= 1'b0;
      room_q <= level_t'(Beats);
      free_q <= level_t'(Beats);
    end else begin
      if (!ready_q) begin
        made_q <= made_q + 1'b1;
        ready_q <= (made_q == '1);
      end
      if (take_i || put_i || give_i) begin
        room_q <= room_q - (take_i ? level_t'(want_i) : '0) + (give_i ? level_t'(give_beats_i) : '0);
        free_q <= free_q - level_t'(put_i) + (give_i ? level_t'(give_beats_i) : '0);
        if (put_i) first_q <= next_q[first_q];
        // the list is empty, or its only beat leaves: the link is not there yet
        if (give_i && (free_q == level_t'(put_i))) first_q <= give_first_i;
        if (give_i) last_q <= give_last_i;
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (put_i) data_q[first_q] <= put_data_i;
    if (!ready_q) next_q[made_q] <= made_q + 1'b1;
    else if (give_i) next_q[last_q] <= give_first_i;
  end

  OnlyReservedBeatsAreTaken_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    put_i |-> (ready_q && (free_q > room_q)));
  RoomIsFree_A: assert property (@(posedge clk_i) disable iff (!rst_ni) (room_q <= free_q) && (32'(free_q) <= Beats));
  TakesOnlyWhatFits_A: assert property (@(posedge clk_i) disable iff (!rst_ni) take_i |-> fits_o);
endmodule
