-- SPDX-License-Identifier: Apache-2.0
-- Every kind of table the driver makes, and every way its walk can end: stage 1 and stage 2, three granules, blocks and pages; invalid
-- descriptors at each level, a missing right, no access flag, an output beyond the output size, memory that refuses the walk.
-- Most of that needs descriptors that no driver writes: the scenario stores them itself, behind the driver's back, and puts them right again.
-- Left out: both stages at once (nested/every_level.lua), contiguous hints (contiguous.lua), 52-bit outputs.

local scenario = {
   title = "Every level of every kind of table: what translates, and how each walk that does not is recorded",
   needs = { "S1P" },
   seed = 64,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x64 } } },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

-- Of a granule: bits of a page, levels at which blocks may be, bits of the input addresses, field of IDR5.
local granules = {
   { kib = 4, page = 12, blocks = { 1, 2 }, bits = 48, feature = "GRAN4K" },
   { kib = 16, page = 14, blocks = { 2 }, bits = 47, feature = "GRAN16K" },
   { kib = 64, page = 16, blocks = { 2 }, bits = 48, feature = "GRAN64K" },
}
local ADDRESS, OAS_BITS = 0x0000fffffffff000, { [0] = 32, 36, 40, 42, 44, 48, 52 }
local TOO_LARGE = 1 << 44            -- more than the 40 bits that the tables may put out

function scenario.run(t)
   local d, dma, smmu = t.driver, t.masters.dma0, t.smmus.smmu0
   local rows = {}
   d:enable {}

   local function shift_of(g, level) return g.page + (3 - level) * (g.page - 3) end
   -- The level at which the walk of an input of that many bits starts: the fewest levels that resolve it, one less where stage 2 concatenates.
   local function start_level(g, bits, stage2)
      local level = 4 - math.ceil((bits - g.page) / (g.page - 3))
      local concatenated = bits - shift_of(g, level)
      if stage2 and concatenated <= 4 and level < 3 then return level + 1 end
      return level
   end
   -- Walks the tables in memory to the given level -> PA of the descriptor there.
   local function descriptor_at(dom, g, iova, bits, stage2, level)
      local table_pa = dom:stats().root
      local now = start_level(g, bits, stage2)
      local index = iova >> shift_of(g, now)
      while true do
         local at = table_pa + 8 * index
         if now == level then return at end
         local entry = t.ram.read64(at)
         t:equal(entry & 3, 3, string.format("a table at level %d for 0x%x", now, iova))
         table_pa, now = entry & ADDRESS & ~((1 << g.page) - 1), now + 1
         index = iova >> shift_of(g, now) & (1 << (g.page - 3)) - 1
      end
   end

   local function run_one(kind, g)
      local stage2 = kind == "s2"
      -- Stage 2 takes in what the SMMU can put out.
      local bits = stage2 and math.min(g.bits, OAS_BITS[smmu:field("IDR5", "OAS")]) or g.bits
      local dom = d:domain { type = kind, granule_kib = g.kib, ias = bits, oas = 40 }
      d:attach(dma, dom)
      local page, base = 1 << g.page, t.ram.base
      local function faults(what, iova, event, write)
         local result = write and dma:write { iova = iova, size_bytes = 8 } or dma:read { iova = iova, size_bytes = 8 }
         dma:expect_abort(result)
         local record = t:expect_event(smmu, { name = event, StreamID = dma.sid, InputAddr = iova, RnW = write and 0 or 1 })
         if event ~= "F_WALK_EABT" then t:equal(record.S2, stage2 and 1 or 0, what .. ": the stage that refused") end
         rows[#rows + 1] = { kind, g.kib .. " KiB", what, event }
      end
      -- Leaves: one page, and one block of every size, each in a region of its own whose neighbours are not mapped.
      local leaves = { { level = 3, size = page } }
      for _, level in ipairs(g.blocks) do leaves[#leaves + 1] = { level = level, size = 1 << shift_of(g, level) } end
      for n, leaf in ipairs(leaves) do
         -- A region of the highest bits, so that nothing but the leaf is in its tables.
         leaf.iova = n << (bits - 3)
         dom:map { iova = leaf.iova, pa = base, size_bytes = leaf.size }
         local at = descriptor_at(dom, g, leaf.iova, bits, stage2, leaf.level)
         t:equal(t.ram.read64(at) & 3, leaf.level == 3 and 3 or 1, string.format("a leaf at level %d", leaf.level))
         dma:write_pattern { iova = leaf.iova + 64, size_bytes = 64, seed = n, pa = base + 64 }
         rows[#rows + 1] = { kind, g.kib .. " KiB", "leaf at level " .. leaf.level, "translates" }

         -- Behind the driver's back, with the TLB emptied before and after.
         local function with(pa, word, fn)
            local was = t.ram.read64(pa)
            t.ram.write64(pa, word(was))
            dom:flush()
            fn()
            t.ram.write64(pa, was)
            dom:flush()
         end
         with(at, function(w) return w & ~(1 << 10) end, function() faults("no access flag at level " .. leaf.level, leaf.iova, "F_ACCESS") end)
         -- Every level of the way: nothing, an address that is too large, memory that refuses.
         for level = start_level(g, bits, stage2), leaf.level do
            local pa = descriptor_at(dom, g, leaf.iova, bits, stage2, level)
            local where = "level " .. level .. (level == leaf.level and ", the leaf" or "")
            with(pa, function() return 0 end, function() faults("nothing at " .. where, leaf.iova, "F_TRANSLATION") end)
            with(pa, function(w) return w | TOO_LARGE end, function() faults("an address too large at " .. where, leaf.iova, "F_ADDR_SIZE") end)
            local refused = t.ram.inject_error { pa = pa & ~63, size_bytes = 64, classes = { stage2 and "Stage2Table" or "Stage1Table" } }
            dom:flush()
            faults("memory refuses " .. where, leaf.iova, "F_WALK_EABT")
            refused.clear()
            dom:flush()
         end
         dma:expect_ok(dma:read { iova = leaf.iova, size_bytes = 8 })
         dom:unmap { iova = leaf.iova, size_bytes = leaf.size }
         dom:map { iova = leaf.iova, pa = base, size_bytes = leaf.size, access = "r" }
         -- A right that is missing is found by a walk, and where the TLB holds the translation for reads, there.
         faults("a write without the right at level " .. leaf.level, leaf.iova, "F_PERMISSION", true)
         dma:expect_ok(dma:read { iova = leaf.iova, size_bytes = 8 })
         faults("the same, read before", leaf.iova, "F_PERMISSION", true)
      end
      faults("a region without tables", 7 << (bits - 3), "F_TRANSLATION")
      d:detach(dma)
      dom:destroy()
      -- Tables that resolve less than the SMMU takes in.
      bits = 39
      dom = d:domain { type = kind, granule_kib = g.kib, ias = bits, oas = 40 }
      d:attach(dma, dom)
      faults("more bits than the tables resolve", 1 << bits, "F_TRANSLATION")
      d:detach(dma)
      dom:destroy()
   end

   for _, kind in ipairs { "s1", "s2" } do
      for _, g in ipairs(granules) do
         local title = string.format("%s, %d KiB granule", kind == "s1" and "stage 1" or "stage 2", g.kib)
         if kind == "s2" and smmu:field("IDR0", "S2P") == 0 then
            t:skip_step(title, smmu.name .. " has no stage 2")
         elseif smmu:field("IDR5", g.feature) == 0 then
            t:skip_step(title, smmu.name .. " has no such granule")
         else
            t:step(title)
            run_one(kind, g)
         end
      end
   end
   t:table { title = "how a walk ends", columns = { "tables", "granule", "what", "outcome" }, rows = rows }
end

return scenario
