-- SPDX-License-Identifier: Apache-2.0
-- Whatever a walk ends with may stall: a page that is not there, one without access flag, one beyond the output size, a missing right.
-- Software repairs what the record names, answers with a retry, and the access completes as if nothing had been.
-- Left out: the answers themselves (stall_and_resume.lua).
local PAGE, IOVA = 0x1000, 0x8000000

local scenario = {
   title = "A stall for each kind of fault: repaired and retried, every access completes",
   needs = { "S1P", "STALL_MODEL!=1", "STALL_MAX>=1" },
   seed = 67,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 } } },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, dma, smmu = t.driver, t.masters.dma0, t.smmus.smmu0
   d:enable {}
   d:master(dma, { can_stall = true })
   local dom = d:domain { type = "s1", ias = 39, oas = 40 }
   d:attach(dma, dom)
   dom:map { iova = IOVA, size_bytes = 8 * PAGE }
   -- The leaf of a page: three levels resolve 39 bits.
   local function leaf_of(iova)
      local pa = dom:stats().root
      for level = 1, 2 do pa = t.ram.read64(pa + 8 * (iova >> 12 + 9 * (3 - level) & 511)) & 0xfffffffff000 end
      return pa + 8 * (iova >> 12 & 511)
   end

   local kinds = {
      { event = "F_TRANSLATION", what = "no page", breaks = function() return 0 end },
      { event = "F_ACCESS", what = "no access flag", breaks = function(word) return word & ~(1 << 10) end },
      { event = "F_ADDR_SIZE", what = "an output of more than 40 bits", breaks = function(word) return word | 1 << 44 end },
      { event = "F_PERMISSION", what = "a page that is read-only", breaks = function(word) return word | 1 << 7 end, write = true },
   }
   for n, kind in ipairs(kinds) do
      t:step(kind.event .. ": " .. kind.what)
      local iova = IOVA + n * PAGE
      local at = leaf_of(iova)
      local good = t.ram.read64(at)
      t.ram.write64(at, kind.breaks(good))
      dom:flush()
      local result = kind.write and dma:write { iova = iova, data = "to be written..." } or dma:read { iova = iova, size_bytes = 16 }
      t:equal(result.status, "stalled", kind.what)
      local record = t:expect_event(smmu, { name = kind.event, StreamID = dma.sid, Stall = 1, RnW = kind.write and 0 or 1, InputAddr = iova })
      t:equal(dma:poll(result).status, "stalled", "before the answer")
      local pa = dom:iova_to_phys(IOVA)
      t.ram.write(pa + n * PAGE, "what was there..")
      t.ram.write64(at, good)
      dom:flush()
      d:respond(smmu, record, "retry")
      local final = dma:expect_ok(dma:finish(result, { timeout_us = 100 }))
      if kind.write then
         t:equal(t.ram.read(pa + n * PAGE, 16), "to be written...", "RAM after the write")
      else
         t:equal(final.data, "what was there..", "what was read")
      end
      t:expect_no_event(smmu)
   end
   t:equal(d:stats(smmu).stalls, 0, "stalls outstanding")
end

return scenario
