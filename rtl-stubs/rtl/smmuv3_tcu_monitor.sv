// SPDX-License-Identifier: Apache-2.0
// What the translation unit tells about itself, one register behind: PMCG events, and for observation the begin and end of
// every transaction, each word that came back from memory, and TLB fills.
// Not here: counters (smmuv3_pmcg). Proof: test/ (T-PMCG rows, and every row that counts walks or hits).
module smmuv3_tcu_monitor
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        smmu_enable_i,

  // a request is taken up: as a translation, or as the report of a micro-TLB hit
  input  logic        dispatch_i,
  input  logic        report_i,
  input  logic [3:0]  free_slot_i,
  input  logic [3:0]  req_i,
  input  logic        req_retry_i,
  input  logic        req_recalled_i,
  input  logic [51:0] req_pa_i,
  input  logic        req_translated_i,
  input  logic [63:0] req_addr_i,
  input  logic [31:0] req_sid_i,
  input  logic [20:0] req_ssid_i,
  input  logic        req_priv_i,
  input  logic        req_instr_i,
  // the slot that takes a step
  input  logic        step_i,
  input  logic        finish_i,
  input  logic [3:0]  slot_i,
  input  logic [3:0]  index_i,
  input  logic [63:0] addr_i,
  input  logic [31:0] sid_i,
  input  logic [20:0] ssid_i,
  input  logic        priv_i,
  input  logic        instr_i,
  input  logic        enabled_i,
  input  logic        hit_i,
  input  result_e     result_i,
  input  logic [51:0] pa_i,
  input  logic        translated_i,
  input  logic        miss_i,
  input  logic        cfg_miss_i,
  input  logic        access_i,        // it reads memory
  input  logic [3:0]  class_i,
  // an answer of memory
  input  logic        resp_i,
  input  logic [3:0]  resp_slot_i,
  input  logic [3:0]  resp_class_i,
  input  logic [51:0] resp_addr_i,
  input  logic [1:0]  resp_level_i,
  input  logic [63:0] resp_word0_i,
  input  logic        resp_error_i,
  // a TLB fill
  input  logic        fill_i,
  input  logic [63:0] fill_va_i,
  input  logic [51:0] fill_pa_i,
  input  logic [2:0]  fill_size_class_i,
  input  logic [15:0] fill_asid_i,
  input  logic [15:0] fill_vmid_i,

  output logic        transaction_o,
  output logic [31:0] transaction_sid_o,
  output logic        tlb_miss_o,
  output logic        cfg_miss_o,
  output logic        walk_access_o,
  output logic        cfg_access_o,
  output logic        lookup_o,        // the TLB was asked
  output logic [31:0] step_sid_o,
  output logic [3:0]  step_index_o,
  output logic        begin_o,
  output logic        again_o,
  output logic        end_o,
  output logic        tlb_hit_o,
  output logic [3:0]  txn_slot_o,
  output logic [3:0]  txn_index_o,
  output logic [63:0] txn_addr_o,
  output logic [31:0] txn_sid_o,
  output logic        txn_ssidv_o,
  output logic [19:0] txn_ssid_o,
  output logic        txn_priv_o,
  output logic        txn_instr_o,
  output logic        txn_enabled_o,
  output result_e     txn_result_o,
  output logic [51:0] txn_pa_o,
  output logic        txn_translated_o,
  output logic        walk_seen_o,
  output logic        cfg_seen_o,
  output logic [3:0]  seen_slot_o,
  output logic [51:0] seen_addr_o,
  output logic [63:0] seen_word0_o,
  output logic [3:0]  seen_class_o,
  output logic [1:0]  seen_level_o,
  output logic        seen_error_o,
  output logic        fill_o,
  output logic [3:0]  fill_slot_o,
  output logic [63:0] fill_va_o,
  output logic [51:0] fill_pa_o,
  output logic [2:0]  fill_size_class_o,
  output logic [15:0] fill_asid_o,
  output logic [15:0] fill_vmid_o,
  output logic        busy_o           // something is being told
);
  logic is_cfg_class;
  assign is_cfg_class = (resp_class_i < ClassStage1Table);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      begin_o <= 1'b0;
      again_o <= 1'b0;
      end_o <= 1'b0;
      tlb_hit_o <= 1'b0;
      transaction_o <= 1'b0;
      tlb_miss_o <= 1'b0;
      cfg_miss_o <= 1'b0;
      walk_access_o <= 1'b0;
      cfg_access_o <= 1'b0;
      lookup_o <= 1'b0;
      walk_seen_o <= 1'b0;
      cfg_seen_o <= 1'b0;
      fill_o <= 1'b0;
      step_sid_o <= '0;
      step_index_o <= '0;
      transaction_sid_o <= '0;
    end else begin
      begin_o <= (dispatch_i && !req_retry_i) || report_i;
      again_o <= dispatch_i && req_retry_i;
      end_o <= report_i || (finish_i && (result_i != ResultWait));
      tlb_hit_o <= (finish_i && hit_i) || (report_i && req_translated_i);
      transaction_o <= (dispatch_i && smmu_enable_i && !req_retry_i && !req_recalled_i) || report_i;
      tlb_miss_o <= miss_i;
      cfg_miss_o <= cfg_miss_i;
      walk_access_o <= access_i && (class_i >= ClassStage1Table);
      cfg_access_o <= access_i && (class_i < ClassStage1Table);
      lookup_o <= miss_i || (finish_i && hit_i);
      walk_seen_o <= resp_i && !is_cfg_class;
      cfg_seen_o <= resp_i && is_cfg_class;
      fill_o <= fill_i;
      if (step_i) step_sid_o <= sid_i;
      if (step_i) step_index_o <= index_i;
      if (dispatch_i || report_i) transaction_sid_o <= req_sid_i;
    end
  end
  always_ff @(posedge clk_i) begin
    if (report_i || dispatch_i) begin
      txn_slot_o <= report_i ? 4'(SlotsMax) : free_slot_i;  // a report has no slot
      txn_index_o <= req_i;
      txn_addr_o <= req_addr_i;
      txn_sid_o <= req_sid_i;
      {txn_ssidv_o, txn_ssid_o} <= req_ssid_i;
      txn_priv_o <= req_priv_i;
      txn_instr_o <= req_instr_i;
      txn_enabled_o <= smmu_enable_i;
      txn_result_o <= ResultOk;
      txn_pa_o <= req_pa_i;
      txn_translated_o <= report_i && req_translated_i;
    end else if (finish_i) begin
      txn_slot_o <= slot_i;
      txn_index_o <= index_i;
      txn_addr_o <= addr_i;
      txn_sid_o <= sid_i;
      {txn_ssidv_o, txn_ssid_o} <= ssid_i;
      txn_priv_o <= priv_i;
      txn_instr_o <= instr_i;
      txn_enabled_o <= enabled_i;
      txn_result_o <= result_i;
      txn_pa_o <= pa_i;
      txn_translated_o <= translated_i && (result_i == ResultOk);
    end
    if (resp_i) begin
      seen_addr_o <= resp_addr_i;
      seen_slot_o <= resp_slot_i;
      seen_class_o <= resp_class_i;
      seen_level_o <= resp_level_i;
      seen_word0_o <= resp_word0_i;
      seen_error_o <= resp_error_i;
    end
    if (fill_i) begin
      fill_slot_o <= slot_i;
      fill_va_o <= fill_va_i;
      fill_pa_o <= fill_pa_i;
      fill_size_class_o <= fill_size_class_i;
      fill_asid_o <= fill_asid_i;
      fill_vmid_o <= fill_vmid_i;
    end
  end
  assign busy_o = begin_o || again_o || end_o || tlb_miss_o || tlb_hit_o || cfg_miss_o || walk_access_o || cfg_access_o
                  || walk_seen_o || cfg_seen_o || fill_o || transaction_o;
endmodule
