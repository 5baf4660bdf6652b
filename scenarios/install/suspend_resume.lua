-- SPDX-License-Identifier: Apache-2.0
-- SMMUs lose their power and come back with garbage in every register and nothing in their caches. Masters stay attached; what the
-- driver changed meanwhile holds from the first access on, and what it did not change needs no call at all.
-- Left out: devices with ATS, which the driver switches off and on (driver tests).

local PAGE, IOVA = 4096, 0x20000000

local scenario = {
   title = "Attachments, PASIDs and mappings outlive a loss of power of the SMMUs",
   needs = { "S1P", "SSIDSIZE>=2" },
   seed = 13,
   params = { rounds = 3 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 2 },
         { name = "dma1", smmu = "smmu1", sids = { 0x21 }, ssid_bits = 2 },
         { name = "late", smmu = "smmu0", sids = { 0x22 } },
      },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, dma0, dma1, late = t.driver, t.masters.dma0, t.masters.dma1, t.masters.late
   d:enable {}
   local dom, pasid = d:domain { type = "s1" }, d:domain { type = "s1" }
   local pa, pasid_pa = dom:map { iova = IOVA, size_bytes = 64 * PAGE }, pasid:map { iova = IOVA, size_bytes = PAGE }
   for _, dma in ipairs { dma0, dma1 } do
      d:attach(dma, dom)
      d:attach_pasid(dma, pasid, 1)
   end
   local function everything_works(seed)
      dma0:write_pattern { iova = IOVA, size_bytes = 32 * PAGE, seed = seed, pa = pa }
      dma1:verify_pattern { iova = IOVA, size_bytes = 32 * PAGE, seed = seed, pa = pa }
      dma0:write_pattern { iova = IOVA, size_bytes = 512, seed = seed + 1, pa = pasid_pa, ssid = 1 }
      dma1:verify_pattern { iova = IOVA, size_bytes = 512, seed = seed + 1, pa = pasid_pa, ssid = 1 }
   end
   everything_works(1)

   for round = 1, t.params.rounds do
      local now = string.format(" (round %d of %d)", round, t.params.rounds)
      t:step("both go to sleep and lose everything" .. now)
      for _, s in ipairs(t.smmus) do
         d:suspend(s)
         t:equal(s:field("CR0", "SMMUEN"), 0, s.name .. " is off")
         s:power_cycle()
      end

      t:step("the driver goes on with its tables and sends nothing" .. now)
      local page = IOVA + (64 - round) * PAGE
      local cost = t:cost(function()
         dom:unmap { iova = page, size_bytes = PAGE }
         dom:map { iova = IOVA + 0x200000 + round * PAGE, pa = pa, size_bytes = PAGE }
         d:detach_pasid(dma1, 1)
         d:attach(late, dom)
      end)
      t:equal(cost.commands, 0, "commands to SMMUs that sleep")
      t:equal(d:try("restore", "smmu0"), "SMMU_OK", "smmu0 wakes")
      t:equal(d:try("restore", "smmu0"), "SMMU_E_STATE", "a second time")
      d:restore("smmu1")

      t:step("from the first access on everything is as it should be" .. now)
      dma0:expect_ok(dma0:read { iova = IOVA + 0x200000 + round * PAGE, size_bytes = 8 })
      late:verify_pattern { iova = IOVA, size_bytes = PAGE, seed = round, pa = pa }
      dma1:expect_abort(dma1:read { iova = IOVA, size_bytes = 8, ssid = 1 })
      t:expect_event("smmu1", { name = "C_BAD_CD", StreamID = dma1.sid, SubstreamID = 1 })
      for _, dma in ipairs { dma0, dma1 } do
         dma:expect_abort(dma:read { iova = page, size_bytes = 8 })
         t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = page })
      end
      d:attach_pasid(dma1, pasid, 1)
      d:detach(late)
      everything_works(round + 1)
      t:expect_no_event("smmu0")
      t:expect_no_event("smmu1")
   end

   t:step("one sleeps, the other works on: an unmap is confirmed by who is awake")
   d:suspend("smmu1")
   t.smmus.smmu1:power_cycle()
   local cost = t:cost(function() dom:unmap { iova = IOVA + 40 * PAGE, size_bytes = PAGE } end)
   t:equal({ cost.smmu0.commands, cost.smmu1.commands }, { 2, 0 }, "one TLBI and one SYNC, on smmu0 alone")
   d:restore("smmu1")
   dma1:expect_abort(dma1:read { iova = IOVA + 40 * PAGE, size_bytes = 8 })
   t:expect_event("smmu1", { name = "F_TRANSLATION", StreamID = dma1.sid, InputAddr = IOVA + 40 * PAGE })
   everything_works(20)
end

return scenario
