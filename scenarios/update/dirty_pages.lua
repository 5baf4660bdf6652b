-- SPDX-License-Identifier: Apache-2.0
-- Which pages devices wrote to, read while they write: nothing is lost between two answers, and reading starts anew. Nor does an
-- update by hardware undo what a CPU writes into the descriptor meanwhile.
-- Also unmaps whose invalidation is put off and paid once.
-- Left out: stage 1 of guests, several CPUs that read at the same time (driver tests).

local PAGE, IOVA = 4096, 0x40000000

local scenario = {
   title = "Every write of a device is in one answer about dirty pages, reads are in none",
   needs = { "S1P", "HTTU>=2" },
   seed = 44,
   params = { writes = 60, offsets = 100 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x10 } },
         { name = "dma1", smmu = "smmu1", sids = { 0x11 } },
      },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

local function dirty_pages(list)
   local out = {}
   for n, dirty in ipairs(list) do if dirty then out[#out + 1] = n - 1 end end
   return out
end

function scenario.run(t)
   local d, dma0, dma1 = t.driver, t.masters.dma0, t.masters.dma1
   d:enable {}
   local dom = d:domain { type = "s1", dirty = true }
   local pa = dom:map { iova = IOVA, size_bytes = 64 * PAGE }
   local block = dom:map { iova = IOVA + 0x200000, size_bytes = 0x200000 }
   d:attach(dma0, dom)
   d:attach(dma1, dom)
   local range = { iova = IOVA, size_bytes = 64 * PAGE }

   t:step("fresh mappings are clean, reads leave them clean")
   for n = 0, 63 do dma0:expect_ok(dma0:read { iova = IOVA + n * PAGE, size_bytes = 8 }) end
   t:equal(dirty_pages(dom:read_dirty(range)), {}, "dirty pages")

   t:step("writes behind two SMMUs mark, reading the marks removes them, and the next write marks again")
   for round = 1, 2 do
      dma0:write_pattern { iova = IOVA + 3 * PAGE, size_bytes = 64, seed = round, pa = pa + 3 * PAGE }
      dma1:write_pattern { iova = IOVA + 17 * PAGE - 32, size_bytes = 64, seed = round, pa = pa + 17 * PAGE - 32 }
      t:equal(dirty_pages(dom:read_dirty { iova = IOVA, size_bytes = 64 * PAGE, keep = true }), { 3, 16, 17 }, "dirty pages, kept")
      local cost = t:cost(function() t:equal(dirty_pages(dom:read_dirty(range)), { 3, 16, 17 }, "dirty pages") end)
      t:equal({ cost.smmu0.syncs, cost.smmu1.syncs }, { 1, 1 }, "SYNCs of a reading that found something")
      cost = t:cost(function() t:equal(dirty_pages(dom:read_dirty(range)), {}, "dirty pages of the second reading") end)
      t:equal(cost.commands, 0, "commands of a reading that found nothing")
   end

   t:step("a block is one unit, its parts are marked when it is split")
   dma0:write_pattern { iova = IOVA + 0x200000 + 5 * PAGE, size_bytes = 16, seed = 3, pa = block + 5 * PAGE }
   dom:unmap { iova = IOVA + 0x200000, size_bytes = PAGE }
   local list = dom:read_dirty { iova = IOVA + 0x200000, size_bytes = 0x200000 }
   t:equal({ list[1], list[2], list[6], list[512] }, { false, true, true, true }, "the page that went, and three that were in the block")

   t:step("a device writes while a CPU reads the marks: each write is in the answer it overlaps or in the next")
   local written, found, done = {}, {}, false
   local writer = t:spawn("writer", function()
      for _ = 1, t.params.writes do
         local n = math.random(0, 63)
         dma1:expect_ok(dma1:write { iova = IOVA + n * PAGE, size_bytes = 8 })
         written[n] = true
         t:wait_us(0.03)
      end
      done = true
   end)
   local function collect()
      for _, n in ipairs(dirty_pages(dom:read_dirty(range))) do found[n] = true end
   end
   local reader = t:spawn("reader", function()
      repeat
         collect()
         t:wait_us(0.01)
      until done
   end)
   writer:join()
   reader:join()
   collect()
   t:equal(found, written, "pages found dirty")
   t:equal(dirty_pages(dom:read_dirty(range)), {}, "dirty pages when all was read")

   t:step("an unmap that meets the update of its page: what the CPU wrote is not undone")
   local met = 0
   for n = 0, t.params.offsets - 1 do
      local iova = IOVA + 0x800000 + n * PAGE
      dom:map { iova = iova, pa = pa, size_bytes = PAGE }
      local late = t:spawn("late writer", function() met = met + (dma1:write { iova = iova, size_bytes = 8 }.status == "ok" and 1 or 0) end)
      t:wait_us(n * 0.003)
      dom:unmap { iova = iova, size_bytes = PAGE }
      late:join()
      t:equal((dom:try("iova_to_phys", iova)), "SMMU_E_NOT_FOUND", "the page after its unmap")
      dma1:expect_abort(dma1:write { iova = iova, size_bytes = 8 })
      d:events("smmu1")
   end
   t:check(met > 0 and met < t.params.offsets, "some writes came before the unmap and some after: " .. met)

   t:step("unmaps that put their invalidation off: one TLBI sequence for all of them")
   local gather = d:gather()
   local later = t:cost(function()
      for n = 0, 31 do t:equal(dom:unmap_gather({ iova = IOVA + n * PAGE, size_bytes = PAGE }, gather), PAGE, "bytes unmapped") end
   end)
   t:equal(later.commands, 0, "commands of unmaps that put it off")
   local paid = t:cost(function() dom:sync(gather) end)
   t:equal({ paid.smmu0.syncs, paid.smmu1.syncs }, { 1, 1 }, "SYNCs")
   for _, dma in ipairs { dma0, dma1 } do
      for n = 0, 31 do dma:expect_abort(dma:write { iova = IOVA + n * PAGE, size_bytes = 8 }) end
      dma:expect_ok(dma:write { iova = IOVA + 32 * PAGE, size_bytes = 8 })
   end
end

return scenario
