// SPDX-License-Identifier: Apache-2.0
// Which request of the TBUs is taken up next, round robin, and its operands. A report of a micro-TLB hit is taken at once; a
// translation needs a free slot. Combinational but for whose turn it is.
// Not here: the slots. Proof: test/ (rtl.tcu, rtl.vectors).
module smmuv3_tcu_requests
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned NumReq = 2,
  parameter int unsigned TagBits = 1
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        busy_i,          // an answer goes out in this cycle
  input  logic        hold_i,          // take no new transaction
  input  logic        slot_free_i,

  input  logic        valid_i   [NumReq],
  output logic        taken_o   [NumReq],
  input  logic        report_i  [NumReq],
  input  logic        retry_i   [NumReq],
  input  logic        recalled_i [NumReq],
  input  logic [TagBits-1:0] tag_i [NumReq],
  input  logic [51:0] pa_i      [NumReq],
  input  logic        translated_i [NumReq],
  input  logic [63:0] addr_i    [NumReq],
  input  logic [31:0] sid_i     [NumReq],
  input  logic        ssidv_i   [NumReq],
  input  logic [19:0] ssid_i    [NumReq],
  input  logic        priv_i    [NumReq],
  input  logic        instr_i   [NumReq],

  output logic        any_o,
  output logic        dispatch_o,      // a translation starts
  output logic        report_o,
  output logic [3:0]  req_o,           // whose
  output logic        retry_o,
  output logic        recalled_o,
  output logic [TagBits-1:0] tag_o,
  output logic [51:0] pa_o,
  output logic        translated_o,
  output logic [63:0] addr_o,
  output logic [31:0] sid_o,
  output logic [20:0] ssid_o,          // {valid, SubstreamID}
  output logic        priv_o,
  output logic        instr_o
);
  logic [3:0]  owner_q;
  logic        is_report;
  always_comb begin
    any_o = 1'b0;
    req_o = '0;
    for (int unsigned i = NumReq; i > 0; i--) begin
      if (valid_i[i-1]) begin
        any_o = 1'b1;
        req_o = 4'(i - 1);
      end
    end
    if (any_o) begin
      for (int unsigned i = NumReq; i > 0; i--) begin
        if (valid_i[i-1] && (4'(i - 1) > owner_q)) req_o = 4'(i - 1);
      end
    end
  end
  always_comb begin
    addr_o = '0;
    sid_o = '0;
    ssid_o = '0;
    priv_o = 1'b0;
    instr_o = 1'b0;
    is_report = 1'b0;
    translated_o = 1'b0;
    retry_o = 1'b0;
    recalled_o = 1'b0;
    pa_o = '0;
    tag_o = '0;
    if (any_o) begin
      for (int unsigned i = 0; i < NumReq; i++) begin
        if (req_o == 4'(i)) begin
          addr_o = addr_i[i];
          sid_o = sid_i[i];
          ssid_o = {ssidv_i[i], ssidv_i[i] ? ssid_i[i] : 20'd0};
          priv_o = priv_i[i];
          instr_o = instr_i[i] && !i[0];
          is_report = report_i[i];
          translated_o = translated_i[i];
          retry_o = retry_i[i];
          recalled_o = recalled_i[i];
          pa_o = pa_i[i];
          tag_o = tag_i[i];
        end
      end
    end
  end
  assign report_o = any_o && is_report && !busy_i;
  assign dispatch_o = any_o && !is_report && slot_free_i && !hold_i && !busy_i;
  for (genvar i = 0; i < int'(NumReq); i++) begin : gen_taken
    assign taken_o[i] = (dispatch_o || report_o) && (req_o == 4'(i));
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) owner_q <= '0;
    else if (dispatch_o || report_o) owner_q <= req_o;
  end
endmodule
