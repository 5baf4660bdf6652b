// SPDX-License-Identifier: Apache-2.0
// What STE and CD of one translation say about its two stages: the half of the address space, its table, granule and size, and
// the controls of permissions, faults and updates. Combinational.
// Not here: legality (smmuv3_ste_check, smmuv3_cd_check). Proof: test/ (rtl.tcu; T-VA, T-WLK, T-S2 rows).
module smmuv3_tcu_controls
  import smmuv3_arch_pkg::*;
  import smmuv3_rtl_pkg::*;
(
  input  logic [31:0] idr3_i,
  input  logic [31:0] idr5_i,
  input  logic        one_privilege_i,
  input  logic [63:0] addr_i,          // as it came in
  input  logic [63:0] ste_i [4],
  input  logic [63:0] cd_i [3],

  output logic [5:0]  oas_o,
  output logic [63:0] va_o,            // without a tag
  output logic        half_o,
  output logic        closed_o,        // this half has no table
  output logic        e0pd_o,
  output logic        had_o,
  output logic [5:0]  tsz_o,
  output logic [1:0]  granule_o,
  output logic [51:0] ttb_o,
  output logic [5:0]  ips_o,
  output logic        wxn_o,
  output logic        pan_o,
  output logic        ha_o,            // hardware sets the access flag
  output logic        hd_o,            // and makes pages dirty
  output logic [5:0]  s2_bits_o,       // of an IPA
  output logic [1:0]  s2_granule_o,
  output logic [1:0]  s2_first_level_o,
  output logic [51:0] s2_ttb_o,
  output logic [5:0]  s2ps_o,
  output logic        s2ha_o,
  output logic        s2hd_o
);
  logic        half;
  logic [63:0] cd0, cd1, cd2, ste2;
  always_comb begin
    cd0 = cd_i[0];
    cd1 = cd_i[1];
    cd2 = cd_i[2];
    ste2 = ste_i[2];
    oas_o = pa_bits(idr5_i[IDR5_OAS_MSB:IDR5_OAS_LSB]);
    half = addr_i[55] && !one_privilege_i;
    closed_o = !one_privilege_i && (half ? cd0[CD_EPD1_LSB] : cd0[CD_EPD0_LSB]);
    e0pd_o = idr3_i[IDR3_E0PD_LSB] && !one_privilege_i && (half ? cd2[CD_E0PD1_LSB-128] : cd1[CD_E0PD0_LSB-64]);
    had_o = idr3_i[IDR3_HAD_LSB] && (half ? cd2[CD_HAD1_LSB-128] : cd1[CD_HAD0_LSB-64]);
    tsz_o = half ? cd0[CD_T1SZ_MSB:CD_T1SZ_LSB] : cd0[CD_T0SZ_MSB:CD_T0SZ_LSB];
    granule_o = half ? granule_tg1(cd0[CD_TG1_MSB:CD_TG1_LSB]) : granule_tg0(cd0[CD_TG0_MSB:CD_TG0_LSB]);
    ttb_o = half ? {cd2[51:4], 4'd0} : {cd1[51:4], 4'd0};
    ips_o = pa_bits(cd0[CD_IPS_MSB:CD_IPS_LSB]);
    if (ips_o > oas_o) ips_o = oas_o;
    wxn_o = cd0[CD_WXN_LSB];
    pan_o = cd0[CD_PAN_LSB];
    ha_o = cd0[CD_HA_LSB];
    hd_o = cd0[CD_HA_LSB] && cd0[CD_HD_LSB];
    va_o = addr_i;
    if (half ? cd0[CD_TBI1_LSB] : cd0[CD_TBI0_LSB]) va_o[63:56] = {8{addr_i[55]}};
    s2_bits_o = 6'd0 - ste2[STE_S2T0SZ_MSB-128:STE_S2T0SZ_LSB-128];
    s2_granule_o = granule_tg0(ste2[STE_S2TG_MSB-128:STE_S2TG_LSB-128]);
    s2_first_level_o = 2'(stage2_start(s2_granule_o, ste2[STE_S2SL0_MSB-128:STE_S2SL0_LSB-128], 1'b1));
    s2_ttb_o = {ste_i[3][51:4], 4'd0};
    s2ps_o = pa_bits(ste2[STE_S2PS_MSB-128:STE_S2PS_LSB-128]);
    if (s2ps_o > oas_o) s2ps_o = oas_o;
    s2ha_o = ste2[STE_S2HA_LSB-128];
    s2hd_o = ste2[STE_S2HA_LSB-128] && ste2[STE_S2HD_LSB-128];
  end
  assign half_o = half;
endmodule
