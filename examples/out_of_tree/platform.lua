-- SPDX-License-Identifier: Apache-2.0
-- Two SMMUs with a device behind each, and a test engine that software starts by its registers.
return {
  ram_mib = 64,
  smmus = { { name = "io" }, { name = "gpu", tbus = 2 } },
  masters = {
    { name = "nic", smmu = "io", sids = { 0x10 }, ssid_bits = 4 },
    { name = "shader", smmu = "gpu", tbu = 1, sids = { 0x20, 0x21 } },
  },
  engines = { { name = "te", smmu = "gpu" } },
}
