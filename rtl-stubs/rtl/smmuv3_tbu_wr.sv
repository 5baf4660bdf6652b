// SPDX-License-Identifier: Apache-2.0
// Write half of a TBU: takes one AXI4 write burst, has its address translated once, forwards the burst with the same
// shape, or swallows all its beats and answers itself (SLVERR for an abort, OKAY for RAZ/WI).
// Leaves out: several bursts in flight. Proof: test/ (rtl.vectors, burst rows).
module smmuv3_tbu_wr
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned IdWidth = 8,
  parameter int unsigned ClientDataBytes = 16,
  parameter int unsigned UtlbEntries = 4
) (
  input  logic               clk_i,
  input  logic               rst_ni,

  input  logic               s_awvalid_i,
  output logic               s_awready_o,
  input  logic [IdWidth-1:0] s_awid_i,
  input  logic [63:0]        s_awaddr_i,
  input  logic [7:0]         s_awlen_i,
  input  logic [2:0]         s_awsize_i,
  input  logic [1:0]         s_awburst_i,
  input  logic [3:0]         s_awcache_i,
  input  logic [2:0]         s_awprot_i,
  input  logic [31:0]        s_awmmusid_i,
  input  logic               s_awmmussidv_i,
  input  logic [19:0]        s_awmmussid_i,
  input  logic               s_wvalid_i,
  output logic               s_wready_o,
  input  logic [8*ClientDataBytes-1:0] s_wdata_i,
  input  logic [ClientDataBytes-1:0] s_wstrb_i,
  input  logic               s_wlast_i,
  output logic               s_bvalid_o,
  input  logic               s_bready_i,
  output logic [IdWidth-1:0] s_bid_o,
  output logic [1:0]         s_bresp_o,
  output logic [1:0]         s_buser_o,

  output logic               m_awvalid_o,
  input  logic               m_awready_i,
  output logic [IdWidth-1:0] m_awid_o,
  output logic [51:0]        m_awaddr_o,
  output logic [7:0]         m_awlen_o,
  output logic [2:0]         m_awsize_o,
  output logic [1:0]         m_awburst_o,
  output logic [3:0]         m_awcache_o,
  output logic [2:0]         m_awprot_o,
  output logic               m_wvalid_o,
  input  logic               m_wready_i,
  output logic [8*ClientDataBytes-1:0] m_wdata_o,
  output logic [ClientDataBytes-1:0] m_wstrb_o,
  output logic               m_wlast_o,
  input  logic               m_bvalid_i,
  output logic               m_bready_o,
  input  logic [IdWidth-1:0] m_bid_i,
  input  logic [1:0]         m_bresp_i,

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
  input  logic               req_taken_i,
  input  logic               answer_i,
  input  result_e            answer_result_i,
  input  logic [51:0]        answer_pa_i,
  input  logic               answer_keep_i,    // may enter the micro-TLB
  input  logic               answer_translated_i,
  input  logic               utlb_clear_i,
  input  logic               answer_priv_i,

  // CMD_SYNC and Updates
  input  logic               snapshot_i,
  output logic               older_o,
  output logic               translated_o,
  output logic               busy_o,
  output tbu_state_e         state_o
);
  tbu_state_e         state_d, state_q;
  logic [IdWidth-1:0] id_q;
  logic [63:0]        addr_q;
  logic [7:0]         len_q;
  logic [2:0]         size_q, prot_q;
  logic [1:0]         burst_q, resp_q, user_q;
  logic [3:0]         cache_q;
  logic [31:0]        sid_q;
  logic               ssidv_q, older_q;
  logic [19:0]        ssid_q;
  logic [51:0]        pa_q;
  logic               aw_pending_q;      // address not yet taken by memory
  logic               w_open_q;          // client beats still to come

  // two-entry buffer between client and memory
  logic [8*ClientDataBytes-1:0] data_q [2];
  logic [ClientDataBytes-1:0] strb_q [2];
  logic        last_q [2];
  logic        wr_ptr_q, rd_ptr_q;
  logic [1:0]  level_q;
  logic        push, pop;

  assign push = (state_q == TbuData) && s_wvalid_i && s_wready_o;
  assign pop = m_wvalid_o && m_wready_i;

  // ---- micro-TLB: looked up in the first cycle of TbuTranslate. A hit is reported to the translation control unit, which
  // counts and shows it; one report at a time waits for that. ----
  logic        looked_q, asked_q, report_q, look, hit, answered, fill, hit_priv, hit_instr, hit_translated;
  logic [51:0] hit_pa;
  logic [63:0] report_addr_q;
  logic [31:0] report_sid_q;
  logic        report_ssidv_q, report_priv_q, report_translated_q;
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
    .instr_i(1'b0), .hit_o(hit), .pa_o(hit_pa), .priv_o(hit_priv), .instr_o(hit_instr),
    .translated_o(hit_translated),
    .fill_i(fill), .fill_pa_i(answer_pa_i), .fill_priv_i(answer_priv_i), .fill_instr_i(1'b0),
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
      TbuIdle: if (s_awvalid_i) state_d = TbuTranslate;
      TbuTranslate: begin
        if (look && hit) state_d = TbuData;
        else if (answered) state_d = (answer_result_i == ResultOk) ? TbuData : TbuTerminate;
      end
      TbuData: if (!w_open_q && (level_q == 2'd0) && !aw_pending_q) state_d = TbuResponse;
      TbuResponse: if (m_bvalid_i) state_d = TbuAnswer;
      TbuTerminate: if (s_wvalid_i && s_wlast_i) state_d = TbuAnswer;
      TbuAnswer: if (s_bready_i) state_d = TbuIdle;
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
      aw_pending_q <= 1'b0;
      w_open_q <= 1'b0;
    end else begin
      state_q <= state_d;
      older_q <= (older_q || snapshot_i) && (state_q != TbuIdle) && (state_d != TbuIdle) && (state_q != TbuAnswer);
      if (state_q != TbuIdle) begin
        level_q <= level_q + {1'b0, push} - {1'b0, pop};
        wr_ptr_q <= wr_ptr_q ^ push;
        rd_ptr_q <= rd_ptr_q ^ pop;
        if (answered || (look && hit)) begin
          aw_pending_q <= !answered || (answer_result_i == ResultOk);
          w_open_q <= !answered || (answer_result_i == ResultOk);
        end else begin
          if (m_awready_i) aw_pending_q <= 1'b0;
          if (push && s_wlast_i) w_open_q <= 1'b0;
        end
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
      resp_q <= '0;
      user_q <= '0;
      data_q[0] <= '0;
      data_q[1] <= '0;
      strb_q[0] <= '0;
      strb_q[1] <= '0;
      last_q[0] <= 1'b0;
      last_q[1] <= 1'b0;
    end else begin
      if ((state_q == TbuIdle) && s_awvalid_i) begin
        id_q <= s_awid_i;
        addr_q <= s_awaddr_i;
        len_q <= s_awlen_i;
        size_q <= s_awsize_i;
        prot_q <= s_awprot_i;
        burst_q <= s_awburst_i;
        cache_q <= s_awcache_i;
        sid_q <= s_awmmusid_i;
        ssidv_q <= s_awmmussidv_i;
        ssid_q <= s_awmmussid_i;
      end
      if (look && hit) begin
        pa_q <= hit_pa;
        user_q <= '0;
        prot_q[0] <= hit_priv;
        prot_q[2] <= hit_instr;
      end
      if (answered) begin
        pa_q <= answer_pa_i;
        prot_q[0] <= answer_priv_i;
        prot_q[2] <= 1'b0;
        resp_q <= {answer_result_i == ResultAbort, 1'b0};
        user_q <= {answer_result_i == ResultRazWi, answer_result_i == ResultAbort};
      end
      if ((state_q == TbuResponse) && m_bvalid_i) resp_q <= m_bresp_i;
      if (push) begin
        data_q[wr_ptr_q] <= s_wdata_i;
        strb_q[wr_ptr_q] <= s_wstrb_i;
        last_q[wr_ptr_q] <= s_wlast_i;
      end
    end
  end

  assign s_awready_o = (state_q == TbuIdle);
  assign s_wready_o = (state_q == TbuTerminate) || ((state_q == TbuData) && w_open_q && (level_q != 2'd2));
  assign s_bvalid_o = (state_q == TbuAnswer);
  assign s_bid_o = id_q;
  assign s_bresp_o = resp_q;
  assign s_buser_o = user_q;
  assign m_awvalid_o = aw_pending_q;
  assign m_awid_o = id_q;
  assign m_awaddr_o = pa_q;
  assign m_awlen_o = len_q;
  assign m_awsize_o = size_q;
  assign m_awburst_o = burst_q;
  assign m_awcache_o = cache_q;
  assign m_awprot_o = prot_q;
  assign m_wvalid_o = (level_q != 2'd0);
  assign m_wdata_o = data_q[rd_ptr_q];
  assign m_wstrb_o = strb_q[rd_ptr_q];
  assign m_wlast_o = last_q[rd_ptr_q];
  assign m_bready_o = (state_q == TbuResponse);
  assign req_valid_o = report_q || ((state_q == TbuTranslate) && looked_q && !asked_q);
  assign req_report_o = report_q;
  assign req_pa_o = report_pa_q;
  assign req_translated_o = report_translated_q;
  assign req_addr_o = report_q ? report_addr_q : addr_q;
  assign req_sid_o = report_q ? report_sid_q : sid_q;
  assign req_ssidv_o = report_q ? report_ssidv_q : ssidv_q;
  assign req_ssid_o = report_q ? report_ssid_q : ssid_q;
  assign req_priv_o = report_q ? report_priv_q : prot_q[0];
  assign older_o = older_q;
  assign translated_o = (state_q == TbuData) || (state_q == TbuResponse);
  assign busy_o = (state_q != TbuIdle) || report_q;
  assign state_o = state_q;

  BurstStaysInPage_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_awvalid_i && s_awready_o && (s_awburst_i == 2'b01))
    |-> (({4'd0, s_awaddr_i[11:0]} & ~((16'd1 << s_awsize_i) - 16'd1)) + (({8'd0, s_awlen_i} + 16'd1) << s_awsize_i) <= 16'd4096));
  WriteDataStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (m_wvalid_o && !m_wready_i) |=> (m_wvalid_o && $stable(m_wdata_o) && $stable(m_wlast_o)));
  AddressStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (m_awvalid_o && !m_awready_i) |=> (m_awvalid_o && $stable(m_awaddr_o)));
  NoResponseBeforeLastBeat_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    m_bvalid_i |-> (((state_q == TbuData) || (state_q == TbuResponse)) && !w_open_q && !aw_pending_q && (level_q == 2'd0)
                    && (m_bid_i == id_q)));
  ResponseStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_bvalid_o && !s_bready_i) |=> (s_bvalid_o && $stable(s_bresp_o)));
endmodule
