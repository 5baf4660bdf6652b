-- SPDX-License-Identifier: Apache-2.0
-- Groups of leaves with the contiguous hint: an SMMU may keep one translation for all of a group, so a page that leaves takes the hint
-- of the others along; a group and a block need input and output aligned alike. One SMMU lets a block become a
-- table at once, the other one wants it broken first.
-- Left out: hints that are not in all members (the oracles look at every store), stage 2 under a guest.
local IOVA, BLOCK = 0x40000000, 0x200000

local scenario = {
   title = "A contiguous group translates as a whole, and page by page once a page of it is gone",
   needs = { "S1P", "S2P" },
   seed = 31,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1", idr = { BBML = 0 } } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 } }, { name = "dma1", smmu = "smmu1", sids = { 0x21 } } },
      limits = { simulated_ms = 100, wall_s = 30 },
   },
}

function scenario.run(t)
   local d = t.driver
   d:enable {}
   -- Granule in KiB, pages of a group.
   for _, geometry in ipairs { { 4, 16 }, { 16, 128 }, { 64, 32 } } do
      local page, pages = geometry[1] * 1024, geometry[2]
      for _, type in ipairs { "s1", "s2" } do
         for i, dma in ipairs { t.masters.dma0, t.masters.dma1 } do
            local smmu = t.smmus[i]
            if smmu:field("IDR5", "GRAN" .. geometry[1] .. "K") == 1 then
               t:step(string.format("%s: %d pages of %d KiB, stage %s", smmu.name, pages, geometry[1], type:sub(2)))
               local dom = d:domain { type = type, granule_kib = geometry[1], contiguous = true }
               d:attach(dma, dom)
               local bytes = pages * page
               local pa = t.ram.alloc(bytes, bytes)
               dom:map { iova = IOVA, pa = pa, size_bytes = bytes }
               for _, at in ipairs { 0, bytes - page, 3 * page } do dma:write_pattern { iova = IOVA + at, size_bytes = 64, seed = at // page, pa = pa + at } end
               dom:unmap { iova = IOVA + 3 * page, size_bytes = page }
               dma:expect_abort(dma:read { iova = IOVA + 3 * page, size_bytes = 8 })
               t:expect_event(smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = IOVA + 3 * page })
               for _, at in ipairs { 0, 2 * page, 4 * page, bytes - page } do
                  dma:write_pattern { iova = IOVA + at, size_bytes = 64, seed = 7 + at // page, pa = pa + at }
               end
               dom:unmap { iova = IOVA, size_bytes = 3 * page }
               dom:unmap { iova = IOVA + 4 * page, size_bytes = bytes - 4 * page }
               dma:expect_abort(dma:read { iova = IOVA, size_bytes = 8 })
               t:expect_event(smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = IOVA })
               -- Input aligned to a block of the next level, output to a page: every page goes where it was asked to go.
               if geometry[1] == 4 then
                  local iova, block = IOVA + BLOCK, t.ram.alloc(2 * BLOCK, BLOCK) + page
                  dom:map { iova = iova, pa = block, size_bytes = BLOCK }
                  for _, at in ipairs { 0, page, 16 * page, BLOCK - page } do
                     dma:write_pattern { iova = iova + at, size_bytes = 64, seed = 9 + at // page, pa = block + at }
                  end
               end
               t:expect_no_event(smmu)
               d:detach(dma)
               dom:destroy()
            end
         end
      end
   end
end

return scenario
