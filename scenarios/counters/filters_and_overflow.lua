-- SPDX-License-Identifier: Apache-2.0
-- Counters that see some streams only, counters that wrap, and all of them at one instant.
-- AB-76 exact and span filters; where all counters share one filter a second one is refused and may be tried again; an overflow is
--       carried over exactly
-- A counter is brought close to its end by writing to its register beside the driver: nobody waits for 2^32 transactions. Counters of
-- 32 bits are a model's, whatever the other SMMU is.
-- Left out: overflow interrupts as messages.

local PAGE, IOVA = 4096, 0x20000000

local scenario = {
   title = "Filters count the streams they name, and counts go on across a wrap",
   rules = { "AB-76" },
   needs = { "S1P", "PMCG" },
   seed = 76,
   params = { accesses = 5 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0", pmcg_counters = 4 }, { name = "smmu1", backend = "tlm", params = { pmcg_width_bits = 32 } } },
      masters = {
         { name = "a", smmu = "smmu0", sids = { 0x40 } }, { name = "b", smmu = "smmu0", sids = { 0x41 } },
         { name = "c", smmu = "smmu0", sids = { 0x42 } }, { name = "d", smmu = "smmu0", sids = { 0x48 } }, { name = "e", smmu = "smmu1", sids = { 0x40 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, s = t.driver, t.smmus.smmu0
   local all, behind = { t.masters.a, t.masters.b, t.masters.c, t.masters.d }, { t.masters.e }
   d:enable {}
   local dom = d:domain { type = "s1" }
   dom:map { iova = IOVA, size_bytes = 16 * PAGE }
   for _, dma in ipairs { "a", "b", "c", "d", "e" } do d:attach(dma, dom) end
   -- Master number n does n * accesses.
   local function traffic(masters)
      for n, dma in ipairs(masters or all) do
         for i = 1, n * t.params.accesses do dma:expect_ok(dma:read { iova = IOVA + i % 16 * PAGE, size_bytes = 8 }) end
      end
   end
   local each, group = t.params.accesses, d:pmcg(s, { irq = true })
   local rows = {}

   t:step("exact filter: one stream of four")
   local one = group:counter { event = "TRANSACTION", sid = 0x42 }
   one:start()
   traffic()
   one:stop()
   t:equal(one:read(), 3 * each, "transactions of StreamID 0x42")
   rows[#rows + 1] = { "exactly 0x42", one:read() }

   t:step("another filter beside it: each counter has its own, or the second is refused until the first is free")
   local status, other = group:try("counter", { event = "TRANSACTION", sid = 0x41 })
   if group.info.shared_filter then
      t:equal(status, "SMMU_E_BUSY", "a second filter")
      local same = group:counter { event = "TLB_MISS", sid = 0x42 }
      same:free()
      one:free()
      other = group:counter { event = "TRANSACTION", sid = 0x41 }
   else
      t:equal(status, "SMMU_OK", "a second filter")
      one:free()
   end
   other:start()
   traffic()
   other:stop()
   t:equal(other:read(), 2 * each, "transactions of StreamID 0x41")
   other:free()

   t:step("span filter: 2^n StreamIDs around one")
   for _, span in ipairs { { 1, { 1, 2 } }, { 2, { 1, 2, 3 } }, { 4, { 1, 2, 3, 4 } } } do
      local counter = group:counter { event = "TRANSACTION", sid = 0x41, span = span[1] }
      counter:start()
      traffic()
      counter:stop()
      local wanted = 0
      for _, n in ipairs(span[2]) do wanted = wanted + n * each end
      t:equal(counter:read(), wanted, string.format("transactions of the 2^%d StreamIDs around 0x41", span[1]))
      rows[#rows + 1] = { string.format("2^%d around 0x41", span[1]), counter:read() }
      counter:free()
   end
   local every = group:counter { event = "TRANSACTION" }
   every:start()
   traffic()
   every:stop()
   t:equal(every:read(), 10 * each, "transactions of all streams")
   rows[#rows + 1] = { "all", every:read() }

   t:step("the counters are given out once: the fifth of four is refused")
   local taken = {}
   for n = 2, group.info.counter_count do taken[n] = group:counter { event = "TLB_MISS" } end
   t:equal(group:try("counter", { event = "TRANSACTION" }), "SMMU_E_NO_SPACE", "one more counter")
   for _, counter in pairs(taken) do counter:free() end
   every:free()

   for _, run in ipairs { { smmu = s, group = group, masters = all, each = 10 * each }, { smmu = t.smmus.smmu1, group = d:pmcg("smmu1", { irq = true }), masters = behind, each = each } } do
      local info = run.group.info
      t:step(string.format("a counter of %d bits wraps: its interrupt comes, and nothing is lost or counted twice", info.width_bits))
      local counter = run.group:counter { event = "TRANSACTION" }
      local at = (info.relocated and 0x30000 or 0x20000) + counter.index * (info.width_bits > 32 and 8 or 4)
      local near = (1 << info.width_bits) - 3
      if info.width_bits > 32 then run.smmu:write64(at, near) else run.smmu:write32(at, near) end
      t:equal(counter:read(), near, "three before the end")
      counter:start()
      run.smmu:wait_irq("PMCG", { timeout_us = 1 })
      traffic(run.masters)
      t:check(run.smmu:wait_irq("PMCG", { timeout_us = 100 }), "the overflow interrupt")
      run.group:handle_irq()
      t:equal(counter:read(), near + run.each, "beyond the width of the counter")
      traffic(run.masters)
      counter:stop()
      t:equal(counter:read(), near + 2 * run.each, "and on")
      t:check(not run.smmu:wait_irq("PMCG", { timeout_us = 1 }), "one wrap, one interrupt")
      counter:free()
   end

   t:step("capture: several counters at one instant")
   local counters = { group:counter { event = "TRANSACTION" }, group:counter { event = "CONFIG_MISS" } }
   for _, c in ipairs(counters) do c:start() end
   traffic()
   local captured
   status, captured = group:try("capture")
   if group.info.capture then
      t:equal(status, "SMMU_OK", "capture")
      t:equal({ captured[counters[1].index], captured[counters[2].index] }, { 10 * each, counters[2]:read() }, "what was captured")
      traffic()
      t:equal(counters[1]:read(), 20 * each, "counting went on")
   else
      t:equal(status, "SMMU_E_UNSUPPORTED", "capture of a group that has none")
   end
   t:table { title = "what the same traffic counts", columns = { "filter", "transactions" }, rows = rows }
end

return scenario
