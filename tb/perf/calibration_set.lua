-- SPDX-License-Identifier: Apache-2.0
-- What `tandem calibrate` looks at: which runs teach, which judge, and which figures of them count. A run is a scenario with parameters;
-- `run` figures are times of a whole run or of an operation of software, `access` figures those of one client transaction.
-- The two sets share no run. Caches are as large as those of the RTL preset `balanced` (rtl-stubs/synth/presets.json).
local dma, storm = "throughput/dma.lua", "throughput/invalidation.lua"
local access, run = { "latency_mean" }, { "run_time" }
local software = { "sync", "pair", "reattach" }

return {
   -- Of the model only: what makes it do the same accesses as the RTL.
   fixed = { tlb_entries = 128, tlb_ways = 4, walk_cache_entries = 16, config_cache_entries = 32, micro_tlb_entries = 4 },
   -- Unknowns, in ns; step is how far they are moved to see what they do.
   unknowns = {
      { name = "micro_tlb_latency_ns", least = 0, step = 8 }, { name = "tlb_latency_ns", least = 0, step = 8 },
      { name = "update_latency_ns", least = 1, step = 8 }, { name = "walk_latency_ns", least = 0, step = 8 },
      { name = "beat_latency_ns", least = 0, step = 8 }, { name = "write_latency_ns", least = 0, step = 8 },
      { name = "cmdq_latency_ns", least = 1, step = 8 }, { name = "register_latency_ns", least = 0, step = 8 },
   },
   training = {
      { scenario = dma, params = { pages = 8, pattern = "strided", kind = "read" }, access = access, run = run },
      { scenario = dma, params = { pages = 16, pattern = "random", size_bytes = 16 }, access = access, run = run },
      { scenario = dma, params = { pages = 6, pattern = "sequential", size_bytes = 32, accesses = 200, kind = "write" }, access = access, run = run },
      { scenario = dma, params = { pages = 32, pattern = "strided", size_bytes = 1024, accesses = 100 }, access = access, run = run },
      { scenario = dma, params = { pages = 512, pattern = "random" }, access = access, run = run },
      { scenario = dma, params = { pages = 1024, pattern = "strided", size_bytes = 256 }, access = access, run = run },
      { scenario = dma, params = { pages = 256, pattern = "random", warm = false, accesses = 300 }, access = access, run = run },
      { scenario = storm, params = { cpus = 1, rounds = 40 }, run = software },
      { scenario = storm, params = { cpus = 1, rounds = 40, pages = 8 }, run = software },
      { scenario = storm, params = { cpus = 3, rounds = 20 }, run = software },
   },
   held_out = {
      { scenario = dma, params = { pages = 4, pattern = "sequential", accesses = 300 }, access = access, run = run },
      { scenario = dma, params = { pages = 24, pattern = "random", size_bytes = 128 }, access = access, run = run },
      { scenario = dma, params = { pages = 12, pattern = "random", pasids = 3, accesses = 600 }, access = access, run = run },
      { scenario = dma, params = { pages = 300, pattern = "strided", size_bytes = 32 }, access = access, run = run },
      { scenario = dma, params = { pages = 700, pattern = "random", size_bytes = 512, accesses = 200 }, access = access, run = run },
      { scenario = dma, params = { pages = 20, pattern = "strided", kind = "write", size_bytes = 64 }, access = access, run = run },
      { scenario = dma, params = { pages = 90, pattern = "random", size_bytes = 2048, accesses = 80 }, access = access, run = run },
      { scenario = dma, params = { pages = 128, pattern = "sequential", size_bytes = 4096, accesses = 120 }, access = access, run = run },
      { scenario = storm, params = { cpus = 1, rounds = 25, pages = 3 }, run = software },
      { scenario = storm, params = { cpus = 1, rounds = 30, queue_log2 = 3 }, run = software },
      { scenario = storm, params = { cpus = 2, rounds = 20 }, run = software },
   },
}
