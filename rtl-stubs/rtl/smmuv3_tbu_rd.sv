// SPDX-License-Identifier: Apache-2.0
// Read half of a TBU: up to Depth AXI4 read bursts. Each has its address translated once and is forwarded with the same shape,
// or all its beats are answered here (SLVERR for an abort, zeros with OKAY for RAZ/WI). Bursts pass each other unless they have
// the same AXI ID. What waits behind a stalled one gives its translation up when a CMD_SYNC or an Update would wait for it, and
// asks again.
// Proof: test/ (rtl.tbu; rtl.vectors, burst and order rows; rtl.lockstep).
module smmuv3_tbu_rd
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned IdWidth = 8,
  parameter int unsigned ClientDataBytes = 16,
  parameter int unsigned UtlbEntries = 4,
  parameter int unsigned Depth = 32,
  parameter int unsigned TagBits = 5
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

  // translation request, or the report of a micro-TLB hit; valid until taken
  output logic               req_valid_o,
  output logic               req_report_o,
  output logic               req_retry_o,
  output logic               req_recalled_o,   // it was translated before, and counts no more
  output logic [TagBits-1:0] req_tag_o,
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
  input  logic [TagBits-1:0] answer_tag_i,
  input  result_e            answer_result_i,
  input  logic               answer_stalled_i,
  input  logic [51:0]        answer_pa_i,
  input  logic               answer_keep_i,    // may enter the micro-TLB
  input  logic               answer_translated_i,
  input  logic               answer_priv_i,
  input  logic               answer_instr_i,
  input  logic               utlb_clear_i,

  // stalled bursts: what software decided about one; room for the record of one that is held; the end of all
  input  logic               resume_i,
  input  logic [TagBits-1:0] resume_tag_i,
  input  logic               resume_retry_i,
  input  result_e            resume_result_i,  // without retry
  input  logic               stall_room_i,
  input  logic               stall_flush_i,

  // CMD_SYNC and Updates
  input  logic               hold_i,       // an Update waits for translated bursts
  input  logic               snapshot_i,   // remember which bursts are in progress
  output logic               older_o,      // a remembered burst is still in progress
  output logic               translated_o, // a burst is in its data phase
  output logic               busy_o,
  output tbu_state_e         state_o
);
  typedef logic [TagBits-1:0] tag_t;
  typedef logic [Depth-1:0]   set_t;

  // ---- bursts: what came with the address, and where it goes ----
  logic [IdWidth-1:0] id_q    [Depth];
  logic [63:0]        addr_q  [Depth];
  logic [12:0]        shape_q [Depth];     // {len, size, burst}
  logic [3:0]         cache_q [Depth];
  logic [2:0]         prot_q  [Depth];     // as it came
  logic [31:0]        sid_q   [Depth];
  logic [20:0]        ssid_q  [Depth];     // {valid, SubstreamID}
  logic [51:0]        pa_q    [Depth];
  logic [1:0]         mprot_q [Depth];     // {InD, PnU} towards memory
  set_t               dep_q   [Depth];     // older bursts with the same ID
  set_t active_q;      // in use
  set_t told_q;        // the translation unit took the request or the report
  set_t translated_q;  // a report of a translated address
  set_t ready_q;       // may go to memory
  set_t issued_q;      // has gone there
  set_t returned_q;    // its last beat is in the buffer
  set_t data_q;        // translated, not complete
  set_t term_q, raz_q; // to be answered here
  set_t stalled_q, held_q, again_q;
  set_t recalled_q;    // it had been translated, and was told so or not
  set_t done_q;        // complete, but not told
  set_t older_q;

  // ---- take an address ----
  logic accept, room;
  tag_t free;
  set_t same_id;
  always_comb begin
    free = '0;
    room = (active_q != '1);
    same_id = '0;
    if (s_arvalid_i) begin
      for (int unsigned i = Depth; i > 0; i--) if (!active_q[i-1]) free = tag_t'(i - 1);
      for (int unsigned i = 0; i < Depth; i++) same_id[i] = active_q[i] && !done_q[i] && (id_q[i] == s_arid_i);
    end
  end
  assign s_arready_o = room;
  assign accept = s_arvalid_i && room;

  // ---- one cycle later: micro-TLB ----
  logic        look_q, hit, hit_priv, hit_instr, hit_translated, fill;
  tag_t        look_tag_q;
  logic [39:0] hit_page;
  logic [51:0] hit_pa;
  assign hit_pa = {hit_page, addr_q[look_tag_q][11:0]};
  assign fill = answer_i && (answer_result_i == ResultOk) && answer_keep_i;
  smmuv3_utlb #(
    .Entries(UtlbEntries)
  ) u_utlb (
    .clk_i, .rst_ni, .clear_i(utlb_clear_i),
    .look_i(look_q), .look_page_i(addr_q[look_tag_q][63:12]),
    .look_key_i({sid_q[look_tag_q], ssid_q[look_tag_q], prot_q[look_tag_q][0], prot_q[look_tag_q][2]}),
    .hit_o(hit), .pa_page_o(hit_page), .priv_o(hit_priv), .instr_o(hit_instr), .translated_o(hit_translated),
    .fill_i(fill), .fill_page_i(addr_q[answer_tag_i][63:12]),
    .fill_key_i({sid_q[answer_tag_i], ssid_q[answer_tag_i], prot_q[answer_tag_i][0], prot_q[answer_tag_i][2]}),
    .fill_pa_page_i(answer_pa_i[51:12]), .fill_priv_i(answer_priv_i), .fill_instr_i(answer_instr_i),
    .fill_translated_i(answer_translated_i)
  );

  // ---- requests and reports, in the order of the addresses; then what was stalled ----
  logic [TagBits:0] fifo_q [Depth];        // {report, burst}
  tag_t             fifo_head_q, fifo_tail_q, again;
  logic [TagBits:0] fifo_level_q;
  logic             fifo_any, pop_fifo;
  tag_t             req_tag;
  assign fifo_any = (fifo_level_q != '0);
  always_comb begin
    again = '0;
    if (again_q != '0) for (int unsigned i = Depth; i > 0; i--) if (again_q[i-1]) again = tag_t'(i - 1);
  end
  assign req_tag = fifo_any ? fifo_q[fifo_head_q][TagBits-1:0] : again;
  assign pop_fifo = req_taken_i && fifo_any;
  assign req_valid_o = fifo_any || (again_q != '0);
  assign req_report_o = fifo_any && fifo_q[fifo_head_q][TagBits] && !recalled_q[req_tag];
  assign req_retry_o = !fifo_any && !recalled_q[again];
  assign req_recalled_o = !fifo_any && recalled_q[again];
  assign req_tag_o = req_tag;
  assign req_pa_o = pa_q[req_tag];
  assign req_translated_o = translated_q[req_tag];
  assign req_addr_o = addr_q[req_tag];
  assign req_sid_o = sid_q[req_tag];
  assign {req_ssidv_o, req_ssid_o} = ssid_q[req_tag];
  assign req_priv_o = prot_q[req_tag][0];
  assign req_instr_o = prot_q[req_tag][2];

  // ---- translated bursts that cannot go, behind one of their ID that waits. CMD_SYNC does not wait for what waits for
  // software; an Update, while which nothing is translated, for nothing that waits. ----
  set_t waits, recall;
  always_comb begin
    waits = stalled_q | held_q;
    if (hold_i) waits = active_q & ~data_q & ~term_q & ~done_q & ~(stall_flush_i ? waits : '0);
    recall = '0;
    if ((waits != '0) && (ready_q != '0)) begin
      for (int unsigned i = 0; i < Depth; i++) recall[i] = ready_q[i] && (older_q[i] || hold_i) && ((dep_q[i] & waits) != '0);
    end
  end

  // ---- to memory: any burst that is ready and has no older one of its ID before it ----
  logic m_valid_q, can_issue, issue;
  tag_t m_tag_q, issue_tag, turn_q;
  set_t may_issue;
  always_comb begin
    may_issue = '0;
    issue = 1'b0;
    issue_tag = look_tag_q;
    can_issue = !m_valid_q || m_arready_i;
    if (can_issue && (ready_q != '0)) begin
      for (int unsigned i = 0; i < Depth; i++) may_issue[i] = ready_q[i] && ((dep_q[i] & ~issued_q) == '0);
      for (int unsigned i = Depth; i > 0; i--) if (may_issue[i-1]) issue_tag = tag_t'(i - 1);
      for (int unsigned i = Depth; i > 0; i--) if (may_issue[i-1] && (tag_t'(i - 1) >= turn_q)) issue_tag = tag_t'(i - 1);
      issue = (may_issue != '0);
    end
    // an answer or a hit goes out at once when nothing else does
    if (can_issue && !issue && answer_i && (answer_result_i == ResultOk) && ((dep_q[answer_tag_i] & ~issued_q) == '0)) begin
      issue_tag = answer_tag_i;
      issue = 1'b1;
    end
    if (can_issue && !issue && look_q && hit && ((dep_q[look_tag_q] & ~issued_q) == '0)) begin
      issue_tag = look_tag_q;
      issue = 1'b1;
    end
  end
  assign m_arvalid_o = m_valid_q;
  assign m_arid_o = id_q[m_tag_q];
  assign m_araddr_o = pa_q[m_tag_q];
  assign {m_arlen_o, m_arsize_o, m_arburst_o} = shape_q[m_tag_q];
  assign m_arcache_o = cache_q[m_tag_q];
  assign m_arprot_o = {mprot_q[m_tag_q][1], prot_q[m_tag_q][1], mprot_q[m_tag_q][0]};

  // ---- from memory: a two-entry buffer, no combinational path from pin to pin ----
  logic [8*ClientDataBytes-1:0] beat_data_q [2];
  logic [IdWidth-1:0] beat_id_q [2];
  tag_t        beat_tag_q [2];             // whose last beat it is
  logic [1:0]  beat_resp_q [2];
  logic        beat_last_q [2];
  logic        wr_ptr_q, rd_ptr_q, middle_q;
  logic [1:0]  level_q;
  logic        push, pop, found;
  tag_t        last_tag;
  assign m_rready_o = (level_q != 2'd2);
  assign push = m_rvalid_i && m_rready_o;
  always_comb begin
    found = 1'b0;
    last_tag = '0;
    if (push && m_rlast_i) begin
      for (int unsigned i = 0; i < Depth; i++) begin
        if (issued_q[i] && !returned_q[i] && (id_q[i] == m_rid_i) && ((dep_q[i] & issued_q & ~returned_q) == '0)) begin
          found = 1'b1;
          last_tag = tag_t'(i);
        end
      end
    end
  end

  // ---- bursts answered here, between two bursts of memory ----
  logic       ending_q, end_any;
  tag_t       ending_tag_q, end_tag;
  logic [7:0] ending_beat_q;
  logic       end_last;
  always_comb begin
    end_any = 1'b0;
    end_tag = '0;
    if (term_q != '0) begin
      for (int unsigned i = Depth; i > 0; i--) begin
        if (term_q[i-1] && (dep_q[i-1] == '0)) begin
          end_any = 1'b1;
          end_tag = tag_t'(i - 1);
        end
      end
    end
  end
  assign end_last = (ending_beat_q == shape_q[ending_tag_q][12:5]);
  assign pop = !ending_q && (level_q != 2'd0) && s_rready_i;
  assign s_rvalid_o = ending_q || (level_q != 2'd0);
  assign s_rid_o = ending_q ? id_q[ending_tag_q] : beat_id_q[rd_ptr_q];
  assign s_rdata_o = ending_q ? '0 : beat_data_q[rd_ptr_q];
  assign s_rresp_o = ending_q ? {!raz_q[ending_tag_q], 1'b0} : beat_resp_q[rd_ptr_q];
  assign s_rlast_o = ending_q ? end_last : beat_last_q[rd_ptr_q];
  assign s_ruser_o = ending_q ? {raz_q[ending_tag_q], !raz_q[ending_tag_q]} : 2'b00;

  logic complete;
  tag_t complete_tag;
  set_t complete_set, look_set, answer_set, resume_set, req_set, accept_set, issue_set;
  assign complete = (pop && beat_last_q[rd_ptr_q]) || (ending_q && s_rready_i && end_last);
  assign complete_tag = ending_q ? ending_tag_q : beat_tag_q[rd_ptr_q];
  assign complete_set = complete ? set_t'(1) << complete_tag : '0;
  assign look_set = look_q ? set_t'(1) << look_tag_q : '0;
  assign answer_set = answer_i ? set_t'(1) << answer_tag_i : '0;
  assign resume_set = resume_i ? set_t'(1) << resume_tag_i : '0;
  assign req_set = req_taken_i ? set_t'(1) << req_tag : '0;
  assign accept_set = accept ? set_t'(1) << free : '0;
  assign issue_set = issue ? set_t'(1) << issue_tag : '0;

  set_t now_ready, now_term, now_done, now_free;
  assign now_ready = (hit ? look_set : '0) | ((answer_result_i == ResultOk) ? answer_set : '0);
  assign now_term = (((answer_result_i == ResultAbort) || (answer_result_i == ResultRazWi)) ? answer_set : '0)
                    | (resume_retry_i ? '0 : resume_set) | (stall_flush_i ? (stalled_q | held_q) & ~again_q : '0);
  assign now_done = done_q | complete_set;
  assign now_free = now_done & (told_q | req_set);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= '0;
      told_q <= '0;
      translated_q <= '0;
      ready_q <= '0;
      issued_q <= '0;
      returned_q <= '0;
      data_q <= '0;
      term_q <= '0;
      raz_q <= '0;
      stalled_q <= '0;
      held_q <= '0;
      again_q <= '0;
      recalled_q <= '0;
      done_q <= '0;
      older_q <= '0;
      look_q <= 1'b0;
      look_tag_q <= '0;
      fifo_head_q <= '0;
      fifo_tail_q <= '0;
      fifo_level_q <= '0;
      m_valid_q <= 1'b0;
      m_tag_q <= '0;
      turn_q <= '0;
      wr_ptr_q <= 1'b0;
      rd_ptr_q <= 1'b0;
      middle_q <= 1'b0;
      level_q <= '0;
      ending_q <= 1'b0;
      ending_tag_q <= '0;
      ending_beat_q <= '0;
    end else begin
      look_q <= accept;
      if (accept) look_tag_q <= free;
      // memory's address channel
      if (issue) begin
        m_valid_q <= 1'b1;
        m_tag_q <= issue_tag;
        turn_q <= issue_tag + 1'b1;
      end else if (m_arready_i) begin
        m_valid_q <= 1'b0;
      end
      // data
      level_q <= level_q + {1'b0, push} - {1'b0, pop};
      wr_ptr_q <= wr_ptr_q ^ push;
      rd_ptr_q <= rd_ptr_q ^ pop;
      if (pop) middle_q <= !beat_last_q[rd_ptr_q];
      if (ending_q) begin
        if (s_rready_i) begin
          ending_beat_q <= ending_beat_q + 8'd1;
          if (end_last) ending_q <= 1'b0;
        end
      end else if (end_any && ((level_q == 2'd0) ? !middle_q : (pop && beat_last_q[rd_ptr_q]))) begin
        ending_q <= 1'b1;
        ending_tag_q <= end_tag;
        ending_beat_q <= '0;
      end
      if ((active_q != '0) || accept) begin
        active_q <= (active_q | accept_set) & ~now_free;
        done_q <= now_done & ~now_free;
        told_q <= (told_q | req_set) & ~accept_set;
        translated_q <= (translated_q & ~look_set) | ((hit && hit_translated) ? look_set : '0);
        ready_q <= (ready_q | now_ready) & ~issue_set & ~recall;
        issued_q <= (issued_q | issue_set) & ~complete_set;
        returned_q <= (returned_q | (found ? set_t'(1) << last_tag : '0)) & ~complete_set;
        data_q <= (data_q | now_ready) & ~complete_set & ~recall;
        term_q <= (term_q | now_term) & ~complete_set & ~((ending_q && s_rready_i && end_last) ? set_t'(1) << ending_tag_q : '0);
        raz_q <= (raz_q & ~(answer_set | resume_set | accept_set)) | ((answer_result_i == ResultRazWi) ? answer_set : '0)
                 | ((!resume_retry_i && (resume_result_i == ResultRazWi)) ? resume_set : '0);
        stalled_q <= (stalled_q | (((answer_result_i == ResultWait) && answer_stalled_i) ? answer_set : '0)) & ~resume_set
                     & ~(stall_flush_i ? stalled_q : '0);
        held_q <= (held_q | (((answer_result_i == ResultWait) && !answer_stalled_i) ? answer_set : '0))
                  & ~((stall_room_i || stall_flush_i) ? held_q : '0);
        again_q <= (again_q | (resume_retry_i ? resume_set : '0) | ((stall_room_i && !stall_flush_i) ? held_q : '0)
                    | (recall & (told_q | req_set))) & ~((req_taken_i && !fifo_any) ? set_t'(1) << again : '0);
        recalled_q <= (recalled_q & ~req_set) | recall;
        // what is terminated uses no translation; it may still have to wait for its turn
        older_q <= (snapshot_i ? active_q & ~done_q & ~stalled_q & ~held_q & ~again_q : older_q) & ~complete_set
                   & ~((answer_result_i == ResultWait) ? answer_set : '0) & ~recall & ~term_q & ~now_term;
        fifo_level_q <= fifo_level_q + (TagBits + 1)'(look_q) - (TagBits + 1)'(pop_fifo);
        if (look_q) fifo_tail_q <= (32'(fifo_tail_q) == Depth - 1) ? '0 : fifo_tail_q + 1'b1;
        if (pop_fifo) fifo_head_q <= (32'(fifo_head_q) == Depth - 1) ? '0 : fifo_head_q + 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (accept) begin
      id_q[free] <= s_arid_i;
      addr_q[free] <= s_araddr_i;
      shape_q[free] <= {s_arlen_i, s_arsize_i, s_arburst_i};
      cache_q[free] <= s_arcache_i;
      prot_q[free] <= s_arprot_i;
      sid_q[free] <= s_armmusid_i;
      ssid_q[free] <= {s_armmussidv_i, s_armmussidv_i ? s_armmussid_i : 20'd0};
    end
    if (look_q) fifo_q[fifo_tail_q] <= {hit, look_tag_q};
    if (look_q && hit) begin
      pa_q[look_tag_q] <= hit_pa;
      mprot_q[look_tag_q] <= {hit_instr, hit_priv};
    end
    if (answer_i) begin
      pa_q[answer_tag_i] <= answer_pa_i;
      mprot_q[answer_tag_i] <= {answer_instr_i, answer_priv_i};
    end
    if (push) begin
      beat_data_q[wr_ptr_q] <= m_rdata_i;
      beat_id_q[wr_ptr_q] <= m_rid_i;
      beat_tag_q[wr_ptr_q] <= last_tag;
      beat_resp_q[wr_ptr_q] <= m_rresp_i;
      beat_last_q[wr_ptr_q] <= m_rlast_i;
    end
    if (complete) for (int unsigned i = 0; i < Depth; i++) dep_q[i][complete_tag] <= 1'b0;
    if (accept) dep_q[free] <= same_id & ~complete_set;
  end

  assign older_o = (older_q != '0);
  assign translated_o = (data_q != '0);
  assign busy_o = ((active_q & ~stalled_q & ~held_q) != '0);  // what waits for software does nothing
  always_comb begin
    if (active_q == '0) state_o = TbuIdle;
    else if (data_q != '0) state_o = TbuData;
    else if (term_q != '0) state_o = TbuTerminate;
    else if ((stalled_q | held_q) != '0) state_o = TbuStalled;
    else state_o = TbuTranslate;
  end

  BurstStaysInPage_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_arvalid_i && s_arready_o && (s_arburst_i == 2'b01))
    |-> (({4'd0, s_araddr_i[11:0]} & ~((16'd1 << s_arsize_i) - 16'd1)) + (({8'd0, s_arlen_i} + 16'd1) << s_arsize_i) <= 16'd4096));
  ReadDataStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_rvalid_o && !s_rready_i) |=> (s_rvalid_o && $stable(s_rdata_o) && $stable(s_rresp_o) && $stable(s_rlast_o) && $stable(s_rid_o)));
  AddressStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (m_arvalid_o && !m_arready_i) |=> (m_arvalid_o && $stable(m_araddr_o) && $stable(m_arid_o)));
  DataBelongsToABurst_A: assert property (@(posedge clk_i) disable iff (!rst_ni) (push && m_rlast_i) |-> found);
  AnswerOnlyWhereAsked_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    answer_i |-> ((answer_set & active_q & told_q & ~data_q & ~term_q) != '0));
  RecallsWhatIsNotIssued_A: assert property (@(posedge clk_i) disable iff (!rst_ni) (recall & (issue_set | now_ready)) == '0);
  ResumeOnlyStalled_A: assert property (@(posedge clk_i) disable iff (!rst_ni) resume_i |-> ((resume_set & stalled_q) != '0));
endmodule
