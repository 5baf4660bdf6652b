-- SPDX-License-Identifier: Apache-2.0
-- SMMUs that do not snoop, CPUs whose cleaned lines reach memory late and in any order: what the driver forgets to clean, discard
-- or order is not seen by the SMMU. Nothing here is about caches but the platform: everything has to work as it does elsewhere.
-- AB-12 a domain whose tables are not cleaned is refused, with the reason, and no command is sent
-- Left out: CPU address spaces (a CPU's tables belong to the CPU), memory attributes of clients.

local PAGE, IOVA = 4096, 0x40000000

local scenario = {
   title = "Everything works through memory that SMMUs do not snoop and stores that arrive late",
   rules = { "AB-12" },
   needs = { "S1P", "SSIDSIZE>=16", "CD2L", "ST_LEVEL=1" },
   seed = 11,
   params = { rounds = 12 },
   platform = {
      ram_mib = 64,
      noncoherent = true,
      smmus = { { name = "smmu0", idr = { SSIDSIZE = 16 } }, { name = "smmu1", idr = { SSIDSIZE = 16 } } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x30 }, ssid_bits = 2 },
         { name = "dma1", smmu = "smmu1", sids = { 0x31 }, ssid_bits = 16 },
      },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, dma0, dma1 = t.driver, t.masters.dma0, t.masters.dma1
   d:enable {}
   for _, s in ipairs(t.smmus) do
      t:equal(s:field("IDR0", "COHACC"), 0, s.name .. " does not snoop")
      t:equal(d:layout(s).coherent, false, "the driver knows that of " .. s.name)
   end

   t:step("AB-12: tables that nobody cleans are refused, and no command is sent")
   d:master(dma0)
   d:master(dma1, { cd_table = "2level" })
   local coherent = d:domain { type = "s1" }
   coherent:map { iova = IOVA, size_bytes = PAGE }
   t:equal(coherent:misfit("smmu0"), "the tables are kept coherent by hardware but the SMMU is not coherent", "the reason")
   local refused = t:cost(function() t:equal(d:try("attach", dma0, coherent), "SMMU_E_INCOMPATIBLE", "attach") end)
   t:equal(refused.commands, 0, "commands of a refused attach")
   coherent:destroy()

   t:step("streams that nobody attached abort, and the record is read")
   dma0:expect_abort(dma0:read { iova = IOVA, size_bytes = 8 })
   t:wait_us(2)
   t:equal(#d:events("smmu0"), 0, "a terminating STE records nothing")

   t:step("two SMMUs, one domain, and PASIDs with tables of their own")
   local dom = d:domain { type = "s1", noncoherent = true }
   local pasid = d:domain { type = "s1", noncoherent = true, granule_kib = 4 }
   d:attach(dma0, dom)
   d:attach(dma1, dom)
   d:attach_pasid(dma0, pasid, 2)
   local pa, pa2 = dom:map { iova = IOVA, size_bytes = 4 * PAGE }, pasid:map { iova = IOVA, size_bytes = PAGE }
   dma0:write_pattern { iova = IOVA, size_bytes = 4 * PAGE, seed = 1, pa = pa }
   dma1:verify_pattern { iova = IOVA, size_bytes = 4 * PAGE, seed = 1, pa = pa }
   dma0:write_pattern { iova = IOVA, size_bytes = 64, seed = 2, pa = pa2, ssid = 2 }

   t:step("memory held garbage before it became tables: nothing of it is there where nothing was stored")
   for bit = 21, 47 do
      dma0:expect_abort(dma0:read { iova = IOVA ~ 1 << bit, size_bytes = 8 })
      t:expect_event("smmu0", { name = "F_TRANSLATION", StreamID = dma0.sid, InputAddr = IOVA ~ 1 << bit })
   end
   for _, ssid in ipairs { 1, 3 } do
      dma0:expect_abort(dma0:read { iova = IOVA, size_bytes = 8, ssid = ssid })
      t:expect_event("smmu0", { name = "C_BAD_CD", StreamID = dma0.sid, SubstreamID = ssid })
   end
   -- Two levels: nobody needs the leaves of these SubstreamIDs yet, and their descriptors share no line with the first.
   for ssid = 0x2000, 0xffff, 0x1fff do
      dma1:expect_abort(dma1:read { iova = IOVA, size_bytes = 8, ssid = ssid })
      t:expect_event("smmu1", { name = "C_BAD_SUBSTREAMID", StreamID = dma1.sid, SubstreamID = ssid })
   end
   -- A level-1 descriptor covers 256 StreamIDs here; those of the first eight share a line with that of dma0.
   t:equal({ d:layout("smmu0").st_2level, d:layout("smmu0").split_log2 }, { true, 8 }, "the stream table")
   for sid = 0x1000, (1 << d:layout("smmu0").sid_bits) - 1, 0x900 do
      dma0:expect_abort(dma0:read { iova = IOVA, size_bytes = 8, sid = sid })
      t:expect_event("smmu0", { name = "C_BAD_STREAMID", StreamID = sid })
   end

   t:step("pages come and go, blocks are split: what an SMMU reads is never older than the call that returned")
   for round = 1, t.params.rounds do
      local iova = IOVA + (1 + round) * 0x200000
      local dma = round % 2 == 0 and dma0 or dma1
      dma:expect_abort(dma:read { iova = iova, size_bytes = 8 })
      t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = iova })
      local block = dom:map { iova = iova, size_bytes = 0x200000 }
      dma:write_pattern { iova = iova + 3 * PAGE, size_bytes = 128, seed = round, pa = block + 3 * PAGE }
      local hole = math.random(8, 500)
      dom:unmap { iova = iova + hole * PAGE, size_bytes = PAGE }
      dma:expect_abort(dma:read { iova = iova + hole * PAGE, size_bytes = 8 })
      t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = iova + hole * PAGE })
      dma:verify_pattern { iova = iova + 3 * PAGE, size_bytes = 128, seed = round, pa = block + 3 * PAGE }
      dma:expect_ok(dma:read { iova = iova + (hole + 1) * PAGE, size_bytes = 8 })
      dom:unmap { iova = iova, size_bytes = 0x200000 }
      dma:expect_abort(dma:read { iova = iova + 3 * PAGE, size_bytes = 8 })
      t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = iova + 3 * PAGE })
   end

   t:step("live entries change, are taken away and come back")
   for _ = 1, t.params.rounds do
      local other = d:domain { type = "s1", noncoherent = true }
      local pa_other = other:map { iova = IOVA, size_bytes = PAGE }
      d:attach(dma0, other, { replace = true })
      dma0:write_pattern { iova = IOVA, size_bytes = 64, seed = 7, pa = pa_other }
      dma0:write_pattern { iova = IOVA, size_bytes = 64, seed = 8, pa = pa2, ssid = 2 }
      d:attach(dma0, dom, { replace = true })
      other:destroy()
      d:detach_pasid(dma0, 2)
      dma0:expect_abort(dma0:read { iova = IOVA, size_bytes = 8, ssid = 2 })
      t:expect_event("smmu0", { name = "C_BAD_CD", StreamID = dma0.sid, SubstreamID = 2 })
      d:attach_pasid(dma0, pasid, 2)
   end
   dma0:write_pattern { iova = IOVA, size_bytes = 64, seed = 9, pa = pa }

   t:step("a small event queue wraps: every record is read once, in order")
   d:detach_pasid(dma0, 2)
   for _, dma in ipairs { dma0, dma1 } do
      d:detach(dma)
      d:forget_master(dma)
   end
   for i, s in ipairs(t.smmus) do
      d:disable(s)
      d:enable { smmu = s.name, eventq_log2 = 2, cmdq_log2 = 1 }
      t:equal(d:layout(s).cmdq_log2, 1, "a command queue of two entries")
      local dma = ({ dma0, dma1 })[i]
      d:attach(dma, dom)
      for n = 1, 3 * t.params.rounds do
         local iova = IOVA + 0x10000000 + n * PAGE
         dma:expect_abort(dma:write { iova = iova, size_bytes = 8 })
         t:expect_event(s, { name = "F_TRANSLATION", StreamID = dma.sid, RnW = 0, InputAddr = iova })
      end
      dma:write_pattern { iova = IOVA, size_bytes = 64, seed = 10, pa = pa }
      d:detach(dma)
   end
   t:expect_no_event("smmu0")
   t:expect_no_event("smmu1")
end

return scenario
