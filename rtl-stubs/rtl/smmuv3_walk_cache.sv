// SPDX-License-Identifier: Apache-2.0
// The walk cache: pointers to last-level stage-1 tables with the hierarchical permissions above them, direct mapped by
// address. In nested translation the pointer is an IPA, so nothing of stage 2 is remembered here.
// Leaves out: other levels; selective invalidation (whatever drops table entries drops all). Proof: test/ (rtl.walk_cache; T-WALK, T-TLB-23 rows).
module smmuv3_walk_cache
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Entries = 16  // power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,

  // operands of lookup and fill
  input  logic        look_i,
  input  logic [55:0] va_i,
  input  logic [1:0]  granule_i,
  input  logic [35:0] context_i,       // {world, nested, ASET, ASID, VMID}
  output logic        hit_o,
  output logic [51:0] table_o,
  output logic [3:0]  hier_o,

  input  logic        fill_i,
  input  logic [51:0] fill_table_i,
  input  logic [3:0]  fill_hier_i
);
  localparam int unsigned IndexBits = $clog2(Entries);
  logic [Entries-1:0] valid_q;
  logic [34:0] va_q      [Entries];    // VA[55:21], zero below the span of the table
  logic [37:0] context_q [Entries];    // {granule, context}
  logic [55:0] data_q    [Entries];    // {table, hier}

  logic [5:0]           span_log2;
  logic [55:0]          span;
  logic [IndexBits-1:0] index;
  assign span_log2 = level_shift(granule_i, 2'd2);
  assign span = va_i >> span_log2;
  assign index = span[IndexBits-1:0] ^ span[2*IndexBits-1:IndexBits] ^ context_i[IndexBits-1:0]
                 ^ context_i[16+IndexBits-1:16];  // VMID, ASID
  always_comb begin
    hit_o = 1'b0;
    if (look_i) begin
      hit_o = valid_q[index] && (context_q[index] == {granule_i, context_i}) && (({va_q[index], 21'd0} ^ va_i) >> span_log2 == 56'd0);
    end
  end
  assign {table_o, hier_o} = data_q[index];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else if (clear_i) valid_q <= '0;
    else if (fill_i) valid_q[index] <= 1'b1;
  end
  // payload: no reset, meaningful only where valid_q is set
  always_ff @(posedge clk_i) begin
    if (fill_i) begin
      va_q[index] <= va_i[55:21] & ~35'(low_mask(span_log2) >> 21);
      context_q[index] <= {granule_i, context_i};
      data_q[index] <= {fill_table_i, fill_hier_i};
    end
  end
endmodule
