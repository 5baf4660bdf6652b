// SPDX-License-Identifier: Apache-2.0
// Read half of a TBU: takes one AXI4 read burst, has its address translated once, forwards the burst with the same
// shape, or answers all its beats itself (SLVERR for an abort, zeros with OKAY for RAZ/WI).
// Leaves out: several bursts in flight. Proof: test/ (rtl.vectors, burst rows).
module smmuv3_tbu_rd
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned IdWidth = 8,
  parameter int unsigned ClientDataBytes = 16,
  parameter int unsigned UtlbEntries = 4
) (
  input  logic               clk_i,
  input  logic               rst_ni,

  input  logic               s_arvalid_i,
  output logic               s_arready_o,
  input  logic [IdWidth-1:0] s_arid_i,
  input  logic [63:0]        s_araddr_i,
  input  logic [7:0]         s_arlen_i,
  input  logic [2:0]         s_arsize_i,
  input  logic [1:0]         s_arburst_i,
  input  logic [3:0]         s_arcache_i,
  input  logic [2:0]         s_arprot_i,
  input  logic [31:0]        s_armmusid_i,
  input  logic               s_armmussidv_i,
  input  logic [19:0]        s_armmussid_i,
  output logic               s_rvalid_o,
  input  logic               s_rready_i,
  output logic [IdWidth-1:0] s_rid_o,
  output logic [8*ClientDataBytes-1:0] s_rdata_o,
  output logic [1:0]         s_rresp_o,
  output logic               s_rlast_o,
  output logic [1:0]         s_ruser_o,

  output logic               m_arvalid_o,
  input  logic               m_arready_i,
  output logic [IdWidth-1:0] m_arid_o,
  output logic [51:0]        m_araddr_o,
  output logic [7:0]         m_arlen_o,
  output logic [2:0]         m_arsize_o,
  output logic [1:0]         m_arburst_o,
  output logic [3:0]         m_arcache_o,
  output logic [2:0]         m_arprot_o,
  input  logic               m_rvalid_i,
  output logic               m_rready_o,
  input  logic [IdWidth-1:0] m_rid_i,
  input  logic [8*ClientDataBytes-1:0] m_rdata_i,
  input  logic [1:0]         m_rresp_i,
  input  logic               m_rlast_i,

  // translation request, or the report of a micro-TLB hit; valid until the answer pulse
  output logic               req_valid_o,
  output logic               req_report_o,
  output logic [51:0]        req_pa_o,         // of a report, with its kind
  output logic               req_translated_o,
  output logic [63:0]        req_addr_o,
  output logic [31:0]        req_sid_o,
  output logic               req_ssidv_o,
  output logic [19:0]        req_ssid_o,
  output logic               req_priv_o,
  output logic               req_instr_o,
  input  logic               req_taken_i,
  input  logic               answer_i,
  input  result_e            answer_result_i,
  input  logic [51:0]        answer_pa_i,
  input  logic               answer_keep_i,    // may enter the micro-TLB
  input  logic               answer_translated_i,
  input  logic               utlb_clear_i,
  input  logic               answer_priv_i,
  input  logic               answer_instr_i,

  // CMD_SYNC and Updates
  input  logic               snapshot_i,   // remember whether a burst is in progress
  output logic               older_o,      // the remembered burst is still in progress
  output logic               translated_o, // a burst is in its data phase
  output logic               busy_o,
  output tbu_state_e         state_o
);
  tbu_state_e         state_d, state_q;
  logic [IdWidth-1:0] id_q;
  logic [63:0]        addr_q;
  logic [7:0]         len_q;
  logic [2:0]         size_q, prot_q;
  logic [1:0]         burst_q;
  logic [3:0]         cache_q;
  logic [31:0]        sid_q;
  logic               ssidv_q, raz_q, older_q;
  logic [19:0]        ssid_q;
  logic [51:0]        pa_q;
  logic [7:0]         beat_q;

  // two-entry buffer between memory and client: no combinational path from pin to pin
  logic [8*ClientDataBytes-1:0] data_q [2];
  logic [1:0]  resp_q [2];
  logic        last_q [2];
  logic        wr_ptr_q, rd_ptr_q;
  logic [1:0]  level_q;
  logic        push, pop;

  assign push = m_rvalid_i && m_rready_o;
  assign pop = (state_q == TbuData) && (level_q != 2'd0) && s_rready_i;

  // ---- micro-TLB: looked up in the first cycle of TbuTranslate. A hit is reported to the translation control unit, which
  // counts and shows it; one report at a time waits for that. ----
  logic        looked_q, asked_q, report_q, look, hit, answered, fill, hit_priv, hit_instr, hit_translated;
  logic [51:0] hit_pa;
  logic [63:0] report_addr_q;
  logic [31:0] report_sid_q;
  logic        report_ssidv_q, report_priv_q, report_instr_q, report_translated_q;
  logic [19:0] report_ssid_q;
  logic [51:0] report_pa_q;
  assign look = (state_q == TbuTranslate) && !looked_q && !report_q;
  assign answered = answer_i;
  assign fill = answered && (answer_result_i == ResultOk) && answer_keep_i;
  smmuv3_utlb #(
    .Entries(UtlbEntries)
  ) u_utlb (
    .clk_i, .rst_ni, .clear_i(utlb_clear_i),
    .look_i(look), .addr_i(addr_q), .sid_i(sid_q), .ssidv_i(ssidv_q), .ssid_i(ssid_q), .priv_i(prot_q[0]),
    .instr_i(prot_q[2]), .hit_o(hit), .pa_o(hit_pa), .priv_o(hit_priv), .instr_o(hit_instr),
    .translated_o(hit_translated),
    .fill_i(fill), .fill_pa_i(answer_pa_i), .fill_priv_i(answer_priv_i), .fill_instr_i(answer_instr_i),
    .fill_translated_i(answer_translated_i)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      looked_q <= 1'b0;
      asked_q <= 1'b0;
      report_q <= 1'b0;
      report_addr_q <= '0;
      report_sid_q <= '0;
      report_ssidv_q <= 1'b0;
      report_ssid_q <= '0;
      report_priv_q <= 1'b0;
      report_instr_q <= 1'b0;
      report_translated_q <= 1'b0;
      report_pa_q <= '0;
    end else begin
      if (state_q != TbuTranslate) looked_q <= 1'b0;
      else if (look) looked_q <= 1'b1;
      if (state_q != TbuTranslate) asked_q <= 1'b0;
      else if (req_taken_i && !report_q) asked_q <= 1'b1;
      if (look && hit) begin
        report_q <= 1'b1;
        report_addr_q <= addr_q;
        report_sid_q <= sid_q;
        report_ssidv_q <= ssidv_q;
        report_ssid_q <= ssid_q;
        report_priv_q <= prot_q[0];
        report_instr_q <= prot_q[2];
        report_translated_q <= hit_translated;
        report_pa_q <= hit_pa;
      end else if (req_taken_i && report_q) begin
        report_q <= 1'b0;
      end
    end
  end

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      TbuIdle: if (s_arvalid_i) state_d = TbuTranslate;
      TbuTranslate: begin
        if (look && hit) state_d = TbuAddress;
        else if (answered) state_d = (answer_result_i == ResultOk) ? TbuAddress : TbuTerminate;
      end
      TbuAddress: if (m_arready_i) state_d = TbuData;
      TbuData: if (pop && last_q[rd_ptr_q]) state_d = TbuIdle;
      TbuTerminate: if (s_rready_i && (beat_q == len_q)) state_d = TbuIdle;
      default: state_d = TbuIdle;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= TbuIdle;
      older_q <= 1'b0;
      wr_ptr_q <= 1'b0;
      rd_ptr_q <= 1'b0;
      level_q <= '0;
      beat_q <= '0;
    end else begin
      state_q <= state_d;
      older_q <= (older_q || snapshot_i) && (state_q != TbuIdle) && (state_d != TbuIdle);
      if (state_q != TbuIdle) begin
        level_q <= level_q + {1'b0, push} - {1'b0, pop};
        wr_ptr_q <= wr_ptr_q ^ push;
        rd_ptr_q <= rd_ptr_q ^ pop;
        if ((state_q == TbuTerminate) && s_rready_i) beat_q <= beat_q + 8'd1;
      end else begin
        beat_q <= '0;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      id_q <= '0;
      addr_q <= '0;
      len_q <= '0;
      size_q <= '0;
      prot_q <= '0;
      burst_q <= '0;
      cache_q <= '0;
      sid_q <= '0;
      ssidv_q <= 1'b0;
      ssid_q <= '0;
      pa_q <= '0;
      raz_q <= 1'b0;
      data_q[0] <= '0;
      data_q[1] <= '0;
      resp_q[0] <= '0;
      resp_q[1] <= '0;
      last_q[0] <= 1'b0;
      last_q[1] <= 1'b0;
    end else begin
      if ((state_q == TbuIdle) && s_arvalid_i) begin
        id_q <= s_arid_i;
        addr_q <= s_araddr_i;
        len_q <= s_arlen_i;
        size_q <= s_arsize_i;
        prot_q <= s_arprot_i;
        burst_q <= s_arburst_i;
        cache_q <= s_arcache_i;
        sid_q <= s_armmusid_i;
        ssidv_q <= s_armmussidv_i;
        ssid_q <= s_armmussid_i;
      end
      if (look && hit) begin
        pa_q <= hit_pa;
        raz_q <= 1'b0;
        prot_q[0] <= hit_priv;
        prot_q[2] <= hit_instr;
      end
      if (answered) begin
        pa_q <= answer_pa_i;
        raz_q <= (answer_result_i == ResultRazWi);
        prot_q[0] <= answer_priv_i;
        prot_q[2] <= answer_instr_i;
      end
      if (push) begin
        data_q[wr_ptr_q] <= m_rdata_i;
        resp_q[wr_ptr_q] <= m_rresp_i;
        last_q[wr_ptr_q] <= m_rlast_i;
      end
    end
  end

  assign s_arready_o = (state_q == TbuIdle);
  assign s_rvalid_o = (state_q == TbuTerminate) || ((state_q == TbuData) && (level_q != 2'd0));
  assign s_rid_o = id_q;
  assign s_rdata_o = (state_q == TbuTerminate) ? '0 : data_q[rd_ptr_q];
  assign s_rresp_o = (state_q == TbuTerminate) ? {!raz_q, 1'b0} : resp_q[rd_ptr_q];
  assign s_rlast_o = (state_q == TbuTerminate) ? (beat_q == len_q) : last_q[rd_ptr_q];
  assign s_ruser_o = (state_q == TbuTerminate) ? {raz_q, !raz_q} : 2'b00;
  assign m_arvalid_o = (state_q == TbuAddress);
  assign m_arid_o = id_q;
  assign m_araddr_o = pa_q;
  assign m_arlen_o = len_q;
  assign m_arsize_o = size_q;
  assign m_arburst_o = burst_q;
  assign m_arcache_o = cache_q;
  assign m_arprot_o = prot_q;
  assign m_rready_o = (state_q == TbuData) && (level_q != 2'd2);
  assign req_valid_o = report_q || ((state_q == TbuTranslate) && looked_q && !asked_q);
  assign req_report_o = report_q;
  assign req_pa_o = report_pa_q;
  assign req_translated_o = report_translated_q;
  assign req_addr_o = report_q ? report_addr_q : addr_q;
  assign req_sid_o = report_q ? report_sid_q : sid_q;
  assign req_ssidv_o = report_q ? report_ssidv_q : ssidv_q;
  assign req_ssid_o = report_q ? report_ssid_q : ssid_q;
  assign req_priv_o = report_q ? report_priv_q : prot_q[0];
  assign req_instr_o = report_q ? report_instr_q : prot_q[2];
  assign older_o = older_q;
  assign translated_o = (state_q == TbuAddress) || (state_q == TbuData);
  assign busy_o = (state_q != TbuIdle) || report_q;
  assign state_o = state_q;

  BurstStaysInPage_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_arvalid_i && s_arready_o && (s_arburst_i == 2'b01))
    |-> (({4'd0, s_araddr_i[11:0]} & ~((16'd1 << s_arsize_i) - 16'd1)) + (({8'd0, s_arlen_i} + 16'd1) << s_arsize_i) <= 16'd4096));
  ReadDataStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_rvalid_o && !s_rready_i) |=> (s_rvalid_o && $stable(s_rdata_o) && $stable(s_rresp_o) && $stable(s_rlast_o)));
  AddressStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (m_arvalid_o && !m_arready_i) |=> (m_arvalid_o && $stable(m_araddr_o)));
  DataCarriesOwnId_A: assert property (@(posedge clk_i) disable iff (!rst_ni) push |-> (m_rid_i == id_q));
  NoOverflow_A: assert property (@(posedge clk_i) disable iff (!rst_ni) level_q <= 2'd2);
endmodule
