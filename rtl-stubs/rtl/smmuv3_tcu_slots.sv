// SPDX-License-Identifier: Apache-2.0
// The registers of the translations in flight, one slot each, and the choice of the slot that takes a step: the one whose
// descriptor has just come back, else the next that can go on. It collects the words of STEs and CDs, wakes what waits for
// the walk of another slot, and marks every slot that is busy during an invalidation.
// Not here: what a step does (smmuv3_tcu_config, smmuv3_tcu_walk, smmuv3_tcu). Proof: test/ (rtl.tcu, rtl.vectors).
module smmuv3_tcu_slots
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Slots = 8,
  parameter int unsigned SlotBits = 3,
  parameter int unsigned TagBits = 1
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        smmu_enable_i,
  input  logic        invalidating_i,
  input  logic        tlb_empty_i,     // no size has to be probed

  // a transaction enters the first free slot
  input  logic        dispatch_i,
  input  logic        look_free_i,
  output logic        free_o,
  output logic [SlotBits-1:0] free_slot_o,
  input  logic [3:0]  req_i,
  input  logic [TagBits-1:0] req_tag_i,
  input  logic [63:0] req_addr_i,
  input  logic [31:0] req_sid_i,
  input  logic [20:0] req_ssid_i,
  input  logic        req_priv_i,
  input  logic        req_instr_i,

  // answers of memory
  input  logic        rd_ready_i,
  input  logic        locked_i,        // the update of a descriptor is in progress
  input  logic [SlotBits-1:0] lock_slot_i,
  input  logic        update_done_i,   // its write has ended
  input  logic        r_valid_i,
  input  logic [3:0]  r_id_i,
  input  logic [63:0] r_data_i,
  input  logic        r_error_i,
  input  logic        r_last_i,
  output logic [SlotBits-1:0] resp_slot_o,
  output logic        resp_seen_o,     // the last word of an answer
  output logic [3:0]  resp_class_o,
  output logic [51:0] resp_addr_o,
  output logic [1:0]  resp_level_o,
  output logic [63:0] resp_word0_o,
  output logic        resp_error_o,
  output logic        resp_expected_o, // the slot is reading

  // the slot that takes a step, as it is
  output logic        step_o,
  output logic [SlotBits-1:0] sel_o,
  output slot_state_e state_o,         // SlotIdle without a step
  output logic [3:0]  index_o,
  output logic [TagBits-1:0] tag_o,
  output logic [63:0] addr_o,
  output logic [31:0] sid_o,
  output logic [20:0] ssid_o,          // {valid, SubstreamID}
  output logic        priv_in_o,
  output logic        instr_in_o,
  output logic        enabled_o,
  output logic        killed_o,        // fills no cache
  output logic        hit_o,
  output logic [63:0] ste_o [4],
  output logic [63:0] cd_o [3],
  output logic        error_o,         // of a word of the STE or CD
  output mode_t       mode_o,
  output logic [15:0] vmid_o,
  output logic        merged_o,
  output logic        walking_o,
  output logic [51:0] fetch_addr_o,
  output logic [3:0]  class_o,
  output logic [6:0]  todo_o,
  output logic [1:0]  level1_o,
  output logic [1:0]  level2_o,
  output logic [3:0]  hier_o,
  output logic [51:0] oa_o,
  output logic [2:0]  size_o,
  output leaf_t       leaf_o,
  output logic [1:0]  for_o,
  output logic [51:0] ipa_o,
  output logic [51:0] pa_o,
  output leaf2_t      leaf2_o,
  output logic [2:0]  size2_o,
  output logic        asks_write_o,    // stage 2 is asked for the right to write the stage-1 descriptor
  output logic        may_write_o,     // and has granted it
  output logic [63:0] s1_word_o,       // the stage-1 leaf as it was read, and where
  output logic [51:0] s1_addr_o,
  output result_e     result_o,
  output logic [7:0]  event_o,
  output logic        stalled_o,
  output logic        fault2_o,
  output logic [15:0] stag_o,
  output logic        same_page_o,     // another slot is walking for the same page of the same stream

  // and as it is afterwards
  input  slot_state_e state_i,
  input  mode_t       mode_i,
  input  logic [15:0] vmid_i,
  input  logic        merged_i,
  input  logic        walking_i,
  input  logic        hit_i,
  input  logic [51:0] fetch_addr_i,
  input  logic [3:0]  class_i,
  input  logic        fetching_i,      // a new answer begins
  input  logic [6:0]  todo_i,
  input  logic [1:0]  level1_i,
  input  logic [1:0]  level2_i,
  input  logic [3:0]  hier_i,
  input  logic [51:0] oa_i,
  input  logic [2:0]  size_i,
  input  leaf_t       leaf_i,
  input  logic [1:0]  for_i,
  input  logic [51:0] ipa_i,
  input  logic [51:0] pa_i,
  input  leaf2_t      leaf2_i,
  input  logic [2:0]  size2_i,
  input  logic        asks_write_i,
  input  logic        may_write_i,
  input  logic        s1_keep_i,       // the word that came back is a stage-1 leaf
  input  result_e     result_i,
  input  logic [7:0]  event_i,
  input  logic        stalled_i,
  input  logic        fault2_i,
  input  logic        stall_take_i,
  input  logic [15:0] stall_tag_i,
  input  logic        use_cache_i,     // STE and CD are those of the cache
  input  logic [63:0] cached_ste_i [4],
  input  logic [63:0] cached_cd_i [3],

  // the slot whose record is being written
  output logic [Slots-1:0] ev_waits_o,
  output logic [Slots-1:0] ev_stalls_o,
  input  logic [SlotBits-1:0] ev_slot_i,
  input  logic        ev_done_i,
  input  logic        given_up_i,      // the stall record of this slot
  input  logic [SlotBits-1:0] given_up_slot_i,
  output logic [15:0] given_up_stag_o,
  output logic [7:0]  ev_event_o,
  output logic [31:0] ev_sid_o,
  output logic [20:0] ev_ssid_o,
  output logic        ev_write_o,
  output mode_t       ev_mode_o,
  output logic [63:0] ev_addr_o,
  output logic        ev_stage2_o,
  output logic [1:0]  ev_class_o,
  output logic [51:0] ev_ipa_o,
  output logic        ev_table_write_o,
  output logic [51:0] ev_fetch_addr_o,
  output logic [15:0] ev_stag_o,

  output logic        any_o,           // a translation is in flight
  output slot_state_e states_o [Slots]
);
  typedef logic [SlotBits-1:0] slot_t;

  slot_state_e state_q [Slots];
  logic [Slots-1:0] run_q, fetch_q, lock_q;         // wants a step; wants the memory port; and the lock of updates
  logic [3:0]  index_q  [Slots];
  logic [TagBits-1:0] tag_q [Slots];
  logic [63:0] addr_q   [Slots];
  logic [31:0] sid_q    [Slots];
  logic [20:0] ssid_q   [Slots];
  logic        priv_in_q [Slots];
  logic        instr_in_q [Slots];
  logic [Slots-1:0] enabled_q, kill_q, walking_q, merged_q, asks_write_q, may_write_q;
  // what its STE and CD say
  logic [63:0] ste0_q   [Slots];
  logic [63:0] ste1_q   [Slots];
  logic [63:0] ste2_q   [Slots];
  logic [63:0] ste3_q   [Slots];
  logic [63:0] cd0_q    [Slots];
  logic [63:0] cd1_q    [Slots];
  logic [63:0] cd2_q    [Slots];
  logic [15:0] vmid_q   [Slots];
  mode_t       mode_q   [Slots];
  logic [Slots-1:0] hit_q;                          // the TLB had it
  // what it fetches
  logic [51:0] fetch_addr_q [Slots];
  logic [3:0]  class_q  [Slots];
  logic [2:0]  beat_q   [Slots];
  logic        error_q  [Slots];
  // walks
  logic [6:0]  todo_q   [Slots];                    // sizes still to probe in the TLB
  logic [1:0]  level1_q [Slots];
  logic [3:0]  hier_q   [Slots];                    // {APTable[1], APTable[0], UXNTable, PXNTable}
  logic [51:0] oa_q     [Slots];                    // base of the stage-1 page or block, or of the entry in hand
  logic [2:0]  size_q   [Slots];
  leaf_t       leaf_q   [Slots];
  logic [1:0]  level2_q [Slots];
  logic [1:0]  for_q    [Slots];
  logic [51:0] ipa_q    [Slots];
  logic [51:0] pa_q     [Slots];                    // what stage 2 made of ipa
  leaf2_t      leaf2_q  [Slots];
  logic [2:0]  size2_q  [Slots];
  logic [63:0] s1_word_q [Slots];
  logic [51:0] s1_addr_q [Slots];
  slot_t       merge_q  [Slots];                    // whose walk it waits for
  // how it ends
  result_e     result_q [Slots];
  logic [7:0]  event_q  [Slots];
  logic [1:0]  fault_q  [Slots];                    // {stalled, stage 2}
  logic [15:0] stag_q   [Slots];

  // ---- who takes a step ----
  slot_t       sel, resp_slot, same_slot, next_q, pick;
  logic [Slots-1:0] ready;
  logic        single, resp_step, step;   // single: an answer of one word, which is used at once
  assign resp_slot = (Slots == 1) ? '0 : slot_t'(r_id_i);  // always a slot that is there, whatever comes before the reset
  assign single = (class_q[resp_slot] != ClassSte) && (class_q[resp_slot] != ClassCd);
  assign resp_step = r_valid_i && single;
  always_comb begin
    ready = run_q & ~(fetch_q & {Slots{!rd_ready_i}});
    for (int unsigned i = 0; i < Slots; i++) begin
      if (lock_q[i] && (!rd_ready_i || (locked_i && (lock_slot_i != slot_t'(i))))) ready[i] = 1'b0;
    end
  end
  always_comb begin
    pick = '0;
    if (ready != '0) begin
      for (int unsigned i = Slots; i > 0; i--) if (ready[i-1]) pick = slot_t'(i - 1);
      for (int unsigned i = Slots; i > 0; i--) if (ready[i-1] && (slot_t'(i - 1) >= next_q)) pick = slot_t'(i - 1);
    end
  end
  assign step = resp_step || (ready != '0);
  assign sel = resp_step ? resp_slot : pick;

  assign step_o = step;
  assign sel_o = sel;
  assign state_o = step ? state_q[sel] : SlotIdle;
  assign index_o = index_q[sel];
  assign tag_o = tag_q[sel];
  assign addr_o = addr_q[sel];
  assign sid_o = sid_q[sel];
  assign ssid_o = ssid_q[sel];
  assign priv_in_o = priv_in_q[sel];
  assign instr_in_o = instr_in_q[sel];
  assign enabled_o = enabled_q[sel];
  assign killed_o = kill_q[sel];
  assign hit_o = hit_q[sel];
  assign ste_o[0] = ste0_q[sel];
  assign ste_o[1] = ste1_q[sel];
  assign ste_o[2] = ste2_q[sel];
  assign ste_o[3] = ste3_q[sel];
  assign cd_o[0] = cd0_q[sel];
  assign cd_o[1] = cd1_q[sel];
  assign cd_o[2] = cd2_q[sel];
  assign error_o = error_q[sel];
  assign mode_o = mode_q[sel];
  assign vmid_o = vmid_q[sel];
  assign merged_o = merged_q[sel];
  assign walking_o = walking_q[sel];
  assign fetch_addr_o = fetch_addr_q[sel];
  assign class_o = class_q[sel];
  assign todo_o = todo_q[sel];
  assign level1_o = level1_q[sel];
  assign level2_o = level2_q[sel];
  assign hier_o = hier_q[sel];
  assign oa_o = oa_q[sel];
  assign size_o = size_q[sel];
  assign leaf_o = leaf_q[sel];
  assign for_o = for_q[sel];
  assign ipa_o = ipa_q[sel];
  assign pa_o = pa_q[sel];
  assign leaf2_o = leaf2_q[sel];
  assign size2_o = size2_q[sel];
  assign asks_write_o = asks_write_q[sel];
  assign may_write_o = may_write_q[sel];
  assign s1_word_o = s1_word_q[sel];
  assign s1_addr_o = s1_addr_q[sel];
  assign result_o = result_q[sel];
  assign event_o = event_q[sel];
  assign {stalled_o, fault2_o} = fault_q[sel];
  assign stag_o = stag_q[sel];
  always_comb begin
    same_page_o = 1'b0;
    same_slot = '0;
    if (state_o == SlotWalk) begin
      for (int unsigned i = 0; i < Slots; i++) begin
        if (walking_q[i] && (slot_t'(i) != sel) && (addr_q[i][63:12] == addr_q[sel][63:12]) && (sid_q[i] == sid_q[sel])
            && (ssid_q[i] == ssid_q[sel])) begin
          same_page_o = 1'b1;
          same_slot = slot_t'(i);
        end
      end
    end
  end

  // ---- where the next transaction goes ----
  always_comb begin
    free_o = 1'b0;
    free_slot_o = '0;
    if (look_free_i) begin
      for (int unsigned i = Slots; i > 0; i--) begin
        if (state_q[i-1] == SlotIdle) begin
          free_o = 1'b1;
          free_slot_o = slot_t'(i - 1);
        end
      end
    end
  end

  // ---- answers, as they are shown ----
  assign resp_slot_o = resp_slot;
  assign resp_seen_o = resp_step || (r_valid_i && r_last_i);
  assign resp_class_o = class_q[resp_slot];
  assign resp_addr_o = fetch_addr_q[resp_slot];
  assign resp_level_o = (class_q[resp_slot] == ClassStage2Table) ? level2_q[resp_slot] : level1_q[resp_slot];
  assign resp_word0_o = single ? r_data_i : (class_q[resp_slot] == ClassSte) ? ste0_q[resp_slot] : cd0_q[resp_slot];
  assign resp_error_o = r_error_i || (!single && error_q[resp_slot]);
  assign resp_expected_o = (state_q[resp_slot] == SlotRead);

  // ---- state ----
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int unsigned i = 0; i < Slots; i++) state_q[i] <= SlotIdle;
      run_q <= '0;
      fetch_q <= '0;
      lock_q <= '0;
      kill_q <= '0;
      walking_q <= '0;
      enabled_q <= '0;
      hit_q <= '0;
      next_q <= '0;
    end else begin
      kill_q <= kill_q | {Slots{invalidating_i}};
      if (step) begin
        next_q <= (32'(sel) == Slots - 1) ? '0 : sel + 1'b1;
        state_q[sel] <= state_i;
        run_q[sel] <= (state_i > SlotRead);
        fetch_q[sel] <= (state_i == SlotFetch);
        lock_q[sel] <= (state_i == SlotLock);
        walking_q[sel] <= walking_i;
      end
      if (dispatch_i) begin
        state_q[free_slot_o] <= smmu_enable_i ? SlotConfig : SlotGbpa;
        run_q[free_slot_o] <= 1'b1;
        enabled_q[free_slot_o] <= smmu_enable_i;
        kill_q[free_slot_o] <= invalidating_i;
        hit_q[free_slot_o] <= 1'b0;
      end
      if (hit_i) hit_q[sel] <= 1'b1;
      // the last word of an STE or CD
      if (r_valid_i && !single && r_last_i) begin
        state_q[resp_slot] <= (class_q[resp_slot] == ClassSte) ? SlotSte : SlotCd;
        run_q[resp_slot] <= 1'b1;
        if ((class_q[resp_slot] == ClassSte) && (error_q[resp_slot] || r_error_i)) begin
          state_q[resp_slot] <= SlotEvent;  // F_STE_FETCH, see below
          run_q[resp_slot] <= 1'b0;
        end
      end
      // the walk of the same page is over
      for (int unsigned i = 0; i < Slots; i++) begin
        if ((state_q[i] == SlotMerge) && !walking_q[merge_q[i]]) begin
          state_q[i] <= tlb_empty_i ? SlotWalk : SlotTlb;
          run_q[i] <= 1'b1;
        end
      end
      if (update_done_i) begin
        state_q[lock_slot_i] <= SlotUpdated;
        run_q[lock_slot_i] <= 1'b1;
      end
      if (ev_done_i) begin
        state_q[ev_slot_i] <= SlotAnswer;
        run_q[ev_slot_i] <= 1'b1;
      end
      if (given_up_i) begin
        state_q[given_up_slot_i] <= SlotAnswer;
        run_q[given_up_slot_i] <= 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (step) begin
      mode_q[sel] <= mode_i;
      merged_q[sel] <= merged_i;
      vmid_q[sel] <= vmid_i;
      fetch_addr_q[sel] <= fetch_addr_i;
      class_q[sel] <= class_i;
      hier_q[sel] <= hier_i;
      todo_q[sel] <= todo_i;
      level1_q[sel] <= level1_i;
      level2_q[sel] <= level2_i;
      for_q[sel] <= for_i;
      size_q[sel] <= size_i;
      size2_q[sel] <= size2_i;
      asks_write_q[sel] <= asks_write_i;
      may_write_q[sel] <= may_write_i;
      if (s1_keep_i) begin
        s1_word_q[sel] <= r_data_i;
        s1_addr_q[sel] <= fetch_addr_q[sel];
      end
      leaf_q[sel] <= leaf_i;
      leaf2_q[sel] <= leaf2_i;
      oa_q[sel] <= oa_i;
      ipa_q[sel] <= ipa_i;
      pa_q[sel] <= pa_i;
      result_q[sel] <= result_i;
      event_q[sel] <= event_i;
      fault_q[sel] <= {stalled_i, fault2_i};
      if (stall_take_i) stag_q[sel] <= stall_tag_i;
      merge_q[sel] <= same_slot;
      if (fetching_i) begin
        beat_q[sel] <= '0;
        error_q[sel] <= 1'b0;
      end
      if (use_cache_i) begin
        ste0_q[sel] <= cached_ste_i[0];
        ste1_q[sel] <= cached_ste_i[1];
        ste2_q[sel] <= cached_ste_i[2];
        ste3_q[sel] <= cached_ste_i[3];
        cd0_q[sel] <= cached_cd_i[0];
        cd1_q[sel] <= cached_cd_i[1];
        cd2_q[sel] <= cached_cd_i[2];
      end
    end
    if (given_up_i) fault_q[given_up_slot_i][1] <= 1'b0;
    if (dispatch_i) begin
      index_q[free_slot_o] <= req_i;
      tag_q[free_slot_o] <= req_tag_i;
      addr_q[free_slot_o] <= req_addr_i;
      sid_q[free_slot_o] <= req_sid_i;
      ssid_q[free_slot_o] <= req_ssid_i;
      priv_in_q[free_slot_o] <= req_priv_i;
      instr_in_q[free_slot_o] <= req_instr_i;
      mode_q[free_slot_o] <= '{world: WorldEl1, privileged: req_priv_i, instruction: req_instr_i, default: 1'b0};
      merged_q[free_slot_o] <= 1'b0;
      asks_write_q[free_slot_o] <= 1'b0;
    end
    // words of an STE or CD
    if (r_valid_i && !single) begin
      beat_q[resp_slot] <= beat_q[resp_slot] + 3'd1;
      error_q[resp_slot] <= error_q[resp_slot] | r_error_i;
      if (class_q[resp_slot] == ClassSte) begin
        unique case (beat_q[resp_slot])
          3'd0: ste0_q[resp_slot] <= r_data_i;
          3'd1: ste1_q[resp_slot] <= r_data_i;
          3'd2: ste2_q[resp_slot] <= r_data_i;
          3'd3: ste3_q[resp_slot] <= r_data_i;
          default: ;
        endcase
        // a failed fetch leads to a record at once
        if (r_last_i) begin
          event_q[resp_slot] <= EVENT_F_STE_FETCH;
          result_q[resp_slot] <= ResultAbort;
          fault_q[resp_slot] <= 2'b00;
        end
      end else begin
        unique case (beat_q[resp_slot])
          3'd0: cd0_q[resp_slot] <= r_data_i;
          3'd1: cd1_q[resp_slot] <= r_data_i;
          3'd2: cd2_q[resp_slot] <= r_data_i;
          default: ;
        endcase
      end
    end
  end

  // ---- the slot whose record is being written ----
  for (genvar i = 0; i < int'(Slots); i++) begin : gen_ev
    assign ev_waits_o[i] = (state_q[i] == SlotEvent);
    assign ev_stalls_o[i] = fault_q[i][1];
  end
  assign ev_event_o = event_q[ev_slot_i];
  assign ev_sid_o = sid_q[ev_slot_i];
  assign ev_ssid_o = ssid_q[ev_slot_i];
  assign ev_write_o = index_q[ev_slot_i][0];
  assign ev_mode_o = mode_q[ev_slot_i];
  assign ev_addr_o = addr_q[ev_slot_i];
  assign ev_stage2_o = fault_q[ev_slot_i][0];
  assign ev_class_o = for_q[ev_slot_i];
  assign ev_ipa_o = ipa_q[ev_slot_i];
  assign ev_table_write_o = asks_write_q[ev_slot_i];
  assign ev_fetch_addr_o = fetch_addr_q[ev_slot_i];
  assign ev_stag_o = stag_q[ev_slot_i];
  assign given_up_stag_o = stag_q[given_up_slot_i];

  always_comb begin
    any_o = 1'b0;
    for (int unsigned i = 0; i < Slots; i++) begin
      states_o[i] = state_q[i];
      if (state_q[i] != SlotIdle) any_o = 1'b1;
    end
  end

  MergeWaitsForAnother_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (step && (state_i == SlotMerge)) |-> (same_slot != sel));
endmodule
