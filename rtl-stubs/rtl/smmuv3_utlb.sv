// SPDX-License-Identifier: Apache-2.0
// Micro-TLB of one half of a TBU: recent answers of the translation control unit, one entry per 4 KiB page and kind of
// transaction. The key is everything that the answer may depend on (page, stream, privilege, instruction; reads and
// writes have a micro-TLB each), so a hit needs no check. Any invalidation or Update empties it.
// Leaves out: larger pages, selective invalidation. Proof: test/ (rtl.vectors, T-UTLB rows; rtl.garbage).
module smmuv3_utlb #(
  parameter int unsigned Entries = 4  // power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,

  // key: of the lookup and of the fill
  input  logic        look_i,
  input  logic [63:0] addr_i,
  input  logic [31:0] sid_i,
  input  logic        ssidv_i,
  input  logic [19:0] ssid_i,
  input  logic        priv_i,
  input  logic        instr_i,
  output logic        hit_o,
  output logic [51:0] pa_o,
  output logic        priv_o,
  output logic        instr_o,
  output logic        translated_o,

  input  logic        fill_i,
  input  logic [51:0] fill_pa_i,
  input  logic        fill_priv_i,
  input  logic        fill_instr_i,
  input  logic        fill_translated_i
);
  localparam int unsigned IndexBits = $clog2(Entries);

  logic [Entries-1:0]   valid_q;
  logic [51:0]          page_q [Entries];
  logic [54:0]          key_q  [Entries];   // {StreamID, SSV, SSID, PnU, InD}
  logic [42:0]          data_q [Entries];   // {PA page, PnU, InD, translated}
  logic [IndexBits-1:0] next_q;             // replaced in turn

  logic [54:0] key;
  logic [42:0] data;
  assign key = {sid_i, ssidv_i, ssidv_i ? ssid_i : 20'd0, priv_i, instr_i};
  always_comb begin
    hit_o = 1'b0;
    data = '0;
    if (look_i && !clear_i) begin
      for (int unsigned i = 0; i < Entries; i++) begin
        if (valid_q[i] && (page_q[i] == addr_i[63:12]) && (key_q[i] == key)) begin
          hit_o = 1'b1;
          data = data_q[i];
        end
      end
    end
  end
  assign pa_o = {data[42:3], addr_i[11:0]};
  assign {priv_o, instr_o, translated_o} = data[2:0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      next_q <= '0;
    end else if (clear_i) begin
      valid_q <= '0;
    end else if (fill_i) begin
      valid_q[next_q] <= 1'b1;
      next_q <= next_q + 1'b1;
    end
  end
  // payload: no reset, meaningful only where valid_q is set
  always_ff @(posedge clk_i) begin
    if (fill_i) begin
      page_q[next_q] <= addr_i[63:12];
      key_q[next_q] <= key;
      data_q[next_q] <= {fill_pa_i[51:12], fill_priv_i, fill_instr_i, fill_translated_i};
    end
  end

  // Only what missed is filled, so no two entries have the same key.
  NoFillDuringLookup_A: assert property (@(posedge clk_i) disable iff (!rst_ni) !(fill_i && look_i));
endmodule
