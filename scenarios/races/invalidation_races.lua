-- SPDX-License-Identifier: Apache-2.0
-- Several CPUs map, unmap, attach and replace while devices access what they change. An access that began after a call returned
-- never sees what was before it; one that overlaps the call may see either, and nothing else.
-- AB-18 an attach against an unmap: once both have returned no device reaches the page
-- AB-20 a replace under traffic: every access ends at the old page, at the new one, or in a documented fault
-- Which data an access meets is checked here; that no data phase uses a revoked translation is what the oracle beside the run checks.
-- Left out: every interleaving (the explorer of the driver tests), torn entries (update/hitless.lua).

local PAGE, IOVA = 4096, 0x60000000

local scenario = {
   title = "Unmaps, attaches and replaces race with each other and with DMA",
   rules = { "AB-18", "AB-20" },
   needs = { "S1P" },
   seed = 18,
   params = { rounds = 20 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x10 } },
         { name = "dma1", smmu = "smmu1", sids = { 0x11 } },
         { name = "dma2", smmu = "smmu1", sids = { 0x12 } },
      },
      limits = { simulated_ms = 500, wall_s = 60 },
   },
}

local function random_us() return math.random(0, 200) / 1000 end

function scenario.run(t)
   local d, dma0, dma1, dma2 = t.driver, t.masters.dma0, t.masters.dma1, t.masters.dma2
   for _, s in ipairs(t.smmus) do d:enable { smmu = s.name, cmdq_log2 = 2 } end
   local dom = d:domain { type = "s1" }
   d:attach(dma0, dom)
   d:attach(dma1, dom)
   local function forget_events()
      for _, s in ipairs(t.smmus) do d:events(s) end
   end

   t:step("pages come and go under DMA: an access after the call sees what the call left")
   -- mapped[n]: what the last call that returned left; version[n] is odd while a call is under way.
   local mapped, version, done, seen = {}, {}, false, { ok = 0, abort = 0, either = 0 }
   for n = 0, 7 do mapped[n], version[n] = false, 0 end
   local pa = t.ram.alloc(8 * PAGE, PAGE)
   local pages = t:spawn("pages", function()
      for _ = 1, t.params.rounds * 4 do
         local n = math.random(0, 7)
         version[n] = version[n] + 1
         if mapped[n] then dom:unmap { iova = IOVA + n * PAGE, size_bytes = PAGE }
         else dom:map { iova = IOVA + n * PAGE, pa = pa + n * PAGE, size_bytes = PAGE } end
         mapped[n], version[n] = not mapped[n], version[n] + 1
         t:wait_us(random_us())
      end
      done = true
   end)
   local devices = {}
   for i, dma in ipairs { dma0, dma1 } do
      devices[i] = t:spawn(dma.name, function()
         while not done do
            local n = math.random(0, 7)
            local before = version[n]
            local result = dma:write { iova = IOVA + n * PAGE + 64 * i, size_bytes = 16, pattern = n }
            if before % 2 == 0 and version[n] == before then
               t:equal(result.status, mapped[n] and "ok" or "abort", string.format("%s at page %d", dma.name, n))
               seen[result.status] = seen[result.status] + 1
            else
               t:check(result.status == "ok" or result.status == "abort", "an access that overlaps a call: " .. result.status)
               seen.either = seen.either + 1
            end
            t:wait_us(random_us())
         end
      end)
   end
   pages:join()
   for _, device in ipairs(devices) do device:join() end
   t:check(seen.ok > 0 and seen.abort > 0, "both outcomes occurred")
   forget_events()

   t:step("AB-18: an attach against an unmap: whoever is first, the page is gone in the end")
   for round = 1, t.params.rounds do
      local page = IOVA + 0x200000 + round * PAGE
      local page_pa = dom:map { iova = page, size_bytes = PAGE }
      dma0:write_pattern { iova = page, size_bytes = 64, seed = round, pa = page_pa }
      local attach = t:spawn("attach", function()
         t:wait_us(random_us())
         d:attach(dma2, dom)
         dma2:read { iova = page, size_bytes = 8 }
      end)
      t:wait_us(random_us())
      dom:unmap { iova = page, size_bytes = PAGE }
      attach:join()
      for _, dma in ipairs { dma0, dma1, dma2 } do dma:expect_abort(dma:read { iova = page, size_bytes = 8 }) end
      d:detach(dma2)
      forget_events()
   end

   t:step("AB-20: a replace under traffic ends at one of two pages")
   local other = d:domain { type = "s1" }
   local pas = { dom:map { iova = IOVA + 0x800000, size_bytes = PAGE }, other:map { iova = IOVA + 0x800000, size_bytes = PAGE } }
   t.ram.write(pas[1], string.rep("1", 64))
   t.ram.write(pas[2], string.rep("2", 64))
   local counts = { ["1"] = 0, ["2"] = 0, abort = 0 }
   done = false
   local reader = t:spawn("reader", function()
      while not done do
         local result = dma1:read { iova = IOVA + 0x800000, size_bytes = 64 }
         local what = result.status == "ok" and result.data:sub(1, 1) or result.status
         t:check(counts[what], "a read during a replace: " .. tostring(what))
         if result.status == "ok" then t:equal(result.data, string.rep(what, 64), "one page, not two") end
         counts[what] = counts[what] + 1
         t:wait_us(random_us())
      end
   end)
   for round = 1, 2 * t.params.rounds do
      local now = round % 2 == 1 and other or dom
      d:attach(dma1, now, { replace = true })
      local result = dma1:expect_ok(dma1:read { iova = IOVA + 0x800000, size_bytes = 64 })
      t:equal(result.data, string.rep(round % 2 == 1 and "2" or "1", 64), "after the replace")
      t:wait_us(random_us())
   end
   done = true
   reader:join()
   forget_events()

   t:step("three CPUs unmap disjoint ranges through queues of four entries, and each finds its own pages gone")
   local cpus = {}
   for cpu = 1, 3 do
      cpus[cpu] = t:spawn("cpu" .. cpu, function()
         for round = 1, t.params.rounds do
            local page = IOVA + 0x2000000 + cpu * 0x200000 + round * PAGE
            dom:map { iova = page, pa = pa, size_bytes = PAGE }
            dma0:expect_ok(dma0:read { iova = page, size_bytes = 8 })
            dma1:expect_ok(dma1:read { iova = page, size_bytes = 8 })
            dom:unmap { iova = page, size_bytes = PAGE }
            dma0:expect_abort(dma0:read { iova = page, size_bytes = 8 })
            dma1:expect_abort(dma1:read { iova = page, size_bytes = 8 })
         end
      end)
   end
   for _, cpu in ipairs(cpus) do cpu:join() end
   forget_events()
   t:table { title = "accesses", columns = { "which", "number" }, rows = {
      { "ended as the last call left it", seen.ok + seen.abort }, { "overlapped a map or unmap", seen.either },
      { "read the old or the new page of a replace", counts["1"] + counts["2"] }, { "faulted in a replace", counts.abort } } }
end

return scenario
