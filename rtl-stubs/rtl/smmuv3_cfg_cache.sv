// SPDX-License-Identifier: Apache-2.0
// The configuration caches: STEs by StreamID, CDs by StreamID and SubstreamID, direct mapped. The words are kept as they
// were read; whoever fills decides that they are legal. Invalidations sweep, one entry per cycle.
// Leaves out: level-1 descriptors, which are read again each time. Proof: test/ (rtl.cfg_cache; T-CFG rows).
module smmuv3_cfg_cache
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Entries = 32  // of each cache, power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  // operands of lookup and fill
  input  logic [31:0] sid_i,
  input  logic [19:0] ssid_i,          // 0 for a stream's CD without SubstreamID
  output logic        ste_hit_o,
  output logic        cd_hit_o,
  output logic [63:0] ste_o [4],       // words 0..3, valid with the hit
  output logic [63:0] cd_o [3],        // words 0..2

  input  logic        ste_fill_i,      // not during an invalidation
  input  logic [63:0] ste_i [4],
  input  logic        cd_fill_i,
  input  logic [63:0] cd_i [3],

  // invalidation: valid until done
  input  logic        inv_valid_i,
  input  cfg_inv_e    inv_op_i,
  input  logic [31:0] inv_sid_i,
  input  logic [19:0] inv_ssid_i,
  input  logic [4:0]  inv_range_i,
  output logic        inv_done_o,
  output logic        busy_o
);
  localparam int unsigned IndexBits = $clog2(Entries);

  logic [Entries-1:0] ste_valid_q, cd_valid_q;
  logic [31:0] ste_sid_q [Entries];
  logic [63:0] ste0_q    [Entries];
  logic [63:0] ste1_q    [Entries];
  logic [63:0] ste2_q    [Entries];
  logic [63:0] ste3_q    [Entries];
  logic [31:0] cd_sid_q  [Entries];
  logic [19:0] cd_ssid_q [Entries];
  logic [63:0] cd0_q     [Entries];
  logic [63:0] cd1_q     [Entries];
  logic [63:0] cd2_q     [Entries];

  logic [IndexBits-1:0] ste_index, cd_index;
  assign ste_index = sid_i[IndexBits-1:0];
  assign cd_index = sid_i[IndexBits-1:0] ^ ssid_i[IndexBits-1:0];
  assign ste_hit_o = ste_valid_q[ste_index] && (ste_sid_q[ste_index] == sid_i);
  assign cd_hit_o = cd_valid_q[cd_index] && (cd_sid_q[cd_index] == sid_i) && (cd_ssid_q[cd_index] == ssid_i);
  assign ste_o[0] = ste0_q[ste_index];
  assign ste_o[1] = ste1_q[ste_index];
  assign ste_o[2] = ste2_q[ste_index];
  assign ste_o[3] = ste3_q[ste_index];
  assign cd_o[0] = cd0_q[cd_index];
  assign cd_o[1] = cd1_q[cd_index];
  assign cd_o[2] = cd2_q[cd_index];

  // ---- invalidation sweep ----
  logic                 sweep_q, inv_done_q;
  logic [IndexBits-1:0] sweep_index_q;
  logic                 ste_match, cd_match;
  logic [5:0]           range_bits;
  always_comb begin
    ste_match = 1'b0;
    cd_match = 1'b0;
    range_bits = {1'b0, inv_range_i} + 6'd1;
    if (sweep_q) begin
      unique case (inv_op_i)
        CfgInvSte: begin
          ste_match = (ste_sid_q[sweep_index_q] == inv_sid_i);
          cd_match = (cd_sid_q[sweep_index_q] == inv_sid_i);
        end
        CfgInvRange: begin
          ste_match = (({32'd0, ste_sid_q[sweep_index_q] ^ inv_sid_i}) >> range_bits) == 64'd0;
          cd_match = (({32'd0, cd_sid_q[sweep_index_q] ^ inv_sid_i}) >> range_bits) == 64'd0;
        end
        CfgInvCdAll: cd_match = (cd_sid_q[sweep_index_q] == inv_sid_i);
        // CD 0 goes with every CD of its stream: it may be a single CD
        CfgInvCd: cd_match = (cd_sid_q[sweep_index_q] == inv_sid_i)
                             && ((cd_ssid_q[sweep_index_q] == 20'd0) || (cd_ssid_q[sweep_index_q] == inv_ssid_i));
        default: begin
          ste_match = 1'b1;
          cd_match = 1'b1;
        end
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sweep_q <= 1'b0;
      sweep_index_q <= '0;
      inv_done_q <= 1'b0;
      ste_valid_q <= '0;
      cd_valid_q <= '0;
    end else begin
      inv_done_q <= 1'b0;
      if (sweep_q) begin
        if (ste_match) ste_valid_q[sweep_index_q] <= 1'b0;
        if (cd_match) cd_valid_q[sweep_index_q] <= 1'b0;
        sweep_index_q <= sweep_index_q + 1'b1;
        if (&sweep_index_q) begin
          sweep_q <= 1'b0;
          inv_done_q <= 1'b1;
        end
      end else if (inv_valid_i && !inv_done_q) begin
        if (inv_op_i == CfgInvAll) begin
          ste_valid_q <= '0;
          cd_valid_q <= '0;
          inv_done_q <= 1'b1;
        end else begin
          sweep_q <= 1'b1;
        end
      end else begin
        if (ste_fill_i) ste_valid_q[ste_index] <= 1'b1;
        if (cd_fill_i) cd_valid_q[cd_index] <= 1'b1;
      end
    end
  end
  // payload: no reset, meaningful only where the valid bit is set
  always_ff @(posedge clk_i) begin
    if (ste_fill_i) begin
      ste_sid_q[ste_index] <= sid_i;
      ste0_q[ste_index] <= ste_i[0];
      ste1_q[ste_index] <= ste_i[1];
      ste2_q[ste_index] <= ste_i[2];
      ste3_q[ste_index] <= ste_i[3];
    end
    if (cd_fill_i) begin
      cd_sid_q[cd_index] <= sid_i;
      cd_ssid_q[cd_index] <= ssid_i;
      cd0_q[cd_index] <= cd_i[0];
      cd1_q[cd_index] <= cd_i[1];
      cd2_q[cd_index] <= cd_i[2];
    end
  end
  assign inv_done_o = inv_done_q;
  assign busy_o = sweep_q || inv_done_q;

  NoFillDuringInvalidation_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (ste_fill_i || cd_fill_i) |-> !(sweep_q || inv_valid_i));
endmodule
