-- SPDX-License-Identifier: Apache-2.0
-- The PMCG of each TBU beside that of the SMMU, where there is one (PMCG_TBU).
-- AB-76 a counter of a TBU's group counts the transactions of that TBU and what its micro-TLBs missed; the SMMU's group counts all
-- Left out: overflow as an MSI, which the driver does not use.

local PAGE, IOVA = 4096, 0x20000000

local scenario = {
   title = "The counters of a TBU count what went through that TBU, and together what the SMMU counts",
   rules = { "AB-76" },
   needs = { "S1P", "PMCG_TBU" },
   seed = 77,
   params = { pages = 3, rounds = 4 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0", tbus = 2 } },
      masters = {
         { name = "a", smmu = "smmu0", tbu = 0, sids = { 0x40 } }, { name = "b", smmu = "smmu0", tbu = 1, sids = { 0x41 } },
         { name = "c", smmu = "smmu0", tbu = 1, sids = { 0x42 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, s, m = t.driver, t.smmus.smmu0, t.masters
   local pages, rounds = t.params.pages, t.params.rounds
   d:enable {}
   local dom = d:domain { type = "s1" }
   dom:map { iova = IOVA, size_bytes = pages * PAGE }
   for _, dma in ipairs { m.a, m.b, m.c } do d:attach(dma, dom) end

   t:step("a group for the SMMU and one for each TBU")
   local groups = { smmu = d:pmcg(s), [0] = d:pmcg(s, { tbu = 0 }), d:pmcg(s, { tbu = 1, irq = true }) }
   t:equal(groups[0].info.ceid0, 7, "a TBU counts cycles, transactions and TLB misses")
   t:equal(groups[0]:try("counter", { event = "TABLE_ACCESS" }), "SMMU_E_UNSUPPORTED", "table accesses are the SMMU's")
   local txns, misses = {}, {}
   for name, group in pairs(groups) do
      txns[name], misses[name] = group:counter { event = "TRANSACTION" }, group:counter { event = "TLB_MISS" }
      txns[name]:start()
      misses[name]:start()
   end
   local function counts(counters) return { counters.smmu:read(), counters[0]:read(), counters[1]:read() } end

   t:step("the first access to a page misses both TLBs, the others hit in the micro-TLB")
   for _ = 1, rounds do
      for page = 0, pages - 1 do m.a:expect_ok(m.a:read { iova = IOVA + page * PAGE, size_bytes = 8 }) end
   end
   t:equal(counts(txns), { rounds * pages, rounds * pages, 0 }, "transactions of SMMU, TBU 0, TBU 1")
   t:equal(counts(misses), { pages, pages, 0 }, "TLB misses")

   t:step("the other TBU misses what the SMMU's TLB has")
   for _, dma in ipairs { m.b, m.c } do
      for page = 0, pages - 1 do dma:expect_ok(dma:read { iova = IOVA + page * PAGE, size_bytes = 8 }) end
   end
   t:equal(counts(txns), { (rounds + 2) * pages, rounds * pages, 2 * pages }, "transactions of SMMU, TBU 0, TBU 1")
   t:equal(misses[0]:read(), pages, "TBU 0 missed no more")
   t:equal(misses[1]:read(), 2 * pages, "TBU 1 missed each page of each stream")
   t:check(misses.smmu:read() < 3 * pages, "the TLB of the SMMU answered some of them")

   t:step("an invalidation empties the micro-TLBs")
   local before = counts(misses)
   dom:unmap { iova = IOVA, size_bytes = PAGE }
   dom:map { iova = IOVA, size_bytes = PAGE }
   m.a:expect_ok(m.a:read { iova = IOVA + PAGE, size_bytes = 8 })
   t:equal(misses[0]:read(), before[2] + 1, "TBU 0 asks again for a page that stayed")
   t:equal(misses.smmu:read(), before[1], "which the TLB of the SMMU still has")

   t:step("a filter of a TBU's counter, and the overflow interrupt of its group")
   local one = groups[1]:counter { event = "TRANSACTION", sid = 0x42 }
   one:start()
   for _, dma in ipairs { m.a, m.b, m.c, m.c } do dma:expect_ok(dma:read { iova = IOVA, size_bytes = 8 }) end
   t:equal(one:read(), 2, "transactions of StreamID 0x42")
   s:write64(0x90000 + 8 * one.index, -1)
   s:wait_irq("PMCG", { timeout_us = 1 })
   m.c:expect_ok(m.c:read { iova = IOVA, size_bytes = 8 })
   t:check(s:wait_irq("PMCG", { timeout_us = 100 }), "the overflow interrupt")
   t:equal(s:read64(0x90cc0), 1 << one.index, "the overflow flag of TBU 1's group")
   t:equal(s:read64(0x70cc0) | s:read64(0x30cc0), 0, "and of no other")
   groups[1]:handle_irq()
   t:equal(s:read64(0x90cc0), 0, "the flag after handle_irq")
end

return scenario
