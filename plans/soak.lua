-- SPDX-License-Identifier: Apache-2.0
-- A weekend: many seeds everywhere.

-- Without install/many_smmus.lua: eight Verilated SMMUs are too dear here.
local with_rtl = { "../scenarios/[!i]*/*.lua", "../scenarios/install/[!m]*.lua", "../scenarios/install/many_masters.lua" }

return {
   title = "Soak: 2000 seeds on the model, 200 on RTL and mixed",
   limits = { wall_s = 300, memory_mib = 4096 },
   retry = { times = 1, on = { "error" } },
   slurm = { chunk_runs = 500 },
   runs = {
      { scenarios = { "../scenarios/*/*.lua" }, on = "tlm", seeds = { from = 1, to = 2000 } },
      { scenarios = with_rtl, on = { "rtl", "mixed" }, seeds = { from = 1, to = 200 } },
   },
}
