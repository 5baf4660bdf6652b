// SPDX-License-Identifier: Apache-2.0
// From (StreamID, SubstreamID) to a configuration: STE cache and CD cache, stream table (linear and two levels), STE
// checks, substream rules, CD table (linear and two levels), CD checks. Only structures without errors are cached: STEs
// by StreamID, CDs by StreamID and SubstreamID; an invalidation during a fetch forbids the fill.
// Leaves out: stage 2, EL2 worlds, ATS, caching of level-1 descriptors. Proof: test/ (T-STR, T-STE, T-SSID, T-CD, T-CFG rows).
module smmuv3_cfg_fetch
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned Entries = 32  // of each cache, power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [31:0] idr0_i,
  input  logic [31:0] idr1_i,
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr5_i,
  input  logic [51:0] strtab_addr_i,
  input  logic [31:0] strtab_cfg_i,

  // one request at a time: req is a pulse, done answers it
  input  logic        req_i,
  input  logic [31:0] sid_i,           // stable until done
  input  logic        ssidv_i,
  input  logic [19:0] ssid_i,
  output logic        done_o,
  output cfg_kind_e   kind_o,
  output logic [7:0]  event_id_o,      // kind = CfgFault
  output logic [51:0] fetch_addr_o,    // of F_STE_FETCH, F_CD_FETCH
  output logic [1:0]  privcfg_o,
  output logic [1:0]  instcfg_o,
  output logic [15:0] vmid_o,
  output logic [63:0] cd0_o,           // CD words 0..2, kind = CfgStage1
  output logic [63:0] cd1_o,
  output logic [63:0] cd2_o,

  // invalidation: valid until done
  input  logic        inv_valid_i,
  input  cfg_inv_e    inv_op_i,
  input  logic [31:0] inv_sid_i,
  input  logic [19:0] inv_ssid_i,
  input  logic [4:0]  inv_range_i,
  output logic        inv_done_o,

  output logic        rd_valid_o,
  output logic [51:0] rd_addr_o,
  output logic [2:0]  rd_len_o,
  output logic [3:0]  rd_class_o,
  input  logic        rd_ready_i,
  input  logic        r_valid_i,
  input  logic [63:0] r_data_i,
  input  logic        r_error_i,
  input  logic        r_last_i,

  output logic        miss_o,          // PMCG event 3
  output logic        access_o,        // PMCG event 5
  output logic        busy_o,
  // observation: a structure came back
  output logic        seen_o,
  output logic [51:0] seen_addr_o,
  output logic [63:0] seen_word0_o,
  output logic [3:0]  seen_class_o,
  output logic        seen_error_o,
  output cfg_state_e  state_o
);
  localparam int unsigned IndexBits = $clog2(Entries);

  // ---- cache arrays: fields of at most 64 bits, direct mapped ----
  logic [Entries-1:0] ste_valid_q, cd_valid_q;
  logic [31:0] ste_sid_q [Entries];
  logic [63:0] ste0_q    [Entries];
  logic [63:0] ste1_q    [Entries];
  logic [63:0] ste2_q    [Entries];
  logic [31:0] cd_sid_q  [Entries];
  logic [19:0] cd_ssid_q [Entries];  // 0 for a stream's CD without SubstreamID
  logic [63:0] cd0_q     [Entries];
  logic [63:0] cd1_q     [Entries];
  logic [63:0] cd2_q     [Entries];

  cfg_state_e  state_d, state_q;
  logic        kill_q;
  logic [19:0] ssid;
  logic [IndexBits-1:0] ste_index, cd_index;
  logic        ste_hit, cd_hit;

  assign ssid = ssidv_i ? ssid_i : 20'd0;
  assign ste_index = sid_i[IndexBits-1:0];
  assign cd_index = sid_i[IndexBits-1:0] ^ ssid[IndexBits-1:0];
  assign ste_hit = ste_valid_q[ste_index] && (ste_sid_q[ste_index] == sid_i);
  assign cd_hit = cd_valid_q[cd_index] && (cd_sid_q[cd_index] == sid_i) && (cd_ssid_q[cd_index] == ssid);

  // ---- stream table arithmetic ----
  logic [5:0]  log2size, sid_bits;
  logic [3:0]  split;
  logic [4:0]  cd_max;           // effective S1CDMax
  logic        two_level;
  logic        sid_in_range;
  logic [5:0]  oas;
  logic [51:0] linear_addr, l1_addr;
  always_comb begin
    log2size = strtab_cfg_i[STRTAB_BASE_CFG_LOG2SIZE_MSB:STRTAB_BASE_CFG_LOG2SIZE_LSB];
    sid_bits = '0;
    split = 4'd6;
    two_level = 1'b0;
    sid_in_range = 1'b0;
    linear_addr = '0;
    l1_addr = '0;
    oas = pa_bits(idr5_i[IDR5_OAS_MSB:IDR5_OAS_LSB]);
    if (state_q == CfgLookup) begin
      sid_bits = (log2size > idr1_i[5:0]) ? idr1_i[5:0] : log2size;
      sid_in_range = ({32'd0, sid_i} >> sid_bits) == 64'd0;
      two_level = (strtab_cfg_i[17:16] == STRTAB_BASE_CFG_FMT_TWO_LEVEL) && (idr0_i[28:27] == IDR0_ST_LEVEL_TWO_LEVEL);
    end
    unique case (strtab_cfg_i[STRTAB_BASE_CFG_SPLIT_MSB:STRTAB_BASE_CFG_SPLIT_LSB])
      5'd8: split = 4'd8;
      5'd10: split = 4'd10;
      default: split = 4'd6;
    endcase
    if (state_q == CfgLookup) begin
      // the base is aligned to the size of the table: 64 << LOG2SIZE, or the level-1 array (at least 64 bytes)
      linear_addr = (strtab_addr_i & ~52'(low_mask(log2size + 6'd6))) + {14'd0, sid_i, 6'd0};
      l1_addr = (strtab_addr_i
                 & ~52'(low_mask((log2size > {2'd0, split} + 6'd3) ? (log2size - {2'd0, split} + 6'd3) : 6'd6)))
                + {17'd0, sid_i >> split, 3'd0};
    end
  end

  // ---- fetch registers ----
  logic [51:0] addr_q;
  logic [2:0]  beat_q;
  logic        error_q;
  logic [63:0] s_q [3];           // words 0..2 of the STE
  logic [63:0] w_q [3];           // words 0..2 of the CD, word 0 of a level-1 descriptor
  logic        refused_d, refused_q;  // address beyond OAS: a failed fetch without an access
  cfg_kind_e   kind_d, kind_q;
  logic [7:0]  event_d, event_q;
  logic [51:0] addr_d;
  logic        addr_we, miss_d, ste_cached_q, cd_cached_q;

  // level-1 descriptor
  logic [4:0]  span;
  logic [9:0]  l2_index;
  logic        span_bad;
  logic [51:0] l2_addr;
  always_comb begin
    span = w_q[0][L1STD_SPAN_MSB:L1STD_SPAN_LSB];
    l2_index = '0;
    span_bad = 1'b1;
    l2_addr = '0;
    if (state_q == CfgL1Data) begin
      l2_index = sid_i[9:0] & 10'(low_mask({2'd0, split}));
      span_bad = (span == 5'd0) || (span > 5'd11) || (span > {1'b0, split} + 5'd1)
                 || ({1'b0, l2_index} >= (11'd1 << (span - 5'd1)));
      l2_addr = ({w_q[0][51:6], 6'd0} & ~52'(low_mask({1'b0, span} + 6'd5))) + {36'd0, l2_index, 6'd0};
    end
  end

  // STE checks, in CfgSteCheck: s_q holds words 0..2
  logic [2:0]  config3;
  logic        ste_bad;
  cfg_kind_e   sub_kind;
  logic [7:0]  sub_event;
  logic [51:0] cd_addr;          // of the CD, or of the level-1 descriptor
  logic        cd_two_level;
  logic [4:0]  ssidsize;
  logic [3:0]  cd_leaf_log2;     // SubstreamIDs per second-level table
  logic [5:0]  cd_table_log2;
  always_comb begin
    config3 = '0;
    ste_bad = 1'b0;
    sub_kind = CfgFault;
    sub_event = '0;
    cd_addr = '0;
    cd_two_level = 1'b0;
    cd_max = '0;
    cd_leaf_log2 = '0;
    cd_table_log2 = '0;
    ssidsize = idr1_i[IDR1_SSIDSIZE_MSB:IDR1_SSIDSIZE_LSB];
    if (state_q == CfgSteCheck) begin
      config3 = s_q[0][STE_CONFIG_MSB:STE_CONFIG_LSB];
      cd_max = (ssidsize == 5'd0) ? 5'd0 : s_q[0][STE_S1CDMAX_MSB:STE_S1CDMAX_LSB];
      ste_bad = (config3[0] && !idr0_i[IDR0_S1P_LSB]) || (config3[1] && !idr0_i[IDR0_S2P_LSB]);
      if (config3[0]) begin
        if (s_q[1][STE_S1STALLD_LSB-64] && (idr0_i[IDR0_STALL_MODEL_MSB:IDR0_STALL_MODEL_LSB] != 2'd0)) ste_bad = 1'b1;
        if (cd_max > ssidsize) ste_bad = 1'b1;
        if ((cd_max != 5'd0) && !idr0_i[IDR0_CD2L_LSB]
            && ((s_q[0][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_4K_L2)
                || (s_q[0][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_64K_L2))) ste_bad = 1'b1;
        if (above({12'd0, s_q[0][51:6], 6'd0}, oas)) ste_bad = 1'b1;
        if (idr0_i[IDR0_S2P_LSB] && !idr0_i[IDR0_VMID16_LSB] && (s_q[2][15:8] != 8'd0)) ste_bad = 1'b1;
      end
      // substreams
      if (!config3[0]) begin
        sub_kind = ssidv_i ? CfgFault : CfgBypass;
        sub_event = EVENT_C_BAD_SUBSTREAMID;
      end else if (cd_max == 5'd0) begin
        sub_kind = ssidv_i ? CfgFault : CfgStage1;
        sub_event = EVENT_C_BAD_SUBSTREAMID;
      end else if (ssidv_i) begin
        if (({12'd0, ssid_i} >> cd_max) != 32'd0) begin
          sub_event = EVENT_C_BAD_SUBSTREAMID;
        end else if ((ssid_i == 20'd0) && (s_q[1][STE_S1DSS_MSB-64:STE_S1DSS_LSB-64] == STE_S1DSS_SSID0)) begin
          sub_event = EVENT_F_STREAM_DISABLED;
        end else begin
          sub_kind = CfgStage1;
        end
      end else begin
        unique case (s_q[1][STE_S1DSS_MSB-64:STE_S1DSS_LSB-64])
          STE_S1DSS_BYPASS: sub_kind = CfgBypass;
          STE_S1DSS_SSID0: sub_kind = CfgStage1;
          default: sub_event = EVENT_F_STREAM_DISABLED;
        endcase
      end
      // S1Fmt is ignored where there is a single CD; the reserved value behaves as linear
      cd_two_level = (cd_max != 5'd0) && ((s_q[0][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_4K_L2)
                                          || (s_q[0][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_64K_L2));
      cd_leaf_log2 = (s_q[0][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_64K_L2) ? 4'd10 : 4'd6;
      // the base is aligned to the size of the table, at least 64 bytes
      cd_table_log2 = 6'd6;
      if (!cd_two_level) cd_table_log2 = {1'b0, cd_max} + 6'd6;
      else if ({1'b0, cd_max} > {2'd0, cd_leaf_log2} + 6'd3) cd_table_log2 = {1'b0, cd_max} - {2'd0, cd_leaf_log2} + 6'd3;
      cd_addr = ({s_q[0][51:6], 6'd0} & ~52'(low_mask(cd_table_log2)))
                + (cd_two_level ? {29'd0, ssid >> cd_leaf_log2, 3'd0} : {26'd0, ssid, 6'd0});
    end
  end

  // level-1 CD descriptor, in CfgL1CdData: the leaf table is 4 KiB (64 CDs) or 64 KiB (1024 CDs) long and aligned
  logic        leaf_64k;
  logic [51:0] leaf_cd_addr;
  always_comb begin
    leaf_64k = (s_q[0][STE_S1FMT_MSB:STE_S1FMT_LSB] == STE_S1FMT_64K_L2);
    leaf_cd_addr = '0;
    if (state_q == CfgL1CdData) begin
      leaf_cd_addr = leaf_64k ? {w_q[0][51:16], ssid[9:0], 6'd0} : {w_q[0][51:12], ssid[5:0], 6'd0};
    end
  end

  // CD checks, in CfgCdCheck: w_q holds words 0..2
  logic        cd_bad;
  logic [5:0]  ips;
  always_comb begin
    cd_bad = 1'b0;
    ips = '0;
    if (state_q == CfgCdCheck) begin
      ips = pa_bits(w_q[0][CD_IPS_MSB:CD_IPS_LSB]);
      if (ips > oas) ips = oas;
      if (!w_q[0][CD_V_LSB]) cd_bad = 1'b1;
      if (s_q[1][STE_S1STALLD_LSB-64] && w_q[0][CD_S_LSB]) cd_bad = 1'b1;
      if (idr0_i[IDR0_TERM_MODEL_LSB] && !w_q[0][CD_A_LSB]) cd_bad = 1'b1;
      if ((idr0_i[25:24] == IDR0_STALL_MODEL_TERMINATE_ONLY) && w_q[0][CD_S_LSB]) cd_bad = 1'b1;
      if ((idr0_i[25:24] == IDR0_STALL_MODEL_STALL_FORCED) && !w_q[0][CD_S_LSB]) cd_bad = 1'b1;
      if (!(w_q[0][CD_EPD0_LSB] && w_q[0][CD_EPD1_LSB])
          && (((idr0_i[22:21] == IDR0_TTENDIAN_LITTLE) && w_q[0][CD_ENDI_LSB])
              || ((idr0_i[22:21] == IDR0_TTENDIAN_BIG) && !w_q[0][CD_ENDI_LSB]))) cd_bad = 1'b1;
      if (!w_q[0][CD_AA64_LSB] || !idr0_i[3]) cd_bad = 1'b1;  // TTF[1]; 32-bit tables are never supported here
      if ((w_q[0][CD_HA_LSB] || w_q[0][CD_HD_LSB]) && (idr0_i[7:6] == 2'd0)) cd_bad = 1'b1;
      if (!idr0_i[IDR0_ASID16_LSB] && (w_q[0][63:56] != 8'd0)) cd_bad = 1'b1;
      if (!w_q[0][CD_EPD0_LSB]
          && half_bad(w_q[0][CD_T0SZ_MSB:CD_T0SZ_LSB], granule_tg0(w_q[0][CD_TG0_MSB:CD_TG0_LSB]), w_q[1][51:4], ips))
        cd_bad = 1'b1;
      if (!w_q[0][CD_EPD1_LSB]
          && half_bad(w_q[0][CD_T1SZ_MSB:CD_T1SZ_LSB], granule_tg1(w_q[0][CD_TG1_MSB:CD_TG1_LSB]), w_q[2][51:4], ips))
        cd_bad = 1'b1;
    end
  end

  // TxSZ, TGx and TTBx of one enabled half. OAS is at most 48 here, so the 48-bit limit of small granules is included.
  function automatic logic half_bad(logic [5:0] tsz, logic [1:0] granule, logic [47:0] ttb, logic [5:0] limit);
    logic [5:0] tsz_max;
    tsz_max = !idr3_i[IDR3_STT_LSB] ? 6'd39 : (granule == 2'd2) ? 6'd47 : 6'd48;
    half_bad = (tsz < 6'd16) || (tsz > tsz_max) || above({12'd0, ttb, 4'd0}, limit);
    unique case (granule)
      2'd0: if (!idr5_i[IDR5_GRAN4K_LSB]) half_bad = 1'b1;
      2'd1: if (!idr5_i[IDR5_GRAN16K_LSB]) half_bad = 1'b1;
      2'd2: if (!idr5_i[IDR5_GRAN64K_LSB]) half_bad = 1'b1;
      default: half_bad = 1'b1;
    endcase
  endfunction

  // ---- engine ----
  logic structure_back;
  assign structure_back = r_valid_i && r_last_i;

  always_comb begin
    state_d = state_q;
    kind_d = kind_q;
    event_d = event_q;
    addr_d = '0;
    addr_we = 1'b0;
    miss_d = 1'b0;
    refused_d = 1'b0;
    unique case (state_q)
      CfgIdle: if (req_i) state_d = CfgLookup;
      CfgLookup: begin
        if (ste_hit) begin
          state_d = CfgSteCheck;
        end else if (!sid_in_range) begin
          kind_d = CfgFault;
          event_d = EVENT_C_BAD_STREAMID;
          state_d = CfgDone;
        end else begin
          miss_d = 1'b1;
          addr_we = 1'b1;
          addr_d = two_level ? l1_addr : linear_addr;
          refused_d = above({12'd0, addr_d}, oas);
          state_d = two_level ? CfgL1Request : CfgSteRequest;
        end
      end
      CfgL1Request: begin
        if (refused_q) begin
          kind_d = CfgFault;
          event_d = EVENT_F_STE_FETCH;
          state_d = CfgDone;
        end else if (rd_ready_i) state_d = CfgL1Data;
      end
      CfgL1Data: begin
        if (beat_q != 3'd0) begin  // the one word is in w_q[0]
          kind_d = CfgFault;
          if (error_q) begin
            event_d = EVENT_F_STE_FETCH;
            state_d = CfgDone;
          end else if (span_bad) begin
            event_d = EVENT_C_BAD_STREAMID;
            state_d = CfgDone;
          end else begin
            addr_we = 1'b1;
            addr_d = l2_addr;
            refused_d = above({12'd0, addr_d}, oas);
            state_d = CfgSteRequest;
          end
        end
      end
      CfgSteRequest: begin
        if (refused_q) begin
          kind_d = CfgFault;
          event_d = EVENT_F_STE_FETCH;
          state_d = CfgDone;
        end else if (rd_ready_i) state_d = CfgSteData;
      end
      CfgSteData: begin
        if (structure_back) begin
          kind_d = CfgFault;
          event_d = EVENT_F_STE_FETCH;
          state_d = (error_q || r_error_i) ? CfgDone : CfgSteCheck;
        end
      end
      CfgSteCheck: begin
        if (!s_q[0][STE_V_LSB]) begin
          kind_d = CfgFault;
          event_d = EVENT_C_BAD_STE;
          state_d = CfgDone;
        end else if (!config3[2]) begin
          kind_d = CfgAbort;
          state_d = CfgDone;
        end else if (ste_bad) begin
          kind_d = CfgFault;
          event_d = EVENT_C_BAD_STE;
          state_d = CfgDone;
        end else begin
          kind_d = sub_kind;
          event_d = sub_event;
          addr_we = 1'b1;
          addr_d = cd_addr;
          unique case (sub_kind)
            CfgStage1: begin
              state_d = cd_two_level ? CfgL1CdRequest : CfgCdRequest;
              if (cd_cached_q) state_d = CfgDone;
              else miss_d = ste_cached_q;  // else it was counted with the STE
            end
            default: state_d = CfgDone;
          endcase
        end
      end
      CfgL1CdRequest: if (rd_ready_i) state_d = CfgL1CdData;
      CfgL1CdData: begin
        if (beat_q != 3'd0) begin
          kind_d = CfgFault;
          state_d = CfgDone;
          if (error_q) begin
            event_d = EVENT_F_CD_FETCH;
          end else if (!w_q[0][L1CD_V_LSB] || above({12'd0, leaf_cd_addr}, oas)) begin
            event_d = EVENT_C_BAD_SUBSTREAMID;
          end else begin
            addr_we = 1'b1;
            addr_d = leaf_cd_addr;
            state_d = CfgCdRequest;
          end
        end
      end
      CfgCdRequest: if (rd_ready_i) state_d = CfgCdData;
      CfgCdData: begin
        if (structure_back) begin
          if (error_q || r_error_i) begin
            kind_d = CfgFault;
            event_d = EVENT_F_CD_FETCH;
            state_d = CfgDone;
          end else begin
            state_d = CfgCdCheck;
          end
        end
      end
      CfgCdCheck: begin
        if (cd_bad) begin
          kind_d = CfgFault;
          event_d = EVENT_C_BAD_CD;
          state_d = CfgDone;
        end else begin
          kind_d = CfgStage1;
          state_d = CfgFill;
        end
      end
      CfgFill: state_d = CfgDone;
      default: state_d = CfgIdle;  // CfgDone
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= CfgIdle;
      kind_q <= CfgAbort;
      event_q <= '0;
      addr_q <= '0;
      beat_q <= '0;
      error_q <= 1'b0;
      refused_q <= 1'b0;
      kill_q <= 1'b0;
      ste_cached_q <= 1'b0;
      cd_cached_q <= 1'b0;
      miss_o <= 1'b0;
      w_q[0] <= '0;
      w_q[1] <= '0;
      w_q[2] <= '0;
      s_q[0] <= '0;
      s_q[1] <= '0;
      s_q[2] <= '0;
    end else begin
      state_q <= state_d;
      miss_o <= miss_d;
      if (state_q != CfgIdle) begin
        kind_q <= kind_d;
        event_q <= event_d;
        refused_q <= refused_d;
        if (addr_we) addr_q <= addr_d;
        kill_q <= kill_q || inv_valid_i;
        if (r_valid_i) begin
          if (beat_q < 3'd3) begin
            if (state_q == CfgSteData) s_q[beat_q[1:0]] <= r_data_i;
            else w_q[beat_q[1:0]] <= r_data_i;
          end
          beat_q <= beat_q + 3'd1;
          error_q <= error_q || r_error_i;
        end
        if (rd_valid_o) begin
          beat_q <= '0;
          error_q <= 1'b0;
        end
        if (state_q == CfgLookup) begin
          ste_cached_q <= ste_hit;
          cd_cached_q <= ste_hit && cd_hit;
          if (ste_hit) begin
            s_q[0] <= ste0_q[ste_index];
            s_q[1] <= ste1_q[ste_index];
            s_q[2] <= ste2_q[ste_index];
          end
          if (ste_hit && cd_hit) begin
            w_q[0] <= cd0_q[cd_index];
            w_q[1] <= cd1_q[cd_index];
            w_q[2] <= cd2_q[cd_index];
          end
        end
      end else begin
        kill_q <= inv_valid_i;
      end
    end
  end

  // ---- cache writes: fill and invalidation sweep ----
  logic                 sweep_q, inv_done_q;
  logic [IndexBits-1:0] sweep_index_q;
  logic                 ste_match, cd_match;
  logic [5:0]           range_bits;
  logic                 ste_fill, cd_fill;
  assign ste_fill = (state_q == CfgSteCheck) && !ste_cached_q && s_q[0][STE_V_LSB] && !(config3[2] && ste_bad)
                    && !kill_q && !inv_valid_i;
  assign cd_fill = (state_q == CfgFill) && !kill_q && !inv_valid_i;
  always_comb begin
    ste_match = 1'b0;
    cd_match = 1'b0;
    range_bits = {1'b0, inv_range_i} + 6'd1;
    if (sweep_q) begin
      unique case (inv_op_i)
        CfgInvSte: begin
          ste_match = (ste_sid_q[sweep_index_q] == inv_sid_i);
          cd_match = (cd_sid_q[sweep_index_q] == inv_sid_i);
        end
        CfgInvRange: begin
          ste_match = (({32'd0, ste_sid_q[sweep_index_q] ^ inv_sid_i}) >> range_bits) == 64'd0;
          cd_match = (({32'd0, cd_sid_q[sweep_index_q] ^ inv_sid_i}) >> range_bits) == 64'd0;
        end
        CfgInvCdAll: cd_match = (cd_sid_q[sweep_index_q] == inv_sid_i);
        // CD 0 goes with every CD of its stream: it may be a single CD
        CfgInvCd: cd_match = (cd_sid_q[sweep_index_q] == inv_sid_i)
                             && ((cd_ssid_q[sweep_index_q] == 20'd0) || (cd_ssid_q[sweep_index_q] == inv_ssid_i));
        default: begin
          ste_match = 1'b1;
          cd_match = 1'b1;
        end
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sweep_q <= 1'b0;
      sweep_index_q <= '0;
      inv_done_q <= 1'b0;
      ste_valid_q <= '0;
      cd_valid_q <= '0;
    end else begin
      inv_done_q <= 1'b0;
      if (sweep_q) begin
        if (ste_match) ste_valid_q[sweep_index_q] <= 1'b0;
        if (cd_match) cd_valid_q[sweep_index_q] <= 1'b0;
        sweep_index_q <= sweep_index_q + 1'b1;
        if (&sweep_index_q) begin
          sweep_q <= 1'b0;
          inv_done_q <= 1'b1;
        end
      end else if (inv_valid_i && !inv_done_q) begin
        if (inv_op_i == CfgInvAll) begin
          ste_valid_q <= '0;
          cd_valid_q <= '0;
          inv_done_q <= 1'b1;
        end else begin
          sweep_q <= 1'b1;
        end
      end else begin
        if (ste_fill) ste_valid_q[ste_index] <= 1'b1;
        if (cd_fill) cd_valid_q[cd_index] <= 1'b1;
      end
    end
  end
  // payload of the caches: no reset, meaningful only where the valid bit is set
  always_ff @(posedge clk_i) begin
    if (ste_fill) begin
      ste_sid_q[ste_index] <= sid_i;
      ste0_q[ste_index] <= s_q[0];
      ste1_q[ste_index] <= s_q[1];
      ste2_q[ste_index] <= s_q[2];
    end
    if (cd_fill) begin
      cd_sid_q[cd_index] <= sid_i;
      cd_ssid_q[cd_index] <= ssid;
      cd0_q[cd_index] <= w_q[0];
      cd1_q[cd_index] <= w_q[1];
      cd2_q[cd_index] <= w_q[2];
    end
  end

  // ---- outputs, in CfgDone ----
  assign privcfg_o = s_q[1][49:48];
  assign instcfg_o = s_q[1][51:50];
  assign vmid_o = s_q[2][15:0];
  assign cd0_o = w_q[0];
  assign cd1_o = w_q[1];
  assign cd2_o = w_q[2];
  assign done_o = (state_q == CfgDone);
  assign kind_o = kind_q;
  assign event_id_o = event_q;
  assign fetch_addr_o = addr_q;
  assign inv_done_o = inv_done_q;
  assign rd_valid_o = ((state_q == CfgL1Request) || (state_q == CfgSteRequest) || (state_q == CfgL1CdRequest)
                       || (state_q == CfgCdRequest)) && !refused_q;
  assign rd_addr_o = addr_q;
  assign rd_len_o = ((state_q == CfgL1Request) || (state_q == CfgL1CdRequest)) ? 3'd0 : 3'd7;
  assign rd_class_o = (state_q == CfgL1Request) ? ClassL1std : (state_q == CfgSteRequest) ? ClassSte
                      : (state_q == CfgL1CdRequest) ? ClassL1cd : ClassCd;
  assign access_o = rd_valid_o && rd_ready_i;
  assign busy_o = (state_q != CfgIdle) || sweep_q || inv_done_q;
  assign state_o = state_q;

  assign seen_o = structure_back;
  assign seen_addr_o = addr_q;
  assign seen_word0_o = (beat_q == 3'd0) ? r_data_i : (state_q == CfgSteData) ? s_q[0] : w_q[0];
  assign seen_class_o = (state_q == CfgL1Data) ? ClassL1std : (state_q == CfgSteData) ? ClassSte
                        : (state_q == CfgL1CdData) ? ClassL1cd : ClassCd;
  assign seen_error_o = error_q || r_error_i;

  NoRequestWhileBusy_A: assert property (@(posedge clk_i) disable iff (!rst_ni) req_i |-> (state_q == CfgIdle));
  NoFillDuringInvalidation_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (ste_fill || cd_fill) |-> !(sweep_q || inv_valid_i || kill_q));
endmodule
