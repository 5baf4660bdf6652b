// SPDX-License-Identifier: Apache-2.0
// Set-associative TLB of stage-1 translations. An entry keeps its page or block size; a lookup probes one size per
// cycle and only sizes that have been filled since the last full invalidation. A one-page invalidation probes the same
// way, every other one sweeps all sets.
// Leaves out: several lookups at a time, stage 2, level hints (an invalidation may drop more than it must).
// Proof: test/ (T-TLB rows and rtl.tlb).
module smmuv3_tlb
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Sets = 32,  // power of two
  parameter int unsigned Ways = 4    // power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  // lookup: req and operands stay until done
  input  logic        req_i,
  input  logic [55:0] va_i,
  input  logic [15:0] asid_i,
  input  logic [15:0] vmid_i,
  input  logic        aset_i,
  output logic        done_o,
  output logic        hit_o,
  output logic [51:0] oa_o,            // base of the page or block
  output logic [2:0]  size_class_o,
  output logic [1:0]  ap_o,
  output logic        uxn_o,
  output logic        pxn_o,

  // fill with the operands above; valid until ready. Loses against a waiting invalidation.
  input  logic        fill_valid_i,
  output logic        fill_ready_o,
  input  logic [51:0] fill_oa_i,
  input  logic [2:0]  fill_size_class_i,
  input  logic [1:0]  fill_ap_i,
  input  logic        fill_uxn_i,
  input  logic        fill_pxn_i,
  input  logic        fill_global_i,

  // invalidation: valid until done
  input  logic        inv_valid_i,
  input  tlb_inv_e    inv_op_i,
  input  logic [15:0] inv_vmid_i,
  input  logic [15:0] inv_asid_i,
  input  logic [55:0] inv_first_i,
  input  logic [55:0] inv_last_i,
  input  logic        inv_single_i,
  output logic        inv_done_o,

  output logic        busy_o,
  // observation
  output logic [31:0] inv_count_o,     // entries dropped, valid with inv_done
  output tlb_state_e  state_o
);
  localparam int unsigned SetBits = $clog2(Sets);
  localparam int unsigned WayBits = (Ways == 1) ? 1 : $clog2(Ways);
  localparam int unsigned Entries = Sets * Ways;

  // Payload: one element per entry, number = set * Ways + way; fields of at most 64 bits.
  logic [Sets-1:0] valid_q [Ways];  // one vector per way, cleared at once
  logic [43:0] va_q    [Entries];   // VA[55:12], zero below the entry's size
  logic [33:0] tag_q   [Entries];   // {ASET, global, ASID, VMID}
  logic [2:0]  size_q  [Entries];
  logic [43:0] data_q  [Entries];   // {OA[51:12], AP[2:1], UXN, PXN}

  tlb_state_e  state_d, state_q;
  logic [NumSizeClasses-1:0] present_d, present_q;  // sizes filled since the last full invalidation
  logic [NumSizeClasses-1:0] todo_d, todo_q;        // sizes still to probe
  logic [SetBits-1:0] sweep_q, sweep_d;
  logic        hit_d, hit_q;
  logic [31:0] entry_d, entry_q;  // number of the entry that hit
  logic [31:0] count_d, count_q;
  logic        inv_done_d, inv_done_q;
  logic [WayBits-1:0] victim_q;

  // lowest size still to probe
  logic [2:0]  size_class;
  logic [5:0]  size_log2;
  always_comb begin
    size_class = 3'd0;
    for (int unsigned i = NumSizeClasses; i > 0; i--) begin
      if (todo_q[i-1]) size_class = 3'(i - 1);
    end
    size_log2 = size_class_log2(size_class);
  end

  function automatic logic [SetBits-1:0] set_of(logic [55:0] va, logic [5:0] log2);
    logic [55:0] page;
    page = va >> log2;
    set_of = page[SetBits-1:0] ^ page[2*SetBits-1:SetBits];
  endfunction

  // ---- matching, only in the states that need it ----
  logic [SetBits-1:0] set;
  logic [Ways-1:0]    lookup_match, inv_match;
  logic [55:0]        entry_first, entry_last;
  logic               in_range, same_vmid, same_asid, is_global;
  logic [33:0]        tag;
  always_comb begin
    set = '0;
    lookup_match = '0;
    inv_match = '0;
    entry_first = '0;
    entry_last = '0;
    in_range = 1'b0;
    same_vmid = 1'b0;
    same_asid = 1'b0;
    is_global = 1'b0;
    tag = '0;
    unique case (state_q)
      TlbLookup: begin
        set = set_of(va_i, size_log2);
        for (int unsigned w = 0; w < Ways; w++) begin
          tag = tag_q[32'(set) * Ways + w];
          lookup_match[w] = valid_q[w][set] && (size_q[32'(set) * Ways + w] == size_class)
                            && (({va_q[32'(set) * Ways + w], 12'd0} ^ va_i) >> size_log2) == 56'd0
                            && (tag[15:0] == vmid_i) && (tag[33] == aset_i) && (tag[32] || (tag[31:16] == asid_i));
        end
      end
      TlbProbe, TlbSweep: begin
        set = (state_q == TlbProbe) ? set_of(inv_first_i, size_log2) : sweep_q;
        for (int unsigned w = 0; w < Ways; w++) begin
          tag = tag_q[32'(set) * Ways + w];
          entry_first = {va_q[32'(set) * Ways + w], 12'd0};
          entry_last = entry_first | 56'(low_mask(size_class_log2(size_q[32'(set) * Ways + w])));
          in_range = (entry_first <= inv_last_i) && (entry_last >= inv_first_i);
          same_vmid = (tag[15:0] == inv_vmid_i);
          same_asid = (tag[31:16] == inv_asid_i);
          is_global = tag[32];
          unique case (inv_op_i)
            TlbInvVmid: inv_match[w] = same_vmid;
            TlbInvAsid: inv_match[w] = same_vmid && same_asid && !is_global;
            TlbInvVa: inv_match[w] = same_vmid && in_range && (same_asid || is_global);
            TlbInvVaa: inv_match[w] = same_vmid && in_range;
            default: inv_match[w] = 1'b1;
          endcase
          inv_match[w] = inv_match[w] && valid_q[w][set];
        end
      end
      default: ;
    endcase
  end

  // ---- engine ----
  always_comb begin
    state_d = state_q;
    todo_d = todo_q;
    sweep_d = sweep_q;
    hit_d = hit_q;
    entry_d = entry_q;
    count_d = count_q;
    inv_done_d = 1'b0;
    present_d = present_q;
    fill_ready_o = 1'b0;
    unique case (state_q)
      TlbIdle: begin
        todo_d = present_q;
        hit_d = 1'b0;
        sweep_d = '0;
        if (inv_valid_i && !inv_done_q) begin
          count_d = '0;
          if (present_q == '0) begin
            inv_done_d = 1'b1;
          end else if (inv_single_i && ((inv_op_i == TlbInvVa) || (inv_op_i == TlbInvVaa))) begin
            state_d = TlbProbe;
          end else begin
            state_d = TlbSweep;
            if (inv_op_i == TlbInvAll) present_d = '0;
          end
        end else if (fill_valid_i) begin
          fill_ready_o = 1'b1;
          present_d[fill_size_class_i] = 1'b1;
        end else if (req_i) begin
          state_d = (present_q == '0) ? TlbDone : TlbLookup;
        end
      end
      TlbLookup: begin
        todo_d[size_class] = 1'b0;
        // Two ways may match where tables map an address as global for one ASID and not for another: either is legal.
        for (int unsigned w = 0; w < Ways; w++) begin
          if (lookup_match[w]) begin
            hit_d = 1'b1;
            entry_d = 32'(set) * Ways + w;
          end
        end
        if ((lookup_match != '0) || (todo_d == '0)) state_d = TlbDone;
      end
      TlbProbe: begin
        todo_d[size_class] = 1'b0;
        count_d = count_q + 32'($countones(inv_match));
        if (todo_d == '0) begin
          state_d = TlbIdle;
          inv_done_d = 1'b1;
        end
      end
      TlbSweep: begin
        sweep_d = sweep_q + 1'b1;
        count_d = count_q + 32'($countones(inv_match));
        if (&sweep_q) begin
          state_d = TlbIdle;
          inv_done_d = 1'b1;
        end
      end
      default: state_d = TlbIdle;  // TlbDone
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= TlbIdle;
      present_q <= '0;
      todo_q <= '0;
      sweep_q <= '0;
      hit_q <= 1'b0;
      entry_q <= '0;
      count_q <= '0;
      inv_done_q <= 1'b0;
      victim_q <= '0;
    end else begin
      state_q <= state_d;
      present_q <= present_d;
      todo_q <= todo_d;
      sweep_q <= sweep_d;
      hit_q <= hit_d;
      entry_q <= entry_d;
      count_q <= count_d;
      inv_done_q <= inv_done_d;
      if (fill_ready_o) victim_q <= victim_q + 1'b1;
    end
  end

  // ---- entries ----
  logic [SetBits-1:0] fill_set;
  logic [WayBits-1:0] fill_way;
  logic [31:0]        fill_entry;
  logic [55:0]        fill_mask;
  always_comb begin
    fill_set = '0;
    fill_way = victim_q;
    fill_entry = '0;
    fill_mask = '0;
    if (fill_ready_o) begin
      fill_set = set_of(va_i, size_class_log2(fill_size_class_i));
      fill_mask = 56'(low_mask(size_class_log2(fill_size_class_i)));
      if (Ways == 1) fill_way = '0;
      for (int unsigned w = 0; w < Ways; w++) begin
        if (!valid_q[w][fill_set]) fill_way = WayBits'(w);
      end
      fill_entry = 32'(fill_set) * Ways + 32'(fill_way);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int unsigned w = 0; w < Ways; w++) valid_q[w] <= '0;
    end else if (fill_ready_o) begin
      valid_q[fill_way][fill_set] <= 1'b1;
    end else if (inv_match != '0) begin
      for (int unsigned w = 0; w < Ways; w++) begin
        if (inv_match[w]) valid_q[w][set] <= 1'b0;
      end
    end
  end
  // payload: no reset, meaningful only where valid_q is set
  always_ff @(posedge clk_i) begin
    if (fill_ready_o) begin
      va_q[fill_entry] <= va_i[55:12] & ~fill_mask[55:12];
      tag_q[fill_entry] <= {aset_i, fill_global_i, asid_i, vmid_i};
      size_q[fill_entry] <= fill_size_class_i;
      data_q[fill_entry] <= {fill_oa_i[51:12], fill_ap_i, fill_uxn_i, fill_pxn_i};
    end
  end

  assign done_o = (state_q == TlbDone);
  assign hit_o = hit_q;
  assign oa_o = {data_q[entry_q][43:4], 12'd0};
  assign size_class_o = size_q[entry_q];
  assign ap_o = data_q[entry_q][3:2];
  assign uxn_o = data_q[entry_q][1];
  assign pxn_o = data_q[entry_q][0];
  assign inv_done_o = inv_done_q;
  assign inv_count_o = count_q;
  assign busy_o = (state_q != TlbIdle) || inv_done_q;
  assign state_o = state_q;

  logic hit_is_valid;
  assign hit_is_valid = valid_q[entry_q % Ways][SetBits'(entry_q / Ways)];
  NoFillWhileInvalidating_A: assert property (@(posedge clk_i) disable iff (!rst_ni) fill_ready_o |-> !inv_valid_i || inv_done_q);
  HitOnlyOnValidEntry_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (done_o && hit_o) |-> hit_is_valid);
endmodule
