// SPDX-License-Identifier: Apache-2.0
// The event queue: writes one 32-byte record at a time, owns EVENTQ_PROD (with OVFLG), raises the empty -> non-empty
// interrupt and EVENTQ_ABT_ERR. A full queue is an overflow; a disabled or failed queue drops silently.
// Leaves out: merging, stall records. Proof: test/ (rtl.eventq; T-EVQ rows).
module smmuv3_eventq
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        enable_i,          // CR0.EVENTQEN and CR0ACK.EVENTQEN
  input  logic        abt_err_active_i,  // GERROR.EVENTQ_ABT_ERR active
  input  logic        irq_enable_i,
  input  logic [51:0] base_addr_i,       // EVENTQ_BASE.ADDR
  input  logic [4:0]  base_log2_i,       // EVENTQ_BASE.LOG2SIZE
  input  logic [4:0]  size_cap_i,        // IDR1.EVENTQS
  input  logic [19:0] cons_rd_i,         // EVENTQ_CONS.RD
  input  logic        cons_ovack_i,      // EVENTQ_CONS.OVACKFLG
  input  logic        prod_we_i,         // software write, allowed by the guard in smmuv3_regs
  input  logic [31:0] prod_wdata_i,
  output logic [31:0] prod_o,

  // records: valid and stable until done
  input  logic        ev_valid_i,
  input  logic        ev_stall_i,        // never dropped: refused while the queue is not writable
  input  logic [63:0] ev_i [4],
  output logic        ev_done_o,         // written, or dropped for good
  output logic        ev_refused_o,
  output logic        writable_o,

  output logic        wr_valid_o,
  output logic [51:0] wr_addr_o,
  input  logic        wr_done_i,
  input  logic        wr_error_i,

  output logic        irq_o,
  output logic        gerror_abt_o,
  output logic        busy_o,
  // observation
  output logic        written_o,
  output logic        lost_o,
  output logic [19:0] index_o,
  output eventq_state_e state_o
);
  eventq_state_e state_d, state_q;
  logic [19:0] wr_d, wr_q;
  logic        ovflg_d, ovflg_q;
  logic        done_d, done_q, irq_d, irq_q, abt_d, abt_q, written_d, written_q, lost_d, lost_q;
  logic [19:0] index_q;
  logic [4:0]  log2;
  logic [19:0] mask, used;
  logic [51:0] size_mask;

  // registered: the queue geometry changes only while the queue is off
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) log2 <= '0;
    else log2 <= queue_log2(base_log2_i, size_cap_i);
  end
  assign mask = pointer_mask(log2);
  assign used = (wr_q - cons_rd_i) & mask;
  assign size_mask = 52'(low_mask({1'b0, log2} + 6'd5));

  always_comb begin
    state_d = state_q;
    wr_d = wr_q;
    ovflg_d = ovflg_q;
    done_d = 1'b0;
    irq_d = 1'b0;
    abt_d = 1'b0;
    written_d = 1'b0;
    lost_d = 1'b0;
    unique case (state_q)
      EventqIdle: begin
        if (ev_valid_i && !done_q && !ev_refused_o) begin
          if (!enable_i || abt_err_active_i) begin
            lost_d = 1'b1;
            done_d = 1'b1;
          end else if (used >= (20'd1 << log2)) begin  // full, or pointers that make no sense
            lost_d = 1'b1;
            done_d = 1'b1;
            if (ovflg_q == cons_ovack_i) ovflg_d = !ovflg_q;
          end else begin
            state_d = EventqWrite;
          end
        end
        if (prod_we_i) begin  // the queue is off; a record that is lost in this cycle does not matter
          wr_d = prod_wdata_i[19:0];
          ovflg_d = prod_wdata_i[31];
        end
      end
      default: begin  // EventqWrite
        if (wr_done_i) begin
          state_d = EventqIdle;
          done_d = 1'b1;
          if (wr_error_i) begin
            abt_d = 1'b1;
            lost_d = 1'b1;
          end else begin
            written_d = 1'b1;
            wr_d = (wr_q + 20'd1) & mask;
            irq_d = irq_enable_i && (used == 20'd0);
          end
        end
      end
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= EventqIdle;
      wr_q <= '0;
      ovflg_q <= 1'b0;
      done_q <= 1'b0;
      irq_q <= 1'b0;
      abt_q <= 1'b0;
      written_q <= 1'b0;
      lost_q <= 1'b0;
      index_q <= '0;
    end else begin
      state_q <= state_d;
      wr_q <= wr_d;
      ovflg_q <= ovflg_d;
      done_q <= done_d;
      irq_q <= irq_d;
      abt_q <= abt_d;
      written_q <= written_d;
      lost_q <= lost_d;
      if (done_d) index_q <= wr_q & mask;
    end
  end

  assign writable_o = enable_i && !abt_err_active_i && (used < (20'd1 << log2));
  assign ev_refused_o = ev_valid_i && ev_stall_i && (state_q == EventqIdle) && !done_q && !writable_o;
  assign prod_o = {ovflg_q, 11'd0, wr_q & mask};
  assign ev_done_o = done_q;
  assign wr_valid_o = (state_q == EventqWrite);
  assign wr_addr_o = (base_addr_i & ~size_mask) + {27'd0, wr_q & index_mask(log2), 5'd0};
  assign irq_o = irq_q;
  assign gerror_abt_o = abt_q;
  assign busy_o = (state_q != EventqIdle) || done_q || irq_q || abt_q;
  assign written_o = written_q;
  assign lost_o = lost_q;
  assign index_o = index_q;
  assign state_o = state_q;

  // ev_i feeds the arbiter directly; here only the claim that the record stays put while it is written.
  logic [63:0] record_digest;
  assign record_digest = ev_i[0] ^ ev_i[1] ^ ev_i[2] ^ ev_i[3];
  RecordStableWhileWritten_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    ((state_q == EventqWrite) && !done_d) |=> (ev_valid_i && $stable(record_digest)));
  // At its start: software may write any CONS while the record is on its way.
  NeverWritesWhenFull_A: assert property (@(posedge clk_i) disable iff (!rst_ni)
    ((state_q == EventqIdle) && (state_d == EventqWrite)) |-> (used < (20'd1 << log2)));
endmodule
