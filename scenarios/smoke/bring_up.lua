-- SPDX-License-Identifier: Apache-2.0
-- The first thing to run on a new implementation: probe, abort, bypass, translate, unmap, and the record of the fault.
-- Left out: more than one domain (install/), SubstreamIDs (pasid/). The same steps on each SMMU of the platform.

local PAGE = 4096

local scenario = {
   title = "An SMMU comes up, aborts, bypasses and translates, and an access after unmap leaves an exact F_TRANSLATION record",
   rules = { "AB-7", "AB-74", "AB-75" },
   needs = { "S1P" },
   seed = 7,
   params = { pages = 16 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x20 } },
         { name = "dma1", smmu = "smmu1", sids = { 0x31 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d = t.driver
   local size = t.params.pages * PAGE
   local iova = 0x10000000
   local pairs_of = { { smmu = t.smmus.smmu0, dma = t.masters.dma0 }, { smmu = t.smmus.smmu1, dma = t.masters.dma1 } }

   t:step("probe: the driver reads what the ID registers say")
   local features = d:probe()
   for i, s in ipairs(t.smmus) do
      t:check(features[i].stage1 and features[i].aarch64, s.name .. " must offer stage 1 and AArch64 tables")
      t:equal(features[i].sid_bits, s:field("IDR1", "SIDSIZE"), s.name .. ": StreamID bits found by the driver")
      t:equal(features[i].asid_bits, s:field("IDR0", "ASID16") == 1 and 16 or 8, s.name .. ": ASID bits found by the driver")
   end

   t:step("enable: translation is on, queues are empty")
   d:enable {}
   for _, s in ipairs(t.smmus) do
      t:equal(s:field("CR0ACK", "SMMUEN"), 1, s.name .. " CR0ACK.SMMUEN")
      t:equal(s:reg("CMDQ_PROD"), s:reg("CMDQ_CONS"), s.name .. " command queue consumed")
      t:equal(s:reg("GERROR"), s:reg("GERRORN"), s.name .. " no active error")
   end

   -- A two-level stream table does not even know it, which is worth a record.
   t:step("a stream nobody registered aborts")
   for _, p in ipairs(pairs_of) do
      p.dma:expect_abort(p.dma:write { iova = iova, size_bytes = 64 })
      if d:layout(p.smmu).st_2level then t:expect_event(p.smmu, { name = "C_BAD_STREAMID", StreamID = p.dma.sid, SSV = 0 }) end
      t:expect_no_event(p.smmu)
   end

   t:step("a registered stream without a domain aborts silently")
   for _, p in ipairs(pairs_of) do
      d:master(p.dma)
      t:equal({ d:ste(p.dma).V, d:ste(p.dma).Config }, { 1, t.arch.structures.STE.fields.Config.enum.ABORT }, "STE of " .. p.dma.name)
      p.dma:expect_abort(p.dma:read { iova = iova, size_bytes = 64 })
      t:expect_no_event(p.smmu)
   end

   t:step("identity: the IOVA is the physical address")
   local identity = d:domain { type = "identity" }
   for i, p in ipairs(pairs_of) do
      d:attach(p.dma, identity)
      t:equal(d:ste(p.dma).Config, t.arch.structures.STE.fields.Config.enum.BYPASS, "STE.Config of " .. p.dma.name)
      local pa = t.ram.alloc(PAGE)
      p.dma:write_pattern { iova = pa, size_bytes = PAGE, seed = i, pa = pa }
      p.dma:verify_pattern { iova = pa, size_bytes = PAGE, seed = i, pa = pa }
      d:detach(p.dma)
   end

   t:step("stage 1: DMA writes and reads back through a translation")
   local domains, pas = {}, {}
   for i, p in ipairs(pairs_of) do
      domains[i] = d:domain { type = "s1" }
      pas[i] = domains[i]:map { iova = iova, size_bytes = size, access = "rw" }
      d:attach(p.dma, domains[i])
      t:equal(domains[i]:iova_to_phys(iova + 0x123), pas[i] + 0x123, "the driver's own look-up")
      p.dma:write_pattern { iova = iova, size_bytes = size, seed = t.seed + i, pa = pas[i] }
      p.dma:verify_pattern { iova = iova, size_bytes = size, seed = t.seed + i, pa = pas[i] }
      t:expect_no_event(p.smmu)
   end

   t:step("unmap: the call returns after the TLBI and a consumed SYNC")
   for i, p in ipairs(pairs_of) do
      p.smmu:commands()
      domains[i]:unmap { iova = iova, size_bytes = size }
      local seen = p.smmu:commands()
      t:check(#seen >= 2, p.smmu.name .. " consumed an invalidation")
      t:check(seen[1].name:match("^TLBI_NH_"), "the first command is a TLBI, got " .. seen[1].name)
      t:equal(seen[#seen].name, "SYNC", "the last command consumed before the call returned")
   end

   t:step("the next access aborts and leaves an exact record")
   for _, p in ipairs(pairs_of) do
      p.dma:expect_abort(p.dma:write { iova = iova + 0x40, size_bytes = 64 })
      t:expect_event(p.smmu, { name = "F_TRANSLATION", StreamID = p.dma.sid, SSV = 0, SubstreamID = 0, Stall = 0, STAG = 0,
         PnU = 0, InD = 0, RnW = 0, NSIPA = 0, S2 = 0, CLASS = t.arch.enums.EVENT_CLASS.IN, InputAddr = iova + 0x40 })
      p.dma:expect_abort(p.dma:read { iova = iova + size - 8, size_bytes = 8 })
      t:expect_event(p.smmu, { name = "F_TRANSLATION", StreamID = p.dma.sid, RnW = 1, S2 = 0, InputAddr = iova + size - 8 })
      t:expect_no_event(p.smmu)
   end

   t:step("detach: the stream aborts silently again")
   for i, p in ipairs(pairs_of) do
      d:detach(p.dma)
      domains[i]:destroy()
      p.dma:expect_abort(p.dma:read { iova = iova, size_bytes = 8 })
      t:expect_no_event(p.smmu)
   end
end

return scenario
