-- SPDX-License-Identifier: Apache-2.0
-- Map and unmap storms of several CPUs through command queues of any size: simulated time of a pair, of a CMD_SYNC, commands per unmap.
--   -p cpus=1..8   -p rounds=50   -p queue_log2=1..10   -p pages=1 (of each map)   -p smmus=1..4 (that share the domain)
-- Left out: the host's time of the driver (tandem bench driver).

local PAGE, IOVA = 4096, 0x40000000

local smmus, masters = {}, {}
for i = 0, 3 do
   smmus[#smmus + 1] = { name = "smmu" .. i }
   masters[#masters + 1] = { name = "dma" .. i, smmu = "smmu" .. i, sids = { 0x30 + i } }
end

local scenario = {
   title = "Map and unmap storms: time of a pair and of a CMD_SYNC by CPUs, queue size and SMMUs",
   needs = { "S1P" },
   seed = 1,
   params = { cpus = 2, rounds = 50, queue_log2 = 6, pages = 1, smmus = 1 },
   platform = { ram_mib = 64, smmus = smmus, masters = masters, limits = { simulated_ms = 10000, wall_s = 120 } },
}

function scenario.run(t)
   local d, p = t.driver, t.params
   for name, range in pairs { cpus = { 1, 8 }, queue_log2 = { 1, 10 }, pages = { 1, 512 }, smmus = { 1, 4 } } do
      t:check(p[name] >= range[1] and p[name] <= range[2], string.format("%s is %d; allowed are %d to %d", name, p[name], range[1], range[2]))
   end
   local dom
   for i = 0, p.smmus - 1 do d:enable { smmu = "smmu" .. i, cmdq_log2 = p.queue_log2 } end
   dom = d:domain { type = "s1" }
   for i = 0, p.smmus - 1 do d:attach("dma" .. i, dom) end
   local pa = t.ram.alloc(p.pages * PAGE, PAGE)

   t:step("a register alone")
   local from = t.now_ns()
   for _ = 1, p.rounds do t.smmus.smmu0:read32(t.arch.registers.CMDQ_CONS.offset) end
   t:figure("register", (t.now_ns() - from) / p.rounds, "ns")

   t:step("a CMD_SYNC alone")
   from = t.now_ns()
   for _ = 1, p.rounds do d:submit("smmu0", {}) end
   t:figure("sync", (t.now_ns() - from) / p.rounds, "ns")

   t:step("storm")
   from = t.now_ns()
   local cost = t:cost(function()
      local threads = {}
      for cpu = 1, p.cpus do
         threads[cpu] = t:spawn("cpu" .. cpu, function()
            for _ = 1, p.rounds do
               local iova = IOVA + cpu * 0x10000000
               dom:map { iova = iova, pa = pa, size_bytes = p.pages * PAGE }
               dom:unmap { iova = iova, size_bytes = p.pages * PAGE }
            end
         end)
      end
      for _, thread in ipairs(threads) do thread:join() end
   end)
   local took, pairs_done = t.now_ns() - from, p.cpus * p.rounds
   t:check(cost.syncs <= pairs_done * p.smmus, "at most one CMD_SYNC for each unmap and SMMU")
   t:figure("pair", took / pairs_done, "ns")
   t:figure("pairs_rate", pairs_done * 1000 / took, "1/us")
   t:figure("commands", cost.commands / pairs_done, "per unmap")

   t:step("attach and detach")
   from = t.now_ns()
   for _ = 1, p.rounds do
      d:detach("dma0")
      d:attach("dma0", dom)
   end
   t:figure("reattach", (t.now_ns() - from) / p.rounds, "ns")

   t:step("faults, each recorded and read")
   from = t.now_ns()
   for n = 1, p.rounds do
      t.masters.dma0:expect_abort(t.masters.dma0:read { iova = n * PAGE, size_bytes = 8 })
      t:expect_event("smmu0", { name = "F_TRANSLATION", InputAddr = n * PAGE })
   end
   t:figure("fault", (t.now_ns() - from) / p.rounds, "ns")
end

return scenario
