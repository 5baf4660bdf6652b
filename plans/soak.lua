-- SPDX-License-Identifier: Apache-2.0
-- A weekend: many seeds everywhere.
return {
   title = "Soak: 2000 seeds on the model, 200 on RTL and mixed",
   limits = { wall_s = 300, memory_mib = 4096 },
   retry = { times = 1, on = { "error" } },
   slurm = { chunk_runs = 500 },
   runs = {
      { scenarios = { "../scenarios/*/*.lua" }, on = "tlm", seeds = { from = 1, to = 2000 } },
      { scenarios = { "../scenarios/*/*.lua" }, on = { "rtl", "mixed" }, seeds = { from = 1, to = 200 } },
   },
}
