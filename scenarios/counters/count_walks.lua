-- SPDX-License-Identifier: Apache-2.0
-- The PMCG of each SMMU against two witnesses: the bench's own tally, and numbers worked out by hand for cold caches.
-- Caches that are switched off or hostile (cache_mode) miss at other times: there the two witnesses still have to agree, and what
-- does not depend on caches still has its number. Left out: overflow, capture, the span filter.

local PAGE = 4096

local scenario = {
   title = "PMCG counts of transactions, TLB misses and walk accesses equal the bench's own tally",
   rules = { "AB-76" },
   needs = { "S1P", "PMCG" },
   seed = 5,
   params = { pages = 8 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x50 } },
         { name = "dma1", smmu = "smmu1", sids = { 0x51 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

-- PMCG event -> the bench's tally that counts the same from outside.
local tally_of = {
   TRANSACTION = "transactions",
   TLB_MISS = "tlb_misses",
   CONFIG_MISS = "config_misses",
   TABLE_ACCESS = "table_walk_accesses",
   CONFIG_ACCESS = "config_accesses",
}

-- Runs the traffic with the counters on; answers what each counted, after checking it against the tally.
local function measure(t, smmu, counters, what, traffic)
   local from, counted, before = {}, {}, smmu:stats()
   for event, counter in pairs(counters) do
      from[event] = counter:read()
      counter:start()
   end
   traffic()
   for _, counter in pairs(counters) do counter:stop() end
   local after = smmu:stats()
   for event, counter in pairs(counters) do
      local tally = tally_of[event]
      counted[event] = counter:read() - from[event]
      t:equal(counted[event], after[tally] - before[tally], what .. ": PMCG event " .. event .. " and the bench's " .. tally)
   end
   t:log(what, counted)
   return counted
end

local function run_behind(t, smmu, dma)
   local d = t.driver
   local iova, pages = 0x20000000, t.params.pages
   local features = smmu:caps().features
   local ordinary = not (features.CACHES_OFF or features.CACHES_HOSTILE)
   local dom = d:domain { type = "s1" }
   dom:map { iova = iova, size_bytes = pages * PAGE }
   d:attach(dma, dom)

   t:step(smmu.name .. ": four counters are given out")
   local group = d:pmcg(smmu)
   t:check(group.info.counter_count >= 4, "the group has four counters")
   local counters = {}
   for _, event in ipairs { "TRANSACTION", "TLB_MISS", "TABLE_ACCESS", "CONFIG_ACCESS" } do
      counters[event] = group:counter { event = event }
   end

   t:step(smmu.name .. ": cold, one access per page: every page misses")
   local cold = measure(t, smmu, counters, "cold", function()
      for page = 0, pages - 1 do dma:expect_ok(dma:write { iova = iova + page * PAGE, size_bytes = 64 }) end
   end)
   t:equal(cold.TRANSACTION, pages, "one transaction per access")
   if ordinary then t:equal(cold.TLB_MISS, pages, "one TLB miss per page") end
   -- 4 KiB granule, 48-bit input: levels 0 to 3, so at most 4 descriptors per page, and at least the leaf of each page
   -- and once the three levels above it.
   t:check(not ordinary or cold.TABLE_ACCESS >= pages + 3 and cold.TABLE_ACCESS <= 4 * pages,
      string.format("%d table accesses for %d pages; between %d and %d are possible", cold.TABLE_ACCESS, pages, pages + 3, 4 * pages))
   -- STE and CD, and in a two-level stream table the level-1 descriptor.
   local structures = d:layout(smmu).st_2level and 3 or 2
   if ordinary then t:equal(cold.CONFIG_ACCESS, structures, "configuration structures fetched") end
   if features.CACHES_OFF then
      t:equal(cold, { TRANSACTION = pages, TLB_MISS = pages, TABLE_ACCESS = 4 * pages, CONFIG_ACCESS = structures * pages }, "without caches")
   end

   t:step(smmu.name .. ": warm, the same pages again: nothing is fetched")
   local warm = measure(t, smmu, counters, "warm", function()
      for page = 0, pages - 1 do dma:expect_ok(dma:read { iova = iova + page * PAGE, size_bytes = 8 }) end
   end)
   if features.CACHES_OFF then
      t:equal(warm, cold, "without caches nothing gets warm")
   else
      t:equal(warm, { TRANSACTION = pages, TLB_MISS = 0, TABLE_ACCESS = 0, CONFIG_ACCESS = 0 }, "warm counts")
   end

   t:step(smmu.name .. ": a remapped page misses, a page crossing counts twice")
   dom:unmap { iova = iova, size_bytes = PAGE }
   dom:map { iova = iova, size_bytes = PAGE }
   local again = measure(t, smmu, counters, "again", function()
      dma:expect_ok(dma:write { iova = iova + PAGE - 32, size_bytes = 64 })
   end)
   t:equal(again.TRANSACTION, 2, "two pieces of 32 bytes")
   if not features.CACHES_OFF then
      t:equal(again.TLB_MISS, 1, "the second page is still cached")
      t:equal(again.CONFIG_ACCESS, 0, "TLBI leaves the configuration cache alone")
   end

   t:step(smmu.name .. ": a fault counts, a stopped counter does not")
   local fault = measure(t, smmu, counters, "fault", function() dma:expect_abort(dma:read { iova = iova + pages * PAGE, size_bytes = 8 }) end)
   t:equal(fault.TRANSACTION, 1, "the access that faults is a transaction")
   t:equal(fault.TLB_MISS, 1, "and a TLB miss")
   t:expect_event(smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = iova + pages * PAGE })
   local still = counters.TRANSACTION:read()
   dma:expect_ok(dma:read { iova = iova, size_bytes = 8 })
   t:equal(counters.TRANSACTION:read(), still, "a stopped counter stands still")

   t:step(smmu.name .. ": configuration misses, and counters of one stream")
   for _, counter in pairs(counters) do counter:free() end
   counters = { CONFIG_MISS = group:counter { event = "CONFIG_MISS" }, TRANSACTION = group:counter { event = "TRANSACTION", sid = dma.sid } }
   local others = group:counter { event = "TRANSACTION", sid = dma.sid + 1 }
   d:detach(dma)
   d:attach(dma, dom)
   others:start()
   local back = measure(t, smmu, counters, "attached again", function()
      for page = 0, pages - 1 do dma:expect_ok(dma:read { iova = iova + page * PAGE, size_bytes = 8 }) end
   end)
   others:stop()
   t:equal(back, { CONFIG_MISS = features.CACHES_OFF and pages or 1, TRANSACTION = pages }, "one access finds no configuration, all belong to this stream")
   t:equal(others:read(), 0, "the counter of another stream")
   d:detach(dma)
end

function scenario.run(t)
   t.driver:enable {}
   run_behind(t, t.smmus.smmu0, t.masters.dma0)
   run_behind(t, t.smmus.smmu1, t.masters.dma1)
end

return scenario
