-- SPDX-License-Identifier: Apache-2.0
-- What the tables of the driver cost: memory of the SMMU's tables for a stream, a PASID and a mapped page.
--   -p pages=16384 (of 4 KiB, next to each other, none of them joined to a block)   -p pasids=1000
-- The limits: an STE and a CD are 64 bytes, a descriptor 8, and a table of them is never less than a page.
-- Left out: the driver's own objects (driver/README.md), the host's memory of the model, which does not grow with any of these.

local PAGE, IOVA = 4096, 0x10000000

-- 256 streams, as many as a leaf table of the driver's default has.
local STREAMS, FIRST_SID, masters = 256, 0x1000, {}
for i = 0, 7 do
   local sids = {}
   for k = 1, 32 do sids[k] = FIRST_SID + 32 * i + k - 1 end
   masters[#masters + 1] = { name = "dma" .. i, smmu = "smmu0", sids = sids, ssid_bits = i == 0 and 10 or 0 }
end

local scenario = {
   title = "Memory of tables: bytes per stream, PASID and mapped page",
   needs = { "S1P" },
   params = { pages = 16384, pasids = 1000 },
   platform = {
      ram_mib = 128,
      smmus = { { name = "smmu0" } },
      masters = masters,
   },
}

function scenario.run(t)
   local d, dma, p, rows = t.driver, t.masters.dma0, t.params, {}
   local function row(what, figure, bytes, limit)
      t:check(bytes <= limit, string.format("%s: %.2f bytes, at most %.2f", what, bytes, limit))
      t:figure(figure, bytes, "B")
      rows[#rows + 1] = { what, string.format("%.2f", bytes), string.format("%.2f", limit) }
   end
   d:enable {}
   local dom = d:domain { type = "s1" }

   t:step("pages of 4 KiB")
   dom:map { iova = IOVA, pa = t.ram.base + PAGE, size_bytes = PAGE }
   local above = dom:stats().table_pages - 1  -- all but the leaf table
   dom:map { iova = IOVA + PAGE, pa = t.ram.base, size_bytes = PAGE }
   for n = 2, p.pages - 1 do dom:map { iova = IOVA + n * PAGE, pa = t.ram.base + PAGE * (n % 2), size_bytes = PAGE } end
   -- A leaf table for 512 pages; the range may begin and end inside one.
   row("a page", "per_page", (dom:stats().table_pages - above) * PAGE / p.pages, 8 + 2 * PAGE / p.pages)
   dom:unmap { iova = IOVA, size_bytes = p.pages * PAGE }

   t:step("streams")
   for _, m in ipairs(masters) do d:attach(t.masters[m.name], dom) end
   local layout = d:layout(t.smmus.smmu0)
   if layout.st_2level then
      local span = t.ram.read64(layout.strtab + 8 * (FIRST_SID >> layout.split_log2)) & 0x1f
      -- As many streams as fill a leaf table, or all there are.
      row("a stream", "per_stream", 64 * (1 << span - 1) / math.min(STREAMS, 1 << layout.split_log2), 64)
   end

   t:step("PASIDs")
   for pasid = 1, p.pasids do d:attach_pasid(dma, dom, pasid) end
   -- A CD for each and one for plain traffic, in leaf tables of 1024.
   local leaves = (p.pasids + 1024) // 1024
   row("a PASID", "per_pasid", d:master(dma).cd_table_bytes / (p.pasids + 1), (65536 * leaves + PAGE) / (p.pasids + 1))
   t:table { title = "bytes of tables", columns = { "what", "bytes", "at most" }, rows = rows }
end

return scenario
