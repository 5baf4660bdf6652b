-- SPDX-License-Identifier: Apache-2.0
-- What a team runs every night: seeds change what registers and memories hold after a reset, and every random choice.

-- Without install/many_smmus.lua: eight Verilated SMMUs are too dear here.
local with_rtl = { "../scenarios/[!i]*/*.lua", "../scenarios/install/[!m]*.lua", "../scenarios/install/many_masters.lua" }

return {
   title = "Nightly: 50 seeds on the model, 10 on RTL and mixed",
   limits = { wall_s = 120, memory_mib = 2048 },
   retry = { times = 1, on = { "error" } },
   slurm = { chunk_runs = 100 },
   presets = {
      adversary = { smmu = { cache_mode = 2 } },
   },
   runs = {
      { scenarios = { "../scenarios/*/*.lua" }, on = "tlm", seeds = { from = 1, to = 50 } },
      { scenarios = with_rtl, on = { "rtl", "mixed" }, seeds = { from = 1, to = 10 } },
      { scenarios = { "../scenarios/install/*.lua", "../scenarios/pasid/*.lua" }, presets = { "adversary" }, seeds = { from = 1, to = 10 } },
   },
}
