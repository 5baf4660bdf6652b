// SPDX-License-Identifier: Apache-2.0
// Micro-TLB of one half of a TBU: recent answers of the translation control unit, one entry per 4 KiB page and kind of
// transaction. The key is everything that the answer may depend on (page, stream, privilege, instruction; reads and
// writes have a micro-TLB each), so a hit needs no check. Any invalidation or Update empties it.
// Leaves out: larger pages, selective invalidation. Proof: test/ (rtl.utlb; rtl.vectors, T-UTLB rows; rtl.garbage).
module smmuv3_utlb #(
  parameter int unsigned Entries = 4  // power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,

  input  logic        look_i,
  input  logic [51:0] look_page_i,
  input  logic [54:0] look_key_i,      // {StreamID, SSV, SSID, PnU, InD}
  output logic        hit_o,
  output logic [39:0] pa_page_o,
  output logic        priv_o,
  output logic        instr_o,
  output logic        translated_o,

  input  logic        fill_i,
  input  logic [51:0] fill_page_i,
  input  logic [54:0] fill_key_i,
  input  logic [39:0] fill_pa_page_i,
  input  logic        fill_priv_i,
  input  logic        fill_instr_i,
  input  logic        fill_translated_i
);
  localparam int unsigned IndexBits = $clog2(Entries);

  logic [Entries-1:0]   valid_q;
  logic [51:0]          page_q [Entries];
  logic [54:0]          key_q  [Entries];
  logic [42:0]          data_q [Entries];   // {PA page, PnU, InD, translated}
  logic [IndexBits-1:0] next_q;             // replaced in turn

  logic [42:0] data;
  logic        known;
  always_comb begin
    hit_o = 1'b0;
    data = '0;
    if (look_i && !clear_i) begin
      for (int unsigned i = 0; i < Entries; i++) begin
        if (valid_q[i] && (page_q[i] == look_page_i) && (key_q[i] == look_key_i)) begin
          hit_o = 1'b1;
          data = data_q[i];
        end
      end
    end
    known = 1'b0;   // two misses on one page: the second answer finds the first
    if (fill_i) begin
      for (int unsigned i = 0; i < Entries; i++) begin
        if (valid_q[i] && (page_q[i] == fill_page_i) && (key_q[i] == fill_key_i)) known = 1'b1;
      end
    end
  end
  assign {pa_page_o, priv_o, instr_o, translated_o} = data;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      next_q <= '0;
    end else if (clear_i) begin
      valid_q <= '0;
    end else if (fill_i && !known) begin
      valid_q[next_q] <= 1'b1;
      next_q <= next_q + 1'b1;
    end
  end
  // payload: no reset, meaningful only where valid_q is set
  always_ff @(posedge clk_i) begin
    if (fill_i && !known) begin
      page_q[next_q] <= fill_page_i;
      key_q[next_q] <= fill_key_i;
      data_q[next_q] <= {fill_pa_page_i, fill_priv_i, fill_instr_i, fill_translated_i};
    end
  end
endmodule
