-- SPDX-License-Identifier: Apache-2.0
-- What any SMMU with stage 1 has to say about refused accesses: the records of faults, a queue that is too small for them, and the
-- time before and after. Needs nothing but stage 1, so that foreign implementations can be asked too.
-- Left out: stalls (stall_and_resume.lua), faults of tables written by hand (tb/tests/conformance).
local PAGE, IOVA = 0x1000, 0x20000000

local scenario = {
   title = "Refused accesses: one exact record each, a queue that runs full, and no way around a disabled SMMU",
   needs = { "S1P" },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20, 0x21 } } },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, s, dma = t.driver, t.smmus.smmu0, t.masters.dma0
   local IN = t.arch.enums.EVENT_CLASS.IN

   t:step("a hole and a read-only page, by read and by write")
   d:enable { eventq_log2 = 2 }
   local dom = d:domain { type = "s1" }
   local read_only = dom:map { iova = IOVA, size_bytes = PAGE, access = "r" }
   dom:map { iova = IOVA + PAGE, size_bytes = PAGE }
   d:attach(dma, dom)
   t.ram.write(read_only, string.rep("k", 16))
   local expected = { SSV = 0, Stall = 0, PnU = 0, InD = 0, S2 = 0, CLASS = IN, StreamID = dma.sid }
   local function refused(name, iova, write)
      local wanted = { name = name, InputAddr = iova, RnW = write and 0 or 1 }
      for key, value in pairs(expected) do wanted[key] = value end
      dma:expect_abort(write and dma:write { iova = iova, data = string.rep("w", 16) } or dma:read { iova = iova, size_bytes = 16 })
      t:expect_event(s, wanted)
      t:expect_no_event(s)
   end
   refused("F_TRANSLATION", IOVA + 2 * PAGE + 0x123, true)
   refused("F_TRANSLATION", IOVA - 16, false)
   refused("F_TRANSLATION", 0x7fffffff0000, false)
   refused("F_PERMISSION", IOVA + 0x40, true)
   t:equal(dma:expect_ok(dma:read { iova = IOVA, size_bytes = 16 }).data, string.rep("k", 16), "the read-only page")

   t:step("an access that runs into a hole is refused there")
   dma:expect_abort(dma:write { iova = IOVA + 2 * PAGE - 8, data = string.rep("w", 32) })
   t:expect_event(s, { name = "F_TRANSLATION", StreamID = dma.sid, RnW = 0, CLASS = IN, InputAddr = IOVA + 2 * PAGE })
   t:expect_no_event(s)

   t:step("a queue of 4 records that gets 6 keeps the first 4 and says that some were lost")
   for n = 1, 6 do dma:expect_abort(dma:read { iova = IOVA + (1 + n) * PAGE, size_bytes = 4 }) end
   local lost = s:field("EVENTQ_PROD", "OVFLG") ~ s:field("EVENTQ_CONS", "OVACKFLG")
   local no_abort = (s:reg("GERROR") ~ s:reg("GERRORN")) == 0
   local as_it_should = t:equal_or_known(s, "eventq.overflow", { lost, no_abort }, { 1, true }, "EVENTQ_PROD.OVFLG was toggled, and no GERROR is active")
   if not as_it_should then d:handle_gerror(s) end
   for n = 1, 4 do t:expect_event(s, { name = "F_TRANSLATION", StreamID = dma.sid, RnW = 1, InputAddr = IOVA + (1 + n) * PAGE }) end
   t:expect_no_event(s)
   refused("F_TRANSLATION", IOVA + 9 * PAGE, false)

   t:step("while translation is off nothing passes")
   d:disable(s)
   local result = dma:read { iova = read_only, size_bytes = 16 }
   t:equal_or_known(s, "gbpa.missing", result.status, "abort", "an access while SMMUEN is 0 and GBPA.ABORT is 1")

   t:step("after it was enabled again all is as before")
   d:enable {}
   t:equal(dma:expect_ok(dma:read { iova = IOVA, size_bytes = 16 }).data, string.rep("k", 16), "the read-only page")
   t:expect_no_event(s)
end

return scenario
