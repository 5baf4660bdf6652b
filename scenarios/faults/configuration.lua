-- SPDX-License-Identifier: Apache-2.0
-- What a stream without an attachment does, what an SMMU that is off does, and memory that refuses an STE or a CD.
-- Left out: illegal STEs and CDs, which no driver writes (tb/tests/conformance).
local PAGE, IOVA, LONELY = 0x1000, 0x40000000, 0x24

local scenario = {
   title = "Streams without an attachment, an SMMU that is off, STEs and CDs that cannot be read",
   needs = { "S1P" },
   seed = 72,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x20 } },
         { name = "lonely", smmu = "smmu0", sids = { LONELY } },
         { name = "dma1", smmu = "smmu1", sids = { 0x21 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, dma, lonely, dma1 = t.driver, t.masters.dma0, t.masters.lonely, t.masters.dma1
   local page = t.ram.alloc(PAGE, PAGE)
   t.ram.write(page, "what is there...")
   local function reads(m, iova) t:equal(m:expect_ok(m:read { iova = iova, size_bytes = 16 }).data, "what is there...", m.name) end

   t:step("a stream that nobody attached: aborted, passed, aborted again")
   d:enable { smmu = "smmu0" }
   d:set_stream_default("smmu0", LONELY, "abort")
   lonely:expect_abort(lonely:read { iova = page, size_bytes = 16 })
   d:set_stream_default("smmu0", LONELY, "bypass")
   reads(lonely, page)
   d:set_stream_default("smmu0", LONELY, "abort")
   lonely:expect_abort(lonely:read { iova = page, size_bytes = 16 })
   t:expect_no_event("smmu0")

   t:step("an SMMU that was told to let everything pass while it is off")
   d:enable { smmu = "smmu1", bypass_on_disable = true }
   dma1:expect_abort(dma1:read { iova = page, size_bytes = 16 })
   d:disable("smmu1")
   reads(dma1, page)

   t:step("memory refuses the STE, then the CD: a record says which, and once it is readable all is as before")
   local dom = d:domain { type = "s1" }
   d:attach(dma, dom)
   dom:map { iova = IOVA, pa = page, size_bytes = PAGE }
   for _, one in ipairs { { class = "Ste", event = "F_STE_FETCH", pa = d:ste(dma).pa }, { class = "Cd", event = "F_CD_FETCH", pa = d:cd(dma).pa } } do
      d:submit("smmu0", { { name = "CFGI_STE", StreamID = dma.sid, Leaf = 1 } })
      local refused = t.ram.inject_error { pa = one.pa, size_bytes = 64, classes = { one.class } }
      dma:expect_abort(dma:read { iova = IOVA, size_bytes = 16 })
      t:expect_event("smmu0", { name = one.event, StreamID = dma.sid, FetchAddr = one.pa })
      refused.clear()
      reads(dma, IOVA)
      t:expect_no_event("smmu0")
   end
end

return scenario
