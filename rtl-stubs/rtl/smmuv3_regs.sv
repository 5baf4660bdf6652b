// SPDX-License-Identifier: Apache-2.0
// The programming port and the register file: AXI4-Lite with 64-bit data, page 0, page 1 and the way to the PMCG
// pages; Update handshakes (CR0, IRQ_CTRL, GBPA), write guards, GERROR toggles. Queue pointers that the block moves
// live in their engines. Undefined offsets and partial words are RAZ/WI.
// Leaves out: registers of features the ID registers deny (RAZ/WI). Proof: test/ (rtl.regs; T-REG, T-GBP, T-EVQ, T-CMD rows).
module smmuv3_regs
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [31:0] idr0_i,
  input  logic [31:0] idr1_i,
  input  logic [31:0] idr2_i,
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr4_i,
  input  logic [31:0] idr5_i,
  input  logic [31:0] iidr_i,
  input  logic [31:0] aidr_i,

  input  logic        awvalid_i,
  output logic        awready_o,
  input  logic [19:0] awaddr_i,
  input  logic        wvalid_i,
  output logic        wready_o,
  input  logic [63:0] wdata_i,
  input  logic [7:0]  wstrb_i,
  output logic        bvalid_o,
  input  logic        bready_i,
  output logic [1:0]  bresp_o,
  input  logic        arvalid_i,
  output logic        arready_o,
  input  logic [19:0] araddr_i,
  output logic        rvalid_o,
  input  logic        rready_i,
  output logic [63:0] rdata_o,
  output logic [1:0]  rresp_o,

  // PMCG register port
  output logic        pmcg_we_lo_o,
  output logic        pmcg_we_hi_o,
  output logic        pmcg_re_o,
  output logic [2:0]  pmcg_group_o,       // address bits 19:17: 1 of the translation unit, 3 + t of TBU t
  output logic        pmcg_page1_o,
  output logic [11:3] pmcg_addr_o,
  output logic [63:0] pmcg_wdata_o,
  input  logic [63:0] pmcg_rdata_i,

  // settings in force
  output logic        smmu_enable_o,      // CR0ACK.SMMUEN
  output logic        cmdq_enable_o,      // CR0 and CR0ACK
  output logic        eventq_enable_o,
  output logic        recinvsid_o,
  output logic        e2h_o,
  output logic        btm_o,              // IDR0.BTM and not CR2.PTM
  output logic [2:0]  vmw_o,              // CR0ACK.VMW
  output logic        gbpa_abort_o,
  output logic [1:0]  gbpa_privcfg_o,
  output logic [1:0]  gbpa_instcfg_o,
  output logic [51:0] strtab_addr_o,
  output logic [31:0] strtab_cfg_o,
  output logic [63:0] cmdq_base_o,
  output logic [19:0] cmdq_prod_o,
  output logic [63:0] eventq_base_o,
  output logic [31:0] eventq_cons_o,
  output logic        eventq_irq_enable_o,
  output logic        cmdq_err_active_o,
  output logic        eventq_abt_active_o,

  // pointers that live in the engines
  output logic        cmdq_cons_we_o,
  output logic        eventq_prod_we_o,
  output logic [31:0] pointer_wdata_o,
  input  logic [31:0] cmdq_cons_i,
  input  logic [31:0] eventq_prod_i,

  // Updates
  output logic        smmu_closes_o,      // SMMUEN 1 -> 0 is on its way
  output logic        hold_o,             // no new translations, please
  input  logic        quiet_i,            // no translation and no translated burst in progress
  input  logic        cmdq_busy_i,
  input  logic        eventq_busy_i,
  input  logic        gerror_msi_busy_i,  // an MSI is not visible yet
  input  logic        eventq_msi_busy_i,

  // errors
  input  logic        cmdq_err_i,
  input  logic        eventq_abt_err_i,
  input  logic        msi_err_i [3],      // CMD_SYNC, event queue, GERROR
  output logic [51:0] gerror_msi_addr_o,
  output logic [31:0] gerror_msi_data_o,
  output logic [51:0] eventq_msi_addr_o,
  output logic [31:0] eventq_msi_data_o,
  output logic        irq_gerror_o,
  output logic        busy_o
);
  // ---- write channel: address and data are collected, then applied in one cycle ----
  logic        aw_q, w_q, b_q;
  logic [19:3] waddr_q;
  logic [63:0] wdata_q;
  logic        wlo_q, whi_q;
  logic        apply, reading;
  assign apply = aw_q && w_q && !b_q && !reading;  // one register access per cycle

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      aw_q <= 1'b0;
      w_q <= 1'b0;
      b_q <= 1'b0;
      waddr_q <= '0;
      wdata_q <= '0;
      wlo_q <= 1'b0;
      whi_q <= 1'b0;
    end else begin
      if (awvalid_i && awready_o) begin
        aw_q <= 1'b1;
        waddr_q <= awaddr_i[19:3];
      end
      if (wvalid_i && wready_o) begin
        w_q <= 1'b1;
        wdata_q <= wdata_i;
        wlo_q <= (wstrb_i[3:0] == 4'hF);
        whi_q <= (wstrb_i[7:4] == 4'hF);
      end
      if (apply) b_q <= 1'b1;
      if (b_q && bready_i) begin
        aw_q <= 1'b0;
        w_q <= 1'b0;
        b_q <= 1'b0;
      end
    end
  end
  assign awready_o = !aw_q;
  assign wready_o = !w_q;
  assign bvalid_o = b_q;
  assign bresp_o = 2'b00;

  // ---- read channel ----
  logic        ar_q, r_q;
  logic [19:3] raddr_q;
  logic [63:0] rdata_d, rdata_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ar_q <= 1'b0;
      r_q <= 1'b0;
      raddr_q <= '0;
      rdata_q <= '0;
    end else begin
      if (arvalid_i && arready_o) begin
        ar_q <= 1'b1;
        raddr_q <= araddr_i[19:3];
      end
      if (reading) begin
        r_q <= 1'b1;
        rdata_q <= rdata_d;
      end
      if (r_q && rready_i) begin
        ar_q <= 1'b0;
        r_q <= 1'b0;
      end
    end
  end
  assign reading = ar_q && !r_q;
  assign arready_o = !ar_q;
  assign rvalid_o = r_q;
  assign rdata_o = rdata_q;
  assign rresp_o = 2'b00;

  // ---- registers ----
  localparam logic [31:0] Cr0Mask = 32'h0000_000D;   // CMDQEN, EVENTQEN, SMMUEN
  logic [31:0] cr0_mask;
  assign cr0_mask = Cr0Mask | {23'd0, {3{idr0_i[IDR0_VMW_LSB]}}, 6'd0};
  localparam logic [31:0] IrqMask = 32'h0000_0005;   // EVENTQ_IRQEN, GERROR_IRQEN
  localparam logic [31:0] GbpaMask = 32'h001F_3F1F;
  localparam logic [31:0] GbpaReset = 32'h0000_1000; // SHCFG = use incoming
  localparam logic [63:0] StrtabMask = 64'h400F_FFFF_FFFF_FFC0;
  localparam logic [63:0] QueueMask = 64'h400F_FFFF_FFFF_FFFF;

  logic [31:0] cr0_q, cr0ack_q, cr1_q, cr2_q, gbpa_q, irq_ctrl_q, irq_ack_q, gerror_q, gerrorn_q;
  logic        gbpa_update_q;
  logic [63:0] strtab_q, cmdq_base_q, eventq_base_q;
  logic [31:0] strtab_cfg_q, eventq_cons_q;
  logic [19:0] cmdq_prod_q;
  logic        irq_gerror_q;
  logic [63:0] gerror_msi_q, eventq_msi_q;      // addresses
  logic [63:0] gerror_msi_cfg_q, eventq_msi_cfg_q;  // {attributes, data}

  logic [63:0] msi_addr_mask;   // up to OAS
  assign msi_addr_mask = 64'h000F_FFFF_FFFF_FFFC & low_mask(pa_bits(idr5_i[IDR5_OAS_MSB:IDR5_OAS_LSB]));
  localparam logic [63:0] MsiCfgMask = 64'h0000_003F_FFFF_FFFF;
  logic msi_present, gerror_irq_off, eventq_irq_off;
  assign msi_present = idr0_i[IDR0_MSI_LSB];
  assign gerror_irq_off = !irq_ctrl_q[0] && !irq_ack_q[0];
  assign eventq_irq_off = !irq_ctrl_q[2] && !irq_ack_q[2];

  logic smmu_off, cmdq_off, eventq_off;
  assign smmu_off = !cr0_q[CR0_SMMUEN_LSB] && !cr0ack_q[CR0_SMMUEN_LSB];
  assign cmdq_off = !cr0_q[CR0_CMDQEN_LSB] && !cr0ack_q[CR0_CMDQEN_LSB];
  assign eventq_off = !cr0_q[CR0_EVENTQEN_LSB] && !cr0ack_q[CR0_EVENTQEN_LSB];

  logic        wlo, whi;
  logic [19:0] woffset;
  logic [31:0] wlow, whigh;
  assign woffset = {waddr_q, 3'd0};
  assign wlo = apply && wlo_q;
  assign whi = apply && whi_q;
  assign wlow = wdata_q[31:0];
  assign whigh = wdata_q[63:32];

  function automatic logic [63:0] merge(logic [63:0] old, logic [63:0] mask);
    merge = {whi ? (whigh & mask[63:32]) : old[63:32], wlo ? (wlow & mask[31:0]) : old[31:0]};
  endfunction

  // Updates in progress
  logic smmu_changes;
  assign smmu_changes = cr0_q[CR0_SMMUEN_LSB] != cr0ack_q[CR0_SMMUEN_LSB];
  assign hold_o = smmu_changes || gbpa_update_q;
  assign smmu_closes_o = smmu_changes && !cr0_q[CR0_SMMUEN_LSB];

  logic [31:0] gerror_new, gerror_active;
  assign gerror_active = gerror_q ^ gerrorn_q;
  assign gerror_new = ({31'd0, cmdq_err_i} << 0 | {31'd0, eventq_abt_err_i} << 2 | {31'd0, msi_err_i[0]} << 4
                       | {31'd0, msi_err_i[1]} << 5 | {31'd0, msi_err_i[2]} << 7) & ~gerror_active;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cr0_q <= '0;
      cr0ack_q <= '0;
      cr1_q <= '0;
      cr2_q <= '0;
      gbpa_q <= GbpaReset;
      gbpa_update_q <= 1'b0;
      irq_ctrl_q <= '0;
      irq_ack_q <= '0;
      gerror_q <= '0;
      gerrorn_q <= '0;
      irq_gerror_q <= 1'b0;
      gerror_msi_q <= '0;
      eventq_msi_q <= '0;
      gerror_msi_cfg_q <= '0;
      eventq_msi_cfg_q <= '0;
      strtab_q <= '0;
      strtab_cfg_q <= '0;
      cmdq_base_q <= '0;
      cmdq_prod_q <= '0;
      eventq_base_q <= '0;
      eventq_cons_q <= '0;
    end else begin
      // Update protocols
      if (smmu_changes && quiet_i) cr0ack_q[CR0_SMMUEN_LSB] <= cr0_q[CR0_SMMUEN_LSB];
      if (cr0_q[CR0_CMDQEN_LSB] || !cmdq_busy_i) cr0ack_q[CR0_CMDQEN_LSB] <= cr0_q[CR0_CMDQEN_LSB];
      if (cr0_q[CR0_EVENTQEN_LSB] || !eventq_busy_i) cr0ack_q[CR0_EVENTQEN_LSB] <= cr0_q[CR0_EVENTQEN_LSB];
      if (gbpa_update_q && quiet_i) gbpa_update_q <= 1'b0;
      cr0ack_q[CR0_VMW_MSB:CR0_VMW_LSB] <= cr0_q[CR0_VMW_MSB:CR0_VMW_LSB];
      irq_ack_q <= irq_ctrl_q | (irq_ack_q & {29'd0, eventq_msi_busy_i, 1'b0, gerror_msi_busy_i});
      // errors: toggle what is not active yet
      gerror_q <= gerror_q ^ gerror_new;
      irq_gerror_q <= ((gerror_new & 32'hFFFF_FF7F) != 32'd0) && irq_ctrl_q[0] && irq_ack_q[0];

      if (apply) begin
        unique case (woffset)
          REG_CR0: if (wlo) cr0_q <= wlow & cr0_mask;
          REG_CR1: begin
            if (wlo && smmu_off) cr1_q[11:6] <= wlow[11:6];
            if (wlo && cmdq_off && eventq_off) cr1_q[5:0] <= wlow[5:0];
            if (whi && smmu_off) cr2_q <= whigh & {29'd0, idr0_i[IDR0_BTM_LSB], 1'b1, idr0_i[IDR0_HYP_LSB]};  // PTM, RECINVSID, E2H
          end
          REG_STATUSR: begin  // GBPA is the upper half
            if (whi && whigh[GBPA_UPDATE_LSB] && !gbpa_update_q) begin
              gbpa_q <= whigh & GbpaMask;
              gbpa_update_q <= 1'b1;
            end
          end
          REG_IRQ_CTRL: if (wlo) irq_ctrl_q <= wlow & IrqMask;
          REG_GERROR: if (whi) gerrorn_q <= gerrorn_q ^ ((whigh ^ gerrorn_q) & gerror_active);  // only what is active
          // MSI settings can change while the interrupt is off
          REG_GERROR_IRQ_CFG0: if (msi_present && gerror_irq_off) gerror_msi_q <= merge(gerror_msi_q, msi_addr_mask);
          REG_GERROR_IRQ_CFG1: if (msi_present && gerror_irq_off) gerror_msi_cfg_q <= merge(gerror_msi_cfg_q, MsiCfgMask);
          REG_EVENTQ_IRQ_CFG0: if (msi_present && eventq_irq_off) eventq_msi_q <= merge(eventq_msi_q, msi_addr_mask);
          REG_EVENTQ_IRQ_CFG1: if (msi_present && eventq_irq_off) eventq_msi_cfg_q <= merge(eventq_msi_cfg_q, MsiCfgMask);
          REG_STRTAB_BASE: if (smmu_off) strtab_q <= merge(strtab_q, StrtabMask);
          REG_STRTAB_BASE_CFG: begin
            if (wlo && smmu_off) strtab_cfg_q <= wlow & ((idr0_i[28:27] != 2'd0) ? 32'h0003_07FF : 32'h0000_003F);
          end
          REG_CMDQ_BASE: if (cmdq_off) cmdq_base_q <= merge(cmdq_base_q, QueueMask);
          REG_CMDQ_PROD: if (wlo) cmdq_prod_q <= wlow[19:0];
          REG_EVENTQ_BASE: if (eventq_off) eventq_base_q <= merge(eventq_base_q, QueueMask);
          REG_EVENTQ_PROD: if (whi) eventq_cons_q <= whigh & 32'h800F_FFFF;
          default: ;
        endcase
      end
    end
  end

  // queue pointers that live in the engines, both in the upper or lower half of their pair
  assign cmdq_cons_we_o = whi && cmdq_off && (woffset == REG_CMDQ_PROD);
  assign eventq_prod_we_o = wlo && eventq_off && (woffset == REG_EVENTQ_PROD);
  assign pointer_wdata_o = (woffset == REG_CMDQ_PROD) ? whigh : wlow;

  // ---- reads ----
  logic [19:0] roffset;
  logic        rpmcg;
  assign roffset = {raddr_q, 3'd0};
  always_comb begin
    rdata_d = '0;
    if (reading) begin
      unique case (roffset)
        REG_IDR0: rdata_d = {idr1_i, idr0_i};
        REG_IDR2: rdata_d = {idr3_i, idr2_i};
        REG_IDR4: rdata_d = {idr5_i, idr4_i};
        REG_IIDR: rdata_d = {aidr_i, iidr_i};
        REG_CR0: rdata_d = {cr0ack_q, cr0_q};
        REG_CR1: rdata_d = {cr2_q, cr1_q};
        REG_STATUSR: rdata_d = {gbpa_update_q, gbpa_q[30:0], 32'd0};
        REG_IRQ_CTRL: rdata_d = {irq_ack_q, irq_ctrl_q};
        REG_GERROR: rdata_d = {gerrorn_q, gerror_q};
        REG_GERROR_IRQ_CFG0: rdata_d = gerror_msi_q;
        REG_GERROR_IRQ_CFG1: rdata_d = gerror_msi_cfg_q;
        REG_EVENTQ_IRQ_CFG0: rdata_d = eventq_msi_q;
        REG_EVENTQ_IRQ_CFG1: rdata_d = eventq_msi_cfg_q;
        REG_STRTAB_BASE: rdata_d = strtab_q;
        REG_STRTAB_BASE_CFG: rdata_d = {32'd0, strtab_cfg_q};
        REG_CMDQ_BASE: rdata_d = cmdq_base_q;
        REG_CMDQ_PROD: rdata_d = {cmdq_cons_i, 12'd0, cmdq_prod_q};
        REG_EVENTQ_BASE: rdata_d = eventq_base_q;
        REG_EVENTQ_PROD: rdata_d = {eventq_cons_q, eventq_prod_i};
        // CoreSight identification, the part number is IIDR.ProductID
        REG_PIDR4: rdata_d[31:0] = {28'd0, iidr_i[11:8]};
        REG_PIDR0: rdata_d = {24'd0, iidr_i[3:0], iidr_i[31:28], 24'd0, iidr_i[27:20]};
        REG_PIDR2: rdata_d = {24'd0, iidr_i[15:12], 4'd0, 24'd0, iidr_i[19:16], 1'b1, iidr_i[6:4]};
        REG_CIDR0: rdata_d = {32'h0000_00F0, 32'h0000_000D};
        REG_CIDR2: rdata_d = {32'h0000_00B1, 32'h0000_0005};
        default: if (rpmcg) rdata_d = pmcg_rdata_i;
      endcase
    end
  end

  // ---- PMCG port: frame 0x20000..0x3FFFF, of TBU t from 0x60000 + 0x20000 t on; only the first 4 KiB of each page exist ----
  logic wpmcg;
  assign wpmcg = apply && ((waddr_q[19:17] == 3'd1) || (waddr_q[19:17] >= 3'd3)) && (waddr_q[15:12] == 4'd0);
  assign rpmcg = reading && ((raddr_q[19:17] == 3'd1) || (raddr_q[19:17] >= 3'd3)) && (raddr_q[15:12] == 4'd0);
  assign pmcg_group_o = reading ? raddr_q[19:17] : waddr_q[19:17];
  assign pmcg_we_lo_o = wpmcg && wlo_q;
  assign pmcg_we_hi_o = wpmcg && whi_q;
  assign pmcg_re_o = rpmcg;
  assign pmcg_page1_o = reading ? raddr_q[16] : waddr_q[16];
  assign pmcg_addr_o = reading ? raddr_q[11:3] : waddr_q[11:3];
  assign pmcg_wdata_o = wdata_q;

  assign smmu_enable_o = cr0ack_q[CR0_SMMUEN_LSB];
  assign cmdq_enable_o = cr0_q[CR0_CMDQEN_LSB] && cr0ack_q[CR0_CMDQEN_LSB];
  assign eventq_enable_o = cr0_q[CR0_EVENTQEN_LSB] && cr0ack_q[CR0_EVENTQEN_LSB];
  assign recinvsid_o = cr2_q[CR2_RECINVSID_LSB];
  assign e2h_o = cr2_q[CR2_E2H_LSB];
  assign btm_o = idr0_i[IDR0_BTM_LSB] && !cr2_q[CR2_PTM_LSB];
  assign vmw_o = cr0ack_q[CR0_VMW_MSB:CR0_VMW_LSB];
  assign gbpa_abort_o = gbpa_q[GBPA_ABORT_LSB];
  assign gbpa_privcfg_o = gbpa_q[GBPA_PRIVCFG_MSB:GBPA_PRIVCFG_LSB];
  assign gbpa_instcfg_o = gbpa_q[GBPA_INSTCFG_MSB:GBPA_INSTCFG_LSB];
  assign strtab_addr_o = {strtab_q[51:6], 6'd0};
  assign strtab_cfg_o = strtab_cfg_q;
  assign cmdq_base_o = cmdq_base_q;
  assign cmdq_prod_o = cmdq_prod_q;
  assign eventq_base_o = eventq_base_q;
  assign eventq_cons_o = eventq_cons_q;
  assign eventq_irq_enable_o = irq_ctrl_q[2] && irq_ack_q[2];
  assign cmdq_err_active_o = gerror_active[0];
  assign eventq_abt_active_o = gerror_active[2];
  assign gerror_msi_addr_o = gerror_msi_q[51:0];
  assign gerror_msi_data_o = gerror_msi_cfg_q[31:0];
  assign eventq_msi_addr_o = eventq_msi_q[51:0];
  assign eventq_msi_data_o = eventq_msi_cfg_q[31:0];
  assign irq_gerror_o = irq_gerror_q;
  assign busy_o = aw_q || w_q || ar_q || (cr0_q != cr0ack_q) || gbpa_update_q || (irq_ctrl_q != irq_ack_q)
                  || irq_gerror_q || cmdq_err_i || eventq_abt_err_i;

  ReadDataStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (rvalid_o && !rready_i) |=> (rvalid_o && $stable(rdata_o)));
  WriteResponseAfterBoth_A: assert property (@(posedge clk_i) disable iff (!rst_ni) bvalid_o |-> (aw_q && w_q));
  AckNeverShowsAbsentBits_A: assert property (@(posedge clk_i) disable iff (!rst_ni) (cr0ack_q & ~cr0_mask) == 32'd0);
endmodule
