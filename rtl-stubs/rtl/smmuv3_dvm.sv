// SPDX-License-Identifier: Apache-2.0
// Broadcast TLB maintenance of PEs (IDR0.BTM = 1, CR2.PTM = 0): each message becomes one TLB invalidation; Sync is taken when every
// burst that was in progress at its start is over. Without BTM or with PTM everything is taken and ignored.
// Not here: the TLB, whose invalidation port is shared with the command queue (smmuv3_top). Proof: test/ (rtl.dvm; T-BTM rows).
module smmuv3_dvm
  import smmuv3_rtl_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        obey_i,          // BTM and not PTM
  input  logic        s2p_i,           // IDR0.S2P
  input  logic        e2h_i,           // CR2.E2H

  // kind: 0 Va, 1 Asid, 2 Vaa, 3 Vmall, 4 Ipas2, 5 VmallS12, 6 All, 7 El2Va, 8 El2Asid, 9 El2All, 15 Sync
  input  logic        valid_i,
  output logic        ready_o,
  input  logic [3:0]  kind_i,
  input  logic        leaf_i,
  input  logic [15:0] vmid_i,
  input  logic [15:0] asid_i,
  input  logic [63:0] addr_i,

  output logic        inv_valid_o,     // until done
  output tlb_inv_t    inv_op_o,
  output logic [15:0] inv_vmid_o,
  output logic [15:0] inv_asid_o,
  output logic [55:0] inv_first_o,
  input  logic        inv_done_i,

  input  logic        may_drain_i,     // CMD_SYNC is not draining
  output logic        snapshot_o,      // remember what is in progress now
  output logic        draining_o,
  input  logic        drained_i,
  output logic        busy_o
);
  localparam logic [3:0] KindSync = 4'd15;
  typedef enum logic [2:0] {DvmIdle, DvmInvalidate, DvmSnapshot, DvmDrain, DvmTake} state_e;
  state_e   state_q;
  tlb_inv_t op;

  always_comb begin
    op = '0;
    op.tables = 1'b1;
    unique case (kind_i)
      4'd0, 4'd2: begin
        op.worlds[WorldEl1] = 1'b1;
        op.by_vmid = 1'b1;
        op.by_asid = (kind_i == 4'd0);
        op.globals = 1'b1;
        op.by_range = 1'b1;
        op.shared = (kind_i == 4'd0);
        op.tables = !leaf_i;
      end
      4'd1: begin
        op.worlds[WorldEl1] = 1'b1;
        op.by_vmid = 1'b1;
        op.by_asid = 1'b1;
        op.shared = 1'b1;
      end
      4'd3: begin
        op.worlds[WorldEl1] = 1'b1;
        op.by_vmid = 1'b1;
      end
      4'd4: begin
        op.worlds[WorldStage2] = 1'b1;
        op.by_vmid = 1'b1;
        op.by_range = 1'b1;
      end
      4'd5: begin
        op.worlds[WorldEl1] = 1'b1;
        op.worlds[WorldStage2] = 1'b1;
        op.by_vmid = 1'b1;
      end
      4'd6: begin
        op.worlds[WorldEl1] = 1'b1;
        op.worlds[WorldStage2] = 1'b1;
      end
      4'd7: begin
        op.worlds[e2h_i ? WorldE2h : WorldEl2] = 1'b1;
        op.by_asid = e2h_i;
        op.globals = 1'b1;
        op.by_range = 1'b1;
        op.shared = e2h_i;
        op.tables = !leaf_i;
      end
      4'd8: begin
        op.worlds[WorldE2h] = 1'b1;
        op.by_asid = 1'b1;
        op.shared = 1'b1;
      end
      4'd9: begin
        op.worlds[WorldEl2] = 1'b1;
        op.worlds[WorldE2h] = 1'b1;
      end
      default: op = '0;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= DvmIdle;
      inv_op_o <= '0;
      inv_vmid_o <= '0;
      inv_asid_o <= '0;
      inv_first_o <= '0;
    end else begin
      unique case (state_q)
        DvmIdle: begin
          if (valid_i) begin
            inv_op_o <= op;
            inv_vmid_o <= s2p_i ? vmid_i : 16'd0;
            inv_asid_o <= asid_i;
            inv_first_o <= {addr_i[55:12], 12'd0};
            if (obey_i && (kind_i == KindSync)) begin
              if (may_drain_i) state_q <= DvmSnapshot;
            end else if (obey_i && (op.worlds != '0) && (s2p_i || !op.by_vmid || (vmid_i == 16'd0))) begin
              state_q <= DvmInvalidate;
            end else begin
              state_q <= DvmTake;
            end
          end
        end
        DvmInvalidate: if (inv_done_i) state_q <= DvmTake;
        DvmSnapshot: state_q <= DvmDrain;
        DvmDrain: if (drained_i) state_q <= DvmTake;
        default: state_q <= DvmIdle;  // DvmTake
      endcase
    end
  end
  assign ready_o = (state_q == DvmTake);  // a message is taken when it is done
  assign inv_valid_o = (state_q == DvmInvalidate);
  assign snapshot_o = (state_q == DvmSnapshot);
  assign draining_o = (state_q == DvmSnapshot) || (state_q == DvmDrain);
  assign busy_o = (state_q != DvmIdle);
endmodule
