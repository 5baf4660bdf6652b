// SPDX-License-Identifier: Apache-2.0
// The command queue: fetches and executes one command at a time, owns CMDQ_CONS (RD and ERR). A command with an error
// is not consumed. CMD_SYNC takes a snapshot of the client transactions in progress and completes when they are done.
// Leaves out: fetching ahead. MSIs: smmuv3_msi. Proof: test/ (rtl.cmdq; T-CMD, T-TLB, T-CFG rows).
module smmuv3_cmdq
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [31:0] idr0_i,
  input  logic [31:0] idr3_i,
  input  logic        e2h_i,               // CR2.E2H
  input  logic        enable_i,            // CR0.CMDQEN and CR0ACK.CMDQEN
  input  logic        cmdq_err_active_i,   // GERROR.CMDQ_ERR active
  input  logic [51:0] base_addr_i,
  input  logic [4:0]  base_log2_i,
  input  logic [4:0]  size_cap_i,          // IDR1.CMDQS
  input  logic [19:0] prod_i,
  input  logic        cons_we_i,           // software write, allowed by the guard in smmuv3_regs
  input  logic [31:0] cons_wdata_i,
  output logic [31:0] cons_o,

  output logic        rd_valid_o,
  output logic [51:0] rd_addr_o,
  input  logic        rd_ready_i,
  input  logic        r_valid_i,           // for this reader
  input  logic [63:0] r_data_i,
  input  logic        r_error_i,
  input  logic        r_last_i,

  output logic        tlb_inv_valid_o,     // until done
  output tlb_inv_t    tlb_inv_op_o,
  output logic [15:0] tlb_inv_vmid_o,
  output logic [15:0] tlb_inv_asid_o,
  output logic [55:0] tlb_inv_first_o,     // address range, bits 55:0
  output logic [55:0] tlb_inv_last_o,
  output logic        tlb_inv_single_o,    // the range is one 4 KiB page
  input  logic        tlb_inv_done_i,

  output logic        cfg_inv_valid_o,     // until done
  output cfg_inv_e    cfg_inv_op_o,
  output logic [31:0] cfg_inv_sid_o,
  output logic [19:0] cfg_inv_ssid_o,
  output logic [4:0]  cfg_inv_range_o,
  input  logic        cfg_inv_done_i,

  output logic        stall_valid_o,       // RESUME, STALL_TERM: until done
  output logic        stall_all_o,
  output logic [31:0] stall_sid_o,
  output logic [15:0] stall_stag_o,
  output logic        stall_retry_o,
  output logic        stall_abort_o,
  input  logic        stall_done_i,

  output logic        drain_snapshot_o,    // remember what is in progress now
  input  logic        drained_i,           // all of it is done
  input  logic        drain_busy_i,        // somebody else is draining
  input  logic        msi_busy_i,          // the MSI of an earlier CMD_SYNC is not visible yet

  output logic        irq_sync_o,
  output logic        sev_o,
  output logic        gerror_cmdq_o,
  output logic        busy_o,
  // observation
  output logic [63:0] cmd_o [2],
  output logic        consumed_o,
  output logic        sync_done_o,
  output logic [19:0] index_o,
  output cmdq_state_e state_o
);
  localparam logic [6:0] ErrIll = CMDQ_CONS_ERR_CERROR_ILL;
  localparam logic [6:0] ErrAbt = CMDQ_CONS_ERR_CERROR_ABT;

  cmdq_state_e state_d, state_q;
  logic [19:0] rd_d, rd_q;
  logic [6:0]  err_d, err_q;
  logic        beat_q, fetch_err_q;
  logic [63:0] cmd_q [2];
  logic        irq_d, irq_q, sev_d, sev_q, gerr_d, gerr_q, consumed_d, consumed_q, sync_done_d, sync_done_q;
  logic [19:0] index_q;

  // ---- geometry ----
  logic [4:0]  log2;
  logic [19:0] mask, used;
  logic [51:0] size_mask;
  logic        work;
  logic        full;                // a command consumed makes room: an event for CPUs that wait for it
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) log2 <= '0;
    else log2 <= queue_log2(base_log2_i, size_cap_i);
  end
  assign mask = pointer_mask(log2);
  assign used = (prod_i - rd_q) & mask;
  assign full = used == (20'd1 << log2);
  assign size_mask = 52'(low_mask({1'b0, log2} + 6'd4));
  assign work = enable_i && !cmdq_err_active_i && !gerr_q && (used != 20'd0) && (used <= (20'd1 << log2));

  // ---- decode: valid in CmdqDecode ----
  typedef enum logic [2:0] {ActIllegal, ActNothing, ActTlb, ActCfg, ActStall, ActSync} action_e;
  action_e     action;
  tlb_inv_t    tlb_op;
  cfg_inv_e    cfg_op;
  logic [7:0]  opcode;
  logic        s1p, s2p, hyp, has_ssec, ranged, bad_range, by_range;
  logic [3:0]  el2_worlds;
  logic [1:0]  tg, ttl_raw, ttl, cs;
  logic [4:0]  num, scale;
  logic [63:0] span;
  logic [64:0] range_end;
  logic [55:0] first, last;

  always_comb begin
    action = ActIllegal;
    tlb_op = '0;
    el2_worlds = '0;
    cfg_op = CfgInvAll;
    opcode = '0;
    has_ssec = 1'b0;
    ranged = 1'b0;
    bad_range = 1'b0;
    s1p = 1'b0;
    s2p = 1'b0;
    hyp = 1'b0;
    by_range = 1'b0;
    tg = '0;
    ttl_raw = '0;
    ttl = '0;
    cs = '0;
    num = '0;
    scale = '0;
    span = '0;
    range_end = '0;
    first = '0;
    last = '0;
    if (state_q == CmdqDecode) begin
      opcode = cmd_q[0][CMD_OPCODE_MSB:CMD_OPCODE_LSB];
      s1p = idr0_i[IDR0_S1P_LSB];
      s2p = idr0_i[IDR0_S2P_LSB];
      hyp = idr0_i[IDR0_HYP_LSB];
      el2_worlds[e2h_i ? WorldE2h : WorldEl2] = 1'b1;
      cs = cmd_q[0][CMD_SYNC_CS_MSB:CMD_SYNC_CS_LSB];
      if (idr3_i[IDR3_RIL_LSB]) begin
        tg = cmd_q[1][CMD_TLBI_NH_VA_TG_MSB-64:CMD_TLBI_NH_VA_TG_LSB-64];
        ttl_raw = cmd_q[1][CMD_TLBI_NH_VA_TTL_MSB-64:CMD_TLBI_NH_VA_TTL_LSB-64];
        num = cmd_q[0][CMD_TLBI_NH_VA_NUM_MSB:CMD_TLBI_NH_VA_NUM_LSB];
        scale = cmd_q[0][CMD_TLBI_NH_VA_SCALE_MSB:CMD_TLBI_NH_VA_SCALE_LSB];
      end
      ttl = ((tg == CMD_TLBI_TG_16K) && (ttl_raw == 2'd1)) ? 2'd0 : ttl_raw;
      ranged = (tg != CMD_TLBI_TG_NONE);
      bad_range = ranged && (num == 5'd0) && (scale == 5'd0) && (ttl == 2'd0);
      // Bits 63:56 of a VA may hold a tag (TBI); entries are compared by bits 55:0. An IPA has 52 bits, what is above is reserved.
      first = {cmd_q[1][55:12], 12'd0};
      if (opcode == CMD_TLBI_S2_IPA) first[55:52] = 4'd0;
      span = (64'(num) + 64'd1) << (6'd10 + {3'd0, tg, 1'b0} + {1'b0, scale});
      range_end = {9'd0, first} + {1'b0, span} - 65'd1;
      if (!ranged) last = {first[55:12], 12'hFFF};
      else last = (range_end[64:56] != 9'd0) ? '1 : range_end[55:0];

      unique case (opcode)
        CMD_PREFETCH_CONFIG, CMD_PREFETCH_ADDR: begin
          has_ssec = 1'b1;
          action = ActNothing;
        end
        CMD_CFGI_STE: begin
          has_ssec = 1'b1;
          action = ActCfg;
          cfg_op = CfgInvSte;
        end
        CMD_CFGI_STE_RANGE: begin
          has_ssec = 1'b1;
          action = ActCfg;
          cfg_op = (cmd_q[1][4:0] == 5'd31) ? CfgInvAll : CfgInvRange;
        end
        CMD_CFGI_CD: begin
          has_ssec = 1'b1;
          action = s1p ? ActCfg : ActIllegal;
          cfg_op = CfgInvCd;
        end
        CMD_CFGI_CD_ALL: begin
          has_ssec = 1'b1;
          action = s1p ? ActCfg : ActIllegal;
          cfg_op = CfgInvCdAll;
        end
        CMD_TLBI_NH_ALL: begin
          action = s1p ? ActTlb : ActIllegal;
          tlb_op.worlds[WorldEl1] = 1'b1;
          tlb_op.by_vmid = 1'b1;
        end
        CMD_TLBI_NH_ASID: begin
          action = s1p ? ActTlb : ActIllegal;
          tlb_op.worlds[WorldEl1] = 1'b1;
          tlb_op.by_vmid = 1'b1;
          tlb_op.by_asid = 1'b1;
        end
        CMD_TLBI_NH_VA, CMD_TLBI_NH_VAA: begin
          action = s1p ? ActTlb : ActIllegal;
          by_range = 1'b1;
          tlb_op.worlds[WorldEl1] = 1'b1;
          tlb_op.by_vmid = 1'b1;
          tlb_op.by_asid = (opcode == CMD_TLBI_NH_VA);
          tlb_op.globals = 1'b1;
        end
        CMD_TLBI_EL2_ALL: begin
          action = hyp ? ActTlb : ActIllegal;
          tlb_op.worlds[WorldEl2] = 1'b1;
          tlb_op.worlds[WorldE2h] = 1'b1;
        end
        CMD_TLBI_EL2_ASID: begin
          action = hyp ? ActTlb : ActIllegal;
          tlb_op.worlds[WorldE2h] = 1'b1;
          tlb_op.by_asid = 1'b1;
        end
        CMD_TLBI_EL2_VA, CMD_TLBI_EL2_VAA: begin
          action = hyp ? ActTlb : ActIllegal;
          by_range = 1'b1;
          tlb_op.worlds = el2_worlds;
          tlb_op.by_asid = e2h_i && (opcode == CMD_TLBI_EL2_VA);
          tlb_op.globals = 1'b1;
        end
        CMD_TLBI_S2_IPA: begin
          action = s2p ? ActTlb : ActIllegal;
          by_range = 1'b1;
          tlb_op.worlds[WorldStage2] = 1'b1;
          tlb_op.by_vmid = 1'b1;
        end
        CMD_TLBI_S12_VMALL: begin
          action = s2p ? ActTlb : ActIllegal;
          tlb_op.worlds[WorldEl1] = 1'b1;
          tlb_op.worlds[WorldStage2] = 1'b1;
          tlb_op.by_vmid = 1'b1;
        end
        CMD_TLBI_NSNH_ALL: begin
          action = ActTlb;
          tlb_op.worlds = hyp ? 4'b1001 : 4'b1111;  // NS-EL1 and stage 2
        end
        CMD_RESUME, CMD_STALL_TERM: begin
          has_ssec = 1'b1;
          action = (idr0_i[IDR0_STALL_MODEL_MSB:IDR0_STALL_MODEL_LSB] == IDR0_STALL_MODEL_TERMINATE_ONLY) ? ActIllegal : ActStall;
        end
        CMD_SYNC: action = (cs == 2'd3) ? ActIllegal : ActSync;
        default: action = ActIllegal;  // everything the ID registers deny, the secure forms, reserved opcodes
      endcase
      if (by_range && bad_range) action = ActIllegal;
      if (has_ssec && cmd_q[0][10]) action = ActIllegal;
      tlb_op.by_range = by_range;
      tlb_op.tables = !by_range || !cmd_q[1][CMD_TLBI_NH_VA_LEAF_LSB-64];
    end
  end

  // ---- engine ----
  always_comb begin
    state_d = state_q;
    rd_d = rd_q;
    err_d = err_q;
    irq_d = 1'b0;
    sev_d = 1'b0;
    gerr_d = 1'b0;
    consumed_d = 1'b0;
    sync_done_d = 1'b0;
    drain_snapshot_o = 1'b0;
    unique case (state_q)
      CmdqIdle: begin
        if (work) state_d = CmdqRequest;
        else if (cons_we_i) begin
          rd_d = cons_wdata_i[19:0];
          err_d = cons_wdata_i[30:24];
        end
      end
      CmdqRequest: if (rd_ready_i) state_d = CmdqData;
      CmdqData: begin
        if (r_valid_i && r_last_i) begin
          if (r_error_i || fetch_err_q) begin
            state_d = CmdqError;
            err_d = ErrAbt;
          end else begin
            state_d = CmdqDecode;
          end
        end
      end
      CmdqDecode: begin
        unique case (action)
          ActNothing: state_d = CmdqRetire;
          ActTlb: state_d = CmdqTlb;
          ActCfg: state_d = CmdqCfg;
          ActStall: state_d = CmdqStall;
          ActSync: state_d = CmdqSnapshot;
          default: begin
            state_d = CmdqError;
            err_d = ErrIll;
          end
        endcase
      end
      CmdqTlb: if (tlb_inv_done_i) state_d = CmdqRetire;
      CmdqCfg: if (cfg_inv_done_i) state_d = CmdqRetire;
      CmdqStall: if (stall_done_i) state_d = CmdqRetire;
      CmdqSnapshot: begin
        if (!drain_busy_i) begin
          drain_snapshot_o = 1'b1;
          state_d = CmdqDrain;
        end
      end
      CmdqDrain: begin
        if (drained_i && !msi_busy_i) begin
          state_d = CmdqRetire;
          sync_done_d = 1'b1;
          irq_d = (cmd_q[0][CMD_SYNC_CS_MSB:CMD_SYNC_CS_LSB] == CMD_SYNC_CS_IRQ);
          sev_d = ((cmd_q[0][CMD_SYNC_CS_MSB:CMD_SYNC_CS_LSB] == CMD_SYNC_CS_SEV) || full) && idr0_i[IDR0_SEV_LSB];
          rd_d = (rd_q + 20'd1) & mask;
          consumed_d = 1'b1;
        end
      end
      CmdqRetire: begin
        state_d = CmdqIdle;
        if (!sync_done_q) begin
          rd_d = (rd_q + 20'd1) & mask;
          sev_d = full && idr0_i[IDR0_SEV_LSB];
          consumed_d = 1'b1;
        end
      end
      default: begin  // CmdqError: ERR is visible one cycle before GERROR changes
        gerr_d = 1'b1;
        state_d = CmdqIdle;
      end
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= CmdqIdle;
      rd_q <= '0;
      err_q <= '0;
      irq_q <= 1'b0;
      sev_q <= 1'b0;
      gerr_q <= 1'b0;
      consumed_q <= 1'b0;
      sync_done_q <= 1'b0;
      index_q <= '0;
    end else begin
      state_q <= state_d;
      rd_q <= rd_d;
      err_q <= err_d;
      irq_q <= irq_d;
      sev_q <= sev_d;
      gerr_q <= gerr_d;
      consumed_q <= consumed_d;
      sync_done_q <= sync_done_d;
      if (state_q == CmdqRequest) index_q <= rd_q & mask;
    end
  end

  // fetched words and decoded operands: written in one state each, so idle cycles leave them alone
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q <= 1'b0;
      fetch_err_q <= 1'b0;
      cmd_q[0] <= '0;
      cmd_q[1] <= '0;
      tlb_inv_op_o <= '0;
      tlb_inv_first_o <= '0;
      tlb_inv_last_o <= '0;
      tlb_inv_single_o <= 1'b0;
      cfg_inv_op_o <= CfgInvAll;
    end else if (state_q == CmdqRequest) begin
      beat_q <= 1'b0;
      fetch_err_q <= 1'b0;
    end else if ((state_q == CmdqData) && r_valid_i) begin
      cmd_q[beat_q] <= r_data_i;
      beat_q <= 1'b1;
      fetch_err_q <= fetch_err_q | r_error_i;
    end else if (state_q == CmdqDecode) begin
      tlb_inv_op_o <= tlb_op;
      tlb_inv_first_o <= first;
      tlb_inv_last_o <= last;
      tlb_inv_single_o <= !ranged;
      cfg_inv_op_o <= cfg_op;
    end
  end

  assign rd_valid_o = (state_q == CmdqRequest);
  assign rd_addr_o = (base_addr_i & ~size_mask) + {28'd0, rd_q & index_mask(log2), 4'd0};
  assign tlb_inv_valid_o = (state_q == CmdqTlb);
  // VMID16 = 0 or ASID16 = 0: the upper half is reserved; S2P = 0: VMIDs are not compared at all.
  assign tlb_inv_vmid_o = !idr0_i[IDR0_S2P_LSB] ? 16'd0
                        : {idr0_i[IDR0_VMID16_LSB] ? cmd_q[0][47:40] : 8'd0, cmd_q[0][39:32]};
  assign tlb_inv_asid_o = {idr0_i[IDR0_ASID16_LSB] ? cmd_q[0][63:56] : 8'd0, cmd_q[0][55:48]};
  assign cfg_inv_valid_o = (state_q == CmdqCfg);
  assign cfg_inv_sid_o = cmd_q[0][63:32];
  assign cfg_inv_ssid_o = cmd_q[0][31:12];
  assign cfg_inv_range_o = cmd_q[1][4:0];
  assign stall_valid_o = (state_q == CmdqStall);
  assign stall_all_o = (cmd_q[0][CMD_OPCODE_MSB:CMD_OPCODE_LSB] == CMD_STALL_TERM);
  assign stall_sid_o = cmd_q[0][CMD_RESUME_STREAMID_MSB:CMD_RESUME_STREAMID_LSB];
  assign stall_stag_o = cmd_q[1][CMD_RESUME_STAG_MSB-64:CMD_RESUME_STAG_LSB-64];
  assign stall_retry_o = cmd_q[0][CMD_RESUME_AC_LSB];
  assign stall_abort_o = cmd_q[0][CMD_RESUME_AB_LSB];
  assign cons_o = {1'b0, err_q, 4'd0, rd_q & mask};
  assign irq_sync_o = irq_q;
  assign sev_o = sev_q;
  assign gerror_cmdq_o = gerr_q;
  assign busy_o = (state_q != CmdqIdle) || work || irq_q || sev_q || gerr_q;
  assign cmd_o = cmd_q;
  assign consumed_o = consumed_q;
  assign sync_done_o = sync_done_q;
  assign index_o = index_q;
  assign state_o = state_q;

  ConsumedOnlyOnce_A: assert property (@(posedge clk_i) disable iff (!rst_ni) consumed_q |=> !consumed_q);
  ErrorIsNotConsumed_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (state_q == CmdqError) |-> (!consumed_q && (rd_d == rd_q)));
  NothingStartsDuringError_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    ((state_q == CmdqIdle) && cmdq_err_active_i) |=> (state_q == CmdqIdle));
endmodule
