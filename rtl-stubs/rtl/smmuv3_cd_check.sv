// SPDX-License-Identifier: Apache-2.0
// Legality of a CD under its STE. Combinational; the output means something only while look_i is set.
// Leaves out: 32-bit tables, which are never supported here. Proof: test/ (rtl.cd_check; T-CD rows).
module smmuv3_cd_check
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
(
  input  logic        look_i,
  input  logic [31:0] idr0_i,
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr5_i,
  input  world_e      world_i,
  input  logic        stalld_i,        // STE.S1STALLD
  input  logic [63:0] cd_i [3],
  output logic        legal_o
);
  logic       bad, one_half, epd0, epd1;
  logic [5:0] ips, oas;

  // TxSZ, TGx and TTBx of one enabled half. OAS is at most 48 here, so the 48-bit limit of small granules is included.
  function automatic logic half_bad(logic [5:0] tsz, logic [1:0] granule, logic [47:0] ttb, logic [5:0] limit);
    logic [5:0] tsz_max;
    tsz_max = !idr3_i[IDR3_STT_LSB] ? 6'd39 : (granule == 2'd2) ? 6'd47 : 6'd48;
    half_bad = (tsz < 6'd16) || (tsz > tsz_max) || above({12'd0, ttb, 4'd0}, limit);
    unique case (granule)
      2'd0: if (!idr5_i[IDR5_GRAN4K_LSB]) half_bad = 1'b1;
      2'd1: if (!idr5_i[IDR5_GRAN16K_LSB]) half_bad = 1'b1;
      2'd2: if (!idr5_i[IDR5_GRAN64K_LSB]) half_bad = 1'b1;
      default: half_bad = 1'b1;
    endcase
  endfunction

  always_comb begin
    bad = 1'b0;
    ips = '0;
    one_half = (world_i == WorldEl2);
    epd0 = 1'b0;
    epd1 = 1'b0;
    oas = pa_bits(idr5_i[IDR5_OAS_MSB:IDR5_OAS_LSB]);
    if (look_i) begin
      ips = pa_bits(cd_i[0][CD_IPS_MSB:CD_IPS_LSB]);
      if (ips > oas) ips = oas;
      epd0 = cd_i[0][CD_EPD0_LSB] && !one_half;
      epd1 = cd_i[0][CD_EPD1_LSB] || one_half;
      if (!cd_i[0][CD_V_LSB]) bad = 1'b1;
      if (stalld_i && cd_i[0][CD_S_LSB]) bad = 1'b1;
      if (idr0_i[IDR0_TERM_MODEL_LSB] && !cd_i[0][CD_A_LSB]) bad = 1'b1;
      if ((idr0_i[25:24] == IDR0_STALL_MODEL_TERMINATE_ONLY) && cd_i[0][CD_S_LSB]) bad = 1'b1;
      if ((idr0_i[25:24] == IDR0_STALL_MODEL_STALL_FORCED) && !cd_i[0][CD_S_LSB]) bad = 1'b1;
      if (!(epd0 && epd1) && cd_i[0][CD_ENDI_LSB]) bad = 1'b1;  // IDR0.TTENDIAN = little
      if (!cd_i[0][CD_AA64_LSB]) bad = 1'b1;
      if ((cd_i[0][CD_HA_LSB] || cd_i[0][CD_HD_LSB]) && (idr0_i[7:6] == IDR0_HTTU_NONE)) bad = 1'b1;
      if (cd_i[0][CD_HD_LSB] && (idr0_i[7:6] == IDR0_HTTU_ACCESS)) bad = 1'b1;
      if (!idr0_i[IDR0_ASID16_LSB] && !one_half && (cd_i[0][63:56] != 8'd0)) bad = 1'b1;
      if (!epd0 && half_bad(cd_i[0][CD_T0SZ_MSB:CD_T0SZ_LSB], granule_tg0(cd_i[0][CD_TG0_MSB:CD_TG0_LSB]), cd_i[1][51:4], ips))
        bad = 1'b1;
      if (!epd1 && half_bad(cd_i[0][CD_T1SZ_MSB:CD_T1SZ_LSB], granule_tg1(cd_i[0][CD_TG1_MSB:CD_TG1_LSB]), cd_i[2][51:4], ips))
        bad = 1'b1;
    end
  end
  assign legal_o = !bad;
endmodule
