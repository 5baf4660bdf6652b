-- SPDX-License-Identifier: Apache-2.0
-- The platform of test_libtandem_more.c: two SMMUs, a master and test engines behind each.
return {
  ram_mib = 64,
  smmus = { { name = "left" }, { name = "right", tbus = 2 } },
  masters = {
    { name = "disk", smmu = "left", sids = { 5, 6 }, ssid_bits = 4 },
    { name = "nic", smmu = "right", tbu = 1, sids = { 5 } },
  },
  engines = {
    { name = "te_left", smmu = "left" },
    { name = "te_right", smmu = "right", tbu = 1, sids = { 5, 7 } },
  },
}
