// SPDX-License-Identifier: Apache-2.0
// The translation control unit's sequencer: takes one transaction at a time from the TBUs (round robin), runs the
// architectural order of checks over configuration, TLB and walker, builds the event record and answers the TBU. An
// abort is answered only when its record has been written or dropped. An invalidation during a transaction forbids
// its TLB fill.
// Leaves out: several translations in flight, stage 2, stalls, ATS. Proof: test/ (rtl.vectors).
module smmuv3_tcu
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned NumReq = 2    // two per TBU: 2t reads, 2t+1 writes
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [31:0] idr0_i,
  input  logic [31:0] idr1_i,
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr5_i,
  input  logic        smmu_enable_i,   // CR0ACK.SMMUEN
  input  logic        recinvsid_i,     // CR2.RECINVSID
  input  logic        gbpa_abort_i,
  input  logic [1:0]  gbpa_privcfg_i,
  input  logic [1:0]  gbpa_instcfg_i,
  input  logic        hold_i,          // take no new transaction (an Update is in progress)

  // TBUs: valid and operands until the answer pulse
  input  logic        req_valid_i   [NumReq],
  input  logic        req_report_i  [NumReq],  // done by a micro-TLB: only to be counted and shown
  input  logic [51:0] req_pa_i      [NumReq],
  input  logic        req_translated_i [NumReq],
  input  logic [63:0] req_addr_i    [NumReq],
  input  logic [31:0] req_sid_i     [NumReq],
  input  logic        req_ssidv_i   [NumReq],
  input  logic [19:0] req_ssid_i    [NumReq],
  input  logic        req_priv_i    [NumReq],
  input  logic        req_instr_i   [NumReq],
  output logic        answer_o      [NumReq],
  output result_e     answer_result_o,
  output logic [51:0] answer_pa_o,
  output logic        answer_keep_o,   // the answer may be used again until the next invalidation or Update
  output logic        answer_translated_o,
  output logic        answer_priv_o,
  output logic        answer_instr_o,

  // configuration
  output logic        cfg_req_o,
  output logic [31:0] sid_o,
  output logic        ssidv_o,
  output logic [19:0] ssid_o,
  input  logic        cfg_done_i,
  input  cfg_kind_e   cfg_kind_i,
  input  logic [7:0]  cfg_event_id_i,
  input  logic [51:0] cfg_fetch_addr_i,
  input  logic [1:0]  cfg_privcfg_i,
  input  logic [1:0]  cfg_instcfg_i,
  input  logic [15:0] cfg_vmid_i,
  input  logic [63:0] cfg_cd0_i,
  input  logic [63:0] cfg_cd1_i,
  input  logic [63:0] cfg_cd2_i,

  // TLB
  output logic        tlb_req_o,
  output logic [63:0] va_o,            // sign-extended from the half select bit where TBI applies
  output logic [15:0] asid_o,
  output logic [15:0] vmid_o,
  output logic        aset_o,
  input  logic        tlb_done_i,
  input  logic        tlb_hit_i,
  input  logic [51:0] tlb_oa_i,
  input  logic [2:0]  tlb_size_class_i,
  input  logic [1:0]  tlb_ap_i,
  input  logic        tlb_uxn_i,
  input  logic        tlb_pxn_i,
  output logic        tlb_fill_valid_o,
  input  logic        tlb_fill_ready_i,

  // walker
  output logic        walk_req_o,
  output logic [51:0] walk_ttb_o,
  output logic [5:0]  walk_tsz_o,
  output logic [1:0]  walk_granule_o,
  output logic [5:0]  walk_limit_bits_o,
  output logic        walk_had_o,
  output logic        walk_affd_o,
  input  logic        walk_done_i,
  input  logic        walk_fault_i,
  input  logic [7:0]  walk_event_id_i,
  input  logic [51:0] walk_fetch_addr_i,
  input  logic [51:0] walk_oa_i,
  input  logic [2:0]  walk_size_class_i,
  input  logic [1:0]  walk_ap_i,
  input  logic        walk_uxn_i,
  input  logic        walk_pxn_i,

  input  logic        invalidating_i,  // a TLBI or CFGI is being executed

  // event queue: valid and stable until done
  output logic        ev_valid_o,
  output logic [63:0] ev_o [4],
  input  logic        ev_done_i,

  output logic        busy_o,
  // PMCG events and observation, pulses
  output logic        transaction_o,   // event 1: taken up while SMMUEN=1
  output logic        tlb_miss_o,      // event 2
  output logic        tlb_hit_o,
  output logic        begin_o,
  output logic        end_o,
  output logic [3:0]  index_o,         // which requester
  output logic [63:0] addr_o,          // as it came in
  output logic        priv_in_o,
  output logic        instr_in_o,
  output logic        enabled_o,
  output logic        translated_o,
  output tcu_state_e  state_o
);
  tcu_state_e  state_d, state_q;
  logic [3:0]  owner_q, owner_d;
  logic        pick_any;
  logic [3:0]  pick;
  logic [63:0] addr_q;
  logic [31:0] sid_q;
  logic        ssidv_q, write_q, priv_in_q, instr_in_q, enabled_q, report_q, report_translated_q;
  logic [51:0] report_pa_q;
  logic [19:0] ssid_q;
  logic        priv_q, priv_d, instr_q, instr_d;
  logic        kill_q;
  result_e     result_q, result_d;
  logic        record_q, record_d;
  logic [7:0]  event_q, event_d;
  logic [51:0] fetch_addr_q, fetch_addr_d;
  logic        translated_q, translated_d;
  logic [51:0] pa_q, pa_d;
  logic        begin_q, end_q, miss_q, hit_q, transaction_q;

  // what the configuration said
  logic [15:0] vmid_q;
  logic [63:0] cd0_q, cd1_q, cd2_q;
  // the leaf in hand, from TLB or walker
  logic [51:0] oa_q;
  logic [2:0]  size_class_q;
  logic [1:0]  ap_q;
  logic        uxn_q, pxn_q;

  // ---- round robin: the first waiting requester after the last owner ----
  always_comb begin
    pick_any = 1'b0;
    pick = '0;
    for (int unsigned i = NumReq; i > 0; i--) begin
      if (req_valid_i[i-1]) begin
        pick_any = 1'b1;
        pick = 4'(i - 1);
      end
    end
    for (int unsigned i = NumReq; i > 0; i--) begin
      if (req_valid_i[i-1] && (4'(i - 1) > owner_q)) pick = 4'(i - 1);
    end
  end

  // ---- the half of the address space, from the CD ----
  logic        half, tbi, epd, e0pd, had;
  logic [5:0]  tsz, oas, ips;
  logic [1:0]  granule;
  logic [51:0] ttb;
  logic [63:0] va;
  logic        range_fault;
  always_comb begin
    half = addr_q[55];
    oas = pa_bits(idr5_i[IDR5_OAS_MSB:IDR5_OAS_LSB]);
    ips = pa_bits(cd0_q[CD_IPS_MSB:CD_IPS_LSB]);
    if (ips > oas) ips = oas;
    tbi = half ? cd0_q[CD_TBI1_LSB] : cd0_q[CD_TBI0_LSB];
    epd = half ? cd0_q[CD_EPD1_LSB] : cd0_q[CD_EPD0_LSB];
    e0pd = idr3_i[IDR3_E0PD_LSB] && (half ? cd2_q[CD_E0PD1_LSB-128] : cd1_q[CD_E0PD0_LSB-64]);
    had = idr3_i[IDR3_HAD_LSB] && (half ? cd2_q[CD_HAD1_LSB-128] : cd1_q[CD_HAD0_LSB-64]);
    tsz = half ? cd0_q[CD_T1SZ_MSB:CD_T1SZ_LSB] : cd0_q[CD_T0SZ_MSB:CD_T0SZ_LSB];
    granule = half ? granule_tg1(cd0_q[CD_TG1_MSB:CD_TG1_LSB]) : granule_tg0(cd0_q[CD_TG0_MSB:CD_TG0_LSB]);
    ttb = half ? {cd2_q[51:4], 4'd0} : {cd1_q[51:4], 4'd0};
    va = addr_q;
    if (tbi) va[63:56] = {8{half}};
    range_fault = 1'b0;
    if (state_q == TcuRange) begin
      range_fault = (((va ^ {64{half}}) >> (6'd0 - tsz)) != 64'd0) || epd || (e0pd && !priv_q);
    end
  end

  // ---- sequencer ----
  logic [63:0] page_offset_mask;
  logic        r_bit, a_bit;
  always_comb begin
    state_d = state_q;
    owner_d = owner_q;
    priv_d = priv_q;
    instr_d = instr_q;
    result_d = result_q;
    record_d = record_q;
    event_d = event_q;
    fetch_addr_d = fetch_addr_q;
    translated_d = translated_q;
    pa_d = pa_q;
    page_offset_mask = '0;
    r_bit = cd0_q[CD_R_LSB];
    a_bit = cd0_q[CD_A_LSB];
    unique case (state_q)
      TcuIdle: begin
        if (pick_any && !hold_i) begin
          state_d = TcuStart;
          owner_d = pick;
        end
      end
      TcuStart: begin
        result_d = ResultOk;
        record_d = 1'b0;
        translated_d = 1'b0;
        fetch_addr_d = '0;
        pa_d = addr_q[51:0];
        priv_d = priv_in_q;
        instr_d = instr_in_q;
        if (report_q) begin
          pa_d = report_pa_q;
          translated_d = report_translated_q;
          state_d = TcuAnswer;
        end else if (enabled_q) begin
          state_d = TcuConfig;
        end else begin
          state_d = TcuAnswer;
          if (idr1_i[IDR1_ATTR_PERMS_OVR_LSB]) begin
            priv_d = override_bit(gbpa_privcfg_i, priv_in_q);
            instr_d = !write_q && override_bit(gbpa_instcfg_i, instr_in_q);
          end
          if (gbpa_abort_i || above(addr_q, oas)) result_d = ResultAbort;
        end
      end
      TcuConfig: begin
        if (cfg_done_i) begin
          fetch_addr_d = cfg_fetch_addr_i;
          event_d = cfg_event_id_i;
          if (idr1_i[IDR1_ATTR_PERMS_OVR_LSB] && ((cfg_kind_i == CfgBypass) || (cfg_kind_i == CfgStage1))) begin
            priv_d = override_bit(cfg_privcfg_i, priv_in_q);
            instr_d = !write_q && override_bit(cfg_instcfg_i, instr_in_q);
          end
          unique case (cfg_kind_i)
            CfgAbort: begin
              result_d = ResultAbort;
              state_d = TcuAnswer;
            end
            CfgBypass: state_d = TcuBypassed;
            CfgStage1: state_d = TcuRange;
            default: begin
              result_d = ResultAbort;
              record_d = (cfg_event_id_i != EVENT_C_BAD_STREAMID) || recinvsid_i;
              state_d = record_d ? TcuEvent : TcuAnswer;
            end
          endcase
        end
      end
      TcuBypassed: begin
        state_d = TcuAnswer;
        if (above(addr_q, oas)) begin  // always recorded, always an abort
          event_d = EVENT_F_ADDR_SIZE;
          result_d = ResultAbort;
          record_d = 1'b1;
          state_d = TcuEvent;
        end
      end
      TcuRange: begin
        translated_d = 1'b1;
        state_d = TcuTlb;
        if (range_fault) begin
          event_d = EVENT_F_TRANSLATION;
          result_d = a_bit ? ResultAbort : ResultRazWi;
          record_d = r_bit;
          state_d = r_bit ? TcuEvent : TcuAnswer;
        end
      end
      TcuTlb: if (tlb_done_i) state_d = tlb_hit_i ? TcuCheck : TcuWalk;
      TcuWalk: begin
        if (walk_done_i) begin
          if (!walk_fault_i) begin
            state_d = TcuFill;
          end else begin
            event_d = walk_event_id_i;
            fetch_addr_d = walk_fetch_addr_i;
            if (walk_event_id_i == EVENT_F_WALK_EABT) begin
              result_d = ResultAbort;
              record_d = 1'b1;
            end else begin
              result_d = a_bit ? ResultAbort : ResultRazWi;
              record_d = r_bit;
            end
            state_d = record_d ? TcuEvent : TcuAnswer;
          end
        end
      end
      TcuFill: if (kill_q || tlb_fill_ready_i) state_d = TcuCheck;
      TcuCheck: begin
        page_offset_mask = low_mask(size_class_log2(size_class_q));
        pa_d = oa_q | (addr_q[51:0] & page_offset_mask[51:0]);
        state_d = TcuAnswer;
        if (!stage1_permits(!write_q, instr_q, priv_q, ap_q, uxn_q, pxn_q, cd0_q[CD_WXN_LSB], cd0_q[CD_PAN_LSB])) begin
          event_d = EVENT_F_PERMISSION;
          result_d = a_bit ? ResultAbort : ResultRazWi;
          record_d = r_bit;
          state_d = r_bit ? TcuEvent : TcuAnswer;
        end
      end
      TcuEvent: if (ev_done_i) state_d = TcuAnswer;
      default: state_d = TcuIdle;  // TcuAnswer
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= TcuIdle;
      owner_q <= '0;
      priv_q <= 1'b0;
      instr_q <= 1'b0;
      result_q <= ResultOk;
      record_q <= 1'b0;
      event_q <= '0;
      fetch_addr_q <= '0;
      translated_q <= 1'b0;
      pa_q <= '0;
      kill_q <= 1'b0;
      begin_q <= 1'b0;
      end_q <= 1'b0;
      miss_q <= 1'b0;
      hit_q <= 1'b0;
      transaction_q <= 1'b0;
    end else begin
      state_q <= state_d;
      owner_q <= owner_d;
      begin_q <= (state_q == TcuStart);
      transaction_q <= (state_q == TcuStart) && enabled_q;
      end_q <= (state_q != TcuIdle) && (state_d == TcuAnswer);
      miss_q <= (state_q == TcuTlb) && (state_d == TcuWalk);
      hit_q <= ((state_q == TcuTlb) && (state_d == TcuCheck)) || ((state_q == TcuStart) && report_q && report_translated_q);
      kill_q <= invalidating_i || (kill_q && (state_q != TcuIdle));
      if (state_q != TcuIdle) begin
        priv_q <= priv_d;
        instr_q <= instr_d;
        result_q <= result_d;
        record_q <= record_d;
        event_q <= event_d;
        fetch_addr_q <= fetch_addr_d;
        translated_q <= translated_d;
        pa_q <= pa_d;
      end
    end
  end

  // operands, each captured in one state
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      addr_q <= '0;
      sid_q <= '0;
      ssidv_q <= 1'b0;
      ssid_q <= '0;
      write_q <= 1'b0;
      priv_in_q <= 1'b0;
      instr_in_q <= 1'b0;
      enabled_q <= 1'b0;
      report_q <= 1'b0;
      report_translated_q <= 1'b0;
      report_pa_q <= '0;
      vmid_q <= '0;
      cd0_q <= '0;
      cd1_q <= '0;
      cd2_q <= '0;
      oa_q <= '0;
      size_class_q <= '0;
      ap_q <= '0;
      uxn_q <= 1'b0;
      pxn_q <= 1'b0;
    end else begin
      unique case (state_q)
        TcuIdle: begin
          if (state_d == TcuStart) begin
            for (int unsigned i = 0; i < NumReq; i++) begin
              if (pick == 4'(i)) begin
                addr_q <= req_addr_i[i];
                sid_q <= req_sid_i[i];
                ssidv_q <= req_ssidv_i[i];
                ssid_q <= req_ssidv_i[i] ? req_ssid_i[i] : 20'd0;
                write_q <= i[0];
                priv_in_q <= req_priv_i[i];
                instr_in_q <= req_instr_i[i] && !i[0];
                report_q <= req_report_i[i];
                report_pa_q <= req_pa_i[i];
                report_translated_q <= req_translated_i[i];
                enabled_q <= smmu_enable_i || req_report_i[i];  // micro-TLBs hit only while SMMUEN = 1
              end
            end
          end
        end
        TcuConfig: begin
          if (cfg_done_i) begin
            vmid_q <= idr0_i[IDR0_S2P_LSB] ? cfg_vmid_i : 16'd0;
            cd0_q <= cfg_cd0_i;
            cd1_q <= cfg_cd1_i;
            cd2_q <= cfg_cd2_i;
          end
        end
        TcuTlb: begin
          if (tlb_done_i && tlb_hit_i) begin
            oa_q <= tlb_oa_i;
            size_class_q <= tlb_size_class_i;
            ap_q <= tlb_ap_i;
            uxn_q <= tlb_uxn_i;
            pxn_q <= tlb_pxn_i;
          end
        end
        TcuWalk: begin
          if (walk_done_i) begin
            oa_q <= walk_oa_i;
            size_class_q <= walk_size_class_i;
            ap_q <= walk_ap_i;
            uxn_q <= walk_uxn_i;
            pxn_q <= walk_pxn_i;
          end
        end
        default: ;
      endcase
    end
  end

  // ---- the record: fields that its event type has, all other bits zero ----
  logic has_ssv, has_ssid, has_access, has_fetch_addr;
  always_comb begin
    has_ssv = (event_q != EVENT_F_STREAM_DISABLED) && (event_q != EVENT_C_BAD_SUBSTREAMID);
    has_ssid = (event_q != EVENT_F_STREAM_DISABLED);
    has_access = (event_q >= EVENT_F_WALK_EABT);
    has_fetch_addr = (event_q == EVENT_F_STE_FETCH) || (event_q == EVENT_F_CD_FETCH) || (event_q == EVENT_F_WALK_EABT);
    ev_o[0] = '0;
    ev_o[1] = '0;
    ev_o[2] = '0;
    ev_o[3] = '0;
    if (state_q == TcuEvent) begin
      ev_o[0] = {sid_q, has_ssid ? ssid_q : 20'd0, has_ssv && ssidv_q, 3'd0, event_q};
      if (has_access) begin
        ev_o[1][EVENT_F_TRANSLATION_PNU_LSB-64] = priv_q;
        ev_o[1][EVENT_F_TRANSLATION_IND_LSB-64] = instr_q;
        ev_o[1][EVENT_F_TRANSLATION_RNW_LSB-64] = !write_q;
        ev_o[1][EVENT_F_TRANSLATION_CLASS_MSB-64:EVENT_F_TRANSLATION_CLASS_LSB-64] =
          (event_q == EVENT_F_WALK_EABT) ? EVENT_CLASS_TT : EVENT_CLASS_IN;
        ev_o[2] = addr_q;
      end
      if (has_fetch_addr) ev_o[3] = {12'd0, fetch_addr_q[51:3], 3'd0};
    end
  end

  for (genvar i = 0; i < int'(NumReq); i++) begin : gen_answer
    assign answer_o[i] = (state_q == TcuAnswer) && (owner_q == 4'(i));
  end
  assign answer_result_o = result_q;
  assign answer_pa_o = pa_q;
  assign answer_priv_o = priv_q;
  assign answer_keep_o = enabled_q && !kill_q && !invalidating_i && !hold_i;
  assign answer_translated_o = translated_q;
  assign answer_instr_o = instr_q;
  assign cfg_req_o = (state_q == TcuStart) && enabled_q && !report_q;
  assign sid_o = sid_q;
  assign ssidv_o = ssidv_q;
  assign ssid_o = ssid_q;
  assign tlb_req_o = (state_q == TcuTlb);
  assign va_o = va;
  assign asid_o = cd0_q[CD_ASID_MSB:CD_ASID_LSB];
  assign vmid_o = vmid_q;
  assign aset_o = cd0_q[CD_ASET_LSB];
  assign tlb_fill_valid_o = (state_q == TcuFill) && !kill_q;
  assign walk_req_o = (state_q == TcuTlb) && tlb_done_i && !tlb_hit_i;
  assign walk_ttb_o = ttb;
  assign walk_tsz_o = tsz;
  assign walk_granule_o = granule;
  assign walk_limit_bits_o = ips;
  assign walk_had_o = had;
  assign walk_affd_o = cd0_q[CD_AFFD_LSB];
  assign ev_valid_o = (state_q == TcuEvent);
  assign busy_o = (state_q != TcuIdle) || begin_q || end_q || miss_q || hit_q;
  assign transaction_o = transaction_q;
  assign tlb_miss_o = miss_q;
  assign tlb_hit_o = hit_q;
  assign begin_o = begin_q;
  assign end_o = end_q;
  assign index_o = owner_q;
  assign addr_o = addr_q;
  assign priv_in_o = priv_in_q;
  assign instr_in_o = instr_in_q;
  assign enabled_o = enabled_q;
  assign translated_o = translated_q && (result_q == ResultOk);
  assign state_o = state_q;

  logic owner_waits;
  always_comb begin
    owner_waits = 1'b0;
    for (int unsigned i = 0; i < NumReq; i++) begin
      if (req_valid_i[i] && (owner_q == 4'(i))) owner_waits = 1'b1;
    end
  end
  AnswerOnlyToWaitingRequester_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (state_q == TcuAnswer) |-> owner_waits);
  NoFillAfterInvalidation_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    tlb_fill_ready_i |-> !kill_q);
  AbortIsRecordedFirst_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    ((state_q == TcuAnswer) && record_q) |-> $past(ev_done_i));
endmodule
