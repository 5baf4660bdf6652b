// SPDX-License-Identifier: Apache-2.0
// Where the STE of a StreamID is: range check, linear and two-level stream table, level-1 descriptor. Combinational;
// outputs mean something only while look_i is set. Proof: test/ (rtl.stream_table; T-STR rows).
module smmuv3_stream_table
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
(
  input  logic        look_i,
  input  logic [31:0] idr0_i,
  input  logic [31:0] idr1_i,
  input  logic [51:0] strtab_addr_i,
  input  logic [31:0] strtab_cfg_i,
  input  logic [31:0] sid_i,
  input  logic [63:0] l1std_i,
  output logic        in_range_o,
  output logic        two_level_o,
  output logic [51:0] first_addr_o,    // of the STE, or of the level-1 descriptor
  output logic        span_bad_o,      // of l1std_i
  output logic [51:0] leaf_addr_o      // of the STE behind l1std_i
);
  logic [5:0] log2size, sid_bits;
  logic [3:0] split;
  logic [4:0] span;
  logic [9:0] leaf_index;
  always_comb begin
    log2size = '0;
    sid_bits = '0;
    split = 4'd6;
    span = '0;
    leaf_index = '0;
    in_range_o = 1'b0;
    two_level_o = 1'b0;
    first_addr_o = '0;
    span_bad_o = 1'b1;
    leaf_addr_o = '0;
    if (look_i) begin
      log2size = strtab_cfg_i[STRTAB_BASE_CFG_LOG2SIZE_MSB:STRTAB_BASE_CFG_LOG2SIZE_LSB];
      sid_bits = (log2size > idr1_i[5:0]) ? idr1_i[5:0] : log2size;
      in_range_o = ({32'd0, sid_i} >> sid_bits) == 64'd0;
      two_level_o = (strtab_cfg_i[17:16] == STRTAB_BASE_CFG_FMT_TWO_LEVEL) && (idr0_i[28:27] == IDR0_ST_LEVEL_TWO_LEVEL);
      unique case (strtab_cfg_i[STRTAB_BASE_CFG_SPLIT_MSB:STRTAB_BASE_CFG_SPLIT_LSB])
        5'd8: split = 4'd8;
        5'd10: split = 4'd10;
        default: split = 4'd6;
      endcase
      // the base is aligned to the size of the table: 64 << LOG2SIZE, or the level-1 array (at least 64 bytes)
      if (!two_level_o) begin
        first_addr_o = (strtab_addr_i & ~52'(low_mask(log2size + 6'd6))) + {14'd0, sid_i, 6'd0};
      end else begin
        first_addr_o = (strtab_addr_i
                        & ~52'(low_mask((log2size > {2'd0, split} + 6'd3) ? (log2size - {2'd0, split} + 6'd3) : 6'd6)))
                       + {17'd0, sid_i >> split, 3'd0};
      end
      span = l1std_i[L1STD_SPAN_MSB:L1STD_SPAN_LSB];
      leaf_index = sid_i[9:0] & 10'(low_mask({2'd0, split}));
      span_bad_o = (span == 5'd0) || (span > 5'd11) || (span > {1'b0, split} + 5'd1)
                   || ({1'b0, leaf_index} >= (11'd1 << (span - 5'd1)));
      leaf_addr_o = ({l1std_i[51:6], 6'd0} & ~52'(low_mask({1'b0, span} + 6'd5))) + {36'd0, leaf_index, 6'd0};
    end
  end
endmodule
