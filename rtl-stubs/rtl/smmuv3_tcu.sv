// SPDX-License-Identifier: Apache-2.0
// The translation control unit. Up to Slots translations are in flight; each is a slot of registers, and one shared datapath
// lets one slot take one step per cycle: the slot whose descriptor has just come back, else the next that can go on. The
// steps are the architectural order of checks: configuration (with the CD through stage 2 where nested), range, TLB, walks
// of both stages, permissions, record, answer. An abort is answered only when its record has been written or dropped. An
// invalidation forbids the fills of every slot that was busy with it.
// Here is what joins the parts: what a step leads to (memory, stage 2, a fault that terminates or stalls), and answers.
// Not here: registers and choice of the slot (_slots), requests, the steps themselves (_config, _walk), exclusive writes (_update),
// records, counting and observation (_monitor). Proof: test/ (rtl.tcu, rtl.vectors).
module smmuv3_tcu
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned NumReq = 2,   // two per TBU: 2t reads, 2t+1 writes
  parameter int unsigned Slots = 8,    // 1..8
  parameter int unsigned TagBits = 1,  // names a request of one requester
  parameter int unsigned TlbSets = 32,
  parameter int unsigned TlbWays = 4,
  parameter int unsigned CfgEntries = 32,
  parameter int unsigned WalkEntries = 16
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [31:0] idr0_i,
  input  logic [31:0] idr1_i,
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr5_i,
  input  logic        smmu_enable_i,   // CR0ACK.SMMUEN
  input  logic        recinvsid_i,     // CR2.RECINVSID
  input  logic        e2h_i,           // CR2.E2H
  input  logic        gbpa_abort_i,
  input  logic [1:0]  gbpa_privcfg_i,
  input  logic [1:0]  gbpa_instcfg_i,
  input  logic [51:0] strtab_addr_i,
  input  logic [31:0] strtab_cfg_i,
  input  logic        hold_i,          // take no new transaction (an Update is in progress)

  // TBUs: valid and operands until taken
  input  logic        req_valid_i   [NumReq],
  output logic        req_taken_o   [NumReq],
  input  logic        req_report_i  [NumReq],  // done by a micro-TLB: only to be counted and shown
  input  logic        req_retry_i   [NumReq],  // stalled before: not counted again
  input  logic        req_recalled_i [NumReq], // translated before, and gave it up: not counted again
  input  logic [TagBits-1:0] req_tag_i [NumReq],
  input  logic [51:0] req_pa_i      [NumReq],
  input  logic        req_translated_i [NumReq],
  input  logic [63:0] req_addr_i    [NumReq],
  input  logic [31:0] req_sid_i     [NumReq],
  input  logic        req_ssidv_i   [NumReq],
  input  logic [19:0] req_ssid_i    [NumReq],
  input  logic        req_priv_i    [NumReq],
  input  logic        req_instr_i   [NumReq],
  output logic        answer_o      [NumReq],
  output logic [TagBits-1:0] answer_tag_o,
  output result_e     answer_result_o,
  output logic        answer_stalled_o,  // of ResultWait: recorded, waits for software; else ask again when there is room
  output logic [51:0] answer_pa_o,
  output logic        answer_keep_o,   // the answer may be used again until the next invalidation or Update
  output logic        answer_translated_o,
  output logic        answer_priv_o,
  output logic        answer_instr_o,

  // stalls
  input  logic        stall_room_i,    // a record can be written and a tag is free
  input  logic [15:0] stall_tag_i,     // the tag that stall_take_o takes
  output logic        stall_take_o,
  output logic [31:0] stall_sid_o,
  output logic [3:0]  stall_index_o,   // which requester
  output logic [TagBits-1:0] stall_req_tag_o,
  output logic        stall_arm_o,     // the tag stall_arm_tag_o has been answered: commands may name it
  output logic [15:0] stall_arm_tag_o,
  output logic        stall_drop_o,    // the tag stall_drop_tag_o was taken, and its record was given up
  output logic [15:0] stall_drop_tag_o,

  // reads of memory: an address when rd_ready, answers by slot
  output logic        rd_valid_o,
  output logic [3:0]  rd_id_o,
  output logic [51:0] rd_addr_o,
  output logic [2:0]  rd_len_o,
  output logic [3:0]  rd_class_o,
  output logic        rd_lock_o,       // exclusive
  input  logic        rd_ready_i,
  input  logic        r_valid_i,
  input  logic [3:0]  r_id_i,
  input  logic [63:0] r_data_i,
  input  logic        r_error_i,
  input  logic        r_exokay_i,
  input  logic        r_last_i,
  // exclusive writes of descriptors, one at a time: valid and stable until done
  output logic        wr_valid_o,
  output logic [3:0]  wr_id_o,
  output logic [51:0] wr_addr_o,
  output logic [3:0]  wr_class_o,
  output logic [63:0] wr_data_o,
  input  logic        wr_done_i,
  input  logic        wr_error_i,
  input  logic        wr_exokay_i,

  // invalidations: valid until done
  input  logic        tlb_inv_valid_i,
  input  tlb_inv_t    tlb_inv_op_i,
  input  logic [15:0] tlb_inv_vmid_i,
  input  logic [15:0] tlb_inv_vmid_care_i,
  input  logic [15:0] tlb_inv_asid_i,
  input  logic [55:0] tlb_inv_first_i,
  input  logic [55:0] tlb_inv_last_i,
  input  logic        tlb_inv_single_i,
  output logic        tlb_inv_done_o,
  input  logic        cfg_inv_valid_i,
  input  cfg_inv_e    cfg_inv_op_i,
  input  logic [31:0] cfg_inv_sid_i,
  input  logic [19:0] cfg_inv_ssid_i,
  input  logic [4:0]  cfg_inv_range_i,
  output logic        cfg_inv_done_o,

  // event queue: valid and stable until done
  output logic        ev_valid_o,
  output logic        ev_stall_o,
  output logic [63:0] ev_o [4],
  input  logic        ev_done_i,
  input  logic        ev_refused_i,    // a stall record that cannot be written now
  input  logic        ev_writable_i,

  output logic        quiet_o,         // no translation in flight
  output logic        busy_o,
  // PMCG events, pulses with the StreamID they belong to
  output logic        transaction_o,   // event 1: taken up while SMMUEN=1
  output logic [31:0] transaction_sid_o,
  output logic        tlb_miss_o,      // event 2
  output logic        cfg_miss_o,      // event 3
  output logic        walk_access_o,   // event 4
  output logic        cfg_access_o,    // event 5
  output logic        lookup_o,        // event 2 of a TBU: its micro-TLB had no answer, the TLB was asked
  output logic [31:0] step_sid_o,      // of the five above
  output logic [3:0]  step_index_o,    // their requester
  // observation
  output logic        begin_o,         // this and end: fields below are those of the transaction
  output logic        again_o,         // a begin of one that was stalled or held before
  output logic        end_o,
  output logic        tlb_hit_o,
  output logic [3:0]  txn_slot_o,
  output logic [3:0]  txn_index_o,     // which requester
  output logic [63:0] txn_addr_o,      // as it came in
  output logic [31:0] txn_sid_o,
  output logic        txn_ssidv_o,
  output logic [19:0] txn_ssid_o,
  output logic        txn_priv_o,
  output logic        txn_instr_o,
  output logic        txn_enabled_o,
  output result_e     txn_result_o,
  output logic [51:0] txn_pa_o,
  output logic        txn_translated_o,
  output logic        walk_seen_o,     // a descriptor came back
  output logic        cfg_seen_o,      // a structure came back
  output logic [3:0]  seen_slot_o,
  output logic [51:0] seen_addr_o,
  output logic [63:0] seen_word0_o,
  output logic [3:0]  seen_class_o,
  output logic [1:0]  seen_level_o,
  output logic        seen_error_o,
  output logic        fill_o,
  output logic [3:0]  fill_slot_o,
  output logic [63:0] fill_va_o,
  output logic [51:0] fill_pa_o,
  output logic [2:0]  fill_size_class_o,
  output logic [15:0] fill_asid_o,
  output logic [15:0] fill_vmid_o,
  output logic [31:0] tlb_inv_count_o,
  output logic        tlb_busy_o,
  output tlb_state_e  tlb_state_o,
  output slot_state_e slot_state_o [Slots]
);
  localparam int unsigned SlotBits = (Slots == 1) ? 1 : $clog2(Slots);
  typedef logic [SlotBits-1:0] slot_t;

  // ---- requests ----
  logic        any_request, dispatch, report, slot_free, finish;
  slot_t       free_slot;
  logic [3:0]  req;
  logic        req_retry, req_recalled, req_translated, req_priv, req_instr;
  logic [TagBits-1:0] req_tag;
  logic [51:0] req_pa;
  logic [63:0] req_addr;
  logic [31:0] req_sid;
  logic [20:0] req_ssid;
  smmuv3_tcu_requests #(
    .NumReq(NumReq), .TagBits(TagBits)
  ) u_requests (
    .clk_i, .rst_ni, .busy_i(finish), .hold_i, .slot_free_i(slot_free), .valid_i(req_valid_i), .taken_o(req_taken_o),
    .report_i(req_report_i), .retry_i(req_retry_i), .recalled_i(req_recalled_i), .tag_i(req_tag_i), .pa_i(req_pa_i), .translated_i(req_translated_i),
    .addr_i(req_addr_i), .sid_i(req_sid_i), .ssidv_i(req_ssidv_i), .ssid_i(req_ssid_i), .priv_i(req_priv_i),
    .instr_i(req_instr_i), .any_o(any_request), .dispatch_o(dispatch), .report_o(report), .req_o(req), .retry_o(req_retry),
    .recalled_o(req_recalled), .tag_o(req_tag), .pa_o(req_pa), .translated_o(req_translated), .addr_o(req_addr), .sid_o(req_sid), .ssid_o(req_ssid),
    .priv_o(req_priv), .instr_o(req_instr)
  );

  // ---- the slots, and the one that takes a step: as it is, and (_d) as it is afterwards ----
  logic        step, invalidating, killed, no_fill;
  slot_t       sel, resp_slot, ev_slot, given_up_slot;
  slot_state_e state, state_d;
  logic [3:0]  index, fetch_class;
  logic [TagBits-1:0] tag;
  logic [63:0] addr;
  logic [31:0] sid;
  logic [20:0] ssid;
  logic        priv_in, instr_in, enabled, was_hit, cfg_error;
  logic [63:0] ste [4];
  logic [63:0] cd [3];
  logic [63:0] cached_ste [4];
  logic [63:0] cached_cd [3];
  mode_t       mode, mode_d, cfg_mode, ev_mode;
  logic [15:0] vmid, vmid_d, stag, ev_stag;
  logic        merged, merged_d, walking, walking_d, walk_walking, same_page, use_cache;
  logic [51:0] fetch_addr, fetch_addr_d, cfg_fetch_addr, walk_fetch_addr, ev_fetch_addr;
  logic [6:0]  todo, todo_d, walk_todo, present;
  logic [1:0]  level1, level1_d, level2, level2_d, what_for, what_for_d, ev_class;
  logic [3:0]  hier, hier_d;
  logic [51:0] oa, oa_d, ipa, ipa_d, cfg_ipa, walk_ipa, pa, pa_d, ev_ipa;
  logic [2:0]  size, size_d, size2, size2_d;
  leaf_t       leaf, leaf_d;
  leaf2_t      leaf2, leaf2_d;
  result_e     result, result_d;
  logic [7:0]  event_id, ev_event;
  logic        stalled, stalled_d, fault2, fault2_d, walk_fault2;
  logic        asks_write, asks_write_d, may_write, may_write_d, s1_keep, locked, exclusive, update_done, ev_table_write;
  slot_t       lock_slot;
  logic [63:0] s1_word;
  logic [51:0] s1_addr;
  logic [Slots-1:0] ev_waits, ev_stalls;
  logic        ev_written, ev_write, ev_stage2;
  logic [31:0] ev_sid;
  logic [20:0] ev_ssid;
  logic [63:0] ev_addr;
  logic        resp_seen, resp_error, resp_expected;
  logic [3:0]  resp_class;
  logic [51:0] resp_addr;
  logic [1:0]  resp_level;
  logic [63:0] resp_word0;
  logic        hit, any_slot;
  move_t       move, same_move, cfg_move, walk_move;
  assign invalidating = tlb_inv_valid_i || cfg_inv_valid_i;
  assign no_fill = killed || invalidating;
  smmuv3_tcu_slots #(
    .Slots(Slots), .SlotBits(SlotBits), .TagBits(TagBits)
  ) u_slots (
    .clk_i, .rst_ni, .smmu_enable_i, .invalidating_i(invalidating), .tlb_empty_i(present == '0),
    .dispatch_i(dispatch), .look_free_i(any_request), .free_o(slot_free), .free_slot_o(free_slot), .req_i(req),
    .req_tag_i(req_tag), .req_addr_i(req_addr), .req_sid_i(req_sid), .req_ssid_i(req_ssid), .req_priv_i(req_priv),
    .req_instr_i(req_instr),
    .rd_ready_i, .locked_i(locked), .lock_slot_i(lock_slot), .update_done_i(update_done), .r_valid_i, .r_id_i, .r_data_i, .r_error_i, .r_last_i, .resp_slot_o(resp_slot),
    .resp_seen_o(resp_seen), .resp_class_o(resp_class), .resp_addr_o(resp_addr), .resp_level_o(resp_level),
    .resp_word0_o(resp_word0), .resp_error_o(resp_error), .resp_expected_o(resp_expected),
    .step_o(step), .sel_o(sel), .state_o(state), .index_o(index), .tag_o(tag), .addr_o(addr), .sid_o(sid), .ssid_o(ssid),
    .priv_in_o(priv_in), .instr_in_o(instr_in), .enabled_o(enabled), .killed_o(killed), .hit_o(was_hit), .ste_o(ste), .cd_o(cd),
    .error_o(cfg_error), .mode_o(mode), .vmid_o(vmid), .merged_o(merged), .walking_o(walking), .fetch_addr_o(fetch_addr),
    .class_o(fetch_class), .todo_o(todo), .level1_o(level1), .level2_o(level2), .hier_o(hier), .oa_o(oa), .size_o(size),
    .leaf_o(leaf), .for_o(what_for), .ipa_o(ipa), .pa_o(pa), .leaf2_o(leaf2), .size2_o(size2), .asks_write_o(asks_write),
    .may_write_o(may_write), .s1_word_o(s1_word), .s1_addr_o(s1_addr), .result_o(result),
    .event_o(event_id), .stalled_o(stalled), .fault2_o(fault2), .stag_o(stag), .same_page_o(same_page),
    .state_i(state_d), .mode_i(mode_d), .vmid_i(vmid_d), .merged_i(merged_d), .walking_i(walking_d), .hit_i(hit),
    .fetch_addr_i(fetch_addr_d), .class_i(move.fetch_class), .fetching_i(rd_valid_o), .todo_i(todo_d), .level1_i(level1_d),
    .level2_i(level2_d), .hier_i(hier_d), .oa_i(oa_d), .size_i(size_d), .leaf_i(leaf_d), .for_i(what_for_d), .ipa_i(ipa_d),
    .pa_i(pa_d), .leaf2_i(leaf2_d), .size2_i(size2_d), .asks_write_i(asks_write_d), .may_write_i(may_write_d), .s1_keep_i(s1_keep), .result_i(result_d), .event_i(move.event_id), .stalled_i(stalled_d),
    .fault2_i(fault2_d), .stall_take_i(stall_take_o), .stall_tag_i, .use_cache_i(use_cache), .cached_ste_i(cached_ste),
    .cached_cd_i(cached_cd),
    .ev_waits_o(ev_waits), .ev_stalls_o(ev_stalls), .ev_slot_i(ev_slot), .ev_done_i(ev_written), .given_up_i(stall_drop_o),
    .given_up_slot_i(given_up_slot), .given_up_stag_o(stall_drop_tag_o), .ev_event_o(ev_event),
    .ev_sid_o(ev_sid), .ev_ssid_o(ev_ssid), .ev_write_o(ev_write), .ev_mode_o(ev_mode), .ev_addr_o(ev_addr),
    .ev_stage2_o(ev_stage2), .ev_class_o(ev_class), .ev_ipa_o(ev_ipa), .ev_table_write_o(ev_table_write), .ev_fetch_addr_o(ev_fetch_addr), .ev_stag_o(ev_stag),
    .any_o(any_slot), .states_o(slot_state_o)
  );

  // ---- what its STE and CD say ----
  logic        write, one_privilege, half, closed, e0pd, had, wxn, pan, ha, hd, s2ha, s2hd;
  logic [5:0]  oas, tsz, ips, s2_bits, s2ps;
  logic [1:0]  granule, s2_granule, s2_first_level;
  logic [63:0] va;
  logic [51:0] ttb, s2_ttb;
  assign write = index[0];
  assign one_privilege = (mode.world == WorldEl2);
  smmuv3_tcu_controls u_controls (
    .idr3_i, .idr5_i, .one_privilege_i(one_privilege), .addr_i(addr), .ste_i(ste), .cd_i(cd), .oas_o(oas), .va_o(va),
    .half_o(half), .closed_o(closed), .e0pd_o(e0pd), .had_o(had), .tsz_o(tsz), .granule_o(granule), .ttb_o(ttb), .ips_o(ips),
    .wxn_o(wxn), .pan_o(pan), .ha_o(ha), .hd_o(hd), .s2_bits_o(s2_bits), .s2_granule_o(s2_granule), .s2_first_level_o(s2_first_level),
    .s2_ttb_o(s2_ttb), .s2ps_o(s2ps), .s2ha_o(s2ha), .s2hd_o(s2hd)
  );

  // ---- the step ----
  logic        cfg_step, cfg_miss, cfg_fill, cfg_busy, tlb_fill, walk_fill, translated;
  logic [51:0] cfg_pa, walk_pa, answer_pa, fill_pa;
  logic [63:0] fill_va;
  logic [2:0]  fill_size;
  logic [15:0] fill_asid;
  logic        update_write;
  update_e     update;
  logic [63:0] new_word;
  always_comb begin
    same_move = '0;
    same_move.result = result;
    same_move.event_id = event_id;
    same_move.fetch_class = fetch_class;
    same_move.what_for = what_for;
  end
  smmuv3_tcu_config #(
    .CfgEntries(CfgEntries)
  ) u_config (
    .clk_i, .rst_ni, .idr0_i, .idr1_i, .idr3_i, .idr5_i, .e2h_i, .gbpa_abort_i, .gbpa_privcfg_i, .gbpa_instcfg_i,
    .strtab_addr_i, .strtab_cfg_i,
    .state_i(state), .write_i(write), .addr_i(addr), .sid_i(sid), .ssidv_i(ssid[20]), .ssid_i(ssid[19:0]), .priv_in_i(priv_in),
    .instr_in_i(instr_in), .no_fill_i(no_fill), .ste_i(ste), .cd_i(cd), .error_i(cfg_error), .mode_i(mode), .vmid_i(vmid),
    .fetch_addr_i(fetch_addr), .class_i(fetch_class), .ipa_i(ipa), .move_i(same_move), .word_i(r_data_i), .word_error_i(r_error_i),
    .oas_i(oas), .va_i(va), .half_i(half), .closed_i(closed), .e0pd_i(e0pd), .tsz_i(tsz), .tlb_empty_i(present == '0),
    .active_o(cfg_step), .move_o(cfg_move), .mode_o(cfg_mode), .vmid_o(vmid_d), .fetch_addr_o(cfg_fetch_addr), .ipa_o(cfg_ipa),
    .pa_o(cfg_pa), .use_cache_o(use_cache), .cached_ste_o(cached_ste), .cached_cd_o(cached_cd), .miss_o(cfg_miss),
    .fill_o(cfg_fill),
    .inv_valid_i(cfg_inv_valid_i), .inv_op_i(cfg_inv_op_i), .inv_sid_i(cfg_inv_sid_i), .inv_ssid_i(cfg_inv_ssid_i),
    .inv_range_i(cfg_inv_range_i), .inv_done_o(cfg_inv_done_o), .busy_o(cfg_busy)
  );
  smmuv3_tcu_walk #(
    .TlbSets(TlbSets), .TlbWays(TlbWays), .WalkEntries(WalkEntries)
  ) u_walk (
    .clk_i, .rst_ni, .idr3_i,
    .state_i(state), .write_i(write), .addr_i(addr), .no_fill_i(no_fill), .ste_i(ste), .cd_i(cd), .mode_i(mode), .vmid_i(vmid),
    .merged_i(merged), .walking_i(walking), .fetch_addr_i(fetch_addr), .class_i(fetch_class), .todo_i(todo), .level1_i(level1),
    .level2_i(level2), .hier_i(hier), .oa_i(oa), .size_i(size), .leaf_i(leaf), .ipa_i(ipa), .pa_i(pa), .leaf2_i(leaf2),
    .size2_i(size2), .fault2_i(fault2), .asks_write_i(asks_write), .may_write_i(may_write), .s1_word_i(s1_word),
    .s1_addr_i(s1_addr), .exclusive_i(exclusive), .update_i(update), .same_page_i(same_page), .move_i(same_move),
    .word_i(r_data_i), .word_error_i(r_error_i || (exclusive && !r_exokay_i)),
    .one_privilege_i(one_privilege), .va_i(va), .had_i(had), .tsz_i(tsz), .granule_i(granule), .ttb_i(ttb), .ips_i(ips),
    .wxn_i(wxn), .pan_i(pan), .ha_i(ha), .hd_i(hd), .s2ha_i(s2ha), .s2hd_i(s2hd), .s2_bits_i(s2_bits), .s2_granule_i(s2_granule), .s2_first_level_i(s2_first_level),
    .s2_ttb_i(s2_ttb), .s2ps_i(s2ps),
    .move_o(walk_move), .merged_o(merged_d), .walking_o(walk_walking), .fetch_addr_o(walk_fetch_addr), .todo_o(walk_todo),
    .level1_o(level1_d), .level2_o(level2_d), .hier_o(hier_d), .oa_o(oa_d), .size_o(size_d), .leaf_o(leaf_d), .ipa_o(walk_ipa),
    .answer_pa_o(walk_pa), .pa_o(pa_d), .leaf2_o(leaf2_d), .size2_o(size2_d), .asks_write_o(asks_write_d),
    .may_write_o(may_write_d), .s1_keep_o(s1_keep), .update_o(update_write), .new_word_o(new_word), .fault2_o(walk_fault2), .translated_o(translated),
    .hit_o(hit), .present_o(present), .tlb_fill_o(tlb_fill), .fill_o(walk_fill), .fill_va_o(fill_va), .fill_pa_o(fill_pa),
    .fill_size_o(fill_size), .fill_asid_o(fill_asid),
    .inv_valid_i(tlb_inv_valid_i), .inv_op_i(tlb_inv_op_i), .inv_vmid_i(tlb_inv_vmid_i), .inv_vmid_care_i(tlb_inv_vmid_care_i),
    .inv_asid_i(tlb_inv_asid_i), .inv_first_i(tlb_inv_first_i), .inv_last_i(tlb_inv_last_i), .inv_single_i(tlb_inv_single_i),
    .inv_done_o(tlb_inv_done_o), .inv_count_o(tlb_inv_count_o), .tlb_busy_o, .tlb_state_o
  );

  // ---- updates of descriptors ----
  assign exclusive = locked && (lock_slot == sel) && (state == SlotRead);
  smmuv3_tcu_update #(
    .SlotBits(SlotBits)
  ) u_update (
    .clk_i, .rst_ni, .locked_o(locked), .owner_o(lock_slot), .take_i(state == SlotLock), .slot_i(sel), .judge_i(exclusive),
    .write_i(update_write), .addr_i(fetch_addr), .class_i(fetch_class), .data_i(new_word), .answered_i(state == SlotUpdated),
    .result_o(update), .done_o(update_done),
    .wr_valid_o, .wr_id_o, .wr_addr_o, .wr_class_o, .wr_data_o, .wr_done_i, .wr_error_i, .wr_exokay_i
  );

  // ---- what the step leads to ----
  logic        record, stall_sel, miss;
  logic        finish_wait;                  // finish: the answer is result_d and answer_pa; wait: not yet
  always_comb begin
    move = cfg_step ? cfg_move : walk_move;
    mode_d = cfg_step ? cfg_mode : mode;
    fetch_addr_d = cfg_step ? cfg_fetch_addr : walk_fetch_addr;
    ipa_d = cfg_step ? cfg_ipa : walk_ipa;
    answer_pa = cfg_step ? cfg_pa : walk_pa;
    todo_d = (state == SlotRange) ? present : walk_todo;
    state_d = move.state;
    what_for_d = move.what_for;
    result_d = move.result;
    walking_d = walk_walking;
    fault2_d = walk_fault2;
    stall_sel = 1'b0;
    record = 1'b0;
    miss = 1'b0;
    finish = move.finish || (state == SlotAnswer);  // SlotAnswer: recorded, or dropped for good
    finish_wait = (state == SlotAnswer) && (result == ResultWait) && !stalled;   // its record was given up
    if (move.miss) begin
      state_d = SlotWalk;
      miss = !merged;
    end
    if (move.ipa) begin
      todo_d = present;
      state_d = (present == '0) ? SlotStage2 : SlotIpa;
    end
    // terminated or stalled
    if (move.fault_s1) begin
      fault2_d = 1'b0;
      what_for_d = ForInput;
      stall_sel = cd[0][CD_S_LSB];
      record = cd[0][CD_R_LSB] || stall_sel;
      result_d = (cd[0][CD_A_LSB] || stall_sel) ? ResultAbort : ResultRazWi;
    end
    if (move.fault_s2) begin
      fault2_d = 1'b1;
      stall_sel = ste[2][STE_S2S_LSB-128];
      record = ste[2][STE_S2R_LSB-128] || stall_sel;
      result_d = ResultAbort;
    end
    if (move.terminate) begin
      record = !move.silent && ((move.event_id != EVENT_C_BAD_STREAMID) || recinvsid_i);
      result_d = ResultAbort;
      if (move.event_id != EVENT_F_WALK_EABT) fault2_d = 1'b0;
    end
    stalled_d = stall_sel;
    if (stall_sel) result_d = ResultWait;
    if (move.fault_s1 || move.fault_s2 || move.terminate) begin
      walking_d = 1'b0;
      if (stall_sel && !stall_room_i) begin     // asks again when there is room
        stalled_d = 1'b0;
        finish_wait = 1'b1;
        finish = 1'b1;
      end else if (record) begin
        state_d = SlotEvent;
      end else begin
        finish = 1'b1;
      end
    end
    if (state == SlotAnswer) stalled_d = stalled;
    if (finish) begin
      state_d = SlotIdle;
      walking_d = 1'b0;
    end
    if (move.fetch || (state == SlotFetch)) state_d = rd_ready_i ? SlotRead : SlotFetch;
  end
  assign rd_valid_o = step && (move.fetch || (state == SlotFetch));
  assign rd_id_o = {1'b1, 3'(sel)};
  assign rd_addr_o = fetch_addr_d;
  assign rd_class_o = move.fetch_class;
  assign rd_lock_o = (state == SlotLock);
  assign rd_len_o = ((move.fetch_class == ClassSte) || (move.fetch_class == ClassCd)) ? 3'd7 : 3'd0;
  assign stall_take_o = step && (move.fault_s1 || move.fault_s2) && stall_sel && stall_room_i;
  assign stall_sid_o = sid;
  assign stall_index_o = index;
  assign stall_req_tag_o = tag;

  // ---- records ----
  smmuv3_tcu_records #(
    .Slots(Slots), .SlotBits(SlotBits)
  ) u_records (
    .clk_i, .rst_ni, .waits_i(ev_waits), .stalls_i(ev_stalls), .slot_o(ev_slot), .written_o(ev_written), .given_up_o(stall_drop_o),
    .given_up_slot_o(given_up_slot), .event_i(ev_event),
    .sid_i(ev_sid), .ssid_i(ev_ssid), .write_i(ev_write), .mode_i(ev_mode), .addr_i(ev_addr), .stage2_i(ev_stage2),
    .class_i(ev_class), .ipa_i(ev_ipa), .table_write_i(ev_table_write), .fetch_addr_i(ev_fetch_addr), .stag_i(ev_stag),
    .ev_valid_o, .ev_stall_o, .ev_o, .ev_done_i, .ev_refused_i, .ev_writable_i
  );

  // ---- answers: one per cycle, registered ----
  logic        ans_valid_q;
  logic [3:0]  ans_index_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ans_valid_q <= 1'b0;
      ans_index_q <= '0;
      answer_tag_o <= '0;
      answer_result_o <= ResultOk;
      answer_stalled_o <= 1'b0;
      answer_pa_o <= '0;
      answer_keep_o <= 1'b0;
      answer_translated_o <= 1'b0;
      answer_priv_o <= 1'b0;
      answer_instr_o <= 1'b0;
      stall_arm_tag_o <= '0;
    end else begin
      ans_valid_q <= finish;
      if (finish) begin
        ans_index_q <= index;
        answer_tag_o <= tag;
        answer_result_o <= result_d;
        answer_stalled_o <= (result_d == ResultWait) && !finish_wait;
        answer_pa_o <= answer_pa;
        answer_keep_o <= enabled && !no_fill && !hold_i;
        answer_translated_o <= translated;
        answer_priv_o <= mode_d.privileged;
        answer_instr_o <= mode_d.instruction;
        stall_arm_tag_o <= stag;
      end
    end
  end
  for (genvar i = 0; i < int'(NumReq); i++) begin : gen_answer
    assign answer_o[i] = ans_valid_q && (ans_index_q == 4'(i));
  end
  assign stall_arm_o = ans_valid_q && (answer_result_o == ResultWait) && answer_stalled_o;

  // ---- PMCG events and observation ----
  logic telling;
  smmuv3_tcu_monitor u_monitor (
    .clk_i, .rst_ni, .smmu_enable_i, .dispatch_i(dispatch), .report_i(report), .free_slot_i(4'(free_slot)), .req_i(req),
    .req_retry_i(req_retry), .req_recalled_i(req_recalled), .req_pa_i(req_pa), .req_translated_i(req_translated), .req_addr_i(req_addr), .req_sid_i(req_sid),
    .req_ssid_i(req_ssid), .req_priv_i(req_priv), .req_instr_i(req_instr),
    .step_i(step), .finish_i(finish), .slot_i(4'(sel)), .index_i(index), .addr_i(addr), .sid_i(sid), .ssid_i(ssid),
    .priv_i(priv_in), .instr_i(instr_in), .enabled_i(enabled), .hit_i(was_hit), .result_i(result_d), .pa_i(answer_pa),
    .translated_i(translated), .miss_i(miss), .cfg_miss_i(cfg_miss), .access_i(rd_valid_o && rd_ready_i),
    .class_i(move.fetch_class), .resp_i(resp_seen), .resp_slot_i(4'(resp_slot)), .resp_class_i(resp_class),
    .resp_addr_i(resp_addr), .resp_level_i(resp_level), .resp_word0_i(resp_word0), .resp_error_i(resp_error),
    .fill_i(tlb_fill), .fill_va_i(fill_va), .fill_pa_i(fill_pa), .fill_size_class_i(fill_size), .fill_asid_i(fill_asid),
    .fill_vmid_i(vmid),
    .transaction_o, .transaction_sid_o, .tlb_miss_o, .cfg_miss_o, .walk_access_o, .cfg_access_o, .lookup_o, .step_sid_o,
    .step_index_o, .begin_o, .again_o, .end_o, .tlb_hit_o, .txn_slot_o, .txn_index_o, .txn_addr_o, .txn_sid_o, .txn_ssidv_o, .txn_ssid_o, .txn_priv_o,
    .txn_instr_o, .txn_enabled_o, .txn_result_o, .txn_pa_o, .txn_translated_o, .walk_seen_o, .cfg_seen_o, .seen_slot_o,
    .seen_addr_o, .seen_word0_o, .seen_class_o, .seen_level_o, .seen_error_o, .fill_o, .fill_slot_o, .fill_va_o, .fill_pa_o,
    .fill_size_class_o, .fill_asid_o, .fill_vmid_o, .busy_o(telling)
  );

  assign quiet_o = !any_slot && !ans_valid_q;
  assign busy_o = any_slot || ans_valid_q || telling || cfg_busy;

  NoFillAfterInvalidation_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (walk_fill || cfg_fill) |-> (step && !killed && !invalidating));
  AnswersGoToReadingSlots_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    r_valid_i |-> resp_expected);
  AbortIsRecordedFirst_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (step && record && finish) |-> finish_wait);
endmodule
