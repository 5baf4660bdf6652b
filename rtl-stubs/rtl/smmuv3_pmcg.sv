// SPDX-License-Identifier: Apache-2.0
// Performance monitor counter group: 64-bit counters in page 1, everything else in page 0, one StreamID filter per
// counter, events 0..5 or some of them, overflow flags, one interrupt and its MSI.
// Leaves out: capture, MPAM and secure filters. Event 0 stands still while the clock is not driven.
// Proof: test/ (rtl.pmcg; T-PMC rows).
module smmuv3_pmcg
  import smmuv3_arch_pkg::*;
#(
  parameter int unsigned Counters = 4,  // 1..64
  parameter logic [5:0]  Events = 6'h3F // CEID0: which of events 0..5 it counts; the others' inputs are zero
) (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic [31:0] iidr_i,
  input  logic [31:0] aidr_i,
  input  logic        msi_i,        // CFGR.MSI

  // register port: write pulses per half word, combinational read while re_i
  input  logic        we_lo_i,
  input  logic        we_hi_i,
  input  logic        re_i,
  input  logic        page1_i,
  input  logic [11:3] addr_i,
  input  logic [63:0] wdata_i,
  output logic [63:0] rdata_o,

  // event n+1: pulse and the StreamID that caused it
  input  logic        event_i [5],
  input  logic [31:0] event_sid_i [5],

  output logic        irq_o,        // pulses; with it an MSI is asked for
  output logic [51:0] msi_addr_o,   // zero: none
  output logic [31:0] msi_data_o,
  input  logic        msi_waiting_i,
  input  logic        msi_error_i   // pulses
);
  localparam logic [63:0] Implemented = (Counters == 64) ? '1 : ((64'd1 << Counters) - 64'd1);
  localparam int unsigned IndexBits = (Counters == 1) ? 1 : $clog2(Counters);

  logic [63:0] count_q [Counters];
  logic [16:0] type_q  [Counters];  // {FILTER_SID_SPAN, EVENT}
  logic [31:0] smr_q   [Counters];
  logic [63:0] cnten_q, inten_q, ovs_q;
  logic        enable_q, irqen_q, irqack_q, irq_q, irq_abt_q;
  logic [51:0] msi_addr_q;
  logic [37:0] msi_cfg_q;           // {SH, MemAttr, data}

  // ---- which counters count in this cycle ----
  logic [63:0] step;
  logic        any_event;
  always_comb begin
    step = '0;
    any_event = event_i[0] || event_i[1] || event_i[2] || event_i[3] || event_i[4];
    if (enable_q && (cnten_q != 64'd0)) begin
      for (int unsigned i = 0; i < Counters; i++) begin
        if (cnten_q[i]) begin
          if (type_q[i][15:0] == PMCG_EVENT_CLOCK) step[i] = 1'b1;
          else if (any_event) begin
            for (int unsigned e = 0; e < 5; e++) begin
              // span: bits up to and including the lowest zero of SMR are ignored; all ones ignores everything
              if (event_i[e] && (type_q[i][15:0] == 16'(e + 1))
                  && (((event_sid_i[e] ^ smr_q[i]) & ~(type_q[i][16] ? (smr_q[i] ^ (smr_q[i] + 32'd1)) : 32'd0)) == 32'd0))
                step[i] = 1'b1;
            end
          end
        end
      end
    end
  end

  // ---- registers ----
  logic        we, in_counters, in_types, in_smrs, irq_off;
  logic [5:0]  pair;      // number of a 64-bit register, or of the even 32-bit register of a pair
  logic [11:0] offset;
  assign we = we_lo_i || we_hi_i;
  assign irq_off = !irqen_q && !irqack_q;
  assign offset = {addr_i, 3'd0};
  assign in_counters = page1_i && (offset < 12'h200);
  assign in_types = !page1_i && (offset[11:8] == 4'h4);
  assign in_smrs = !page1_i && (offset[11:8] == 4'hA);
  assign pair = in_counters ? addr_i[8:3] : {addr_i[7:3], 1'b0};

  logic [IndexBits-1:0] low_index, high_index;
  logic        low_there, high_there;
  assign low_index = IndexBits'(pair);
  assign high_index = IndexBits'(pair + 6'd1);
  assign low_there = (32'(pair) < Counters);
  assign high_there = (32'(pair) + 32'd1 < Counters);

  function automatic logic [63:0] halves(logic [63:0] value, logic lo, logic hi);
    halves = {hi ? value[63:32] : 32'd0, lo ? value[31:0] : 32'd0};
  endfunction

  logic [63:0] wbits;
  logic        overflow_irq;
  logic [63:0] overflow;  // in this cycle: not cleared by a write in it, which cannot have seen it
  assign wbits = halves(wdata_i, we_lo_i, we_hi_i) & Implemented;

  always_comb begin
    overflow_irq = 1'b0;
    overflow = '0;
    if (step != 64'd0) begin
      for (int unsigned i = 0; i < Counters; i++) begin
        overflow[i] = step[i] && (count_q[i] == '1);
        if (overflow[i] && inten_q[i] && irqen_q) overflow_irq = 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cnten_q <= '0;
      inten_q <= '0;
      ovs_q <= '0;
      enable_q <= 1'b0;
      irqen_q <= 1'b0;
      irqack_q <= 1'b0;
      irq_q <= 1'b0;
      irq_abt_q <= 1'b0;
      msi_addr_q <= '0;
      msi_cfg_q <= '0;
      for (int unsigned i = 0; i < Counters; i++) begin
        count_q[i] <= '0;
        type_q[i] <= '0;
        smr_q[i] <= '0;
      end
    end else begin
      irq_q <= overflow_irq;
      // an MSI that is on its way is visible, or aborted, before software sees that there are no more
      if (irqen_q || (!msi_waiting_i && !irq_q)) irqack_q <= irqen_q;
      if (irqen_q && !irqack_q) irq_abt_q <= 1'b0;
      else if (msi_error_i) irq_abt_q <= 1'b1;
      if (step != 64'd0) begin
        for (int unsigned i = 0; i < Counters; i++) begin
          if (step[i]) count_q[i] <= count_q[i] + 64'd1;
        end
        ovs_q <= ovs_q | overflow;
      end
      if (we) begin
        // one or two counters: by index, which is faster to simulate than to ask each of them
        if (in_counters && low_there) begin
          if (we_lo_i) count_q[low_index][31:0] <= wdata_i[31:0];
          if (we_hi_i) count_q[low_index][63:32] <= wdata_i[63:32];
        end
        if (in_types && we_lo_i && low_there) type_q[low_index] <= {wdata_i[29], wdata_i[15:0]};
        if (in_types && we_hi_i && high_there) type_q[high_index] <= {wdata_i[61], wdata_i[47:32]};
        if (in_smrs && we_lo_i && low_there) smr_q[low_index] <= wdata_i[31:0];
        if (in_smrs && we_hi_i && high_there) smr_q[high_index] <= wdata_i[63:32];
        if (page1_i) begin
          unique case (offset)
            REG_PMCG_OVSCLR0[11:0]: ovs_q <= (ovs_q & ~wbits) | overflow;
            REG_PMCG_OVSSET0[11:0]: ovs_q <= ovs_q | wbits | overflow;
            default: ;
          endcase
        end else begin
          unique case (offset)
            REG_PMCG_CNTENSET0[11:0]: cnten_q <= cnten_q | wbits;
            REG_PMCG_CNTENCLR0[11:0]: cnten_q <= cnten_q & ~wbits;
            REG_PMCG_INTENSET0[11:0]: inten_q <= inten_q | wbits;
            REG_PMCG_INTENCLR0[11:0]: inten_q <= inten_q & ~wbits;
            REG_PMCG_CFGR[11:0]: if (we_hi_i) enable_q <= wdata_i[32];   // CR is the upper half
            REG_PMCG_IRQ_CTRL[11:0]: if (we_lo_i) irqen_q <= wdata_i[0];
            // MSI settings can change while the interrupt is off
            REG_PMCG_IRQ_CFG0[11:0]: begin
              if (msi_i && irq_off && we_lo_i) msi_addr_q[31:2] <= wdata_i[31:2];
              if (msi_i && irq_off && we_hi_i) msi_addr_q[51:32] <= wdata_i[51:32];
            end
            REG_PMCG_IRQ_CFG1[11:0]: begin
              if (msi_i && irq_off && we_lo_i) msi_cfg_q[31:0] <= wdata_i[31:0];
              if (msi_i && irq_off && we_hi_i) msi_cfg_q[37:32] <= wdata_i[37:32];
            end
            default: ;
          endcase
        end
      end
    end
  end

  always_comb begin
    rdata_o = '0;
    if (re_i) begin
      if (in_counters) begin
        if (low_there) rdata_o = count_q[low_index];
      end else if (in_types) begin
        if (low_there) rdata_o[31:0] = {2'd0, type_q[low_index][16], 13'd0, type_q[low_index][15:0]};
        if (high_there) rdata_o[63:32] = {2'd0, type_q[high_index][16], 13'd0, type_q[high_index][15:0]};
      end else if (in_smrs) begin
        if (low_there) rdata_o[31:0] = smr_q[low_index];
        if (high_there) rdata_o[63:32] = smr_q[high_index];
      end else if (page1_i) begin
        unique case (offset)
          REG_PMCG_OVSCLR0[11:0], REG_PMCG_OVSSET0[11:0]: rdata_o = ovs_q;
          default: ;
        endcase
      end else begin
        unique case (offset)
          REG_PMCG_CNTENSET0[11:0], REG_PMCG_CNTENCLR0[11:0]: rdata_o = cnten_q;
          REG_PMCG_INTENSET0[11:0], REG_PMCG_INTENCLR0[11:0]: rdata_o = inten_q;
          // CFGR: NCTR, SIZE = 63, RELOC_CTRS = 1, MSI; CR beside it
          REG_PMCG_CFGR[11:0]: rdata_o = {31'd0, enable_q, 10'd0, msi_i, 1'b1, 6'd0, 6'd63, 2'd0, 6'(Counters - 1)};
          REG_PMCG_IIDR[11:0]: rdata_o[31:0] = iidr_i;
          REG_PMCG_CEID0[11:0]: rdata_o = {58'd0, Events};
          REG_PMCG_IRQ_CFG0[11:0]: rdata_o = {12'd0, msi_addr_q};
          REG_PMCG_IRQ_CFG1[11:0]: rdata_o = {26'd0, msi_cfg_q};
          REG_PMCG_IRQ_STATUS[11:0]: rdata_o[31:0] = {31'd0, irq_abt_q && (aidr_i[3:0] != 4'd0)};  // from SMMUv3.1 on
          REG_PMCG_IRQ_CTRL[11:0]: rdata_o = {31'd0, irqack_q, 31'd0, irqen_q};
          REG_PMCG_AIDR[11:0]: rdata_o[31:0] = {24'd0, aidr_i[7:0]};
          12'hFB8: rdata_o[63:32] = 32'h47702A56;                                // PMDEVARCH
          12'hFC8: rdata_o[63:32] = 32'h0000_0056;                               // PMDEVTYPE
          12'hFD0: rdata_o[31:0] = {28'd0, iidr_i[11:8]};                        // PIDR4
          12'hFE0: rdata_o = {24'd0, iidr_i[3:0], iidr_i[31:28], 24'd0, iidr_i[27:20]};  // PIDR1, PIDR0
          12'hFE8: rdata_o = {24'd0, iidr_i[15:12], 4'd0, 24'd0, iidr_i[19:16], 1'b1, iidr_i[6:4]};  // PIDR3, PIDR2
          12'hFF0: rdata_o = {32'h0000_0090, 32'h0000_000D};                     // CIDR1 (class 9), CIDR0
          12'hFF8: rdata_o = {32'h0000_00B1, 32'h0000_0005};                     // CIDR3, CIDR2
          default: ;
        endcase
      end
    end
  end
  assign irq_o = irq_q;
  assign msi_addr_o = msi_addr_q;
  assign msi_data_o = msi_cfg_q[31:0];

  CountersLimit_A: assert property (@(posedge clk_i) disable iff (!rst_ni) ((step | cnten_q | inten_q | ovs_q) & ~Implemented) == 64'd0);
endmodule
