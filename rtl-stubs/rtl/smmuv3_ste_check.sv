// SPDX-License-Identifier: Apache-2.0
// What an STE says for one transaction: legality, which stages apply, the rules of substreams, and where the CD or its
// level-1 descriptor is. Combinational; outputs mean something only while look_i is set.
// Leaves out: ATS fields (IDR0.ATS = 0), secure state. Proof: test/ (rtl.ste_check; T-STE, T-SSID, T-S2 rows).
module smmuv3_ste_check
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
(
  input  logic        look_i,
  input  logic [31:0] idr0_i,
  input  logic [31:0] idr1_i,
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr5_i,
  input  logic        e2h_i,           // CR2.E2H
  input  logic [63:0] ste_i [4],
  input  logic        ssidv_i,
  input  logic [19:0] ssid_i,          // 0 without ssidv

  output ste_verdict_e verdict_o,
  output logic        legal_o,         // V = 1 and no rule broken: may be cached
  output logic [7:0]  event_id_o,      // of SteFault
  output logic        stage2_o,        // stage 2 applies, with SteNoStage1 or SteStage1
  output world_e      world_o,
  output logic [15:0] vmid_o,
  output logic [51:0] cd_addr_o,       // of the CD, or of the level-1 descriptor
  output logic        cd_two_level_o
);
  logic [2:0]  config3;
  logic        bad, stage2_bad, strw_used;
  logic [4:0]  ssidsize, cd_max;
  logic [5:0]  oas, ipa_bits, s2ps, s2_shift, s2_stride;
  logic [3:0]  leaf_log2;              // SubstreamIDs per second-level table
  logic [5:0]  table_log2;
  logic [1:0]  fmt, granule;
  logic [2:0]  start;

  // stage-2 fields
  always_comb begin
    stage2_bad = 1'b0;
    granule = '0;
    start = '0;
    ipa_bits = '0;
    s2ps = '0;
    s2_shift = '0;
    s2_stride = '0;
    oas = pa_bits(idr5_i[IDR5_OAS_MSB:IDR5_OAS_LSB]);
    if (look_i && ste_i[0][STE_CONFIG_LSB+1]) begin
      granule = granule_tg0(ste_i[2][STE_S2TG_MSB-128:STE_S2TG_LSB-128]);
      start = stage2_start(granule, ste_i[2][STE_S2SL0_MSB-128:STE_S2SL0_LSB-128], idr3_i[IDR3_STT_LSB]);
      ipa_bits = 6'd0 - ste_i[2][STE_S2T0SZ_MSB-128:STE_S2T0SZ_LSB-128];  // 64 - S2T0SZ
      s2ps = pa_bits(ste_i[2][STE_S2PS_MSB-128:STE_S2PS_LSB-128]);
      if (s2ps > oas) s2ps = oas;
      s2_shift = level_shift(granule, start[1:0]);
      s2_stride = 6'd9 + {3'd0, granule, 1'b0};
      if (!idr0_i[IDR0_S2P_LSB] || !ste_i[2][STE_S2AA64_LSB-128] || ste_i[2][STE_S2ENDI_LSB-128]) stage2_bad = 1'b1;
      if (ste_i[2][STE_S2S_LSB-128] && (idr0_i[25:24] == IDR0_STALL_MODEL_TERMINATE_ONLY)) stage2_bad = 1'b1;
      if (!ste_i[2][STE_S2S_LSB-128] && (idr0_i[25:24] == IDR0_STALL_MODEL_STALL_FORCED)) stage2_bad = 1'b1;
      if ((ste_i[2][STE_S2HA_LSB-128] || ste_i[2][STE_S2HD_LSB-128]) && (idr0_i[7:6] == IDR0_HTTU_NONE)) stage2_bad = 1'b1;
      if (ste_i[2][STE_S2HD_LSB-128] && (idr0_i[7:6] == IDR0_HTTU_ACCESS)) stage2_bad = 1'b1;
      unique case (granule)
        2'd0: if (!idr5_i[IDR5_GRAN4K_LSB]) stage2_bad = 1'b1;
        2'd1: if (!idr5_i[IDR5_GRAN16K_LSB]) stage2_bad = 1'b1;
        2'd2: if (!idr5_i[IDR5_GRAN64K_LSB]) stage2_bad = 1'b1;
        default: stage2_bad = 1'b1;
      endcase
      if (above({12'd0, ste_i[3][51:4], 4'd0}, s2ps)) stage2_bad = 1'b1;
      // input size: at most OAS bits (IAS = OAS without 32-bit tables), at least 64 minus the largest S2T0SZ
      if ((ipa_bits > oas) || (ipa_bits == 6'd0)) stage2_bad = 1'b1;
      if (ipa_bits < (!idr3_i[IDR3_STT_LSB] ? 6'd25 : (granule == 2'd2) ? 6'd17 : 6'd16)) stage2_bad = 1'b1;
      // a start table of 2 entries to 16 concatenated tables
      if (start[2] || (ipa_bits < s2_shift + 6'd1) || (ipa_bits > s2_shift + s2_stride + 6'd4)) stage2_bad = 1'b1;
    end
  end

  always_comb begin
    verdict_o = SteFault;
    legal_o = 1'b0;
    event_id_o = EVENT_C_BAD_STE;
    stage2_o = 1'b0;
    world_o = WorldEl1;
    vmid_o = '0;
    cd_addr_o = '0;
    cd_two_level_o = 1'b0;
    config3 = '0;
    bad = 1'b0;
    strw_used = 1'b0;
    cd_max = '0;
    leaf_log2 = '0;
    table_log2 = '0;
    fmt = '0;
    ssidsize = idr1_i[IDR1_SSIDSIZE_MSB:IDR1_SSIDSIZE_LSB];
    if (look_i) begin
      config3 = ste_i[0][STE_CONFIG_MSB:STE_CONFIG_LSB];
      fmt = ste_i[0][STE_S1FMT_MSB:STE_S1FMT_LSB];
      cd_max = (ssidsize == 5'd0) ? 5'd0 : ste_i[0][STE_S1CDMAX_MSB:STE_S1CDMAX_LSB];
      stage2_o = config3[1];
      strw_used = (config3 == 3'b101) && idr0_i[IDR0_HYP_LSB];
      if (strw_used && (ste_i[1][STE_STRW_MSB-64:STE_STRW_LSB-64] == STE_STRW_EL2)) world_o = e2h_i ? WorldE2h : WorldEl2;
      if (config3[0]) begin
        if (!idr0_i[IDR0_S1P_LSB]) bad = 1'b1;
        if (strw_used && ste_i[1][STE_STRW_LSB-64]) bad = 1'b1;
        if (ste_i[1][STE_S1STALLD_LSB-64] && (idr0_i[IDR0_STALL_MODEL_MSB:IDR0_STALL_MODEL_LSB] != 2'd0)) bad = 1'b1;
        if (cd_max > ssidsize) bad = 1'b1;
        if ((cd_max != 5'd0) && !idr0_i[IDR0_CD2L_LSB] && ((fmt == STE_S1FMT_4K_L2) || (fmt == STE_S1FMT_64K_L2))) bad = 1'b1;
        // nested: stage 2 faults the address
        if (!config3[1] && above({12'd0, ste_i[0][51:6], 6'd0}, oas)) bad = 1'b1;
      end
      if (stage2_bad) bad = 1'b1;
      if (idr0_i[IDR0_S2P_LSB] && (config3[1:0] != 2'd0) && (world_o == WorldEl1)) begin
        if (!idr0_i[IDR0_VMID16_LSB] && (ste_i[2][15:8] != 8'd0)) bad = 1'b1;
        vmid_o = ste_i[2][STE_S2VMID_MSB-128:STE_S2VMID_LSB-128];
      end
      // where the CD is; S1Fmt is ignored where there is a single CD, its reserved value behaves as linear
      cd_two_level_o = (cd_max != 5'd0) && ((fmt == STE_S1FMT_4K_L2) || (fmt == STE_S1FMT_64K_L2));
      leaf_log2 = (fmt == STE_S1FMT_64K_L2) ? 4'd10 : 4'd6;
      table_log2 = 6'd6;  // the base is aligned to the size of the table, at least 64 bytes
      if (!cd_two_level_o) table_log2 = {1'b0, cd_max} + 6'd6;
      else if ({1'b0, cd_max} > {2'd0, leaf_log2} + 6'd3) table_log2 = {1'b0, cd_max} - {2'd0, leaf_log2} + 6'd3;
      cd_addr_o = ({ste_i[0][51:6], 6'd0} & ~52'(low_mask(table_log2)))
                  + (cd_two_level_o ? {29'd0, ssid_i >> leaf_log2, 3'd0} : {26'd0, ssid_i, 6'd0});

      legal_o = ste_i[0][STE_V_LSB] && !(config3[2] && bad);
      if (ste_i[0][STE_V_LSB] && !config3[2]) begin
        verdict_o = SteAbort;
      end else if (legal_o) begin
        event_id_o = EVENT_C_BAD_SUBSTREAMID;
        if (!config3[0]) begin
          if (!ssidv_i) verdict_o = SteNoStage1;
        end else if (cd_max == 5'd0) begin
          if (!ssidv_i) verdict_o = SteStage1;
        end else if (ssidv_i) begin
          if (({12'd0, ssid_i} >> cd_max) != 32'd0) event_id_o = EVENT_C_BAD_SUBSTREAMID;
          else if ((ssid_i == 20'd0) && (ste_i[1][STE_S1DSS_MSB-64:STE_S1DSS_LSB-64] == STE_S1DSS_SSID0))
            event_id_o = EVENT_F_STREAM_DISABLED;
          else verdict_o = SteStage1;
        end else begin
          event_id_o = EVENT_F_STREAM_DISABLED;
          unique case (ste_i[1][STE_S1DSS_MSB-64:STE_S1DSS_LSB-64])
            STE_S1DSS_BYPASS: verdict_o = SteNoStage1;
            STE_S1DSS_SSID0: verdict_o = SteStage1;
            default: verdict_o = SteFault;
          endcase
        end
      end
    end
  end
endmodule
