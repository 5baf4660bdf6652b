// SPDX-License-Identifier: Apache-2.0
// The way of records to the event queue: one slot at a time owns it. A stall record that cannot be written is given up: its burst asks
// again when it can, so that nothing that waits for the translation unit waits for software to empty the queue.
// Not here: the layout of a record (smmuv3_record). Proof: test/ (rtl.tcu; every row that expects a record).
module smmuv3_tcu_records
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Slots = 8,
  parameter int unsigned SlotBits = 3
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [Slots-1:0] waits_i,    // slots with a record to write
  input  logic [Slots-1:0] stalls_i,   // theirs is a stall record
  // the slot that owns the way, and what its record is made of
  output logic [SlotBits-1:0] slot_o,
  output logic        written_o,       // or dropped for good
  output logic        given_up_o,      // of this slot: its stall record
  output logic [SlotBits-1:0] given_up_slot_o,
  input  logic [7:0]  event_i,
  input  logic [31:0] sid_i,
  input  logic [20:0] ssid_i,          // {valid, SubstreamID}
  input  logic        write_i,
  input  mode_t       mode_i,
  input  logic [63:0] addr_i,
  input  logic        stage2_i,
  input  logic [1:0]  class_i,
  input  logic [51:0] ipa_i,
  input  logic        table_write_i,
  input  logic [51:0] fetch_addr_i,
  input  logic [15:0] stag_i,
  // event queue: valid and stable until done
  output logic        ev_valid_o,
  output logic        ev_stall_o,
  output logic [63:0] ev_o [4],
  input  logic        ev_done_i,
  input  logic        ev_refused_i,
  input  logic        ev_writable_i
);
  logic        valid_q, stall_q, pick_any;
  logic [SlotBits-1:0] slot_q, pick;
  always_comb begin
    pick_any = 1'b0;
    pick = '0;
    for (int unsigned i = Slots; i > 0; i--) begin
      if (waits_i[i-1] && (!stalls_i[i-1] || ev_writable_i)) begin
        pick_any = 1'b1;
        pick = SlotBits'(i - 1);
      end
    end
    given_up_o = 1'b0;
    given_up_slot_o = '0;
    for (int unsigned i = Slots; i > 0; i--) begin
      if (waits_i[i-1] && stalls_i[i-1] && !ev_writable_i && !(valid_q && (32'(slot_q) == i - 1))) begin
        given_up_o = 1'b1;
        given_up_slot_o = SlotBits'(i - 1);
      end
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      stall_q <= 1'b0;
      slot_q <= '0;
    end else if (!valid_q) begin
      valid_q <= pick_any;
      slot_q <= pick;
      stall_q <= stalls_i[pick];
    end else if (ev_done_i || ev_refused_i) begin
      valid_q <= 1'b0;
    end
  end
  assign slot_o = slot_q;
  assign written_o = valid_q && ev_done_i;
  assign ev_valid_o = valid_q;
  assign ev_stall_o = stall_q;
  smmuv3_record u_record (
    .look_i(valid_q), .event_i, .sid_i, .ssidv_i(ssid_i[20]), .ssid_i(ssid_i[19:0]), .write_i, .priv_i(mode_i.privileged),
    .instr_i(mode_i.instruction), .addr_i, .stage2_i, .class_i, .ipa_i, .table_write_i, .fetch_addr_i, .stall_i(stall_q),
    .stag_i, .record_o(ev_o)
  );
endmodule
