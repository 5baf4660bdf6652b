-- SPDX-License-Identifier: Apache-2.0
-- What a mutant has to get past when no test of its own layer finds it: every scenario, without caches and with hostile ones too.
-- `./run mutants --set all` runs it with a program built from the mutated sources.

-- Without install/many_smmus.lua: eight Verilated SMMUs are too dear here.
local with_rtl = { "../scenarios/[!i]*/*.lua", "../scenarios/install/[!m]*.lua", "../scenarios/install/many_masters.lua" }

return {
   title = "Mutants: every scenario that could find one",
   limits = { wall_s = 120, memory_mib = 2048 },
   presets = {
      no_caches = { smmu = { cache_mode = 1 } },
      adversary = { smmu = { cache_mode = 2 } },
   },
   runs = {
      { scenarios = { "../scenarios/*/*.lua" }, on = "tlm" },
      { scenarios = with_rtl, on = { "rtl", "mixed" } },
      { scenarios = { "../scenarios/install/*.lua", "../scenarios/pasid/*.lua", "../scenarios/sva/*.lua" }, presets = { "no_caches", "adversary" } },
   },
}
