// SPDX-License-Identifier: Apache-2.0
// The registers of the example block on an AXI4-Lite port: ID registers from the straps, GBPA with its Update handshake.
// Everything else reads as zero and ignores writes, also CR0: this block cannot be enabled, so GBPA decides for ever.
// A 32-bit word whose strobes are not all set is not written. Proof: ctest example.bring_your_own_rtl.*.
module gate_regs (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:0] id_i [8],  // IDR0..IDR5, IIDR, AIDR: offsets 0x00..0x1c
  output logic        abort_o,   // GBPA.ABORT

  input  logic        awvalid_i,
  output logic        awready_o,
  input  logic [19:0] awaddr_i,
  input  logic        wvalid_i,
  output logic        wready_o,
  input  logic [63:0] wdata_i,
  input  logic [7:0]  wstrb_i,
  output logic        bvalid_o,
  input  logic        bready_i,
  input  logic        arvalid_i,
  output logic        arready_o,
  input  logic [19:0] araddr_i,
  output logic        rvalid_o,
  input  logic        rready_i,
  output logic [63:0] rdata_o
);
  // GBPA is at 0x44, the upper word of the doubleword at 0x40. Update is bit 31, ABORT bit 20.
  localparam logic [16:0] GbpaDoubleword = 17'h8;
  localparam logic [31:0] GbpaStored     = 32'h001F_3F1F;  // what an Update takes over: ABORT, INSTCFG, PRIVCFG, SHCFG, ...

  logic        write;
  logic [31:0] gbpa_q;

  // Address and data are taken together, when both are there and the last answer is gone.
  assign write     = awvalid_i && wvalid_i && !bvalid_o;
  assign awready_o = write;
  assign wready_o  = write;
  assign abort_o   = gbpa_q[20];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bvalid_o <= 1'b0;
      gbpa_q   <= 32'h0000_1000;  // SHCFG = use incoming
    end else begin
      if (bvalid_o && bready_i) bvalid_o <= 1'b0;
      if (write) begin
        bvalid_o <= 1'b1;
        // A write without Update is ignored; the update itself takes no time, so Update always reads 0.
        if (awaddr_i[19:3] == GbpaDoubleword && wstrb_i[7:4] == 4'hf && wdata_i[63]) gbpa_q <= wdata_i[63:32] & GbpaStored;
      end
    end
  end

  assign arready_o = !rvalid_o;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rvalid_o <= 1'b0;
      rdata_o  <= '0;
    end else begin
      if (rvalid_o && rready_i) rvalid_o <= 1'b0;
      if (arvalid_i && arready_o) begin
        rvalid_o <= 1'b1;
        rdata_o  <= '0;
        if (araddr_i[19:5] == '0) rdata_o <= {id_i[{araddr_i[4:3], 1'b1}], id_i[{araddr_i[4:3], 1'b0}]};
        if (araddr_i[19:3] == GbpaDoubleword) rdata_o <= {gbpa_q, 32'd0};
      end
    end
  end

  logic unused;
  assign unused = ^{awaddr_i[2:0], araddr_i[2:0], wdata_i[31:0], wdata_i[62:32] & ~GbpaStored[30:0], wstrb_i[3:0]};
endmodule
