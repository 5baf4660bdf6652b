// SPDX-License-Identifier: Apache-2.0
// Write half of a TBU: up to Depth AXI4 write bursts. Their translations overlap; the bursts themselves go to memory in the order
// of their addresses, because the data channel has that order. A stalled burst leaves that order: its data wait in the park until
// software has decided, and the younger ones pass it, except those with its AXI ID, which are parked behind it. Responses pass each
// other unless they have the same AXI ID. The data of a terminated burst are swallowed and answered here (SLVERR for an abort, OKAY
// for RAZ/WI). A burst that does not fit into the park holds the younger ones of this port. What waits behind a stalled burst gives
// its translation up when a CMD_SYNC or an Update would wait for it, and asks again.
// Proof: test/ (rtl.tbu; rtl.vectors, rtl.parking, rtl.lockstep).
module smmuv3_tbu_wr
  import smmuv3_rtl_pkg::*;
#(
  parameter int unsigned IdWidth = 8,
  parameter int unsigned ClientDataBytes = 16,
  parameter int unsigned UtlbEntries = 4,
  parameter int unsigned Depth = 32,
  parameter int unsigned TagBits = 5,
  parameter int unsigned ParkBeats = 256   // beats of stalled bursts that can wait here while others pass them
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
  input  logic               req_taken_i,
  input  logic               answer_i,
  input  logic [TagBits-1:0] answer_tag_i,
  input  result_e            answer_result_i,
  input  logic               answer_stalled_i,
  input  logic [51:0]        answer_pa_i,
  input  logic               answer_keep_i,    // may enter the micro-TLB
  input  logic               answer_translated_i,
  input  logic               answer_priv_i,
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
  typedef logic [TagBits:0]   level_t;
  typedef logic [$clog2(ParkBeats)-1:0] park_t;
  function automatic tag_t after(tag_t place);
    after = (32'(place) == Depth - 1) ? '0 : place + 1'b1;
  endfunction

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
  logic [1:0]         resp_q  [Depth];
  set_t               dep_q   [Depth];     // older bursts with the same ID
  set_t active_q, told_q, translated_q, ready_q, issued_q, data_q, term_q, raz_q, stalled_q, held_q, again_q, older_q;
  set_t looked_q;      // the micro-TLB has been asked
  set_t hit_q;         // and had it
  set_t sent_q;        // its last beat has left the client
  set_t answered_q;    // memory's response is here, or there will be none
  set_t done_q;        // answered to the client, but not told
  set_t parked_q;      // its data is taken into the park, so that it holds up nobody
  set_t recalled_q;    // again_q: it had been translated
  park_t park_first_q [Depth];             // where its first and last beat are
  park_t park_last_q  [Depth];

  // The order in which the addresses came, in which the data comes too. Places in it: the next to be filled, to tell, to send the
  // address of, and to move the data of; and how many are left from each on.
  tag_t   order_q [Depth];
  tag_t   tail_at_q, tell_at_q, aw_at_q, w_at_q;
  level_t tell_left_q, aw_left_q, w_left_q;
  tag_t   tell_tag, aw_tag, w_tag;
  logic   aw_any, w_any;
  assign tell_tag = order_q[tell_at_q];
  assign aw_tag = order_q[aw_at_q];
  assign w_tag = order_q[w_at_q];
  assign aw_any = (aw_left_q != '0);
  assign w_any = (w_left_q != '0);

  logic accept;
  set_t same_id;
  tag_t free;
  assign s_awready_o = (active_q != '1);
  assign accept = s_awvalid_i && s_awready_o;
  always_comb begin
    same_id = '0;
    free = '0;
    if (s_awvalid_i) begin
      for (int unsigned i = Depth; i > 0; i--) if (!active_q[i-1]) free = tag_t'(i - 1);
      for (int unsigned i = 0; i < Depth; i++) same_id[i] = active_q[i] && !done_q[i] && (id_q[i] == s_awid_i);
    end
  end

  // ---- one cycle later: micro-TLB ----
  logic        look_q, hit, hit_priv, hit_instr, hit_translated, fill;
  tag_t        look_tag_q;
  logic [39:0] hit_page;
  assign fill = answer_i && (answer_result_i == ResultOk) && answer_keep_i;
  smmuv3_utlb #(
    .Entries(UtlbEntries)
  ) u_utlb (
    .clk_i, .rst_ni, .clear_i(utlb_clear_i),
    .look_i(look_q), .look_page_i(addr_q[look_tag_q][63:12]),
    .look_key_i({sid_q[look_tag_q], ssid_q[look_tag_q], prot_q[look_tag_q][0], 1'b0}),
    .hit_o(hit), .pa_page_o(hit_page), .priv_o(hit_priv), .instr_o(hit_instr), .translated_o(hit_translated),
    .fill_i(fill), .fill_page_i(addr_q[answer_tag_i][63:12]),
    .fill_key_i({sid_q[answer_tag_i], ssid_q[answer_tag_i], prot_q[answer_tag_i][0], 1'b0}),
    .fill_pa_page_i(answer_pa_i[51:12]), .fill_priv_i(answer_priv_i), .fill_instr_i(1'b0),
    .fill_translated_i(answer_translated_i)
  );

  // ---- requests and reports, in order; then what was stalled ----
  logic tell;
  tag_t again, req_tag;
  assign tell = (tell_left_q != '0) && looked_q[tell_tag] && !told_q[tell_tag];
  always_comb begin
    again = '0;
    if (again_q != '0) for (int unsigned i = Depth; i > 0; i--) if (again_q[i-1]) again = tag_t'(i - 1);
  end
  assign req_tag = tell ? tell_tag : again;
  assign req_valid_o = tell || (again_q != '0);
  assign req_report_o = tell && hit_q[tell_tag];
  assign req_retry_o = !tell && !recalled_q[again];
  assign req_recalled_o = !tell && recalled_q[again];
  assign req_tag_o = req_tag;
  assign req_pa_o = pa_q[req_tag];
  assign req_translated_o = translated_q[req_tag];
  assign req_addr_o = addr_q[req_tag];
  assign req_sid_o = sid_q[req_tag];
  assign {req_ssidv_o, req_ssid_o} = ssid_q[req_tag];
  assign req_priv_o = prot_q[req_tag][0];

  // ---- address to memory: in order, but what is stalled is passed ----
  logic m_valid_q, issue, skip, park, behind, replay_start, can_issue;
  tag_t m_tag_q;
  logic fits, replay_any, replay_q, park_busy;
  tag_t replay_tag;
  set_t may_replay, live;
  logic [8:0] aw_beats;
  assign can_issue = !m_valid_q || m_awready_i;
  // of its ID, an older one is parked: memory must get that first
  assign behind = ((dep_q[aw_tag] & parked_q & ~issued_q) != '0);
  assign issue = aw_any && can_issue && !behind && !replay_q && !replay_any
                 && (ready_q[aw_tag] || (look_q && hit && (look_tag_q == aw_tag))
                     || (answer_i && (answer_result_i == ResultOk) && (answer_tag_i == aw_tag)));
  assign skip = aw_any && term_q[aw_tag] && !issued_q[aw_tag];  // issued marks a swallowed burst as well
  assign park = aw_any && !issue && !skip && fits && (stalled_q[aw_tag] || held_q[aw_tag] || behind);
  assign aw_beats = {1'b0, shape_q[aw_tag][12:5]} + 9'd1;

  // ---- translated bursts that cannot go: behind one of their ID that waits, or all behind one that waits and is not parked.
  // CMD_SYNC does not wait for what waits for software; an Update, while which nothing is translated, for nothing that waits. ----
  set_t waits, recall;
  logic port_held;
  always_comb begin
    waits = stalled_q | held_q;
    if (hold_i) waits = active_q & ~data_q & ~term_q & ~done_q & ~(stall_flush_i ? waits : '0);
    port_held = aw_any && !park && (waits[aw_tag] || ((dep_q[aw_tag] & waits) != '0));
    recall = '0;
    if ((waits != '0) && (ready_q != '0)) begin
      for (int unsigned i = 0; i < Depth; i++) begin
        recall[i] = ready_q[i] && (older_q[i] || hold_i) && ((port_held && !parked_q[i]) || ((dep_q[i] & waits) != '0));
      end
    end
  end

  // ---- parked bursts that may go: address and data between two others ----
  assign live = issued_q & data_q & ~parked_q & ~sent_q;
  always_comb begin
    may_replay = '0;
    replay_tag = '0;
    if (parked_q != '0) begin
      for (int unsigned i = 0; i < Depth; i++) begin
        may_replay[i] = parked_q[i] && ready_q[i] && sent_q[i] && ((dep_q[i] & ~issued_q) == '0);
      end
      for (int unsigned i = Depth; i > 0; i--) if (may_replay[i-1]) replay_tag = tag_t'(i - 1);
    end
  end
  assign replay_any = (may_replay != '0);
  assign replay_start = replay_any && !replay_q && can_issue && (live == '0);
  assign m_awvalid_o = m_valid_q;
  assign m_awid_o = id_q[m_tag_q];
  assign m_awaddr_o = pa_q[m_tag_q];
  assign {m_awlen_o, m_awsize_o, m_awburst_o} = shape_q[m_tag_q];
  assign m_awcache_o = cache_q[m_tag_q];
  assign m_awprot_o = {mprot_q[m_tag_q][1], prot_q[m_tag_q][1], mprot_q[m_tag_q][0]};

  // ---- data: a two-entry buffer, the park, or nowhere ----
  logic        complete, b_valid_q;
  tag_t        b_tag_q;
  logic [8*ClientDataBytes-1:0] beat_data_q [2];
  logic [ClientDataBytes-1:0] beat_strb_q [2];
  logic        beat_last_q [2];
  logic        wr_ptr_q, rd_ptr_q;
  logic [1:0]  level_q;
  logic        open, swallow, push, pop, w_last;
  logic        keep, refill, refill_last;
  logic [7:0]  keep_beat_q, refill_beat_q;
  tag_t        replay_tag_q;
  park_t       keep_at, refill_at_q, refill_next;
  logic [9*ClientDataBytes-1:0] refill_beat;        // {strobes, data}
  assign open = w_any && (parked_q[w_tag] || (issued_q[w_tag] && (data_q[w_tag] || term_q[w_tag])));
  assign swallow = term_q[w_tag] && !parked_q[w_tag];  // what is parked fills its beats, whatever becomes of it
  assign keep = s_wvalid_i && s_wready_o && parked_q[w_tag];
  assign s_wready_o = open && (swallow || parked_q[w_tag] || (level_q != 2'd2));
  assign refill = replay_q && (level_q != 2'd2);
  assign refill_last = (refill_beat_q == shape_q[replay_tag_q][12:5]);
  assign push = (s_wvalid_i && s_wready_o && !swallow && !parked_q[w_tag]) || refill;
  assign w_last = s_wvalid_i && s_wready_o && s_wlast_i;
  assign pop = (level_q != 2'd0) && m_wready_i;
  assign m_wvalid_o = (level_q != 2'd0);
  assign m_wdata_o = beat_data_q[rd_ptr_q];
  assign m_wstrb_o = beat_strb_q[rd_ptr_q];
  assign m_wlast_o = beat_last_q[rd_ptr_q];

  smmuv3_park #(
    .Width(9 * ClientDataBytes), .Beats(ParkBeats)
  ) u_park (
    .clk_i, .rst_ni, .want_i(aw_beats), .fits_o(fits), .take_i(park),
    .put_i(keep), .put_data_i({s_wstrb_i, s_wdata_i}), .put_at_o(keep_at),
    .get_at_i(refill_at_q), .get_data_o(refill_beat), .get_next_o(refill_next),
    .give_i(complete && parked_q[b_tag_q]), .give_first_i(park_first_q[b_tag_q]), .give_last_i(park_last_q[b_tag_q]),
    .give_beats_i({1'b0, shape_q[b_tag_q][12:5]} + 9'd1), .busy_o(park_busy)
  );

  // ---- memory's response: of the oldest burst of its ID ----
  logic found;
  tag_t b_tag;
  assign m_bready_o = 1'b1;
  always_comb begin
    found = 1'b0;
    b_tag = '0;
    if (m_bvalid_i) begin
      for (int unsigned i = 0; i < Depth; i++) begin
        if (data_q[i] && issued_q[i] && !answered_q[i] && (id_q[i] == m_bid_i)
            && ((dep_q[i] & data_q & issued_q & ~answered_q) == '0)) begin
          found = 1'b1;
          b_tag = tag_t'(i);
        end
      end
    end
  end

  // ---- response to the client ----
  logic b_any;
  tag_t b_next;
  always_comb begin
    b_any = 1'b0;
    b_next = '0;
    if ((answered_q & ~done_q) != '0) begin
      for (int unsigned i = Depth; i > 0; i--) begin
        if (answered_q[i-1] && !done_q[i-1] && (dep_q[i-1] == '0) && !(b_valid_q && (b_tag_q == tag_t'(i - 1)))) begin
          b_any = 1'b1;
          b_next = tag_t'(i - 1);
        end
      end
    end
  end
  assign s_bvalid_o = b_valid_q;
  assign s_bid_o = id_q[b_tag_q];
  assign s_bresp_o = term_q[b_tag_q] ? {!raz_q[b_tag_q], 1'b0} : resp_q[b_tag_q];
  assign s_buser_o = term_q[b_tag_q] ? {raz_q[b_tag_q], !raz_q[b_tag_q]} : 2'b00;

  set_t complete_set, look_set, answer_set, resume_set, req_set, accept_set, issue_set, now_answered;
  assign complete = b_valid_q && s_bready_i;
  assign complete_set = complete ? set_t'(1) << b_tag_q : '0;
  assign look_set = look_q ? set_t'(1) << look_tag_q : '0;
  assign answer_set = answer_i ? set_t'(1) << answer_tag_i : '0;
  assign resume_set = resume_i ? set_t'(1) << resume_tag_i : '0;
  assign req_set = req_taken_i ? set_t'(1) << req_tag : '0;
  assign accept_set = accept ? set_t'(1) << free : '0;
  assign issue_set = ((issue || skip) ? set_t'(1) << aw_tag : '0) | (replay_start ? set_t'(1) << replay_tag : '0);
  assign now_answered = (found ? set_t'(1) << b_tag : '0) | ((w_last && swallow) ? set_t'(1) << w_tag : '0)
                        | (parked_q & sent_q & term_q & ~answered_q);

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
      looked_q <= '0;
      hit_q <= '0;
      ready_q <= '0;
      issued_q <= '0;
      data_q <= '0;
      term_q <= '0;
      raz_q <= '0;
      stalled_q <= '0;
      held_q <= '0;
      again_q <= '0;
      older_q <= '0;
      answered_q <= '0;
      done_q <= '0;
      sent_q <= '0;
      look_q <= 1'b0;
      look_tag_q <= '0;
      tail_at_q <= '0;
      tell_at_q <= '0;
      aw_at_q <= '0;
      w_at_q <= '0;
      tell_left_q <= '0;
      aw_left_q <= '0;
      w_left_q <= '0;
      parked_q <= '0;
      recalled_q <= '0;
      keep_beat_q <= '0;
      replay_q <= 1'b0;
      replay_tag_q <= '0;
      refill_beat_q <= '0;
      refill_at_q <= '0;
      m_valid_q <= 1'b0;
      m_tag_q <= '0;
      wr_ptr_q <= 1'b0;
      rd_ptr_q <= 1'b0;
      level_q <= '0;
      b_valid_q <= 1'b0;
      b_tag_q <= '0;
    end else begin
      look_q <= accept;
      if (accept) begin
        look_tag_q <= free;
        tail_at_q <= after(tail_at_q);
      end
      if (issue || replay_start) begin
        m_valid_q <= 1'b1;
        m_tag_q <= replay_start ? replay_tag : aw_tag;
      end else if (m_awready_i) begin
        m_valid_q <= 1'b0;
      end
      if ((active_q != '0) || accept) begin
        if (issue || skip || park) aw_at_q <= after(aw_at_q);
        if (w_last) w_at_q <= after(w_at_q);
        tell_left_q <= tell_left_q + level_t'(accept) - level_t'(tell && req_taken_i);
        aw_left_q <= aw_left_q + level_t'(accept) - level_t'(issue || skip || park);
        w_left_q <= w_left_q + level_t'(accept) - level_t'(w_last);
        if (w_last) keep_beat_q <= '0;
        else if (keep) keep_beat_q <= keep_beat_q + 8'd1;
        if (replay_start) begin
          replay_q <= 1'b1;
          replay_tag_q <= replay_tag;
          refill_beat_q <= '0;
          refill_at_q <= park_first_q[replay_tag];
        end else if (refill) begin
          replay_q <= !refill_last;
          refill_beat_q <= refill_beat_q + 8'd1;
          refill_at_q <= refill_next;
        end
        parked_q <= (parked_q | (park ? set_t'(1) << aw_tag : '0)) & ~complete_set;
        level_q <= level_q + {1'b0, push} - {1'b0, pop};
        wr_ptr_q <= wr_ptr_q ^ push;
        rd_ptr_q <= rd_ptr_q ^ pop;
        if (tell && req_taken_i) tell_at_q <= after(tell_at_q);
        if (!b_valid_q || s_bready_i) begin
          b_valid_q <= b_any;
          b_tag_q <= b_next;
        end
        active_q <= (active_q | accept_set) & ~now_free;
        done_q <= now_done & ~now_free;
        told_q <= (told_q | req_set) & ~accept_set;
        looked_q <= (looked_q | look_set) & ~accept_set;
        hit_q <= ((hit_q & ~look_set) | (hit ? look_set : '0)) & ~recall;   // no report yet: it asks like one that missed
        translated_q <= (translated_q & ~look_set) | ((hit && hit_translated) ? look_set : '0);
        ready_q <= (ready_q | now_ready) & ~issue_set & ~recall;
        issued_q <= (issued_q | issue_set) & ~complete_set;
        data_q <= (data_q | now_ready) & ~complete_set & ~recall;
        sent_q <= (sent_q | (w_last ? set_t'(1) << w_tag : '0)) & ~complete_set;
        answered_q <= (answered_q | now_answered) & ~complete_set;
        term_q <= (term_q | now_term) & ~complete_set;
        raz_q <= (raz_q & ~(answer_set | resume_set | accept_set)) | ((answer_result_i == ResultRazWi) ? answer_set : '0)
                 | ((!resume_retry_i && (resume_result_i == ResultRazWi)) ? resume_set : '0);
        stalled_q <= (stalled_q | (((answer_result_i == ResultWait) && answer_stalled_i) ? answer_set : '0)) & ~resume_set
                     & ~(stall_flush_i ? stalled_q : '0);
        held_q <= (held_q | (((answer_result_i == ResultWait) && !answer_stalled_i) ? answer_set : '0))
                  & ~((stall_room_i || stall_flush_i) ? held_q : '0);
        again_q <= (again_q | (resume_retry_i ? resume_set : '0) | ((stall_room_i && !stall_flush_i) ? held_q : '0)
                    | (recall & (told_q | req_set))) & ~((req_taken_i && !tell) ? set_t'(1) << again : '0);
        recalled_q <= (recalled_q | (recall & (told_q | req_set))) & ~((req_taken_i && !tell) ? set_t'(1) << again : '0);
        // memory has the data, or nobody will: what is terminated may still have to wait for its turn
        older_q <= (snapshot_i ? active_q & ~answered_q & ~done_q & ~stalled_q & ~held_q & ~again_q : older_q) & ~now_answered
                   & ~((answer_result_i == ResultWait) ? answer_set : '0) & ~recall & ~term_q & ~now_term;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (keep && (keep_beat_q == 8'd0)) park_first_q[w_tag] <= keep_at;
    if (keep) park_last_q[w_tag] <= keep_at;
    if (accept) begin
      order_q[tail_at_q] <= free;
      id_q[free] <= s_awid_i;
      addr_q[free] <= s_awaddr_i;
      shape_q[free] <= {s_awlen_i, s_awsize_i, s_awburst_i};
      cache_q[free] <= s_awcache_i;
      prot_q[free] <= s_awprot_i;
      sid_q[free] <= s_awmmusid_i;
      ssid_q[free] <= {s_awmmussidv_i, s_awmmussidv_i ? s_awmmussid_i : 20'd0};
    end
    if (look_q && hit) begin
      pa_q[look_tag_q] <= {hit_page, addr_q[look_tag_q][11:0]};
      mprot_q[look_tag_q] <= {hit_instr, hit_priv};
    end
    if (answer_i) begin
      pa_q[answer_tag_i] <= answer_pa_i;
      mprot_q[answer_tag_i] <= {1'b0, answer_priv_i};
    end
    if (push) begin
      {beat_strb_q[wr_ptr_q], beat_data_q[wr_ptr_q]} <= refill ? refill_beat : {s_wstrb_i, s_wdata_i};
      beat_last_q[wr_ptr_q] <= refill ? refill_last : s_wlast_i;
    end
    if (found) resp_q[b_tag] <= m_bresp_i;
    if (complete) for (int unsigned i = 0; i < Depth; i++) dep_q[i][b_tag_q] <= 1'b0;
    if (accept) dep_q[free] <= same_id & ~complete_set;
  end

  OneSourceOfData_A: assert property (@(posedge clk_i) disable iff (!rst_ni) replay_q |-> (live == '0));
  assign older_o = (older_q != '0);
  assign translated_o = ((data_q & ~answered_q) != '0);
  assign busy_o = ((active_q & ~stalled_q & ~held_q) != '0) || park_busy;  // what waits for software does nothing
  always_comb begin
    if (active_q == '0) state_o = TbuIdle;
    else if (data_q != '0) state_o = TbuData;
    else if (term_q != '0) state_o = TbuTerminate;
    else if ((stalled_q | held_q) != '0) state_o = TbuStalled;
    else state_o = TbuTranslate;
  end

  BurstStaysInPage_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_awvalid_i && s_awready_o && (s_awburst_i == 2'b01))
    |-> (({4'd0, s_awaddr_i[11:0]} & ~((16'd1 << s_awsize_i) - 16'd1)) + (({8'd0, s_awlen_i} + 16'd1) << s_awsize_i) <= 16'd4096));
  WriteDataStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (m_wvalid_o && !m_wready_i) |=> (m_wvalid_o && $stable(m_wdata_o) && $stable(m_wlast_o)));
  AddressStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (m_awvalid_o && !m_awready_i) |=> (m_awvalid_o && $stable(m_awaddr_o) && $stable(m_awid_o)));
  logic b_sent, keep_last;
  assign b_sent = sent_q[b_tag];
  assign keep_last = (keep_beat_q == shape_q[w_tag][12:5]);
  LastParkedBeatIsLast_A: assert property (@(posedge clk_i) disable iff (!rst_ni) keep |-> (s_wlast_i == keep_last));
  RecallsWhatIsNotIssued_A: assert property (@(posedge clk_i) disable iff (!rst_ni) (recall & (issue_set | now_ready)) == '0);
  NoResponseBeforeLastBeat_A: assert property (@(posedge clk_i) disable iff (!rst_ni) m_bvalid_i |-> (found && b_sent));
  ResponseStable_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    (s_bvalid_o && !s_bready_i) |=> (s_bvalid_o && $stable(s_bresp_o) && $stable(s_bid_o)));
  AnswerOnlyWhereAsked_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    answer_i |-> ((answer_set & active_q & told_q & ~data_q & ~term_q) != '0));
  ResumeOnlyStalled_A: assert property (@(posedge clk_i) disable iff (!rst_ni) resume_i |-> ((resume_set & stalled_q) != '0));
endmodule
