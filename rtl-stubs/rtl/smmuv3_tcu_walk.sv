// SPDX-License-Identifier: Apache-2.0
// The second part of a translation: TLB, walks of both stages with every table of stage 1 through stage 2 where nested, and
// permissions; and hardware updates of leaves, once everything else is permitted: the descriptor is read once more, exclusively,
// and written if it still is what was judged. One step of the slot in hand per cycle; the result says where it goes.
// Not here: configuration (smmuv3_tcu_config), geometry of tables (package), what a fault leads to (smmuv3_tcu).
// Proof: test/ (rtl.tcu; T-WLK, T-PRM, T-S2, T-NST, T-TLB, T-HTT rows).
module smmuv3_tcu_walk
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned TlbSets = 32,
  parameter int unsigned TlbWays = 4,
  parameter int unsigned WalkEntries = 16
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:0] idr3_i,

  // the slot in hand
  input  slot_state_e state_i,
  input  logic        write_i,
  input  logic [63:0] addr_i,          // as it came in
  input  logic        no_fill_i,
  input  logic [63:0] ste_i [4],
  input  logic [63:0] cd_i [3],
  input  mode_t       mode_i,
  input  logic [15:0] vmid_i,
  input  logic        merged_i,
  input  logic        walking_i,
  input  logic [51:0] fetch_addr_i,
  input  logic [3:0]  class_i,
  input  logic [6:0]  todo_i,
  input  logic [1:0]  level1_i,
  input  logic [1:0]  level2_i,
  input  logic [3:0]  hier_i,
  input  logic [51:0] oa_i,
  input  logic [2:0]  size_i,
  input  leaf_t       leaf_i,
  input  logic [51:0] ipa_i,
  input  logic [51:0] pa_i,
  input  leaf2_t      leaf2_i,
  input  logic [2:0]  size2_i,
  input  logic        fault2_i,
  input  logic        asks_write_i,    // stage 2 is asked for the right to write the stage-1 descriptor
  input  logic        may_write_i,     // and has granted it
  input  logic [63:0] s1_word_i,       // the stage-1 leaf as it was read, and where
  input  logic [51:0] s1_addr_i,
  input  logic        exclusive_i,     // the word that came back was read exclusively
  input  update_e     update_i,        // how the exclusive write ended
  input  logic        same_page_i,
  input  move_t       move_i,          // event, result, class and purpose as they are
  input  logic [63:0] word_i,          // the word that came back
  input  logic        word_error_i,
  // its controls
  input  logic        one_privilege_i,
  input  logic [63:0] va_i,
  input  logic        had_i,
  input  logic [5:0]  tsz_i,
  input  logic [1:0]  granule_i,
  input  logic [51:0] ttb_i,
  input  logic [5:0]  ips_i,
  input  logic        wxn_i,
  input  logic        pan_i,
  input  logic        ha_i,
  input  logic        hd_i,
  input  logic [5:0]  s2_bits_i,
  input  logic [1:0]  s2_granule_i,
  input  logic [1:0]  s2_first_level_i,
  input  logic [51:0] s2_ttb_i,
  input  logic [5:0]  s2ps_i,
  input  logic        s2ha_i,
  input  logic        s2hd_i,

  output move_t       move_o,
  output logic        merged_o,
  output logic        walking_o,
  output logic [51:0] fetch_addr_o,
  output logic [6:0]  todo_o,
  output logic [1:0]  level1_o,
  output logic [1:0]  level2_o,
  output logic [3:0]  hier_o,
  output logic [51:0] oa_o,
  output logic [2:0]  size_o,
  output leaf_t       leaf_o,
  output logic [51:0] ipa_o,
  output logic [51:0] answer_pa_o,     // with finish
  output logic [51:0] pa_o,
  output leaf2_t      leaf2_o,
  output logic [2:0]  size2_o,
  output logic        asks_write_o,
  output logic        may_write_o,
  output logic        s1_keep_o,
  output logic        update_o,        // the word is written back as
  output logic [63:0] new_word_o,
  output logic        fault2_o,
  output logic        translated_o,
  output logic        hit_o,
  output logic [6:0]  present_o,       // sizes that the TLB may have

  output logic        tlb_fill_o,
  output logic        fill_o,          // of any cache
  output logic [63:0] fill_va_o,
  output logic [51:0] fill_pa_o,
  output logic [2:0]  fill_size_o,
  output logic [15:0] fill_asid_o,

  input  logic        inv_valid_i,
  input  tlb_inv_t    inv_op_i,
  input  logic [15:0] inv_vmid_i,
  input  logic [15:0] inv_vmid_care_i,
  input  logic [15:0] inv_asid_i,
  input  logic [55:0] inv_first_i,
  input  logic [55:0] inv_last_i,
  input  logic        inv_single_i,
  output logic        inv_done_o,
  output logic [31:0] inv_count_o,
  output logic        tlb_busy_o,
  output tlb_state_e  tlb_state_o
);
  logic        nested, stage2_only, aset;
  logic [15:0] asid;
  assign nested = mode_i.stage2 && mode_i.stage1;
  assign stage2_only = mode_i.stage2 && !mode_i.stage1;
  assign asid = (stage2_only || one_privilege_i) ? 16'd0 : cd_i[0][CD_ASID_MSB:CD_ASID_LSB];
  assign aset = !stage2_only && cd_i[0][CD_ASET_LSB];

  // ---- TLB: asked about the transaction itself, or about an IPA inside a nested translation ----
  logic        tlb_look, tlb_hit, tlb_clean, tlb_uxn, tlb_pxn, tlb_device, ipa_space;
  logic [2:0]  probe_size;
  logic [6:0]  todo_left;
  logic [51:0] tlb_oa;
  logic [1:0]  tlb_ap, tlb_s2ap, tlb_s2xn;
  assign ipa_space = (state_i == SlotIpa) || (state_i == SlotStage2Done);
  assign tlb_look = (state_i == SlotTlb) || (state_i == SlotIpa);
  always_comb begin
    probe_size = '0;
    todo_left = todo_i;
    if (tlb_look) begin
      for (int unsigned i = NumSizeClasses; i > 0; i--) if (todo_i[i-1]) probe_size = 3'(i - 1);
      todo_left[probe_size] = 1'b0;
    end
  end
  smmuv3_tlb #(
    .Sets(TlbSets),
    .Ways(TlbWays)
  ) u_tlb (
    .clk_i, .rst_ni,
    .va_i(ipa_space ? {4'd0, ipa_i} : va_i[55:0]), .world_i((ipa_space || stage2_only) ? WorldStage2 : mode_i.world),
    .nested_i(!ipa_space && nested), .asid_i(ipa_space ? 16'd0 : asid), .vmid_i, .aset_i(!ipa_space && aset),
    .look_i(tlb_look), .size_class_i(probe_size), .hit_o(tlb_hit), .oa_o(tlb_oa), .ap_o(tlb_ap), .clean_o(tlb_clean), .uxn_o(tlb_uxn),
    .pxn_o(tlb_pxn), .s2ap_o(tlb_s2ap), .s2xn_o(tlb_s2xn), .device_o(tlb_device), .present_o,
    .fill_i(tlb_fill_o), .fill_oa_i(fill_pa_o), .fill_size_class_i(fill_size_o), .fill_ap_i(leaf_i.ap),
    .fill_clean_i(leaf_i.clean), .fill_uxn_i(leaf_i.uxn), .fill_pxn_i(leaf_i.pxn), .fill_global_i(!ipa_space && (leaf_i.is_global || one_privilege_i)),
    .fill_s2ap_i(ipa_space ? leaf2_i.s2ap : leaf_i.s2ap), .fill_s2xn_i(ipa_space ? leaf2_i.s2xn : leaf_i.s2xn),
    .fill_device_i(leaf2_i.device), .split_i(split), .split_class_i(size_i),
    .inv_valid_i, .inv_op_i, .inv_vmid_i, .inv_vmid_care_i, .inv_asid_i, .inv_first_i, .inv_last_i, .inv_single_i,
    .inv_done_o, .busy_o(tlb_busy_o), .inv_count_o, .state_o(tlb_state_o)
  );
  assign fill_va_o = ipa_space ? {12'd0, ipa_i} : va_i;
  assign fill_asid_o = ipa_space ? 16'd0 : asid;

  // ---- a descriptor: what it is, and what it leads to ----
  logic        is_stage2, is_table, is_leaf, too_big;
  logic [1:0]  level;
  logic [5:0]  leaf_shift;
  logic [51:0] out_addr;
  assign is_stage2 = (class_i == ClassStage2Table);
  assign level = is_stage2 ? level2_i : level1_i;
  smmuv3_descriptor u_descriptor (
    .look_i(state_i == SlotRead), .word_i, .granule_i(is_stage2 ? s2_granule_i : granule_i), .level_i(level),
    .size_i(is_stage2 ? s2ps_i : ips_i), .is_table_o(is_table), .is_leaf_o(is_leaf), .shift_o(leaf_shift), .addr_o(out_addr),
    .too_big_o(too_big)
  );

  // ---- walk cache ----
  logic        wc_hit, wc_fill;
  logic [51:0] wc_table;
  logic [3:0]  wc_hier;
  smmuv3_walk_cache #(
    .Entries(WalkEntries)
  ) u_walk_cache (
    .clk_i, .rst_ni, .clear_i(inv_valid_i && inv_op_i.tables),
    .look_i((state_i == SlotWalk) && !stage2_only), .va_i(va_i[55:0]), .granule_i,
    .context_i({mode_i.world, nested, aset, asid, vmid_i}), .hit_o(wc_hit), .table_o(wc_table), .hier_o(wc_hier),
    .fill_i(wc_fill), .fill_table_i(out_addr), .fill_hier_i(hier_o)
  );

  // ---- stage 2 of an IPA: the leaf in hand, or the one that has just been read exclusively ----
  leaf2_t      read2, now2;
  logic        writes2, dirties2, updates2, permits2;
  always_comb begin
    read2 = '0;
    now2 = '0;
    writes2 = 1'b0;
    permits2 = 1'b0;
    if ((state_i == SlotRead) || (state_i == SlotStage2Done) || (state_i == SlotUpdated)) begin
      read2 = '{walked: 1'b1, access: !word_i[10] && s2ha_i, clean: word_i[51] && !word_i[7] && s2hd_i, s2ap: word_i[7:6],
                s2xn: word_i[54:53], device: (word_i[5:4] == 2'd0) || (word_i[3:2] == 2'd0)};
      now2 = (state_i == SlotRead) ? read2 : leaf2_i;
      writes2 = (move_i.what_for == ForInput) ? write_i : asks_write_i;
      permits2 = (move_i.what_for == ForInput)
                 ? stage2_permits(!write_i, mode_i.instruction, mode_i.privileged, {now2.s2ap[1] || now2.clean, now2.s2ap[0]},
                                  now2.s2xn, idr3_i[IDR3_XNX_LSB])
                 : ((asks_write_i ? (now2.s2ap[1] || now2.clean) : now2.s2ap[0])
                    && !(ste_i[2][STE_S2PTW_LSB-128] && now2.device));
    end
    dirties2 = writes2 && now2.clean;
    updates2 = now2.access || dirties2;
  end

  // ---- the step ----
  logic        s1_ok, s2_ok, dirties;
  logic        split;              // what will be filled is smaller than the stage-1 leaf in hand
  logic [51:0] page_mask;
  // address of the next descriptor: one computation per step, whichever stage it is for
  logic        da_want, da_stage2, da_first;
  logic [1:0]  da_level;
  logic [51:0] da_base, da;
  logic [63:0] da_input;
  always_comb begin
    move_o = move_i;
    merged_o = merged_i;
    walking_o = walking_i;
    fetch_addr_o = fetch_addr_i;
    todo_o = todo_i;
    level1_o = level1_i;
    level2_o = level2_i;
    hier_o = hier_i;
    oa_o = oa_i;
    size_o = size_i;
    leaf_o = leaf_i;
    ipa_o = ipa_i;
    pa_o = pa_i;
    leaf2_o = leaf2_i;
    size2_o = size2_i;
    asks_write_o = asks_write_i;
    may_write_o = may_write_i;
    s1_keep_o = 1'b0;
    update_o = 1'b0;
    new_word_o = word_i;
    dirties = mode_i.stage1 && write_i && leaf_i.ap[1] && leaf_i.clean && hd_i;
    fault2_o = fault2_i;
    answer_pa_o = '0;
    translated_o = 1'b0;
    hit_o = 1'b0;
    tlb_fill_o = 1'b0;
    wc_fill = 1'b0;
    split = 1'b0;
    fill_size_o = '0;
    fill_pa_o = '0;
    s1_ok = 1'b0;
    s2_ok = 1'b0;
    page_mask = '0;
    da_want = 1'b0;
    da = '0;
    da_stage2 = 1'b0;
    da_first = 1'b0;
    da_level = '0;
    da_base = '0;
    da_input = '0;

    unique case (state_i)
      // ---- TLB, one size per step ----
      SlotTlb: begin
        todo_o = todo_left;
        move_o.state = SlotTlb;
        leaf_o = '{walked: 1'b0, is_global: 1'b0, access: 1'b0, clean: tlb_clean, ap: tlb_ap, uxn: tlb_uxn, pxn: tlb_pxn, s2ap: tlb_s2ap, s2xn: tlb_s2xn};
        size_o = probe_size;
        oa_o = tlb_oa;
        if (tlb_hit) begin
          hit_o = !merged_i;
          move_o.state = SlotCheck;
        end else if (todo_left == '0) begin
          move_o.miss = 1'b1;
        end
      end

      // ---- start of a walk ----
      SlotWalk: begin
        walking_o = 1'b1;
        asks_write_o = 1'b0;
        may_write_o = 1'b0;
        hier_o = '0;
        if (stage2_only) begin
          ipa_o = addr_i[51:0];
          move_o.what_for = ForInput;
          move_o.state = SlotStage2;
        end else begin
          level1_o = wc_hit ? 2'd3 : stage1_start(granule_i, 6'd0 - tsz_i);
          hier_o = wc_hit ? wc_hier : 4'd0;
          da_level = level1_o;
          da_first = !wc_hit;
          da_base = wc_hit ? wc_table : ttb_i;
          da_input = va_i;
          da_want = 1'b1;
          move_o.what_for = ForTable;
          move_o.fetch_class = ClassStage1Table;
          if (nested) move_o.ipa = 1'b1;
          else move_o.fetch = 1'b1;
        end
        if (same_page_i && !merged_i) begin  // somebody is fetching the same translation
          move_o.fetch = 1'b0;
          move_o.ipa = 1'b0;
          walking_o = 1'b0;
          merged_o = 1'b1;
          move_o.state = SlotMerge;
        end
      end

      // ---- stage 2 of an IPA: TLB first, then a walk ----
      SlotIpa: begin
        todo_o = todo_left;
        move_o.state = SlotIpa;
        leaf2_o = '{walked: 1'b0, access: 1'b0, clean: 1'b0, s2ap: tlb_s2ap, s2xn: tlb_s2xn, device: tlb_device};
        size2_o = probe_size;
        page_mask = 52'(low_mask(size_class_log2(probe_size)));
        pa_o = tlb_oa | (ipa_i & page_mask);
        if (tlb_hit) move_o.state = SlotStage2Done;
        else if (todo_left == '0) move_o.state = SlotStage2;
      end
      SlotStage2: begin
        level2_o = s2_first_level_i;
        da_stage2 = 1'b1;
        da_first = 1'b1;
        da_level = s2_first_level_i;
        da_base = s2_ttb_i;
        da_input = {12'd0, ipa_i};
        if (above({12'd0, ipa_i}, s2_bits_i)) begin
          move_o.event_id = EVENT_F_TRANSLATION;
          move_o.fault_s2 = 1'b1;
        end else begin
          da_want = 1'b1;
          move_o.fetch_class = ClassStage2Table;
          move_o.fetch = 1'b1;
        end
      end
      SlotStage2Done: begin
        page_mask = 52'(low_mask(size_class_log2(size2_i)));
        fill_size_o = size2_i;
        fill_pa_o = pa_i & ~page_mask;
        // what nested walks come back to; the translation of a whole transaction is filled in SlotCheck
        tlb_fill_o = (move_i.what_for != ForInput) && leaf2_i.walked && !leaf2_i.access && !(permits2 && dirties2) && !no_fill_i;
        if (!permits2 && writes2 && s2hd_i && !leaf2_i.walked) begin
          move_o.state = SlotStage2;  // the TLB does not say whether a write may make the page writable
        end else if (!permits2) begin
          move_o.event_id = EVENT_F_PERMISSION;
          move_o.fault_s2 = 1'b1;
        end else if (updates2) begin
          move_o.state = SlotLock;    // the descriptor is still at the fetch address
        end else if (asks_write_i) begin
          asks_write_o = 1'b0;
          may_write_o = 1'b1;
          move_o.what_for = ForInput;
          move_o.state = SlotCheck;
        end else if (move_i.what_for == ForInput) begin
          // the entry in hand covers what both stages cover
          leaf_o.s2ap = leaf2_i.s2ap;
          leaf_o.s2xn = leaf2_i.s2xn;
          leaf_o.walked = 1'b1;
          if (stage2_only) {leaf_o.is_global, leaf_o.access, leaf_o.clean} = 3'b000;
          if (stage2_only || (size2_i < size_i)) size_o = size2_i;
          split = nested && (size2_i < size_i);
          page_mask = 52'(low_mask(size_class_log2(size_o)));
          oa_o = pa_i & ~page_mask;
          move_o.what_for = ForCd;  // stage 2 of the output is done
          move_o.state = SlotCheck;
        end else begin
          fetch_addr_o = pa_i;
          move_o.fetch_class = (move_i.what_for == ForTable) ? ClassStage1Table : mode_i.two_level ? ClassL1cd : ClassCd;
          move_o.fetch = 1'b1;
        end
      end

      // ---- a descriptor came back, in the order external abort, invalid, output size, access flag. One that was read exclusively
      // is about to be changed: of stage 1 if it is the one that was judged, of stage 2 if it lets do the same now ----
      SlotRead: if (class_i >= ClassStage1Table) begin  // level-1 descriptors of configuration are not for here
        da_stage2 = is_stage2;
        da_level = level + 2'd1;
        da_base = out_addr;
        da_input = is_stage2 ? {12'd0, ipa_i} : va_i;
        move_o.event_id = EVENT_F_TRANSLATION;
        if (word_error_i) begin
          move_o.event_id = EVENT_F_WALK_EABT;
          fault2_o = is_stage2;
          if (!is_stage2) move_o.what_for = ForTable;
          move_o.terminate = 1'b1;
        end else if (exclusive_i && !is_stage2) begin
          update_o = (word_i == s1_word_i);
          new_word_o[10] = 1'b1;
          if (dirties) new_word_o[7] = 1'b0;
          merged_o = 1'b1;
          move_o.state = update_o ? SlotUpdate : SlotWalk;
        end else if (!is_table && !is_leaf) begin
          move_o.fault_s2 = is_stage2;
          move_o.fault_s1 = !is_stage2;
        end else if (too_big) begin
          move_o.event_id = EVENT_F_ADDR_SIZE;
          move_o.fault_s2 = is_stage2;
          move_o.fault_s1 = !is_stage2;
        end else if (is_table) begin
          da_want = 1'b1;
          if (is_stage2) begin
            level2_o = da_level;
            move_o.fetch = 1'b1;
          end else begin
            level1_o = da_level;
            if (!had_i) hier_o = hier_i | word_i[62:59];
            wc_fill = (da_level == 2'd3) && !no_fill_i;
            move_o.what_for = ForTable;
            if (nested) move_o.ipa = 1'b1;
            else move_o.fetch = 1'b1;
          end
        end else if (is_stage2) begin
          if (!word_i[10] && !s2ha_i && !ste_i[2][STE_S2AFFD_LSB-128]) begin
            move_o.event_id = EVENT_F_ACCESS;
            move_o.fault_s2 = 1'b1;
          end else begin
            leaf2_o = read2;
            size2_o = leaf_size_class(s2_granule_i, level);
            pa_o = out_addr | (ipa_i & 52'(low_mask(leaf_shift)));
            update_o = exclusive_i && permits2 && updates2;
            if (read2.access) new_word_o[10] = 1'b1;
            if (dirties2) new_word_o[7] = 1'b1;
            move_o.state = update_o ? SlotUpdate : SlotStage2Done;
          end
        end else if (!word_i[10] && !ha_i && !cd_i[0][CD_AFFD_LSB]) begin
          move_o.event_id = EVENT_F_ACCESS;
          move_o.fault_s1 = 1'b1;
        end else begin
          // hier: bit 3 APTable[1] (no write), 2 APTable[0] (no unprivileged), 1 UXNTable, 0 PXNTable
          leaf_o = '{walked: 1'b1, is_global: !word_i[11], access: !word_i[10] && ha_i, clean: word_i[51] && word_i[7] && !hier_i[3],
                     ap: {word_i[7] | hier_i[3], word_i[6] & ~hier_i[2]},
                     uxn: word_i[54] | hier_i[1], pxn: word_i[53] | hier_i[0], s2ap: 2'b11, s2xn: 2'b00};
          s1_keep_o = 1'b1;
          size_o = leaf_size_class(granule_i, level);
          oa_o = out_addr;
          move_o.what_for = nested ? ForInput : ForCd;  // ForInput: the output has still to go through stage 2
          move_o.state = SlotCheck;
        end
      end

      // ---- permissions; the entry in hand is from the TLB or from a walk ----
      SlotCheck: begin
        page_mask = 52'(low_mask(size_class_log2(size_i)));
        s1_ok = !mode_i.stage1 || stage1_permits(one_privilege_i, !write_i, mode_i.instruction, mode_i.privileged, leaf_i.ap,
                                                 leaf_i.clean && hd_i, leaf_i.uxn, leaf_i.pxn, wxn_i, pan_i);
        s2_ok = !mode_i.stage2 || leaf_i.walked
                || stage2_permits(!write_i, mode_i.instruction, mode_i.privileged, leaf_i.s2ap, leaf_i.s2xn, idr3_i[IDR3_XNX_LSB]);
        answer_pa_o = oa_i | (addr_i[51:0] & page_mask);
        if (!s1_ok) begin
          move_o.event_id = EVENT_F_PERMISSION;
          move_o.fault_s1 = 1'b1;
        end else if (nested && leaf_i.walked && (move_i.what_for == ForInput) && (leaf_i.access || dirties) && !may_write_i) begin
          asks_write_o = 1'b1;      // of the IPA that the descriptor has
          move_o.what_for = ForTable;
          move_o.ipa = 1'b1;
        end else if (nested && leaf_i.walked && (move_i.what_for == ForInput)) begin
          ipa_o = answer_pa_o;
          move_o.ipa = 1'b1;
        end else if (!s2_ok || (dirties && !leaf_i.walked)) begin
          merged_o = 1'b1;  // not waited for, not counted again
          move_o.state = SlotWalk;  // an update, or the record, needs what the TLB does not keep
        end else if (leaf_i.access || dirties) begin
          fetch_addr_o = s1_addr_i;
          move_o.fetch_class = ClassStage1Table;
          move_o.state = SlotLock;
        end else begin
          fill_size_o = size_i;
          fill_pa_o = oa_i;
          tlb_fill_o = leaf_i.walked && !no_fill_i;
          translated_o = 1'b1;
          move_o.result = ResultOk;
          move_o.finish = 1'b1;
        end
      end

      // ---- update of a descriptor: once nobody else is at it, and what became of it ----
      SlotLock: move_o.fetch = 1'b1;
      SlotUpdated: begin
        if (update_i == UpdateFailed) begin
          move_o.event_id = EVENT_F_WALK_EABT;
          fault2_o = is_stage2;
          if (!is_stage2) move_o.what_for = ForTable;
          move_o.terminate = 1'b1;
        end else if (update_i == UpdateLost) begin
          move_o.state = SlotLock;
        end else if (is_stage2) begin
          leaf2_o.access = 1'b0;
          leaf2_o.clean = 1'b0;
          leaf2_o.s2ap[1] = leaf2_i.s2ap[1] || dirties2;
          move_o.state = SlotStage2Done;
        end else begin
          leaf_o.access = 1'b0;
          leaf_o.clean = leaf_i.clean && !dirties;
          leaf_o.ap[1] = leaf_i.ap[1] && !dirties;
          move_o.state = SlotCheck;
        end
      end
      default: ;
    endcase

    if (da_want) begin
      da = descriptor_address(da_stage2 ? s2_granule_i : granule_i, da_level, da_first, da_stage2 ? s2_bits_i : 6'd0 - tsz_i,
                              da_base, da_input);
      fetch_addr_o = da;
      if (!da_stage2) ipa_o = da;
    end
  end
  assign fill_o = tlb_fill_o || wc_fill;

  ConfigurationIsNoTable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (wc_fill && (state_i == SlotRead)) |-> (class_i >= ClassStage1Table));
endmodule
