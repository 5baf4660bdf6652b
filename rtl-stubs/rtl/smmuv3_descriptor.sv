// SPDX-License-Identifier: Apache-2.0
// What one translation table descriptor is: table, leaf or neither, and the address in it. Combinational; zero while look_i is
// clear. Not here: permissions, and what a walk does with it. Proof: test/ (rtl.tcu; T-WLK, T-S2 rows).
module smmuv3_descriptor
  import smmuv3_rtl_pkg::*;
(
  input  logic        look_i,
  input  logic [63:0] word_i,
  input  logic [1:0]  granule_i,
  input  logic [1:0]  level_i,
  input  logic [5:0]  size_i,          // bits of an output address
  output logic        is_table_o,
  output logic        is_leaf_o,
  output logic [5:0]  shift_o,         // address bits that it leaves alone
  output logic [51:0] addr_o,
  output logic        too_big_o
);
  always_comb begin
    is_table_o = 1'b0;
    is_leaf_o = 1'b0;
    shift_o = '0;
    addr_o = '0;
    too_big_o = 1'b0;
    if (look_i) begin
      is_table_o = (word_i[1:0] == 2'b11) && (level_i != 2'd3);
      is_leaf_o = (level_i == 2'd3) ? (word_i[1:0] == 2'b11)
                                    : (word_i[1:0] == 2'b01) && ((level_i == 2'd2) || ((level_i == 2'd1) && (granule_i == 2'd0)));
      shift_o = level_shift(granule_i, is_table_o ? 2'd3 : level_i);
      addr_o = {4'd0, word_i[47:0]} & ~52'(low_mask(shift_o));
      too_big_o = above({12'd0, addr_o}, size_i);
    end
  end
endmodule
