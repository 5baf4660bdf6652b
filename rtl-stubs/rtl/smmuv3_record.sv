// SPDX-License-Identifier: Apache-2.0
// The 32 bytes of an event record from the facts of a transaction: fields that the event has, all other bits zero.
// Combinational; zero while look_i is clear. Proof: test/ (rtl.record; every row that expects a record).
module smmuv3_record
  import smmuv3_arch_pkg::*;
(
  input  logic        look_i,
  input  logic [7:0]  event_i,
  input  logic [31:0] sid_i,
  input  logic        ssidv_i,
  input  logic [19:0] ssid_i,          // 0 without ssidv
  input  logic        write_i,
  input  logic        priv_i,          // after the overrides of the STE
  input  logic        instr_i,
  input  logic [63:0] addr_i,          // as it came in
  input  logic        stage2_i,        // the fault is one of stage 2
  input  logic [1:0]  class_i,
  input  logic [51:0] ipa_i,           // with stage2
  input  logic        table_write_i,   // F_PERMISSION of a descriptor: the hardware update was refused
  input  logic [51:0] fetch_addr_i,
  input  logic        stall_i,
  input  logic [15:0] stag_i,
  output logic [63:0] record_o [4]
);
  logic has_ssv, has_ssid, has_access, has_fetch_addr;
  always_comb begin
    has_ssv = (event_i != EVENT_F_STREAM_DISABLED) && (event_i != EVENT_C_BAD_SUBSTREAMID);
    has_ssid = (event_i != EVENT_F_STREAM_DISABLED);
    has_access = (event_i >= EVENT_F_WALK_EABT);
    has_fetch_addr = (event_i == EVENT_F_STE_FETCH) || (event_i == EVENT_F_CD_FETCH) || (event_i == EVENT_F_WALK_EABT);
    record_o[0] = '0;
    record_o[1] = '0;
    record_o[2] = '0;
    record_o[3] = '0;
    if (look_i) begin
      record_o[0] = {sid_i, has_ssid ? ssid_i : 20'd0, has_ssv && ssidv_i, 3'd0, event_i};
      if (has_access) begin
        record_o[1][EVENT_F_PERMISSION_PNU_LSB-64] = priv_i;
        record_o[1][EVENT_F_PERMISSION_IND_LSB-64] = instr_i;
        record_o[1][EVENT_F_PERMISSION_RNW_LSB-64] = !write_i;
        record_o[1][EVENT_F_PERMISSION_S2_LSB-64] = stage2_i;
        record_o[1][EVENT_F_PERMISSION_CLASS_MSB-64:EVENT_F_PERMISSION_CLASS_LSB-64] = class_i;
        record_o[1][EVENT_F_PERMISSION_TTRNW_LSB-64] = (event_i == EVENT_F_PERMISSION) && stage2_i
                                                       && (class_i == EVENT_CLASS_TT) && !table_write_i;
        if (stall_i) begin
          record_o[1][EVENT_F_PERMISSION_STALL_LSB-64] = 1'b1;
          record_o[1][15:0] = stag_i;
        end
        record_o[2] = addr_i;
      end
      if (has_fetch_addr) record_o[3] = {12'd0, fetch_addr_i[51:3], 3'd0};
      else if (has_access && stage2_i) record_o[3] = {12'd0, ipa_i[51:12], 12'd0};
    end
  end
endmodule
