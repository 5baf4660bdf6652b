// SPDX-License-Identifier: Apache-2.0
// The first part of a translation: bypass while SMMUEN = 0, STE and CD from their caches or from memory, and the range of the
// input address. One step of the slot in hand per cycle; the result says where it goes.
// Not here: what the words of STE and CD mean (*_check), the walks (smmuv3_tcu_walk).
// Proof: test/ (rtl.tcu; T-STE, T-CD, T-SSID, T-VA, T-GBPA rows).
module smmuv3_tcu_config
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned CfgEntries = 32
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:0] idr0_i,
  input  logic [31:0] idr1_i,
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr5_i,
  input  logic        e2h_i,
  input  logic        gbpa_abort_i,
  input  logic [1:0]  gbpa_privcfg_i,
  input  logic [1:0]  gbpa_instcfg_i,
  input  logic [51:0] strtab_addr_i,
  input  logic [31:0] strtab_cfg_i,

  // the slot in hand
  input  slot_state_e state_i,
  input  logic        write_i,
  input  logic [63:0] addr_i,
  input  logic [31:0] sid_i,
  input  logic        ssidv_i,
  input  logic [19:0] ssid_i,
  input  logic        priv_in_i,
  input  logic        instr_in_i,
  input  logic        no_fill_i,
  input  logic [63:0] ste_i [4],
  input  logic [63:0] cd_i [3],
  input  logic        error_i,         // of a word of the CD
  input  mode_t       mode_i,
  input  logic [15:0] vmid_i,
  input  logic [51:0] fetch_addr_i,
  input  logic [3:0]  class_i,
  input  logic [51:0] ipa_i,
  input  move_t       move_i,          // event, result, class and purpose as they are
  input  logic [63:0] word_i,          // the word that came back
  input  logic        word_error_i,
  // its input range
  input  logic [5:0]  oas_i,
  input  logic [63:0] va_i,
  input  logic        half_i,
  input  logic        closed_i,
  input  logic        e0pd_i,
  input  logic [5:0]  tsz_i,
  input  logic        tlb_empty_i,

  output logic        active_o,        // the step is one of these
  output move_t       move_o,
  output mode_t       mode_o,
  output logic [15:0] vmid_o,
  output logic [51:0] fetch_addr_o,
  output logic [51:0] ipa_o,
  output logic [51:0] pa_o,            // with finish
  output logic        use_cache_o,     // STE and CD are these
  output logic [63:0] cached_ste_o [4],
  output logic [63:0] cached_cd_o [3],
  output logic        miss_o,
  output logic        fill_o,

  input  logic        inv_valid_i,
  input  cfg_inv_e    inv_op_i,
  input  logic [31:0] inv_sid_i,
  input  logic [19:0] inv_ssid_i,
  input  logic [4:0]  inv_range_i,
  output logic        inv_done_o,
  output logic        busy_o
);
  logic        looking;                // its first look at its configuration
  logic        ste_hit, cd_hit, ste_fill, cd_fill;
  logic [63:0] ste [4];
  assign looking = (state_i == SlotConfig);
  for (genvar w = 0; w < 4; w++) begin : gen_ste
    assign ste[w] = looking ? cached_ste_o[w] : ste_i[w];
  end

  smmuv3_cfg_cache #(
    .Entries(CfgEntries)
  ) u_cfg_cache (
    .clk_i, .rst_ni, .sid_i, .ssid_i, .ste_hit_o(ste_hit), .cd_hit_o(cd_hit), .ste_o(cached_ste_o), .cd_o(cached_cd_o),
    .ste_fill_i(ste_fill), .ste_i, .cd_fill_i(cd_fill), .cd_i,
    .inv_valid_i, .inv_op_i, .inv_sid_i, .inv_ssid_i, .inv_range_i, .inv_done_o, .busy_o
  );

  logic        sid_in_range, strtab_two_level, span_bad;
  logic [51:0] strtab_addr, leaf_ste_addr;
  smmuv3_stream_table u_stream_table (
    .look_i(looking || ((state_i == SlotRead) && (class_i == ClassL1std))), .idr0_i, .idr1_i, .strtab_addr_i, .strtab_cfg_i,
    .sid_i, .l1std_i(word_i), .in_range_o(sid_in_range), .two_level_o(strtab_two_level), .first_addr_o(strtab_addr),
    .span_bad_o(span_bad), .leaf_addr_o(leaf_ste_addr)
  );

  ste_verdict_e ste_verdict;
  logic        ste_legal, ste_stage2, cd_two_level, cd_legal;
  logic [7:0]  ste_event;
  world_e      ste_world;
  logic [15:0] ste_vmid;
  logic [51:0] cd_addr;
  smmuv3_ste_check u_ste_check (
    .look_i((looking && ste_hit) || (state_i == SlotSte)), .idr0_i, .idr1_i, .idr3_i, .idr5_i, .e2h_i, .ste_i(ste),
    .ssidv_i, .ssid_i, .verdict_o(ste_verdict), .legal_o(ste_legal), .event_id_o(ste_event), .stage2_o(ste_stage2),
    .world_o(ste_world), .vmid_o(ste_vmid), .cd_addr_o(cd_addr), .cd_two_level_o(cd_two_level)
  );
  smmuv3_cd_check u_cd_check (
    .look_i(state_i == SlotCd), .idr0_i, .idr3_i, .idr5_i, .world_i(mode_i.world), .stalld_i(ste_i[1][STE_S1STALLD_LSB-64]),
    .cd_i, .legal_o(cd_legal)
  );

  // ---- the step ----
  always_comb begin
    active_o = 1'b1;
    move_o = move_i;
    mode_o = mode_i;
    vmid_o = vmid_i;
    fetch_addr_o = fetch_addr_i;
    ipa_o = ipa_i;
    pa_o = addr_i[51:0];
    use_cache_o = 1'b0;
    miss_o = 1'b0;
    ste_fill = 1'b0;
    cd_fill = 1'b0;
    unique case (state_i)
      SlotGbpa: begin
        move_o.finish = 1'b1;
        move_o.result = (gbpa_abort_i || above(addr_i, oas_i)) ? ResultAbort : ResultOk;
        if (idr1_i[IDR1_ATTR_PERMS_OVR_LSB]) begin
          mode_o.privileged = override_bit(gbpa_privcfg_i, priv_in_i);
          mode_o.instruction = !write_i && override_bit(gbpa_instcfg_i, instr_in_i);
        end
      end

      SlotConfig, SlotSte: begin
        if (looking && !ste_hit) begin
          move_o.event_id = EVENT_C_BAD_STREAMID;
          fetch_addr_o = strtab_addr;
          move_o.fetch_class = strtab_two_level ? ClassL1std : ClassSte;
          if (!sid_in_range) begin
            move_o.terminate = 1'b1;
          end else begin
            miss_o = 1'b1;
            mode_o.counted = 1'b1;
            if (above({12'd0, strtab_addr}, oas_i)) begin  // a failed fetch without an access
              move_o.event_id = EVENT_F_STE_FETCH;
              move_o.terminate = 1'b1;
            end else begin
              move_o.fetch = 1'b1;
            end
          end
        end else begin
          use_cache_o = looking;
          ste_fill = !looking && ste_legal && !no_fill_i;
          move_o.event_id = ste_event;
          mode_o.stage2 = ste_stage2;
          mode_o.stage1 = (ste_verdict == SteStage1);
          mode_o.world = ste_world;
          vmid_o = ste_vmid;
          mode_o.two_level = cd_two_level;
          if (idr1_i[IDR1_ATTR_PERMS_OVR_LSB]) begin
            mode_o.privileged = override_bit(ste[1][49:48], priv_in_i);
            mode_o.instruction = !write_i && override_bit(ste[1][51:50], instr_in_i);
          end
          unique case (ste_verdict)
            SteAbort: begin
              move_o.terminate = 1'b1;
              move_o.silent = 1'b1;
            end
            SteNoStage1: move_o.state = SlotRange;
            SteStage1: begin
              if (use_cache_o && cd_hit) begin
                move_o.state = SlotRange;
              end else begin
                miss_o = !mode_i.counted;  // else it was counted with the STE
                mode_o.counted = 1'b1;
                move_o.fetch_class = cd_two_level ? ClassL1cd : ClassCd;
                fetch_addr_o = cd_addr;
                ipa_o = cd_addr;
                move_o.what_for = ForCd;
                if (ste_stage2) move_o.ipa = 1'b1;
                else move_o.fetch = 1'b1;
              end
            end
            default: move_o.terminate = 1'b1;
          endcase
        end
      end
      SlotCd: begin
        if (error_i) begin
          move_o.event_id = EVENT_F_CD_FETCH;
          move_o.terminate = 1'b1;
        end else if (!cd_legal) begin
          move_o.event_id = EVENT_C_BAD_CD;
          move_o.terminate = 1'b1;
        end else begin
          cd_fill = !no_fill_i;
          move_o.state = SlotRange;
        end
      end

      // ---- input address ----
      SlotRange: begin
        move_o.state = SlotTlb;
        if (!mode_i.stage1) begin
          if (above(addr_i, oas_i)) begin  // always recorded, always an abort
            move_o.event_id = EVENT_F_ADDR_SIZE;
            move_o.what_for = ForInput;
            move_o.terminate = 1'b1;
          end else if (!mode_i.stage2) begin
            move_o.finish = 1'b1;
            move_o.result = ResultOk;
          end else if (tlb_empty_i) begin
            move_o.miss = 1'b1;
          end
        end else if ((((va_i ^ {64{half_i}}) >> (6'd0 - tsz_i)) != 64'd0) || closed_i || (e0pd_i && !mode_i.privileged)) begin
          move_o.event_id = EVENT_F_TRANSLATION;
          move_o.fault_s1 = 1'b1;
        end else if (tlb_empty_i) begin
          move_o.miss = 1'b1;
        end
      end

      // ---- level-1 descriptors ----
      SlotRead: begin
        if (class_i == ClassL1std) begin
          fetch_addr_o = leaf_ste_addr;
          move_o.fetch_class = ClassSte;
          if (word_error_i) begin
            fetch_addr_o = fetch_addr_i;
            move_o.event_id = EVENT_F_STE_FETCH;
            move_o.terminate = 1'b1;
          end else if (span_bad) begin
            move_o.event_id = EVENT_C_BAD_STREAMID;
            move_o.terminate = 1'b1;
          end else if (above({12'd0, leaf_ste_addr}, oas_i)) begin
            move_o.event_id = EVENT_F_STE_FETCH;
            move_o.terminate = 1'b1;
          end else begin
            move_o.fetch = 1'b1;
          end
        end else if (class_i == ClassL1cd) begin
          // the leaf table is 4 KiB (64 CDs) or 64 KiB (1024 CDs) long and aligned
          fetch_addr_o = (ste_i[0][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_64K_L2)
                         ? {word_i[51:16], ssid_i[9:0], 6'd0} : {word_i[51:12], ssid_i[5:0], 6'd0};
          ipa_o = fetch_addr_o;
          move_o.what_for = ForCd;
          move_o.fetch_class = ClassCd;
          mode_o.two_level = 1'b0;
          if (word_error_i) begin
            fetch_addr_o = fetch_addr_i;
            move_o.event_id = EVENT_F_CD_FETCH;
            move_o.terminate = 1'b1;
          end else if (!word_i[L1CD_V_LSB] || (!mode_i.stage2 && above({12'd0, fetch_addr_o}, oas_i))) begin
            move_o.event_id = EVENT_C_BAD_SUBSTREAMID;
            move_o.terminate = 1'b1;
          end else if (mode_i.stage2) begin
            move_o.ipa = 1'b1;
          end else begin
            move_o.fetch = 1'b1;
          end
        end else begin
          active_o = 1'b0;
        end
      end
      default: active_o = 1'b0;
    endcase
  end
  assign fill_o = ste_fill || cd_fill;
endmodule
