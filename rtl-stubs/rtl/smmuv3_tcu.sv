// SPDX-License-Identifier: Apache-2.0
// The translation control unit. Up to Slots translations are in flight; each is a slot of registers, and one shared datapath
// lets one slot take one step per cycle: the slot whose descriptor has just come back, else the next that can go on. The
// steps are the architectural order of checks: configuration (with the CD through stage 2 where nested), range, TLB, walks
// of both stages, permissions, record, answer. An abort is answered only when its record has been written or dropped. An
// invalidation forbids the fills of every slot that was busy with it.
// Not here: legality of structures (*_check), geometry (package), caches, the record's layout. Proof: test/ (rtl.vectors).
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

  // reads of memory: an address when rd_ready, answers by slot
  output logic        rd_valid_o,
  output logic [3:0]  rd_id_o,
  output logic [51:0] rd_addr_o,
  output logic [2:0]  rd_len_o,
  output logic [3:0]  rd_class_o,
  input  logic        rd_ready_i,
  input  logic        r_valid_i,
  input  logic [3:0]  r_id_i,
  input  logic [63:0] r_data_i,
  input  logic        r_error_i,
  input  logic        r_last_i,

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
  output logic [31:0] step_sid_o,      // of the four above
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

  // What a stage-2 lookup or walk inside a translation is for; the numbers are those of CLASS in records.
  localparam logic [1:0] ForCd = EVENT_CLASS_CD;
  localparam logic [1:0] ForTable = EVENT_CLASS_TT;
  localparam logic [1:0] ForInput = EVENT_CLASS_IN;

  // ---- one transaction per slot ----
  slot_state_e state_q [Slots];
  logic [Slots-1:0] run_q, fetch_q;                 // wants a step; wants the memory port
  logic [3:0]  index_q  [Slots];
  logic [TagBits-1:0] tag_q [Slots];
  logic [63:0] addr_q   [Slots];
  logic [31:0] sid_q    [Slots];
  logic [20:0] ssid_q   [Slots];                    // {valid, SubstreamID}
  logic        priv_in_q [Slots];
  logic        instr_in_q [Slots];
  logic [Slots-1:0] enabled_q, kill_q, walking_q;
  // what its STE and CD say
  logic [63:0] ste0_q   [Slots];
  logic [63:0] ste1_q   [Slots];
  logic [63:0] ste2_q   [Slots];
  logic [63:0] ste3_q   [Slots];
  logic [63:0] cd0_q    [Slots];
  logic [63:0] cd1_q    [Slots];
  logic [63:0] cd2_q    [Slots];
  logic [15:0] vmid_q   [Slots];
  logic [7:0]  flags_q  [Slots];                    // {two_level, counted, merged, world[1:0], stage2, stage1, priv}
  logic [Slots-1:0] hit_q;                          // the TLB had it
  logic        instr_q  [Slots];
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
  logic [9:0]  leaf_q   [Slots];                    // {from a walk, global, AP[2:1], UXN, PXN, S2AP, XN}
  logic [1:0]  level2_q [Slots];
  logic [1:0]  for_q    [Slots];
  logic [51:0] ipa_q    [Slots];
  logic [51:0] pa_q     [Slots];                    // what stage 2 made of ipa
  logic [5:0]  leaf2_q  [Slots];                    // {from a walk, S2AP, XN, Device}
  logic [2:0]  size2_q  [Slots];
  slot_t       merge_q  [Slots];                    // whose walk it waits for
  // how it ends
  result_e     result_q [Slots];
  logic [7:0]  event_q  [Slots];
  logic [1:0]  fault_q  [Slots];                    // {stalled, stage 2}
  logic [15:0] stag_q   [Slots];

  // the results of a step that are needed before the step itself is described
  logic [51:0] out_addr;
  logic [3:0]  hier_d;
  logic        finish, wc_fill;

  // ---- who takes a step ----
  logic        resp_step, step;
  slot_t       sel, resp_slot, next_q;
  logic [Slots-1:0] ready;
  slot_t       pick;
  logic        single;                              // the answer is one word: it is used at once
  assign resp_slot = (Slots == 1) ? '0 : slot_t'(r_id_i);  // always a slot that is there, whatever comes before the reset
  assign single = (class_q[resp_slot] != ClassSte) && (class_q[resp_slot] != ClassCd);
  assign resp_step = r_valid_i && single;
  assign ready = run_q & ~(fetch_q & {Slots{!rd_ready_i}});
  always_comb begin
    pick = '0;
    if (ready != '0) begin
      for (int unsigned i = Slots; i > 0; i--) if (ready[i-1]) pick = slot_t'(i - 1);
      for (int unsigned i = Slots; i > 0; i--) if (ready[i-1] && (slot_t'(i - 1) >= next_q)) pick = slot_t'(i - 1);
    end
  end
  assign step = resp_step || (ready != '0);
  assign sel = resp_step ? resp_slot : pick;

  slot_state_e state;
  logic        looking;                             // the slot in its first look at its configuration
  logic        write;
  logic [63:0] va, word;
  logic [31:0] sid;
  logic        ssidv;
  logic [19:0] ssid;
  logic        one_privilege, nested;
  world_e      world;
  assign state = step ? state_q[sel] : SlotIdle;
  assign sid = sid_q[sel];
  assign {ssidv, ssid} = ssid_q[sel];
  assign write = index_q[sel][0];
  assign word = r_data_i;
  assign world = world_e'(flags_q[sel][4:3]);
  assign one_privilege = (world == WorldEl2);
  assign nested = flags_q[sel][2] && flags_q[sel][1];
  assign looking = (state == SlotConfig);

  // ---- configuration ----
  logic        ste_hit, cd_hit, ste_fill, cd_fill, invalidating, no_fill, cfg_cache_busy;
  logic [63:0] cached_ste [4];
  logic [63:0] cached_cd [3];
  logic [63:0] slot_ste [4];
  logic [63:0] slot_cd [3];
  logic [63:0] ste [4];
  assign invalidating = tlb_inv_valid_i || cfg_inv_valid_i;
  assign no_fill = kill_q[sel] || invalidating;
  assign slot_ste[0] = ste0_q[sel];
  assign slot_ste[1] = ste1_q[sel];
  assign slot_ste[2] = ste2_q[sel];
  assign slot_ste[3] = ste3_q[sel];
  assign slot_cd[0] = cd0_q[sel];
  assign slot_cd[1] = cd1_q[sel];
  assign slot_cd[2] = cd2_q[sel];
  for (genvar w = 0; w < 4; w++) begin : gen_ste
    assign ste[w] = looking ? cached_ste[w] : slot_ste[w];
  end

  smmuv3_cfg_cache #(
    .Entries(CfgEntries)
  ) u_cfg_cache (
    .clk_i, .rst_ni, .sid_i(sid), .ssid_i(ssid), .ste_hit_o(ste_hit), .cd_hit_o(cd_hit), .ste_o(cached_ste), .cd_o(cached_cd),
    .ste_fill_i(ste_fill), .ste_i(slot_ste), .cd_fill_i(cd_fill), .cd_i(slot_cd),
    .inv_valid_i(cfg_inv_valid_i), .inv_op_i(cfg_inv_op_i), .inv_sid_i(cfg_inv_sid_i), .inv_ssid_i(cfg_inv_ssid_i),
    .inv_range_i(cfg_inv_range_i), .inv_done_o(cfg_inv_done_o), .busy_o(cfg_cache_busy)
  );

  logic        sid_in_range, strtab_two_level, span_bad;
  logic [51:0] strtab_addr, leaf_ste_addr;
  smmuv3_stream_table u_stream_table (
    .look_i(looking || ((state == SlotRead) && (class_q[sel] == ClassL1std))), .idr0_i, .idr1_i, .strtab_addr_i, .strtab_cfg_i,
    .sid_i(sid), .l1std_i(word), .in_range_o(sid_in_range), .two_level_o(strtab_two_level), .first_addr_o(strtab_addr),
    .span_bad_o(span_bad), .leaf_addr_o(leaf_ste_addr)
  );

  ste_verdict_e ste_verdict;
  logic        ste_legal, ste_stage2, cd_two_level, cd_legal;
  logic [7:0]  ste_event;
  world_e      ste_world;
  logic [15:0] ste_vmid;
  logic [51:0] cd_addr;
  smmuv3_ste_check u_ste_check (
    .look_i((looking && ste_hit) || (state == SlotSte)), .idr0_i, .idr1_i, .idr3_i, .idr5_i, .e2h_i, .ste_i(ste),
    .ssidv_i(ssidv), .ssid_i(ssid), .verdict_o(ste_verdict), .legal_o(ste_legal), .event_id_o(ste_event), .stage2_o(ste_stage2),
    .world_o(ste_world), .vmid_o(ste_vmid), .cd_addr_o(cd_addr), .cd_two_level_o(cd_two_level)
  );
  smmuv3_cd_check u_cd_check (
    .look_i(state == SlotCd), .idr0_i, .idr3_i, .idr5_i, .world_i(world), .stalld_i(ste1_q[sel][STE_S1STALLD_LSB-64]),
    .cd_i(slot_cd), .legal_o(cd_legal)
  );

  // ---- stage-1 and stage-2 controls of the slot ----
  logic        half, tbi, epd, e0pd, had, wxn, pan, a_bit, r_bit, s_bit;
  logic [5:0]  tsz, oas, ips, s2ps, s2_bits;
  logic [1:0]  granule, s2_granule, s2_first_level;
  logic [51:0] ttb, s2_ttb;
  logic [63:0] cd0, cd1, cd2;
  always_comb begin
    cd0 = cd0_q[sel];
    cd1 = cd1_q[sel];
    cd2 = cd2_q[sel];
    oas = pa_bits(idr5_i[IDR5_OAS_MSB:IDR5_OAS_LSB]);
    half = addr_q[sel][55] && !one_privilege;
    tbi = half ? cd0[CD_TBI1_LSB] : cd0[CD_TBI0_LSB];
    epd = !one_privilege && (half ? cd0[CD_EPD1_LSB] : cd0[CD_EPD0_LSB]);
    e0pd = idr3_i[IDR3_E0PD_LSB] && !one_privilege && (half ? cd2[CD_E0PD1_LSB-128] : cd1[CD_E0PD0_LSB-64]);
    had = idr3_i[IDR3_HAD_LSB] && (half ? cd2[CD_HAD1_LSB-128] : cd1[CD_HAD0_LSB-64]);
    tsz = half ? cd0[CD_T1SZ_MSB:CD_T1SZ_LSB] : cd0[CD_T0SZ_MSB:CD_T0SZ_LSB];
    granule = half ? granule_tg1(cd0[CD_TG1_MSB:CD_TG1_LSB]) : granule_tg0(cd0[CD_TG0_MSB:CD_TG0_LSB]);
    ttb = half ? {cd2[51:4], 4'd0} : {cd1[51:4], 4'd0};
    ips = pa_bits(cd0[CD_IPS_MSB:CD_IPS_LSB]);
    if (ips > oas) ips = oas;
    wxn = cd0[CD_WXN_LSB];
    pan = cd0[CD_PAN_LSB];
    a_bit = cd0[CD_A_LSB];
    r_bit = cd0[CD_R_LSB];
    s_bit = cd0[CD_S_LSB];
    va = addr_q[sel];
    if (tbi) va[63:56] = {8{addr_q[sel][55]}};
    s2_bits = 6'd0 - ste2_q[sel][STE_S2T0SZ_MSB-128:STE_S2T0SZ_LSB-128];
    s2_granule = granule_tg0(ste2_q[sel][STE_S2TG_MSB-128:STE_S2TG_LSB-128]);
    s2_first_level = 2'(stage2_start(s2_granule, ste2_q[sel][STE_S2SL0_MSB-128:STE_S2SL0_LSB-128], 1'b1));
    s2_ttb = {ste3_q[sel][51:4], 4'd0};
    s2ps = pa_bits(ste2_q[sel][STE_S2PS_MSB-128:STE_S2PS_LSB-128]);
    if (s2ps > oas) s2ps = oas;
  end

  // ---- TLB ----
  logic        tlb_look, tlb_hit, tlb_uxn, tlb_pxn, tlb_device, tlb_fill, ipa_space;
  logic [2:0]  probe_size, fill_size;
  logic [6:0]  present, todo_left;
  logic [51:0] tlb_oa, tlb_fill_oa;
  logic [1:0]  tlb_ap, tlb_s2ap, tlb_s2xn;
  logic [55:0] tlb_va;
  // The TLB is asked about the transaction itself, or about an IPA inside a nested translation.
  assign ipa_space = (state == SlotIpa) || (state == SlotStage2Done);
  always_comb begin
    probe_size = '0;
    todo_left = todo_q[sel];
    if (tlb_look) begin
      for (int unsigned i = NumSizeClasses; i > 0; i--) if (todo_q[sel][i-1]) probe_size = 3'(i - 1);
      todo_left[probe_size] = 1'b0;
    end
  end
  assign tlb_look = (state == SlotTlb) || (state == SlotIpa);
  assign tlb_va = ipa_space ? {4'd0, ipa_q[sel]} : va[55:0];

  // tag of the slot's own translations
  logic [15:0] asid, vmid;
  logic        aset, stage2_only;
  assign stage2_only = flags_q[sel][2] && !flags_q[sel][1];
  assign asid = (stage2_only || one_privilege) ? 16'd0 : cd0[CD_ASID_MSB:CD_ASID_LSB];
  assign vmid = vmid_q[sel];
  assign aset = !stage2_only && cd0[CD_ASET_LSB];

  smmuv3_tlb #(
    .Sets(TlbSets),
    .Ways(TlbWays)
  ) u_tlb (
    .clk_i, .rst_ni,
    .va_i(tlb_va), .world_i((ipa_space || stage2_only) ? WorldStage2 : world), .nested_i(!ipa_space && nested),
    .asid_i(ipa_space ? 16'd0 : asid), .vmid_i(vmid), .aset_i(!ipa_space && aset),
    .look_i(tlb_look), .size_class_i(probe_size), .hit_o(tlb_hit), .oa_o(tlb_oa), .ap_o(tlb_ap), .uxn_o(tlb_uxn),
    .pxn_o(tlb_pxn), .s2ap_o(tlb_s2ap), .s2xn_o(tlb_s2xn), .device_o(tlb_device), .present_o(present),
    .fill_i(tlb_fill), .fill_oa_i(tlb_fill_oa), .fill_size_class_i(fill_size), .fill_ap_i(leaf_q[sel][7:6]),
    .fill_uxn_i(leaf_q[sel][5]), .fill_pxn_i(leaf_q[sel][4]), .fill_global_i(!ipa_space && (leaf_q[sel][8] || one_privilege)),
    .fill_s2ap_i(ipa_space ? leaf2_q[sel][4:3] : leaf_q[sel][3:2]), .fill_s2xn_i(ipa_space ? leaf2_q[sel][2:1] : leaf_q[sel][1:0]),
    .fill_device_i(leaf2_q[sel][0]),
    .inv_valid_i(tlb_inv_valid_i), .inv_op_i(tlb_inv_op_i), .inv_vmid_i(tlb_inv_vmid_i), .inv_vmid_care_i(tlb_inv_vmid_care_i),
    .inv_asid_i(tlb_inv_asid_i), .inv_first_i(tlb_inv_first_i), .inv_last_i(tlb_inv_last_i), .inv_single_i(tlb_inv_single_i),
    .inv_done_o(tlb_inv_done_o), .busy_o(tlb_busy_o), .inv_count_o(tlb_inv_count_o), .state_o(tlb_state_o)
  );

  // ---- walk cache ----
  logic        wc_hit;
  logic [51:0] wc_table;
  logic [3:0]  wc_hier;
  smmuv3_walk_cache #(
    .Entries(WalkEntries)
  ) u_walk_cache (
    .clk_i, .rst_ni, .clear_i(tlb_inv_valid_i && tlb_inv_op_i.tables),
    .look_i((state == SlotWalk) && !stage2_only), .va_i(va[55:0]), .granule_i(granule),
    .context_i({world, nested, aset, asid, vmid}), .hit_o(wc_hit), .table_o(wc_table), .hier_o(wc_hier),
    .fill_i(wc_fill), .fill_table_i(out_addr), .fill_hier_i(hier_d)
  );

  // ---- a descriptor: what it is, and what it leads to ----
  logic        is_stage2, is_table, is_leaf;
  logic [1:0]  desc_granule, desc_level;
  logic [5:0]  leaf_shift;
  logic        too_big;
  always_comb begin
    is_stage2 = (class_q[sel] == ClassStage2Table);
    desc_granule = is_stage2 ? s2_granule : granule;
    desc_level = is_stage2 ? level2_q[sel] : level1_q[sel];
    is_table = 1'b0;
    is_leaf = 1'b0;
    leaf_shift = '0;
    out_addr = '0;
    too_big = 1'b0;
    if (state == SlotRead) begin
      is_table = (word[1:0] == 2'b11) && (desc_level != 2'd3);
      is_leaf = (desc_level == 2'd3) ? (word[1:0] == 2'b11)
                                     : (word[1:0] == 2'b01)
                                       && ((desc_level == 2'd2) || ((desc_level == 2'd1) && (desc_granule == 2'd0)));
      leaf_shift = level_shift(desc_granule, is_table ? 2'd3 : desc_level);
      out_addr = {4'd0, word[47:0]} & ~52'(low_mask(leaf_shift));
      too_big = above({12'd0, out_addr}, is_stage2 ? s2ps : ips);
    end
  end

  // ---- the step ----
  slot_state_e state_d;
  logic        priv_d, instr_d, two_level_d, counted_d, merged_d, stage1_d, stage2_d, walking_d;
  world_e      world_d;
  logic [15:0] vmid_d;
  logic [51:0] fetch_addr_d, oa_d, ipa_d, pa_d;
  logic [3:0]  class_d;
  logic [6:0]  todo_d;
  logic [1:0]  level1_d, level2_d, for_d;
  logic [2:0]  size_d, size2_d;
  logic [9:0]  leaf_d;
  logic [5:0]  leaf2_d;
  result_e     result_d;
  logic [7:0]  event_d;
  logic        stalled_d, fault2_d;
  logic        use_cache;                    // STE (and CD) come from the caches
  logic        go_fetch;                     // fetch_addr_d, class_d
  logic        go_ipa;                       // ipa_d, for_d: through stage 2
  logic        go_miss;
  logic        fault_s1, fault_s2, abort;    // event_d is set; abort: always recorded unless silent
  logic        silent;
  logic        finish_wait;                  // finish (declared above): the answer is result_d and answer_pa; wait: not yet
  logic        translated;
  logic        s1_ok, s2_ok, record, stall_sel;
  logic        miss, hit, cfg_miss;
  logic [51:0] answer_pa, page_mask;
  logic        same_page;
  slot_t       same_slot;
  // address of the next descriptor: one computation per step, whichever stage it is for
  logic        da_want, da_stage2, da_first;
  logic [1:0]  da_level;
  logic [51:0] da_base, da;
  logic [63:0] da_input;

  always_comb begin
    state_d = SlotIdle;
    {two_level_d, counted_d, merged_d} = flags_q[sel][7:5];
    world_d = world;
    {stage2_d, stage1_d, priv_d} = flags_q[sel][2:0];
    instr_d = instr_q[sel];
    walking_d = walking_q[sel];
    vmid_d = vmid_q[sel];
    fetch_addr_d = fetch_addr_q[sel];
    class_d = class_q[sel];
    hier_d = hier_q[sel];
    todo_d = todo_q[sel];
    level1_d = level1_q[sel];
    level2_d = level2_q[sel];
    for_d = for_q[sel];
    size_d = size_q[sel];
    size2_d = size2_q[sel];
    leaf_d = leaf_q[sel];
    leaf2_d = leaf2_q[sel];
    oa_d = oa_q[sel];
    ipa_d = ipa_q[sel];
    pa_d = pa_q[sel];
    result_d = result_q[sel];
    event_d = event_q[sel];
    {stalled_d, fault2_d} = fault_q[sel];
    use_cache = 1'b0;
    go_fetch = 1'b0;
    go_ipa = 1'b0;
    go_miss = 1'b0;
    fault_s1 = 1'b0;
    fault_s2 = 1'b0;
    abort = 1'b0;
    silent = 1'b0;
    finish = 1'b0;
    finish_wait = 1'b0;
    translated = 1'b0;
    s1_ok = 1'b0;
    s2_ok = 1'b0;
    record = 1'b0;
    stall_sel = 1'b0;
    miss = 1'b0;
    hit = 1'b0;
    cfg_miss = 1'b0;
    answer_pa = '0;
    page_mask = '0;
    same_page = 1'b0;
    same_slot = '0;
    ste_fill = 1'b0;
    cd_fill = 1'b0;
    tlb_fill = 1'b0;
    wc_fill = 1'b0;
    fill_size = '0;
    tlb_fill_oa = '0;
    da_want = 1'b0;
    da = '0;
    da_stage2 = 1'b0;
    da_first = 1'b0;
    da_level = '0;
    da_base = '0;
    da_input = '0;

    unique case (state)
      SlotGbpa: begin
        finish = 1'b1;
        answer_pa = addr_q[sel][51:0];
        result_d = (gbpa_abort_i || above(addr_q[sel], oas)) ? ResultAbort : ResultOk;
        if (idr1_i[IDR1_ATTR_PERMS_OVR_LSB]) begin
          priv_d = override_bit(gbpa_privcfg_i, priv_in_q[sel]);
          instr_d = !write && override_bit(gbpa_instcfg_i, instr_in_q[sel]);
        end
      end

      // ---- configuration ----
      SlotConfig, SlotSte: begin
        if ((state == SlotConfig) && !ste_hit) begin
          event_d = EVENT_C_BAD_STREAMID;
          fetch_addr_d = strtab_addr;
          class_d = strtab_two_level ? ClassL1std : ClassSte;
          if (!sid_in_range) begin
            abort = 1'b1;
          end else begin
            cfg_miss = 1'b1;
            counted_d = 1'b1;
            if (above({12'd0, strtab_addr}, oas)) begin  // a failed fetch without an access
              event_d = EVENT_F_STE_FETCH;
              abort = 1'b1;
            end else begin
              go_fetch = 1'b1;
            end
          end
        end else begin
          use_cache = (state == SlotConfig);
          ste_fill = (state == SlotSte) && ste_legal && !no_fill;
          event_d = ste_event;
          stage2_d = ste_stage2;
          stage1_d = (ste_verdict == SteStage1);
          world_d = ste_world;
          vmid_d = ste_vmid;
          two_level_d = cd_two_level;
          if (idr1_i[IDR1_ATTR_PERMS_OVR_LSB]) begin
            priv_d = override_bit(ste[1][49:48], priv_in_q[sel]);
            instr_d = !write && override_bit(ste[1][51:50], instr_in_q[sel]);
          end
          unique case (ste_verdict)
            SteAbort: begin
              abort = 1'b1;
              silent = 1'b1;
            end
            SteNoStage1: state_d = SlotRange;
            SteStage1: begin
              if (use_cache && cd_hit) begin
                state_d = SlotRange;
              end else begin
                cfg_miss = !counted_d;  // else it was counted with the STE
                counted_d = 1'b1;
                class_d = cd_two_level ? ClassL1cd : ClassCd;
                fetch_addr_d = cd_addr;
                ipa_d = cd_addr;
                for_d = ForCd;
                if (ste_stage2) go_ipa = 1'b1;
                else go_fetch = 1'b1;
              end
            end
            default: abort = 1'b1;
          endcase
        end
      end
      SlotCd: begin
        if (error_q[sel]) begin
          event_d = EVENT_F_CD_FETCH;
          abort = 1'b1;
        end else if (!cd_legal) begin
          event_d = EVENT_C_BAD_CD;
          abort = 1'b1;
        end else begin
          cd_fill = !no_fill;
          state_d = SlotRange;
        end
      end

      // ---- input address ----
      SlotRange: begin
        todo_d = present;
        state_d = SlotTlb;
        if (!stage1_d) begin
          if (above(addr_q[sel], oas)) begin  // always recorded, always an abort
            event_d = EVENT_F_ADDR_SIZE;
            for_d = ForInput;
            abort = 1'b1;
          end else if (!stage2_d) begin
            finish = 1'b1;
            result_d = ResultOk;
            answer_pa = addr_q[sel][51:0];
          end else if (present == '0) begin
            go_miss = 1'b1;
          end
        end else if ((((va ^ {64{half}}) >> (6'd0 - tsz)) != 64'd0) || epd || (e0pd && !priv_d)) begin
          event_d = EVENT_F_TRANSLATION;
          fault_s1 = 1'b1;
        end else if (present == '0) begin
          go_miss = 1'b1;
        end
      end

      // ---- TLB, one size per step ----
      SlotTlb: begin
        todo_d = todo_left;
        state_d = SlotTlb;
        leaf_d = {1'b0, 1'b0, tlb_ap, tlb_uxn, tlb_pxn, tlb_s2ap, tlb_s2xn};
        size_d = probe_size;
        oa_d = tlb_oa;
        if (tlb_hit) begin
          hit = !merged_d;
          state_d = SlotCheck;
        end else if (todo_left == '0) begin
          go_miss = 1'b1;
        end
      end

      // ---- start of a walk ----
      SlotWalk: begin
        walking_d = 1'b1;
        hier_d = '0;
        if (stage2_only) begin
          ipa_d = addr_q[sel][51:0];
          for_d = ForInput;
          state_d = SlotStage2;
        end else begin
          level1_d = wc_hit ? 2'd3 : stage1_start(granule, 6'd0 - tsz);
          hier_d = wc_hit ? wc_hier : 4'd0;
          da_level = level1_d;
          da_first = !wc_hit;
          da_base = wc_hit ? wc_table : ttb;
          da_input = va;
          da_want = 1'b1;
          for_d = ForTable;
          class_d = ClassStage1Table;
          if (nested) go_ipa = 1'b1;
          else go_fetch = 1'b1;
        end
        for (int unsigned i = 0; i < Slots; i++) begin
          if (walking_q[i] && (slot_t'(i) != sel) && (addr_q[i][63:12] == addr_q[sel][63:12]) && (sid_q[i] == sid)
              && (ssid_q[i] == ssid_q[sel])) begin
            same_page = 1'b1;
            same_slot = slot_t'(i);
          end
        end
        if (same_page && !merged_d) begin  // somebody is fetching the same translation
          go_fetch = 1'b0;
          go_ipa = 1'b0;
          walking_d = 1'b0;
          merged_d = 1'b1;
          state_d = SlotMerge;
        end
      end

      // ---- stage 2 of an IPA: TLB first, then a walk ----
      SlotIpa: begin
        todo_d = todo_left;
        state_d = SlotIpa;
        leaf2_d = {1'b0, tlb_s2ap, tlb_s2xn, tlb_device};
        size2_d = probe_size;
        page_mask = 52'(low_mask(size_class_log2(probe_size)));
        pa_d = tlb_oa | (ipa_q[sel] & page_mask);
        if (tlb_hit) state_d = SlotStage2Done;
        else if (todo_left == '0) state_d = SlotStage2;
      end
      SlotStage2: begin
        level2_d = s2_first_level;
        da_stage2 = 1'b1;
        da_first = 1'b1;
        da_level = s2_first_level;
        da_base = s2_ttb;
        da_input = {12'd0, ipa_q[sel]};
        if (above({12'd0, ipa_q[sel]}, s2_bits)) begin
          event_d = EVENT_F_TRANSLATION;
          fault_s2 = 1'b1;
        end else begin
          da_want = 1'b1;
          class_d = ClassStage2Table;
          go_fetch = 1'b1;
        end
      end
      SlotStage2Done: begin
        s2_ok = (for_q[sel] == ForInput)
                ? stage2_permits(!write, instr_d, priv_d, leaf2_q[sel][4:3], leaf2_q[sel][2:1], idr3_i[IDR3_XNX_LSB])
                : (leaf2_q[sel][3] && !(ste2_q[sel][STE_S2PTW_LSB-128] && leaf2_q[sel][0]));
        page_mask = 52'(low_mask(size_class_log2(size2_q[sel])));
        fill_size = size2_q[sel];
        tlb_fill_oa = pa_q[sel] & ~page_mask;
        // what nested walks come back to; the translation of a whole transaction is filled in SlotCheck
        tlb_fill = (for_q[sel] != ForInput) && leaf2_q[sel][5] && !no_fill;
        if (!s2_ok) begin
          event_d = EVENT_F_PERMISSION;
          fault_s2 = 1'b1;
        end else if (for_q[sel] == ForInput) begin
          // the entry in hand covers what both stages cover
          leaf_d[3:0] = leaf2_q[sel][4:1];
          leaf_d[9] = 1'b1;
          if (stage2_only || (size2_q[sel] < size_q[sel])) size_d = size2_q[sel];
          page_mask = 52'(low_mask(size_class_log2(size_d)));
          oa_d = pa_q[sel] & ~page_mask;
          for_d = ForCd;  // stage 2 of the output is done
          state_d = SlotCheck;
        end else begin
          fetch_addr_d = pa_q[sel];
          class_d = (for_q[sel] == ForTable) ? ClassStage1Table : two_level_d ? ClassL1cd : ClassCd;
          go_fetch = 1'b1;
        end
      end

      // ---- a word came back ----
      SlotRead: begin
        unique case (class_q[sel])
          ClassL1std: begin
            if (r_error_i) begin
              event_d = EVENT_F_STE_FETCH;
              abort = 1'b1;
            end else if (span_bad) begin
              event_d = EVENT_C_BAD_STREAMID;
              abort = 1'b1;
            end else begin
              fetch_addr_d = leaf_ste_addr;
              class_d = ClassSte;
              if (above({12'd0, leaf_ste_addr}, oas)) begin
                event_d = EVENT_F_STE_FETCH;
                abort = 1'b1;
              end else begin
                go_fetch = 1'b1;
              end
            end
          end
          ClassL1cd: begin
            // the leaf table is 4 KiB (64 CDs) or 64 KiB (1024 CDs) long and aligned
            fetch_addr_d = (ste0_q[sel][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_64K_L2)
                           ? {word[51:16], ssid[9:0], 6'd0} : {word[51:12], ssid[5:0], 6'd0};
            ipa_d = fetch_addr_d;
            for_d = ForCd;
            class_d = ClassCd;
            two_level_d = 1'b0;
            if (r_error_i) begin
              fetch_addr_d = fetch_addr_q[sel];
              event_d = EVENT_F_CD_FETCH;
              abort = 1'b1;
            end else if (!word[L1CD_V_LSB] || (!stage2_d && above({12'd0, fetch_addr_d}, oas))) begin
              event_d = EVENT_C_BAD_SUBSTREAMID;
              abort = 1'b1;
            end else if (stage2_d) begin
              go_ipa = 1'b1;
            end else begin
              go_fetch = 1'b1;
            end
          end
          default: begin  // a descriptor, in the order external abort, invalid, output size, access flag
            da_stage2 = is_stage2;
            da_level = desc_level + 2'd1;
            da_base = out_addr;
            da_input = is_stage2 ? {12'd0, ipa_q[sel]} : va;
            event_d = EVENT_F_TRANSLATION;
            if (r_error_i) begin
              event_d = EVENT_F_WALK_EABT;
              fault2_d = is_stage2;
              if (!is_stage2) for_d = ForTable;
              abort = 1'b1;
            end else if (!is_table && !is_leaf) begin
              fault_s2 = is_stage2;
              fault_s1 = !is_stage2;
            end else if (too_big) begin
              event_d = EVENT_F_ADDR_SIZE;
              fault_s2 = is_stage2;
              fault_s1 = !is_stage2;
            end else if (is_table) begin
              da_want = 1'b1;
              if (is_stage2) begin
                level2_d = da_level;
                go_fetch = 1'b1;
              end else begin
                level1_d = da_level;
                if (!had) hier_d = hier_q[sel] | word[62:59];
                wc_fill = (da_level == 2'd3) && !no_fill;
                for_d = ForTable;
                if (nested) go_ipa = 1'b1;
                else go_fetch = 1'b1;
              end
            end else if (is_stage2) begin
              if (!word[10] && !ste2_q[sel][STE_S2AFFD_LSB-128]) begin
                event_d = EVENT_F_ACCESS;
                fault_s2 = 1'b1;
              end else begin
                leaf2_d = {1'b1, word[7:6], word[54:53], (word[5:4] == 2'd0) || (word[3:2] == 2'd0)};
                size2_d = leaf_size_class(s2_granule, desc_level);
                pa_d = out_addr | (ipa_q[sel] & 52'(low_mask(leaf_shift)));
                state_d = SlotStage2Done;
              end
            end else if (!word[10] && !cd0[CD_AFFD_LSB]) begin
              event_d = EVENT_F_ACCESS;
              fault_s1 = 1'b1;
            end else begin
              // hier: bit 3 APTable[1] (no write), 2 APTable[0] (no unprivileged), 1 UXNTable, 0 PXNTable
              leaf_d = {1'b1, !word[11], word[7] | hier_q[sel][3], word[6] & ~hier_q[sel][2], word[54] | hier_q[sel][1],
                        word[53] | hier_q[sel][0], 4'b1100};
              size_d = leaf_size_class(granule, desc_level);
              oa_d = out_addr;
              for_d = nested ? ForInput : ForCd;  // ForInput: the output has still to go through stage 2
              state_d = SlotCheck;
            end
          end
        endcase
      end

      // ---- permissions; the entry in hand is from the TLB or from a walk ----
      SlotCheck: begin
        page_mask = 52'(low_mask(size_class_log2(size_q[sel])));
        s1_ok = !stage1_d || stage1_permits(one_privilege, !write, instr_d, priv_d, leaf_q[sel][7:6], leaf_q[sel][5],
                                            leaf_q[sel][4], wxn, pan);
        s2_ok = !stage2_d || leaf_q[sel][9]
                || stage2_permits(!write, instr_d, priv_d, leaf_q[sel][3:2], leaf_q[sel][1:0], idr3_i[IDR3_XNX_LSB]);
        answer_pa = oa_q[sel] | (addr_q[sel][51:0] & page_mask);
        if (!s1_ok) begin
          event_d = EVENT_F_PERMISSION;
          fault_s1 = 1'b1;
        end else if (nested && leaf_q[sel][9] && (for_q[sel] == ForInput)) begin
          ipa_d = answer_pa;
          go_ipa = 1'b1;
        end else if (!s2_ok) begin
          merged_d = 1'b1;  // not waited for, not counted again
          state_d = SlotWalk;  // the record needs the IPA, which the TLB does not keep
        end else begin
          fill_size = size_q[sel];
          tlb_fill_oa = oa_q[sel];
          tlb_fill = leaf_q[sel][9] && !no_fill;
          translated = 1'b1;
          result_d = ResultOk;
          finish = 1'b1;
        end
      end

      SlotAnswer: finish = 1'b1;                // recorded, or dropped for good
      default: state_d = SlotIdle;              // SlotFetch: below
    endcase

    // ---- what the step leads to ----
    if (da_want) begin
      da = descriptor_address(da_stage2 ? s2_granule : granule, da_level, da_first, da_stage2 ? s2_bits : 6'd0 - tsz, da_base,
                              da_input);
      fetch_addr_d = da;
      if (!da_stage2) ipa_d = da;
    end
    if (go_miss) begin
      state_d = SlotWalk;
      miss = !merged_d;
    end
    if (go_ipa) begin
      todo_d = present;
      state_d = (present == '0) ? SlotStage2 : SlotIpa;
    end
    // terminated or stalled
    if (fault_s1) begin
      fault2_d = 1'b0;
      for_d = ForInput;
      stall_sel = s_bit;
      record = r_bit || s_bit;
      result_d = (a_bit || s_bit) ? ResultAbort : ResultRazWi;
    end
    if (fault_s2) begin
      fault2_d = 1'b1;
      stall_sel = ste2_q[sel][STE_S2S_LSB-128];
      record = ste2_q[sel][STE_S2R_LSB-128] || stall_sel;
      result_d = ResultAbort;
    end
    if (abort) begin
      record = !silent && ((event_d != EVENT_C_BAD_STREAMID) || recinvsid_i);
      result_d = ResultAbort;
      if (event_d != EVENT_F_WALK_EABT) fault2_d = 1'b0;
    end
    stalled_d = stall_sel;
    if (stall_sel) result_d = ResultWait;
    if (fault_s1 || fault_s2 || abort) begin
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
    if (state == SlotAnswer) stalled_d = fault_q[sel][1];
    if (finish) begin
      state_d = SlotIdle;
      walking_d = 1'b0;
    end
    if (go_fetch || (state == SlotFetch)) state_d = rd_ready_i ? SlotRead : SlotFetch;
  end
  assign rd_valid_o = step && (go_fetch || (state == SlotFetch));
  assign rd_id_o = {1'b1, 3'(sel)};
  assign rd_addr_o = fetch_addr_d;
  assign rd_class_o = class_d;
  assign rd_len_o = ((class_d == ClassSte) || (class_d == ClassCd)) ? 3'd7 : 3'd0;
  assign stall_take_o = step && (fault_s1 || fault_s2) && stall_sel && stall_room_i;
  assign stall_sid_o = sid;
  assign stall_index_o = index_q[sel];
  assign stall_req_tag_o = tag_q[sel];

  // ---- requests: round robin; a report ends where it begins ----
  logic [3:0]  owner_q;
  logic        pick_any, dispatch, report, slot_free;
  logic [3:0]  req;
  slot_t       free_slot;
  always_comb begin
    pick_any = 1'b0;
    req = '0;
    for (int unsigned i = NumReq; i > 0; i--) begin
      if (req_valid_i[i-1]) begin
        pick_any = 1'b1;
        req = 4'(i - 1);
      end
    end
    if (pick_any) begin
      for (int unsigned i = NumReq; i > 0; i--) begin
        if (req_valid_i[i-1] && (4'(i - 1) > owner_q)) req = 4'(i - 1);
      end
    end
    slot_free = 1'b0;
    free_slot = '0;
    if (pick_any) begin
      for (int unsigned i = Slots; i > 0; i--) begin
        if (state_q[i-1] == SlotIdle) begin
          slot_free = 1'b1;
          free_slot = slot_t'(i - 1);
        end
      end
    end
  end

  // the chosen request
  logic [63:0] req_addr;
  logic [31:0] req_sid;
  logic [20:0] req_ssid;
  logic        req_priv, req_instr, req_report, req_translated, req_retry;
  logic [51:0] req_pa;
  logic [TagBits-1:0] req_tag;
  always_comb begin
    req_addr = '0;
    req_sid = '0;
    req_ssid = '0;
    req_priv = 1'b0;
    req_instr = 1'b0;
    req_report = 1'b0;
    req_translated = 1'b0;
    req_retry = 1'b0;
    req_pa = '0;
    req_tag = '0;
    if (pick_any) begin
      for (int unsigned i = 0; i < NumReq; i++) begin
        if (req == 4'(i)) begin
          req_addr = req_addr_i[i];
          req_sid = req_sid_i[i];
          req_ssid = {req_ssidv_i[i], req_ssidv_i[i] ? req_ssid_i[i] : 20'd0};
          req_priv = req_priv_i[i];
          req_instr = req_instr_i[i] && !i[0];
          req_report = req_report_i[i];
          req_translated = req_translated_i[i];
          req_retry = req_retry_i[i];
          req_pa = req_pa_i[i];
          req_tag = req_tag_i[i];
        end
      end
    end
  end
  assign report = pick_any && req_report && !finish;
  assign dispatch = pick_any && !req_report && slot_free && !hold_i && !finish;
  for (genvar i = 0; i < int'(NumReq); i++) begin : gen_taken
    assign req_taken_o[i] = (dispatch || report) && (req == 4'(i));
  end

  // ---- registers of the slots ----
  logic        ev_valid_q, ev_stall_q, ev_pick_any;
  slot_t       ev_slot_q, ev_pick;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int unsigned i = 0; i < Slots; i++) state_q[i] <= SlotIdle;
      run_q <= '0;
      fetch_q <= '0;
      kill_q <= '0;
      walking_q <= '0;
      enabled_q <= '0;
      hit_q <= '0;
      next_q <= '0;
    end else begin
      kill_q <= kill_q | {Slots{invalidating}};
      if (step) begin
        next_q <= (32'(sel) == Slots - 1) ? '0 : sel + 1'b1;
        state_q[sel] <= state_d;
        run_q[sel] <= (state_d > SlotRead);
        fetch_q[sel] <= (state_d == SlotFetch);
        walking_q[sel] <= walking_d;
      end
      if (dispatch) begin
        state_q[free_slot] <= smmu_enable_i ? SlotConfig : SlotGbpa;
        run_q[free_slot] <= 1'b1;
        enabled_q[free_slot] <= smmu_enable_i;
        kill_q[free_slot] <= invalidating;
        hit_q[free_slot] <= 1'b0;
      end
      if (hit) hit_q[sel] <= 1'b1;
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
          state_q[i] <= (present == '0) ? SlotWalk : SlotTlb;
          run_q[i] <= 1'b1;
        end
      end
      if (ev_valid_q && ev_done_i) begin
        state_q[ev_slot_q] <= SlotAnswer;
        run_q[ev_slot_q] <= 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (step) begin
      flags_q[sel] <= {two_level_d, counted_d, merged_d, world_d, stage2_d, stage1_d, priv_d};
      instr_q[sel] <= instr_d;
      vmid_q[sel] <= vmid_d;
      fetch_addr_q[sel] <= fetch_addr_d;
      class_q[sel] <= class_d;
      hier_q[sel] <= hier_d;
      todo_q[sel] <= todo_d;
      level1_q[sel] <= level1_d;
      level2_q[sel] <= level2_d;
      for_q[sel] <= for_d;
      size_q[sel] <= size_d;
      size2_q[sel] <= size2_d;
      leaf_q[sel] <= leaf_d;
      leaf2_q[sel] <= leaf2_d;
      oa_q[sel] <= oa_d;
      ipa_q[sel] <= ipa_d;
      pa_q[sel] <= pa_d;
      result_q[sel] <= result_d;
      event_q[sel] <= event_d;
      fault_q[sel] <= {stalled_d, fault2_d};
      if (stall_take_o) stag_q[sel] <= stall_tag_i;
      merge_q[sel] <= same_slot;
      if (rd_valid_o) begin
        beat_q[sel] <= '0;
        error_q[sel] <= 1'b0;
      end
      if (use_cache) begin
        ste0_q[sel] <= cached_ste[0];
        ste1_q[sel] <= cached_ste[1];
        ste2_q[sel] <= cached_ste[2];
        ste3_q[sel] <= cached_ste[3];
        cd0_q[sel] <= cached_cd[0];
        cd1_q[sel] <= cached_cd[1];
        cd2_q[sel] <= cached_cd[2];
      end
    end
    if (dispatch) begin
      index_q[free_slot] <= req;
      tag_q[free_slot] <= req_tag;
      addr_q[free_slot] <= req_addr;
      sid_q[free_slot] <= req_sid;
      ssid_q[free_slot] <= req_ssid;
      priv_in_q[free_slot] <= req_priv;
      instr_in_q[free_slot] <= req_instr;
      flags_q[free_slot] <= {7'd0, req_priv};
      instr_q[free_slot] <= req_instr;
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

  // ---- records: one slot at a time owns the way to the event queue; a stall record waits until it can be written ----
  always_comb begin
    ev_pick_any = 1'b0;
    ev_pick = '0;
    for (int unsigned i = Slots; i > 0; i--) begin
      if ((state_q[i-1] == SlotEvent) && (!fault_q[i-1][1] || ev_writable_i)) begin
        ev_pick_any = 1'b1;
        ev_pick = slot_t'(i - 1);
      end
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ev_valid_q <= 1'b0;
      ev_stall_q <= 1'b0;
      ev_slot_q <= '0;
    end else if (!ev_valid_q) begin
      ev_valid_q <= ev_pick_any;
      ev_slot_q <= ev_pick;
      ev_stall_q <= fault_q[ev_pick][1];
    end else if (ev_done_i || ev_refused_i) begin
      ev_valid_q <= 1'b0;
    end
  end
  smmuv3_record u_record (
    .look_i(ev_valid_q), .event_i(event_q[ev_slot_q]), .sid_i(sid_q[ev_slot_q]), .ssidv_i(ssid_q[ev_slot_q][20]),
    .ssid_i(ssid_q[ev_slot_q][19:0]), .write_i(index_q[ev_slot_q][0]), .priv_i(flags_q[ev_slot_q][0]), .instr_i(instr_q[ev_slot_q]),
    .addr_i(addr_q[ev_slot_q]), .stage2_i(fault_q[ev_slot_q][0]), .class_i(for_q[ev_slot_q]), .ipa_i(ipa_q[ev_slot_q]),
    .table_write_i(1'b0), .fetch_addr_i(fetch_addr_q[ev_slot_q]), .stall_i(ev_stall_q), .stag_i(stag_q[ev_slot_q]),
    .record_o(ev_o)
  );
  assign ev_valid_o = ev_valid_q;
  assign ev_stall_o = ev_stall_q;

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
        ans_index_q <= index_q[sel];
        answer_tag_o <= tag_q[sel];
        answer_result_o <= result_d;
        answer_stalled_o <= (result_d == ResultWait) && !finish_wait;
        answer_pa_o <= answer_pa;
        answer_keep_o <= enabled_q[sel] && !no_fill && !hold_i;
        answer_translated_o <= translated;
        answer_priv_o <= priv_d;
        answer_instr_o <= instr_d;
        stall_arm_tag_o <= stag_q[sel];
      end
    end
  end
  for (genvar i = 0; i < int'(NumReq); i++) begin : gen_answer
    assign answer_o[i] = ans_valid_q && (ans_index_q == 4'(i));
  end
  assign stall_arm_o = ans_valid_q && (answer_result_o == ResultWait) && answer_stalled_o;

  // ---- PMCG events and observation, registered ----
  logic seen, is_cfg_class;
  assign seen = resp_step || (r_valid_i && r_last_i);
  assign is_cfg_class = (class_q[resp_slot] < ClassStage1Table);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      owner_q <= '0;
      begin_o <= 1'b0;
      again_o <= 1'b0;
      end_o <= 1'b0;
      tlb_hit_o <= 1'b0;
      transaction_o <= 1'b0;
      tlb_miss_o <= 1'b0;
      cfg_miss_o <= 1'b0;
      walk_access_o <= 1'b0;
      cfg_access_o <= 1'b0;
      step_sid_o <= '0;
      transaction_sid_o <= '0;
    end else begin
      if (dispatch || report) owner_q <= req;
      begin_o <= (dispatch && !req_retry) || report;
      again_o <= dispatch && req_retry;
      end_o <= report || (finish && (result_d != ResultWait));
      tlb_hit_o <= (finish && hit_q[sel]) || (report && req_translated);
      transaction_o <= (dispatch && smmu_enable_i && !req_retry) || report;
      tlb_miss_o <= miss;
      cfg_miss_o <= cfg_miss;
      walk_access_o <= rd_valid_o && rd_ready_i && (class_d >= ClassStage1Table);
      cfg_access_o <= rd_valid_o && rd_ready_i && (class_d < ClassStage1Table);
      if (step) step_sid_o <= sid;
      if (dispatch || report) transaction_sid_o <= req_sid;
    end
  end
  always_ff @(posedge clk_i) begin
    if (report || dispatch) begin
      txn_slot_o <= report ? 4'(SlotsMax) : 4'(free_slot);  // a report has no slot
      txn_index_o <= req;
      txn_addr_o <= req_addr;
      txn_sid_o <= req_sid;
      {txn_ssidv_o, txn_ssid_o} <= req_ssid;
      txn_priv_o <= req_priv;
      txn_instr_o <= req_instr;
      txn_enabled_o <= smmu_enable_i;
      txn_result_o <= ResultOk;
      txn_pa_o <= req_pa;
      txn_translated_o <= report && req_translated;
    end else if (finish) begin
      txn_slot_o <= 4'(sel);
      txn_index_o <= index_q[sel];
      txn_addr_o <= addr_q[sel];
      txn_sid_o <= sid;
      {txn_ssidv_o, txn_ssid_o} <= ssid_q[sel];
      txn_priv_o <= priv_in_q[sel];
      txn_instr_o <= instr_in_q[sel];
      txn_enabled_o <= enabled_q[sel];
      txn_result_o <= result_d;
      txn_pa_o <= answer_pa;
      txn_translated_o <= translated && (result_d == ResultOk);
    end
    if (seen) begin
      seen_addr_o <= fetch_addr_q[resp_slot];
      seen_slot_o <= 4'(resp_slot);
      seen_class_o <= class_q[resp_slot];
      seen_level_o <= (class_q[resp_slot] == ClassStage2Table) ? level2_q[resp_slot] : level1_q[resp_slot];
      seen_word0_o <= single ? r_data_i : (class_q[resp_slot] == ClassSte) ? ste0_q[resp_slot] : cd0_q[resp_slot];
      seen_error_o <= r_error_i || (!single && error_q[resp_slot]);
    end
    if (tlb_fill) begin
      fill_slot_o <= 4'(sel);
      fill_va_o <= ipa_space ? {12'd0, ipa_q[sel]} : va;
      fill_pa_o <= tlb_fill_oa;
      fill_size_class_o <= fill_size;
      fill_asid_o <= ipa_space ? 16'd0 : asid;
      fill_vmid_o <= vmid;
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      walk_seen_o <= 1'b0;
      cfg_seen_o <= 1'b0;
      fill_o <= 1'b0;
    end else begin
      walk_seen_o <= seen && !is_cfg_class;
      cfg_seen_o <= seen && is_cfg_class;
      fill_o <= tlb_fill;
    end
  end

  logic any_slot;
  always_comb begin
    any_slot = 1'b0;
    for (int unsigned i = 0; i < Slots; i++) begin
      slot_state_o[i] = state_q[i];
      if (state_q[i] != SlotIdle) any_slot = 1'b1;
    end
  end
  assign quiet_o = !any_slot && !ans_valid_q;
  assign busy_o = any_slot || ans_valid_q || begin_o || again_o || end_o || tlb_miss_o || tlb_hit_o || cfg_miss_o || walk_access_o
                  || cfg_access_o || walk_seen_o || cfg_seen_o || fill_o || cfg_cache_busy || transaction_o;

  logic resp_reads, killed;
  assign resp_reads = (state_q[resp_slot] == SlotRead);
  assign killed = kill_q[sel];
  NoFillAfterInvalidation_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (tlb_fill || wc_fill || ste_fill || cd_fill) |-> (step && !killed && !invalidating));
  AnswersGoToReadingSlots_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    r_valid_i |-> resp_reads);
  AbortIsRecordedFirst_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (step && record && finish) |-> finish_wait);
  MergeWaitsForAnother_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (step && (state_d == SlotMerge)) |-> (same_slot != sel));
endmodule
