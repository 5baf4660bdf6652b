// SPDX-License-Identifier: Apache-2.0
// Set-associative TLB: translations of transactions (stage 1, both stages, stage 2 alone) and of the addresses that nested
// walks pass through stage 2. An entry keeps its page or block size; a lookup probes one size, chosen by the translation
// unit, in one cycle, at any time. A one-page invalidation probes one size per cycle, every other one sweeps all sets.
// A nested entry may be a piece of its stage-1 leaf, where stage 2 has smaller pages. The largest such leaf is remembered until
// all of NS-EL1 goes: an invalidation by address takes nested entries by whole leaves of that size, and sweeps.
// Leaves out: level hints (an invalidation may drop more than it must). Proof: test/ (T-TLB rows and rtl.tlb).
module smmuv3_tlb
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Sets = 32,  // power of two
  parameter int unsigned Ways = 4    // power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  // operands of lookup and fill
  input  logic [55:0] va_i,
  input  world_e      world_i,
  input  logic        nested_i,        // both stages
  input  logic [15:0] asid_i,
  input  logic [15:0] vmid_i,
  input  logic        aset_i,

  // lookup of one size; the answer is there in the same cycle
  input  logic        look_i,
  input  logic [2:0]  size_class_i,
  output logic        hit_o,
  output logic [51:0] oa_o,            // base of the page or block
  output logic [1:0]  ap_o,
  output logic        clean_o,         // a write may make it writable
  output logic        uxn_o,
  output logic        pxn_o,
  output logic [1:0]  s2ap_o,
  output logic [1:0]  s2xn_o,
  output logic        device_o,        // stage 2 says Device
  output logic [NumSizeClasses-1:0] present_o,  // sizes filled since the last full invalidation

  // fill, never during an invalidation
  input  logic        fill_i,
  input  logic [51:0] fill_oa_i,
  input  logic [2:0]  fill_size_class_i,
  input  logic [1:0]  fill_ap_i,
  input  logic        fill_clean_i,
  input  logic        fill_uxn_i,
  input  logic        fill_pxn_i,
  input  logic        fill_global_i,
  input  logic [1:0]  fill_s2ap_i,
  input  logic [1:0]  fill_s2xn_i,
  input  logic        fill_device_i,
  input  logic        split_i,         // nested entries smaller than their stage-1 leaf may be filled from now on,
  input  logic [2:0]  split_class_i,   // which has this size

  // invalidation: valid until done
  input  logic        inv_valid_i,
  input  tlb_inv_t    inv_op_i,
  input  logic [15:0] inv_vmid_i,
  input  logic [15:0] inv_vmid_care_i, // bits of the VMID that count
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
  logic [36:0] tag_q   [Entries];   // {world, nested, ASET, global, ASID, VMID}
  logic [2:0]  size_q  [Entries];
  logic [49:0] data_q  [Entries];   // {OA[51:12], clean, AP[2:1], UXN, PXN, S2AP, XN, Device}

  tlb_state_e  state_d, state_q;
  logic [NumSizeClasses-1:0] present_d, present_q;
  logic [2:0]  split_d, split_q;              // largest stage-1 leaf in pieces; 0: none
  logic [NumSizeClasses-1:0] todo_d, todo_q;  // sizes that an invalidation has still to probe
  logic [SetBits-1:0] sweep_q, sweep_d;
  logic [31:0] count_d, count_q;
  logic        inv_done_d, inv_done_q;
  logic [WayBits-1:0] victim_q;

  function automatic logic [SetBits-1:0] set_of(logic [55:0] va, logic [5:0] log2);
    logic [55:0] page;
    page = va >> log2;
    set_of = page[SetBits-1:0] ^ page[2*SetBits-1:SetBits];
  endfunction

  // ---- lookup ----
  logic [SetBits-1:0] look_set;
  logic [5:0]         look_log2;
  logic [31:0]        hit_entry;
  logic [36:0]        look_tag;
  always_comb begin
    look_set = '0;
    look_log2 = '0;
    hit_o = 1'b0;
    hit_entry = '0;
    look_tag = '0;
    if (look_i) begin
      look_log2 = size_class_log2(size_class_i);
      look_set = set_of(va_i, look_log2);
      // Two ways may match where tables map an address as global for one ASID and not for another: either is legal.
      for (int unsigned w = 0; w < Ways; w++) begin
        look_tag = tag_q[32'(look_set) * Ways + w];
        if (valid_q[w][look_set] && (size_q[32'(look_set) * Ways + w] == size_class_i)
            && (({va_q[32'(look_set) * Ways + w], 12'd0} ^ va_i) >> look_log2) == 56'd0
            && (look_tag[36:35] == world_i) && (look_tag[34] == nested_i) && (look_tag[15:0] == vmid_i)
            && (look_tag[33] == aset_i) && (look_tag[32] || (look_tag[31:16] == asid_i))) begin
          hit_o = 1'b1;
          hit_entry = 32'(look_set) * Ways + w;
        end
      end
    end
  end
  assign oa_o = {data_q[hit_entry][49:10], 12'd0};
  assign {clean_o, ap_o, uxn_o, pxn_o, s2ap_o, s2xn_o, device_o} = data_q[hit_entry][9:0];
  assign present_o = present_q;

  // ---- matching of invalidations ----
  logic [2:0]         size_class;     // lowest size still to probe
  logic [SetBits-1:0] inv_set;
  logic [Ways-1:0]    inv_match;
  logic [55:0]        entry_first, entry_last, beside;
  logic [36:0]        tag;
  assign beside = 56'(low_mask(size_class_log2(split_q)));  // a page: nothing, invalidations are whole pages
  always_comb begin
    size_class = 3'd0;
    inv_set = '0;
    inv_match = '0;
    entry_first = '0;
    entry_last = '0;
    tag = '0;
    if (state_q != TlbIdle) begin
      for (int unsigned i = NumSizeClasses; i > 0; i--) begin
        if (todo_q[i-1]) size_class = 3'(i - 1);
      end
      inv_set = (state_q == TlbProbe) ? set_of(inv_first_i, size_class_log2(size_class)) : sweep_q;
      for (int unsigned w = 0; w < Ways; w++) begin
        tag = tag_q[32'(inv_set) * Ways + w];
        entry_first = {va_q[32'(inv_set) * Ways + w], 12'd0};
        entry_last = entry_first | 56'(low_mask(size_class_log2(size_q[32'(inv_set) * Ways + w])));
        if (tag[34]) begin  // nested: whole stage-1 leaves
          entry_first = entry_first & ~beside;
          entry_last = entry_last | beside;
        end
        inv_match[w] = valid_q[w][inv_set] && inv_op_i.worlds[tag[36:35]]
                       && (!inv_op_i.by_vmid || (((tag[15:0] ^ inv_vmid_i) & inv_vmid_care_i) == 16'd0))
                       && (!inv_op_i.by_asid || (tag[32] ? inv_op_i.globals : (tag[31:16] == inv_asid_i)))
                       && (!inv_op_i.by_range || ((entry_first <= inv_last_i) && (entry_last >= inv_first_i)))
                       && !(inv_op_i.shared && tag[33]);
      end
    end
  end

  // ---- invalidation engine ----
  always_comb begin
    state_d = state_q;
    todo_d = todo_q;
    sweep_d = sweep_q;
    count_d = count_q;
    inv_done_d = 1'b0;
    present_d = present_q;
    if (fill_i) present_d[fill_size_class_i] = 1'b1;
    split_d = split_q;
    unique case (state_q)
      TlbIdle: begin
        if (inv_valid_i && !inv_done_q) begin
          todo_d = present_q;
          sweep_d = '0;
          count_d = '0;
          if (present_q == '0) inv_done_d = 1'b1;
          else begin
            state_d = (inv_single_i && inv_op_i.by_range && ((split_q == 3'd0) || !inv_op_i.worlds[WorldEl1])) ? TlbProbe : TlbSweep;
          end
          if (!inv_op_i.by_vmid && !inv_op_i.by_asid && !inv_op_i.by_range && !inv_op_i.shared) begin
            if (inv_op_i.worlds == 4'hF) present_d = '0;
            if (inv_op_i.worlds[WorldEl1]) split_d = 3'd0;
          end
        end
      end
      TlbProbe: begin
        todo_d[size_class] = 1'b0;
        count_d = count_q + 32'($countones(inv_match));
        if (todo_d == '0) begin
          state_d = TlbIdle;
          inv_done_d = 1'b1;
        end
      end
      default: begin  // TlbSweep
        sweep_d = sweep_q + 1'b1;
        count_d = count_q + 32'($countones(inv_match));
        if (&sweep_q) begin
          state_d = TlbIdle;
          inv_done_d = 1'b1;
        end
      end
    endcase
    if (split_i && (split_class_i > split_d)) split_d = split_class_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= TlbIdle;
      present_q <= '0;
      split_q <= '0;
      todo_q <= '0;
      sweep_q <= '0;
      count_q <= '0;
      inv_done_q <= 1'b0;
      victim_q <= '0;
    end else begin
      state_q <= state_d;
      present_q <= present_d;
      split_q <= split_d;
      todo_q <= todo_d;
      sweep_q <= sweep_d;
      count_q <= count_d;
      inv_done_q <= inv_done_d;
      if (fill_i) victim_q <= victim_q + 1'b1;
    end
  end

  // ---- entries ----
  logic [SetBits-1:0] fill_set;
  logic [WayBits-1:0] fill_way;
  logic [31:0]        fill_entry;
  logic [55:0]        fill_mask;
  logic [Ways-1:0]    same;            // ways that hold the page already
  always_comb begin
    same = '0;
    fill_set = '0;
    fill_way = victim_q;
    fill_entry = '0;
    fill_mask = '0;
    if (fill_i) begin
      fill_set = set_of(va_i, size_class_log2(fill_size_class_i));
      fill_mask = 56'(low_mask(size_class_log2(fill_size_class_i)));
      if (Ways == 1) fill_way = '0;
      for (int unsigned w = 0; w < Ways; w++) begin
        if (!valid_q[w][fill_set]) fill_way = WayBits'(w);
      end
      // an entry of the same page is replaced: what had become too little, as after an update of its descriptor, is not found again
      for (int unsigned w = 0; w < Ways; w++) begin
        same[w] = valid_q[w][fill_set] && (size_q[32'(fill_set) * Ways + w] == fill_size_class_i)
                  && (va_q[32'(fill_set) * Ways + w] == (va_i[55:12] & ~fill_mask[55:12]))
                  && (tag_q[32'(fill_set) * Ways + w] == {world_i, nested_i, aset_i, fill_global_i, asid_i, vmid_i});
        if (same[w]) fill_way = WayBits'(w);
      end
      fill_entry = 32'(fill_set) * Ways + 32'(fill_way);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int unsigned w = 0; w < Ways; w++) valid_q[w] <= '0;
    end else if (fill_i) begin
      valid_q[fill_way][fill_set] <= 1'b1;
    end else if (inv_match != '0) begin
      for (int unsigned w = 0; w < Ways; w++) begin
        if (inv_match[w]) valid_q[w][inv_set] <= 1'b0;
      end
    end
  end
  // payload: no reset, meaningful only where valid_q is set
  always_ff @(posedge clk_i) begin
    if (fill_i) begin
      va_q[fill_entry] <= va_i[55:12] & ~fill_mask[55:12];
      tag_q[fill_entry] <= {world_i, nested_i, aset_i, fill_global_i, asid_i, vmid_i};
      size_q[fill_entry] <= fill_size_class_i;
      data_q[fill_entry] <= {fill_oa_i[51:12], fill_clean_i, fill_ap_i, fill_uxn_i, fill_pxn_i, fill_s2ap_i, fill_s2xn_i, fill_device_i};
    end
  end

  assign inv_done_o = inv_done_q;
  assign inv_count_o = count_q;
  assign busy_o = (state_q != TlbIdle) || inv_done_q;
  assign state_o = state_q;

  OneEntryPerPage_A: assert property (@(posedge clk_i) disable iff (!rst_ni) fill_i |-> ((same & ~(Ways'(1) << fill_way)) == '0));
  NoFillWhileInvalidating_A: assert property (@(posedge clk_i) disable iff (!rst_ni) fill_i |-> !inv_valid_i);
endmodule
