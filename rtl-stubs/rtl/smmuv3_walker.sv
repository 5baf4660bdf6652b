// SPDX-License-Identifier: Apache-2.0
// Stage-1 table walk (VMSAv8-64; 4K, 16K, 64K granules; start level from TxSZ): one descriptor at a time, checks each
// for validity, output size and access flag, and gathers the hierarchical permissions.
// Leaves out: stage 2, hardware update of AF and dirty state, walk cache, contiguous hint (each page is walked).
// Proof: test/ (T-WLK, T-VA, T-PRM rows).
module smmuv3_walker
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,

  // one request at a time; operands are stable until done
  input  logic        req_i,
  input  logic [63:0] va_i,
  input  logic [51:0] ttb_i,
  input  logic [5:0]  tsz_i,
  input  logic [1:0]  granule_i,       // 0 4K, 1 16K, 2 64K
  input  logic [5:0]  limit_bits_i,    // min(IPS, OAS)
  input  logic        had_i,           // hierarchical permissions off
  input  logic        affd_i,
  output logic        done_o,
  output logic        fault_o,
  output logic [7:0]  event_id_o,
  output logic [51:0] fetch_addr_o,    // of F_WALK_EABT
  output logic [51:0] oa_o,            // base of the page or block
  output logic [2:0]  size_class_o,
  output logic [1:0]  ap_o,            // effective AP[2:1]
  output logic        uxn_o,
  output logic        pxn_o,
  output logic        global_o,

  output logic        rd_valid_o,
  output logic [51:0] rd_addr_o,
  input  logic        rd_ready_i,
  input  logic        r_valid_i,
  input  logic [63:0] r_data_i,
  input  logic        r_error_i,

  output logic        access_o,        // PMCG event 4
  output logic        busy_o,
  // observation: a descriptor came back
  output logic        seen_o,
  output logic [1:0]  level_o,
  output walker_state_e state_o
);
  walker_state_e state_d, state_q;
  logic [1:0]  level_q, level_d;
  logic        first_d, first_q;       // the start table: index may be wider or narrower than a full table
  logic [51:0] table_d, table_q;
  logic [51:0] addr_q;
  logic [63:0] desc_q;
  logic        error_q;
  logic [3:0]  hier_d, hier_q;         // {APTable[1], APTable[0], UXNTable, PXNTable}
  logic        fault_d, fault_q;
  logic [7:0]  event_d, event_q;

  // ---- geometry of the level in hand ----
  logic [5:0]  granule_log2, stride, input_bits, shift;
  logic [1:0]  start_level;
  logic [63:0] index;
  logic [51:0] desc_addr, start_mask;
  function automatic logic [5:0] level_shift(logic [1:0] granule, logic [1:0] level);
    unique case ({granule, level})
      4'h0: level_shift = 6'd39;
      4'h1: level_shift = 6'd30;
      4'h2: level_shift = 6'd21;
      4'h3: level_shift = 6'd12;
      4'h4: level_shift = 6'd47;
      4'h5: level_shift = 6'd36;
      4'h6: level_shift = 6'd25;
      4'h7: level_shift = 6'd14;
      4'h9: level_shift = 6'd42;
      4'hA: level_shift = 6'd29;
      4'hB: level_shift = 6'd16;
      default: level_shift = 6'd63;
    endcase
  endfunction

  always_comb begin
    granule_log2 = 6'd12 + {3'd0, granule_i, 1'b0};
    stride = granule_log2 - 6'd3;
    input_bits = 6'd0 - tsz_i;  // 64 - TxSZ
    start_level = 2'd3;
    shift = '0;
    index = '0;
    start_mask = '0;
    desc_addr = '0;
    if (state_q == WalkerAddress) begin
      if (input_bits > level_shift(granule_i, 2'd2) + stride) start_level = (input_bits > level_shift(granule_i, 2'd1) + stride) ? 2'd0 : 2'd1;
      else if (input_bits > level_shift(granule_i, 2'd3) + stride) start_level = 2'd2;
      shift = level_shift(granule_i, first_q ? start_level : level_q);
      index = (va_i & low_mask(input_bits)) >> shift;
      if (!first_q) index = index & low_mask(stride);
      // the start table is aligned to its own size
      start_mask = 52'(low_mask(input_bits - shift + 6'd3));
      desc_addr = (first_q ? (table_q & ~start_mask) : table_q) | {index[48:0], 3'd0};
    end
  end

  // ---- judgement of the descriptor ----
  logic        is_table, is_leaf;
  logic [51:0] out_addr;
  logic [5:0]  leaf_shift;
  always_comb begin
    is_table = 1'b0;
    is_leaf = 1'b0;
    out_addr = '0;
    leaf_shift = '0;
    if (state_q == WalkerDecode) begin
      is_table = (desc_q[1:0] == 2'b11) && (level_q != 2'd3);
      is_leaf = (level_q == 2'd3) ? (desc_q[1:0] == 2'b11)
                                  : (desc_q[1:0] == 2'b01)
                                    && ((level_q == 2'd2) || ((level_q == 2'd1) && (granule_i == 2'd0)));
      leaf_shift = is_table ? granule_log2 : level_shift(granule_i, level_q);
      out_addr = {4'd0, desc_q[47:0]} & ~52'(low_mask(leaf_shift));
    end
  end

  always_comb begin
    state_d = state_q;
    level_d = level_q;
    first_d = first_q;
    table_d = table_q;
    hier_d = hier_q;
    fault_d = fault_q;
    event_d = event_q;
    unique case (state_q)
      WalkerIdle: begin
        if (req_i) begin
          state_d = WalkerAddress;
          first_d = 1'b1;
          table_d = ttb_i;
          hier_d = '0;
          fault_d = 1'b0;
        end
      end
      WalkerAddress: begin
        state_d = WalkerRequest;
        first_d = 1'b0;
        if (first_q) level_d = start_level;
      end
      WalkerRequest: if (rd_ready_i) state_d = WalkerData;
      WalkerData: if (r_valid_i) state_d = WalkerDecode;
      WalkerDecode: begin
        state_d = WalkerDone;
        fault_d = 1'b1;
        if (error_q) event_d = EVENT_F_WALK_EABT;
        else if (!is_table && !is_leaf) event_d = EVENT_F_TRANSLATION;
        else if (above({12'd0, out_addr}, limit_bits_i)) event_d = EVENT_F_ADDR_SIZE;
        else if (is_table) begin
          fault_d = 1'b0;
          table_d = out_addr;
          level_d = level_q + 2'd1;
          if (!had_i) hier_d = hier_q | desc_q[62:59];
          state_d = WalkerAddress;
        end else if (!desc_q[10] && !affd_i) event_d = EVENT_F_ACCESS;
        else fault_d = 1'b0;
      end
      default: state_d = WalkerIdle;  // WalkerDone
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= WalkerIdle;
      level_q <= '0;
      first_q <= 1'b0;
      table_q <= '0;
      hier_q <= '0;
      fault_q <= 1'b0;
      event_q <= '0;
      addr_q <= '0;
      desc_q <= '0;
      error_q <= 1'b0;
      oa_o <= '0;
    end else begin
      state_q <= state_d;
      if ((state_q != WalkerIdle) || req_i) begin
        level_q <= level_d;
        first_q <= first_d;
        table_q <= table_d;
        hier_q <= hier_d;
        fault_q <= fault_d;
        event_q <= event_d;
        if (state_q == WalkerAddress) addr_q <= desc_addr;
        if ((state_q == WalkerData) && r_valid_i) begin
          desc_q <= r_data_i;
          error_q <= r_error_i;
        end
        if (state_q == WalkerDecode) oa_o <= out_addr;
      end
    end
  end

  always_comb begin
    unique case ({granule_i, level_q})
      4'h1: size_class_o = 3'd6;   // 1G
      4'h2: size_class_o = 3'd3;   // 2M
      4'h6: size_class_o = 3'd4;   // 32M
      4'h7: size_class_o = 3'd1;   // 16K
      4'hA: size_class_o = 3'd5;   // 512M
      4'hB: size_class_o = 3'd2;   // 64K
      default: size_class_o = 3'd0;
    endcase
  end
  assign done_o = (state_q == WalkerDone);
  assign fault_o = fault_q;
  assign event_id_o = event_q;
  assign fetch_addr_o = addr_q;
  // hier_q: bit 3 APTable[1] (no write), 2 APTable[0] (no unprivileged), 1 UXNTable, 0 PXNTable
  assign ap_o = {desc_q[7] | hier_q[3], desc_q[6] & ~hier_q[2]};
  assign uxn_o = desc_q[54] | hier_q[1];
  assign pxn_o = desc_q[53] | hier_q[0];
  assign global_o = !desc_q[11];
  assign rd_valid_o = (state_q == WalkerRequest);
  assign rd_addr_o = addr_q;
  assign access_o = rd_valid_o && rd_ready_i;
  assign busy_o = (state_q != WalkerIdle);
  assign seen_o = (state_q == WalkerData) && r_valid_i;
  assign level_o = level_q;
  assign state_o = state_q;

  NoRequestWhileBusy_A: assert property (@(posedge clk_i) disable iff (!rst_ni) req_i |-> (state_q == WalkerIdle));
  LevelNeverWraps_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    ((state_q == WalkerDecode) && (level_q == 2'd3)) |=> (state_q == WalkerDone));
endmodule
