-- SPDX-License-Identifier: Apache-2.0
-- Every scenario once on every backend; those of install/ and pasid/ once more on the model without caches and with hostile ones.

-- Without install/many_smmus.lua: eight Verilated SMMUs are too dear here.
local with_rtl = { "../scenarios/[!i]*/*.lua", "../scenarios/install/[!m]*.lua", "../scenarios/install/many_masters.lua" }

return {
   title = "Smoke: every scenario once",
   limits = { wall_s = 60, memory_mib = 2048 },
   presets = {
      no_caches = { smmu = { cache_mode = 1 } },
      adversary = { smmu = { cache_mode = 2 } },
   },
   runs = {
      { scenarios = { "../scenarios/*/*.lua" }, on = "tlm" },
      { scenarios = with_rtl, on = { "rtl", "mixed" } },
      { scenarios = { "../scenarios/install/*.lua", "../scenarios/pasid/*.lua" }, presets = { "no_caches", "adversary" } },
   },
}
